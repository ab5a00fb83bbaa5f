"""Floor 5. Numbers of documents and the PDF press."""
