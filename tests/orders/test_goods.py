"""102: what each line needs, who hands it in, who judges; a line is ready when everything is in order or not needed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boothline.accounts.company import edit_company
from boothline.catalogue.products import Step, add_picture, edit_product, edit_variant, remove_picture
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.contracts.models import Milestone
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.customers.card import Customer, edit_customer
from boothline.files.attachments import Attachment, Received
from boothline.followups.models import NextStep
from boothline.orders.changes import cancel as cancel_order
from boothline.orders.goods import approve, approve_line, not_needed, owe, reject, submit, with_goods_due
from boothline.orders.listens import COLLECT, collect_goods_data
from boothline.orders.lists import ABROAD_ONLY
from boothline.orders.models import GoodsItem, Order
from boothline.orders.shipments import gates, pack, plan, release, ship
from boothline.orders.splits import split
from boothline.radar.watch import Risk, run_daily
from boothline.timeline.models import Event
from boothline.worktime.calendar import add_workdays, last_workday
from boothline.worktime.models import DayOverride
from tests.checksum import checksum
from tests.pictures import jpeg

pytestmark = pytest.mark.django_db
PDF = Received(b"%PDF-1.4 1 0 obj %%EOF", "规格书.pdf", "paper")
AT_HOME = ["specification", "photos", "packing", "label", "weights"]


@pytest.fixture
def order(world):
    return world.ordered(world.take())


@pytest.fixture
def item(order):
    return order.lines.first().goods.first()


def refused_without_a_trace(do, error=Refused, **details):
    before = checksum()
    with pytest.raises(error) as refused:
        do()
    assert checksum() == before
    for name, value in details.items():
        assert getattr(refused.value, name) == value


def goods_due(order) -> date:
    return with_goods_due(Order.objects.filter(pk=order.pk)).get().goods_due


def kinds_of(order) -> list[str]:
    return [item.kind for item in order.lines.first().goods.order_by("id")]


def test_every_line_gets_its_items_with_the_order(order):
    assert kinds_of(order) == AT_HOME
    assert GoodsItem.objects.count() == 2 * len(AT_HOME)
    assert {i.state for i in GoodsItem.objects.all()} == {"missing"}
    assert goods_due(order) == last_workday(order.promised_on - timedelta(days=7))
    assert order.state == "open" and not order.lines.filter(goods_ready=True).exists()


@pytest.mark.parametrize("free", [[], ["2026-12-20"], ["2026-12-20", "2026-12-19"]])
def test_what_is_due_on_a_free_day_is_due_on_the_workday_before(world, free):
    for day in map(date.fromisoformat, ("2026-12-18", "2026-12-19", "2026-12-20")):
        DayOverride.objects.create(day=day, is_workday=day.isoformat() not in free)
    with time_machine.travel("2026-11-17T10:00:00+08:00", tick=False):  # promised for the 27th of December
        order = world.ordered(world.take(), is_paid=False)
        assert goods_due(order) == date(2026, 12, 20 - len(free))
    with time_machine.travel("2026-12-04T10:00:00+08:00", tick=False):  # its deposit came 14 days late: D and the goods data move
        world.pays(order)
        order.refresh_from_db()
        assert goods_due(order) == last_workday(order.promised_on - timedelta(days=7)) > date(2026, 12, 20)


@pytest.mark.parametrize("country", ["", "中国", "China", "CN", " cn ", "PRC"])
def test_at_home_nothing_for_the_customs(world, country):
    customer = world.take()
    Customer.objects.filter(pk=customer.pk).update(country=country)
    assert kinds_of(world.ordered(Customer.objects.get(pk=customer.pk))) == AT_HOME


@pytest.mark.parametrize("country", ["Germany", "德国", "US", "Taiwan, China"])
def test_abroad_the_customs_want_two_more(world, country):
    customer = world.take()
    Customer.objects.filter(pk=customer.pk).update(country=country)
    assert kinds_of(world.ordered(Customer.objects.get(pk=customer.pk))) == [*AT_HOME, "hs_code", "certificate"]


def test_abroad_is_seen_from_where_we_are(world):
    edit_company(by=SYSTEM, revision=1, values={"country": "DE"})
    customer = world.take()
    Customer.objects.filter(pk=customer.pk).update(country="Deutschland")
    assert kinds_of(world.ordered(Customer.objects.get(pk=customer.pk))) == AT_HOME


def test_from_missing_to_approved(world, item):
    assert submit(item, by=world.mei, words="规格书 v3，在邮件里").state == "submitted"
    assert Event.objects.filter(kind="orders.goods_changed").get().values == {
        "order": item.line.order.number, "sku": item.line.sku, "item": "specification", "outcome": "submitted", "words": "规格书 v3，在邮件里",
    }  # fmt: skip
    assert approve(item, by=world.haoran).state == "approved"
    assert Event.objects.filter(kind="orders.goods_changed").count() == 2


def test_rejected_with_a_reason_and_handed_in_again(world, item):
    submit(item, by=world.mei, words="照片")
    refused_without_a_trace(lambda: reject(item, by=world.haoran, reason=" "), field="reason")
    found = reject(item, by=world.haoran, reason="缺正面照")
    assert (found.state, found.rejected_reason) == ("rejected", "缺正面照")
    assert found.submitted_at, "that it was handed in stays true"
    assert submit(item, by=world.mei, words="补了正面照").state == "submitted"
    assert approve(item, by=world.haoran).state == "approved"
    assert reject(item, by=world.haoran, reason="版本不对").state == "rejected", "an approval may be taken back"


def test_not_needed_with_a_reason(world, item):
    refused_without_a_trace(lambda: not_needed(item, by=world.haoran, reason=""), field="reason")
    found = not_needed(item, by=world.haoran, reason="客户自备")
    assert (found.state, found.not_needed_reason) == ("not_needed", "客户自备")
    assert approve(item, by=world.haoran).state == "approved"


def test_nothing_is_handed_in_without_words(world, item):
    refused_without_a_trace(lambda: submit(item, by=world.mei, words=" "), field="words")
    assert submit(item, by=world.mei, words="x" * 400).submitted_words == "x" * 300


def test_whoever_hands_in_does_not_judge(world, item):
    for by in (world.mei, world.kevin, world.xiaoyu, world.admin):
        for do in (
            lambda by=by: approve(item, by=by),
            lambda by=by: reject(item, by=by, reason="x"),
            lambda by=by: not_needed(item, by=by, reason="x"),
        ):
            refused_without_a_trace(do, NotAllowed, right="goods.approve")
        refused_without_a_trace(lambda by=by: approve_line(item.line, by=by), NotAllowed, right="goods.approve")
    for by in (world.kevin, world.xiaoyu, world.admin):
        refused_without_a_trace(lambda by=by: submit(item, by=by, words="x"), NotAllowed, right="goods.submit")
    assert submit(item, by=world.heyuan, words="x").state == "submitted"


def test_a_line_is_ready_with_its_last_item(world, order):
    first, second = order.lines.all()
    *others, last = first.goods.all()
    for i, item in enumerate(others):
        approve(item, by=world.haoran) if i % 2 else not_needed(item, by=world.haoran, reason="客户不要")
    first.refresh_from_db()
    assert (first.goods_ready, first.state) == (False, "open")
    approve(last, by=world.haoran)
    first.refresh_from_db()
    assert (first.goods_ready, first.state, Order.objects.get().state) == (True, "ready", "open")
    approve_line(second, by=world.haoran)
    assert Order.objects.get().state == "ready"
    reject(last, by=world.haoran, reason="版本不对")
    first.refresh_from_db()
    assert (first.goods_ready, Order.objects.get().state) == (False, "open")


def test_all_of_a_line_at_once_is_one_event(world, order):
    line = order.lines.first()
    kept = not_needed(line.goods.first(), by=world.haoran, reason="客户自备")
    approve_line(line, by=world.haoran)
    assert {i.state for i in line.goods.exclude(pk=kept.pk)} == {"approved"}
    assert line.goods.get(pk=kept.pk).state == "not_needed", "what is not needed stays so"
    event = Event.objects.get(kind="orders.goods_line_approved")
    assert (event.values, event.actor_name) == ({"order": order.number, "sku": line.sku}, "Haoran")


def test_the_clerk_is_given_the_next_step(world, order):
    from boothline.followups.models import NextStep

    tasks.sweep()
    step = NextStep.objects.get(customer=order.customer, values__number=order.number)
    assert step.owner == world.users["haoran"]
    tasks.sweep()
    assert NextStep.objects.filter(values__number=order.number).count() == 1


def test_the_step_for_goods_data_is_there_while_something_is_missing(world, order):
    """Planned for the clerk, done by itself with the last line; not planned any more where somebody was faster."""
    opened = Event.objects.get(kind="orders.opened")
    collect_goods_data(opened)
    step = NextStep.objects.open().get(what=COLLECT)
    assert (step.owner.username, step.due_on) == ("haoran", add_workdays(clock.today(), 0))
    first, last = order.lines.all()
    approve_line(first, by=world.haoran)
    assert NextStep.objects.open().filter(what=COLLECT).exists()
    approve_line(last, by=world.haoran)
    assert not NextStep.objects.open().filter(what=COLLECT).exists()
    collect_goods_data(opened)
    assert not NextStep.objects.open().filter(what=COLLECT).exists()


def test_what_nobody_handed_in_is_approved_only_by_who_is_sure(world, order, client_of):
    line = order.lines.first()
    client, address = client_of(world.users["haoran"]), f"/order-lines/{line.pk}/goods-approval/"
    asked = client.post(address)
    page = asked.content.decode()
    assert asked.status_code == 422 and "有 5 项没有附文件，也没有人交过" in page and 'name="is_sure"' in page
    assert not line.goods.exclude(approved_at=None).exists()
    assert "先勾选这一项，再按一次。" in page, "what to tick is said beside the tick"
    assert "保存前请确认" in asked.content.decode() and "没有保存" not in asked.content.decode(), "a question, no mistake"
    assert client.post(address, {"is_sure": "on"}).status_code == 302 and not line.goods.filter(approved_at=None).exists()
    other = order.lines.last()
    for item in other.goods.all():
        submit(item, by=world.haoran, words="在共享盘")
    assert client.post(f"/order-lines/{other.pk}/goods-approval/").status_code == 302, "all of it was handed in: nothing to ask"


def test_the_button_says_that_it_hands_in_what_nobody_did(world, order, client_of):
    line = order.lines.first()
    client = client_of(world.users["haoran"])

    def button() -> str:
        return client.get(f"/orders/{order.number}/").content.decode()

    assert f"提交并批准 {line.sku} 全部资料：缺 5 项" in button()
    first, *others = line.goods.all()
    reject(submit(first, by=world.mei, words="规格书"), by=world.haoran, reason="缺图")
    assert f"提交并批准 {line.sku} 全部资料：缺 4 项" in button(), "what was sent back was handed in"
    for item in others:
        submit(item, by=world.mei, words="在网盘")
    assert f"批准 {line.sku} 全部资料</button>" in button() and f"提交并批准 {line.sku}" not in button()


# Who owes an item.


def test_an_item_is_ours_until_somebody_says_who_owes_it(world, item):
    assert (item.owes, item.person) == ("us", None)
    owe(item, by=world.mei, owes="us", person=world.users["kevin"], revision=item.revision)
    owe(item, by=world.haoran, owes="supplier", revision=item.revision)
    owe(item, by=world.haoran, owes="supplier", revision=item.revision)  # the same again is quiet
    item.refresh_from_db()
    assert (item.owes, item.person, item.state) == ("supplier", None, "missing")
    told = Event.objects.filter(kind="orders.goods_owed").order_by("id")
    assert [event.values["owing"] for event in told] == ["Kevin", "供应商"]
    assert told[0].values["people"] == [world.users["kevin"].pk] and told[0].subject_id == item.pk


def test_who_owes_is_one_of_three_and_by_name_only_one_of_us(world, item):
    def owing(**more):
        return lambda: owe(item, revision=item.revision, **({"by": world.haoran, "owes": "us"} | more))

    refused_without_a_trace(owing(owes="carrier"), field="owes")
    refused_without_a_trace(owing(owes="customer", person=world.users["mei"]), field="person")
    refused_without_a_trace(owing(by=world.kevin, owes="customer"), NotAllowed, right="goods.submit")
    stale = item.revision
    owe(item, by=world.haoran, owes="customer", revision=stale)
    refused_without_a_trace(lambda: owe(item, by=world.mei, owes="supplier", revision=stale), Stale)
    done = approve(item, by=world.haoran)
    refused_without_a_trace(lambda: owe(done, by=world.haoran, owes="us", revision=done.revision), code="settled")


def test_the_order_says_who_owes_what_is_not_in_order(world, order, client_of):
    first, second, *_ = order.lines.first().goods.all()
    client = client_of(world.users["haoran"])
    page = client.get(f"/goods/{first.pk}/").content.decode()
    assert f'href="/goods/{first.pk}/owing/"' in page and "欠：我们" in page
    assert f"<h1>{first} · {first.line.sku}</h1>" in page
    sent = {"revision": first.revision, "owes": "us", "person": world.users["mei"].pk}
    assert client.post(f"/goods/{first.pk}/owing/", sent).status_code == 302
    owe(second, by=world.haoran, owes="customer", revision=second.revision)
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert "欠：Mei" in page and "欠：客户" in page
    approve(second, by=world.haoran)
    now, history = client.get(f"/orders/{order.number}/").content.decode().split('<ol class="tl">')
    assert "欠：客户" not in now and "欠：客户" in history, "it is in order, and was owed"


def test_the_radar_says_who_owes_the_goods_data(world, order):
    """The customer or a supplier where all that is missing is theirs, else us by name."""

    def risk() -> tuple[str, str, str]:
        run_daily()
        found = Risk.objects.standing().get(code="goods")
        return found.owes, found.owing, found.following

    with time_machine.travel(f"{goods_due(order)}T10:00:00+08:00", tick=False):
        assert risk()[0] == "us"
        first, *others = GoodsItem.objects.filter(line__order=order).order_by("line__position", "id")
        for item in others:
            owe(item, by=world.haoran, owes="supplier", revision=item.revision)
        owe(first, by=world.haoran, owes="us", person=world.users["mei"], revision=first.revision)
        assert risk() == ("us", "Mei", "Haoran")
        approve(first, by=world.haoran)
        assert risk() == ("supplier", "供应商", "Haoran")
        for item in others:
            owe(item, by=world.haoran, owes="customer", revision=item.revision)
        assert risk() == ("customer", "客户", "Haoran")


# Files.


def handed_in(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_handed_in_without_words_and_another_one_later(world, item):
    found = submit(item, by=world.mei, received=PDF)
    assert (found.state, found.submitted_words) == ("submitted", "")
    reject(item, by=world.haoran, reason="缺图")
    submit(item, by=world.mei, words="补了图", received=Received(jpeg(), "正面.jpg", "picture"))
    assert [(kept.name, kept.kind, kept.visibility) for kept in Attachment.objects.of(item)] == [
        ("规格书.pdf", "paper", "staff"),
        ("正面.jpg", "picture", "staff"),
    ]
    told = Event.objects.filter(kind="orders.goods_changed", values__outcome="submitted").order_by("id")
    assert [event.values["words"] for event in told] == ["规格书.pdf", "补了图"]
    assert approve(item, by=world.haoran, received=PDF).state == "approved"
    assert Attachment.objects.of(item).count() == 2, "the same file again is there already"


def test_whoever_sees_the_order_sees_the_file(world, order, item, client_of):
    mei, haoran = client_of(world.users["mei"]), client_of(world.users["haoran"])
    sent = {"outcome": "submitted", "revision": item.revision, "file": handed_in("规格书.pdf", PDF.content)}
    assert mei.post(f"/goods/{item.pk}/", sent).status_code == 302
    (kept,) = Attachment.objects.of(item)
    link = f'href="/files/{kept.pk}/"'
    for page in (f"/goods/{item.pk}/", f"/orders/{order.number}/"):
        html = haoran.get(page).content.decode()
        assert link in html and "规格书.pdf" in html
    answers = {name: client_of(user).get(f"/files/{kept.pk}/").status_code for name, user in world.users.items()}
    seen = {name: Order.objects.visible_to(getattr(world, name)).exists() for name in world.users}
    assert answers == {name: 200 if sees else 404 for name, sees in seen.items()} and set(answers.values()) == {200, 404}


def test_a_file_that_is_none_or_not_handed_in_is_refused(world, item, client_of):
    client = client_of(world.users["haoran"])

    def answer(outcome: str, content: bytes, words: str = "") -> str:
        sent = {"outcome": outcome, "revision": item.revision, "words": words, "file": handed_in("x.pdf", content)}
        shown = client.post(f"/goods/{item.pk}/", sent)
        assert shown.status_code == 422
        return shown.content.decode()

    before = checksum()
    assert "id_file_error" in answer("submitted", b"MZ nothing of the kind")
    assert "id_file_error" in answer("submitted", b"%PDF-" + b"x" * (10 * 2**20) + b"%%EOF")
    assert "id_file_error" in answer("not_needed", PDF.content, "客户自备")
    assert checksum() == before


def test_a_line_that_is_split_takes_its_files_along(world, order):
    line = order.lines.first()
    submit(line.goods.first(), by=world.mei, received=PDF)
    new = split(order, by=world.haoran, quantities={line.pk: Decimal(2)}, reason="客户要分开提货")
    first, *others = new.lines.get().goods.all()
    assert (first.state, [i.state for i in others]) == ("submitted", ["missing"] * 4)
    assert [kept.name for kept in Attachment.objects.of(first)] == ["规格书.pdf"]
    assert [kept.content.read() for kept in Attachment.objects.of(first)] == [PDF.content]


# Approved again after the product's data changed.


@pytest.fixture
def approved(world, order):
    """Everything of both lines, abroad: seven kinds."""
    for line in order.lines.all():
        for kind in ("hs_code", "certificate"):
            GoodsItem.objects.create(line=line, kind=kind)
        approve_line(line, by=world.haoran)
    order.refresh_from_db()
    assert order.state == "ready"
    return order


def edit(world, line, **values) -> None:
    """Somebody edits the product of a line, or its variant."""
    variant = type(line.variant).objects.select_related("product").get(pk=line.variant_id)
    if any(hasattr(variant, name) for name in values):
        steps = [Step(step.from_quantity, step.price) for step in variant.steps.all()]
        edit_variant(variant, by=world.heyuan, revision=variant.revision, values=values, steps=steps)
    else:
        edit_product(variant.product, by=world.heyuan, revision=variant.product.revision, values=values)


def reopened(line) -> set[str]:
    return {item.kind for item in line.goods.all() if item.state == "submitted" and item.reopened_at}


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({"name": "新灯"}, {"specification", "label", "hs_code", "certificate"}),
        ({"name_latin": "New lamp"}, {"specification", "label", "hs_code", "certificate"}),
        ({"specification": "40 W"}, {"specification", "hs_code", "certificate"}),
        ({"words": "黑色款"}, {"specification", "label"}),
        ({"sku": "NEW-1"}, {"label"}),
        ({"carton_quantity": 24}, {"packing", "weights"}),
        ({"gross_weight": Decimal("12.500")}, {"packing", "weights"}),
        ({"price": Decimal(99)}, set()),
        ({"floor": Decimal(1)}, set()),
        ({"minimum": Decimal(5)}, set()),
        ({"lead_days": 9, "unit": "box", "family": "别的"}, set()),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_each_kind_rests_on_data_of_its_own(world, approved, values, kinds):
    first, second = approved.lines.all()
    edit(world, first, **values)
    assert reopened(first) == kinds
    assert {i.state for i in first.goods.exclude(kind__in=kinds)} == {"approved"}
    assert reopened(second) == set(), "another product"
    first.refresh_from_db()
    assert first.goods_ready == (not kinds) and Order.objects.get().state == ("open" if kinds else "ready")
    assert Event.objects.filter(kind="orders.goods_reopened").count() == bool(kinds)


def test_stock_changes_no_goods_data(world, approved):
    line = approved.lines.first()
    variant = line.variant
    keep_stock(variant, by=world.heyuan, revision=variant.revision, kind="counted")
    count_stock(variant, by=world.heyuan, counted=Decimal(50))
    assert reopened(line) == set()


def test_photos_rest_on_the_pictures_of_the_product(world, approved):
    line = approved.lines.first()
    picture = add_picture(line.variant.product, by=world.heyuan, content=jpeg(90), name="正面")
    assert reopened(line) == {"photos"}
    approve_line(line, by=world.haoran)
    add_picture(line.variant.product, by=world.heyuan, content=jpeg(90), name="正面")
    assert reopened(line) == set(), "it is there already"
    remove_picture(line.variant.product, by=world.heyuan, picture=picture)
    assert reopened(line) == {"photos"}


def test_what_changed_is_said_and_approved_again(world, approved, client_of):
    first = approved.lines.first()
    tasks.sweep()
    assert not NextStep.objects.open().filter(what=COLLECT).exists()
    goods = Milestone.objects.get(plan__contract=approved.contract_id, code="goods")
    assert goods.done_on == clock.today()
    edit(world, first, specification="40 W")
    (told,) = Event.objects.filter(kind="orders.goods_reopened")
    assert (told.subject_name, told.under_id, told.actor_name) == (approved.number, approved.customer_id, "Heyuan")
    assert told.values["skus"] == [first.sku] and told.values["items"] == ["规格书", "HS 编码", "认证"]
    goods.refresh_from_db()
    assert goods.done_on is None
    tasks.sweep()
    edit(world, first, name="又改名")
    tasks.sweep()
    step = NextStep.objects.open().get(what=COLLECT)  # once
    assert (step.owner.username, step.values) == ("haoran", {"number": approved.number})
    client, item = client_of(world.users["haoran"]), first.goods.get(kind="specification")
    assert "改过：要重新批准" in client.get(f"/orders/{approved.number}/").content.decode()
    page = client.get(f"/goods/{item.pk}/").content.decode()
    assert "产品资料在" in page and "重新批准" in page
    shipment = plan(approved, by=world.haoran, quantities={first.pk: first.due}, planned_on=clock.today())
    assert [gate.code for gate in gates(shipment)] == ["goods"]
    approve(item, by=world.haoran)
    item.refresh_from_db()
    assert (item.state, item.reopened_at) == ("approved", None)
    approve_line(first, by=world.haoran)
    assert gates(shipment) == [] and not NextStep.objects.open().filter(what=COLLECT).exists()
    goods.refresh_from_db()
    assert goods.done_on == clock.today()


def test_what_has_left_or_never_will_stays_approved(world, approved):
    first, second = approved.lines.all()
    gone = plan(approved, by=world.haoran, quantities={first.pk: first.due}, planned_on=clock.today())
    for do in (release, pack):
        do(gone, by=world.haoran)
    ship(gone, by=world.haoran, carrier="恒达速运")
    other = world.ordered(world.take(company="别家", name="别人", phones=["13911110001"], emails=["b@b.example"]))
    for line in other.lines.all():
        approve_line(line, by=world.haoran)
    cancel_order(other, by=world.haoran, reason="客户的项目取消了", why="price")
    for line in (first, second, *other.lines.all()):
        edit(world, line, name=f"改名 {line.pk}")
    assert [reopened(line) for line in (first, *other.lines.all())] == [set(), set(), set()]
    assert reopened(second) == {"specification", "label", "hs_code", "certificate"}, "it is still here"


def test_what_is_packed_and_has_not_left_waits(world, approved):
    first = approved.lines.first()
    here = plan(approved, by=world.haoran, quantities={first.pk: first.due}, planned_on=clock.today())
    for do in (release, pack):
        do(here, by=world.haoran)
    edit(world, first, carton_quantity=24)
    here.refresh_from_db()
    refused_without_a_trace(lambda: ship(here, by=world.haoran, carrier="恒达速运"))
    approve_line(first, by=world.haoran)
    assert ship(here, by=world.haoran, carrier="恒达速运").state == "shipped"


def test_a_part_that_goes_on_as_another_order_knows_what_its_approval_stands_on(world, approved):
    first = approved.lines.first()
    new = split(approved, by=world.haoran, quantities={first.pk: Decimal(2)}, reason="客户要分开提货")
    edit(world, first, words="黑色款")
    assert reopened(new.lines.get()) == reopened(first) == {"specification", "label"}
    numbers = [event.values["order"] for event in Event.objects.filter(kind="orders.goods_reopened").order_by("id")]
    assert numbers == [approved.number, new.number], "an event an order"


def test_an_approval_from_before_stands_until_what_it_rests_on_changes(world, approved):
    """Nobody knows what it stood on: only a change of that kind's data asks for it again."""
    first = approved.lines.first()
    GoodsItem.objects.update(stands_on="")
    edit(world, first, price=Decimal(99))
    edit(world, first, carton_quantity=24)
    assert reopened(first) == {"packing", "weights"}
    assert reopened(approved.lines.last()) == set()


