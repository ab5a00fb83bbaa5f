"""501 Information solicitation 信息征求: asks for and records a visitor's information.

A capture is the act and record of taking it. It comes by a form (`take`), or in numbers by a list, a phone's queue or an
import (`take_many`, the batch door). The client makes the id, so that sending again is harmless.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import may, require
from boothline.catalogue.products import Product
from boothline.core import batches, clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, RowFailed, Stale, Words
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, masked, tags
from boothline.core.records import Record, revise
from boothline.core.text import fold, phrase
from boothline.customers.card import (
    Consent,
    Contact,
    ContactPoint,
    Customer,
    Person,
    add_people,
    agree,
    brought_by,
    edit_contact,
    edit_customer,
    hold,
    is_unmasked,
    withdraw_consent,
)
from boothline.customers.duplicates import find_beside
from boothline.customers.lists import CONSENTS, POINT_KINDS
from boothline.customers.matching import Likeness, alike, new_points, same_person
from boothline.customers.suitable import parts_in
from boothline.fairs.editions import Fair
from boothline.files.attachments import Attachment, Voice, put_picture, put_voice
from boothline.followups.clocks import HEAT, Start, begin_otherwise, start_clocks
from boothline.timeline.history import Telling, record, record_many
from boothline.visitors import events
from boothline.visitors.lists import BADGES
from boothline.visitors.questionnaire import OWN_COLUMN, WORDING, Asked, Question, Questionnaire, asked_at, counted, gaps, read_answer
from boothline.visitors.retraction import retracted

PROMISED = {
    "catalogue": gettext_lazy("send the catalogue"),
    "quote": gettext_lazy("send a quotation"),
    "sample": gettext_lazy("send a sample"),
    "visit": gettext_lazy("visit"),
    "call": pgettext_lazy("promised", "call"),
}
NOTHING = "nothing"  # said on purpose: nothing was promised
_HOW = {"self": "own form"}  # how a consent was given, where not at the booth
SOURCES = {"form": gettext_lazy("form"), "import": gettext_lazy("import"), "self": gettext_lazy("the visitor's own form")}
PICTURES = {
    "front": gettext_lazy("card, front"),
    "back": gettext_lazy("card, back"),
    "notes": gettext_lazy("notes"),
    "product": gettext_lazy("product"),
}
CARD = ("front", "back")  # pictures that say who it is
VOICE = "voice"  # what a voice note is called among the files of a capture
FILE_WORDS = {**PICTURES, VOICE: gettext_lazy("voice note")}
SHOWN_WAYS = ("phone", "email", "wechat", "whatsapp")  # of which the form of a capture has one each
_CORRECTED = ("heat", "promised", "note", "minutes", "badge", "badge_number")
OLDEST = 730  # days: whatever a device says was taken earlier, its clock is wrong
MOST_PEOPLE = 20  # of one firm in one capture


def shows_card(kept: Attachment) -> bool:
    """A photo of a card, whatever the file is called that came with it at the desk."""
    return kept.kind == "picture" and (kept.name in CARD or kept.name not in PICTURES)


class Captures(models.QuerySet["Capture"]):
    """Questions about captures."""

    def visible_to(self, by: Actor) -> Captures:
        """The captures of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def for_list(self) -> Captures:
        """With what a list shows."""
        return self.select_related("customer", "contact", "fair", "taken_by")

    def of_visitors(self) -> Captures:
        """Without colleagues of ours, who were captured to try it out: their e-mail is one that we sign in with."""
        ours = User.objects.exclude(email="").annotate(folded=Lower("email")).values("folded")
        return self.exclude(Exists(ContactPoint.objects.filter(contact=OuterRef("contact"), kind="email", folded__in=ours)))

    def taken_today(self, by: Actor) -> Captures:
        """Those that this person took today."""
        begins = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
        return self.filter(taken_by_id=by.id, taken_at__gte=begins)

    def search(self, words: str, by: Actor) -> Captures:
        """By the customer's or the person's name, e-mail or phone."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class Capture(Record):
    """One visitor taken at one fair. `client_id` is made where it was taken and is unique for ever."""

    client_id = models.UUIDField(unique=True)
    fair = models.ForeignKey(Fair, null=True, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    is_made_here = models.BooleanField(default=False, editable=False)  # the contact came with it, and may be mended with it
    others = models.ManyToManyField(Contact, related_name="+", blank=True)
    taken_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=10, default="form", choices=list(SOURCES.items()))
    heat = models.PositiveSmallIntegerField(gettext_lazy("heat"), null=True, blank=True, choices=list(HEAT.items()))
    promised = models.JSONField(default=list)
    interest = models.ManyToManyField(Product, related_name="+", blank=True)
    minutes = models.PositiveSmallIntegerField(gettext_lazy("minutes of talk"), null=True, blank=True)
    note = models.TextField(gettext_lazy("note"), blank=True, default="")
    questionnaire = models.ForeignKey(Questionnaire, null=True, on_delete=models.PROTECT, related_name="captures")
    answers = models.JSONField(gettext_lazy("answers"), default=dict)
    badge = models.CharField(gettext_lazy("badge"), max_length=10, blank=True, default="", choices=list(BADGES.items()))
    badge_number = models.CharField(gettext_lazy("badge number"), max_length=40, blank=True, default="")
    extra = models.JSONField(default=dict)
    brought = models.JSONField(default=dict, editable=False)  # what goes with it when it is taken back (`undoing`)
    sent_as = models.CharField(max_length=64, default="", editable=False)  # a mark of its content; an import has none
    privacy = tags(
        sent_as=PERSON,
        source=PLAIN,
        promised=WORDS,
        note=WORDS,
        answers=WORDS,
        badge=PLAIN,
        badge_number=PERSON,
        extra=PERSON,
        brought=PERSON,
    )

    objects = Captures.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-taken_at", "-id"], name="capture_newest"),
            models.Index(fields=["fair", "-taken_at"], name="capture_fair"),
        ]

    def __str__(self) -> str:
        return str(self.contact)

    def shows_files_to(self, by: Actor) -> bool:
        """The photo of a card says what is masked elsewhere: it is for who took it, and for who may see it all."""
        return self.taken_by_id == by.id or may(by, "customers.unmask", self)

    @property
    def questions(self) -> list[Question]:
        """What was asked when it was taken."""
        return self.questionnaire.asked() if self.questionnaire else Asked().questions

    @property
    def everything(self) -> dict[str, Any]:
        """Its answers together with those that have a column of their own."""
        interest = [product.pk for product in self.interest.all()]
        return self._deciding | ({"interest": interest} if interest else {})

    @property
    def _deciding(self) -> dict[str, Any]:
        """What decides which questions are shown: all but the interest, which names no choices."""
        own = {"heat": str(self.heat) if self.heat else None, "promised": self.promised}
        return {**self.answers, **{code: value for code, value in own.items() if value}}

    @property
    def gaps(self) -> list[Question]:
        """What is required and was left open; consent stands with the contact and is never a gap."""
        return [q for q in gaps(self.everything, self.questions) if q.kind != "consent"]

    @property
    def said(self) -> dict[str, Any]:
        """Its answers to what was shown, which those with a column of their own may decide too; the others say nothing."""
        return {code: value for code, value in counted(self._deciding, self.questions).items() if code in self.answers}

    @property
    def answered(self) -> list[tuple[Question, str]]:
        """(question, answer in words) of what was answered and shown, in the order of the questionnaire."""
        said = self.said
        return [(q, q.worded(said[q.code])) for q in self.questions if said.get(q.code)]

    def otherwise(self, by: Actor) -> list[str]:
        """What somebody who was on record said otherwise than it stands there; ways to reach them as the actor may read them."""
        words = {"title": _("title"), "company": _("company"), "country": _("country"), "address": _("address"), **POINT_KINDS}
        hidden = () if is_unmasked(self.customer, by) else ("address", *POINT_KINDS)
        return [f"{words[name]} {masked(value) if name in hidden else value}" for name, value in self.extra.items()]

    @property
    def promised_words(self) -> list[Words]:
        """What was promised, in words."""
        return [PROMISED[code] for code in self.promised if code in PROMISED]


@dataclass
class Taken:
    """A capture as it arrives, before anything is looked up."""

    person: Person
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)
    heat: int | None = None
    promised: list[str] = field(default_factory=list)
    interest: list[int] = field(default_factory=list)
    consents: list[str] = field(default_factory=list)
    note: str = ""
    minutes: int | None = None
    taken_at: datetime | None = None
    source: str = "form"
    attaches: bool = False  # an import attaches to the surely same person; a form only to the one chosen
    others: list[Person] = field(default_factory=list)  # more people of the same firm
    answers: dict[str, Any] = field(default_factory=dict)
    version: int | None = None  # of the questionnaire that the device had
    badge: str = ""
    badge_number: str = ""
    is_pictured: bool = False  # the photo of a card comes with it, or right after it
    is_voiced: bool = False  # the same of a voice note
    sent_as: str = ""  # a mark of the content, put in by the batch door

    @property
    def stand_in(self) -> str:
        """What they are called until somebody reads the badge or the card, or listens; empty where there is nothing of it."""
        if self.badge_number:
            return _("badge %(number)s") % {"number": self.badge_number}
        at = f"{timezone.localtime(self.taken_at or timezone.now()):%H:%M}"
        if self.is_pictured:
            return _("card photographed %(time)s") % {"time": at}
        return _("voice note %(time)s") % {"time": at} if self.is_voiced else ""


@dataclass
class Batch:
    """What became of each row, by its place in the batch."""

    created: dict[int, Capture] = field(default_factory=dict)
    known: dict[int, Capture] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    joined: dict[int, Contact] = field(default_factory=dict)  # of those created: who stood on record before
    alike: dict[int, list[Likeness]] = field(default_factory=dict)


@operation("visitors.take")
def take(
    taken: Taken, *, by: Actor, fair: Fair | None, picture: tuple[bytes, str] | None = None,
    pictures: list[tuple[bytes, str]] | None = None, voices: Iterable[Voice] = (),
) -> Capture:  # fmt: skip
    """One capture: a batch of one whose refusal is raised. With pictures (content, name) and voice notes, all are kept or nothing."""
    shots, voices = [*([picture] if picture else []), *(pictures or [])], list(voices)
    is_pictured = taken.is_pictured or any(name in CARD for _content, name in shots)
    taken = replace(taken, is_pictured=is_pictured, is_voiced=taken.is_voiced or bool(voices))
    batch = take_many([taken], by=by, fair=fair)
    if 0 in batch.refused:
        raise Refused(batch.refused[0], field="name")
    if 0 in batch.created:
        for content, name in shots:
            put_picture(batch.created[0], by=by.trusted(), content=content, name=name)
        for voice in voices:
            put_voice(batch.created[0], by=by.trusted(), voice=voice, name=VOICE)
    return {**batch.created, **batch.known}[0]


@operation("visitors.add_picture")
def add_picture(capture: Capture, *, by: Actor, content: bytes, kind: str) -> Attachment:
    """One more picture of a capture, after it: what the card, the notes or the product looked like. The same one again
    answers the first."""
    require(by, "captures.edit", capture)
    if kind not in PICTURES:
        raise Refused(_("Say what the picture shows: the card's front or back, notes, or a product."), field="kind")
    return put_picture(capture, by=by.trusted(), content=content, name=kind)


@operation("visitors.add_voice")
def add_voice(capture: Capture, *, by: Actor, voice: Voice, client_id: uuid.UUID | None = None) -> Attachment:
    """One more voice note of a capture, after it. The device makes its id; sent again, the first answers."""
    require(by, "captures.edit", capture)
    hold(capture.customer_id)  # the same one sent twice at once
    return put_voice(capture, by=by.trusted(), voice=voice, name=VOICE, client_id=client_id)


def seen_revision(capture: Capture) -> int:
    """Of all that a correction shows: the capture, and who it is where they came with it. Each part only rises, so the sum tells
    whether anything of it was changed."""
    who = (capture.contact.revision, capture.customer.revision) if capture.is_made_here else ()
    return sum((capture.revision, *who))


@operation("visitors.correct")
def correct(capture: Capture, *, by: Actor, revision: int, taken: Taken, agreed: Iterable[str] = ()) -> Capture:
    """Mends one's own capture on the day it was taken: the answers, and who it is where they came with it.

    `revision` is what `seen_revision` said, `agreed` the consents that stood then: only what was made different is written.
    """
    require(by, "captures.edit", capture)
    hold(capture.customer_id)  # its clock may run out meanwhile
    capture = Capture.objects.select_related("contact", "customer", "questionnaire").get(pk=capture.pk)
    asked = Asked(capture.questions, capture.questionnaire)
    fault = _fault_of(taken, asked)
    if fault and not (taken.person.is_empty and not capture.is_made_here):
        raise Refused(fault, field="name")
    if revision != seen_revision(capture):
        raise _stale(capture, taken)
    before = capture.answers
    values = {name: getattr(taken, name) for name in _CORRECTED} | {"answers": _cleared(before | _answers(taken, asked), taken)}
    changes = revise(capture, revision=capture.revision, values=values)
    otherwise = {code for code in taken.answers if capture.answers.get(code) != before.get(code)}
    mended = _correct_person(capture, taken, by.trusted(), otherwise=otherwise)
    interest = sorted(capture.interest.values_list("pk", flat=True))
    if interest != sorted(taken.interest):
        capture.interest.set(Product.objects.filter(pk__in=taken.interest))
        changes["interest"] = [str(len(interest)), str(len(taken.interest))]
    given = _correct_consents(capture.contact, was=set(agreed), now=set(taken.consents), by=by.trusted())
    keep_brought(capture, mended, given)
    if {"heat", "promised"} & changes.keys():
        begin_otherwise(
            capture, heat=capture.heat, promised=_promised_in_ours(capture), is_new=bool(capture.brought.get("customer")), by=by.trusted()
        )
    record(events.CORRECTED, subject=capture, under=capture.customer, by=by, changes={k: v for k, v in changes.items() if k != "answers"})
    return capture


def _stale(capture: Capture, taken: Taken) -> Stale:
    contact, customer, person = capture.contact, capture.customer, taken.person
    of_capture = [(name, getattr(capture, name), getattr(taken, name)) for name in _CORRECTED]
    of_person: list[tuple[str, Any, Any]] = []
    if capture.is_made_here:
        ways = {kind: value for kind, value, _folded in person.points()}
        company = customer.name if customer.kind == "company" else ""
        of_person = [("name", contact.name, person.name), ("company", company, person.company), ("title", contact.title, person.title)]
        of_person += [(kind, contact.point(kind), ways.get(kind, "")) for kind in SHOWN_WAYS]
    newer = contact if any(theirs != mine for _name, theirs, mine in of_person) else capture
    apart = [(name, theirs, mine) for name, theirs, mine in of_capture + of_person if theirs != mine]
    return Stale(newer, apart, _("Not saved: somebody changed this meanwhile. Choose which values stay."))


def _cleared(answers: dict[str, Any], taken: Taken) -> dict[str, Any]:
    """Without what the form showed and the person emptied."""
    return {code: value for code, value in answers.items() if code not in taken.answers or taken.answers[code] not in (None, "", [], {})}


def _correct_person(capture: Capture, taken: Taken, by: Actor, *, otherwise: set[str]) -> dict[str, int]:
    """`otherwise`: the questions that are answered otherwise than before. Answers how often each card was written by it."""
    if not capture.is_made_here or taken.person.is_empty:
        return {}
    contact, customer, person = capture.contact, capture.customer, taken.person
    seen = contact.revision, customer.revision
    values: dict[str, Any] = {"title": person.title, **({"name": person.name} if person.name else {})}
    values |= {"suitable": _suitable(taken)} if "best_time" in otherwise else {}
    values |= {"language": person.language} if "language" in otherwise else {}
    beside = contact.points_beside(first=SHOWN_WAYS)
    edit_contact(contact, by=by, revision=contact.revision, values=values, points=person, beside=beside)
    called = person.company or (person.name if customer.kind == "person" else "")
    if called and called != customer.name and customer.contacts.count() == 1:
        kind = {"kind": "company"} if person.company else {}
        edit_customer(customer, by=by, revision=customer.revision, values={"name": called, **kind})
    for card in (contact, customer):
        card.refresh_from_db(fields=["revision"])
    return {"contact": contact.revision - seen[0], "customer": customer.revision - seen[1]}


def _correct_consents(contact: Contact, *, was: set[str], now: set[str], by: Actor) -> list[Consent]:
    held = {consent.purpose: consent for consent in contact.consents.filter(withdrawn_at=None)}
    new = [purpose for purpose in CONSENTS if purpose in now - was - set(held)]
    given = agree([(contact, purpose) for purpose in new], by=by, how="booth", wording=WORDING)
    for purpose, consent in held.items():
        if purpose in was - now and consent.how == "booth":
            withdraw_consent(consent, by=by)
    return given


def keep_brought(capture: Capture, mended: dict[str, int], given: list[Consent]) -> None:
    """What a correction wrote goes with its capture, too: how often each card was written by it, and the consents that it gave."""
    brought, before = capture.brought, capture.brought.get("mended", {})
    written = {"mended": {card: before.get(card, 0) + n for card, n in mended.items()}} if any(mended.values()) else {}
    consents = {"consents": [*brought.get("consents", []), *(consent.pk for consent in given)]} if given else {}
    if written or consents:
        capture.brought = brought | written | consents
        capture.save(update_fields=["brought"])


@operation("visitors.take_many")
def take_many(rows: list[Taken], *, by: Actor, fair: Fair | None, stood_before: datetime | None = None) -> Batch:
    """The batch door: good rows are stored, bad ones are taken out and named, known ids answer what is there; of a form that was
    filled in anew under its id, nothing is.

    `stood_before`: only records older than this moment may be the same person, so that the rows of one import never
    attach to each other.
    """
    require(by, "captures.take")
    batch = Batch()
    waiting: dict[int, Taken] = {}
    asked = _asked(rows, fair)
    for i, row in enumerate(rows):
        reason = _fault_of(row, asked[row.version])
        if reason:
            batch.refused[i] = reason
            continue
        person = replace(row.person, name=row.stand_in) if row.person.is_empty else row.person
        waiting[i] = replace(row, person=person, sent_as="" if row.source == "import" else _mark(row))

    def unknown(left: dict[int, Taken]) -> dict[int, Taken]:
        return _without_known(left, batch, by)

    def insert(left: dict[int, Taken]) -> Batch:
        return _insert(left, by=by, fair=fair, stood_before=stood_before, asked=asked)

    def stored(tried: Batch) -> None:
        batch.created.update(tried.created)
        batch.joined.update(tried.joined)
        batch.alike.update(tried.alike)

    # in one order everywhere: two syncs of the same rows wait for one another, never each for the other
    in_order = dict(sorted(waiting.items(), key=lambda item: item[1].client_id))
    batches.store(in_order, unknown=unknown, insert=insert, stored=stored, refused=batch.refused, named=_rows_of)
    return batch


def _asked(rows: list[Taken], fair: Fair | None) -> dict[int | None, Asked]:
    """What each row was asked, by the version that it names."""
    return {n: asked_at(fair, n) for n in {row.version for row in rows}}


def _answers(row: Taken, asked: Asked) -> dict[str, Any]:
    """The answers as they are kept, those that have a column of their own left out; ValueError for one that is no choice."""
    found = {}
    for code, value in row.answers.items():
        question = asked.find(code)
        if question is None or code in OWN_COLUMN:
            raise ValueError(code)
        kept = read_answer(question, value)
        if kept is not None:
            found[code] = kept
    return found


def _fault_of_moment(at: datetime | None) -> str:
    if at and at > timezone.now() + timedelta(days=1):
        return _("The capture lies in the future. Check the clock of the device.")
    if at and at < timezone.now() - timedelta(days=OLDEST):
        return _("The capture lies more than two years back. Check the clock of the device.")
    return ""


def _fault_of(row: Taken, asked: Asked) -> str:
    if row.source != "import" and (wrong := _fault_of_moment(row.taken_at)):  # a list may tell of years ago
        return wrong
    if row.person.is_empty and not row.stand_in:
        return _("Nothing says who this is. Give a name, a company, a phone number or an e-mail address.")
    if row.heat not in (None, *HEAT):
        return _("Heat is a number from 1 to 4.")
    unknown = set(row.promised) - {*PROMISED, NOTHING} | set(row.consents) - set(CONSENTS) | {row.badge} - {"", *BADGES}
    try:
        _answers(row, asked)
    except (ValueError, TypeError):
        unknown.add("answers")
    if unknown:
        return _("An answer is not among the choices of the questionnaire.")
    if len(row.others) > MOST_PEOPLE:
        return _("One capture takes at most %(n)s more people.") % {"n": MOST_PEOPLE}
    return ""


def _rows_of(subjects: list[Any], waiting: dict[int, Taken]) -> set[int]:
    """The places of the rows that were named: by place, by capture, by contact, or by customer."""
    named: set[Any] = set()
    for subject in subjects:
        named |= {subject, getattr(subject, "client_id", None), getattr(subject, "folded", None)} - {None, ""}
    found = {i for i in waiting if i in named}
    for i, row in waiting.items():
        if {row.client_id, row.person.client_id} & named or (row.person.company and fold(row.person.company) in named):
            found.add(i)
    return found


def _mark(row: Taken) -> str:
    people = [(p.name, p.company, p.title, p.points(), p.address, p.country, p.note) for p in (row.person, *row.others)]
    more = (row.heat, row.promised, row.interest, row.consents, row.note, row.minutes, row.answers, row.badge, row.badge_number)
    return hashlib.sha256(json.dumps([people, more], sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()


def _without_known(waiting: dict[int, Taken], batch: Batch, by: Actor) -> dict[int, Taken]:
    ids = [row.client_id for row in waiting.values()]
    known = {c.client_id: c for c in Capture.objects.filter(client_id__in=ids).select_related("customer", "contact")}
    gone = retracted(ids)
    seen: set[uuid.UUID] = set()
    left: dict[int, Taken] = {}
    for i, row in waiting.items():
        first = known.get(row.client_id)
        if first and first.taken_by_id == by.id and first.sent_as and first.sent_as != row.sent_as:
            words = _("%(name)s was saved from this form already, and nothing now. Correct that capture, or press again for somebody new.")
            batch.refused[i] = phrase(words, {"name": first.contact})
        elif first:
            batch.known[i] = first
        elif row.client_id in gone:
            words = _("This capture was taken back. It was not saved again; press again if you mean somebody new.")
            batch.refused[i] = words
        elif row.client_id in seen:
            batch.refused[i] = _("The same row stands twice in this batch.")
        else:
            seen.add(row.client_id)
            left[i] = row
    return left


def _insert(
    waiting: dict[int, Taken], *, by: Actor, fair: Fair | None, stood_before: datetime | None, asked: dict[int | None, Asked]
) -> Batch:
    trusted = by.trusted()
    likes = dict(zip(waiting, alike([row.person for row in waiting.values()], before=stood_before), strict=True))
    tried = Batch(joined=_on_record(waiting, likes), alike={i: found for i, found in likes.items() if found})
    contacts = dict(tried.joined)
    new = [i for i in waiting if i not in contacts]
    people = [_person(waiting[i]) for i in new]
    added = add_people(people, by=trusted, owner=_owner(by, fair)) if new else []
    contacts.update(zip(new, added, strict=True))
    brought = _brought(waiting, contacts, tried.joined, trusted)
    captures = {
        i: Capture(
            client_id=row.client_id, fair=fair, customer=contacts[i].customer, contact=contacts[i], heat=row.heat,
            promised=row.promised, note=row.note or _left_over(row.person, tried.joined.get(i)), source=row.source,
            taken_at=row.taken_at or timezone.now(), taken_by_id=by.id if by.kind == "user" else None,
            questionnaire=asked[row.version].version, answers=_answers(row, asked[row.version]), badge=row.badge,
            badge_number=row.badge_number, minutes=row.minutes, is_made_here=i not in tried.joined,
            sent_as=row.sent_as, extra=_otherwise(row.person, tried.joined.get(i)), brought=brought[i],
        )
        for i, row in waiting.items()
    }  # fmt: skip
    Capture.objects.bulk_create(captures.values(), batch_size=1000)
    _keep_interest(waiting, captures)
    _keep_others(waiting, captures, trusted)
    said = {i: Telling(c, under=c.customer, values={"fair": fair or "", "heat": c.heat}) for i, c in captures.items()}
    record_many(events.TAKEN, [telling for i, telling in said.items() if captures[i].source != "self"], by=by)
    record_many(events.REGISTERED, [telling for i, telling in said.items() if captures[i].source == "self"], by=by)
    _plan_first_answers(waiting, captures, trusted)
    if len(waiting) == 1:  # of many at once the next round finds the pairs
        find_beside(captures[i].customer_id for i in new if i in tried.alike)
    tried.created = captures
    return tried


def _brought(
    waiting: dict[int, Taken], contacts: dict[int, Contact], joined: dict[int, Contact], by: Actor
) -> dict[int, dict[str, Any]]:  # fmt: skip
    """Gives the consents and completes who was on record; says of each row what goes when it is taken back: whether the customer was
    made for it, which consents, what was added to a card."""
    found: dict[int, dict[str, Any]] = {}
    homes: set[int] = set()
    for i, row in waiting.items():
        is_first = i not in joined and row.person.customer is None and contacts[i].customer_id not in homes
        homes |= {contacts[i].customer_id}
        found[i] = {"customer": is_first}
        if i in joined and not row.attaches:  # somebody chose them; an import says that it changes nothing
            found[i] |= _complete(joined[i], _person(row), by)
    for how in dict.fromkeys(_HOW.get(row.source, "booth") for row in waiting.values() if row.consents):
        given = [(i, p) for i, row in waiting.items() for p in row.consents if _HOW.get(row.source, "booth") == how]
        consents = agree([(contacts[i], p) for i, p in given], by=by, how=how, wording=WORDING)
        for (i, _p), consent in zip(given, consents, strict=True):
            found[i].setdefault("consents", []).append(consent.pk)
    return found


def _on_record(waiting: dict[int, Taken], likes: dict[int, list[Likeness]]) -> dict[int, Contact]:
    """Whom an import attaches to: the contact that the same row made before, else the surely same person."""
    ids = [row.person.client_id for row in waiting.values() if row.attaches]
    known = {c.client_id: c for c in Contact.objects.filter(client_id__in=ids).select_related("customer")} if ids else {}
    found = {i: known.get(row.person.client_id) or same_person(row.person, likes[i]) for i, row in waiting.items() if row.attaches}
    for i, row in waiting.items():  # somebody chose the customer: the person of that name there is the same one
        if row.person.customer and not row.attaches:
            found[i] = same_person(row.person, [like for like in likes[i] if like.customer == row.person.customer])
    return {i: contact for i, contact in found.items() if contact}


def _left_over(person: Person, joined: Contact | None) -> str:
    """The note of somebody who was on record before: theirs is not overwritten, so this one stays with the capture."""
    return person.note if joined and joined.note != person.note else ""


def _otherwise(person: Person, joined: Contact | None) -> dict[str, str]:
    """What somebody on record said that is otherwise there, and has no place beside it: it stays with the capture."""
    if joined is None:
        return {}
    home, said = joined.customer, {"title": person.title, "company": person.company, "address": person.address, "country": person.country}
    there = {"title": joined.title, "company": home.name, "address": joined.address or home.address, "country": home.country}
    there |= {kind: joined.point(kind) for kind in person.chats}
    return {name: value for name, value in (said | person.chats).items() if value and there[name] and fold(value) != fold(there[name])}


def _complete(contact: Contact, person: Person, by: Actor) -> dict[str, Any]:
    """Ways to reach them, and whatever else is not known of somebody on record, are added; nothing of theirs is overwritten.
    Answers what was added."""
    contact = Contact.objects.select_for_update(of=("self",), no_key=True).select_related("customer").get(pk=contact.pk)
    said = {name: getattr(person, name) for name in ("title", "address", "language", "suitable")}
    values = {name: value for name, value in said.items() if value and not getattr(contact, name)}
    held = list(contact.points.all())
    new = [ContactPoint(kind=kind, value=value, folded=folded) for kind, value, folded in new_points(person, contact)]
    edit_contact(contact, by=by, revision=contact.revision, values=values, points=Person(), beside=[*held, *new])
    return {"filled": values, "ways": [[point.kind, point.folded] for point in new]}


def _keep_others(waiting: dict[int, Taken], captures: dict[int, Capture], by: Actor) -> None:
    """The other people of one firm come to the same customer."""
    people = [(i, replace(p, customer=captures[i].customer)) for i, row in waiting.items() for p in row.others if not p.is_empty]
    if not people:
        return
    contacts = add_people([person for _i, person in people], by=by)
    through = Capture.others.through
    through.objects.bulk_create(
        through(capture_id=captures[i].pk, contact_id=contact.pk) for (i, _p), contact in zip(people, contacts, strict=True)
    )


def _keep_interest(waiting: dict[int, Taken], captures: dict[int, Capture]) -> None:
    wanted = {pk for row in waiting.values() for pk in row.interest}
    if not wanted:
        return
    there = set(Product.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    missing = [i for i, row in waiting.items() if set(row.interest) - there]
    if missing:
        raise RowFailed(_("A product of interest is not in the catalogue."), subjects=missing)
    through = Capture.interest.through
    through.objects.bulk_create(
        through(capture_id=captures[i].pk, product_id=pk) for i, row in waiting.items() for pk in dict.fromkeys(row.interest)
    )


def _person(taken: Taken) -> Person:
    return replace(taken.person, suitable=_suitable(taken))


def _suitable(taken: Taken) -> list[str]:
    """When they said that they like to be reached."""
    said = taken.answers.get("best_time") or []
    return parts_in([said] if isinstance(said, str) else said)


def _owner(by: Actor, fair: Fair | None) -> User | None:
    lead = fair.lead if fair else None
    return brought_by(by) or (lead if lead and lead.is_active else None)


def _plan_first_answers(waiting: dict[int, Taken], captures: dict[int, Capture], by: Actor) -> None:
    """Nobody is forgotten: whoever was met has a first step and a clock to it. An old list from elsewhere starts none."""
    met = {i: c for i, c in captures.items() if waiting[i].source != "import"}
    promised = {i: _promised_in_ours(c) for i, c in met.items()}
    start_clocks(
        [
            Start(c, c.customer, c.contact, at=c.taken_at, heat=c.heat, show=c.fair.show if c.fair else None, promised=promised[i])
            for i, c in met.items()
        ],
        by=by,
    )


def _promised_in_ours(capture: Capture) -> list[str]:
    """What was promised, in the language of our messages: each reader gets it in their own."""
    with override("en"):
        return [str(words) for words in capture.promised_words]


def taken_today_by(by: Actor) -> models.QuerySet[Capture]:
    """What this person took themselves and sent in today: they may still correct it."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Capture.objects.filter(taken_by_id=by.id, made_at__gte=midnight)


def captured_by(by: Actor) -> models.QuerySet[Capture]:
    """What this person took themselves at fairs that run today, and what they sent in today; the reach of booth staff."""
    running = Capture.objects.filter(taken_by_id=by.id, fair__starts_on__lte=clock.today(), fair__ends_on__gte=clock.today())
    return running | taken_today_by(by)
