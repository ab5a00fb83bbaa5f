"""The lists of this room: codes and words."""

from django.utils.translation import gettext_lazy, pgettext_lazy

COMPLAINT_KINDS = {"complaint": gettext_lazy("complaint"), "suggestion": gettext_lazy("suggestion")}
CHANNELS = {
    "phone": pgettext_lazy("way", "by phone"),
    "chat": pgettext_lazy("way", "by chat"),
    "mail": pgettext_lazy("way", "by e-mail"),
    "meet": pgettext_lazy("way", "in person"),
    "fair": pgettext_lazy("way", "at a fair"),
    "portal": pgettext_lazy("way", "by their link"),
    "other": pgettext_lazy("way", "another way"),
}
ABOUT = {
    "people": gettext_lazy("people and service"),
    "goods": gettext_lazy("goods"),
    "delivery": gettext_lazy("delivery"),
    "money": gettext_lazy("price and money"),
    "papers": gettext_lazy("papers"),
    "other": pgettext_lazy("complaint", "something else"),
}
COMPLAINT_STATES = {
    "received": pgettext_lazy("complaint", "received"),
    "acknowledged": pgettext_lazy("complaint", "acknowledged"),
    "answered": pgettext_lazy("complaint", "answered"),
    "agreed": pgettext_lazy("complaint", "solution agreed"),
    "done": pgettext_lazy("complaint", "done"),
    "checked": pgettext_lazy("complaint", "checked"),
    "evaluated": pgettext_lazy("complaint", "evaluated"),
}
SEVERITIES = {"normal": pgettext_lazy("complaint", "normal"), "critical": pgettext_lazy("complaint", "critical")}
STAGES = {
    "acknowledgement": gettext_lazy("acknowledgement"),
    "answer": pgettext_lazy("complaint", "answer"),
    "solution": pgettext_lazy("complaint", "solution"),
}
LEVELS = {
    "owner": gettext_lazy("who works on it"),
    "manager": gettext_lazy("the manager"),
    "head": gettext_lazy("the head"),
}
OUTCOMES = {
    "settled": gettext_lazy("they are content"),
    "not_settled": gettext_lazy("it is not settled"),
    "not_reached": gettext_lazy("not reached"),
}
CAUSES = {
    "process": gettext_lazy("our way of working"),
    "person": gettext_lazy("a person of ours"),
    "product": gettext_lazy("the product"),
    "supplier": gettext_lazy("a supplier"),
    "carrier": gettext_lazy("a carrier"),
    "customer": gettext_lazy("the customer's side"),
    "unknown": pgettext_lazy("cause", "not found"),
}
SURVEY_KINDS = {
    "delivery": gettext_lazy("survey after a delivery"),
    "complaint": gettext_lazy("survey after a complaint"),
    "fair": gettext_lazy("survey after a fair"),
}
SURVEY_STATES = {
    "proposed": pgettext_lazy("survey", "to be sent"),
    "sent": pgettext_lazy("survey", "sent"),
    "answered": pgettext_lazy("survey", "answered"),
    "expired": pgettext_lazy("survey", "expired"),
    "left": pgettext_lazy("survey", "not sent"),
}
