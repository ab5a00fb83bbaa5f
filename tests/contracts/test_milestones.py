"""203: templates forward from C and back from D, free days, squeezed plans, states and lateness, the start of production."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from boothline.accounts.people import HeldDuty
from boothline.billing.books import Instalment, Receipt
from boothline.billing.receipts import void_receipt
from boothline.catalogue.products import Product
from boothline.contracts import milestones
from boothline.contracts.agreement import Changed, edit_version, prepare, prepare_change
from boothline.contracts.clearance import ask_approval
from boothline.contracts.establishment import ConfirmationRequest, send
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
from boothline.contracts.progress import for_customer
from boothline.contracts.templates import MILESTONES, OFFSETS, dates
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.core.told import ours
from boothline.core.totals import PriceTerms
from boothline.files.attachments import Received
from boothline.followups.models import NextStep
from boothline.intentions.collection import collect, collection_of
from boothline.intentions.products import Intention
from boothline.messaging.models import Letter
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.changes import cancel as cancel_order
from boothline.orders.goods import approve_line
from boothline.orders.models import Order
from boothline.orders.shipments import cancel, pack, plan, release
from boothline.orders.splits import merge, split
from boothline.timeline.models import Event
from boothline.worktime.calendar import Calendar
from tests.portal.guest import Guest, link_of

C, D = date(2027, 3, 1), date(2027, 5, 10)  # both Mondays


def every_day(day):
    return True


def weekdays(day):
    return day.weekday() < 5


@pytest.fixture(autouse=True)
def english(monkeypatch):
    """No holidays: weekends are free."""
    monkeypatch.setattr(milestones, "company_calendar", lambda: Calendar(works=weekdays, hours=()))
    with override("en"):
        yield


def said(template, mode="sea", works=every_day, start=C, shipping=D):
    """{milestone: "C+3" or "D-7"} of a plan."""
    found = dates(template, OFFSETS[template], start=start, shipping=shipping, mode=mode, works=works).days
    sides = {code: OFFSETS[template][code][0] for code in found}
    return {code: f"C+{(day - start).days}" if sides[code] == "C" else f"D{(day - shipping).days:+d}" for code, day in found.items()}


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
    assert half.days["balance"] == C + timedelta(days=9), "the day on which money is due is agreed: a week before"
    none = dates("made", codes, start=C, shipping=C, mode="road", works=every_day)
    assert set(none.days.values()) == {C}


@pytest.mark.django_db
def test_free_days_leave_production_no_less_than_a_day(world):
    """Of 23 days: material, start and end of production would fall on one Friday, the balance on another day than it is due."""
    begins, leaves = date(2026, 11, 27), date(2026, 12, 20)
    plan = dates("made", OFFSETS["made"], start=begins, shipping=leaves, mode="road", works=weekdays)
    assert plan.is_squeezed
    assert plan.days["material"] < plan.days["production_start"] < plan.days["production_end"] == date(2026, 12, 11)
    assert (plan.days["deposit"], plan.days["balance"]) == (date(2026, 11, 30), date(2026, 12, 14)), "as the payment schedule has it"


@pytest.mark.django_db
@pytest.mark.parametrize("template", TABLE)
@pytest.mark.parametrize("ahead", [0, 1, 2, 5, 9])
def test_however_near_the_shipping_date_nothing_is_planned_before_the_start_or_behind_it(template, ahead):
    for start in (date(2027, 3, 5), date(2027, 3, 6)):  # a Friday, a Saturday
        end = start + timedelta(days=ahead)
        days = dates(template, OFFSETS[template], start=start, shipping=end, mode="sea", works=weekdays).days
        before = {code: day for code, day in days.items() if OFFSETS[template][code][0] != "after"}
        assert all(start <= day <= end for day in before.values())
        assert before["deposit"] <= before.get("balance", end)


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


def prepared(world):
    """A contract with shipping date 8 May, at 2 March."""
    intention = world.intend(world.take())
    collect(intention, by=world.mei, revision=collection_of(intention).revision, values={"wanted_on": date(2027, 5, 8)})
    return prepare(Intention.objects.get(pk=intention.pk), by=world.mei)


def confirmed(world):
    """Sent and confirmed on 2 March 2027."""
    with time_machine.travel("2027-03-02 09:00+08:00"):
        contract = prepared(world)
        request = send(contract.newest, by=world.mei)
        world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    return Contract.objects.get(pk=contract.pk)


def promised(world):
    """Made to order, confirmed on 2 March 2027: the contract and its order."""
    made_to_order(world)
    contract = confirmed(world)
    return contract, Order.objects.get(contract=contract)


@pytest.mark.django_db
def test_where_the_goods_leave_before_the_time_to_answer_is_over_the_plan_begins_when_it_was_sent(world):
    soon = clock.today() + timedelta(days=6)
    intention = world.intend(world.take())
    collect(intention, by=world.mei, revision=collection_of(intention).revision, values={"wanted_on": soon})
    contract = prepare(Intention.objects.get(pk=intention.pk), by=world.mei)
    send(contract.newest, by=world.mei)
    days = [m.plan_on for m in plan_of(contract).milestones.all() if OFFSETS[plan_of(contract).template][m.code][0] != "after"]
    assert clock.today() <= min(days) < max(days) <= soon
    assert day(contract, "deposit") <= day(contract, "balance")


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
    told = for_customer(contract)
    assert told and f"as if the confirmation came on {clock.day_words(request.last_day)}" in told["notices"][1]
    assert plan_of(contract).is_squeezed and told and "the deposit is due 3 days later" in told["runs"], "money is never squeezed"
    Version.objects.filter(contract=contract).update(shipping_on=clock.today() + timedelta(days=2))
    told = for_customer(Contract.objects.get(pk=contract.pk))
    assert told and told["runs"] == "The plan runs from the day on which you confirm.", "it is due sooner: at the shipping"
    Version.objects.filter(contract=contract).update(shipping_on=contract.newest.shipping_on)
    assert set(days) == {m.code for m in plan_of(contract).milestones.all()}
    with pytest.raises(Refused, match="Production does not start yet: it waits for confirmation"):
        reach(one(contract, "production_start"), by=world.mei)
    reach(one(contract, "sample"), by=world.mei)  # what runs already
    assert one(contract, "sample").state == "done"


@pytest.mark.django_db
def test_the_deposit_starts_production_not_the_signature(world):
    """deposit planned 5 March, received 12 March: D 8 May -> 15 May."""
    made_to_order(world)
    contract = confirmed(world)
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
        moved = order.promise_moves.get()  # a due-date change with reason payment, the customer told
        assert (moved.was, moved.now, moved.cause, moved.told) == (date(2027, 5, 8), date(2027, 5, 15), "payment", "letter")
        assert (order.first_promised_on, order.times_moved) == (date(2027, 5, 8), 1)
        later = {m.code: (m.plan_on - before[m.code]).days for m in plan.milestones.all() if m.code != "deposit"}
        assert set(later.values()) == {7}, later
        shifted = Event.objects.get(kind="contracts.plan_shifted")
        assert shifted.sentence == (
            f"The plan of {contract.number} moved by 7 days: the payment came late. Shipping date 8 May, now 15 May"
        )
        letter = Letter.objects.latest("pk")
        assert "15" in letter.body and contract.number in letter.subject
        reach(one(contract, "production_start"), by=world.mei)


@pytest.mark.django_db
def test_a_shipping_date_that_moved_is_the_same_wherever_it_stands(world, client_of):
    """The list of contracts, the contract, its order, and the customer's page of it: 8 May, now 9 May."""
    contract, order = promised(world)
    with time_machine.travel("2027-03-06 23:30+08:00"):  # a day late
        world.pays(order, 360)
        page = client_of(world.users["mei"])
        for address in ("/contracts/", f"/contracts/{contract.number}/", f"/orders/{order.number}/"):
            shown = re.sub("<[^>]+>", "", page.get(address).content.decode())
            assert "5月9日" in shown, address
        assert "5月8日· 现为5月9日" in shown_of(page, contract)
        guest = Guest(link_of(ConfirmationRequest.objects.get(version__contract=contract)))
        assert "5月8日· 现为5月9日" in re.sub("<[^>]+>", "", guest.text)


