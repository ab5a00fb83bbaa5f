"""Does the index say what the records say? Compared every night, mended where it does not, rebuilt on request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time

from django.db import connection, transaction
from django.utils import timezone

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.core.actors import SYSTEM, Actor
from boothline.core.operations import operation
from boothline.search import events
from boothline.search.index import SOURCES, TABLE, Entry, Source, differences, keep, keep_all
from boothline.timeline.history import Event, record

BATCH = 1000
NIGHT = time(2)  # from then on, once a day


def nightly() -> None:
    """The night's comparison; the daily task asks often, it is done once."""
    now = timezone.localtime()
    begun = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if now.time() >= NIGHT and not Event.objects.filter(kind=events.COMPARED.code, at__gte=begun).exists():
        compare(by=SYSTEM)


def compare(*, by: Actor) -> int:
    """Compares every record with its rows and mends those that differ; returns how many did. Batch by batch, so that
    nobody waits for all of it."""
    require(by, "search.rebuild")
    seen = mended = 0
    for source in SOURCES.values():
        for ids in _batches(source):
            seen += len(ids)
            wrong = differences(source.kind, ids)
            if wrong:
                mended += _mend(source, wrong)
        mended += _without_record(source)
    if not _table_agrees():
        _fill_table()
        mended += 1
    if seen:  # nothing is told of an installation that nobody has used yet
        note_comparison(by=by, records=seen, mended=mended)
    return mended


def rebuild(*, by: Actor, progress: Callable[[int], None] = lambda done: None) -> int:
    """Throws the index away and makes it anew from the records; returns how many there are."""
    require(by, "search.rebuild")
    done = 0
    for source in SOURCES.values():
        with transaction.atomic():
            Entry.objects.filter(kind=source.kind).delete()
        for ids in _batches(source):
            with transaction.atomic():
                _held(source, ids)
                keep(source.load(ids))
            done += len(ids)
            progress(done)
    if connection.vendor == "sqlite":
        _fill_table()
    note_rebuild(by=by, records=done)
    return done


@operation("search.note_comparison")
def note_comparison(*, by: Actor, records: int, mended: int) -> None:
    """Notes that the index was compared, and how much had to be mended."""
    require(by, "search.rebuild")
    record(events.COMPARED, subject=company(), by=by, values={"records": records, "mended": mended})


@operation("search.note_rebuild")
def note_rebuild(*, by: Actor, records: int) -> None:
    """Notes that the index was made anew."""
    require(by, "search.rebuild")
    record(events.REBUILT, subject=company(), by=by, values={"records": records})


def _batches(source: Source) -> Iterator[list[int]]:
    last = 0
    while True:
        ids = list(source.model._default_manager.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _held(source: Source, ids: list[int]) -> None:
    """Nobody edits these records until the transaction ends: what is written is what they are."""
    list(source.model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).values_list("pk"))


def _mend(source: Source, ids: list[int]) -> int:
    with transaction.atomic():
        _held(source, ids)
        return min(len(ids), keep_all(source.kind, ids))


def _without_record(source: Source) -> int:
    """Rows of records that are gone."""
    there = source.model._default_manager.values("pk")
    return Entry.objects.filter(kind=source.kind).exclude(record_id__in=there).delete()[0]


def _table_agrees() -> bool:
    """Whether SQLite's full-text table holds as many (gram, row) pairs as the rows say. A pair too many would be a ghost
    that no check of the table itself sees. PostgreSQL keeps its index itself."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_pairs USING fts5vocab(main, search_grams, row)")
        cursor.execute("SELECT coalesce(sum(doc), 0) FROM temp.search_pairs")
        (held,) = cursor.fetchone()
        cursor.execute("SELECT coalesce(sum(length(grams) - length(replace(grams, ' ', '')) + 1), 0) FROM search_entry WHERE grams != ''")
        (wanted,) = cursor.fetchone()
    return bool(held == wanted)


def _fill_table() -> None:
    """The full-text table anew, from the grams beside the rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE search_grams")
        cursor.execute(TABLE)
        cursor.execute("INSERT INTO search_grams(rowid, grams) SELECT id, grams FROM search_entry")
