"""A story in which every kind of event happens at least once, told through the operations."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from unittest.mock import patch

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from boothline.accounts.company import company, edit_company
from boothline.accounts.copies import note_backup, note_restore
from boothline.accounts.demo import signed_in_by_link
from boothline.accounts.first_start import begin
from boothline.accounts.password_links import mail_link
from boothline.accounts.password_links import make_link as make_password_link
from boothline.accounts.people import activate, add_person, add_team, choose, deactivate, edit_person, edit_team
from boothline.accounts.rulebook import change_rule, restore_rule
from boothline.accounts.sign_ins import end_sign_ins, set_password, signed_in
from boothline.accounts.wording import add_words, change_words, retire_words, return_words
from boothline.approvals.approval import Approval, pass_on_all, refuse
from boothline.approvals.approval import approve as consent
from boothline.billing import credits, schedule
from boothline.billing.announced import Told as Announced
from boothline.billing.announced import announce
from boothline.billing.announced import set_aside as set_announcement_aside
from boothline.billing.books import Credit, Refund
from boothline.billing.credits import leave, note_contact
from boothline.billing.credits import use as use_credit
from boothline.billing.receipts import Sent, allocate, allow, receive, void_receipt, write_off
from boothline.billing.refunds import name_account
from boothline.billing.refunds import pay as pay_refund
from boothline.billing.refunds import prepare as prepare_refund
from boothline.billing.schedule import note_lc
from boothline.billing.targets import set_targets
from boothline.capture.visits import visitor
from boothline.care import complaints, surveys
from boothline.catalogue.products import (
    Step,
    add_picture,
    add_product,
    add_variant,
    edit_product,
    edit_variant,
    offer,
    remove_picture,
    retire,
)
from boothline.catalogue.relations import relate, unrelate
from boothline.catalogue.stock import correct_stock, count_stock, keep_stock
from boothline.contracts import lapse as contracts
from boothline.contracts.agreement import Term, Version, edit_version, new_version, prepare
from boothline.contracts.clearance import ask_approval
from boothline.contracts.dossier import Dossier, confirm_bank, edit_dossier, file_paper
from boothline.contracts.establishment import (
    ask_changes,
    close_link,
    decline,
    end_contract,
    expire_all,
    make_link,
    open_request,
    resend,
    send,
    stand_by,
    take_back_changes,
    withdraw,
)
from boothline.contracts.evidence import hand_device, record_paper, void
from boothline.contracts.milestones import Milestone, edit_milestone, edit_plan, reopen_milestone, set_family, stop_plan
from boothline.contracts.milestones import run_daily as milestones_late
from boothline.contracts.milestones import skip as skip_milestone
from boothline.contracts.needs import edit_need, record_need, refuse_need, reopen_need, take_in, trace, waive_need
from boothline.contracts.reminders import ask_again, remind_all
from boothline.contracts.signatory import name_signatory, wish_signatory
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM, Actor
from boothline.core.rules import RULES
from boothline.customers import key_accounts, key_people
from boothline.customers.card import (
    Contact,
    Customer,
    Person,
    add_collaborator,
    add_people,
    agree,
    assign,
    edit_contact,
    edit_customer,
    remove_collaborator,
    set_language,
    unmask,
)
from boothline.customers.contact_merging import merge_contacts, set_contacts_apart
from boothline.customers.duplicates import set_apart
from boothline.customers.grades import free_grade, set_grade
from boothline.customers.merging import merge as merge_customers
from boothline.customers.merging import unmerge
from boothline.customers.papers import add_file
from boothline.customers.pins import lift, pin
from boothline.exchange.jobs import discard, forget_columns, hand_in, map_columns
from boothline.exchange.jobs import judge as judge_row
from boothline.exchange.jobs import run_due as run_imports
from boothline.exchange.jobs import start as start_import
from boothline.exchange.opportunities import Opportunity
from boothline.exchange.opportunities import attach as attach_opportunities
from boothline.exchange.runs import note_export, note_import, note_list_export
from boothline.exchange.undo import ask_undo
from boothline.exchange.undo import run_due as undo_imports
from boothline.fairs import invitations
from boothline.fairs.appointments import book, edit_appointment, keep, miss, slots
from boothline.fairs.appointments import cancel as cancel_appointment
from boothline.fairs.budget import set_budget
from boothline.fairs.editions import add_fair, edit_fair
from boothline.fairs.exhibitors import Listed, Place, edit_exhibitor, is_customer, is_no_customer, list_exhibitors, make_customer
from boothline.fairs.exhibits import add_exhibit, edit_exhibit, remove_exhibit
from boothline.fairs.goals import add_goal, edit_goal, remove_goal
from boothline.fairs.roster import put_on_duty, set_hours, take_off_duty
from boothline.files.attachments import Received, put_picture
from boothline.followups import pool
from boothline.followups.bulk import plan_for_many
from boothline.followups.clocks import Clock, run_clock
from boothline.followups.gifts import Told as ToldGift
from boothline.followups.gifts import log_gift, withdraw_gift
from boothline.followups.handover import hand_over_all, hand_over_day
from boothline.followups.past import PastTouch
from boothline.followups.past import take_in as take_in_touches
from boothline.followups.steps import NextStep, Plan, done, postpone
from boothline.followups.touches import log_touch
from boothline.insights.selfcheck import ask_check, check_now
from boothline.intentions import lapse as intentions
from boothline.intentions.brought import Brought, bring_in
from boothline.intentions.expansion import Expansion, Proposed, open_expansion, prepare_expansion, send_expansion
from boothline.intentions.expansion import accept as accept_expansion
from boothline.intentions.expansion import answer_question as answer_expansion
from boothline.intentions.expansion import ask as ask_expansion
from boothline.intentions.expansion import decline as decline_expansion
from boothline.intentions.expansion import run_daily as expansions_daily
from boothline.intentions.expansion import withdraw as withdraw_expansion
from boothline.intentions.products import Intention, Wish, add_line, edit_line, lose, lose_line, open_intention
from boothline.intentions.quotation import expire_all as quotations_expire
from boothline.intentions.quotation import quote, send_quotation
from boothline.intentions.requirements import ask_for, edit_requirement, meet, waive
from boothline.intentions.requirements import refuse as refuse_requirement
from boothline.intentions.requirements import reopen as reopen_requirement
from boothline.intentions.wanted import change_wanted
from boothline.links.grants import speak
from boothline.messaging.letters import Letter
from boothline.messaging.letters import make_link as make_letter_link
from boothline.messaging.notices import read_notices
from boothline.negotiation import lapse as negotiation
from boothline.negotiation import plan_editing, plan_templates
from boothline.negotiation.briefing import Wanted, answer, brief
from boothline.negotiation.briefing import choose as choose_products
from boothline.negotiation.briefing import make_link as make_briefing_link
from boothline.negotiation.brought import LetGo, bring_let_go
from boothline.negotiation.corrections import correct_answer
from boothline.negotiation.decisions import decide, skip
from boothline.negotiation.lists import REASONS
from boothline.negotiation.objections import close, edit_objection, object_to
from boothline.negotiation.questions import answer_question, ask_about
from boothline.orders import claim, problems, solutions
from boothline.orders.again import order_again
from boothline.orders.arrivals import Count, accept_all_by_time, sign
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.compensation import answer_claim, close_claim, drop_claim, edit_claim, file_claim, note_claim, note_paid
from boothline.orders.goods import approve, approve_line, not_needed, owe, reject, submit
from boothline.orders.holds import lift as lift_hold
from boothline.orders.holds import stop
from boothline.orders.link import make_link as make_order_link
from boothline.orders.particulars import edit_particulars
from boothline.orders.preparation import prepare as prepare_delivery
from boothline.orders.preparation import take_back as take_back_preparation
from boothline.orders.purchases import Bought, add_purchase, arrive, chase, edit_purchase, expect
from boothline.orders.purchases import cancel_rest as cancel_purchase
from boothline.orders.register import Order
from boothline.orders.reservations import free as free_stock
from boothline.orders.reservations import reserve
from boothline.orders.shipments import Shipment, cancel, pack, plan, release, replan, ship
from boothline.orders.solutions import Offer
from boothline.orders.splits import merge, split
from boothline.orders.taken_in import PastLine, PastOrder
from boothline.orders.taken_in import take_in as take_in_orders
from boothline.orders.tracking import Said, track, track_many
from boothline.orders.transport import edit_transport
from boothline.personality import opinion, playbooks
from boothline.radar import watch as radar
from boothline.search import upkeep
from boothline.timeline.undo import Deed, take_back
from boothline.views.saved import choose_look, edit_view, remove_view, save_view
from boothline.visitors.cooperation import move_cooperation
from boothline.visitors.firms import list_firm, take_off
from boothline.visitors.interests import Interest, note_interests
from boothline.visitors.learning import learn
from boothline.visitors.models import Cooperation
from boothline.visitors.questionnaire import DEFAULT, Question, change_questionnaire
from boothline.visitors.recognition import lift_nature, say_nature
from boothline.visitors.solicitation import Taken, correct, seen_revision, take
from boothline.visitors.undoing import retract
from boothline.worktime.absences import enter_absence, remove_absence
from boothline.worktime.calendar import lift_override, override_day
from boothline.worktime.shows import Shift
from tests.pictures import jpeg
from tests.world import World


def tell(world: World) -> None:
    """Everything that can happen."""
    _at_home(world)
    _settings(world)
    customer = world.take(company="起点贸易", name="田一")
    _customer(world, customer)
    _pinned(world, world.take(company="指定公司", name="安四"))
    _key_account(world, world.take(company="大客户公司", name="康九", emails=["kang@key.example"], phones=["13900009090"]))
    _followed(world)
    _negotiated(world, customer)
    _intended(world, customer)
    _contracted(world)
    _milestones(world)
    _expanded(world)
    _stocked(world)
    _ordered(world)
    _taken_in(world)
    _pipeline(world)
    _lapsed(world)
    tasks.sweep()


def _settings(world: World) -> None:
    """The administrator's page by page."""
    admin, mei = world.admin, world.users["mei"]
    with patch("boothline.accounts.first_start.is_waiting", return_value=True):  # the world has people already
        begin(username="first", name="第一", password="gu-zhen-2046", company="明澜照明", zone="Asia/Shanghai", currency="CNY", language="")
    signed_in(mei, by=world.mei, session="s1")
    end_sign_ins(mei, by=world.mei)
    lan = add_person(by=admin, username="lan", name="Lan", roles=["sales"], email="lan@minglan.example")
    edit_person(lan, by=admin, revision=1, values={"phone": "0760-1"}, roles=["sales", "clerk"])
    make_password_link(lan, by=admin, token="t1")
    mail_link(lan, by=admin)
    set_password(lan, by=admin, new="deng-hui-2046")
    deactivate(lan, by=admin)
    activate(lan, by=admin)
    edit_team(add_team(by=admin, name="业务三组"), by=admin, revision=1, values={"name": "华南组"})
    change_rule(RULES["contracts.request_life_days"], by=admin, revision=0, value=21)
    restore_rule(RULES["contracts.request_life_days"], by=admin, revision=1)
    own = add_words(REASONS, by=admin, values={"words": "色温不对", "words_latin": "wrong colour temperature"})
    change_words(REASONS, by=admin, code=own.code, revision=1, values={"words": "色温不合适"})
    retire_words(REASONS, by=admin, code=own.code)
    return_words(REASONS, by=admin, code=own.code)
    note_backup(by=SYSTEM, file="/srv/boothline.zip", size=1000, rows=10, files=1)
    note_restore(by=SYSTEM, file="/srv/boothline.zip", rows=10, files=1, mark="")


