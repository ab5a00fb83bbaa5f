"""104: what is done about a problem: replace 补发, return 退货, exchange 换货, refund 退款, allowance 折让, repair 维修, no fault 无责.

Proposed by staff, agreed or refused by the customer; what is agreed does to the goods what it says. Money is not booked
here: whoever keeps the books hears `orders.solution_agreed` (refund, allowance) and `orders.goods_returned` (its value).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, gettext_noop, ngettext
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.approvals import matters
from boothline.approvals.approval import Approval, ask, newest_about
from boothline.catalogue.products import Variant
from boothline.catalogue.rates import BASE, exchanged
from boothline.catalogue.stock import held
from boothline.catalogue.stock import move as put_on_stock
from boothline.contracts.clearance import FLOOR, below_floor, is_below
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Doubted, Refused
from boothline.core.money import (
    amount_field,
    check_price,
    check_quantity,
    check_unit,
    figure,
    line_amount,
    money_words,
    net_price,
    price_field,
    price_words,
    quantity_field,
    trimmed,
)
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.slots import ask as ask_room
from boothline.core.text import clean, labelled, phrase, prose, quoted, reason_given
from boothline.core.told import in_both
from boothline.core.totals import with_tax
from boothline.customers.card import Customer
from boothline.files.attachments import Attachment, Received, put_received
from boothline.negotiation.objections import object_to
from boothline.orders import events, letters
from boothline.orders.changes import note_exchange, send_no_more
from boothline.orders.goods import open_items_of
from boothline.orders.lists import RESOLUTIONS
from boothline.orders.problems import (
    MATTER,
    Problem,
    about,
    fresh,
    move,
    refuse_agreed,
    resolve,
    say,
    take_back_proposals,
    told_by_mail,
    unpaid,
    unsent,
)
from boothline.orders.register import OPEN_OF, UNDONE, Order, OrderLine, add_line, keep, worth
from boothline.timeline.history import record
from boothline.worktime.calendar import eight_hours_later

ABOVE = declare("orders.approve_allowance_above", Decimal(500), gettext_lazy("Allowance in CNY above which it needs approval"), low=0)
PERCENT = declare(
    "orders.approve_allowance_percent", Decimal(5), gettext_lazy("Allowance in percent of the order above which it needs approval"), low=0,
    high=100,
)  # fmt: skip
OF_GOODS = ("replace", "return", "exchange", "repair")  # they say how much of which line
OF_MONEY = ("refund", "allowance")
REFUND_OF = "refund_of"  # asked of whoever keeps the books: where the money of one that was agreed stands
COME_BACK = ("return", "exchange")
REASON_OF = {  # kind of problem: reason of the objection when everything was returned
    "damage": "quality", "quality": "quality", "shortage": "service", "wrong_goods": "spec", "late": "lead_time", "papers": "service",
    "installation": "after_sales", "invoice": "service", "other": "other",
}  # fmt: skip


class Resolutions(models.QuerySet["Resolution"]):
    """Questions about solutions."""

    def visible_to(self, by: Actor) -> Resolutions:
        """Those of the problems that the actor sees."""
        return self.filter(problem__in=Problem.objects.visible_to(by))

    def standing(self) -> Resolutions:
        """Neither refused nor taken back."""
        return self.filter(refused_at=None, withdrawn_at=None)


class Resolution(Record):
    """One proposal: how much of the line, how much money, and what became of it."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="resolutions")
    kind = models.CharField(gettext_lazy("solution"), max_length=10, choices=list(RESOLUTIONS.items()))
    quantity = quantity_field(default=Decimal(0))
    amount = amount_field(default=Decimal(0))
    taken_off = amount_field(default=Decimal(0))  # how much of a refund lowered what was still to be paid: that is not paid back
    shown_off = amount_field(null=True)  # the same as the customer was told when it was proposed; empty before
    pays_back = models.BooleanField(default=False)  # a refund that is paid back though something of the order is still to pay
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")  # taken in exchange
    price = price_field(default=Decimal(0))
    faulty_back = models.BooleanField(default=False)
    under_warranty = models.BooleanField(default=False)
    words = models.TextField(blank=True, default="")
    proposed_at = models.DateTimeField(null=True)  # empty while it waits for approval
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=200, blank=True, default="")
    refused_at = models.DateTimeField(null=True)
    refused_words = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)  # agreed, and over: what had not left of it is not sent any more
    new_line = models.OneToOneField(OrderLine, null=True, on_delete=models.PROTECT, related_name="+")
    privacy = tags(kind=PLAIN, words=WORDS, agreed_by=WORDS, refused_words=WORDS)

    objects = Resolutions.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.problem.number} {RESOLUTIONS[self.kind]}"

    @property
    def customer(self) -> Customer:
        """For whom."""
        return self.problem.customer

    @property
    def state(self) -> str:
        """in_approval · proposed · agreed · done · given_up · refused · withdrawn, from its facts."""
        for name in ("given_up", "done", "withdrawn", "refused", "agreed", "proposed"):
            if getattr(self, f"{name}_at"):
                return name
        return "in_approval"

    @property
    def off_open(self) -> Decimal:
        """How much of a refund lowers what is still to be paid, as the customer was told; before it is proposed, as it would now."""
        off: Decimal = self._off_now if self.shown_off is None else self.shown_off
        return off

    @property
    def _off_now(self) -> Decimal:
        """The same as it came out; of one that nobody agreed to yet, as it would now."""
        off: Decimal = self.taken_off
        if not self.agreed_at:
            if self.pays_back:
                off = self.amount - paid_of(self.problem.order)
                return max(off, Decimal(0))
            off = min(self.amount, open_of(self.problem.order))
        return off

    @property
    def became(self) -> str:
        """What comes of a refund that stands, where that is not what the customer was told: something was paid since, or fell away."""
        if self.kind != "refund" or self.shown_off is None or self.refused_at or self.withdrawn_at:
            return ""
        off = self._off_now
        return "" if off == self.shown_off else self._refund_says(off)

    @property
    def called(self) -> str:
        """What it is called: a refund of which nothing is paid back is an allowance."""
        is_off = self.kind == "refund" and self.amount and self.off_open == self.amount
        return "allowance" if is_off else self.kind

    @property
    def kind_words(self) -> str:
        """The same in words."""
        return str(RESOLUTIONS[self.called])

    @property
    def says(self) -> str:
        """What it is, in one sentence."""
        line = self.problem.line
        if self.kind == "return" and line is None:
            return _("All goods of the order come back; their value is credited when they are received")
        currency = self.problem.order.currency
        values = {
            "q": trimmed(self.quantity), "sku": line.sku if line else "", "amount": money_words(self.amount, currency),
            "new": self.variant.sku if self.variant else "", "price": price_words(self.price, currency),
            "more": money_words(abs(self.difference), currency),
        }  # fmt: skip
        n = 1 if self.quantity == 1 else 2
        sentences = {
            "replace": ngettext(
                "%(q)s × %(sku)s is sent again, at no charge; the faulty one comes back",
                "%(q)s × %(sku)s are sent again, at no charge; the faulty ones come back", n,
            ) if self.faulty_back else ngettext(
                "%(q)s × %(sku)s is sent again, at no charge", "%(q)s × %(sku)s are sent again, at no charge", n
            ),
            "return": ngettext(
                "%(q)s × %(sku)s comes back; %(amount)s are credited when it is received",
                "%(q)s × %(sku)s come back; %(amount)s are credited when they are received", n,
            ),
            "exchange": self._exchange_says(),
            "refund": self._refund_says(self.off_open) if self.kind == "refund" else "",
            "allowance": _("%(amount)s are taken off the price"),
            "repair": ngettext(
                "%(q)s × %(sku)s is repaired under warranty, at no charge", "%(q)s × %(sku)s are repaired under warranty, at no charge", n
            ) if self.under_warranty else ngettext("%(q)s × %(sku)s is repaired", "%(q)s × %(sku)s are repaired", n),
            "no_fault": _("We found no fault of ours"),
        }  # fmt: skip
        return sentences[self.kind] % values

    @property
    def difference(self) -> Decimal:
        """By how much what is sent instead costs more (+) or less (-) than what is credited for what comes back."""
        order = self.problem.order
        new = with_tax(line_amount(self.quantity, self.price, Decimal(0), order.currency), order.price_terms(), order.currency)
        return new - self.amount if self.kind == "exchange" else Decimal(0)

    def _exchange_says(self) -> str:
        n = 1 if self.quantity == 1 else 2
        if self.difference > 0:
            return ngettext(
                "%(q)s × %(sku)s comes back, %(q)s × %(new)s is sent instead at %(price)s: %(more)s more to pay",
                "%(q)s × %(sku)s come back, %(q)s × %(new)s are sent instead at %(price)s each: %(more)s more to pay", n,
            )  # fmt: skip
        if self.difference < 0:
            return ngettext(
                "%(q)s × %(sku)s comes back, %(q)s × %(new)s is sent instead at %(price)s: %(more)s are credited",
                "%(q)s × %(sku)s come back, %(q)s × %(new)s are sent instead at %(price)s each: %(more)s are credited", n,
            )  # fmt: skip
        return ngettext(
            "%(q)s × %(sku)s comes back, %(q)s × %(new)s is sent instead at %(price)s",
            "%(q)s × %(sku)s come back, %(q)s × %(new)s are sent instead at %(price)s each", n,
        )  # fmt: skip

    def _refund_says(self, off: Decimal) -> str:
        """Paid back, or taken off what is still to be paid, or both."""
        currency = self.problem.order.currency
        if not off:
            return _("%(amount)s are refunded") % {"amount": money_words(self.amount, currency)}
        words = {"off": money_words(off, currency), "rest": money_words(self.amount - off, currency)}
        if off == self.amount:
            return _("%(off)s are taken off what is still to pay") % words
        return _("%(off)s are taken off what is still to pay, %(rest)s are refunded") % words

    @property
    def grounds(self) -> str:
        """What the books note as the reason, which reads in any language: the number of the problem, and what was written with it."""
        return f"{self.problem.number} {self.words}".strip()

    def digest(self) -> str:
        """What was approved is exactly this."""
        back = " back" if self.pays_back else ""
        said = f"{self.kind} {self.quantity} {self.amount} {self.variant_id} {self.price}{back}"
        return hashlib.sha256(said.encode()).hexdigest()


