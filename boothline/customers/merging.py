"""Merging 合并客户: two customers that are one (two contacts of one customer: `contact_merging.py`). Everything that hangs on the one hangs
on the other from then on; what is derived is derived anew; for thirty days the merge can be taken back.

The one that goes is gone from every list and sum, so that no question anywhere has to leave it out: its row lies in the merge
(`merges.py`). It can go only when nothing refers to it any more; the database would refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core import kinds, merging
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.journal import Journal, Keys, Moved, Trail, written
from boothline.core.merging import rule_of
from boothline.core.operations import attempt, close_now, operation
from boothline.core.records import Record, label_of
from boothline.core.text import bracketed, clean, fold, listed, phrase, sort_key
from boothline.customers import events
from boothline.customers.card import Collaborator, Contact, Customer
from boothline.customers.duplicates import set_apart_again
from boothline.customers.ladder import TypeChange, deepest
from boothline.customers.merges import UNDONE_WITHIN, Merge
from boothline.search import index
from boothline.search.index import Entry
from boothline.timeline.history import Delivery, Event, Telling, record, record_many

R = TypeVar("R", Customer, Contact)
FIELDS = ("kind", "name", "name_latin", "country", "address", "industry", "owner", "note")
COUNTED = (  # by the rule of the type, of the grade, of the nature; by touches and steps
    "type", "type_since", "derived_type", "derived_since", "furthest", "nature", "nature_share", "grade", "derived_grade", "grade_why",
    "last_touch_at", "next_step_on", "revision",
)  # fmt: skip
CONTACT_FIELDS = ("name", "title", "language", "address", "suitable", "note")
FREE: Mapping[Any, set[str]] = {  # may be otherwise by now than a merge left them
    Customer: {*COUNTED, "owned_since"}, Contact: {"revision"},
}  # fmt: skip
TOLD = (Event, Delivery)  # what was told stays told
NAMED = 3  # facts that keep a merge from being taken back


def older_first(one: R, other: R) -> tuple[R, R]:
    """Who was on record first stays, where nobody says otherwise."""
    return (one, other) if (one.made_at, one.pk) <= (other.made_at, other.pk) else (other, one)


def richer_first(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Whom the other is proposed to become part of: who came further with us, else who was on record first."""
    return (one, other) if one.depth > other.depth else (other, one) if one.depth < other.depth else older_first(one, other)


def fields_of(record: Record) -> tuple[str, ...]:
    """What its card says."""
    return FIELDS if isinstance(record, Customer) else CONTACT_FIELDS


def differing(stays: R, goes: R) -> list[str]:
    """The fields that both have, and otherwise."""
    pairs = [(name, getattr(stays, _column(stays, name)), getattr(goes, _column(goes, name))) for name in fields_of(stays)]
    return [name for name, one, other in pairs if one and other and one != other]


def usual(name: str, stays: R, goes: R) -> str:
    """Whose value stays where nobody chooses: *stays*, *goes*, or of a note *both*. The older record's; what is a company stays one."""
    if name == "note":
        return "both"
    if name == "kind" and isinstance(stays, Customer):
        return "stays" if stays.kind == "company" else "goes"
    return "stays" if older_first(stays, goes)[0] is stays else "goes"


def notes(stays: R, goes: R) -> list[str]:
    """What is said beforehand: of what both have, and there can be one only."""
    found = list(dict.fromkeys(merging.notes(goes, stays)))
    if isinstance(stays, Contact) or isinstance(goes, Contact):
        return found
    twice = set(_names(stays)) & set(_names(goes))
    if twice:
        shown = listed(name for folded, name in _names(goes).items() if folded in twice)
        found.append(_("Contacts of the same name stay two: %(names)s") % {"names": shown})
    return found


def _names(customer: Customer) -> dict[str, str]:
    return {fold(name): name for name in Contact.objects.filter(customer=customer).order_by("id").values_list("name", flat=True)}


@operation("customers.merge")
def merge(
    stays: Customer, *, by: Actor, goes: Customer, choices: Mapping[str, str] | None = None, seen: tuple[int, int] | None = None,
    reason: str = "",
) -> Merge:  # fmt: skip
    """Merges two customers. `choices` says for a field whose value stays; `seen` are the revisions that the person looked at."""
    if stays.pk == goes.pk:
        raise Refused(_("A customer cannot be merged with itself."), code="same")
    require(by, "customers.merge", stays)
    require(by, "customers.merge", goes)
    stays, goes = _held(stays, goes, by)
    if seen and seen != (stays.revision, goes.revision):
        raise Refused(_("Somebody changed one of the two meanwhile. Look at both again, then merge."), code="changed")
    with written() as journal:
        values = _values(stays, goes, choices or {})
        found = list(Entry.objects.filter(under_id__in=(stays.pk, goes.pk)).exclude(kind="customer").values_list("kind", "record_id"))
        set_apart_again(goes, stays)
        _keep_sight(stays, goes, values)
        merging.absorb(goes, stays)
        Customer.objects.filter(pk=stays.pk).update(revision=F("revision") + 1, **values)
        stays = Customer.objects.get(pk=stays.pk)
        _index(found, stays, goes)
        record(events.MERGED, subject=stays, under=stays, by=by, values={"gone": goes, "reason": clean(reason, 500)})
        close_now()
    gone = {"gone_id": goes.pk, "gone_name": goes.name[:200], "gone_made_at": goes.made_at, "gone_furthest": goes.furthest}
    return noted(journal, by, clean(reason, 500), customer=stays, **gone)