def _at_home(world: World) -> None:
    unmask(world.take(company="公海商行", name="没人管"), by=world.admin)
    upkeep.compare(by=world.admin)
    upkeep.rebuild(by=world.admin)
    mei = world.users["mei"]
    ours = company()
    edit_company(by=SYSTEM, revision=max(ours.revision, 1), values={"name": "明澜照明", "phone": "0760-5550 0100"})
    choose(mei, by=world.mei, language="en", theme="dark")
    choose(mei, by=world.mei, language="")
    signed_in_by_link(mei, by=world.mei, session="")
    product = world.products["TR20"]
    edit_product(product, by=SYSTEM, revision=product.revision, values={"name": "轨道射灯二代", "lead_days": 12})
    variant = add_variant(product, by=SYSTEM, sku="TR20-9", price=Decimal("70.50"), steps=[Step(Decimal(500), Decimal(68))])
    edit_variant(variant, by=SYSTEM, revision=1, values={"floor": Decimal(60), "carton_quantity": 20}, steps=[])
    remove_picture(product, by=SYSTEM, picture=add_picture(product, by=SYSTEM, content=jpeg(), name="正面.jpg"))
    offer(retire(product, by=SYSTEM), by=SYSTEM)
    fair = world.fair
    edit_fair(fair, by=SYSTEM, revision=1, values={"booth": "B2", "starts_on": fair.starts_on, "ends_on": fair.ends_on})
    job = hand_in([SimpleUploadedFile("名单.csv", "公司名称,国家\n庚午照明,中国\n".encode())], by=world.heyuan)
    run_imports()
    map_columns(job, by=world.heyuan, tables={"名单.csv": {"kind": "customer", "fields": {"国家": "note"}}})
    run_imports()
    start_import(job, by=world.heyuan)
    run_imports()
    again = hand_in([SimpleUploadedFile("名单.csv", "公司名称,国家\n庚午照明,中国\n".encode())], by=world.heyuan)
    run_imports()
    forget_columns(again, by=world.heyuan, file="名单.csv")
    run_imports()
    people = hand_in([SimpleUploadedFile("联系人.csv", "姓名,公司,手机\n辛未,庚午照明,13900008801\n".encode())], by=world.heyuan)
    run_imports()
    people.refresh_from_db()
    judge_row(people, by=world.heyuan, file="联系人.csv", row=2, is_same=False)
    discard(people, by=world.heyuan)
    two = hand_in([SimpleUploadedFile("公司.csv", "公司名称\n壬申照明\n癸酉照明\n".encode())], by=world.heyuan)
    run_imports()
    start_import(two, by=world.heyuan)
    run_imports()
    log_touch(Customer.objects.get(name="壬申照明"), by=world.heyuan, channel="call", words="要报价", ended="no_need")
    ask_undo(two, by=world.heyuan, but=True)
    with patch("boothline.exchange.undo.LARGE", 0):
        ask_undo(job, by=world.heyuan)
    undo_imports()
    note_import(by=world.heyuan, files=["cards.vcf"], rows=2, created={"contact": 2})
    note_export(by=world.heyuan, kind="contact", rows=2, form="csv")
    read_notices(by=world.mei, since=1, until=10**12)
    note_list_export(by=world.heyuan, list_name="客户", sentence="显示 所有人 负责的客户。", rows=2, form="xlsx")
    choose_look(mei, by=world.mei, list_name="customers", columns=["customer", "country"])
    view = save_view(
        "我的客户", by=world.heyuan, list_name="customers", asked={"owner": "me"}, columns=["customer"], density=34, share="all"
    )
    edit_view(view, by=world.heyuan, revision=1, values={"name": "各自的客户"})
    remove_view(view, by=world.heyuan)


