"""Order again: of an order whose goods are there the customer asks for the same once more, by the form of the page alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from boothline.catalogue.products import retire
from boothline.contracts.agreement import prepare
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed
from boothline.customers.models import Customer
from boothline.followups.steps import NextStep
from boothline.intentions.collection import collection_of, parts
from boothline.intentions.models import Intention
from boothline.intentions.offers import OFFER
from boothline.intentions.products import lose
from boothline.orders.again import Reorder, order_again
from boothline.orders.arrivals import sign
from boothline.orders.goods import approve_line
from boothline.orders.shipments import pack, plan, release, ship
from boothline.timeline.models import Event
from tests.portal.guest import Guest, link_of
from tests.refusals import refused
from tests.suites.paper import form_with
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world):
    return world.ordered(world.take())


@pytest.fixture
def guest(order):
    request = order.confirmation.request
    return Guest(link_of(request, request.signatory))


def at(guest, order, *parts: str) -> str:
    return "/".join([*guest.seen[-1].split("/")[:3], "orders", order.number, *parts, ""])


def arrive(world: World, order):
    for line in order.lines.filter(goods_ready=False):
        approve_line(line, by=world.haoran)
    part = plan(order, by=world.haoran, quantities={line.pk: line.due for line in order.lines.all()}, planned_on=clock.today())
    for step in (release, pack):
        part = step(part, by=world.haoran)
    sign(ship(part, by=world.haoran, carrier="恒达速运"), by=SYSTEM, counted={}, signed_by="郑一")
    order.refresh_from_db()


def told():
    return Event.objects.filter(kind="orders.ordered_again")


def test_the_customer_asks_for_the_same_again_in_their_own_quantities(world, order, guest):
    """Of two lines they want 30 of the first by a day, and nothing of the other: an open intention, and a step for who sells."""
    again, page = at(guest, order, "again"), at(guest, order)
    guest.open(page)
    assert "再次订购" not in guest.text and guest.open(again) and guest.seen[-1] == page, "nothing is there yet"
    arrive(world, order)
    first, second = order.lines.order_by("position")
    guest.open(page)
    assert f'href="{again}"' in guest.text
    guest.open(again)
    form = form_with(guest.page.content, f"quantity_{first.pk}")
    assert form.fields[f"quantity_{first.pk}"] == [f"{first.due:.0f}"], "begins with what was ordered"
    day = clock.today() + timedelta(days=40)
    typed = {f"quantity_{first.pk}": "30", f"quantity_{second.pk}": "", "wanted_on": day.isoformat(), "words": "包装同上次"}
    guest.post(again, typed)
    made = Reorder.objects.get()
    (line,) = made.intention.lines.all()
    assert (line.variant, line.quantity, line.wanted_on, line.price) == (first.variant, 30, day, None)
    assert (made.intention.source, made.intention.state, made.contact) == ("reorder", "open", order.confirmation.contact)
    (step,) = NextStep.objects.open().filter(what=OFFER)
    assert step.owner == world.users["mei"] and "30" in step.words
    assert (told().get().under_id, told().get().values["words"]) == (order.customer_id, "包装同上次")
    assert "30" in guest.text and "包装同上次" in guest.text and "" not in guest.forms()
    guest.open(page)
    assert f'href="{again}"' in guest.text and "您已" in guest.text


def test_one_wish_is_one_step_and_what_the_form_proposes_counts_until_a_contract_takes_it_over(world, order, guest, client_of):
    """Delivery, terms and the day stand there without opening the form; the price of their last order is taken by leaving it empty."""
    arrive(world, order)
    line, day = order.lines.order_by("position").first(), clock.today() + timedelta(days=60)
    guest.post(at(guest, order, "again"), {f"quantity_{line.pk}": "30", "wanted_on": day.isoformat()})
    (step,) = NextStep.objects.open().filter(customer=order.customer).exclude(what="%(promised)s")
    again = Reorder.objects.get().intention
    kept = collection_of(again)
    assert kept.pk and kept.wanted_on == day and [part.code for part in parts(kept) if part.gap] == ["price"]
    mei, wanted = client_of(world.users["mei"]), again.lines.get()
    address = f"/intention-lines/{wanted.pk}/edit/"
    page = mei.get(address)
    assert "留空则为" in page.content.decode() and "100.00" in page.content.decode()
    form = form_with(page.content, "price")
    assert mei.post(address, form.fields | {"price": ""}).status_code == 302
    assert again.lines.get().price == 100 and not [part for part in parts(collection_of(again)) if part.gap]
    prepare(again, by=world.mei)
    step.refresh_from_db()
    assert step.done_at and not NextStep.objects.open().filter(what=OFFER).exists()


def test_asked_twice_it_is_one_and_after_it_is_over_another(world, order, guest):
    arrive(world, order)
    again, line = at(guest, order, "again"), order.lines.first()
    for quantity in ("5", "8"):
        guest.post(again, {f"quantity_{line.pk}": quantity})
    assert Intention.objects.filter(source="reorder").count() == 1 == told().count() == NextStep.objects.open().filter(what=OFFER).count()
    made = Reorder.objects.get()
    assert made.intention.lines.get().quantity == 5
    lose(made.intention, by=SYSTEM, reason="今年不做了")
    guest.post(again, {f"quantity_{line.pk}": "8"})
    assert Reorder.objects.count() == 2 and Reorder.objects.last().intention.lines.get().quantity == 8


def test_what_is_wrong_stands_at_its_field_and_nothing_is_asked(world, order, guest):
    arrive(world, order)
    again, line = at(guest, order, "again"), order.lines.first()
    field = f"quantity_{line.pk}"
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    for typed, marked in (
        ({field: "很多"}, field), ({field: "1.5"}, field), ({field: "-3"}, field), ({field: "3", "wanted_on": yesterday}, "wanted_on"),
        ({field: "3", "wanted_on": "下月"}, "wanted_on"),
    ):  # fmt: skip
        guest.post(again, typed | {"words": "包装同上次"})
        assert guest.page.status_code == 422 and f'id="wrong_{marked}"' in guest.text and "包装同上次" in guest.text, typed
    guest.post(again, {field: ""})
    assert guest.page.status_code == 422 and not Reorder.objects.exists() and not told().exists()


def test_what_is_not_sold_any_more_is_not_offered(world, order, guest):
    arrive(world, order)
    first, second = order.lines.order_by("position")
    retire(first.variant.product, by=SYSTEM)
    guest.open(at(guest, order, "again"))
    assert f"quantity_{first.pk}" not in guest.text and f"quantity_{second.pk}" in guest.text
    retire(second.variant.product, by=SYSTEM)
    with refused("not_again"):
        order_again(order, by=SYSTEM, quantities={first.pk: Decimal(1)})


def test_only_theirs_and_both_languages(world, order, guest, client_of):
    other = world.take("别家", "李四", phones=[], emails=[])
    for who in (Actor(kind="guest", id=other.contacts.get().pk, name="李四", customer_id=other.pk), world.mei):
        with pytest.raises(NotAllowed):
            order_again(order, by=who, quantities={})
    arrive(world, order)
    guest.open(at(guest, order, "again"))
    guest.speak("en", **{f"quantity_{order.lines.first().pk}": "7"})
    assert "Order again" in guest.text and 'value="7"' in guest.text
    guest.send("", words="as before")
    assert "You asked for this order again" in guest.text
    shown = client_of(world.users["mei"]).get(f"/orders/{order.number}/").content.decode()
    assert "as before" in shown and f"/intentions/{Reorder.objects.get().intention_id}/" in shown
    assert Customer.objects.get(pk=order.customer_id).type == "ordering"
