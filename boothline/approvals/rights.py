"""Who may decide at all; which approvals, the turn of each says."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares it."""
    declare("approvals.decide", _("decide on approvals"), manager="all", admin="all")
