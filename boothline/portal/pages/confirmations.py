"""204 from the customer's side: reads the contract and answers it. Plain forms, no script needed.

What is done is bound to the request and the version in the form, so that an answer to an old version is refused.
"""

from __future__ import annotations

import base64
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.accounts.company import company
from boothline.billing.panel import open_deposit
from boothline.care.complaints import Complaint
from boothline.contracts import agreement
from boothline.contracts.difference import Difference, difference
from boothline.contracts.establishment import (
    Confirmation,
    ConfirmationRequest,
    ask_changes,
    confirm,
    decline,
    is_name_of,
    open_request,
    take_back_changes,
)
from boothline.contracts.lists import DECLINE_REASONS
from boothline.contracts.paper import shares
from boothline.contracts.progress import for_customer
from boothline.contracts.reminders import ask_again
from boothline.contracts.running import Running, running
from boothline.contracts.signatory import wish_signatory
from boothline.core.errors import NotAllowed, Refused
from boothline.core.text import phrase, whole
from boothline.documents.capitals import in_capitals
from boothline.intentions.quotation import Quotation
from boothline.orders.changes import OrderChange
from boothline.orders.problems import Problem
from boothline.orders.register import Order
from boothline.orders.shipments import Shipment, leaving
from boothline.portal.home import contracts_of
from boothline.portal.pages.door import PortalPage, paper_of

LARGEST_DRAWN = 400_000  # characters of a drawn signature
BY_KEY = ("briefing", "expansion", "survey", "invitation")  # what a link may be about, and how its page is addressed
BY_NUMBER: dict[str, Any] = {"order": Order, "problem": Problem, "complaint": Complaint}


class ContractPage(PortalPage):
    """What the pages of one contract share: the newest request that went to this contact's company."""

    def mine(self) -> QuerySet[ConfirmationRequest]:
        """What this contact may see."""
        return contracts_of(self.guest)

    def asked(self, number: str) -> ConfirmationRequest:
        """Their newest request about this contract; 404 if there is none."""
        found = self.mine().filter(version__contract__number=number).order_by("-id").first()
        if found is None:
            raise Http404
        return found

    def named(self) -> ConfirmationRequest:
        """The request that the form names; 404 unless it is theirs."""
        found = self.mine().filter(pk=whole(self.request.POST.get("request")) or 0).first()
        if found is None:
            raise Http404
        return found

    def not_allowed(self, refused: NotAllowed) -> HttpResponse:
        """Who may, by name: the signatory of the request that was answered."""
        words = phrase(_("Only %(name)s can confirm it. You may read it and ask for changes."), {"name": self.named().signatory.name})
        return self.say("portal/refused.html", status=403, words=words, code=refused.code)

    def to_contract(self, request: ConfirmationRequest) -> HttpResponse:
        """Back to the contract's page."""
        return redirect("portal-contract", grant=self.guest.grant.pk, number=request.contract.number)


class Landing(ContractPage):
    """Where a link leads: to the record that it was sent about."""

    def get(self, request: HttpRequest, grant: int) -> HttpResponse:
        """The record's page."""
        held = self.guest.grant
        if held.subject_kind == "quotation":
            return self._quotation(held.subject_id)
        if held.subject_kind in BY_KEY:
            return redirect(f"portal-{held.subject_kind}", grant=grant, key=held.subject_id)
        if held.subject_kind in BY_NUMBER:
            theirs = BY_NUMBER[held.subject_kind].objects.of_contact(self.guest.contact).filter(pk=held.subject_id).first()
            if theirs is None:
                raise Http404
            return redirect(f"portal-{held.subject_kind}", grant=grant, number=theirs.number)
        if held.subject_kind != "request":
            raise Http404
        first = self.mine().filter(pk=held.subject_id).first()
        if first is None:
            raise Http404
        return self.to_contract(first)

    def _quotation(self, key: int) -> HttpResponse:
        """A quotation is only read."""
        quoted = Quotation.objects.of_contact(self.guest.contact).for_list().filter(pk=key).first()
        if quoted is None:
            raise Http404
        return self.say("portal/quotation.html", quoted=quoted, costs=quoted.costs())


