"""Merging 合并客户: two customers that are one. Everything that hangs on the one hangs on the other from then on; what is derived is
derived anew; for thirty days the merge can be taken back.

The one that goes is gone from every list and sum, so that no question anywhere has to leave it out: its row lies in the merge, and whoever
comes by its number is led to the other. Its row can go only when nothing refers to it any more; the database would refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core import kinds, merging
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.merging import Kept, Photo, rule_of
from boothline.core.operations import close_now, operation
from boothline.core.privacy import PERSON, WORDS, tags
from boothline.core.records import label_of
from boothline.core.text import bracketed, clean, fold, listed, sort_key
from boothline.customers import events
from boothline.customers.card import Collaborator, Contact, Customer
from boothline.customers.duplicates import set_apart_again
from boothline.customers.ladder import TypeChange
from boothline.search import index
from boothline.search.index import Entry
from boothline.timeline.history import Event, Telling, record, record_many

UNDONE_WITHIN = timedelta(days=30)
FIELDS = ("kind", "name", "name_latin", "country", "address", "industry", "owner", "note")
COUNTED = (  # by the rule of the type, of the grade, of the nature; by touches and steps
    "type", "type_since", "derived_type", "derived_since", "furthest", "nature", "nature_share", "grade", "derived_grade", "grade_why",
    "last_touch_at", "next_step_on", "revision",
)  # fmt: skip
RECOUNTED = {"customers.Customer": COUNTED}
NAMED = 3  # facts that keep a merge from being taken back


class Merges(models.QuerySet["Merge"]):
    """Questions about merges."""

    def visible_to(self, by: Actor) -> Merges:
        """Into customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def standing(self) -> Merges:
        """Not taken back."""
        return self.filter(undone_at=None)

    def open_to_undo(self) -> Merges:
        """Not too old to be taken back."""
        return self.standing().filter(at__gt=timezone.now() - UNDONE_WITHIN)


class Merge(models.Model):
    """One customer went into another: who was it, by whom, why; `kept` is the way back, for as long as there is one."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    gone_id = models.BigIntegerField()
    gone_name = models.CharField(max_length=200)
    gone_made_at = models.DateTimeField(null=True)  # an id that we gave them is made of it
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    last_event = models.BigIntegerField(default=0)  # what was told later came after it
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    privacy = tags(gone_name=PERSON, reason=WORDS, by_name=PERSON, kept=WORDS)

    objects = Merges.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gone_id"], name="merge_once", condition=Q(undone_at__isnull=True))]
        indexes = [models.Index(fields=["at"], name="merge_old", condition=Q(undone_at__isnull=True))]

    def __str__(self) -> str:
        return self.gone_name

    @property
    def ends_at(self) -> Any:
        """Until when it can be taken back."""
        return self.at + UNDONE_WITHIN


def led_to(customer_id: int) -> int | None:
    """Where a customer who is no longer there went."""
    return Merge.objects.standing().filter(gone_id=customer_id).values_list("customer_id", flat=True).first()


def gone(ids: Iterable[int]) -> dict[int, Merge]:
    """{id of a customer who is no longer there: the merge by which they went}."""
    return {one.gone_id: one for one in Merge.objects.standing().filter(gone_id__in=set(ids)).defer("kept")}


def names_of_gone() -> dict[str, set[int]]:
    """{folded name of customers who are no longer there: where they went}."""
    found: dict[str, set[int]] = {}
    for name, customer in Merge.objects.standing().values_list("gone_name", "customer_id"):
        found.setdefault(fold(name), set()).add(customer)
    return found


def older_first(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Who was on record first stays, where nobody says otherwise."""
    return (one, other) if (one.made_at, one.pk) <= (other.made_at, other.pk) else (other, one)


def differing(stays: Customer, goes: Customer) -> list[str]:
    """The fields that both have, and otherwise."""
    pairs = [(name, getattr(stays, _column(name)), getattr(goes, _column(name))) for name in FIELDS]
    return [name for name, one, other in pairs if one and other and one != other]


def usual(name: str, stays: Customer, goes: Customer) -> str:
    """Whose value stays where nobody chooses: *stays*, *goes*, or of a note *both*. The older record's; what is a company stays one."""
    if name == "note":
        return "both"
    if name == "kind":
        return "stays" if stays.kind == "company" else "goes"
    return "stays" if older_first(stays, goes)[0] is stays else "goes"


