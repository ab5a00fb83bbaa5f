"""Which questions the lists of this room answer."""

from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boothline.billing.books import Credit, Instalment, Receipt
from boothline.billing.deliveries import STEPS, WHICH, of_month
from boothline.billing.ledger import following, month_words, previous
from boothline.billing.lists import CREDIT_STATES, INSTALMENT_KINDS, INSTALMENT_STATES, UNSAID
from boothline.billing.targets import month_of
from boothline.core import clock
from boothline.core.text import labelled_lazy, whole
from boothline.customers.filters import owners
from boothline.orders.lists import PREPARATIONS
from boothline.orders.preparation import lacking, prepared
from boothline.orders.shipments import STATES, Shipment


class InstalmentFilter(filters.FilterSet):
    """By how it stands, its kind, and whose customer it is."""

    state = filters.ChoiceFilter(
        label=_("state"),
        choices=[*INSTALMENT_STATES.items(), ("all", _("every state"))],
        empty_label=_("not paid yet"),
        method="in_state",
    )
    kind = filters.ChoiceFilter(label=_("kind"), choices=list(INSTALMENT_KINDS.items()), empty_label=_("every kind"))

    class Meta:
        model = Instalment
        fields = ["kind"]

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        """Counted by today."""
        return rows if value == "all" else rows.in_state(value)

    def filter_queryset(self, rows: Any) -> Any:
        """Who asks for no state asks who owes; of what came by file nothing is said, unless its kind is asked for."""
        found, asked = super().filter_queryset(rows), self.form.cleaned_data
        if asked.get("state"):
            return found
        return found.open() if asked.get("kind") else found.open().exclude(kind=UNSAID)


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


BACK, AHEAD = 12, 6  # months that the deliveries may be asked for


def months() -> list[tuple[Any, Any]]:
    """The months around this one, the next ones first."""
    month = clock.today().replace(day=1)
    for _n in range(AHEAD):
        month = following(month)
    found = []
    for _n in range(BACK + AHEAD + 1):
        found.append((f"{month:%Y-%m}", month_words(month)))
        month = previous(month)
    return found


class DeliveryFilter(filters.FilterSet):
    """Of which month, planned for it or delivered in it, how far they are, whose customers they go to."""

    month = filters.ChoiceFilter(label=_("month"), choices=months, empty_label=_("this month"))
    which = filters.ChoiceFilter(
        label=_("which"), choices=[(code, words) for code, words in WHICH.items() if code != "planned"], empty_label=WHICH["planned"]
    )
    state = filters.ChoiceFilter(label=_("state"), choices=[(code, STATES[code]) for code in STEPS], empty_label=_("every state"))
    owner = filters.ChoiceFilter(label=_("owner"), choices=owners, empty_label=_("anyone"))
    prepared = filters.ChoiceFilter(
        label=_("preparation"), empty_label=_("prepared or not"),
        choices=[
            ("all", _("everything prepared")), ("lacking", _("something to be done")), ("packed", _("to be packed")),
            *((kind, labelled_lazy(_("to be done"), words)) for kind, words in PREPARATIONS.items()),
        ],
    )  # fmt: skip

    class Meta:
        model = Shipment
        fields: list[str] = []

    def month_asked(self) -> date:
        """The first day of the month."""
        return month_of(self.form.cleaned_data.get("month") or "") or clock.today().replace(day=1)

    def person_asked(self) -> int | None:
        """Whose target stands beside the figures; None is the company's."""
        code = self.form.cleaned_data.get("owner")
        return self.request.by.id if code == "me" else whole(code) if code and code != "none" else None

    def owner_asked(self) -> Q:
        """Whose customers, as a question about what stands under an order."""
        code = self.form.cleaned_data.get("owner")
        if code == "none":
            return Q(order__customer__owner=None)
        return Q(order__customer__owner=self.person_asked()) if code else Q()

    def filter_queryset(self, rows: Any) -> Any:
        """The deliveries of the month."""
        asked = self.form.cleaned_data
        found = of_month(rows, self.month_asked(), asked.get("which") or "planned").filter(self.owner_asked())
        found = found.filter(STEPS[asked["state"]]) if asked.get("state") else found
        code = asked.get("prepared")
        return found if not code else prepared(found) if code == "all" else lacking(found, "" if code == "lacking" else code)