def test_what_is_not_needed_or_rejected_is_left_alone(world, approved):
    first = approved.lines.first()
    not_needed(first.goods.get(kind="label"), by=world.haoran, reason="客户自备")
    reject(first.goods.get(kind="specification"), by=world.haoran, reason="缺图")
    edit(world, first, words="黑色款")
    assert {i.kind: i.state for i in first.goods.filter(kind__in=("label", "specification"))} == {
        "label": "not_needed",
        "specification": "rejected",
    }
    assert not Event.objects.filter(kind="orders.goods_reopened").exists()


def test_the_same_questions_find_one_line_and_many(world):
    """Of lines whose approval stands, as with a picture that is there already."""
    orders = [
        world.ordered(world.take(company=f"公司{n}", name=f"人{n}", phones=[f"1391111000{n}"], emails=[f"{n}@b.example"])) for n in range(3)
    ]
    product = orders[0].lines.first().variant.product

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            add_picture(product, by=world.heyuan, content=jpeg(90), name="正面")
        return len(found)

    add_picture(product, by=world.heyuan, content=jpeg(90), name="正面")
    approve_line(orders[0].lines.first(), by=world.haoran)
    one = asked()
    for order in orders[1:]:
        for line in order.lines.all():
            approve_line(line, by=world.haoran)
    assert asked() == one


def test_a_country_written_later_asks_for_what_goods_need_there(world, sent):
    """Abroad: HS code and certificate of what is still to leave; at home again, those that nobody has touched are owed no more."""
    order = world.ordered(world.take())
    first, second = order.lines.all()
    sent(order, first.due, None)

    def kinds(line) -> set[str]:
        return set(GoodsItem.objects.filter(line=line).values_list("kind", flat=True))

    def moves(country: str) -> None:
        customer = Customer.objects.get(pk=order.customer_id)
        edit_customer(customer, by=world.heyuan, revision=customer.revision, values={"country": country})

    was = kinds(first)
    moves("DE")
    assert kinds(first) == was and kinds(second) == was | set(ABROAD_ONLY)
    made = plan(Order.objects.get(pk=order.pk), by=world.haoran, quantities={second.pk: second.due}, planned_on=clock.today())
    with pytest.raises(Refused):
        release(made, by=world.haoran)
    submit(GoodsItem.objects.get(line=second, kind="hs_code"), by=world.haoran, words="9405.11")
    moves("中国")
    assert kinds(second) == was | {"hs_code"}
