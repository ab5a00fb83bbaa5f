"""203: templates forward from C and back from D, free days, squeezed plans, states and lateness, the start of production."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils.translation import override

from boothline.contracts.agreement import edit_version, new_version, prepare_change
from boothline.contracts.establishment import send
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.milestones import (
    Milestone,
    MilestonePlan,
    edit_milestone,
    edit_plan,
    reach,
    reopen_milestone,
    run_daily,
    set_family,
    skip,
)
from boothline.contracts.models import Contract, Version
from boothline.contracts.templates import MILESTONES, OFFSETS, dates
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.files.attachments import Received
from boothline.followups.models import NextStep
from boothline.intentions.collection import collect, collection_of
from boothline.messaging.models import Letter
from boothline.billing.books import Instalment, Receipt
from boothline.billing.receipts import Sent, receive, void_receipt
from boothline.orders.goods import approve_line
from boothline.orders.models import Order
from boothline.orders.shipments import cancel, pack, plan, release
from boothline.timeline.models import Event

C, D = date(2027, 3, 1), date(2027, 5, 10)  # both Mondays


def every_day(day):
    return True


def weekdays(day):
    return day.weekday() < 5


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def said(template, mode="sea", works=every_day, start=C, shipping=D):
    """{milestone: "C+3" or "D-7"} of a plan."""
    found = dates(template, OFFSETS[template], start=start, shipping=shipping, mode=mode, works=works).days
    sides = {code: OFFSETS[template][code][0] for code in found}
    return {
        code: f"C+{(day - start).days}" if sides[code] == "C" else f"D{(day - shipping).days:+d}" for code, day in found.items()
    }


TABLE = {  # rules of the house, column by column
    "stock": "deposit C+3, inspection D-3, goods D-7, balance D-7, booked D-14, packed D-1",
    "made": "deposit C+3, sample C+14, material C+20, production_start C+21, production_end D-10, inspection D-7, goods D-10, "
    "balance D-7, booked D-14, packed D-2",
    "artwork": "deposit C+3, artwork C+10, sample C+17, material C+22, production_start C+24, production_end D-10, inspection D-7, "
    "goods D-10, balance D-7, booked D-14, packed D-2",
    "project": "deposit C+3, measured C+5, artwork C+10, material C+20, production_start C+21, production_end D-12, inspection D-8, "
    "goods D-10, balance D-7, booked D-14, packed D-3, installed D+7",
    "sample": "deposit C+1, production_start C+1, production_end D-2, inspection D-2, goods D-2, booked D-14, packed D-1",
}
ONCE = [pytest.mark.once, pytest.mark.django_db]  # the figures of the table are rule settings


@pytest.mark.django_db
@pytest.mark.parametrize("template", TABLE)
def test_every_template_counts_forward_from_c_and_back_from_d(template):
    assert ", ".join(f"{code} {at}" for code, at in said(template).items()) == TABLE[template]


@pytest.mark.django_db
def test_a_carrier_is_booked_by_mode_at_the_latest_as_the_template_says():
    booked = {(t, m): said(t, m)["booked"] for t in TABLE for m in ("sea", "air", "road")}
    assert [booked["made", m] for m in ("sea", "air", "road")] == ["D-14", "D-5", "D-3"]
    assert [booked["project", m] for m in ("sea", "air", "road")] == ["D-14", "D-7", "D-7"]
    assert [booked[t, "road"] for t in ("stock", "sample")] == ["D-3", "D-3"]


@pytest.mark.django_db
def test_on_a_free_day_what_we_owe_moves_back_and_what_the_customer_owes_moves_on():
    saturday = date(2027, 3, 6)
    plan = dates("made", OFFSETS["made"], start=saturday - timedelta(days=3), shipping=date(2027, 5, 9), mode="road", works=weekdays).days
    assert plan["deposit"] == date(2027, 3, 8)  # C+3 is the Saturday: on to Monday
    assert plan["balance"] == date(2027, 5, 3)  # D-7 is a Sunday: on to Monday
    assert plan["packed"] == date(2027, 5, 7)  # D-2 is a Friday
    assert plan["inspection"] == date(2027, 4, 30)  # D-7 is a Sunday: back to Friday


@pytest.mark.django_db
def test_where_c_would_pass_d_all_offsets_are_scaled_and_the_plan_is_squeezed():
    codes = OFFSETS["made"]  # by road 21 + 10 = 31 days are needed
    there = dates("made", codes, start=C, shipping=C + timedelta(days=31), mode="road", works=every_day)
    assert not there.is_squeezed and there.days["production_start"] == there.days["production_end"] == C + timedelta(days=21)
    half = dates("made", codes, start=C, shipping=C + timedelta(days=16), mode="road", works=every_day)
    assert half.is_squeezed
    assert half.days["production_start"] == C + timedelta(days=21 * 16 // 31)
    assert half.days["production_end"] == C + timedelta(days=16 - 10 * 16 // 31)
    assert half.days["production_start"] <= half.days["production_end"]
    none = dates("made", codes, start=C, shipping=C, mode="road", works=every_day)
    assert set(none.days.values()) == {C}


# ---------- the plan of a contract ----------


def plan_of(contract):
    return MilestonePlan.objects.for_list().get(contract=contract)


def day(contract, code):
    return Milestone.objects.get(plan__contract=contract, code=code).plan_on


def one(contract, code):
    return Milestone.objects.for_list().get(plan__contract=contract, code=code)


def made_to_order(world, start="deposit", template="made"):
    """Their products are made to order."""
    for product in world.products.values():
        type(product).objects.filter(pk=product.pk).update(family="灯具")
    set_family("灯具", by=world.heyuan, template=template, start=start)


@pytest.mark.django_db
def test_before_the_confirmation_the_plan_is_provisional(world):
    made_to_order(world)
    contract = world.contract(world.take())
    plan = plan_of(contract)
    assert plan.is_provisional and {m.plan_on for m in plan.milestones.all()} == {None}  # neither expected nor asked: no dates
    edit_plan(plan, by=world.mei, revision=plan.revision, values={"expected_on": clock.today() + timedelta(days=1)})
    assert day(contract, "material") is not None and Event.objects.filter(kind="contracts.plan_edited").count() == 1
    edit_plan(plan_of(contract), by=world.mei, revision=plan_of(contract).revision, values={"expected_on": None})
    request = send(contract.newest, by=world.mei)
    days = dates("made", OFFSETS["made"], start=request.last_day, shipping=contract.newest.shipping_on, mode="road", works=weekdays).days
    assert day(contract, "production_start") is not None and plan_of(contract).is_provisional
    assert set(days) == {m.code for m in plan_of(contract).milestones.all()}
    with pytest.raises(Refused, match="Production does not start yet: it waits for confirmation"):
        reach(one(contract, "production_start"), by=world.mei)
    reach(one(contract, "sample"), by=world.mei)  # what runs already
    assert one(contract, "sample").state == "done"


@pytest.mark.django_db
def test_the_deposit_starts_production_not_the_signature(world):
    """deposit planned 5 March, received 12 March: D 8 May -> 15 May."""
    made_to_order(world)
    with time_machine.travel("2027-03-02 09:00+08:00"):
        customer = world.take()
        intention = world.intend(customer)
        world_collect(intention, world, wanted_on=date(2027, 5, 8))
        contract = world_contract(intention, world)
        world.confirm(request_of(contract, world))
    assert day(contract, "deposit") == date(2027, 3, 5) and plan_of(contract).promised_on == date(2027, 5, 8)
    assert plan_of(contract).is_provisional  # confirmed, and yet
    before = {m.code: m.plan_on for m in plan_of(contract).milestones.all()}
    order = Order.objects.get(contract=contract)
    with time_machine.travel("2027-03-12 10:00+08:00"):
        with pytest.raises(Refused, match="it waits for deposit received"):
            reach(one(contract, "production_start"), by=world.mei)
        world.pays(order, 360)
        plan = plan_of(contract)
        assert not plan.is_provisional and one(contract, "deposit").done_on == date(2027, 3, 12)
        assert one(contract, "deposit").days_late == 7 and one(contract, "deposit").plan_on == before["deposit"]
        assert plan.promised_on == date(2027, 5, 15)
        order.refresh_from_db()
        assert order.promised_on == date(2027, 5, 15)
        change = order.changes.get()
        assert (change.kind, change.delta) == ("late_payment", 0)
        assert Instalment.objects.get(order=order, kind="before_shipping").due_on >= date(2027, 5, 8)
        later = {m.code: (m.plan_on - before[m.code]).days for m in plan.milestones.all() if m.code != "deposit"}
        assert set(later.values()) == {7}, later
        shifted = Event.objects.get(kind="contracts.plan_shifted")
        assert shifted.sentence == (
            f"The plan of {contract.number} moved by 7 days: the payment came late. Shipping date 8 May 2027, now 15 May 2027"
        )
        letter = Letter.objects.latest("pk")
        assert "15" in letter.body and contract.number in letter.subject
        reach(one(contract, "production_start"), by=world.mei)


def world_collect(intention, world, **more):
    kept = collection_of(intention)
    collect(intention, by=world.mei, revision=kept.revision, values=more)


def world_contract(intention, world):
    from boothline.contracts.agreement import prepare
    from boothline.intentions.products import Intention

    return prepare(Intention.objects.get(pk=intention.pk), by=world.mei)


def request_of(contract, world):
    from boothline.contracts.establishment import ConfirmationRequest

    request = send(Contract.objects.get(pk=contract.pk).newest, by=world.mei)
    return ConfirmationRequest.objects.for_list().get(pk=request.pk)
