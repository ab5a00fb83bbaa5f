"""402 Reasons 原因记录: why the customer is not satisfied, in our list of reasons and in their own words.

An open objection makes a customer negotiating. A decision plan makes it planned. It ends resolved, partly, not resolved, let
go, or withdrawn by them. Their words propose reasons (`cues.py`); what is taken up of it is counted, so that proposing learns.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.catalogue.products import Product
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import check_price, currency_field, price_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.ladder import business
from boothline.negotiation import cues, events
from boothline.negotiation.briefing import Briefing, pend_again
from boothline.negotiation.lists import ALIVE, DEFAULT_SEVERITY, ENDS, REASONS, SEVERITY, STATES
from boothline.timeline.history import record


class Objections(models.QuerySet["Objection"]):
    """Questions about objections."""

    def visible_to(self, by: Actor) -> Objections:
        """The objections of the customers that the actor sees; nobody's without the right."""
        return self.filter(customer__in=Customer.objects.visible_to(by)) if by.has("objections.see") else self.none()

    def alive(self) -> Objections:
        """Still holding the customer back."""
        return self.filter(state__in=ALIVE)

    def for_list(self) -> Objections:
        """With what a list shows."""
        return self.select_related("customer", "contact", "product")


class Objection(Record):
    """One reason for dissatisfaction."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    briefing = models.ForeignKey(Briefing, null=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("product")
    )
    reason = models.CharField(gettext_lazy("reason"), max_length=16)
    severity = models.PositiveSmallIntegerField(gettext_lazy("severity"), default=2, choices=list(SEVERITY.items()))
    words = models.TextField(gettext_lazy("in their own words"), blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")  # of their words
    competitor = models.CharField(gettext_lazy("competitor"), max_length=200, blank=True, default="")
    their_price = price_field(verbose_name=gettext_lazy("the competitor's price"), null=True, blank=True)
    their_currency = currency_field()
    their_terms = models.CharField(gettext_lazy("the competitor's terms"), max_length=200, blank=True, default="")
    said_at = models.DateTimeField(default=timezone.now)
    place = models.CharField(gettext_lazy("where it was said"), max_length=100, blank=True, default="")
    state = models.CharField(max_length=16, default="open", choices=list(STATES.items()))
    closed_at = models.DateTimeField(null=True)
    closing_words = models.TextField(blank=True, default="")
    lapsed_at = models.DateTimeField(null=True)
    privacy = tags(
        reason=PLAIN, words=WORDS, language=PLAIN, competitor=WORDS, their_currency=PLAIN, their_terms=WORDS, place=WORDS, state=PLAIN,
        closing_words=WORDS,
    )  # fmt: skip

    objects = Objections.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer"], name="objection_alive", condition=models.Q(state__in=("open", "planned")))]

    def __str__(self) -> str:
        return REASONS[self.reason]

    @property
    def is_alive(self) -> bool:
        """Still holding the customer back."""
        return self.state in ALIVE


class CueUse(models.Model):
    """How often a cue spoke when somebody recorded an objection, and how often the reason it speaks of was taken up."""

    cue = models.CharField(max_length=40)
    reason = models.CharField(max_length=16)
    suggested = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    privacy = tags(cue=PLAIN, reason=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cue", "reason"], name="cue_use_once")]

    def __str__(self) -> str:
        return self.cue


def learned() -> dict[str, tuple[int, int]]:
    """{cue: (suggested, accepted)}."""
    return {cue: (suggested, accepted) for cue, suggested, accepted in CueUse.objects.values_list("cue", "suggested", "accepted")}


def reason_of(words: str) -> str:
    """Which reason words that ask us for something speak of most; *other* where they name none."""
    return next((found.reason for found in cues.suggest(words, in_form=True, learned=learned())), "other")


@operation("negotiation.object")
def object_to(
    customer: Customer,
    *,
    by: Actor,
    reason: str,
    words: str = "",
    severity: int | None = None,
    product: Product | None = None,
    contact: Contact | None = None,
    **more: Any,
) -> Objection:
    """Records an objection. Severity is the reason's own where nobody says otherwise; the newest briefing that explained
    something is its ground: a link that was merely sent is none.

    `more`: competitor, their_price, their_currency, their_terms, place."""
    require(by, "objections.edit", customer)
    if reason not in REASONS:
        raise Refused(_("Choose a reason from the list."), field="reason")
    _check(customer, {"severity": severity, "contact": contact, **more})
    hold(customer.pk)
    objection = Objection.objects.create(
        customer=customer, contact=contact, product=product, reason=reason, words=words, language=cues.language_of(words),
        severity=severity or DEFAULT_SEVERITY.get(reason, 2), **more,
        briefing=Briefing.objects.filter(customer=customer, is_explained=True).order_by("-id").first(),
    )  # fmt: skip
    record(events.OBJECTED, subject=objection, under=customer, by=by, values={"reason": reason, "words": words[:500]})
    return objection


def _check(customer: Customer, values: dict[str, Any]) -> None:
    """Who said it is of this customer, how much it holds them back is of the list, the competitor's price is one."""
    contact: Contact | None = values.get("contact")
    if contact and contact.customer_id != customer.pk:
        raise Refused(_("This person is no contact of the customer."), field="contact")
    if values.get("severity") is not None and values["severity"] not in SEVERITY:
        raise Refused(_("Choose from the list."), field="severity")
    check_price(values.get("their_price"), field="their_price")


