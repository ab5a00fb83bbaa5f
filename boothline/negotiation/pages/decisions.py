"""403: one objection with the plans that answer it, their steps, and how they end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core.errors import Refused
from boothline.customers.trail import customer_trail
from boothline.negotiation.decisions import Decision, DecisionStep, decide, give_up, offers, skip
from boothline.negotiation.lists import STATES
from boothline.negotiation.objections import Objection
from boothline.ui.fields import Text
from boothline.ui.kit import ActionPage, DetailPage, FormPage


def objection_url(objection: Objection) -> str:
    """The objection's page."""
    return reverse("objection", args=[objection.pk])


class ObjectionPage(DetailPage):
    """What was said, the plan that runs, and the plans there are."""

    right = "objections.see"
    template = "negotiation/objection.html"
    nav = "customers"

    def find(self) -> QuerySet[Objection]:
        """Visible ones."""
        return Objection.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def heading(self) -> str:
        """The reason."""
        return str(_now("Objection: %(reason)s") % {"reason": self.record})

    def context(self) -> dict[str, Any]:
        """Its plans: the running one with its steps, the earlier ones, and those on offer."""
        plans = list(self.record.decisions.for_list().order_by("-id"))
        running = next((plan for plan in plans if plan.is_live), None)
        on_offer = offers(self.record) if self.record.is_alive else []
        return {
            "states": STATES,
            "running": running,
            "earlier": [plan for plan in plans if not plan.is_live],
            "offers": [offer for offer in on_offer if not (running and running.template == offer.template.code)],
            "may_plan": may(self.by, "plans.edit", self.record),
            "may_edit": may(self.by, "objections.edit", self.record),
        }


class Decide(ActionPage):
    """Chooses a plan."""

    right = "plans.edit"
    done = _("Planned. The steps stand with the people who do them.")

    def find(self) -> QuerySet[Objection]:
        """Visible ones."""
        return Objection.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The objection."""
        return objection_url(self.record)

    def press(self) -> str:
        """Plans it."""
        typed = self.request.POST
        try:
            agreed_on = parse_date(typed.get("agreed_on", ""))
        except ValueError as wrong:
            raise Refused(_now("Enter a day as year-month-day, such as 2027-03-15."), field="agreed_on") from wrong
        decide(self.record, by=self.by, template=typed.get("template", ""), agreed_on=agreed_on)
        return self.back()


class GiveUp(ActionPage):
    """The running plan is given up."""

    right = "plans.edit"
    done = _("The plan is given up. Its open steps are gone; the objection is open again.")

    def find(self) -> QuerySet[Decision]:
        """Visible ones."""
        return Decision.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The objection."""
        return objection_url(self.record.objection)

    def press(self) -> str:
        """Gives it up."""
        give_up(self.record, by=self.by)
        return self.back()


class SkipForm(forms.Form):
    """Why it is not needed."""

    words = Text(label=_("why it is not needed"), max_length=200)


class SkipStep(FormPage):
    """Skips a step, with a word."""

    right = "plans.edit"
    title = _("Skip this step")
    nav = "customers"
    form = SkipForm
    button = _("Skip step")
    done = _("Skipped.")

    def find(self) -> QuerySet[DecisionStep]:
        """Those of visible plans."""
        plans = Decision.objects.visible_to(self.by)
        return DecisionStep.objects.filter(decision__in=plans).select_related("decision__objection__customer", "step")

    def trail(self) -> list[tuple[str, str]]:
        """The customer, the objection."""
        objection = self.record.decision.objection
        return [*customer_trail(objection.customer), (str(_now("Objection: %(reason)s") % {"reason": objection}), objection_url(objection))]

    def heading(self) -> str:
        """Which step."""
        return str(_now("Skip: %(step)s") % {"step": self.record})

    def save(self, form: Any) -> str:
        """Skips it."""
        skip(self.record, by=self.by, words=form.cleaned_data["words"])
        return objection_url(self.record.decision.objection)
