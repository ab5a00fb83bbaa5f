"""The outbox: a lease, tries with growing waits, parking that is shown, mail that arrives once."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from django.utils import timezone

from boothline.config.cli import main
from boothline.core import tasks
from boothline.messaging import letters
from boothline.messaging.letters import write
from boothline.messaging.models import Letter, Notice
from boothline.timeline import delivery, hearing
from boothline.timeline.models import Delivery, Event
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):
    """A listener that fails as long as `broken` holds something, and counts."""
    state = {"broken": ["no"], "heard": 0}

    def hear(event: Event) -> None:
        Event.objects.filter(pk=event.pk).update(under_name="half written")
        if state["broken"]:
            raise OSError("the other side is away\x00")
        state["heard"] += 1

    monkeypatch.setitem(hearing._later, "messaging.tell", (hear, hearing._later["messaging.tell"][1]))
    return state


def only(world: World) -> Delivery:
    """One delivery to the failing listener, and nothing else waiting."""
    world.ordered(world.take())
    Delivery.objects.exclude(listener="messaging.tell").delete()
    wanted = Delivery.objects.order_by("id").first()
    assert wanted
    Delivery.objects.exclude(pk=wanted.pk).delete()
    return wanted


def later(one: Delivery) -> None:
    """Time passes until it is due."""
    Delivery.objects.filter(pk=one.pk).update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_failure_is_taken_back_and_waits_longer_each_time(world: World, failing):
    one = only(world)
    waits = []
    for tries in range(1, delivery.PATIENCE):
        assert delivery.sweep() == 0
        one.refresh_from_db()
        assert one.tries == tries and one.taken_until is None and one.error == "OSError: the other side is away"
        assert one.event.under_name != "half written"
        waits.append((one.due_at - timezone.now()).total_seconds())
        assert delivery.sweep() == 0, "not due yet"
        later(one)
    assert waits == sorted(waits) and waits[0] > 5 and sum(waits) > 3600


def test_after_eight_tries_it_is_parked_shown_and_tried_again_on_demand(world: World, failing):
    one = only(world)
    for _ in range(delivery.PATIENCE + 3):
        delivery.sweep()
        later(one)
    one.refresh_from_db()
    assert one.parked_at and one.tries == delivery.PATIENCE == 8
    shown = json.loads(CliRunner().invoke(main, ["deliveries", "--json"]).stdout)["deliveries"]
    assert [(d["id"], d["state"], d["tries"], d["error"]) for d in shown] == [(one.pk, "parked", 8, "OSError: the other side is away")]
    failing["broken"].clear()
    assert delivery.sweep() == 0
    assert json.loads(CliRunner().invoke(main, ["deliveries", "--again", "--json"]).stdout)["again"] == 1
    assert delivery.sweep() == 1 and failing["heard"] == 1
    assert CliRunner().invoke(main, ["deliveries"]).stdout == ""


def test_a_lease_keeps_the_second_worker_away_until_it_is_over(world: World, failing):
    failing["broken"].clear()
    one = only(world)
    Delivery.objects.filter(pk=one.pk).update(taken_until=timezone.now() + delivery.LEASE)
    assert delivery.sweep() == 0 and delivery.sweep([one.pk]) == 0
    Delivery.objects.filter(pk=one.pk).update(taken_until=timezone.now() - timedelta(seconds=1))
    assert delivery.sweep() == 1 and delivery.sweep() == 0
    assert failing["heard"] == 1


def test_a_lease_that_was_too_short_hears_once(world: World, failing):
    """Both workers have the delivery in hand; the second one finds it done and has no effect."""
    failing["broken"].clear()
    one = only(world)
    delivery.hear_once(one)
    delivery.hear_once(one)
    assert failing["heard"] == 1


def test_an_event_that_kills_its_worker_is_parked_too(world: World, failing):
    failing["broken"].clear()
    one = only(world)
    Delivery.objects.filter(pk=one.pk).update(tries=8, taken_until=timezone.now() - timedelta(seconds=1))
    assert delivery.sweep() == 0
    one.refresh_from_db()
    assert one.parked_at and failing["heard"] == 0


def test_a_listener_that_is_gone_parks_instead_of_stopping_the_others(world: World):
    world.sent(world.take())
    first = Delivery.objects.order_by("id").first()
    Delivery.objects.filter(pk=first.pk).update(listener="room.gone")
    tasks.sweep()
    first.refresh_from_db()
    assert "room.gone" in first.error
    assert not delivery.waiting().exclude(pk=first.pk).exists()


class Mailbox:
    """A mail server's memory: (Message-ID, body) of each letter it took."""

    def __init__(self) -> None:
        self.took: list[tuple[str, str]] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        letter = message_from_bytes(envelope.content)
        self.took.append((letter["Message-ID"], letter.get_payload(decode=True).decode()))
        return "250 OK"


@pytest.fixture
def smtp(settings):
    """A mail server that is down until it is started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    box.up = server.start
    yield box
    if server.server:
        server.stop()


def letter_to(world: World) -> Letter:
    customer = world.take()
    Delivery.objects.all().delete()
    return write(customer.contacts.first(), by=world.mei, subject="样品", body="样品已寄出。", language="zh-hans")


def mail() -> Delivery:
    return Delivery.objects.get(listener="messaging.send")


def test_mail_waits_for_a_server_that_is_down_and_leaves_once(world: World, smtp):
    letter = letter_to(world)
    for tries in (1, 2):
        tasks.sweep()
        assert (mail().tries, mail().done_at) == (tries, None) and "Connection" in mail().error
        later(mail())
    smtp.up()
    tasks.sweep()
    tasks.sweep()
    letter.refresh_from_db()
    assert len(smtp.took) == 1 and letter.state == "sent" and mail().done_at


def test_mail_taken_but_not_noted_goes_again_under_the_same_id(world: World, smtp, monkeypatch):
    """The process ends between the server's OK and our note: the receiver can tell the repetition."""
    smtp.up()
    letter_to(world)
    with monkeypatch.context() as cut:
        cut.setattr(letters, "mark_sent", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("cut")))
        tasks.sweep()
    later(mail())
    tasks.sweep()
    tasks.sweep()
    assert len(smtp.took) == 2 and len({ident for ident, _body in smtp.took}) == 1
    assert mail().done_at


def test_a_silent_mail_server_does_not_hold_up_our_own_listeners(world: World, smtp):
    world.sent(world.take())
    write(world.take(company="单氏").contacts.first(), by=world.mei, subject="a", body="b", language="en")
    tasks.sweep()
    tried = Delivery.objects.filter(listener="messaging.send").values_list("tries", flat=True)
    assert sorted(tried) == [0, 1], "one letter asks; the others wait for the next sweep"
    assert not delivery.waiting().exclude(listener="messaging.send").exists()


def test_a_lost_doorbell_is_made_good_by_the_sweep(world: World, settings, monkeypatch, django_capture_on_commit_callbacks):
    settings.TASKS_IMMEDIATE = False
    rung = []

    def broken(ids):
        rung.extend(ids)
        raise OSError("the bell's file is gone")

    monkeypatch.setattr(tasks, "answer", broken)
    with django_capture_on_commit_callbacks(execute=True):
        request = world.sent(world.take())
    assert rung, "it was rung"
    with django_capture_on_commit_callbacks(execute=True):
        world.confirm(request)
        tasks.sweep()
    assert Notice.objects.filter(user=world.users["mei"], event__kind="contracts.confirmed").exists()
    assert not delivery.waiting().exists()
