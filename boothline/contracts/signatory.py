"""204: another signatory. The customer asks, we name them after a call; the link moves, who had it before reads on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from boothline.accounts.rights import require
from boothline.contracts import events
from boothline.contracts.agreement import locked
from boothline.contracts.dossier import asks_attorney
from boothline.contracts.establishment import OPEN, ConfirmationRequest, about, move, refuse_if_over, write_to_signatory
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.text import clean, digits, reason_given, too_short
from boothline.customers.card import Contact, Person, add_people
from boothline.followups.steps import NextStep, Plan, plan_many, say_now, waited_for
from boothline.timeline.history import record
from boothline.worktime.calendar import next_workday

CALL = waited_for(gettext_noop("call about another signatory of contract %(number)s: %(name)s"), "waiting", OPEN)


@operation("contracts.wish_signatory")
def wish_signatory(request: ConfirmationRequest, *, by: Actor, name: str, reach: str, why: str = "") -> ConfirmationRequest:
    """The customer says who should sign instead, and how to reach them. We call, then name them. The same person again
    changes nothing, another address or number corrects it; of several the last is who they wish, and one call is made."""
    require(by, "contracts.read", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    refuse_if_over(request)
    name, reach, why = clean(name, 200), clean(reach, 200), clean(why, 1000)
    if not name:
        raise Refused(_("Write who should sign."), field="name")
    _check_reach(reach)
    if name == request.signatory.name or (name, reach) == (request.wished_name, request.wished_reach):
        return request
    move(request, request.state, wished_name=name, wished_reach=reach, wished_why=why)
    waiting = NextStep.objects.open().filter(customer=contract.customer_id, what=CALL, values__number=contract.number).first()
    if waiting:
        say_now(waiting, name=name)
    else:
        values = {"number": contract.number, "name": name}
        plan_many([Plan(contract.customer, CALL, next_workday(clock.today()), kind="call", values=values)], by=by.trusted())
    values = about(request) | {"to": name, "reason": why}
    record(events.SIGNATORY_WISHED, subject=request, under=contract.customer, by=by, values=values)
    return request


@operation("contracts.name_signatory")
def name_signatory(request: ConfirmationRequest, *, by: Actor, contact: Contact | Person, why: str) -> ConfirmationRequest:
    """Another contact may confirm from now on: they get a link, the one before reads on. The same person: nothing more."""
    require(by, "contracts.send", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    refuse_if_over(request)
    if isinstance(contact, Person):
        contact = _contact_of(request, contact, by)
    if contact.pk == request.signatory_id:
        return request
    if contact.customer_id != contract.customer_id:
        raise Refused(_("The signatory is no contact of this customer. Add them to the customer first."), field="contact")
    why = reason_given(why, 1000, field="why")
    was = request.signatory.name
    attorney = asks_attorney(contract.customer, contact, request.version.total, request.version.currency)
    cleared = {"wished_name": "", "wished_reach": "", "wished_why": ""}
    move(request, request.state, signatory=contact, attorney_asked=attorney, **cleared)
    write_to_signatory(request, by, attorney)
    record(
        events.SIGNATORY_NAMED, subject=request, under=contract.customer, by=by,
        values=about(request) | {"to": contact.name, "was": was, "reason": why},
    )  # fmt: skip
    return request


def _check_reach(reach: str) -> None:
    """An address that a letter reaches, or a number that can be dialled."""
    if not reach:
        raise Refused(_("Write an e-mail address or phone number of theirs."), field="reach")
    try:
        if "@" in reach:
            validate_email(reach)
    except ValidationError as wrong:
        raise Refused(_("This is not an e-mail address."), field="reach") from wrong
    if "@" not in reach and (not digits(reach) or too_short([reach])):
        raise Refused(_("This is neither an e-mail address nor a phone number."), field="reach")


def _contact_of(request: ConfirmationRequest, person: Person, by: Actor) -> Contact:
    """The contact of that name, or a new one at the same customer."""
    if not person.name:
        raise Refused(_("Choose the person, or write their name."), field="contact")
    known = request.customer.contacts.filter(name=person.name).first()
    if known:
        return known
    if not (person.emails or person.phones):
        raise Refused(_("Write an e-mail address or phone number of theirs."), field="email")
    person.customer = request.customer
    return add_people([person], by=by.trusted())[0]
