"""401 Product briefing 产品详解: products shown to a customer, in person, on the tablet, by link or PDF, and the answer.

While the answer to an explained briefing is pending we do not know what holds the customer back: they are negotiating, reason
*not stated*. A link or PDF that was merely sent, or fetched by a mail program, explains nothing; acting on its page does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.catalogue.products import Product, Variant, first_variants, refuse_retired
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import check_quantity, currency_field, price_field, quantity_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.text import clean, listed, phrase
from boothline.customers.card import Contact, Customer, hold, proposed_language
from boothline.customers.dealings import Noted
from boothline.customers.dealings import note as note_prices
from boothline.followups.clocks import answered_by
from boothline.links.grants import Grant, grant, mint
from boothline.messaging.letters import goes_by_mail, link_waits, write
from boothline.negotiation import events
from boothline.negotiation.lists import ANSWERS, CHANNELS
from boothline.negotiation.prices import PRICES, Priced, prices_for
from boothline.timeline.history import record

LARGE = declare(
    "negotiation.large_wish", 100_000, gettext_lazy("Quantity from which on a customer is asked whether they mean it"),
    low=100, high=100_000_000,
)  # fmt: skip
EXPLAINED = ("person", "tablet", "word")  # somebody spoke; a link or PDF is merely sent


class Briefings(models.QuerySet["Briefing"]):
    """Questions about briefings."""

    def visible_to(self, by: Actor) -> Briefings:
        """The briefings of the customers that the actor sees; nobody's without the right."""
        if not by.has("briefings.see"):
            return self.none()
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Briefings:
        """What a guest may see: what was sent to their company."""
        return self.filter(customer_id=contact.customer_id, grant__isnull=False)

    def pending(self) -> Briefings:
        """Explained, or acted on by the customer, and not answered yet."""
        return self.filter(answer="pending", is_explained=True)

    def for_list(self) -> Briefings:
        """With what a list shows, and whether one that goes by link has not reached them."""
        items = models.Prefetch("items", BriefingItem.objects.select_related("product", "variant"))
        return self.select_related("customer", "contact").prefetch_related(items).annotate(awaits_link=link_waits())


class Briefing(Record):
    """Products shown to somebody at one time."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(gettext_lazy("how"), max_length=8, default="person", choices=list(CHANNELS.items()))
    language = models.CharField(max_length=10, blank=True, default="")
    shown_at = models.DateTimeField(default=timezone.now)
    shown_by = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(gettext_lazy("note"), blank=True, default="")
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="+")
    fetched = models.PositiveIntegerField(default=0)  # an access count, no fact: a mail program fetches too
    is_explained = models.BooleanField(default=True)
    acted_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=16, default="pending", choices=list(ANSWERS.items()))
    answered_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    privacy = tags(channel=PLAIN, language=PLAIN, shown_by=PLAIN, note=WORDS, answer=PLAIN)

    objects = Briefings.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer"], name="briefing_pending", condition=models.Q(answer="pending", is_explained=True))]

    def __str__(self) -> str:
        return listed(item.product for item in self.items.all()) or _("by word")

    @property
    def is_open(self) -> bool:
        """The customer has not answered; that it lapsed is our word, not theirs."""
        return self.answer in ("pending", "lapsed")

    @property
    def is_only_sent(self) -> bool:
        """A link or PDF to which nobody has said a word."""
        return self.answer == "pending" and not self.is_explained

    @property
    def answer_words(self) -> str:
        """The answer in the reader's language."""
        if self.is_only_sent:
            return _("ready, link not handed over yet") if getattr(self, "awaits_link", False) else _("sent")
        return str(ANSWERS[self.answer])


class BriefingItems(models.Manager["BriefingItem"]):
    """Items, each with its product: a briefing is called by what was shown."""

    def get_queryset(self) -> models.QuerySet[BriefingItem]:
        """In one question."""
        return super().get_queryset().select_related("product")


