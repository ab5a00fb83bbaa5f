"""Invitations 邀约 to a coming fair: a person is listed, gets a letter with a link, and says there whether they come.

listed -> sent -> opened -> comes / does not come / appointment -> came / stayed away. One entry a person and fair. The answer may be
changed until the fair begins. Nobody is written to without consent or business, nor while something speaks against it. Who is
captured at the fair came; whoever else was asked stayed away, once it is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.accounts.rights import may, require, who_holds
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import clean, listed, phrase
from boothline.customers.bulk import Rows, changeable
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.dealings import why_not_asked
from boothline.customers.matching import surely_same
from boothline.customers.quiet import reasons_for
from boothline.fairs import events
from boothline.fairs.appointments import Appointment, book, cancel, edit_appointment, free_person, hold_fair
from boothline.fairs.editions import Fair
from boothline.fairs.lists import ANSWERS, COMING, INVITATION_STATES, UNANSWERED
from boothline.followups.touches import CHANNELS
from boothline.links.grants import Grant, grant
from boothline.messaging.letters import write
from boothline.timeline.history import Event, Telling, record, record_many
from boothline.timeline.undo import Deed, begin, finish

REMINDERS = tuple(
    declare(f"fairs.invitation_remind_{name}", days, words, low=1, high=90)
    for name, days, words in (
        ("first", 14, gettext_lazy("Days before a fair on which the invited are reminded first")),
        ("second", 7, gettext_lazy("Days before a fair on which the invited are reminded again")),
        ("last", 1, gettext_lazy("Days before a fair on which the invited, and those who come, are reminded last")),
    )
)
LAST = len(REMINDERS)
LISTED = "fairs.list_customers"
AFTER = 30  # days after the fair that the link still opens its page
AT_ONCE = 300  # letters of one press
A_MOMENT = timedelta(minutes=1)  # between a capture and its being heard


class Invitations(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def visible_to(self, by: Actor) -> Invitations:
        """Of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by)) if by.has("invitations.see") else self.none()

    def of_contact(self, contact: Contact) -> Invitations:
        """What a guest may see: what was sent to them."""
        return self.filter(contact=contact, sent_at__isnull=False)

    def for_list(self) -> Invitations:
        """With what a list shows."""
        return self.select_related(
            "fair__lead", "customer__owner", "contact__customer", "appointment__user", "appointment__fair", "noted_by"
        )

    def search(self, words: str, by: Actor) -> Invitations:
        """By the customer."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class Invitation(Record):
    """One person on the list of one fair. `state` is kept; each fact of its life has its moment."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="invitations", verbose_name=gettext_lazy("fair"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default="listed", choices=list(INVITATION_STATES.items()))
    subject = models.CharField(gettext_lazy("subject"), max_length=200, blank=True, default="")
    words = models.TextField(gettext_lazy("personal line"), blank=True, default="")
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # who heard the answer; empty: they gave it
    told_by = models.CharField(gettext_lazy("who said it"), max_length=100, blank=True, default="")
    told_how = models.CharField(gettext_lazy("how"), max_length=8, blank=True, default="", choices=list(CHANNELS.items()))
    told_words = models.CharField(gettext_lazy("in their words"), max_length=300, blank=True, default="")
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    came_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)  # which of the reminders went out last
    privacy = tags(state=PLAIN, subject=WORDS, words=WORDS, told_by=PERSON, told_how=PLAIN, told_words=WORDS)
    merging = Merging(
        better=lambda goes, stays: goes.weight > stays.weight,
        fills=(
            ("subject", "words", "grant", "sent_at", "reminded"),
            ("opened_at",),
            ("answered_at", "noted_by", "told_by", "told_how", "told_words", "appointment"),
        ),
        note=gettext_lazy("Invitations to one fair: the one that went further counts, of two answers the last."),
    )

    objects = Invitations.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fair", "contact"], name="invitation_person_once")]
        indexes = [models.Index(fields=["fair", "state"], name="invitation_state")]

    def __str__(self) -> str:
        return str(self.contact)

    @property
    def weight(self) -> tuple[bool, float, bool, bool]:
        """Of two of one person, the one with more counts."""
        answered = self.answered_at.timestamp() if self.answered_at else 0.0
        return self.came_at is not None, answered, self.opened_at is not None, self.sent_at is not None

    @property
    def is_open(self) -> bool:
        """They may answer, and change it: until the fair begins, or they were seen there."""
        return self.sent_at is not None and self.may_be_noted

    @property
    def may_be_noted(self) -> bool:
        """A colleague may note what they said, whether a letter was sent or not."""
        return self.came_at is None and clock.today() < self.fair.starts_on