def _customer(world: World, customer: Customer) -> None:
    agree([(customer.contacts.first(), "follow_up")], by=world.mei, how="booth")
    take_in_touches([PastTouch(customer, clock.today() - timedelta(days=90), author=world.users["mei"])], by=SYSTEM)
    edit_customer(customer, by=world.mei, revision=1, values={"name": "起点国际贸易", "country": "中国"})
    contact = Contact.objects.get(customer=customer)
    edit_contact(
        contact, by=world.mei, revision=contact.revision, values={"title": "采购经理"},
        points=Person(phones=["13600000000"], emails=["tian@qidian.example"]),
    )  # fmt: skip
    customer = Customer.objects.get(pk=customer.pk)
    assign(customer, by=world.heyuan, owner=world.users["kevin"], revision=customer.revision)
    customer = Customer.objects.get(pk=customer.pk)
    assign(customer, by=SYSTEM, owner=world.users["mei"], revision=customer.revision)
    take_back(plan_for_many({customer.pk: 0}, by=world.mei, what="寄目录", due_on=clock.today()), by=world.mei)
    step = NextStep.objects.filter(customer=customer).first()
    postpone(step, by=world.mei, due_on=clock.today() + timedelta(days=9))
    done(step, by=world.mei)
    soon = clock.today() + timedelta(days=2)
    wished = log_touch(customer, by=world.mei, channel="phone", words="想要样品", next_step=Plan(customer, "寄样", soon))
    instead = Plan(customer, "寄两款样品", soon)
    log_touch(customer, by=world.mei, channel="phone", words="再要一款", next_step=instead, replaces=[wished.step] if wished.step else [])
    _recognised(world, customer)
    put_picture(customer, by=world.mei, content=jpeg(), name="名片.png")


def _pinned(world: World, customer: Customer) -> None:
    made = pin(customer, by=world.heyuan, type="contract", reason="口头已谈定")
    object_to(customer, by=world.mei, reason="moq", words="起订量太高")
    lift(made, by=world.heyuan)
    graded = world.take(company="分级公司", name="安五")
    object_to(graded, by=world.mei, reason="price")
    held = set_grade(graded, by=world.mei, grade="D", reason="项目停了，年底再说")
    log_touch(graded, by=world.mei, channel="phone", words="要图纸", asked="drawing", step_holds=True)
    free_grade(held, by=world.mei)
    again = world.take(company="分级公司有限公司", name="安五")
    set_apart(graded, by=world.mei, other=again)
    unmerge(merge_customers(customer, by=world.mei, goes=again, reason="名片对上了"), by=world.mei)
    person, twin = add_people([Person(name=name, customer=graded) for name in ("安小五", "安晓五")], by=world.mei)
    set_contacts_apart(person, by=world.mei, other=twin)
    unmerge(merge_contacts(person, by=world.mei, goes=twin, reason="同一个人"), by=world.mei)
    add_collaborator(customer, by=world.heyuan, user=world.users["kevin"])
    remove_collaborator(customer, by=world.heyuan, user=world.users["kevin"])
    add_file(customer, by=world.mei, received=Received(jpeg(), "图纸.jpg", "picture"))


def _key_account(world: World, customer: Customer) -> None:
    """Marked, changed, planned; who decides there, what a rival does; ended. And the advice for one personality, worded anew."""
    mark = {"tier": "gold", "kind": "potential", "reason": "年需求很大"}
    account = key_accounts.appoint(customer, by=world.heyuan, revision=0, values=mark)
    account = key_accounts.appoint(customer, by=world.heyuan, revision=account.revision, values=mark | {"tier": "platinum"})
    key_accounts.plan_year(account, by=world.mei, year=clock.today().year, revision=0, values={"need": "八百套"})
    person = {"part": "decides", "reports_to": None, "attitude": 1, "background": "工程出身"}
    key_people.note_decider(customer.contacts.get(), by=world.mei, revision=0, values=person)
    move = {"name": "对手照明", "move": "免费送样", "product": "", "price": "", "on": clock.today(), "source": "", "answer": ""}
    rival = key_people.note_rival(customer, by=world.mei, values=move)
    key_people.note_rival(customer, by=world.mei, values=move | {"answer": "送两套"}, rival=rival, revision=rival.revision)
    key_accounts.end_account(account, by=world.heyuan, reason="连续两季低于门槛")
    plan_editing.change_template(
        "service.apologise",
        by=world.heyuan,
        revision=0,
        said=plan_templates.said_of(plan_templates.template_of("service.apologise")) | {"zh": "马上换人"},
    )
    own = plan_templates.said_of(plan_templates.template_of("other.ask")) | {"zh": "先送样品", "en": "Sample first"}
    added = plan_editing.add_template("service", by=world.heyuan, said=own)
    for off in (True, False):
        plan_editing.switch_template(added.code, by=world.heyuan, off=off)
    plan_editing.restore_templates("service", by=world.heyuan)
    words = playbooks.shipped("mixed") | {"stress_zh": "多听少说。"}
    kept = playbooks.edit_playbook("mixed", by=world.heyuan, revision=0, values=words)
    playbooks.restore_playbook("mixed", by=world.heyuan, revision=kept.revision)


def _lapsed(world: World) -> None:
    """What nobody moves lapses, warned of before, and is reopened."""
    shown = brief(world.take(company="详解公司", name="安一"), by=world.mei, products=list(world.products.values()))
    wanted = world.intend(world.take(company="意向公司", name="安二"), complete=False)
    draft = world.contract(world.take(company="停滞公司", name="安三"))
    for days in (80, 95, 170, 190):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            negotiation.lapse_all()
            intentions.lapse_all()
            contracts.lapse_all()
    with time_machine.travel(timezone.now() + timedelta(days=191), tick=False):
        negotiation.reopen_briefing(shown, by=world.mei)
        intentions.reopen_lapsed(wanted, by=world.mei)
        contracts.reopen_lapsed(draft, by=world.mei)


