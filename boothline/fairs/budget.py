"""The budget of a fair 展会预算: what each kind of cost was planned at, and what it came to."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Stale
from boothline.core.money import MOST, amount_field, currency_field, total
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.fairs import events
from boothline.fairs.editions import Fair
from boothline.timeline.history import record

KINDS = {
    "space": pgettext_lazy("budget", "space"),
    "stand": pgettext_lazy("budget", "stand"),
    "freight": pgettext_lazy("budget", "exhibits and freight"),
    "travel": pgettext_lazy("budget", "travel"),
    "staff": pgettext_lazy("budget", "staff"),
    "promotion": pgettext_lazy("budget", "promotion"),
    "hospitality": pgettext_lazy("budget", "hospitality"),
    "material": pgettext_lazy("budget", "material"),
    "other": pgettext_lazy("budget", "other"),
}
Pair = tuple[Decimal | None, Decimal | None]  # planned, actual


class BudgetLine(Record):
    """One kind of cost of one fair. Empty is not known yet; 0 is nothing."""

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="budget")
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    planned = amount_field(verbose_name=gettext_lazy("planned"), null=True)
    actual = amount_field(verbose_name=gettext_lazy("actual"), null=True)
    currency = currency_field()
    privacy = tags(kind=PLAIN, currency=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fair", "kind"], name="budget_kind_once")]

    def __str__(self) -> str:
        return str(KINDS[self.kind])


@operation("fairs.set_budget")
def set_budget(fair: Fair, *, by: Actor, revision: int, lines: dict[str, Pair]) -> None:
    """Writes planned and actual of the kinds named; a kind with neither has no line."""
    require(by, "fairs.edit", fair)
    for kind, pair in lines.items():
        for name, amount in zip(("planned", "actual"), pair, strict=True):
            if amount is not None and not 0 <= amount <= MOST:
                raise Refused(_("Enter an amount of 0 or more."), field=f"{name}_{kind}")
    fair = Fair.objects.select_for_update(of=("self",), no_key=True).get(pk=fair.pk)
    known = list(fair.budget.all())
    held = {line.kind: (line.planned, line.actual) for line in known}
    differing = [(f"{name}_{kind}", was, new) for kind, pair in lines.items() for name, was, new in _apart(held.get(kind), pair)]
    if fair.revision != revision:
        raise Stale(fair, differing, _("Not saved: somebody changed this meanwhile. Choose which values stay."))
    if not differing:
        return
    after = {kind: pair for kind, pair in (held | lines).items() if pair != (None, None)}
    fair.budget.all().delete()
    currency = currency_of(known)
    BudgetLine.objects.bulk_create(
        BudgetLine(fair=fair, kind=kind, planned=planned, actual=actual, currency=currency) for kind, (planned, actual) in after.items()
    )
    Fair.objects.filter(pk=fair.pk).update(revision=F("revision") + 1)
    planned, actual = (total(pair[at] or Decimal(0) for pair in after.values()) for at in (0, 1))
    record(events.BUDGET_SET, subject=fair, by=by, values={"planned": planned, "actual": actual, "currency": currency})


def _apart(held: Pair | None, new: Pair) -> list[tuple[str, Decimal | None, Decimal | None]]:
    was = held or (None, None)
    return [(name, was[at], new[at]) for at, name in enumerate(("planned", "actual")) if was[at] != new[at]]


def currency_of(lines: list[BudgetLine]) -> str:
    """In which the budget is written: the company's of the day on which it was begun."""
    return str(lines[0].currency if lines else company().currency)


def cost_of(lines: list[BudgetLine]) -> Decimal | None:
    """What the fair cost so far: every actual amount; None while none is known."""
    known = [line.actual for line in lines if line.actual is not None]
    return total(known) if known else None
