"""The contract: what an order will follow. Versions 1, 2 ...; a version is frozen when it is sent.

A line keeps its thread through the versions, so that two versions can be laid side by side.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.approvals.approval import drop
from boothline.catalogue.products import Variant
from boothline.contracts import events
from boothline.contracts.dossier import buyer
from boothline.contracts.templates import CARRIAGE, MODES
from boothline.core.actors import Actor
from boothline.core.clock import check_ahead, check_near
from boothline.core.errors import Refused, Stale, together
from boothline.core.money import (
    amount_field,
    check_price,
    check_quantity,
    currency_field,
    kept,
    line_amount,
    price_field,
    quantity_field,
    share,
    trimmed,
)
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.text import listed, reason_given
from boothline.core.totals import NAMES as PRICE_TERMS
from boothline.core.totals import Costs, PriceTerms, check_discount, check_terms, summed, terms_from
from boothline.customers import dealings
from boothline.customers.card import Contact, Customer, hold, is_abroad
from boothline.documents import numbers
from boothline.intentions.collection import OrderDetails, blocking, check_details, collection_of, completeness, detail_parts
from boothline.intentions.products import Intention, IntentionLine, hand_over, reopen
from boothline.messaging.letters import link_waits
from boothline.negotiation.prices import price_follows
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import record

STATES = {
    "preparing": gettext_lazy("preparing"),
    "in_approval": gettext_lazy("in approval"),
    "out": gettext_lazy("waiting for the customer"),
    "changes_asked": gettext_lazy("changes asked"),
    "agreed": gettext_lazy("agreed"),
    "declined": gettext_lazy("declined by the customer"),
    "ended": gettext_lazy("ended by us"),
    "lapsed": gettext_lazy("lapsed"),
}
ALIVE = ("preparing", "in_approval", "out", "changes_asked")
SENDING = "contracts.send"  # the matter that approvals know
KINDS = {  # at home a sales contract, abroad a proforma invoice
    "contract": gettext_lazy("sales contract"),
    "proforma": gettext_lazy("proforma invoice"),
}


class Contracts(models.QuerySet["Contract"]):
    """Questions about contracts."""

    def visible_to(self, by: Actor) -> Contracts:
        """Order clerks see all; others those of the customers that they see; nobody without the right."""
        if not by.has("contracts.see"):
            return self.none()
        if "clerk" in by.roles or by.reach == "all":
            return self
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def alive(self) -> Contracts:
        """Preparing, out, or with changes asked."""
        return self.filter(state__in=ALIVE)

    def for_list(self) -> Contracts:
        """With what a list shows."""
        return self.with_standing().select_related("customer", "customer__owner").prefetch_related("versions")

    def with_standing(self) -> Contracts:
        """Adds whether a contract that was sent has not reached the customer: no mail took it there, and no link was made yet."""
        waits = Version.objects.filter(link_waits("requests__grant"), contract=models.OuterRef("pk"), requests__state="sent")
        return self.annotate(awaits_link=models.Exists(waits))

    def search(self, words: str, by: Actor) -> Contracts:
        """By our number, the customer's PO number, or the customer."""
        own = index.found(words, "contract").values("record_id")
        return self.filter(models.Q(pk__in=own) | models.Q(customer__in=Customer.objects.all().search(words, by)))


