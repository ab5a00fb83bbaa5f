"""304: what is recommended and why, the request with every answer of its customer, and what keeps it from being sent."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from boothline.accounts.rulebook import change_rule
from boothline.catalogue.products import Product, Step, Variant, add_product, edit_variant, retire
from boothline.catalogue.relations import relate
from boothline.contracts.agreement import prepare
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.core.models import RuleSetting
from boothline.core.rules import RULES
from boothline.customers.card import Consent, Customer, disagree
from boothline.customers.dealings import Noted, note
from boothline.customers.quiet import lift, place
from boothline.followups import today
from boothline.followups.models import NextStep
from boothline.followups.steps import Plan, done
from boothline.followups.touches import log_touch
from boothline.intentions.collection import Collection, collect, gaps
from boothline.intentions.expansion import (
    QUESTION,
    Expansion,
    Proposed,
    accept,
    answer_question,
    ask,
    decline,
    open_expansion,
    prepare_expansion,
    recommended,
    run_daily,
    send_expansion,
    withdraw,
)
from boothline.intentions.models import Intention
from boothline.intentions.offers import OFFER
from boothline.intentions.products import Wish, hand_over, lose, lose_line, open_intention
from boothline.intentions.quotation import quote, send_quotation
from boothline.intentions.recommendation import again_from, cobuying, recommend, reorder_due
from boothline.messaging.models import Letter
from boothline.negotiation.briefing import Wanted, brief, choose
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Capture
from boothline.worktime.calendar import next_workday

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def customer(world) -> Customer:
    found = world.take()
    Consent.objects.create(contact=found.contacts.first(), purpose="follow_up", how="spoken")
    return found


def draft(world, customer, kind="related", quantities=(100, 50)):
    items = [Proposed(p, Decimal(q)) for p, q in zip(world.products.values(), quantities, strict=False)]
    return prepare_expansion(customer, by=world.mei, kind=kind, items=items, words="For the new season.")


def sent(world, customer, **more):
    return send_expansion(draft(world, customer, **more), by=world.mei, contact=customer.contacts.first())


def guest(expansion) -> Actor:
    return Actor(kind="guest", id=expansion.contact_id, name="x", customer_id=expansion.customer_id)


def fresh(expansion) -> Expansion:
    return Expansion.objects.for_list().get(pk=expansion.pk)


def bought(customer, product, *, ago=1):
    variant = product.variants.first()
    day = clock.today() - timedelta(days=ago)
    note(customer, "order", customer, [Noted(product, variant, variant.price, "CNY", Decimal(1))], by=SYSTEM, on=day)


def test_without_mail_a_request_is_ready_until_its_link_is_handed_over(world, customer, client_of, settings):
    settings.MAIL_SERVER = False
    made = sent(world, customer)
    mei, address, words = client_of(world.users["mei"]), f"/expansions/{made.pk}/", "链接还没交给客户"
    for page in (address, "/expansions/", f"/customers/{customer.pk}/"):
        assert words in mei.get(page).content.decode()
    assert f"{address}link/" in mei.get(address).content.decode()
    assert "/p/" in mei.post(f"{address}link/").content.decode()
    assert words not in mei.get(address).content.decode()


def test_the_worked_example_of_co_buying():
    """n_a 20, n_ab 8, p_b 0.10: 8.5/25 - 0.10 = 0.24"""
    assert cobuying(20, 8, Decimal("0.10")) == Decimal("0.24")
    assert cobuying(20, 0, Decimal("0.10")) == 0  # not below 0


def test_a_reorder_is_due_from_four_fifths_of_the_median_gap_and_two_gaps():
    days = [date(2027, 1, 1), date(2027, 1, 11), date(2027, 1, 21)]
    assert reorder_due(days, date(2027, 1, 28)) == (False, 10)
    assert reorder_due(days, date(2027, 1, 29)) == (True, 10)
    assert reorder_due(days[:2], date(2028, 1, 1)) == (False, 0)


def test_what_is_recommended_and_why(world, customer):
    track, panel = world.products.values()
    old = timezone.now() - timedelta(days=91)
    Product.objects.update(made_at=old)
    new = add_product(by=SYSTEM, code="N1", name="新灯", name_latin="New lamp", variants=[{"sku": "N1-1", "price": Decimal(9)}])
    spare = add_product(by=SYSTEM, code="S1", name="配件", name_latin="Spare", variants=[{"sku": "S1-1", "price": Decimal(1)}])
    Product.objects.filter(pk=spare.pk).update(made_at=old)
    relate(track, by=world.heyuan, other=spare, kind="spare")
    bought(customer, track)
    for n in range(20):
        other = world.take(company=f"同行{n}", name=f"某{n}", emails=[f"n{n}@x.example"], phones=[f"1390000{n:04d}"])
        bought(other, track)
        if n < 8:
            bought(other, panel)
    found = {r.product.code: r for r in recommended(customer, "related")}
    assert list(found) == ["S1", "PN60", "N1"] and "TR20" not in found  # they have it
    assert found["S1"].score == Decimal("0.35") and found["PN60"].score == Decimal("0.30") and found["N1"].score == Decimal("0.10")
    assert found["PN60"].reasons == ["8 of 20 buyers of Light TR20 also bought it"]
    assert found["S1"].reasons == ["spare part of Light TR20"] and found["N1"].reasons == ["new in the catalogue"]
    retire(new, by=world.heyuan)
    assert "N1" not in {r.product.code for r in recommended(customer, "related")}
    for ago in (41, 31, 21):
        bought(customer, panel, ago=ago)
    assert {r.product.code: r.score for r in recommend(customer, kind="reorder")}["PN60"] == Decimal("0.25")
    bought(customer, panel, ago=2)  # within the last half cycle
    assert "PN60" not in {r.product.code for r in recommend(customer, kind="reorder")}


@pytest.mark.once
def test_like_customers_are_asked_for_among_the_buyers_not_in_every_capture(world, customer):
    """Five like firms bought the same and something else; firms of another kind count only where there are fewer."""
    track, panel = world.products.values()
    Capture.objects.filter(customer=customer).update(answers={"company_kind": "retailer"})
    bought(customer, track)
    for n in range(12):
        other = world.take(company=f"同行{n}", name=f"某{n}", emails=[f"n{n}@x.example"], phones=[f"1390000{n:04d}"])
        Capture.objects.filter(customer=other).update(answers={"company_kind": "retailer" if n < 5 else "trading"})
        bought(other, track)
        if n < 3:
            bought(other, panel)
    with CaptureQueriesContext(connection) as caught:
        (found,) = (one for one in recommended(customer, "related") if one.product == panel)
    assert found.reasons[0] == "3 of 5 buyers of Light TR20 also bought it"
    asked = [q["sql"] for q in caught.captured_queries if "visitors_capture" in q["sql"]]
    assert asked and not any("SCAN visitors_capture" in plan_of(sql) or "SCAN U" in plan_of(sql) for sql in asked)


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("how", ["all of it", "by the line"])
def test_what_they_once_did_not_take_is_recommended_again_after_half_a_year(world, customer, how):
    """Refused in the last 180 days it is left out; it is nothing that they have, to which another would be an accessory."""
    track, panel = world.products.values()
    Product.objects.update(made_at=timezone.now() - timedelta(days=91))
    case = add_product(by=SYSTEM, code="C1", name="包", name_latin="Case", variants=[{"sku": "C1-1", "price": Decimal(9)}])
    Product.objects.filter(pk=case.pk).update(made_at=timezone.now() - timedelta(days=91))
    relate(track, by=world.heyuan, other=panel, kind="complement")
    relate(panel, by=world.heyuan, other=case, kind="accessory")
    wanted = open_intention(customer, by=world.mei, wishes=[Wish(product=panel, quantity=Decimal(5)), Wish(special="定制灯")])
    bought(customer, track, ago=100)
    assert [r.product.code for r in recommended(customer, "related")] == ["C1"], "they want panels"
    if how == "all of it":
        lose(wanted, by=world.mei, reason="价格太贵")
    else:
        lose_line(wanted.lines.get(product=panel), by=world.mei, reason="价格太贵")
    assert recommended(customer, "related") == []
    with time_machine.travel(timezone.now() + timedelta(days=181), tick=False):
        assert [(r.product.code, r.reasons) for r in recommended(customer, "related")] == [("PN60", ["goes with Light TR20"])]


def test_what_was_just_ordered_is_recommended_again_from_a_day_that_the_form_names(world, customer, client_of):
    """90 days are usual between two orders: after 45 it is the first that a reorder proposes."""
    track = world.products["TR20"]
    form, mei = f"/customers/{customer.pk}/expansions/new/?kind=reorder", client_of(world.users["mei"])
    bought(customer, track, ago=40)
    day = again_from(customer)
    assert (
        day
        and not recommend(customer, kind="reorder")
        and clock.day_words(day) in mei.get(form, headers={"accept-language": "en"}).content.decode()
    )
    shown = mei.get(form).content.decode()
    assert f'<option value="{track.pk}" selected>' in shown and 'name="other_quantity" value="1"' in shown, "it stands there, to be taken"
    nothing = mei.post(form, {"kind": "reorder", "other": ""})
    assert nothing.status_code == 422 and "（选填）" not in shown.split('for="id_other"')[1].split("</label>")[0]
    with time_machine.travel(datetime.combine(day, time(12), timezone.get_current_timezone()), tick=False):
        assert [one.product for one in recommend(customer, kind="reorder")] == [track]
        assert " selected>" not in mei.get(form).content.decode().split('name="other"')[1].split("</select>")[0].replace(
            'value="" selected>', ""
        )


def test_it_is_sent_opened_and_taken_once(world, customer):
    """Example 32: expansion request sent to a visitor; accepted: visitor; intending."""
    expansion = sent(world, customer)
    assert expansion.state == "sent" and expansion.ends_on == clock.today() + timedelta(days=30)
    assert Customer.objects.get(pk=customer.pk).type == "visitor"
    assert send_expansion(expansion, by=world.mei, contact=customer.contacts.first()).sent_at == expansion.sent_at
    assert Letter.objects.filter(customer=customer).count() == 1
    open_expansion(expansion, by=guest(expansion))
    assert open_expansion(expansion, by=guest(expansion)).state == "opened"
    first, second = expansion.items.all()
    done = accept(expansion, by=guest(expansion), wanted={first.pk: Decimal(120), second.pk: Decimal(50)})
    assert done.state == "accepted" and accept(expansion, by=guest(expansion), wanted={first.pk: Decimal(1)}).state == "accepted"
    intention = Intention.objects.get(customer=customer, source="expansion")
    assert [(line.product.code, line.quantity) for line in intention.lines.all()] == [("TR20", 120), ("PN60", 50)]
    assert fresh(expansion).intention == intention and Customer.objects.get(pk=customer.pk).type == "intending"
    assert Event.objects.filter(kind="intentions.expansion_accepted").count() == 1


def test_who_orders_again_is_asked_for_nothing_that_stands_with_their_last_order(world, customer):
    """Delivery, bill-to, signatory and terms stand in the collection and in the draft of the contract; what is of that one order does not."""
    before = world.intend(customer, complete=False)
    signs = customer.contacts.first()
    where = {
        "delivery_term": "FOB", "delivery_place": "中山", "deposit_percent": Decimal(40), "balance": "before_shipping", "signatory": signs,
        "delivery_address": "厦门市思明区示例大道 20 号", "consignee": "王珂", "consignee_phone": "13700001111", "invoice_title": "海蓝工程",
    }  # fmt: skip
    collect(before, by=world.mei, revision=1, values=where | {"po_number": "PO-1"})
    expansion = sent(world, customer, kind="reorder")
    accept(expansion, by=guest(expansion), wanted={item.pk: Decimal(100) for item in expansion.items.all()})
    again = fresh(expansion).intention
    kept = Collection.objects.get(intention=again)
    assert {name: getattr(kept, name) for name in where} == where and kept.po_number == ""
    assert gaps(kept) == ["wanted shipping date missing"]
    assert Event.objects.filter(kind="intentions.collected").latest("pk").actor_kind == "system"
    draft = prepare(again, by=world.mei).newest
    assert {name: getattr(draft, name) for name in where} == where


def test_it_names_the_price_for_this_customer(world, customer):
    """Agreed in an order: 61.00; from 50 pieces on 100.00 each; below the floor price none."""
    track, panel = (p.variants.first() for p in world.products.values())
    note(customer, "order", customer, [Noted(track.product, track, Decimal(61), "CNY", Decimal(1))], by=SYSTEM)
    edit_variant(panel, by=SYSTEM, revision=panel.revision, values={}, steps=[Step(Decimal(50), Decimal(100))])
    made = draft(world, customer)
    assert list(made.items.values_list("price", flat=True)) == [61, 100]
    withdraw(made, by=world.mei, reason="价格要重算")
    edit_variant(track, by=SYSTEM, revision=track.revision, values={"floor": Decimal(62)}, steps=[])
    assert list(draft(world, customer).items.values_list("price", flat=True)) == [None, 100]


def test_what_is_taken_costs_what_so_many_cost(world, customer):
    """Shown for 100 and 50 pieces, at their step prices; one piece is taken of the first. The step of the second is dearer since: what
    was shown stands."""
    for product in world.products.values():
        variant = product.variants.first()
        edit_variant(variant, by=SYSTEM, revision=variant.revision, values={}, steps=[Step(Decimal(50), Decimal(50))])
    expansion = sent(world, customer)
    first, second = expansion.items.all()
    dearer = Variant.objects.get(pk=second.variant_id)
    edit_variant(dearer, by=SYSTEM, revision=dearer.revision, values={}, steps=[Step(Decimal(50), Decimal(52))])
    accept(expansion, by=guest(expansion), wanted={first.pk: Decimal(1), second.pk: Decimal(50)})
    assert list(Intention.objects.get().lines.values_list("price", flat=True)) == [Decimal("68.5"), 50]


def test_less_than_all_is_in_part_and_what_was_left_out_is_not_recommended_again(world, customer):
    expansion = sent(world, customer)
    first, second = expansion.items.all()
    with pytest.raises(Refused, match="Choose at least one product"):
        accept(expansion, by=guest(expansion), wanted={})
    assert accept(expansion, by=guest(expansion), wanted={first.pk: Decimal(10)}).state == "in_part"
    assert second.product.code not in {r.product.code for r in recommended(customer, "related")}


def test_what_is_retired_while_a_proposal_runs_is_not_to_be_had_and_the_rest_is_all_of_it(world, customer):
    expansion = sent(world, customer)
    track, panel = (expansion.items.get(product__code=code) for code in ("TR20", "PN60"))
    retire(panel.product, by=world.heyuan)
    with pytest.raises(Refused, match="not offered any more") as refused:
        accept(expansion, by=guest(expansion), wanted={track.pk: Decimal(5), panel.pk: Decimal(5)})
    assert refused.value.field == "wanted" and fresh(expansion).state == "sent"
    assert accept(expansion, by=guest(expansion), wanted={track.pk: Decimal(5)}).state == "accepted"
    panel.refresh_from_db()
    assert not panel.is_refused, "nobody refused it"


def test_declined_with_a_reason_and_the_first_answer_stands(world, customer):
    expansion = sent(world, customer)
    with pytest.raises(Refused, match="Choose a reason"):
        decline(expansion, by=guest(expansion), reason="")
    assert decline(expansion, by=guest(expansion), reason="no_need", words="next year").state == "declined"
    assert accept(expansion, by=guest(expansion), wanted={expansion.items.first().pk: Decimal(1)}).state == "declined"
    assert not Intention.objects.filter(customer=customer).exists()


def test_a_question_makes_a_step_and_holds_the_expiry(world, customer):
    expansion = sent(world, customer)
    ends = expansion.ends_on
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        ask(expansion, by=guest(expansion), words="Dimmable?")
        ask(expansion, by=guest(expansion), words="Dimmable?")
        assert fresh(expansion).question == "Dimmable?"
        steps = NextStep.objects.filter(customer=customer, what="answer their question about the expansion request")
        assert (steps.get().owner, steps.get().due_on) == (world.users["mei"], next_workday(clock.today()))
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        run_daily()
        assert fresh(expansion).state == "asked"
        answered = answer_question(expansion, by=world.mei, words="Yes, by DALI.")
        assert answered.state == "opened" and answered.ends_on == ends + timedelta(days=20)
        assert accept(answered, by=guest(answered), wanted={answered.items.first().pk: Decimal(5)}).state == "in_part"


@pytest.mark.parametrize("how", ["an end", "done by word"])
def test_a_question_whose_step_is_over_holds_the_end_no_longer(world, customer, how):
    """Asked on day 20 of 30; on day 25 nobody has to answer in writing any more: ten days are left."""
    expansion, start = sent(world, customer), timezone.now()
    with time_machine.travel(start + timedelta(days=20), tick=False):
        ask(expansion, by=guest(expansion), words="Waterproof?")
    with time_machine.travel(start + timedelta(days=25), tick=False):
        if how == "an end":
            log_touch(customer, by=world.mei, channel="phone", words="不需要了", ended="no_need")
        else:
            done(NextStep.objects.open().get(what=QUESTION), by=world.mei)
        now = fresh(expansion)
        assert (now.state, now.ends_on, now.our_answer) == ("opened", expansion.ends_on + timedelta(days=5), "")
    with time_machine.travel(start + timedelta(days=100), tick=False):
        run_daily()
        assert fresh(expansion).state == "expired"
        assert prepare_expansion(customer, by=world.mei, kind="related", items=[Proposed(world.products["TR20"])])


def test_a_question_waits_on_where_an_end_reached_nobody(world, customer):
    expansion = sent(world, customer)
    ask(expansion, by=guest(expansion), words="Waterproof?")
    log_touch(customer, by=world.mei, channel="phone", words="没人接", reach="not_reached", ended="not_reachable")
    assert fresh(expansion).state == "asked"
    assert NextStep.objects.open().get().what == QUESTION


def test_each_of_two_questions_has_its_own_step(world, customer):
    one, other = sent(world, customer), sent(world, customer, kind="larger")
    for asked in (one, other):
        ask(asked, by=guest(asked), words="Waterproof?")
    answer_question(fresh(one), by=world.mei, words="Yes.")
    assert [step.values["expansion"] for step in NextStep.objects.open().filter(what=QUESTION)] == [other.pk]
    assert (fresh(one).state, fresh(other).state) == ("opened", "asked")


def test_reminders_at_7_and_25_days_and_expiry_after_30(world, customer):
    expansion, start = sent(world, customer), timezone.now()
    letters = []
    for day in (6, 7, 8, 25, 26, 30, 31):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            run_daily()
            letters.append(Letter.objects.filter(customer=customer).count())
    assert letters == [1, 2, 2, 3, 3, 3, 3] and fresh(expansion).state == "expired"
    with pytest.raises(Refused, match="has ended"), time_machine.travel(start + timedelta(days=31), tick=False):
        accept(expansion, by=guest(expansion), wanted={expansion.items.first().pk: Decimal(1)})


def test_the_days_in_which_we_owed_an_answer_bring_no_reminder_nearer(world, customer):
    """Asked on day 1, answered on day 25: it has lived a day."""
    expansion, start = sent(world, customer), timezone.now()
    told = []
    for day in (1, 25, 26, 30, 31, 32, 48, 49, 50):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            if day == 1:
                ask(expansion, by=guest(expansion), words="Also in black?")
            if day == 25:
                answer_question(fresh(expansion), by=world.mei, words="Yes.")
            if run_daily():
                told.append(day)
    assert told == [31, 49] and fresh(expansion).state == "opened"


def test_another_life_moves_no_reminder_of_what_is_out(world, customer):
    expansion, start, told = sent(world, customer), timezone.now(), []
    RuleSetting.objects.create(code="intentions.expansion_days", value="60")
    for day in (0, 6, 7, 24, 25):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            told += [day] if run_daily() else []
    assert told == [7, 25] and fresh(expansion).reminded == 2


def test_what_kept_us_from_reminding_brings_one_reminder_for_both(world, customer):
    expansion, start = sent(world, customer), timezone.now()
    place(customer, "critical_problem", customer)
    told = []
    for day in (7, 25, 26, 27):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            if day == 26:
                lift(customer)
            told += [day] if run_daily() else []
    assert told == [26] and fresh(expansion).reminded == 2


def test_one_open_of_a_kind_and_one_new_in_30_days(world, customer):
    expansion = sent(world, customer)
    with pytest.raises(Refused, match="open with them already: sent"):
        draft(world, customer)
    assert draft(world, customer, kind="newline").state == "draft"  # another kind may stand beside it
    withdraw(expansion, by=world.mei, reason="wrong prices")
    again = draft(world, customer)
    with pytest.raises(Refused, match="The next may go from"):
        send_expansion(again, by=world.mei, contact=customer.contacts.first())
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert send_expansion(again, by=world.mei, contact=customer.contacts.first()).state == "sent"
    with pytest.raises(Refused, match="withdrawn"):
        ask(expansion, by=guest(expansion), words="Still there?")


def test_the_day_that_it_names_is_the_day_it_may_go(world, customer):
    """One new in 30 days: calendar days, whatever the hour was at which the last one went out."""
    with time_machine.travel("2027-03-01 17:00+08:00", tick=False):
        withdraw(sent(world, customer), by=world.mei, reason="wrong prices")
        again = draft(world, customer)
    contact = customer.contacts.first()
    with time_machine.travel("2027-03-30 23:00+08:00", tick=False), pytest.raises(Refused, match="The next may go from 31 Mar 2027"):
        send_expansion(again, by=world.mei, contact=contact)
    with time_machine.travel("2027-03-31 09:00+08:00", tick=False):
        assert send_expansion(again, by=world.mei, contact=contact).state == "sent"


def test_none_while_a_critical_problem_is_open_but_with_a_managers_reason(world, customer):
    expansion = draft(world, customer)
    place(customer, "critical_problem", customer)
    contact = customer.contacts.first()
    with pytest.raises(Refused, match="a critical problem is open"):
        send_expansion(expansion, by=world.mei, contact=contact)
    with pytest.raises(NotAllowed):
        send_expansion(expansion, by=world.mei, contact=contact, override_reason="they asked for it themselves")
    assert send_expansion(expansion, by=world.heyuan, contact=contact, override_reason="they asked for it themselves").state == "sent"
    lift(customer)


def test_none_without_consent_or_business(world, customer):
    expansion = draft(world, customer)
    Consent.objects.filter(contact__customer=customer).delete()
    with pytest.raises(Refused, match="neither agreed to be contacted nor bought"):
        send_expansion(expansion, by=world.mei, contact=customer.contacts.first())
    bought(customer, world.products["TR20"])
    assert send_expansion(expansion, by=world.mei, contact=customer.contacts.first()).state == "sent"
    disagree([customer.contacts.first()], by=world.mei)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert run_daily() == 0, "whoever agrees no longer is not reminded"
    with pytest.raises(NotAllowed):
        withdraw(expansion, by=world.kevin, reason="not mine at all")


def waiting_for_mei(world) -> list[str]:
    now, groups = today.groups(today.Asked(world.mei))
    return [row.why for row in (*([now] if now else []), *(row for group in groups for row in group.rows)) if row.band == "questions"]


def test_what_they_accept_stands_on_today_with_its_quantity_until_an_offer_is_made(world, customer):
    expansion = sent(world, customer)
    accept(expansion, by=guest(expansion), wanted={expansion.items.first().pk: Decimal(300)})
    assert waiting_for_mei(world) == ["make them an offer: they want 300 pcs Light TR20"]
    with override("zh-hans"):
        assert waiting_for_mei(world) == ["给客户报价：客户要轨道射灯 300 件"]
        told = Event.objects.get(kind="intentions.expansion_accepted")
        assert told.sentence == "客户从拓展请求中选了：轨道射灯 300 件"
    assert told.sentence == "The customer wants from the proposal: 300 pcs Light TR20"
    step = NextStep.objects.open().get(customer=customer, what=OFFER)
    assert step.due_on == next_workday(clock.today()) and step.owner == world.users["mei"]
    lose(Intention.objects.get(customer=customer), by=world.mei, reason="wrong product")
    assert not waiting_for_mei(world)


@pytest.mark.parametrize("holds", [True, False])
def test_a_quotation_that_is_sent_is_the_offer_that_they_wait_for(world, customer, holds):
    expansion = sent(world, customer)
    NextStep.objects.open().filter(customer=customer).delete()
    accept(expansion, by=guest(expansion), wanted={item.pk: Decimal(5) for item in expansion.items.all()})
    made = quote(Intention.objects.get(customer=customer), by=world.mei)
    plan = None if holds else Plan(customer, "call", clock.today())
    send_quotation(made, by=world.mei, contact=customer.contacts.first(), channel="mail", next_step=plan, step_holds=holds)
    assert bool(waiting_for_mei(world)) is holds  # the only open step holds, where somebody says so


def test_what_they_want_by_the_link_of_a_briefing_waits_for_an_offer_as_well(world, customer):
    shown = brief(customer, by=world.mei, products=list(world.products.values()), contact=customer.contacts.first(), channel="link")
    person = Actor(kind="guest", id=customer.contacts.first().pk, name="x", customer_id=customer.pk)
    choose(shown, by=person, wanted=[Wanted(shown.items.first(), Decimal(20))])
    assert waiting_for_mei(world) == ["make them an offer: they want 20 pcs Light TR20"]
    hand_over(Intention.objects.get(customer=customer), by=world.mei)
    assert not waiting_for_mei(world)


def test_what_a_relation_is_worth_and_how_long_a_product_is_new_are_settings(world, customer):
    track, panel = world.products.values()
    Product.objects.update(made_at=timezone.now() - timedelta(days=91))
    relate(track, by=world.heyuan, other=panel, kind="complement")
    bought(customer, track)
    assert recommended(customer, "related")[0].score == Decimal("0.28")
    worth = "accessory:100,spare:100,complement:40,series:60,upgrade:50"
    change_rule(RULES["intentions.recommend_relations"], by=world.admin, revision=0, value=worth)
    change_rule(RULES["intentions.recommend_new_days"], by=world.admin, revision=0, value=100)
    assert recommended(customer, "related")[0].score == Decimal("0.24"), "0.35 x 0.4, and new again"


def test_a_price_below_a_floor_that_was_raised_since_does_not_leave(world, customer):
    made = draft(world, customer)
    variant = made.items.select_related("variant").first().variant
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"price": Decimal(900), "floor": Decimal(800)}, steps=[])
    with pytest.raises(Refused, match="below its floor price"):
        send_expansion(made, by=world.mei, contact=customer.contacts.first())
    assert fresh(made).state == "draft" and not Letter.objects.filter(grant__purpose="expansion").exists()