class GoodsReturn(Record):
    """Goods that are to come back, and how many came and were checked."""

    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="returns")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returns")
    wished = quantity_field()
    received = quantity_field(default=Decimal(0))
    good = quantity_field(null=True)  # of those received, what is back on stock; empty where nobody said, or no stock is kept
    received_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(words=WORDS)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="returns_what_was_wished", condition=Q(received__gte=0, received__lte=F("wished"), wished__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.wished:f} × {self.line.sku}"

    @property
    def customer(self) -> Customer:
        """From whom."""
        return self.line.order.customer


@dataclass(frozen=True)
class Offer:
    """What staff propose."""

    kind: str
    words: str = ""
    quantity: Decimal | None = None
    amount: Decimal | None = None
    variant: Variant | None = None
    price: Decimal | None = None
    faulty_back: bool = False
    under_warranty: bool = False
    pays_back: bool = False
    evidence: Received | None = None


def register() -> None:
    """A large allowance is a matter that approvals know."""
    matters.declare(
        matters.Matter(
            MATTER, lambda: ["manager", "head", "admin"], eight_hours_later, _address,
            gettext_lazy("Solution for %(customer)s, problem %(what)s"), gettext_lazy("Approve the solution"), shows=_shows,
        )
    )  # fmt: skip


def _shows(key: int) -> list[str]:
    """What it is, of which goods, and what the customer says."""
    made = Resolution.objects.select_related("problem__order", "problem__line", "variant").get(pk=key)
    problem = made.problem
    said = [labelled(made.kind_words, made.says)]
    if problem.line:
        goods = {"product": problem.line.named(get_language() or "zh"), "sku": problem.line.sku, "order": problem.order.number}
        said.append(phrase(_("Order %(order)s: %(product)s (%(sku)s)"), goods))
    return [*said, labelled(problem.get_kind_display(), quoted(problem.said[:300]))] if problem.said else said


