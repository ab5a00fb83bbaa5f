"""What this type shows on a customer's page and on the board: what they want."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.core.money import line_amount
from boothline.customers.board import Fact
from boothline.customers.card import Customer, Customers
from boothline.customers.moves import Way
from boothline.intentions.expansion import Expansion
from boothline.intentions.products import Intention, IntentionLine


def intentions(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any."""
    if not by.has("intentions.see"):
        return None
    found = list(Intention.objects.filter(customer=customer).for_list().order_by("-id")[:3])
    return {"intentions": found} if found else None


def expansions(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three expansion requests, if there are any."""
    if not by.has("intentions.see"):
        return None
    found = list(Expansion.objects.filter(customer=customer).for_list().order_by("-id")[:3])
    return {"expansions": found} if found else None


def ways_here(customer: Customer, by: Actor) -> list[Way]:
    """What makes somebody intending: what they want, by name."""
    if not may(by, "intentions.edit", customer):
        return []
    return [Way(_("Record what they want"), reverse("intention-new", args=[customer.pk]))]


def ways_back(customer: Customer, by: Actor) -> list[Way]:
    """What ends it: the wish is lost."""
    if not may(by, "intentions.edit", customer):
        return []
    wanted = Intention.objects.filter(customer=customer, state="open").for_list().order_by("id")[:10]
    words = _("Close the intention %(products)s as lost")
    return [Way(words % {"products": i}, reverse("intention-loss", args=[i.pk])) for i in wanted]


def ways_on(customer: Customer, by: Actor) -> list[Way]:
    """What leads to a contract: an open intention, turned into one."""
    if not by.has("contracts.prepare"):
        return []
    wanted = Intention.objects.filter(customer=customer, state="open").for_list().order_by("id")[:10]
    words = _("Make a contract from the intention %(products)s")
    return [Way(words % {"products": i}, reverse("intention", args=[i.pk])) for i in wanted]


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """What the newest open intention names, and what it comes to where every line has quantity and price."""
    found = Intention.objects.visible_to(by).claiming().filter(customer__in=ids).for_list().order_by("id")
    return {i.customer_id: Fact((str(i),), worth(i), i.currency) for i in found}


def in_lane(rows: Customers, by: Actor) -> dict[str, Decimal]:
    """{currency: amount} of what these customers want, as far as quantity and price are known."""
    if not by.has("intentions.see"):
        return {}
    standing = IntentionLine.objects.filter(intention__state="open", intention__customer__in=rows.values("pk"), lost_at=None)
    found: dict[str, Decimal] = defaultdict(Decimal)
    for currency, quantity, price in (
        standing.exclude(quantity=None).exclude(price=None).values_list("intention__currency", "quantity", "price")
    ):
        found[currency] += line_amount(quantity, price, Decimal(0), currency)
    return dict(found)


def worth(intention: Intention) -> Decimal | None:
    """What its lines come to; None while one has no quantity or price."""
    amounts = _amounts(intention)
    return sum(amounts, Decimal(0)) if amounts and len(amounts) == len(intention.standing) else None


def worth_intended(customer: Customer, currency: str) -> Decimal:
    """What the largest of their open intentions in this currency comes to, as far as quantity and price are known."""
    wanted = Intention.objects.filter(customer=customer, state="open", currency=currency).for_list()
    return max((sum(_amounts(intention), Decimal(0)) for intention in wanted), default=Decimal(0))


def _amounts(intention: Intention) -> list[Decimal]:
    return [
        line_amount(line.quantity, line.price, Decimal(0), intention.currency)
        for line in intention.standing
        if line.quantity is not None and line.price is not None
    ]
