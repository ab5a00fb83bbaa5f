"""6.4: charges, order discount and tax on an order: T follows them through changes, splits, merges, cancellations and returns."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from boothline.approvals.approval import approve
from boothline.approvals.models import Approval
from boothline.billing.books import Account, Credit, Instalment
from boothline.catalogue.products import edit_variant
from boothline.contracts.agreement import prepare
from boothline.contracts.clearance import ask_approval, asks
from boothline.contracts.establishment import ConfirmationRequest, send
from boothline.contracts.models import Version
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.totals import PriceTerms
from boothline.insights.selfcheck import _totals, _versions
from boothline.intentions.collection import collection_of
from boothline.intentions.models import Intention
from boothline.orders.arrivals import sign
from boothline.orders.changes import ChangeWish, LineWish, OrderChange, adjust, cancel, change
from boothline.orders.goods import approve_line
from boothline.orders.models import GoodsReturn, Order, OrderLine, Problem, Resolution, Shipment
from boothline.orders.problems import Report, report
from boothline.orders.register import costs_of, undo
from boothline.orders.shipments import pack, plan, release, ship
from boothline.orders.solutions import Offer, agree, propose, receive
from boothline.orders.splits import differing, merge, split
from tests.refusals import refused
from tests.suites.paper import filled, form_with

pytestmark = pytest.mark.django_db
WORKED = {"freight": D("120.00"), "order_discount": D("50.00"), "tax_rate": D("13.00")}


def now(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def money(order: Order) -> tuple[D, D, D, D]:
    account = Account.objects.get(order=order)
    return account.total, account.paid, account.credited, account.open


@pytest.fixture
def order(world) -> Order:
    """Goods 1,000.00, freight 120.00, discount 50.00, 13 % of 1,070.00 = 139.10: T 1,209.10."""
    return world.opened(lines="7x100 3x100", **WORKED)


def wished(order: Order, *quantities: int) -> tuple[LineWish, ...]:
    return tuple(LineWish(line, D(q), line.price) for line, q in zip(order.lines.all(), quantities, strict=True))


def test_the_order_opens_with_t_and_its_instalments_follow(order):
    assert (order.total, costs_of(order).tax) == (D("1209.10"), D("139.10"))
    parts = [p.amount for p in Instalment.objects.filter(order=order).order_by("position")]
    assert parts == [D("362.73"), D("846.37")]  # 30 % of T
    assert money(order) == (D("1209.10"), 0, 0, D("1209.10"))


def test_tax_follows_the_lines_and_what_is_charged_stays(world, order):
    """They want 2 of the 3 fewer: goods 800.00, 870.00 + 13 % = 983.10."""
    made = change(order, by=world.haoran, wish=ChangeWish(wished(order, 7, 1), is_theirs=True, reason="客户少要两件"))
    assert isinstance(made, OrderChange)
    assert (now(order).total, made.delta) == (D("983.10"), D("-226.00"))
    assert now(order).price_terms() == order.price_terms()
    assert money(now(order)) == (D("983.10"), 0, 0, D("983.10"))


def test_a_lower_charge_that_they_wish_is_taken_off_at_once(world, order):
    world.pays(order)
    made = change(order, by=world.haoran, wish=ChangeWish(is_theirs=True, reason="客户自己提货", price_terms={"freight": D("20.00")}))
    assert isinstance(made, OrderChange) and made.delta == D("-113.00")
    assert money(now(order)) == (D("1096.10"), D("1096.10"), 0, 0)
    assert Credit.objects.get(order=order).left == D("113.00")


@pytest.mark.parametrize(("terms", "total"), [({"freight": D("220.00")}, D("1322.10")), ({"order_discount": D("40.00")}, D("1220.40"))])
def test_what_costs_more_is_part_of_the_version_that_they_confirm(world, order, terms, total):
    version = change(order, by=world.haoran, wish=ChangeWish(is_theirs=True, reason="改走空运", price_terms=terms))
    assert isinstance(version, Version)
    assert (version.total, now(order).total) == (total, D("1209.10"))
    world.confirm(confirmable(world, version))
    assert now(order).total == total
    assert money(now(order))[0] == total
    assert order.changes.get().version_id == version.pk


def confirmable(world, version: Version):
    if asks(version):
        ask_approval(version, by=world.mei)
        approve(Approval.objects.get(state="open"), by=world.heyuan)
    return send(Version.objects.get(pk=version.pk), by=world.mei)


def test_a_charge_that_rises_is_confirmed_even_where_the_total_falls(world, order):
    wish = ChangeWish(wished(order, 5, 1), is_theirs=True, reason="少要几件，另加包装", price_terms={"packing": D("15.00")})
    assert isinstance(change(order, by=world.haoran, wish=wish), Version)


def floor(world, code: str, price: str) -> None:
    variant = world.products[code].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"floor": D(price)}, steps=[])


def test_an_order_discount_that_brings_a_price_below_its_floor_is_approved(world, order):
    """5.4, 6.4: 60 off 1,000 leaves 94.00 of 100.00; the floor is 95."""
    floor(world, "PN60", "95.00")
    wish = ChangeWish(is_theirs=True, reason="客户要求优惠", price_terms={"order_discount": D("60.00")})
    version = change(order, by=world.haoran, wish=wish)
    assert isinstance(version, Version) and asks(version) and now(order).total == D("1209.10")


def test_fewer_of_what_was_agreed_below_its_floor_needs_no_second_look(world, order):
    """The price that the customer has does not fall with the quantity."""
    floor(world, "PN60", "97.00")
    wish = ChangeWish(wished(order, 6, 3), is_theirs=True, reason="客户少要一件")
    assert isinstance(change(order, by=world.haoran, wish=wish), OrderChange)


def test_discounts_of_lines_and_of_the_whole_count_together(world):
    """8 % off each line already: 40 off 920 is 12 % in all, 15 is 9.5 %."""
    order = world.opened(lines="10x100")
    line = order.lines.get()
    lower = ChangeWish((LineWish(line, line.due, D(100), D(8)),), is_theirs=True, reason="客户要求优惠")
    assert isinstance(change(order, by=world.haoran, wish=lower), OrderChange)

    def off(amount: str):
        wish = ChangeWish(is_theirs=True, reason="客户要求优惠", price_terms={"order_discount": D(amount)})
        return change(now(order), by=world.haoran, wish=wish)

    assert isinstance(off("15.00"), OrderChange)
    assert isinstance(off("40.00"), Version)


def test_a_discount_that_leaves_nothing_of_the_goods_is_refused(world, order):
    wish = ChangeWish(is_theirs=True, reason="写错了的优惠", price_terms={"order_discount": D("1000.00")})
    with refused(field="order_discount"):
        change(order, by=world.haoran, wish=wish)


def test_who_takes_the_last_line_out_is_told_to_cancel_and_not_about_the_discount(world):
    order = world.opened(lines="1x100", order_discount=D("50.00"))
    for is_theirs in (True, False):
        with refused("nothing_left"):
            change(order, by=world.haoran, wish=ChangeWish(wished(order, 0), is_theirs=is_theirs, reason="客户不要了"))


def test_split_seven_to_three_every_cent_stays(world, order):
    """700 and 300: freight 84 and 36, discount 35 and 15, tax 97.37 and 41.73; T 846.37 + 362.73 = 1,209.10."""
    world.pays(order, 500)
    line = order.lines.get(position=2)
    new = split(order, by=world.haoran, quantities={line.pk: D(3)}, reason="客户要分开提货")
    order = now(order)
    assert (order.total, new.total) == (D("846.37"), D("362.73"))
    assert [(o.freight, o.order_discount, costs_of(o).tax) for o in (order, new)] == [
        (D(84), D(35), D("97.37")),
        (D(36), D(15), D("41.73")),
    ]
    assert [costs_of(o).besides for o in (order, new)] == [0, 0]
    assert [sum(money(o)[1:]) for o in (order, new)] == [D("846.37"), D("362.73")]
    again = merge(now(order), by=world.haoran, other=now(new), reason="客户又要一起提货")
    assert (again.total, again.freight, again.order_discount, costs_of(again).tax) == (D("1209.10"), D(120), D(50), D("139.10"))
    assert (now(new).total, now(new).price_terms().charges) == (0, {})


@pytest.mark.parametrize("lines", ["3x33.33 7x0.07", "1x99.99 2x0.01", "9x11.11 5x7.77"])
def test_split_in_odd_amounts_every_cent_stays(world, lines):
    order = world.opened(lines=lines, freight=D("10.01"), insurance=D("0.01"), order_discount=D("3.33"), tax_rate=D("13.00"))
    before = order.total
    new = split(order, by=world.haoran, quantities={order.lines.first().pk: D(1)}, reason="客户要分开提货")
    assert now(order).total + new.total == before
    assert now(order).freight + new.freight == D("10.01")
    assert merge(now(order), by=world.haoran, other=new, reason="客户又要一起提货").total == before


def test_orders_with_tax_and_without_are_not_merged(world):
    order = world.opened(lines="1x100", tax_rate=D("13.00"))
    other = world.opened_like(order, lines="1x100")
    assert differing(order, other)
    with refused("terms"):
        merge(order, by=world.haoran, other=other, reason="一起走")


def test_cancelled_whole_only_the_fee_is_left(world, order):
    world.pays(order, 400)
    cancel(order, by=world.haoran, reason="客户不要了", fee=D("100.00"), why="price")
    order = now(order)
    assert (order.total, order.price_terms().charges, order.order_discount) == (D("100.00"), {}, 0)
    assert money(order) == (D("100.00"), D("100.00"), 0, 0)
    assert Credit.objects.get(order=order).left == D("300.00")


def test_what_is_still_wanted_of_a_part_that_we_cancel_is_wanted_as_it_was_agreed(world):
    """40.00 less 8 %, without tax: wanted at 36.80 without tax, not at 40.00 with it."""
    intention = world.intend(world.take(), complete=False)
    world.collect(intention, **WORKED)
    request = send(prepare(Intention.objects.get(pk=intention.pk), by=world.mei).newest, by=world.mei)
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    order = Order.objects.get()
    line = order.lines.get(position=2)
    wish = ChangeWish((LineWish(line, line.due, line.price, D(8)),), is_theirs=True, reason="客户要求优惠")
    change(order, by=world.haoran, wish=wish)
    part = split(now(order), by=world.haoran, quantities={line.pk: D(3)}, reason="客户要分开提货")
    cancel(part, by=world.haoran, reason="我们做不出来了")
    wanted = Intention.objects.get(state="open")
    assert (wanted.standing[0].quantity, wanted.standing[0].price) == (3, D("36.8000"))
    assert collection_of(wanted).price_terms() == PriceTerms(tax_rate=D("13.00"))


def test_nobody_pays_a_part_of_a_yen(world):
    """What T rises or falls by is whole units of its currency, as every line is."""
    order = world.opened(lines="10x100", currency="JPY")
    with refused(field="fee"):
        cancel(order, by=world.haoran, reason="客户不要了", fee=D("0.50"), why="price")
    with refused(field="amount"):
        adjust(order, by=world.haoran, kind="allowance", amount=D("10.50"), reason="小毛病")
    adjust(order, by=world.haoran, kind="allowance", amount=D("10.00"), reason="小毛病")
    assert now(order).total == 990


def left(world, order: Order, *quantities: int) -> Shipment:
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    wanted = {line.pk: D(q) for line, q in zip(order.lines.all(), quantities, strict=False) if q}
    made = plan(order, by=world.haoran, quantities=wanted, planned_on=clock.today())
    for step in (release, pack):
        step(Shipment.objects.get(pk=made.pk), by=world.haoran)
    return ship(Shipment.objects.get(pk=made.pk), by=world.haoran, carrier="恒达速运")


def test_of_what_has_left_charges_and_discount_stay(world, order):
    """7 of 10 left: 700 + 120 - 50 = 770, + 13 % = 870.10."""
    world.pays(order)
    left(world, order, 7, 0)
    cancel(now(order), by=world.haoran, reason="客户其余不要了", why="price")
    assert now(order).total == D("870.10")


def test_no_more_is_taken_off_than_the_goods_that_stay_cost(world):
    order = world.opened(lines="1x10 9x100", freight=D("20.00"), order_discount=D("50.00"))
    world.pays(order)
    left(world, order, 1, 0)
    cancel(now(order), by=world.haoran, reason="客户其余不要了", why="price")
    assert (now(order).order_discount, now(order).total) == (D("10.00"), D("20.00"))


def test_goods_that_come_back_take_their_tax_with_them(world, order):
    world.pays(order)
    shipment = left(world, order, 7, 3)
    x = world.guest(order.confirmation.request)
    sign(shipment, by=x, counted={}, signed_by="张伟")
    line = order.lines.get(position=2)
    problem = report(now(order), by=x, told=Report("quality", "有划痕", line, D(1)))
    made = propose(Problem.objects.get(pk=problem.pk), by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付", quantity=D(1)))
    assert Resolution.objects.get(pk=made.pk).amount == D("113.00")
    approve(Approval.objects.get(state="open"), by=world.heyuan)  # more than 5 % of the order
    agree(Resolution.objects.get(pk=made.pk), by=x)
    receive(GoodsReturn.objects.get(), by=world.haoran, quantity=D(1))
    assert money(now(order)) == (D("1096.10"), D("1096.10"), 0, 0)
    assert Credit.objects.get(order=order).left == D("113.00")


def test_how_much_of_an_order_a_problem_is_about_is_asked_of_its_goods(world):
    """90 of 1,000 is minor and stays so whatever the freight; 100 of 1,000 is major though 100 of T 1,600 is 6 %."""
    order = world.opened(lines="10x100", freight=D("600.00"))
    world.pays(order)
    left(world, order, 10)
    told = Report("damage", "压坏了", OrderLine.objects.get(order=order), D(1))
    assert report(now(order), by=world.haoran, told=told).severity == "major"


def test_an_order_that_was_voided_costs_nothing(world):
    order = world.opened(lines="1x100", **WORKED)
    undo([order], by=world.heyuan)
    assert now(order).total == 0


def test_the_orders_page_shows_each_and_a_change_takes_them(world, order, client_of):
    haoran = client_of(world.users["haoran"])
    haoran.cookies["django_language"] = "en"
    page = haoran.get(f"/orders/{order.number}/").content.decode()
    assert all(words in page for words in ("Freight", "CN¥120.00", "−CN¥50.00", "Tax 13%", "CN¥139.10", "CN¥1,209.10"))
    address = f"/orders/{order.number}/change/"
    form = form_with(haoran.get(address).content, "freight")
    assert form.fields["freight"] == ["120.00"] and "tax_rate" not in form.fields
    typed = filled(form, freight="20.00", is_theirs="on", reason="客户自己提货")
    assert haoran.post(address, typed).status_code == 302
    assert now(order).total == D("1096.10")
    assert haoran.post(address, typed | {"order_discount": ["1000"], "revision": [str(now(order).revision)]}).status_code == 422


def test_the_self_check_counts_them(order):
    assert all(kept == said for _order, kept, said in _totals(Order.objects.all()))
    assert all(kept == said for _contract, kept, said in _versions(Version.objects.select_related("contract")))
    Order.objects.filter(pk=order.pk).update(total=D("1209.11"))
    assert [(kept, said) for _order, kept, said in _totals(Order.objects.all())] == [(D("1209.11"), D("1209.10"))]
    Order.objects.filter(pk=order.pk).update(total=D("1209.10"))
