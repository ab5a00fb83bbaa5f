"""104: the list of problems with the one next action of each, a problem with its conversation, and its forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.approvals.approval import newest_about
from boothline.catalogue.products import Variant
from boothline.core import slots
from boothline.core.money import figure, trimmed
from boothline.core.text import phrase
from boothline.core.units import unit_words
from boothline.customers.card import Contact
from boothline.files.attachments import Attachment, read_received
from boothline.intentions.pages.intentions import VariantChoice
from boothline.orders.compensation import CompensationClaim
from boothline.orders.filters import ProblemFilter
from boothline.orders.lists import CLAIM_STATES, PROBLEM_KINDS, RESOLUTIONS, SEVERITIES, STAGES
from boothline.orders.next_action import next_action
from boothline.orders.pages.ledger import order_url
from boothline.orders.pages.photos import Photos
from boothline.orders.problems import (
    MATTER,
    Problem,
    Report,
    check_solved,
    correct,
    make_link,
    rate,
    reopen,
    resolve,
    take,
    tell,
    write,
)  # fmt: skip
from boothline.orders.register import Order, OrderLine
from boothline.orders.solutions import REFUND_OF, Offer, agree, check_once, check_paid_back, give_up, open_of, paid_of, propose, unsent_of
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Price, Quantity, Text, Words, narrow
from boothline.ui.kit import ActionPage, DetailPage, FormPage, LinkPage, ListPage, panels


def problem_url(problem: Problem) -> str:
    """The problem's page."""
    return reverse("problem", args=[problem.number])


class ProblemList(ListPage):
    """Every problem that one may see."""

    right = "orders.see"
    title = _("Problems")
    nav = "problems"
    columns = [
        Column(_("problem"), str, "link", problem_url),
        Column(_("severity"), lambda p: (f"severity_{p.severity}", p.get_severity_display()), "state"),
        Column(_("state"), lambda p: (p.state, p.standing), "state"),
        Column(_("next"), lambda p: next_action(p).words),
        Column(_("time limit"), lambda p: p.stage[1], "moment"),
        Column(_("what it is about"), lambda p: p.get_kind_display()),
        Column(_("customer"), lambda p: str(p.order.customer)),
        Column(_("order"), lambda p: p.order.number),
        Column(_("works on it"), lambda p: str(p.owner or "")),
        Column(_("reported"), lambda p: p.made_at, "moment", usual=False),
        Column(_("product"), lambda p: p.line.sku if p.line else "", usual=False),
        Column(_("satisfaction"), lambda p: p.satisfaction, "number", usual=False),
        Column(_("our cost"), lambda p: (p.net_cost, p.order.currency) if p.cost or p.recovered else None, "money", usual=False),
    ]
    under = "order__customer"
    sentence = _("Showing problems, state: %(state)s, severity: %(severity)s, %(whose)s, sorted by %(sort)s.")
    sorts = {
        "newest": Sort(_("newest"), "id", descending=True),
        "next": Sort(_("nearest limit"), "next_at", nulls=True),
    }
    filters = ProblemFilter
    search_words = _("Find: problem, order, customer")
    empty = _("No problems. A customer reports one by their link, or staff do it on the order's page.")

    def rows(self) -> QuerySet[Problem]:
        """Visible ones."""
        return Problem.objects.visible_to(self.by).for_list().with_solutions()


