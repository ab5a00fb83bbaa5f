"""A grant lets one contact do one thing with one record for a time. Each mail carries its own token; only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.core.actors import Actor
from boothline.core.kinds import kind_of, refer
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, SECRET, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.links import events
from boothline.timeline.history import Telling, record, record_many

LIFE_DAYS = declare("links.life_days", 180, _("Days a customer's link opens its pages"), low=1, high=730)


class Grant(Record):
    """Holder (a contact) and subject (what the link leads to) as generic references."""

    holder_kind = models.CharField(max_length=40)
    holder_id = models.BigIntegerField()
    holder_name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, default="", blank=True)
    privacy = tags(holder_kind=PLAIN, holder_name=PERSON, subject_kind=PLAIN, subject_name=WORDS, purpose=PLAIN, language=PLAIN)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="grant_subject")]

    def __str__(self) -> str:
        return " → ".join(dict.fromkeys((self.subject_name, self.holder_name)))

    @property
    def is_open(self) -> bool:
        """Neither revoked nor over."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class LinkToken(models.Model):
    """The hash of one token of a grant. 256 random bits; whoever reads the database cannot make a link of it."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    privacy = tags(digest=SECRET)

    def __str__(self) -> str:
        return self.digest[:8]


@operation("links.grant")
def grant(holder: models.Model, *, by: Actor, subject: models.Model, purpose: str, until: datetime | None = None) -> Grant:
    """The open grant of this holder for this subject, made if there is none; whoever writes again gives it the whole life again.
    `until` shortens the usual life."""
    until = until or timezone.now() + timedelta(days=LIFE_DAYS.value)
    held = Grant.objects.filter(
        holder_kind=kind_of(holder), holder_id=holder.pk, subject_kind=kind_of(subject), subject_id=subject.pk,
        purpose=purpose, revoked_at__isnull=True, expires_at__gt=timezone.now(),
    ).first()  # fmt: skip
    if held and until - held.expires_at < timedelta(days=1):
        return held
    if held:
        Grant.objects.filter(pk=held.pk).update(expires_at=until)
        held.refresh_from_db()
    made = held or Grant.objects.create(purpose=purpose, expires_at=until, **refer("holder", holder), **refer("subject", subject))
    record(events.GRANTED, subject=made, by=by, values={"holder": made.holder_name, "until": timezone.localdate(until)})
    return made


@operation("links.mint")
def mint(held: Grant, *, by: Actor) -> str:
    """A new address for the grant, shown or mailed once and never stored."""
    token = secrets.token_urlsafe(32)
    LinkToken.objects.create(grant=held, digest=_digest(token))
    record(events.MINTED, subject=held, by=by, values={"holder": held.holder_name})
    return f"{settings.BASE_URL}/p/{token}/"


@operation("links.revoke")
def revoke(subject: models.Model, *, by: Actor, purpose: str = "") -> bool:
    """Closes every address that leads to this record at once, or those of one purpose. False if none was open."""
    open_ones = Grant.objects.filter(subject_kind=kind_of(subject), subject_id=subject.pk, revoked_at=None)
    held = list(open_ones.filter(purpose=purpose) if purpose else open_ones)
    Grant.objects.filter(pk__in=[one.pk for one in held]).update(revoked_at=timezone.now())
    record_many(events.REVOKED, [Telling(one, values={"holder": one.holder_name}) for one in held], by=by)
    return bool(held)


@operation("links.speak")
def speak(held: Grant, *, by: Actor, language: str) -> None:
    """The language that the holder chose on the portal. The same again changes nothing."""
    if not Grant.objects.filter(pk=held.pk).exclude(language=language).update(language=language):
        return
    record(events.LANGUAGE_CHOSEN, subject=held, by=by, values={"language": language})


def grant_of_token(token: str) -> Grant | None:
    """The grant behind an address; None for anything else, in the same time."""
    found = LinkToken.objects.select_related("grant").filter(digest=_digest(token)).first()
    return found.grant if found else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
