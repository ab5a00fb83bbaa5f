"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.negotiation.lists import ANSWERS, CHANNELS, LAPSING, REASONS, STATES
from boothline.negotiation.plan_templates import PLAN_WORDS
from boothline.timeline.kinds import declare

BRIEFED = declare("negotiation.briefed", _("%(who)s showed %(products)s"), icon="eye", hue="ochre", moves="negotiating")
BRIEFING_SENT = declare(
    "negotiation.briefing_sent", _("%(who)s sent %(products)s to %(to)s, %(how)s"),
    icon="mail", hue="ochre", erases=("to",), codes={"how": CHANNELS},
)  # fmt: skip
BRIEFING_READY = declare(
    "negotiation.briefing_ready", _("%(who)s prepared %(products)s for %(to)s to read by link"), icon="link", hue="ochre", erases=("to",)
)
BRIEFING_LINKED = declare(
    "negotiation.briefing_linked", _("%(who)s made a link to the briefing for %(to)s"), icon="link", erases=("to",), is_minor=True
)
CHOSEN = declare(
    "negotiation.chosen", _("The customer is interested in %(products)s"), icon="star", hue="ochre", moves="negotiating", tells=("owner",)
)
ASKED = declare(
    "negotiation.asked", _("The customer asks about %(subject)s: %(words)s"),
    icon="chat", hue="ochre", moves="negotiating", tells=("owner",), erases=("words",), quote="words",
)  # fmt: skip
WISH_CHANGED = declare(
    "negotiation.wish_changed", _("The customer changed what they want: %(products)s"),
    icon="pen", hue="ochre", moves="negotiating", tells=("owner",),
)  # fmt: skip
QUESTION_ANSWERED = declare(
    "negotiation.question_answered", _("%(who)s answered the question about %(subject)s. %(words)s"),
    icon="chat", hue="ochre", moves="negotiating", erases=("words",), quote="words",
)  # fmt: skip
ANSWERED = declare(
    "negotiation.answered", _("Answer to the briefing on %(subject)s: %(answer)s. %(words)s"),
    icon="chat", hue="ochre", moves="negotiating", erases=("words",), quote="words", codes={"answer": ANSWERS},
)  # fmt: skip
ANSWER_CORRECTED = declare(
    "negotiation.answer_corrected",
    _("%(who)s corrected the answer to the briefing on %(subject)s: not %(was)s, but %(answer)s. %(words)s"),
    icon="undo", hue="ochre", moves="negotiating", erases=("words",), quote="words", codes={"was": ANSWERS, "answer": ANSWERS},
)  # fmt: skip
PENDING_AGAIN = declare("negotiation.pending_again", _("The customer's answer is awaited"), icon="clock", hue="ochre", moves="negotiating")
OBJECTED = declare(
    "negotiation.objected", _("Objection: %(reason)s. %(words)s"),
    icon="warn", hue="ochre", moves="negotiating", erases=("words",), quote="words", codes={"reason": REASONS},
)  # fmt: skip
LET_GO_BROUGHT = declare(
    "negotiation.let_go_brought", _("By an import: did not buy, let go on %(on)s. Objection: %(reason)s. %(words)s"), icon="in",
    hue="ochre", erases=("words",), quote="words", codes={"reason": REASONS}, grades=True,
)  # fmt: skip
OBJECTION_EDITED = declare(
    "negotiation.objection_edited", _("%(who)s edited the objection %(reason)s"), icon="pen", codes={"reason": REASONS}
)
OBJECTION_CLOSED = declare(
    "negotiation.objection_closed", _("%(who)s closed the objection %(reason)s: %(outcome)s"),
    icon="ok", hue="green", moves="negotiating", codes={"reason": REASONS, "outcome": STATES}, is_ours=True,
)  # fmt: skip
DECIDED = declare(
    "negotiation.decided", _("%(who)s answers the objection %(reason)s with the plan %(plan)s"),
    icon="flow", hue="ochre", codes={"reason": REASONS, "plan": PLAN_WORDS},
)  # fmt: skip
STEP_SKIPPED = declare(
    "negotiation.step_skipped", _("%(who)s skipped a step of the plan: %(step)s. %(words)s"),
    icon="later", erases=("words",), quote="words", codes={"step": PLAN_WORDS},
)  # fmt: skip
PLAN_GIVEN_UP = declare(
    "negotiation.plan_given_up", _("%(who)s gave up the plan %(plan)s for the objection %(reason)s"),
    icon="undo", codes={"reason": REASONS, "plan": PLAN_WORDS},
)  # fmt: skip
OUTCOME_ASKED = declare(
    "negotiation.outcome_asked", _("How did the plan %(plan)s end? The objection was %(reason)s."),
    icon="clock", hue="ochre", tells=("owner",), codes={"reason": REASONS, "plan": PLAN_WORDS}, is_ours=True,
)  # fmt: skip
TEMPLATE_ADDED = declare(
    "negotiation.template_added", _("%(who)s added the plan %(subject)s for the reason %(reason)s"), icon="plus", codes={"reason": REASONS}
)
TEMPLATE_CHANGED = declare(
    "negotiation.template_changed", _("%(who)s changed the plan %(subject)s for the reason %(reason)s: version %(n)s"),
    icon="pen", codes={"reason": REASONS},
)  # fmt: skip
TEMPLATE_OFF = declare(
    "negotiation.template_off",
    _("%(who)s switched off the plan %(subject)s for the reason %(reason)s"),
    icon="close",
    codes={"reason": REASONS},
)
TEMPLATE_ON = declare(
    "negotiation.template_on",
    _("%(who)s offers the plan %(subject)s for the reason %(reason)s again"),
    icon="undo",
    codes={"reason": REASONS},
)
TEMPLATE_RESTORED = declare(
    "negotiation.template_restored", _("%(who)s set the plan %(subject)s for the reason %(reason)s back to what ships"),
    icon="undo", codes={"reason": REASONS},
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