def _followed(world: World) -> None:
    """Clocks, roster, appointments, a free day of the company's own, a day handed over."""
    fair, mei = world.fair, world.users["mei"]
    shut = override_day(by=world.admin, day=fair.ends_on + timedelta(days=30), is_workday=False, words="厂庆")
    lift_override(shut, by=world.admin, revision=shut.revision)
    off = enter_absence(world.users["mei"], by=world.mei, starts_on=fair.ends_on, ends_on=fair.ends_on, words="家里有事")
    remove_absence(off, by=world.heyuan)
    fair.refresh_from_db()
    set_hours(fair, by=world.heyuan, revision=fair.revision, hours={fair.ends_on: (time(9), time(16))})
    fair.refresh_from_db()
    set_budget(fair, by=world.heyuan, revision=fair.revision, lines={"space": (Decimal(120_000), Decimal(98_000))})
    wanted = {"kind": "basic", "measure": "captured", "words": "", "target": Decimal(240), "reached": None, "who": mei}
    goal = add_goal(fair, by=world.heyuan, **wanted)
    edit_goal(goal, by=world.heyuan, revision=1, values=wanted | {"target": Decimal(200)})
    remove_goal(goal, by=world.heyuan)
    exhibit = add_exhibit(fair, by=world.heyuan, variant=world.products["TR20"].variants.first(), pieces=3, sample_number="样-07")
    edit_exhibit(exhibit, by=world.heyuan, revision=1, values={"back": 2, "sold": 1})
    remove_exhibit(exhibit, by=world.heyuan)
    [neighbour, other] = list_exhibitors(
        [Listed({"name": "邻居灯饰"}, [Place("9.1D30-31", "9.1")]), Listed({"name": "对面家居"})], by=world.heyuan, fair=fair
    )
    edit_exhibitor(neighbour, by=world.heyuan, revision=1, values={"city": "中山"}, stands=[Place("9.1D30", "9.1")])
    firm = make_customer(neighbour, by=mei.actor())
    is_customer(other, by=world.heyuan, customer=firm)
    is_no_customer(other, by=world.heyuan)
    set_targets(clock.today(), by=world.heyuan, revision=0, amounts={("ordered", mei.pk): Decimal(50_000), ("delivered", None): Decimal(1)})
    check_now(ask_check(by=world.heyuan))
    put_on_duty(fair, by=world.heyuan, person=mei, days=fair.days, starts=time(9), ends=time(16), backup=world.users["kevin"])
    put_on_duty(fair, by=world.heyuan, person=world.users["xiaoyu"], days=fair.days, starts=time(9), ends=time(12))
    take_off_duty(Shift.objects.filter(user=world.users["xiaoyu"]).first(), by=world.heyuan)
    customer = world.take(company="约见公司", name="约一")
    late = world.take(company="超时公司", name="超一", emails=[], phones=[])
    free = [slot for slot in slots(fair) if slot.at > timezone.now() + timedelta(hours=20)]
    first, second, third = (book(customer, by=world.mei, fair=fair, at=slot.at, user=mei) for slot in free[:3])
    edit_appointment(first, by=world.mei, revision=1, values={"about": "看样品"})
    with time_machine.travel(second.ends_at, tick=False):
        keep(first, by=world.mei)
        miss(second, by=world.mei)
    cancel_appointment(third, by=world.mei, reason="客户改期")
    _invited(world, customer)
    agree([(late.contacts.first(), "follow_up")], by=world.mei, how="booth")
    waiting = Clock.objects.get(customer=late)
    for at in (waiting.remind_at, waiting.turn_due_at):
        with time_machine.travel(at, tick=False):
            run_clock(waiting, by=SYSTEM)
    hand_over_day(world.users["kevin"], by=world.heyuan, to=mei, until=clock.today())
    log_touch(late, by=world.mei, channel="phone", words="别再打了", reach="not_reached", ended="no_contact")


def _invited(world: World, customer: Customer) -> None:
    """A fair that is still to come: two are listed and one comes, one is reminded and stays away, one is taken off the list."""
    day = clock.today() + timedelta(days=20)
    fair = add_fair(by=world.heyuan, code="SOON", name="滨海灯饰展", starts_on=day, ends_on=day)
    others = [world.take(company=f"受邀{n}", name=f"受邀{n}", emails=[f"{n}@invited.example"], phones=[]) for n in range(2)]
    people = [c.contacts.first() for c in (customer, *others)]
    agree([(person, "follow_up") for person in people], by=world.mei, how="booth")
    first, second, third = (invitations.invite(p.customer, by=world.mei, fair=fair, contacts=[p])[0] for p in people)
    invitations.unlist(third, by=world.mei)
    for one in (first, second):
        invitations.send(one, by=world.mei, subject="来看新品", words="您要的轨道灯出了新款")
    guest = Actor(kind="guest", id=first.contact_id, name=first.contact.name, customer_id=first.customer_id)
    invitations.answer(invitations.open_invitation(first, by=guest), by=guest, answer="comes")
    invitations.note_answer(first, by=world.mei, answer="comes", told_how="phone", told_by="秘书", told_words="下午到")
    with time_machine.travel(timezone.now() + timedelta(days=19), tick=False):
        invitations.run_daily()
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        by_mistake = Person(name=first.contact.name, emails=[first.contact.point("email")], customer=first.customer)
        retract(take(Taken(person=by_mistake, consents=["marketing"]), by=world.mei, fair=fair), by=world.mei, reason="wrong")
    invitations.arrived(fair, by=SYSTEM, contacts=[first.contact_id])
    with time_machine.travel(timezone.now() + timedelta(days=22), tick=False):
        invitations.run_daily()


def _recognised(world: World, customer: Customer) -> None:
    say_nature(customer, by=world.mei, nature="peer", peer="agent", words="来谈代理")
    held = Cooperation.objects.get(customer=customer)
    move_cooperation(held, by=world.mei, revision=held.revision, state="talking", words="想做华北")
    learn()
    lift_nature(customer, by=world.mei)
    firm = list_firm(by=world.heyuan, on="competitor", name="对手照明")
    take_off(firm, by=world.heyuan)
    asked = [*DEFAULT, Question("colour", "text", "颜色", "Colour")]
    change_questionnaire(world.fair, by=world.heyuan, revision=0, questions=asked)
    mine = take(Taken(person=Person(name="改一", company="改正公司"), consents=["follow_up"]), by=world.mei, fair=world.fair)
    correct(mine, by=world.mei, revision=seen_revision(mine), agreed=["follow_up"], taken=Taken(person=Person(name="改一"), heat=3))
    retract(take(Taken(person=Person(name="试录")), by=world.mei, fair=world.fair), by=world.mei, reason="trial")
    own = Taken(person=Person(name="自来", company="自助公司"), source="self")
    take(own, by=visitor("自来"), fair=world.fair)