# The list.


@operation("fairs.invite")
def invite(customer: Customer, *, by: Actor, fair: Fair, contacts: Iterable[Contact]) -> list[Invitation]:
    """Puts people of one customer on the list of a fair, each once. Pressed again, they stand there."""
    require(by, "invitations.send", customer)
    check_coming(fair)
    hold(customer.pk)
    people = list(contacts)
    if any(contact.customer_id != customer.pk for contact in people):
        raise Refused(_("This person is no contact of the customer."), field="contacts")
    if not people:
        raise Refused(_("Choose at least one person."), field="contacts")
    _list(fair, people, by)
    return list(Invitation.objects.for_list().filter(fair=fair, contact__in=people).order_by("id"))


@operation("fairs.list_customers")
def list_customers(rows: Rows, *, by: Actor, fair: Fair) -> Deed:
    """Puts everybody of many customers on the list of a fair, with a fixed number of queries."""
    require(by, "invitations.send")
    check_coming(fair)
    deed = begin(LISTED, by=by)
    free, refused = changeable(dict.fromkeys(rows, 0), by=by, right="invitations.send")
    people = list(Contact.objects.filter(customer__in=free).select_related("customer").order_by("customer_id", "id"))
    known = {person.customer_id for person in people}
    refused |= {str(customer): _("nobody is on record there") for pk, customer in free.items() if pk not in known}
    made = _list(fair, people, by)

    def words() -> str:
        return _("%(count)s people listed for %(fair)s") % {"count": len(made), "fair": fair}

    return finish(deed, words=words, kept={one.pk: {} for one in made}, refused=refused)


def _list(fair: Fair, people: list[Contact], by: Actor) -> list[Invitation]:
    stand = set(Invitation.objects.filter(fair=fair, contact__in=people).values_list("contact_id", flat=True))
    made = [Invitation(fair=fair, customer=p.customer, contact=p) for p in people if p.pk not in stand]
    Invitation.objects.bulk_create(made, batch_size=500)
    record_many(events.INVITEE_LISTED, [Telling(one, under=one.customer, values=_about(one)) for one in made], by=by)
    return made


@operation("fairs.unlist")
def unlist(invitation: Invitation, *, by: Actor) -> None:
    """Takes somebody off the list, as long as nothing was sent to them."""
    require(by, "invitations.send", invitation.customer)
    invitation = _held(invitation)
    if invitation.state != "listed":
        raise Refused(_("They were written to, or came; they stay on the list."), code="sent")
    _take_off([invitation], by)


@operation("fairs.take_back_list")
def take_back_list(deed: Deed, *, by: Actor) -> dict[str, str]:
    """Takes off the list whom a deed put there, but not those who were written to since; they are named."""
    require(by, "invitations.send")
    found = list(Invitation.objects.filter(pk__in=list(map(int, deed.kept))).for_list())
    hold(*(one.customer_id for one in found))
    stay = set(Invitation.objects.filter(pk__in=[one.pk for one in found]).exclude(state="listed").values_list("pk", flat=True))
    _take_off([one for one in found if one.pk not in stay], by)
    return {f"{one.customer} {one}": _("was written to since, or came") for one in found if one.pk in stay}


def _take_off(found: list[Invitation], by: Actor) -> None:
    record_many(events.INVITEE_UNLISTED, [Telling(one, under=one.customer, values=_about(one)) for one in found], by=by)
    Invitation.objects.filter(pk__in=[one.pk for one in found]).delete()


def check_coming(fair: Fair) -> None:
    """People are invited to a fair that is still to come."""
    if fair.starts_on <= clock.today():
        raise Refused(_("This fair has begun or is over. Choose one that is still to come."), field="fair")


# Sending.


