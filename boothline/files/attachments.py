"""A stored file: our name, our type, checked by decoding. A picture loses its metadata before anybody sees it; a voice note is sound
and nothing else."""

from __future__ import annotations

import hashlib
import io
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.kinds import kind_of, model_of, refer
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.text import clean
from boothline.files import events
from boothline.files.sounds import NoSound, Sound, look_at
from boothline.timeline.history import record

LONGEST_VOICE = declare("files.longest_voice_note", 5, gettext_lazy("Minutes that a voice note may last"), low=1, high=60)
LARGEST_VOICE = declare("files.largest_voice_note", 10, gettext_lazy("Size that a voice note may have, in MB"), low=1, high=60)
VOICE_GRACE = 10  # seconds that a recorder may take to stop

LARGEST_UPLOAD = 10 * 2**20  # bytes
LARGEST_PICTURE = 12_000_000  # pixels that are decoded whole, for up to 230 MB
LARGEST_SPREAD = 25_000_000  # pixels of a JPEG whose parts lie apart (progressive), all held before one is drawn
LARGEST_PHOTO = 200_000_000  # pixels of any other JPEG, decoded line by line at a smaller scale
MOST_PICTURES = 6  # handed in at once
LONGEST_SIDE = 2000  # pixels, kept
SHRINKS = ("L", "RGB", "RGBA", "CMYK")  # kinds of pixels that can become fewer as they are
TYPES = {"picture": "image/jpeg", "pdf": "application/pdf", "paper": "application/pdf"}
_decoding = threading.Lock()  # one picture at a time: what it takes of memory is taken once a process


class Picture(bytes):
    """A JPEG that we wrote anew: looked at once, it is not decoded a second time."""


def storage() -> FileSystemStorage:
    """The files folder of the data folder."""
    return FileSystemStorage(location=settings.BOOTHLINE_HOME / "files")


class Attachments(models.QuerySet["Attachment"]):
    """Questions about files."""

    def of_many(self, owners: Sequence[models.Model]) -> Attachments:
        """The files of records of one kind, oldest first."""
        kinds = {kind_of(owner) for owner in owners}
        return self.filter(owner_kind__in=kinds, owner_id__in=[owner.pk for owner in owners]).order_by("id")

    def by_owner(self, owners: Sequence[models.Model]) -> dict[int, list[Attachment]]:
        """{id of a record of one kind: its files}, of those that have any."""
        found: dict[int, list[Attachment]] = {}
        for kept in self.of_many(owners) if owners else []:
            found.setdefault(kept.owner_id, []).append(kept)
        return found

    def of(self, owner: models.Model) -> Attachments:
        """The files of one record, oldest first."""
        ref = refer("owner", owner)
        return self.filter(owner_kind=ref["owner_kind"], owner_id=ref["owner_id"]).order_by("id")


