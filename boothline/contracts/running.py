"""A version that changes an order that runs: how the order stood when the version was sent, and how it is to be paid afterwards.

Kept with the version once it is sent (`Version.stood`), so that page, paper and signed copy say the same ever after; of a draft it is
asked anew. Two rooms above answer: who keeps the orders, how it stands; who keeps the money, how it is paid.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from boothline.contracts.agreement import ContractLine, Version
from boothline.contracts.difference import Difference, difference
from boothline.core import clock
from boothline.core.money import money_words
from boothline.core.slots import ask
from boothline.core.totals import AMOUNTS

ORDER = "order_that_changes"  # {number, lines, facts, beside}, or None
MONEY = "money_of_change"  # (version, what the order is to cost): {paid, credited, payments}
WORDS = "instalment_words"  # what a kind of instalment is called
FIGURES = ("quantity", "price", "discount", "amount")


@dataclass(frozen=True)
class Running:
    """The order that a version changes. `before` and its lines are in memory only."""

    order: str
    before: Version
    lines: list[ContractLine]
    beside: Decimal  # what is charged (+) or taken off (-) besides what the version says: fees, allowances, goods taken in exchange
    total: Decimal  # what the order costs afterwards
    paid: Decimal  # all that is in, by credit too
    credited: Decimal  # what of it is credit
    payments: list[tuple[str, Decimal]]  # (kind, amount) of its schedule afterwards

    @property
    def too_much(self) -> Decimal:
        """What was paid and is not owed afterwards."""
        return max(self.paid - self.total, Decimal(0))

    @property
    def still_open(self) -> Decimal:
        """What is to be paid afterwards."""
        return max(self.total - self.paid, Decimal(0))

    @property
    def shares(self) -> list[tuple[str, Decimal]]:
        """Its schedule afterwards, in words."""
        return [(str(ask(WORDS, kind, default=kind)), amount) for kind, amount in self.payments]

    @property
    def sums(self) -> list[tuple[str, Decimal]]:
        """What else the customer has to know of the money: what was charged or taken off besides, what is in, what is too much then or
        still to be paid."""
        named = (
            (_("fees agreed besides") if self.beside > 0 else _("taken off besides"), self.beside),
            (_("paid so far"), self.paid - self.credited),
            (_("credited so far"), self.credited),
            (_("too much then: for your next order, or paid back"), self.too_much),
            (_("still to pay then"), self.still_open),
        )
        return [(words, amount) for words, amount in named if amount]

    def against(self, version: Version) -> Difference:
        """What the version changes of it."""
        return difference(self.before, version, self.lines)


def running(version: Version) -> Running | None:
    """The order that a version changes; None of a version that is to open one."""
    said = version.stood if version.frozen_at else standing(version)
    if not said:
        return None
    agreed = version.contract.confirmed.filter(n__lt=version.n).order_by("n").last() or version
    before, facts = copy.copy(agreed), said["facts"]
    for name in ("po_number", "delivery_address", "consignee", "consignee_phone", "other_words"):
        setattr(before, name, facts[name])
    for name in (*AMOUNTS, "tax_rate"):
        setattr(before, name, None if facts[name] is None else Decimal(facts[name]))
    before.shipping_on = parse_date(facts["promised_on"]) if facts["promised_on"] else None
    before.arrival_on = version.arrival_on if before.shipping_on == version.shipping_on else before.arrival_on
    before.total = Decimal(facts["total"])
    beside = Decimal(said["beside"])
    return Running(
        said["number"], before, [_line(before, one) for one in said["lines"]], beside, max(version.total + beside, Decimal(0)),
        Decimal(said["paid"]), Decimal(said.get("credited", 0)), [(kind, Decimal(amount)) for kind, amount in said["payments"]],
    )  # fmt: skip


def _line(before: Version, said: dict[str, Any]) -> ContractLine:
    """A line of the order as a version would write it."""
    return ContractLine(version=before, **(said | {name: Decimal(said[name]) for name in FIGURES} | {"thread": UUID(said["thread"])}))


def standing(version: Version) -> dict[str, Any]:
    """How the order stands now, as it is kept with a version; nothing where the version is to open one."""
    found = ask(ORDER, version) if version.contract.is_ordered else None
    if not found:
        return {}
    found |= ask(MONEY, version, max(version.total + found["beside"], Decimal(0)))
    said: dict[str, Any] = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return said


def changes(version_id: int) -> list[str]:
    """What a version changes of an order that stands, for whoever approves it: what it costs, and when it leaves."""
    version = Version.objects.select_related("contract").get(pk=version_id)
    found = running(version)
    if found is None:
        return []
    was, now = (money_words(amount, version.currency) for amount in (found.before.total, version.total))
    values = {"order": found.order, "was": was, "now": now, "what": found.against(version).summary}
    said = [_("It changes order %(order)s, which stands, from %(was)s to %(now)s: %(what)s.") % values]
    days = [clock.day_words(day) for day in (found.before.shipping_on, version.shipping_on) if day]
    if len(days) == 2 and len(set(days)) == 2:
        said.append(_("Its shipping date moves from %(was)s to %(now)s.") % {"was": days[0], "now": days[1]})
    return said
