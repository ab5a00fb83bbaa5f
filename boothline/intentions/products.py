"""301 Intended products 意向产品: which products, how many, at what price, by when, how likely.

An open intention with at least one line makes a customer intending. A contract takes it over; it comes back open if
that contract ends without an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.catalogue.products import Product, Variant, refuse_retired
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.clock import check_ahead, check_near
from boothline.core.errors import Refused, together
from boothline.core.money import check_price, check_quantity, currency_field, figure, price_field, quantity_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.rules import declare
from boothline.core.text import listed
from boothline.core.units import unit_words
from boothline.customers.card import Customer, hold
from boothline.intentions import events
from boothline.negotiation.briefing import Briefing
from boothline.negotiation.prices import alike, price_follows, step_below
from boothline.timeline.history import record

PROBABILITY = declare(
    "intentions.probability", 30, gettext_lazy("Probability of a new wish in percent, where nobody says otherwise"), low=0, high=100,
)  # fmt: skip

STATES = {
    "open": gettext_lazy("open"),
    "in_contract": gettext_lazy("in contract"),
    "won": gettext_lazy("won"),
    "lost": gettext_lazy("lost"),
    "lapsed": gettext_lazy("lapsed"),
}


class Intentions(models.QuerySet["Intention"]):
    """Questions about intentions."""

    def visible_to(self, by: Actor) -> Intentions:
        """The intentions of the customers that the actor sees; nobody's without the right."""
        return self.filter(customer__in=Customer.objects.visible_to(by)) if by.has("intentions.see") else self.none()

    def claiming(self) -> Intentions:
        """Open, with a line that stands."""
        return self.filter(state="open", lines__lost_at__isnull=True, lines__isnull=False)

    def for_list(self) -> Intentions:
        """With what a list shows."""
        lines = models.Prefetch("lines", IntentionLine.objects.select_related("product", "variant"))
        return self.select_related("customer").prefetch_related(lines)


class Intention(Record):
    """What one customer wants at one time."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = currency_field(verbose_name=gettext_lazy("currency"))
    state = models.CharField(max_length=12, default="open", choices=list(STATES.items()))
    source = models.CharField(max_length=16, default="staff")
    briefing = models.ForeignKey(Briefing, null=True, on_delete=models.PROTECT, related_name="+")  # whose answer opened it
    lost_reason = models.TextField(blank=True, default="")
    lost_on = models.DateField(gettext_lazy("lost on"), null=True)
    lapsed_at = models.DateTimeField(null=True)
    privacy = tags(currency=PLAIN, state=PLAIN, source=PLAIN, lost_reason=WORDS)

    objects = Intentions.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer", "state"], name="intention_state")]

    def __str__(self) -> str:
        return listed(line.named for line in self.lines.all() if not line.lost_at)[:200] or _("no product")

    @property
    def standing(self) -> list[IntentionLine]:
        """The lines that are not lost, in order."""
        return [line for line in self.lines.all() if line.lost_at is None]


class IntentionLines(models.Manager["IntentionLine"]):
    """A line is always shown with the name of its product."""

    def get_queryset(self) -> models.QuerySet[IntentionLine]:
        """With the product, in the same question."""
        return super().get_queryset().select_related("product")


class IntentionLine(Record):
    """One wanted product or variant, or a special one in words."""

    intention = models.ForeignKey(Intention, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")
    special = models.CharField(max_length=200, blank=True, default="")
    quantity = quantity_field(null=True, verbose_name=gettext_lazy("quantity"))
    price = price_field(null=True, verbose_name=gettext_lazy("our unit price"))
    target_price = price_field(null=True, verbose_name=gettext_lazy("the customer's target price"))
    wanted_on = models.DateField(gettext_lazy("wanted by"), null=True)
    probability = models.PositiveSmallIntegerField(default=30)  # percent
    lost_at = models.DateTimeField(null=True)
    lost_reason = models.CharField(max_length=200, blank=True, default="")
    labels = {"variant": gettext_lazy("variant"), "probability": gettext_lazy("probability, %")}
    privacy = tags(special=WORDS, lost_reason=WORDS)

    objects = IntentionLines()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["intention", "position"], name="intention_position_once"),
            models.CheckConstraint(
                name="intention_line_names_something", condition=models.Q(product__isnull=False) | ~models.Q(special="")
            ),
        ]

    def __str__(self) -> str:
        return self.named

    @property
    def customer(self) -> Customer:
        """Who wants it."""
        return self.intention.customer

    @property
    def stands_for(self) -> Variant | None:
        """The variant by which it is priced: its own, else any of the product's where the customer pays the same for all of them."""
        return self.variant or alike(self.customer, self.product_id)

    @property
    def named(self) -> str:
        """What is wanted, in words."""
        return str(self.product) if self.product else self.special

    @property
    def amount(self) -> str:
        """How much of what is wanted, in words."""
        if self.quantity is None:
            return self.named
        values = {"quantity": figure(self.quantity), "unit": unit_words(self.product.unit if self.product else ""), "product": self.named}
        return (_("%(quantity)s %(unit)s %(product)s") % values).replace("  ", " ")


