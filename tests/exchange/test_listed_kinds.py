"""Every kind that a list shows goes out by that list: all its rows, all its columns."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.utils.translation import override

from boothline.core import kinds
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.exchange.exports import EXPORTS, export_kind
from boothline.timeline.history import Event
from boothline.ui.kit import PAGES, ListPage
from tests.estate import Estate

pytestmark = pytest.mark.django_db

SOME = {
    "intention",
    "expansion",
    "problem",
    "purchase",
    "receipt",
    "credit",
    "complaint",
    "survey",
    "invitation",
    "milestone",
    "key_account",
}


def known() -> list[str]:
    with override("en"), pytest.raises(Refused) as refused:
        export_kind("nothing", by=SYSTEM)
    return str(refused.value.words).rpartition(": ")[2].rstrip(".").split(", ")


def test_every_list_has_its_kind():
    found = known()
    assert set(EXPORTS) | SOME <= set(found) and len(found) == len(set(found))
    shown = {page for page in PAGES.values() if issubclass(page, ListPage)}
    assert len(found) > len(shown) * 0.9


def test_they_go_out_in_every_form(estate: Estate, tmp_path: Path):
    full = set()
    for kind in set(known()) - set(EXPORTS):
        out = {form: tmp_path / f"{kind}.{form}" for form in ("jsonl", "csv", "xlsx")}
        (rows,) = {export_kind(kind, by=SYSTEM, form=form, out=file).rows for form, file in out.items()}
        lines = [json.loads(line) for line in out["jsonl"].read_text("utf-8").splitlines()]
        table = list(csv.DictReader(io.StringIO(out["csv"].read_text("utf-8-sig"), newline="")))
        assert len(lines) == len(table) == rows and [list(a) for a in lines] == [list(b) for b in table]
        assert [str(a["id"]) for a in lines] == [b["id"] for b in table]
        assert {line["id"] for line in lines} <= set(kinds.model_of(kind).objects.values_list("pk", flat=True))
        full |= {kind} if rows else set()
    assert SOME - {"expansion"} <= full


def test_it_is_told_and_not_for_everybody(estate: Estate, tmp_path: Path):
    with pytest.raises(NotAllowed):
        export_kind("problem", by=estate.user("mei").actor(), form="csv", out=tmp_path / "x.csv")
    export_kind("problem", by=estate.user("heyuan").actor(), form="csv", out=tmp_path / "x.csv")
    told = Event.objects.filter(kind="exchange.list_exported").order_by("id").last()
    assert told and told.values["list"] == "问题" and told.values["form"] == "csv"


@pytest.mark.parametrize("kind", ["customer", "problem"])
def test_only_people_are_cards(kind: str, tmp_path: Path):
    with pytest.raises(Refused):
        export_kind(kind, by=SYSTEM, form="vcard", out=tmp_path / "x.vcf")
