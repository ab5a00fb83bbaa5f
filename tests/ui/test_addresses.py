"""The address of a list holds only what was chosen."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "asked, clean",
    [
        ("?q=&state=&sort=newest", "?sort=newest"), ("?q=", ""), ("?q=&owner=me", "?owner=me"), ("?view=&q=a", "?q=a"),
        ("?q=&after=x", "?after=x"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_left_out(world, client_of, asked, clean):
    mei = client_of(world.users["mei"])
    answer = mei.get(f"/contracts/{asked}")
    assert (answer.status_code, answer["Location"]) == (302, f"/contracts/{clean}")
    assert mei.get(answer["Location"]).status_code == 200
    part = mei.get(f"/contracts/{asked}", headers={"HX-Request": "true", "HX-Target": "results"})
    assert part.status_code == 200 and part["HX-Push-Url"] == f"/contracts/{clean}"


@pytest.mark.parametrize("asked", ["", "?q=a", "?state=out&sort=newest", "?sort=newest"])
def test_a_clean_address_is_answered_as_it_is(world, client_of, asked):
    assert client_of(world.users["mei"]).get(f"/contracts/{asked}").status_code == 200