class Opening(ContractPage):
    """The button *View*."""

    stands_on = "portal-contract"

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Counts as opened."""
        return self.to_contract(open_request(self.named(), by=self.guest.actor))


class Contract(ContractPage):
    """The contract as it was sent, and the answers that are open to this contact. Before, the landing page: who writes to whom, what,
    until when. One button; before it is pressed nothing counts as opened."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The page; before it was opened, the landing page."""
        asked = self.asked(number)
        return self.say("portal/landing.html", asked=asked, changes=running(asked.version)) if asked.state == "sent" else self.show(asked)

    def show(self, asked: ConfirmationRequest, status: int = 200, **more: Any) -> HttpResponse:
        """The contract with what was typed; before it was opened, back to the landing page."""
        if asked.state == "sent":
            return self.to_contract(asked)
        version = asked.version
        changes = running(version)
        confirmation = version.confirmations.filter(void_at=None).first()
        orders = list(Order.objects.of_contact(self.guest.contact).filter(contract=asked.contract).order_by("pk")) if confirmation else []
        stands = any(order.state != "cancelled" for order in orders)
        left = Shipment.objects.filter(order__in=orders, shipped_at__isnull=False).order_by("shipped_at", "pk")
        context = {
            "asked": asked,
            "version": version,
            "lines": list(version.lines.all()),
            "confirmation": confirmation,
            "orders": orders,
            "changed": _changed_since(confirmation, orders) if confirmation else set(),
            "deposit": sum(map(open_deposit, orders)),
            "bank": company().bank_for(get_language() or "zh"),
            "shipments": list(left.prefetch_related("lines__line")) if orders else [],
            "is_signatory": asked.signatory_id == self.guest.contact.pk,
            "on_device": self.guest.grant.purpose == "device",
            "may_confirm": asked.is_live and not confirmation and (asked.state != "changes_asked" or self.guest.grant.purpose == "device"),
            "moved": changes.against(version) if changes else _moved(asked),
            "changes": changes,
            "progress": _progress(asked.contract) if (stands if confirmation else asked.is_live and not changes) else None,
            "shares": shares(version),
            "costs": version.costs(),
            "capitals": in_capitals(version.total, version.currency, get_language() or "zh-hans"),
            "newer": asked.contract.newest_sent if asked.state == "superseded" else 0,
            "reasons": DECLINE_REASONS,
            "consent": consent_to(changes, str(self.guest.contact.customer)),
            "problem": "",
            "problem_at": "",
            "typed": {},
        }
        return self.say("portal/contract.html", status=status, **context | more)


class Confirm(Contract):
    """The one big answer."""

    stands_on = "portal-contract"

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Confirms what was shown, once."""
        asked, typed = self.named(), request.POST
        consent = consent_to(running(asked.version), self.guest.contact.customer.name)
        if "consent" not in typed:
            words = _("Tick the confirmation above the button, then press it again.")
            return self.show(asked, status=422, problem=words, problem_at="consent", typed=typed)
        signed_by = typed.get("signed_by", "").strip()
        if signed_by and asked.is_live and not is_name_of(asked.signatory, signed_by) and typed.get("sure_name") != signed_by:
            return self.show(asked, status=422, problem=self._doubt(asked), problem_at="signature", typed=typed)
        try:
            confirm(
                asked, by=self.guest.actor, version=_int(typed.get("version")), total=_decimal(typed.get("total")),
                lines=_int(typed.get("lines")), signed_by=typed.get("signed_by", ""), signature=typed.get("signed_by", ""),
                consent=consent, drawn=drawn_picture(typed.get("drawn", "")), on_device=self.guest.grant.purpose == "device",
            )  # fmt: skip
        except Refused as refused:
            if refused.field == "picture":
                words = _("The drawn signature cannot be read. Draw it again, or leave it out: your name is enough.")
                return self.show(asked, status=422, problem=words, problem_at="picture", typed=typed)
            if refused.field:
                at = refused.field if refused.field == "signature" else ""
                return self.show(asked, status=422, problem=str(refused.words), problem_at=at, typed=typed)
            raise
        return self.to_contract(asked)

    def _doubt(self, asked: ConfirmationRequest) -> str:
        """What is asked once of who signs under another name."""
        if self.guest.grant.purpose == "device":
            words = _("%(name)s is to sign. If the name is right as it stands, press again.")
        else:
            words = _(
                '%(name)s is to sign. If somebody else signs, press "Hand it to the signatory". If the name is right as it stands, '
                "press the button again."
            )
        return phrase(words, {"name": asked.signatory})


class Decline(Contract):
    """Not accepted, and why."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The form."""
        return self.say("portal/decline.html", asked=self.asked(number), reasons=DECLINE_REASONS, problem="", typed={})

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Declines."""
        asked, typed = self.named(), request.POST
        try:
            decline(asked, by=self.guest.actor, reason=typed.get("reason", ""), words=typed.get("words", ""))
        except Refused as refused:
            if refused.field:
                context = {"asked": asked, "reasons": DECLINE_REASONS, "problem": str(refused.words), "typed": typed}
                return self.say("portal/decline.html", status=422, **context)
            raise
        return self.to_contract(asked)


class AskChanges(Contract):
    """Asks for changes, to the whole or line by line; the contract lives on."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The form."""
        return self._form(self.asked(number), {})

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Asks."""
        asked, typed = self.named(), request.POST
        by_line = {n: typed[f"line_{n}"] for n in asked.version.lines.values_list("position", flat=True) if f"line_{n}" in typed}
        try:
            ask_changes(asked, by=self.guest.actor, words=typed.get("words", ""), lines=by_line)
        except Refused as refused:
            if refused.field:
                return self._form(asked, typed, str(refused.words))
            raise
        return self.to_contract(asked)

    def _form(self, asked: ConfirmationRequest, typed: Any, problem: str = "") -> HttpResponse:
        lines = list(asked.version.lines.all())
        return self.say("portal/changes.html", status=422 if problem else 200, asked=asked, lines=lines, problem=problem, typed=typed)


class WishSignatory(ContractPage):
    """Somebody else should sign: who, and how we reach them."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The form; with what was said before, to be corrected."""
        asked = self.asked(number)
        said = {"name": asked.wished_name, "reach": asked.wished_reach, "why": asked.wished_why}
        return self._form(asked, said)

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Tells us; we call, then name them."""
        asked, typed = self.named(), request.POST
        try:
            wish_signatory(asked, by=self.guest.actor, name=typed.get("name", ""), reach=typed.get("reach", ""), why=typed.get("why", ""))
        except Refused as refused:
            if refused.field:
                return self._form(asked, typed, refused)
            raise
        return self.to_contract(asked)

    def _form(self, asked: ConfirmationRequest, typed: Any, refused: Refused | None = None) -> HttpResponse:
        problem, at = (str(refused.words), refused.field) if refused else ("", "")
        may_sign = asked.signatory_id == self.guest.contact.pk
        context = {"asked": asked, "problem": problem, "problem_at": at, "typed": typed, "may_sign": may_sign}
        return self.say("portal/signatory.html", status=422 if refused else 200, **context)


class AskAgain(ContractPage):
    """Asks for what is over: renewal, or another offer."""

    stands_on = "portal-contract"

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Makes one next step on our side."""
        return self.to_contract(ask_again(self.named(), by=self.guest.actor))


