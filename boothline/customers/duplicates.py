"""Likely duplicates 疑似重复: two customers who may be one, and why. Always a proposal; a person merges them, or says that they are two.

Pairs are kept, so that their list costs nothing: a sweep finds them by the folded columns that have an index. Whoever looks at one customer
is told at once, from the same columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core import memo
from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, tags
from boothline.core.slots import hung
from boothline.core.text import listed
from boothline.customers import events
from boothline.customers.card import ContactPoint, Customer, hold
from boothline.customers.matching import Way
from boothline.timeline.history import record

REASONS: dict[str, tuple[int, Words]] = {  # how much each says, and its words
    "name": (4, gettext_lazy("the same company name")),
    "email": (3, gettext_lazy("the same e-mail address")),
    "phone": (2, gettext_lazy("the same phone number")),
    "contact_name": (1, gettext_lazy("the same name")),  # of two contacts of a customer
}
CROWD = 12  # customers that share something: a switchboard, an address of the house, a placeholder; it says nothing then
BATCH = 500
SHORTEST = {"phone": 7}  # digits; fewer are an extension

Groups = Iterator[list[int]]


@dataclass(frozen=True)
class Sign:
    """Hung into the slot "duplicates": another sign that two customers are one. `groups(ids)` gives the customers that share it, of all or
    of these and whoever shares it with them."""

    code: str
    weight: int
    words: Words
    groups: Callable[[list[int] | None], Iterable[list[int]]]
    order: int = 100


class Alikes(models.QuerySet["Alike"]):
    """Questions about likely duplicates."""

    def visible_to(self, by: Actor) -> Alikes:
        """Pairs of which the actor sees both."""
        seen = Customer.objects.visible_to(by)
        return self.filter(customer__in=seen, other__in=seen)

    def open(self) -> Alikes:
        """Nobody said yet that they are two."""
        return self.filter(apart_at=None)

    def for_list(self) -> Alikes:
        """With what a list shows."""
        return self.select_related("customer__owner", "other__owner")

    def search(self, words: str, by: Actor) -> Alikes:
        """By one of the two."""
        found = Customer.objects.all().search(words, by)
        return self.filter(Q(customer__in=found) | Q(other__in=found))


class Alike(models.Model):
    """Two customers who may be one; `customer` has the lower number. `apart_at`: somebody said that they are two."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    why = models.JSONField(default=list)
    weight = models.PositiveSmallIntegerField(default=0)
    found_at = models.DateTimeField(default=timezone.now)
    apart_at = models.DateTimeField(null=True)
    apart_by = models.CharField(max_length=200, blank=True, default="")
    privacy = tags(why=PLAIN, apart_by=PERSON)
    merging = Merging(stays_behind=True)
    leans = False

    objects = Alikes.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "other"], name="alike_once")]
        indexes = [models.Index(fields=["-weight", "-id"], name="alike_open", condition=Q(apart_at__isnull=True))]

    def __str__(self) -> str:
        return listed((self.customer, self.other))

    @property
    def reasons(self) -> str:
        """Why, in the reader's language."""
        return reason_words(self.why)


def reason_words(codes: Iterable[str]) -> str:
    """Why two may be one, in the reader's language."""
    known = {code: words for code, (_weight, words) in REASONS.items()} | {sign.code: sign.words for sign in hung("duplicates")}
    return listed(known[code] for code in codes if code in known)


def _weights() -> dict[str, int]:
    return {code: weight for code, (weight, _words) in REASONS.items()} | {sign.code: sign.weight for sign in hung("duplicates")}


def likely(customer: Customer, by: Actor) -> list[Alike]:
    """Who looks like this customer, strongest first, of whom the actor sees; asked now, nothing is written."""
    found = _pairs([customer.pk])
    apart = set(
        Alike.objects.filter(Q(customer=customer) | Q(other=customer)).exclude(apart_at=None).values_list("customer_id", "other_id")
    )
    those = {pair: why for pair, why in found.items() if customer.pk in pair and pair not in apart}
    seen = Customer.objects.visible_to(by).select_related("owner").in_bulk({pk for pair in those for pk in pair} - {customer.pk})
    rows = [
        Alike(customer=customer, other=seen[other], why=_sorted(why), weight=_weight(why))
        for pair, why in those.items()
        for other in pair
        if other in seen
    ]
    return sorted(rows, key=lambda row: (-row.weight, row.other.pk))


