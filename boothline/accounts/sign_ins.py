"""Signing in, one's sign-ins on other devices, and passwords. A sign-in ends with the next request after its end."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.password_validation import NumericPasswordValidator, validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts import events
from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import SECRET, STAFF, tags
from boothline.core.text import prose
from boothline.timeline.history import record

BACKEND = "boothline.accounts.adapter.KnownPeople"


class NotOnlyFigures(NumericPasswordValidator):
    """Refuses figures alone; in words of ours, for what ships with Django reads like a translation."""

    def get_error_message(self) -> str:
        """What the form says."""
        return _("The password must be more than figures.")


class SignIn(models.Model):
    """That a person signed in: when, from where, with what. Alive as long as its session is there and its epoch is the person's."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, db_index=True)
    epoch = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=45, blank=True, default="")
    device = models.CharField(max_length=200, blank=True, default="")
    privacy = tags(session=SECRET, address=STAFF, device=STAFF)

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"

    @property
    def device_words(self) -> str:
        """The browser and what it runs on, as far as it says."""
        browsers = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
        systems = (
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Mac", "Mac"),
            ("Linux", "Linux"),
        )
        found = [next((words for sign, words in known if sign in self.device), "") for known in (browsers, systems)]
        return " · ".join(filter(None, found)) or self.device[:40]


def sign_in(request: HttpRequest, user: User) -> None:
    """Signs in on this device: a new session key, and a row that its owner can end."""
    fresh = User.objects.with_roles().get(pk=user.pk)
    login(request, fresh, backend=BACKEND)
    signed_in(fresh, by=fresh.actor(), session=request.session.session_key or "", **_from(request))


@operation("accounts.sign_in")
def signed_in(user: User, *, by: Actor, session: str, address: str = "", device: str = "") -> None:
    """Keeps that somebody signed in."""
    SignIn.objects.create(user=user, session=session, epoch=user.epoch, address=address, device=device)
    record(events.SIGNED_IN, subject=user, by=by)


def alive(user: User) -> list[SignIn]:
    """Where this person is signed in now, newest first."""
    rows = user.sign_ins.filter(epoch=user.epoch).order_by("-id")
    there = set(Session.objects.filter(session_key__in=rows.values("session"), expire_date__gt=timezone.now()).values_list("pk", flat=True))
    return [row for row in rows if row.session in there]


@operation("accounts.end_sign_ins")
def end_sign_ins(user: User, *, by: Actor, only: int | None = None) -> User:
    """Ends one sign-in of a person, or all of them. One's own, or anybody's with the right to edit people."""
    if by.id != user.pk or by.kind != "user":
        require(by, "people.edit")
    if only is not None:
        Session.objects.filter(pk__in=user.sign_ins.filter(pk=only).values("session")).delete()
    else:
        _end_all(user)
    record(events.SESSIONS_ENDED, subject=user, by=by)
    return user


@operation("accounts.change_password")
def change_password(user: User, *, by: Actor, old: str, new: str) -> User:
    """One's own password; every sign-in ends, and the page that asked keeps its own alive."""
    if not user.check_password(old):
        raise Refused(_("This is not your present password."), field="old")
    set_password(user, by=by, new=new)
    return user


@operation("accounts.set_password")
def set_password(user: User, *, by: Actor, new: str) -> User:
    """A new password, by the person who holds it. All sign-ins end."""
    if by.id != user.pk or by.kind != "user":
        require(by, "people.edit")
    check_password_rules(new, user)
    user.set_password(new)
    User.objects.filter(pk=user.pk).update(password=user.password)
    _end_all(user)
    record(events.PASSWORD_SET, subject=user, by=by)
    return user


def stay_signed_in(request: HttpRequest, user: User) -> None:
    """After a new password or an end of all sign-ins, this one goes on, under a new key."""
    old = request.session.session_key
    update_session_auth_hash(request, user)
    user.sign_ins.filter(session=old).update(session=request.session.session_key, epoch=user.epoch)


def check_password_rules(password: str, user: User, field: str = "new") -> None:
    """Refuses, with every reason at once, a password that is too easy to guess."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused(prose(weak.messages), field=field) from weak


def _end_all(user: User) -> None:
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    user.refresh_from_db(fields=["epoch"])


def _from(request: HttpRequest) -> dict[str, Any]:
    device = request.META.get("HTTP_USER_AGENT", "").encode("ascii", "replace").decode().replace("\x00", "")[:200]
    return {"address": request.META.get("REMOTE_ADDR", "")[:45], "device": device}
