"""What carriers say of goods on their way, as their services hand it out: trackers with their events, one by one, in lists or in the
body of a notice. It moves shipments by the rules of `orders.tracking`; a second time it moves nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boothline.core.errors import Refused
from boothline.core.text import listed
from boothline.exchange.footprints import stored
from boothline.exchange.kinds import KINDS
from boothline.exchange.runs import Run
from boothline.exchange.tables import Table
from boothline.orders.lists import TRACKING
from boothline.orders.shipments import Shipment
from boothline.orders.tracking import Said, by_number, check_said, spelt, track_many

WORDS = {
    word: state
    for state, words in {
        "info_received": "inforeceived pretransit labelcreated pending 电子信息已收到 已下单 待揽收",
        "in_transit": "intransit transit pickedup accepted 运输中 在途 已揽收 已揽件 转运中",
        "out_for_delivery": "outfordelivery 派送中 派件中 配送中",
        "delivered": "delivered 已签收 已送达 签收",
        "failed_attempt": "failedattempt attemptfail deliveryattempted 派送失败 投递失败",
        "exception": "exception failure 异常 问题件",
        "customs": "customs clearance customsclearance heldbycustoms 清关中 清关",
        "returning": "returning returntosender returned 退回 退件 退回中",
        "available_for_pickup": "availableforpickup readyforpickup 待取件 待自提",
    }.items()
    for word in words.split()
}
PATIENCE = 2000  # events of one shipment


@dataclass
class Tracker:
    """What one row says of one number."""

    file: str
    row: int
    number: str
    carrier: str = ""
    events: list[Said] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)  # words that are no state of goods


def store(tables: list[Table], run: Run) -> None:
    """Every row that names a number; those of one number come together."""
    trackers: dict[str, list[Tracker]] = {}
    for tracker in [tracker for table in tables for tracker in _trackers(table, run)]:
        trackers.setdefault(spelt(tracker.number), []).append(tracker)
    found = by_number(trackers)
    for number, rows in trackers.items():
        try:
            shipment = _meant(rows[0], found.get(number, []), run)
            said = _in_time(shipment, rows, run)
            with stored(run):
                news = track_many(shipment, by=run.by.trusted(), said=said)
        except Refused as why:
            for row in rows:
                run.reject(row.file, row.row, str(why.words), row.number)
            continue
        finally:
            run.step(len(rows))
        counts = {"created": len(news), "unchanged": len(said) - len(news)}
        run.created.update({"tracking_event": counts["created"]} if news else {})
        run.unchanged.update({"tracking_event": counts["unchanged"]} if counts["unchanged"] else {})
        if odd := list(dict.fromkeys(word for row in rows for word in row.odd)):
            run.warn(rows[0].file, rows[0].row, _("no tracking status, left out: %(words)s") % {"words": listed(odd[:10])})


def _meant(tracker: Tracker, found: list[Shipment], run: Run) -> Shipment:
    """The shipment of a number: the only one, or the one with this carrier."""
    if not found:
        words = _("No shipment that left has the tracking number %(number)s. Note it when the shipment leaves, then import the file again.")
        raise Refused(words % {"number": tracker.number})
    same = [shipment for shipment in found if _is_carrier(tracker.carrier, shipment.carrier)]
    if len(found) > 1 and len(same) != 1:
        words = _("Several shipments have the tracking number %(number)s: %(shipments)s.")
        raise Refused(words % {"number": tracker.number, "shipments": listed(found)})
    if tracker.carrier and not same:
        words = _("the carrier of shipment %(shipment)s is called %(carrier)s here")
        run.warn(tracker.file, tracker.row, words % {"shipment": found[0], "carrier": found[0].carrier})
    return (same or found)[0]


def _in_time(shipment: Shipment, rows: list[Tracker], run: Run) -> list[Said]:
    """The events that lie between the day on which the goods left and now; the others are left out and told, or refuse the number where
    there is no other."""
    fit: list[Said] = []
    unfit: dict[str, int] = {}
    for event in (event for row in rows for event in row.events):
        try:
            check_said(shipment, event)
            fit.append(event)
        except Refused as why:
            unfit[str(why.words)] = unfit.get(str(why.words), 0) + 1
    if unfit and not fit:
        raise Refused(next(iter(unfit)))
    for reason, n in unfit.items():
        words = ngettext("%(num)s event was left out: %(why)s", "%(num)s events were left out: %(why)s", n)
        run.warn(rows[0].file, rows[0].row, words % {"num": n, "why": reason})
    return fit


def _is_carrier(one: str, other: str) -> bool:
    a, b = (re.sub(r"[\W_]+", "", name.casefold()) for name in (one, other))
    return bool(a and b) and (a in b or b in a)


def _trackers(table: Table, run: Run) -> Iterator[Tracker]:
    kind = KINDS["tracking"]
    fields = table.fields_of(kind)
    for line in table.read([True] * len(fields)):
        run.rows += 1
        try:
            if line.reason:
                raise Refused(line.reason)
            cells: dict[str, str] = {}
            for name, cell in zip(fields, line.cells, strict=False):
                if name and cell.strip():
                    cells.setdefault(name, cell.strip())
            yield _tracker(table.file, line.number, cells)
        except Refused as why:
            run.reject(table.file, line.number, str(why.words), line.said)


def _tracker(file: str, row: int, cells: dict[str, str]) -> Tracker:
    if not cells.get("number"):
        raise Refused(_("No tracking number stands here."))
    tracker = Tracker(file, row, cells["number"][:100], cells.get("carrier", "")[:100])
    details = _details(cells.get("details", ""))
    if len(details) > PATIENCE:
        raise Refused(_("More than %(limit)s events of one shipment.") % {"limit": PATIENCE})
    for one in details:
        _add(tracker, one.get("status") or one.get("state"), one.get("datetime") or one.get("at"), one)
    at = cells.get("at") or cells.get("said_at")
    if cells.get("state") and at and (not tracker.events or _state(cells["state"]) != max(tracker.events, key=lambda e: e.at).state):
        _add(tracker, cells["state"], at, {"message": cells.get("words", ""), "place": cells.get("place", "")})
    return tracker


def _add(tracker: Tracker, word: Any, moment: Any, one: dict[str, Any]) -> None:
    state = _state(word)
    if not state:
        tracker.odd.append(str(word or "–")[:40])
        return
    words = next((one[name] for name in ("message", "description") if isinstance(one.get(name), str)), "")
    tracker.events.append(Said(state, _moment(moment), place=_place(one)[:100], words=words[:300]))


def _state(word: Any) -> str:
    text = str(word or "")
    return text if text in TRACKING else WORDS.get(re.sub(r"[\W_\d]+", "", text.casefold()), "")


def _moment(text: Any) -> datetime:
    try:
        at = parse_datetime(str(text or "").strip())
    except ValueError:
        at = None
    if at is None:
        raise Refused(_("When was that? %(value)s is no moment like 2027-03-01T14:30:00Z.") % {"value": str(text or "–")[:40]})
    return timezone.make_aware(at) if timezone.is_naive(at) else at


def _place(one: dict[str, Any]) -> str:
    where = one.get("tracking_location")
    parts = [where.get(name) for name in ("city", "state", "country")] if isinstance(where, dict) else [one.get("place")]
    return ", ".join(part for part in parts if isinstance(part, str) and part)


def _details(cell: str) -> list[dict[str, Any]]:
    if not cell.startswith("[{"):
        return []
    try:
        return [one for one in json.loads(cell) if isinstance(one, dict)]
    except (ValueError, RecursionError) as error:
        raise Refused(_("The events cannot be read as JSON.")) from error
