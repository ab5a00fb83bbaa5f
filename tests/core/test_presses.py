"""One press acts once: the same form sent again answers as the first time, and nothing is made twice."""

import re
import typing

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from boothline.accounts.password_links import make_link, new_token
from boothline.catalogue.products import add_picture
from boothline.core import clock, presses
from boothline.core.operations import OPERATIONS
from boothline.core.presses import Press, pressing
from boothline.customers.models import Contact
from boothline.followups.models import NextStep, Touch
from boothline.negotiation.models import Briefing, Objection
from boothline.orders.models import Shipment
from boothline.orders.shipments import plan
from boothline.timeline.models import Event
from boothline.views.models import SavedView
from boothline.views.saved import save_view
from boothline.worktime.absences import enter_absence
from boothline.worktime.models import Absence
from tests.pictures import jpeg
from tests.world import World

pytestmark = pytest.mark.django_db

HARMLESS = {  # operations that answer with something else, and why they may run again
    "billing.prepare_rest": "what waits already is not prepared again",
    "customers.change_back": "runs inside timeline.take_back only, which is remembered",
    "followups.take_back_plans": "runs inside timeline.take_back only, which is remembered",
    "visitors.take_many": "a capture carries its own id",
    "customers.take_people": "a contact carries its own id",
    "exchange.bring": "a row carries its own id",
    "contracts.link": "a link more; shown once, never stored",
    "messaging.link": "a link more; shown once, never stored",
    "care.link_survey": "a link more; shown once, never stored",
    "intentions.link_expansion": "a link more; shown once, never stored",
    "orders.link": "a link more; shown once, never stored",
    "orders.link_problem": "a link more; shown once, never stored",
    "negotiation.ask_outcome": "asked once",
    "negotiation.briefing_link": "a link more; shown once, never stored",
    "contracts.hand_device": "the device is handed over anew; the address before opens nothing",
    "links.mint": "a link more",
    "links.revoke": "what is closed stays closed",
    "contracts.expire": "a count; the clock's own work",
    "orders.let_go": "the clock's own work; an order lets go once",
    "contracts.remind": "the clock's own work; each reason once",
    "approvals.pass_on": "the clock's own work; a level is asked once",
    "intentions.expire_quotation": "the clock's own work",
    "intentions.expire_expansion": "the clock's own work; whether it was this one that did it",
    "intentions.remind_expansion": "the clock's own work; each reminder once",
    "fairs.remind_invited": "the clock's own work; each reminder once",
    "fairs.take_back_list": "runs inside timeline.take_back only, which is remembered",
    "contracts.milestone_late": "the clock's own work; whether it was this one that did it",
    "orders.settle_problem": "the clock's own work; whether it was this one that did it",
    "care.expire_survey": "the clock's own work; whether it was this one that did it",
    "billing.ask_before_shipment": "the clock's own work; once a shipment",
    "billing.ask_for": "the clock's own work; whether it was this one that did it",
    "billing.note_overdue": "the clock's own work; whether it was this one that did it",
    "billing.tick_credit": "the clock's own work; whether it was this one that did it",
    "billing.review_holds": "the clock's own work; what stands stays",
    "contracts.lapse": "the clock's own work; whether it was this one that did it",
    "followups.hand_over_day": "what was handed over is handed over; a second press finds nothing",
    "followups.hand_over_all": "what was handed over is handed over; a second press finds nothing",
    "intentions.lapse": "the clock's own work; whether it was this one that did it",
    "negotiation.lapse_briefing": "the clock's own work; whether it was this one that did it",
    "negotiation.lapse_objection": "the clock's own work; whether it was this one that did it",
    "followups.release": "the clock's own work; whether it was this one that did it",
    "followups.put_back": "the clock's own work; whether it was this one that did it",
    "customers.grade_by_time": "a count; the clock's own work",
    "visitors.recognise_all": "a count; the clock's own work",
    "visitors.learn": "the clock's own work; what was learned is learned",
}


