"""Saved views: own and shared, with what a list asks for; the first view; who may see and change them."""

import pytest
from django.urls import reverse

from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.timeline.history import Event
from boothline.views.saved import LIMIT, Look, SavedView, choose_look, edit_view, look_at, remove_view, save_view
from tests.suites.lists import rows_of

pytestmark = pytest.mark.django_db
COLUMNS = ["customer", "country", "owner"]


def save(by, name="我的德国客户", **more):
    values = {"list_name": "customers", "asked": {"owner": "me", "sort": "next"}, "columns": COLUMNS, "density": 28}
    return save_view(name, by=by, **values | more)


def test_a_view_is_kept_with_what_it_asks_for(world):
    view = save(world.mei)
    assert (view.asked, view.columns, view.density, view.share) == ({"owner": "me", "sort": "next"}, COLUMNS, 28, "own")
    event = Event.objects.get(kind="views.saved")
    assert (event.subject_name, event.values) == ("我的德国客户", {"share": "own"})


def test_a_name_is_taken_once_a_person_and_list(world):
    save(world.mei)
    with pytest.raises(Refused, match="我的德国客户") as refused:
        save(world.mei)
    assert refused.value.field == "name"
    save(world.kevin)
    save(world.mei, list_name="orders")
    assert SavedView.objects.count() == 3


def test_who_may_share(world):
    with pytest.raises(NotAllowed):
        save(world.mei, share="all")
    assert save(world.heyuan, share="team").team == world.users["heyuan"].team
    with pytest.raises(Refused) as refused:
        save(world.admin, share="team")  # in no team
    assert refused.value.field == "share"
    assert save(world.admin, share="all").team is None


def test_who_sees_which_view(world):
    mine, team, all_ = save(world.mei), save(world.heyuan, "组", share="team"), save(world.admin, "都", share="all")
    hidden = save(world.kevin, "别人的")
    seen = {who: set(SavedView.objects.visible_to(getattr(world, who))) for who in ("mei", "kevin", "admin")}
    assert seen == {"mei": {mine, team, all_}, "kevin": {all_, hidden}, "admin": {all_}}
    assert set(SavedView.objects.changeable_by(world.mei)) == {mine}
    assert set(SavedView.objects.changeable_by(world.heyuan)) == {team, all_}


def test_a_view_is_edited_by_the_revision_that_was_seen(world):
    view = save(world.mei)
    edit_view(view, by=world.mei, revision=1, values={"name": "改名"})
    with pytest.raises(Stale):
        edit_view(view, by=world.mei, revision=1, values={"name": "又改"})
    assert SavedView.objects.get().name == "改名"
    event = Event.objects.get(kind="views.edited")
    assert event.changes == {"name": ["我的德国客户", "改名"]}


def test_only_its_owner_and_who_may_share_change_it(world):
    mine, shared = save(world.mei), save(world.heyuan, "都", share="all")
    for by, view in ((world.kevin, mine), (world.heyuan, mine), (world.mei, shared)):
        with pytest.raises(NotAllowed):
            edit_view(view, by=by, revision=1, values={"name": "x"})
        with pytest.raises(NotAllowed):
            remove_view(view, by=by)
    edit_view(shared, by=world.admin, revision=1, values={"name": "管理员改的"})
    remove_view(mine, by=world.mei)
    assert [v.name for v in SavedView.objects.all()] == ["管理员改的"]
    assert Event.objects.get(kind="views.removed").subject_name == "我的德国客户"


def test_there_is_a_limit(world, monkeypatch):
    monkeypatch.setattr("boothline.views.saved.LIMIT", 2)
    assert LIMIT == 100
    save(world.mei, "一")
    save(world.mei, "二")
    with pytest.raises(Refused, match="2"):
        save(world.mei, "三")


def test_the_first_view_opens_at_the_plain_address_only(world):
    view = save(world.mei)
    choose_look(world.users["mei"], by=world.mei, list_name="customers", view=view)
    assert look_at(world.mei, "customers", {}).view == view
    assert look_at(world.mei, "customers", {"view": ""}).view is None
    assert look_at(world.mei, "customers", {"type": "visitor"}).view is None
    assert look_at(world.kevin, "customers", {}).view is None
    remove_view(view, by=world.mei)
    assert look_at(world.mei, "customers", {}).view is None
    assert Look.objects.get().view is None


# Through the pages.


