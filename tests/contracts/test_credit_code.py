"""GB 32100-2015, with the rule book's own codes, and the property that makes the check worth having."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from boothline.contracts.credit_code import ALPHABET, WEIGHTS, check_of, cleaned, is_valid, organisation_fits, problem

GOOD = "91350100M000100Y43"
codes = st.text(alphabet=ALPHABET, min_size=17, max_size=17).map(lambda first: first + check_of(first))


def test_the_worked_example():
    """Products 9 3 27 135 0 26 0 0 420 0 0 0 8 0 0 900 112, sum 1640, mod 31 = 28, check 3."""
    assert WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    products = [ALPHABET.index(c) * w for c, w in zip(GOOD[:17], WEIGHTS, strict=True)]
    assert products == [9, 3, 27, 135, 0, 26, 0, 0, 420, 0, 0, 0, 8, 0, 0, 900, 112]
    assert (sum(products), sum(products) % 31, check_of(GOOD[:17])) == (1640, 28, "3")
    assert is_valid(GOOD) and organisation_fits(GOOD)  # M000100Y: 139, mod 11 = 7, 11 - 7 = 4


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91350100M000100Y34", "Character 18 is wrong: by the first 17 it would be"),
        ("91530100M000100Y43", "Character 18 is wrong"),
        ("91350010M000100Y43", "Character 18 is wrong"),
        ("91350100MO00100Y43", "Character 10 is O; the code has no I, O, S, V, Z"),
        ("91350100M000100Y4", "18 characters; these are 17"),
        ("350100400012345", "old licence number of 15 digits"),
    ],
)
def test_wrong_ones_say_what_is_wrong(code: str, words: str):
    with override("en"):
        assert words in problem(code)


def test_it_is_cleaned_before_it_is_read():
    assert cleaned(" 9135 0100-m000100y43 ") == GOOD
    assert cleaned("９１３５０１００Ｍ０００１００Ｙ４３") == GOOD
    assert cleaned("91350100mo00100y43") == "91350100MO00100Y43"  # a letter O is said, never turned


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(code: str, place: int, character: str):
    assert is_valid(code)
    wrong = code[:place] + character + code[place + 1 :]
    assert is_valid(wrong) == (wrong == code)


@given(codes, st.integers(0, 16))
def test_every_swap_of_two_different_neighbours_is_caught(code: str, place: int):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(swapped) == (swapped == code)
