"""By which names this installation is asked for, and what an address without encryption is told."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.test.utils import override_settings

from boothline.core.machine import addresses, in_url, is_loopback, own_names
from boothline.ui.kit import PAGES, Page
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8000", "192.168.1.7:8000", "[::1]:8000", "[fd00::7]", "CRM.firm.example", "crm.firm.example."]
)
def test_our_own_names_and_any_address_are_answered(host: str, world: World):
    with override_settings(HOST_NAMES=own_names("127.0.0.1", "https://crm.firm.example")):
        assert Client().get("/sign-in/", HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "crm.firm.example.evil.example", "xn--evil", "boothline.local:8000"])
def test_a_foreign_name_is_told_which_setting_to_change(host: str):
    with override_settings(HOST_NAMES=own_names("127.0.0.1", "https://crm.firm.example"), BASE_URL="https://crm.firm.example"):
        answer = Client(HTTP_ACCEPT_LANGUAGE="en").get("/sign-in/", HTTP_HOST=host)
    words = answer.content.decode()
    assert answer.status_code == 421
    assert f"sets BASE_URL=http://{host} and starts it again" in words and 'href="https://crm.firm.example/"' in words
    assert "Traceback" not in words and "DisallowedHost" not in words


@pytest.mark.parametrize("host", ["<script>", 'a"b', "a b", "evil.example/x", "user@evil.example"])
def test_what_is_no_name_is_refused_and_not_repeated(host: str):
    answer = Client().get("/sign-in/", HTTP_HOST=host)
    assert answer.status_code == 400 and host not in answer.content.decode()


def test_own_names(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("boothline.core.machine.socket.gethostname", lambda: "Stand-C08")
    assert own_names("127.0.0.1", "") == {"localhost", "127.0.0.1"}, "who listens to himself alone has no name for others"
    assert own_names("0.0.0.0", "") >= {"localhost", "stand-c08", "stand-c08.local"}
    assert "crm.firm.example" in own_names("0.0.0.0", "https://CRM.firm.example:8443/")


def test_addresses_are_those_of_others():
    assert all(not is_loopback(address) for address in addresses())
    assert is_loopback("localhost") and is_loopback("[::1]") and not is_loopback("0.0.0.0") and not is_loopback("crm.example")
    assert in_url("fd00::7") == "[fd00::7]" and in_url("192.168.1.7") == "192.168.1.7"


@pytest.mark.parametrize("address", ["/today/", "/sign-in/", "/more/"])
def test_an_open_address_says_what_is_missing(address: str, world: World, client_of: Any):
    client = client_of(world.users["mei"]) if address != "/sign-in/" else Client()
    told = client.get(address, HTTP_HOST="192.168.1.7:8000", HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    assert "这个网址没有加密" in told and 'href="/join/"' in told
    for quiet in (client.get(address, HTTP_HOST="127.0.0.1:8000"), client.get(address, HTTP_HOST="192.168.1.7:8000", secure=True)):
        assert "这个网址没有加密" not in quiet.content.decode()


def test_signing_in_past_the_encryption_is_told_where_to_go():
    with override_settings(SECURE=True, BASE_URL="https://crm.firm.example"):
        answer = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en").post("/sign-in/", {"login": "mei"}, HTTP_HOST="192.168.1.7")
    assert answer.status_code == 403 and "Open https://crm.firm.example instead" in answer.content.decode()


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database or disk is full"), OperationalError("attempt to write a readonly database"),
        OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EROFS, "Read-only file system"),
    ],
)  # fmt: skip
def test_a_full_disk_is_said_as_that(error: Exception, world: World, client_of: Any, monkeypatch: pytest.MonkeyPatch):
    def full(self: Page, *args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(PAGES["products"], "get", full)
    answer = client_of(world.users["mei"]).get("/products/", HTTP_ACCEPT_LANGUAGE="zh")
    assert answer.status_code == 507 and "磁盘已满" in answer.content.decode()


def test_other_faults_stay_faults(world: World, client_of: Any, monkeypatch: pytest.MonkeyPatch):
    def broken(self: Page, *args: Any, **kwargs: Any) -> None:
        raise OperationalError("no such column: x")

    monkeypatch.setattr(PAGES["products"], "get", broken)
    client = client_of(world.users["mei"])
    client.raise_request_exception = False
    assert client.get("/products/").status_code == 500
