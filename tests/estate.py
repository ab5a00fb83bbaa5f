"""Every kind of record once for each kind of ownership: whose the customer is decides who sees and who may.

own       captured by booth staff (Xiaoyu), owned by Mei of team 1, who leads the fair
team      owned by Lan, another salesperson of team 1
other     owned by Kevin of team 2
shared    owned by Kevin, Mei collaborates
pool      nobody's; team 2 had it
bare      owned by Kevin, without a contract
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from boothline.accounts.people import Team, User, add_person
from boothline.approvals.approval import Approval, approve
from boothline.billing.announced import Told as Announced
from boothline.billing.announced import announce
from boothline.billing.books import Credit, Receipt
from boothline.billing.receipts import allow
from boothline.billing.refunds import prepare as prepare_refund
from boothline.billing.schedule import note_lc
from boothline.billing.targets import set_targets
from boothline.capture.visits import token_of
from boothline.care.complaints import Complaint, Told, answer, check, evaluate, finish, receive
from boothline.care.complaints import agree as agree_on
from boothline.care.surveys import propose as propose_survey
from boothline.catalogue.products import Product, add_picture, add_product
from boothline.catalogue.relations import relate
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.contracts.agreement import Contract, Term, Version, edit_version, prepare
from boothline.contracts.clearance import ask_approval
from boothline.contracts.dossier import dossier_of, edit_dossier
from boothline.contracts.establishment import ConfirmationRequest, ask_changes, confirm, open_request, send
from boothline.contracts.evidence import record_paper
from boothline.contracts.milestones import Milestone
from boothline.contracts.needs import record_need
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.customers.bulk import move_many
from boothline.customers.card import Collaborator, Contact, Customer, Person, assign
from boothline.customers.grades import set_grade
from boothline.customers.key_accounts import appoint
from boothline.customers.key_people import note_decider, note_rival
from boothline.customers.pins import pin
from boothline.exchange.jobs import Import, hand_in, run_due, start
from boothline.exchange.opportunities import Opportunity
from boothline.fairs.appointments import Appointment, book, slots
from boothline.fairs.editions import Fair, add_fair
from boothline.fairs.exhibitors import Listed, Place, list_exhibitors
from boothline.fairs.exhibits import add_exhibit
from boothline.fairs.goals import add_goal
from boothline.fairs.invitations import invite
from boothline.fairs.roster import put_on_duty
from boothline.files.attachments import Attachment, Received
from boothline.followups.gifts import Told as ToldGift
from boothline.followups.gifts import log_gift
from boothline.followups.steps import Plan, plan_many
from boothline.intentions.collection import collect
from boothline.intentions.expansion import Expansion, Proposed, prepare_expansion, send_expansion
from boothline.intentions.expansion import ask as ask_about
from boothline.intentions.products import Intention, Wish, open_intention
from boothline.intentions.quotation import quote
from boothline.intentions.requirements import ask_for
from boothline.messaging.letters import Letter
from boothline.negotiation.briefing import Briefing, brief
from boothline.negotiation.decisions import decide
from boothline.negotiation.objections import object_to
from boothline.negotiation.questions import ask_about as ask_about_briefing
from boothline.orders.arrivals import sign
from boothline.orders.compensation import answer_claim, file_claim, note_claim, note_paid
from boothline.orders.goods import approve_line
from boothline.orders.holds import Hold, stop
from boothline.orders.preparation import prepare as prepare_shipment
from boothline.orders.problems import Problem, Report, report, resolve
from boothline.orders.purchases import Bought, add_purchase
from boothline.orders.register import Order
from boothline.orders.shipments import pack, plan, release, ship
from boothline.orders.solutions import Offer, Resolution, agree, propose
from boothline.personality.opinion import decide as decide_personality
from boothline.views.saved import save_view
from boothline.visitors.cooperation import Cooperation
from boothline.visitors.firms import list_firm
from boothline.visitors.recognition import say_nature
from boothline.visitors.solicitation import Capture, Taken, take
from boothline.worktime.absences import enter_absence
from boothline.worktime.calendar import override_day
from boothline.worktime.shows import Shift
from tests import stages
from tests.pictures import jpeg
from tests.stages import staged
from tests.world import World, fill_dossier, make_world

CANARIES = {  # company, person, phone: unlike anything else, so that they can be looked for in every answer
    "own": ("甲子照明", "郝一鸣", "13711110001"),
    "team": ("乙丑灯具", "苏两仪", "13711110002"),
    "other": ("丙寅电气", "唐三才", "13711110003"),
    "shared": ("丁卯光源", "柳四象", "13711110004"),
    "pool": ("戊辰器材", "武五行", "13711110005"),
    "bare": ("己巳商行", "陆六合", "13711110006"),
}
WITH_CONTRACTS = ("own", "team", "other", "shared", "pool")
TAKEN_BY = {"own": "xiaoyu", "team": "lan", "other": "kevin", "shared": "kevin", "pool": "kevin", "bare": "kevin"}


@dataclass
class Estate:
    """`keys[ownership][kind]` is what stands in the address of that record."""

    world: World
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)

    def user(self, name: str) -> User:
        return User.objects.with_roles().get(username=name)


@staged
def make_estate(*whole: str) -> Estate:
    """People, products, a fair, and six customers with everything that can be about them; or but those named as whole as that."""
    world = make_world()
    add_person(by=SYSTEM, username="lan", name="Lan", roles=["sales"], duties=["engineer"], team=Team.objects.get(name="业务一组"))
    add_person(by=SYSTEM, username="gone", name="Gone", roles=["sales", "manager", "admin"], is_active=False)
    estate = Estate(world)
    product = next(iter(world.products.values()))
    Product.objects.filter(pk=product.pk).update(family="灯具")
    picture = add_picture(product, by=SYSTEM, content=jpeg(), name="正面.jpg")
    put_on_duty(world.fair, by=SYSTEM, person=world.users["mei"], days=world.fair.days, starts=time(8), ends=time(20))
    wanted = {"kind": "product", "measure": "", "words": "新品演示", "target": Decimal(8), "reached": None, "who": None}
    soon = clock.today() + timedelta(days=20)
    for code in ("SOON", "LATER"):
        add_fair(by=SYSTEM, code=code, name="滨海灯饰展", starts_on=soon, ends_on=soon + timedelta(days=2))
    goal = add_goal(world.fair, by=SYSTEM, **wanted)
    exhibit = add_exhibit(world.fair, by=SYSTEM, variant=product.variants.first(), pieces=3, place="左侧")
    [exhibitor] = list_exhibitors(
        [Listed({"name": "邻居灯饰", "city": "中山"}, [Place("9.1D30-31", "9.1", "1")])], by=SYSTEM, fair=world.fair
    )
    set_targets(date(2027, 3, 1), by=SYSTEM, revision=0, amounts={("ordered", None): Decimal(1000)})
    firm = list_firm(by=SYSTEM, on="competitor", name="对手照明", domain="rival.example")
    imported = _imported(estate)
    shared = {
        "user": User.objects.get(username="lan").pk, "team": Team.objects.first().pk, "rule": "contracts.request_life_days",
        "wordlist": "negotiation.reasons", "words": "negotiation.reasons~price", "token": "x", "firm": firm.pk, "visit": token_of(world.fair), "product": product.pk, "variant": product.variants.first().pk, "picture": picture.pk, "playbook": "rational", "plan_template": "service.apologise", "reason": "price", "relation": relate(product, by=SYSTEM, other=list(world.products.values())[-1], kind="series").pk, "fair": world.fair.pk,
        "import": hand_in([SimpleUploadedFile("名单.csv", "公司名称,国家\n庚午照明,中国\n".encode())], by=estate.user("heyuan").actor()).pk,
        "imported": imported.pk,
        "waiting": [Opportunity.objects.create(key=key, product=product, stage="engaging").pk for key in ("Q-1", "Q-2")],
        "shift": Shift.objects.first().pk, "goal": goal.pk, "exhibit": exhibit.pk, "exhibitor": exhibitor.pk, "month": "2027-03",
        "day": override_day(by=SYSTEM, day=world.fair.ends_on + timedelta(days=30), is_workday=True).pk,
    }  # fmt: skip
    shared |= _stocked(world)
    for ownership in CANARIES:
        customer = _take(estate, ownership)
        estate.customers[ownership] = customer
        estate.keys[ownership] = (
            shared
            | _early(world, customer)
            | (_late(world, customer) if ownership in (whole or WITH_CONTRACTS) else {})
            | _planned(customer)
        )
    free = world.take(company="庚午灯饰", name="吕七星", phones=["13711110007"], emails=["free@canary.example"])
    fill_dossier(free)
    edit_dossier(free, by=SYSTEM, revision=dossier_of(free).revision, values={"bank_account": "6222020200099"})  # nobody asked them yet
    estate.keys["own"]["free"] = free.pk
    tried = Taken(person=Person(name="施璇玑", company="辛未灯饰"))  # nothing was built on it yet
    estate.keys["own"]["fresh_capture"] = str(take(tried, by=estate.user("xiaoyu").actor(), fair=world.fair).client_id)
    Collaborator.objects.create(customer=estate.customers["shared"], user=world.users["mei"])
    pool = Customer.objects.get(pk=estate.customers["pool"].pk)
    assign(pool, by=SYSTEM, owner=None, revision=pool.revision)
    estate.keys["own"] |= _personal(estate)
    return estate


@contextmanager
def standing_estate(*whole: str) -> Iterator[Estate]:
    """An estate that stands for many tests, whichever process of the round made it, and is gone afterwards."""
    with transaction.atomic():
        with stages.walking(None, is_usual=True):
            made = make_estate(*whole)
        yield made
        transaction.set_rollback(True)


def _imported(estate: Estate) -> Import:
    """A company that came by file, and can be taken back."""
    by = estate.user("heyuan").actor()
    job = hand_in([SimpleUploadedFile("名单.csv", "公司名称,国家\n辛酉照明,中国\n".encode())], by=by)
    run_due()
    start(Import.objects.get(pk=job.pk), by=by)
    run_due()
    return job


def _stocked(world: World) -> dict[str, Any]:
    """Goods that are counted, some more of them on their way; no order of the estate wants them."""
    product = add_product(
        by=SYSTEM, code="ST10", name="库存灯带", name_latin="Light strip", variants=[{"sku": "ST10-1", "price": Decimal(9)}]
    )
    variant = product.variants.get()
    keep_stock(variant, by=SYSTEM, revision=variant.revision, kind="counted")
    count_stock(variant, by=SYSTEM, counted=Decimal(40))
    bought = Bought(variant, Decimal(100), clock.today() + timedelta(days=9))
    purchase = add_purchase(by=SYSTEM, supplier="东方灯具配件厂", lines=[bought])
    return {"counted": variant.pk, "purchase": purchase.number, "purchase_line": purchase.lines.get().pk}


def _personal(estate: Estate) -> dict[str, Any]:
    """A view of Mei's and a day off, and something that Heyuan did to many."""
    view = save_view(
        "我的视图", by=estate.user("mei").actor(), list_name="customers", asked={"owner": "me"}, columns=["customer", "owner"], density=34
    )
    own = Customer.objects.get(pk=estate.customers["own"].pk)
    deed = move_many({own.pk: own.revision}, by=estate.user("heyuan").actor(), country="China")
    off = enter_absence(estate.user("mei"), by=SYSTEM, starts_on=clock.today(), ends_on=clock.today())
    return {"absence": off.pk, "view": view.pk, "deed": deed.pk, "list": "customers"}


