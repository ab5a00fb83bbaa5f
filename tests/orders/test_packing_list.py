"""101: the packing list of a shipment, and with what it travels."""

from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from boothline.catalogue.products import Variant
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.links.grants import Grant, grant, mint
from boothline.orders.goods import approve_line
from boothline.orders.packing_list import packing_list, print_packing_list
from boothline.orders.particulars import edit_particulars
from boothline.orders.shipments import Shipment, cancel, pack, plan, release, ship
from boothline.orders.transport import edit_transport
from boothline.timeline.models import Event
from tests.portal.guest import Guest

pytestmark = pytest.mark.django_db
CARTON = {
    "carton_quantity": 4, "carton_length": Decimal(50), "carton_width": Decimal(40), "carton_height": Decimal(35),
    "net_weight": Decimal("10.5"), "gross_weight": Decimal(12),
}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def order(world):
    """10 of the first line, 5 of the second."""
    return world.ordered(world.take())


@pytest.fixture
def shipment(world, order):
    """8 of the first, 5 of the second."""
    first, second = order.lines.all()
    return plan(order, by=world.haoran, quantities={first.pk: Decimal(8), second.pk: Decimal(5)}, planned_on=clock.today())


def browser_with(held: Grant) -> Client:
    return Guest(urlsplit(mint(held, by=SYSTEM)).path).browser


def packed(line, **more):
    Variant.objects.filter(pk=line.variant_id).update(**CARTON | more)


def test_it_counts_cartons_weights_and_volume_and_asks_no_price(world, order, shipment):
    for line in order.lines.all():
        packed(line)
    edit_particulars(order, by=world.haoran, revision=order.revision, values={"shipping_mark": "GS\nC/NO. 1-4"}, items={})
    said = packing_list(Shipment.objects.for_list().get(), language="en")
    assert [(row["cartons"], row["net"], row["gross"], row["volume"]) for row in said["lines"]] == [
        ("2", "21.00", "24.00", "0.140"), ("2", "21.00", "24.00", "0.140"),
    ]  # fmt: skip
    assert said["sums"] == {"cartons": "4", "net": "42.00", "gross": "48.00", "volume": "0.280"}
    facts = dict(said["facts"])
    assert facts["Consignee"] == "张伟 13900002046", "whoever brings the goods calls it, whatever the page masks"
    assert facts["Marks"] == "GS\nC/NO. 1-4" and facts["Your PO no."] == "PO-26041" and "Container no." not in facts
    assert "price" not in str(said["lines"]) and "tax" not in said["seller"]


def test_what_the_catalogue_does_not_know_is_a_dash(world, order, shipment):
    first, second = order.lines.all()
    packed(first, net_weight=None)
    packed(second, **dict.fromkeys(CARTON))
    said = packing_list(Shipment.objects.for_list().get(), language="zh-hans")
    assert [(row["cartons"], row["net"], row["gross"]) for row in said["lines"]] == [("2", "–", "24.00"), ("–", "–", "–")]
    assert set(said["sums"].values()) == {"–"}


def test_vessel_container_and_seal_stand_on_it_and_are_found(world, shipment):
    values = {"vessel": " COSCO Ningbo 012E ", "container": "CSQU3054383", "seal": "CN88041"}
    shipment = edit_transport(shipment, by=world.haoran, revision=shipment.revision, values=values)
    told = Event.objects.get(kind="orders.transport_edited")
    assert "CSQU3054383" in told.headline and told.under_id == shipment.customer.pk
    edit_transport(shipment, by=world.haoran, revision=shipment.revision, values=values)
    assert Event.objects.filter(kind="orders.transport_edited").count() == 1
    facts = dict(packing_list(shipment, language="en")["facts"])
    assert (facts["Vessel or flight"], facts["Container no."], facts["Seal no."]) == ("COSCO Ningbo 012E", "CSQU3054383", "CN88041")
    assert Shipment.objects.all().search("CSQU3054383", world.haoran).get() == shipment


def test_what_is_refused(world, shipment):
    with pytest.raises(NotAllowed):
        edit_transport(shipment, by=world.mei, revision=shipment.revision, values={"vessel": "x"})
    edit_transport(shipment, by=world.haoran, revision=shipment.revision, values={"vessel": "CZ 443"})
    with pytest.raises(Stale):
        edit_transport(shipment, by=world.haoran, revision=shipment.revision, values={"vessel": "CZ 444"})
    cancel(shipment, by=world.haoran, reason="客户推迟收货")
    with pytest.raises(Refused) as refused:
        edit_transport(shipment, by=world.haoran, revision=shipment.revision + 1, values={"vessel": "CZ 444"})
    assert refused.value.code == "wrong_state"


def test_the_page_prints_it_in_both_languages(world, shipment, client_of):
    client, at = client_of(world.users["haoran"]), f"/shipments/{shipment.number}/"
    page = client.get(at).content.decode()
    assert f"{at}packing-list/?language=en" in page and f"{at}packing-list/?language=zh-hans" in page and f"{at}transport/" in page
    for language in ("en", "zh-hans", "nonsense"):
        answer = client.get(f"{at}packing-list/?language={language}")
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    client.post(f"{at}transport/", {"revision": shipment.revision, "vessel": "COSCO Ningbo 012E", "container": "CSQU3054383"})
    assert "CSQU3054383" in client.get(at).content.decode()
    cancel(shipment, by=world.haoran, reason="客户推迟收货")
    assert "packing-list" not in client.get(at).content.decode()


def test_the_customer_takes_it_once_the_goods_have_left(world, order, shipment):
    held = grant(order.customer.contacts.first(), by=SYSTEM, subject=order, purpose="order")
    guest = browser_with(held)
    at, paper = reverse("portal-order", args=[held.pk, order.number]), reverse("portal-packing-list", args=[held.pk, shipment.number])
    assert guest.get(paper).status_code == 404
    for line in order.lines.all():
        approve_line(line, by=SYSTEM)
    release(shipment, by=SYSTEM)
    pack(shipment, by=SYSTEM)
    edit_transport(shipment, by=SYSTEM, revision=shipment.revision, values={"container": "CSQU3054383"})
    ship(shipment, by=SYSTEM, carrier="恒达速运")
    page = guest.get(at).content.decode()
    assert paper in page and "CSQU3054383" in page
    assert guest.get(paper).content.startswith(b"%PDF-")
    other = world.ordered(world.take("别家灯饰", "王强"))
    strange = grant(other.customer.contacts.first(), by=SYSTEM, subject=other, purpose="order")
    assert browser_with(strange).get(reverse("portal-packing-list", args=[strange.pk, shipment.number])).status_code == 404


def test_it_prints_without_anything_known(world, shipment):
    assert print_packing_list(shipment, language="zh-hans").startswith(b"%PDF-")


def test_a_link_is_called_by_what_it_opens_and_for_whom(world, order):
    """What happened reads it so, in a column of its own: no word of ours for the purpose."""
    contact = order.customer.contacts.get()
    assert str(grant(contact, by=SYSTEM, subject=order, purpose="confirm")) == f"{order.number} → {contact.name}"
    assert str(grant(contact, by=SYSTEM, subject=contact, purpose="invitation")) == contact.name
