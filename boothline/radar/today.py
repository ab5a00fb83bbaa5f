"""What this room shows on Today: orders in danger, for who follows them up and for whose customer it is."""

from django.db.models import Q
from django.utils.translation import gettext as _

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.followups.today import SHOWN, Asked, Row, end_of
from boothline.radar.watch import Risk


def _concerns(risk: Risk, by: Actor) -> bool:
    return by.id in (risk.follows_id, risk.person_id)


def in_danger(asked: Asked) -> list[Row]:
    """One row an order: the worst that one follows or owes, else the worst. Red is due since it is red, amber by the shipping date."""
    if not asked.by.has("orders.see"):
        return []
    risks = Risk.objects.visible_to(asked.by).standing()
    if asked.whose == "mine":
        risks = risks.filter(Q(follows_id=asked.by.id) | Q(person_id=asked.by.id) | Q(order__customer__owner_id=asked.by.id))
    elif asked.whose == "team":
        risks = risks.filter(order__customer__team_id=asked.by.team_id or 0)
    now = risks.filter(Q(colour="red") | Q(order__promised_on__lte=asked.until)).for_list()
    of_order: dict[int, Risk] = {}
    for risk in now.order_by("-colour", "order__promised_on", "since", "id")[: 3 * SHOWN]:
        first = of_order.setdefault(risk.order_id, risk)
        if asked.whose == "mine" and _concerns(risk, asked.by) and not _concerns(first, asked.by):
            of_order[risk.order_id] = risk
    rows = []
    for risk in list(of_order.values())[: SHOWN + 1]:
        values = {"number": risk.order.number, "risk": risk.words, "since": clock.day_words(risk.since)}
        due = (risk.red_on if risk.colour == "red" else risk.order.promised_on) or risk.since
        rows.append(
            Row(
                "radar", risk.customer, end_of(due), _("Order %(number)s: %(risk)s, since %(since)s") % values, kind="do",
                owner=risk.follows, say=[] if risk.person_id == asked.by.id else risk.whose,  # nobody is told what they owe by their name
                opens=(_("Open the order"), "order", risk.order.number, "warn"),
            )
        )  # fmt: skip
    return rows
