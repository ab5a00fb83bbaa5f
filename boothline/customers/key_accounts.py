"""Key accounts 大客户: customers that move our result, marked by a manager with tier, kind and reason; a plan for each year.

What changes for one (rule book 9): it never goes to the pool, is visited level to level, has a plan with a review each quarter, and
its rivals' moves and the people who decide are noted. Leaving is a fact like becoming one; the reason stays readable.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.money import amount_field, currency_field, kept
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.text import clean, reason_given
from boothline.customers import events
from boothline.customers.card import Customer, hold
from boothline.customers.lists import KEY_KINDS, TIERS
from boothline.timeline.history import record

QUARTERS = ("review_1", "review_2", "review_3", "review_4")
PLAN_FIELDS = ("need", "target", "currency", "products", "actions", "visits", "budget", "risks", *QUARTERS)


class KeyAccounts(models.QuerySet["KeyAccount"]):
    """Questions about key accounts."""

    def visible_to(self, by: Actor) -> KeyAccounts:
        """Those of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by)) if by.has("key_accounts.see") else self.none()

    def standing(self) -> KeyAccounts:
        """Not left."""
        return self.filter(ended_at=None)

    def for_list(self) -> KeyAccounts:
        """With what a list shows."""
        return self.select_related("customer__owner", "customer__team")

    def search(self, words: str, by: Actor) -> KeyAccounts:
        """By the customer."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class KeyAccount(Record):
    """That a customer is one, since when, and why; `ended_at` when it left."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="key_account")
    tier = models.CharField(gettext_lazy("tier"), max_length=8, choices=list(TIERS.items()))
    kind = models.CharField(gettext_lazy("kind of key account"), max_length=12, choices=list(KEY_KINDS.items()))
    reason = models.CharField(gettext_lazy("reason"), max_length=500)
    since = models.DateField()
    by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=500, blank=True, default="")
    privacy = tags(tier=PLAIN, kind=PLAIN, reason=WORDS, by_name=PERSON, ended_reason=WORDS)
    merging = Merging(
        better=lambda goes, stays: goes.is_standing and not stays.is_standing,
        note=gettext_lazy(
            "Key accounts: tier, kind and reason of the customer that stays count, unless it is one no longer. Where both have a plan of "
            "one year, what is empty in its plan is filled from the other."
        ),
    )

    objects = KeyAccounts.as_manager()

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def is_standing(self) -> bool:
        """It is one now."""
        return self.ended_at is None


