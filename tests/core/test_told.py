"""A message that is kept is read in the reader's language, with days and sums as people write them."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.core import clock
from boothline.core.told import figure_told, in_both, told

ASK = "ask for the payment of %(number)s: %(amount)s %(currency)s by %(due)s"


def test_a_day_and_a_sum_are_told_as_people_write_them():
    day = clock.today().replace(month=3, day=7)
    values = {"number": "SO-0001", "amount": "35,700.00", "currency": "CNY", "due": day.isoformat()}
    with override("zh-hans"):
        assert told(ASK, values) == "催收 SO-0001 的货款：¥35,700.00，3月7日前"
    with override("en"):
        assert told(ASK, values) == "ask for the payment of SO-0001: CN¥35,700.00 by 7 Mar"


def test_what_only_looks_like_a_day_stands_as_it_was_typed():
    with override("en"):
        assert (
            told("ask %(name)s about contract %(number)s", {"name": "2026-02-31", "number": "C-1"}) == "ask 2026-02-31 about contract C-1"
        )


def test_messages_in_a_list_are_read_in_the_same_language():
    with override("zh-hans"):
        assert told("Incomplete: %(gaps)s", {"gaps": ["Save", "Search"]}, weak=False) == "资料不齐：保存；搜索"


def test_so_many_of_so_many_is_told_with_thousands():
    assert figure_told("700/1500 × DL08-NW") == "700 / 1,500 × DL08-NW" and figure_told("SO-0001/2") == "SO-0001/2"


def test_what_is_no_message_is_kept_in_both_languages():
    kept = in_both(lambda: [_("of the signatory %(name)s: %(what)s missing") % {"name": "欧阳晓峰", "what": _("title")}, _("address")])
    with override("zh-hans"):
        assert told("Incomplete: %(gaps)s", {"gaps": kept}, weak=False) == "资料不齐：签约人欧阳晓峰缺：职务；地址"
    with override("en"):
        assert told("Incomplete: %(gaps)s", {"gaps": kept}, weak=False).endswith("of the signatory 欧阳晓峰: title missing; address")
