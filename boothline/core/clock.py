"""Now and today. Times are UTC; days are the company's."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The moment, with its zone."""
    return timezone.now()


def today() -> date:
    """The company's day (default zone Asia/Shanghai)."""
    return timezone.localdate()
