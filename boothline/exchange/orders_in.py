"""Orders from files, stored with everything that hangs on them: their customers, products and colleagues are looked up by the ids of the
same files first, then by name. An order that hangs on a refused row is refused with it, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.catalogue.products import Variant
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Refused, RowFailed
from boothline.core.money import money_words, round_line
from boothline.core.sayings import spoken
from boothline.core.text import fold, listed
from boothline.customers.card import Customer
from boothline.exchange.footprints import stored
from boothline.exchange.foreign import Arrival, Foreign, bring
from boothline.exchange.named import NOT_YET, customers
from boothline.exchange.past_orders import WORDS, Heard, PastOrders, Place, Sold, is_named
from boothline.exchange.runs import CHUNK, Run
from boothline.exchange.values import one_unit
from boothline.orders.problems import Problem
from boothline.orders.register import Order, OrderLine
from boothline.orders.shipments import Shipment
from boothline.orders.taken_in import PastLine, PastOrder, take_in, term_of

STANDS = "~"  # for whatever an order on record says: no row changes it
MANY = 900  # values that one question names


def store(found: PastOrders, doors: dict[str, Any], run: Run) -> None:
    """Every order, in batches; `doors` are those of products and customers."""
    door = Orders(found, doors, run)
    taken: list[Heard] = []
    brought_in: list[Heard] = []
    for order in found.orders.values():
        door.check(order)
        if order.reason and order.culprit:
            _reject(order, order.reason, order.culprit, run)
        else:
            taken.append(order)
    door.fetch()
    for start in range(0, len(taken), CHUNK):
        part = taken[start : start + CHUNK]
        with stored(run):
            brought = bring([order.arrival() for order in part], door=door, by=run.by, source=run.source)
        run.step(sum(len(order.places) for order in part))
        for place, order in enumerate(part):
            if place in brought.refused:
                _reject(order, brought.refused[place], order.places[0], run)
                continue
            counts = run.created if place in brought.created else run.unchanged
            counts.update(_counted(order))
            brought_in.append(order)
            head = order.places[0]
            run.sort("new" if place in brought.created else "same", "order", head.file, head.number, door.words_of(order))
            if place in brought.warnings:
                run.warn(order.places[0].file, order.places[0].number, brought.warnings[place])
        door.stored += [record.pk for record in brought.records.values()]
    door.tell()
    run.figures |= door.planned(brought_in) if run.is_dry else figures(door.stored, run.source)


def _counted(order: Heard) -> Counter[str]:
    return Counter({"order": 1, "order_line": len(order.lines)} | ({"return": 1} if order.returned else {}))


def _reject(order: Heard, reason: str, culprit: Place, run: Run) -> None:
    """All rows of the order, each by its place: the one to blame with the reason, the others with that row."""
    words = _("Order %(order)s is not taken because of %(file)s, row %(row)s. Fix that row; this one goes in with it.")
    for place in order.places:
        why = reason if place == culprit else words % {"order": order.key, "file": culprit.file, "row": culprit.number}
        run.reject(place.file, place.number, why, place.words)


class Orders:
    """The door of orders of the past."""

    kind = "order"
    stays = True

    def __init__(self, found: PastOrders, doors: dict[str, Any], run: Run) -> None:
        self._found, self._doors, self._run = found, doors, run
        self._currency = company().currency
        self._heard = found.orders
        self.stored: list[int] = []
        orders = found.orders.values()
        self._named_customers = customers(run)
        self._customers: dict[str, int] = {}  # {by which an order knows its customer: who that is}
        self._whose: dict[int, Customer] = {}
        self._nobody: dict[str, str] = {}  # why none of ours is meant
        lines = [line for order in orders for line in order.lines]
        self._products = self._look_up("product", {(line.key, line.product or line.name) for line in lines})
        self._variants = self._sold({pk for pks in self._products.values() for pk in pks}, {line.product for line in lines})
        sellers = {owner for order in orders if (owner := order.head.get("owner"))}
        self._sellers = self._look_up("user", {(owner, owner) for owner in sellers})
        self._people = User.objects.in_bulk([pk for pks in self._sellers.values() for pk in pks])
        self._on_record: tuple[dict[Any, Any], ...] = ()
        self._named = {kind: {fold(a.name): a for a in run.coming.get(kind, {}).values()} for kind in ("customer", "product", "user")}
        self._strangers: Counter[str] = Counter()

    # What each row refers to.

    def check(self, order: Heard) -> None:
        """Refuses an order whose customer or products are not known, or several."""
        first = order.places[0]
        if order.reason:
            return
        if not order.lines:
            order.refuse(_("No row among these files is a line of this order."), first)
        self._check_customer(order, first)
        for line in order.lines:
            self._check_product(order, line)
            if not order.reason and self._variant(line):
                self._check_figures(order, line)

    def _check_figures(self, order: Heard, line: Sold) -> None:
        try:
            one_unit(*(self._variant(line)[0].product.unit, line.unit) if line.unit else ())
            term_of(self._line(line), order.currency or self._currency)
        except Refused as refused:
            order.refuse(str(refused.words), line.place)

    def _check_customer(self, order: Heard, first: Place) -> None:
        key, name = order.customer, order.head.get("customer_name", "")
        if key not in self._customers and key not in self._nobody:
            try:
                found = self._named_customers.find(order.head.get("customer") or name, name)
            except Refused as refused:
                self._nobody[key] = str(refused.words)
            else:
                self._customers |= {key: found} if found != NOT_YET else {}
        if key in self._nobody:
            order.refuse(self._nobody[key], first)

    def _check_product(self, order: Heard, line: Sold) -> None:
        called = line.name or line.product
        sold = self._variant(line)
        if len(sold) > 1:
            order.refuse(_("%(name)s is sold in several variants or by several products. Give the SKU.") % {"name": called}, line.place)
        elif not sold and not self._is_coming("product", line.key, called):
            order.refuse(
                self._unknown("product", line.key, _("Nobody knows the product %(name)s of this line.") % {"name": called}), line.place
            )

    def _is_coming(self, kind: str, key: str, name: str) -> bool:
        """A dry run stores nothing: what this run would have made is not on record."""
        return self._run.is_dry and self._coming(kind, key, name) is not None

    def _coming(self, kind: str, key: str, name: str) -> Arrival | None:
        found: Arrival | None = self._run.coming.get(kind, {}).get(key) or self._named[kind].get(fold(name))
        return None if found is None or {(kind, key), (kind, found.key)} & self._run.refused.keys() else found

    def _unknown(self, kind: str, key: str, words: str) -> str:
        """Why it is not known: its own row was refused, or there is none."""
        where = self._run.refused.get((kind, key))
        if where is None:
            return words
        reason = _("It hangs on %(file)s, row %(row)s, which was not taken.")
        return reason % {"file": where[0], "row": where[1]}

    def _look_up(self, kind: str, wanted: set[tuple[str, str]]) -> dict[str, list[int]]:
        """{key: ids of records}: by the id of these files, else by name; not by the name of a row that was refused."""
        keys = sorted({key for key, _name in wanted if key})
        found: dict[str, list[int]] = {}
        for start in range(0, len(keys), MANY):
            rows = Foreign.objects.filter(source=self._run.source, kind=kind, key__in=keys[start : start + MANY])
            found |= {key: [pk] for key, pk in rows.values_list("key", "record_id")}
        left = {key: name for key, name in wanted if key and key not in found and name and (kind, key) not in self._run.refused}
        called = self._called(kind, set(left.values()))
        return found | {key: called[fold(name)] for key, name in left.items() if fold(name) in called}

    def _called(self, kind: str, names: set[str]) -> dict[str, list[int]]:
        if kind == "user":
            found: dict[str, list[int]] = {}
            wanted = {fold(name) for name in names}
            for pk, name in User.objects.order_by("pk").values_list("pk", "name"):
                if fold(name) in wanted:
                    found.setdefault(fold(name), []).append(pk)
            return found
        return {word: [record.pk for record in records] for word, records in self._doors[kind].called(names).items()} if names else {}

    def _sold(self, products: set[int], codes: set[str]) -> dict[Any, list[Variant]]:
        """{product id, or SKU: what is sold}."""
        found: dict[Any, list[Variant]] = {}
        for ids, column in ((sorted(products), "product__in"), (sorted(filter(None, codes)), "sku__in")):
            for start in range(0, len(ids), MANY):
                for variant in Variant.objects.filter(**{column: ids[start : start + MANY]}).select_related("product"):
                    held = found.setdefault(variant.product_id if column == "product__in" else variant.sku, [])
                    held += [] if variant in held else [variant]
        return found

    def _variant(self, line: Sold) -> list[Variant]:
        """What a line sold: by the file's id of its product, by SKU, by name."""
        by_sku = self._variants.get(line.product, []) if line.product else []
        known = self._products.get(line.key, [])
        if by_sku and (is_named(line.key) or not known or len(known) > 1):
            return by_sku
        held = [variant for pk in known for variant in self._variants.get(pk, [])]
        if len(held) > 1 and by_sku:
            return by_sku
        return held

    def fetch(self) -> None:
        """The customers of all orders, the same few questions for any number."""
        self._whose = Customer.objects.in_bulk(sorted(set(self._customers.values())))
        self._on_record = (self._customers, self._whose, self._products, self._variants)

    # What `bring` asks.

    def called(self, names: Iterable[str]) -> dict[str, list[Order]]:
        """Orders are known by their ids alone."""
        return {}

    def held(self, ids: Iterable[int]) -> dict[int, Order]:
        """By their ids."""
        return Order.objects.in_bulk(list(ids))

    def stands(self, record: Order) -> dict[str, Any]:
        """Whatever it says: a row that says otherwise later is told, and changes nothing."""
        return dict.fromkeys(("customer", "customer_name", "owner", "po", "consignee", "carrier", "ordered", "promised", "shipped", "place",
                              "freight", "currency", "returned", "lines"), STANDS)  # fmt: skip

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Order]:
        """New ones."""
        if self._run.is_dry:
            self._stand_in([self._heard[arrival.key] for arrival in arrivals], by)
        past = {arrival.key: self._past(self._heard[arrival.key]) for arrival in arrivals}
        try:
            return take_in([past[arrival.key] for arrival in arrivals], by=by.trusted())
        except RowFailed as failed:
            raise RowFailed(failed.words, subjects=[a for a in arrivals if any(past[a.key] is one for one in failed.subjects)]) from failed

    def edit(self, record: Order, said: dict[str, Any], by: Actor) -> None:
        """No row changes an order on record."""

    def words(self, name: str) -> str:
        """As the order's page has them."""
        return str(WORDS[name])

    def words_of(self, order: Heard) -> str:
        """An order as a person knows it again: its number, whose it is, how many lines, what they come to."""
        count = len(order.lines)
        whose = order.head.get("customer_name") or order.head.get("customer", "")
        amount, currency = self._value(order), order.currency or self._currency
        lines = ngettext("%(num)s line", "%(num)s lines", count) % {"num": count}
        return listed((order.key, whose, lines, spoken(lambda: money_words(amount, currency))))

    def _value(self, order: Heard) -> Decimal:
        return sum((round_line(line.exact, order.currency or self._currency) for line in order.lines), Decimal(0))

    def planned(self, orders: list[Heard]) -> dict[str, Any]:
        """What these would add up to, by what the files say."""
        lines = [line for order in orders for line in order.lines]
        found = {"units": sum((line.quantity for line in lines), Decimal(0)), "value": sum(map(self._value, orders), Decimal(0))}
        return {"orders": len(orders), "lines": len(lines)} | {name: float(amount) for name, amount in found.items()}

    def figures(self, records: Iterable[Order]) -> dict[str, Any]:
        """What these add up to."""
        return figures([order.pk for order in records], self._run.source)

    def _past(self, order: Heard) -> PastOrder:
        head = order.head
        owner = next((self._people[pk] for pk in self._sellers.get(head.get("owner", ""), [])[:1]), None)
        if owner is None and head.get("owner") and not (self._run.is_dry and self._coming("user", head["owner"], head["owner"])):
            self._strangers[head["owner"]] += 1
        currency = order.currency or self._currency
        carrier = head.get("carrier", "")
        return PastOrder(
            customer=self._whose[self._customers[order.customer]], opened_on=order.days["ordered"] or timezone.localdate(),
            currency=currency, lines=[self._line(line) for line in order.lines], promised_on=order.days["promised"],
            shipped_on=order.days["shipped"], po_number=head.get("po", ""), freight=round_line(order.freight, currency),
            delivery_address=order.address, consignee=head.get("consignee", ""), owner=owner, is_returned=order.returned is not None,
            came_as=order.key, carrier=self._found.carriers.get(carrier, "" if carrier.isdigit() else carrier)[:100],
        )  # fmt: skip

    def _line(self, line: Sold) -> PastLine:
        (variant,) = self._variant(line)
        return PastLine(variant, line.quantity, line.price, line.discount, line.amount, self._found.name_of(line, variant.product.name))

    def _stand_in(self, orders: list[Heard], by: Actor) -> None:
        """In a dry run, what this run would have made before stands there for one batch; all of it is taken back."""
        self._customers, self._whose, self._products, self._variants = ({**known} for known in self._on_record)
        whose = {o.customer: o.head.get("customer_name") or o.head.get("customer", "") for o in orders if o.customer not in self._customers}
        for key, customer in self._made("customer", whose, by):
            self._customers[key], self._whose[customer.pk] = customer.pk, customer
        products = {line.key: line.name or line.product for o in orders for line in o.lines if not self._variant(line)}
        for key, product in self._made("product", products, by):
            self._products[key] = [product.pk]
        self._variants |= self._sold({pk for key in products for pk in self._products.get(key, [])}, set())

    def _made(self, kind: str, wanted: dict[str, str], by: Actor) -> list[tuple[str, Any]]:
        """(key, record made for a while) of what is still to come; of two names of one row, the same."""
        coming = {key: arrival for key, name in wanted.items() if (arrival := self._coming(kind, key, name))}
        each = {arrival.key: arrival for arrival in coming.values()}
        made = dict(zip(each, self._doors[kind].add(list(each.values()), by), strict=True))
        return [(key, made[arrival.key]) for key, arrival in coming.items()]

    def tell(self) -> None:
        """Who sold, and is no colleague: told once."""
        if self._strangers:
            first = next(iter(self._heard.values())).places[0]
            words = _("Nobody here is %(names)s; %(n)s orders name nobody who sold them.")
            names = ", ".join(sorted(self._strangers)[:10])
            self._run.warn(first.file, 1, words % {"names": names, "n": sum(self._strangers.values())})


