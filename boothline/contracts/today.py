"""What this type shows on Today: the customers who asked for changes and wait for the next version; those who declined, ask for the
contract again, or want somebody else to sign."""

from decimal import Decimal

from django.utils.translation import gettext as _

from boothline.contracts.establishment import OPEN, ConfirmationRequest
from boothline.core.text import quoted
from boothline.followups import today
from boothline.followups.today import SHOWN, Asked, Row
from boothline.worktime.calendar import add_working_hours, company_calendar

ANSWER = Decimal(8)  # working hours to answer a change: the same hour of the next working day


def waiting(asked: Asked) -> list[Row]:
    """Whoever waits for our word about a contract; each row leads to it."""
    return [*_changes(asked), *today.waiting("waiting", asked)]


def _changes(asked: Asked) -> list[Row]:
    """Requests with changes asked, whoever has waited longest first."""
    visible = ConfirmationRequest.objects.visible_to(asked.by).filter(state="changes_asked", changes_asked_at__isnull=False)
    of = asked.of_owners(visible, "version__contract__customer")
    calendar = company_calendar()
    return [
        Row(
            "waiting", r.customer, add_working_hours(r.changes_asked_at or r.sent_at, ANSWER, calendar),
            _("answer the changes they ask for in %(number)s") % {"number": r.version.contract.number},
            contact=r.signatory, kind="mail", owner=r.customer.owner, has_time=True, say=[quoted(r.changes_words[:160])],
            leads=(str(OPEN.words), OPEN.url_name, r.version.contract.number, OPEN.icon),
        )
        for r in of.for_list().order_by("changes_asked_at", "id")[: SHOWN + 1]
    ]  # fmt: skip