@pytest.mark.django_db
def test_a_milestone_that_is_noted_on_the_orders_page_leads_back_to_it(world, client_of):
    contract, order = promised(world)
    sample = one(contract, "sample")
    with time_machine.travel("2027-03-06 10:00+08:00"):
        page = client_of(world.users["mei"])
        on_order = page.get(f"/orders/{order.number}/").content.decode()
        (address,) = re.findall(rf'href="(/milestones/{sample.pk}/day/[^"]*)"', on_order)
        assert page.post(address, {"on": "2027-03-05"}).url == f"/orders/{order.number}/#plan"
        assert f'href="/orders/{order.number}/#plan"' in page.get(address).content.decode(), "so does its cancel"
        assert page.post(f"/milestones/{sample.pk}/reopening/").url == f"/contracts/{contract.number}/#plan"
        away = page.post(f"/milestones/{sample.pk}/day/?back=//elsewhere.example/", {"on": "2027-03-05"})
        assert away.url == f"/contracts/{contract.number}/#plan", "nowhere else"


@pytest.mark.django_db
def test_production_does_not_end_before_it_begins_or_before_the_order(world):
    contract, order = promised(world)
    with time_machine.travel("2027-03-12 10:00+08:00"):
        world.pays(order, 360)

        def refuses(code, day):
            return refused_on(lambda: reach(one(contract, code), by=world.mei, on=date(2027, 3, day)))

        assert refuses("production_end", 1)
        reach(one(contract, "production_start"), by=world.mei, on=date(2027, 3, 11))
        assert refuses("production_end", 10)
        reach(one(contract, "production_end"), by=world.mei, on=date(2027, 3, 11))
        reopen_milestone(one(contract, "production_start"), by=world.mei)
        assert refuses("production_start", 12)
        assert reach(one(contract, "production_start"), by=world.mei, on=date(2027, 3, 9)).done_on


