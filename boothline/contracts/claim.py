"""A customer is a contract customer while a contract is alive. Order clerks see every customer that has a contract."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from boothline.contracts.agreement import Contract
from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.customers import ladder, reach
from boothline.customers.card import Customer


def register() -> None:
    """The claim, and the clerks' way to see customers."""
    ladder.claim("contract", Q(Exists(Contract.objects.alive().filter(customer=OuterRef("pk")))))
    reach.open_way(_with_contract)


def _with_contract(by: Actor) -> Q | None:
    return Q(pk__in=Contract.objects.values("customer_id")) if "clerk" in by.roles else None


def open_since(customer: Customer) -> list[tuple[Words, datetime]]:
    """Their contracts that are alive, and since when."""
    return [(_("Contract %(number)s") % {"number": one.number}, one.made_at) for one in Contract.objects.alive().filter(customer=customer)]
