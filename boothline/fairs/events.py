"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.fairs.lists import ANSWERS
from boothline.followups.touches import CHANNELS
from boothline.timeline.kinds import declare

ADDED = declare("fairs.added", _("%(who)s added the fair %(subject)s"), icon="fair")
EDITED = declare("fairs.edited", _("%(who)s edited the fair %(subject)s"), icon="pen")
GIVEN = declare("fairs.given", _("%(now)s follows up the fair %(subject)s, before %(was)s"), icon="people")
HOURS_SET = declare("fairs.hours_set", _("%(who)s set the show hours"), icon="clock")
ON_DUTY = declare(
    "fairs.on_duty", _("On duty: %(person)s, %(first)s to %(last)s, %(count)s days, %(hours)s, backup %(backup)s"), icon="people"
)
OFF_DUTY = declare("fairs.off_duty", _("No longer on duty: %(person)s, %(day)s"), icon="people")
BOOKED = declare(
    "fairs.booked", _("Appointment at the booth: %(on)s %(time)s, with %(with)s"), icon="cal", hue="blue", tells=("people",), grades=True
)
MOVED = declare(
    "fairs.appointment_edited", _("%(who)s changed the appointment: %(on)s %(time)s, with %(with)s"), icon="cal", hue="ochre",
    tells=("people",), grades=True,
)  # fmt: skip
KEPT = declare("fairs.kept", _("%(subject)s came to the appointment"), icon="ok", hue="green", grades=True)
STAYED_AWAY = declare("fairs.stayed_away", _("%(subject)s did not come to the appointment"), icon="x", hue="ochre", grades=True)
CANCELLED = declare(
    "fairs.cancelled",
    _("The appointment of %(on)s %(time)s was cancelled: %(reason)s"),
    icon="x",
    tells=("people",),
    erases=("reason",),
    grades=True,
)
BUDGET_SET = declare(
    "fairs.budget_set", _("%(who)s set the budget: planned %(planned)s %(currency)s, actual %(actual)s %(currency)s"), icon="chart",
    right="fairs.figures",
)  # fmt: skip
GOAL_ADDED = declare(
    "fairs.goal_added", _("%(who)s set a goal: %(goal)s, %(target)s"), icon="plus", erases=("goal",), right="fairs.figures"
)
GOAL_EDITED = declare(
    "fairs.goal_edited", _("%(who)s edited the goal: %(goal)s"), icon="pen", erases=("goal",), fields="goal", right="fairs.figures"
)
GOAL_REMOVED = declare("fairs.goal_removed", _("%(who)s removed the goal: %(goal)s"), icon="x", erases=("goal",), right="fairs.figures")
EXHIBIT_ADDED = declare("fairs.exhibit_added", _("%(who)s put an exhibit on the list: %(exhibit)s, pieces: %(pieces)s"), icon="plus")
EXHIBIT_EDITED = declare("fairs.exhibit_edited", _("%(who)s edited the exhibit: %(exhibit)s"), icon="pen", fields="exhibit")
EXHIBIT_REMOVED = declare("fairs.exhibit_removed", _("%(who)s took an exhibit off the list: %(exhibit)s"), icon="x")
EXHIBITORS_LISTED = declare("fairs.exhibitors_listed", _("%(who)s put %(count)s exhibitors on the organisers' list"), icon="in")
EXHIBITOR_EDITED = declare("fairs.exhibitor_edited", _("%(who)s updated the exhibitor %(subject)s from the organisers' list"), icon="pen")
EXHIBITOR_TIED = declare(
    "fairs.exhibitor_tied", _("%(who)s: the exhibitor %(subject)s of %(fair)s is %(customer)s"), icon="link", erases=("customer",)
)
EXHIBITOR_UNTIED = declare(
    "fairs.exhibitor_untied", _("%(who)s took back that the exhibitor %(subject)s is %(customer)s"), icon="undo", erases=("customer",)
)
INVITEE_LISTED = declare("fairs.invitee_listed", _("%(whom)s is on the list of %(fair)s"), icon="mail", erases=("whom",))
INVITEE_UNLISTED = declare("fairs.invitee_unlisted", _("%(who)s took %(whom)s off the list of %(fair)s"), icon="x", erases=("whom",))
INVITATION_SENT = declare("fairs.invitation_sent", _("%(who)s invited %(whom)s to %(fair)s"), icon="mail", hue="blue", erases=("whom",))
INVITATION_OPENED = declare("fairs.invitation_opened", _("%(whom)s opened the invitation to %(fair)s"), icon="mail", erases=("whom",))
INVITATION_ANSWERED = declare(
    "fairs.invitation_answered", _("%(whom)s answered the invitation to %(fair)s: %(answer)s"), icon="ok", hue="green", tells=("owner",),
    erases=("whom",), codes={"answer": ANSWERS}, grades=True,
)  # fmt: skip
ANSWER_NOTED = declare(
    "fairs.answer_noted", _("%(who)s noted for %(whom)s and %(fair)s: %(answer)s. Told by %(by)s, %(how)s. %(words)s"), icon="ok",
    hue="green", tells=("owner",), erases=("whom", "by", "words"), codes={"answer": ANSWERS, "how": CHANNELS}, quote="words", grades=True,
)  # fmt: skip
INVITEE_REMINDED = declare("fairs.invitee_reminded", _("%(whom)s was reminded of %(fair)s"), icon="clock", hue="ochre", erases=("whom",))
INVITEE_CAME = declare("fairs.invitee_came", _("%(whom)s was invited to %(fair)s and came"), icon="ok", hue="green", erases=("whom",))
INVITEE_NOT_SEEN = declare(
    "fairs.invitee_not_seen", _("%(whom)s was noted as come to %(fair)s by mistake; that is taken back"), icon="undo", erases=("whom",)
)
INVITEE_STAYED_AWAY = declare(
    "fairs.invitee_stayed_away", _("%(whom)s was invited to %(fair)s and stayed away"), icon="x", hue="ochre", erases=("whom",)
)
