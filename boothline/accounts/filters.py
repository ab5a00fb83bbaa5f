"""Which questions the history answers: who, what, on which day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.timeline.history import Event
from boothline.timeline.kinds import KINDS


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def kinds() -> list[Any]:
    """Every kind of event by room, in words: its sentence with its values left open."""
    found = []
    for config in apps.get_app_configs():
        own = [(k.code, str(k.sentence) % _Blank()) for k in KINDS.values() if k.code.split(".")[0] == config.label]
        if own:
            found.append((str(config.verbose_name), [(config.label, _("all of these")), *own]))
    return found


class EventFilters(django_filters.FilterSet):
    """Person, kind, day."""

    who = django_filters.ModelChoiceFilter(
        label=_("person"), queryset=User.objects.order_by("username"), empty_label=_("everybody"), method="by_who"
    )
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=kinds, empty_label=_("everything"), method="of_kind")
    day = django_filters.DateFilter(label=_("day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), method="on_day")

    class Meta:
        model = Event
        fields: list[str] = []

    def by_who(self, rows: QuerySet[Event], name: str, value: User) -> QuerySet[Event]:
        """What this person did."""
        return rows.filter(actor_kind="user", actor_id=value.pk)

    def of_kind(self, rows: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        """One kind, or all of a room."""
        return rows.filter(kind=value) if "." in value else rows.filter(kind__startswith=f"{value}.")

    def on_day(self, rows: QuerySet[Event], name: str, value: Any) -> QuerySet[Event]:
        """A day of the company."""
        if not 1900 < value.year < 9999:  # nothing happened then, and the ends of time have no neighbours
            return rows.none()
        start = timezone.make_aware(datetime.combine(value, time.min))
        return rows.filter(at__gte=start, at__lt=start + timedelta(days=1))
