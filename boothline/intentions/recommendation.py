"""What else a customer may want (304): from the catalogue's relations and from what like customers bought, each with its reason.

score = 0.35 relation + 0.30 co-buying + 0.25 reorder due + 0.10 newness, each between 0 and 1.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from boothline.catalogue.products import Product
from boothline.catalogue.relations import Relation
from boothline.core import clock
from boothline.core.rules import declare
from boothline.core.weights import declare_weights
from boothline.customers.card import Customer
from boothline.customers.dealings import Dealing
from boothline.intentions.products import IntentionLine
from boothline.visitors.solicitation import Capture

SHARES = {
    "relation": declare("intentions.recommend_relation", 35, gettext_lazy("Recommendation: weight of the relation"), low=0, high=100),
    "cobuying": declare("intentions.recommend_cobuying", 30, gettext_lazy("Recommendation: weight of co-buying"), low=0, high=100),
    "reorder": declare(
        "intentions.recommend_reorder", 25, gettext_lazy("Recommendation: weight of a reorder that is due"), low=0, high=100
    ),
    "newness": declare("intentions.recommend_newness", 10, gettext_lazy("Recommendation: weight of newness"), low=0, high=100),
}
RELATION_WORTH = declare_weights(
    "intentions.recommend_relations", {"accessory": 100, "spare": 100, "complement": 80, "series": 60, "upgrade": 50},
    gettext_lazy("Recommendation: what each kind of relation is worth, in percent"), total=None,
)  # fmt: skip
NEW_DAYS = declare(
    "intentions.recommend_new_days", 90, gettext_lazy("Recommendation: days in which a product is new in the catalogue"), low=1, high=730
)
USUAL_CYCLE = 90  # days, where they have not ordered it often enough to know
AGAIN = ("reorder", "larger")  # kinds about what they ordered before
LAST = 20  # of so many products that they ordered last, others are asked who bought them too
FEW = declare(
    "intentions.recommend_few_buyers", 5,
    gettext_lazy("Recommendation: like buyers below whom everybody's count, and by whom co-buying is smoothed"), low=1, high=100,
)  # fmt: skip
RELATED = {
    "accessory": gettext_noop("accessory of %(product)s"),
    "spare": gettext_noop("spare part of %(product)s"),
    "complement": gettext_noop("goes with %(product)s"),
    "series": gettext_noop("same series as %(product)s"),
    "upgrade": gettext_noop("upgrade of %(product)s"),
}
WHY = {
    "cobuying": gettext_noop("%(both)s of %(buyers)s buyers of %(product)s also bought it"),
    "reorder": gettext_noop("ordered every %(gap)s days, last %(ago)s days ago"),
    "before": gettext_noop("ordered before, last %(ago)s days ago"),
    "newness": gettext_noop("new in the catalogue"),
}


@dataclass
class Recommended:
    """A product, its score, and why, as message and values."""

    product: Product
    score: Decimal
    why: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def reasons(self) -> list[str]:
        """Why, in the reader's language."""
        return [worded(code, values) for code, values in self.why]


def worded(code: str, values: dict[str, Any]) -> str:
    """A reason in the reader's language; a relation is a code among its values."""
    said = dict(values)
    message = RELATED[said["relation"]] if code == "relation" else WHY[code]
    latin = said.pop("latin", "")
    if latin and not (get_language() or "zh").startswith("zh"):
        said["product"] = latin
    return _(message) % said


def cobuying(n_a: int, n_ab: int, p_b: Decimal, few: int = 5) -> Decimal:
    """By how much more often who bought a bought b than everybody did: (n_ab + 5 p_b) / (n_a + 5) - p_b, not below 0."""
    return max(Decimal(0), (n_ab + few * p_b) / (n_a + few) - p_b)


def reorder_due(days: list[date], today: date) -> tuple[bool, int]:
    """Whether a reorder is due, and the median gap: at least two gaps, and 0.8 of the median has passed since the last order."""
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    if len(gaps) < 2:
        return False, 0
    gap = median(gaps)
    return (today - days[-1]).days * 5 >= gap * 4, int(gap)


def recommend(customer: Customer, *, kind: str = "related", refused: set[int] | None = None, limit: int = 10) -> list[Recommended]:
    """The best first; for a reorder or a larger quantity what they ordered before, else what they do not have (a new line: of no
    family that they have). Left out: bought in the last half cycle, discontinued, without a price, `refused` lately."""
    today = clock.today()
    own = _bought_by(customer)
    intended = IntentionLine.objects.filter(intention__customer=customer, intention__state__in=("open", "in_contract"), lost_at=None)
    has = set(own) | set(intended.filter(product__isnull=False).values_list("product_id", flat=True))
    related = _related(has)
    together = _together(customer, own)
    largest = max((value for value, _why in together.values()), default=Decimal(0))
    families = set(Product.objects.filter(pk__in=has).exclude(family="").values_list("family", flat=True)) if kind == "newline" else set()
    offered = Product.objects.offered().filter(variants__isnull=False).exclude(pk__in=refused or ()).distinct()
    weights, new_since = {name: share.value for name, share in SHARES.items()}, today - timedelta(days=NEW_DAYS.value)
    found = []
    for product in offered:
        days = own.get(product.pk, [])
        is_due, gap = reorder_due(days, today)
        ago = (today - days[-1]).days if days else 0
        if kind in AGAIN:
            if not days or ago * 2 < (gap or USUAL_CYCLE):
                continue
        elif product.pk in has or product.family in families:
            continue
        parts: dict[str, Decimal] = {}
        why: list[tuple[str, dict[str, Any]]] = []
        if is_due:
            parts["reorder"] = Decimal(1)
            why.append(("reorder", {"gap": gap, "ago": ago}))
        elif kind in AGAIN:
            why.append(("before", {"ago": ago}))
        if product.pk in related:
            worth, values = related[product.pk]
            parts["relation"] = worth
            why.append(("relation", values))
        if product.pk in together and largest:
            value, values = together[product.pk]
            parts["cobuying"] = value / largest
            why.append(("cobuying", values))
        if timezone.localdate(product.made_at) >= new_since:
            parts["newness"] = Decimal(1)
            why.append(("newness", {}))
        if why:
            score = sum((weights[name] * value / 100 for name, value in parts.items()), Decimal(0))
            found.append(Recommended(product, score, why))
    return sorted(found, key=lambda r: (-r.score, r.product.sort_key, r.product.pk))[:limit]