def _take(estate: Estate, ownership: str) -> Customer:
    company, name, phone = CANARIES[ownership]
    person = Person(name=name, company=company, phones=[phone], emails=[f"{ownership}@canary.example"])
    by = estate.user(TAKEN_BY[ownership]).actor()
    return Customer.objects.get(pk=take(Taken(person=person, consents=["follow_up"]), by=by, fair=estate.world.fair).customer_id)


def _early(world: World, customer: Customer) -> dict[str, Any]:
    briefing = brief(customer, by=SYSTEM, products=list(world.products.values()))
    objection = object_to(customer, by=SYSTEM, reason="price", words="太贵")
    told_us = complained(customer)
    survey = propose_survey(customer, by=SYSTEM, kind="complaint", occasion=told_us["checked_complaint"])
    cared = {name: one.number for name, one in told_us.items()} | {"survey": survey.pk}
    intention = intend(world, customer)
    required = ask_for(intention, by=SYSTEM, kind="certificate", words="CE", line=intention.lines.first())
    decide_personality(customer.contacts.get(), by=SYSTEM, revision=0, type="task", reason="照章办事的人")
    appoint(customer, by=SYSTEM, revision=0, values={"tier": "gold", "kind": "all_round", "reason": "全年订单占三成"})
    person = {"part": "buys", "reports_to": None, "attitude": 1, "background": ""}
    note_decider(customer.contacts.get(), by=SYSTEM, revision=0, values=person)
    move = {"name": "对手照明", "move": "免费送样十套", "product": "", "price": "", "on": clock.today(), "source": "", "answer": ""}
    given = log_gift(customer, by=SYSTEM, told=ToldGift("given", "茶叶", "春节", clock.today(), customer.contacts.get(), Decimal(150)))
    (step,) = plan_many([Plan(customer, "回访", clock.today(), owner=world.users["mei"])], by=SYSTEM)
    told_before = record_need(customer, by=SYSTEM, words="出口木箱")
    graded = set_grade(customer, by=SYSTEM, grade="A", reason="展会上谈了很久")
    pinned = pin(customer, by=SYSTEM, type="visitor", reason="先不算进来", until=clock.today())
    slot = next(slot for slot in slots(world.fair) if timezone.localdate(slot.at) > clock.today())
    booked = book(customer, by=SYSTEM, fair=world.fair, at=slot.at, user=world.users["mei"], contact=customer.contacts.first())
    Appointment.objects.update(user=world.users["kevin"])  # whoever meets them sees them: nobody of those who are asked here
    (asked_in,) = invite(customer, by=SYSTEM, fair=Fair.objects.get(code="SOON"), contacts=customer.contacts.all()[:1])
    say_nature(customer, by=SYSTEM, nature="peer", peer="agent")
    cooperation = Cooperation.objects.get(customer=customer)
    return cared | {
        "key": customer.pk, "key_plan": f"{customer.pk}-{clock.today().year}", "key_person": customer.contacts.first().pk,
        "rival": note_rival(customer, by=SYSTEM, values=move).pk,
        "gift": given.pk, "pin": pinned.pk, "grade_pin": graded.pk, "appointment": booked.pk, "invitation": asked_in.pk, "customer": customer.pk, "contact": Contact.objects.get(customer=customer).pk,
        "capture": Capture.objects.get(customer=customer).pk,
        "own_capture": str(Capture.objects.get(customer=customer).client_id), "cooperation": cooperation.pk,
        "step": step.pk, "briefing": briefing.pk, "asked_briefing": _asked_briefing(world, customer).pk, "objection": objection.pk,
        "intention": intention.pk, "requirement": required.pk, "expansion": _expansion(world, customer).pk, "asked_expansion": _asked_about(world, customer).pk, "told": told_before.pk, "intention_line": intention.lines.first().pk,
    }  # fmt: skip


