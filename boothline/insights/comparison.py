"""Two fairs beside each other 展会对比: every figure of their reports that both can give, with the difference.

Nothing is counted anew: both sides are the reports themselves, so that a figure here is the figure there. Money is compared
in one currency; where the two budgets are written in different ones, each stands in its own and there is no difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.customers.lists import TYPE_WORDS
from boothline.fairs.editions import Fair
from boothline.insights.report import ZERO, Report, report

Value = Decimal | int | None


@dataclass(frozen=True)
class Figure:
    """One figure of both fairs. `kind`: count, share, money, ratio. `code` says which list it opens, "" none."""

    code: str
    words: Words
    kind: str
    one: Value
    other: Value
    currencies: tuple[str, str] = ("", "")
    is_type: bool = False

    @property
    def difference(self) -> Value:
        """The first less the second; None where one is not known, or the two are in different currencies."""
        if self.one is None or self.other is None or self.currencies[0] != self.currencies[1]:
            return None
        return self.one - self.other


@dataclass(frozen=True)
class Group:
    """Figures that belong together."""

    words: Words
    figures: list[Figure]


@dataclass(frozen=True)
class Comparison:
    """Both reports, and their figures in groups."""

    one: Report
    other: Report
    groups: list[Group]

    @property
    def sees_all(self) -> bool:
        """The reader sees every customer of both."""
        return self.one.sees_all and self.other.sees_all


def compare(one: Fair, other: Fair, by: Actor) -> Comparison:
    """The figures of rules.md 11, as far as the records give them."""
    a, b = report(one, by), report(other, by)
    return Comparison(a, b, [_people(a, b), _way(a, b), _business(a, b), _cost(a, b)])


def pair(fairs: list[Fair], one: int | None, other: int | None) -> tuple[Fair, Fair] | None:
    """The two that are asked for, newest first in the list; without a word the newest that began, and the one before it.
    None where there are not two."""
    if len(fairs) < 2:
        return None
    known = {fair.pk: fair for fair in fairs}
    first = known.get(one or 0) or next((fair for fair in fairs if fair.starts_on <= clock.today()), fairs[0])
    older = [fair for fair in fairs if fair.pk != first.pk and fair.starts_on <= first.starts_on]
    second = known.get(other or 0)
    if second is None or second.pk == first.pk:
        second = older[0] if older else next(fair for fair in fairs if fair.pk != first.pk)
    return first, second


def _people(a: Report, b: Report) -> Group:
    return Group(_("Who came"), [
        Figure("captured", _("captured customers"), "count", a.seen.customers, b.seen.customers),
        Figure("new", _("new customers"), "count", a.new, b.new),
        Figure("known", pgettext_lazy("at a fair", "known before"), "count", a.known, b.known),
        Figure("buyers", _("buyers"), "count", a.seen.buyers, b.seen.buyers),
        Figure("", _("invited who came"), "share", a.reach, b.reach),
        Figure("", _("first answers in time"), "share", a.in_time, b.in_time),
    ])  # fmt: skip


def _way(a: Report, b: Report) -> Group:
    """The share of all that came to each type within the days; that everybody is a visitor says nothing."""
    steps = zip(a.steps[1:], b.steps[1:], strict=True)
    return Group(_("How far they came"), [
        Figure(f"came-{one.type}", TYPE_WORDS[one.type], "share", one.share, other.share, is_type=True) for one, other in steps
    ])  # fmt: skip


def _business(a: Report, b: Report) -> Group:
    money = (a.cost.currency, b.cost.currency)
    return Group(_("What was ordered"), [
        Figure("orders", _("orders"), "count", a.seen.orders, b.seen.orders),
        Figure("business", pgettext_lazy("orders", "new business"), "count", a.parts.new, b.parts.new),
        Figure("orders", _("amount ordered"), "money", a.seen.ordered.get(money[0], ZERO), b.seen.ordered.get(money[1], ZERO), money),
        Figure("received", _("money received"), "money", a.seen.received.get(money[0], ZERO), b.seen.received.get(money[1], ZERO), money),
        Figure("", _("closing rate"), "share", a.closing, b.closing),
    ])  # fmt: skip


def _cost(a: Report, b: Report) -> Group:
    money = (a.cost.currency, b.cost.currency)
    return Group(_("What it cost"), [
        Figure("cost", _("cost so far"), "money", a.cost.actual, b.cost.actual, money),
        Figure("cost", _("per captured customer"), "money", a.cost.a_customer, b.cost.a_customer, money),
        Figure("cost", _("per buyer"), "money", a.cost.a_buyer, b.cost.a_buyer, money),
        Figure("cost", _("per order"), "money", a.cost.an_order, b.cost.an_order, money),
        Figure("cost", _("cash return: received / cost"), "ratio", a.cost.cash_return, b.cost.cash_return),
    ])  # fmt: skip
