"""Voice notes: what is sound is told by its content, with its length; everything else is refused in words."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused
from boothline.core.rules import RuleSetting
from boothline.files import attachments
from boothline.files.attachments import Attachment, put_voice, read_voice
from boothline.files.sounds import NoSound, look_at
from tests.pictures import jpeg
from tests.sounds import mp4, ogg, wav, webm

TRUE = {
    "webm": (webm(3.4), "audio/webm", 3.4),
    "webm of a minute": (webm(61), "audio/webm", 61),
    "ogg": (ogg(3.4), "audio/ogg", 3.4),
    "wav": (wav(3.4), "audio/wav", 3.4),
    "m4a": (mp4(3.4), "audio/mp4", 3.4),
    "m4a in pieces": (mp4(3.4, pieces=True), "audio/mp4", 3.4),
}
FALSE = {
    "a film": webm(3, 1, 2),
    "a film without sound": webm(3, 1),
    "no track at all": webm(3, 17),
    "another document": webm(3, doc=b"other"),
    "an mp4 film": mp4(3, b"vide", b"soun"),
    "a picture": jpeg(),
    "a page": b"<script>alert(1)</script>",
    "a PDF": b"%PDF-1.7 %%EOF",
    "a wave without sound": wav(0),
    "an Ogg film": ogg(3, b"\x80theora" + bytes(40)),
    "nothing": b"",
    "only a beginning": b"\x1aE\xdf\xa3",
    "mp3": b"ID3\x04" + bytes(100),
}


@pytest.mark.parametrize("name", TRUE)
def test_each_recorders_form_is_known_by_its_content_with_its_length(name):
    content, kind, seconds = TRUE[name]
    found = look_at(content)
    assert found.type == kind and found.seconds == pytest.approx(seconds, abs=0.03)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FALSE)
def test_what_is_not_sound_alone_is_refused_whatever_it_is_called(name):
    with pytest.raises(NoSound):
        look_at(FALSE[name])
    for language, words in (("zh-hans", "这个文件不是能播放的语音"), ("en", "This file is no voice note that can be played")):
        with override(language), pytest.raises(Refused, match=words):
            read_voice(SimpleUploadedFile("note.webm", FALSE[name], "audio/webm"))


@given(st.sampled_from(sorted(TRUE)), st.data())
def test_whatever_is_cut_or_changed_is_sound_or_refused(name, data):
    content = bytearray(TRUE[name][0][:400])
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = look_at(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except NoSound:
        return
    assert found.type.startswith("audio/") and (found.seconds is None or found.seconds >= 0)


def test_a_file_of_nothing_but_small_parts_does_not_hold_the_server(monkeypatch):
    monkeypatch.setattr("boothline.files.sounds.MOST_PARTS", 1000)
    with pytest.raises(NoSound):
        look_at(webm(1) + b"\xec\x80" * 2000)


@pytest.mark.django_db
def test_how_long_and_how_large_are_rules_of_the_company(world):
    upload = SimpleUploadedFile("a.wav", wav(90))
    assert read_voice(upload).seconds == 90
    RuleSetting.objects.create(code=attachments.LONGEST_VOICE.code, value="1")
    with pytest.raises(Refused, match="1"):
        read_voice(SimpleUploadedFile("a.wav", wav(90)))
    assert read_voice(SimpleUploadedFile("a.wav", wav(65))).seconds == 65, "a recorder takes a moment to stop"
    RuleSetting.objects.create(code=attachments.LARGEST_VOICE.code, value="1")
    with pytest.raises(Refused, match="1 MB"):
        read_voice(SimpleUploadedFile("a.wav", wav(66) + bytes(2**20)))


@pytest.mark.django_db
def test_sent_again_under_its_id_it_is_kept_once_and_another_records_id_is_refused(world):
    one, other = world.products["TR20"], world.products["PN60"]
    voice, own = read_voice(SimpleUploadedFile("a.webm", webm(2))), uuid.uuid4()
    kept = put_voice(one, by=SYSTEM, voice=voice, name="voice", client_id=own)
    assert put_voice(one, by=SYSTEM, voice=voice, name="voice", client_id=own) == kept
    assert (kept.kind, kept.content_type, kept.seconds, kept.length, kept.visibility) == ("voice", "audio/webm", 2, "0:02", "staff")
    assert kept.content.name.endswith(".webm") and kept.content.open("rb").read() == webm(2)
    with pytest.raises(Refused):
        put_voice(other, by=SYSTEM, voice=voice, name="voice", client_id=own)
    assert Attachment.objects.filter(kind="voice").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked, status, begin, end",
    [
        ("", 200, 0, None), ("bytes=0-1", 206, 0, 2), ("bytes=10-", 206, 10, None), ("bytes=-5", 206, -5, None),
        ("bytes=5-99999999", 206, 5, None), ("bytes=99999999-", 416, 0, 0), ("bytes=9-2", 416, 0, 0), ("bytes=0-1,4-5", 200, 0, None),
        ("lines=1-2", 200, 0, None),
    ],
)  # fmt: skip
def test_a_player_may_ask_for_a_part(world, client_of, asked, status, begin, end):
    content = webm(2)
    kept = put_voice(world.products["TR20"], by=SYSTEM, voice=read_voice(SimpleUploadedFile("a", content)), name="voice")
    answer = client_of(world.users["mei"]).get(f"/files/{kept.pk}/", headers={"Range": asked} if asked else {})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == status and body == content[begin:end]
    assert answer["Accept-Ranges"] == "bytes" and answer["Cache-Control"] == "private, no-store"
    if status == 206:
        first = begin if begin >= 0 else len(content) + begin
        assert answer["Content-Type"] == "audio/webm" and answer["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(content)}"
