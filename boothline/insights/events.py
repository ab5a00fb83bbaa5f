"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

CHECK_ASKED = declare("insights.check_asked", _("%(who)s asked for a recount of the kept figures"), icon="scale")
CHECKED = declare(
    "insights.checked", _("Kept figures recounted: %(seen)s compared, %(different)s differ"), icon="scale", erases=("found",), is_minor=True
)
