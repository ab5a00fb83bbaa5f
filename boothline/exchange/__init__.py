"""Floor 17, a door: what comes in by file and goes out again."""
