"""The lists of this room: the kinds of record that come in and go out, and the figures that an import adds up to."""

from django.utils.translation import gettext_lazy as _

KINDS = {
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
    "shipment": _("shipments"),
    "shipment_line": _("shipment lines"),
    "touch": _("touches"),
    "next_step": _("next steps"),
    "exhibitor": _("exhibitors"),
    "tracking_event": _("tracking events"),
}
FIGURES = {
    "teams": _("teams of the colleagues"),
    "orders": _("orders"),
    "lines": _("order lines"),
    "units": _("pieces ordered"),
    "value": _("value of the goods, each line rounded"),
    "value_unrounded": _("value of the goods, not rounded"),
    "not_shipped": _("orders not shipped"),
    "late": _("orders shipped late"),
    "returned_orders": _("orders returned"),
}