def _amounts(lines: list[IntentionLine]) -> str:
    return listed(line.amount for line in lines)


amounts = lazy(_amounts, str)  # in the language of whoever reads it


@dataclass
class Wish:
    """A line as it arrives."""

    product: Product | None = None
    variant: Variant | None = None
    special: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    target_price: Decimal | None = None
    wanted_on: date | None = None
    probability: int | None = None  # percent; where nobody says, the company's

    @property
    def asked_for(self) -> Product | None:
        """The product; of a variant its own."""
        return self.product or (self.variant.product if self.variant else None)


@operation("intentions.open")
def open_intention(
    customer: Customer, *, by: Actor, wishes: list[Wish], currency: str = "CNY", source: str = "staff", briefing: Briefing | None = None,
) -> Intention:  # fmt: skip
    """Opens an intention with its lines. `briefing`: the one whose answer it is."""
    require(by, "intentions.edit", customer)
    if not wishes:
        raise Refused(_("Name at least one product that the customer wants."), field="lines")
    hold(customer.pk)
    intention = Intention.objects.create(customer=customer, currency=currency, source=source, briefing=briefing)
    IntentionLine.objects.bulk_create(_line(intention, i, wish) for i, wish in enumerate(wishes, start=1))
    record(events.OPENED, subject=intention, under=customer, by=by, values={"products": list(intention.lines.all())})
    return intention


@operation("intentions.add_line")
def add_line(intention: Intention, *, by: Actor, wish: Wish) -> IntentionLine:
    """Adds a wanted product."""
    require(by, "intentions.edit", intention)
    intention = only_open(intention)
    last = intention.lines.aggregate(last=models.Max("position"))["last"] or 0
    line = _line(intention, last + 1, wish)
    line.save()
    record(events.LINE_ADDED, subject=intention, under=intention.customer, by=by, values={"product": line})
    return line


@operation("intentions.edit_line")
def edit_line(line: IntentionLine, *, by: Actor, revision: int, values: dict[str, Any]) -> IntentionLine:
    """Edits quantity, price, date or probability of a line."""
    require(by, "intentions.edit", line.intention)
    only_open(line.intention)
    line = IntentionLine.objects.get(pk=line.pk)
    if line.lost_at:
        raise Refused(_("This product is not wanted any more. Add it again if that has changed."), code="lost")
    values = values | _stepped(line, values)
    check_quantity(values.get("quantity"), unit=line.product.unit if line.product else "")
    check_price(values.get("price"))
    check_price(values.get("target_price"), field="target_price")
    _check_probability(values.get("probability", 0))
    check_ahead(values.get("wanted_on"), "wanted_on", was=line.wanted_on)
    check_near(values.get("wanted_on"), "wanted_on", was=line.wanted_on)
    changes = revise(line, revision=revision, values=values)
    if changes:
        intention = line.intention
        record(events.LINE_EDITED, subject=intention, under=intention.customer, by=by, values={"product": line}, changes=changes)
    return line


def _stepped(line: IntentionLine, values: dict[str, Any]) -> dict[str, Any]:
    """Where the quantity reaches another step of the list, or leaves it, its price."""
    was, now = (line.quantity, line.price), (values.get("quantity", line.quantity), values.get("price", line.price))
    if values.get("variant", line.variant) != line.variant:
        return {}
    price = price_follows(line.customer, line.stands_for, line.intention.currency, was=was, now=now)
    return {} if price == now[1] else {"price": price}


@operation("intentions.take_step_price")
def take_step_price(line: IntentionLine, *, by: Actor) -> IntentionLine:
    """The line takes the price that the list has for its quantity, in place of one that somebody typed. Pressed twice, it has it."""
    require(by, "intentions.edit", line.intention)
    line = IntentionLine.objects.select_related("intention__customer", "variant").get(pk=line.pk)
    price = step_below(line.stands_for, line.quantity, line.price, line.intention.currency)
    return line if price is None else edit_line(line, by=by, revision=line.revision, values={"price": price})