def complained(customer: Customer) -> dict[str, Complaint]:
    """A complaint in each state that has a form of its own."""
    contact = customer.contacts.first()
    found: dict[str, Complaint] = {}
    for i, name in enumerate(
        ("complaint", "answered_complaint", "agreed_complaint", "done_complaint", "checked_complaint", "evaluated_complaint")
    ):
        one = receive(
            customer, by=SYSTEM, told=Told("接待的人答非所问", kind="complaint" if i > 2 else "suggestion", about="other", contact=contact)
        )
        steps = (
            lambda c: answer(c, by=SYSTEM, words="换人"), lambda c: agree_on(c, by=SYSTEM, words="换人", how="电话"),
            lambda c: finish(c, by=SYSTEM, words="换了"), lambda c: check(c, by=SYSTEM, outcome="settled"),
            lambda c: evaluate(c, by=SYSTEM, is_upheld=True, cause="person"),
        )  # fmt: skip
        for step in steps[:i]:
            one = step(one)
        found[name] = one
    return found


def _planned(customer: Customer) -> dict[str, Any]:
    """An answer to what they hold against us, after the deal: what was planned before ended with it."""
    decision = decide(object_to(customer, by=SYSTEM, reason="trust", words="没听过"), by=SYSTEM, template="trust.references")
    return {"decision": decision.pk, "decision_step": decision.steps.first().pk}


