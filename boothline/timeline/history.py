"""Event and Delivery: what happened, and who is still to be told. Written by `record`, changed by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language, override

from boothline.core import tasks
from boothline.core.actors import SYSTEM, Actor
from boothline.core.countries import called
from boothline.core.databases.inserting import insert_rows
from boothline.core.errors import Words
from boothline.core.kinds import all_kinds, kind_of
from boothline.core.money import MONEY_DIGITS, figure, money_words, price_words, with_sums
from boothline.core.operations import tell
from boothline.core.privacy import HISTORY, PERSON, PLAIN, as_read, tags
from boothline.core.records import alike, plain
from boothline.core.slots import colleague
from boothline.core.text import close_up, listed
from boothline.core.told import day_told, figure_told, line_told
from boothline.timeline import hearing
from boothline.timeline.kinds import KINDS, EventKind


class EventQuerySet(models.QuerySet["Event"]):
    """Questions to the history."""

    def about(self, record: Model) -> EventQuerySet:
        """Everything that happened to a record."""
        return self.filter(subject_kind=kind_of(record), subject_id=record.pk)

    def about_any(self, records: Iterable[Model], parts: Iterable[models.QuerySet[Any]] = ()) -> EventQuerySet:
        """Everything that happened to one of several records, such as a problem and what was proposed for it; what is not at hand of them
        may be asked for, all in one query."""
        asked: dict[str, list[int]] = {}
        for record in records:
            asked.setdefault(kind_of(record), []).append(record.pk)
        rows = [p.order_by().annotate(is_a=models.Value(kind_of(p.model()))).values_list("is_a", "pk") for p in parts]
        for kind, pk in rows[0].union(*rows[1:]) if rows else ():
            asked.setdefault(kind, []).append(pk)
        of_kinds = [models.Q(subject_kind=kind, subject_id__in=ids) for kind, ids in asked.items()]
        return self.filter(reduce(or_, of_kinds)) if of_kinds else self.none()

    def under(self, record: Model) -> EventQuerySet:
        """Everything that happened under a record (a customer)."""
        return self.filter(under_kind=kind_of(record), under_id=record.pk)

    def readable_by(self, by: Actor) -> EventQuerySet:
        """Without what is for the holders of a right that the actor lacks; with their rights to guarded fields."""
        held = sorted({right for kind in KINDS.values() for right in kind.guards.values() if by.has(right)})
        found = self.exclude(kind__in=[kind.code for kind in KINDS.values() if kind.right and not by.has(kind.right)])
        return found.annotate(reader_holds=models.Value(" ".join(held), models.CharField()))


class Event(models.Model):
    """One thing that happened. Names are kept as text, so that history outlives its record; `latin` holds those that
    read otherwise in English ("who", "subject", "under", and values)."""

    kind = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=200)
    under_kind = models.CharField(max_length=40, default="")
    under_id = models.BigIntegerField(null=True)
    under_name = models.CharField(max_length=200, default="")
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    latin = models.JSONField(default=dict)
    privacy = tags(
        kind=PLAIN, actor_kind=PLAIN, actor_name=PERSON, subject_kind=PLAIN, subject_name=PERSON,
        under_kind=PLAIN, under_name=PERSON, values=HISTORY, changes=HISTORY, latin=HISTORY,
    )  # fmt: skip

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["under_kind", "under_id", "-id"], name="event_under"),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="event_subject"),
            models.Index(fields=["kind", "-id"], name="event_kind"),
            models.Index(fields=["actor_kind", "actor_id", "-id"], name="event_actor"),
            models.Index(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_name}"

    @property
    def declared(self) -> EventKind:
        """What its room declared of its kind."""
        return KINDS[self.kind]

    @property
    def sentence(self) -> str:
        """What happened, in the reader's language."""
        return self._said(self.values)

    @property
    def headline(self) -> str:
        """The same without somebody's own words, which a customer's page shows apart."""
        return self._said(self.values | {self.declared.quote: ""}) if self.declared.quote else self.sentence

    @property
    def quote(self) -> str:
        """Somebody's own words, if the kind has some."""
        words = self.values.get(self.declared.quote) or ""
        return str(self.latin.get(self.declared.quote, words) if words and _reads_latin() else words)

    @property
    def who(self) -> str:
        """Who did it, as the reader calls them."""
        return str(self.latin.get("who", self.actor_name)) if _reads_latin() else self.actor_name

    @property
    def about(self) -> str:
        """The customer or whatever else it happened to, as the reader calls them."""
        return self._named("under") or self._named("subject")

    @property
    def named(self) -> list[str]:
        """Who and what the sentence may name: those it happened to, and the values that name a person."""
        values = (self.values.get(name) for name in self.declared.erases)
        return [self.who, self._named("subject"), self._named("under"), *(value for value in values if isinstance(value, str))]

    def _named(self, what: str) -> str:
        name = getattr(self, f"{what}_name")
        return str(self.latin.get(what, name)) if _reads_latin() else name

    def _said(self, values: dict[str, Any]) -> str:
        known = {"who": self.who, "subject": self._named("subject"), "under": self._named("under")}
        if _reads_latin():
            values = values | {name: words for name, words in self.latin.items() if values.get(name) and name not in known}
        worded = {name: self._shown(name, value) for name, value in values.items()}
        found = _Lenient(known | worded)
        kind = self.declared
        others = [said for name, said in kind.where.items() if values.get(name)] + [
            bare for name, bare in kind.without.items() if not values.get(name)
        ]
        sentence = others[0] if others else kind.sentence
        return (close_up(with_sums(str(sentence), values), found) % found).strip(" .。:：")

    def _shown(self, name: str, value: Any) -> str:
        """A code as its words, a day as people write it, everything else as it is."""
        codes = self.declared.codes.get(name)
        if codes and value in codes:
            return str(codes[value])
        return "" if value == "" else shown(value)

    def shown_changes(self, unmasked: bool = True) -> list[tuple[str, str, str]]:
        """(field, was, now) in the reader's words; ways to reach somebody only for who may see them, guarded fields only for
        whom the history was asked for (`readable_by`)."""
        model = all_kinds().get(self.declared.fields or self.subject_kind)
        held = getattr(self, "reader_holds", "").split()
        shown = {name: pair for name, pair in self.changes.items() if self.declared.guards.get(name, "") in ["", *held]}
        codes, currency = self.declared.codes, str(self.values.get("currency") or "")
        return [_worded(model, name, was, now, unmasked, codes.get(name), currency) for name, (was, now) in shown.items()]


