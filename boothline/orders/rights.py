"""Which rights this type enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("orders.see", _("see orders"), sales="all", clerk="all", manager="all", admin="all")
    declare("goods.submit", _("hand in goods data"), sales="own", clerk="all", manager="all")
    declare("goods.approve", _("approve goods data"), clerk="all", manager="all")
    declare("shipments.plan", _("plan shipments"), clerk="all", manager="all")
    declare("shipments.release", _("release, pack and ship"), clerk="all", manager="all")
    declare("orders.override_gate", _("release goods without data"), manager="all")
