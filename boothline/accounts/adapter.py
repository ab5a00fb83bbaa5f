"""Signing in by allauth, without sign-up: people are added by an administrator. How often it may go wrong is ours (tries.py)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from boothline.accounts.people import User
from boothline.accounts.sign_ins import sign_in


class KnownPeople(AuthenticationBackend):
    """Whoever signed in comes with what their Actor needs, so that a request asks for them once."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, while they are active."""
        return User.objects.signed_in(user_id)


class OwnPeople(DefaultAccountAdapter):
    """No stranger signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted by the page, in the database."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Whose access is closed gets the answer of an unknown name."""
        user = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:
        """That somebody is in they see by what they see."""
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **kwargs)

    def login(self, request: HttpRequest, user: Any) -> None:
        """A new session key, and a row that its owner can end."""
        sign_in(request, user)
        request.was_right = True  # type: ignore[attr-defined]
