"""What this type shows on a customer's page and on the board: contracts."""

from decimal import Decimal
from typing import Any

from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from boothline.accounts.rights import may
from boothline.contracts.agreement import Contract, Version
from boothline.contracts.dossier import dossier_of, gaps_of, parts, percent_of
from boothline.contracts.establishment import Confirmation, ConfirmationRequest
from boothline.contracts.milestones import Milestone
from boothline.contracts.needs import Need
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.customers.board import Fact
from boothline.customers.card import Customer, Customers
from boothline.customers.moves import Way
from boothline.files.attachments import Attachment


def contracts(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any and one may see them."""
    if not by.has("contracts.see"):
        return None
    found = list(Contract.objects.visible_to(by).filter(customer=customer).for_list().order_by("-id")[:3])
    late: dict[int, list[Milestone]] = {}
    for milestone in Milestone.objects.late().filter(plan__contract__in=found).select_related("plan").order_by("plan_on"):
        late.setdefault(milestone.plan.contract_id, []).append(milestone)
    return {"contracts": found, "late": late} if found else None


def dossier(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """How complete their legal data is, once there is some or a contract needs it."""
    if not by.has("dossier.see"):
        return None
    found = dossier_of(customer)
    if found.pk is None and customer.derived_type not in ("contract", "ordering"):
        return None
    known = parts(found)
    return {"percent": percent_of(known), "gaps": gaps_of(known)[:3], "bank_waits": found.bank_waits}


def told(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """What they need and no contract has taken in yet."""
    needs = list(Need.objects.visible_to(by).told(customer).order_by("id")[:10])
    return {"needs": needs, "may_edit": may(by, "contracts.prepare", customer)} if needs else None


def signatories(customer: Customer, by: Actor) -> dict[int, Any]:
    """{contact id: mark} of who signs, or signed, for this customer."""
    named = Version.objects.filter(contract__customer=customer, signatory__isnull=False).values_list("signatory_id", flat=True)
    return dict.fromkeys(named.order_by().distinct(), _("signatory")) if by.has("contracts.see") else {}


def agreed_last(customer: Customer) -> Version | None:
    """What they confirmed last: its terms are the likely ones of the next."""
    confirmed = Confirmation.objects.valid().filter(version__contract__customer=customer).select_related("version__signatory")
    last = confirmed.order_by("-confirmed_at", "-id").first()
    return last.version if last else None


def papers(customer: Customer, by: Actor) -> list[Attachment]:
    """The PDFs of this customer's contracts."""
    versions = Version.objects.filter(contract__in=Contract.objects.visible_to(by).filter(customer=customer))
    return list(Attachment.objects.filter(owner_kind="version", owner_id__in=versions.values("pk")).order_by("-id")[:30])


def ways_on(customer: Customer, by: Actor) -> list[Way]:
    """What leads to an order: the customer's confirmation of a contract."""
    return _at_contracts(customer, by, "contracts.send", _("Bring contract %(number)s to its confirmation"), "contract")


def ways_back(customer: Customer, by: Actor) -> list[Way]:
    """What ends it: the contract is ended, what was wanted is open again."""
    return _at_contracts(customer, by, "contracts.prepare", _("End contract %(number)s"), "contract-end")


def _at_contracts(customer: Customer, by: Actor, right: str, words: str, page: str) -> list[Way]:
    if not may(by, right, customer):
        return []
    alive = Contract.objects.visible_to(by).alive().filter(customer=customer).order_by("id")[:10]
    return [Way(words % {"number": c.number}, reverse(page, args=[c.number])) for c in alive]


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """The newest contract alive: number, version, state, amount; ageing since it was sent, or since its last version."""
    facts = {}
    alive = Contract.objects.visible_to(by).alive().filter(customer__in=ids).for_list().order_by("id")
    sent = dict(
        ConfirmationRequest.objects.filter(version__contract__in=alive.values("pk"))
        .order_by()
        .values_list("version__contract")
        .annotate(at=Max("sent_at"))
    )
    for contract in alive:
        newest = contract.newest
        since = max(newest.made_at, sent.get(contract.pk) or newest.made_at)
        words = (str(contract), _("version %(n)s") % {"n": newest.n}, contract.standing)
        facts[contract.customer_id] = Fact(words, newest.total, newest.currency, since)
    return facts


def in_lane(rows: Customers, by: Actor) -> dict[str, Decimal]:
    """{currency: amount} of the newest versions of the contracts that are alive with these customers."""
    alive = Contract.objects.visible_to(by).alive().filter(customer__in=rows.values("pk"))
    newest = Version.objects.filter(contract=OuterRef("contract")).order_by("-n").values("n")[:1]
    versions = Version.objects.filter(contract__in=alive.values("pk"), n=Subquery(newest)).order_by()
    return {currency: from_units(units) for currency, units in versions.values_list("currency").annotate(units=exact_sum("total")) if units}
