"""Countries as people write them: 中国, China, PRC, Deutschland are names of codes (ISO 3166)."""

from functools import cache

from babel import Locale

_ALIASES = {
    "prc": "CN", "p.r.c": "CN", "p.r. china": "CN", "pr china": "CN", "people's republic of china": "CN", "中华人民共和国": "CN",
    "中国大陆": "CN", "mainland china": "CN", "uk": "GB", "england": "GB", "usa": "US", "u.s.a": "US", "korea": "KR", "韩国": "KR",
}  # fmt: skip


def code_of(name: str) -> str:
    """The code of a country; the name itself, in capitals, where nobody knows it; "" for nothing."""
    folded = name.strip().casefold().rstrip(".")
    return _names().get(folded, folded.upper())


@cache
def _names() -> dict[str, str]:
    named = {
        str(words).casefold(): code
        for language in ("zh_Hans", "en", "de", "fr", "es")
        for code, words in Locale.parse(language).territories.items()
        if len(code) == 2
    }
    return named | {code.casefold(): code for code in set(named.values())} | _ALIASES
