"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare
from boothline.views.lists import SHARES

SAVED = declare("views.saved", _("%(who)s saved the view %(subject)s, for: %(share)s"), icon="star", codes={"share": SHARES})
EDITED = declare("views.edited", _("%(who)s edited the view %(subject)s"), icon="pen")
REMOVED = declare("views.removed", _("%(who)s deleted the view %(subject)s"), icon="trash")
CHOSEN = declare("views.chosen", _("%(who)s chose how a list looks"), icon="cols", is_minor=True)
