"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.personality.traits import PERSONALITIES
from boothline.timeline.kinds import declare

TICKED = declare(
    "personality.ticked", _("%(who)s noted traits of %(subject)s; proposed: %(proposal)s"), icon="people",
    codes={"proposal": PERSONALITIES | {"none": _("no personality yet")}},
)  # fmt: skip
DECIDED = declare(
    "personality.decided", _("%(who)s decided on the personality of %(subject)s: %(type)s. %(reason)s"), icon="people", hue="violet",
    erases=("reason",), codes={"type": PERSONALITIES}, quote="reason",
)  # fmt: skip
PLAYBOOK_CHANGED = declare(
    "personality.playbook_changed", _("%(who)s changed the playbook for %(type)s: version %(n)s"), icon="pen",
    codes={"type": PERSONALITIES}, fields="playbook",
)  # fmt: skip
PLAYBOOK_RESTORED = declare(
    "personality.playbook_restored", _("%(who)s set the playbook for %(type)s back to the default text: version %(n)s"), icon="undo",
    codes={"type": PERSONALITIES}, fields="playbook",
)  # fmt: skip
