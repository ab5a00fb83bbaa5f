"""Floor 8. Letters to customers, notices to colleagues. A letter is a record first; a mail server takes it after commit."""
