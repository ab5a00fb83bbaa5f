"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

FILE_REMOVED = declare("files.removed", _("%(who)s took the file %(subject)s away"), icon="file", erases=("of",))
FILE_KEPT = declare("files.kept", _("%(who)s added the file %(subject)s"), icon="file", erases=("of",))