def _negotiated(world: World, customer: Customer) -> None:
    shown = brief(customer, by=world.mei, products=list(world.products.values()))
    answer(shown, by=world.mei, answer="not_interested")
    correct_answer(shown, by=world.mei, words="记错了客户", now="not_interested")
    held = object_to(customer, by=world.mei, reason="price", words="太贵")
    edit_objection(held, by=world.mei, revision=held.revision, values={"competitor": "上家供货商"})
    close(held, by=world.mei, outcome="resolved", words="给了折扣")
    late = object_to(customer, by=world.mei, reason="lead_time", words="来不及")
    decide(late, by=world.mei, template="lead_time.split")
    quick = decide(late, by=world.mei, template="lead_time.faster")  # the first plan is given up
    for step in quick.steps.all():
        skip(step, by=world.heyuan, words="不用了")
    contact = customer.contacts.first()
    with override_settings(MAIL_SERVER=False):  # ready by link, not mailed
        brief(customer, by=world.mei, products=list(world.products.values()), contact=contact, channel="link")
    sent = brief(customer, by=world.mei, products=list(world.products.values()), contact=contact, channel="link")
    make_briefing_link(sent, by=world.mei)
    guest = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=customer.pk)
    ask_about(sent, by=guest, words="有认证吗？")
    answer_question(sent, by=world.mei, words="有 CE 认证。")
    choose_products(sent, by=guest, wanted=[Wanted(sent.items.first())])
    _changed_their_mind(world)


def _changed_their_mind(world: World) -> None:
    """A customer wants some by the link, and then more."""
    customer = world.take(company="改意公司", name="改意", emails=["gaiyi@example.com"], phones=[])
    contact = customer.contacts.first()
    sent = brief(customer, by=world.mei, products=list(world.products.values()), contact=contact, channel="link")
    guest = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=customer.pk)
    choose_products(sent, by=guest, wanted=[Wanted(sent.items.first(), Decimal(20))])
    change_wanted(sent, by=guest, wanted=[Wanted(sent.items.first(), Decimal(30))])


def _intended(world: World, customer: Customer) -> None:
    intention = world.intend(customer)
    line = add_line(intention, by=world.mei, wish=Wish(special="定制支架"))
    edit_line(line, by=world.mei, revision=line.revision, values={"quantity": 3})
    lose_line(line, by=world.mei, reason="不需要了")
    quoted = quote(intention, by=world.mei)
    send_quotation(quoted, by=world.mei, contact=customer.contacts.first(), channel="mail", step_holds=True)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        quotations_expire()
    required = ask_for(intention, by=world.mei, kind="certificate", words="CE")
    edit_requirement(required, by=world.mei, revision=1, values={"words": "CE 与 RoHS"})
    refuse_requirement(required, by=world.mei, reason="来不及")
    meet(reopen_requirement(required, by=world.mei), by=world.mei, proof="document", words="CE-2046")
    waive(
        ask_for(intention, by=world.mei, kind="label", words="中性标", is_must=False), by=world.mei, contact=customer.contacts.first(),
        words="电话里说的",
    )  # fmt: skip
    lose(intention, by=world.mei, reason="项目取消")


def _expanded(world: World) -> None:
    """Requests for more business with every answer, and what goes with a product."""
    track, panel = world.products.values()
    unrelate(relate(track, by=world.heyuan, other=panel, kind="complement"), by=world.heyuan)

    def proposed(name: str) -> Expansion:
        customer = world.ordered(world.take(company=name, name=name[:2])).customer
        made = prepare_expansion(customer, by=world.mei, kind="reorder", items=[Proposed(track, Decimal(10)), Proposed(panel, Decimal(5))])
        return send_expansion(made, by=world.mei, contact=customer.contacts.first())

    def theirs(one: Expansion) -> Actor:
        return Actor(kind="guest", id=one.contact_id, name="x", customer_id=one.customer_id)

    taken, refused, asked, waits = (proposed(name) for name in ("拓展公司", "谢绝公司", "提问公司", "等待公司"))
    open_expansion(waits, by=theirs(waits))
    accept_expansion(taken, by=theirs(taken), wanted={taken.items.first().pk: Decimal(20)})
    decline_expansion(refused, by=theirs(refused), reason="price", words="比上次贵")
    ask_expansion(asked, by=theirs(asked), words="能调光吗？")
    answer_expansion(asked, by=world.mei, words="可以。")
    withdraw_expansion(proposed("收回公司"), by=world.mei, reason="价格要重算")
    for days in (8, 40):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            expansions_daily()


def _milestones(world: World) -> None:
    """The milestones of an order, and how a family is made."""
    set_family("轨道灯", by=world.heyuan, template="made", start="deposit")
    order = world.ordered(world.take(company="进度公司", name="进一"), is_paid=False)
    points = {m.code: m for m in Milestone.objects.for_list().filter(plan__contract=order.contract)}
    plan = points["deposit"].plan
    edit_plan(plan, by=world.mei, revision=plan.revision, values={"start": "confirmation"})
    edit_milestone(points["inspection"], by=world.mei, revision=1, values={"note": "三楼"})
    edit_plan(plan, by=world.mei, revision=plan.revision + 1, values={"start": "deposit"})
    reopen_milestone(skip_milestone(points["inspection"], by=world.mei, reason="客户自己验货"), by=world.mei)
    with time_machine.travel(timezone.now() + timedelta(days=12), tick=False):
        milestones_late()
        world.pays(order)  # the deposit comes late: everything moves


def _contracted(world: World) -> None:
    def out(name: str) -> object:
        return world.sent(world.take(company=name, name=name[:2]))

    customer = world.take(company="草拟公司", name="文一")
    told = record_need(customer, by=world.mei, words="每箱不超过 15 公斤", source="touch")
    contract = world.contract(customer)
    take_in([told], by=world.mei, contract=contract)
    edit_need(told, by=world.mei, revision=1, values={"words": "每箱不超过 12 公斤"})
    refuse_need(told, by=world.mei, reason="太轻了")
    trace(reopen_need(told, by=world.mei), by=world.mei, clauses=["delivery"])
    waive_need(told, by=world.mei, contact=customer.contacts.first(), words="电话里说的")
    draft = contract.newest
    edit_version(draft, by=world.mei, revision=draft.revision, values={"po_number": "PO-2"}, terms=[Term(1, Decimal(12), Decimal(99))])
    _dossier(world, customer)
    first = send(contract.newest, by=world.mei)
    make_link(first, by=world.mei)
    make_letter_link(Letter.objects.filter(contact=first.signatory, grant__isnull=False).latest("pk"), by=world.mei)
    close_link(first, by=world.mei)
    speak(first.grant, by=world.guest(first).trusted(), language="en")
    new_version(contract, by=world.mei)
    send(contract.newest.__class__.objects.get(contract=contract, n=2), by=world.mei)  # replaces the first
    asked = out("修改公司")
    ask_changes(asked, by=world.guest(asked), words="定金改 20%")
    take_back_changes(asked, by=world.guest(asked))
    set_language(asked.signatory, by=world.mei, language="en")
    with override_settings(MAIL_SERVER=False):  # ready by link, not mailed
        open_request(out("打开公司"), by=SYSTEM)
    no = out("拒绝公司")
    decline(no, by=world.guest(no), reason="price", words="超出预算")
    withdraw(out("撤回公司"), by=world.mei, reason="价格要重算")
    end_contract(out("结束公司").contract, by=world.mei, reason="客户换项目")
    again = out("再发公司")
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        resend(again, by=world.mei)
    ask_changes(again, by=world.mei, words="定金改 20%", note="周三电话告知")
    stand_by(again, by=world.mei, words="定金比例是公司规定")
    wish_signatory(again, by=world.guest(again), name="总经理", reach="boss@zaifa.example", why="我没有授权")
    name_signatory(again, by=world.mei, contact=Person(name="总经理", emails=["boss@zaifa.example"]), why="客户电话里说的")
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        remind_all()
    hand_device(world.contract(world.take(company="展位公司", name="展一")).newest, by=world.mei)
    paper = world.contract(world.take(company="纸面公司", name="纸一")).newest
    trace(record_need(paper.contract, by=world.mei, words="离岸深圳"), by=world.mei, clauses=["delivery"])
    proof = record_paper(
        paper, by=world.haoran, kind="paper", signed_by="纸一", signed_on=clock.today(), scan=Received(b"%PDF-1.4 paper", "signed.pdf", "paper"),
    )  # fmt: skip
    known = Order.objects.get(confirmation=proof)
    problems.report(known, by=world.haoran, told=problems.Report("late", "还没有消息"))
    complaints.receive(known.customer, by=world.haoran, told=complaints.Told("没有人回电话", order=known))
    void(proof, by=world.heyuan, reason="登错了客户")
    _approved(world)
    ask_again(no, by=world.guest(no))
    out("过期公司")
    with time_machine.travel(timezone.now() + timedelta(days=16), tick=False):
        expire_all()