class ProblemPage(DetailPage):
    """One problem: what it is, until when, what was said, what is proposed, and the one next action."""

    right = "orders.see"
    template = "orders/problem.html"
    nav = "problems"
    key = "number"

    def find(self) -> QuerySet[Problem]:
        """Visible ones."""
        return Problem.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        return [(str(_("Problems")), reverse("problems")), (self.record.order.number, order_url(self.record.order))]

    def heading(self) -> str:
        """Its number."""
        return str(_("Problem %(number)s") % {"number": self.record.number})

    def context(self) -> dict[str, Any]:
        """Conversation with photos, solutions; the history of all of it, and of what came back."""
        problem: Problem = self.record
        messages = list(problem.messages.all())
        photos = Attachment.objects.by_owner(messages)
        made = list(problem.resolutions.select_related("variant", "new_line").prefetch_related("returns__line"))
        for one in made:
            one.problem = problem
        backs = [back for one in made for back in one.returns.all()]
        waiting = next((one for one in made if one.state == "in_approval"), None)
        stage, until = problem.stage
        action = next_action(problem)
        is_agreed = problem.state != "proposed" and any(one.agreed_at and not one.given_up_at for one in made)
        refunds = {one.pk: slots.ask(REFUND_OF, one, self.by) for one in made if one.kind == "refund" and one.agreed_at}
        sent_again = [one.new_line for one in made if one.agreed_at and one.new_line]
        return {
            "messages": [(message, photos.get(message.pk, [])) for message in messages],
            "solutions": made[::-1],
            "evidence": Attachment.objects.by_owner(made),
            "refunds": refunds,
            "claims": _claims(problem),
            "claim_states": CLAIM_STATES,
            "open_solution": next((one for one in made if one.state == "proposed"), None),
            "approval": newest_about(waiting, MATTER) if waiting else None,
            "next": action,
            "may_next": may(self.by, action.right, problem.order),
            "may_solve": action.url_name != "problem-resolution"
            and problem.is_open
            and (problem.severity == "question" or is_agreed)
            and not any(line.shipped < line.due for line in sent_again)
            and not any(one.kind == "refund" and one.state == "agreed" for one in made),
            "may_give_up": any(
                line.shipped < line.due for line in (one.new_line for one in made if one.state == "agreed" and one.new_line)
            ),
            "is_pending": any(one.agreed_at and not one.done_at for one in made),
            "stage": STAGES.get(stage, ""),
            "until": until,
            "may_work": may(self.by, "problems.work", problem),
            "may_receive": may(self.by, "arrivals.record", problem),
            "panels": panels("problem", problem, self.by),
            "events": Event.objects.about_any([problem, *made, *backs, *problem.claims.all()]).order_by("-id")[:20]
            if may(self.by, "history.see", problem)
            else [],
        }


def _claims(problem: Problem) -> list[tuple[CompensationClaim, list[Attachment]]]:
    """What is claimed from others, with its evidence."""
    found = list(problem.claims.prefetch_related("payments"))
    papers = Attachment.objects.by_owner(found)
    for one in found:
        one.problem = problem
    return [(one, papers.get(one.pk, [])) for one in found]


class ProblemLink(LinkPage):
    """A fresh link of a problem's conversation, to hand over by chat."""

    right = "problems.work"
    nav = "problems"
    opens = _("A link opens the conversation about the problem without an account. Links made earlier go on working.")
    back_words = _("Back to the problem")
    key = "number"

    def find(self) -> QuerySet[Problem]:
        """Visible ones."""
        return Problem.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The problem."""
        return [(str(_("Problems")), reverse("problems")), (self.record.number, problem_url(self.record))]

    def for_whom(self) -> str:
        """To whom, about which problem."""
        return phrase(_now("For %(name)s alone: %(subject)s"), {"name": self.record.contact or "", "subject": self.record})

    def make(self) -> str:
        """A fresh address."""
        return make_link(self.record, by=self.by)


class LineChoice(forms.ModelChoiceField):
    """A line of the order, as the order says it; goods that were sent again are told from the first."""

    def label_from_instance(self, obj: Any) -> str:
        """Number and name, in the reader's language."""
        named = f"{obj.sku} {obj.named(get_language() or 'zh')}"
        return labelled_again(named, obj) if obj.replaces_id else named


def labelled_again(named: str, line: OrderLine) -> str:
    """A line that replaces another one of the order."""
    return _now("%(line)s (replacement, %(q)s %(unit)s)") % {"line": named, "q": figure(line.due), "unit": unit_words(line.unit, line.due)}


