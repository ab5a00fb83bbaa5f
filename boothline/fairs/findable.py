"""How fairs are found in the box."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.slots import hang
from boothline.fairs.editions import Fair
from boothline.search.finding import Group, Hit


def register() -> None:
    """Hangs them into the box."""
    hang("find", Group("fair", _("Fairs"), "fair", "fairs.see", _fairs, _fair, "fairs", order=80))


def _fairs(by: Actor) -> QuerySet[Fair]:
    return Fair.objects.visible_to(by).order_by("-starts_on", "-id")


def _fair(fair: Fair) -> Hit:
    return Hit(str(fair), "fair", fair.pk, under=(fair.town or fair.city, clock.day_words(fair.starts_on)))
