"""204 Order establishment 订单确立: the request that a customer confirms, and every way it can end.

One request of a contract is live at a time. Whoever presses first wins; whoever presses late is told what happened,
never an error. Confirming makes the order exactly once: the confirmation is unique per version, the order per confirmation.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, gettext_noop, pgettext_lazy
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import require, who_holds
from boothline.approvals.approval import drop
from boothline.contracts import events, letters, paper
from boothline.contracts.agreement import SENDING, Contract, Version, end, keep_state, locked
from boothline.contracts.clearance import check_cleared, keep_preparing, missing
from boothline.contracts.credit_code import problem
from boothline.contracts.dossier import asks_attorney, dossier_of
from boothline.contracts.lists import DECLINE_REASONS, HOWS, NO_LONGER_WANTED, ON_PAPER
from boothline.contracts.running import standing
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.countries import zone_of
from boothline.core.errors import Refused
from boothline.core.money import amount_field
from boothline.core.operations import operation
from boothline.core.pinyin import readings
from boothline.core.privacy import BOOKS, PERSON, PLAIN, REACH, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import clean, fold, reason_given, sentence_given
from boothline.core.told import in_both
from boothline.customers import dealings
from boothline.customers.card import Contact, Customer, set_language
from boothline.documents.press import LANGUAGES
from boothline.files.attachments import put_pdf, put_picture
from boothline.followups.clocks import answered_by
from boothline.followups.steps import Desk, Plan, plan_many, waited_for
from boothline.intentions.products import lose, reopen, win
from boothline.links.grants import Grant, grant, mint, revoke
from boothline.messaging.letters import Letter, goes_by_mail
from boothline.negotiation.objections import Objection, object_to, reason_of
from boothline.negotiation.objections import close as close_objection
from boothline.timeline.history import Event, record
from boothline.worktime.calendar import next_workday

LIFE_DAYS = declare("contracts.request_life_days", 14, gettext_lazy("Days a confirmation request lives"), low=1, high=90)

PAUSE = timedelta(minutes=10)  # between two letters of one request
DEVICE_LIFE = timedelta(hours=2)  # how long a tablet handed over opens the contract

STATES = {
    "draft": pgettext_lazy("request", "draft"),
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
DECIDE = gettext_noop("decide how contract %(number)s goes on")
OPEN = Desk(gettext_lazy("Open the contract"), "contract", "number", "file")
DECLINED = waited_for(gettext_noop("speak with them: they declined contract %(number)s (%(reason)s)"), "waiting", OPEN)
DECLINED_CHANGE = waited_for(gettext_noop("speak with them: they declined the change of contract %(number)s (%(reason)s)"), "waiting", OPEN)


class Requests(models.QuerySet["ConfirmationRequest"]):
    """Questions about confirmation requests."""

    def visible_to(self, by: Actor) -> Requests:
        """The requests of the contracts that the actor sees."""
        return self.filter(version__contract__in=Contract.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Requests:
        """What a guest may see: the requests to their company."""
        return self.filter(version__contract__customer_id=contact.customer_id).exclude(state="draft")

    def live(self) -> Requests:
        """Waiting for the customer."""
        return self.filter(state__in=LIVE)

    def for_list(self) -> Requests:
        """With everything that its page shows."""
        return self.select_related("version__contract__customer__owner", "version__signatory", "signatory", "grant")


class Confirmations(models.QuerySet["Confirmation"]):
    """Questions about confirmations."""

    def visible_to(self, by: Actor) -> Confirmations:
        """Those of the contracts that the actor sees."""
        return self.filter(version__contract__in=Contract.objects.visible_to(by))

    def valid(self) -> Confirmations:
        """Not void."""
        return self.filter(void_at=None)

    def for_list(self) -> Confirmations:
        """With everything that its page shows."""
        return self.select_related("version__contract__customer__owner", "request__signatory", "by_user", "void_by")


class ConfirmationRequest(Record):
    """A request to one signatory to confirm one version. Each fact of its life has its moment here; `state` is kept.

    *Draft* is what a request is again after its confirmation on paper was voided; sending the version takes it up.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="requests")
    signatory = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, default="sent", choices=list(STATES.items()))
    sent_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    zone = models.CharField(max_length=60, blank=True, default="")  # in which its last day ends
    opened_at = models.DateTimeField(null=True)
    opened_count = models.PositiveIntegerField(default=0)
    changes_asked_at = models.DateTimeField(null=True)
    changes_words = models.TextField(blank=True, default="")
    stood_at = models.DateTimeField(null=True)
    stood_words = models.TextField(blank=True, default="")
    declined_at = models.DateTimeField(null=True)
    declined_reason = models.CharField(max_length=20, blank=True, default="")
    declined_words = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True, default="")
    expired_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    override_reason = models.TextField(blank=True, default="")
    wished_name = models.CharField(max_length=200, blank=True, default="")  # who should sign, as the customer says
    wished_reach = models.CharField(max_length=200, blank=True, default="")
    wished_why = models.TextField(blank=True, default="")
    attorney_asked = models.BooleanField(default=False)
    asked_again_at = models.DateTimeField(null=True)
    device_at = models.DateTimeField(null=True)
    device_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    is_on_paper = models.BooleanField(default=False)
    privacy = tags(
        state=PLAIN, zone=PLAIN, changes_words=WORDS, stood_words=WORDS, declined_reason=PLAIN, declined_words=WORDS,
        withdrawn_reason=WORDS,
        override_reason=WORDS, wished_name=PERSON, wished_reach=REACH, wished_why=WORDS,
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
    def last_day(self) -> date:
        """The last day on which it can be confirmed, until 24:00 where the customer is."""
        return timezone.localdate(self.expires_at - timedelta(seconds=1), ZoneInfo(self.zone) if self.zone else None)

    @property
    def days_left(self) -> int:
        """Days until the last one."""
        return (self.last_day - timezone.localdate(timezone.now(), ZoneInfo(self.zone) if self.zone else None)).days

    @property
    def ends_elsewhere(self) -> bool:
        """The last day ends by another clock than ours."""
        return bool(self.zone) and self.zone != clock.our_zone()

    @property
    def is_asked_again(self) -> bool:
        """The customer asked for it again, and it did not lapse since."""
        lapsed = self.contract.lapsed_at
        return self.asked_again_at is not None and (lapsed is None or self.asked_again_at > lapsed)

    @property
    def declined_reason_words(self) -> str:
        """The reason that the customer chose."""
        return DECLINE_REASONS.get(self.declined_reason, "")


class Confirmation(Record):
    """That a customer confirmed a version: who, when, how, in which words. At most one that is not void.

    `before` keeps how request, contract and version stood, so that a void leads back there. What came by file with its order was
    asked by no request, and names no contact.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="confirmations")
    request = models.ForeignKey(ConfirmationRequest, null=True, on_delete=models.PROTECT, related_name="confirmations")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, default="link", choices=list(HOWS.items()))
    signed_by = models.CharField(max_length=100)
    signature = models.CharField(max_length=100)
    is_drawn = models.BooleanField(default=False)
    consent = models.CharField(max_length=300)
    signed_on = models.DateField(null=True)  # what the paper says
    amount = amount_field(null=True)  # of the deposit that is the evidence
    by_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # who was present, or recorded the paper
    before = models.JSONField(default=dict)
    confirmed_at = models.DateTimeField(default=timezone.now)
    void_at = models.DateTimeField(null=True)
    void_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    void_reason = models.TextField(blank=True, default="")
    privacy = tags(how=PLAIN, signed_by=BOOKS, signature=BOOKS, consent=BOOKS, before=PLAIN, void_reason=WORDS)

    objects = Confirmations.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version"], name="one_confirmation", condition=models.Q(void_at__isnull=True))]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def customer(self) -> Customer:
        """Who confirmed."""
        return self.version.contract.customer

    @property
    def is_under_another_name(self) -> bool:
        """Confirmed on our page, and the name that stands there is not the signatory's."""
        return self.how not in ON_PAPER and self.contact is not None and not is_name_of(self.contact, self.signed_by)


def is_name_of(contact: Contact, name: str) -> bool:
    """Whether this is how they are called, in Chinese or Latin letters, whichever part stands first."""
    ways = [tuple(map(fold, contact.name.split())), *readings(contact.name, person=True)]
    return fold(name) in {"".join((*way[n:], *way[:n])) for way in ways for n in range(len(way))}


@operation("contracts.send")
def send(version: Version, *, by: Actor, override_reason: str = "", language: str = "") -> ConfirmationRequest:
    """Freezes a version, prints it, and asks the signatory to confirm, in the language in which they are written to from now on, where
    one is said. Sent twice, the same request is the answer.

    An earlier version that is out is replaced. Refused while something is missing, unless a manager gives a reason, and
    while a rule asks for an approval that is not there.
    """
    contract = locked(version.contract)
    require(by, "contracts.send", contract)
    version = Version.objects.select_related("signatory", "contract__customer").get(pk=version.pk)
    if version.signs and language and language != version.signs.speaks:
        set_language(version.signs, by=by.trusted(), language=language)
    running = version.requests.filter(state__in=LIVE).first()
    if running and running.is_live:
        return running
    check_sendable(contract, version, by, override_reason)
    assert version.signs is not None  # `check_sendable` has asked
    is_mailed = goes_by_mail(version.signs)
    request = issue(version, by=by, override_reason=override_reason, is_mailed=is_mailed)
    write_to_signatory(request, by, request.attorney_asked)
    return request


def issue(version: Version, *, by: Actor, override_reason: str = "", is_mailed: bool = True) -> ConfirmationRequest:
    """The request itself, frozen and granted, without a letter: part of sending, of signing on our device, of a paper. What is not
    mailed is told as ready, not as sent."""
    contract, signatory = version.contract, version.signs
    assert signatory is not None  # `check_sendable` has asked
    for earlier in ConfirmationRequest.objects.live().filter(version__contract=contract).for_list():
        if not earlier.is_live:
            expire(earlier, contract, by, decide=False)
            continue
        move(earlier, "superseded", superseded_at=timezone.now())
        dealings.end([earlier.version])
        record(events.SUPERSEDED, subject=earlier, under=contract.customer, by=by, values={"n": earlier.version.n})
    _freeze(version, by)
    zone = zone_of(contract.customer.country, clock.our_zone())
    last_day = timezone.localdate(timezone.now(), ZoneInfo(zone)) + timedelta(days=LIFE_DAYS.value)
    midnight = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time()), ZoneInfo(zone))
    said = {"signatory": signatory, "expires_at": midnight, "zone": zone, "override_reason": override_reason, "sent_at": timezone.now()}
    said["attorney_asked"] = asks_attorney(contract.customer, signatory, version.total, version.currency)
    taken_up = version.requests.filter(state="draft").first()
    if taken_up:
        request = taken_up
        move(request, "sent", opened_at=None, is_on_paper=False, **said)
    else:
        request = ConfirmationRequest.objects.create(version=version, **said)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    hold_link(request, by)
    keep_state(contract, "out")
    values = {"number": contract.number, "n": version.n, "to": signatory.name, "until": last_day}
    if is_mailed:
        answered_by(contract.customer, signatory, by=by)
        record(events.SENT, subject=request, under=contract.customer, by=by, values=values)
    else:
        record(events.READY, subject=request, under=contract.customer, by=by, values=values)
    return request


