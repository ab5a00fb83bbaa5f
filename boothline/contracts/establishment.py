"""204 Order establishment 订单确立: the request that a customer confirms, and every way it can end.

One request of a contract is live at a time. Whoever presses first wins; whoever presses late is told what happened,
never an error. Confirming makes the order exactly once: the confirmation is unique per version, the order per confirmation.
"""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.contracts import events, paper
from boothline.contracts.agreement import Contract, Version, end, keep_state, locked
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.text import clean, listed
from boothline.core.wordlists import ForCustomer
from boothline.customers.card import Contact, Customer
from boothline.files.attachments import put_pdf
from boothline.followups.steps import Plan, plan_many
from boothline.intentions.products import lose, reopen, win
from boothline.links.grants import Grant, grant, mint, revoke
from boothline.messaging.letters import write
from boothline.negotiation.lists import REASONS
from boothline.negotiation.objections import object_to
from boothline.timeline.history import record
from boothline.worktime.calendar import add_workdays

log = logging.getLogger(__name__)

LIFE_DAYS = declare("contracts.request_life_days", 14, gettext_lazy("Days a confirmation request lives"), low=1, high=90)

STATES = {
    "sent": gettext_lazy("sent"),
    "opened": gettext_lazy("opened"),
    "changes_asked": gettext_lazy("changes asked"),
    "confirmed": gettext_lazy("confirmed"),
    "declined": gettext_lazy("declined"),
    "withdrawn": gettext_lazy("withdrawn"),
    "expired": gettext_lazy("expired"),
    "superseded": gettext_lazy("replaced by a new version"),
}
LIVE = ("sent", "opened", "changes_asked")
NO_LONGER_WANTED = "no_longer_wanted"
DECLINE_REASONS = ForCustomer(REASONS, {NO_LONGER_WANTED: gettext_lazy("No longer needed")})