@operation("intentions.lose_line")
def lose_line(line: IntentionLine, *, by: Actor, reason: str) -> None:
    """The customer does not want this product any more; with the last line the intention is lost."""
    require(by, "intentions.edit", line.intention)
    intention = only_open(line.intention)
    if not reason.strip():
        raise Refused(_("Say why: it is read when the fair is looked back on."), field="reason")
    if not IntentionLine.objects.filter(pk=line.pk, lost_at=None).update(lost_at=timezone.now(), lost_reason=reason[:200]):
        return
    record(events.LINE_LOST, subject=intention, under=intention.customer, by=by, values={"product": line, "reason": reason})
    if not intention.lines.filter(lost_at=None).exists():
        _lose(intention, by, reason)


@operation("intentions.lose")
def lose(intention: Intention, *, by: Actor, reason: str) -> Intention:
    """All of it is lost, with the reason."""
    require(by, "intentions.edit", intention)
    if not reason.strip():
        raise Refused(_("Say why: it is read when the fair is looked back on."), field="reason")
    intention = only_open(intention)
    _lose(intention, by, reason)
    return intention


@operation("intentions.hand_over")
def hand_over(intention: Intention, *, by: Actor) -> None:
    """A contract takes the intention over."""
    require(by, "intentions.edit", intention)
    only_open(intention)
    _keep(intention, "in_contract")
    record(events.HANDED_OVER, subject=intention, under=intention.customer, by=by)


@operation("intentions.reopen")
def reopen(intention: Intention, *, by: Actor) -> None:
    """Its contract ended without an order: the customer still wants this."""
    require(by, "intentions.edit", intention)
    _keep(intention, "open")
    record(events.REOPENED, subject=intention, under=intention.customer, by=by)


@operation("intentions.win")
def win(intention: Intention, *, by: Actor) -> None:
    """Its contract was confirmed."""
    require(by, "intentions.edit", intention)
    _keep(intention, "won")
    record(events.WON, subject=intention, under=intention.customer, by=by)


def _lose(intention: Intention, by: Actor, reason: str) -> None:
    _keep(intention, "lost", reason)
    record(events.LOST, subject=intention, under=intention.customer, by=by, values={"reason": reason})


def _keep(intention: Intention, state: str, reason: str = "") -> None:
    lost_on = clock.today() if state == "lost" else None
    Intention.objects.filter(pk=intention.pk).update(state=state, lost_reason=reason, lost_on=lost_on)
    intention.refresh_from_db()


def keep_lapse(intention: Intention, at: datetime | None) -> None:
    """The kept state as time writes it: lapsed at that moment, or open again (None)."""
    Intention.objects.filter(pk=intention.pk).update(lapsed_at=at)
    _keep(intention, "lapsed" if at else "open")


def only_open(intention: Intention) -> Intention:
    """The intention, its customer held; refused unless it is open."""
    hold(intention.customer_id)
    fresh = Intention.objects.get(pk=intention.pk)
    if fresh.state != "open":
        words = _("This intention is not open any more: %(state)s.") % {"state": STATES[fresh.state]}
        raise Refused(words, code="not_open")
    return fresh


def _check_probability(percent: int) -> None:
    if not 0 <= percent <= 100:
        raise Refused(_("A probability lies between 0 and 100."), field="probability")


def check_wish(wish: Wish) -> None:
    """Everything that rules say of what is wanted, named at once."""
    product = wish.asked_for
    together(
        partial(refuse_retired, product),
        partial(_check_named, wish),
        partial(check_quantity, wish.quantity, unit=product.unit if product else ""),
        partial(check_price, wish.price),
        partial(check_price, wish.target_price, field="target_price"),
        partial(_check_probability, PROBABILITY.value if wish.probability is None else wish.probability),
        partial(check_ahead, wish.wanted_on, "wanted_on"),
        partial(check_near, wish.wanted_on, "wanted_on"),
    )


def _check_named(wish: Wish) -> None:
    if wish.asked_for is None and not wish.special:
        raise Refused(_("Choose a product, or describe the special one."), field="product")


def _line(intention: Intention, position: int, wish: Wish) -> IntentionLine:
    check_wish(wish)
    product, probability = wish.asked_for, PROBABILITY.value if wish.probability is None else wish.probability
    variant = wish.variant
    if variant is None and product is not None:
        variants = list(product.variants.all())
        variant = variants[0] if len(variants) == 1 else None
    return IntentionLine(
        intention=intention, position=position, product=product, variant=variant, special=wish.special,
        quantity=wish.quantity, price=wish.price, target_price=wish.target_price, wanted_on=wish.wanted_on,
        probability=probability,
    )  # fmt: skip