@operation("contracts.resend")
def resend(request: ConfirmationRequest, *, by: Actor) -> ConfirmationRequest:
    """Another letter with another address of the same link, whose life stays as it is. Once in ten minutes."""
    require(by, "contracts.send", request)
    locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    refuse_if_over(request)
    if request.mailed_at and request.mailed_at + PAUSE > timezone.now():
        at, again = (f"{timezone.localtime(moment):%H:%M}" for moment in (request.mailed_at, request.mailed_at + PAUSE))
        raise Refused(_("Sent %(at)s. It can be sent again from %(again)s.") % {"at": at, "again": again}, code="too_soon")
    write_to_signatory(request, by, request.attorney_asked)
    record(events.RESENT, subject=request, under=request.customer, by=by, values=about(request) | {"to": request.signatory.name})
    return request


@operation("contracts.link")
def make_link(request: ConfirmationRequest, *, by: Actor) -> str:
    """A fresh address of the request, to hand over by chat. Shown once; mailing and chatting share the same life."""
    require(by, "contracts.send", request)
    locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    address = mint(hold_link(request, by), by=by.trusted())
    record(events.LINK_MADE, subject=request, under=request.customer, by=by, values={"to": request.signatory.name})
    answered_by(request.customer, request.signatory, by=by)
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
        refuse_if_over(request)
    ConfirmationRequest.objects.filter(pk=request.pk).update(opened_count=models.F("opened_count") + 1)
    if request.state == "sent":
        move(request, "opened", opened_at=timezone.now())
        record(events.OPENED, subject=request, under=request.customer, by=by, values=about(request))
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
    drawn: bytes = b"",
    on_device: bool = False,
) -> Confirmation:
    """The named signatory confirms what they saw (version, total, line count). The first confirmation stands for ever after.

    Refused with an explanation: an old, declined, withdrawn, expired version; changes asked and not taken back, unless
    they sign on our device; figures that differ from the frozen version.
    """
    require(by, "contracts.read", request)
    locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    first = request.version.confirmations.filter(void_at=None).first()
    if first:
        return first
    require(by, "contracts.confirm", request)
    refuse_if_over(request)
    if on_device and not (request.device_at and request.device_at + DEVICE_LIFE > timezone.now()):
        raise Refused(_("Hand the device over anew: it was opened too long ago."), code="device")
    if request.state == "changes_asked" and not on_device:
        words = _("You asked for changes. Take that back first, or wait for version %(n)s.")
        raise Refused(words % {"n": request.version.n + 1}, code="changes_asked")
    frozen = request.version
    if (version, total, lines) != (frozen.n, frozen.total, frozen.line_count):
        raise Refused(_("What you saw is not what stands in the contract. Load the page again and check it."), code="differs")
    signed_by, signature = clean(signed_by, 100), clean(signature, 100)
    if not signed_by or not signature:
        raise Refused(_("Enter your name as the signature."), field="signature")
    confirmation = establish(
        request, by=by, how="device" if on_device else "link", signed_by=signed_by, signature=signature, consent=consent,
        is_drawn=bool(drawn), by_user_id=request.device_by_id if on_device else None,
    )  # fmt: skip
    if drawn:
        put_picture(confirmation, by=by.trusted(), content=drawn, name=f"{frozen} {signed_by}", visibility="customer")
    return confirmation


