"""401: how many a customer wants by their link: asked once where it is below the minimum or hardly meant, and changed by them while
nobody of us has acted on it."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from boothline.accounts.people import User
from boothline.catalogue.products import Step, add_product, edit_product, edit_variant
from boothline.contracts.agreement import prepare
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.followups.models import NextStep
from boothline.intentions.models import Intention
from boothline.intentions.offers import OFFER
from boothline.intentions.products import edit_line, lose
from boothline.intentions.wanted import change_wanted
from boothline.links.grants import mint
from boothline.negotiation.briefing import Briefing, Wanted, answer, brief, choose
from boothline.negotiation.corrections import correct_answer
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


def chosen(world, customer, code: str, quantity: int) -> Briefing:
    """They want so many by the link of a briefing of their own."""
    person = customer.contacts.first()
    made = brief(customer, by=world.mei, products=[world.products[code]], contact=person, channel="link")
    return choose(made, by=guest_of(person), wanted=[Wanted(made.items.get(), Decimal(quantity))])


def guest_of(person) -> Actor:
    return Actor(kind="guest", id=person.pk, name=person.name, customer_id=person.customer_id)


def test_the_page_of_a_briefing_changes_the_wish_that_came_of_it_and_no_other(world):
    """10 TR20 by one link are in a contract, 5 PN60 by the next link wait for our offer: on the first page nothing is changed any more."""
    customer = world.take()
    earlier = chosen(world, customer, "TR20", 10)
    first = Intention.objects.get()
    world.collect(first)
    prepare(Intention.objects.get(), by=world.mei)
    later = chosen(world, customer, "PN60", 5)
    second = Intention.objects.get(briefing=later)
    page = Guest(urlsplit(mint(earlier.grant, by=SYSTEM)).path)
    assert "choice" not in page.forms() and "您想要这款" in page.text
    with pytest.raises(Refused) as acted:
        change_wanted(earlier, by=guest_of(earlier.contact), wanted=[Wanted(earlier.items.get(), Decimal(20))])
    assert acted.value.code == "acted"
    assert [(line.product.code, line.quantity, line.lost_at) for line in second.lines.all()] == [("PN60", Decimal(5), None)]
    change_wanted(later, by=guest_of(later.contact), wanted=[Wanted(later.items.get(), Decimal(8))])
    assert second.lines.get().quantity == 8 and first.lines.get().quantity == 10


def test_the_answer_that_is_corrected_is_held_by_its_own_intention(world):
    """Two briefings, both wanted: the answer to the second is corrected once its own wish is lost, whatever became of the first."""
    customer = world.take()
    shown = [brief(customer, by=world.mei, products=[world.products[code]]) for code in ("TR20", "PN60")]
    for one in shown:
        answer(one, by=world.mei, answer="wants", wanted=list(one.items.all()))
    first, second = Intention.objects.order_by("pk")
    assert [first.briefing, second.briefing] == shown
    lose(second, by=world.mei, reason="记错了")
    with pytest.raises(Refused, match="轨道射灯"):
        correct_answer(shown[0], by=world.mei, words="记错了")
    assert correct_answer(shown[1], by=world.mei, words="记错了").answer == "pending"


def as_wanted(world, product, changes: list[int]) -> tuple[object, Decimal | None]:
    """How 2,000 of a product are held that they want beside 200 of TR20: with the first answer, or by changes of it to so many."""
    customer = world.take()
    person = customer.contacts.first()
    made = brief(customer, by=world.mei, products=[world.products["TR20"], product], contact=person, channel="link")
    track, other = made.items.order_by("pk")
    both = [Wanted(track, Decimal(200)), Wanted(other, Decimal(2000))]
    by = guest_of(person)
    made = choose(made, by=by, wanted=both[:1] if changes else both)
    for quantity in changes:
        made = change_wanted(made, by=by, wanted=[*both[:1], Wanted(other, Decimal(quantity))])
    line = Intention.objects.get().lines.get(product=product, lost_at=None)
    assert line.quantity == 2000
    return line.variant, line.price


@pytest.mark.parametrize("changes", [[], [2000], [3, 2000]], ids=["at once", "by a change", "by two"])
@pytest.mark.parametrize(("shown", "price"), [("in another currency", None), ("with steps", Decimal(100)), ("of two variants", None)])
def test_what_they_add_is_priced_as_what_they_wanted_at_once(world, changes, shown, price):
    """2,000 of a panel at 16 USD, at 112 CNY and 100 from 1,000 on, or of a lamp at 10 and 20, in an intention in CNY."""
    panel = world.products["PN60"]
    variant = panel.variants.get()
    if shown == "in another currency":
        edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"currency": "USD", "price": Decimal(16)}, steps=[])
    elif shown == "with steps":
        edit_variant(variant, by=SYSTEM, revision=variant.revision, values={}, steps=[Step(Decimal(1000), Decimal(100))])
    else:
        variants = [{"sku": "MV-1", "price": Decimal(10)}, {"sku": "MV-2", "price": Decimal(20)}]
        panel, variant = add_product(by=SYSTEM, code="MV", name="多款", variants=variants), None
    assert as_wanted(world, panel, changes) == (variant, price)


def test_they_say_which_of_several_variants_they_mean(world, client_of):
    """A lamp in white at 10 and in black at 20, 18 from 1,000 on."""
    variants = [{"sku": "MV-1", "words": "白色", "price": Decimal(10)}, {"sku": "MV-2", "words": "黑色", "price": Decimal(20)}]
    lamp = add_product(by=SYSTEM, code="MV", name="多款灯", variants=variants)
    white, black = lamp.variants.order_by("sku")
    edit_variant(black, by=SYSTEM, revision=black.revision, values={}, steps=[Step(Decimal(1000), Decimal(18))])
    customer = world.take()
    sent = brief(customer, by=world.mei, products=[lamp, world.products["PN60"]], contact=customer.contacts.first(), channel="link")
    guest = Guest(urlsplit(mint(sent.grant, by=SYSTEM)).path)
    item, panel = sent.items.order_by("pk")
    assert guest.text.count("<select") == 1 and "白色，¥10.00" in guest.text and "黑色，¥20.00" in guest.text, (
        "of one variant nothing is asked"
    )
    guest.send("choice", **{f"quantity_{item.pk}": "1000", f"variant_{item.pk}": str(panel.variant_id)})
    assert guest.page.status_code == 422 and "从列表中选择" in guest.text and not Intention.objects.exists()
    guest.send("choice", **{f"variant_{item.pk}": str(black.pk)})
    line = Intention.objects.get().lines.get()
    assert (line.variant, line.quantity, line.price) == (black, 1000, Decimal(18))
    guest.send("choice", **{f"variant_{item.pk}": str(white.pk)})
    line.refresh_from_db()
    assert (line.variant, line.quantity, line.price) == (white, 1000, Decimal(10))
    guest.send("choice", **{f"variant_{item.pk}": ""})
    line.refresh_from_db()
    assert (line.variant, line.price) == (None, None), "undecided again: which price is not known"
    guest.send("choice", **{f"variant_{item.pk}": str(black.pk)})
    page = client_of(User.objects.get(username="mei")).get(f"/briefings/{sent.pk}/").content.decode()
    assert "1,000 件" in page and "黑色" in page
