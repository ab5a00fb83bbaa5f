"""Visits level to level 对口走访: how often a key account is visited, by its owner and, half as often, by a manager.

A visit is a touch in person that reached somebody. Due is counted from the last one, else from the day on which it became a key
account; never a free day. What is due stands on Today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import may
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.rules import declare
from boothline.customers.key_accounts import KeyAccount
from boothline.followups.today import Asked, Row, end_of
from boothline.followups.touches import Touch
from boothline.worktime.calendar import add_workdays

DAYS = {
    tier: declare(f"followups.visit_{tier}_days", days, words, low=1, high=730)
    for tier, days, words in (
        ("platinum", 30, gettext_lazy("Days between two visits to a platinum key account")),
        ("gold", 60, gettext_lazy("Days between two visits to a gold key account")),
        ("iron", 180, gettext_lazy("Days between two visits to an iron key account")),
    )
}
MANAGERS = 2  # a manager visits half as often


@dataclass(frozen=True)
class Visits:
    """When somebody was there last, and when the next visit is due: of whoever follows up, and of a manager."""

    last: date | None
    due: date
    manager_last: date | None
    manager_due: date


def visits_of(accounts: Iterable[KeyAccount]) -> dict[int, Visits]:
    """{account id: its visits}, two questions for any number."""
    found = list(accounts)
    there = Touch.objects.filter(customer__in=[a.customer_id for a in found], channel="meet", reach="reached").order_by()
    any_one = dict(there.values_list("customer_id").annotate(Max("at")))
    of_managers = there.filter(user__held_roles__role="manager")
    managers = dict(of_managers.values_list("customer_id").annotate(Max("at")))
    said = {}
    for account in found:
        days = DAYS[account.tier].value
        last, manager_last = (_day(seen.get(account.customer_id)) for seen in (any_one, managers))
        said[account.pk] = Visits(
            last, _due(max(last or account.since, account.since), days), manager_last,
            _due(max(manager_last or account.since, account.since), days * MANAGERS),
        )  # fmt: skip
    return said


def _day(at: Any) -> date | None:
    return timezone.localdate(at) if at else None


def _due(since: date, days: int) -> date:
    return add_workdays(since + timedelta(days=days), 0)


def on_today(asked: Asked) -> list[Row]:
    """Visits that are due: to their owner's, and to managers the ones that their level owes."""
    if not asked.by.has("key_accounts.see"):
        return []
    rows = KeyAccount.objects.visible_to(asked.by).standing().for_list()
    is_manager = "manager" in asked.by.roles
    mine = rows.filter(customer__owner=asked.by.id) if asked.whose == "mine" else rows
    if asked.whose == "team":
        mine = rows.filter(customer__team_id=asked.by.team_id or 0)
    level = rows.filter(customer__team_id=asked.by.team_id) if is_manager and asked.whose == "mine" and asked.by.team_id else rows.none()
    accounts = {account.pk: account for account in [*mine, *level]}
    owned = {account.pk for account in mine}
    said = visits_of(accounts.values())
    found = []
    for pk, account in accounts.items():
        visits, values = said[pk], {"tier": account.get_tier_display()}
        if pk in owned and visits.due <= asked.until:
            found.append(_row(account, visits.due, _("Visit the key account (%(tier)s)") % values, visits.last))
        elif is_manager and visits.manager_due <= asked.until:
            found.append(
                _row(account, visits.manager_due, _("Visit the key account (%(tier)s), manager to manager") % values, visits.manager_last)
            )
    return found


def _row(account: KeyAccount, due: date, why: str, last: date | None) -> Row:
    say = [_("Last visit: %(on)s") % {"on": clock.day_words(last)} if last else _("Nobody has visited yet")]
    return Row(
        "visits", account.customer, end_of(due), why, kind="meet", owner=account.customer.owner, say=say,
        opens=(_("Open the key account"), "key-account", account.customer_id, "star"),
    )  # fmt: skip


def of_account(account: KeyAccount, by: Actor) -> dict[str, Any] | None:
    """What the page of a key account says of visits, with the newest of them."""
    if not account.is_standing:
        return None
    newest = Touch.objects.filter(customer=account.customer_id, channel="meet").select_related("user", "contact").order_by("-at", "-id")
    may_log = may(by, "touches.log", account.customer)
    return {"visits": visits_of([account])[account.pk], "newest": list(newest[:5]), "today": clock.today(), "may_log": may_log}
