"""401: how many of a product a customer wants by a link of theirs: what is asked once before it is taken, and what they change of it."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.catalogue.products import Product, refuse_retired
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import check_quantity, figure
from boothline.core.operations import operation
from boothline.core.units import unit_words
from boothline.negotiation import events
from boothline.negotiation.briefing import LARGE, Briefing, BriefingItem, Wanted, held
from boothline.timeline.history import record


def asked_first(product: Product, quantity: Decimal) -> str:
    """What is asked once of who wants so many: below the minimum, or so many that it is a slip; "" where nothing is."""
    values = {"n": figure(product.minimum), "unit": unit_words(product.unit), "wanted": figure(quantity)}
    if quantity < product.minimum:
        return _("From %(n)s %(unit)s: do you want %(n)s? Change the number, or send %(wanted)s once more.") % values
    if quantity >= LARGE.value:
        return _("Do you mean %(wanted)s %(unit)s? Change the number, or send it once more.") % values
    return ""


@operation("negotiation.want_otherwise")
def want_otherwise(briefing: Briefing, *, by: Actor, wanted: list[Wanted]) -> Briefing:
    """The customer changes what they wanted by the page of the link. Whoever keeps what became of it asks first whether it is untouched."""
    require(by, "briefings.answer", briefing)
    briefing = held(briefing)
    now = {one.item.pk: (one.quantity, one.variant) for one in wanted if one.quantity}
    if briefing.answer != "wants" or not now:
        raise Refused(_("Say of at least one product how many you want."), field="wanted")
    items = list(briefing.items.select_related("product", "chosen"))
    for item in items:
        if item.pk in now:
            check_quantity(now[item.pk][0], unit=item.product.unit)
            if not item.wanted:
                refuse_retired(item.product, "wanted")
    if now == {item.pk: (item.quantity, item.chosen) for item in items if item.wanted}:
        return briefing
    for item in items:
        quantity, variant = now.get(item.pk, (None, None))
        BriefingItem.objects.filter(pk=item.pk).update(wanted=item.pk in now, quantity=quantity, chosen=variant)
    products = [item.product for item in items if item.pk in now]
    record(events.WISH_CHANGED, subject=briefing, under=briefing.customer, by=by, values={"products": products})
    return held(briefing)
