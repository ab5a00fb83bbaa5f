"""The customer's page: the line of five, the story by shelf and page, documents, collaborators, the way through the list."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from boothline.contracts.agreement import prepare
from boothline.contracts.establishment import decline
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import (
    Customer,
    Person,
    add_collaborator,
    add_people,
    agree,
    assign,
    edit_customer,
    remove_collaborator,
    withdraw_consent,
)  # fmt: skip
from boothline.customers.companies import Company, add_companies
from boothline.customers.grading import reason_words
from boothline.customers.ladder import stations
from boothline.customers.papers import papers
from boothline.customers.pins import pin
from boothline.customers.story import told
from boothline.files.attachments import Attachment
from boothline.followups.pool import take_from_pool
from boothline.followups.steps import NextStep, Plan
from boothline.followups.touches import Touch, log_touch
from boothline.negotiation.briefing import brief
from boothline.negotiation.objections import object_to
from boothline.negotiation.questions import ask_about
from boothline.orders.shipments import plan
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Capture, Taken, take

pytestmark = pytest.mark.django_db


def now(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def page_of(client, customer, query: str = "", **more) -> str:
    answer = client.get(f"{reverse('customer', args=[customer.pk])}?{query}", **more)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_line_says_when_how_long_and_by_what(world):
    customer = world.take()
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        object_to(customer, by=world.mei, reason="price", words="太贵")
    with time_machine.travel(timezone.now() + timedelta(days=11), tick=False):
        world.contract(customer)
        found = stations(Customer.objects.get(pk=customer.pk))
        assert [(s.type, s.place, s.days) for s in found] == [
            ("visitor", "past", 3), ("negotiating", "past", 8), ("intending", "past", 0), ("contract", "here", 0), ("ordering", "", None),
        ]  # fmt: skip
        assert [s.fact.kind if s.fact else None for s in found] == [
            None, "negotiation.objected", "intentions.opened", "contracts.prepared", None,
        ]  # fmt: skip


def test_what_is_behind_says_what_brought_them_up_to_it(world):
    """Declined and wanted anew: once the contract is made again, *intending* says what they want, not that they declined."""
    customer = world.take()
    asked = world.sent(customer)
    decline(asked, by=world.guest(asked), reason="price", words="贵")
    found = {s.type: s.fact.kind for s in stations(Customer.objects.get(pk=customer.pk)) if s.fact}
    assert found["intending"] == "contracts.declined", "while they stand there, that is why"
    prepare(asked.version.contract.intention, by=world.mei)
    found = {s.type: s.fact.kind for s in stations(Customer.objects.get(pk=customer.pk)) if s.fact}
    assert (found["intending"], found["contract"]) == ("intentions.opened", "contracts.prepared")


def test_why_a_grade_names_its_day_behind_a_comma(world):
    assert (
        reason_words({"code": "prepares", "what": "asked", "on": f"{clock.today().year}-11-27"})
        == "正在准备采购（要报价、图纸或样品，11月27日）"
    )


def test_only_who_reads_phones_is_told_that_they_find_by_them(world, client_of):
    world.take()
    for path in ("/customers/", "/captures/"):
        assert "电话" in client_of(world.users["mei"]).get(path).content.decode().split('placeholder="')[-1].split('"')[0]
        assert "电话" not in client_of(world.users["xiaoyu"]).get(path).content.decode().split('placeholder="')[-1].split('"')[0]


def test_a_pin_is_where_the_line_stands_and_the_facts_beside_it(world):
    customer = world.take()
    pin(customer, by=world.heyuan, type="intending", reason="口头已谈定")
    found = stations(Customer.objects.get(pk=customer.pk))
    assert [s.place for s in found] == ["past", "", "here", "", ""]


def test_shelves_and_earlier_pages(world, client_of, monkeypatch):
    monkeypatch.setattr("boothline.customers.story.PAGE", 4)
    customer = world.take()
    world.sent(customer)
    object_to(customer, by=world.mei, reason="price", words="比上家贵")
    seen, before = [], None
    while True:
        events, before = told(customer, "", before)
        seen += [e.pk for e in events]
        if before is None:
            break
    assert seen == sorted(set(seen), reverse=True) and len(seen) > 4
    assert {e.kind for e in told(customer, "touches")[0]} == {"followups.done", "negotiation.objected"}  # what is sent answers
    assert {e.kind for e in told(customer, "documents")[0]} == {"contracts.sent"}
    assert "customers.type_changed" in {e.kind for e in told(customer, "changes")[0]}
    client = client_of(world.users["mei"])
    page = page_of(client, customer, "show=touches")
    assert '<p class="said">比上家贵</p>' in page and "发给张伟" not in page
    before = re.search(r"before=(\d+)", page_of(client, customer))
    assert before and "采集" in page_of(client, customer, f"before={before[1]}")
    for odd in ("show=x", "before=x", "before=-1", "before=99999999999999999999", "list=%00&show=%00"):
        page_of(client, customer, odd)


def test_a_touch_is_logged_in_one_line(world, client_of):
    customer = world.take()
    client = client_of(world.users["mei"])
    line = {"words": "价格可以了", "channel": "wechat", "what": "改付款条款后重发", "kind": "call", "reach": "reached", "quick": "workdays"}
    assert client.post(reverse("touch-new", args=[customer.pk]), line).status_code == 302
    assert Touch.objects.get().step.what == "改付款条款后重发"
    holds = {"words": "又问了交期", "channel": "phone", "reach": "reached", "quick": "workdays", "step_holds": "on"}
    assert client.post(reverse("touch-new", args=[customer.pk]), holds).status_code == 302
    assert Touch.objects.count() == 2
    neither = {"words": "没谈", "channel": "phone", "reach": "reached", "quick": "workdays"}
    assert client.post(reverse("touch-new", args=[customer.pk]), neither).status_code == 422
    assert NextStep.objects.open().filter(customer=customer).exists()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("图纸.png", picture(), "picture"), ("授权书.pdf", b"%PDF-1.7\n1 0 obj\n%%EOF\n", "paper")],
)
def test_a_document_is_added_by_hand(world, client_of, name, content, kind):
    customer = world.take()
    client = client_of(world.users["mei"])
    address = reverse("customer-file-new", args=[customer.pk])
    assert client.post(address, {"file": SimpleUploadedFile(name, content)}).status_code == 302
    kept = Attachment.objects.of(customer).get()
    assert (kept.name, kept.kind) == (name, kind)
    assert Event.objects.get(kind="customers.file_added").values["file"] == name
    assert name in page_of(client, customer)
    answer = client.get(reverse("file", args=[kept.pk]))
    assert ("attachment" in answer["Content-Disposition"]) == (kind == "paper")
    assert client_of(world.users["kevin"]).get(reverse("file", args=[kept.pk])).status_code == 404


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 cut", b"<svg onload='x()'/>", b"MZ\x00\x01", b"a" * (10 * 2**20 + 1)])
def test_what_is_neither_picture_nor_pdf_is_refused(world, client_of, content):
    customer = world.take()
    answer = client_of(world.users["mei"]).post(
        reverse("customer-file-new", args=[customer.pk]), {"file": SimpleUploadedFile("x.pdf", content)}
    )
    assert answer.status_code == 422 and 'id="id_file_error"' in answer.content.decode()
    assert not Attachment.objects.exists()


def test_documents_of_every_room_stand_in_one_list(world):
    customer = world.take()
    world.sent(customer)
    assert [p.owner_kind for p in papers(customer, world.mei)] == ["version", "version"]
    assert papers(customer, world.xiaoyu) == []  # booth staff do not see contracts


def test_collaborators_come_and_go(world, client_of):
    customer = world.take()
    kevin, boss = world.users["kevin"], client_of(world.users["heyuan"])
    assert client_of(kevin).get(reverse("customer", args=[customer.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        add_collaborator(customer, by=world.mei, user=kevin)
    with pytest.raises(Refused):
        add_collaborator(customer, by=world.heyuan, user=world.users["mei"])
    address = reverse("customer-collaborators", args=[customer.pk])
    for _press in range(2):
        assert boss.post(address, {"user": kevin.pk}).status_code == 302
    assert Event.objects.filter(kind="customers.collaborator_added").count() == 1
    assert "协作 Kevin" in page_of(client_of(kevin), customer)
    removal = reverse("collaborator-removal", args=[customer.pk])
    for odd in (kevin.pk, kevin.pk, "x", "9" * 30):
        assert boss.post(removal, {"user": odd}).status_code == 302
    assert Event.objects.filter(kind="customers.collaborator_removed").count() == 1
    assert client_of(kevin).get(reverse("customer", args=[customer.pk])).status_code == 404
    remove_collaborator(customer, by=world.heyuan, user=kevin)


def test_the_way_through_the_list_one_came_from(world, client_of):
    made = [world.take(company=f"{letter}公司", name=f"人{letter}", emails=[f"{letter}@x.example"], phones=[]) for letter in "ABCD"]
    object_to(made[1], by=world.mei, reason="price")
    client = client_of(world.users["mei"])

    def neighbours(page: str) -> list[str]:
        return re.findall(r'href="/customers/(\d+)/\?list=[^"]*" aria-label', page)

    assert neighbours(page_of(client, made[1])) == [str(made[0].pk), str(made[2].pk)]
    assert neighbours(page_of(client, made[0])) == [str(made[1].pk)]
    came = "http://testserver/customers/?type=visitor&sort=newest"
    page = page_of(client, made[2], HTTP_REFERER=came)
    assert neighbours(page) == [str(made[3].pk), str(made[0].pk)]  # newest first, and without the one who negotiates
    assert "list=type%3Dvisitor%26sort%3Dnewest" in page
    assert neighbours(page_of(client, made[2], "list=type%3Dvisitor%26sort%3Dnewest")) == [str(made[3].pk), str(made[0].pk)]


def test_what_is_masked_is_masked_on_every_page_of_the_customer(world, client_of):
    """The consignee's phone of a customer of somebody else: shown on asking, which is kept; not in a form, nor in its refusal."""
    request = world.sent(world.take())
    number, contact = request.contract.number, request.signatory_id
    manager = client_of(world.users["heyuan"])
    assert "13900002046" not in manager.get(f"/contracts/{number}/").content.decode()
    edited = manager.post(f"/contacts/{contact}/edit/", {"revision": 0, "name": "x"})
    assert edited.status_code == 302 and Event.objects.filter(kind="customers.unmasked").count() == 0
    asked = manager.post(f"/customers/{request.customer.pk}/unmasking/", HTTP_REFERER=f"http://testserver/contracts/{number}/")
    assert asked["Location"] == f"http://testserver/contracts/{number}/"
    assert "13900002046" in manager.get(f"/contracts/{number}/").content.decode()
    assert Event.objects.filter(kind="customers.unmasked").count() == 1
    away = manager.post(f"/customers/{request.customer.pk}/unmasking/", HTTP_REFERER="https://elsewhere.example/")
    assert away["Location"] == f"/customers/{request.customer.pk}/"


