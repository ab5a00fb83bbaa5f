"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

PRODUCT_ADDED = declare("catalogue.product_added", _("%(who)s added the product %(subject)s"), icon="box")
PRODUCT_EDITED = declare("catalogue.product_edited", _("%(who)s edited the product %(subject)s"), icon="pen")
VARIANT_ADDED = declare("catalogue.variant_added", _("%(who)s added the variant %(sku)s"), icon="box")
