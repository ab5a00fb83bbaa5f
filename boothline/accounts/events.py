"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.accounts.words import DUTIES, FAMILIES, LISTS, ROLES, RULE_WORDS
from boothline.core.rules import CHOICE_WORDS
from boothline.timeline.kinds import declare

STARTED = declare("accounts.started", _("%(who)s set up Boothline and is its first administrator"), icon="star")
PERSON_ADDED = declare("accounts.person_added", _("%(who)s added %(subject)s"), icon="people")
PERSON_EDITED = declare(
    "accounts.person_edited", _("%(who)s edited %(subject)s"),
    icon="pen", codes={"roles": ROLES, "duties": DUTIES} | {f"{duty}_families": FAMILIES for duty in DUTIES},
)  # fmt: skip
DEACTIVATED = declare("accounts.deactivated", _("%(who)s closed the access of %(subject)s"), icon="lock", hue="red")
ACTIVATED = declare("accounts.activated", _("%(who)s opened the access of %(subject)s again"), icon="ok", hue="green")
LINK_MADE = declare("accounts.link_made", _("%(who)s made a link with which %(subject)s sets a password"), icon="link")
LINK_MAILED = declare("accounts.link_mailed", _("%(who)s had a link mailed with which %(subject)s sets a password"), icon="mail")
PASSWORD_SET = declare("accounts.password_set", _("%(subject)s set a new password"), icon="lock")
SESSIONS_ENDED = declare("accounts.sessions_ended", _("%(who)s ended sign-ins of %(subject)s"), icon="out")
SIGNED_IN = declare("accounts.signed_in", _("%(subject)s signed in"), icon="people")
SIGNED_IN_BY_LINK = declare("accounts.signed_in_by_link", _("%(subject)s signed in by the demo's link"), icon="people")
CHOSEN = declare("accounts.chosen", _("%(subject)s changed language or look"), icon="gear")
TEAM_ADDED = declare("accounts.team_added", _("%(who)s added team %(subject)s"), icon="people")
TEAM_EDITED = declare("accounts.team_edited", _("%(who)s edited team %(subject)s"), icon="pen")
COMPANY_EDITED = declare("accounts.company_edited", _("%(who)s edited the company profile"), icon="pen")
RULE_CHANGED = declare(
    "accounts.rule_changed", _("%(who)s changed a rule: %(rule)s, %(was)s → %(now)s"),
    icon="gear", codes={"rule": RULE_WORDS, "was": CHOICE_WORDS, "now": CHOICE_WORDS},
)  # fmt: skip
RULE_RESTORED = declare(
    "accounts.rule_restored", _("%(who)s restored the default of a rule: %(rule)s, %(was)s → %(now)s"),
    icon="undo", codes={"rule": RULE_WORDS, "was": CHOICE_WORDS, "now": CHOICE_WORDS},
)  # fmt: skip
WORDS_ADDED = declare("accounts.words_added", _('%(who)s added "%(subject)s" to the list: %(list)s'), icon="plus", codes={"list": LISTS})
WORDS_CHANGED = declare(
    "accounts.words_changed", _('%(who)s worded "%(subject)s" anew in the list: %(list)s'), icon="pen", codes={"list": LISTS}
)
WORDS_RETIRED = declare(
    "accounts.words_retired", _('%(who)s took "%(subject)s" out of the list: %(list)s'), icon="close", codes={"list": LISTS}
)
WORDS_RETURNED = declare(
    "accounts.words_returned", _('%(who)s took "%(subject)s" into the list again: %(list)s'), icon="undo", codes={"list": LISTS}
)
BACKED_UP = declare("accounts.backed_up", _("A backup was made: %(file)s"), icon="in")
RESTORED = declare("accounts.restored", _("A backup was restored: %(file)s"), icon="undo", hue="ochre")
