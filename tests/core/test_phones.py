"""Phone numbers with their country's code and without it."""

import pytest

from boothline.core.phones import calling_code, is_same


@pytest.mark.parametrize("one, one_in, other, other_in", [
    ("138 2277 9045", "", "+86 13822779045", ""), ("0086 138-2277-9045", "", "13822779045", "China"),
    ("8613822779045", "", "138 2277 9045", ""), ("＋８６ 138 2277 9045", "", "１３８２２７７９０４５", ""),
    ("+852 9345 6120", "", "93456120", ""), ("93456120", "香港", "+852 9345 6120", ""), ("93456120", "", "852 9345 6120", "HK"),
    ("+49 40 5550 1762", "", "040 55501762", "Germany"), ("+49 (0)40 5550 1762", "", "+49 40 55501762", ""),
    ("0757-8333 1234", "", "+86 757 83331234", ""), ("+1 415 555 0132", "", "(415) 555-0132", "USA"),
    ("+86 138 2277 9045", "", "138 2277 9045", "Germany"),  # in ours they may be dialled so, wherever the customer is
])  # fmt: skip
def test_one_number_is_written_in_many_ways(one: str, one_in: str, other: str, other_in: str):
    assert is_same(one, other, one_in=one_in, other_in=other_in, ours="CN")
    assert is_same(other, one, one_in=other_in, other_in=one_in, ours="CN")


@pytest.mark.parametrize("one, one_in, other, other_in", [
    ("+852 9345 6120", "", "+853 9345 6120", ""), ("+852 9345 6120", "", "93456120", "Norway"), ("13822779045", "", "13722779045", ""),
    ("0755-8333 1234", "", "0757-8333 1234", ""), ("+86 13822779045", "", "+1 382 277 9045", ""), ("", "", "+86", ""),
])  # fmt: skip
def test_numbers_that_only_end_alike_are_two(one: str, one_in: str, other: str, other_in: str):
    assert not is_same(one, other, one_in=one_in, other_in=other_in, ours="CN")
    assert not is_same(other, one, one_in=other_in, other_in=one_in, ours="CN")


def test_a_country_has_its_code_however_it_is_called():
    assert [calling_code(name) for name in ("中国", "hong kong", "Deutschland", "US", "阿联酋", "Atlantis", "")] == [
        "86", "852", "49", "1", "971", "", "",
    ]  # fmt: skip
