"""The booth on a phone of 360 px, in both languages, with and without a script; and the visitor's own form beside it."""

from __future__ import annotations

import io
import os

import pytest
from django.utils.translation import gettext, override
from PIL import Image

from tests.browser.conftest import Service, overhang
from tests.sounds import wav

pytestmark = [pytest.mark.browser, pytest.mark.once]


def sign_in(page, service: Service, username: str, words) -> None:
    page.goto(f"{service.base}/sign-in/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill("boothline-demo")
    page.get_by_role("button", name=words("Sign in")).click()
    page.wait_for_url("**/today/")


def spoken(language: str):
    def words(message: str) -> str:
        with override(language):
            return gettext(message)

    return words


@pytest.mark.parametrize(
    "language, script",
    [
        pytest.param("zh-hans", True, id="zh-hans-script"),
        pytest.param("en", False, id="en-plain"),
        pytest.param("zh-hans", False, id="zh-hans-plain", marks=pytest.mark.spare),
        pytest.param("en", True, id="en-script", marks=pytest.mark.spare),
    ],
)
def test_one_visitor_after_the_other(service: Service, open_page, language: str, script: bool):
    words = spoken(language)
    page = open_page(360, "zh-CN" if language == "zh-hans" else "en-GB", script)
    sign_in(page, service, "xiaoyu", words)
    page.goto(f"{service.base}/booth/")
    name = f"Lou {language} {script}"
    page.locator("[name=name]").fill(name)
    page.locator("[name=company]").fill(f"Atelier Lou {language} {script}")
    page.locator("[name=email]").fill(f"lou@{language}-{script}.example".lower())
    page.locator(".k-interest .ticks label").first.click()
    page.locator(".k-heat .ticks label").first.click()
    page.locator(".k-promised .ticks label").nth(1).click()
    page.locator(".k-consent .ticks label").first.click()
    page.locator("details.more-fields > summary").click()
    timing = page.locator("[data-question=timing]")
    assert timing.is_visible() is not script  # asked of buyers alone; without a script everything is shown
    page.locator(".k-purpose .ticks label").first.click()
    assert timing.is_visible()
    page.get_by_role("button", name=words("Save, next visitor")).click()
    line = page.locator("#done")
    line.get_by_text(name).first.wait_for()
    assert page.locator("[name=name]").input_value() == ""
    assert (page.url.endswith("/booth/")) is script  # the page is not left
    assert not script or overhang(page) <= 0

    # somebody known, in one line while typing; and one's own capture is mended
    if script:
        page.locator("[name=email]").fill("a.becker@nordlicht.example")
        page.locator("#flash").get_by_text("Nordlicht GmbH").first.wait_for()
    else:
        page.locator("[name=email]").fill("a.becker@nordlicht.example")
        page.get_by_role("button", name=words("Look whether they are known")).click()
        page.locator("#flash").get_by_text("Nordlicht GmbH").first.wait_for()
        page.goto(f"{service.base}/captures/")
        page.get_by_role("link", name=name).first.click()
        page.get_by_role("link", name=words("Edit"), exact=True).first.click()
    if script:
        page.locator("#done a.fix").click()
    page.wait_for_url("**/booth/captures/*/")
    page.locator("[name=name]").fill(f"{name} II")
    page.get_by_role("button", name=words("Save correction")).click()
    page.locator("#done").get_by_text(f"{name} II").wait_for()


@pytest.mark.parametrize("language", ["zh-hans", pytest.param("en", marks=pytest.mark.spare)])
def test_a_visitor_leaves_a_card_by_their_own_phone(service: Service, open_page, language: str):
    words = spoken(language)
    desk = open_page(1440, "zh-CN")
    sign_in(desk, service, "mei", spoken("zh-hans"))
    desk.goto(f"{service.base}/fairs/")
    desk.get_by_role("link", name="江南照明展").first.click()
    address = desk.locator(".visitcode a[href*='/visit/']").get_attribute("href")
    phone = open_page(360, "zh-CN")
    phone.goto(service.base + address)
    phone.locator(".seg a", has_text="English" if language == "en" else "中文").click()
    assert phone.locator(".k-heat, .k-promised, .k-budget").count() == 0
    assert phone.locator(".k-consent input:checked").count() == 0
    phone.locator("[name=name]").fill(f"Self {language}")
    phone.locator("[name=phone]").fill("13900008877")
    phone.get_by_role("button", name=words("Send")).click()
    phone.get_by_text(words("Thank you")).first.wait_for()
    desk.goto(f"{service.base}/captures/")
    desk.get_by_role("link", name=f"Self {language}").first.wait_for()


@pytest.mark.parametrize("language", ["zh-hans", pytest.param("en", marks=pytest.mark.spare)])
def test_a_voice_note_is_recorded_heard_thrown_away_sent_and_played(service: Service, open_page, language: str):
    words = spoken(language)
    page = open_page(360, "zh-CN" if language == "zh-hans" else "en-GB")
    sign_in(page, service, "xiaoyu", words)
    page.goto(f"{service.base}/booth/")
    button, takes, name = page.locator(".vrec"), page.locator(".takes li"), f"Speaks {language}"
    for n in (1, 2):
        button.click()
        page.get_by_text(f"{words('Stop recording')} 0:01").wait_for()
        button.click()
        takes.nth(n - 1).wait_for()
    for made in page.locator(".voice button, .voice .shot label").all():
        size = made.bounding_box()
        assert size and size["height"] >= 44 and size["width"] >= 44
    assert overhang(page) <= 0
    hears = takes.first.locator("button").first
    hears.click()
    takes.first.get_by_text(words("Stop playing")).wait_for()
    hears.click()
    takes.first.get_by_text(words("Listen")).wait_for()
    takes.nth(1).get_by_text(words("Throw away")).click()
    assert takes.count() == 1
    button.click()  # saving ends a recording that runs
    page.get_by_text(f"{words('Stop recording')} 0:01").wait_for()
    page.locator("[name=name]").fill(name)

    # the notes are not taken: what was said stays here, and is sent again
    page.route("**/voices/", lambda route: route.fulfill(status=429, json={"reason": "later"}))
    page.get_by_role("button", name=words("Save, next visitor")).click()
    page.locator("#done").get_by_text(name).wait_for()
    unsent = page.locator(".takes .unsent")
    assert unsent.count() == 2 and name in unsent.first.inner_text() and "later" in unsent.first.inner_text()
    page.unroute("**/voices/")
    unsent.first.get_by_text(words("Send again")).click()
    unsent.first.wait_for(state="detached")
    assert takes.count() == 0

    page.goto(f"{service.base}/captures/")
    page.get_by_role("link", name=name).first.click()
    players = page.locator("audio")
    players.first.wait_for()
    assert players.count() == 2
    length = players.first.evaluate("""async (a) => {
      a.muted = true; a.preload = "auto"; await a.play(); a.currentTime = 1e6;
      await new Promise((r) => a.addEventListener("durationchange", () => Number.isFinite(a.duration) && r(), {}));
      return a.duration; }""")
    assert 0.5 < length < 10


def test_without_a_microphone_the_page_says_so_and_takes_a_file(service: Service, open_page):
    words = spoken("en")
    page = open_page(360, "en-GB")
    sign_in(page, service, "xiaoyu", words)
    page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))")
    page.goto(f"{service.base}/booth/")
    page.locator(".vrec").click()
    page.get_by_text(words("The microphone is not there, or not allowed. Allow it in the browser, or choose a sound file.")).wait_for()
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    page.goto(f"{service.base}/booth/")
    page.get_by_text(words("This page cannot record here. Choose a sound file.")).wait_for()
    assert not page.locator(".vrec").is_visible()
    page.locator("#voice").set_input_files([{"name": "memo.wav", "mimeType": "audio/wav", "buffer": wav(2)}])
    page.locator(".takes li").first.wait_for()
    page.get_by_role("button", name=words("Save, next visitor")).click()
    page.locator("#done").get_by_text("voice note").wait_for()
    assert page.locator(".takes li").count() == 0


