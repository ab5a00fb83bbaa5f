"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

TAKEN_BACK = declare("timeline.taken_back", _("%(who)s took back: %(subject)s (%(done)s records)"), icon="undo")
