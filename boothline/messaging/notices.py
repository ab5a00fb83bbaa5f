"""Notices: what happened that concerns a colleague, except what they did themselves."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from boothline.accounts.people import User
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.customers.card import Collaborator, Customer
from boothline.customers.doing import doing
from boothline.messaging import events
from boothline.timeline.history import Event, record


class Notices(models.QuerySet["Notice"]):
    """Questions about notices."""

    def visible_to(self, by: Actor) -> Notices:
        """Everybody reads their own."""
        return self.filter(user_id=by.id or 0)

    def for_list(self) -> Notices:
        """With what a list shows."""
        return self.select_related("event")


class Notice(models.Model):
    """One event told to one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = Notices.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="notice_once")]
        indexes = [models.Index(fields=["user", "read_at", "-id"], name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.event} → {self.user}"


def unread(by: Actor) -> int:
    """How many notices wait, up to 99."""
    return Notice.objects.filter(user_id=by.id or 0, read_at=None)[:99].count() if by.kind == "user" else 0


def forget_notices(customer: Customer) -> None:
    """Of a customer who was taken down by mistake: what a notice leads to is gone."""
    Notice.objects.filter(event__under_kind="customer", event__under_id=customer.pk).delete()


def tell_people(event: Event) -> None:
    """Tells whom the kind names (owner, collaborators, clerk, the people among its values), except the actor. For an owner who left, and
    where a customer whom nobody has did something, or time did, the manager stands in."""
    customer = Customer.objects.select_related("owner").filter(pk=event.under_id or 0).first() if event.under_kind == "customer" else None
    told: set[int] = set()
    if "people" in event.declared.tells:
        told |= set(User.objects.filter(pk__in=event.values.get("people", ()), is_active=True).values_list("pk", flat=True))
    if "owner" in event.declared.tells and customer and (customer.owner or event.actor_kind in ("guest", "system")):
        owner = doing(customer, "S")
        told |= {owner.pk} if owner else set()
    if "collaborators" in event.declared.tells and customer:
        told |= set(Collaborator.objects.filter(customer=customer).values_list("user_id", flat=True))
    if "clerk" in event.declared.tells and customer:
        told |= set(User.objects.filter(is_active=True, held_roles__role="clerk").values_list("pk", flat=True))
    if event.actor_kind == "user":
        told.discard(event.actor_id or 0)
    Notice.objects.bulk_create([Notice(user_id=pk, event=event) for pk in sorted(told)], ignore_conflicts=True)


@operation("messaging.read_notices")
def read_notices(*, by: Actor, since: int, until: int) -> None:
    """Marks those of one's own notices as read that were shown: from one id to another."""
    shown = Notice.objects.visible_to(by).filter(pk__gte=since, pk__lte=until)
    shown.filter(read_at=None).update(read_at=timezone.now())
    record(events.NOTICES_READ, subject=User.objects.get(pk=by.id or 0), by=by)