class Contract(Record):
    """One agreement with one customer."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(gettext_lazy("kind"), max_length=10, default="contract", choices=list(KINDS.items()))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    intention = models.ForeignKey(Intention, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, default="preparing", choices=list(STATES.items()))
    ended_reason = models.TextField(blank=True, default="")
    lapsed_at = models.DateTimeField(null=True)
    privacy = tags(number=PLAIN, kind=PLAIN, state=PLAIN, ended_reason=WORDS)

    objects = Contracts.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer", "state"], name="contract_state")]

    def __str__(self) -> str:
        return self.number

    def findable(self) -> Findable:
        """By its number, and by the customer's numbers in any version."""
        return Findable(self, under_id=self.customer_id, open=spellings(self.number, *(v.po_number for v in self.versions.all())))

    @property
    def standing(self) -> str:
        """Its state in words; of what is out and has not reached the customer, where it was asked for, that it is with us."""
        if self.state == "out" and getattr(self, "awaits_link", False):
            return _("ready, link not handed over yet")
        return str(self.get_state_display())

    @property
    def is_alive(self) -> bool:
        """May still become an order."""
        return self.state in ALIVE

    @property
    def is_ordered(self) -> bool:
        """A version of it is confirmed: what is prepared now is a change, and if nothing comes of that, the order stands."""
        return self.confirmed.exists()

    @property
    def confirmed(self) -> Versions:
        """Its versions that the customer confirmed."""
        return Version.objects.confirmed().filter(contract=self)

    @property
    def newest(self) -> Version:
        """The version that counts: the latest; once agreed, the latest that was sent, whatever draft was begun beside it."""
        is_agreed = self.state == "agreed"
        return max((v for v in self.versions.all() if v.frozen_at or not is_agreed), key=lambda v: v.n)

    @property
    def newest_sent(self) -> int:
        """The number of the latest version that went out."""
        return max((v.n for v in self.versions.all() if v.frozen_at), default=0)


def findable_contracts(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [contract.findable() for contract in Contract.objects.filter(pk__in=ids).prefetch_related("versions")]


class Versions(models.QuerySet["Version"]):
    """Questions about versions."""

    def visible_to(self, by: Actor) -> Versions:
        """The versions of the contracts that the actor sees."""
        return self.filter(contract__in=Contract.objects.visible_to(by))

    def confirmed(self) -> Versions:
        """Confirmed, and not void."""
        return self.filter(confirmations__isnull=False, confirmations__void_at=None)


class Version(OrderDetails):
    """One version of a contract with everything that the document says. Frozen once sent."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="versions")
    n = models.PositiveSmallIntegerField()
    currency = currency_field()
    total = amount_field(default=Decimal("0.00"))
    line_count = models.PositiveSmallIntegerField(default=0)
    shipping_on = models.DateField(gettext_lazy("shipping date"), null=True, blank=True)
    arrival_on = models.DateField(gettext_lazy("arrival at the door"), null=True, blank=True)
    carriage = models.CharField(gettext_lazy("carried by"), max_length=8, blank=True, default="", choices=list(MODES.items()))
    special_terms = models.TextField(gettext_lazy("special terms"), blank=True, default="")
    frozen_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    stood = models.JSONField(default=dict, blank=True)  # how the order stood that it changes, as it was sent (`contracts.running`)
    privacy = OrderDetails.privacy | tags(currency=PLAIN, digest=PLAIN, carriage=PLAIN, special_terms=WORDS, stood=BOOKS)

    objects = Versions.as_manager()

    class Meta:
        ordering = ("n",)
        constraints = [models.UniqueConstraint(fields=["contract", "n"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.contract.number} v{self.n}"

    @property
    def customer(self) -> Customer:
        """Whose contract it is."""
        return self.contract.customer

    @property
    def signs(self) -> Contact | None:
        """Who is asked to sign it: the signatory, or whom we named instead once it was out."""
        asked = self.requests.order_by("-id").first() if self.frozen_at else None
        return asked.signatory if asked else self.signatory

    def costs(self) -> Costs:
        """What it costs, part by part: lines, charges, order discount, tax."""
        return summed([line.amount for line in self.lines.all()], self.price_terms(), self.currency)

    def payments(self, whole: Decimal | None = None) -> list[tuple[str, Decimal]]:
        """(deposit or balance kind, amount); the parts add up to the total, or to what an order on these terms costs by now."""
        whole = self.total if whole is None else whole
        if self.deposit_percent is None or not self.balance or not whole:
            return []
        weights = [self.deposit_percent, 100 - self.deposit_percent]
        amounts = share(whole, weights, self.currency)
        return [(code, a) for code, a in zip(("deposit", self.balance), amounts, strict=True) if a]

    def amount_asked(self) -> Decimal:
        """The deposit that the document asks for; 0 where none is."""
        return next((amount for code, amount in self.payments() if code == "deposit"), Decimal(0))

    def fingerprint(self, buys: dict[str, str] | None = None) -> str:
        """A hash of everything that the document says: what was approved is what is sent. `buys`: the customer as it named them once."""
        lines = [[line.sku, line.name, str(line.quantity), str(line.price), str(line.discount)] for line in self.lines.all()]
        details = {name: str(getattr(value, "pk", value)) for name, value in sorted(self.copied().items()) if name not in PRICE_TERMS}
        said = [
            self.contract.kind,
            buys or buyer(self.contract.customer),
            self.currency,
            str(self.total),
            str(self.shipping_on),
            str(self.arrival_on),
            self.carriage,
            self.special_terms,
            details,
            lines,
            *self.price_terms().said(),
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def gaps(self) -> list[str]:
        """What an order needs and this version does not say."""
        missing = [part.gap for part in detail_parts(self) if part.gap]
        return missing if self.shipping_on else [_("shipping date missing"), *missing]


class ContractLine(Record):
    """One line of a version; a frozen copy with a link to its source."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    thread = models.UUIDField(default=uuid.uuid4, editable=False)  # the same line in the next version has the same
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(IntentionLine, null=True, on_delete=models.SET_NULL, related_name="+")
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    name_latin = models.CharField(max_length=200, blank=True, default="")
    unit = models.CharField(max_length=20)
    quantity = quantity_field()
    price = price_field()
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    amount = amount_field()
    privacy = tags(sku=PLAIN, name=PLAIN, name_latin=PLAIN, unit=PLAIN)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="contract_position_once")]

    def __str__(self) -> str:
        return self.name

    def named(self, language: str) -> str:
        """The name for a reader of this language."""
        return self.name if language.startswith("zh") or not self.name_latin else self.name_latin


