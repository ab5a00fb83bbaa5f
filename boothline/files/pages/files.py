"""A stored file, for those who see its record."""

from __future__ import annotations

import re

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from boothline.files.attachments import Attachment
from boothline.ui.kit import SIGNED_IN, Page

_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})\Z", re.ASCII)


class FilePage(Page):
    """The file itself, under our name and type."""

    right = SIGNED_IN

    def get(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """Streams it; of a voice note the part that a player asks for."""
        kept = Attachment.objects.filter(pk=key).first()
        if kept is None or not kept.is_visible_to(self.by):
            raise Http404
        handed_in = kept.kind == "paper"  # a PDF that is not ours is never opened in our pages
        asked = _RANGE.match(request.headers.get("Range", "")) if kept.kind == "voice" else None
        answer: HttpResponseBase
        if asked and any(asked.groups()):
            answer = part(kept, *asked.groups())
        else:
            answer = FileResponse(kept.content.open("rb"), as_attachment=handed_in, content_type=kept.content_type, filename=kept.name)
        if kept.kind == "voice":
            answer["Accept-Ranges"] = "bytes"
        answer["Cache-Control"] = "private, no-store"
        return answer


def part(kept: Attachment, first: str, last: str) -> HttpResponse:
    """From a byte up to another, or the last so many: without it some players play nothing, and none goes back."""
    begin = int(first) if first else max(0, kept.size - int(last))
    end = min(int(last), kept.size - 1) if first and last else kept.size - 1
    if begin > end:
        answer = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{kept.size}"
        return answer
    with kept.content.open("rb") as stored:
        stored.seek(begin)
        answer = HttpResponse(stored.read(end - begin + 1), status=206, content_type=kept.content_type)
    answer["Content-Range"] = f"bytes {begin}-{end}/{kept.size}"
    return answer
