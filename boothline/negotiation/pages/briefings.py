"""401: prepares a briefing from what the customer is interested in, shows it, prints it, sends it, and takes the answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import company
from boothline.accounts.rights import may, who_holds
from boothline.catalogue.products import Product
from boothline.core.text import listed, phrase, quoted
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail, customer_url
from boothline.negotiation.briefing import Briefing, BriefingItem, answer, brief, make_link
from boothline.negotiation.corrections import CORRECTABLE, correct_answer
from boothline.negotiation.interest import Interest, interests_of
from boothline.negotiation.lists import CHANNELS
from boothline.negotiation.questions import answer_question
from boothline.negotiation.sheet import print_sheet, rows_of
from boothline.ui.fields import Several, Words, narrow
from boothline.ui.kit import DetailPage, FormPage, LinkPage

SHOWN = [(code, words) for code, words in CHANNELS.items() if code != "word"]


class ByInterest(Several):
    """Products, those of interest first, each with where the interest was said."""

    said: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        """Its name, and why it stands in front."""
        words = self.said.get(obj.pk)
        return _now("%(product)s (%(why)s)") % {"product": obj, "why": words} if words else str(obj)


class BriefingForm(forms.Form):
    """Which products, to whom, how. What the customer is interested in or intends comes first, and is ticked."""

    products = ByInterest(label=_("products shown"), queryset=Product.objects.none(), widget=forms.CheckboxSelectMultiple)
    contact = forms.ModelChoiceField(label=_("to whom"), queryset=Contact.objects.none(), required=False, empty_label=_("not said"))
    channel = forms.ChoiceField(label=_("how"), choices=SHOWN, widget=forms.RadioSelect, initial="person")
    note = Words(label=_("note"), required=False)

    def __init__(self, *args: Any, customer: Customer, interests: list[Interest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", customer.contacts.all())
        products = self.fields["products"]
        assert isinstance(products, ByInterest)
        products.said = {i.product.pk: listed(i.sources) for i in interests}
        places = [When(pk=i.product.pk, then=Value(n)) for n, i in enumerate(interests)]
        first = Case(*places, default=Value(len(places))) if places else Value(0)
        narrow(self, "products", Product.objects.offered().annotate(place=first).order_by("place", "sort_key", "id"))


class NewBriefing(FormPage):
    """Records a briefing, or sends one."""

    right = "briefings.edit"
    title = _("Record a briefing")
    nav = "customers"
    form = BriefingForm
    template = "negotiation/briefing-new.html"
    button = _("Save briefing")

    def leading(self) -> str:
        """What stands in front."""
        if self._nothing_offered():
            return ""
        if self._interests():
            return _now("What the customer is interested in or intends stands first and is ticked; the rest of the catalogue follows.")
        return _now("No interest is known yet. Choose from the catalogue.")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def initial(self) -> dict[str, Any]:
        """What they are interested in; shown to their first contact, where there is one alone."""
        people = list(self.record.contacts.all()[:2])
        return {"products": [i.product.pk for i in self._interests()], "contact": people[0].pk if len(people) == 1 else None}

    def form_options(self) -> dict[str, Any]:
        """The customer's people and interests."""
        return {"customer": self.record, "interests": self._interests()}

    def save(self, form: Any) -> str:
        """Records it, with the quantities that are intended: they decide on the step price."""
        data = form.cleaned_data
        quantities = {i.product.pk: i.quantity for i in self._interests() if i.quantity}
        made = brief(
            self.record, by=self.by, products=list(data["products"]), contact=data["contact"], channel=data["channel"],
            note=data["note"], quantities=quantities,
        )  # fmt: skip
        if data["channel"] in ("tablet", "link", "pdf"):
            return reverse("briefing", args=[made.pk])
        return customer_url(self.record)

    def context(self) -> dict[str, Any]:
        """Whether there is anything to show, and who can change that."""
        nothing = self._nothing_offered()
        return {"no_products": nothing, "who_adds": who_holds("catalogue.edit") if nothing else ""}

    def _nothing_offered(self) -> bool:
        return not Product.objects.offered().exists()

    def _interests(self) -> list[Interest]:
        if not hasattr(self, "_known"):
            self._known = interests_of(self.record)
        return self._known


class BriefingPage(DetailPage):
    """What was shown at which price, whether its link was acted on, and the ways to show it."""

    right = "briefings.see"
    template = "negotiation/briefing.html"
    nav = "customers"

    def find(self) -> QuerySet[Briefing]:
        """Visible ones."""
        return Briefing.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def heading(self) -> str:
        """What it is about."""
        return str(_now("Briefing: %(products)s") % {"products": self.record})

    def context(self) -> dict[str, Any]:
        """Its rows."""
        return {
            "rows": rows_of(self.record, get_language() or "zh"), "may_edit": may(self.by, "briefings.edit", self.record),
            "is_answered": self.record.answer in CORRECTABLE, "questions": list(self.record.questions.select_related("contact")),
        }  # fmt: skip


class ShowBriefing(BriefingPage):
    """The tablet: large, for the customer's eyes, nothing of ours on it."""

    right = "briefings.edit"
    template = "negotiation/show.html"

    def context(self) -> dict[str, Any]:
        """In the customer's language."""
        language = get_language() or "zh"
        return {"rows": rows_of(self.record, language), "us_name": company().named(language)}


