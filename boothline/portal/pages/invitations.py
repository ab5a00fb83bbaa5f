"""An invitation to a fair from the customer's side: view it, then come, not come, or take a free slot. Plain forms, no script needed."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.core import clock
from boothline.core.errors import Refused
from boothline.core.text import whole
from boothline.fairs.appointments import slots
from boothline.fairs.invitations import Invitation, answer, open_invitation
from boothline.portal.pages.door import PortalPage


class InvitationPage(PortalPage):
    """The invitation, and the answer that stands; before it is opened, who invites to what."""

    def found(self, key: str) -> Invitation:
        """The invitation; 404 if it was not sent to them."""
        invitation = Invitation.objects.of_contact(self.guest.contact).for_list().filter(pk=whole(key) or 0).first()
        if invitation is None:
            raise Http404
        return invitation

    def get(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """The page. Fetching it changes nothing."""
        return self.show(self.found(key))

    def post(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Answers."""
        invitation, typed = self.found(key), request.POST
        try:
            answer(invitation, by=self.guest.actor, answer=typed.get("answer", ""), at=_moment(typed.get("at", "")))
        except Refused as refused:
            if not refused.field:
                raise
            return self.show(invitation, 422, problem=str(refused.words))
        return redirect("portal-invitation", grant=grant, key=invitation.pk)

    def show(self, invitation: Invitation, status: int = 200, **more: Any) -> HttpResponse:
        """With the free slots by day, while it may be answered."""
        free = slots(invitation.fair) if invitation.is_open and invitation.state != "sent" else []
        days = [(day, list(found)) for day, found in groupby(free, key=lambda slot: timezone.localdate(slot.at))]
        context = {"invitation": invitation, "fair": invitation.fair, "days": days, "problem": "", "typed": {}, "short": _short}
        return self.say("portal/invitation.html", status=status, **context | more)


class Open(InvitationPage):
    """The button *View*."""

    stands_on = "portal-invitation"

    def get(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Back to the page."""
        return redirect("portal-invitation", grant=grant, key=self.found(key).pk)

    def post(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Counts as opened."""
        opened = open_invitation(self.found(key), by=self.guest.actor)
        return redirect("portal-invitation", grant=grant, key=opened.pk)


def _short(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def _moment(said: str) -> datetime | None:
    """A slot as the form names it; nothing chosen is none."""
    at = clock.moment(said)
    if said and at is None:
        raise Refused(_("Choose a time."), field="at")
    return at
