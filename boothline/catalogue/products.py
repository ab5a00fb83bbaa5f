"""Products and variants. A variant (SKU) is what is priced, packed, ordered and shipped; a product is what people talk about.

Nothing that was ever shown or sold is deleted: a product that is not offered any more is retired, and old lines live on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import require
from boothline.catalogue import events
from boothline.catalogue.lists import STOCK_KINDS
from boothline.core.actors import Actor
from boothline.core.errors import Doubted, Refused, RowFailed, Stale
from boothline.core.money import check_price, check_quantity, currency_field, figure, price_field, quantity_field, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record, insert, refuse_taken, revise
from boothline.core.slots import ask
from boothline.core.text import phrase, sort_key
from boothline.files.attachments import Attachment, put_picture, remove
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import Telling, record, record_many

CLAIMS = "stock.claims"  # the room that knows who waits for goods holds them all, before a product or a variant is held
NAMES = ("name", "name_latin")
VARIANT_NAMES = ("words", "words_latin")
MOST_STEPS = 5  # step prices of a variant, as many as its form holds
CARTON = ("carton_quantity", "carton_length", "carton_width", "carton_height", "net_weight", "gross_weight")
ON_PAPERS = {*NAMES, *VARIANT_NAMES, *CARTON, "specification", "sku"}  # what the papers of ordered goods say of them

CODE_TAKEN = _("Another product has this code. Choose a different one.")
SKU_TAKEN = _("Another variant has this SKU. Choose a different one.")


class Products(models.QuerySet["Product"]):
    """Questions about products."""

    def visible_to(self, by: Actor) -> Products:
        """Everybody who works here sees the catalogue."""
        return self if by.kind != "guest" else self.none()

    def offered(self) -> Products:
        """What can be shown and sold."""
        return self.filter(retired_at=None)

    def for_list(self) -> Products:
        """With what a list shows."""
        return self.prefetch_related("variants")

    def search(self, words: str, by: Actor) -> Products:
        """By name, pinyin, code or SKU."""
        return self.filter(pk__in=index.found(words, "product").values("record_id"))


class Product(Record):
    """A product with its family and its words in both languages."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_latin = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    sort_key = models.CharField(max_length=200, default="", editable=False)
    family = models.CharField(_("family"), max_length=100, blank=True, default="")
    family_latin = models.CharField(_("family in English"), max_length=100, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=20, default="pcs")
    minimum = quantity_field(verbose_name=_("minimum quantity"), default=1)
    lead_days = models.PositiveSmallIntegerField(_("lead time, days"), default=0)
    specification = models.TextField(_("specification"), blank=True, default="")
    retired_at = models.DateTimeField(null=True, editable=False)
    extra = models.JSONField(default=dict, editable=False)
    privacy = tags(
        code=PLAIN,
        name=PLAIN,
        name_latin=PLAIN,
        sort_key=PLAIN,
        family=PLAIN,
        family_latin=PLAIN,
        unit=PLAIN,
        specification=PLAIN,
        extra=PLAIN,
    )

    objects = Products.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sort_key", "id"], name="product_sort")]

    def __str__(self) -> str:
        return self.named(get_language() or "zh")

    def named(self, language: str) -> str:
        """The name for a reader of this language."""
        return self.name if language.startswith("zh") or not self.name_latin else self.name_latin

    def findable(self) -> Findable:
        """By its names, its code and the codes of what is sold."""
        codes = [variant.sku for variant in self.variants.all()]
        return Findable(self, open=spellings(self.name, self.name_latin, name=True) + spellings(self.code, *codes))

    @property
    def family_words(self) -> str:
        """The family as the reader calls it."""
        is_chinese = (get_language() or "zh").startswith("zh")
        return self.family if is_chinese or not self.family_latin else self.family_latin


def families() -> dict[str, str]:
    """{family: as the reader calls it}: every one of the catalogue, and what it is part of."""
    is_chinese = (get_language() or "zh").startswith("zh")
    found: dict[str, str] = {}
    named = Product.objects.exclude(family="").order_by("family", "family_latin").values_list("family", "family_latin").distinct()
    for family, latin in named:
        path, words = family.split("/"), latin.split("/")
        spoken = words if latin and len(words) == len(path) and not is_chinese else path
        found |= {"/".join(path[:n]): "/".join(spoken[:n]) for n in range(1, len(path) + 1)}
    return dict(sorted(found.items()))


