"""An order's complaint goes with a problem of that order (104): one conversation, one clock, nobody does the same twice.

It opens the problem, or joins one that is open about the same matter. Until that is closed the complaint follows it: taken, answered,
agreed, done, settled, open again. What stays its own is what we learn of it. When its order turns out void, it goes on by itself.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.care import events
from boothline.care.complaints import Complaint, about, fresh, move, people, unsettled
from boothline.care.deadlines import CHECKING
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.customers.doing import doing
from boothline.orders.problems import Problem, Report, add, rate, report
from boothline.timeline.history import record

INVOICE = re.compile("发票|开票|专票|普票|invoice|fapiao", re.IGNORECASE)
SAME = {  # what a complaint is about: the kinds of problems of that matter
    "goods": ("damage", "shortage", "wrong_goods", "quality", "installation"), "delivery": ("late",), "papers": ("papers",),
}  # fmt: skip


@operation("care.carry_complaint")
def carry(complaint: Complaint, *, by: Actor) -> Complaint:
    """It came in about an order, or was set to one: from now on a problem carries it, as severe as the complaint at least. A suggestion,
    what is done, and what concerns a void order need none. Carried already, nothing is said twice."""
    require(by, "complaints.receive", complaint.customer)
    complaint = fresh(complaint)
    problem, is_new = complaint.problem, complaint.problem is None
    if problem is None and not complaint.needs_problem:
        return complaint
    told = Report(
        _kind_of(complaint), complaint.words, is_urgent=complaint.severity == "critical", is_own=complaint.by_customer,
        is_hearsay=complaint.contact is None,
    )  # fmt: skip
    known = problem or _of_the_same(complaint)
    if known is None:
        assert complaint.order is not None  # it needs a problem
        problem = report(complaint.order, by=by.trusted(), told=told, contact=complaint.contact)
    elif known.state == "closed":
        return complaint
    else:
        problem = _join(complaint, known, told, by)
    if is_new:
        move(complaint, problem=problem, untold_since=None)  # what we say from now on is said there
    complaint = fresh(complaint)
    _follow(complaint, by, is_new=is_new, tells=people(doing(complaint.customer, "S")) if is_new and known else [])
    return complaint


def _kind_of(complaint: Complaint) -> str:
    """Of price and money an invoice is one matter, a refund or a price another: their words say which. What may be of several kinds is
    *other*, until somebody corrects the report."""
    if complaint.about == "money" and INVOICE.search(complaint.words):
        return "invoice"
    return "papers" if complaint.about == "papers" else "other"


def _of_the_same(complaint: Complaint) -> Problem | None:
    """The newest open problem of the order that is about the same: by its kind, by another complaint, or in the same words. *Something
    else* may be anything, so only its words tell."""
    alike = Complaint.objects.filter(about=complaint.about, problem__isnull=False).exclude(about="other").values("problem")
    same = Q(kind__in=(*SAME.get(complaint.about, ()), *{_kind_of(complaint)} - {"other"})) | Q(pk__in=alike) | Q(words=complaint.words)
    return Problem.objects.open().filter(same, order=complaint.order).order_by("-id").first()


def _join(complaint: Complaint, problem: Problem, told: Report, by: Actor) -> Problem:
    """Its words stand in the conversation; what is critical makes the problem so."""
    if complaint.answered_at is None:
        add(problem, by=by.trusted(), told=told, contact=complaint.contact)
    if told.is_urgent and problem.is_open:
        rate(problem, by=by.trusted(), severity="critical", reason=gettext_lazy("A complaint about it is critical"))
    return problem


@operation("care.follow_problem")
def follow(problem: Problem, *, by: Actor) -> None:
    """What happened to a problem has happened to the complaints that it carries."""
    for complaint in Complaint.objects.filter(problem=problem).select_related("customer").order_by("pk"):
        require(by, "complaints.work", complaint.customer)
        _follow(fresh(complaint), by)


def _follow(complaint: Complaint, by: Actor, *, is_new: bool = False, tells: list[int] | None = None) -> None:
    facts = _facts(complaint)
    if not facts and not is_new:
        return
    move(complaint, **facts)
    values = about(complaint) | {"problem": complaint.problem, "state": complaint.state, "people": tells or []}
    record(events.COMPLAINT_FOLLOWED, subject=complaint, under=complaint.customer, by=by, values=values)


def _facts(complaint: Complaint) -> dict[str, Any]:
    """What the problem says of the complaint that the complaint does not know yet."""
    problem = complaint.problem
    assert problem is not None  # it carries the complaint
    facts: dict[str, Any] = {"owner": problem.owner} if problem.owner_id not in (None, complaint.owner_id) else {}
    if problem.is_open and complaint.done_at:
        return facts | unsettled(complaint) | dict.fromkeys(("checked_at", "evaluated_at", "learned_at"))
    so = {
        "acknowledged_at": problem.state != "reported",
        "answered_at": "answer" not in problem.running and problem.waits_since is None,
        "agreed_at": problem.state in ("agreed", "resolving"),
        "done_at": not problem.is_open,
        "checked_at": problem.state == "closed",
    }
    facts |= {fact: timezone.now() for fact, is_so in so.items() if is_so and getattr(complaint, fact) is None}
    if "checked_at" in facts:  # nobody said a word for days, or they did
        facts["outcome"] = "settled" if problem.closed_by_word else "not_reached"
    return facts


@operation("care.part_complaint")
def part(complaint: Complaint, *, by: Actor) -> Complaint:
    """The order is void, and its problem ended: the complaint is still to be settled, with its clocks anew; what is done, to be asked
    about."""
    require(by, "complaints.work", complaint.customer)
    complaint = fresh(complaint)
    if complaint.checked_at:
        return complaint
    owner, now = doing(complaint.customer, "S"), timezone.now()
    anew: dict[str, Any] = {"begun_at": now, "round": complaint.round + 1}
    asked = {"check_on": clock.today() + timedelta(days=CHECKING.value)}
    move(complaint, owner=owner, **(anew if complaint.is_open else asked))
    values = about(complaint) | {"problem": complaint.problem, "people": people(owner)}
    record(events.COMPLAINT_PARTED, subject=complaint, under=complaint.customer, by=by, values=values)
    return complaint
