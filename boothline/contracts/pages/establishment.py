"""204 from our side: every row of its table that staff press, each a small form that calls one operation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.accounts.rights import may
from boothline.contracts.agreement import Contract
from boothline.contracts.clearance import approval_of, ask_approval, asks, is_approved, missing, said_of
from boothline.contracts.establishment import (
    Confirmation,
    ConfirmationRequest,
    ask_changes,
    close_link,
    decline,
    make_link,
    resend,
    send,
    stand_by,
    withdraw,
)
from boothline.contracts.evidence import hand_device, record_paper, void
from boothline.contracts.haste import tight
from boothline.contracts.lists import DECLINE_REASONS, HOWS, ON_PAPER
from boothline.contracts.pages.contracts import OfContract, contract_url
from boothline.contracts.signatory import name_signatory
from boothline.core import clock
from boothline.core.errors import Refused
from boothline.core.text import phrase
from boothline.customers.card import Contact, Person, is_unmasked
from boothline.customers.trail import customer_trail
from boothline.documents.press import LANGUAGES
from boothline.files.attachments import read_received
from boothline.messaging.letters import Letter
from boothline.ui.fields import Day, ReasonForm, Text, Words, narrow
from boothline.ui.kit import ActionPage, FormPage, LinkPage


class OfRequest(FormPage):
    """What the forms about a request share."""

    right = "contracts.send"
    nav = "contracts"

    def find(self) -> QuerySet[ConfirmationRequest]:
        """Visible ones."""
        return ConfirmationRequest.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        contract = self.record.contract
        return [*customer_trail(contract.customer), (contract.number, contract_url(contract))]


class SendForm(forms.Form):
    """A reason, where something is missing and a manager sends it all the same."""

    override_reason = Words(label=_("reason for sending it incomplete"), required=False, rows=2)


class LetterForm(SendForm):
    """With the language of the letter and of what the link shows: proposed, to be changed before it goes."""

    language = forms.ChoiceField(label=_("language of the letter"), choices=list(LANGUAGES.items()), required=False)
    field_order = ("language", "override_reason")


class Send(OfContract):
    """Sends the newest version to its signatory."""

    right = "contracts.send"
    title = _("Send for confirmation")
    template = "contracts/send.html"
    form = LetterForm
    button = _("Send to the signatory")

    def initial(self) -> dict[str, Any]:
        """The signatory's language, or the one that is proposed."""
        signs = self.record.newest.signs
        return {"language": signs.speaks if signs else ""}

    def context(self) -> dict[str, Any]:
        """To whom, what is missing, which approval is still to come."""
        version = self.record.newest
        return {
            "version": version,
            "missing": missing(version),
            "reasons": [] if is_approved(version) else said_of(asks(version)),
            "approval": approval_of(version),
            "may_override": may(self.by, "contracts.send_incomplete", self.record),
            "address": version.signs.point("email") if version.signs else "",
            "unmasked": is_unmasked(self.record.customer, self.by),
            "tight": tight(version),
        }

    def save(self, form: Any) -> str:
        """Sends it; pressed late, the request that is out is the answer, and no second letter goes."""
        before = timezone.now()
        sent = send(self.record.newest, by=self.by, **form.cleaned_data)
        at = {"time": f"{timezone.localtime(sent.sent_at):%H:%M}"}
        letter = Letter.objects.filter(grant=sent.grant).order_by("-id").first()
        if letter is None or letter.state == "unsent":
            self.done = _("Ready, but not mailed: make the link and hand it over by chat.")
        elif sent.sent_at < before:
            self.done = _("Sent %(time)s already; no second letter went out.") % at
        else:
            self.done = _("Sent %(time)s. The customer's answer will appear here and in your notices.") % at
        return contract_url(self.record)


class AskForm(forms.Form):
    """What the approver should know."""

    words = Words(label=_("what the approver should know"), required=False, rows=2)


class AskApproval(OfContract):
    """Asks a second person before it is sent."""

    right = "contracts.send"
    title = _("Ask for approval")
    template = "contracts/ask.html"
    form = AskForm
    button = _("Ask for approval")

    def context(self) -> dict[str, Any]:
        """Why."""
        version = self.record.newest
        return {"version": version, "reasons": said_of(asks(version)), "tight": tight(version)}

    def save(self, form: Any) -> str:
        """Asks; pressed late, says with whom it is, since when."""
        approval = ask_approval(self.record.newest, by=self.by, words=form.cleaned_data["words"])
        self.done = phrase(_("With %(who)s for approval since %(since)s."), {"who": approval.with_whom, "since": approval.since})
        return contract_url(self.record)


