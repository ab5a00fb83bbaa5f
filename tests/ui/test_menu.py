"""The menu of a phone: in the groups of the menu beside a page, without what the dock has already."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.world import World

pytestmark = pytest.mark.django_db


def test_what_the_dock_has_is_not_in_the_menu_of_a_phone_again(world: World, client_of: Any) -> None:
    html = client_of(world.users["heyuan"]).get("/more/").content.decode()
    listed = re.findall(r'<section class="panel morepage">(.*?)</section>', html, re.S)[0]
    dock = re.findall(r'<nav class="dock".*?</nav>', html, re.S)[0]
    there, docked = (set(re.findall(r'<a [^>]*href="([^"]+)"', part)) for part in (listed, dock))
    assert "/orders/" in docked and not there & docked
    assert listed.count('<h2 class="cap">') == 5 and "/settings/" in there
