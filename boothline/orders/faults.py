"""Arrivals lead to problems: what an arrival names short or damaged becomes a problem, a line and a kind each, with its photos."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from boothline.core.actors import Actor
from boothline.core.money import trimmed
from boothline.files.attachments import Attachment
from boothline.orders.arrivals import Arrival
from boothline.orders.problems import Problem, Report, report


def report_what_is_wrong(arrival: Arrival, *, by: Actor) -> list[Problem]:
    """One problem for each line that came short, one for each that came damaged; in the language of the customer, who reads it."""
    order = arrival.shipment.order
    contact = order.confirmation.contact
    language = get_language() if by.kind == "guest" or contact is None else contact.speaks
    drawn = f"{_('signature')} "
    photos = tuple(
        photo.content.open("rb").read()
        for photo in Attachment.objects.of(arrival).filter(kind="picture")
        if not photo.name.startswith(drawn)
    )
    made = []
    for row in arrival.lines.select_related("line__order"):
        for kind, quantity, words in (
            ("shortage", row.short, gettext_noop("Short at arrival %(number)s: %(words)s")),
            ("damage", row.damaged, gettext_noop("Damaged at arrival %(number)s: %(words)s")),
        ):
            if quantity > Decimal(0):
                with override(language):
                    said = _(words) % {"number": arrival.shipment.number, "words": arrival.words or trimmed(quantity)}
                told = Report(kind, said, line=row.line, quantity=quantity, photos=photos if kind == "damage" else ())
                made.append(report(order, by=by, told=told))
    return made
