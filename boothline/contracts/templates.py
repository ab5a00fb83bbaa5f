"""Templates of milestones, and the days that come of them: forward from the confirmation (C), back from the shipping date (D).

On a free day, what we owe moves back to the workday before, what the customer owes moves on to the next. Where the two
parts would cross, all offsets are scaled to the time that there is, and the plan is squeezed. Deposit and balance have the days of the
payment schedule in any plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.core.rules import Rule, declare
from boothline.core.text import bracketed_lazy, labelled_lazy

MILESTONES = {
    "deposit": gettext_lazy("deposit received"),
    "measured": gettext_lazy("measured on site"),
    "artwork": gettext_lazy("artwork approved"),
    "sample": gettext_lazy("sample approved"),
    "material": gettext_lazy("material in"),
    "production_start": gettext_lazy("production starts"),
    "production_end": gettext_lazy("production ends"),
    "inspection": gettext_lazy("inspection"),
    "goods": gettext_lazy("goods data approved"),
    "balance": gettext_lazy("balance received"),
    "booked": gettext_lazy("carrier booked"),
    "packed": gettext_lazy("all packed"),
    "installed": gettext_lazy("installed and accepted"),
}
TEMPLATES = {
    "stock": pgettext_lazy("template", "stock goods"),
    "made": pgettext_lazy("template", "made to order"),
    "artwork": pgettext_lazy("template", "with artwork"),
    "project": pgettext_lazy("template", "project or installation"),
    "sample": pgettext_lazy("template", "sample order"),
}
PAID = ("deposit", "balance")  # never scaled: the day on which money is due is agreed
CUSTOMERS = ("deposit", "artwork", "sample", "balance")  # what the customer owes: on a free day it moves on
MODES = {
    "express": gettext_lazy("express"),
    "road": gettext_lazy("road"),
    "air": gettext_lazy("air"),
    "rail": gettext_lazy("rail"),
    "sea": gettext_lazy("sea"),
}
ANCHORS = {
    "C": gettext_lazy("days after the confirmation"),
    "D": gettext_lazy("days before the shipping date"),
    "after": gettext_lazy("days after the shipping date"),
}
OFFSETS: dict[str, dict[str, tuple[str, int]]] = {
    "stock": {
        "deposit": ("C", 3), "inspection": ("D", 3), "goods": ("D", 7), "balance": ("D", 7), "booked": ("D", 3), "packed": ("D", 1),
    },
    "made": {
        "deposit": ("C", 3), "sample": ("C", 14), "material": ("C", 20), "production_start": ("C", 21), "production_end": ("D", 10),
        "inspection": ("D", 7), "goods": ("D", 10), "balance": ("D", 7), "booked": ("D", 0), "packed": ("D", 2),
    },
    "artwork": {
        "deposit": ("C", 3), "artwork": ("C", 10), "sample": ("C", 17), "material": ("C", 22), "production_start": ("C", 24),
        "production_end": ("D", 10), "inspection": ("D", 7), "goods": ("D", 10), "balance": ("D", 7), "booked": ("D", 0),
        "packed": ("D", 2),
    },
    "project": {
        "deposit": ("C", 3), "measured": ("C", 5), "artwork": ("C", 10), "material": ("C", 20), "production_start": ("C", 21),
        "production_end": ("D", 12), "inspection": ("D", 8), "goods": ("D", 10), "balance": ("D", 7), "booked": ("D", 7),
        "packed": ("D", 3), "installed": ("after", 7),
    },
    "sample": {
        "deposit": ("C", 1), "production_start": ("C", 1), "production_end": ("D", 2), "inspection": ("D", 2), "goods": ("D", 2),
        "booked": ("D", 1), "packed": ("D", 1),
    },
}  # fmt: skip
CARRIAGE = {
    mode: declare(f"contracts.carriage_{mode}", days, labelled_lazy(MODES[mode], gettext_lazy("days on the way")), low=0, high=90)
    for mode, days in (("express", 3), ("road", 3), ("air", 5), ("rail", 15), ("sea", 30))
}
BOOKING = {
    mode: declare(
        f"contracts.booking_{mode}",
        days,
        labelled_lazy(MODES[mode], gettext_lazy("days before the shipping date that the carrier is booked")),
        low=0,
        high=90,
    )
    for mode, days in (("express", 3), ("road", 3), ("air", 5), ("rail", 14), ("sea", 14))
}
DEPOSIT_DAYS = declare("billing.deposit_days", 3, gettext_lazy("Days after the confirmation until the deposit is due"), low=0, high=60)
BALANCE_DAYS = declare("billing.balance_days", 7, gettext_lazy("Days before the shipping date that the balance must be in"), low=0, high=90)
DAYS: dict[str, dict[str, Rule[int]]] = {
    template: {
        code: BALANCE_DAYS
        if code == "balance"
        else DEPOSIT_DAYS
        if code == "deposit" and template != "sample"
        else declare(
            f"contracts.plan_{template}_{code}",
            days,
            labelled_lazy(TEMPLATES[template], bracketed_lazy(MILESTONES[code], ANCHORS[anchor])),
            low=0,
            high=365,
        )
        for code, (anchor, days) in offsets.items()
    }
    for template, offsets in OFFSETS.items()
}


@dataclass(frozen=True)
class Dates:
    """The days of a plan."""

    days: Mapping[str, date]
    is_squeezed: bool = False


def dates(template: str, codes: Iterable[str], *, start: date, shipping: date | None, mode: str, works: Callable[[date], bool]) -> Dates:
    """The plan date of each milestone. Without a shipping date, only what counts from the confirmation has one.

    A free day moves none of them before the confirmation, or behind the shipping date that it precedes.
    """
    offsets = {code: (OFFSETS[template][code][0], _days(template, code, mode)) for code in codes if code in OFFSETS[template]}
    if shipping is None:
        return Dates({code: workday(code, start + timedelta(days=n), works) for code, (anchor, n) in offsets.items() if anchor == "C"})
    there = max((shipping - start).days, 0)
    needed = sum(max((n for anchor, n in offsets.values() if anchor == side), default=0) for side in ("C", "D"))
    squeezed = needed > there
    found = {}
    for code, (anchor, n) in offsets.items():
        days = timedelta(days=n * there // needed if squeezed and code not in PAID else n)
        raw = start + days if anchor == "C" else shipping - days if anchor == "D" else shipping + days
        day = max(workday(code, max(raw, start) if code in PAID else raw, works), start)
        found[code] = day if anchor == "after" else min(day, max(start, shipping))
    if "deposit" in found:
        found["deposit"] = min(found["deposit"], found.get("balance", found["deposit"]))
    if squeezed:
        _part(found, start, works)
    return Dates(found, squeezed)


def _part(found: dict[str, date], start: date, works: Callable[[date], bool]) -> None:
    """Material is in on the workday before production starts, and that on the one before it ends, at the latest, where there is room
    for it behind the deposit."""
    for before, after in (("production_start", "production_end"), ("material", "production_start")):
        if before in found and after in found and found[before] >= found[after]:
            day = workday(before, found[after] - timedelta(days=1), works)
            found[before] = min(found[before], max(day, found.get("deposit", start), start))


def _days(template: str, code: str, mode: str) -> int:
    """The figure of the table; a carrier is booked as its kind asks, at the latest as the template says."""
    days = DAYS[template][code].value
    return max(days, BOOKING[mode].value) if code == "booked" else days


def workday(code: str, day: date, works: Callable[[date], bool]) -> date:
    """The day itself, or where it is free the workday before of what we owe, the one after of what the customer owes."""
    step = timedelta(days=1 if code in CUSTOMERS else -1)
    for n in range(366):
        if works(day + step * n):
            return day + step * n
    raise ValueError("this calendar has no workday near")
