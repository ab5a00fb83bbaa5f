"""Grades 客户等级: what happens next with a customer, A to D, kept with its reason.

The rule proposes (`grading`): asked at the end of the outermost operation for customers of whom a fact was told, and by the
daily task for all. What it says is applied at once, unless a person set the grade: theirs holds for a time, and the rule's
answer stands beside it as a proposal.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.operations import closing, operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.slots import hung
from boothline.core.text import clean, reason_given
from boothline.customers import events
from boothline.customers.card import ContactPoint, Customer, hold
from boothline.customers.grading import Answer, Known, Limits, buying, limits, propose
from boothline.customers.ladder import actor_of, business
from boothline.customers.lists import GRADE_WORDS, GRADES, PIN_ENDS, TYPES
from boothline.timeline.history import Event, Telling, record, record_many
from boothline.timeline.kinds import EventKind

log = logging.getLogger(__name__)

DAYS = declare("customers.grade_pin_days", 90, gettext_lazy("Days that a grade set by a person lasts"), low=1, high=365)
ASKS = (events.GRADED, events.GRADE_PROPOSED, events.GRADE_SET, events.GRADE_FREED)
REACHING = ("phone", "email", "wechat", "whatsapp")
ASKED = ("name", "name_latin", "nature", "furthest", "grade", "derived_grade", "grade_why")  # of each
BATCH = 1000  # customers that the daily task looks at together


class GradePins(models.QuerySet["GradePin"]):
    """Questions about grades that a person set."""

    def visible_to(self, by: Actor) -> GradePins:
        """Those of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def standing(self) -> GradePins:
        """Not ended."""
        return self.filter(ended_at=None)


