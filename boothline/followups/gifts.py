"""Gifts and hospitality 礼品与招待: who gave what to whom, on which occasion, worth how much; benefits asked for and declined.

Money and what is as good as money is refused, always. What is above a limit, or for an official, is asked before. A declined request
is for managers: its event stands under no customer, so that nobody else's history tells it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.company import company
from boothline.accounts.duties import managers
from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.approvals import matters
from boothline.approvals.approval import Approval, ask, drop
from boothline.catalogue.rates import BASE, exchanged
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Refused
from boothline.core.money import amount_field, currency_field, money_words, round_line
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.text import clean, phrase
from boothline.customers.card import Contact, Customer, hold
from boothline.followups import events
from boothline.timeline.history import record
from boothline.worktime.calendar import eight_hours_later

MATTER = "followups.gift"
ITEM = declare(
    "followups.gift_item", Decimal(200), gettext_lazy("Value in CNY of one gift above which it is approved before"), low=0, high=100_000
)
YEAR = declare(
    "followups.gift_year", Decimal(500),
    gettext_lazy("Value in CNY of all gifts to a person in a year above which they are approved before"), low=0, high=1_000_000,
)  # fmt: skip

WAYS = {
    "given": gettext_lazy("given"),
    "received": gettext_lazy("received"),
    "asked": gettext_lazy("asked for, and declined"),
}
KINDS = {
    "gift": gettext_lazy("present"),
    "meal": gettext_lazy("meal"),
    "trip": gettext_lazy("travel or a night's stay"),
    "show": gettext_lazy("show or excursion"),
    "other": gettext_lazy("something else"),
}
NEVER = {  # neither given nor received, whoever asks
    "cash": gettext_lazy("cash"),
    "red": gettext_lazy("red packet"),
    "card": gettext_lazy("shopping card"),
    "share": gettext_lazy("commission to an employee of the buyer"),
}
STATES = {
    "noted": gettext_lazy("no approval needed"),
    "waiting": gettext_lazy("waiting for approval"),
    "approved": gettext_lazy("approved"),
    "refused": gettext_lazy("not approved"),
    "declined": gettext_lazy("declined by us"),
    "withdrawn": gettext_lazy("entry taken back"),
}
IS = {
    "noted": models.Q(withdrawn_at=None, asked_at=None) & ~models.Q(way="asked"),
    "waiting": models.Q(withdrawn_at=None, asked_at__isnull=False, approved_at=None, refused_at=None),
    "approved": models.Q(withdrawn_at=None, approved_at__isnull=False),
    "refused": models.Q(withdrawn_at=None, refused_at__isnull=False),
    "declined": models.Q(withdrawn_at=None, way="asked"),
    "withdrawn": models.Q(withdrawn_at__isnull=False),
}
COUNTED = ("noted", "waiting", "approved")  # given or received, or about to be
_MONEY = re.compile(
    r"\b(cash|red (packet|envelope)s?|(shopping|gift|prepaid) (card|voucher)s?|kickbacks?|commissions?)\b"
    "|现金|红包|利是|购物卡|礼品卡|储值卡|代金券|回扣|佣金|好处费",
    re.I,
)


class Gifts(models.QuerySet["Gift"]):
    """Questions about gifts."""

    def visible_to(self, by: Actor) -> Gifts:
        """Of customers that the actor sees; a declined request only for managers, and for who noted it."""
        rows = self.filter(customer__in=Customer.objects.visible_to(by))
        if by.is_trusted or by.has("gifts.declined"):
            return rows
        return rows.filter(~models.Q(way="asked") | models.Q(person_id=by.id or 0)) if by.kind == "user" else rows.none()

    def standing(self) -> Gifts:
        """What counts into a year: given or received, or about to be."""
        return self.filter(IS["noted"] | IS["waiting"] | IS["approved"])

    def like(self, gift: Gift) -> Gifts:
        """Those to the same person, in the same calendar year."""
        to = {"contact": gift.contact_id} if gift.way == "given" else {"person": gift.person_id}
        return self.filter(way=gift.way, on__year=gift.on.year, **to)

    def worth(self, currency: str) -> Decimal:
        """What they are worth together, in a currency."""
        sums = self.order_by().values_list("currency").annotate(all=exact_sum("value", 2))
        return round_line(sum((exchanged(from_units(units, 2), of, currency) for of, units in sums), Decimal(0)), currency)

    def for_list(self) -> Gifts:
        """With what a list shows."""
        return self.select_related("customer", "contact", "person", "decided_by")

    def search(self, words: str, by: Actor) -> Gifts:
        """By the customer, the item or the occasion."""
        found = models.Q(customer__in=Customer.objects.all().search(words, by))
        return self.filter(found | models.Q(item__icontains=words) | models.Q(occasion__icontains=words))


class Gift(Record):
    """One thing given, received, or asked of us and declined. `contact` is theirs, `person` ours."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    way = models.CharField(gettext_lazy("given or received"), max_length=8, choices=list(WAYS.items()))
    kind = models.CharField(gettext_lazy("kind"), max_length=8, choices=list((KINDS | NEVER).items()))
    item = models.CharField(gettext_lazy("item"), max_length=200)
    occasion = models.CharField(gettext_lazy("occasion"), max_length=200)
    value = amount_field(null=True)  # empty only where somebody asked and named none
    currency = currency_field()
    on = models.DateField(gettext_lazy("date"))
    is_official = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True)  # a second person was asked
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decision = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(way=PLAIN, kind=PLAIN, item=WORDS, occasion=WORDS, currency=PLAIN, decision=WORDS, withdrawn_why=WORDS)

    objects = Gifts.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-on"], name="gift_customer"),
            models.Index(fields=["contact", "on"], name="gift_contact"),
            models.Index(fields=["person", "on"], name="gift_person"),
        ]
        constraints = [models.CheckConstraint(name="gift_has_value", condition=models.Q(value__isnull=False) | models.Q(way="asked"))]

    def __str__(self) -> str:
        return self.item

    @property
    def state(self) -> str:
        """withdrawn · declined · approved · refused · waiting · noted."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.way == "asked":
            return "declined"
        decided = "approved" if self.approved_at else "refused" if self.refused_at else ""
        return decided or ("waiting" if self.asked_at else "noted")

    @property
    def counts(self) -> bool:
        """Counts into a year, as `standing` asks it."""
        return self.state in COUNTED

    @property
    def giver(self) -> str:
        """Who gives it, or was to give it."""
        return str((self.contact if self.way == "received" else self.person) or "")

    @property
    def receiver(self) -> str:
        """Who gets it, or wanted it."""
        return str((self.person if self.way == "received" else self.contact) or "")

    @property
    def decided_at(self) -> datetime | None:
        """When a second person said yes or no."""
        return self.approved_at or self.refused_at


@dataclass(frozen=True)
class Told:
    """What is to be logged."""

    way: str
    item: str
    occasion: str
    on: date
    contact: Contact
    value: Decimal | None = None
    kind: str = "gift"
    is_official: bool = False


def register() -> None:
    """A gift is a matter that approvals know."""
    levels = ["manager", "head", "admin"]
    matters.declare(
        matters.Matter(
            MATTER, lambda: levels, eight_hours_later, lambda key: reverse("gift", args=[key]),
            gettext_lazy("Gift or hospitality, %(customer)s: %(what)s"), gettext_lazy("Approve the gift"),
        )
    )  # fmt: skip


@operation("followups.log_gift")
def log_gift(customer: Customer, *, by: Actor, told: Told) -> Gift:
    """Logs what is given or received; above a limit, or for an official, a second person is asked. A declined request goes to managers."""
    require(by, "gifts.log", customer)
    (customer,) = hold(customer.pk)
    if told.contact.customer_id != customer.pk:
        raise Refused(
            phrase(_("This belongs to another customer. Choose somebody of %(customer)s."), {"customer": customer}),
            field="contact",
            code="foreign",
        )
    gift = Gift(
        customer=customer, contact=told.contact, person_id=by.id if by.kind == "user" else customer.owner_id, way=told.way, kind=told.kind,
        item=clean(told.item, 200), occasion=clean(told.occasion, 200), value=told.value, currency=company().currency, on=told.on,
        is_official=told.is_official,
    )  # fmt: skip
    _check(gift)
    if gift.way == "asked":
        gift.save(force_insert=True)
        _tell_managers(gift, by)
        return gift
    if gift.way == "received" and gift.person_id:  # their year counts over all customers
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=gift.person_id)
    why = _reasons(gift)
    gift.asked_at = timezone.now() if why else None
    gift.save(force_insert=True)
    record(events.GIFT_LOGGED, subject=gift, under=customer, by=by, values=_said(gift))
    if why:
        ask(
            gift,
            by=by.trusted(),
            matter=MATTER,
            why=why,
            digest=_digest(gift),
            under=customer,
            team_id=customer.team_id,
            words=gift.occasion,
        )
    return gift


def _check(gift: Gift) -> None:
    if not gift.item or not gift.occasion:
        raise Refused(_("Say what it is and on which occasion."), field="occasion" if gift.item else "item")
    if gift.way != "asked" and (gift.kind in NEVER or _MONEY.search(gift.item)):
        words = _("Money and what is as good as money is never given and never accepted. If somebody asked for it, log it as declined.")
        raise Refused(words, field="kind" if gift.kind in NEVER else "item", code="never")
    if gift.way != "asked" and gift.value is None:
        raise Refused(_("Enter what it is worth; an estimate will do."), field="value")
    if gift.value is not None and (gift.value <= 0 or gift.value != round_line(gift.value, gift.currency)):
        raise Refused(_("The value is more than 0, with no more decimals than the currency has."), field="value")
    if gift.way == "asked":
        clock.check_happened(gift.on, "on", future=_("This day is in the future. Enter the day on which they asked."))
    clock.check_near(gift.on, "on")


def _reasons(gift: Gift) -> list[tuple[str, dict[str, Any]]]:
    """Why a second person is asked before; [] where nobody is."""
    assert gift.value is not None
    why: list[tuple[str, dict[str, Any]]] = []
    if gift.is_official:
        why.append((gettext_noop("They are an official, or belong to a state-owned enterprise"), {}))
    item, of_year = limits(gift.currency)
    if gift.value > item:
        said = {"value": f"{gift.value:,.2f}", "limit": f"{item:,.2f}", "currency": gift.currency}
        why.append((gettext_noop("Worth %(value)s %(currency)s, more than %(limit)s for one gift"), said))
    year = Gift.objects.standing().like(gift).worth(gift.currency) + gift.value
    if year > of_year:
        said = {
            "year": f"{gift.on.year}",
            "sum": f"{year:,.2f}",
            "limit": f"{of_year:,.2f}",
            "currency": gift.currency,
            "who": gift.receiver,
        }
        why.append((gettext_noop("With it %(who)s has %(sum)s %(currency)s in %(year)s, more than %(limit)s"), said))
    if why and gift.on < clock.today():
        why.append((gettext_noop("It changed hands on %(on)s, before anybody approved"), {"on": gift.on.isoformat()}))
    return why


def _digest(gift: Gift) -> str:
    return hashlib.sha256(
        f"{gift.way} {gift.contact_id} {gift.person_id} {gift.item} {gift.value} {gift.currency} {gift.on}".encode()
    ).hexdigest()


def _said(gift: Gift) -> dict[str, Any]:
    return {"way": gift.way, "item": gift.item, "amount": f"{gift.value:,.2f}", "currency": gift.currency, "contact": gift.contact}


def _tell_managers(gift: Gift, by: Actor) -> None:
    people = [user.pk for user in managers(gift.customer.team_id)]
    values = {"item": gift.item, "contact": gift.contact, "customer": gift.customer, "people": people}
    record(events.BENEFIT_DECLINED, subject=gift, by=by, values=values)


def decided(told: list[Any], by: Actor) -> None:
    """A second person said yes or no."""
    for approval in Approval.objects.filter(pk__in=[e.subject_id for e in told], matter=MATTER):
        decide_gift(Gift.objects.get(pk=approval.subject_id), by=by, approval=approval)


@operation("followups.decide_gift")
def decide_gift(gift: Gift, *, by: Actor, approval: Approval) -> Gift:
    """What the second person said, noted on the gift."""
    require(by, "gifts.log", gift)
    hold(gift.customer_id)
    column = "approved_at" if approval.state == "approved" else "refused_at"
    facts = {column: approval.decided_at, "decided_by_id": approval.decided_by_id, "decision": approval.reason}
    Gift.objects.filter(pk=gift.pk, approved_at=None, refused_at=None, withdrawn_at=None).update(**facts)
    gift.refresh_from_db()
    record(events.GIFT_DECIDED, subject=gift, under=gift.customer, by=by, values={"item": gift.item, "state": gift.state})
    return gift


@operation("followups.withdraw_gift")
def withdraw_gift(gift: Gift, *, by: Actor, reason: str) -> Gift:
    """It was not given, or logged wrong: it stays in the log, and counts no more. Pressed twice, the first reason stands."""
    require(by, "gifts.log", gift)
    hold(gift.customer_id)
    gift = Gift.objects.for_list().get(pk=gift.pk)
    if gift.withdrawn_at:
        return gift
    reason = clean(reason, 300)
    if not reason:
        raise Refused(_("Say why; the log keeps it."), field="reason")
    if gift.state == "waiting":
        drop(gift, by=by.trusted(), matter=MATTER)
    Gift.objects.filter(pk=gift.pk).update(withdrawn_at=timezone.now(), withdrawn_why=reason)
    gift.refresh_from_db()
    if gift.way == "asked":
        record(events.BENEFIT_WITHDRAWN, subject=gift, by=by, values={"reason": reason})
    else:
        record(events.GIFT_WITHDRAWN, subject=gift, under=gift.customer, by=by, values={"item": gift.item, "reason": reason})
    return gift


def limits(currency: str) -> tuple[Decimal, Decimal]:
    """(that of one gift, that of a person and year) in a currency."""
    item, year = (round_line(exchanged(limit.value, BASE, currency), currency) for limit in (ITEM, YEAR))
    return item, year


def limits_words() -> str:
    """The two limits, as a form says them."""
    currency = company().currency
    item, year = limits(currency)
    words = _(
        "Above %(item)s for one gift or %(year)s a person and year, and for officials whatever it is worth, a manager approves before."
    )
    return words % {"item": money_words(item, currency), "year": money_words(year, currency)}
