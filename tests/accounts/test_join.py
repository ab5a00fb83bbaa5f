"""The page that brings the team's phones in, in each of its three states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings

from boothline.accounts.pages import join
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def tls(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    certificate = tmp_path / "authority.crt"
    certificate.write_bytes(b"\x30\x82 certificate")
    settings.SECURE, settings.AUTHORITY = True, certificate
    settings.BASE_URL, settings.DOORSTEP = "https://192.168.1.7:8000", "http://192.168.1.7:8001/join/"
    monkeypatch.setattr(join, "addresses", lambda: ["192.168.1.7", "10.0.0.4", "fd00::7"])
    return certificate


def page(address: str = "/join/", language: str = "en", **headers: str) -> str:
    return Client(HTTP_ACCEPT_LANGUAGE=language).get(address, **headers).content.decode()


def test_with_an_authority_of_our_own_it_shows_code_certificate_and_check(tls: Path):
    html = page()
    assert 'class="qr"' in html and "style=" not in html
    assert "http://192.168.1.7:8001/join/" in html and "http://10.0.0.4:8001/join/" in html and "fd00" not in html
    assert 'href="/join/boothline.crt"' in html and 'href="https://192.168.1.7:8000/join/ready/"' in html
    assert html.count("btn go") == 1


def test_both_languages_know_iphone_and_android(tls: Path):
    for language, words in {"en": ("Certificate Trust Settings", "CA certificate"), "zh": ("证书信任设置", "CA 证书")}.items():
        html = page(language=language)
        assert "iPhone" in html and "Android" in html and all(word in html for word in words)
    assert "Certificate Trust Settings" in page("/join/?in=en", language="zh"), "a phone that keeps no cookie chooses by the address"


def test_an_address_that_is_gone_is_not_shown(tls: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(join, "addresses", lambda: ["10.0.0.4"])
    html = page()
    assert "http://10.0.0.4:8001/join/" in html and "http://192.168.1.7:8001" not in html
    assert 'href="https://10.0.0.4:8000/join/ready/"' in page(HTTP_HOST="10.0.0.4:8001"), "the check goes by the way that the phone came"


def test_the_certificate_has_the_type_that_phones_install(tls: Path):
    answer = Client().get("/join/boothline.crt")
    assert answer["Content-Type"] == "application/x-x509-ca-cert" and "attachment" not in answer.get("Content-Disposition", "")
    assert b"".join(answer.streaming_content) == tls.read_bytes()


def test_without_an_authority_there_is_no_certificate():
    assert Client().get("/join/boothline.crt").status_code == 404


def test_a_public_name_needs_no_certificate():
    with override_settings(SECURE=True, AUTHORITY=None, BASE_URL="https://crm.firm.example"):
        html = page()
    assert "https://crm.firm.example/join/" in html and "boothline.crt" not in html
    assert 'href="https://crm.firm.example/join/ready/"' in html


@pytest.mark.parametrize(
    "base, words",
    [
        ("http://127.0.0.1:8000", "Only this machine reaches Boothline now"),
        ("http://192.168.1.7:8000", "neither the camera nor work offline"),
    ],
)
def test_without_encryption_it_says_what_to_do(base: str, words: str):
    with override_settings(SECURE=False, AUTHORITY=None, BASE_URL=base):
        html = page()
    assert words in html and "boothline run --tls" in html and 'class="qr"' not in html


def test_without_encryption_only_an_administrator_reads_what_to_type(world: World, client_of: Any):
    with override_settings(SECURE=False, AUTHORITY=None, BASE_URL="http://127.0.0.1:8000"):
        asked = {who: client_of(world.users[who]).get("/join/?in=en").content.decode() for who in ("mei", "admin")}
    assert "Ask the administrator" in asked["mei"] and "boothline run --tls" not in asked["mei"]
    assert "boothline run --tls" in asked["admin"]


def test_the_check_is_a_page_and_a_script_that_does_nothing(tls: Path):
    html = page("/join/ready/")
    assert "This phone is ready." in html and "<noscript>" in html
    script = Client().get("/join/worker.js")
    assert script["Content-Type"].startswith("text/javascript") and b"fetch" not in script.content
