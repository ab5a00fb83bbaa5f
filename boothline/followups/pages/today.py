"""Today: whom to contact and why, late first; and the forms that log a touch or move a step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.core import clock
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail, customer_url
from boothline.followups.steps import STEP_KINDS, NextStep, Plan, done, postpone
from boothline.followups.touches import CHANNELS, ENDS, SOON, log_touch
from boothline.ui.fields import Day, Text, Words
from boothline.ui.kit import ActionPage, FormPage, Page
from boothline.worktime.calendar import add_workdays

SHOWN = 100


class Today(Page):
    """The open next steps of the person, or of everybody that one sees."""

    right = "steps.see"
    title = _("Today")
    template = "followups/today.html"
    nav = "today"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Late ones first, then by day; a week ahead."""
        everybody = "all" in request.GET
        steps = NextStep.objects.visible_to(self.by).open().for_list().filter(due_on__lte=clock.today() + timedelta(days=7))
        if not everybody:
            steps = steps.filter(owner_id=self.by.id)
        found = list(steps.order_by("due_on", "id")[:SHOWN])
        today = clock.today()
        groups = [
            (_("Late"), [s for s in found if s.due_on < today]),
            (_("Due today"), [s for s in found if s.due_on == today]),
            (_("In the next week"), [s for s in found if s.due_on > today]),
        ]
        return self.answer(groups=[(w, s) for w, s in groups if s], everybody=everybody, first=found[0] if found else None)


class TouchForm(forms.Form):
    """What was said, and how it goes on: exactly one of a step, the open step, an end."""

    channel = forms.ChoiceField(label=_("channel"), choices=list(CHANNELS.items()), widget=forms.RadioSelect)
    contact = forms.ModelChoiceField(label=_("with whom"), queryset=Contact.objects.none(), required=False, empty_label=_("not said"))
    words = Words(label=_("what was said"))
    what = Text(label=_("next step"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("how"), choices=list(STEP_KINDS.items()), required=False)
    due_on = Day(label=_("when"), required=False)
    soon = forms.ChoiceField(choices=[("", ""), *SOON.items()], required=False, widget=forms.HiddenInput)  # the customer page's line
    step_holds = forms.BooleanField(label=_("the open next step still holds"), required=False)
    ended = forms.ChoiceField(label=_("or no further contact, because"), choices=[("", _("goes on")), *ENDS.items()], required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = customer.contacts.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A step has words and a day."""
        data = super().clean() or {}
        if data.get("what") and data.get("soon") and not data.get("due_on"):
            data["due_on"] = add_workdays(clock.today(), int(data["soon"]))
        if data.get("what") and not data.get("due_on"):
            self.add_error("due_on", str(_("Give the day of the next step.")))
        if data.get("due_on") and data["due_on"] < clock.today():
            self.add_error("due_on", str(_("This day has passed. Choose today or later.")))
        return data


class LogTouch(FormPage):
    """Logs a touch with a customer."""

    right = "touches.log"
    title = _("Log a touch")
    nav = "customers"
    template = "followups/touch.html"
    form = TouchForm
    button = _("Save and set next step")
    done = _("Logged.")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def initial(self) -> dict[str, Any]:
        """Three workdays ahead, by phone."""
        return {"channel": "phone", "kind": "call", "due_on": add_workdays(clock.today(), 3)}

    def form_options(self) -> dict[str, Any]:
        """The customer's people."""
        return {"customer": self.record}

    def context(self) -> dict[str, Any]:
        """The step that is open."""
        return {"open_step": NextStep.objects.open().filter(customer=self.record).order_by("due_on").first()}

    def save(self, form: Any) -> str:
        """Logs it."""
        data = form.cleaned_data
        plan = None
        if data["what"]:
            plan = Plan(self.record, data["what"], data["due_on"], owner=self.request.person, kind=data["kind"] or "call")  # type: ignore[attr-defined]
        log_touch(
            self.record, by=self.by, channel=data["channel"], words=data["words"], contact=data["contact"], next_step=plan,
            step_holds=data["step_holds"], ended=data["ended"],
        )  # fmt: skip
        return customer_url(self.record)


class StepDone(ActionPage):
    """A step is done."""

    right = "steps.plan"
    done = _("Done.")

    def find(self) -> QuerySet[NextStep]:
        """Visible ones."""
        return NextStep.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The customer, where the next touch is logged."""
        return customer_url(self.record.customer)

    def press(self) -> str:
        """Does it."""
        done(self.record, by=self.by)
        return self.back()


class PostponeForm(forms.Form):
    """Another day."""

    due_on = Day(label=_("when"))


class Postpone(FormPage):
    """Moves a step."""

    right = "steps.plan"
    title = _("Postpone")
    nav = "today"
    form = PostponeForm
    button = _("Move the step")

    def find(self) -> QuerySet[NextStep]:
        """Visible ones."""
        return NextStep.objects.visible_to(self.by).select_related("customer")

    def trail(self) -> list[tuple[str, str]]:
        """Today."""
        return [(str(_("Today")), reverse("today"))]

    def heading(self) -> str:
        """The step."""
        return str(_("Postpone: %(what)s") % {"what": self.record.words})

    def initial(self) -> dict[str, Any]:
        """The next workday."""
        return {"due_on": add_workdays(clock.today(), 1)}

    def save(self, form: Any) -> str:
        """Moves it."""
        postpone(self.record, by=self.by, due_on=form.cleaned_data["due_on"])
        return reverse("today")