@dataclass
class Term:
    """A line as it is edited: how many at what price."""

    position: int
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)
    is_removed: bool = False


@dataclass
class Changed:
    """A line of an order as it is to be: the contract line that it came from, if it has one, keeps its thread, unless it has its own."""

    variant: Variant
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)
    source: ContractLine | None = None
    thread: uuid.UUID | None = None


@dataclass
class Added:
    """A line that a version gets besides those of the intention."""

    variant: Variant
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)


LINE_FIELDS = ("quantity", "price", "discount")


@operation("contracts.prepare")
def prepare(intention: Intention, *, by: Actor, kind: str = "") -> Contract:
    """Turns a collection into a contract, nothing typed twice: a sales contract at home, a proforma invoice abroad. Refused
    while variant, quantity or price of a line is missing. Pressed twice, the contract that stands is the answer."""
    require(by, "contracts.prepare", intention)
    hold(intention.customer_id)
    intention = Intention.objects.get(pk=intention.pk)
    standing = Contract.objects.alive().filter(intention=intention).first()
    if standing:
        return standing
    collected = collection_of(intention)
    missing = blocking(collected)
    if missing:
        raise Refused(_("No contract yet: %(gaps)s.") % {"gaps": listed(missing, weak=False)}, code="incomplete")
    hand_over(intention, by=by.trusted())
    customer = intention.customer
    kind = kind or ("proforma" if is_abroad(customer) else "contract")
    contract = Contract.objects.create(number=numbers.take("contract")[0], kind=kind, customer=customer, intention=intention)
    version = Version.objects.create(
        contract=contract, n=1, currency=intention.currency, shipping_on=collected.wanted_on, **collected.copied()
    )
    ContractLine.objects.bulk_create(_copied(version, i, line) for i, line in enumerate(intention.standing, start=1))
    keep_total(version)
    index.keep([contract.findable()], are_new=True)
    record(
        events.PREPARED, subject=contract, under=customer, by=by,
        values={"number": contract.number, "completeness": completeness(collected)},
    )  # fmt: skip
    return contract


