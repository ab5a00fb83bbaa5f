"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.radar.lists import COLOURS, RISKS
from boothline.timeline.kinds import declare

CODES = {"risk": RISKS, "colour": COLOURS}
BEGAN = declare(
    "radar.began",
    _("The radar shows order %(number)s, %(colour)s: %(risk)s %(about)s"),
    icon="warn",
    hue="ochre",
    is_minor=True,
    codes=CODES,
)
REDDENED = declare(
    "radar.reddened", _("The radar shows order %(number)s in red now: %(risk)s %(about)s"), icon="warn", hue="red", codes=CODES
)
ENDED = declare("radar.ended", _("Off the radar, order %(number)s: %(risk)s %(about)s"), icon="ok", hue="green", is_minor=True, codes=CODES)
