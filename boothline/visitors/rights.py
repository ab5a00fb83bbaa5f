"""Which rights this type enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("captures.take", _("capture visitors"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("captures.see", _("see captures"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare(
        "captures.edit", _("correct a capture after its day, or somebody else's"), booth="same_day", sales="same_day", clerk="same_day",
        manager="same_day", admin="same_day",
    )  # fmt: skip
    declare("questionnaires.edit", _("edit questionnaires"), manager="all", admin="all")
    declare("firms.edit", _("edit the lists of competitors, suppliers and exhibitors"), manager="all", admin="all")
    declare("cooperation.see", _("see cooperation"), sales="all", manager="all", admin="all")
    declare("cooperation.edit", _("edit cooperation"), sales="own", manager="all", admin="all")
