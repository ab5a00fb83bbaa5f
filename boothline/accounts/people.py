"""The people who work here: teams, roles (booth, sales, clerk, manager, admin), and the duties they hold besides."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts import events
from boothline.accounts.rights import require, rights_of
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, SECRET, STAFF, tags
from boothline.core.records import Record
from boothline.timeline.history import record

ROLES = {
    "booth": _("Booth staff"),
    "sales": _("Salesperson"),
    "clerk": _("Order clerk"),
    "manager": _("Manager"),
    "admin": _("Administrator"),
}
DUTIES = {
    "engineer": _("Engineer"),
    "quality": _("Quality"),
    "finance": _("Finance"),
    "purchasing": _("Purchasing"),
    "warehouse": _("Warehouse"),
    "head": _("Head"),
}
REACH = {"booth": "own", "sales": "own", "clerk": "own", "manager": "team", "admin": "all"}
_WIDTH = ("own", "team", "all")


class Team(Record):
    """People who see each other's customers through their manager."""

    name = models.CharField(max_length=100, unique=True)
    privacy = tags(name=PLAIN)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["User"]):
    """People, always with what their Actor needs."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Signing in does not mind the case of a name."""
        return self.get(username__iexact=username)

    def with_roles(self) -> models.QuerySet[User]:
        """With roles and duties in two further queries."""
        return self.prefetch_related("held_roles", "held_duties").select_related("team")


class User(Record, AbstractBaseUser):
    """A person who signs in."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_latin = models.CharField(max_length=100, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="people")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True, default="")
    theme = models.CharField(max_length=8, blank=True, default="")
    privacy = tags(username=STAFF, name=PERSON, name_latin=PERSON, email=STAFF, phone=STAFF, language=PLAIN, theme=PLAIN, password=SECRET)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = People()

    def __str__(self) -> str:
        """As the reader calls them: in pinyin in the English interface."""
        latin = self.name_latin if (get_language() or "").startswith("en") else ""
        return latin or self.name or self.username

    @property
    def roles(self) -> list[str]:
        """The codes of the roles held."""
        return [held.role for held in self.held_roles.all()]

    @property
    def role_words(self) -> str:
        """The roles in the reader's language."""
        return " · ".join(str(ROLES[code]) for code in ROLES if code in self.roles)

    def actor(self) -> Actor:
        """This person as an Actor, with rights and the widest reach of the roles held."""
        roles = frozenset(self.roles)
        duties = frozenset(held.duty for held in self.held_duties.all())
        reach = max((REACH[r] for r in roles), key=_WIDTH.index, default="own")
        return Actor(
            kind="user", id=self.pk, name=self.name or self.username, latin=self.name_latin, roles=roles, duties=duties,
            rights=rights_of(roles), reach=reach, team_id=self.team_id,
        )  # fmt: skip


class HeldRole(models.Model):
    """That a person holds a role."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held_roles")
    role = models.CharField(max_length=16, choices=list(ROLES.items()))
    privacy = tags(role=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_once")]

    def __str__(self) -> str:
        return self.role


class HeldDuty(models.Model):
    """That a person holds a duty besides the role."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held_duties")
    duty = models.CharField(max_length=16, choices=list(DUTIES.items()))
    privacy = tags(duty=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "duty"], name="duty_once")]

    def __str__(self) -> str:
        return self.duty


@operation("accounts.add_person")
def add_person(*, by: Actor, username: str, name: str, roles: list[str], password: str | None = None, **fields: Any) -> User:
    """Adds a person. Without a password they cannot sign in by one."""
    require(by, "people.edit")
    taken = _now("There is a %(username)s already. Choose another user name.") % {"username": username}
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(taken, field="username", code="taken")
    user = User(username=username, name=name, **fields)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    HeldRole.objects.bulk_create(HeldRole(user=user, role=role) for role in roles)
    record(events.PERSON_ADDED, subject=user, by=by, values={"roles": sorted(roles)})
    return user


@operation("accounts.choose")
def choose(user: User, *, by: Actor, language: str | None = None, theme: str | None = None) -> None:
    """A person's own choice of language and look; no edit of the record, so no revision is raised."""
    chosen = {k: v for k, v in (("language", language), ("theme", theme)) if v is not None}
    User.objects.filter(pk=user.pk).update(**chosen)
    record(events.CHOSEN, subject=user, by=by, values=chosen)


def person_with_role(*roles: str, team_id: int | None = None) -> User | None:
    """Somebody active who holds the first of the roles that anybody holds; of the team, if there is one there."""
    for role in roles:
        held = User.objects.filter(is_active=True, held_roles__role=role).order_by("id")
        found = (held.filter(team_id=team_id).first() if team_id else None) or held.first()
        if found:
            return found
    return None
