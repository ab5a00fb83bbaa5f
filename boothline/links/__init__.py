"""Floor 5. Signed links: what a customer holds instead of an account."""
