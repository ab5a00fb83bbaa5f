"""Boothline (展客通): every customer met at a trade fair, from the first glance to the second order."""

__version__ = "0.1.0"
