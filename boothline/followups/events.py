"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

TOUCHED = declare("followups.touched", _("%(who)s logged a touch: %(words)s"), icon="chat", erases=("words",))
PLANNED = declare("followups.planned", _("Next step: %(subject)s, %(on)s"), icon="later")
DONE = declare("followups.done", _("%(who)s did: %(subject)s"), icon="ok", hue="green")
UNPLANNED = declare("followups.unplanned", _("%(who)s took the next step back: %(subject)s"), icon="undo")
POSTPONED = declare("followups.postponed", _('%(who)s moved "%(subject)s" to %(on)s'), icon="later", hue="ochre")
