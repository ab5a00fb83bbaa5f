"""Letters: what we write to a contact. Readable in the product, sent by SMTP after commit, each link minted as it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import require
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.core.kinds import kind_of
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, REACH, WORDS, tags
from boothline.core.records import Record
from boothline.customers.card import Contact, Customer
from boothline.links.grants import Grant, LinkToken, mint
from boothline.messaging import events
from boothline.timeline.history import Event, record

LINK = "{link}"  # the only placeholder: where the link stands in a letter


class Letters(models.QuerySet["Letter"]):
    """Questions about letters."""

    def visible_to(self, by: Actor) -> Letters:
        """The letters to the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def for_list(self) -> Letters:
        """With what a list shows."""
        return self.select_related("customer", "contact", "grant")


class Letter(Record):
    """One message to one person."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=10)
    goes_by_mail = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # what it leads to was opened by whichever link of theirs
    privacy = tags(address=REACH, subject=WORDS, body=WORDS, language=PLAIN)

    objects = Letters.as_manager()

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> str:
        """sent · waiting (for the worker) · unsent (no address, or no mail server is set up)."""
        if self.sent_at:
            return "sent"
        return "waiting" if self.goes_by_mail else "unsent"

    @property
    def state_words(self) -> str:
        """The state in the reader's language."""
        words = {"sent": _("sent"), "waiting": _("waiting to be sent"), "unsent": _("not sent by mail: give the link by chat")}
        return str(words[self.state])


def goes_by_mail(contact: Contact) -> bool:
    """A letter to them leaves by mail: there is an address and a mail server."""
    return bool(contact.point("email") and settings.MAIL_SERVER)


@operation("messaging.write")
def write(contact: Contact, *, by: Actor, subject: str, body: str, language: str, grant: Grant | None = None) -> Letter:
    """Writes a letter to a contact; it leaves after commit if there is an address and a mail server. What a customer did writes to
    them by itself: nobody of theirs is its sender."""
    address = contact.point("email")
    letter = Letter.objects.create(
        customer=contact.customer, contact=contact, grant=grant, address=address,
        subject=subject[:200], body=body, language=language, goes_by_mail=goes_by_mail(contact),
    )  # fmt: skip
    writer = SYSTEM if by.kind == "guest" else by
    record(events.WRITTEN, subject=letter, under=contact.customer, by=writer, values={"to": contact.name})
    return letter


def link_waits(of: str = "grant") -> models.Exists:
    """Of records with a grant: nobody has its link. No mail took it to them, and none was made to hand over."""
    mailed = Letter.objects.filter(grant=models.OuterRef("pk"), goes_by_mail=True)
    return models.Exists(Grant.objects.filter(~models.Exists(mailed), pk=models.OuterRef(of), tokens=None, revoked_at=None))


def newest_about(subject: models.Model) -> Letter | None:
    """The last letter that leads to a record."""
    led = Letter.objects.filter(grant__subject_kind=kind_of(subject), grant__subject_id=subject.pk)
    return led.select_related("grant", "contact", "customer").order_by("-id").first()


def note_read(subject: models.Model) -> None:
    """The customer opened the page of a record: what we wrote about it by now has reached them, by whichever link."""
    led = Letter.objects.filter(grant__subject_kind=kind_of(subject), grant__subject_id=subject.pk, read_at=None)
    led.update(read_at=timezone.now())


def _unheard(kind: str, key: Any, spoken: Iterable[models.QuerySet[Any]]) -> models.QuerySet[Letter]:
    """The last letter to lead to a record, of which the customer knows nothing: no mail took it, no link was made since to hand over, and
    they themselves neither opened the record nor said anything since, by whichever of their pages."""
    led = Letter.objects.filter(grant__subject_kind=kind)
    later = led.filter(grant__subject_id=models.OuterRef("grant__subject_id"), pk__gt=models.OuterRef("pk"))
    handed = LinkToken.objects.filter(grant=models.OuterRef("grant"), made_at__gte=models.OuterRef("made_at"))
    stands = led.filter(
        grant__subject_id=key, goes_by_mail=False, read_at=None, grant__revoked_at=None, grant__expires_at__gt=timezone.now()
    )
    return stands.filter(*[~models.Exists(one) for one in (later, handed, *spoken)])


def is_untold(kind: str, *, spoken: Iterable[models.QuerySet[Any]] = ()) -> models.Exists:
    """Whether the customer knows nothing of our last word about a record, asked of many of a kind at once. `spoken` are their own words
    since a letter: about `OuterRef("grant__subject_id")`, later than `OuterRef("made_at")`."""
    return models.Exists(_unheard(kind, models.OuterRef("pk"), spoken))


@operation("messaging.link")
def make_link(letter: Letter | None, *, by: Actor) -> str:
    """A fresh address of what the letter leads to, to hand over by chat. Shown once; that of the mail goes on working."""
    require(by, "letters.link", letter)
    if letter is None or letter.grant is None or not letter.grant.is_open:
        raise Refused(_now("What this letter leads to is closed. Send it anew from its own page."), code="closed")
    address = mint(letter.grant, by=by.trusted())
    record(events.LINK_MADE, subject=letter, under=letter.customer, by=by, values={"to": letter.contact.name})
    return address


def send(event: Event) -> None:
    """Hands a letter to the mail server. A repetition carries the same Message-ID."""
    letter = Letter.objects.select_related("grant").filter(pk=event.subject_id or 0, sent_at=None).first()
    if letter is None or letter.state == "unsent":
        return
    body = letter.body.replace(LINK, mint(letter.grant, by=SYSTEM)) if letter.grant else letter.body
    headers = {"Message-ID": f"<letter-{letter.pk}-{event.pk}@{settings.MAIL_DOMAIN}>"}
    EmailMessage(subject=letter.subject, body=body, to=[letter.address], headers=headers).send()
    mark_sent(letter, by=SYSTEM)


@operation("messaging.mark_sent")
def mark_sent(letter: Letter, *, by: Actor) -> None:
    """The mail server has taken it."""
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now())
    record(events.SENT, subject=letter, under=letter.customer, by=by, values={"to": letter.contact.name})
