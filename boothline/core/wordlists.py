"""Lists of codes and words that a company may word for itself: rename in both languages, retire, add to.

REASONS = declare("negotiation.reasons", _("Reasons of an objection"), {"price": _("price"), ...})
REASONS["price"]      the words of a code in the reader's language, also of a retired one: history reads for ever
list(REASONS)         the codes that are offered now
Codes never change. What ships is the default; a table keeps only what the company says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.core import memo
from boothline.core.errors import Words
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record

KEPT = "core.wordlists"
OTHER = "other"  # whoever finds nothing else: read last


class OwnWords(Record):
    """The company's own words for a code of a list. Empty ones: what ships holds; one's own code has no other."""

    wordlist = models.CharField(max_length=40)
    code = models.CharField(max_length=16)
    words = models.CharField(max_length=60, blank=True, default="")
    words_latin = models.CharField(max_length=60, blank=True, default="")
    for_customer = models.CharField(max_length=60, blank=True, default="")
    for_customer_latin = models.CharField(max_length=60, blank=True, default="")
    retired_at = models.DateTimeField(null=True)
    labels = {
        "words": _("in Chinese"), "words_latin": _("in English"), "for_customer": _("for the customer, in Chinese"),
        "for_customer_latin": _("for the customer, in English"),
    }  # fmt: skip
    privacy = tags(wordlist=PLAIN, code=PLAIN, words=PLAIN, words_latin=PLAIN, for_customer=PLAIN, for_customer_latin=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wordlist", "code"], name="own_words_once")]

    def __str__(self) -> str:
        """In the reader's language: one's own words, else what ships."""
        shipped = WORDLISTS[self.wordlist].shipped.get(self.code, "") if self.wordlist in WORDLISTS else ""
        return self.said(to_customer=False) or str(shipped) or self.words or self.code

    def said(self, to_customer: bool) -> str:
        """In the reader's language; one's own words in the other language where these are missing."""
        own, latin = (self.for_customer, self.for_customer_latin) if to_customer else (self.words, self.words_latin)
        return latin if (get_language() or "zh").startswith("en") else own


class WordList(Mapping[str, str]):
    """One list: reads every code there ever was, offers those in use."""

    def __init__(self, code: str, title: Words, shipped: Mapping[str, Words], for_customer: Mapping[str, Words], used: Words = "") -> None:
        self.code, self.title, self.shipped, self.shipped_for_customer, self.used = code, title, shipped, for_customer, used

    def own(self) -> dict[str, OwnWords]:
        """What the company says otherwise."""
        return _own_words().get(self.code, {})

    def read(self, code: str, *, to_customer: bool = False) -> str:
        """The words of a code; KeyError for one that never was."""
        shipped = self.shipped_for_customer if to_customer else self.shipped
        own = self.own().get(code)
        said = own.said(to_customer) if own else ""
        if said or code in shipped:
            return said or str(shipped[code])
        if own is None:
            raise KeyError(code)
        return own.for_customer or own.for_customer_latin or own.words or own.words_latin

    def codes(self) -> list[str]:
        """Every code, retired ones included, in the order of the shipped list; one's own behind."""
        own = self.own()
        return [*self.shipped, *(code for code in own if code not in self.shipped)]

    def is_retired(self, code: str) -> bool:
        """No longer offered."""
        own = self.own().get(code)
        return own is not None and own.retired_at is not None

    def offered(self) -> list[tuple[str, str]]:
        """(code, words) for a form; asked anew for each."""
        return list(self.items())

    def __getitem__(self, code: str) -> str:
        return self.read(code)

    def __iter__(self) -> Iterator[str]:
        return (code for code in self.codes() if not self.is_retired(code))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class ForCustomer(Mapping[str, str]):
    """A list as customers read it: only codes that have words for them, and more that only they can choose."""

    def __init__(self, wordlist: WordList, more: Mapping[str, Words]) -> None:
        self.wordlist, self.more = wordlist, more

    def __getitem__(self, code: str) -> str:
        return str(self.more[code]) if code in self.more else self.wordlist.read(code, to_customer=True)

    def __iter__(self) -> Iterator[str]:
        own, shipped = self.wordlist.own(), self.wordlist.shipped_for_customer
        read = [code for code in self.wordlist if code in shipped or own[code].for_customer or own[code].for_customer_latin]
        yield from (code for code in read if code != OTHER)
        yield from self.more
        yield from (code for code in read if code == OTHER)

    def __len__(self) -> int:
        return sum(1 for _ in self)


WORDLISTS: dict[str, WordList] = {}


def declare(
    code: str, title: Words, shipped: Mapping[str, Words], *, for_customer: Mapping[str, Words] | None = None, used: Words = ""
) -> WordList:
    """Makes a list known; with `for_customer`, codes are worded twice: for us, and for customers who choose one. `used`: where it is
    chosen from, for whoever words it."""
    if code in WORDLISTS:
        raise ValueError(f"list {code} is declared twice")
    WORDLISTS[code] = WordList(code, title, shipped, for_customer or {}, used)
    return WORDLISTS[code]


def _own_words() -> dict[str, dict[str, OwnWords]]:
    def ask() -> dict[str, dict[str, OwnWords]]:
        found: dict[str, dict[str, OwnWords]] = {}
        for row in OwnWords.objects.order_by("id"):
            found.setdefault(row.wordlist, {})[row.code] = row
        return found

    return memo.once(KEPT, ask)
