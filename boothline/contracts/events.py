"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

PREPARED = declare("contracts.prepared", _("%(who)s prepared contract %(number)s"), icon="file", hue="blue", moves="contract")
EDITED = declare("contracts.edited", _("%(who)s edited contract %(number)s"), icon="pen", fields="version")
VERSION_MADE = declare("contracts.version_made", _("%(who)s made version %(n)s of contract %(number)s"), icon="file", hue="blue")
ENDED = declare(
    "contracts.ended", _("%(who)s ended contract %(number)s: %(reason)s"), icon="close", hue="blue", moves="contract", erases=("reason",)
)
SENT = declare(
    "contracts.sent",
    _("%(who)s sent contract %(number)s, version %(n)s, to %(to)s"),
    icon="mail",
    hue="blue",
    moves="contract",
    erases=("to",),
)
LINK_MADE = declare("contracts.link_made", _("%(who)s made a link for %(to)s"), icon="link", erases=("to",))
LINK_CLOSED = declare("contracts.link_closed", _("%(who)s closed the link of %(to)s"), icon="link", erases=("to",))
OPENED = declare("contracts.opened", _("The customer opened contract %(number)s, version %(n)s"), icon="eye", hue="blue", tells=("owner",))
CONFIRMED = declare(
    "contracts.confirmed", _("%(signed_by)s confirmed contract %(number)s, version %(n)s"),
    icon="ok", hue="green", moves="contract", tells=("owner", "collaborators", "clerk"), erases=("signed_by",),
)  # fmt: skip
DECLINED = declare(
    "contracts.declined", _("The customer declined contract %(number)s. %(words)s"),
    icon="close", hue="red", moves="contract", tells=("owner", "collaborators"), erases=("words",), quote="words",
)  # fmt: skip
CHANGES_ASKED = declare(
    "contracts.changes_asked", _("The customer asks for changes to contract %(number)s: %(words)s"),
    icon="chat", hue="ochre", moves="contract", tells=("owner", "collaborators"), erases=("words",), quote="words",
)  # fmt: skip
CHANGES_TAKEN_BACK = declare(
    "contracts.changes_taken_back",
    _("The customer no longer asks for changes to contract %(number)s"),
    icon="flow",
    hue="blue",
    tells=("owner",),
)
WITHDRAWN = declare(
    "contracts.withdrawn",
    _("%(who)s withdrew the request for contract %(number)s: %(reason)s"),
    icon="close",
    moves="contract",
    erases=("reason",),
)
EXPIRED = declare(
    "contracts.expired", _("The request for contract %(number)s expired"), icon="clock", hue="ochre", moves="contract", tells=("owner",)
)
SUPERSEDED = declare("contracts.superseded", _("Version %(n)s was replaced"), icon="flow")
LAPSE_NEAR = declare(
    "contracts.lapse_near", _("Contract %(number)s lapses on %(on)s unless somebody moves it"), icon="clock", hue="ochre", tells=("owner",)
)
LAPSED = declare(
    "contracts.lapsed", _("Contract %(number)s lapsed: nobody prepared it any more"), icon="clock", moves="contract", tells=("owner",)
)
LAPSE_REOPENED = declare("contracts.lapse_reopened", _("%(who)s reopened contract %(number)s"), icon="flow", hue="blue", moves="contract")
