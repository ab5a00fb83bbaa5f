"""How complaints are found in the box."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.care.complaints import Complaint
from boothline.core.actors import Actor
from boothline.core.slots import hang
from boothline.search.finding import Group, Hit


def register() -> None:
    """Hangs them into the box."""
    hang("find", Group("complaint", _("Complaints"), "chat", "complaints.see", _complaints, _complaint, "complaints", order=70))


def _complaints(by: Actor) -> QuerySet[Complaint]:
    return Complaint.objects.visible_to(by).select_related("customer").order_by("-id")


def _complaint(one: Complaint) -> Hit:
    return Hit(one.number, "complaint", one.number, under=(str(one.customer), one.get_state_display()))
