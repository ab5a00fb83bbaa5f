"""Size first: what strangers send is never written to the disk, and what nobody may send is not read at all."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.urls import reverse

from boothline.capture import visits
from tests.pictures import jpeg
from tests.portal.guest import Guest, link_of

pytestmark = pytest.mark.django_db
MB = 2**20


def status(client: Client, address: str, length: str) -> int:
    return client.generic("POST", address, CONTENT_LENGTH=length).status_code


def test_who_may_send_how_much_is_asked_before_anything_is_read(world, client_of):
    mei, stranger = client_of(world.users["mei"]), Client()
    guest = Guest(link_of(world.sent(world.take())))
    theirs = guest.page.wsgi_request.path
    visit = f"/visit/{visits.token_of(world.fair)}/"
    for address in ("/sign-in/", "/customers/", "/p/x/", theirs, f"/c/{10**17}/", "/absences/1/removal/", visit):
        assert status(stranger, address, str(3 * MB)) == 413, address
    for client, address in ((mei, reverse("customers")), (guest.browser, theirs)):
        assert status(client, address, str(64 * MB)) != 413
        assert status(client, address, str(66 * MB)) == status(client, address, "9" * 30) == 413
    assert status(guest.browser, "/sign-in/", str(3 * MB)) == 413, "their link opens their pages only"
    assert "登录" in stranger.generic("POST", "/customers/", CONTENT_LENGTH=str(3 * MB)).content.decode()


def test_nothing_of_a_stranger_is_written_to_the_disk(world, monkeypatch):
    """Neither above the limit, nor below it, where the form's token is read from what was sent."""
    written: list[int] = []
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", lambda self, data, start: written.append(len(data)))
    stranger = Client(enforce_csrf_checks=True)
    stranger.get("/sign-in/")
    answers = [stranger.post("/sign-in/", {"f": SimpleUploadedFile("x.bin", b"0" * size)}).status_code for size in (MB, 3 * MB)]
    assert (answers, written) == ([403, 413], [])


def test_a_chosen_file_is_asked_for_again_with_what_is_wrong_elsewhere(world, client_of):
    """No browser lets a page choose a file: what came with a form that is shown again is gone, and the page says so."""
    picture = SimpleUploadedFile("card.jpg", jpeg(), "image/jpeg")
    answer = client_of(world.users["xiaoyu"]).post(reverse("capture-new"), {"name": "生客", "minutes": "9999", "picture": picture})
    assert answer.status_code == 422 and "请重新选择：所选文件不会保留。" in answer.content.decode()


def test_who_sent_too_much_is_told_the_way_back_to_what_they_filled_in(world, client_of):
    answer = client_of(world.users["xiaoyu"]).post("/captures/new/", {"name": "王"}, CONTENT_LENGTH=str(66 * MB))
    assert answer.status_code == 413 and "用浏览器的“后退”回到表单，填过的内容还在" in answer.content.decode()
