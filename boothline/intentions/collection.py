"""303 Order collection 订单收集: collects what an order will need; a completeness bar names what is missing.

Weights add to 100. Variant, quantity and price of every line are what a contract cannot be made without; all other gaps
go along as a list on the draft.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core.actors import SYSTEM, Actor
from boothline.core.clock import check_ahead, check_near, today
from boothline.core.errors import Refused, together
from boothline.core.money import TOO_LARGE, line_amount, total
from boothline.core.operations import operation
from boothline.core.privacy import ADDRESS, BOOKS, PERSON, PLAIN, REACH, tags
from boothline.core.records import Record, revise
from boothline.core.rules import declare
from boothline.core.slots import ask
from boothline.core.text import listed
from boothline.core.totals import Costs, Priced, check_discount, check_terms, summed, terms_from
from boothline.core.weights import declare_weights
from boothline.customers.card import Contact, Customer
from boothline.intentions import events
from boothline.intentions.products import Intention, only_open
from boothline.intentions.requirements import open_musts
from boothline.timeline.history import record

TERMS = {
    "EXW": "EXW", "FCA": "FCA", "FOB": "FOB", "CFR": "CFR", "CIF": "CIF", "DAP": "DAP", "DDP": "DDP",
    "home": gettext_lazy("domestic delivery"), "pickup": gettext_lazy("customer collects"),
}  # fmt: skip
BALANCES = {
    "before_shipping": gettext_lazy("balance before shipping"),
    "documents": gettext_lazy("balance against documents"),
    "on_delivery": gettext_lazy("balance on delivery"),
    "lc": gettext_lazy("balance by letter of credit"),
    "monthly": gettext_lazy("balance monthly, on the 25th of the next month"),
    "days_after": gettext_lazy("balance 30 days after shipping"),
    "days_45": gettext_lazy("balance 45 days after shipping"),
    "days_60": gettext_lazy("balance 60 days after shipping"),
    "fixed": gettext_lazy("balance on a fixed date"),
}
INLAND = ("home", "pickup")  # terms by which goods stay in the country
AGREED = "agreed_last"  # (customer): the order details that they confirmed last, or None; the room of contracts answers
LASTING = (  # what is mostly the same the next time
    "delivery_term", "delivery_place", "deposit_percent", "balance", "delivery_address", "consignee", "consignee_phone", "invoice_title",
    "signatory",
)  # fmt: skip
DEPOSIT = declare(
    "intentions.deposit_percent", Decimal(30), gettext_lazy("Deposit in percent that is proposed with order details"), low=0, high=100
)
WEIGHTS = declare_weights(
    "intentions.completeness_weights",
    {
        "variant": 15, "quantity": 15, "price": 15, "requirements": 12, "term": 8, "date": 7, "payment": 10, "address": 8, "consignee": 5,
        "invoice": 3, "signatory": 2,
    },
    gettext_lazy("Weights of what an order needs, in percent"),
)  # fmt: skip


class OrderDetails(Priced, Record):
    """What an order needs besides its lines and its day: collected here, frozen in each version of the contract."""

    delivery_term = models.CharField(gettext_lazy("delivery term"), max_length=8, blank=True, default="", choices=list(TERMS.items()))
    delivery_place = models.CharField(gettext_lazy("place"), max_length=100, blank=True, default="")
    deposit_percent = models.DecimalField(gettext_lazy("deposit, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    balance = models.CharField(gettext_lazy("balance"), max_length=16, blank=True, default="", choices=list(BALANCES.items()))
    balance_on = models.DateField(gettext_lazy("date of the balance"), null=True, blank=True)  # of a balance on a fixed date
    delivery_address = models.CharField(gettext_lazy("delivery address"), max_length=400, blank=True, default="")
    consignee = models.CharField(gettext_lazy("consignee"), max_length=100, blank=True, default="")
    consignee_phone = models.CharField(gettext_lazy("consignee's phone"), max_length=40, blank=True, default="")
    invoice_title = models.CharField(gettext_lazy("bill-to name or tax number"), max_length=200, blank=True, default="")
    po_number = models.CharField(gettext_lazy("customer's PO number"), max_length=60, blank=True, default="")
    signatory = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("signatory")
    )
    privacy = Priced.privacy | tags(
        delivery_term=PLAIN, delivery_place=PLAIN, balance=PLAIN, delivery_address=ADDRESS, consignee=PERSON,
        consignee_phone=REACH, invoice_title=BOOKS, po_number=BOOKS,
    )  # fmt: skip

    class Meta:
        abstract = True

    def copied(self) -> dict[str, Any]:
        """The details as they go into the next document."""
        own = {f.name for f in OrderDetails._meta.local_fields} - {f.name for f in Record._meta.local_fields}
        return {name: getattr(self, name) for name in own}


class Collection(OrderDetails):
    """What was collected for one intention."""

    intention = models.OneToOneField(Intention, on_delete=models.CASCADE, related_name="collection")
    wanted_on = models.DateField(gettext_lazy("wanted shipping date"), null=True, blank=True)

    def __str__(self) -> str:
        return str(self.intention)

    def costs(self) -> Costs:
        """What it costs as far as it is known: lines with quantity and price, and what comes beside them."""
        return summed(amounts_of(self.intention), self.price_terms(), self.intention.currency)


@dataclass(frozen=True)
class Part:
    """One part of completeness: how much of it is there (0 to 1), the words for what is missing, and its weight."""

    code: str
    share: Decimal
    gap: str
    is_needed: bool = False  # without it no contract can be made
    weight: int = 0


def collection_of(intention: Intention) -> Collection:
    """The collection of an intention; an empty one, not stored, while nothing was collected."""
    found = Collection.objects.filter(intention=intention).first() or Collection()
    found.intention = intention
    return found


def last_details(intention: Intention) -> dict[str, Any]:
    """Where goods went last, who received them, whom we billed, who signed, and on which terms: as the customer agreed last, and what
    that leaves open as it was collected before. A balance on a fixed date is agreed anew."""
    last = Collection.objects.filter(intention__customer=intention.customer_id).exclude(intention=intention).order_by("-id").first()
    known = [details for details in (last, ask(AGREED, intention.customer)) if details]
    found = {name: value for details in known for name in LASTING if (value := getattr(details, name)) not in (None, "")}
    if found.get("balance") == "fixed":
        del found["balance"]
    if "signatory" in found and found["signatory"].customer_id != intention.customer_id:
        del found["signatory"]
    return found


def proposed(intention: Intention) -> dict[str, Any]:
    """What stands in the form before anything is collected: the customer's address, the usual deposit, the first day by which a line is
    wanted, the only contact as signatory, and before all that what was collected for them last."""
    people = list(intention.customer.contacts.all()[:2])
    proposal = {
        "delivery_address": intention.customer.address, "deposit_percent": DEPOSIT.value, "wanted_on": wanted_first(intention),
        "signatory": people[0] if len(people) == 1 else None,
    }  # fmt: skip
    return {name: value for name, value in proposal.items() if value not in (None, "")} | last_details(intention)


def collect_as_before(intention: Intention) -> None:
    """They order again: where something was collected for them before, it stands there with all that the form proposes, to be looked at."""
    if last_details(intention):
        collect(intention, by=SYSTEM, revision=collection_of(intention).revision, values=proposed(intention))


def wanted_first(intention: Intention) -> date | None:
    """The first day by which a line of it is wanted, as long as that lies ahead."""
    days = [line.wanted_on for line in intention.standing if line.wanted_on and line.wanted_on >= today()]
    return min(days, default=None)


def amounts_of(intention: Intention) -> list[Decimal]:
    """The rounded amounts of its lines, of those that have a quantity and a price which no mistake can be."""
    lines = [(line.quantity, line.price) for line in intention.standing]
    known = [(n, price) for n, price in lines if n is not None and price is not None and round(n * price) < TOO_LARGE]
    return [line_amount(n, price, Decimal(0), intention.currency) for n, price in known]


def is_counted(intention: Intention) -> bool:
    """Whether every line has an amount: before that nobody knows what the goods cost."""
    return 0 < len(amounts_of(intention)) == len(intention.standing)


def parts(collected: Collection) -> list[Part]:
    """Every part of completeness, in the order of the form."""
    lines, weights = collected.intention.standing, WEIGHTS.value
    numbers = list(enumerate(lines, start=1))
    no_variant = [n for n, line in numbers if not line.variant_id]
    no_quantity = [n for n, line in numbers if not line.quantity]
    no_price = [n for n, line in numbers if line.price is None]
    unanswered = open_musts(collected.intention)
    found = [
        _by_line("variant", no_variant, len(lines), _("variant missing on line %(lines)s")),
        _by_line("quantity", no_quantity, len(lines), _("quantity missing on line %(lines)s")),
        _by_line("price", no_price, len(lines), _("price missing on line %(lines)s")),
        _whole("requirements", not unanswered, _("open must: %(words)s") % {"words": listed(unanswered, weak=False)}),
        _whole("date", collected.wanted_on is not None, _("wanted shipping date missing")),
        *detail_parts(collected),
    ]
    return [replace(part, weight=weights[part.code]) for part in found]


def detail_parts(details: OrderDetails) -> list[Part]:
    """The parts that a collection and a contract share."""
    signatory = details.signatory
    has_term = details.delivery_term in ("home", "pickup") or bool(details.delivery_term and details.delivery_place)
    is_dated = details.balance != "fixed" or details.balance_on is not None
    has_signatory = bool(signatory and (signatory.point("email") or signatory.point("phone")))
    return [
        _whole("term", has_term, _("delivery term missing")),
        _whole("payment", details.deposit_percent is not None and bool(details.balance) and is_dated, _("payment terms missing")),
        _whole("address", bool(details.delivery_address), _("delivery address missing")),
        _whole("consignee", bool(details.consignee and details.consignee_phone), _("consignee or their phone missing")),
        _whole("invoice", bool(details.invoice_title), _("bill-to name or tax number missing")),
        _whole("signatory", has_signatory, _("signatory missing, or their e-mail and phone")),
    ]


def _by_line(code: str, missing: list[int], count: int, words: str) -> Part:
    there = Decimal(count - len(missing)) / count if count else Decimal(0)
    gap = words % {"lines": listed(missing) or "1"} if there < 1 else ""
    return Part(code, there, gap, is_needed=True)


def _whole(code: str, is_there: bool, gap: str) -> Part:
    return Part(code, Decimal(int(is_there)), "" if is_there else gap)


def completeness(collected: Collection) -> int:
    """0 to 100, rounded down so that 100 means everything."""
    return int(sum(part.weight * part.share for part in parts(collected)))


def gaps(collected: Collection) -> list[str]:
    """What is missing, in words."""
    return [part.gap for part in parts(collected) if part.gap]


def blocking(collected: Collection) -> list[str]:
    """What is missing for making a contract."""
    return [part.gap for part in parts(collected) if part.gap and part.is_needed]


def check_details(values: dict[str, Any], customer: Customer) -> None:
    """What no order can say: a deposit that is no share, a signatory who belongs to another customer."""
    deposit, signatory = values.get("deposit_percent"), values.get("signatory")
    if deposit is not None and not 0 <= deposit <= 100:
        raise Refused(_("The deposit is a share between 0 and 100 percent."), field="deposit_percent")
    if signatory is not None and signatory.customer_id != customer.pk:
        raise Refused(_("The signatory is no contact of this customer. Add them to the customer first."), field="signatory")


def check_collected(intention: Intention, values: dict[str, Any]) -> None:
    """Everything that rules say of what is to be collected, named at once."""
    collected, wanted_on, currency = collection_of(intention), values.get("wanted_on"), intention.currency
    terms = terms_from(values, collected.price_terms())
    goods = total(amounts_of(intention)) if is_counted(intention) else None
    together(
        partial(check_details, values, intention.customer),
        partial(check_ahead, wanted_on, "wanted_on", was=collected.wanted_on),
        partial(check_near, wanted_on, "wanted_on", was=collected.wanted_on),
        partial(check_terms, terms, currency),
        *([] if goods is None else [partial(check_discount, goods, terms, currency)]),
    )


@operation("intentions.collect")
def collect(intention: Intention, *, by: Actor, revision: int, values: dict[str, Any]) -> Collection:
    """Writes what was collected."""
    require(by, "intentions.edit", intention)
    intention = only_open(intention)
    check_collected(intention, values)
    collected, _made = Collection.objects.get_or_create(intention=intention)
    changes = revise(collected, revision=revision, values=values)
    if changes:
        record(
            events.COLLECTED, subject=intention, under=intention.customer, by=by,
            values={"completeness": completeness(collected)}, changes=changes,
        )  # fmt: skip
    return collected