class Resend(ActionPage):
    """Another letter, the same link."""

    right = "contracts.send"
    done = _("Sent again. The link lives as long as before.")

    def find(self) -> QuerySet[ConfirmationRequest]:
        """Visible ones."""
        return ConfirmationRequest.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The contract."""
        return contract_url(self.record.contract)

    def press(self) -> str:
        """Sends it again."""
        resend(self.record, by=self.by)
        return self.back()


class HandDevice(OfContract):
    """Opens the contract on this device for the customer, and leads to the customer's page."""

    right = "contracts.send"
    title = _("Sign on this device")
    lead = _("The customer reads the contract here, writes their name and signs. You are noted as present.")
    template = "contracts/device.html"
    form = SendForm
    button = _("Open for the customer")

    def context(self) -> dict[str, Any]:
        """Who signs what."""
        version = self.record.newest
        return {
            "version": version, "gaps": version.gaps(), "may_override": may(self.by, "contracts.send_incomplete", self.record),
            "wished": ConfirmationRequest.objects.live().filter(version__contract=self.record).exclude(wished_name="").first(),
        }  # fmt: skip

    def save(self, form: Any) -> str:
        """The customer's page, under the address by which this device came."""
        address = hand_device(self.record.newest, by=self.by, override_reason=form.cleaned_data["override_reason"])
        return urlsplit(address).path


