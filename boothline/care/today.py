"""What this room shows on Today: customers who complained and wait for our word, and those to be asked whether it is settled."""

from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.care.complaints import OVER, REACHED, Complaint
from boothline.care.lists import ABOUT
from boothline.core.clock import today
from boothline.core.text import quoted
from boothline.followups.today import SHOWN, Asked, Row


def waiting(asked: Asked) -> list[Row]:
    """Whoever has the nearest limit first. What a problem carries stands there as that problem."""
    if not asked.by.has("complaints.see"):
        return []
    mine = asked.of(Complaint.objects.visible_to(asked.by).alone(), "owner", "customer__team_id")
    waits = Q(agreed_at=None) & ~Q(state__in=OVER) | Q(state="done", check_on__lte=today())
    return [_row(one) for one in mine.filter(waits).for_list().order_by("solution_due", "id")[: SHOWN + 1]]


def _row(one: Complaint) -> Row:
    values = {"number": one.number, "about": ABOUT[one.about]}
    if one.state == "done" and one.check_on:
        why = _("%(number)s (%(about)s) is done: ask whether it is settled") % values
        due = timezone.make_aware(datetime.combine(one.check_on, time(23, 59)))
    else:
        why = {
            "acknowledgement": _("%(number)s (%(about)s): acknowledge it"), "answer": _("%(number)s (%(about)s): answer it"),
            "solution": _("%(number)s (%(about)s): agree on what is done"),
        }[next(stage for stage, reached in REACHED.items() if getattr(one, reached) is None)] % values  # fmt: skip
        due = one.stage[1] or one.received_at
    return Row(
        "complaints", one.customer, due, why, contact=one.contact, kind="call", owner=one.owner, has_time=one.state != "done",
        say=[quoted(one.words[:160])], leads=(_("Open the complaint"), "complaint", one.number, "chat"),
    )  # fmt: skip
