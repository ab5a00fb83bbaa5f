"""What becomes of an approval, asked or given, when the draft, its customer or their dossier (202) changes.

What was only filled in carries on; what reads otherwise is asked anew. Both who asked and who decides are told.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from boothline.approvals.approval import Approval, carry_on, drop, outdate
from boothline.contracts.agreement import SENDING, Contract, Version
from boothline.contracts.clearance import approval_of, asks, is_approved
from boothline.contracts.dossier import Dossier, buyer, dossier_of
from boothline.core.actors import Actor
from boothline.core.kinds import word_of

PRINTED = ("party", "legal_name", "registered_address", "code", "tax_number")  # of a dossier, what a contract prints


def follow_draft_edited(told: list[Any], by: Actor) -> None:
    """A draft was edited: what was approved is asked anew."""
    for contract in _asked_about(pk__in=[event.subject_id for event in told]):
        _look_again(contract, by)


def follow_customer_edited(told: list[Any], by: Actor) -> None:
    """A customer is called otherwise than was approved."""
    renamed = [event.under_id for event in told if {"name", "name_latin", "address"} & set(event.changes)]
    for contract in _asked_about(customer__in=renamed) if renamed else ():
        _look_again(contract, by)


def follow_dossier(told: list[Any], by: Actor) -> None:
    """The dossier was edited, or a paper of it filed or confirmed: what was empty before is filled in, or it reads otherwise."""
    changed: dict[int, dict[str, Any]] = {}
    for event in told:
        for name, (was, _now) in event.changes.items():
            changed.setdefault(event.under_id, {}).setdefault(name, was)
        changed.setdefault(event.under_id, {})
    for contract in _asked_about(customer__in=list(changed)):
        before = copy(dossier_of(contract.customer))
        printed = {name: was or "" for name, was in changed[contract.customer_id].items() if name in PRINTED}
        for name, was in printed.items():
            setattr(before, name, was)
        _look_again(contract, by, before=None if any(printed.values()) else before)


def follow_merged(told: list[Any], by: Actor) -> None:
    """Two customers, or two of their people, are one now, or two again: another name may be printed, another person may sign."""
    for contract in _asked_about(customer__in={event.under_id for event in told}):
        _look_again(contract, by)


def _asked_about(**which: Any) -> list[Contract]:
    """Those of them that are alive and of whose draft an approval was asked."""
    drafts = Version.objects.filter(contract__in=Contract.objects.alive().filter(**which), frozen_at=None).values("pk")
    asked = Approval.objects.filter(matter=SENDING, subject_kind=word_of(Version), subject_id__in=drafts, state__in=("open", "approved"))
    return list(Contract.objects.filter(versions__in=asked.values("subject_id")).select_related("customer").distinct())


def _look_again(contract: Contract, by: Actor, before: Dossier | None = None) -> None:
    """`before`: the dossier as it was, if what a contract prints of it was at most filled in."""
    version, trusted = contract.newest, by.trusted()
    held, why = approval_of(version), asks(version)
    if held is None or held.state not in ("open", "approved"):
        return
    if before and why and held.digest == version.fingerprint(buyer(contract.customer, dossier=before)):
        carry_on(version, by=trusted, matter=SENDING, why=why, digest=version.fingerprint())
    elif held.state == "open" and (not why or held.is_changed):
        drop(version, by=trusted, matter=SENDING)
    if held.state == "approved" and why and not is_approved(version):
        outdate(version, by=trusted, matter=SENDING)
