"""Customers: the list, and the forms of who they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.accounts.people import User
from boothline.core.actors import Actor
from boothline.core.countries import called, code_of
from boothline.core.slots import hang
from boothline.customers.card import (
    Contact,
    Customer,
    Person,
    add_people,
    assign,
    edit_contact,
    edit_customer,
    is_unmasked,
    unmask,
)
from boothline.customers.filters import CustomerFilter
from boothline.customers.grading import reason_words
from boothline.customers.lists import GRADE_WORDS, GRADES, TYPE_WORDS, TYPES
from boothline.customers.suitable import PARTS
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Text, Words, check_phones, narrow
from boothline.ui.kit import ActionPage, FormPage, ListPage, came_from
from boothline.views.saved import Given

FOLDER = ("customer", "grade", "type", "next_step", "last_touch", "why_this_grade", "contact", "phone", "owner")
hang("views.customers", Given("folder", _("Folder: by next step"), {"sort": "next"}, FOLDER, order=10))
for place, grade in enumerate(GRADES):
    name = lazy(lambda letter: _now("Folder: grade %(grade)s") % {"grade": letter}, str)(grade)
    hang("views.customers", Given(f"folder-{grade.lower()}", name, {"grade": grade, "sort": "next"}, FOLDER, order=20 + place))


def tier_of(customer: Customer) -> str:
    """The tier of a key account; nothing for others."""
    account = getattr(customer, "key_account", None)
    return str(account.get_tier_display()) if account and account.is_standing else ""


class CustomerList(ListPage):
    """The customers that one may see."""

    right = "customers.see"
    title = _("Customers")
    nav = "customers"
    under = "pk"
    people = "contacts"
    sentence = _("Showing customers of %(owner)s in %(team)s, type: %(type)s, sorted by %(sort)s.")
    columns = [
        Column(_("customer"), str, "link", lambda c: reverse("customer", args=[c.pk])),
        Column(_("type"), lambda c: c.type, "type", words=TYPE_WORDS.__getitem__),
        Column(_("grade"), lambda c: c.grade, "grade", words=GRADE_WORDS.__getitem__),
        Column(_("owner"), lambda c: str(c.owner or "")),
        Column(_("next step"), lambda c: c.next_step_on, "day"),
        Column(_("last touch"), lambda c: c.last_touch_at, "moment"),
        Column(_("country"), lambda c: called(c.country)),
        Column(_("contact"), lambda c: c.first_contact or "", usual=False, needs=lambda rows, by: rows.with_first_contact(by)),
        Column(_("phone"), lambda c: c.first_phone, usual=False, needs=lambda rows, by: rows.with_first_contact(by)),
        Column(_("e-mail"), lambda c: c.first_email, usual=False, needs=lambda rows, by: rows.with_first_contact(by)),
        Column(_("address"), lambda c: c.open_address, usual=False, needs=lambda rows, by: rows.with_first_contact(by)),
        Column(_("why this grade"), lambda c: reason_words(c.grade_why), usual=False),
        Column(_("of this type since"), lambda c: c.type_since, "day", usual=False),
        Column(_("came as far as"), lambda c: TYPES[c.furthest], "type", usual=False, words=TYPE_WORDS.__getitem__),
        Column(_("team"), lambda c: str(c.team or ""), usual=False, needs=lambda rows, by: rows.select_related("team")),
        Column(_("key account"), tier_of, usual=False, needs=lambda rows, by: rows.select_related("key_account")),
        Column(_("added on"), lambda c: c.made_at, "day", usual=False),
    ]
    sorts = {
        "name": Sort(_("name in pinyin"), "sort_key"),
        "next": Sort(_("time of the next step"), "next_step_on", nulls=True),
        "touched": Sort(_("last touch, latest first"), "last_touch_at", descending=True, nulls=True),
        "newest": Sort(_("newest"), "id", descending=True),
        "moved": Sort(_("last change of type"), "type_since", descending=True),
    }
    filters = CustomerFilter
    search_words = _("Find: name, pinyin, e-mail, phone")
    empty = _("No customers yet. Capture the first visitor at the booth.")
    leads = ("booth", _("Capture a visitor"), "captures.take")

    def seeks(self) -> str:
        """By phone and e-mail only for whoever may read them."""
        return str(self.search_words if self.by.has("customers.unmask") else _("Find: name, pinyin"))

    def rows(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by).for_list()

    @classmethod
    def narrowed(cls, asked: QueryDict, by: Actor, request: HttpRequest) -> QuerySet[Customer]:
        """The rows of the list that this question makes; for whoever goes through it one by one."""
        rows = CustomerFilter(asked, queryset=Customer.objects.visible_to(by), request=request).qs
        words = asked.get("q", "").replace("\x00", "").strip()[:100]
        return rows.search(words, by) if words else rows  # type: ignore[no-any-return]


class Unmask(ActionPage):
    """Shows phone numbers and addresses of somebody else's customer, and keeps that one looked."""

    right = "customers.unmask"
    done = _("Shown for an hour. That you looked is kept in the history.")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def back(self) -> str:
        """The page that asked, else the customer."""
        return came_from(self.request, reverse("customer", args=[self.record.pk]))

    def press(self) -> str:
        """Notes it."""
        unmask(self.record, by=self.by)
        return self.back()