class TakeBackChanges(ContractPage):
    """The wish for changes is taken back."""

    stands_on = "portal-contract"

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Takes it back."""
        return self.to_contract(take_back_changes(self.named(), by=self.guest.actor))


class Paper(ContractPage):
    """The document itself, in the guest's language."""

    def get(self, request: HttpRequest, grant: int, number: str) -> FileResponse | HttpResponse:
        """The PDF that was frozen; before the contract was opened, the landing page."""
        asked = self.asked(number)
        if asked.state == "sent":
            return self.to_contract(asked)
        return paper_of(asked.version, f"{number}.pdf")


def consent_to(changes: Running | None, firm: str) -> str:
    """What the tick above the button says, and is kept with the signature."""
    if changes:
        return phrase(_("I confirm this change of order %(number)s in the name of %(firm)s."), {"number": changes.order, "firm": firm})
    return phrase(_("I confirm this order in the name of %(firm)s."), {"firm": firm})


def _changed_since(confirmation: Confirmation, orders: list[Order]) -> set[int]:
    """The orders that cost something else by now than this version says: what follows it is on the order's page."""
    later = OrderChange.objects.filter(order__in=orders, made_at__gt=confirmation.confirmed_at).exclude(was=F("now"))
    return set(later.exclude(version=confirmation.version_id).values_list("order_id", flat=True)) if orders else set()


def _progress(contract: agreement.Contract) -> dict[str, Any] | None:
    return for_customer(contract, **leaving(contract))


def _moved(asked: ConfirmationRequest) -> Difference | None:
    """What differs from the last version that they received before this one."""
    sent = asked.contract.versions.filter(n__lt=asked.version.n, requests__isnull=False).exclude(requests__state="draft")
    before = sent.order_by("-n").first()
    return difference(before, asked.version) if before else None


def drawn_picture(text: str) -> bytes:
    """The picture that the page's script drew; nothing where nothing was drawn."""
    start, _comma, coded = text.partition(",")
    if start != "data:image/png;base64" or not coded:
        return b""
    if len(coded) > LARGEST_DRAWN:
        raise Refused(_("The drawn signature is too large."), field="picture")
    try:
        return base64.b64decode(coded, validate=True)
    except ValueError as broken:
        raise Refused(_("The drawn signature cannot be read."), field="picture") from broken


def _int(text: str | None) -> int:
    found = whole(text, places=8)
    return -1 if found is None else found


def _decimal(text: str | None) -> Decimal:
    try:
        found = Decimal(text or "")
    except InvalidOperation:
        return Decimal(-1)
    return found if found.is_finite() else Decimal(-1)