def establish(request: ConfirmationRequest, *, by: Actor, how: str, was: dict[str, Any] | None = None, **facts: Any) -> Confirmation:
    """What every way of confirming ends in: the confirmation, the states, the intention won. What hears it opens the order."""
    contract, frozen = request.contract, request.version
    confirmation = Confirmation.objects.create(
        version=frozen, request=request, contact=request.signatory, how=how,
        before=was or {"request": request.state, "contract": contract.state, "draft": False}, **facts,
    )  # fmt: skip
    is_change = contract.confirmed.exclude(pk=frozen.pk).exists()
    move(request, "confirmed", is_on_paper=how in ON_PAPER)
    drop(contract.newest, by=by.trusted(), matter=SENDING)  # a later version that waits for a second person is a change now
    keep_state(contract, "agreed")
    if contract.intention and not is_change:
        win(contract.intention, by=by.trusted())
    record(
        events.CONFIRMED, subject=confirmation, under=contract.customer, by=by,
        values={"number": contract.number, "n": frozen.n, "signed_by": confirmation.signed_by},
    )  # fmt: skip
    return confirmation


@operation("contracts.decline")
def decline(request: ConfirmationRequest, *, by: Actor, reason: str, words: str = "", note: str = "") -> ConfirmationRequest:
    """The signatory does not accept, or tells us so and we note it. The contract ends, the reason becomes an objection, the
    intention is open again; "no longer needed" loses it. Declined twice, the first answer stands."""
    note = _on_behalf(request, by, "contracts.confirm", note)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    if request.state == "declined":
        return request
    refuse_if_over(request)
    if reason not in DECLINE_REASONS:
        raise Refused(_("Choose a reason from the list."), field="reason")
    words = clean(words, 4000)
    move(request, "declined", declined_at=timezone.now(), declined_reason=reason, declined_words=words)
    drop(contract.newest, by=by.trusted(), matter=SENDING)
    keep_state(contract, "declined")
    trusted, gone = by.trusted(), reason == NO_LONGER_WANTED
    if contract.intention and not contract.is_ordered:
        reopen(contract.intention, by=trusted)
        if gone:
            lose(contract.intention, by=trusted, reason=words or _("No longer needed"))
    object_to(contract.customer, by=trusted, reason="other" if gone else reason, words=words, contact=request.signatory)
    values = about(request) | {"reason": reason, "words": words[:500], "note": note}
    record(events.DECLINED, subject=request, under=contract.customer, by=by, values=values)
    told = {"number": contract.number, "reason": in_both(lambda: DECLINE_REASONS[reason]), "words": words[:160]}
    what = DECLINED_CHANGE if contract.is_ordered else DECLINED
    plan_many([Plan(contract.customer, what, next_workday(clock.today()), values=told)], by=trusted)
    return request


