"""Surveys: the list, the figures with how they are counted, one with its answers, sending and not sending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.care.filters import SurveyFilter
from boothline.care.lists import SURVEY_KINDS
from boothline.care.questions import how_counted
from boothline.care.surveys import Survey, by_question, figures, leave, make_link, occasions, propose, send
from boothline.core.errors import Refused
from boothline.core.kinds import kind_of
from boothline.core.text import phrase
from boothline.customers.card import Contact, Customer
from boothline.customers.quiet import reasons_for
from boothline.customers.trail import customer_trail
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import ReasonForm, narrow
from boothline.ui.jinja import cap
from boothline.ui.kit import DetailPage, FormPage, LinkPage, ListPage, Page


def survey_url(survey: Survey) -> str:
    """Its page."""
    return reverse("survey", args=[survey.pk])


class SurveyList(ListPage):
    """Every survey that one may see."""

    right = "complaints.see"
    title = _("Surveys")
    nav = "surveys"
    columns = [
        Column(_("survey"), cap, "link", survey_url),
        Column(_("state"), lambda s: (f"survey_{s.state}", s.standing), "state"),
        Column(_("customer"), lambda s: str(s.customer)),
        Column(_("asked whom"), lambda s: str(s.contact or "")),
        Column(_("satisfaction"), lambda s: s.points, "number"),
        Column(_("would recommend"), lambda s: s.recommend, "number"),
        Column(_("answered on"), lambda s: s.answered_at, "moment"),
        Column(_("sent"), lambda s: s.sent_at, "moment", usual=False),
        Column(_("may be answered until"), lambda s: s.ends_on, "day", usual=False),
    ]
    under = "customer"
    sentence = _("Showing surveys, %(kind)s, state: %(state)s, %(result)s, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "score": Sort(_("lowest satisfaction"), "score", nulls=True)}
    filters = SurveyFilter
    search_words = _("Find: customer")
    empty = _("No surveys. They are proposed once an order has arrived or a complaint is settled; you send them.")

    def rows(self) -> QuerySet[Survey]:
        """Visible ones."""
        return Survey.objects.visible_to(self.by).for_list()


class Figures(Page):
    """Satisfaction and NPS, each with how it is counted and the list behind it."""

    right = "complaints.see"
    template = "care/figures.html"
    title = _("Satisfaction")
    nav = "survey-figures"

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("Surveys")), reverse("surveys"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """All together, and each kind with its questions."""
        seen = Survey.objects.visible_to(self.by)
        kinds = [(kind, words, figures(seen.filter(kind=kind)), by_question(seen, kind)) for kind, words in SURVEY_KINDS.items()]
        return {"all": figures(seen), "kinds": [one for one in kinds if one[2]["answered"]]}


class SurveyPage(DetailPage):
    """One survey: who is asked about what, and what they said."""

    right = "complaints.see"
    template = "care/survey.html"
    nav = "surveys"

    def find(self) -> QuerySet[Survey]:
        """Visible ones."""
        return Survey.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("Surveys")), reverse("surveys"))]

    def context(self) -> dict[str, Any]:
        """Whether it may be sent, what speaks against it, history."""
        one: Survey = self.record
        return {
            "how_counted": how_counted(),
            "may_send": one.state == "proposed" and may(self.by, "surveys.send", one.customer),
            "may_link": one.is_running and may(self.by, "surveys.send", one.customer),
            "against": reasons_for([one.customer_id]).get(one.customer_id, []) if one.state == "proposed" else [],
            "events": Event.objects.about(one).order_by("-id")[:20] if may(self.by, "history.see", one) else [],
        }


class SurveyLink(LinkPage):
    """A fresh link of a survey, to hand over by chat."""

    right = "surveys.send"
    nav = "surveys"
    opens = _("A link opens the survey without an account. Links made earlier go on working.")
    back_words = _("Back to the survey")

    def find(self) -> QuerySet[Survey]:
        """Visible ones."""
        return Survey.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The survey."""
        return [(str(_("Surveys")), reverse("surveys")), (str(self.record), survey_url(self.record))]

    def for_whom(self) -> str:
        """To whom, about what."""
        return phrase(_now("For %(name)s alone: %(subject)s"), {"name": self.record.contact or "", "subject": self.record})

    def make(self) -> str:
        """A fresh address."""
        return make_link(self.record, by=self.by)


class SendForm(forms.Form):
    """To whom."""

    contact = forms.ModelChoiceField(label=_("to"), queryset=Contact.objects.none(), empty_label=None)

    def __init__(self, *args: Any, customer: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", Contact.objects.filter(customer=customer).order_by("id"))


class SurveyFormPage(FormPage):
    """What the forms of a survey share."""

    right = "surveys.send"
    nav = "surveys"

    def find(self) -> QuerySet[Survey]:
        """Visible ones."""
        return Survey.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The survey."""
        return [(str(_("Surveys")), reverse("surveys")), (str(self.record), survey_url(self.record))]


class SendSurvey(SurveyFormPage):
    """Sends it with a link."""

    title = _("Send survey")
    lead = _("They get a letter with a link and answer without an account, once.")
    form = SendForm
    button = _("Send survey")

    def initial(self) -> dict[str, Any]:
        """Whom it was proposed for."""
        return {"contact": self.record.contact_id}

    def form_options(self) -> dict[str, Any]:
        """Their people."""
        return {"customer": self.record.customer_id}

    def save(self, form: Any) -> str:
        """Sends."""
        return survey_url(send(self.record, by=self.by, **form.cleaned_data))


class LeaveSurvey(SurveyFormPage):
    """Not this time."""

    title = _("Do not send it")
    form = ReasonForm
    button = _("Do not send")

    def save(self, form: Any) -> str:
        """Leaves it."""
        return survey_url(leave(self.record, by=self.by, **form.cleaned_data))


class NewForm(SendForm):
    """About what, to whom."""

    occasion = forms.ChoiceField(label=_("about"))
    field_order = ["occasion", "contact"]

    def __init__(self, *args: Any, offered: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["occasion"]
        assert isinstance(field, forms.ChoiceField)
        known = [(code, f"{SURVEY_KINDS[kind]} {one}") for code, (kind, one) in offered.items()]
        field.choices = known
        self.has_occasion = bool(known)


class NewSurvey(FormPage):
    """A person asks a customer, about something that happened."""

    right = "surveys.send"
    title = _("Send a survey")
    lead = _("About an order that has arrived, a settled complaint, or a fair they were at; once each.")
    template = "care/survey_new.html"
    nav = "customers"
    form = NewForm
    button = _("Send survey")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def form_options(self) -> dict[str, Any]:
        """What happened, and their people."""
        self.offered = {f"{kind}-{kind_of(one)}-{one.pk}": (kind, one) for kind, one in occasions(self.record)}
        return {"customer": self.record.pk, "offered": self.offered}

    def save(self, form: Any) -> str:
        """Proposes and sends."""
        kind, occasion = self.offered[form.cleaned_data["occasion"]]
        contact = form.cleaned_data["contact"]
        if reasons_for([self.record.pk]):
            raise Refused(
                _now("Not now: %(why)s.") % {"why": reasons_for([self.record.pk])[self.record.pk][0].get_why_display()}, code="quiet"
            )
        made = propose(self.record, by=self.by, kind=kind, occasion=occasion, contact=contact)
        return survey_url(send(made, by=self.by, contact=contact))
