"""501 Information solicitation 信息征求: asks for and records a visitor's information.

A capture is the act and record of taking it. It comes by a form (`take`), or in numbers by a list, a phone's queue or an
import (`take_many`, the batch door). The client makes the id, so that sending again is harmless.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from boothline.accounts.people import User
from boothline.accounts.rights import may, require
from boothline.catalogue.products import Product
from boothline.core import batches, clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, RowFailed, Words
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import fold
from boothline.customers.card import Contact, Customer, Person, add_people, agree
from boothline.customers.matching import Likeness, alike, same_person
from boothline.fairs.editions import Fair
from boothline.files.attachments import put_picture
from boothline.followups.clocks import Start, start_clocks
from boothline.followups.steps import Plan, plan_many
from boothline.timeline.history import Telling, record_many
from boothline.visitors import events
from boothline.worktime.calendar import add_workdays

HEAT = {4: gettext_lazy("very strong"), 3: gettext_lazy("strong"), 2: gettext_lazy("some"), 1: gettext_lazy("weak")}
PROMISED = {
    "catalogue": gettext_lazy("send the catalogue"),
    "quote": gettext_lazy("send a quotation"),
    "sample": gettext_lazy("send a sample"),
    "visit": gettext_lazy("visit"),
    "call": gettext_lazy("call"),
}
CONSENTS = {
    "follow_up": gettext_lazy("may be contacted about this visit"),
    "marketing": gettext_lazy("wants news and event information"),
}
SOURCES = {"form": gettext_lazy("form"), "import": gettext_lazy("import")}


class Captures(models.QuerySet["Capture"]):
    """Questions about captures."""

    def visible_to(self, by: Actor) -> Captures:
        """The captures of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def for_list(self) -> Captures:
        """With what a list shows."""
        return self.select_related("customer", "contact", "fair", "taken_by")

    def search(self, words: str, by: Actor) -> Captures:
        """By the customer's or the person's name, e-mail or phone."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class Capture(Record):
    """One visitor taken at one fair. `client_id` is made where it was taken and is unique for ever."""

    client_id = models.UUIDField(unique=True)
    fair = models.ForeignKey(Fair, null=True, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=10, default="form", choices=list(SOURCES.items()))
    heat = models.PositiveSmallIntegerField(gettext_lazy("heat"), null=True, blank=True, choices=list(HEAT.items()))
    promised = models.JSONField(default=list)
    interest = models.ManyToManyField(Product, related_name="+", blank=True)
    note = models.TextField(gettext_lazy("note"), blank=True, default="")
    extra = models.JSONField(default=dict)
    privacy = tags(source=PLAIN, promised=WORDS, note=WORDS, extra=PERSON)

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
    taken_at: datetime | None = None
    source: str = "form"
    attaches: bool = False  # an import attaches to the surely same person; a form only to the one chosen


@dataclass
class Batch:
    """What became of each row, by its place in the batch."""

    created: dict[int, Capture] = field(default_factory=dict)
    known: dict[int, Capture] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    joined: dict[int, Contact] = field(default_factory=dict)  # of those created: who stood on record before
    alike: dict[int, list[Likeness]] = field(default_factory=dict)


@operation("visitors.take")
def take(taken: Taken, *, by: Actor, fair: Fair | None, picture: tuple[bytes, str] | None = None) -> Capture:
    """One capture: a batch of one whose refusal is raised. With a picture (content, name), both are kept or none."""
    batch = take_many([taken], by=by, fair=fair)
    if 0 in batch.refused:
        raise Refused(batch.refused[0], field="name")
    if picture and 0 in batch.created:
        put_picture(batch.created[0], by=by.trusted(), content=picture[0], name=picture[1])
    return {**batch.created, **batch.known}[0]


@operation("visitors.take_many")
def take_many(rows: list[Taken], *, by: Actor, fair: Fair | None, stood_before: datetime | None = None) -> Batch:
    """The batch door: good rows are stored, bad ones are taken out and named, known ids answer what is there.

    `stood_before`: only records older than this moment may be the same person, so that the rows of one import never
    attach to each other.
    """
    require(by, "captures.take")
    batch = Batch()
    waiting: dict[int, Taken] = {}
    for i, row in enumerate(rows):
        reason = _fault_of(row)
        if reason:
            batch.refused[i] = reason
        else:
            waiting[i] = row

    def unknown(left: dict[int, Taken]) -> dict[int, Taken]:
        return _without_known(left, batch)

    def insert(left: dict[int, Taken]) -> Batch:
        return _insert(left, by=by, fair=fair, stood_before=stood_before)

    def stored(tried: Batch) -> None:
        batch.created.update(tried.created)
        batch.joined.update(tried.joined)
        batch.alike.update(tried.alike)

    # in one order everywhere: two syncs of the same rows wait for one another, never each for the other
    in_order = dict(sorted(waiting.items(), key=lambda item: item[1].client_id))
    batches.store(in_order, unknown=unknown, insert=insert, stored=stored, refused=batch.refused, named=_rows_of)
    return batch


def _fault_of(row: Taken) -> str:
    if row.person.is_empty:
        return _("Nothing says who this is. Give a name, a company, a phone number or an e-mail address.")
    if row.heat not in (None, *HEAT):
        return _("Heat is a number from 1 to 4.")
    if any(code not in PROMISED for code in row.promised) or any(code not in CONSENTS for code in row.consents):
        return _("An answer is not among the choices of the questionnaire.")
    if row.taken_at and row.taken_at > timezone.now() + timedelta(days=1):
        return _("The capture lies in the future. Check the clock of the device.")
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


def _without_known(waiting: dict[int, Taken], batch: Batch) -> dict[int, Taken]:
    ids = [row.client_id for row in waiting.values()]
    known = {c.client_id: c for c in Capture.objects.filter(client_id__in=ids).select_related("customer", "contact")}
    seen: set[uuid.UUID] = set()
    left: dict[int, Taken] = {}
    for i, row in waiting.items():
        if row.client_id in known:
            batch.known[i] = known[row.client_id]
        elif row.client_id in seen:
            batch.refused[i] = _("The same row stands twice in this batch.")
        else:
            seen.add(row.client_id)
            left[i] = row
    return left


def _insert(waiting: dict[int, Taken], *, by: Actor, fair: Fair | None, stood_before: datetime | None) -> Batch:
    trusted = by.trusted()
    likes = dict(zip(waiting, alike([row.person for row in waiting.values()], before=stood_before), strict=True))
    tried = Batch(joined=_on_record(waiting, likes), alike={i: found for i, found in likes.items() if found})
    contacts = dict(tried.joined)
    new = [i for i in waiting if i not in contacts]
    added = add_people([waiting[i].person for i in new], by=trusted, owner=_owner(by, fair)) if new else []
    contacts.update(zip(new, added, strict=True))
    captures = {
        i: Capture(
            client_id=row.client_id, fair=fair, customer=contacts[i].customer, contact=contacts[i], heat=row.heat,
            promised=row.promised, note=row.note or _left_over(row.person, tried.joined.get(i)), source=row.source,
            taken_at=row.taken_at or timezone.now(), taken_by_id=by.id if by.kind == "user" else None,
        )
        for i, row in waiting.items()
    }  # fmt: skip
    Capture.objects.bulk_create(captures.values(), batch_size=1000)
    _keep_interest(waiting, captures)
    agree([(contacts[i], p) for i, row in waiting.items() for p in row.consents], by=trusted, how="booth")
    record_many(
        events.TAKEN,
        [Telling(c, under=c.customer, values={"fair": fair or "–", "heat": c.heat}) for c in captures.values()],
        by=by,
    )
    _plan_first_answers(waiting, captures, trusted)
    tried.created = captures
    return tried


def _on_record(waiting: dict[int, Taken], likes: dict[int, list[Likeness]]) -> dict[int, Contact]:
    """Whom an import attaches to: the contact that the same row made before, else the surely same person."""
    ids = [row.person.client_id for row in waiting.values() if row.attaches]
    known = {c.client_id: c for c in Contact.objects.filter(client_id__in=ids).select_related("customer")} if ids else {}
    found = {i: known.get(row.person.client_id) or same_person(row.person, likes[i]) for i, row in waiting.items() if row.attaches}
    return {i: contact for i, contact in found.items() if contact}


def _left_over(person: Person, joined: Contact | None) -> str:
    """The note of somebody who was on record before: theirs is not overwritten, so this one stays with the capture."""
    return person.note if joined and joined.note != person.note else ""


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


def _owner(by: Actor, fair: Fair | None) -> User | None:
    if by.kind == "user" and by.roles & {"sales", "manager"}:
        return User.objects.select_related("team").get(pk=by.id or 0)
    return fair.lead if fair else None


def _plan_first_answers(waiting: dict[int, Taken], captures: dict[int, Capture], by: Actor) -> None:
    """Nobody is forgotten: whoever was met has a first step and a clock to it. An old list from elsewhere starts none."""
    met = {i: c for i, c in captures.items() if waiting[i].source != "import"}
    due = add_workdays(clock.today(), 1)
    with override("en"):  # the language of our messages: each reader gets them in their own
        promised = {i: [str(words) for words in capture.promised_words] for i, capture in met.items()}
    plans = [
        Plan(c.customer, "%(promised)s", due, values={"promised": promised[i]})
        if promised[i]
        else Plan(c.customer, gettext_noop("first answer"), due, values={})
        for i, c in met.items()
    ]  # fmt: skip
    steps = plan_many(plans, by=by)
    start_clocks(
        [
            Start(c, c.customer, c.contact, at=c.taken_at, heat=c.heat, show=c.fair.show if c.fair else None, step=step)
            for c, step in zip(met.values(), steps, strict=True)
        ],
        by=by,
    )


def captured_by(by: Actor) -> models.QuerySet[Capture]:
    """What this person took themselves at fairs that run today; the reach of booth staff."""
    return Capture.objects.filter(taken_by_id=by.id, fair__starts_on__lte=clock.today(), fair__ends_on__gte=clock.today())
