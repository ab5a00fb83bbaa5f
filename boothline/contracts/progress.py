"""The chart of a plan (203): its rows on one scale of days, for us and, with less in it, for the customer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boothline.accounts.people import User
from boothline.accounts.rights import may
from boothline.contracts.agreement import Contract
from boothline.contracts.milestones import BY_FACTS, MADE, OWNERS, Milestone, MilestonePlan, expected, soon_until, state_on, words_of
from boothline.contracts.templates import DAYS
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.slots import ask
from boothline.core.text import listed
from boothline.customers.doing import doing
from boothline.intentions.collection import INLAND

WIDTH = 1000  # units of the scale
BEFORE_LEAVING = (*MADE, "goods", "booked")  # goods that have left went through all of it


@dataclass(frozen=True)
class Bar:
    """One row: where its plan date lies, where it was reached, from where to where it is late, from where a span runs."""

    milestone: Milestone
    state: str
    plan: int | None
    done: int | None
    late: tuple[int, int] | None
    span: tuple[int, int] | None
    has_left: bool = False  # nobody noted it, and all goods have left since

    @property
    def state_words(self) -> str:
        """As people read it."""
        return _("not noted; the goods have left") if self.has_left else words_of(self.milestone, self.state)


@dataclass(frozen=True)
class Chart:
    """The whole: first and last day, today and the months on the scale, the rows."""

    begins: date
    ends: date
    today: int | None
    months: list[int]
    bars: list[Bar]


def chart(plan: MilestonePlan, *, skipped: bool = True) -> Chart | None:
    """The rows in the order of their days; None while there is no day to draw."""
    rows = [m for m in plan.milestones.all() if skipped or m.skipped_at is None]
    is_inland = any(m.code == "booked" for m in rows) and plan.contract.newest.delivery_term in INLAND
    for m in rows:
        m.is_inland = is_inland
    days = [day for m in rows for day in (m.plan_on, m.done_on) if day]
    if not days:
        return None
    today, soon = clock.today(), soon_until()
    have_left = bool(ask("goods_left", plan.contract, default=False))
    is_running = any(m.done_on is None and m.skipped_at is None for m in rows)
    begins, ends = min(days), max(days)
    if is_running and plan.confirmed_on:
        begins, ends = min(begins, today), max(ends, today)
    begins, ends = begins - timedelta(days=1), ends + timedelta(days=1)

    def at(day: date) -> int:
        return (day - begins).days * WIDTH // (ends - begins).days

    started = next((m.done_on or m.plan_on for m in rows if m.code == "production_start"), None)
    bars = []
    for m in sorted(rows, key=lambda m: (m.plan_on or m.done_on or date.max, m.position)):
        until, state = m.done_on or today, state_on(m, today, soon)
        if have_left and m.code in BEFORE_LEAVING and state not in ("done", "skipped"):
            state = "passed"
        is_late = bool(m.plan_on and m.plan_on < until) and (state == "done" or (state == "late" and plan.confirmed_on is not None))
        spans = m.code == "production_end" and started is not None and m.plan_on is not None and started < m.plan_on
        bars.append(
            Bar(
                m, state, at(m.plan_on) if m.plan_on else None, at(m.done_on) if m.done_on else None,
                (at(m.plan_on), at(until)) if is_late and m.plan_on else None,
                (at(started), at(m.plan_on)) if spans and started and m.plan_on else None, has_left=have_left and state == "passed",
            )
        )  # fmt: skip
    return Chart(begins, ends, at(today) if begins <= today <= ends else None, [at(day) for day in _months(begins, ends)], bars)


def _months(begins: date, ends: date) -> list[date]:
    """The first days of the months between."""
    found, day = [], (begins.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day < ends:
        found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def notices(plan: MilestonePlan) -> list[str]:
    """What is to be known of the whole: provisional and until when; for us alone, that it is squeezed."""
    found = _provisional(plan)
    if plan.is_squeezed:
        found.append(_("Squeezed: there are fewer days than the template asks for."))
    return found


def _provisional(plan: MilestonePlan) -> list[str]:
    """What the customer has to know as well."""
    if plan.confirmed_on is None:
        found, begins = [_("Provisional: it becomes firm with the confirmation.")], expected(plan, plan.contract.newest.shipping_on)
        if begins:
            found.append(_("The dates are counted as if the confirmation came on %(day)s.") % {"day": clock.day_words(begins)})
        return found
    if plan.waits_for and not plan.left_on:
        is_made = any(m.code == "production_start" for m in plan.milestones.all())
        words = (
            _("Provisional. Production starts once this is done: %(what)s.")
            if is_made
            else _("Provisional. Firm once this is done: %(what)s.")
        )
        return [words % {"what": listed(plan.waits_for)}]
    return []


def panel(contract: Contract, by: Actor) -> dict[str, Any] | None:
    """The plan of a contract, or of the order under it, as its page shows it. `back`: where its forms lead, if not to the
    contract. Of a contract that is over it stands folded: nobody waits for it."""
    plan = MilestonePlan.objects.visible_to(by).for_list().filter(contract=contract).first()
    if plan is None:
        return None
    is_over = contract.state in ("declined", "ended", "lapsed")
    return {
        "back": "", "plan": plan, "chart": chart(plan), "notices": [] if is_over else notices(plan), "by_facts": BY_FACTS,
        "who": _people(plan), "is_over": is_over, "may_edit": may(by, "milestones.edit", contract) and not is_over,
    }  # fmt: skip


def _people(plan: MilestonePlan) -> dict[int, User | None]:
    """{milestone id: who sees to it}; each duty is asked once."""
    rows = list(plan.milestones.all())
    does = {letter: doing(plan.customer, letter, families=plan.families()) for letter in {OWNERS[m.code] for m in rows if m.chosen is None}}
    return {m.pk: m.chosen or does[OWNERS[m.code]] for m in rows}


def for_customer(
    contract: Contract, leaves_on: date | None = None, /, *, is_leaving: bool = False, is_rest: bool = False
) -> dict[str, Any] | None:  # fmt: skip
    """What the customer sees of it: name, plan, actual; never owners, notes, reasons or our own remarks. What nobody noted, and only what
    came after it proves, is left out: they would read that an inspection was passed. None while nothing has a day. `is_leaving`: some of
    its goods have been shipped: nobody is told then that the work waits to begin. `is_rest`: and others are still to leave, so
    that the dates are theirs. `leaves_on`: all that are still here are planned to leave by then, whatever the plan says of a later day."""
    plan = MilestonePlan.objects.for_list().filter(contract=contract).first()
    drawn = chart(plan, skipped=False) if plan else None
    drawn = drawn and replace(drawn, bars=[bar for bar in drawn.bars if bar.state != "passed"])
    notices = [] if plan is None or is_leaving else _provisional(plan)
    if is_rest and drawn and any(bar.milestone.done_on is None for bar in drawn.bars):
        notices = [_("Part of the goods has been shipped. The dates that are still open are for the rest.")]
    sooner = [bar for bar in drawn.bars if not _is_behind(bar, leaves_on)] if drawn and leaves_on else []
    if drawn and leaves_on and len(sooner) < len(drawn.bars):
        drawn = replace(drawn, bars=sooner)
        words = (
            _("Part of the goods has been shipped. The rest is planned to leave on %(on)s.")
            if is_rest
            else _("The goods are planned to leave on %(on)s.")
        )
        notices = [words % {"on": clock.day_words(leaves_on)}]
    return {"plan": plan, "chart": drawn, "notices": notices, "runs": _runs(plan)} if plan and drawn else None


def _is_behind(bar: Bar, leaves_on: date) -> bool:
    """What goods go through before they leave, planned for a day after they do."""
    m = bar.milestone
    return m.code in (*BEFORE_LEAVING, "balance") and m.done_on is None and m.plan_on is not None and m.plan_on > leaves_on


def _has_room(plan: MilestonePlan, days: int) -> bool:
    """Whether so many days fit between a confirmation today and what the deposit comes before: it is never scaled, however tight a plan
    is, but is due with the balance or the shipping at the latest."""
    limits = [plan.contract.newest.shipping_on, *(m.plan_on for m in plan.milestones.all() if m.code == "balance")]
    return all(limit is None or clock.today() + timedelta(days=days) <= limit for limit in limits)


def _runs(plan: MilestonePlan) -> str:
    """From when the dates run, while nobody has confirmed; empty afterwards."""
    if plan.confirmed_on:
        return ""
    asked = next((m for m in plan.milestones.all() if m.code == "deposit" and m.skipped_at is None), None)
    days = DAYS.get(plan.template, {}).get("deposit")
    if asked is None or days is None or not _has_room(plan, days.value):
        return _("The plan runs from the day on which you confirm.")
    words = ngettext(
        "The plan runs from the day on which you confirm: the deposit is due %(num)s day later, or on the next workday.",
        "The plan runs from the day on which you confirm: the deposit is due %(num)s days later, or on the next workday.",
        days.value,
    )
    return words % {"num": days.value}
