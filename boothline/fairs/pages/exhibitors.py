"""The exhibitors of fairs: the list, one of them, and which customer it is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core.countries import called
from boothline.core.errors import Refused
from boothline.core.records import label_of
from boothline.core.text import listed, whole
from boothline.customers.card import Customer
from boothline.customers.trail import customer_url
from boothline.fairs.exhibitors import OWN, Exhibitor, is_customer, is_no_customer, likely, make_customer, namesakes
from boothline.fairs.filters import ExhibitorFilter
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.kit import ActionPage, DetailPage, ListPage

SHOWN = 4  # in a cell


def exhibitor_url(exhibitor: Exhibitor) -> str:
    """Its page."""
    return reverse("exhibitor", args=[exhibitor.pk])


def first_of(words: list[str], shown: int = SHOWN) -> str:
    """The first of them, as a cell has room."""
    return listed(words[:shown] + ["…"] * (len(words) > shown))


def stands_of(exhibitor: Exhibitor) -> list[str]:
    """Its stands."""
    return [str(stand) for stand in exhibitor.stands.all()]


class ExhibitorList(ListPage):
    """Everybody on the organisers' lists."""

    right = "fairs.see"
    title = _("Exhibitors")
    nav = "exhibitors"
    columns = [
        Column(_("exhibitor"), str, "link", exhibitor_url),
        Column(_("country"), lambda e: called(e.country)),
        Column(_("city"), lambda e: e.city),
        Column(pgettext_lazy("exhibitor", "stands"), lambda e: first_of(stands_of(e)), name="stands"),
        Column(_("hall"), lambda e: first_of(e.halls)),
        Column(_("what it shows"), lambda e: first_of(e.categories) or e.about[:120]),
        Column(_("our customer"), lambda e: str(_("yes")) if e.customer_id else ""),
        Column(_("fair"), lambda e: str(e.fair), usual=False),
        Column(pgettext_lazy("exhibitor", "number of stands"), lambda e: len(e.stands.all()), "number", name="stand_count", usual=False),
        Column(_("all stands"), lambda e: listed(stands_of(e)), usual=False),
        Column(_("all categories"), lambda e: listed(e.categories), usual=False),
        Column(_("website"), lambda e: e.website, usual=False),
        Column(_("phone"), lambda e: e.phone, usual=False),
        Column(_("e-mail"), lambda e: e.email, usual=False),
        Column(_("address"), lambda e: e.address, usual=False),
        Column(_("postal code"), lambda e: e.postal_code, usual=False),
    ]
    sentence = _("Showing exhibitors of %(fair)s in %(hall)s, %(category)s, %(ours)s, sorted by %(sort)s.")
    sorts = {
        "name": Sort(_("name in pinyin"), "sort_key"),
        "newest": Sort(_("newest"), "id", descending=True),
    }
    filters = ExhibitorFilter
    search_words = _("Find: name, stand, city, goods")
    empty = _("No list of exhibitors yet. Import the one that the organisers hand out, and choose its fair.")

    def rows(self) -> QuerySet[Exhibitor]:
        """All."""
        return Exhibitor.objects.visible_to(self.by).for_list()


class AboutExhibitor:
    """What every page about an exhibitor has."""

    by: Any
    record: Any
    right: ClassVar[str] = "customers.add"
    nav: ClassVar[str] = "exhibitors"

    def find(self) -> QuerySet[Exhibitor]:
        """All."""
        return Exhibitor.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """Its page."""
        return exhibitor_url(self.record)


class ExhibitorPage(AboutExhibitor, DetailPage):
    """One of them: its stands, how to reach it, and which customer it is."""

    right = "fairs.see"
    template = "fairs/exhibitor.html"

    def trail(self) -> list[tuple[str, str]]:
        """The list of this fair."""
        fair = self.record.fair
        return [(str(fair), reverse("fair", args=[fair.pk])), (str(_("Exhibitors")), f"{reverse('exhibitors')}?fair={fair.pk}")]

    def context(self) -> dict[str, Any]:
        """Who it may be, and what was said of it."""
        one: Exhibitor = self.record
        customer = Customer.objects.visible_to(self.by).filter(pk=one.customer_id).first() if one.customer_id else None
        found = [] if one.customer_id else likely(one, self.by)
        labels = {name: label_of(Exhibitor, name) for name in OWN}
        return {
            "customer": customer,
            "likely": found,
            "hidden": 0 if one.customer_id else namesakes(one) - len(found),
            "may_say": self.by.has("customers.add"),
            "besides": [[(labels[name], value) for name, value in row.items() if name in labels] for row in one.besides],
            "events": Event.objects.about(one).readable_by(self.by).order_by("-id")[:20],
        }


class SayCustomer(AboutExhibitor, ActionPage):
    """Makes a customer of it, or says which one it is."""

    def press(self) -> str:
        """The customer that was pressed, among those they see; else a new one, another of its name where they say so."""
        asked = self.request.POST
        if "customer" not in asked:
            made = make_customer(self.record, by=self.by, is_another="another" in asked)
            self.done = _("It is a customer now.")
            return customer_url(made)
        customer = Customer.objects.visible_to(self.by).filter(pk=whole(asked["customer"]) or 0).first()
        if customer is None:
            raise Refused(_("This customer is not there any more."))
        is_customer(self.record, by=self.by, customer=customer)
        self.done = _("Noted which customer it is.")
        return self.back()


class IsNoCustomer(AboutExhibitor, ActionPage):
    """Takes it back."""

    done = _("Taken back. The customer stays.")

    def press(self) -> str:
        """Unties it."""
        is_no_customer(self.record, by=self.by)
        return self.back()
