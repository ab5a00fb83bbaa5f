"""Dealings: one row a product that was shown, offered or ordered, at which price. Price memory is read from here.

Higher rooms write them down by `note`, in the transaction of the fact itself; nobody below looks up. A dealing that its
fact has left (the contract ended, a newer version stands) is not live any more, and stays readable. What was printed and is not sent
yet is noted unsaid: its prices are remembered from the day on which the customer has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.catalogue.products import Product, Variant
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.kinds import kind_of
from boothline.core.money import currency_field, net_price, price_field, quantity_field
from boothline.core.privacy import BOOKS, PLAIN, tags
from boothline.customers.card import REACHING, Consent, Contact, Customer

KINDS = {
    "briefing": gettext_lazy("briefing"),
    "quotation": gettext_lazy("quotation"),
    "contract": gettext_lazy("contract"),
    "order": gettext_lazy("order"),
}
REMEMBERED = 3
PARTS = 4  # so many parts of one sale are seen as one


class Dealing(models.Model):
    """One product at one price with one customer on one day; `source` is the record that says so."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    quantity = quantity_field(null=True)
    price = price_field()
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    currency = currency_field()
    who = models.CharField(max_length=200)  # of us, who gave the price
    source_kind = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    is_live = models.BooleanField(default=True)
    is_said = models.BooleanField(default=True)  # to the customer
    privacy = tags(kind=PLAIN, currency=PLAIN, who=BOOKS, source_kind=PLAIN)
    parts = 1  # of how many orders it is the sum, where price memory takes them together

    class Meta:
        indexes = [
            models.Index(fields=["customer", "product", "-on", "-id"], name="dealing_memory"),
            models.Index(fields=["source_kind", "source_id"], name="dealing_source"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.product}"

    @property
    def net(self) -> Decimal:
        """What a piece cost, the discount taken off."""
        return net_price(self.price, self.discount)


@dataclass(frozen=True)
class Noted:
    """A price as a higher room notes it."""

    product: Product
    variant: Variant | None
    price: Decimal
    currency: str
    quantity: Decimal | None = None
    discount: Decimal = Decimal(0)
    who: str = ""  # who gave the price, where that is somebody else than who does this


@dataclass(frozen=True)
class Memory:
    """What one fact said of prices, with whom, on which day."""

    customer: Customer
    source: models.Model
    prices: list[Noted]
    on: date


def note(
    customer: Customer, kind: str, source: models.Model, prices: Iterable[Noted], *, by: Actor, on: date | None = None, is_said: bool = True
) -> None:  # fmt: skip
    """Writes down what a fact said of prices, or will say once it is sent."""
    note_many([Memory(customer, source, list(prices), on or clock.today())], kind, by=by, is_said=is_said)


def note_many(said: Iterable[Memory], kind: str, *, by: Actor, is_said: bool = True) -> None:
    """The same of many facts of one kind at once; the only writer of dealings, together with `say`, `drop`, `end` and `revive`."""
    rows = (
        Dealing(
            customer=one.customer, kind=kind, product=n.product, variant=n.variant, on=one.on, quantity=n.quantity, price=n.price,
            discount=n.discount, currency=n.currency, who=(n.who or _of_us(one.customer, by))[:200],
            source_kind=kind_of(one.source), source_id=one.source.pk, is_said=is_said,
        )
        for one in said
        for n in one.prices
    )  # fmt: skip
    Dealing.objects.bulk_create(rows, batch_size=1000)


def _of_us(customer: Customer, by: Actor) -> str:
    """Who gives a price: never the customer, who only accepts it."""
    return by.name if by.kind != "guest" else str(customer.owner or "")


def given_by(kind: str, sources: Iterable[int]) -> dict[int, str]:
    """{id of a fact: who gave its prices}, of facts of one kind of record."""
    return dict(Dealing.objects.filter(source_kind=kind, source_id__in=set(sources)).values_list("source_id", "who"))


def say(source: models.Model, *, by: Actor) -> None:
    """What was noted unsaid went to the customer: it is remembered as of today. Said again, the first day stands."""
    unsaid = Dealing.objects.filter(source_kind=kind_of(source), source_id=source.pk, is_said=False)
    unsaid.update(is_said=True, on=clock.today(), who=by.name[:200])


def restate(source: models.Model, said: Iterable[Memory], kind: str, *, by: Actor) -> None:
    """What a fact says of prices now: what it said before and still says stays as it was, with who said it; the rest stands no more."""
    standing = list(Dealing.objects.filter(source_kind=kind_of(source), source_id=source.pk, is_live=True).order_by("id"))
    new: list[Memory] = []
    for one in said:
        known = {(d.on, d.variant_id, d.quantity, d.price, d.discount, d.currency): d for d in standing}
        fresh = []
        for n in one.prices:
            same = known.pop((one.on, n.variant.pk if n.variant else None, n.quantity, n.price, n.discount, n.currency), None)
            if same:
                standing.remove(same)
            else:
                fresh.append(n)
        new.append(replace(one, prices=fresh))
    Dealing.objects.filter(pk__in=[dealing.pk for dealing in standing]).update(is_live=False)
    note_many(new, kind, by=by)


def drop(sources: Iterable[models.Model]) -> None:
    """What these facts said is another one's now, which says it: they are not remembered beside it."""
    for source in sources:
        Dealing.objects.filter(source_kind=kind_of(source), source_id=source.pk).delete()


def end(sources: Iterable[models.Model]) -> None:
    """These facts do not stand any more: their prices are remembered, struck through."""
    for source in sources:
        Dealing.objects.filter(source_kind=kind_of(source), source_id=source.pk).update(is_live=False)


def revive(sources: Iterable[models.Model]) -> None:
    """What ended them was an error: they stand again."""
    for source in sources:
        Dealing.objects.filter(source_kind=kind_of(source), source_id=source.pk).update(is_live=True)


def prices_of(source: models.Model) -> models.QuerySet[Dealing]:
    """What a fact said of prices."""
    return Dealing.objects.filter(source_kind=kind_of(source), source_id=source.pk).select_related("variant").order_by("id")


def ordered_last(customer: Customer, products: Iterable[int]) -> dict[int, Variant]:
    """{product id: the variant of it that they ordered last}; without those of which their last order had several."""
    ordered = Dealing.objects.filter(customer=customer, kind="order", is_live=True, product__in=products, variant__isnull=False)
    last: dict[int, tuple[tuple[str, int], set[Variant]]] = {}
    for dealing in ordered.select_related("variant").order_by("-on", "-id"):
        source, variants = last.setdefault(dealing.product_id, ((dealing.source_kind, dealing.source_id), set()))
        if source == (dealing.source_kind, dealing.source_id) and dealing.variant:
            variants.add(dealing.variant)
    return {product: variants.pop() for product, (_source, variants) in last.items() if len(variants) == 1}


def price_memory(
    customer: Customer, wanted: Iterable[tuple[Product | None, Variant | None]]
) -> dict[tuple[int, int | None], list[Dealing]]:
    """{(product id, variant id): the last three prices}, newest first; of the variant, else of its product. A document that changed says
    the newest alone, struck through where that does not stand any more; one sale is one price (`_one_a_sale`). One query."""
    pairs = {(product.pk, variant.pk if variant else None) for product, variant in wanted if product}
    if not pairs:
        return {}
    nth = Window(RowNumber(), partition_by=["product", "variant"], order_by=["-on", "-id"])
    same = ("source_kind", "source_id", "product", "variant")
    again = Dealing.objects.filter(pk__gt=models.OuterRef("pk"), **{name: models.OuterRef(name) for name in same})
    theirs = Dealing.objects.filter(customer=customer, product__in={pk for pk, _variant in pairs}, is_said=True).select_related("variant")
    newest = theirs.exclude(models.Q(is_live=False) & models.Exists(again)).annotate(nth=nth)
    known: dict[int, list[Dealing]] = defaultdict(list)
    for dealing in newest.filter(nth__lte=REMEMBERED * PARTS).order_by("-on", "-id"):
        known[dealing.product_id].append(dealing)
    found = {}
    for pk, variant_pk in pairs:
        own = [dealing for dealing in known[pk] if variant_pk and dealing.variant_id == variant_pk]
        found[pk, variant_pk] = _one_a_sale(own or known[pk])[:REMEMBERED]
    return found


def _one_a_sale(dealings: list[Dealing]) -> list[Dealing]:
    """Orders of one day at one price are mostly parts of one sale that was split: all their pieces, and of how many orders. Of the
    versions of a contract the newest says it, and what stands before what does not."""
    found: dict[tuple[Any, ...], Dealing] = {}
    for one in sorted(dealings, key=lambda dealing: not dealing.is_live):
        sale = (one.kind, one.variant_id, one.on, one.price, one.discount, one.currency)
        first = found.setdefault(sale, one)
        if first is not one and one.kind == "order" and one.is_live and first.quantity and one.quantity:
            first.quantity += one.quantity
            first.parts += 1
    return [one for one in dealings if one in found.values()]


def why_not_asked(customer: Customer, contact: Contact) -> str:
    """Why we may not write to a person; "" where a consent of theirs stands, or where they never spoke of it and there is
    business, a contract or an order. Whoever agrees no longer is not written to, whatever they buy."""
    said = Consent.objects.filter(contact=contact, purpose__in=REACHING)
    if said.filter(withdrawn_at=None).exists():
        return ""
    if said.exists():
        return _("asked not to be contacted")
    if Dealing.objects.filter(customer=customer, kind__in=("contract", "order"), is_live=True).exists():
        return ""
    return _("neither agreed to be contacted nor bought anything yet")
