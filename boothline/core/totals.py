"""What a deal costs, the one home of the formula (rule book 6.4):

T = sum of rounded lines + charges - order discount - allowances + tax where prices are without it.

Tax = (lines + charges - order discount) x rate, rounded once to the currency's unit; where no rate is said, the prices are with tax and
nothing is added. What is charged or taken off afterwards (a cancellation fee, an allowance) is an amount that T rises or falls by: its
tax is in it. Lines 1,000.00, freight 120.00, discount 50.00, 13 %: 1,070.00 + 139.10 = 1,209.10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from boothline.core.errors import Refused, together
from boothline.core.money import amount_field, check_unit, figure, kept, money_words, round_line, share
from boothline.core.privacy import BOOKS, tags

ZERO = Decimal("0.00")
CHARGES = {
    "freight": pgettext_lazy("charge", "freight"),
    "insurance": pgettext_lazy("charge", "insurance"),
    "packing": pgettext_lazy("charge", "packing"),
    "tooling": pgettext_lazy("charge", "tooling"),
    "other_charge": gettext_lazy("other charge"),
}


@dataclass(frozen=True)
class PriceTerms:
    """What a deal costs beside its goods: charges, an amount off the whole, and tax where the prices are without it."""

    freight: Decimal = ZERO
    insurance: Decimal = ZERO
    packing: Decimal = ZERO
    tooling: Decimal = ZERO
    other_charge: Decimal = ZERO
    other_words: str = ""
    order_discount: Decimal = ZERO
    tax_rate: Decimal | None = None

    @property
    def charges(self) -> dict[str, Decimal]:
        """Those that are asked for."""
        return {code: amount for code in CHARGES if (amount := getattr(self, code))}

    @property
    def is_plain(self) -> bool:
        """The goods are all of it."""
        return not self.charges and not self.order_discount and self.tax_rate is None

    def columns(self) -> dict[str, Any]:
        """As a record keeps them."""
        return asdict(self)

    def said(self) -> list[str]:
        """What a hash of the document takes in; nothing where there is nothing."""
        return [] if self.is_plain else [f"{value:.2f}" if isinstance(value, Decimal) else str(value) for value in asdict(self).values()]

    def without_charges(self) -> PriceTerms:
        """Nothing is charged or taken off; whether prices are with tax stays."""
        return PriceTerms(tax_rate=self.tax_rate)

    def shared(self, weights: list[Decimal], currency: str) -> list[PriceTerms]:
        """Split by value, so that each amount adds up to the cent (largest remainder)."""
        parts = {name: share(getattr(self, name), weights, currency) for name in AMOUNTS}
        each: list[dict[str, Any]] = [{name: parts[name][i] for name in AMOUNTS} for i in range(len(weights))]
        return [replace(self, **amounts) for amounts in each]

    def joined(self, other: PriceTerms) -> PriceTerms:
        """Of two orders that become one: sums, and both words."""
        words = "；".join(dict.fromkeys(filter(None, (self.other_words, other.other_words))))[:100]
        amounts: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in AMOUNTS}
        return replace(self, other_words=words, **amounts)


AMOUNTS = (*CHARGES, "order_discount")
NAMES = tuple(field.name for field in fields(PriceTerms))


class Priced(models.Model):
    """Columns for them, of every document of a deal."""

    freight = amount_field(verbose_name=CHARGES["freight"], default=ZERO)
    insurance = amount_field(verbose_name=CHARGES["insurance"], default=ZERO)
    packing = amount_field(verbose_name=CHARGES["packing"], default=ZERO)
    tooling = amount_field(verbose_name=CHARGES["tooling"], default=ZERO)
    other_charge = amount_field(verbose_name=CHARGES["other_charge"], default=ZERO)
    other_words = models.CharField(gettext_lazy("what the other charge is for"), max_length=100, blank=True, default="")
    order_discount = amount_field(verbose_name=gettext_lazy("order discount"), default=ZERO)
    tax_rate = models.DecimalField(gettext_lazy("tax added, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    privacy = tags(other_words=BOOKS)

    class Meta:
        abstract = True

    def price_terms(self) -> PriceTerms:
        """As they stand."""
        return PriceTerms(**{name: getattr(self, name) for name in NAMES})


@dataclass(frozen=True)
class Costs:
    """What a deal costs, part by part."""

    goods: Decimal
    terms: PriceTerms
    currency: str
    besides: Decimal = ZERO

    @property
    def charged(self) -> Decimal:
        """All charges."""
        return sum(self.terms.charges.values(), ZERO)

    @property
    def taxed(self) -> Decimal:
        """What tax is counted from."""
        return self.goods + self.charged - self.terms.order_discount

    @property
    def off_goods(self) -> Decimal:
        """How much of the goods' value the order discount takes off, in percent."""
        return self.terms.order_discount / self.goods * 100 if self.goods else Decimal(0)

    def left_of(self, price: Decimal) -> Decimal:
        """What the order discount leaves of a unit price, by its part of the goods' value."""
        return round(price * (1 - self.off_goods / 100), 4) if self.terms.order_discount else price

    @property
    def tax(self) -> Decimal:
        """Rounded once."""
        return round_line(self.taxed * (self.terms.tax_rate or 0) / 100, self.currency)

    @property
    def total(self) -> Decimal:
        """T. Whoever writes it down asks whether a column can hold it (`money.kept`)."""
        return self.taxed + self.tax + self.besides

    @property
    def is_plain(self) -> bool:
        """The goods are all of it: nobody needs to read a sum."""
        return self.terms.is_plain and not self.besides

    @property
    def labels(self) -> dict[str, str]:
        """What its parts are called, in the reader's language."""
        return {
            "goods": pgettext("costs", "goods"), "charges": pgettext("costs", "charges"), "tax": pgettext("costs", "tax"),
            "besides": pgettext("costs", "fees") if self.besides > 0 else pgettext("costs", "allowances"),
        }  # fmt: skip

    def rows(self) -> list[tuple[str, str, Decimal]]:
        """(code, words, amount) of each part before the total, in the reader's language; none where the goods are all of it."""
        if self.is_plain:
            return []
        found = [("goods", self.labels["goods"], self.goods)]
        found += [(code, self._charge(code), amount) for code, amount in self.terms.charges.items()]
        if self.terms.order_discount:
            found.append(("order_discount", str(_("order discount")), -self.terms.order_discount))
        if self.terms.tax_rate is not None:
            found.append(("tax", _("tax %(rate)s%%") % {"rate": figure(self.terms.tax_rate)}, self.tax))
        if self.besides:
            found.append(("besides", self.labels["besides"], self.besides))
        return found

    def _charge(self, code: str) -> str:
        return self.terms.other_words if code == "other_charge" and self.terms.other_words else str(CHARGES[code])


