"""Customer and contact: the card. A customer is a company or a private person; a contact is a person there.

Facts of business live in the rooms above; here stand who they are, how to reach them, and the kept columns that lists
sort by (type, furthest type, last touch, next step), each written by one function.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import company
from boothline.accounts.people import Team, User, check_here
from boothline.accounts.rights import may, require, where
from boothline.core import phones
from boothline.core.actors import Actor
from boothline.core.countries import CHINESE_READING, check_country, code_of, dialled, is_chinese_number
from boothline.core.databases.inserting import insert_rows
from boothline.core.errors import Refused, Stale, Words
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import ADDRESS, PERSON, PLAIN, REACH, WORDS, covered, masked, tags
from boothline.core.records import Record, alike, revise
from boothline.core.text import digits, fold, phrase, sort_key
from boothline.customers import events, reach
from boothline.customers.lists import CONSENTS, GRADE_WORDS, MORE, NATURE_WORDS, POINT_KINDS, PURPOSES, TYPE_WORDS, TYPES, grade_means
from boothline.customers.rights import owned, owns
from boothline.customers.suitable import PARTS, parts_in, parts_words
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import Event, Telling, record, record_many

REACHING = ("follow_up", "marketing")  # the consents to be written to
LOOK = timedelta(hours=1)  # how long somebody else's phone numbers stay shown


class Customers(models.QuerySet["Customer"]):
    """Questions about customers."""

    def visible_to(self, by: Actor) -> Customers:
        """What the actor may see; rooms above add their ways in `reach`."""
        condition = reach.visible(by)
        return self if condition is None else self.filter(condition)

    def of_contact(self, contact: Contact) -> Customers:
        """What a guest may see: their own company."""
        return self.filter(pk=contact.customer_id)

    def for_list(self) -> Customers:
        """With what a list shows."""
        return self.select_related("owner").prefetch_related("pins")

    def with_first_contact(self, by: Actor) -> Customers:
        """`first_contact`, `first_phone`, `first_email` for a list; the ways to reach them masked where the actor is not at home."""
        if "open_to_me" in self.query.annotations:
            return self
        people = Contact.objects.filter(customer=OuterRef("pk")).order_by("id")
        ways = ContactPoint.objects.filter(contact__customer=OuterRef("pk")).order_by("contact_id", "id")
        mine = Customer.objects.filter(owned(by), where(by, "customers.unmask") or Q(), pk=OuterRef("pk"))
        return self.annotate(
            first_contact=Subquery(people.values("name")[:1]),
            _phone=Subquery(ways.filter(kind="phone").values("value")[:1]),
            _email=Subquery(ways.filter(kind="email").values("value")[:1]),
            open_to_me=Exists(mine),
        )

    def search(self, words: str, by: Actor) -> Customers:
        """By name in any script, pinyin, initials, e-mail, or digits of a phone number; by what is masked for the actor,
        nothing is found."""
        return self.filter(pk__in=index.found(words, "customer", "contact", reach=readable(by)).values("under_id"))


def nothing_known() -> dict[str, str]:
    """The reason of the grade that everybody begins with."""
    return {"code": "new"}


class Customer(Record):
    """A company or private person that we deal with."""

    kind = models.CharField(max_length=10, default="company", choices=[("company", _("company")), ("person", _("private person"))])
    name = models.CharField(_("company name"), max_length=200)
    name_latin = models.CharField(_("name in Latin letters"), max_length=200, blank=True, default="")
    folded = models.CharField(max_length=200, default="", editable=False, db_index=True)
    sort_key = models.CharField(max_length=200, default="", editable=False)
    country = models.CharField(_("country"), max_length=60, blank=True, default="")  # as it was typed
    address = models.CharField(_("address"), max_length=400, blank=True, default="")
    industry = models.CharField(_("industry code"), max_length=40, blank=True, default="")  # of the register of their country
    note = models.TextField(_("note"), blank=True, default="")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("owner"))
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owned_since = models.DateTimeField(default=timezone.now, editable=False)  # by this owner, or by nobody
    owner_before = models.ForeignKey(User, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    type = models.CharField(max_length=16, default="visitor", choices=list(TYPE_WORDS.items()), editable=False)
    type_since = models.DateTimeField(default=timezone.now, editable=False)
    derived_type = models.CharField(max_length=16, default="visitor", choices=list(TYPE_WORDS.items()), editable=False)
    derived_since = models.DateTimeField(default=timezone.now, editable=False)
    furthest = models.PositiveSmallIntegerField(default=0, editable=False)
    nature = models.CharField(max_length=8, default="unknown", choices=list(NATURE_WORDS.items()), editable=False)
    nature_share = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.700"), editable=False)
    grade = models.CharField(_("grade"), max_length=1, blank=True, default="C", choices=list(GRADE_WORDS.items()), editable=False)
    derived_grade = models.CharField(max_length=1, blank=True, default="C", choices=list(GRADE_WORDS.items()), editable=False)
    grade_why = models.JSONField(default=nothing_known, editable=False)
    last_touch_at = models.DateTimeField(null=True, editable=False)
    next_step_on = models.DateField(null=True, editable=False)
    extra = models.JSONField(default=dict, editable=False)
    privacy = tags(
        kind=PLAIN, name=PERSON, name_latin=PERSON, folded=PERSON, sort_key=PERSON, country=PLAIN, address=ADDRESS,
        industry=PLAIN, note=WORDS, type=PLAIN, derived_type=PLAIN, nature=PLAIN, grade=PLAIN, derived_grade=PLAIN,
        grade_why=PLAIN, extra=WORDS,
    )  # fmt: skip
    labels = dict(MORE)

    objects = Customers.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sort_key", "id"], name="customer_sort"),
            models.Index(fields=["type", "sort_key", "id"], name="customer_type"),
            models.Index(fields=["owner", "sort_key", "id"], name="customer_owner"),
            models.Index(fields=["type", "next_step_on", "id"], name="customer_lane"),
            models.Index(fields=["derived_type", "sort_key", "id"], name="customer_derived"),
            models.Index(fields=["furthest", "sort_key", "id"], name="customer_furthest"),
            models.Index(fields=["grade", "sort_key", "id"], name="customer_grade"),
        ]

    def __str__(self) -> str:
        """As the reader calls them: under the Latin name on file in the English interface."""
        return self.name_latin if self.name_latin and (get_language() or "").startswith("en") else self.name

    @property
    def grade_means(self) -> str:
        """The grade with what it stands for; empty without one."""
        return grade_means(self.grade)

    @property
    def more(self) -> list[tuple[str, str]]:
        """What else is on file, each with its words; the company to which they belong is named last."""
        return [(str(words), self.extra[code]) for code, words in MORE.items() if self.extra.get(code)]

    @property
    def customer(self) -> Customer:
        """A customer stands under itself; what asks a record for its customer need not know."""
        return self

    @property
    def customer_id(self) -> int:
        """The same for what asks for its number."""
        return self.pk

    def findable(self) -> Findable:
        """By their names; their people are found by themselves."""
        return Findable(self, under_id=self.pk, open=spellings(self.name, self.name_latin, name=True, person=self.kind == "person"))

    @property
    def first_phone(self) -> str:
        """Of a row that was asked `with_first_contact`."""
        return self._shown(vars(self)["_phone"] or "", masked)

    @property
    def first_email(self) -> str:
        """The same for their e-mail."""
        return self._shown(vars(self)["_email"] or "", masked)

    @property
    def open_address(self) -> str:
        """Where they are, of a row that was asked the same."""
        return self._shown(self.address, covered)

    def _shown(self, value: str, cover: Callable[[str], str]) -> str:
        return value if vars(self)["open_to_me"] else cover(value)

    @property
    def pin(self) -> Any:
        """The pin that stands; no query where the type is as the facts say."""
        return None if self.type == self.derived_type else next((p for p in self.pins.all() if p.ended_at is None), None)

    @cached_property
    def phones(self) -> list[str]:
        """The phone numbers of all of their people, asked once."""
        return list(ContactPoint.objects.filter(kind="phone", contact__customer=self).values_list("value", flat=True))

    @property
    def depth(self) -> int:
        """How far down the ladder by the facts: 0 visitor ... 4 ordering."""
        return TYPES.index(self.derived_type)


class Collaborator(models.Model):
    """A colleague who also works with a customer: for good, or in place of somebody until a day."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="collaborators")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    until = models.DateField(null=True)
    merging = Merging(better=lambda goes, stays: stays.until is not None and (goes.until is None or goes.until > stays.until))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="collaborator_once")]

    def __str__(self) -> str:
        return str(self.user)


