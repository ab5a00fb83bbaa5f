"""502 Recognition 分类获知: is a visitor a buyer 买方 or a peer 同行, or not yet known 未判定?

Every piece of evidence has a weight: the natural logarithm of how many times likelier it is for a buyer than for a peer. In a
group only the strongest counts. What a person said stays fixed until it is lifted; the computed answer is shown beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused, Stale, Words
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import Rule, declare, own_values
from boothline.customers.card import Customer, hold, keep_nature
from boothline.customers.lists import NATURE_WORDS
from boothline.followups.steps import NextStep, Plan, happened, plan_many
from boothline.timeline.history import Telling, record, record_many
from boothline.visitors import cooperation, events
from boothline.visitors.clues import Clues, clues_of
from boothline.visitors.lessons import GENERAL_FROM, SCALED_FROM, TRUSTED_FROM, Lesson, learned
from boothline.visitors.lists import PEERS
from boothline.worktime.calendar import add_workdays

BUYER_FROM = declare("visitors.buyer_from", Decimal("0.80"), gettext_lazy("A buyer from this share"), low=Decimal("0.5"), high=1)
PEER_UP_TO = declare("visitors.peer_up_to", Decimal("0.20"), gettext_lazy("A peer up to this share of a buyer"), low=0, high=Decimal("0.5"))
NEEDED = declare("visitors.evidence_needed", Decimal("1.0"), gettext_lazy("Weight of evidence that an answer needs"), low=0, high=6)
PRIOR_BUYERS = declare("visitors.prior_buyers", 7, gettext_lazy("Buyers among the visitors assumed at first"), low=1, high=1000)
PRIOR_PEERS = declare("visitors.prior_peers", 3, gettext_lazy("Peers among the visitors assumed at first"), low=1, high=1000)
CLIP = 6.0
SHOWN_FROM, SHOWN_TO = 0.02, 0.98
GENERAL = "text"  # descriptions of a firm mislead: they never decide alone until enough cases were confirmed that had them


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence: its group, its weight as a rule setting, its words, and which kind of peer it speaks for."""

    code: str
    group: str
    rule: Rule[Decimal]
    words: Words
    peer: str = ""


def _evidence(code: str, group: str, weight: str, words: Words, peer: str = "") -> Evidence:
    return Evidence(code, group, declare(f"visitors.weight_{code}", Decimal(weight), words, low=-4, high=4), words, peer)


EVIDENCE = {
    e.code: e
    for e in (
        _evidence("purpose_buy", "purpose", "1.6", gettext_lazy("came to buy or to ask for quotations")),
        _evidence("purpose_coop", "purpose", "-1.8", gettext_lazy("came for cooperation or exchange"), "agent"),
        _evidence("purpose_sell", "purpose", "-2.4", gettext_lazy("came to offer own products or services"), "supplier"),
        _evidence("kind_user", "kind", "1.8", gettext_lazy("works at a company that uses such products")),
        _evidence("kind_reseller", "kind", "1.2", gettext_lazy("works at a company that resells or specifies such products")),
        _evidence("kind_trading", "kind", "0.5", gettext_lazy("works at a trading company")),
        _evidence("kind_maker", "kind", "-1.6", gettext_lazy("works at a maker of the same products"), "competitor"),
        _evidence("kind_service", "kind", "-2.0", gettext_lazy("works at a service provider, association or school"), "service"),
        _evidence("title_buyer", "title", "1.3", gettext_lazy("has a purchasing title")),
        _evidence("title_boss", "title", "0.3", gettext_lazy("is an owner or head of the company")),
        _evidence("title_sales", "title", "-1.0", gettext_lazy("has a sales title"), "supplier"),
        _evidence("title_press", "title", "-2.4", gettext_lazy("comes from press, an association or a school"), "press"),
        _evidence("asks_price", "asks", "1.5", gettext_lazy("asked for MOQ and price")),
        _evidence("asks_sample", "asks", "1.0", gettext_lazy("asked for a sample")),
        _evidence("asks_terms", "asks", "0.7", gettext_lazy("asked about delivery, payment or certificates")),
        _evidence("asks_making", "asks", "-1.2", gettext_lazy("asked how or by whom it is made"), "competitor"),
        _evidence("dom_customer", "who", "2.5", gettext_lazy("the company already orders from us")),
        _evidence("dom_competitor", "who", "-3.0", gettext_lazy("e-mail domain or company of a competitor"), "competitor"),
        _evidence("dom_supplier", "who", "-2.5", gettext_lazy("the company is a supplier of ours"), "supplier"),
        _evidence("exh_same", "list", "-1.8", gettext_lazy("exhibits the same category at this fair"), "competitor"),
        _evidence("exh_other", "list", "-0.3", gettext_lazy("exhibits something else at this fair"), "agent"),
        _evidence("badge_buyer", "list", "1.5", gettext_lazy("the badge says buyer")),
        _evidence("badge_press", "list", "-2.5", gettext_lazy("the badge says press"), "press"),
        _evidence("time_soon", "plan", "1.0", gettext_lazy("plans to buy within six months")),
        _evidence("volume", "plan", "0.9", gettext_lazy("named a quantity")),
        _evidence("same_line", "text", "-1.4", gettext_lazy("describes a business close to ours"), "competitor"),
        _evidence("uses_line", "text", "0.5", gettext_lazy("uses or sells such products")),
    )
}


