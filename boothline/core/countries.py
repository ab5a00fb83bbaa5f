"""Countries as people write them: 中国, China, PRC, Deutschland are names of codes (ISO 3166); and when their day ends."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.core.errors import Refused

_ALIASES = {
    "prc": "CN", "p.r.c": "CN", "p.r. china": "CN", "pr china": "CN", "people's republic of china": "CN", "中华人民共和国": "CN",
    "中国大陆": "CN", "mainland china": "CN", "uk": "GB", "england": "GB", "usa": "US", "u.s.a": "US", "korea": "KR", "韩国": "KR",
    "uae": "AE", "u.a.e": "AE", "阿联酋": "AE", "great britain": "GB", "scotland": "GB", "wales": "GB", "america": "US", "holland": "NL",
    "香港": "HK", "中国香港": "HK", "hong kong": "HK", "澳门": "MO", "中国澳门": "MO", "macau": "MO", "macao": "MO", "中国台湾": "TW",
    "turkey": "TR", "türkiye": "TR", "czech republic": "CZ", "viet nam": "VN",
}  # fmt: skip

CHINESE_READING = ("CN", "HK", "MO", "TW")
CHINESE_CODES = ("86", "852", "853", "886")


def code_of(name: str) -> str:
    """The code of a country; the name itself, in capitals, where nobody knows it; "" for nothing."""
    folded = name.strip().casefold().rstrip(".")
    return _names().get(folded, folded.upper())


def check_country(country: str, was: str = "") -> None:
    """Refuses what is no country; what stands there, from a list of somebody else, may stay."""
    if country != was and not is_known(country):
        raise Refused(_("No country is called %(name)s. Write it like 中国, Germany or DE.") % {"name": country}, field="country")


def is_known(country: str) -> bool:
    """A country is called so, or nothing is said."""
    return not country.strip() or code_of(country) in _codes()


def is_country(name: str) -> bool:
    """A country is called so, written out: not by its code, which may be any two letters."""
    return len(name.strip()) > 1 and not (name.isascii() and len(name.strip()) == 2) and code_of(name) in _codes()


def called(country: str) -> str:
    """The country as the reader calls it; as it was typed where nobody knows it."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(Locale.parse("zh_Hans" if is_chinese else "en").territories.get(code_of(country), country))


@cache
def _names() -> dict[str, str]:
    named = {
        str(words).casefold(): code
        for language in ("zh_Hant", "zh_Hans", "en", "de", "fr", "es")
        for code, words in Locale.parse(language).territories.items()
        if len(code) == 2
    }
    return named | {code.casefold(): code for code in set(named.values())} | _ALIASES


@cache
def _codes() -> set[str]:
    return set(_names().values())


def zone_of(country: str, ours: str) -> str:
    """The time zone in which a day ends for somebody of this country (given as people write it).

    Ours where the country has it, or where nobody knows the country; of several the one in which the day ends last, so
    that nobody is told too early that a day is over.
    """
    zones = [name for name in get_global("territory_zones").get(code_of(country), ()) if name in available_timezones()]
    if not zones or ours in zones:
        return ours
    now = datetime.now(UTC)
    latest: str = min(zones, key=lambda name: (now.astimezone(ZoneInfo(name)).utcoffset(), name))
    return latest


def dialled(phone: str) -> str:
    """A phone number as it is dialled across borders, country code first; "" for one that is dialled at home."""
    figures = "".join(c for c in phone if c.isdigit() or c == "+")
    return figures[1:] if figures.startswith("+") else figures[2:] if figures.startswith("00") else ""


def is_chinese_number(phone: str) -> bool | None:
    """Whether a number belongs where Chinese is read; None where it does not say."""
    number = dialled(phone)
    if number:
        return number.startswith(CHINESE_CODES)
    figures = "".join(c for c in phone if c.isdigit())
    return True if len(figures) == 11 and figures.startswith("1") else None
