"""The exhibitor's own data: one row, printed on every document and shown on every portal page."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.accounts import events
from boothline.accounts.rights import require
from boothline.core import memo
from boothline.core.actors import Actor
from boothline.core.money import currency_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record, revise
from boothline.timeline.history import record

KEPT = "accounts.company"


class Companies(models.QuerySet["Company"]):
    """There is one."""

    def visible_to(self, by: Actor) -> Companies:
        """Everybody who works here sees it."""
        return self if by.kind != "guest" else self.none()


class Company(Record):
    """Who we are."""

    name = models.CharField(_("company name"), max_length=200, default="展客通")
    name_latin = models.CharField(_("name in Latin letters"), max_length=200, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    address_latin = models.CharField(_("address in Latin letters"), max_length=300, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True, default="")
    bank = models.CharField(_("bank and account"), max_length=200, blank=True, default="")
    bank_latin = models.CharField(_("bank, SWIFT and account in Latin letters"), max_length=200, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, default="CN")
    currency = currency_field(verbose_name=_("currency"))
    zone = models.CharField(_("time zone"), max_length=60, blank=True, default="")
    privacy = tags(
        name=PLAIN, name_latin=PLAIN, address=PLAIN, address_latin=PLAIN, phone=PLAIN, email=PLAIN,
        tax_number=PLAIN, bank=PLAIN, bank_latin=PLAIN, country=PLAIN, currency=PLAIN, zone=PLAIN,
    )  # fmt: skip

    objects = Companies.as_manager()

    def __str__(self) -> str:
        return self.name

    def named(self, language: str) -> str:
        """The name for a reader of this language."""
        return self.name if language.startswith("zh") or not self.name_latin else self.name_latin

    def bank_for(self, language: str) -> str:
        """Where a reader of this language pays to."""
        return self.bank if language.startswith("zh") or not self.bank_latin else self.bank_latin


def zone_of(name: str | None) -> tzinfo | None:
    """A zone by its name; None (the machine's TIME_ZONE holds) for no name or one that is gone."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def keep_our_time() -> None:
    """From here on, days are the company's."""
    timezone.activate(zone_of(Company.objects.values_list("zone", flat=True).first()) or timezone.get_default_timezone())


def company() -> Company:
    """The one company of this installation; before it is saved, its defaults. For reading: who writes takes `saved_company`."""
    return memo.once(KEPT, lambda: Company.objects.first() or Company())


def saved_company() -> Company:
    """The company's row, for operations that hang something on it; made from its defaults at the first of them."""
    memo.forget(KEPT)
    return Company.objects.first() or Company.objects.create()


@operation("accounts.edit_company")
def edit_company(*, by: Actor, revision: int, values: dict[str, Any]) -> Company:
    """Edits the company profile."""
    require(by, "company.edit")
    ours = saved_company()
    changes = revise(ours, revision=revision, values=values)
    record(events.COMPANY_EDITED, subject=ours, by=by, changes=changes)
    return ours
