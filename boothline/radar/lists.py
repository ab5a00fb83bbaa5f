"""The lists of this room: the risks, their colours, who owes."""

from django.utils.translation import gettext_lazy, pgettext_lazy

COLOURS = {"red": gettext_lazy("red"), "amber": gettext_lazy("amber")}
RISKS = {  # in the order in which they come up; those of milestones are called as these
    "deposit": gettext_lazy("deposit not received"),
    "measured": gettext_lazy("not measured on site"),
    "artwork": gettext_lazy("artwork not approved"),
    "sample": gettext_lazy("sample not approved"),
    "material": gettext_lazy("material not in"),
    "production_start": gettext_lazy("production not started"),
    "production_end": gettext_lazy("production not finished"),
    "inspection": gettext_lazy("not inspected"),
    "goods": gettext_lazy("goods data not approved"),
    "purchase": gettext_lazy("purchase expected too late"),
    "stock": gettext_lazy("stock short"),
    "balance": gettext_lazy("balance not received"),
    "booked": gettext_lazy("carrier not booked"),
    "packed": gettext_lazy("not all packed"),
    "release": gettext_lazy("not all released"),
    "lc_missing": gettext_lazy("no letter of credit"),
    "lc_late": gettext_lazy("letter of credit: latest shipment before the promised day"),
    "lc_short": gettext_lazy("letter of credit: opened for too little"),
    "lc_ship_by": gettext_lazy("letter of credit: latest shipment is near"),
    "silent": gettext_lazy("no word of the shipment"),
    "customs": gettext_lazy("held at customs"),
    "late_arrival": gettext_lazy("arrives later than promised"),
    "unsigned": gettext_lazy("delivered, not signed for"),
    "installed": gettext_lazy("not installed and accepted"),
    "lc_present_by": gettext_lazy("letter of credit: presentation is near"),
    "lc_expires_on": gettext_lazy("letter of credit: expiry is near"),
    "major": gettext_lazy("major problem"),
    "critical": gettext_lazy("critical problem"),
}
OWES = {
    "customer": gettext_lazy("the customer"),
    "supplier": gettext_lazy("the supplier"),
    "carrier": gettext_lazy("the carrier"),
    "us": pgettext_lazy("who owes", "we"),
}
