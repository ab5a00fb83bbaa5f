"""The self-check says that kept figures are equal, or names each that is not; it runs by night and by a press."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from boothline.billing.models import Account, Balance, Instalment, Receipt
from boothline.contracts.models import ConfirmationRequest
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.customers.card import Customer
from boothline.followups.steps import Plan, plan_many
from boothline.insights.selfcheck import ask_check, nightly, recount
from boothline.orders.compensation import answer_claim, file_claim, note_claim, note_paid
from boothline.orders.models import Order, OrderLine, Problem
from boothline.orders.problems import Report, report
from boothline.timeline.history import Event
from tests.world import World

D = Decimal


@pytest.mark.django_db
@pytest.mark.no_recount
def test_each_difference_is_named(world: World, client_of):
    """What somebody wrote past the operations is found, shown with what is kept and counted, and nothing is mended in silence."""
    order = world.ordered(world.take())
    customer, plain = order.customer, world.take("别家", "李四", emails=[], phones=[])
    plan_many([Plan(customer, "问收货", clock.today() + timedelta(days=2))], by=SYSTEM)
    kevins = Customer.objects.get(pk=world.take("星野公司", "星一", by=world.kevin, emails=[], phones=[]).pk)
    tasks.sweep()
    Customer.objects.filter(pk=plain.pk).update(derived_type="ordering", furthest=3)
    Customer.objects.filter(pk=kevins.pk).update(type="contract")
    Customer.objects.filter(pk=customer.pk).update(next_step_on=None, last_touch_at=timezone.now())
    ConfirmationRequest.objects.update(state="superseded")
    Order.objects.filter(pk=order.pk).update(total=D("1.00"), in_trouble=True)
    OrderLine.objects.filter(order=order, position=1).update(packed=D(1))
    Account.objects.filter(order=order).update(paid=D(3))
    Instalment.objects.filter(order=order, position=1).update(covered=D("0.01"))
    Receipt.objects.filter(customer=customer).update(allocated=D(2))
    Balance.objects.filter(customer=customer).update(received=D(9))
    with pytest.raises(NotAllowed):
        ask_check(by=world.mei)
    page = client_of(world.users["heyuan"])
    assert "还没有核对过" in page.get(reverse("self-check")).content.decode()
    page.post(reverse("self-check-recount"))
    assert "正在进行" in page.get(reverse("self-check")).content.decode()
    tasks.sweep()
    told = Event.objects.filter(kind="insights.checked").latest("id")
    assert told.actor_name == "Heyuan", "who pressed"
    wrong = {code for code, (_seen, different) in told.values["checks"].items() if different}
    assert wrong == {
        "types",
        "furthest",
        "steps",
        "touches",
        "requests",
        "totals",
        "lines",
        "states",
        "accounts",
        "instalments",
        "receipts",
        "balances",
    }
    shown = page.get(reverse("self-check")).content.decode()
    assert f'href="{reverse("order", args=[order.number])}"' in shown and f'href="{reverse("customer", args=[plain.pk])}"' in shown
    assert "星野公司" not in shown, "of another team: counted, not named"
    assert ">1.00</td>" in shown and "订单客户" in shown and "Decimal" not in shown and Order.objects.get(pk=order.pk).total == D("1.00")
    everything = client_of(world.users["admin"]).get(reverse("self-check")).content.decode()
    assert "星野公司" in everything
    assert client_of(world.users["mei"]).get(reverse("self-check")).status_code == 403


@pytest.mark.django_db
@pytest.mark.no_recount
def test_what_compensation_brought_is_recounted(world: World):
    problem = report(world.ordered(world.take()), by=SYSTEM, told=Report("invoice", "抬头不对"))
    claim = note_claim(problem, by=SYSTEM, values={"against": "insurer", "name": "平安", "amount": D(90)})
    answer_claim(file_claim(claim, by=SYSTEM), by=SYSTEM, outcome="accepted", words="同意赔付")
    note_paid(claim, by=SYSTEM, amount=D("40.50"), on=clock.today())
    assert "recovered" not in {one.check for one in recount()[1]}
    Problem.objects.filter(pk=problem.pk).update(recovered=D(40))
    (found,) = [one for one in recount()[1] if one.check == "recovered"]
    assert (found.name, found.kept, found.counted) == (problem.number, ("40.00",), ("40.50",))


@pytest.mark.django_db
def test_a_problem_that_stands_otherwise_than_its_last_turn_is_named(world: World):
    problem = report(world.ordered(world.take()), by=SYSTEM, told=Report("invoice", "抬头不对"))
    stood = problem.state
    Problem.objects.filter(pk=problem.pk).update(state="closed")
    found = [one for one in recount()[1] if one.name == problem.number and one.kept == ("closed",)]
    assert [one.counted for one in found] == [(stood,)]
    Problem.objects.filter(pk=problem.pk).update(state=stood)


@pytest.mark.django_db
def test_it_runs_once_a_night(world: World):
    def told() -> int:
        return Event.objects.filter(kind="insights.checked").count()

    day = timezone.localtime().replace(hour=1, minute=0) + timedelta(days=1)
    for hour, count in ((1, 0), (3, 1), (9, 1), (27, 2)):
        with time_machine.travel(day + timedelta(hours=hour - 1), tick=False):
            nightly()
        assert told() == count, hour
    assert nightly in tasks._daily
