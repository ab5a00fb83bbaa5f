"""403: the plan templates of each reason, one with its versions, and the form that says it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from boothline.accounts.company import company
from boothline.accounts.rights import may
from boothline.core.money import CURRENCIES, money_words
from boothline.core.text import bracketed
from boothline.customers.lists import GRADE_WORDS, GRADES, TYPE_WORDS
from boothline.followups.steps import STEP_KINDS
from boothline.negotiation.lists import REASONS
from boothline.negotiation.plan_editing import (
    DAYS,
    LONGEST,
    MOST,
    STEPS,
    WHO,
    add_template,
    change_template,
    restore_templates,
    switch_template,
)
from boothline.negotiation.plan_templates import PlanTemplate, fields_of, of_reason, said_of, template_of
from boothline.negotiation.playbook import CONDITIONS, Template
from boothline.timeline.history import Event
from boothline.ui.fields import Text
from boothline.ui.kit import ActionPage, DetailPage, FormPage, Page

WHEN = {
    "after": _("workdays after the plan is chosen"),
    "on": _("on the agreed date"),
    "before": _("days before the agreed date"),
}


def when_words(step: Any) -> str:
    """When a step is due, in words."""
    if step.before:
        return _now("%(days)s days before the agreed date") % {"days": step.before}
    if not step.days and not step.on_date:
        return _now("on the same day")
    return str(WHEN["on"]) if step.on_date else ngettext("+%(days)s workday", "+%(days)s workdays", step.days) % {"days": step.days}


def conditions_of(template: Template) -> list[str]:
    """Its conditions in words."""
    whom = [str(TYPE_WORDS[code]) for code in template.types] + [str(GRADE_WORDS[code]) for code in template.grades]
    worth = (
        [_now("an intention is worth at least %(amount)s") % {"amount": money_words(template.worth, template.currency)}]
        if template.worth
        else []
    )
    return [str(CONDITIONS[code][0]) for code in template.conditions] + whom + worth


class PlanTemplates(Page):
    """For each reason its plans, in their order."""

    right = "playbooks.see"
    title = _("Decision plans")
    nav = "settings"
    template = "negotiation/plan-templates.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def trail(self) -> list[tuple[str, str]]:
        """The settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def context(self) -> dict[str, Any]:
        """Each reason with its templates and whether anything is the company's own."""
        reasons = [(code, REASONS[code], of_reason(code)) for code in REASONS.codes()]
        return {"reasons": reasons, "other": REASONS["other"], "may_edit": may(self.by, "playbooks.edit")}


class _OfOne:
    kwargs: dict[str, Any]
    record: Any

    def load(self) -> PlanTemplate:
        """The row of a template; a new one, not stored, of what ships and nobody changed. Or 404."""
        code = self.kwargs["key"]
        found = next((pair for reason in REASONS.codes() for pair in of_reason(reason) if pair[0].code == code), None)
        if found is None:
            raise Http404
        _template, row = found
        reason = code.partition(".")[0]
        return row or PlanTemplate(code=code, reason=reason, place=[t.code for t, _row in of_reason(reason)].index(code) + 1, revision=0)

    def trail(self) -> list[tuple[str, str]]:
        """Settings, plans."""
        return [(str(_("Settings")), reverse("settings")), (str(_("Decision plans")), reverse("plan-templates"))]

    def address(self) -> str:
        """Its page."""
        return reverse("plan-template", args=[self.record.code])


class PlanTemplatePage(_OfOne, DetailPage):
    """One template, its versions, and what happened to it."""

    right = "playbooks.see"
    nav = "settings"
    template = "negotiation/plan-template.html"

    def heading(self) -> str:
        """Its name and the reason."""
        return bracketed(self.record, REASONS[self.record.reason])

    def context(self) -> dict[str, Any]:
        """What holds, and each version."""
        row: PlanTemplate = self.record
        versions = list(row.versions.select_related("user", "template")) if row.pk else []
        return {
            "holds": template_of(row.code, row.n), "versions": [(version, version.read()) for version in versions], "who": WHO,
            "kinds": STEP_KINDS, "when": when_words, "conditions": conditions_of, "may_edit": may(self.by, "playbooks.edit"),
            "history": Event.objects.about(row).order_by("-id")[:30] if row.pk else [],
        }  # fmt: skip