def again_from(customer: Customer) -> date | None:
    """The first day on which something that they ordered is recommended again, once half of its cycle is over; None where nothing was."""
    days = _bought_by(customer).values()
    return min((on[-1] + timedelta(days=(reorder_due(on, on[-1])[1] or USUAL_CYCLE) // 2 + 1) for on in days), default=None)


def last_ordered(customer: Customer) -> Dealing | None:
    """One product of what they ordered last, as long as it is offered."""
    return _orders().filter(customer=customer, product__retired_at=None).select_related("product").order_by("-on", "-id").first()


def _orders() -> models.QuerySet[Dealing]:
    """What was ordered, of orders that stand."""
    return Dealing.objects.filter(kind="order", is_live=True).order_by()


def _bought_by(customer: Customer) -> dict[int, list[date]]:
    """{product: the days on which they ordered it}."""
    found: dict[int, list[date]] = defaultdict(list)
    for product, on in _orders().filter(customer=customer).order_by("on").values_list("product", "on").distinct():
        found[product].append(on)
    return found


def _related(has: set[int]) -> dict[int, tuple[Decimal, dict[str, Any]]]:
    """{product: (the strongest relation, its words)} to what the customer has."""
    found: dict[int, tuple[Decimal, dict[str, Any]]] = {}
    worths = {kind: Decimal(percent) / 100 for kind, percent in RELATION_WORTH.value.items()}
    for relation in Relation.objects.filter(product__in=has).select_related("product"):
        worth = worths[relation.kind]
        if worth > found.get(relation.other_id, (Decimal(0), {}))[0]:
            found[relation.other_id] = (
                worth,
                {"relation": relation.kind, "product": relation.product.name, "latin": relation.product.name_latin},
            )
    return found


def _together(customer: Customer, own: dict[int, list[date]]) -> dict[int, tuple[Decimal, dict[str, Any]]]:
    """{product b: (co-buying with the best a, its words)}: like customers first, everybody where they are fewer than five. Counted
    in the database, for what they ordered last."""
    if not own:
        return {}
    names = {p.pk: {"product": p.name, "latin": p.name_latin} for p in Product.objects.filter(pk__in=own)}
    others, buyers_of = _orders().exclude(customer=customer), models.Count("customer", distinct=True)
    like = others.filter(_like(customer))
    few, last = FEW.value, sorted(own, key=lambda a: own[a][-1], reverse=True)[:LAST]
    n_like, n_all = (dict(some.filter(product__in=last).values_list("product").annotate(buyers_of)) for some in (like, others))
    enough = {a for a, n in n_like.items() if n >= few}
    asked = []
    for a in last:
        buyers = (like if a in enough else others).filter(product=a).values("customer")
        both = others.filter(customer__in=buyers).exclude(product__in=own).annotate(bought=models.Value(a))
        asked.append(both.values_list("bought", "product").annotate(n=buyers_of))
    shared = [  # a, its buyers, b, who bought both
        (a, (n_like if a in enough else n_all)[a], b, n_ab) for a, b, n_ab in asked[0].union(*asked[1:], all=True)
    ]
    everybody = _orders().aggregate(n=buyers_of)["n"]
    bought = dict(_orders().filter(product__in={b for _a, _n, b, _both in shared}).values_list("product").annotate(buyers_of))
    found: dict[int, tuple[Decimal, dict[str, Any]]] = {}
    for a, n_a, b, n_ab in shared:
        value = cobuying(n_a, n_ab, Decimal(bought[b]) / everybody, few)
        if value > found.get(b, (Decimal(0), {}))[0]:
            found[b] = (value, {"both": n_ab, "buyers": n_a} | names[a])
    return found


def _like(customer: Customer) -> models.Q:
    """Bought by customers of the same kind of company, as they said at the booth; asked of each buyer, not of every capture."""
    said = Capture.objects.filter(customer=customer, answers__company_kind__isnull=False).order_by("-id").first()
    if said is None:
        return models.Q(pk__in=[])
    alike = Capture.objects.filter(customer=models.OuterRef("customer"), answers__company_kind=said.answers["company_kind"])
    return models.Q(models.Exists(alike))
