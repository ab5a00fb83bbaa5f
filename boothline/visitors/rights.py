"""Which rights this type enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("captures.take", _("capture visitors"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("captures.see", _("see captures"), booth="all", sales="all", clerk="all", manager="all", admin="all")
