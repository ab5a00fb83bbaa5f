"""Index of this room's records."""

from boothline.customers.card import Collaborator, Consent, Contact, ContactPoint, Customer
from boothline.customers.dealings import Dealing
from boothline.customers.grades import GradePin
from boothline.customers.ladder import TypeChange
from boothline.customers.pins import Pin
from boothline.customers.quiet import Quiet

__all__ = ["Collaborator", "Consent", "Contact", "ContactPoint", "Customer", "Dealing", "GradePin", "Pin", "Quiet", "TypeChange"]
