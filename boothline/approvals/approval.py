"""Approvals: what is asked, why, of whom, until when, and the answer. One engine for every rule that asks for one.

The thing is frozen by its hash: approved is what was seen. Whoever changes it afterwards asks again. A level that does
not decide in time is joined by the next one. Nobody decides on what they asked for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from boothline.accounts.people import Team, User
from boothline.accounts.rights import require
from boothline.accounts.words import DUTIES, ROLES
from boothline.approvals import events
from boothline.approvals.matters import MATTERS, Matter
from boothline.core import memo
from boothline.core.actors import Actor
from boothline.core.clock import moment_words
from boothline.core.errors import Refused
from boothline.core.kinds import kind_of, model_of, refer
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.tasks import alone
from boothline.core.text import clean, close_up, listed, phrase, reason_given
from boothline.core.told import told
from boothline.timeline.history import Event, record

STATES = {
    "open": gettext_lazy("waiting for approval"),
    "approved": gettext_lazy("approved"),
    "refused": gettext_lazy("not approved"),
    "dropped": gettext_lazy("changed, to be asked again"),
}


class Approvals(models.QuerySet["Approval"]):
    """Questions about approvals."""

    def visible_to(self, by: Actor) -> Approvals:
        """What one may decide, decided, or asked for."""
        mine = self.model.objects.for_turn_of(by) | self.model.objects.filter(models.Q(asked_by_id=by.id) | models.Q(decided_by_id=by.id))
        return self.filter(pk__in=mine.values("pk")) if by.kind == "user" else self.none()

    def for_turn_of(self, by: Actor) -> Approvals:
        """Those that the actor is among the asked of; a manager for their own team, where the team has one."""
        named = models.Q(who__in=[*(by.roles - {"manager"}), *by.duties, f"user {by.id}"])
        if "manager" in by.roles:
            named |= models.Q(who="manager") & (models.Q(team=None) | models.Q(team=by.team_id))
        return self.filter(pk__in=Turn.objects.filter(named).values("approval"))

    def waiting_for(self, by: Actor) -> Approvals:
        """Open, the actor's turn, not asked by themselves."""
        return self.for_turn_of(by).filter(state="open").exclude(asked_by_id=by.id) if by.kind == "user" else self.none()

    def of_many(self, subjects: Sequence[models.Model]) -> Approvals:
        """Whatever was asked about records of one kind, however it ended."""
        kinds = {kind_of(subject) for subject in subjects}
        return self.filter(subject_kind__in=kinds, subject_id__in=[subject.pk for subject in subjects])

    def for_list(self) -> Approvals:
        """With what a list shows."""
        return self.select_related("asked_by", "decided_by").prefetch_related("turns")