class Contacts(models.QuerySet["Contact"]):
    """Questions about contacts."""

    def visible_to(self, by: Actor) -> Contacts:
        """The people of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def search(self, words: str, by: Actor) -> Contacts:
        """By name, company, or what may be read of the ways to reach them."""
        return self.filter(pk__in=index.found(words, "contact", reach=readable(by)).values("record_id"))


class Contact(Record):
    """A person at a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    client_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    sort_key = models.CharField(max_length=200, default="", editable=False)
    title = models.CharField(_("title"), max_length=200, blank=True, default="")
    language = models.CharField(_("language"), max_length=10, blank=True, default="", choices=[("zh-hans", "中文"), ("en", "English")])
    address = models.CharField(_("address"), max_length=400, blank=True, default="")
    suitable = models.JSONField(_("suitable time"), blank=True, default=list, choices=list(PARTS.items()))  # codes, in the day's order
    note = models.TextField(_("note"), blank=True, default="")
    extra = models.JSONField(default=dict, editable=False)
    privacy = tags(
        name=PERSON, sort_key=PERSON, title=PERSON, suitable=PLAIN, language=PLAIN, address=ADDRESS, note=WORDS, extra=WORDS, points=REACH
    )
    labels = {"points": _("phone, e-mail, chat")}

    objects = Contacts.as_manager()

    def __str__(self) -> str:
        return self.name

    def findable(self) -> Findable:
        """By their own name and the company's, so that a name in each finds them; by their ways for who may read those."""
        return self.found_by(point.folded for point in self.points.all())

    def found_by(self, folded: Iterable[str]) -> Findable:
        """The same, of somebody whose ways are at hand."""
        home = self.customer
        company = spellings(home.name, home.name_latin, name=True, person=home.kind == "person")
        return Findable(self, under_id=self.customer_id, open=spellings(self.name, person=True) + company, reach=spellings(*folded))

    @property
    def agreed(self) -> dict[str, Words]:
        """{purpose: in words} of what they agreed to and did not take back, in the order of the list."""
        given = {consent.purpose for consent in self.consents.all() if consent.withdrawn_at is None}
        return {purpose: words for purpose, words in CONSENTS.items() if purpose in given}

    @property
    def suitable_words(self) -> str:
        """When they like to be reached; "" where nobody knows."""
        return parts_words(self.suitable)

    @property
    def speaks(self) -> str:
        """The language of letters to them: theirs, else what their number, their country and the script of their name propose."""
        return self.language or proposed_language(self.point("phone"), self.customer.country, self.name, self.customer.name)

    def point(self, kind: str) -> str:
        """The first phone, e-mail or other way to reach them; "" if none."""
        return next((p.value for p in self.points.all() if p.kind == kind), "")

    def points_beside(self, *, first: Collection[str], whole: Collection[str] = ()) -> list[ContactPoint]:
        """What a form does not show that has a field for the `first` way of some kinds, and one for the `whole` of others."""
        shown = {kind: next((p.pk for p in self.points.all() if p.kind == kind), None) for kind in first}
        return [p for p in self.points.all() if p.kind not in whole and p.pk != shown.get(p.kind)]


