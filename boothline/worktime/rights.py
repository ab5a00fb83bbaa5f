"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("worktime.edit", _("edit the working calendar"), admin="all")
