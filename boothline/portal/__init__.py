"""Floor 17, a door: pages that a customer opens by a link, without an account. Own small sheet, no script needed."""