def country_of(customer: Customer) -> str:
    """The code of the country in which they are: as it was written; where nobody wrote one, ours, unless we are in China and the numbers
    of their people are all from abroad: then another one, which nobody knows."""
    home = company().country.upper()
    if customer.country or home != "CN":
        return code_of(customer.country) or home
    told = [is_chinese_number(number) for number in customer.phones]
    return "" if False in told and True not in told else home


def is_abroad(customer: Customer) -> bool:
    """Whether they are in another country than ours."""
    return country_of(customer) != company().country.upper()


def with_countries(customers: Iterable[Customer]) -> None:
    """Reads, for many at once, what `country_of` asks of those whose country nobody wrote."""
    asked = [customer for customer in customers if not customer.country]
    found: dict[int, list[str]] = defaultdict(list)
    points = ContactPoint.objects.filter(kind="phone", contact__customer__in={customer.pk for customer in asked})
    for pk, value in points.values_list("contact__customer", "value"):
        found[pk].append(value)
    for customer in asked:
        customer.phones = found[customer.pk]


def proposed_language(phone: str, country: str, *names: str) -> str:
    """A number from abroad or a country abroad is written to in English; Chinese characters in a name mean Chinese; a name in
    Latin letters alone English. Where nothing says anything: Chinese. A number without its country's code says something only where no
    country is known: 1 415 555 0132 has as many figures as a mobile phone at home."""
    is_chinese = is_chinese_number(phone) if dialled(phone) or not country else code_of(country) in CHINESE_READING
    if is_chinese is None:
        written = "".join(names)
        is_chinese = not written.isascii() or not any(c.isalpha() for c in written)
    return "zh-hans" if is_chinese else "en"


