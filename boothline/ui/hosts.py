"""By which name a request asks for this installation, and whether it came over the network in plain text."""

from __future__ import annotations

import re

from django.http import HttpRequest

from boothline.core.machine import is_loopback

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\s/?#@<>\"']+)(:\d+)?")


def host_of(request: HttpRequest) -> str:
    """The name in the address, without the port."""
    given = _HOST.fullmatch(request.META.get("HTTP_HOST", "") or request.META.get("SERVER_NAME", ""))
    return given[1].lower().rstrip(".") if given else ""


def in_the_open(request: HttpRequest) -> bool:
    """Over the network without encryption: browsers give neither camera nor offline work there."""
    return not request.is_secure() and not is_loopback(host_of(request))
