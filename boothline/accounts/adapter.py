"""Signing in by allauth, without sign-up: people are added by an administrator."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class OwnPeople(DefaultAccountAdapter):  # type: ignore[misc]
    """No stranger signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
