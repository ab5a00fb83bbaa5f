"""6.4 and 6.7(2): total = paid + credited + open in every worked example of the book; receipts, charges, rests, allocation."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.urls import reverse

from boothline.accounts.models import HeldDuty
from boothline.approvals.models import Approval
from boothline.billing.books import Account, Balance, Credit, CreditUse, Instalment, Receipt, Refund, settle, standing
from boothline.billing.credits import use
from boothline.billing.receipts import Sent, allocate, allow, receive, small_rest, void_receipt, write_off
from boothline.billing.refunds import prepare
from boothline.billing.schedule import of_change
from boothline.contracts.establishment import send
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.models import Milestone
from boothline.contracts.running import Running
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.core.models import RuleSetting
from boothline.files.attachments import Received
from boothline.orders.changes import ChangeWish, LineWish, OrderChange, cancel, change
from boothline.orders.register import Order, keep_terms
from boothline.timeline.models import Event
from tests.portal.guest import Reader
from tests.refusals import refused
from tests.suites.paper import form_with

pytestmark = pytest.mark.django_db


def money(order: Order) -> tuple[D, D, D, D]:
    """(total, paid, credited, open) as kept; the recount after each test asks whether it is so."""
    account = Account.objects.get(order=order)
    return account.total, account.paid, account.credited, account.open


def cheaper(world, order: Order, price: str) -> None:
    """The customer wishes another price of the first line."""
    line = order.lines.first()
    change(order, by=world.haoran, wish=ChangeWish((LineWish(line, line.due, D(price)),), is_theirs=True, reason="客户要求降价"))


@pytest.mark.parametrize(("paid", "price", "expected", "credited"), [
    ("1000", "80", (800, 800, 0, 0), 200),  # T 1,000 paid 1,000, price -200 -> paid 800, credit 200
    ("300", "80", (800, 300, 0, 500), 0),  # same, but paid 300 -> open 500, no credit
])  # fmt: skip
def test_a_lower_price_makes_a_credit_of_what_is_too_much(world, paid, price, expected, credited):
    RuleSetting.objects.create(code="contracts.approve_discount_above", value="25")
    order = world.opened()
    world.pays(order, paid)
    cheaper(world, order, price)
    assert money(order) == expected
    assert sum((c.left for c in Credit.objects.all()), D(0)) == credited


def test_credit_200_applied_to_order_2(world):
    """T 500, paid 100 -> credited 200, open 200."""
    first = world.opened()
    world.pays(first)
    allow(first, by=world.haoran, amount=D(200), reason="运输划伤")
    second = world.opened(first.customer, "5x100")
    world.pays(second, 100)
    use(second, by=world.haoran)
    assert CreditUse.objects.get(order=second).amount == 200
    assert money(second) == (500, 100, 200, 200)
    balance = Balance.objects.get(customer=first.customer)
    assert (balance.received, balance.refunded, balance.paid, balance.credited, balance.credit) == (1100, 0, 900, 200, 0)
    allow(second, by=world.haoran, amount=D(300), reason="整单让利")  # what had been credited there becomes a credit again
    assert money(second) == (200, 0, 200, 0) and Credit.objects.get(order=second).left == 100


def test_deposit_300_of_1000_cancelled_with_fee_100(world):
    """-> T 100, paid 100, credit 200."""
    order = world.opened()
    world.pays(order, 300)
    made = cancel(order, by=world.haoran, reason="客户的项目取消了", fee=D(100))
    assert money(order) == (100, 100, 0, 0) and Credit.objects.get().left == 200
    assert (made.was, made.now, made.delta) == (1000, 100, -900)
    assert Order.objects.get(pk=order.pk).state == "cancelled"
    assert cancel(order, by=world.haoran, reason="再按一次") == made
    order.customer.refresh_from_db()
    assert order.customer.type != "ordering"


@pytest.mark.parametrize("fee", [0, 100])
def test_what_was_taken_off_before_is_not_given_twice(world, fee):
    """T 1,000 paid 1,000, allowance 400, then cancelled: T is 0 or the fee, and no more becomes a credit than came in."""
    order = world.opened()
    world.pays(order)
    allow(order, by=world.haoran, amount=D(400), reason="运输划伤")
    made = cancel(order, by=world.haoran, reason="客户的项目取消了", fee=D(fee))
    assert money(order) == (fee, fee, 0, 0) and sum(c.left for c in Credit.objects.all()) == 1000 - fee
    assert (made.was, made.now, made.adjustment) == (600, fee, 400 + fee)


def test_a_deposit_that_confirms_a_change_is_received(world):
    """T 1,200 -> 1,400: the deposit asked for is 420, and 450 came."""
    order = world.ordered(world.take(), is_paid=False)
    line = order.lines.first()
    version = change(order, by=world.haoran, wish=ChangeWish((LineWish(line, D(12), line.price),), is_theirs=True, reason="客户来信加单"))
    scan = Received(b"%PDF-1.4 slip", "slip.pdf", "paper")
    proof = record_paper(version, by=world.heyuan, kind="deposit", signed_by="张伟", signed_on=clock.today(), scan=scan, amount=D(450))
    assert money(order) == (1400, 450, 0, 950) and Receipt.objects.get().confirmation == proof


def test_a_void_takes_its_evidence_along_and_is_refused_where_more_was_paid(world):
    draft = world.contract(world.take()).newest
    scan = Received(b"%PDF-1.4 slip", "slip.pdf", "paper")
    proof = record_paper(draft, by=world.haoran, kind="deposit", signed_by="张伟", signed_on=clock.today(), scan=scan, amount=D(400))
    order = Order.objects.get()
    assert money(order) == (1200, 400, 0, 800) and Receipt.objects.get().confirmation == proof
    more = world.pays(order, 100)
    with refused("paid"):
        void(proof, by=world.heyuan, reason="登错了客户")
    void_receipt(more, by=world.haoran, reason="登错了客户")
    void(proof, by=world.heyuan, reason="登错了客户")
    assert money(order) == (0, 0, 0, 0) and not Receipt.objects.standing().exists()


@pytest.mark.parametrize("is_out", [False, True])
def test_a_deposit_that_is_void_with_its_confirmation_is_not_in_on_the_plan(world, is_out):
    """As if never made: the milestone is open again, with the day that it had."""
    draft = world.contract(world.take()).newest
    if is_out:
        send(draft, by=world.mei)

    def milestones():
        return list(Milestone.objects.filter(plan__contract=draft.contract).values_list("code", "plan_on", "done_on", "late_on"))

    before = milestones()
    scan = Received(b"%PDF-1.4 slip", "slip.pdf", "paper")
    proof = record_paper(draft, by=world.haoran, kind="deposit", signed_by="张伟", signed_on=clock.today(), scan=scan, amount=D(360))
    assert Milestone.objects.get(plan__contract=draft.contract, code="deposit").done_on == clock.today()
    void(proof, by=world.heyuan, reason="登错了客户")
    assert milestones() == before


def test_what_grows_joins_the_last_open_instalment(world):
    order = world.opened()
    world.pays(order, 300)
    OrderChange.objects.create(order=order, kind="cancelled", adjustment=50, was=1000, now=1050)
    settle(keep_terms(order), by=SYSTEM)
    assert list(Instalment.objects.values_list("kind", "amount", "covered")) == [("deposit", 300, 300), ("before_shipping", 750, 0)]


def test_what_came_in_adds_up_to_what_is_paid_on_the_page(world, client_of):
    """1,000 came, 105 of it became a credit that another order has: received 1,000.00, to credit −105.00, paid 895.00."""
    first = world.opened()
    world.pays(first, 1000)
    allow(first, by=world.haoran, amount=D(105), reason="运输划伤")
    second = world.opened(first.customer, "5x100")
    use(second, by=world.haoran, amount=D(105))
    page = client_of(world.users["haoran"]).get(f"/orders/{first.number}/").content.decode()
    money_panel = page[page.index('id="money"') :].split("</section>")[0]
    assert "¥895.00" in money_panel and "超出订单金额" in money_panel and "−¥105.00" in money_panel and "已抵用" in money_panel
    assert [str(words) for words, _amount in running_of(second)] == ["已抵用", "届时还需付"]


def running_of(order: Order) -> list:
    """What the customer reads of the money beside a change of an order."""
    said = of_change(order.confirmation.version, order.total)
    return Running(order.number, None, [], D(0), order.total, said["paid"], said["credited"], said["payments"]).sums


# Receipts.


@pytest.mark.parametrize(("borne", "counts"), [("us", 300), ("customer", 282)])
def test_a_short_receipt_counts_by_who_bears_the_charges(world, borne, counts):
    """Borne by us the sent amount is allocated and counts; borne by the customer the arrived amount."""
    order = world.opened()
    receipt = world.pays(order, 300, charges=D(18), borne_by=borne)
    assert (receipt.sent, receipt.charges, receipt.arrived, receipt.amount) == (300, 18, 282, counts)
    assert money(order) == (1000, counts, 0, 1000 - counts)


def test_a_rest_up_to_50_cny_is_written_off_as_bank_charges(world):
    order = world.opened()
    world.pays(order, "949.99")
    with refused("too_large"):
        write_off(order, by=world.haoran)
    world.pays(order, "0.01")
    made = write_off(order, by=world.haoran)
    assert made.kind == "bank_charges" and money(order) == (950, 950, 0, 0)
    assert write_off(order, by=world.haoran) == made
    assert Event.objects.filter(kind="billing.written_off").count() == 1


def test_what_the_banks_kept_of_a_deposit_is_let_go_and_its_work_begins(world, client_of):
    """6.7(2): sent 300, charges 30 borne by the customer. The rest of 30 is written off, and is no part of the balance."""
    order = world.opened()
    world.pays(order, 300, charges=D(30), borne_by="customer")
    plan = Milestone.objects.get(plan__contract=order.contract, code="deposit")
    assert plan.done_on is None
    page = client_of(world.users["haoran"]).get(f"/orders/{order.number}/").content.decode()
    assert "核销尾差" in page and "¥30.00" in page
    write_off(order, by=world.haoran)
    deposit, balance = Instalment.objects.filter(order=order)
    assert (deposit.amount, deposit.rest, balance.amount) == (270, 0, 700) and money(order) == (970, 270, 0, 700)
    plan.refresh_from_db()
    assert plan.done_on == clock.today()
    write_off(order, by=world.haoran)
    assert money(order) == (970, 270, 0, 700)


def test_what_the_banks_kept_is_said_to_the_customer(world):
    order = world.opened()
    world.pays(order, 300, charges=D(30), borne_by="customer")
    page = Reader(order).read("money/")
    assert "汇出 ¥300.00，银行扣了 ¥30.00 手续费，实到 ¥270.00" in page
    write_off(order, by=world.haoran)
    assert "这笔银行手续费不用补：−¥30.00" in Reader(order).read("money/")


@pytest.mark.no_recount  # the order is written in its currency, not lived
@pytest.mark.parametrize(("currency", "paid", "rest"), [("USD", "992.96", D("7.04")), ("USD", "992.95", 0), ("JPY", "1", 999)])
def test_in_another_currency_the_value_of_50_cny_is_written_off(world, currency, paid, rest):
    order = world.opened()
    world.pays(order, paid)
    Order.objects.filter(pk=order.pk).update(currency=currency)
    assert small_rest(Order.objects.get(), Account.objects.get()) == rest


def test_a_receipt_in_another_currency_counts_at_the_rate_written_on_it(world):
    order = world.opened()
    slip = Sent(D("100"), clock.today(), bank_currency="USD", rate=D("7.1234"))
    receipt = receive(order.customer, by=world.haoran, slip=slip, order=order)
    assert (receipt.amount, receipt.currency, receipt.bank_currency) == (D("712.34"), "CNY", "USD")
    assert money(order)[1] == D("712.34")
    unrated = Sent(D(100), clock.today(), bank_currency="USD")
    huge = Sent(D("999999999999.99"), clock.today(), bank_currency="USD", rate=D(99999999))
    for wrong in (unrated, huge):
        with refused(field="rate"):
            receive(order.customer, by=world.haoran, slip=wrong, order=order)
    assert receive(order.customer, by=world.haoran, slip=unrated).currency == "USD"  # for no order: it counts as what it is


def test_more_than_anybody_asked_for_and_the_same_slip_twice_are_asked_about_once(world, client_of):
    order = world.opened()
    client, at = client_of(world.users["haoran"]), f"/orders/{order.number}/receipts/new/"
    slip = {
        "sent": "400", "bank_currency": "CNY", "borne_by": "customer", "received_on": clock.today().isoformat(), "order": order.number,
        "charges": "", "reference": "水单 8817", "rate": "",
    }  # fmt: skip

    def answered(**more: str) -> str:
        shown = client.post(at, slip | more)
        return "" if shown.status_code == 302 else shown.content.decode()

    assert "SO-0001 还欠 ¥1,000.00，这笔收款会多出 ¥500.00 待分配" in answered(sent="1500")
    unrated = answered(sent="1500", bank_currency="USD")
    assert 'name="is_sure"' not in unrated and "多出" not in unrated, "without its rate nobody knows how much it is"
    assert not Receipt.objects.exists() and answered() == ""
    again = answered()
    assert "已记过一笔 ¥400.00 的收款" in again and 'name="is_sure"' in again
    assert answered(reference="水单 8818") == "", "another slip is another receipt"
    once = slip | {"sent": "50", "press": str(uuid4())}
    assert [client.post(at, once).status_code for _again in range(2)] == [302, 302], "sent again it gets its first answer"
    both = answered()
    assert "这是另外一笔吗？SO-0001 还欠 ¥150.00，这笔收款会多出 ¥250.00 待分配。金额没错吗？" in both, "asked in one"
    assert answered(sent="1500", is_sure="on") == ""
    assert sorted(Receipt.objects.values_list("amount", flat=True)) == [50, 400, 400, 1500]


def test_oldest_due_first_and_too_much_waits(world):
    late = world.opened(days=60)
    soon = world.opened(late.customer, "5x100", days=20)
    world.pays(late, 300)  # both deposits are due on the same day; the balance of the later order is due later
    receipt = receive(late.customer, by=world.haoran, slip=Sent(D(600), clock.today()))
    assert money(soon)[3] == 0 and money(late) == (1000, 400, 0, 600)
    receipt = receive(late.customer, by=world.haoran, slip=Sent(D(700), clock.today()))
    assert (receipt.state, receipt.rest) == ("received", 100) and money(late)[3] == 0
    with refused("nothing_open"):
        allocate(receipt, by=world.haoran)
    third = world.opened(late.customer, "5x100")
    assert allocate(receipt, by=world.haoran, order=third).rest == 0 and money(third)[3] == 400


def test_a_later_instalment_waits_while_one_of_another_order_is_due(world):
    """A: deposit 300, balance 700 at D-7 in January; B: deposit 150, balance 350 before that. 450 pays both deposits."""
    late = world.opened(days=60)
    soon = world.opened(late.customer, "5x100", days=20)
    world.pays(soon, 1)
    receive(late.customer, by=world.haoran, slip=Sent(D(449), clock.today()))
    covered = Instalment.objects.order_by("order_id", "position").values_list("amount", "covered")
    assert list(covered) == [(300, 300), (700, 0), (150, 150), (350, 0)]


def test_a_named_order_takes_what_it_needs_and_the_rest_waits(world):
    order = world.opened()
    other = world.opened(order.customer)
    assert world.pays(order, 1200).rest == 200
    assert money(order)[3] == 0 and money(other)[3] == 1000
    stranger = world.opened(world.take(company="别家", name="安一", phones=[], emails=[]))
    with refused(field="order"):
        receive(order.customer, by=world.haoran, slip=Sent(D(1), clock.today()), order=stranger)


def test_a_receipt_booked_in_error_is_taken_off_unless_it_became_a_credit(world):
    order = world.opened()
    receipt = world.pays(order)
    with refused(field="reason"):
        void_receipt(receipt, by=world.haoran, reason="错")
    void_receipt(receipt, by=world.haoran, reason="登错了客户")
    assert money(order) == (1000, 0, 0, 1000) and Receipt.objects.get().state == "void"
    again = world.pays(order)
    allow(order, by=world.haoran, amount=D(200), reason="让利")
    with refused("credited"):
        void_receipt(again, by=world.haoran, reason="登错了客户")


def test_what_a_receipt_made_too_much_is_no_credit_once_it_is_taken_off(world):
    """T 1,000, 400 and 600 in, allowance 200: a credit of 200. The 400 were another customer's: 200 are open, and nothing goes back."""
    order = world.opened()
    wrong = world.pays(order, 400)
    world.pays(order, 600)
    allow(order, by=world.haoran, amount=D(200), reason="运输划伤")
    assert money(order) == (800, 800, 0, 0) and Credit.objects.get().left == 200
    void_receipt(wrong, by=world.haoran, reason="登错了客户")
    assert money(order) == (800, 400, 200, 200) and Credit.objects.get().left == 0
    assert Event.objects.filter(kind="billing.credit_used").count() == 1


