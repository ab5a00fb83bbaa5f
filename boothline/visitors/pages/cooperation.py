"""The cooperation list: peers, how far the talk has come, and the form that takes it on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.core.text import phrase
from boothline.customers.trail import customer_url
from boothline.followups.steps import Plan
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Text, Words, narrow
from boothline.ui.kit import FormPage, ListPage
from boothline.visitors.cooperation import NEXT, Cooperation, move_cooperation
from boothline.visitors.filters import CooperationFilter
from boothline.visitors.lists import COOPERATION, PEERS


class CooperationList(ListPage):
    """Every peer that one may see."""

    right = "cooperation.see"
    title = _("Cooperation")
    nav = "cooperations"
    columns = [
        Column(_("customer"), str, "link", lambda c: customer_url(c.customer)),
        Column(_("kind of peer"), lambda c: str(PEERS.get(c.peer, ""))),
        Column(_("state"), lambda c: str(COOPERATION[c.state]), "link", lambda c: reverse("cooperation", args=[c.pk])),
        Column(_("since"), lambda c: c.since, "day"),
        Column(_("next step"), lambda c: c.customer.next_step_on, "day"),
        Column(_("owner"), lambda c: str(c.customer.owner or "")),
    ]
    sorts = {"moved": Sort(_("last change"), "since", descending=True)}
    filters = CooperationFilter
    search_words = _("Find: name, company, e-mail, phone")
    empty = _("No peers yet. Who is recognised as a peer comes here by itself.")

    def rows(self) -> QuerySet[Cooperation]:
        """Visible ones."""
        return Cooperation.objects.visible_to(self.by).for_list()


class MoveForm(forms.Form):
    """Where it goes, what was said, and what happens next."""

    state = forms.ChoiceField(label=_("state"), choices=list(COOPERATION.items()), widget=forms.RadioSelect)
    words = Words(label=_("what was said"), required=False)
    what = Text(label=_("next step"), max_length=200, required=False)
    due_on = Day(label=_("when"), required=False)

    def __init__(self, *args: Any, held: Cooperation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = (held.state, *NEXT[held.state])
        narrow(self, "state", [(code, COOPERATION[code]) for code in codes])

    def clean(self) -> dict[str, Any]:
        """A next step has its day, and a day its step."""
        data = super().clean() or {}
        if bool(data.get("what")) != bool(data.get("due_on")):
            self.add_error("due_on" if data.get("what") else "what", _("A next step says what happens, and when."))
        return data


class MoveCooperation(FormPage):
    """One peer, and how it goes on."""

    right = "cooperation.edit"
    title = _("Cooperation")
    nav = "cooperations"
    form = MoveForm
    button = _("Save cooperation")
    done = _("Kept.")

    def find(self) -> QuerySet[Cooperation]:
        """Visible ones."""
        return Cooperation.objects.visible_to(self.by).for_list()

    def heading(self) -> str:
        """With whom."""
        return str(phrase(_now("Cooperation with %(name)s"), {"name": self.record}))

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("Cooperation")), reverse("cooperations")), (str(self.record), customer_url(self.record.customer))]

    def initial(self) -> dict[str, Any]:
        """Where it stands."""
        return {"state": self.record.state}

    def form_options(self) -> dict[str, Any]:
        """From where it goes on."""
        return {"held": self.record}

    def save(self, form: Any) -> str:
        """Takes it on."""
        data = form.cleaned_data
        step = Plan(self.record.customer, data["what"], data["due_on"]) if data["what"] else None
        move_cooperation(self.record, by=self.by, revision=self.seen, state=data["state"], words=data["words"], next_step=step)
        return reverse("cooperations")