@operation("contracts.edit_version")
def edit_version(
    version: Version, *, by: Actor, revision: int, values: dict[str, Any], terms: list[Term], added: list[Added] | None = None,
    cause: str = "",
) -> Version:  # fmt: skip
    """Edits a draft: header fields; quantity, price and discount of its lines, lines taken out, lines added.

    What was to be approved is to be approved anew. `cause`: why the shipping date of an order moves; whoever keeps the orders asks for it.
    """
    require(by, "contracts.prepare", version.contract)
    contract = locked(version.contract)
    version = Version.objects.select_related("contract__customer").get(pk=version.pk)
    _check_draft(version)
    check_alive(contract)
    check_draft(version, values=values, terms=terms, added=added)
    values = _at_the_door(version, values)
    lines = {line.position: line for line in version.lines.select_related("variant")}
    by_position = {term.position: _stepped(version, lines.get(term.position), term) for term in terms}
    apart = [(line, by_position[line.position]) for line in lines.values() if _differs(line, by_position.get(line.position))]
    try:
        changes = revise(version, revision=revision, values=values)
    except Stale as stale:
        stale.fields += [
            (f"{what}_{line.position}", getattr(line, what), getattr(term, what))
            for line, term in apart
            for what in LINE_FIELDS
            if getattr(line, what) != getattr(term, what)
        ]
        raise
    if (apart or added) and not changes:  # the lines are part of what the next editor must have seen
        Version.objects.filter(pk=version.pk).update(revision=models.F("revision") + 1)
    for line, term in apart:
        changes[f"{line.sku}"] = [_wanted(line), "" if term.is_removed else _wanted(term)]
        if term.is_removed:
            ContractLine.objects.filter(pk=line.pk).delete()
            continue
        amount = line_amount(term.quantity, term.price, term.discount, version.currency)
        ContractLine.objects.filter(pk=line.pk).update(quantity=term.quantity, price=term.price, discount=term.discount, amount=amount)
    for extra in added or ():
        line = _added(version, extra)
        line.save()
        changes[line.sku] = ["", _wanted(line)]
    if not version.lines.exists():
        raise Refused(_("A contract has at least one line. End the contract if nothing is wanted any more."), code="no_line")
    keep_total(version)
    if "po_number" in changes:
        index.keep([contract.findable()])
    if changes:
        drop(version, by=by.trusted(), matter=SENDING)
        said = {"number": contract.number, "cause": cause}
        record(events.EDITED, subject=contract, under=contract.customer, by=by, values=said, changes=changes)
    return version


def check_draft(version: Version, *, values: dict[str, Any], terms: list[Term], added: list[Added] | None = None) -> None:
    """Everything that rules say of what is written into a draft, named at once."""
    wanted, units = terms_from(values, version.price_terms()), dict(version.lines.values_list("position", "unit"))
    together(
        partial(check_details, values, version.contract.customer),
        partial(check_terms, wanted, version.currency),
        partial(_check_days, version, values),
        *(partial(_check_line, term, f"_{term.position}", units.get(term.position, "")) for term in terms),
        *(partial(_check_line, extra, "", extra.variant.product.unit) for extra in added or ()),
    )


def _check_days(version: Version, values: dict[str, Any]) -> None:
    """The day of shipping that follows from the arrival; as it is written, where none can follow."""
    found = dict(values)
    together(lambda: found.update(_at_the_door(version, values)), lambda: _check_shipping(version, found.get("shipping_on")))


def _check_shipping(version: Version, on: date | None) -> None:
    check_ahead(on, "shipping_on", was=version.shipping_on)
    check_near(on, "shipping_on", was=version.shipping_on)


def _at_the_door(version: Version, values: dict[str, Any]) -> dict[str, Any]:
    """Where the day of arrival is promised, goods leave as much earlier as the carrier takes."""
    arrival = values.get("arrival_on", version.arrival_on)
    if not arrival or not {"arrival_on", "carriage", "shipping_on"} & set(values):
        return values
    mode = values.get("carriage", version.carriage)
    if not mode:
        raise Refused(_("Choose how the goods are carried: the shipping date follows from the arrival."), field="carriage")
    return values | {"shipping_on": arrival - timedelta(days=CARRIAGE[mode].value)}


