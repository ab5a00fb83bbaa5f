"""5.5: the worked example with its own figures; what staff see of every pair, and the customer of the last they received."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from boothline.contracts.agreement import Added, Term, edit_version, new_version
from boothline.contracts.difference import difference
from boothline.contracts.establishment import send
from boothline.contracts.models import Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(world):
    return world.sent(world.take())


def second(world, asked, removed=False, **values):
    version = new_version(asked.contract, by=world.mei)
    extra = Added(world.products["PN60"].variants.first(), Decimal(2), Decimal(30))
    terms = [Term(1, Decimal(8), Decimal(95)), Term(2, Decimal(5), Decimal(40), is_removed=removed)]
    edit_version(version, by=world.mei, revision=version.revision, values=values, terms=terms, added=[extra])
    return Version.objects.get(pk=version.pk)


def test_the_worked_example(world, asked):
    """v1 10 x 100.00, 5 x 40.00 = 1,200.00; v2 8 x 95.00, 5 x 40.00, 2 x 30.00 = 1,020.00."""
    newer = second(world, asked)
    assert (asked.version.total, newer.total) == (Decimal("1200.00"), Decimal("1020.00"))
    with override("en"):
        found = difference(asked.version, newer)
        plain = found.summary.replace("→", "->").replace("−", "-")
        assert plain == "1 changed (10 -> 8, 100.00 -> 95.00: -240.00), 1 added (+60.00), total -180.00"
        assert difference(newer, newer).summary == "Nothing differs."
        back = difference(newer, asked.version).summary.replace("→", "->").replace("−", "-")
        assert back == "1 changed (8 -> 10, 95.00 -> 100.00: +240.00), 1 removed (-60.00), total +180.00"


def test_a_line_that_went_and_one_of_the_same_variant_are_one(world, asked):
    """Matched by thread first, then by variant."""
    newer = second(world, asked, removed=True)
    found = difference(asked.version, newer)
    assert [(c.kind, c.line.sku) for c in found.lines] == [("changed", "TR20-1"), ("changed", "PN60-1")]


def test_the_header_says_old_and_new(world, asked):
    newer = second(world, asked, deposit_percent=Decimal(40), delivery_place="Ningbo")
    with override("en"):
        header = {change.label: (change.was, change.now) for change in difference(asked.version, newer).header}
    assert header == {"deposit, %": ("30%", "40%"), "place": ("Shenzhen", "Ningbo")}


def test_the_customer_sees_it_on_the_portal(world, asked):
    from tests.portal.guest import Guest, link_of

    newer = send(second(world, asked), by=world.mei)
    guest = Guest(link_of(newer))
    guest.send("opening")
    assert "和第 1 版相比" in guest.text and "¥1,020.00" in guest.text and "人民币壹仟零贰拾元整" in guest.text


def test_staff_see_every_pair(world, asked, client_of):
    second(world, asked)
    page = client_of(world.users["haoran"]).get(f"/contracts/{asked.contract.number}/difference/?old=2&new=1")
    assert page.status_code == 200 and "+180.00" in page.content.decode()
