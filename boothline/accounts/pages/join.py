"""How the team's phones come in: the address as a code, the certificate they install, and a check that says when one is ready.

Open to anybody, since a phone that comes in has nobody signed in yet; nothing here is secret. No form, no cookie: the page is
also shown on the doorstep, over plain http (config.doorstep).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from boothline.core.machine import addresses, in_url, is_address, is_loopback
from boothline.ui.kit import ANYBODY, Page

LANGUAGES = ("zh-hans", "en")
WORKER = "self.addEventListener('install', () => self.skipWaiting());\n"  # it only has to be let in


class _JoinPage(Page):
    right = ANYBODY
    nav = "join"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """In the language asked for: a phone may keep no cookie here."""
        asked = request.GET.get("in")
        if asked not in LANGUAGES:
            return super().dispatch(request, *args, **kwargs)
        with translation.override(asked):
            return super().dispatch(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        """The ways in, as they are at this moment."""
        secure, own = settings.SECURE, settings.AUTHORITY is not None
        ways = _addresses(settings.DOORSTEP) if own else [f"{settings.BASE_URL}{reverse('join')}"] if secure else []
        here = urlsplit(settings.BASE_URL)
        host = in_url(next((a for a in addresses() if a == urlsplit(f"//{self.request.get_host()}").hostname), here.hostname or ""))
        ready = f"{here.scheme}://{host}{f':{here.port}' if here.port else ''}{reverse('join-ready')}"
        return {
            "own": own, "secure": secure, "ways": ways, "code": _drawn(ways[0]) if ways else "", "start": settings.BASE_URL,
            "ready": ready, "only_here": is_loopback(here.hostname or ""), "asked": self.request.GET.get("in", ""),
        }  # fmt: skip


class Join(_JoinPage):
    """The page."""

    title = _("Bring the team's phones in")
    template = "accounts/join.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The way in."""
        return self.answer()


class Ready(_JoinPage):
    """Reached over https: what this phone can do now."""

    title = _("Is this phone ready?")
    template = "accounts/ready.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Asked of the browser itself."""
        return self.answer()


class Authority(Page):
    """The certificate that a phone installs."""

    right = ANYBODY

    def get(self, request: HttpRequest) -> FileResponse:
        """As phones take it: in its binary form, under its own content type."""
        if settings.AUTHORITY is None or not settings.AUTHORITY.exists():
            raise Http404
        return FileResponse(settings.AUTHORITY.open("rb"), content_type="application/x-x509-ca-cert")  # an iPhone installs no attachment


class Worker(Page):
    """A script that does nothing: browsers let it in only where they trust the certificate and work offline."""

    right = ANYBODY

    def get(self, request: HttpRequest) -> HttpResponse:
        """The script."""
        return HttpResponse(WORKER, content_type="text/javascript")


def _addresses(doorstep: str) -> list[str]:
    """The doorstep by each address that the machine has now; as it was started with, where that is a name or still right."""
    started, port = urlsplit(doorstep).hostname or "", urlsplit(doorstep).port
    now = [address for address in addresses() if ":" not in address]
    stale = is_address(started) and now and started not in now
    return list(dict.fromkeys([*([] if stale else [doorstep]), *(f"http://{address}:{port}/join/" for address in now)]))


def _drawn(address: str) -> Markup:
    """A QR code as a drawing in the page."""
    drawn = segno.make(address, micro=False, error="m").svg_inline(
        scale=1, border=2, omitsize=True, svgclass="qr", lineclass="", light="#fff"
    )
    return Markup(drawn)
