"""104: goods that were sent again are worth what they replace; one that comes short or damaged, or cannot be sent, comes to an end."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from boothline.approvals.approval import approve
from boothline.approvals.models import Approval
from boothline.billing.books import standing
from boothline.billing.models import Credit, Refund
from boothline.billing.refunds import name_account, pay
from boothline.catalogue.products import retire
from boothline.core import clock
from boothline.core.errors import Doubted, Refused
from boothline.orders.arrivals import Count, sign
from boothline.orders.goods import approve_line
from boothline.orders.models import GoodsReturn, Order, OrderLine, Problem
from boothline.orders.problems import Report, carried_out, reopen, report, resolve
from boothline.orders.shipments import cancel, pack, plan, release, ship
from boothline.orders.solutions import Offer, Resolution, agree, check_once, give_up, propose, receive, unsent_of
from tests.refusals import refused

pytestmark = pytest.mark.django_db
D = Decimal
BACK = "寄回深圳仓，运费我们付"


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def order(world):
    """10 at 100.00, paid."""
    made = world.opened(lines="10x100", days=20)
    world.pays(made)
    return Order.objects.get(pk=made.pk)


@pytest.fixture
def x(order, guest):
    """The customer."""
    return guest(order)


@pytest.fixture
def arrives(world, x):
    """So much of a line goes out and is signed for as counted."""

    def of(line: OrderLine, n: int, *count: int) -> None:
        line = OrderLine.objects.get(pk=line.pk)
        if not line.goods_ready:
            approve_line(line, by=world.haoran)
        made = plan(line.order, by=world.haoran, quantities={line.pk: D(n)}, planned_on=clock.today())
        made = pack(release(made, by=world.haoran), by=world.haoran)
        ship(made, by=world.haoran, carrier="恒达速运")
        sign(made, by=x, counted={line.pk: Count(*map(D, count or (n,)))}, signed_by="张伟")

    return of


@pytest.fixture
def solves(world, x):
    """A solution that everybody agrees to."""

    def by(problem: Problem, *offer: object, **more: object) -> Resolution:
        made = propose(Problem.objects.get(pk=problem.pk), by=world.haoran, offer=Offer(*offer, **more))
        for one in Approval.objects.filter(state="open"):
            approve(one, by=world.heyuan)
        made.refresh_from_db()
        return agree(made, by=x)

    return by


@pytest.fixture
def replaced(order, x, arrives, solves, world):
    """All ten were faulty and came back, ten were sent again: the line of these."""
    line = order.lines.get()
    arrives(line, 10)
    solves(complain(order, x, line, 10), "replace", BACK, quantity=D(10), faulty_back=True)
    new = OrderLine.objects.get(replaces=line)
    arrives(new, 10)
    receive(GoodsReturn.objects.get(), by=world.haoran, quantity=D(10))
    return OrderLine.objects.get(pk=new.pk)


@pytest.fixture
def sent_again(order, arrives, solves):
    """Two of ten came damaged and are sent again: the line of these, still to leave."""
    line = order.lines.get()
    arrives(line, 10, 10, 2)
    solves(Problem.objects.get(), "replace", "补发两件给您", quantity=D(2))
    return OrderLine.objects.get(replaces=line)


def complain(order: Order, x: object, line: OrderLine, n: int, kind: str = "quality") -> Problem:
    return report(order, by=x, told=Report(kind, "全部不亮", line=OrderLine.objects.get(pk=line.pk), quantity=D(n)))


def is_whole(order: Order) -> bool:
    order.refresh_from_db()
    return order.state == "complete" and not order.in_trouble


def test_what_replaces_bad_goods_is_as_severe_as_these_were(order, x, replaced):
    problem = complain(order, x, replaced, 10, "damage")
    assert problem.share == 100
    assert problem.severity == "critical"  # unusable, all of it


def test_what_was_sent_again_and_comes_back_is_credited_at_what_it_replaces(order, x, world, replaced, solves):
    made = solves(complain(order, x, replaced, 10), "return", BACK, quantity=D(10))
    assert made.amount == 1000
    back = GoodsReturn.objects.get(received_at=None)
    receive(back, by=world.haoran, quantity=D(4))
    assert sum(one.amount for one in Credit.objects.all()) == 400
    receive(GoodsReturn.objects.get(received_at=None), by=world.haoran, quantity=D(6))
    assert sum(one.amount for one in Credit.objects.all()) == 1000
    assert standing(Order.objects.get(pk=order.pk)).total == 0


def test_no_more_is_credited_for_goods_and_what_replaced_them_than_they_cost(order, x, world, arrives, solves):
    """Ten and their replacements are twenty pieces, bought once."""
    (line,) = order.lines.all()
    arrives(line, 10)
    solves(complain(order, x, line, 4), "replace", "补发四件给您", quantity=D(4))
    new = OrderLine.objects.get(replaces=line)
    arrives(new, 4)
    assert solves(complain(order, x, line, 10), "return", BACK, quantity=D(10)).amount == 1000
    receive(GoodsReturn.objects.get(received_at=None), by=world.haoran, quantity=D(10))
    assert solves(complain(order, x, new, 4), "return", BACK, quantity=D(4)).amount == 0


def test_in_exchange_for_what_was_sent_again_its_price_is_not_asked_for_once_more(order, x, world, replaced, solves):
    problem = complain(order, x, replaced, 10)
    panel = world.products["PN60"].variants.get()
    made = solves(problem, "exchange", BACK, quantity=D(10), variant=panel, price=D(100))
    assert made.difference == 0
    assert made.says == "10 × TR20-1 come back, 10 × PN60-1 are sent instead at CN¥100.00 each"
    receive(GoodsReturn.objects.get(received_at=None), by=world.haoran, quantity=D(10))
    assert standing(Order.objects.get(pk=order.pk)).open == 0


def test_the_same_goods_in_exchange_cost_what_was_paid_for_the_first(order, x, world, replaced):
    offer = Offer("exchange", BACK, quantity=D(10), variant=replaced.variant)
    assert propose(complain(order, x, replaced, 10), by=world.haoran, offer=offer).price == 100


def test_goods_taken_in_exchange_at_no_charge_are_worth_nothing(order, x, world, arrives, solves):
    line = order.lines.get()
    arrives(line, 10)
    panel = world.products["PN60"].variants.get()
    solves(complain(order, x, line, 10), "exchange", BACK, quantity=D(10), variant=panel, price=D(0))
    new = OrderLine.objects.get(replaces=line)
    assert new.bought == new


@pytest.mark.parametrize("count", [(1,), (2, 1)], ids=["short", "damaged"])
def test_a_replacement_that_lacks_something_is_made_good_by_money(order, arrives, solves, sent_again, count):
    first = Problem.objects.get()
    arrives(sent_again, 2, *count)
    second = Problem.objects.exclude(pk=first.pk).get()
    order.refresh_from_db()
    assert order.in_trouble
    assert order.lines.get(replaces=None).made_good == 1
    solves(second, "allowance", "少的一件退钱", quantity=D(1), amount=D(100))
    assert is_whole(order)
    assert [p.state for p in Problem.objects.order_by("pk")] == ["resolved", "resolved"]
    assert order.lines.get(replaces=None).made_good == 2


def test_a_replacement_that_is_damaged_is_made_good_by_a_refund(order, world, arrives, solves, sent_again):
    first = Problem.objects.get()
    arrives(sent_again, 2, 2, 2)
    second = Problem.objects.exclude(pk=first.pk).get()
    assert second.share == 20
    assert second.severity == "major"
    solves(second, "refund", "退钱", quantity=D(2), amount=D(200))
    first.refresh_from_db()
    assert first.state == "resolving"  # the money has not left yet
    name_account(Refund.objects.get(), by=world.haoran, account="工行 6222")
    for one in Approval.objects.filter(state="open"):
        approve(one, by=world.heyuan)
    pay(Refund.objects.get(), by=world.haoran, paid_on=clock.today())
    assert is_whole(order)
    assert standing(order).total == 800


def test_a_replacement_that_is_damaged_is_replaced_again(order, arrives, solves, sent_again):
    first = Problem.objects.get()
    arrives(sent_again, 2, 2, 2)
    solves(Problem.objects.exclude(pk=first.pk).get(), "replace", "再补发两件", quantity=D(2))
    third = OrderLine.objects.get(replaces=sent_again)
    order.refresh_from_db()
    assert order.in_trouble
    arrives(third, 2)
    assert is_whole(order)
    assert {p.state for p in Problem.objects.all()} == {"resolved"}


def test_a_replacement_that_is_damaged_is_repaired(order, world, arrives, solves, sent_again):
    """Marked by hand as solved: what waited for it is solved with it."""
    first = Problem.objects.get()
    arrives(sent_again, 2, 2, 2)
    second = Problem.objects.exclude(pk=first.pk).get()
    solves(second, "repair", "我们上门修，费用我们付", quantity=D(2))
    resolve(second, by=world.haoran, words="修好了")
    assert is_whole(order)


def test_what_cannot_be_sent_is_given_up_and_made_good_once(order, world, x, solves, sent_again):
    retire(world.products["TR20"], by=world.heyuan)
    problem = Problem.objects.get()
    money = Offer("allowance", "不补了，折让", quantity=D(2), amount=D(200))
    with refused("wrong_state"):
        propose(problem, by=world.haoran, offer=money)
    made = unsent_of(problem)
    with refused(field="words"):
        give_up(made, by=world.haoran, words="")
    give_up(made, by=world.haoran, words="这款灯停产了，没法补发")
    made = give_up(made, by=world.haoran, words="第二次")
    assert made.state == "given_up"
    problem.refresh_from_db()
    sent_again.refresh_from_db()
    order.refresh_from_db()
    assert (problem.state, sent_again.due, sent_again.state) == ("in_work", 0, "cancelled")
    assert problem.messages.last().words == "这款灯停产了，没法补发"
    assert order.in_trouble  # nothing is made good yet
    assert not carried_out(problem)
    with refused("nothing_agreed"):
        resolve(problem, by=world.haoran, words="好了")
    solves(problem, "allowance", "不补了，折让", quantity=D(2), amount=D(200))
    assert is_whole(order)
    assert standing(order).total == 800
    problem.refresh_from_db()
    assert problem.state == "resolved"
    assert reopen(problem, by=x, words="还是不对").state == "in_work"  # what was given up is not carried out after all


def test_what_is_packed_or_planned_is_taken_out_before_it_is_given_up(order, world, sent_again):
    made = unsent_of(Problem.objects.get())
    shipment = plan(order, by=world.haoran, quantities={sent_again.pk: D(2)}, planned_on=clock.today())
    with refused("planned"):
        give_up(made, by=world.haoran, words="没货了，发不了")
    cancel(shipment, by=world.haoran, reason="没货了")
    assert give_up(made, by=world.haoran, words="没货了，发不了").state == "given_up"


def test_what_left_of_a_replacement_counts_and_the_rest_is_given_up(order, world, arrives, solves, sent_again):
    arrives(sent_again, 1)
    problem = Problem.objects.get()
    give_up(unsent_of(problem), by=world.haoran, words="只剩一件，另一件没货了")
    assert order.lines.get(replaces=None).made_good == 1
    solves(problem, "refund", "退一件的钱", quantity=D(1), amount=D(100))
    assert order.lines.get(replaces=None).made_good == 2


def test_faulty_goods_stay_where_nothing_is_sent_for_them(order, world, x, arrives, solves):
    line = order.lines.get()
    arrives(line, 10)
    problem = complain(order, x, line, 3)
    solves(problem, "replace", BACK, quantity=D(3), faulty_back=True)
    give_up(unsent_of(problem), by=world.haoran, words="这款灯停产了，没法补发")
    assert not GoodsReturn.objects.exists()
    assert solves(problem, "return", BACK, quantity=D(3)).amount == 300


def test_another_problem_of_goods_that_are_still_to_be_sent_is_asked_about(order, world, x, sent_again):
    """Money for the same two pieces, while they are sent again, would make them good twice."""
    other = complain(order, x, order.lines.get(replaces=None), 2, "damage")
    with pytest.raises(Doubted) as doubted:
        check_once(other, "allowance")
    assert "2 × TR20-1 are still to be sent" in str(doubted.value)
    check_once(other, "no_fault")
    give_up(unsent_of(Problem.objects.exclude(pk=other.pk).get()), by=world.haoran, words="客户要退钱，不补了")
    check_once(other, "allowance")


def test_only_what_is_agreed_and_has_not_left_is_given_up(order, world, x, arrives):
    line = order.lines.get()
    arrives(line, 10)
    problem = complain(order, x, line, 1)
    made = propose(problem, by=world.haoran, offer=Offer("allowance", "折让", amount=D(10)))
    with pytest.raises(Refused):
        give_up(made, by=world.haoran, words="给不了这个折让")
