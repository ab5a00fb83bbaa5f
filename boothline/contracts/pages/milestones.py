"""203: every milestone, the plan of a contract, and what one does with a milestone; how the families of products are made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.catalogue.products import Product, families
from boothline.contracts.agreement import Version
from boothline.contracts.filters import MilestoneFilter
from boothline.contracts.lists import STARTS
from boothline.contracts.milestones import (
    FamilyTemplate,
    Milestone,
    MilestonePlan,
    edit_milestone,
    edit_plan,
    reach,
    reopen_milestone,
    set_family,
    skip,
)
from boothline.contracts.pages.contracts import contract_url
from boothline.contracts.templates import TEMPLATES
from boothline.core import clock
from boothline.customers.trail import customer_trail
from boothline.intentions.collection import INLAND
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, ReasonForm, Text
from boothline.ui.jinja import cap
from boothline.ui.kit import ActionPage, FormPage, ListPage, Page


def plan_url(milestone: Milestone) -> str:
    """Where its plan is shown."""
    return f"{contract_url(milestone.plan.contract)}#plan"


def back_to(page: Page, besides: str) -> str:
    """The page of ours that showed the plan and says so in the address, such as its order; else the contract."""
    address = page.request.GET.get("back", "")
    return address if address.startswith("/") and url_has_allowed_host_and_scheme(address, None) else besides


def _named(milestone: Any) -> str:
    """What it is called for the delivery term that its row comes with."""
    milestone.is_inland = milestone.term in INLAND
    return str(milestone)


class MilestoneList(ListPage):
    """Every milestone of the contracts that one may see: what is late stands first."""

    right = "contracts.see"
    title = _("Milestones")
    nav = "milestones"
    columns = [
        Column(_("milestone"), lambda m: cap(_named(m)), "link", plan_url),
        Column(_("contract"), lambda m: m.plan.contract.number),
        Column(_("customer"), lambda m: str(m.customer)),
        Column(_("state"), lambda m: (f"milestone_{m.state}", m.state_words), "state"),
        Column(_("plan"), lambda m: m.plan_on, "day"),
        Column(_("actual"), lambda m: m.done_on, "day"),
        Column(_("days late"), lambda m: m.days_late or None, "number"),
        Column(_("owner"), lambda m: str(m.customer.owner or ""), usual=False),
        Column(_("note"), lambda m: m.note, usual=False),
    ]
    under = "plan__contract__customer"
    sentence = _("Showing %(code)s, state: %(state)s, sorted by %(sort)s.")
    sorts = {
        "plan": Sort(_("plan date"), "plan_on", nulls=True),
        "newest": Sort(_("newest"), "id", descending=True),
    }
    filters = MilestoneFilter
    search_words = _("Find: contract, PO number, customer")
    empty = _("No milestones yet. They come with the first contract.")
    leads = ("contracts", _("Go to the contracts"), "contracts.see")

    def rows(self) -> QuerySet[Milestone]:
        """Visible ones, with the delivery term of their contract."""
        terms = Version.objects.filter(contract=OuterRef("plan__contract")).order_by("-n").values("delivery_term")
        return Milestone.objects.visible_to(self.by).for_list().annotate(term=Subquery(terms[:1]))


class PlanForm(forms.Form):
    """The template, what production waits for, and the day of the confirmation while it is not there."""

    template = forms.ChoiceField(label=_("template"), choices=list(TEMPLATES.items()))
    start = forms.ChoiceField(label=_("production starts with"), choices=list(STARTS.items()), widget=forms.RadioSelect)
    expected_on = Day(label=_("confirmation expected on"), required=False, help_text=_("Empty: the last day of the request that is out."))

    def __init__(self, *args: Any, is_confirmed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_confirmed:
            del self.fields["expected_on"]


class EditPlan(FormPage):
    """Edits the plan of a contract."""

    right = "milestones.edit"
    title = _("Edit plan")
    lead = _("Plan dates follow: forward from the confirmation, back from the shipping date.")
    nav = "contracts"
    form = PlanForm
    button = _("Save plan")
    key = "contract__number"

    def find(self) -> QuerySet[MilestonePlan]:
        """Visible ones."""
        return MilestonePlan.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        contract = self.record.contract
        return [*customer_trail(contract.customer), (contract.number, contract_url(contract))]

    def back(self) -> str:
        """The page that one came from."""
        return back_to(self, super().back())

    def form_options(self) -> dict[str, Any]:
        """Whether the customer has confirmed."""
        return {"is_confirmed": self.record.confirmed_on is not None}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in PlanForm.base_fields}

    def save(self, form: Any) -> str:
        """Edits it."""
        edit_plan(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return back_to(self, f"{contract_url(self.record.contract)}#plan")


class OfMilestone(FormPage):
    """What the forms about one milestone share."""

    right = "milestones.edit"
    nav = "contracts"
    template = "contracts/milestone_form.html"

    def find(self) -> QuerySet[Milestone]:
        """Visible ones."""
        return Milestone.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract."""
        contract = self.record.plan.contract
        return [*customer_trail(contract.customer), (contract.number, plan_url(self.record))]

    def back(self) -> str:
        """The page that one came from."""
        return back_to(self, super().back())


