"""304 Order expansion 订单拓展: a request for more business, sent to a customer and answered on their page.

Accepting makes intended products in the same transaction, once; a question makes a next step for the owner and holds the
expiry until we answer. The specification names intending customers; a customer of any type may be asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.catalogue.products import Product, Variant, first_variants, of_several, refuse_retired
from boothline.catalogue.rates import is_below_floor
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.money import check_quantity, currency_field, price_field, quantity_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import clean, phrase, reason_given, sentence_given
from boothline.core.wordlists import ForCustomer
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.dealings import ordered_last, why_not_asked
from boothline.customers.quiet import reasons_for
from boothline.followups.steps import Desk, NextStep, Plan, plan_many, say_now, waited_for
from boothline.intentions import events
from boothline.intentions.collection import collect_as_before
from boothline.intentions.lists import EXPANSION_KINDS, EXPANSION_STATES
from boothline.intentions.products import Intention, IntentionLine, Wish, amounts, open_intention
from boothline.intentions.recommendation import Recommended, recommend, worded
from boothline.links.grants import Grant, grant, revoke
from boothline.messaging.letters import link_waits, newest_about, write
from boothline.messaging.letters import make_link as link_to
from boothline.negotiation.lists import REASONS
from boothline.negotiation.prices import Taken, prices_for, prices_taken
from boothline.timeline.history import record
from boothline.worktime.calendar import next_workday

LIFE_DAYS = declare("intentions.expansion_days", 30, gettext_lazy("Days an expansion request lives"), low=1, high=180)
PAUSE_DAYS = declare(
    "intentions.expansion_pause_days", 30, gettext_lazy("Days between two expansion requests of one kind to a customer"), low=0, high=365
)
FIRST_REMINDER = declare(
    "intentions.expansion_remind_first", 7, gettext_lazy("Days until an expansion request is reminded of"), low=1, high=90
)
SECOND_REMINDER = declare(
    "intentions.expansion_remind_second", 25, gettext_lazy("Days until an expansion request is reminded of again"), low=1, high=180
)
REFUSED_DAYS = declare(
    "intentions.recommend_refused_days", 180, gettext_lazy("Days in which what a customer refused is not recommended again"), low=0,
    high=730,
)  # fmt: skip
QUESTION = waited_for(
    gettext_noop("answer their question about the expansion request"),
    at=Desk(gettext_lazy("Answer the question"), "expansion-answer", "expansion", "chat"),
)
RUNNING = ("sent", "opened", "asked")
OPEN = ("draft", *RUNNING)
DECLINE_REASONS = ForCustomer(REASONS, {"no_need": gettext_lazy("We do not need it")})


class Expansions(models.QuerySet["Expansion"]):
    """Questions about expansion requests."""

    def visible_to(self, by: Actor) -> Expansions:
        """Those of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by)) if by.has("intentions.see") else self.none()

    def of_contact(self, contact: Contact) -> Expansions:
        """What a guest may see: what was sent to their company."""
        return self.filter(customer_id=contact.customer_id, sent_at__isnull=False)

    def for_list(self) -> Expansions:
        """With everything that its page shows, and whether one that was sent has not reached them."""
        items = models.Prefetch("items", ExpansionItem.objects.select_related("product", "variant"))
        found = self.select_related("customer__owner", "contact", "intention").prefetch_related(items)
        return found.annotate(awaits_link=link_waits())

    def search(self, words: str, by: Actor) -> Expansions:
        """By the customer."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class Expansion(Record):
    """One request for more business. Each fact of its life has its moment; `state` is kept."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=list(EXPANSION_KINDS.items()))
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(gettext_lazy("words to the customer"), blank=True, default="")
    currency = currency_field()
    state = models.CharField(max_length=10, default="draft", choices=list(EXPANSION_STATES.items()))
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    begun_on = models.DateField(null=True)  # its reminders count from here: the day it was sent, later by the days their question waited
    ends_on = models.DateField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True, default="")
    answer_words = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField(null=True)
    question = models.TextField(blank=True, default="")
    our_answer = models.TextField(blank=True, default="")
    withdrawn_reason = models.CharField(max_length=300, blank=True, default="")
    override_reason = models.CharField(max_length=300, blank=True, default="")
    reminded = models.PositiveSmallIntegerField(default=0)
    intention = models.ForeignKey(Intention, null=True, on_delete=models.PROTECT, related_name="+")
    privacy = tags(
        kind=PLAIN, words=WORDS, currency=PLAIN, state=PLAIN, reason=PLAIN, answer_words=WORDS, question=WORDS, our_answer=WORDS,
        withdrawn_reason=WORDS, override_reason=WORDS,
    )  # fmt: skip

    merging = Merging(note=gettext_lazy("Expansion requests: where both have an open one of the same kind, one of them is ended first."))

    objects = Expansions.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "kind"], name="one_open_expansion", condition=models.Q(state__in=OPEN))]
        indexes = [models.Index(fields=["ends_on"], name="expansion_ends", condition=models.Q(state__in=RUNNING))]

    def __str__(self) -> str:
        return str(EXPANSION_KINDS[self.kind])

    @property
    def standing(self) -> str:
        """Its state in words; of what is sent and has not reached them, where it was asked for, that it is with us."""
        if self.state == "sent" and getattr(self, "awaits_link", False):
            return _("ready, link not handed over yet")
        return str(self.get_state_display())

    @property
    def is_running(self) -> bool:
        """Waits for the customer, and not over by the day; a question holds the end."""
        return self.state in RUNNING and (self.state == "asked" or self.ends_on is None or self.ends_on >= clock.today())

    @property
    def answer_on(self) -> date | None:
        """The day by which who asked is told that we answer: that of our step."""
        return next_workday(timezone.localdate(self.asked_at)) if self.asked_at else None

    @property
    def reason_words(self) -> str:
        """Why it was declined."""
        return DECLINE_REASONS.get(self.reason, "")


