"""The shipped decision plans (403): for each reason, templates with their steps (who by role or duty, after how many workdays) and the
conditions under which they can be chosen. S salesperson, K order clerk, M manager, E engineer, Q quality, F finance. What a manager
makes of them stands in plan_templates.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from boothline.accounts.people import person_with_role
from boothline.catalogue.products import Product
from boothline.core.money import money_words
from boothline.core.slots import ask
from boothline.core.text import listed
from boothline.customers.card import is_abroad
from boothline.customers.lists import TYPE_WORDS

WORTH = "worth_intended"  # (customer, currency): what their largest open intention comes to; the room of intentions answers

Said = str | Mapping[str, str]  # a message of ours, or {"zh", "en"} as a manager wrote it


def spoken(said: Said) -> str:
    """In the reader's language."""
    if isinstance(said, str):
        return _(said)
    return said["zh" if (get_language() or "zh").startswith("zh") else "en"]


@dataclass(frozen=True)
class Step:
    """One step: who, what, after how many workdays; or on the agreed date, some days before it."""

    who: str
    what: Said
    days: int = 0
    kind: str = "do"
    on_date: bool = False
    before: int = 0  # calendar days before the agreed date

    def __str__(self) -> str:
        return spoken(self.what)


@dataclass(frozen=True)
class Template:
    """A way to answer one reason, and the conditions under which it can be chosen; `n` is its version, 0 what ships."""

    code: str
    words: Said
    steps: tuple[Step, ...]
    conditions: tuple[str, ...] = ()
    types: tuple[str, ...] = ()  # of the customer; none: all
    grades: tuple[str, ...] = ()
    worth: Decimal | None = None  # what an intention of the customer comes to at least, in `currency`; none: whatever it is
    currency: str = ""
    n: int = 0

    def __str__(self) -> str:
        return spoken(self.words)

    @property
    def key(self) -> str:
        """By which history names it, as it is now."""
        return f"{self.code}@{self.n}" if self.n else self.code

    @property
    def asks_date(self) -> bool:
        """Whether a date must be agreed first."""
        return any(step.on_date for step in self.steps)

    def unmet(self, objection: Any) -> str:
        """Why it cannot be chosen for an objection, in the reader's language; "" if it can."""
        customer = objection.customer
        if self.types and customer.derived_type not in self.types:
            return _("only for: %(whom)s") % {"whom": listed(str(TYPE_WORDS[code]) for code in self.types)}
        if self.grades and customer.grade not in self.grades:
            return _("only for grade %(grades)s") % {"grades": listed(self.grades)}
        if self.worth and ask(WORTH, customer, self.currency, default=0) < self.worth:
            return _("only for an intention worth at least %(amount)s") % {"amount": money_words(self.worth, self.currency)}
        found = (CONDITIONS[code][1](objection) for code in self.conditions)
        return next((_(why) for why in found if why), "")


def _has_room(objection: Any) -> str:
    """A price step is there, or a floor price below the list price."""
    if objection.product is None:
        return NAME_IT
    variants = objection.product.variants.prefetch_related("steps")
    has_room = any(v.steps.all() or (v.floor is not None and v.floor < v.price) for v in variants)
    return "" if has_room else N_("no step price, and no room above the floor price")


def _has_cheaper(objection: Any) -> str:
    """Something cheaper of the same family is offered."""
    product = objection.product
    if product is None:
        return NAME_IT
    price = min(((v.price, v.currency) for v in product.variants.all()), default=None)
    others = Product.objects.offered().filter(family=product.family).exclude(pk=product.pk)
    is_there = price and others.filter(variants__price__lt=price[0], variants__currency=price[1]).exists()
    return "" if is_there else N_("nothing cheaper in this product family")


def _names_product(objection: Any) -> str:
    return "" if objection.product else NAME_IT


def _has_minimum(objection: Any) -> str:
    if objection.product is None:
        return NAME_IT
    return "" if objection.product.minimum > 1 else N_("this product has no minimum quantity")


