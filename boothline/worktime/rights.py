"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("worktime.edit", _("edit the working calendar"), admin="all")
    declare("absences.own", _("enter own days off"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("absences.others", _("enter days off of others"), manager="all", admin="all")