class ExpansionItem(models.Model):
    """One proposed product with its reason; and how many the customer takes, once they said so. The variant is the only one, or the one
    that they ordered last: their page names it. Else they have not said which they mean."""

    expansion = models.ForeignKey(Expansion, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")
    quantity = quantity_field(null=True)
    price = price_field(null=True)
    why = models.JSONField(default=list)  # [[code, values]]
    accepted = quantity_field(null=True)
    is_refused = models.BooleanField(default=False)
    privacy = tags(why=PLAIN)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["expansion", "product"], name="proposed_once")]

    def __str__(self) -> str:
        return str(self.product)

    @property
    def reasons(self) -> list[str]:
        """Why it is proposed, in the reader's language."""
        return [worded(code, values) for code, values in self.why]


@dataclass
class Proposed:
    """A product as it is proposed."""

    product: Product
    quantity: Decimal | None = None


def refused_lately(customer: Customer) -> set[int]:
    """The products that this customer refused in the last half year: proposed, or intended and not wanted any more."""
    since = timezone.now() - timedelta(days=REFUSED_DAYS.value)
    refused = ExpansionItem.objects.filter(expansion__customer=customer, is_refused=True, expansion__answered_at__gte=since)
    lost = IntentionLine.objects.filter(intention__customer=customer, product__isnull=False).filter(
        Q(lost_at__gte=since) | Q(intention__state="lost", intention__lost_on__gte=timezone.localdate(since))
    )
    return {*refused.values_list("product_id", flat=True), *lost.values_list("product_id", flat=True)}


def recommended(customer: Customer, kind: str) -> list[Recommended]:
    """What to propose to them."""
    return recommend(customer, kind=kind, refused=refused_lately(customer))


