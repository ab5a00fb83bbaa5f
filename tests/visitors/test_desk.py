"""The capture at the desk and at the booth without a script: photos, consents, promises, an empty catalogue."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from boothline.catalogue.models import Product
from boothline.customers.models import Alike, Consent
from boothline.files.models import Attachment
from boothline.visitors.models import Capture
from tests.pictures import jpeg
from tests.suites.paper import filled, form_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(world, client_of):
    return client_of(world.users["mei"])


def card() -> SimpleUploadedFile:
    return SimpleUploadedFile("card.jpg", jpeg(), "image/jpeg")


def sent(client, page: str, **values):
    """The desk's form as the page holds it, with these filled in; a file goes as it is."""
    files = {name: value for name, value in values.items() if isinstance(value, SimpleUploadedFile)}
    typed = {name: value for name, value in values.items() if name not in files}
    return client.post("/captures/new/", filled(form_with(page, "client_id"), **typed) | files, follow=True)


def opened(client) -> str:
    return client.get("/captures/new/").content.decode()


def test_a_card_without_a_word_on_consent_is_kept_and_asked_about(mei):
    page = opened(mei)
    assert 'data-asks="对方同意拍摄并保存名片吗？"' in page
    answer = sent(mei, page, name="张三", picture=card()).content.decode()
    assert "还没有记录对方同意保存名片" in answer and Attachment.objects.count() == 1
    address = f"/captures/{Capture.objects.get().pk}/"
    asked = "拍了名片，但没有记录对方同意保存。"
    assert asked in mei.get(address).content.decode()
    customer, marked = f"/customers/{Capture.objects.get().customer_id}/", "card.jpg（请问能否保留）"
    assert marked in mei.get(customer).content.decode()
    Consent.objects.create(contact=Capture.objects.get().contact, purpose="photo", how="booth", wording="1")
    assert asked not in mei.get(address).content.decode()
    assert marked not in mei.get(customer).content.decode()


def test_a_card_with_their_consent_is_asked_about_no_more(mei):
    answer = sent(mei, opened(mei), name="张三", consents=["photo"], picture=card()).content.decode()
    assert "已采集。" in answer and "还没有记录" not in answer
    assert "拍了名片" not in mei.get(f"/captures/{Capture.objects.get().pk}/").content.decode()


def test_a_photo_that_is_not_chosen_again_is_said_to_be_missing(mei):
    again = sent(mei, opened(mei), name="张三", minutes="9999", picture=card())
    assert again.status_code == 422 and "请重新选择：所选文件不会保留。" in again.content.decode()
    answer = sent(mei, again.content.decode(), minutes="9").content.decode()
    assert "已保存，但没有重新选择的文件未保存：名片照片。" in answer and not Attachment.objects.exists()


def test_what_is_wrong_with_a_photo_is_told_beside_a_wrong_number(mei):
    wrong = SimpleUploadedFile("notes.txt", b"not a picture", "text/plain")
    page = sent(mei, opened(mei), name="张三", minutes="9999", picture=wrong).content.decode()
    assert (
        "请重新选择：所选文件不会保留。" not in page
        and "这个文件不是能读的图片" in page
        and "9999" in page
        and not Capture.objects.exists()
    )
    answer = sent(mei, opened(mei), name="张三", minutes="9", picture=card()).content.decode()
    assert "还没有记录对方同意保存名片" in answer and Attachment.objects.count() == 1


def test_a_photo_that_is_chosen_again_is_kept_without_a_word(mei):
    again = sent(mei, opened(mei), name="张三", minutes="9999", picture=card())
    answer = sent(mei, again.content.decode(), minutes="9", picture=card()).content.decode()
    assert "未保存" not in answer and Attachment.objects.count() == 1


@pytest.mark.parametrize("address", ["/captures/new/", "/booth/"])
def test_of_nothing_and_something_promised_the_promise_is_kept_and_said(mei, address):
    page = mei.get(address).content.decode()
    answer = mei.post(address, filled(form_with(page, "client_id"), name="张三", promised=["catalogue", "nothing"]), follow=True)
    assert "已勾选答应的事，“无”未记录。" in answer.content.decode() and Capture.objects.get().promised == ["catalogue"]


def test_without_products_nothing_is_asked_of_them_and_the_way_to_add_one_is_shown(world, client_of):
    Product.objects.update(retired_at=timezone.now())
    heyuan = client_of(world.users["heyuan"])
    page = opened(heyuan)
    assert "还没有产品可以勾选。" in page and 'href="/products/new/"' in page and "感兴趣的产品" not in page
    customer = world.take()
    page = heyuan.get(f"/customers/{customer.pk}/briefings/new/").content.decode()
    assert "还没有产品" in page and 'href="/products/new/"' in page and "保存详解" not in page
    page = client_of(world.users["mei"]).get(f"/customers/{customer.pk}/briefings/new/").content.decode()
    assert 'href="/products/new/"' not in page and "添加。" in page


def test_the_form_asks_whether_it_is_whom_we_know_also_of_somebody_elses_customer_and_the_pair_is_listed_at_once(world, client_of):
    """Booth staff do not see the ordering customer: they read whose it is, and may say that it is them."""
    order = world.ordered(world.take())
    known, xiaoyu, mei = order.customer, client_of(world.users["xiaoyu"]), client_of(world.users["mei"])
    typed = {"name": "张伟", "company": "光速贸易有限公司", "phone": "139-0000-2046", "email": "zhang.wei@guangsu.example"}
    page = sent(xiaoyu, opened(xiaoyu), **typed).content.decode()
    assert "可能是认识的客户" in page and "负责人 Mei" in page and "最近下单" not in page and Capture.objects.count() == 1
    assert "最近下单" in sent(mei, opened(mei), **typed).content.decode()
    sent(xiaoyu, page, customer_answer="new")
    newcomer = Capture.objects.latest("pk").customer
    assert newcomer != known
    pair = Alike.objects.get()
    assert {pair.customer, pair.other} == {known, newcomer}
    proposed = f"/customers/{known.pk}/merge/?with={newcomer.pk}"  # whom we know better stays
    heyuan = client_of(world.users["heyuan"])
    assert proposed in heyuan.get("/duplicates/").content.decode()
    for page in (heyuan.get(f"/customers/{newcomer.pk}/"), heyuan.get(f"/customers/{newcomer.pk}/merge/")):
        assert proposed.replace("&", "&amp;") in page.content.decode()
    known.refresh_from_db()
    again = sent(xiaoyu, opened(xiaoyu), **typed).content.decode()
    sent(xiaoyu, again, customer_answer=str(known.pk))
    assert Capture.objects.latest("pk").customer == known
