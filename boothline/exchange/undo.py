"""Taking an import back: what it made goes, with all that the service hung on it since, and what it changed stands as it stood.

For 30 days, in one transaction. Where somebody built on it since, that stands in the way and is named: all the rest can go, and what they
built on stays whole. Numbers that were given stay given. Of two imports that wrote on one record, the later one is undone first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Min, Q
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue.stock import held as held_goods
from boothline.core import tasks
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.journal import Keys, Model, Moved
from boothline.core.kinds import all_kinds, word_of
from boothline.core.operations import operation
from boothline.core.sayings import elsewhere, heard
from boothline.core.text import phrase
from boothline.customers import ladder
from boothline.customers.card import Contact, Customer, keep_next_step
from boothline.customers.merges import Merge
from boothline.customers.merging import COUNTED
from boothline.exchange import events
from boothline.exchange.footprints import Footprint, Trail, trail_of
from boothline.exchange.hanging import Hanging, Since, hanging_on, since
from boothline.exchange.jobs import KEPT_DAYS, LEASE, PATIENCE, Import
from boothline.exchange.kinds import KINDS as KINDS_IN
from boothline.exchange.mapping import forget
from boothline.exchange.opportunities import Opportunity
from boothline.exchange.staying import Place, roots_of, without
from boothline.files.attachments import Attachment
from boothline.followups.steps import NextStep
from boothline.intentions.products import Intention
from boothline.orders.register import Order
from boothline.orders.reservations import keep_goods
from boothline.search import index
from boothline.search.index import Entry
from boothline.timeline.history import Event, record
from boothline.timeline.kinds import KINDS
from boothline.timeline.undo import named

log = logging.getLogger(__name__)

ENDED = ("done", "stopped", "failed")
NAMED = 8  # of what stands in the way
MANY = 10_000  # of it, where all of that is to stay
LARGE = 4  # batches; more are taken back by the worker
KEPT: dict[Model, set[str]] = {Customer: set(COUNTED) - {"revision"}}  # columns that may follow newer facts by now, and then stay


@dataclass(frozen=True)
class Obstacle:
    """One record that stands in the way: what it is called, what happened since, and which record a page can lead to. `roots` are the rows
    of the run that stay with it; without any, it has to be undone first."""

    name: str
    why: str
    kind: str = ""
    key: int = 0
    roots: frozenset[Place] = frozenset()


@dataclass
class Plan:
    """What undoing an import would do, or why it cannot be done."""

    trail: Trail
    hanging: Hanging = field(default_factory=Hanging)
    obstacles: list[Obstacle] = field(default_factory=list)
    moved: Moved = field(default_factory=dict)  # kept columns that follow newer facts, and stay
    stays: Trail = field(default_factory=Trail)  # what somebody built on, whole
    because: list[Obstacle] = field(default_factory=list)  # of what stays

    def counts(self, rows: dict[Model, Any]) -> dict[str, int]:
        """{kind: how many} of the records that people know by a name."""
        return {kind: len(rows[model]) for kind, model in all_kinds().items() if rows.get(model)}


def until(job: Import) -> datetime | None:
    """The moment up to which it can be undone; None where there is nothing to undo."""
    if job.state not in (*ENDED, "undoing") or not job.ended_at or not job.footprints.exists():
        return None
    end = job.ended_at + timedelta(days=KEPT_DAYS)
    return end if end > timezone.now() else None


def plan_of(job: Import, *, most: int = NAMED) -> Plan:
    """What would be done, and what stands in the way; of that, the first few."""
    return _planned(job, trail_of(job.footprints.order_by("pk").iterator(chunk_size=50)), most)


def _planned(job: Import, trail: Trail, most: int) -> Plan:
    plan = Plan(trail)
    others = _later_runs(job)
    for other, later in others:
        if found := later.touches(plan.trail):
            plan.obstacles.append(_later(other, *found))
    told = since(plan.trail, [later for _job, later in others])
    plan.obstacles += _told_of(plan.trail, told, others, most)
    plan.hanging = hanging_on(plan.trail, told, most)
    plan.obstacles += [_built(row, plan, others) for row in plan.hanging.against]
    plan.obstacles += [*_changed_since(plan), *_merged_away(plan.trail), *_landed_since(plan.trail)]
    plan.obstacles = list(dict.fromkeys(plan.obstacles))
    return plan


def plan_of_rest(job: Import) -> Plan | None:
    """What would be done where everything stays that somebody built on; None where that does not help, or nothing would be left to do."""
    plan = plan_of(job, most=MANY)
    because: list[Obstacle] = []
    stays = Trail()
    while plan.obstacles:
        if not all(one.roots for one in plan.obstacles):
            return None
        because += plan.obstacles
        roots = {place for one in because for place in one.roots}
        goes, stays = without(trail_of(job.footprints.order_by("pk").iterator(chunk_size=50)), roots)
        if not any(len(keys) for keys in goes.made.values()) and not any(goes.changed.values()):
            return None
        found = _planned(job, goes, MANY)
        if found.obstacles and {place for one in found.obstacles for place in one.roots} <= roots:
            return None
        plan = found
    plan.stays, plan.because = stays, _each_once(because)
    return plan


def _each_once(obstacles: list[Obstacle]) -> list[Obstacle]:
    """One for each record that stays: what a touch on it tells is told already."""
    found: list[Obstacle] = []
    named: set[Place] = set()
    for one in obstacles:
        if not one.roots <= named:
            found.append(one)
            named |= one.roots
    return found


@operation("exchange.undo_import")
def undo_import(job: Import, *, by: Actor, but: bool = False) -> Import:
    """Takes an import back. Refused with what stands in the way, or `but` that stays; pressed twice, it is done once."""
    require(by, "imports.run", job)
    job = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.state == "undone":
        return job
    _check_time(job)
    _check_rights(job, by)
    if connection.vendor == "postgresql":
        _hold(trail_of(job.footprints.order_by("pk").iterator(chunk_size=50)))
    plan = (plan_of_rest(job) if but else None) or plan_of(job)
    if plan.obstacles:
        raise Refused(refusal(plan.obstacles), code="built_on")
    made, changed = (sum(plan.counts(rows).values()) for rows in (plan.trail.made, plan.trail.changed))
    _take_back(plan)
    job.footprints.all().delete()
    if job.begun_at:
        forget(job.layout, job.begun_at)
    user = by.id if by.kind == "user" else None
    answer = {name: said for name, said in job.answer.items() if name not in ("brought", "why_in")}
    if plan.because:
        counts = plan.counts(plan.stays.made)
        answer |= {"stays": {"counts": counts, "because": [[one.name, one.kind, one.key] for one in plan.because]}}
        answer["brought"] = {word_of(model): keys.spans for model, keys in plan.stays.made.items() if word_of(model)}
    ended = {"state": "undone", "why": "", "taken_until": None, "tries": 0, "undone_at": timezone.now(), "undone_by_id": user}
    Import.objects.filter(pk=job.pk).update(answer=answer, **ended)
    values = {"files": job.names, "made": made, "changed": changed}
    if plan.because:
        record(events.UNDONE_BUT, subject=job, by=by, values=values | {"n": len(plan.because)})
    else:
        record(events.UNDONE, subject=job, by=by, values=values)
    job.refresh_from_db()
    return job


@operation("exchange.ask_undo")
def ask_undo(job: Import, *, by: Actor, but: bool = False) -> Import:
    """Takes it back at once, or has the worker do it where it is large; refused at once in either case."""
    require(by, "imports.run", job)
    job = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.state == "undoing":
        return job
    if job.footprints.count() <= LARGE:
        return undo_import(job, by=by, but=but)
    _check_time(job)
    _check_rights(job, by)
    if not (but and plan_of_rest(job)) and (found := plan_of(job).obstacles):
        raise Refused(refusal(found), code="built_on")
    Import.objects.filter(pk=job.pk, state__in=ENDED).update(
        state="undoing",
        answer=job.answer | {"undo_but": but},
        tries=0,
        taken_until=None,
        undone_by_id=by.id,
        language=get_language() or "zh-hans",
    )
    record(events.UNDO_ASKED, subject=job, by=by, values={"files": job.names})
    transaction.on_commit(lambda: tasks.ring([]))
    job.refresh_from_db()
    return job


def refusal(obstacles: Sequence[Obstacle]) -> str:
    """All of it in one sentence: the first few by name."""
    return _("Not undone, since more was built on it: %(what)s.") % {"what": named({one.name: one.why for one in obstacles})}


def _check_rights(job: Import, by: Actor) -> None:
    """Whoever may make such records by hand may take them back."""
    trail, kinds = trail_of(job.footprints.order_by("pk").iterator(chunk_size=50)), all_kinds()
    for code, right in sorted((code, kind.right) for code, kind in KINDS_IN.items() if kind.right):
        if code in kinds and (trail.made.get(kinds[code]) or trail.changed.get(kinds[code])):
            require(by, right)


def _check_time(job: Import) -> None:
    if until(job) is None:
        words = _("There is nothing to undo: nothing was stored, or it is more than %(days)s days ago.")
        raise Refused(words % {"days": KEPT_DAYS}, code="too_late")


def _hold(trail: Trail) -> None:
    """Whoever writes under these records waits until it is decided."""
    for model in sorted({*trail.made, *trail.changed}, key=lambda m: m._meta.label):
        if model in all_kinds().values():
            for asked in (trail.made.get(model, Keys()) | Keys.of(trail.changed.get(model, ()))).asked("pk"):
                list(model._base_manager.filter(asked).order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


# What stands in the way.

Runs = list[tuple[Import, Trail]]


def _later_runs(job: Import) -> Runs:
    """Imports that wrote after this one began, and stand."""
    first = job.footprints.aggregate(first=Min("pk"))["first"] or 0
    later = Footprint.objects.filter(pk__gt=first).exclude(job=job).order_by("job", "pk").select_related("job")
    found: dict[int, tuple[Import, list[Footprint]]] = {}
    for batch in later:
        found.setdefault(batch.job_id, (batch.job, []))[1].append(batch)
    return [(other, trail_of(batches)) for other, batches in found.values()]


def _later(other: Import, model: Model, key: int) -> Obstacle:
    words = _("the import of %(files)s wrote on it later; undo that one first")
    return Obstacle(_called(model, key), words % {"files": other}, "import", other.pk)


def _run_that_made(others: Runs, model: Model, key: int) -> Import | None:
    return next((other for other, trail in others if trail.has(model, key)), None)


def _called(model: Model, key: int) -> str:
    row = model._base_manager.filter(pk=key).first()
    return str(row) if row else str(model._meta.verbose_name)


def _told_of(trail: Trail, told: Since, others: Runs, most: int) -> Iterator[Obstacle]:
    """What people did with records that the run made."""
    kinds = all_kinds()
    events_of = {pk: (kind, key) for (kind, key), pk in told.by_people.items() if kind in kinds and trail.has(kinds[kind], key)}
    for event in Event.objects.filter(pk__in=sorted(events_of)[:most]).order_by("pk"):
        kind, key = events_of[event.pk]
        run = _run_that_made(others, Event, event.pk)
        roots = frozenset({(kinds[kind], key)})
        yield _later(run, kinds[kind], key) if run else Obstacle(_called(kinds[kind], key), event.sentence, kind, key, roots)


def _built(row: models.Model, plan: Plan, others: Runs) -> Obstacle:
    """A record that leads to one that the run made."""
    model = type(row)
    run = _run_that_made(others, model, row.pk)
    if run:
        return _later(run, model, row.pk)
    room = apps.get_containing_app_config(model.__module__)
    kind = next((word for word, of in all_kinds().items() if of is model), "")
    roots = frozenset(roots_of(row, plan.trail, plan.hanging))
    return Obstacle(str(row), _("%(room)s: uses what was imported") % {"room": room.verbose_name if room else ""}, kind, row.pk, roots)


def _merged_away(trail: Trail) -> Iterator[Obstacle]:
    """Customers and contacts that the run made and that went into others since: what hung on them hangs there."""
    for merge in Merge.objects.standing().select_related("customer", "contact"):
        if trail.has(Contact if merge.contact_id else Customer, merge.gone_id):
            words = phrase(_("was merged into %(name)s; undo the merge first"), {"name": merge.contact or merge.customer})
            yield Obstacle(merge.gone_name, words, "customer", merge.customer_id)


def _landed_since(trail: Trail) -> Iterator[Obstacle]:
    """Opportunities of the run that somebody gave a customer since: what they became stands."""
    for asked in trail.made.get(Opportunity, Keys()).asked("pk"):
        for one in Opportunity.objects.filter(asked).filter(Q(intention__isnull=False) | Q(order__isnull=False)):
            led = (one.intention_id is None or trail.has(Intention, one.intention_id)) and (
                one.order_id is None or trail.has(Order, one.order_id)
            )
            if not led:
                words = phrase(_("was given to %(name)s since"), {"name": one.customer})
                yield Obstacle(str(one), words, "customer", one.customer_id or 0, frozenset({(Opportunity, one.pk)}))


def _changed_since(plan: Plan) -> Iterator[Obstacle]:
    """Rows that do not stand any more as the run left them, by more than their kept columns."""
    plan.moved = plan.trail.moved_on()
    for model, rows in plan.moved.items():
        for key in (key for key, columns in rows.items() if columns - KEPT.get(model, set())):
            kind = next((word for word, of in all_kinds().items() if of is model), "")
            yield Obstacle(_called(model, key), _("changed since"), kind, key, frozenset({(model, key)}))


# Taking back.


def _take_back(plan: Plan) -> None:
    rows = dict(plan.trail.made)
    for model, keys in plan.hanging.rows.items():
        rows[model] = rows.get(model, Keys()) | keys
    _remove_files(rows.get(Attachment, Keys()))
    Trail(rows, plan.trail.changed).take_back(plan.moved, recounted=[Entry])
    _count_anew(plan)
    if connection.vendor == "postgresql":
        try:
            connection.check_constraints()
        except IntegrityError as error:  # somebody built on it in this moment
            raise Refused(_("Somebody is working with one of these records. Look again in a moment."), code="built_on") from error


def _remove_files(keys: Keys) -> None:
    for asked in keys.asked("pk"):
        for kept in Attachment.objects.filter(asked):
            transaction.on_commit(partial(kept.content.storage.delete, str(kept.content.name)))


def _count_anew(plan: Plan) -> None:
    """What is kept of customers and goods that stood before, where newer facts stand beside those of the run: their next step and type,
    what is claimed of them, by what they are found."""
    keep_goods(held_goods(plan.trail.goods))
    index.keep_all("product", plan.trail.products)
    held = plan.trail.changed.get(Customer, {})
    stepped = [key for key, (_before, after) in held.items() if after and "next_step_on" in after]
    if stepped:
        open_steps = NextStep.objects.open().filter(customer__in=stepped).order_by()
        nearest = dict(open_steps.values_list("customer_id").annotate(Min("due_on")))
        keep_next_step({key: nearest.get(key) for key in stepped})
    moved = Event.objects.filter(under_kind="customer", under_id__in=held, kind__in=[k.code for k in KINDS.values() if k.moves])
    last = {event.under_id: event for event in moved.order_by("pk")} if held else {}
    ladder.settle(list(last.values()))


# The worker's part.


def run_due(ids: list[int] | None = None) -> int:
    """The sweep's part: large imports that somebody wants undone. A ring that names deliveries is none of ours."""
    if ids:
        return 0
    now = timezone.now()
    free = Import.objects.filter(Q(taken_until=None) | Q(taken_until__lte=now), state="undoing")
    done = 0
    for key in list(free.order_by("id").values_list("pk", flat=True)):
        if free.filter(pk=key).update(taken_until=now + 10 * LEASE, tries=F("tries") + 1):
            _work(Import.objects.get(pk=key))
            done += 1
    return done


def _work(job: Import) -> None:
    with translation.override(job.language), heard():
        try:
            if job.tries > PATIENCE:
                raise Refused(_("Undoing it was interrupted several times. Tell the administrator."))
            undo_import(job, by=User.objects.with_roles().get(pk=job.undone_by_id or 0).actor(), but=job.answer.get("undo_but", False))
        except Refused as refused:
            ended = "done" if "created" in job.answer else "stopped"
            why = str(refused.words)
            answer = job.answer | {"why_in": elsewhere(why)}
            Import.objects.filter(pk=job.pk).update(state=ended, why=why, answer=answer, undone_by=None, taken_until=None, tries=0)
        except Exception:  # nothing of it stays; it is tried again once the lease has run out
            log.exception("undoing import %s was broken off", job.pk)
