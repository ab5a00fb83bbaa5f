"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them. Seen by whom history is seen: it names the decision."""
    declare("personality.see", _("see the personality of contacts"), sales="own", clerk="with_order", manager="all", admin="all")
    declare("personality.edit", _("decide on the personality of contacts"), sales="own", manager="all")
    declare("playbooks.see", _("see the playbooks"), sales="all", clerk="all", manager="all", admin="all")
    declare("playbooks.edit", _("change the playbooks"), manager="all", admin="all")
