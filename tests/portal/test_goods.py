"""103 and 104 from the customer's side, by the forms of the pages alone: signing, reporting, answering, closing."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from boothline.accounts.company import edit_company
from boothline.billing.books import Receipt, Refund, settle_customer
from boothline.billing.receipts import Sent, allocate, allow, receive, void_receipt
from boothline.billing.refunds import name_account
from boothline.catalogue.models import Product, Variant
from boothline.contracts.agreement import Version
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.milestones import Milestone, MilestonePlan, reach
from boothline.contracts.progress import for_customer, panel
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.files.attachments import Received
from boothline.followups.today import Asked
from boothline.links.grants import LIFE_DAYS, Grant, mint
from boothline.orders.changes import cancel, postpone
from boothline.orders.goods import approve_line
from boothline.orders.link import make_link
from boothline.orders.models import Arrival, Order, Problem
from boothline.orders.panel import on_board
from boothline.orders.problems import Report, report, resolve, tell, write
from boothline.orders.shipments import pack, plan, release, ship
from boothline.orders.solutions import Offer, propose
from boothline.orders.splits import merge, split
from boothline.orders.today import waiting
from boothline.timeline.models import Event
from tests.pictures import jpeg
from tests.portal.guest import Guest, link_of
from tests.refusals import refused
from tests.suites.paper import form_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(world):
    request = world.sent(world.take())
    world.confirm(request)
    return request


@pytest.fixture
def order(asked):
    return Order.objects.get(contract=asked.contract)


@pytest.fixture
def guest(asked):
    return Guest(link_of(asked))


def home(guest, order, *parts: str) -> str:
    return "/".join([*guest.seen[-1].split("/")[:3], "orders", order.number, *parts, ""])


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("外箱.jpg", jpeg(), "image/jpeg")


def test_a_moved_date_says_from_when_to_when_and_why(order, guest):
    """The date as it was last agreed, and each move of it."""
    was = order.promised_on
    postpone(order, by=SYSTEM, promised_on=was + timedelta(days=7), kind="late_payment")
    guest.open(home(guest, order))
    assert re.search(r"月\d+日 → .*月\d+日.*付款", re.sub(r"<[^>]+>", "", guest.text)), guest.text


def test_what_they_see_of_money(world, asked, order, guest):
    """Total, paid and open of each order, what is due, their credit, and where to pay; nothing of others."""
    edit_company(by=SYSTEM, revision=1, values={"bank": "示例银行 6222"})
    world.pays(order, 360)
    address = "/".join([*guest.seen[-1].split("/")[:3], "money", ""])
    guest.open(home(guest, order))
    assert address in guest.text
    guest.open(address)
    for shown in ("1,200.00", "360.00", "840.00", "示例银行 6222", order.number):
        assert shown in guest.text
    world.pays(order)
    allow(order, by=SYSTEM, amount=Decimal(50), reason="划伤")
    other = world.opened(world.take(company="别家", name="安一", phones=[], emails=[]))
    guest.open(address)
    assert "1,150.00" in guest.text and "50.00" in guest.text and other.number not in guest.text


def test_what_is_asked_for_next_is_what_of_the_deposit_is_not_in(world, order, guest):
    """360.00 at first, then what is missing of it, then nothing; of an order that we cancelled nothing is asked."""

    def asked_for() -> str:
        guest.open(guest.seen[-1])
        said = re.search(r"接下来[^<]*", guest.text)
        return said[0].split("。")[0] if said else ""

    assert asked_for() == "接下来是定金 ¥360.00，到账后开始备货"
    world.pays(order, 100)
    assert "¥260.00" in asked_for()
    world.pays(order)
    assert "定金" not in asked_for() and asked_for()
    cancel(order, by=world.haoran, reason="我们做不出来了")
    assert asked_for() == "" and order.number in guest.text


def test_an_order_that_is_void_is_not_theirs(world, client_of):
    """The paper was voided and recorded anew: the page names the order that stands, and the other one is as if never made."""
    draft, scan = world.contract(world.take()).newest, Received(b"%PDF-1.4", "slip.pdf", "paper")
    said = {"by": world.heyuan, "kind": "paper", "signed_by": "张伟", "signed_on": clock.today(), "scan": scan}
    first = record_paper(draft, **said)
    never = Order.objects.get()
    void(first, by=world.heyuan, reason="登错了客户")
    second = record_paper(Version.objects.get(pk=draft.pk), **said)
    order = Order.objects.get(void_at=None)
    guest = Guest(link_of(second.request, second.contact))
    assert order.number in guest.text and never.number not in guest.text
    assert guest.open(home(guest, never)).status_code == 404
    assert guest.open(home(Guest(link_of(second.request, second.contact)), order)).status_code == 200
    with refused("void"):
        report(never, by=world.haoran, told=Report("other", "不见了"))
    assert on_board([order.customer_id], world.haoran)[order.customer_id].words[0] == order.number
    listed = client_of(world.users["haoran"]).get("/orders/").content.decode()
    assert order.number in listed and never.number not in listed


def test_what_the_form_begins_with_is_what_it_takes(world, sent):
    """1,200 pieces, signed for by the form as it stands; what is typed may have its commas, at their places."""
    order = world.opened(lines="2400x1")
    line = order.lines.first()
    guest = Guest(link_of(order.confirmation.request, order.confirmation.contact))
    base = "/".join(guest.seen[-1].split("/")[:3])
    for typed in ({}, {f"received_{line.pk}": "1,200"}):
        arrival = f"{base}/shipments/{sent(order, 1200).number}/arrival/"
        guest.open(arrival)
        if typed:
            guest.send("", **{f"received_{line.pk}": "1,5"})
            assert guest.page.status_code == 422
        guest.send("", **typed)
        assert guest.page.status_code == 200
    line.refresh_from_db()
    assert line.arrived == 2400


def test_counted_and_signed_on_the_phone(world, asked, order, guest, sent):
    shipment = sent(order, 10, 5)
    base = "/".join(guest.seen[-1].split("/")[:3])
    guest.open(home(guest, order))
    assert f"{base}/shipments/{shipment.number}/arrival/" in guest.text
    arrival = f"{base}/shipments/{shipment.number}/arrival/"
    guest.open(arrival)
    first = order.lines.first()
    guest.post(arrival, {f"received_{first.pk}": "11", "signed_by": "张伟"})
    assert guest.page.status_code == 422 and "另一批" in guest.text and 'value="11"' in guest.text
    guest.post(
        arrival, {f"received_{first.pk}": "9", f"damaged_{first.pk}": "1", "signed_by": "张伟", "words": "箱子湿了", "photos": photo()}
    )
    assert guest.page.status_code == 200 and "张伟" in guest.text
    assert sorted(Problem.objects.values_list("kind", "quantity")) == [("damage", 1), ("shortage", 1)]
    guest.post(arrival, {"signed_by": "李经理"})
    assert "李经理" not in guest.text


def test_an_emptied_count_is_asked_for_by_its_line(world, order, guest, sent):
    shipment, line = sent(order, 10, 5), order.lines.first()
    arrival = "/".join([*guest.seen[-1].split("/")[:3], "shipments", shipment.number, "arrival", ""])
    guest.open(arrival)
    guest.send("", **{f"received_{line.pk}": " ", "signed_by": "张伟"})
    assert guest.page.status_code == 422 and f"“{line.sku}" in guest.text and "填实收数量，一件没到填 0" in guest.text
    assert not Arrival.objects.exists() and f'name="received_{line.pk}" inputmode="decimal" value=" "' in guest.text


def test_what_is_no_number_is_named_by_its_field(world, order, guest, sent):
    shipment, line = sent(order, 10, 5), order.lines.last()
    arrival = "/".join([*guest.seen[-1].split("/")[:3], "shipments", shipment.number, "arrival", ""])
    guest.post(arrival, {f"damaged_{line.pk}": "两个", "signed_by": "张伟"})
    assert guest.page.status_code == 422 and f"“{line.sku}" in guest.text and "其中破损”请填数字" in guest.text


def test_everything_that_is_wrong_with_a_count_is_named_at_once_at_its_field(order, guest, sent):
    shipment, line, other = sent(order, 10, 5), order.lines.first(), order.lines.last()
    arrival = "/".join([*guest.seen[-1].split("/")[:3], "shipments", shipment.number, "arrival", ""])
    wrong = {
        f"received_{line.pk}": "11",
        f"damaged_{other.pk}": "两个",
        "signed_by": " ",
        "photos": SimpleUploadedFile("外箱.jpg", b"no picture"),
    }
    guest.post(arrival, wrong)
    marked = [part.split('"')[0] for part in guest.text.split('class="why" id="wrong_')[1:]]
    assert guest.page.status_code == 422 and marked == [f"received_{line.pk}", f"damaged_{other.pk}", "photos", "signed_by"]
    assert "另一批" in guest.text and "其中破损”请填数字" in guest.text and not Arrival.objects.exists()
    assert "换一个文件" in guest.text and "所选文件不会保留" not in guest.text, "one word about a picture that is none"
    guest.post(arrival, wrong | {"photos": photo()})
    assert "所选文件不会保留" in guest.text


def test_a_picture_that_is_none_is_said_once(order, guest):
    guest.post(home(guest, order, "problems", "new"), {"kind": "invoice", "line": "all", "words": "抬头不对"})
    page = guest.seen[-1]
    for address, words in (
        (f"{page}message/", {"words": "看这张"}),
        (home(guest, order, "problems", "new"), {"kind": "other", "line": "all", "words": "看"}),
    ):
        guest.post(address, words | {"photos": SimpleUploadedFile("外箱.jpg", b"no picture")})
        assert guest.page.status_code == 422 and guest.text.count("换一个文件") == 1 and "所选文件不会保留" not in guest.text


def test_everything_that_a_report_lacks_is_named_at_once_at_its_field(order, guest):
    new = home(guest, order, "problems", "new")
    guest.post(new, {"kind": "", "line": "", "quantity": "abc", "words": " ", "photos": photo()})
    assert guest.page.status_code == 422 and "所选文件不会保留" in guest.text
    marked = [part.split('"')[0] for part in guest.text.split('class="why" id="wrong_')[1:]]
    assert marked == ["kind", "line", "quantity", "words"] and guest.text.count('aria-invalid="true"') == 4
    guest.post(new, {"kind": "damage", "line": order.lines.first().pk, "quantity": "3", "words": ""})
    marked = [part.split('"')[0] for part in guest.text.split('class="why" id="wrong_')[1:]]
    assert marked == ["quantity", "words"], "nothing has left yet, and nothing is said"


def test_the_same_said_twice_is_answered_with_the_first(order, guest):
    new = home(guest, order, "problems", "new")
    for words in ("坏了", "坏了", "又坏了"):
        guest.post(new, {"kind": "quality", "line": "all", "words": words})
    assert [problem.words for problem in Problem.objects.order_by("id")] == ["坏了", "又坏了"]
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        tell(order, by=SYSTEM, told=Report("quality", "坏了"))
    assert Problem.objects.count() == 3


def test_the_plan_says_what_happened_and_what_nobody_noted_to_us_alone(world, order, guest, sent):
    """What comes before something that happened has passed, its day not noted; so has all that goods go through once they have left. The
    customer, who would read that an inspection was passed, does not see it. Squeezed is ours to know as well."""
    MilestonePlan.objects.filter(contract=order.contract).update(is_squeezed=True)
    plan = MilestonePlan.objects.get(contract=order.contract)
    day = clock.today() + timedelta(days=3)
    for code, place in (("sample", 4), ("production_start", 6), ("production_end", 7), ("installed", 13)):
        plan.milestones.update_or_create(code=code, defaults={"position": place, "plan_on": day - timedelta(days=9), "done_on": None})
    plan.milestones.filter(code="installed").update(plan_on=day)
    plan.milestones.filter(code="production_start").update(done_on=clock.today())

    def states():
        theirs, ours = for_customer(order.contract)["chart"].bars, panel(order.contract, world.haoran)["chart"].bars
        found = [{bar.milestone.code: bar.state for bar in bars} for bars in (theirs, ours)]
        assert found[0] == {code: state for code, state in found[1].items() if state != "passed"}
        assert set(found[1]) == {m.code for m in plan.milestones.all()}
        return found[1]

    assert states()["sample"] == "passed" and states()["production_start"] == "done" and states()["inspection"] != "passed"
    listed = Milestone.objects.filter(plan=plan)
    assert [m.code for m in listed.in_state("passed")] == ["sample"] and "sample" not in [m.code for m in listed.late()]
    assert {m.state for m in listed.for_list().in_state("late")} == {"late"}
    page = home(guest, order)
    guest.open(page)
    assert "工期紧" not in guest.text and "产前样" not in guest.text and "验货" in guest.text
    sent(order, 10, 5)
    assert {states()[code] for code in ("production_end", "inspection", "booked")} == {"passed"} and states()["installed"] != "passed"
    guest.open(page)
    assert "工期紧" not in guest.text and "已过" not in guest.text and "验货" not in guest.text


def test_a_part_of_made_goods_that_left_proves_that_they_were_begun(world, order, guest):
    """Made to order, one of ten left and nobody noted a step: what comes before their making has passed, without a day; what the rest still
    goes through stays open. A part from stock proves nothing."""
    world.pays(order)
    plan_ = MilestonePlan.objects.get(contract=order.contract)
    line = order.lines.first()
    for place, code in enumerate(("sample", "material", "production_start", "production_end"), start=4):
        plan_.milestones.create(code=code, position=place, plan_on=clock.today() - timedelta(days=9))

    def leaves(kind, days):
        Variant.objects.filter(pk=line.variant_id).update(stock_kind=kind)
        Product.objects.filter(pk=line.variant.product_id).update(lead_days=days)
        for one in order.lines.filter(goods_ready=False):
            approve_line(one, by=world.haoran)
        part = plan(order, by=world.haoran, quantities={line.pk: Decimal(1)}, planned_on=clock.today())
        for step in (release, pack):
            part = step(part, by=world.haoran)
        ship(part, by=world.haoran, carrier="恒达速运")
        theirs, ours = for_customer(order.contract)["chart"].bars, panel(order.contract, world.haoran)["chart"].bars
        assert [bar.state for bar in theirs] == [bar.state for bar in ours if bar.state != "passed"], (
            "of what nobody noted they read nothing"
        )
        found = {bar.milestone.code: bar for bar in ours}
        listed = Milestone.objects.filter(plan=plan_)
        assert {m.code for m in listed.in_state("passed")} == {code for code, bar in found.items() if bar.state == "passed"}
        assert all(bar.milestone.done_on is None for bar in found.values() if bar.state == "passed"), "no day is invented"
        return {code for code, bar in found.items() if bar.state == "passed"}, {m.code for m in listed.late()}

    assert leaves("always", 0)[0] == set(), "kept ready: nothing was made"
    has_passed, late = leaves("always", 30)
    assert has_passed == {"sample", "material", "production_start"} and "production_end" in late
    guest.open(home(guest, order))
    words = {bar.milestone.code: bar.state_words for bar in panel(order.contract, world.haoran)["chart"].bars}
    assert words["material"] == words["production_start"] == "已出的货已完成", "of the nine that are still to come nobody says that"
    reach(plan_.milestones.get(code="production_end"), by=world.haoran, on=clock.today())
    words = {bar.milestone.code: bar.state_words for bar in panel(order.contract, world.haoran)["chart"].bars}
    assert words["material"] == "已完成，未记日期"
    assert words["material"] not in guest.text and "进度" in guest.text


def test_goods_that_have_left_do_not_wait_to_be_begun(world, order, guest, sent):
    """Half of the deposit is in and covers what leaves: from then on no page says that the work waits for it."""
    world.pays(order, 200)
    guest.open(home(guest, order))
    assert "到账后确定" in guest.text
    for line in order.lines.filter(goods_ready=False):
        approve_line(line, by=world.haoran)
    part = plan(order, by=world.haoran, quantities={order.lines.first().pk: Decimal(1)}, planned_on=clock.today())
    for step in (release, pack):
        part = step(part, by=world.haoran)
    ship(part, by=world.haoran, carrier="恒达速运")
    for page in (home(guest, order), "/".join([*guest.seen[-1].split("/")[:3], "contracts", order.contract.number, ""])):
        guest.open(page)
        assert guest.page.status_code == 200 and "到账后确定" not in guest.text and "进度" in guest.text
        assert "部分货物已发出，下列未完成的日期均指其余货物。" in guest.text


def test_reported_answered_agreed_closed(world, asked, order, guest, sent):
    line = order.lines.first()
    new = home(guest, order, "problems", "new")
    guest.open(new)
    world.pays(order)
    sent(order, 3)
    form = form_with(guest.page.content, "kind")
    assert (form.fields["kind"], form.fields["line"]) == ([""], [""]), "nothing is chosen for them"
    told = {"kind": "damage", "line": line.pk, "quantity": "1", "words": "坏了一只"}
    for wrong, words in (
        ({"kind": ""}, "选问题类型"),
        ({"line": ""}, "请选择产品，或选“整个订单”"),
        ({"quantity": "abc"}, "“数量”请填大于 0 的数字"),
        ({"line": "all", "quantity": "abc"}, "“数量”请填大于 0 的数字"),
        ({"line": "all", "quantity": "2"}, "请选择这个数量对应的产品"),
        ({"quantity": "4"}, "一共发出 3 件"),
        ({"line": order.lines.last().pk, "quantity": "1"}, "还没有发出"),
    ):
        guest.post(new, told | wrong)
        assert guest.page.status_code == 422 and "坏了一只" in guest.text and words in guest.text, wrong
    assert not Problem.objects.exists()
    guest.post(new, {"kind": "damage", "line": line.pk, "quantity": "1", "words": "坏了一只", "photos": photo()})
    problem = Problem.objects.get()
    assert guest.page.status_code == 200 and problem.number in guest.text and guest.text.count("<img") == 1
    page = guest.seen[-1]
    (picture,) = [part.split('"')[0] for part in guest.text.split('src="')[1:] if "/photos/" in part]
    assert guest.browser.get(picture)["Content-Type"] == "image/jpeg"
    write(problem, by=world.haoran, words="外箱也坏了吗？", asks=True)
    guest.open(page)
    guest.send("message", words="外箱完好")
    made = propose(problem, by=world.haoran, offer=Offer("replace"))
    guest.open(page)
    write(problem, by=world.haoran, words="要哪种颜色？", asks=True)
    guest.open(page)
    guest.send("message", words="黑色")
    guest.send("refusal", refusal="不要补发，要折让")
    assert guest.text.count("不要补发，要折让") == 1, "their own words stand in the conversation"
    (row,) = waiting(Asked(world.haoran))
    assert "不要补发，要折让" in row.say[0], "we read what they said last, not what they began with"
    made = propose(problem, by=world.haoran, offer=Offer("allowance", amount=50, words="三天内到账"))
    guest.open(page)
    guest.send("agreement")
    assert "三天内到账" in guest.text, "what was promised stands once they agreed"
    problem.refresh_from_db()
    assert (made.problem.pk, problem.state) == (problem.pk, "resolved")
    for address in (page, home(guest, order), f"/c/{page.split('/')[2]}/home/"):
        guest.open(address)
        assert "我们这边已解决" in guest.text and "<span>已解决" not in guest.text, "solved is their word"
    guest.open(page)
    guest.send("closing", satisfaction="5")
    problem.refresh_from_db()
    assert (problem.state, problem.satisfaction) == ("closed", 5)
    guest.send("reopening", again="又坏了")
    problem.refresh_from_db()
    assert problem.state == "in_work"


def test_what_they_opened_by_a_link_they_had_is_told(world, order, guest, client_of, settings):
    """Proposed, and nobody handed a link over: the customer finds it by the link of their order. From then on they know."""
    settings.MAIL_SERVER = False
    problem = report(order, by=world.haoran, told=Report("late", "晚了"))
    propose(problem, by=world.haoran, offer=Offer("allowance", amount=50))
    clerk, words = client_of(world.users["haoran"]), "链接还没交给客户"
    listed = clerk.get("/problems/").content.decode()
    assert f"（{words}）" in listed and "已提方案" in listed, "what waits for the link is said beside the state"
    guest.open(home(guest, order))
    assert words in clerk.get("/problems/").content.decode()
    guest.open(home(guest, order).replace(f"orders/{order.number}", f"problems/{problem.number}"))
    assert problem.number in guest.text and words not in clerk.get("/problems/").content.decode()
    page = clerk.get(f"/problems/{problem.number}/").content.decode()
    assert words not in page and f"/problems/{problem.number}/link/" not in page


def test_a_refund_reads_alike_on_every_page_of_theirs(world, order, guest):
    """Agreed, and waiting for their bank account: nothing says that it is done, or that it may be used for the next order."""
    world.pays(order)
    problem = report(order, by=world.haoran, told=Report("late", "晚了"))
    propose(problem, by=world.haoran, offer=Offer("refund", amount=50))
    guest.open(home(guest, order).replace(f"orders/{order.number}", f"problems/{problem.number}"))
    guest.send("agreement")
    asks = "请写信告知您的收款账户"
    assert asks in guest.text and "解决了吗" not in guest.text
    guest.open(f"/c/{guest.seen[-1].split('/')[2]}/money/")
    assert asks in guest.text and "¥50.00" in guest.text and "抵用" not in guest.text
    assert "多收的钱（退回或给您留着）：¥50.00" in guest.text, "1,200.00 came, and 1,150.00 of it count as paid"
    name_account(Refund.objects.get(), by=world.haoran, account="工行 6222")
    guest.open(guest.seen[-1])
    assert asks not in guest.text and "正在办理退款" in guest.text


def test_what_was_taken_off_and_exchanged_stands_with_the_money(world, order, guest):
    """1,200.00, of which 360.00 is in: a refund of 50.00 lowers what is still to pay, and their page says so."""
    world.pays(order, 360)
    problem = report(order, by=world.haoran, told=Report("late", "晚了"))
    propose(problem, by=world.haoran, offer=Offer("refund", amount=50))
    guest.open(home(guest, order).replace(f"orders/{order.number}", f"problems/{problem.number}"))
    guest.send("agreement")
    assert "从未付款中减去 ¥50.00" in guest.text and "退款" not in guest.text
    guest.open(f"/c/{guest.seen[-1].split('/')[2]}/money/")
    assert "此后折让：−¥50.00" in guest.text and "¥790.00" in guest.text


def test_an_order_that_goes_on_as_another_asks_for_nothing(world, order, guest):
    other = split(order, by=world.haoran, quantities={order.lines.first().pk: Decimal(4)}, reason="客户要分开提货")
    merge(order, by=world.haoran, other=other, reason="又要一起提货")
    guest.open(home(guest, other))
    assert guest.page.status_code == 200 and "problems/new" not in guest.text and "进度" not in guest.text
    guest.open(f"/c/{guest.seen[-1].split('/')[2]}/home/")
    assert f"并入订单 {order.number}" in guest.text


def test_the_letter_leads_to_the_conversation(world, order):
    """Each letter by a link that lives its whole life from then on."""
    problem = report(order, by=world.haoran, told=Report("invoice", "发票抬头不对"))
    write(problem, by=world.haoran, words="我们看一下")
    with time_machine.travel(timezone.now() + timedelta(days=179), tick=False):
        resolve(problem, by=world.haoran, words="已重开")
        assert Grant.objects.get(subject_kind="problem").expires_at == timezone.now() + timedelta(days=LIFE_DAYS.value)
    guest = Guest("/".join(["", *mint(Grant.objects.get(subject_kind="problem"), by=SYSTEM).split("/")[3:]]))
    assert problem.number in guest.text and "已重开" in guest.text


def test_what_is_not_theirs_is_not_there(world, asked, order, guest, sent):
    other = world.ordered(world.take(company="别家", name="别人", phones=["13911110001"], emails=["b@b.example"]))
    problem = report(other, by=world.haoran, told=Report("other", "别家的事"))
    shipment = sent(other, 1)
    base = "/".join(guest.seen[-1].split("/")[:3])
    for address in (
        f"{base}/orders/{other.number}/", f"{base}/orders/{other.number}/problems/new/", f"{base}/shipments/{shipment.number}/arrival/",
        f"{base}/problems/{problem.number}/", f"{base}/problems/{problem.number}/photos/1/",
    ):  # fmt: skip
        assert guest.open(address).status_code == 404
    for part in ("message", "agreement", "refusal", "closing", "reopening"):
        assert guest.post(f"{base}/problems/{problem.number}/{part}/", {"words": "x"}).status_code == 404
    assert problem.messages.count() == 1


def test_money_that_waits_to_be_assigned_is_seen(order, guest):
    """What came is shown with what is open, with it and without it, until it is allocated."""
    receive(order.customer, by=SYSTEM, slip=Sent(Decimal(1300), clock.today()), order=order)
    page = "/".join([*guest.seen[-1].split("/")[:3], "money", ""])
    guest.open(page)
    assert "已收到，尚未对应到订单：¥100.00" in guest.text and "没有未付款。" in guest.text
    slip = Receipt.objects.get()
    void_receipt(slip, by=SYSTEM, reason="记错了金额")
    other = Receipt.objects.create(
        customer=order.customer, received_on=clock.today(), bank_currency="CNY", sent=300, currency="CNY", amount=300
    )
    settle_customer(order.customer, "CNY")
    guest.open(page)
    assert "已收到，尚未对应到订单：¥300.00" in guest.text and "¥1,200.00" in guest.text and "¥900.00" in guest.text
    allocate(other, by=SYSTEM)
    assert "尚未对应" not in guest.open(page).content.decode()


def test_who_lost_their_link_gets_one_to_the_order(world, order, client_of):
    """Also whoever signed on paper and never had one; booth staff make none."""
    clerk = client_of(world.users["haoran"])
    assert f"/orders/{order.number}/link/" in clerk.get(f"/orders/{order.number}/").content.decode()
    shown = clerk.post(f"/orders/{order.number}/link/").content.decode()
    address = urlsplit(shown.split('data-copy="')[1].split('"')[0]).path
    assert order.number in Guest(address).text
    assert Event.objects.get(kind="orders.link_made").under_id == order.customer_id
    with pytest.raises(NotAllowed):
        make_link(order, by=world.xiaoyu)
