"""What is known of a customer that speaks for a buyer or a peer: answers, titles, what they asked, lists, badge, words.

Text is read by cues; a cue after a negation (within four characters, or three words) says nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.catalogue.products import Product
from boothline.core.rules import declare
from boothline.customers.card import Contact, ContactPoint, Customer
from boothline.visitors.firms import Firm, domain_of
from boothline.visitors.solicitation import Capture

CUES: dict[str, tuple[str, ...]] = {
    "title_buyer": ("采购", "买手", "供应链", "purchas", "sourcing", "procure", "buyer", "supply chain"),
    "title_boss": ("总经理", "老板", "董事", "owner", "ceo", "director"),
    "title_sales": ("销售", "业务", "市场", "外贸", "sales", "marketing", "export", "business development"),
    "title_press": ("记者", "编辑", "秘书长", "学生", "editor", "journalist", "student", "professor"),
    "asks_price": ("起订量", "报价", "价格", "price", "pricing", "moq", "discount"),
    "asks_sample": ("样品", "打样", "sample"),
    "asks_terms": ("交期", "付款", "认证", "delivery", "payment", "certificat"),
    "asks_making": ("工艺", "模具", "供应商是谁", "mould", "mold", "process", "supplier", "machine"),
    "makes": ("生产", "研发", "制造", "makes", "develops", "manufactur"),
    "uses": ("经营", "销售", "零售", "批发", "运营", "仓储", "安装", "施工", "operat", "sells", "stores", "builds", "retail", "install"),
}
SCHOOL = ("学生", "student", "professor")
TRADES = ("贸易", "外贸", "进出口")
TRADES_LATIN = {"trading", "import", "imports", "importer", "importers", "importing"}
_NO_CHINESE = re.compile(r"[不没未无非]")
_NO_ENGLISH = re.compile(r"\b(?:not|no|never|without)\b|n['’]t\b")
_KIND_OF_COMPANY = {
    "enduser": "kind_user", "retailer": "kind_reseller", "distributor": "kind_reseller", "designer": "kind_reseller",
    "trading": "kind_trading", "service": "kind_service", "association": "kind_service", "education": "kind_service",
}  # fmt: skip
_PEER_OF_COMPANY = {"service": "service", "association": "press", "education": "education"}
OUR_INDUSTRY = declare(
    "visitors.our_industry", "", gettext_lazy("Our own industry codes"), takes=gettext_lazy("codes like C3872, with commas between them")
)
TRADE = 3  # figures of a code that name a trade
TENTH = 10
COMPARED = 1000  # firms on record with a description, the newest


@dataclass
class Clues:
    """Of one customer: the evidence, a more exact kind of peer by evidence, what is said of it in particular, and which questions are
    answered."""

    evidence: set[str] = field(default_factory=set)
    peers: dict[str, str] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)


def says(text: str, cues: tuple[str, ...]) -> bool:
    """Whether one of these cues stands in the text without a negation before it."""
    folded = text.casefold()
    return any(_stands(folded, cue) for cue in cues)


def _stands(text: str, cue: str) -> bool:
    pattern = re.escape(cue) if re.search(r"[一-鿿]", cue) else rf"(?<![a-z]){re.escape(cue)}"
    return any(not _is_negated(text[: found.start()]) for found in re.finditer(pattern, text))


def _is_negated(before: str) -> bool:
    words = re.findall(r"[a-z'’]+", re.split(r"[.;!?。；！？\n]", before)[-1])[-3:]
    clause = re.split(r"[，。；！？,.;!?\n]", before)[-1]
    return bool(_NO_CHINESE.search(clause[-4:]) or _NO_ENGLISH.search(" ".join(words)))


def clues_of(customers: list[Customer]) -> dict[int, Clues]:
    """For each customer what is known; the same number of queries for any number of them."""
    known = {customer.pk: Clues() for customer in customers}
    ids = list(known)
    captures: dict[int, list[Capture]] = defaultdict(list)
    for capture in Capture.objects.filter(customer__in=ids).select_related("questionnaire").order_by("id"):
        captures[capture.customer_id].append(capture)
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.filter(customer__in=ids).prefetch_related("points").order_by("id"):
        contacts[contact.customer_id].append(contact)
    domains = {
        pk: {d for c in contacts[pk] for p in c.points.all() if p.kind in ("email", "web") and (d := domain_of(p.value))} for pk in ids
    }
    firms = _firms(customers, domains)
    orders = _ordering(customers, domains)
    tenth: list[int] = []  # asked of the database once, and only if somebody makes what we make
    ours = codes_in(OUR_INDUSTRY.value)
    families = sorted({f for pair in Product.objects.filter(retired_at=None).values_list("family", "name") for f in pair if f})
    for customer in customers:
        clues = known[customer.pk]
        answers = _answers(clues, captures[customer.pk])
        _titles(clues, customer, contacts[customer.pk], answers)
        own_firms = [f for f in firms if f.folded == customer.folded or f.domain in domains[customer.pk]]
        text = " ".join([customer.name, customer.note, *(f.about for f in own_firms)])
        _asks(clues, [*(c.note for c in captures[customer.pk]), *(c.note for c in contacts[customer.pk])])
        _who(clues, own_firms, {c.fair_id for c in captures[customer.pk]}, customer.pk in orders)
        _badges(clues, captures[customer.pk])
        _line(clues, text, families, tenth, answers.get("company_kind") == "maker")
        _industry(clues, customer.industry, ours)
    return known


def _answers(clues: Clues, captures: list[Capture]) -> dict[str, Any]:
    """The newest answer to each question; hidden ones do not count."""
    answers: dict[str, Any] = {}
    for capture in captures:
        answers |= capture.said
    clues.answered |= {code for code, value in answers.items() if value}
    purposes = set(answers.get("purpose", []))
    if "buy" in purposes:
        clues.evidence.add("purpose_buy")
    elif purposes & {"cooperate", "learn"}:
        clues.evidence.add("purpose_coop")
    if "sell" in purposes:
        clues.evidence.add("purpose_sell")
    kind = answers.get("company_kind", "")
    if kind in _KIND_OF_COMPANY:
        clues.evidence.add(_KIND_OF_COMPANY[kind])
        clues.peers["kind_service"] = _PEER_OF_COMPANY.get(kind, "")
    if answers.get("timing") in ("now", "m3", "m6"):
        clues.evidence.add("time_soon")
    if float((answers.get("volume") or {}).get("n") or 0) > 0:
        clues.evidence.add("volume")
    return answers


def _titles(clues: Clues, customer: Customer, contacts: list[Contact], answers: dict[str, Any]) -> None:
    trades = answers.get("company_kind") == "trading" or _is_trader(customer.name)
    for contact in contacts:
        if contact.title:
            clues.answered.add("title")
        for code in ("title_buyer", "title_boss", "title_sales", "title_press"):
            if says(contact.title, CUES[code]) and not (code == "title_sales" and trades):
                clues.evidence.add(code)
        if says(contact.title, SCHOOL):
            clues.peers["title_press"] = "education"


def _is_trader(name: str) -> bool:
    """By the name: Latin words whole, for an important firm imports nothing."""
    return any(word in name for word in TRADES) or not TRADES_LATIN.isdisjoint(re.findall(r"[a-z]+", name.casefold()))


def _asks(clues: Clues, notes: list[str]) -> None:
    for code in ("asks_price", "asks_sample", "asks_terms", "asks_making"):
        if any(says(note, CUES[code]) for note in notes if note):
            clues.evidence.add(code)


def _who(clues: Clues, firms: list[Firm], fairs: set[int | None], orders: bool) -> None:
    lists = {firm.on for firm in firms if firm.fair_id is None or firm.fair_id in fairs}
    for on, code in (("competitor", "dom_competitor"), ("supplier", "dom_supplier"), ("same", "exh_same"), ("other", "exh_other")):
        if on in lists:
            clues.evidence.add(code)
    if orders:
        clues.evidence.add("dom_customer")


def _badges(clues: Clues, captures: list[Capture]) -> None:
    clues.evidence |= {f"badge_{capture.badge}" for capture in captures if capture.badge}


def _line(clues: Clues, text: str, families: list[str], tenth: list[int], is_maker: bool) -> None:
    ours = _named(text, families)
    if is_maker and ours:
        clues.evidence.add("kind_maker")
    if ours and says(text, CUES["makes"]):
        if not tenth:
            tenth.append(_tenth(families))
        if ours >= tenth[0]:
            clues.evidence.add("same_line")
    if says(text, CUES["uses"]) and ours:
        clues.evidence.add("uses_line")


def _industry(clues: Clues, industry: str, ours: list[str]) -> None:
    """The same trade by the register's code says what a text may leave out."""
    same = next((code for code in codes_in(industry) if any(is_same_trade(code, own) for own in ours)), "")
    if same:
        clues.evidence.add("same_line")
        clues.details["same_line"] = _("industry code %(code)s") % {"code": industry}