def figures(orders: list[int], source: str) -> dict[str, Any]:
    """What stands in the ledger of these orders: goods at their rounded amounts, and as the files had them, not rounded."""
    found: dict[str, Any] = {"orders": len(orders), "lines": 0, "units": Decimal(0), "value": Decimal(0), "value_unrounded": Decimal(0)}
    found |= {"not_shipped": 0, "late": 0, "returned_orders": 0}
    for start in range(0, len(orders), MANY):
        part = orders[start : start + MANY]
        lines = OrderLine.objects.filter(order__in=part).order_by()
        sums = lines.aggregate(units=exact_sum("due"), value=exact_sum("amount", 2))
        found["lines"] += lines.count()
        found["units"] += from_units(sums["units"])
        found["value"] += from_units(sums["value"], 2)
        said = Foreign.objects.filter(source=source, kind="order", record_id__in=part).values_list("said", flat=True)
        found["value_unrounded"] += sum((_exact(line) for one in said for line in one.get("lines", ())), Decimal(0))
        gone = Shipment.objects.filter(order__in=part, shipped_at__isnull=False).values_list("order", "shipped_at", "order__promised_on")
        shipped = {pk for pk, _at, _promised in gone}
        found["not_shipped"] += len(part) - len(shipped)
        found["late"] += len({pk for pk, at, promised in gone if promised and timezone.localdate(at) > promised})
        found["returned_orders"] += Problem.objects.filter(order__in=part, is_imported=True).values("order").distinct().count()
    for name, decimals in (("units", 3), ("value", 2), ("value_unrounded", 4)):
        amount = round(found[name], decimals)
        found[name] = int(amount) if name == "units" and amount == int(amount) else float(amount)
    return found


def _exact(line: list[Any]) -> Decimal:
    """What the file says that a line came to: its amount, else quantity times price less the discount."""
    quantity, price, discount, amount = (None if one is None else Decimal(one) for one in line[2:])
    if amount is not None:
        return amount
    return (quantity or Decimal(0)) * (price or Decimal(0)) * (1 - (discount or Decimal(0)) / 100)
