"""The way to a customer's page, for every page that stands under a customer."""

from django.urls import reverse
from django.utils.translation import gettext as _

from boothline.customers.card import Customer


def customer_url(customer: Customer) -> str:
    """The customer's page."""
    return reverse("customer", args=[customer.pk])


def customer_trail(customer: Customer) -> list[tuple[str, str]]:
    """Customers, the customer."""
    return [(_("Customers"), reverse("customers")), (str(customer), customer_url(customer))]