def why_not(invitation: Invitation, by: Actor) -> str:
    """Why this one may not be sent now; "" where nothing speaks against it."""
    customer, contact = invitation.customer, invitation.contact
    if not may(by, "invitations.send", customer):
        return phrase(_("only the owner of the customer or %(who)s may send it"), {"who": who_holds("invitations.send", "all")})
    if invitation.state != "listed":
        return _("already %(state)s") % {"state": invitation.get_state_display()}
    if invitation.fair.starts_on <= clock.today():
        return _("the fair has begun")
    if not contact.point("email"):
        return _("no e-mail address on record")
    against = reasons_for([customer.pk]).get(customer.pk, [])
    if against:
        return str(against[0].get_why_display())
    return why_not_asked(customer, contact)


@operation("fairs.send_invitation")
def send(invitation: Invitation, *, by: Actor, subject: str, words: str) -> Invitation:
    """Sends it by letter with a link. Sent twice, it stands."""
    require(by, "invitations.send", invitation.customer)
    subject, words = _said(subject, words)
    invitation = _held(invitation)
    if invitation.sent_at:
        return invitation
    reason = why_not(invitation, by)
    if reason:
        raise Refused(_("Not sent: %(why)s.") % {"why": reason}, code="why_not")
    _send(invitation, by, subject, words)
    return invitation


@operation("fairs.send_invitations")
def send_many(keys: Iterable[int], *, by: Actor, subject: str, words: str) -> list[Invitation]:
    """Sends those of them that may be sent; of the others, `why_not` says why."""
    require(by, "invitations.send")
    subject, words = _said(subject, words)
    keys = list(keys)
    if len(keys) > AT_ONCE:
        raise Refused(_("Send at most %(limit)s at a time. Narrow the list and do it in parts.") % {"limit": AT_ONCE})
    hold(*Invitation.objects.filter(pk__in=keys).values_list("customer_id", flat=True))
    asked = Invitation.objects.visible_to(by).filter(pk__in=keys).for_list().order_by("id")
    ready = [one for one in asked if not why_not(one, by)]
    for one in ready:
        _send(one, by, subject, words)
    return ready


def _said(subject: str, words: str) -> tuple[str, str]:
    subject, words = clean(subject, 200), clean(words, 2000)
    if len(subject) < 2:
        raise Refused(_("Write what the letter is about."), field="subject")
    if len(words) < 2:
        raise Refused(_("Write a personal line."), field="words")
    return subject, words


def _send(invitation: Invitation, by: Actor, subject: str, words: str) -> None:
    held = grant(invitation.contact, by=by.trusted(), subject=invitation, purpose="invitation", until=_life_of(invitation.fair))
    _move(invitation, "sent", subject=subject, words=words, grant=held, sent_at=timezone.now())
    _write(invitation, by, "sent")
    record(events.INVITATION_SENT, subject=invitation, under=invitation.customer, by=by, values=_about(invitation))


# The customer.


@operation("fairs.open_invitation")
def open_invitation(invitation: Invitation, *, by: Actor) -> Invitation:
    """They pressed *View*. Pressed again it changes nothing."""
    require(by, "invitations.answer", invitation)
    invitation = _held(invitation)
    if invitation.state == "sent" and invitation.is_open:
        _move(invitation, "opened", opened_at=timezone.now())
        record(events.INVITATION_OPENED, subject=invitation, under=invitation.customer, by=by, values=_about(invitation))
    return invitation


@operation("fairs.answer_invitation")
def answer(invitation: Invitation, *, by: Actor, answer: str, at: datetime | None = None) -> Invitation:
    """They come, do not, or take a free slot; changeable until the fair begins. The same answer again changes nothing. A slot is
    booked with the owner of the customer, else with whoever is on duty then; another answer calls it off."""
    require(by, "invitations.answer", invitation)
    invitation = _to_answer(invitation, answer, at)
    if not invitation.is_open:
        raise Refused(_("The fair has begun. Please speak with your contact."), code="over")
    if _stands(invitation, answer, at):
        return invitation
    _answered(invitation, by, answer, at, opened_at=invitation.opened_at or timezone.now(), **NOT_TOLD)
    values = _about(invitation) | {"answer": answer}
    record(events.INVITATION_ANSWERED, subject=invitation, under=invitation.customer, by=by, values=values)
    return invitation


NOT_TOLD = {"noted_by": None, "told_by": "", "told_how": "", "told_words": ""}


