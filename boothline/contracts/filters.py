"""Which questions the lists of this type answer."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.contracts.agreement import STATES, Contract
from boothline.contracts.milestones import STATES as MILESTONE_STATES
from boothline.contracts.milestones import Milestone, Milestones
from boothline.contracts.templates import MILESTONES


class ContractFilter(filters.FilterSet):
    """By state."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(STATES.items()), empty_label=_("all states"))

    class Meta:
        model = Contract
        fields = ["state"]


class MilestoneFilter(filters.FilterSet):
    """By state and by which it is."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(MILESTONE_STATES.items()), method="by_state", empty_label=_("all states"))
    code = filters.ChoiceFilter(label=_("milestone"), choices=list(MILESTONES.items()), empty_label=_("all milestones"))

    class Meta:
        model = Milestone
        fields = ["code"]

    def by_state(self, rows: Milestones, name: str, value: str) -> Milestones:
        """By the day."""
        return rows.in_state(value)