def test_where_the_goods_of_a_pool_customer_go_is_masked_like_their_card(world, client_of):
    """Whoever works with them or on their orders reads it; any salesperson may take them from the pool, and reads it then."""
    order, place = world.ordered(world.take()), "盐田 1 号仓"
    draft = world.contract(order.customer)
    edit_customer(order.customer, by=world.mei, revision=now(order.customer).revision, values={"address": "深圳" + place})
    assign(now(order.customer), by=SYSTEM, owner=None, revision=now(order.customer).revision)
    shipment = plan(order, by=SYSTEM, quantities={order.lines.first().pk: 1}, planned_on=clock.today())
    pages = [
        reverse("intention", args=[order.contract.intention_id]),
        reverse("contract", args=[order.contract.number]),
        reverse("order", args=[order.number]),
        "/orders/?columns=order,delivery_address",
        "/orders/lines/?columns=line,delivery_address",
        f"/deliveries/?month={shipment.planned_on:%Y-%m}&columns=order,delivery_address",
        reverse("contract-edit", args=[draft.number]),
    ]
    kevin, haoran = client_of(world.users["kevin"]), client_of(world.users["haoran"])
    for at in pages:
        shown = kevin.get(at)
        assert shown.status_code == 200 and place not in shown.content.decode(), at
        assert place in haoran.get(at).content.decode(), at
    listed = "/customers/?owner=nobody&columns=customer,address"
    assert "****" in kevin.get(listed).content.decode() and place not in kevin.get(listed).content.decode()
    take_from_pool(now(order.customer), by=world.kevin)
    assert place in kevin.get(pages[2]).content.decode() and place in kevin.get("/customers/?columns=customer,address").content.decode()


