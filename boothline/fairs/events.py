"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

ADDED = declare("fairs.added", _("%(who)s added the fair %(subject)s"), icon="fair")
EDITED = declare("fairs.edited", _("%(who)s edited the fair %(subject)s"), icon="pen")