def test_a_refund_goes_back_only_of_what_is_still_too_much(world):
    """100 and 900 in, allowance 200: a refund of 200 waits for approval. Without the 100 it is 100, and approved anew."""
    order = world.opened()
    wrong = world.pays(order, 100)
    world.pays(order, 900)
    allow(order, by=world.haoran, amount=D(200), reason="运输划伤")
    prepare(Credit.objects.get(), by=world.haoran, account="工行 6222")
    void_receipt(wrong, by=world.haoran, reason="登错了客户")
    assert money(order) == (800, 700, 100, 0) and Credit.objects.get().left == 100
    assert [(r.amount, r.state, r.account) for r in Refund.objects.all()] == [(200, "stopped", "工行 6222"), (100, "asked", "工行 6222")]
    assert Approval.objects.filter(state="open").count() == 1


@pytest.mark.parametrize(("field", "slip"), [
    ("sent", Sent(D(0), clock.today())), ("sent", Sent(D("0.001"), clock.today())), ("charges", Sent(D(5), clock.today(), charges=D(5))),
    ("borne_by", Sent(D(5), clock.today(), borne_by="x")), ("bank_currency", Sent(D(5), clock.today(), bank_currency="XXX")),
    ("rate", Sent(D(5), clock.today(), rate=D(0))), ("received_on", Sent(D(5), clock.today() + timedelta(days=2))),
])  # fmt: skip
def test_what_no_slip_says(world, field, slip):
    order = world.opened()
    with refused(field=field):
        receive(order.customer, by=world.haoran, slip=slip)
    assert standing(order).open == 1000


