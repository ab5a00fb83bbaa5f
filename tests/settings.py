"""Settings of the tests: a database of its own, a fast hasher, no bell, mail kept in memory."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("BOOTHLINE_HOME", tempfile.mkdtemp(prefix="boothline-test-"))
if "xdist" in sys.modules and (worker := os.environ.get("PYTEST_XDIST_WORKER")) and Path(os.environ["BOOTHLINE_HOME"]).name != worker:
    # a data folder for each process of a round: what clears away old files in one test would take those of another with it
    os.environ["BOOTHLINE_HOME"] += f"/{worker}"

from boothline.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS_IMMEDIATE = True
SLOW_SIGN_IN = False
MAIL_SERVER = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MESSAGE_STORAGE = "tests.flashes.Flashes"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DEMO = True
HOST_NAMES = {*HOST_NAMES, "testserver"}  # noqa: F405

DATABASES["default"].get("OPTIONS", {}).pop("pool", None)  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # a real file: in memory, threads share one connection's locks, and there is no journal to test
    DATABASES["default"]["TEST"] = {"NAME": str(BOOTHLINE_HOME / "tests.sqlite3")}  # noqa: F405