def codes_in(text: str) -> list[str]:
    """The figures of each code in a text; the letter before them only repeats what they say."""
    return [found for code in re.split(r"[\s,;/，；、]+", text) if len(found := re.sub(r"[^0-9]", "", code)) >= TRADE]


def is_same_trade(one: str, other: str) -> bool:
    """Equal, or one the group that the other stands in: 387 holds 3872. Fewer than three figures hold too much."""
    return one.startswith(other) or other.startswith(one)


def _named(text: str, families: list[str]) -> int:
    """Likeness to ours: how many of our families and products a text names."""
    folded = text.casefold()
    return sum(1 for family in families if family.casefold() in folded)


def _tenth(families: list[str]) -> int:
    """From which likeness on a firm belongs to the top tenth of all that describe themselves."""
    texts = list(Customer.objects.exclude(note="").order_by("-id").values_list("note", flat=True)[:COMPARED])
    texts += list(Firm.objects.filter(ended_at=None).exclude(about="").order_by("-id").values_list("about", flat=True)[:COMPARED])
    ranked = sorted((_named(text, families) for text in texts), reverse=True)
    last = max(1, len(ranked) // TENTH)  # the last of the top tenth; of fewer than twenty it is the first alone
    return max(1, ranked[last - 1]) if ranked else 1


def _firms(customers: list[Customer], domains: dict[int, set[str]]) -> list[Firm]:
    names = {customer.folded for customer in customers if customer.folded}
    hosts = set().union(*domains.values()) if domains else set()
    return list(Firm.objects.filter(Q(folded__in=names) | Q(domain__in=hosts), ended_at=None))


def _ordering(customers: list[Customer], domains: dict[int, set[str]]) -> set[int]:
    """Who orders from us by the facts, whatever is pinned, or has the name or the domain of somebody who does."""
    names = {customer.folded for customer in customers if customer.folded}
    hosts = set().union(*domains.values()) if domains else set()
    ordering = set(Customer.objects.filter(derived_type="ordering", folded__in=names).values_list("folded", flat=True))
    domain = Substr("folded", StrIndex("folded", Value("@")) + 1)
    addresses = ContactPoint.objects.filter(kind="email", contact__customer__derived_type="ordering").annotate(domain=domain)
    taken = set(addresses.filter(domain__in=hosts).values_list("domain", flat=True)) if hosts else set()
    return {c.pk for c in customers if c.derived_type == "ordering" or c.folded in ordering or domains[c.pk] & taken}
