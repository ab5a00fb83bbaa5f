"""What goes out comes in again: odd records of every kind that import takes, exported, imported where nothing is, and equal in every field.
2,000 of each kind with ODD=all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from boothline.accounts.people import Team, User, add_person, add_team
from boothline.catalogue.lists import STOCK_KINDS
from boothline.catalogue.products import NewProduct, NewVariant, Step, add_products, add_variants
from boothline.core.actors import SYSTEM
from boothline.core.money import CURRENCIES
from boothline.core.text import clean, digits
from boothline.customers.card import Contact, Customer, Person, add_people
from boothline.customers.companies import Company, add_companies
from boothline.customers.lists import MORE
from boothline.exchange.exports import export_kind, records_of
from boothline.exchange.foreign import Foreign
from boothline.exchange.imports import TABLES
from tests.bringing import import_files
from tests.turns import IS_FULL

pytestmark = pytest.mark.django_db

MANY = 2000 if IS_FULL else 60
ODD = [
    "=1+1", "+86 139 0000 2046", "-5", "@SUM(A1)", "'=1", "''@x", "'", "＝1", "'=\t1", '"', '""', '"a";b', "a;b", "a; b", "a,b", "a|b", ":::", "/",
    "-", "--", "n/a", "NULL", "none", "无", "Select", "0012", "1e5", "TRUE", "2026-01-02", "1,234.50", "12月3日", "a\tb", "a\r\nb", "a\nb", "a\rb",
    "a  b", "e\u0301", "\u0301", "\u0345x", "a\u200bb", "\ufeffx", "مرحبا بالعالم", "שלום", "👩‍👩‍👧‍👦", "🇨🇳", "ﷺ", "ß", "İ", "Ünal GmbH", "Unal gmbh", "ＡＢＣ", "ABC",
    "光速贸易有限公司", "光速贸易", "х", "x", "_x000D_", "_x0041_", "&#13;", "<b>&amp;</b>", "\ufffe", "\uffff", "\u2028", "a\u2029b", "a\x85b", "a\x0bb", "\\n", "\\", "\\,;",
    "BEGIN:VCARD", "a\nEND:VCARD\nb", "name", "company;phone", "{{7*7}}", "%(who)s", "漢" * 60, "\U0001f600" * 50, "\U00020000", "customer-1-0123456789ab",
]  # fmt: skip
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
PIECE = st.sampled_from(ODD) | st.text(LETTERS, max_size=12) | st.text("=+-@'\";,\r\n\t 无名a0", max_size=8)


def odd(limit: int = 200, *, needs: bool = False) -> st.SearchStrategy[str]:
    """As every door stores it: composed, without control characters, trimmed."""
    whole = st.lists(PIECE, min_size=int(needs), max_size=3).map(lambda parts: clean(clean("".join(parts))[:limit]))
    long = st.integers(limit - 2, limit).map(lambda size: "长" * size)
    made = st.one_of(whole, whole, whole, whole, whole, whole, whole, whole, whole, long)
    return made.filter(bool) if needs else made


CODE = odd(40, needs=True)
EMAIL = st.builds(
    "{}@{}.example".format, odd(60).map(lambda text: re.sub(r"[@\s]", "", text) or "x"), st.sampled_from(["mail", "bücher", "例え"])
)
PHONE = st.builds("{}{}{}".format, odd(20), st.integers(0, 10**11), odd(20)).map(clean).filter(digits)
PERSON = st.fixed_dictionaries({
    "name": odd(needs=True), "company": odd(), "title": odd(), "country": odd(60), "address": odd(400), "note": odd(2000),
    "emails": st.lists(EMAIL, max_size=3), "phones": st.lists(PHONE, max_size=3), "language": st.sampled_from(["", "en", "zh-hans"]),
    "chats": st.fixed_dictionaries({"wechat": odd(), "whatsapp": odd(), "web": odd()}),
})  # fmt: skip
COMPANY = st.fixed_dictionaries({
    "name": odd(needs=True), "name_latin": odd(), "country": odd(60), "address": odd(400), "note": odd(2000), "more": st.fixed_dictionaries(
        {code: odd() for code in MORE}), "kind": st.sampled_from(["company", "company", "company", "person"]), "owner": st.sampled_from(["", "mei", "kevin"]),
    "key": st.just("") | odd(needs=True).filter(lambda key: not key.startswith("~")),
})  # fmt: skip
PRODUCT = st.fixed_dictionaries({
    "code": CODE, "name": odd(needs=True), "name_latin": odd(), "family": odd(100), "unit": st.sampled_from(["pcs", "set"]) | odd(20, needs=True),
    "specification": odd(2000), "minimum": st.integers(1, 10**6).map(Decimal), "lead_days": st.integers(0, 999),
    "price": st.decimals(0, 10**9, places=4), "currency": st.sampled_from(CURRENCIES),
})  # fmt: skip
PRICE = st.decimals(0, 10**9, places=4)
FORM = st.fixed_dictionaries({
    "sku": odd(60, needs=True), "words": odd(), "words_latin": odd(), "price": PRICE, "currency": st.sampled_from(CURRENCIES),
    "has_floor": st.booleans(), "steps": st.dictionaries(st.integers(1, 10**9), PRICE, max_size=5),
    "carton_quantity": st.none() | st.integers(1, 10**6), "stock_kind": st.sampled_from(list(STOCK_KINDS)),
    **dict.fromkeys(("carton_length", "carton_width", "carton_height"), st.none() | st.decimals("0.1", "99999.9", places=1)),
    **dict.fromkeys(("net_weight", "gross_weight"), st.none() | st.decimals(0, "99999.999", places=3)),
})  # fmt: skip
FORMS_OF_ONE = st.lists(FORM, min_size=2, max_size=5) | st.lists(FORM, min_size=1, max_size=1)
SEVERAL = st.tuples(PRODUCT, FORMS_OF_ONE).map(lambda pair: pair[0] | {"forms": pair[1]})
COLLEAGUE = st.fixed_dictionaries({
    "name": odd(100, needs=True), "name_latin": odd(100), "email": st.just("") | EMAIL, "phone": st.just("") | PHONE.map(lambda p: clean(p[:40])),
    "username": st.text("abcdefghij.0123", min_size=3, max_size=20), "team": odd(100),
})  # fmt: skip


@cache
def drawn(strategy: st.SearchStrategy[dict[str, Any]]) -> list[dict[str, Any]]:
    """So many of them, the same in every run."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=MANY, database=None, derandomize=True, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def draw(one: dict[str, Any]) -> None:
        found.append(one)

    draw()
    assert len(found) >= MANY / 2
    return found


