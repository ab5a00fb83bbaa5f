"""Opportunities 商机 of other systems: what became of each here, and the tray of those that name no customer.

An opportunity is no second life of a customer beside their type. It lands as what its stage says: prospecting as a product of interest,
engaging as an intention, won as an order, lost as a lost intention, with an objection where the file has a reason. The record keeps what
the file said and which fact it became, so that a later file moves that fact on. Without a customer it waits: nobody is invented.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue.products import Product, Variant
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Refused, RowFailed
from boothline.core.money import amount_field, currency_field, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.text import listed
from boothline.customers.card import Customer
from boothline.exchange import events
from boothline.exchange.rights import brings_all
from boothline.intentions.brought import Brought, Ended, bring_in, end_many
from boothline.intentions.products import Intention, edit_line
from boothline.negotiation.brought import LetGo, bring_let_go
from boothline.orders.register import Order
from boothline.orders.taken_in import PastLine, PastOrder, take_in
from boothline.timeline.history import record
from boothline.visitors.interests import Interest, note_interests

DELIVERED = declare(
    "exchange.delivered_days", 90, gettext_lazy("Days after which the goods of an imported won opportunity count as delivered"),
    low=0, high=3650,
)  # fmt: skip
STAGES = {
    "prospecting": pgettext_lazy("opportunity", "prospecting"),
    "engaging": pgettext_lazy("opportunity", "engaging"),
    "won": pgettext_lazy("opportunity", "won"),
    "lost": pgettext_lazy("opportunity", "lost"),
}
NAMED = 8  # in one sentence of the history
DAYS = ("opened_on", "closed_on")
Deal = tuple[str, ...]
ONWARDS = {"prospecting": ("engaging", "won", "lost"), "engaging": ("won", "lost"), "lost": ("won",), "won": ()}


class Opportunities(models.QuerySet["Opportunity"]):
    """Questions about opportunities."""

    def visible_to(self, by: Actor) -> Opportunities:
        """All of them for whoever imports them."""
        return self if brings_all(by) else self.none()

    def waiting(self) -> Opportunities:
        """The tray: those that name no customer."""
        return self.filter(customer=None)

    def for_list(self) -> Opportunities:
        """With what a list shows."""
        return self.select_related("product", "seller")

    def search(self, words: str, by: Actor) -> Opportunities:
        """By its id or title."""
        return self.filter(models.Q(key__icontains=words) | models.Q(title__icontains=words))


class Opportunity(Record):
    """One opportunity as a file last said it. `key` is its id there."""

    source = models.CharField(max_length=60, blank=True, default="")
    key = models.CharField(max_length=200, blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, choices=list(STAGES.items()))
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    value = amount_field(null=True)
    currency = currency_field()
    reason = models.TextField(blank=True, default="")  # why it was lost
    intention = models.ForeignKey(Intention, null=True, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="+")
    privacy = tags(
        source=PLAIN, key=PERSON, title=WORDS, stage=PLAIN, currency=PLAIN, reason=WORDS,
    )  # fmt: skip

    objects = Opportunities.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-id"], name="opportunity_waits", condition=models.Q(customer=None))]

    def __str__(self) -> str:
        return listed(filter(None, (self.key, str(self.product), self.title)))[:200]

    @property
    def day(self) -> date | None:
        """When it came to this stage, as far as the file says."""
        return self.closed_on or self.opened_on

    @property
    def is_delivered(self) -> bool:
        """It was won so long ago that its goods left: no file of opportunities says so, and nobody ships them once more."""
        return self.stage == "won" and self.day is not None and self.day <= clock.today() - timedelta(days=DELIVERED.value)


def land(opportunities: Iterable[Opportunity], *, by: Actor) -> None:
    """Makes of each with a customer the fact that its stage says, and keeps which; called before they are stored, and in numbers."""
    found = [one for one in opportunities if one.customer_id]
    if interests := [Interest(_customer(one), one.product, one.opened_on) for one in found if one.stage == "prospecting"]:
        note_interests(interests, by=by.trusted())
    if wished := [one for one in found if one.stage in ("engaging", "lost")]:
        for one, intention in zip(wished, bring_in([_brought(one) for one in wished], by=by.trusted()), strict=True):
            one.intention = intention
    let_go(found, by=by)
    if won := [one for one in found if one.stage == "won"]:
        for one, order in zip(won, _ordered(won, by), strict=True):
            one.order = order


def let_go(opportunities: Iterable[Opportunity], *, by: Actor) -> None:
    """Why those lost were, where the file says so, is an objection that is over."""
    said = [LetGo(_customer(one), one.product, one.reason, one.day) for one in opportunities if one.stage == "lost" and one.reason]
    if said:
        bring_let_go(said, by=by.trusted())


def move_on(one: Opportunity, was: str, *, by: Actor) -> None:
    """The stage became a later one: what stands of it here goes on. An intention ends and becomes an order, or is lost."""
    if one.customer_id and one.intention and was == "engaging" and one.stage in ("won", "lost"):
        ended = Ended(one.intention, one.closed_on or clock.today(), one.stage == "won", one.reason)
        end_many([ended], by=by.trusted())
        if one.stage == "lost":
            let_go([one], by=by)
            return
    land([one], by=by)


def follow(one: Opportunity, said: Collection[str], *, by: Actor) -> None:
    """At the same stage a later file says something else of it: another product of interest, what it is worth, why it was lost."""
    if one.stage == "prospecting" and "product" in said:
        land([one], by=by)
    if one.stage == "lost" and "reason" in said:
        let_go([one], by=by)
    if one.stage == "engaging" and "value" in said:
        _revalue(one, by)


def _revalue(one: Opportunity, by: Actor) -> None:
    assert one.intention is not None  # it engages and has a customer
    line = one.intention.lines.get()
    if one.currency != one.intention.currency:
        raise Refused(_("The intention is in %(currency)s. Give the value in that currency.") % {"currency": one.intention.currency})
    edit_line(line, by=by.trusted(), revision=line.revision, values={"quantity": line.quantity or Decimal(1), "price": one.value})


@operation("exchange.attach_opportunities")
def attach(opportunities: list[Opportunity], *, by: Actor, customer: Customer) -> list[Opportunity]:
    """They are this customer's, and become what their stages say. One that has a customer meanwhile stays with that."""
    require(by, "imports.run")
    require(by, "intentions.edit", customer)
    rows = Opportunity.objects.waiting().select_for_update(of=("self",)).filter(pk__in=[one.pk for one in opportunities])
    waiting = list(rows.select_related("product", "variant__product", "seller").order_by("pk"))
    if not waiting:
        raise Refused(_("These opportunities have a customer already."), code="attached")
    for one in waiting:
        one.customer = customer
    land(waiting, by=by)
    keep(waiting, ["customer", "intention", "order"])
    record(events.OPPORTUNITIES_ATTACHED, subject=customer, under=customer, by=by, values=_told(waiting))
    return waiting