@operation("intentions.prepare_expansion")
def prepare_expansion(customer: Customer, *, by: Actor, kind: str, items: list[Proposed], words: str = "") -> Expansion:
    """Drafts a request. At most one of a kind is open; what was recommended carries its reason."""
    require(by, "expansions.send", customer)
    if kind not in EXPANSION_KINDS:
        raise Refused(_("Choose from the list."), field="kind")
    why = {r.product.pk: r.why for r in recommended(customer, kind)}  # before the customer is held: it takes longest
    hold(customer.pk)
    if not items:
        raise Refused(_("Choose at least one product."), field="other")
    to_them = clean(words, 2000)
    standing = Expansion.objects.filter(customer=customer, kind=kind, state__in=OPEN).first()
    if standing:
        raise Refused(
            _("A request of this kind is open with them already: %(state)s.") % {"state": standing.get_state_display()}, code="open"
        )
    named = [item.product.pk for item in items]
    unsaid, last = of_several(named), ordered_last(customer, named)
    for item in items:
        check_quantity(item.quantity, unit=item.product.unit)
    variants = first_variants([item.product for item in items]) | last
    asked = [(variants[item.product.pk], item.quantity) for item in items if item.product.pk in variants]
    prices = {variant.product_id: price for (variant, _n), price in zip(asked, prices_for(customer, asked), strict=True)}
    currency = next((price.currency for price in prices.values()), "CNY")
    made = Expansion.objects.create(customer=customer, kind=kind, words=to_them, currency=currency)
    ExpansionItem.objects.bulk_create(
        ExpansionItem(
            expansion=made, product=item.product, quantity=item.quantity, why=why.get(item.product.pk, []),
            variant=None if item.product.pk in unsaid and item.product.pk not in last else variants.get(item.product.pk),
            price=price.price if (price := prices.get(item.product.pk)) and price.currency == currency else None,
        )
        for item in items
    )  # fmt: skip
    record(events.EXPANSION_PREPARED, subject=made, under=customer, by=by, values=_said(made))
    return made


@operation("intentions.send_expansion")
def send_expansion(expansion: Expansion, *, by: Actor, contact: Contact, override_reason: str = "") -> Expansion:
    """Sends it by mail with a link. Sent twice, it stands. Refused while a critical problem or complaint is open (a manager may,
    with a reason), without consent or business relation, and within 30 days of another of its kind."""
    require(by, "expansions.send", expansion.customer)
    expansion = _held(expansion)
    if expansion.state in RUNNING:
        return expansion
    if expansion.state != "draft":
        raise Refused(_("This request is over: %(state)s.") % {"state": expansion.get_state_display()}, code="over")
    customer = expansion.customer
    if contact.customer_id != customer.pk:
        raise Refused(_("This person is no contact of the customer."), field="contact")
    if not contact.point("email"):
        raise Refused(phrase(_("%(name)s has no e-mail address. Add one first."), {"name": contact.name}), field="contact")
    _check_quiet(customer, by, override_reason)
    if why := why_not_asked(customer, contact):
        raise Refused(_("Not sent: %(why)s.") % {"why": why}, code="consent")
    _check_pause(customer, expansion.kind)
    _check_floors(expansion)
    ends = clock.today() + timedelta(days=LIFE_DAYS.value)
    held = grant(contact, by=by.trusted(), subject=expansion, purpose="expansion", until=_midnight_after(ends))
    _move(
        expansion, "sent", contact=contact, grant=held, sent_at=timezone.now(), begun_on=clock.today(), ends_on=ends,
        override_reason=clean(override_reason, 300),
    )  # fmt: skip
    _write(expansion, by, "sent")
    record(events.EXPANSION_SENT, subject=expansion, under=customer, by=by, values=_said(expansion) | {"to": contact.name, "until": ends})
    return expansion


def _check_quiet(customer: Customer, by: Actor, reason: str) -> None:
    quiet = reasons_for([customer.pk]).get(customer.pk, [])
    if not quiet:
        return
    if not reason:
        raise Refused(_("Not now: %(why)s. A manager may send it with a reason.") % {"why": quiet[0].get_why_display()}, code="quiet")
    require(by, "expansions.override", customer)
    sentence_given(reason)


def _check_floors(expansion: Expansion) -> None:
    """A floor price may have been raised since it was prepared: below it no price leaves the house unasked (401)."""
    for item in expansion.items.select_related("product", "variant"):
        if item.variant and item.price is not None and is_below_floor(item.variant, item.price, expansion.currency):
            words = _("The price of %(product)s lies below its floor price by now. Withdraw this request and make it anew.")
            raise Refused(phrase(words, {"product": item.product}), code="floor")


