"""303 on paper: prints a quotation, shows it, sends it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.approvals.approval import newest_about
from boothline.core import clock
from boothline.core.text import phrase
from boothline.customers.card import Contact
from boothline.customers.trail import customer_trail
from boothline.files.attachments import Attachment
from boothline.followups.steps import STEP_KINDS, NextStep, Plan
from boothline.followups.touches import CHANNELS
from boothline.intentions.products import Intention
from boothline.intentions.quotation import MATTER, Quotation, ask_approval, below_floor, quote, send_quotation
from boothline.ui.fields import Day, Text, narrow
from boothline.ui.kit import ActionPage, DetailPage, FormPage
from boothline.worktime.calendar import add_workdays


def quotation_url(quotation: Quotation) -> str:
    """The quotation's page."""
    return reverse("quotation", args=[quotation.number])


class Quote(ActionPage):
    """Prints the collection as it stands."""

    right = "intentions.edit"
    done = _("The quotation is printed. Read it, then send it.")

    def find(self) -> QuerySet[Intention]:
        """Visible ones."""
        return Intention.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The intention."""
        return reverse("intention", args=[self.record.pk])

    def press(self) -> str:
        """Prints it."""
        return quotation_url(quote(self.record, by=self.by))


class QuotationPage(DetailPage):
    """One quotation with its PDFs."""

    right = "intentions.see"
    template = "intentions/quotation.html"
    nav = "customers"
    key = "number"

    def find(self) -> QuerySet[Quotation]:
        """Visible ones."""
        return Quotation.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer, the intention."""
        about = self.record.intention
        return [*customer_trail(about.customer), (str(_("Intention")), reverse("intention", args=[about.pk]))]

    def heading(self) -> str:
        """Its number."""
        return str(_("Quotation %(number)s") % {"number": self.record.number})

    def context(self) -> dict[str, Any]:
        """Its PDFs, whether it may be sent, and the approval that it needs or has."""
        is_valid = self.record.valid_until >= clock.today()
        return {
            "files": list(Attachment.objects.of(self.record)),
            "costs": self.record.costs(),
            "why": [_now(message) % values for message, values in below_floor(self.record)],
            "approval": newest_about(self.record, MATTER),
            "may_send": is_valid and may(self.by, "intentions.edit", self.record.intention),
        }


class AskApproval(ActionPage):
    """Asks a second person before it is sent."""

    right = "intentions.edit"
    key = "number"

    def find(self) -> QuerySet[Quotation]:
        """Visible ones."""
        return Quotation.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The quotation."""
        return quotation_url(self.record)

    def press(self) -> str:
        """Asks; pressed late, says with whom it is, since when."""
        approval = ask_approval(self.record, by=self.by)
        self.done = phrase(_now("With %(who)s for approval since %(since)s."), {"who": approval.with_whom, "since": approval.since})
        return self.back()


class SendingForm(forms.Form):
    """To whom, how, and what comes next."""

    one_of = ("what", "kind", "due_on")
    contact = forms.ModelChoiceField(label=_("to whom"), queryset=Contact.objects.none(), empty_label=None)
    channel = forms.ChoiceField(label=_("channel"), choices=list(CHANNELS.items()), widget=forms.RadioSelect)
    what = Text(label=_("next step"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("how"), choices=list(STEP_KINDS.items()), required=False)
    due_on = Day(label=_("when"), required=False)
    step_holds = forms.BooleanField(label=_("the open next step still holds"), required=False)

    def __init__(self, *args: Any, quotation: Quotation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", quotation.customer.contacts.all())

    def clean(self) -> dict[str, Any]:
        """A step has words and a day."""
        data = super().clean() or {}
        if data.get("what") and not data.get("due_on"):
            self.add_error("due_on", str(_("Give the day of the next step.")))
        return data


class SendQuotation(FormPage):
    """Sends it by mail with a link, or notes that it was handed over; a touch with its next step."""

    right = "intentions.edit"
    title = _("Send quotation")
    lead = _("By e-mail it goes out with a link. By another channel you hand over the PDF yourself, and this notes it.")
    nav = "customers"
    form = SendingForm
    button = _("Send and set next step")
    done = _("Sent and logged.")
    key = "number"

    def find(self) -> QuerySet[Quotation]:
        """Visible ones."""
        return Quotation.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The quotation."""
        return [*customer_trail(self.record.customer), (self.record.number, quotation_url(self.record))]

    def initial(self) -> dict[str, Any]:
        """By mail where there is an address; asked about three workdays later."""
        contact = self.record.customer.contacts.first()
        has_mail = contact is not None and bool(contact.point("email"))
        what = _("ask about quotation %(number)s") % {"number": self.record.number}
        return {"channel": "mail" if has_mail else "wechat", "kind": "call", "what": what, "due_on": add_workdays(clock.today(), 3)}

    def form_options(self) -> dict[str, Any]:
        """The customer's people."""
        return {"quotation": self.record}

    def context(self) -> dict[str, Any]:
        """The step that is open."""
        return {"open_step": NextStep.objects.open().filter(customer=self.record.customer).order_by("due_on").first()}

    def save(self, form: Any) -> str:
        """Sends it."""
        data = form.cleaned_data
        plan = None
        if data["what"] and not data["step_holds"]:
            owner = self.person
            plan = Plan(self.record.customer, data["what"], data["due_on"], owner=owner, kind=data["kind"] or "call")
        send_quotation(
            self.record, by=self.by, contact=data["contact"], channel=data["channel"], next_step=plan, step_holds=data["step_holds"]
        )
        return quotation_url(self.record)
