"""The demo: one fair, a customer of each type, the story half told. Made through the operations, dates from today on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from boothline.accounts.company import edit_company
from boothline.accounts.people import User, add_person, add_team
from boothline.approvals.approval import Approval, approve
from boothline.billing.books import Credit
from boothline.billing.receipts import Sent, receive
from boothline.billing.refunds import prepare as prepare_refund
from boothline.capture.visits import visitor
from boothline.care.complaints import Told, evaluate, learn
from boothline.care.complaints import receive as receive_complaint
from boothline.care.surveys import answer as fill_in
from boothline.care.surveys import propose as propose_survey
from boothline.care.surveys import send as send_survey
from boothline.catalogue.products import Product, Step, Variant, add_picture, add_product, edit_variant
from boothline.catalogue.relations import relate
from boothline.catalogue.stock import correct_stock, count_stock, keep_stock
from boothline.config.demo_pictures import drawn
from boothline.contracts.agreement import Contract, Term, edit_version, prepare
from boothline.contracts.clearance import ask_approval
from boothline.contracts.credit_code import check_of, organisation_check
from boothline.contracts.dossier import Dossier, edit_dossier
from boothline.contracts.establishment import ConfirmationRequest, confirm, open_request, send
from boothline.contracts.milestones import Milestone, edit_milestone, reach, set_family, skip
from boothline.contracts.needs import record_need, trace
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.customers.bulk import move_many
from boothline.customers.card import Customer, Person, add_collaborator, add_people, edit_customer
from boothline.customers.grades import set_grade
from boothline.customers.key_accounts import appoint, plan_year
from boothline.customers.key_people import note_decider, note_rival
from boothline.customers.pins import pin
from boothline.fairs.appointments import book, slots
from boothline.fairs.budget import Pair, set_budget
from boothline.fairs.editions import Fair, add_fair
from boothline.fairs.exhibitors import Listed, list_exhibitors, place_of
from boothline.fairs.goals import add_goal
from boothline.fairs.invitations import Invitation, invite, note_answer, open_invitation, send_many
from boothline.fairs.invitations import answer as answer_invitation
from boothline.fairs.roster import put_on_duty
from boothline.followups.gifts import Told as ToldGift
from boothline.followups.gifts import log_gift
from boothline.followups.pool import take_from_pool
from boothline.followups.steps import NextStep, Plan, done
from boothline.followups.touches import log_touch
from boothline.intentions.collection import collect
from boothline.intentions.expansion import Proposed, ask, prepare_expansion, send_expansion
from boothline.intentions.products import Intention, Wish, open_intention
from boothline.intentions.quotation import quote
from boothline.intentions.requirements import ask_for, meet
from boothline.negotiation.briefing import answer, brief
from boothline.negotiation.decisions import decide, offers
from boothline.negotiation.objections import object_to
from boothline.orders.arrivals import Count, sign
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.goods import approve_line
from boothline.orders.particulars import edit_particulars
from boothline.orders.preparation import prepare as prepare_delivery
from boothline.orders.problems import Report, close, report, resolve, write
from boothline.orders.purchases import Bought, add_purchase, arrive, expect
from boothline.orders.register import Order
from boothline.orders.shipments import Shipment, pack, plan, release, ship
from boothline.orders.solutions import Offer, propose
from boothline.orders.tracking import track
from boothline.personality.opinion import decide as decide_personality
from boothline.personality.opinion import tick
from boothline.views.saved import save_view
from boothline.visitors.firms import list_firm
from boothline.visitors.solicitation import Taken, take
from boothline.worktime.calendar import add_workdays

PASSWORD = "boothline-demo"
PEOPLE = {  # user name: (name, Latin name, role, team)
    "xiaoyu": ("周晓雨", "Zhou Xiaoyu", "booth", "业务一组 Sales team 1"),
    "mei": ("林梅", "Lin Mei", "sales", "业务一组 Sales team 1"),
    "haoran": ("陈浩然", "Chen Haoran", "clerk", "业务一组 Sales team 1"),
    "heyuan": ("何远", "He Yuan", "manager", "业务一组 Sales team 1"),
    "admin": ("管理员", "Administrator", "admin", ""),
}
PACKED = {  # SKU: pieces a carton, its size in cm, its net and gross weight in kg, floor price, step prices
    "TR20-3K-BK": (20, "48 36 30", "13.2 14.5", "58.00", [(500, "66.00"), (1000, "63.50")]),
    "TR20-4K-WH": (20, "48 36 30", "13.2 14.5", "58.00", [(500, "66.00"), (1000, "63.50")]),
    "PN60-40-NW": (4, "64 64 18", "10.4 11.8", "98.00", [(300, "108.00")]),
    "MG10-LN60": (30, "66 32 28", "9.6 10.8", "46.50", []),
    "DL08-NW": (50, "52 40 34", "11.0 12.4", "20.50", [(1000, "22.50"), (3000, "21.60")]),
    "DL08-WW": (50, "52 40 34", "11.0 12.4", "20.50", [(1000, "22.50"), (3000, "21.60")]),
}
PRODUCTS = [  # code, name, English, family, English, unit, minimum, lead days, [(sku, words, English, price)]
    (
        "TR20", "轨道射灯 20W", "Track spotlight 20 W", "轨道灯", "Track lights", "只", 100, 20,
        [("TR20-3K-BK", "3000K 黑", "3000 K black", "68.50"), ("TR20-4K-WH", "4000K 白", "4000 K white", "68.50")],
    ),
    ("PN60", "面板灯 600×600", "Panel light 600×600", "面板灯", "Panel lights", "片", 50, 15, [("PN60-40-NW", "40W 4000K", "40 W 4000 K", "112.00")]),
    ("MG10", "磁吸线条灯", "Magnetic linear light", "磁吸灯", "Magnetic lights", "条", 60, 25, [("MG10-LN60", "60cm", "60 cm", "54.00")]),
    ("GD05", "庭院灯 5W", "Garden light 5 W", "庭院灯", "Garden lights", "套", 40, 30, [("GD05-WW", "2700K", "2700 K", "89.00")]),
    (
        "DL08", "筒灯 8W", "Downlight 8 W", "筒灯", "Downlights", "只", 200, 12,
        [("DL08-NW", "4000K", "4000 K", "23.80"), ("DL08-WW", "3000K", "3000 K", "23.80")],
    ),
]  # fmt: skip


def is_empty() -> bool:
    """Nobody works here yet."""
    return not User.objects.exists()


def make_demo() -> None:
    """Makes all of it or nothing. Each step is an operation of its own, so that the types move one by one."""
    with transaction.atomic():
        people = _people()
        fair = _fair(people["mei"])
        _roster(fair, people)
        _neighbours(fair)
        _story(people, fair, _catalogue())
        _stocked(people["haoran"].actor())
        _pool(people["mei"].actor())
        _appointments(fair, people["mei"])
        _wanted(fair, people)
        _cared(people)
        _invited(people)
        _key_account(people)


def _people() -> dict[str, User]:
    edit_company(
        by=SYSTEM, revision=1,
        values={
            "name": "明澜照明有限公司", "name_latin": "Minglan Lighting Co., Ltd", "address": "广东省中山市古镇镇示例路 8 号",
            "address_latin": "8 Sample Road, Guzhen, Zhongshan, Guangdong", "phone": "+86 760 5550 0100",
            "email": "sales@minglan.example", "bank": "示例银行古镇支行 6222 0000 1234 5678",
            "bank_latin": "Sample Bank, Guzhen Branch, SWIFT SAMPCNBJ, account 6222 0000 1234 5678",
        },
    )  # fmt: skip
    teams = {name: add_team(by=SYSTEM, name=name) for name in ("业务一组 Sales team 1",)}
    made = {}
    for username, (name, latin, role, team) in PEOPLE.items():
        made[username] = add_person(
            by=SYSTEM, username=username, name=name, name_latin=latin, roles=[role], password=PASSWORD,
            team=teams.get(team), email=f"{username}@minglan.example", phone="+86 760 5550 0108" if role == "sales" else "",
        )  # fmt: skip
    return made


def _fair(lead: User) -> Fair:
    today = clock.today()
    add_fair(
        by=SYSTEM, code="BH-LAST", name="滨海灯饰展（上届）", name_latin="Binhai Lighting Fair (last edition)", city="滨海", city_latin="Binhai",
        booth="A07", starts_on=today - timedelta(days=370), ends_on=today - timedelta(days=367), lead=lead,
    )  # fmt: skip
    return add_fair(
        by=SYSTEM, code="JN-NOW", name="江南照明展", name_latin="Jiangnan Lighting Fair", city="苏州", city_latin="Suzhou", booth="C08",
        starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=2), lead=lead,
    )  # fmt: skip


def _roster(fair: Fair, people: dict[str, User]) -> None:
    put_on_duty(fair, by=SYSTEM, person=people["xiaoyu"], days=fair.days, starts=time(9), ends=time(17), backup=people["mei"])
    put_on_duty(fair, by=SYSTEM, person=people["mei"], days=fair.days, starts=time(9), ends=time(17), backup=people["heyuan"])


def _neighbours(fair: Fair) -> None:
    """Who else exhibits there, as the organisers' list says."""
    rows = (
        ("晨曜照明有限公司", "中山", ("9.1D30-31", "灯具"), "http://chenyao.example"),
        ("恒海家居有限公司", "佛山", ("9.1D32", "家居用品"), ""),
        ("云杉五金制品有限公司", "宁波", ("10.2A05-06", "五金"), ""),
        ("Lumen Werk GmbH", "Hannover", ("12.1B11", "灯具"), "http://lumenwerk.example"),
        ("Castello Illuminazione S.p.A.", "Milano", ("12.1B12-14", "灯具"), ""),
    )
    countries = {"Hannover": "Germany", "Milano": "Italy"}
    listed = [
        Listed(
            {"name": name, "city": city, "country": countries.get(city, "中国"), "website": web},
            [place_of(words, hall=words[: words.index(".") + 2], category=category)],
        )
        for name, city, (words, category), web in rows
    ]
    list_exhibitors(listed, by=SYSTEM, fair=fair)


