"""Which questions the list of customers answers, and the board with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import Team, User
from boothline.core.slots import hung
from boothline.core.text import whole
from boothline.customers.card import Customer, Customers
from boothline.customers.key_accounts import KeyAccount, KeyAccounts
from boothline.customers.lists import GRADE_WORDS, GRADES, KEY_KINDS, NATURE_WORDS, TIERS, TYPE_WORDS, TYPES


@dataclass(frozen=True)
class Question:
    """Hung into the slot "customer.filters" (or of another list's name): a room above narrows its rows by what it knows of them.
    `beside`: it is asked only where that other question is, and costs nothing elsewhere."""

    code: str
    make: Callable[[], filters.Filter]
    order: int = 100
    beside: str = ""


class WhoseFilter(filters.FilterSet):
    """By team and owner, and by what rooms above ask."""

    team = filters.ModelChoiceFilter(label=_("team"), queryset=Team.objects.order_by("name"), empty_label=_("all teams"))
    owner = filters.ModelChoiceFilter(
        label=_("owner"),
        queryset=User.objects.filter(is_active=True),
        empty_label=_("all owners"),
        null_label=_("without owner"),
        null_value="none",
    )

    class Meta:
        model = Customer
        fields = ["team", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_above(self, "customer.filters")


def ask_above(asked: filters.FilterSet, slot: str) -> None:
    """Adds the questions that rooms above hung there."""
    for question in hung(slot):
        if question.beside and not asked.data.get(question.beside):
            continue
        made = question.make()
        made.parent, made.model, made.field_name = asked, asked._meta.model, question.code
        asked.filters[question.code] = made


def owners() -> list[tuple[Any, Any]]:
    """Whose customers: my own, nobody's, a colleague's."""
    people = User.objects.filter(is_active=True).order_by("id")
    return [("me", _("me")), ("none", _("nobody")), *((str(user.pk), str(user)) for user in people)]


class KeyFilter(filters.FilterSet):
    """By tier and kind, whose they are; those that left only where asked for."""

    tier = filters.ChoiceFilter(label=_("tier"), choices=list(TIERS.items()), empty_label=_("every tier"))
    kind = filters.ChoiceFilter(label=_("kind"), choices=list(KEY_KINDS.items()), empty_label=_("every kind"))
    owner = filters.ChoiceFilter(label=_("owner"), choices=owners, empty_label=_("anyone"), method="of")

    class Meta:
        model = KeyAccount
        fields = ["tier", "kind", "owner"]

    def of(self, rows: KeyAccounts, name: str, code: str) -> KeyAccounts:
        """Of my customers, of nobody's, of a colleague's."""
        if code == "none":
            return rows.filter(customer__owner=None)
        return rows.filter(customer__owner=self.request.by.id if code == "me" else whole(code))


class CustomerFilter(WhoseFilter):
    """By type, by what the facts say, by how far they ever came and what they left."""

    owner = filters.ChoiceFilter(label=_("owner"), choices=owners, empty_label=_("anyone"), method="of")
    type = filters.ChoiceFilter(label=_("type"), choices=list(TYPE_WORDS.items()), empty_label=_("all types"))
    derived = filters.ChoiceFilter(
        label=_("by the facts"), field_name="derived_type", choices=list(TYPE_WORDS.items()), empty_label=_("whatever the facts")
    )
    reached = filters.ChoiceFilter(label=_("came as far as"), choices=list(TYPE_WORDS.items()), empty_label=_("however far"), method="came")
    left = filters.ChoiceFilter(label=_("once was"), choices=list(TYPE_WORDS.items()), empty_label=_("whatever they were"), method="was")

    nature = filters.ChoiceFilter(
        label=_("nature"), choices=[*NATURE_WORDS.items(), ("open", _("buyer or not yet known"))], empty_label=_("buyers and peers"),
        method="natured",
    )  # fmt: skip

    grade = filters.ChoiceFilter(label=_("grade"), choices=[(code, GRADE_WORDS[code]) for code in GRADES], empty_label=_("all grades"))

    key = filters.ChoiceFilter(
        label=_("key account"), choices=[("any", _("every key account")), *TIERS.items()], empty_label=_("key accounts and others"),
        method="keyed",
    )  # fmt: skip

    class Meta:
        model = Customer
        fields = ["type", "team", "owner", "derived", "reached", "left", "nature", "grade", "key"]

    def keyed(self, rows: Customers, name: str, code: str) -> Customers:
        """Key accounts, of one tier or of any."""
        found = rows.filter(key_account__isnull=False, key_account__ended_at=None)
        return found if code == "any" else found.filter(key_account__tier=code)

    def natured(self, rows: Customers, name: str, code: str) -> Customers:
        """Buyers, peers or not yet known; *open* is everybody but peers."""
        return rows.exclude(nature="peer") if code == "open" else rows.filter(nature=code)

    def of(self, rows: Customers, name: str, code: str) -> Customers:
        """Whose they are; *me* is whoever looks, so that a shared view says the same to everybody."""
        if code == "none":
            return rows.filter(owner=None)
        return rows.filter(owner=self.request.by.id if code == "me" else whole(code))

    def came(self, rows: Customers, name: str, code: str) -> Customers:
        """Who ever was of this type, or further."""
        return rows.filter(furthest__gte=TYPES.index(code))

    def was(self, rows: Customers, name: str, code: str) -> Customers:
        """Whose stay in this type is over, by the facts."""
        return rows.filter(pk__in=Customer.objects.filter(type_changes__was=code, type_changes__pinned=False).values("pk"))
