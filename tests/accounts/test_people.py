"""People: added, edited, closed; a password by a link that works once."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from boothline.accounts import rights
from boothline.accounts.duties import who_does
from boothline.accounts.password_links import PasswordLink, make_link, use_link
from boothline.accounts.people import HeldDuty, User, activate, add_person, add_team, deactivate, edit_families, edit_myself, edit_person
from boothline.accounts.words import SCOPES
from boothline.catalogue.products import Product
from boothline.core import rules, tasks
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.customers.card import Customer
from boothline.timeline.models import Event
from tests.world import World

pytestmark = pytest.mark.django_db


def fresh(name: str) -> User:
    return User.objects.with_roles().get(username=name)


def test_a_user_name_can_be_typed_anywhere_and_a_role_is_asked_for_as_one(world, client_of):
    admin = client_of(world.users["admin"])
    fields = {"name": "手", "username": "hand 1!", "roles": []}
    page = admin.post(reverse("person-new"), fields)
    said = page.content.decode()
    assert page.status_code == 422 and "用户名由字母、数字组成" in said and "至少勾选一个角色。" in said and "请填写。" not in said
    assert admin.post(reverse("person-new"), fields | {"username": "hand-1.lin@x", "roles": ["sales"]}).status_code == 302
    old = add_person(by=world.admin, username="old name", name="老名", roles=["sales"])
    page = admin.get(reverse("person-edit", args=[old.pk])).content.decode()
    kept = {"name": "老名字", "username": "old name", "roles": ["sales"], "revision": old.revision}
    assert "old name" in page and admin.post(reverse("person-edit", args=[old.pk]), kept).status_code == 302, "one that stands may stay"


def test_a_person_is_added_by_the_administrator_only(world: World):
    with pytest.raises(NotAllowed):
        add_person(by=world.heyuan, username="lan", name="兰", roles=["sales"])
    lan = add_person(by=world.admin, username="lan", name="兰", roles=["sales", "clerk"], duties=["finance"], email="lan@x.example")
    assert not lan.has_usable_password()
    assert set(lan.roles) == {"sales", "clerk"} and lan.duties == ["finance"]
    assert Event.objects.about(lan).get().kind == "accounts.person_added"
    with pytest.raises(Refused) as refused:
        add_person(by=world.admin, username="LAN", name="另一个", roles=["sales"])
    assert refused.value.field == "username"


def test_an_edit_tells_roles_and_fields_from_and_to(world: World):
    mei = fresh("mei")
    with override("en"):
        edit_person(mei, by=world.admin, revision=mei.revision, values={"phone": "0760-1"}, roles=["sales", "manager"], duties=["head"])
    event = Event.objects.about(mei).order_by("-id").first()
    assert event.kind == "accounts.person_edited" and event.changes["phone"] == ["", "0760-1"]
    assert event.changes["roles"] == [["sales"], ["manager", "sales"]]
    assert ("角色", "业务员", "主管、业务员") in event.shown_changes()
    assert set(fresh("mei").roles) == {"sales", "manager"} and fresh("mei").duties == ["head"]
    assert fresh("mei").revision == mei.revision


def test_roles_alone_raise_the_revision(world: World):
    mei = fresh("mei")
    edit_person(mei, by=world.admin, revision=mei.revision, values={}, roles=["clerk"])
    assert fresh("mei").revision == mei.revision + 1


def test_somebody_remains_administrator(world: World):
    admin = fresh("admin")
    with pytest.raises(Refused) as refused:
        edit_person(admin, by=world.admin, revision=admin.revision, values={}, roles=["sales"])
    assert refused.value.code == "last_administrator"
    mei = edit_person(fresh("mei"), by=world.admin, revision=fresh("mei").revision, values={}, roles=["admin"])
    with pytest.raises(Refused, match=r"own access|自己"):
        deactivate(mei, by=mei.actor())
    deactivate(admin, by=mei.actor())
    assert not fresh("admin").is_active
    with pytest.raises(Refused):
        deactivate(mei, by=world.heyuan.trusted())
    assert fresh("mei").is_active


def test_closing_and_opening_are_told_once(world: World):
    for _ in range(2):
        deactivate(fresh("mei"), by=world.admin)
    for _ in range(2):
        activate(fresh("mei"), by=world.admin)
    kinds = [e.kind for e in Event.objects.about(fresh("mei")).order_by("id")]
    assert kinds == ["accounts.person_added", "accounts.deactivated", "accounts.activated"]


def test_a_person_edits_themself_and_nobody_else(world: World):
    edit_myself(fresh("mei"), by=world.mei, revision=fresh("mei").revision, values={"phone": "1"})
    with pytest.raises(NotAllowed):
        edit_myself(fresh("mei"), by=world.haoran, revision=fresh("mei").revision, values={"phone": "2"})
    assert fresh("mei").phone == "1"


def test_the_link_is_shown_once_works_once_and_signs_in(world: World, client_of):
    lan = add_person(by=world.admin, username="lan", name="兰", roles=["sales"])
    admin = client_of(world.users["admin"])
    shown = admin.post(reverse("person-password-link", args=[lan.pk])).content.decode()
    address = re.search(r"http://[^<]+/password/[\w-]+/", shown)[0]
    token = address.rstrip("/").rsplit("/", 1)[1]
    assert not PasswordLink.objects.filter(digest__contains=token).exists()
    assert token not in admin.get(reverse("person", args=[lan.pk])).content.decode()
    guest, path = Client(), f"/password/{token}/"
    assert "lan" in guest.get(path).content.decode()
    fields = {"new": "gu-zhen-2046", "again": "gu-zhen-2046"}
    assert guest.post(path, {"new": "12345678", "again": "12345678"}).status_code == 422
    assert guest.post(path, fields | {"again": "x"}).status_code == 422
    assert guest.post(path, fields)["Location"] == "/"
    assert guest.get("/today/").status_code == 200
    assert fresh("lan").check_password("gu-zhen-2046")
    other = Client()
    assert other.get(path).status_code == 404 and other.post(path, fields).status_code == 404
    assert other.get("/password/nonsense/").content.decode().split("<main")[1] == other.get(path).content.decode().split("<main")[1]


def test_a_newer_link_ends_the_older_one_and_a_closed_person_has_none(world: World):
    mei = fresh("mei")
    first = make_link(mei, by=world.admin, token="one")
    make_link(mei, by=world.admin, token="two")
    assert Client().get("/password/one/").status_code == 404 and Client().get("/password/two/").status_code == 200
    with pytest.raises(Refused):
        use_link(first, by=mei.actor(), new="gu-zhen-2046")
    deactivate(mei, by=world.admin)
    assert Client().get("/password/two/").status_code == 404


def test_the_link_by_mail_is_minted_as_it_leaves(world: World, client_of):
    lan = add_person(by=world.admin, username="lan", name="兰", roles=["sales"], email="lan@minglan.example", language="en")
    admin = client_of(world.users["admin"])
    assert admin.post(reverse("person-password-mail", args=[lan.pk])).status_code == 302
    assert not PasswordLink.objects.exists() and not mail.outbox
    tasks.sweep()
    letter = mail.outbox[0]
    assert letter.to == ["lan@minglan.example"] and "Set your password" in letter.subject
    token = re.search(r"/password/([\w-]+)/", letter.body)[1]
    assert Client().get(f"/password/{token}/").status_code == 200
    assert not Event.objects.filter(values__icontains=token).exists()


def test_without_an_address_it_says_what_to_do(world: World, client_of):
    admin = client_of(world.users["admin"])
    shown = admin.post(reverse("person-password-mail", args=[fresh("mei").pk]), follow=True).content.decode()
    assert "没有邮箱" in shown


def test_reach_of_a_role_is_a_setting(world: World):
    """house rule: own, team, all. Mei sees Kevin's customers as soon as salespeople see everything."""
    theirs = world.take(company="丙寅电气", name="唐三才", by=world.kevin, emails=["t@x.example"], phones=["13711110003"])
    Customer.objects.filter(pk=theirs.pk).update(owner=world.users["kevin"])
    assert not Customer.objects.visible_to(world.mei).filter(pk=theirs.pk).exists()
    rules.RuleSetting.objects.create(code="accounts.reach_sales", value="all")
    assert Customer.objects.visible_to(world.mei).filter(pk=theirs.pk).exists()