@dataclass(frozen=True)
class Scales:
    """The weights and thresholds in force, read at once. `set`: the weights as the company set them; `assumed`: the buyers and peers
    assumed at first; `proven`: general descriptions that may decide; `temperature`: what log-odds are divided by, so that shares come
    true."""

    weights: Mapping[str, float]
    prior: float
    buyer_from: float
    peer_up_to: float
    needed: float
    set: Mapping[str, float] = field(default_factory=dict)
    assumed: tuple[float, float] = (7.0, 3.0)
    trusted_from: int = 20
    general_from: int = 50
    proven: frozenset[str] = frozenset()
    temperature: float = 1.0

    def taught(self, sums: tuple[int, int], counts: Mapping[str, Sequence[int]]) -> Scales:
        """The same after so many buyers and peers were confirmed, of whom so many had which evidence."""
        buyers, peers = (at_first + known for at_first, known in zip(self.assumed, sums, strict=True))
        weights = {code: learned(w0, counts.get(code, (0, 0)), sums, self.trusted_from) for code, w0 in self.set.items()}
        proven = frozenset(
            c for c, had in counts.items() if c in EVIDENCE and EVIDENCE[c].group == GENERAL and sum(had) >= self.general_from
        )
        return replace(self, weights=weights, prior=buyers / (buyers + peers), proven=proven)


@dataclass(frozen=True)
class Reason:
    """One piece of evidence that counted, and how much it weighed."""

    code: str
    weight: float

    @property
    def words(self) -> Words:
        """What it says, in the reader's language."""
        return EVIDENCE[self.code].words


@dataclass(frozen=True)
class Judgement:
    """The answer with its reasons, the strongest first."""

    nature: str
    log_odds: float
    reasons: tuple[Reason, ...] = ()
    peer: str = ""

    @property
    def share(self) -> float:
        """The probability of a buyer."""
        return 1 / (1 + math.exp(-self.log_odds))

    @property
    def kept(self) -> Decimal:
        """The share as it is kept and shown: never sure beyond 2 and 98 %."""
        return Decimal(str(min(max(self.share, SHOWN_FROM), SHOWN_TO))).quantize(Decimal("0.001"))


def judge(found: Iterable[str], scales: Scales, kinds: Mapping[str, str] | None = None) -> Judgement:
    """What these pieces of evidence say together. `kinds` makes the kind of peer more exact where a clue knows it."""
    strongest: dict[str, Reason] = {}
    for code in sorted(found):
        group, weight = EVIDENCE[code].group, scales.weights[code]
        if weight and (group not in strongest or abs(weight) > abs(strongest[group].weight)):
            strongest[group] = Reason(code, weight)
    reasons = tuple(sorted(strongest.values(), key=lambda reason: -abs(reason.weight)))
    total = max(-CLIP, min(CLIP, sum(reason.weight for reason in reasons)))
    log_odds = (math.log(scales.prior / (1 - scales.prior)) + total) / scales.temperature
    share = 1 / (1 + math.exp(-log_odds))
    is_enough = sum(abs(reason.weight) for reason in reasons) >= scales.needed - 1e-9
    decides = is_enough and any(EVIDENCE[reason.code].group != GENERAL or reason.code in scales.proven for reason in reasons)
    nature = "buyer" if decides and share >= scales.buyer_from else "peer" if decides and share <= scales.peer_up_to else "unknown"
    against = next((reason.code for reason in reasons if reason.weight < 0), "")
    peer = (kinds or {}).get(against) or (EVIDENCE[against].peer if against else "")
    return Judgement(nature, log_odds, reasons, peer)


