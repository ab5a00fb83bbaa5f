"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("insights.check", _("recount the kept figures"), manager="all", admin="all")