@operation("fairs.note_answer")
def note_answer(
    invitation: Invitation, *, by: Actor, answer: str, told_how: str, told_by: str = "", told_words: str = "", at: datetime | None = None
) -> Invitation:
    """A colleague heard whether they come, by phone or in person: with who said it and how. It holds like their own, which may still
    change it by the link. The same again changes nothing."""
    require(by, "invitations.send", invitation.customer)
    if told_how not in CHANNELS:
        raise Refused(_("Choose how they said it."), field="told_how")
    invitation = _to_answer(invitation, answer, at)
    if not invitation.may_be_noted:
        raise Refused(_("The fair has begun, or they were seen there: the answer is settled."), code="over")
    told = {"told_by": clean(told_by, 100) or invitation.contact.name, "told_how": told_how, "told_words": clean(told_words, 300)}
    if _stands(invitation, answer, at) and all(getattr(invitation, name) == value for name, value in told.items()):
        return invitation
    _answered(invitation, by, answer, at, noted_by_id=by.id if by.kind == "user" else None, **told)
    values = _about(invitation) | {"answer": answer, "by": told["told_by"], "how": told_how, "words": told["told_words"]}
    record(events.ANSWER_NOTED, subject=invitation, under=invitation.customer, by=by, values=values)
    return Invitation.objects.for_list().get(pk=invitation.pk)


def _to_answer(invitation: Invitation, answer: str, at: datetime | None) -> Invitation:
    """The invitation, held; the answer is one of the list, and a talk has a time."""
    if answer not in ANSWERS:
        raise Refused(_("Choose from the list."), field="answer")
    if answer == "appointment":
        if at is None:
            raise Refused(_("Choose a time."), field="at")
        hold_fair(invitation.fair)  # before the customer, as everybody who books does
    return _held(invitation)


def _stands(invitation: Invitation, answer: str, at: datetime | None) -> bool:
    booked = invitation.appointment
    return invitation.state == answer and (answer != "appointment" or bool(booked and booked.at == at))


def _answered(invitation: Invitation, by: Actor, answer: str, at: datetime | None, **facts: Any) -> None:
    """The answer with its moment; a time for a talk is booked, one that is not wanted any more is called off."""
    booked, facts = invitation.appointment, facts | {"answered_at": timezone.now()}
    if answer == "appointment":
        assert at is not None  # `_to_answer` has refused
        meets = booked if _stands(invitation, answer, at) else _meet(invitation, booked, at, by)
        _move(invitation, answer, appointment=meets, **facts)
        return
    _move(invitation, answer, appointment=None, **facts)
    if booked and booked.state == "booked":
        cancel(booked, by=by.trusted(), reason=str(ANSWERS[answer]))


def _meet(invitation: Invitation, booked: Appointment | None, at: datetime, by: Actor) -> Appointment:
    user = free_person(invitation.fair, at, first=[invitation.customer.owner, invitation.fair.lead], without=booked)
    if user is None:
        raise Refused(_("This time is taken meanwhile. Choose another one."), field="at")
    try:
        if booked and booked.state == "booked":
            return edit_appointment(booked, by=by.trusted(), revision=booked.revision, values={"at": at, "user": user})
        return book(invitation.customer, by=by.trusted(), fair=invitation.fair, at=at, user=user, contact=invitation.contact)
    except Refused as refused:
        raise Refused(_("This time is taken meanwhile. Choose another one."), field="at") from refused


# What happens of itself.


@operation("fairs.note_arrival")
def arrived(fair: Fair, *, by: Actor, contacts: Iterable[int]) -> list[Invitation]:
    """These people were seen at the fair: they came, and so did whoever on the list is surely the same person, by name together with
    e-mail or phone, since a booth takes people anew. Who came before, came."""
    found = list(Invitation.objects.for_list().filter(contact__in=_seen_as(contacts), fair=fair, came_at=None).order_by("id"))
    _move_many(found, "came", came_at=timezone.now())
    record_many(events.INVITEE_CAME, [Telling(one, under=one.customer, values=_about(one)) for one in found], by=by)
    return found


