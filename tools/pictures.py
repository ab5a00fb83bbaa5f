"""Takes the README's pictures anew from a demo of its own: `make pictures`."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
import chromium

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "pictures"
LARGEST = 150_000  # bytes


def keep(page: Page, name: str) -> None:
    """Writes what the window shows, in 128 colours."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(OUT / f"{name}.png", optimize=True)
    size = (OUT / f"{name}.png").stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{name}.png has {size} bytes, more than {LARGEST}.")


def window(browser: Browser, width: int, height: int, language: str, scale: int = 1) -> Page:
    """A fresh window."""
    return browser.new_context(viewport={"width": width, "height": height}, locale=language, device_scale_factor=scale).new_page()


def follow(page: Page, selector: str) -> None:
    """Presses the first of these and waits for what it leads to."""
    page.locator(selector).first.click()
    page.wait_for_load_state("networkidle")


def take(browser: Browser, tickets: dict[str, str], base: str) -> None:
    """A customer's page in Chinese, an order in English, a contract on the customer's phone."""
    mei = window(browser, 1440, 900, "zh-CN")
    mei.goto(tickets["mei"])
    mei.goto(f"{base}/customers/?q=光速")
    follow(mei, ".list a")
    keep(mei, "customer")

    haoran = window(browser, 1440, 900, "en-GB")
    haoran.goto(tickets["haoran"])
    haoran.goto(f"{base}/more/")
    if haoran.locator("#main button[lang=en]").count():
        follow(haoran, "#main button[lang=en]")
    haoran.goto(f"{base}/orders/")
    follow(haoran, ".list a")
    keep(haoran, "order")

    mei.goto(f"{base}/contracts/?q=光速")
    follow(mei, ".list a")
    follow(mei, "#main a[href$='/link/']")
    follow(mei, "#main form button")
    guest = window(browser, 360, 780, "zh-CN", scale=2)
    guest.goto(mei.locator("#link").inner_text().strip())
    follow(guest, "form.hand button")
    keep(guest, "portal")


def main() -> None:
    """Runs a demo in a temporary folder for as long as it takes."""
    with tempfile.TemporaryDirectory(prefix="boothline-pictures-") as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BASE_URL", "SMTP_URL", "TIME_ZONE")}
        env |= {"BOOTHLINE_HOME": home, "PORT": str(port), "HOST": "127.0.0.1"}
        log = Path(home) / "run.log"
        with log.open("wb") as out:
            service = subprocess.Popen([sys.executable, "-m", "boothline.config.cli", "run", "--demo"], cwd=ROOT, env=env, stderr=out)
        try:
            until = time.monotonic() + 120
            tickets: dict[str, str] = {}
            while len(tickets) < 5 and time.monotonic() < until and service.poll() is None:
                time.sleep(0.5)
                tickets = dict(re.findall(r"(\w+)\s+(http\S+/demo/\S+)", log.read_text("utf-8")))
            if len(tickets) < 5:
                raise SystemExit(log.read_text("utf-8"))
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
                take(browser, tickets, f"http://127.0.0.1:{port}")
                browser.close()
        finally:
            service.send_signal(signal.SIGINT)
            service.wait(20)


if __name__ == "__main__":
    main()
