"""The box: everything that one may see and do, for the box as a list of options, without a script as a page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boothline.accounts.people import User, add_person
from boothline.core.actors import SYSTEM
from boothline.timeline.history import Event
from boothline.ui.keys import KEYS
from tests.world import World

pytestmark = pytest.mark.django_db


def client_for(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.users[who])
    return client


def links(body: str) -> list[str]:
    """Where the results lead, the frame left out."""
    found = re.search(r'<div id="found".*?(?:</main>|\Z)', body, re.S)
    assert found, body[-2000:]
    return re.findall(r'href="([^"]*)"', found.group())


def asked(client: Client, q: str, box: bool = False, **more: str) -> list[str]:
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "drop"} if box else {}
    answer = client.get(reverse("find"), {"q": q, **more}, **headers)
    assert answer.status_code == 200
    return links(answer.content.decode())


def test_every_kind_by_name_and_number(world: World):
    order = world.ordered(world.take())
    client = client_for(world, "mei")
    customer = f"/customers/{order.customer_id}/"
    for words, wanted in {
        "光速": [customer, f"/contracts/{order.contract.number}/", f"/orders/{order.number}/"],
        "zhangwei": [customer], "gsmy": [customer], "zw": [customer], "2046": [customer],
        order.number: [f"/orders/{order.number}/"], order.contract.number: [f"/contracts/{order.contract.number}/"],
        "PO-26041": [f"/orders/{order.number}/", f"/contracts/{order.contract.number}/"],
        "轨道": [f"/products/{world.products['TR20'].pk}/"], "jiangnan": [f"/fairs/{world.fair.pk}/"],
    }.items():  # fmt: skip
        for box in (False, True):
            assert set(wanted) <= set(asked(client, words, box)), words


def test_initials_find_people_and_firms_of_any_script(world: World):
    """mk is Marta Kowalska as oywj is 欧阳文静; inside of other words two letters find nothing."""
    latin = world.take(company="Lumen Oslo AS", name="Marta Kowalska", emails=["a@lumen.example"], phones=[])
    chinese = world.take(company="晨曦", name="欧阳文静", emails=["b@chenxi.example"], phones=[])
    client = client_for(world, "mei")
    for words, customer in {"mk": latin, "MK": latin, "loa": latin, "lo": latin, "oywj": chinese, "cx": chinese}.items():
        for box in (False, True):
            assert f"/customers/{customer.pk}/" in asked(client, words, box), words
        assert customer.name in client.get(reverse("customers"), {"q": words}).content.decode(), words
    assert not asked(client, "km")


def test_accents_do_not_count(world: World):
    customer = world.take(company="Ørsted & Söhne GmbH", name="Émile Łukasz")
    for words in ("orsted", "sohne", "ørsted söhne", "emile", "lukasz", "SÖHNE"):
        assert f"/customers/{customer.pk}/" in asked(client_for(world, "mei"), words), words


def test_only_what_one_may_see_and_do(world: World):
    order = world.ordered(world.take())
    own = {f"/customers/{order.customer_id}/", f"/orders/{order.number}/", f"/contracts/{order.contract.number}/"}
    assert own <= set(asked(client_for(world, "mei"), "光速"))
    assert not own & set(asked(client_for(world, "kevin"), "光速"))
    assert not own & set(asked(client_for(world, "xiaoyu"), order.number))  # booth staff have no right to orders
    products, people = reverse("product-new"), reverse("fair-new")
    assert products in asked(client_for(world, "haoran"), "新产品") and products not in asked(client_for(world, "mei"), "新产品")
    assert people in asked(client_for(world, "admin"), "xzh") and people not in asked(client_for(world, "haoran"), "xzh")


def test_commands_by_both_languages_and_pinyin(world: World):
    client = client_for(world, "mei")
    for words in ("订单", "dingdan", "dd", "Orders", "orde"):
        assert reverse("orders") in asked(client, words), words
    everything = asked(client, "", box=True)
    assert {reverse("orders"), reverse("customers"), reverse("capture-new")} <= set(everything)


def test_acts_of_the_customer_whose_page_is_open(world: World):
    customer = world.take()
    for who, may, may_not in (
        ("mei", ["customer-edit", "briefing-new", "touch-new", "contact-new"], ["customer-owner"]),
        ("heyuan", ["customer-edit", "customer-owner"], []),
        ("kevin", [], ["customer-edit", "briefing-new", "touch-new"]),  # not theirs: not even seen
    ):
        client = client_for(world, who)
        found = asked(client, "", box=True, on=str(customer.pk))
        assert {reverse(name, args=[customer.pk]) for name in may} <= set(found), who
        assert not {reverse(name, args=[customer.pk]) for name in may_not} & set(found), who
    page = client_for(world, "mei").get(reverse("customer", args=[customer.pk])).content.decode()
    assert f'<input type="hidden" name="on" value="{customer.pk}">' in page
    for odd in ("x", "-1", "9" * 30, "０", ""):
        assert asked(client_for(world, "mei"), "", box=True, on=odd)


def offered(client: Client, q: str, *acts: str) -> list[str]:
    """The acts of the open page that the box answers with, in order; they stand before everything else."""
    answer = client.get(reverse("find"), {"q": q, "act": acts}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="drop").content.decode()
    options = re.findall(r'role="option" id="o-([^"]+)"[^>]*href="([^"]*)"', answer)
    own = [acts[int(name[2:])].split(" ", 1)[1] for name, href in options if name.startswith("p-") and href == "#main"]
    assert [name.startswith("p-") for name, _href in options] == [True] * len(own) + [False] * (len(options) - len(own))
    return own


@pytest.mark.parametrize(
    "q, address, label",
    [
        ("answer", "/briefings/1/answer/", "记录答复"), ("jldf", "/briefings/1/answer/", "记录答复"),
        ("intention", "/customers/1/intentions/new/", "记录意向产品"), ("意向", "/customers/1/intentions/new/", "Record what they want"),
        ("approval", "/contracts/C-0001/approval/", "提交审批"), ("send", "/contracts/C-0001/request/", "发给客户确认"),
        ("link", "/requests/1/link/", "客户链接"), ("change", "/orders/SO-0001/change/", "更改订单"),
        ("shipment", "/orders/SO-0001/shipments/new/", "安排出货"), ("problem", "/orders/SO-0001/problems/new/", "登记问题"),
    ],
)  # fmt: skip
def test_acts_of_the_open_page_come_first_by_their_words_and_their_nouns(world: World, q: str, address: str, label: str):
    assert label in offered(client_for(world, "mei"), q, f"{address} {label}", "/nowhere/ 别的")


def test_an_act_of_the_page_leads_nowhere_by_itself(world: World):
    """What an address names is pressed on the page that is open; it never becomes a link."""
    client = client_for(world, "mei")
    odd = ("javascript:alert(1) 点我", "x", " ", "\x00", "//evil.example/ 点我")
    assert offered(client, "", *odd) == ["点我", "点我"]
    assert "javascript" not in client.get(reverse("find"), {"act": odd}).content.decode()
    assert len(offered(client, "", *[f"/ 第{n}" for n in range(90)])) == 8


def test_the_same_number_of_queries_whatever_is_found(world: World):
    client = client_for(world, "admin")
    for i in range(7):
        world.ordered(world.take(company=f"光速贸易{i}", name=f"张伟{i}", phones=[f"1370000111{i}"], emails=[f"a{i}@b.example"]))
    counts = set()
    for q in ("光速", "张伟3", "SO-0001", "C-", "zzzz", "没有的", "1370000"):
        client.get(reverse("find"), {"q": q})
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("find"), {"q": q}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="drop")
        counts.add(len(caught.captured_queries))
    assert max(counts) <= 14 and max(counts) - min(counts) <= 1  # the pins of customers, where any is found


def test_the_box_gets_options_and_the_page_does_not(world: World):
    world.take()
    client = client_for(world, "mei")
    box = client.get(reverse("find"), {"q": "光速"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="drop").content.decode()
    page = client.get(reverse("find"), {"q": "光速"}).content.decode()
    assert "<html" not in box and 'role="listbox"' in box and box.count('role="option"') >= 2
    ids = re.findall(r'role="option" id="([^"]+)"', box)
    assert len(ids) == len(set(ids))
    assert 'role="option"' not in page and "<h1>" in page and 'value="光速"' in page
    part = client.get(reverse("find"), {"q": "光速"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="found").content.decode()
    assert part.lstrip().startswith('<div id="found"') and 'role="option"' not in part


def test_more_than_fit_lead_to_the_list(world: World):
    for i in range(7):
        world.take(company=f"光速贸易{i}", name=f"张伟{i}", phones=[f"1370000111{i}"], emails=[f"a{i}@b.example"])
    found = asked(client_for(world, "mei"), "光速", box=True)
    assert f"{reverse('customers')}?q=%E5%85%89%E9%80%9F" in found
    assert len([link for link in found if re.fullmatch(r"/customers/\d+/", link)]) == 10  # five customers, five contacts


@pytest.mark.parametrize(
    "typed",
    [
        '"><script>x()</script>',
        "%",
        "_",
        "'",
        "\x00",
        "a" * 5000,
        "😀",
        "OR",
        '" OR "',
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_what_is_typed_stays_text(world: World, typed: str):
    client = client_for(world, "mei")
    for box in (False, True):
        assert not [link for link in asked(client, typed, box) if "script" in link]
    assert "<script>x()" not in client.get(reverse("find"), {"q": typed}).content.decode()


def test_nothing_found_says_what_to_try(world: World):
    body = client_for(world, "mei").get(reverse("find"), {"q": "没有这样的"}).content.decode()
    assert "没有找到“没有这样的”" in body


# Keys.


def test_the_keyboard_page_and_the_dialog_are_one_list(world: World):
    client = client_for(world, "mei")
    page, dialog = client.get(reverse("keyboard")).content.decode(), client.get(reverse("customers")).content.decode()
    listed = re.findall(r'data-press="([^"]+)" data-does="(\w*)"', page)
    assert listed == re.findall(r'data-press="([^"]+)" data-does="(\w*)"', dialog)
    assert [keys for keys, _does in listed][: len(KEYS)] == [key.keys for key in KEYS]
    assert {("g t", "go"), ("g c", "go"), ("g b", "go"), ("g l", "go")} <= set(listed)
    assert len({keys for keys, _does in listed}) == len(listed)
    assert 'id="keys"' not in page  # nothing twice


def test_single_keys_are_switched_off_for_the_person(world: World):
    client = client_for(world, "mei")
    assert "data-single-keys" not in client.get(reverse("customers")).content.decode()
    client.post(reverse("my-choice"), {"keys": "off"})
    assert not User.objects.get(username="mei").single_keys
    assert Event.objects.filter(kind="accounts.chosen", actor_id=world.users["mei"].pk).latest("id").values == {"single_keys": False}
    assert '<body data-single-keys="off">' in client.get(reverse("customers")).content.decode()
    assert "data-single-keys" not in client_for(world, "kevin").get(reverse("customers")).content.decode()
    client.post(reverse("my-choice"), {"keys": "on"})
    client.post(reverse("my-choice"), {"keys": "perhaps"})
    assert User.objects.get(username="mei").single_keys


def test_the_keys_of_the_menu_are_not_given_twice(world: World):
    add_person(by=SYSTEM, username="all", name="All", roles=["booth", "sales", "clerk", "manager", "admin"], password="secret-1")
    client = Client()
    client.force_login(User.objects.get(username="all"))
    listed = re.findall(r'data-press="([^"]+)"', client.get(reverse("keyboard")).content.decode())
    assert len(listed) == len(set(listed))