def _address(key: int) -> str:
    number = Problem.objects.filter(resolutions=key).values_list("number", flat=True).first()
    return reverse("problem", args=[number]) if number else reverse("problems")


@operation("orders.propose_solution")
def propose(problem: Problem, *, by: Actor, offer: Offer) -> Resolution:
    """Proposes a solution to the customer; an open proposal is taken back. A large sum of money waits for approval first. What is
    agreed is carried out before anything else is proposed.

    *No fault* needs a reason and evidence: a file of ours, here or in the conversation. The customer may answer it once: proposed again,
    it stands."""
    require(by, "problems.work", problem)
    problem = fresh(problem, "reported", "in_work", "waiting", "proposed")
    refuse_agreed(problem)
    made = _checked(problem, offer)
    if offer.kind == "no_fault" and offer.evidence is None and not _has_evidence(problem):
        raise Refused(_("Add evidence: a photo or a report."), field="evidence")
    take_back_proposals(problem, by)
    is_answered = offer.kind == "no_fault" and problem.resolutions.filter(kind="no_fault", refused_at__isnull=False).exists()
    made.save()
    if offer.evidence:
        put_received(made, by=by.trusted(), received=offer.evidence, visibility="customer")
    why = _asks(problem, made)
    if why:
        ask(
            made, by=by.trusted(), matter=MATTER, why=why, digest=made.digest(), under=problem.customer,
            team_id=problem.customer.team_id, words=made.words, name=problem.number,
        )  # fmt: skip
        move(problem, "in_work")
        record(events.SOLUTION_PREPARED, subject=made, under=problem.customer, by=by, values=_said(made))
        return made
    _put_forward(problem, made, by, is_final=is_answered)
    return made


