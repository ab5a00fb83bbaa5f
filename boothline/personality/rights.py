"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("personality.see", _("see the personality of contacts"), sales="own", manager="all")
    declare("personality.edit", _("decide on the personality of contacts"), sales="own", manager="all")
