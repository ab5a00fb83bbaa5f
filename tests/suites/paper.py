"""A browser without scripts: reads the forms of a page and sends them as they stand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """One form: where it goes, what it would send now, and which choices there are."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    enctype: str = ""
    elsewhere: list[str] = field(default_factory=list)  # where buttons of it send it besides


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.by_id: dict[str, Form] = {}
        self.select: tuple[Form, str, bool] | None = None
        self.text: tuple[Form, str, str] | None = None
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        self.tags.append((tag, a))
        if tag == "form":
            self.open = Form(a.get("action", ""), a.get("method", "get").lower(), enctype=a.get("enctype", ""))
            self.forms.append(self.open)
            if "id" in a:
                self.by_id[a["id"]] = self.open
        form = self.by_id.get(a["form"]) if "form" in a else self.open
        if tag == "option" and self.select:
            owner, name, is_chosen = self.select
            owner.choices.setdefault(name, []).append(a.get("value", ""))
            if "selected" in a or not is_chosen:
                owner.fields[name] = [a.get("value", "")]
            self.select = (owner, name, True)
        if form is None:
            return
        name = a.get("name", "")
        if "required" in a and name:
            form.required.add(name)
        if tag == "input" and name:
            kind = a.get("type", "text")
            if kind in ("radio", "checkbox"):
                form.choices.setdefault(name, []).append(a.get("value", "on"))
                if "checked" in a:
                    form.fields.setdefault(name, []).append(a.get("value", "on"))
            elif kind not in ("submit", "file", "image"):
                form.fields.setdefault(name, []).append(a.get("value", ""))
        elif tag == "select":
            self.select = (form, name, False)
        elif tag == "textarea":
            self.text = (form, name, "")
        elif tag == "button" and a.get("type", "submit") == "submit":
            if "formaction" in a and not name:
                form.elsewhere.append(a["formaction"])
            form.buttons.append(name)

    def handle_data(self, data: str) -> None:
        if self.text:
            self.text = (*self.text[:2], self.text[2] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.text:
            form, name, words = self.text
            form.fields[name] = [words.removeprefix("\n")]
            self.text = None


def read(html: bytes | str) -> _Reader:
    """Everything about a page: its forms and tags."""
    reader = _Reader()
    reader.feed(html.decode("utf-8") if isinstance(html, bytes) else html)
    return reader


def forms_of(html: bytes | str, method: str = "post") -> list[Form]:
    """The forms of a page that are sent by this method; one whose buttons lead to several places is a form for each of them."""
    found = [form for form in read(html).forms if form.method == method]
    return [one for form in found for one in (form, *(replace(form, action=place, elsewhere=[]) for place in form.elsewhere))]


def form_with(html: bytes | str, name: str) -> Form:
    """The form of a page that has this field."""
    return next(form for form in forms_of(html) if name in form.fields or name in form.choices)


def filled(form: Form, **values: Any) -> dict[str, list[str]]:
    """What the form sends once somebody has filled in these fields."""
    unknown = set(values) - set(form.fields) - set(form.choices)
    assert not unknown, f"the form has no {unknown}"
    return form.fields | {name: [str(v) for v in value] if isinstance(value, list) else [str(value)] for name, value in values.items()}