def _stepped(version: Version, line: ContractLine | None, term: Term) -> Term:
    """Where the quantity reaches another step of the list, its price; what is ordered has its price already."""
    if line is None:
        return term
    was, now = (line.quantity, line.price), (term.quantity, term.price)
    price = price_follows(version.contract.customer, line.variant, version.currency, was=was, now=now)
    return term if price is None or price == term.price or version.contract.is_ordered else replace(term, price=price)


def _check_line(term: Term | Added, suffix: str, unit: str) -> None:
    together(
        partial(check_quantity, term.quantity, f"quantity{suffix}", unit),
        partial(check_price, term.price, f"price{suffix}"),
        partial(_check_discount, term, suffix),
    )


def _check_discount(term: Term | Added, suffix: str) -> None:
    if not 0 <= term.discount <= 100:
        raise Refused(_("A discount lies between 0 and 100 percent."), field=f"discount{suffix}")


def _wanted(line: ContractLine | Term) -> str:
    """Quantity, price and discount in one line of the history."""
    off = f" −{trimmed(line.discount)}%" if line.discount else ""
    return f"{trimmed(line.quantity)} × {trimmed(line.price, 2)}{off}"


def _differs(line: ContractLine, term: Term | None) -> bool:
    return term is not None and (term.is_removed or any(getattr(line, what) != getattr(term, what) for what in LINE_FIELDS))


@operation("contracts.new_version")
def new_version(contract: Contract, *, by: Actor) -> Version:
    """The next version as a copy of the newest, to be edited and sent. A draft that is there already is the answer."""
    require(by, "contracts.prepare", contract)
    contract = locked(contract)
    check_alive(contract)
    last = contract.newest
    if last.frozen_at is None:
        return last
    version = Version.objects.create(contract=contract, n=last.n + 1, **_header(last))
    for line in last.lines.all():
        line.pk, line.version, line.revision, line.made_at = None, version, 1, timezone.now()
        line._state.adding = True
        line.save()
    keep_total(version)
    record(events.VERSION_MADE, subject=contract, under=contract.customer, by=by, values={"number": contract.number, "n": version.n})
    return version


def _header(version: Version) -> dict[str, Any]:
    """What a version says besides its lines, for the next one."""
    own = {name: getattr(version, name) for name in ("currency", "shipping_on", "arrival_on", "carriage", "special_terms")}
    return own | version.copied() | {"signatory": version.signs}


@operation("contracts.prepare_change")
def prepare_change(contract: Contract, *, by: Actor, lines: list[Changed], price_terms: PriceTerms, shipping_on: date | None) -> Version:
    """The next version says what an order is to become; once confirmed, the order follows. A draft that is there is taken."""
    require(by, "contracts.prepare", contract)
    contract = locked(contract)
    stands = contract.newest if contract.state == "agreed" else None
    if stands:
        keep_state(contract, "preparing")
    version = new_version(contract, by=by.trusted())
    if stands:  # what was written into a draft that was discarded does not come back with it
        Version.objects.filter(pk=version.pk).update(**_header(stands))
        version.refresh_from_db()
    version.lines.all().delete()
    for position, changed in enumerate(lines, start=1):
        line = _line(version, position, Added(changed.variant, changed.quantity, changed.price, changed.discount))
        if changed.source:
            source = changed.source
            line.thread, line.source_id, line.name, line.name_latin, line.unit = (
                changed.thread or source.thread, source.source_id, source.name, source.name_latin, source.unit,
            )  # fmt: skip
        line.save()
    facts: dict[str, Any] = {"shipping_on": shipping_on, **price_terms.columns()}
    if version.arrival_on and shipping_on:
        facts["arrival_on"] = shipping_on + timedelta(days=CARRIAGE[version.carriage].value)
    Version.objects.filter(pk=version.pk).update(**facts, revision=models.F("revision") + 1)
    keep_total(version)
    drop(version, by=by.trusted(), matter=SENDING)
    record(events.EDITED, subject=contract, under=contract.customer, by=by, values={"number": contract.number})
    return version


