"""The lists of this room: with whom a view is shared."""

from django.utils.translation import gettext_lazy as _

SHARES = {"own": _("only me"), "team": _("my team"), "all": _("everybody")}