class PaperForm(forms.Form):
    """Which paper, by whom, of which day, and its scan."""

    kind = forms.ChoiceField(label=_("evidence"), choices=[(k, HOWS[k]) for k in ON_PAPER], widget=forms.RadioSelect, initial="paper")
    version = forms.ChoiceField(label=_("version"))
    signed_by = Text(label=_("who signed or paid"), max_length=100)
    signed_on = Day(label=_("date on the paper"))
    amount = forms.DecimalField(label=_("amount received (deposit)"), max_digits=14, decimal_places=2, min_value=0, required=False)
    scan = forms.FileField(label=_("scan: picture or PDF"), widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}))
    override_reason = Words(label=_("reason for sending it incomplete"), required=False, rows=2)

    def __init__(self, *args: Any, contract: Contract, may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = sorted(contract.versions.all(), key=lambda v: -v.n)
        narrow(self, "version", [(str(v.n), _("version %(n)s") % {"n": v.n}) for v in versions])
        if not (may_override and versions[0].frozen_at is None and versions[0].gaps()):
            del self.fields["override_reason"]


class RecordPaper(OfContract):
    """Confirms with evidence."""

    right = "contracts.record_paper"
    title = _("Record signed paper or deposit")
    lead = _("It confirms the contract as the link does: the order stands at once. The scan is obligatory.")
    form = PaperForm
    button = _("Record and open the order")
    done = _("Recorded. The order stands.")

    def initial(self) -> dict[str, Any]:
        """The signatory, today, the deposit that was asked."""
        version = self.record.newest
        return {"signed_by": version.signs or "", "signed_on": clock.today(), "amount": version.amount_asked() or None}

    def form_options(self) -> dict[str, Any]:
        """Its versions."""
        return {"contract": self.record, "may_override": may(self.by, "contracts.send_incomplete", self.record)}

    def save(self, form: Any) -> str:
        """Records it."""
        data = form.cleaned_data
        version = next(v for v in self.record.versions.all() if str(v.n) == data["version"])
        record_paper(
            version, by=self.by, kind=data["kind"], signed_by=data["signed_by"], signed_on=data["signed_on"], amount=data["amount"],
            scan=read_received(data["scan"], "scan") if data["scan"] else None, override_reason=data.get("override_reason", ""),
        )  # fmt: skip
        return contract_url(self.record)


class SignatoryForm(forms.Form):
    """One of the customer's people, or somebody new."""

    one_of = ("contact", "name", "email", "phone")
    contact = forms.ModelChoiceField(
        label=_("signatory"), queryset=Contact.objects.none(), required=False, empty_label=_("somebody new, see below")
    )
    name = Text(label=pgettext_lazy("person", "name"), max_length=200, required=False)
    email = forms.EmailField(label=_("e-mail"), required=False)
    phone = Text(label=_("phone"), max_length=40, required=False)
    why = Words(label=_("why, and who said so"), rows=2)

    def __init__(self, *args: Any, asked: ConfirmationRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", asked.customer.contacts.all())


class NameSignatory(OfRequest):
    """Another contact signs; the link moves to them."""

    title = _("Name another signatory")
    lead = _("The new one gets a link of their own and may confirm. Who had it before can still read the contract.")
    form = SignatoryForm
    button = _("Name the signatory")
    done = _("Named. The link went to the new signatory.")

    def initial(self) -> dict[str, Any]:
        """As the customer wished."""
        reach, asked = self.record.wished_reach, self.record
        known = asked.customer.contacts.filter(name=asked.wished_name).first() if asked.wished_name else None
        where = {"email": reach} if "@" in reach else {"phone": reach}
        return {"contact": known, "name": "" if known else asked.wished_name, "why": asked.wished_why, **where}

    def form_options(self) -> dict[str, Any]:
        """The customer's people."""
        return {"asked": self.record}

    def save(self, form: Any) -> str:
        """Names them."""
        data = form.cleaned_data
        new = Person(name=data["name"], emails=list(filter(None, [data["email"]])), phones=list(filter(None, [data["phone"]])))
        name_signatory(self.record, by=self.by, contact=data["contact"] or new, why=data["why"])
        return contract_url(self.record.contract)


class BehalfForm(forms.Form):
    """What the customer said, and how we know."""

    note = Words(label=_("who said so, when and how"), rows=2)


class DeclineForm(BehalfForm):
    """Their reason."""

    reason = forms.ChoiceField(label=_("reason"), choices=lambda: list(DECLINE_REASONS.items()))
    words = Words(label=_("in their own words"), required=False)
    field_order = ("reason", "words", "note")


class DeclineFor(OfRequest):
    """The customer told us that they do not accept."""

    title = _("The customer declined")
    lead = _("For an answer that came by phone or in person. The contract ends, the reason becomes an objection.")
    form = DeclineForm
    button = _("Record the refusal")

    def save(self, form: Any) -> str:
        """Records it."""
        decline(self.record, by=self.by, **form.cleaned_data)
        return contract_url(self.record.contract)


class ChangesForm(BehalfForm):
    """What is to be changed."""

    words = Words(label=_("what should be changed"))
    field_order = ("words", "note")


class ChangesFor(OfRequest):
    """The customer told us what they want changed."""

    title = _("The customer wants changes")
    lead = _("For a wish that came by phone or in person. The contract lives on; answer it with a new version, or let the offer stand.")
    form = ChangesForm
    button = _("Record the wish")

    def save(self, form: Any) -> str:
        """Records it."""
        ask_changes(self.record, by=self.by, **form.cleaned_data)
        return contract_url(self.record.contract)


class StandForm(forms.Form):
    """What the customer reads."""

    words = Words(label=_("what the customer reads"))


class StandBy(OfRequest):
    """The offer stands as it is."""

    title = _("The offer stands")
    lead = _("The customer is told and may confirm. To change something, make a new version instead.")
    form = StandForm
    button = _("Send the answer")
    done = _("Answered. The customer may confirm.")

    def context(self) -> dict[str, Any]:
        """What was asked."""
        return {"asked": self.record}

    def save(self, form: Any) -> str:
        """Answers."""
        stand_by(self.record, by=self.by, words=form.cleaned_data["words"])
        return contract_url(self.record.contract)


class Void(OfContract):
    """What was entered in error is void."""

    right = "contracts.void"
    title = _("Void the confirmation")
    lead = _("Only for what was entered in error. Order, request, contract and intention stand as before; nothing is sent.")
    form = ReasonForm
    button = _("Void it")
    is_risk = True
    done = _("Void. Everything stands as before.")

    def save(self, form: Any) -> str:
        """Voids the one that stands, or says who did it before."""
        stood = Confirmation.objects.visible_to(self.by).filter(version__contract=self.record).order_by("void_at", "-id")
        found = stood.filter(void_at=None).first() or stood.first()
        if found is None:
            raise Refused(_("Nothing is confirmed."), code="nothing")
        void(found, by=self.by, reason=form.cleaned_data["reason"])
        return contract_url(self.record)


class RequestLink(LinkPage):
    """A fresh link of a request, to hand over by chat."""

    right = "contracts.send"
    nav = "contracts"
    opens = _("A link opens the contract without an account. Links made earlier go on working.")
    back_words = _("Back to the contract")

    def find(self) -> QuerySet[ConfirmationRequest]:
        """Visible ones."""
        return ConfirmationRequest.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        contract = self.record.contract
        return [*customer_trail(contract.customer), (contract.number, reverse("contract", args=[contract.number]))]

    def for_whom(self) -> str:
        """The signatory, for this contract, until its end."""
        asked: ConfirmationRequest = self.record
        words = _now("For %(name)s alone: contract %(number)s, until %(until)s.")
        return phrase(words, {"name": asked.signatory, "number": asked.contract.number, "until": clock.day_words(asked.last_day)})

    def make(self) -> str:
        """A fresh address."""
        return make_link(self.record, by=self.by)


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


class Withdraw(OfRequest):
    """Takes the request back; the contract stays."""

    title = _("Withdraw the request")
    lead = _("The contract stays and can be sent again. To give it up altogether, end the contract.")
    form = ReasonForm
    button = _("Withdraw request")

    def save(self, form: Any) -> str:
        """Withdraws it."""
        withdraw(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return contract_url(self.record.contract)