def noted(journal: Journal, by: Actor, reason: str, **what: Any) -> Merge:
    """The merge, with the way back."""
    for model in TOLD:
        journal.trail.made.pop(model, None)
    last = Event.objects.order_by("-id").values_list("pk", flat=True).first() or 0
    return Merge.objects.create(reason=reason, by_name=by.name[:200], last_event=last, kept=journal.trail.plain(), **what)


def _held(stays: Customer, goes: Customer, by: Actor) -> tuple[Customer, Customer]:
    """Both, locked also against new facts that refer to them, as one of them goes; refused where one is no longer there, or is not theirs
    to see."""
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=(stays.pk, goes.pk)).order_by("pk")
    held = {customer.pk: customer for customer in rows}
    for customer in (stays, goes):
        if customer.pk in held:
            continue
        past = Merge.objects.of(customer.pk).select_related("customer").first()
        if past is None:
            raise Refused(phrase(_("%(name)s is no longer there."), {"name": customer}), code="gone")
        words = _("%(name)s was merged into %(into)s already, by %(who)s.")
        raise Refused(phrase(words, {"name": customer, "into": past.customer, "who": past.by_name}), code="gone")
    if Customer.objects.visible_to(by).filter(pk__in=held).count() < 2:
        raise Refused(_("You do not see both customers; somebody who does can merge them."), code="hidden")
    return held[stays.pk], held[goes.pk]


def _column(record: Record, name: str) -> str:
    return {column.name: column.attname for column in record._meta.concrete_fields}[name]


def joined(stays: R, goes: R, choices: Mapping[str, str]) -> dict[str, Any]:
    """What is written into the one that stays: filled where it is empty, chosen where both say something."""
    values: dict[str, Any] = {}
    apart = differing(stays, goes)
    for name in fields_of(stays):
        column = _column(stays, name)
        mine, theirs = getattr(stays, column), getattr(goes, column)
        chosen = choices.get(name) or usual(name, stays, goes)
        if name in apart and chosen == "both":
            values[column] = f"{mine}\n{theirs}"
        elif (name in apart and chosen == "goes") or (theirs and not mine):
            values[column] = theirs
    own = {code: words for code, words in stays.extra.items() if words}
    theirs_too = {code: words for code, words in goes.extra.items() if words}
    is_mine = usual("extra", stays, goes) == "stays"
    more = (stays.extra | theirs_too | own) if is_mine else (stays.extra | theirs_too)
    return values if more == stays.extra else values | {"extra": more}


def _values(stays: Customer, goes: Customer, choices: Mapping[str, str]) -> dict[str, Any]:
    """With what follows from it."""
    values = joined(stays, goes, choices)
    if "owner_id" in values:
        values |= {name: getattr(goes, name) for name in ("team_id", "owned_since", "owner_before_id")}
    elif stays.owner_id and stays.owner_id == goes.owner_id:
        values["owned_since"] = min(stays.owned_since, goes.owned_since)
    values["furthest"] = max(stays.furthest, goes.furthest)
    if {"name", "kind"} & set(values):
        name, kind = values.get("name", stays.name), values.get("kind", stays.kind)
        values |= {"folded": fold(name)[:200], "sort_key": sort_key(name, person=kind == "person")}
    return values


def _keep_sight(stays: Customer, goes: Customer, values: dict[str, Any]) -> None:
    """Two owners become one; the other works with the customer still."""
    owner = values.get("owner_id", stays.owner_id)
    for pk in (stays.owner_id, goes.owner_id):
        if owner and pk and pk != owner:
            Collaborator.objects.get_or_create(customer=stays, user_id=pk)


def _index(found: list[tuple[str, int]], stays: Customer, goes: Customer) -> None:
    """Everything of both is found under the one."""
    index.drop("customer", [goes.pk])
    for kind in sorted({kind for kind, _key in found}):
        index.keep_all(kind, sorted({key for of, key in found if of == kind}))
    index.keep_all("customer", [stays.pk])


# The way back.


