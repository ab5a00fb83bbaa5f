"""301 and 303: what a customer wants, and what its order will need."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.catalogue.packing import load
from boothline.catalogue.products import Product, Variant, below_list, check_meant
from boothline.catalogue.stock import promises
from boothline.core.errors import Refused
from boothline.core.money import CURRENCIES, price_words, trimmed
from boothline.customers.card import Contact, Customer, is_unmasked
from boothline.customers.dealings import price_memory
from boothline.customers.items import items_of
from boothline.customers.trail import customer_trail
from boothline.intentions.collection import (
    BALANCES,
    TERMS,
    check_collected,
    collect,
    collection_of,
    completeness,
    gaps,
    is_counted,
    proposed,
)
from boothline.intentions.filters import IntentionFilter
from boothline.intentions.products import (
    Intention,
    IntentionLine,
    Wish,
    add_line,
    check_wish,
    edit_line,
    lose,
    lose_line,
    open_intention,
    take_step_price,
)
from boothline.intentions.requirements import ANSWERABLE, Requirement, files_of
from boothline.negotiation.prices import price_in, step_below
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Phone, Price, Quantity, Text, Words, narrow
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage
from boothline.ui.price_terms import PriceTermsForm

CURRENCY_CHOICES = [(c, c) for c in CURRENCIES]


def intention_url(intention: Intention) -> str:
    """The intention's page."""
    return reverse("intention", args=[intention.pk])


class VariantChoice(forms.ModelChoiceField):
    """A variant under its product's name; the customer's price of it fills an empty price."""

    def label_from_instance(self, obj: Variant) -> str:
        """Product, variant, SKU, list price."""
        return " · ".join(filter(None, (*self.names(obj), price_words(obj.price, obj.currency))))

    def names(self, obj: Variant) -> tuple[str, str, str]:
        """What it is called: an article number alone tells nobody."""
        return str(obj.product), obj.named(get_language() or "zh"), obj.sku


class BoughtChoice(VariantChoice):
    """The same where it is bought in: our own price says nothing there."""

    def label_from_instance(self, obj: Variant) -> str:
        """Product, variant, SKU."""
        return " · ".join(filter(None, self.names(obj)))


