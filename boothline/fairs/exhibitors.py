"""The exhibitors of a fair and their stands, as its organisers list them 主办方名单.

An exhibitor is no customer: the list says who has a stand, not who deals with us. A press on its page makes a customer of one, or says
which customer it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record, revise
from boothline.core.text import fold, phrase, sort_key
from boothline.customers.card import Customer
from boothline.customers.companies import Company, add_companies, called
from boothline.fairs import events
from boothline.fairs.editions import Fair
from boothline.timeline.history import record

RANGE = re.compile(r"([^\s~～–—-]*[^\W\d_])(\d+)\s*[-–—~～至]\s*(\d+)")  # 9.1D30-31; not "Suite 29-222"
WIDEST = 100  # numbers that a range may stand for
PHASE = re.compile(r"第\s*([\d一二三四五])\s*期\s*|phase\s*(\d)\s*[:,]?\s*", re.IGNORECASE)
PART = 1000  # in one question
MOST_CHOICES = 300
OWN = ("name", "country", "city", "postal_code", "address", "phone", "email", "website", "about")  # fields that a list may say


class Exhibitors(models.QuerySet["Exhibitor"]):
    """Questions about exhibitors."""

    def visible_to(self, by: Actor) -> Exhibitors:
        """Everybody who works here sees the lists of every fair."""
        return self if by.kind != "guest" else self.none()

    def for_list(self) -> Exhibitors:
        """With what a list shows."""
        return self.select_related("fair", "customer").prefetch_related("stands")

    def search(self, words: str, by: Actor) -> Exhibitors:
        """By name, stand, city or what they show."""
        stands = Stand.objects.filter(Q(numbers__icontains=words) | Q(words__icontains=words) | Q(category__icontains=words))
        named = Q(name__icontains=words) | Q(city__icontains=words) | Q(about__icontains=words) | Q(pk__in=stands.values("exhibitor"))
        return self.filter(named | Q(folded__contains=fold(words)) if fold(words) else named)


class Exhibitor(Record):
    """A firm on the organisers' list of one fair. `known` is its name as the list of one fair is compared."""

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="exhibitors")
    name = models.CharField(gettext_lazy("exhibitor"), max_length=200)
    known = models.CharField(max_length=200, editable=False)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    sort_key = models.CharField(max_length=200, editable=False)
    country = models.CharField(gettext_lazy("country"), max_length=60, blank=True, default="")
    city = models.CharField(gettext_lazy("city"), max_length=100, blank=True, default="")
    postal_code = models.CharField(gettext_lazy("postal code"), max_length=40, blank=True, default="")
    address = models.CharField(gettext_lazy("address"), max_length=400, blank=True, default="")
    phone = models.CharField(gettext_lazy("phone"), max_length=100, blank=True, default="")
    email = models.CharField(gettext_lazy("e-mail"), max_length=200, blank=True, default="")
    website = models.CharField(gettext_lazy("website"), max_length=400, blank=True, default="")
    about = models.TextField(gettext_lazy("what it shows"), blank=True, default="")
    besides = models.JSONField(default=list)  # what further rows of the list say otherwise: [{field: value}]
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    labels = {"stands": pgettext_lazy("exhibitor", "stands"), "besides": gettext_lazy("also listed with")}
    privacy = tags(
        name=PLAIN, known=PLAIN, folded=PLAIN, sort_key=PLAIN, country=PLAIN, city=PLAIN, postal_code=PLAIN, address=PLAIN,
        phone=PLAIN, email=PLAIN, website=PLAIN, about=PLAIN, besides=PLAIN,
    )  # fmt: skip

    objects = Exhibitors.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fair", "known"], name="exhibitor_once")]
        indexes = [models.Index(fields=["sort_key", "id"], name="exhibitor_sort")]

    def __str__(self) -> str:
        return self.name

    @property
    def halls(self) -> list[str]:
        """Where its stands are."""
        return list(dict.fromkeys(stand.hall for stand in self.stands.all() if stand.hall))

    @property
    def categories(self) -> list[str]:
        """What its stands are listed under."""
        return list(dict.fromkeys(stand.category for stand in self.stands.all() if stand.category))


