"""Files: what a picture may cost before it is read, and what is left of a file that was not kept."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused
from boothline.files import attachments
from boothline.files.attachments import Attachment, put_picture, read_picture, read_received, storage
from boothline.files.upkeep import remove_strays
from tests.pictures import jpeg


def saved(picture: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def header(width: int, height: int, frame: int = 0xC0, first: int = 3, before: bytes = b"") -> bytes:
    """A JPEG of three colours up to its first scan, which holds `first` of them."""
    colours = b"".join(bytes([n, 0x11, 0]) for n in (1, 2, 3))
    sof = struct.pack(">BBHBHHB", 0xFF, frame, 17, 8, height, width, 3) + colours
    sos = struct.pack(">BBHB", 0xFF, 0xDA, 6 + 2 * first, first) + bytes(2 * first + 3)
    return b"\xff\xd8" + before + sof + sos


@pytest.mark.parametrize(
    ("content", "is_too_many"),
    [
        (saved(Image.new("L", (4000, 3001)), "PNG"), True),
        (saved(Image.new("P", (4000, 3001)), "GIF"), True),
        (header(14000, 14000), False),  # a telephone's photo: drawn line by line
        (header(14000, 14000, before=b"\xff\xff\xfe\x00\x04ok"), False),  # with a fill byte and a comment
        (header(14000, 14300), True),
        (header(5001, 5000, frame=0xC2), True),  # progressive
        (header(5001, 5000, first=1), True),  # one colour after the other
        (header(5001, 5000, before=b"\xff\xd0"), True),  # not plainly written
    ],
    ids=range(8),
)
@pytest.mark.filterwarnings("ignore:Image size")
def test_a_picture_that_would_take_much_memory_is_refused_by_its_head(content, is_too_many):
    with pytest.raises(Refused) as refused:  # the heads have no body: whatever is not too large cannot be read
        read_picture(SimpleUploadedFile("x", content))
    assert (refused.value.code == "too_many_pixels") is is_too_many


@pytest.mark.parametrize("form", ["L", "LA", "P", "RGB", "RGBA", "CMYK", "1", "I;16"])
def test_every_kind_of_picture_becomes_a_small_jpeg_on_white_the_right_way_up(form):
    source = Image.new("L" if form == "I;16" else form, (2400, 1200))
    if form == "RGBA":
        source.putalpha(0)
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    source = source.convert("I").convert("I;16") if form == "I;16" else source
    kept = read_picture(SimpleUploadedFile("x", saved(source, "JPEG" if form == "CMYK" else "PNG", exif=exif)))
    with Image.open(io.BytesIO(kept)) as seen:
        assert (seen.format, seen.mode, seen.size) == ("JPEG", "RGB", (1000, 2000))
        assert not seen.getexif()
        if form in ("RGBA", "RGB"):
            assert seen.getpixel((5, 5)) == ((255, 255, 255) if form == "RGBA" else (0, 0, 0))


def test_a_long_photo_is_decoded_at_a_smaller_scale(monkeypatch):
    drawn, real = [], Image.Image.thumbnail
    monkeypatch.setattr(Image.Image, "thumbnail", lambda self, *a, **o: (drawn.append(self.size), real(self, *a, **o))[1])
    read_picture(SimpleUploadedFile("x", jpeg(16000, 800)))
    assert drawn == [(2000, 100)]


@pytest.mark.django_db
def test_a_picture_is_decoded_once(world, monkeypatch):
    opened, real = [], Image.open
    monkeypatch.setattr(Image, "open", lambda *a, **o: (opened.append(attachments._decoding.locked()), real(*a, **o))[1])
    received = read_received(SimpleUploadedFile("x.jpg", jpeg(40, 30)))
    kept = put_picture(world.products["TR20"], by=SYSTEM, content=received.content, name="x")
    assert opened == [True] and kept.content.open("rb").read() == received.content
    with pytest.raises(Refused):
        put_picture(world.products["TR20"], by=SYSTEM, content=b"neither", name="x")


@pytest.mark.django_db
def test_what_was_rolled_back_leaves_no_bytes_after_a_day(world, client_of, caplog):
    """The bytes are stored before the row is committed. Nothing goes that has a row, is new, or may be another database's."""
    product, folder = world.products["TR20"], Path(storage().location)
    kept = put_picture(product, by=SYSTEM, content=jpeg(31, 31), name="kept")
    with pytest.raises(RuntimeError), transaction.atomic():
        gone = Path(put_picture(product, by=SYSTEM, content=jpeg(32, 32), name="card").content.path)
        raise RuntimeError
    for path in folder.rglob("*.*"):
        if path not in (Path(kept.content.path), gone):
            path.unlink()  # other tests'
    remove_strays()
    assert gone.exists()
    for path in (gone, Path(kept.content.path)):
        os.utime(path, (0, 0))
    remove_strays()
    assert not gone.exists() and Path(kept.content.path).exists()
    Attachment.objects.all().delete()
    remove_strays()
    assert Path(kept.content.path).exists() and "right database" in caplog.text


@pytest.mark.django_db
def test_a_file_that_is_missing_is_said_to_be_missing(world, client_of):
    kept = put_picture(world.products["TR20"], by=SYSTEM, content=jpeg(33, 33), name="a")
    os.unlink(kept.content.path)
    answer = client_of(world.users["mei"]).get(f"/files/{kept.pk}/")
    assert answer.status_code == 404 and "服务器上没有这个文件" in answer.content.decode()
