"""What to do first in an empty installation, and the sections of the settings: both filled by the rooms that know.

A first step is done when a fact says so (a fair is there), never because somebody pressed a button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import Company
from boothline.accounts.people import User
from boothline.core import slots
from boothline.core.errors import Words


@dataclass(frozen=True)
class FirstStep:
    """One thing to do first: what, why, where, how long it takes; `is_done` asks for the fact."""

    label: Words
    words: Words
    button: Words
    url_name: str
    icon: str
    right: str
    took: Words
    is_done: Callable[[], bool]
    order: int
    seen_at: str = ""  # the page of what is there, where `url_name` makes another

    @property
    def shows(self) -> str:
        """Where it is seen once it is done."""
        return self.seen_at or self.url_name


@dataclass(frozen=True)
class Section:
    """A section of the settings, for those who hold the right."""

    label: Words
    words: Words
    url_name: str
    icon: str
    right: str
    order: int


def first_steps() -> list[tuple[FirstStep, bool]]:
    """What comes first, each with whether it is done; who does what this person may not, the page says."""
    return [(step, step.is_done()) for step in slots.hung("first")]


def is_begun() -> bool:
    """Everything is done that comes first."""
    return all(step.is_done() for step in slots.hung("first"))


def _profile_stands() -> bool:
    return Company.objects.exclude(address="").exists()


def _colleagues_are_there() -> bool:
    return User.objects.filter(is_active=True).count() > 1


def register() -> None:
    """What this room knows of both."""
    slots.hang("first", FirstStep(
        _("Complete the company profile"), _("Address, bank and tax number stand on every contract and on the customer's pages."),
        _("Fill in the profile"), "company", "gear", "company.edit", _("about 3 minutes"), _profile_stands, 10,
    ))  # fmt: skip
    slots.hang("first", FirstStep(
        _("Add your colleagues"), _("Each gets a link and sets a password. Roles say what they may do, the team whom they see."),
        _("Add a person"), "person-new", "people", "people.edit", _("about 1 minute each"), _colleagues_are_there, 20, "people",
    ))  # fmt: skip
    for section in (
        Section(_("Company profile"), _("names, logo, tax data, bank, time zone, currency"), "company", "fair", "company.edit", 10),
        Section(_("People"), _("who works here, in which role and team; access and passwords"), "people", "people", "people.see", 20),
        Section(_("Teams"), _("who sees each other's customers through a manager"), "teams", "people", "people.edit", 30),
        Section(_("Roles and rights"), _("what each role may do, and whose customers it sees"), "roles", "lock", "people.see", 40),
        Section(_("Rule settings"), _("days, limits and other figures that the rules go by"), "rules", "scale", "settings.edit", 50),
        Section(_("Lists of reasons"), _("what people choose from, in your own words"), "wordlists", "table", "settings.edit", 60),
        Section(_("What happened"), _("who changed what, when, from what to what"), "happened", "clock", "history.all", 80),
        Section(_("Backup"), _("the last one, and the command that makes one"), "backups", "in", "settings.edit", 90),
    ):
        slots.hang("settings", section)
