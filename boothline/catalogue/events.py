"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.catalogue.lists import RELATIONS, STOCK_KINDS
from boothline.timeline.kinds import declare

PRODUCT_ADDED = declare("catalogue.product_added", _("%(who)s added the product %(subject)s"), icon="box")
PRODUCT_EDITED = declare("catalogue.product_edited", _("%(who)s edited the product %(subject)s"), icon="pen")
PRODUCT_RETIRED = declare("catalogue.product_retired", _("%(who)s retired the product %(subject)s"), icon="later", hue="ochre")
PRODUCT_OFFERED = declare("catalogue.product_offered", _("%(who)s offers the product %(subject)s again"), icon="box")
VARIANT_EDITED = declare(
    "catalogue.variant_edited", _("%(who)s edited the variant %(sku)s"), icon="pen", fields="variant", guards={"floor": "catalogue.floor"}
)
PICTURE_ADDED = declare("catalogue.picture_added", _("%(who)s added a picture to %(subject)s"), icon="scan")
PICTURE_REMOVED = declare("catalogue.picture_removed", _("%(who)s took the picture %(name)s off %(subject)s"), icon="scan")
VARIANT_ADDED = declare("catalogue.variant_added", _("%(who)s added the variant %(sku)s"), icon="box")
RELATED = declare(
    "catalogue.related", _("%(who)s related %(other)s to %(subject)s: %(relation)s"), icon="link", codes={"relation": RELATIONS}
)
UNRELATED = declare(
    "catalogue.unrelated", _("%(who)s took the relation of %(other)s to %(subject)s off"), icon="link", codes={"relation": RELATIONS}
)
STOCK_KEPT = declare("catalogue.stock_kept", _("Stock of %(sku)s from now on: %(kind)s"), icon="box", codes={"kind": STOCK_KINDS})
STOCK_COUNTED = declare(
    "catalogue.stock_counted", _("%(who)s counted %(now)s of %(sku)s, %(was)s were expected. %(words)s"), icon="box", erases=("words",)
)
STOCK_CORRECTED = declare(
    "catalogue.stock_corrected", _("%(who)s corrected the stock of %(sku)s: %(was)s → %(now)s. %(words)s"), icon="pen", erases=("words",)
)
