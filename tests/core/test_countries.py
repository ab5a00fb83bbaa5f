"""Countries as people write them, and as readers call them."""

import pytest
from django.utils.translation import override

from boothline.core.countries import called, code_of


@pytest.mark.parametrize("typed, chinese, english", [
    ("Germany", "德国", "Germany"), ("德国", "德国", "Germany"), ("deutschland", "德国", "Germany"), ("PRC", "中国", "China"),
    ("uk", "英国", "United Kingdom"),
    ("UAE", "阿拉伯联合酋长国", "United Arab Emirates"), ("", "", ""), ("Atlantis", "Atlantis", "Atlantis"),
])  # fmt: skip
def test_a_country_as_the_reader_calls_it(typed: str, chinese: str, english: str):
    with override("zh-hans"):
        assert called(typed) == chinese
    with override("en"):
        assert called(typed) == english


def test_a_name_of_whatever_language_is_a_code():
    assert [code_of(name) for name in ("中国大陆", "Allemagne", " USA. ", "Atlantis", "")] == ["CN", "DE", "US", "ATLANTIS", ""]
