"""Two customers become one, with everything that hangs on them; and two again, to the letter."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.contracts.dossier import Dossier, dossier_of, edit_dossier
from boothline.contracts.establishment import ConfirmationRequest, decline
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.lists import NO_LONGER_WANTED
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.core.journal import Trail
from boothline.customers.card import Customer, Person, add_people, assign, edit_customer
from boothline.customers.companies import Company, add_companies
from boothline.customers.key_accounts import KeyAccount, KeyPlan, appoint, end_account, plan_year
from boothline.customers.ladder import TypeChange, unsettled
from boothline.customers.lists import TYPES
from boothline.customers.merges import Merge
from boothline.customers.merging import forget_old, merge, notes, unmerge
from boothline.customers.pins import Pin, pin
from boothline.exchange.foreign import Foreign
from boothline.files.attachments import Received
from boothline.followups.pool import Taking, run_daily, take_from_pool
from boothline.followups.steps import Plan, plan_many
from boothline.followups.touches import log_touch
from boothline.negotiation.objections import object_to
from boothline.orders.changes import cancel
from boothline.search import index
from boothline.timeline.history import Event
from boothline.visitors.cooperation import Cooperation, move_cooperation
from boothline.visitors.recognition import say_nature
from tests.checksum import contents, nothing_written
from tests.refusals import refused

pytestmark = pytest.mark.django_db
HISTORY = {"customers.Merge", "timeline.Event", "timeline.Delivery", "messaging.Notice"}  # what was done stays told


def rows() -> dict[str, str]:
    """Every table but what tells of the merge itself."""
    return {label: found for label, found in contents("default").items() if label not in HISTORY}


def as_is(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


@pytest.fixture
def pair(world) -> tuple[Customer, Customer]:
    """One firm, taken in twice by Mei."""
    first = world.take(company="光速贸易有限公司")
    return first, world.take(company="光速贸易", name="张小伟", emails=["xw@guangsu.example"])


@pytest.fixture
def apart(world, pair) -> tuple[Customer, Customer]:
    """The same, of which the second is Kevin's, who is of another team."""
    stays, goes = pair
    return stays, as_is(assign(goes, by=SYSTEM, owner=world.users["kevin"], revision=goes.revision))


def test_example_26_a_visitor_merged_with_a_contract_customer(world, pair):
    visitor, other = pair
    world.sent(other)
    merge(visitor, by=SYSTEM, goes=other)
    assert as_is(visitor).type == "contract"
    change = TypeChange.objects.filter(customer=visitor).latest("pk")
    assert (change.was, change.now, change.fact) == ("visitor", "contract", "customers.merged")
    unmerge(Merge.objects.get(), by=SYSTEM)
    assert (as_is(visitor).type, as_is(other).type) == ("visitor", "contract")


def test_what_is_empty_is_filled_and_the_older_value_stays(world, apart):
    stays, goes = apart
    values = {"address": "深圳南山", "country": "China", "note": "认识老板"}
    goes = edit_customer(goes, by=SYSTEM, revision=goes.revision, values=values)
    stays = edit_customer(stays, by=SYSTEM, revision=stays.revision, values={"note": "展会上认识"})
    merge(stays, by=SYSTEM, goes=goes)
    merged = as_is(stays)
    assert (merged.name, merged.address, merged.country) == ("光速贸易有限公司", "深圳南山", "China")
    assert merged.note == "展会上认识\n认识老板"
    assert merged.owner == world.users["mei"]
    assert [c.user for c in merged.collaborators.all()] == [world.users["kevin"]]  # does not lose sight of them
    assert {c.name for c in merged.contacts.all()} == {"张伟", "张小伟"}


def test_a_value_is_chosen(world, apart):
    stays, goes = apart
    merge(stays, by=SYSTEM, goes=goes, choices={"name": "goes", "owner": "goes"})
    merged = as_is(stays)
    assert (merged.name, merged.folded, merged.owner) == ("光速贸易", "光速贸易", world.users["kevin"])
    found = Customer.objects.all().search("张小伟", SYSTEM)
    assert list(found) == [merged]
    assert [c.user for c in merged.collaborators.all()] == [world.users["mei"]]


