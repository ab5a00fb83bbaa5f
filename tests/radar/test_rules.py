"""6.5 Radar: amber at first, red at second, with the figures of the rule; and who owes, who follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from boothline.accounts.people import User
from boothline.radar.rules import Coming, Known, Point, Trouble, Way, risks

pytestmark = pytest.mark.django_db  # the rule settings
D = date(2027, 5, 7)  # a Friday: the shipping date promised
PLAN = date(2027, 4, 20)
MEI, HAORAN, BO = (User(pk=n, username=name, name=name) for n, name in enumerate(("林梅", "陈浩然", "阿波"), start=1))


def asked(day: date, **facts: Any) -> list[tuple[str, str]]:
    """What the radar says on a day: (risk, colour)."""
    soon = facts.pop("soon", day + timedelta(days=3))
    now = Known(day, soon, **{"leaves_on": D, "is_released": True, "is_planned": True, "seller": MEI, "clerk": HAORAN} | facts)
    return [(found.code, "red" if found.is_red else "amber") for found in risks(now)]


def point(code: str, on: date = PLAN) -> dict[str, Any]:
    return {"points": {code: Point(on, BO)}}


def way(**facts: Any) -> dict[str, Any]:
    return {"is_leaving": False, "ways": (Way("SH-0001", D, **{"left_on": D} | facts),)}


SENT = {f"mode={mode}": way() | {"mode": mode} for mode in ("express", "air", "road", "rail", "sea")}
TABLE = [  # risk, what the records say, amber on, red on
    ("deposit", point("deposit"), PLAN, PLAN + timedelta(days=4)),  # deposit missing its plan date / 4 days later
    ("goods", point("goods"), PLAN - timedelta(days=3), PLAN),  # goods data not approved 3 days before its plan date / on it
    ("balance", point("balance", D - timedelta(days=7)), D - timedelta(days=14), D - timedelta(days=7)),  # D-14 / its plan date
    ("inspection", point("inspection"), PLAN - timedelta(days=3), PLAN + timedelta(days=1)),  # milestone soon / late
    ("booked", point("booked") | {"mode": "sea"}, D - timedelta(days=21), D - timedelta(days=14)),  # sea D-21 / D-14
    ("booked", point("booked") | {"mode": "air"}, D - timedelta(days=7), D - timedelta(days=5)),  # air D-7 / D-5
    ("booked", point("booked") | {"mode": "road"}, D - timedelta(days=5), D - timedelta(days=3)),  # road D-5 / D-3
    ("release", {"is_released": False}, D - timedelta(days=3), D - timedelta(days=1)),  # not released D-3 / D-1
    *(("silent", SENT[f"mode={mode}"], D + timedelta(days=n), D + timedelta(days=2 * n)) for mode, n in (("express", 3), ("air", 5), ("road", 4), ("rail", 7), ("sea", 10))),
    ("customs", way(customs_since=D, heard_on=D + timedelta(days=30)), D + timedelta(days=2), D + timedelta(days=5)),  # customs 2 / 5 days
    ("unsigned", way(delivered_on=D), D + timedelta(days=3), D + timedelta(days=7)),  # not signed 3 / 7 days after delivered
    ("lc_expires_on", {"letters": {"lc_expires_on": D}}, D - timedelta(days=14), D - timedelta(days=7)),  # amber 14, red 7 days before
]  # fmt: skip


@pytest.mark.parametrize(("risk", "facts", "amber", "red"), TABLE, ids=[f"{row[0]} {row[1].get('mode', '')}".strip() for row in TABLE])
def test_amber_at_first_red_at_second(risk, facts, amber, red):
    day = timedelta(days=1)
    said = [asked(on, **facts) for on in (amber - day, amber, red - day, red)]
    assert said == [[], [(risk, "amber")], [(risk, "amber")], [(risk, "red")]]


def test_silent_at_customs_after_three_workdays_whatever_carries_it():
    said = [asked(D + timedelta(days=n), **way(customs_since=D, heard_on=D) | {"mode": "sea"}) for n in (2, 3, 5, 6)]
    assert [dict(found).get("silent") for found in said] == [None, "amber", "amber", "red"]


@pytest.mark.parametrize(
    ("risk", "facts", "day"),
    [
        ("critical", {"troubles": (Trouble("PR-0001", "critical", BO, False),)}, D - timedelta(days=30)),  # at once red
        ("major", {"troubles": (Trouble("PR-0001", "major", BO, False),)}, D - timedelta(days=30)),
        ("balance", {"is_held": True}, D - timedelta(days=30)),  # a shipment has its own D: a week before it the goods are held
        # expected arrival > A at once red: by sea 30 days, A = D + 30
        ("late_arrival", way(left_on=D + timedelta(days=1), heard_on=D + timedelta(days=2)) | {"mode": "sea", "arrives_on": D + timedelta(days=30)}, D + timedelta(days=2)),
        ("late_arrival", {"ways": (Way("SH-0001", D + timedelta(days=2)),), "mode": "sea", "arrives_on": D + timedelta(days=30)}, D - timedelta(days=9)),
        ("late_arrival", {"is_planned": False, "mode": "sea", "arrives_on": D + timedelta(days=30)}, D + timedelta(days=1)),
    ],
)  # fmt: skip
def test_at_once_red(risk, facts, day):
    assert asked(day, **facts) == [(risk, "red")]


@pytest.mark.parametrize(
    ("owed", "said"),
    [
        ([("customer", None), ("customer", None)], ("customer", None)),  # everything that is missing is theirs
        ([("supplier", None)], ("supplier", None)),
        ([("customer", None), ("us", MEI)], ("us", MEI)),
        ([("us", None), ("us", MEI), ("us", HAORAN)], ("us", MEI)),
        ([("us", None)], ("us", BO)),  # nobody by name: who sees to the milestone
        ([("customer", None), ("supplier", None)], ("us", BO)),  # two others: ours to bring together
    ],
)
def test_who_owes_goods_data(owed, said):
    """K watches, whoever owes."""
    (found,) = risks(
        Known(PLAN, PLAN, leaves_on=D, is_released=True, is_planned=True, clerk=HAORAN, goods_owed=tuple(owed), **point("goods"))
    )
    assert ((found.owes, found.person), found.follows) == (said, HAORAN)


def test_nothing_where_nothing_is_in_danger():
    """What left in time, on a day that is over, is no risk: the radar is not "due before today"."""
    late = D + timedelta(days=20)
    assert asked(late, is_leaving=False) == [] == asked(late, **way(is_signed=True))
    assert asked(late, is_leaving=False, points={c: Point(PLAN, BO) for c in ("deposit", "goods", "balance", "booked", "packed")}) == []
    assert asked(D, leaves_on=None, is_released=False) == []  # nothing was promised
    waits = {"points": {"production_start": Point(PLAN, BO), "material": Point(PLAN, BO)}, "waits": True}
    assert asked(PLAN, **waits) == [("material", "amber")]  # production waits for the deposit, whose own risk stands
    assert asked(D - timedelta(days=20), mode="sea", arrives_on=D + timedelta(days=30), ways=(Way("SH-0001", D),)) == []


def test_who_owes_and_who_follows():
    facts = {
        "points": {c: Point(PLAN, BO) for c in ("deposit", "goods", "balance", "booked", "artwork", "material")}, "is_released": False,
        "ways": (Way("SH-0002", D, D, customs_since=D), Way("SH-0003", D, D, delivered_on=D)), "arrives_on": D,
        "troubles": (Trouble("PR-0001", "critical", BO, True), Trouble("PR-0002", "major", BO, False)), "letters": {"lc_ship_by": D},
    }  # fmt: skip
    now = Known(D + timedelta(days=30), D + timedelta(days=30), leaves_on=D, seller=MEI, clerk=HAORAN, **facts)
    said = {(f.code, f.about): (f.owes, f.person, f.follows) for f in risks(now)}
    assert said == {
        ("deposit", ""): ("customer", None, MEI), ("balance", ""): ("customer", None, MEI),  # S
        ("goods", ""): ("us", BO, HAORAN),  # who owes it, K watches; below, where somebody said who
        ("artwork", ""): ("customer", None, BO), ("material", ""): ("us", BO, BO),  # its owner
        ("booked", ""): ("us", BO, HAORAN), ("release", ""): ("us", HAORAN, HAORAN),  # K
        ("silent", "SH-0002"): ("carrier", None, HAORAN), ("customs", "SH-0002"): ("carrier", None, HAORAN),
        ("late_arrival", "SH-0002"): ("carrier", None, HAORAN), ("late_arrival", ""): ("us", HAORAN, HAORAN),
        ("unsigned", "SH-0003"): ("customer", None, MEI),
        ("critical", "PR-0001"): ("customer", None, BO), ("major", "PR-0002"): ("us", BO, BO),  # its owner
        ("lc_ship_by", ""): ("us", MEI, MEI),
    }  # fmt: skip


def test_a_milestone_is_late_since_the_day_after_its_plan_date():
    late = [
        f.since
        for f in risks(Known(PLAN + timedelta(days=2), PLAN + timedelta(days=5), leaves_on=D, is_released=True, **point("material")))
    ]
    assert late == [PLAN + timedelta(days=1)]


def test_where_a_shipment_waits_for_money_it_is_named():
    held = PLAN - timedelta(days=30)
    (found,) = risks(Known(PLAN, PLAN, leaves_on=D + timedelta(days=40), is_released=True, is_held=True, held_on=held, held="SH-0002"))
    assert (found.code, found.about, found.since, found.is_red) == ("balance", "SH-0002", held, True)


def test_the_supplier_owes_a_purchase_whose_day_is_over_and_whoever_buys_follows_it_up():
    """As long as it is expected later, it is for us to bring it forward."""

    def of(expected_on: date) -> tuple[str, User | None, User | None]:
        now = Known(D - timedelta(days=4), D, leaves_on=D, coming=(Coming("PU-0002", expected_on),), buyer=BO, clerk=HAORAN)
        (found,) = (found for found in risks(now) if found.code == "purchase")
        return found.owes, found.person, found.follows

    assert of(D) == ("us", BO, HAORAN)
    assert of(D - timedelta(days=10)) == ("supplier", None, BO)
