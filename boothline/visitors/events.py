"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

TAKEN = declare("visitors.taken", _("%(who)s captured %(subject)s at %(fair)s"), icon="scan", hue="slate", moves="visitor")