def refused_on(do) -> bool:
    with pytest.raises(Refused) as refused:
        do()
    return refused.value.field == "on"


def shown_of(page, contract) -> str:
    return re.sub("<[^>]+>", "", page.get(f"/contracts/{contract.number}/").content.decode())


@pytest.mark.django_db
def test_the_earlier_promise_of_a_merged_order_moves_by_the_days_that_the_deposit_is_late(world):
    """Its plan says 8 May; it took in an order that was promised for 11 April. The deposit comes on 12 March, 7 days late: 18 April."""
    contract, order = promised(world)
    with time_machine.travel("2027-03-02 11:00+08:00"):
        other = world.opened_like(order, days=40)
        order = merge(order, by=world.haoran, other=other, reason="goes together")
        assert order.promised_on == date(2027, 4, 11)
    with time_machine.travel("2027-03-12 10:00+08:00"):
        world.pays(order, 660)
        order.refresh_from_db()
        assert plan_of(contract).shift == 7 and order.promised_on == date(2027, 4, 18)
        assert "由2027年4月11日改为2027年4月18日" in Letter.objects.latest("pk").body


@pytest.mark.django_db
def test_a_deposit_that_was_in_stays_in_when_the_order_takes_in_another(world):
    """Paid on 4 March, in time. The merged order's own deposit is due, and paid, later: production goes on, and D stays."""
    contract, order = promised(world)
    with time_machine.travel("2027-03-04 11:00+08:00"):
        world.pays(order, 360)
    with time_machine.travel("2027-03-22 11:00+08:00"):
        other = world.opened_like(order, days=47)
        order = merge(order, by=world.haoran, other=other, reason="goes together")
        assert not plan_of(contract).is_provisional and one(contract, "deposit").done_on == date(2027, 3, 4)
        parts = Instalment.objects.filter(order=order, kind="deposit")
        assert [(p.amount, p.covered, p.is_joined) for p in parts] == [(360, 360, False), (300, 0, True)]
    with time_machine.travel("2027-03-24 10:00+08:00"):
        world.pays(order, 300)
        assert plan_of(contract).shift == 0 and one(contract, "deposit").done_on == date(2027, 3, 4)
        order.refresh_from_db()
        assert order.promised_on == date(2027, 5, 8) and not order.promise_moves.exists()
    with time_machine.travel("2027-03-25 10:00+08:00"):
        void_receipt(Receipt.objects.get(amount=360), by=SYSTEM, reason="wrong order")
        assert one(contract, "deposit").done_on is None


