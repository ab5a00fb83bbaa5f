"""The flash: is this a visitor whom we know? One line with the owner; last order and type only for whoever may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from boothline.accounts.rights import may
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.countries import called
from boothline.core.errors import Refused
from boothline.core.text import fold, listed, phrase
from boothline.customers.card import Customer, Person
from boothline.customers.dealings import Dealing
from boothline.customers.lists import TYPE_WORDS
from boothline.customers.matching import Likeness, alike

SHOWN = 3


@dataclass(frozen=True)
class Flash:
    """One customer who may be the same, and what the reader may know of them."""

    customer: Customer
    reason: str
    line: str
    is_choice: bool  # an equal name alone is none, of somebody whom the reader does not see


def known(person: Person, by: Actor) -> list[Flash]:
    """Who has the same phone, e-mail or company, by exact comparison: whoever typed it knows it already."""
    likes = alike([person])[0][:SHOWN]
    seen = set(Customer.objects.visible_to(by).filter(pk__in=[like.customer.pk for like in likes]).values_list("pk", flat=True))
    orders = dict(
        Dealing.objects.filter(customer__in=seen, kind="order", is_live=True).order_by().values_list("customer_id").annotate(Max("on"))
        if seen and may(by, "orders.see")
        else []
    )
    return [
        Flash(
            like.customer, like.reason, _line(like, person, like.customer.pk in seen, orders),
            like.reason != "name" or like.customer.pk in seen,
        )
        for like in likes
    ]  # fmt: skip


def surely(person: Person, by: Actor) -> list[Flash]:
    """Those of them whose phone or e-mail it is: saving asks whether it is them. An equal company stays an offer."""
    return [flash for flash in known(person, by) if flash.reason != "name"]


def _line(like: Likeness, person: Person, is_seen: bool, orders: dict[int, date]) -> str:
    """Who has the phone or e-mail is named to whoever sees the customer, or has typed the same name."""
    customer, contact = like.customer, like.contact
    owner = phrase(_("owner %(name)s"), {"name": customer.owner}) if customer.owner else _("without owner (pool)")
    facts = [owner]
    if contact and contact.name != customer.name and (is_seen or fold(contact.name) == fold(person.name)):
        facts.insert(0, contact.name)
    if is_seen:
        facts += [str(called(customer.country))] if customer.country else []
        facts.append(str(TYPE_WORDS[customer.type]))
        last = orders.get(customer.pk)
        if last:
            facts.append(_("last order %(day)s") % {"day": clock.day_words(last)})
    return listed(facts)


def chosen(pk: int, person: Person, by: Actor) -> Customer | None:
    """The customer that somebody chose in the flash. An equal name alone opens nobody whom one does not see: None, they are
    taken as somebody new, and likeness is proposed to whoever may decide. Refused where there is nothing to choose."""
    seen = Customer.objects.visible_to(by).filter(pk=pk).first() if 0 < pk < 2**63 else None
    like = next((like for like in alike([person])[0] if like.customer.pk == pk), None)
    if seen is None and like is None:
        raise Refused(_("The chosen customer is not there any more. Choose again."))
    return seen or (like.customer if like and like.reason != "name" else None)
