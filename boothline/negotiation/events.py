"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.negotiation.lists import ANSWERS, LAPSING, REASONS, STATES
from boothline.timeline.kinds import declare

BRIEFED = declare("negotiation.briefed", _("%(who)s showed %(products)s"), icon="eye", hue="ochre", moves="negotiating")
ANSWERED = declare(
    "negotiation.answered", _("Answer to the briefing on %(subject)s: %(answer)s"),
    icon="chat", hue="ochre", moves="negotiating", codes={"answer": ANSWERS},
)  # fmt: skip
PENDING_AGAIN = declare("negotiation.pending_again", _("The customer's answer is awaited"), icon="clock", hue="ochre", moves="negotiating")
OBJECTED = declare(
    "negotiation.objected", _("Objection: %(reason)s. %(words)s"),
    icon="warn", hue="ochre", moves="negotiating", erases=("words",), quote="words", codes={"reason": REASONS},
)  # fmt: skip
OBJECTION_CLOSED = declare(
    "negotiation.objection_closed", _("%(who)s closed the objection %(reason)s: %(outcome)s"),
    icon="ok", hue="green", moves="negotiating", codes={"reason": REASONS, "outcome": STATES},
)  # fmt: skip
LAPSE_NEAR = declare(
    "negotiation.lapse_near", _("The %(what)s %(subject)s lapses on %(on)s unless somebody moves it"),
    icon="clock", hue="ochre", tells=("owner",), codes={"what": LAPSING},
)  # fmt: skip
LAPSED = declare(
    "negotiation.lapsed", _("The %(what)s %(subject)s lapsed: nobody moved it any more"),
    icon="clock", moves="negotiating", tells=("owner",), codes={"what": LAPSING},
)  # fmt: skip
REOPENED = declare(
    "negotiation.reopened",
    _("%(who)s reopened the %(what)s %(subject)s"),
    icon="flow",
    hue="ochre",
    moves="negotiating",
    codes={"what": LAPSING},
)
