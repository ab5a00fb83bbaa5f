"""Django's settings. One page; what differs between machines comes from `env`."""

from __future__ import annotations

from typing import Any

import dj_email_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from boothline.config import env
from boothline.core.machine import own_names

BOOTHLINE_HOME = env.BOOTHLINE_HOME
PROJECT = env.PROJECT
PACKAGE = PROJECT / "boothline"
ASSETS_DIR = PACKAGE / "assets"

DEBUG = env.DEBUG
DEMO = env.DEMO
SECRET_KEY = env.secret_key()
BASE_URL = env.BASE_URL or f"http://127.0.0.1:{env.PORT}"
ALLOWED_HOSTS = ["*"]  # ui.hosts judges them: any address in figures, and these names
HOST_NAMES = own_names(env.HOST, BASE_URL)
SECURE = BASE_URL.startswith("https://")
AUTHORITY = BOOTHLINE_HOME / "tls" / "authority.crt" if env.TLS else None  # what the team's phones install (`boothline run --tls`)
DOORSTEP = env.DOORSTEP

ROOMS = [  # lowest floor first: now-hearers run in this order
    "core", "ui", "timeline", "accounts", "files", "search", "documents", "worktime", "links", "approvals", "views", "catalogue",
    "customers", "messaging", "personality", "followups", "fairs", "visitors", "negotiation", "intentions",
    "contracts", "orders", "billing", "care", "capture", "portal", "insights", "exchange", "radar",
]  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_filters",
    "django_htmx",
    *(f"boothline.{room}" for room in ROOMS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "boothline.ui.failures.OwnNames",
    "django.middleware.common.CommonMiddleware",
    "boothline.ui.uploads.SizeFirst",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "boothline.accounts.middleware.ActorMiddleware",
    "boothline.ui.failures.Disk",
]
ROOT_URLCONF = "boothline.config.urls"
WSGI_APPLICATION = "boothline.config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "boothline.ui.jinja.environment", "context_processors": ["boothline.ui.kit.hidden_inputs"]},
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

DATABASES: dict[str, Any] = {"default": env.database()}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS_IMMEDIATE = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["boothline.accounts.adapter.KnownPeople"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "boothline.accounts.sign_ins.NotOnlyFigures"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "name_latin", "email")},
    },
]
SLOW_SIGN_IN = True  # wrong tries are answered later and later (accounts.tries)
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "boothline.accounts.adapter.OwnPeople"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # its counts stand in each process alone; ours stand in the database

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = ["boothline.config.formats"]
TIME_ZONE = env.TIME_ZONE
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ASSETS_DIR / "web"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[A-Z0-9]{8}\..+$"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if SECURE and not env.TLS else 0  # an authority of our own may go as it came
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "boothline.ui.failures.csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

MAIL_SERVER = bool(env.SMTP_URL)
if env.SMTP_URL:
    _mail = dj_email_url.parse(env.SMTP_URL)
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.MAIL_FROM
MAIL_DOMAIN = BASE_URL.split("://")[1].split(":")[0].split("/")[0]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
