"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("views.keep", _("save views of lists"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("views.share", _("share views of lists"), manager="all", admin="all")