class ReportForm(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(label=_("what it is about"), choices=list(PROBLEM_KINDS.items()))
    line = LineChoice(label=_("product"), queryset=OrderLine.objects.none(), required=False, empty_label=_("the whole order"))
    quantity = Quantity(label=_("how many pieces"), required=False)
    words = Words(label=_("in the customer's words"), rows=4)
    is_urgent = forms.BooleanField(label=_("Danger, or the customer's work stands still"), required=False)
    contact = forms.ModelChoiceField(
        label=_("reported by"), queryset=Contact.objects.none(), required=False, empty_label=_("the signatory")
    )
    photos = Photos()

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = OrderLine.objects.filter(order=order, due__gt=0).select_related("order__customer")
        narrow(self, "line", lines)
        narrow(self, "contact", Contact.objects.filter(customer_id=order.customer_id))


class ReportProblem(FormPage):
    """Staff report it for the customer."""

    right = "problems.report"
    title = _("Report a problem")
    nav = "problems"
    form = ReportForm
    button = _("Report problem")
    key = "number"

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return Order.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        return [(str(_("Orders")), reverse("orders")), (self.record.number, order_url(self.record))]

    def form_options(self) -> dict[str, Any]:
        """Whose lines."""
        return {"order": self.record}

    def save(self, form: Any) -> str:
        """Reports."""
        data = dict(form.cleaned_data)
        contact = data.pop("contact")
        return problem_url(tell(self.record, by=self.by, told=Report(**data), contact=contact))


class ProblemFormPage(FormPage):
    """What the forms of a problem share."""

    right = "problems.work"
    nav = "problems"
    key = "number"

    def find(self) -> QuerySet[Problem]:
        """Visible ones."""
        return Problem.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The problem."""
        return [(str(_("Problems")), reverse("problems")), (self.record.number, problem_url(self.record))]


class MessageForm(forms.Form):
    """What we write."""

    words = Words(label=_("message to the customer"), required=False, rows=5)
    photos = Photos()
    asks = forms.BooleanField(label=_("We wait for their answer; the clock stands still until then"), required=False)


class WriteMessage(ProblemFormPage):
    """Answers the customer."""

    title = _("Write to the customer")
    form = MessageForm
    button = _("Send message")

    def save(self, form: Any) -> str:
        """Writes."""
        write(self.record, by=self.by, **form.cleaned_data)
        return problem_url(self.record)


class Take(ActionPage):
    """Somebody takes it into their hands."""

    right = "problems.work"
    key = "number"

    def find(self) -> QuerySet[Problem]:
        """Visible ones."""
        return Problem.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The problem."""
        return problem_url(self.record)

    def press(self) -> str:
        """Takes."""
        take(self.record, by=self.by)
        return self.back()


class SeverityForm(forms.Form):
    """Another severity, and why."""

    severity = forms.ChoiceField(label=_("severity"), choices=list(SEVERITIES.items()), widget=forms.RadioSelect)
    reason = Words(label=_("reason"), rows=2)


class Rate(ProblemFormPage):
    """Another severity than proposed."""

    title = _("Change the severity")
    lead = _("The limits are counted anew from the report.")
    form = SeverityForm
    button = _("Change severity")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"severity": self.record.severity}

    def save(self, form: Any) -> str:
        """Rates."""
        rate(self.record, by=self.by, revision=self.seen, **form.cleaned_data)
        return problem_url(self.record)


class CorrectionForm(forms.Form):
    """What it is really about, and how we know."""

    kind = forms.ChoiceField(label=_("what it is about"), choices=list(PROBLEM_KINDS.items()))
    line = LineChoice(label=_("product"), queryset=OrderLine.objects.none(), required=False, empty_label=_("the whole order"))
    quantity = Quantity(label=_("how many pieces"), required=False)
    reason = Words(label=_("reason"), rows=2)

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "line", OrderLine.objects.filter(order=problem.order_id, due__gt=0).select_related("order__customer"))


class Correct(ProblemFormPage):
    """What was reported under the wrong kind, product or quantity."""

    title = _("Correct the report")
    lead = _("The share of the order and the proposed severity follow; the customer's words stay as they were.")
    form = CorrectionForm
    button = _("Save correction")

    def form_options(self) -> dict[str, Any]:
        """Whose lines."""
        return {"problem": self.record}

    def initial(self) -> dict[str, Any]:
        """As it was reported."""
        problem: Problem = self.record
        return {
            "kind": problem.kind, "line": problem.line_id, "quantity": trimmed(problem.quantity) if problem.quantity else None,
        }  # fmt: skip

    def save(self, form: Any) -> str:
        """Corrects."""
        data = form.cleaned_data
        told = Report(data["kind"], "", line=data["line"], quantity=data["quantity"])
        correct(self.record, by=self.by, told=told, reason=data["reason"], revision=self.seen)
        return problem_url(self.record)


