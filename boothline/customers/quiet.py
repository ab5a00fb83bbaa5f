"""Reasons not to approach a customer: a critical problem, a complaint. Whoever knows places one; whoever wants to write or
offer something asks first.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.core.kinds import kind_of, refer
from boothline.core.privacy import BOOKS, PLAIN, tags
from boothline.customers.card import Customer

WHY = {"critical_problem": _("a critical problem is open"), "complaint": _("a complaint is open")}


class Quiet(models.Model):
    """That a customer is left alone while this lasts; `source` is the record that says so."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=20, choices=list(WHY.items()))
    source_kind = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    source_name = models.CharField(max_length=200)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    privacy = tags(why=PLAIN, source_kind=PLAIN, source_name=BOOKS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id"], name="quiet_once", condition=models.Q(until__isnull=True))
        ]
        indexes = [models.Index(fields=["customer"], name="quiet_customer", condition=models.Q(until__isnull=True))]

    def __str__(self) -> str:
        return str(WHY[self.why])


def place(customer: Customer, why: str, source: models.Model) -> None:
    """From now on this speaks against approaching the customer. Placed twice, it stands once."""
    if not Quiet.objects.filter(source_kind=kind_of(source), source_id=source.pk, until=None).exists():
        Quiet.objects.create(customer=customer, why=why, **refer("source", source))


def lift(source: models.Model) -> None:
    """It does not speak against it any more."""
    Quiet.objects.filter(source_kind=kind_of(source), source_id=source.pk, until=None).update(until=timezone.now())


def reasons_for(customers: Iterable[int]) -> dict[int, list[Quiet]]:
    """{customer id: what speaks against approaching them now}, in one query."""
    found: dict[int, list[Quiet]] = {}
    for quiet in Quiet.objects.filter(customer__in=list(customers), until=None).order_by("since", "id"):
        found.setdefault(quiet.customer_id, []).append(quiet)
    return found