def test_a_grade_says_what_it_stands_for(world, client_of):
    """On its mark, on the board and in the list, and where one is chosen."""
    customer, page = world.take(), client_of(world.users["mei"])
    means = "C 周期追踪：近期没有计划、没有大单"
    for address in (f"/customers/{customer.pk}/", f"/customers/{customer.pk}/grade/", "/customers/", "/board/"):
        assert means in page.get(address).content.decode(), address


def test_the_last_capture_says_how_strong_it_was_and_what_was_wanted(world, client_of):
    customer = world.take()
    capture = Capture.objects.get(customer=customer)
    Capture.objects.filter(pk=capture.pk).update(heat=4)
    capture.interest.add(world.products["TR20"])
    page = client_of(world.users["mei"]).get(f"/customers/{customer.pk}/").content.decode()
    assert "意向程度：很强" in page and "感兴趣的产品：轨道射灯" in page


def test_where_nothing_is_hidden_nobody_is_asked_to_show_it(world, client_of):
    customer = add_companies([Company("北辰灯饰有限公司")], by=SYSTEM)[0]
    assert reverse("customer-unmask", args=[customer.pk]) not in page_of(client_of(world.users["heyuan"]), customer)
    edit_customer(customer, by=SYSTEM, revision=customer.revision, values={"address": "宁波市江北区大庆南路8号"})
    assert reverse("customer-unmask", args=[customer.pk]) in page_of(client_of(world.users["heyuan"]), customer)


