"""Key accounts: the list, one with its plan, people and rivals, and the forms that write them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may, require
from boothline.core import clock
from boothline.core.money import CURRENCIES
from boothline.core.records import column_of
from boothline.core.text import phrase, whole
from boothline.customers.card import Contact, Customer
from boothline.customers.filters import KeyFilter
from boothline.customers.key_accounts import PLAN_FIELDS, QUARTERS, KeyAccount, KeyPlan, appoint, end_account, plan_year
from boothline.customers.key_people import Decider, Rival, gaps, map_of, note_decider, note_rival
from boothline.customers.lists import ATTITUDES, KEY_KINDS, PARTS, TIERS
from boothline.customers.pages.customers import CustomerFormPage
from boothline.customers.trail import customer_trail
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, ReasonForm, Text, Words, narrow
from boothline.ui.kit import DetailPage, FormPage, ListPage, panels


def account_url(customer: Customer) -> str:
    """The page of the key account."""
    return reverse("key-account", args=[customer.pk])


class KeyAccountList(ListPage):
    """Every key account that one sees."""

    right = "key_accounts.see"
    title = _("Key accounts")
    nav = "key-accounts"
    columns = [
        Column(_("customer"), str, "link", lambda a: account_url(a.customer)),
        Column(_("tier"), lambda a: a.get_tier_display()),
        Column(_("kind"), lambda a: a.get_kind_display()),
        Column(_("grade"), lambda a: a.customer.grade, "grade"),
        Column(_("owner"), lambda a: str(a.customer.owner or "")),
        Column(_("since"), lambda a: a.since, "day"),
        Column(_("last touch"), lambda a: a.customer.last_touch_at, "moment"),
        Column(_("next step"), lambda a: a.customer.next_step_on, "day"),
        Column(_("reason"), lambda a: a.reason, usual=False),
    ]
    under = "customer"
    people = "customer__contacts"
    sentence = _("Showing key accounts of %(owner)s, %(tier)s, %(kind)s, sorted by %(sort)s.")
    sorts = {
        "newest": Sort(_("newest"), "since", descending=True),
        "oldest": Sort(_("since longest"), "since"),
    }
    filters = KeyFilter
    search_words = _("Find: customer")
    empty = _("No key accounts yet. A manager marks one on the customer's page.")

    def rows(self) -> QuerySet[KeyAccount]:
        """Those that stand."""
        return KeyAccount.objects.visible_to(self.by).standing().for_list()


class KeyAccountPage(DetailPage):
    """One: why it is one, its plan, who decides there, what rivals do."""

    right = "key_accounts.see"
    template = "customers/key_account.html"
    nav = "key-accounts"

    def find(self) -> QuerySet[Customer]:
        """Visible ones that are or were a key account."""
        return Customer.objects.visible_to(self.by).for_list().filter(key_account__isnull=False)

    def trail(self) -> list[tuple[str, str]]:
        """The key accounts."""
        return [(str(_("Key accounts")), reverse("key-accounts"))]

    def context(self) -> dict[str, Any]:
        """Plan of this year and the others, people, rivals, and what rooms above know."""
        customer: Customer = self.record
        account = KeyAccount.objects.get(customer=customer)
        plans = list(account.plans.all())
        year = clock.today().year
        people = map_of(customer)
        plan = next((one for one in plans if one.year == year), None)
        return {
            "account": account, "plan": plan, "year": year, "plans": [one for one in plans if one.year != year],
            "review_due": plan.due_review(clock.today()) if plan else 0, "quarters": QUARTERS,
            "people": people, "gaps": gaps([known for _contact, known in people if known]),
            "rivals": list(Rival.objects.filter(customer=customer)[:20]),
            "may_plan": may(self.by, "key_accounts.plan", customer) and account.is_standing,
            "may_decide": may(self.by, "key_accounts.decide", customer), "panels": panels("key_account", account, self.by),
            "events": Event.objects.about(account).order_by("-id")[:20] if may(self.by, "history.see", customer) else [],
            "customer_trail": customer_trail(customer),
        }  # fmt: skip


class MarkForm(forms.Form):
    """Tier, kind, and why."""

    tier = forms.ChoiceField(label=_("tier"), choices=list(TIERS.items()), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("kind of key account"), choices=list(KEY_KINDS.items()), widget=forms.RadioSelect)
    reason = Text(label=_("reason"), max_length=500)


class OfAccount(CustomerFormPage):
    """What the forms about a key account share."""

    right = "key_accounts.plan"
    nav = "key-accounts"

    def trail(self) -> list[tuple[str, str]]:
        """The key account, or the customer while it is none."""
        customer = self.record.customer
        if not KeyAccount.objects.filter(customer=customer).exists():
            return customer_trail(customer)
        return [(str(_("Key accounts")), reverse("key-accounts")), (str(customer), account_url(customer))]

    def account(self) -> KeyAccount | None:
        """The mark, if there is one."""
        return KeyAccount.objects.filter(customer=self.record.customer).first()


class Mark(OfAccount):
    """Makes a customer a key account, or changes what was said of one."""

    right = "key_accounts.decide"
    title = _("Mark as key account")
    lead = _("It stays out of the pool, is visited by its tier, and has a plan for each year.")
    form = MarkForm
    button = _("Save key account")

    def revision(self) -> int:
        """Of the mark."""
        account = self.account()
        return account.revision if account else 0

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        account = self.account()
        return {"tier": account.tier, "kind": account.kind, "reason": account.reason} if account and account.is_standing else {}

    def save(self, form: Any) -> str:
        """Marks it."""
        appoint(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return account_url(self.record)


class End(OfAccount):
    """It is one no longer."""

    right = "key_accounts.decide"
    title = _("End the key account")
    form = ReasonForm
    button = _("End key account")
    is_risk = True

    def find(self) -> QuerySet[Customer]:
        """Those that are one."""
        return super().find().filter(key_account__isnull=False, key_account__ended_at=None)

    def save(self, form: Any) -> str:
        """Ends it."""
        end_account(KeyAccount.objects.get(customer=self.record), by=self.by, reason=form.cleaned_data["reason"])
        return account_url(self.record)


def _long(name: str) -> Words:
    return Words(label=column_of(KeyPlan, name).verbose_name, rows=2, required=False)


class PlanForm(forms.Form):
    """The plan of a year."""

    need = _long("need")
    target = forms.DecimalField(label=_("target, amount ordered"), min_value=0, max_digits=14, decimal_places=2, required=False)
    currency = forms.ChoiceField(label=_("currency"), choices=[(c, c) for c in CURRENCIES])
    products = _long("products")
    actions = _long("actions")
    visits = _long("visits")
    budget = forms.DecimalField(label=_("budget"), min_value=0, max_digits=14, decimal_places=2, required=False)
    risks = _long("risks")
    review_1 = _long("review_1")
    review_2 = _long("review_2")
    review_3 = _long("review_3")
    review_4 = _long("review_4")


class Plan(OfAccount):
    """Writes the plan of a year; address <customer>-<year>."""

    title = _("Plan of the year")
    form = PlanForm
    button = _("Save plan")

    def find(self) -> QuerySet[Customer]:
        """Key accounts."""
        return super().find().filter(key_account__isnull=False)

    def load(self) -> Customer:
        """The customer of the address, or 404."""
        pk, _dash, year = str(self.kwargs["key"]).partition("-")
        self.year = whole(year, places=4) or 0
        found = self.find().filter(pk=whole(pk) or 0).first()
        if found is None or abs(self.year - clock.today().year) > 1:
            raise Http404
        require(self.by, self.right, found)
        return found

    def heading(self) -> str:
        """Which year."""
        return str(_("Plan of %(year)s: %(customer)s") % {"year": self.year, "customer": self.record})

    def plan(self) -> KeyPlan | None:
        """As it stands."""
        return KeyPlan.objects.filter(account__customer=self.record, year=self.year).first()

    def revision(self) -> int:
        """Of the plan."""
        plan = self.plan()
        return plan.revision if plan else 0

    def initial(self) -> dict[str, Any]:
        """What is written."""
        plan = self.plan()
        return {name: getattr(plan, name) for name in PLAN_FIELDS} if plan else {"currency": "CNY"}

    def save(self, form: Any) -> str:
        """Writes it."""
        account = KeyAccount.objects.select_related("customer").get(customer=self.record)
        plan_year(account, by=self.by, year=self.year, revision=self.seen, values=form.cleaned_data)
        return account_url(self.record)


class PartForm(forms.Form):
    """Part, superior, attitude, background."""

    part = forms.ChoiceField(label=_("part in the decision"), choices=list(PARTS.items()), widget=forms.RadioSelect)
    reports_to = forms.ModelChoiceField(label=_("reports to"), queryset=Contact.objects.none(), required=False, empty_label=_("not known"))
    attitude = forms.TypedChoiceField(label=_("attitude to us"), choices=list(ATTITUDES.items()), coerce=int)
    background = Text(
        label=_("background and experience"), max_length=500, required=False,
        help_text=_("What they told us themselves; write it as you would say it to them."),
    )  # fmt: skip

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "reports_to", Contact.objects.filter(customer=contact.customer_id).exclude(pk=contact.pk).order_by("id"))


class Part(OfAccount):
    """What part somebody has in the decision."""

    title = _("Part in the decision")
    form = PartForm
    button = _("Save part")

    def find(self) -> QuerySet[Any]:
        """People of key accounts that one sees."""
        return Contact.objects.visible_to(self.by).select_related("customer").filter(customer__key_account__isnull=False)

    def heading(self) -> str:
        """Whose."""
        return str(phrase(_("Part of %(name)s in the decision"), {"name": self.record.name}))

    def form_options(self) -> dict[str, Any]:
        """Their colleagues."""
        return {"contact": self.record}

    def known(self) -> Decider | None:
        """As it is noted."""
        return Decider.objects.filter(contact=self.record).first()

    def revision(self) -> int:
        """Of what is noted."""
        known = self.known()
        return known.revision if known else 0

    def initial(self) -> dict[str, Any]:
        """What is noted."""
        known = self.known()
        if known is None:
            return {"attitude": 0}
        return {"part": known.part, "reports_to": known.reports_to, "attitude": known.attitude, "background": known.background}

    def save(self, form: Any) -> str:
        """Notes it."""
        note_decider(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return account_url(self.record.customer)


class RivalForm(forms.Form):
    """Who did what, when; our answer."""

    name = Text(label=_("competing firm"), max_length=200)
    move = Text(label=_("what they did"), max_length=500)
    product = Text(label=_("product"), max_length=200, required=False)
    price = Text(label=_("their price"), max_length=100, required=False)
    on = Day(label=_("date"))
    source = Text(label=_("from whom we know"), max_length=200, required=False)
    answer = Text(label=_("our answer"), max_length=500, required=False)


class NewRival(OfAccount):
    """Notes a competitor's move."""

    title = _("Note a competitor's move")
    form = RivalForm
    button = _("Note the move")

    def find(self) -> QuerySet[Customer]:
        """Key accounts."""
        return super().find().filter(key_account__isnull=False)

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": clock.today()}

    def save(self, form: Any) -> str:
        """Notes it."""
        note_rival(self.record, by=self.by, values=form.cleaned_data)
        return account_url(self.record)


class EditRival(OfAccount, FormPage):
    """Adds to what was noted."""

    title = _("Competitor's move")
    form = RivalForm
    button = _("Save move")

    def find(self) -> QuerySet[Any]:
        """Of visible customers."""
        return Rival.objects.filter(customer__in=Customer.objects.visible_to(self.by)).select_related("customer")

    def initial(self) -> dict[str, Any]:
        """As noted."""
        return {name: getattr(self.record, name) for name in RivalForm.base_fields}

    def save(self, form: Any) -> str:
        """Saves."""
        note_rival(self.record.customer, by=self.by, values=form.cleaned_data, rival=self.record, revision=self.seen)
        return account_url(self.record.customer)
