"""No page scrolls sideways on a phone, however long the words are that people type."""

import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import ROOT, Mailbox, Service, mail_server, overhang, served
from tests.turns import part_of

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture(scope="module")
def mailbox():
    with mail_server() as box:
        yield box


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox):
    """One of its own: long words are written over what it holds."""
    with served(tmp_path_factory.mktemp("home"), "browser_widths", mailbox) as made:
        yield made


LONG = """
import django
django.setup()
from boothline.contracts.models import ConfirmationRequest, Version
from boothline.customers.models import Contact, Customer
from boothline.followups.models import NextStep
from boothline.negotiation.models import Objection
from boothline.orders.models import Order, Shipment
from boothline.catalogue.models import Product
from boothline.fairs.models import Fair
from boothline.timeline.models import Event
word = "Donaudampfschifffahrtsgesellschaft" * 5
for model, fields in {
    Customer: ["address", "note"], Contact: ["title"], NextStep: ["what"], Objection: ["words"], Product: ["specification"],
    Version: ["delivery_address", "delivery_place", "invoice_title", "consignee"], ConfirmationRequest: ["changes_words"],
    Order: ["delivery_address", "consignee"], Shipment: ["tracking_number"], Fair: ["city"],
}.items():
    for name in fields:
        limit = model._meta.get_field(name).max_length or 3000
        model.objects.update(**{name: word[:limit]})
for event in Event.objects.all():
    event.values = {k: word[:300] if k in ("words", "reason") else v for k, v in event.values.items()}
    event.save()
"""

DRAFT = """
from decimal import Decimal
import django
django.setup()
from boothline.catalogue.models import Variant
from boothline.contracts.agreement import prepare
from boothline.core.actors import SYSTEM
from boothline.customers.models import Customer
from boothline.intentions.collection import collect
from boothline.intentions.products import Wish, open_intention
customer = Customer.objects.filter(type="visitor", contacts__isnull=False).first()
made = open_intention(customer, by=SYSTEM, wishes=[Wish(variant=Variant.objects.first(), quantity=Decimal(50), price=Decimal(112))])
values = {"delivery_term": "domestic", "delivery_address": "Xingguang Avenue 1", "signatory": customer.contacts.first(),
          "consignee": "x", "consignee_phone": "1", "invoice_title": "Chongqing Xinghe Lighting Engineering Co., Ltd."}
collect(made, by=SYSTEM, revision=made.revision, values=values)
made.refresh_from_db()
print(prepare(made, by=SYSTEM).number)
"""

HELD = """
from datetime import timedelta
from decimal import Decimal
import django
django.setup()
from boothline.billing.receipts import Sent, receive
from boothline.catalogue.models import Variant
from boothline.contracts.agreement import prepare
from boothline.contracts.establishment import confirm, open_request, send
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.customers.models import Customer
from boothline.intentions.collection import collect
from boothline.intentions.products import Wish, open_intention
from boothline.orders.goods import approve_line
from boothline.orders.models import Order
from boothline.orders.shipments import pack, plan, release, ship
customer = Customer.objects.filter(type="visitor", contacts__isnull=False).order_by("pk").last()
contact = customer.contacts.first()
made = open_intention(customer, by=SYSTEM, wishes=[Wish(variant=Variant.objects.get(sku="PN60-40-NW"), quantity=Decimal(200), price=Decimal(112))])
values = {"delivery_term": "FOB", "delivery_place": "Shenzhen", "delivery_address": "1", "signatory": contact, "consignee": "x",
    "consignee_phone": "1", "deposit_percent": Decimal(30), "balance": "before_shipping", "wanted_on": clock.today() + timedelta(days=400)}
collect(made, by=SYSTEM, revision=made.revision, values=values)
made.refresh_from_db()
version = prepare(made, by=SYSTEM).newest
request = send(version, by=SYSTEM, override_reason="They sign here at the booth, papers follow.")
guest = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=customer.pk)
open_request(request, by=guest)
version.refresh_from_db()
seen = {"version": version.n, "total": version.total, "lines": version.line_count}
confirm(request, by=guest, signed_by=contact.name, signature=contact.name, consent="x", **seen)
order = Order.objects.get(customer=customer)
receive(customer, by=SYSTEM, slip=Sent(order.total / 2, clock.today(), bank_currency=order.currency), order=order)
line = order.lines.get()
approve_line(line, by=SYSTEM)
shipments = [plan(order, by=SYSTEM, quantities={line.pk: Decimal(100)}, planned_on=clock.today() + timedelta(days=n)) for n in (0, 30)]
for one in shipments:
    release(one, by=SYSTEM)
    pack(one, by=SYSTEM)
ship(shipments[0], by=SYSTEM, carrier="Kuehne + Nagel", tracking_number="4711")
print(order.number, order.contract.number, shipments[1].number, customer.pk)
"""


def pattern(address: str) -> str:
    return re.sub(r"/([A-Z]+-)?\d+(?=/)", "/#", urlsplit(address).path)


