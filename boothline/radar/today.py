"""What this room shows on Today: orders in danger, for who follows them up and for whose customer it is."""

from django.db.models import Q
from django.utils.translation import gettext as _

from boothline.core import clock
from boothline.followups.today import SHOWN, Asked, Row, end_of
from boothline.radar.watch import Risk


def in_danger(asked: Asked) -> list[Row]:
    """The worst first, as on the radar; red is due since its first red day, amber by the shipping date."""
    if not asked.by.has("orders.see"):
        return []
    risks = Risk.objects.visible_to(asked.by).leading()
    if asked.whose == "mine":
        risks = risks.filter(Q(follows_id=asked.by.id) | Q(person_id=asked.by.id) | Q(order__customer__owner_id=asked.by.id))
    elif asked.whose == "team":
        risks = risks.filter(order__customer__team_id=asked.by.team_id or 0)
    rows = []
    for risk in risks.filter(Q(colour="red") | Q(order__promised_on__lte=asked.until)).for_list().order_by("place", "id")[: SHOWN + 1]:
        values = {"number": risk.order.number, "risk": risk.words, "since": clock.day_words(risk.since)}
        due = risk.red_on or risk.order.promised_on or risk.since
        rows.append(
            Row(
                "radar", risk.customer, end_of(due), _("Order %(number)s: %(risk)s, since %(since)s") % values, kind="do",
                owner=risk.follows, say=[risk.whose], opens=(_("Open the order"), "order", risk.order.number, "warn"),
            )
        )  # fmt: skip
    return rows
