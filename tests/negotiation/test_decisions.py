"""403: a plan is chosen, its steps stand with people, a step is skipped with a word, the outcome is asked and learned from."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.accounts.duties import who_does
from boothline.accounts.people import HeldDuty, User, edit_person
from boothline.catalogue.products import Product, Step, edit_variant
from boothline.contracts.needs import Need, record_need
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer, assign
from boothline.followups import pool
from boothline.followups.steps import NextStep, Plan, done, drop
from boothline.followups.today import Asked, week
from boothline.followups.touches import log_touch
from boothline.intentions.products import Wish, lose, lose_line, open_intention
from boothline.messaging.notices import Notice
from boothline.negotiation.briefing import brief
from boothline.negotiation.decisions import Decision, ask_again_all, decide, give_up, offers, skip
from boothline.negotiation.objections import CueUse, Objection, close, edit_objection, object_many, object_to
from boothline.negotiation.playbook import PLANS
from boothline.timeline.models import Event
from boothline.worktime.calendar import add_workdays, override_day
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def stepped(world):
    """Track lights cost less from 500 on."""
    variant = world.products["TR20"].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"price": variant.price}, steps=[Step(Decimal(500), Decimal(60))])
    return world.products["TR20"]


@pytest.fixture
def dear(world, stepped) -> Objection:
    return object_to(world.take(), by=world.mei, reason="price", words="太贵", product=stepped)


def kinds(subject: Objection) -> list[str]:
    return list(Event.objects.about(subject).order_by("id").values_list("kind", flat=True))


def test_a_plan_becomes_next_steps_of_the_people_by_role(world, dear):
    made = decide(dear, by=world.mei, template="price.step")
    steps = [row.step for row in made.steps.select_related("step__owner")]
    assert [(s.owner.username, s.due_on) for s in steps] == [
        (who, add_workdays(clock.today(), days)) for who, days in (("mei", 0), ("heyuan", 1), ("mei", 1), ("mei", 3))
    ]
    dear.refresh_from_db()
    assert dear.state == "planned" and kinds(dear)[-1] == "negotiation.decided"
    assert decide(dear, by=world.mei, template="price.step") == made, "pressed twice"
    assert NextStep.objects.filter(customer=dear.customer, values__isnull=False).count() >= 4
    with pytest.raises(NotAllowed):
        decide(dear, by=world.kevin, template="price.step")


def test_a_template_whose_condition_fails_stands_below_with_the_reason(world):
    held = object_to(world.take(), by=world.mei, reason="price", product=world.products["PN60"])  # track lights are cheaper
    assert [(o.template.code, o.unmet) for o in offers(held)] == [("price.other", ""), ("price.step", "没有阶梯价，底价之上也没有余地")]
    with pytest.raises(Refused) as refused:
        decide(held, by=world.mei, template="price.step")
    assert refused.value.code == "unmet" and not Decision.objects.exists()


def test_a_plan_that_lacks_the_product_leads_to_where_it_is_named(world, client_of):
    said = object_to(world.take(), by=world.mei, reason="price", words="比别家贵一成")
    page = client_of(world.users["mei"]).get(f"/objections/{said.pk}/").content.decode()
    assert "先在不满原因里写明产品" in page and f'<a class="tap" href="/objections/{said.pk}/edit/">写明产品</a>' in page


def test_an_objection_begins_with_the_one_product_that_they_were_shown_last(world, client_of):
    """Of two nobody knows which is meant."""
    customer, track = world.take(), world.products["TR20"]

    def form() -> str:
        return str(client_of(world.users["mei"]).get(f"/customers/{customer.pk}/objections/new/").content.decode())

    chosen = f'<option value="{track.pk}" selected>'
    assert chosen not in form()
    brief(customer, by=world.mei, products=[track], contact=customer.contacts.first(), channel="person")
    assert chosen in form()
    brief(customer, by=world.mei, products=list(world.products.values()), contact=customer.contacts.first(), channel="person")
    assert chosen not in form()


def test_skipping_needs_a_word_and_the_last_step_asks_for_the_outcome(world, dear):
    made = decide(dear, by=world.mei, template="price.step")
    first, *rest = made.steps.all()
    with pytest.raises(Refused) as refused:
        skip(first, by=world.mei, words=" ")
    assert refused.value.field == "words"
    assert skip(first, by=world.mei, words="已经知道").state == "skipped"
    for row in rest:
        assert Decision.objects.get().asked_at is None
        done(row.step, by=world.heyuan if row.who == "M" else world.mei)
    assert Decision.objects.get().asked_at is not None
    assert kinds(dear)[-2:] == ["negotiation.step_skipped", "negotiation.outcome_asked"]
    tasks.sweep()
    assert Notice.objects.filter(event__kind="negotiation.outcome_asked", user=world.users["mei"]).exists() is False, "who did it knows"


def test_only_the_manager_releases_the_price(world, dear, client_of):
    """A step that a plan gives to somebody else is not done by the salesperson's word: not on the page, not by a press, not by a touch."""
    made = decide(dear, by=world.mei, template="price.step")
    works_out, releases = list(made.steps.all())[:2]
    mine, theirs = (f'action="/steps/{row.step_id}/completion/"' for row in (works_out, releases))
    mei, heyuan = client_of(world.users["mei"]), client_of(world.users["heyuan"])
    page = mei.get(f"/objections/{dear.pk}/").content.decode()
    assert mine in page and theirs not in page and "批准价格" in page
    assert theirs not in heyuan.get(f"/objections/{dear.pk}/").content.decode(), "it waits for what Mei works out"
    refused = mei.post(f"/steps/{releases.step_id}/completion/")
    assert refused.status_code == 403 and "这一步由Heyuan负责" in refused.content.decode()
    with pytest.raises(NotAllowed):
        log_touch(dear.customer, by=world.mei, channel="phone", words="批了", step_holds=True, finishes=[releases.step])
    assert f"fate-{releases.step_id}" not in mei.get(f"/customers/{dear.customer_id}/touches/new/").content.decode()
    releases.step.refresh_from_db()
    assert releases.step.done_at is None
    done(works_out.step, by=world.mei)
    assert theirs in heyuan.get(f"/objections/{dear.pk}/").content.decode()
    assert heyuan.post(f"/steps/{releases.step_id}/completion/").status_code == 302
    assert Event.objects.filter(kind="followups.done").latest("pk").actor_name == "Heyuan"