def notes(stays: Customer, goes: Customer) -> list[str]:
    """What is said beforehand: of what both have, and there can be one only."""
    found = []
    for column in merging.columns_to(Customer):
        note = rule_of(column.model).note
        rows = column.model._base_manager.all()
        if note and all(rows.filter(**{column.attname: one.pk}).exists() for one in (stays, goes)):
            found.append(str(note))
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
    before = _photo(stays, goes)
    kept = Kept()
    values = _values(stays, goes, choices or {})
    set_apart_again(goes, stays)
    _keep_sight(stays, goes, values)
    merging.absorb(goes, stays, kept)
    Customer.objects.filter(pk=stays.pk).update(revision=F("revision") + 1, **values)
    stays = Customer.objects.get(pk=stays.pk)
    _index(before, stays)
    told = record(events.MERGED, subject=stays, under=stays, by=by, values={"gone": goes, "reason": clean(reason, 500)})
    close_now()
    merging.compared(before, _photo(stays), kept)
    last = Event.objects.order_by("-id").values_list("pk", flat=True).first() or told.pk
    return Merge.objects.create(
        customer=stays, gone_id=goes.pk, gone_name=goes.name[:200], gone_made_at=goes.made_at, reason=clean(reason, 500),
        by_name=by.name[:200],
        last_event=last, kept=kept.as_json(),
    )  # fmt: skip


def _held(stays: Customer, goes: Customer, by: Actor) -> tuple[Customer, Customer]:
    """Both, locked also against new facts that refer to them, as one of them goes; refused where one is no longer there, or is not theirs
    to see."""
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=(stays.pk, goes.pk)).order_by("pk")
    held = {customer.pk: customer for customer in rows}
    for customer in (stays, goes):
        if customer.pk in held:
            continue
        past = Merge.objects.standing().filter(gone_id=customer.pk).select_related("customer").first()
        if past is None:
            raise Refused(_("%(name)s is no longer there.") % {"name": customer}, code="gone")
        words = _("%(name)s was merged into %(into)s already, by %(who)s.")
        raise Refused(words % {"name": customer, "into": past.customer, "who": past.by_name}, code="gone")
    if Customer.objects.visible_to(by).filter(pk__in=held).count() < 2:
        raise Refused(_("You do not see both customers; somebody who does can merge them."), code="hidden")
    return held[stays.pk], held[goes.pk]


def _photo(*customers: Customer) -> Photo:
    ids = [customer.pk for customer in customers]
    return merging.photo(Customer, ids, beside=[Entry.objects.filter(under_id__in=ids)])


def _column(name: str) -> str:
    return {column.name: column.attname for column in Customer._meta.concrete_fields}[name]


def _values(stays: Customer, goes: Customer, choices: Mapping[str, str]) -> dict[str, Any]:
    """What is written into the one that stays: filled where it is empty, chosen where both say something."""
    values: dict[str, Any] = {}
    apart = differing(stays, goes)
    for name in FIELDS:
        mine, theirs = getattr(stays, _column(name)), getattr(goes, _column(name))
        chosen = choices.get(name) or usual(name, stays, goes)
        if name in apart and chosen == "both":
            values[name] = f"{mine}\n{theirs}"
        elif (name in apart and chosen == "goes") or (theirs and not mine):
            values[_column(name)] = theirs
    if "owner_id" in values:
        values |= {name: getattr(goes, name) for name in ("team_id", "owned_since", "owner_before_id")}
    if {"name", "kind"} & set(values):
        name, kind = values.get("name", stays.name), values.get("kind", stays.kind)
        values |= {"folded": fold(name)[:200], "sort_key": sort_key(name, person=kind == "person")}
    own = {code: words for code, words in stays.extra.items() if words}
    theirs_too = {code: words for code, words in goes.extra.items() if words}
    is_mine = usual("extra", stays, goes) == "stays"
    more = (stays.extra | theirs_too | own) if is_mine else (stays.extra | theirs_too)
    return values if more == stays.extra else values | {"extra": more}


def _keep_sight(stays: Customer, goes: Customer, values: dict[str, Any]) -> None:
    """Two owners become one; the other works with the customer still."""
    owner = values.get("owner_id", stays.owner_id)
    for pk in (stays.owner_id, goes.owner_id):
        if owner and pk and pk != owner:
            Collaborator.objects.get_or_create(customer=stays, user_id=pk)


