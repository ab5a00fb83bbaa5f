"""The exhibits of a fair 展品清单: which product lies at the booth, how many pieces went out, came back, were sold, and where each is kept.

One row a variant and fair. What of it was shown to visitors, a room above counts and shows beside it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.accounts.rights import require
from boothline.catalogue.products import Variant
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record, revise
from boothline.fairs import events
from boothline.fairs.editions import Fair
from boothline.timeline.history import record

MOST = 100_000  # pieces


class Exhibit(Record):
    """One variant that is shown at one fair. What came back or was sold is empty while nobody has counted it."""

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="exhibits")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("article"))
    pieces = models.PositiveIntegerField(gettext_lazy("pieces taken along"), default=1)
    back = models.PositiveIntegerField(pgettext_lazy("exhibit", "pieces back"), null=True, blank=True)
    sold = models.PositiveIntegerField(pgettext_lazy("exhibit", "pieces sold"), null=True, blank=True)
    sample_number = models.CharField(gettext_lazy("sample no."), max_length=40, blank=True, default="")
    place = models.CharField(gettext_lazy("place at the booth"), max_length=100, blank=True, default="")
    privacy = tags(sample_number=PLAIN, place=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fair", "variant"], name="exhibit_once")]

    def __str__(self) -> str:
        return str(self.variant)

    @property
    def missing(self) -> int | None:
        """Pieces that neither came back nor were sold; None while nobody has counted."""
        return None if self.back is None and self.sold is None else self.pieces - (self.back or 0) - (self.sold or 0)


@operation("fairs.add_exhibit")
def add_exhibit(fair: Fair, *, by: Actor, variant: Variant, **values: Any) -> Exhibit:
    """Puts a variant on the list."""
    require(by, "fairs.edit", fair)
    _check(values)
    Fair.objects.select_for_update(of=("self",), no_key=True).get(pk=fair.pk)
    if fair.exhibits.filter(variant=variant).exists():
        raise Refused(_("This article is on the list already. Change the number there."), field="variant", code="taken")
    made = Exhibit.objects.create(fair=fair, variant=variant, **values)
    record(events.EXHIBIT_ADDED, subject=fair, by=by, values={"exhibit": variant, "pieces": made.pieces})
    return made


@operation("fairs.edit_exhibit")
def edit_exhibit(exhibit: Exhibit, *, by: Actor, revision: int, values: dict[str, Any]) -> Exhibit:
    """Corrects a row, or counts what came back and was sold."""
    require(by, "fairs.edit", exhibit.fair)
    _check({name: getattr(exhibit, name) for name in ("pieces", "back", "sold")} | values)
    changes = revise(exhibit, revision=revision, values=values)
    if changes:
        record(events.EXHIBIT_EDITED, subject=exhibit.fair, by=by, values={"exhibit": exhibit}, changes=changes)
    return exhibit


@operation("fairs.remove_exhibit")
def remove_exhibit(exhibit: Exhibit, *, by: Actor) -> None:
    """Takes a row off the list."""
    require(by, "fairs.edit", exhibit.fair)
    record(events.EXHIBIT_REMOVED, subject=exhibit.fair, by=by, values={"exhibit": exhibit})
    exhibit.delete()


def _check(values: dict[str, Any]) -> None:
    pieces, gone = values["pieces"], (values.get("back") or 0) + (values.get("sold") or 0)
    if not 1 <= pieces <= MOST:
        raise Refused(_("At least one piece is shown."), field="pieces")
    if gone > pieces:
        words = _("%(gone)s pieces came back or were sold, but only %(pieces)s were taken along. Correct one of the numbers.")
        raise Refused(words % {"gone": gone, "pieces": pieces}, field="back", code="too_many")
