"""Which questions the lists of this room answer."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.billing.books import Credit, Instalment, Receipt
from boothline.billing.lists import CREDIT_STATES, INSTALMENT_KINDS, INSTALMENT_STATES


class InstalmentFilter(filters.FilterSet):
    """By how it stands, its kind, and whose customer it is."""

    state = filters.ChoiceFilter(
        label=_("state"),
        choices=[("unpaid", _("not paid yet")), *INSTALMENT_STATES.items()],
        empty_label=_("every state"),
        method="in_state",
    )
    kind = filters.ChoiceFilter(label=_("kind"), choices=list(INSTALMENT_KINDS.items()), empty_label=_("every kind"))

    class Meta:
        model = Instalment
        fields = ["kind"]

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        """Counted by today."""
        return rows.in_state(value)


class ReceiptFilter(filters.FilterSet):
    """Whether something of it waits."""

    rest = filters.ChoiceFilter(
        label=_("allocated"), empty_label=_("all receipts"), method="by_rest",
        choices=[("waits", _("with a part not allocated")), ("whole", _("wholly allocated")), ("void", _("void"))],
    )  # fmt: skip

    class Meta:
        model = Receipt
        fields: list[str] = []

    def by_rest(self, rows: Any, name: str, value: str) -> Any:
        """What waits, what does not, what is void."""
        return rows.by_rest(value)


class CreditFilter(filters.FilterSet):
    """By state, as the clock has it."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(CREDIT_STATES.items()), empty_label=_("every state"), method="in_state")

    class Meta:
        model = Credit
        fields: list[str] = []

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        """Counted by today."""
        return rows.in_state(value)
