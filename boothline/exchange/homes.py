"""Companies of people in a list that carries an id for them: what other files say of that id is said of this company."""

from __future__ import annotations

from collections import defaultdict

from boothline.core.errors import Refused
from boothline.core.text import fold
from boothline.exchange.companies import Companies
from boothline.exchange.footprints import stored
from boothline.exchange.foreign import Arrival, bring, key_of
from boothline.exchange.rows import Row
from boothline.exchange.runs import CHUNK, Run


def store(rows: list[Row], run: Run) -> None:
    """Brings in each company once, as its first row says it; its people come to it. Visitors of a fair are told apart by their names."""
    if run.is_dry:  # what people bring with them is not stored; orders may name it
        bare = [(row, row.person.company) for row in rows if row.person and row.person.company and not row.company_id]
        coming = run.coming.setdefault("customer", {})
        for row, name in bare:
            coming.setdefault(key_of("", name), Arrival(row.file, row.number, key_of("", name), name, {"name": name}))
    people: dict[str, list[Row]] = defaultdict(list)
    for row in rows if run.fair is None else ():
        if row.company_id and row.person and row.person.company:
            people[row.company_id].append(row)
    if not people:
        return
    door = Companies(run)
    arrivals: list[Arrival] = []
    for key, theirs in people.items():
        cells = _cells(key, theirs)
        try:
            arrivals.append(door.arriving(theirs[0].file, theirs[0].number, cells, lambda words: None))
        except Refused as refused:
            _refuse(theirs, str(refused.words), key, run)
    run.coming.setdefault("customer", {}).update({arrival.key: arrival for arrival in arrivals})
    for start in range(0, len(arrivals), CHUNK):
        part = arrivals[start : start + CHUNK]
        with stored(run):
            brought = bring(part, door=door, by=run.by, source=run.source)
        for place, arrival in enumerate(part):
            if place in brought.refused:
                _refuse(people[arrival.key], brought.refused[place], arrival.key, run)
                continue
            counts = run.created if place in brought.created else run.updated if place in brought.updated else run.unchanged
            counts["customer"] += 1
            run.counted.add(fold(arrival.name))
            if place in brought.warnings:
                run.warn(arrival.file, arrival.number, brought.warnings[place])
            for row in people[arrival.key] if not run.is_dry else ():
                row.home = brought.records[place]


def _cells(key: str, theirs: list[Row]) -> dict[str, str]:
    """What a company's first row says of it, and whose it is by the first that says so."""
    person = theirs[0].person
    assert person is not None
    owner = next((owner for row in theirs if (owner := row.sides.get("owner", ("", ""))[1].strip())), "")
    return {"id": key, "name": person.company, "country": person.country, "address": person.address, "owner": owner, **person.more}


def _refuse(rows: list[Row], reason: str, key: str, run: Run) -> None:
    run.refused["customer", key] = (rows[0].file, rows[0].number)
    for row in rows:
        row.person, row.reason = None, reason
