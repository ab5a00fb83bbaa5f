"""Arrivals lead to problems: what an arrival names short or damaged becomes a problem, a line and a kind each, with its photos."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from boothline.core.actors import Actor
from boothline.files.attachments import Attachment
from boothline.orders.arrivals import Arrival
from boothline.orders.problems import Problem, Report, report


def report_what_is_wrong(arrival: Arrival, *, by: Actor) -> list[Problem]:
    """One problem for each line that came short, one for each that came damaged; what the customer said of all of it with each."""
    drawn = f"{_('signature')} "
    photos = tuple(
        photo.content.open("rb").read()
        for photo in Attachment.objects.of(arrival).filter(kind="picture")
        if not photo.name.startswith(drawn)
    )
    made = []
    for row in arrival.lines.select_related("line__order"):
        for kind, quantity in (("shortage", row.short), ("damage", row.damaged)):
            if quantity > Decimal(0):
                shown = photos if kind == "damage" else ()
                told = Report(kind, arrival.words, line=row.line, quantity=quantity, photos=shown, arrival=arrival)
                made.append(report(arrival.shipment.order, by=by, told=told))
    return made
