"""Day before month."""

DATE_FORMAT = "j M Y"
