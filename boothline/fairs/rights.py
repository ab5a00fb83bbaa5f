"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("fairs.see", _("see fairs"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("fairs.edit", _("edit fairs"), manager="all", admin="all")
    declare("appointments.edit", _("book appointments"), booth="captured", sales="all", clerk="all", manager="all")
    declare("fairs.figures", _("see the figures, goals and budgets of fairs"), manager="all", admin="all")