def _check_pause(customer: Customer, kind: str) -> None:
    last = Expansion.objects.filter(customer=customer, kind=kind, sent_at__isnull=False).order_by("-sent_at").first()
    if last is None or last.sent_at is None:
        return
    sent_on = timezone.localdate(last.sent_at)
    again = sent_on + timedelta(days=PAUSE_DAYS.value)
    if clock.today() < again:
        words = _("The last request of this kind went out on %(on)s. The next may go from %(from)s.")
        raise Refused(words % {"on": date_format(sent_on, "DATE_FORMAT"), "from": date_format(again, "DATE_FORMAT")}, code="too_soon")


@operation("intentions.link_expansion")
def make_link(expansion: Expansion, *, by: Actor) -> str:
    """A fresh address of it, to hand over by chat."""
    require(by, "expansions.send", expansion.customer)
    return link_to(newest_about(expansion), by=by.trusted())


@operation("intentions.open_expansion")
def open_expansion(expansion: Expansion, *, by: Actor) -> Expansion:
    """The customer pressed *View*. Pressed again it changes nothing."""
    require(by, "expansions.answer", expansion)
    expansion = _held(expansion)
    if expansion.state == "sent" and expansion.is_running:
        _move(expansion, "opened", opened_at=timezone.now())
        record(events.EXPANSION_OPENED, subject=expansion, under=expansion.customer, by=by, values=_said(expansion))
    return expansion


@operation("intentions.accept_expansion")
def accept(expansion: Expansion, *, by: Actor, wanted: dict[int, Decimal]) -> Expansion:
    """They want these: {item id: quantity}. All of it is accepted, less is in part; it becomes intended products at once, and
    once. Pressed again, the first answer stands."""
    require(by, "expansions.answer", expansion)
    expansion = _held(expansion)
    if expansion.state in ("accepted", "in_part", "declined"):
        return expansion
    _refuse_if_over(expansion)
    items = list(expansion.items.all())
    if not wanted:
        raise Refused(_("Choose at least one product, with its quantity."), field="wanted")
    for item in items:
        if item.pk in wanted:
            refuse_retired(item.product, "wanted")
            check_quantity(wanted[item.pk], "wanted", item.product.unit)
    offered = [item for item in items if not item.product.retired_at]  # what went out of the catalogue meanwhile nobody refuses
    taken = [item for item in items if item.pk in wanted]
    if not taken or any(not wanted[item.pk] for item in taken):
        raise Refused(_("Choose at least one product, with its quantity."), field="wanted")
    for item in offered:
        ExpansionItem.objects.filter(pk=item.pk).update(accepted=wanted.get(item.pk), is_refused=item.pk not in wanted)
    counts = [Taken(item.product_id, item.variant, wanted[item.pk], item.price, expansion.currency) for item in taken]
    prices = prices_taken(expansion.customer, counts, expansion.currency)
    wishes = [Wish(item.product, item.variant, quantity=wanted[item.pk], price=price) for item, price in zip(taken, prices, strict=True)]
    intention = open_intention(expansion.customer, by=by.trusted(), wishes=wishes, currency=expansion.currency, source="expansion")
    if expansion.kind == "reorder":
        collect_as_before(intention)
    _move(expansion, "accepted" if len(taken) == len(offered) else "in_part", answered_at=timezone.now(), intention=intention)
    values = _said(expansion) | {"products": amounts(list(intention.lines.all()))}
    record(events.EXPANSION_ACCEPTED, subject=expansion, under=expansion.customer, by=by, values=values)
    return expansion


@operation("intentions.decline_expansion")
def decline(expansion: Expansion, *, by: Actor, reason: str, words: str = "") -> Expansion:
    """They do not want it, and why. Pressed again, the first answer stands."""
    require(by, "expansions.answer", expansion)
    expansion = _held(expansion)
    if expansion.state in ("accepted", "in_part", "declined"):
        return expansion
    _refuse_if_over(expansion)
    if reason not in DECLINE_REASONS:
        raise Refused(_("Choose a reason from the list."), field="reason")
    expansion.items.update(is_refused=True)
    _move(expansion, "declined", answered_at=timezone.now(), reason=reason, answer_words=clean(words, 2000))
    values = _said(expansion) | {"words": expansion.answer_words[:500]}
    record(events.EXPANSION_DECLINED, subject=expansion, under=expansion.customer, by=by, values=values)
    return expansion


