"""Many customers at once: who may, which rows are named, and that all of it is taken back as far as nothing newer stands there."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused, RowFailed
from boothline.customers import bulk
from boothline.customers.bulk import assign_many, move_many
from boothline.customers.card import Collaborator, Customer, assign, edit_customer
from boothline.followups import pool
from boothline.followups.bulk import plan_for_many
from boothline.followups.steps import NextStep, done
from boothline.followups.touches import log_touch
from boothline.timeline.history import Event
from boothline.timeline.undo import Deed, take_back
from boothline.worktime.calendar import add_workdays

pytestmark = pytest.mark.django_db


def customers(world, n, by=None, start=0):
    return [
        world.take(f"公司{i}", f"人{i}", by=by, emails=[f"p{i}@x.example"], phones=[f"1370000{i:04d}"]) for i in range(start, start + n)
    ]


def rows(*found):
    return {c.pk: Customer.objects.get(pk=c.pk).revision for c in found}


def owners():
    return dict(Customer.objects.order_by("id").values_list("name", "owner__username"))


def test_many_change_their_owner_and_each_history_says_so(world):
    found = customers(world, 3)
    deed = assign_many(rows(*found[:2]), by=world.heyuan, owner=world.users["kevin"])
    assert owners() == {"公司0": "kevin", "公司1": "kevin", "公司2": "mei"}
    assert (deed.done, deed.refused) == (2, {})
    events = Event.objects.filter(kind="customers.assigned").order_by("id")
    assert [(e.subject_name, e.changes) for e in events] == [("公司0", {"owner": ["Mei", "Kevin"]}), ("公司1", {"owner": ["Mei", "Kevin"]})]
    assert Customer.objects.get(pk=found[0].pk).team == world.users["kevin"].team


def test_it_costs_the_same_for_3_and_30(world):
    found = customers(world, 33)
    costs = []
    for part in (found[:3], found[3:]):
        with CaptureQueriesContext(connection) as caught:
            assign_many(rows(*part), by=world.heyuan, owner=world.users["kevin"])
        costs.append(len(caught) - len(part))  # one look-up of a revision each is the test's own
    assert costs[0] == costs[1]


def test_a_row_that_somebody_changed_meanwhile_is_named_and_the_others_go_on(world):
    found = customers(world, 3)
    seen = rows(*found)
    edit_customer(found[1], by=world.mei, revision=found[1].revision, values={"note": "快"})
    deed = assign_many(seen, by=world.heyuan, owner=None)
    assert owners() == {"公司0": None, "公司1": "mei", "公司2": None}
    assert deed.refused == {"公司1": "这期间有人改过"}


def test_rows_of_others_are_named_and_hidden_ones_are_not(world):
    (mine,), (theirs,) = customers(world, 1), customers(world, 1, by=world.kevin, start=5)
    (shown,) = customers(world, 1, by=world.kevin, start=8)
    assign(shown, by=world.admin, owner=None, revision=shown.revision)  # the pool: seen, not edited
    deed = move_many(rows(mine, theirs, shown), by=world.mei, country="Germany")
    assert dict(Customer.objects.values_list("name", "country")) == {"公司0": "Germany", "公司5": "", "公司8": ""}
    assert deed.refused == {"公司8": "你不能改"}
    assert (deed.done, Event.objects.filter(kind="customers.edited").count()) == (1, 1)


def test_who_lacks_the_right_changes_nothing(world):
    found = customers(world, 1)
    for by in (world.mei, world.haoran, world.xiaoyu):
        with pytest.raises(NotAllowed):
            assign_many(rows(*found), by=by, owner=None)
    with pytest.raises(NotAllowed):
        move_many(rows(*found), by=world.haoran, country="x")
    assert not Deed.objects.exists()


def test_a_collaborator_may_edit_many(world):
    (theirs,) = customers(world, 1, by=world.kevin)
    Collaborator.objects.create(customer=theirs, user=world.users["mei"])
    assert move_many(rows(theirs), by=world.mei, country="Italy").done == 1


def test_a_hearer_names_the_bad_row(world, monkeypatch):
    found = customers(world, 3)
    real = bulk.record_many

    def bad(kind, tellings, *, by):
        tellings = list(tellings)
        wrong = [t.subject for t in tellings if t.subject.pk == found[1].pk]
        if wrong:
            raise RowFailed("不行", subjects=wrong)
        return real(kind, tellings, by=by)

    monkeypatch.setattr(bulk, "record_many", bad)
    deed = assign_many(rows(*found), by=world.heyuan, owner=None)
    assert owners() == {"公司0": None, "公司1": "mei", "公司2": None}
    assert deed.refused == {"公司1": "不行"}


# The way back.


def test_all_of_it_is_taken_back(world):
    one, two = customers(world, 1), customers(world, 1, by=world.kevin, start=4)
    with override("en"):
        deed = assign_many(rows(*one, *two), by=world.admin, owner=world.users["heyuan"])
    team = dict(Customer.objects.values_list("name", "team__name"))
    assert set(owners().values()) == {"heyuan"}
    deed = take_back(deed, by=world.admin)
    assert owners() == {"公司0": "mei", "公司4": "kevin"}
    assert dict(Customer.objects.values_list("name", "team__name")) != team
    assert deed.left == {}
    event = Event.objects.get(kind="timeline.taken_back")
    assert event.values == {"done": 2, "left": 0}
    assert "2 位客户的负责人改为 Heyuan" in event.sentence
    with override("en"):
        assert "owner Heyuan for 2 customers" in event.sentence


def test_taken_back_it_is_as_if_nobody_had_ever_had_them(world):
    """Mei's until she gave it back, then Kevin's by mistake: Mei waits still, as the last owner, and Kevin may take it."""
    (one,) = customers(world, 1)
    assign(one, by=world.heyuan, owner=None, revision=Customer.objects.get(pk=one.pk).revision)
    before = Customer.objects.get(pk=one.pk)
    take_back(assign_many(rows(one), by=world.heyuan, owner=world.users["kevin"]), by=world.heyuan)
    after = Customer.objects.get(pk=one.pk)
    assert (after.owner, after.owner_before, after.owned_since) == (None, world.users["mei"], before.owned_since)
    assert pool.refusal(after, world.mei) and not pool.refusal(after, world.kevin)


def test_what_somebody_changed_since_stays_and_is_named(world):
    found = customers(world, 3)
    deed = assign_many(rows(*found), by=world.heyuan, owner=None)
    changed = Customer.objects.get(pk=found[1].pk)
    assign(changed, by=world.heyuan, owner=world.users["kevin"], revision=changed.revision)
    noted = Customer.objects.get(pk=found[2].pk)
    edit_customer(noted, by=world.admin, revision=noted.revision, values={"note": "另一件事"})
    deed = take_back(deed, by=world.heyuan)
    assert owners() == {"公司0": "mei", "公司1": "kevin", "公司2": "mei"}  # another field is nothing newer on the owner
    assert deed.left == {"公司1": "之后有人改过"}
    assert Customer.objects.get(pk=found[2].pk).note == "另一件事"


def test_where_nothing_can_be_taken_back_it_is_refused_and_can_be_tried_again(world):
    found = customers(world, 1)
    deed = move_many(rows(*found), by=world.mei, country="Italy")
    changed = Customer.objects.get(pk=found[0].pk)
    edit_customer(changed, by=world.mei, revision=changed.revision, values={"country": "France"})
    with pytest.raises(Refused, match="公司0"):
        take_back(deed, by=world.mei)
    assert Deed.objects.get(pk=deed.pk).taken_back_at is None


def test_twice_taken_back_is_once(world):
    found = customers(world, 1)
    deed = move_many(rows(*found), by=world.mei, country="Italy")
    take_back(deed, by=world.mei)
    now = Customer.objects.get(pk=found[0].pk)
    edit_customer(now, by=world.mei, revision=now.revision, values={"country": "Italy"})
    take_back(Deed.objects.get(pk=deed.pk), by=world.mei)
    assert Customer.objects.get(pk=found[0].pk).country == "Italy"
    assert Event.objects.filter(kind="timeline.taken_back").count() == 1


def test_only_who_did_it_takes_it_back_and_not_for_ever(world):
    found = customers(world, 1)
    deed = move_many(rows(*found), by=world.mei, country="Italy")
    with pytest.raises(Refused):
        take_back(deed, by=world.heyuan)
    Deed.objects.filter(pk=deed.pk).update(at=timezone.now() - timedelta(days=31))
    deed.refresh_from_db()
    with pytest.raises(Refused, match="30"):
        take_back(deed, by=world.mei)
    assert not Deed.objects.visible_to(world.mei).standing().exists()


def test_a_step_for_many_and_back(world):
    found = customers(world, 3)
    before = set(NextStep.objects.values_list("pk", flat=True))
    day = clock.today() + timedelta(days=2)
    deed = plan_for_many(rows(*found), by=world.mei, what="寄新目录", due_on=day)
    made = NextStep.objects.exclude(pk__in=before)
    assert [(s.what, s.owner, s.due_on) for s in made] == [("寄新目录", world.users["mei"], day)] * 3
    done(made.first(), by=world.mei)
    deed = take_back(deed, by=world.mei)
    assert [s.customer_id for s in NextStep.objects.exclude(pk__in=before)] == [found[0].pk]
    assert deed.left == {"公司0": "该步骤之后已完成或改期"}
    assert Event.objects.filter(kind="followups.unplanned").count() == 2
    assert set(NextStep.objects.values_list("pk", flat=True)) > before  # what was planned there before stands


def test_a_step_that_a_touch_said_still_holds_stays_and_the_others_are_taken_back(world, client_of):
    found = customers(world, 2)
    before = set(NextStep.objects.values_list("pk", flat=True))
    for step in NextStep.objects.open():
        done(step, by=world.mei)
    deed = plan_for_many(rows(*found), by=world.mei, what="请来看新品", due_on=add_workdays(clock.today(), 5))
    touch = log_touch(found[0], by=world.mei, channel="phone", words="约好下周再说", step_holds=True)
    client = client_of(world.users["mei"])
    said = client.post(reverse("deed-back", args=[deed.pk]), follow=True).content.decode()
    assert "公司0（之后的联系记录说该步骤仍然有效）" in said
    assert [s.customer_id for s in NextStep.objects.exclude(pk__in=before)] == [found[0].pk]
    touch.refresh_from_db()
    assert touch.step == NextStep.objects.get(what="请来看新品"), "the touch goes on as it said"


def test_a_day_that_has_passed_is_refused_for_all(world):
    with pytest.raises(Refused) as refused:
        plan_for_many(rows(*customers(world, 2)), by=world.mei, what="寄目录", due_on=clock.today() - timedelta(days=1))
    assert refused.value.field == "due_on"
    assert not Deed.objects.exists()


# Through the pages.


def chosen(page):
    return re.search(r'name="chosen" value="([^"]*)"', page.content.decode()).group(1)


def test_ticked_rows_a_toast_and_the_way_back(world, client_of):
    found = customers(world, 3)
    manager = client_of(world.users["heyuan"])
    at = reverse("bulk-owner")
    page = manager.get(at, {"row": [found[0].pk, found[2].pk], "asked": "sort=newest"})
    assert chosen(page).split() == [f"{c.pk}.{c.revision}" for c in (found[0], found[2])]
    answer = manager.post(f"{at}?asked=sort%3Dnewest", {"chosen": chosen(page), "owner": world.users["kevin"].pk})
    assert answer["Location"] == f"{reverse('customers')}?sort=newest"
    deed = Deed.objects.get()
    shown = manager.get(reverse("customers")).content.decode()
    assert "2 位客户的负责人改为 Kevin" in shown and reverse("deed-back", args=[deed.pk]) in shown
    history = manager.get(reverse("customer", args=[found[1].pk])).content.decode()
    assert reverse("deed-back", args=[deed.pk]) not in history  # it is not one of them
    asked = manager.get(reverse("deed-last"), follow=True)
    assert asked.redirect_chain[-1][0] == reverse("deed-back", args=[deed.pk]) and set(owners().values()) == {"mei", "kevin"}, (
        "it asks first"
    )
    assert "撤销：2 位客户的负责人改为 Kevin</button>" in asked.content.decode()
    manager.post(reverse("deed-back", args=[deed.pk]))
    assert set(owners().values()) == {"mei"}
    assert "已撤销：2 位客户的负责人改为 Kevin。" in manager.get(reverse("customers")).content.decode()
    assert "没有可以撤销" in client_of(world.users["mei"]).get(reverse("deed-last"), follow=True).content.decode()


def test_the_last_bulk_edit_taken_back_twice_takes_no_older_one(world, client_of):
    found = customers(world, 3)
    older = move_many(rows(*found), by=world.heyuan, country="China")
    last = move_many(rows(*Customer.objects.filter(pk__in=[c.pk for c in found[:2]])), by=world.heyuan, country="Norway")
    manager = client_of(world.users["heyuan"])
    for _press in range(2):
        manager.post(manager.get(reverse("deed-last"))["Location"])
        assert set(Customer.objects.values_list("country", flat=True)) == {"China"}
    said = manager.get(reverse("deed-last"), follow=True).content.decode()
    assert "已经撤销过：2 位客户的国家改为挪威。" in said and "在这之前你做的这一项仍然有效：3 位客户的国家改为中国。" in said
    assert reverse("deed-back", args=[older.pk]) in said and '<button class="btn go"' not in said
    manager.post(reverse("deed-last"))
    assert Deed.objects.get(pk=older.pk).taken_back_at is None and Deed.objects.get(pk=last.pk).taken_back_at
    history = re.sub("<[^>]+>", "", manager.get(reverse("customer", args=[found[0].pk])).content.decode())
    assert "撤销了对客户资料的修改" in history
    english = manager.get(reverse("customer", args=[found[0].pk]), headers={"accept-language": "en"}).content.decode()
    assert "took back an edit of the customer" in english


def test_all_rows_of_all_pages_as_the_list_is_narrowed(world, client_of, monkeypatch):
    from boothline.ui import kit

    monkeypatch.setattr(kit, "PAGE_SIZE", 2)
    found = customers(world, 5)
    edit_customer(found[4], by=world.mei, revision=found[4].revision, values={"country": "France"})
    mei = client_of(world.users["mei"])
    listed = mei.get(reverse("customers"), {"q": "公司"}).content.decode()
    assert 'name="all" value="1"' in listed and reverse("bulk-country") in listed and reverse("bulk-owner") not in listed
    page = mei.get(reverse("bulk-country"), {"row": found[0].pk, "all": "1", "asked": "q=公司"})
    assert len(chosen(page).split()) == 5
    mei.post(reverse("bulk-country"), {"chosen": chosen(page), "country": "Italy"})
    assert set(Customer.objects.values_list("country", flat=True)) == {"Italy"}


def test_too_many_rows_are_done_in_parts(world, client_of, monkeypatch):
    from boothline.ui import bulk as pages

    monkeypatch.setattr(pages, "LIMIT", 2)
    customers(world, 3)
    answer = client_of(world.users["mei"]).get(reverse("bulk-country"), {"all": "1"}, follow=True)
    assert "超过 2 行" in answer.content.decode()


def test_the_history_of_each_offers_the_way_back_to_who_did_it(world, client_of):
    found = customers(world, 1)
    deed = assign_many(rows(*found), by=world.heyuan, owner=world.users["kevin"])
    at, way = reverse("customer", args=[found[0].pk]), reverse("deed-back", args=[deed.pk])
    assert way not in client_of(world.users["admin"]).get(at).content.decode()
    deed = assign_many(rows(*found), by=world.admin, owner=world.users["mei"])
    way = reverse("deed-back", args=[deed.pk])
    admin = client_of(world.users["admin"])
    assert way in admin.get(at).content.decode()
    assert "之后有人改过的行保持不变" in admin.get(way).content.decode()
    admin.post(way)
    assert owners() == {"公司0": "kevin"}
    assert way not in admin.get(at).content.decode(), "it is taken back: nothing is offered"
    again = admin.get(way).content.decode()
    assert "已经撤销过" in again and "Taken back already" not in again and '<button class="btn go"' not in again


def test_a_country_is_called_as_each_reader_calls_it(world, client_of):
    """In the words of the deed, in the history of the customer, and where settings tell all that happened."""
    found = customers(world, 2)
    deed = move_many(rows(*found), by=world.heyuan, country="Norway")
    way, manager, admin = reverse("deed-back", args=[deed.pk]), client_of(world.users["heyuan"]), client_of(world.users["admin"])
    history, happened = reverse("customer", args=[found[0].pk]), reverse("happened")
    said = {"zh-hans": ("2 位客户的国家改为挪威", "挪威"), "en": ("country Norway for 2 customers", "Norway")}
    for language, (words, country) in said.items():
        asked = {"headers": {"accept-language": language}}
        assert words in manager.get(way, **asked).content.decode()
        for page in (manager.get(history, **asked), admin.get(happened, **asked)):
            assert f"→ {country}" in re.sub("<[^>]+>", "", page.content.decode())
    move_many(rows(found[0]), by=world.heyuan, country="UAE")
    assert "→ United Arab Emirates" in re.sub("<[^>]+>", "", manager.get(history, headers={"accept-language": "en"}).content.decode())


def test_nothing_chosen_gives_nobody_s_customers_away(world, client_of):
    """The form for many asks who gets them; into the pool they go only where that is ticked."""
    found = customers(world, 2)
    heyuan, rows_ = client_of(world.users["heyuan"]), {"chosen": " ".join(f"{c.pk}.{c.revision}" for c in found)}
    page = heyuan.post("/customers/bulk/owner/", rows_)
    assert (
        page.status_code == 422
        and "请选择由谁负责，或勾选放回公海。" in page.content.decode()
        and owners() == {"公司0": "mei", "公司1": "mei"}
    )
    both = heyuan.post("/customers/bulk/owner/", rows_ | {"owner": world.users["kevin"].pk, "to_pool": "on"})
    assert both.status_code == 422 and owners() == {"公司0": "mei", "公司1": "mei"}
    done = heyuan.post("/customers/bulk/owner/", rows_ | {"to_pool": "on"}, follow=True)
    assert owners() == {"公司0": None, "公司1": None} and "2 位客户放回公海" in done.content.decode()
