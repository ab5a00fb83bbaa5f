"""How customers and their people are found in the box, and what one may do with the customer whose page is open."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.core.slots import Act, hang, hung
from boothline.customers.card import Contact, Customer
from boothline.search.finding import Group, Hit


def register() -> None:
    """Hangs them into the box."""
    hang("find", Group("customer", _("Customers"), "people", "customers.see", _customers, _customer, "customers", order=10))
    hang("find", Group("contact", _("Contacts"), "card", "customers.see", _contacts, _contact, "customers", order=20))
    hang("customer.box", Act(_("Edit customer"), "customer-edit", "pen", "customers.edit", order=40))
    hang("customer.box", Act(_("Add contact"), "contact-new", "plus", "customers.edit", order=50))
    hang("customer.box", Act(_("Change owner"), "customer-owner", "people", "customers.assign", order=60))


def _customers(by: Actor) -> QuerySet[Customer]:
    return Customer.objects.visible_to(by).for_list().order_by("sort_key", "id")


def _customer(customer: Customer) -> Hit:
    return Hit(str(customer), "customer", customer.pk, under=(str(customer.owner or ""),), type=customer.type)


def _contacts(by: Actor) -> QuerySet[Contact]:
    return Contact.objects.visible_to(by).select_related("customer").order_by("sort_key", "id")


def _contact(contact: Contact) -> Hit:
    return Hit(contact.name, "customer", contact.customer_id, under=(contact.title, str(contact.customer)))


def customer_acts(by: Actor, on: int) -> tuple[str, list[Act]]:
    """The customer's name, and everything that one may do there; nothing where one does not see it."""
    customer = Customer.objects.visible_to(by).filter(pk=on).first()
    if customer is None:
        return "", []
    acts = [act for slot in ("customer.acts", "customer.box") for act in hung(slot)]
    return str(customer), [act for act in acts if may(by, act.right, customer) and act.when(customer, by)]
