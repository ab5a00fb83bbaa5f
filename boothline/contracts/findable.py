"""How contracts are found in the box."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.contracts.agreement import Contract
from boothline.core.actors import Actor
from boothline.core.slots import hang
from boothline.search.finding import Group, Hit


def register() -> None:
    """Hangs them into the box."""
    hang("find", Group("contract", _("Contracts"), "file", "contracts.see", _contracts, _contract, "contracts", order=30))


def _contracts(by: Actor) -> QuerySet[Contract]:
    return Contract.objects.visible_to(by).with_standing().select_related("customer").order_by("-id")


def _contract(contract: Contract) -> Hit:
    return Hit(contract.number, "contract", contract.number, under=(str(contract.customer), contract.standing))
