"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.customers.lists import PURPOSES, TYPE_WORDS
from boothline.timeline.kinds import declare

ADDED = declare("customers.added", _("%(who)s added %(subject)s"), icon="people", hue="slate", is_minor=True)
CONTACT_ADDED = declare("customers.contact_added", _("New contact: %(subject)s"), icon="people")
EDITED = declare("customers.edited", _("%(who)s edited the customer"), icon="pen")
CONTACT_EDITED = declare("customers.contact_edited", _("%(who)s edited the contact %(subject)s"), icon="pen")
ASSIGNED = declare("customers.assigned", _("%(who)s made %(owner)s the owner"), icon="people", tells=("owner",))
UNMASKED = declare(
    "customers.unmasked", _("%(who)s looked at the phone numbers and e-mail addresses of %(subject)s"), icon="eye", is_minor=True
)
AGREED = declare("customers.agreed", _("%(subject)s agreed to be contacted"), icon="ok", hue="green", is_minor=True)
CONSENT_WITHDRAWN = declare(
    "customers.consent_withdrawn", _("%(subject)s agrees no longer: %(purpose)s"), icon="x", codes={"purpose": PURPOSES}
)
TYPE_CHANGED = declare(
    "customers.type_changed", _("Type: %(was)s → %(now)s"), icon="flow", hue="blue", codes={"was": TYPE_WORDS, "now": TYPE_WORDS}
)
