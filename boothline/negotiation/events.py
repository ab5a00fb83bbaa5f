"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

BRIEFED = declare("negotiation.briefed", _("%(who)s showed %(products)s"), icon="eye", hue="ochre", moves="negotiating")
ANSWERED = declare(
    "negotiation.answered", _("The customer answered the briefing on %(subject)s"), icon="chat", hue="ochre", moves="negotiating"
)
PENDING_AGAIN = declare("negotiation.pending_again", _("The customer's answer is awaited"), icon="clock", hue="ochre", moves="negotiating")
OBJECTED = declare(
    "negotiation.objected", _("Objection: %(subject)s. %(words)s"), icon="warn", hue="ochre", moves="negotiating", erases=("words",)
)
OBJECTION_CLOSED = declare(
    "negotiation.objection_closed", _("%(who)s closed the objection %(subject)s"), icon="ok", hue="green", moves="negotiating"
)
