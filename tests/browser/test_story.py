"""The story: a visitor captured at the fair, recognised as a buyer, briefed, objects to the price, a plan, intends, a requirement met,
the order collected, the contract confirmed in an anonymous browser at 360 px, goods data, two shipments, arrivals signed, a problem with a
photo, replaced, closed, a survey, an expansion request, the second order. Through the whole stack, once in Chinese and once in English."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import gettext, override

from boothline.core import clock
from boothline.orders.lists import RESOLUTIONS
from tests.browser.conftest import Mailbox, Service, overhang
from tests.pictures import jpeg

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

    def more(self) -> None:
        """What is done with a customer less often."""
        self.page.locator("#main .acts summary").click()

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


@dataclass
class Guest:
    """The customer, anonymous, on a phone."""

    page: Any
    desk: Desk

    def opens(self, link: str) -> None:
        self.page.goto(link)
        assert "/p/" not in self.page.url, "the link's secret does not stay in the address"
        self.looks()

    def looks(self) -> None:
        assert self.page.get_by_role("heading", level=1).count() == 1
        assert overhang(self.page) <= 0

    def press(self, message: str, **values: object) -> None:
        name = self.desk.words(message, **values)
        found = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        with self.page.expect_navigation():
            found.first.click()
        self.looks()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()


@dataclass
class Story:
    """One customer's way, told in one language."""

    language: str
    service: Service
    mailbox: Mailbox
    mei: Desk
    clerk: Desk
    manager: Desk
    guest: Guest
    pages: dict[str, str] = field(default_factory=dict)

    def either(self, chinese: str, english: str) -> str:
        return chinese if self.language == "zh-hans" else english

    @property
    def firm(self) -> str:
        return self.either("晨光酒店用品有限公司", "Morning Hotels Ltd")

    @property
    def email(self) -> str:
        return f"buyer@{self.language}.example"

    def at(self, desk: Desk, place: str) -> None:
        desk.page.goto(self.pages[place])

    def captured(self) -> None:
        """501 and 502: at the fair; the shares say peer or buyer, and a person says it for good."""
        mei = self.mei
        mei.page.goto(f"{self.service.base}/captures/new/")
        mei.fill("name", self.either("李想", "Lee Shaw"))
        mei.fill("company", self.firm)
        mei.fill("email", self.email)
        mei.fill("phone", self.either("13612345678", "+44 20 5550 7788"))
        mei.tick("interest")
        mei.tick("heat", 1)
        mei.tick("promised")
        mei.tick("consents")
        mei.press("Save capture")
        mei.sees(self.firm)
        mei.type_is("visitor")
        self.pages["customer"] = mei.page.url
        mei.press("Edit")
        mei.page.locator("#main [name=nature][value=buyer]").check()
        mei.press("Save nature")
        self.at(mei, "customer")

    def negotiates(self) -> None:
        """401 shown; 402 objects; a touch cannot be saved without a way on; 403 a plan is chosen, its steps done, its outcome noted."""
        mei, page = self.mei, self.mei.page
        mei.press("Record a briefing")
        mei.tick("products", 0)
        mei.tick("products", 1)
        mei.press("Save briefing")
        mei.type_is("negotiating")
        mei.press("Record an objection")
        mei.tick("reason", 0)
        mei.fill("words", self.either("有点贵", "A bit too expensive"))
        mei.choose("product", index=1)
        mei.press("Save objection")
        mei.press("Log a touch")
        mei.fill("words", self.either("谈了价格", "Talked about the price"))
        mei.press("Save and set next step")
        mei.sees(mei.words("Say how it goes on: a next step with a date, or an end with its reason."))
        mei.fill("what", self.either("报阶梯价", "Offer a step price"))
        mei.press("Save and set next step")
        with page.expect_navigation():
            page.locator("#main a.bold[href*='/objections/']").first.click()
        mei.press("Choose this plan")
        self.does_what_is_theirs(mei)
        self.manager.page.goto(page.url)  # whoever releases the price
        self.does_what_is_theirs(self.manager)
        page.reload()
        mei.press("Note the outcome")
        mei.tick("outcome", 0)
        mei.press("Close objection")
        self.at(mei, "customer")
        mei.type_is("negotiating")

    @staticmethod
    def does_what_is_theirs(desk: Desk) -> None:
        """Every step of the plan that this person may tick off."""
        done = desk.page.locator("#main form[action$='/completion/'] button")
        while done.count():
            with desk.page.expect_navigation():
                done.first.click()

    def intends(self) -> None:
        """301 wants one of the products; 302 a requirement is met; 303 the bar names what is missing; then everything is there."""
        mei, page = self.mei, self.mei.page
        mei.press("Note the answer")
        mei.tick("answer", 0)
        mei.tick("wanted", 0)
        mei.press("Save answer")
        mei.type_is("intending")
        mei.press("Open intention")
        mei.press("Add a requirement")
        mei.fill("words", "IP65")
        mei.tick("kind", 0)
        mei.fill("due_on", (clock.today() + timedelta(days=5)).isoformat())
        mei.press("Save requirement")
        mei.press("Met")
        mei.tick("proof", 0)
        mei.fill("words", "CE-2046")
        mei.press("Save proof")
        mei.press("Make contract")
        mei.sees(mei.words("No contract yet: %(gaps)s.").split("%")[0])
        page.locator("#main a.btn", has_text=mei.words("Edit line")).first.click()  # it names the product, for who hears the page
        mei.fill("quantity", "1000")
        if page.locator("select[name=variant]").input_value() == "":
            mei.choose("variant", index=1)
        mei.press("Save line")
        self.collected(f"PO-{self.language}")

    def collected(self, po_number: str) -> None:
        """303: what an order needs, then a contract of it."""
        mei = self.mei
        mei.press("Collect order details")
        mei.choose("delivery_term", "FOB")
        mei.fill("delivery_place", "Shenzhen")
        mei.fill("wanted_on", (clock.today() + timedelta(days=60)).isoformat())
        mei.fill("deposit_percent", "30")
        mei.choose("balance", "before_shipping")
        mei.fill("delivery_address", "1 Sample Street")
        mei.fill("consignee", "Lee")
        mei.fill("consignee_phone", "13612345678")
        mei.fill("invoice_title", self.firm)
        mei.fill("po_number", po_number)
        mei.press("Save order details")
        assert "100%" in mei.page.locator("#main").inner_text()
        mei.press("Make contract")
        self.pages["contract"] = mei.page.url

    def known(self) -> None:
        """201: the must stands in the contract; 202: the legal data, where a mistyped code is said and not stored."""
        mei = self.mei
        mei.press("Where is it answered?")
        mei.tick("lines", 0)
        mei.press("Save trace")
        mei.press("Dossier %(n)s%%", n=0)
        mei.press("Edit dossier")
        for name, value in (("registered_address", "1 Sample Street"), ("representative", "Lee"), ("bank", "Bank")):
            mei.fill(name, value)
        if self.language == "zh-hans":
            mei.fill("bank_account", "6222020200046")
            mei.fill("code", "91350100M000100Y34")
            mei.press("Save dossier")
            mei.sees("18")
            mei.fill("code", "91350100m000100y43")
        else:  # a number from abroad: their papers are those of a firm abroad
            mei.fill("tax_number", "GB 123 4567 89")
            mei.fill("bic", "NWBKGB2L")
            mei.fill("bank_account", "GB82 WEST 1234 5698 7654 33")
            mei.press("Save dossier")
            mei.sees("IBAN")
            mei.fill("bank_account", "GB82 WEST 1234 5698 7654 32")
        mei.press("Save dossier")
        mei.sees(self.either("91350100M000100Y43", "GB82WEST12345698765432"))
        self.at(mei, "contract")

    def agreed(self, po_number: str) -> None:
        """204: sent, the letter leaves by SMTP, the customer confirms; at once it is an order."""
        mei, guest = self.mei, self.guest
        before = len(self.mailbox.letters)
        mei.press("Send for confirmation")
        mei.press("Send to the signatory")
        mei.sees(mei.words("waiting for the customer"))
        guest.opens(self.mailbox.link(self.email, since=before))
        guest.press("View contract")
        guest.sees(po_number)
        guest.page.locator("[name=consent]").check()
        guest.press("Confirm order")
        guest.page.get_by_role("heading", name=mei.words("Confirmed")).wait_for()
        paper = guest.page.request.get(guest.page.url + "paper/")
        assert paper.ok and paper.body().startswith(b"%PDF")
        self.pages["guest"] = guest.page.url
        self.at(mei, "customer")
        mei.type_is("ordering")
        self.at(mei, "contract")
        mei.sees(mei.words("agreed"))
        self.clerk.page.goto(f"{self.service.base}/orders/?q={po_number}")
        self.clerk.page.locator(".list a").first.click()
        self.clerk.page.wait_for_load_state()
        self.pages["order"] = self.clerk.page.url

    def paid(self) -> None:
        """The deposit, then the balance, each as the form proposes it; then no money keeps the goods here."""
        for _part in range(2):
            self.clerk.press("Record a receipt")
            self.clerk.press("Save receipt")
        self.clerk.sees(self.clerk.words("Paid in full."))

    def shipped(self) -> None:
        """102 goods data blocks, 101 two shipments: never more than ordered."""
        clerk, page = self.clerk, self.clerk.page
        clerk.press("Plan a shipment")
        page.locator("#main [name^=line_]").first.fill("1001")
        clerk.press("Plan shipment")
        clerk.sees("1,001")
        page.locator("#main [name^=line_]").first.fill("400")
        clerk.press("Plan shipment")
        clerk.sees(clerk.words("What holds it back"))
        shipment = page.url
        clerk.press("Complete the goods data")
        page.locator("form[action*=goods-approval] button").first.click()
        page.wait_for_load_state()
        page.get_by_label(clerk.words("Yes, it is meant so")).check()  # nobody handed anything in
        clerk.press("Approve all")
        page.wait_for_load_state()
        page.goto(shipment)
        self.leaves("HD-0")
        clerk.sees(clerk.words("part-shipped"))
        self.planned("600")
        self.leaves("HD-1")
        clerk.sees(clerk.words("in transit"))
        self.guest.page.reload()
        self.guest.sees("HD-1")

    def planned(self, quantity: str) -> None:
        self.clerk.press("Plan a shipment")
        self.clerk.page.locator("#main [name^=line_]").first.fill(quantity)
        self.clerk.press("Plan shipment")
        if (doubted := self.clerk.page.get_by_label(self.clerk.words("Yes, it is meant so"))).count():
            doubted.check()  # not all of them can be there on that day
            self.clerk.press("Plan shipment")

    def leaves(self, number: str) -> None:
        """From a planned shipment's page to goods on their way, back to the order."""
        clerk = self.clerk
        clerk.press("Release shipment")
        clerk.press("Release shipment")
        clerk.press("Everything is packed")
        clerk.press("Ship")
        clerk.fill("carrier", "恒达速运")
        clerk.fill("tracking_number", number)
        clerk.press("Goods have left")
        clerk.page.locator("input[name=is_sure]").check()  # papers and customer were not noted: asked once
        clerk.press("Goods have left")
        self.at(clerk, "order")

    def home(self) -> None:
        """The customer's page of their order."""
        self.guest.page.goto(re.sub(r"/contracts/.*", "/", self.pages["guest"]))
        number = self.pages["order"].rstrip("/").split("/")[-1]
        with self.guest.page.expect_navigation():
            self.guest.page.locator(f"a[href*='/orders/{number}/']").first.click()
        self.guest.looks()

    def signed(self) -> None:
        """103: the customer counts and signs whatever is on its way, sooner than it is expected."""
        guest = self.guest
        sign = guest.page.locator("a[href*='/arrival/']", has_text=self.either("提前签收", "Sign if it is here already"))
        self.home()
        while sign.count():
            with guest.page.expect_navigation():
                sign.first.click()
            guest.press("Sign for the goods")
            guest.page.get_by_role("heading", name=self.mei.words("Signed for")).wait_for()
            self.home()

    def replaced(self) -> None:
        """104: reported with a photo, a replacement proposed, agreed, sent, signed for, closed by the customer."""
        guest, clerk = self.guest, self.clerk
        guest.press("Report a problem")
        guest.page.locator("[name=kind]").select_option("damage")
        guest.page.locator("[name=line]").select_option(index=1)
        guest.page.locator("[name=quantity]").fill("3")
        guest.page.locator("[name=words]").fill(self.either("三只灯罩裂了", "Three shades are cracked"))
        photo: Any = {"name": "shade.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
        guest.page.locator("[name=photos]").set_input_files(photo)
        guest.press("Report problem")
        assert guest.page.locator("main img, .pics img").count() == 1
        self.pages["their problem"] = guest.page.url
        number = guest.page.url.rstrip("/").split("/")[-1]
        clerk.page.goto(f"{self.service.base}/problems/{number}/")
        self.pages["problem"] = clerk.page.url
        assert clerk.page.locator("#main .pics img").count() == 1
        clerk.press("Start work on it")
        clerk.press("Propose a solution")
        clerk.page.locator("#main [name=kind][value=replace]").check()
        clerk.fill("quantity", "3")
        clerk.press("Propose solution")
        guest.page.goto(self.pages["their problem"])
        with override(guest.desk.language):
            agreed = str(RESOLUTIONS["replace"])
        guest.press("Agree: %(what)s", what=agreed)
        self.at(clerk, "order")
        self.planned("3")
        self.leaves("HD-2")
        self.signed()
        guest.page.goto(self.pages["their problem"])
        guest.page.locator("[name=satisfaction][value='5']").check()
        guest.press("Yes, it is solved")
        self.at(clerk, "problem")
        clerk.sees(clerk.words("%(n)s of 5", n=5))
        self.at(clerk, "order")
        clerk.sees(clerk.words("complete"))

    def asked(self) -> None:
        """The survey by link, answered."""
        mei, guest = self.mei, self.guest
        self.at(mei, "customer")
        before = len(self.mailbox.letters)
        mei.more()
        mei.press("Send a survey")
        mei.press("Send survey")
        guest.opens(self.mailbox.link(self.email, since=before))
        guest.page.locator("[name=overall][value='5']").check()
        guest.page.locator("[name=recommend][value='9']").check()
        guest.press("Send my answer")
        guest.sees(mei.words("We have your answer."))

    def wants_more(self) -> None:
        """304: proposed, taken by the customer; what they take is an intention."""
        mei, guest = self.mei, self.guest
        self.at(mei, "customer")
        mei.more()
        mei.press("Propose more business")
        mei.page.locator("#main input[type=checkbox]").first.check()
        mei.page.locator("#main [name$=quantity], #main [name^=quantity]").first.fill("200")
        mei.press("Save draft")
        before = len(self.mailbox.letters)
        mei.press("Send request")
        mei.press("Send request")
        expansion = mei.page.url
        guest.opens(self.mailbox.link(self.email, since=before))
        guest.press("View proposal")
        guest.press("Send what I want")
        guest.sees(mei.words("Thank you. We have noted what you want and come back to you."))
        mei.page.goto(expansion)
        mei.press("Open intention")


@pytest.mark.parametrize(
    "language",
    [
        pytest.param("zh-hans", marks=pytest.mark.by_turns("first")),
        pytest.param("en", marks=pytest.mark.by_turns("second")),
    ],
)
def test_from_a_visitor_to_the_second_order(service: Service, mailbox: Mailbox, open_page, language: str):
    locale = "zh-CN" if language == "zh-hans" else "en-GB"
    mei, clerk, manager = (Desk(open_page(1440, locale), service, language) for _ in range(3))
    story = Story(language, service, mailbox, mei, clerk, manager, Guest(open_page(360, locale), mei))
    mei.sign_in("mei")
    clerk.sign_in("haoran")
    manager.sign_in("heyuan")
    story.captured()
    story.negotiates()
    story.intends()
    story.known()
    story.agreed(f"PO-{language}")
    first = story.pages["order"]
    story.paid()
    story.shipped()
    story.signed()
    story.replaced()
    story.asked()
    story.wants_more()
    story.collected(f"PO2-{language}")
    story.agreed(f"PO2-{language}")
    assert story.pages["order"] != first
