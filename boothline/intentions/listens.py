"""What this type hears."""

from typing import Any

from boothline.core.actors import Actor
from boothline.intentions.products import Wish, open_intention
from boothline.negotiation import events as negotiation
from boothline.negotiation.briefing import Briefing
from boothline.timeline import hearing


def register() -> None:
    """What a customer wants after a briefing becomes an intention in the same transaction."""
    hearing.now(negotiation.ANSWERED, intend_wanted)


def intend_wanted(events: list[Any], by: Actor) -> None:
    """Opens an intention with the wanted products of each briefing that was answered *wants*."""
    for event in events:
        if event.values["answer"] != "wants":
            continue
        briefing = Briefing.objects.select_related("customer").get(pk=event.subject_id)
        items = briefing.items.filter(wanted=True).select_related("product", "variant")
        currency = next((i.currency for i in items), "CNY")
        wishes = [Wish(product=i.product, variant=i.variant, price=i.price if i.currency == currency else None) for i in items]
        open_intention(briefing.customer, by=by, wishes=wishes, currency=currency, source="briefing")
