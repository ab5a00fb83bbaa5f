"""Lapse of this type: a contract in preparation that nobody changes any more; the intention behind it is open again.

It lapses 30 days after its request expired or the customer asked for it again, else 90 days after the last change or the decision of a
second person about it. The owner is warned before, a planned next step stops it, and the owner may reopen it within a year
(`followups.lapse`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.approvals.approval import Approval
from boothline.contracts import events
from boothline.contracts.agreement import SENDING, Contract, Version, keep_lapse, locked
from boothline.contracts.establishment import Confirmation, ConfirmationRequest
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.followups.lapse import Idle, check_reopening, is_due, last_told, soonest, watch
from boothline.intentions.products import hand_over, reopen
from boothline.timeline.history import record

DAYS = declare("contracts.lapse_days", 90, gettext_lazy("Days without change until a contract in preparation lapses"), low=7, high=730)
EXPIRED_DAYS = declare(
    "contracts.lapse_days_expired", 30, gettext_lazy("The same, once its confirmation request has expired"), low=7, high=730
)
CHANGES = (events.PREPARED, events.EDITED, events.VERSION_MADE, events.APPROVAL_ASKED, events.LAPSE_REOPENED)


def lapse_all() -> int:
    """The daily task."""
    before = soonest(min(DAYS.value, EXPIRED_DAYS.value))
    idle = Contract.objects.filter(state="preparing", made_at__lt=before).select_related("customer")
    return watch(_idle(list(idle)), warning=events.LAPSE_NEAR, warn=warn, lapse=lapse)


def _idle(contracts: list[Contract]) -> list[Idle]:
    ids = [c.pk for c in contracts]
    changed = last_told(CHANGES, "contract", ids)
    rows = ConfirmationRequest.objects.filter(version__contract__in=ids).order_by("id")
    newest: dict[int, list[datetime | None]] = {
        contract: ends for contract, *ends in rows.values_list("version__contract", "expired_at", "withdrawn_at", "asked_again_at")
    }
    voided = Confirmation.objects.filter(version__contract__in=ids, void_at__isnull=False).order_by()
    stood_again = dict(voided.values_list("version__contract").annotate(Max("void_at")))
    decided = _decided(ids)
    found = []
    for contract in contracts:
        expired, *ends = newest.get(contract.pk, [None])
        moments = (contract.made_at, changed.get(contract.pk), stood_again.get(contract.pk), decided.get(contract.pk), expired, *ends)
        since = max(moment for moment in moments if moment)
        found.append(Idle(contract, since, EXPIRED_DAYS.value if expired else DAYS.value))
    return found


def _decided(ids: list[int]) -> dict[int, datetime]:
    """When a second person last decided, or was asked no more."""
    versions = dict(Version.objects.filter(contract__in=ids).values_list("pk", "contract"))
    about = Approval.objects.filter(matter=SENDING, subject_kind="version", subject_id__in=list(versions), decided_at__isnull=False)
    return {versions[version]: at for version, at in about.order_by("decided_at").values_list("subject_id", "decided_at") if at}


@operation("contracts.warn_of_lapse")
def warn(contract: Contract, *, by: Actor, on: date, days: int) -> None:
    """Tells the owner that it lapses on that day."""
    values = {"number": contract.number, "on": on, "days": days}
    record(events.LAPSE_NEAR, subject=contract, under=contract.customer, by=by, values=values)


@operation("contracts.lapse")
def lapse(contract: Contract, *, by: Actor) -> bool:
    """What time brings: nobody prepares it any more, its intention is open again. Of one that is ordered only the change goes; the
    contract stands. False if somebody was faster."""
    contract = locked(contract)
    if contract.state != "preparing" or not is_due(_idle([contract])[0]):
        return False
    values: dict[str, Any] = {"number": contract.number}
    if contract.is_ordered:
        values |= {"n": contract.newest.n, "reason": "lapsed"}
        keep_lapse(contract, timezone.now())
        record(events.CHANGE_DISCARDED, subject=contract, under=contract.customer, by=by, values=values)
        return True
    keep_lapse(contract, timezone.now())
    if contract.intention:
        reopen(contract.intention, by=by.trusted())
    record(events.LAPSED, subject=contract, under=contract.customer, by=by, values=values)
    return True


@operation("contracts.reopen_lapsed")
def reopen_lapsed(contract: Contract, *, by: Actor) -> Contract:
    """It is in preparation again, and takes its intention back. Pressed twice, it stays so."""
    require(by, "contracts.send", contract)
    contract = locked(contract)
    if contract.state == "preparing":
        return contract
    check_reopening(contract.lapsed_at)
    if contract.intention:
        if contract.intention.state != "open":
            words = _("The intention behind it went on meanwhile: %(state)s. Make a contract from what the customer wants now.")
            raise Refused(words % {"state": contract.intention.get_state_display()}, code="went_on")
        hand_over(contract.intention, by=by.trusted())
    keep_lapse(contract, None)
    record(events.LAPSE_REOPENED, subject=contract, under=contract.customer, by=by, values={"number": contract.number})
    return contract
