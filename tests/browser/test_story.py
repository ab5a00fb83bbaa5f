"""The path: captured, negotiates, intends, order collected, contract sent, confirmed in an anonymous browser, goods data,
shipped in two parts. Through the whole stack, once in Chinese and once in English."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import gettext, override

from boothline.core import clock
from tests.browser.conftest import Mailbox, Service, overhang

pytestmark = pytest.mark.browser


class Desk:
    """A colleague at 1440 px, who presses what is written there."""

    def __init__(self, page, service: Service, language: str) -> None:
        self.page, self.service, self.language = page, service, language

    def words(self, message: str, **values: object) -> str:
        with override(self.language):
            return gettext(message) % values if values else gettext(message)

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.service.base}/sign-in/")
        self.page.locator("input[name=login]").fill(username)
        self.page.locator("input[name=password]").fill("boothline-demo")
        self.page.get_by_role("button", name=self.words("Sign in")).click()
        self.page.wait_for_url("**/today/")

    def press(self, message: str, **values: object) -> None:
        name = self.words(message, **values)
        found = (
            self.page.locator("#main")
            .get_by_role("button", name=name, exact=True)
            .or_(self.page.locator("#main").get_by_role("link", name=name, exact=True))
        )
        with self.page.expect_navigation():
            found.first.click()

    def fill(self, name: str, value: str) -> None:
        self.page.locator(f"#main [name={name}]").fill(value)

    def tick(self, name: str, index: int = 0) -> None:
        self.page.locator(f"#main [name={name}]").nth(index).check()

    def choose(self, name: str, value: str | None = None, index: int | None = None) -> None:
        field = self.page.locator(f"#main select[name={name}]")
        field.select_option(value) if value is not None else field.select_option(index=index)

    def sees(self, text: str) -> None:
        self.page.locator("#main").get_by_text(text).first.wait_for()

    def type_is(self, code: str) -> None:
        word = {
            "visitor": "Visitor",
            "negotiating": "Negotiating",
            "intending": "Intending",
            "contract": "Contract",
            "ordering": "Ordering",
        }
        assert self.words(word[code]) in self.page.locator(".stations [aria-current=step]").inner_text()


@pytest.mark.parametrize("language", [pytest.param("zh-hans", marks=pytest.mark.once), "en"])
def test_from_a_visitor_to_goods_on_their_way(service: Service, mailbox: Mailbox, open_page, language: str):
    locale = "zh-CN" if language == "zh-hans" else "en-GB"
    firm = "晨光酒店用品有限公司" if language == "zh-hans" else "Morning Hotels Ltd"
    mei = Desk(open_page(1440, locale), service, language)
    page = mei.page
    mei.sign_in("mei")

    # 501: captured at the fair
    page.goto(f"{service.base}/captures/new/")
    mei.fill("name", "李想" if language == "zh-hans" else "Lee Shaw")
    mei.fill("company", firm)
    mei.fill("email", f"buyer@{language}.example")
    mei.fill("phone", "13612345678" if language == "zh-hans" else "+44 20 5550 7788")
    mei.tick("interest")
    mei.tick("heat", 1)
    mei.tick("promised")
    mei.tick("consents")
    mei.press("Save capture")
    mei.sees(firm)
    mei.type_is("visitor")
    customer = page.url

    # 401: shown; 402: objects; a touch cannot be saved without a way on
    mei.press("Record a briefing")
    mei.tick("products", 0)
    mei.tick("products", 1)
    mei.press("Save briefing")
    mei.type_is("negotiating")
    mei.press("Record an objection")
    mei.tick("reason", 0)
    mei.fill("words", "有点贵" if language == "zh-hans" else "A bit too expensive")
    mei.press("Save objection")
    mei.press("Log a touch")
    mei.fill("words", "谈了价格" if language == "zh-hans" else "Talked about the price")
    mei.press("Save and set next step")
    mei.sees(mei.words("Say how it goes on: a next step with a date, or an end with its reason."))
    mei.fill("what", "报阶梯价" if language == "zh-hans" else "Offer a step price")
    mei.press("Save and set next step")
    mei.press("Close objection")
    mei.tick("outcome", 0)
    mei.press("Close objection")
    mei.type_is("negotiating")

    # 301: wants one of the products
    mei.press("Note the answer")
    mei.tick("answer", 0)
    mei.tick("wanted", 0)
    mei.press("Save answer")
    mei.type_is("intending")
    mei.press("Open intention")

    # 303: the bar names what is missing; then everything is there
    mei.press("Make contract")
    mei.sees(mei.words("No contract yet: %(gaps)s.").split("%")[0])
    mei.press("Edit line")
    mei.fill("quantity", "1000")
    if page.locator("select[name=variant]").input_value() == "":
        mei.choose("variant", index=1)
    mei.press("Save line")
    mei.press("Collect order details")
    mei.choose("delivery_term", "FOB")
    mei.fill("delivery_place", "Shenzhen")
    mei.fill("wanted_on", (clock.today() + timedelta(days=60)).isoformat())
    mei.fill("deposit_percent", "30")
    mei.choose("balance", "before_shipping")
    mei.fill("delivery_address", "1 Sample Street")
    mei.fill("consignee", "Lee")
    mei.fill("consignee_phone", "13612345678")
    mei.fill("invoice_title", firm)
    mei.fill("po_number", f"PO-{language}")
    mei.press("Save order details")
    assert "100%" in page.locator("#main").inner_text()
    mei.press("Make contract")

    # 202: the legal data; a mistyped code is said, not stored
    contract = page.url
    mei.press("Dossier %(n)s%%", n=0)
    mei.press("Edit dossier")
    mei.fill("code", "91350100M000100Y34")
    mei.press("Save dossier")
    mei.sees("18")
    for name, value in (
        ("code", "91350100m000100y43"),
        ("registered_address", "1 Sample Street"),
        ("representative", "Lee"),
        ("bank", "Bank"),
    ):
        mei.fill(name, value)
    mei.fill("bank_account", "6222020200046")
    mei.press("Save dossier")
    mei.sees("91350100M000100Y43")
    page.goto(contract)

    # 204: sent; the letter leaves by SMTP
    mei.press("Send for confirmation")
    mei.press("Send to the signatory")
    mei.sees(mei.words("waiting for the customer"))
    page.goto(customer)
    mei.type_is("contract")

    # the customer, anonymous, at 360 px
    guest = open_page(360, locale)
    guest.goto(mailbox.link(f"buyer@{language}.example"))
    assert "/p/" not in guest.url
    assert guest.get_by_role("heading", level=1).count() == 1
    guest.get_by_role("button", name=mei.words("View contract")).click()
    guest.get_by_text(f"PO-{language}").first.wait_for()
    assert overhang(guest) <= 0
    guest.locator("[name=consent]").check()
    guest.get_by_role("button", name=mei.words("Confirm order")).click()
    guest.get_by_role("heading", name=mei.words("Confirmed")).wait_for()
    paper = guest.request.get(guest.url + "paper/")
    assert paper.ok and paper.body().startswith(b"%PDF")

    # ordering, at once
    page.goto(customer)
    mei.type_is("ordering")
    page.goto(contract)
    mei.sees(mei.words("agreed"))

    # 102 and 101: the clerk approves goods data and ships in two parts
    clerk = Desk(open_page(1440, locale), service, language)
    clerk.sign_in("haoran")
    clerk.page.goto(f"{service.base}/orders/?q=PO-{language}")
    clerk.page.locator(".list a").first.click()
    clerk.page.wait_for_load_state()
    order = clerk.page.url
    clerk.press("Record a receipt")  # all that is open; then no money keeps the goods here
    clerk.press("Save receipt")
    clerk.sees(clerk.words("Paid in full."))
    for part, quantity in enumerate(("400", "600")):
        clerk.press("Plan a shipment")
        clerk.page.locator("#main [name^=line_]").first.fill("1001" if part == 0 else quantity)
        clerk.press("Plan shipment")
        if part == 0:  # never more than ordered
            clerk.sees("1001")
            clerk.page.locator("#main [name^=line_]").first.fill(quantity)
            clerk.press("Plan shipment")
        if part == 0:  # goods data blocks
            clerk.sees(clerk.words("What holds it back"))
            shipment = clerk.page.url
            clerk.press("Complete the goods data")
            clerk.page.locator("form[action*=goods-approval] button").first.click()
            clerk.page.wait_for_load_state()
            clerk.page.goto(shipment)
        clerk.press("Release shipment")
        clerk.press("Release shipment")
        clerk.press("Everything is packed")
        clerk.press("Ship")
        clerk.fill("carrier", "恒达速运")
        clerk.fill("tracking_number", f"HD-{part}")
        clerk.press("Goods have left")
        clerk.page.goto(order)
        clerk.sees(clerk.words("part-shipped" if part == 0 else "in transit"))

    guest.reload()
    guest.get_by_text("HD-1").wait_for()
