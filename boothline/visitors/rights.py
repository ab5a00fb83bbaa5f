"""Which rights this type enforces."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare
from boothline.core.actors import Actor


def registers(by: Actor, record: Any) -> bool:
    """A visitor without any account or link fills in the fair's own form."""
    return by.id is None and by.customer_id is None


def register() -> None:
    """Declares them."""
    declare("captures.take", _("capture visitors"), booth="all", sales="all", clerk="all", manager="all", admin="all", guests=registers)
    declare("captures.see", _("see captures"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare(
        "captures.edit", _("correct captures of one's own on their day"), booth="same_day", sales="same_day", clerk="same_day",
        manager="same_day", admin="same_day",
    )  # fmt: skip
    declare("questionnaires.edit", _("edit questionnaires"), manager="all", admin="all")
    declare("firms.edit", _("edit the lists of competitors, suppliers and exhibitors"), manager="all", admin="all")
    declare("cooperation.see", _("see cooperation"), sales="all", manager="all", admin="all")
    declare("cooperation.edit", _("edit cooperation"), sales="own", manager="all", admin="all")