class LineForm(forms.Form):
    """One wanted product."""

    one_of = ("variant", "special")
    variant = VariantChoice(label=_("product"), queryset=Variant.objects.none(), required=False, empty_label=_("choose, or describe below"))
    special = Text(label=_("or a special product, in words"), max_length=200, required=False)
    quantity = Quantity(label=_("quantity"), required=False)
    price = Price(label=_("our unit price"), required=False, help_text=_("Empty: the price for this customer and quantity."))
    target_price = Price(label=_("the customer's target price"), required=False)
    wanted_on = Day(label=_("wanted by"), required=False)
    probability = forms.IntegerField(label=_("probability, %"), min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        variants = Variant.objects.filter(product__retired_at=None).select_related("product").order_by("product__sort_key", "sku")
        narrow(self, "variant", variants)

    def wish(self, customer: Customer, currency: str) -> Wish:
        """The line as entered; without a price, the customer's own where it is in this currency."""
        data = self.cleaned_data
        variant: Variant | None = data["variant"]
        product: Product | None = variant.product if variant else None
        price = data["price"]
        if price is None and variant:
            price = price_in(currency, customer, variant, data["quantity"])
        return Wish(
            product=product, variant=variant, special=data["special"], quantity=data["quantity"], price=price,
            target_price=data["target_price"], wanted_on=data["wanted_on"],
            probability=data["probability"],
        )  # fmt: skip


class NewForm(LineForm):
    """The first line of an intention, with its currency."""

    currency = forms.ChoiceField(label=_("currency"), choices=CURRENCY_CHOICES)


class NewIntention(FormPage):
    """Opens an intention with its first line."""

    right = "intentions.edit"
    title = _("Record what they want")
    nav = "customers"
    form = NewForm
    button = _("Save intention")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def save(self, form: Any) -> str:
        """Opens it."""
        currency = form.cleaned_data["currency"]
        wish = form.wish(self.record, currency)
        if not self.is_sure:  # what is wrong comes before what is odd
            check_wish(wish)
            check_meant(wish.variant, wish.quantity, wish.price, currency)
        opened = open_intention(self.record, by=self.by, wishes=[wish], currency=currency)
        return intention_url(opened)


class IntentionList(ListPage):
    """Every intention that one may see."""

    right = "intentions.see"
    title = _("Intentions")
    nav = "customers"
    columns = [
        Column(_("customer"), lambda i: str(i.customer), "link", intention_url),
        Column(_("wanted"), str),
        Column(_("state"), lambda i: (i.state, i.get_state_display()), "state"),
        Column(_("since"), lambda i: i.made_at, "day"),
        Column(_("lines"), lambda i: len(i.standing), "number", usual=False),
        Column(_("currency"), lambda i: i.currency, usual=False),
        Column(_("lost on"), lambda i: i.lost_on, "day", usual=False),
        Column(_("why lost"), lambda i: i.lost_reason, usual=False),
    ]
    under = "customer"
    sentence = _("Showing intentions, state: %(state)s, sorted by %(sort)s.")
    filters = IntentionFilter
    sorts = {"newest": Sort(_("newest"), "id", descending=True)}
    empty = _("No intentions yet. What a customer wants after a briefing makes the first one.")
    leads = ("customers", _("Go to the customers"), "customers.see")

    def rows(self) -> QuerySet[Intention]:
        """Visible ones."""
        return Intention.objects.visible_to(self.by).for_list()


class IntentionPage(DetailPage):
    """One intention: its lines, and how complete its order is."""

    right = "intentions.see"
    template = "intentions/intention.html"
    nav = "customers"

    def find(self) -> QuerySet[Intention]:
        """Visible ones."""
        required = Prefetch("requirements", Requirement.objects.for_list())
        return (
            Intention.objects.visible_to(self.by)
            .for_list()
            .select_related("customer__owner")
            .prefetch_related(required, "lines__variant__steps")
        )

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def heading(self) -> str:
        """What it is."""
        return str(_("Intention: %(products)s") % {"products": self.record})

    def context(self) -> dict[str, Any]:
        """Completeness and what it lacks."""
        collected = collection_of(self.record)
        standing = self.record.standing
        asked = sorted(self.record.requirements.all(), key=lambda r: (r.state != "open", not r.is_must, r.pk))
        may_edit = may(self.by, "intentions.edit", self.record)
        memory = price_memory(self.record.customer, [(line.product, line.variant) for line in standing])
        return {
            "items": items_of(self.record.customer, [line.variant_id for line in standing if line.variant_id]),
            "memory": {line.pk: memory.get((line.product_id, line.variant_id), []) for line in standing},
            "below": {line.pk: below_list(line.variant, line.quantity, line.price, self.record.currency) for line in standing},
            "steps": {line.pk: step_below(line.stands_for, line.quantity, line.price, self.record.currency) for line in standing},
            "load": load((line.variant, line.quantity) for line in standing),
            "loads": {line.pk: load([(line.variant, line.quantity)]) for line in standing},
            "promises": promises((line.pk, line.variant, line.quantity) for line in standing)
            if self.by.has("stock.see") and self.record.state != "won"
            else {},
            "collected": collected,
            "costs": collected.costs(),
            "is_counted": is_counted(self.record),
            "unmasked": is_unmasked(self.record.customer, self.by),
            "may_unmask": may(self.by, "customers.unmask", self.record.customer),
            "percent": completeness(collected),
            "gaps": gaps(collected),
            "requirements": asked,
            "proofs": files_of(asked),
            "may_answer": [r.pk for r in asked if self.record.state in ANSWERABLE and may(self.by, "requirements.answer", r)],
            "may_open_again": may_edit and self.record.state in ANSWERABLE,
            "may_reopen": self.record.lapsed_at is not None and may_edit,
            "may_edit": may_edit and self.record.state == "open",
            "may_quote": may_edit and self.record.state not in ("lost", "lapsed"),
            "quotations": list(self.record.quotations.order_by("-id")),
        }


class IntentionFormPage(FormPage):
    """What the forms of an intention share."""

    right = "intentions.edit"
    nav = "customers"

    def find(self) -> QuerySet[Any]:
        """Visible ones."""
        return Intention.objects.visible_to(self.by).for_list()

    def intention(self) -> Intention:
        """The intention that the form is about."""
        intention: Intention = self.record
        return intention

    def trail(self) -> list[tuple[str, str]]:
        """The customer, the intention."""
        about = self.intention()
        return [*customer_trail(about.customer), (str(_("Intention")), intention_url(about))]


class NewLine(IntentionFormPage):
    """Adds a line."""

    title = _("Add a product")
    form = LineForm
    button = _("Save line")

    def save(self, form: Any) -> str:
        """Adds it."""
        wish = form.wish(self.record.customer, self.record.currency)
        if not self.is_sure:
            check_wish(wish)
            check_meant(wish.variant, wish.quantity, wish.price, self.record.currency)
        add_line(self.record, by=self.by, wish=wish)
        return intention_url(self.record)


class EditLineForm(forms.Form):
    """What of a line may change."""

    quantity = Quantity(label=_("quantity"), required=False)
    price = Price(label=_("our unit price"), required=False)
    target_price = Price(label=_("the customer's target price"), required=False)
    wanted_on = Day(label=_("wanted by"), required=False)
    probability = forms.IntegerField(label=_("probability, %"), min_value=0, max_value=100, required=False)
    variant = VariantChoice(label=_("variant"), queryset=Variant.objects.none(), required=False, empty_label=_("not chosen yet"))

    def __init__(self, *args: Any, line: IntentionLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "variant", Variant.objects.filter(product=line.product).select_related("product"))
        known, currency = None, line.intention.currency
        if line.variant and line.price is None:
            known = price_in(currency, line.customer, line.variant, line.quantity)
        if known is not None:
            self.fields["price"].help_text = _("Empty: %(price)s, the price for this customer.") % {"price": price_words(known, currency)}
        elif line.product_id and not line.variant_id:
            self.fields["price"].help_text = _("Empty: the price for this customer, of the variant that you choose.")


class EditLine(IntentionFormPage):
    """Edits a line."""

    title = _("Edit line")
    form: ClassVar[type[forms.Form]] = EditLineForm
    button = _("Save line")

    def find(self) -> QuerySet[IntentionLine]:
        """Lines of visible intentions."""
        seen = Intention.objects.visible_to(self.by)
        return IntentionLine.objects.filter(intention__in=seen).select_related("intention__customer", "product", "variant")

    def heading(self) -> str:
        """Which product."""
        return str(_("Edit line: %(name)s") % {"name": self.record.named})

    def intention(self) -> Intention:
        """Of this line."""
        intention: Intention = self.record.intention
        return intention

    def initial(self) -> dict[str, Any]:
        """As it is."""
        values = {n: getattr(self.record, n) for n in ("quantity", "price", "target_price", "wanted_on", "probability")}
        values |= {n: trimmed(value) for n, value in values.items() if isinstance(value, Decimal)}
        return values | {"variant": self.record.variant_id}

    def form_options(self) -> dict[str, Any]:
        """Variants of the line's product."""
        return {"line": self.record}

    def save(self, form: Any) -> str:
        """Edits it."""
        values = form.cleaned_data
        if values["probability"] is None:  # left empty: as it is
            values.pop("probability")
        chosen, intention = values["variant"], self.record.intention
        is_unpriced = self.record.price is None or chosen != self.record.variant  # what was taken off stays off
        if chosen and is_unpriced and values["price"] is None:
            values["price"] = price_in(intention.currency, intention.customer, chosen, values["quantity"])
        if not self.is_sure:
            currency, was = self.record.intention.currency, self.record.price
            check_meant(values["variant"] or self.record.variant, values["quantity"], values["price"], currency, was=was)
        edit_line(self.record, by=self.by, revision=self.seen, values=values)
        return intention_url(self.record.intention)


class StepPrice(ActionPage):
    """The price that the list has for so many, in place of one that was typed."""

    right = "intentions.edit"
    done = _("The line has the step price.")

    def find(self) -> QuerySet[IntentionLine]:
        """Lines of visible intentions."""
        return IntentionLine.objects.filter(intention__in=Intention.objects.visible_to(self.by)).select_related("intention__customer")

    def back(self) -> str:
        """The intention."""
        return intention_url(self.record.intention)

    def press(self) -> str:
        """Takes it."""
        take_step_price(self.record, by=self.by)
        return self.back()


class ReasonForm(forms.Form):
    """Why."""

    reason = Words(label=_("reason"), required=False)


class LoseLine(EditLine):
    """The customer does not want this product any more."""

    title = _("No longer wanted")
    form = ReasonForm
    button = _("Take off the line")
    is_risk = True

    def initial(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def form_options(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def save(self, form: Any) -> str:
        """Loses it."""
        lose_line(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return intention_url(self.record.intention)


class LoseIntention(IntentionFormPage):
    """All of it is lost."""

    title = _("The intention is lost")
    form = ReasonForm
    button = _("Close as lost")
    is_risk = True

    def save(self, form: Any) -> str:
        """Loses it."""
        lose(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return intention_url(self.record)


class CollectionForm(PriceTermsForm):
    """303: what the order will need."""

    needed: ClassVar[tuple[str, ...]] = (
        "delivery_term", "delivery_place", "wanted_on", "deposit_percent", "balance", "delivery_address", "consignee", "consignee_phone",
        "invoice_title", "signatory",
    )  # fmt: skip  # completeness asks for them; saving does not
    delivery_term = forms.ChoiceField(label=_("delivery term"), choices=[("", "–"), *TERMS.items()], required=False)
    delivery_place = Text(label=_("place (port or town)"), max_length=100, required=False)
    wanted_on = Day(label=_("wanted shipping date"), required=False)
    deposit_percent = forms.DecimalField(label=_("deposit, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)
    balance = forms.ChoiceField(label=_("balance"), choices=[("", "–"), *BALANCES.items()], required=False)
    balance_on = Day(label=_("date of the balance"), required=False, help_text=_("For a balance on a fixed date."))
    delivery_address = Text(label=_("delivery address"), max_length=400, required=False)
    consignee = Text(label=_("consignee"), max_length=100, required=False)
    consignee_phone = Phone(label=_("consignee's phone"), max_length=40, required=False)
    invoice_title = Text(label=_("bill-to name or tax number"), max_length=200, required=False)
    po_number = Text(label=_("customer's PO number"), max_length=60, required=False)
    signatory = forms.ModelChoiceField(
        label=_("signatory"), queryset=Contact.objects.none(), required=False, empty_label=_("not named yet")
    )

    def __init__(self, *args: Any, intention: Intention, unmasked: bool, may_unmask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intention = intention
        if not unmasked:
            del self.fields["consignee_phone"]  # what one may not read one does not overwrite
        if not may_unmask:
            del self.fields["delivery_address"]
        narrow(self, "signatory", intention.customer.contacts.all())

    def clean(self) -> None:
        """Where a field cannot be read, what rules say of the others is named with it; else the rules are asked as it is saved."""
        if not self.errors:
            return
        try:
            check_collected(self.intention, self.cleaned_data)
        except Refused as refused:
            for one in (refused, *refused.also):
                if one.field in self.fields and one.field not in self.errors:
                    self.add_error(one.field, str(one.words))


class Collect(IntentionFormPage):
    """Collects order details; the gaps are named, none of them blocks saving."""

    title = _("Collect order details")
    template = "intentions/collection.html"
    form = CollectionForm
    button = _("Save order details")

    def revision(self) -> int:
        """Of the collection."""
        return collection_of(self.record).revision

    def initial(self) -> dict[str, Any]:
        """As it is; before anything is collected, what is proposed."""
        collected = collection_of(self.record)
        values = {n: getattr(collected, n) for n in CollectionForm.base_fields}
        return values if collected.pk else values | proposed(self.record)

    def context(self) -> dict[str, Any]:
        """What it costs so far."""
        return {"costs": collection_of(self.record).costs(), "is_counted": is_counted(self.record)}

    def form_options(self) -> dict[str, Any]:
        """The customer's people may sign."""
        customer = self.record.customer
        return {
            "intention": self.record,
            "unmasked": is_unmasked(customer, self.by),
            "may_unmask": may(self.by, "customers.unmask", customer),
        }

    def save(self, form: Any) -> str:
        """Writes it."""
        collect(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return intention_url(self.record)
