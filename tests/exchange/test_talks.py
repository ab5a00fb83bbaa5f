"""Touches of before that come by file: with whom, when, by whom; nothing follows from them."""

from pathlib import Path

import pytest
from django.utils import timezone

from boothline.core.actors import SYSTEM
from boothline.customers.card import Customer, Person, add_people
from boothline.customers.companies import Company, add_companies
from boothline.followups.models import NextStep, Touch
from tests.bringing import import_files

pytestmark = pytest.mark.django_db

TALKS = "客户名称,跟进日期,跟进人,跟进内容\n{rows}"


@pytest.fixture
def put(tmp_path: Path):
    def write(text: str, name: str = "a.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def customer(world) -> Customer:
    return add_people([Person(name="张伟", company="光速贸易有限公司")], by=SYSTEM)[0].customer


def test_a_touch_keeps_its_day_and_its_author_and_asks_for_nothing(world, customer, put):
    mei = world.users["mei"]
    path = put(TALKS.format(rows=f"光速贸易,2025-03-04,{mei.name},要样品\n光速贸易,2025-04-05,,寄了目录\n"))
    for created in ({"touch": 2}, {}):
        assert import_files([path], by=SYSTEM)["created"] == created
    first = Touch.objects.get(words="要样品")
    assert (first.customer, first.user, timezone.localdate(first.at).isoformat(), first.reach) == (customer, mei, "2025-03-04", "sent")
    customer.refresh_from_db()
    assert timezone.localdate(customer.last_touch_at).isoformat() == "2025-04-05" and not NextStep.objects.exists()


def test_what_cannot_be_taken_is_named(world, customer, put):
    add_companies([Company("远航贸易"), Company("远航贸易有限公司")], by=SYSTEM)
    rows = "没有这家,2025-03-04,,甲\n远航贸易,2025-03-04,,两家\n光速贸易,2025-02-30,,哪天\n光速贸易,2099-01-01,,将来\n光速贸易,,,没日期\n光速贸易,2025-03-04,没有这人,好\n"
    found = import_files([put(TALKS.format(rows=rows))], by=SYSTEM)
    assert [row["row"] for row in found["rejected"]] == [2, 3, 4, 5, 6] and found["created"] == {"touch": 1}
    assert "没有这人" in found["warnings"][0]["warning"]


def test_customers_of_the_same_run_are_known_by_their_ids(world, put):
    files = [
        put("客户编号,公司名称,国家\nK1,光速贸易有限公司,中国\n", "b.csv"),
        put("客户编号,联系日期,联系内容\nK1,2025-03-04,要样品\n光速贸易,2025-03-05,又打了电话\n"),
    ]
    assert (
        import_files(files, by=SYSTEM, dry_run=True)["created"] == import_files(files, by=SYSTEM)["created"] == {"customer": 1, "touch": 2}
    )
