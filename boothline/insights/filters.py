"""What this room asks of lists below: whom a fair brought and how far they came, which orders and intentions are its own."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.core.text import whole
from boothline.customers.card import Customers
from boothline.customers.lists import TYPE_WORDS
from boothline.fairs.editions import Fair
from boothline.insights.met import PARTS, came, part_of
from boothline.insights.origin import intentions_with_fair, standing, with_fair


class OfTheFair(filters.ChoiceFilter):
    """A question about the customers of the fair that the list is narrowed to; without one it asks nothing."""

    def filter(self, rows: Customers, value: str) -> Customers:
        """Those of whom it is so."""
        fair = self.parent.form.cleaned_data.get("fair")
        return self.narrow(rows, fair, value) if value and isinstance(fair, Fair) else rows

    def narrow(self, rows: Customers, fair: Fair, value: str) -> Customers:
        """Of this fair."""
        raise NotImplementedError


class PartOf(OfTheFair):
    """New, known, and what they did there."""

    def narrow(self, rows: Customers, fair: Fair, value: str) -> Customers:
        """One of the parts."""
        return rows.filter(part_of(fair, value))


class Came(OfTheFair):
    """How far they came within the days after their capture."""

    def narrow(self, rows: Customers, fair: Fair, value: str) -> Customers:
        """At this type or further."""
        return rows.filter(pk__in=came(fair, rows.model.objects.all(), value))


def by_part() -> filters.Filter:
    """Asks what they were at the fair."""
    return PartOf(label=_("at the fair"), choices=list(PARTS.items()), empty_label=_("everybody there"))


def by_way() -> filters.Filter:
    """Asks how far they came after the fair."""
    return Came(label=_("after the fair came as far as"), choices=list(TYPE_WORDS.items()), empty_label=_("however far"))


def fairs() -> list[tuple[Any, Any]]:
    """Every fair, and none."""
    return [*((str(fair.pk), str(fair)) for fair in Fair.objects.order_by("-starts_on", "-id")), ("none", _("no fair"))]


def orders_by_fair() -> filters.Filter:
    """Asks which fair brought an order."""
    return filters.ChoiceFilter(label=_("brought by"), choices=fairs, empty_label=_("any fair or none"), method=brought_by)


def intentions_by_fair() -> filters.Filter:
    """Asks which fair brought an intention."""
    return filters.ChoiceFilter(label=_("brought by"), choices=fairs, empty_label=_("any fair or none"), method=begun_by)


def brought_by(rows: Any, name: str, value: str) -> Any:
    """Orders of one fair, or of none."""
    return with_fair(rows).filter(fair_id=None if value == "none" else whole(value))


def uncancelled() -> filters.Filter:
    """Leaves out what was cancelled, as the report of a fair does."""
    return filters.ChoiceFilter(
        label=_("cancelled orders"),
        choices=[("no", _("without cancelled ones"))],
        empty_label=_("with cancelled ones"),
        method=left_standing,
    )


def left_standing(rows: Any, name: str, value: str) -> Any:
    """Neither void nor cancelled."""
    return standing(rows)


def begun_by(rows: Any, name: str, value: str) -> Any:
    """Intentions of one fair, or of none."""
    return intentions_with_fair(rows).filter(fair_id=None if value == "none" else whole(value))
