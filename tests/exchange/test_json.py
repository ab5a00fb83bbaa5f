"""JSON by file: where the rows are, what a cell says, and what is hostile."""

import json

import pytest

from boothline.core.errors import Refused
from boothline.exchange.json_tables import tables_of
from boothline.exchange.reading import Source, read

pytestmark = pytest.mark.once


def table(text: str):
    [found] = tables_of(Source("a.json", "json", text.encode("utf-8", "surrogatepass"), "utf-8"))
    return found


def cells(text: str) -> list[list[str]]:
    return [line.cells for line in table(text).lines]


@pytest.mark.parametrize(
    ("begins", "form"),
    [
        ('{"a": 1}', "json"), (' [\n {"a": 1}]', "json"), ("[1, 2]", "json"), ("[]", "json"), ('\ufeff{"a": 1}\n{"a": 2}', "json"),
        ("name,company\nA,B", "csv"), ("[id],[name]\n1,2", "csv"), ("{x},y\n1,2", "csv"), ("MECARD:N:Anna;;", "payload"),
    ],
)  # fmt: skip
def test_json_is_known_by_its_content(tmp_path, begins, form):
    (tmp_path / "x.txt").write_text(begins, "utf-8")
    assert read(tmp_path / "x.txt").form == form


def test_a_list_an_object_a_line_and_a_list_inside_are_the_same_table():
    rows = [{"name": "Anna", "company": "Nordlicht"}, {"name": "李娜", "phone": "137"}]
    texts = [json.dumps(rows), "\n".join(map(json.dumps, rows)) + "\n", json.dumps({"n": 2, "data": {"other": [{"x": 1}], "people": rows}})]
    for text in texts:
        assert (table(text).headings, cells(text)) == (["name", "company", "phone"], [["Anna", "Nordlicht"], ["李娜", "", "137"]])


def test_an_object_by_itself_is_a_row():
    assert cells('{"name": "Anna", "company": "Nordlicht"}') == [["Anna", "Nordlicht"]]


def test_objects_inside_make_headings_and_lists_make_cells():
    found = table(
        '[{"name": "Anna", "company": "N", "address": {"city": "Kiel"}, "phones": ["1", null, 2], "more": [{"a": {"b": 1}}], "x": true}]'
    )
    assert found.headings == ["name", "company", "address.city", "phones", "more", "x"]
    assert found.lines[0].cells == ["Anna", "N", "Kiel", "1; 2", '[{"a":{"b":"1"}}]', "TRUE"]


def test_numbers_are_written_out_with_all_their_digits():
    assert cells('[{"name": "A", "n": 1e3, "m": 0.1000, "k": 12345678901234567890.5}]') == [
        ["A", "1000", "0.1000", "12345678901234567890.5"]
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('{"name": NaN}', "NaN"), ('{"name": -Infinity}', "Infinity"), ('{"name": 1e999}', "1e999"), ('{"name": 1e-999}', "1e-999"),
        (f'{{"name": {"9" * 5000}}}', "99999999999999999999…"), ('{"name": "A", "name": "B"}', "name"), ('{"name": "\\ud800"}', ""),
        ('{"\\udfff": "x"}', ""), ('{"name": ' + '{"a":' * 30 + "1" + "}" * 31, "20"), ('{"name": [[' + '{"a":' * 30 + "1" + "}" * 30 + "]]}", "20"),
    ],
)  # fmt: skip
def test_a_row_that_nobody_could_keep_is_named_and_the_others_stand(row, says):
    lines = table(f'[{{"name": "Anna", "company": "N"}}, {row}]').lines
    assert [bool(line.reason) for line in lines] == [False, True] and says in lines[1].reason


def test_a_line_that_is_cut_is_named_and_the_others_stand():
    lines = table('{"name": "Anna"}\n{"name": "Be\n\n[1]\n{"name": "Carl"}').lines
    assert [(line.number, bool(line.reason)) for line in lines] == [(1, False), (2, True), (3, False), (4, True), (5, False)]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000, '[{"name": "A"}', '{"a": [1, 2, 3]}', "[]", "[1, 2]", "{}",
        '{"a": ' * 25 + '[{"name": "A"}]' + "}" * 25, "[" + "[]," * 600_000 + "[]]", "[" + "1," * 2_100_000 + "1]",
        '{"config": {"headers": [{"name": "test", "value": "x"}]}}',
    ],
    ids=range(12),
)  # fmt: skip
def test_what_holds_no_rows_or_is_hostile_is_refused(text):
    with pytest.raises(Refused, match="json"):
        table(text)


def test_more_headings_than_a_table_has_are_refused_row_by_row():
    text = json.dumps([{"name": "A", **{f"h{n}": 1 for n in range(1990)}}, {f"k{n}": 1 for n in range(1990)}, {"name": "B"}])
    assert [bool(line.reason) for line in table(text).lines] == [False, True, False]