def _dossier(world: World, customer: Customer) -> None:
    """Papers, a twin with the same code, and a changed account that somebody asks about."""
    own = Dossier.objects.get(customer=customer)
    edit_dossier(world.take(company="孪生公司", name="文二"), by=world.mei, revision=1, values={"code": own.code})
    file_paper(customer, by=world.mei, kind="licence", received=Received(b"%PDF-1.4 licence", "licence.pdf", "paper"))
    changed = edit_dossier(customer, by=world.mei, revision=own.revision, values={"bank_account": "6222020299999"})
    confirm_bank(changed, by=world.mei, through="in_person", words="当面核对过")


def _approved(world: World) -> None:
    def steep(name: str) -> Version:
        draft = world.contract(world.take(company=name, name=name[:2])).newest
        edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
        return Version.objects.get(pk=draft.pk)

    consent(ask_approval(steep("同意公司"), by=world.mei), by=world.heyuan)
    refuse(ask_approval(steep("退回公司"), by=world.mei), by=world.heyuan, reason="折扣太高了")
    changed = steep("改动公司")
    ask_approval(changed, by=world.mei)
    edit_version(changed, by=world.mei, revision=changed.revision, values={"po_number": "PO-9"}, terms=[])
    completed = steep("补全公司")
    Dossier.objects.filter(customer=completed.customer).delete()
    waiting = ask_approval(completed, by=world.mei)
    edit_dossier(completed.customer, by=world.mei, revision=1, values={"legal_name": "补全公司"})
    consent(waiting, by=world.heyuan)
    edit_version(completed, by=world.mei, revision=completed.revision, values={"po_number": "PO-10"}, terms=[])
    ask_approval(steep("逾时公司"), by=world.mei)
    with time_machine.travel(timezone.now() + timedelta(days=12), tick=False):
        pass_on_all()


def _stocked(world: World) -> None:
    """Goods are counted, bought, reserved; the purchase is late; some is given back, the rest is cancelled."""
    haoran = world.haoran
    product = add_product(by=haoran, code="ST10", name="灯带", lead_days=15, variants=[{"sku": "ST10-1", "price": Decimal(9)}])
    variant = keep_stock(product.variants.get(), by=haoran, revision=1, kind="counted")
    count_stock(variant, by=haoran, counted=Decimal(6), words="年底盘点")
    correct_stock(variant, by=haoran, quantity=Decimal(-1), words="拿去做样品")
    customer = world.take(company="备货公司", name="备一")
    intention = open_intention(customer, by=SYSTEM, wishes=[Wish(variant=variant, quantity=Decimal(10), price=Decimal(9))])
    world.collect(intention)
    world.confirm(send(prepare(Intention.objects.get(pk=intention.pk), by=world.mei).newest, by=world.heyuan))
    order = Order.objects.get(customer=customer)
    make_order_link(order, by=world.mei)
    day = clock.today() + timedelta(days=5)
    purchase = add_purchase(by=haoran, supplier="东方灯具配件厂", lines=[Bought(variant, Decimal(20), day)])
    line = purchase.lines.get()
    expect(line, by=haoran, on=day + timedelta(days=60), reason="供应商缺料")
    chase(line.purchase, by=haoran, words="说还在等面板，没有给日期")
    values = {"supplier": "东方灯具配件厂", "firm": None, "reference": "DF-7", "ordered_on": clock.today(), "note": ""}
    purchase.refresh_from_db()
    edit_purchase(purchase, by=haoran, revision=purchase.revision, values=values, quantities={line.pk: Decimal(18)}, added=[])
    arrive(purchase, by=haoran, counted={line.pk: Decimal(3)})
    free_stock(order.lines.get(), by=haoran)
    reserve(order, by=haoran)
    cancel_purchase(purchase, by=haoran, reason="供应商停产")
    count_stock(variant, by=haoran, counted=Decimal(30), words="车间入库")  # nothing is left to be made for it


def _ordered(world: World) -> None:
    order = world.ordered(world.take(company="订货公司", name="郑一"))
    first, second = order.lines.all()
    item, other, third, *_ = first.goods.all()
    owe(item, by=world.haoran, owes="us", person=world.users["mei"], revision=item.revision)
    owe(other, by=world.haoran, owes="supplier", revision=other.revision)
    submit(item, by=world.haoran, words="规格书已发")
    reject(item, by=world.haoran, reason="缺图")
    approve(item, by=world.haoran)
    not_needed(other, by=world.haoran, reason="客户不要")
    submit(third, by=world.haoran, words="照片")
    approve_line(first, by=world.haoran)
    approve_line(second, by=world.haoran)
    edit_product(first.variant.product, by=world.heyuan, revision=first.variant.product.revision, values={"specification": "新版规格"})
    approve_line(first, by=world.haoran)
    goods = {first.pk: first.due}
    made = plan(order, by=world.haoran, quantities=goods, planned_on=clock.today())
    made = replan(made, by=world.haoran, revision=made.revision, quantities=goods, planned_on=clock.today(), slot="morning")
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    prepare_delivery(made, by=world.haoran, kind="vehicle", words="粤T 88E66")
    take_back_preparation(made, by=world.haoran, kind="vehicle")
    made = edit_transport(Shipment.objects.get(pk=made.pk), by=world.haoran, revision=made.revision, values={"vessel": "COSCO Ningbo 012E"})
    ship(made, by=world.haoran, carrier="恒达速运", tracking_number="HD1")
    _received(world, order, made)
    _cared(world, order)
    off = plan(order, by=world.haoran, quantities={second.pk: second.due}, planned_on=clock.today())
    cancel(off, by=world.haoran, reason="客户推迟收货")
    apart = split(order, by=world.haoran, quantities={second.pk: Decimal(2)}, reason="客户要分开提货")
    merge(order, by=world.haoran, other=apart, reason="客户又要一起提货")
    stop_plan(
        world.contract(world.take(company="不做了公司", name="卜作", emails=[], phones=["13900009091"])), by=SYSTEM, reason="并到别的订单"
    )
    _paid(world)
    _let_go(world)
    _pooled(world)


