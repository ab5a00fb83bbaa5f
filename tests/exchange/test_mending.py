"""A row with one cell too many, because of a comma without quotation marks: mended where that is certain, never shifted."""

import pytest

from boothline.exchange.reading import Source
from boothline.exchange.text_tables import tables_of

pytestmark = pytest.mark.once

HEADINGS = "customerID,companyName,address,city,region,postalCode,country\n"
WHOLE = (
    "ALFKI,Alfreds Futterkiste,Obere Str. 57,Berlin,NULL,12209,Germany\n"
    "ANATR,Ana Trujillo,Avda. de la Luz 2222,Lyon,NULL,05021,Mexico\n"
    "AROUT,Around the Horn,120 Hanover Sq.,London,NULL,WA1 1DP,UK\n"
    "GREAL,Great Lakes,2732 Baker Blvd.,Eugene,OR,97403,USA\n"
)


def lines(text: str):
    (table,) = tables_of(Source("a.csv", "csv", text.encode(), "utf-8"))
    return table.lines


@pytest.mark.parametrize(
    ("row", "cells", "joined"),
    [
        ("BLONP,Blondel,24, place Kléber,Lyon,NULL,67000,France", "24, place Kléber", "24, place Kléber"),
        ("HANAR,Hanari,Rua do Paço, 67,Rio,RJ,05454,Brazil", "Rua do Paço, 67", "Rua do Paço, 67"),
        ("PAVLO,Pavlova, Ltd.,74 Rose St.,Lyon,NULL,3058,UK", "74 Rose St.", "Pavlova, Ltd."),
        ("BLONP,Blondel,24, place Kléber,Lyon,NULL,67000,NULL", None, ""),  # a country is never left out elsewhere
    ],
)
def test_two_neighbours_are_joined_where_all_columns_then_look_right(row: str, cells: str | None, joined: str):
    line = lines(HEADINGS + WHOLE + row + "\n")[-1]
    if cells is None:
        assert line.reason and not line.cells
        return
    assert (line.number, line.reason, len(line.cells), line.cells[2]) == (6, "", 7, cells) and joined in line.mended
    assert line.cells[4] in ("NULL", "RJ") and line.cells[-1] in ("France", "Brazil", "UK")


@pytest.mark.parametrize(
    "row",
    [
        "BLONP,Blondel,Place Kléber,Rue Haute,Lyon,NULL,67000,France",  # which two?
        "BLONP,Blondel,24, place Kléber, Lyon,NULL,67000,France",
        "BLONP,Blondel,24, place Kléber,Lyon,NULL,67000,France,88.60,1",  # two too many
        "blonp and co,Blondel,24, place Kléber,Lyon,NULL,67000,France",  # the id looks like no id here
    ],
)
def test_what_is_not_certain_is_refused(row: str):
    line = lines(HEADINGS + WHOLE + row + "\n")[-1]
    assert line.reason and not line.cells and not line.mended


def test_whole_rows_are_left_alone():
    assert [line.mended for line in lines(HEADINGS + WHOLE)] == [""] * 4


def test_too_few_whole_rows_teach_nothing():
    assert lines(HEADINGS + "A,b,24, c,d,NULL,1,e\n")[0].reason


def test_a_comma_at_the_end_of_a_row_is_no_cell():
    (*_rest, line) = lines(HEADINGS + WHOLE + "BLONP,Blondel,24 place Kléber,Lyon,NULL,67000,France,\n")
    assert (line.reason, line.mended, line.cells[2]) == ("", "", "24 place Kléber")


def test_a_shifted_row_whose_last_cell_is_empty_is_not_taken_as_it_stands():
    with_fax = HEADINGS.replace("country\n", "country,fax\n")
    whole = "".join(f"{row},555-{n:04d}\n" if n else f"{row},\n" for n, row in enumerate(WHOLE.splitlines()))
    line = lines(with_fax + whole + "BLONP,Blondel,24, place Kléber,Lyon,NULL,67000,France,\n")[-1]
    assert line.cells[2] == "24, place Kléber" and line.cells[6:] == ["France", ""]


def test_words_that_a_column_knows_decide_between_two():
    rows = "".join(f"K{n:03d},Firma {n},{'red' if n % 2 else 'blue'},{n}.50\n" for n in range(40))
    (line,) = lines("code,name,colour,price\n" + rows + "K777,Licht und Farbe,GmbH,red,7.50\n")[40:]
    assert line.cells == ["K777", "Licht und Farbe,GmbH", "red", "7.50"]
