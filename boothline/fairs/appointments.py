"""Booth appointments 约见: a customer, a colleague, a slot of half an hour, a place, what for; kept, not come, or cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Words
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.rules import declare
from boothline.core.text import phrase, reason_given
from boothline.core.told import in_both, kept_words
from boothline.customers.card import Contact, Customer, hold
from boothline.fairs import events
from boothline.fairs.editions import Fair
from boothline.followups.steps import Plan, plan_many
from boothline.timeline.history import record
from boothline.worktime.calendar import next_workday
from boothline.worktime.shows import Shift, ShowDay

SLOT = declare("fairs.slot_minutes", 30, gettext_lazy("Minutes of a booth appointment"), low=10, high=120)
STATES = {
    "booked": gettext_lazy("booked"), "kept": gettext_lazy("kept"), "missed": gettext_lazy("did not come"),
    "cancelled": gettext_lazy("appointment cancelled"),
}  # fmt: skip

MOVED = gettext_noop("agree on another time with %(with)s: the fair %(fair)s begins on %(on)s now, their appointment was on %(was)s")
CLASHES = gettext_noop("find who keeps the appointment of %(day)s %(time)s with them: it was with %(with)s, and you have another one then")


class Appointments(models.QuerySet["Appointment"]):
    """Questions about appointments."""

    def visible_to(self, by: Actor) -> Appointments:
        """Of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def standing(self) -> Appointments:
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def open(self) -> Appointments:
        """Still to come, or not said yet whether they came."""
        return self.filter(cancelled_at=None, kept_at=None, missed_at=None)

    def ahead(self) -> Appointments:
        """Open, today or later."""
        return self.open().filter(at__gte=_at(clock.today(), time()))

    def of_today(self) -> Appointments:
        """Whatever became of them."""
        begins = _at(clock.today(), time())
        return self.filter(at__gte=begins, at__lt=begins + timedelta(days=1))

    def for_list(self) -> Appointments:
        """With what a list shows."""
        return self.select_related("customer__owner", "contact", "user", "fair")

    def search(self, words: str, by: Actor) -> Appointments:
        """By the customer."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class Appointment(Record):
    """One meeting at the booth."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="appointments")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("with whom")
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("who"))
    at = models.DateTimeField(gettext_lazy("when"))
    minutes = models.PositiveSmallIntegerField(default=30)
    place = models.CharField(gettext_lazy("where"), max_length=100, blank=True, default="")
    about = models.CharField(gettext_lazy("what for"), max_length=200, blank=True, default="")
    kept_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True, default="")
    privacy = tags(place=PLAIN, about=WORDS, cancel_reason=WORDS)

    objects = Appointments.as_manager()

    class Meta:
        constraints = [  # two presses at once cannot both have the person
            models.UniqueConstraint(fields=["user", "at"], name="appointment_person_once", condition=models.Q(cancelled_at__isnull=True))
        ]
        indexes = [
            models.Index(fields=["user", "at"], name="appointment_day"),
            models.Index(fields=["customer", "-at"], name="appointment_customer"),
        ]

    def __str__(self) -> str:
        return str(self.contact or self.customer)

    @property
    def ends_at(self) -> datetime:
        """When the next one may begin."""
        return self.at + timedelta(minutes=self.minutes)

    @property
    def may_be_kept(self) -> bool:
        """Its day has come: they may come early."""
        return self.state == "booked" and timezone.localdate(self.at) <= clock.today()

    @property
    def may_be_missed(self) -> bool:
        """Its time has come."""
        return self.state == "booked" and self.at <= timezone.now()

    @property
    def state(self) -> str:
        """The furthest fact."""
        facts = {"cancelled": self.cancelled_at, "kept": self.kept_at, "missed": self.missed_at}
        return next((name for name, at in facts.items() if at), "booked")

    @property
    def state_words(self) -> str:
        """The state in the reader's language."""
        return str(STATES[self.state])


@dataclass(frozen=True)
class Slot:
    """One beginning, and how many may still begin then."""

    at: datetime
    free: int


