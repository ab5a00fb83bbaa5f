"""401: how many a customer wants by their link: asked once where it is below the minimum or hardly meant, and changed by them while
nobody of us has acted on it."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from boothline.catalogue.products import Step, edit_product, edit_variant
from boothline.core.actors import SYSTEM
from boothline.followups.models import NextStep
from boothline.intentions.models import Intention
from boothline.intentions.offers import OFFER
from boothline.intentions.products import edit_line
from boothline.links.grants import mint
from boothline.negotiation.briefing import Briefing, brief
from boothline.timeline.models import Event
from tests.portal.guest import Guest

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(world) -> Briefing:
    track = world.products["TR20"]
    edit_product(track, by=SYSTEM, revision=track.revision, values={"minimum": Decimal(100)})
    variant = track.variants.get()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={}, steps=[Step(Decimal(1000), Decimal("63.50"))])
    customer = world.take()
    products = list(world.products.values())
    return brief(customer, by=world.mei, products=products, contact=customer.contacts.first(), channel="link")


@pytest.fixture
def guest(sent) -> Guest:
    return Guest(urlsplit(mint(sent.grant, by=SYSTEM)).path)


def lines() -> list[tuple[str, Decimal, Decimal]]:
    standing = Intention.objects.get().lines.filter(lost_at=None)
    return [(line.product.code, line.quantity, line.price) for line in standing]


@pytest.mark.parametrize(("quantity", "asked"), [
    ("5", "100 件起订，您要 100 件吗？请改数量；确实只要 5，请再发送一次。"), ("99999999", "您要的是 99,999,999 件吗？不是请改数量，是就再发送一次。"),
])  # fmt: skip
def test_what_is_hardly_meant_is_asked_once_and_never_refused(world, sent, guest, quantity, asked):
    track, panel = sent.items.order_by("pk")
    guest.send("choice", **{f"quantity_{track.pk}": quantity, f"quantity_{panel.pk}": "viele"})
    assert guest.page.status_code == 422 and asked in guest.text and not Intention.objects.exists()
    guest.send("choice", **{f"quantity_{panel.pk}": ""})
    assert guest.page.status_code == 200 and lines()[0][:2] == ("TR20", Decimal(quantity)), "the same once more is meant"


def test_another_number_is_asked_about_anew(world, sent, guest):
    track = sent.items.first()
    guest.send("choice", **{f"quantity_{track.pk}": "5"})
    guest.send("choice", **{f"quantity_{track.pk}": "6"})
    assert guest.page.status_code == 422 and "确实只要 6" in guest.text
    guest.send("choice", **{f"quantity_{track.pk}": "100"})
    assert guest.page.status_code == 200 and lines() == [("TR20", Decimal(100), Decimal("68.50"))]


def test_the_customer_changes_what_they_want_while_nobody_has_acted(world, sent, guest):
    track, panel = sent.items.order_by("pk")
    guest.send("choice", **{f"quantity_{track.pk}": "5"})
    guest.send("choice")
    assert "修改我要的产品" in guest.text and "我们不感兴趣" not in guest.text
    guest.send("choice", **{f"quantity_{panel.pk}": "20"})
    assert lines() == [("TR20", Decimal(5), Decimal("68.50")), ("PN60", Decimal(20), Decimal("112.00"))], "5 was said to be meant"
    guest.send("choice", **{f"quantity_{track.pk}": "1000", f"wanted_{panel.pk}": []})
    assert lines() == [("TR20", Decimal(1000), Decimal("63.50"))], "at the price of so many"
    assert [step.words for step in NextStep.objects.open().filter(what=OFFER)] == ["给客户报价：客户要轨道射灯 1,000 件"]
    events = Event.objects.filter(kind="negotiation.wish_changed").count()
    guest.send("choice")
    assert events == 2 == Event.objects.filter(kind="negotiation.wish_changed").count(), "nothing changed"
    guest.send("choice", **{f"quantity_{track.pk}": ""})
    assert guest.page.status_code == 422 and lines() == [("TR20", Decimal(1000), Decimal("63.50"))]


def test_once_we_have_acted_they_write_to_us(world, sent, guest):
    track = sent.items.first()
    guest.send("choice", **{f"quantity_{track.pk}": "200"})
    form = guest.forms()["choice"]
    line = Intention.objects.get().lines.get()
    edit_line(line, by=world.mei, revision=line.revision, values={"price": Decimal(66)})
    answer = guest.post(form.action, form.fields | {f"quantity_{track.pk}": ["300"]})
    assert answer.status_code == 422 and "您要的产品我们已在处理" in guest.text and lines()[0][1] == 200
    guest.open(guest.seen[-1].replace("choice/", ""))
    assert "choice" not in guest.forms() and "您想要这款" in guest.text, "the page says what they want"
