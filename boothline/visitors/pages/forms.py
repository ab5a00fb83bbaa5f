"""The form that takes a visitor: who they are, and what the fair asks. The desk, the booth and the visitor's own phone share it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.catalogue.products import Product
from boothline.core.countries import check_country
from boothline.core.errors import Refused
from boothline.customers.card import Customer, Person
from boothline.customers.lists import CONSENTS
from boothline.fairs.editions import Fair
from boothline.followups.clocks import HEAT
from boothline.ui.fields import Day, Phone, Text, Words, narrow
from boothline.visitors.lists import BADGES
from boothline.visitors.questionnaire import OWN_COLUMN, Asked, Question, read_answer
from boothline.visitors.solicitation import NOTHING, PROMISED, SHOWN_WAYS, Capture, Taken

OTHERS = 3  # more people of the firm that the form has room for
ASKS_PHOTO = _("Do they agree that the card is photographed and kept?")
SPEAKS = {"zh": "zh-hans", "en": "en"}  # the answer to the question of language, as a contact keeps it


def offered() -> list[tuple[int, str]]:
    """The products that can be ticked."""
    return [(product.pk, str(product)) for product in Product.objects.filter(retired_at=None).order_by("sort_key")]


class CaptureForm(forms.Form):
    """What a visitor tells; valid with any one thing that says who it is. `left_out`: what of it is not kept, since it was
    contradicted; whoever saved it is told."""

    left_out: Any = ""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    fair = forms.ModelChoiceField(label=_("fair"), queryset=Fair.objects.all(), required=False, empty_label=_("no fair"))
    name = Text(label=pgettext_lazy("person", "name"), max_length=200, required=False)
    company = Text(label=_("company"), max_length=200, required=False)
    title = Text(label=_("title"), max_length=200, required=False)
    phone = Phone(label=_("phone"), max_length=60, required=False)
    email = forms.EmailField(label=_("e-mail"), max_length=200, required=False)
    wechat = Text(label=_("WeChat"), max_length=100, required=False)
    whatsapp = Text(label=_("WhatsApp"), max_length=100, required=False)
    country = Text(label=_("country"), max_length=60, required=False)
    address = Text(label=_("address"), max_length=400, required=False)
    badge = forms.ChoiceField(label=_("badge"), choices=[("", _("nothing special")), *BADGES.items()], required=False)
    badge_number = Text(label=_("badge number"), max_length=40, required=False)
    interest = forms.TypedMultipleChoiceField(
        label=_("products of interest"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    heat = forms.TypedChoiceField(
        label=_("heat"), choices=[(str(n), format_lazy("{} {}", n, words)) for n, words in HEAT.items()], coerce=int, empty_value=None,
        required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    promised = forms.MultipleChoiceField(
        label=_("promised"), choices=[*PROMISED.items(), (NOTHING, pgettext_lazy("promised", "nothing"))], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    consents = forms.MultipleChoiceField(
        label=_("consent"), choices=list(CONSENTS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.IntegerField(label=_("minutes of talk"), min_value=1, max_value=600, required=False)
    note = Words(label=_("note"), required=False)

    def __init__(
        self, *args: Any, asked: Asked | None = None, is_public: bool = False, products: list[tuple[int, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.is_public = asked or Asked(), is_public
        products = offered() if products is None else products
        narrow(self, "interest", products)
        for name, kind in (("phone", "tel"), ("email", "email")):
            self.fields[name].widget.attrs.update(inputmode=kind, autocomplete=kind if is_public else "off")
        self.questions = [q for q in self.asked.questions if q.is_asked and not (is_public and q.staff)]
        if is_public:
            del self.fields["minutes"]
        shown = {question.code for question in self.questions}
        for code, name in (("interest", "interest"), ("heat", "heat"), ("promised", "promised"), ("consent", "consents")):
            question = self.asked.find(code)
            if code not in shown or (code == "interest" and not products):
                del self.fields[name]
            elif question and question.choices:
                self.fields[name].label = str(question)
                narrow(self, name, [(o.code, _with_code(question, o)) for o in question.choices])
        for question in self.questions:
            if question.code not in OWN_COLUMN:
                self.fields |= _fields(question)
        for n in range(2, OTHERS + 2):
            self.fields[f"name_{n}"] = Text(label=pgettext_lazy("person", "name"), max_length=200, required=False)
            self.fields[f"title_{n}"] = Text(label=_("title"), max_length=200, required=False)
            self.fields[f"phone_{n}"] = Phone(label=_("phone"), max_length=60, required=False)
            self.fields[f"email_{n}"] = forms.EmailField(label=_("e-mail"), max_length=200, required=False)

    @contextmanager
    def anew(self) -> Iterator[None]:
        """What is refused now is another capture when it is sent again."""
        try:
            yield
        except Refused:
            typed: Any = self.data
            self.data = typed = typed.copy()
            typed["client_id"] = str(uuid.uuid4())
            raise

    def clean_country(self) -> str:
        """One that there is, where a colleague types it; a visitor's own word for it is kept."""
        country: str = self.cleaned_data["country"]
        try:
            check_country(country if not self.is_public else "", was=self.initial.get("country") or "")
        except Refused as refused:
            raise forms.ValidationError(str(refused.words)) from refused
        return country

    def clean(self) -> dict[str, Any]:
        """Each answer one that its question knows."""
        data = super().clean() or {}
        promised = data.get("promised", [])
        if NOTHING in promised and len(promised) > 1:
            data["promised"] = [code for code in promised if code != NOTHING]
            self.left_out = _('"Nothing" was not noted, since something was promised.')
        for question in self.questions:
            name = f"q_{question.code}"
            if name in data:
                try:
                    read_answer(question, self._given(question, data))
                except (ValueError, TypeError):
                    self.add_error(name, _("Enter a number."))
        return data

    def _given(self, question: Question, data: dict[str, Any]) -> Any:
        value = data.get(f"q_{question.code}")
        if question.kind == "amount":
            return {"n": value, "unit": data.get(f"q_{question.code}_unit", "")} if value else None
        return value.isoformat() if question.kind == "date" and value else value

    def answers(self) -> dict[str, Any]:
        """{code: answer} to the questions of the fair, those without one included."""
        data = self.cleaned_data
        return {q.code: self._given(q, data) for q in self.questions if f"q_{q.code}" in data}

    def person(self, customer: Customer | None) -> Person:
        """Who was captured."""
        data = self.cleaned_data
        language = data.get("q_language", "")
        return Person(
            name=data["name"], company=data["company"], title=data["title"], address=data["address"], country=data["country"],
            phones=[data["phone"]] if data["phone"] else [], emails=[data["email"]] if data["email"] else [],
            chats={k: data[k] for k in ("wechat", "whatsapp") if data[k]}, language=SPEAKS.get(language, ""),
            client_id=data["client_id"], customer=customer,
        )  # fmt: skip

    def others(self) -> list[Person]:
        """More people of the firm."""
        data = self.cleaned_data
        found = [
            Person(
                name=data[f"name_{n}"], title=data[f"title_{n}"], phones=[data[f"phone_{n}"]] if data[f"phone_{n}"] else [],
                emails=[data[f"email_{n}"]] if data[f"email_{n}"] else [], client_id=uuid.uuid5(data["client_id"], str(n)),
            )
            for n in range(2, OTHERS + 2)
        ]  # fmt: skip
        return [person for person in found if not person.is_empty]

    def taken(self, customer: Customer | None = None, **more: Any) -> Taken:
        """The capture as it arrives."""
        data = self.cleaned_data
        taken = Taken(
            person=self.person(customer), client_id=data["client_id"], heat=data.get("heat"), promised=data.get("promised", []),
            interest=data.get("interest", []), consents=data.get("consents", []), note=data["note"], others=self.others(),
            answers=self.answers(), version=self.asked.version.n if self.asked.version else None, badge=data.get("badge", ""),
            badge_number=data.get("badge_number", ""), minutes=data.get("minutes"),
        )  # fmt: skip
        return replace(taken, **more)


