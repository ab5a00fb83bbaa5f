"""Letters: who is reached by chat gets the link from the letter's page, made by a press and shown once."""

from urllib.parse import urlsplit

import pytest

from boothline.contracts.establishment import ConfirmationRequest, close_link
from boothline.core.errors import NotAllowed
from boothline.messaging.letters import Letter, make_link
from boothline.timeline.models import Event
from tests.portal.guest import Guest
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(world) -> Letter:
    world.sent(world.take())
    return Letter.objects.for_list().get(grant__purpose="confirm")


def test_the_link_of_a_letter_opens_what_it_is_about_and_history_says_who_made_it(world, client_of, letter):
    Letter.objects.update(goes_by_mail=False)  # they are reached by chat
    mei = client_of(world.users["mei"])
    assert f"/letters/{letter.pk}/link/" in mei.get(f"/letters/{letter.pk}/").content.decode()
    assert "用聊天工具转发链接" in mei.get("/letters/").content.decode()
    shown = mei.post(f"/letters/{letter.pk}/link/").content.decode()
    address = shown.split('data-copy="')[1].split('"')[0]
    assert "opening" in Guest(urlsplit(address).path).forms(), "the contract waits behind it"
    assert Event.objects.get(kind="messaging.link_made").under_id == letter.customer_id
    assert "链接已转交" in (listed := mei.get("/letters/").content.decode()) and "用聊天工具转发链接" not in listed
    assert "data-copy" not in mei.get(f"/letters/{letter.pk}/link/").content.decode(), "it was shown once"


def test_a_link_acts_for_the_customer_so_only_who_may_send_makes_one(world, client_of, letter):
    with pytest.raises(NotAllowed):
        make_link(letter, by=world.haoran)
    assert f"/letters/{letter.pk}/link/" not in client_of(world.users["haoran"]).get(f"/letters/{letter.pk}/").content.decode()


def test_what_is_closed_gets_no_link(world, client_of, letter):
    close_link(ConfirmationRequest.objects.get(), by=world.mei)
    closed = Letter.objects.for_list().get(pk=letter.pk)
    with refused("closed"):
        make_link(closed, by=world.mei)
    mei = client_of(world.users["mei"])
    assert f"/letters/{letter.pk}/link/" not in mei.get(f"/letters/{letter.pk}/").content.decode()
    assert "已经关闭" in mei.post(f"/letters/{letter.pk}/link/", follow=True).content.decode()