@operation("negotiation.object_many")
def object_many(customer: Customer, *, by: Actor, reasons: list[str], words: str = "", **more: Any) -> list[Objection]:
    """One talk may hold several objections. What the words proposed, and what of it was taken up, is counted."""
    if not reasons:
        raise Refused(_("Choose a reason from the list."), field="reason")
    made = [object_to(customer, by=by, reason=reason, words=words, **more) for reason in reasons]
    for cue, reason in cues.cues_in(cues.suggest(words, in_form=True, learned=learned())).items():
        row, _is_new = CueUse.objects.get_or_create(cue=cue, reason=reason)
        CueUse.objects.filter(pk=row.pk).update(suggested=F("suggested") + 1, accepted=F("accepted") + int(reason in reasons))
    return made


@operation("negotiation.edit_objection")
def edit_objection(objection: Objection, *, by: Actor, revision: int, values: dict[str, Any]) -> Objection:
    """Writes what became clear later: the product, the severity, the competitor. Their words stay as they were said."""
    require(by, "objections.edit", objection)
    hold(objection.customer_id)
    objection = Objection.objects.get(pk=objection.pk)
    if not objection.is_alive:
        raise Refused(_("This objection is closed already: %(state)s.") % {"state": STATES[objection.state]}, code="closed")
    _check(objection.customer, values)
    changes = revise(objection, revision=revision, values=values)
    if changes:
        said = {"reason": objection.reason}
        record(events.OBJECTION_EDITED, subject=objection, under=objection.customer, by=by, values=said, changes=changes)
    return objection


@operation("negotiation.close_objection")
def close(objection: Objection, *, by: Actor, outcome: str, words: str = "", is_answered: bool = False) -> Objection:
    """Closes an objection. When the last one is resolved and nothing is intended yet, the customer's answer is pending again, unless
    they have answered: by a confirmation."""
    require(by, "objections.edit", objection)
    hold(objection.customer_id)
    objection = Objection.objects.get(pk=objection.pk)
    if not objection.is_alive:
        raise Refused(_("This objection is closed already: %(state)s.") % {"state": STATES[objection.state]}, code="closed")
    if outcome not in ENDS:
        raise Refused(_("Choose how the objection ended."), field="outcome")
    Objection.objects.filter(pk=objection.pk).update(state=outcome, closed_at=timezone.now(), closing_words=words)
    objection.refresh_from_db()
    customer = objection.customer
    record(events.OBJECTION_CLOSED, subject=objection, under=customer, by=by, values={"reason": objection.reason, "outcome": outcome})
    is_intended = {"intending", "contract"} & set(business([customer.pk])[customer.pk])
    if outcome == "resolved" and not is_answered and not is_intended and not Objection.objects.alive().filter(customer=customer).exists():
        pend_again(customer, objection.briefing, by=by.trusted())
    return objection


@operation("negotiation.hold_again")
def hold_again(objection: Objection, *, by: Actor) -> None:
    """What ended it never was: it holds the customer back again."""
    require(by, "objections.edit", objection)
    if Objection.objects.filter(pk=objection.pk).exclude(state__in=ALIVE).update(state="open", closed_at=None, closing_words=""):
        record(events.REOPENED, subject=objection, under=objection.customer, by=by, values={"what": "objection"})


def keep_planned(objection: Objection, is_planned: bool) -> None:
    """The kept state as plans write it: planned while one runs, else open."""
    was, now = ("open", "planned") if is_planned else ("planned", "open")
    Objection.objects.filter(pk=objection.pk, state=was).update(state=now)
    objection.refresh_from_db()
