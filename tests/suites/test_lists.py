"""The suite for every list there is. A list page without a class here fails."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from boothline.accounts.people import add_person, add_team
from boothline.approvals.approval import Approval, approve
from boothline.billing.announced import Told as ToldPayment
from boothline.billing.announced import announce
from boothline.billing.books import Credit, Instalment, Receipt, settle
from boothline.billing.receipts import allow, void_receipt
from boothline.billing.refunds import pay
from boothline.billing.refunds import prepare as prepare_refund
from boothline.care.complaints import Told, receive
from boothline.care.complaints import answer as answer_complaint
from boothline.care.surveys import answer as answer_survey
from boothline.care.surveys import propose as propose_survey
from boothline.care.surveys import send as send_survey
from boothline.catalogue.products import Variant, add_product
from boothline.catalogue.stock import correct_stock, count_stock, keep_stock
from boothline.contracts.agreement import prepare
from boothline.contracts.establishment import Confirmation, ConfirmationRequest
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.customers.card import Person, agree, assign
from boothline.customers.companies import Company, add_companies
from boothline.customers.duplicates import find_alike
from boothline.customers.key_accounts import KeyAccount, appoint
from boothline.customers.lists import KEY_KINDS, TIERS, TYPES
from boothline.exchange.jobs import hand_in, run_due
from boothline.exchange.opportunities import STAGES, Opportunity
from boothline.fairs.appointments import Appointment, book, slots
from boothline.fairs.editions import add_fair
from boothline.fairs.exhibitors import Exhibitor, Listed, Place, list_exhibitors, make_customer
from boothline.fairs.invitations import answer as answer_invitation
from boothline.fairs.invitations import list_customers, send_many
from boothline.fairs.models import Invitation
from boothline.followups.gifts import Told as ToldGift
from boothline.followups.gifts import log_gift
from boothline.followups.steps import Plan
from boothline.followups.touches import log_touch
from boothline.intentions.collection import collect
from boothline.intentions.expansion import Proposed, prepare_expansion
from boothline.intentions.products import Intention, Wish, lose, open_intention
from boothline.messaging.letters import write
from boothline.negotiation.briefing import brief
from boothline.orders.compensation import answer_claim, file_claim, note_claim, note_paid
from boothline.orders.goods import approve_line, open_items
from boothline.orders.lists import PREPARATIONS
from boothline.orders.preparation import prepare as prepare_delivery
from boothline.orders.problems import Report, report
from boothline.orders.purchases import Bought, add_purchase, arrive
from boothline.orders.register import Order, open_from
from boothline.orders.shipments import cancel, pack, plan, release
from boothline.radar.watch import Risk
from boothline.ui import kit
from boothline.ui.kit import PAGES, ListPage
from boothline.visitors.cooperation import Cooperation, move_cooperation
from boothline.visitors.firms import list_firm
from boothline.visitors.recognition import say_nature
from boothline.visitors.solicitation import Taken, take_many
from boothline.worktime.absences import enter_absence
from boothline.worktime.calendar import override_day
from tests.stages import staged
from tests.suites.lists import ListPageSuite
from tests.world import World

pytestmark = pytest.mark.django_db
NAMES = ["安东", "白露", "Citylight", "大川", "恩泽", "Fjord", "高原", "海蓝", "Iris", "江南"]


@staged
def captured(world: World, n: int) -> list:
    """n customers, each with a phone and an e-mail of their own; every other one is Mei's, the rest Kevin's."""
    made = []
    for by, part in ((world.mei, 0), (world.kevin, 1)):
        rows = [
            Taken(
                person=Person(
                    name=f"访客{i:03d}", company=f"{NAMES[i % 10]}公司{i:03d}", phones=[f"1390000{i:04d}"],
                    emails=[f"mail{i:03d}@visitors.example"],
                ),
                heat=i % 4 + 1 if i % 5 else None,
            )
            for i in range(n) if i % 2 == part
        ]  # fmt: skip
        made += [c.customer for c in take_many(rows, by=by, fair=world.fair).created.values()]
    return sorted(made, key=lambda c: c.pk)


@staged
def intended(world: World, n: int) -> list[Intention]:
    variant = world.products["TR20"].variants.first()
    wish = Wish(variant=variant, quantity=Decimal(10), price=Decimal(100))
    return [open_intention(c, by=SYSTEM, wishes=[wish]) for c in captured(world, n)]


@staged
def ordered(world: World, n: int) -> list[Order]:
    """n orders, without the papers that go out before them."""
    confirmations = []
    for intention in intended(world, n):
        contact = intention.customer.contacts.first()
        collect(intention, by=SYSTEM, revision=1, values={"signatory": contact, "po_number": f"PO{intention.pk:05d}"})
        version = prepare(Intention.objects.get(pk=intention.pk), by=SYSTEM).newest
        request = ConfirmationRequest.objects.create(
            version=version, signatory=contact, state="confirmed", expires_at=timezone.now() + timedelta(days=14)
        )
        confirmations.append(
            Confirmation.objects.create(version=version, request=request, contact=contact, signed_by="x", signature="x", consent="x")
        )
    orders = open_from(confirmations, by=SYSTEM)
    open_items(orders)
    return orders


class TestCustomers(ListPageSuite):
    name = "customers"
    finds = {
        "访客007": "海蓝公司007", "海蓝公司017": "海蓝公司017", "hai lan gong si 007": "海蓝公司007", "mail012@": "Citylight公司012",
        "39000000 03": "大川公司003", "0004": "恩泽公司004", "CITYLIGHT公司012": "Citylight公司012",
    }  # fmt: skip

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            if i % 3 == 0:
                brief(customer, by=SYSTEM, products=list(world.products.values()))

    def has(self, row, field, value):
        if field == "left":
            return row.type_changes.filter(was=value, pinned=False).exists()
        if field == "nature":
            return row.nature != "peer" if value == "open" else row.nature == value
        if field == "reached":
            return row.furthest >= TYPES.index(value)
        if field == "key":
            account = KeyAccount.objects.standing().filter(customer=row).first()
            return account is not None and value in ("any", account.tier)
        return row.owner_id is not None and row.owner.username == self.who if value == "me" else super().has(row, field, value)


class TestDuplicates(ListPageSuite):
    name = "duplicates"
    finds = {"海蓝公司007": "海蓝公司007", "mail012@": "Citylight公司012"}

    def make(self, world, n):
        add_companies([Company(f"{customer.name}股份有限公司") for customer in captured(world, n)], by=SYSTEM)
        find_alike()


class TestKeyAccounts(ListPageSuite):
    name = "key-accounts"
    finds = {"海蓝公司007": "海蓝公司007", "mail012@": "Citylight公司012"}

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            mark = {"tier": list(TIERS)[i % 3], "kind": list(KEY_KINDS)[i % 4], "reason": "全年订单量最大"}
            appoint(customer, by=SYSTEM, revision=0, values=mark)

    def has(self, row, field, value):
        if field == "owner":
            owner = row.customer.owner
            return (
                owner is None
                if value == "none"
                else owner is not None and (owner.username == self.who if value == "me" else str(owner.pk) == value)
            )
        return super().has(row, field, value)


class TestCaptures(ListPageSuite):
    name = "captures"
    finds = {"海蓝公司007": "访客007", "mail012@": "访客012", "13900000003": "访客003"}

    def make(self, world, n):
        captured(world, n)
        add_fair(by=SYSTEM, code=f"E{n}", name="别的展", starts_on=clock.today(), ends_on=clock.today())

    def has(self, row, field, value):
        if field == "taken":
            return row.taken_by.username == self.who and timezone.localdate(row.taken_at) == clock.today()
        return row.customer.nature == value if field == "customer__nature" else super().has(row, field, value)


class TestCooperation(ListPageSuite):
    name = "cooperations"
    finds = {"海蓝公司007": "海蓝公司007", "mail012@": "Citylight公司012", "访客003": "大川公司003"}

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            say_nature(customer, by=SYSTEM, nature="peer", peer=("competitor", "agent", "")[i % 3])
            if i % 4 == 0:
                held = Cooperation.objects.get(customer=customer)
                move_cooperation(held, by=SYSTEM, revision=held.revision, state="talking")


class TestFirms(ListPageSuite):
    name = "firms"
    finds = {"海蓝公司007": "海蓝公司007", "firm012.example": "Citylight公司012"}
    who = "heyuan"

    def make(self, world, n):
        for i in range(n):
            on = ("competitor", "supplier", "same", "other")[i % 4]
            list_firm(
                by=SYSTEM, on=on, name=f"{NAMES[i % 10]}公司{i:03d}", domain=f"firm{i:03d}.example",
                fair=world.fair if on in ("same", "other") else None,
            )  # fmt: skip


class TestProducts(ListPageSuite):
    name = "products"
    finds = {"灯具 007": "灯具 007", "Lamp 012": "灯具 012", "P-003": "灯具 003", "SKU-004": "灯具 004"}

    def make(self, world, n):
        for i in range(n):
            sold = [{"sku": f"SKU-{i:03d}-{v}", "price": Decimal(v + 1)} for v in range(3)]
            add_product(by=SYSTEM, code=f"P-{i:03d}", name=f"灯具 {i:03d}", name_latin=f"Lamp {i:03d}", family="灯", variants=sold)


def stocked(world: World, n: int) -> list[Variant]:
    """n variants that are counted, some of them wanted by an order, and bought."""
    made = []
    for i in range(n):
        sold = [{"sku": f"SKU-{i:03d}", "price": Decimal(1)}]
        product = add_product(by=SYSTEM, code=f"P-{i:03d}", name=f"灯具 {i:03d}", variants=sold)
        kind = ("counted", "preorder", "counted")[i % 3]
        made.append(keep_stock(product.variants.get(), by=SYSTEM, revision=1, kind=kind))
        count_stock(made[-1], by=SYSTEM, counted=Decimal(i % 7))
    return made


class TestStock(ListPageSuite):
    name = "stock"
    finds = {"灯具 007": "SKU-007", "SKU-004": "SKU-004"}

    def make(self, world, n):
        for i, variant in enumerate(stocked(world, n)):
            if i % 2:
                add_purchase(by=SYSTEM, supplier="配件厂", lines=[Bought(variant, Decimal(9), clock.today() + timedelta(days=i % 5))])
            if i % 3 == 0:
                Variant.objects.filter(pk=variant.pk).update(short=i % 4, missing=i % 4)

    def has(self, row, field, value):
        return row.short > 0 if value == "short" else row.stock_kind == value


class TestStockMoves(ListPageSuite):
    name = "stock-moves"
    finds = {"SKU-004": "SKU-004"}

    def make(self, world, n):
        for i, variant in enumerate(stocked(world, n)):
            if i % 2 and i % 7:
                correct_stock(variant, by=SYSTEM, quantity=Decimal(-1), words="拿去做样品")


class TestPurchases(ListPageSuite):
    name = "purchases"
    finds = {"PU-0007": "PU-0007", "甲011号厂": "甲011号厂"}

    def make(self, world, n):
        for i, variant in enumerate(stocked(world, n)):
            day = clock.today() + timedelta(days=i % 5 - 2)
            ordered = clock.today() - timedelta(days=9)
            made = add_purchase(by=SYSTEM, supplier=f"甲{i:03d}号厂", lines=[Bought(variant, Decimal(9), day)], ordered_on=ordered)
            if i % 4 == 0:
                arrive(made, by=SYSTEM, counted={made.lines.get().pk: Decimal(4 if i % 8 else 9)})

    def has(self, row, field, value):
        if value == "late":
            return row.expected_on is not None and row.expected_on < clock.today()
        return row.expected_on is not None if value == "open" else row.state == value


class TestPeople(ListPageSuite):
    name = "people"
    queries = 11  # the person's own four are among them: they are of the same tables; look and views
    frame = re.compile("django_session|messaging_notice|approvals_")

    def make(self, world, n):
        for i in range(n):
            add_person(by=SYSTEM, username=f"person{i:03d}", name=f"同事{i:03d}", roles=["sales", "booth"], team=world.users["mei"].team)

    def shown(self, row):
        return f">{row.name}<"


class TestTeams(ListPageSuite):
    name = "teams"

    def make(self, world, n):
        for i in range(n):
            add_team(by=SYSTEM, name=f"团队{i:03d}")


class TestHappened(ListPageSuite):
    name = "happened"

    def make(self, world, n):
        captured(world, n)

    def shown(self, row):
        return timezone.localtime(row.at).isoformat()

    def test_every_filter(self, client, view, monkeypatch):
        monkeypatch.setattr(kit, "PAGE_SIZE", 1000)  # more happened than a page shows
        super().test_every_filter(client, view)

    def has(self, row, field, value):
        if field == "who":
            return row.actor_kind == "user" and str(row.actor_id) == value
        return row.kind == value or row.kind.startswith(f"{value}.")


class TestFairs(ListPageSuite):
    name = "fairs"
    finds = {"展会 007": "展会 007", "F-012": "展会 012", "杭州003": "展会 003"}

    def make(self, world, n):
        for i in range(n):
            day = clock.today() - timedelta(days=i // 2)  # two begin on one day
            add_fair(by=SYSTEM, code=f"F-{i:03d}", name=f"展会 {i:03d}", city=f"杭州{i:03d}", starts_on=day, ends_on=day)


class TestClocks(ListPageSuite):
    name = "clocks"
    finds = {"海蓝公司007": "海蓝公司007", "mail012@": "Citylight公司012"}

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            step = Plan(customer, "再问", clock.today() + timedelta(days=2))
            if i % 3 == 0:
                log_touch(customer, by=SYSTEM, channel="phone", words="谈了", next_step=step)
            elif i % 3 == 1:
                log_touch(customer, by=SYSTEM, channel="phone", words="不要", reach="not_reached", ended="no_need")

    def has(self, row, field, value):
        return row.due_at <= timezone.now() if value == "passed" else super().has(row, field, value)


class TestPool(ListPageSuite):
    name = "pool"
    who = "heyuan"
    finds = {"海蓝公司007": "海蓝公司007", "mail012@": "Citylight公司012"}

    def make(self, world, n):
        for customer in captured(world, n):
            assign(customer, by=SYSTEM, owner=None, revision=customer.revision)


class TestGifts(ListPageSuite):
    name = "gifts"
    finds = {"海蓝公司007": "海蓝公司007", "样册 07": "样册 07"}

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            way, on = ("given", "received", "asked")[i % 3], clock.today() - timedelta(days=300 * (i % 2))
            told = ToldGift(way, f"样册 {i:02d}", "来访", on, customer.contacts.get(), Decimal(190 + i), is_official=i % 5 == 0)
            log_gift(customer, by=world.admin.trusted() if way == "asked" else SYSTEM, told=told)  # who noted a declined request sees it

    def has(self, row, field, value):
        if field == "year":
            return row.on.year == clock.today().year - (value == "last")
        return super().has(row, field, value)


class TestWorkdays(ListPageSuite):
    name = "workdays"
    finds = {"理由 007": "理由 007"}

    def make(self, world, n):
        for i in range(n):
            override_day(by=SYSTEM, day=clock.today() + timedelta(days=i), is_workday=i % 2 == 0, words=f"理由 {i:03d}")


class TestAbsences(ListPageSuite):
    name = "absences"

    def make(self, world, n):
        people = list(world.users.values())
        for i in range(n):
            day = clock.today() + timedelta(days=i * 3)
            enter_absence(people[i % len(people)], by=SYSTEM, starts_on=day, ends_on=day + timedelta(days=i % 3), words=f"理由 {i:03d}")

    def shown(self, row):
        return row.words


class TestIntentions(ListPageSuite):
    name = "intentions"

    def make(self, world, n):
        for i, intention in enumerate(intended(world, n)):
            if i % 3 == 0:
                lose(intention, by=SYSTEM, reason="买了别家")


class TestContracts(ListPageSuite):
    name = "contracts"
    finds = {"C-0007": "C-0007", "海蓝公司017": "海蓝公司017", "mail012@": "Citylight公司012"}

    def make(self, world, n):
        from boothline.contracts.agreement import new_version
        from boothline.contracts.establishment import end_contract

        for i, intention in enumerate(intended(world, n)):
            contract = prepare(Intention.objects.get(pk=intention.pk), by=SYSTEM)
            if i % 3 == 0:
                end_contract(contract, by=SYSTEM, reason="客户换项目")
            elif i % 3 == 1:
                new_version(contract, by=SYSTEM)


class TestApprovals(ListPageSuite):
    name = "approvals"
    queries = 6  # one of them is the count in the menu; look and views
    frame = re.compile('django_session|"accounts_user"|accounts_heldrole|accounts_heldduty|messaging_notice|views_')

    def make(self, world, n):
        from boothline.contracts.agreement import Term, edit_version
        from boothline.contracts.clearance import ask_approval
        from boothline.core.models import RuleSetting

        RuleSetting.objects.get_or_create(code="contracts.approved_by", value="admin")
        for intention in intended(world, n):
            draft = prepare(Intention.objects.get(pk=intention.pk), by=SYSTEM).newest
            terms = [Term(1, Decimal(10), Decimal(100), Decimal(20))]
            edit_version(draft, by=SYSTEM, revision=draft.revision, values={}, terms=terms)
            ask_approval(draft, by=SYSTEM)


class TestOrders(ListPageSuite):
    name = "orders"
    finds = {"SO-0007": "SO-0007", "海蓝公司017": "海蓝公司017", "13900000003": "大川公司003"}

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            if i % 3 == 0:
                approve_line(order.lines.first(), by=SYSTEM)
            flags = {1: {"is_overdue": True}, 2: {"in_trouble": True, "is_overdue": True}}.get(i % 5, {})
            Order.objects.filter(pk=order.pk).update(**flags or {"on_hold": False})

    def has(self, row, field, value):
        if field == "state":
            return row.mark == value
        if field == "currency":
            return row.currency == value
        if field == "customer__team":
            return str(row.customer.team_id) == value
        owner = row.customer.owner
        return owner is not None and owner.username == self.who if value == "me" else value == str(owner.pk if owner else "none")

    def test_search_finds_the_customers_number(self, client):
        order = Order.objects.order_by("id")[5]
        assert order.po_number in self.get(client, q=order.po_number).content.decode()


class TestOrderLines(ListPageSuite):
    name = "order-lines"
    finds = {"TR20": "轨道射灯", "SO-0007": "SO-0007/1", "海蓝公司017": "海蓝公司017"}

    make = TestOrders.make

    def shown(self, row):
        return f">{row}</a>"

    def has(self, row, field, value):
        if field == "line":
            return row.state == value
        if field == "product":
            return str(row.variant.product_id) == value
        return TestOrders.has(self, row.order, field, value)

    def test_the_lines_come_to_what_the_list_says(self, client):
        """The foot counts all pages, each currency for itself; what is narrowed is summed so."""
        from boothline.orders.register import OrderLine

        for asked in ({}, {"line": "ready"}):
            body = self.get(client, **asked).content.decode()
            lines = OrderLine.objects.filter(**({"state": "ready"} if asked else {}))
            wanted = sum(line.amount for line in lines)
            assert wanted and f"{wanted:,.2f}" in re.search(r"<tfoot>(.*?)</tfoot>", body, re.S).group(1)


class TestInstalments(ListPageSuite):
    name = "instalments"
    finds = {"SO-0007": "SO-0007", "海蓝公司017": "海蓝公司017"}

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            Instalment.objects.filter(order=order).update(due_on=clock.today() + timedelta(days=i // 2 - 5) if i % 4 else None)
            settle(order, by=SYSTEM)
            if i % 5 == 0:
                world.pays(order, 100)  # what is paid in full is shown only where it is asked for

    def shown(self, row):
        return row.order.number

    def has(self, row, field, value):
        return value == "all" or super().has(row, field, value)


class TestReceipts(ListPageSuite):
    name = "receipts"
    finds = {"水单 007": "水单 007", "海蓝公司017": "海蓝公司017"}

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            made = world.pays(order, 2000 if i % 3 == 0 else 100, reference=f"水单 {i:03d}")
            Receipt.objects.filter(pk=made.pk).update(received_on=clock.today() - timedelta(days=i // 2))
            if i % 7 == 0:
                void_receipt(made, by=SYSTEM, reason="登错了客户")

    def has(self, row, field, value):
        return {"waits": row.rest > 0, "whole": not row.void_at and row.rest <= 0, "void": bool(row.void_at)}[value]


class TestAnnouncements(ListPageSuite):
    name = "announcements"
    finds = {"海蓝公司017": "海蓝公司017", "水单 007": "水单 007"}

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            told = ToldPayment(Decimal(90 + i), "CNY", clock.today() - timedelta(days=i // 2), order=order, note=f"水单 {i:03d}")
            announce(order.customer, by=SYSTEM, told=told)


class TestCredits(ListPageSuite):
    name = "credits"
    finds = {"SO-0007": "SO-0007", "海蓝公司017": "海蓝公司017"}

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            world.pays(order)
            allow(order, by=SYSTEM, amount=Decimal(10), reason="划伤")
            credit = Credit.objects.get(order=order)
            Credit.objects.filter(pk=credit.pk).update(due_on=clock.today() + timedelta(days=i // 2 - 3))
            if i % 4 == 1:
                refund = prepare_refund(credit, by=SYSTEM, account="工行 6222")
                if i % 8 == 1:
                    approve(Approval.objects.get(matter="billing.refund", subject_id=refund.pk), by=SYSTEM)
                    pay(refund, by=SYSTEM, paid_on=clock.today())

    def shown(self, row):
        return row.order.number


class TestShipments(ListPageSuite):
    name = "shipments"
    finds = {"SH-0007": "SH-0007", "SO-0004": "SO-0004", "海蓝公司007": "海蓝公司007"}

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            line = order.lines.first()
            shipment = plan(order, by=SYSTEM, quantities={line.pk: Decimal(1)}, planned_on=clock.today() + timedelta(days=i // 2))
            if i % 4 == 0:
                cancel(shipment, by=SYSTEM, reason="客户推迟收货")


class TestDeliveries(ListPageSuite):
    name = "deliveries"
    finds = {"SH-0007": "SH-0007", "SO-0004": "SO-0004", "海蓝公司007": "海蓝公司007"}
    queries = 16  # with the month's figures under the rows; what must be in counts what was taken off, and what comes back

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            line = order.lines.first()
            approve_line(line, by=SYSTEM)
            shipment = plan(order, by=SYSTEM, quantities={line.pk: Decimal(1)}, planned_on=clock.today())
            if i % 4 == 1:
                world.pays(order)
                release(shipment, by=SYSTEM)
            for kind in list(PREPARATIONS)[: i % 4]:
                prepare_delivery(shipment, by=SYSTEM, kind=kind, words="粤T 88E66")
            if i % 8 == 5:
                for kind in PREPARATIONS:
                    prepare_delivery(shipment, by=SYSTEM, kind=kind, words="粤T 88E66")
                pack(shipment, by=SYSTEM)

    def has(self, row, field, value):
        month = f"{row.planned_on:%Y-%m}"
        if field == "month":
            return month == value
        if month != f"{clock.today():%Y-%m}" or field == "which":
            return False  # nothing has left here; what is planned for this month is shown unless another is asked for
        if field == "state":
            return row.state == value
        if field == "prepared":
            there = set(row.preparations.filter(undone_at=None).values_list("kind", flat=True)) | ({"packed"} if row.packed_at else set())
            return value not in there if value not in ("all", "lacking") else (len(there) == 4) == (value == "all")
        owner = row.order.customer.owner
        return owner is not None and owner.username == self.who if value == "me" else value == str(owner.pk if owner else "none")


class TestProblems(ListPageSuite):
    name = "problems"
    finds = {"PR-0007": "PR-0007", "SO-0004": "SO-0004", "海蓝公司007": "海蓝公司007"}

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            report(order, by=SYSTEM, told=Report(("damage", "invoice", "late")[i % 3], f"第 {i} 个", line=order.lines.first()))

    def has(self, row, field, value):
        if field == "whose":
            return row.waits_since is not None if value == "us" else row.owner_id is not None and row.owner.username == self.who
        return row.is_open if value == "open" else super().has(row, field, value)


class TestClaims(ListPageSuite):
    name = "claims"
    finds = {"PR-0007": "PR-0007", "SO-0004": "SO-0004", "海蓝公司007": "海蓝公司007", "YD-0011": "承运011", "承运012": "承运012"}

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            problem = report(order, by=SYSTEM, told=Report("damage", f"第 {i} 个", line=order.lines.first()))
            against = ("carrier", "insurer", "supplier")[i % 3]
            values = {"against": against, "name": f"承运{i:03d}", "amount": Decimal(90), "reference": f"YD-{i:04d}"}
            one = note_claim(problem, by=SYSTEM, values=values | {"due_on": clock.today() + timedelta(days=i % 13 - 2)})
            one = file_claim(one, by=SYSTEM) if i % 5 else one
            if i % 5 > 1:
                answer = "refused" if i % 10 == 3 else "accepted"
                one = answer_claim(one, by=SYSTEM, outcome=answer, words="答复如下")
            if i % 5 > 3:
                note_paid(one, by=SYSTEM, amount=Decimal(90 if i % 2 else 30), on=clock.today())

    def has(self, row, field, value):
        if field == "due":
            return row.state == "noted" and row.due_on < clock.today() + timedelta(days=8 if value == "week" else 0)
        if (field, value) == ("state", "open"):
            return row.state not in ("paid", "refused")
        return row.state == value if field == "state" else super().has(row, field, value)


class TestComplaints(ListPageSuite):
    name = "complaints"
    finds = {"CP-0007": "CP-0007", "海蓝公司007": "海蓝公司007"}

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            told = Told(f"第 {i} 个", kind=("complaint", "suggestion")[i % 2], about=("people", "goods", "delivery")[i % 3])
            one = receive(customer, by=SYSTEM, told=told)
            if i % 4 == 0:
                answer_complaint(one, by=SYSTEM, words="我们换人")

    def has(self, row, field, value):
        if field == "whose":
            return row.owner is not None and row.owner.username == self.who
        if field == "state" and value in ("open", "late"):
            return row.is_open and (value == "open" or (row.stage[1] is not None and row.stage[1] < timezone.now()))
        return super().has(row, field, value)


class TestSurveys(ListPageSuite):
    name = "surveys"

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            survey = propose_survey(
                customer, by=SYSTEM, kind=("fair", "delivery")[i % 2], occasion=world.fair, contact=customer.contacts.first()
            )
            guest = Actor(kind="guest", id=survey.contact_id, name="x", customer_id=customer.pk)
            if i % 2:
                agree([(survey.contact, "follow_up")], by=SYSTEM, how="test")
                answer_survey(
                    send_survey(survey, by=SYSTEM, contact=survey.contact), by=guest, answers={"overall": 1 + i % 5, "recommend": i % 11}
                )

    def has(self, row, field, value):
        if field != "result":
            return super().has(row, field, value)
        between = {"recommend": (0, 10), "promoters": (9, 10), "passives": (7, 8), "detractors": (0, 6)}.get(value)
        return row.answered_at is not None if between is None else row.recommend is not None and between[0] <= row.recommend <= between[1]


class TestMilestones(ListPageSuite):
    name = "milestones"

    def make(self, world, n):  # each contract brings several
        ordered(world, max(1, n // 6))

    def has(self, row, field, value):
        return row.state == value if field == "state" else super().has(row, field, value)


class TestRadar(ListPageSuite):
    name = "radar"

    def make(self, world, n):
        for i, order in enumerate(ordered(world, n)):
            report(order, by=SYSTEM, told=Report("late", f"第 {i} 个", is_urgent=i % 3 == 0))
            Risk.objects.create(order=order, code=("balance", "goods", "silent")[i % 3], colour=("red", "amber")[i % 2], since=clock.today() - timedelta(days=i), owes=("customer", "us")[i % 2], place=f"{i % 2} {i:03}")  # fmt: skip

    def has(self, row, field, value):
        if field not in ("owner", "follows"):
            return super().has(row, field, value)
        person = row.customer.owner if field == "owner" else row.follows
        return (
            person is None
            if value == "none"
            else person is not None and (person.username == self.who if value == "me" else person.pk == int(value))
        )


class TestExpansions(ListPageSuite):
    name = "expansions"

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            prepare_expansion(customer, by=SYSTEM, kind=("related", "newline")[i % 2], items=[Proposed(world.products["TR20"], Decimal(1))])


class TestLetters(ListPageSuite):
    name = "letters"

    def make(self, world, n):
        for i, customer in enumerate(captured(world, n)):
            write(customer.contacts.first(), by=SYSTEM, subject=f"信 {i}", body="…", language="zh-hans")


class TestImports(ListPageSuite):
    name = "imports"

    def make(self, world, n):
        for i in range(n):
            hand_in([SimpleUploadedFile(f"{i:03d}.csv", b"company,country\nNordlicht,Germany\n")], by=world.heyuan)
        run_due()


class TestOpportunities(ListPageSuite):
    name = "opportunities"
    finds = {"Q-007": "Q-007", "第 9 期": "Q-009"}

    def make(self, world, n):
        people, products = list(world.users.values()), list(world.products.values())
        for i in range(n):
            Opportunity.objects.create(
                key=f"Q-{i:03}", title=f"展厅改造第 {i} 期", product=products[i % 2], stage=tuple(STAGES)[i % 4],
                seller=people[i % 3] if i % 4 else None, opened_on=clock.today() - timedelta(days=i % 5) if i % 3 else None,
                value=Decimal(i) if i % 2 else None,
            )  # fmt: skip


def test_every_list_page_has_its_suite():
    fed = {suite.name for suite in ListPageSuite.__subclasses__()}
    assert fed == {name for name, view in PAGES.items() if issubclass(view, ListPage)}


class TestExhibitors(ListPageSuite):
    name = "exhibitors"
    finds = {"9.1D31": "海蓝展商007", "蓝展商007": "海蓝展商007"}
    queries = 12  # the filters offer the halls, phases, categories and countries that the lists name

    def make(self, world, n):
        day = clock.today()
        for code in ("F1", "F2"):
            fair = add_fair(by=SYSTEM, code=code, name=f"展会{code}", starts_on=day, ends_on=day)
            rows = [
                Listed(
                    {"name": f"{NAMES[i % 10]}展商{i:03d}", "country": ("中国", "Germany")[i % 4 // 2]},
                    [Place("9.1D30-31" if i == 7 else f"{i}.2A01", ("9.1", "10.2")[i % 2], "12"[i % 2], ("灯具", "家具")[i % 2])],
                )
                for i in range(n)
                if i % 2 == (code == "F1")
            ]
            list_exhibitors(rows, by=SYSTEM, fair=fair)
        for exhibitor in Exhibitor.objects.order_by("pk")[::3]:
            make_customer(exhibitor, by=SYSTEM)

    def has(self, row, field, value):
        if field in ("hall", "phase", "category"):
            return any(getattr(stand, field) == value for stand in row.stands.all())
        if field == "ours":
            return (row.customer_id is not None) == (value == "yes")
        return super().has(row, field, value)


class TestAppointments(ListPageSuite):
    name = "appointments"
    finds = {"海蓝公司007": "海蓝公司007"}

    def make(self, world, n):
        people, begins = captured(world, n), clock.today() + timedelta(days=1)
        fairs = [
            add_fair(by=SYSTEM, code=code, name=f"展会{code}", starts_on=begins, ends_on=begins + timedelta(days=4))
            for code in ("F1", "F2")
        ]
        free = slots(fairs[0])
        for i, customer in enumerate(people):
            meets = world.users["admin" if i % 2 else "mei"]
            one = book(customer, by=SYSTEM, fair=fairs[i // 3 % 2], at=free[i].at, user=meets)
            if i % 4:
                Appointment.objects.filter(pk=one.pk).update(**{f"{('kept', 'missed', 'cancelled')[i % 4 - 1]}_at": timezone.now()})
            if i % 5 == 0:
                Appointment.objects.filter(pk=one.pk).update(at=timezone.now() + timedelta(minutes=i))

    def has(self, row, field, value):
        if field == "whose":
            return row.user.username == self.who
        if field == "day":
            return timezone.localdate(row.at) == clock.today()
        if field == "state":
            return row.state != "cancelled" if value == "standing" else row.state == value
        return super().has(row, field, value)


class TestInvitations(ListPageSuite):
    name = "invitations"
    finds = {"海蓝公司007": "访客007"}

    def make(self, world, n):
        people = captured(world, n)
        agree([(c.contacts.first(), "follow_up") for c in people if c.pk % 3], by=SYSTEM, how="test")
        for code, part in (("F1", people[::2]), ("F2", people[1::2])):
            day = clock.today() + timedelta(days=20)
            fair = add_fair(by=SYSTEM, code=code, name=f"展会{code}", starts_on=day, ends_on=day)
            list_customers({c.pk: 1 for c in part}, by=SYSTEM, fair=fair)
        send_many(Invitation.objects.values_list("pk", flat=True), by=SYSTEM, subject="来看新品", words="新款")
        for i, one in enumerate(Invitation.objects.filter(state="sent").select_related("contact", "fair", "customer")):
            guest = Actor(kind="guest", id=one.contact_id, name="x", customer_id=one.customer_id)
            if i % 2:
                answer_invitation(one, by=guest, answer=("comes", "declined")[i // 2 % 2])

    def has(self, row, field, value):
        if field == "whose":
            return row.customer.owner is not None and row.customer.owner.username == self.who
        if field == "state" and value in ("invited", "waiting", "seen"):
            return {"invited": row.sent_at, "waiting": row.state in ("sent", "opened"), "seen": row.sent_at and row.came_at}[value]
        return super().has(row, field, value)
