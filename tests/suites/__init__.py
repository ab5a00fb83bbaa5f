"""Inherited suites: what every list page and every form page must do, fed with data."""
