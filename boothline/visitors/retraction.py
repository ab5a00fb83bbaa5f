"""Captures that were taken back: who did it, when and why stays for good, and so does the id that a device made, so that whatever is
sent again later does not bring the capture back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy

from boothline.accounts.people import User
from boothline.core.actors import Actor
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.fairs.editions import Fair

REASONS = {
    "twice": gettext_lazy("taken twice"),
    "wrong": gettext_lazy("the wrong person or company"),
    "trial": gettext_lazy("only tried out"),
    "other": gettext_lazy("something else"),
}


class Retractions(models.QuerySet["Retraction"]):
    """Questions about what was taken back."""

    def visible_to(self, by: Actor) -> Retractions:
        """One's own; all for whoever sees every customer."""
        return self if by.has("history.see") and by.roles & {"manager", "admin"} else self.filter(taken_by_id=by.id or 0)

    def for_list(self) -> Retractions:
        """With what a list shows."""
        return self.select_related("fair", "taken_by", "by")


class Retraction(Record):
    """That a capture was taken back. `name` is masked: nobody of that name is on record by it any more."""

    client_id = models.UUIDField(unique=True, editable=False)
    name = models.CharField(gettext_lazy("person"), max_length=200)
    fair = models.ForeignKey(Fair, null=True, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(gettext_lazy("reason"), max_length=8, choices=list(REASONS.items()))
    words = models.CharField(gettext_lazy("in words"), max_length=400, blank=True, default="")
    privacy = tags(name=PERSON, reason=PLAIN, words=WORDS)

    objects = Retractions.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="retraction_newest")]

    def __str__(self) -> str:
        return self.name


def retracted(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Retraction]:
    """Which of these ids were taken back."""
    return {found.client_id: found for found in Retraction.objects.filter(client_id__in=list(ids))}