def test_a_step_that_waits_for_another_is_not_ticked_without_a_word(world, dear, client_of):
    """*Call about the offer* waits until the manager has released the price: nobody ticks it before, but it may be skipped with a word.
    The manager's step opens the objection, which says what is to be released."""
    decision = decide(dear, by=world.mei, template="price.step")
    works_out, release, _offer, call = decision.steps.order_by("position")
    with refused("waits"):
        done(call.step, by=world.mei)
    page = client_of(world.users["mei"]).get(f"/objections/{dear.pk}/").content.decode()
    assert reverse("step-done", args=[works_out.step_id]) in page and reverse("step-done", args=[call.step_id]) not in page
    said = client_of(world.users["mei"]).post(reverse("step-done", args=[call.step_id]), follow=True).content.decode()
    assert "这一步要等：批准价格（Heyuan）" in said
    released = next(one for day in week(Asked(world.heyuan)) for one in day.rows if one.step and one.step.pk == release.step_id)
    assert released.opens == ("打开方案", "objection", dear.pk, "flow")
    skip(call, by=world.mei, words="客户自己打来了")
    done(works_out.step, by=world.mei)
    done(release.step, by=world.heyuan)


def test_only_the_manager_says_that_the_price_need_not_be_released(world, dear, client_of):
    """*Boss is away* is no release: the salesperson cannot skip it either, and the steps behind it say what they wait for."""
    made = decide(dear, by=world.mei, template="price.step")
    works_out, releases, _offer, _call = list(made.steps.all())
    mei, heyuan = client_of(world.users["mei"]), client_of(world.users["heyuan"])
    page = mei.get(f"/objections/{dear.pk}/").content.decode()
    assert f"/decision-steps/{works_out.pk}/skipping/" in page and f"/decision-steps/{releases.pk}/skipping/" not in page
    assert page.count("要等：批准价格（Heyuan）") == 2, "the offer and the call"
    with pytest.raises(NotAllowed, match="Heyuan"):
        skip(releases, by=world.mei, words="boss is away")
    assert mei.post(f"/decision-steps/{releases.pk}/skipping/", {"words": "boss is away"}).status_code == 403
    assert f"/decision-steps/{releases.pk}/skipping/" in heyuan.get(f"/objections/{dear.pk}/").content.decode()
    assert skip(releases, by=world.heyuan, words="按原价").state == "skipped"
    assert "要等" not in mei.get(f"/objections/{dear.pk}/").content.decode()


