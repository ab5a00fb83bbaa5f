"""What this room shows on a customer's page and says on Today; only to whoever may see what we hold of people."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from boothline.accounts.rights import may, where
from boothline.core.actors import Actor
from boothline.customers.card import Contact, Customer
from boothline.personality.opinion import Opinion
from boothline.personality.playbooks import valid


def people(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """Each contact with what we hold of them and the advice for it."""
    if not may(by, "personality.see", customer):
        return None
    contacts = list(customer.contacts.all())
    held = {opinion.contact_id: opinion for opinion in Opinion.objects.filter(contact__in=contacts)}
    rows = [(contact, held.get(contact.pk)) for contact in contacts]
    known = valid([opinion.type for opinion in held.values()])
    said = [(contact, opinion, known.get(opinion.type) if opinion else None) for contact, opinion in rows]
    return {"people": said, "may_edit": may(by, "personality.edit", customer)} if said else None


def advice(contacts: list[Contact], by: Actor) -> dict[int, str]:
    """{contact id: what to stress}, one question for any number of people whom the actor may see so."""
    if not by.has("personality.see"):
        return {}
    theirs = Customer.objects.filter(where(by, "personality.see") or Q())
    found = Opinion.objects.filter(contact__in=contacts, contact__customer__in=theirs).exclude(type="").values_list("contact_id", "type")
    said = dict(found)
    known = valid(list(said.values())) if said else {}
    return {pk: _("Advice: %(words)s") % {"words": known[type].stress} for pk, type in said.items()}
