"""Pool 公海: a customer of whom nobody hears for so long has no owner any more, and any salesperson may take them 领取.

Counted from the later of the last touch and the day they got their owner; a step that is still to come moves the day behind
itself. The owner is warned before. Who takes one speaks with them within three workdays, else they go back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused, Words
from boothline.core.operations import operation
from boothline.core.privacy import tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.text import phrase
from boothline.customers.card import Customer, Customers, hold, pass_on
from boothline.customers.doing import doers
from boothline.customers.grades import dealings_of
from boothline.customers.grading import limits
from boothline.customers.key_accounts import KeyAccount
from boothline.customers.quiet import reasons_for
from boothline.followups import events
from boothline.followups.lapse import Idle, days_of, watch
from boothline.followups.steps import NextStep, drop, give
from boothline.followups.touches import ANSWERS, Touch
from boothline.timeline.history import record
from boothline.worktime.calendar import add_workdays

log = logging.getLogger(__name__)

A_DAYS = declare("followups.pool_a_days", 30, gettext_lazy("Days without a touch until grade A goes to the pool"), low=1, high=730)
B_DAYS = declare("followups.pool_b_days", 60, gettext_lazy("Days without a touch until grade B goes to the pool"), low=1, high=730)
C_DAYS = declare("followups.pool_c_days", 100, gettext_lazy("Days without a touch until grade C goes to the pool"), low=1, high=730)
D_DAYS = declare("followups.pool_d_days", 7, gettext_lazy("Days without a touch until grade D goes to the pool"), low=1, high=730)
VISITOR_DAYS = declare(
    "followups.pool_visitor_days", 15, gettext_lazy("Days until a visitor whom nobody answered goes to the pool"), low=1, high=730
)
EARLY = declare(
    "followups.pool_early_warning_days", 7, gettext_lazy("Days before the pool on which the owner is warned first"), low=1, high=60
)
LATE = declare(
    "followups.pool_late_warning_days", 1, gettext_lazy("Days before the pool on which the owner is warned again"), low=1, high=30
)
BOUGHT_DAYS = declare(
    "followups.pool_bought_days",
    365,
    gettext_lazy("Days after a complete order in which a customer stays out of the pool"),
    low=0,
    high=3650,
)
A_DAY = declare("followups.pool_takes_a_day", 5, gettext_lazy("Customers that a person may take from the pool in a day"), low=1, high=100)
HELD = declare("followups.pool_held", 200, gettext_lazy("Customers from the pool that a person may hold"), low=1, high=10000)
AGAIN_DAYS = declare(
    "followups.pool_again_days",
    30,
    gettext_lazy("Days in which the last owner may not take a customer back from the pool"),
    low=0,
    high=365,
)
TOUCH_WORKDAYS = declare(
    "followups.pool_touch_workdays", 3, gettext_lazy("Workdays to the first touch with a customer taken from the pool"), low=1, high=30
)
GRADES = {"A": A_DAYS, "B": B_DAYS, "C": C_DAYS, "D": D_DAYS}
EXEMPT = {
    "peer": gettext_lazy("a peer"),
    "contract": gettext_lazy("a contract is alive"),
    "order": gettext_lazy("an order is not complete"),
    "bought": gettext_lazy("an order was complete in the last year"),
    "quiet": gettext_lazy("a problem or complaint is open"),
    "key": gettext_lazy("a key account"),
}
BATCH = 1000  # customers that the daily task looks at together


class Takings(models.QuerySet["Taking"]):
    """Questions about takings."""

    def standing(self) -> Takings:
        """Of customers who are still with whoever took them; not of their own, into whom one that they took was merged."""
        return self.filter(customer__owner=F("user"), at=F("customer__owned_since"))

    def untouched(self) -> Takings:
        """Standing, and nobody has spoken with them since."""
        spoken = Touch.objects.filter(customer=OuterRef("customer"), at__gte=OuterRef("at"))
        return self.standing().filter(~Exists(spoken)).select_related("customer", "user")


class Taking(Record):
    """That somebody took a customer from the pool; `touch_by` is the last day of the first touch."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    touch_by = models.DateField()
    privacy = tags()

    objects = Takings.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="taking_user"), models.Index(fields=["customer", "at"], name="taking_customer")]

    def __str__(self) -> str:
        return f"{self.customer} {self.touch_by}"


