"""A briefing (401) on page and paper: what a customer is shown of each product, the same on tablet, link and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.catalogue.products import Variant
from boothline.core.money import money_words
from boothline.core.text import bracketed, in_turn
from boothline.core.units import unit_words
from boothline.documents import trade
from boothline.documents.press import print_pdf
from boothline.files.attachments import Attachment
from boothline.negotiation.briefing import Briefing, BriefingItem
from boothline.negotiation.prices import Priced, prices_for

TEMPLATE = Path(__file__).parent / "typst" / "briefing.typ"


@dataclass(frozen=True)
class Shown:
    """One product as the customer reads it; no price where none may be shown."""

    item: BriefingItem
    name: str
    code: str
    pictures: list[Attachment]
    specification: str
    variants: list[str]
    price: Decimal | None
    currency: str
    price_words: str
    steps: list[str]
    minimum: str
    lead_days: int


def rows_of(briefing: Briefing, language: str) -> list[Shown]:
    """The products of a briefing, with pictures that customers may see."""
    items = list(
        briefing.items.select_related("product", "variant", "chosen").prefetch_related("product__variants", "variant__steps").order_by("id")
    )
    pictures: dict[int, list[Attachment]] = {}
    for picture in Attachment.objects.of_many([item.product for item in items]).filter(visibility="customer", kind="picture"):
        pictures.setdefault(picture.owner_id, []).append(picture)
    return [_row(item, language, pictures.get(item.product_id, [])) for item in items]


def _row(item: BriefingItem, language: str, pictures: list[Attachment]) -> Shown:
    product = item.product
    first = item.variant
    return Shown(
        item=item, name=product.named(language), code=product.code, pictures=pictures, specification=product.specification,
        variants=[words for v in product.variants.all() if (words := v.named(language))], price=item.price, currency=item.currency,
        price_words=str(item.get_price_kind_display()) if item.price_kind else "",
        steps=_steps(first, product.unit, language) if first and item.price_kind != "agreed" else [],
        minimum=_pieces(product.minimum, product.unit, language) if product.minimum > 1 else "",
        lead_days=product.lead_days,
    )  # fmt: skip


def choices_of(briefing: Briefing, rows: Sequence[Shown], language: str) -> dict[int, list[tuple[int, str]]]:
    """{item id: (variant id, words)} of products that come in several variants: which may be meant; with its price for this customer where
    they differ."""
    several = {row.item.pk: variants for row in rows if len(variants := list(row.item.product.variants.all())) > 1}
    every = [variant for variants in several.values() for variant in variants]
    priced = dict(zip(every, prices_for(briefing.customer, [(variant, None) for variant in every]), strict=True)) if every else {}
    found = {}
    for pk, variants in several.items():
        is_alike = len({priced[variant] for variant in variants}) == 1
        found[pk] = [(v.pk, in_turn([v.named(language) or v.sku, *([] if is_alike else [_worth(priced[v])])])) for v in variants]
    return found


def _worth(priced: Priced) -> str:
    return _("on request") if priced.price is None else money_words(priced.price, priced.currency)


def _steps(variant: Variant, unit: str, language: str) -> list[str]:
    """Step prices that may be shown: none below the floor price."""
    shown = [step for step in variant.steps.all() if variant.floor is None or step.price >= variant.floor]
    return [
        _("from %(quantity)s: %(price)s")
        % {
            "quantity": _pieces(step.from_quantity, unit, language),
            "price": money_words(step.price, variant.currency),
        }
        for step in shown
    ]


def _pieces(quantity: Decimal, unit: str, language: str) -> str:
    return f"{format_decimal(quantity, locale=trade.locale_of(language))} {unit_words(unit, quantity)}"


def print_sheet(briefing: Briefing, language: str) -> bytes:
    """The briefing as a PDF in one language."""
    with override(language):
        return print_pdf(TEMPLATE, _data(briefing, language))


def _data(briefing: Briefing, language: str) -> dict[str, Any]:
    customer = briefing.customer
    return {
        "title": _("Product briefing"),
        "number": date_format(briefing.shown_at, "DATE_FORMAT"),
        "lang": "zh" if language.startswith("zh") else "en",
        "seller": trade.seller(language),
        "buyer": {"name": str(customer), "address": customer.address},
        "words": trade.words(),
        "facts": [[_("Date"), date_format(briefing.shown_at, "DATE_FORMAT")]]
        + ([[_("For"), briefing.contact.name]] if briefing.contact else []),
        "products": [
            {"name": row.name, "code": row.code, "text": row.specification, "facts": _facts(row, language)}
            for row in rows_of(briefing, language)
        ],
    }


def _facts(row: Shown, language: str) -> list[list[str]]:
    price = _("on request") if row.price is None else bracketed(money_words(row.price, row.currency), row.price_words)
    facts = [[_("Price"), price], [_("Step prices"), " · ".join(row.steps)], [_("Variants"), " · ".join(row.variants)]]
    facts += [[_("Minimum quantity"), row.minimum], [_("Lead time"), _("%(n)s days") % {"n": row.lead_days} if row.lead_days else ""]]
    return [fact for fact in facts if fact[1]]
