"""Countries as people write them, and as readers call them."""

import pytest
from django.utils.translation import override

from boothline.core.countries import called, check_country, code_of
from boothline.core.errors import Refused


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


@pytest.mark.parametrize("typed", ["中国", "德國", "Deutschland", "de", "香港", "Turkey", "Scotland", "", "  "])
def test_what_is_a_country_may_be_written(typed: str):
    check_country(typed)


@pytest.mark.parametrize("typed", ["火星", "Atlantis", "XX", "x", "中国人"])
def test_what_is_none_is_refused_and_said(typed: str):
    """What a list of somebody else brought may stay."""
    with override("zh-hans"), pytest.raises(Refused, match=f"没有叫“{typed}”的国家") as refused:
        check_country(typed)
    assert refused.value.field == "country"
    check_country(typed, was=typed)


def test_a_name_of_whatever_language_is_a_code():
    assert [code_of(name) for name in ("中国大陆", "Allemagne", " USA. ", "Atlantis", "")] == ["CN", "DE", "US", "ATLANTIS", ""]