def _expansion(world: World, customer: Customer) -> Expansion:
    proposed = [Proposed(product, Decimal(10)) for product in world.products.values()]
    return prepare_expansion(customer, by=SYSTEM, kind="related", items=proposed)


def _asked_about(world: World, customer: Customer) -> Expansion:
    made = prepare_expansion(customer, by=SYSTEM, kind="larger", items=[Proposed(next(iter(world.products.values())), Decimal(10))])
    return ask_about(send_expansion(made, by=SYSTEM, contact=customer.contacts.first()), by=SYSTEM, words="能调光吗？")


def _asked_briefing(world: World, customer: Customer) -> Briefing:
    shown = brief(customer, by=SYSTEM, products=list(world.products.values()), contact=customer.contacts.first(), channel="link")
    return ask_about_briefing(shown, by=SYSTEM, words="有 UL 认证吗？")


def _late(world: World, customer: Customer) -> dict[str, Any]:
    draft = prepared(world, customer)
    need = record_need(draft, by=SYSTEM, words="中性包装", is_must=False)
    out = sent(world, customer)
    order = ordered(world, customer)
    line = order.lines.first()
    planned, released, packed, shipped, signed = (shipment(order, to) for to in ("planned", "released", "packed", "shipped", "signed"))
    put_right = solved(order, "replace", "agreed")
    return _money(world, customer, order) | {
        "shipped": shipped.number, "signed": signed.number, "problem": told(order).number, "proposed": solved(order, "allowance", "proposed").problem.number,
        "agreed": solved(order, "repair", "agreed").problem.number, "answered": answered(order).number, **claims(order), "return": put_right.returns.get().pk, "to_send": put_right.problem.number,
        "draft": draft.number, "milestone": Milestone.objects.get(plan__contract=out.contract, code="inspection").pk, "need": need.pk, "contract": out.contract.number, "request": out.pk, "letter": Letter.objects.filter(customer=customer).first().pk,
        "file": Attachment.objects.of(out.version).first().pk, "order": order.number, "order_line": line.pk,
        "goods": line.goods.first().pk, "planned": planned.number, "released": released.number, "packed": packed.number,
        "spare": intend(world, customer, complete=True).pk, "quotation": quote(intend(world, customer), by=SYSTEM).number,
        "approval": asked(world, customer).pk, "steep": steep(world, customer).contract.number,
        "proved": proved(world, customer).number, "wished": wished(world, customer).pk,
    }  # fmt: skip


