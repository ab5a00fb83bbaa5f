"""Opportunities that name no customer: the tray, and giving them one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from boothline.core.errors import Refused
from boothline.core.text import either, phrase
from boothline.customers.card import Customer
from boothline.customers.companies import called
from boothline.exchange.filters import OpportunityFilter
from boothline.exchange.opportunities import Opportunity, attach
from boothline.ui.bulk import BulkPage
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Text
from boothline.ui.kit import ListPage

OFFERED = 500  # names that the browser proposes


def attach_url(one: Opportunity) -> str:
    """Where one of them gets its customer."""
    return f"{reverse('bulk-opportunity-customer')}?row={one.pk}"


class OpportunityList(ListPage):
    """Those that wait for a customer."""

    right = "imports.run"
    title = _("Opportunities without customer")
    lead = _("They came by file and name no customer. Give them one, or import a file that does; each then becomes what its stage says.")
    nav = "imports"
    columns = [
        Column(_("opportunity"), lambda o: o.key or o.title or f"#{o.pk}", "link", attach_url),
        Column(_("product"), lambda o: str(o.product)),
        Column(_("stage"), lambda o: (f"opportunity_{o.stage}", o.get_stage_display()), "state"),
        Column(_("seller"), lambda o: str(o.seller or "")),
        Column(_("begun on"), lambda o: o.opened_on, "day"),
        Column(_("closed on"), lambda o: o.closed_on, "day"),
        Column(pgettext_lazy("opportunity", "value"), lambda o: None if o.value is None else (o.value, o.currency), "money"),
        Column(pgettext_lazy("opportunity", "title"), lambda o: o.title, usual=False),
        Column(_("source"), lambda o: o.source, usual=False),
        Column(_("imported on"), lambda o: o.made_at, "day", usual=False),
    ]
    sentence = _("Showing opportunities without customer, stage: %(stage)s, product: %(product)s, seller: %(seller)s, sorted by %(sort)s.")
    sorts = {
        "newest": Sort(_("newest"), "id", descending=True),
        "oldest": Sort(_("oldest first"), "id"),
        "begun": Sort(_("begun last"), "opened_on", descending=True, nulls=True),
        "value": Sort(_("highest value"), "value", descending=True, nulls=True),
    }
    filters = OpportunityFilter
    search_words = _("Find: id, title")
    empty = _("No opportunity waits for a customer.")
    leads = ("imports", _("Go to the imports"), "imports.run")

    def rows(self) -> QuerySet[Opportunity]:
        """All that wait."""
        return Opportunity.objects.visible_to(self.by).waiting().for_list()


class CustomerForm(forms.Form):
    """Whose they are."""

    customer = Text(
        label=_("customer"),
        max_length=200,
        help_text=_("The name as it stands on the customer's card, or the number in that page's address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].widget.attrs |= {"list": "customers-on-record", "autocomplete": "off"}


class BulkOpportunityCustomer(BulkPage):
    """Gives the ticked opportunities a customer."""

    right = "imports.run"
    title = _("Give them a customer")
    lead = _("A won one becomes an order, an engaging one an intention, a lost one a lost intention. That cannot be taken back.")
    template = "exchange/attach.html"
    nav = "imports"
    of = "opportunities"
    form = CustomerForm
    button = _("Save customer")

    def context(self) -> dict[str, Any]:
        """The rows, and whom the browser may propose."""
        names = Customer.objects.visible_to(self.by).order_by("sort_key", "id").values_list("name", flat=True)
        return super().context() | {"on_record": list(names[:OFFERED])}

    def save(self, form: Any) -> str:
        """Attaches them."""
        customer = self._customer(form.cleaned_data["customer"])
        done = attach(list(self.chosen), by=self.by, customer=customer)
        words = ngettext("%(num)s opportunity is %(customer)s's now.", "%(num)s opportunities are %(customer)s's now.", len(done))
        messages.success(self.request, phrase(words, {"num": len(done), "customer": customer}))
        return reverse("customer", args=[customer.pk]) if len(self.chosen) == 1 else self.back()

    def _customer(self, said: str) -> Customer:
        seen = Customer.objects.visible_to(self.by)
        found = list(seen.filter(pk__in=[c.pk for same in called([said]).values() for c in same]))
        if not found and said.isdecimal() and len(said) < 18:
            found = list(seen.filter(pk=int(said)))
        if len(found) == 1:
            return found[0]
        if found:
            words = _now("Several customers are called %(name)s. Write the number in the address of the one that is meant.")
            raise Refused(phrase(words, {"name": said}), field="customer")
        near = list(seen.search(said, self.by).order_by("sort_key", "id")[:3])
        words = (
            _now("No customer is called %(name)s. Is one of these meant: %(near)s?") if near else _now("No customer is called %(name)s.")
        )
        raise Refused(phrase(words, {"name": said, "near": either(near)}), field="customer")