def _with_code(question: Question, option: Any) -> str:
    return f"{option.code} {option}" if question.code == "heat" else str(option)


def _fields(question: Question) -> dict[str, forms.Field]:
    name, choices = f"q_{question.code}", [(option.code, str(option)) for option in question.choices]
    common: dict[str, Any] = {"label": str(question), "required": False}
    if question.kind == "multi":
        return {name: forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)}
    if question.kind in ("single", "scale"):
        return {name: forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)}
    if question.kind == "date":
        return {name: Day(**common)}
    decimal = forms.TextInput(attrs={"inputmode": "decimal"})
    if question.kind == "amount":
        return {
            name: Text(max_length=20, widget=decimal, **common),
            f"{name}_unit": Text(label=_("unit"), max_length=20, required=False),
        }
    if question.kind == "number":
        return {name: Text(max_length=20, widget=decimal, **common)}
    return {name: Text(max_length=400, **common)}


def as_initial(capture: Capture) -> dict[str, Any]:
    """A capture as the form begins with it."""
    contact = capture.contact
    found: dict[str, Any] = {
        "client_id": capture.client_id, "fair": capture.fair_id, "heat": str(capture.heat or ""), "minutes": capture.minutes,
        "promised": capture.promised,
        "interest": [product.pk for product in capture.interest.all()], "note": capture.note, "badge": capture.badge,
        "badge_number": capture.badge_number,
        "consents": list(contact.agreed),
    }  # fmt: skip
    for code, value in capture.answers.items():
        found |= {f"q_{code}": value["n"], f"q_{code}_unit": value["unit"]} if isinstance(value, dict) else {f"q_{code}": value}
    if capture.is_made_here:
        company = capture.customer.name if capture.customer.kind == "company" else ""
        found |= {"name": contact.name, "title": contact.title, "company": company}
        found |= {kind: contact.point(kind) for kind in SHOWN_WAYS}
    return found
