"""Index of this room's records."""

from boothline.customers.card import Collaborator, Consent, Contact, ContactPoint, Customer
from boothline.customers.dealings import Dealing
from boothline.customers.ladder import TypeChange

__all__ = ["Collaborator", "Consent", "Contact", "ContactPoint", "Customer", "Dealing", "TypeChange"]
