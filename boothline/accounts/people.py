"""The people who work here: teams, roles (booth, sales, clerk, manager, admin), and the duties they hold besides."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q, Subquery
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts import events
from boothline.accounts.company import Company
from boothline.accounts.rights import require, rights_of
from boothline.accounts.words import DUTIES, FAMILIES, REACHES, ROLES
from boothline.core import rules
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused, Stale
from boothline.core.memo import once
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, SECRET, STAFF, tags
from boothline.core.records import Record, revise
from boothline.core.text import bracketed, labelled_lazy, listed, phrase
from boothline.timeline.history import record

_WIDTH = ("own", "team", "all")
REACH = {
    "booth": rules.declare("accounts.reach_booth", "own", _("Booth staff see customers"), choices=_WIDTH, worded=REACHES),
    "sales": rules.declare("accounts.reach_sales", "own", _("Salespeople see customers"), choices=_WIDTH, worded=REACHES),
    "clerk": rules.declare("accounts.reach_clerk", "own", _("Order clerks see customers"), choices=_WIDTH, worded=REACHES),
    "manager": rules.declare("accounts.reach_manager", "team", _("Managers see customers"), choices=_WIDTH, worded=REACHES),
    "admin": rules.declare("accounts.reach_admin", "all", _("Administrators see customers"), choices=_WIDTH, worded=REACHES),
}


class Team(Record):
    """People who see each other's customers through their manager."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    privacy = tags(name=PLAIN)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["User"]):
    """People, always with what their Actor needs."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Signing in does not mind the case of a name."""
        return self.get(username__iexact=username)

    def with_roles(self) -> models.QuerySet[User]:
        """With roles and duties in two further queries, and the company's zone in none."""
        return self._in_their_zone().prefetch_related("held_roles", "held_duties")

    def in_reach_of(self, by: Actor) -> models.QuerySet[User]:
        """Whose work somebody looks into: everybody's, that of the team that they lead, their own."""
        if by.reach == "all":
            return self.all()
        return self.filter(Q(pk=by.id) | Q(team_id=by.team_id) if by.reach == "team" and by.team_id else Q(pk=by.id))

    def _in_their_zone(self) -> models.QuerySet[User]:
        return self.select_related("team").annotate(zone=Subquery(Company.objects.values("zone")[:1]))

    def signed_in(self, pk: Any) -> User | None:
        """The person of a session, while they are active: asked by every request, so that nothing is prefetched for one."""
        try:
            person = self._in_their_zone().get(pk=pk, is_active=True)
        except User.DoesNotExist:
            return None
        person.roles = list(HeldRole.objects.filter(user_id=pk).values_list("role", flat=True))
        person.duties = list(HeldDuty.objects.filter(user_id=pk).values_list("duty", flat=True))
        return person


