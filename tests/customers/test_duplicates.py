"""Likely duplicates: by what two look the same, who is told, and that two who are two are not proposed again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from boothline.contracts.dossier import dossier_of, edit_dossier
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.customers.card import Contact, Customer, Person, add_people
from boothline.customers.companies import Company, add_companies
from boothline.customers.duplicates import CROWD, Alike, find_alike, likely, set_apart
from boothline.customers.matching import alike
from boothline.customers.merges import Merge
from boothline.customers.merging import merge
from boothline.timeline.history import Event
from boothline.visitors.solicitation import Capture
from boothline.visitors.undoing import retract

pytestmark = pytest.mark.django_db


def firms(*names: str) -> list[Customer]:
    return add_companies([Company(name) for name in names], by=SYSTEM)


def found() -> list[tuple[int, int, list[str]]]:
    find_alike()
    return [(a.customer_id, a.other_id, a.why) for a in Alike.objects.open().order_by("-weight", "pk")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("光速贸易有限公司", "光速贸易"),
        ("光速贸易股份有限公司", "光速贸易有限公司"),
        ("Nordlicht GmbH", "NORDLICHT"),
        ("Sunny Lighting Co., Ltd.", "Ｓｕｎｎｙ　Ｌｉｇｈｔｉｎｇ Inc"),
        ("Café Lumière", "Cafe-Lumiere LLC"),
    ],
)
def test_names_are_compared_folded(world, one, other):
    a, b = firms(one, other)
    assert found() == [(a.pk, b.pk, ["name"])]


def test_the_strongest_stand_first(world):
    people = [
        Person(name="王一", company="甲公司", phones=["+86 139-0000-0001"], emails=["a@x.example"]),
        Person(name="王一", company="乙公司", phones=["８６１３９０００００００１"]),
        Person(name="李二", company="丙公司", emails=["A@X.example"]),
        Person(name="赵三", company="丁公司", phones=["110"]),
        Person(name="赵四", company="戊公司", phones=["110"]),
    ]
    a, b, c, _d, _e = (contact.customer for contact in add_people(people, by=SYSTEM))
    assert found() == [(a.pk, c.pk, ["email"]), (a.pk, b.pk, ["phone"])]  # 110 is an extension


def test_private_persons_of_one_name_are_two(world):
    add_people([Person(name="张伟", phones=["13900000001"]), Person(name="张伟", phones=["13900000002"])], by=SYSTEM)
    assert found() == []


def test_what_a_crowd_shares_says_nothing(world):
    add_people([Person(name=f"人{n}", company=f"公司{n}", phones=["0755-5550000"]) for n in range(CROWD + 1)], by=SYSTEM)
    assert found() == []


def test_one_credit_code_is_one_firm(world):
    pair = firms("甲公司", "乙公司")
    for customer in pair:
        dossier = dossier_of(customer)
        edit_dossier(customer, by=SYSTEM, revision=dossier.revision, values={"code": "91350100M000100Y43"})
    assert found() == [(pair[0].pk, pair[1].pk, ["code"])]


def test_the_sweep_follows_what_changes(world):
    _a, b = firms("甲照明", "甲照明有限公司")
    assert len(found()) == len(found()) == 1
    Customer.objects.filter(pk=b.pk).update(folded="乙公司")
    assert found() == []


def test_several_of_one_name_meet_at_the_first(world):
    a, b, c = firms("光速", "光速有限公司", "光速股份有限公司")
    assert [(one, other) for one, other, _why in found()] == [(a.pk, b.pk), (a.pk, c.pk)]


def test_who_was_told_apart_is_not_proposed_again(world):
    a, b, c = firms("光速", "光速有限公司", "光速股份有限公司")
    find_alike()
    set_apart(b, by=SYSTEM, other=a)
    set_apart(b, by=SYSTEM, other=a)  # pressed twice
    assert [(one, other) for one, other, _why in found()] == [(a.pk, c.pk)]
    assert Event.objects.filter(kind="customers.set_apart").count() == 1
    assert [pair.other for pair in likely(a, SYSTEM)] == [c]
    merge(c, by=SYSTEM, goes=a)  # nor under the name of the other
    assert found() == []


def test_only_pairs_of_which_one_sees_both(world):
    mine, other = world.take(company="光速贸易"), world.take(company="光速贸易有限公司", by=world.kevin)
    find_alike()
    assert not Alike.objects.visible_to(world.mei).exists()
    assert Alike.objects.visible_to(world.admin).count() == 1
    assert likely(mine, world.mei) == []
    with pytest.raises(NotAllowed):
        set_apart(mine, by=world.mei, other=other)


def test_an_import_asks_before_it_stores(world):
    held = world.take(company="光速贸易有限公司", phones=["13900002046"])
    asked = [Person(name="甲", company="光速贸易"), Person(name="乙", company="别家"), Person(name="丙", phones=["139 0000 2046"])]
    assert [[(like.customer, like.reason) for like in likes] for likes in alike(asked)] == [[(held, "name")], [], [(held, "phone")]]


# The pages.


def test_from_the_list_to_one_customer_and_back(world, client_of):
    stays, goes = firms("光速贸易有限公司", "光速贸易")
    find_alike()
    client = client_of(world.users["admin"])
    listed = client.get(reverse("duplicates")).content.decode()
    address = f"{reverse('customer-merge', args=[stays.pk])}?with={goes.pk}"
    assert address in listed and "公司名称相同" in listed
    assert f"?with={goes.pk}" in client.get(reverse("customer", args=[stays.pk])).content.decode()
    page = client.get(address).content.decode()
    assert "光速贸易有限公司" in page and 'name="name"' in page
    values = {"revision": stays.revision, "other_revision": goes.revision, "name": "goes", "reason": ""}
    done = client.post(address, values)
    assert done.status_code == 302 and done.url == reverse("customer", args=[stays.pk])
    assert Customer.objects.get(pk=stays.pk).name == "光速贸易"
    shown = client.get(done.url).content.decode()
    assert reverse("customer-unmerge", args=[stays.pk]) in shown
    assert client.get(address).status_code == 302
    back = client.post(reverse("customer-unmerge", args=[stays.pk]), {"merge": Merge.objects.get().pk})
    assert back.url == reverse("customer", args=[goes.pk])
    assert Customer.objects.count() == 2


def test_somebody_changed_one_of_them_meanwhile(world, client_of):
    stays, goes = firms("光速贸易有限公司", "光速贸易")
    address = f"{reverse('customer-merge', args=[stays.pk])}?with={goes.pk}"
    answer = client_of(world.users["admin"]).post(address, {"revision": 7, "other_revision": 1, "name": "stays"}, follow=True)
    assert answer.redirect_chain[-1][0] == address
    assert Customer.objects.count() == 2


def test_two_are_told_apart_on_the_page(world, client_of):
    stays, goes = firms("光速贸易有限公司", "光速贸易")
    find_alike()
    client = client_of(world.users["admin"])
    assert client.post(reverse("customer-apart", args=[stays.pk]), {"other": goes.pk}).url == reverse("duplicates")
    assert not Alike.objects.open().exists()
    assert client.post(reverse("customer-apart", args=[stays.pk]), {"other": stays.pk}).url == reverse("customer", args=[stays.pk])


def test_the_other_one_is_looked_for(world, client_of):
    stays, goes, third = firms("光速贸易有限公司", "光速贸易", "海蓝灯饰")
    client = client_of(world.users["admin"])
    asked = client.get(reverse("customer-merge", args=[stays.pk])).content.decode()
    assert f"?with={goes.pk}" in asked and f"?with={third.pk}" not in asked
    assert f"?with={third.pk}" in client.get(reverse("customer-merge", args=[stays.pk]), {"q": "海蓝"}).content.decode()


def test_what_one_does_not_see_cannot_be_chosen(world, client_of):
    mine, other = world.take(company="光速贸易"), world.take(company="光速贸易有限公司", by=world.kevin)
    address = reverse("customer-merge", args=[mine.pk])
    client = client_of(world.users["mei"])
    assert client.get(address, {"with": other.pk}).status_code == 404
    assert client.get(address, {"with": "x"}).status_code == 200
    assert Contact.objects.count() == 2


def test_a_proposal_keeps_nobody_from_taking_a_capture_back(world):
    world.take(company="光速贸易有限公司")
    again = world.take(company="光速贸易", name="李雷")
    assert len(found()) == 1
    retract(Capture.objects.get(customer=again), by=world.mei, reason="twice")
    assert not Alike.objects.exists()
