"""The customer's page: who they are, how far, what next, what happened; and a panel of each room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core.slots import ask, hung
from boothline.core.text import whole
from boothline.customers.card import Contact, Customer, is_unmasked
from boothline.customers.grading import reason_words
from boothline.customers.ladder import business, stations
from boothline.customers.merges import led_to
from boothline.customers.pages.customers import CustomerList
from boothline.customers.papers import papers
from boothline.customers.story import SHELVES, told
from boothline.timeline.undo import to_take_back
from boothline.ui.columns import Sort
from boothline.ui.kit import DetailPage, panels


class CustomerPage(DetailPage):
    """One customer, filled by everybody."""

    right = "customers.see"
    template = "customers/customer.html"
    nav = "customers"

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        people = Contact.objects.prefetch_related("points", "consents").order_by("id")
        return Customer.objects.visible_to(self.by).for_list().prefetch_related(Prefetch("contacts", people), "collaborators__user")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; of a customer who was merged into another, the other's."""
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            into = led_to(self.kwargs["key"])
            if into is None or not self.find().filter(pk=into).exists():
                raise
            return redirect("customer", into)

    def trail(self) -> list[tuple[str, str]]:
        """The list that one came from."""
        came = self._list().urlencode()
        return [(str(_("Customers")), reverse("customers") + (f"?{came}" if came else ""))]

    def context(self) -> dict[str, Any]:
        """The ladder, the people, the history, and what other rooms hung here."""
        customer = self.record
        shelf = self.request.GET.get("show", "")
        shelf = shelf if shelf in SHELVES else ""
        before = whole(self.request.GET.get("before"))
        sees_history = may(self.by, "history.see", customer)
        events, earlier = told(customer, shelf, before) if sees_history else ([], None)
        return {
            "stations": stations(customer) if sees_history else [replace(station, fact=None) for station in stations(customer)],
            "also": [code for code in business([customer.pk]).get(customer.pk, ()) if code != customer.type],
            "signatories": ask("signatories", customer, self.by, default={}),
            "unmasked": is_unmasked(customer, self.by),
            "grade_reason": reason_words(customer.grade_why),
            "grade_pin": customer.grade_pins.filter(ended_at=None).first(),
            "may": {right: may(self.by, f"customers.{right}", customer) for right in ("unmask", "edit", "assign", "pin", "merge")},
            "acts": [a for a in hung("customer.acts") if may(self.by, a.right, customer) and a.when(customer, self.by)],
            "panels": panels("customer", customer, self.by),
            "papers": papers(customer, self.by),
            "events": events,
            "deeds": to_take_back(events, self.by),
            "sees_history": sees_history,
            "shelves": SHELVES,
            "shelf": shelf,
            "before": before,
            "earlier": earlier,
            "list": self._list().urlencode(),
            "neighbours": self._neighbours(),
        }

    def _list(self) -> QueryDict:
        """The question of the list that one came from: handed on by the links here, at first told by the browser."""
        if "list" in self.request.GET:
            return QueryDict(self.request.GET["list"][:500])
        came = urlsplit(self.request.META.get("HTTP_REFERER", ""))
        asked = QueryDict(came.query[:500] if came.path == reverse("customers") else "", mutable=True)
        asked.pop("after", None)
        return asked

    def _neighbours(self) -> tuple[Customer | None, Customer | None]:
        """The one before and the one behind in that list."""
        asked = self._list()
        rows = CustomerList.narrowed(asked, self.by, self.request)
        sort = CustomerList.sorts.get(asked.get("sort", "")) or next(iter(CustomerList.sorts.values()))
        found = []
        for way in (Sort(sort.label, sort.field, not sort.descending), sort):
            found.append(way.after(rows, way.cursor(self.record)).order_by(*way.order()).first())
        return found[0], found[1]
