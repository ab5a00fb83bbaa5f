"""Which rights this room enforces."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them. *captured* is the scope of booth staff: the customers that they captured themselves."""
    declare("touches.log", _("log touches"), booth="captured", sales="all", clerk="all", manager="all")
    declare("steps.plan", _("plan next steps"), booth="captured", sales="all", clerk="all", manager="all")
    declare("steps.see", _("see next steps"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("pool.take", _("take customers from the pool"), booth="captured", sales="all", clerk="all", manager="all")
    declare("gifts.see", _("see the log of gifts"), sales="all", clerk="all", manager="all", admin="all")
    declare("gifts.log", _("log gifts and hospitality"), sales="own", clerk="all", manager="all")
    declare("gifts.declined", _("see benefits that were asked for and declined"), manager="all")
    declare("steps.hand_over", _("hand over a day"), booth="all", sales="all", clerk="all", manager="all", admin="all")
