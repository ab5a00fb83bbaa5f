"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.intentions.lists import EXPANSION_KINDS, PROOFS, REQUIREMENT_KINDS, REQUIREMENT_STATES, WEIGHTS
from boothline.timeline.kinds import declare

OPENED = declare("intentions.opened", _("The customer wants %(products)s"), icon="star", hue="violet", moves="intending")
LINE_ADDED = declare(
    "intentions.line_added", _("%(who)s added to the intention: %(product)s"), icon="plus", hue="violet", moves="intending"
)
LINE_EDITED = declare(
    "intentions.line_edited", _("%(who)s edited the intention: %(product)s"), icon="pen", fields="intention_line", grades=True
)
LINE_LOST = declare(
    "intentions.line_lost",
    _("No longer wanted: %(product)s. %(reason)s"),
    icon="close",
    hue="violet",
    moves="intending",
    erases=("reason",),
)
LOST = declare("intentions.lost", _("The intention is lost: %(reason)s"), icon="close", hue="violet", moves="intending", erases=("reason",))
HANDED_OVER = declare("intentions.handed_over", _("The intention went into a contract"), icon="file", moves="intending", is_minor=True)
REOPENED = declare("intentions.reopened", _("The intention is open again"), icon="flow", hue="violet", moves="intending")
WON = declare("intentions.won", _("The intention is won"), icon="ok", hue="green", moves="intending", is_minor=True)
BROUGHT = declare(
    "intentions.brought", _("By an import: the customer wants %(product)s since %(on)s"), icon="in", hue="violet", moves="intending"
)
BROUGHT_LOST = declare(
    "intentions.brought_lost", _("By an import: the customer wanted %(product)s until %(on)s. %(reason)s"), icon="in", hue="violet",
    erases=("reason",), grades=True,
)  # fmt: skip
COLLECTED = declare("intentions.collected", _("Order details collected: %(completeness)s%%"), icon="pen", fields="collection", grades=True)
QUOTED = declare("intentions.quoted", _("%(who)s printed quotation %(number)s, valid until %(until)s"), icon="file", hue="violet")
QUOTATION_SENT = declare(
    "intentions.quotation_sent", _("%(who)s sent quotation %(number)s to %(to)s"), icon="mail", hue="violet", erases=("to",)
)
QUOTATION_EXPIRED = declare("intentions.quotation_expired", _("Quotation %(number)s expired"), icon="clock", tells=("owner",))
LAPSE_NEAR = declare(
    "intentions.lapse_near", _("The intention %(subject)s lapses on %(on)s unless somebody moves it"),
    icon="clock", hue="ochre", tells=("owner",),
)  # fmt: skip
LAPSED = declare(
    "intentions.lapsed", _("The intention %(subject)s lapsed: nobody moved it any more"), icon="clock", moves="intending", tells=("owner",)
)
REQUIRED = declare(
    "intentions.required", _("The customer requires (%(kind)s, %(is)s): %(words)s"), icon="table", hue="violet", erases=("words",),
    codes={"kind": REQUIREMENT_KINDS, "is": WEIGHTS},
)  # fmt: skip
REQUIREMENT_EDITED = declare(
    "intentions.requirement_edited", _("%(who)s edited the requirement: %(words)s"), icon="pen", fields="requirement", erases=("words",)
)
REQUIREMENT_MET = declare(
    "intentions.requirement_met", _("Requirement met: %(words)s. %(proof)s: %(named)s"), icon="ok", hue="green", erases=("words", "named"),
    codes={"proof": PROOFS},
)  # fmt: skip
REQUIREMENT_REFUSED = declare(
    "intentions.requirement_refused", _("%(who)s refused the requirement: %(words)s. %(reason)s"), icon="close", hue="red",
    tells=("owner",), erases=("words", "reason"),
)  # fmt: skip
REQUIREMENT_WAIVED = declare(
    "intentions.requirement_waived", _("%(who_waived)s no longer requires: %(words)s. %(note)s"), icon="flow",
    erases=("words", "who_waived", "note"),
)  # fmt: skip
REQUIREMENT_REOPENED = declare(
    "intentions.requirement_reopened", _("Requirement open again (it was %(was)s): %(words)s"), icon="flow", hue="violet",
    erases=("words",), codes={"was": REQUIREMENT_STATES},
)  # fmt: skip
EXPANSION_PREPARED = declare(
    "intentions.expansion_prepared", _("%(who)s drafted an expansion request: %(kind)s"), icon="star", codes={"kind": EXPANSION_KINDS}
)
EXPANSION_SENT = declare(
    "intentions.expansion_sent", _("%(who)s sent %(to)s an expansion request: %(kind)s"), icon="mail", hue="violet", erases=("to",),
    codes={"kind": EXPANSION_KINDS},
)  # fmt: skip
EXPANSION_OPENED = declare(
    "intentions.expansion_opened", _("The customer opened the expansion request: %(kind)s"), icon="eye", hue="violet",
    codes={"kind": EXPANSION_KINDS},
)  # fmt: skip
EXPANSION_ACCEPTED = declare(
    "intentions.expansion_accepted", _("The customer wants from the proposal: %(products)s"), icon="ok", hue="green",
    tells=("owner", "collaborators"), codes={"kind": EXPANSION_KINDS},
)  # fmt: skip
EXPANSION_DECLINED = declare(
    "intentions.expansion_declined", _("The customer declined the expansion request (%(kind)s). %(words)s"), icon="close", hue="ochre",
    tells=("owner",), erases=("words",), codes={"kind": EXPANSION_KINDS}, quote="words",
)  # fmt: skip
EXPANSION_ASKED = declare(
    "intentions.expansion_asked", _("The customer asks about the expansion request (%(kind)s): %(words)s"), icon="chat", hue="ochre",
    tells=("owner", "collaborators"), erases=("words",), codes={"kind": EXPANSION_KINDS}, quote="words",
)  # fmt: skip
EXPANSION_ANSWERED = declare(
    "intentions.expansion_answered", _("%(who)s answered the question about the expansion request (%(kind)s): %(words)s"), icon="chat",
    hue="blue", erases=("words",), codes={"kind": EXPANSION_KINDS},
)  # fmt: skip
EXPANSION_WITHDRAWN = declare(
    "intentions.expansion_withdrawn", _("%(who)s withdrew the expansion request (%(kind)s): %(reason)s"), icon="close",
    erases=("reason",), codes={"kind": EXPANSION_KINDS},
)  # fmt: skip
EXPANSION_EXPIRED = declare(
    "intentions.expansion_expired", _("The expansion request expired: %(kind)s"), icon="clock", tells=("owner",),
    codes={"kind": EXPANSION_KINDS},
)  # fmt: skip
EXPANSION_REMINDED = declare(
    "intentions.expansion_reminded", _("The customer was reminded of the expansion request: %(kind)s"), icon="clock",
    codes={"kind": EXPANSION_KINDS},
)  # fmt: skip
