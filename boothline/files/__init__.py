"""Floor 5. Files that hang on records: pictures, always re-encoded, and the PDFs we make; each with its visibility."""
