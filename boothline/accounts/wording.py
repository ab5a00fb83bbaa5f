"""Lists of words as the company words them (core.wordlists): rename in both languages, add, retire, take in again. Codes stay."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts import events
from boothline.accounts.rights import require
from boothline.core import memo, wordlists
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.records import revise
from boothline.core.wordlists import OwnWords, WordList
from boothline.timeline.history import record

MOST_OWN = 60


@operation("accounts.add_words")
def add_words(wordlist: WordList, *, by: Actor, values: dict[str, Any]) -> OwnWords:
    """A code of the company's own, with its words."""
    require(by, "settings.edit")
    if not values.get("words"):
        raise Refused(_("Give it words."), field="words")
    taken = [code for code in OwnWords.objects.filter(wordlist=wordlist.code).values_list("code", flat=True) if code.startswith("own_")]
    if len(taken) >= MOST_OWN:
        raise Refused(_("A list takes at most %(count)s of your own.") % {"count": MOST_OWN}, code="full")
    number = max((int(code.removeprefix("own_")) for code in taken), default=0) + 1
    own = OwnWords.objects.create(wordlist=wordlist.code, code=f"own_{number}", **values)
    memo.forget(wordlists.KEPT)
    record(events.WORDS_ADDED, subject=own, by=by, values={"list": own.wordlist})
    return own


@operation("accounts.change_words")
def change_words(wordlist: WordList, *, by: Actor, code: str, revision: int, values: dict[str, Any]) -> OwnWords:
    """Words a code anew; empty words give the shipped ones back. What was recorded under the code reads so too."""
    require(by, "settings.edit")
    if code not in wordlist.shipped and not values.get("words"):
        raise Refused(_("Give it words."), field="words")
    own = _row(wordlist, code)
    changes = revise(own, revision=revision, values=values)
    record(events.WORDS_CHANGED, subject=own, by=by, values={"list": own.wordlist}, changes=changes)
    return own


@operation("accounts.retire_words")
def retire_words(wordlist: WordList, *, by: Actor, code: str) -> OwnWords:
    """No longer offered; what was recorded under it stays and reads on."""
    require(by, "settings.edit")
    own = _row(wordlist, code)
    if own.retired_at is None:
        if len(wordlist) <= 1:
            raise Refused(_("The last one stays: there must be something to choose."), code="last")
        OwnWords.objects.filter(pk=own.pk).update(retired_at=timezone.now(), revision=F("revision") + 1)
        memo.forget(wordlists.KEPT)
        own.refresh_from_db()
        record(events.WORDS_RETIRED, subject=own, by=by, values={"list": own.wordlist})
    return own


@operation("accounts.return_words")
def return_words(wordlist: WordList, *, by: Actor, code: str) -> OwnWords:
    """Offered again."""
    require(by, "settings.edit")
    own = _row(wordlist, code)
    if own.retired_at is not None:
        OwnWords.objects.filter(pk=own.pk).update(retired_at=None, revision=F("revision") + 1)
        memo.forget(wordlists.KEPT)
        own.refresh_from_db()
        record(events.WORDS_RETURNED, subject=own, by=by, values={"list": own.wordlist})
    return own


def _row(wordlist: WordList, code: str) -> OwnWords:
    """The row of a code, locked; a shipped one gets its first here, with revision 0: nothing was said yet."""
    if code not in wordlist.codes():
        raise Refused(_("There is no such code in this list."), code="unknown")
    own, _made = OwnWords.objects.get_or_create(wordlist=wordlist.code, code=code, defaults={"revision": 0})
    memo.forget(wordlists.KEPT)
    return OwnWords.objects.select_for_update().get(pk=own.pk)
