"""Numbers of documents: the prefixes of the rule book, never given twice, by the year where the company wants it."""

from __future__ import annotations

import pytest
import time_machine
from django.db import transaction

from boothline.accounts.rulebook import change_rule
from boothline.contracts.agreement import prepare
from boothline.contracts.models import Contract
from boothline.core.errors import Refused
from boothline.core.rules import RULES, RuleSetting
from boothline.documents.numbers import PREFIX, take

pytestmark = pytest.mark.django_db
BOOK = {"quotation": "Q-", "contract": "C-", "order": "SO-", "shipment": "SH-", "problem": "PR-", "refund": "RF-"}


@pytest.mark.parametrize("kind", PREFIX)
def test_each_kind_has_its_prefix_and_its_own_counter(kind):
    first = take(kind, 2)
    prefix = BOOK.get(kind, f"{PREFIX[kind].default}-")
    assert first == [f"{prefix}0001", f"{prefix}0002"] and take(kind) == [f"{prefix}0003"]


@pytest.mark.no_recount
def test_what_came_to_nothing_may_leave_no_number_twice(world):
    """A number that was rolled back belongs to nobody yet; what was given is never given again, though its record goes."""
    kept = world.contract(world.take()).number
    with transaction.atomic():
        take("contract")
        transaction.set_rollback(True)
    assert kept == "C-0001" and take("contract") == ["C-0002"]
    Contract.objects.all().delete()
    assert take("contract") == ["C-0003"]


def test_by_the_year_the_number_carries_it(world):
    """A counter that restarts with the year: C-27-0142."""
    RuleSetting.objects.create(code="documents.numbers_yearly", value="yes")
    with time_machine.travel("2027-12-31 23:59+08:00", tick=False):
        take("contract", 141)
        assert prepare(world.intend(world.take()), by=world.mei).number == "C-27-0142"
    with time_machine.travel("2028-01-01 00:00+08:00", tick=False):
        assert take("contract") == ["C-28-0001"]
    RuleSetting.objects.all().delete()
    assert take("contract") == ["C-0001"], "none of those"


def test_a_prefix_is_the_companys_own(world):
    prefix = RULES["documents.prefix_contract"]
    change_rule(RULES["documents.prefix_order"], by=world.admin, revision=0, value="DD")
    for wrong in ("SO", "DD", "c", "C-1", "", "ABCDE", "合同"):
        with pytest.raises(Refused):
            change_rule(prefix, by=world.admin, revision=0, value=wrong)
    take("contract")
    change_rule(prefix, by=world.admin, revision=0, value="HT")
    assert take("contract") == ["HT-0002"], "the counter goes on"


def test_a_prefix_that_another_kind_has_used_stays_its_own(world):
    """Two papers C-0001 of two kinds would be one too many. What was only set by mistake is free again."""
    contract, order = RULES["documents.prefix_contract"], RULES["documents.prefix_order"]
    change_rule(contract, by=world.admin, revision=0, value="HT")
    assert world.contract(world.take()).number == "HT-0001"
    change_rule(contract, by=world.admin, revision=1, value="XY")
    change_rule(contract, by=world.admin, revision=2, value="HT")
    change_rule(contract, by=world.admin, revision=3, value="C")
    with pytest.raises(Refused):
        change_rule(order, by=world.admin, revision=0, value="HT")
    change_rule(order, by=world.admin, revision=0, value="XY")


def test_the_settings_are_said_in_the_readers_words(world, client_of):
    admin = client_of(world.users["admin"])
    assert "合同：编号前缀" in admin.get("/settings/rules/").content.decode()
    said = admin.get("/settings/rules/", headers={"accept-language": "en"}).content.decode()
    assert "contract: what its numbers begin with" in said.lower()
