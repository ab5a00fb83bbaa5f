"""The card: editing by revision, phones and addresses included; who owns a customer."""

import pytest
from django.urls import reverse

from boothline.accounts.people import deactivate
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.customers.bulk import assign_many
from boothline.customers.card import Contact, Customer, Person, add_collaborator, assign, edit_contact, edit_customer
from boothline.timeline.history import Event
from boothline.visitors.solicitation import Capture
from tests.suites.paper import filled, form_with

pytestmark = pytest.mark.django_db


def test_an_edit_is_kept_with_old_and_new(world):
    customer = world.take()
    edit_customer(customer, by=world.mei, revision=1, values={"country": "China"})
    event = Event.objects.get(kind="customers.edited")
    assert event.changes == {"country": ["", "China"]}
    assert Customer.objects.get().revision == 2


def test_a_stale_edit_shows_both_values_and_stores_nothing(world):
    customer = world.take()
    edit_customer(customer, by=world.mei, revision=1, values={"country": "China"})
    with pytest.raises(Stale) as stale:
        edit_customer(customer, by=world.heyuan, revision=1, values={"country": "Germany"})
    assert stale.value.fields == [("country", "China", "Germany")]
    assert Customer.objects.get().country == "China"


def test_the_country_in_the_form_is_the_readers_word_and_stays_as_it_was_written(world, client_of):
    """Saved as it stands it is no edit; what is no country anybody knows is shown as it was typed."""
    customer, mei = world.take(), client_of(world.users["mei"])
    Customer.objects.update(country="United Kingdom")
    at = reverse("customer-edit", args=[customer.pk])
    form = form_with(mei.get(at).content, "country")
    assert form.fields["country"] == ["英国"]
    assert mei.post(at, filled(form, note="老客户")).status_code == 302
    kept = Customer.objects.get()
    assert (kept.country, kept.note) == ("United Kingdom", "老客户")
    assert "country" not in Event.objects.filter(kind="customers.edited").latest("id").changes
    mei.post(at, filled(form_with(mei.get(at).content, "country"), country="德国"))
    assert Customer.objects.get().country == "德国"
    Customer.objects.update(country="Ruritania")
    assert form_with(mei.get(at).content, "country").fields["country"] == ["Ruritania"]


def test_a_phone_number_is_part_of_the_card(world):
    contact = world.take().contacts.get()
    mine = Person(name=contact.name, phones=["13911112222"], emails=["zhang.wei@guangsu.example"])
    edit_contact(contact, by=world.mei, revision=1, values={"name": contact.name}, points=mine)
    assert Contact.objects.get().revision == 2
    late = Person(name=contact.name, phones=["13933334444"], emails=["zhang.wei@guangsu.example"])
    with pytest.raises(Stale) as stale:
        edit_contact(contact, by=world.heyuan, revision=1, values={"name": contact.name}, points=late)
    assert stale.value.fields == [("phones", "13911112222", "13933334444")]
    assert Contact.objects.get().point("phone") == "13911112222"


def test_a_form_takes_no_way_to_reach_somebody_that_it_does_not_show(world, client_of):
    """The contact's form shows every way; that of a capture the first of each kind, and no website."""
    customer = world.take(phones=["13900002046", "075588880000"], chats={"wechat": "zw", "web": "https://gs.example"})
    contact, mei = customer.contacts.get(), client_of(world.users["mei"])
    every = [("phone", "13900002046"), ("phone", "075588880000"), ("email", "zhang.wei@guangsu.example")]
    every += [("wechat", "zw"), ("web", "https://gs.example")]

    def saves(name, key, has, **typed):
        at = reverse(name, args=[key])
        assert mei.post(at, filled(form_with(mei.get(at).content, has), **typed)).status_code == 302
        return sorted(contact.points.values_list("kind", "value"))

    assert saves("contact-edit", contact.pk, "revision", title="经理") == sorted(every)
    assert saves("booth-capture", Capture.objects.get().client_id, "heat", phone="13911112222") == sorted(
        [("phone", "13911112222"), *every[1:]]
    )
    assert ("web", "https://gs.example") not in saves("contact-edit", contact.pk, "revision", website="")


def test_only_a_manager_gives_a_customer_away(world):
    customer = world.take()
    with pytest.raises(NotAllowed):
        assign(customer, by=world.mei, owner=None, revision=1)
    assign(customer, by=world.heyuan, owner=world.users["kevin"], revision=1)
    assert Customer.objects.get().owner.username == "kevin"
    assert not Customer.objects.visible_to(world.mei).exists()


@pytest.mark.parametrize(
    "name, has, field, typed", [("contact-edit", "revision", "phones", "13900002046\nabc"), ("booth-capture", "heat", "phone", "abc")]
)
def test_a_phone_without_digits_is_said_and_not_lost(world, client_of, name, has, field, typed):
    contact = world.take(by=world.xiaoyu if name == "booth-capture" else world.mei).contacts.get()
    client = client_of(world.users["xiaoyu" if name == "booth-capture" else "mei"])
    at = reverse(name, args=[contact.pk if name == "contact-edit" else Capture.objects.get().client_id])
    answer = client.post(at, filled(form_with(client.get(at).content, has), **{field: typed}))
    assert answer.status_code == 422 and f'id="id_{field}_error"' in answer.content.decode()
    assert contact.point("phone") == "13900002046"


@pytest.mark.parametrize(("typed", "is_taken"), [
    ("12", False), ("8012\n8013", False), ("13900002046\n8012", True), ("0755-8888 0000\n转 12", True), ("95588", True),
])  # fmt: skip
def test_a_phone_too_short_to_be_dialled_is_an_extension_of_a_main_number(world, client_of, typed, is_taken):
    contact = world.take().contacts.get()
    client, at = client_of(world.users["mei"]), reverse("contact-edit", args=[contact.pk])
    answer = client.post(at, filled(form_with(client.get(at).content, "revision"), phones=typed))
    assert answer.status_code == (302 if is_taken else 422)
    assert is_taken or "至少 5 位数字" in answer.content.decode()


def test_a_short_number_that_stands_there_already_keeps_nobody_from_editing(world, client_of):
    contact = world.take(phones=["8012"]).contacts.get()
    client, at = client_of(world.users["mei"]), reverse("contact-edit", args=[contact.pk])
    assert client.post(at, filled(form_with(client.get(at).content, "revision"), title="采购经理")).status_code == 302
    assert contact.point("phone") == "8012"


def test_nobody_who_left_is_given_a_customer(world):
    customer, kevin = world.take(), world.users["kevin"]
    deactivate(kevin, by=world.admin)
    kevin.refresh_from_db()
    for give in (
        lambda: assign(customer, by=world.heyuan, owner=kevin, revision=customer.revision),
        lambda: assign_many({customer.pk: customer.revision}, by=world.heyuan, owner=kevin),
        lambda: add_collaborator(customer, by=world.heyuan, user=kevin),
    ):
        with pytest.raises(Refused, match="Kevin"):
            give()
    assert Customer.objects.get(pk=customer.pk).owner == world.users["mei"]
