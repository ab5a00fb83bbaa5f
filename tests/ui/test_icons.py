"""Every drawing that a page names is in the sprite: a name that is not leaves a hole beside its word."""

import re
from pathlib import Path

import pytest

from boothline.core.slots import _slots
from boothline.timeline.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.once


def test_every_named_drawing_is_there():
    there = set(re.findall(r'id="([^"]+)"', (ROOT / "frontend/icons.svg").read_text()))
    named = {
        name: path.name
        for path in (ROOT / "boothline").rglob("*.html")
        for name in re.findall(r'icon\("([gi]-[a-z0-9-]+)"', path.read_text())
    }
    named |= {f"i-{thing.icon}": slot for slot, things in _slots.items() for thing in things if getattr(thing, "icon", "")}
    named |= {f"i-{kind.icon}": code for code, kind in KINDS.items()}
    assert len(named) > 30
    assert {name: where for name, where in named.items() if name not in there} == {}