def in_pool(by: Actor) -> Customers:
    """Whom one may take: without an owner, seen by the actor, and no peer."""
    return Customer.objects.visible_to(by).filter(owner=None).exclude(nature="peer")


def exempt(customers: Iterable[Customer]) -> dict[int, str]:
    """{customer id: why they never go to the pool}, a code of EXEMPT; the same few queries for any number."""
    found, today = list(customers), clock.today()
    quiet, since = reasons_for([c.pk for c in found]), today - timedelta(days=BOUGHT_DAYS.value)
    key = set(KeyAccount.objects.standing().filter(customer__in=[c.pk for c in found]).values_list("customer_id", flat=True))
    why = {}
    for pk, known in dealings_of(found, today, limits()).items():
        holds = {
            "peer": known.is_peer,
            "order": known.has_open_order,
            "contract": known.has_contract,
            "bought": any(on >= since for on in known.completed),
            "quiet": pk in quiet or known.has_problem,
            "key": pk in key,
        }
        code = next((code for code, is_so in holds.items() if is_so), "")
        if code:
            why[pk] = code
    return why


def idle_of(customers: Iterable[Customer]) -> list[Idle]:
    """Since when nobody spoke with these owned customers, and how many days of that they bear. Who is exempt is left out."""
    found = list(customers)
    free, ids = exempt(found), [c.pk for c in found]
    answered = set(Touch.objects.filter(customer__in=ids, reach__in=ANSWERS).order_by().values_list("customer_id", flat=True).distinct())
    idle = []
    for customer in found:
        if customer.pk in free or customer.grade not in GRADES or customer.owner_id is None:
            continue
        days = GRADES[customer.grade].value
        if customer.type == "visitor" and customer.pk not in answered:
            days = min(days, VISITOR_DAYS.value)
        idle.append(Idle(customer, max(m for m in (customer.last_touch_at, customer.owned_since) if m), days))
    return idle


def run_daily() -> int:
    """The daily task: warns owners, moves who is due to the pool, and takes back whom nobody spoke with after taking them."""
    soon = timezone.now() - timedelta(days=max(0, min(d.value for d in (*GRADES.values(), VISITOR_DAYS)) - EARLY.value - 1))
    owned = Customer.objects.filter(owner__isnull=False, owned_since__lte=soon).filter(Q(last_touch_at=None) | Q(last_touch_at__lte=soon))
    moved = last = 0
    while batch := list(owned.filter(pk__gt=last).select_related("owner").order_by("pk")[:BATCH]):
        last = batch[-1].pk
        moved += watch(idle_of(batch), warning=events.POOL_NEAR, warn=warn, lapse=release, before=(EARLY.value, LATE.value))
    for taking in Taking.objects.untouched().filter(touch_by__lt=clock.today()):
        try:
            moved += put_back(taking, by=SYSTEM)
        except Exception:  # one that fails must not keep the others; the next round tries it again
            log.exception("taking %s was not put back", taking.pk)
    return moved


@operation("followups.warn_of_pool")
def warn(customer: Customer, *, by: Actor, on: date, days: int) -> None:
    """Tells the owner on which day the customer goes to the pool."""
    record(events.POOL_NEAR, subject=customer, under=customer, by=by, values={"on": on, "days": days})


@operation("followups.release")
def release(customer: Customer, *, by: Actor) -> bool:
    """What time brings: nobody's from now on. False if somebody was faster."""
    (customer,) = hold(customer.pk)
    idle = idle_of([customer])
    if not idle or days_of(idle)[customer] > clock.today():
        return False
    _let_go(customer, "silent", by=by)
    return True


