"""501 at the booth: the plain form, the batch door of devices, pictures, the flash, correcting one's own capture."""

from __future__ import annotations

import io
import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from boothline.core.actors import SYSTEM
from boothline.customers.card import Contact, Customer, Person, add_people, agree, edit_contact, withdraw_consent
from boothline.customers.duplicates import Alike, find_alike
from boothline.customers.intake import take_people
from boothline.files.models import Attachment
from boothline.followups.models import Clock, NextStep
from boothline.timeline.models import Event
from boothline.visitors.models import Capture
from boothline.visitors.questionnaire import DEFAULT, change_questionnaire
from tests.pictures import jpeg
from tests.sounds import ogg, wav, webm
from tests.suites.paper import filled, form_with

pytestmark = pytest.mark.django_db


def picture(colour: str = "red") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), colour).save(out, "PNG")
    return SimpleUploadedFile("card.png", out.getvalue(), "image/png")


def sound(content: bytes = b"", name: str = "voice.webm") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or webm(3), "audio/webm")


def row(**fields) -> dict:
    more = {k: fields.pop(k) for k in ("customer", "taken_at", "voices") if k in fields}
    return {"id": str(uuid.uuid4()), "taken_at": None, "customer": None, "fields": fields, **more}


def sent(client, world, *rows, fair=True) -> dict[str, dict]:
    body = {"fair": world.fair.pk if fair else None, "version": None, "captures": list(rows)}
    answer = client.post("/booth/captures/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return {told["id"]: told for told in answer.json()["rows"]}


@pytest.fixture
def xiaoyu(world, client_of):
    return client_of(world.users["xiaoyu"])


def plain(world, **fields) -> dict:
    return {"client_id": str(uuid.uuid4()), "fair": world.fair.pk, "revision": 0} | fields


def test_the_page_asks_four_things_first_and_the_rest_behind(xiaoyu, world):
    body = xiaoyu.get("/booth/").content.decode()
    first, _sep, rest = body.partition('<details class="more-fields"')
    assert [q for q in ("interest", "heat", "promised", "consent") if f'data-question="{q}"' in first] == [
        "interest",
        "heat",
        "promised",
        "consent",
    ]
    order = [rest.index(f'data-question="{q}"') for q in ("best_time", "purpose", "timing", "company_kind")]
    assert order == sorted(order)
    assert "保存，下一位" in body and "江南照明展" in body


def test_the_plain_form_saves_and_stands_ready_for_the_next(xiaoyu, world):
    fields = plain(
        world, name="安娜", company="Nordlicht GmbH", email="a@nordlicht.example", heat="4", promised=["quote", "nothing"],
        consents=["follow_up", "photo"], q_purpose=["buy"], q_timing="m3", q_volume="1,200", q_volume_unit="只", q_best_time=["morning", "phone"],
        name_2="Bernd", phone_2="+49 40 5550 1763", picture_front=picture(), picture_product=picture("blue"),
    )  # fmt: skip
    answer = xiaoyu.post("/booth/", fields)
    assert answer.status_code == 302
    capture = Capture.objects.get()
    assert answer["Location"] == f"/booth/?saved={capture.client_id}&fair={world.fair.pk}"
    assert str(capture.client_id) == fields["client_id"] and capture.taken_by == world.users["xiaoyu"] and capture.fair == world.fair
    assert capture.answers == {"purpose": ["buy"], "timing": "m3", "volume": {"n": "1200", "unit": "只"}, "best_time": ["morning", "phone"]}
    assert [(c.purpose, c.wording, c.how) for c in capture.contact.consents.order_by("id")] == [
        ("follow_up", "1", "booth"),
        ("photo", "1", "booth"),
    ]
    assert [c.name for c in capture.others.all()] == ["Bernd"] and capture.others.get().customer == capture.customer
    assert [a.name for a in Attachment.objects.of(capture)] == ["front", "product"]
    assert capture.customer.owner == world.users["mei"]  # who follows up the fair
    next_page = xiaoyu.get(answer["Location"]).content.decode()
    assert "安娜" in next_page and f"/booth/captures/{capture.client_id}/" in next_page
    assert str(capture.client_id) not in next_page.split('name="client_id"')[1][:120]


def test_each_promise_becomes_a_next_step_and_nothing_promised_a_first_answer(xiaoyu, world, client_of):
    xiaoyu.post("/booth/", plain(world, name="甲", promised=["catalogue", "quote", "sample"]))
    xiaoyu.post("/booth/", plain(world, name="乙", promised=["nothing"]))
    steps = list(NextStep.objects.order_by("id"))
    assert [str(step) for step in steps] == ["寄目录", "报价", "寄样", "首次回复"]
    assert [clock.step for clock in Clock.objects.order_by("id")] == [steps[0], steps[3]], "the clock runs to the first of them"
    assert "答应的事：寄目录、报价、寄样" in client_of(world.users["mei"]).get("/today/").content.decode()


def test_any_one_thing_that_says_who_it_is_will_do(xiaoyu, world):
    """Name, company, phone, e-mail, chat id, badge number, card photo."""
    given = {"phone": "13900001111", "email": "x@y.example", "badge_number": "A-1024", "picture_front": picture()}
    for only in ("name", "company", "phone", "email", "wechat", "whatsapp", "badge_number", "picture_front", "picture_back"):
        value = given.get(only) or (picture() if only.startswith("picture") else "某")
        assert xiaoyu.post("/booth/", plain(world, **{only: value})).status_code == 302, only
    assert Capture.objects.count() == 9
    assert xiaoyu.post("/booth/", plain(world, picture_product=picture())).status_code == 422, "a product says nobody"


def test_who_has_only_a_badge_or_a_photo_is_called_by_it_until_corrected(xiaoyu, world):
    badge = row(badge_number="A-1024")
    photo = row() | {"pictures": ["front"]}
    told = sent(xiaoyu, world, badge, photo)
    assert (told[badge["id"]]["name"], told[badge["id"]]["state"]) == ("证件 A-1024", "saved")
    assert told[photo["id"]]["name"].startswith("名片 ")
    capture = Capture.objects.get(client_id=badge["id"])
    assert (capture.badge_number, capture.customer.kind, capture.customer.name) == ("A-1024", "person", "证件 A-1024")
    at = f"/booth/captures/{badge['id']}/"
    assert xiaoyu.post(at, filled(form_with(xiaoyu.get(at).content, "heat"), name="安娜")).status_code == 302
    capture = Capture.objects.get(client_id=badge["id"])
    assert (capture.contact.name, capture.customer.name, capture.badge_number) == ("安娜", "安娜", "A-1024")


def test_a_required_question_never_blocks_saving_it_becomes_a_gap_to_complete(xiaoyu, world, client_of):
    asked = [replace(q, required=q.code in ("purpose", "heat")) for q in DEFAULT]
    change_questionnaire(world.fair, by=world.heyuan, revision=0, questions=asked)
    assert xiaoyu.post("/booth/", plain(world, name="安娜")).status_code == 302
    capture = Capture.objects.get()
    assert [q.code for q in capture.gaps] == ["heat", "purpose"]
    page = client_of(world.users["mei"]).get(f"/captures/{capture.pk}/").content.decode()
    assert "待补" in page and "意向程度" in page and "来访目的" in page


def test_nobody_is_refused_and_what_was_typed_stands(xiaoyu, world):
    answer = xiaoyu.post("/booth/", plain(world, note="要样品", heat="3"))
    assert answer.status_code == 422 and "要样品" in answer.content.decode()
    assert not Capture.objects.exists()


def test_what_is_wrong_is_said_field_by_field(xiaoyu, world):
    """Each at its field for the page, and in one line with the labels for whoever has only that."""
    wrong = row(name="安娜", email="no-address", phone="总机")
    told = sent(xiaoyu, world, wrong)[wrong["id"]]
    assert set(told["faults"]) == {"email", "phone"} and all(told["faults"].values())
    assert told["reason"].count("；") == 1 and told["reason"].count("：") == 2


def test_rows_of_a_device_are_answered_by_their_ids(xiaoyu, world):
    good, bad = row(name="安娜", interest=[str(world.products["TR20"].pk)], heat="4"), row(note="谁？", name=None, company={})
    odd, mail = row(name="x", q_purpose=["moon"]), row(name="x", email="no-address")
    told = sent(xiaoyu, world, good, bad, odd, mail, "nonsense", {"id": "7", "fields": {"name": "x"}})
    assert told[good["id"]]["state"] == "saved" and told[good["id"]]["name"] == "安娜"
    assert {told[r["id"]]["state"] for r in (bad, odd, mail)} == {"refused"} and told["7"]["state"] == "refused"
    assert "邮箱" in told[mail["id"]]["reason"] or "e-mail" in told[mail["id"]]["reason"]
    assert Capture.objects.get().client_id == uuid.UUID(good["id"])
    again = sent(xiaoyu, world, good | {"taken_at": timezone.now().isoformat()})
    assert again[good["id"]]["state"] == "known" and again[good["id"]]["name"] == "安娜"
    assert Capture.objects.count() == 1


def test_a_form_filled_in_anew_under_its_id_is_somebody_new(xiaoyu, world):
    """The browser's *back*, the next visitor typed over the last: the form says so, and the next press saves them."""
    sent(xiaoyu, world, first := row(name="丙先生"))
    told = sent(xiaoyu, world, first | {"fields": {"name": "丁女士"}})[first["id"]]
    assert told["state"] == "refused" and "丙先生" in told["reason"]
    refused = xiaoyu.post("/booth/", plain(world, client_id=first["id"], name="丁女士"))
    assert refused.status_code == 422 and "丙先生" in refused.content.decode()
    assert xiaoyu.post("/booth/", form_with(refused.content, "heat").fields).status_code == 302
    assert [capture.contact.name for capture in Capture.objects.order_by("id")] == ["丙先生", "丁女士"]


def test_the_moment_is_the_devices(xiaoyu, world):
    at = timezone.now() - timedelta(hours=5)
    late = row(name="安娜", taken_at=at.isoformat())
    wrong = ["noon", (timezone.now() + timedelta(days=9)).isoformat(), "1970-01-01T00:00:10+00:00", "0001-01-01T00:00:00+14:00"]
    wrong += ["9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59+00:00"]
    refused = [row(note="x", taken_at=moment) for moment in wrong]  # nobody's name: it would be called by its moment
    told = sent(xiaoyu, world, late, *refused)
    assert [told[r["id"]]["state"] for r in (late, *refused)] == ["saved"] + ["refused"] * 6
    assert all("时钟" in told[r["id"]]["reason"] for r in refused)
    assert Capture.objects.get().taken_at == at


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"captures": 3}', '{"captures": [], "fair": 987654}', '{"captures": [], "fair": 1e400}', "[" * 5000]
)
def test_what_is_no_list_of_captures_is_refused_whole(xiaoyu, world, body):
    answer = xiaoyu.post("/booth/captures/", body, content_type="application/json")
    assert answer.status_code in (200, 422)
    assert not Capture.objects.exists()


