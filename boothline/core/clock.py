"""Now and today. Times are UTC; days are the company's."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.core.errors import Refused

FIRST_YEAR, LAST_YEAR = 2000, 2100  # years of moments that somebody enters


def now() -> datetime:
    """The moment, with its zone."""
    return timezone.now()


def today() -> date:
    """The company's day (default zone Asia/Shanghai)."""
    return timezone.localdate()


def our_zone() -> str:
    """The name of the zone in which the company's days end."""
    return str(timezone.get_current_timezone())


def moment(text: str) -> datetime | None:
    """A moment as a form or a device writes it, without a zone in the company's; None for what is none of this century."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= at.year < LAST_YEAR:  # the edges of the calendar cannot be told in another zone
        return None
    return at if at.tzinfo else timezone.make_aware(at)


def check_ahead(day: date | None, field: str, was: date | None = None) -> None:
    """Refuses a day that has passed as something still to come; the day that stands there may stay."""
    if day is not None and day != was and day < today():
        raise Refused(_("This day has passed. Choose today or later."), field=field)


def check_near(day: date | None, field: str, was: date | None = None) -> None:
    """Refuses a day of more than two years ahead as something that goods wait for, a year typed wrong; the day that stands there may
    stay."""
    if day is not None and day != was and day > today() + timedelta(days=730):
        raise Refused(_("This day is more than two years ahead. Check the year."), field=field)


def check_happened(day: date, field: str, *, future: str, since: date | None = None, early: str = "") -> None:
    """Refuses a day on which something cannot have happened: one that is still to come, or one before `since`, when there was nothing yet
    that it could happen to. Whoever asks has the words; `early` may name that day by %(since)s."""
    if day > today():
        raise Refused(future, field=field)
    if since and day < since:
        raise Refused(early % {"since": day_words(since)}, field=field)


def day_words(day: date) -> str:
    """A day as people write it, 11月23日 or 23 Nov; with its year when it is not this one."""
    year = "" if day.year == today().year else str(day.year)
    if (get_language() or "").startswith("en"):
        return f"{day.day} {day:%b} {year}".rstrip()
    return f"{year}{'年' if year else ''}{day.month}月{day.day}日"


def moment_words(at: datetime) -> str:
    """A moment here as people write it: the hour for today and yesterday, with its day before that."""
    at = timezone.localtime(at)
    time, days = f"{at:%H:%M}", (today() - at.date()).days
    if days == 0:
        return _("today %(time)s") % {"time": time}
    return _("yesterday %(time)s") % {"time": time} if days == 1 else f"{day_words(at.date())} {time}"


def days_words(first: date, last: date) -> str:
    """From one day to another, both in it, as people write it: 11月26日–29日 or 26–29 Nov, 28 Nov – 2 Dec."""
    if first == last:
        return day_words(last)
    is_english = (get_language() or "").startswith("en")
    if first.year != last.year:
        return f"{day_words(first)} – {day_words(last)}" if is_english else f"{day_words(first)}–{day_words(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%b} – {day_words(last)}" if is_english else f"{day_words(first)}–{last.month}月{last.day}日"
    return f"{first.day}–{day_words(last)}" if is_english else f"{day_words(first)}–{last.day}日"