def test_receipts_are_for_who_holds_finance_and_for_clerks_where_nobody_does(world):
    order = world.opened()
    slip = Sent(D(100), clock.today())
    for who in (world.mei, world.heyuan):
        with pytest.raises(NotAllowed):
            receive(order.customer, by=who, slip=slip)
    receive(order.customer, by=world.haoran, slip=slip)
    HeldDuty.objects.create(user=world.users["heyuan"], duty="finance")
    receive(order.customer, by=world.heyuan, slip=slip)
    with pytest.raises(NotAllowed):
        receive(order.customer, by=world.haoran, slip=slip)


def test_too_much_money_is_said_on_the_order_and_over_the_credits(world, client_of):
    """1,000 of an order, 1,250 came: 250 wait under no order; the customer's other order says so too, one of another customer does not."""
    order = world.opened()
    other, strange = (
        world.opened(order.customer),
        world.opened(world.take("新月灯饰", "李娜", emails=["li@example.com"], phones=["13900003001"])),
    )
    receipt = world.pays(order, 1250)
    assert receipt.rest == 250
    haoran = client_of(world.users["haoran"])
    way = f"/receipts/{receipt.pk}/"
    shown = {one: haoran.get(f"/orders/{one.number}/").content.decode() for one in (order, other, strange)}
    assert [way in text and "¥250.00" in text for text in shown.values()] == [True, True, False]
    credits = haoran.get(reverse("credits")).content.decode()
    assert "¥250.00" in credits and f"{reverse('receipts')}?rest=waits" in credits
    allocate(receipt, by=world.haoran, order=other)
    assert way not in haoran.get(f"/orders/{strange.number}/").content.decode()
    assert "¥250.00" not in haoran.get(reverse("credits")).content.decode()


def test_a_receipt_is_filled_with_what_is_due_next(world, client_of):
    """300 deposit, 700 balance: the deposit, then what is left of it, then the balance; where nothing has a day, all of it."""
    order = world.opened()
    page = reverse("order-receipt-new", args=[order.number])

    def filled(at=page) -> str:
        (amount,) = form_with(client_of(world.users["haoran"]).get(at).content, "sent").fields["sent"]
        return amount

    said = [filled()]
    for amount in (100, 200):
        world.pays(order, amount)
        said.append(filled())
    assert [D(one) for one in said] == [300, 200, 700]
    later = world.opened(order.customer, deposit_percent=D(0), balance="documents")
    assert D(filled(reverse("order-receipt-new", args=[later.number]))) == 1000
