"""103: counted and signed once; what is short or damaged is a problem at once; silence accepts after 7 days."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from boothline.billing.books import Credit
from boothline.contracts.models import Version
from boothline.core import clock, tasks
from boothline.core.actors import Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.files.attachments import Received
from boothline.followups.pool import exempt
from boothline.orders.arrivals import Arrival, Count, record_paper, sign, silent
from boothline.orders.models import GoodsReturn, Order, OrderChange, OrderLine, Problem, Shipment
from boothline.orders.problems import Report, report, write
from boothline.orders.register import Counts, flag_overdue, keep, keep_terms, line_state, order_state
from boothline.orders.solutions import Offer, agree, propose, receive
from boothline.orders.tracking import track
from boothline.timeline.models import Event
from tests.pictures import jpeg
from tests.refusals import refused

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def order(world):
    """10 of the first line at 100.00, 5 of the second at 40.00."""
    return world.ordered(world.take())


def line_of(order, position=1) -> OrderLine:
    return OrderLine.objects.select_related("order__customer").get(order=order, position=position)


def now(order) -> Order:
    return Order.objects.get(pk=order.pk)


def test_the_worked_example_of_a_line_part_shipped_and_in_trouble():
    """10 ordered, 4 added, 2 cancelled: n 12; packed 12, shipped 8, arrived 7, short 1, accepted 6, damaged 1."""
    first = Counts(packed=D(12), shipped=D(8), arrived=D(7), short=D(1), damaged=D(1), accepted=D(6))
    assert (line_state(D(12), first), first.owed) == ("part_shipped", 2)
    # After a replacement line of 2 is accepted and the last 4 are shipped and accepted: 10 + 2 = 12.
    later = Counts(packed=D(12), shipped=D(12), arrived=D(11), short=D(1), damaged=D(1), accepted=D(10), made_good=D(2))
    assert (line_state(D(12), later), later.owed) == ("complete", 0)


@pytest.mark.parametrize(
    ("due", "known", "state"),
    [
        (0, {}, "cancelled"),
        (10, {"shipped": 10, "arrived": 10, "accepted": 10}, "complete"),
        (10, {"shipped": 10, "arrived": 9, "short": 1, "accepted": 9}, "arrived"),
        (10, {"shipped": 10}, "in_transit"),
        (10, {"shipped": 4, "arrived": 4, "accepted": 4}, "part_shipped"),
        (10, {"shipped": 8, "arrived": 7, "short": 1, "damaged": 1, "accepted": 6, "made_good": 2}, "part_shipped"),
        (10, {"goods_ready": True}, "ready"),
        (10, {"goods_ready": True, "from_stock": True, "reserved": 10, "at_hand": 10}, "ready"),
        (10, {"goods_ready": True, "from_stock": True, "reserved": 10, "at_hand": 9}, "waiting"),  # a purchase covers it
        (10, {"goods_ready": True, "from_stock": True, "reserved": 9, "at_hand": 9}, "open"),
        (10, {"from_stock": True, "reserved": 10, "at_hand": 10}, "open"),
        (10, {}, "open"),
    ],
)
def test_the_state_of_a_line_is_the_first_that_holds(due, known, state):
    assert line_state(D(due), Counts(**{k: v if v is True else D(v) for k, v in known.items()})) == state


@pytest.mark.no_recount  # the lines are written as facts would leave them
@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([(0, 0, "cancelled"), (0, 0, "cancelled")], "cancelled"),
        ([(10, 10, "complete"), (0, 0, "cancelled")], "complete"),
        ([(10, 10, "complete"), (5, 5, "arrived")], "arrived"),
        ([(10, 10, "complete"), (5, 5, "in_transit")], "in_transit"),
        ([(10, 10, "complete"), (5, 0, "ready")], "part_shipped"),
        ([(10, 4, "part_shipped"), (5, 0, "waiting")], "part_shipped"),
        ([(10, 0, "ready"), (5, 0, "ready")], "ready"),
        ([(10, 0, "ready"), (0, 0, "cancelled")], "ready"),
        ([(10, 0, "ready"), (5, 0, "waiting")], "waiting"),
        ([(10, 0, "ready"), (5, 0, "open")], "open"),
    ],
)
def test_the_state_of_an_order_is_that_of_its_lines(order, lines, state):
    """The first that holds, over the lines of which something is due."""
    for position, (due, shipped, of_line) in enumerate(lines, start=1):
        order.lines.filter(position=position).update(due=due, packed=shipped, shipped=shipped, state=of_line)
    assert order_state(order) == state


@pytest.mark.no_recount
def test_an_order_is_not_complete_while_a_problem_is_open(order, guest):
    for line in order.lines.all():
        order.lines.filter(pk=line.pk).update(packed=line.due, shipped=line.due, state="complete")
    assert order_state(order) == "complete"
    report(order, by=guest(order), told=Report("invoice", "发票抬头不对"))
    order.lines.update(packed=F("due"), shipped=F("due"), state="complete")
    assert order_state(order) == "arrived"


def test_the_worked_example_lived_through(world, sent, guest):
    """The same with the facts themselves: 10 ordered, 4 added, 2 cancelled."""
    order = world.ordered(world.take())
    line, other = order.lines.all()
    made = OrderChange.objects.create(order=order, kind="edited", was=1200, now=1200)
    for moved, quantity, is_cancelled in ((line, 4, False), (line, -2, True), (other, -5, True)):
        made.moves.create(line=moved, quantity=quantity, is_cancelled=is_cancelled)
    keep_terms(order)
    line = line_of(order)
    sign(sent(order, 8), by=guest(order), counted={line.pk: Count(D(7), D(1))}, signed_by="张伟")
    line = line_of(order)
    assert (line.arrived, line.short, line.damaged, line.accepted) == (7, 1, 1, 6)
    assert (line.state, now(order).state, now(order).in_trouble) == ("part_shipped", "part_shipped", True)
    for problem in Problem.objects.filter(order=order):  # a shortage and a damage, made by the arrival
        agree(propose(problem, by=world.haoran, offer=Offer("replace")), by=guest(order))
    again = list(order.lines.filter(replaces=line))
    assert [(new.due, new.price, new.amount) for new in again] == [(1, 0, 0), (1, 0, 0)]
    sign(sent(order, 0, 0, 1, 1), by=guest(order), counted={}, signed_by="张伟")
    sign(sent(order, 4), by=guest(order), counted={}, signed_by="张伟")
    line = line_of(order)
    assert (line.accepted, line.made_good, line.state) == (10, 2, "complete")
    assert (now(order).state, now(order).in_trouble) == ("complete", False)
    assert set(Problem.objects.filter(order=order).values_list("state", flat=True)) == {"resolved"}


def test_signed_once_by_the_customer_what_is_not_named_came_whole(world, order, sent, guest):
    shipment = sent(order, 8, 5)
    first, second = order.lines.all()
    by = guest(order)
    made = sign(
        shipment, by=by, counted={first.pk: Count(D(8), D(2))}, signed_by=" 张伟 ", drawn=jpeg(), words="外箱压坏", photos=[jpeg(90)]
    )
    assert sign(shipment, by=by, counted={}, signed_by="李经理") == made  # the second signature: the first is shown
    assert (made.signed_by, made.how, made.is_drawn) == ("张伟", "portal", True)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.arrived, first.accepted, first.damaged, second.accepted, second.state) == (8, 6, 2, 5, "complete")
    problem = Problem.objects.get()
    assert (problem.kind, problem.quantity, problem.line, problem.by_customer) == ("damage", 2, first, True)
    assert "外箱压坏" in problem.words
    assert Event.objects.filter(kind__in=("orders.arrived_with_faults", "orders.problem_reported")).count() == 2


def test_more_received_than_shipped_is_refused_with_a_hint_to_another_shipment(order, sent, guest):
    shipment, line = sent(order, 8), order.lines.first()
    for count, field in (
        (Count(D(9)), "received"),
        (Count(D(4), D(5)), "damaged"),
        (Count(D(-1)), "received"),
        (Count(D("7.5")), "received"),
    ):
        with pytest.raises(Refused) as caught:
            sign(shipment, by=guest(order), counted={line.pk: count}, signed_by="张伟")
        assert caught.value.field == f"{field}_{line.pk}"
    with pytest.raises(Refused, match="another shipment"):
        sign(shipment, by=guest(order), counted={line.pk: Count(D(9))}, signed_by="张伟")
    with pytest.raises(Refused, match="other shipments"):
        sign(shipment, by=guest(order), counted={order.lines.last().pk: Count(D(1))}, signed_by="张伟")
    with pytest.raises(Refused, match="name"):
        sign(shipment, by=guest(order), counted={}, signed_by=" ")
    stranger = Actor(kind="guest", id=1, name="x", customer_id=order.customer_id + 1)
    with pytest.raises(NotAllowed):
        sign(shipment, by=stranger, counted={}, signed_by="x")
    assert not Arrival.objects.exists()


def test_staff_record_a_signed_paper(world, order, sent):
    shipment = sent(order, 10, 5)
    scan = Received(b"%PDF-1.4 signed", "签收单.pdf", "paper")
    with pytest.raises(NotAllowed):
        record_paper(shipment, by=world.mei, counted={}, signed_by="张伟", scan=scan)
    record_paper(shipment, by=world.haoran, counted={}, signed_by="张伟", scan=scan)
    assert (now(order).state, Shipment.objects.get().state) == ("complete", "arrived")
    assert Event.objects.filter(kind="orders.arrived").count() == 1


def test_no_word_for_seven_days_after_delivered_accepts_by_time(world, order, sent):
    """Whole days: delivered on 1 March at 23:50, until 8 March 24:00."""
    shipment = sent(order, 10, 5)
    with time_machine.travel("2027-03-01T23:50+08:00", tick=False):
        track(shipment, by=world.haoran, state="delivered")
    assert now(order).state == "in_transit"  # a date, no counted quantity
    with time_machine.travel("2027-03-08T23:50+08:00", tick=False):
        tasks.run_daily()
        assert not Arrival.objects.exists()
    with time_machine.travel("2027-03-09T00:05+08:00", tick=False):
        tasks.run_daily()
        tasks.run_daily()
    arrival = Arrival.objects.get()
    assert (arrival.how, now(order).state, line_of(order).accepted) == ("time", "complete", 10)
    assert Event.objects.filter(kind="orders.accepted_by_time").count() == 1


@pytest.mark.parametrize("is_told_before", [False, True])
def test_a_reported_problem_is_a_word(world, order, sent, guest, is_told_before):
    """So is what they write about one that was reported before the goods came; what we write is none."""
    shipment, start = sent(order, 10, 5), timezone.now()
    late = report(order, by=guest(order), told=Report("late", "货在哪里？")) if is_told_before else None
    with time_machine.travel(start + timedelta(days=1), tick=False):
        track(shipment, by=world.haoran, state="delivered")
        if late:
            write(late, by=world.haoran, words="到了吗？")
            assert silent(clock.today() + timedelta(days=1)).get() == shipment
            write(late, by=guest(order), words="到了，10 件里 4 件是碎的")
        else:
            report(order, by=guest(order), told=Report("quality", "亮度不一", line=order.lines.first()))
    with time_machine.travel(start + timedelta(days=10), tick=False):
        tasks.run_daily()
    assert not Arrival.objects.exists()


def test_nothing_came_before_it_left(world, order, sent):
    """What a carrier was told of it may be older than the goods on their way."""
    shipment, scan = sent(order, 10, 5), Received(b"%PDF-1.4 signed", "签收单.pdf", "paper")
    for at in (timezone.now() - timedelta(days=400), datetime.min.replace(tzinfo=UTC), timezone.now() + timedelta(hours=1)):
        with refused(field="at"):
            track(shipment, by=world.haoran, state="delivered", at=at)
        with refused(field="at"):
            record_paper(shipment, by=world.haoran, counted={}, signed_by="张伟", scan=scan, at=at)
    track(shipment, by=world.haoran, state="info_received", at=now(order).opened_at)
    assert not Arrival.objects.exists() and Shipment.objects.get().delivered_at is None


def test_trouble_on_the_way_ends_with_the_signature(world, order, sent, guest):
    shipment = sent(order, 10, 5)
    track(shipment, by=world.haoran, state="exception", words="货车故障")
    assert now(order).mark == "trouble"
    sign(shipment, by=guest(order), counted={}, signed_by="张伟")
    assert (now(order).mark, now(order).in_trouble) == ("complete", False)


def test_overdue_when_the_promised_arrival_is_over(world, order, sent):
    """D is 3 days before A on the road. Everything left in time: overdue with the day after A, in the daily task and whenever it is
    recounted."""
    Version.objects.filter(pk=order.confirmation.version_id).update(arrival_on=order.promised_on + timedelta(days=3), carriage="road")
    sent(order, 10, 5)
    for days, is_late in ((3, False), (4, True)):
        with time_machine.travel(timezone.now() + (order.promised_on - clock.today()) + timedelta(days=days), tick=False):
            flag_overdue()
            assert now(order).is_overdue == is_late == keep(now(order)).is_overdue


def returned(world, order, guest, line, quantity) -> GoodsReturn:
    problem = report(order, by=guest(order), told=Report("quality", "退货", line=line, quantity=D(quantity)))
    made = propose(problem, by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付", quantity=D(quantity)))
    if made.state == "in_approval":
        from boothline.approvals.approval import approve, open_about

        approve(open_about(made, "orders.allowance"), by=world.heyuan)
        made.refresh_from_db()
    agree(made, by=guest(order))
    return receive(made.returns.get(), by=world.haoran, quantity=D(quantity))


def test_half_of_the_goods_returned_half_kept_is_ordering(world, order, sent, guest):
    """Example 22 of the type rule."""
    sign(sent(order, 10, 5), by=guest(order), counted={}, signed_by="张伟")
    back = returned(world, order, guest, order.lines.first(), 10)
    order.customer.refresh_from_db()
    assert (order.customer.type, line_of(order).returned) == ("ordering", 10)
    assert Event.objects.get(kind="orders.goods_returned", subject_id=back.pk).values["amount"] == "1000.00"


def test_all_goods_returned_for_credit_is_negotiating(world, order, sent, guest):
    """Example 23: with the reason mapped from the problem's kind; the order stays in the books."""
    sign(sent(order, 10, 5), by=guest(order), counted={}, signed_by="张伟")
    first, second = order.lines.all()
    returned(world, order, guest, first, 10)
    order.customer.refresh_from_db()
    assert order.customer.grade == "B" and exempt([order.customer])
    returned(world, order, guest, second, 5)
    order.customer.refresh_from_db()
    assert order.customer.type == "negotiating"
    assert order.customer.grade != "B" and not exempt([order.customer]), "no order stands"
    assert Event.objects.filter(kind="negotiation.objected").latest("id").values["reason"] == "quality"
    assert (now(order).total, Credit.objects.filter(order=order).count()) == (0, 2) and now(order).state == "complete"


