"""The doorstep of `boothline run --tls`: plain http beside it, for a phone that does not trust our certificate yet.

It shows how to come in and gives the authority's certificate; everything else leads to https. No cookie is set or read here.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from boothline.config import env
from boothline.config.lifeline import hold_on, main_pid

OPEN = ("/join/", "/static/")
UNHEARD = ("Cross-Origin-Opener-Policy",)  # browsers complain of it where nothing is encrypted


def only_the_way_in(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Our application as far as the doorstep shows it."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return []
        if path.startswith(OPEN):
            for kept in ("HTTP_COOKIE", "HTTP_X_FORWARDED_PROTO"):
                environ.pop(kept, None)
            return application(environ, lambda status, headers, *more: start(status, [h for h in headers if h[0] not in UNHEARD], *more))
        goal = "/join/" if path == "/" else f"{env.BASE_URL}/"
        start("302 Found", [("Location", goal), ("Content-Length", "0"), ("Cache-Control", "no-store")])
        return []

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = 15  # a phone that says nothing holds no thread for long

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: addresses of phones belong in no log."""

    def address_string(self) -> str:
        """As it is, without asking for its name."""
        return str(self.client_address[0])


def keep(host: str, port: int) -> None:
    """Serves until the parent ends."""
    from boothline.config.wsgi import application

    hold_on(main_pid())
    server = make_server(
        host, port, only_the_way_in(application), server_class=_Server6 if ":" in host else _Server, handler_class=_Handler
    )
    server.serve_forever()