def not_arrived(fair: Fair, *, by: Actor, contacts: Iterable[int], since: datetime) -> None:
    """A capture was taken by mistake: whom it had come, by name or by likeness, has not come by it. `since`: when it was taken."""
    people = _seen_as(contacts)
    came = Invitation.objects.for_list().filter(fair=fair, contact__in=people, came_at__gte=since, came_at__lte=since + A_MOMENT)
    found = list(came.order_by("id"))
    for one in found:
        _move(one, _before_coming(one), came_at=None)
    record_many(events.INVITEE_NOT_SEEN, [Telling(one, under=one.customer, values=_about(one)) for one in found], by=by)


def _before_coming(invitation: Invitation) -> str:
    """The state that its other facts say."""
    if invitation.appointment_id:
        return "appointment"
    answers = (events.INVITATION_ANSWERED.code, events.ANSWER_NOTED.code)
    said = Event.objects.about(invitation).filter(kind__in=answers).order_by("-id").first()
    if said and invitation.answered_at:
        return str(said.values["answer"])
    return "opened" if invitation.opened_at else "sent" if invitation.sent_at else "listed"


def _seen_as(contacts: Iterable[int]) -> set[int]:
    """These people, and whoever is surely the same: the same name together with an e-mail or phone."""
    return surely_same(Contact.objects.filter(pk__in=list(contacts)).select_related("customer").prefetch_related("points"))


@operation("fairs.note_absence")
def stayed_away(fair: Fair, *, by: Actor) -> list[Invitation]:
    """The fair is over: whoever was asked, did not say no, and was not seen, stayed away."""
    waiting = Invitation.objects.for_list().filter(fair=fair, state__in=(*UNANSWERED, *COMING))
    hold(*waiting.values_list("customer_id", flat=True))
    found = list(waiting.order_by("id"))
    _move_many(found, "stayed_away")
    record_many(events.INVITEE_STAYED_AWAY, [Telling(one, under=one.customer, values=_about(one)) for one in found], by=by)
    return found


def without_time(appointments: Iterable[int]) -> None:
    """We called these off: whoever had taken one by their invitation still comes."""
    _move_many(list(Invitation.objects.filter(appointment__in=list(appointments), state="appointment")), "comes", appointment=None)


def follow_the_fair(fair: Fair, by: Actor) -> None:
    """The fair is on other days now: links of the invited live as long after it as before, and they are reminded of the new days."""
    asked = Invitation.objects.filter(fair=fair, state__in=(*UNANSWERED, *COMING), grant__isnull=False)
    for invitation in asked.for_list().order_by("pk"):
        held = grant(invitation.contact, by=by, subject=invitation, purpose="invitation", until=_life_of(fair))
        Invitation.objects.filter(pk=invitation.pk).update(grant=held, reminded=0)


def _life_of(fair: Fair) -> datetime:
    return timezone.make_aware(datetime.combine(fair.ends_on + timedelta(days=AFTER), datetime.min.time()))


def run_daily() -> int:
    """The daily task: whoever was not seen at a fair that is over stayed away; reminders, each in a transaction of its own."""
    today = clock.today()
    waiting = Invitation.objects.filter(state__in=(*UNANSWERED, *COMING))
    over = Fair.objects.filter(ends_on__lt=today, pk__in=waiting.values("fair"))
    coming = waiting.filter(fair__starts_on__gt=today, fair__starts_on__lte=today + timedelta(days=max(r.value for r in REMINDERS)))
    due = [one for one in coming.for_list().order_by("id") if _due(one)]
    return sum(alone(stayed_away, fair) for fair in over) + sum(alone(remind, one) for one in due)


def reminder_due(starts: date, sent: date, today: date, limits: Iterable[int]) -> int:
    """Which reminder's day has come, 1 for the first; 0 for none. One whose day had passed when the letter left is left out."""
    passed = [n for n, days in enumerate(limits, 1) if sent < starts - timedelta(days=days) <= today < starts]
    return max(passed, default=0)


def _due(invitation: Invitation) -> int:
    if invitation.sent_at is None:
        return 0
    days = [rule.value for rule in REMINDERS]
    which = reminder_due(invitation.fair.starts_on, timezone.localdate(invitation.sent_at), clock.today(), days)
    if which <= invitation.reminded:
        return 0
    return which if invitation.state in UNANSWERED or (invitation.state in COMING and which == LAST) else 0