@operation("contracts.ask_changes")
def ask_changes(
    request: ConfirmationRequest, *, by: Actor, words: str = "", lines: dict[int, str] | None = None, note: str = ""
) -> ConfirmationRequest:
    """Any contact with the link asks for changes, on the whole or on a line; or tells us so and we note it. The contract
    lives on; a second text is added to the first."""
    note = _on_behalf(request, by, "contracts.read", note)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    refuse_if_over(request)
    words = _together(request.version, clean(words, 4000), lines or {})
    if not words:
        raise Refused(_("Write what should be changed."), field="words")
    if request.state == "changes_asked" and _is_part(words, request.changes_words):
        return request
    together = "\n\n".join(filter(None, (request.changes_words, words)))
    move(request, "changes_asked", changes_asked_at=request.changes_asked_at or timezone.now(), changes_words=together)
    keep_state(contract, "changes_asked")
    object_to(contract.customer, by=by.trusted(), reason=reason_of(words), words=words, contact=_said_by(request, by))
    values = about(request) | {"words": words[:500], "note": note}
    record(events.CHANGES_ASKED, subject=request, under=contract.customer, by=by, values=values)
    return request


def _said_by(request: ConfirmationRequest, by: Actor) -> Contact:
    """Who of the customer's people speaks: the guest themselves, else the signatory."""
    return Contact.objects.get(pk=by.id or 0) if by.kind == "guest" else request.signatory


