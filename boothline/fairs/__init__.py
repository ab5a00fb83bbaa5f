"""Floor 10. Fairs: one edition of an exhibition where we have a booth."""