def _reads_latin() -> bool:
    return not (get_language() or "zh").startswith("zh")


def shown(value: Any) -> str:
    """A stored value as people write it: a day as a day, a colleague as the reader calls them, several things as a list, nothing as a
    dash."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, list):
        return listed(map(shown, value))
    return str(day_told(colleague(figure_told(value)) if isinstance(value, str) else value))


def _worded(
    model: type[Model] | None, name: str, was: Any, now: Any, unmasked: bool, codes: Mapping[Any, Words] | None, currency: str
) -> tuple[str, str, str]:
    try:
        column = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        column = None
    words = {str(code): str(label) for code, label in (codes.items() if codes else getattr(column, "flatchoices", None) or ())}
    if name == "country":  # kept as it was typed; each reader calls it otherwise
        was, now = (called(str(value or "")) for value in (was, now))
    label = str(getattr(model, "labels", {}).get(name) or getattr(column, "verbose_name", name))
    tag = getattr(model, "privacy", {}).get(name)
    if not unmasked and tag and tag.mask in ("reach", "place"):
        was, now = (listed(as_read(tag, str(v), False) for v in (old if isinstance(old, list) else [old or ""])) for old in (was, now))
    was, now = ([words.get(str(v), v) for v in old] if isinstance(old, list) else words.get(str(old)) or old for old in (was, now))
    return label, _figured(column, was, currency), _figured(column, now, currency)


def _figured(column: Any, value: Any, currency: str) -> str:
    """A price or an amount with its currency where the event says which, and two decimals; what somebody typed as they typed it; a
    line, which is no column, with its figures; everything else as `shown`."""
    if isinstance(column, (models.CharField, models.TextField)) and isinstance(value, str) and value:
        return value
    if isinstance(column, models.DecimalField) and column.max_digits == MONEY_DIGITS and column.decimal_places in (2, 4) and value:
        amount = Decimal(str(value))
        words = money_words if column.decimal_places == 2 else price_words
        return words(amount, currency) if currency else figure(amount, 2)
    if isinstance(column, models.DecimalField) and value:
        return figure(Decimal(str(value)))
    return shown(line_told(value) if column is None else value)


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def last_change(record: Model) -> tuple[str, datetime] | None:
    """Who changed a record last, and when; of a part without events of its own, what holds it is asked."""
    held_by = (getattr(record, name, None) for name in ("intention", "contract", "product", "line"))
    for asked in (record, *held_by):
        if isinstance(asked, Model) and type(asked) in all_kinds().values():
            newest = Event.objects.about(asked).order_by("-id").first()
            if newest:
                return newest.who, newest.at
    return None


class Delivery(models.Model):
    """That one listener is to hear of one event, once. A lease keeps two workers from doing it at the same time."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    listener = models.CharField(max_length=80)
    due_at = models.DateTimeField(default=timezone.now)
    taken_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="")
    privacy = tags(listener=PLAIN, error=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "listener"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_waiting", condition=models.Q(done_at__isnull=True, parked_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.listener} ← {self.event_id}"


@dataclass
class Telling:
    """One event to be recorded in a batch."""

    subject: Model
    under: Model | None = None
    values: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def record(
    kind: EventKind,
    *,
    subject: Model,
    by: Actor,
    under: Model | None = None,
    values: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
) -> Event:
    """Records that something happened, inside the running operation; now-hearers run before it returns."""
    return record_many(kind, [Telling(subject, under, values or {}, changes or {})], by=by)[0]


def record_many(kind: EventKind, tellings: Iterable[Telling], *, by: Actor) -> list[Event]:
    """Records one kind of event for many subjects with a fixed number of queries. What is ours to do, and follows by itself from what
    a customer did with their link, is no deed of theirs."""
    doer = SYSTEM if kind.is_ours and by.kind == "guest" else by
    now, told = timezone.now(), list(tellings)
    with override("zh-hans"):  # once for all: who asks for each word in turn spends more on turning than on words
        kept = [_words_of(t) for t in told]
    with override("en"):
        latin = [_words_of(t) for t in told]
    who = {"who": doer.latin} if doer.latin else {}
    shared = {"kind": kind.code, "actor_kind": doer.kind, "actor_id": doer.id, "actor_name": doer.name[:200]}
    rows = alike(Event, shared, (
        {
            "at": t.at or now, "values": zh.values, "changes": zh.changes, "latin": _differing(zh, en) | who,
            "subject_kind": kind_of(t.subject), "subject_id": t.subject.pk, "subject_name": zh.subject[:200],
            "under_kind": kind_of(t.under) if t.under else "", "under_id": t.under.pk if t.under else None, "under_name": zh.under[:200],
        }
        for t, zh, en in zip(told, kept, latin, strict=True)
    ))  # fmt: skip
    events = Event.objects.bulk_create(rows, batch_size=1000)
    if not events:
        return []
    _owe(kind, events)
    tell(events)
    for hear in hearing.now_hearers(kind):
        hear(events, by.trusted())
    return events


@dataclass(frozen=True)
class _Words:
    """What an event keeps of a telling, in one language."""

    values: dict[str, Any]
    changes: dict[str, Any]
    subject: str
    under: str


def _words_of(telling: Telling) -> _Words:
    subject = str(telling.subject)
    under = subject if telling.under is telling.subject else str(telling.under or "")
    return _Words(plain(telling.values), plain(telling.changes), subject, under)


def _differing(zh: _Words, en: _Words) -> dict[str, Any]:
    """What of all names reads otherwise in English."""
    named, latin = {"subject": zh.subject, "under": zh.under} | zh.values, {"subject": en.subject, "under": en.under} | en.values
    return {name: words for name, words in latin.items() if words != named[name]}


def _owe(kind: EventKind, events: list[Event]) -> None:
    listeners = hearing.later_listeners(kind)
    if not listeners:
        return
    ids = insert_rows(Delivery, ("event_id", "listener"), [(event.pk, name) for event in events for name in listeners])
    transaction.on_commit(lambda: tasks.ring(ids))
