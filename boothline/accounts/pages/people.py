"""People, one's own choices, the start, and signing in to the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from boothline.accounts.demo import DEMO_SALT, signed_in_by_link
from boothline.accounts.middleware import LANGUAGE_COOKIE
from boothline.accounts.people import User, choose
from boothline.ui.columns import Column, Sort
from boothline.ui.kit import ANYBODY, SIGNED_IN, ListPage, Page

LANGUAGES = ("zh-hans", "en")


class People(ListPage):
    """Who works here."""

    right = "people.see"
    title = _("People")
    nav = "people"
    columns = [
        Column(_("name"), str),
        Column(_("roles"), lambda u: u.role_words),
        Column(_("team"), lambda u: str(u.team or "")),
        Column(_("e-mail"), lambda u: u.email),
        Column(_("phone"), lambda u: u.phone, usual=False),
        Column(_("user name"), lambda u: u.username, usual=False),
        Column(_("last sign-in"), lambda u: u.last_login, "moment", usual=False),
    ]
    sentence = _("Showing people, sorted by %(sort)s.")
    sorts = {"name": Sort(_("name"), "username")}
    empty = _("No people yet.")

    def rows(self) -> QuerySet[User]:
        """Everybody who may sign in."""
        return User.objects.with_roles().filter(is_active=True)


class Start(Page):
    """The first page."""

    right = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Leads to Today."""
        return redirect("today")


class More(Page):
    """On a phone: everything that the dock has no place for."""

    right = SIGNED_IN
    title = _("More")
    template = "ui/more.html"
    nav = "more"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()


class MyChoice(Page):
    """Language and look, kept for the person."""

    right = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Chosen by pressing only."""
        return redirect("more")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keeps the choice and goes back."""
        language, theme = request.POST.get("language"), request.POST.get("theme")
        person: User = request.person  # type: ignore[attr-defined]
        if language in LANGUAGES:
            choose(person, by=self.by, language=language)
        if theme in ("", "light", "dark"):
            choose(person, by=self.by, theme=theme)
        answer = redirect(_back(request))
        if language in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="Lax", secure=settings.SECURE)
        return answer


class SpeakBeforeSignIn(Page):
    """The language of the sign-in page, kept in a cookie."""

    right = ANYBODY

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keeps the choice and goes back."""
        answer = redirect(_back(request))
        if request.POST.get("language") in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, request.POST["language"], max_age=31_536_000, samesite="Lax", secure=settings.SECURE)
        return answer


class DemoSignIn(Page):
    """One click signs in: demo data and loopback only."""

    right = ANYBODY

    def get(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """Signs in by the ticket that `make run` printed."""
        if not settings.DEMO or request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1"):
            raise Http404
        try:
            username = signing.loads(ticket, salt=DEMO_SALT)
        except signing.BadSignature as bad:
            raise Http404 from bad
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise Http404
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        signed_in_by_link(person, by=person.actor())
        return redirect("/")


def _back(request: HttpRequest) -> Any:
    came_from = request.META.get("HTTP_REFERER", "")
    return came_from if url_has_allowed_host_and_scheme(came_from, {request.get_host()}) else "/"
