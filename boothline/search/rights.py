"""Which rights this room enforces. What is found is decided by the rights of each record."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare


def register() -> None:
    """Declares them."""
    declare("search.rebuild", _("rebuild the search index"), admin="all")
