"""Signing in: the same answer for known and unknown names, slower and then refused; sign-ins that end when they must."""

from __future__ import annotations

import time
from datetime import timedelta
from statistics import median

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from boothline.accounts.people import User, activate, deactivate, edit_person
from boothline.accounts.sign_ins import SignIn, alive
from boothline.accounts.tries import WrongTry
from boothline.timeline.models import Event
from tests.checksum import page_of
from tests.world import World

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


def sign_in(client: Client, name: str = "mei", password: str = "secret-1", **more: str):
    return client.post(SIGN_IN, {"login": name, "password": password}, **more)


def test_it_makes_a_new_session_key_and_keeps_that_it_happened(world: World, client: Client):
    client.get(reverse("first-start"))
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    assert sign_in(client)["Location"] == "/"
    assert client.session.session_key != before
    assert Event.objects.last().kind == "accounts.signed_in"
    assert [row.session for row in alive(world.users["mei"])] == [client.session.session_key]


def test_known_unknown_and_closed_names_get_the_same_answer(world: World):
    deactivate(world.users["kevin"], by=world.admin)
    answers = {
        page_of(sign_in(Client(), name, word)).replace(name, "?") for name, word in [("mei", "no"), ("nobody", "no"), ("kevin", "secret-1")]
    }
    assert len(answers) == 1


@pytest.mark.parametrize("hasher", ["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_known_and_unknown_names_take_the_same_time(world: World, settings, hasher: str):
    """With the real hasher: a name that nobody has costs a hash too."""
    settings.PASSWORD_HASHERS = [hasher]
    settings.SLOW_SIGN_IN = False
    mei = world.users["mei"]
    mei.set_password("secret-1")
    mei.save()
    took: dict[str, list[float]] = {"mei": [], "nobody": []}
    for _ in range(9):
        for name, times in took.items():
            WrongTry.objects.all().delete()
            start = time.process_time()
            sign_in(Client(), name, "wrong-1")
            times.append(time.process_time() - start)
    known, unknown = median(took["mei"]), median(took["nobody"])
    assert abs(known - unknown) < 0.35 * max(known, unknown), took  # without the hash it would be a factor of ten


def test_slower_from_five_and_refused_from_ten(world: World, settings, monkeypatch):
    settings.SLOW_SIGN_IN = True
    slept: list[float] = []
    monkeypatch.setattr("boothline.accounts.tries.time.sleep", slept.append)
    codes = [sign_in(Client(), "mei", "wrong", REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(12)]
    assert codes == [200] * 10 + [429] * 2
    assert slept == [0.25, 0.5, 0.75, 1.0, 1.25, 1.5]
    refused = sign_in(Client())  # the right password, too
    assert refused.status_code == 429 and int(refused["Retry-After"]) <= 901
    assert "等 15 分钟" in refused.content.decode()


def test_an_unknown_name_is_refused_alike(world: World):
    codes = [sign_in(Client(), "nobody", "wrong").status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_nobody_is_shut_out_for_longer_than_the_window(world: World):
    """Refused tries are not counted."""
    start = timezone.now()
    for _ in range(10):
        sign_in(Client(), "mei", "wrong")
    with time_machine.travel(start + timedelta(minutes=14)):
        for _ in range(30):
            assert sign_in(Client(), "mei", "wrong").status_code == 429
    with time_machine.travel(start + timedelta(minutes=15, seconds=5)):
        assert sign_in(Client()).status_code == 302


def test_one_address_trying_many_names_is_refused(world: World):
    codes = [sign_in(Client(), f"name{n}", "wrong", REMOTE_ADDR="10.9.9.9").status_code for n in range(102)]
    assert codes == [200] * 100 + [429] * 2
    assert sign_in(Client(), REMOTE_ADDR="10.9.9.8").status_code == 302


def test_a_right_one_forgets_the_wrong_ones_before(world: World):
    for _ in range(3):
        for _ in range(9):
            assert sign_in(Client(), "mei", "wrong").status_code == 200
        assert sign_in(Client()).status_code == 302


def test_the_names_that_were_tried_are_not_kept(world: World):
    sign_in(Client(), "my-secret-password-in-the-wrong-field", "x")
    assert WrongTry.objects.exists()
    assert not [row for row in WrongTry.objects.all() if "secret" in row.what]


def test_closed_access_ends_sign_ins_with_the_next_request_and_for_ever(world: World):
    client = Client()
    sign_in(client)
    assert client.get("/today/").status_code == 200
    mei = deactivate(world.users["mei"], by=world.admin)
    assert client.get("/today/")["Location"] == "/sign-in/?next=/today/"
    assert sign_in(Client()).status_code == 200
    activate(mei, by=world.admin)
    assert client.get("/today/").status_code == 302, "the old sign-in stays ended"
    assert sign_in(Client()).status_code == 302


def test_a_change_of_role_holds_with_the_next_request(world: World):
    client = Client()
    sign_in(client)
    assert client.get(reverse("rules")).status_code == 403
    mei = edit_person(world.users["mei"], by=world.admin, revision=world.users["mei"].revision, values={}, roles=["admin"])
    assert client.get(reverse("rules")).status_code == 200
    edit_person(mei, by=world.admin, revision=mei.revision, values={}, roles=["clerk"])
    assert client.get(reverse("rules")).status_code == 403


def test_a_new_password_ends_other_sign_ins_and_keeps_this_one(world: World):
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    key = here.session.session_key
    fields = {"old": "secret-1", "new": "gu-zhen-2046", "again": "gu-zhen-2046", "revision": "1"}
    assert here.post(reverse("my-password"), fields | {"old": "wrong"}).status_code == 422
    assert here.post(reverse("my-password"), fields | {"again": "other"}).status_code == 422
    assert here.post(reverse("my-password"), fields)["Location"] == reverse("me")
    assert here.get("/today/").status_code == 200 and here.session.session_key != key
    assert there.get("/today/").status_code == 302
    assert Event.objects.filter(kind="accounts.password_set").count() == 1
    assert sign_in(Client()).status_code == 200 and sign_in(Client(), password="gu-zhen-2046").status_code == 302


def test_one_ends_a_lost_phone(world: World):
    here, phone = Client(), Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"})
    sign_in(here)
    sign_in(phone)
    assert "Safari · iPhone" in here.get(reverse("me")).content.decode()
    lost = SignIn.objects.get(session=phone.session.session_key)
    assert here.post(reverse("my-sign-ins"), {"one": lost.pk}).status_code == 302
    assert phone.get("/today/").status_code == 302 and here.get("/today/").status_code == 200
    assert not Session.objects.filter(pk=lost.session).exists()
    sign_in(phone)
    assert here.post(reverse("my-sign-ins")).status_code == 302
    assert phone.get("/today/").status_code == 302 and here.get("/today/").status_code == 200


def test_one_cannot_end_anothers(world: World):
    here, other = Client(), Client()
    sign_in(here)
    sign_in(other, "haoran")
    theirs = SignIn.objects.get(session=other.session.session_key)
    here.post(reverse("my-sign-ins"), {"one": theirs.pk})
    assert other.get("/today/").status_code == 200
    assert User.objects.get(username="haoran").epoch == 0


def test_cookies_are_locked_under_tls():
    """Names and flags follow from the base address; read in a process of its own."""
    import os
    import subprocess
    import sys

    code = (
        "from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)"
    )
    env = os.environ | {"BASE_URL": "https://booth.example", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["__Host-session", "__Host-csrf", "True", "True", "Lax"]
