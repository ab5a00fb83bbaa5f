"""Every answer, whatever it is about, carries the same guards; no page asks for a script or style of its own or of others.

The pages of staff are asked in tests/test_permissions.py, where somebody opens every one of them anyway.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

import boothline.config.urls  # noqa: F401  (declares every page)
from boothline.accounts.models import User
from boothline.links.models import Grant
from boothline.ui.kit import PAGES, Page
from tests.estate import Estate
from tests.portal.guest import Guest, link_of
from tests.suites.guards import NONCE, guarded
from tests.test_permissions import POLICY, numbers

pytestmark = [pytest.mark.django_db, pytest.mark.no_recount, pytest.mark.once]  # what is done here is rolled back within each test


def test_portal_pages_are_guarded(estate: Estate):
    grant = Grant.objects.get(subject_kind="request", subject_id=estate.keys["own"]["request"])
    from boothline.contracts.models import ConfirmationRequest

    request = ConfirmationRequest.objects.for_list().get(pk=estate.keys["own"]["request"])
    guest = Guest(link_of(request))
    guarded(guest.page)
    guest.send("opening")
    for name in POLICY:
        if name.startswith("portal"):
            address = reverse(name, args=[grant.pk, *numbers(name, estate, "own")])
            for answer in (guest.browser.get(address), Client().get(address)):
                guarded(answer)
            with transaction.atomic():
                guarded(guest.browser.post(address, {"request": request.pk}))
                transaction.set_rollback(True)
    guarded(Client().get(link_of(request)))
    guarded(Client().get("/p/nothing/"))


def test_sign_in_language_and_failures_are_guarded(estate: Estate, monkeypatch: pytest.MonkeyPatch):
    client = Client(raise_request_exception=False)
    for address in ("/sign-in/", "/sign-in/?next=/customers/", "/nowhere/", "/customers/x/", "/sign-out/", "/demo/x/"):
        guarded(client.get(address))
    guarded(client.post("/sign-in/", {"login": "mei", "password": "wrong"}))
    guarded(client.post("/language/", {"language": "en"}))
    guarded(Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "mei"}))
    client.force_login(User.objects.get(username="mei"))
    guarded(client.get("/products/new/"))  # 403

    def broken(self: Page, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret words of the trace")

    monkeypatch.setattr(PAGES["products"], "get", broken)
    answer = client.get("/products/")
    assert answer.status_code == 500 and b"secret words" not in answer.content and b"Traceback" not in answer.content
    guarded(answer)
    answer = client.get("/customers/", HTTP_HOST="evil.example\r\nX: 1")
    assert answer.status_code == 400
    guarded(answer)


def test_a_nonce_is_never_given_twice(estate: Estate):
    """Where one is given at all: our pages need none, so none stands in most."""
    client = Client()
    client.force_login(User.objects.get(username="mei"))
    given = [nonce for _ in range(300) for nonce in set(NONCE.findall(client.get("/more/")["Content-Security-Policy"]))]
    assert len(given) == len(set(given))


def test_the_policy_does_not_depend_on_what_is_sent(estate: Estate):
    client = Client()
    client.force_login(User.objects.get(username="mei"))
    odd = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_REFERER": "http://evil.example/", "HTTP_ORIGIN": "http://evil.example"}
    guarded(client.get("/customers/?q=script-src%20*;", **odd))


@pytest.mark.parametrize(
    "target",
    ["http://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:x()", "http:///evil.example", "\x00//evil.example"],
)
def test_nobody_is_led_away(target: str, estate: Estate):
    """After sign-in, and back from a choice: always our own host."""
    client = Client()
    answer = client.post("/sign-in/", {"login": "mei", "password": "secret-1", "next": target})
    assert answer.status_code == 302 and urlsplit(answer["Location"]).netloc == ""
    answer = client.post("/my/choice/", {"theme": "dark"}, HTTP_REFERER=target)
    assert answer.status_code == 302 and urlsplit(answer["Location"]).netloc in ("", "testserver")
    answer = client.post("/language/", {"language": "en"}, HTTP_REFERER=target)
    assert urlsplit(answer["Location"]).netloc in ("", "testserver")
