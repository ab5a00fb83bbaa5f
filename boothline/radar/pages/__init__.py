"""Pages of the radar."""
