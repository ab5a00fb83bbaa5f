"""Who holds a link: the token of a mail is exchanged for a signed cookie of its grant; then the address is clean.

The exchange writes nothing, so that a mail scanner's visit changes nothing. What is shown comes from `of_contact`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from boothline.accounts.company import company
from boothline.core.actors import Actor
from boothline.customers.card import Contact
from boothline.documents.press import LANGUAGES
from boothline.links.grants import Grant

SALT = "boothline.grant"
_OWN = re.compile(r"/c/(\d{1,18})/", re.ASCII)


@dataclass(frozen=True)
class Guest:
    """A contact with an open grant."""

    grant: Grant
    contact: Contact

    @property
    def actor(self) -> Actor:
        """The guest as an Actor; rights come from the rules for guests."""
        return Actor(kind="guest", id=self.contact.pk, name=self.contact.name, customer_id=self.contact.customer_id)


def _cookie(grant_id: int) -> str:
    return f"{'__Secure-' if settings.SECURE else ''}grant-{grant_id}"


def nothing_here(request: HttpRequest) -> HttpResponse | None:
    """A cut or lengthened link answers like any other that opens nothing."""
    return shut(request) if request.path.startswith(("/p/", "/c/")) else None


def shut(request: HttpRequest) -> HttpResponse:
    """The same answer for every link that opens nothing. Nothing is kept of it: the other language is asked for in the address."""
    asked = request.GET.get("speak", "")
    language = asked if asked in LANGUAGES else translation.get_language() or "zh-hans"
    with translation.override(language):
        return render(request, "portal/shut.html", {"us": company(), "languages": LANGUAGES, "language": language}, status=404)


def welcome(answer: HttpResponse, grant: Grant) -> None:
    """Keeps the grant in its own cookie, so that two customers' links live in one browser."""
    life = max(0, int((grant.expires_at - timezone.now()).total_seconds()))
    answer.set_cookie(
        _cookie(grant.pk), signing.dumps(grant.pk, salt=SALT), max_age=life, path=f"/c/{grant.pk}/",
        httponly=True, samesite="Lax", secure=settings.SECURE,
    )  # fmt: skip


def guest_of(request: HttpRequest, grant_id: int) -> Guest:
    """The guest of this address, or 404 for everything that is not an open grant with its cookie."""
    try:
        held = signing.loads(request.COOKIES.get(_cookie(grant_id), ""), salt=SALT)
    except signing.BadSignature as bad:
        raise Http404 from bad
    grant = Grant.objects.filter(pk=grant_id).first()
    if held != grant_id or grant is None or not grant.is_open or grant.holder_kind != "contact":
        raise Http404
    contact = Contact.objects.select_related("customer").filter(pk=grant.holder_id).first()
    if contact is None:
        raise Http404
    return Guest(grant, contact)


def is_guest(request: HttpRequest) -> bool:
    """Whether somebody with an open link asks for one of its pages."""
    own = _OWN.match(request.path)
    try:
        return bool(own and guest_of(request, int(own[1])))
    except Http404:
        return False
