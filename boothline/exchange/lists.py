"""The lists of this room: the kinds of record that come in and go out, and the figures that an import adds up to."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

KINDS = {
    "everything": _("everything"),
    "contact": _("contacts"),
    "customer": _("customers"),
    "capture": _("captures"),
    "product": _("products"),
    "variant": _("product variants"),
    "fair": _("fairs"),
    "user": _("people"),
    "contract": _("contracts"),
    "order": _("orders"),
    "order_line": _("order lines"),
    "return": _("returns"),
    "receipt": _("receipts"),
    "shipment": _("shipments"),
    "shipment_line": _("shipment lines"),
    "touch": _("touches"),
    "next_step": _("next steps"),
    "exhibitor": _("exhibitors"),
    "tracking": _("what carriers say"),
    "payload": _("scanned codes"),
    "carrier": _("carriers"),
    "tracking_event": _("tracking events"),
    "opportunity": _("opportunities"),
}


def counted(kind: str, n: int) -> str:
    """So many records of a kind, in words."""
    words = {
        "contact": ngettext("%(shown)s contact", "%(shown)s contacts", n),
        "customer": ngettext("%(shown)s customer", "%(shown)s customers", n),
        "capture": ngettext("%(shown)s capture", "%(shown)s captures", n),
        "product": ngettext("%(shown)s product", "%(shown)s products", n),
        "variant": ngettext("%(shown)s variant", "%(shown)s variants", n),
        "user": ngettext("%(shown)s colleague", "%(shown)s colleagues", n),
        "order": ngettext("%(shown)s order", "%(shown)s orders", n),
        "order_line": ngettext("%(shown)s order line", "%(shown)s order lines", n),
        "return": ngettext("%(shown)s return", "%(shown)s returns", n),
        "receipt": ngettext("%(shown)s receipt", "%(shown)s receipts", n),
        "shipment": ngettext("%(shown)s shipment", "%(shown)s shipments", n),
        "touch": ngettext("%(shown)s touch", "%(shown)s touches", n),
        "exhibitor": ngettext("%(shown)s exhibitor", "%(shown)s exhibitors", n),
        "opportunity": ngettext("%(shown)s opportunity", "%(shown)s opportunities", n),
        "tracking_event": ngettext("%(shown)s tracking event", "%(shown)s tracking events", n),
    }.get(kind)
    return words % {"shown": f"{n:,}"} if words else f"{KINDS[kind]} {n:,}"