class KeyPlan(Record):
    """The plan of one year: what they need, what we aim at and do, and what each quarter showed."""

    account = models.ForeignKey(KeyAccount, on_delete=models.CASCADE, related_name="plans")
    year = models.PositiveSmallIntegerField()
    need = models.TextField(gettext_lazy("what they need this year"), blank=True, default="")
    target = amount_field(null=True, blank=True, verbose_name=gettext_lazy("target, amount ordered"))
    currency = currency_field()
    products = models.TextField(gettext_lazy("products"), blank=True, default="")
    actions = models.TextField(gettext_lazy("actions, door-to-door service included"), blank=True, default="")
    visits = models.TextField(gettext_lazy("visits"), blank=True, default="")
    budget = amount_field(null=True, blank=True, verbose_name=gettext_lazy("budget"))
    risks = models.TextField(gettext_lazy("risks"), blank=True, default="")
    review_1 = models.TextField(gettext_lazy("review, 1st quarter"), blank=True, default="")
    review_2 = models.TextField(gettext_lazy("review, 2nd quarter"), blank=True, default="")
    review_3 = models.TextField(gettext_lazy("review, 3rd quarter"), blank=True, default="")
    review_4 = models.TextField(gettext_lazy("review, 4th quarter"), blank=True, default="")
    privacy = tags(
        need=WORDS, currency=PLAIN, products=WORDS, actions=WORDS, visits=WORDS, risks=WORDS, review_1=WORDS, review_2=WORDS,
        review_3=WORDS, review_4=WORDS,
    )  # fmt: skip
    merging = Merging(
        fills=(
            ("target", "budget", "currency"),
            *((name,) for name in ("need", "products", "actions", "visits", "risks", *QUARTERS)),
        )
    )

    class Meta:
        ordering = ("-year",)
        constraints = [models.UniqueConstraint(fields=["account", "year"], name="key_plan_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.year}"

    @property
    def customer(self) -> Customer:
        """For whom."""
        return self.account.customer

    def due_review(self, today: date) -> int:
        """The last quarter that is over, and not before it was a key account, and has no review; 0 where none is due."""
        over = 4 if today.year > self.year else (today.month - 1) // 3 if today.year == self.year else 0
        since = self.account.since
        first = 1 if since.year < self.year else (since.month + 2) // 3 if since.year == self.year else 5
        return next((n for n in range(over, first - 1, -1) if not getattr(self, f"review_{n}")), 0)


@operation("customers.appoint_key_account")
def appoint(customer: Customer, *, by: Actor, revision: int, values: dict[str, str]) -> KeyAccount:
    """Marks a key account, or changes tier, kind and reason of one; one that left is one again."""
    require(by, "key_accounts.decide", customer)
    values = {name: clean(values.get(name, ""), 500) for name in ("tier", "kind", "reason")}
    if values["tier"] not in TIERS:
        raise Refused(_("Choose from the list."), field="tier")
    if values["kind"] not in KEY_KINDS:
        raise Refused(_("Choose from the list."), field="kind")
    reason_given(values["reason"], 500)
    hold(customer.pk)
    account, made = KeyAccount.objects.get_or_create(
        customer=customer, defaults={"revision": 0, "since": clock.today(), "ended_at": timezone.now()}
    )
    was_out = not account.is_standing
    changes = revise(account, revision=revision, values=values)
    if not changes and not was_out:
        return account
    facts: dict[str, Any] = {"by_name": by.name[:200]}
    if was_out:
        facts |= {"since": clock.today(), "ended_at": None, "ended_reason": ""}
    KeyAccount.objects.filter(pk=account.pk).update(**facts)
    account.refresh_from_db()
    if was_out:
        record(events.KEY_APPOINTED, subject=account, under=customer, by=by, values=values, changes={} if made else changes)
    else:
        record(events.KEY_CHANGED, subject=account, under=customer, by=by, values=values, changes=changes)
    return account


@operation("customers.end_key_account")
def end_account(account: KeyAccount, *, by: Actor, reason: str) -> KeyAccount:
    """It is a key account no longer. Pressed twice, the first stands."""
    require(by, "key_accounts.decide", account.customer)
    reason = reason_given(reason, 500)
    hold(account.customer_id)
    facts = {"ended_at": timezone.now(), "ended_reason": reason, "revision": models.F("revision") + 1}
    if KeyAccount.objects.standing().filter(pk=account.pk).update(**facts):
        account.refresh_from_db()
        record(events.KEY_ENDED, subject=account, under=account.customer, by=by, values={"reason": reason})
    account.refresh_from_db()
    return account


@operation("customers.plan_key_account")
def plan_year(account: KeyAccount, *, by: Actor, year: int, revision: int, values: dict[str, Any]) -> KeyPlan:
    """Writes the plan of a year, or what a quarter showed. Who saw an older one is shown both."""
    require(by, "key_accounts.plan", account.customer)
    if not clock.today().year - 1 <= year <= clock.today().year + 1:
        raise Refused(_("A plan is for this year, the last or the next."), field="year", code="year")
    if not account.is_standing:
        raise Refused(_("This is no key account any more."), code="over")
    values = {name: value for name, value in values.items() if name in PLAN_FIELDS}
    for name in ("target", "budget"):
        if values.get(name) is not None:
            if values[name] < 0:
                raise Refused(_("An amount is not below 0."), field=name)
            kept(Decimal(values[name]))
    hold(account.customer_id)
    plan, _made = KeyPlan.objects.get_or_create(account=account, year=year, defaults={"revision": 0})
    changes = revise(plan, revision=revision, values=values)
    if changes:
        record(events.KEY_PLANNED, subject=plan, under=account.customer, by=by, values={"year": year}, changes=changes)
    return plan