def slots(fair: Fair, *, without: Appointment | None = None) -> list[Slot]:
    """The free slots from now on: in the show hours, as many at a time as people are on duty then (one where there is no roster)."""
    minutes, now = timedelta(minutes=SLOT.value), timezone.now()
    taken: list[tuple[datetime, datetime]] = [
        (a.at, a.ends_at) for a in Appointment.objects.standing().filter(fair=fair).exclude(pk=without.pk if without else 0)
    ]
    shifts = _shifts(fair)
    found = []
    for row in ShowDay.objects.filter(show=fair.show):
        at, closes = _at(row.day, row.opens), _at(row.day, row.closes)
        while at + minutes <= closes:
            free = capacity(shifts.get(row.day, []), at) - sum(begins < at + minutes and at < ends for begins, ends in taken)
            if at > now and free > 0:
                found.append(Slot(at, free))
            at += minutes
    return found


def capacity(shifts: list[Shift], at: datetime) -> int:
    """How many appointments may run at a time: people on duty then; one on a day without a roster."""
    if not shifts:
        return 1
    here = timezone.localtime(at).time()
    return sum(shift.starts <= here < shift.ends for shift in shifts)


@operation("fairs.book")
def book(
    customer: Customer, *, by: Actor, fair: Fair, at: datetime, user: User, contact: Contact | None = None, place: str = "", about: str = ""
) -> Appointment:
    """Books a free slot with a colleague who is on duty then."""
    require(by, "appointments.edit", customer)
    hold_fair(fair)
    hold(customer.pk)
    _check_contact(customer, contact)
    _check_slot(fair, at, user)
    made = Appointment.objects.create(
        customer=customer, contact=contact, fair=fair, at=at, minutes=SLOT.value, user=user, place=place or fair.booth, about=about
    )
    record(events.BOOKED, subject=made, under=customer, by=by, values=_said(made))
    return made


@operation("fairs.edit_appointment")
def edit_appointment(appointment: Appointment, *, by: Actor, revision: int, values: dict[str, Any]) -> Appointment:
    """Another slot, colleague, place or purpose."""
    require(by, "appointments.edit", appointment)
    hold_fair(appointment.fair)
    hold(appointment.customer_id)
    appointment.refresh_from_db()
    _check_open(appointment)
    _check_contact(appointment.customer, values.get("contact"))
    at, user = values.get("at", appointment.at), values.get("user", appointment.user)
    if (at, user) != (appointment.at, appointment.user):
        _check_slot(appointment.fair, at, user, without=appointment)
    changes = revise(appointment, revision=revision, values=values)
    if changes:
        record(events.MOVED, subject=appointment, under=appointment.customer, by=by, values=_said(appointment), changes=changes)
    return appointment


def give_appointments(appointments: list[Appointment], *, by: Actor, to: User, deed: int) -> None:
    """Those that a colleague keeps from now on, with everything else of somebody who left. Where they have another one then, it stays,
    and they are to find who takes it."""
    for booked in appointments:
        if _is_busy(to, booked.at, booked):
            values = {"day": str(timezone.localdate(booked.at)), "time": f"{timezone.localtime(booked.at):%H:%M}", "with": str(booked.user)}
            plan_many([Plan(booked.customer, CLASHES, clock.today(), owner=to, kind="do", values=values)], by=by)
            continue
        was = booked.user
        Appointment.objects.filter(pk=booked.pk).update(user=to, revision=models.F("revision") + 1)
        booked.refresh_from_db()
        values = _said(booked) | {"deed": deed}
        record(events.MOVED, subject=booked, under=booked.customer, by=by, values=values, changes={"user": [was, to]})


@operation("fairs.keep_appointment")
def keep(appointment: Appointment, *, by: Actor) -> Appointment:
    """They came, on its day or later. Pressed twice, the first counts."""
    if _note(appointment, "kept", by):
        record(events.KEPT, subject=appointment, under=appointment.customer, by=by)
    return appointment


@operation("fairs.miss_appointment")
def miss(appointment: Appointment, *, by: Actor) -> Appointment:
    """They did not come by its time."""
    if _note(appointment, "missed", by):
        record(events.STAYED_AWAY, subject=appointment, under=appointment.customer, by=by)
    return appointment


@operation("fairs.cancel_appointment")
def cancel(appointment: Appointment, *, by: Actor, reason: Words) -> Appointment:
    """It will not take place; the slot is free again."""
    require(by, "appointments.edit", appointment)
    hold(appointment.customer_id)
    appointment.refresh_from_db()
    _check_open(appointment)
    reason = reason_given(reason, 200, asks=_("Say why it will not take place."))
    Appointment.objects.filter(pk=appointment.pk).update(cancelled_at=timezone.now(), cancel_reason=kept_words(reason))
    appointment.refresh_from_db()
    record(events.CANCELLED, subject=appointment, under=appointment.customer, by=by, values=_said(appointment) | {"reason": reason})
    return appointment


