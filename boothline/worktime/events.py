"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

IS = {"work": _("a workday"), "free": _("a free day")}

OVERRIDDEN = declare("worktime.overridden", _("%(who)s made %(day)s %(is)s"), icon="cal", codes={"is": IS})
LIFTED = declare("worktime.lifted", _("%(who)s left %(day)s to the public calendar again"), icon="cal")
OFF = declare("worktime.off", _("%(subject)s is off from %(first)s to %(last)s"), icon="cal")
BACK = declare("worktime.back", _("%(subject)s works from %(first)s to %(last)s after all"), icon="undo")