def sign_in(page, service: Service, who: str = "heyuan") -> None:
    page.goto(f"{service.base}/sign-in/")
    page.locator("input[name=login]").fill(who)
    page.locator("input[type=password]").fill("boothline-demo")
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(re.compile("/today/|/$"))


def test_no_page_scrolls_sideways(service: Service, open_page):
    """Every page that a manager reaches; every fourth where ODD=all does not ask for all."""
    env = {**service.env, "DJANGO_SETTINGS_MODULE": "boothline.config.settings"}
    subprocess.run([sys.executable, "-c", LONG], env=env, cwd=ROOT, check=True)
    page = open_page(360, "en-GB")
    sign_in(page, service)
    queue, seen, wide = [page.url], set(), {}
    while queue:
        address = queue.pop(0)
        if pattern(address) in seen:
            continue
        seen.add(pattern(address))
        if len(seen) > 1 and not part_of([address], pattern(address), 4):
            continue
        page.goto(address)
        over = overhang(page)
        if over > 0:
            wide[pattern(address)] = over
        found = page.evaluate("() => [...document.querySelectorAll('main a[href], nav a[href]')].map(a => a.href)")
        queue += [a for a in found if a.startswith(service.base) and not re.search(r"/files/|sign-out|/export|/paper/", a)]
    assert len(seen) > 35 and not wide, wide


def test_the_customers_page_neither(service, mailbox, open_page):
    page = open_page(360, "en-GB")
    page.goto(mailbox.link("zhang.wei@guangsu.example"))
    page.locator("form button[type=submit]").last.click()
    page.wait_for_url(lambda address: "/p/" not in address)
    assert overhang(page) <= 0, page.url
    page.locator("a[href$='/changes/']").click()
    page.wait_for_url("**/changes/")
    assert overhang(page) <= 0, page.url


CUT = """() => [...document.querySelectorAll('.listbar a.btn, .listbar summary, .listbar > .btn')]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth && !one.closest('.views')).length"""


def test_the_tools_of_a_list_stay_in_the_window(service: Service, open_page):
    """On a phone they wrap; a list that is wider than a desk's window keeps its first column and says that it goes on."""
    page = open_page(360, "en-GB")
    sign_in(page, service)
    for path in ("/customers/", "/orders/lines/", "/payments/"):
        page.goto(service.base + path)
        assert page.locator(".listbar summary").count() and page.evaluate(CUT) == 0, path
    page.set_viewport_size({"width": 1100, "height": 700})
    page.goto(f"{service.base}/orders/lines/")
    rows, scroller = page.locator("form.rows"), page.locator(".scroller")
    assert scroller.evaluate("box => box.scrollWidth > box.clientWidth") and rows.get_attribute("data-further") is not None
    first = page.locator("tbody td.lead").first
    before = first.bounding_box()
    scroller.evaluate("box => box.scrollTo(9999, 0)")
    page.wait_for_function("() => !document.querySelector('form.rows').hasAttribute('data-further')")
    assert first.bounding_box() == before


TORN = """() => {  // dots between short facts that stand at the end or the beginning of a line, at any width of it
    const line = document.querySelector('.cust .sub'), torn = [], rest = document.createRange();
    const beside = dot => {
        rest.setStartAfter(dot);
        rest.setEndAfter(line.lastChild);
        const [mark, next] = [dot.getBoundingClientRect(), [...rest.getClientRects()].find(rect => rect.width > 1)];
        rest.setStart(line, 0);
        rest.setEndBefore(dot);
        const before = [...rest.getClientRects()].findLast(rect => rect.width > 1);
        return mark.width < 1 || [next, before].every(rect => rect.top < mark.bottom && mark.top < rect.bottom);
    };
    for (let width = 60; width < 400; width++) {
        line.style.width = `${width}px`;
        if (![...line.querySelectorAll('.sep')].every(beside)) torn.push(width);
    }
    line.style.width = '';
    return torn;
}"""


