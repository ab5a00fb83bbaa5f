"""What this type hears."""

from boothline.approvals import events as approvals
from boothline.contracts import events
from boothline.contracts.against import hold_again_what_ended, hold_nothing
from boothline.contracts.approved import follow_customer_edited, follow_dossier, follow_draft_edited, follow_merged
from boothline.contracts.asked import ENDS, answer_again, end_what_was_asked
from boothline.contracts.clearance import decided
from boothline.contracts.milestones import follow_confirmed, follow_draft, open_plans, unfollow
from boothline.contracts.needs import follow_requirements, forget_wishes, gather, hear_wishes, let_go, look_again, meet_needs, unmeet_needs
from boothline.contracts.signed import print_signed
from boothline.contracts.speaking import quote_no_more, send_no_more, send_what_was_approved, speak_at, thank, thank_for_nothing
from boothline.customers import events as customers
from boothline.intentions import events as intentions
from boothline.timeline import hearing
from boothline.timeline.kinds import KINDS


def register() -> None:
    """Now: an approval that was decided, or is asked no more, makes the contract a draft again, which waits to be sent; needs
    follow their requirements and their contract, the plan of milestones follows its contract; what a customer held against a contract
    ends with its confirmation; a confirmation waits for the owner's thanks; a contract that is out answers for the quotation that was
    promised, one that is made again for its refusal. Later: what was confirmed is printed signed, and grade B is told of a milestone."""
    for kind in (approvals.APPROVED, approvals.REFUSED, approvals.DROPPED):
        hearing.now(kind, decided)
    hearing.now(approvals.APPROVED, send_what_was_approved)
    hearing.now(approvals.OUTDATED, send_no_more)
    hearing.now(events.EDITED, follow_draft_edited)
    hearing.now(customers.EDITED, follow_customer_edited)
    for kind in (customers.MERGED, customers.UNMERGED, customers.CONTACTS_MERGED, customers.CONTACTS_UNMERGED):
        hearing.now(kind, follow_merged)
    for kind in (events.DOSSIER_EDITED, events.PAPER_FILED, events.BANK_CONFIRMED):
        hearing.now(kind, follow_dossier)
    answered = (
        intentions.REQUIREMENT_MET, intentions.REQUIREMENT_REFUSED, intentions.REQUIREMENT_WAIVED, intentions.REQUIREMENT_REOPENED,
    )  # fmt: skip
    for kind in answered:
        hearing.now(kind, follow_requirements)
    hearing.now(events.PREPARED, gather)
    hearing.now(events.EDITED, look_again)
    hearing.now(events.CHANGES_ASKED, hear_wishes)
    hearing.now(events.CHANGES_TAKEN_BACK, forget_wishes)
    hearing.now(events.CONFIRMED, meet_needs)
    hearing.now(events.VOIDED, unmeet_needs)
    hearing.now(events.CONFIRMED, hold_nothing)
    hearing.now(events.VOIDED, hold_again_what_ended)
    for kind in (events.ENDED, events.CHANGE_DISCARDED, events.DECLINED, events.LAPSED):
        hearing.now(kind, let_go)
    hearing.now(events.PREPARED, open_plans)
    for kind in (events.EDITED, events.VERSION_MADE, events.SENT, events.READY, events.EXPIRED, events.WITHDRAWN, events.LAPSE_REOPENED):
        hearing.now(kind, follow_draft)
    hearing.now(events.CONFIRMED, follow_confirmed)
    hearing.now(events.VOIDED, unfollow)
    hearing.now(events.CONFIRMED, thank)
    for kind in (events.SENT, events.CONFIRMED):
        hearing.now(kind, quote_no_more)
    hearing.now(events.VOIDED, thank_for_nothing)
    hearing.now(events.PREPARED, answer_again)
    hearing.now(intentions.LOST, answer_again)
    for code in ENDS:
        hearing.now(KINDS[code], end_what_was_asked)
    hearing.later(events.CONFIRMED, print_signed, name="contracts.print_signed")
    hearing.later(events.MILESTONE_REACHED, speak_at, name="contracts.speak_at_milestone")
