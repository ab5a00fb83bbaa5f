"""Relations between products: which is an accessory of another, a spare of it, goes with it, of the same series, or above it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.catalogue import events
from boothline.catalogue.lists import RELATIONS
from boothline.catalogue.products import Product
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.timeline.history import record


class Relations(models.QuerySet["Relation"]):
    """Questions about relations."""

    def visible_to(self, by: Actor) -> Relations:
        """Everybody who works here sees the catalogue."""
        return self if by.kind != "guest" else self.none()


class Relation(Record):
    """Whoever has `product` may want `other`, and why."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="related_from")
    kind = models.CharField(gettext_lazy("relation"), max_length=12, choices=list(RELATIONS.items()))
    privacy = tags(kind=PLAIN)

    objects = Relations.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["product", "other"], name="relation_once")]

    def __str__(self) -> str:
        return f"{self.product} → {self.other}"


@operation("catalogue.relate")
def relate(product: Product, *, by: Actor, other: Product, kind: str) -> Relation:
    """Says what goes with a product. Said again, the newer kind stands."""
    require(by, "catalogue.edit", product)
    if other.pk == product.pk:
        raise Refused(_("Choose another product than this one."), field="other")
    if kind not in RELATIONS:
        raise Refused(_("Choose from the list."), field="kind")
    made, _new = Relation.objects.update_or_create(product=product, other=other, defaults={"kind": kind})
    record(events.RELATED, subject=product, by=by, values={"other": other, "relation": kind})
    return made


@operation("catalogue.unrelate")
def unrelate(relation: Relation, *, by: Actor) -> None:
    """It does not go with it any more."""
    require(by, "catalogue.edit", relation.product)
    record(events.UNRELATED, subject=relation.product, by=by, values={"other": relation.other, "relation": relation.kind})
    Relation.objects.filter(pk=relation.pk).delete()