class BriefingItem(models.Model):
    """One product shown, with the price that was named."""

    briefing = models.ForeignKey(Briefing, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")
    chosen = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")  # which of several the customer wants
    price = price_field(null=True)
    currency = currency_field()
    price_kind = models.CharField(max_length=8, blank=True, default="", choices=list(PRICES.items()))
    interested_at = models.DateTimeField(null=True)  # pressed on the page, without a quantity yet
    wanted = models.BooleanField(default=False)
    quantity = quantity_field(null=True)
    privacy = tags(currency=PLAIN, price_kind=PLAIN)

    objects = BriefingItems()

    def __str__(self) -> str:
        return str(self.product)


@operation("negotiation.brief")
def brief(
    customer: Customer, *, by: Actor, products: list[Product], contact: Contact | None = None, channel: str = "person", note: str = "",
    quantities: Mapping[int, Decimal] | None = None,
) -> Briefing:  # fmt: skip
    """Records that products were explained, or sends them by link. The prices for this customer are kept as shown."""
    require(by, "briefings.edit", customer)
    if not products:
        raise Refused(_("Choose at least one product that you showed."), field="products")
    for product in products:
        refuse_retired(product, "products")
    if channel == "link" and contact is None:
        raise Refused(_("Choose to whom the link goes."), field="contact")
    if contact and contact.customer_id != customer.pk:
        raise Refused(_("This person is no contact of the customer."), field="contact")
    hold(customer.pk)
    briefing = Briefing.objects.create(
        customer=customer, contact=contact, channel=channel, note=note, is_explained=channel in EXPLAINED, shown_by=by.name[:200],
        language=contact.speaks if contact else proposed_language("", customer.country, customer.name),
    )  # fmt: skip
    items = BriefingItem.objects.bulk_create(_items(briefing, products, quantities or {}))
    shown = [Noted(item.product, item.variant, item.price, item.currency) for item in items if item.price is not None]
    note_prices(customer, "briefing", briefing, shown, by=by)
    named = Briefing.objects.for_list().get(pk=briefing.pk)  # with the products that name it, in two queries
    to = contact.name if contact else "–"
    if channel in EXPLAINED:
        record(events.BRIEFED, subject=named, under=customer, by=by, values={"products": products})
    elif channel == "link" and contact and not goes_by_mail(contact):
        record(events.BRIEFING_READY, subject=named, under=customer, by=by, values={"products": products, "to": to})
    else:
        record(events.BRIEFING_SENT, subject=named, under=customer, by=by, values={"products": products, "how": channel, "to": to})
        answered_by(customer, contact, by=by)
    if channel == "link" and contact:
        _send(briefing, contact, by)
    return briefing


def _items(briefing: Briefing, products: list[Product], quantities: Mapping[int, Decimal]) -> list[BriefingItem]:
    """Each with its first variant at the price for this customer."""
    firsts = first_variants(products)
    wanted = [(variant, quantities.get(product)) for product, variant in firsts.items()]
    prices = dict(zip(firsts, prices_for(briefing.customer, wanted), strict=True))
    return [_item(briefing, product, firsts.get(product.pk), prices.get(product.pk)) for product in products]


def _item(briefing: Briefing, product: Product, variant: Variant | None, priced: Priced | None) -> BriefingItem:
    return BriefingItem(
        briefing=briefing, product=product, variant=variant, price=priced.price if priced else None,
        currency=priced.currency if priced else "CNY", price_kind=priced.kind if priced and priced.price is not None else "",
    )  # fmt: skip


def _send(briefing: Briefing, contact: Contact, by: Actor) -> None:
    reads = grant(contact, by=by.trusted(), subject=briefing, purpose="briefing")
    Briefing.objects.filter(pk=briefing.pk).update(grant=reads)
    briefing.grant = reads
    language = contact.speaks
    with override(language):
        values = {"name": contact.name, "us": company().named(language), "products": str(briefing), "link": "{link}"}
        write(
            contact, by=by.trusted(), language=language, grant=reads, subject=_("%(us)s: the products we talked about") % values,
            body=phrase(_(
                "Dear %(name)s,\n\nHere is our information on %(products)s. Have a look, and tell us there what you would like "
"or what you want to know:\n\n%(link)s\n\n%(us)s\n"
            ), values),
        )  # fmt: skip


@operation("negotiation.briefing_link")
def make_link(briefing: Briefing, *, by: Actor) -> str:
    """A new address of the briefing for its contact, shown once, to hand over by chat: a word to them. Addresses made earlier go on
    working."""
    require(by, "briefings.edit", briefing)
    if briefing.contact is None:
        raise Refused(_("Nobody is named to whom it was shown, so nobody can get a link."), code="nobody")
    hold(briefing.customer_id)
    reads = grant(briefing.contact, by=by.trusted(), subject=briefing, purpose="briefing")
    if briefing.grant_id != reads.pk:
        Briefing.objects.filter(pk=briefing.pk).update(grant=reads)
    address = mint(reads, by=by.trusted())
    record(events.BRIEFING_LINKED, subject=briefing, under=briefing.customer, by=by, values={"to": briefing.contact.name})
    answered_by(briefing.customer, briefing.contact, by=by)
    return address


def count_fetch(briefing: Briefing) -> None:
    """A GET of its page: a count beside the record, and no fact about the customer."""
    Briefing.objects.filter(pk=briefing.pk).update(fetched=F("fetched") + 1)


@dataclass(frozen=True)
class Wanted:
    """A product that the customer ticked on the page, with the quantity and the variant where they said so."""

    item: BriefingItem
    quantity: Decimal | None = None
    variant: Variant | None = None


@operation("negotiation.choose")
def choose(briefing: Briefing, *, by: Actor, wanted: list[Wanted]) -> Briefing:
    """The customer presses *interested in*. With a quantity it is a wish, and the answer; without one we have to ask."""
    require(by, "briefings.answer", briefing)
    if not wanted:
        raise Refused(_("Tick what you are interested in."), field="wanted")
    for one in wanted:
        refuse_retired(one.item.product, "wanted")
        check_quantity(one.quantity, unit=one.item.product.unit)
    briefing = held(briefing)
    if briefing.answer == "wants":
        return briefing
    briefing = await_again(briefing, by=by)
    _refuse_answered(briefing)
    now = timezone.now()
    with_quantity = [one for one in wanted if one.quantity]
    for one in wanted:
        said = {"interested_at": now, "quantity": one.quantity, "chosen": one.variant}
        BriefingItem.objects.filter(briefing=briefing, pk=one.item.pk).update(**said)
    Briefing.objects.filter(pk=briefing.pk).update(acted_at=now, is_explained=True)
    record(events.CHOSEN, subject=briefing, under=briefing.customer, by=by, values={"products": [one.item.product for one in wanted]})
    if with_quantity:
        answer(briefing, by=by.trusted(), answer="wants", wanted=[one.item for one in with_quantity])
    briefing.refresh_from_db()
    return briefing


@operation("negotiation.turn_down")
def turn_down(briefing: Briefing, *, by: Actor, words: str = "") -> Briefing:
    """The customer is not interested. Pressed twice, the first answer stands."""
    require(by, "briefings.answer", briefing)
    briefing = held(briefing)
    if briefing.answer == "not_interested":
        return briefing
    briefing = await_again(briefing, by=by)
    _refuse_answered(briefing)
    Briefing.objects.filter(pk=briefing.pk).update(acted_at=timezone.now(), is_explained=True)
    return answer(briefing, by=by.trusted(), answer="not_interested", words=clean(words, 500))


@operation("negotiation.answer")
def answer(briefing: Briefing, *, by: Actor, answer: str, wanted: list[BriefingItem] | None = None, words: str = "") -> Briefing:
    """The customer's answer: wants these, or is not interested. Refused where it was answered already."""
    require(by, "briefings.edit", briefing)
    briefing = held(briefing)
    if answer not in ("wants", "not_interested"):
        raise Refused(_("Choose what the customer answered."), field="answer")
    _refuse_answered(briefing)
    if answer == "wants" and not wanted:
        raise Refused(_("Choose what the customer wants."), field="wanted")
    if answer == "not_interested" and wanted:
        raise Refused(_("Products are ticked as wanted. Take the ticks off, or choose that the customer wants some of it."), field="wanted")
    Briefing.objects.filter(pk=briefing.pk).update(answer=answer, answered_at=timezone.now(), is_explained=True)
    BriefingItem.objects.filter(briefing=briefing, pk__in=[item.pk for item in wanted or []]).update(wanted=True)
    briefing.refresh_from_db()
    record(events.ANSWERED, subject=briefing, under=briefing.customer, by=by, values={"answer": answer, "words": words})
    return briefing


def held(briefing: Briefing) -> Briefing:
    """As it stands, while nobody else changes anything of its customer."""
    hold(briefing.customer_id)
    return Briefing.objects.for_list().get(pk=briefing.pk)


def await_again(briefing: Briefing, *, by: Actor) -> Briefing:
    """One that lapsed: its answer is awaited again, by who follows the customer, or because the customer acts on its page."""
    if briefing.answer != "lapsed":
        return briefing
    Briefing.objects.filter(pk=briefing.pk).update(answer="pending", lapsed_at=None, answered_at=None)
    record(events.REOPENED, subject=briefing, under=briefing.customer, by=by, values={"what": "briefing"})
    return Briefing.objects.for_list().get(pk=briefing.pk)


def _refuse_answered(briefing: Briefing) -> None:
    if briefing.answer != "pending":
        words = _("This briefing was answered already: %(answer)s.") % {"answer": ANSWERS[briefing.answer]}
        raise Refused(words, code="answered")


def pend_again(customer: Customer, briefing: Briefing | None, *, by: Actor) -> None:
    """What held the customer back is resolved, so their answer is awaited again; without a briefing that explained something, one *by
    word* where none is pending."""
    if briefing is None or not briefing.is_explained:
        awaited = Briefing.objects.pending().filter(customer=customer).order_by("-id").first()
        briefing = awaited or Briefing.objects.create(customer=customer, channel="word")
    again: dict[str, Any] = {"answer": "pending", "answered_at": None, "lapsed_at": None}
    Briefing.objects.filter(pk=briefing.pk).update(**again)
    briefing.items.update(wanted=False)
    record(events.PENDING_AGAIN, subject=briefing, under=customer, by=by)
