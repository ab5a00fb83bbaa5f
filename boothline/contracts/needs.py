"""201 Customer needs 客户需求: what the contract must meet, each traced to a line or clause of it, or open.

Every requirement of the intention becomes a need when a contract is prepared. A need told before any contract waits
with the customer and is offered then. What a line or clause no longer says as it did is open again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.contracts import events
from boothline.contracts.agreement import LINE_FIELDS, Contract, ContractLine, Version, check_alive, locked
from boothline.contracts.lists import CLAUSES, NEED_SOURCES, NEED_STATES
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.slots import ask
from boothline.core.text import clean
from boothline.customers.card import Contact, Customer, hold
from boothline.intentions.requirements import Requirement
from boothline.timeline.history import Telling, record, record_many

ELSEWHERE = "lines_elsewhere"  # asked of whoever keeps the orders: threads of a contract's lines that go on in another of its orders
FIELDS = {  # which fields of a version say a clause
    "delivery": ("delivery_term", "delivery_place"), "shipping": ("shipping_on", "arrival_on"),
    "payment": ("deposit_percent", "balance", "balance_on"), "address": ("delivery_address", "consignee", "consignee_phone"),
    "invoice": ("invoice_title",), "special": ("special_terms",),
}  # fmt: skip


class Needs(models.QuerySet["Need"]):
    """Questions about needs."""

    def visible_to(self, by: Actor) -> Needs:
        """Those of the contracts that the actor sees; those without a contract, of the customers that they see; none
        without the right."""
        if not by.has("contracts.see"):
            return self.none()
        told = models.Q(contract=None, customer__in=Customer.objects.visible_to(by))
        return self.filter(told | models.Q(contract__in=Contract.objects.visible_to(by)))

    def told(self, customer: Customer) -> Needs:
        """Told before any contract, still waiting for one."""
        return self.filter(customer=customer, contract=None, waived_at=None)

    def for_list(self) -> Needs:
        """With what a list shows."""
        return self.select_related("customer", "contract", "requirement", "waived_by").prefetch_related("traces")


class Need(Record):
    """One thing that the contract must meet, or that the customer wishes of it."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.CASCADE, related_name="needs")
    requirement = models.ForeignKey(Requirement, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(gettext_lazy("what is needed"), max_length=500)
    is_must = models.BooleanField(gettext_lazy("must be met"), default=True)
    source = models.CharField(gettext_lazy("told by"), max_length=12, default="customer", choices=list(NEED_SOURCES.items()))
    traced_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_reason = models.CharField(max_length=300, blank=True, default="")
    waived_at = models.DateTimeField(null=True)
    waived_by = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    waived_words = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(words=WORDS, source=PLAIN, refused_reason=WORDS, waived_words=WORDS)

    objects = Needs.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["contract", "requirement"], name="need_once")]

    def __str__(self) -> str:
        return self.words

    @property
    def state(self) -> str:
        """open · traced · met · refused · waived, from its facts."""
        if self.waived_at:
            return "waived"
        if self.refused_at:
            return "refused"
        if self.met_at:
            return "met"
        return "traced" if self.traced_at else "open"

    @property
    def state_words(self) -> str:
        """The state as people read it."""
        return str(NEED_STATES[self.state])

    @property
    def stops_sending(self) -> bool:
        """A must that is open or refused."""
        return self.is_must and self.state in ("open", "refused")


