"""502 at the desk: what a person says about a customer's nature, the question to ask next, the lists of firms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.customers.card import Customer
from boothline.customers.lists import NATURE_WORDS
from boothline.customers.trail import customer_trail, customer_url
from boothline.fairs.editions import Fair
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Text, Words
from boothline.ui.kit import ActionPage, FormPage, ListPage, Page
from boothline.visitors.filters import FirmFilter
from boothline.visitors.firms import Firm, list_firm, take_off
from boothline.visitors.learning import FEWEST
from boothline.visitors.lessons import Lesson
from boothline.visitors.lists import FIRM_LISTS, PEERS
from boothline.visitors.recognition import EVIDENCE, key_of, lift_nature, opinion_of, plan_question, say_nature, scales


class NatureForm(forms.Form):
    """Buyer or peer, and why."""

    nature = forms.ChoiceField(
        label=_("nature"), choices=[(c, w) for c, w in NATURE_WORDS.items() if c != "unknown"], widget=forms.RadioSelect
    )
    peer = forms.ChoiceField(label=_("kind of peer"), choices=[("", _("not known")), *PEERS.items()], required=False)
    words = Text(label=_("reason"), max_length=400, required=False)


class SayNature(FormPage):
    """Says what a customer is, whatever was computed."""

    right = "customers.edit"
    title = _("Nature of the customer")
    lead = _("What you say stays until somebody lifts it. The computed answer stands beside it.")
    nav = "customers"
    form = NatureForm
    button = _("Save nature")
    done = _("Kept as you said.")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """Customers, the customer."""
        return customer_trail(self.record)

    def initial(self) -> dict[str, Any]:
        """What was said before."""
        said = opinion_of(self.record)
        return {"nature": said.nature, "peer": said.peer, "words": said.words} if said else {}

    def revision(self) -> int:
        """The opinion that the person sees."""
        return key_of(opinion_of(self.record))

    def save(self, form: Any) -> str:
        """Says it."""
        say_nature(self.record, by=self.by, seen=self.seen, **form.cleaned_data)
        return customer_url(self.record)


class AboutCustomer(ActionPage):
    """What the buttons about a customer share."""

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record)


class LiftNature(AboutCustomer):
    """Lets the computed answer hold again."""

    right = "customers.edit"
    done = _("Lifted. The computed answer holds again.")

    def press(self) -> str:
        """Lifts it."""
        lift_nature(self.record, by=self.by)
        return self.back()


class PlanQuestion(AboutCustomer):
    """Makes the question that would tell most the next step."""

    right = "steps.plan"
    done = _("Planned as the next step.")

    def press(self) -> str:
        """Plans it."""
        plan_question(self.record, by=self.by)
        return self.back()


class Learned(Page):
    """What was learned: the weight of each piece of evidence as it was set and as it is, and how often the answers came true."""

    right = "firms.edit"
    title = _("What recognition learned")
    template = "visitors/learned.html"
    nav = "settings"

    def trail(self) -> list[tuple[str, str]]:
        """Settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """The newest lesson, and the weights in force."""
        lesson, now = Lesson.objects.visible_to(self.by).newest(), scales()
        counts = lesson.counts if lesson else {}
        rows = [
            (
                e.words,
                now.set[code],
                *counts.get(code, (0, 0)),
                round(now.weights[code], 2),
                abs(now.weights[code] - now.set[code]) >= 0.005,
            )
            for code, e in EVIDENCE.items()
        ]
        return {"lesson": lesson, "rows": rows, "report": lesson.report if lesson else {}, "prior": now.prior, "fewest": FEWEST}


class FirmList(ListPage):
    """Competitors, suppliers, exhibitors."""

    right = "firms.edit"
    title = _("Lists of firms")
    nav = "firms"
    columns = [
        Column(_("firm"), str, "link", lambda f: reverse("firm", args=[f.pk])),
        Column(_("list"), lambda f: str(FIRM_LISTS[f.on])),
        Column(_("domain"), lambda f: f.domain),
        Column(_("fair"), lambda f: str(f.fair or "")),
    ]
    sorts = {"name": Sort(_("name in pinyin"), "sort_key")}
    filters = FirmFilter
    search_words = _("Find: name, domain")
    empty = _("No firms yet. Put competitors, suppliers and the fair's exhibitors here; every visitor is looked up among them.")
    create = ("firm-new", _("Put a firm on a list"), "firms.edit")

    def rows(self) -> QuerySet[Firm]:
        """Those that stand there."""
        return Firm.objects.visible_to(self.by).for_list()


class FirmForm(forms.Form):
    """A firm and its list."""

    on = forms.ChoiceField(label=_("list"), choices=list(FIRM_LISTS.items()))
    name = Text(label=_("firm"), max_length=200)
    domain = Text(label=_("domain"), max_length=200, required=False, help_text=_("Of its e-mail or website, like nordlicht.example."))
    fair = forms.ModelChoiceField(label=_("fair"), queryset=Fair.objects.all(), required=False, empty_label=_("no fair"))
    about = Words(label=_("what it does"), required=False)


class NewFirm(FormPage):
    """Puts a firm on a list."""

    right = "firms.edit"
    title = _("Put a firm on a list")
    nav = "firms"
    form = FirmForm
    button = _("Save firm")
    done = _("On the list.")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """The lists."""
        return [(str(_("Lists of firms")), reverse("firms"))]

    def save(self, form: Any) -> str:
        """Puts it there."""
        list_firm(by=self.by, **form.cleaned_data)
        return reverse("firms")


class TakeFirmOff(FormPage):
    """Shows a firm of a list, and takes it off."""

    right = "firms.edit"
    nav = "firms"
    title = _("Firm on a list")
    template = "visitors/firm.html"
    form = forms.Form
    button = _("Take off the list")
    is_risk = True
    done = _("Taken off.")

    def find(self) -> QuerySet[Firm]:
        """All."""
        return Firm.objects.visible_to(self.by).select_related("fair")

    def heading(self) -> str:
        """The firm."""
        return str(self.record)

    def trail(self) -> list[tuple[str, str]]:
        """The lists."""
        return [(str(_("Lists of firms")), reverse("firms"))]

    def context(self) -> dict[str, Any]:
        """Which list."""
        return {"on": FIRM_LISTS[self.record.on]}

    def save(self, form: Any) -> str:
        """Takes it off."""
        take_off(self.record, by=self.by)
        return reverse("firms")
