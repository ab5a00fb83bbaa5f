"""The door of opportunities: how a row of another system's pipeline is read, and which opportunity it is.

Its id says which; a row without one is known by its words, the first, the second ... of its kind in the file: whom they mean here may
change, when customers are merged or renamed. A file without ids and one with them bring each opportunity once: where the words are new, the
deal that they mean is looked for. An opportunity moves on with a later file, never back.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.catalogue.products import Product, Variant
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, RowFailed
from boothline.core.money import check_price, check_unit, trimmed
from boothline.core.text import fold, listed
from boothline.customers.card import Customer
from boothline.exchange.dates import Dates
from boothline.exchange.foreign import NAMED, Arrival
from boothline.exchange.named import NOT_YET, customers, named
from boothline.exchange.opportunities import (
    DAYS,
    DELIVERED,
    ONWARDS,
    STAGES,
    Deal,
    Opportunity,
    deal_of,
    deals,
    follow,
    keep,
    land,
    move_on,
    stage_here,
    told_of,
    won_value,
)
from boothline.exchange.runs import Run
from boothline.exchange.stages import stage_of
from boothline.exchange.tables import Table
from boothline.exchange.values import currency_of, number, said

LIMITS = {"id": 190, "title": 200, "customer": 200, "product": 200, "seller": 100, "stage": 60, "currency": 20, "reason": 2000}
OF_A_DEAL = ("product", "variant", "value", "closed_on")  # what an order or a lost intention was made of
MOVING = {"stage", "customer", "product", "value", "reason"}  # what stands elsewhere than in the record itself
OWN = {"title": "title", "reason": "reason", "id": "key"}


class Pipeline:
    """The door of opportunities. What it says of records are their ids, of a value "1054.00 USD", of days their ISO form."""

    kind = "opportunity"

    def __init__(self, run: Run) -> None:
        self._run, self._currency = run, company().currency
        self._customers = customers(run)
        products = {pk: (code, name, latin) for pk, code, name, latin in Product.objects.values_list("pk", "code", "name", "name_latin")}
        variants = list(Variant.objects.order_by("pk").values_list("pk", "product", "sku"))
        self._variants: dict[int, list[int]] = defaultdict(list)
        for pk, product, _sku in variants:
            self._variants[product].append(pk)
        besides = [(word, pk) for pk, (code, _name, latin) in products.items() for word in (code, latin)]
        besides += [(sku, product) for _pk, product, sku in variants]
        self._products = named(
            "product", self._words["product"], run, {pk: name for pk, (_code, name, _latin) in products.items()}, besides
        )
        self._skus = {fold(sku): pk for pk, _product, sku in variants}
        people = list(User.objects.order_by("pk").values_list("pk", "name", "username"))
        self._people = named(
            "user", self._words["seller"], run, {pk: name for pk, name, _user in people}, [(user, pk) for pk, _n, user in people]
        )
        self._strangers: set[str] = set()  # sellers whom nobody knows; each is told once
        self._counted: Counter[tuple[str, ...]] = Counter()  # rows without an id, by their words, and by the deal that they mean
        self._meant: dict[str, tuple[Deal, int]] = {}  # {folded name of an arrival: its deal, which of its kind; 0: it has an id}
        self._file, self._delivered = "", 0
        self._coming: dict[int, bool] = {}  # {id in a dry run, below 0, of what hangs on a row that is not stored: it names a customer}

    # Reading.

    def look_at(self, table: Table) -> None:
        """A row without an id that another file says, too, is the same."""
        self._file = self._file or table.file
        self._counted.clear()

    def arriving(self, file: str, row: int, cells: dict[str, str], warn: Callable[[str], None]) -> Arrival:
        """A row, read."""
        values = {name: said(cell, LIMITS[name], self.words(name)) for name, cell in cells.items() if name in LIMITS}
        words = [fold(values.get(name, "")) for name in ("customer", "product", "seller")]
        stage = stage_of(values.pop("stage", ""))
        product, variant = self._offered(values.pop("product", ""))
        customer = self._customers.find(values["customer"]) if values.get("customer") else None
        seller = self._seller(values.pop("seller", ""), warn)
        days = {name: Dates().day(cells.get(name, ""), self.words(name)) for name in DAYS}
        value = self._value(cells.get("value", ""), values.pop("currency", ""))
        _check(stage, days, value, variant if product else 1)
        told = {
            "stage": stage, "product": str(product or ""), "variant": str(variant or ""), "seller": str(seller or ""), "value": value,
            "customer": values.pop("customer", "") if customer == NOT_YET else str(customer or ""),
            **{name: day.isoformat() if day else "" for name, day in days.items()},
        }  # fmt: skip
        values.pop("customer", None)
        own_id = values.get("id", "")
        shown = [own_id] if own_id else [listed(cell for name, cell in cells.items() if cell.strip())[:300]]
        told |= values
        deal, key, nth = deal_of(told), own_id, 0
        if not own_id:
            words += [told[name] for name in ("stage", *DAYS, "value")] + [values.get("title", "")]
            nth_said, nth = self._count(("words", *words)), self._count(("deal", *deal))
            key = NAMED + hashlib.sha256("\n".join([*words, str(nth_said)]).encode()).hexdigest()
            shown += [f"#{nth_said}"] if nth_said > 1 else []
        name = " ".join(shown)
        if self._meant.setdefault(fold(name), (deal, nth)) != (deal, nth):
            self._meant[fold(name)] = ((), 0)  # two rows of one name that mean two deals
        return Arrival(file, row, key, name, {name: value for name, value in told.items() if value})

    def _count(self, of: tuple[str, ...]) -> int:
        self._counted[of] += 1
        return self._counted[of]

    def _offered(self, cell: str) -> tuple[int, int]:
        """(product, variant); no variant where the product has several and the cell names none of them."""
        if not cell:
            raise Refused(_("Nothing says which product it is about. Fill it in."))
        product = self._products.find(cell)
        variants = self._variants.get(product, [])
        meant = self._skus.get(fold(cell), 0)
        return product, meant if meant in variants else variants[0] if len(variants) == 1 else 0

    def _seller(self, name: str, warn: Callable[[str], None]) -> int:
        """Who sells it; somebody whom nobody knows is told once, and left out."""
        if not name or fold(name) in self._strangers:
            return 0
        try:
            return self._people.find(name)
        except Refused as refused:
            self._strangers.add(fold(name))
            warn(_("%(why)s The opportunities are left without a seller.") % {"why": refused.words})
            return 0

    def _value(self, cell: str, written: str) -> str:
        found = number(cell, self.words("value"))
        if found is None:
            return ""
        currency = currency_of(written, found[1], self._currency)
        check_price(found[0])
        check_unit(found[0], currency, "value")
        return f"{trimmed(found[0], 2)} {currency}"

    # Knowing again.

    def called(self, names: Iterable[str]) -> dict[str, list[Opportunity]]:
        """Those of the same source that say all the same: for a row without an id the first, second ... of them, for one with an id the
        next that came without."""
        wanted = {fold(name): self._meant.get(fold(name), ((), 0)) for name in names}
        products = {int(deal[2]) for deal, _nth in wanted.values() if deal and deal[2]}
        same: dict[Deal, list[int]] = defaultdict(list)
        free: dict[Deal, list[int]] = defaultdict(list)
        for pk, key, deal in deals(Opportunity.objects.filter(source=self._run.source, product__in=products)):
            same[deal].append(pk)
            free[deal] += [] if key else [pk]
        chosen: dict[str, int] = {}
        for name, (deal, nth) in wanted.items():
            if nth and len(same[deal]) >= nth:
                chosen[name] = same[deal][nth - 1]
            elif not nth and free[deal]:
                chosen[name] = free[deal].pop(0)
        held = self.held(chosen.values())
        return {name: [held[pk]] for name, pk in chosen.items()}

    def held(self, ids: Iterable[int]) -> dict[int, Opportunity]:
        """By their ids."""
        rows = Opportunity.objects.select_related("customer", "product", "variant__product", "seller", "intention", "order")
        return rows.in_bulk(list(ids))

    def stands(self, record: Opportunity) -> dict[str, Any]:
        """What is on file now. The stage is what became of its intention here, whatever the last file said."""
        return told_of(record)

    # Storing.

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Opportunity]:
        """New ones, each as the fact that its stage says; without a customer they wait."""
        made = [self._new(arrival) for arrival in arrivals]
        known = [one for one, a in zip(made, arrivals, strict=True) if one.product_id and (one.customer_id or not a.said.get("customer"))]
        self._fetch(known)
        self._delivered += sum(one.is_delivered for one, a in zip(made, arrivals, strict=True) if a.said.get("customer"))
        try:
            land(known, by=by)
        except RowFailed as failed:
            bad = {id(one) for one in failed.subjects}
            raise RowFailed(failed.words, subjects=[a for one, a in zip(made, arrivals, strict=True) if id(one) in bad]) from failed
        Opportunity.objects.bulk_create(known, batch_size=500)
        for one, arrival in zip(made, arrivals, strict=True):
            if one.pk is None:
                one.pk = -1 - len(self._coming)
                self._coming[one.pk] = "customer" in arrival.said
        return made

    def edit(self, record: Opportunity, said: dict[str, Any], by: Actor) -> None:
        """What the file says otherwise now. What it became here is changed by moving on; anything else of that is corrected there."""
        was, stage = record.stage, said.get("stage", record.stage)
        _check_onwards(record, said, stage)
        fields = self._write(record, said)
        if said.keys() & MOVING:
            self._fetch([record])
            if stage != was or "customer" in said:
                move_on(record, was if "customer" not in said else "", by=by)
            elif record.customer_id and stage_here(record) == stage:  # else somebody decided it here
                follow(record, said.keys(), by=by)
        keep([record], fields)

    def _new(self, arrival: Arrival) -> Opportunity:
        made = Opportunity(source=self._run.source, currency=self._currency)
        self._write(made, arrival.said)
        return made

    def _write(self, record: Opportunity, said: dict[str, Any]) -> list[str]:
        """Puts what is said into the record; the names of the columns."""
        values: dict[str, Any] = {OWN[name]: said[name] for name in OWN if name in said}
        values |= {f"{name}_id": int(said[name]) for name in ("customer", "product", "variant", "seller") if said.get(name, "").isdigit()}
        values |= {name: date.fromisoformat(said[name]) for name in DAYS if name in said}
        if "value" in said:
            amount, values["currency"] = said["value"].split()
            values["value"] = Decimal(amount)
        values |= {"stage": said["stage"]} if "stage" in said else {}
        for name, value in values.items():
            setattr(record, name, value)
        return [*(name.removesuffix("_id") for name in values), "intention", "order"]

    def _fetch(self, records: list[Opportunity]) -> None:
        """Whom and what they name, the same few queries for any number."""
        whose = Customer.objects.in_bulk({one.customer_id for one in records} - {None})
        products = Product.objects.in_bulk({one.product_id for one in records})
        variants = Variant.objects.select_related("product").in_bulk({one.variant_id for one in records} - {None})
        people = User.objects.in_bulk({one.seller_id for one in records} - {None})
        for one in records:
            one.customer, one.product = whose.get(one.customer_id or 0), products[one.product_id]
            one.variant, one.seller = variants.get(one.variant_id or 0), people.get(one.seller_id or 0)

    # Answering.

    def figures(self, records: Iterable[Opportunity]) -> dict[str, Any]:
        """How many stand at which stage, what those won are worth as orders, and how many wait without a customer."""
        found = list(records)
        stages = Counter(told_of(one)["stage"] for one in found)
        stages["engaging"] += stages.pop("in_contract", 0)
        waiting = sum(one.customer_id is None and not self._coming.get(one.pk) for one in found)
        if waiting:
            words = ngettext(
                "%(num)s opportunity names no customer. It waits for one, with product, seller and stage: Imports shows it.",
                "%(num)s opportunities name no customer. They wait for one, with product, seller and stage: Imports shows them.",
                waiting,
            )
            self._run.warn(self._file, 1, words % {"num": f"{waiting:,}"})
        if self._delivered:
            words = ngettext(
                "%(num)s won opportunity is more than %(days)s days old: its order counts as delivered.",
                "%(num)s won opportunities are more than %(days)s days old: their orders count as delivered.",
                self._delivered,
            )
            self._run.warn(self._file, 1, words % {"num": f"{self._delivered:,}", "days": DELIVERED.value})
        return {"opportunities": {stage: stages[stage] for stage in STAGES}, "value": self._worth(found), "without_customer": waiting}

    def _worth(self, found: list[Opportunity]) -> Any:
        """What the orders come to: a number, or one a currency where there are several."""
        if self._run.is_dry:
            won: dict[str, Decimal] = defaultdict(Decimal)
            for one in found:
                won[one.currency] += one.value or 0 if one.stage == "won" and (one.customer_id or self._coming.get(one.pk)) else 0
        else:
            won = defaultdict(Decimal, won_value([one.pk for one in found]))
        plain = {currency: int(sum_) if sum_ == int(sum_) else float(sum_) for currency, sum_ in won.items() if sum_}
        return plain if len(plain) > 1 else next(iter(plain.values()), 0)

    @cached_property
    def _words(self) -> dict[str, str]:
        return all_words()

    def words(self, name: str) -> str:
        """As the list has them."""
        return self._words[name]


def all_words() -> dict[str, str]:
    """What the columns are called."""
    return {
        "id": _("id"), "title": pgettext("opportunity", "title"), "stage": _("stage"), "customer": _("customer"), "product": _("product"),
        "variant": _("variant"), "seller": _("seller"), "opened_on": _("begun on"), "closed_on": _("closed on"),
        "value": pgettext("opportunity", "value"), "currency": _("currency"), "reason": _("why lost"),
    }  # fmt: skip


def _check(stage: str, days: dict[str, date | None], value: str, variant: int) -> None:
    """What cannot have been."""
    closed = days["closed_on"] if stage in ("won", "lost") else None
    ahead = next((day for day in (days["opened_on"], closed) if day and day > clock.today()), None)
    if ahead:
        raise Refused(_("%(day)s lies ahead: what has begun or is closed has passed. Check the days.") % {"day": ahead})
    if stage == "won" and not value:
        raise Refused(_("It is won and becomes an order, and nothing says what it is worth. Fill in the value."))
    if stage == "won" and not variant:
        raise Refused(_("It is won and becomes an order, and its product has several variants. Name the one that was sold by its SKU."))


def _check_onwards(record: Opportunity, said: dict[str, Any], stage: str) -> None:
    """Refuses what would go back, or change what was made of it."""
    if record.customer_id is None:
        return
    if stage != record.stage and stage not in ONWARDS[record.stage]:
        words = _("It is %(now)s here, and a file does not set it back to %(then)s.")
        raise Refused(words % {"now": STAGES[record.stage], "then": STAGES[stage]})
    made = {"won": OF_A_DEAL, "lost": OF_A_DEAL, "engaging": ("product", "variant")}.get(record.stage, ())
    fixed = ["customer", *(made if record.stage in (stage, "engaging") else ())]
    if bad := [all_words()[name] for name in fixed if name in said]:
        what = record.order or record.intention or record.product
        words = _("It stands here as %(what)s already. Correct that there, not by a file: %(fields)s.")
        raise Refused(words % {"what": what, "fields": listed(bad)})
