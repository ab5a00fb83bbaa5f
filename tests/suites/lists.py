"""What every list page must do. A list inherits `ListPageSuite` and says which page it is and how its rows are made."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import quote_from_bytes, urlencode
from xml.etree import ElementTree

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.exchange import exports
from boothline.exchange.sheets import inert
from boothline.timeline.history import Event
from boothline.ui import kit
from boothline.ui.kit import PAGES, list_named
from boothline.ui.sentence import PLACE, flat
from boothline.views.saved import Look
from tests import stages
from tests.suites.odd import odd_values, query
from tests.turns import part_of
from tests.world import World, make_world

FRAME = re.compile(
    r'django_session|"accounts_user"|accounts_heldrole|accounts_heldduty|messaging_notice|approvals_|core_rulesetting|accounts_company|views_'
)
ROW = re.compile(r"<tr>(.*?)</tr>", re.S)
NOTHING = "没有这样的东西"


def rows_of(answer: Any) -> list[str]:
    """The rows of the table, as they stand in the page."""
    body = re.search(r"<tbody>(.*?)</tbody>", answer.content.decode(), re.S)
    return ROW.findall(body.group(1)) if body else []


def signed_in(world: World, who: str) -> Client:
    made = Client()
    made.force_login(world.users[who])
    return made


@pytest.mark.by_turns
class ListPageSuite:
    """Fed with: the page's name, who looks, how n rows are made, what finds one row, and how many queries it may take."""

    name: ClassVar[str]
    who: ClassVar[str] = "admin"
    finds: ClassVar[dict[str, str]] = {}  # search words -> what the found row shows
    queries: ClassVar[int] = 6
    frame: ClassVar[re.Pattern[str]] = FRAME  # what every page asks for, whatever it shows

    def make(self, world: World, n: int) -> None:
        """n rows, unlike each other; what `finds` asks for is among them."""
        raise NotImplementedError

    def shown(self, row: Any) -> str:
        """What tells a row of the page apart: its link by default."""
        column = next(c for c in PAGES[self.name].columns if c.link)  # type: ignore[attr-defined]
        return f'href="{column.link(row)}"'

    # --

    @pytest.fixture(scope="class")
    def house(self, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
        """30 rows, made once for all tests of the list; the queries are counted with them and, before, with 3."""
        with django_db_blocker.unblock(), transaction.atomic():
            with transaction.atomic():
                _world, few = self.counted(3)
                transaction.set_rollback(True)
            world, many = self.counted(30)
            world.__dict__["counts"] = few, many
            yield world
            transaction.set_rollback(True)

    def counted(self, n: int) -> tuple[World, list[str]]:
        """A world with n rows, and the queries of the page that shows them."""
        with stages.walking(None, is_usual=True):
            world = make_world()
            self.make(world, n)
        client = signed_in(world, self.who)
        found = self.asked(client)
        assert len(rows_of(self.get(client))) >= n
        return world, found

    def asked(self, client: Client, **more: str) -> list[str]:
        self.get(client, **more)
        with CaptureQueriesContext(connection) as caught:
            assert self.get(client, **more).status_code == 200
        return [q["sql"] for q in caught.captured_queries if "django_session" not in _table(q["sql"])]

    @pytest.fixture
    def client(self, house: World) -> Client:
        return signed_in(house, self.who)

    @pytest.fixture
    def view(self, house: World) -> Any:
        """The page as the person's request would make it; to ask the database what the page should show."""
        made = PAGES[self.name]()
        made.request = type("Asked", (), {"by": getattr(house, self.who), "GET": {}})()
        return made

    def get(self, client: Client, **asked: str) -> Any:
        return client.get(reverse(self.name), asked)

    def test_the_same_few_queries_for_3_and_30_rows(self, house: World):
        """As many in all, whatever is asked for; and besides what every page asks for, few."""
        few, many = house.__dict__["counts"]
        assert len(few) == len(many), "\n".join(many)
        own = [sql for sql in many if not self.frame.search(_table(sql))]
        assert len(own) <= self.queries, "\n".join(own)

    def test_search_finds(self, client: Client):
        for words, found in self.finds.items():
            rows = rows_of(self.get(client, q=words))
            assert len(rows) >= 1 and all(found in row for row in rows), f"{words!r} finds {rows}"
        if self.finds:
            assert len(rows_of(self.get(client))) > len(rows)

    @pytest.mark.sampled(3)
    def test_nothing_found_offers_to_loosen(self, client: Client):
        asked = {"q": NOTHING} if PAGES[self.name].search_words else None  # type: ignore[attr-defined]
        if asked is None:
            pytest.skip("this list cannot be narrowed by words")
        answer = self.get(client, **asked)
        assert not rows_of(answer)
        assert f'<a href="{reverse(self.name)}">{_("Show all")}</a>' in answer.content.decode()

    def test_every_filter(self, client: Client, view: Any):
        if view.filters is None:
            pytest.skip("this list has no filters")
        divided = False
        for name, declared in view.filters.base_filters.items():
            everything = list(view.rows())
            choices = list(flat(getattr(declared.field, "choices", ())))  # a day has none
            for choice, words in choices if len(choices) < 30 else part_of(choices, name, 10):
                value = str(choice)
                if not value:
                    continue
                wanted = [r for r in everything if self.has(r, declared.field_name, value)]
                answer = self.get(client, **{name: value})
                assert escape(str(words)) in said(answer)
                found = rows_of(answer)
                assert len(found) == len(wanted), (name, value)
                assert all(any(self.shown(r) in row for row in found) for r in wanted)
                divided |= 0 < len(wanted) < len(everything)
        assert divided, "no choice of any filter divides these rows: the test could not fail"

    def has(self, row: Any, field: str, value: str) -> bool:
        """Whether the row's field has the chosen value."""
        held = getattr(row, field)
        held = getattr(held, "pk", held)
        return (held is None and value == "none") or str(held) == value

    def test_every_sort_goes_through_all_rows_exactly_once(self, client: Client, view: Any, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(kit, "PAGE_SIZE", 7)
        for code, sort in view.sorts.items():
            wanted = [self.shown(r) for r in view.rows().order_by(*sort.order())]
            seen, address, pages = [], f"{reverse(self.name)}?sort={code}", 0
            while address:
                answer = client.get(address)
                seen += rows_of(answer)
                further = re.findall(r'href="(\?[^"]*after=[^"]*)"', answer.content.decode())
                address = reverse(self.name) + further[-1].replace("&amp;", "&") if further else ""
                pages += 1
                assert pages < 100
            assert pages >= 5
            assert len(seen) == len(wanted), code
            assert all(mark in row for mark, row in zip(wanted, seen, strict=True)), code

    @pytest.mark.sampled(3)
    def test_an_altered_cursor_answers_the_first_page(self, client: Client, view: Any, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(kit, "PAGE_SIZE", 7)
        first = rows_of(self.get(client))
        code, sort = next(iter(view.sorts.items()))
        true = sort.cursor(list(view.rows().order_by(*sort.order())[:7])[-1])
        assert rows_of(self.get(client, sort=code, after=true)) != first
        bent = [true[:i] + ("A" if true[i] != "A" else "B") + true[i + 1 :] for i in range(0, len(true), 3)]
        cut = [true[:i] for i in range(1, len(true), 5)]
        made_up = [
            base64.urlsafe_b64encode(json.dumps(at).encode()).decode().rstrip("=")
            for at in (["a", 1], ["\x00", 1], ["\ud800", 1], ["0001-01-01T00:00:00+23:59", 1], ["a", 10**30], None, [], {"a": 1})
        ]
        for cursor in part_of((*bent, *cut, *made_up, true + "x", true[::-1]), self.name, 10):
            assert rows_of(self.get(client, after=cursor)) == first, cursor

    @pytest.mark.sampled(3)
    def test_odd_values_never_break_it(self, client: Client, view: Any, monkeypatch: pytest.MonkeyPatch):
        """A few of 200 values in every parameter at once, and again without words: what is not found hides nothing then."""
        monkeypatch.setattr(kit, "PAGE_SIZE", 3)
        names = ["sort", "after", "nobody-knows", *(view.filters.base_filters if view.filters else ())]
        for i, value in enumerate(part_of(odd_values(), self.name, 40)):
            others = "&".join(query(name, value) for name in names)
            for asked in (f"q={quote_from_bytes(value)}", others, f"sort={next(iter(view.sorts))}&{query('after', value)}"):
                answer = client.get(f"{reverse(self.name)}?{asked}", follow=True, **({"HTTP_HX_REQUEST": "true"} if i % 2 else {}))
                assert answer.status_code == 200, value

    # The sentence, the columns, the files.

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_sentence_names_every_filter_and_the_order(self, language: str, view: Any):
        with override(language):
            words = str(view.sentence)
        wanted = {"sort", *(view.filters.base_filters if view.filters else ())}
        assert {"sort"} <= set(PLACE.findall(words)) <= wanted  # what is asked for seldom stands among *more filters*
        assert words.endswith("。" if language == "zh-hans" else ".")

    def test_the_sentence_says_what_is_not_chosen_and_leads_to_every_order(self, client: Client, view: Any):
        """What is chosen it says in test_every_filter; what is not asked for, only where it has a place in it."""
        answer, places = self.get(client), PLACE.findall(str(view.sentence))
        for name, declared in (view.filters.base_filters if view.filters else {}).items():
            for choice, words in flat(getattr(declared.field, "choices", ())):
                assert str(choice) or name not in places or escape(str(words)) in said(answer)
        if len(view.sorts) > 1:
            assert all(f"sort={code}" in answer.content.decode() for code in view.sorts)

    def test_columns_are_known_by_one_code_and_one_heading(self, view: Any):
        codes = [column.code for column in view.columns]
        assert len(set(codes)) == len(codes) and all(re.fullmatch(r"\w+", code) for code in codes)
        for language in ("zh-hans", "en"):
            with override(language):
                headings = [heading for column in view.columns for heading in column.headings()]
            assert len(set(headings)) == len(headings)

    def test_all_columns_at_once_cost_the_same(self, client: Client, view: Any):
        few = len(self.asked(client))
        every = ",".join(column.code for column in view.columns)
        many = self.asked(client, columns=every)
        assert len(many) <= max(few, self.queries), "\n".join(many)
        answer = self.get(client, columns=every)
        heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', answer.content.decode())
        assert len([h for h in heads if "checkbox" not in h]) == len(view.columns)

    @pytest.mark.sampled(3)
    def test_chosen_columns_stand_in_their_order(self, client: Client, view: Any):
        first = view.chosen_columns([])[0]
        others = [column for column in view.columns if column is not first][::-1][:3]
        answer = self.get(client, columns=",".join(["nobody-knows", *(c.code for c in others)])).content.decode()
        heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', answer)
        assert heads == [str(column.label) for column in (first, *others)]

    @pytest.mark.sampled(3)
    @pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
    def test_an_export_is_what_is_shown(self, form: str, client: Client, view: Any, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(exports, "CHUNK", 7)
        monkeypatch.setattr(kit, "PAGE_SIZE", 7)
        code = list(view.sorts)[-1]
        asked = {"sort": code}
        for name, declared in (view.filters.base_filters if view.filters else {}).items():
            asked |= {
                name: next((str(c) for c, _w in declared.field.choices if str(c) and rows_of(self.get(client, **{name: str(c)}))), "")
            }
            break
        made = list_named(self.name, type("Asked", (), {"by": view.request.by, "GET": {}})())
        wanted = made.ask_for(QueryDict(urlencode(asked)))
        records = list(wanted.ordered())  # before: the export itself is told
        answer = client.post(reverse("list-export", args=[self.name]) + "?" + urlencode(asked), {"form": form})
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
        heads, rows = read_export(form, b"".join(answer.streaming_content))
        assert rows and len(rows) == len(records)
        shown = [c for c in wanted.columns if c.kind != "money"]
        if form == "jsonl":
            assert [c.code for c in shown] == [h for h in heads if h in {c.code for c in shown}]
        else:
            assert [str(c.label) for c in shown] == [h for h in heads if h in {str(c.label) for c in shown}]
        key = next((c for c in wanted.columns if c.link), wanted.columns[0])
        assert [row[0] for row in rows] == [inert(str(key.cells(r)[0])) if form == "csv" else str(key.cells(r)[0]) for r in records]
        told = Event.objects.filter(kind="exchange.list_exported").latest("id")
        assert told.values["rows"] == len(records) and told.values["form"] == form and told.values["sentence"]

    @pytest.mark.sampled(3)
    def test_the_look_is_remembered(self, client: Client, view: Any):
        code = view.columns[-1].code
        at = reverse("list-look", args=[self.name])
        answer = client.post(at, {"column": [code], f"place_{code}": "1", "density": "28", "back": ""})
        assert answer.status_code == 302 and answer["Location"] == reverse(self.name)
        body = self.get(client).content.decode()
        assert 'class="results d28"' in body
        assert len(re.findall(r'<th scope="col"[^>]*>[^<]+</th>', body)) == 2
        client.post(at, {"column": [c.code for c in view.standard_columns()], "density": "34"})
        Look.objects.all().delete()

    @pytest.mark.sampled(3)
    def test_htmx_gets_the_fragment(self, client: Client):
        whole, part = self.get(client), client.get(reverse(self.name), HTTP_HX_REQUEST="true")
        assert b"<html" in whole.content
        assert part.content.decode().lstrip().startswith('<div id="results"') and b"<html" not in part.content
        assert rows_of(part) == rows_of(whole)

    @pytest.mark.sampled(3)
    def test_what_is_typed_stays_text(self, client: Client):
        typed = '"><script>x()</script>'
        body = self.get(client, q=typed, sort=typed).content.decode()
        assert typed not in body
        assert not PAGES[self.name].search_words or escape(typed) in body.replace("&#34;", "&quot;")  # type: ignore[attr-defined]


def said(answer: Any) -> str:
    """The sentence of the page, as it is read out."""
    found = re.search(r'<p class="vh" id="says">(.*?)</p>', answer.content.decode())
    assert found
    return found.group(1)


def read_export(form: str, content: bytes) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of an exported file, as text."""
    if form == "jsonl":
        lines = [json.loads(line) for line in content.decode().splitlines()]
        return list(lines[0]), [[str(v) for v in line.values()] for line in lines]
    if form == "csv":
        head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return head, rows
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    sheet = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml"))
    head, *rows = [["".join(c.itertext()) for c in row.iter(f"{main}c")] for row in sheet.iter(f"{main}row")]
    return head, rows


def _table(sql: str) -> str:
    """The first table of a query."""
    found = re.search(r'(?:FROM|UPDATE|INTO) "\w+"', sql)
    return found.group() if found else sql
