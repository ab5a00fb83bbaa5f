"""304: expansion requests: the list, the form that proposes products, the page of one, and what we do with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.catalogue.products import Product
from boothline.core.money import trimmed
from boothline.core.text import phrase, quoted
from boothline.customers.card import Contact, Customer
from boothline.customers.quiet import reasons_for
from boothline.customers.trail import customer_trail
from boothline.intentions.expansion import (
    OPEN,
    Expansion,
    Proposed,
    answer_question,
    make_link,
    prepare_expansion,
    recommended,
    send_expansion,
    withdraw,
)
from boothline.intentions.filters import ExpansionFilter
from boothline.intentions.lists import EXPANSION_KINDS
from boothline.intentions.recommendation import AGAIN, again_from, last_ordered
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Quantity, ReasonForm, Text, Words, narrow
from boothline.ui.kit import DetailPage, FormPage, LinkPage, ListPage


def expansion_url(expansion: Expansion) -> str:
    """The request's page."""
    return reverse("expansion", args=[expansion.pk])


class ExpansionList(ListPage):
    """Every expansion request to customers that one may see."""

    right = "intentions.see"
    title = _("Expansion requests")
    nav = "expansions"
    columns = [
        Column(_("customer"), lambda e: str(e.customer), "link", expansion_url),
        Column(_("kind"), str),
        Column(_("state"), lambda e: (f"expansion_{e.state}", e.standing), "state"),
        Column(_("products"), lambda e: len(e.items.all()), "number"),
        Column(_("sent"), lambda e: e.sent_at, "day"),
        Column(_("ends on"), lambda e: e.ends_on, "day"),
        Column(_("owner"), lambda e: str(e.customer.owner or ""), usual=False),
    ]
    under = "customer"
    sentence = _("Showing expansion requests, state: %(state)s, kind: %(kind)s, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "ends": Sort(_("ends on"), "ends_on", nulls=True)}
    filters = ExpansionFilter
    search_words = _("Find: customer")
    empty = _('No expansion requests yet. "Propose more business" on a customer makes the first one.')
    leads = ("customers", _("Go to the customers"), "customers.see")

    def rows(self) -> QuerySet[Expansion]:
        """Visible ones."""
        return Expansion.objects.visible_to(self.by).for_list()


class ProposalForm(forms.Form):
    """The kind, the words to the customer, and which products: recommended ones with their reason, and one more."""

    kind = forms.ChoiceField(label=_("kind"), choices=list(EXPANSION_KINDS.items()))
    words = Words(label=_("words to the customer"), max_length=2000, required=False)

    def __init__(self, *args: Any, found: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        for one in found:
            self.fields[f"take_{one.product.pk}"] = forms.BooleanField(label=str(one.product), required=False)
            self.fields[f"quantity_{one.product.pk}"] = Quantity(label=_("quantity"), required=False)
        others = {"label": _("another product"), "required": False} if found else {"label": _("product")}
        offered = Product.objects.offered().filter(variants__isnull=False).distinct().order_by("sort_key", "pk")
        self.fields["other"] = forms.ModelChoiceField(
            queryset=offered, empty_label=_("nothing more") if found else _("choose a product"), **others
        )
        self.fields["other_quantity"] = Quantity(label=_("quantity"), required=False)

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """(recommended, tick, quantity)."""
        return [(one, self[f"take_{one.product.pk}"], self[f"quantity_{one.product.pk}"]) for one in self.found]

    def chosen(self) -> list[Proposed]:
        """What was ticked, and the other one."""
        data = self.cleaned_data
        found = [Proposed(o.product, data[f"quantity_{o.product.pk}"] or None) for o in self.found if data[f"take_{o.product.pk}"]]
        if data["other"] and data["other"].pk not in {p.product.pk for p in found}:
            found.append(Proposed(data["other"], data["other_quantity"] or None))
        return found


class NewExpansion(FormPage):
    """Proposes more business to a customer; the kind in the address says what is recommended."""

    right = "expansions.send"
    title = _("Propose more business")
    lead = _("Recommended from the catalogue and from what like customers bought. Nothing is sent yet.")
    nav = "customers"
    template = "intentions/expansion_form.html"
    form = ProposalForm
    button = _("Save draft")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def kind(self) -> str:
        """What the form was opened for."""
        asked = self.request.POST.get("kind") or self.request.GET.get("kind", "")
        return asked if asked in EXPANSION_KINDS else "related"

    def context(self) -> dict[str, Any]:
        """The kinds to choose from."""
        kind = self.kind()
        return {"kinds": list(EXPANSION_KINDS.items()), "kind": kind, "again_from": again_from(self.record) if kind in AGAIN else None}

    def form_options(self) -> dict[str, Any]:
        """What is recommended."""
        return {"found": recommended(self.record, self.kind())}

    def initial(self) -> dict[str, Any]:
        """The kind; of a reorder for which nothing is due yet, what they ordered last."""
        kind = self.kind()
        last = last_ordered(self.record) if kind in AGAIN and not recommended(self.record, kind) else None
        if last is None:
            return {"kind": kind}
        return {"kind": kind, "other": last.product_id, "other_quantity": trimmed(last.quantity) if last.quantity else None}

    def save(self, form: Any) -> str:
        """Drafts it."""
        data = form.cleaned_data
        made = prepare_expansion(self.record, by=self.by, kind=data["kind"], items=form.chosen(), words=data["words"])
        return expansion_url(made)


class ExpansionPage(DetailPage):
    """One request: what is proposed, why, and what the customer answered."""

    right = "intentions.see"
    template = "intentions/expansion.html"
    nav = "expansions"

    def find(self) -> QuerySet[Expansion]:
        """Visible ones."""
        return Expansion.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def heading(self) -> str:
        """Its kind."""
        return str(_("Expansion request: %(kind)s") % {"kind": self.record})

    def context(self) -> dict[str, Any]:
        """What one may do, and what speaks against it."""
        expansion: Expansion = self.record
        may_send = may(self.by, "expansions.send", expansion.customer)
        return {
            "may_send": may_send,
            "may_link": may_send and expansion.is_running,
            "may_withdraw": may_send and expansion.state in OPEN,
            "quiet": reasons_for([expansion.customer_id]).get(expansion.customer_id, []),
            "events": Event.objects.about(expansion).order_by("-id")[:20] if may(self.by, "history.see", expansion.customer) else [],
        }


class OfExpansion(FormPage):
    """What the forms about one request share."""

    right = "expansions.send"
    nav = "expansions"

    def find(self) -> QuerySet[Expansion]:
        """Visible ones."""
        return Expansion.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer and the request."""
        return [*customer_trail(self.record.customer), (str(self.record), expansion_url(self.record))]


class ExpansionLink(LinkPage):
    """A fresh link of a request, to hand over by chat."""

    right = "expansions.send"
    nav = "expansions"
    opens = _("A link opens the request without an account. Links made earlier go on working.")
    back_words = _("Back to the request")

    def find(self) -> QuerySet[Expansion]:
        """Visible ones."""
        return Expansion.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer and the request."""
        return [*customer_trail(self.record.customer), (str(self.record), expansion_url(self.record))]

    def for_whom(self) -> str:
        """To whom, what kind."""
        return phrase(_now("For %(name)s alone: %(subject)s"), {"name": self.record.contact or "", "subject": self.record})

    def make(self) -> str:
        """A fresh address."""
        return make_link(self.record, by=self.by)


class SendForm(forms.Form):
    """To whom; a manager's reason where something speaks against it."""

    contact = forms.ModelChoiceField(label=_("to"), queryset=Contact.objects.none(), empty_label=_("choose a contact"))
    override_reason = Text(
        label=_("reason to send it all the same"),
        max_length=300,
        required=False,
        help_text=_("Only where a critical problem or a complaint is open."),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", customer.contacts.all())


class SendExpansion(OfExpansion):
    """Sends it."""

    title = _("Send the expansion request")
    form = SendForm
    button = _("Send request")

    def form_options(self) -> dict[str, Any]:
        """The customer's people."""
        return {"customer": self.record.customer}

    def initial(self) -> dict[str, Any]:
        """The first of them."""
        first = self.record.customer.contacts.first()
        return {"contact": first.pk if first else None}

    def save(self, form: Any) -> str:
        """Sends it."""
        send_expansion(self.record, by=self.by, **form.cleaned_data)
        return expansion_url(self.record)


class AnswerForm(forms.Form):
    """What the customer is to read."""

    words = Words(label=_("your answer"), max_length=2000)


class AnswerExpansion(OfExpansion):
    """Answers their question."""

    title = _("Answer their question")
    form = AnswerForm
    button = _("Send answer")

    def leading(self) -> str:
        """What they asked."""
        return quoted(self.record.question)

    def save(self, form: Any) -> str:
        """Answers."""
        answer_question(self.record, by=self.by, words=form.cleaned_data["words"])
        return expansion_url(self.record)


class WithdrawExpansion(OfExpansion):
    """Takes it back."""

    title = _("Withdraw the expansion request")
    form = ReasonForm
    button = _("Withdraw request")

    def save(self, form: Any) -> str:
        """Withdraws it."""
        withdraw(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return expansion_url(self.record)