class Stand(models.Model):
    """One stand as the list has it, `words`; it may lie under several booth numbers, which stand in `numbers` one by one."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="stands")
    words = models.CharField(max_length=400)
    numbers = models.TextField(blank=True, default="")
    hall = models.CharField(gettext_lazy("hall"), max_length=40, blank=True, default="", db_index=True)
    phase = models.CharField(gettext_lazy("phase"), max_length=20, blank=True, default="")
    category = models.CharField(gettext_lazy("category"), max_length=100, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    privacy = tags(words=PLAIN, numbers=PLAIN, hall=PLAIN, phase=PLAIN, category=PLAIN)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Place:
    """A stand as it arrives."""

    words: str
    hall: str = ""
    phase: str = ""
    category: str = ""


@dataclass
class Listed:
    """An exhibitor as it arrives: its own fields by name, its stands, and what further rows say otherwise."""

    values: dict[str, str]
    stands: list[Place] = field(default_factory=list)
    besides: list[dict[str, str]] = field(default_factory=list)


def known_as(name: str) -> str:
    """A name as the list of one fair is compared: case, width and spaces do not count, a legal form does."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]


def place_of(words: str, *, hall: str = "", phase: str = "", category: str = "") -> Place:
    """A stand from what a list says of it: "第1期 9.1D30-31" names the phase, too."""
    text = " ".join(words.split())
    found = PHASE.match(text)
    if found:
        phase = phase or found[1] or found[2]
        text = text[found.end() :].strip() or text
    return Place(text, hall, phase, category)


def numbers_of(words: str) -> list[str]:
    """The booth numbers of a stand, one by one: 9.1D30-31 is 9.1D30 and 9.1D31."""
    found: dict[str, None] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,，;；、]", words))):
        span = RANGE.fullmatch(part)
        first, last = (int(span[2]), int(span[3])) if span and len(span[3]) <= len(span[2]) < 6 else (0, 0)
        if span and first < last <= first + WIDEST:
            found.update({f"{span[1]}{n:0{len(span[2])}d}": None for n in range(first, last + 1)})
        else:
            found.setdefault(part)
    return list(found)


def listed_as(fair: Fair, names: Iterable[str]) -> dict[str, Exhibitor]:
    """Those of these names on the list of a fair, by the name as it is compared there."""
    rows = Exhibitor.objects.filter(fair=fair, known__in={known_as(name) for name in names}).prefetch_related("stands")
    return {row.known: row for row in rows}


def figures_of(ids: Sequence[int]) -> dict[str, int]:
    """How many exhibitors and stands these are, and how many booth numbers they take; read from what is stored."""
    found = {"exhibitors": 0, "stands": 0, "booths": 0}
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        numbers = list(Stand.objects.filter(exhibitor__in=part).values_list("numbers", flat=True))
        found["exhibitors"] += Exhibitor.objects.filter(pk__in=part).count()
        found["stands"] += len(numbers)
        found["booths"] += sum(len(held.split("\n")) for held in numbers if held)
    return found


def said_on(fair_id: int | None, name: str) -> list[str]:
    """The halls, phases, categories or countries that the list of a fair names; of every fair where none is given."""
    whole, fair = (Exhibitor.objects, "fair") if name == "country" else (Stand.objects, "exhibitor__fair")
    rows: QuerySet[Any] = whole.filter(**{fair: fair_id} if fair_id else {}).order_by().values_list(name, flat=True)
    return sorted(filter(None, rows.distinct()[:MOST_CHOICES]), key=_by_figures)


