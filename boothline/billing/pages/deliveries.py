"""Monthly deliveries: what leaves in a month, and under it the month against its target."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.billing.deliveries import MONEY_IN, deliveries, figures, money_in, with_goods, with_money, worth_of_one
from boothline.billing.filters import DeliveryFilter
from boothline.billing.ledger import following, month_words, previous
from boothline.core.errors import Words
from boothline.core.text import percent
from boothline.orders.ledger import goods_of, place_of, with_home
from boothline.orders.lists import PREPARATIONS
from boothline.orders.preparation import committed_of, supply_of, with_prepared, with_supply
from boothline.orders.shipments import STATES, Shipment
from boothline.ui.columns import FILLS, Column, Sort
from boothline.ui.kit import Asked, ListPage

DONE = {True: ("prepared", pgettext_lazy("preparation", "done")), False: ("unprepared", _("to be done"))}
FILL_OF = {"prepared": FILLS["green"], "unprepared": FILLS["ochre"], "missing": FILLS["red"]}
HUES = {"paid": "green", "covered": "green", "open": "blue", "due": "ochre", "overdue": "red"}


def prepared(kind: str, label: Words) -> Column:
    """What is prepared of a delivery, and of a vehicle which; nothing is waited for once the goods left."""

    def value(row: Any) -> Any:
        said = row.packed_at if kind == "packed" else getattr(row, f"prepared_{kind}")
        if not said and row.shipped_at:
            return None
        return ("prepared", said) if said and kind == "vehicle" else DONE[bool(said)]

    return Column(
        label, value, "state", needs=None if kind == "packed" else with_prepared, name=f"prepared_{kind}", usual=kind != "packed",
        fill=lambda row: FILL_OF[value(row)[0]],
    )  # fmt: skip


class DeliveryList(ListPage):
    """The deliveries of a month that one may see."""

    right = "billing.see"
    title = _("Monthly deliveries")
    nav = "deliveries"
    columns = [
        Column(_("shipment"), str, "link", lambda s: reverse("shipment", args=[s.number])),
        Column(_("planned for"), lambda s: s.planned_on, "day"),
        Column(_("time of day"), lambda s: s.get_slot_display(), usual=False),
        Column(_("preparation"), lambda s: (s.state, STATES[s.state]), "state"),
        prepared("packed", _("packed")),
        Column(_("customer"), lambda s: str(s.order.customer)),
        Column(_("order"), lambda s: s.order.number),
        Column(_("amount to deliver"), lambda s: (worth_of_one(s), s.order.currency), "money", name="to_deliver"),
        Column(
            _("money in"), lambda s: (f"pay_{money_in(s)}", MONEY_IN[money_in(s)]), "state", needs=with_money,
            fill=lambda s: FILLS[HUES[money_in(s)]],
        ),
        Column(_("delivered on"), lambda s: s.reached_at, "day"),
        Column(
            _("delivered amount"), lambda s: (worth_of_one(s) if s.reached_at else None, s.order.currency), "money",
            name="delivered_amount",
        ),
        Column(_("goods data in order"), goods_of, needs=with_goods),
        *(prepared(kind, words) for kind, words in PREPARATIONS.items()),
        Column(_("committed"), committed_of, usual=False),
        Column(
            _("purchase in"), supply_of, "state", usual=False, needs=with_supply,
            fill=lambda s: FILL_OF[(supply_of(s) or ("prepared",))[0]],
        ),
        Column(_("salesperson"), lambda s: str(s.order.customer.owner or ""), usual=False),
        Column(_("delivery address"), place_of, usual=False, needs=with_home("order_id")),
        Column(_("consignee"), lambda s: s.order.consignee, usual=False),
        Column(_("amount of the order"), lambda s: (s.order.total, s.order.currency), "money", usual=False),
        Column(_("PO number"), lambda s: s.order.po_number, usual=False),
        Column(_("carrier"), lambda s: " ".join(filter(None, (s.carrier, s.tracking_number))), usual=False),
        Column(_("shipping date"), lambda s: s.order.promised_on, "day", usual=False),
        Column(_("left on"), lambda s: s.shipped_at, "day", usual=False),
    ]  # fmt: skip
    under = "order__customer"
    sentence = _("Showing deliveries of %(month)s, %(which)s, to customers of %(owner)s, preparation: %(state)s, sorted by %(sort)s.")
    sorts = {"day": Sort(_("planned day"), "planned_on"), "newest": Sort(_("newest"), "id", descending=True)}
    filters = DeliveryFilter
    search_words = _("Find: shipment, tracking number, order, customer")
    empty = _("Nothing is planned for this month. Shipments are planned on an order's page.")
    leads = ("orders", _("Go to the orders"), "orders.see")
    below = "billing/deliveries.html"

    def rows(self) -> QuerySet[Shipment]:
        """Visible ones."""
        found: QuerySet[Shipment] = deliveries(self.by)
        return found

    def under_rows(self, asked: Asked) -> dict[str, Any]:
        """The month against its target, of whom the sentence names."""
        narrowed = asked.narrowed
        narrowed.form.is_valid()
        month, owner = narrowed.month_asked(), asked.query.get("owner", "")
        found = figures(self.by, month, narrowed.owner_asked(), narrowed.person_asked(), not owner)
        return {
            "figures": found, "month_words": month_words(month), "owner": owner, "percent": percent,
            "before": f"{previous(month):%Y-%m}", "following": f"{following(month):%Y-%m}",
        }  # fmt: skip
