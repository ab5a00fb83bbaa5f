"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("catalogue.see", _("see products"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("catalogue.floor", _("see floor prices"), clerk="all", manager="all")
    declare("catalogue.edit", _("edit products"), clerk="all", manager="all")
    declare("stock.see", _("see stock"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("stock.count", _("count and correct stock"), clerk="all", manager="all")