def scales() -> Scales:
    """The company's weights, thresholds and prior, after the newest lesson; what people said counts at once. Three queries."""
    own = own_values()

    def value(rule: Rule[Any]) -> float:
        return float(rule.parse(own[rule.code]) if rule.code in own else rule.default)

    said = dict(Opinion.objects.filter(lifted_at=None).order_by().values_list("nature").annotate(Count("pk")))
    lesson = Lesson.objects.newest()
    beside = lesson.beside if lesson else (0, 0)
    weights = {code: value(e.rule) for code, e in EVIDENCE.items()}
    assumed = (value(PRIOR_BUYERS), value(PRIOR_PEERS))
    begun = Scales(
        weights, 0.5, value(BUYER_FROM), value(PEER_UP_TO), value(NEEDED), set=weights, assumed=assumed,
        trusted_from=int(value(TRUSTED_FROM)), general_from=int(value(GENERAL_FROM)),
    )  # fmt: skip
    if lesson:
        is_scaled = lesson.buyers + lesson.peers >= value(SCALED_FROM)
        begun = replace(begun, temperature=lesson.report.get("temperature", 1.0) if is_scaled else 1.0)
        begun = begun.taught((lesson.buyers, lesson.peers), lesson.counts)
    buyers, peers = (said.get(nature, 0) + more + first for nature, more, first in zip(("buyer", "peer"), beside, assumed, strict=True))
    return replace(begun, prior=buyers / (buyers + peers))


class Opinion(Record):
    """What a person said about a customer's nature. It holds until it is lifted, or said anew."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    nature = models.CharField(gettext_lazy("nature"), max_length=8, choices=[(c, w) for c, w in NATURE_WORDS.items() if c != "unknown"])
    peer = models.CharField(gettext_lazy("kind of peer"), max_length=12, blank=True, default="", choices=list(PEERS.items()))
    words = models.CharField(gettext_lazy("reason"), max_length=400, blank=True, default="")
    lifted_at = models.DateTimeField(null=True)
    privacy = tags(nature=PLAIN, peer=PLAIN, words=WORDS)
    merging = Merging(
        yields={"lifted_at": timezone.now},
        note=gettext_lazy("Nature said by a person: where both have one, that of the customer that stays counts."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=models.Q(lifted_at__isnull=True), name="opinion_one_standing")
        ]

    def __str__(self) -> str:
        return str(NATURE_WORDS[self.nature])


def recognise(customers: list[Customer], *, by: Actor) -> None:
    """Judges these customers and writes the answer down; the same few queries for any number of them. The only writer of
    nature and share."""
    if not customers:
        return
    now, known = scales(), clues_of(customers)
    said = {o.customer_id: o for o in Opinion.objects.filter(customer__in=customers, lifted_at=None)}
    answers: dict[int, tuple[str, Decimal]] = {}
    peers: dict[int, str] = {}
    moved = []
    for customer in customers:
        clues = known[customer.pk]
        judged, opinion = judge(clues.evidence, now, clues.peers), said.get(customer.pk)
        nature = opinion.nature if opinion else judged.nature
        answers[customer.pk] = (nature, judged.kept)
        if nature == "peer":
            peers[customer.pk] = (opinion.peer if opinion else "") or judged.peer
        if nature != customer.nature:
            moved.append(Telling(customer, under=customer, values={"was": customer.nature, "now": nature}))
    keep_nature({c.pk: answers[c.pk] for c in customers if answers[c.pk] != (c.nature, c.nature_share)})
    if moved:
        record_many(events.RECOGNISED, moved, by=by)
    decided = [told.subject.pk for told in moved if told.values["was"] == "unknown"]
    if decided:  # nobody asks what is known
        happened(*ASKING.values(), by=by, customers=decided)
    cooperation.follow([c for c in customers if c.pk in peers or c.nature == "peer"], peers, by=by)
    for customer in customers:
        customer.nature, customer.nature_share = answers[customer.pk]


@operation("visitors.recognise_all")
def recognise_all(*, by: Actor = SYSTEM) -> int:
    """Judges everybody anew: the daily task, for what changed beside a customer (weights, lists, how many were confirmed)."""
    last = seen = 0
    while batch := list(Customer.objects.filter(pk__gt=last).order_by("pk")[:500]):
        recognise(batch, by=by)
        last, seen = batch[-1].pk, seen + len(batch)
    return seen


@operation("visitors.say_nature")
def say_nature(
    customer: Customer, *, by: Actor, nature: str, peer: str = "", words: str = "", seen: int | None = None
) -> Opinion:  # fmt: skip
    """A person says what the customer is, against the computed answer or confirming it. The same again changes nothing.

    `seen` is the opinion that the person saw (its key, 0 for none): who saw another one than stands is shown both.
    """
    require(by, "customers.edit", customer)
    if nature not in ("buyer", "peer"):
        raise Refused(_("Say buyer or peer; to have it computed again, lift what was said."), field="nature")
    kind = peer if nature == "peer" else ""
    if kind and kind not in PEERS:
        raise Refused(_("Choose from the list."), field="peer")
    hold(customer.pk)
    standing = opinion_of(customer)
    if standing and (standing.nature, standing.peer, standing.words) == (nature, kind, words):
        return standing
    if seen is not None and seen != key_of(standing):
        mine = {"nature": nature, "peer": kind, "words": words}
        differing = [(name, theirs, mine[name]) for name in mine if (theirs := getattr(standing, name, "")) != mine[name]]
        raise Stale(customer, differing, _("Not saved: somebody changed this meanwhile. Choose which values stay."))
    Opinion.objects.filter(customer=customer, lifted_at=None).update(lifted_at=timezone.now())
    opinion = Opinion.objects.create(customer=customer, nature=nature, peer=kind, words=words)
    record(events.NATURE_SAID, subject=customer, under=customer, by=by, values={"nature": nature, "words": words})
    happened(*ASKING.values(), by=by, customers=[customer.pk])
    recognise([_fresh(customer)], by=by.trusted())
    return opinion


def opinion_of(customer: Customer) -> Opinion | None:
    """What a person said, as long as it holds."""
    return Opinion.objects.filter(customer=customer, lifted_at=None).first()


def key_of(opinion: Opinion | None) -> int:
    """What a form carries to say which opinion its reader saw."""
    return opinion.pk if opinion else 0


@operation("visitors.lift_nature")
def lift_nature(customer: Customer, *, by: Actor) -> None:
    """Takes back what a person said: the computed answer holds again. Pressed twice, the first counts."""
    require(by, "customers.edit", customer)
    hold(customer.pk)
    if Opinion.objects.filter(customer=customer, lifted_at=None).update(lifted_at=timezone.now()):
        record(events.NATURE_LIFTED, subject=customer, under=customer, by=by)
        recognise([_fresh(customer)], by=by.trusted())


def _fresh(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


# What to ask somebody who is not yet known.

OUTCOMES: dict[str, tuple[str, ...]] = {  # question: the evidence that an answer to it may become
    "purpose": ("purpose_buy", "purpose_coop", "purpose_sell"),
    "company_kind": ("kind_user", "kind_reseller", "kind_trading", "kind_maker", "kind_service"),
    "title": ("title_buyer", "title_boss", "title_sales", "title_press"),
    "timing": ("time_soon",),
    "volume": ("volume",),
}
ASKING = {  # as a next step keeps it; read in each reader's language
    "purpose": gettext_noop("Ask: why they came to the fair"),
    "company_kind": gettext_noop("Ask: what kind of company it is"),
    "title": gettext_noop("Ask: what their position is"),
    "timing": gettext_noop("Ask: when they plan to buy"),
    "volume": gettext_noop("Ask: how much they buy in a year"),
}


@dataclass(frozen=True)
class Known:
    """Everything that a page shows about one customer's nature."""

    customer: Customer
    computed: Judgement
    opinion: Opinion | None
    question: str = ""
    details: Mapping[str, str] = field(default_factory=dict)  # what a piece of evidence says of them in particular

    @property
    def asking(self) -> str:
        """The next question in words."""
        return _(ASKING[self.question]) if self.question else ""