def follow_the_fair(fair: Fair, by: Actor) -> None:
    """The fair is on other days now: what lies outside of them will not take place, and whose customer it is agrees on another time."""
    days = set(fair.days)
    for booked in Appointment.objects.open().filter(fair=fair, at__gte=timezone.now()).for_list().order_by("at"):
        if timezone.localdate(booked.at) not in days:
            was = str(timezone.localdate(booked.at))
            cancel(booked, by=by, reason=gettext_lazy("The fair is on other days now."))
            values = {"with": in_both(partial(str, booked)), "fair": in_both(partial(str, fair)), "on": str(fair.starts_on), "was": was}
            plan_many([Plan(booked.customer, MOVED, next_workday(clock.today()), values=values)], by=by)


def _note(appointment: Appointment, name: str, by: Actor) -> bool:
    """Writes the fact's moment; whether it is new."""
    require(by, "appointments.edit", appointment)
    hold(appointment.customer_id)
    appointment.refresh_from_db()
    if appointment.state == name:
        return False
    _check_open(appointment)
    if not (appointment.may_be_kept if name == "kept" else appointment.may_be_missed):
        words = _("The appointment is on %(on)s at %(time)s. What became of it is noted then.")
        here = timezone.localtime(appointment.at)
        raise Refused(words % {"on": clock.day_words(here.date()), "time": f"{here:%H:%M}"}, code="ahead")
    Appointment.objects.filter(pk=appointment.pk).update(**{f"{name}_at": timezone.now()})
    appointment.refresh_from_db()
    return True


def _check_open(appointment: Appointment) -> None:
    if appointment.state != "booked":
        raise Refused(_("This appointment is over: %(state)s.") % {"state": appointment.state_words}, code="over")


def _check_contact(customer: Customer, contact: Contact | None) -> None:
    if contact and contact.customer_id != customer.pk:
        words = phrase(_("This belongs to another customer. Choose somebody of %(customer)s."), {"customer": customer})
        raise Refused(words, field="contact", code="foreign")


def _check_slot(fair: Fair, at: datetime, user: User, *, without: Appointment | None = None) -> None:
    if not any(slot.at == at for slot in slots(fair, without=without)):
        raise Refused(_("This slot is not free any more. Choose another one."), field="slot")
    shifts = _shifts(fair).get(timezone.localdate(at), [])
    mine = [shift for shift in shifts if shift.user_id == user.pk]
    if shifts and not (mine and capacity(mine, at)):
        raise Refused(phrase(_("%(who)s is not on duty then. Choose somebody else or another slot."), {"who": user}), field="user")
    if _is_busy(user, at, without):
        raise Refused(phrase(_("%(who)s has another appointment then. Choose somebody else or another slot."), {"who": user}), field="user")


def _is_busy(user: User, at: datetime, without: Appointment | None) -> bool:
    others = Appointment.objects.standing().filter(user=user, at__lt=at + timedelta(minutes=SLOT.value), at__gt=at - timedelta(hours=3))
    return any(other.ends_at > at for other in others.exclude(pk=without.pk if without else 0))


def free_person(fair: Fair, at: datetime, *, first: Iterable[User | None], without: Appointment | None = None) -> User | None:
    """Who takes a slot: of those on duty then, whoever is named first, else by the roster; without a roster, one of the named."""
    shifts, here = _shifts(fair).get(timezone.localdate(at), []), timezone.localtime(at).time()
    on = [shift.user for shift in shifts if shift.starts <= here < shift.ends]
    among = [user for user in first if user and user.is_active and (not shifts or user in on)] + on
    return next((user for user in among if not _is_busy(user, at, without)), None)


def hold_fair(fair: Fair) -> None:
    """One booking at a time: the later one sees what the earlier one took."""
    list(Fair.objects.select_for_update(of=("self",), no_key=True).filter(pk=fair.pk).values_list("pk"))


def _shifts(fair: Fair) -> dict[date, list[Shift]]:
    found: dict[date, list[Shift]] = {}
    for shift in Shift.objects.filter(show=fair.show, user__is_active=True).select_related("user"):
        found.setdefault(shift.day, []).append(shift)
    return found


def _at(day: date, moment: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))


def _said(appointment: Appointment) -> dict[str, Any]:
    here = timezone.localtime(appointment.at)
    return {"on": here.date(), "time": f"{here:%H:%M}", "with": appointment.user, "people": [appointment.user_id]}
