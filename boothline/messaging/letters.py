"""Letters: what we write to a contact. Readable in the product, sent by SMTP after commit, each link minted as it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

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
        """With what a list shows: also whether a link of what it leads to was made since, to hand over."""
        made = LinkToken.objects.filter(grant=models.OuterRef("grant"), made_at__gte=models.OuterRef("made_at"))
        return self.select_related("customer", "contact", "grant").annotate(is_linked=models.Exists(made))


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
    privacy = tags(address=REACH, subject=WORDS, body=WORDS, language=PLAIN)

    objects = Letters.as_manager()
    is_linked = False  # asked by `for_list`

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> str:
        """sent · waiting (for the worker) · unsent (no address, or no mail server is set up) · handed (its link was made to hand over)."""
        if self.sent_at:
            return "sent"
        return "waiting" if self.goes_by_mail else "handed" if self.is_linked else "unsent"

    @property
    def state_words(self) -> str:
        """The state in the reader's language."""
        words = {
            "sent": _("sent"), "waiting": _("waiting to be sent"), "unsent": _("not sent by mail: give the link by chat"),
            "handed": _("link handed over"),
        }  # fmt: skip
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


def newest_of(kind: str) -> models.Subquery:
    """The id of the last letter that leads to a record of a kind, asked of many at once."""
    led = Letter.objects.filter(grant__subject_kind=kind, grant__subject_id=models.OuterRef("pk"))
    return models.Subquery(led.order_by("-id").values("pk")[:1])


def led_to(letters: Iterable[int], kind: str) -> list[int]:
    """The ids of the records of a kind that these letters lead to."""
    found = Letter.objects.filter(pk__in=list(letters), grant__subject_kind=kind)
    return list(found.order_by().values_list("grant__subject_id", flat=True).distinct())


def untold_since(contact: Contact | None, *, now: datetime, since: datetime | None) -> datetime | None:
    """What a record keeps of a word of ours that is said now: None where mail takes it to them, or nobody is written to; else since when
    the customer has not heard from us, which may be longer (`since`): until its link is handed over, or they open it."""
    return None if contact is None or goes_by_mail(contact) else since or now


def has_reached(said_at: datetime | None, untold: datetime | None) -> bool:
    """Something was said, and the customer knows it."""
    return said_at is not None and (untold is None or said_at < untold)


def reached(said: str) -> models.Q:
    """The same of many records that keep `untold_since`: `said` is the field of the moment."""
    is_known = models.Q(untold_since=None) | models.Q(**{f"{said}__lt": models.F("untold_since")})
    return models.Q(**{f"{said}__isnull": False}) & is_known


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
