"""On our device at 360 px: staff open the contract, the customer reads it, writes their name, draws and confirms."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, override

from tests.browser.conftest import Service, overhang
from tests.browser.test_story import Desk

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.mark.parametrize("language", ["zh-hans", pytest.param("en", marks=pytest.mark.spare)])
def test_signed_on_our_device_with_a_drawn_signature(service: Service, open_page, language: str):
    def words(message: str) -> str:
        with override(language):
            return gettext(message)

    number = {"zh-hans": "C-0001", "en": "C-0002"}[language]
    page = open_page(360, "zh-CN" if language == "zh-hans" else "en-GB")
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    desk = Desk(page, service, language)
    if language == "en":  # the one in approval: the manager says yes first
        desk.sign_in("heyuan")
        page.goto(f"{service.base}/approvals/")
        page.locator("#main table a, #main .rows a, #main a").filter(has_text="C-0002").first.click()
        desk.press("Approve the contract")
        page.context.clear_cookies()
    desk.sign_in("mei")
    page.goto(f"{service.base}/contracts/{number}/")
    desk.press("Sign on this device")
    desk.press("Open for the customer")
    assert page.url.startswith(f"{service.base}/c/")
    assert overhang(page) <= 0
    canvas = page.locator("[data-sign-here]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 40 + step * 14, box["y"] + 50 + (step % 4) * 12)
    page.mouse.up()
    assert page.locator("[data-sign-kept]").input_value().startswith("data:image/png;base64,")
    again = page.locator("[data-sign-again]")
    again.click()
    assert page.locator("[data-sign-kept]").input_value() == ""
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 80, steps=8)
    page.mouse.up()
    page.locator("#signed_by").fill("张伟")
    page.locator("[name=consent]").check()
    with page.expect_navigation():
        page.locator(".hand button").click()
    page.get_by_text(words("Thank you. Please hand the device back.")).wait_for()
    page.goto(f"{service.base}/contracts/{number}/")
    desk.sees(words("on our device"))
    assert not errors