class Approval(Record):
    """One question, once asked: may this, as it is, be done?"""

    matter = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(max_length=200)
    under_kind = models.CharField(max_length=40, blank=True, default="")
    under_id = models.BigIntegerField(null=True)
    under_name = models.CharField(max_length=200, blank=True, default="")
    under_latin = models.CharField(max_length=200, blank=True, default="")  # where it reads otherwise in English
    why = models.JSONField(default=list)  # [message, values] of each rule that asks
    words = models.TextField(blank=True, default="")  # what the asker says
    digest = models.CharField(max_length=64)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateTimeField()
    state = models.CharField(max_length=10, default="open", choices=list(STATES.items()))
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    privacy = tags(
        matter=PLAIN, subject_kind=PLAIN, subject_name=WORDS, under_kind=PLAIN, under_name=WORDS, under_latin=WORDS, why=WORDS,
        words=WORDS, digest=PLAIN, state=PLAIN, reason=WORDS,
    )  # fmt: skip

    objects = Approvals.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "subject_kind", "subject_id"], name="one_open_approval", condition=models.Q(state="open")
            )
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="approval_subject")]

    def __str__(self) -> str:
        return self.subject_name

    @property
    def declared(self) -> Matter:
        """What its room declared."""
        return MATTERS[self.matter]

    @property
    def reasons(self) -> list[str]:
        """Why it is asked, in the reader's words; a list among the values holds messages too."""
        return [told(message, values, weak=False) for message, values in self.why]

    @property
    def about(self) -> str:
        """The customer, as the reader calls them."""
        return (self.under_latin if _reads_latin() else "") or self.under_name

    @property
    def title(self) -> str:
        """What is asked, in the reader's words."""
        return self._asks(self.comes_to)

    @property
    def brief(self) -> str:
        """The same with the record's name for its amount, which a list does not look up row by row."""
        return self._asks(self.subject_name)

    def _asks(self, amount: str) -> str:
        named = {"what": self.subject_name, "customer": self.about, "amount": amount}
        return close_up(str(self.declared.asks), named) % named

    @property
    def address(self) -> str:
        """Where what is approved can be read."""
        return self.declared.address(self.subject_id)

    @property
    def comes_to(self) -> str:
        """The amount in question, as it stands now; empty where the reasons tell it."""
        return self.declared.comes_to(self.subject_id) if self.declared.comes_to else ""

    @property
    def shown(self) -> list[str]:
        """What is to be approved, in sentences, as it stands now."""
        return self.declared.shows(self.subject_id) if self.declared.shows else []

    @property
    def warnings(self) -> list[str]:
        """What else whoever decides should know, as it stands now; nothing once it is decided."""
        return self.declared.warns(self.subject_id) if self.declared.warns and self.state == "open" else []

    @property
    def is_changed(self) -> bool:
        """What is to be approved is not what was asked about."""
        return self.declared.digest is not None and self.declared.digest(self.subject_id) != self.digest

    @property
    def with_whom(self) -> str:
        """Whose turn it is: the levels that are asked, in words."""
        return listed(turn.words for turn in self.turns.all())

    @property
    def since(self) -> str:
        """When the newest level was asked, as people write it."""
        return moment_words(max((turn.asked_at for turn in self.turns.all()), default=self.made_at))


class Turn(models.Model):
    """That a level was asked, and when: a role, a duty, or one person ("user 7")."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="turns")
    who = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True, default="")
    latin = models.CharField(max_length=200, blank=True, default="")  # the same people for readers of English
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    privacy = tags(who=PLAIN, name=WORDS, latin=WORDS)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["approval", "who"], name="turn_once")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The people who were asked by name; else the level."""
        named = (self.latin if _reads_latin() else "") or self.name
        return named or str((ROLES | DUTIES).get(self.who, self.who))


def _reads_latin() -> bool:
    return (get_language() or "").startswith("en")


def _in_latin(under: models.Model) -> str:
    with override("en"):
        latin = str(under)
    return latin[:200] if latin != refer("under", under)["under_name"] else ""


def waiting_for(by: Actor) -> int:
    """How many wait for this person, up to 99; asked once a request, since whatever changes it leads to another one."""
    if not by.has("approvals.decide"):
        return 0
    return memo.once(f"approvals.waiting_for.{by.id}", Approval.objects.waiting_for(by)[:99].count)


def approves(by: Actor) -> bool:
    """Whether approvals are this person's to decide: by their role; by a rule that names them, while something waits."""
    return by.rights.get("approvals.decide") == "all" or (_may_be_named(by) and waiting_for(by) > 0)


def _may_be_named(by: Actor) -> bool:
    """Whether a rule names the actor's role or duty, or some person: asked of every page, and answered without the approvals."""
    named = {level for matter in MATTERS.values() for level in matter.levels()}
    return bool(named & {*by.roles, *by.duties} or named - {*ROLES, *DUTIES})


def open_about(subject: models.Model, matter: str) -> Approval | None:
    """The open question about a record."""
    return _about(subject, matter).filter(state="open").first()


def granted(subject: models.Model, matter: str, digest: str) -> Approval | None:
    """The approval of exactly this content; None while there is none, or after a change."""
    return _about(subject, matter).filter(state="approved", digest=digest).order_by("-id").first()


def newest_about(subject: models.Model, matter: str) -> Approval | None:
    """The latest question about a record, however it ended."""
    return _about(subject, matter).order_by("-id").first()


