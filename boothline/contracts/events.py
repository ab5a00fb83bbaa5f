"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.contracts.lists import DECLINE_REASONS, DISCARDS, HOWS, NEED_SOURCES, PAPERS, REMINDERS, SHIFTS, STARTS
from boothline.contracts.templates import MILESTONES, TEMPLATES
from boothline.timeline.kinds import declare

PREPARED = declare("contracts.prepared", _("%(who)s prepared contract %(number)s"), icon="file", hue="blue", moves="contract")
EDITED = declare("contracts.edited", _("%(who)s edited contract %(number)s"), icon="pen", fields="version")
VERSION_MADE = declare(
    "contracts.version_made", _("%(who)s made version %(n)s of contract %(number)s"), grades=True, icon="file", hue="blue"
)
ENDED = declare(
    "contracts.ended", _("%(who)s ended contract %(number)s: %(reason)s"), icon="close", hue="blue", moves="contract", erases=("reason",)
)
CHANGE_DISCARDED = declare(
    "contracts.change_discarded", _("%(who)s discarded version %(n)s of contract %(number)s; the contract stands as it was: %(reason)s"),
    icon="flow", hue="blue", moves="contract", tells=("owner",), erases=("reason",), codes={"reason": DISCARDS},
)  # fmt: skip
SENT = declare(
    "contracts.sent",
    _("%(who)s sent contract %(number)s, version %(n)s, to %(to)s"),
    icon="mail",
    hue="blue",
    erases=("to",),
)
READY = declare(
    "contracts.ready",
    _("%(who)s prepared contract %(number)s, version %(n)s, for %(to)s to sign by link"),
    icon="link",
    hue="blue",
    erases=("to",),
)
LINK_MADE = declare("contracts.link_made", _("%(who)s made a link for %(to)s"), icon="link", erases=("to",))
LINK_CLOSED = declare("contracts.link_closed", _("%(who)s closed the link of %(to)s"), icon="link", erases=("to",))
OPENED = declare("contracts.opened", _("The customer opened contract %(number)s, version %(n)s"), icon="eye", hue="blue", tells=("owner",))
CONFIRMED = declare(
    "contracts.confirmed", _("%(signed_by)s confirmed contract %(number)s, version %(n)s"),
    icon="ok", hue="green", moves="contract", tells=("owner", "collaborators", "clerk"), erases=("signed_by",),
)  # fmt: skip
RECORDED = declare(
    "contracts.recorded", _("Contract %(number)s of %(on)s was recorded from a file, with its order"), icon="file", hue="blue",
    is_minor=True,
)  # fmt: skip
DECLINED = declare(
    "contracts.declined", _("The customer declined contract %(number)s: %(reason)s. %(words)s %(note)s"),
    icon="close", hue="red", moves="contract", tells=("owner", "collaborators"), erases=("words", "note"), quote="words",
    codes={"reason": DECLINE_REASONS},
)  # fmt: skip
CHANGES_ASKED = declare(
    "contracts.changes_asked", _("The customer asks for changes to contract %(number)s. %(words)s %(note)s"),
    icon="chat", hue="ochre", tells=("owner", "collaborators"), erases=("words", "note"), quote="words",
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
    erases=("reason",),
)
EXPIRED = declare("contracts.expired", _("The request for contract %(number)s expired"), icon="clock", hue="ochre", tells=("owner",))
SUPERSEDED = declare("contracts.superseded", _("Version %(n)s was replaced"), icon="flow")
APPROVAL_ASKED = declare(
    "contracts.approval_asked", _("%(who)s asked %(of)s to approve contract %(number)s, version %(n)s"), icon="ok", hue="ochre",
    erases=("of",), is_minor=True,
)  # fmt: skip
RESENT = declare(
    "contracts.resent", _("%(who)s sent the request for contract %(number)s to %(to)s again"), icon="mail", hue="blue", erases=("to",)
)
DEVICE_HANDED = declare(
    "contracts.device_handed", _("%(who)s handed our device to %(to)s to sign contract %(number)s"), icon="pen", hue="blue", erases=("to",)
)
PAPER_RECORDED = declare(
    "contracts.paper_recorded",
    _("%(who)s recorded the evidence for contract %(number)s: %(evidence)s of %(on)s, %(signed_by)s. Request sent and answered on paper"),
    icon="file", hue="green", erases=("signed_by",), codes={"evidence": HOWS},
)  # fmt: skip
VOIDED = declare(
    "contracts.voided", _("%(who)s voided the confirmation of contract %(number)s by %(signed_by)s: %(reason)s"),
    icon="close", hue="red", moves="contract", tells=("owner", "collaborators", "clerk"), erases=("signed_by", "reason"),
    unmakes=True,
)  # fmt: skip
STOOD_BY = declare(
    "contracts.stood_by", _("%(who)s answered on contract %(number)s that the offer stands: %(words)s"), icon="chat", hue="blue",
    erases=("words",),
)  # fmt: skip
SIGNATORY_WISHED = declare(
    "contracts.signatory_wished", _("The customer wants %(to)s to sign contract %(number)s. %(reason)s"),
    icon="people", hue="ochre", tells=("owner", "collaborators"), erases=("to", "reason"),
)  # fmt: skip
SIGNATORY_NAMED = declare(
    "contracts.signatory_named", _("%(who)s named %(to)s instead of %(was)s as signatory of contract %(number)s: %(reason)s"),
    icon="people", hue="blue", erases=("to", "was", "reason"),
)  # fmt: skip
REMINDED = declare(
    "contracts.reminded", _("%(to)s was reminded of contract %(number)s: %(kind)s"), icon="clock", erases=("to",), codes={"kind": REMINDERS}
)
ASKED_AGAIN = declare(
    "contracts.asked_again",
    _("The customer asks for contract %(number)s again"),
    icon="flow",
    hue="ochre",
    tells=("owner", "collaborators"),
)
LAPSE_NEAR = declare(
    "contracts.lapse_near", _("Contract %(number)s lapses on %(on)s unless somebody moves it"), icon="clock", hue="ochre", tells=("owner",)
)
LAPSED = declare(
    "contracts.lapsed", _("Contract %(number)s lapsed: nobody prepared it any more"), icon="clock", moves="contract", tells=("owner",)
)
LAPSE_REOPENED = declare("contracts.lapse_reopened", _("%(who)s reopened contract %(number)s"), icon="flow", hue="blue", moves="contract")
NEED_RECORDED = declare(
    "contracts.need_recorded", _("Needed, as %(source)s says: %(words)s"), icon="table", hue="blue", erases=("words",),
    codes={"source": NEED_SOURCES},
)  # fmt: skip
NEED_EDITED = declare("contracts.need_edited", _("%(who)s edited the need: %(words)s"), icon="pen", fields="need", erases=("words",))
NEED_TAKEN_IN = declare("contracts.need_taken_in", _("%(who)s took the need into the contract: %(words)s"), icon="file", erases=("words",))
NEED_TRACED = declare("contracts.need_traced", _("Answered in the contract: %(words)s"), icon="ok", hue="blue", erases=("words",))
NEED_MET = declare("contracts.need_met", _("Need met: %(words)s"), icon="ok", hue="green", erases=("words",), is_ours=True)
NEED_REFUSED = declare(
    "contracts.need_refused", _("The contract will not meet: %(words)s. %(reason)s"), icon="close", hue="red", erases=("words", "reason")
)
NEED_WAIVED = declare(
    "contracts.need_waived", _("%(who_waived)s no longer needs: %(words)s. %(note)s"), icon="flow",
    erases=("words", "who_waived", "note"),
)  # fmt: skip
NEED_REOPENED = declare("contracts.need_reopened", _("Need open again: %(words)s"), icon="flow", hue="ochre", erases=("words",))
DOSSIER_EDITED = declare("contracts.dossier_edited", _("%(who)s edited the dossier: %(percent)s of 100"), icon="pen", fields="dossier")
PAPER_FILED = declare(
    "contracts.paper_filed", _("%(who)s filed a paper: %(paper)s. Dossier %(percent)s of 100"), icon="file", codes={"paper": PAPERS}
)
BANK_CONFIRMED = declare(
    "contracts.bank_confirmed", _("%(who)s asked: the new bank account is right. %(words)s"), icon="ok", hue="green", erases=("words",)
)
SAME_CODE = declare(
    "contracts.same_code", _("The same credit code stands at %(others)s: one firm twice?"), icon="people", hue="ochre",
    tells=("owner",), erases=("others",),
)  # fmt: skip
PLAN_EDITED = declare("contracts.plan_edited", _("%(who)s edited the plan of %(number)s"), icon="cal", fields="milestone_plan")
PLAN_FROM_STOCK = declare(
    "contracts.plan_from_stock", _("All goods of %(number)s are on hand: nothing is made for it, and its plan is that of stock goods"),
    icon="cal",
)  # fmt: skip
PLAN_SHIFTED = declare(
    "contracts.plan_shifted", _("The plan of %(number)s moved by %(days)s days: %(reason)s. Shipping date %(was)s, now %(now)s"),
    icon="cal", hue="ochre", tells=("owner", "collaborators", "clerk"), codes={"reason": SHIFTS},
)  # fmt: skip
FAMILY_SET = declare(
    "contracts.family_set", _("%(who)s set how %(family)s is made: %(template)s, production starts with %(start)s"), icon="cal",
    codes={"template": TEMPLATES, "start": STARTS},
)  # fmt: skip
MILESTONE_EDITED = declare(
    "contracts.milestone_edited", _("%(who)s edited a milestone of %(number)s: %(milestone)s"), icon="pen", fields="milestone",
    codes={"milestone": MILESTONES}, is_minor=True, is_ours=True,
)  # fmt: skip
MILESTONE_REACHED = declare(
    "contracts.milestone_reached",
    _("%(number)s: %(milestone)s, %(on)s"),
    icon="ok",
    hue="green",
    codes={"milestone": MILESTONES},
    is_ours=True,
)
MILESTONE_SKIPPED = declare(
    "contracts.milestone_skipped", _("%(who)s skipped a milestone of %(number)s: %(milestone)s. %(reason)s"), icon="flow",
    erases=("reason",), codes={"milestone": MILESTONES}, is_ours=True,
)  # fmt: skip
PLAN_STOPPED = declare(
    "contracts.plan_stopped", _("Nothing of the plan of %(number)s is waited for any more: %(reason)s"), icon="flow", erases=("reason",)
)
MILESTONE_REOPENED = declare(
    "contracts.milestone_reopened",
    _("%(number)s: %(milestone)s is open again"),
    icon="flow",
    hue="ochre",
    codes={"milestone": MILESTONES},
    is_ours=True,
)
MILESTONE_LATE = declare(
    "contracts.milestone_late", _("%(number)s: %(milestone)s is late"), icon="clock", hue="red", tells=("owner",),
    codes={"milestone": MILESTONES}, is_ours=True,
)  # fmt: skip