def _has_evidence(problem: Problem) -> bool:
    """A file of ours stands beside the problem: with our words, or with what we proposed before."""
    ours = (list(problem.messages.filter(by_staff=True)), list(problem.resolutions.all()))
    return any(Attachment.objects.of_many(records).exists() for records in ours)


def _check_words(offer: Offer, words: str) -> None:
    """What the customer has to know of it beside figures."""
    if offer.kind == "no_fault" and len(words) < 10:
        raise Refused(_("Give the reason in a sentence (10 characters or more)."), field="words")
    if (offer.kind in COME_BACK or (offer.kind == "replace" and offer.faulty_back)) and len(words) < 4:
        raise Refused(_("Goods go back: say where to, and who pays the way."), field="words")


def _checked(problem: Problem, offer: Offer) -> Resolution:
    """The row, refused with the field to blame."""
    line, words = problem.line, clean(offer.words, 2000)
    if offer.kind not in RESOLUTIONS:
        raise Refused(_("Choose a solution from the list."), field="kind")
    _check_words(offer, words)
    if offer.kind in OF_GOODS and line is None:
        raise Refused(_("This problem names no line. Choose another solution, or report it for a line."), field="kind")
    quantity = Decimal(0)
    if line is not None and offer.kind != "no_fault":
        quantity = offer.quantity if offer.quantity is not None else problem.quantity or line.due
        most = _most(offer.kind, line)
        if not 0 < quantity <= most:
            raise Refused(_at_most(line, most), field="quantity")
        if offer.kind in OF_GOODS:
            check_quantity(quantity, "quantity", line.unit)
    elif line is not None:
        quantity = problem.quantity or line.due
    if offer.kind == "repair" and len(words) < 4:
        raise Refused(_("Say who repairs it and where, and who pays."), field="words")
    if offer.kind == "exchange" and offer.variant is None:
        raise Refused(_("Choose what is sent instead."), field="variant")
    amount = Decimal(0)
    if offer.kind in OF_MONEY:
        if offer.amount is None or not 0 < offer.amount <= problem.order.total:
            raise Refused(_("Enter an amount that is not more than the order."), field="amount")
        check_unit(offer.amount, problem.order.currency, "amount")
        if offer.kind == "refund" and offer.pays_back and offer.amount > paid_of(problem.order):
            paid = money_words(paid_of(problem.order), problem.order.currency)
            raise Refused(_("No more than the %(paid)s that are paid can be paid back.") % {"paid": paid}, field="amount")
        amount = offer.amount
    elif offer.kind in COME_BACK and line is not None:
        amount = worth_back(line, quantity)
    price = _price(problem, offer.variant, offer.price) if offer.variant is not None and offer.kind == "exchange" else Decimal(0)
    return Resolution(
        problem=problem, kind=offer.kind, quantity=quantity, amount=amount, variant=offer.variant if offer.kind == "exchange" else None,
        price=price, words=words, faulty_back=offer.faulty_back and offer.kind == "replace",
        under_warranty=offer.under_warranty and offer.kind == "repair", pays_back=offer.pays_back and offer.kind == "refund",
    )  # fmt: skip


def paid_of(order: Order) -> Decimal:
    """What of an order is in, by money or by credit."""
    paid: Decimal = order.total - open_of(order)
    return max(paid, Decimal(0))


def open_of(order: Order) -> Decimal:
    """What of an order is still to be paid."""
    still: Decimal = ask_room(OPEN_OF, order, default=Decimal(0))
    return still


