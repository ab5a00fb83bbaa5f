"""What a person did to many rows at once, and the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.core import presses
from boothline.timeline.undo import KEPT, Deed, named, take_back
from boothline.ui.kit import SIGNED_IN, FormPage, Page, came_from


def say_back(request: HttpRequest, deed: Deed) -> None:
    """What stands again, and what not."""
    messages.success(request, _now("Taken back: %(what)s.") % {"what": deed})
    if deed.left:
        messages.error(request, _now("Not taken back: %(rows)s.") % {"rows": named(deed.left)})


class TakeBack(FormPage):
    """Takes one deed back."""

    right = SIGNED_IN
    title = _("Take back")
    template = "views/taking_back.html"
    form = forms.Form
    button = _("Take back")

    def find(self) -> QuerySet[Deed]:
        """One's own."""
        return Deed.objects.visible_to(self.by)

    def leading(self) -> str:
        """What comes back, or that it is taken back already, or too old."""
        if self.record.taken_back_at:
            return _now("Taken back already: %(what)s.") % {"what": self.record}
        if self.record.at < timezone.now() - KEPT:
            words = _now("%(what)s: this was done more than %(days)s days ago and can no longer be taken back.")
            return words % {"what": self.record, "days": KEPT.days}
        return _now("What stood there before comes back: %(what)s. Rows that somebody changed since stay as they are.") % {
            "what": self.record
        }

    def context(self) -> dict[str, Any]:
        """Whether there is anything to press; where not, what was done before it and still stands."""
        standing = Deed.objects.visible_to(self.by).standing()
        stands = standing.filter(pk=self.record.pk).exists()
        return {"stands": stands, "older": None if stands else standing.filter(pk__lt=self.record.pk).order_by("-id").first()}

    def save(self, form: Any) -> str:
        """Takes it back."""
        deed = take_back(self.record, by=self.by)
        if presses.repeats() is None:
            say_back(self.request, deed)
        return came_from(self.request, self.request.path)


class TakeLastBack(Page):
    """Leads to the last own deed, wherever one stands: what it was stands there before anything is taken back."""

    right = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """The last, whether it still stands or not: an older one is never taken for it."""
        last = Deed.objects.visible_to(self.by).filter(done__gt=0).order_by("-id").first()
        if last is None:
            messages.info(request, _now("There is nothing of yours to take back."))
            return redirect(came_from(request))
        return redirect("deed-back", last.pk)
