"""Names and the words that find them; and that every operation that changes a name changes what finds it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from boothline.catalogue.products import Product, add_product, add_variant, edit_product
from boothline.contracts.agreement import Contract, edit_version, new_version
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import Stale
from boothline.core.pinyin import MOST_READINGS, readings
from boothline.core.text import sort_key
from boothline.customers.card import Contact, Customer, Person, edit_contact, edit_customer
from boothline.fairs.editions import Fair, edit_fair
from boothline.orders.register import Order
from boothline.orders.shipments import Shipment, pack, plan, release, ship
from boothline.search.grams import grams_of
from boothline.search.index import differences, found
from boothline.search.words import held, needed, spellings, text_of, ways
from tests.world import World

pytestmark = pytest.mark.django_db


# Words.


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("zw", "张伟"), ("zhangwei", "张伟"), ("zhang wei", "张伟"), ("伟", "张伟"), ("wei", "张伟"), ("we", "张伟"), ("ZHANGW", "张伟"),
        ("gsmy", "光速贸易有限公司"), ("guangsu", "光速贸易有限公司"), ("光速", "光速贸易有限公司"), ("速贸", "光速贸易有限公司"),
        ("maoyi", "光速贸易有限公司"), ("guang su mao yi", "光速贸易有限公司"), ("ｇｓ", "光速贸易有限公司"),
        ("nord", "Nordlicht GmbH"), ("dlicht", "Nordlicht GmbH"), ("no gm", "Nordlicht GmbH"), ("oneil", "O'Neil & Söhne"),
        ("so0007", "SO-0007"), ("so 0007", "SO-0007"), ("0007", "SO-0007"), ("chongqing", "重庆灯饰"), ("cq", "重庆灯饰"),
    ],
)  # fmt: skip
def test_a_name_is_found_by(asked: str, name: str):
    text = text_of(spellings(name, name=True))
    assert any(all(set(needed(term)) <= set(grams_of(text)) for term in way) for way in ways(asked)), text


@pytest.mark.parametrize(
    "word", ["a", "ab", "abc", "wx_13812345678", "tianjin", "张", "天津永利家具", "ab张1", "é光速", "한국", "😀笑脸", "x" * 300, "灯" * 300]
)
def test_every_word_is_cut_into_the_same_grams_whatever_it_is_written_in(word):
    def is_letter(c):
        return c < "\u2e80" and c.isalnum()

    parts = {(i, word[i : i + n]) for n in (1, 2, 3, 4) for i in range(len(word) - n + 1)}
    wide = {part for _i, part in parts if len(part) <= 2 and not all(map(is_letter, part)) and (len(part) == 2 or not is_letter(part))}
    runs = {part for _i, part in parts if len(part) > 2 and all(map(is_letter, part))}
    begins = {f"s{part.encode().hex()}" for i, part in parts if i == 0 and len(part) <= 2 and all(map(is_letter, part))}
    assert grams_of(text_of([word])) == sorted({part.encode().hex() for part in wide | runs} | begins)


@pytest.mark.parametrize(
    ("asked", "name"),
    [("qw", "仇伟"), ("qiuwei", "仇伟"), ("shanfang", "单芳"), ("zengmin", "曾敏"), ("ouyang", "欧阳娜"),
        ("lüxiaoqiang", "吕晓强"), ("luxiaoqiang", "吕晓强"), ("lvxiaoqiang", "吕晓强"), ("lyu xiaoqiang", "吕晓强"), ("Lü", "吕晓强")],
)  # fmt: skip
def test_a_surname_is_read_as_one(asked: str, name: str):
    text = text_of(spellings(name, person=True))
    assert any(all(set(needed(term)) <= set(grams_of(text)) for term in way) for way in ways(asked)), text


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("佛山市朝霞灯具有限公司", "zhaoxia chaoxia fsszx fsscx zhao chaoxiadengju"), ("曾重乐", "zengzhongle cengchongyue zcl zhong chong"),
        ("长风照明", "zhang chang changfeng zfzm"), ("重明灯饰", "zhongming chongming zmds cmds"), ("大长江", "dachangjiang"), ("朝朝行", "zhaochao xing hang"),
        ("新長樂", "xinzhangyue xinchangle xzy"),
    ],
)  # fmt: skip
def test_a_character_with_several_readings_is_found_by_each(name: str, asked: str):
    text = text_of(spellings(name, name=True))
    for term in asked.split():
        assert any(all(held(t) in text and set(needed(t)) <= set(grams_of(text)) for t in way) for way in ways(term)), (term, text)


def test_the_readings_of_a_name_stay_few():
    """However many of its characters are read in two ways; what has one reading stays as small as it was."""
    assert len(readings("朝重长乐曾行会都传调弹藏")) <= MOST_READINGS and len(readings("吕朝重长乐曾行会都传调弹藏")) <= 3 * MOST_READINGS
    assert len(readings("重庆长江银行")) == len(readings("光速贸易有限公司")) == 1, "a word says how its characters are read"


@pytest.mark.parametrize("asked", ["shan", "shanshi", "dan", "danshi", "ssds", "单氏"])
def test_a_family_that_is_a_firm_is_found_by_both_readings(asked: str):
    """单 is Shan as a surname; who only sees the sign over the shop types dan."""
    text = text_of(spellings("单氏灯饰商行", name=True))
    assert any(all(set(needed(term)) <= set(grams_of(text)) for term in way) for way in ways(asked)), text
    assert sort_key("单氏灯饰商行").startswith("shan shi") and sort_key("单宁酒业").startswith("dan ning")
    assert "dan fang" in text_of(spellings("单芳", person=True))


def test_a_short_term_begins_a_word():
    """ "an" would stand in half of all names in pinyin; it is asked where a word or a syllable begins."""
    text = text_of(spellings("Nordlanden", name=True))
    assert not set(needed("an")) <= set(grams_of(text))
    assert set(needed("land")) <= set(grams_of(text))


# Writing.


def test_every_change_of_a_name_is_found_at_once(world: World):
    by = world.admin
    customer = world.take(company="光速贸易有限公司", name="张伟")
    contact = customer.contacts.get()
    edit_customer(customer, by=world.mei, revision=customer.revision, values={"name": "慢船物流有限公司", "name_latin": "Slow Boat"})
    assert not Customer.objects.all().search("光速", by) and not Contact.objects.all().search("光速", by)
    assert list(Customer.objects.all().search("slow boat", by)) == [customer]
    assert list(Contact.objects.all().search("张伟 慢船", by)) == [contact]
    new = Person(name="章蔚", phones=["13700001111"])
    edit_contact(contact, by=world.mei, revision=contact.revision, values={"name": "章蔚"}, points=new)
    assert not Customer.objects.all().search("13900002046", by) and not Customer.objects.all().search("zhang.wei", by)
    assert list(Customer.objects.all().search("13700001111", by)) == [customer]
    assert list(Contact.objects.all().search("zw", by)) == [contact]


def test_documents_are_found_from_their_operation_on(world: World):
    by = world.admin
    order = world.ordered(world.take())
    assert list(Order.objects.all().search("PO-26041", by)) == [order]
    line = order.lines.first()
    shipment = plan(order, by=world.haoran, quantities={line.pk: Decimal(1)}, planned_on=clock.today())
    assert list(Shipment.objects.all().search(shipment.number, by)) == [shipment]
    release(shipment, by=world.heyuan, override_reason="客户自提，货品资料三天内补齐")
    pack(shipment, by=world.haoran)
    ship(shipment, by=world.haoran, carrier="恒达速运", tracking_number="HD-778812")
    assert list(Shipment.objects.all().search("778812", by)) == [shipment]
    assert list(Shipment.objects.all().search("guangsu", by)) == [shipment]


def test_a_new_po_number_in_a_new_version(world: World):
    request = world.sent(world.take())
    version = new_version(request.version.contract, by=world.mei)
    edit_version(version, by=world.mei, revision=version.revision, values={"po_number": "PO-99"}, terms=[])
    for words in ("PO-99", "PO-26041"):
        assert list(Contract.objects.all().search(words, world.admin)) == [version.contract]


def test_products_and_fairs(world: World):
    product = add_product(by=SYSTEM, code="GD-1", name="庭院灯", name_latin="Garden light", variants=[])
    add_variant(product, by=SYSTEM, sku="GD-1-WW", price=Decimal(1))
    edit_product(product, by=SYSTEM, revision=product.revision, values={"name": "草坪灯"})
    for words, n in (("草坪", 1), ("cpd", 1), ("gd1", 1), ("WW", 1), ("garden", 1), ("庭院", 0)):
        assert Product.objects.all().search(words, world.mei).count() == n, words
    fair = world.fair
    edit_fair(fair, by=SYSTEM, revision=fair.revision, values={"city": "苏州", "starts_on": fair.starts_on, "ends_on": fair.ends_on})
    assert list(Fair.objects.all().search("suzhou", world.mei)) == [fair]


def test_a_refused_change_leaves_the_index(world: World):
    customer = world.take()
    with pytest.raises(Stale):
        edit_customer(customer, by=world.mei, revision=99, values={"name": "别的名字"})
    assert not differences("customer", [customer.pk])
    assert not found("别的名字", "customer")