def _has_stock(objection: Any) -> str:
    """Something that can be sent today: not reserved for anybody, or of what no stock is kept."""
    if objection.product is None:
        return NAME_IT
    is_there = any(not variant.keeps_stock or variant.free > 0 for variant in objection.product.variants.all())
    return "" if is_there else N_("nothing of this product is free in stock")


def _is_abroad(objection: Any) -> str:
    """Letters of credit are for trade across the border."""
    return "" if is_abroad(objection.customer) else N_("only for customers abroad")


def _is_at_home(objection: Any) -> str:
    return N_("only for customers at home") if is_abroad(objection.customer) else ""


def _has_manager(objection: Any) -> str:
    return "" if person_with_role("manager") else N_("nobody here is a manager")


NAME_IT = N_("name the product in the objection first")
CONDITIONS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "product": (gettext_lazy("the objection names a product"), _names_product),
    "room": (gettext_lazy("there is a step price, or room above the floor price"), _has_room),
    "cheaper": (gettext_lazy("something cheaper is offered in the product family"), _has_cheaper),
    "minimum": (gettext_lazy("the product has a minimum quantity"), _has_minimum),
    "stock": (gettext_lazy("something of the product is free in stock"), _has_stock),
    "abroad": (gettext_lazy("the customer is abroad"), _is_abroad),
    "home": (gettext_lazy("the customer is at home"), _is_at_home),
    "manager": (gettext_lazy("somebody here is a manager"), _has_manager),
}
_LET_GO = (Step("S", N_("note why, and let it go")),)

