"""The contract: list, page with its versions and requests, and the form of a draft."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.approvals.approval import Approval
from boothline.approvals.events import ASKED
from boothline.catalogue.packing import load
from boothline.catalogue.products import Variant, below_list, check_meant
from boothline.contracts import progress
from boothline.contracts.agreement import (
    Added,
    Contract,
    ContractLine,
    Term,
    Version,
    check_alive,
    check_draft,
    edit_version,
    new_version,
    prepare,
)
from boothline.contracts.clearance import DOSSIER_WORDS, INCOMPLETE_WORDS, MISSING, approval_of, asks, is_approved, missing, said_of
from boothline.contracts.difference import difference
from boothline.contracts.dossier import ENOUGH, Dossier, completeness, dossier_of
from boothline.contracts.dossier import gaps as dossier_gaps
from boothline.contracts.establishment import (
    Confirmation,
    ConfirmationRequest,
    awaits_link,
    end_contract,
    open_besides,
    said_before,
    sender_of,
)
from boothline.contracts.filters import ContractFilter
from boothline.contracts.lists import ON_PAPER, PROMISE_CAUSES
from boothline.contracts.milestones import leaves_on
from boothline.contracts.needs import Need, traced_where
from boothline.contracts.running import running
from boothline.contracts.supply import promised, too_early
from boothline.contracts.takeover import offered
from boothline.contracts.templates import MODES
from boothline.core.errors import Refused
from boothline.core.money import trimmed
from boothline.core.records import label_of
from boothline.core.text import whole
from boothline.core.totals import NAMES as PRICE_TERMS
from boothline.customers.card import Contact, is_unmasked
from boothline.customers.dealings import price_memory
from boothline.customers.items import items_of
from boothline.customers.trail import customer_trail
from boothline.files.attachments import Attachment
from boothline.intentions.collection import BALANCES, TERMS
from boothline.intentions.pages.intentions import VariantChoice
from boothline.intentions.products import Intention
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Phone, Price, Quantity, ReasonForm, Text, Words, narrow
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage, panels
from boothline.ui.price_terms import PriceTermsForm


def contract_url(contract: Contract) -> str:
    """The contract's page."""
    return reverse("contract", args=[contract.number])


