"""204 from our side: sends the request, hands over its link, withdraws it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.contracts.agreement import Contract
from boothline.contracts.establishment import ConfirmationRequest, close_link, make_link, send, withdraw
from boothline.customers.trail import customer_trail
from boothline.ui.fields import Words
from boothline.ui.kit import ActionPage, DetailPage, FormPage


class SendForm(forms.Form):
    """A reason, where something is missing and a manager sends it all the same."""

    override_reason = Words(label=_("reason for sending it incomplete"), required=False, rows=2)


class Send(FormPage):
    """Sends the newest version to its signatory."""

    right = "contracts.send"
    title = _("Send for confirmation")
    nav = "contracts"
    template = "contracts/send.html"
    form = SendForm
    button = _("Send to the signatory")
    done = _("Sent. The customer's answer will stand here and in your notices.")
    key = "number"

    def find(self) -> QuerySet[Contract]:
        """Visible ones."""
        return Contract.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        return [*customer_trail(self.record.customer), (self.record.number, reverse("contract", args=[self.record.number]))]

    def context(self) -> dict[str, Any]:
        """To whom, what is missing."""
        version = self.record.newest
        return {
            "version": version,
            "gaps": version.gaps(),
            "may_override": may(self.by, "contracts.send_incomplete", self.record),
            "address": version.signatory.point("email") if version.signatory else "",
        }

    def save(self, form: Any) -> str:
        """Sends it."""
        send(self.record.newest, by=self.by, override_reason=form.cleaned_data["override_reason"])
        return reverse("contract", args=[self.record.number])


class LinkPage(DetailPage):
    """A fresh link of a request, shown once, to hand over by chat."""

    right = "contracts.send"
    title = _("Link for the customer")
    template = "contracts/link.html"
    nav = "contracts"

    def find(self) -> QuerySet[ConfirmationRequest]:
        """Visible ones."""
        return ConfirmationRequest.objects.visible_to(self.by).for_list()

    def heading(self) -> str:
        """What it is."""
        return str(self.title)

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        contract = self.record.contract
        return [*customer_trail(contract.customer), (contract.number, reverse("contract", args=[contract.number]))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Says what the button does."""
        self.record = self.load()
        return self.answer(record=self.record, address="")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Makes the link and shows it."""
        self.record = self.load()
        return self.answer(record=self.record, address=make_link(self.record, by=self.by))


class CloseLink(ActionPage):
    """Closes every link of a request."""

    right = "contracts.send"
    done = _("The link opens nothing any more. Make a new one for the right person when you need it.")

    def find(self) -> QuerySet[ConfirmationRequest]:
        """Visible ones."""
        return ConfirmationRequest.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The contract."""
        return reverse("contract", args=[self.record.contract.number])

    def press(self) -> str:
        """Closes them."""
        close_link(self.record, by=self.by)
        return self.back()


class WithdrawForm(forms.Form):
    """Why."""

    reason = Words(label=_("reason"))


class Withdraw(FormPage):
    """Takes the request back; the contract stays."""

    right = "contracts.send"
    title = _("Withdraw the request")
    lead = _("The contract stays and can be sent again. To give it up altogether, end the contract.")
    nav = "contracts"
    form = WithdrawForm
    button = _("Withdraw request")

    def find(self) -> QuerySet[ConfirmationRequest]:
        """Visible ones."""
        return ConfirmationRequest.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        contract = self.record.contract
        return [*customer_trail(contract.customer), (contract.number, reverse("contract", args=[contract.number]))]

    def save(self, form: Any) -> str:
        """Withdraws it."""
        withdraw(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return reverse("contract", args=[self.record.contract.number])
