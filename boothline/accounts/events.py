"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

PERSON_ADDED = declare("accounts.person_added", _("%(who)s added %(subject)s"), icon="people")
CHOSEN = declare("accounts.chosen", _("%(subject)s changed language or look"), icon="gear")
COMPANY_EDITED = declare("accounts.company_edited", _("%(who)s edited the company profile"), icon="pen")
SIGNED_IN_BY_LINK = declare("accounts.signed_in_by_link", _("%(subject)s signed in by the demo's link"), icon="people")