def test_pictures_follow_their_capture_and_sending_again_keeps_one(xiaoyu, world, client_of):
    sent(xiaoyu, world, first := row(name="安娜"))
    at = f"/booth/captures/{first['id']}/pictures/"
    for _again in range(2):
        assert xiaoyu.post(at, {"kind": "back", "picture": picture()}).status_code == 200
    assert [a.name for a in Attachment.objects.all()] == ["back"]
    assert xiaoyu.post(at, {"kind": "moon", "picture": picture()}).status_code == 422
    assert xiaoyu.post(at, {"kind": "back", "picture": SimpleUploadedFile("x.jpg", b"GIF89a")}).status_code == 422
    assert xiaoyu.post(at, {"kind": "back"}).status_code == 422
    mei = client_of(world.users["mei"])  # her customer, not her capture
    assert mei.post(at, {"kind": "back", "picture": picture("blue")}).status_code == 403
    assert client_of(world.users["kevin"]).post(at, {"kind": "back", "picture": picture("blue")}).status_code == 404


def test_what_is_sent_after_the_fairs_last_day_gets_its_pictures_and_corrections_that_day(xiaoyu, world):
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        world.users["xiaoyu"].refresh_from_db()
        xiaoyu.force_login(world.users["xiaoyu"])
        late = row(taken_at=(timezone.now() - timedelta(days=1)).isoformat()) | {"pictures": ["front"]}
        sent(xiaoyu, world, late)
        sent(xiaoyu, world, none := row(name="路过"), fair=False)
        for at in (f"/booth/captures/{late['id']}/", f"/booth/captures/{none['id']}/"):
            assert xiaoyu.post(f"{at}pictures/", {"kind": "front", "picture": picture()}).status_code == 200
            assert xiaoyu.post(at, filled(form_with(xiaoyu.get(at).content, "heat"), name="安娜")).status_code == 302
        assert [capture.contact.name for capture in Capture.objects.order_by("id")] == ["安娜", "安娜"]
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        xiaoyu.force_login(world.users["xiaoyu"])
        assert xiaoyu.get(f"/booth/captures/{late['id']}/").status_code == 404, "and none the day after"


