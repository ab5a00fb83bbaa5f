"""What an approval of goods data (102) stands on: the product's data as it was then. Each kind rests on a few fields of the catalogue;
a mark of them is kept with the approval, so that a change of anything else leaves it alone."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from boothline.catalogue.products import CARTON, NAMES, VARIANT_NAMES, Variant
from boothline.files.attachments import Attachment

PICTURES = "pictures"
GROUNDS: dict[str, tuple[str, ...]] = {  # by kind of goods data: fields of the product and of the variant; none has the name of another
    "specification": (*NAMES, "specification", *VARIANT_NAMES),
    "photos": (PICTURES,),
    "packing": CARTON,
    "label": (*NAMES, "sku", *VARIANT_NAMES),
    "weights": CARTON,
    "hs_code": (*NAMES, "specification"),
    "certificate": (*NAMES, "specification"),
}


@dataclass(frozen=True)
class Changed:
    """What changed in the catalogue: these fields of a product, or of one of its variants."""

    product: int
    fields: frozenset[str]
    sku: str = ""  # of the variant; empty: the product itself

    @property
    def kinds(self) -> set[str]:
        """The goods data that rests on one of them."""
        return {kind for kind, fields in GROUNDS.items() if self.fields & set(fields)}

    def concerns(self, kind: str, variant: Variant) -> bool:
        """Whether this kind of goods data of a variant rests on what changed."""
        return variant.product_id == self.product and self.sku in ("", variant.sku) and kind in self.kinds


def grounds_of(variants: Iterable[int]) -> dict[int, dict[str, str]]:
    """{variant id: {kind: mark of the data as it is}}: the same few questions for one variant and for a thousand."""
    goods = list(Variant.objects.select_related("product").filter(pk__in=set(variants)))
    products = list({variant.product_id: variant.product for variant in goods}.values())
    pictures: dict[int, list[str]] = defaultdict(list)
    for kept in Attachment.objects.of_many(products).filter(kind="picture") if products else ():
        pictures[kept.owner_id].append(kept.sha256)
    return {v.pk: {kind: _mark(v, fields, pictures[v.product_id]) for kind, fields in GROUNDS.items()} for v in goods}


def _mark(variant: Variant, fields: tuple[str, ...], pictures: list[str]) -> str:
    known: dict[str, str | list[str]] = {PICTURES: sorted(pictures)}
    for name in fields:
        if name not in known:
            value = getattr(variant if hasattr(variant, name) else variant.product, name)
            known[name] = "" if value is None else str(value)
    return hashlib.sha256(json.dumps([known[name] for name in fields]).encode()).hexdigest()
