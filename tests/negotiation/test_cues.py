"""402: reasons from free text, by the rule's own scoring and negation."""

from __future__ import annotations

import pytest

from boothline.negotiation.cues import CUES, all_cues, language_of, stops, suggest
from boothline.negotiation.lists import REASONS


def reasons(text: str, **more) -> list[str]:
    return [s.reason for s in suggest(text, **more)]


@pytest.mark.parametrize(("text", "found"), [
    ("这个太贵", ["price"]),
    ("价格高，起订量也高", ["price", "moq"]),
    ("订不了那么多，太贵", ["moq", "price"]),  # six characters weigh 1.5
    ("质量差", ["quality"]),  # 质量差, and 质量 in a clause with 差
    ("质量不错", []),
    ("质量没问题，交期太慢", ["lead_time"]),
    ("不贵", []),
    ("是不是太贵", ["price"]),
    ("这个不太贵", []),
    ("没有色差", []),
    ("定金多少", []),
    ("定金能退吗？", ["payment"]),
    ("有CE吗", ["certificate"]),
    ("Too expensive, and the MOQ is high", ["price", "moq"]),
    ("It is not expensive at all", []),
    ("we need a ce mark", []),  # CE and UL in capitals only
    ("No UL, no deal", []),
    ("UL is missing", ["certificate"]),
    ("quality is good", []),
    ("the quality is poor", ["quality"]),
    ("unexpensive", []),  # Latin cues are whole words
    ("my boss is at the head office", ["authority"]),
])  # fmt: skip
def test_what_the_words_speak_of(text: str, found: list[str]):
    assert reasons(text) == found


def test_a_topic_word_counts_anywhere_in_the_form():
    assert reasons("质量、交期") == []
    assert reasons("质量、交期", in_form=True) == ["quality", "lead_time"]
    assert reasons("质量不错", in_form=True) == []


def test_scores_and_what_was_learned():
    both = suggest("起订量和最小订量")
    assert [(s.reason, s.score) for s in both] == [("moq", 2.5)]
    assert suggest("太贵")[0].score == 1
    assert suggest("太贵", learned={"太贵": (6, 5)})[0].score == pytest.approx(2 * 6 / 8)
    assert suggest("太贵", learned={"太贵": (8, 0)}) == []  # offered eight times, never taken up: 0.2


def test_at_most_three_best_first():
    found = suggest("太贵，价格高，没预算，暂时不，不合规，色差")
    assert found[0].reason == "price" and len(found) == 3


def test_words_that_stop():
    assert stops("绝对不行") and stops("否则不买") and stops("That is a deal-breaker") and not stops("有点贵") and not stops("mustard")


def test_every_reason_but_other_has_cues():
    assert list(CUES) == [code for code in REASONS.shipped if code != "other"]
    assert {c.words for c in all_cues() if c.is_topic} >= {
        "质量",
        "price",
        "quality",
        "certificate",
        "warranty",
        "specification",
        "deposit",
    }
    assert (language_of("太贵"), language_of("too dear"), language_of("")) == ("zh", "en", "")