@operation("intentions.ask_expansion")
def ask(expansion: Expansion, *, by: Actor, words: str) -> Expansion:
    """They ask: a next step for the owner, the next workday; the expiry waits for our answer."""
    require(by, "expansions.answer", expansion)
    expansion = _held(expansion)
    _refuse_if_over(expansion)
    words = clean(words, 2000)
    if not words:
        raise Refused(_("Write your question."), field="words")
    if expansion.state == "asked" and f"\n\n{words}\n\n" in f"\n\n{expansion.question}\n\n":
        return expansion
    is_first = expansion.state != "asked"
    together = "\n\n".join(filter(None, (expansion.question, words)))
    _move(expansion, "asked", asked_at=expansion.asked_at if not is_first else timezone.now(), question=together)
    said = {"expansion": expansion.pk, "words": together[:160]}
    if is_first:
        plan_many([Plan(expansion.customer, QUESTION, next_workday(clock.today()), values=said)], by=by.trusted())
    for step in NextStep.objects.open().filter(customer=expansion.customer, what=QUESTION, values__expansion=expansion.pk):
        say_now(step, **said)
    record(events.EXPANSION_ASKED, subject=expansion, under=expansion.customer, by=by, values=_said(expansion) | {"words": words[:500]})
    return expansion


@operation("intentions.answer_expansion")
def answer_question(expansion: Expansion, *, by: Actor, words: str) -> Expansion:
    """We answer: the customer is told, and has as many days as were left when they asked. Answered twice, the first stands."""
    require(by, "expansions.send", expansion.customer)
    expansion = _held(expansion)
    if expansion.state != "asked":
        if expansion.our_answer:
            return expansion
        raise Refused(_("Nothing is asked."), code="nothing_asked")
    words = clean(words, 2000)
    if not words:
        raise Refused(_("Write what the customer is to read."), field="words")
    _go_on(expansion, by, our_answer=words)
    _write(expansion, by, "answered")
    record(events.EXPANSION_ANSWERED, subject=expansion, under=expansion.customer, by=by, values=_said(expansion) | {"words": words[:500]})
    return expansion


def go_on(questions: Iterable[int], *, by: Actor) -> None:
    """The step that their question about these requests was is done, and nobody answered in writing: they have it by word, and the question
    holds the end no longer."""
    for expansion in Expansion.objects.filter(pk__in=questions, state="asked").for_list():
        _go_on(expansion, by)


def _go_on(expansion: Expansion, by: Actor, **facts: Any) -> None:
    """It waits for the customer again, with as many days as were left when they asked."""
    assert expansion.contact is not None and expansion.asked_at is not None  # it was sent, and they asked
    assert expansion.begun_on is not None and expansion.ends_on is not None
    waited = clock.today() - timezone.localdate(expansion.asked_at)
    ends = expansion.ends_on + waited
    held = grant(expansion.contact, by=by.trusted(), subject=expansion, purpose="expansion", until=_midnight_after(ends))
    Grant.objects.filter(pk=held.pk).update(expires_at=_midnight_after(ends))
    _move(expansion, "opened", begun_on=expansion.begun_on + waited, ends_on=ends, grant=held, **facts)


@operation("intentions.withdraw_expansion")
def withdraw(expansion: Expansion, *, by: Actor, reason: str) -> Expansion:
    """We take it back; its link opens nothing any more. Withdrawn twice, the first stands."""
    require(by, "expansions.send", expansion.customer)
    expansion = _held(expansion)
    if expansion.state == "withdrawn":
        return expansion
    if expansion.state not in OPEN:
        raise Refused(_("This request is over: %(state)s.") % {"state": expansion.get_state_display()}, code="over")
    reason = reason_given(reason)
    _move(expansion, "withdrawn", withdrawn_reason=reason)
    revoke(expansion, by=by.trusted())
    record(events.EXPANSION_WITHDRAWN, subject=expansion, under=expansion.customer, by=by, values=_said(expansion) | {"reason": reason})
    return expansion


