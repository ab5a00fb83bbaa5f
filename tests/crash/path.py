"""The path from a visitor to goods on their way as the requests that a browser sends, one step a request that writes.

`form()` reads a page's form like a browser does, so that what is posted is what the page offers, hidden fields included.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any, Protocol

from boothline.contracts.credit_code import check_of

Fields = list[tuple[str, str]]
PIXEL = bytes.fromhex(  # the smallest PNG
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


class Answer(Protocol):
    """What came back."""

    status: int
    location: str
    body: str


class Browser(Protocol):
    """Somebody in front of a screen."""

    def get(self, path: str) -> Answer: ...

    def post(self, path: str, fields: Fields, files: dict[str, bytes]) -> Answer: ...


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.forms.append((a.get("action", ""), []))
        if not self.forms:
            return
        fields = self.forms[-1][1]
        name = a.get("name", "")
        if tag == "input" and name and a.get("type") != "file":
            if a.get("type") not in ("checkbox", "radio") or "checked" in a:
                fields.append((name, a.get("value", "")))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((a.get("value", ""), "selected" in a))
        elif tag == "textarea":
            self._area = [name, ""]

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, options = self._select
            chosen = [v for v, selected in options if selected] or [v for v, _ in options[:1]]
            self.forms[-1][1].extend((name, v) for v in chosen)
            self._select = None
        elif tag == "textarea" and self._area:
            self.forms[-1][1].append((self._area[0], self._area[1].strip()))
            self._area = None


def form(body: str, having: str, **typed: str | list[str]) -> tuple[str, Fields]:
    """(action, fields) of the form whose action or fields contain `having`, with what is typed into it."""
    parser = _Forms()
    parser.feed(body)
    for action, fields in parser.forms:
        if having in action or having in dict(fields) or any(n == having for n, _v in fields):
            kept = [(n, v) for n, v in fields if n not in typed]
            more = [(n, v) for n, vs in typed.items() for v in (vs if isinstance(vs, list) else [vs])]
            return action, kept + more
    raise AssertionError(f"no form with {having!r} in the page")


def choices(body: str, name: str) -> list[str]:
    """The values that boxes or options of a field offer."""
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]+)"', body)
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', body, re.S)
    return boxes or (re.findall(r'value="([^"]+)"', select[0]) if select else [])


def link(body: str, pattern: str) -> str:
    """The first address in a page that matches."""
    found = re.search(rf'(?:href|action)="({pattern})"', body)
    assert found, f"no link like {pattern} in the page"
    return found[1]


def credit_code(life: int) -> str:
    """A valid one for each life."""
    first = f"91440300MA5{life % 1_000_000:06d}"
    return first + check_of(first)


State = dict[str, Any]
Prepared = dict[str, Any]  # who, path, fields, files


def capture(meet: Callable[[str], Browser], state: State) -> Prepared:
    body = meet("mei").get("/captures/new/").body
    typed = {
        "name": f"张{state['life']}", "company": f"第{state['life']}号商行", "email": f"z{state['life']}@firm.example",
        "phone": f"139{state['life']:08d}", "interest": choices(body, "interest")[:1], "heat": "3", "promised": ["catalogue"],
        "consents": ["follow_up"],
    }  # fmt: skip
    fields = form(body, "client_id", **typed)[1]
    return {"who": "mei", "path": "/captures/new/", "fields": fields, "files": ["picture"]}


def _on(who: str, path: str, having: str, **typed: Any) -> Callable[[Callable[[str], Browser], State], Prepared]:
    """A form at an address that the state knows; typed values may ask the page for choices."""

    def prepare(meet: Callable[[str], Browser], state: State) -> Prepared:
        address = path.format(**state)
        body = meet(who).get(address).body
        values = {n: v(body, state) if callable(v) else v for n, v in typed.items()}
        action, fields = form(body, having.format(**state), **values)
        return {"who": who, "path": action or address, "fields": fields, "files": []}

    return prepare


def answer(meet: Callable[[str], Browser], state: State) -> Prepared:
    address = link(meet("mei").get(state["customer"]).body, r"/briefings/\d+/answer/")
    page = meet("mei").get(address).body
    fields = form(page, "revision", answer="wants", wanted=choices(page, "wanted")[:1])[1]
    return {"who": "mei", "path": address, "fields": fields, "files": []}


def find_order(meet: Callable[[str], Browser], state: State) -> None:
    """The clerk looks the order up by the customer."""
    body = meet("haoran").get(f"/orders/?q=z{state['life']}%40firm.example").body
    state["order"] = link(body, r"/orders/SO-\d+/")


def approve(meet: Callable[[str], Browser], state: State) -> Prepared:
    find_order(meet, state)
    return _on("haoran", "{order}", "goods-approval", is_sure="on")(meet, state)


STEPS: dict[str, tuple[Callable[[Callable[[str], Browser], State], Prepared], str]] = {
    # step: (what is posted, the state's word for where it leads)
    "capture": (capture, "customer"),
    "brief": (_on("mei", "{customer}briefings/new/", "channel", products=lambda b, _s: choices(b, "products")[:2]), ""),
    "object": (_on("mei", "{customer}objections/new/", "words", reason="price", words="太贵"), ""),
    "touch": (_on("mei", "{customer}touches/new/", "words", reach="reached", words="谈了价格", what="报阶梯价"), ""),
    "answer": (answer, ""),
    "intend": (
        _on("mei", "{customer}intentions/new/", "currency", variant=lambda b, _s: choices(b, "variant")[0], quantity="1000", price="95"),
        "intention",
    ),
    "collect": (
        _on(
            "mei", "{intention}collection/", "delivery_term", delivery_term="FOB", delivery_place="Shenzhen", wanted_on=(date.today() + timedelta(days=60)).isoformat(),
            deposit_percent="30", balance="before_shipping", delivery_address="示例路 1 号", consignee="张", consignee_phone="13900002046",
            invoice_title="商行", po_number="PO-{life}",
        ),
        "",
    ),
    "prepare": (_on("mei", "{intention}", "/contract/"), "contract"),
    "dossier": (
        _on(
            "mei", "{customer}dossier/edit/", "legal_name", legal_name="商行", code=lambda _b, state: credit_code(state["life"]),
            registered_address="示例路 1 号", representative="张", bank="示例银行", bank_account="6222020200046",
        ),
        "",
    ),
    "send": (_on("mei", "{contract}request/", "revision"), ""),
    "open": (_on("guest", "{link}", "request"), "shown"),
    "confirm": (_on("guest", "{shown}", "signed_by", consent="yes"), "shown"),
    "approve": (approve, ""),
    "pay": (_on("haoran", "{order}receipts/new/", "sent", sent="95000"), ""),
    "plan": (_on("haoran", "{order}shipments/new/", "planned_on"), "shipment"),
    "release": (_on("haoran", "{shipment}release/", "revision"), ""),
    "pack": (_on("haoran", "{shipment}", "/packing/"), ""),
    "ship": (_on("haoran", "{shipment}dispatch/", "carrier", carrier="恒达速运", tracking_number="HD1", is_sure="on"), ""),  # nobody noted papers
    "decline": (_on("guest", "{shown}refusal/", "request", reason="price", words="太贵"), "shown"),
}  # fmt: skip
ORDERING = [name for name in STEPS if name != "decline"]
DECLINING = [*ORDERING[: ORDERING.index("confirm")], "decline"]
