"""Workdays: the country's holidays and make-up workdays (调休) from a library, plus the company's own overrides."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db import models

from boothline.core.privacy import PLAIN, tags


class DayOverride(models.Model):
    """A day that the company treats differently from the public calendar."""

    day = models.DateField(unique=True)
    is_workday = models.BooleanField()
    words = models.CharField(max_length=100, blank=True, default="")
    privacy = tags(words=PLAIN)

    def __str__(self) -> str:
        return f"{self.day}: {self.is_workday}"


def is_workday(day: date, *, country: str = "CN") -> bool:
    """Whether people work on this day."""
    override = DayOverride.objects.filter(day=day).values_list("is_workday", flat=True).first()
    if override is not None:
        return override
    return bool(_public(country).is_working_day(day))


def add_workdays(start: date, count: int, *, country: str = "CN") -> date:
    """The day that lies `count` workdays after `start`; 0 gives the first workday from `start` on."""
    day = start
    while not is_workday(day, country=country):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_workday(day, country=country):
            day += timedelta(days=1)
    return day


@cache
def _public(country: str) -> Any:
    import holidays  # heavy: 0.4 s, at the first question about a day

    return holidays.country_holidays(country)
