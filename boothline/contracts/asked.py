"""Steps that ask the owner for something about a contract, and the facts by which that has happened."""

from __future__ import annotations

from typing import Any

from boothline.contracts import events
from boothline.contracts.agreement import Contract
from boothline.contracts.establishment import DECIDE, DECLINED, DECLINED_CHANGE
from boothline.contracts.lists import DISCARDS
from boothline.contracts.reminders import ASK, ASKED_AGAIN
from boothline.contracts.signatory import CALL
from boothline.contracts.speaking import SEND, SEND_CHANGE
from boothline.core.actors import Actor
from boothline.followups.steps import happened

ENDS = {  # by the code of what happened
    events.SENT.code: (DECIDE, ASKED_AGAIN, SEND, SEND_CHANGE, DECLINED_CHANGE),
    events.READY.code: (DECIDE, ASKED_AGAIN, SEND, SEND_CHANGE, DECLINED_CHANGE),
    events.SIGNATORY_NAMED.code: (CALL,),
    events.CONFIRMED.code: (DECIDE, ASKED_AGAIN, CALL, ASK, SEND, SEND_CHANGE, DECLINED_CHANGE),
    events.DECLINED.code: (DECIDE, ASKED_AGAIN, CALL, ASK, SEND, SEND_CHANGE),
    events.WITHDRAWN.code: (CALL, ASK),
    events.EXPIRED.code: (CALL, ASK),
    events.ENDED.code: (DECIDE, ASKED_AGAIN, CALL, ASK, SEND, SEND_CHANGE),
    events.CHANGE_DISCARDED.code: (DECIDE, ASKED_AGAIN, CALL, ASK, SEND, SEND_CHANGE),
    events.LAPSED.code: (DECIDE, SEND, SEND_CHANGE),
    events.ASKED_AGAIN.code: (DECLINED, DECLINED_CHANGE),
}


def end_what_was_asked(told: list[Any], by: Actor) -> None:
    """What our steps asked for has happened, or is asked by nobody any more."""
    for event in told:
        number = event.values["number"]
        lapsed = event.kind == events.CHANGE_DISCARDED.code and event.values["reason"] in DISCARDS
        customers = Contract.objects.filter(number=number).values_list("customer", flat=True)
        happened(*ENDS[events.LAPSED.code if lapsed else event.kind], by=by, customers=customers, number=number)


def answer_again(told: list[Any], by: Actor) -> None:
    """A contract was made of the same intention once more, or the intention is lost: who declined, or asked for it again, has our word."""
    for event in told:
        intentions = [event.subject_id]
        if event.kind == events.PREPARED.code:
            intentions = list(Contract.objects.filter(pk=event.subject_id).values_list("intention", flat=True))
        for number, customer in Contract.objects.filter(intention__in=intentions).values_list("number", "customer"):
            happened(DECLINED, ASKED_AGAIN, by=by, customers=[customer], number=number)
