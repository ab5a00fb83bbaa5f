"""The lists of this room: the kinds of record that come in and go out, and the figures that an import adds up to."""

from django.utils.translation import gettext_lazy as _

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
