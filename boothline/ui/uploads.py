"""Size first: what is too large is refused by its length, before anything of it is read, and before anything else is asked."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from boothline.core.slots import ask
from boothline.core.text import whole
from boothline.ui.kit import failure

STRANGERS = 2 * 2**20  # bytes; so little is held in memory, never on the disk (FILE_UPLOAD_MAX_MEMORY_SIZE)
KNOWN = 65 * 2**20  # six photos of 10 MB and what is typed beside them


class SizeFirst:
    """Who is signed in or holds a link may hand in photos; anybody else only what is typed. A body without a length is not read by WSGI."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Once a request."""
        length = whole(request.META.get("CONTENT_LENGTH") or "0")
        if length is not None and (length <= STRANGERS or (length <= KNOWN and _is_known(request))):
            return self.answer(request)
        if _is_known(request):
            words = _(
                "At most %(most)s MB can be sent at once. Go back in the browser: the form is as you filled it in. "
                "Choose fewer or smaller files."
            ) % {"most": KNOWN // 2**20}
        else:
            words = _("Files are taken from people who are signed in or came by a link of ours. Sign in, or open the link again.")
        return failure(request, 413, _("Not saved"), words)


def _is_known(request: HttpRequest) -> bool:
    return bool(request.session.get(SESSION_KEY)) or bool(ask("is_guest", request, default=False))