def _taken_in(world: World) -> None:
    """An order of long ago comes by file, with everything that became of it."""
    customer = world.take(company="旧账公司", name="旧一", emails=[], phones=["13900009078"])
    lamp = world.products["TR20"].variants.select_related("product").first()
    took_in = PastOrder(
        customer, date(2016, 3, 1), "CNY", [PastLine(lamp, Decimal(10), Decimal(66))], shipped_on=date(2016, 3, 9), is_returned=True
    )
    take_in_orders([took_in], by=SYSTEM)


def _pipeline(world: World) -> None:
    """What another system says of years of selling: interested, engaging, lost with a reason; one names no customer and gets one."""
    customer = world.take(company="旧线索公司", name="旧二", emails=[], phones=["13900009079"])
    lamp = world.products["TR20"]
    note_interests([Interest(customer, lamp, date(2016, 3, 1))], by=SYSTEM)
    bring_in(
        [Brought(customer, lamp, date(2016, 3, 1), "CNY"), Brought(customer, lamp, None, "CNY", is_lost=True, reason="太贵")], by=SYSTEM
    )
    bring_let_go([LetGo(customer, lamp, "太贵")], by=SYSTEM)
    waiting = Opportunity.objects.create(key="Q-7", product=lamp, stage="prospecting")
    attach_opportunities([waiting], by=world.heyuan, customer=customer)


def _let_go(world: World) -> None:
    """Everything arrived long ago, and the company says that such an order keeps nobody ordering; they want it again."""
    order = world.opened(world.take(company="老单公司", name="老一", emails=[], phones=["13900009077"]), "1x100")
    world.pays(order)
    line, contact = order.lines.get(), order.confirmation.contact
    approve_line(line, by=world.haoran)
    made = plan(order, by=world.haoran, quantities={line.pk: line.due}, planned_on=clock.today())
    for step in (release, pack):
        made = step(made, by=world.haoran)
    ship(made, by=world.haoran, carrier="恒达速运")
    x = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=order.customer_id)
    sign(made, by=x, counted={line.pk: Count(line.due)}, signed_by="老一")
    change_rule(RULES["orders.ordering_keeps_days"], by=world.admin, revision=0, value=1)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        claim.run_daily()
    restore_rule(RULES["orders.ordering_keeps_days"], by=world.admin, revision=1)
    order_again(order, by=x, quantities={line.pk: Decimal(20)}, words="包装同上次")


def _pooled(world: World) -> None:
    """Nobody speaks with a visitor: their owner is warned, the pool has them, a colleague takes them."""
    silent = world.take(company="无声公司", name="吴声", emails=["wu@wusheng.example"], phones=["13900009001"])
    for day in (14, 15):
        with time_machine.travel(timezone.now() + timedelta(days=day), tick=False):
            pool.run_daily()
    pool.take_from_pool(silent, by=world.kevin)
    _presented(world)
    late = world.ordered(world.take(company="移交公司", name="于交", emails=["yu@yijiao.example"], phones=["13900009003"]))
    problems.take(problems.report(late, by=world.haoran, told=problems.Report("late", "还没有消息")), by=world.mei)
    complaints.acknowledge(complaints.receive(late.customer, by=world.heyuan, told=complaints.Told("没有人回电话")), by=world.mei)
    hand_over_all(world.users["mei"], by=SYSTEM, to=world.users["kevin"], reason="离职")
    take_back(Deed.objects.latest("pk"), by=SYSTEM)
    hand_over_all(world.users["kevin"], by=SYSTEM, to=world.users["mei"], reason="离职")


def _presented(world: World) -> None:
    """A gift that a manager allows and that is not given after all; a benefit that somebody asked for."""
    customer = world.take(company="送礼公司", name="李礼", emails=["li@songli.example"], phones=["13900009002"])
    contact, today = customer.contacts.get(), clock.today()
    dear = log_gift(customer, by=world.mei, told=ToldGift("given", "茶具", "中秋", today, contact, Decimal(260)))
    consent(Approval.objects.get(matter="followups.gift", subject_id=dear.pk), by=world.heyuan)
    withdraw_gift(dear, by=world.mei, reason="对方婉拒")
    asked = log_gift(customer, by=world.mei, told=ToldGift("asked", "3% 回扣", "谈价格时", today, contact, kind="share"))
    withdraw_gift(asked, by=world.mei, reason="听错了")


def _paid(world: World) -> None:
    """Money: asked for, received, too much of it, given back; holds; changes of an order."""
    haoran, mei = world.haoran, world.mei
    order = world.opened(world.take(company="付款公司", name="付一"), "10x100 5x40", balance="lc", days=20)
    customer = order.customer
    note_lc(order, by=haoran, revision=0, values={"number": "LC-1"})
    first = order.lines.first()
    change(order, by=haoran, wish=ChangeWish((LineWish(first, Decimal(8), Decimal(100)),), is_theirs=True, reason="客户来信减量"))
    change(order, by=haoran, wish=ChangeWish((LineWish(order.lines.first(), Decimal(12), Decimal(100)),), reason="客户来信加量"))
    end_contract(order.contract, by=haoran, reason="改错了订单")
    change(order, by=haoran, wish=ChangeWish((LineWish(order.lines.first(), Decimal(12), Decimal(100)),), reason="客户来信加量"))
    edit_particulars(
        Order.objects.get(pk=order.pk),
        by=haoran,
        revision=Order.objects.get(pk=order.pk).revision,
        values={"shipping_mark": "FK 1-40"},
        items={},
    )
    lift_hold(stop(order, by=haoran, reason="等客户确认唛头"), by=haoran, reason="客户已经确认")
    held = plan(order, by=haoran, quantities={first.pk: Decimal(8)}, planned_on=clock.today())
    with time_machine.travel(timezone.now() + timedelta(days=12), tick=False):
        schedule.run_daily()
    told = announce(order.customer, by=SYSTEM, told=Announced(Decimal(12), order.currency, clock.today(), order=order, note="尾款"))
    set_announcement_aside(told, by=haoran, reason="与合同尾款重复")
    wrong = world.pays(order, 10)
    void_receipt(wrong, by=haoran, reason="登错了客户")
    world.pays(order, 980)
    write_off(order, by=haoran)
    for line in order.lines.all():
        approve_line(line, by=haoran)
    release(held, by=haoran)
    pack(held, by=haoran)
    ship(held, by=haoran, carrier="恒达海运")
    allow(order, by=haoran, amount=Decimal(100), reason="运输划伤")
    credit = Credit.objects.get(order=order)
    other = world.opened(customer, days=60)
    use_credit(other, by=haoran, amount=Decimal(40))
    allocate(receive(customer, by=haoran, slip=Sent(Decimal(2000), clock.today())), by=haoran, order=world.opened(customer))
    note_contact(credit, by=mei, words="客户说本周给账号")
    for day in (14, 28, 30):
        with time_machine.travel(timezone.now() + timedelta(days=day), tick=False):
            credits.run_daily()
    refund = name_account(Refund.objects.get(credit=credit), by=haoran, account="工行 6222")
    consent(Approval.objects.get(matter="billing.refund", subject_id=refund.pk), by=world.heyuan)
    pay_refund(refund, by=haoran, paid_on=clock.today())
    again = world.opened(customer)
    world.pays(again)
    allow(again, by=haoran, amount=Decimal(5), reason="少配件")
    leave(Credit.objects.get(order=again), by=mei, until=clock.today() + timedelta(days=60), words="邮件：留作下单")
    third = world.opened(customer)
    world.pays(third)
    allow(third, by=haoran, amount=Decimal(6), reason="少螺丝")
    unwanted = prepare_refund(Credit.objects.get(order=third), by=haoran, account="工行 62")
    refuse(Approval.objects.get(matter="billing.refund", subject_id=unwanted.pk), by=world.heyuan, reason="先抵下一单")
    late = world.opened(customer)
    Order.objects.filter(pk=late.pk).update(promised_on=clock.today() + timedelta(days=90))
    change(
        late, by=haoran, wish=ChangeWish((LineWish(late.lines.first(), Decimal(9), Decimal(100)),), is_theirs=True, reason="客户来信减量")
    )


