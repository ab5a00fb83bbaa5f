"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.orders.lists import GOODS_KINDS, GOODS_STATES
from boothline.timeline.kinds import declare

OPENED = declare(
    "orders.opened", _("Order %(number)s was opened from contract %(contract)s"), icon="box", hue="green", moves="ordering",
    tells=("owner", "clerk"),
)  # fmt: skip
UNDONE = declare(
    "orders.undone", _("Order %(number)s is void: its confirmation was entered in error"), icon="close", hue="red", moves="ordering",
    tells=("owner", "clerk"),
)  # fmt: skip
GOODS_CHANGED = declare(
    "orders.goods_changed", _("Goods data of %(order)s, %(sku)s: %(item)s %(outcome)s. %(words)s"),
    icon="file", erases=("words",), codes={"item": GOODS_KINDS, "outcome": GOODS_STATES},
)  # fmt: skip
GOODS_LINE_APPROVED = declare(
    "orders.goods_line_approved", _("%(who)s approved all goods data of %(order)s, %(sku)s"), icon="ok", hue="green"
)
SHIPMENT_PLANNED = declare("orders.shipment_planned", _("Shipment %(number)s of order %(order)s is planned for %(on)s"), icon="truck")
SHIPMENT_RELEASED = declare(
    "orders.shipment_released", _("%(who)s released shipment %(number)s. %(override)s"), icon="ok", hue="green", erases=("override",)
)
SHIPMENT_PACKED = declare("orders.shipment_packed", _("Shipment %(number)s is packed"), icon="box")
SHIPPED = declare(
    "orders.shipped", _("Shipment %(number)s of order %(order)s left with %(carrier)s %(tracking)s"), icon="truck", hue="violet",
    tells=("owner", "collaborators"),
)  # fmt: skip
SHIPMENT_CANCELLED = declare(
    "orders.shipment_cancelled", _("Shipment %(number)s was cancelled: %(reason)s"), icon="close", hue="red", erases=("reason",)
)
