"""The forms that log a touch, move or finish a step, and hand a day over."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.accounts.rights import may
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, together
from boothline.core.slots import hang
from boothline.core.text import phrase, whole
from boothline.customers.card import Contact, Customer, Customers
from boothline.customers.trail import customer_trail, customer_url
from boothline.followups.cadence import HOW
from boothline.followups.handover import hand_over_all, hand_over_day, held_by, stand_in
from boothline.followups.quick import QUICK, quick_choices, quick_day, quick_first
from boothline.followups.settling import DONE, DROPPED, OPEN, REPLACED, Question, presses, questions
from boothline.followups.steps import STEP_KINDS, NextStep, Plan, done, postpone
from boothline.followups.touches import ASKED, CHANNELS, ENDS, REACHES, check_way_on, log_touch
from boothline.followups.ways import CHANNEL, known_ways, way
from boothline.ui.columns import Column
from boothline.ui.fields import Day, Text, Words, narrow
from boothline.ui.kit import ActionPage, FormPage, came_from


def with_next_step(rows: Customers, by: Actor) -> Customers:
    """What is to be done next of each customer, as their own page says it."""
    first = NextStep.objects.open().filter(customer=OuterRef("pk")).waited_for_first()
    return rows.annotate(step_what=Subquery(first.values("what")[:1]), step_values=Subquery(first.values("values")[:1]))


def next_step_of(customer: Any) -> str:
    """In the reader's language where the words are ours."""
    return str(NextStep(what=customer.step_what, values=customer.step_values)) if customer.step_what else ""


hang(
    "columns.customers",
    Column(_("what to do next"), next_step_of, usual=False, needs=with_next_step, name="next_step_words", right="steps.see"),
)


class QuickChoice(forms.ChoiceField):
    """A day by one press. Two that fall on one day are shown once, and a page of yesterday may still send the other."""

    def valid_value(self, value: Any) -> bool:
        """Any of them."""
        return value in QUICK