def test_the_newer_one_may_stay_and_the_older_values_too(pair):
    older, newer = pair
    merge(newer, by=SYSTEM, goes=older)
    assert as_is(newer).name == "光速贸易有限公司"


def test_the_pin_of_the_one_that_stays_counts(world, pair):
    stays, goes = pair
    mine = pin(stays, by=SYSTEM, type="contract", reason="口头已谈定")
    other = pin(goes, by=SYSTEM, type="intending", reason="口头要货了")
    done = merge(stays, by=SYSTEM, goes=goes)
    assert list(Pin.objects.standing()) == [mine]
    other.refresh_from_db()
    assert (other.customer_id, other.ended_how) == (stays.pk, "merged")
    unmerge(done, by=SYSTEM)
    assert set(Pin.objects.standing()) == {mine, other}
    assert (as_is(stays).type, as_is(goes).type) == ("contract", "intending")


def test_a_pin_of_the_one_that_goes_ends_where_the_one_that_stays_has_none(world, pair):
    stays, goes = pair
    other = pin(goes, by=SYSTEM, type="intending", reason="口头要货了")
    with override("en"):
        assert notes(stays, as_is(goes)) == ["Pinned types: only a pin of the customer that stays counts; that of the other ends."]
        assert notes(as_is(goes), stays) == []
    before = rows()
    done = merge(stays, by=SYSTEM, goes=as_is(goes))
    other.refresh_from_db()
    assert (other.customer_id, other.ended_how, as_is(stays).type) == (stays.pk, "merged", "visitor")
    assert not unsettled().exists()
    unmerge(done, by=SYSTEM)
    assert {label: n for label, n in rows().items() if before[label] != n} == {}
    merge(as_is(stays), by=SYSTEM, goes=as_is(goes))
    assert pin(as_is(stays), by=SYSTEM, type="contract", reason="口头已谈定") == Pin.objects.standing().get()


def test_a_pin_does_not_go_over_to_a_customer_whose_goods_are_under_way(world, pair):
    stays, goes = pair
    world.opened(stays)
    pin(goes, by=SYSTEM, type="negotiating", reason="口头要货了")
    merge(as_is(stays), by=SYSTEM, goes=as_is(goes))
    assert not Pin.objects.standing().exists() and as_is(stays).type == "ordering"


def test_how_far_the_other_came_is_not_forgotten(world, pair):
    stays, goes = pair
    request = world.sent(goes)
    decline(request, by=world.guest(request), reason=NO_LONGER_WANTED)
    done = merge(stays, by=SYSTEM, goes=as_is(goes))
    assert TYPES[as_is(stays).furthest] == "contract"
    object_to(as_is(stays), by=world.mei, reason="price")
    unmerge(done, by=SYSTEM)
    assert [TYPES[as_is(one).furthest] for one in pair] == ["negotiating", "contract"]


def test_a_void_order_leaves_how_far_the_other_came(world, pair):
    stays, goes = pair
    cancel(world.opened(goes), by=world.haoran, reason="不要了", why="budget")
    merge(stays, by=SYSTEM, goes=as_is(goes))
    said = {"kind": "paper", "signed_by": "张伟", "signed_on": clock.today(), "scan": Received(b"%PDF-1.4 signed", "signed.pdf", "paper")}
    proof = record_paper(world.contract(as_is(stays)).newest, by=world.haoran, **said)
    void(proof, by=world.heyuan, reason="登错了客户")
    assert (as_is(stays).derived_type, TYPES[as_is(stays).furthest]) == ("contract", "ordering")


def test_an_own_customer_does_not_go_to_the_pool_with_a_duplicate_that_was_taken_from_it(world):
    with time_machine.travel(timezone.now() - timedelta(days=40)):
        own = world.take(company="光速贸易有限公司")
        log_touch(own, by=world.mei, channel="phone", words="谈过", next_step=Plan(own, "回访", clock.today() + timedelta(days=60)))
    for kept in ("own", "taken"):
        (contact,) = add_people([Person(name=f"{kept}先生", company=f"光速贸易 {kept}")], by=SYSTEM, owner=None)
        taken = take_from_pool(contact.customer, by=world.mei)
        assert Taking.objects.standing().count() == 1
        stays, goes = (own, taken) if kept == "own" else (taken, own)
        merge(as_is(stays), by=world.mei, goes=as_is(goes))
        assert not Taking.objects.standing().exists()
        own = as_is(stays)
        with time_machine.travel(timezone.now() + timedelta(days=7)):
            run_daily()
        assert as_is(own).owner == world.users["mei"]


