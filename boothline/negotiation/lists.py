"""The lists of this type: reasons with their severity, how an objection ends, how a briefing was shown and answered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.core import wordlists
from boothline.core.errors import Words

ANSWERS = {
    "pending": gettext_lazy("answer pending"),
    "wants": gettext_lazy("wants"),
    "not_interested": gettext_lazy("not interested"),
    "lapsed": gettext_lazy("lapsed"),
}
CHANNELS = {
    "person": gettext_lazy("in person"),
    "tablet": gettext_lazy("on the tablet"),
    "link": gettext_lazy("by link"),
    "pdf": gettext_lazy("as a PDF"),
    "word": gettext_lazy("by word"),
}

_REASONS: dict[str, Words] = {
    "price": gettext_lazy("price"),
    "quality": gettext_lazy("quality"),
    "spec": pgettext_lazy("reason", "specification"),
    "moq": gettext_lazy("minimum quantity"),
    "lead_time": gettext_lazy("lead time"),
    "payment": gettext_lazy("payment terms"),
    "certificate": gettext_lazy("certificate"),
    "service": gettext_lazy("service"),
    "after_sales": gettext_lazy("after-sales"),
    "trust": gettext_lazy("brand and trust"),
    "competitor": gettext_lazy("competitor"),
    "budget": gettext_lazy("no budget"),
    "authority": gettext_lazy("no authority"),
    "timing": gettext_lazy("timing"),
    "other": gettext_lazy("other"),
}
_FOR_CUSTOMER: dict[str, Words] = {
    "price": gettext_lazy("Price"),
    "quality": gettext_lazy("Quality"),
    "spec": gettext_lazy("Specification does not fit"),
    "moq": gettext_lazy("Minimum quantity"),
    "lead_time": gettext_lazy("Lead time"),
    "payment": gettext_lazy("Payment terms"),
    "certificate": gettext_lazy("Certificate"),
    "service": gettext_lazy("Service"),
    "after_sales": gettext_lazy("After-sales"),
    "trust": gettext_lazy("Do not know you well yet"),
    "competitor": gettext_lazy("Chose another supplier"),
    "budget": gettext_lazy("Budget not there yet"),
    "authority": gettext_lazy("To be agreed in our company"),
    "timing": gettext_lazy("Not needed now"),
    "other": gettext_lazy("Other"),
}
REASONS = wordlists.declare(
    "negotiation.reasons", gettext_lazy("Reasons of an objection"), _REASONS, for_customer=_FOR_CUSTOMER,
    used=gettext_lazy("Chosen for objections, declined contracts and proposals, cancelled orders; elsewhere a reason is free words."),
)  # fmt: skip
SEVERITY = {3: gettext_lazy("stops the deal"), 2: gettext_lazy("must be answered"), 1: gettext_lazy("would buy anyway")}
DEFAULT_SEVERITY = {
    "quality": 3, "certificate": 3, "budget": 3, "service": 1, "authority": 1, "timing": 1, "other": 1,
}  # fmt: skip
STATES = {
    "open": pgettext_lazy("objection", "open"),
    "planned": pgettext_lazy("objection", "planned"),
    "resolved": gettext_lazy("resolved"),
    "partly": gettext_lazy("partly resolved"),
    "not_resolved": gettext_lazy("not resolved"),
    "let_go": gettext_lazy("let go"),
    "withdrawn": gettext_lazy("withdrawn by the customer"),
}
LAPSING = {"briefing": gettext_lazy("briefing"), "objection": gettext_lazy("objection")}
ALIVE = ("open", "planned")
ENDS = tuple(code for code in STATES if code not in ALIVE)
