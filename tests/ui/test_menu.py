"""The menu of a phone and the path above a page: in the groups of the menu, without what stands there already."""

from __future__ import annotations

import re
from typing import Any

import pytest

from boothline.fairs.editions import edit_fair
from tests.world import World

pytestmark = pytest.mark.django_db


def test_what_the_dock_has_is_not_in_the_menu_of_a_phone_again(world: World, client_of: Any) -> None:
    html = client_of(world.users["heyuan"]).get("/more/").content.decode()
    listed = re.findall(r'<section class="panel morepage">(.*?)</section>', html, re.S)[0]
    dock = re.findall(r'<nav class="dock".*?</nav>', html, re.S)[0]
    there, docked = (set(re.findall(r'<a [^>]*href="([^"]+)"', part)) for part in (listed, dock))
    assert "/orders/" in docked and not there & docked
    assert listed.count('<h2 class="cap">') == 5 and "/settings/" in there


def test_a_page_that_is_called_like_the_one_above_it_stands_in_the_path_once(world: World, client_of: Any) -> None:
    path = re.compile(r'<nav class="crumb".*?</nav>', re.S)
    address, client = f"/fairs/{world.fair.pk}/", client_of(world.users["heyuan"])
    usual = path.findall(client.get(address).content.decode())[0]
    assert ">展会</a><i>/</i><b>" in usual
    edit_fair(world.fair, by=world.heyuan, revision=world.fair.revision, values={"name": "展会"})
    namesake = path.findall(client.get(address).content.decode())[0]
    assert namesake.count("展会") == 1 and "<i>/</i>" not in namesake