@operation("fairs.remind_invited")
def remind(invitation: Invitation, *, by: Actor) -> bool:
    """Reminds them by letter, each reminder once; never while something speaks against it. False where nothing is due."""
    invitation = _held(invitation)
    which = _due(invitation)
    if not which or reasons_for([invitation.customer_id]) or why_not_asked(invitation.customer, invitation.contact):
        return False
    Invitation.objects.filter(pk=invitation.pk).update(reminded=which)
    _write(invitation, by, "coming" if invitation.state in COMING else "reminded")
    record(events.INVITEE_REMINDED, subject=invitation, under=invitation.customer, by=by, values=_about(invitation))
    return True


def _held(invitation: Invitation) -> Invitation:
    hold(invitation.customer_id)
    return Invitation.objects.for_list().get(pk=invitation.pk)


def _move(invitation: Invitation, state: str, **facts: Any) -> None:
    _move_many([invitation], state, **facts)


def _move_many(found: list[Invitation], state: str, **facts: Any) -> None:
    """The one place that writes the state of invitations, together with the fact that moves them."""
    Invitation.objects.filter(pk__in=[one.pk for one in found]).update(state=state, **facts)
    for one in found:
        for name, value in {"state": state, **facts}.items():
            setattr(one, name, value)


def _about(invitation: Invitation) -> dict[str, Any]:
    return {"fair": invitation.fair, "whom": invitation.contact.name}


def _write(invitation: Invitation, by: Actor, what: str) -> None:
    contact, fair, booked = invitation.contact, invitation.fair, invitation.appointment
    language = contact.speaks
    with override(language):
        at = timezone.localtime(booked.at) if booked else None
        place = listed(filter(None, (fair.town, _("booth %(n)s") % {"n": fair.booth} if fair.booth else "")))
        values = {
            "name": contact.name, "us": company().named(language), "fair": str(fair), "words": invitation.words, "link": "{link}",
            "where": "\n".join(filter(None, (str(fair), clock.days_words(fair.starts_on, fair.ends_on), place))),
            "time": f"{date_format(at.date(), 'DATE_FORMAT')} {at:%H:%M}" if at else "",
        }  # fmt: skip
        body = {
            "sent": _(
                "Dear %(name)s,\n\n%(words)s\n\n%(where)s\n\nLet us know here whether you are coming, or choose a time to meet "
"at our booth:\n\n%(link)s\n\n%(us)s\n"
            ),
            "reminded": _(
                "Dear %(name)s,\n\n%(fair)s opens soon, and we would like to know whether you are coming.\n\n%(where)s\n\nYou "
"can answer with one click here, or choose a time to meet:\n\n%(link)s\n\n%(us)s\n"
            ),
            "coming": _(
                "Dear %(name)s,\n\nWe look forward to seeing you.\n\n%(where)s\n\nYou can change your answer or book a time "
"here:\n\n%(link)s\n\n%(us)s\n"
            ),
        }[what]  # fmt: skip
        if at and what == "coming":
            body = _(
                "Dear %(name)s,\n\nWe look forward to seeing you. Your appointment at our booth: %(time)s.\n\n%(where)s\n\nYou "
                "can change your answer or the time here:\n\n%(link)s\n\n%(us)s\n"
            )
        subject = invitation.subject if what == "sent" else _("%(fair)s: %(us)s") % values
        write(contact, by=by.trusted(), language=language, grant=invitation.grant, subject=subject, body=body % values)


# Figures.


def reach(invitations: Invitations) -> tuple[int, int]:
    """How many of those who were written to came to the fair, and how many those are."""
    invited = models.Q(sent_at__isnull=False)
    came = models.Count("pk", filter=invited & models.Q(came_at__isnull=False))
    found = invitations.aggregate(came=came, invited=models.Count("pk", filter=invited))
    return found["came"], found["invited"]


def counts(invitations: Invitations) -> dict[str, Any]:
    """How many stand where, and how many of the invited came."""
    found = dict.fromkeys(INVITATION_STATES, 0)
    found |= dict(invitations.order_by().values_list("state").annotate(models.Count("pk")))
    came, invited = reach(invitations)
    states = [(code, INVITATION_STATES[code], n) for code, n in found.items() if n]
    return {"states": states, "all": sum(found.values()), "came": came, "invited": invited}
