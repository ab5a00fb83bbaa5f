"""Two contacts of one customer who are one person: one goes into the other, with the way back that merged customers have (`merging.py`).

Who may be one is asked when somebody looks at the customer; of contacts of two customers, the customers are merged first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db import models
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core import merging
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.journal import written
from boothline.core.merging import Merging
from boothline.core.operations import close_now, operation
from boothline.core.privacy import PERSON, tags
from boothline.core.text import clean, fold, listed, phrase, sort_key
from boothline.customers import events
from boothline.customers.card import REACHING, Consent, Contact, ContactPoint, Customer, hold
from boothline.customers.duplicates import SHORTEST, reason_words
from boothline.customers.key_people import Decider
from boothline.customers.matching import Way
from boothline.customers.merges import Merge
from boothline.customers.merging import joined, noted, older_first
from boothline.search import index
from boothline.timeline.history import record

Pair = tuple[int, int]


class Apart(models.Model):
    """Somebody said that two contacts are two people; `contact` has the lower number."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    privacy = tags(by_name=PERSON)
    merging = Merging(stays_behind=True)
    leans = False

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "other"], name="apart_once")]

    def __str__(self) -> str:
        return listed((self.contact, self.other))


def alike_contacts(customer: Customer) -> list[tuple[Contact, Contact, str]]:
    """Pairs of a customer's people who may be one, the older first, and why: the same name, or a number or address that only the two have;
    not those of whom somebody said that they are two."""
    people = {contact.pk: contact for contact in sorted(customer.contacts.all(), key=lambda c: c.pk)}
    shared: dict[tuple[str, str], list[int]] = defaultdict(list)
    numbers: list[Way] = []  # each as it was met first
    for contact in people.values():
        signs = {("name", fold(contact.name))} | {(p.kind, p.folded) for p in contact.points.all() if p.kind == "email"}
        for point in contact.points.all():
            way = Way(point.kind, point.value, point.folded, customer.country)
            if point.kind == "phone" and len(point.folded) >= SHORTEST["phone"]:
                same = next((other for other in numbers if way.is_same(other)), way)
                numbers += [way] if same is way else []
                signs.add(("phone", same.folded))
        for sign in signs:
            shared[sign].append(contact.pk)
    why: dict[Pair, list[str]] = defaultdict(list)
    for (kind, _value), found in shared.items():
        if len(found) == 2:
            why[found[0], found[1]].append("contact_name" if kind == "name" else kind)
    apart = set(Apart.objects.filter(contact__customer=customer).values_list("contact_id", "other_id")) if why else set()
    return [(*older_first(people[one], people[other]), reason_words(why[one, other])) for one, other in why if (one, other) not in apart]


@operation("customers.merge_contacts")
def merge_contacts(
    stays: Contact, *, by: Actor, goes: Contact, choices: Mapping[str, str] | None = None, seen: Pair | None = None, reason: str = ""
) -> Merge:
    """Merges two contacts of a customer. `choices` says for a field whose value stays; `seen` are the revisions that one looked at."""
    if stays.pk == goes.pk:
        raise Refused(_("A contact cannot be merged with itself."), code="same")
    require(by, "customers.merge", stays.customer)
    (customer,) = hold(stays.customer_id)
    stays, goes = _held(stays, goes)
    if seen and seen != (stays.revision, goes.revision):
        raise Refused(_("Somebody changed one of the two meanwhile. Look at both again, then merge."), code="changed")
    reason = clean(reason, 500)
    with written() as journal:
        values = joined(stays, goes, choices or {})
        values |= {"sort_key": sort_key(values["name"], person=True)} if "name" in values else {}
        for kind, folded in ContactPoint.objects.filter(contact=stays).values_list("kind", "folded"):
            ContactPoint.objects.filter(contact=goes, kind=kind, folded=folded).delete()
        both = (stays, goes)
        Decider.objects.filter(contact__in=both, reports_to__in=both).update(reports_to=None)
        merging.absorb(goes, stays)
        _keep_word(stays)
        Contact.objects.filter(pk=stays.pk).update(revision=F("revision") + 1, **values)
        index.drop("contact", [goes.pk])
        index.keep_all("contact", [stays.pk])
        stays.refresh_from_db()
        record(events.CONTACTS_MERGED, subject=stays, under=customer, by=by, values={"gone": goes, "reason": reason})
        close_now()
    gone = {"gone_id": goes.pk, "gone_key": goes.client_id, "gone_name": goes.name[:200]}
    return noted(journal, by, reason, customer=customer, contact=stays, **gone)


def _held(stays: Contact, goes: Contact) -> tuple[Contact, Contact]:
    """Both, locked also against new facts that refer to them, as one of them goes."""
    rows = Contact.objects.select_for_update(of=("self",)).filter(pk__in=(stays.pk, goes.pk)).order_by("pk")
    held = {contact.pk: contact for contact in rows}
    for contact in (stays, goes):
        if contact.pk not in held:
            raise Refused(phrase(_("%(name)s is no longer there."), {"name": contact}), code="gone")
    if held[stays.pk].customer_id != held[goes.pk].customer_id:
        raise Refused(_("They belong to two customers. Merge the customers first."), code="two_customers")
    return held[stays.pk], held[goes.pk]


def _keep_word(contact: Contact) -> None:
    """Whoever asked after they had agreed not to be written to any more has asked so for both."""
    given = Consent.objects.filter(contact=contact, purpose__in=REACHING)
    said_no = given.aggregate(at=Max("withdrawn_at"))["at"]
    if said_no:
        given.filter(withdrawn_at=None, made_at__lt=said_no).update(withdrawn_at=said_no)


@operation("customers.set_contacts_apart")
def set_contacts_apart(contact: Contact, *, by: Actor, other: Contact) -> Apart:
    """Somebody says that they are two people; they are not proposed again. Pressed twice, the first counts."""
    require(by, "customers.merge", contact.customer)
    (customer,) = hold(contact.customer_id)
    one, two = sorted((contact.pk, other.pk))
    row, is_new = Apart.objects.get_or_create(contact_id=one, other_id=two, defaults={"by_name": by.name[:200]})
    if is_new:
        record(events.CONTACTS_APART, subject=contact, under=customer, by=by, values={"other": other})
    return row
