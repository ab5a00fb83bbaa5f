"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.customers.lists import NATURE_WORDS as NATURES
from boothline.timeline.kinds import declare
from boothline.visitors.lists import COOPERATION
from boothline.visitors.retraction import REASONS

TAKEN = declare(
    "visitors.taken", _("%(who)s captured %(subject)s at %(fair)s"), icon="scan", hue="slate", moves="visitor",
    without={"fair": _("%(who)s captured %(subject)s")},
)  # fmt: skip
REGISTERED = declare(
    "visitors.registered", _("%(subject)s registered at %(fair)s with their own phone"), icon="scan", hue="slate", moves="visitor"
)
CORRECTED = declare("visitors.corrected", _("%(who)s corrected the capture of %(subject)s"), icon="pen", is_minor=True, grades=True)
RETRACTED = declare(
    "visitors.retracted", _("%(who)s took back the capture of %(name)s, taken by mistake: %(reason)s. %(words)s"), icon="undo",
    hue="slate", erases=("name", "words"), codes={"reason": REASONS}, grades=True,
)  # fmt: skip
INTERESTED = declare("visitors.interested", _("By an import: interested in %(products)s"), icon="in", hue="slate", grades=True)
QUESTIONNAIRE_CHANGED = declare(
    "visitors.questionnaire_changed", _("%(who)s changed the questionnaire of %(fair)s: version %(n)s, %(questions)s"), icon="pen"
)
FIRM_LISTED = declare("visitors.firm_listed", _("%(who)s put %(subject)s on a list"), icon="table", is_minor=True)
FIRM_TAKEN_OFF = declare("visitors.firm_taken_off", _("%(who)s took %(subject)s off a list"), icon="table", is_minor=True)
RECOGNISED = declare(
    "visitors.recognised",
    _("Recognised: %(was)s → %(now)s"),
    icon="eye",
    codes={"was": NATURES, "now": NATURES},
    is_minor=True,
    grades=True,
)
LEARNED = declare(
    "visitors.learned", _("Recognition learned, version %(n)s; known for certain: buyers %(buyers)s, peers %(peers)s"), icon="scale",
    is_minor=True,
)  # fmt: skip
NATURE_SAID = declare(
    "visitors.nature_said",
    _("%(who)s says: %(nature)s. %(words)s"),
    icon="eye",
    hue="blue",
    erases=("words",),
    codes={"nature": NATURES},
    grades=True,
)
NATURE_LIFTED = declare(
    "visitors.nature_lifted", _("%(who)s lifted what was said about the nature; it is computed again"), icon="eye", grades=True
)
COOPERATION_MOVED = declare(
    "visitors.cooperation_moved", _("Cooperation: %(state)s. %(words)s"), icon="people", hue="violet", erases=("words",),
    codes={"state": COOPERATION, "words": {"not_a_peer": _("not a peer after all"), "peer_again": _("recognised as a peer")}},
)  # fmt: skip
