"""Writes docs/events.md and docs/rights.md from what the rooms declare: `make reference`. `check` names what differs."""

from __future__ import annotations

import inspect
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ROLES = ("booth", "sales", "clerk", "manager", "admin")
NOTE = "<!-- Written by tools/reference.py. Do not edit: change the declaration and run `make reference`. -->"


def start() -> None:
    """Every room is loaded, on an empty data folder: nothing is read from a database."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boothline.config.settings")
        os.environ.setdefault("BOOTHLINE_HOME", tempfile.mkdtemp(prefix="boothline-reference-"))
        django.setup()


def said(words: Any, language: str) -> str:
    """Words in a language, safe in a table."""
    from django.utils.translation import override

    with override(language):
        return str(words).replace("|", "\\|").replace("\n", " ")


def row(*cells: object) -> str:
    """One row of a table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def codes(names: Any) -> str:
    """Names as code, in their order; empty for none."""
    return ", ".join(f"`{name}`" for name in names)


def first_sentence(function: Callable[..., Any]) -> str:
    """What a function says of itself."""
    return (inspect.getdoc(function) or "").split("\n", 1)[0].rstrip(".")


def events_page() -> str:
    """Every kind of event, room by room, lowest floor first."""
    from boothline.config.settings import ROOMS
    from boothline.timeline import hearing
    from boothline.timeline.kinds import KINDS

    lines = [
        "# Events",
        "",
        NOTE,
        "",
        "What each room says. An event is recorded by one operation, in its transaction; it is the history that people read and the",
        "outbox that the worker empties. *Moves*: the type whose claim the event makes or ends. *Tells*: whose notice it becomes.",
        "*Erases*: the values that name a person. *Heard now*: in the same transaction; *later*: after commit, by the worker. A *minor*",
        "kind is kept, but left out of a customer's page.",
        "How hearing works: [ARCHITECTURE.md](../ARCHITECTURE.md#3-the-law-of-flow-call-down-tell-up).",
    ]
    for room in ROOMS:
        kinds = sorted((k for k in KINDS.values() if k.code.split(".")[0] == room), key=lambda k: k.code)
        if not kinds:
            continue
        lines += ["", f"## {room}", "", row("code", "sentence", "中文", "moves", "tells", "erases", "minor", "heard now", "heard later")]
        lines.append(row(*["---"] * 9))
        for kind in kinds:
            now = [f"{hear.__module__.removeprefix('boothline.')}.{hear.__name__}" for hear in hearing.now_hearers(kind)]
            lines.append(
                row(
                    f"`{kind.code}`", said(kind.sentence, "en"), said(kind.sentence, "zh-hans"), kind.moves, ", ".join(kind.tells),
                    codes(kind.erases), "yes" if kind.is_minor else "", codes(now), codes(hearing.later_listeners(kind)),
                )
            )  # fmt: skip
    return "\n".join(lines) + "\n"


def rights_page() -> str:
    """Every right with who holds it, in which scope."""
    from boothline.accounts.people import REACH
    from boothline.accounts.rights import RIGHTS, SCOPES
    from boothline.accounts.words import ROLES as ROLE_NAMES

    lines = [
        "# Rights",
        "",
        NOTE,
        "",
        "A right is a word that an operation asks for. Roles hold rights in a scope; a guest (a contact with a link) has only what a rule",
        "names. Which records somebody sees at all is another question: [who sees what](customers/sp01-type.md#who-sees-a-customer).",
        "",
        "| scope | holds when |",
        "| --- | --- |",
        "| all | the person sees the record |",
        *(row(name, first_sentence(SCOPES[name])) for name in sorted(SCOPES)),
        "",
        "| role | 中文 | reach |",
        "| --- | --- | --- |",
        *(row(said(ROLE_NAMES[role], "en"), said(ROLE_NAMES[role], "zh-hans"), REACH[role].default) for role in ROLES),
        "",
        row("right", "lets you", "中文", *ROLES, "guest"),
        row(*["---"] * (4 + len(ROLES))),
    ]
    for code in sorted(RIGHTS):
        right = RIGHTS[code]
        guest = first_sentence(right.guests) if right.guests else ""
        held = [right.roles.get(role, "") for role in ROLES]
        lines.append(row(f"`{code}`", said(right.words, "en"), said(right.words, "zh-hans"), *held, guest))
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {"docs/events.md": events_page, "docs/rights.md": rights_page}


def differing() -> list[str]:
    """The pages that are not what the code says now."""
    start()
    return [name for name, page in PAGES.items() if not (ROOT / name).exists() or (ROOT / name).read_text("utf-8") != page()]


def write() -> None:
    """Writes every page."""
    start()
    for name, page in PAGES.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        found = differing()
        print("".join(f"{name} is not what the code says. Run: make reference\n" for name in found), file=sys.stderr, end="")
        sys.exit(bool(found))
    write()