class CustomerForm(forms.Form):
    """Who a customer is."""

    name = Text(label=_("company name"), max_length=200)
    name_latin = Text(label=_("name in Latin letters"), max_length=200, required=False)
    country = Text(label=_("country"), max_length=60, required=False)
    address = Text(label=_("address"), max_length=400, required=False)
    industry = Text(
        label=_("industry code"), max_length=40, required=False, help_text=_("As in the register, like C3872. It tells makers of our kind.")
    )
    note = Words(label=_("note"), required=False)


class CustomerFormPage(FormPage):
    """What the forms about a customer share."""

    nav = "customers"

    def find(self) -> QuerySet[Any]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """Customers, the customer."""
        customer = self.record.customer
        return [(str(_("Customers")), reverse("customers")), (str(customer), reverse("customer", args=[customer.pk]))]

    def back_to_customer(self) -> str:
        """The customer's page."""
        return reverse("customer", args=[self.record.customer.pk])


class EditCustomer(CustomerFormPage):
    """Edits who a customer is."""

    right = "customers.edit"
    title = _("Edit customer")
    form = CustomerForm
    button = _("Save customer")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in CustomerForm.base_fields} | {"country": called(self.record.country)}

    def save(self, form: Any) -> str:
        """Edits it. A country that is the same in other words stays as it was written."""
        kept, values = self.record.country, form.cleaned_data
        if code_of(values["country"]) == code_of(kept):
            values["country"] = kept
        edit_customer(self.record, by=self.by, revision=self.seen, values=values)
        return self.back_to_customer()


