"""Playbooks 应对方案 as they ship: what to do with each personality. Open terms between companies, honest prices, records; nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Words


@dataclass(frozen=True)
class Playbook:
    """What to stress, what to avoid, and how to agree on price, prepayment and written confirmation."""

    stress: Words
    avoid: Words
    terms: Words


PLAYBOOKS = {
    "rational": Playbook(
        _("Bring facts: documents, data, samples, and strengths and weaknesses said openly; date every promise and keep it."),
        _("No exaggeration, no courting."),
        _("Quote once, with its make-up; standard deposit; go through the contract clause by clause."),
    ),
    "task": Playbook(
        _("Make the job easy: one page, a firm date, a named person, so that they can report it done."),
        _("Not too many choices, and no neglect because it may be a single order."),
        _("Standard price; usual deposit; scope and time in writing."),
    ),
    "greedy": Playbook(
        _("Stress open, checkable quantity discounts and service; every concession goes to the company and into the contract."),
        _("Decline personal benefits politely, log the request, go in pairs if need be."),
        _("Hold the floor price, give only against something; deposit as agreed; confirm talks by e-mail."),
    ),
    "owner": Playbook(
        _("Begin with total cost and value, show where the price comes from, then talk of better quality."),
        _("No tricks, no hidden fees; visit and ask regularly."),
        _("Give a sincere price with its conditions; deposit may be tied to the step price; put it in the contract."),
    ),
    "credit": Playbook(
        _("Make quality certain and help them look good: figures to report, visible progress."),
        _("Never embarrass or bypass them."),
        _("A fair price is enough; standard deposit; write down results and tasks. They must never pay from their own pocket."),
    ),
    "stingy": Playbook(
        _("Standard goods, one honest price, clear minimum, little time."),
        _("No tenders we cannot win, no hidden loss of quality, no revenge pricing."),
        _("Discount only for quantity; payment before shipment or a higher deposit; extras priced and confirmed in writing."),
    ),
    "tricky": Playbook(
        _("Papers first, courtesy always: specification, sample, artwork, quantity and date signed before work, their material kept."),
        _("Promise no dates by word, skip no step for a high price or charm."),
        _("List price; deposit and contract before anything; every change in writing."),
    ),
    "relationship": Playbook(
        _("Say early what is a favour and what is business; small help may be free, anything that costs is priced first."),
        _("Neither vague for friendship's sake nor charging afterwards."),
        _("An open price for old customers, with approval; same deposit and contract as for all: paper protects the friendship."),
    ),
    "mixed": Playbook(
        _("Stay calm and listen; note after each meeting what mattered, then use the nearest advice."),
        _("Do not label early, do not give everything at once."),
        _("Price in steps with conditions; deposit, contract, changes in writing; a manager reviews large decisions."),
    ),
}