def test_what_was_planned_for_a_deal_ends_with_it(world, dear, client_of):
    """Confirmed: nobody works out the next price step any more, the objection is planned no longer, and the page does not say that every
    step is done."""
    made = decide(dear, by=world.mei, template="price.step")
    first = made.steps.first()
    done(first.step, by=world.mei)
    world.ordered(dear.customer)
    made.refresh_from_db()
    dear.refresh_from_db()
    assert [row.state for row in made.steps.all()] == ["done", "dropped", "dropped", "dropped"]
    assert made.asked_at and made.is_live and dear.state == "open"
    assert kinds(dear).count("negotiation.outcome_asked") == 1
    page = client_of(world.users["mei"]).get(f"/objections/{dear.pk}/").content.decode()
    assert "这套办法要解决的事已经结束" in page and "每一步都已完成或跳过" not in page


def test_a_plan_for_other_goods_goes_on_while_they_are_still_intended(world, dear):
    other = object_to(dear.customer, by=world.mei, reason="price", words="面板灯也贵", product=world.products["PN60"])
    theirs = decide(other, by=world.mei, template="price.other")
    open_intention(dear.customer, by=world.mei, wishes=[Wish(world.products["PN60"])])
    lose(open_intention(dear.customer, by=world.mei, wishes=[Wish(world.products["TR20"])]), by=world.mei, reason="预算没了")
    assert {row.state for row in theirs.steps.all()} == {"open"}


def test_the_outcome_is_asked_again_after_14_days_and_once(world, dear):
    made = decide(dear, by=world.mei, template="price.step")
    for row in made.steps.all():
        done(row.step, by=world.heyuan)
    with time_machine.travel(timezone.now() + timedelta(days=13), tick=False):
        assert ask_again_all() == 0
    with time_machine.travel(timezone.now() + timedelta(days=14), tick=False):
        assert (ask_again_all(), ask_again_all()) == (1, 0)
        tasks.sweep()
    assert Notice.objects.filter(event__kind="negotiation.outcome_asked", user=world.users["mei"]).count() == 2


@pytest.mark.parametrize(("outcome", "y"), [("resolved", 1), ("partly", 0.5), ("not_resolved", 0)])
def test_the_outcome_teaches_the_ranking(world, dear, stepped, outcome, y):
    decide(dear, by=world.mei, template="price.step")
    open_before = NextStep.objects.open().filter(customer=dear.customer).count()
    close(dear, by=world.mei, outcome=outcome)
    assert Decision.objects.get().outcome == outcome
    assert NextStep.objects.open().filter(customer=dear.customer).count() == open_before - 4, "open steps need not be done any more"
    again = Objection.objects.get(pk=object_to(dear.customer, by=world.mei, reason="price", product=stepped).pk)
    first = next(o for o in offers(again) if o.template.code == "price.step")
    p0 = min(0.6, (2.5 + y) / 6)
    assert first.ranked.score == pytest.approx((6 * p0 + 0.3 * y) / 6.3), "no family is named: 0.3"
    assert first.ranked.is_few and first.counts


@pytest.mark.parametrize("end", ["let_go", "withdrawn", "given up"])
def test_what_has_no_outcome_never_counts(world, dear, end):
    made = decide(dear, by=world.mei, template="price.step")
    if end == "given up":
        give_up(made, by=world.mei)
        dear.refresh_from_db()
        assert dear.state == "open"
    else:
        close(dear, by=world.mei, outcome=end)
    assert Decision.objects.get().outcome == "" and not Decision.objects.live().exists()
    assert offers(dear)[0].ranked.cases == 0


def test_a_second_plan_takes_the_place_of_the_first(world):
    late = object_to(world.take(), by=world.mei, reason="lead_time")
    first = decide(late, by=world.mei, template="lead_time.split")
    second = decide(late, by=world.mei, template="lead_time.faster")
    first.refresh_from_db()
    assert first.ended_at and second.is_live and not NextStep.objects.open().filter(pk__in=first.steps.values("step")).exists()
    late.refresh_from_db()
    assert late.state == "planned"


