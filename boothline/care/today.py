"""What this room shows on Today: customers who complained and wait for our word, and those to be asked whether it is settled."""

from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.care.complaints import OVER, Complaint
from boothline.care.lists import ABOUT
from boothline.core import clock
from boothline.core.text import quoted
from boothline.followups import today
from boothline.followups.today import SHOWN, Asked, Row, end_of
from boothline.messaging.letters import newest_of


def waiting(asked: Asked) -> list[Row]:
    """Whoever has the nearest limit first; and who answered a survey low. What a problem carries stands there as that problem."""
    low = today.waiting("complaints", asked)
    if not asked.by.has("complaints.see"):
        return low
    mine = asked.of(Complaint.objects.visible_to(asked.by).alone(), "owner", "customer__team_id")
    waits = Q(agreed_at=None) & ~Q(state__in=OVER) | Q(state="done", check_on__lte=clock.today()) | Q(untold_since__isnull=False)
    found = mine.filter(waits).for_list().annotate(letter=newest_of("complaint")).order_by("solution_due", "id")
    return [*(_row(one, asked) for one in found[: SHOWN + 1]), *low]


def _row(one: Any, asked: Asked) -> Row:
    values = {"number": one.number, "about": ABOUT[one.about]}
    here = (_("Open the complaint"), "complaint", one.number, "chat")
    if one.untold_since:
        until = one.stage[1]
        why = _("%(number)s (%(about)s): the customer knows nothing of our last word") % values
        hand_over = (_("Hand over the link"), "letter-link", one.letter, "link")
        return Row(
            "complaints", one.customer, until or end_of(clock.today()), why, contact=one.contact, kind="do", owner=one.owner,
            has_time=bool(until),
            opens=hand_over if one.letter and asked.by.has("letters.link") else here,
        )  # fmt: skip
    if one.state == "done" and one.check_on:
        why = _("%(number)s (%(about)s) is done: ask whether it is settled") % values
        due = timezone.make_aware(datetime.combine(one.check_on, time(23, 59)))
    else:
        why = {
            "acknowledgement": _("%(number)s (%(about)s): acknowledge it"), "answer": _("%(number)s (%(about)s): answer it"),
            "solution": _("%(number)s (%(about)s): agree on what is done"),
        }[one.running[0]] % values  # fmt: skip
        due = one.stage[1] or one.received_at
    return Row(
        "complaints", one.customer, due, why, contact=one.contact, kind="call", owner=one.owner, has_time=one.state != "done",
        say=[quoted(one.last_words[:160])], leads=here,
    )  # fmt: skip