class Attachment(Record):
    """A file of a record. `visibility`: staff, or customer too (the contacts who may see the record)."""

    owner_kind = models.CharField(max_length=40)
    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)  # picture · pdf (ours) · paper (a PDF handed in) · voice
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    visibility = models.CharField(max_length=10, default="staff", choices=[("staff", "staff"), ("customer", "customer")])
    seconds = models.PositiveIntegerField(null=True)  # of a voice note, where its frame says it
    client_id = models.UUIDField(null=True, unique=True)  # of what a device made and may send again
    content = models.FileField(storage=storage, upload_to="%Y/%m")
    privacy = tags(
        owner_kind=PLAIN, owner_name=WORDS, name=WORDS, kind=PLAIN, content_type=PLAIN, sha256=PLAIN,
        visibility=PLAIN, content=WORDS,
    )  # fmt: skip

    objects = Attachments.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner_kind", "owner_id"], name="attachment_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> str:
        """How long a voice note lasts, as a clock shows it; "" where nobody knows."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}" if self.seconds else ""

    def is_visible_to(self, by: Actor) -> bool:
        """Staff see the files of the records that they see, unless the record says otherwise (`shows_files_to`)."""
        owners = model_of(self.owner_kind)._default_manager
        owner = owners.visible_to(by).filter(pk=self.owner_id).first()  # type: ignore[attr-defined]
        shows = getattr(owner, "shows_files_to", None)
        return owner is not None and (shows is None or bool(shows(by)))


def read_picture(upload: UploadedFile | None) -> Picture:
    """An uploaded picture, written anew; refused if it is too large or none. Empty for no upload."""
    if upload is None:
        return Picture()
    if upload.size is None or upload.size > LARGEST_UPLOAD:
        raise Refused(_("The picture is larger than 10 MB. Take it at a lower resolution."), field="picture")
    return _reencoded(upload.read())


def read_pictures(uploads: Sequence[UploadedFile], field: str = "photos") -> tuple[Picture, ...]:
    """Several uploaded pictures; refused if one is none, or if there are more than six."""
    if len(uploads) > MOST_PICTURES:
        raise Refused(_("At most %(n)s photos at once.") % {"n": MOST_PICTURES}, field=field)
    return tuple(read_picture(upload) for upload in uploads)


@dataclass(frozen=True)
class Received:
    """A file that somebody handed in, looked at and found to be a picture or a PDF."""

    content: bytes
    name: str
    kind: str  # picture · paper


def read_received(upload: UploadedFile, field: str = "file") -> Received:
    """The bytes of an uploaded picture or PDF; refused if it is too large or neither."""
    if upload.size is None or upload.size > LARGEST_UPLOAD:
        raise Refused(_("The file is larger than 10 MB. Choose a smaller one."), field=field)
    content: bytes = upload.read()
    name = clean(upload.name or "", 150) or "file"
    if content[:5] == b"%PDF-" and b"%%EOF" in content[-2048:]:
        return Received(content, name, "paper")
    try:
        return Received(_reencoded(content), name, "picture")
    except Refused as neither:
        words = _("This file is neither a picture (JPEG, PNG, WebP) nor a PDF. Choose another file.")
        raise Refused(words, field=field) from neither


@operation("files.put_received")
def put_received(owner: models.Model, *, by: Actor, received: Received, name: str = "", visibility: str = "staff") -> Attachment:
    """Keeps what somebody handed in: a picture as a new JPEG, a PDF as it is, to be downloaded, never opened in our pages."""
    content = _reencoded(received.content) if received.kind == "picture" else received.content
    return _store(owner, by, content=content, name=clean(name, 150) or received.name, kind=received.kind, visibility=visibility)


@operation("files.put_again")
def put_again(kept: Attachment, *, by: Actor, owner: models.Model) -> Attachment:
    """The same file once more, for another record that goes its own way from now on."""
    with kept.content.open("rb") as stored:
        return _store(owner, by, content=stored.read(), name=kept.name, kind=kept.kind, visibility=kept.visibility)


@operation("files.put_picture")
def put_picture(owner: models.Model, *, by: Actor, content: bytes, name: str, visibility: str = "staff") -> Attachment:
    """Keeps a picture as a new JPEG without metadata. Refuses what is too large or no picture."""
    if len(content) > LARGEST_UPLOAD:
        raise Refused(_("The picture is larger than 10 MB. Take it at a lower resolution."), field="picture")
    kept_name = clean(name, 150) or "picture"
    return _store(owner, by, content=_reencoded(content), name=kept_name, kind="picture", visibility=visibility)


@dataclass(frozen=True)
class Voice:
    """A voice note that somebody handed in, looked at and found to be sound."""

    content: bytes
    sound: Sound

    @property
    def seconds(self) -> int | None:
        """Whole ones; a breath is one."""
        return None if self.sound.seconds is None else max(1, round(self.sound.seconds))


def read_voice(upload: UploadedFile, field: str = "voice") -> Voice:
    """The bytes of an uploaded voice note; refused if it is too large, too long, or anything but sound."""
    if upload.size is None or upload.size > LARGEST_VOICE.value * 2**20:
        words = _("The voice note is larger than %(most)s MB. Record a shorter one.")
        raise Refused(words % {"most": LARGEST_VOICE.value}, field=field)
    content: bytes = upload.read()
    try:
        sound = look_at(content)
    except NoSound as other:
        words = _(
            "This file is no voice note that can be played (WebM, Ogg, M4A, WAV; sound alone). Record it here, or choose another file."
        )
        raise Refused(words, field=field, code="no_sound") from other
    if sound.seconds and sound.seconds > LONGEST_VOICE.value * 60 + VOICE_GRACE:
        words = _("The voice note is longer than %(most)s minutes. Record it in several shorter ones.")
        raise Refused(words % {"most": LONGEST_VOICE.value}, field=field)
    return Voice(content, sound)


@operation("files.put_voice")
def put_voice(owner: models.Model, *, by: Actor, voice: Voice, name: str, client_id: uuid.UUID | None = None) -> Attachment:
    """Keeps a voice note as it is, for staff alone. Sent again under its id, the first answers; somebody else's id is refused."""
    held = Attachment.objects.filter(client_id=client_id).first() if client_id else None
    if held and (held.owner_kind, held.owner_id) != (kind_of(owner), owner.pk):
        raise Refused(_("Another voice note has this id already. Nothing was saved: send it again as a new one."), field="voice")
    more = {"seconds": voice.seconds, "client_id": client_id}
    return held or _store(owner, by, content=voice.content, name=name, kind="voice", visibility="staff", sound=voice.sound, **more)


