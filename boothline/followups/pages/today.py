"""Today: whom to contact, why now, what to say; and the week ahead."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.core import clock
from boothline.core.slots import hung
from boothline.customers.lists import TYPES
from boothline.followups.clocks import Clock, share
from boothline.followups.today import WHOSE, Asked, Hour, first_actions, first_way, groups, nothing_yet, sentences, week
from boothline.ui.kit import Page
from boothline.worktime.shows import Shift

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
MONTH = timedelta(days=30)  # how far back the in-time share of the side looks


class Today(Page):
    """The first page of a day."""

    right = "steps.see"
    title = _("Today")
    template = "followups/today.html"
    nav = "today"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list of the day, the week ahead, or what to begin with."""
        whose = request.GET.get("whose", "")
        whose = "all" if "all" in request.GET else whose if whose in self.choices() else "mine"
        asked = Asked(self.by, whose)
        if request.GET.get("view") == "week":
            return self.answer(
                view="week", whose=whose, days=week(asked), day_title=self.day_title, first_way=first_way, **self.aside(asked)
            )
        now, found = groups(asked)
        if now is None and nothing_yet(self.by):
            self.template = "followups/empty.html"
            return self.answer(actions=first_actions(self.by), types=TYPES, day_title=self.day_title)
        return self.answer(
            view="day", whose=whose, now=now, groups=found, says=sentences(now, found) if now else [], day_title=self.day_title,
            first_way=first_way, idle=[] if now else self.hung_in("today.idle"), **self.aside(asked),
        )  # fmt: skip

    def choices(self) -> dict[str, Any]:
        """Whose work one may look at."""
        return {code: words for code, words in WHOSE.items() if code != "team" or self.by.team_id}

    def aside(self, asked: Asked) -> dict[str, Any]:
        """What stands at the side: one's day, the in-time share, and what rooms above show of the day."""
        counted = asked.of(Clock.objects.visible_to(self.by).counted(), "counts_for", "counts_in")
        clocks = counted.filter(started_at__gte=timezone.now() - MONTH)
        in_time, passed = share(clocks)
        plan = [hour for agenda in hung("today.day") for hour in agenda.hours(asked)]
        for shift in Shift.objects.filter(user_id=self.by.id or 0, day=clock.today()).select_related("show"):
            begins = timezone.make_aware(datetime.combine(shift.day, shift.starts))
            plan.append(Hour(begins, _now("On duty at the booth until %(time)s") % {"time": f"{shift.ends:%H:%M}"}))
        return {
            "choices": self.choices(),
            "in_time": in_time,
            "passed": passed,
            "plan": sorted(plan, key=lambda hour: hour.at),
            "hhmm": lambda at: f"{timezone.localtime(at):%H:%M}",
            "sides": self.hung_in("today.side"),
        }

    def hung_in(self, slot: str) -> list[dict[str, Any]]:
        """What rooms above show there: beside the day, or in its place while nothing is due."""
        return [side for panel in hung(slot) if (side := _shown(panel, self))]

    def day_title(self, day: date) -> str:
        """4月16日 星期四 · Thursday 16 Apr."""
        weekday, words = str(WEEKDAYS[day.weekday()]), clock.day_words(day)
        return f"{weekday} {words}" if (get_language() or "").startswith("en") else f"{words} {weekday}"


def _shown(panel: Any, page: Today) -> dict[str, Any] | None:
    context = panel.context(None, page.by)
    return None if context is None else {"template": panel.template, **context}
