"""The signed copy: what was confirmed is printed once more in both languages, with name, moment and drawn signature."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.contracts import paper
from boothline.contracts.establishment import Confirmation
from boothline.core.actors import SYSTEM
from boothline.documents.press import LANGUAGES
from boothline.files.attachments import Attachment, put_pdf
from boothline.timeline.history import Event

SIGNED = {"zh-hans": "已签", "en": "signed"}


def print_signed(event: Event) -> None:
    """Files the signed copies beside the frozen ones. Paper is its own signed copy."""
    confirmation = Confirmation.objects.for_list().filter(pk=event.subject_id or 0, void_at=None, how__in=("link", "device")).first()
    if confirmation is None:
        return
    version = confirmation.version
    for language in ("zh-hans", "en"):
        with override(language):
            signed = said(confirmation)
        pdf = paper.print_version(version, language, signed)
        put_pdf(version, by=SYSTEM, content=pdf, name=f"{version} {SIGNED[language]} {LANGUAGES[language]}.pdf", visibility="customer")


def said(confirmation: Confirmation) -> dict[str, Any]:
    """What stands in the signature block: who signed, when and how; and when we sent it."""
    at = timezone.localtime(confirmation.confirmed_at)
    values = {
        "name": confirmation.signed_by,
        "on": date_format(at, "DATE_FORMAT"),
        "time": f"{at:%H:%M}",
        "how": confirmation.get_how_display(),
    }
    drawn = Attachment.objects.of(confirmation).filter(kind="picture", visibility="customer").first() if confirmation.is_drawn else None
    picture = list(drawn.content.read()) if drawn else []
    sent = timezone.localtime(confirmation.request.sent_at) if confirmation.request else None
    ours = _("sent for confirmation on %(on)s %(time)s") % {"on": date_format(sent, "DATE_FORMAT"), "time": f"{sent:%H:%M}"} if sent else ""
    return {
        "name": confirmation.signed_by, "words": _("%(name)s, %(on)s %(time)s, %(how)s") % values, "picture": picture, "ours": ours,
    }  # fmt: skip
