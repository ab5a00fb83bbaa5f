"""What waits for my approval; one of them with its reasons; yes, or no and why."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.approvals.approval import Approval, approve, refuse
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.text import listed, phrase
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import ReasonForm
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage


def approval_url(approval: Approval) -> str:
    """The approval's page."""
    return reverse("approval", args=[approval.pk])


def _own(decided: Approval, by: Actor, state: str) -> None:
    """Where it was changed meanwhile, or somebody was faster, a late press says so."""
    if decided.state == "dropped":
        raise Refused(_("Nothing was decided: it was changed meanwhile and will be asked anew."), code="dropped")
    if decided.decided_by_id != by.id or decided.state != state:
        raise Refused(phrase(_("%(who)s decided on it already."), {"who": decided.decided_by or _("the system")}), code="decided")


class ApprovalList(ListPage):
    """Open, and my turn."""

    right = "approvals.decide"
    title = _("Waiting for my approval")
    nav = "approvals"
    columns = [
        Column(_("what"), lambda a: a.brief, "link", approval_url),
        Column(_("customer"), lambda a: a.about),
        Column(_("why"), lambda a: listed(a.reasons, weak=False)),
        Column(_("asked by"), lambda a: str(a.asked_by or "")),
        Column(_("asked"), lambda a: a.made_at, "moment"),
        Column(_("decide by"), lambda a: a.until, "moment"),
    ]
    sorts = {"oldest": Sort(_("oldest first"), "id"), "newest": Sort(_("newest"), "id", descending=True)}
    empty = _("Nothing waits for your approval.")

    def rows(self) -> QuerySet[Approval]:
        """Mine to decide."""
        return Approval.objects.waiting_for(self.by).for_list()


class ApprovalPage(DetailPage):
    """One question: what, why, who asks, and the two answers."""

    right = "approvals.see"
    template = "approvals/approval.html"
    nav = "approvals"

    def find(self) -> QuerySet[Approval]:
        """Visible ones."""
        return Approval.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(ApprovalList.title), reverse("approvals"))]

    def heading(self) -> str:
        """What is asked."""
        return str(self.record.title)

    def context(self) -> dict[str, Any]:
        """Whether it is this person's turn; once it is not, the oldest that still waits for them."""
        waiting = list(Approval.objects.waiting_for(self.by).order_by("id"))
        may_decide = self.record in waiting
        return {"may_decide": may_decide, "next": None if may_decide or not waiting else waiting[0]}


class Consent(ActionPage):
    """Yes."""

    right = "approvals.decide"
    done = _("Approved. The person who asked is notified.")

    def find(self) -> QuerySet[Approval]:
        """Visible ones."""
        return Approval.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The question."""
        return approval_url(self.record)

    def press(self) -> str:
        """Approves."""
        _own(approve(self.record, by=self.by), self.by, "approved")
        return approval_url(self.record)


class Refusal(FormPage):
    """No, and why."""

    right = "approvals.decide"
    title = _("Do not approve")
    lead = _("The person who asked reads the reason, changes it and asks again.")
    nav = "approvals"
    form = ReasonForm
    button = _("Do not approve")

    def find(self) -> QuerySet[Approval]:
        """Visible ones."""
        return Approval.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The question."""
        return [(str(ApprovalList.title), reverse("approvals")), (self.record.title, approval_url(self.record))]

    def save(self, form: Any) -> str:
        """Refuses."""
        _own(refuse(self.record, by=self.by, reason=form.cleaned_data["reason"]), self.by, "refused")
        return approval_url(self.record)
