"""Floor 5. Finding: one index of words for every record, on both databases; the box that finds and does everything."""
