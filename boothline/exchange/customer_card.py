"""The customer card 客户资料卡 on paper: who they are, what they told us at the fair, what was done with them, what comes next.

Printed as it stands now and kept nowhere. Ways to reach people are masked for who may not read them on the page either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.accounts.rights import may
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.countries import called
from boothline.core.money import trimmed
from boothline.core.privacy import masked
from boothline.core.text import listed
from boothline.core.units import unit_words
from boothline.customers.card import Contact, Customer, is_unmasked
from boothline.customers.dealings import Dealing
from boothline.customers.grading import reason_words
from boothline.customers.lists import GRADE_WORDS, POINT_KINDS, TYPE_WORDS
from boothline.customers.suitable import parts_words
from boothline.documents import trade
from boothline.documents.press import print_pdf
from boothline.followups.steps import NextStep
from boothline.followups.touches import Touch
from boothline.intentions.products import Intention, IntentionLine
from boothline.negotiation.briefing import Briefing
from boothline.visitors.solicitation import Capture

TEMPLATE = Path(__file__).parent / "typst" / "customer_card.typ"
TOUCHES, PEOPLE, BOUGHT = 15, 6, 10  # rows of each that a card has room for


def print_card(customer: Customer, *, by: Actor, language: str) -> bytes:
    """The card as a PDF in one language, as this person may read it."""
    with override(language):
        return print_pdf(TEMPLATE, card_of(customer, by=by, language=language))


def card_of(customer: Customer, *, by: Actor, language: str) -> dict[str, Any]:
    """What stands on it."""
    is_open = is_unmasked(customer, by)
    people = list(customer.contacts.prefetch_related("points").order_by("id")[:PEOPLE])
    captures = list(Capture.objects.visible_to(by).filter(customer=customer).for_list().prefetch_related("interest").order_by("-taken_at"))
    steps = NextStep.objects.visible_to(by).open().filter(customer=customer).select_related("owner").order_by("due_on", "id")
    facts = [
        (_("company"), str(customer) if customer.kind == "company" else ""),
        (_("type"), TYPE_WORDS[customer.type]),
        (_("owner"), str(customer.owner or "")),
        (_("country"), called(customer.country)),
        (_("address"), customer.address),
        *_from_captures(captures),
        (_("products explained"), _explained(customer, by)),
        (_("plans to buy by"), _plans(customer, by)),
        (_("next step"), "\n".join(_step(step) for step in steps[:3])),
        (_("bought before"), _bought(customer, language)),
        (_("note"), customer.note),
    ]
    return {
        "title": _("Customer card"),
        "number": f"{customer!s} · {date_format(clock.today(), 'DATE_FORMAT')}",
        "lang": "zh" if language.startswith("zh") else "en",
        "seller": trade.seller(language),
        "name": str(customer),
        "grade": customer.grade,
        "grade_words": str(GRADE_WORDS[customer.grade]) if customer.grade else "",
        "grade_why": reason_words(customer.grade_why) if customer.grade else "",
        "facts": [[label[:1].upper() + label[1:], str(value)] for label, value in facts if value],
        "people": [_person(contact, is_open) for contact in people],
        "heads": {"people": _("Contacts"), "touches": _("Visits and calls"), "none": _("Nothing on record yet.")},
        "touches": _touches(customer) if may(by, "history.see", customer) else [],
    }


def _person(contact: Contact, is_open: bool) -> dict[str, Any]:
    ways = [f"{POINT_KINDS[point.kind]} {point.value if is_open else masked(point.value)}" for point in contact.points.all()]
    suitable = [_("suitable time: %(parts)s") % {"parts": parts_words(contact.suitable)}] if contact.suitable else []
    return {"name": contact.name, "title": contact.title, "ways": [*ways, *suitable]}


def _from_captures(captures: list[Capture]) -> list[tuple[str, Any]]:
    """Where they came from and what they said there; of each question the latest answer."""
    if not captures:
        return []
    answers: dict[str, str] = {}
    for capture in captures:
        for question, words in capture.answered:
            answers.setdefault(str(question), words)
    fairs = dict.fromkeys(str(c.fair) for c in captures if c.fair)
    interest = dict.fromkeys(str(product) for c in captures for product in c.interest.all())
    return [
        (_("source fair"), listed(fairs)),
        (_("products of interest"), listed(interest)),
        *answers.items(),
        (_("heat"), next((str(c.get_heat_display()) for c in captures if c.heat), "")),
    ]


def _explained(customer: Customer, by: Actor) -> str:
    """What they know of our products: which were explained to them, when last, and what they said."""
    told: dict[str, str] = {}
    for briefing in Briefing.objects.visible_to(by).filter(customer=customer, is_explained=True).for_list().order_by("-id"):
        said = listed([clock.day_words(timezone.localdate(briefing.made_at)), briefing.answer_words])
        for item in briefing.items.all():
            told.setdefault(str(item.product), said)
    words = _("%(what)s (%(more)s)")
    return "\n".join(words % {"what": product, "more": said} for product, said in list(told.items())[:BOUGHT])


def _plans(customer: Customer, by: Actor) -> str:
    """The day that they named last, and the nearest one that an open intention is wanted by."""
    named = Touch.objects.filter(customer=customer, wants_on__isnull=False).order_by("-at", "-id").values_list("wants_on", flat=True)
    wanted = IntentionLine.objects.filter(
        intention__in=Intention.objects.visible_to(by).filter(customer=customer, state="open"), lost_at=None
    )
    days = {*(named[:1] if may(by, "history.see", customer) else ()), wanted.aggregate(day=Min("wanted_on"))["day"]} - {None}
    return listed(clock.day_words(day) for day in sorted(days))


def _step(step: NextStep) -> str:
    what = f"{clock.day_words(step.due_on)} {step}"
    return _("%(what)s (%(more)s)") % {"what": what, "more": step.owner} if step.owner else what


def _bought(customer: Customer, language: str) -> str:
    rows = Dealing.objects.filter(customer=customer, kind="order", is_live=True).select_related("product").order_by("-on", "-id")
    said = _("%(what)s (%(more)s)")
    return "\n".join(
        said % {"what": f"{row.product.named(language)}{_quantity(row)}", "more": clock.day_words(row.on)} for row in rows[:BOUGHT]
    )


def _quantity(row: Dealing) -> str:
    return "" if row.quantity is None else f" × {trimmed(row.quantity)} {unit_words(row.product.unit, row.quantity)}"


def _touches(customer: Customer) -> list[list[str]]:
    """Date, how and with what result, what was said; the newest first."""
    rows = Touch.objects.filter(customer=customer).select_related("contact", "user").order_by("-at", "-id")[:TOUCHES]
    return [
        [
            date_format(timezone.localtime(row.at).date(), "DATE_FORMAT"),
            listed(filter(None, [row.get_channel_display(), row.get_reach_display(), str(row.contact or ""), str(row.user or "")])),
            row.words,
        ]
        for row in rows
    ]
