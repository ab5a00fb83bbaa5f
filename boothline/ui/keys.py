"""The keyboard map: one list, for the page that explains it, the dialog of `?`, and the script that obeys it.

A key either does something by itself (`does`, a behaviour of the script), or presses what the page marked with it:
`data-keys="e"` on a link or a button; inside the chosen row first. Entries of the menu bring their own ("g" and a letter).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Words


@dataclass(frozen=True)
class Key:
    """`keys`: pressed one after the other; `words`: what happens; `does`: the script's word for it."""

    keys: str
    words: Words
    does: str = ""


KEYS = [
    Key("Ctrl k", _("find or do anything"), "box"),
    Key("/", _("find or do anything"), "box"),
    Key("?", _("this list"), "keys"),
    Key("j", _("next row"), "next"),
    Key("k", _("previous row"), "previous"),
    Key("Enter", _("open the row"), "native"),
    Key("x", _("select the row"), "select"),
    Key("n", _("new record")),
    Key("e", _("edit")),
    Key("l", _("log a touch")),
    Key("s", _("next step")),
    Key("p", _("postpone")),
    Key("u", _("undo")),
    Key("[", _("previous record of the list"), "before"),
    Key("]", _("next record of the list"), "after"),
    Key("Esc", _("close"), "native"),
]
