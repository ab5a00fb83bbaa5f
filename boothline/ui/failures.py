"""What is answered when something is not there, not right, or broke: what, where, what next; never a trace."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from boothline.core.slots import ask
from boothline.ui.kit import failure

log = logging.getLogger(__name__)


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
    """The form was open for too long, or cookies are switched off."""
    words = _("The page was open for too long, or the browser keeps no cookies. Go back, load the page again and repeat it.")
    return failure(request, 403, _("Not saved"), words)


def broken(request: HttpRequest) -> HttpResponse:
    """500, with a number that stands in the log."""
    number = secrets.token_hex(4)
    log.error("incident %s at %s", number, request.path)
    words = _("This should not happen. Nothing was stored by half. Tell the administrator incident %(number)s.") % {"number": number}
    return failure(request, 500, _("Something broke"), words)
