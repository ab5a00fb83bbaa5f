"""502, learning: the rule book's worked figures, who is a label, lessons as versions, and how well the shares come true."""

from __future__ import annotations

import math
import random

import pytest

from boothline.core.actors import SYSTEM
from boothline.core.models import RuleSetting
from boothline.customers.card import Customer, Person, edit_customer
from boothline.timeline.models import Event
from boothline.visitors.clues import clues_of
from boothline.visitors.cooperation import move_cooperation
from boothline.visitors.firms import list_firm
from boothline.visitors.learning import certain, labels, learn, taught_by
from boothline.visitors.lessons import Label, Tried, best_temperature, cross_validated, fold_of, learned, log_loss, report, share
from boothline.visitors.models import Cooperation, Lesson
from boothline.visitors.recognition import EVIDENCE, judge, known_of, lift_nature, recognise_all, say_nature, scales
from boothline.visitors.solicitation import Taken, take


def taken(world, *, by=None, **who) -> Customer:
    more = {k: who.pop(k) for k in ("answers", "note") if k in who}
    name = who.pop("name", who.get("company", "某"))
    return take(Taken(person=Person(name=name, **who), **more), by=by or world.mei, fair=world.fair).customer


# The figures.


def test_trading_as_the_book_works_it():
    """w0 +0.5; 60 buyers and 40 peers confirmed, 4 and 16 of them trading."""
    assert math.log((5 / 62) / (17 / 42)) == pytest.approx(-1.613, abs=0.0006)
    assert learned(0.5, (4, 16), (60, 40), 20) == pytest.approx(-0.557, abs=0.0006)


def test_one_correction_alone_as_the_book_works_it():
    assert math.log(0.5 / (2 / 3)) == pytest.approx(-0.288, abs=0.0006)
    assert learned(0.5, (0, 1), (0, 1), 20) == pytest.approx(0.462, abs=0.0006)


def test_the_bounds_of_a_weight():
    assert learned(0.5, (0, 19), (50, 19), 20) == 0.0, "the sign is kept while fewer than 20 had it"
    assert learned(0.5, (0, 20), (50, 20), 20) < 0
    assert learned(1.0, (0, 5000), (5000, 5000), 20) == pytest.approx(-1.5), "never further than 2.5 from what was set"
    assert learned(3.0, (5000, 0), (5000, 5000), 20) == 4.0, "never beyond 4"
    assert learned(0.5, (0, 0), (60, 40), 20) == 0.5 + 0 * (60 - 40), "nobody had it: as it was set"


@pytest.mark.django_db
def test_the_share_of_the_worked_example(world):
    Lesson.objects.create(n=1, buyers=60, peers=40, beside=[60, 40], counts={"kind_trading": [4, 16]})
    now = scales()
    assert now.prior == pytest.approx(67 / 110) and now.weights["kind_trading"] == pytest.approx(-0.557, abs=0.0006)
    assert judge([], now).log_odds == pytest.approx(0.443, abs=0.0006)
    assert judge(["kind_trading"], now).log_odds == pytest.approx(0.443 - 0.557, abs=0.002)


@pytest.mark.django_db
def test_a_general_description_may_decide_once_fifty_were_confirmed_with_it(world):
    for n, (had, nature) in enumerate((([1, 48], "unknown"), ([1, 49], "peer")), 1):
        Lesson.objects.create(n=n, buyers=10, peers=60, beside=[10, 60], counts={"same_line": had})
        assert judge(["same_line"], scales()).nature == nature


@pytest.mark.django_db
def test_log_odds_are_divided_only_from_two_hundred_labels_on(world):
    for n, buyers in enumerate((119, 120), 1):
        Lesson.objects.create(n=n, buyers=buyers, peers=80, beside=[buyers, 80], report={"temperature": 2.0})
        odds = math.log((7 + buyers) / (3 + 80))
        assert judge([], scales()).share == pytest.approx(share(odds, 2.0 if buyers == 120 else 1.0))


# How well the shares come true.


def test_brier_and_calibration_error_by_hand():
    tried = [Tried(math.log(0.9 / 0.1), True), Tried(math.log(0.9 / 0.1), True), Tried(math.log(0.9 / 0.1), False), Tried(0.0, True)]
    said = report(tried, 1.0, 0.8, 0.2)
    assert said["brier"] == pytest.approx((0.01 + 0.01 + 0.81 + 0.25) / 4)
    assert said["ece"] == pytest.approx((abs(2.7 - 2) + abs(0.5 - 1)) / 4)
    assert (said["accuracy"], said["coverage"], said["labels"]) == (pytest.approx(2 / 3), 0.75, 4)