def hidden(page) -> dict[str, str]:
    """What the page's own form hides."""
    text = page.content.decode().split('id="main"')[-1]
    found = {n: re.search(rf'name="{n}" value="([^"]*)"', text) for n in ("press", "revision")}
    return {n: match[1] for n, match in found.items() if match}


def test_a_form_sent_twice_makes_one_record(world: World, client_of):
    customer = world.take()
    mei = client_of(world.users["mei"])
    address = reverse("objection-new", args=[customer.pk])
    form = hidden(mei.get(address)) | {"reason": "price", "words": "太贵"}
    first = mei.post(address, form)
    events = Event.objects.count()
    again = mei.post(address, form, follow=True)
    assert first.status_code == 302
    assert Objection.objects.count() == 1 and Event.objects.count() == events
    assert "没有重复执行" in again.content.decode() or "nothing was done twice" in again.content.decode()


def test_each_form_of_a_page_has_its_own_press(world: World, client_of):
    page = client_of(world.users["mei"]).get(reverse("customer", args=[world.take().pk])).content.decode()
    ids = re.findall(r'name="press" value="([^"]+)"', page)
    assert len(ids) > 2 and len(ids) == len(set(ids))


def test_the_same_form_with_other_words_is_another_press(world: World, client_of):
    customer = world.take()
    mei = client_of(world.users["mei"])
    address = reverse("objection-new", args=[customer.pk])
    form = hidden(mei.get(address)) | {"reason": "price"}
    for words in ("太贵", "还是太贵"):
        mei.post(address, form | {"words": words})
    assert Objection.objects.count() == 2


def test_another_person_has_another_press(world: World, client_of):
    customer = world.take()
    address = reverse("objection-new", args=[customer.pk])
    form = {"press": "same", "reason": "price"}
    for name in ("mei", "heyuan"):
        client_of(world.users[name]).post(address, form)
    assert Objection.objects.count() == 2


def test_a_refused_press_may_be_repeated(world: World, client_of):
    customer = world.take()
    mei = client_of(world.users["mei"])
    address = reverse("briefing-new", args=[customer.pk])
    form = hidden(mei.get(address)) | {"channel": "person"}
    assert mei.post(address, form).status_code == 422
    assert mei.post(address, form | {"products": [world.products["TR20"].pk]}).status_code == 302
    assert Briefing.objects.count() == 1


def test_a_list_of_records_is_remembered(world: World, client_of):
    customer = world.take()
    mei = client_of(world.users["mei"])
    address = reverse("contact-new", args=[customer.pk])
    form = hidden(mei.get(address)) | {"name": "李想", "phones": "13612345678"}
    assert {mei.post(address, form).status_code for _ in range(3)} == {302}
    assert Contact.objects.filter(name="李想").count() == 1


def test_a_shipment_planned_twice_leads_to_the_same(world: World, client_of):
    order = world.ordered(world.take())
    clerk = client_of(world.users["haoran"])
    address = reverse("shipment-new", args=[order.number])
    form = hidden(clerk.get(address)) | {"planned_on": clock.today().isoformat(), f"line_{order.lines.first().pk}": "1"}
    leads = {clerk.post(address, form).headers["Location"] for _ in range(2)}
    assert leads == {reverse("shipment", args=[Shipment.objects.get().number])}