def summed(amounts: Iterable[Decimal], terms: PriceTerms, currency: str, besides: Decimal = ZERO) -> Costs:
    """The sum of a deal from the rounded amounts of its lines; `besides` was charged (+) or taken off (-) since."""
    return Costs(sum(amounts, ZERO), terms, currency, besides)


def with_tax(amount: Decimal, terms: PriceTerms, currency: str) -> Decimal:
    """What an amount at these prices costs: with the tax that is added to them."""
    return amount + round_line(amount * (terms.tax_rate or 0) / 100, currency)


def check_terms(terms: PriceTerms, currency: str) -> None:
    """Refuses what no deal can say: a charge below 0, parts of a cent, a rate that is none, a charge for nobody knows what."""
    together(
        *(partial(_check_amount, terms, name, currency) for name in AMOUNTS), partial(_check_rate, terms), partial(_check_words, terms)
    )


def _check_amount(terms: PriceTerms, name: str, currency: str) -> None:
    amount = getattr(terms, name)
    if amount < 0:
        message = _("An amount taken off is entered without a minus.") if name == "order_discount" else _("A charge cannot be below 0.")
        raise Refused(message, field=name)
    check_unit(amount, currency, name)
    kept(amount)


def _check_rate(terms: PriceTerms) -> None:
    rate = terms.tax_rate
    if rate is not None and not 0 <= rate <= 100:
        raise Refused(_("The tax rate lies between 0 and 100 percent."), field="tax_rate")
    if rate is not None and rate != round(rate, 2):
        raise Refused(_("A tax rate has at most 2 decimals."), field="tax_rate")


def _check_words(terms: PriceTerms) -> None:
    if terms.other_charge and not terms.other_words:
        raise Refused(_("Say what the other charge is for: the customer reads it."), field="other_words")


def check_discount(goods: Decimal, terms: PriceTerms, currency: str) -> None:
    """An amount off the whole leaves something of the goods to pay."""
    if terms.order_discount and terms.order_discount >= goods:
        words = _("The order discount of %(amount)s must be below the value of the goods, %(goods)s.")
        values = {"amount": money_words(terms.order_discount, currency), "goods": money_words(goods, currency)}
        raise Refused(words % values, field="order_discount", code="discount")


def terms_from(values: Mapping[str, Any], was: PriceTerms = PriceTerms()) -> PriceTerms:
    """The terms as they are to be: what is among the values, else as they were."""
    return replace(was, **{name: values[name] for name in NAMES if name in values})
