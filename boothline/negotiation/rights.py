"""Which rights this type enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("briefings.edit", _("record briefings"), sales="own", manager="all")
    declare("objections.edit", _("record objections"), sales="own", manager="all")