class SolutionForm(forms.Form):
    """What we propose. A field that only some solutions ask says which (`only_for`): the page shows it with those."""

    kind = forms.ChoiceField(label=_("solution"), choices=list(RESOLUTIONS.items()), widget=forms.RadioSelect)
    quantity = Quantity(label=_("how many pieces"), required=False, help_text=_("for replace, return, exchange, repair"))
    faulty_back = forms.BooleanField(label=_("replace: the faulty goods come back"), required=False)
    variant = VariantChoice(
        label=_("exchange: what is sent instead"), queryset=Variant.objects.none(), required=False, empty_label=_("not chosen yet")
    )
    price = Price(
        label=_("exchange: its price"), required=False,
        help_text=_("Empty: of the same goods what they were bought at, of others the list price."),
    )  # fmt: skip
    amount = forms.DecimalField(label=_("refund, allowance: amount"), required=False, max_digits=12, decimal_places=2, min_value=0)
    pays_back = forms.BooleanField(
        label=_("refund: paid back to the customer, though something of the order is still to pay"), required=False
    )
    under_warranty = forms.BooleanField(label=_("repair: under warranty"), required=False)
    words = Words(
        label=_("words to the customer, or the reason of no fault"), required=False,
        help_text=_(
            "Needed where goods go back (where to, who pays the way), of a repair (who, where, at whose cost) and of no fault (the reason)."
        ),
    )  # fmt: skip
    evidence = forms.FileField(
        label=_("no fault: evidence, picture or PDF"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )  # fmt: skip

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "variant", Variant.objects.select_related("product").order_by("sku"))
        if not (open_of(order) and paid_of(order)):
            del self.fields["pays_back"]

    only_for = {
        "quantity": ("kind", ("replace", "return", "exchange", "repair")),
        "faulty_back": ("kind", ("replace",)),
        "variant": ("kind", ("exchange",)),
        "price": ("kind", ("exchange",)),
        "amount": ("kind", ("refund", "allowance")),
        "pays_back": ("kind", ("refund",)),
        "under_warranty": ("kind", ("repair",)),
        "evidence": ("kind", ("no_fault",)),
    }
    needed = ("variant", "amount", "words", "evidence")  # wherever they are asked for at all


class ProposeSolution(ProblemFormPage):
    """What is done about it."""

    title = _("Propose a solution")
    lead = _("The customer agrees or refuses by their link. A large sum of money waits for approval first.")
    form = SolutionForm
    button = _("Propose solution")

    def form_options(self) -> dict[str, Any]:
        """Whose money it is about."""
        return {"order": self.record.order}

    def initial(self) -> dict[str, Any]:
        """As much as was reported."""
        return {"quantity": trimmed(self.record.quantity) if self.record.quantity else None}

    def save(self, form: Any) -> str:
        """Proposes; a refund of which not all is paid back is asked about first."""
        data = dict(form.cleaned_data)
        if not self.is_sure:
            check_once(self.record, data["kind"])
        data["evidence"] = read_received(data["evidence"], "evidence") if data["evidence"] else None
        offer = Offer(**data)
        if not self.is_sure:
            check_paid_back(self.record, offer)
        propose(self.record, by=self.by, offer=offer)
        return problem_url(self.record)


class AgreementForm(forms.Form):
    """How the customer told us."""

    note = Text(label=_("how the customer agreed"), max_length=200)


class NoteAgreement(ProblemFormPage):
    """The customer agreed verbally."""

    title = _("Note that the customer agrees")
    form = AgreementForm
    button = _("Note agreement")

    def save(self, form: Any) -> str:
        """Agrees for them."""
        made = self.record.resolutions.filter(proposed_at__isnull=False).order_by("-id").first()
        if made:
            agree(made, by=self.by, **form.cleaned_data)
        return problem_url(self.record)


class GiveUpForm(forms.Form):
    """Why nothing of it is sent."""

    words = Words(label=_("words to the customer: why it is not sent"))


class GiveUp(ProblemFormPage):
    """What was agreed to be sent cannot be sent, or is not wanted any more."""

    title = _("Give up what is still to be sent")
    lead = _("What has not left is not sent any more, and nothing comes back for it. Then propose something else.")
    form = GiveUpForm
    button = _("Give up")

    def save(self, form: Any) -> str:
        """Gives up."""
        made = unsent_of(self.record)
        if made:
            give_up(made, by=self.by, **form.cleaned_data)
        return problem_url(self.record)


class ResolveForm(forms.Form):
    """What was done, and what it cost us."""

    words = Words(label=_("words to the customer"), required=False)
    cost = forms.DecimalField(label=_("our cost"), required=False, max_digits=12, decimal_places=2, min_value=0)


class Resolve(ProblemFormPage):
    """It is done."""

    title = _("Problem solved")
    form = ResolveForm
    button = _("Mark as solved")

    def save(self, form: Any) -> str:
        """Resolves; goods that are on their way are asked about first."""
        if not self.is_sure:
            check_solved(self.record)
        resolve(self.record, by=self.by, **form.cleaned_data)
        return problem_url(self.record)


class ReopenForm(forms.Form):
    """What is still wrong."""

    words = Words(label=_("what is still wrong"))


class Reopen(ProblemFormPage):
    """It is not solved after all."""

    title = _("Open the problem again")
    form = ReopenForm
    button = _("Open again")

    def save(self, form: Any) -> str:
        """Opens it again."""
        reopen(self.record, by=self.by, **form.cleaned_data)
        return problem_url(self.record)