class ContactPoint(models.Model):
    """One way to reach a contact. `folded` is how it is compared: digits of a phone, an e-mail in lower case; phones that may be the same
    number have the same `tail` (`core.phones`)."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=10, choices=list(POINT_KINDS.items()))
    value = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_index=True)
    tail = models.CharField(max_length=phones.TAIL, default="", db_index=True)
    privacy = tags(kind=PLAIN, value=REACH, folded=REACH, tail=REACH)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.value


def tail_of(kind: str, _value: str, folded: str) -> str:
    """The end of a phone number, by which numbers that may be the same are found; other ways have none."""
    return phones.tail(folded) if kind == "phone" else ""


class Consent(Record):
    """That a person agreed to something: for what, in which words, how we know. Withdrawn, never deleted, unless nobody ever agreed."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=list(PURPOSES.items()))
    wording = models.CharField(max_length=20, default="1")
    how = models.CharField(max_length=40)
    withdrawn_at = models.DateTimeField(null=True)
    privacy = tags(purpose=PLAIN, wording=PLAIN, how=PLAIN)

    def __str__(self) -> str:
        return str(PURPOSES.get(self.purpose, self.purpose))


@dataclass(slots=True)
class Person:
    """A person as they arrive: from a form, a vCard, a row. At least one field says who it is."""

    name: str = ""
    company: str = ""
    title: str = ""
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    chats: dict[str, str] = field(default_factory=dict)
    address: str = ""
    country: str = ""
    note: str = ""
    language: str = ""
    suitable: Sequence[str] = ()
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)
    customer: Customer | None = None  # chosen by a person: attach, do not guess
    home: str = ""  # of people who share it: one customer, however many companies are called alike
    owner: User | None = None  # of a customer that is made for them
    more: Mapping[str, str] = field(default_factory=dict)  # what else is known of their company, by the codes of `MORE`

    @property
    def is_empty(self) -> bool:
        """Nothing that says who it is."""
        return not (self.name or self.company or self.emails or self.phones or self.chats)

    def points(self, beside: Collection[ContactPoint] = ()) -> list[tuple[str, str, str]]:
        """(kind, value, folded) of every way to reach them, each once, and of what is known `beside`."""
        found = [("phone", p, digits(p)) for p in self.phones] + [("email", e, e.casefold()) for e in self.emails]
        found += [(kind, value, value.casefold()) for kind, value in self.chats.items() if value]
        found += [(point.kind, point.value, point.folded) for point in beside]
        return list({(k, f): (k, v[:200], f[:200]) for k, v, f in found if f}.values())


