"""A phone comes in: the check says ready only where the certificate is trusted, not where a warning was clicked away."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext, override
from playwright.sync_api import Browser

from tests.browser.conftest import ARGUMENTS, Service, chromium, make_service, overhang

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = make_service(tmp_path_factory.mktemp("home"), "b_join")
    made.start(demo=False, BOOTHLINE_TLS="yes")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def trusting(tls: Service, browser: Browser) -> Iterator[Browser]:
    """A browser that trusts this certificate, as a phone does after it has installed the authority's."""
    key = x509.load_pem_x509_certificate((tls.home / "tls/server.pem").read_bytes()).public_key()
    pin = base64.b64encode(hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()
    opened = browser.browser_type.launch(executable_path=chromium(), args=[*ARGUMENTS, f"--ignore-certificate-errors-spki-list={pin}"])
    yield opened
    opened.close()


@pytest.mark.parametrize("language", ["zh-hans", pytest.param("en", marks=pytest.mark.spare)])
def test_a_phone_comes_in_by_the_doorstep(tls: Service, trusting: Browser, language: str):
    door = (tls.home / "service.log").read_text().split("same network: ")[1].split()[0]
    page = trusting.new_context(viewport={"width": 360, "height": 780}).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(door.removesuffix("join/"))
    page.goto(f"{page.url}?in={language}")
    with override(language):
        assert page.get_by_role("link", name=gettext("Get the certificate")).bounding_box()["height"] >= 44
        page.get_by_role("link", name=gettext("Check this phone")).click()
    page.wait_for_url("https://**/join/ready/**")
    page.locator("[data-verdict=yes]").wait_for()
    assert page.locator("[data-mark=no]:visible").count() == 0
    assert overhang(page) <= 0
    assert complaints == []
    page.context.close()


def test_a_warning_that_was_clicked_away_is_not_enough(tls: Service, browser: Browser):
    page = browser.new_context(ignore_https_errors=True, viewport={"width": 360, "height": 780}).new_page()
    page.goto(f"https://127.0.0.1:{tls.port}/join/ready/?in=en")
    page.locator("[data-verdict=no]").wait_for()
    assert page.locator("[data-check=trusted] [data-missing]").is_visible()
    assert page.locator(".btn.go").inner_text() == "Back to the certificate"
    page.context.close()


def test_without_trust_the_browser_refuses(tls: Service, browser: Browser):
    page = browser.new_context().new_page()
    with pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(f"https://127.0.0.1:{tls.port}/join/")
    page.context.close()