class ContractList(ListPage):
    """Every contract that one may see."""

    right = "contracts.see"
    title = _("Contracts")
    nav = "contracts"
    columns = [
        Column(_("contract"), str, "link", contract_url),
        Column(_("customer"), lambda c: str(c.customer)),
        Column(_("state"), lambda c: (c.state, c.standing), "state"),
        Column(_("amount"), lambda c: (c.newest.total, c.newest.currency), "money"),
        Column(_("shipping date"), leaves_on, "day"),
        Column(_("owner"), lambda c: str(c.customer.owner or "")),
        Column(_("version"), lambda c: c.newest.n, "number", usual=False),
        Column(_("PO number"), lambda c: c.newest.po_number, usual=False),
        Column(_("prepared"), lambda c: c.made_at, "day", usual=False),
        Column(_("why ended"), lambda c: c.ended_reason, usual=False),
    ]
    under = "customer"
    sentence = _("Showing contracts, state: %(state)s, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "number": Sort(_("number"), "number")}
    filters = ContractFilter
    search_words = _("Find: contract, PO number, customer")
    empty = _('No contracts yet. "Make contract" in an intention makes the first one.')
    leads = ("intentions", _("Go to the intentions"), "intentions.see")

    def rows(self) -> QuerySet[Contract]:
        """Visible ones."""
        return Contract.objects.visible_to(self.by).for_list().select_related("plan")


class ContractPage(DetailPage):
    """One contract: its newest version, what was sent, what the customer answered."""

    right = "contracts.see"
    template = "contracts/contract.html"
    nav = "contracts"
    key = "number"

    def find(self) -> QuerySet[Contract]:
        """Visible ones."""
        return Contract.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def heading(self) -> str:
        """Its number."""
        return str(_("Contract %(number)s") % {"number": self.record.number})

    def context(self) -> dict[str, Any]:
        """The version with its lines, the requests, what one may do."""
        contract: Contract = self.record
        version = contract.newest
        asked = ConfirmationRequest.objects.for_list().filter(version__contract=contract).order_by("-id")
        requests = list(asked.select_related("device_by").prefetch_related("reminders", "confirmations__by_user", "confirmations__void_by"))
        proofs = list(Confirmation.objects.for_list().filter(version__contract=contract).order_by("-request_id", "id"))
        live = next((r for r in requests if r.is_live), None)
        besides = open_besides(version) if contract.is_alive else None
        draft = version.frozen_at is None
        may_prepare = may(self.by, "contracts.prepare", contract) and contract.is_alive
        may_send = may(self.by, "contracts.send", contract) and contract.is_alive
        reasons = [] if not draft or is_approved(version) else asks(version)
        approval = approval_of(version)
        waiting = approval if approval and approval.state == "open" else None
        may_override = may(self.by, "contracts.send_incomplete", contract)
        # while a second person is asked, signing could only be refused, but for a manager's reason where something is missing
        is_held = waiting is not None and not (may_override and all(one[0] in MISSING for one in reasons))
        older = [v for v in contract.versions.all() if v.n < version.n]
        changes = running(version)
        newest = requests[0] if requests else None
        lines = list(version.lines.select_related("variant__product").prefetch_related("variant__steps"))
        memory = price_memory(contract.customer, [(line.variant.product, line.variant) for line in lines])
        needs = sorted(Need.objects.filter(contract=contract).for_list(), key=lambda n: (not n.stops_sending, n.state != "open", n.pk))
        confirmed = next((proof for proof in proofs if proof.void_at is None), None)
        is_asked = contract.is_alive and confirmed is None and self.by.has("stock.see")
        said = promised(lines) if is_asked else {}
        shown = progress.panel(contract, self.by)
        lacking, dossier = version.gaps(), dossier_of(contract.customer)
        sees_dossier = self.by.has("dossier.see")
        percent = completeness(dossier) if sees_dossier else None
        is_thin = percent is not None and percent < ENOUGH.value and draft and contract.is_alive
        dossier_lacks = [gap for gap in dossier_gaps(dossier) if gap not in lacking] if is_thin else []
        said_elsewhere = {INCOMPLETE_WORDS: lacking, DOSSIER_WORDS: dossier_lacks}
        plan = shown["plan"] if shown else None
        return {
            "version": version,
            "moved_to": plan.promised_on if plan and plan.confirmed_on and confirmed and confirmed.version_id == version.pk else None,
            "panels": panels("contract", contract, self.by),
            "progress": shown,
            "unmasked": is_unmasked(contract.customer, self.by),
            "may_unmask": may(self.by, "customers.unmask", contract.customer),
            "lines": lines,
            "items": items_of(contract.customer, [line.variant_id for line in lines]),
            "costs": version.costs(),
            "memory": {line.pk: memory[line.variant.product_id, line.variant_id] for line in lines},
            "load": load((line.variant, line.quantity) for line in lines),
            "loads": {line.pk: load([(line.variant, line.quantity)]) for line in lines},
            "promises": said,
            "warns_of_few": contract.is_alive and confirmed is None,
            "too_early": too_early(lines, said, version.shipping_on),
            "below": {line.pk: below_list(line.variant, line.quantity, line.price, version.currency) for line in lines},
            "needs": [(need, traced_where(need, lines, get_language() or "zh")) for need in needs],
            "dossier": percent,
            "dossier_gaps": dossier_lacks,
            "offered": [label_of(Dossier, name) for name in offered(dossier)]
            if is_thin and may(self.by, "dossier.edit", contract.customer)
            else [],
            "told": Need.objects.told(contract.customer).count() if may_prepare else 0,
            "requests": requests,
            "live": live,
            "awaits_link": live is not None and awaits_link(live),
            "still_out": still_open(version, besides) if besides else "",
            "draft": draft,
            "gaps": lacking,
            "may_prepare": may_prepare,
            "may_reopen": contract.lapsed_at is not None and may(self.by, "contracts.send", contract),
            "may_send": may_send and (draft or live is None),
            "sender": sender_of(contract) if draft and may_prepare and not may_send else "",
            "may_close_links": may(self.by, "contracts.send", contract),
            "may_link": may_send and live is not None,
            "reasons": reasons,
            "why": said_of([one for one in reasons if not said_elsewhere.get(one[0])]),
            "approval": approval,
            "waiting": waiting,
            "may_decide": waiting is not None and Approval.objects.waiting_for(self.by).filter(pk=waiting.pk).exists(),
            "renewing": newest is not None and not draft and newest.state in ("expired", "withdrawn"),
            "moved": changes.against(version) if changes else difference(older[-1], version) if older else None,
            "changes": changes,
            "may_device": may_send and confirmed is None and not is_held and (not reasons or may_override),
            "may_record": may(self.by, "contracts.record_paper", contract) and contract.is_alive and not is_held,
            "may_void": confirmed is not None and confirmed.how in ON_PAPER and may(self.by, "contracts.void", contract),
            "may_override": may_override,
            "files": [
                *Attachment.objects.of_many(list(contract.versions.all())),
                *(Attachment.objects.of_many(proofs) if proofs else []),
            ],
            "imported": confirmed if confirmed and confirmed.how == "import" else None,
            "answered": said_before(version)
            if draft
            else newest
            if newest and (newest.state in ("declined", "changes_asked") or newest.asked_again_at)
            else None,
            "made_anew": self.made_anew(),
            "asks_changes": not draft and live is not None and live.state == "changes_asked" and may_prepare,
            "events": _history(contract, requests, proofs) if may(self.by, "history.see", contract) else [],
        }

    def made_anew(self) -> dict[str, Any] | None:
        """Of a contract that came to nothing: what is wanted still, the contract that was made of it since, whether one may make one."""
        contract: Contract = self.record
        if contract.state not in ("declined", "ended") or contract.intention_id is None:
            return None
        intention = Intention.objects.visible_to(self.by).filter(pk=contract.intention_id).first()
        since = Contract.objects.visible_to(self.by).filter(intention=contract.intention_id, pk__gt=contract.pk).order_by("-pk").first()
        may_make = intention is not None and intention.state == "open" and may(self.by, "contracts.prepare", intention)
        return {"intention": intention, "since": since, "may_make": may_make}


def _history(contract: Contract, requests: list[ConfirmationRequest], proofs: list[Confirmation]) -> list[Event]:
    """What happened to the contract, its approvals, its requests and their confirmations, the newest first."""
    found = Event.objects.about(contract)
    for record in (*Approval.objects.of_many(list(contract.versions.all())), *requests, *proofs):
        found |= Event.objects.about(record)
    return list(found.exclude(kind=ASKED.code).order_by("-id")[:30])  # that it was asked for, the contract says itself


def still_open(version: Version, request: ConfirmationRequest) -> str:
    """What whoever drafts a version has to know of the one that is out."""
    words = _("Version %(old)s is still out: until version %(new)s is sent, the customer may confirm it. If they must not, withdraw it.")
    return str(words % {"old": request.version.n, "new": version.n})


class DifferencePage(DetailPage):
    """Two versions side by side: any pair, the newest against the one before to begin with."""

    right = "contracts.see"
    template = "contracts/difference.html"
    nav = "contracts"
    key = "number"

    def find(self) -> QuerySet[Contract]:
        """Visible ones."""
        return Contract.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        return [*customer_trail(self.record.customer), (self.record.number, contract_url(self.record))]

    def heading(self) -> str:
        """What it is."""
        return str(_("Contract %(number)s: what differs") % {"number": self.record.number})

    def context(self) -> dict[str, Any]:
        """The pair that was asked for."""
        versions = sorted(self.record.versions.all(), key=lambda v: v.n)
        by_n = {v.n: v for v in versions}
        new = by_n.get(whole(self.request.GET.get("new")) or 0, versions[-1])
        old = by_n.get(whole(self.request.GET.get("old")) or 0, versions[max(0, versions.index(new) - 1)])
        is_open = may(self.by, "customers.unmask", self.record.customer)
        return {"versions": versions, "old": old, "new": new, "found": difference(old, new, is_open=is_open)}


class Prepare(ActionPage):
    """Makes a contract of a collection."""

    right = "contracts.prepare"
    done = _("The contract is prepared. Check it, then send it.")

    def find(self) -> QuerySet[Intention]:
        """Visible ones."""
        return Intention.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The intention."""
        return reverse("intention", args=[self.record.pk])

    def press(self) -> str:
        """Prepares."""
        contract = prepare(self.record, by=self.by)
        lines = list(contract.newest.lines.select_related("variant"))
        if missing(contract.newest):
            self.done = _("The contract is saved as a draft. Complete what is missing, then send it.")
        elif too_early(lines, promised(lines), contract.newest.shipping_on):
            self.done = _("The contract is prepared. Look at the shipping date: not all goods are there by then.")
        return contract_url(contract)


class VersionForm(PriceTermsForm):
    """A draft's header; the lines follow it as fields of their own."""

    delivery_term = forms.ChoiceField(label=_("delivery term"), choices=[("", "–"), *TERMS.items()], required=False)
    delivery_place = Text(label=_("place (port or town)"), max_length=100, required=False)
    shipping_on = Day(label=_("shipping date"), required=False)
    carriage = forms.ChoiceField(label=_("carried by"), choices=[("", "–"), *MODES.items()], required=False)
    arrival_on = Day(
        label=_("arrival at the door"), required=False, help_text=_("If you promise it, the shipping date is worked out from it.")
    )
    cause = forms.ChoiceField(
        label=_("why the date moves"), choices=[("", _("it does not move")), *PROMISE_CAUSES.items()], required=False,
        help_text=_("Needed as soon as the shipping date moves."),
    )  # fmt: skip
    deposit_percent = forms.DecimalField(label=_("deposit, %"), max_digits=5, decimal_places=2, required=False)
    balance = forms.ChoiceField(label=_("balance"), choices=[("", "–"), *BALANCES.items()], required=False)
    balance_on = Day(label=_("date of the balance"), required=False, help_text=_("For a balance on a fixed date."))
    delivery_address = Text(label=_("delivery address"), max_length=400, required=False)
    consignee = Text(label=_("consignee"), max_length=100, required=False)
    consignee_phone = Phone(label=_("consignee's phone"), max_length=40, required=False)
    invoice_title = Text(label=_("bill-to name or tax number"), max_length=200, required=False)
    po_number = Text(label=_("customer's PO number"), max_length=60, required=False)
    special_terms = Words(label=_("special terms"), max_length=2000, required=False)
    signatory = forms.ModelChoiceField(
        label=_("signatory"), queryset=Contact.objects.none(), required=False, empty_label=_("not named yet")
    )

    def __init__(self, *args: Any, version: Version, unmasked: bool, may_unmask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unmasked:
            del self.fields["consignee_phone"]  # what one may not read one does not overwrite
        if not may_unmask:
            del self.fields["delivery_address"]
        if not version.contract.is_ordered:  # nothing is promised yet
            del self.fields["cause"]
        narrow(self, "signatory", version.contract.customer.contacts.all())
        self.lines = list(version.lines.all())
        for line in self.lines:
            n = line.position
            self.fields[f"quantity_{n}"] = Quantity(label=_("quantity"), initial=trimmed(line.quantity))
            self.fields[f"price_{n}"] = Price(label=_("unit price"), initial=trimmed(line.price))
            self.fields[f"discount_{n}"] = forms.DecimalField(
                label=_("discount, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2, initial=line.discount, required=False
            )
            self.fields[f"removed_{n}"] = forms.BooleanField(label=_("take this line out"), required=False)
        variants = Variant.objects.filter(product__retired_at=None).select_related("product").order_by("product__sort_key", "sku")
        self.fields["added"] = VariantChoice(label=_("add a product"), queryset=variants, required=False, empty_label=_("nothing more"))
        self.fields["quantity"] = Quantity(label=_("quantity"), required=False)
        self.fields["price"] = Price(label=_("unit price"), required=False, help_text=_("Empty: the list price."))

    def header(self) -> list[Any]:
        """The fields above the lines."""
        return [self[name] for name in VersionForm.base_fields if name in self.fields and name not in PRICE_TERMS]

    def line_fields(self) -> list[tuple[ContractLine, list[Any]]]:
        """Each line with its three fields."""
        return [(line, [self[f"{what}_{line.position}"] for what in ("quantity", "price", "discount", "removed")]) for line in self.lines]

    def terms(self) -> list[Term]:
        """The lines as entered."""
        data = self.cleaned_data
        return [
            Term(n, data[f"quantity_{n}"], data[f"price_{n}"], data[f"discount_{n}"] or Decimal(0), data[f"removed_{n}"])
            for n in (line.position for line in self.lines)
        ]

    def new_lines(self, currency: str) -> list[Added]:
        """The product that was added; without a price the list price, where it is in this currency."""
        data = self.cleaned_data
        variant: Variant | None = data["added"]
        if variant is None:
            return []
        listed = variant.price if variant.currency == currency else None
        price = data["price"] if data["price"] is not None else listed
        if data["quantity"] is None or price is None:
            raise Refused(_("Give quantity and price of the product that you add."), field="quantity" if price is not None else "price")
        return [Added(variant, data["quantity"], price)]

    def extra(self) -> list[Any]:
        """The fields of a line to be added."""
        return [self[name] for name in ("added", "quantity", "price")]


class EditVersion(FormPage):
    """Edits a draft."""

    right = "contracts.prepare"
    title = _("Edit contract")
    nav = "contracts"
    template = "contracts/version_form.html"
    form = VersionForm
    button = _("Save draft")
    key = "contract__number"

    def find(self) -> QuerySet[Version]:
        """The newest version of a visible contract."""
        number = self.kwargs["key"]
        newest = Version.objects.filter(contract__in=Contract.objects.visible_to(self.by), contract__number=number).order_by("-n")
        return Version.objects.filter(pk__in=newest.values("pk")[:1]).select_related("contract__customer")

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        contract = self.record.contract
        return [*customer_trail(contract.customer), (contract.number, contract_url(contract))]

    def heading(self) -> str:
        """Which version."""
        return str(_("Contract %(number)s, version %(n)s") % {"number": self.record.contract.number, "n": self.record.n})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; of a contract that is closed or confirmed meanwhile, the contract, which says so."""
        self._load()
        try:
            check_alive(self.record.contract)
        except Refused as over:
            messages.info(request, str(over.words))
            return redirect(contract_url(self.record.contract))
        return super().get(request, *args, **kwargs)

    def leading(self) -> str:
        """That an earlier version may still be confirmed."""
        still = open_besides(self.record)
        return still_open(self.record, still) if still else ""

    def initial(self) -> dict[str, Any]:
        """As it is."""
        version: Version = self.record
        values = version.copied()
        return (
            values
            | {n: getattr(version, n) for n in ("shipping_on", "carriage", "arrival_on", "special_terms")}
            | {"signatory": version.signatory_id}
        )

    def context(self) -> dict[str, Any]:
        """Which prices lie below the list; what the customer wants changed."""
        lines = self.record.lines.select_related("variant").prefetch_related("variant__steps")
        return {
            "costs": self.record.costs(),
            "below": {line.pk: below_list(line.variant, line.quantity, line.price, self.record.currency) for line in lines},
            "wished": said_before(self.record),
        }

    def form_options(self) -> dict[str, Any]:
        """Its lines and people."""
        customer = self.record.contract.customer
        return {
            "version": self.record,
            "unmasked": is_unmasked(customer, self.by),
            "may_unmask": may(self.by, "customers.unmask", customer),
        }

    def check_prices(self, terms: list[Term], added: list[Added]) -> None:
        """Asks about a price that is hardly meant so."""
        lines, currency = {line.position: line for line in self.record.lines.select_related("variant")}, self.record.currency
        for term in terms:
            line = lines[term.position]
            if not term.is_removed:
                check_meant(line.variant, term.quantity, term.price, currency, was=line.price)
        for extra in added:
            check_meant(extra.variant, extra.quantity, extra.price, currency)

    def save(self, form: Any) -> str:
        """Edits it."""
        values = {name: form.cleaned_data[name] for name in VersionForm.base_fields if name in form.fields}
        cause = values.pop("cause", "")
        added = form.new_lines(self.record.currency)
        if not self.is_sure:  # what is wrong comes before what is odd
            check_draft(self.record, values=values, terms=form.terms(), added=added)
            self.check_prices(form.terms(), added)
        edit_version(self.record, by=self.by, revision=self.seen, values=values, terms=form.terms(), added=added, cause=cause)
        return contract_url(self.record.contract)


class ContractAction(ActionPage):
    """What the buttons of a contract share."""

    key = "number"

    def find(self) -> QuerySet[Contract]:
        """Visible ones."""
        return Contract.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The contract."""
        return contract_url(self.record)


class NewVersion(ContractAction):
    """Makes the next version."""

    right = "contracts.prepare"

    def press(self) -> str:
        """Makes it, then edits it."""
        new_version(self.record, by=self.by)
        return reverse("contract-edit", args=[self.record.number])


class OfContract(FormPage):
    """What the forms about a contract share."""

    nav = "contracts"
    key = "number"

    def find(self) -> QuerySet[Contract]:
        """Visible ones."""
        return Contract.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        return [*customer_trail(self.record.customer), (self.record.number, contract_url(self.record))]


class EndContract(OfContract):
    """We end the contract; of one that is ordered, the change that is being prepared."""

    right = "contracts.prepare"
    title = _("End the contract")
    lead = _("The intention is open again. The customer is told if the contract was sent.")
    form = ReasonForm
    button = _("End contract")
    template = "contracts/end.html"
    is_risk = True

    def heading(self) -> str:
        """What ends."""
        return str(_("Discard this change") if self.record.is_ordered else self.title)

    def leading(self) -> str:
        """What that means."""
        if not self.record.is_ordered:
            return str(self.lead)
        words = _(
            "Only version %(n)s is dropped. Contract %(number)s and its order stand as they were. The customer is told if it was sent."
        )
        return words % {"n": self.record.newest.n, "number": self.record.number}

    def save(self, form: Any) -> str:
        """Ends it."""
        if self.record.is_ordered:
            self.done = _("Discarded. The contract stands as it was.")
        end_contract(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return contract_url(self.record)