@pytest.mark.django_db
def test_a_merged_order_that_is_split_again_has_its_share_of_what_production_was_paid_for(world):
    contract, order = promised(world)
    with time_machine.travel("2027-03-04 11:00+08:00"):
        world.pays(order, 360)
        other = world.opened_like(order, days=47)
        order = merge(order, by=world.haoran, other=other, reason="goes together")
        new = split(order, by=world.haoran, quantities={order.lines.first().pk: Decimal(7)}, reason="goes apart")
        assert one(contract, "deposit").done_on == date(2027, 3, 4)
        for each in (order, new):
            own, joined = Instalment.objects.filter(order=each, kind="deposit")
            assert own.rest == 0 and joined.covered == 0 and joined.is_joined
        merge(order, by=world.haoran, other=new, reason="together after all")
        again = [(p.amount, p.is_joined) for p in Instalment.objects.filter(order=order, kind="deposit")]
        assert again == [(360, False), (300, True)] and one(contract, "deposit").done_on == date(2027, 3, 4)


@pytest.mark.django_db
def test_with_artwork_the_later_of_deposit_and_approval_starts_it(world):
    made_to_order(world, "artwork", "artwork")
    contract = confirmed(world)
    order = Order.objects.get(contract=contract)
    approval = day(contract, "artwork")
    with time_machine.travel("2027-03-05 10:00+08:00"):
        world.pays(order, 360)
        assert plan_of(contract).is_provisional and plan_of(contract).shift == 0
    with time_machine.travel(f"{approval + timedelta(days=4)} 10:00+08:00"):
        reach(one(contract, "artwork"), by=world.mei)
        assert plan_of(contract).promised_on == date(2027, 5, 12) and not plan_of(contract).is_provisional
        assert Order.objects.get(pk=order.pk).changes.get().kind == "late_artwork"


@pytest.mark.django_db
def test_a_receipt_taken_off_takes_the_milestone_back_and_moves_nothing_twice(world):
    contract, order = promised(world)
    with time_machine.travel("2027-03-12 10:00+08:00"):
        world.pays(order, 360)
        void_receipt(Receipt.objects.get(), by=SYSTEM, reason="wrong order")
        assert one(contract, "deposit").done_on is None and plan_of(contract).is_provisional
        world.pays(order, 360)
        assert plan_of(contract).promised_on == date(2027, 5, 15)
    with time_machine.travel("2027-03-15 10:00+08:00"):
        world.pays(order)  # the rest
        assert one(contract, "balance").done_on == date(2027, 3, 15) and one(contract, "deposit").done_on == date(2027, 3, 12)


@pytest.mark.django_db
def test_without_a_deposit_production_starts_with_the_confirmation(world):
    made_to_order(world)
    with time_machine.travel("2027-03-02 09:00+08:00"):
        contract = prepared(world)
        version = contract.newest
        edit_version(version, by=world.mei, revision=version.revision, values={"deposit_percent": Decimal(0)}, terms=[])
        assert "deposit" not in {m.code for m in plan_of(contract).milestones.all()}
        version = Version.objects.get(pk=version.pk)
        edit_version(
            version, by=world.mei, revision=version.revision, values={"deposit_percent": Decimal(30), "balance": "days_after"}, terms=[]
        )
        codes = {m.code for m in plan_of(contract).milestones.all()}
        assert "deposit" in codes and "balance" not in codes
        version = Version.objects.get(pk=version.pk)
        edit_version(
            version, by=world.mei, revision=version.revision, values={"deposit_percent": Decimal(0), "balance": "before_shipping"}, terms=[]
        )
        request = send(Contract.objects.get(pk=contract.pk).newest, by=world.mei)
        world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
        assert not plan_of(contract).is_provisional


