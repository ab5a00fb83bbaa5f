"""202 Customer dossier 客户资料: the legal data of the customer that signs (签约), its papers, and how complete it is.

A Chinese company, a foreign company and a private person have parts of their own; the weights add to 100. Every value is
kept with the days on which it was in force. A contract is sent from 60; a wrong credit code never stands on one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue.rates import BASE, exchanged
from boothline.contracts import credit_code, events
from boothline.contracts.lists import PAPERS
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.pinyin import HAN
from boothline.core.privacy import ADDRESS, BOOKS, PERSON, PLAIN, REACH, WORDS, tags
from boothline.core.records import Record, label_of, revise
from boothline.core.rules import declare
from boothline.core.text import clean, fold, listed, phrase, reason_given
from boothline.core.weights import declare_weights
from boothline.customers.card import Contact, Customer, country_of, hold
from boothline.files.attachments import Received, put_received
from boothline.followups.steps import Plan, plan_many
from boothline.intentions.collection import Part
from boothline.timeline.history import record
from boothline.worktime.calendar import add_workdays

ENOUGH = declare(
    "contracts.dossier_at_least", 60, gettext_lazy("Completeness of the dossier from which a contract is sent"), low=0, high=100
)  # fmt: skip
ATTORNEY = declare(
    "contracts.attorney_above", Decimal(100_000),
    gettext_lazy("Value in CNY above which another signatory needs a power of attorney"), low=0,
)  # fmt: skip
IN_PERSON = "in_person"
BANK = ("bank", "bic", "bank_account")
FIELDS = {  # what the form of each party asks, in its order
    "chinese": (
        "legal_name", "code", "registered_address", "representative", "bank", "bank_account", "invoice_address", "invoice_phone",
        "signatory", "delivery_address",
    ),
    "foreign": (
        "legal_name", "legal_name_local", "tax_number", "registered_address", "representative", "bank", "bic", "bank_account", "consignee",
        "notify_party", "signatory", "delivery_address",
    ),
    "person": ("legal_name", "delivery_address"),
}  # fmt: skip
WEIGHTS = {
    "chinese": declare_weights(
        "contracts.dossier_weights_chinese",
        {
            "name": 15, "code": 20, "address": 10, "representative": 5, "bank": 15, "invoice": 5, "signatory": 10, "licence": 10,
            "delivery": 10,
        },
        gettext_lazy("Weights of the dossier of a Chinese company, in percent"),
    ),
    "foreign": declare_weights(
        "contracts.dossier_weights_foreign",
        {
            "name": 15, "tax": 15, "country": 5, "address": 10, "bank": 15, "consignee": 10, "signatory": 15, "licence": 10,
            "delivery": 5,
        },
        gettext_lazy("Weights of the dossier of a foreign company, in percent"),
    ),
    "person": declare_weights(
        "contracts.dossier_weights_person", {"name": 30, "phone": 30, "delivery": 30, "email": 10},
        gettext_lazy("Weights of the dossier of a private person, in percent"),
    ),
}  # fmt: skip


class Dossiers(models.QuerySet["Dossier"]):
    """Questions about dossiers."""

    def visible_to(self, by: Actor) -> Dossiers:
        """Those of the customers that the actor sees; nobody's without the right."""
        if not by.has("dossier.see"):
            return self.none()
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def for_list(self) -> Dossiers:
        """With what its page shows."""
        return self.select_related("customer__owner", "signatory", "bank_confirmed_by")


def sharing_code(ids: list[int] | None) -> list[list[int]]:
    """Customers that have one and the same credit code, if it is one; of all, or of these and whoever shares it with them."""
    rows = Dossier.objects.exclude(code="").order_by()
    asked = rows.values("code")
    if ids is not None:
        asked = asked.filter(code__in=list(rows.filter(customer__in=ids).values_list("code", flat=True)))
    shared = [
        code for code in asked.annotate(n=models.Count("id")).filter(n__gt=1).values_list("code", flat=True) if credit_code.is_valid(code)
    ]
    found: dict[str, list[int]] = {}
    for code, pk in rows.filter(code__in=shared).values_list("code", "customer"):
        found.setdefault(code, []).append(pk)
    return list(found.values())