def _together(version: Version, words: str, by_line: dict[int, str]) -> str:
    """What is said of the whole, then of each line, under the line's name."""
    said = {position: clean(text, 1000) for position, text in by_line.items()}
    language = get_language() or "zh"
    colon = "：" if language.startswith("zh") else ": "
    named = [f"{line.named(language)}{colon}{said[line.position]}" for line in version.lines.all() if said.get(line.position)]
    return "\n".join(filter(None, (words, *named)))


def _on_behalf(request: ConfirmationRequest, by: Actor, right: str, note: str) -> str:
    """A colleague may answer for the customer, with a note of how we know; else the right of the customer is asked."""
    if by.kind != "user" or by.is_trusted:
        require(by, right, request)
        return ""
    require(by, "contracts.send", request)
    return reason_given(note, 1000, field="note", asks=_("Note who said so, when and how: at least 5 letters, or 2 Chinese characters."))


@operation("contracts.stand_by")
def stand_by(request: ConfirmationRequest, *, by: Actor, words: str) -> ConfirmationRequest:
    """We answer a wish for changes: the offer stands as it is. The customer is told, and may confirm. Answered twice, the
    first answer stands."""
    require(by, "contracts.send", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    refuse_if_over(request)
    if request.state != "changes_asked":
        if request.stood_at:
            return request
        raise Refused(_("No change is asked for."), code="nothing_asked")
    words = clean(words, 2000)
    if not words:
        raise Refused(_("Write what the customer is to read."), field="words")
    move(request, "opened", stood_at=timezone.now(), stood_words=words)
    keep_state(contract, "out")
    hold_link(request, by)
    letters.write_answer(request, by, words)
    record(events.STOOD_BY, subject=request, under=contract.customer, by=by, values=about(request) | {"words": words[:500]})
    return request


@operation("contracts.take_back_changes")
def take_back_changes(request: ConfirmationRequest, *, by: Actor) -> ConfirmationRequest:
    """The customer takes the wish for changes back and may confirm again; what it held against the contract is withdrawn with it."""
    require(by, "contracts.read", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    refuse_if_over(request)
    if request.state == "changes_asked":
        held, since = wished(request), request.changes_asked_at or request.sent_at
        move(request, "opened", stood_at=None, changes_words="", changes_asked_at=None)
        keep_state(contract, "out")
        for objection in held:
            close_objection(objection, by=by.trusted(), outcome="withdrawn")
        record(events.CHANGES_TAKEN_BACK, subject=request, under=contract.customer, by=by, values=about(request) | {"since": str(since)})
    return request


def wished(request: ConfirmationRequest) -> list[Objection]:
    """What their wish for changes became, where it is open."""
    since = request.changes_asked_at or request.sent_at
    said = Objection.objects.alive().filter(customer=request.customer, said_at__gte=since).order_by("pk")
    return [one for one in said if one.words and _is_part(one.words, request.changes_words)]


def _is_part(words: str, wished: str) -> bool:
    """Whether these words were added to the wish for changes."""
    return f"\n\n{words}\n\n" in f"\n\n{wished}\n\n"


@operation("contracts.withdraw")
def withdraw(request: ConfirmationRequest, *, by: Actor, reason: str) -> ConfirmationRequest:
    """We take the request back; the contract is in preparation again, and the owner decides by the next workday."""
    require(by, "contracts.send", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    if request.state == "withdrawn":
        return request
    refuse_if_over(request)
    reason = reason_given(reason, 2000)
    move(request, "withdrawn", withdrawn_at=timezone.now(), withdrawn_reason=reason)
    keep_preparing(contract)
    plan_decision(contract, by)
    record(events.WITHDRAWN, subject=request, under=contract.customer, by=by, values=about(request) | {"reason": reason})
    return request


@operation("contracts.end")
def end_contract(contract: Contract, *, by: Actor, reason: str) -> Contract:
    """Ends the contract: a live request ends withdrawn, the intention is open again, and the customer is told, also where the request
    that they had was withdrawn or expired before. Of a contract that is ordered it discards the change that is being prepared or is
    out; contract, order and intention stand as they were.

    Whoever may not withdraw the request may not end the contract that it asks about.
    """
    contract = locked(contract)
    running = ConfirmationRequest.objects.live().filter(version__contract=contract).for_list().first()
    if running and not running.is_live:  # its day has passed, and nothing has said so yet
        expire(running, contract, by, decide=False)
        running = None
    if running:
        require(by, "contracts.send", running)
    known = running or _had_before(contract)
    ended = end(contract, by=by, reason=reason)
    if running:
        move(running, "withdrawn", withdrawn_at=timezone.now(), withdrawn_reason=reason)
        record(events.WITHDRAWN, subject=running, under=ended.customer, by=by, values=about(running) | {"reason": reason})
    if known:
        letters.write_ended(known, by)
    return ended


def _had_before(contract: Contract) -> ConfirmationRequest | None:
    """The latest request, where the customer had it and heard nothing since it was withdrawn or expired. Of a change that was discarded
    they were told then."""
    last = ConfirmationRequest.objects.filter(version__contract=contract).for_list().order_by("pk").last()
    if last is None or last.state not in ("withdrawn", "expired"):
        return None
    discarded = Event.objects.about(contract).filter(kind=events.CHANGE_DISCARDED.code, values__n__gte=last.version.n)
    return None if discarded.exists() else last


def awaits_link(request: ConfirmationRequest) -> bool:
    """Ready, and the customer does not have it: no mail took it to them, and no link was made yet."""
    if request.state != "sent" or request.grant is None or request.grant.tokens.exists():
        return False
    return not Letter.objects.filter(grant=request.grant, goes_by_mail=True).exists()


def open_besides(version: Version) -> ConfirmationRequest | None:
    """While this one is a draft: the request of an earlier version that the customer may still confirm."""
    if version.frozen_at is not None:
        return None
    may_confirm = ConfirmationRequest.objects.for_list().filter(version__contract=version.contract_id, state__in=("sent", "opened"))
    return may_confirm.order_by("-id").first()


def said_before(version: Version) -> ConfirmationRequest | None:
    """While this one is a draft: the last request before it, of its contract or of an earlier one of the same intention, where the
    customer declined it, wants it changed, or asked for it again."""
    if version.frozen_at is not None:
        return None
    contract = version.contract
    same = models.Q(version__contract=contract)
    if contract.intention_id:
        same |= models.Q(version__contract__intention=contract.intention_id, version__contract__lt=contract.pk)
    last = ConfirmationRequest.objects.for_list().filter(same).exclude(version=version).order_by("-pk").first()
    if last is None or last.state == "confirmed":
        return None
    return last if last.declined_at or last.asked_again_at or (last.changes_words and not last.stood_at) else None


def sender_of(contract: Contract) -> str:
    """Who goes on with a draft, in words: the owner of the customer, else whoever may send contracts."""
    owner = contract.customer.owner
    return str(owner) if owner and owner.is_active else who_holds("contracts.send")


def expire_all() -> int:
    """The daily task: each request whose last day has passed expires in a transaction of its own."""
    due = ConfirmationRequest.objects.live().filter(expires_at__lte=timezone.now())
    return sum(alone(expire_due, request) for request in due.for_list())


@operation("contracts.expire")
def expire_due(request: ConfirmationRequest, *, by: Actor) -> bool:
    """What time brings: the request expires; the owner decides by the next workday. False if somebody was faster."""
    contract = locked(request.contract)
    fresh = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    if fresh.state not in LIVE:
        return False
    expire(fresh, contract, by)
    return True


def expire(request: ConfirmationRequest, contract: Contract, by: Actor, decide: bool = True) -> None:
    """The fact itself; the owner decides by the next workday, unless a new request follows at once."""
    move(request, "expired", expired_at=timezone.now())
    keep_preparing(contract)
    if decide:
        plan_decision(contract, by)
    record(events.EXPIRED, subject=request, under=contract.customer, by=by, values=about(request))


def check_sendable(contract: Contract, version: Version, by: Actor, override_reason: str) -> None:
    """Refuses what cannot go out: an old version, one without a signatory, an incomplete or an uncleared one."""
    if not contract.is_alive:
        words = _("Contract %(number)s cannot be sent: it is closed.")
        raise Refused(words % {"number": contract.number}, code="not_alive")
    if version.n != contract.newest.n:
        raise Refused(_("Only the newest version can be sent."), code="old_version")
    if version.signatory is None:
        raise Refused(_("Name the signatory first: the person who may confirm."), field="signatory")
    if version.shipping_on and version.shipping_on < clock.today():
        raise Refused(_("The shipping date in the contract has passed. Choose a new one first."), field="shipping_on", code="past")
    dossier = dossier_of(contract.customer)
    if dossier.has_wrong_code:
        words = _("The credit code in the dossier is not verified: %(why)s It never stands on a contract that is sent.")
        raise Refused(words % {"why": problem(dossier.code)}, code="wrong_code")
    if override_reason and missing(version):
        require(by, "contracts.send_incomplete", contract)
        sentence_given(override_reason)
    check_cleared(version, is_overridden=bool(override_reason))


def _freeze(version: Version, by: Actor) -> None:
    if version.frozen_at:
        return
    version.stood = standing(version)
    for language in ("zh-hans", "en"):
        pdf = paper.print_version(version, language)
        kept = put_pdf(version, by=by.trusted(), content=pdf, name=f"{version} {LANGUAGES[language]}.pdf", visibility="customer")
        if language == "zh-hans":
            digest = kept.sha256
    Version.objects.filter(pk=version.pk).update(frozen_at=timezone.now(), digest=digest, stood=version.stood)
    version.refresh_from_db()
    offered = [
        dealings.Noted(line.variant.product, line.variant, line.price, version.currency, line.quantity, line.discount)
        for line in version.lines.select_related("variant__product")
    ]
    dealings.note(version.customer, "contract", version, offered, by=by)


def write_to_signatory(request: ConfirmationRequest, by: Actor, attorney: bool = False) -> None:
    """The letter that asks; who has no address gets the link by chat."""
    hold_link(request, by)
    letters.write_asking(request, by, attorney)
    ConfirmationRequest.objects.filter(pk=request.pk).update(mailed_at=timezone.now())
    request.refresh_from_db(fields=["mailed_at"])


def hold_link(request: ConfirmationRequest, by: Actor) -> Grant:
    """The grant that opens the request to its signatory, as every letter and link needs it: anew where it was closed or is over."""
    held = grant(request.signatory, by=by.trusted(), subject=request, purpose="confirm")
    if held != request.grant:
        ConfirmationRequest.objects.filter(pk=request.pk).update(grant=held)
        request.grant = held
    return held


def refuse_if_over(request: ConfirmationRequest) -> None:
    """What somebody who presses late is told."""
    when: dict[str, Any] = {"n": request.version.n, "number": request.contract.number}
    if request.state == "superseded":
        when["new"] = request.contract.newest_sent
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


def plan_decision(contract: Contract, by: Actor) -> None:
    """The owner's next step when a request is over without an answer."""
    values = {"number": contract.number}
    plan_many([Plan(contract.customer, DECIDE, next_workday(clock.today()), kind="do", values=values)], by=by.trusted())


def about(request: ConfirmationRequest) -> dict[str, Any]:
    """What every event about a request says: the contract's number and the version."""
    return {"number": request.contract.number, "n": request.version.n}


def move(request: ConfirmationRequest, state: str, **facts: Any) -> None:
    """The one place that writes a request's state, together with the fact that moves it."""
    ConfirmationRequest.objects.filter(pk=request.pk).update(state=state, **facts)
    for name, value in {"state": state, **facts}.items():
        setattr(request, name, value)
