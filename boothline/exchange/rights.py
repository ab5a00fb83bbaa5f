"""Which rights this room enforces. Every run is kept in the history."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("imports.run", _("import files"), manager="all", admin="all")
    declare("exports.run", _("export records"), sales="own", clerk="with_order", manager="all", admin="all")
