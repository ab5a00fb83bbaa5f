"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.care.lists import CAUSES, COMPLAINT_KINDS, COMPLAINT_STATES, LEVELS, OUTCOMES, STAGES, SURVEY_KINDS
from boothline.timeline.kinds import declare

COMPLAINT_RECEIVED = declare(
    "care.complaint_received", _("%(number)s, %(kind)s: %(words)s"), icon="warn", hue="red", tells=("people",), erases=("words",),
    codes={"kind": COMPLAINT_KINDS}, quote="words",
)  # fmt: skip
COMPLAINT_ACKNOWLEDGED = declare("care.complaint_acknowledged", _("%(who)s takes care of %(number)s"), icon="pen", hue="blue")
COMPLAINT_GIVEN = declare("care.complaint_given", _("%(number)s is now with %(now)s, before with %(was)s"), icon="people")
COMPLAINT_EDITED = declare("care.complaint_edited", _("%(who)s edited %(number)s"), icon="pen", fields="complaint")
COMPLAINT_FOLLOWED = declare(
    "care.complaint_followed", _("%(number)s goes with problem %(problem)s: %(state)s"), icon="flow", tells=("people",), is_minor=True,
    codes={"state": COMPLAINT_STATES},
)  # fmt: skip
COMPLAINT_PARTED = declare(
    "care.complaint_parted", _("%(number)s goes on by itself: problem %(problem)s ended with its order"), icon="warn", hue="ochre",
    tells=("people",),
)  # fmt: skip
COMPLAINT_ANSWERED = declare(
    "care.complaint_answered", _("%(who)s answered %(number)s: %(words)s"), icon="mail", hue="blue", erases=("words",)
)
COMPLAINT_REPLIED = declare(
    "care.complaint_replied", _("The customer wrote about %(number)s: %(words)s"), icon="chat", hue="ochre", tells=("owner", "people"),
    erases=("words",), quote="words",
)  # fmt: skip
COMPLAINT_REACHED = declare(
    "care.complaint_reached", _("Our last word about %(number)s is with the customer: the link was made, or they opened it"), icon="link"
)
COMPLAINT_AGREED = declare(
    "care.complaint_agreed", _("Agreed about %(number)s: %(words)s. %(how)s"), icon="ok", hue="blue", erases=("words", "how")
)
COMPLAINT_DONE = declare(
    "care.complaint_done", _("%(number)s is done: %(words)s"), icon="ok", hue="green", tells=("owner",), erases=("words",)
)
COMPLAINT_CHECKED = declare(
    "care.complaint_checked", _("Asked about %(number)s: %(outcome)s. %(words)s"), icon="ok", hue="green", tells=("owner",),
    erases=("words",), codes={"outcome": OUTCOMES},
)  # fmt: skip
COMPLAINT_REOPENED = declare(
    "care.complaint_reopened", _("%(number)s is not settled: %(words)s"), icon="warn", hue="red", tells=("owner", "people"),
    erases=("words",), quote="words",
)  # fmt: skip
COMPLAINT_EVALUATED = declare(
    "care.complaint_evaluated", _("%(who)s evaluated %(number)s, cause: %(cause)s"), icon="scale", codes={"cause": CAUSES}
)
COMPLAINT_LEARNED = declare(
    "care.complaint_learned", _("What changes because of %(number)s: %(words)s"), icon="flow", hue="violet", tells=("people",),
    erases=("words",),
)  # fmt: skip
COMPLAINT_REMINDED = declare(
    "care.complaint_reminded", _("%(number)s waits, %(stage)s: %(level)s is told"), icon="clock", hue="ochre", tells=("people",),
    codes={"stage": STAGES, "level": LEVELS},
)  # fmt: skip
SURVEY_PROPOSED = declare(
    "care.survey_proposed", _("To be asked: %(kind)s %(about)s"), icon="chart", is_minor=True, codes={"kind": SURVEY_KINDS}
)
SURVEY_SENT = declare(
    "care.survey_sent", _("%(who)s prepared a survey for %(to)s: %(kind)s %(about)s"), icon="mail", hue="violet", erases=("to",),
    codes={"kind": SURVEY_KINDS},
)  # fmt: skip
SURVEY_LEFT = declare(
    "care.survey_left", _("Not asked: %(kind)s %(about)s. %(reason)s"), icon="close", erases=("reason",), codes={"kind": SURVEY_KINDS}
)
SURVEY_ANSWERED = declare(
    "care.survey_answered", _("The customer answered the %(kind)s %(about)s: %(score)s of 100. %(words)s"), icon="chart", hue="green",
    tells=("owner",), erases=("words",), codes={"kind": SURVEY_KINDS},
)  # fmt: skip
SURVEY_CHANGED = declare(
    "care.survey_changed", _("The customer changed their answers to the %(kind)s %(about)s: %(score)s of 100 now. %(words)s"),
    icon="chart", hue="green", tells=("owner",), erases=("words",), codes={"kind": SURVEY_KINDS},
)  # fmt: skip
SURVEY_EXPIRED = declare("care.survey_expired", _("Nobody answered the %(kind)s %(about)s"), icon="clock", codes={"kind": SURVEY_KINDS})