class TemplateForm(forms.Form):
    """A template: name, conditions, and a row for each step."""

    zh = Text(label=_("name, in Chinese"), max_length=LONGEST)
    en = Text(label=_("name, in English"), max_length=LONGEST)
    place = forms.IntegerField(label=_("place among the plans of the reason"), min_value=1, max_value=MOST)
    conditions = forms.MultipleChoiceField(
        label=_("can be chosen only if"), choices=[(code, words) for code, (words, _check) in CONDITIONS.items()], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    types = forms.MultipleChoiceField(
        label=_("only for customers of type"), choices=list(TYPE_WORDS.items()), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("none ticked: for all"),
    )  # fmt: skip
    grades = forms.MultipleChoiceField(
        label=_("only for grade"), choices=[(code, GRADE_WORDS[code]) for code in GRADES], required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("none ticked: for all"),
    )  # fmt: skip

    worth = forms.DecimalField(
        label=_("only if an intention is worth at least"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("empty: whatever it is worth"),
    )
    currency = forms.ChoiceField(label=_("currency"), choices=[(c, c) for c in CURRENCIES], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = company().currency
        for n in range(1, STEPS + 1):
            self.fields |= {
                f"zh_{n}": Text(label=_("what is done, in Chinese"), max_length=LONGEST, required=False),
                f"en_{n}": Text(label=_("what is done, in English"), max_length=LONGEST, required=False),
                f"who_{n}": forms.ChoiceField(label=_("who does it"), choices=list(WHO.items()), initial="S", required=False),
                f"kind_{n}": forms.ChoiceField(label=_("how"), choices=list(STEP_KINDS.items()), initial="do", required=False),
                f"when_{n}": forms.ChoiceField(label=_("when"), choices=list(WHEN.items()), initial="after", required=False),
                f"days_{n}": forms.IntegerField(label=_("number of days"), min_value=0, max_value=DAYS, required=False),
            }

    def rows(self) -> list[list[Any]]:
        """The fields of each step."""
        return [[self[f"{name}_{n}"] for name in ("zh", "en", "who", "kind", "when", "days")] for n in range(1, STEPS + 1)]

    def said(self) -> dict[str, Any]:
        """As it is stored; a row without words is no step."""
        data = self.cleaned_data
        steps = []
        for n in range(1, STEPS + 1):
            if data[f"zh_{n}"] or data[f"en_{n}"]:
                when, days = data[f"when_{n}"] or "after", data[f"days_{n}"] or 0
                steps.append({
                    "zh": data[f"zh_{n}"], "en": data[f"en_{n}"], "who": data[f"who_{n}"] or "S", "kind": data[f"kind_{n}"] or "do",
                    "days": days if when == "after" else 0, "on_date": when != "after", "before": days if when == "before" else 0,
                })  # fmt: skip
        return {name: data[name] for name in ("zh", "en", "conditions", "types", "grades", "worth", "currency")} | {"steps": steps}


class EditPlanTemplate(_OfOne, FormPage):
    """Says a template anew."""

    right = "playbooks.edit"
    title = _("Change this plan")
    lead = _("Plans chosen from now on follow it; those that run, and those that are over, stay as they were chosen.")
    nav = "settings"
    template = "negotiation/plan-template-form.html"
    form = TemplateForm
    button = _("Save as a new version")

    def trail(self) -> list[tuple[str, str]]:
        """The plan."""
        return [*super().trail(), (str(self.record), self.address())]

    def back(self) -> str:
        """The plan."""
        return self.address()

    def initial(self) -> dict[str, Any]:
        """What holds."""
        said = said_of(template_of(self.record.code, self.record.n))
        return fields_of(said) | {"place": self.record.place, "currency": said["currency"] or company().currency}

    def save(self, form: Any) -> str:
        """Saves."""
        change_template(self.record.code, by=self.by, revision=self.seen, said=form.said(), place=form.cleaned_data["place"])
        return self.address()


class NewPlanTemplate(FormPage):
    """Adds a template to a reason."""

    right = "playbooks.edit"
    title = _("Add a plan")
    nav = "settings"
    template = "negotiation/plan-template-form.html"
    form = TemplateForm
    button = _("Add the plan")
    is_about_record = False

    def reason(self) -> str:
        """That of the address, or 404."""
        code = str(self.kwargs["key"])
        if code not in REASONS.codes():
            raise Http404
        return code

    def trail(self) -> list[tuple[str, str]]:
        """Settings, plans."""
        return [(str(_("Settings")), reverse("settings")), (str(_("Decision plans")), reverse("plan-templates"))]

    def heading(self) -> str:
        """For which reason."""
        return _now("Add a plan for the reason %(reason)s") % {"reason": REASONS[self.reason()]}

    def back(self) -> str:
        """The plans."""
        return reverse("plan-templates")

    def initial(self) -> dict[str, Any]:
        """Behind the others."""
        return {"place": min(len(of_reason(self.reason())) + 1, MOST)}

    def save(self, form: Any) -> str:
        """Adds it."""
        made = add_template(self.reason(), by=self.by, said=form.said(), place=form.cleaned_data["place"])
        return reverse("plan-template", args=[made.code])


class SwitchPlanTemplate(_OfOne, ActionPage):
    """Offered no longer, or again."""

    right = "playbooks.edit"
    done = _("Saved.")

    def back(self) -> str:
        """The plan."""
        return self.address()

    def press(self) -> str:
        """Switches it."""
        switch_template(self.record.code, by=self.by, off=self.record.off_at is None)
        return self.address()


class ShippedPlanTemplates(ActionPage):
    """The plans that ship for a reason hold again."""

    right = "playbooks.edit"
    done = _("The plans that ship hold again.")

    def load(self) -> str:
        """The reason, or 404."""
        code = str(self.kwargs["key"])
        if code not in REASONS.codes():
            raise Http404
        return code

    def back(self) -> str:
        """The plans."""
        return reverse("plan-templates")

    def press(self) -> str:
        """Restores them."""
        restore_templates(self.record, by=self.by)
        return self.back()
