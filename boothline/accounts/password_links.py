"""A link with which a person sets a password: shown once to the administrator, or mailed. Only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boothline.accounts import events
from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.accounts.sign_ins import set_password
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import SECRET, tags
from boothline.core.text import phrase
from boothline.timeline.history import Event, record

LIFE = timedelta(hours=48)


class PasswordLink(models.Model):
    """That a link was made for somebody; good once, until its time is over or a newer one is made."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    privacy = tags(digest=SECRET)

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d %H:%M}"


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def address_of(token: str) -> str:
    """Where it leads."""
    return f"{settings.BASE_URL}{reverse('password', args=[token])}"


@operation("accounts.make_password_link")
def make_link(user: User, *, by: Actor, token: str) -> PasswordLink:
    """A new link for somebody; older ones end."""
    require(by, "people.edit")
    link = _keep(user, token)
    record(events.LINK_MADE, subject=user, by=by)
    return link


@operation("accounts.mail_password_link")
def mail_link(user: User, *, by: Actor) -> User:
    """Has a link mailed to somebody; it is minted as the mail leaves."""
    require(by, "people.edit")
    if not user.email:
        raise Refused(phrase(_("%(name)s has no e-mail address. Show the link instead, or add one."), {"name": user}), code="no_address")
    if not settings.MAIL_SERVER:
        raise Refused(_("No mail server is set (SMTP_URL). Show the link instead."), code="no_mail_server")
    record(events.LINK_MAILED, subject=user, by=by)
    return user


def send_link(event: Event) -> None:
    """Mints the link and mails it, in the person's language. If it runs twice after a crash, the newer link holds."""
    user = User.objects.filter(pk=event.subject_id or 0, is_active=True).first()
    if user is None or not user.email:
        return
    token = new_token()
    _keep(user, token)
    with translation.override(user.language or "zh-hans"):
        subject = phrase(_("Set your password for %(company)s"), {"company": company().named(translation.get_language() or "zh")})
        body = _(
            "%(name)s, open this link to choose your password. It works once and expires after 48 "
            "hours:\n\n%(link)s\n\nYour user name is %(username)s."
        ) % {"name": user, "link": address_of(token), "username": user.username}
    message_id = f"<{event.pk}.password@{settings.MAIL_DOMAIN}>"
    EmailMessage(subject, body, to=[user.email], headers={"Message-ID": message_id}).send()


def live_link(token: str) -> PasswordLink | None:
    """The link behind a token, if it still works."""
    found = PasswordLink.objects.select_related("user").filter(digest=_digest(token), used_at=None, expires_at__gt=timezone.now())
    return found.filter(user__is_active=True).first()


@operation("accounts.use_password_link")
def use_link(link: PasswordLink, *, by: Actor, new: str) -> User:
    """Sets the password by the link, which is used up with it."""
    taken = PasswordLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now()).update(used_at=timezone.now())
    if not taken:
        raise Refused(_("This link was used already, or its time is over. Ask the administrator for a new one."), code="used")
    return set_password(link.user, by=by, new=new)


def _keep(user: User, token: str) -> PasswordLink:
    user.password_links.filter(used_at=None).delete()
    return PasswordLink.objects.create(user=user, digest=_digest(token), expires_at=timezone.now() + LIFE)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
