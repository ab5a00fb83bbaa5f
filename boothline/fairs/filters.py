"""Which questions the lists of this room answer."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.core.text import whole
from boothline.fairs.appointments import STATES, Appointment, Appointments
from boothline.fairs.editions import Fair
from boothline.fairs.exhibitors import Exhibitor, Exhibitors, Stand, said_on
from boothline.fairs.invitations import Invitation, Invitations
from boothline.fairs.lists import INVITATION_STATES, UNANSWERED


class ExhibitorFilter(filters.FilterSet):
    """By fair, hall, phase, category, country, and whether it is a customer of ours. The choices are those of the chosen fair."""

    fair = filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"))
    hall = filters.ChoiceFilter(label=_("hall"), method="by_stand", empty_label=_("all halls"))
    phase = filters.ChoiceFilter(label=_("phase"), method="by_stand", empty_label=_("all phases"))
    category = filters.ChoiceFilter(label=_("category"), method="by_stand", empty_label=_("all categories"))
    country = filters.ChoiceFilter(label=_("country"), empty_label=_("all countries"))
    ours = filters.ChoiceFilter(
        label=_("customer of ours"), choices=[("yes", _("our customers")), ("no", _("not our customers"))], method="by_ours",
        empty_label=_("customers or not"),
    )  # fmt: skip

    class Meta:
        model = Exhibitor
        fields = ["fair", "country"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fair = whole(self.data.get("fair"))
        for name in ("hall", "phase", "category", "country"):
            self.filters[name].extra["choices"] = [(value, value) for value in said_on(fair, name)]

    def by_stand(self, rows: Exhibitors, name: str, value: str) -> Exhibitors:
        """With a stand in this hall, in this phase, listed under this."""
        return rows.filter(pk__in=Stand.objects.filter(**{name: value}).values("exhibitor"))

    def by_ours(self, rows: Exhibitors, name: str, value: str) -> Exhibitors:
        """Those that are said to be a customer, or are not."""
        return rows.filter(customer__isnull=value == "no")


class AppointmentFilter(filters.FilterSet):
    """By fair, by day, by what became of them, and who keeps them."""

    fair = filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"))
    day = filters.ChoiceFilter(label=_("day"), choices=[("today", _("today"))], method="by_day", empty_label=_("all days"))
    state = filters.ChoiceFilter(
        label=_("state"), choices=[("standing", _("not cancelled")), *STATES.items()], method="by_state", empty_label=_("all states")
    )
    whose = filters.ChoiceFilter(label=_("whose"), choices=[("me", _("mine"))], method="by_whom", empty_label=_("everybody's"))

    class Meta:
        model = Appointment
        fields = ["fair"]

    def by_day(self, rows: Appointments, name: str, value: str) -> Appointments:
        """Those of today."""
        return rows.of_today()

    def by_state(self, rows: Appointments, name: str, value: str) -> Appointments:
        """One state; or all that were not cancelled."""
        facts = {"standing": rows.standing, "booked": rows.open}
        return facts[value]() if value in facts else rows.filter(**{f"{value}_at__isnull": False})

    def by_whom(self, rows: Appointments, name: str, value: str) -> Appointments:
        """Which one keeps oneself."""
        return rows.filter(user=self.request.by.id)


class InvitationFilter(filters.FilterSet):
    """By fair, by state, and whose customers they are."""

    fair = filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"))
    state = filters.ChoiceFilter(
        label=_("state"),
        choices=[
            ("invited", _("written to")), ("waiting", _("without an answer")), ("seen", _("written to and came")),
            *INVITATION_STATES.items(),
        ],
        method="by_state", empty_label=_("all states"),
    )  # fmt: skip
    whose = filters.ChoiceFilter(label=_("whose"), choices=[("me", _("mine"))], method="by_whom", empty_label=_("everybody's"))

    class Meta:
        model = Invitation
        fields = ["fair", "state"]

    def by_state(self, rows: Invitations, name: str, value: str) -> Invitations:
        """One state; or what a figure counts."""
        if value == "waiting":
            return rows.filter(state__in=UNANSWERED)
        if value in ("invited", "seen"):
            invited = rows.filter(sent_at__isnull=False)
            return invited if value == "invited" else invited.filter(came_at__isnull=False)
        return rows.filter(state=value)

    def by_whom(self, rows: Invitations, name: str, value: str) -> Invitations:
        """Mine."""
        return rows.filter(customer__owner=self.request.by.id)