def test_the_temperature_makes_shares_come_true_that_were_too_sure():
    """Log-odds of 3 that are right in three of four cases ought to be 1.1: divided by 2.7."""
    tried = [Tried(3.0, n % 4 != 0) for n in range(400)] + [Tried(-3.0, n % 4 == 0) for n in range(400)]
    t = best_temperature(tried)
    assert t == pytest.approx(3 / math.log(3), abs=0.06)
    assert all(log_loss(tried, t) <= log_loss(tried, other) for other in (0.5, 1.0, 2.0, 3.0))
    assert report(tried, t, 0.8, 0.2)["ece"] < 0.02 < 0.2 < report(tried, 1.0, 0.8, 0.2)["ece"]
    assert best_temperature([Tried(1.0, True), Tried(1.0, False)] * 5) == 3.0


def test_nobody_is_judged_by_what_their_own_firm_taught():
    those = [Label(frozenset({"volume"}), n % 2 == 0, f"firm {n % 13}") for n in range(100)]
    seen = []

    def taught(others):
        seen.append({label.firm for label in others})
        return lambda evidence: 0.0

    assert len(cross_validated(those, taught)) == 100
    for part, firms in enumerate(sorted({fold_of(label.firm) for label in those})):
        held = {label.firm for label in those if fold_of(label.firm) == firms}
        assert not held & seen[part] and held | seen[part] == {label.firm for label in those}


# Who teaches.


@pytest.mark.django_db
def test_what_a_person_said_is_a_label_until_it_is_lifted(world):
    customer = taken(world, company="某贸易公司", answers={"company_kind": "trading"})
    assert learn() is None, "nothing is known for certain"
    say_nature(customer, by=world.mei, nature="peer")
    first = learn()
    assert (first.n, first.buyers, first.peers, first.beside, first.counts) == (1, 0, 1, [0, 0], {"kind_trading": [0, 1]})
    assert scales().weights["kind_trading"] == pytest.approx(0.462, abs=0.0006)
    assert learn() == first and Lesson.objects.count() == 1, "nothing new was confirmed"
    lift_nature(customer, by=world.mei)
    second = learn()
    assert (second.n, second.buyers, second.peers) == (2, 0, 0) and scales().weights["kind_trading"] == 0.5
    assert [e.values["n"] for e in Event.objects.filter(kind="visitors.learned").order_by("id")] == [1, 2]


@pytest.mark.django_db
def test_an_order_that_stands_is_a_buyer_but_not_of_a_rival_nor_against_a_persons_word(world):
    orders = world.take()
    world.confirm(world.sent(orders))
    assert certain() == {orders.pk: ("buyer", False)} and [label.is_buyer for label in labels()] == [True]
    list_firm(by=world.heyuan, on="competitor", name=orders.name)
    assert labels() == []
    say_nature(orders, by=world.mei, nature="peer", peer="competitor")
    assert certain() == {orders.pk: ("peer", True)}


@pytest.mark.django_db
def test_an_order_does_not_teach_that_who_orders_is_a_buyer(world):
    orders = world.take(emails=["zhang@guangsu.example"])
    world.confirm(world.sent(orders))
    colleague = taken(world, name="李四", company="光速香港", emails=["li@guangsu.example"])
    say_nature(colleague, by=world.mei, nature="buyer")
    orders.refresh_from_db()
    assert "dom_customer" in clues_of([orders])[orders.pk].evidence, "it is a clue as before"
    assert {label.firm: "dom_customer" in label.evidence for label in labels()} == {orders.folded: False, colleague.folded: True}


@pytest.mark.django_db
def test_an_agreed_cooperation_is_a_peer_and_the_latest_word_counts(world):
    customer = taken(world, company="某协会", answers={"company_kind": "association"})
    say_nature(customer, by=world.mei, nature="peer", peer="press")
    lift_nature(customer, by=world.mei)
    held = Cooperation.objects.get()
    for state in ("talking", "agreed"):
        held = move_cooperation(held, by=world.mei, revision=held.revision, state=state, words="谈")
    assert certain() == {customer.pk: ("peer", False)}
    say_nature(customer, by=world.mei, nature="buyer")
    assert certain() == {customer.pk: ("buyer", True)}
    assert learn().beside == [0, 0] and scales().prior == pytest.approx(8 / 11), "each is counted once"


