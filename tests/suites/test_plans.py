"""What pages ask is answered by an index: nobody reads a table that grows with every letter and every approval."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from boothline.approvals.approval import Approval
from boothline.billing.models import Refund
from boothline.contracts.agreement import SENDING, Contract
from boothline.contracts.approved import _asked_about
from boothline.core.kinds import word_of
from boothline.negotiation.models import Briefing

pytestmark = pytest.mark.django_db
GROWING = "messaging_letter|approvals_approval|links_grant|links_linktoken"


def plan_of(asked: QuerySet[Any]) -> str:
    """With the names of tables instead of their aliases."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a few rows are scanned faster; it must be able to
    plan, sql = asked.explain(), str(asked.query)
    for table, alias in re.findall(r'"(\w+)" (\w+)\b', sql):
        plan = re.sub(rf"\b{alias}\b", table, plan)
    return plan


def asked_about(*subjects: int) -> QuerySet[Approval]:
    return Approval.objects.filter(subject_kind="version", subject_id__in=subjects)


ASKED: dict[str, Callable[[Any], QuerySet[Any]]] = {
    "the list of contracts": lambda world: Contract.objects.visible_to(world.heyuan).for_list().order_by("-id")[:50],
    "a customer's contracts": lambda world: Contract.objects.visible_to(world.heyuan).for_list().filter(customer=1).order_by("-id")[:3],
    "the list of briefings": lambda world: Briefing.objects.visible_to(world.heyuan).for_list().order_by("-id")[:50],
    "the newest question about a draft": lambda world: asked_about(1).filter(matter=SENDING).order_by("-id")[:1],
    "the questions about all drafts of a contract": lambda world: asked_about(1, 2, 3),
    "the accounts that somebody refused": lambda world: Approval.objects.filter(
        matter="billing.refund", subject_kind=word_of(Refund), subject_id__in=Refund.objects.filter(credit__in=[1, 2]).values("pk")
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_page_reads_a_growing_table_whole(name: str, world):
    plan = plan_of(ASKED[name](world))
    assert not re.search(rf"\bSCAN ({GROWING})\b|Seq Scan on ({GROWING})\b", plan), plan


def test_an_edit_looks_only_at_the_approvals_of_its_own_drafts(world, django_assert_num_queries):
    contract = world.contract(world.take())
    with django_assert_num_queries(1) as caught:
        assert _asked_about(pk__in=[contract.pk]) == []
    with connection.cursor() as cursor:
        words = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(words + caught.captured_queries[0]["sql"])
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "approval_subject" in plan or "one_open_approval" in plan, plan
