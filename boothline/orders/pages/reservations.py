"""Reserve stock 确认备货, by hand: for an order; and what is reserved for a line given back."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.orders.register import Order, OrderLine
from boothline.orders.reservations import free, reserve
from boothline.ui.kit import ActionPage


class Reserve(ActionPage):
    """Sets aside what is free."""

    right = "stock.reserve"
    key = "number"
    done = _("Reserved.")

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return Order.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The order."""
        return reverse("order", args=[self.record.number])

    def press(self) -> str:
        """Reserves."""
        reserve(self.record, by=self.by)
        return self.back()


class Free(ActionPage):
    """Gives back what is reserved and not packed."""

    right = "stock.reserve"
    done = _("Given back. Whoever needs it can reserve it now.")

    def find(self) -> QuerySet[OrderLine]:
        """Lines of visible orders."""
        return OrderLine.objects.filter(order__in=Order.objects.visible_to(self.by)).select_related("order__customer")

    def back(self) -> str:
        """The order."""
        return reverse("order", args=[self.record.order.number])

    def press(self) -> str:
        """Gives it back."""
        free(self.record, by=self.by)
        return self.back()
