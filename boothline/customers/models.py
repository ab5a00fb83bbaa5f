"""Index of this room's records."""

from boothline.customers.card import Collaborator, Consent, Contact, ContactPoint, Customer
from boothline.customers.contact_merging import Apart
from boothline.customers.dealings import Dealing
from boothline.customers.duplicates import Alike
from boothline.customers.grades import GradePin
from boothline.customers.items import CustomerItem
from boothline.customers.key_accounts import KeyAccount, KeyPlan
from boothline.customers.key_people import Decider, Rival
from boothline.customers.ladder import TypeChange
from boothline.customers.merges import Merge
from boothline.customers.pins import Pin
from boothline.customers.quiet import Quiet

__all__ = [
    "Alike", "Apart", "Collaborator", "Consent", "Contact", "ContactPoint", "Customer", "CustomerItem", "Dealing", "Decider",
    "GradePin", "KeyAccount", "KeyPlan", "Merge", "Pin", "Quiet", "Rival", "TypeChange",
]  # fmt: skip
