"""Receipts that come by file: whose money came in, on which day, how much of it, for which order."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from boothline.accounts.company import company
from boothline.billing.books import Receipt
from boothline.billing.receipts import Sent, receive
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import check_unit, trimmed
from boothline.core.text import fold
from boothline.customers.card import Customer
from boothline.customers.companies import Company, add_companies
from boothline.exchange.dates import Dates
from boothline.exchange.foreign import NAMED, Arrival
from boothline.exchange.named import NOT_YET, customers, named
from boothline.exchange.runs import Run
from boothline.exchange.tables import Table
from boothline.exchange.values import currency_of, number, said
from boothline.orders.register import Order

LIMITS = {"id": 150, "customer": 200, "order": 60, "currency": 20, "reference": 200}


class MoneyIn:
    """The door of receipts. One that was here before stays as it is: money is corrected where it stands."""

    kind = "receipt"
    stays = True

    def __init__(self, run: Run) -> None:
        self._run, self._currency = run, company().currency
        self._counted: Counter[str] = Counter()
        self._customers = customers(run)
        self._orders = named("order", _("order"), run, dict(Order.objects.order_by("pk").values_list("pk", "number")))

    def look_at(self, table: Table) -> None:
        """A row that another file says, too, is the same."""
        self._counted.clear()

    def arriving(self, file: str, row: int, cells: dict[str, str], warn: Callable[[str], None]) -> Arrival:
        """A row, read. `amount` is what arrived; `sent` is what was sent, bank charges included."""
        values = {name: said(cell, LIMITS[name], self.words(name)) for name, cell in cells.items() if name in LIMITS}
        found = {name: number(cells.get(name, ""), self.words(name)) for name in ("amount", "sent", "charges")}
        figures = {name: pair[0] if pair else None for name, pair in found.items()}
        day = Dates().day(cells.get("received_on", ""), self.words("received_on"))
        order = self._orders.find(values["order"]) if values.get("order") else None
        customer = self._customers.find(values["customer"]) if values.get("customer") else None
        if order == NOT_YET and not self._run.is_dry:
            raise Refused(_("Order %(order)s of the same files was not taken. Mend its row first.") % {"order": values["order"]})
        if customer is None and order is None:
            raise Refused(_("Nothing says whose money this is. Give the customer or the order."))
        if day is None:
            raise Refused(_("Nothing says when the money came. Give its day."))
        charges = figures["charges"] or Decimal(0)
        sent = figures["sent"] if figures["sent"] is not None else None if figures["amount"] is None else figures["amount"] + charges
        if sent is None:
            raise Refused(_("Nothing says how much money came. Give the amount."))
        if figures["sent"] is not None and figures["amount"] is not None:
            charges = sent - figures["amount"]
        beside = next((pair[1] for pair in found.values() if pair and pair[1]), "")
        currency = currency_of(values.get("currency", ""), beside, self._currency_of(order))
        check_unit(sent, currency, "sent")
        told = {
            "customer": str(customer or ""), "order": str(order or ""), "on": day.isoformat(), "sent": trimmed(sent, 2),
            "charges": trimmed(charges, 2) if charges else "", "currency": currency, "reference": values.get("reference", ""),
        }  # fmt: skip
        words = "\n".join(fold(cells.get(name, "")) for name in ("customer", "order", "reference"))
        content = "\n".join((words, told["on"], told["sent"], told["charges"], told["currency"]))
        self._counted[content] += 1  # two payments may say the same: the first, the second ... of a file
        own_id = values.get("id") or NAMED + hashlib.sha256(f"{content}\n{self._counted[content]}".encode()).hexdigest()
        return Arrival(file, row, own_id, values.get("customer") or values.get("order", ""), told)

    def called(self, names: Iterable[str]) -> dict[str, list[Receipt]]:
        """None: a receipt has no name."""
        return {}

    def held(self, ids: Iterable[int]) -> dict[int, Receipt]:
        """By their ids."""
        return Receipt.objects.in_bulk(list(ids))

    def stands(self, record: Receipt) -> dict[str, Any]:
        """Nothing of it is changed by a file; whose it is may have changed by a merge."""
        others = dict.fromkeys(("order", "on", "sent", "charges", "currency", "reference"), "…")
        return others | {"customer": str(record.customer_id)}

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Receipt]:
        """New ones, each allocated to its order, else to what was due first."""
        orders = Order.objects.select_related("customer").in_bulk([int(a.said["order"]) for a in arrivals if a.said["order"]])
        customers = Customer.objects.in_bulk([int(a.said["customer"]) for a in arrivals if a.said["customer"]])
        made = []
        for arrival in arrivals:
            order = orders.get(int(arrival.said["order"] or 0))
            customer = customers.get(int(arrival.said["customer"] or 0)) or (order.customer if order else self._announced(arrival, by))
            slip = Sent(
                Decimal(arrival.said["sent"]), date.fromisoformat(arrival.said["on"]), Decimal(arrival.said["charges"] or 0),
                bank_currency=arrival.said["currency"], reference=arrival.said["reference"],
            )  # fmt: skip
            made.append(receive(customer, by=by.trusted(), slip=slip, order=order))
        return made

    def edit(self, record: Receipt, said: dict[str, Any], by: Actor) -> None:
        """What came in came in."""

    def words(self, name: str) -> str:
        """As the form of a receipt has them."""
        return self._words[name]

    def figures(self, records: Iterable[Receipt]) -> dict[str, Any]:
        """What of them counts, by currency where there are several."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for receipt in records:
            sums[receipt.currency] += receipt.amount
        plain = {currency: float(amount) for currency, amount in sums.items()}
        return {"received": plain if len(plain) > 1 else next(iter(plain.values()), 0)}

    @cached_property
    def _words(self) -> dict[str, str]:
        return {
            "id": _("id"), "customer": _("customer"), "order": _("order"), "received_on": _("received on"), "on": _("received on"),
            "amount": _("amount that arrived"), "sent": _("amount sent"), "charges": _("bank charges"), "currency": _("currency"),
            "reference": _("reference"),
        }  # fmt: skip

    def _currency_of(self, order: int | None) -> str:
        said = Order.objects.filter(pk=order).values_list("currency", flat=True).first() if order else ""
        return str(said or self._currency)

    def _announced(self, arrival: Arrival, by: Actor) -> Customer:
        """Whom a dry run only announces is made for as long as it lasts."""
        if not self._run.is_dry:
            raise Refused(_("The customer of this row was not taken. Mend its row first."))
        return add_companies([Company(fold(arrival.name)[:200] or "?")], by=by.trusted())[0]