def check_paid_back(problem: Problem, offer: Offer) -> None:
    """Doubts a refund of which nothing, or not all, would be paid back, since something of the order is still to pay. Read before a
    person proposes it."""
    still = open_of(problem.order)
    if offer.kind != "refund" or offer.pays_back or not offer.amount or not still:
        return
    off, currency = min(offer.amount, still), problem.order.currency
    values = {
        "open": money_words(still, currency), "order": problem.order.number, "off": money_words(off, currency),
        "rest": money_words(offer.amount - off, currency),
    }  # fmt: skip
    words = _("%(open)s of %(order)s are still to pay: %(off)s are taken off that, and %(rest)s are paid back.")
    if off == offer.amount:
        words = _("%(open)s of %(order)s are still to pay: %(off)s are taken off that, and nothing is paid back.")
    said = [words % values]
    if paid_of(problem.order) > 0:
        said.append(_("If the customer wishes the money back all the same, say so beside the amount."))
    raise Doubted(prose(said))


def _price(problem: Problem, variant: Variant, said: Decimal | None) -> Decimal:
    """What a piece of the goods that are sent instead costs: as it is said; else of the same goods what they were bought at, of others
    the list price, where that is in the order's currency."""
    check_price(said, "price")
    order, line = problem.order, problem.line
    if said is None and line is not None and variant.pk == line.variant_id:
        return net_price(line.bought.price, line.bought.discount)
    if said is None and variant.currency != order.currency:
        words = _("Enter the price in %(currency)s: the list price of %(sku)s is in %(theirs)s.")
        raise Refused(words % {"currency": order.currency, "sku": variant.sku, "theirs": variant.currency}, field="price")
    price: Decimal = variant.price if said is None else said
    return price


def _most(kind: str, line: OrderLine) -> Decimal:
    """How much of a line a solution can be about now."""
    most: Decimal = line.due
    if kind in COME_BACK:
        coming = sum(_coming(line).values_list("wished", flat=True), Decimal(0))
        most = max(line.arrived - line.returned - coming, Decimal(0))
    return most


def _coming(line: OrderLine) -> models.QuerySet[GoodsReturn]:
    """What is to come back of it already, by whichever problem."""
    return GoodsReturn.objects.filter(line=line, received_at=None)


def _at_most(line: OrderLine, most: Decimal) -> str:
    """How much is possible, or why nothing is."""
    if most > 0:
        return _("Between 1 and %(most)s pieces are possible here.") % {"most": figure(most)}
    first = _coming(line).select_related("resolution__problem").first()
    if first is None:
        return _("Nothing of this line has arrived that could come back.")
    return _("All that arrived of this line is to come back already, by problem %(number)s.") % {"number": first.resolution.problem.number}


def _asks(problem: Problem, made: Resolution) -> list[tuple[str, dict[str, Any]]]:
    """Why somebody else has to say yes first: the money that the customer gets back, the price of what is sent instead."""
    order, new = problem.order, made.variant
    why = _asks_of_money(order, made)
    if new is not None and FLOOR.value and is_below(new, made.price, Decimal(0), order.currency):
        why.append(below_floor(new.sku, made.price, order.currency))
    return why


def _asks_of_money(order: Order, made: Resolution) -> list[tuple[str, dict[str, Any]]]:
    case = in_both(lambda: made.kind_words)
    values = {"case": case, "amount": f"{made.amount:,.2f}", "currency": order.currency, "order": order.number}
    above = exchanged(ABOVE.value, BASE, order.currency)
    if made.amount > above:
        limit = f"{above:,.0f}"
        return [(gettext_noop("On %(order)s: %(case)s of %(amount)s %(currency)s, above %(limit)s"), values | {"limit": limit})]
    if made.amount * 100 > order.total * PERCENT.value:
        limit = trimmed(PERCENT.value)
        return [
            (
                gettext_noop("On %(order)s: %(case)s of %(amount)s %(currency)s, more than %(limit)s%% of the order"),
                values | {"limit": limit},
            )
        ]
    return []


def _said(made: Resolution) -> dict[str, Any]:
    return about(made.problem) | {
        "solution": made.called, "quantity": made.quantity, "amount": made.amount, "currency": made.problem.order.currency,
        "words": made.words[:300],
    }  # fmt: skip


