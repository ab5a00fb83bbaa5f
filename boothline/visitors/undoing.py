"""The way back of 501: a capture that was taken by mistake 录错了 is taken back as a whole, on its day, by whoever took it.

What came with it goes with it: the customer and the people that it made, what it added to somebody on record, its steps and clock, its
pictures and voice notes. What somebody built on it since stands in the way, and is named. History keeps that it was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.approvals.approval import Approval
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Words
from boothline.core.kinds import kind_of
from boothline.core.operations import operation
from boothline.core.privacy import masked
from boothline.core.records import leaning_on
from boothline.core.text import clean, listed, phrase
from boothline.customers.card import (
    Collaborator,
    Consent,
    Contact,
    ContactPoint,
    Customer,
    Person,
    edit_contact,
    hold,
    unnote_consents,
)
from boothline.customers.dealings import Dealing
from boothline.customers.events import COLLABORATOR_ADDED as BROUGHT_IN
from boothline.customers.grades import GradePin
from boothline.customers.key_accounts import KeyAccount
from boothline.customers.key_people import Decider, Rival
from boothline.customers.ladder import TypeChange
from boothline.customers.pins import Pin
from boothline.fairs.invitations import Invitation, not_arrived
from boothline.files.attachments import Attachment, remove
from boothline.followups.clocks import Clock, begun_with, forget
from boothline.followups.steps import NextStep
from boothline.links.grants import Grant
from boothline.messaging.notices import forget_notices
from boothline.search import index
from boothline.timeline.history import Event, record
from boothline.visitors import events
from boothline.visitors.cooperation import Cooperation, is_untouched
from boothline.visitors.recognition import Opinion
from boothline.visitors.retraction import REASONS, Retraction
from boothline.visitors.solicitation import Capture, keep_brought

NAMED = 3  # of what stands in the way
FRESH = 1  # the revision of a card that nobody wrote on
CALLED: dict[type[Model], Words] = {
    KeyAccount: gettext_lazy("key account"), Rival: gettext_lazy("competing firm"), Decider: gettext_lazy("part in the decision"),
    Pin: gettext_lazy("Pinned"), GradePin: gettext_lazy("grade"), Collaborator: gettext_lazy("Collaborators"),
    Consent: gettext_lazy("consent"), Invitation: gettext_lazy("invitation to a fair"),
}  # fmt: skip


class _Came:
    """Everything that came with one capture."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.made: Customer | None = capture.customer if capture.brought.get("customer") else None
        self.people: list[Contact] = [*([capture.contact] if capture.is_made_here else []), *capture.others.all()]
        self.clock: Clock | None
        self.steps: list[NextStep]
        self.clock, self.steps = begun_with(capture)
        judged = [*Cooperation.objects.filter(customer=self.made), *Opinion.objects.filter(customer=self.made)] if self.made else []
        self.judged: list[Model] = [one for one in judged if not isinstance(one, Cooperation) or is_untouched(one)]

    def all(self) -> set[tuple[str, int]]:
        """(label, key) of all of it, and of what follows by itself: ways to reach them are of the card, types and prices follow from
        business that stands in the way itself, and the clock brings in whoever it is handed to."""
        found: list[Model | None] = [self.capture, self.made, *self.people, self.clock, *self.steps, *self.judged]
        follows: list[QuerySet[Any]] = [ContactPoint.objects.filter(contact__in=self.people)]
        follows.append(Capture.others.through.objects.filter(capture=self.capture))
        if self.made:
            follows += [TypeChange.objects.filter(customer=self.made), Dealing.objects.filter(customer=self.made)]
            if not Event.objects.about(self.made).filter(kind=BROUGHT_IN.code).exists():
                follows.append(Collaborator.objects.filter(customer=self.made))
        given = {(Consent._meta.label, pk) for pk in self.capture.brought.get("consents", [])}
        keys = {(rows.model._meta.label, pk) for rows in follows for pk in rows.order_by().values_list("pk", flat=True)}
        return given | keys | {(one._meta.label, one.pk) for one in found if one}

    def stands(self) -> Iterator[str]:
        """What was built on it, in words; whoever gave the first answer built on it too. Another capture says enough: what else is
        there may have come with that one."""
        others = Capture.objects.filter(customer=self.made).exclude(pk=self.capture.pk).select_related("contact") if self.made else []
        yield from map(_named, others)
        if others:
            return
        if any(step.done_at for step in self.steps) or (self.clock and self.clock.answered_at):
            yield _("the first answer was given")
        own, homes = self.all(), [self.made] if self.made else []
        for those in (homes, self.people, self.steps):
            yield from map(_named, [*leaning_on(those, but=own), *_pointing_at(those)])
        yield from (phrase(_("the card of %(name)s as it was edited since"), {"name": card}) for card in self.edited())

    def edited(self) -> list[Model]:
        """The cards that somebody wrote on since; what corrections of the capture wrote came with it."""
        mended = self.capture.brought.get("mended", {})
        cards: list[tuple[Customer | Contact, int]] = [(self.made, mended.get("customer", 0))] if self.made else []
        cards += [(one, mended.get("contact", 0) if one == self.capture.contact else 0) for one in self.people]
        return [card for card, own in cards if card.revision > FRESH + own]