def test_the_list_shows_closed_people_to_the_administrator_only(world: World, client_of):
    deactivate(fresh("kevin"), by=world.admin)
    assert "Kevin" in client_of(world.users["admin"]).get(reverse("people")).content.decode()
    assert "Kevin" not in client_of(world.users["mei"]).get(reverse("people")).content.decode()
    assert client_of(world.users["mei"]).get(reverse("person", args=[fresh("kevin").pk])).status_code == 404


def test_the_company_keeps_its_own_time(world: World, client_of):
    """A day ends in the company's zone, on pages and for the worker."""
    from datetime import UTC, datetime

    import time_machine

    from boothline.accounts.company import company, edit_company, keep_our_time
    from boothline.core import clock

    edit_company(by=world.admin, revision=company().revision if company().pk else 1, values={"zone": "America/Los_Angeles"})
    with time_machine.travel(datetime(2026, 4, 16, 3, 0, tzinfo=UTC)):
        assert clock.today().day == 16
        keep_our_time()
        assert clock.today().day == 15
        from django.utils import timezone

        timezone.deactivate()
        shown = client_of(world.users["mei"]).get("/today/").content.decode()
        assert "4月15日" in shown
        assert clock.today().day == 16, "the request's zone ends with it"


def test_every_scope_of_a_right_has_its_words():
    used = {scope for right in rights.RIGHTS.values() for scope in right.roles.values()}
    assert used <= set(SCOPES)