@operation("customers.add_people")
def add_people(people: list[Person], *, by: Actor, owner: User | None = None) -> list[Contact]:
    """Adds people with their customers, any number with the same few queries; answers in the same order.

    A person with a chosen customer joins it; others get a customer of their own, people of one company (same folded
    name) in one call the same one.
    """
    require(by, "customers.add")
    for joined in {person.customer.pk: person.customer for person in people if person.customer}.values():
        require(by, "customers.edit", joined)
    first: dict[str, Person] = {}
    for person in people:
        if person.customer is None:
            first.setdefault(_home(person), person)
    shared = {"owner": owner, "team": owner.team if owner else None}
    homes = dict(zip(first, alike(Customer, shared, map(_customer_of, first.values())), strict=True))
    for home, person in zip(homes.values(), first.values(), strict=True):
        if person.owner:
            home.owner, home.team = person.owner, person.owner.team
    contacts = alike(Contact, {}, (
        {
            "client_id": person.client_id, "name": (name := _name(person)), "sort_key": sort_key(name, person=True),
            "title": person.title[:200], "address": person.address[:400], "note": person.note, "language": person.language,
            "suitable": parts_in(person.suitable),
        }
        for person in people
    ))  # fmt: skip
    ways = [person.points() for person in people]
    found: list[Findable] = []
    waiting = dict(homes)
    for contact, person, points in zip(contacts, people, ways, strict=True):
        made = None if person.customer else waiting.pop(_home(person), None)
        found += [made.findable()] if made else []  # a company beside its people: its name is spelled once
        contact.customer = person.customer or homes[_home(person)]
        found.append(contact.found_by(folded for _kind, _value, folded in points))
    finish = index.begin(found)
    Customer.objects.bulk_create(homes.values(), batch_size=1000)
    Contact.objects.bulk_create(contacts, batch_size=1000)
    rows = [(contact.pk, *point, tail_of(*point)) for contact, points in zip(contacts, ways, strict=True) for point in points]
    insert_rows(ContactPoint, ("contact_id", "kind", "value", "folded", "tail"), rows)
    record_many(events.ADDED, [Telling(c, under=c) for c in homes.values()], by=by)
    record_many(events.CONTACT_ADDED, [Telling(c, under=c.customer) for c in contacts], by=by)
    for findable in found:
        findable.under_id = findable.record.customer_id  # type: ignore[attr-defined]  # both have one, by now
    finish()
    return contacts


def _home(person: Person) -> str:
    return f"home {person.home}" if person.home else fold(person.company) if person.company else f"person {person.client_id}"


def _name(person: Person) -> str:
    """Their name; else how they can be reached, masked: a name is shown to everybody who sees the customer."""
    reach_by = [masked(way) for way in person.emails + person.phones + list(person.chats.values())]
    return (person.name or next(iter([*reach_by, person.company]), ""))[:200]


def _customer_of(person: Person) -> dict[str, Any]:
    name = (person.company or _name(person))[:200]
    return {
        "kind": "company" if person.company else "person", "name": name, "folded": fold(name)[:200],
        "sort_key": sort_key(name, person=not person.company), "country": person.country[:60], "address": person.address[:400],
        "extra": dict(person.more) if person.company else {},
    }  # fmt: skip


def brought_by(by: Actor) -> User | None:
    """Whose customers they are whom somebody brings, by hand or by file: their own, where they sell."""
    if by.kind == "user" and by.roles & {"sales", "manager"}:
        return User.objects.select_related("team").get(pk=by.id or 0)
    return None


@operation("customers.edit")
def edit_customer(customer: Customer, *, by: Actor, revision: int, values: dict[str, Any]) -> Customer:
    """Edits who a customer is; the type is not among it."""
    require(by, "customers.edit", customer)
    check_country(values.get("country") or "", was=customer.country)
    if "name" in values:
        spelled = sort_key(values["name"], person=customer.kind == "person")
        values = values | {"sort_key": spelled, "folded": fold(values["name"])[:200]}
    changes = revise(customer, revision=revision, values=values)
    shown = {k: v for k, v in changes.items() if k not in ("sort_key", "folded")}
    if {"name", "name_latin"} & set(changes):
        people = customer.contacts.select_related("customer").prefetch_related("points")
        index.keep([customer.findable(), *(contact.findable() for contact in people)])
    if shown:
        record(events.EDITED, subject=customer, under=customer, by=by, changes=shown)
    return customer


@operation("customers.set_language")
def set_language(contact: Contact, *, by: Actor, language: str) -> Contact:
    """In which language we write to them, said where something is sent."""
    require(by, "customers.edit", contact)
    contact = Contact.objects.select_related("customer").get(pk=contact.pk)
    changes = revise(contact, revision=contact.revision, values={"language": language})
    if changes:
        record(events.CONTACT_EDITED, subject=contact, under=contact.customer, by=by, changes=changes)
    return contact