class GradePin(Record):
    """A grade that a person set, with the reason. `until` is its last day."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="grade_pins")
    grade = models.CharField(gettext_lazy("grade"), max_length=1, choices=[(code, GRADE_WORDS[code]) for code in GRADES])
    reason = models.CharField(gettext_lazy("reason"), max_length=500)
    until = models.DateField(gettext_lazy("until"))
    by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=10, blank=True, default="", choices=list(PIN_ENDS.items()))
    privacy = tags(grade=PLAIN, reason=WORDS, by_name=PERSON, ended_how=PLAIN)
    merging = Merging(
        yields={"ended_at": timezone.now, "ended_how": "merged"},
        note=gettext_lazy("Grades set by hand: where both have one, that of the customer that stays counts, the other ends."),
    )

    objects = GradePins.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer"], name="grade_pin_once", condition=models.Q(ended_at__isnull=True))]
        indexes = [models.Index(fields=["until"], name="grade_pin_due", condition=models.Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return str(GRADE_WORDS[self.grade])


@operation("customers.set_grade")
def set_grade(customer: Customer, *, by: Actor, grade: str, reason: str) -> GradePin:
    """A person says the grade, with a reason; it holds for a time. Saying another one ends the first."""
    require(by, "customers.edit", customer)
    (customer,) = hold(customer.pk)
    if grade not in GRADES:
        raise Refused(_("Choose one of the four grades."), field="grade")
    reason = reason_given(reason, 500)
    if customer.nature == "peer" and not customer.derived_grade:
        raise Refused(_("A peer has no grade."), field="grade", code="peer")
    standing = GradePin.objects.standing().filter(customer=customer).first()
    if standing and (standing.grade, standing.reason) == (grade, reason):
        return standing
    if standing:
        _end(standing, "lifted", by=by)
    until = clock.today() + timedelta(days=DAYS.value)
    made = GradePin.objects.create(customer=customer, grade=grade, reason=reason, until=until, by_name=by.name[:200])
    record(events.GRADE_SET, subject=made, under=customer, by=by, values={"grade": grade, "reason": reason, "until": until})
    return made


@operation("customers.set_grades")
def set_grades(said: Mapping[int, str], *, by: Actor, reason: str) -> list[GradePin]:
    """The same of any number of customers, {id: grade}, as a file says it; what a person said of one stays, and a peer has none."""
    require(by, "customers.edit")
    customers = [customer for customer in hold(*said) if customer.nature != "peer" or customer.derived_grade]
    spoken = set(GradePin.objects.standing().filter(customer__in=said).values_list("customer_id", flat=True))
    until, reason = clock.today() + timedelta(days=DAYS.value), clean(reason, 500)
    made = GradePin.objects.bulk_create(
        [
            GradePin(customer=customer, grade=said[customer.pk], reason=reason, until=until, by_name=by.name[:200])
            for customer in customers
            if customer.pk not in spoken
        ],
        batch_size=1000,
    )
    told = [
        Telling(pin, under=pin.customer, values={"grade": pin.grade, "reason": pin.reason, "until": pin.until}) for pin in made
    ]  # fmt: skip
    record_many(events.GRADE_SET, told, by=by)
    return made


@operation("customers.free_grade")
def free_grade(pin: GradePin, *, by: Actor) -> GradePin:
    """What the facts propose counts again. Pressed twice, nothing more happens."""
    require(by, "customers.edit", pin.customer)
    hold(pin.customer_id)
    return _end(pin, "lifted", by=by)


def _end(pin: GradePin, how: str, *, by: Actor) -> GradePin:
    if GradePin.objects.standing().filter(pk=pin.pk).update(ended_at=timezone.now(), ended_how=how):
        record(events.GRADE_FREED, subject=pin, under=pin.customer, by=by, values={"grade": pin.grade, "how": how})
    pin.refresh_from_db()
    return pin


def answers(customers: Iterable[Customer], day: date) -> dict[int, Answer]:
    """{customer id: what the rule says on a day}; the same few queries for any number."""
    limit = limits()
    known, evidence = dealings_of(customers, day, limit), hung("grade")
    first = {pk: buying(k, day, limit) for pk, k in known.items()}
    left = {pk: known[pk] for pk, answer in first.items() if answer is None}
    if left:
        _fill(left)
        for room in evidence:
            if not room.is_first:
                room.fill(left, day, limit)
    return {pk: answer or propose(known[pk], day, limit) for pk, answer in first.items()}


def dealings_of(customers: Iterable[Customer], day: date, limit: Limits) -> dict[int, Known]:
    """{customer id: who they are, and which contracts and orders there are}: what alone may say B."""
    ordering = TYPES.index("ordering")
    known = {c.pk: Known(is_peer=c.nature == "peer", has_ordered=c.furthest >= ordering) for c in customers}
    for pk, open_types in business(list(known)).items():
        known[pk].is_ordering, known[pk].has_contract = "ordering" in open_types, "contract" in open_types
    for room in hung("grade"):
        if room.is_first:
            room.fill(known, day, limit)
    return known


def _fill(known: dict[int, Known]) -> None:
    """What this room knows itself: who can be reached, and who pressed something in the portal."""
    points = ContactPoint.objects.filter(contact__customer__among=known, kind__in=REACHING).order_by()
    for pk in points.values_list("contact__customer", flat=True).distinct():
        known[pk].is_reachable = True
    pressed = Event.objects.filter(under_kind="customer", under_id__among=known, actor_kind="guest").order_by()
    for pk, at in pressed.values_list("under_id").annotate(Max("at")):
        known[pk].signs.append(timezone.localdate(at))


def settle(told: list[Event]) -> None:
    """Closes every outermost operation, after the type: writes the grade of each customer of whom something was told."""
    facts = [e for e in told if e.under_kind == "customer" and e.under_id and (asks(e.declared) or e.actor_kind == "guest")]
    touched = sorted({e.under_id for e in facts if e.under_id})
    for start in range(0, len(touched), BATCH):
        keep_grades(touched[start : start + BATCH], by=actor_of(facts[-1]))


def asks(kind: EventKind) -> bool:
    """Whether an event of this kind may change a grade; what a guest does may always."""
    return bool(kind.moves or kind.grades or kind in ASKS)


def keep_grades(ids: list[int], *, by: Actor) -> int:
    """The kept columns *grade*, *grade by the facts* and its reason; the only writer of them. How many changed."""
    customers = hold(*ids, only=ASKED)
    said = answers(customers, clock.today())
    pins = dict(GradePin.objects.standing().filter(customer__among=ids).values_list("customer_id", "grade"))
    written: dict[tuple[bool, str, str, tuple[tuple[str, object], ...]], list[int]] = defaultdict(list)
    shown, proposed = [], []
    for customer in customers:
        answer = said[customer.pk]
        counts = pins.get(customer.pk, answer.grade) if answer.grade else ""
        is_same = (customer.grade, customer.derived_grade) == (counts, answer.grade)
        if is_same and customer.grade_why == answer.why:
            continue
        written[is_same, counts, answer.grade, tuple(answer.why.items())].append(customer.pk)
        values = {"was": customer.grade, "now": counts, "why": answer.code, "detail": answer.why}
        if counts != customer.grade and customer.pk not in pins:
            shown.append(Telling(customer, under=customer, values=values))
        if customer.pk in pins and answer.grade not in (customer.derived_grade, counts):
            proposed.append(Telling(customer, under=customer, values=values | {"now": answer.grade, "grade": counts}))
    for (is_same, counts, by_facts, why), pks in written.items():
        grades = {} if is_same else {"grade": counts, "derived_grade": by_facts}  # a grade that is written is put into its index anew
        Customer.objects.filter(pk__among=pks).update(grade_why=dict(why), **grades)
    record_many(events.GRADED, shown, by=by.trusted())
    record_many(events.GRADE_PROPOSED, proposed, by=by.trusted())
    return sum(map(len, written.values()))


def ungraded(ids: Iterable[int] | None, day: date) -> dict[int, tuple[str, str]]:
    """{customer id: (kept, by the facts)} of those whose grade differs from what the rule says on a day."""
    rows = Customer.objects.all() if ids is None else Customer.objects.filter(pk__in=list(ids))
    customers = list(rows)
    said = answers(customers, day)
    return {
        c.pk: (c.derived_grade, said[c.pk].grade) for c in customers if (c.derived_grade, c.grade_why) != (said[c.pk].grade, said[c.pk].why)
    }


@operation("customers.grade_by_time")
def grade_by_time(ids: list[int], *, by: Actor) -> int:
    """What time brings: grades set by a person end on their day, and limits that have passed change what the rule says."""
    over = GradePin.objects.standing().filter(customer__in=ids, until__lt=clock.today()).select_related("customer")
    for pin in over:
        _end(pin, "date", by=by)
    return keep_grades(ids, by=by)


def grade_daily() -> int:
    """The daily task: looks at all customers, and writes in transactions of their own those of whom something changed."""
    changed, last = 0, 0
    while ids := list(Customer.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        over = set(GradePin.objects.standing().filter(customer__in=ids, until__lt=clock.today()).values_list("customer_id", flat=True))
        wanted = sorted(over | set(ungraded(ids, clock.today())))
        try:
            changed += grade_by_time(wanted, by=SYSTEM) if wanted else 0
        except Exception:  # a batch that fails must not keep the others; the next round tries it again
            log.exception("grades of customers %s to %s were not kept", ids[0], last)
    return changed


closing(settle)
