"""Without the link (204): the customer signs on our device, or staff record the evidence; and the void of a wrong entry.

All end in the same confirmation. A draft is frozen, numbered and marked sent in the same transaction, so that a request
which was answered always exists.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.approvals.approval import drop
from boothline.contracts import events
from boothline.contracts.agreement import SENDING, Contract, Version, keep_state, locked
from boothline.contracts.clearance import keep_preparing
from boothline.contracts.establishment import (
    DEVICE_LIFE,
    LIVE,
    Confirmation,
    ConfirmationRequest,
    about,
    check_sendable,
    establish,
    issue,
    move,
    refuse_if_over,
)
from boothline.contracts.lists import HOWS, ON_PAPER
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.text import clean, phrase, reason_given
from boothline.customers import dealings
from boothline.files.attachments import Received, put_received
from boothline.followups.clocks import unanswered_of
from boothline.followups.steps import PROMISE, NextStep, plan_again
from boothline.followups.touches import wait_again
from boothline.intentions.products import hand_over as take_intention
from boothline.intentions.products import reopen
from boothline.links.grants import grant, mint, revoke
from boothline.negotiation.decisions import running
from boothline.timeline.history import record


@operation("contracts.hand_device")
def hand_device(version: Version, *, by: Actor, override_reason: str = "") -> str:
    """Staff open the contract on our device for the signatory, who reads, writes their name and signs. The address
    works for two hours; who hands it over is noted as present."""
    contract = locked(version.contract)
    require(by, "contracts.send", contract)
    version = Version.objects.select_related("signatory", "contract__customer").get(pk=version.pk)
    _refuse_confirmed(version)
    request = _live(version) or _issued(contract, version, by, override_reason)
    facts: dict[str, Any] = {"device_at": timezone.now(), "device_by_id": by.id if by.kind == "user" else None}
    if request.state == "sent":
        move(request, "opened", opened_at=timezone.now(), **facts)
        record(events.OPENED, subject=request, under=request.customer, by=by, values=about(request))
    else:
        move(request, request.state, **facts)
    until = timezone.now() + DEVICE_LIFE
    revoke(request, by=by.trusted(), purpose="device")  # one device at a time
    held = grant(request.signatory, by=by.trusted(), subject=request, purpose="device", until=until)
    record(events.DEVICE_HANDED, subject=request, under=request.customer, by=by, values=about(request) | {"to": request.signatory.name})
    return mint(held, by=by.trusted())


@operation("contracts.record_paper")
def record_paper(
    version: Version, *, by: Actor, kind: str, signed_by: str, signed_on: date, scan: Received | None, amount: Decimal | None = None,
    override_reason: str = "",
) -> Confirmation:  # fmt: skip
    """Confirms with evidence: the scan of the signed paper or proforma, or the bank's receipt of the deposit.

    Recorded twice, the first confirmation is the answer. A request that expired or was withdrawn takes a paper that is
    dated before that, while no other request of the contract is live.
    """
    contract = locked(version.contract)
    require(by, "contracts.record_paper", contract)
    version = Version.objects.select_related("signatory", "contract__customer").get(pk=version.pk)
    first = version.confirmations.filter(void_at=None).first()
    if first:
        return first
    signed_by = clean(signed_by, 100)
    _check_evidence(version, kind, signed_by, signed_on, scan, amount)
    assert scan is not None  # `_check_evidence` has asked
    asked, unanswered = _steps_of(contract), unanswered_of(contract.customer)
    before: dict[str, Any] = {"request": "draft", "contract": contract.state, "draft": version.frozen_at is None}
    before["plans"] = running(contract.customer)
    live = _live(version)
    over = None if live else version.requests.exclude(state="draft").order_by("-id").first()
    if over is not None:
        _check_dated(ConfirmationRequest.objects.for_list().get(pk=over.pk), contract, signed_on)
    out = dict(ConfirmationRequest.objects.live().filter(version__contract=contract).exclude(version=version).values_list("pk", "state"))
    request = live or over or _issued(contract, version, by, override_reason)
    replaced = ConfirmationRequest.objects.filter(pk__in=out, state="superseded").values_list("pk", flat=True)
    before["replaced"] = {str(pk): out[pk] for pk in replaced}
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    if live or over:
        before["request"] = request.state
    confirmation = establish(
        request, by=by, how=kind, was=before, signed_by=signed_by, signature=signed_by, consent=str(HOWS[kind]), signed_on=signed_on,
        amount=amount if kind == "deposit" else None, by_user_id=by.id if by.kind == "user" else None,
    )  # fmt: skip
    confirmation.refresh_from_db(fields=["before"])  # who heard of it notes there what ended with it
    before = confirmation.before | {"steps": sorted(asked - _steps_of(contract))}
    before["clocks"] = sorted(unanswered - unanswered_of(contract.customer))
    Confirmation.objects.filter(pk=confirmation.pk).update(before=before)
    put_received(confirmation, by=by.trusted(), received=scan, name=f"{version} {HOWS[kind]}")
    values = about(request) | {"evidence": kind, "signed_by": signed_by, "on": signed_on}
    record(events.PAPER_RECORDED, subject=confirmation, under=contract.customer, by=by, values=values)
    return confirmation


@operation("contracts.void")
def void(confirmation: Confirmation, *, by: Actor, reason: str) -> Confirmation:
    """A confirmation that staff entered in error is void: order, request, contract and intention stand as before.

    Refused once something was packed or shipped, or a change of it went out. Voided twice, who did it and when is the answer.
    """
    contract = locked(confirmation.version.contract)
    require(by, "contracts.void", contract)
    confirmation = Confirmation.objects.for_list().get(pk=confirmation.pk)
    if confirmation.void_at:
        on = date_format(timezone.localdate(confirmation.void_at), "DATE_FORMAT")
        raise Refused(phrase(_("Voided on %(on)s by %(who)s."), {"on": on, "who": confirmation.void_by or _("the system")}), code="voided")
    if confirmation.how == "import":
        raise Refused(_("This came from a file with its order. Cancel the order instead."), code="imported")
    if confirmation.how not in ON_PAPER:
        raise Refused(_("The customer confirmed it themselves: that is not voided. Cancel the order instead."), code="theirs")
    if Confirmation.objects.valid().filter(version__contract=contract).count() > 1:
        raise Refused(_("The order was changed since. Cancel or change it instead."), code="changed")
    if contract.versions.filter(n__gt=confirmation.version.n, frozen_at__gte=confirmation.confirmed_at).exists():
        raise Refused(_("A change of the order went to the customer since. Cancel the order instead."), code="changed")
    reason = reason_given(reason, 2000)
    Confirmation.objects.filter(pk=confirmation.pk).update(
        void_at=timezone.now(), void_by_id=by.id if by.kind == "user" else None, void_reason=reason
    )
    confirmation.refresh_from_db()
    before, request, version = confirmation.before, confirmation.request, confirmation.version
    assert request is not None  # a paper always answers one
    begun = contract.versions.filter(n__gt=version.n, frozen_at=None, made_at__gte=confirmation.confirmed_at)
    for draft in begun:  # a change that was only prepared: what it would change was never made
        drop(draft, by=by.trusted(), matter=SENDING)
        draft.delete()
    move(request, before["request"], is_on_paper=False)
    if before["draft"]:
        Version.objects.filter(pk=version.pk).update(frozen_at=None, digest="")
        dealings.end([version])
    for earlier in ConfirmationRequest.objects.for_list().filter(pk__in=before["replaced"]):  # it replaced them: they wait again
        move(earlier, before["replaced"][str(earlier.pk)], superseded_at=None)
        dealings.revive([earlier.version])
    if before["contract"] == "in_approval":  # who was asked then is asked no more: the confirmation had answered it
        keep_preparing(contract)
    else:
        keep_state(contract, before["contract"])
    if contract.intention:
        reopen(contract.intention, by=by.trusted())
        take_intention(contract.intention, by=by.trusted())
    values = about(request) | {"signed_by": confirmation.signed_by, "reason": reason}
    record(events.VOIDED, subject=confirmation, under=contract.customer, by=by, values=values)
    plan_again(before.get("steps", ()), by=by.trusted())
    wait_again(before.get("clocks", ()), by=by.trusted())
    return confirmation


def _steps_of(contract: Contract) -> set[int]:
    """What is asked of us about the contract, and what was promised at the booth: where a confirmation ends it, its void gives it back."""
    asked = Q(values__number=contract.number) | Q(what=PROMISE, values__isnull=False)
    return set(NextStep.objects.open().filter(asked, customer=contract.customer_id).values_list("pk", flat=True))


def _live(version: Version) -> ConfirmationRequest | None:
    """The request of this version that waits for the customer."""
    found = ConfirmationRequest.objects.for_list().filter(version=version, state__in=LIVE).first()
    return found if found and found.is_live else None


def _issued(contract: Contract, version: Version, by: Actor, override_reason: str) -> ConfirmationRequest:
    check_sendable(contract, version, by, override_reason)
    return issue(version, by=by, override_reason=override_reason)


def _refuse_confirmed(version: Version) -> None:
    first = version.confirmations.filter(void_at=None).first()
    if first:
        on = date_format(timezone.localdate(first.confirmed_at), "DATE_FORMAT")
        raise Refused(phrase(_("%(name)s confirmed it on %(on)s."), {"name": first.signed_by, "on": on}), code="confirmed")


def _check_evidence(version: Version, kind: str, signed_by: str, signed_on: date, scan: Received | None, amount: Decimal | None) -> None:
    if kind not in ON_PAPER:
        raise Refused(_("Choose what the evidence is."), field="kind")
    if not signed_by:
        raise Refused(_("Name who signed or paid."), field="signed_by")
    clock.check_happened(signed_on, "signed_on", future=_("The paper is dated in the future. Check the date."))
    if scan is None:
        raise Refused(_("Add the scan: without it nothing proves the confirmation."), field="scan")
    if kind != "deposit":
        return
    asked = version.amount_asked()
    if not asked:
        raise Refused(_("This contract asks for no deposit. Record the signed paper."), field="kind")
    if amount is None or amount < asked:
        words = _("The deposit asked for is %(asked)s %(currency)s; a smaller receipt confirms nothing.")
        raise Refused(words % {"asked": f"{asked:,.2f}", "currency": version.currency}, field="amount")


def _check_dated(request: ConfirmationRequest, contract: Contract, signed_on: date) -> None:
    """A request that is over takes a paper from before that; declined, superseded or an ended contract take none."""
    if not contract.is_alive or request.state not in ("expired", "withdrawn", *LIVE):
        refuse_if_over(request)
        raise Refused(_("Contract %(number)s has ended; it cannot be answered any more.") % about(request), code="ended")
    others = ConfirmationRequest.objects.live().filter(version__contract=contract, expires_at__gt=timezone.now())
    if others.exclude(pk=request.pk).exists():
        raise Refused(_("Another request of this contract waits for the customer. Record the paper there."), code="other_live")
    withdrawn = request.state == "withdrawn"
    late = signed_on >= timezone.localdate(request.withdrawn_at) if withdrawn else signed_on > request.last_day
    if late:
        refuse_if_over(request)
