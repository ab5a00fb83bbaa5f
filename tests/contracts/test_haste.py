"""Warned of before sending: a shipping date that is near or nearer than what it promises; and what a typed price means beside the list."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils.translation import override

from boothline.catalogue.products import Product, StepPrice, Variant, below_list
from boothline.contracts.agreement import Term, Version, edit_version
from boothline.contracts.clearance import ask_approval
from boothline.contracts.haste import tight, warnings
from boothline.core import clock
from boothline.core.models import RuleSetting

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world) -> Version:
    return world.contract(world.take()).newest


def dated(world, version: Version, days: int) -> Version:
    day = clock.today() + timedelta(days=days)
    return edit_version(version, by=world.mei, revision=version.revision, values={"shipping_on": day}, terms=[])


def test_a_date_that_can_be_kept_is_not_warned_of(world, draft):
    assert tight(dated(world, draft, 120)) == []


@pytest.mark.parametrize(
    "days, first", [(0, "The shipping date is today."), (1, "The shipping date is tomorrow."), (3, "The shipping date is in 3 days.")]
)
def test_a_near_date_is_said_in_words(world, draft, days, first):
    with override("en"):
        found = tight(dated(world, draft, days))
        assert found[0] == first and any("may answer until" in words for words in found)
    assert not any("shipping date is" in words for words in tight(dated(world, Version.objects.get(pk=draft.pk), 4)))


def test_how_near_is_a_rule_of_the_company(world, draft):
    RuleSetting.objects.create(code="contracts.near_shipping_days", value="10")
    with override("en"):
        assert tight(dated(world, draft, 9))[0] == "The shipping date is in 9 days."


def test_a_product_that_takes_longer_is_named_with_the_day_it_is_ready(world, draft):
    Product.objects.update(lead_days=25)
    with override("en"):
        late = [words for words in tight(dated(world, draft, 20)) if "takes 25 days" in words]
        assert len(late) == draft.lines.count() and all(clock.day_words(clock.today() + timedelta(days=25)) in words for words in late)
        assert not [words for words in tight(dated(world, Version.objects.get(pk=draft.pk), 25)) if "takes" in words]


def test_it_is_said_before_sending_and_never_in_the_way(world, client_of, draft):
    mei, number = client_of(world.users["mei"]), draft.contract.number
    dated(world, draft, 1)
    page = mei.get(f"/contracts/{number}/request/").content.decode()
    assert "出货日就是明天。" in page and "出货日对吗？" in page
    assert mei.post(f"/contracts/{number}/request/", {"revision": 1, "override_reason": ""}).status_code == 302
    assert Version.objects.get(pk=draft.pk).frozen_at is not None


def test_whoever_approves_reads_the_same_warnings_until_it_is_decided(world, client_of, draft):
    steep = [Term(line.position, line.quantity, line.price, D(12)) for line in draft.lines.all()]
    version = edit_version(dated(world, draft, 1), by=world.mei, revision=2, values={}, terms=steep)
    approval = ask_approval(version, by=world.mei)
    manager = client_of(world.users["heyuan"])
    asked = manager.get(f"/approvals/{approval.pk}/").content.decode()
    assert "出货日就是明天。" in asked and "等谁处理" in asked
    decided = manager.post(f"/approvals/{approval.pk}/consent/", follow=True).content.decode()
    assert "出货日就是明天。" not in decided and "等谁处理" not in decided


def test_fewer_than_the_minimum_is_said_beside_the_quantity_and_to_whoever_approves_and_stops_nobody(world, client_of, draft):
    Product.objects.filter(code="TR20").update(minimum=D(200))
    with override("en"):
        assert "TR20-1: 10 is below the minimum of 200 pcs." in warnings(draft.pk)
    mei, contract = client_of(world.users["mei"]), draft.contract
    for page in (f"/contracts/{contract.number}/", f"/intentions/{contract.intention_id}/"):
        assert mei.get(page).content.decode().count("低于起订量 200") == 1
    assert mei.post(f"/contracts/{contract.number}/request/", {"revision": 1, "override_reason": ""}).status_code == 302


# A price beside the list.


@pytest.mark.parametrize(
    "price, percent", [("88", "12.0"), ("100", None), ("101", None), ("99.99", None), ("66.6667", "33.3"), ("0", "100.0")]
)
def test_by_how_much_a_price_lies_below_the_list(world, price, percent):
    variant = Variant.objects.first()
    variant.price = D(100)
    found = below_list(variant, D(1), D(price), variant.currency)
    assert found == (None if percent is None else D(percent))
    assert below_list(variant, D(1), D(price), "JPY") is None and below_list(None, D(1), D(price), "CNY") is None
    assert below_list(variant, D(1), None, variant.currency) is None


def test_the_step_of_the_quantity_is_the_list(world):
    variant = Variant.objects.prefetch_related("steps").first()
    variant.steps.all().delete()
    Variant.objects.filter(pk=variant.pk).update(price=D(100))
    StepPrice.objects.create(variant=variant, from_quantity=D(50), price=D(80))
    variant = Variant.objects.prefetch_related("steps").get(pk=variant.pk)
    assert below_list(variant, D(50), D(80), variant.currency) is None
    assert below_list(variant, D(50), D(60), variant.currency) == D(25)
    assert below_list(variant, D(49), D(80), variant.currency) == D(20)


def test_the_contract_and_its_form_say_it_beside_the_line(world, client_of, draft):
    line = draft.lines.first()
    listed = below_list(line.variant, line.quantity, D(0), draft.currency)
    assert listed == D(100)
    price = Variant.objects.get(pk=line.variant_id).price * D("0.88")
    term = Term(line.position, line.quantity, price, D(0), False)
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[term])
    mei = client_of(world.users["mei"])
    for address in (f"/contracts/{draft.contract.number}/", f"/contracts/{draft.contract.number}/draft/"):
        assert "比目录价低 12%" in mei.get(address).content.decode(), address
