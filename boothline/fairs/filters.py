"""Which questions the lists of this room answer."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.fairs.editions import Fair
from boothline.fairs.invitations import Invitation, Invitations
from boothline.fairs.lists import INVITATION_STATES, UNANSWERED


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
