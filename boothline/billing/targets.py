"""Month targets 月目标: what a month is to bring, of the whole company and of each salesperson, in orders and in deliveries.

A target is written down for one month by whoever leads; what it was before stands in its history. Against it stands what
the ledger counts: orders by the day on which they were opened, each with its salesperson, the owner of its customer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.billing import events
from boothline.billing.books import ZERO, Account
from boothline.billing.ledger import following, opened
from boothline.core.actors import SYSTEM, Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Refused, Stale
from boothline.core.money import TOO_LARGE, amount_field, currency_field, round_line
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.timeline.history import Telling, record_many
from boothline.worktime.calendar import company_calendar

MEASURES = {"ordered": gettext_lazy("orders"), "delivered": gettext_lazy("deliveries")}
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
Amounts = dict[tuple[str, int | None], Decimal | None]  # (measure, person or the company) -> amount


def month_of(text: str) -> date | None:
    """The first day of a month as an address names it, 2027-03; None for anything else."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


class TargetMonths(models.QuerySet["TargetMonth"]):
    """Questions about months with targets."""

    def visible_to(self, by: Actor) -> TargetMonths:
        """Whoever sees what orders cost."""
        return self if by.has("billing.see") else self.none()


class TargetMonth(Record):
    """One month for which targets are written down."""

    month = models.DateField(gettext_lazy("month"), unique=True)  # its first day
    currency = currency_field()
    labels = MEASURES
    privacy = tags(currency=PLAIN)

    objects = TargetMonths.as_manager()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Target(models.Model):
    """What a month is to bring: of one person, or, without one, of the whole company."""

    month = models.ForeignKey(TargetMonth, on_delete=models.CASCADE, related_name="targets")
    measure = models.CharField(max_length=10, choices=list(MEASURES.items()))
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    amount = amount_field()
    privacy = tags(measure=PLAIN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "measure", "person"], name="target_once"),
            models.UniqueConstraint(fields=["month", "measure"], name="target_of_all_once", condition=Q(person=None)),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.person or ''} {self.amount}"


@operation("billing.set_targets")
def set_targets(month: date, *, by: Actor, revision: int, amounts: Amounts) -> TargetMonth:
    """Writes the targets of a month that are named; an amount that is taken out is no target. `revision` is 0 for a month
    that had none."""
    require(by, "targets.set")
    for (measure, person), amount in amounts.items():
        if amount is not None and not 0 < amount < TOO_LARGE:
            raise Refused(_("A target is more than 0. Leave it empty where there is none."), field=f"{measure}_{person or 0}")
    people = {user.pk: user for user in User.objects.filter(pk__in={person for _m, person in amounts if person})}
    for measure, person in amounts:
        if person and person not in people:
            raise Refused(_("Choose from the list."), field=f"{measure}_{person}")
    month = month.replace(day=1)
    if not TargetMonth.objects.filter(month=month).exists() and not any(amounts.values()):
        return TargetMonth(month=month, revision=0)  # nothing is wanted, and nothing was
    kept, _made = TargetMonth.objects.get_or_create(month=month, defaults={"revision": 0, "currency": company().currency})
    kept = TargetMonth.objects.select_for_update(of=("self",), no_key=True).get(pk=kept.pk)
    held = targets_of(kept)
    differing = {key: (held.get(key), amount) for key, amount in amounts.items() if held.get(key) != amount}
    if not differing:
        return kept
    if kept.revision != revision:
        fields = [(f"{measure}_{person or 0}", was, new) for (measure, person), (was, new) in differing.items()]
        raise Stale(kept, fields, _("Not saved: somebody changed this meanwhile. Choose which values stay."))
    for (measure, person), (_was, amount) in differing.items():
        kept.targets.filter(measure=measure, person=person).delete()
        if amount is not None:
            Target.objects.create(month=kept, measure=measure, person_id=person, amount=amount)
    TargetMonth.objects.filter(pk=kept.pk).update(revision=F("revision") + 1)
    told: dict[int | None, dict[str, list[Decimal | None]]] = defaultdict(dict)
    for (measure, person), (was, amount) in differing.items():
        told[person][measure] = [was, amount]
    tellings = [
        Telling(kept, values={"month": str(kept), "whom": people[person] if person else "company"}, changes=changes)
        for person, changes in told.items()
    ]
    record_many(events.TARGETS_SET, tellings, by=by)
    kept.refresh_from_db()
    return kept