def test_a_stale_save_that_is_a_repetition_is_none(world: World, client_of):
    """The first press was stored, its answer lost: the second must not show a conflict with oneself."""
    customer = world.take()
    mei = client_of(world.users["mei"])
    address = reverse("customer-edit", args=[customer.pk])
    form = hidden(mei.get(address)) | {"kind": "company", "name": "光速", "country": "中国"}
    assert [mei.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert mei.post(address, form | {"name": "慢速"}).status_code == 409


def test_two_operations_of_one_press_are_two_acts(world: World):
    order = world.ordered(world.take())
    line = order.lines.first()
    for _ in range(2):
        with pressing("p", "who"):
            made = [plan(order, by=world.haoran, quantities={line.pk: line.due / 10}, planned_on=order.promised_on) for _ in range(2)]
    assert Shipment.objects.count() == 2 and made == list(Shipment.objects.order_by("id"))


def test_what_a_press_did_is_taken_back_with_it(world: World):
    """The memory of a press stands or falls with its act: nothing is remembered of a refusal."""
    customer = world.take()
    from boothline.core.errors import Refused
    from boothline.followups.touches import log_touch

    with pytest.raises(Refused), pressing("p", "who"):
        log_touch(customer, by=world.mei, channel="phone", words="x")
    assert not Press.objects.exists() and not Touch.objects.exists()


def test_a_step_done_and_a_guest_are_one_press_too(world: World, client_of):
    customer = world.take()
    step = NextStep.objects.get(customer=customer)
    mei = client_of(world.users["mei"])
    for _ in range(2):
        mei.post(reverse("step-done", args=[step.pk]), {"press": "p"})
    assert Press.objects.count() == 1


def test_what_was_saved_and_removed_since_is_not_saved_again(world: World, client_of):
    """Days off and a view that somebody took back meanwhile: the same form says so; it neither lies nor breaks."""
    mei = client_of(world.users["mei"])
    absence = {"press": "a", "person": world.users["mei"].pk, "starts_on": "2027-03-01", "ends_on": "2027-03-02"}
    for address, form, model in (
        (reverse("absence-new"), absence, Absence),
        (reverse("view-new", args=["customers"]), {"press": "v", "name": "我的"}, SavedView),
    ):
        assert mei.post(address, form).status_code == 302
        model.objects.all().delete()
        again = mei.post(address, form)
        assert again.status_code == 422 and "之后又被删除" in again.content.decode() and not model.objects.exists()


def test_a_removal_pressed_twice_leads_back_as_the_first(world: World, client_of):
    """Days off, a view, a picture, and the link with which somebody sets their password: what it removed is not missed."""
    absence = enter_absence(world.users["mei"], by=world.mei, starts_on=clock.today(), ends_on=clock.today())
    view = save_view("我的", by=world.mei, list_name="customers", asked={}, columns=[], density=34)
    product = world.products["TR20"]
    picture = add_picture(product, by=world.heyuan, content=jpeg(), name="x")
    token = new_token()
    make_link(world.users["kevin"], by=world.admin, token=token)
    chosen = {"new": "gu-zhen-2046", "again": "gu-zhen-2046"}
    for who, address, form, leads in (
        ("mei", reverse("absence-removal", args=[absence.pk]), {}, ["/absences/"] * 2),
        ("mei", reverse("view-removal", args=[view.pk]), {}, ["/customers/"] * 2),
        ("heyuan", reverse("picture-removal", args=[picture.pk]), {}, [reverse("product", args=[product.pk])] * 2),
        ("", reverse("password", args=[token]), chosen, [reverse("start"), "/"]),
    ):
        client = client_of(world.users[who]) if who else Client()
        answers = [client.post(address, {"press": "p", **form}) for _ in range(2)]
        assert [answer.headers.get("Location") for answer in answers] == leads
        assert "没有重复执行" in client.get(leads[1], follow=True).content.decode()
        assert client.post(address, {"press": "q", **form}).status_code == 404


def test_old_presses_are_forgotten(world: World):
    from datetime import timedelta

    from django.utils import timezone

    Press.objects.create(key="old", made_at=timezone.now() - timedelta(days=31))
    Press.objects.create(key="new")
    presses.forget_old()
    assert list(Press.objects.values_list("key", flat=True)) == ["new"]


def test_every_answer_can_be_remembered_or_may_be_repeated():
    for code, run in OPERATIONS.items():
        answer = typing.get_type_hints(run.__wrapped__)["return"]
        items = typing.get_args(answer) or (answer,)
        is_record = answer is type(None) or all(isinstance(i, type) and issubclass(i, Model) for i in items)
        assert is_record != (code in HARMLESS), f"{code} answers {answer}"