@pytest.mark.django_db
def test_corrections_improve_later_answers(world):
    """Trading companies turn out to be peers here; the next one leans the other way."""
    fresh = taken(world, company="下一家贸易", answers={"company_kind": "trading"})
    fresh.refresh_from_db()
    assert float(fresh.nature_share) == pytest.approx(0.794, abs=0.0006)
    for n in range(25):
        say_nature(taken(world, company=f"贸易{n}", answers={"company_kind": "trading"}), by=world.mei, nature="peer")
    for n in range(25):
        say_nature(taken(world, company=f"终端{n}", answers={"company_kind": "enduser"}), by=world.mei, nature="buyer")
    made = learn()
    assert made.report["labels"] == 50 and made.report["accuracy"] > 0.9 and made.report["temperature"] == 1.0
    recognise_all(by=SYSTEM)
    fresh.refresh_from_db()
    assert fresh.nature_share < 0.4


@pytest.mark.django_db
def test_what_is_taught_by_chance_is_calibrated(world):
    """Two hundred labels drawn from known odds: the error of the held-out shares stays within the goal of 0.08."""
    chance = random.Random(7)
    codes = [code for code, e in EVIDENCE.items() if e.group != "text"]
    drawn = []
    for n in range(1200):
        is_buyer = chance.random() < 0.7
        likes = [c for c in codes if (float(EVIDENCE[c].rule.default) > 0) == is_buyer]
        evidence = frozenset(chance.choice(likes if chance.random() < 0.75 else codes) for _ in range(2))
        drawn.append(Label(evidence, is_buyer, f"firm {n}"))
    now = scales()

    def by_others(others):
        those = taught_by(now, others)
        return lambda evidence: judge(evidence, those).log_odds

    tried = cross_validated(drawn, by_others)
    t = best_temperature(tried)
    assert report(tried, t, 0.8, 0.2)["ece"] <= min(0.08, report(tried, 1.0, 0.8, 0.2)["ece"] + 0.005)


@pytest.mark.django_db
def test_many_labels_cost_few_queries(world, django_assert_max_num_queries):
    for n in range(3):
        say_nature(taken(world, company=f"公司{n}"), by=world.mei, nature="buyer")
    learn()
    for n in range(3, 30):
        say_nature(taken(world, company=f"公司{n}"), by=world.mei, nature="buyer")
    with django_assert_max_num_queries(40):
        assert learn().buyers == 30


# The industry code.


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ours, theirs, is_same",
    [
        ("C3872", "C3872", True), ("C3872", "3872", True), ("C3872", "C387", True), ("3871，3872", "C3872", True), ("C3872", "C3871", False),
        ("C3872", "38", False), ("C3872", "", False), ("", "C3872", False), ("C3872", "F5178 C3872", True), ("C3872", "某行业", False),
    ],
)  # fmt: skip
def test_the_same_industry_code_is_a_business_close_to_ours(world, client_of, ours, theirs, is_same):
    if ours:
        RuleSetting.objects.create(code="visitors.our_industry", value=ours)
    customer = taken(world, company="某公司", title="销售经理")
    edit_customer(customer, by=world.mei, revision=customer.revision, values={"industry": theirs})
    customer.refresh_from_db()
    known = known_of([customer])[customer.pk]
    assert ("same_line" in {reason.code for reason in known.computed.reasons}) is is_same
    if is_same:
        assert float(customer.nature_share) == pytest.approx(share(math.log(0.7 / 0.3) - 1.0 - 1.4), abs=0.0006)
        page = client_of(world.users["mei"]).get(f"/customers/{customer.pk}/").content.decode()
        assert f"行业代码 {theirs}" in page.partition("公司介绍的业务与我们相近")[2]


@pytest.mark.django_db
def test_an_industry_code_decides_nothing_alone_and_is_corrected_like_the_rest(world):
    RuleSetting.objects.create(code="visitors.our_industry", value="C3872")
    RuleSetting.objects.create(code="visitors.prior_buyers", value="1")
    RuleSetting.objects.create(code="visitors.prior_peers", value="3")
    customer = taken(world, company="某公司")
    edit_customer(customer, by=world.mei, revision=customer.revision, values={"industry": "C3872"})
    customer.refresh_from_db()
    assert customer.nature == "unknown" and customer.nature_share < 0.2
    edit_customer(customer, by=world.mei, revision=customer.revision, values={"industry": "F5178"})
    customer.refresh_from_db()
    assert float(customer.nature_share) == 0.25
