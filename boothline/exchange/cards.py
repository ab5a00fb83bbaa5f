"""vCard 2.1, 3.0 and 4.0, as phones, mail programs and badge readers write them.

Each card is read by itself and byte by byte as far as its text: a charset may differ from property to property (2.1), a
picture may stand unfolded or with blank lines, and a card that is cut must not take its neighbours along.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from boothline.exchange.reading import Source, decode
from boothline.exchange.rows import Draft, Row, own_row, refused, row_of

BEGIN = re.compile(rb"BEGIN[ \t]*:[ \t]*VCARD[ \t]*", re.IGNORECASE)
END = re.compile(rb"END[ \t]*:[ \t]*VCARD[ \t]*", re.IGNORECASE)
AGENT = re.compile(rb"(?:[\w-]+\.)?AGENT[^:]*:[ \t]*", re.IGNORECASE)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
HEAD = re.compile(rb'[^":]*+(?:"[^"]*+"[^":]*+)*+:')
PART = re.compile(r"((?:\\.|[^\\;]|\\\Z)*)(?:;|\Z)", re.DOTALL)
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
CHATS = {"X-WECHAT": "wechat", "X-WEIXIN": "wechat", "X-WHATSAPP": "whatsapp"}
SERVICES = {"wechat": "wechat", "weixin": "wechat", "whatsapp": "whatsapp"}
OWN = {"X-BOOTHLINE-ID", "X-BOOTHLINE-COMPANY", "LANG", "X-LANG"}
WANTED = {*OWN, "N", "FN", "NICKNAME", "ORG", "TITLE", "ROLE", "TEL", "EMAIL", "ADR", "LABEL", "NOTE", "URL", "IMPP", *CHATS}


@dataclass
class Property:
    """One line of a card: its name, its types (home, work, fax, pref ...), its text as written."""

    name: str
    types: set[str]
    text: str
    service: str = ""

    @property
    def value(self) -> str:
        """The text without escapes."""
        return unescaped(self.text)

    @property
    def parts(self) -> list[str]:
        """The parts of N, ADR and ORG."""
        return [unescaped(p) for p in PART.findall(self.text)]


@dataclass
class Card:
    """The lines of one card, in order; `is_cut` when its end is missing."""

    lines: list[bytes] = field(default_factory=list)
    is_cut: bool = True


def rows_of(source: Source) -> Iterator[Row]:
    """Each card of a file, numbered from 1."""
    for number, card in enumerate(_cards(source.data), start=1):
        if card.is_cut:
            yield refused(source.file, number, _("The card is cut: BEGIN:VCARD without END:VCARD."))
            continue
        try:
            found = _properties(card.lines, source.encoding)
            own = own_of(found)
            draft = own or _draft(found)
        except ValueError:
            yield refused(source.file, number, _("The text of the card is in no encoding that can be read."))
            continue
        yield own_row(source.file, number, own) if own else row_of(source.file, number, draft)


def own_of(found: list[Property]) -> Draft | None:
    """What a card says that we wrote, to the letter; None for any other."""
    of: dict[str, list[Property]] = {name: [] for name in WANTED}
    for prop in found:
        of[prop.name].append(prop)
    try:
        own_id = uuid.UUID(next(iter(of["X-BOOTHLINE-ID"])).value)
    except (StopIteration, ValueError):
        return None
    first = {name: props[0] if props else Property(name, set(), "") for name, props in of.items()}
    address = ([*first["ADR"].parts] + [""] * 7)[:7]
    return Draft(
        name=[first["FN"].value], company=[first["ORG"].value], title=[first["TITLE"].value], note=[first["NOTE"].value],
        emails=[p.value for p in of["EMAIL"]], phones=[p.value for p in of["TEL"]], address=[address[2]], country=[address[6]],
        chats={"wechat": [first["X-WECHAT"].value], "whatsapp": [first["X-WHATSAPP"].value], "web": [first["URL"].value]},
        client_id=own_id, home=first["X-BOOTHLINE-COMPANY"].value, language=first["LANG"].value or first["X-LANG"].value,
    )  # fmt: skip


def unescaped(text: str) -> str:
    r"""\n is a new line; any other escaped character stands for itself."""
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def _cards(data: bytes) -> Iterator[Card]:
    card: Card | None = None
    nested = 0  # a 2.1 card may hold the card of an agent
    last = b""
    for line in re.split(rb"\r\n|\n|\r", data):
        if BEGIN.fullmatch(line):
            if card and AGENT.fullmatch(last):
                nested += 1
            else:
                if card:
                    yield card
                card, nested = Card(), 0
        elif END.fullmatch(line):
            if nested:
                nested -= 1
            elif card:
                card.is_cut = False
                yield card
                card = None
        elif card and not nested:
            card.lines.append(line)
        last = line
    if card:
        yield card


def _properties(lines: list[bytes], encoding: str) -> list[Property]:
    found = []
    for line in _unfolded(lines):
        prop = _property(line, encoding)
        if prop:
            found.append(prop)
    return found


def _unfolded(lines: list[bytes]) -> Iterator[bytes]:
    """Logical lines: a line that begins with a blank goes on, so does quoted-printable text that ends with "="."""
    is_old = any(line.strip().upper() == b"VERSION:2.1" for line in lines)
    parts: list[bytes] = []
    is_quoted = False
    for line in lines:
        if is_quoted and parts[-1].endswith(b"="):
            parts[-1] = parts[-1][:-1]
            parts.append(line.lstrip() if is_old and line[:1] in (b" ", b"\t") else line)
        elif line[:1] in (b" ", b"\t") and parts:
            parts.append(line if is_old and not is_quoted else line[1:])
        else:
            if parts:
                yield b"".join(parts)
            parts = [line]
            is_quoted = b"QUOTED-PRINTABLE" in line.partition(b":")[0].upper()
    if parts:
        yield b"".join(parts)


def _property(line: bytes, encoding: str) -> Property | None:
    head, value = _halves(line)
    name, *parameters = head.split(";")
    name = name.rpartition(".")[2].strip().upper()
    if name not in WANTED:
        return None
    types: set[str] = set()
    charset = service = how = ""
    for parameter in parameters:
        key, sign, said = parameter.partition("=")
        key, said = key.strip().upper(), said.strip().strip('"')
        if not sign:
            types.add(key.lower())
        elif key == "TYPE":
            types.update(t.strip().strip('"').lower() for t in said.split(","))
        elif key == "PREF":
            types.add("pref")
        elif key == "CHARSET":
            charset = said
        elif key == "ENCODING":
            how = said.upper()
        elif key in ("X-SERVICE-TYPE", "X-SERVICE"):
            service = said.lower()
    encodings = [charset, "utf-8", encoding]
    if how == "QUOTED-PRINTABLE" or "quoted-printable" in types:
        value = quopri.decodestring(value)
    elif how in ("B", "BASE64") or "base64" in types:
        try:
            value = base64.b64decode(re.sub(rb"\s+", b"", value), validate=True)
        except binascii.Error:
            return None
    elif encoding == "utf-8":
        encodings = ["utf-8"]  # the whole file is; a charset that says otherwise is wrong
    return Property(name, types, decode(value, *filter(None, encodings)), service)


def _halves(line: bytes) -> tuple[str, bytes]:
    """What stands before and after the first ":" that is not within quotation marks."""
    found = HEAD.match(line)
    at = found.end() - 1 if found else line.find(b":")
    return (line[:at].decode("latin-1"), line[at + 1 :]) if at >= 0 else ("", b"")


def _draft(found: list[Property]) -> Draft:
    of: dict[str, list[Property]] = {name: [] for name in WANTED}
    for prop in sorted(found, key=lambda p: "pref" not in p.types):  # preferred ones first, else as they stand
        of[prop.name].append(prop)
    draft = Draft(
        name=[p.value for p in of["FN"]] + [_name(p.parts) for p in of["N"]] + [p.value for p in of["NICKNAME"]],
        company=[p.parts[0] for p in of["ORG"]],
        title=[p.value for p in of["TITLE"] or of["ROLE"]],
        emails=[re.sub(r"(?i)^mailto:", "", p.value.strip()) for p in of["EMAIL"]],
        note=[p.value for p in of["NOTE"]],
    )
    for prop in of["TEL"]:
        _phone(prop, draft)
    for prop in of["ADR"]:
        _address(prop.parts, draft)
    if not draft.address:
        draft.address = [p.value for p in of["LABEL"]]
    draft.besides += [("Department", " / ".join(filter(None, p.parts[1:]))) for p in of["ORG"]]
    draft.chats["web"] = [p.value for p in of["URL"]]
    for name, kind in CHATS.items():
        draft.chats.setdefault(kind, []).extend(p.value for p in of[name])
    for prop in of["IMPP"]:
        scheme, _sign, handle = prop.value.partition(":")
        chat = SERVICES.get(scheme.lower()) or SERVICES.get(prop.service)
        if chat and handle:
            draft.chats.setdefault(chat, []).append(handle.lstrip("/"))
    return draft


def _name(parts: list[str]) -> str:
    family, given, middle = [*parts, "", "", ""][:3]
    if HAN.search(family + given):
        return family + given
    return " ".join(filter(None, (given, middle, family)))


def _phone(prop: Property, draft: Draft) -> None:
    number, _sign, extension = re.sub(r"(?i)^tel:", "", prop.value.strip()).partition(";ext=")
    number = number.split(";")[0]
    if "fax" in prop.types or "pager" in prop.types:
        draft.besides.append(("Fax" if "fax" in prop.types else "Pager", number))
        return
    draft.phones.append(number)
    if extension:
        draft.besides.append(("Extension", f"{number} ext. {extension}"))


def _address(parts: list[str], draft: Draft) -> None:
    box, more, street, city, region, code, country = ([p.strip().strip(",") for p in parts] + [""] * 7)[:7]
    if HAN.search(street + city + region):
        draft.address.append("".join((region, city, street, more)) + (f" {code}" if code else ""))
    else:
        draft.address.append(", ".join(filter(None, (box, street, more, city, f"{region} {code}".strip()))))
    draft.country.append(country)
