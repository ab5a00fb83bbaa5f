"""The company's logo: its newest picture."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile

from boothline.accounts.company import saved_company
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.files.attachments import Attachment, put_picture, read_picture


@operation("files.put_logo")
def put_logo(content: bytes, *, by: Actor) -> Attachment:
    """A new logo; customers may see it too. The one before stays in the history."""
    require(by, "company.edit")
    return put_picture(saved_company(), by=by.trusted(), content=content, name="logo.jpg", visibility="customer")


def logo() -> Attachment | None:
    """The newest, if there is one."""
    return Attachment.objects.filter(owner_kind="company", kind="picture").order_by("-id").first()


def keep_upload(by: Actor, upload: UploadedFile | None) -> None:
    """From a form; no upload leaves it as it is."""
    content = read_picture(upload)
    if content:
        put_logo(content, by=by)
