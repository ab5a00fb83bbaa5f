"""The lists of this type: natures, kinds of peers, states of a cooperation, lists of firms."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PEERS = {
    "competitor": pgettext_lazy("peer", "competitor"),
    "supplier": _("supplier"),
    "agent": _("agent or cooperation"),
    "service": _("service provider"),
    "press": _("press or association"),
    "education": _("education"),
}
COOPERATION = {
    "noted": pgettext_lazy("cooperation", "noted"),
    "talking": pgettext_lazy("cooperation", "talking"),
    "agreed": pgettext_lazy("cooperation", "agreed"),
    "ended": pgettext_lazy("cooperation", "ended"),
}
FIRM_LISTS = {
    "competitor": _("competitors"),
    "supplier": _("suppliers"),
    "same": _("exhibitors of our category"),
    "other": _("other exhibitors"),
}
BADGES = {"buyer": _("buyer's badge"), "press": _("press badge")}
