"""A form that somebody has begun is not left without a question; a card that is photographed is asked about."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.conftest import Service
from tests.browser.test_story import Desk
from tests.pictures import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def desk(service: Service, open_page):
    def sign_in(width: int = 1440, who: str = "mei") -> Desk:
        made = Desk(open_page(width), service, "zh-hans")
        made.sign_in(who)
        return made

    return sign_in


def answering(page, yes: bool) -> list[str]:
    """Every question of the browser is answered so; what was asked, by its kind."""
    seen: list[str] = []

    def answer(dialog: Dialog) -> None:
        seen.append(dialog.type)
        dialog.accept() if yes else dialog.dismiss()

    page.on("dialog", answer)
    return seen


def test_another_language_and_another_page_ask_before_what_was_typed_is_lost(desk):
    page = desk().page
    page.goto(page.url.split("/today")[0] + "/customers/1/edit/")
    seen = answering(page, yes=False)
    note = page.locator("[name=note]")
    note.click()
    note.fill("周三再打电话")
    page.locator("a[href='/customers/']").first.click()
    expect(note).to_have_value("周三再打电话")
    assert seen == ["beforeunload"]
    page.locator("[name=language][value=en]").first.evaluate(
        "field => (field.form.requestSubmit ? field.form.requestSubmit(field.type === 'submit' ? field : null) : null)"
    )
    page.wait_for_timeout(300)
    assert seen == ["beforeunload"] * 2 and page.locator("html").get_attribute("lang") == "zh-CN"
    page.locator("form.form button[type=submit]").first.click()
    page.wait_for_url("**/customers/1/")
    assert seen == ["beforeunload"] * 2, "saving asks nothing"


def test_a_form_that_nobody_touched_is_left_without_a_word(desk):
    page = desk().page
    page.goto(page.url.split("/today")[0] + "/captures/new/")
    seen = answering(page, yes=False)
    page.locator("h1").click()
    page.locator("a[href='/customers/']").first.click()
    page.wait_for_url("**/customers/")
    assert seen == []


def test_nothing_promised_goes_when_something_is_and_the_other_way_round(desk):
    page = desk().page
    page.goto(page.url.split("/today")[0] + "/captures/new/")
    nothing, catalogue = (page.locator(f"[name=promised][value={code}]") for code in ("nothing", "catalogue"))
    nothing.check()
    catalogue.check()
    expect(nothing).not_to_be_checked()
    nothing.check()
    expect(catalogue).not_to_be_checked()


@pytest.mark.parametrize("address", ["/captures/new/", "/booth/"])
def test_whoever_photographs_a_card_is_asked_and_a_yes_is_noted(desk, address: str):
    page = desk(width=360, who="xiaoyu").page
    page.goto(page.url.split("/today")[0] + address)
    seen = answering(page, yes=True)
    page.locator("input[data-asks]").first.set_input_files({"name": "card.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    assert seen == ["confirm"]
    expect(page.locator("[name=consents][value=photo]")).to_be_checked()
