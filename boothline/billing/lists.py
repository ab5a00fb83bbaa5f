"""The lists of this room: kinds of instalments, and the words of each state."""

from django.utils.translation import gettext_lazy, pgettext_lazy

INSTALMENT_KINDS = {
    "deposit": gettext_lazy("deposit"),
    "before_shipping": gettext_lazy("balance before shipping"),
    "in_full": gettext_lazy("in full before shipping"),
    "documents": gettext_lazy("against documents"),
    "lc": gettext_lazy("letter of credit"),
    "on_delivery": gettext_lazy("on delivery"),
    "monthly": gettext_lazy("monthly"),
    "days_after": gettext_lazy("30 days after shipping"),
    "days_45": gettext_lazy("45 days after shipping"),
    "days_60": gettext_lazy("60 days after shipping"),
    "fixed": gettext_lazy("on a fixed date"),
    "whole": gettext_lazy("payment, terms not agreed"),
    "fee": gettext_lazy("fee for the cancellation"),
    "exchange": gettext_lazy("for goods sent in exchange"),
    "unsaid": gettext_lazy("payment, nothing is said of it"),
}
ASKED_KINDS = INSTALMENT_KINDS | {"shipment": gettext_lazy("payment before a shipment leaves")}
UNSAID = "unsaid"  # of an order that came by file: asked for by nobody, and never overdue
EXCHANGE = "exchange"  # has no day: the goods that come back are credited against it
BEFORE_SHIPPING = ("deposit", "before_shipping", "in_full", "whole")  # goods wait for these
AFTER_SHIPPING = ("documents", "lc", "on_delivery", "monthly", "days_after", "days_45", "days_60")  # have no day until goods leave
DOCUMENTS_WAIT = ("documents", "lc")  # the goods leave, the papers wait
INSTALMENT_STATES = {
    "open": gettext_lazy("not yet due"),
    "due": pgettext_lazy("instalment", "due"),
    "overdue": gettext_lazy("overdue"),
    "paid": pgettext_lazy("instalment", "paid"),
}
RECEIPT_STATES = {
    "received": gettext_lazy("received, part not allocated"),
    "allocated": gettext_lazy("allocated"),
    "void": gettext_lazy("void"),
}
ANNOUNCED_STATES = {
    "announced": gettext_lazy("announced by the customer"),
    "in": gettext_lazy("the money is in"),
    "set_aside": gettext_lazy("set aside"),
}
CREDIT_STATES = {
    "open": pgettext_lazy("credit", "open"),
    "used": gettext_lazy("used"),
    "prepared": gettext_lazy("under refund"),
    "refunded": gettext_lazy("refunded"),
    "overdue": gettext_lazy("not refunded in time"),
}
REFUND_STATES = {
    "no_account": gettext_lazy("refund waits for the bank account"),
    "asked": gettext_lazy("refund waits for approval"),
    "approved": gettext_lazy("refund waits for payment"),
    "refused": gettext_lazy("refund not approved"),
    "stopped": gettext_lazy("refund taken back"),
    "paid": gettext_lazy("refunded"),
}
REFUND_TOLD = {  # the same to the customer
    "no_account": gettext_lazy("We pay it back as soon as we have your bank account: write it to us."),
    "asked": gettext_lazy("We have your bank account and prepare the payment."),
    "approved": gettext_lazy("It is approved and will be paid to your bank account."),
}
BORNE_BY = {"customer": gettext_lazy("by the customer"), "us": gettext_lazy("by us")}
WHOSE = {"company": gettext_lazy("the whole company")}  # of a target that is no person's
