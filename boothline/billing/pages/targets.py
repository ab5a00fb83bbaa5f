"""The targets of a month, on one form: of the company and of each salesperson."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.billing.ledger import following, month_words, previous
from boothline.billing.targets import MEASURES, TargetMonth, month_of, proposed, set_targets, targets_of
from boothline.timeline.history import Event
from boothline.ui.jinja import gap
from boothline.ui.kit import FormPage

SHOWN = 20  # changes of the history under the form
CAME_FROM = {"register": _("Order register"), "deliveries": _("Monthly deliveries")}


class TargetForm(forms.Form):
    """Two amounts a row: what is to be ordered, what is to be delivered."""

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for person in [None, *people]:
            for measure, words in MEASURES.items():
                label = _("%(whom)s, %(measure)s") % {"whom": person or _("the whole company"), "measure": words}
                field = forms.DecimalField(label=label, required=False, max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
                field.widget.attrs.update(inputmode="decimal", step="any")
                self.fields[f"{measure}_{person.pk if person else 0}"] = field


class Targets(FormPage):
    """Sets the targets of a month."""

    right = "targets.set"
    title = _("Month targets")
    template = "billing/targets.html"
    nav = "orders"
    form = TargetForm
    button = _("Save targets")
    done = _("The targets are saved.")

    def load(self) -> TargetMonth:
        """The month, whether or not it has targets."""
        month = month_of(self.kwargs["key"])
        if month is None:
            raise Http404
        kept = TargetMonth.objects.visible_to(self.by).filter(month=month).first()
        return kept or TargetMonth(month=month, revision=0, currency=company().currency)

    def leading(self) -> str:
        """Of which month, in which currency, and what the fields begin with."""
        values = {"month": month_words(self.record.month), "currency": self.record.currency}
        words = _("%(month)s, in %(currency)s. Leave open where there is no target.") % values
        if not self.record.pk and proposed(self.record.month):
            return f"{words}{gap()}{_('The figures of the last month with targets stand here; they count once you save.')}"
        return str(words)

    def trail(self) -> list[tuple[str, str]]:
        """The orders, and the page of their figures that somebody came from."""
        name = self.came_from()
        return [(str(_("Orders")), reverse("orders")), (str(CAME_FROM[name]), reverse(name))]

    def came_from(self) -> str:
        """The register, where nothing else is said."""
        name = self.request.GET.get("from", "")
        return name if name in CAME_FROM else "register"

    def people(self) -> list[User]:
        """Who sells, and whoever has a target in this month."""
        kept = {person for _measure, person in targets_of(self.record if self.record.pk else None) if person}
        selling = User.objects.filter(is_active=True, held_roles__role="sales")
        return list((selling | User.objects.filter(pk__in=kept)).distinct().order_by("id"))

    def form_options(self) -> dict[str, Any]:
        """Whose."""
        return {"people": self.people()}

    def initial(self) -> dict[str, Any]:
        """As it is; of a month without targets, as the last one was."""
        amounts = targets_of(self.record) if self.record.pk else proposed(self.record.month)
        return {f"{measure}_{person or 0}": amount for (measure, person), amount in amounts.items()}

    def context(self) -> dict[str, Any]:
        """The fields by two, the months beside, and what was changed when by whom."""
        whose = [0, *(person.pk for person in self.people())]
        month = self.record.month
        return {
            "came_from": self.came_from(), "pairs": [[f"{measure}_{pk}" for measure in MEASURES] for pk in whose],
            "before": f"{previous(month):%Y-%m}", "after": f"{following(month):%Y-%m}",
            "events": list(Event.objects.about(self.record).readable_by(self.by).order_by("-id")[:SHOWN]) if self.record.pk else [],
        }  # fmt: skip

    def save(self, form: Any) -> str:
        """Sets them; back to where they came from."""
        amounts = {}
        for name, amount in form.cleaned_data.items():
            measure, _underscore, person = name.partition("_")
            amounts[measure, int(person) or None] = amount
        set_targets(self.record.month, by=self.by, revision=self.seen, amounts=amounts)
        return reverse(self.came_from())
