"""Contracts of orders that were made before they were kept here: they come by file with their orders, agreed, in one frozen version.

Nobody is asked to confirm them once more. The confirmation says that it came by file: without a request and a signatory, on the day of
the order. What is not known of them (papers, a deposit, a plan) is not made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.utils import timezone

from boothline.accounts.rights import require
from boothline.catalogue.products import Variant
from boothline.contracts import events
from boothline.contracts.agreement import Contract, ContractLine, Version
from boothline.contracts.establishment import Confirmation
from boothline.core.actors import Actor
from boothline.core.money import kept, line_amount
from boothline.core.operations import operation
from boothline.core.totals import PriceTerms, summed
from boothline.customers.card import Customer, is_abroad, with_countries
from boothline.documents import numbers
from boothline.search import index
from boothline.timeline.history import Telling, record_many


@dataclass(frozen=True)
class PastTerm:
    """A line as it was agreed. `name` is what the product was called then, where that is not its name here."""

    variant: Variant
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)
    name: str = ""


@dataclass(frozen=True)
class PastDeal:
    """What was agreed with a customer, and when. The variants were fetched with their products."""

    customer: Customer
    agreed_at: datetime
    currency: str
    lines: Sequence[PastTerm]
    price_terms: PriceTerms = field(default_factory=PriceTerms)
    shipping_on: date | None = None
    po_number: str = ""
    delivery_address: str = ""
    consignee: str = ""


@operation("contracts.record_past")
def record_past(deals: list[PastDeal], *, by: Actor) -> list[Confirmation]:
    """Records them, any number with the same few queries; answers with their confirmations, in the same order."""
    require(by, "contracts.record_paper")
    given = numbers.take("contract", len(deals))
    with_countries(deal.customer for deal in deals)
    contracts = [
        Contract(
            number=number, kind="proforma" if is_abroad(deal.customer) else "contract", customer=deal.customer, state="agreed",
            made_at=deal.agreed_at,
        )
        for number, deal in zip(given, deals, strict=True)
    ]  # fmt: skip
    Contract.objects.bulk_create(contracts, batch_size=1000)
    versions = [_version(contract, deal) for contract, deal in zip(contracts, deals, strict=True)]
    Version.objects.bulk_create(versions, batch_size=1000)
    lines = [
        _line(version, n, term) for version, deal in zip(versions, deals, strict=True) for n, term in enumerate(deal.lines, start=1)
    ]  # fmt: skip
    ContractLine.objects.bulk_create(lines, batch_size=1000)
    confirmations = [
        Confirmation(version=version, how="import", confirmed_at=deal.agreed_at, by_user_id=by.id if by.kind == "user" else None)
        for version, deal in zip(versions, deals, strict=True)
    ]
    Confirmation.objects.bulk_create(confirmations, batch_size=1000)
    prefetch_related_objects(contracts, "versions")
    index.keep([contract.findable() for contract in contracts], are_new=True)
    values = [{"number": c.number, "on": timezone.localdate(deal.agreed_at)} for c, deal in zip(contracts, deals, strict=True)]
    record_many(events.RECORDED, [Telling(c, under=c.customer, values=v) for c, v in zip(contracts, values, strict=True)], by=by)
    return confirmations


def _version(contract: Contract, deal: PastDeal) -> Version:
    amounts = [line_amount(term.quantity, term.price, term.discount, deal.currency) for term in deal.lines]
    return Version(
        contract=contract, n=1, currency=deal.currency, total=kept(summed(amounts, deal.price_terms, deal.currency).total),
        line_count=len(amounts), shipping_on=deal.shipping_on, frozen_at=deal.agreed_at, made_at=deal.agreed_at, po_number=deal.po_number,
        delivery_address=deal.delivery_address, consignee=deal.consignee, **deal.price_terms.columns(),
    )  # fmt: skip


def _line(version: Version, position: int, term: PastTerm) -> ContractLine:
    variant, product = term.variant, term.variant.product
    return ContractLine(
        version=version, position=position, variant=variant, sku=variant.sku, name=term.name or variant.full_name("zh"),
        name_latin=variant.full_name("en") if product.name_latin and not term.name else "", unit=product.unit, quantity=term.quantity,
        price=term.price, discount=term.discount, amount=line_amount(term.quantity, term.price, term.discount, version.currency),
    )  # fmt: skip
