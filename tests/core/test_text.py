"""Text as people write it: spaces beside Chinese, accents."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import gettext, override

from boothline.core.errors import Refused
from boothline.core.money import check_price, check_quantity, with_sums
from boothline.core.privacy import masked
from boothline.core.text import close_up, either, fold, in_turn, listed, phrase, reason_given, tells_why
from boothline.core.units import unit_words


@pytest.mark.parametrize(
    ("message", "values", "said"),
    [
        ("打给 %(who)s", {"who": "罗敏"}, "打给罗敏"),
        ("打给 %(who)s", {"who": "Kevin"}, "打给 Kevin"),
        ("自 %(since)s 起在 %(who)s 处审批。", {"since": "11月25日 21:13", "who": "何远"}, "自 11月25日 21:13 起在何远处审批。"),
        ("需要延期，联系 %(who)s。", {"who": "<b>林梅</b>"}, "需要延期，联系<b>林梅</b>。"),
        ("已送达。 %(what)s", {"what": "3 件"}, "已送达。3 件"),
        ("Call %(who)s now", {"who": "罗敏"}, "Call 罗敏 now"),
        ("%(who)s确认了合同", {"who": "Zhang Wei"}, "Zhang Wei 确认了合同"),
        ("%(who)s确认了%(what)s", {"who": "张伟", "what": "合同"}, "张伟确认了合同"),
        ("第%(n)s版", {"n": 1}, "第1版"),
        ("已由 %(carrier)s %(tracking)s 运出", {"carrier": "顺丰", "tracking": ""}, "已由顺丰运出"),
        ("已由 %(carrier)s %(tracking)s 运出", {"carrier": "顺丰", "tracking": "SF123"}, "已由顺丰 SF123 运出"),
        ("%(a)s%(b)s", {"a": "Anna", "b": "Berg"}, "AnnaBerg"),
        ("%(who)s: %(words)s", {"who": "A", "words": ""}, "A:"),
    ],
)
def test_between_chinese_and_chinese_is_no_space_and_beside_latin_letters_is_one(message, values, said):
    assert close_up(message, values) % values == said


def test_a_sentence_that_python_fills_in_has_the_same_room():
    """As the heading of a personality, and what a dossier lacks of its signatory."""
    said = phrase(gettext("of the signatory %(name)s: %(what)s missing"), {"name": "Otto Brandt", "what": "职务"})
    assert said == "签约人 Otto Brandt 缺：职务"
    assert phrase(gettext("Personality of %(name)s"), {"name": "张伟"}) == "张伟的客户性格"


def test_facts_about_one_thing_are_clauses_and_no_list():
    said = ["要报价、图纸或样品", "11月27日"]
    assert (in_turn(said), listed(said)) == ("要报价、图纸或样品，11月27日", "要报价、图纸或样品、11月27日")
    with override("en"):
        assert in_turn(["SO-0001", "in trouble"]) == "SO-0001, in trouble"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0757 8622 3344", "0757 **** 44"), ("020-86223344", "020 **** 44"), ("13788990011", "137 **** 11"), ("+49 221 5550101", "+49 **** 01"),
        ("075786", "****"), ("05711234", "057 **** 34"), ("+852 9345 6120", "+852 **** 20"), ("+85293456120", "+852 **** 20"), ("+1 415 555 0120", "+1 **** 20"),
        ("+8613822779045", "+86 **** 45"),
    ],
)  # fmt: skip
def test_a_masked_landline_keeps_its_whole_area_code(number, said):
    assert masked(number) == said


@pytest.mark.parametrize(
    ("reason", "is_one"),
    [("加量", True), ("改 期", True), ("加", False), ("", False), ("  ", False), ("more", False), ("error", True)],
)
def test_two_chinese_characters_or_five_letters_are_a_reason(reason, is_one):
    assert tells_why(reason) is is_one


def test_accents_do_not_count_when_names_are_compared():
    assert fold("Ørsted & Söhne GmbH") == fold("orsted & sohne") and fold("한국조명") == "한국조명" and fold("ガラス") == "ガラス"


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "出货前须到账 ¥35,700.00。"), ("en", "CN¥35,700.00 must be in before the goods leave.")]
)
def test_an_amount_beside_its_currency_is_written_out(language, said):
    with override(language):
        sentence = gettext("%(amount)s %(currency)s must be in before the goods leave.")
        values = {"amount": "35,700.00", "currency": "CNY"}
        assert with_sums(sentence, values) % values == said


def test_what_no_column_holds_is_refused():
    with pytest.raises(Refused):
        check_quantity(Decimal("1e400"))
    with pytest.raises(Refused):
        check_price(Decimal(10) ** 10)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["", "sales", "sales or clerk", "sales, clerk or manager"]),
        ("zh-hans", ["", "sales", "sales或clerk", "sales、clerk或manager"]),
    ],
)
def test_one_of_several_is_said_with_one_or(language: str, said: list[str]):
    with override(language):
        assert [either(["sales", "clerk", "manager"][:n]) for n in range(4)] == said


def test_a_note_is_asked_for_in_its_own_words():
    assert reason_given(" 客户来电 ", field="note", asks="Note who said so.") == "客户来电"
    with pytest.raises(Refused, match="Note who said so") as refused:
        reason_given("no", field="note", asks="Note who said so.")
    assert refused.value.field == "note"


@pytest.mark.parametrize(
    ("unit", "of", "zh", "en"),
    [("pcs", 1, "件", "pc"), ("件", Decimal("1.000"), "件", "pc"), ("箱", 1, "箱", "carton"), ("pcs", 2, "件", "pcs")],
)
def test_one_is_one_piece_and_two_are_pieces(unit, of, zh, en):
    for language, words in (("zh-hans", zh), ("en", en)):
        with override(language):
            assert unit_words(unit, of) == words
    with override("en"):
        assert unit_words("pcs") == "pcs"