def _money(world: World, customer: Customer, order: Order) -> dict[str, Any]:
    """A second order that owes; a receipt with a rest; a credit, and one of which a refund is approved."""
    allow(order, by=SYSTEM, amount=Decimal(20), reason="包装费")
    allow(order, by=SYSTEM, amount=Decimal(10), reason="划伤")
    first, second = Credit.objects.filter(order=order).order_by("id")
    refund = prepare_refund(second, by=SYSTEM, account="工行 6222")
    approve(Approval.objects.get(matter="billing.refund", subject_id=refund.pk), by=SYSTEM)
    owed = world.opened(customer, "10x100 5x40")
    note_lc(owed, by=SYSTEM, revision=0, values={"number": "LC-1"})
    plan(owed, by=SYSTEM, quantities={owed.lines.first().pk: Decimal(1)}, planned_on=clock.today())
    slip = Received(b"%PDF-1.4 slip %%EOF", "slip.pdf", "paper")
    told = announce(customer, by=SYSTEM, told=Announced(Decimal("77.70"), "CNY", clock.today(), order=owed), slip=slip)
    return {
        "announcement": told.pk, "slip": Attachment.objects.of(told).get().pk, "goods_owed": owed.lines.first().goods.first().pk,
        "owed": owed.number, "twin": world.opened(customer, "2x100").pk, "hold": stop(owed, by=SYSTEM, reason="等客户确认唛头").pk, "money_hold": Hold.objects.get(order=owed, kind="money").pk,
        "receipt": Receipt.objects.filter(customer=customer).first().pk, "spare_receipt": world.pays(order, 30).pk, "credit": first.pk,
        "refund": refund.number,
    }  # fmt: skip


def steep(world: World, customer: Customer) -> Version:
    """A draft with a discount that needs approval."""
    draft = prepared(world, customer).newest
    terms = [Term(1, Decimal(10), Decimal(100), Decimal(20))]
    return edit_version(draft, by=SYSTEM, revision=draft.revision, values={}, terms=terms)


def asked(world: World, customer: Customer) -> Approval:
    """Such a draft, in approval."""
    return ask_approval(steep(world, customer), by=SYSTEM)


def proved(world: World, customer: Customer) -> Contract:
    """A contract that is confirmed by a signed paper."""
    contract = prepared(world, customer)
    scan = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
    record_paper(contract.newest, by=SYSTEM, kind="paper", signed_by="x", signed_on=clock.today(), scan=scan)
    return contract


