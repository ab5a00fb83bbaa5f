"""Complaints: the list, one with its next action, and the forms of each step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.accounts.rights import may
from boothline.care.complaints import (
    Complaint,
    Told,
    acknowledge,
    agree,
    answer,
    check,
    edit_complaint,
    evaluate,
    finish,
    learn,
    may_work,
    receive,
)
from boothline.care.filters import ComplaintFilter
from boothline.care.lists import ABOUT, CAUSES, CHANNELS, COMPLAINT_KINDS, OUTCOMES, SEVERITIES, STAGES
from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.text import quoted
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail
from boothline.messaging.letters import Letter, newest_about
from boothline.orders.lists import STAGES as PROBLEM_STAGES
from boothline.orders.problems import Problem
from boothline.orders.register import Order
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Text, narrow
from boothline.ui.fields import Words as WordsField
from boothline.ui.jinja import cap
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage


def complaint_url(complaint: Complaint) -> str:
    """Its page."""
    return reverse("complaint", args=[complaint.number])


class ComplaintList(ListPage):
    """Every complaint and suggestion that one may see."""

    right = "complaints.see"
    title = _("Complaints")
    nav = "complaints"
    columns = [
        Column(_("complaint"), str, "link", complaint_url),
        Column(_("state"), lambda c: (f"complaint_{c.state}", c.standing), "state"),
        Column(_("time limit"), lambda c: c.stage[1], "moment"),
        Column(_("what it is about"), lambda c: c.get_about_display()),
        Column(_("customer"), lambda c: str(c.customer)),
        Column(_("works on it"), lambda c: str(c.owner or "")),
        Column(_("received"), lambda c: c.received_at, "moment"),
        Column(_("severity"), lambda c: c.get_severity_display(), usual=False),
        Column(_("kind"), lambda c: c.get_kind_display(), usual=False),
        Column(_("how it came"), lambda c: c.get_channel_display(), usual=False),
        Column(_("order"), lambda c: c.order.number if c.order else "", usual=False),
        Column(_("cause"), lambda c: c.get_cause_display(), usual=False),
    ]
    under = "customer"
    sentence = _("Showing complaints, state: %(state)s, %(kind)s, %(whose)s, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "limit": Sort(_("nearest limit"), "next_at", nulls=True)}
    filters = ComplaintFilter
    search_words = _("Find: complaint, customer")
    empty = _("No complaints. Customers tell us by their link; whoever hears one records it on the customer's page.")

    def rows(self) -> QuerySet[Complaint]:
        """Visible ones."""
        return Complaint.objects.visible_to(self.by).for_list()


NEXT = {  # state: (words, address, icon, right)
    "received": (_("Answer"), "complaint-answer", "mail", "complaints.work"),
    "acknowledged": (_("Answer"), "complaint-answer", "mail", "complaints.work"),
    "answered": (_("Agree on what is done"), "complaint-solution", "flow", "complaints.work"),
    "agreed": (_("It is done"), "complaint-end", "ok", "complaints.work"),
    "done": (_("Note whether it is settled"), "complaint-check", "call", "complaints.work"),
    "checked": (_("Evaluate"), "complaint-evaluation", "scale", "complaints.evaluate"),
    "evaluated": (_("Note what we learn"), "complaint-lesson", "flow", "complaints.evaluate"),
}


class ComplaintPage(DetailPage):
    """One complaint: what was said, until when we answer, how it went, and the one next action."""

    right = "complaints.see"
    template = "care/complaint.html"
    nav = "complaints"
    key = "number"

    def find(self) -> QuerySet[Complaint]:
        """Visible ones."""
        return Complaint.objects.visible_to(self.by).for_list().select_related("lesson_by")

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("Complaints")), reverse("complaints"))]

    def heading(self) -> str:
        """Its number."""
        return f"{cap(self.record.get_kind_display())} {self.record.number}"

    def context(self) -> dict[str, Any]:
        """The next action, the limit, the order it concerns, history."""
        one: Complaint = self.record
        stage, until = one.stage
        sees_order = self.by.has("orders.see") and Order.objects.visible_to(self.by).filter(pk=one.order_id or 0).exists()
        return {
            "next": _next(one, self.by, sees_order), "currency": company().currency, "until": until,
            "stage": (PROBLEM_STAGES if one.is_carried else STAGES).get(stage, ""),
            "may_work": may_work(one, self.by), "letter": _to_hand_over(one, self.by),
            "sees_order": sees_order,
            "may_report": one.is_open and one.order is not None and not one.problem and may(self.by, "problems.report", one.order),
            "events": Event.objects.about(one).order_by("-id")[:20] if may(self.by, "history.see", one) else [],
        }  # fmt: skip


def _next(one: Complaint, by: Actor, sees_order: bool) -> tuple[Words, str, str, str] | None:
    """(words, address, icon, its key): what a problem carries goes on there."""
    if one.problem is not None and one.is_carried:
        return (_("Open the problem"), "problem", "warn", one.problem.number) if sees_order else None
    words, address, icon, right = NEXT[one.state]
    does = may_work(one, by) if right == "complaints.work" else may(by, right, one.customer)
    return (words, address, icon, one.number) if does and not one.learned_at else None


def _to_hand_over(one: Complaint, by: Actor) -> Letter | None:
    """Our last word, where it waits for somebody to hand over its link and this person may."""
    letter = newest_about(one) if one.is_with_us else None
    return letter if may(by, "letters.link", letter) else None


CARRIES = _(
    "A complaint about an order goes with a problem of that order: one that is open about the same, else a new one. All of the "
    "customer's people with a link can read it there."
)


class NewForm(forms.Form):
    """What was said, by whom, how it came."""

    kind = forms.ChoiceField(label=_("kind"), choices=list(COMPLAINT_KINDS.items()), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("how it came"), choices=[(k, v) for k, v in CHANNELS.items() if k != "portal"])
    about = forms.ChoiceField(label=_("what it is about"), choices=list(ABOUT.items()))
    words = WordsField(label=_("in their words"), rows=4)
    contact = forms.ModelChoiceField(
        label=_("reported by"), queryset=Contact.objects.none(), required=False, empty_label=_("somebody else"),
        help_text=_("Whoever is chosen here gets our answers by mail."),
    )  # fmt: skip
    told_by = Text(label=_("reported by somebody else"), max_length=200, required=False)
    order = forms.ModelChoiceField(
        label=_("order"), queryset=Order.objects.none(), required=False, empty_label=_("no order"), help_text=CARRIES
    )
    is_critical = forms.BooleanField(label=_("Critical: half the time limits"), required=False)

    def __init__(self, *args: Any, contacts: Any, orders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", contacts)
        narrow(self, "order", orders)


class NewComplaint(FormPage):
    """Whoever hears a complaint records it."""

    right = "complaints.receive"
    title = _("Record a complaint")
    nav = "customers"
    form = NewForm
    button = _("Record complaint")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def initial(self) -> dict[str, Any]:
        """A complaint by phone, told by the first contact."""
        return {"kind": "complaint", "channel": "phone", "contact": Contact.objects.filter(customer=self.record).order_by("id").first()}

    def form_options(self) -> dict[str, Any]:
        """Their people and orders."""
        orders = Order.objects.visible_to(self.by) if self.by.has("orders.see") else Order.objects.none()
        return {
            "contacts": Contact.objects.filter(customer=self.record).order_by("id"),
            "orders": orders.filter(customer=self.record, merged_into=None).order_by("-id"),
        }

    def save(self, form: Any) -> str:
        """Receives it."""
        return complaint_url(receive(self.record, by=self.by, told=Told(**form.cleaned_data)))


class ComplaintFormPage(FormPage):
    """What the forms of a complaint share."""

    right = "complaints.work"
    nav = "complaints"
    key = "number"

    def find(self) -> QuerySet[Complaint]:
        """Visible ones."""
        return Complaint.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The complaint."""
        return [(str(_("Complaints")), reverse("complaints")), (self.record.number, complaint_url(self.record))]


