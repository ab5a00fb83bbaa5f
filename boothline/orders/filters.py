"""Which questions the lists of this type answer."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.orders.lists import PROBLEM_STATES, SEVERITIES
from boothline.orders.problems import Problem, Problems
from boothline.orders.register import STATES, Order


class OrderFilter(filters.FilterSet):
    """By state."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(STATES.items()), empty_label=_("all states"))

    class Meta:
        model = Order
        fields = ["state"]


class ProblemFilter(filters.FilterSet):
    """By state, severity, and with whom."""

    state = filters.ChoiceFilter(
        label=_("state"), choices=[("open", _("not solved yet")), *PROBLEM_STATES.items()], method="by_state", empty_label=_("all states")
    )
    severity = filters.ChoiceFilter(label=_("severity"), choices=list(SEVERITIES.items()), empty_label=_("all severities"))
    whose = filters.ChoiceFilter(
        label=_("whose"),
        choices=[("me", _("mine")), ("us", _("the customer waits for us"))],
        method="by_whom",
        empty_label=_("everybody's"),
    )

    class Meta:
        model = Problem
        fields = ["state", "severity"]

    def by_state(self, rows: Problems, name: str, value: str) -> Problems:
        """One state, or all that are not solved yet."""
        return rows.open() if value == "open" else rows.filter(state=value)

    def by_whom(self, rows: Problems, name: str, value: str) -> Problems:
        """Mine; or those where the customer waits for our word."""
        return rows.filter(owner_id=self.request.by.id) if value == "me" else rows.filter(waits_since__isnull=False)