def _put_forward(problem: Problem, made: Resolution, by: Actor, *, is_final: bool = False, proposed_by: str = "") -> None:
    """To the customer. History names who proposed it, not who only said yes to that."""
    now = timezone.now()
    Resolution.objects.filter(pk=made.pk).update(proposed_at=now, shown_off=made.off_open if made.kind == "refund" else None)
    made.refresh_from_db()
    letters.write_proposed(problem, by, made)
    facts = {"answered_at": problem.answered_at or now, "proposed_at": problem.proposed_at or now, "waits_since": None}
    if is_final:  # the customer has had their answer; it stands
        Resolution.objects.filter(pk=made.pk).update(agreed_at=now, done_at=now)
    move(problem, "agreed" if is_final else "proposed", **facts, **told_by_mail(problem, now))
    values = _said(made) | ({"who": proposed_by} if proposed_by else {})
    record(events.SOLUTION_PROPOSED, subject=made, under=problem.customer, by=by, values=values)
    if is_final:
        _finish(problem, by.trusted(), made.words)


def _finish(problem: Problem, by: Actor, words: str = "") -> None:
    """Solved with what was just done, unless something else that was agreed is still to be sent or paid back."""
    if unsent(problem) or unpaid(problem):
        move(problem, "resolving")
    else:
        resolve(problem, by=by, words=words)


def decided(told: list[Any], by: Actor) -> None:
    """An allowance was approved: it is put forward. Not approved: staff think of something else."""
    approvals = Approval.objects.filter(pk__in=[e.subject_id for e in told], matter=MATTER, state="approved")
    for made in Resolution.objects.standing().filter(pk__in=approvals.values("subject_id"), proposed_at=None).select_related("problem"):
        forward(made, by=by)


@operation("orders.put_solution_forward")
def forward(made: Resolution, *, by: Actor) -> Resolution:
    """What was approved goes to the customer."""
    problem = fresh(made.problem)
    made = Resolution.objects.get(pk=made.pk)
    if made.proposed_at is None and made.withdrawn_at is None and problem.is_open:
        asked = newest_about(made, MATTER)
        _put_forward(problem, made, by, proposed_by=str(asked.asked_by or "") if asked else "")
    return made


@operation("orders.refuse_solution")
def refuse(made: Resolution, *, by: Actor, words: str) -> Resolution:
    """The customer does not want this; the problem is in work again. Refused twice, the first stands."""
    require(by, "problems.answer", made.problem)
    problem = fresh(made.problem)
    made = Resolution.objects.get(pk=made.pk)
    if made.refused_at:
        return made
    if made.agreed_at:
        raise Refused(_("This proposal is agreed already. Write to us about what is wrong."), code="agreed")
    _check_answerable(made)
    words = clean(words, 2000)
    if len(words) < 2:
        raise Refused(_("Say in a few words what you wish instead."), field="words")
    now = timezone.now()
    Resolution.objects.filter(pk=made.pk).update(refused_at=now, refused_words=words)
    say(problem, by, words)  # it stands in the conversation, for both to read
    move(problem, "in_work", waits_since=now, untold_since=None)
    people = [problem.owner_id] if problem.owner_id else []
    values = _said(made) | {"words": words[:300], "people": people}
    record(events.SOLUTION_REFUSED, subject=made, under=problem.customer, by=by, values=values)
    made.refresh_from_db()
    return made


def _check_answerable(made: Resolution) -> None:
    if made.withdrawn_at or made.proposed_at is None or made.refused_at:
        raise Refused(_("This proposal does not stand any more. Read the newest one."), code="over")


@operation("orders.agree_to_solution")
def agree(made: Resolution, *, by: Actor, note: str = "") -> Resolution:
    """The customer agrees, or tells us so and we note how. The goods move as it says. Agreed twice, the first stands."""
    guest = by.kind == "guest"
    require(by, "problems.answer" if guest else "problems.work", made.problem)
    problem = fresh(made.problem)
    made = Resolution.objects.select_related("variant", "problem").get(pk=made.pk)
    if made.agreed_at:
        return made
    _check_answerable(made)
    if made.kind in OF_GOODS and problem.line and made.quantity > _most(made.kind, problem.line):
        raise Refused(_("The order changed since we proposed this. Write to us, and we propose something else."), code="overtaken")
    is_on_behalf = not guest and not by.is_trusted
    note = reason_given(note, 200, field="note", asks=_("Note how the customer agreed.")) if is_on_behalf else clean(note, 200)
    now = timezone.now()
    Resolution.objects.filter(pk=made.pk).update(agreed_at=now, agreed_by=by.name)
    made.refresh_from_db()
    line = problem.line
    if line is not None and (made.kind in COME_BACK or made.faulty_back):
        GoodsReturn.objects.create(resolution=made, line=line, wished=made.quantity)
    if line is not None and made.kind in ("replace", "exchange"):
        variant = made.variant if made.kind == "exchange" and made.variant else line.variant
        was = Order.objects.get(pk=line.order_id).total
        new = add_line(line, variant=variant, quantity=made.quantity, price=made.price)
        if variant.pk != line.variant_id:  # other goods, other papers
            open_items_of(new.order, [new])
            keep(new.order)
        note_exchange(Order.objects.get(pk=line.order_id), was=was, reason=made.grounds)
        Resolution.objects.filter(pk=made.pk).update(new_line=new)
    if made.kind in ("allowance", "no_fault"):  # a refund is done when the money has left
        Resolution.objects.filter(pk=made.pk).update(done_at=now)
    made.refresh_from_db()
    move(problem, "agreed", waits_since=None, untold_since=None)
    people = [problem.owner_id] if problem.owner_id else []
    record(events.SOLUTION_AGREED, subject=made, under=problem.customer, by=by, values=_said(made) | {"note": note, "people": people})
    made.refresh_from_db()  # whoever keeps the books may have found that nothing of it is to be paid back
    if made.done_at:
        _finish(problem, by.trusted())
    else:
        move(problem, "resolving")
    return made


