"""Days off of a person 休假: from, until, and words that only they and managers read. Whoever sets somebody a target asks here."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import WORDS, tags
from boothline.core.records import Record
from boothline.core.text import clean
from boothline.timeline.history import record
from boothline.worktime import events

LONGEST = 366  # days; more than that is a year typed wrong


class Absences(models.QuerySet["Absence"]):
    """Questions about days off."""

    def visible_to(self, by: Actor) -> Absences:
        """One's own; a manager everybody's."""
        return self if by.is_trusted or by.has("absences.others") else self.filter(person_id=by.id or 0)

    def between(self, first: date, last: date) -> Absences:
        """Those of which a day lies between two days."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def for_list(self) -> Absences:
        """With what a list shows."""
        return self.select_related("person")


class Absence(Record):
    """That a person does not work on these days."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("who"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    words = models.CharField(_("why"), max_length=100, blank=True, default="")
    privacy = tags(words=WORDS)

    objects = Absences.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "ends_on"], name="absence_of_person")]
        constraints = [models.CheckConstraint(name="absence_goes_on", condition=models.Q(ends_on__gte=models.F("starts_on")))]

    def __str__(self) -> str:
        return str(self.person)


@operation("worktime.enter_absence")
def enter_absence(person: User, *, by: Actor, starts_on: date, ends_on: date, words: str = "") -> Absence:
    """Somebody is off from a day until a day, both among them; entered by themselves or by a manager."""
    require(by, "absences.own" if by.kind == "user" and by.id == person.pk else "absences.others")
    if ends_on < starts_on:
        raise Refused(_now("The last day lies before the first."), field="ends_on")
    if ends_on - starts_on >= timedelta(days=LONGEST):
        raise Refused(_now("This is more than a year. Check the days."), field="ends_on")
    clock.check_near(starts_on, "starts_on")
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    known = Absence.objects.filter(person=person).between(starts_on, ends_on).order_by("starts_on").first()
    if known:
        said = {"first": clock.day_words(known.starts_on), "last": clock.day_words(known.ends_on)}
        raise Refused(
            _now("They are off from %(first)s to %(last)s already. Take that back first.") % said, field="starts_on", code="known"
        )
    made = Absence.objects.create(person=person, starts_on=starts_on, ends_on=ends_on, words=clean(words, 100))
    record(events.OFF, subject=made, by=by, values={"first": starts_on, "last": ends_on})
    return made


@operation("worktime.remove_absence")
def remove_absence(absence: Absence, *, by: Actor) -> None:
    """They work on these days after all."""
    require(by, "absences.own" if by.kind == "user" and by.id == absence.person_id else "absences.others")
    record(events.BACK, subject=absence, by=by, values={"first": absence.starts_on, "last": absence.ends_on})
    Absence.objects.filter(pk=absence.pk).delete()


def days_off(person_id: int, first: date, last: date) -> set[date]:
    """On which of these days a person is off."""
    spans = Absence.objects.filter(person_id=person_id).between(first, last).values_list("starts_on", "ends_on")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {day for begins, ends in spans for day in days if begins <= day <= ends}
