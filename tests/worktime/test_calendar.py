"""Working time: hours are added on an injected calendar; overrides stand above the public calendar; a show above both."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from boothline.accounts.company import edit_company
from boothline.accounts.models import User
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.core.rules import RuleSetting
from boothline.timeline.models import Event
from boothline.worktime import calendar as rules
from boothline.worktime.calendar import (
    HOURS,
    Calendar,
    add_workdays,
    add_working_hours,
    change_override,
    company_calendar,
    last_workday,
    next_workday,
    override_day,
    spans_of,
)
from boothline.worktime.models import DayOverride
from boothline.worktime.shows import Shift, backup_of, is_open, keep_show, show_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = date(2026, 4, 17)
ORDINARY = Calendar(works=lambda day: day.weekday() < 5, hours=spans_of("09:00-12:00,13:00-18:00"), zone=SHANGHAI)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)


def after(days: int) -> date:
    return FRIDAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ((0, "17:30"), "4", (3, "13:30")),  # Friday 17:30, heat 3 -> Monday 13:30
        ((0, "17:30"), "8", (3, "17:30")),  # heat 1 -> Monday 17:30: the same hour of the next working day
        ((0, "09:00"), "0.5", (0, "09:30")),
        ((0, "11:45"), "0.5", (0, "13:15")),  # over lunch
        ((0, "17:30"), "0.5", (0, "18:00")),  # used up to the last minute: today still
        ((0, "12:30"), "0.5", (0, "13:30")),
        ((1, "10:00"), "0.5", (3, "09:30")),  # a Saturday waits for Monday
        ((0, "23:00"), "8", (3, "18:00")),
        ((-1, "07:00"), "16", (0, "18:00")),
    ],
)
def test_hours_are_added_in_working_time(start, hours, end):
    found = add_working_hours(at(after(start[0]), start[1]), Decimal(hours), ORDINARY)
    assert found == at(after(end[0]), end[1])


def test_holidays_and_make_up_workdays_come_from_the_calendar():
    holiday = Calendar(works=lambda day: day.weekday() < 5 and day != after(3), hours=ORDINARY.hours, zone=SHANGHAI)
    assert add_working_hours(at(FRIDAY, "17:30"), Decimal(4), holiday) == at(after(4), "13:30")
    made_up = Calendar(works=lambda day: day.weekday() < 5 or day == after(1), hours=ORDINARY.hours, zone=SHANGHAI)
    assert add_working_hours(at(FRIDAY, "17:30"), Decimal(4), made_up) == at(after(1), "13:30")


def test_dated_hours_stand_above_both():
    """A show on Sunday: its hours are the working time of that day; Saturday and Monday are ordinary."""
    show = Calendar(works=ORDINARY.works, hours=ORDINARY.hours, dated={after(2): ((time(10), time(16)),)}, zone=SHANGHAI)
    assert add_working_hours(at(FRIDAY, "17:30"), Decimal(4), show) == at(after(2), "13:30")
    assert show.covers(at(after(2), "15:59")) and not show.covers(at(after(2), "16:00"))


def test_a_calendar_without_working_time_is_an_error():
    with pytest.raises(ValueError):
        add_working_hours(at(FRIDAY, "09:00"), Decimal(1), Calendar(works=lambda day: False, hours=ORDINARY.hours, zone=SHANGHAI))


@pytest.mark.parametrize(
    "text", ["", "9-12", "09:00", "09:00-08:00", "09:00-12:00,11:00-13:00", "09:00-09:00", "x", "09:00Z-18:00", "09:00+01:00-12:00"]
)
def test_hours_that_make_no_day_are_refused(text):
    with pytest.raises(ValueError):
        HOURS.parse(text)


@pytest.mark.django_db
def test_the_company_sets_its_hours(monkeypatch):
    class Public:
        @staticmethod
        def is_working_day(day):
            return day.weekday() < 5

    monkeypatch.setattr(rules, "_public", lambda country: Public)
    assert add_working_hours(at(FRIDAY, "17:30"), Decimal(4), company_calendar()) == at(after(3), "13:30")
    RuleSetting.objects.create(code=HOURS.code, value="08:00-16:00")
    assert add_working_hours(at(FRIDAY, "15:30"), Decimal(4), company_calendar()) == at(after(3), "11:30")
    DayOverride.objects.create(day=after(3), is_workday=False)
    assert add_working_hours(at(FRIDAY, "15:30"), Decimal(4), company_calendar()) == at(after(4), "11:30")
    DayOverride.objects.create(day=after(1), is_workday=True)
    assert add_working_hours(at(FRIDAY, "15:30"), Decimal(4), company_calendar()) == at(after(1), "11:30")


@pytest.mark.django_db
def test_the_holidays_are_those_of_the_companys_country(monkeypatch):
    free = {"CN": after(3), "DE": after(0)}

    def public(country):
        return type("Public", (), {"is_working_day": staticmethod(lambda day: day.weekday() < 5 and day != free[country])})

    monkeypatch.setattr(rules, "_public", public)
    assert (add_workdays(FRIDAY, 0), add_workdays(FRIDAY, 1), last_workday(after(3))) == (FRIDAY, after(4), FRIDAY)
    assert (next_workday(FRIDAY), next_workday(after(1)), next_workday(after(2))) == (after(4), after(4), after(4))
    edit_company(by=SYSTEM, revision=1, values={"country": "DE"})
    assert (add_workdays(FRIDAY, 0), add_workdays(FRIDAY, 1), last_workday(FRIDAY)) == (after(3), after(4), after(-1))
    assert company_calendar().works(after(3)) and not company_calendar().works(FRIDAY)


def test_where_nobody_wrote_the_holidays_down_weekends_are_free():
    assert not rules._public("QQ").is_working_day(after(1)) and rules._public("QQ").is_working_day(FRIDAY)


@pytest.mark.django_db
@pytest.mark.parametrize("days", [1, 30])
def test_workdays_are_counted_with_the_same_few_questions(django_assert_num_queries, days):
    with django_assert_num_queries(3):  # overrides, the country, the hours
        add_workdays(FRIDAY, days)


@pytest.mark.django_db
def test_an_override_is_made_changed_and_lifted(world, client_of):
    made = override_day(by=world.admin, day=after(3), is_workday=False, words="厂庆")
    assert Event.objects.get(kind="worktime.overridden").values == {"day": after(3).isoformat(), "is": "free"}
    with pytest.raises(Refused):
        override_day(by=world.admin, day=after(3), is_workday=True)
    with pytest.raises(NotAllowed):
        override_day(by=world.heyuan, day=after(4), is_workday=True)
    with pytest.raises(Stale):
        change_override(made, by=world.admin, revision=7, is_workday=True, words="")
    assert change_override(made, by=world.admin, revision=1, is_workday=True, words="").is_workday
    form = {"revision": "1", "is_workday": "public", "words": ""}
    stale = client_of(world.users["admin"]).post(f"/workdays/{made.pk}/", form)  # opened before it became a workday
    assert stale.status_code == 409 and "按法定安排" in stale.content.decode() and DayOverride.objects.exists()
    assert client_of(world.users["admin"]).post(f"/workdays/{made.pk}/", form | {"revision": "2"}).status_code == 302
    assert not DayOverride.objects.exists() and Event.objects.filter(kind="worktime.lifted").count() == 1


@pytest.mark.django_db
def test_a_shows_hours_are_its_rosters_where_there_is_one(world):
    mei, kevin = world.users["mei"], world.users["kevin"]
    show = keep_show(None, name="展", name_latin="", days={after(1): (time(9), time(17)), after(2): (time(9), time(17))})
    assert show_calendar(show).dated == {after(1): ((time(9), time(17)),), after(2): ((time(9), time(17)),)}
    Shift.objects.create(show=show, user=mei, day=after(2), starts=time(10), ends=time(13), backup=kevin)
    Shift.objects.create(show=show, user=kevin, day=after(2), starts=time(12), ends=time(16))
    assert show_calendar(show).dated[after(2)] == ((time(10), time(16)),)
    days = list(show.days.all())
    assert is_open(days, at(after(1), "16:59")) and not is_open(days, at(after(1), "17:00"))
    assert backup_of(show, mei.pk, after(2)) == kevin
    assert backup_of(show, mei.pk, after(1)) == kevin, "of the nearest day"
    assert backup_of(show, kevin.pk, after(2)) is None and backup_of(None, mei.pk, after(2)) is None
    User.objects.filter(pk=kevin.pk).update(is_active=False)
    assert backup_of(show, mei.pk, after(2)) is None, "who has left stands in for nobody"


@pytest.mark.django_db
def test_days_that_a_show_loses_take_their_shifts_along(world):
    show = keep_show(None, name="展", name_latin="", days={after(n): (time(9), time(17)) for n in (1, 2)})
    Shift.objects.create(show=show, user=world.users["mei"], day=after(2), starts=time(10), ends=time(13))
    keep_show(show, name="展", name_latin="", days={after(1): (time(8), time(17)), after(3): (time(9), time(17))})
    assert [(row.day, row.opens) for row in show.days.all()] == [(after(1), time(8)), (after(3), time(9))]
    assert not Shift.objects.exists()
