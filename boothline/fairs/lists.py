"""The lists of this room: codes and words."""

from django.utils.translation import pgettext_lazy

INVITATION_STATES = {
    "listed": pgettext_lazy("invitation", "listed"),
    "sent": pgettext_lazy("invitation", "sent"),
    "opened": pgettext_lazy("invitation", "opened"),
    "comes": pgettext_lazy("invitation", "comes"),
    "declined": pgettext_lazy("invitation", "does not come"),
    "appointment": pgettext_lazy("invitation", "appointment"),
    "came": pgettext_lazy("invitation", "came"),
    "stayed_away": pgettext_lazy("invitation", "stayed away"),
}
ANSWERS = {code: INVITATION_STATES[code] for code in ("comes", "declined", "appointment")}
UNANSWERED = ("sent", "opened")
COMING = ("comes", "appointment")