PLANS: dict[str, tuple[Template, ...]] = {
    "price": (
        Template("price.step", N_("Step price"), (
            Step("S", N_("work out the quantity of the next price step"), 0), Step("M", N_("release the price"), 1),
            Step("S", N_("send the offer"), 1, "mail"), Step("S", N_("call about the offer"), 3, "call"),
        ), ("room", "manager")),
        Template("price.other", N_("Other product"), (
            Step("S", N_("pick 1 to 3 cheaper products that meet the requirements"), 0),
            Step("S", N_("send a briefing link"), 1, "mail"), Step("S", N_("call about the other products"), 3, "call"),
        ), ("cheaper",)),
    ),
    "quality": (
        Template("quality.proof", N_("Show proof"), (
            Step("Q", N_("test report and photos"), 1), Step("S", N_("offer a sample or a visit"), 2, "call"),
            Step("S", N_("call after receipt"), 7, "call"),
        )),
        Template("quality.improve", N_("Improve and compare"), (
            Step("E", N_("say what is possible"), 2), Step("S", N_("send a side-by-side sample"), 10),
            Step("S", N_("call about the sample"), 12, "call"),
        ), ("product",)),
    ),
    "spec": (
        Template("spec.engineer", N_("Engineer call"), (
            Step("S", N_("write down the exact need"), 0), Step("E", N_("answer: feasible, not, or at what cost"), 2),
            Step("S", N_("send the offer"), 3, "mail"),
        )),
        Template("spec.match", N_("Catalogue match"), (
            Step("S", N_("find products whose attributes meet the specification"), 0), Step("S", N_("send a briefing link"), 1, "mail"),
        )),
    ),
    "moq": (
        Template("moq.mixed", N_("Mixed load"), (
            Step("K", N_("combine variants, or share a production slot"), 1), Step("S", N_("send the offer"), 2, "mail"),
            Step("S", N_("call about the offer"), 4, "call"),
        )),
        Template("moq.trial", N_("Trial order"), (
            Step("M", N_("release a small quantity at list price"), 1), Step("S", N_("send the offer"), 2, "mail"),
        ), ("minimum", "manager")),
    ),
    "lead_time": (
        Template("lead_time.split", N_("Split delivery"), (
            Step("K", N_("find what is in stock or incoming"), 0), Step("S", N_("offer two dates"), 1, "mail"),
            Step("S", N_("call about the dates"), 3, "call"),
        )),
        Template("lead_time.faster", N_("Faster route"), (
            Step("K", N_("get the express or air price"), 1), Step("S", N_("send the offer"), 2, "mail"),
        )),
    ),
    "payment": (
        Template("payment.staged", N_("Staged payment"), (
            Step("F", N_("check the credit"), 2), Step("M", N_("release the terms"), 3), Step("S", N_("send the offer"), 3, "mail"),
        ), ("manager",)),
        Template("payment.secured", N_("Secured terms"), (
            Step("F", N_("offer a letter of credit or insurance"), 3), Step("S", N_("call about the terms"), 4, "call"),
        ), ("abroad",)),
    ),
    "certificate": (
        Template("certificate.send", N_("Send it"), (
            Step("Q", N_("certificate valid for the market"), 1), Step("S", N_("send the certificate"), 1, "mail"),
        )),
        Template("certificate.get", N_("Get it"), (
            Step("Q", N_("find out cost and weeks"), 3), Step("S", N_("ask who pays"), 4, "call"),
            Step("S", N_("call about the certificate"), 30, "call"),
        )),
    ),
    "service": (
        Template("service.apologise", N_("Apologise and take over"), (
            Step("M", N_("call and apologise"), 0, "call"), Step("S", N_("promise one named contact and an answer time"), 1, "call"),
            Step("M", N_("ask if it is better"), 10, "call"),
        )),
    ),
    "after_sales": (
        Template("after_sales.written", N_("Written service"), (
            Step("S", N_("send warranty, parts list and response times as a document"), 1, "mail"),
            Step("S", N_("call about the service"), 3, "call"),
        )),
        Template("after_sales.partner", N_("Local partner"), (
            Step("M", N_("name a service partner"), 5), Step("S", N_("introduce the partner"), 7, "call"),
        ), ("manager",)),
    ),
    "trust": (
        Template("trust.references", N_("References"), (
            Step("S", N_("name two customers who agreed to be named"), 2), Step("S", N_("call about the references"), 5, "call"),
        )),
        Template("trust.visit", N_("Visit"), (
            Step("S", N_("invite to the showroom or the factory"), 1, "call"), Step("M", N_("host the visit"), 14, "meet"),
        ), ("manager",)),
    ),
    "competitor": (
        Template("competitor.facts", N_("Fair comparison"), (
            Step("S", N_("write a table of facts, without slander"), 1), Step("E", N_("check the table"), 2),
            Step("S", N_("call about the comparison"), 4, "call"),
        )),
        Template("competitor.second", N_("Second source"), (Step("S", N_("offer a small first order as a second source"), 3, "call"),)),
    ),
    "budget": (
        Template("budget.smaller", N_("Smaller first step"), (
            Step("S", N_("offer a reduced scope, or phases"), 2, "mail"), Step("S", N_("call about the scope"), 5, "call"),
        )),
        Template("budget.wait", N_("Wait for the budget"), (
            Step("S", N_("ask for the date of the next budget"), 0, "call"),
            Step("S", N_("call 30 days before the budget"), 0, "call", on_date=True, before=30),
        )),
    ),
    "authority": (
        Template("authority.reach", N_("Reach who decides"), (
            Step("S", N_("ask for the way of decision"), 0, "call"), Step("S", N_("send a one-page summary for them"), 1, "mail"),
            Step("M", N_("meet who decides"), 7, "meet"),
        )),
    ),
    "timing": (
        Template("timing.wait", N_("Wait until a date"), (
            Step("S", N_("note the agreed date"), 0), Step("S", N_("send material in between"), 20, "mail"),
            Step("S", N_("call on the agreed date"), 0, "call", on_date=True),
        )),
        Template("timing.let_go", N_("Let go"), _LET_GO),
    ),
    "other": (
        Template("other.ask", N_("Ask"), (Step("S", N_("ask one question that finds the real reason"), 1, "call"),)),
        Template("other.let_go", N_("Let go"), _LET_GO),
    ),
}  # fmt: skip
TEMPLATES = {template.code: template for templates in PLANS.values() for template in templates}
STEP_WORDS = {
    step.what: gettext_lazy(step.what) for template in TEMPLATES.values() for step in template.steps if isinstance(step.what, str)
}
