"""The index is compared with the records every night; what differs is mended, and a rebuild makes it anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone

from boothline.core import tasks
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.customers.card import Customer
from boothline.search.index import SOURCES, Entry, differences
from boothline.search.upkeep import compare, nightly, rebuild
from boothline.timeline.history import Event
from tests.world import World

pytestmark = pytest.mark.django_db


def state() -> set[tuple]:
    return {(*entry.key, entry.under_id, entry.text, tuple(entry.grams)) for entry in Entry.objects.all()}


def is_exact() -> bool:
    return not any(differences(s.kind, list(s.model._default_manager.values_list("pk", flat=True))) for s in SOURCES.values())


@pytest.fixture
def filled(world: World) -> World:
    world.ordered(world.take())
    world.take(company="Nordlicht GmbH", name="Anna Becker", emails=["a@nordlicht.example"], phones=["+49 40 5550 1762"])
    return world


def test_a_rebuild_gives_the_same_index(filled: World):
    before = state()
    assert before and rebuild(by=filled.admin) == sum(s.model._default_manager.count() for s in SOURCES.values())
    assert state() == before
    assert Customer.objects.all().search("nordl", filled.admin).count() == 1
    assert Event.objects.filter(kind="search.rebuilt").count() == 1


def test_what_was_indexed_by_one_reading_is_found_by_the_other_after_the_night(world: World):
    customer = world.take(company="佛山市朝霞灯具有限公司", name="黄秋霞")
    Entry.objects.filter(kind="customer").update(text=" 佛山市朝霞灯具有限公司\n foshanshichaoxiadengjuyouxiangongsi", grams=["h5f"])
    with time_machine.travel(timezone.localtime().replace(hour=3) + timedelta(days=1)):
        nightly()
    assert Customer.objects.all().search("zhaoxia", world.admin).get() == customer and is_exact()


def test_nothing_to_mend(filled: World):
    assert compare(by=SYSTEM) == 0
    assert Event.objects.get(kind="search.compared").values["mended"] == 0


def test_what_differs_is_mended(filled: World):
    customer = Customer.objects.get(name="Nordlicht GmbH")
    Customer.objects.filter(pk=customer.pk).update(name="北光照明")  # past every operation
    Entry.objects.filter(kind="order").delete()
    lost = Entry.objects.filter(kind="product").first()
    Entry.objects.filter(pk=lost.pk).update(text=" something else")
    Entry.objects.create(kind="fair", record_id=999_999, part="open", text=" ghost", grams=["h67686f"])
    assert not is_exact()
    assert compare(by=SYSTEM) >= 4
    assert is_exact() and not Entry.objects.filter(record_id=999_999)
    assert list(Customer.objects.all().search("beiguang", SYSTEM)) == [customer]
    assert compare(by=SYSTEM) == 0


def test_a_ghost_in_the_full_text_table_is_seen(filled: World):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its index itself")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO search_grams(rowid, grams) VALUES (900000, 'k6162')")
    assert compare(by=SYSTEM) == 1
    assert compare(by=SYSTEM) == 0
    assert Customer.objects.all().search("nordl", SYSTEM).count() == 1


def test_once_a_night(filled: World):
    night = timezone.localtime().replace(hour=3, minute=0) + timedelta(days=1)
    with time_machine.travel(night, tick=False):
        tasks.run_daily()
        tasks.run_daily()
        assert Event.objects.filter(kind="search.compared").count() == 1
    with time_machine.travel(night + timedelta(hours=22), tick=False):  # one o'clock: not yet
        nightly()
        assert Event.objects.filter(kind="search.compared").count() == 1
    with time_machine.travel(night + timedelta(hours=24), tick=False):
        nightly()
        assert Event.objects.filter(kind="search.compared").count() == 2


def test_who_may_rebuild(world: World):
    for by in (world.mei, world.heyuan):
        for act in (rebuild, compare):
            with pytest.raises(NotAllowed):
                act(by=by)
    assert not Event.objects.filter(kind__startswith="search.")


def test_by_command(filled: World, monkeypatch: pytest.MonkeyPatch):
    from boothline.config import cli

    monkeypatch.setattr(cli, "_ready", lambda: None)
    Entry.objects.all().delete()
    assert CliRunner().invoke(cli.main, ["search", "compare"]).exit_code == 0
    assert is_exact()
    Entry.objects.all().delete()
    done = CliRunner().invoke(cli.main, ["search", "rebuild"])
    assert done.exit_code == 0 and "records" in done.output + done.stderr
    assert is_exact()
