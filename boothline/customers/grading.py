"""Which grade the facts say: A active, B buying, C periodic, D let go. A pure rule over what the rooms know of a customer.

A grade says what happens next, not what a customer is worth. Each room fills in what it knows (slot "grade"), with the
same few queries for any number of customers; `propose` asks nothing. The first that holds is the grade: B, D, A, C.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.core import clock
from boothline.core.rules import declare, own_values
from boothline.core.text import in_turn
from boothline.customers.lists import PREPARES, REASONS

SIGN = declare("customers.grade_sign_days", 90, gettext_lazy("Days in which a customer's own act counts as a sign"), low=7, high=365)
AHEAD = declare("customers.grade_ahead_days", 180, gettext_lazy("Days ahead within which a named date means buying soon"), low=30, high=730)
TIME = declare("customers.grade_time_days", 180, gettext_lazy("Days in which the time that a customer gave counts"), low=30, high=730)
MINUTES = declare("customers.grade_minutes", 5, gettext_lazy("Minutes at the booth that count as time given"), low=1, high=120)
SHOWN = declare("customers.grade_products", 2, gettext_lazy("Products shown that count as time given"), low=1, high=20)
DONE = declare(
    "customers.grade_complete_days", 90, gettext_lazy("Days after its completion in which an order keeps grade B"), low=0, high=730
)
IDLE = declare(
    "customers.grade_idle", 2, gettext_lazy("Follow-ups in a row without a sensible step that let a customer go"), low=1, high=10
)
RULES = {"sign": SIGN, "ahead": AHEAD, "time": TIME, "minutes": MINUTES, "shown": SHOWN, "done": DONE, "idle": IDLE}
TRIES = 3  # unanswered tries in a row that count as one follow-up without a sensible step


@dataclass(frozen=True)
class Limits:
    """The limits of the rule; read once for many customers."""

    sign: int = SIGN.default
    ahead: int = AHEAD.default
    time: int = TIME.default
    minutes: int = MINUTES.default
    shown: int = SHOWN.default
    done: int = DONE.default
    idle: int = IDLE.default


def limits() -> Limits:
    """As the company set them, in one query."""
    own = own_values()
    return Limits(**{name: rule.parse(own[rule.code]) for name, rule in RULES.items() if rule.code in own})


@dataclass
class Known:
    """What the rooms know of one customer. Acts are days; a named date is (said on, the date)."""

    is_peer: bool = False
    is_ordering: bool = False
    has_ordered: bool = False  # ever, whatever became of it
    has_contract: bool = False
    has_open_order: bool = False
    has_problem: bool = False  # one with an order is open
    completed: list[date] = field(default_factory=list)  # orders, when they were complete
    planned: list[date] = field(default_factory=list)  # dates of open intentions with a quantity
    signs: list[date] = field(default_factory=list)
    prepares: list[tuple[date, str]] = field(default_factory=list)
    time: list[date] = field(default_factory=list)
    named: list[tuple[date, date]] = field(default_factory=list)
    is_reachable: bool = False
    is_interested: bool = False
    row: list[tuple[datetime, str]] = field(default_factory=list)  # follow-ups: idle, tried, sensible; and what breaks the row

    @property
    def has_bought(self) -> bool:
        """An order of theirs stands, or was completed: also one so long ago that it says nothing of their type any more."""
        return self.is_ordering or bool(self.completed)


@dataclass(frozen=True)
class Evidence:
    """Hung into the slot "grade": a room fills in what it knows of many customers, as of a day. `is_first`: asked before
    the others, because it alone may say B."""

    fill: Callable[[dict[int, Known], date, Limits], None]
    is_first: bool = False
    order: int = 100


@dataclass(frozen=True)
class Answer:
    """A grade ("" for a peer) and why: a code of REASONS with its values."""

    grade: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> dict[str, Any]:
        """As it is kept."""
        return {"code": self.code, **self.values}


def propose(known: Known, day: date, limit: Limits) -> Answer:
    """The grade by the facts on a day: the first that holds."""
    found = buying(known, day, limit)
    if found:
        return found
    soon = [on for _said, on in known.named if day <= on <= day + timedelta(days=limit.ahead)]
    idle = idle_in_row(known)
    if not known.has_bought and idle >= limit.idle and not soon:
        return Answer("D", "idle", {"n": idle})
    return _active(known, day, limit)


def buying(known: Known, day: date, limit: Limits) -> Answer | None:
    """No grade for a peer; B for who is buying."""
    if known.is_peer:
        return Answer("", "peer")
    if known.has_open_order:
        return Answer("B", "order")
    if known.has_contract:
        return Answer("B", "contract")
    done = max(known.completed, default=None)
    if done and (day - done).days <= limit.done:
        return Answer("B", "complete", {"on": done.isoformat()})
    near = [on for on in known.planned if day <= on <= day + timedelta(days=limit.ahead)]
    return Answer("B", "planned", {"on": min(near).isoformat()}) if near else None


def _active(known: Known, day: date, limit: Limits) -> Answer:
    """A with a sign, and preparing or with time given; else C, and what is missing."""
    sign, since, last = max(known.signs, default=None), day - timedelta(days=limit.sign), day + timedelta(days=limit.ahead)
    prepared = [(on, what) for on, what in known.prepares if on >= since]
    prepared += [(said, "date") for said, on in known.named if said >= since and day <= on <= last]
    if not known.is_reachable or not known.is_interested or sign is None or sign < since:
        return _without_sign(known, sign)
    if prepared:
        on, what = max(prepared)
        return Answer("A", "prepares", {"what": what, "on": on.isoformat()})
    later = max(known.named, default=(day, day))[1]
    if not known.has_bought and later <= last and any(on >= day - timedelta(days=limit.time) for on in known.time):
        return Answer("A", "time", {"on": sign.isoformat()})
    code = "bought" if known.has_bought else "later" if later > last else "no_time"
    return Answer("C", code, {"on": later.isoformat()} if code == "later" else {})


def _without_sign(known: Known, sign: date | None) -> Answer:
    found = [
        ("unreachable", not known.is_reachable),
        ("no_interest", not known.is_interested),
        ("bought", known.has_bought),
        ("no_sign", sign is None),
    ]
    code = next((code for code, holds in found if holds), "silent")
    return Answer("C", code, {"on": sign.isoformat()} if sign and code == "silent" else {})


def idle_in_row(known: Known) -> int:
    """How many follow-ups without a sensible step stand at the end of the row; three unanswered tries are one."""
    idle = tries = 0
    for _at, kind in sorted(known.row, key=lambda step: step[0]):
        if kind == "tried":
            tries += 1
            idle += tries % TRIES == 0
            continue
        tries = 0
        idle = idle + 1 if kind == "idle" else 0
    return idle


def reason_words(why: dict[str, Any]) -> str:
    """The reason as it is kept, in the reader's language."""
    if not why:
        return ""
    more = [str(PREPARES[why["what"]])] if "what" in why else []
    more += [clock.day_words(date.fromisoformat(why["on"]))] if "on" in why else []
    more += [str(why["n"])] if "n" in why else []
    words = str(REASONS[why["code"]])
    return _("%(reason)s (%(more)s)") % {"reason": words, "more": in_turn(more)} if more else words