def run_daily() -> int:
    """The daily task: what is over expires, what waits is reminded of, each in a transaction of its own."""
    waiting = Expansion.objects.filter(state__in=("sent", "opened")).for_list()
    over = [one for one in waiting if one.ends_on and one.ends_on < clock.today()]
    due = [one for one in waiting if one not in over and _reminders_due(one) > one.reminded]
    return sum(alone(expire, one) for one in over) + sum(alone(remind, one) for one in due)


@operation("intentions.expire_expansion")
def expire(expansion: Expansion, *, by: Actor) -> bool:
    """What time brings. False where somebody was faster."""
    expansion = _held(expansion)
    if expansion.state not in ("sent", "opened") or expansion.is_running:
        return False
    _move(expansion, "expired")
    record(events.EXPANSION_EXPIRED, subject=expansion, under=expansion.customer, by=by, values=_said(expansion))
    return True


def _reminders_due(expansion: Expansion) -> int:
    """How many reminders belong to the days that it has lived by now; those in which their question waited for us were given back."""
    if expansion.begun_on is None:
        return 0
    lived = (clock.today() - expansion.begun_on).days
    return sum(lived >= limit.value for limit in (FIRST_REMINDER, SECOND_REMINDER))


@operation("intentions.remind_expansion")
def remind(expansion: Expansion, *, by: Actor) -> bool:
    """Reminds them by letter, after 7 and after 25 days; never while something speaks against it, and once for both where that took long.
    False where nothing is due."""
    expansion = _held(expansion)
    due = _reminders_due(expansion)
    if expansion.state not in ("sent", "opened") or not expansion.is_running or due <= expansion.reminded:
        return False
    assert expansion.contact is not None  # it was sent to them
    if reasons_for([expansion.customer_id]) or why_not_asked(expansion.customer, expansion.contact):
        return False
    Expansion.objects.filter(pk=expansion.pk).update(reminded=due)
    _write(expansion, by, "reminded")
    record(events.EXPANSION_REMINDED, subject=expansion, under=expansion.customer, by=by, values=_said(expansion))
    return True


def _refuse_if_over(expansion: Expansion) -> None:
    if expansion.state == "withdrawn":
        raise Refused(_("This proposal was withdrawn. Ask your contact."), code="withdrawn")
    if not expansion.is_running:
        raise Refused(_("This proposal has ended. Ask your contact to renew it."), code="expired")


def _held(expansion: Expansion) -> Expansion:
    hold(expansion.customer_id)
    return Expansion.objects.for_list().get(pk=expansion.pk)


def _move(expansion: Expansion, state: str, **facts: Any) -> None:
    """The one place that writes a request's state, together with the fact that moves it."""
    Expansion.objects.filter(pk=expansion.pk).update(state=state, **facts)
    for name, value in {"state": state, **facts}.items():
        setattr(expansion, name, value)


def _said(expansion: Expansion) -> dict[str, Any]:
    return {"kind": expansion.kind}


def _midnight_after(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _write(expansion: Expansion, by: Actor, what: str) -> None:
    contact = expansion.contact
    assert contact is not None and expansion.ends_on is not None  # it was sent
    language = contact.speaks
    with override(language):
        values = {
            "name": contact.name, "us": company().named(language), "until": date_format(expansion.ends_on, "DATE_FORMAT"),
            "link": "{link}", "words": expansion.our_answer if what == "answered" else expansion.words,
        }  # fmt: skip
        subject = {
            "sent": _("A proposal for you, %(us)s"), "reminded": _("Our proposal is awaiting your answer, %(us)s"),
            "answered": _("Our answer to your question, %(us)s"),
        }[what]  # fmt: skip
        body = _(
            "Dear %(name)s,\n\n%(us)s has a proposal for you. %(words)s\n\nYou can read it and answer here by %(until)s:\n\n%(link)s\n"
        )
        if what == "answered":
            body = _(
                "Dear %(name)s,\n\nThank you for your question about our proposal.\n\n%(words)s\n\nYou can answer here by "
                "%(until)s:\n\n%(link)s\n"
            )
        write(contact, by=by.trusted(), language=language, grant=expansion.grant, subject=subject % values, body=body % values)