class Dossier(Record):
    """Who the customer is before the law. Empty parts count as missing."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+")
    legal_name = models.CharField(gettext_lazy("legal name"), max_length=200, blank=True, default="")
    legal_name_local = models.CharField(gettext_lazy("legal name in local script"), max_length=200, blank=True, default="")
    code = models.CharField(gettext_lazy("unified social credit code"), max_length=40, blank=True, default="", db_index=True)
    tax_number = models.CharField(gettext_lazy("VAT, tax or registration number"), max_length=60, blank=True, default="")
    registered_address = models.CharField(gettext_lazy("registered address"), max_length=400, blank=True, default="")
    representative = models.CharField(gettext_lazy("legal representative"), max_length=100, blank=True, default="")
    bank = models.CharField(gettext_lazy("bank"), max_length=200, blank=True, default="")
    bic = models.CharField(gettext_lazy("SWIFT/BIC"), max_length=11, blank=True, default="")
    bank_account = models.CharField(gettext_lazy("account or IBAN"), max_length=60, blank=True, default="")
    invoice_address = models.CharField(gettext_lazy("invoice address"), max_length=400, blank=True, default="")
    invoice_phone = models.CharField(gettext_lazy("invoice phone"), max_length=40, blank=True, default="")
    consignee = models.CharField(gettext_lazy("consignee"), max_length=400, blank=True, default="")
    notify_party = models.CharField(gettext_lazy("notify party"), max_length=400, blank=True, default="")
    delivery_address = models.CharField(gettext_lazy("port or delivery address"), max_length=400, blank=True, default="")
    signatory = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("signatory")
    )
    bank_changed_at = models.DateTimeField(null=True)  # asked for again: nobody has confirmed the new account yet
    known_phones = models.JSONField(default=list)  # [contact id, number] known before the account changed
    bank_confirmed_at = models.DateTimeField(null=True)
    bank_confirmed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    bank_confirmed_words = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(
        legal_name=BOOKS, legal_name_local=BOOKS, code=BOOKS, tax_number=BOOKS, registered_address=BOOKS, representative=PERSON, bank=BOOKS,
        bic=BOOKS, bank_account=REACH, invoice_address=ADDRESS, invoice_phone=REACH, consignee=PERSON, notify_party=PERSON,
        delivery_address=ADDRESS, known_phones=REACH, bank_confirmed_words=WORDS,
    )  # fmt: skip

    merging = Merging(
        fills=(
            *((name,) for name in ("legal_name", "legal_name_local", "code", "tax_number", "registered_address", "representative")),
            *((name,) for name in ("invoice_address", "invoice_phone", "consignee", "notify_party", "delivery_address", "signatory")),
            ("bank", "bic", "bank_account", "bank_changed_at", "known_phones", "bank_confirmed_at", "bank_confirmed_by",
             "bank_confirmed_words"),
        ),
        note=gettext_lazy("Dossiers: that of the customer that stays counts; what is empty in it is filled from the other."),
    )  # fmt: skip

    objects = Dossiers.as_manager()

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def party(self) -> str:
        """chinese · foreign · person: which parts count."""
        if self.customer.kind == "person":
            return "person"
        return "chinese" if country_of(self.customer) == "CN" else "foreign"

    @property
    def has_wrong_code(self) -> bool:
        """A credit code is kept that is not one: unverified."""
        return self.party == "chinese" and bool(self.code) and not credit_code.is_valid(self.code)

    @property
    def bank_waits(self) -> bool:
        """The account changed, and nobody has asked them by a number known before."""
        return self.bank_changed_at is not None and self.bank_confirmed_at is None


class Fact(models.Model):
    """One value of a dossier with the days on which it is, or was, in force."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="facts")
    field = models.CharField(max_length=24)
    value = models.CharField(max_length=400)
    since = models.DateField()
    until = models.DateField(null=True)
    privacy = tags(field=PLAIN, value=REACH)
    merging = Merging(yields={"until": clock.today}, alone=(("dossier", "field"), models.Q(until__isnull=True)))

    class Meta:
        ordering = ("-since", "-id")

    def __str__(self) -> str:
        return self.field

    @property
    def label(self) -> str:
        """The field's own words."""
        return label_of(Dossier, self.field)


class DossierPapers(models.QuerySet["DossierPaper"]):
    """Questions about papers."""

    def visible_to(self, by: Actor) -> DossierPapers:
        """Those of the dossiers that the actor sees."""
        return self.filter(dossier__in=Dossier.objects.visible_to(by))