class Acknowledge(ActionPage):
    """Somebody takes it into their hands."""

    right = "complaints.work"
    key = "number"

    def find(self) -> QuerySet[Complaint]:
        """Visible ones."""
        return Complaint.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The complaint."""
        return complaint_url(self.record)

    def press(self) -> str:
        """Acknowledges."""
        acknowledge(self.record, by=self.by)
        return self.back()


class EditForm(forms.Form):
    """What it is about, how severe, which order and problem it concerns."""

    about = forms.ChoiceField(label=_("what it is about"), choices=list(ABOUT.items()))
    severity = forms.ChoiceField(label=_("severity"), choices=list(SEVERITIES.items()), widget=forms.RadioSelect)
    order = forms.ModelChoiceField(
        label=_("order"), queryset=Order.objects.none(), required=False, empty_label=_("no order"), help_text=CARRIES
    )
    problem = forms.ModelChoiceField(label=_("problem"), queryset=Problem.objects.none(), required=False, empty_label=_("no problem"))

    def __init__(self, *args: Any, orders: Any, problems: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "order", orders)
        narrow(self, "problem", problems)


class EditComplaint(ComplaintFormPage):
    """What we made of it; their words stay."""

    title = _("Edit complaint")
    form = EditForm
    button = _("Save complaint")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        one: Complaint = self.record
        return {"about": one.about, "severity": one.severity, "order": one.order_id, "problem": one.problem_id}

    def form_options(self) -> dict[str, Any]:
        """The orders and problems of the customer that one sees, and those that stand there."""
        one: Complaint = self.record
        sees = self.by.has("orders.see")
        orders = Order.objects.visible_to(self.by).filter(customer=one.customer_id) if sees else Order.objects.filter(pk=one.order_id or 0)
        problems = (
            Problem.objects.visible_to(self.by).filter(order__customer=one.customer_id)
            if sees
            else Problem.objects.filter(pk=one.problem_id or 0)
        )
        orders = orders.filter(Q(merged_into=None) | Q(pk=one.order_id or 0))
        return {"orders": orders.order_by("-id"), "problems": problems.order_by("-id")}

    def save(self, form: Any) -> str:
        """Edits."""
        edit_complaint(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return complaint_url(self.record)


class AnswerForm(forms.Form):
    """What we say."""

    words = WordsField(label=_("answer to the customer"), rows=5)


class AnswerComplaint(ComplaintFormPage):
    """Our answer."""

    title = _("Answer the complaint")
    form = AnswerForm
    button = _("Send answer")

    def leading(self) -> str:
        """What they wrote."""
        return quoted(self.record.words)

    def save(self, form: Any) -> str:
        """Answers."""
        answer(self.record, by=self.by, **form.cleaned_data)
        return complaint_url(self.record)


class AgreeForm(forms.Form):
    """What is done about it."""

    words = WordsField(label=_("what is done about it"))
    how = Text(label=_("how the customer agreed"), max_length=200)


class AgreeComplaint(ComplaintFormPage):
    """What we agreed with them."""

    title = _("Agree on what is done")
    form = AgreeForm
    button = _("Note agreement")

    def save(self, form: Any) -> str:
        """Agrees."""
        agree(self.record, by=self.by, **form.cleaned_data)
        return complaint_url(self.record)


class EndForm(forms.Form):
    """What was done."""

    words = WordsField(label=_("what was done, for the customer to read"))


class FinishComplaint(ComplaintFormPage):
    """What was agreed is done."""

    title = _("What was agreed is done")
    form = EndForm
    button = _("Mark as done")

    def save(self, form: Any) -> str:
        """Finishes."""
        finish(self.record, by=self.by, **form.cleaned_data)
        return complaint_url(self.record)


class CheckForm(forms.Form):
    """What they say."""

    outcome = forms.ChoiceField(label=_("what the customer says"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    words = WordsField(label=_("in their words"), required=False)


class CheckComplaint(ComplaintFormPage):
    """Staff asked the customer."""

    title = _("Is it settled?")
    form = CheckForm
    button = _("Note what they say")

    def save(self, form: Any) -> str:
        """Checks."""
        check(self.record, by=self.by, **form.cleaned_data)
        return complaint_url(self.record)


class EvaluationForm(forms.Form):
    """Were they right, and why did it happen."""

    is_upheld = forms.TypedChoiceField(
        label=_("were they right"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    cause = forms.ChoiceField(label=_("cause"), choices=list(CAUSES.items()))
    whose = Text(label=_("who is answerable"), max_length=200, required=False)
    cost = forms.DecimalField(label=_("our cost"), required=False, max_digits=12, decimal_places=2, min_value=0)


class EvaluateComplaint(ComplaintFormPage):
    """What it comes to."""

    right = "complaints.evaluate"
    title = _("Evaluate the complaint")
    form = EvaluationForm
    button = _("Save evaluation")

    def initial(self) -> dict[str, Any]:
        """What was said before it was opened again."""
        one: Complaint = self.record
        upheld = "" if one.is_upheld is None else "yes" if one.is_upheld else "no"
        return {"is_upheld": upheld, "cause": one.cause, "whose": one.whose, "cost": one.cost}

    def save(self, form: Any) -> str:
        """Evaluates."""
        evaluate(self.record, by=self.by, **form.cleaned_data)
        return complaint_url(self.record)


class LessonForm(forms.Form):
    """What changes."""

    lesson = WordsField(label=_("what changes"))
    person = forms.ModelChoiceField(label=_("who sees to it"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "person", User.objects.filter(is_active=True).order_by("name", "id"))


class LearnFromComplaint(ComplaintFormPage):
    """What we learn of it."""

    right = "complaints.evaluate"
    title = _("What we learn")
    form = LessonForm
    button = _("Save lesson")

    def initial(self) -> dict[str, Any]:
        """What was learned before it was opened again."""
        return {"lesson": self.record.lesson, "person": self.record.lesson_by_id}

    def save(self, form: Any) -> str:
        """Learns."""
        learn(self.record, by=self.by, **form.cleaned_data)
        return complaint_url(self.record)