def _index(before: Photo, stays: Customer) -> None:
    """Everything of both is found under the one."""
    index.drop("customer", [pk for pk in before[Customer._meta.label] if pk != stays.pk])
    asked: dict[str, set[int]] = {}
    for row in before[Entry._meta.label].values():
        if row["kind"] != "customer":
            asked.setdefault(row["kind"], set()).add(row["record_id"])
    for kind, ids in asked.items():
        index.keep_all(kind, sorted(ids))
    index.keep_all("customer", [stays.pk])


# The way back.


@operation("customers.unmerge")
def unmerge(merge: Merge, *, by: Actor) -> Customer:
    """Takes a merge back: both are as they were before, whatever was done since that does not touch what went over stays. Pressed twice,
    the first counts."""
    require(by, "customers.merge", merge.customer)
    stays = Customer.objects.select_for_update(of=("self",)).get(pk=merge.customer_id)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at:
        return Customer.objects.filter(pk=merge.gone_id).first() or stays
    _check_undo(merge, stays)
    kept = Kept.read(merge.kept)
    _check_since(merge, kept, stays)
    _forget_entries(kept)
    kept.made = [(label, pks) for label, pks in kept.made if not _went_on(label, pks, stays)]
    merging.put_back(kept, RECOUNTED, of=(stays.pk, merge.gone_id), model=Customer)
    Merge.objects.filter(pk=merge.pk).update(undone_at=timezone.now(), kept={})
    stays, back = Customer.objects.get(pk=stays.pk), Customer.objects.get(pk=merge.gone_id)
    for kind in {row["kind"] for label, row in kept.gone if label == Entry._meta.label} | {"customer", "contact"}:
        index.keep_all(kind, _ids_under(kind, stays, back))
    tellings = [Telling(one, under=one, values={"gone": other}) for one, other in ((stays, back), (back, stays))]
    record_many(events.UNMERGED, tellings, by=by)
    return back


def _check_undo(merge: Merge, stays: Customer) -> None:
    if not merge.kept or merge.at < timezone.now() - UNDONE_WITHIN:
        raise Refused(_("This was done more than %(days)s days ago and can no longer be taken back.") % {"days": UNDONE_WITHIN.days})
    later = Merge.objects.standing().filter(customer=stays, pk__gt=merge.pk).order_by("-pk").first()
    if later:
        words = _("%(name)s was merged into this customer later. Take that back first.")
        raise Refused(words % {"name": later.gone_name}, code="later")


def _check_since(merge: Merge, kept: Kept, stays: Customer) -> None:
    """Nothing may hang on what went over."""
    found: list[str] = []
    for label, pk, columns in merging.changed_since(kept, RECOUNTED):
        model = apps.get_model(label)
        row = str(model._base_manager.filter(pk=pk).first() or _("something that went over"))
        fields = [label_of(Customer, f.name) for f in Customer._meta.concrete_fields if f.attname in columns and f.name not in COUNTED]
        found.append(bracketed(row, listed(fields)) if model is Customer else row)
    those = kept.keys() - {(Customer._meta.label, stays.pk)}
    since = Event.objects.under(stays).filter(pk__gt=merge.last_event)
    for kind, key in since.order_by("subject_kind", "subject_id").values_list("subject_kind", "subject_id").distinct():
        known = kinds.all_kinds().get(kind)
        subject = known._base_manager.filter(pk=key).first() if known and len(found) < NAMED else None
        if subject is not None and merging.leads_to(subject, those):
            found += [event.sentence for event in since.filter(subject_kind=kind, subject_id=key).order_by("-pk")[:1]]
    if found:
        words = _("Not taken back: since the merge this happened with what went over. %(what)s")
        raise Refused(words % {"what": listed(list(dict.fromkeys(found))[:NAMED], weak=False)}, code="since")


def _went_on(label: str, pks: list[int], stays: Customer) -> bool:
    """A change of type on which another followed stays: the stays of the customer in each type must join on."""
    return label == TypeChange._meta.label and TypeChange.objects.filter(customer=stays, pk__gt=max(pks)).exists()


def _forget_entries(kept: Kept) -> None:
    """What comes back of the index as it was takes the place of what stands there now."""
    for label, row in kept.gone:
        if label == Entry._meta.label:
            Entry.objects.filter(kind=row["kind"], record_id=row["record_id"]).delete()


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
