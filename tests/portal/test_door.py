"""The way in: what is not a whole, open link of this browser opens nothing, and always says so in the same way."""

from __future__ import annotations

import logging
import random
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from boothline.customers.card import Contact
from boothline.links.models import Grant, LinkToken
from boothline.messaging.models import Letter
from boothline.portal.guests import SALT, _cookie
from boothline.timeline.models import Event
from tests.checksum import checksum, page_of, tables
from tests.portal.guest import Guest, link_of
from tests.suites.paper import forms_of, read

pytestmark = pytest.mark.django_db
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LOOKALIKE = {
    "a": "а",
    "e": "е",
    "o": "о",
    "c": "с",
    "p": "р",
    "x": "х",
    "0": "O",
    "O": "0",
    "l": "I",
    "I": "l",
    "1": "l",
    "-": "‐",
    "_": "＿",
}


@pytest.fixture
def request_out(world):
    return world.sent(world.take())


def shut(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 404, address
    assert not answer.cookies, "nothing is kept of a link that opens nothing"
    return page_of(answer)


def altered(token: str) -> list[str]:
    """Flips, cuts, additions, look-alikes; none is the token."""
    dice = random.Random(7)
    found = [token[:i] + dice.choice(ALPHABET.replace(token[i], "")) + token[i + 1 :] for i in range(len(token)) for _ in range(20)]
    found += [token[:i] + chr(ord(token[i]) ^ (1 << bit)) + token[i + 1 :] for i in range(len(token)) for bit in range(7)]
    found += [token[:i] for i in range(1, len(token))] + [token[i:] for i in range(1, len(token))]
    found += [token[:i] + LOOKALIKE[c] + token[i + 1 :] for i, c in enumerate(token) if c in LOOKALIKE]
    found += [token + x for x in ("=", "==", "%", " ", ".", "\x00", "A", "\n", ",", "。", ")")] + [
        x + token for x in ("=", " ", "A", "\ufeff")
    ]
    found += [token.upper(), token.lower(), token.swapcase(), token[::-1], token + token, token.replace("-", "_")]
    return sorted({t for t in found if t != token})


def test_an_altered_link_opens_nothing(request_out):
    link = link_of(request_out)
    token = link.split("/")[2]
    client, before = Client(), checksum()
    answers = {shut(client, f"/p/{quote(bent, safe='')}/") for bent in altered(token) if "/" not in bent}
    answers |= {
        shut(client, address)
        for address in ("/p/", f"/p/{token}/x/", f"/p//{token}/", "/p/x/", "/c/", "/c/x/", f"/c/{request_out.grant_id}/x/")
    }
    assert len(answers) == 1
    assert len(altered(token)) > 1000
    assert checksum() == before
    assert client.get(link).status_code == 302  # the true one does open


def test_a_link_without_its_last_stroke_is_mended(request_out):
    """Chat programs cut the slash; that is not an altered link."""
    assert Guest(link_of(request_out).rstrip("/")).page.status_code == 200


@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_a_closed_grant_opens_nothing_from_that_moment_on(request_out, end):
    nothing = shut(Client(), "/p/nothing/")
    link = link_of(request_out)
    guest = Guest(link)
    assert guest.page.status_code == 200
    now = timezone.now()
    Grant.objects.update(**({"expires_at": now} if end == "expired" else {"revoked_at": now}))
    assert shut(Client(), link) == nothing
    number = request_out.contract.number
    for address in (guest.seen[-1], *(f"{guest.seen[-1]}contracts/{number}/{part}" for part in ("", "changes/", "refusal/", "paper/"))):
        answer = guest.browser.get(address)
        assert answer.status_code == 404 and page_of(answer) == nothing
    before = checksum()
    for part in ("opening/", "confirmation/", "refusal/", "changes/", "changes/withdrawal/"):
        answer = guest.browser.post(f"{guest.seen[-1]}contracts/{number}/{part}", {"request": request_out.pk, "words": "x"})
        assert answer.status_code == 404 and page_of(answer) == nothing
    assert checksum() == before


def test_a_link_lives_as_long_as_its_grant(request_out):
    link = link_of(request_out)
    with time_machine.travel(request_out.grant.expires_at - timedelta(minutes=1), tick=False):
        assert Client().get(link).status_code == 302
    with time_machine.travel(request_out.grant.expires_at, tick=False):
        assert Client().get(link).status_code == 404


def test_a_cookie_opens_its_own_grant_only(request_out, world):
    other = world.sent(world.take("Nordlicht GmbH", "Anna", emails=["a@n.example"], phones=[]))
    mine, theirs = request_out.grant_id, other.grant_id
    nothing = shut(Client(), "/p/nothing/")
    true = signing.dumps(mine, salt=SALT)
    bad = [signing.dumps(theirs, salt=SALT), signing.dumps(mine, salt="other"), signing.dumps(str(mine), salt=SALT), "", "x", "null"]
    bad += [true[:i] + ("A" if true[i] != "A" else "B") + true[i + 1 :] for i in range(len(true) - 1)] + [true[:-1], true + "A"]
    for value in bad:
        client = Client()
        client.cookies.load({_cookie(mine): value})
        assert page_of(client.get(f"/c/{mine}/")) == nothing, value
    client = Client()
    client.cookies.load({_cookie(mine): true})
    assert client.get(f"/c/{mine}/home/").status_code == 200
    assert page_of(client.get(f"/c/{theirs}/")) == nothing


def test_the_cookie_is_kept_from_scripts_and_from_other_pages(request_out):
    answer = Client().get(link_of(request_out))
    (cookie,) = answer.cookies.values()
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == f"/c/{request_out.grant_id}/"


def test_two_customers_links_in_one_browser(request_out, world):
    other = world.sent(world.take("Nordlicht GmbH", "Anna", emails=["a@n.example"], phones=[]))
    browser = Client()
    first, second = Guest(link_of(request_out), browser), Guest(link_of(other), browser)
    assert "光速贸易" in first.text and "Nordlicht" not in first.text
    assert "Nordlicht" in second.text and "光速贸易" not in second.text
    second.send("language", language="en")
    first.open(first.seen[-1])
    assert 'lang="zh-CN"' in first.text.split("<head>")[0]  # each grant keeps its own language
    first.send("opening")
    second.send("opening")
    assert request_out.contract.number in first.text and request_out.contract.number not in second.text
    crossed = browser.get(first.seen[-1].replace(f"/c/{request_out.grant_id}/", f"/c/{other.grant_id}/"))
    assert crossed.status_code == 404


def test_fetching_changes_nothing(request_out):
    """A scanner may come twenty times: nothing is opened, nothing is answered."""
    link = link_of(request_out)
    client, before, events = Client(), checksum(), Event.objects.count()
    number, grant = request_out.contract.number, request_out.grant_id
    pages = [
        "",
        *(
            f"contracts/{number}/{part}"
            for part in ("", "opening/", "confirmation/", "refusal/", "changes/", "changes/withdrawal/", "paper/")
        ),
    ]
    for _round in range(10):
        for fetch in (client.get, client.head):
            assert fetch(link).status_code == 302
            for page in pages:
                assert fetch(f"/c/{grant}/{page}").status_code in (200, 302, 405)
    assert Event.objects.count() == events
    assert checksum() == before


def test_whoever_sends_the_forms_untouched_opens_it_at_most(request_out):
    """Some scanners press buttons. Landing on a contract and pressing everything there confirms nothing."""
    guest = Guest(link_of(request_out))
    for form in forms_of(guest.page.content):
        guest.browser.post(form.action, form.fields)
    request_out.refresh_from_db()
    assert request_out.state in ("sent", "opened")
    guest.open(guest.seen[-1])
    for form in forms_of(guest.page.content):
        guest.browser.post(form.action, form.fields)  # the box is not ticked
    request_out.refresh_from_db()
    assert request_out.state == "opened"


def test_the_token_stands_in_the_mailed_address_and_nowhere_else(request_out, world, caplog):
    caplog.set_level(logging.DEBUG)
    link = link_of(request_out)
    token = link.split("/")[2]
    answer = Client().get(link)
    assert answer["Referrer-Policy"] == "no-referrer" and answer["Cache-Control"] == "no-store"
    guest = Guest(link)
    guest.send("opening")
    guest.open(re.search(r'href="([^"]*/changes/)"', guest.text)[1])
    guest.send("", words="定金改 20%")
    guest.send("withdrawal")
    guest.send("confirmation", consent="yes")
    assert "已确认" in guest.text
    later = guest.seen[1:] + [value for _tag, a in read(guest.page.content).tags for value in a.values()]
    assert not [address for address in later if token in address]
    assert token not in guest.text and guest.page["Referrer-Policy"] == "same-origin"
    assert token not in caplog.text
    for model in tables():
        assert token not in repr(list(model._default_manager.values_list())), model._meta.label
    assert LinkToken.objects.exists() and "{link}" in Letter.objects.first().body


def test_a_guess_needs_more_than_128_bits(request_out):
    tokens = {link_of(request_out).split("/")[2] for _ in range(20)}
    assert len(tokens) == 20 and all(len(token) >= 43 for token in tokens)
    assert {len(digest) for digest in LinkToken.objects.values_list("digest", flat=True)} == {64}


def test_a_contact_who_is_gone_opens_nothing(request_out):
    guest = Guest(link_of(request_out))
    Grant.objects.filter(pk=request_out.grant_id).update(holder_id=987_654)
    assert guest.browser.get(guest.seen[-1]).status_code == 404
    Grant.objects.filter(pk=request_out.grant_id).update(holder_id=Contact.objects.first().pk, holder_kind="user")
    assert guest.browser.get(guest.seen[-1]).status_code == 404