def test_what_an_arrival_names_is_read_in_the_readers_language_its_own_part_first(world, sent, order, guest):
    """Of one paper with two faults each problem says its own, then what the customer wrote of both; each reader in their language."""
    shipment = sent(order, 10, 5)
    first, second = order.lines.all()
    counted = {first.pk: Count(Decimal(7)), second.pk: Count(Decimal(5), damaged=Decimal(2))}
    sign(shipment, by=guest(order), counted=counted, signed_by="张伟", words="少三个，碎两个")
    short, damaged = Problem.objects.filter(order=order).order_by("id")
    for problem, zh, en in (
        (short, f"{shipment} 到货短少：3 × {first.sku}。", f"Short at arrival {shipment}: 3 × {first.sku}."),
        (damaged, f"{shipment} 到货破损：2 × {second.sku}。", f"Damaged at arrival {shipment}: 2 × {second.sku}."),
    ):
        event = Event.objects.about(problem).get(kind="orders.problem_reported")
        for language, opening in (("zh-hans", zh), ("en", en)):
            with override(language):
                assert problem.said.startswith(opening) and problem.said.endswith("少三个，碎两个")
                assert opening in event.sentence and event.quote == problem.said
        assert problem.messages.get().words == problem.words == "少三个，碎两个"


def test_what_a_paper_names_short_is_worded_for_the_customer(world, sent):
    for language, words in (("en", "Short at arrival"), ("zh-hans", "到货短少")):
        customer = world.take(f"{language} GmbH", "Anna", emails=[f"a@{language}.example"], phones=[], language=language)
        shipment = sent(world.opened(customer), 10)
        line = shipment.order.lines.get()
        with override("en" if language == "zh-hans" else "zh-hans"):
            scan = Received(b"%PDF-1.4 signed", "s.pdf", "paper")
            record_paper(shipment, by=world.haoran, counted={line.pk: Count(Decimal(8))}, signed_by="Anna", scan=scan)
        problem = Problem.objects.get(order=shipment.order)
        with override(language):
            assert words in problem.said and not problem.words