class QuickDay(forms.Form):
    """A day by one press, or another one."""

    one_of: tuple[str, ...] = ("quick", "due_on")
    quick = QuickChoice(label=_("when"), choices=list(QUICK.items()), widget=forms.RadioSelect, required=False)
    due_on = Day(label=_("another day"), required=False)

    def __init__(self, *args: Any, grade: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grade = grade
        cast(QuickChoice, self.fields["quick"]).choices = quick_choices(grade)

    def clean(self) -> dict[str, Any]:
        """The day that was written stands above the one that was pressed."""
        data = super().clean() or {}
        if "due_on" in data and not data["due_on"] and data.get("quick"):
            data["due_on"] = quick_day(data["quick"], self.grade)
        if data.get("due_on") and data["due_on"] < clock.today():
            self.add_error("due_on", str(_("This day has passed. Choose today or later.")))
        return data


def moved_on(asked: date, stands: date) -> str:
    """What is said where the day that they named is free."""
    values = {"day": clock.day_words(asked), "on": clock.day_words(stands)}
    return "" if asked == stands else _now("%(day)s is a free day: the step stands on %(on)s.") % values


class TouchForm(QuickDay):
    """What was said, and how it goes on: exactly one of a step, the open step, an end."""

    one_of: tuple[str, ...] = ("quick", "due_on", "what", "kind", "ended")
    channel = forms.ChoiceField(label=_("channel"), choices=list(CHANNELS.items()), widget=forms.RadioSelect)
    reach = forms.ChoiceField(label=_("did it reach them"), choices=list(REACHES.items()), widget=forms.RadioSelect)
    contact = forms.ModelChoiceField(label=_("with whom"), queryset=Contact.objects.none(), required=False, empty_label=_("not said"))
    words = Words(label=_("what was said"))
    what = Text(label=_("next step"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("next step by"), choices=list(STEP_KINDS.items()), required=False)
    asked = forms.ChoiceField(label=_("what they want now"), choices=[("", _("not said")), *ASKED.items()], required=False)
    wants_on = Day(label=_("date that they named"), required=False)
    step_holds = forms.BooleanField(label=_("the open next step still holds"), required=False)
    ended = forms.ChoiceField(
        label=_("or no further contact, because"), choices=[("", _("contact continues")), *ENDS.items()], required=False
    )

    def __init__(self, *args: Any, customer: Customer, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, grade=customer.grade, **kwargs)
        narrow(self, "contact", customer.contacts.all())
        self.questions = questions
        self.one_of = (*self.one_of, *(question.name for question in questions))
        for question in questions:
            label, choices = _now("Was this done? %(step)s") % {"step": question.step.words}, list(question.fates.items())
            self.fields[question.name] = forms.ChoiceField(
                label=label, choices=choices, widget=forms.RadioSelect, required=False, initial=question.first
            )

    @property
    def asked_of(self) -> list[forms.BoundField]:
        """The questions about the open steps."""
        return [self[question.name] for question in self.questions]

    def steps(self, fate: str) -> list[NextStep]:
        """Those of which this was said. Who was asked nothing has decided nothing, but logged the step that the touch came from."""
        said = {q: self.cleaned_data.get(q.name) or (q.first if q.first == DONE else OPEN) for q in self.questions}
        found = [q for q in self.questions if said[q] == fate]
        if fate == DONE and self.cleaned_data["step_holds"] and len(found) == len(self.questions):
            found = [q for q in found if q.first != DONE]  # it holds: then it was not done
        return [q.step for q in found]

    def clean(self) -> dict[str, Any]:
        """A step has words and a day; how it goes on and what they named are asked beside what the fields say."""
        data = super().clean() or {}
        if data.get("what") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", str(_("Give the day of the next step.")))
        ways, wants_on = (bool(data.get("what")), bool(data.get("step_holds")), bool(data.get("ended"))), data.get("wants_on")
        try:
            together(partial(check_way_on, *ways), partial(clock.check_ahead, wants_on, "wants_on"))
        except Refused as refused:
            for one in (refused, *refused.also):
                self.add_error(one.field, str(one.words))
        return data


class FromToday(FormPage):
    """A form that may have been opened on Today, and leads back there."""

    def came_from_today(self) -> bool:
        """By the address."""
        return "today" in self.request.GET

    def step_meant(self) -> NextStep | None:
        """The step that the row on Today stood for."""
        pk = whole(self.request.GET.get("step"))
        found = NextStep.objects.visible_to(self.by).open().select_related("customer").filter(pk=pk or 0)
        return found.first() if pk else None

    def on(self, page: str) -> str:
        """Where a saved form leads."""
        return reverse("today") if self.came_from_today() else page

    def back(self) -> str:
        """Where *cancel* leads."""
        return self.on(super().back())

    def at(self) -> str:
        """Where the form is sent, also when it was opened inside a list."""
        kept = QueryDict(mutable=True)
        kept.update({name: self.request.GET[name] for name in ("today", "step") if name in self.request.GET})
        return self.request.path + ("?" + kept.urlencode() if kept else "")


class LogTouch(FromToday):
    """Logs a touch with a customer."""

    right = "touches.log"
    title = _("Log a touch")
    nav = "customers"
    template = "followups/touch.html"
    form = TouchForm
    button = _("Save and set next step")
    done: Any = _("Logged.")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def heading(self) -> str:
        """With whom."""
        return _now("Log a touch: %(customer)s") % {"customer": self.record}

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def initial(self) -> dict[str, Any]:
        """The way that the step means, else by phone, as far as it is known; on the day that the grade proposes."""
        step, grade, known = self.step_meant(), self.record.grade, known_ways([self.record.pk])[self.record.pk]
        channel = CHANNEL[way(step.kind if step and step.kind != "do" else "call", known)]
        reach = "sent" if channel in ("mail", "wechat") else "reached"
        return {
            "channel": channel,
            "reach": reach,
            "kind": way(HOW.get(grade, "call"), known),
            "quick": quick_first(grade, presses=presses(self.record)),
        }

    def form_options(self) -> dict[str, Any]:
        """The customer's people, and what is open."""
        return {"customer": self.record, "questions": questions(self.record, self.by, self.step_meant())}

    def context(self) -> dict[str, Any]:
        """The step that is open."""
        return {"open_step": NextStep.objects.open().filter(customer=self.record).select_related("owner").order_by("due_on").first()}

    def save(self, form: Any) -> str:
        """Logs it."""
        data = form.cleaned_data
        plan, me = None, self.person
        if data["what"]:
            plan = Plan(self.record, data["what"], data["due_on"], owner=me, kind=data["kind"] or "call")
        touch = log_touch(
            self.record, by=self.by, channel=data["channel"], reach=data["reach"], words=data["words"], contact=data["contact"],
            next_step=plan, step_holds=data["step_holds"], ended=data["ended"], asked=data["asked"], wants_on=data["wants_on"],
            finishes=form.steps(DONE), drops=form.steps(DROPPED), replaces=form.steps(REPLACED) if plan else (),
        )  # fmt: skip
        if plan and touch.step:
            self.done = moved_on(plan.due_on, touch.step.due_on) or self.done
        return self.on(customer_url(self.record))


class StepDone(ActionPage):
    """A step is done."""

    right = "steps.plan"
    done = _("Done.")

    def find(self) -> QuerySet[NextStep]:
        """Visible ones."""
        return NextStep.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The page that it was pressed on, such as the plan's; else the customer, where the next touch is logged."""
        return came_from(self.request, customer_url(self.record.customer))

    def press(self) -> str:
        """Does it."""
        done(self.record, by=self.by)
        return self.back()


class PostponeForm(QuickDay):
    """Another day; the third time with a reason."""

    reason = Text(label=_("why it moves again"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """One day or the other."""
        data = super().clean()
        if not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", str(_("Choose the day.")))
        return data


class Postpone(FromToday):
    """Moves a step."""

    right = "steps.plan"
    title = _("Postpone")
    nav = "today"
    template = "followups/postpone.html"
    form = PostponeForm
    button = _("Move the step")

    def find(self) -> QuerySet[NextStep]:
        """Visible ones."""
        return NextStep.objects.visible_to(self.by).select_related("customer")

    def trail(self) -> list[tuple[str, str]]:
        """Today."""
        return [(str(_("Today")), reverse("today"))]

    def form_options(self) -> dict[str, Any]:
        """The day that the grade proposes is among the choices."""
        return {"grade": self.record.customer.grade}

    def heading(self) -> str:
        """The step."""
        return str(_("Postpone: %(what)s") % {"what": self.record.words})

    def save(self, form: Any) -> str:
        """Moves it."""
        data = form.cleaned_data
        try:
            step = postpone(self.record, by=self.by, due_on=data["due_on"], reason=data["reason"], revision=self.seen or None)
        except Refused as refused:
            if refused.code == "stale":  # told where it stands now: who presses again means that
                self.seen = self.load().revision
            raise
        self.done = moved_on(data["due_on"], step.due_on) or self.done
        return reverse("today")


class HandOverForm(forms.Form):
    """Who is away, who stands in, until when."""

    person = forms.ModelChoiceField(label=_("who is away"), queryset=User.objects.none(), empty_label=None)
    to = forms.ModelChoiceField(label=_("who takes over"), queryset=User.objects.none(), empty_label=_("choose a colleague"))
    until = Day(label=_("next steps due until"))

    def __init__(self, *args: Any, people: QuerySet[User], away: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "person", away)
        narrow(self, "to", people)


class HandOver(FormPage):
    """The first answers and next steps of somebody away go to a colleague."""

    right = "steps.hand_over"
    title = _("Hand over a day")
    lead = _("First answers and next steps go to a colleague; customers keep their owner. The history says so.")
    nav = "today"
    form = HandOverForm
    button = _("Hand over the day")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """Today."""
        return [(str(_("Today")), reverse("today"))]

    def form_options(self) -> dict[str, Any]:
        """Colleagues who work with customers; who is away: oneself, for a manager anybody."""
        people = User.objects.filter(is_active=True, held_roles__role__in=("sales", "manager", "clerk")).distinct()
        if not may(self.by, "customers.assign"):
            people = people.exclude(pk=self.by.id or 0)  # who is away: nobody stands in for themselves
        away = User.objects.filter(is_active=True) if may(self.by, "customers.assign") else User.objects.filter(pk=self.by.id or 0)
        return {"people": people.order_by("username"), "away": away.order_by("username")}

    def initial(self) -> dict[str, Any]:
        """Oneself, today, the backup of the roster."""
        return {"person": self.by.id, "until": clock.today(), "to": stand_in(self.by.id, clock.today())}

    def save(self, form: Any) -> str:
        """Hands over."""
        data = form.cleaned_data
        handed = hand_over_day(data["person"], by=self.by, to=data["to"], until=data["until"])
        words = _now("%(who)s takes over: first answers %(clocks)s, next steps %(steps)s.")
        messages.success(self.request, phrase(words, {"who": data["to"], "clocks": handed.clocks, "steps": handed.steps}))
        return reverse("today")


class LeavingForm(forms.Form):
    """Who takes over, and why."""

    to = forms.ModelChoiceField(label=_("who takes over"), queryset=User.objects.none(), empty_label=_("choose a colleague"))
    reason = Text(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "to", people)


class Leaving(FormPage):
    """All customers of a person go to a colleague, with what is open."""

    right = "customers.assign"
    title = _("Hand over for good")
    nav = "people"
    form = LeavingForm
    button = _("Hand over everything")

    def find(self) -> QuerySet[User]:
        """Everybody, also whose access is closed."""
        return User.objects.all()

    def trail(self) -> list[tuple[str, str]]:
        """People, the person."""
        return [(str(_("People")), reverse("people")), (str(self.record), reverse("person", args=[self.record.pk]))]

    def leading(self) -> str:
        """What would be handed over."""
        held = held_by(self.record, self.by)
        words = _now(
            "With %(who)s: %(customers)s customers, %(clocks)s first answers, %(steps)s steps. Contracts, orders, open problems and "
            "complaints go along, so do the fairs that they follow up and their duty there."
        )
        return phrase(words, {"who": self.record, "customers": held.customers, "clocks": held.clocks, "steps": held.steps})

    def form_options(self) -> dict[str, Any]:
        """Colleagues who own customers."""
        people = User.objects.filter(is_active=True, held_roles__role__in=("sales", "manager")).exclude(pk=self.record.pk)
        return {"people": people.distinct().order_by("username")}

    def save(self, form: Any) -> str:
        """Hands over."""
        data = form.cleaned_data
        done = hand_over_all(self.record, by=self.by, to=data["to"], reason=data["reason"])
        words = _now("%(who)s takes over: %(customers)s customers, %(clocks)s first answers, %(steps)s next steps.")
        values = {"who": data["to"], "customers": done.customers, "clocks": done.clocks, "steps": done.steps}
        messages.success(self.request, phrase(words, values))
        if self.record.is_active and self.by.has("people.edit"):
            words = _now("%(who)s may still sign in: close the access, if they left.")
            messages.info(self.request, phrase(words, {"who": self.record}))
            return reverse("person", args=[self.record.pk])
        return reverse("customers") + f"?owner={data['to'].pk}"
