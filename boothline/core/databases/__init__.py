"""Django's two databases, each with a faster way to make many rows: `bulk_create` and all that calls it."""
