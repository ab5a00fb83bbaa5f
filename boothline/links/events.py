"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

GRANTED = declare("links.granted", _("%(holder)s may open this by a link until %(until)s"), icon="link", erases=("holder",), is_minor=True)
MINTED = declare("links.minted", _("A link was made for %(holder)s"), icon="link", erases=("holder",), is_minor=True)
REVOKED = declare("links.revoked", _("The links of %(holder)s were closed"), icon="link", erases=("holder",), is_minor=True)
LANGUAGE_CHOSEN = declare("links.language_chosen", _("The customer chose another language"), icon="gear", is_minor=True)