def _about(subject: models.Model, matter: str) -> Approvals:
    ref = refer("subject", subject)
    return Approval.objects.for_list().filter(matter=matter, subject_kind=ref["subject_kind"], subject_id=ref["subject_id"])


@operation("approvals.ask")
def ask(
    subject: models.Model, *, by: Actor, matter: str, why: list[tuple[str, dict[str, Any]]], digest: str,
    under: models.Model, team_id: int | None = None, words: str = "", name: str = "",
) -> Approval:  # fmt: skip
    """Asks the first level at which somebody else than the asker decides. Asked again, the open question is the answer. `name`: what the
    record is called in any language, where its own words are those of who asks.

    The room whose rule asks has asked its own right, and holds what must stay as it is."""
    standing = open_about(subject, matter)
    if standing and standing.digest == digest:
        return standing
    if standing:
        drop(subject, by=by, matter=matter)
    named = refer("subject", subject) | ({"subject_name": name} if name else {})
    approval = Approval.objects.create(
        matter=matter, why=[list(w) for w in why], words=clean(words, 2000), digest=digest, team_id=team_id,
        asked_by_id=by.id if by.kind == "user" else None, until=MATTERS[matter].until(timezone.now()),
        under_latin=_in_latin(under), **named, **refer("under", under),
    )  # fmt: skip
    people = _next_level(approval)
    if not people:
        if by.has("people.edit"):
            raise Refused(_("Nobody else can approve this. Add a person with the role of manager, then ask again."), code="nobody_approves")
        raise Refused(_("Nobody else can approve this. Let the administrator add a manager."), code="nobody_approves")
    record(events.ASKED, subject=approval, under=under, by=by, values={"what": approval.subject_name, "people": people})
    return approval


@operation("approvals.approve")
def approve(approval: Approval, *, by: Actor, words: str = "") -> Approval:
    """Yes, as it is. The first decision stands; a second press gets it."""
    return _decide(approval, by, "approved", clean(words, 2000))


@operation("approvals.refuse")
def refuse(approval: Approval, *, by: Actor, reason: str) -> Approval:
    """No, and why. The first decision stands; a second press gets it."""
    require(by, "approvals.decide", approval)
    reason = reason_given(reason, 2000)
    return _decide(approval, by, "refused", reason)


def _decide(approval: Approval, by: Actor, state: str, reason: str) -> Approval:
    require(by, "approvals.decide", approval)
    approval = Approval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    if approval.state != "open":
        return approval
    if by.kind == "user" and by.id == approval.asked_by_id:
        raise Refused(_("Nobody approves what they asked for themselves. It waits for somebody else."), code="own")
    if by.kind == "user" and not Approval.objects.for_turn_of(by).filter(pk=approval.pk).exists():
        raise Refused(phrase(_("It is not your turn: this is with %(who)s."), {"who": approval.with_whom}), code="not_your_turn")
    if approval.is_changed:
        drop(model_of(approval.subject_kind)._default_manager.get(pk=approval.subject_id), by=by.trusted(), matter=approval.matter)
        return Approval.objects.get(pk=approval.pk)
    Approval.objects.filter(pk=approval.pk).update(
        state=state, reason=reason, decided_at=timezone.now(), decided_by_id=by.id if by.kind == "user" else None
    )
    approval.refresh_from_db()
    values: dict[str, Any] = {"what": approval.subject_name, "people": [approval.asked_by_id] if approval.asked_by_id else []}
    under = _under(approval)
    if state == "approved":
        record(events.APPROVED, subject=approval, under=under, by=by, values=values)
    else:
        record(events.REFUSED, subject=approval, under=under, by=by, values=values | {"reason": reason})
    return approval


@operation("approvals.drop")
def drop(subject: models.Model, *, by: Actor, matter: str) -> None:
    """What was to be approved has changed, or is over: the open question ends, if one is open."""
    standing = open_about(subject, matter)
    if standing is None or not Approval.objects.filter(pk=standing.pk, state="open").update(state="dropped", decided_at=timezone.now()):
        return
    standing.refresh_from_db()
    record(events.DROPPED, subject=standing, under=_under(standing), by=by, values=_to_both(standing))