def known_of(customers: list[Customer]) -> dict[int, Known]:
    """The computed answer, what a person said, and the question to ask next, for a page."""
    now, clues = scales(), clues_of(customers)
    said = {o.customer_id: o for o in Opinion.objects.filter(customer__in=customers, lifted_at=None)}
    found = {}
    for customer in customers:
        own = clues[customer.pk]
        judged = judge(own.evidence, now, own.peers)
        question = next_question(own, now) if judged.nature == "unknown" and customer.pk not in said else ""
        found[customer.pk] = Known(customer, judged, said.get(customer.pk), question, own.details)
    return found


@operation("visitors.plan_question")
def plan_question(customer: Customer, *, by: Actor) -> NextStep:
    """Makes the question that would tell most the next step. Planned already, that step is the answer."""
    require(by, "steps.plan", customer)
    hold(customer.pk)
    known = known_of([_fresh(customer)])[customer.pk]
    if not known.question:
        raise Refused(_("There is nothing left to ask: every question that could tell is answered, or the nature is known."))
    there = NextStep.objects.open().filter(customer=customer, what__in=list(ASKING.values())).first()
    return there or plan_many([Plan(customer, ASKING[known.question], add_workdays(clock.today(), 1), values={})], by=by.trusted())[0]


def next_question(clues: Clues, now: Scales) -> str:
    """The one unanswered question whose answers could move the share the furthest; "" when everything is answered."""
    swings = {code: swing(clues, code, now) for code in OUTCOMES if code not in clues.answered}
    best = max(swings.values(), default=0.0)
    return next((code for code, by in swings.items() if best > 0 and math.isclose(by, best)), "")


def swing(clues: Clues, question: str, now: Scales) -> float:
    """How far apart the possible answers to a question would put the log-odds."""
    results = [judge(clues.evidence, now).log_odds]
    results += [judge({*clues.evidence, code}, now).log_odds for code in OUTCOMES[question]]
    return max(results) - min(results)