def _sorted(why: set[str]) -> list[str]:
    return sorted(why, key=lambda code: (-_weights()[code], code))


def _weight(why: set[str]) -> int:
    return sum(_weights()[code] for code in why)


def _pairs(among: list[int] | None = None) -> dict[tuple[int, int], set[str]]:
    """{(lower, higher number): why}; of all customers, or of those beside `among`. Of several who share something each is paired with the
    first: merged one after the other they all meet there."""
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    signs: list[tuple[str, Iterable[list[int]]]] = [
        ("name", _names(among)),
        ("email", _emails(among)),
        ("phone", _phones(among)),
    ]
    signs += [(sign.code, sign.groups(among)) for sign in hung("duplicates")]
    for code, groups in signs:
        for group in groups:
            if not 1 < len(group) <= CROWD:
                continue
            first, *others = sorted(group)
            for pair in [(first, other) for other in others] if among is None else _beside(among, group):
                found[pair].add(code)
    return found


def _beside(among: list[int], group: list[int]) -> list[tuple[int, int]]:
    return [(min(pk, other), max(pk, other)) for pk in among if pk in group for other in group if other != pk]


def _names(among: list[int] | None) -> Groups:
    """Companies of one folded name. Private persons of one name are mostly two."""
    companies = Customer.objects.filter(kind="company").exclude(folded="")
    asked = companies.values("folded")
    if among is not None:
        asked = asked.filter(folded__in=list(companies.filter(pk__in=among).values_list("folded", flat=True)))
    shared = list(asked.order_by().annotate(n=Count("id")).filter(n__gt=1, n__lte=CROWD).values_list("folded", flat=True))
    yield from _grouped(companies, "folded", "pk", shared)


def _emails(among: list[int] | None) -> Groups:
    """Customers of whose people two have one address."""
    points = ContactPoint.objects.filter(kind="email").order_by()
    yield from _grouped(points, "folded", "contact__customer", _shared(points, "folded", among))


def _phones(among: list[int] | None) -> Groups:
    """Customers of whose people two have one number, with its country's code or without."""
    points = ContactPoint.objects.filter(kind="phone").order_by()
    tails = [tail for tail in _shared(points, "tail", among) if len(tail) >= SHORTEST["phone"]]
    for start in range(0, len(tails), BATCH):
        groups: dict[str, list[list[Way]]] = defaultdict(list)
        having: dict[Way, set[int]] = defaultdict(set)
        rows = points.filter(tail__in=tails[start : start + BATCH]).order_by("id")
        for value, folded, country, pk in rows.values_list("value", "folded", "contact__customer__country", "contact__customer"):
            way = Way("phone", value, folded, country)
            having[way].add(pk)
            numbers = groups[way.tail]
            same = next((number for number in numbers if any(way.is_same(other) for other in number)), None)
            if same is None:
                numbers.append([way])
            elif way not in same:
                same.append(way)
        yield from (sorted(set().union(*(having[way] for way in number))) for numbers in groups.values() for number in numbers)


def _shared(points: models.QuerySet[Any], column: str, among: list[int] | None) -> list[str]:
    """What stands in this column with several customers, of all or of these and whoever shares it with them."""
    asked = points.values(column)
    if among is not None:
        asked = asked.filter(**{f"{column}__in": list(points.filter(contact__customer__in=among).values_list(column, flat=True))})
    several = asked.annotate(n=Count("contact__customer", distinct=True)).filter(n__gt=1, n__lte=CROWD)
    return list(several.values_list(column, flat=True))