def test_what_is_wrong_stands_at_its_field(service: Service, open_page):
    """One line above leads to each; corrected, the next press saves."""
    page = open_page(360, "en-GB")
    sign_in(page, service, "xiaoyu", spoken("en"))
    page.goto(f"{service.base}/booth/")
    page.locator("[name=name]").fill("Ada Wrong")
    page.locator("[name=email]").fill("no-address")
    page.locator("[name=phone]").fill("switchboard")
    page.locator(".hand button").click()
    page.locator("#trouble a").first.wait_for()
    assert page.locator("#trouble a").all_inner_texts() == ["Phone", "E-mail"]
    assert [page.locator(f".fld:has([name={name}]) .why").count() for name in ("phone", "email", "name")] == [1, 1, 0]
    assert overhang(page) <= 0
    page.locator("[name=email]").fill("ada@wrong.example")
    page.locator("[name=phone]").fill("")
    page.locator(".hand button").click()
    page.locator("#done").get_by_text("Ada Wrong").wait_for()
    assert page.locator(".fld .why").count() == 0 and not page.locator("#trouble").is_visible()


def test_a_picture_that_is_too_large_is_drawn_smaller_or_told_when_it_is_chosen(service: Service, open_page):
    """12 MB of colours that no compression makes small; and what is no picture at all."""
    words = spoken("en")
    page = open_page(360, "en-GB")
    sign_in(page, service, "xiaoyu", words)
    out = io.BytesIO()
    Image.frombytes("RGB", (2200, 1900), os.urandom(2200 * 1900 * 3)).save(out, "PNG", compress_level=0)
    page.on("dialog", lambda one: one.accept())
    for path, field in (("/captures/new/", "picture"), ("/booth/", "picture_front")):
        page.goto(service.base + path)
        shot = page.locator(f"input[name={field}]")
        shot.set_input_files({"name": "card.png", "mimeType": "image/png", "buffer": out.getvalue()})
        page.wait_for_function(f"() => document.querySelector('[name={field}]').files[0]?.size < 10 * 2**20")
        assert shot.evaluate("input => input.files[0].name") == "card.jpg"
        shot.set_input_files({"name": "film.jpg", "mimeType": "image/jpeg", "buffer": b"x" * (11 * 2**20)})
        told = page.get_by_text(words("The file is larger than 10 MB. Choose a smaller one."))
        told.wait_for()
        assert shot.evaluate("input => input.files.length") == 0, "what is left can be saved"
        shot.set_input_files({"name": "card.png", "mimeType": "image/png", "buffer": out.getvalue()})
        told.wait_for(state="hidden")