def targets_of(month: TargetMonth | None) -> Amounts:
    """What is written down for a month."""
    rows = month.targets.values_list("measure", "person", "amount") if month else []
    return {(measure, person): amount for measure, person, amount in rows}


def proposed(month: date) -> Amounts:
    """What a month without targets begins with: those of the latest month before it that has some."""
    return targets_of(TargetMonth.objects.filter(month__lt=month, targets__isnull=False).order_by("-month").first())


def target_of(month: date, measure: str, person: int | None) -> tuple[Decimal | None, str]:
    """(target, currency) of a month, of a person or of the company."""
    found = Target.objects.filter(month__month=month.replace(day=1), measure=measure, person=person).select_related("month").first()
    return (found.amount, found.month.currency) if found else (None, company().currency)


@dataclass(frozen=True)
class Against:
    """What was reached against a target, and what that leaves for each workday that is left."""

    done: Decimal
    target: Decimal | None
    currency: str
    days: int = 0
    person: User | None = None
    code: str = ""  # whose, as the list of orders asks it; "" is everybody's
    opens: bool = True  # the list that the reader sees is what was counted

    @property
    def missing(self) -> Decimal | None:
        """What is still missing; 0 once the target is reached, None where there is none."""
        return None if self.target is None else max(self.target - self.done, ZERO)

    @property
    def a_day(self) -> Decimal | None:
        """What each workday that is left has to bring; None where there is no target or no such day."""
        return round_line(self.missing / self.days, self.currency) if self.missing is not None and self.days else None

    @property
    def share(self) -> Decimal | None:
        """Attainment: done / target, not rounded."""
        return None if self.target is None else self.done / self.target


@dataclass(frozen=True)
class Progress:
    """A month until a day against its targets: of the company, for who sees all of it or leads, and of each salesperson."""

    month: date
    day: date
    days: int
    currency: str
    whole: Against | None
    people: list[Against]
    elsewhere: list[str]  # currencies of orders that no target is written in


def workdays(first: date, last: date) -> int:
    """How many workdays there are from one day to another, both counted."""
    calendar = company_calendar()
    return sum(calendar.works(first + timedelta(days=n)) for n in range((last - first).days + 1))


def sees_all(by: Actor) -> bool:
    """Whoever sees every order sees the company's figures; others their own people's."""
    return "clerk" in by.roles or by.reach == "all"


def people_of(by: Actor) -> QuerySet[User]:
    """Whose targets somebody sees: everybody's who sees every order."""
    return User.objects.all() if sees_all(by) else User.objects.in_reach_of(by)


def progress(by: Actor, day: date) -> Progress:
    """The orders of a month until a day against the targets; the day itself counts among the workdays that are left."""
    month, end = day.replace(day=1), following(day) - timedelta(days=1)
    kept = TargetMonth.objects.filter(month=month).first()
    currency, targets = (kept.currency if kept else company().currency), targets_of(kept)
    done: dict[int | None, Decimal] = defaultdict(lambda: ZERO)
    elsewhere = set()
    accounts = Account.objects.filter(order__in=opened(by, month, day + timedelta(days=1)).values("pk")).order_by()
    for person, code, units in accounts.values_list("order__customer__owner", "order__currency").annotate(n=exact_sum("total")):
        if code == currency:
            done[person] += from_units(units)
        else:
            elsewhere.add(code)
    left = workdays(day, end)
    wanted = {person for measure, person in targets if measure == "ordered" and person} | {person for person in done if person}
    people = people_of(by).filter(pk__in=wanted).order_by("id")
    rows = [Against(done[p.pk], targets.get(("ordered", p.pk)), currency, left, p, str(p.pk)) for p in people]
    if done.get(None) and sees_all(by):
        rows.append(Against(done[None], None, currency, left, None, "none"))
    whole = None
    if sees_all(by) or by.has("targets.set"):
        everything = sum(done.values(), ZERO) if sees_all(by) else _company(month, day, currency)
        whole = Against(everything, targets.get(("ordered", None)), currency, left, opens=sees_all(by))
    return Progress(month, day, left, currency, whole, rows, sorted(elsewhere))


def _company(month: date, day: date, currency: str) -> Decimal:
    """What all orders of the company come to: for who leads and does not see every one; it names nobody."""
    orders = opened(SYSTEM, month, day + timedelta(days=1)).filter(currency=currency)
    found = Account.objects.filter(order__in=orders.values("pk")).aggregate(units=exact_sum("total"))
    return from_units(found["units"])
