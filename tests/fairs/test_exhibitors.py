"""The organisers' list of a fair: stands and their numbers, what is found, and which customer an exhibitor is."""

import pytest
from django.urls import reverse

from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.customers.companies import Company, add_companies
from boothline.fairs.exhibitors import (
    Exhibitor,
    Listed,
    Place,
    Stand,
    edit_exhibitor,
    figures_of,
    is_customer,
    is_no_customer,
    known_as,
    likely,
    list_exhibitors,
    numbers_of,
    place_of,
)
from boothline.fairs.exhibitors import make_customer as make
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


def listed(world, *names: str, **more) -> list[Exhibitor]:
    return list_exhibitors([Listed({"name": name} | more) for name in names], by=world.heyuan, fair=world.fair)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("9.1D30-31", "9.1D30 9.1D31"),
        ("1.2I40-41,3.2K15-16", "1.2I40 1.2I41 3.2K15 3.2K16"),
        ("15.3F07", "15.3F07"),
        ("A09～11、B01", "A09 A10 A11 B01"),
        ("Suite 29-222", "Suite 29-222"),  # a room, no range
        ("A31-30", "A31-30"),
        ("A1-9999", "A1-9999"),
        ("A01-01", "A01-01"),
    ],
)
def test_the_numbers_of_a_stand(words: str, numbers: str):
    assert numbers_of(words) == ([numbers] if words in ("Suite 29-222", "A31-30") else numbers.split())


def test_a_stand_may_name_its_phase():
    assert place_of("第1期 9.1D30-31", hall="9.1") == Place("9.1D30-31", "9.1", "1")
    assert place_of("Phase 2: B4", phase="3") == Place("B4", "", "3")
    assert place_of("第1期") == Place("第1期", "", "1")


def test_an_exhibitor_is_on_the_list_of_one_fair_and_no_customer(world):
    rows = [
        Listed({"name": "邻居灯饰", "city": "中山"}, [Place("9.1D30-31", "9.1", "1", "灯具"), Place("10.3A01", "10.3", "2")]),
        Listed({"name": "Lumen GmbH"}),
    ]
    first, second = list_exhibitors(rows, by=world.heyuan, fair=world.fair)
    assert figures_of([first.pk, second.pk]) == {"exhibitors": 2, "stands": 2, "booths": 3} and not Customer.objects.exists()
    assert (first.halls, first.categories) == (["9.1", "10.3"], ["灯具"])
    found = Exhibitor.objects.visible_to(world.mei)
    assert (
        list(found.search("9.1D31", world.mei)) == list(found.search("灯具", world.mei)) == list(found.search("中山", world.mei)) == [first]
    )
    assert list(found.search("ＬＵＭＥＮ", world.mei)) == [second]
    told = Event.objects.about(world.fair).get(kind="fairs.exhibitors_listed")
    assert told.values == {"count": 2}
    with pytest.raises(NotAllowed):
        list_exhibitors(rows, by=world.mei, fair=world.fair)


def test_names_on_one_list_are_compared_with_their_legal_form():
    assert known_as("ENTEC  Electric Co., LTD.") == known_as("Entec Electric Co., Ltd.")
    assert known_as("Cisco Systems, Inc.") != known_as("Cisco Systems Ltd.")


def test_what_the_list_says_now_is_kept_with_what_it_said(world):
    [one] = listed(world, "邻居灯饰")
    edit_exhibitor(one, by=world.heyuan, revision=1, values={"city": "中山"}, stands=[Place("A1", "1")])
    edit_exhibitor(one, by=world.heyuan, revision=2, values={"city": "中山"}, stands=[Place("A1", "1")])
    told = Event.objects.get(kind="fairs.exhibitor_edited")
    assert told.changes == {"city": ["", "中山"], "stands": [[], ["A1"]]} and Stand.objects.count() == 1


def test_a_press_makes_a_customer_once(world):
    [one] = listed(world, "邻居灯饰", country="中国", city="中山", address="灯都大道 1", website="http://lj.example")
    made = make(one, by=world.mei)
    assert make(one, by=world.heyuan) == made and Customer.objects.count() == 1
    assert (made.name, made.country, made.address, made.note, made.type) == (
        "邻居灯饰",
        "中国",
        "灯都大道 1, 中山",
        "http://lj.example",
        "visitor",
    )
    told = Event.objects.get(kind="fairs.exhibitor_tied")
    assert (told.subject_name, told.under_id) == ("邻居灯饰", made.pk)


def test_where_one_of_that_name_is_on_record_somebody_says_which(world):
    [known] = add_companies([Company("邻居灯饰有限公司", owner=world.users["mei"])], by=world.mei)
    [one] = listed(world, "邻居灯饰")
    assert likely(one, world.mei) == [known]
    with pytest.raises(Refused) as refused:
        make(one, by=world.mei)
    assert refused.value.code == "known" and Customer.objects.count() == 1
    is_customer(one, by=world.mei, customer=known)
    assert is_customer(one, by=world.mei, customer=known) == known == make(one, by=world.mei)
    other = make(listed(world, "对面家居")[0], by=world.mei)
    with pytest.raises(Refused):
        is_customer(one, by=world.mei, customer=other)
    is_no_customer(one, by=world.mei)
    is_no_customer(one, by=world.mei)
    assert make(one, by=world.mei, is_another=True) not in (known, other)
    assert Event.objects.filter(kind="fairs.exhibitor_untied").count() == 1


def test_the_page_proposes_who_it_may_be_and_takes_one_press(world, client_of):
    [known] = add_companies([Company("邻居灯饰有限公司", owner=world.users["mei"])], by=world.mei)
    one, other = listed(world, "邻居灯饰", "对面家居")
    mei = client_of(world.users["mei"])
    page = mei.get(f"/exhibitors/{one.pk}/").content.decode()
    assert "就是这家" in page and "另建一个客户" in page
    assert mei.post(f"/exhibitors/{one.pk}/customer/", {"customer": known.pk}).url == f"/exhibitors/{one.pk}/"
    made = mei.post(f"/exhibitors/{other.pk}/customer/")
    assert Exhibitor.objects.get(pk=other.pk).customer.name == "对面家居" and made.url.startswith("/customers/")
    page = mei.get(f"/exhibitors/{one.pk}/").content.decode()
    assert "我们的客户：" in page and "不是这家" in page
    mei.post(f"/exhibitors/{one.pk}/untying/")
    assert Exhibitor.objects.get(pk=one.pk).customer is None
    assert mei.post(f"/exhibitors/{one.pk}/customer/", {"customer": "x"}).status_code == 302
    assert "<b>主办方名单上有 2 家参展商</b>" in mei.get(f"/fairs/{world.fair.pk}/").content.decode()


def test_who_looks_after_nobody_of_that_name_reads_only_that_there_is_one(world, client_of):
    add_companies([Company("邻居灯饰", owner=world.users["kevin"])], by=world.heyuan)
    [one] = listed(world, "邻居灯饰")
    page = client_of(world.users["mei"]).get(f"/exhibitors/{one.pk}/").content.decode()
    assert "就是这家" not in page and "另有 1 个同名客户由同事负责" in page


def test_an_empty_list_has_the_way_in_for_who_may_bring_one(world, client_of):
    at, way = reverse("exhibitors"), reverse("import-new")
    page = client_of(world.users["admin"]).get(at).content.decode()
    assert "还没有参展商名单" in page and f'href="{way}"' in page[page.index("<main") :]
    assert f'href="{way}"' not in client_of(world.users["xiaoyu"]).get(at).content.decode()
