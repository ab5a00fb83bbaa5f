"""What is found equals what a scan finds, whoever looks and whatever is typed; and it is found by the index."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction

from boothline.accounts.rights import SCOPES
from boothline.contracts.agreement import Contract
from boothline.core.actors import SYSTEM, Actor
from boothline.core.text import sort_key
from boothline.customers.card import Collaborator, Contact, Customer, Person, add_people, assign
from boothline.search.grams import grams_of
from boothline.search.index import Entry
from boothline.search.words import plain, text_of
from boothline.visitors.solicitation import Taken, take_many
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
LOOKS = ("mei", "kevin", "xiaoyu", "haoran", "heyuan", "admin")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱吕单仇解查曾任区翟"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华玉兰庆"
AGAIN = {"强": "jiang", "娜": "nuo", "角": "jue", "折": "she", "区": "ou", "曾": "zeng", "解": "xie"}  # read otherwise, wherever they stand
TOWNS, TRADES = ("中山", "德州", "重庆", "长沙", "Berlin ", "厦门"), ("灯饰", "照明工程", "贸易", "电器行", "Lighting", "LED科技")
ODD = (
    "O'Neil & Söhne", "100%棉业", "A_B商行", "😀笑脸贸易", "Ünal Ⅷ號", "“引号”公司", "ＦＵＬＬ全角", "C++工作室", "a\\b公司", "Straße GmbH",
    "naïve 云", "Ёлка Свет", "北京😀", "--破折--", "한국조명", "ひかり照明", "[方括号]", "*星*", '"quoted" Ltd', "é光速", "Ørsted & Łódź Æther",
)  # fmt: skip


# A scan of its own: names as people write them, without the index and without its words.


def _folded(value: str) -> str:
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    bare = unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text)))
    return " ".join(bare.replace("ø", "o").replace("ł", "l").replace("æ", "ae").split())


@dataclass
class Seen:
    """A record as a scan reads it: everything it is found by, and where words and syllables begin."""

    texts: str
    begins: str

    @classmethod
    def of(cls, names: list[tuple[str, bool]], codes: list[str]) -> Seen:
        """`names`: with whether each begins with a surname."""
        texts, begins = [], []
        for value, spoken, _person in [(n, True, p) for n, p in names] + [(c, False, False) for c in codes]:
            text = _folded(value)
            begins += _letters(text)
            texts += [text, re.sub(r"(?<!\d)[\s\-_./,·'’()+&]+|[\s\-_./,·'’()+&]++(?!\d)", "", text)]
            ways = [(first, u) for first in (True, False) for u in ("v", "u", "yu")]  # whichever somebody types
            for is_surname, u in ways if spoken and re.search("[㐀-鿿]", text) else ():
                spoken_as = [(part.replace("lv", "l" + u) if _is_han(unit) else part, unit) for part, unit in _units(text, is_surname)]
                for parts in product(*([part, AGAIN[unit]] if unit in AGAIN else [part] for part, unit in spoken_as)):
                    texts.append("".join(part.replace(" ", "") for part in parts))
                    texts.append(
                        "".join(p[:1] if _is_han(unit) else p.replace(" ", "") for p, (_p, unit) in zip(parts, spoken_as, strict=True))
                    )
                    begins += [word for part in parts for word in part.split()]
            if spoken and not re.search("[㐀-鿿]", text) and len(_letters(text)) > 1:
                texts.append("".join(word[0] for word in _letters(text)))
        for text in texts:
            begins += text.split()
        return cls("\n".join(texts), "".join(f" {begin}" for begin in begins))

    def has(self, term: str) -> bool:
        """Whether a term stands in it."""
        if len(term) < 3 and all(c < "⺀" and c.isalnum() for c in term):
            return f" {term}" in self.begins
        return term in self.texts

    def answers(self, readings: list[list[str]]) -> bool:
        """Whether one of the readings holds."""
        return any(all(map(self.has, reading)) for reading in readings)


def read(asked: str) -> list[list[str]]:
    """Word by word, all in one, or as the digits of a phone number."""
    words = _folded(re.sub(r"[\x00-\x1f\ud800-\udfff]", " ", asked)).split()
    joined = "".join(words)
    number = re.sub("[^0-9]", "", joined)
    is_number = len(number) > 2 and not any(c.isalpha() for c in joined)
    return ([words, [joined]] if words else []) + ([[number]] if is_number else [])


def _letters(text: str) -> list[str]:
    return "".join(c if c < "⺀" and c.isalnum() else " " for c in text).split()


def _is_han(unit: str) -> bool:
    return bool(re.match("[㐀-鿿]", unit))


def _units(text: str, person: bool) -> list[tuple[str, str]]:
    units = re.findall("[㐀-鿿]|[^㐀-鿿]+", text)
    from boothline.core.pinyin import spelled

    return list(zip(spelled(text, person), units, strict=True))


# The world: a few hundred customers with every kind of name.


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        rng = random.Random(7)
        people = []
        for i in range(300):
            person = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2))))
            company = f"{rng.choice(TOWNS)}{''.join(rng.choices(GIVEN, k=2))}{rng.choice(TRADES)}有限公司"
            if i < len(ODD) * 2:
                company = ODD[i // 2] + ("" if i % 2 else f" {i}")
            if i % 11 == 0:
                person = rng.choice(("Anna Becker", "José Núñez", "Li Wei", "O'Brien", "Дмитрий"))
            number = rng.randrange(10**8)
            emails = [f"{rng.choice('abcdefg')}.mail{number}@{rng.choice(('guangsu', 'nord-licht', 'x_y'))}.example"] if i % 4 else []
            people.append(
                Person(name=person, company="" if i % 13 == 0 else company, phones=[f"13{number:09d}"], emails=emails, country="CN")
            )
        for who, part in (("mei", 0), ("kevin", 1), ("xiaoyu", 2)):
            rows = [Taken(person=p) for p in people[part::3]]
            assert not take_many(rows, by=getattr(world, who), fair=world.fair).refused
        customers = list(Customer.objects.order_by("id"))
        for customer in customers[5::17]:
            assign(customer, by=SYSTEM, owner=None, revision=customer.revision)
        for customer in customers[3::19]:
            Collaborator.objects.create(customer=customer, user=world.users["mei"])
        for customer in customers[::9]:
            extra = Person(name="李娜" if customer.pk % 2 else "Zoë Kranz", phones=["075550001762"], customer=customer)
            add_people([extra], by=SYSTEM)
        for customer in customers[:4]:
            world.sent(customer)
        if connection.vendor == "postgresql":  # as the server does by itself between transactions
            with connection.cursor() as cursor:
                cursor.execute("SELECT gin_clean_pending_list('entry_grams')")
                cursor.execute("ANALYZE search_entry, customers_customer, customers_contact")
        yield world
        transaction.set_rollback(True)


def scanned(house: World) -> tuple[dict[int, list[tuple[int, Seen, Seen]]], dict[int, Seen]]:
    """{customer: [(contact, open, masked)]} and {customer: its own names}."""
    own = {
        c.pk: Seen.of([(c.name, c.kind == "person"), (c.name_latin, False)] if c.name_latin else [(c.name, c.kind == "person")], [])
        for c in Customer.objects.all()
    }
    people: dict[int, list[tuple[int, Seen, Seen]]] = {pk: [] for pk in own}
    for contact in Contact.objects.select_related("customer").prefetch_related("points"):
        firm = contact.customer
        names = [(contact.name, True), (firm.name, firm.kind == "person")] + ([(firm.name_latin, False)] if firm.name_latin else [])
        points = Seen.of([], [p.folded for p in contact.points.all()])
        people[firm.pk].append((contact.pk, Seen.of(names, []), points))
    return people, own


def terms(rng: random.Random) -> list[str]:
    """Parts of what is there, and what is not: two, three, four characters, pinyin, initials, digits, e-mail, odd marks."""
    values: list[str] = []
    for contact in Contact.objects.select_related("customer").prefetch_related("points"):
        values += [contact.name, contact.customer.name, sort_key(contact.name, person=True), sort_key(contact.customer.name)]
        values += [p.value for p in contact.points.all()]
        values += ["".join(part[:1] for part in sort_key(n).split()) for n in (contact.name, contact.customer.name)]
    asked: list[str] = []
    for length in (1, 2, 3, 4, 5, 8, 12):
        for _ in range(140):
            value = rng.choice(values)
            at = rng.randrange(max(1, len(value) - length + 1))
            asked.append(value[at : at + length])
    for _ in range(120):  # two words of different places, and one in another case or width
        one, two = rng.choice(values), rng.choice(values)
        asked.append(f"{one[:2]} {two[:3]}")
        asked.append(one.upper() if rng.random() < 0.5 else unicodedata.normalize("NFKC", one).title())
    marks = (
        "'",
        '"',
        "%",
        "_",
        "\x00",
        "😀",
        "\\",
        "(",
        "*",
        "-",
        "--",
        "OR",
        "AND",
        "NOT",
        "NEAR(",
        '" OR 1=1',
        "%%",
        "a%",
        "_b",
        "\x00\x00",
    )
    asked += [*marks, *(f"{m}{rng.choice(values)[:3]}" for m in marks), *(f"{rng.choice(values)[:2]}{m}" for m in marks)]
    asked += [
        "lüwei",
        "lu wei",
        "lyu",
        "139",
        "0755 5000 1762",
        "+86 139",
        "9999999999",
        "没有这样",
        "zzzzzz",
        " ",
        "   王 ",
        "王\t伟",
        "\ud800",
        "ﬁ",
        "ⅷ",
        "x" * 100,
    ]
    return asked


def test_what_is_found_equals_a_scan(house: World):
    asked = terms(random.Random(11))
    assert len(set(asked)) >= 1000
    people, own = scanned(house)
    open_to: dict[str, set[int]] = {}
    for who in LOOKS:
        by: Actor = getattr(house, who)
        open_to[who] = {c.pk for c in Customer.objects.select_related("owner") if unmasked(by, c)}
    sees = {who: set(Customer.objects.visible_to(getattr(house, who)).values_list("pk", flat=True)) for who in LOOKS}
    assert len({frozenset(s) for s in sees.values()}) >= 4 and all(sees.values())
    hits = 0
    for i, words in enumerate(dict.fromkeys(asked)):
        readings = read(words)
        names = {pk for pk, seen in own.items() if seen.answers(readings)}
        opened = {pk: {k for k, seen, _m in rows if seen.answers(readings)} for pk, rows in people.items()}
        masked = {pk: {k for k, _s, points in rows if points.answers(readings)} for pk, rows in people.items()}
        for who in (LOOKS[i % 5], "admin"):
            by = getattr(house, who)
            contacts = {pk: opened[pk] | (masked[pk] if pk in open_to[who] else set()) for pk in sees[who]}
            wanted = {pk for pk in sees[who] if pk in names or contacts[pk]}
            assert set(Customer.objects.visible_to(by).search(words, by).values_list("pk", flat=True)) == wanted, (words, who)
            hits += len(wanted)
            got = set(Contact.objects.visible_to(by).search(words, by).values_list("pk", flat=True))
            assert got == {k for keys in contacts.values() for k in keys}, (words, who)
    assert hits > 5000  # the terms do find something


def unmasked(by: Actor, customer: Customer) -> bool:
    held = by.rights.get("customers.unmask", "")
    return held == "all" or any(SCOPES[name](by, customer) for name in filter(None, held.split("+")))


def test_what_is_masked_is_not_found_by_who_may_not_read_it(house: World):
    customer = Customer.objects.visible_to(house.xiaoyu).filter(contacts__points__kind="phone").first()
    phone = customer.contacts.first().point("phone")
    for words in (phone, phone[2:9]):
        assert not Customer.objects.visible_to(house.xiaoyu).search(words, house.xiaoyu)
        assert customer in Customer.objects.visible_to(house.admin).search(words, house.admin)
        assert not Contact.objects.visible_to(house.xiaoyu).search(words, house.xiaoyu)


def test_a_seller_who_sees_little_gets_all_of_it(house: World):
    """The reader's reach and the limit stand in one statement: nothing of theirs is lost behind others' rows."""
    mine = Customer.objects.visible_to(house.mei).search("有限公司", house.mei).order_by("sort_key", "id")
    assert len(mine[:51]) == min(51, mine.count()) > 20
    assert str(mine[:51].query).count("SELECT") > 2 and "LIMIT 51" in str(mine[:51].query)


def test_documents_by_our_numbers_and_the_customers(house: World):
    by = house.admin
    for contract in Contract.objects.all():
        number = contract.number
        asked = (number, number.lower(), number.replace("-", ""), number.replace("-", " "), number[-4:], contract.newest.po_number)
        for words in asked:
            assert contract in Contract.objects.visible_to(by).search(words, by), words
    contract = Contract.objects.order_by("id").first()
    assert set(Contract.objects.all().search(contract.number, by)) == {contract}
    assert contract in Contract.objects.all().search(contract.customer.name, by)


def test_the_index_is_used(house: World):
    """Not a word of a scan over the rows: the full-text table proposes, rows are read by their key."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a few hundred rows are scanned faster; it must be able to
    for words in ("王伟", "wangwei", "1390000", "li na", "有限公司"):
        plan_of = Customer.objects.visible_to(house.mei).search(words, house.mei).order_by("sort_key", "id")[:51].explain()
        if connection.vendor == "sqlite":
            assert "search_grams VIRTUAL TABLE INDEX" in plan_of
            assert not re.search(r"SCAN (search_entry|[A-Z]\d|customers_customer)\b", plan_of), plan_of
            assert re.search(r"SEARCH \w+ USING INTEGER PRIMARY KEY", plan_of)
        else:
            assert "Bitmap Index Scan on entry_grams" in plan_of, plan_of


def test_words_never_reach_the_query_language(house: World):
    for words in ("'", '"', '" OR "', "NEAR(a b)", "a AND", "*", "^a", "{a b}:c", "-", "+", "grams:x", "--", ";", "\x00", "😀", "\ud800"):
        list(Customer.objects.visible_to(house.mei).search(words, house.mei)[:5])
    assert all(re.fullmatch("s?[0-9a-f]+", gram) for value in ("'\"", "NEAR(", "王 OR") for gram in grams_of(text_of([plain(value)])))


def test_entries_keep_the_grams_that_were_indexed(house: World):
    """Deleting is exact because the row knows what the full-text table was given."""
    mark = {"customer": "k", "contact": "k", "product": "p", "fair": "h", "contract": "n", "order": "o", "shipment": "q"}
    for entry in Entry.objects.all()[:50]:
        assert entry.grams == [mark[entry.kind] + gram for gram in grams_of(entry.text)]