def test_a_plan_until_a_date(world):
    broke = object_to(world.take(), by=world.mei, reason="budget")
    with pytest.raises(Refused) as refused:
        decide(broke, by=world.mei, template="budget.wait")
    assert refused.value.field == "agreed_on"
    day = clock.today() + timedelta(days=100)
    made = decide(broke, by=world.mei, template="budget.wait", agreed_on=day)
    assert [row.step.due_on for row in made.steps.all()][-1] == add_workdays(day - timedelta(days=30), 0)


def test_no_step_lies_on_a_free_day(world):
    """Agreed for a day on which nobody works: the next workday."""
    day = clock.today() + timedelta(days=60)
    override_day(by=world.admin, day=day, is_workday=False)
    override_day(by=world.admin, day=day + timedelta(days=1), is_workday=True)
    made = decide(object_to(world.take(), by=world.mei, reason="timing"), by=world.mei, template="timing.wait", agreed_on=day)
    assert max(row.step.due_on for row in made.steps.all()) == day + timedelta(days=1)


def test_a_plan_that_is_over_stands_in_the_head_of_the_page(world, dear, client_of):
    decide(dear, by=world.mei, template="price.step")
    lose(world.intend(dear.customer), by=world.mei, reason="预算没了")
    drop(list(NextStep.objects.open().filter(customer=dear.customer)), by=SYSTEM)
    head = client_of(world.users["mei"]).get(f"/customers/{dear.customer_id}/").content.decode()
    assert "还没有下一步" in head and f'href="/objections/{dear.pk}/">方案的结果如何？' in head
    close(dear, by=world.mei, outcome="not_resolved")
    assert "方案的结果如何" not in client_of(world.users["mei"]).get(f"/customers/{dear.customer_id}/").content.decode()


@pytest.mark.parametrize("how", ["whole", "by_line"])
def test_a_closed_intention_asks_for_the_outcome(world, dear, how):
    """Closed as lost, or with its last line."""
    made, intention = decide(dear, by=world.mei, template="price.step"), world.intend(dear.customer)
    if how == "whole":
        lose(intention, by=world.mei, reason="预算没了")
    else:
        first, second = intention.lines.all()
        lose_line(first, by=world.mei, reason="预算没了")
        assert Decision.objects.get(pk=made.pk).asked_at is None
        lose_line(second, by=world.mei, reason="预算没了")
    made.refresh_from_db()
    assert made.asked_at is not None and Event.objects.get(kind="intentions.lost").values == {"reason": "预算没了"}


def test_who_stands_in_for_a_duty(world):
    """E, Q, H -> M; F, B, W -> K; without any M the administrator."""
    mei = world.users["mei"]
    assert [who_does(letter, owner=mei).username for letter in "SKMEQHFBW"] == ["mei", "haoran", *["heyuan"] * 4, *["haoran"] * 3]
    kevin = User.objects.get(username="kevin")
    edit_person(kevin, by=SYSTEM, revision=kevin.revision, values={}, duties=["quality"])
    assert who_does("Q", owner=mei).username == "kevin"
    User.objects.filter(username__in=["heyuan", "haoran"]).update(is_active=False)
    assert [who_does(letter, owner=mei).username for letter in "KMEF"] == ["admin"] * 4


def test_the_engineer_sees_the_customer_whose_step_he_has(world):
    kevin = User.objects.get(username="kevin")
    edit_person(kevin, by=SYSTEM, revision=kevin.revision, values={}, duties=["engineer"])
    spec = object_to(world.take(), by=world.mei, reason="spec")
    decide(spec, by=world.mei, template="spec.engineer")
    assert NextStep.objects.visible_to(world.kevin).filter(customer=spec.customer, owner=kevin).count() == 1


def test_the_engineer_of_the_products_family_answers(world):
    for code, family in (("TR20", "灯具/轨道灯"), ("PN60", "办公/面板灯")):
        Product.objects.filter(code=code).update(family=family)
    HeldDuty.objects.bulk_create(
        HeldDuty(user=world.users[who], duty="engineer", families=named) for who, named in {"kevin": ["办公"], "haoran": ["灯具"]}.items()
    )
    customer = world.take()
    for code, engineer in (("TR20", "haoran"), ("PN60", "kevin")):
        product = Product.objects.get(code=code)
        made = decide(object_to(customer, by=world.mei, reason="spec", product=product), by=world.mei, template="spec.engineer")
        assert [row.step.owner.username for row in made.steps.all()] == ["mei", engineer, "mei"]


