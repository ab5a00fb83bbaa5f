"""Companies of people: those that a list gives an id, of which other files may speak, and those that have a row of their own in the run."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.text import fold, phrase
from boothline.customers import companies
from boothline.customers.card import Customer
from boothline.exchange.companies import Companies
from boothline.exchange.footprints import stored
from boothline.exchange.foreign import NAMED, Arrival, Foreign, bring, key_of
from boothline.exchange.own_ids import meant
from boothline.exchange.rows import Row
from boothline.exchange.runs import CHUNK, Run


def store(rows: list[Row], run: Run) -> None:
    """Brings in each company once, as its first row says it; its people come to it. Visitors of a fair are told apart by their names."""
    _leave_out(rows, run)
    _find_by_name(rows, run)
    if run.is_dry:
        _announce(rows, run)
    _find_by_id(rows, run)
    people: dict[str, list[Row]] = defaultdict(list)
    for row in rows if run.fair is None else ():
        if row.company_id and row.person and row.person.company:
            people[row.company_id].append(row)
    if not people:
        return
    door = Companies(run)
    arrivals: list[Arrival] = []
    coming = run.coming.get("customer", {}) if run.is_dry else {}
    for key in coming.keys() & people.keys():  # a dry run has not stored what came before them
        run.unchanged["customer"] += 1
        run.counted.add(fold(coming[key].name))
        del people[key]
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


def _announce(rows: list[Row], run: Run) -> None:
    """What people bring with them is not stored by a dry run; orders may name it."""
    coming = run.coming.setdefault("customer", {})
    for row, name in [(row, row.person.company) for row in rows if row.person and row.person.company and not row.company_id]:
        coming.setdefault(key_of("", name), Arrival(row.file, row.number, key_of("", name), name, {"name": name}))


def _find_by_id(rows: list[Row], run: Run) -> None:
    """People of whose company the row says the id alone come to the one that has it."""
    theirs: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.company_id and row.person and not row.person.company:
            theirs[row.company_id].append(row)
    coming = run.coming.get("customer", {}) if run.is_dry else {}
    for key in _on_record(list(theirs), run) | (coming.keys() & theirs.keys()):
        run.counted.add(f"home {key}")
        for row in theirs[key]:
            assert row.person is not None
            row.person.home = key


def _find_by_name(rows: list[Row], run: Run) -> None:
    """People whose company has a row of its own in this run come to it. Where several have that name, nobody guesses."""
    called: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in run.coming.get("customer", {}).values():
        called[fold(arrival.name)].append(arrival)
    theirs: dict[str, list[Row]] = defaultdict(list)
    for row in rows if called else ():
        found = called.get(fold(row.person.company), []) if row.person and not (row.company_id or row.person.home) else []
        if len(found) == 1:
            theirs[found[0].key].append(row)
        elif found:
            words = _("several companies of these files are called %(name)s; who works there comes to none of them. Give the row the id.")
            run.warn(row.file, row.number, phrase(words, {"name": found[0].name}))
    if run.is_dry:  # which has not stored them
        run.counted |= {fold(run.coming["customer"][key].name) for key in theirs}
        return
    held = customers_of(list(theirs), run)
    for key in theirs.keys() & held.keys():
        for row in theirs[key]:
            row.home = held[key]


def customers_of(own_ids: list[str], run: Run) -> dict[str, Customer]:
    """The customers that came by file under these ids, or that we gave them to."""
    keys = {row.key: row.record_id for row in Foreign.objects.filter(source=run.source, kind="customer", key__in=own_ids)}
    keys = meant("customer", set(own_ids) - keys.keys()) | keys
    held = Customer.objects.in_bulk(keys.values()) if keys else {}
    return {own_id: held[key] for own_id, key in keys.items() if key in held}


def _on_record(keys: list[str], run: Run) -> set[str]:
    """Those of these ids that stand for a customer already."""
    parts = (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
    known = Foreign.objects.filter(source=run.source, kind="customer").values_list("key", flat=True)
    return {key for part in parts for key in known.filter(key__in=part)}


def _leave_out(rows: list[Row], run: Run) -> None:
    """People whose company has a row in this run that was not taken are not taken either, unless it was on record before."""
    refused, names = {key: at for (kind, key), at in run.refused.items() if kind == "customer"}, run.refused_names["customer"]
    theirs: dict[str, list[Row]] = defaultdict(list)
    for row in rows if refused or names else ():
        company = row.person.company if row.person else ""
        if row.company_id in refused:
            theirs[row.company_id].append(row)
        elif company and not row.company_id and fold(company) in names:
            theirs[key_of("", company)].append(row)
    known = _on_record(list(theirs), run)
    known |= {key_of("", name) for name in companies.called(key[1:] for key in theirs if key.startswith(NAMED))}
    for key in theirs.keys() - known:
        file, number = refused.get(key) or names[key[1:]]
        _refuse(theirs[key], _("It hangs on %(file)s, row %(row)s, which was not taken.") % {"file": file, "row": number}, key, run)


def _refuse(rows: list[Row], reason: str, key: str, run: Run) -> None:
    if ("customer", key) not in run.refused:
        run.leave_out("customer", key, rows[0].person.company if rows[0].person else "", rows[0].file, rows[0].number)
    for row in rows:
        row.person, row.reason = None, reason
