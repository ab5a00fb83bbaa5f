"""The pool: customers without an owner, and the button that takes one."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.core.countries import called
from boothline.core.errors import Words
from boothline.customers.card import Customer
from boothline.customers.grading import reason_words
from boothline.customers.lists import GRADE_WORDS, TYPE_WORDS
from boothline.customers.reach import sees_pool
from boothline.followups.filters import PoolFilter
from boothline.followups.pool import A_DAY, TOUCH_WORKDAYS, in_pool, take_from_pool
from boothline.ui.columns import Column, Sort
from boothline.ui.kit import ActionPage, ListPage, came_from


class PoolList(ListPage):
    """Whom one may take."""

    right = "pool.take"
    title = _("Pool")
    nav = "pool"
    under = "pk"
    sentence = _("Showing the pool, grade: %(grade)s, type: %(type)s, owner before: %(owner_before)s, sorted by %(sort)s.")
    columns = [
        Column(_("customer"), str, "link", lambda c: reverse("customer", args=[c.pk])),
        Column(_("type"), lambda c: c.type, "type", words=TYPE_WORDS.__getitem__),
        Column(_("grade"), lambda c: c.grade, "grade", words=GRADE_WORDS.__getitem__),
        Column(_("country"), lambda c: called(c.country)),
        Column(_("last touch"), lambda c: c.last_touch_at, "day"),
        Column(_("in the pool since"), lambda c: c.owned_since, "day"),
        Column(_("owner before"), lambda c: str(c.owner_before or "")),
        Column(_("why this grade"), lambda c: reason_words(c.grade_why), usual=False),
    ]
    sorts = {
        "latest": Sort(_("latest in the pool"), "owned_since", descending=True),
        "longest": Sort(_("longest in the pool"), "owned_since"),
        "grade": Sort(_("grade"), "grade"),
        "name": Sort(_("name in pinyin"), "sort_key"),
        "touched": Sort(_("last touch, latest first"), "last_touch_at", descending=True, nulls=True),
    }
    filters = PoolFilter
    press = ("pool-take", _("Take"))
    search_words = _("Find: name, pinyin, e-mail, phone")
    empty = _("The pool is empty. A customer comes here when nobody speaks with them for too long.")

    def leading(self) -> Words:
        """What taking asks of one."""
        words = _now("Whoever takes a customer speaks with them within %(days)s workdays, else they go back. At most %(most)s a day.")
        return words % {"days": TOUCH_WORKDAYS.value, "most": A_DAY.value}

    def rows(self) -> QuerySet[Customer]:
        """Visible ones without an owner; of who sees only a part of the customers, the others of the pool are not said not to be."""
        if not sees_pool(self.by):
            self.empty = _("None of the customers that you see is in the pool. Salespeople and managers see all of it.")
        return in_pool(self.by).select_related("owner_before").prefetch_related("pins")


class Take(ActionPage):
    """Takes a customer from the pool."""

    right = "pool.take"
    done = _("Yours now. Their page says by when to speak with them; else they go back to the pool.")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def back(self) -> str:
        """The page that one pressed on, else the pool."""
        return came_from(self.request, reverse("pool"))

    def press(self) -> str:
        """Takes them; the next thing is to speak with them."""
        return reverse("customer", args=[take_from_pool(self.record, by=self.by).pk])