def _grouped(rows: models.QuerySet[Any], column: str, key: str, values: list[str]) -> Groups:
    for start in range(0, len(values), BATCH):
        groups: dict[str, set[int]] = defaultdict(set)
        for value, pk in rows.filter(**{f"{column}__in": values[start : start + BATCH]}).order_by().values_list(column, key):
            groups[value].add(pk)
        yield from (sorted(group) for group in groups.values())


def find_alike() -> int:
    """The sweep: pairs that are new, pairs for which more or less speaks, pairs that are none any more. How many there are."""
    with memo.remembering():
        found = _pairs()
    with transaction.atomic():
        _keep(found)
    return len(found)


def find_beside(customers: Iterable[int]) -> None:
    """Keeps the pairs of these customers at once, where somebody waits for them; the sweep would find them too."""
    wanted = sorted(set(customers))
    _keep_new(_pairs(wanted) if wanted else {})


def _keep_new(found: dict[tuple[int, int], set[str]]) -> None:
    rows = [Alike(customer_id=one, other_id=other, why=_sorted(why), weight=_weight(why)) for (one, other), why in found.items()]
    Alike.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _keep(found: dict[tuple[int, int], set[str]]) -> None:
    known = {(row.customer_id, row.other_id): row for row in Alike.objects.all()}
    new = [pair for pair in found if pair not in known]
    there = set()
    for start in range(0, len(new), BATCH):  # somebody may have merged or taken down one of them meanwhile
        wanted = {pk for pair in new[start : start + BATCH] for pk in pair}
        there |= set(Customer.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    Alike.objects.bulk_create(
        [
            Alike(customer_id=one, other_id=other, why=_sorted(found[one, other]), weight=_weight(found[one, other]))
            for one, other in new
            if {one, other} <= there
        ],
        batch_size=BATCH, ignore_conflicts=True,
    )  # fmt: skip
    for pair, row in known.items():
        why = found.get(pair)
        if why is None and row.apart_at is None:
            row.delete()
        elif why is not None and row.why != _sorted(why):
            Alike.objects.filter(pk=row.pk).update(why=_sorted(why), weight=_weight(why))


@operation("customers.set_apart")
def set_apart(customer: Customer, *, by: Actor, other: Customer) -> Alike:
    """Somebody says that they are two; they are not proposed again. Pressed twice, the first counts."""
    require(by, "customers.merge", customer)
    require(by, "customers.merge", other)
    hold(customer.pk, other.pk)
    one, two = sorted((customer.pk, other.pk))
    row, _made = Alike.objects.get_or_create(customer_id=one, other_id=two)
    if Alike.objects.filter(pk=row.pk, apart_at=None).update(apart_at=timezone.now(), apart_by=by.name[:200]):
        record(events.SET_APART, subject=customer, under=customer, by=by, values={"other": other})
    row.refresh_from_db()
    return row


def told_of(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Of pairs of customers what somebody said: *apart*, or *same* where one of the two is no longer there."""
    wanted = {pair: (min(pair), max(pair)) for pair in pairs}
    ids = {pk for pair in wanted for pk in pair}
    there = set(Customer.objects.filter(pk__in=ids).values_list("pk", flat=True))
    rows = Alike.objects.filter(customer__in=ids, other__in=ids).exclude(apart_at=None)
    apart = set(rows.values_list("customer_id", "other_id"))
    return {pair: "apart" if ordered in apart else "" if there.issuperset(pair) else "same" for pair, ordered in wanted.items()}


def set_apart_again(goes: Customer, stays: Customer) -> None:
    """Who was said to be another than the one that goes is another than the one that stays."""
    rows = []
    for said in Alike.objects.filter(Q(customer=goes) | Q(other=goes)).exclude(apart_at=None):
        one, two = sorted((said.other_id if said.customer_id == goes.pk else said.customer_id, stays.pk))
        beside = {name: getattr(said, name) for name in ("why", "weight", "found_at", "apart_at", "apart_by")}
        rows += [Alike(customer_id=one, other_id=two, **beside)] if one != two else []
    Alike.objects.bulk_create(rows, ignore_conflicts=True)