def findable_products(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [product.findable() for product in Product.objects.filter(pk__in=ids).prefetch_related("variants")]


class Variants(models.QuerySet["Variant"]):
    """Questions about variants."""

    def visible_to(self, by: Actor) -> Variants:
        """Everybody who works here sees the catalogue."""
        return self if by.kind != "guest" else self.none()

    def kept(self) -> Variants:
        """Those of which stock is kept."""
        return self.exclude(stock_kind="always")

    def for_list(self) -> Variants:
        """With what the list of stock shows."""
        return self.select_related("product").prefetch_related("dues")

    def search(self, words: str, by: Actor) -> Variants:
        """By its SKU, or what finds the product."""
        return self.filter(models.Q(sku__icontains=words) | models.Q(product__in=Product.objects.all().search(words, by)))


class Variant(Record):
    """One sellable form of a product: its list price in one currency, the price below which a manager is asked, and
    how it is packed (a carton in cm, its weights in kg)."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField(_("SKU"), max_length=60, unique=True)
    words = models.CharField(_("variant"), max_length=200, blank=True, default="")
    words_latin = models.CharField(_("variant in English"), max_length=200, blank=True, default="")
    price = price_field(verbose_name=_("list price"))
    currency = currency_field()
    floor = price_field(verbose_name=_("floor price"), null=True, blank=True)
    carton_quantity = models.PositiveIntegerField(_("pieces a carton"), null=True, blank=True)
    carton_length = models.DecimalField(_("carton length, cm"), max_digits=6, decimal_places=1, null=True, blank=True)
    carton_width = models.DecimalField(_("carton width, cm"), max_digits=6, decimal_places=1, null=True, blank=True)
    carton_height = models.DecimalField(_("carton height, cm"), max_digits=6, decimal_places=1, null=True, blank=True)
    net_weight = models.DecimalField(_("net weight of a carton, kg"), max_digits=8, decimal_places=3, null=True, blank=True)
    gross_weight = models.DecimalField(_("gross weight of a carton, kg"), max_digits=8, decimal_places=3, null=True, blank=True)
    stock_kind = models.CharField(_("stock"), max_length=8, default="always", choices=list(STOCK_KINDS.items()))
    on_hand = quantity_field(default=Decimal(0), editable=False)  # kept, as the four below: catalogue/stock.py
    on_hand_reserved = quantity_field(default=Decimal(0), editable=False)
    missing = quantity_field(default=Decimal(0), editable=False)  # due and covered by nothing; of counted ones that is short
    short = quantity_field(default=Decimal(0), editable=False)
    privacy = tags(sku=PLAIN, words=PLAIN, words_latin=PLAIN, currency=PLAIN, stock_kind=PLAIN)
    labels = {"steps": _("step prices")}

    objects = Variants.as_manager()

    class Meta:
        ordering = ("sku",)
        constraints = [models.CheckConstraint(name="never_below_nothing", condition=models.Q(on_hand__gte=0, on_hand_reserved__gte=0))]
        indexes = [
            models.Index(fields=["-short", "-id"], name="variant_short", condition=~models.Q(stock_kind="always")),
        ]

    def __str__(self) -> str:
        return self.sku

    @property
    def keeps_stock(self) -> bool:
        """It is counted, or comes in for orders."""
        return self.stock_kind != "always"

    @property
    def free(self) -> Decimal:
        """On hand and reserved for nobody."""
        left: Decimal = self.on_hand - self.on_hand_reserved
        return left

    @property
    def coming(self) -> Decimal:
        """On its way."""
        return sum((due.quantity for due in self.dues.all()), Decimal(0))

    @property
    def coming_on(self) -> date | None:
        """The next day on which something of it is expected."""
        return min((due.on for due in self.dues.all()), default=None)

    def named(self, language: str) -> str:
        """What sets it apart, for a reader of this language."""
        return self.words if language.startswith("zh") or not self.words_latin else self.words_latin

    def full_name(self, language: str) -> str:
        """The product and what sets this variant apart, as it stands on papers."""
        return " ".join(filter(None, (self.product.named(language), self.named(language))))


class StepPrice(models.Model):
    """From this quantity on, one piece costs this; in the variant's currency."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="steps")
    from_quantity = quantity_field()
    price = price_field()

    class Meta:
        ordering = ("from_quantity",)
        constraints = [models.UniqueConstraint(fields=["variant", "from_quantity"], name="step_once")]

    def __str__(self) -> str:
        return f"{trimmed(self.from_quantity)}+ {trimmed(self.price)}"


@dataclass(frozen=True)
class Step:
    """A step price as it is entered."""

    from_quantity: Decimal
    price: Decimal


@dataclass
class NewProduct:
    """A product as it arrives by file: its one variant has the same code and this list price, and is packed so; it has none yet where
    its variants come with it, each by itself."""

    code: str
    name: str
    price: Decimal
    currency: str
    fields: dict[str, Any] = field(default_factory=dict)
    packing: dict[str, Any] = field(default_factory=dict)
    has_variant: bool = True


@dataclass
class NewVariant:
    """A variant as it arrives by file. `fields` are further ones of its own."""

    product: Product
    sku: str
    price: Decimal
    currency: str
    fields: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def check(self) -> None:
        """Refuses prices that cannot be."""
        check_prices(self.price, self.fields.get("floor"), self.steps)


@operation("catalogue.add_product")
def add_product(*, by: Actor, code: str, name: str, variants: list[dict[str, Any]], **fields: Any) -> Product:
    """Adds a product with its variants, each {"sku", "words", "price", "currency"}."""
    require(by, "catalogue.edit")
    refuse_taken(Product, "code", code, taken=CODE_TAKEN)
    product = insert(Product(code=code, name=name, sort_key=sort_key(name), **fields), field="code", taken=CODE_TAKEN)
    for values in variants:
        refuse_taken(Variant, "sku", values["sku"], taken=SKU_TAKEN)
        insert(Variant(product=product, **values), field="sku", taken=SKU_TAKEN)
    index.keep([product.findable()], are_new=True)
    record(events.PRODUCT_ADDED, subject=product, by=by, values={"code": code, "variants": [v["sku"] for v in variants]})
    return product


@operation("catalogue.add_products")
def add_products(products: list[NewProduct], *, by: Actor) -> list[Product]:
    """Adds products, each with one variant or with none yet, any number with the same few queries; answers in the same order. A code or
    SKU that is taken refuses its product, by name."""
    require(by, "catalogue.edit")
    _refuse_any_taken(products)
    made = [Product(code=p.code, name=p.name, sort_key=sort_key(p.name), **p.fields) for p in products]
    Product.objects.bulk_create(made, batch_size=1000)
    variants = [
        Variant(product=product, sku=p.code, price=p.price, currency=p.currency, **p.packing)
        for product, p in zip(made, products, strict=True)
        if p.has_variant
    ]
    Variant.objects.bulk_create(variants, batch_size=1000)
    models.prefetch_related_objects(made, "variants")
    index.keep([product.findable() for product in made], are_new=True)
    told = [Telling(m, values={"code": p.code, "variants": [p.code] * p.has_variant}) for m, p in zip(made, products, strict=True)]
    record_many(events.PRODUCT_ADDED, told, by=by)
    return made


def _refuse_any_taken(products: list[NewProduct]) -> None:
    codes = {product.code for product in products}
    taken = {*Product.objects.filter(code__in=codes).values_list("code", flat=True)}
    sold = {product.code for product in products if product.has_variant}
    taken |= sold & {*Variant.objects.filter(sku__in=sold).values_list("sku", flat=True)}
    if taken:
        raise RowFailed(CODE_TAKEN, subjects=[p for p in products if p.code in taken])


@operation("catalogue.edit_product")
def edit_product(product: Product, *, by: Actor, revision: int, values: dict[str, Any]) -> Product:
    """Edits a product's own fields."""
    require(by, "catalogue.edit", product)
    if "code" in values:
        refuse_taken(Product, "code", values["code"], taken=CODE_TAKEN, but=product.pk)
    if "name" in values:
        values = values | {"sort_key": sort_key(values["name"])}
    _hold_orders(product, _skus(product), values)
    changes = revise(product, revision=revision, values=values)
    changes.pop("sort_key", None)
    if changes:
        index.keep([product.findable()])
        record(events.PRODUCT_EDITED, subject=product, by=by, changes=changes)
    return product


@operation("catalogue.retire_product")
def retire(product: Product, *, by: Actor) -> Product:
    """Not offered any more: nobody can be briefed on it, and no line names it anew. Pressed twice, the first day stands."""
    require(by, "catalogue.edit", product)
    if Product.objects.filter(pk=product.pk, retired_at=None).update(retired_at=timezone.now()):
        record(events.PRODUCT_RETIRED, subject=product, by=by)
    product.refresh_from_db()
    return product


def refuse_retired(product: Product | None, field: str = "product") -> None:
    """What is not offered any more is neither shown nor named anew."""
    if product is not None and product.retired_at:
        raise Refused(
            phrase(_now("%(product)s is not offered any more. Choose another product."), {"product": product}), field=field, code="retired"
        )


@operation("catalogue.offer_product")
def offer(product: Product, *, by: Actor) -> Product:
    """Offered again."""
    require(by, "catalogue.edit", product)
    if Product.objects.filter(pk=product.pk, retired_at__isnull=False).update(retired_at=None):
        record(events.PRODUCT_OFFERED, subject=product, by=by)
    product.refresh_from_db()
    return product


@operation("catalogue.add_variant")
def add_variant(product: Product, *, by: Actor, sku: str, price: Decimal, steps: list[Step] | None = None, **fields: Any) -> Variant:
    """Adds a variant with its step prices."""
    require(by, "catalogue.edit", product)
    check_prices(price, fields.get("floor"), steps or [])
    refuse_taken(Variant, "sku", sku, taken=SKU_TAKEN)
    variant = insert(Variant(product=product, sku=sku, price=price, **fields), field="sku", taken=SKU_TAKEN)
    _write_steps(variant, steps or [])
    index.keep_all("product", [product.pk])
    record(events.VARIANT_ADDED, subject=product, by=by, values={"sku": sku})
    return variant


@operation("catalogue.add_variants")
def add_variants(variants: list[NewVariant], *, by: Actor) -> list[Variant]:
    """Adds variants with their step prices, any number with the same few queries; answers in the same order. A SKU that is taken, in
    whatever letters, refuses its variant, by name."""
    require(by, "catalogue.edit")
    for new in variants:
        new.check()
    _refuse_any_sku_taken(variants)
    made = [Variant(product=new.product, sku=new.sku, price=new.price, currency=new.currency, **new.fields) for new in variants]
    Variant.objects.bulk_create(made, batch_size=1000)
    steps = [(variant, step) for variant, new in zip(made, variants, strict=True) for step in new.steps]
    StepPrice.objects.bulk_create([StepPrice(variant=v, from_quantity=s.from_quantity, price=s.price) for v, s in steps], batch_size=1000)
    index.keep_all("product", {new.product.pk for new in variants})
    record_many(events.VARIANT_ADDED, [Telling(v.product, values={"sku": v.sku}) for v in made], by=by)
    return made


def _refuse_any_sku_taken(variants: list[NewVariant]) -> None:
    """Of two of this batch that are one SKU, the first may have it."""
    own = {new.sku.lower() for new in variants}
    rows = Variant.objects.annotate(low=Lower("sku")).filter(models.Q(sku__in={new.sku for new in variants}) | models.Q(low__in=own))
    seen = {sku.lower() for sku in rows.values_list("sku", flat=True)}
    taken = []
    for new in variants:
        taken += [new] if new.sku.lower() in seen else []
        seen.add(new.sku.lower())
    if taken:
        raise RowFailed(SKU_TAKEN, subjects=taken)


@operation("catalogue.edit_variant")
def edit_variant(variant: Variant, *, by: Actor, revision: int, values: dict[str, Any], steps: list[Step]) -> Variant:
    """Edits a variant and its step prices; the steps are part of what an editor must have seen."""
    require(by, "catalogue.edit", variant.product)
    check_prices(values.get("price", variant.price), values.get("floor"), steps)
    if "sku" in values:
        refuse_taken(Variant, "sku", values["sku"], taken=SKU_TAKEN, but=variant.pk)
    _hold_orders(variant, [variant.pk], values)
    was = [str(step) for step in variant.steps.all()]
    now = [f"{trimmed(step.from_quantity)}+ {trimmed(step.price)}" for step in sorted(steps, key=lambda step: step.from_quantity)]
    try:
        changes = revise(variant, revision=revision, values=values)
    except Stale as stale:
        stale.fields += [("steps", "\n".join(was), "\n".join(now))] if was != now else []
        raise
    if was != now:
        if not changes:
            Variant.objects.filter(pk=variant.pk).update(revision=models.F("revision") + 1)
        variant.steps.all().delete()
        _write_steps(variant, steps)
        changes["steps"] = [was, now]
    if changes:
        index.keep_all("product", [variant.product_id])
        record(events.VARIANT_EDITED, subject=variant.product, by=by, values={"sku": variant.sku}, changes=changes)
    variant.refresh_from_db()
    return variant


@operation("catalogue.add_picture")
def add_picture(product: Product, *, by: Actor, content: bytes, name: str) -> Attachment:
    """Keeps a picture that customers may see too."""
    require(by, "catalogue.edit", product)
    ask(CLAIMS, _skus(product))
    kept = put_picture(product, by=by.trusted(), content=content, name=name, visibility="customer")
    record(events.PICTURE_ADDED, subject=product, by=by, values={"name": kept.name})
    return kept


@operation("catalogue.remove_picture")
def remove_picture(product: Product, *, by: Actor, picture: Attachment) -> None:
    """Takes a picture off the product, for good."""
    require(by, "catalogue.edit", product)
    ask(CLAIMS, _skus(product))
    name = picture.name
    remove(picture, by=by.trusted())
    record(events.PICTURE_REMOVED, subject=product, by=by, values={"name": name})


def _skus(product: Product) -> list[int]:
    return list(product.variants.values_list("pk", flat=True))


def _hold_orders(changed: Record, variants: list[int], values: dict[str, Any]) -> None:
    """Whose goods are to be called or packed otherwise: they and their orders are held before the catalogue's rows are."""
    if any(name in ON_PAPERS and getattr(changed, name) != value for name, value in values.items()):
        ask(CLAIMS, variants)


def of_several(products: Iterable[int]) -> set[int]:
    """Which of these products have more than one variant: whoever names such a product has not said which variant they mean."""
    counted = Variant.objects.filter(product__in=products).order_by().values("product").annotate(many=models.Count("pk"))
    return set(counted.filter(many__gt=1).values_list("product", flat=True))


def first_variants(products: Iterable[Product]) -> dict[int, Variant]:
    """{product id: its first variant}, in one query."""
    found: dict[int, Variant] = {}
    for variant in Variant.objects.filter(product__in=products).select_related("product"):
        found.setdefault(variant.product_id, variant)
    return found


def step_price(variant: Variant, quantity: Decimal | None) -> Decimal:
    """What one piece costs when so many are taken: the list price, or the price of the highest step that is reached."""
    reached = [step for step in variant.steps.all() if quantity is not None and step.from_quantity <= quantity]
    price: Decimal = max(reached, key=lambda step: step.from_quantity).price if reached else variant.price
    return price


def below_list(variant: Variant | None, quantity: Decimal | None, price: Decimal | None, currency: str) -> Decimal | None:
    """By how many percent a unit price lies below the list, the step of that quantity counted; None where it does not (by a tenth at
    least), or where the list is in another currency."""
    if variant is None or price is None or variant.currency != currency:
        return None
    listed = step_price(variant, quantity)
    if not 0 <= price < listed:
        return None
    return ((listed - price) * 100 / listed).quantize(Decimal("0.1"), ROUND_HALF_UP) or None


FAR_BELOW = Decimal(90)  # percent below the list from which on a unit price is asked about


def check_meant(
    variant: Variant | None, quantity: Decimal | None, price: Decimal | None, currency: str, was: Decimal | None = None
) -> None:
    """Doubts a unit price that is hardly a tenth of the list, a point typed in the wrong place; what stands there was meant."""
    below = below_list(variant, quantity, price, currency) if price != was else None
    if variant and below is not None and below >= FAR_BELOW:
        values = {
            "sku": variant.sku,
            "price": figure(price or Decimal(0)),
            "n": figure(below),
            "list": figure(step_price(variant, quantity), 2),
        }
        raise Doubted(_now("%(sku)s: %(price)s is %(n)s%% below the list price of %(list)s. Is it meant so?") % values)


def check_not_free(price: Decimal, was: Decimal | None = None) -> None:
    """Doubts a list price of 0: every offer would begin with nothing, and count as priced."""
    if price == 0 != was:
        raise Doubted(_now("With a list price of 0 it is offered for nothing, and counts as priced. Is it meant so?"))


def check_prices(price: Decimal, floor: Decimal | None, steps: list[Step]) -> None:
    """Refuses a list price, a floor price and step prices that cannot stand together."""
    check_price(price)
    check_price(floor, field="floor")
    if floor is not None and floor > price:
        raise Refused(_now("The floor price lies above the list price. Correct one of them."), field="floor")
    for step in steps:
        check_quantity(step.from_quantity, field="steps")
        check_price(step.price, field="steps")
    if len(steps) > MOST_STEPS:
        raise Refused(_now("A variant has at most %(n)s step prices.") % {"n": MOST_STEPS}, field="steps")
    if len({step.from_quantity for step in steps}) < len(steps):
        raise Refused(_now("Two step prices begin at the same quantity. Take one of them out."), field="steps")


def _write_steps(variant: Variant, steps: list[Step]) -> None:
    StepPrice.objects.bulk_create(StepPrice(variant=variant, from_quantity=s.from_quantity, price=s.price) for s in steps)