def unsent_of(problem: Problem) -> Resolution | None:
    """What is agreed to be sent for it, and has not left in full."""
    agreed = Resolution.objects.filter(problem=problem, agreed_at__isnull=False, done_at=None, new_line__shipped__lt=F("new_line__due"))
    return agreed.select_related("new_line", "problem").first()


def check_once(problem: Problem, kind: str) -> None:
    """Doubts a solution while goods are still to be sent for another problem of the same line. Read before a person proposes it."""
    others = Problem.objects.filter(line=problem.line_id or 0).exclude(pk=problem.pk).order_by("pk")
    other = next((made for one in others if (made := unsent_of(one))), None)
    if kind != "no_fault" and other and other.new_line:
        words = _(
            "For problem %(number)s, %(q)s × %(sku)s are still to be sent. If this is about the same pieces, give that up there first: "
            "else they are made good twice."
        )
        line = other.new_line
        raise Doubted(words % {"number": other.problem.number, "q": figure(line.due - line.shipped), "sku": line.sku})


@operation("orders.give_up_solution")
def give_up(made: Resolution, *, by: Actor, words: str) -> Resolution:
    """What was agreed to be sent cannot be sent, or is not wanted any more: what has not left is not due, what was to come back for it
    stays where it is, and something else is proposed. The customer reads why. Given up twice, the first stands."""
    require(by, "problems.work", made.problem)
    problem = fresh(made.problem)
    made = Resolution.objects.select_related("new_line").get(pk=made.pk)
    if made.given_up_at:
        return made
    line = made.new_line
    if line is None or made.done_at or line.shipped >= line.due:
        raise Refused(_("Nothing of it is still to be sent."), code="left")
    words = reason_given(words, 2000, field="words")
    was = line.due - line.shipped
    send_no_more(line, by=by.trusted(), reason=f"{problem.number} {words}")
    now = timezone.now()
    made.returns.filter(received_at=None).delete()
    Resolution.objects.filter(pk=made.pk).update(given_up_at=now, done_at=now)
    made.refresh_from_db()
    say(problem, by, words)
    move(problem, "in_work", waits_since=None, **told_by_mail(problem, now))
    letters.write_about(problem, by, words)
    values = _said(made) | {"quantity": was, "sku": line.sku, "words": words[:300]}
    record(events.SOLUTION_GIVEN_UP, subject=made, under=problem.customer, by=by, values=values)
    return made


def note_taken_off(made: Resolution, amount: Decimal) -> None:
    """So much of a refund that was agreed lowered what was still to be paid."""
    Resolution.objects.filter(pk=made.pk).update(taken_off=amount)


def money_settled(made: Resolution, *, by: Actor) -> None:
    """A refund that was agreed was paid, or there was nothing to pay back: it is carried out, and with it its problem is solved."""
    Resolution.objects.filter(pk=made.pk, done_at=None).update(done_at=timezone.now())
    problem = fresh(made.problem)
    if problem.state == "resolving":
        _finish(problem, by.trusted())


