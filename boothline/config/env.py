"""What a machine needs to know: every variable with its type and default. Business rules are not here (core.rules)."""

from __future__ import annotations

import secrets
from pathlib import Path

from environs import Env

env = Env()

PROJECT = Path(__file__).resolve().parents[2]
BOOTHLINE_HOME = Path(env.str("BOOTHLINE_HOME", "") or PROJECT / "data").expanduser().resolve()
DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{BOOTHLINE_HOME / 'boothline.sqlite3'}"
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
BASE_URL = env.str("BASE_URL", "").rstrip("/")
SMTP_URL = env.str("SMTP_URL", "")
MAIL_FROM = env.str("MAIL_FROM", "Boothline <boothline@localhost>")
TIME_ZONE = env.str("TIME_ZONE", "Asia/Shanghai")
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("BOOTHLINE_DEMO", False)


def secret_key() -> str:
    """The installation's own secret, made at the first start and kept in the data folder."""
    BOOTHLINE_HOME.mkdir(parents=True, exist_ok=True)
    kept = BOOTHLINE_HOME / "secret.key"
    try:
        with kept.open("x") as new:
            kept.chmod(0o600)
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return kept.read_text().strip()