def test_several_reasons_of_one_talk_and_what_was_taken_up(world):
    made = object_many(
        world.take(), by=world.mei, reasons=["price", "trust"], words="太贵，交期也来不及", competitor="对手照明", their_price=Decimal("61.5"),
        their_currency="CNY", their_terms="月结 30 天", place="展位",
    )  # fmt: skip
    assert [(o.reason, o.language, o.competitor) for o in made] == [("price", "zh", "对手照明"), ("trust", "zh", "对手照明")]
    assert {c.cue: (c.suggested, c.accepted) for c in CueUse.objects.all()} == {"太贵": (1, 1), "交期": (1, 0), "来不及": (1, 0)}


BOOK = """
price | Step price: S +0, M +1, S +1, S +3 | Other product: S +0, S +1, S +3
quality | Show proof: Q +1, S +2, S +7 | Improve and compare: E +2, S +10, S +12
spec | Engineer call: S +0, E +2, S +3 | Catalogue match: S +0, S +1
moq | Mixed load: K +1, S +2, S +4 | Trial order: M +1, S +2
lead_time | Split delivery: K +0, S +1, S +3 | Faster route: K +1, S +2
payment | Staged payment: F +2, M +3, S +3 | Secured terms: F +3, S +4
certificate | Send it: Q +1, S +1 | Get it: Q +3, S +4, S +30
service | Apologise and take over: M +0, S +1, M +10
after_sales | Written service: S +1, S +3 | Local partner: M +5, S +7
trust | References: S +2, S +5 | Visit: S +1, M +14
competitor | Fair comparison: S +1, E +2, S +4 | Second source: S +3
budget | Smaller first step: S +2, S +5 | Wait for the budget: S +0, S 30 days before the date
authority | Reach who decides: S +0, S +1, M +7
timing | Wait until a date: S +0, S +20, S on the date | Let go: S +0
other | Ask: S +1 | Let go: S +0
"""


def test_every_template_has_the_steps_of_the_book():
    """For each reason its templates in their order, each step = role +workdays."""

    def at(step) -> str:
        before = f"{step.before} days before" if step.before else "on"
        return f"{step.who} {before} the date" if step.on_date else f"{step.who} +{step.days}"

    with override("en"):
        rows = [" | ".join([r, *(f"{_(t.words)}: {', '.join(map(at, t.steps))}" for t in found)]) for r, found in PLANS.items()]
    assert rows == BOOK.strip().split("\n")


def test_the_product_is_named_later_and_opens_the_plans(world, stepped):
    held = object_to(world.take(), by=world.mei, reason="price", words="太贵")
    assert all(offer.unmet for offer in offers(held))
    edit_objection(held, by=world.mei, revision=held.revision, values={"product": stepped, "severity": 3})
    held.refresh_from_db()
    assert (held.product, held.severity, held.words) == (stepped, 3, "太贵")
    assert kinds(held)[-1] == "negotiation.objection_edited" and any(not offer.unmet for offer in offers(held))
    close(held, by=world.mei, outcome="let_go")
    with pytest.raises(Refused):
        edit_objection(held, by=world.mei, revision=2, values={"severity": 1})


def test_the_page_that_closes_an_objection_says_which(world, client_of):
    """Whose, of what, in their words."""
    held = object_to(world.take(), by=world.mei, reason="price", words="比上家贵 8%", product=world.products["TR20"])
    page = client_of(world.users["mei"]).get(f"/objections/{held.pk}/outcome/").content.decode()
    assert all(words in page for words in ("价格", "光速贸易有限公司", "轨道射灯", "比上家贵 8%"))


