"""What a customer held against a contract, by a wish for changes or a refusal, ends when they confirm. What they hold against us
otherwise stays open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from boothline.contracts.establishment import Confirmation, ConfirmationRequest, wished
from boothline.core.actors import Actor
from boothline.negotiation.decisions import carry_on
from boothline.negotiation.objections import Objection, close, hold_again

AT_ONCE = timedelta(minutes=1)  # in which a refusal has become an objection


def hold_nothing(told: list[Any], by: Actor) -> None:
    """What a later version, or a later contract of the same intention, answers is resolved; what they confirmed without is withdrawn."""
    for event in told:
        confirmation = Confirmation.objects.for_list().get(pk=event.subject_id)
        assert confirmation.request_id is not None  # what came by file is recorded, not confirmed
        request = ConfirmationRequest.objects.for_list().get(pk=confirmation.request_id)
        ended = [close(one, by=by, outcome="withdrawn") for one in wished(request)]
        for earlier in _earlier(request):
            ended += [close(one, by=by, outcome="resolved", is_answered=True) for one in (*wished(earlier), *_refused(earlier))]
        if ended:
            before = confirmation.before | {"objections": [objection.pk for objection in ended]}
            Confirmation.objects.filter(pk=confirmation.pk).update(before=before)


def hold_again_what_ended(told: list[Any], by: Actor) -> None:
    """The confirmation is void: what ended by it never did, neither an objection nor a plan."""
    for event in told:
        before = Confirmation.objects.get(pk=event.subject_id).before
        ended = before.get("objections", [])
        for objection in Objection.objects.filter(pk__in=ended).select_related("customer").order_by("pk"):
            hold_again(objection, by=by)
        carry_on(before.get("plans", []), held=ended, by=by)


def _earlier(request: ConfirmationRequest) -> list[ConfirmationRequest]:
    contract = request.contract
    same = {"version__contract__intention": contract.intention_id} if contract.intention_id else {"version__contract": contract}
    return list(ConfirmationRequest.objects.filter(**same).exclude(pk=request.pk).for_list().order_by("pk"))


def _refused(request: ConfirmationRequest) -> list[Objection]:
    """What their refusal of this request became, where it is open."""
    if request.declined_at is None:
        return []
    at_once = (request.declined_at, request.declined_at + AT_ONCE)
    said = Objection.objects.alive().filter(customer=request.customer, words=request.declined_words, said_at__range=at_once)
    return list(said.order_by("pk"))
