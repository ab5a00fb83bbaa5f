"""Which rights this type enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("intentions.see", _("see intentions"), sales="all", clerk="all", manager="all", admin="all")
    declare("intentions.edit", _("record intentions"), sales="own", manager="all")