def keep(opportunities: list[Opportunity], fields: list[str]) -> None:
    """Writes these fields of many, and raises their revisions."""
    for one in opportunities:
        one.revision += 1
    if len(opportunities) == 1:
        opportunities[0].save(update_fields=[*fields, "revision"])
    else:
        Opportunity.objects.bulk_update(opportunities, [*fields, "revision"], batch_size=200)


def told_of(one: Opportunity) -> dict[str, str]:
    """What an opportunity says, in the words of a row."""
    value = f"{trimmed(one.value, 2)} {one.currency}" if one.value is not None else ""
    return {
        "id": one.key, "title": one.title, "stage": stage_here(one), "customer": str(one.customer_id or ""),
        "product": str(one.product_id or ""), "variant": str(one.variant_id or ""), "seller": str(one.seller_id or ""),
        "opened_on": one.opened_on.isoformat() if one.opened_on else "",
        "closed_on": one.closed_on.isoformat() if one.closed_on else "", "value": value, "reason": one.reason,
    }  # fmt: skip


def stage_here(one: Opportunity) -> str:
    """How far it is: as its intention stands here, where somebody moved that; one in a contract is decided there."""
    if one.stage != "engaging" or one.intention is None:
        return one.stage
    return {"open": "engaging", "lapsed": "engaging"}.get(one.intention.state, one.intention.state)


def deal_of(told: Mapping[str, str]) -> Deal:
    """Which deal a row means: all that it says but its id and its words, records by their ids."""
    return tuple(told.get(name, "") for name in ("stage", "customer", "product", "seller", *DAYS, "value"))


def deals(opportunities: Opportunities) -> Iterator[tuple[int, str, Deal]]:
    """(key, id in its files, which deal) of each as it stands, oldest first."""
    columns = ("pk", "key", "stage", "customer", "product", "seller", *DAYS, "value", "currency")
    for pk, key, stage, *records, opened, closed, value, currency in opportunities.order_by("pk").values_list(*columns):
        days = [day.isoformat() if day else "" for day in (opened, closed)]
        worth = "" if value is None else f"{trimmed(value, 2)} {currency}"
        yield pk, key, (stage, *(str(record or "") for record in records), *days, worth)


def won_value(ids: list[int]) -> dict[str, Decimal]:
    """{currency: what the orders that came of these opportunities are worth}, as the orders stand."""
    found: dict[str, Decimal] = {}
    for start in range(0, len(ids), 1000):
        orders = Opportunity.objects.filter(pk__in=ids[start : start + 1000], order__isnull=False).order_by()
        for currency, units in orders.values_list("order__currency").annotate(units=exact_sum("order__total", 2)):
            found[currency] = found.get(currency, Decimal(0)) + from_units(units, 2)
    return found


def _told(opportunities: list[Opportunity]) -> dict[str, Any]:
    return {"count": len(opportunities), "opportunities": opportunities[:NAMED]}


def _customer(one: Opportunity) -> Customer:
    assert one.customer is not None  # `land` takes only these
    return one.customer


def _brought(one: Opportunity) -> Brought:
    return Brought(
        _customer(one), one.product, one.opened_on, one.currency, variant=one.variant, value=one.value or None,
        is_lost=one.stage == "lost", lost_on=one.closed_on, reason=one.reason,
    )  # fmt: skip


def _ordered(won: list[Opportunity], by: Actor) -> list[Order]:
    past = [_past(one) for one in won]
    try:
        return take_in(past, by=by.trusted())
    except RowFailed as failed:
        bad = [one for one, order in zip(won, past, strict=True) if order in failed.subjects]
        raise RowFailed(failed.words, subjects=bad) from failed


def _past(one: Opportunity) -> PastOrder:
    assert one.variant is not None and one.value is not None  # a won one without them is refused
    line = PastLine(one.variant, Decimal(1), one.value)
    return PastOrder(
        _customer(one), one.day or clock.today(), one.currency, [line], owner=one.seller, came_as=one.key,
        shipped_on=one.day if one.is_delivered else None,
    )  # fmt: skip
