"""The edition of a fair: name, place, days, booth, and who follows up what booth staff capture."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.pinyin import HAN
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record, insert, refuse_taken, revise
from boothline.fairs import events
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import Telling, record, record_many
from boothline.worktime.shows import CLOSES, OPENS, Show, keep_show

LONGEST = 60  # days
CODE_TAKEN = _("Another fair has this code. Choose a different one.")


class Fairs(models.QuerySet["Fair"]):
    """Questions about fairs."""

    def visible_to(self, by: Actor) -> Fairs:
        """Everybody who works here sees every fair."""
        return self if by.kind != "guest" else self.none()

    def for_list(self) -> Fairs:
        """With what a list shows."""
        return self.select_related("lead", "show")

    def search(self, words: str, by: Actor) -> Fairs:
        """By name, pinyin, code or city."""
        return self.filter(pk__in=index.found(words, "fair").values("record_id"))

    def running(self) -> Fairs:
        """On today."""
        return self.filter(starts_on__lte=clock.today(), ends_on__gte=clock.today())


class Fair(Record):
    """One edition."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_latin = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    city = models.CharField(_("city"), max_length=100, blank=True, default="")
    city_latin = models.CharField(_("city in English"), max_length=100, blank=True, default="")
    booth = models.CharField(_("booth"), max_length=60, blank=True, default="")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    lead = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("follows up"))
    show = models.OneToOneField(Show, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    privacy = tags(code=PLAIN, name=PLAIN, name_latin=PLAIN, city=PLAIN, city_latin=PLAIN, booth=PLAIN)

    objects = Fairs.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-starts_on", "id"], name="fair_days")]

    def __str__(self) -> str:
        """As the reader calls it."""
        latin = self.name_latin if (get_language() or "").startswith("en") else ""
        return latin or self.name

    def findable(self) -> Findable:
        """By its names, its city and its code."""
        return Findable(self, open=spellings(self.name, self.name_latin, self.city, self.city_latin, name=True) + spellings(self.code))

    @property
    def town(self) -> str:
        """The city for the reader of a letter: nothing in English where only a Chinese name is on file."""
        if not (get_language() or "").startswith("en"):
            return self.city
        return self.city_latin or ("" if HAN.search(self.city) else self.city)

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.starts_on + timedelta(days=n) for n in range((self.ends_on - self.starts_on).days + 1)]

    @property
    def is_running(self) -> bool:
        """On today."""
        return self.starts_on <= clock.today() <= self.ends_on

    @property
    def is_over(self) -> bool:
        """Its last day has passed."""
        return self.ends_on < clock.today()


def findable_fairs(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [fair.findable() for fair in Fair.objects.filter(pk__in=ids)]


@operation("fairs.add")
def add_fair(*, by: Actor, **values: Any) -> Fair:
    """Adds an edition."""
    require(by, "fairs.edit")
    check_days(values)
    refuse_taken(Fair, "code", values["code"], taken=CODE_TAKEN)
    fair = insert(Fair(**values), field="code", taken=CODE_TAKEN)
    _keep_days(fair)
    index.keep([fair.findable()], are_new=True)
    record(events.ADDED, subject=fair, by=by)
    return fair


@operation("fairs.edit")
def edit_fair(fair: Fair, *, by: Actor, revision: int, values: dict[str, Any]) -> Fair:
    """Edits an edition."""
    require(by, "fairs.edit", fair)
    check_days({"starts_on": fair.starts_on, "ends_on": fair.ends_on} | values)
    if "code" in values:
        refuse_taken(Fair, "code", values["code"], taken=CODE_TAKEN, but=fair.pk)
    changes = revise(fair, revision=revision, values=values)
    if changes:
        _keep_days(fair)
        index.keep([fair.findable()])
        record(events.EDITED, subject=fair, by=by, changes=changes)
    return fair


@operation("fairs.give")
def give(fairs: list[Fair], *, by: Actor, to: User, deed: int = 0) -> None:
    """Fairs that somebody else follows up from now on. `deed`: the hand-over that they went along with."""
    require(by, "fairs.edit")
    Fair.objects.filter(pk__in=[fair.pk for fair in fairs]).update(lead=to)
    tellings = [
        Telling(fair, values={"was": fair.lead or "–", "now": to, "deed": deed}, changes={"lead": [fair.lead or "", to]}) for fair in fairs
    ]
    record_many(events.GIVEN, tellings, by=by)


def _keep_days(fair: Fair) -> None:
    """The fair's days in the working calendar: those that are there keep their hours, new ones get the usual ones."""
    known = {row.day: (row.opens, row.closes) for row in fair.show.days.all()} if fair.show else {}
    days = {day: known.get(day, (OPENS, CLOSES)) for day in fair.days}
    show = keep_show(fair.show, name=fair.name, name_latin=fair.name_latin, days=days)
    if fair.show_id != show.pk:
        Fair.objects.filter(pk=fair.pk).update(show=show)
        fair.show = show


def check_days(values: dict[str, Any]) -> None:
    """Refuses days that are none of a fair."""
    if values["ends_on"] < values["starts_on"]:
        raise Refused(_now("The last day lies before the first. Correct one of them."), field="ends_on")
    if (values["ends_on"] - values["starts_on"]).days >= LONGEST:
        raise Refused(_now("A fair lasts at most %(days)s days. Correct one of the two.") % {"days": LONGEST}, field="ends_on")
