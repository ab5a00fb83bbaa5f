"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

OPENED = declare("intentions.opened", _("The customer wants %(products)s"), icon="star", hue="violet", moves="intending")
LINE_ADDED = declare(
    "intentions.line_added", _("%(who)s added to the intention: %(product)s"), icon="plus", hue="violet", moves="intending"
)
LINE_EDITED = declare("intentions.line_edited", _("%(who)s edited the intention: %(product)s"), icon="pen", fields="intention_line")
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
COLLECTED = declare("intentions.collected", _("Order details collected: %(completeness)s%%"), icon="pen", fields="collection")
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
