"""The guards that every answer carries: asked of each page by tests/test_permissions.py, of what is no page by tests/test_headers.py."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.suites.paper import read

POLICY_OF = {  # directive: what it must allow and no more; a nonce may stand beside it
    "default-src": {"'self'"}, "script-src": {"'self'"}, "style-src": {"'self'"}, "img-src": {"'self'", "data:"}, "media-src": {"'self'"},
    "object-src": {"'none'"}, "base-uri": {"'none'"}, "frame-ancestors": {"'none'"}, "form-action": {"'self'"},
}  # fmt: skip
NONCE = re.compile(r"'nonce-([\w+/=-]{16,})'")


def guarded(answer: Any) -> None:
    """The guards of one answer."""
    where = f"{answer.request['PATH_INFO']} {answer.status_code}"
    policy = {part.split()[0]: set(part.split()[1:]) for part in answer["Content-Security-Policy"].split(";") if part.strip()}
    policy = {name: {v for v in values if not NONCE.fullmatch(v)} for name, values in policy.items()}
    assert policy == POLICY_OF, where
    assert answer["X-Content-Type-Options"] == "nosniff", where
    assert answer["X-Frame-Options"] == "DENY", where
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), where
    assert answer.status_code == 400 or "no-store" in answer["Cache-Control"], where
    if answer["Content-Type"].startswith("text/html") and not answer.streaming and answer.content:
        plain(answer.content.decode(), where)


def plain(html: str, where: str) -> None:
    """Nothing inline, nothing foreign, no attribute that runs."""
    for tag, attributes in read(html).tags:
        assert tag not in ("style", "iframe", "object", "embed", "base"), where
        assert tag != "script" or attributes.get("src", "").startswith("/static/"), where
        assert "style" not in attributes, f"{where}: {tag}"
        assert all(re.fullmatch(r"[\w:.-]+", name) for name in attributes), f"{where}: markup in an attribute: {tag} {sorted(attributes)}"
        assert not [name for name in attributes if re.fullmatch(r"on\w+|hx-on.*", name)], f"{where}: {tag}"
        for name in ("src", "href", "action", "formaction", "data", "poster", "hx-get", "hx-post"):
            value = attributes.get(name, "")
            assert not value.lower().startswith(("javascript:", "data:text", "//")), f"{where}: {value}"
            assert urlsplit(value).scheme in ("", "tel", "mailto"), f"{where}: {value}"
