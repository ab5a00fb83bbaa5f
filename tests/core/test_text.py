"""Text as people write it: spaces beside Chinese, accents."""

from __future__ import annotations

import pytest

from boothline.core.text import close_up, fold


@pytest.mark.parametrize(
    ("message", "values", "said"),
    [
        ("打给 %(who)s", {"who": "罗敏"}, "打给罗敏"),
        ("打给 %(who)s", {"who": "Kevin"}, "打给 Kevin"),
        ("自 %(since)s 起在 %(who)s 处审批。", {"since": "11月25日 21:13", "who": "何远"}, "自 11月25日 21:13 起在何远处审批。"),
        ("需要延期，联系 %(who)s。", {"who": "<b>林梅</b>"}, "需要延期，联系<b>林梅</b>。"),
        ("Call %(who)s now", {"who": "罗敏"}, "Call 罗敏 now"),
    ],
)
def test_between_chinese_and_chinese_is_no_space(message, values, said):
    assert close_up(message, values) % values == said


def test_accents_do_not_count_when_names_are_compared():
    assert fold("Ørsted & Söhne GmbH") == fold("orsted & sohne") and fold("한국조명") == "한국조명" and fold("ガラス") == "ガラス"