@operation("customers.unmerge")
def unmerge(merge: Merge, *, by: Actor) -> Customer | Contact:
    """Takes a merge back: both are as they were before, whatever was done since that does not touch what went over stays. Pressed twice,
    the first counts."""
    require(by, "customers.merge", merge.customer)
    stays = Customer.objects.select_for_update(of=("self",)).get(pk=merge.customer_id)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    model: type[Customer] | type[Contact] = Contact if merge.contact_id else Customer
    if merge.undone_at:
        return model._base_manager.filter(pk=merge.gone_id).first() or stays
    trail = _check_undo(merge, stays)
    moved = trail.moved_on()
    _check_since(merge, trail, moved, stays)
    if _went_on(trail, stays):
        del trail.made[TypeChange]
    try:
        with attempt():
            trail.take_back(moved, recounted=[table for table in trail.changed if rule_of(table).is_counted])
    except IntegrityError as error:
        raise Refused(_("Not taken back: something new has taken the place of what went over since the merge."), code="since") from error
    Merge.objects.filter(pk=merge.pk).update(undone_at=timezone.now(), kept={})
    Customer.objects.filter(pk=stays.pk).update(furthest=deepest([stays.pk])[stays.pk])
    back: Customer | Contact = model._base_manager.get(pk=merge.gone_id)
    stays = Customer.objects.get(pk=stays.pk)
    for kind in {row["kind"] for row, _now in trail.changed.get(Entry, {}).values() if "kind" in row} | {"customer", "contact"}:
        index.keep_all(kind, _ids_under(kind, *{stays.pk: stays, back.customer_id: back.customer}.values()))
    if merge.contact:
        record(events.CONTACTS_UNMERGED, subject=merge.contact, under=stays, by=by, values={"gone": back})
    else:
        tellings = [Telling(one, under=one.customer, values={"gone": other}) for one, other in ((stays, back), (back, stays))]
        record_many(events.UNMERGED, tellings, by=by)
    return back


def _check_undo(merge: Merge, stays: Customer) -> Trail:
    """The way back, as long as there is one, and nothing was merged into what it leads from."""
    if not merge.kept or merge.at < timezone.now() - UNDONE_WITHIN:
        raise Refused(_("This was done more than %(days)s days ago and can no longer be taken back.") % {"days": UNDONE_WITHIN.days})
    trail = Trail.read([merge.kept])
    for later in Merge.objects.standing().filter(customer=stays, pk__gt=merge.pk).order_by("-pk"):
        if Trail.read([later.kept]).touches(trail):
            words = _("%(name)s was merged into this customer later. Take that back first.")
            raise Refused(phrase(words, {"name": later.gone_name}), code="later")
    return trail


def _check_since(merge: Merge, trail: Trail, moved: Moved, stays: Customer) -> None:
    """Nothing may hang on what went over."""
    found: list[str] = []
    for model, rows in moved.items():
        for pk, columns in rows.items() if not rule_of(model).is_counted else ():
            apart = columns - FREE.get(model, set())
            if apart:
                row = str(model._base_manager.filter(pk=pk).first() or _("something that went over"))
                fields = [label_of(model, f.name) for f in model._meta.concrete_fields if f.attname in apart]
                found.append(bracketed(row, listed(fields)) if model in FREE else row)
    own: tuple[Any, int] = (Contact, merge.contact_id) if merge.contact_id else (Customer, stays.pk)
    those = {
        (model._meta.label, pk)
        for model, rows in trail.changed.items()
        for pk, (_before, after) in rows.items()
        if any(name.endswith("_id") for name in after or ()) and (model, pk) != own
    }
    since = Event.objects.under(stays).filter(pk__gt=merge.last_event)
    for kind, key in since.order_by("subject_kind", "subject_id").values_list("subject_kind", "subject_id").distinct():
        known = kinds.all_kinds().get(kind)
        subject = known._base_manager.filter(pk=key).first() if known and len(found) < NAMED else None
        if subject is not None and merging.leads_to(subject, those):
            found += [event.sentence for event in since.filter(subject_kind=kind, subject_id=key).order_by("-pk")[:1]]
    if found:
        words = _("Not taken back: since the merge this happened with what went over. %(what)s")
        raise Refused(words % {"what": listed(list(dict.fromkeys(found))[:NAMED], weak=False)}, code="since")


def _went_on(trail: Trail, stays: Customer) -> bool:
    """A change of type on which another followed stays: the stays of the customer in each type must join on."""
    changes = trail.made.get(TypeChange, Keys()).spans
    return bool(changes) and TypeChange.objects.filter(customer=stays, pk__gt=changes[-1][1]).exists()


def _ids_under(kind: str, *customers: Customer) -> list[int]:
    ids = [customer.pk for customer in customers]
    if kind == "customer":
        return ids
    there = set(Entry.objects.filter(kind=kind, under_id__in=ids).values_list("record_id", flat=True))
    return sorted(there | set(Contact.objects.filter(customer__in=ids).values_list("pk", flat=True)) if kind == "contact" else there)


def forget_old() -> int:
    """The daily task: what can no longer be taken back needs no way back."""
    old = Merge.objects.filter(at__lt=timezone.now() - UNDONE_WITHIN).exclude(kept={})
    return old.update(kept={})
