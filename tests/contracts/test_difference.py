"""5.5: the worked example with its own figures; what staff see of every pair, and the customer of the last they received."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from boothline.contracts.agreement import Added, Term, edit_version, new_version
from boothline.contracts.difference import difference
from boothline.contracts.establishment import send
from boothline.contracts.models import Version
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.card import Customer, assign
from tests.portal.guest import Guest, link_of
from tests.suites.paper import filled, form_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(world):
    return world.sent(world.take())


def second(world, asked, removed=False, **values):
    version = new_version(asked.contract, by=world.mei)
    extra = Added(world.products["PN60"].variants.first(), Decimal(2), Decimal(30))
    terms = [Term(1, Decimal(8), Decimal(95)), Term(2, Decimal(5), Decimal(40), is_removed=removed)]
    edit_version(version, by=world.mei, revision=version.revision, values=values, terms=terms, added=[extra])
    return Version.objects.get(pk=version.pk)


def test_the_worked_example(world, asked):
    """v1 10 x 100.00, 5 x 40.00 = 1,200.00; v2 8 x 95.00, 5 x 40.00, 2 x 30.00 = 1,020.00."""
    newer = second(world, asked)
    assert (asked.version.total, newer.total) == (Decimal("1200.00"), Decimal("1020.00"))
    with override("en"):
        found = difference(asked.version, newer)
        plain = found.summary.replace("→", "->").replace("−", "-")
        assert plain == "1 changed (10 -> 8, 100.00 -> 95.00: -240.00), 1 added (+60.00), total -180.00"
        assert difference(newer, newer).summary == "Nothing differs."
        back = difference(newer, asked.version).summary.replace("→", "->").replace("−", "-")
        assert back == "1 changed (8 -> 10, 95.00 -> 100.00: +240.00), 1 removed (-60.00), total +180.00"


def test_in_chinese_it_reads_as_a_sentence(world, asked):
    newer = second(world, asked)
    assert difference(asked.version, newer).summary == "改动 1 行（10 → 8、100.00 → 95.00：−240.00），新增 1 行（+60.00），合计 −180.00"


def test_a_line_that_went_and_one_of_the_same_variant_are_one(world, asked):
    """Matched by thread first, then by variant."""
    newer = second(world, asked, removed=True)
    found = difference(asked.version, newer)
    assert [(c.kind, c.line.sku) for c in found.lines] == [("changed", "TR20-1"), ("changed", "PN60-1")]


def test_the_header_says_old_and_new(world, asked):
    newer = second(world, asked, deposit_percent=Decimal(40), delivery_place="Ningbo")
    with override("en"):
        header = {change.label: (change.was, change.now) for change in difference(asked.version, newer).header}
    assert header == {"deposit, %": ("30%", "40%"), "place": ("Shenzhen", "Ningbo")}


def test_the_customer_sees_the_newest_against_the_last_one_they_received(world, asked):
    newer = send(second(world, asked), by=world.mei)
    guest = Guest(link_of(newer))
    guest.send("opening")
    said = said_by(guest.text.split('class="diffs"', 1)[1].split("</div>", 1)[0])
    assert "和第1版相比，改了 2 处" in said
    assert "轨道射灯 · 数量 10 → 8 单价 100.00 → 95.00" in said and "面板灯 · 新增 +60.00" in said
    assert "合计 ¥1,200.00 → ¥1,020.00" in said and "人民币壹仟零贰拾元整" in guest.text
    version = new_version(asked.contract, by=world.mei)
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(9), Decimal(95))])
    send(Version.objects.get(pk=version.pk), by=world.mei)
    guest.open(f"/c/{newer.grant_id}/")
    guest.send("opening")
    said = said_by(guest.text.split('class="diffs"', 1)[1].split("</div>", 1)[0])
    assert "和第2版相比，改了 1 处" in said and "数量 8 → 9" in said


def said_by(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_staff_see_every_pair(world, asked, client_of):
    """Line by line: fields old to new, amount old, new, difference; at the top the net change of the total."""
    second(world, asked)
    client, address = client_of(world.users["haoran"]), f"/contracts/{asked.contract.number}/difference/"
    page = client.get(f"{address}?old=1&new=2", headers={"accept-language": "en"}).content.decode()
    said = said_by(page.split("</form>", 1)[1])
    assert "1 changed (10 → 8, 100.00 → 95.00: −240.00), 1 added (+60.00), total −180.00" in said
    assert re.search(r"Quantity 10 → 8 Unit price 100\.00 → 95\.00 CN¥1,000\.00 CN¥760\.00 −240\.00", said), said
    assert re.search(r"added · 2 × CN¥30\.00 CN¥60\.00 \+60\.00", said), said
    assert re.search(r"Total CN¥1,200\.00 CN¥1,020\.00 −180\.00", said), said
    back = said_by(client.get(f"{address}?old=2&new=1").content.decode().split("</form>", 1)[1])
    assert "−240" not in back and "+180.00" in back


def test_where_the_goods_go_is_masked_for_who_may_not_read_it(world, asked, client_of):
    """Of a customer in the pool, for any salesperson: not where they go, nor whom to call there."""
    second(world, asked, delivery_address="佛山仓库 3 号门", consignee_phone="13800009999")
    customer, address = asked.contract.customer, f"/contracts/{asked.contract.number}/difference/?old=1&new=2"

    def reads(who):
        page = client_of(world.users[who]).get(address).content.decode()
        return [words in page for words in ("盐田 1 号仓", "佛山仓库", "13800009999", "****")]

    assert reads("mei") == [True, True, True, False]
    assign(customer, by=SYSTEM, owner=None, revision=Customer.objects.get(pk=customer.pk).revision)
    assert reads("kevin") == [False, False, False, True] and reads("heyuan") == [True, True, True, False]


def test_two_tabs_on_a_draft_name_only_what_either_changed(world, client_of):
    """One saved price and date, the other changed the special terms alone: nothing else was touched by anybody."""
    contract = world.contract(world.take())
    mei, at = client_of(world.users["mei"]), f"/contracts/{contract.number}/draft/"
    body = mei.get(at).content.decode()
    first, second = form_with(body, "special_terms"), form_with(body, "special_terms")
    line = contract.newest.lines.order_by("position").first()
    on = str(clock.today() + timedelta(days=50))
    assert mei.post(at, filled(first, **{f"price_{line.position}": "99", "shipping_on": on})).status_code == 302
    typed = filled(second, special_terms="木箱包装", **{f"quantity_{line.position}": "10.00", f"discount_{line.position}": ""})
    answer = mei.post(at, typed)
    said = answer.content.decode()
    assert answer.status_code == 409
    kept = re.findall(r"[^>\s][^<>]*：保留(?:我填的|已保存的)", said)
    assert [words.partition("：")[0] for words in kept] == ["特别约定", "出货日期", "单价"]
