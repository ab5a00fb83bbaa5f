"""`boothline run --tls`: what the authority signs, what phones are given, and what a browser sees of it over real sockets."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import time_machine
from cryptography import x509

from boothline.config import doorstep, service
from boothline.config import tls as certificates
from boothline.core.errors import Misconfigured
from tests.browser.conftest import ROOT, Service, free_port, make_service

pytestmark = pytest.mark.once


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    folder = tmp_path / "tls"
    for name, file in {"FOLDER": "", "AUTHORITY": "authority.pem", "FOR_PHONES": "authority.crt", "SERVER": "server.pem"}.items():
        monkeypatch.setattr(certificates, name, folder / file)
    monkeypatch.setattr(certificates, "wanted", lambda: ["127.0.0.1", "192.0.2.7", "booth.local"])
    return certificates


def names_of(pem: bytes) -> set[str]:
    held = x509.load_pem_x509_certificate(pem).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(a) for a in held.get_values_for_type(x509.IPAddress)} | set(held.get_values_for_type(x509.DNSName))


def test_authority_and_certificate_are_made_once_and_for_the_owner_alone(tls: ModuleType):
    assert tls.prepare() and not tls.prepare()
    assert stat.S_IMODE(tls.FOLDER.stat().st_mode) == 0o700
    assert {p.name: oct(stat.S_IMODE(p.stat().st_mode)) for p in tls.FOLDER.iterdir()} == dict.fromkeys(
        ("authority.pem", "authority.crt", "server.pem"), "0o600"
    )
    assert names_of(tls.SERVER.read_bytes()) == {"127.0.0.1", "192.0.2.7", "booth.local"}


def test_phones_get_the_authority_and_never_its_key(tls: ModuleType):
    tls.prepare()
    given = x509.load_der_x509_certificate(tls.FOR_PHONES.read_bytes())
    assert given == x509.load_pem_x509_certificate(tls.AUTHORITY.read_bytes())
    assert given.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert b"PRIVATE" not in tls.FOR_PHONES.read_bytes()


def test_an_iphone_takes_the_certificate(tls: ModuleType):
    tls.prepare()
    kept = x509.load_pem_x509_certificate(tls.SERVER.read_bytes())
    assert kept.not_valid_after_utc - kept.not_valid_before_utc < timedelta(days=398)
    uses = kept.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert x509.oid.ExtendedKeyUsageOID.SERVER_AUTH in uses


def test_another_address_gets_a_certificate_of_the_same_authority(tls: ModuleType, monkeypatch: pytest.MonkeyPatch):
    tls.prepare()
    authority = tls.AUTHORITY.read_bytes()
    monkeypatch.setattr(tls, "wanted", lambda: ["127.0.0.1", "198.51.100.9"])
    assert tls.prepare()
    assert "198.51.100.9" in names_of(tls.SERVER.read_bytes())
    assert tls.AUTHORITY.read_bytes() == authority, "the phones need nothing new"


def test_an_address_that_is_gone_changes_nothing(tls: ModuleType, monkeypatch: pytest.MonkeyPatch):
    tls.prepare()
    monkeypatch.setattr(tls, "wanted", lambda: ["127.0.0.1"])
    assert not tls.prepare()


def test_a_certificate_that_runs_out_is_made_anew(tls: ModuleType):
    with time_machine.travel(datetime(2027, 3, 1, tzinfo=UTC)):
        tls.prepare()
    with time_machine.travel(datetime(2028, 1, 20, tzinfo=UTC)):
        assert not tls.prepare(), "40 days are left"
    with time_machine.travel(datetime(2028, 2, 5, tzinfo=UTC)):
        assert tls.prepare()
        assert tls.ends() > datetime(2029, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("harm", ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_damaged_certificate_is_made_anew(tls: ModuleType, harm: str):
    tls.prepare()
    tls.SERVER.write_text(harm)
    assert tls.prepare()


def test_a_certificate_of_another_authority_is_made_anew(tls: ModuleType):
    tls.prepare()
    other = tls.SERVER.read_bytes()
    tls.AUTHORITY.unlink()
    assert tls.prepare()
    assert tls.SERVER.read_bytes() != other


def test_a_damaged_authority_is_named_and_not_replaced(tls: ModuleType):
    tls.prepare()
    tls.AUTHORITY.write_text("half")
    with pytest.raises(Misconfigured, match=r"authority\.pem cannot be read"):
        tls.prepare()
    assert tls.AUTHORITY.read_text() == "half"


def test_a_lost_copy_for_phones_comes_back(tls: ModuleType):
    tls.prepare()
    tls.FOR_PHONES.unlink()
    tls.prepare()
    assert tls.FOR_PHONES.exists()


def test_while_it_runs_the_certificate_follows_the_addresses(tls: ModuleType, monkeypatch: pytest.MonkeyPatch):
    tls.prepare()
    said: list[str] = []
    service._renew(lambda message, **values: said.append(message % values))
    assert said == []
    monkeypatch.setattr(tls, "wanted", lambda: ["127.0.0.1", "203.0.113.5"])
    monkeypatch.setattr(service, "addresses", lambda: ["203.0.113.5"])
    service._renew(lambda message, **values: said.append(message % values))
    assert said == ["The certificate now holds 203.0.113.5. Phones that trust it have nothing to do."]


# ---------------------------------------------------------------- the doorstep


def on_the_doorstep(method: str, path: str, **environ: Any) -> tuple[str, dict[str, str], dict[str, Any]]:
    """(status, headers, what our application was handed)."""
    handed: dict[str, Any] = {}
    said: list[Any] = []

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        handed.update(environ)
        start("200 OK", [("Content-Type", "text/html"), ("Cross-Origin-Opener-Policy", "same-origin")])
        return [b""]

    door = doorstep.only_the_way_in(application)
    door({"REQUEST_METHOD": method, "PATH_INFO": path, **environ}, lambda status, headers, *_: said.extend((status, dict(headers))))
    return said[0], said[1], handed


@pytest.mark.parametrize("path", ["/sign-in/", "/customers/", "/p/some-token/", "/joined/", "/static", "/../customers/"])
def test_everything_else_leads_to_https(path: str):
    status, headers, handed = on_the_doorstep("GET", path)
    assert status == "302 Found" and not handed
    assert headers["Location"] == f"{doorstep.env.BASE_URL}/", "and no token of a link goes on in the open"


def test_the_way_in_is_shown_without_cookies():
    status, headers, handed = on_the_doorstep("GET", "/join/", HTTP_COOKIE="__Host-session=secret", HTTP_X_FORWARDED_PROTO="https")
    assert status == "200 OK" and "HTTP_COOKIE" not in handed and "HTTP_X_FORWARDED_PROTO" not in handed
    assert "Cross-Origin-Opener-Policy" not in headers, "browsers complain of it on plain http"
    assert on_the_doorstep("GET", "/")[1]["Location"] == "/join/"


def test_nothing_can_be_sent_there():
    for path in ("/join/", "/sign-in/"):
        status, _headers, handed = on_the_doorstep("POST", path)
        assert status.startswith("405") and not handed


# ---------------------------------------------------------------- over real sockets


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = make_service(tmp_path_factory.mktemp("home"), "tls_service")
    made.start(demo=False, BOOTHLINE_TLS="yes")
    yield made
    made.stop()


def ask(running: Service, path: str, trust: ssl.SSLContext) -> http.client.HTTPResponse:
    connection = http.client.HTTPSConnection("127.0.0.1", running.port, timeout=20, context=trust)
    connection.request("GET", path)
    return connection.getresponse()


def trusting(running: Service) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=(running.home / "tls/authority.crt").read_bytes())
    return context


def test_who_trusts_the_authority_gets_in_and_nobody_else(running: Service):
    answer = ask(running, "/first-start/", trusting(running))
    assert answer.status == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(running, "/first-start/", ssl.create_default_context())


def test_cookies_are_bound_to_this_host_and_nothing_is_insisted_on_later(running: Service):
    answer = ask(running, "/first-start/", trusting(running))
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrf=") and "Secure" in cookie and "Path=/;" in cookie and "Domain" not in cookie
    assert "Strict-Transport-Security" not in answer.headers


def test_the_doorstep_gives_the_certificate(running: Service):
    said = (running.home / "service.log").read_text()
    port = int(said.split("/join/")[0].rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/join/boothline.crt")
    answer = connection.getresponse()
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert answer.read() == (running.home / "tls/authority.crt").read_bytes()
    connection.request("GET", "/join/")
    page = connection.getresponse()
    assert page.status == 200 and "Set-Cookie" not in page.headers


def test_the_terminal_shows_the_way_in(running: Service):
    said = (running.home / "service.log").read_text()
    assert f"Boothline runs at https://127.0.0.1:{running.port}/" in said
    assert "The team's phones, in the same network: http://127.0.0.1:" in said
    assert "█" in said, "the code itself"


def test_a_new_certificate_is_used_without_a_new_start(running: Service):
    def held() -> str:
        with socket.create_connection(("127.0.0.1", running.port), 10) as plain:
            return str(trusting(running).wrap_socket(plain, server_hostname="127.0.0.1").getpeercert())

    assert "crm.example" not in held()
    env = {**os.environ, "BOOTHLINE_HOME": str(running.home), "BASE_URL": "https://crm.example", "PYTHONPATH": str(ROOT)}
    code = "from boothline.config import tls; assert tls.prepare()"
    subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, check=True, timeout=60)
    assert "crm.example" in held()


def test_an_address_that_contradicts_it_is_refused(tmp_path: Path):
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {"BOOTHLINE_HOME": str(tmp_path), "BASE_URL": "http://crm.example", "PORT": str(free_port())}
    command = [sys.executable, "-m", "boothline.config.cli", "run", "--tls"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "BASE_URL=http://crm.example begins with http://, but https is served" in done.stderr