class DossierPaper(Record):
    """A paper of the customer: business licence, registration document, power of attorney; with its last day."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=12, choices=list(PAPERS.items()))
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")  # who holds the power of attorney
    valid_until = models.DateField(null=True)
    privacy = tags(kind=PLAIN)

    objects = DossierPapers.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(PAPERS[self.kind])

    @property
    def customer(self) -> Customer:
        """Whose paper it is."""
        return self.dossier.customer

    @property
    def is_valid(self) -> bool:
        """Its last day has not passed."""
        return self.valid_until is None or self.valid_until >= clock.today()


def dossier_of(customer: Customer) -> Dossier:
    """The dossier of a customer; an empty one, not stored, while nothing is known."""
    found = Dossier.objects.select_related("signatory").filter(customer=customer).first() or Dossier()
    found.customer = customer
    return found


@operation("contracts.edit_dossier")
def edit_dossier(
    customer: Customer, *, by: Actor, revision: int, values: dict[str, Any], since: date | None = None, keeps_wrong_code: bool = False
) -> Dossier:
    """Writes what is known. A wrong credit code is refused, unless it is to be kept as unverified; a changed account is asked for again."""
    require(by, "dossier.edit", customer)
    hold(customer.pk)
    dossier, _made = Dossier.objects.get_or_create(customer=customer)
    since = since or clock.today()
    values = _checked(dossier, values, since, keeps_wrong_code)
    changes = revise(dossier, revision=revision, values=values)
    if not changes:
        return dossier
    later = models.Q(since__gt=since) | models.Q(until__gt=since)
    if dossier.facts.filter(later, field__in=changes).exists():
        raise Refused(_("What stood before began later than that. Enter the day on which it changed."), field="since")
    had_account = dossier.facts.filter(field__in=set(BANK) & set(changes)).exists()  # now, or once: emptied first, it is a change too
    for name in changes:
        _keep_fact(dossier, name, since)
    if had_account and dossier.bank_account:
        _ask_bank_again(dossier, by)
    record(
        events.DOSSIER_EDITED, subject=dossier, under=customer, by=by, values={"percent": completeness(dossier)}, changes=changes
    )  # fmt: skip
    if "code" in changes and dossier.code and not dossier.has_wrong_code:
        others = same_code(dossier)
        if others:
            record(events.SAME_CODE, subject=dossier, under=customer, by=by, values={"others": [str(o) for o in others]})
    return dossier


@operation("contracts.file_paper")
def file_paper(
    customer: Customer, *, by: Actor, kind: str, received: Received | None, valid_until: date | None = None, contact: Contact | None = None
) -> DossierPaper:
    """Keeps a paper of the customer with its last day; a power of attorney names who holds it."""
    require(by, "dossier.edit", customer)
    if kind not in PAPERS:
        raise Refused(_("Choose what kind of paper it is."), field="kind")
    if received is None:
        raise Refused(_("Add the scan or photo."), field="file")
    if valid_until and valid_until < clock.today():
        raise Refused(_("This paper is out of date already. Ask for a new one."), field="valid_until")
    if kind == "attorney" and (contact is None or contact.customer_id != customer.pk):
        raise Refused(_("Choose who holds the power of attorney."), field="contact")
    hold(customer.pk)
    dossier, _made = Dossier.objects.get_or_create(customer=customer)
    paper = DossierPaper.objects.create(
        dossier=dossier, kind=kind, valid_until=valid_until, contact=contact if kind == "attorney" else None
    )
    put_received(paper, by=by.trusted(), received=received)
    record(events.PAPER_FILED, subject=paper, under=customer, by=by, values={"paper": kind, "percent": completeness(dossier)})
    return paper


@operation("contracts.confirm_bank")
def confirm_bank(dossier: Dossier, *, by: Actor, through: str, words: str) -> Dossier:
    """The changed account is right: somebody asked them by a number known before the change, or in person. Confirmed twice, the
    first stands."""
    require(by, "dossier.edit", dossier.customer)
    hold(dossier.customer_id)
    dossier = Dossier.objects.for_list().get(pk=dossier.pk)
    if not dossier.bank_waits:
        return dossier
    if through != IN_PERSON and through not in known_numbers(dossier):
        raise Refused(_("Call a number that was known before the account changed, or ask in person."), field="through")
    asks = _("Note whom you asked, and what they said: at least 5 letters, or 2 Chinese characters.")
    words = reason_given(words, field="words", asks=asks)
    Dossier.objects.filter(pk=dossier.pk).update(
        bank_confirmed_at=timezone.now(), bank_confirmed_by_id=by.id if by.kind == "user" else None, bank_confirmed_words=words
    )
    dossier.refresh_from_db()
    record(events.BANK_CONFIRMED, subject=dossier, under=dossier.customer, by=by, values={"words": words})
    return dossier


def known_numbers(dossier: Dossier) -> dict[str, str]:
    """{number: whose} of the phone numbers known before the account changed."""
    names = dict(Contact.objects.filter(pk__in=[pk for pk, _number in dossier.known_phones]).values_list("pk", "name"))
    return {number: names[pk] for pk, number in dossier.known_phones if pk in names}


def same_code(dossier: Dossier) -> list[Customer]:
    """Other customers with the same valid code: one firm twice?"""
    if not dossier.code or dossier.has_wrong_code:
        return []
    found = Dossier.objects.filter(code=dossier.code).exclude(customer=dossier.customer).select_related("customer")
    return [other.customer for other in found[:5]]


def parts(dossier: Dossier) -> list[Part]:
    """Every part of completeness for this kind of party, in the order of the rule book."""
    papers = list(dossier.papers.all()) if dossier.pk else []
    has_licence = any(p.kind == "licence" and p.is_valid for p in papers)
    found = {"chinese": _chinese, "foreign": _foreign, "person": _person}[dossier.party](dossier, has_licence)
    weights = WEIGHTS[dossier.party].value
    return [replace(part, weight=weights[part.code]) for part in found]


def _chinese(d: Dossier, has_licence: bool) -> list[Part]:
    return [
        _part("name", d.legal_name, _("legal name missing")),
        _part("code", d.code and not d.has_wrong_code, _("valid credit code missing")),
        _part("address", d.registered_address, _("registered address missing")),
        _part("representative", d.representative, _("legal representative missing")),
        _part("bank", d.bank and d.bank_account and not d.bank_waits, _bank_gap(d)),
        _part("invoice", d.invoice_address and d.invoice_phone, _("invoice address or phone missing")),
        _part("signatory", not _unsigned(d.signatory), _unsigned(d.signatory)),
        _part("licence", has_licence, _("business licence missing")),
        _part("delivery", d.delivery_address, _("delivery address missing")),
    ]


def _foreign(d: Dossier, has_licence: bool) -> list[Part]:
    return [
        _part("name", d.legal_name, _("legal name missing")),
        _part("tax", d.tax_number, _("tax or registration number missing")),
        _part("country", d.customer.country, _("country missing")),
        _part("address", d.registered_address, _("registered address missing")),
        _part("bank", d.bank and d.bic and d.bank_account and not d.bank_waits, _bank_gap(d)),
        _part("consignee", d.consignee and d.notify_party, _unnamed(d)),
        _part("signatory", not _unsigned(d.signatory), _unsigned(d.signatory)),
        _part("licence", has_licence, _("registration document missing")),
        _part("delivery", d.delivery_address, _("port or delivery address missing")),
    ]


def _person(d: Dossier, has_licence: bool) -> list[Part]:
    people = list(d.customer.contacts.prefetch_related("points"))
    return [
        _part("name", d.legal_name or d.customer.name, _("name missing")),
        _part("phone", any(c.point("phone") for c in people), _("phone missing")),
        _part("delivery", d.delivery_address, _("delivery address missing")),
        _part("email", any(c.point("email") for c in people), _("e-mail missing")),
    ]


def _unnamed(d: Dossier) -> str:
    """Which of the two is missing: what is there is not asked for again."""
    if d.consignee:
        return _("notify party missing")
    return _("consignee missing") if d.notify_party else _("consignee and notify party missing")


def _bank_gap(d: Dossier) -> str:
    if d.bank_waits:
        return _("changed account not confirmed by a call")
    return _("bank, SWIFT/BIC or account missing") if d.party == "foreign" else _("bank or account missing")


def _unsigned(contact: Contact | None) -> str:
    """What keeps the signatory from counting; empty where nothing does."""
    if contact is None:
        return _("signatory missing")
    lacks = [] if contact.title else [_("title")]
    lacks += [] if contact.point("phone") or contact.point("email") else [_("phone or e-mail")]
    return phrase(_("of the signatory %(name)s: %(what)s missing"), {"name": contact, "what": listed(lacks)}) if lacks else ""


def _part(code: str, is_there: Any, gap: str) -> Part:
    return Part(code, Decimal(int(bool(is_there))), "" if is_there else gap)


def completeness(dossier: Dossier) -> int:
    """0 to 100."""
    return percent_of(parts(dossier))


def percent_of(found: list[Part]) -> int:
    """0 to 100: what these parts add up to."""
    return int(sum(part.weight * part.share for part in found))


def gaps(dossier: Dossier) -> list[str]:
    """What is missing, in words; the heaviest first."""
    return gaps_of(parts(dossier))


def gaps_of(found: list[Part]) -> list[str]:
    """What these parts lack, in words; the heaviest first."""
    return [part.gap for part in sorted(found, key=lambda p: -p.weight) if part.gap]


def asks_attorney(customer: Customer, signatory: Contact, total: Decimal, currency: str) -> bool:
    """A power of attorney is asked for: high value, and the signatory is neither the legal representative, who of a private person is
    that person, nor holds a valid one."""
    if total <= exchanged(ATTORNEY.value, BASE, currency):
        return False
    dossier = dossier_of(customer)
    representative = customer.name if customer.kind == "person" else dossier.representative
    if representative and fold(representative) == fold(signatory.name):
        return False
    held = dossier.papers.filter(kind="attorney", contact=signatory) if dossier.pk else ()
    return not any(paper.is_valid for paper in held)


def buyer(customer: Customer, language: str = "zh", dossier: Dossier | None = None) -> dict[str, str]:
    """What a contract prints of the customer: the legal data where it is known, never a wrong code; on an English paper under
    their English name where one is on file. `dossier`: as it was once, if not as it is."""
    dossier = dossier or dossier_of(customer)
    name = dossier.legal_name or customer.name
    reads_latin = not language.startswith("zh") and HAN.search(name) is not None
    return {
        "name": (customer.name_latin if reads_latin else "") or name,
        "address": dossier.registered_address or customer.address,
        "tax": "" if dossier.has_wrong_code else dossier.code if dossier.party == "chinese" else dossier.tax_number,
    }


def _checked(dossier: Dossier, values: dict[str, Any], since: date, keeps_wrong_code: bool) -> dict[str, Any]:
    """The values as they are stored; refused where one cannot be right."""
    values = dict(values)
    if since > clock.today():
        raise Refused(_("What is in force only later is entered on that day."), field="since")
    signatory = values.get("signatory")
    if signatory is not None and signatory.customer_id != dossier.customer_id:
        raise Refused(_("The signatory is no contact of this customer. Add them to the customer first."), field="signatory")
    if values.get("code"):
        values["code"] = code = credit_code.cleaned(values["code"])[:40]
        wrong = credit_code.problem(code)
        if wrong and (credit_code.is_old(code) or not keeps_wrong_code):
            raise Refused(wrong, field="code", code="wrong_code")
    if values.get("bic"):
        values["bic"] = _bic(values["bic"])
    if values.get("bank_account"):
        values["bank_account"] = _account(values["bank_account"])
    return values


def _bic(text: str) -> str:
    from stdnum import bic  # reads its registries from files

    if not bic.is_valid(text):
        raise Refused(_("This is no SWIFT/BIC: it has 8 or 11 characters, bank, country and place. Check it."), field="bic")
    return str(bic.compact(text))


def _account(text: str) -> str:
    """An IBAN in capitals without spaces; another account as it is written."""
    from stdnum import iban  # reads its registries from files

    compact = str(iban.compact(text))
    if not (compact[:2].isalpha() and compact[2:4].isdigit() and len(compact) >= 15):
        return clean(text, 60)
    if not iban.is_valid(compact, check_country=False):
        raise Refused(_("The check digits of this IBAN do not fit. Compare it with what the customer wrote."), field="bank_account")
    return compact


def _keep_fact(dossier: Dossier, name: str, since: date) -> None:
    """The value before ends on the day the new one begins."""
    dossier.facts.filter(field=name, until=None).update(until=since)
    value = getattr(dossier, name)
    if value:
        Fact.objects.create(dossier=dossier, field=name, value=str(value)[:400], since=since)


def _ask_bank_again(dossier: Dossier, by: Actor) -> None:
    people = dossier.customer.contacts.prefetch_related("points")
    now = [[person.pk, point.value] for person in people for point in person.points.all() if point.kind == "phone"]
    known = dossier.known_phones if dossier.bank_waits else now  # a number that came after the first change proves nothing
    facts = {"bank_changed_at": timezone.now(), "known_phones": known, "bank_confirmed_at": None, "bank_confirmed_by": None}
    Dossier.objects.filter(pk=dossier.pk).update(bank_confirmed_words="", **facts)
    dossier.refresh_from_db()
    what = gettext_noop("ask by a number known before: is the new bank account right?")
    plan_many([Plan(dossier.customer, what, add_workdays(clock.today(), 1), kind="call", values={})], by=by.trusted())