@pytest.mark.parametrize("how", ["an end", "the pool", "another step"])
def test_a_plan_whose_steps_nobody_has_to_do_any_more_is_asked_how_it_ended(world, how):
    held = object_to(world.take(), by=world.mei, reason="other", words="再想想")
    made = decide(held, by=world.mei, template="other.ask")
    (row,) = made.steps.select_related("step__customer")
    if how == "an end":
        log_touch(held.customer, by=world.mei, channel="phone", words="不需要了", ended="no_need")
    elif how == "another step":
        later = Plan(held.customer, "下周再谈", clock.today() + timedelta(days=7))
        log_touch(held.customer, by=world.mei, channel="phone", words="说下周再谈", next_step=later, replaces=[row.step])
    else:
        with time_machine.travel(timezone.now() + timedelta(days=200), tick=False):
            pool.run_daily()
            assert Customer.objects.get().owner is None
    assert not NextStep.objects.open().filter(pk=row.step_id).exists()
    made.refresh_from_db()
    assert made.asked_at and made.is_live and kinds(held)[-1] == "negotiation.outcome_asked"
    assert made.steps.get().state == "dropped", "nobody did it"


def test_a_plan_that_lost_one_step_of_several_goes_on(world):
    held = object_to(world.take(), by=world.mei, reason="service")
    made = decide(held, by=world.mei, template="service.apologise")
    first, *rest = made.steps.select_related("step__customer")
    drop([first.step], by=world.mei)
    made.refresh_from_db()
    assert made.asked_at is None and [row.state for row in made.steps.all()] == ["dropped", *["open"] * len(rest)]
    for row in rest:
        done(row.step, by=world.heyuan)
    made.refresh_from_db()
    assert made.asked_at and [row.state for row in made.steps.all()] == ["dropped", *["done"] * len(rest)]


def test_the_page_says_of_a_step_that_nobody_did_that_it_is_not_needed(world, client_of):
    held = object_to(world.take(), by=world.mei, reason="other", words="再想想")
    decide(held, by=world.mei, template="other.ask")
    log_touch(held.customer, by=world.mei, channel="phone", words="不需要了", ended="no_need")
    page = client_of(world.users["mei"]).get(f"/objections/{held.pk}/").content.decode()
    assert '<span class="tag">不用做了</span>' in page and '<span class="tag">已完成</span>' not in page


def test_booth_staff_read_no_objection_and_no_need(world, client_of):
    """They captured the customer, so they see them; what was said in the negotiation is not theirs."""
    customer = world.take(by=world.xiaoyu)
    assign(customer, by=world.heyuan, owner=world.users["mei"], revision=customer.revision)
    said, need = "别家给的底价是六十二块", "要能开十三个点的专票"
    held = object_to(
        customer, by=world.mei, reason="price", words=said, product=world.products["PN60"], competitor="星河照明", their_price=Decimal(62)
    )
    decide(held, by=world.mei, template="price.other")
    record_need(customer, by=world.mei, words=need)
    open_intention(customer, by=world.mei, wishes=[Wish(product=world.products["TR20"], quantity=Decimal(7), price=Decimal(61))])
    booth, mei = client_of(world.users["xiaoyu"]), client_of(world.users["mei"])
    for seen, words in ((f"/customers/{customer.pk}/", (said, need)), (f"/objections/{held.pk}/", (said, "星河照明"))):
        assert all(word in mei.get(seen).content.decode() for word in words)
        answer = booth.get(seen)
        assert answer.status_code == (200 if "customers" in seen else 403)
        assert not any(word in answer.content.decode() for word in words)
    assert not Objection.objects.visible_to(world.xiaoyu).exists() and not Decision.objects.visible_to(world.xiaoyu).exists()
    assert not Need.objects.visible_to(world.xiaoyu).exists() and Need.objects.visible_to(world.mei).count() == 1
    assert "427.00" in mei.get("/board/").content.decode() and "427.00" not in booth.get("/board/").content.decode()


def test_an_objection_is_said_by_somebody_of_the_customer_and_weighs_one_to_three(world):
    customer = world.take()
    other = world.take(company="东方贸易", name="李雷", emails=["l@x.example"], phones=["13900001111"])
    for wrong, field in (({"contact": other.contacts.get()}, "contact"), *(({"severity": n}, "severity") for n in (99, 0, -1))):
        with pytest.raises(Refused) as refused:
            object_to(customer, by=world.mei, reason="price", **wrong)
        assert refused.value.field == field
    assert not Objection.objects.exists()
    held = object_to(customer, by=world.mei, reason="price", contact=customer.contacts.get(), severity=3)
    with pytest.raises(Refused):
        edit_objection(held, by=world.mei, revision=held.revision, values={"severity": 7})
