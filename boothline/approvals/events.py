"""What this room says. Who is told stands among the values, as `people`."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

ASKED = declare("approvals.asked", _("%(who)s asks for approval of %(what)s"), icon="ok", hue="ochre", tells=("people",))
PASSED_ON = declare(
    "approvals.passed_on", _("Nobody decided in time on %(what)s; the next level is asked"), icon="clock", hue="ochre", tells=("people",)
)
APPROVED = declare("approvals.approved", _("%(who)s approved %(what)s"), icon="ok", hue="green", tells=("people",))
REFUSED = declare(
    "approvals.refused", _("%(who)s did not approve %(what)s: %(reason)s"), icon="close", hue="red", tells=("people",), erases=("reason",)
)
CARRIED_ON = declare(
    "approvals.carried_on", _("What is known about %(what)s has changed; the request for approval goes on with it"), icon="pen",
    tells=("people",),
)  # fmt: skip
OUTDATED = declare(
    "approvals.outdated", _("%(what)s was changed after its approval: it needs a new one"), icon="flow", hue="ochre", tells=("people",)
)
DROPPED = declare("approvals.dropped", _("%(what)s was changed or is over: approval is asked no more"), icon="flow", tells=("people",))
