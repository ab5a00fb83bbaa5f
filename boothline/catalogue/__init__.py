"""Floor 6. What we sell: products and their variants with list price, minimum quantity and lead time."""
