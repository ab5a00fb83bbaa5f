"""A customer at their browser, without scripts: opens a link, reads pages, sends the forms that stand there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from boothline.contracts.establishment import ConfirmationRequest
from boothline.core.actors import SYSTEM
from boothline.customers.card import Contact
from boothline.links.grants import Grant, grant, mint
from boothline.orders.register import Order
from tests.suites.paper import Form, filled, forms_of, read


def link_of(request: ConfirmationRequest, contact: Contact | None = None) -> str:
    """A fresh address of the request: the signatory's, or another contact's to read it."""
    held = request.grant if contact is None else grant(contact, by=SYSTEM, subject=request, purpose="read")
    assert held is not None
    return urlsplit(mint(held, by=SYSTEM)).path


class Guest:
    """One browser. `page` is what it shows; `seen` every address it came by."""

    def __init__(self, link: str = "", browser: Client | None = None) -> None:
        self.browser = browser or Client()
        self.seen: list[str] = []
        self.page: Any = None
        if link:
            self.open(link)

    def open(self, address: str) -> Any:
        return self._follow(self.browser.get(address), address)

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    def forms(self) -> dict[str, Form]:
        """{last part of the address: form}."""
        return {form.action.rstrip("/").rsplit("/", 1)[-1]: form for form in forms_of(self.page.content)}

    def send(self, which: str, **values: Any) -> Any:
        """Fills in one form of the page and presses its button."""
        form = self.forms()[which]
        return self.post(form.action or self.seen[-1], filled(form, **values))

    def speak(self, language: str, **values: Any) -> Any:
        """Fills in the form that the switch of the language belongs to, then presses the switch."""
        page = read(self.page.content)
        switch = next(a for tag, a in page.tags if tag == "button" and (a.get("name"), a.get("value")) == ("speak", language))
        return self.post(switch["formaction"], filled(page.by_id[switch["form"]], **values) | {"speak": [language]})

    def post(self, address: str, fields: dict[str, Any]) -> Any:
        return self._follow(self.browser.post(address, fields), address)

    def _follow(self, answer: Any, address: str) -> Any:
        self.seen.append(address)
        while answer.status_code in (301, 302):
            self.seen.append(answer["Location"])
            answer = self.browser.get(answer["Location"])
        self.page = answer
        return answer


def grant_of(guest: Guest) -> Grant:
    return Grant.objects.get(pk=int(guest.seen[-1].split("/")[2]))


class Reader(Guest):
    """Somebody at the customer who reads on, whatever their company confirmed: `at` is where their pages stand."""

    def __init__(self, order: Order) -> None:
        asked = ConfirmationRequest.objects.get(version=order.confirmation.version_id)
        super().__init__(link_of(asked, order.confirmation.contact))
        self.at = "/".join(self.seen[-1].split("/")[:3])

    def read(self, page: str) -> str:
        """One of their pages, as they see it."""
        self.open(f"{self.at}/{page}")
        return self.text