# Somebody who is known.


def known(client, **given) -> list[dict]:
    return client.get("/booth/known/", given).json()["known"]


def test_a_known_visitor_flashes_with_the_owner_and_for_who_may_with_the_last_order(world, client_of):
    world.ordered(world.take())
    mei, xiaoyu = client_of(world.users["mei"]), client_of(world.users["xiaoyu"])
    assert [one["name"] for one in known(mei, phone="139-0000-2046")] == ["光速贸易有限公司"]
    line = known(mei, phone="13900002046")[0]["line"]
    assert "Mei" in line and "最近下单" in line
    assert known(xiaoyu, phone="13900002046")[0]["line"] == "负责人 Mei"  # not theirs to see: the owner alone
    assert known(xiaoyu, name="张伟", company="光速贸易")[0]["reason"] == "name"
    assert known(xiaoyu, email="zhang.wei@guangsu.example") and not known(xiaoyu, email="nobody@guangsu.example") and not known(xiaoyu)


def test_choosing_the_flash_attaches_and_the_same_person_is_not_doubled(xiaoyu, world):
    home = world.take()
    colleague = row(name="李四", phone="13900002046", customer=home.pk)
    same = row(name="张 伟", phone="139 0000 2046", customer=home.pk)
    other = row(name="路人", company="毫无关系", customer=home.pk)
    told = sent(xiaoyu, world, colleague, same, other)
    assert [told[r["id"]]["state"] for r in (colleague, same, other)] == ["saved", "saved", "refused"]
    assert sorted(c.name for c in home.contacts.all()) == ["张伟", "李四"]
    assert Customer.objects.count() == 1


