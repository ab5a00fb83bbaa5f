"""The one Jinja2 environment: translation, addresses, assets, and how values are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from babel.numbers import format_decimal
from django.conf import settings
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from boothline.core import clock, privacy
from boothline.core.countries import called
from boothline.core.money import money_words, price_words
from boothline.core.slots import colleague
from boothline.core.text import close_up, labelled, listed
from boothline.core.told import ours
from boothline.core.units import unit_words
from boothline.ui.hosts import in_the_open


@pass_context
def _worded(context: Context, message: str, **values: Any) -> str:
    """A message in the reader's language with its values, each at its place as one writes it beside its neighbours."""
    return _with(context, gettext(message), values)


@pass_context
def _counted(context: Context, one: str, many: str, num: int, **values: Any) -> str:
    """The same for a number of things."""
    return _with(context, ngettext(one, many, num), {"num": num} | values)


def _with(context: Context, words: str, values: dict[str, Any]) -> str:
    if not values:
        return _bare(words, context.eval_ctx.autoescape)
    words = close_up(words, values)
    return (Markup(words) if context.eval_ctx.autoescape else words) % values


@cache
def _bare(words: str, is_markup: bool) -> str:
    """A message that has no place for a value; there are as many as the templates have."""
    return (Markup(words) if is_markup else words) % {}


