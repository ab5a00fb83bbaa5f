"""Editions of fairs: a code is one fair's, in whatever letters it is written."""

from datetime import timedelta

import pytest

from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused
from boothline.fairs.editions import add_fair, edit_fair
from boothline.ui.jinja import SEP
from tests.checksum import checksum
from tests.world import other_fair


@pytest.mark.django_db
def test_a_code_is_taken_in_whatever_letters(world):
    other, day = other_fair(), clock.today()
    days = {"starts_on": day, "ends_on": day + timedelta(days=1)}
    before = checksum()
    with pytest.raises(Refused) as refused:
        add_fair(by=SYSTEM, code="jn", name="又一届", **days)
    assert refused.value.field == "code"
    with pytest.raises(Refused):
        edit_fair(other, by=SYSTEM, revision=other.revision, values={"code": "jN", **days})
    assert checksum() == before
    assert edit_fair(world.fair, by=SYSTEM, revision=world.fair.revision, values={"code": "Jn", **days}).code == "Jn", "one's own"


@pytest.mark.django_db
def test_one_day_alone_is_checked_against_the_other(world):
    fair = world.fair
    with pytest.raises(Refused):
        edit_fair(fair, by=world.heyuan, revision=fair.revision, values={"ends_on": fair.starts_on - timedelta(days=1)})
    assert edit_fair(fair, by=world.heyuan, revision=fair.revision, values={"city": "厦门"}).city == "厦门"


@pytest.mark.django_db
def test_a_running_fair_says_which_day_it_is(world, client_of):
    page = client_of(world.users["heyuan"]).get(f"/fairs/{world.fair.pk}/").content.decode()
    assert f">展期中{SEP}第{(clock.today() - world.fair.starts_on).days + 1}天<" in page


def test_a_taken_code_hides_no_wrong_day(world, client_of):
    fields = {"code": world.fair.code, "name": "又一届", "starts_on": "2027-05-04", "ends_on": "2027-05-01"}
    page = client_of(world.users["admin"]).post("/fairs/new/", fields)
    said = page.content.decode()
    assert page.status_code == 422 and "结束日期早于开始日期" in said and said.count('class="why"') >= 2
