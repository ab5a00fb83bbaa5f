"""The lists of this type: what goods data there is and how far it can be."""

from django.utils.translation import gettext_lazy, pgettext_lazy

CLAIMED_FROM = {
    "carrier": gettext_lazy("carrier"),
    "insurer": gettext_lazy("insurer"),
    "supplier": gettext_lazy("supplier"),
}
CLAIM_STATES = {
    "noted": pgettext_lazy("claim", "noted"),
    "filed": pgettext_lazy("claim", "filed"),
    "part": pgettext_lazy("claim", "accepted in part"),
    "accepted": pgettext_lazy("claim", "accepted"),
    "refused": pgettext_lazy("claim", "refused"),
    "paid": pgettext_lazy("claim", "paid"),
    "dropped": pgettext_lazy("claim", "taken back"),
}
GOODS_KINDS = {
    "specification": gettext_lazy("specification sheet"),
    "photos": gettext_lazy("photos"),
    "packing": gettext_lazy("packing"),
    "label": gettext_lazy("label and artwork"),
    "weights": gettext_lazy("weights and volumes"),
    "hs_code": gettext_lazy("HS code"),
    "certificate": gettext_lazy("certificate"),
}
ABROAD_ONLY = ("hs_code", "certificate")
GOODS_STATES = {
    "missing": gettext_lazy("missing"),
    "submitted": gettext_lazy("submitted"),
    "approved": gettext_lazy("approved"),
    "rejected": gettext_lazy("rejected"),
    "not_needed": gettext_lazy("not needed"),
}
GOODS_OWES = {
    "us": pgettext_lazy("who owes", "we"),
    "customer": gettext_lazy("the customer"),
    "supplier": gettext_lazy("the supplier"),
}
TRACKING = {
    "info_received": gettext_lazy("info received"),
    "in_transit": gettext_lazy("in transit"),
    "out_for_delivery": gettext_lazy("out for delivery"),
    "delivered": gettext_lazy("delivered"),
    "failed_attempt": gettext_lazy("failed attempt"),
    "exception": gettext_lazy("exception"),
    "customs": gettext_lazy("customs"),
    "returning": gettext_lazy("returning"),
    "available_for_pickup": gettext_lazy("available for pickup"),
}
PROBLEM_KINDS = {
    "damage": pgettext_lazy("problem", "damage"),
    "shortage": pgettext_lazy("problem", "shortage"),
    "wrong_goods": pgettext_lazy("problem", "wrong goods"),
    "quality": pgettext_lazy("problem", "quality"),
    "late": pgettext_lazy("problem", "late"),
    "papers": pgettext_lazy("problem", "papers"),
    "installation": pgettext_lazy("problem", "installation"),
    "invoice": pgettext_lazy("problem", "invoice"),
    "other": pgettext_lazy("problem", "other"),
}
WHOLE = {"whole": gettext_lazy("the whole order")}  # what a problem of no line is about
SEVERITIES = {
    "critical": pgettext_lazy("severity", "critical"),
    "major": pgettext_lazy("severity", "major"),
    "minor": pgettext_lazy("severity", "minor"),
    "question": pgettext_lazy("severity", "question"),
}
PROBLEM_STATES = {
    "reported": pgettext_lazy("problem", "reported"),
    "in_work": pgettext_lazy("problem", "in work"),
    "waiting": pgettext_lazy("problem", "waiting for customer"),
    "proposed": pgettext_lazy("problem", "proposed"),
    "agreed": pgettext_lazy("problem", "agreed"),
    "resolving": pgettext_lazy("problem", "resolving"),
    "resolved": pgettext_lazy("problem", "resolved"),
    "closed": pgettext_lazy("problem", "closed"),
}
TURNS = PROBLEM_STATES | {"untold": gettext_lazy("link not handed over yet")}
RESOLUTIONS = {
    "replace": pgettext_lazy("solution", "replace"),
    "return": pgettext_lazy("solution", "return"),
    "exchange": pgettext_lazy("solution", "exchange"),
    "refund": pgettext_lazy("solution", "refund"),
    "allowance": pgettext_lazy("solution", "allowance"),
    "repair": pgettext_lazy("solution", "repair"),
    "no_fault": pgettext_lazy("solution", "no fault"),
}
STAGES = {
    "answer": gettext_lazy("first answer"),
    "proposal": gettext_lazy("proposal"),
    "solution": gettext_lazy("solution"),
}
LEVELS = {
    "owner": gettext_lazy("who works on it"),
    "manager": gettext_lazy("the manager"),
    "head": gettext_lazy("the head"),
}
HOLD_KINDS = {
    "money": gettext_lazy("money hold"),
    "manual": gettext_lazy("stopped by hand"),
    "documents": gettext_lazy("documents held"),
}
PREPARATIONS = {  # of a delivery, besides that it is packed
    "papers": pgettext_lazy("preparation", "papers"),
    "vehicle": pgettext_lazy("preparation", "vehicle"),
    "informed": pgettext_lazy("preparation", "customer told"),
}
PROMISE_TOLD = {
    "confirmed": gettext_lazy("confirmed by the customer"),
    "letter": gettext_lazy("told by letter"),
    "merge": gettext_lazy("the earlier one of two orders"),
}
CHANGE_KINDS = {
    "edited": gettext_lazy("lines changed"),
    "confirmed": gettext_lazy("change confirmed by the customer"),
    "cancelled": gettext_lazy("order cancelled"),
    "split": gettext_lazy("order split"),
    "merged": gettext_lazy("orders merged"),
    "allowance": gettext_lazy("allowance"),
    "bank_charges": gettext_lazy("rest written off as bank charges"),
    "late_payment": gettext_lazy("shipping date moved: the payment came late"),
    "late_artwork": gettext_lazy("shipping date moved: the artwork was approved late"),
}
PURCHASE_STATES = {
    "ordered": pgettext_lazy("purchase", "on its way"),
    "in_part": pgettext_lazy("purchase", "arrived in part"),
    "arrived": pgettext_lazy("purchase", "arrived"),
    "cancelled": pgettext_lazy("purchase", "cancelled"),
}
RESERVED_WHYS = {
    "opened": pgettext_lazy("reserved", "the order opened or changed"),
    "by_hand": pgettext_lazy("reserved", "by hand"),
    "freed": pgettext_lazy("reserved", "something became free"),
    "arrived": pgettext_lazy("reserved", "a purchase arrived"),
    "purchase": pgettext_lazy("reserved", "a purchase was made or changed"),
    "counted": pgettext_lazy("reserved", "stock was counted"),
    "returned": pgettext_lazy("reserved", "goods came back"),
    "kind": pgettext_lazy("reserved", "stock is kept otherwise"),
    "shipped": pgettext_lazy("reserved", "shipped"),
}