def test_what_is_new_of_somebody_known_is_added_and_nothing_is_overwritten(xiaoyu, world, client_of):
    home = world.take(title="采购", chats={"whatsapp": "8613900002046", "web": "guangsu.example"})
    sent(xiaoyu, world, row(
        name="张伟", company="光速集团", phone="139-0000-2046", email="zw@guangsu.example", wechat="zw88", whatsapp="861390000-else", title="总经理", customer=home.pk,
    ))  # fmt: skip
    capture = Capture.objects.latest("id")
    contact = home.contacts.get()
    ways = ["13900002046", "zhang.wei@guangsu.example", "8613900002046", "guangsu.example", "zw@guangsu.example", "zw88"]
    assert [point.value for point in contact.points.all()] == ways and contact.title == "采购"
    assert capture.extra == {"title": "总经理", "company": "光速集团", "whatsapp": "861390000-else"} and home.name == "光速贸易有限公司"
    address = f"/captures/{capture.pk}/"
    assert "总经理" in (page := client_of(world.users["mei"]).get(address).content.decode()) and "861390000-else" in page
    masked = client_of(world.users["heyuan"]).get(address).content.decode()
    assert "总经理" in masked and "861390000-else" not in masked, "masked like every way to reach them"
    assert Customer.objects.search("zw88", world.mei).get() == home, "and it is found by it"


