"""What this type says."""

from django.utils.translation import gettext_lazy as _

from boothline.contracts.lists import DISCARDS
from boothline.orders.lists import (
    CHANGE_KINDS,
    CLAIM_STATES,
    GOODS_KINDS,
    GOODS_STATES,
    HOLD_KINDS,
    LEVELS,
    PREPARATIONS,
    PROBLEM_KINDS,
    RESERVED_WHYS,
    RESOLUTIONS,
    SEVERITIES,
    STAGES,
    TRACKING,
    WHOLE,
)
from boothline.timeline.kinds import declare

OPENED = declare(
    "orders.opened", _("Order %(number)s was opened from contract %(contract)s"), icon="box", hue="green", moves="ordering",
    tells=("owner", "clerk"),
)  # fmt: skip
LINK_MADE = declare("orders.link_made", _("%(who)s made a link to order %(subject)s for %(to)s"), icon="link", erases=("to",))
TAKEN_IN = declare("orders.taken_in", _("Order %(number)s of %(on)s was taken in from a file"), icon="box", hue="green", moves="ordering")
UNDONE = declare(
    "orders.undone", _("Order %(number)s is void: its confirmation was entered in error"), icon="close", hue="red", moves="ordering",
    tells=("owner", "clerk"),
)  # fmt: skip
LET_GO = declare(
    "orders.let_go",
    _("Order %(number)s was complete for %(n)s days: it keeps the customer ordering no more"),
    icon="clock",
    moves="ordering",
)
GOODS_CHANGED = declare(
    "orders.goods_changed", _("Goods data of %(order)s, %(sku)s: %(item)s %(outcome)s. %(words)s"),
    icon="file", erases=("words",), codes={"item": GOODS_KINDS, "outcome": GOODS_STATES},
)  # fmt: skip
GOODS_LINE_APPROVED = declare(
    "orders.goods_line_approved", _("%(who)s approved all goods data of %(order)s, %(sku)s"), icon="ok", hue="green"
)
GOODS_OWED = declare(
    "orders.goods_owed", _("Goods data of %(order)s, %(sku)s: %(item)s. Owes: %(owing)s"), icon="people", tells=("people",),
    codes={"item": GOODS_KINDS},
)  # fmt: skip
GOODS_REOPENED = declare(
    "orders.goods_reopened",
    _("Goods data of %(order)s, %(skus)s, is to be approved again, the data of %(product)s changed: %(items)s"), icon="warn", hue="ochre",
)  # fmt: skip
SHIPMENT_PLANNED = declare("orders.shipment_planned", _("Shipment %(number)s of order %(order)s is planned for %(on)s"), icon="truck")
SHIPMENT_REPLANNED = declare(
    "orders.shipment_replanned", _("Shipment %(number)s of order %(order)s is planned otherwise, for %(on)s"), icon="truck"
)
SHIPMENT_RELEASED = declare(
    "orders.shipment_released", _("%(who)s released shipment %(number)s. %(override)s"), icon="ok", hue="green", erases=("override",)
)
SHIPMENT_PACKED = declare("orders.shipment_packed", _("Shipment %(number)s is packed"), icon="box")
SHIPPED = declare(
    "orders.shipped", _("Shipment %(number)s of order %(order)s left with %(carrier)s %(tracking)s"), icon="truck", hue="violet",
    tells=("owner", "collaborators"),
)  # fmt: skip
SHIPMENT_CANCELLED = declare(
    "orders.shipment_cancelled", _("Shipment %(number)s was cancelled: %(reason)s"), icon="close", hue="red", erases=("reason",)
)
TRANSPORT_EDITED = declare(
    "orders.transport_edited",
    _("%(who)s noted with what shipment %(number)s travels: %(what)s"),
    icon="truck",
    fields="shipment",
    is_minor=True,
)
PREPARED = declare(
    "orders.prepared", _("Shipment %(number)s, prepared: %(what)s %(words)s"), icon="ok", hue="green", erases=("words",),
    codes={"what": PREPARATIONS}, is_minor=True,
)  # fmt: skip
PREPARATION_TAKEN_BACK = declare(
    "orders.preparation_taken_back", _("Shipment %(number)s, not prepared any more: %(what)s"), icon="back", hue="ochre",
    codes={"what": PREPARATIONS}, is_minor=True,
)  # fmt: skip
TRACKED = declare(
    "orders.tracked", _("Shipment %(number)s: %(state)s %(place)s. %(words)s"), icon="truck", erases=("words",), codes={"state": TRACKING}
)
ARRIVED = declare(
    "orders.arrived", _("%(signed_by)s signed for shipment %(number)s of order %(order)s: everything arrived"), icon="ok", hue="green",
    tells=("owner", "clerk"), erases=("signed_by",), grades=True,
)  # fmt: skip
ARRIVED_WITH_FAULTS = declare(
    "orders.arrived_with_faults",
    _("%(signed_by)s signed for shipment %(number)s of order %(order)s: %(short)s short, %(damaged)s damaged"),
    icon="warn", hue="ochre", tells=("owner", "clerk"), erases=("signed_by",), grades=True,
)  # fmt: skip
ACCEPTED_BY_TIME = declare(
    "orders.accepted_by_time", _("Shipment %(number)s of order %(order)s counts as accepted: no word since its delivery"), icon="clock",
    tells=("owner",), grades=True,
)  # fmt: skip
PROBLEM_REPORTED = declare(
    "orders.problem_reported", _("Problem %(number)s with order %(order)s: %(kind)s, %(severity)s. %(words)s"), icon="warn", hue="red",
    moves="ordering",
    tells=("owner", "people"), erases=("words",), codes={"kind": PROBLEM_KINDS, "severity": SEVERITIES}, quote="words", grades=True,
)  # fmt: skip
PROBLEM_TAKEN = declare("orders.problem_taken", _("%(who)s works on problem %(number)s"), icon="people")
PROBLEM_GIVEN = declare("orders.problem_given", _("Problem %(number)s is now with %(now)s, before with %(was)s"), icon="people")
PROBLEM_ANSWERED = declare(
    "orders.problem_answered", _("%(who)s wrote to the customer about problem %(number)s: %(words)s"), icon="mail", erases=("words",),
    quote="words",
)  # fmt: skip
PROBLEM_REACHED = declare(
    "orders.problem_reached", _("Our last word about problem %(number)s is with the customer: the link was made, or they opened it"),
    icon="link",
)  # fmt: skip
PROBLEM_WRITTEN = declare(
    "orders.problem_written", _("%(who)s wrote about problem %(number)s: %(words)s"), icon="chat", hue="ochre", tells=("people",),
    erases=("words",), quote="words",
)  # fmt: skip
PROBLEM_RATED = declare(
    "orders.problem_rated", _("Problem %(number)s is %(severity)s instead of %(was)s: %(reason)s"), icon="flow", erases=("reason",),
    codes={"severity": SEVERITIES, "was": SEVERITIES},
)  # fmt: skip
PROBLEM_CORRECTED = declare(
    "orders.problem_corrected",
    _("%(who)s corrected problem %(number)s: %(kind)s (%(part)s) instead of %(was)s (%(was_part)s): %(reason)s"),
    icon="pen", erases=("reason",),
    codes={"kind": PROBLEM_KINDS, "was": PROBLEM_KINDS, "part": WHOLE, "was_part": WHOLE},
)  # fmt: skip
PROBLEM_REMINDED = declare(
    "orders.problem_reminded", _("Problem %(number)s of order %(order)s waits, %(stage)s: %(level)s is told"), icon="clock", hue="red",
    tells=("people",), codes={"stage": STAGES, "level": LEVELS},
)  # fmt: skip
SOLUTION_PREPARED = declare(
    "orders.solution_prepared", _("Solution for problem %(number)s waits for approval: %(solution)s %(amount)s %(currency)s"), icon="ok",
    erases=("words",), codes={"solution": RESOLUTIONS},
)  # fmt: skip
SOLUTION_PROPOSED = declare(
    "orders.solution_proposed", _("%(who)s proposed for problem %(number)s: %(solution)s. %(words)s"), icon="mail", erases=("words",),
    codes={"solution": RESOLUTIONS},
)  # fmt: skip
SOLUTION_REFUSED = declare(
    "orders.solution_refused", _("The customer refused what we proposed for problem %(number)s: %(words)s"), icon="close", hue="red",
    tells=("people",), erases=("words",), codes={"solution": RESOLUTIONS}, quote="words",
)  # fmt: skip
SOLUTION_AGREED = declare(
    "orders.solution_agreed", _("Agreed on problem %(number)s: %(solution)s. %(note)s"), icon="ok", hue="green", tells=("owner", "people"),
    erases=("note", "words"), codes={"solution": RESOLUTIONS}, grades=True,
)  # fmt: skip
SOLUTION_GIVEN_UP = declare(
    "orders.solution_given_up", _("%(who)s gave up what was still to be sent for problem %(number)s: %(quantity)s × %(sku)s. %(words)s"),
    icon="close", hue="ochre", tells=("owner",), erases=("words",), codes={"solution": RESOLUTIONS},
)  # fmt: skip
CLAIM_NOTED = declare(
    "orders.claim_noted",
    _("For problem %(number)s, %(amount)s %(currency)s are to be claimed from %(who)s"),
    icon="scale",
)
CLAIM_EDITED = declare("orders.claim_edited", _("The claim against %(who)s for problem %(number)s was corrected"), icon="pen")
CLAIM_DROPPED = declare(
    "orders.claim_dropped", _("The claim of %(amount)s %(currency)s against %(who)s for problem %(number)s was taken back: %(reason)s"),
    icon="close", erases=("reason",),
)  # fmt: skip
CLAIM_FILED = declare("orders.claim_filed", _("Claim of %(amount)s %(currency)s filed with %(who)s, problem %(number)s"), icon="mail")
CLAIM_ANSWERED = declare(
    "orders.claim_answered", _("%(who)s on the claim for problem %(number)s: %(what)s, %(amount)s %(currency)s. %(answer)s"), icon="chat",
    erases=("answer",), codes={"what": CLAIM_STATES},
)  # fmt: skip
CLAIM_PAID = declare(
    "orders.claim_paid",
    _("%(who)s paid %(amount)s %(currency)s on the claim for problem %(number)s"),
    icon="card",
    hue="green",
)
CLAIM_CLOSED = declare(
    "orders.claim_closed",
    _("%(who)s pays no more on the claim for problem %(number)s, %(amount)s %(currency)s short. %(reason)s"),
    icon="scale",
    erases=("reason",),
)
ORDERED_AGAIN = declare(
    "orders.ordered_again", _("The customer wants order %(number)s again: %(products)s. %(words)s"), icon="star", hue="violet",
    tells=("owner", "collaborators"), erases=("words",), quote="words",
)  # fmt: skip
GOODS_RETURNED = declare(
    "orders.goods_returned", _("%(quantity)s × %(sku)s of order %(order)s came back (problem %(number)s)"), icon="back", moves="ordering"
)
PROBLEM_RESOLVED = declare(
    "orders.problem_resolved",
    _("Problem %(number)s is done on our side, the customer is asked whether it is solved. %(words)s"),
    icon="ok",
    hue="green",
    tells=("owner",),
    erases=("words",),
    grades=True,
    is_ours=True,
)
PROBLEM_ASKED = declare("orders.problem_asked", _("The customer was asked whether problem %(number)s is solved"), icon="mail")
PROBLEM_CLOSED = declare(
    "orders.problem_closed", _("The customer says that problem %(number)s is solved"), icon="ok", hue="green", tells=("owner",), grades=True
)
PROBLEM_LAPSED = declare("orders.problem_lapsed", _("Problem %(number)s closed: no word for %(n)s days"), icon="clock", grades=True)
PROBLEM_ENDED = declare(
    "orders.problem_ended", _("Problem %(number)s ended: order %(order)s is void"), icon="close", tells=("people",), grades=True
)
PROBLEM_JUDGED = declare("orders.problem_judged", _("The customer gave %(n)s of 5 for how problem %(number)s was solved"), icon="ok")
PROBLEM_REOPENED = declare(
    "orders.problem_reopened", _("Problem %(number)s is open again: %(words)s"), icon="warn", hue="red", moves="ordering",
    tells=("owner", "people"),
    erases=("words",), quote="words", grades=True,
)  # fmt: skip
CHANGED = declare(
    "orders.changed",
    _("Order %(number)s: %(kind)s, total %(was)s %(currency)s → %(now)s %(currency)s. %(reason)s"),
    icon="pen", hue="blue", moves="ordering", tells=("owner", "clerk"), erases=("reason",), codes={"kind": CHANGE_KINDS}, fields="order",
)  # fmt: skip
PARTICULARS_EDITED = declare(
    "orders.particulars_edited", _("%(who)s edited numbers, mark or remark of order %(number)s. %(items)s"), icon="pen", fields="order",
)  # fmt: skip
CHANGE_PREPARED = declare(
    "orders.change_prepared", _("%(who)s prepared a change of order %(number)s: version %(n)s of contract %(contract)s. %(reason)s"),
    icon="file", hue="blue", tells=("owner",), erases=("reason",),
)  # fmt: skip
CHANGE_DISCARDED = declare(
    "orders.change_discarded",
    _("%(who)s discarded a change of order %(number)s, version %(n)s of contract %(contract)s. The order stands as it was: %(reason)s"),
    icon="flow", hue="blue", erases=("reason",), codes={"reason": DISCARDS},
)  # fmt: skip
SPLIT = declare(
    "orders.split", _("%(who)s split order %(number)s: %(goods)s go on as order %(new)s. %(reason)s"), icon="flow", hue="blue",
    tells=("owner", "clerk"), erases=("reason",),
)  # fmt: skip
MERGED = declare(
    "orders.merged",
    _("%(who)s merged order %(other)s into order %(number)s: total %(was)s %(currency)s → %(now)s %(currency)s. %(reason)s"),
    icon="flow", hue="blue", tells=("owner", "clerk"), erases=("reason",),
)  # fmt: skip
HELD = declare(
    "orders.held", _("Order %(number)s: %(kind)s. %(reason)s"), icon="lock", hue="red", tells=("owner", "clerk"), erases=("reason",),
    codes={"kind": HOLD_KINDS}, is_ours=True,
)  # fmt: skip
HOLD_LIFTED = declare(
    "orders.hold_lifted", _("Order %(number)s goes on; lifted: %(kind)s. %(reason)s"), icon="ok", hue="green", tells=("owner", "clerk"),
    erases=("reason",), codes={"kind": HOLD_KINDS}, is_ours=True,
)  # fmt: skip
PURCHASED = declare("orders.purchased", _("%(who)s bought from %(supplier)s, %(number)s: %(lines)s"), icon="box", hue="blue")
PURCHASE_EDITED = declare("orders.purchase_edited", _("%(who)s edited purchase %(number)s"), icon="pen", fields="purchase")
PURCHASE_CHASED = declare(
    "orders.purchase_chased", _("%(who)s asked the supplier of purchase %(number)s again. %(words)s"), icon="mail", erases=("words",)
)
PURCHASE_MOVED = declare(
    "orders.purchase_moved",
    _("Purchase %(number)s: %(sku)s is expected on %(now)s, not on %(was)s. %(reason)s"), icon="clock", hue="ochre",
    erases=("reason",),
)  # fmt: skip
PURCHASE_ARRIVED = declare(
    "orders.purchase_arrived", _("%(who)s counted what came of purchase %(number)s: %(lines)s"), icon="ok", hue="green"
)
PURCHASE_CANCELLED = declare(
    "orders.purchase_cancelled", _("%(who)s cancelled what is still to come of purchase %(number)s. %(reason)s"), icon="close", hue="red",
    erases=("reason",),
)  # fmt: skip
RESERVED = declare(
    "orders.reserved",
    _("Reserved for order %(number)s: %(lines)s (%(why)s)"),
    icon="box",
    is_minor=True,
    codes={"why": RESERVED_WHYS},
    is_ours=True,
)
FREED = declare(
    "orders.stock_freed", _("%(who)s gave back what was reserved for order %(number)s: %(quantity)s × %(sku)s"), icon="back", hue="ochre"
)
GOODS_LOST = declare(
    "orders.goods_lost", _("Less is reserved for order %(number)s than before, by %(lines)s (%(why)s)"), icon="warn", hue="ochre",
    tells=("owner", "clerk"), codes={"why": RESERVED_WHYS}, is_ours=True,
)  # fmt: skip
SUPPLY_MOVED = declare(
    "orders.supply_moved", _("Goods for order %(number)s are expected on %(now)s, not on %(was)s: %(sku)s, purchase %(purchase)s"),
    icon="clock", hue="ochre", tells=("clerk",), is_minor=True,
)  # fmt: skip