def test_the_card_names_exactly_what_was_agreed_to(world, client_of):
    """A tick for the photo of the card is none for being contacted, neither on the page nor in the history."""
    taken = Taken(person=Person(name="陈静", company="北光照明"), consents=["photo"])
    capture = take(taken, by=world.mei, fair=world.fair)
    body = page_of(client_of(world.users["mei"]), capture.customer)
    assert '<span class="tag">同意拍摄并保存名片</span>' in body
    assert Event.objects.get(kind="customers.agreed").sentence == "陈静表示：同意拍摄并保存名片"
    assert "联系" not in "".join(re.findall(r'<span class="tag">[^<]*</span>', body)) and "同意联系" not in body
    english = page_of(client_of(world.users["mei"]), capture.customer, HTTP_ACCEPT_LANGUAGE="en")
    assert '<span class="tag">The card may be photographed and kept</span>' in english and "agreed to be contacted" not in english
    agree([(capture.contact, "marketing")], by=world.mei, how="phone")
    withdraw_consent(capture.contact.consents.get(purpose="photo"), by=world.mei)
    tags = re.findall(r'<span class="tag">([^<]*)</span>', page_of(client_of(world.users["mei"]), capture.customer))
    assert "同意接收新品和活动信息" in tags and "同意拍摄并保存名片" not in tags


def test_the_head_begins_with_what_the_customer_waits_for(world, client_of):
    """As Today does: their question, its button, and the person who asked; what was promised at the booth is one of the others."""
    customer = world.take()
    (other,) = add_people([Person(name="李四", phones=["13922220000"], customer=customer)], by=world.mei)
    shown = brief(customer, by=world.mei, products=[world.products["TR20"]], contact=other, channel="link")
    log_touch(customer, by=world.mei, channel="phone", words="谈过", next_step=Plan(customer, "寄目录", clock.today()))
    guest = Actor(kind="guest", id=other.pk, name=other.name, customer_id=customer.pk)
    ask_about(shown, by=guest, words="能调光吗")
    head = page_of(client_of(world.users["mei"]), customer).split('class="nextbar"')[1].split("</div></div>")[0]
    assert "下一步：答复客户关于轨道射灯的问题" in head and "寄目录" not in head and "还有 1 项" in head
    assert f'href="{reverse("briefing-question", args=[shown.pk])}"' in head
    assert 'href="tel:13922220000"' in head and "13900002046" not in head
