"""What is answered when something is not there, not right, or broke: what, where, what next; never a trace."""

from __future__ import annotations

import errno
import logging
import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from boothline.core.machine import is_address
from boothline.core.slots import ask
from boothline.ui.hosts import host_of
from boothline.ui.kit import failure

log = logging.getLogger(__name__)
_FULL = re.compile(r"disk is full|readonly database|disk I/O error|No space left", re.I)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return failure(request, 400, _("That could not be read"), _("The request is not what a browser sends. Go back and try it again."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what does not exist and what one may not see; the room above that owns the address may answer itself."""
    own: HttpResponse | None = ask("not_found", request)
    return own or failure(
        request, 404, _("Nothing here"), _("There is nothing at this address, or it is not meant for you. Check the link, or search.")
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return failure(request, 403, _("Not allowed"), _("You may not do this here."))


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open for too long, cookies are switched off, or cannot be kept at an address without encryption."""
    if settings.SECURE and not request.is_secure():
        words = _("At this address nobody can sign in: it is not encrypted. Open %(address)s instead.") % {"address": settings.BASE_URL}
        return failure(request, 403, _("Not saved"), words)
    words = _("The page was open for too long, or the browser keeps no cookies. Go back, load the page again and repeat it.")
    return failure(request, 403, _("Not saved"), words)


class OwnNames:
    """Answers to the machine's addresses, its own names and that of BASE_URL. A foreign name is told which setting to change:
    it may be a forgotten setting, or a page elsewhere that borrows a name to reach this machine."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Once a request."""
        host = host_of(request)
        if not host or is_address(host) or host in settings.HOST_NAMES:
            return self.answer(request)  # what is no name at all is refused where hosts are read
        words = _(
            "This installation does not answer to the name %(host)s. Its address is %(address)s. Whoever runs it and wants this "
            "name sets BASE_URL=%(scheme)s://%(given)s and starts it again."
        )
        facts = {
            "host": host, "address": settings.BASE_URL, "scheme": request.scheme, "given": request.META.get("HTTP_HOST", host),
        }  # fmt: skip
        return failure(request, 421, _("A name that is not ours"), words % facts, home=f"{settings.BASE_URL}/")


class Disk:
    """What cannot be written because the server's disk is full, or may not be, is said as that and not as a fault of ours;
    so is a stored file that is not there."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Once a request."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """507, or 404; the details are for the log."""
        if isinstance(error, FileNotFoundError) and str(error.filename).startswith(str(settings.BOOTHLINE_HOME / "files")):
            log.error("the file %s of %s is missing", error.filename, request.path)
            words = _("This file is missing on the server. Tell the administrator: the backups hold it.")
            return failure(request, 404, _("Nothing here"), words)
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
        if not full and not (isinstance(error, DatabaseError) and _FULL.search(str(error))):
            return None
        log.error("nothing can be stored at %s: %s", request.path, error)
        words = _("The server's disk is full or may not be written to. What is stored stays as it was. Tell the administrator.")
        return failure(request, 507, _("Not saved"), words)


def broken(request: HttpRequest) -> HttpResponse:
    """500, with a number that stands in the log."""
    number = secrets.token_hex(4)
    log.error("incident %s at %s", number, request.path)
    words = _("This should not happen. Nothing was stored by half. Tell the administrator incident %(number)s.") % {"number": number}
    return failure(request, 500, _("Something broke"), words)