def _appointments(fair: Fair, mei: User) -> None:
    free = slots(fair)
    for name, slot, about in (("Harbour Retail", free[0], "看轨道射灯样品"), ("金色阳光", free[len(free) // 2], "谈面板灯价格")):
        customer = Customer.objects.get(name__contains=name)
        book(customer, by=mei.actor(), fair=fair, at=slot.at, user=mei, contact=customer.contacts.first(), about=about)


def _wanted(fair: Fair, people: dict[str, User]) -> None:
    """What the fair should bring, what it may cost, and what it cost so far."""
    head = people["heyuan"].actor()
    cost = {
        "space": ("9800", "9800"),
        "stand": ("6500", "7120"),
        "freight": ("2600", "2480"),
        "travel": ("3200", None),
        "material": ("900", "865"),
    }
    lines: dict[str, Pair] = {kind: (Decimal(plan), Decimal(actual) if actual else None) for kind, (plan, actual) in cost.items()}
    set_budget(fair, by=head, revision=Fair.objects.get(pk=fair.pk).revision, lines=lines)
    for kind, measure, words, target, reached, who in (
        ("basic", "captured", "", 40, None, "mei"), ("communication", "appointment", "", 6, None, "mei"), ("price", "price", "", 3, None, "heyuan"),
        ("product", "", "新品演示场次", 8, 3, "xiaoyu"),
    ):  # fmt: skip
        values = {"target": Decimal(target), "reached": None if reached is None else Decimal(reached), "who": people[who]}
        add_goal(fair, by=head, kind=kind, measure=measure, words=words, **values)


def _cared(people: dict[str, User]) -> None:
    """A complaint that was settled, and what the customer says of it; one that waits for us."""
    clerk, head = people["haoran"].actor(), people["heyuan"].actor()
    order = Shipment.objects.filter(arrived_at__isnull=False).order_by("id")[0].order
    contact = order.confirmation.contact
    assert contact is not None  # whoever confirmed it
    customer = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=order.customer_id)
    one = receive_complaint(order.customer, by=customer, told=Told("送货司机没有提前打电话，仓库没人卸货。", about="delivery", order=order))
    problem = one.problem
    assert problem is not None  # an order's complaint goes with one
    write(problem, by=clerk, words="是我们没有交代清楚。以后每车提前一天由我们打电话约卸货时间。")
    resolve(problem, by=clerk, words="第二批已约好时间，承运商也收到了要求。")
    close(problem, by=customer)
    evaluate(one, by=head, is_upheld=True, cause="carrier", whose="承运商", cost=Decimal("180.00"))
    learn(one, by=head, lesson="出货通知里写明卸货电话，跟单员前一天打电话确认。", person=people["haoran"])
    asked = propose_survey(order.customer, by=clerk, kind="complaint", occasion=one, contact=contact)
    fill_in(
        send_survey(asked, by=clerk, contact=contact), by=customer,
        answers={"result": 4, "speed": 5, "fairness": 4, "people": 5, "again": 5, "words": "打电话最好提前两天。"},
    )  # fmt: skip
    known = order.customer.contacts.order_by("id")[0]
    held = tick(known, by=head, revision=0, ticked=["compares", "asks", "keeps"])
    decide_personality(known, by=head, revision=held.revision, type="rational", reason="每次先比较三家，问题都写成清单。")
    _presented(order.customer, people)
    retail = Customer.objects.get(name__contains="Harbour Retail")
    words = "The price list you mailed still has last year's prices."
    told = Told(words, channel="mail", about="papers", contact=retail.contacts.first())
    receive_complaint(retail, by=people["mei"].actor(), told=told)


def _invited(people: dict[str, User]) -> None:
    """The next fair: everybody is listed, most were written to, some have answered."""
    mei, day = people["mei"].actor(), clock.today() + timedelta(days=26)
    fair = add_fair(
        by=SYSTEM, code="BH-NEXT", name="滨海灯饰展", name_latin="Binhai Lighting Fair", city="滨海", city_latin="Binhai", booth="A09",
        starts_on=day, ends_on=day + timedelta(days=3), lead=people["mei"],
    )  # fmt: skip
    put_on_duty(fair, by=SYSTEM, person=people["mei"], days=fair.days, starts=time(9), ends=time(17))
    listed = []
    for customer in Customer.objects.filter(owner=people["mei"]).exclude(type="contract").order_by("id")[:12]:
        listed += invite(customer, by=mei, fair=fair, contacts=customer.contacts.order_by("id"))
    letters = {
        "zh-hans": ("邀请您参观滨海灯饰展", "上次看的轨道灯出了 25W 新款，展位上可以当场比光效。"),
        "en": ("An invitation to Binhai Lighting Fair", "The track spotlight you looked at now comes in 25 W. Compare both at our booth."),
    }
    for language, (subject, words) in letters.items():
        send_many([one.pk for one in listed[1:] if one.contact.speaks == language], by=mei, subject=subject, words=words)
    answers = ["appointment", "comes", "declined", "", "comes"]
    sent = Invitation.objects.filter(fair=fair, state="sent").select_related("fair", "customer", "contact").order_by("id")
    for said, one in zip(answers, sent, strict=False):
        guest = Actor(kind="guest", id=one.contact_id, name=one.contact.name, customer_id=one.customer_id)
        opened = open_invitation(one, by=guest)
        if said:
            answer_invitation(opened, by=guest, answer=said, at=slots(fair)[4].at if said == "appointment" else None)
        else:
            note_answer(opened, by=mei, answer="comes", told_how="phone", told_by="前台小陈", told_words="两个人来，第二天上午")


def _presented(customer: Customer, people: dict[str, User]) -> None:
    """Tea that needs nobody, a dinner that a manager allowed, fruit that we received, and a benefit that was asked for and declined."""
    contact, today, by = (
        customer.contacts.order_by("id")[0],
        clock.today(),
        customer.owner.actor() if customer.owner else people["mei"].actor(),
    )
    log_gift(customer, by=by, told=ToldGift("given", "样品茶具", "来厂参观", today - timedelta(days=20), contact, Decimal(168)))
    dinner = log_gift(customer, by=by, told=ToldGift("given", "晚餐", "谈第二批订单", today, contact, Decimal(260), kind="meal"))
    approve(
        Approval.objects.get(subject_kind="gift", subject_id=dinner.pk), by=people["heyuan"].actor(), words="两家同桌，只算对方这一位。"
    )
    log_gift(customer, by=by, told=ToldGift("received", "水果一箱", "中秋", today - timedelta(days=50), contact, Decimal(90)))
    log_gift(customer, by=by, told=ToldGift("asked", "按订单 2% 的佣金", "谈年度订单时", today - timedelta(days=8), contact, kind="share"))


def _catalogue() -> dict[str, Product]:
    products = {
        code: add_product(
            by=SYSTEM, code=code, name=name, name_latin=latin, family=family, family_latin=family_latin, unit=unit, minimum=minimum, lead_days=days,
            variants=[{"sku": sku, "words": words, "words_latin": en, "price": Decimal(price)} for sku, words, en, price in variants],
        )
        for code, name, latin, family, family_latin, unit, minimum, days, variants in PRODUCTS
    }  # fmt: skip
    for product in products.values():
        add_picture(product, by=SYSTEM, content=drawn(product.code), name=f"{product.code}.png")
    for variant in Variant.objects.filter(sku__in=PACKED).select_related("product"):
        pieces, sides, weights, floor, steps = PACKED[variant.sku]
        length, width, height = map(Decimal, sides.split())
        net, gross = map(Decimal, weights.split())
        values = {
            "carton_quantity": pieces, "carton_length": length, "carton_width": width, "carton_height": height, "net_weight": net,
            "gross_weight": gross, "floor": Decimal(floor),
        }  # fmt: skip
        priced = [Step(Decimal(start), Decimal(price)) for start, price in steps]
        edit_variant(variant, by=SYSTEM, revision=variant.revision, values=values, steps=priced)
    relate(products["TR20"], by=SYSTEM, other=products["MG10"], kind="complement")
    relate(products["MG10"], by=SYSTEM, other=products["TR20"], kind="complement")
    relate(products["GD05"], by=SYSTEM, other=products["DL08"], kind="series")
    for family, template in (("轨道灯", "made"), ("磁吸灯", "made"), ("庭院灯", "artwork"), ("筒灯", "stock")):
        set_family(family, by=SYSTEM, template=template, start="deposit")
    return products


def _negotiating(captured: Callable[..., Customer], mei: Actor, products: dict[str, Product]) -> Customer:
    """Shown, objects to the price; and one who wants to see a certificate first."""
    bright = captured(
        mei,
        "周国强",
        "德州市金色阳光国际贸易进出口有限责任公司",
        "zhou@jinse.example",
        "13800002233",
        4,
        ["PN60"],
        "Jinse Sunshine Trading",
        title="总经理",
    )
    brief(bright, by=mei, products=[products["PN60"], products["DL08"]], contact=bright.contacts.first())
    dear = object_to(
        bright, by=mei, reason="price", words="面板灯比上家贵 6%，量大也不降。", product=products["PN60"],
        contact=bright.contacts.first(), competitor="上家供货商", place="展位",
    )  # fmt: skip
    object_to(bright, by=mei, reason="lead_time", words="要赶在旺季前到，怕来不及。", product=products["PN60"])
    decide(dear, by=mei, template=next(offer.template.code for offer in offers(dear) if not offer.unmet))
    _met(bright, mei, "去年在别家拿过货，要比价。", "给阶梯价", 0)
    hotel = captured(mei, "方圆", "方圆连锁酒店", "fang@fangyuan.example", "13500006611", 3, ["PN60"], "Fangyuan Hotels", title="采购主管")
    brief(hotel, by=mei, products=[products["PN60"]], contact=hotel.contacts.first())
    object_to(hotel, by=mei, reason="certificate", words="要先看认证和检测报告。", product=products["PN60"], contact=hotel.contacts.first())
    _met(hotel, mei, "产品满意，缺证书不能报批。", "寄证书和检测报告", 2)
    return bright


def _story(people: dict[str, User], fair: Fair, products: dict[str, Product]) -> None:
    booth, mei, clerk = people["xiaoyu"].actor(), people["mei"].actor(), people["haoran"].actor()

    def captured(
        by: Actor, name: str, company: str, email: str, phone: str, heat: int, wants: list[str], latin: str = "", ago: int = 40, **more: str
    ) -> Customer:
        person = Person(name=name, company=company, emails=[email], phones=[phone], **more)  # type: ignore[arg-type]
        taken = Taken(
            person=person, heat=heat, minutes={4: 9, 3: 6}.get(heat), interest=[products[c].pk for c in wants], promised=["catalogue"], consents=["follow_up"],
            taken_at=timezone.now() - timedelta(minutes=ago),
        )  # fmt: skip
        customer = take(taken, by=by, fair=fair).customer
        if latin:
            edit_customer(customer, by=people["heyuan"].actor(), revision=customer.revision, values={"name_latin": latin})
        return customer

    save_view(
        "我的下一步 My next steps", by=people["heyuan"].actor(), list_name="customers", asked={"owner": "me", "sort": "next"},
        columns=["customer", "type", "next_step", "last_touch", "contact", "phone"], density=34, share="all",
    )  # fmt: skip
    # visitors
    captured(
        booth,
        "Anna Becker",
        "Nordlicht GmbH",
        "a.becker@nordlicht.example",
        "+49 40 5550 1762",
        4,
        ["TR20", "MG10"],
        ago=18,
        country="Germany",
        language="en",
        title="Purchasing",
    )
    captured(booth, "仇英", "单氏灯饰商行", "qiu@shan.example", "13900005566", 2, ["GD05"], "Shan Lamps")
    _visited(people, fair, products)
    bright = _negotiating(captured, mei, products)
    # intending: named products, order details being collected
    harbour = captured(
        mei,
        "James Carter",
        "Harbour Retail Ltd",
        "j.carter@harbour.example",
        "+44 20 5550 0142",
        4,
        ["TR20"],
        country="United Kingdom",
        language="en",
    )
    shown = brief(harbour, by=mei, products=[products["TR20"], products["DL08"]], contact=harbour.contacts.first(), channel="tablet")
    answer(shown, by=mei, answer="wants", wanted=list(shown.items.all())[:1])
    _met(harbour, mei, "看中轨道射灯，问首单 1×20 的价。", "回复首单价格", 1)
    _required(harbour, mei, people["haoran"])
    # contract: sent, waiting for the customer
    light = captured(
        mei,
        "张伟",
        "光速贸易有限公司",
        "zhang.wei@guangsu.example",
        "13900002046",
        4,
        ["TR20", "PN60"],
        "Guangsu Trading Co., Ltd",
        title="采购经理",
        address="深圳市福田区示例大道 1 号",
    )
    _contract(light, mei, products, ["TR20-3K-BK", "PN60-40-NW"], [Decimal(1200), Decimal(800)])
    quote(Contract.objects.get(customer=light).intention, by=mei)  # type: ignore[arg-type]
    # a steep discount waits for the manager
    steep = captured(
        mei, "罗敏", "南岭酒店用品有限公司", "luo@nanling.example", "13600007788", 4, ["DL08"], "Nanling Hotel Supplies", title="采购",
        address="长沙市天心区示例路 66 号",
    )  # fmt: skip
    _asked(_prepared(steep, mei, products, ["DL08-NW"], [Decimal(3000)]), mei)
    # pinned: the word was given, the paper is to come
    pin(bright, by=people["heyuan"].actor(), type="intending", reason="电话里答应先要 500 片，等书面")
    add_collaborator(light, by=people["heyuan"].actor(), user=people["haoran"])
    _met(light, mei, "合同发出，下周给答复。", "问合同看得怎样", 3)
    # ordering: confirmed, the first of two shipments is on its way
    sea = captured(
        mei,
        "王珂",
        "海蓝工程有限公司",
        "wang@hailan.example",
        "13700003311",
        4,
        ["MG10"],
        "Hailan Engineering Co., Ltd",
        title="项目经理",
        address="厦门市思明区示例路 20 号",
    )
    contract = _contract(sea, mei, products, ["MG10-LN60", "DL08-NW"], [Decimal(600), Decimal(2000)])
    _confirmed(contract)
    _followed(contract, people)
    order = Order.objects.get(contract=contract)
    for line in order.lines.all():
        approve_line(line, by=clerk)
    first, second = order.lines.all()
    _paid(order, clerk, "24000.00", "定金", charges="25.00")
    _paid(order, clerk, "20300.00", "首批货款")
    shipment = plan(order, by=clerk, quantities={first.pk: Decimal(600), second.pk: Decimal(500)}, planned_on=clock.today())
    release(shipment, by=clerk)
    pack(shipment, by=clerk)
    ship(shipment, by=clerk, carrier="恒达速运", tracking_number="HD1382000115")
    _arrived(shipment, clerk)
    next_one = plan(order, by=clerk, quantities={second.pk: Decimal(1500)}, planned_on=clock.today() + timedelta(days=5), slot="morning")
    prepare_delivery(next_one, by=clerk, kind="vehicle", words="恒达速运 粤T 88E66")  # the balance is not in
    order.refresh_from_db()
    marks = {"shipping_mark": "HAILAN\nXIAMEN\nC/NO. 1-50", "remark": "外箱加护角，送货前一天打电话"}
    numbers = {first.variant_id: ("HL-2201", ""), second.variant_id: ("HL-2202", "")}
    edit_particulars(order, by=clerk, revision=order.revision, values=marks, items=numbers)
    _fewer(sea, mei, clerk, products)
    log_touch(
        sea, by=mei, channel="phone", words="首批已到，客户验货时发现几条压坏。",
        next_step=Plan(sea, "问第二批收货时间", add_workdays(clock.today(), 3), owner=people["mei"]), at=timezone.now() - timedelta(minutes=15),
    )  # fmt: skip
    _expanded(sea, mei, products)
    home = Customer.objects.filter(pk__in=[light.pk, sea.pk, bright.pk])
    move_many({c.pk: c.revision for c in home}, by=people["heyuan"].actor(), country="中国")


def _stocked(clerk: Actor) -> None:
    """Three variants are counted. Of one half of what was bought has come, another one's purchase is late, a contract asks for more of the
    third than there is."""
    today = clock.today()
    goods = {variant.sku: variant for variant in Variant.objects.filter(sku__in=("DL08-NW", "GD05-WW", "TR20-3K-BK"))}
    for sku, counted in (("DL08-NW", 700), ("GD05-WW", 10), ("TR20-3K-BK", 460)):
        kept = keep_stock(goods[sku], by=clerk, revision=goods[sku].revision, kind="counted")
        count_stock(kept, by=clerk, counted=Decimal(counted), words="月初盘点")
    correct_stock(goods["TR20-3K-BK"], by=clerk, quantity=Decimal(-2), words="展位样灯 2 只")
    half = add_purchase(
        by=clerk, supplier="古镇恒光灯具配件厂", reference="HG-2217", ordered_on=today - timedelta(days=18),
        lines=[
            Bought(goods["DL08-NW"], Decimal(1000), today + timedelta(days=4)), Bought(goods["TR20-3K-BK"], Decimal(400), today + timedelta(days=12)),
        ],
    )  # fmt: skip
    arrive(half, by=clerk, counted={half.lines.get(variant=goods["DL08-NW"]).pk: Decimal(500)}, words="首车到，余数下周")
    expect(half.lines.get(variant=goods["TR20-3K-BK"]), by=clerk, on=today + timedelta(days=19), reason="驱动电源缺料，供应商来电")
    add_purchase(
        by=clerk, supplier="顺德旭日五金", reference="XR-0903", ordered_on=today - timedelta(days=26), note="催过两次",
        lines=[Bought(goods["GD05-WW"], Decimal(40), today - timedelta(days=3))],
    )  # fmt: skip


def _pool(by: Actor) -> None:
    """An old list that nobody works with; one of them was taken this morning."""
    old = [
        Person(name="何静", company="临江灯具城", emails=["he@linjiang.example"], phones=["13500004412"], country="中国"),
        Person(name="Omar Haddad", company="Haddad Interiors", emails=["omar@haddad.example"], phones=["+971 4 555 0119"], country="UAE"),
        Person(name="蒋文", company="和平饭店工程部", emails=["jiang@heping.example"], phones=["13500007731"], country="中国"),
    ]
    taken = add_people(old, by=SYSTEM)[0]
    take_from_pool(taken.customer, by=by)


def _followed(contract: Contract, people: dict[str, User]) -> None:
    """Milestones of the order: one is reached, one has a day of its own and somebody who sees to it, one is not needed."""
    mei = people["mei"].actor()
    points = {m.code: m for m in Milestone.objects.for_list().filter(plan__contract=contract)}
    edit_milestone(
        points["material"], by=mei, revision=1,
        values={"own_on": clock.today() - timedelta(days=2), "owner": people["haoran"], "note": "驱动电源等供应商回期"},
    )  # fmt: skip
    reach(points["sample"], by=mei, on=clock.today())
    skip(points["inspection"], by=mei, reason="客户自己派人验货")


def _expanded(customer: Customer, by: Actor, products: dict[str, Product]) -> None:
    """More business is proposed to who ordered; they ask back."""
    items = [Proposed(products["TR20"], Decimal(300)), Proposed(products["PN60"], Decimal(120))]
    made = prepare_expansion(customer, by=by, kind="related", items=items, words="磁吸灯配轨道射灯，一次出柜更省运费。")
    contact = customer.contacts.all()[0]
    sent = send_expansion(made, by=by, contact=contact)
    asking = Actor(kind="guest", id=sent.contact_id, name=str(contact), customer_id=customer.pk)
    ask(sent, by=asking, words="轨道射灯能做 24° 光束角吗？")


def _paid(order: Order, clerk: Actor, amount: str, words: str, charges: str = "0") -> None:
    slip = Sent(
        Decimal(amount),
        clock.today(),
        charges=Decimal(charges),
        borne_by="us",
        bank_currency=order.currency,
        reference=f"{order.number} {words}",
    )
    receive(order.customer, by=clerk, slip=slip, order=order)


def _fewer(customer: Customer, by: Actor, clerk: Actor, products: dict[str, Product]) -> None:
    """A small order that was paid and then made smaller: a credit, its refund waits for approval."""
    contract = _contract(customer, by, products, ["GD05-WW"], [Decimal(40)])
    _confirmed(contract)
    order = Order.objects.get(contract=contract)
    _paid(order, clerk, "3560.00", "全款")
    line = order.lines.get()
    wish = ChangeWish((LineWish(line, Decimal(36), line.price),), is_theirs=True, reason="庭院灯少要 4 套，客户来电")
    change(order, by=clerk, wish=wish)
    prepare_refund(Credit.objects.get(order=order), by=clerk, account="海蓝工程有限公司，示例银行厦门分行 6217 0000 8765")


def _arrived(shipment: Shipment, clerk: Actor) -> None:
    """The first shipment was counted and signed for, a few pieces damaged; the damage is talked about, an older question was solved."""
    order, contact = shipment.order, shipment.order.confirmation.contact
    assert contact is not None  # whoever confirmed it
    customer = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=order.customer_id)
    for state, place in (("in_transit", "中山分拨中心"), ("delivered", "厦门")):
        track(shipment, by=clerk, state=state, place=place)
    linear = order.lines.get(sku="MG10-LN60")
    counted = {linear.pk: Count(Decimal(600), Decimal(12))}
    sign(shipment, by=customer, counted=counted, signed_by=contact.name, words="外箱被压，12 条灯体变形。", photos=[drawn("MG10")])
    damage = order.problems.get()
    asked = report(order, by=customer, told=Report("invoice", "发票抬头少了“有限”两个字。"))
    resolve(asked, by=clerk, words="发票已按全称重开，今天寄出。")
    write(damage, by=clerk, words="王经理，收到，我们核对装箱照片，今天给您方案。")
    propose(damage, by=clerk, offer=Offer("replace", words="随第二批一起补发。"))


def _met(customer: Customer, by: Actor, words: str, what: str, days: int) -> None:
    """The first answer was given at the booth, soon or late; what comes next is planned."""
    step = Plan(customer, what, add_workdays(clock.today(), days) if days else clock.today())
    at = timezone.now() - timedelta(minutes=25 if days else 5)
    log_touch(customer, by=by, channel="meet", words=words, next_step=step, at=at)


def _catalogue_sent(customer: Customer, by: Actor) -> None:
    """What was promised to them at the booth is kept before there is a contract."""
    for step in NextStep.objects.open().filter(customer=customer).select_related("customer"):
        if step.is_promise:
            done(step, by=by)


def _visited(people: dict[str, User], fair: Fair, products: dict[str, Product]) -> None:
    """A peer, one not yet known, and one who registered with their own phone."""
    booth = people["xiaoyu"].actor()
    set_grade(Customer.objects.get(name="单氏灯饰商行"), by=people["mei"].actor(), grade="B", reason="新店正在画方案，月底定灯")
    list_firm(by=SYSTEM, on="competitor", name="星野照明有限公司", domain="xingye.example")
    peer = Person(name="方舟", company="星野照明", title="销售总监", emails=["fang@xingye.example"], phones=["13800007788"])
    take(Taken(person=peer, heat=1, answers={"purpose": ["learn"], "company_kind": "maker"}), by=booth, fair=fair)
    open_one = Person(name="Priya Nair", company="Monsoon Trading LLP", emails=["priya@monsoon.example"], language="en", country="India")
    more = [Person(name="Arun Nair", title="Director", phones=["+91 22 5550 0199"])]
    answers = {"company_kind": "trading", "best_time": ["afternoon", "chat"]}
    interest = [products["DL08"].pk]
    take(Taken(person=open_one, heat=2, interest=interest, others=more, answers=answers, consents=["follow_up"]), by=booth, fair=fair)
    own = Person(name="许静", company="静安民宿", phones=["13600009911"])
    asked = {"purpose": ["buy"], "timing": "m6", "company_kind": "enduser", "best_time": ["evening", "phone"]}
    take(
        Taken(person=own, interest=[products["GD05"].pk], answers=asked, consents=["follow_up"], source="self"),
        by=visitor("许静"), fair=fair,
    )  # fmt: skip


def _contract(customer: Customer, by: Actor, products: dict[str, Product], skus: list[str], quantities: list[Decimal]) -> Contract:
    contract = _prepared(customer, by, products, skus, quantities)
    send(contract.newest, by=by)
    return contract


def _required(customer: Customer, by: Actor, clerk: User) -> None:
    """What they require of the product they want, and what they said they will need of a contract."""
    wanted = Intention.objects.get(customer=customer)
    line = wanted.lines.first()
    ask_for(wanted, by=by, kind="certificate", words="UKCA 证书，覆盖轨道射灯 20W", line=line, answered_by=clerk)
    ask_for(wanted, by=by, kind="label", words="彩盒印 EAN 码", line=line, is_must=False)
    proved = ask_for(wanted, by=by, kind="spec", words="显色指数 Ra ≥ 90", line=line)
    meet(proved, by=by, proof="document", words="检测报告 TR-2046")
    record_need(customer, by=by, words="说明书须有英文版", source="touch")


def _asked(contract: Contract, by: Actor) -> None:
    """A steep discount and a need that is still open: somebody else decides."""
    draft = contract.newest
    terms = [Term(1, Decimal(3000), Decimal("23.80"), Decimal(12))]
    agreed = {"special_terms": "外箱印客户唛头，每箱毛重不超过 15 公斤。"}
    draft = edit_version(draft, by=by, revision=draft.revision, values=agreed, terms=terms)
    trace(record_need(contract, by=by, words="外箱印客户唛头"), by=by, clauses=["special"])
    record_need(contract, by=by, words="样板间 12 套先到货", source="touch")
    ask_approval(draft, by=by, words="酒店三期一起下，量比上次多一倍。")


def _legal(customer: Customer, by: Actor) -> None:
    """The legal data of a customer: enough to send a contract. Who orders again is known already."""
    if Dossier.objects.filter(customer=customer).exists():
        return
    organisation = f"MA5{customer.pk:05d}"
    first = f"91440300{organisation}{organisation_check(organisation)}"
    values = {
        "legal_name": customer.name, "code": first + check_of(first), "registered_address": customer.address,
        "representative": str(customer.contacts.first()), "bank": "示例银行深圳分行", "bank_account": f"6222 0202 0000 {customer.pk:04d}",
        "delivery_address": customer.address, "signatory": customer.contacts.first(),
    }  # fmt: skip
    edit_dossier(customer, by=by, revision=1, values=values)


def _prepared(customer: Customer, by: Actor, products: dict[str, Product], skus: list[str], quantities: list[Decimal]) -> Contract:
    _catalogue_sent(customer, by)
    variants = [next(v for p in products.values() for v in p.variants.all() if v.sku == sku) for sku in skus]
    wishes = [Wish(variant=v, quantity=q, price=v.price) for v, q in zip(variants, quantities, strict=True)]
    brief(customer, by=by, products=[v.product for v in variants], contact=customer.contacts.first())
    intention: Intention = open_intention(customer, by=by, wishes=wishes)
    signatory = customer.contacts.first()
    collect(
        intention, by=by, revision=1,
        values={
            "delivery_term": "home", "wanted_on": clock.today() + timedelta(days=40), "deposit_percent": Decimal(30),
            "balance": "before_shipping", "delivery_address": customer.address, "consignee": signatory.name if signatory else "",
            "consignee_phone": signatory.point("phone") if signatory else "", "invoice_title": customer.name,
            "po_number": f"PO-{customer.pk:05d}", "signatory": signatory,
        },
    )  # fmt: skip
    _legal(customer, by)
    return prepare(intention, by=by)


def _confirmed(contract: Contract) -> None:
    request = ConfirmationRequest.objects.for_list().get(version__contract=contract)
    guest = Actor(kind="guest", id=request.signatory_id, name=request.signatory.name, customer_id=contract.customer_id)
    open_request(request, by=guest)
    version = request.version
    confirm(
        request, by=guest, version=version.n, total=version.total, lines=version.line_count,
        signed_by=request.signatory.name, signature=request.signatory.name, consent="…",
    )  # fmt: skip


def _key_account(people: dict[str, User]) -> None:
    """The customer with most orders: gold, with the plan of the year, who decides there, and what a competitor did."""
    heyuan, mei = people["heyuan"].actor(), people["mei"].actor()
    customer = Customer.objects.get(name="海蓝工程有限公司")
    mark = {"tier": "gold", "kind": "specialised", "reason": "工程灯具几乎都向我们买，今年两张订单"}
    account = appoint(customer, by=heyuan, revision=0, values=mark)
    year = clock.today().year
    plan = {
        "need": "两个酒店工程，线条灯和筒灯约 6000 套", "target": Decimal(180_000), "currency": "CNY", "products": "线条灯 60 cm、4000 K 筒灯",
        "actions": "送货到工地，样品间更换新款", "visits": "每两个月到厦门一次，主管每季度一次", "risks": "工程延期时尾款会晚到",
    }  # fmt: skip
    plan_year(account, by=mei, year=year, revision=0, values=plan)
    boss = customer.contacts.order_by("id").first()
    assert boss is not None
    person = {"part": "influences", "reports_to": None, "attitude": 1, "background": "做过十年工地管理，看重交期"}
    note_decider(boss, by=mei, revision=0, values=person)
    move = {
        "name": "星野照明有限公司", "product": "线条灯", "price": "低 8%", "move": "免费送样十套，承诺七天交货", "on": clock.today(),
        "source": "王珂在电话里说的", "answer": "",
    }  # fmt: skip
    note_rival(customer, by=mei, values=move)