@operation("approvals.carry_on")
def carry_on(subject: models.Model, *, by: Actor, matter: str, why: list[tuple[str, dict[str, Any]]], digest: str) -> None:
    """What was missing was filled in: whoever decides reads it as it is now, and a yes that was given holds."""
    held, reasons = newest_about(subject, matter), [list(w) for w in why]
    if held is None:
        return
    Approval.objects.filter(pk=held.pk, state="approved").update(digest=digest)
    if held.why != reasons and Approval.objects.filter(pk=held.pk, state="open").update(digest=digest, why=reasons):
        record(events.CARRIED_ON, subject=held, under=_under(held), by=by, values=_to_both(held))


@operation("approvals.outdate")
def outdate(subject: models.Model, *, by: Actor, matter: str) -> None:
    """What was approved is not what stands there now: both who asked and who decided are told, once."""
    held = newest_about(subject, matter)
    if held and held.state == "approved" and not Event.objects.about(held).filter(kind=events.OUTDATED.code).exists():
        people = [pk for pk in (held.asked_by_id, held.decided_by_id) if pk]
        record(events.OUTDATED, subject=held, under=_under(held), by=by, values={"what": held.subject_name, "people": people})


def _to_both(approval: Approval) -> dict[str, Any]:
    """What those read who asked, and those whose turn it is."""
    people = {approval.asked_by_id} | {user.pk for turn in approval.turns.all() for user in _asked(turn)}
    return {"what": approval.subject_name, "people": sorted(pk for pk in people if pk)}


def _asked(turn: Turn) -> list[User]:
    if turn.who.startswith("user "):
        return list(User.objects.filter(pk=turn.who.removeprefix("user "), is_active=True))
    return _people_of(turn.who, turn.team_id)[1]


def pass_on_all() -> int:
    """The daily task: what was not decided in time goes to the next level as well."""
    late = Approval.objects.filter(state="open", until__lte=timezone.now())
    return sum(alone(pass_on, approval) for approval in late)


@operation("approvals.pass_on")
def pass_on(approval: Approval, *, by: Actor) -> bool:
    """What time brings: the next level is asked too. False where it was decided meanwhile, or no further level is there."""
    approval = Approval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    if approval.state != "open" or approval.until > timezone.now():
        return False
    people = _next_level(approval)
    Approval.objects.filter(pk=approval.pk).update(until=approval.declared.until(timezone.now()))
    if not people:
        return False
    record(events.PASSED_ON, subject=approval, under=_under(approval), by=by, values={"what": approval.subject_name, "people": people})
    return True


def _next_level(approval: Approval) -> list[int]:
    """Gives the turn to the next level at which somebody else than the asker decides; their ids, [] where there is none."""
    asked = set(approval.turns.values_list("who", flat=True))
    for level in approval.declared.levels():
        who, people, team = _people_of(level, approval.team_id)
        others = [user for user in people if user.pk != approval.asked_by_id]
        if who in asked or not others:
            continue
        names = listed(user.name for user in others[:3])
        with override("en"):
            latin = listed(others[:3])
        Turn.objects.create(approval=approval, who=who, name=names[:200], latin=latin[:200] if latin != names else "", team_id=team)
        return [user.pk for user in others]
    return []


def _people_of(level: str, team_id: int | None) -> tuple[str, list[User], int | None]:
    """(who, the people, of which team) of a level: a role, a duty, or one person by user name."""
    active = User.objects.filter(is_active=True).order_by("id")
    if level in ROLES:
        holders = active.filter(held_roles__role=level)
        if level == "manager" and team_id:  # another team's manager does not see this customer
            return level, list(holders.filter(team_id=team_id)), team_id
        return level, list(holders), None
    if level in DUTIES:
        return level, list(active.filter(held_duties__duty=level)), None
    named = list(active.filter(username__iexact=level))
    return (f"user {named[0].pk}" if named else level), named, None


def _under(approval: Approval) -> models.Model | None:
    if not approval.under_kind:
        return None
    return model_of(approval.under_kind)._default_manager.filter(pk=approval.under_id).first()
