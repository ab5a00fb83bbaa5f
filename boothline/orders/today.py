"""What this type shows on Today: customers who reported a problem, or wrote about one, and wait for our word."""

from django.utils.translation import gettext as _

from boothline.followups.today import SHOWN, Asked, Row
from boothline.orders.lists import PROBLEM_KINDS, SEVERITIES
from boothline.orders.problems import Problem


def waiting(asked: Asked) -> list[Row]:
    """Whoever has the nearest limit first."""
    visible = Problem.objects.visible_to(asked.by).open().filter(waits_since__isnull=False)
    mine = asked.of(visible, "owner", "order__customer__team_id")
    rows = []
    for problem in mine.for_list().order_by("answer_due", "id")[:SHOWN]:
        values = {"number": problem.number, "order": problem.order.number, "kind": PROBLEM_KINDS[problem.kind]}
        due = problem.stage[1] or problem.waits_since or problem.made_at
        rows.append(
            Row(
                "problems", problem.customer, due, _("Problem %(number)s with order %(order)s: %(kind)s") % values, contact=problem.contact,
                kind="mail", owner=problem.owner, has_time=True, say=[str(SEVERITIES[problem.severity]), f"“{problem.words[:160]}”"],
                act=(_("Open the problem"), "problem", problem.number, "warn"),
            )
        )  # fmt: skip
    return rows
