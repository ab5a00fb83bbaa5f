"""Saved views of lists: a name for filters, order, columns and height of rows; own, or shared with a team or everybody.

What a view asks for is kept as its address would say it. A filter that says *me* means whoever looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.people import Team, User
from boothline.accounts.rights import may, require
from boothline.core.actors import Actor
from boothline.core.errors import NotAllowed, Refused, Words
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, insert, revise
from boothline.core.slots import hung
from boothline.core.text import clean, whole
from boothline.timeline.history import record
from boothline.views import events
from boothline.views.lists import SHARES

USUAL = 34  # pixels of a row
LIMIT = 100  # views of one person in one list


class SavedViews(models.QuerySet["SavedView"]):
    """Questions about views."""

    def visible_to(self, by: Actor) -> SavedViews:
        """My own, what is shared with my team, what is shared with everybody."""
        seen = models.Q(person_id=by.id) | models.Q(share="all")
        return self.filter(seen | models.Q(share="team", team_id=by.team_id) if by.team_id else seen)

    def changeable_by(self, by: Actor) -> SavedViews:
        """My own; shared ones besides for who may share."""
        mine = models.Q(person_id=by.id)
        return self.visible_to(by).filter(mine | ~models.Q(share="own") if may(by, "views.share") else mine)


class SavedView(Record):
    """One view of one list."""

    list_name = models.CharField(max_length=60, editable=False)
    name = models.CharField(gettext_lazy("name"), max_length=60)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", editable=False)
    share = models.CharField(gettext_lazy("shared with"), max_length=4, default="own", choices=list(SHARES.items()))
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    asked = models.JSONField(gettext_lazy("filters and order"), default=dict)
    columns = models.JSONField(gettext_lazy("columns"), default=list)
    density = models.PositiveSmallIntegerField(gettext_lazy("height of rows"), default=USUAL)
    privacy = tags(list_name=PLAIN, name=WORDS, share=PLAIN, asked=WORDS, columns=PLAIN)

    objects = SavedViews.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list_name", "name"], name="view_name_once")]
        indexes = [models.Index(fields=["list_name", "name"], name="view_list")]

    def __str__(self) -> str:
        return self.name


class Look(models.Model):
    """How one person wants one list when no view says otherwise; and with which view it opens."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=60)
    columns = models.JSONField(default=list)
    density = models.PositiveSmallIntegerField(default=USUAL)
    view = models.ForeignKey(SavedView, null=True, on_delete=models.SET_NULL, related_name="+")
    privacy = tags(list_name=PLAIN, columns=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list_name"], name="look_once")]

    def __str__(self) -> str:
        return self.list_name


@dataclass(frozen=True)
class Given:
    """A view that comes with the product, hung into "views.<list>": everybody has it, nobody edits it; saved anew it is their own."""

    code: str  # in the address, where a saved view has its key
    words: Words
    asked: dict[str, str] = field(default_factory=dict, hash=False)
    columns: tuple[str, ...] = ()
    density: int = USUAL
    order: int = 100

    @property
    def pk(self) -> str:
        """What its address says."""
        return self.code

    @property
    def name(self) -> str:
        """Its words."""
        return str(self.words)

    def __str__(self) -> str:
        return self.name


@dataclass
class Shown:
    """How a list is to be shown: what its view asks for, columns and height; the views to choose from."""

    columns: list[str] = field(default_factory=list)
    density: int = USUAL
    asked: dict[str, str] = field(default_factory=dict)
    view: SavedView | Given | None = None
    default: int | None = None
    views: list[SavedView] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    is_unknown: bool = False  # a view was named that is not there, or not for this person


def look_at(by: Actor, name: str, query: Mapping[str, Any]) -> Shown:
    """The look of a list for a person: the named view, else, at the plain address, their default one, else their own columns."""
    own = Look.objects.filter(person_id=by.id, list_name=name).first()
    views = list(SavedView.objects.visible_to(by).filter(list_name=name).order_by("name", "id"))
    known = {view.pk: view for view in views}
    default = own.view_id if own and own.view_id in known else None
    named, given = whole(query.get("view")), hung(f"views.{name}")
    view = known.get(named or 0) if query else known.get(default or 0)
    view = view or next((one for one in given if one.code == query.get("view")), None)
    shown = Shown(views=views, given=given, default=default, view=view, is_unknown=bool(named and not view))
    if own:
        shown.columns, shown.density = own.columns, own.density
    if view:
        shown.columns, shown.density, shown.asked = list(view.columns) or shown.columns, view.density, dict(view.asked)
    return shown


@operation("views.save")
def save_view(
    name: str, *, by: Actor, list_name: str, asked: dict[str, str], columns: list[str], density: int, share: str = "own"
) -> SavedView:
    """Keeps a view of a list under a name."""
    require(by, "views.keep")
    if SavedView.objects.filter(person_id=by.id, list_name=list_name).count() >= LIMIT:
        raise Refused(_("You have %(limit)s views of this list. Delete one that you no longer use.") % {"limit": LIMIT})
    assert by.id is not None  # the right is held by people only
    view = SavedView(
        list_name=list_name, name=_free(name, by=by, list_name=list_name), person_id=by.id, asked=asked, columns=columns, density=density,
        **_shared(share, by),
    )  # fmt: skip
    insert(view, field="name", taken=_taken(view.name))
    record(events.SAVED, subject=view, by=by, values={"share": share})
    return view


@operation("views.edit")
def edit_view(view: SavedView, *, by: Actor, revision: int, values: dict[str, Any]) -> SavedView:
    """Renames a view, shares it otherwise, or takes over what the list shows now."""
    _require_change(view, by)
    if "name" in values:
        values = values | {"name": _free(values["name"], by=by, list_name=view.list_name, besides=view)}
    if "share" in values and values["share"] != view.share:
        values = values | _shared(values["share"], by)
    changes = revise(view, revision=revision, values=values)
    changes.pop("team", None)
    if changes:
        record(events.EDITED, subject=view, by=by, changes=changes)
    return view


@operation("views.remove")
def remove_view(view: SavedView, *, by: Actor) -> None:
    """Deletes a view. The list itself and what it shows stay as they are."""
    _require_change(view, by)
    record(events.REMOVED, subject=view, by=by)
    view.delete()


@operation("views.choose")
def choose_look(person: User, *, by: Actor, list_name: str, **chosen: Any) -> None:
    """A person's own columns, height of rows or first view of a list; no edit of a record, so no revision."""
    require(by, "views.keep")
    Look.objects.get_or_create(person=person, list_name=list_name)
    Look.objects.filter(person=person, list_name=list_name).update(**chosen)
    record(events.CHOSEN, subject=person, by=by, values={"list": list_name})


def _free(name: str, *, by: Actor, list_name: str, besides: SavedView | None = None) -> str:
    name = clean(name, 60)
    taken = SavedView.objects.filter(person_id=besides.person_id if besides else by.id, list_name=list_name, name=name)
    if (taken.exclude(pk=besides.pk) if besides else taken).exists():
        raise Refused(_taken(name), field="name", code="taken")
    return name


def _taken(name: str) -> str:
    return _("There is a view %(name)s already. Choose another name, or edit that one.") % {"name": name}


def _shared(share: str, by: Actor) -> dict[str, Any]:
    if share != "own":
        require(by, "views.share")
    if share == "team" and not by.team_id:
        raise Refused(_("You are in no team. Share it with everybody, or keep it."), field="share")
    return {"share": share, "team_id": by.team_id if share == "team" else None}


def _require_change(view: SavedView, by: Actor) -> None:
    require(by, "views.keep")
    if view.person_id != by.id and (view.share == "own" or not may(by, "views.share")):
        words = _("Only who saved a view, and who may share views, can change it.")
        raise NotAllowed("views.keep", words)