class MilestoneForm(forms.Form):
    """A day of one's own, who sees to it, a note."""

    own_on = Day(label=_("plan date"), required=False, help_text=_("Empty: as the template says."))
    owner = forms.ModelChoiceField(
        label=_("who sees to it"), queryset=User.objects.filter(is_active=True).order_by("name", "pk"), required=False,
        empty_label=_("as the duties say"),
    )  # fmt: skip
    note = Text(label=_("note"), max_length=300, required=False, help_text=_("For us alone; customers never see it."))


class EditMilestone(OfMilestone):
    """Edits one milestone."""

    title = _("Edit milestone")
    form = MilestoneForm
    button = _("Save milestone")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"own_on": self.record.own_on, "owner": self.record.owner_id, "note": self.record.note}

    def save(self, form: Any) -> str:
        """Edits it."""
        own = form.cleaned_data["own_on"]
        edited = edit_milestone(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        if own and edited.plan_on and own != edited.plan_on:
            values = {"day": clock.day_words(own), "on": clock.day_words(edited.plan_on)}
            self.done = _("%(day)s is a free day: the plan date is %(on)s.") % values
        return back_to(self, plan_url(self.record))


class DayForm(forms.Form):
    """When."""

    on = Day(label=_("reached on"))


class Reach(OfMilestone):
    """It is reached."""

    title = _("Milestone reached")
    form = DayForm
    button = _("Save day")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": clock.today()}

    def save(self, form: Any) -> str:
        """Notes the day."""
        reach(self.record, by=self.by, on=form.cleaned_data["on"])
        return back_to(self, plan_url(self.record))


class Skip(OfMilestone):
    """This order does not need it."""

    title = _("Skip milestone")
    form = ReasonForm
    button = _("Skip milestone")

    def save(self, form: Any) -> str:
        """Skips it."""
        skip(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return back_to(self, plan_url(self.record))


class Reopen(ActionPage):
    """Noted in error, or needed after all."""

    right = "milestones.edit"

    def find(self) -> QuerySet[Milestone]:
        """Visible ones."""
        return Milestone.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """Its plan."""
        return back_to(self, plan_url(self.record))

    def press(self) -> str:
        """Opens it again."""
        reopen_milestone(self.record, by=self.by)
        return back_to(self, plan_url(self.record))


class FamiliesForm(forms.Form):
    """For each family of the catalogue: the template, and what production waits for."""

    def __init__(self, *args: Any, families: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.families = families
        for n in range(len(families)):
            self.fields[f"template_{n}"] = forms.ChoiceField(
                label=_("template"), choices=[("", _("by lead time")), *TEMPLATES.items()], required=False
            )
            self.fields[f"start_{n}"] = forms.ChoiceField(label=_("production starts with"), choices=list(STARTS.items()))

    def rows(self) -> list[tuple[str, Any, Any]]:
        """(family as the reader calls it, its two fields)."""
        spoken = families()
        return [(spoken.get(family, family), self[f"template_{n}"], self[f"start_{n}"]) for n, family in enumerate(self.families)]


class Families(FormPage):
    """How the products of each family are made."""

    right = "milestones.templates"
    title = _("Milestones by family")
    lead = _("Contracts prepared from now on follow it. A contract of several families follows the longest template.")
    nav = "settings"
    template = "contracts/families.html"
    form = FamiliesForm
    button = _("Save families")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """The settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def form_options(self) -> dict[str, Any]:
        """The families of the catalogue."""
        named = Product.objects.visible_to(self.by).exclude(family="").order_by("family").values_list("family", flat=True).distinct()
        return {"families": list(named)}

    def initial(self) -> dict[str, Any]:
        """As they are."""
        kept = {one.family: one for one in FamilyTemplate.objects.all()}
        found: dict[str, Any] = {}
        for n, family in enumerate(self.form_options()["families"]):
            one = kept.get(family)
            found |= {f"template_{n}": one.template if one else "", f"start_{n}": one.start if one else "deposit"}
        return found

    def save(self, form: Any) -> str:
        """Sets each that has a template."""
        for n, family in enumerate(form.families):
            template = form.cleaned_data[f"template_{n}"]
            if template:
                set_family(family, by=self.by, template=template, start=form.cleaned_data[f"start_{n}"])
        return reverse("milestone-families")