class OwnerForm(forms.Form):
    """Whose customer it is."""

    owner = forms.ModelChoiceField(label=_("owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody (pool)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, held_roles__role__in=("sales", "manager"))
        narrow(self, "owner", people.distinct())


class AssignCustomer(CustomerFormPage):
    """Gives a customer to an owner."""

    right = "customers.assign"
    title = _("Change owner")
    form = OwnerForm
    button = _("Save owner")

    def initial(self) -> dict[str, Any]:
        """The owner now."""
        return {"owner": self.record.owner_id}

    def save(self, form: Any) -> str:
        """Assigns."""
        given = assign(self.record, by=self.by, owner=form.cleaned_data["owner"], revision=self.seen)
        still_seen = Customer.objects.visible_to(self.by).filter(pk=given.pk).exists()
        return self.back_to_customer() if still_seen else reverse("customers")


ONE_EACH = {"wechat": "wechat", "whatsapp": "whatsapp", "web": "website"}  # kind of way: its field
SEVERAL = {"phone": "phones", "email": "emails"}  # one a line


class ContactForm(forms.Form):
    """A person and how to reach them; several phones or addresses on lines of their own."""

    name = Text(label=pgettext_lazy("person", "name"), max_length=200)
    title = Text(label=_("title"), max_length=200, required=False)
    phones = Words(label=_("phone numbers, one a line"), rows=2, required=False)
    emails = Words(label=_("e-mail addresses, one a line"), rows=2, required=False)
    wechat = Text(label=_("WeChat"), max_length=200, required=False)
    whatsapp = Text(label=_("WhatsApp"), max_length=200, required=False)
    website = Text(label=_("website"), max_length=200, required=False)
    language = forms.ChoiceField(
        label=_("language"), choices=[("", _("not known")), ("zh-hans", "中文"), ("en", "English")], required=False
    )
    suitable = forms.MultipleChoiceField(
        label=_("suitable time"),
        choices=list(PARTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In their own time. Outside it they stand last in Today."),
    )
    address = Text(label=_("address"), max_length=400, required=False)
    note = Words(label=_("note"), required=False)

    def clean_phones(self) -> str:
        """Each line a number; what stands there already is kept."""
        lines = str(self.cleaned_data["phones"]).splitlines()
        if lines != str(self.initial.get("phones", "")).splitlines():
            check_phones([line for line in lines if line.strip()])
        return "\n".join(lines)

    def clean_emails(self) -> str:
        """Each line an address."""
        for line in self.cleaned_data["emails"].split():
            try:
                forms.EmailField().clean(line)
            except forms.ValidationError as bad:
                raise forms.ValidationError(_("%(address)s is not an e-mail address."), params={"address": line}) from bad
        return str(self.cleaned_data["emails"])

    def person(self) -> Person:
        """What was entered."""
        data = self.cleaned_data
        return Person(
            name=data["name"], title=data["title"], address=data["address"], note=data["note"], language=data["language"],
            suitable=data["suitable"],
            phones=[p.strip() for p in data["phones"].splitlines() if p.strip()], emails=data["emails"].split(),
            chats={kind: data[name] for kind, name in ONE_EACH.items() if data[name]},
        )  # fmt: skip


class NewContact(CustomerFormPage):
    """Adds a person to a customer."""

    right = "customers.edit"
    title = _("New contact")
    form = ContactForm
    button = _("Save contact")

    def save(self, form: Any) -> str:
        """Adds them."""
        person = form.person()
        person.customer = self.record
        add_people([person], by=self.by)
        return self.back_to_customer()


class EditContact(CustomerFormPage):
    """Edits a person."""

    right = "customers.edit"
    title = _("Edit contact")
    form = ContactForm
    button = _("Save contact")

    def find(self) -> QuerySet[Contact]:
        """People of visible customers."""
        return Contact.objects.visible_to(self.by).select_related("customer")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, with everything that is masked elsewhere."""
        return self._masked() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Saves; a refusal shows the form, so it is for the same people."""
        return self._masked() or super().post(request, *args, **kwargs)

    def _masked(self) -> HttpResponse | None:
        """Of somebody else's customer one says first that one looks."""
        contact = self.load()
        if is_unmasked(contact.customer, self.by):
            return None
        messages.warning(self.request, _now("Show phone and e-mail first; then edit."))
        return redirect("customer", contact.customer_id)

    def initial(self) -> dict[str, Any]:
        """As it is."""
        contact: Contact = self.record
        kept = {name: getattr(contact, name) for name in ("name", "title", "language", "suitable", "address", "note")}
        lines = {name: "\n".join(p.value for p in contact.points.all() if p.kind == kind) for kind, name in SEVERAL.items()}
        return kept | lines | {name: contact.point(kind) for kind, name in ONE_EACH.items()}

    def save(self, form: Any) -> str:
        """Edits them."""
        values = {name: form.cleaned_data[name] for name in ("name", "title", "language", "suitable", "address", "note")}
        beside = self.record.points_beside(first=ONE_EACH, whole=SEVERAL)
        edit_contact(self.record, by=self.by, revision=self.seen, values=values, points=form.person(), beside=beside)
        return self.back_to_customer()
