"""A stored file, for those who see its record."""

from django.http import FileResponse, Http404, HttpRequest

from boothline.files.attachments import Attachment
from boothline.ui.kit import SIGNED_IN, Page


class FilePage(Page):
    """The file itself, under our name and type."""

    right = SIGNED_IN

    def get(self, request: HttpRequest, key: int) -> FileResponse:
        """Streams it."""
        kept = Attachment.objects.filter(pk=key).first()
        if kept is None or not kept.is_visible_to(self.by):
            raise Http404
        handed_in = kept.kind == "paper"  # a PDF that is not ours is never opened in our pages
        answer = FileResponse(kept.content.open("rb"), as_attachment=handed_in, content_type=kept.content_type, filename=kept.name)
        answer["Cache-Control"] = "private, no-store"
        return answer
