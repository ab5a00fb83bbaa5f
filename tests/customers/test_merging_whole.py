"""Two customers with everything that can be about a customer: merged, and taken back, both to the letter."""

from __future__ import annotations

import pytest

from boothline.core import kinds, merging
from boothline.core.actors import SYSTEM
from boothline.customers.card import Contact, Customer
from boothline.customers.contact_merging import merge_contacts
from boothline.customers.merging import merge, unmerge
from boothline.exchange.foreign import Foreign
from boothline.followups.touches import log_touch
from boothline.intentions.expansion import OPEN, Expansion, withdraw
from boothline.timeline.history import Event
from tests.checksum import contents
from tests.estate import Estate
from tests.recount import recount
from tests.refusals import refused

pytestmark = pytest.mark.django_db
HISTORY = {"customers.Merge", "timeline.Event", "timeline.Delivery", "messaging.Notice"}  # what was done stays told


def rows() -> dict[str, str]:
    """Every table but what tells of the merge itself."""
    return {label: found for label, found in contents("default").items() if label not in HISTORY}


def told() -> list[tuple[object, ...]]:
    return list(Event.objects.order_by("pk").values_list())


def as_is(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


@pytest.mark.no_recount  # asked within
def test_everything_goes_over_and_comes_back_to_the_letter(estate: Estate):
    """Captures, touches, intentions, contracts, orders with shipments and receipts, problems, surveys, steps, letters, links, dossier,
    key account, grade: of both; and the contacts of the two, meanwhile."""
    stays, goes = as_is(estate.customers["own"]), as_is(estate.customers["other"])
    for open_one in Expansion.objects.filter(customer=goes, state__in=OPEN):
        withdraw(open_one, by=SYSTEM, reason="两边都有一份")
    log_touch(goes, by=SYSTEM, channel="phone", words="谈了样品", step_holds=True)
    Foreign.objects.create(source="x", kind="customer", key="77", record_id=goes.pk, said={"name": "x"})
    before, history = rows(), told()
    done = merge(stays, by=SYSTEM, goes=goes, reason="同一家公司")
    assert all(not c.model._base_manager.filter(**{c.attname: goes.pk}).exists() for c in merging.columns_to(Customer))
    assert all(not m._base_manager.filter(**{kind: "customer", key: goes.pk}).exists() for m, kind, key in kinds.references())
    recount()
    merged, (one, two) = rows(), as_is(stays).contacts.order_by("pk")[:2]
    people = merge_contacts(one, by=SYSTEM, goes=two)
    assert all(not c.model._base_manager.filter(**{c.attname: two.pk}).exists() for c in merging.columns_to(Contact))
    recount()
    unmerge(people, by=SYSTEM)
    assert {label: found for label, found in rows().items() if merged[label] != found} == {}
    apart = {label for label, found in merged.items() if before[label] != found}
    assert {"orders.Order", "contracts.Dossier", "customers.KeyAccount", "billing.Balance", "search.Entry", "exchange.Foreign"} <= apart
    back = unmerge(done, by=SYSTEM)
    assert back.pk == goes.pk
    assert {label: found for label, found in rows().items() if before[label] != found} == {}
    assert told()[: len(history)] == history
    recount()


def test_two_open_requests_for_more_business_are_one_too_many(estate: Estate):
    stays, goes = as_is(estate.customers["own"]), as_is(estate.customers["other"])
    before = rows()
    with refused("both"):
        merge(stays, by=SYSTEM, goes=goes)
    assert rows() == before