def end(contract: Contract, *, by: Actor, reason: str) -> Contract:
    """The agreement's part of ending: its state, and the intention open again. The request is `end_contract`'s. Of a contract that
    is ordered only the change goes: the contract stands as it was, and history says so."""
    require(by, "contracts.prepare", contract)
    contract = locked(contract)
    check_alive(contract)
    reason = reason_given(reason, 2000)
    newest, is_change = contract.newest, contract.is_ordered
    drop(newest, by=by.trusted(), matter=SENDING)
    keep_state(contract, "ended", reason)
    values = {"number": contract.number, "reason": reason}
    if is_change:
        record(events.CHANGE_DISCARDED, subject=contract, under=contract.customer, by=by, values=values | {"n": newest.n})
        return contract
    if contract.intention:
        reopen(contract.intention, by=by.trusted())
    record(events.ENDED, subject=contract, under=contract.customer, by=by, values=values)
    return contract


def locked(contract: Contract) -> Contract:
    """The contract as it is now, its customer held: whoever comes late reads what the first one wrote."""
    hold(contract.customer_id)
    return Contract.objects.get(pk=contract.pk)


def check_alive(contract: Contract) -> None:
    """Refuses what is over."""
    if contract.is_alive:
        return
    words = _("Contract %(number)s is closed (%(state)s). Nothing was changed.")
    if contract.state == "agreed":
        words = _("The customer has confirmed contract %(number)s. Nothing was changed: what is to be different is changed on its order.")
    raise Refused(words % {"number": contract.number, "state": STATES[contract.state]}, code="not_alive")


def keep_state(contract: Contract, state: str, reason: str = "") -> None:
    """The kept column *state*. Written here by this room's operations and by nobody else. A change that comes to nothing leaves
    the contract agreed, as its order stands."""
    if state in ("declined", "ended", "lapsed"):
        dealings.end(contract.versions.exclude(pk__in=contract.confirmed))
        if contract.is_ordered:
            state, reason = "agreed", ""
    Contract.objects.filter(pk=contract.pk).update(state=state, ended_reason=reason)
    contract.refresh_from_db()


def keep_lapse(contract: Contract, at: datetime | None) -> None:
    """The kept state as time writes it: lapsed at that moment, or in preparation again (None), and what was offered last stands."""
    keep_state(contract, "lapsed" if at else "preparing")
    Contract.objects.filter(pk=contract.pk).update(lapsed_at=at if contract.state == "lapsed" else None)
    contract.refresh_from_db()
    if not at:
        dealings.revive(contract.versions.filter(n=contract.newest_sent))


def keep_total(version: Version) -> None:
    """The kept sum and line count of a version; refused where the order discount leaves nothing of the goods to pay."""
    version.refresh_from_db()
    amounts = list(version.lines.values_list("amount", flat=True))
    found = summed(amounts, version.price_terms(), version.currency)
    check_discount(found.goods, found.terms, version.currency)
    Version.objects.filter(pk=version.pk).update(total=kept(found.total), line_count=len(amounts))
    version.refresh_from_db()


def _check_draft(version: Version) -> None:
    if version.frozen_at is not None:
        words = _("Version %(n)s was sent and cannot be changed. Make a new version.")
        raise Refused(words % {"n": version.n}, code="frozen")


def _copied(version: Version, position: int, line: IntentionLine) -> ContractLine:
    variant = line.variant
    assert variant is not None and line.quantity is not None and line.price is not None  # `blocking` has asked
    return _line(version, position, Added(variant, line.quantity, line.price), source=line)


def _added(version: Version, extra: Added) -> ContractLine:
    last = version.lines.aggregate(last=models.Max("position"))["last"] or 0
    return _line(version, last + 1, extra)


def _line(version: Version, position: int, what: Added, source: IntentionLine | None = None) -> ContractLine:
    variant, product = what.variant, what.variant.product
    return ContractLine(
        version=version, position=position, variant=variant, source=source, sku=variant.sku,
        name=variant.full_name("zh"), name_latin=variant.full_name("en") if product.name_latin else "", unit=product.unit,
        quantity=what.quantity, price=what.price, discount=what.discount,
        amount=line_amount(what.quantity, what.price, what.discount, version.currency),
    )  # fmt: skip
