"""What the fields of a kind are called, in groups, for whoever says where a column goes."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.customers.lists import MORE
from boothline.exchange.imports import BUSINESS, DOORS, MONEY
from boothline.exchange.kinds import BESIDE, KINDS
from boothline.exchange.lists import KINDS as KIND_WORDS
from boothline.exchange.past_orders import OURS
from boothline.exchange.rights import may_bring
from boothline.exchange.runs import Run

BESIDE_WORDS = _("note, under its heading")
OF_PEOPLE: dict[Words, dict[str, Words]] = {
    _("person"): {
        "name": pgettext_lazy("person", "name"), "first": _("first name"), "middle": _("middle name"), "last": _("family name"),
        "title": _("title"), "department": _("department"),
    },
    _("ways to reach them"): {
        "phones": _("phone"), "emails": _("e-mail"), "wechat": _("WeChat"), "whatsapp": "WhatsApp", "web": _("website"), "fax": _("fax"),
    },
    _("company and address"): {
        "company": _("company"), "company_id": _("id of the company"), "country": _("country"), "address whole": _("address"),
        "address street": _("street"), "address city": _("city"), "address region": pgettext_lazy("address", "province"),
        "address code": _("postal code"),
    },
    _("more of the company"): {code: MORE[code] for code in MORE},
    _("how we see them"): {
        "owner": _("owner"), "grade": _("grade"), "interest": _("products of interest"), "heat": _("heat"),
        "visited_on": _("day of the visit"),
    },
    _("first contact"): {"first_on": _("day of the first contact"), "first_by": _("who had it, a colleague")},
    _("besides"): {"note": _("note"), BESIDE: BESIDE_WORDS},
}  # fmt: skip
OF_BUSINESS: dict[str, Words] = {  # of kinds whose rows no single door takes
    "id": pgettext_lazy("import", "external id"), "customer": _("customer"), "customer_name": _("name of the customer"),
    "title": _("title"), "product": _("product"), "product_name": _("name of the product"), "family": pgettext_lazy("product", "family"),
    "quantity": _("quantity"), "price": _("price"), "discount": _("discount"), "amount": _("amount"), "currency": _("currency"),
    "ordered": _("ordered on"), "promised": _("due on"), "shipped": _("shipped on"), "returned": _("returned"),
    "owner": _("owner"), "seller": _("seller"), "po": _("the customer's order number"), "freight": _("freight"),
    "consignee": _("consignee"), "address": _("delivery address"), "city": _("city"), "region": pgettext_lazy("address", "province"),
    "code": _("postal code"), "country": _("country"), "carrier": _("carrier"), "name": _("name"), "stage": _("stage"),
    "opened": pgettext_lazy("deal", "opened on"), "closed": pgettext_lazy("deal", "closed on"), "value": pgettext_lazy("deal", "value"),
    "reason": _("reason"),
}  # fmt: skip
OWN_ID = {"boothline_id": _("id of Boothline"), "boothline_company": _("id of the company in Boothline"), "language": _("language")}


def kind_words(code: str) -> str:
    """What a kind of row is called."""
    return str(KIND_WORDS.get(code, code))


def kinds_for(by: Actor) -> list[tuple[str, str]]:
    """The kinds that somebody may import, each with its words."""
    return [(code, kind_words(code)) for code in KINDS if may_bring(by, code)]


def groups_of(code: str, by: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where a column of a table of this kind can go: (group, fields with their words)."""
    if code not in KINDS:
        return []
    if code == "contact":
        groups = [(str(group), [(name, str(words)) for name, words in fields.items()]) for group, fields in OF_PEOPLE.items()]
        told = {name for _group, fields in groups for name, _words in fields}
        rest = [(name, name) for name in KINDS[code].fields if name not in told]
        return [*groups, (_now("besides"), rest)] if rest else groups
    made = (DOORS | BUSINESS | MONEY).get(code)
    bare = object.__new__(made) if isinstance(made, type) else None  # the words of a door need nothing that it would look up first
    door = bare or (made(Run(by=by, fair=None, is_dry=True)) if made else None)
    own = {"id": str(_("order number"))} if code in OURS else {}
    return [(kind_words(code), [(name, own.get(name) or _words_of(door, name)) for name in KINDS[code].fields])]


def _words_of(door: object, name: str) -> str:
    words = getattr(door, "words", None)
    return str(BESIDE_WORDS) if name == BESIDE else str(words(name)) if words else str(OF_BUSINESS.get(name, name))