def test_a_view_is_saved_shown_and_worded(world, client_of):
    world.take()
    other = world.take("海蓝工程", "王珂", by=world.kevin, emails=["x@x.example"], phones=["13700000001"])
    manager = client_of(world.users["admin"])
    at = reverse("view-new", args=["customers"]) + "?owner=me&sort=next&columns=customer,country&density=42"
    assert "我负责的客户" in manager.get(at).content.decode() and "只有你自己看得到" not in manager.get(at).content.decode()
    assert "只有你自己看得到" in client_of(world.users["mei"]).get(at).content.decode()
    answer = manager.post(at, {"name": "各自的客户", "share": "all", "first": "on"})
    view = SavedView.objects.get()
    assert answer["Location"] == f"{reverse('customers')}?view={view.pk}"
    assert (view.asked, view.columns, view.density) == ({"owner": "me", "sort": "next"}, ["customer", "country"], 42)
    body = client_of(world.users["mei"]).get(answer["Location"]).content.decode()  # *me* is whoever looks
    assert "光速贸易" in body and other.name not in body and 'class="results d42"' in body
    assert "各自的客户" in body and f'href="{reverse("view-edit", args=[view.pk])}' not in body
    plain = manager.get(reverse("customers"))
    assert not rows_of(plain) and "?view=" in plain.content.decode()  # opens with the view; the way out is shown
    assert len(rows_of(manager.get(reverse("customers"), {"view": ""}))) == 2
    assert len(rows_of(manager.get(reverse("customers"), {"view": view.pk, "owner": ""}))) == 2  # a word of it taken back


def test_a_view_that_is_not_shared_shows_the_list_without_it(world, client_of):
    world.take()
    view = save(world.kevin, asked={"owner": "none"})
    answer = client_of(world.users["mei"]).get(reverse("customers"), {"view": view.pk})
    assert len(rows_of(answer)) == 1
    assert "没有这个视图" in answer.content.decode() and view.name not in answer.content.decode()


def test_inside_a_view_columns_are_shown_and_kept_with_the_view_only(world, client_of):
    world.take()
    view, mei = save(world.mei), client_of(world.users["mei"])
    form = {"column": ["country", "type"], "place_country": "2", "place_type": "1", "density": "42", "back": f"view={view.pk}"}
    answer = mei.post(reverse("list-look", args=["customers"]), form)
    assert answer["Location"].startswith(f"{reverse('customers')}?view={view.pk}&columns=customer%2Ctype%2Ccountry")
    assert not Look.objects.exists()
    at = reverse("view-edit", args=[view.pk]) + "?" + answer["Location"].partition("?")[2]
    mei.post(at, {"name": view.name, "again": "on", "revision": "1"})
    view.refresh_from_db()
    assert (view.columns, view.density, view.asked) == (["customer", "type", "country"], 42, {"owner": "me", "sort": "next"})


def test_paging_stays_inside_the_first_view(world, client_of, monkeypatch):
    from boothline.ui import kit

    monkeypatch.setattr(kit, "PAGE_SIZE", 1)
    for i in range(3):
        world.take(f"公司{i}", f"人{i}", emails=[f"p{i}@x.example"], phones=[f"1370000000{i}"])
    view = save(world.mei)
    choose_look(world.users["mei"], by=world.mei, list_name="customers", view=view)
    assert f"?view={view.pk}&amp;after=" in client_of(world.users["mei"]).get(reverse("customers")).content.decode()


def test_views_that_come_with_the_product(world, client_of):
    """The folder by grade: everybody has it, nobody edits it; saved under another name it is one's own."""
    customer = world.take()
    client = client_of(world.users["mei"])
    body = client.get("/customers/").content.decode()
    assert all(f"?view=folder{part}" in body for part in ("", "-a", "-b", "-c", "-d"))
    shown = client.get(f"/customers/?view=folder-{customer.grade.lower()}")
    assert str(customer) in rows_of(shown)[0] and "编辑视图" not in shown.content.decode()
    other = "a" if customer.grade != "A" else "b"
    assert rows_of(client.get(f"/customers/?view=folder-{other}")) == []
    assert look_at(world.mei, "customers", {"view": "folder-a"}).view.asked == {"grade": "A", "sort": "next"}
    assert look_at(world.mei, "orders", {"view": "folder-a"}).view is None, "it is a view of the customers"
    saved = client.post("/lists/customers/views/new/?view=folder-a", {"name": "我的 A 级"})
    kept = SavedView.objects.get()
    assert saved.status_code == 302 and kept.asked == {"grade": "A", "sort": "next"} and kept.columns[:2] == ["customer", "grade"]
    raw = client.get("/orders/lines/?view=export").content.decode()
    assert "系统导出" in raw