def test_of_two_dossiers_one_is_filled_from_the_other(pair):
    stays, goes = pair
    mine, other = dossier_of(stays), dossier_of(goes)
    edit_dossier(stays, by=SYSTEM, revision=mine.revision, values={"legal_name": "光速贸易有限公司"})
    edit_dossier(goes, by=SYSTEM, revision=other.revision, values={"legal_name": "光速", "bank": "工行", "bank_account": "6222"})
    done = merge(stays, by=SYSTEM, goes=goes)
    kept = Dossier.objects.get()
    assert (kept.legal_name, kept.bank, kept.bank_account) == ("光速贸易有限公司", "工行", "6222")
    in_force = kept.facts.filter(until=None)
    assert sorted(in_force.values_list("field", "value")) == [
        ("bank", "工行"),
        ("bank_account", "6222"),
        ("legal_name", "光速贸易有限公司"),
    ]
    unmerge(done, by=SYSTEM)
    assert [(d.customer, d.bank) for d in Dossier.objects.order_by("pk")] == [(stays, ""), (goes, "工行")]


def test_a_key_account_that_stands_counts(pair):
    stays, goes = pair
    mark = {"tier": "gold", "kind": "potential", "reason": "年需求很大"}
    end_account(appoint(stays, by=SYSTEM, revision=0, values=mark), by=SYSTEM, reason="连续两季低于门槛")
    appoint(goes, by=SYSTEM, revision=0, values=mark | {"tier": "platinum"})
    merge(stays, by=SYSTEM, goes=goes)
    account = KeyAccount.objects.get()
    assert (account.customer, account.tier, account.is_standing) == (stays, "platinum", True)


def test_of_two_plans_of_one_year_one_is_filled_from_the_other(pair):
    stays, goes = pair
    mark, year = {"tier": "gold", "kind": "potential", "reason": "年需求很大"}, clock.today().year
    for customer, values in (
        (stays, {"need": "一个酒店工程", "currency": "USD"}),
        (goes, {"need": "两个酒店工程", "review_1": "一季度完成", "target": Decimal(9), "currency": "EUR"}),
    ):
        plan_year(appoint(customer, by=SYSTEM, revision=0, values=mark), by=SYSTEM, year=year, revision=0, values=values)
    before = rows()
    done = merge(stays, by=SYSTEM, goes=goes)
    plan = KeyPlan.objects.get()
    assert (plan.customer, plan.need, plan.review_1, plan.target, plan.currency) == (stays, "一个酒店工程", "一季度完成", 9, "EUR")
    unmerge(done, by=SYSTEM)
    assert {label: n for label, n in rows().items() if before[label] != n} == {}


@pytest.mark.parametrize("currency, budget", [("CNY", 5_000), ("USD", None)])
def test_amounts_of_two_plans_fill_each_other_in_one_currency(pair, currency, budget):
    """A target here and a budget there; in another currency it would be another amount."""
    stays, goes = pair
    mark, year = {"tier": "gold", "kind": "potential", "reason": "年需求很大"}, clock.today().year
    for customer, values in ((stays, {"target": Decimal(100_000)}), (goes, {"budget": Decimal(5_000), "currency": currency})):
        plan_year(appoint(customer, by=SYSTEM, revision=0, values=mark), by=SYSTEM, year=year, revision=0, values=values)
    merge(stays, by=SYSTEM, goes=goes)
    plan = KeyPlan.objects.get()
    assert (plan.target, plan.budget, plan.currency) == (100_000, budget, "CNY")