def test_without_a_script_a_button_looks_and_saving_asks_where_the_phone_is_known(xiaoyu, world):
    home = world.take()
    fields = plain(world, name="李四", phone="13900002046", note="要样品")
    looked = xiaoyu.post("/booth/", fields | {"look": "1"})
    assert looked.status_code == 200 and f'value="{home.pk}"' in looked.content.decode() and Capture.objects.count() == 1
    asked = xiaoyu.post("/booth/", fields)
    body = asked.content.decode()
    strip = re.compile(r'<div id="trouble"[^>]*( hidden)?>.*?</div>')
    assert "先选定是哪位客户" in strip.search(body)[0] and "先选定是哪位客户" not in strip.search(xiaoyu.get("/booth/").content.decode())[0]
    assert f'value="{home.pk}"' in body and "要样品" in body and Capture.objects.count() == 1
    assert xiaoyu.post("/booth/", fields | {"customer_answer": home.pk}).status_code == 302
    assert home.contacts.count() == 2
    assert xiaoyu.post("/booth/", fields).status_code == 302, "sent again it is not asked again"
    assert Customer.objects.count() == 1
    assert xiaoyu.post("/booth/", plain(world, name="王五", phone="13900002046", customer_answer="")).status_code == 302
    assert xiaoyu.post("/booth/", plain(world, name="赵六", company="光速贸易")).status_code == 302, "a company alone is an offer"
    assert Customer.objects.count() == 3


def test_whose_phone_or_e_mail_is_known_is_asked_once_and_what_waited_on_a_device_never(xiaoyu, world):
    home = world.take()
    quick = row(name="张伟", company="光速贸易", phone="139 0000 2046") | {"asks": True}
    told = sent(xiaoyu, world, quick)[quick["id"]]
    assert told["state"] == "asked" and [one["customer"] for one in told["known"]] == [home.pk] and told["known"][0]["choice"]
    assert "张伟" in told["known"][0]["line"] and Capture.objects.count() == 1
    theirs = sent(xiaoyu, world, quick | {"customer": home.pk})[quick["id"]]
    assert theirs["state"] == "saved" and theirs["open"] == f"/customers/{home.pk}/" and Customer.objects.count() == 1
    assert sent(xiaoyu, world, quick)[quick["id"]]["state"] == "known", "sent again, the id answers"
    by_mail = row(name="无名", email="zhang.wei@guangsu.example") | {"asks": True}
    assert sent(xiaoyu, world, by_mail)[by_mail["id"]]["state"] == "asked"
    new = sent(xiaoyu, world, by_mail | {"asks": False})[by_mail["id"]]
    by_name = row(name="赵六", company="光速贸易") | {"asks": True}
    assert new["state"] == "saved" == sent(xiaoyu, world, by_name)[by_name["id"]]["state"]


