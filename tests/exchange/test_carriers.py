"""What carriers say by file: it moves a shipment once, never back, and names what it does not know."""

import json
from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from boothline.core.actors import SYSTEM
from boothline.orders.models import Shipment
from boothline.orders.tracking import Said, track, track_many
from boothline.timeline.models import Event
from tests.bringing import import_files
from tests.checksum import checksum

pytestmark = pytest.mark.django_db


def tracker(*events: tuple[str, int], number: str = "HD1", **more):
    """A tracker whose events lie so many minutes back."""
    now = timezone.now().astimezone(UTC).replace(microsecond=0)
    details = [
        {"object": "TrackingDetail", "message": f"said {word}", "status": word, "datetime": (now - timedelta(minutes=ago)).isoformat(),
         "tracking_location": {"city": "KENLY", "state": "NC", "country": None}}
        for word, ago in events
    ]  # fmt: skip
    return {"id": "trk_1", "object": "Tracker", "tracking_code": number, "status": events[-1][0], "updated_at": now.isoformat(),
            "carrier": "恒达速运", "tracking_details": details} | more  # fmt: skip


@pytest.fixture
def put(tmp_path):
    def write(said, name: str = "events.json"):
        (tmp_path / name).write_text(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), "utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def shipment(world, sent) -> Shipment:
    return sent(world.ordered(world.take()), 8)


def test_the_body_of_a_notice_moves_a_shipment_once(world, shipment, put):
    body = {"description": "tracker.updated", "id": "evt_1", "result": tracker(("pre_transit", 9), ("in_transit", 5), ("in_transit", 3))}
    path = put(body)
    dry = import_files([path], by=SYSTEM, dry_run=True)
    assert dry["created"] == {"tracking_event": 3} and not shipment.tracking.exists()
    result = import_files([path], by=SYSTEM)
    assert (result["rows"], result["created"], result["rejected"]) == (1, {"tracking_event": 3}, [])
    shipment.refresh_from_db()
    assert (shipment.tracking_state, shipment.state) == ("in_transit", "shipped")
    last = shipment.tracking.last()
    assert (last.place, last.words) == ("KENLY, NC", "said in_transit")
    assert Event.objects.filter(kind="orders.tracked").count() == 3
    before = checksum()
    again = import_files([path], by=SYSTEM)
    assert (again["created"], again["unchanged"]) == ({}, {"tracking_event": 3}) and checksum() == before


def test_an_older_event_never_moves_it_back(world, shipment, put):
    import_files([put({"trackers": [tracker(("delivered", 2))]})], by=SYSTEM)
    shipment.refresh_from_db()
    assert shipment.state == "delivered"
    result = import_files([put([tracker(("out_for_delivery", 4)), tracker(("in_transit", 1))])], by=SYSTEM)
    assert result["created"] == {"tracking_event": 2}
    shipment.refresh_from_db()
    assert (shipment.state, shipment.tracking.count()) == ("delivered", 3)


def test_what_a_colleague_noted_already_is_known(world, shipment, put):
    at = timezone.now().replace(microsecond=0)
    noted = track(shipment, by=world.haoran, state="in_transit", at=at)
    assert track_many(shipment, by=world.haoran, said=[Said("in_transit", at), Said("in_transit", at, place="厦门")]) == []
    assert list(shipment.tracking.all()) == [noted]


def test_what_is_unknown_is_named(world, shipment, put):
    rows = [
        tracker(("in_transit", 1), number="HD9"), tracker(("in_transit", 1), ("error", 1), carrier="FedEx"),
        tracker(("in_transit", -60), number="hd 1"), {"tracking_code": "", "status": "delivered", "tracking_details": []},
    ]  # fmt: skip
    result = import_files([put(rows)], by=SYSTEM)
    assert [r["row"] for r in result["rejected"]] == [1, 4] and "HD9" in result["rejected"][0]["reason"]
    assert result["created"] == {"tracking_event": 1}
    told = " ".join(w["warning"] for w in result["warnings"])
    assert all(words in told for words in ("恒达速运", "error", "1 条")) and len(result["warnings"]) == 3
    result = import_files([put(rows[2:3])], by=SYSTEM)  # nothing of it lies behind us
    assert [r["row"] for r in result["rejected"]] == [1] and shipment.tracking.count() == 1


def test_a_table_of_events_does_as_well(world, shipment, put):
    at = timezone.localtime().replace(microsecond=0, tzinfo=None)
    text = (
        f"运单号,承运商,物流状态,时间,地点\nHD1,恒达速运,运输中,{at},厦门\nHD1,恒达速运,已签收,{at},上海\nHD1,恒达速运,已签收,昨天,上海\n"
    )
    result = import_files([put(text, "events.csv")], by=SYSTEM)
    assert (result["created"], [r["row"] for r in result["rejected"]]) == ({"tracking_event": 2}, [4])
    assert Shipment.objects.get().state == "delivered"