@pytest.mark.parametrize("further", ["stays", "goes"])
def test_the_cooperation_that_has_come_further_counts(world, pair, further):
    stays, goes = pair
    for customer in pair:
        say_nature(customer, by=world.mei, nature="peer", peer="agent", words="代理商")
    held = Cooperation.objects.get(customer=stays if further == "stays" else goes)
    for state in ("talking", "agreed"):
        held = move_cooperation(held, by=world.mei, revision=held.revision, state=state, words="代理协议")
    with override("en"):
        assert "Cooperation: where both are on the list, the one that has come further counts." in notes(as_is(stays), as_is(goes))
    before = rows()
    done = merge(as_is(stays), by=SYSTEM, goes=as_is(goes))
    assert (Cooperation.objects.get().customer, Cooperation.objects.get().state) == (stays, "agreed")
    unmerge(done, by=SYSTEM)
    assert {label: n for label, n in rows().items() if before[label] != n} == {}


def test_the_history_of_both_is_told_and_the_links_lead_on(world, pair, client_of):
    stays, goes = pair
    request = world.sent(goes)
    merge(stays, by=world.heyuan, goes=goes, reason="名片对上了")
    history = Event.objects.under(stays)
    assert {"customers.merged", "contracts.sent", "visitors.taken"} <= set(history.values_list("kind", flat=True))
    newest = history.filter(kind="customers.merged").get()
    assert newest.sentence == "Heyuan 把光速贸易并入本客户。名片对上了"
    page = client_of(world.users["heyuan"]).get(reverse("customer", args=[goes.pk]))
    assert page.status_code == 302 and page.url == reverse("customer", args=[stays.pk])
    missing = client_of(world.users["xiaoyu"]).get(reverse("customer", args=[goes.pk]))
    assert missing.status_code == 404  # who may not see the other is not told of it
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    assert as_is(stays).type == "ordering"


def test_who_may_merge(world, apart):
    stays, goes = apart
    with pytest.raises(NotAllowed):
        merge(stays, by=world.mei, goes=goes)  # the other is Kevin's
    for nobody in (world.xiaoyu, world.haoran):
        with pytest.raises(NotAllowed):
            merge(stays, by=nobody, goes=goes)
    assign(goes, by=SYSTEM, owner=world.users["mei"], revision=goes.revision)
    merge(as_is(stays), by=world.mei, goes=as_is(goes))
    with refused("gone"):
        merge(as_is(stays), by=world.mei, goes=goes)
    assert Merge.objects.count() == 1


def test_a_manager_merges_only_what_they_see(world, apart):
    stays, goes = apart
    with nothing_written("a refused merge"), refused("hidden"):
        merge(stays, by=world.heyuan, goes=goes)


def test_with_oneself_nothing_is_merged(pair):
    stays, _goes = pair
    with refused("same"):
        merge(stays, by=SYSTEM, goes=as_is(stays))


def test_who_looked_at_an_older_state_looks_again(pair):
    stays, goes = pair
    seen = (stays.revision, goes.revision)
    edit_customer(goes, by=SYSTEM, revision=goes.revision, values={"note": "新的"})
    with refused("changed"):
        merge(stays, by=SYSTEM, goes=goes, seen=seen)


def test_what_happened_since_with_what_went_over_keeps_the_merge(world, pair):
    stays, goes = pair
    done = merge(stays, by=SYSTEM, goes=goes)
    object_to(as_is(stays), by=world.mei, reason="price")  # hangs on the one that stays alone
    person = goes.contacts.model.objects.get(name="张小伟")
    log_touch(as_is(stays), by=world.mei, contact=person, channel="phone", words="通了电话", step_holds=True)
    with refused("since") as caught:
        unmerge(done, by=SYSTEM)
    assert "通了电话" in str(caught.value.words)
    assert Merge.objects.standing().get() == done


def test_what_happened_since_beside_it_stays(world, pair):
    stays, goes = pair
    plan_many([Plan(goes, "打电话", timezone.localdate() + timedelta(days=3), owner=world.users["kevin"])], by=SYSTEM)
    due = as_is(goes).next_step_on
    done = merge(stays, by=SYSTEM, goes=as_is(goes))
    object_to(as_is(stays), by=world.mei, reason="price")
    now = as_is(stays)
    edit_customer(now, by=SYSTEM, revision=now.revision, values={"address": "广州天河"})
    log_touch(as_is(stays), by=world.mei, contact=stays.contacts.get(name="张伟"), channel="phone", words="再谈", step_holds=True)
    unmerge(done, by=SYSTEM)
    one, other = as_is(stays), as_is(goes)
    assert (one.type, one.address, other.type) == ("negotiating", "广州天河", "visitor")
    assert one.last_touch_at and not other.last_touch_at
    assert other.next_step_on == due


