"""Finds or fetches a Chromium for the tests and prints its path; with or without root. Never skips: says what to type.

1. BOOTHLINE_CHROMIUM or one that is there. 2. playwright's own, where its host is reachable. 3. the system's package, as root.
4. the build that comes as a Node package, unpacked into a folder of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / ".stamps" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def works(path: str | None, env: dict[str, str] | None = None) -> bool:
    """Whether this program answers with its version."""
    if not path or not Path(path).exists():
        return False
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, env={**os.environ, **(env or {})}, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def present() -> str | None:
    """One that is there."""
    given = os.environ.get("BOOTHLINE_CHROMIUM")
    if given and works(given):
        return given
    for name in NAMES:
        found = shutil.which(name)
        if works(found):
            return found
    kept = OWN / "run"
    return str(kept) if works(str(kept)) else None


def by_playwright() -> str | None:
    """Playwright's own build; fails at once where its host is not reachable."""
    command = [sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]
    try:
        subprocess.run(command, capture_output=True, timeout=60, check=True)
        from playwright.sync_api import sync_playwright

        with sync_playwright() as driver:
            path = driver.chromium.executable_path
    except (subprocess.SubprocessError, OSError, ImportError):
        return None
    return path if works(path) else None


def by_apt() -> str | None:
    """The system's package, where we are root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
    ):
        subprocess.run(command, capture_output=True, env=env, check=False)
    return present()


def by_node_package() -> str | None:
    """The build of a Node package; brings its own libraries and uses our own type."""
    node = subprocess.run(["sh", "tools/node.sh", "--which"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    OWN.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "unpack.mjs"):
        shutil.copy(ROOT / "tools" / "chromium" / name, OWN / name)
    npm = Path(node).resolve().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    options = ["ci", "--loglevel=error", "--no-audit", "--no-fund", "--cache", str(ROOT / ".stamps" / "npm-cache")]
    certificates = "/etc/ssl/certs/ca-certificates.crt"  # Node knows none of the system's by itself
    known = {"NODE_EXTRA_CA_CERTS": certificates} if Path(certificates).exists() else {}
    env = {**known, **os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([node, str(npm), *options] if npm.exists() else ["npm", *options], cwd=OWN, check=True, timeout=300, env=env, stdout=2)
    subprocess.run([node, "unpack.mjs"], cwd=OWN, check=True, timeout=120)
    fonts = f"<dir>{ROOT / 'boothline/assets/fonts'}</dir><cachedir>{OWN / 'fontcache'}</cachedir>"
    (OWN / "fonts.conf").write_text(f'<?xml version="1.0"?><fontconfig>{fonts}</fontconfig>')
    run = OWN / "run"
    run.write_text(
        "#!/bin/sh\n"
        f'export LD_LIBRARY_PATH="{OWN}/bin:{OWN}/bin/al2023/lib:{OWN}/bin/lib" FONTCONFIG_FILE="{OWN}/fonts.conf"\n'
        f'exec "{OWN}/bin/chromium" "$@"\n'
    )
    run.chmod(0o755)
    return str(run) if works(str(run)) else None


def find() -> str:
    """The path of a Chromium that works; SystemExit with the line to type when there is none."""
    for way in (present, by_playwright, by_apt, by_node_package):
        try:
            path = way()
        except (OSError, subprocess.SubprocessError) as error:
            print(f"chromium: {way.__name__} failed: {error}", file=sys.stderr)
            continue
        if path:
            return path
    raise SystemExit("No Chromium for the browser tests. Type: apt install chromium   or set BOOTHLINE_CHROMIUM=/path/to/chromium")


if __name__ == "__main__":
    print(find())
