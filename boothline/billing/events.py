"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.billing.lists import ASKED_KINDS, INSTALMENT_KINDS, WHOSE
from boothline.timeline.kinds import declare

SCHEDULED = declare(
    "billing.scheduled", _("Payments for order %(number)s scheduled: %(total)s %(currency)s"), icon="card", is_minor=True, is_ours=True
)
RECEIVED = declare(
    "billing.received", _("%(amount)s %(currency)s received from %(under)s. %(note)s"), icon="card", hue="green", tells=("owner", "clerk"),
    erases=("note",),
)  # fmt: skip
ANNOUNCED = declare(
    "billing.announced", _("%(who)s announced a payment of %(amount)s %(currency)s, sent on %(on)s. %(order)s %(note)s"), icon="card",
    hue="ochre", tells=("owner", "clerk"), erases=("note",),
)  # fmt: skip
SET_ASIDE = declare(
    "billing.announcement_set_aside", _("The announced payment of %(amount)s %(currency)s is set aside: %(reason)s"), icon="close",
    erases=("reason",),
)  # fmt: skip
ALLOCATED = declare("billing.allocated", _("%(amount)s %(currency)s of the receipt of %(on)s were allocated to %(orders)s"), icon="card")
RECEIPT_VOIDED = declare(
    "billing.receipt_voided", _("The receipt of %(amount)s %(currency)s is void: %(reason)s"), icon="close", hue="red",
    tells=("owner", "clerk"), erases=("reason",),
)  # fmt: skip
WRITTEN_OFF = declare(
    "billing.written_off", _("%(who)s wrote off the rest of %(amount)s %(currency)s of order %(number)s as bank charges"), icon="card"
)
ALLOWED = declare(
    "billing.allowed",
    _("%(amount)s %(currency)s were taken off order %(number)s: %(reason)s"),
    icon="card",
    hue="ochre",
    erases=("reason",),
    is_ours=True,
)
CREDIT_OPENED = declare(
    "billing.credit_opened", _("%(amount)s %(currency)s of order %(number)s are credited; to be used or refunded by %(due)s"),
    icon="card", hue="ochre", tells=("owner", "clerk"), is_ours=True,
)  # fmt: skip
CREDIT_USED = declare(
    "billing.credit_used", _("%(amount)s %(currency)s of credit were applied to order %(number)s"), icon="card", hue="green"
)
CREDIT_WARNED = declare(
    "billing.credit_warned", _("Credit of %(amount)s %(currency)s of order %(number)s: day %(day)s, due on %(due)s"), icon="clock",
    hue="ochre", tells=("owner",),
)  # fmt: skip
CREDIT_OVERDUE = declare(
    "billing.credit_overdue", _("Credit of %(amount)s %(currency)s of order %(number)s should have been refunded by %(due)s"), icon="clock",
    hue="red", tells=("people",),
)  # fmt: skip
CREDIT_LEFT = declare(
    "billing.credit_left", _("The customer wishes to leave the credit of order %(number)s until %(due)s: %(words)s"), icon="clock",
    erases=("words",),
)  # fmt: skip
CREDIT_CONTACTED = declare(
    "billing.credit_contacted", _("%(who)s spoke with the customer about the credit of order %(number)s: %(words)s"), icon="call",
    erases=("words",),
)  # fmt: skip
REFUND_PREPARED = declare(
    "billing.refund_prepared", _("Refund %(number)s of %(amount)s %(currency)s stands for approval"), icon="card", hue="ochre",
    tells=("owner",), is_ours=True,
)  # fmt: skip
REFUND_WAITS = declare(
    "billing.refund_waits", _("Refund %(number)s of %(amount)s %(currency)s waits for the customer's bank account"), icon="card",
    hue="ochre", tells=("owner", "clerk"), is_ours=True,
)  # fmt: skip
REFUND_APPROVED = declare(
    "billing.refund_approved", _("Refund %(number)s of %(amount)s %(currency)s is approved"), icon="ok", hue="green",
    tells=("owner", "clerk"),
)  # fmt: skip
REFUND_REFUSED = declare(
    "billing.refund_refused", _("Refund %(number)s of %(amount)s %(currency)s is not approved"), icon="close", hue="red",
    tells=("owner", "clerk"),
)  # fmt: skip
REFUNDED = declare(
    "billing.refunded", _("Refund %(number)s of %(amount)s %(currency)s was paid on %(on)s"), icon="card", hue="green",
    tells=("owner", "clerk"),
)  # fmt: skip
ASKED_FOR = declare(
    "billing.asked_for", _("Order %(number)s: %(kind)s of %(amount)s %(currency)s must be in by %(due)s"), icon="clock", hue="ochre",
    tells=("owner", "clerk"), codes={"kind": ASKED_KINDS}, is_ours=True,
)  # fmt: skip
OVERDUE = declare(
    "billing.overdue", _("Order %(number)s: %(kind)s of %(amount)s %(currency)s was due on %(due)s and is not in"), icon="clock", hue="red",
    tells=("owner", "clerk"), codes={"kind": INSTALMENT_KINDS},
)  # fmt: skip
RESCHEDULED = declare(
    "billing.rescheduled", _("Order %(number)s: %(kind)s moves to %(due)s"), icon="cal", codes={"kind": INSTALMENT_KINDS}, is_ours=True
)
LC_NOTED = declare(
    "billing.lc_noted", _("%(who)s noted letter of credit %(lc)s for order %(number)s"), icon="file", fields="letter_of_credit"
)
TARGETS_SET = declare(
    "billing.targets_set", _("%(who)s set the targets of %(month)s: %(whom)s"), icon="chart", codes={"whom": WHOSE}, fields="target_month",
    right="billing.see",
)  # fmt: skip
