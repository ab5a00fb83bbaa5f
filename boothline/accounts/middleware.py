"""Makes the Actor once a request, and speaks the person's language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from boothline.accounts.people import User

LANGUAGE_COOKIE = "django_language"


class ActorMiddleware:
    """`request.by` is the signed-in Actor or None; the language is the person's choice, else cookie, header, Chinese."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Once a request."""
        request.by = None  # type: ignore[attr-defined]
        if not request.path.startswith(("/static/", "/p/", "/c/")) and request.session.get("_auth_user_id"):
            person = User.objects.with_roles().filter(pk=request.session["_auth_user_id"], is_active=True).first()
            if person and request.user.is_authenticated:
                request.by = person.actor()  # type: ignore[attr-defined]
                request.person = person  # type: ignore[attr-defined]
                if person.language:
                    translation.activate(person.language)
                    request.LANGUAGE_CODE = person.language
        answer = self.answer(request)
        answer.headers.setdefault("Cache-Control", "no-store")  # nothing of a person stays in a shared browser
        return answer
