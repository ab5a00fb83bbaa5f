"""Merges 合并: who went into whom, and the way back for as long as there is one. Whoever comes by the number of one that is gone is led to
the other. What a merge does, and its undoing: `merging.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from boothline.core.actors import Actor
from boothline.core.privacy import PERSON, WORDS, tags
from boothline.core.text import fold
from boothline.customers.card import Contact, Customer

UNDONE_WITHIN = timedelta(days=30)


class Merges(models.QuerySet["Merge"]):
    """Questions about merges."""

    def visible_to(self, by: Actor) -> Merges:
        """Into customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def standing(self) -> Merges:
        """Not taken back."""
        return self.filter(undone_at=None)

    def of(self, gone: int) -> Merges:
        """That by which a customer went, and stands."""
        return self.standing().filter(contact=None, gone_id=gone)

    def open_to_undo(self) -> Merges:
        """Not too old to be taken back."""
        return self.standing().filter(at__gt=timezone.now() - UNDONE_WITHIN)


class Merge(models.Model):
    """One customer went into another, or one contact of a customer into another (`contact`): who was it, by whom, why; `kept` is the way
    back, for as long as there is one."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    gone_id = models.BigIntegerField()
    gone_key = models.UUIDField(null=True)  # of a contact: the id under which files and phones know it
    gone_name = models.CharField(max_length=200)
    gone_made_at = models.DateTimeField(null=True)  # an id that we gave them is made of it
    gone_furthest = models.PositiveSmallIntegerField(default=0)  # how far down the ladder they ever came
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    last_event = models.BigIntegerField(default=0)  # what was told later came after it
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    privacy = tags(gone_name=PERSON, reason=WORDS, by_name=PERSON, kept=WORDS)

    objects = Merges.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone_id"], name="merge_once", condition=Q(undone_at__isnull=True, contact__isnull=True)),
            models.UniqueConstraint(
                fields=["gone_id"], name="merge_contact_once", condition=Q(undone_at__isnull=True, contact__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="merge_old", condition=Q(undone_at__isnull=True)),
            models.Index(fields=["gone_key"], name="merge_key", condition=Q(undone_at__isnull=True, gone_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.gone_name

    @property
    def ends_at(self) -> Any:
        """Until when it can be taken back."""
        return self.at + UNDONE_WITHIN


def led_to(customer_id: int) -> int | None:
    """Where a customer who is no longer there went."""
    return Merge.objects.of(customer_id).values_list("customer_id", flat=True).first()


def contacts_led_to(keys: Iterable[UUID]) -> dict[UUID, Contact]:
    """The same of contacts, by the ids under which files and phones know them."""
    rows = Merge.objects.standing().filter(gone_key__among=[key.hex for key in keys]).select_related("contact__customer").defer("kept")
    return {row.gone_key: row.contact for row in rows if row.gone_key and row.contact}


def gone(ids: Iterable[int]) -> dict[int, Merge]:
    """{id of a customer who is no longer there: the merge by which they went}."""
    return {one.gone_id: one for one in Merge.objects.standing().filter(contact=None, gone_id__in=set(ids)).defer("kept")}


def names_of_gone() -> dict[str, set[int]]:
    """{folded name of customers who are no longer there: where they went}."""
    found: dict[str, set[int]] = {}
    for name, customer in Merge.objects.standing().filter(contact=None).values_list("gone_name", "customer_id"):
        found.setdefault(fold(name), set()).add(customer)
    return found
