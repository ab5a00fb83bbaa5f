"""How recognition (502) learns: who is known for certain, and the lesson that follows.

A **label** is what a person said, the first order that stands (a buyer, unless the firm is on the list of competitors or suppliers, or a
person said peer), or a cooperation that was agreed (a peer): one a customer, the latest. What is taken back teaches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from boothline.core.actors import SYSTEM, Actor
from boothline.core.operations import operation
from boothline.customers.card import Customer
from boothline.timeline.history import record
from boothline.visitors import events
from boothline.visitors.clues import clues_of
from boothline.visitors.cooperation import Cooperation
from boothline.visitors.lessons import SCALED_FROM, Label, Lesson, best_temperature, counted, cross_validated, report
from boothline.visitors.recognition import Opinion, Scales, judge, scales

AT_ONCE = 500  # customers
NOT_OURS = {"dom_competitor", "dom_supplier"}  # whoever is on these lists is no buyer by an order
OWN_ORDER = {"dom_customer"}  # teaches nothing of whoever orders themselves: it would be their own answer
FEWEST = 20  # labels of which anything is reported


def certain(ids: Iterable[int] | None = None) -> dict[int, tuple[str, bool]]:
    """{customer: (nature, whether a person said it)} of everybody who is known for certain; whoever orders, the lists aside."""
    among = {} if ids is None else {"customer__in": list(ids)}
    said = {o.customer_id: (o.made_at, o.nature) for o in Opinion.objects.filter(lifted_at=None, **among)}
    agreed = {c.customer_id: c.since for c in Cooperation.objects.filter(state="agreed", **among)}
    ordering = Customer.objects.filter(derived_type="ordering", **({} if ids is None else {"pk__in": list(ids)}))
    found: dict[int, tuple[datetime, str, bool]] = {pk: (at, nature, True) for pk, (at, nature) in said.items()}
    for pk, at in ordering.values_list("pk", "derived_since"):
        if said.get(pk, (at, ""))[1] != "peer":
            found[pk] = max(found.get(pk, (at, "buyer", False)), (at, "buyer", False))
    for pk, at in agreed.items():
        found[pk] = max(found.get(pk, (at, "peer", False)), (at, "peer", False))
    return {pk: (nature, is_said) for pk, (_at, nature, is_said) in sorted(found.items())}


def labels() -> list[Label]:
    """Everybody who is known for certain, with what was known of them; a few queries for each five hundred."""
    known = certain()
    found = []
    for start in range(0, len(known), AT_ONCE):
        customers = list(Customer.objects.filter(pk__in=list(known)[start : start + AT_ONCE]).order_by("pk"))
        clues = clues_of(customers)
        for customer in customers:
            nature, is_said = known[customer.pk]
            evidence = frozenset(clues[customer.pk].evidence - (OWN_ORDER if customer.derived_type == "ordering" else set()))
            if is_said or nature == "peer" or not evidence & NOT_OURS:
                found.append(Label(evidence, nature == "buyer", customer.folded or str(customer.pk), is_said))
    return found


@operation("visitors.learn")
def learn(*, by: Actor = SYSTEM) -> Lesson | None:
    """The daily task: a new lesson, if more or other is known for certain than in the last one."""
    taught = labels()
    (buyers, peers), counts = counted(taught)
    beside = [sum(not one.is_said and one.is_buyer is is_buyer for one in taught) for is_buyer in (True, False)]
    last = Lesson.objects.newest()
    facts: dict[str, Any] = {"buyers": buyers, "peers": peers, "beside": beside, "counts": dict(sorted(counts.items()))}
    if all(getattr(last, name, None) == value for name, value in facts.items()) or (last is None and not taught):
        return last
    made = Lesson.objects.create(n=last.n + 1 if last else 1, report=_report(taught), **facts)
    record(events.LEARNED, subject=made, by=by, values={"n": made.n, "buyers": buyers, "peers": peers})
    return made


def _report(taught: Sequence[Label]) -> dict[str, float]:
    """How well what was learned would have judged those whom it was not taught by."""
    if len(taught) < FEWEST:
        return {}
    now = scales()

    def by_others(others: Sequence[Label]) -> Callable[[frozenset[str]], float]:
        those = taught_by(now, others)
        return lambda evidence: judge(evidence, those).log_odds

    tried = cross_validated(taught, by_others)
    temperature = best_temperature(tried) if len(taught) >= SCALED_FROM.value else 1.0
    return report(tried, temperature, now.buyer_from, now.peer_up_to)


def taught_by(now: Scales, others: Sequence[Label]) -> Scales:
    """The scales as these labels alone would have them."""
    sums, counts = counted(others)
    return replace(now.taught(sums, counts), temperature=1.0)