class Trace(models.Model):
    """Where the contract answers a need: a line, by the thread that it keeps through the versions, or a clause."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="traces")
    thread = models.UUIDField(null=True)
    clause = models.CharField(max_length=12, blank=True, default="", choices=list(CLAUSES.items()))
    privacy = tags(clause=PLAIN)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.clause or str(self.thread)


@operation("contracts.record_need")
def record_need(
    about: Contract | Customer, *, by: Actor, words: str, is_must: bool = True, source: str = "customer"
) -> Need:  # fmt: skip
    """The customer needs something: of this contract, or (told before there is one) of whichever comes."""
    require(by, "contracts.prepare", about)
    words = clean(words, 500)
    if not words:
        raise Refused(_("Write what is needed."), field="words")
    if source not in NEED_SOURCES:
        raise Refused(_("Choose where it was told."), field="source")
    contract = _alive(about) if isinstance(about, Contract) else None
    customer = about.customer if isinstance(about, Contract) else about
    hold(customer.pk)
    need = Need.objects.create(customer=customer, contract=contract, words=words, is_must=is_must, source=source)
    record_many(events.NEED_RECORDED, _told([need]), by=by)
    return need


@operation("contracts.edit_need")
def edit_need(need: Need, *, by: Actor, revision: int, values: dict[str, Any]) -> Need:
    """Corrects the words, or whether it is a must. Other words are to be traced anew."""
    require(by, "contracts.prepare", need.contract or need.customer)
    need = _at_work(need)
    _check_unanswered(need)
    if not values.get("words", need.words):
        raise Refused(_("Write what is needed."), field="words")
    changes = revise(need, revision=revision, values=values)
    if changes:
        if "words" in changes:
            _write([need], traced_at=None)
        record(events.NEED_EDITED, subject=need, under=need.customer, by=by, values={"words": need.words}, changes=changes)
    return need


@operation("contracts.take_in_needs")
def take_in(needs: list[Need], *, by: Actor, contract: Contract) -> None:
    """What was told before there was a contract is to be met by this one."""
    require(by, "contracts.prepare", contract)
    contract = _alive(contract)
    told = list(Need.objects.told(contract.customer).filter(pk__in=[n.pk for n in needs]).select_related("customer"))
    Need.objects.filter(pk__in=[n.pk for n in told]).update(contract=contract)
    for need in told:
        need.contract = contract
    record_many(events.NEED_TAKEN_IN, _told(told), by=by)


@operation("contracts.trace_need")
def trace(need: Need, *, by: Actor, lines: Iterable[ContractLine] = (), clauses: Iterable[str] = ()) -> Need:
    """Where the contract answers it: lines of its newest version, clauses that say something."""
    require(by, "contracts.prepare", need.contract or need.customer)
    need = _at_work(need)
    if need.contract is None:
        raise Refused(_("There is no contract yet that could meet it."), code="no_contract")
    _check_unanswered(need)
    version = need.contract.newest
    threads = {line.thread: line for line in version.lines.all()}
    chosen = [line for line in lines if line.thread in threads]
    said = [clause for clause in clauses if clause in says(version)]
    if not chosen and not said:
        raise Refused(_("Choose a line or a clause that answers it."), field="lines")
    _lay(need, [line.thread for line in chosen], said)
    record_many(events.NEED_TRACED, _told([need]), by=by)
    return need


@operation("contracts.refuse_need")
def refuse_need(need: Need, *, by: Actor, reason: str) -> Need:
    """The contract will not meet it. Refused twice, the first reason stands."""
    require(by, "contracts.prepare", need.contract or need.customer)
    need = _at_work(need)
    if need.state == "refused":
        return need
    _check_unanswered(need)
    reason = clean(reason, 300)
    if not reason:
        raise Refused(_("Say why, so that the customer can be told."), field="reason")
    _write([need], refused_at=timezone.now(), refused_reason=reason, traced_at=None)
    record_many(events.NEED_REFUSED, _told([need], reason=reason), by=by)
    return need


@operation("contracts.waive_need")
def waive_need(need: Need, *, by: Actor, contact: Contact, words: str) -> Need:
    """Somebody at the customer does not need it any more: who, and how we know. Waived twice, the first stands."""
    require(by, "contracts.prepare", need.contract or need.customer)
    need = _at_work(need)
    if need.state == "waived":
        return need
    _check_unanswered(need)
    words = clean(words, 300)
    if contact.customer_id != need.customer_id:
        raise Refused(_("This is no contact of the customer. Add them to the customer first."), field="contact")
    if not words:
        raise Refused(_("Note when and how they said so."), field="words")
    _write([need], waived_at=timezone.now(), waived_by=contact, waived_words=words, traced_at=None)
    record_many(events.NEED_WAIVED, _told([need], who_waived=contact.name, note=words), by=by)
    return need


@operation("contracts.reopen_need")
def reopen_need(need: Need, *, by: Actor) -> Need:
    """Refused or waived no longer: it is open."""
    require(by, "contracts.prepare", need.contract or need.customer)
    need = _at_work(need)
    if need.state in ("refused", "waived"):
        _open_again([need])
        record_many(events.NEED_REOPENED, _told([need]), by=by)
    return need


def says(version: Version) -> dict[str, str]:
    """{clause: its words} of the clauses that say something in a version."""
    return {code: str(words) for code, words in CLAUSES.items() if getattr(version, FIELDS[code][0]) not in (None, "")}


def stopping(contract: Contract) -> list[Need]:
    """The needs that stop sending."""
    return [need for need in Need.objects.filter(contract=contract, is_must=True) if need.stops_sending]


def traced_where(need: Need, lines: Iterable[ContractLine], language: str) -> list[str]:
    """Where a need is answered, as people read it."""
    names = {line.thread: line.named(language) for line in lines}
    found = [str(CLAUSES[t.clause]) if t.clause else names.get(t.thread, "") if t.thread else "" for t in need.traces.all()]
    return [words for words in found if words]


# What this unit hears, in the transaction of the fact.


def gather(told: list[Any], by: Actor) -> None:
    """A contract was prepared: every requirement of its intention becomes a need, with its trace where it is met."""
    contracts = Contract.objects.filter(pk__in=[e.subject_id for e in told], intention__isnull=False).select_related("customer")
    for contract in contracts:
        lines = {line.source_id: line for line in contract.newest.lines.all()}
        asked = list(Requirement.objects.filter(intention=contract.intention_id).select_related("line", "waived_by"))
        wanted = [r for r in asked if r.line is None or r.line.lost_at is None]
        needs = [
            Need(customer=contract.customer, contract=contract, requirement=r, words=r.words, is_must=r.is_must, source="requirement")
            for r in wanted
        ]
        for need in needs:
            need.save()
            _follow(need, lines)
        record_many(events.NEED_RECORDED, _told(needs), by=by)


def follow_requirements(told: list[Any], by: Actor) -> None:
    """A requirement was answered, or opened again: so are the needs that came of it, while their contract is alive."""
    asked_now = Need.objects.filter(requirement__in=[e.subject_id for e in told], met_at=None)
    found = asked_now.select_related("customer", "contract", "requirement__line")
    for need in found:
        if need.contract is None or not need.contract.is_alive:
            continue
        _open_again([need])
        _follow(need, {line.source_id: line for line in need.contract.newest.lines.all()})
        asked = need.requirement
        assert asked is not None  # found by it
        if need.state == "refused":
            record_many(events.NEED_REFUSED, _told([need], reason=need.refused_reason), by=by)
        elif need.state == "waived":
            record_many(events.NEED_WAIVED, _told([need], who_waived=asked.waived_by or "", note=need.waived_words), by=by)
        elif need.state == "traced":
            record_many(events.NEED_TRACED, _told([need]), by=by)
        else:
            record_many(events.NEED_REOPENED, _told([need]), by=by)


def hear_wishes(told: list[Any], by: Actor) -> None:
    """The customer asked for changes by their link: what they wrote is a wish that the next version should meet."""
    if by.kind != "guest":
        return
    for event in told:
        contract = Contract.objects.select_related("customer").get(versions__requests=event.subject_id)
        words = event.values["words"][:500]
        need = Need.objects.create(customer=contract.customer, contract=contract, words=words, is_must=False, source="portal")
        record_many(events.NEED_RECORDED, _told([need]), by=by)


def forget_wishes(told: list[Any], by: Actor) -> None:
    """The customer took their wish for changes back: what it asked of the next version and nobody has answered is not needed."""
    if by.kind != "guest":
        return
    contact = Contact.objects.get(pk=by.id or 0)
    for event in told:
        wishes = Need.objects.filter(contract__versions__requests=event.subject_id, source="portal", made_at__gte=event.values["since"])
        open_ones = list(wishes.filter(waived_at=None, refused_at=None, met_at=None).order_by("pk"))
        _write(open_ones, waived_at=timezone.now(), waived_by=contact, traced_at=None)
        taken_back = gettext_lazy("The wish for changes was taken back")  # for each reader in their language
        record_many(events.NEED_WAIVED, _told(open_ones, who_waived=contact.name, note=taken_back), by=by.trusted())


def look_again(told: list[Any], by: Actor) -> None:
    """A draft was edited: needs that are traced to a line or clause which changed or went are open again. What an order meets
    stays met while a change of it is prepared."""
    for event in told:
        contract = Contract.objects.get(pk=event.subject_id)
        lines = list(contract.newest.lines.all())
        here = {line.thread for line in lines}
        moved = {line.thread for line in lines if line.sku in event.changes}
        clauses = {code for code, names in FIELDS.items() if any(name in event.changes for name in names)}
        _part(Need.objects.filter(contract=contract, traced_at__isnull=False, met_at=None), here, moved, clauses, by)


def _part(needs: Needs, here: set[Any], moved: set[Any], clauses: set[str], by: Actor) -> None:
    """Those that are traced to a line that moved or is not here, or to one of the clauses, are open again. A line that goes on in another
    order of the contract is here."""
    apart, found = [], list(needs.for_list())
    here = here | ask(ELSEWHERE, found[0].contract, default=set()) if found else here
    for need in found:
        if any(t.clause in clauses if t.clause else t.thread in moved or t.thread not in here for t in need.traces.all()):
            need.traces.filter(thread__isnull=False).exclude(thread__in=here).delete()
            apart.append(need)
    if apart:
        _write(apart, traced_at=None, met_at=None)
        record_many(events.NEED_REOPENED, _told(apart), by=by)


def meet_needs(told: list[Any], by: Actor) -> None:
    """The customer confirmed: what the contract answers is met; what a confirmed change took out, altered or words otherwise is open."""
    for event in told:
        contract = Contract.objects.get(versions__confirmations=event.subject_id)
        now, *before = contract.confirmed.order_by("-n")[:2]
        if before:
            apart = {code for code, names in FIELDS.items() if any(getattr(before[0], n) != getattr(now, n) for n in names)}
            held = Need.objects.filter(contract=contract, met_at__isnull=False)
            lines = {line.thread: _agreed(line) for line in now.lines.all()}
            earlier = ContractLine.objects.filter(version__in=contract.confirmed.exclude(pk=now.pk)).order_by("version__n")
            was = {line.thread: _agreed(line) for line in earlier}  # as it was agreed last: a version says nothing of another order's lines
            _part(held, set(lines), {thread for thread in lines if was.get(thread) != lines[thread]}, apart, by)
        met = list(Need.objects.filter(contract=contract, traced_at__isnull=False, met_at=None).select_related("customer"))
        if met:
            _write(met, met_at=timezone.now())
            record_many(events.NEED_MET, _told(met), by=by)


def _agreed(line: ContractLine) -> tuple[Any, ...]:
    """What both sides agreed on of a line."""
    return line.variant_id, *(getattr(line, what) for what in LINE_FIELDS)


def unmeet_needs(told: list[Any], by: Actor) -> None:
    """The confirmation was void: nothing is met by it."""
    ids = [e.subject_id for e in told]
    Need.objects.filter(contract__versions__confirmations__in=ids).update(met_at=None)
    _part_from_drafts(Contract.objects.filter(versions__confirmations__in=ids), by)


def let_go(told: list[Any], by: Actor) -> None:
    """The contract is over without an order: what was told before it waits with the customer again."""
    kind = {e.subject_kind for e in told}
    subjects = [e.subject_id for e in told]
    over = models.Q(contract__versions__requests__in=subjects) if "request" in kind else models.Q(contract__in=subjects)
    stand = Version.objects.confirmed().values("contract")  # a change that came to nothing leaves its order, and what that meets
    freed = list(Need.objects.filter(over, requirement=None).exclude(contract__in=stand).values_list("pk", flat=True))
    Trace.objects.filter(need__in=freed).delete()
    Need.objects.filter(pk__in=freed).update(contract=None, traced_at=None)
    _part_from_drafts(Contract.objects.filter(pk__in=Need.objects.filter(over).values("contract")).filter(pk__in=stand), by)


def _part_from_drafts(contracts: models.QuerySet[Contract], by: Actor) -> None:
    """Needs that were traced to a line of a change that came to nothing are open again."""
    for contract in contracts:
        here = {line.thread for line in contract.newest.lines.all()}
        _part(Need.objects.filter(contract=contract, traced_at__isnull=False, met_at=None), here, set(), set(), by)


def _follow(need: Need, lines: dict[int | None, ContractLine]) -> None:
    """What the requirement behind it says: refused, waived, or met and so to be found in the line or the delivery clause."""
    asked = need.requirement
    assert asked is not None and need.contract is not None  # it came of one
    if asked.state == "refused":
        _write([need], refused_at=asked.refused_at, refused_reason=asked.refused_reason)
    elif asked.state == "waived":
        _write([need], waived_at=asked.waived_at, waived_by=asked.waived_by, waived_words=asked.waived_words)
    elif asked.state == "met" and asked.line_id in lines and asked.line_id:
        _lay(need, [lines[asked.line_id].thread], [])
    elif asked.state == "met" and asked.kind == "delivery" and "delivery" in says(need.contract.newest):
        _lay(need, [], ["delivery"])


def _lay(need: Need, threads: list[Any], clauses: list[str]) -> None:
    need.traces.all().delete()
    Trace.objects.bulk_create([Trace(need=need, thread=t) for t in threads] + [Trace(need=need, clause=c) for c in clauses])
    _write([need], traced_at=timezone.now())


def _open_again(needs: list[Need]) -> None:
    facts: dict[str, Any] = {"refused_at": None, "refused_reason": "", "waived_at": None, "waived_by": None, "waived_words": ""}
    _write(needs, traced_at=None, **facts)


def _write(needs: list[Need], **facts: Any) -> None:
    Need.objects.filter(pk__in=[n.pk for n in needs]).update(**facts)
    for need in needs:
        for name, value in facts.items():
            setattr(need, name, value)


def _told(needs: list[Need], **values: Any) -> list[Telling]:
    return [Telling(n, under=n.customer, values={"words": n.words, "source": n.source} | values) for n in needs]


def _check_unanswered(need: Need) -> None:
    if need.state not in ("open", "traced"):
        raise Refused(_("This need is answered already: %(state)s. Open it again first.") % {"state": need.state_words}, code="answered")


def _at_work(need: Need) -> Need:
    """The need as it is now, its customer held; refused once its contract is over."""
    if need.contract:
        _alive(need.contract)
    else:
        hold(need.customer_id)
    return Need.objects.for_list().get(pk=need.pk)


def _alive(contract: Contract) -> Contract:
    contract = locked(contract)
    check_alive(contract)
    return contract