@pytest.mark.parametrize("stored, typed, country", [
    ("138 2277 9045", "+86 13822779045", ""), ("+86 13822779045", "138 2277 9045", ""), ("+852 9345 6120", "93456120", ""),
    ("93456120", "+852 9345 6120", "中国香港"), ("040 5550 1762", "0049 40 55501762", "Germany"),
])  # fmt: skip
def test_a_number_with_and_without_its_countrys_code_is_the_same_at_every_door(xiaoyu, world, client_of, stored, typed, country):
    home = world.take(name="黄秋霞", company="佛山市朝霞灯具有限公司", emails=[], phones=[stored])
    Customer.objects.filter(pk=home.pk).update(country=country)
    assert [one["reason"] for one in known(xiaoyu, name="司马", phone=typed)] == ["phone"]
    asked = xiaoyu.post("/booth/", plain(world, name="司马", phone=typed))
    assert asked.status_code == 200 and "先选定是哪位客户" in asked.content.decode() and Customer.objects.count() == 1
    again = row(name="黄秋霞", phone=typed, customer=home.pk)
    assert sent(xiaoyu, world, again)[again["id"]]["state"] == "saved"
    assert [point.value for point in home.contacts.get().points.all()] == [stored], "the same person, and the number that we had"
    (other,) = add_people([Person(name="司马", phones=[typed])], by=SYSTEM)
    assert find_alike() == 1 and Alike.objects.get().why == ["phone"]
    assert take_people([Person(name="黄秋霞", phones=[typed])], by=SYSTEM).joined == {0: home.contacts.get()}
    assert "疑似重复" in client_of(world.users["heyuan"]).get(f"/customers/{other.customer_id}/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_the_script_says_stands_whole_in_the_page(xiaoyu, language):
    form = re.search(r'<form id="capture"[^>]*>', xiaoyu.get("/booth/", headers={"accept-language": language}).content.decode())[0]
    said = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', form))
    assert said["picture"].endswith("Press Edit to add it." if language == "en" else "点“修改”补上。") and "{why}" in said["picture"]
    assert re.sub(r'[a-z-]+="[^"]*"', "", form).split() == ["<form", "novalidate", ">"], "nothing broke out of an attribute"


# One's own capture, on its day.


def test_the_page_names_ones_own_last_captures_to_correct_and_to_open(xiaoyu, world, client_of):
    one = row(name="安那", company="北光")
    sent(xiaoyu, world, one)
    home = Customer.objects.get(name="北光")
    body = xiaoyu.get(f"/booth/?saved={one['id']}").content.decode()
    recent = body[body.index('id="recent"') :]
    assert f"/booth/captures/{one['id']}/" in recent and f"/customers/{home.pk}/" in recent and "安那" in recent
    assert f"/customers/{home.pk}/" in body[body.index('id="done"') : body.index('id="trouble"')]
    assert "安那" not in client_of(world.users["mei"]).get("/booth/").content.decode()


def test_ones_own_capture_is_corrected_on_its_day(xiaoyu, world):
    sent(
        xiaoyu,
        world,
        first := row(
            name="安那",
            company="北光",
            phone="13900001111",
            heat="2",
            consents=["follow_up", "marketing"],
            q_purpose=["buy"],
            q_language="zh",
        ),
    )
    at = f"/booth/captures/{first['id']}/"
    body = xiaoyu.get(at).content.decode()
    assert 'value="安那"' in body and "13900001111" in body
    capture = Capture.objects.get()
    fields = filled(
        form_with(body, "heat"), name="安娜", company="北光照明", phone="13900001112", heat="4", consents=["follow_up"], promised=["sample"],
        interest=[world.products["PN60"].pk], q_purpose=["sell"], q_language="en", note="下午再来",
    )  # fmt: skip
    assert xiaoyu.post(at, fields).status_code == 302
    capture.refresh_from_db()
    assert (capture.heat, capture.promised, capture.note, capture.answers) == (
        4,
        ["sample"],
        "下午再来",
        {"purpose": ["sell"], "language": "en"},
    )
    assert (capture.contact.name, capture.contact.point("phone"), capture.customer.name) == ("安娜", "13900001112", "北光照明")
    assert capture.contact.language == "en", "letters follow the answer"
    assert list(capture.interest.all()) == [world.products["PN60"]]
    assert list(capture.contact.consents.filter(withdrawn_at=None).values_list("purpose", flat=True)) == ["follow_up"]
    assert (
        Event.objects.filter(kind="visitors.corrected").count() == 1 and Event.objects.filter(kind="customers.consent_withdrawn").exists()
    )
    assert Customer.objects.get().nature == "peer"  # recognised anew: came to sell
    assert xiaoyu.post(at, fields | {"heat": "1"}).status_code == 409  # somebody changed it meanwhile: they themselves


def test_a_correction_writes_only_what_was_made_different(xiaoyu, world):
    """Meanwhile a colleague has mended the person and a consent was withdrawn: neither is undone by a new note."""
    sent(xiaoyu, world, first := row(name="安娜", company="北光", phone="13900001111", consents=["follow_up", "marketing"]))
    at, contact = f"/booth/captures/{first['id']}/", Contact.objects.get()
    form = form_with(xiaoyu.get(at).content, "heat")
    withdraw_consent(contact.consents.get(purpose="marketing"), by=world.heyuan)
    points = Person(phones=["13900001112", "057155501763"], emails=["anna@nordlicht.example"])
    edit_contact(contact, by=world.heyuan, revision=contact.revision, values={"title": "总经理"}, points=points)
    told = xiaoyu.post(at, filled(form, note="下午再来"))
    assert told.status_code == 409 and "13900001112" in told.content.decode()
    again = form_with(told.content, "keep_phone")
    assert not any(name.startswith("keep") for name in again.choices), "they changed different fields: nothing to choose"
    assert xiaoyu.post(at, again.fields).status_code == 302
    contact = Contact.objects.get()
    assert (Capture.objects.get().note, contact.title) == ("下午再来", "总经理")
    assert [point.value for point in contact.points.all()] == ["13900001112", "057155501763", "anna@nordlicht.example"]
    assert list(contact.consents.filter(withdrawn_at=None).values_list("purpose", flat=True)) == ["follow_up"]


def test_a_consent_that_this_fair_does_not_ask_for_stands(xiaoyu, world):
    home = world.take()
    agree([(home.contacts.get(), "marketing")], by=world.mei, how="booth")
    asked = [replace(q, options=tuple(replace(o, retired=o.code == "marketing") for o in q.options)) for q in DEFAULT]
    change_questionnaire(world.fair, by=world.heyuan, revision=0, questions=asked)
    sent(xiaoyu, world, first := row(name="张伟", phone="13900002046", customer=home.pk))
    at = f"/booth/captures/{first['id']}/"
    assert xiaoyu.post(at, filled(form_with(xiaoyu.get(at).content, "heat"), consents=["follow_up"])).status_code == 302
    assert set(home.contacts.get().consents.filter(withdrawn_at=None).values_list("purpose", flat=True)) == {"marketing", "follow_up"}


def test_neither_another_days_nor_another_persons_is(xiaoyu, world, client_of):
    sent(xiaoyu, world, first := row(name="安娜"))
    at = f"/booth/captures/{first['id']}/"
    assert client_of(world.users["mei"]).get(at).status_code == 403
    assert client_of(world.users["kevin"]).get(at).status_code == 404
    assert xiaoyu.get("/booth/captures/no-id/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        world.users["xiaoyu"].refresh_from_db()
        assert client_of(world.users["xiaoyu"]).get(at).status_code == 403


def test_who_was_on_record_before_is_not_changed_by_a_correction(xiaoyu, world):
    home = world.take()
    sent(xiaoyu, world, first := row(name="张伟", phone="13900002046", customer=home.pk))
    at = f"/booth/captures/{first['id']}/"
    body = xiaoyu.get(at).content.decode()
    assert "13900002046" not in body and 'name="phone"' not in body
    capture = Capture.objects.get(client_id=first["id"])
    assert xiaoyu.post(at, {"client_id": first["id"], "revision": capture.revision, "name": "改名", "heat": "3"}).status_code == 302
    capture.refresh_from_db()
    assert capture.heat == 3 and home.contacts.get().name == "张伟"


def test_every_row_has_its_answer(xiaoyu, world, client_of):
    """One id twice in a batch, and an id that a colleague has used: each row is told, nothing of the colleague's is."""
    one = row(name="安娜", company="Nordlicht GmbH")
    body = {"fair": world.fair.pk, "version": None, "captures": [one, one | {"fields": {"name": "别人"}}]}
    told = xiaoyu.post("/booth/captures/", json.dumps(body), content_type="application/json").json()["rows"]
    assert [(answer["id"], answer["state"]) for answer in told] == [(one["id"], "saved"), (one["id"], "refused")]
    theirs = sent(client_of(world.users["mei"]), world, one | {"fields": {"name": "另一位", "company": "别的公司"}})[one["id"]]
    assert theirs["state"] == "refused" and "安娜" not in str(theirs) and "Nordlicht" not in str(theirs)
    assert Capture.objects.count() == 1


def test_an_equal_name_alone_opens_nobody_whom_one_does_not_see(xiaoyu, world):
    """Whoever knows the company's name does not get its people by it: a new customer, and the likeness is proposed."""
    held = world.take(company="光速贸易有限公司", name="张伟")
    assert xiaoyu.get(f"/customers/{held.pk}/").status_code == 404
    known = xiaoyu.get("/booth/known/", {"company": "光速贸易有限公司"}).json()["known"]
    assert [one["choice"] for one in known] == [False]
    told = sent(xiaoyu, world, row(name="李雷", company="光速贸易有限公司", customer=held.pk))
    assert [answer["state"] for answer in told.values()] == ["saved"]
    assert Customer.objects.count() == 2 and xiaoyu.get(f"/customers/{held.pk}/").status_code == 404


# Voice notes.


def test_a_plain_form_keeps_its_voice_notes_and_whoever_has_only_one_is_called_by_it(xiaoyu, world, client_of):
    assert xiaoyu.post("/booth/", plain(world, voice=[sound(), sound(wav(61), "a.wav")])).status_code == 302
    capture = Capture.objects.get()
    assert capture.contact.name.startswith("语音 ")
    assert [(v.name, v.content_type, v.length) for v in Attachment.objects.of(capture)] == [
        ("voice", "audio/webm", "0:03"),
        ("voice", "audio/wav", "1:01"),
    ]
    mei = client_of(world.users["mei"])
    for address in (f"/captures/{capture.pk}/", f"/customers/{capture.customer_id}/"):
        page = mei.get(address).content.decode()
        assert page.count("<audio controls") == 2 and "语音 2" in page and "1:01" in page, address
    kept = Attachment.objects.of(capture).first()
    assert mei.get(f"/files/{kept.pk}/")["Content-Type"] == "audio/webm"
    assert client_of(world.users["haoran"]).get(f"/files/{kept.pk}/").status_code == 404, "what it says is masked for others"
    assert "media-src 'self'" in mei.get("/today/")["Content-Security-Policy"]


def test_a_plain_form_keeps_any_number_of_pictures_and_voice_notes(xiaoyu, world):
    shots = [picture(f"#{i * 20:02x}0000") for i in range(12)]
    sounds = [sound(webm(1 + i)) for i in range(12)]
    assert xiaoyu.post("/booth/", plain(world, name="安娜", picture_notes=shots, voice=sounds)).status_code == 302
    assert Attachment.objects.filter(kind="picture").count() == 12 == Attachment.objects.filter(kind="voice").count()
    at = f"/booth/captures/{Capture.objects.get().client_id}/"
    more = [picture(f"#00{i * 20:02x}00") for i in range(1, 11)]
    fields = filled(form_with(xiaoyu.get(at).content, "heat")) | {"picture_notes": more}
    assert xiaoyu.post(at, fields).status_code == 302 and Attachment.objects.filter(kind="picture").count() == 22


def test_a_false_voice_note_keeps_nobody_and_says_so(xiaoyu, world):
    answer = xiaoyu.post("/booth/", plain(world, name="安娜", voice=sound(jpeg())))
    assert answer.status_code == 422 and "不是能播放的语音" in answer.content.decode()
    assert not Capture.objects.exists() and not Attachment.objects.exists()


def test_a_device_sends_voice_notes_after_their_capture_each_once(xiaoyu, world, client_of):
    asked = row(voices=1)
    told = sent(xiaoyu, world, asked)[asked["id"]]
    assert told["state"] == "saved" and told["name"].startswith("语音 ")
    at, own = f"/booth/captures/{asked['id']}/voices/", str(uuid.uuid4())
    first = xiaoyu.post(at, {"id": own, "voice": sound()})
    assert first.status_code == 200 and xiaoyu.post(at, {"id": own, "voice": sound()}).json() == first.json()
    assert xiaoyu.post(at, {"voice": sound()}).json() == first.json(), "the same without an id"
    assert xiaoyu.post(at, {"id": str(uuid.uuid4()), "voice": sound(ogg(9))}).status_code == 200
    assert [v.seconds for v in Attachment.objects.filter(kind="voice").order_by("id")] == [3, 9]
    for wrong in ({}, {"voice": sound(jpeg())}, {"id": "x", "voice": sound()}):
        answer = xiaoyu.post(at, wrong)
        assert answer.status_code == 422 and answer.json()["reason"], wrong
    other = row(name="别人")
    sent(xiaoyu, world, other)
    assert xiaoyu.post(f"/booth/captures/{other['id']}/voices/", {"id": own, "voice": sound()}).status_code == 422
    assert client_of(world.users["mei"]).post(at, {"voice": sound()}).status_code == 403, "not her capture"
    assert Attachment.objects.filter(kind="voice").count() == 2


@pytest.mark.parametrize("voices", [0, -1, "1", None, [1]])
def test_a_voice_note_that_is_not_announced_says_nobody(xiaoyu, world, voices):
    asked = row(voices=voices)
    assert sent(xiaoyu, world, asked)[asked["id"]]["state"] == "refused"