class Requests(models.QuerySet["ConfirmationRequest"]):
    """Questions about confirmation requests."""

    def visible_to(self, by: Actor) -> Requests:
        """The requests of the contracts that the actor sees."""
        return self.filter(version__contract__in=Contract.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Requests:
        """What a guest may see: the requests to their company."""
        return self.filter(version__contract__customer_id=contact.customer_id)

    def live(self) -> Requests:
        """Waiting for the customer."""
        return self.filter(state__in=LIVE)

    def for_list(self) -> Requests:
        """With everything that its page shows."""
        return self.select_related("version__contract__customer__owner", "version__signatory", "signatory", "grant")


class ConfirmationRequest(Record):
    """A request to one signatory to confirm one version. Each fact of its life has its moment here; `state` is kept."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="requests")
    signatory = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, default="sent", choices=list(STATES.items()))
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opened_count = models.PositiveIntegerField(default=0)
    changes_asked_at = models.DateTimeField(null=True)
    changes_words = models.TextField(blank=True, default="")
    declined_at = models.DateTimeField(null=True)
    declined_reason = models.CharField(max_length=20, blank=True, default="")
    declined_words = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True, default="")
    expired_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    override_reason = models.TextField(blank=True, default="")
    privacy = tags(
        state=PLAIN, changes_words=WORDS, declined_reason=PLAIN, declined_words=WORDS, withdrawn_reason=WORDS,
        override_reason=WORDS,
    )  # fmt: skip

    objects = Requests.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"], name="one_live_request", condition=models.Q(state__in=("sent", "opened", "changes_asked"))
            )
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="request_expiry", condition=models.Q(state__in=("sent", "opened", "changes_asked")))
        ]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def contract(self) -> Contract:
        """The contract that is to be confirmed."""
        return self.version.contract

    @property
    def customer(self) -> Customer:
        """Who is asked."""
        return self.version.contract.customer

    @property
    def is_live(self) -> bool:
        """Waiting for the customer, and not over by the clock."""
        return self.state in LIVE and self.expires_at > timezone.now()

    @property
    def declined_reason_words(self) -> str:
        """The reason that the customer chose."""
        return DECLINE_REASONS.get(self.declined_reason, "")

    @property
    def last_day(self) -> Any:
        """The last day on which it can be confirmed, until 24:00."""
        return timezone.localdate(self.expires_at - timedelta(seconds=1))


class Confirmation(Record):
    """That a customer confirmed a version: who, when, in which words. At most one that is not void."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="confirmations")
    request = models.ForeignKey(ConfirmationRequest, on_delete=models.PROTECT, related_name="confirmations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    signed_by = models.CharField(max_length=100)
    signature = models.CharField(max_length=100)
    consent = models.CharField(max_length=300)
    confirmed_at = models.DateTimeField(default=timezone.now)
    void_at = models.DateTimeField(null=True)
    privacy = tags(signed_by=BOOKS, signature=BOOKS, consent=BOOKS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version"], name="one_confirmation", condition=models.Q(void_at__isnull=True))]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def customer(self) -> Customer:
        """Who confirmed."""
        return self.version.contract.customer


@operation("contracts.send")
def send(version: Version, *, by: Actor, override_reason: str = "") -> ConfirmationRequest:
    """Freezes a version, prints it, and asks the signatory to confirm. Sent twice, the same request is the answer.

    An earlier version that is out is replaced. Refused while something is missing, unless a manager gives a reason.
    """
    contract = locked(version.contract)
    require(by, "contracts.send", contract)
    version = Version.objects.select_related("signatory", "contract__customer").get(pk=version.pk)
    running = version.requests.filter(state__in=LIVE).first()
    if running and running.is_live:
        return running
    _check_sendable(contract, version, by, override_reason)
    signatory = version.signatory
    assert signatory is not None  # `_check_sendable` has asked
    for earlier in ConfirmationRequest.objects.live().filter(version__contract=contract).for_list():
        if not earlier.is_live:
            _expire(earlier, contract, by, decide=False)
            continue
        _move(earlier, "superseded", superseded_at=timezone.now())
        record(events.SUPERSEDED, subject=earlier, under=contract.customer, by=by, values={"n": earlier.version.n})
    _freeze(version, by)
    last_day = clock.today() + timedelta(days=LIFE_DAYS.value)
    midnight = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time()))
    request = ConfirmationRequest.objects.create(version=version, signatory=signatory, expires_at=midnight, override_reason=override_reason)
    held = grant(signatory, by=by.trusted(), subject=request, purpose="confirm")
    ConfirmationRequest.objects.filter(pk=request.pk).update(grant=held)
    request.refresh_from_db()
    keep_state(contract, "out")
    _write_to_signatory(request, by)
    record(
        events.SENT, subject=request, under=contract.customer, by=by,
        values={"number": contract.number, "n": version.n, "to": signatory.name, "until": last_day},
    )  # fmt: skip
    return request


@operation("contracts.link")
def make_link(request: ConfirmationRequest, *, by: Actor) -> str:
    """A fresh address of the request, to hand over by chat. Shown once; mailing and chatting share the same life."""
    require(by, "contracts.send", request)
    locked(request.contract)
    held = grant(request.signatory, by=by.trusted(), subject=request, purpose="confirm")
    if held != request.grant:  # the earlier one was closed, or is over
        ConfirmationRequest.objects.filter(pk=request.pk).update(grant=held)
    address = mint(held, by=by.trusted())
    record(events.LINK_MADE, subject=request, under=request.customer, by=by, values={"to": request.signatory.name})
    return address


@operation("contracts.close_link")
def close_link(request: ConfirmationRequest, *, by: Actor) -> None:
    """Every link of the request opens nothing any more: it went to the wrong person, or who had it has left."""
    require(by, "contracts.send", request)
    locked(request.contract)
    if revoke(request, by=by.trusted()):
        record(events.LINK_CLOSED, subject=request, under=request.customer, by=by, values={"to": request.signatory.name})


@operation("contracts.open")
def open_request(request: ConfirmationRequest, *, by: Actor) -> ConfirmationRequest:
    """The customer pressed *View*. Pressed again it counts, and changes nothing."""
    require(by, "contracts.read", request)
    locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    if request.state == "sent":
        _refuse_if_over(request)
    ConfirmationRequest.objects.filter(pk=request.pk).update(opened_count=models.F("opened_count") + 1)
    if request.state == "sent":
        _move(request, "opened", opened_at=timezone.now())
        record(events.OPENED, subject=request, under=request.customer, by=by, values=_about(request))
    request.refresh_from_db()
    return request


@operation("contracts.confirm")
def confirm(
    request: ConfirmationRequest,
    *,
    by: Actor,
    version: int,
    total: Decimal,
    lines: int,
    signed_by: str,
    signature: str,
    consent: str,
) -> Confirmation:
    """The named signatory confirms what they saw (version, total, line count). The first confirmation stands for ever after.

    Refused with an explanation: an old, declined, withdrawn, expired version; changes asked and not taken back; figures
    that differ from the frozen version.
    """
    require(by, "contracts.read", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    first = request.version.confirmations.filter(void_at=None).first()
    if first:
        return first
    require(by, "contracts.confirm", request)
    _refuse_if_over(request)
    if request.state == "changes_asked":
        words = _("You asked for changes. Take that back first, or wait for version %(n)s.")
        raise Refused(words % {"n": request.version.n + 1}, code="changes_asked")
    frozen = request.version
    if (version, total, lines) != (frozen.n, frozen.total, frozen.line_count):
        raise Refused(_("What you saw is not what stands in the contract. Load the page again and check it."), code="differs")
    signed_by, signature = clean(signed_by, 100), clean(signature, 100)
    if not signed_by or not signature:
        raise Refused(_("Enter your name as the signature."), field="signature")
    confirmation = Confirmation.objects.create(
        version=frozen, request=request, contact=request.signatory, signed_by=signed_by, signature=signature, consent=consent
    )
    _move(request, "confirmed")
    keep_state(contract, "agreed")
    if contract.intention:
        win(contract.intention, by=by.trusted())
    record(
        events.CONFIRMED, subject=confirmation, under=contract.customer, by=by,
        values={"number": contract.number, "n": frozen.n, "signed_by": signed_by},
    )  # fmt: skip
    return confirmation


@operation("contracts.decline")
def decline(request: ConfirmationRequest, *, by: Actor, reason: str, words: str = "") -> ConfirmationRequest:
    """The signatory does not accept. The contract ends, the reason becomes an objection, the intention is open again;
    "no longer needed" loses it. Declined twice, the first answer stands."""
    require(by, "contracts.confirm", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    if request.state == "declined":
        return request
    _refuse_if_over(request)
    if reason not in DECLINE_REASONS:
        raise Refused(_("Choose a reason from the list."), field="reason")
    words = clean(words, 4000)
    _move(request, "declined", declined_at=timezone.now(), declined_reason=reason, declined_words=words)
    keep_state(contract, "declined")
    trusted, gone = by.trusted(), reason == NO_LONGER_WANTED
    if contract.intention:
        reopen(contract.intention, by=trusted)
        if gone:
            lose(contract.intention, by=trusted, reason=words or _("No longer needed"))
    object_to(contract.customer, by=trusted, reason="other" if gone else reason, words=words, contact=request.signatory)
    values = _about(request) | {"reason": reason, "words": words[:500]}
    record(events.DECLINED, subject=request, under=contract.customer, by=by, values=values)
    return request


@operation("contracts.ask_changes")
def ask_changes(request: ConfirmationRequest, *, by: Actor, words: str) -> ConfirmationRequest:
    """Any contact with the link asks for changes. The contract lives on; a second text is added to the first."""
    require(by, "contracts.read", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    _refuse_if_over(request)
    words = clean(words, 4000)
    if not words:
        raise Refused(_("Write what should be changed."), field="words")
    if words in request.changes_words.split("\n\n"):
        return request
    together = "\n\n".join(filter(None, (request.changes_words, words)))
    _move(request, "changes_asked", changes_asked_at=request.changes_asked_at or timezone.now(), changes_words=together)
    keep_state(contract, "changes_asked")
    object_to(contract.customer, by=by.trusted(), reason="other", words=words, contact=request.signatory)
    record(events.CHANGES_ASKED, subject=request, under=contract.customer, by=by, values=_about(request) | {"words": words[:500]})
    return request


@operation("contracts.take_back_changes")
def take_back_changes(request: ConfirmationRequest, *, by: Actor) -> ConfirmationRequest:
    """The customer takes the wish for changes back and may confirm again."""
    require(by, "contracts.read", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    _refuse_if_over(request)
    if request.state == "changes_asked":
        _move(request, "opened")
        keep_state(contract, "out")
        record(events.CHANGES_TAKEN_BACK, subject=request, under=contract.customer, by=by, values=_about(request))
    return request


@operation("contracts.withdraw")
def withdraw(request: ConfirmationRequest, *, by: Actor, reason: str) -> ConfirmationRequest:
    """We take the request back; the contract is in preparation again, and the owner decides by the next workday."""
    require(by, "contracts.send", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    if request.state == "withdrawn":
        return request
    _refuse_if_over(request)
    if len(reason.strip()) < 5:
        raise Refused(_("Give the reason in a few words (5 characters or more)."), field="reason")
    _move(request, "withdrawn", withdrawn_at=timezone.now(), withdrawn_reason=reason)
    keep_state(contract, "preparing")
    _plan_decision(contract, by)
    record(events.WITHDRAWN, subject=request, under=contract.customer, by=by, values=_about(request) | {"reason": reason})
    return request


@operation("contracts.end")
def end_contract(contract: Contract, *, by: Actor, reason: str) -> Contract:
    """Ends the contract: a live request ends withdrawn, the intention is open again, and the customer is told."""
    contract = locked(contract)
    running = ConfirmationRequest.objects.live().filter(version__contract=contract).for_list().first()
    ended = end(contract, by=by, reason=reason)
    if running:
        _move(running, "withdrawn", withdrawn_at=timezone.now(), withdrawn_reason=reason)
        with override(running.signatory.language or "zh-hans"):
            write(
                running.signatory, by=by.trusted(), language=running.signatory.language or "zh-hans",
                subject=_("Contract %(number)s has ended") % {"number": ended.number},
                body=_("We have ended contract %(number)s; it cannot be confirmed any more. Your contact will get in touch.")
                % {"number": ended.number},
            )  # fmt: skip
        record(events.WITHDRAWN, subject=running, under=ended.customer, by=by, values=_about(running) | {"reason": reason})
    return ended


def expire_all() -> int:
    """The daily task: each request whose last day has passed expires in a transaction of its own."""
    due = ConfirmationRequest.objects.live().filter(expires_at__lte=timezone.now())
    return sum(_expire_alone(request) for request in due.for_list())


def _expire_alone(request: ConfirmationRequest) -> bool:
    """One that fails must not keep the others from expiring; the next round tries it again."""
    try:
        return expire_due(request, by=SYSTEM)
    except Exception:
        log.exception("request %s did not expire", request.pk)
        return False


@operation("contracts.expire")
def expire_due(request: ConfirmationRequest, *, by: Actor) -> bool:
    """What time brings: the request expires; the owner decides by the next workday. False if somebody was faster."""
    contract = locked(request.contract)
    fresh = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    if fresh.state not in LIVE:
        return False
    _expire(fresh, contract, by)
    return True


def _expire(request: ConfirmationRequest, contract: Contract, by: Actor, decide: bool = True) -> None:
    _move(request, "expired", expired_at=timezone.now())
    keep_state(contract, "preparing")
    if decide:
        _plan_decision(contract, by)
    record(events.EXPIRED, subject=request, under=contract.customer, by=by, values=_about(request))


def _check_sendable(contract: Contract, version: Version, by: Actor, override_reason: str) -> None:
    if not contract.is_alive:
        words = _("Contract %(number)s cannot be sent: it is not alive any more.")
        raise Refused(words % {"number": contract.number}, code="not_alive")
    if version.n != contract.newest.n:
        raise Refused(_("Only the newest version can be sent."), code="old_version")
    if version.signatory is None:
        raise Refused(_("Name the signatory first: the person who may confirm."), field="signatory")
    missing = version.gaps()
    if not missing:
        return
    if not override_reason:
        words = _("Not sent, because something is missing: %(gaps)s. Complete it, or let a manager send it with a reason.")
        raise Refused(words % {"gaps": listed(missing, weak=False)}, code="incomplete")
    require(by, "contracts.send_incomplete", contract)
    if len(override_reason.strip()) < 10:
        raise Refused(_("Give the reason in a sentence (10 characters or more)."), field="override_reason")


def _freeze(version: Version, by: Actor) -> None:
    if version.frozen_at:
        return
    for language in ("zh-hans", "en"):
        pdf = paper.print_version(version, language)
        kept = put_pdf(version, by=by.trusted(), content=pdf, name=f"{version} {language}.pdf", visibility="customer")
        if language == "zh-hans":
            digest = kept.sha256
    Version.objects.filter(pk=version.pk).update(frozen_at=timezone.now(), digest=digest)
    version.refresh_from_db()


def _write_to_signatory(request: ConfirmationRequest, by: Actor) -> None:
    language = request.signatory.language or "zh-hans"
    with override(language):
        values = {
            "name": request.signatory.name,
            "number": request.contract.number,
            "us": company().named(language),
            "until": date_format(request.last_day, "DATE_FORMAT"),
            "link": "{link}",
        }
        write(
            request.signatory, by=by.trusted(), language=language, grant=request.grant,
            subject=_("Please confirm order %(number)s, %(us)s") % values,
            body=_(
                "%(name)s,\n\n%(us)s asks you to confirm contract %(number)s. Read it and answer here until %(until)s:\n\n"
                "%(link)s\n\nThe link is meant for you alone.\n"
            ) % values,
        )  # fmt: skip


def _refuse_if_over(request: ConfirmationRequest) -> None:
    """What somebody who presses late is told."""
    when: dict[str, Any] = {"n": request.version.n, "number": request.contract.number}
    if request.state == "superseded":
        when["new"] = max(v.n for v in request.contract.versions.all() if v.frozen_at)
        raise Refused(
            _("Version %(new)s of contract %(number)s has replaced version %(n)s. Answer the newer one.") % when, code="superseded"
        )
    if request.state == "declined":
        when["on"] = date_format(timezone.localdate(request.declined_at), "DATE_FORMAT")
        raise Refused(_("This contract was declined on %(on)s. Ask for it again if you want it.") % when, code="declined")
    if request.is_live and not request.contract.is_alive:
        raise Refused(_("Contract %(number)s has ended; it cannot be answered any more.") % when, code="ended")
    if request.state == "withdrawn":
        when["on"] = date_format(timezone.localdate(request.withdrawn_at), "DATE_FORMAT")
        raise Refused(_("This request was withdrawn on %(on)s. Your contact will send a new one.") % when, code="withdrawn")
    if request.state == "confirmed":
        raise Refused(_("Version %(n)s of contract %(number)s is confirmed already.") % when, code="confirmed")
    if request.state == "expired" or request.expires_at <= timezone.now():
        when["on"] = date_format(request.last_day, "DATE_FORMAT")
        raise Refused(_("This request ended on %(on)s. Ask your contact to renew it.") % when, code="expired")


def _plan_decision(contract: Contract, by: Actor) -> None:
    what, values = gettext_noop("decide how contract %(number)s goes on"), {"number": contract.number}
    plan_many([Plan(contract.customer, what, add_workdays(clock.today(), 1), kind="do", values=values)], by=by.trusted())


def _about(request: ConfirmationRequest) -> dict[str, Any]:
    return {"number": request.contract.number, "n": request.version.n}


def _move(request: ConfirmationRequest, state: str, **facts: Any) -> None:
    """The one place that writes a request's state, together with the fact that moves it."""
    ConfirmationRequest.objects.filter(pk=request.pk).update(state=state, **facts)
    for name, value in {"state": state, **facts}.items():
        setattr(request, name, value)
