"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("letters.see", _("read letters to customers"), sales="all", clerk="all", manager="all", admin="all")
    declare("letters.link", _("make the link of a letter, to hand it over by chat"), sales="own", manager="all")
    declare("notices.see", _("read own notices"), booth="all", sales="all", clerk="all", manager="all", admin="all")