def worth_back(line: OrderLine, quantity: Decimal, *, now: GoodsReturn | None = None) -> Decimal:
    """What is taken off for so much that comes back: what all of it cost with what came before, less what was taken off for that. So the
    parts of a line add up to the cent; what was sent again belongs to the line that was bought, and no more is given for both together."""
    bought = line.bought
    same = [one.pk for one in line.order.lines.all() if one.bought.pk == bought.pk]
    rows = GoodsReturn.objects.filter(line__in=same, resolution__kind__in=COME_BACK, received_at__isnull=False)
    earlier = rows.exclude(pk=now.pk) if now else rows
    before = sum(earlier.values_list("received", flat=True), Decimal(0))
    return worth(bought, min(before + quantity, bought.due)) - worth(bought, min(before, bought.due))


def coming_back(order: Order) -> dict[int, Decimal]:
    """{id of a line that is sent in exchange: what is credited for the goods that come back for it and are not here yet}: nobody is
    asked for that before."""
    lines = list(order.lines.all())
    if not any(line.replaces_id and line.amount for line in lines):
        return {}
    found: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        for back in line.returns.all():
            if back.received_at is None and back.resolution.new_line_id and back.resolution.kind == "exchange":
                found[back.resolution.new_line_id] += worth(line, back.wished)
    cost = {line.pk: with_tax(line.amount, order.price_terms(), order.currency) for line in lines}
    return {pk: min(amount, cost.get(pk, Decimal(0))) for pk, amount in found.items()}


def already_in(back: GoodsReturn) -> str:
    """That it was counted in, and how many are still to come."""
    waits = sum(back.resolution.returns.filter(received_at=None).values_list("wished", flat=True), Decimal(0))
    on = clock.day_words(timezone.localdate(back.received_at))
    said = [_("%(n)s came back on %(on)s and are counted in.") % {"n": figure(back.received), "on": on}]
    if waits:
        said.append(_("%(n)s are still to come: count those in from the page of the problem.") % {"n": figure(waits)})
    return prose(said)


@operation("orders.receive_return")
def receive(
    back: GoodsReturn, *, by: Actor, quantity: Decimal, words: str = "", good: Decimal | None = None, variant: Variant | None = None
) -> GoodsReturn:
    """What came back was counted and checked. Received twice, the first stands; what is still to come is another row. When
    nothing is left with the customer, that is an objection: why everything came back.

    `good`: so many of them are as new and go back on stock, of the article of the line, or of `variant` where another one came."""
    require(by, "arrivals.record", back.line.order)
    problem = fresh(back.resolution.problem)
    back = GoodsReturn.objects.select_related("line__order__customer", "resolution").get(pk=back.pk)
    if back.received_at:
        return back
    most = min(back.wished, back.line.arrived - back.line.returned)
    if not 0 < quantity <= most:
        raise Refused(_("Between 1 and %(most)s pieces can have come back.") % {"most": figure(most)}, field="quantity")
    check_quantity(quantity, "quantity", back.line.unit)
    into = variant or back.line.variant
    if good is not None and not 0 <= good <= quantity:
        raise Refused(_("No more can be good than came back: %(n)s.") % {"n": figure(quantity)}, field="good")
    check_quantity(good or None, "good", back.line.unit)
    now, rest, made = timezone.now(), back.wished - quantity, back.resolution
    facts = {"wished": quantity, "received": quantity, "received_at": now, "words": clean(words, 300)}
    if good is not None and into.keeps_stock:
        facts["good"] = good
    GoodsReturn.objects.filter(pk=back.pk).update(**facts)
    if rest:
        GoodsReturn.objects.create(resolution=made, line=back.line, wished=rest)
    is_done = made.kind == "return" and not made.returns.filter(received_at=None).exists()
    if is_done:
        Resolution.objects.filter(pk=made.pk).update(done_at=now)
    order = keep(back.line.order)
    back.refresh_from_db()
    if back.good:
        (kept,) = held([into.pk])
        put_on_stock(kept, back.good, "returned", by=by, source=problem)
    amount = Decimal(0)
    if made.kind in COME_BACK:
        amount = worth_back(back.line, quantity, now=back)
    values = about(problem) | {
        "sku": back.line.sku, "quantity": quantity, "amount": amount, "currency": order.currency, "stocked": into.pk if back.good else 0,
    }  # fmt: skip
    record(events.GOODS_RETURNED, subject=back, under=order.customer, by=by, values=values)
    if is_done and problem.state == "resolving":
        _finish(problem, by.trusted())
    if not order.lines.exclude(UNDONE).exists():
        object_to(order.customer, by=by.trusted(), reason=REASON_OF[problem.kind], words=problem.said[:2000], contact=problem.contact)
    return back