@pytest.mark.django_db
def test_where_arrival_at_the_door_was_promised_goods_leave_earlier_by_the_carriers_days(world):
    with time_machine.travel("2027-03-02 09:00+08:00"):
        contract = prepared(world)
        for mode, days in {"express": 3, "road": 3, "air": 5, "rail": 15, "sea": 30}.items():
            version = Version.objects.get(contract=contract)
            values = {"arrival_on": date(2027, 6, 1), "carriage": mode}
            edit_version(version, by=world.mei, revision=version.revision, values=values, terms=[])
            assert plan_of(contract).promised_on == date(2027, 6, 1) - timedelta(days=days)
        version = Version.objects.get(contract=contract)
        with pytest.raises(Refused, match="how the goods are carried"):
            edit_version(version, by=world.mei, revision=version.revision, values={"carriage": ""}, terms=[])


@pytest.mark.django_db
def test_a_confirmed_change_of_the_date_moves_what_counts_from_it(world):
    contract = confirmed(world)
    order = Order.objects.get(contract=contract)
    packed, deposit = day(contract, "packed"), day(contract, "deposit")
    with time_machine.travel("2027-03-03 10:00+08:00"):
        lines = [Changed(line.variant, line.due, line.price, line.discount, line.source) for line in order.lines.all()]
        version = prepare_change(contract, by=world.heyuan, lines=lines, price_terms=PriceTerms(), shipping_on=date(2027, 5, 22))
        assert day(contract, "packed") == packed  # nothing moves before they say yes
        request = send(Version.objects.get(pk=version.pk), by=world.mei)
        world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    assert day(contract, "packed") == packed + timedelta(days=14) and day(contract, "deposit") == deposit


@pytest.mark.django_db
def test_a_void_confirmation_makes_the_plan_provisional_again(world):
    with time_machine.travel("2027-03-02 09:00+08:00"):
        contract = prepared(world)
        scan = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
        proof = record_paper(contract.newest, by=world.mei, kind="paper", signed_by="x", signed_on=clock.today(), scan=scan)
        assert plan_of(contract).confirmed_on == clock.today()
        void(proof, by=world.heyuan, reason="signed by the wrong firm")
        assert plan_of(contract).confirmed_on is None and day(contract, "packed") is None


@pytest.mark.django_db
def test_days_set_by_hand_are_as_before_once_the_confirmation_is_void(world):
    """A deposit that came late, and was another customer's, had moved them; the one that was set anew since stays."""
    made_to_order(world)
    with time_machine.travel("2027-03-02 09:00+08:00"):
        contract = prepared(world)
        proof = record_paper(
            contract.newest, by=world.mei, kind="paper", signed_by="x", signed_on=clock.today(), scan=Received(b"%PDF-1.4", "s.pdf", "paper")
        )  # fmt: skip
        for code, on in (("inspection", date(2027, 4, 12)), ("material", date(2027, 3, 24))):
            milestone = one(contract, code)
            edit_milestone(milestone, by=world.mei, revision=milestone.revision, values={"own_on": on})
    with time_machine.travel("2027-03-12 09:00+08:00"):
        receipt = world.pays(Order.objects.get(), 360)
        assert one(contract, "inspection").own_on == date(2027, 4, 19)
        material = one(contract, "material")
        edit_milestone(material, by=world.mei, revision=material.revision, values={"own_on": date(2027, 3, 29)})
        void_receipt(receipt, by=SYSTEM, reason="wrong customer")
        void(proof, by=world.heyuan, reason="signed by the wrong firm")
    assert (one(contract, "inspection").own_on, one(contract, "material").own_on) == (date(2027, 4, 12), date(2027, 3, 29))


