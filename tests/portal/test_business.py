"""304 and 203 from the customer's side, by the forms of the pages alone: a proposal is answered, progress is read."""

from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from boothline.contracts.milestones import Milestone, edit_milestone, skip
from boothline.core.actors import SYSTEM
from boothline.intentions.expansion import Expansion, answer_question, withdraw
from boothline.intentions.models import Intention
from boothline.links.grants import mint
from boothline.orders.models import Order
from boothline.orders.splits import split
from boothline.timeline.models import Event
from tests.portal.guest import Guest, link_of

pytestmark = pytest.mark.django_db


def at_the(proposal: Expansion) -> Guest:
    return Guest(urlsplit(mint(proposal.grant, by=SYSTEM)).path)


def now(proposal: Expansion) -> Expansion:
    return Expansion.objects.for_list().get(pk=proposal.pk)


def test_fetched_it_stays_sent_and_a_part_of_it_is_taken(proposal):
    guest = at_the(proposal)
    assert now(proposal).state == "sent" and "For the new season." not in guest.text
    guest.send("opening")
    assert now(proposal).state == "opened" and "For the new season." in guest.text
    first, second = proposal.items.all()
    address = guest.forms()["acceptance"].action
    guest.post(address, {f"take_{first.pk}": "yes", f"quantity_{first.pk}": "many"})
    assert guest.page.status_code == 422 and 'value="many"' in guest.text
    assert "Write the quantity as a number" in guest.text.split(f'name="quantity_{first.pk}"')[1][:400], "at the product that it is about"
    guest.post(address, {f"take_{one.pk}": "yes" for one in (first, second)} | {f"quantity_{one.pk}": "0.5" for one in (first, second)})
    assert guest.text.count('aria-invalid="true"') == 2, "each at its own field, all at once"
    guest.post(address, {f"take_{first.pk}": "yes", f"quantity_{first.pk}": "120", f"quantity_{second.pk}": "50"})
    assert guest.page.status_code == 200 and now(proposal).state == "in_part" and "acceptance" not in guest.forms()
    line = Intention.objects.get(source="expansion").lines.get()
    assert (line.product, line.quantity) == (first.product, 120)
    guest.post(address, {f"take_{second.pk}": "yes"})
    assert Intention.objects.filter(source="expansion").count() == 1
    assert Event.objects.filter(kind="intentions.expansion_accepted").count() == 1


def test_a_question_is_answered_and_then_it_is_declined(world, proposal):
    guest = at_the(proposal)
    guest.send("opening")
    guest.send("question", words="Is it IP65?")
    assert now(proposal).state == "asked" and "Is it IP65?" in guest.text
    answer_question(now(proposal), by=world.mei, words="Yes, IP65.")
    guest.open(guest.seen[-1])
    assert "Yes, IP65." in guest.text
    guest.post(guest.forms()["refusal"].action, {"reason": "", "why": "later"})
    assert guest.page.status_code == 422 and "Choose a reason from the list." in guest.text
    guest.send("refusal", reason="no_need", why="Next year")
    assert now(proposal).state == "declined" and not Intention.objects.filter(source="expansion").exists()


def test_withdrawn_it_opens_nothing(world, proposal):
    guest = at_the(proposal)
    address = guest.seen[-1]
    withdraw(proposal, by=world.mei, reason="wrong prices")
    assert guest.open(address).status_code == 404 and "For the new season." not in guest.text


def test_after_a_split_both_orders_stand_on_the_contract_with_the_deposit_of_both(world):
    request = world.sent(world.take())
    world.confirm(request)
    order = Order.objects.get(contract=request.contract)
    split(order, by=world.haoran, quantities={order.lines.first().pk: Decimal(4)}, reason="先发一部分")
    guest = Guest(link_of(request))
    for one in Order.objects.filter(contract=request.contract):
        assert f"/orders/{one.number}/" in guest.text
    assert "¥360.00" in guest.text, "30 % of 1,200.00, however it is shared"


def test_progress_shows_name_plan_and_actual_never_owner_note_or_reason(world):
    request = world.sent(world.take())
    world.confirm(request)
    points = {m.code: m for m in Milestone.objects.for_list().filter(plan__contract=request.contract)}
    one, other = points["booked"], points["inspection"]
    edit_milestone(one, by=world.mei, revision=one.revision, values={"note": "supplier Hongda is slow", "owner": world.users["haoran"]})
    skip(other, by=world.mei, reason="they send an inspector")
    guest, number = Guest(link_of(request)), Order.objects.get(contract=request.contract).number
    for address in (guest.seen[-1], "/".join([*guest.seen[-1].split("/")[:3], "orders", number, ""])):
        guest.open(address)
        progress = guest.text[guest.text.index('id="progress"') :]
        progress = progress[: progress.index("</table>")]
        assert str(one).capitalize() in progress or "订舱" in progress
        assert "Hongda" not in guest.text and "inspector" not in guest.text and world.users["haoran"].name not in progress
        assert "验货" not in progress and "nspection" not in progress