def _by_figures(word: str) -> list[Any]:
    """10.3 stands after 9.1."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", word) if part]


@operation("fairs.list_exhibitors")
def list_exhibitors(rows: list[Listed], *, by: Actor, fair: Fair) -> list[Exhibitor]:
    """Puts exhibitors on the list of a fair, any number with the same few queries; answers in the same order."""
    require(by, "fairs.edit", fair)
    if not rows:
        return []
    made = Exhibitor.objects.bulk_create(
        [Exhibitor(fair=fair, besides=row.besides, **row.values, **_keys(row.values["name"])) for row in rows], batch_size=1000
    )
    Stand.objects.bulk_create(
        [stand for exhibitor, row in zip(made, rows, strict=True) for stand in _stands(exhibitor, row.stands)], batch_size=1000
    )
    record(events.EXHIBITORS_LISTED, subject=fair, by=by, values={"count": len(made)})
    return made


@operation("fairs.edit_exhibitor")
def edit_exhibitor(
    exhibitor: Exhibitor, *, by: Actor, revision: int, values: dict[str, Any], stands: list[Place] | None = None
) -> Exhibitor:
    """The list says otherwise of one now; `stands` are all of them, where they are said."""
    require(by, "fairs.edit", exhibitor.fair)
    if "name" in values:
        values = values | _keys(values["name"])
    changes = revise(exhibitor, revision=revision, values=values)
    changes = {name: change for name, change in changes.items() if name not in ("known", "folded", "sort_key")}
    if stands is not None and stands != [Place(s.words, s.hall, s.phase, s.category) for s in exhibitor.stands.all()]:
        changes["stands"] = [[str(s) for s in exhibitor.stands.all()], [place.words for place in stands]]
        Stand.objects.filter(exhibitor=exhibitor).delete()
        Stand.objects.bulk_create(_stands(exhibitor, stands))
    if changes:
        record(events.EXHIBITOR_EDITED, subject=exhibitor, by=by, changes=changes)
    return exhibitor


def likely(exhibitor: Exhibitor, by: Actor) -> list[Customer]:
    """The customers that one sees and that it may be: of the same name as names are compared."""
    return list(Customer.objects.visible_to(by).filter(folded=exhibitor.folded).select_related("owner").order_by("pk")[:5])


def namesakes(exhibitor: Exhibitor) -> int:
    """How many customers of its name there are, seen or not."""
    return Customer.objects.filter(folded=exhibitor.folded).count()


@operation("fairs.make_customer")
def make_customer(exhibitor: Exhibitor, *, by: Actor, is_another: bool = False) -> Customer:
    """A customer of an exhibitor. Pressed twice, it is the same one. Where one of that name is on record, a person says that it
    `is_another`."""
    require(by, "customers.add")
    held = _held(exhibitor)
    if held.customer:
        return held.customer
    if not is_another and called([held.name]):
        words = _("A customer called %(name)s is on record. See whether it is this one; if not, make another.")
        raise Refused(phrase(words, {"name": held.name}), code="known")
    address = ", ".join(filter(None, (held.address, " ".join(filter(None, (held.postal_code, held.city))))))
    note = "\n".join(filter(None, (held.about, held.website, held.phone, held.email)))
    [made] = add_companies([Company(held.name, country=held.country, address=address[:400], note=note[:20_000])], by=by.trusted())
    return _tie(held, made, by)


@operation("fairs.is_customer")
def is_customer(exhibitor: Exhibitor, *, by: Actor, customer: Customer) -> Customer:
    """Says which customer an exhibitor is. Pressed twice, it is said once; another one than was said is refused."""
    require(by, "customers.add")
    held = _held(exhibitor)
    if held.customer and held.customer_id != customer.pk:
        raise Refused(phrase(_("It is said to be %(name)s already."), {"name": held.customer}), code="tied")
    return held.customer or _tie(held, customer, by)


@operation("fairs.is_no_customer")
def is_no_customer(exhibitor: Exhibitor, *, by: Actor) -> Exhibitor:
    """Takes back which customer an exhibitor is; the customer stays."""
    require(by, "customers.add")
    held = _held(exhibitor)
    if held.customer:
        record(events.EXHIBITOR_UNTIED, subject=held, under=held.customer, by=by, values={"customer": held.customer})
        Exhibitor.objects.filter(pk=held.pk).update(customer=None)
        held.customer = None
    return held


def _held(exhibitor: Exhibitor) -> Exhibitor:
    return Exhibitor.objects.select_for_update(of=("self",)).select_related("customer", "fair").get(pk=exhibitor.pk)


def _tie(exhibitor: Exhibitor, customer: Customer, by: Actor) -> Customer:
    Exhibitor.objects.filter(pk=exhibitor.pk).update(customer=customer)
    values = {"customer": customer, "fair": exhibitor.fair}
    record(events.EXHIBITOR_TIED, subject=exhibitor, under=customer, by=by, values=values)
    return customer


def _keys(name: str) -> dict[str, str]:
    return {"known": known_as(name), "folded": fold(name)[:200], "sort_key": sort_key(name)}


def _stands(exhibitor: Exhibitor, places: Iterable[Place]) -> list[Stand]:
    return [
        Stand(exhibitor=exhibitor, words=p.words, numbers="\n".join(numbers_of(p.words)), hall=p.hall, phase=p.phase, category=p.category,
              position=n)
        for n, p in enumerate(places)
    ]  # fmt: skip