@operation("customers.edit_contact")
def edit_contact(
    contact: Contact, *, by: Actor, revision: int, values: dict[str, Any], points: Person, beside: Collection[ContactPoint] = ()
) -> Contact:
    """Edits a person and the ways to reach them; those that the form did not show stay (`beside`)."""
    require(by, "customers.edit", contact)
    if "name" in values:
        values = values | {"sort_key": sort_key(values["name"], person=True)}
    before = [(p.kind, p.value) for p in contact.points.all()]
    after = points.points(beside)
    try:
        changes = revise(contact, revision=revision, values=values)
    except Stale as stale:
        stale.fields += _points_apart(before, [(kind, value) for kind, value, _folded in after])
        raise
    changes.pop("sort_key", None)
    if sorted(before) != sorted((kind, value) for kind, value, _folded in after):
        if not changes:  # a phone number is part of the card: whoever edits it next must have seen it
            Contact.objects.filter(pk=contact.pk).update(revision=F("revision") + 1)
        contact.points.all().delete()
        rows = [(contact.pk, *point, tail_of(*point)) for point in after]
        insert_rows(ContactPoint, ("contact_id", "kind", "value", "folded", "tail"), rows)
        changes["points"] = [[v for _k, v in before], [v for _k, v, _f in after]]
    if {"name", "points"} & set(changes):
        index.keep_all("contact", [contact.pk])
    if changes:
        record(events.CONTACT_EDITED, subject=contact, under=contact.customer, by=by, changes=changes)
    return contact