def environment(**options: Any) -> Environment:
    """Named in settings by string."""
    options["undefined"] = StrictUndefined
    env = Environment(**options, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(gettext=_worded, ngettext=_counted)
    env.globals.update(url=url, asset=asset, icon=icon, lang=lang, today=clock.today, sep=SEP, said=said, gap=gap, in_the_open=in_the_open)
    env.filters.update(
        money=money,
        number=number,
        day=day,
        moment=moment,
        until=clock.days_words,
        price=price,
        masked=masked,
        covered=covered,
        cap=cap,
        columns=columns,
        listed=listed,
        unit=unit_words,
        country=called,
        colleague=lambda name: spoken(colleague(name)),
        spoken=spoken,
        whole=whole,
        unbroken=unbroken,
        address=address,
        command=command,
        ours=ours,
    )
    env.globals["marks"] = _Later(env, "ui/marks.html")
    env.globals["forms"] = _Later(env, "ui/forms.html")
    return env


class _Later:
    """A module of macros that is loaded at its first use, when the loader knows every room."""

    def __init__(self, env: Environment, name: str) -> None:
        self._env, self._name = env, name

    def __getattr__(self, macro: str) -> Any:
        return getattr(self._env.get_template(self._name).module, macro)


SEP = Markup('<i class="sep">·</i> ')


def url(name: str, *args: Any) -> str:
    """The address of a page."""
    return reverse(name, args=args) if args else _fixed(name, get_script_prefix())


@cache
def _fixed(name: str, prefix: str) -> str:
    """That of a page which is no record's; a frame shows dozens of them."""
    return reverse(name)


def lang() -> str:
    """The reader's language as HTML says it."""
    return "zh-CN" if (get_language() or "zh").startswith("zh") else "en"


@cache
def _manifest() -> dict[str, str]:
    return json.loads((settings.ASSETS_DIR / "manifest.json").read_text())  # type: ignore[no-any-return]


@cache
def asset(name: str) -> str:
    """The address of a built asset, its hash in the name."""
    return static(_manifest()[name])


@cache
def icon(name: str, size: str = "i") -> Markup:
    """A drawing from our sprite; always beside a word or with a label."""
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(size, asset("icons.svg"), name)


def _locale() -> str:
    return "zh_Hans_CN" if (get_language() or "zh").startswith("zh") else "en_GB"


def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency and two decimals."""
    return "–" if amount is None else money_words(amount, currency)


def price(amount: Decimal | None, currency: str) -> str:
    """A unit price: at least two decimals, more where it has them."""
    return "–" if amount is None else price_words(amount, currency)


def number(value: Decimal | int | None) -> str:
    """A number with thousands; no empty decimals."""
    return "–" if value is None else format_decimal(value, locale=_locale())


def day(value: date | datetime | None) -> Markup | str:
    """A day: without its year when it is this one."""
    if value is None:
        return "–"
    shown = localtime(value).date() if isinstance(value, datetime) else value
    title = date_format(shown, "DATE_FORMAT")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(shown.isoformat(), title, clock.day_words(shown))


def moment(value: datetime | None) -> Markup | str:
    """A moment: the hour for today and yesterday, the day before that; exact with its zone in the title."""
    if value is None:
        return "–"
    at = localtime(value)
    return Markup('<time datetime="{}" title="{} {}">{}</time>').format(
        at.isoformat(), date_format(at, "DATE_FORMAT"), f"{at:%H:%M} {timezone.get_current_timezone_name()}", clock.moment_words(at)
    )


def gap() -> str:
    """What stands between two sentences: nothing in Chinese."""
    return " " if lang() == "en" else ""


def said(label: Any, words: Any) -> Any:
    """A label and what it says: 「标签：内容」 or "Label: words". What is shown as a day or a name stays that."""
    return Markup(labelled(escape(cap(label)), escape(words))) if hasattr(words, "__html__") else labelled(cap(label), words)


def masked(value: str, is_open: bool) -> str:
    """A way to reach somebody, masked for who may not see it."""
    return value if is_open else privacy.masked(value)


def covered(value: str, is_open: bool) -> str:
    """Where somebody is, for who may not see it."""
    return value if is_open else privacy.covered(value)


def whole(words: Any, room: int = 24) -> Markup:
    """A number or a name that no line breaks, as long as a phone has room for it: so many Latin letters."""
    plain = words.striptags() if isinstance(words, Markup) else words
    return Markup('<span class="nw">{}</span>').format(words) if columns(plain) <= room else escape(words)


def command(words: str) -> Markup:
    """What somebody types into a terminal: a line ends between its words, not behind a hyphen."""
    return Markup(" ").join(whole(word, 36) for word in words.split(" "))


def cap(words: Any) -> str:
    """Words that begin a label; Chinese has no capitals. A day or a name among them stays what it is shown as."""
    text = words if isinstance(words, Markup) else str(words)
    return text[:1].upper() + text[1:]


def columns(words: Any) -> int:
    """How wide words are drawn, in Latin letters: a Chinese character takes two."""
    return sum(2 if letter > "\u2e7f" else 1 for letter in str(words))


_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CHINESE = re.compile(rf"[{_HAN}](?:[{_HAN}，。；：！？、（）《》“”0-9 ]*[{_HAN}，。；：！？、（）《》“”])?")
_LATIN = re.compile(r"[A-Z][a-zà-ÿ]|[a-zà-ÿ]{3}")  # a name or a word; codes, sizes and units have none


def spoken(value: Any) -> Any:
    """A name or somebody's words: what is not in the page's language says in which it is, for screen readers and for the type."""
    text = str(value)
    if hasattr(value, "__html__"):
        return value
    if lang() != "en":
        is_other = _LATIN.search(text) and not _CHINESE.search(text)
        return Markup('<span lang="en">{}</span>').format(text) if is_other else text
    if not _CHINESE.search(text):
        return text
    return Markup(_CHINESE.sub(_in_chinese, str(escape(text))))


def _in_chinese(found: re.Match[str]) -> str:
    """Chinese words in an English line; as few characters as a person's name has are not broken."""
    held = ' class="nw"' if len(found[0]) <= 3 else ""
    return f'<span lang="zh-CN"{held}>{found[0]}</span>'


def address(words: Any) -> Any:
    """An e-mail address, which a narrow line breaks behind its @ rather than anywhere; everything else as it is."""
    return Markup("@<wbr>").join(escape(words).split("@")) if "@" in words and " " not in words else words


_NAME = re.compile(rf"[{_HAN}]{{2,4}}")


def unbroken(words: Any, names: Iterable[str]) -> Any:
    """A sentence whose Chinese names no line breaks; English names break between their words, as any."""
    held = {name for name in names if _NAME.fullmatch(name)}
    if lang() == "en" or not held:
        return words
    longest_first = "|".join(sorted(held, key=len, reverse=True))
    return Markup(re.sub(longest_first, lambda found: f'<span class="nw">{found[0]}</span>', str(escape(words))))
