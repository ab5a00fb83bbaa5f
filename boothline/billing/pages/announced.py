"""Payments that customers announced: the list of those that wait, one with its slip, setting one aside."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.billing.announced import Announcement, set_aside
from boothline.billing.lists import ANNOUNCED_STATES
from boothline.core.text import phrase
from boothline.files.attachments import Attachment
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import ReasonForm
from boothline.ui.kit import DetailPage, FormPage, ListPage


def announcement_url(made: Announcement) -> str:
    """Its page."""
    return reverse("announcement", args=[made.pk])


def announcement_words(made: Announcement) -> str:
    """What its page and the way to it are called."""
    values = {"name": made.customer}
    sentence = _now("Payment announced by %(name)s")
    return phrase(sentence, values)


class AnnouncementList(ListPage):
    """What customers say they sent, and nobody has recorded yet."""

    right = "billing.see"
    title = _("Announced payments")
    nav = "receipts"
    columns = [
        Column(_("customer"), lambda a: str(a.customer), "link", announcement_url),
        Column(_("amount"), lambda a: (a.amount, a.currency), "money"),
        Column(_("paid on"), lambda a: a.paid_on, "day"),
        Column(_("order"), lambda a: a.order.number if a.order else ""),
        Column(_("note"), lambda a: a.note),
        Column(_("announced"), lambda a: a.made_at, "moment"),
        Column(_("by"), lambda a: str(a.contact or ""), usual=False),
        Column(_("owner"), lambda a: str(a.customer.owner or ""), usual=False),
    ]
    under = "customer"
    sentence = _("Showing announced payments that are not in yet, sorted by %(sort)s.")
    sorts = {"oldest": Sort(_("oldest"), "id"), "day": Sort(_("day"), "paid_on")}
    search_words = _("Find: customer, order, note")
    empty = _("No customer waits for us to record a payment. They announce them on their page of payments.")

    def rows(self) -> QuerySet[Announcement]:
        """Visible ones that wait."""
        return Announcement.objects.visible_to(self.by).open().for_list()


class AnnouncementPage(DetailPage):
    """What the customer says, the slip, and the two ways on."""

    right = "billing.see"
    template = "billing/announcement.html"
    nav = "receipts"

    def find(self) -> QuerySet[Announcement]:
        """Visible ones."""
        return Announcement.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Those that wait."""
        return [(str(_("Announced payments")), reverse("announcements"))]

    def heading(self) -> str:
        """From whom."""
        return announcement_words(self.record)

    def context(self) -> dict[str, Any]:
        """Slips, and what may be done."""
        return {
            "state_words": ANNOUNCED_STATES[self.record.state],
            "slips": list(Attachment.objects.of(self.record)),
            "keeps": may(self.by, "receipts.record", self.record),
            "events": Event.objects.about(self.record).order_by("-id")[:20] if may(self.by, "history.see", self.record) else [],
        }


class SetAside(FormPage):
    """No money will come of it, or it is in already."""

    right = "receipts.record"
    title = _("Set the announced payment aside")
    lead = _("The customer sees that it is set aside, and this reason.")
    nav = "receipts"
    form = ReasonForm
    button = _("Set aside")

    def find(self) -> QuerySet[Announcement]:
        """Visible ones."""
        return Announcement.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The announcement."""
        return [(str(_("Announced payments")), reverse("announcements")), (announcement_words(self.record), announcement_url(self.record))]

    def save(self, form: Any) -> str:
        """Sets it aside."""
        return announcement_url(set_aside(self.record, by=self.by, reason=form.cleaned_data["reason"]))