@contextmanager
def an_installation() -> Iterator[None]:
    """Nothing of what is made in it stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def stored(kind: str, fields: str) -> list[dict[str, Any]]:
    """What is on record, as it is exported."""
    rows = [{name: row[name] for name in fields.split()} for row in records_of(kind, by=SYSTEM)]
    return sorted(rows, key=lambda row: str(row[fields.split(maxsplit=1)[0]]))


FORMS = ["csv", "gb18030", "xlsx", "jsonl"]
PEOPLE = "boothline_id name company title emails phones wechat whatsapp website address country note language boothline_company"
COMPANIES = f"boothline_customer name name_latin kind country address note owner {' '.join(MORE)}"
PRODUCTS = "boothline_product code name name_latin family unit minimum lead_days specification price currency"
VARIANTS = (
    "boothline_variant boothline_product product sku words words_latin price currency floor steps carton_quantity carton_length carton_width "
    "carton_height net_weight gross_weight stock_kind"
)
COLLEAGUES = "boothline_user username name name_latin email phone team"


def out(kind: str, form: str, folder: Path) -> Path:
    if form == "jsonl" and "json" not in TABLES:
        pytest.skip("JSON is not read yet")
    file = folder / f"{kind}.{form}"
    encoding = {"form": "csv", "encoding": form} if form == "gb18030" else {"form": form}
    export_kind(kind, by=SYSTEM, out=file, **encoding)
    return file


def comes_in(kind: str, file: Path, fields: str, wanted: list[dict[str, Any]]) -> None:
    """Everything is new and equal; a second time nothing is, and nothing is said."""
    done = import_files([file], by=SYSTEM)
    assert done["rejected"] == []
    assert done["created"][kind] == len(wanted) and not done["updated"] and not done["unchanged"]
    for found, was in zip(stored(kind, fields), wanted, strict=True):
        assert found == was
    again = import_files([file], by=SYSTEM)
    assert (again["created"], again["updated"], again["rejected"], again["warnings"]) == ({}, {}, [], [])
    assert again["unchanged"] == {kind: len(wanted)}
    assert stored(kind, fields) == wanted


@pytest.mark.parametrize("form", [*FORMS, "vcard", "vcard3"])
def test_people_come_in_again(world, tmp_path: Path, form: str):
    with an_installation():
        people = drawn(PERSON)
        add_people([Person(**one, home=f"{i // 2}" if i % 4 < 2 and one["company"] else "") for i, one in enumerate(people)], by=SYSTEM)
        wanted, file = stored("contact", PEOPLE), out("contact", form, tmp_path)
    if form in ("vcard", "vcard3"):  # a line that ends is a line that ends
        wanted = [{k: _lf(v) for k, v in row.items()} for row in wanted]
    comes_in("contact", file, PEOPLE, wanted)


def _lf(value: Any) -> Any:
    return [_lf(v) for v in value] if isinstance(value, list) else re.sub("\r\n?", "\n", value)


@pytest.mark.parametrize("form", FORMS)
def test_companies_come_in_again(world, tmp_path: Path, form: str):
    with an_installation():
        rows = drawn(COMPANY)
        owners = {"": None, **world.users}
        made = add_companies(
            [Company(**{k: v for k, v in row.items() if k != "key"} | {"owner": owners[row["owner"]]}) for row in rows], by=SYSTEM
        )
        keys = {row["key"]: customer for row, customer in zip(rows, made, strict=True) if row["key"]}
        Foreign.objects.bulk_create([Foreign(kind="customer", key=key, record_id=customer.pk) for key, customer in keys.items()])
        wanted, file = stored("customer", COMPANIES), out("customer", form, tmp_path)
        assert set(keys) <= {row["boothline_customer"] for row in wanted}
    comes_in("customer", file, COMPANIES, wanted)


@pytest.mark.parametrize("form", FORMS)
def test_products_come_in_again(world, tmp_path: Path, form: str):
    before = stored("product", PRODUCTS)
    with an_installation():
        rows = {row["code"]: row for row in drawn(PRODUCT)}
        fields = ("name_latin", "family", "unit", "specification", "minimum", "lead_days")
        made = [NewProduct(r["code"], r["name"], r["price"], r["currency"], {f: r[f] for f in fields}) for r in rows.values()]
        add_products(made, by=SYSTEM)
        wanted, file = stored("product", PRODUCTS), out("product", form, tmp_path)
    done = import_files([file], by=SYSTEM)
    assert done["rejected"] == [] and done["created"] == {"product": len(wanted) - len(before)}
    assert stored("product", PRODUCTS) == wanted
    again = import_files([file], by=SYSTEM)
    assert (again["created"], again["updated"], again["rejected"], again["warnings"]) == ({}, {}, [], [])


def made_of_several() -> None:
    """Products, each with its variants: none is called as the product of another, some as their own."""
    rows = {row["code"].casefold(): row for row in drawn(SEVERAL)}
    fields = ("name_latin", "family", "unit", "specification", "minimum", "lead_days")
    new = [NewProduct(r["code"], r["name"], Decimal(0), "CNY", {f: r[f] for f in fields}, has_variant=False) for r in rows.values()]
    taken: set[str] = {"tr20-1", "pn60-1"}
    forms: list[NewVariant] = []
    for product, row in zip(add_products(new, by=SYSTEM), rows.values(), strict=True):
        for n, form in enumerate(row["forms"]):
            one = dict(form)
            wish = row["code"] if n == 0 and one["has_floor"] else one["sku"]
            sku = f"{product.pk}-{n}" if wish.casefold() in taken else wish
            taken.add(sku.casefold())
            floor = {"floor": round(one["price"] / 2, 4)} if one.pop("has_floor") else {}
            steps = [Step(Decimal(quantity), price) for quantity, price in one.pop("steps").items()]
            more = {name: value for name, value in one.items() if name not in ("sku", "price", "currency")}
            forms.append(NewVariant(product, sku, one["price"], one["currency"], more | floor, steps))
    add_variants(forms, by=SYSTEM)


@pytest.mark.parametrize("form", FORMS)
def test_products_of_several_variants_come_in_again_with_them(world, tmp_path: Path, form: str):
    before = {kind: len(stored(kind, "id")) for kind in ("product", "variant")}
    with an_installation():
        made_of_several()
        wanted = {"product": stored("product", PRODUCTS + " variants"), "variant": stored("variant", VARIANTS)}
        assert sum(len(row["variants"]) > 1 for row in wanted["product"]) > MANY / 20
        files = [out(kind, form, tmp_path) for kind in ("variant", "product")]
    done = import_files(files, by=SYSTEM)
    assert (done["rejected"], done["warnings"]) == ([], [])
    assert done["created"] == {kind: len(wanted[kind]) - before[kind] for kind in wanted}
    for kind, fields in (("product", PRODUCTS + " variants"), ("variant", VARIANTS)):
        for found, was in zip(stored(kind, fields), wanted[kind], strict=True):
            assert found == was
    again = import_files(files, by=SYSTEM)
    assert (again["created"], again["updated"], again["rejected"], again["warnings"]) == ({}, {}, [], [])
    assert again["unchanged"] == {kind: len(rows) for kind, rows in wanted.items()}


@pytest.mark.parametrize("form", FORMS)
def test_colleagues_come_in_again(world, tmp_path: Path, form: str):
    before = User.objects.count()
    with an_installation():
        rows = {row["username"].casefold(): row for row in drawn(COLLEAGUE)}
        teams: dict[str, Team] = {}
        for row in map(dict, rows.values()):
            name = row.pop("team")
            team = teams.setdefault(name, Team.objects.filter(name=name).first() or add_team(by=SYSTEM, name=name)) if name else None
            add_person(by=SYSTEM, roles=["sales"], team=team, **row)
        wanted, file = stored("user", COLLEAGUES), out("user", form, tmp_path)
    done = import_files([file], by=SYSTEM)
    assert done["rejected"] == [] and done["created"] == {"user": len(wanted) - before}
    assert stored("user", COLLEAGUES) == wanted
    again = import_files([file], by=SYSTEM)
    assert (again["created"], again["updated"], again["rejected"], again["warnings"]) == ({}, {}, [], [])


def test_people_find_the_companies_that_came_before_them(world, tmp_path: Path):
    """Two companies of one name stay two, and everybody is at theirs."""
    with an_installation():
        for name in ("林梅", "王珂"):
            add_people([Person(name=name, company="光速贸易")], by=SYSTEM)
        assert Customer.objects.filter(name="光速贸易").count() == 2
        wanted = stored("contact", PEOPLE)
        files = [out(kind, "csv", tmp_path) for kind in ("contact", "customer")]
    done = import_files(files, by=SYSTEM)
    assert done["created"] == {"customer": 2, "contact": 2} and done["rejected"] == []
    assert stored("contact", PEOPLE) == wanted
    assert Customer.objects.filter(name="光速贸易").count() == 2


def test_what_comes_back_to_where_it_was_exported_changes_nothing(world, tmp_path: Path):
    world.take()
    add_companies([Company(name="光速贸易"), Company(name="光速 贸易", note="a\r\nb")], by=SYSTEM)
    before = {
        kind: stored(kind, fields)
        for kind, fields in (
            ("contact", PEOPLE), ("customer", COMPANIES), ("product", PRODUCTS), ("variant", VARIANTS), ("user", COLLEAGUES),
        )
    }  # fmt: skip
    files = [out(kind, "xlsx", tmp_path) for kind in before]
    done = import_files(files, by=SYSTEM)
    assert (done["created"], done["updated"], done["rejected"], done["warnings"]) == ({}, {}, [], [])
    assert {kind: stored(kind, " ".join(rows[0])) for kind, rows in before.items()} == before


def test_a_row_of_ours_that_somebody_added_is_read_as_any_other(world, tmp_path: Path):
    file = tmp_path / "contacts.csv"
    file.write_text("name,company,phones,boothline_id\n 王  珂 ,海蓝,139 0000 2046/0755 8888 6666,\n", "utf-8")
    assert import_files([file], by=SYSTEM)["created"] == {"contact": 1, "customer": 1}
    found = Contact.objects.get(name="王 珂")
    assert [p.value for p in found.points.all()] == ["139 0000 2046", "0755 8888 6666"]