@operation("followups.put_back")
def put_back(taking: Taking, *, by: Actor) -> bool:
    """Taken from the pool, and no first touch in time: back. False if somebody was faster."""
    (customer,) = hold(taking.customer_id)
    if not Taking.objects.untouched().filter(pk=taking.pk, touch_by__lt=clock.today()).exists() or customer.pk in exempt([customer]):
        return False
    _let_go(customer, "untouched", by=by)
    return True


def _let_go(customer: Customer, why: str, *, by: Actor) -> None:
    was, owner = customer.owner, customer.owner_id
    names = pass_on(customer, None, timezone.now())
    steps = list(NextStep.objects.open().filter(customer=customer).for_list())
    over, waited = [step for step in steps if not step.is_waited_for], [step for step in steps if step.is_waited_for]
    if over:  # after that: what still has to be answered is not asked of who lost them
        drop(over, by=by.trusted())
    if waited and (stands_in := doers([(waited[0].customer, None)], by=by)[0]):  # the manager, until somebody takes them
        give(waited, by=by.trusted(), to=User.objects.get(pk=stands_in))
    values = {"was": was or "–", "why": why, "people": [owner]}
    record(events.POOLED, subject=customer, under=customer, by=by, values=values, changes={"owner": names})


@dataclass(frozen=True)
class Allowance:
    """How many a person may still take today, and how many they hold of how many."""

    left: int
    held: int


def allowance(user_id: int | None) -> Allowance:
    """Counted from what they took today and what of it all is still theirs."""
    midnight = timezone.make_aware(datetime.combine(clock.today(), time.min))
    today = Taking.objects.filter(user=user_id, at__gte=midnight).count()
    held = Taking.objects.standing().filter(user=user_id).values("customer").distinct().count()
    return Allowance(max(0, min(A_DAY.value - today, HELD.value - held)), held)


def refusal(customer: Customer, by: Actor) -> Words:
    """Why this person may not take this customer now; "" if they may."""
    if customer.owner_id:
        return phrase(_("%(name)s has this customer already."), {"name": customer.owner})
    if customer.nature == "peer":
        return _("A peer is not taken from the pool.")
    free_on = timezone.localdate(customer.owned_since) + timedelta(days=AGAIN_DAYS.value)
    if customer.owner_before_id == by.id and clock.today() < free_on:
        return _("You were the last owner: you may take them again from %(on)s on.") % {"on": clock.day_words(free_on)}
    may_take = allowance(by.id)
    if may_take.held >= HELD.value:
        return _("You hold %(count)s customers from the pool already, the most that one may hold.") % {"count": may_take.held}
    if not may_take.left:
        return _("You took %(count)s customers today, the most for a day. Go on tomorrow.") % {"count": A_DAY.value}
    return ""


@operation("followups.take")
def take_from_pool(customer: Customer, *, by: Actor) -> Customer:
    """Theirs from now on, with the open steps. Pressed twice, the first counts."""
    require(by, "pool.take", customer)
    (customer,) = hold(customer.pk)
    person = User.objects.select_for_update(no_key=True).get(pk=by.id or 0)  # two presses of one person are counted one after the other
    if customer.owner_id == person.pk:
        return customer
    no = refusal(customer, by)
    if no:
        raise Refused(no, code="not_taken")
    now = timezone.now()
    touch_by = add_workdays(timezone.localdate(now), TOUCH_WORKDAYS.value)
    names = pass_on(customer, person, now)
    Taking.objects.create(customer=customer, user=person, at=now, touch_by=touch_by)
    steps = list(NextStep.objects.open().filter(customer=customer).for_list())
    if steps:
        give(steps, by=by.trusted(), to=person)
    record(events.TAKEN, subject=customer, under=customer, by=by, values={"now": person, "on": touch_by}, changes={"owner": names})
    customer.refresh_from_db()
    return customer