class BriefingPaper(BriefingPage):
    """The PDF, set when it is asked for."""

    right = "briefings.see"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Prints it in the reader's language."""
        self.record = self.load()
        answer_ = HttpResponse(print_sheet(self.record, get_language() or "zh"), content_type="application/pdf")
        answer_["Content-Disposition"] = f'inline; filename="briefing-{self.record.pk}.pdf"'
        return answer_


class BriefingLink(LinkPage):
    """A fresh link of a briefing, to hand over by chat."""

    right = "briefings.edit"
    nav = "customers"
    opens = _("A link opens the briefing without an account. Links made earlier go on working.")
    back_words = _("Back to the briefing")

    def find(self) -> QuerySet[Briefing]:
        """Visible ones."""
        return Briefing.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The briefing."""
        return [*customer_trail(self.record.customer), (str(_("Briefing")), reverse("briefing", args=[self.record.pk]))]

    def for_whom(self) -> str:
        """Who was briefed, on what."""
        return phrase(_now("For %(name)s alone: %(products)s."), {"name": self.record.contact or "–", "products": self.record})

    def make(self) -> str:
        """A fresh address."""
        return make_link(self.record, by=self.by)


class QuestionForm(forms.Form):
    """What the customer is to read."""

    words = Words(label=_("your answer"), max_length=2000)


class AnswerQuestion(FormPage):
    """Answers in writing what they asked on their page."""

    right = "briefings.edit"
    title = _("Answer the question")
    nav = "customers"
    form = QuestionForm
    button = _("Send answer")

    def find(self) -> QuerySet[Briefing]:
        """Visible ones."""
        return Briefing.objects.visible_to(self.by).for_list()

    def leading(self) -> str:
        """What they asked, about what."""
        asked = listed((quoted(one.words) for one in self.record.questions.filter(answered_at=None)), weak=False)
        return _now("%(products)s: %(answer)s") % {"products": self.record, "answer": asked} if asked else ""

    def trail(self) -> list[tuple[str, str]]:
        """The briefing."""
        return [*customer_trail(self.record.customer), (str(_("Briefing")), reverse("briefing", args=[self.record.pk]))]

    def save(self, form: Any) -> str:
        """Answers."""
        answer_question(self.record, by=self.by, words=form.cleaned_data["words"])
        return reverse("briefing", args=[self.record.pk])


SAID = [("wants", _("wants some of it")), ("not_interested", _("is not interested"))]  # by the customer, as staff note it


class AnswerForm(forms.Form):
    """What the customer says."""

    needed: ClassVar[tuple[str, ...]] = ("wanted",)
    answer = forms.ChoiceField(
        label=_("The customer"), choices=SAID,
        widget=forms.RadioSelect,
    )  # fmt: skip
    wanted = Several(
        label=_("wanted"), queryset=BriefingItem.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick at least one where the customer wants some of it."),
    )  # fmt: skip
    words = Words(label=_("what was wrong"), max_length=300)
    stands = forms.CharField(required=False, widget=forms.HiddenInput)  # the answer that stood there as the form was opened

    def __init__(self, *args: Any, briefing: Briefing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "wanted", briefing.items.select_related("product"))
        self.corrects = (self.data.get("stands", "") if self.is_bound else briefing.answer) in CORRECTABLE
        if self.corrects:
            narrow(self, "answer", [("pending", _("has not answered yet")), *SAID])
        else:
            del self.fields["words"]


class AnswerBriefing(FormPage):
    """Takes the answer, or corrects one that we noted; what is wanted becomes an intention."""

    right = "briefings.edit"
    title = _("Answer to the briefing")
    nav = "customers"
    form = AnswerForm
    button = _("Save answer")

    def find(self) -> QuerySet[Briefing]:
        """Visible ones."""
        return Briefing.objects.visible_to(self.by).select_related("customer")

    def heading(self) -> str:
        """Whether an answer stands already."""
        return _now("Correct the customer's answer") if self.record.answer in CORRECTABLE else str(self.title)

    def leading(self) -> str:
        """What is noted, and what it was about."""
        return _now("%(products)s: %(answer)s") % {"products": self.record, "answer": self.record.answer_words}

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def initial(self) -> dict[str, Any]:
        """What stands there."""
        wanted = [item.pk for item in self.record.items.all() if item.wanted]
        is_noted = self.record.answer in CORRECTABLE
        return {"stands": self.record.answer, "answer": self.record.answer if is_noted else None, "wanted": wanted}

    def form_options(self) -> dict[str, Any]:
        """What was shown."""
        return {"briefing": self.record}

    def save(self, form: Any) -> str:
        """Answers it, or corrects the answer that they saw."""
        data = form.cleaned_data
        if form.corrects:
            given = {"words": data["words"], "now": data["answer"], "wanted": list(data["wanted"]), "stands": data["stands"]}
            correct_answer(self.record, by=self.by, **given)
            return reverse("briefing", args=[self.record.pk])
        answer(self.record, by=self.by, answer=data["answer"], wanted=list(data["wanted"]))
        return customer_url(self.record.customer)