def test_a_contract_stays_within_a_phone_in_both_languages(service: Service, open_page):
    """Its lines with the prices of before, and what a draft takes over into an empty dossier."""
    env = {**service.env, "DJANGO_SETTINGS_MODULE": "boothline.config.settings"}
    drafted = subprocess.run([sys.executable, "-c", DRAFT], env=env, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    for language in ("zh-CN", "en-GB"):
        page = open_page(360, language)
        sign_in(page, service)
        for number in ("C-0001", "C-0003", drafted):
            page.goto(f"{service.base}/contracts/{number}/")
            assert page.locator("h1").count() and overhang(page) <= 0, (number, language)
            assert page.locator(".cust .sub .sep").count() and not page.evaluate(TORN), (number, language)
        if language == "en-GB":
            assert page.locator("form[action$='/takeover/'] .btn").bounding_box()["height"] > 50, "the words go on in a second line"


def test_an_order_whose_goods_wait_for_money_stays_within_a_phone(service: Service, open_page):
    """Half has left, the rest is packed and held, and its days are in another year, which a day then says: the widest there is."""
    env = {**service.env, "DJANGO_SETTINGS_MODULE": "boothline.config.settings"}
    made = subprocess.run([sys.executable, "-c", HELD], env=env, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    order, contract, shipment, customer = made[-4:]
    for language in ("zh-CN", "en-GB"):
        page = open_page(360, language)
        sign_in(page, service)
        addresses = (f"orders/{order}", f"shipments/{shipment}", f"contracts/{contract}", f"customers/{customer}", "shipments", "problems")
        for address in addresses:
            page.goto(f"{service.base}/{address}/")
            assert page.locator("h1").count() and overhang(page) <= 0, (address, language)
        page.goto(f"{service.base}/orders/{order}/")
        assert page.locator(".money .strip.bad").count(), "the money holds it"


def test_what_a_thumb_and_a_keyboard_meet(service: Service, open_page):
    """Rows of the last captured stand a thumb apart; a hint about keys is for who has them; a row that has the focus wears the whole ring."""
    page = open_page(360, "en-GB")
    sign_in(page, service)
    page.goto(f"{service.base}/booth/")
    page.locator("[name=name]").fill("Priya Nair")
    page.locator("[name=phone]").fill("13900002222")
    page.locator("#capture .hand button").click()
    page.locator("#recent li").first.wait_for()
    heights = page.locator("#recent li").evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    assert heights and min(heights) >= 44
    page.goto(f"{service.base}/board/")
    assert page.locator(".bykey").count() and not page.locator(".bykey").is_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.locator(".bykey").is_visible()
    page.goto(f"{service.base}/today/")
    for _row in range(3):
        page.keyboard.press("j")
    ringed = "() => getComputedStyle(document.activeElement.closest('li')).outlineStyle"
    assert page.evaluate(ringed) == "solid"


CROSSED = """() => {  // links of the contacts and of the lists of facts that a thumb meets at the same place
    const links = [...document.querySelectorAll('.sub .tap, .kv dd .tap, .tl .tap')].filter(one => one.offsetParent).map(one => one.getBoundingClientRect());
    return links.flatMap((a, n) => links.slice(n + 1).filter(b =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 10 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)).length;
}"""


def test_a_thumb_meets_one_link_at_a_time(service: Service, open_page):
    """Phone over mail, sums of successive days, a notice with two links: 44 px high each, and none over the other."""
    page = open_page(360, "zh-CN")
    sign_in(page, service, "mei")
    page.goto(f"{service.base}/customers/?q=Harbour")
    page.locator("td.lead a").first.click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    assert page.locator(".sub br + .tap").count() and page.evaluate(CROSSED) == 0
    heights = page.locator(".sub .tap").evaluate_all("links => links.map(link => link.getBoundingClientRect().height)")
    assert min(heights) >= 44
    for path in ("/register/", "/notices/"):
        page.goto(service.base + path)
        assert page.locator(".kv dd .tap, .tl .tap").count() > 1 and page.evaluate(CROSSED) == 0, path


BESIDE = """() => [...document.querySelectorAll('.acts .btn')].filter(one => one.offsetParent && one.querySelector('svg')).map(one => {
    const words = document.createRange();
    words.setStartAfter(one.querySelector('svg'));
    words.setEndAfter(one.lastChild);
    const lines = [...words.getClientRects()].filter(rect => rect.width > 1), icon = one.querySelector('svg').getBoundingClientRect();
    return [new Set(lines.map(line => Math.round(line.top))).size, Math.round(Math.min(...lines.map(line => line.left)) - icon.right)];
})"""


def test_words_of_two_lines_begin_beside_their_icon(service: Service, open_page):
    page = open_page(360, "en-GB")
    sign_in(page, service, "mei")
    page.goto(f"{service.base}/customers/?q=Harbour")
    page.locator("td.lead a").first.click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    shown = page.evaluate(BESIDE)
    assert any(lines > 1 for lines, _gap in shown) and all(gap <= 10 for _lines, gap in shown), shown


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_times_of_today_stand_in_one_column(service: Service, open_page, language):
    """Whatever buttons a row has, in whatever group it stands."""
    page = open_page(1440, language)
    sign_in(page, service, "mei")
    page.goto(f"{service.base}/today/")
    lefts = page.locator(".todo.rows .clock").evaluate_all("clocks => clocks.map(clock => Math.round(clock.getBoundingClientRect().left))")
    buttons = page.locator(".todo.rows .acts").evaluate_all("acts => acts.map(one => one.children.length)")
    assert len(set(buttons)) > 1 and len(set(lefts)) == 1, (lefts, buttons)
    wide = "rows => rows.filter(row => [...row.querySelectorAll('.acts .btn')].some(one => one.scrollWidth > one.clientWidth)).length"
    assert page.locator(".todo.rows li").evaluate_all(wide) == 0