@pytest.mark.django_db
def test_late_soon_planned_done_skipped(world):
    made_to_order(world)
    contract = confirmed(world)
    sample = one(contract, "sample")  # C+14: Tuesday 16 March
    assert sample.plan_on == date(2027, 3, 16)
    with time_machine.travel("2027-03-10 09:00+08:00"):
        assert sample.state == "planned"
    with time_machine.travel("2027-03-11 09:00+08:00"):  # three workdays before
        assert sample.state == "soon" and sample.days_late == 0
    with time_machine.travel("2027-03-16 09:00+08:00"):
        assert sample.state == "soon"
    with time_machine.travel("2027-03-18 09:00+08:00"):
        assert (sample.state, sample.days_late) == ("late", 2)
        assert run_daily() == 2 and run_daily() == 0  # the deposit and the sample, each once
        late = NextStep.objects.filter(values__milestone=["sample approved"]).get()
        assert late.words == f"sample approved: {contract.number} is late with it" and late.owner == world.users["mei"]
        with pytest.raises(Refused, match="This day is in the future"):
            reach(sample, by=world.mei, on=date(2027, 3, 19))
        done = reach(sample, by=world.mei, on=date(2027, 3, 17))
        assert (done.state, done.days_late) == ("done", 1)
        assert reach(sample, by=world.mei, on=date(2027, 3, 18)).done_on == date(2027, 3, 17)  # the first day stands
        assert NextStep.objects.get(pk=late.pk).done_at
        with pytest.raises(Refused, match="at least 5 letters"):
            skip(one(contract, "inspection"), by=world.mei, reason="no")
        skipped = skip(one(contract, "inspection"), by=world.mei, reason="the customer inspects")
        assert (skipped.state, skipped.days_late) == ("skipped", 0)
        assert reopen_milestone(skipped, by=world.mei).state == "planned"
        assert {
            "contracts.milestone_late",
            "contracts.milestone_reached",
            "contracts.milestone_skipped",
            "contracts.milestone_reopened",
        } <= set(Event.objects.values_list("kind", flat=True))


@pytest.mark.django_db
def test_deposit_balance_goods_data_and_packing_are_never_set_by_hand(world):
    contract = confirmed(world)
    for code, words in (("deposit", "Record the receipt"), ("balance", "receipt"), ("goods", "Approve them"), ("packed", "Pack them")):
        for act in (
            lambda m: reach(m, by=world.mei),
            lambda m: skip(m, by=world.mei, reason="not needed"),
            lambda m: reopen_milestone(m, by=world.mei),
        ):
            with pytest.raises(Refused, match=words):
                act(one(contract, code))
    with time_machine.travel("2027-03-03 10:00+08:00"):
        order = Order.objects.get(contract=contract)
        world.pays(order)
        shipment = plan(order, by=world.haoran, quantities={line.pk: line.due for line in order.lines.all()}, planned_on=clock.today())
        for line in order.lines.all():
            assert one(contract, "goods").done_on is None
            approve_line(line, by=world.haoran)
        assert one(contract, "goods").done_on == clock.today()
        release(shipment, by=world.haoran)
        pack(shipment, by=world.haoran)
        assert one(contract, "packed").done_on == clock.today()
        cancel(shipment, by=world.haoran, reason="wrong pallet")
        assert one(contract, "packed").done_on is None


@pytest.mark.django_db
def test_a_day_of_ones_own_an_owner_and_a_note(world):
    contract = confirmed(world)
    inspection = one(contract, "inspection")
    own = date(2027, 4, 1)
    values = {"own_on": own, "owner": world.users["haoran"], "note": "third floor"}
    edited = edit_milestone(inspection, by=world.mei, revision=inspection.revision, values=values)
    assert (edited.plan_on, str(edited.person)) == (own, "Haoran")
    free_day = edit_milestone(edited, by=world.mei, revision=edited.revision, values={"own_on": date(2027, 4, 4)})  # a Sunday
    assert (free_day.own_on, free_day.plan_on) == (date(2027, 4, 4), date(2027, 4, 2)), "what we owe is due before it"
    deposit = one(contract, "deposit")
    later = edit_milestone(deposit, by=world.mei, revision=deposit.revision, values={"own_on": date(2027, 4, 10)})  # a Saturday
    assert later.plan_on == date(2027, 4, 12), "what the customer owes after it"
    edit_milestone(free_day, by=world.mei, revision=free_day.revision, values={"own_on": None})
    assert day(contract, "inspection") == inspection.plan_on
    with pytest.raises(NotAllowed):
        edit_milestone(one(contract, "inspection"), by=world.kevin, revision=3, values={"note": "x"})
    with pytest.raises(NotAllowed):
        set_family("灯具", by=world.mei, template="stock", start="deposit")