def _pointing_at(those: Sequence[Model]) -> list[Model]:
    """What points at customers or people by kind and number: files, links, approvals."""
    if not those or not isinstance(those[0], (Customer, Contact)):
        return []
    kind, keys = kind_of(those[0]), [one.pk for one in those]
    files = Attachment.objects.filter(owner_kind=kind, owner_id__in=keys).order_by("pk")
    links, asked = Grant.objects.filter(holder_kind=kind, holder_id__in=keys), Approval.objects.filter(under_kind=kind, under_id__in=keys)
    return [*files, *links, *asked]


def _named(found: Model) -> str:
    """A record as a person knows it: its room, or what it is where its room says too little, and what it is called there."""
    if isinstance(found, Capture):
        return phrase(_("another capture of %(name)s"), {"name": found.contact})
    room = apps.get_containing_app_config(type(found).__module__)
    return phrase(_("%(room)s: %(name)s"), {"room": CALLED.get(type(found)) or (room.verbose_name if room else ""), "name": found})


def why_not(capture: Capture) -> str:
    """What stands in the way, in words; "" where nothing does."""
    found = list(dict.fromkeys(_Came(capture).stands()))
    more = [_("%(count)s more") % {"count": len(found) - NAMED}] if len(found) > NAMED else []
    return listed([*found[:NAMED], *more])


@operation("visitors.retract")
def retract(capture: Capture, *, by: Actor, reason: str, words: str = "") -> Retraction:
    """Takes a capture back with all that came with it. Refused with what was built on it since. Taken back already, that is the answer."""
    hold(capture.customer_id)  # before anything is read: of two presses at once the later one gets the first's answer
    held = Retraction.objects.filter(client_id=capture.client_id).first()
    if held:
        return held
    require(by, "captures.edit", capture)
    found = Capture.objects.for_list().select_related("customer", "contact").get(pk=capture.pk)
    words = clean(words, 400)
    if reason not in REASONS:
        raise Refused(_("Choose why it is taken back."), field="reason")
    if reason == "other" and not words:
        raise Refused(_("Say in a few words why it is taken back."), field="words")
    against = why_not(found)
    if against:
        raise Refused(_("Not taken back, since more was built on it: %(what)s.") % {"what": against}, code="built_on")
    kept = Retraction.objects.create(
        client_id=found.client_id, name=masked(str(found.contact)), fair=found.fair, taken_by_id=found.taken_by_id,
        taken_at=found.taken_at, by_id=by.id if by.kind == "user" else None, reason=reason, words=words,
    )  # fmt: skip
    customer, said = found.customer, {"name": kept.name, "reason": reason, "words": words, "fair": found.fair or "–"}
    _take_away(_Came(found), by.trusted())
    record(events.RETRACTED, subject=kept, under=customer, by=by, values=said)
    return kept


def _take_away(came: _Came, by: Actor) -> None:
    """From what leans to what it leans on."""
    capture = came.capture
    for picture in Attachment.objects.of(capture):
        remove(picture, by=by)
    if capture.fair:
        not_arrived(capture.fair, contacts=[capture.contact_id, *(one.pk for one in came.people)], since=capture.made_at, by=by)
    forget(came.clock, came.steps)
    for one in came.judged:
        one.delete()
    capture.delete()
    if not capture.is_made_here:
        _take_off_the_card(capture, by)
    index.drop("contact", [one.pk for one in came.people])
    for one in came.people:
        one.delete()
    if came.made:
        index.drop("customer", [came.made.pk])
        forget_notices(came.made)
        Customer.objects.filter(pk=came.made.pk).delete()


def _take_off_the_card(capture: Capture, by: Actor) -> None:
    """What the capture added to somebody on record, as far as it still stands there as it was added."""
    brought: dict[str, Any] = capture.brought
    contact = Contact.objects.select_related("customer").prefetch_related("points").get(pk=capture.contact_id)
    filled, ways = brought.get("filled", {}), {tuple(way) for way in brought.get("ways", [])}
    values = {name: type(value)() for name, value in filled.items() if getattr(contact, name) == value}
    kept = [point for point in contact.points.all() if (point.kind, point.folded) not in ways]
    written = int(bool(filled or ways))  # when it was added
    if values or len(kept) < len(contact.points.all()):
        edit_contact(contact, by=by, revision=contact.revision, values=values, points=Person(), beside=kept)
        written += 1
    consents = list(Consent.objects.filter(pk__in=brought.get("consents", [])).select_related("contact__customer"))
    left = unnote_consents(consents, by=by)
    maker = Capture.objects.filter(contact=contact, is_made_here=True).first()
    if maker:  # what was added and taken off again does not stand in the way of the capture that made the card
        keep_brought(maker, {"contact": written, "customer": 0}, left)
