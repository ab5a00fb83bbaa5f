"""Days off: who enters whose, who reads why, and which days they are."""

from datetime import date, timedelta

import pytest

from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.timeline.models import Event
from boothline.worktime.absences import Absence, days_off, enter_absence, remove_absence

pytestmark = pytest.mark.django_db
MONDAY, WEDNESDAY = date(2026, 3, 9), date(2026, 3, 11)


def test_entered_by_oneself_or_a_manager_and_read_by_nobody_else(world):
    mei = world.users["mei"]
    off = enter_absence(mei, by=world.mei, starts_on=MONDAY, ends_on=WEDNESDAY, words="家里有事")
    assert days_off(mei.pk, MONDAY - timedelta(days=3), MONDAY + timedelta(days=1)) == {MONDAY, MONDAY + timedelta(days=1)}
    assert days_off(world.users["kevin"].pk, MONDAY, WEDNESDAY) == set()
    seen = {who: Absence.objects.visible_to(getattr(world, who)).count() for who in ("mei", "kevin", "heyuan")}
    assert seen == {"mei": 1, "kevin": 0, "heyuan": 1}
    told = Event.objects.about(off).get()
    assert told.kind == "worktime.off" and "家里有事" not in str(told.values)
    with pytest.raises(NotAllowed):
        enter_absence(mei, by=world.kevin, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 1))
    with pytest.raises(NotAllowed):
        remove_absence(off, by=world.kevin)
    remove_absence(off, by=world.heyuan)
    assert not Absence.objects.exists() and Event.objects.filter(kind="worktime.back").count() == 1


@pytest.mark.parametrize(
    "starts_on, ends_on, field", [(2, 1, "ends_on"), (10, 376, "ends_on"), (731, 732, "starts_on"), (6, 8, "starts_on")]
)
def test_days_that_cannot_be(world, starts_on, ends_on, field):
    """Backwards, more than a year, more than two years ahead, known already."""
    mei, today = world.users["mei"], clock.today()
    enter_absence(mei, by=world.mei, starts_on=today + timedelta(days=5), ends_on=today + timedelta(days=6))
    with pytest.raises(Refused) as refused:
        enter_absence(mei, by=world.mei, starts_on=today + timedelta(days=starts_on), ends_on=today + timedelta(days=ends_on))
    assert refused.value.field == field