@pytest.mark.django_db
def test_the_duty_held_for_the_families_of_the_contract_sees_to_it(world):
    """Ten track lights and five panels: whoever fits most of the lines; nobody who holds it for others only."""
    contract, inspection = confirmed(world), lambda: one(contract, "inspection").person.username
    held = HeldDuty.objects.create(user=world.users["kevin"], duty="quality", families=["家具"])
    assert inspection() == "kevin", "of no family: anybody's"
    Product.objects.filter(code="TR20").update(family="灯具/轨道灯")
    assert inspection() == "heyuan", "stands in"
    HeldDuty.objects.filter(pk=held.pk).update(families=["灯具"])
    assert inspection() == "kevin"


def test_every_milestone_of_a_template_has_its_words_and_its_owner():
    assert {code for offsets in OFFSETS.values() for code in offsets} == set(MILESTONES) == set(milestones.OWNERS)


@pytest.mark.django_db
def test_a_change_that_waits_for_approval_leaves_the_plan_as_late_as_it_is(world):
    order = world.ordered(world.take(), is_paid=False)
    line = order.lines.first()
    version = change(
        order, by=world.haoran, wish=ChangeWish((LineWish(line, line.due + 4, line.price, Decimal(20)),), reason="客户来信加单")
    )
    later = timezone.now() + timedelta(days=20)
    with time_machine.travel(later, tick=False):
        late = set(Milestone.objects.late().values_list("code", flat=True))
    ask_approval(version, by=world.mei)
    assert Contract.objects.get().state == "in_approval" and late
    with time_machine.travel(later, tick=False):
        assert set(Milestone.objects.late().values_list("code", flat=True)) == late


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["production_start", "inspection"])
def test_nothing_is_made_or_inspected_before_the_order(world, code):
    made_to_order(world)
    contract = confirmed(world)
    with time_machine.travel("2027-03-20 09:00+08:00"), pytest.raises(Refused) as refused:
        reach(one(contract, code), by=world.haoran, on=date(2027, 3, 1))
    assert refused.value.field == "on"


@pytest.mark.django_db
def test_of_a_cancelled_order_the_plan_says_why_in_the_readers_language(world, client_of):
    """Cancelled by a clerk who reads English; a colleague reads 订单已取消 in the history and as the reason of each step."""
    customer = world.take()
    order = world.opened(customer)
    cancel_order(order, by=world.haoran, reason="客户的项目取消了")
    stopped = Event.objects.get(kind="contracts.plan_stopped")
    skipped = Milestone.objects.filter(plan__contract=order.contract, skipped_at__isnull=False).values_list("skipped_reason", flat=True)
    assert set(skipped) == {"The order is cancelled"}
    for language, words in (("zh-hans", "订单已取消"), ("en", "The order is cancelled")):
        with override(language):
            assert stopped.sentence.endswith(words) and ours(skipped[0]) == words
        page = client_of(world.users["haoran"]).get(f"/orders/{order.number}/", headers={"accept-language": language}).content.decode()
        assert words in page.split('class="timeline"')[-1]


@pytest.mark.django_db
def test_goods_that_stay_in_the_country_are_not_booked_a_hold(world):
    """订舱 is space on a ship or an aircraft; a truck to the next town is arranged."""
    request = world.sent(world.take())

    def booked() -> str:
        told = for_customer(Contract.objects.get(pk=request.contract.pk))
        assert told is not None
        return next(str(bar.milestone) for bar in told["chart"].bars if bar.milestone.code == "booked")

    with override("zh-hans"):
        assert booked() == "订舱"
        Version.objects.filter(contract=request.contract).update(delivery_term="home")
        assert booked() == "安排运输"
    with override("en"):
        assert booked() == "transport arranged"
