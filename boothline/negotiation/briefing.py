"""401 Product briefing 产品详解: products shown to a customer, and what the customer answered.

While the answer is pending we do not know what holds the customer back: they are negotiating, reason *not stated*.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.catalogue.products import Product, Variant
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import currency_field, price_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import listed
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.dealings import Noted
from boothline.customers.dealings import note as note_prices
from boothline.negotiation import events
from boothline.negotiation.lists import ANSWERS, CHANNELS
from boothline.timeline.history import record


class Briefings(models.QuerySet["Briefing"]):
    """Questions about briefings."""

    def visible_to(self, by: Actor) -> Briefings:
        """The briefings of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def pending(self) -> Briefings:
        """Not answered yet."""
        return self.filter(answer="pending")

    def for_list(self) -> Briefings:
        """With what a list shows."""
        items = models.Prefetch("items", BriefingItem.objects.select_related("product", "variant"))
        return self.select_related("customer", "contact").prefetch_related(items)


class Briefing(Record):
    """Products shown to somebody at one time."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(gettext_lazy("how"), max_length=8, default="person", choices=list(CHANNELS.items()))
    shown_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(gettext_lazy("note"), blank=True, default="")
    answer = models.CharField(max_length=16, default="pending", choices=list(ANSWERS.items()))
    answered_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    privacy = tags(channel=PLAIN, note=WORDS, answer=PLAIN)

    objects = Briefings.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer"], name="briefing_pending", condition=models.Q(answer="pending"))]

    def __str__(self) -> str:
        return listed(item.product for item in self.items.all()) or _("by word")


class BriefingItem(models.Model):
    """One product shown, with the price that was named."""

    briefing = models.ForeignKey(Briefing, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")
    price = price_field(null=True)
    currency = currency_field()
    wanted = models.BooleanField(default=False)
    privacy = tags(currency=PLAIN)

    def __str__(self) -> str:
        return str(self.product)


@operation("negotiation.brief")
def brief(
    customer: Customer, *, by: Actor, products: list[Product], contact: Contact | None = None, channel: str = "person", note: str = ""
) -> Briefing:
    """Records that products were explained. Their list prices are kept as shown."""
    require(by, "briefings.edit", customer)
    if not products:
        raise Refused(_("Choose at least one product that you showed."), field="products")
    hold(customer.pk)
    briefing = Briefing.objects.create(customer=customer, contact=contact, channel=channel, note=note)
    items = BriefingItem.objects.bulk_create(_item(briefing, product) for product in products)
    shown = [Noted(item.product, item.variant, item.price, item.currency) for item in items if item.price is not None]
    note_prices(customer, "briefing", briefing, shown, by=by)
    record(events.BRIEFED, subject=briefing, under=customer, by=by, values={"products": products})
    return briefing


def _item(briefing: Briefing, product: Product) -> BriefingItem:
    variant = product.variants.first()
    price: Decimal | None = variant.price if variant else None
    return BriefingItem(briefing=briefing, product=product, variant=variant, price=price, currency=variant.currency if variant else "CNY")


@operation("negotiation.answer")
def answer(briefing: Briefing, *, by: Actor, answer: str, wanted: list[BriefingItem] | None = None) -> Briefing:
    """The customer's answer: wants these, or is not interested. Refused where it was answered already."""
    require(by, "briefings.edit", briefing)
    hold(briefing.customer_id)
    briefing = Briefing.objects.get(pk=briefing.pk)
    if answer not in ("wants", "not_interested"):
        raise Refused(_("Choose what the customer answered."), field="answer")
    if briefing.answer != "pending":
        words = _("This briefing was answered already: %(answer)s.") % {"answer": ANSWERS[briefing.answer]}
        raise Refused(words, code="answered")
    if answer == "wants" and not wanted:
        raise Refused(_("Choose what the customer wants."), field="wanted")
    Briefing.objects.filter(pk=briefing.pk).update(answer=answer, answered_at=timezone.now())
    BriefingItem.objects.filter(briefing=briefing, pk__in=[item.pk for item in wanted or []]).update(wanted=True)
    briefing.refresh_from_db()
    record(events.ANSWERED, subject=briefing, under=briefing.customer, by=by, values={"answer": answer})
    return briefing


def pend_again(customer: Customer, briefing: Briefing | None, *, by: Actor) -> None:
    """What held the customer back is resolved, so their answer is awaited again; without a briefing, one *by word*."""
    if briefing is None:
        briefing = Briefing.objects.create(customer=customer, channel="word")
    Briefing.objects.filter(pk=briefing.pk).update(answer="pending", answered_at=None, lapsed_at=None)
    briefing.items.update(wanted=False)
    record(events.PENDING_AGAIN, subject=briefing, under=customer, by=by)