def _points_apart(theirs: list[tuple[str, str]], mine: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    fields = {"phone": "phones", "email": "emails", "wechat": "wechat", "whatsapp": "whatsapp", "web": "website"}

    def lines(points: list[tuple[str, str]], wanted: str) -> str:
        return "\n".join(value for kind, value in points if kind == wanted)

    both = [(name, lines(theirs, kind), lines(mine, kind)) for kind, name in fields.items()]
    return [(name, was, new) for name, was, new in both if was != new]


@operation("customers.assign")
def assign(customer: Customer, *, by: Actor, owner: User | None, revision: int) -> Customer:
    """Gives a customer to an owner, or to nobody (the pool). Not to somebody who left; only a file may say that they were theirs."""
    require(by, "customers.assign", customer)
    if owner and not by.is_trusted:
        check_here(owner, "owner")
    was = customer.owner_id
    changes = revise(customer, revision=revision, values={"owner": owner, "team": owner.team if owner else customer.team})
    if "owner" in changes:
        Customer.objects.filter(pk=customer.pk).update(owned_since=timezone.now(), owner_before=was)
        shown = {"owner": changes["owner"]}
        record(events.ASSIGNED, subject=customer, under=customer, by=by, values={"owner": owner or "–"}, changes=shown)
    return customer


@operation("customers.add_collaborator")
def add_collaborator(customer: Customer, *, by: Actor, user: User) -> Collaborator:
    """A colleague works with the customer too. Pressed twice, they do it once."""
    require(by, "customers.assign", customer)
    check_here(user, "user")
    (customer,) = hold(customer.pk)
    if user.pk == customer.owner_id:
        raise Refused(phrase(_("%(name)s is the owner already."), {"name": user}), field="user")
    made, is_new = Collaborator.objects.get_or_create(customer=customer, user=user)
    if is_new or Collaborator.objects.filter(pk=made.pk, until__isnull=False).update(until=None):
        record(events.COLLABORATOR_ADDED, subject=customer, under=customer, by=by, values={"name": user})
    return made


@operation("customers.remove_collaborator")
def remove_collaborator(customer: Customer, *, by: Actor, user: User) -> None:
    """A colleague works with the customer no longer. Pressed twice, nothing more happens."""
    require(by, "customers.assign", customer)
    (customer,) = hold(customer.pk)
    gone, _kinds = Collaborator.objects.filter(customer=customer, user=user).delete()
    if gone:
        record(events.COLLABORATOR_REMOVED, subject=customer, under=customer, by=by, values={"name": user})


@operation("customers.unmask")
def unmask(customer: Customer, *, by: Actor) -> None:
    """Shows the ways to reach a customer's people to somebody who is not their owner, and keeps that they looked."""
    require(by, "customers.unmask", customer)
    if not is_unmasked(customer, by):
        record(events.UNMASKED, subject=customer, under=customer, by=by)


def is_unmasked(customer: Customer, by: Actor) -> bool:
    """Whether this person reads phone numbers and addresses in full: of their own customers, of others for an hour after
    they said so (`unmask`)."""
    if not may(by, "customers.unmask", customer):
        return False
    if by.is_trusted or owns(by, customer):
        return True
    looked = Event.objects.about(customer).filter(kind=events.UNMASKED.code, actor_kind=by.kind, actor_id=by.id)
    return looked.filter(at__gt=timezone.now() - LOOK).exists()


@operation("customers.agree")
def agree(contacts: list[tuple[Contact, str]], *, by: Actor, how: str, wording: str = "1") -> list[Consent]:
    """Keeps consents: (contact, purpose) pairs, how they were given, and to which version of our words."""
    require(by, "customers.add")
    given = Consent.objects.bulk_create(Consent(contact=c, purpose=purpose, how=how, wording=wording) for c, purpose in contacts)
    record_many(events.AGREED, [Telling(c, under=c.customer, values={"purpose": p}) for c, p in contacts], by=by)
    return given


@operation("customers.disagree")
def disagree(contacts: list[Contact], *, by: Actor) -> None:
    """They asked not to be contacted: every consent that they gave is withdrawn, none is deleted. Whoever never gave one has said
    so too."""
    require(by, "customers.add")
    given = Consent.objects.filter(contact__in=contacts, withdrawn_at=None)
    withdrawn, now = set(given.values_list("contact_id", flat=True)), timezone.now()
    given.update(withdrawn_at=now)
    spoke = set(Consent.objects.filter(contact__in=contacts, purpose__in=REACHING).values_list("contact_id", flat=True))
    silent = [contact for contact in contacts if contact.pk not in spoke]
    Consent.objects.bulk_create(Consent(contact=c, purpose="follow_up", how="asked not to be contacted", withdrawn_at=now) for c in silent)
    withdrawn |= {contact.pk for contact in silent}
    record_many(events.DISAGREED, [Telling(c, under=c.customer) for c in contacts if c.pk in withdrawn], by=by)


@operation("customers.join")
def join(pairs: list[tuple[Customer, User]], *, by: Actor, until: date | None = None) -> None:
    """Colleagues who work with customers of somebody else from now on; those who do already stay as they are. Whoever does so
    `until` a day is taken out by the daily task of the room that brought them in."""
    require(by, "customers.assign")
    known = set(Collaborator.objects.filter(customer__in=[c for c, _user in pairs]).values_list("customer_id", "user_id"))
    wanted = {(c.pk, u.pk): (c, u) for c, u in pairs if c.owner_id != u.pk}
    new = [pair for key, pair in wanted.items() if key not in known]
    Collaborator.objects.bulk_create([Collaborator(customer=c, user=u, until=until) for c, u in new], ignore_conflicts=True)
    record_many(events.JOINED, [Telling(c, under=c, values={"colleague": u}) for c, u in new], by=by)


@operation("customers.withdraw_consent")
def withdraw_consent(consent: Consent, *, by: Actor) -> None:
    """A person agrees no longer; that they once did stays on record. Pressed twice, the first counts."""
    require(by, "customers.edit", consent.contact.customer)
    if Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        record(
            events.CONSENT_WITHDRAWN, subject=consent.contact, under=consent.contact.customer, by=by, values={"purpose": consent.purpose}
        )


@operation("customers.unnote_consents")
def unnote_consents(consents: list[Consent], *, by: Actor) -> list[Consent]:
    """They were noted by mistake: as if nobody had been asked. Who agrees no longer by now has said so, and that stays; these are
    returned."""
    for customer in {consent.contact.customer_id: consent.contact.customer for consent in consents}.values():
        require(by, "customers.edit", customer)
    wrong = [consent for consent in consents if consent.withdrawn_at is None]
    Consent.objects.filter(pk__in=[consent.pk for consent in wrong], withdrawn_at=None).delete()
    record_many(
        events.CONSENT_MISNOTED, [Telling(c.contact, under=c.contact.customer, values={"purpose": c.purpose}) for c in wrong], by=by
    )
    return [consent for consent in consents if consent not in wrong]


def readable(by: Actor) -> Q | None:
    """Of which rows of the search index the masked part may be searched; None: of all."""
    unmasked = where(by, "customers.unmask")
    return None if unmasked is None else Q(under_id__in=Customer.objects.filter(unmasked).values("pk"))


def findable_customers(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [customer.findable() for customer in Customer.objects.filter(pk__in=ids)]


def findable_contacts(ids: list[int]) -> list[Findable]:
    """The same for people."""
    people = Contact.objects.filter(pk__in=ids).select_related("customer").prefetch_related("points")
    return [contact.findable() for contact in people]


def hold(*customer_ids: int, only: Collection[str] = ()) -> list[Customer]:
    """Locks the rows of these customers, in one order, until the transaction ends.

    Whoever changes somebody's business holds the customer before reading anything else: two presses about one customer
    then come one after the other, and never wait for each other in a ring. New facts may refer to the row meanwhile. Whoever
    waited for one that was merged into another meanwhile is told so. `only`: the columns that are wanted of many.
    """
    rows = Customer.objects.select_for_update(of=("self",), no_key=True).filter(pk__among=customer_ids)
    held = list((rows.only(*only) if only else rows).order_by("pk"))
    if not held and len(customer_ids) == 1:
        _refuse_merged(customer_ids[0])
    return held


def _refuse_merged(customer_id: int) -> None:
    if apps.get_model("customers", "Merge").objects.of(customer_id).exists():
        raise Refused(_("This customer was merged into another one meanwhile. Open it anew."), code="gone")


def passed_on() -> dict[str, Any]:
    """What is written beside another owner: since when, and whose the customer was before."""
    return {"owned_since": timezone.now(), "owner_before_id": F("owner_id")}


def pass_on(customer: Customer, owner: User | None, at: datetime) -> list[str | None]:
    """Another owner, or nobody: [before, now] in names. Written by the pool through here; the row is held."""
    team = {"team_id": owner.team_id} if owner else {}
    written = passed_on() | {"owned_since": at, "owner": owner, "revision": F("revision") + 1} | team
    Customer.objects.filter(pk=customer.pk).update(**written)
    with translation.override("zh-hans"):  # one stored name, whoever speaks
        return [str(customer.owner) if customer.owner else None, str(owner) if owner else None]


def keep_touch(customer: Customer, at: datetime) -> None:
    """The kept column *last touch*. Written by followups through here, by nobody else."""
    Customer.objects.filter(pk=customer.pk).filter(Q(last_touch_at=None) | Q(last_touch_at__lt=at)).update(last_touch_at=at)


def keep_touches(latest: dict[int, datetime]) -> None:
    """The same for any number, {customer id: moment}."""
    later = [c for c in Customer.objects.filter(pk__in=latest) if c.last_touch_at is None or c.last_touch_at < latest[c.pk]]
    for customer in later:
        customer.last_touch_at = latest[customer.pk]
    Customer.objects.bulk_update(later, ["last_touch_at"], batch_size=500)


def keep_last_touches(moments: dict[int, datetime | None]) -> None:
    """The same counted anew, {customer id: moment}; when two customers became one, or two again."""
    for pk, at in moments.items():
        Customer.objects.filter(pk=pk).exclude(last_touch_at=at).update(last_touch_at=at)


def keep_next_step(days: dict[int, date | None]) -> None:
    """The kept column *next step*, {customer id: day}. Written by followups through here, by nobody else."""
    by_day: dict[date | None, list[int]] = {}
    for pk, day in days.items():
        by_day.setdefault(day, []).append(pk)
    for day, pks in by_day.items():
        Customer.objects.filter(pk__in=pks).update(next_step_on=day)


def keep_nature(answers: dict[int, tuple[str, Decimal]]) -> None:
    """The kept columns *nature* and *share of a buyer*, {customer id: (nature, share)}. Written by the recognition of visitors
    through here, by nobody else."""
    by_answer: dict[tuple[str, Decimal], list[int]] = {}
    for pk, answer in answers.items():
        by_answer.setdefault(answer, []).append(pk)
    for (nature, share), pks in by_answer.items():
        Customer.objects.filter(pk__in=pks).update(nature=nature, nature_share=share)