@pytest.fixture
def families(world: World):
    """Track lights and panels in the catalogue; Kevin is engineer and holds quality."""
    Product.objects.filter(code="TR20").update(family="灯具/轨道灯", family_latin="Lights/Track lights")
    Product.objects.filter(code="PN60").update(family="办公/面板灯")
    kevin = fresh("kevin")
    return edit_person(kevin, by=world.admin, revision=kevin.revision, values={}, duties=["engineer", "quality"])


def test_a_duty_is_held_for_the_product_families_that_are_named(world: World, families: User, client_of):
    client, address = client_of(world.users["admin"]), f"/people/{families.pk}/families/"
    page = client.get(address).content.decode()
    assert all(words in page for words in ("工程师", "质量", "灯具/轨道灯", "办公/面板灯", ">灯具<", ">办公<"))
    answer = client.post(address, {"engineer_families": ["灯具", "办公/面板灯"], "revision": families.revision})
    assert answer.status_code == 302 and fresh("kevin").families == {"engineer": ["办公/面板灯", "灯具"], "quality": []}
    assert "工程师（办公/面板灯、灯具）、质量" in client.get(f"/people/{families.pk}/").content.decode()
    event = Event.objects.about(families).order_by("-id").first()
    assert event.shown_changes() == [("工程师：产品系列", "–", "办公/面板灯、灯具")]
    with override("en"):
        assert fresh("kevin").duty_words == "Engineer (办公/面板灯, Lights), Quality"
        assert event.shown_changes() == [("Engineer: product families", "–", "办公/面板灯, Lights")]
    kevin = edit_person(fresh("kevin"), by=world.admin, revision=fresh("kevin").revision, values={}, duties=["engineer", "head"])
    assert kevin.families == {"engineer": ["办公/面板灯", "灯具"], "head": []}, "a duty that stays keeps its families"


def test_families_that_nobody_sells_are_refused_and_an_older_page_is_told(world: World, families: User):
    with pytest.raises(NotAllowed):
        edit_families(families, by=world.heyuan, revision=families.revision, families={"engineer": ["灯具"]})
    with pytest.raises(Refused) as refused:
        edit_families(families, by=world.admin, revision=families.revision, families={"engineer": ["灯具", "地毯"]})
    assert (refused.value.field, str(refused.value)) == ("engineer_families", "产品目录里没有产品系列：地毯。")
    seen = families.revision
    edit_families(families, by=world.admin, revision=seen, families={"engineer": ["灯具"]})
    with pytest.raises(Stale) as stale:
        edit_families(families, by=world.admin, revision=seen, families={"engineer": ["办公"]})
    assert list(stale.value.fields) == [("engineer_families", ["灯具"], ["办公"])]
    assert fresh("kevin").families["engineer"] == ["灯具"]


def test_whose_families_fit_best_does_it_then_who_holds_the_duty_for_all(world: World, families: User):
    """The family, then what it is part of, then without family; then who stands in."""
    held = {"kevin": ["灯具"], "mei": ["灯具/轨道灯"], "haoran": []}
    HeldDuty.objects.all().delete()
    HeldDuty.objects.bulk_create(HeldDuty(user=world.users[who], duty="engineer", families=named) for who, named in held.items())

    def does(*goods: str) -> str:
        return who_does("E", families=goods).username

    assert [does("灯具/轨道灯"), does("灯具/吊灯"), does("灯具"), does("办公/面板灯")] == ["mei", "kevin", "kevin", "haoran"]
    assert [does(), does(""), does("办公", "灯具/吊灯")] == ["haoran", "haoran", "kevin"]
    HeldDuty.objects.filter(user=world.users["haoran"]).delete()
    assert [does("办公"), does("轨道灯"), does("办公", "灯具/吊灯")] == ["heyuan", "heyuan", "kevin"]
    User.objects.filter(username="mei").update(is_active=False)
    assert does("灯具/轨道灯") == "kevin"


def test_who_changes_team_takes_their_customers_along(world: World):
    """The manager there sees them from then on, the one before does not; those of others stay."""
    theirs, others = world.take(), world.take("海蓝", "王珂", by=world.kevin, emails=["a@x.example"], phones=["13700000001"])
    other = add_team(by=world.admin, name="业务三组")
    boss = add_person(by=world.admin, username="boss2", name="二组长", roles=["manager"], team=other)
    mei, was = world.users["mei"], others.team
    edit_person(mei, by=world.admin, revision=User.objects.get(pk=mei.pk).revision, values={"team": other})
    seen = {who.name: set(Customer.objects.visible_to(who).values_list("pk", flat=True)) for who in (_actor(boss), world.heyuan)}
    assert theirs.pk in seen["二组长"] and theirs.pk not in seen[world.heyuan.name]
    assert Customer.objects.get(pk=others.pk).team == was


def _actor(user: User):
    return User.objects.with_roles().get(pk=user.pk).actor()
