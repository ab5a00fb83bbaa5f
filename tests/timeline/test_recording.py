"""Recording: only inside an operation, closed once with everything told, taken back with its savepoint; time told once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from boothline.contracts.models import ConfirmationRequest
from boothline.core import operations, tasks
from boothline.core.clock import day_words
from boothline.core.errors import Refused
from boothline.core.operations import attempt, operation
from boothline.customers.events import EDITED
from boothline.negotiation.briefing import brief
from boothline.negotiation.models import Objection
from boothline.negotiation.objections import object_to
from boothline.timeline.history import record, shown
from boothline.timeline.models import Delivery, Event
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What each closing saw."""
    seen: list[list[str]] = []
    monkeypatch.setattr(operations, "_closers", [*operations._closers, lambda told: seen.append([e.kind for e in told])])
    return seen


@pytest.fixture
def test_operation():
    """`test_operation(body)` runs a body as an operation that nobody else knows of."""
    made = []

    def run(body):
        made.append(f"test.{len(made)}")
        return operation(made[-1])(body)()

    yield run
    for code in made:
        operations.OPERATIONS.pop(code)
        operations.faults.POINTS.difference_update({f"{code}/{step}" for step in operations.faults.STEPS})


def test_nothing_is_recorded_outside_an_operation(world: World):
    customer = world.take()
    before = Event.objects.count()
    with pytest.raises(RuntimeError, match="outside an operation"), operations.transaction.atomic():
        record(EDITED, subject=customer, under=customer, by=world.mei)
    with pytest.raises(RuntimeError, match="outside an operation"), attempt():
        pass
    assert Event.objects.count() == before


def test_closers_see_everything_once_at_the_end_of_the_outermost(world: World, closed, test_operation):
    customer = world.take()
    closed.clear()

    def body():
        brief(customer, by=world.mei, products=[world.products["TR20"]])
        assert closed == []
        object_to(customer, by=world.mei, reason="price")

    test_operation(body)
    assert len(closed) == 1
    assert closed[0][:2] == ["negotiation.briefed", "negotiation.objected"]


def test_attempt_takes_back_what_was_written_and_what_was_told(world: World, closed, test_operation):
    customer = world.take()
    closed.clear()
    deliveries = Delivery.objects.count()

    def body():
        with pytest.raises(Refused), attempt():
            object_to(customer, by=world.mei, reason="price")
            raise Refused("not this one")
        object_to(customer, by=world.mei, reason="quality")

    test_operation(body)
    assert [o.reason for o in Objection.objects.all()] == ["quality"]
    assert [k for k in closed[0] if k == "negotiation.objected"] == ["negotiation.objected"]
    assert Delivery.objects.count() - deliveries == Delivery.objects.filter(event__subject_kind="objection").count()


def test_a_failed_operation_leaves_nothing_told_to_the_next(world: World, closed, test_operation):
    customer = world.take()
    closed.clear()

    def body():
        object_to(customer, by=world.mei, reason="price")
        raise Refused("all of it")

    with pytest.raises(Refused):
        test_operation(body)
    assert closed == [] and not Objection.objects.exists()
    object_to(customer, by=world.mei, reason="quality")
    assert closed[0].count("negotiation.objected") == 1


def test_the_daily_task_records_what_time_brings_once(world: World):
    request = world.sent(world.take())
    ConfirmationRequest.objects.filter(pk=request.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    tasks.run_daily()
    after_one = (Event.objects.count(), Delivery.objects.count())
    assert Event.objects.filter(kind="contracts.expired").count() == 1
    for _ in range(3):
        tasks.run_daily()
    assert (Event.objects.count(), Delivery.objects.count()) == after_one


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (lambda: Event.objects.filter(kind="search.compared", at__gte=timezone.now()), "event_kind"),
        (lambda: Event.objects.filter(kind="accounts.backed_up").order_by("-id"), "event_kind"),
        (lambda: Event.objects.filter(actor_kind="user", actor_id=3).order_by("-id"), "event_actor"),
        (lambda: Event.objects.filter(at__gte=timezone.now(), at__lt=timezone.now()), "event_at"),
        (lambda: Event.objects.order_by("-at"), "event_at"),
    ],
)
def test_what_is_asked_of_all_that_ever_happened_has_an_index(asked, index):
    """The night's questions, the list of what happened, the examination of the clock."""
    if connection.vendor == "sqlite":  # PostgreSQL reads a small table whole
        assert index in asked()[:51].explain()


def test_changes_read_as_the_pages_other_figures_do():
    """A price with two decimals, a quantity without empty ones, a day as people write it; with thousands, and what is in a list too."""
    change = Event(
        kind="catalogue.variant_edited", subject_kind="variant", values={"sku": "DL08-NW"}, actor_name="何远",
        changes={"price": ["9800.0000", "10000.0000"], "minimum": ["1000.000", "2500.000"], "days": [["2026-11-26"], ["2026-11-27"]]},
    )  # fmt: skip
    told = {was: now for _label, was, now in change.shown_changes()}
    assert told == {"9,800.00": "10,000.00", "1,000": "2,500", day_words(date(2026, 11, 26)): day_words(date(2026, 11, 27))}
    change.values["currency"] = "CNY"
    assert ("¥9,800.00", "¥10,000.00") in [pair[1:] for pair in change.shown_changes()]
    line = Event(kind="contracts.edited", subject_kind="contract_version", changes={"TR20-1": ["", "3000 × 23.80 −12%"]})
    assert line.shown_changes() == [("TR20-1", "–", "3,000 × 23.80 −12%")] and shown("-458.000") == "−458"


def test_what_somebody_typed_reads_as_they_typed_it():
    """A name, a code or a size that looks like a figure, a line or a day is none."""
    typed = {"words": ["600 × 400", "1200 × 800 mm"], "sku": ["3.10", "2026-11-26"]}
    change = Event(kind="catalogue.variant_edited", subject_kind="variant", values={"sku": "DL08-NW"}, changes=typed)
    assert [list(pair[1:]) for pair in change.shown_changes()] == list(typed.values())
    assert shown("1200 × 800 mm board") == "1200 × 800 mm board"