class User(Record, AbstractBaseUser):
    """A person who signs in. `epoch` stands in every sign-in; raising it ends them all."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("full name"), max_length=100)
    name_latin = models.CharField(_("name in Latin letters"), max_length=100, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="people", verbose_name=_("team"))
    is_active = models.BooleanField(default=True)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    theme = models.CharField(_("look"), max_length=8, blank=True, default="")
    single_keys = models.BooleanField(_("single keys"), default=True)  # whether keys without Ctrl do something
    epoch = models.PositiveIntegerField(default=0, editable=False)
    labels = {"roles": _("roles"), "duties": _("duties")} | {
        f"{code}_families": labelled_lazy(words, _("product families")) for code, words in DUTIES.items()
    }
    privacy = tags(username=STAFF, name=PERSON, name_latin=PERSON, email=STAFF, phone=STAFF, language=PLAIN, theme=PLAIN, password=SECRET)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = People()

    def __str__(self) -> str:
        """As the reader calls them: in pinyin in the English interface."""
        latin = self.name_latin if (get_language() or "").startswith("en") else ""
        return latin or self.name or self.username

    def get_session_auth_hash(self) -> str:
        """What a sign-in carries; it is good as long as this stays the same: the password, and the epoch."""
        return salted_hmac("boothline.sign-in", f"{self.password} {self.epoch}", algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Any:
        """There is one secret, and no older one."""
        return iter(())

    @cached_property
    def roles(self) -> list[str]:
        """The codes of the roles held."""
        return [held.role for held in self.held_roles.all()]

    @cached_property
    def duties(self) -> list[str]:
        """The codes of the duties held."""
        return [held.duty for held in self.held_duties.all()]

    @cached_property
    def families(self) -> dict[str, list[str]]:
        """{duty held: for which product families}; none: for all."""
        return {held.duty: held.families for held in self.held_duties.all()}

    @property
    def role_words(self) -> str:
        """The roles in the reader's language."""
        return " · ".join(str(ROLES[code]) for code in ROLES if code in self.roles)

    @property
    def duty_words(self) -> str:
        """The duties in the reader's language, each with the product families that it is held for, if not for all."""
        return listed(
            bracketed(words, listed(FAMILIES.get(family, family) for family in self.families[code])) if self.families[code] else str(words)
            for code, words in DUTIES.items()
            if code in self.families
        )

    def actor(self) -> Actor:
        """This person as an Actor, with rights and the widest reach of the roles held."""
        roles = frozenset(self.roles)
        reach = max((REACH[r].value for r in roles), key=_WIDTH.index, default="own")
        return Actor(
            kind="user", id=self.pk, name=self.name or self.username, latin=self.name_latin, roles=roles, duties=frozenset(self.duties),
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
    """That a person holds a duty besides the role; for some product families, or for all where none is named."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held_duties")
    duty = models.CharField(max_length=16, choices=list(DUTIES.items()))
    families = models.JSONField(default=list)
    privacy = tags(duty=PLAIN, families=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "duty"], name="duty_once")]

    def __str__(self) -> str:
        return self.duty


def called(name: str) -> str:
    """A colleague's name that a record kept as text, as the reader calls them; another's, and one that two people spell apart, as it
    stands."""
    if (get_language() or "zh").startswith("zh"):
        return name
    return once("accounts.called", _latin_names).get(name, name)


def _latin_names() -> dict[str, str]:
    found: dict[str, set[str]] = {SYSTEM.name: {SYSTEM.latin}}
    for name, latin in User.objects.order_by().values_list("name", "name_latin"):
        found.setdefault(name, set()).add(latin or name)
    return {name: latin for name, (latin, *others) in found.items() if not others}


@operation("accounts.add_person")
def add_person(
    *, by: Actor, username: str, name: str, roles: list[str], duties: list[str] | None = None, password: str | None = None, **fields: Any
) -> User:
    """Adds a person. Without a password they cannot sign in before they set one by a link."""
    require(by, "people.edit")
    _refuse_taken(username)
    user = User(username=username, name=name, **fields)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    HeldRole.objects.bulk_create(HeldRole(user=user, role=role) for role in roles)
    HeldDuty.objects.bulk_create(HeldDuty(user=user, duty=duty) for duty in duties or ())
    record(events.PERSON_ADDED, subject=user, by=by, values={"roles": sorted(roles)})
    return user


@operation("accounts.edit_person")
def edit_person(
    user: User, *, by: Actor, revision: int, values: dict[str, Any], roles: list[str] | None = None, duties: list[str] | None = None
) -> User:
    """Edits a person, their roles and duties. What they may do changes with their next request."""
    require(by, "people.edit")
    current = _held(user)
    held = {"roles": (HeldRole, "role", roles), "duties": (HeldDuty, "duty", duties)}
    wished = {name: sorted(set(new)) for name, (_model, _column, new) in held.items() if new is not None}
    turned = {name: [sorted(getattr(current, name)), new] for name, new in wished.items() if sorted(getattr(current, name)) != new}
    if current.revision != revision:
        _stale(user, revision, values, turned)
    if values.get("username", current.username).casefold() != current.username.casefold():
        _refuse_taken(values["username"])
    if "roles" in turned and "admin" not in turned["roles"][1]:
        _refuse_last_administrator(current)
    changes = revise(user, revision=revision, values=values)
    for name, (was, now) in turned.items():
        model, column, _new = held[name]
        model.objects.filter(user=user, **{f"{column}__in": set(was) - set(now)}).delete()  # type: ignore[attr-defined]
        model.objects.bulk_create(model(user=user, **{column: code}) for code in now if code not in was)  # type: ignore[attr-defined]
    if turned and not changes:
        User.objects.filter(pk=user.pk).update(revision=F("revision") + 1)
    record(events.PERSON_EDITED, subject=user, by=by, changes=changes | turned)
    return User.objects.with_roles().get(pk=user.pk)


@operation("accounts.deactivate")
def deactivate(user: User, *, by: Actor) -> User:
    """Closes somebody's access: their sign-ins end with their next request. What they did stays theirs."""
    require(by, "people.edit")
    user = _held(user)
    if not user.is_active:
        return user
    if user.pk == by.id and by.kind == "user":
        raise Refused(_now("You cannot close your own access. Another administrator can."))
    _refuse_last_administrator(user)
    _write(user, is_active=False, epoch=F("epoch") + 1)
    record(events.DEACTIVATED, subject=user, by=by)
    return user


def check_here(user: User, field: str) -> None:
    """Refuses to give work to somebody whose access is closed."""
    if not user.is_active:
        raise Refused(_now("The access of %(name)s is closed. Choose somebody else.") % {"name": user}, field=field)


@operation("accounts.activate")
def activate(user: User, *, by: Actor) -> User:
    """Opens it again. Old sign-ins stay ended."""
    require(by, "people.edit")
    user = _held(user)
    if user.is_active:
        return user
    _write(user, is_active=True)
    record(events.ACTIVATED, subject=user, by=by)
    return user


@operation("accounts.choose")
def choose(user: User, *, by: Actor, language: str | None = None, theme: str | None = None, single_keys: bool | None = None) -> None:
    """A person's own choice of language, look and keys; no edit of the record, so no revision is raised."""
    given = {"language": language, "theme": theme, "single_keys": single_keys}
    chosen = {k: v for k, v in given.items() if v is not None}
    User.objects.filter(pk=user.pk).update(**chosen)
    record(events.CHOSEN, subject=user, by=by, values=chosen)


@operation("accounts.edit_myself")
def edit_myself(user: User, *, by: Actor, revision: int, values: dict[str, Any]) -> User:
    """A person edits how they are called and reached."""
    if by.id != user.pk or by.kind != "user":
        require(by, "people.edit")
    changes = revise(user, revision=revision, values=values)
    record(events.PERSON_EDITED, subject=user, by=by, changes=changes)
    return user


@operation("accounts.add_team")
def add_team(*, by: Actor, name: str) -> Team:
    """Adds a team."""
    require(by, "people.edit")
    if Team.objects.filter(name=name).exists():
        raise Refused(phrase(_now("There is a team %(name)s already."), {"name": name}), field="name")
    team = Team.objects.create(name=name)
    record(events.TEAM_ADDED, subject=team, by=by)
    return team


@operation("accounts.edit_team")
def edit_team(team: Team, *, by: Actor, revision: int, values: dict[str, Any]) -> Team:
    """Renames a team."""
    require(by, "people.edit")
    if Team.objects.filter(name=values.get("name", team.name)).exclude(pk=team.pk).exists():
        raise Refused(phrase(_now("There is a team %(name)s already."), {"name": values["name"]}), field="name")
    changes = revise(team, revision=revision, values=values)
    record(events.TEAM_EDITED, subject=team, by=by, changes=changes)
    return team


@operation("accounts.edit_families")
def edit_families(user: User, *, by: Actor, revision: int, families: dict[str, list[str]]) -> User:
    """For which product families a person holds each duty; for all where none is named. What was planned stays with whoever has it."""
    require(by, "people.edit")
    current = _held(user)
    wished = {duty: sorted(set(named)) for duty, named in families.items() if duty in current.families}
    turned = {f"{duty}_families": [current.families[duty], named] for duty, named in wished.items() if current.families[duty] != named}
    if current.revision != revision:
        _stale(user, revision, {}, turned)
    for duty, named in wished.items():
        _refuse_unknown(duty, set(named) - set(current.families[duty]))
        HeldDuty.objects.filter(user=user, duty=duty).update(families=named)
    if turned:
        _write(user)
        record(events.PERSON_EDITED, subject=user, by=by, changes=turned)
    return User.objects.with_roles().get(pk=user.pk)


def _refuse_unknown(duty: str, named: set[str]) -> None:
    unknown = named - set(FAMILIES)
    if unknown:
        words = _now("The catalogue has no product family %(families)s.") % {"families": listed(sorted(unknown))}
        raise Refused(words, field=f"{duty}_families", code="unknown")


def _held(user: User) -> User:
    """The person, locked behind the administrators, in one order for all: two who close each other's access do it one by one."""
    list(User.objects.filter(held_roles__role="admin").order_by("pk").select_for_update(of=("self",)))
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _write(user: User, **columns: Any) -> None:
    User.objects.filter(pk=user.pk).update(revision=F("revision") + 1, **columns)
    user.refresh_from_db()


def _stale(user: User, revision: int, values: dict[str, Any], turned: dict[str, list[list[str]]]) -> None:
    """Roles are fields of the form like all others: both values are shown."""
    try:
        revise(user, revision=revision, values=values)
    except Stale as stale:
        fields = [*stale.fields, *((name, was, now) for name, (was, now) in turned.items())]
        raise Stale(stale.record, fields, stale.words) from stale


def _refuse_taken(username: str) -> None:
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_now("There is a %(username)s already. Choose another user name.") % {"username": username}, field="username")


def _refuse_last_administrator(user: User) -> None:
    others = User.objects.filter(is_active=True, held_roles__role="admin").exclude(pk=user.pk)
    if "admin" in user.roles and user.is_active and not others.exists():
        words = phrase(_now("%(name)s is the only administrator. Make somebody else one first."), {"name": user})
        raise Refused(words, field="roles", code="last_administrator")


def person_with_role(*roles: str, team_id: int | None = None) -> User | None:
    """Somebody active who holds the first of the roles that anybody holds; of the team, if there is one there."""
    for role in roles:
        held = User.objects.filter(is_active=True, held_roles__role=role).order_by("id")
        found = (held.filter(team_id=team_id).first() if team_id else None) or held.first()
        if found:
            return found
    return None
