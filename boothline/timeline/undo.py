"""Deeds: one thing done to many records at once, with what stood there before, so that its doer can take it back.

The room that did it registers how to take it back. Where somebody changed a record since, it stays as it is and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.text import listed
from boothline.timeline import events
from boothline.timeline.history import Event, record

KEPT = timedelta(days=30)  # after that it cannot be taken back
NAMED = 8  # records named in one sentence

TakeBack = Callable[[Any, Actor], dict[str, str]]
_ways: dict[str, TakeBack] = {}


class Deeds(models.QuerySet["Deed"]):
    """Questions about deeds."""

    def visible_to(self, by: Actor) -> Deeds:
        """One's own."""
        return self.filter(actor_kind=by.kind, actor_id=by.id)

    def standing(self) -> Deeds:
        """Those that can still be taken back."""
        return self.filter(taken_back_at=None, at__gt=timezone.now() - KEPT, done__gt=0)


class Deed(models.Model):
    """Who did what to how many records. `kept` is {id: what stood there, and what stands there now}; `refused` and `left` name
    records that were not changed, and that were not changed back, each with its reason."""

    code = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    words = models.CharField(max_length=300, default="")
    words_latin = models.CharField(max_length=300, default="")  # the same for readers of English
    done = models.PositiveIntegerField(default=0)
    kept = models.JSONField(default=dict)
    refused = models.JSONField(default=dict)
    left = models.JSONField(default=dict)
    taken_back_at = models.DateTimeField(null=True)
    privacy = tags(code=PLAIN, actor_kind=PLAIN, words=WORDS, words_latin=WORDS, kept=WORDS, refused=PERSON, left=PERSON)

    objects = Deeds.as_manager()

    class Meta:
        indexes = [models.Index(fields=["actor_kind", "actor_id", "-id"], name="deed_last")]

    def __str__(self) -> str:
        return self.words_latin if (get_language() or "").startswith("en") else self.words


def to_take_back(told: Iterable[Event], by: Actor) -> set[int]:
    """Of the deeds that these events were part of, those that this person can still take back."""
    own = [event for event in told if (event.actor_kind, event.actor_id) == (by.kind, by.id)]
    asked = {event.values["deed"] for event in own if event.values.get("deed")}
    return set(Deed.objects.visible_to(by).standing().filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()


def can_take_back(code: str, way: TakeBack) -> None:
    """Says how deeds of a code are taken back: `way(deed, by)` does it and names what it left, {name: reason}."""
    _ways[code] = way


def begin(code: str, *, by: Actor) -> Deed:
    """A deed that is being done; called inside the operation that does it."""
    return Deed.objects.create(code=code, actor_kind=by.kind, actor_id=by.id)


def finish(deed: Deed, *, words: Callable[[], str], kept: dict[int, Any], refused: dict[str, str]) -> Deed:
    """What was done, and to what not. `words` says it in the language that is active: both are kept, whoever speaks."""
    with override("zh-hans"):
        deed.words = words()[:300]
    with override("en"):
        deed.words_latin = words()[:300]
    deed.done, deed.kept, deed.refused = len(kept), {str(pk): was for pk, was in kept.items()}, refused
    deed.save(update_fields=["words", "words_latin", "done", "kept", "refused"])
    return deed


@operation("timeline.take_back")
def take_back(deed: Deed, *, by: Actor) -> Deed:
    """Takes a deed back as far as nothing newer stands on it. Pressed twice, the first counts."""
    if (deed.actor_kind, deed.actor_id) != (by.kind, by.id):
        raise Refused(_("Only who did it can take it back."))
    if deed.at < timezone.now() - KEPT:
        raise Refused(_("This was done more than %(days)s days ago and can no longer be taken back.") % {"days": KEPT.days})
    if Deed.objects.filter(pk=deed.pk, taken_back_at=None).update(taken_back_at=timezone.now()):
        left = _ways[deed.code](deed, by)
        back = deed.done - len(left)
        if back <= 0:
            raise Refused(_("Nothing was taken back: %(left)s") % {"left": named(left)})
        Deed.objects.filter(pk=deed.pk).update(left=left)
        record(events.TAKEN_BACK, subject=deed, by=by, values={"done": back, "left": len(left)})
    deed.refresh_from_db()
    return deed


def named(reasons: dict[str, str]) -> str:
    """Records with their reasons, the first few by name."""
    shown = [f"{name}（{why}）" if _is_chinese(why) else f"{name} ({why})" for name, why in list(reasons.items())[:NAMED]]
    rest = len(reasons) - len(shown)
    return listed([*shown, _("%(count)s more") % {"count": rest}] if rest else shown)


def _is_chinese(words: str) -> bool:
    return any("一" <= c <= "鿿" for c in words)
