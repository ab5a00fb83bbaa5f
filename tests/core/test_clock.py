"""Days as people write them."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils.translation import override

from boothline.core.clock import days_words, moment_words

MAY = [
    (date(2026, 11, 26), date(2026, 11, 29), "26–29 Nov", "11月26日–29日"),
    (date(2026, 11, 28), date(2026, 12, 2), "28 Nov – 2 Dec", "11月28日–12月2日"),
    (date(2025, 11, 26), date(2025, 11, 29), "26–29 Nov 2025", "2025年11月26日–29日"),
    (date(2026, 12, 30), date(2027, 1, 2), "30 Dec – 2 Jan 2027", "12月30日–2027年1月2日"),
    (date(2026, 11, 26), date(2026, 11, 26), "26 Nov", "11月26日"),
]


@pytest.mark.parametrize(("first", "last", "english", "chinese"), MAY)
def test_from_a_day_to_a_day_is_written_in_one_way(first, last, english, chinese):
    with time_machine.travel("2026-11-26T04:00:00Z", tick=False):
        for language, words in (("en", english), ("zh-hans", chinese)):
            with override(language):
                assert days_words(first, last) == words


@pytest.mark.parametrize(
    ("at", "english", "chinese"),
    [
        (datetime(2026, 11, 26, 15, 29, tzinfo=UTC), "today 23:29", "今天 23:29"),
        (datetime(2026, 11, 25, 1, 5, tzinfo=UTC), "yesterday 09:05", "昨天 09:05"),
        (datetime(2026, 11, 21, 1, 5, tzinfo=UTC), "21 Nov 09:05", "11月21日 09:05"),
        (datetime(2025, 11, 21, 1, 5, tzinfo=UTC), "21 Nov 2025 09:05", "2025年11月21日 09:05"),
    ],
)
def test_a_moment_is_written_in_one_way(at, english, chinese):
    """The mark of a moment and a sentence beside it say the same."""
    with time_machine.travel("2026-11-26T15:40:00Z", tick=False):
        for language, words in (("en", english), ("zh-hans", chinese)):
            with override(language):
                assert moment_words(at) == words
