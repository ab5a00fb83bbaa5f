"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

TOUCHED = declare("followups.touched", _("%(who)s logged a touch: %(words)s"), icon="chat", erases=("words",), quote="words", grades=True)
TAKEN_IN = declare("followups.taken_in", _("Spoken with on %(on)s by %(author)s, as a file says"), icon="chat", grades=True)
PLANNED = declare("followups.planned", _("Next step: %(subject)s, %(on)s"), icon="later", is_ours=True)
DONE = declare("followups.done", _("%(who)s completed: %(subject)s"), icon="ok", hue="green", is_ours=True)
UNPLANNED = declare("followups.unplanned", _("%(who)s took the next step back: %(subject)s"), icon="undo")
DROPPED = declare("followups.dropped", _("No longer needed: %(subject)s"), icon="x", is_ours=True)
REPLACED = declare("followups.replaced", _("%(subject)s is replaced by: %(now)s"), icon="later", erases=("now",), is_ours=True)
ENDED = (DONE, DROPPED, REPLACED)  # a step is over: whatever hangs on one hears all three
POSTPONED = declare(
    "followups.postponed", _('%(who)s moved "%(subject)s" to %(on)s %(reason)s'), icon="later", hue="ochre", erases=("reason",)
)
GIVEN = declare("followups.given", _('"%(subject)s" is now with %(now)s, before with %(was)s'), icon="people", is_ours=True)
CLOCK_STARTED = declare(
    "followups.clock_started", _("First answer to %(subject)s within %(hours)s working hours"), icon="clock", is_minor=True
)
REMINDED = declare(
    "followups.reminded", _("First answer to %(subject)s is due: %(on)s %(time)s"), icon="clock", hue="ochre",
    tells=("people",), is_minor=True,
)  # fmt: skip
HANDED = declare(
    "followups.handed_over", _("%(subject)s was not answered in time: %(now)s takes over from %(was)s"), icon="clock", hue="red",
    tells=("people",),
)  # fmt: skip
ANSWERED = declare("followups.answered", _("%(who)s gave %(subject)s the first answer"), icon="ok", hue="green")
UNANSWERED = declare("followups.clock_closed", _("No first answer to %(subject)s is wanted any more"), icon="x", is_minor=True)
DAY_HANDED = declare(
    "followups.day_handed_over", _("%(subject)s is away until %(until)s: %(now)s has %(clocks)s first answers and %(steps)s steps"),
    icon="people", tells=("people",),
)  # fmt: skip
POOL_NEAR = declare(
    "followups.pool_near", _("Goes to the pool on %(on)s, in %(days)s days, unless somebody speaks with them"), icon="clock", hue="ochre",
    tells=("owner",),
)  # fmt: skip
POOLED = declare(
    "followups.pooled", _("To the pool, before with %(was)s: %(why)s"), icon="people", hue="ochre", tells=("people",),
    codes={"why": {"silent": _("nobody spoke with them for too long"), "untouched": _("taken, and no first touch in time")}},
)  # fmt: skip
TAKEN = declare("followups.taken", _("%(now)s took them from the pool, first touch by %(on)s"), icon="people", hue="blue")
LEFT = declare(
    "followups.handed_over_for_good",
    _("%(now)s takes over from %(subject)s: %(customers)s customers, %(clocks)s first answers, %(steps)s steps. %(reason)s"),
    icon="people", tells=("people",), erases=("reason",),
)  # fmt: skip
HANDED_BACK = declare(
    "followups.handed_back",
    _("What %(was)s took over from %(subject)s is with %(now)s again: %(clocks)s first answers, %(steps)s steps"),
    icon="undo", tells=("people",),
)  # fmt: skip
GIFT_LOGGED = declare(
    "followups.gift_logged", _("Gift or hospitality %(way)s: %(item)s, %(amount)s %(currency)s (%(contact)s)"), icon="file",
    erases=("item", "contact"), codes={"way": {"given": _("given"), "received": _("received")}},
)  # fmt: skip
GIFT_DECIDED = declare(
    "followups.gift_decided", _("Gift %(item)s: %(state)s"), icon="ok", erases=("item",), is_minor=True,
    codes={"state": {"approved": _("approved"), "refused": _("not approved")}},
)  # fmt: skip
GIFT_WITHDRAWN = declare(
    "followups.gift_withdrawn", _("%(who)s took %(item)s out of the log of gifts: %(reason)s"), icon="undo", erases=("item", "reason")
)
BENEFIT_DECLINED = declare(  # under no customer: for managers alone
    "followups.benefit_declined", _("%(contact)s of %(customer)s asked for a benefit, and %(who)s declined: %(item)s"), icon="warn",
    hue="ochre", tells=("people",), erases=("item", "contact", "customer"), right="gifts.declined",
)  # fmt: skip
BENEFIT_WITHDRAWN = declare(
    "followups.benefit_withdrawn", _("%(who)s took back that a benefit was asked for: %(reason)s"), icon="undo", erases=("reason",),
    right="gifts.declined",
)  # fmt: skip