def wished(world: World, customer: Customer) -> ConfirmationRequest:
    """A contract with changes asked."""
    return ask_changes(sent(world, customer), by=SYSTEM, words="定金改 20%")


def intend(world: World, customer: Customer, complete: bool = False) -> Intention:
    """10 track lights at 100.00 and 5 panels at 40.00."""
    track, panel = (world.products[c].variants.first() for c in ("TR20", "PN60"))
    wishes = [Wish(variant=track, quantity=Decimal(10), price=Decimal(100)), Wish(variant=panel, quantity=Decimal(5), price=Decimal(40))]
    intention = open_intention(customer, by=SYSTEM, wishes=wishes)
    if complete:
        collect(intention, by=SYSTEM, revision=1, values=everything(customer))
        fill_dossier(customer)
    return Intention.objects.get(pk=intention.pk)


def everything(customer: Customer) -> dict[str, Any]:
    """Everything that an order needs."""
    return {
        "delivery_term": "FOB", "delivery_place": "Shenzhen", "wanted_on": clock.today() + timedelta(days=40),
        "deposit_percent": Decimal(30), "balance": "before_shipping", "delivery_address": "深圳盐田 1 号仓", "consignee": "仓库",
        "consignee_phone": "0755-5550 0100", "invoice_title": customer.name, "po_number": "PO-1", "signatory": customer.contacts.first(),
    }  # fmt: skip


def prepared(world: World, customer: Customer) -> Contract:
    return prepare(intend(world, customer, complete=True), by=SYSTEM)


def sent(world: World, customer: Customer) -> ConfirmationRequest:
    request = send(prepared(world, customer).newest, by=SYSTEM)
    return ConfirmationRequest.objects.for_list().get(pk=request.pk)


def ordered(world: World, customer: Customer) -> Order:
    request = sent(world, customer)
    guest = Actor(kind="guest", id=request.signatory_id, name=request.signatory.name, customer_id=customer.pk)
    open_request(request, by=guest)
    version = request.version
    confirmation = confirm(
        request, by=guest, version=version.n, total=version.total, lines=version.line_count, signed_by="x", signature="x", consent="…"
    )
    order = Order.objects.get(confirmation=confirmation)
    world.pays(order)
    return order


def shipment(order: Order, to: str) -> Any:
    """One piece of the first line, brought as far as wished."""
    line = order.lines.first()
    made = plan(order, by=SYSTEM, quantities={line.pk: Decimal(1)}, planned_on=clock.today())
    if to != "planned":
        approve_line(line, by=SYSTEM)
        release(made, by=SYSTEM)
    if to in ("packed", "shipped", "signed"):
        pack(made, by=SYSTEM)
        for kind in ("papers", "informed"):  # what is not noted is asked about
            prepare_shipment(made, by=SYSTEM, kind=kind)
    if to in ("shipped", "signed"):
        ship(made, by=SYSTEM, carrier="恒达速运")
    if to == "signed":
        sign(made, by=SYSTEM, counted={}, signed_by="x")
    return made


def claims(order: Order) -> dict[str, int]:
    """A compensation claim in each state that has a form of its own."""
    problem, found = told(order), {}
    for n, name in enumerate(("claim", "filed_claim", "accepted_claim", "paying_claim"), start=1):
        one = note_claim(problem, by=SYSTEM, values={"against": "carrier", "name": "恒达速运", "amount": Decimal(10 * n)})
        one = file_claim(one, by=SYSTEM) if n > 1 else one
        one = answer_claim(one, by=SYSTEM, outcome="accepted", words="同意赔付") if n > 2 else one
        one = note_paid(one, by=SYSTEM, amount=Decimal(5), on=clock.today()) if n > 3 else one
        found[name] = one.pk
    return found


def told(order: Order, kind: str = "quality") -> Problem:
    """A problem with one piece of the first line."""
    return report(order, by=SYSTEM, told=Report(kind, "有一只不亮", line=order.lines.first(), quantity=Decimal(1)))


def solved(order: Order, kind: str, to: str) -> Resolution:
    """A solution, proposed or agreed."""
    made = propose(told(order), by=SYSTEM, offer=Offer(kind, "寄回深圳仓", amount=Decimal(10), faulty_back=True))
    return agree(made, by=SYSTEM) if to == "agreed" else made


def answered(order: Order) -> Problem:
    """A question that was answered."""
    return resolve(told(order, "invoice"), by=SYSTEM, words="发票已重开")
