"""Makes the Actor once a request, and speaks the person's language in the company's time."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from boothline.accounts.company import keep_our_time, zone_of
from boothline.accounts.people import User
from boothline.core import memo

LANGUAGE_COOKIE = "django_language"


class ActorMiddleware:
    """`request.by` is the signed-in Actor or None; the language is the person's choice, else cookie, header, Chinese."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Once a request."""
        with memo.remembering():
            request.by = None  # type: ignore[attr-defined]
            person = None
            is_staff_page = not request.path.startswith(("/static/", "/p/", "/c/"))
            if is_staff_page and request.session.get(SESSION_KEY):
                found = get_user(request)  # what request.user stands for, itself
                person = found if isinstance(found, User) else None
            if person:
                timezone.activate(zone_of(person.zone) or timezone.get_default_timezone())  # type: ignore[attr-defined]
                request.by = person.actor()  # type: ignore[attr-defined]
                request.person = person  # type: ignore[attr-defined]
                if person.language:
                    translation.activate(person.language)
                    request.LANGUAGE_CODE = person.language
            elif not request.path.startswith("/static/"):
                keep_our_time()
            try:
                answer = self.answer(request)
            finally:
                timezone.deactivate()
        answer.headers.setdefault("Cache-Control", "no-store")  # nothing of a person stays in a shared browser
        return answer
