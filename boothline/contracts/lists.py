"""The lists of this type that its events need too: how a contract is confirmed, why a request is reminded of."""

from django.utils.translation import gettext_lazy

HOWS = {
    "link": gettext_lazy("by the link"),
    "device": gettext_lazy("on our device"),
    "paper": gettext_lazy("signed paper"),
    "proforma": gettext_lazy("signed proforma invoice"),
    "deposit": gettext_lazy("deposit received"),
}
ON_PAPER = ("paper", "proforma", "deposit")
REMINDERS = {
    "unopened": gettext_lazy("not opened"),
    "unanswered": gettext_lazy("opened, not answered"),
    "ending": gettext_lazy("ends soon"),
}
