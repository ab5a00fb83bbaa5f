"""What this room asks of lists below: whom a fair brought and how far they came, which orders and intentions are its own."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.catalogue.products import Product
from boothline.core.memo import once
from boothline.core.text import whole
from boothline.customers.card import Customers
from boothline.customers.lists import TYPE_WORDS
from boothline.fairs.editions import Fair
from boothline.insights.met import PARTS, came, part_of, shown_there
from boothline.insights.origin import intentions_with_fair, new_business, standing, with_fair
from boothline.orders.register import OrderLine
from boothline.visitors.solicitation import Capture


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


class TakenBy(OfTheFair):
    """Who captured them there."""

    def narrow(self, rows: Customers, fair: Fair, value: str) -> Customers:
        """By this person; *none*: by nobody of us."""
        taken = Capture.objects.of_visitors().filter(fair=fair, taken_by=None if value == "none" else whole(value))
        return rows.filter(pk__in=taken.values("customer"))


class Interested(OfTheFair):
    """What they were interested in there."""

    def narrow(self, rows: Customers, fair: Fair, value: str) -> Customers:
        """In this product."""
        return rows.filter(pk__in=Capture.objects.of_visitors().filter(fair=fair, interest=whole(value)).values("customer"))


class Briefed(OfTheFair):
    """What was explained to them there."""

    def narrow(self, rows: Customers, fair: Fair, value: str) -> Customers:
        """This product."""
        return rows.filter(pk__in=shown_there(fair).filter(product=whole(value)).values("briefing__customer"))


def people() -> list[tuple[Any, Any]]:
    """Every colleague, and the visitors themselves."""
    return [*((str(user.pk), str(user)) for user in User.objects.order_by("username")), ("none", _("nobody of us"))]


def products() -> list[tuple[Any, Any]]:
    """Every product."""
    return once("insights.products", lambda: [(str(product.pk), str(product)) for product in Product.objects.order_by("code")])


def by_taker() -> filters.Filter:
    """Asks who captured them at the fair."""
    return TakenBy(label=_("captured there by"), choices=people, empty_label=_("anyone"))


def by_interest() -> filters.Filter:
    """Asks what interested them at the fair."""
    return Interested(label=_("interested there in"), choices=products, empty_label=_("any product"))


def by_briefing() -> filters.Filter:
    """Asks what was explained to them at the fair."""
    return Briefed(label=_("shown there"), choices=products, empty_label=_("any product"))


def orders_by_taker() -> filters.Filter:
    """Asks who captured the customer when the fair brought the order."""
    return filters.ChoiceFilter(label=_("customer captured by"), choices=people, empty_label=_("anyone"), method=taken_by)


def taken_by(rows: Any, name: str, value: str) -> Any:
    """By this person; *none*: by nobody of us, at a fair all the same."""
    found = with_fair(rows).filter(fair_id__isnull=False)
    return found.filter(person_id=None if value == "none" else whole(value))


def orders_by_product() -> filters.Filter:
    """Asks which product is on an order."""
    return filters.ChoiceFilter(label=_("product"), choices=products, empty_label=_("any product"), method=of_product)


def of_product(rows: Any, name: str, value: str) -> Any:
    """With a line of it that stands."""
    lines = OrderLine.objects.filter(variant__product=whole(value), due__gt=0)
    return rows.filter(pk__in=lines.values("order"))


def orders_by_business() -> filters.Filter:
    """Asks whether the fair brought a new customer with the order."""
    return filters.ChoiceFilter(
        label=_("business"), choices=[("new", _("new business of a fair"))], empty_label=_("all business"), method=of_new
    )


def of_new(rows: Any, name: str, value: str) -> Any:
    """Of customers without an order before the capture that brought it."""
    return new_business(with_fair(rows).filter(fair_id__isnull=False))


def by_part() -> filters.Filter:
    """Asks what they were at the fair."""
    return PartOf(label=_("at the fair"), choices=list(PARTS.items()), empty_label=_("everybody there"))


def by_way() -> filters.Filter:
    """Asks how far they came after the fair."""
    return Came(label=_("after the fair came as far as"), choices=list(TYPE_WORDS.items()), empty_label=_("however far"))


def fairs() -> list[tuple[Any, Any]]:
    """Every fair, and none."""
    found = once("insights.fairs", lambda: [(str(fair.pk), str(fair)) for fair in Fair.objects.order_by("-starts_on", "-id")])
    return [*found, ("none", _("no fair"))]


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