@operation("files.put_pdf")
def put_pdf(owner: models.Model, *, by: Actor, content: bytes, name: str, visibility: str = "staff") -> Attachment:
    """Keeps a PDF that we made."""
    return _store(owner, by, content=content, name=name, kind="pdf", visibility=visibility)


@operation("files.remove")
def remove(kept: Attachment, *, by: Actor) -> None:
    """Takes a file away for good; the bytes go when that is committed. Its room asks for the right."""
    record(events.FILE_REMOVED, subject=kept, by=by, values={"of": kept.owner_name})
    store, path = kept.content.storage, str(kept.content.name)
    kept.delete()
    transaction.on_commit(lambda: store.delete(path))


def _store(
    owner: models.Model, by: Actor, *, content: bytes, name: str, kind: str, visibility: str, sound: Sound | None = None, **more: Any
) -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    held = Attachment.objects.of(owner).filter(sha256=digest, name=name).first()
    if held:  # sent again: it is there
        return held
    kept = Attachment(
        name=name, kind=kind, content_type=sound.type if sound else TYPES[kind], size=len(content), sha256=digest, visibility=visibility,
        **refer("owner", owner), **more,
    )  # fmt: skip
    ends = sound.ends if sound else "jpg" if kind == "picture" else "pdf"
    kept.content.save(f"{digest[:24]}.{ends}", ContentFile(content), save=False)
    kept.save()
    record(events.FILE_KEPT, subject=kept, by=by, values={"of": kept.owner_name})
    return kept


def _too_many(pixels: int) -> Refused:
    words = _("This picture has %(millions)s million pixels, too many to be read. Make it smaller, or save it as a JPEG.")
    return Refused(words % {"millions": round(pixels / 1_000_000)}, field="picture", code="too_many_pixels")


def _plain(picture: Any) -> Any:
    """As pixels that can become fewer, with their transparency."""
    if picture.mode in SHRINKS and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")


def _on_white(picture: Any) -> Any:
    """Without transparency, as paper has none."""
    from PIL import Image

    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _lies_apart(content: bytes) -> bool:
    """Whether a JPEG is progressive, or gives its colours one after the other; also whatever is not plainly written."""
    at, colours = 2, 0
    while content[at] == 0xFF:
        marker, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker == 0xDA:  # the first scan
            return content[at + 4] < colours
        if marker in (0xC0, 0xC1):  # a frame that is drawn line by line
            colours = content[at + 9]
        elif marker not in (0xC4, 0xDB, 0xDD, 0xFF) and marker < 0xE0:
            return True
        at += 1 if marker == 0xFF else 2 + size  # fill bytes may stand before a marker
    return True


def _reencoded(content: bytes) -> Picture:
    if isinstance(content, Picture):
        return content
    from PIL import Image, ImageOps  # heavy: only where a picture comes in

    Image.MAX_IMAGE_PIXELS = LARGEST_PHOTO
    out = io.BytesIO()
    try:
        with _decoding, Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP")) as opened:
            width, height = opened.size
            is_jpeg = opened.format in ("JPEG", "MPO")  # with a second picture behind, as phones write them
            largest = LARGEST_PICTURE if not is_jpeg else LARGEST_SPREAD if _lies_apart(content) else LARGEST_PHOTO
            if width * height > largest:
                raise _too_many(width * height)
            scale = LONGEST_SIDE / max(width, height)
            opened.draft("RGB", (int(width * scale) or 1, int(height * scale) or 1))
            picture = _plain(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            ImageOps.exif_transpose(picture, in_place=True)
            _on_white(picture).save(out, "JPEG", quality=85)
    except Refused:
        raise
    except Exception as error:  # the decoder may raise anything on hostile bytes
        words = _("This file is not a picture that can be read (JPEG, PNG, WebP). Take the photo again or choose another file.")
        raise Refused(words, field="picture") from error
    return Picture(out.getvalue())
