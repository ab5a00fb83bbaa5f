"""304 from the customer's side: opens the proposal, takes some of it, asks, or declines. Plain forms, no script needed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from boothline.core.errors import Refused
from boothline.core.text import whole
from boothline.intentions.expansion import DECLINE_REASONS, Expansion, accept, ask, decline, open_expansion
from boothline.portal.pages.door import PortalPage, faults_of
from boothline.portal.pages.quantities import field_of, quantities


class ExpansionPage(PortalPage):
    """The proposal; before it is opened, who writes and until when."""

    def found(self, key: str) -> Expansion:
        """The request; 404 if it was not sent to their company."""
        expansion = Expansion.objects.of_contact(self.guest.contact).for_list().filter(pk=whole(key) or 0).first()
        if expansion is None:
            raise Http404
        return expansion

    def get(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """The page. Fetching it changes nothing."""
        return self.show(self.found(key))

    def show(self, expansion: Expansion, status: int = 200, **more: Any) -> HttpResponse:
        """With what was typed."""
        items = list(expansion.items.all())
        context = {
            "expansion": expansion, "items": items, "fields": [field_of(item) for item in items], "reasons": DECLINE_REASONS, "faults": {},
            "typed": {},
        }  # fmt: skip
        return self.say("portal/expansion.html", status=status, **context | more)


class Pressed(ExpansionPage):
    """What the buttons share: pressed, never fetched; a refusal of a field is shown beside what was typed."""

    stands_on = "portal-expansion"

    def get(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Back to the page."""
        return redirect("portal-expansion", grant=grant, key=self.found(key).pk)

    def post(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Does it."""
        expansion = self.found(key)
        try:
            self.do(expansion, request.POST)
        except Refused as refused:
            if not refused.field:
                raise
            return self.show(expansion, 422, faults=faults_of(refused), typed=request.POST)
        return self.done(key)

    def done(self, key: str) -> HttpResponse:
        """The page, as it is now."""
        return redirect("portal-expansion", grant=self.guest.grant.pk, key=key)

    def do(self, expansion: Expansion, typed: Any) -> None:
        """Calls one operation."""
        raise NotImplementedError


class Open(Pressed):
    """The button *View*."""

    def do(self, expansion: Expansion, typed: Any) -> None:
        """Counts as opened."""
        open_expansion(expansion, by=self.guest.actor)


class Accept(Pressed):
    """Takes what is ticked, in its quantity."""

    def do(self, expansion: Expansion, typed: Any) -> None:
        """Takes it."""
        ticked = [item for item in expansion.items.all() if f"take_{item.pk}" in typed]
        wanted = quantities(typed, ticked, {item.pk: item.quantity for item in ticked if item.quantity})
        accept(expansion, by=self.guest.actor, wanted=wanted)


class Ask(Pressed):
    """Asks."""

    def do(self, expansion: Expansion, typed: Any) -> None:
        """Takes the question."""
        ask(expansion, by=self.guest.actor, words=typed.get("words", ""))

    def done(self, key: str) -> HttpResponse:
        """With what else was typed."""
        rest = self.besides("words")
        return self.show(self.found(key), typed=rest) if rest else super().done(key)


class Decline(Pressed):
    """Does not want it."""

    def do(self, expansion: Expansion, typed: Any) -> None:
        """Takes the reason."""
        decline(expansion, by=self.guest.actor, reason=typed.get("reason", ""), words=typed.get("why", ""))
