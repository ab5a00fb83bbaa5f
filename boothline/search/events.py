"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

COMPARED = declare("search.compared", _("Search index compared with %(records)s records; mended: %(mended)s"), icon="seek", is_minor=True)
REBUILT = declare("search.rebuilt", _("%(who)s rebuilt the search index: %(records)s records"), icon="seek")
