"""The box and the keys in a real browser: by keyboard alone, in both languages, on a phone, without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Service, overhang
from tests.browser.test_story import Desk

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def desk(service: Service, open_page):
    def sign_in(language: str = "zh-hans", width: int = 1440, script: bool = True, who: str = "mei") -> Desk:
        made = Desk(open_page(width, "zh-CN" if language == "zh-hans" else "en-GB", script=script), service, language)
        made.sign_in(who)
        return made

    return sign_in


@pytest.mark.parametrize("language", ["zh-hans", pytest.param("en", marks=pytest.mark.spare)])
def test_found_and_opened_by_keyboard_alone(desk, language: str):
    page = desk(language).page
    field = page.locator("#seek")
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(page.locator("#options [role=option]").first).to_be_visible()
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.type("gsmy")
    option = page.locator("#options [role=option][aria-selected=true]")
    expect(option).to_have_attribute("id", "o-customer-1")
    expect(field).to_have_attribute("aria-activedescendant", "o-customer-1")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("o-contact-1"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    # the page's own acts are offered first, and Esc closes
    page.keyboard.press("/")
    expect(page.locator("#options [role=option]").first).to_have_attribute("data-act", "0")
    page.keyboard.type("log a touch" if language == "en" else "记录联系")
    expect(page.locator("#options [role=option]").first).to_have_text("Log a touch" if language == "en" else "记录联系")
    page.keyboard.press("Escape")
    expect(page.locator("#drop")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()


def test_a_form_that_opens_by_key_has_the_focus_in_its_first_field(desk):
    """On a page of a record too: `s` is the next step's own field, the box presses the page's own button."""
    page = desk().page
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/customers/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    page.keyboard.press("s")
    expect(page.locator("#say-next")).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("briefing")
    expect(page.locator("#options [role=option][aria-selected=true]")).to_have_attribute("data-act", re.compile(r"\d+"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/briefings/new/$"))
    expect(page.locator("#main form.form :focus")).to_have_count(1)


def test_a_key_is_about_the_row_that_has_the_focus(desk):
    """A row that has nothing to postpone says so, and no other row moves; a form opened by a key names its customer."""
    page = desk("en").page
    page.wait_for_load_state()
    without = page.locator("main [data-row]:has([data-lacks=p])").first
    without.locator("a").first.focus()
    page.keyboard.press("p")
    expect(without.locator("[role=status]")).to_have_text("There is no next step here to postpone.")
    assert page.locator("[data-row] > form").count() == 0
    movable = page.locator("main [data-row]:has([data-keys=p])").first
    whose = movable.locator("a").first
    whose.focus()
    page.keyboard.press("p")
    expect(movable.locator("form h2")).to_contain_text(whose.inner_text())


def test_enter_waits_for_the_answer(desk):
    page = desk().page
    page.keyboard.press("Control+k")
    page.keyboard.type("zhangwei", delay=5)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))


def test_enter_without_a_hit_opens_the_page(desk):
    page = desk().page
    page.keyboard.press("Control+k")
    page.keyboard.type("qqqqqqq")
    expect(page.locator("#drop [role=status]")).to_contain_text("qqqqqqq")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/?q=qqqqqqq*")


def test_a_sequence_rows_and_neighbours(desk, service):
    page = desk().page
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/customers/")
    links = page.locator("#results tbody tr a")
    hrefs = [links.nth(i).get_attribute("href") for i in range(3)]
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
    page.keyboard.press("x")  # no tick boxes: nothing
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: hrefs[1] in url)
    page.keyboard.press("]")
    page.wait_for_url(lambda url: hrefs[2] in url)
    page.keyboard.press("[")
    page.wait_for_url(lambda url: hrefs[1] in url)
    page.keyboard.press("e")
    page.wait_for_url(f"**{hrefs[1]}edit/")
    page.locator("#main [name=name]").focus()
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.keyboard.press("?")
    assert page.url.endswith("edit/") and page.locator("dialog[open]").count() == 0  # they rest in a field


def test_the_list_of_keys_and_switching_them_off(desk):
    page = desk(who="haoran").page
    page.keyboard.press("?")
    dialog = page.locator("dialog#keys")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-press='g t']")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    dialog.locator(".keysoff button").click()
    page.wait_for_load_state()
    expect(page.locator("body[data-single-keys=off]")).to_be_attached()
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("c")
    assert page.locator("dialog[open]").count() == 0 and page.url.endswith("/today/")
    page.keyboard.press("Control+k")
    expect(page.locator("#seek")).to_be_focused()


def test_on_a_phone_the_magnifier_opens_the_page(desk):
    page = desk(width=360).page
    page.locator(".tools a.tool.ph").first.click()
    page.wait_for_url("**/find/")
    page.locator("#q").fill("光速")
    hit = page.locator(".found a").first
    expect(hit).to_contain_text("光速")
    assert overhang(page) <= 0
    assert all(box["height"] >= 44 for box in (a.bounding_box() for a in page.locator(".found a").all()))
    hit.click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))


def test_without_a_script(desk):
    page = desk(script=False).page
    page.locator("#seek").fill("zhang wei")
    page.locator("#seek").press("Enter")
    page.wait_for_url("**/find/?q=zhang+wei*")
    page.locator(".found a").first.click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
