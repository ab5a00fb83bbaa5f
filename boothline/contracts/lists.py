"""The lists of this type that its events need too: how a contract is confirmed, why it is declined, why a request is reminded of,
where a need was told and how it stands, the clauses that answer one."""

from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.core.wordlists import ForCustomer
from boothline.negotiation.lists import REASONS

HOWS = {
    "link": gettext_lazy("by the link"),
    "device": gettext_lazy("on our device"),
    "paper": gettext_lazy("signed paper"),
    "proforma": gettext_lazy("signed proforma invoice"),
    "deposit": gettext_lazy("deposit received"),
    "import": gettext_lazy("taken in from a file"),
}
ON_PAPER = ("paper", "proforma", "deposit")
NO_LONGER_WANTED = "no_longer_wanted"
DECLINE_REASONS = ForCustomer(REASONS, {NO_LONGER_WANTED: gettext_lazy("No longer needed")})
REMINDERS = {
    "unopened": gettext_lazy("not opened"),
    "unanswered": gettext_lazy("opened, not answered"),
    "ending": gettext_lazy("ends soon"),
}
NEED_SOURCES = {
    "customer": gettext_lazy("the customer"),
    "touch": gettext_lazy("a touch"),
    "requirement": gettext_lazy("a requirement"),
    "portal": gettext_lazy("the customer's page"),
}
NEED_STATES = {
    "open": pgettext_lazy("need", "open"),
    "traced": pgettext_lazy("need", "traced"),
    "met": pgettext_lazy("need", "met"),
    "refused": pgettext_lazy("need", "refused"),
    "waived": pgettext_lazy("need", "waived"),
}
CLAUSES = {
    "delivery": gettext_lazy("delivery term"),
    "shipping": gettext_lazy("shipping date"),
    "payment": gettext_lazy("payment"),
    "address": gettext_lazy("delivery address"),
    "invoice": gettext_lazy("invoice"),
    "special": gettext_lazy("special terms"),
}
PAPERS = {
    "licence": gettext_lazy("business licence or registration document"),
    "attorney": gettext_lazy("power of attorney"),
    "other": gettext_lazy("other paper"),
}
STARTS = {  # what production waits for
    "confirmation": gettext_lazy("the confirmation"),
    "deposit": gettext_lazy("the deposit"),
    "artwork": gettext_lazy("deposit and artwork approval, the later of the two"),
}
SHIFTS = {"payment": gettext_lazy("the payment came late"), "artwork": gettext_lazy("the artwork was approved late")}
DISCARDS = {"lapsed": gettext_lazy("nobody went on with it")}  # why a change came to nothing, where no person says it
PROMISE_CAUSES = {
    "supplier": pgettext_lazy("cause", "supplier"),
    "production": pgettext_lazy("cause", "production"),
    "goods_data": pgettext_lazy("cause", "goods data"),
    "artwork": pgettext_lazy("cause", "artwork"),
    "payment": pgettext_lazy("cause", "payment"),
    "carrier": pgettext_lazy("cause", "carrier"),
    "wish": pgettext_lazy("cause", "the customer's wish"),
    "stock": pgettext_lazy("cause", "stock"),
    "force_majeure": pgettext_lazy("cause", "force majeure"),
}
