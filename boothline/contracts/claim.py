"""A customer is a contract customer while a contract is alive. Order clerks see every customer that has a contract."""

from django.db.models import Exists, OuterRef, Q

from boothline.contracts.agreement import Contract
from boothline.core.actors import Actor
from boothline.customers import ladder, reach


def register() -> None:
    """The claim, and the clerks' way to see customers."""
    ladder.claim("contract", Q(Exists(Contract.objects.alive().filter(customer=OuterRef("pk")))))
    reach.open_way(_with_contract)


def _with_contract(by: Actor) -> Q | None:
    return Q(pk__in=Contract.objects.values("customer_id")) if "clerk" in by.roles else None
