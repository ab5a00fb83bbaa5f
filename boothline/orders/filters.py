"""Which questions the lists of this type answer."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django.forms import DateInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import Team
from boothline.catalogue.products import Product
from boothline.core import clock
from boothline.core.memo import once
from boothline.core.money import CURRENCIES
from boothline.core.text import whole
from boothline.customers.filters import ask_above, owners
from boothline.orders.compensation import Claims, CompensationClaim
from boothline.orders.lists import CLAIM_STATES, CLAIMED_FROM, PROBLEM_STATES, PURCHASE_STATES, SEVERITIES
from boothline.orders.problems import Problem, Problems
from boothline.orders.purchases import Purchase, Purchases
from boothline.orders.register import MARKS, STATES, Order, OrderLines, Orders


def teams() -> list[tuple[Any, Any]]:
    """Every team; a page asks for its choices more than once."""
    return once("orders.teams", lambda: [(str(team.pk), str(team)) for team in Team.objects.order_by("name")])


class OrderFilter(filters.FilterSet):
    """By what the ledger's mark says, and by whose customer it is."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(MARKS.items()), method="marked", empty_label=_("all states"))
    owner = filters.ChoiceFilter(label=_("owner"), choices=owners, empty_label=_("anyone"), method="of")

    team = filters.ChoiceFilter(label=_("team"), choices=teams, empty_label=_("all teams"), field_name="customer__team")
    currency = filters.ChoiceFilter(label=_("currency"), choices=[(c, c) for c in CURRENCIES], empty_label=_("every currency"))
    since = filters.DateFilter(label=_("opened since"), widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), method="from_day")
    until = filters.DateFilter(label=_("opened until"), widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), method="to_day")

    class Meta:
        model = Order
        fields = ["state", "owner", "team", "currency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_above(self, "order.filters")

    def marked(self, rows: Orders, name: str, mark: str) -> Orders:
        """Under one mark."""
        return rows.standing(mark)

    def of(self, rows: Orders, name: str, whose: str) -> Orders:
        """Of my customers, of nobody's, of a colleague's."""
        if whose == "none":
            return rows.filter(customer__owner=None)
        return rows.filter(customer__owner_id=self.request.by.id if whose == "me" else whole(whose))

    def from_day(self, rows: Orders, name: str, day: date) -> Orders:
        """Opened on this day of the company or later."""
        return rows.filter(opened_at__gte=_begin(day))

    def to_day(self, rows: Orders, name: str, day: date) -> Orders:
        """Opened on this day of the company or before."""
        return rows.filter(opened_at__lt=_begin(day) + timedelta(days=1))


def products() -> list[tuple[Any, Any]]:
    """Every product."""
    return once("orders.products", lambda: [(str(product.pk), str(product)) for product in Product.objects.order_by("code")])


class OrderLineFilter(OrderFilter):
    """The ledger by line: every question about the orders, and how far the line itself is. Its currency is the order's."""

    line = filters.ChoiceFilter(label=_("state of the line"), choices=list(STATES.items()), empty_label=_("any state"))
    product = filters.ChoiceFilter(label=_("product"), choices=products, empty_label=_("any product"))

    class Meta:
        model = Order
        fields = ["state", "owner", "team", "currency"]

    def filter_queryset(self, rows: Any) -> OrderLines:
        """The lines of the orders that answer; of a product, the lines of that product."""
        asked = self.form.cleaned_data
        own = {"line", "product"}
        orders = Order.objects.all()
        for name, value in asked.items():
            if name not in own and value not in (None, ""):
                orders = self.filters[name].filter(orders, value)
        found: OrderLines = rows.filter(order__in=orders.order_by().values("pk")) if orders.query.where else rows
        if asked.get("line"):
            found = found.filter(state=asked["line"])
        if asked.get("product"):
            found = found.filter(variant__product=whole(asked["product"]))
        return found


def _begin(day: date) -> datetime:
    """Its first moment; the ends of time, where nothing happened, have no neighbours."""
    return timezone.make_aware(datetime.combine(min(max(day, date(1900, 1, 1)), date(9998, 1, 1)), time.min))


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


class ClaimFilter(filters.FilterSet):
    """By state, from whom, and how near the day is by which it is to be filed."""

    state = filters.ChoiceFilter(
        label=_("state"), choices=[("open", _("not over yet")), *CLAIM_STATES.items()], method="by_state", empty_label=_("all states")
    )
    against = filters.ChoiceFilter(label=_("claimed from"), choices=list(CLAIMED_FROM.items()), empty_label=_("anybody"))
    due = filters.ChoiceFilter(
        label=_("to be filed by"), choices=[("late", _("passed")), ("week", _("passed or within 7 days"))], method="by_due",
        empty_label=_("any day"),
    )  # fmt: skip

    class Meta:
        model = CompensationClaim
        fields = ["against"]

    def by_state(self, rows: Claims, name: str, value: str) -> Claims:
        """One state, or all of which something is still to come."""
        return rows.standing(value)

    def by_due(self, rows: Claims, name: str, value: str) -> Claims:
        """Not filed though it should be, or soon should be."""
        return rows.due(clock.today() + timedelta(days=8 if value == "week" else 0))


class PurchaseFilter(filters.FilterSet):
    """By how it stands."""

    state = filters.ChoiceFilter(
        label=_("state"), choices=[("open", _("still to come")), ("late", _("late")), *PURCHASE_STATES.items()], method="by_state",
        empty_label=_("all states"),
    )  # fmt: skip

    class Meta:
        model = Purchase
        fields = ["state"]

    def by_state(self, rows: Purchases, name: str, value: str) -> Purchases:
        """One state; whatever is still to come; of that, what should be here."""
        if value in ("open", "late"):
            coming = rows.filter(expected_on__isnull=False)
            return coming.filter(expected_on__lt=clock.today()) if value == "late" else coming
        return rows.filter(state=value)