def test_a_field_that_was_changed_since_keeps_the_merge(pair):
    stays, goes = pair
    done = merge(stays, by=SYSTEM, goes=edit_customer(goes, by=SYSTEM, revision=goes.revision, values={"address": "深圳南山"}))
    now = as_is(stays)
    edit_customer(now, by=SYSTEM, revision=now.revision, values={"address": "广州天河"})
    with refused("since"):
        unmerge(done, by=SYSTEM)


def test_of_two_merges_the_later_is_taken_back_first(world, pair):
    stays, goes = pair
    third = world.take(company="光速贸易股份有限公司", name="老张")
    before = rows()
    first, second = merge(stays, by=SYSTEM, goes=goes), merge(as_is(stays), by=SYSTEM, goes=third)
    with refused("later"):
        unmerge(first, by=SYSTEM)
    unmerge(second, by=SYSTEM)
    unmerge(first, by=SYSTEM)
    unmerge(first, by=SYSTEM)  # pressed twice
    assert {label: n for label, n in rows().items() if before[label] != n} == {}


def test_the_page_says_once_who_is_part_of_whom(world, pair, client_of):
    stays, goes = pair
    sent = {"revision": stays.revision, "other_revision": goes.revision, "name": "stays", "reason": ""}
    page = client_of(world.users["mei"]).post(f"{reverse('customer-merge', args=[stays.pk])}?with={goes.pk}", sent, follow=True)
    assert f"{goes}已并入{stays}。" in page.content.decode() and "%(" not in page.content.decode()


def test_a_chain_leads_to_its_end(world, pair, client_of):
    stays, goes = pair
    third = world.take(company="光速贸易股份有限公司", name="老张")
    merge(stays, by=SYSTEM, goes=goes)
    merge(third, by=SYSTEM, goes=as_is(stays))
    page = client_of(world.users["admin"]).get(reverse("customer", args=[goes.pk]))
    assert page.url == reverse("customer", args=[third.pk])


def test_after_thirty_days_there_is_no_way_back(pair):
    stays, goes = pair
    done = merge(stays, by=SYSTEM, goes=goes)
    assert forget_old() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with refused():
            unmerge(done, by=SYSTEM)
        assert forget_old() == 1
    done.refresh_from_db()
    assert done.kept == {}


def test_a_company_and_its_person_of_a_file_find_the_one_that_stays(world):
    made = add_companies(
        [Company("甲公司", more={"founded": "1999"}), Company("甲股份有限公司", more={"founded": "2001", "sector": "灯具"})], by=SYSTEM
    )
    stays, goes = made
    Foreign.objects.create(source="crm", kind="customer", key="2", record_id=goes.pk, said={})
    merge(stays, by=SYSTEM, goes=goes)
    assert as_is(stays).extra == {"founded": "1999", "sector": "灯具"}
    assert Foreign.objects.get().record_id == stays.pk


def test_money_of_both_adds_up(world, pair):
    stays, goes = pair
    for customer in pair:
        world.pays(world.opened(customer, "10x100"), 200)
    merge(stays, by=SYSTEM, goes=as_is(goes))
    from boothline.billing.books import Balance

    balance = Balance.objects.get()
    assert (balance.customer_id, balance.received) == (stays.pk, Decimal(400))


def test_the_index_leads_to_the_one_that_stays(pair):
    stays, goes = pair
    merge(stays, by=SYSTEM, goes=goes)
    assert not index.Entry.objects.filter(under_id=goes.pk).exists()
    assert not index.differences("contact", list(as_is(stays).contacts.values_list("pk", flat=True)))


def test_what_breaks_in_the_middle_leaves_both_as_they_were(world, pair, monkeypatch):
    stays, goes = pair
    world.sent(goes)
    before = rows()

    def breaks(*_given: object) -> None:
        raise RuntimeError("the plug was pulled")

    monkeypatch.setattr(Trail, "plain", breaks)  # when everything has gone over
    with pytest.raises(RuntimeError):
        merge(stays, by=SYSTEM, goes=as_is(goes))
    assert rows() == before
    assert not Merge.objects.exists()