def _cared(world: World, order: Order) -> None:
    """A complaint from the first word to the lesson, and what customers are asked."""
    contact = order.confirmation.contact
    x, mei, heyuan = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=order.customer_id), SYSTEM, world.heyuan
    opinion.decide(
        contact,
        by=mei,
        revision=opinion.tick(contact, by=mei, revision=0, ticked=["compares"]).revision,
        type="rational",
        reason="每次先比三家",
    )
    one = complaints.receive(order.customer, by=x, told=complaints.Told("送货没有提前打电话", about="delivery"))
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        complaints.run_due()
    complaints.acknowledge(one, by=mei)
    with override_settings(MAIL_SERVER=False):
        complaints.answer(one, by=mei, words="下次提前一天打电话")
    complaints.reach(one, by=mei)
    complaints.reply(one, by=x, words="请打司机的电话")
    values = {"about": "people", "severity": "critical", "order": None, "problem": None}
    one.refresh_from_db()
    complaints.edit_complaint(one, by=mei, revision=one.revision, values=values)
    complaints.agree(one, by=mei, words="提前一天打电话", how="电话")
    complaints.finish(one, by=mei, words="已与承运商说好")
    complaints.check(one, by=x, outcome="not_settled", words="又没打")
    complaints.agree(one, by=mei, words="我们自己打", how="电话")
    complaints.finish(one, by=mei, words="由我们打")
    complaints.check(one, by=x, outcome="settled")
    complaints.evaluate(one, by=heyuan, is_upheld=True, cause="carrier")
    complaints.learn(one, by=heyuan, lesson="送货前一天由我们打电话")
    asked = [
        surveys.propose(order.customer, by=SYSTEM, kind=kind, occasion=about)
        for kind, about in (("complaint", one), ("fair", world.fair), ("delivery", order))
    ]
    surveys.leave(asked[1], by=SYSTEM, reason="刚谈过")
    for survey in (asked[0], asked[2]):
        surveys.send(survey, by=SYSTEM, contact=contact)
    surveys.answer(asked[0], by=x, answers={"result": 2})
    surveys.answer(asked[0], by=x, answers={"result": 4})
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        surveys.run_daily()


def _received(world: World, order: Order, shipment: Shipment) -> None:
    """Arrivals, and problems from the report to their end."""
    contact = order.confirmation.contact
    x = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=order.customer_id)
    line = order.lines.first()
    track(shipment, by=world.haoran, state="in_transit", place="厦门")
    track_many(shipment, by=world.haoran, said=[Said("in_transit", timezone.now(), place="上海")])
    sign(shipment, by=x, counted={line.pk: Count(line.due - 1)}, signed_by="郑一")
    problem = order.problems.get()
    problems.take(problem, by=world.haoran)
    problems.rate(problem, by=world.haoran, severity="major", reason="客户工期很紧")
    problems.correct(problem, by=world.haoran, told=problems.Report("papers", "", line=problem.line), reason="客户说错了类别")
    with override_settings(MAIL_SERVER=False):
        problems.write(problem, by=world.haoran, words="我们查一下", asks=True)
    problems.reach(problem, by=x)
    problems.write(problem, by=x, words="好的")
    solutions.refuse(solutions.propose(problem, by=world.haoran, offer=Offer("allowance", amount=Decimal(10))), by=x, words="要补发")
    made = solutions.agree(
        solutions.propose(problem, by=world.haoran, offer=Offer("replace", "寄回深圳仓，运费我们付", faulty_back=True)), by=x
    )
    solutions.receive(made.returns.get(), by=world.haoran, quantity=Decimal(1))
    solutions.propose(
        problems.report(order, by=x, told=problems.Report("quality", "色温偏差", line=line)),
        by=world.haoran,
        offer=Offer("allowance", amount=Decimal(600)),
    )
    second = order.lines.get(replaces=line)
    again = plan(order, by=world.haoran, quantities={second.pk: second.due}, planned_on=clock.today())
    release(again, by=world.haoran)
    pack(again, by=world.haoran)
    ship(again, by=world.haoran, carrier="恒达速运")
    sign(again, by=x, counted={}, signed_by="郑一")
    problem.refresh_from_db()
    problems.close(problem, by=x)
    problems.close(problem, by=x, satisfaction=5)
    problems.reopen(problem, by=x, words="又短了一只")
    cracked = problems.report(order, by=x, told=problems.Report("damage", "外壳裂了", line=line, quantity=Decimal(1)))
    promised = solutions.agree(solutions.propose(cracked, by=world.haoran, offer=Offer("replace", "补发一只给您")), by=x)
    solutions.give_up(promised, by=world.haoran, words="这款没货了，发不了")
    asked = problems.report(order, by=x, told=problems.Report("invoice", "抬头不对"))
    problems.resolve(asked, by=world.haoran, words="已重开")
    claim = note_claim(asked, by=world.haoran, values={"against": "carrier", "name": "恒达速运", "amount": Decimal(120)})
    corrected = {"against": "carrier", "name": "恒达速运", "amount": Decimal(110), "reference": "HD-1"}
    claim = edit_claim(claim, by=world.haoran, revision=claim.revision, values=corrected)
    twice = note_claim(asked, by=world.haoran, values={"against": "insurer", "name": "平安财险", "amount": Decimal(30)})
    drop_claim(twice, by=world.haoran, reason="货损不在保险范围")
    file_claim(claim, by=world.haoran)
    answer_claim(claim, by=world.haoran, outcome="part", amount=Decimal(80), words="同意赔一部分")
    note_paid(claim, by=world.haoran, amount=Decimal(50), on=clock.today())
    close_claim(claim, by=world.haoran, reason="对方只付这些")
    for days in (3, 7):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            problems.run_daily()
            problems.run_due()
    other = world.ordered(world.take(company="沉默公司", name="莫一"))
    approve_line(other.lines.first(), by=world.haoran)
    quiet = plan(other, by=world.haoran, quantities={other.lines.first().pk: Decimal(1)}, planned_on=clock.today())
    release(quiet, by=world.haoran)
    pack(quiet, by=world.haoran)
    ship(quiet, by=world.haoran, carrier="恒达速运")
    track(quiet, by=world.haoran, state="delivered")
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        radar.run_daily()  # delivered, not signed for
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        radar.run_daily()
        accept_all_by_time()
        radar.run_daily()
