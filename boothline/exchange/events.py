"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

IMPORTED = declare("exchange.imported", _("%(who)s imported %(files)s: %(rows)s rows"), icon="in")
EXPORTED = declare("exchange.exported", _("%(who)s exported %(rows)s records of the kind %(kind)s"), icon="out")
