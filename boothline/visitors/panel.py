"""What this type shows on pages below: a customer's captures and nature; at a fair, who is undecided and what is asked; on the
board, what they came for; on Today, what was noted."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.core.memo import once
from boothline.core.text import bracketed, listed, quoted
from boothline.customers.board import Fact
from boothline.customers.card import Consent, Customer
from boothline.fairs.editions import Fair
from boothline.files.attachments import Attachment
from boothline.followups.clocks import Clock, heat_words
from boothline.followups.steps import NextStep
from boothline.visitors.cooperation import Cooperation
from boothline.visitors.interests import Interested
from boothline.visitors.lists import COOPERATION, PEERS
from boothline.visitors.questionnaire import asked_at
from boothline.visitors.recognition import ASKING, known_of
from boothline.visitors.solicitation import FILE_WORDS, Capture, shows_card

NEWEST = 5  # captures, on a customer's page
SHOWN = 12  # of the undecided, on a fair's page


def captured_today(_record: Any, by: Actor) -> dict[str, Any] | None:
    """While a fair runs, for whoever captures there: how many they took today."""
    fair = Fair.objects.visible_to(by).running().order_by("starts_on", "id").first() if by.has("captures.take") else None
    return {"fair": fair, "taken": Capture.objects.visible_to(by).taken_today(by).count()} if fair else None


def captures(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest five, if there are any, with how strong they were, what was wanted, and their voice notes for who may hear them."""
    found = _newest(customer)
    voices: dict[int, list[Attachment]] = defaultdict(list)
    heard = [capture for capture in found if capture.shows_files_to(by)]
    for kept in Attachment.objects.of_many(heard).filter(kind="voice") if heard else ():
        voices[kept.owner_id].append(kept)
    return {"captures": [(capture, voices[capture.pk]) for capture in found]} if found else None


def interests(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """What they are interested in besides what a capture says: known by a file."""
    found = list(Interested.objects.filter(customer=customer).select_related("product").order_by("-since", "-id")[:SHOWN])
    return {"interests": found} if found else None


def origin(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The fair at which they were first captured."""
    found = _newest(customer)
    first = found[-1] if found else None
    if len(found) == NEWEST:
        first = Capture.objects.filter(customer=customer).select_related("fair").order_by("taken_at", "id").first()
    return {"capture": first} if first else None


def _newest(customer: Customer) -> list[Capture]:
    """Asked once for a page."""
    mine = Capture.objects.filter(customer=customer).for_list().prefetch_related("interest").order_by("-taken_at", "-id")
    return once(f"visitors.captures.{customer.pk}", lambda: list(mine[:NEWEST]))


def papers(customer: Customer, by: Actor) -> list[Attachment]:
    """The pictures and voice notes of their captures, for who may see them, called by what they show; of the photo of a card also that
    nobody has said yet whether it may be kept."""
    if not by.has("captures.see"):
        return []
    captures = [c for c in Capture.objects.filter(customer=customer).select_related("customer")[:50] if c.shows_files_to(by)]
    found = list(Attachment.objects.of_many(list(captures))) if captures else []
    cards = {kept.owner_id for kept in found if shows_card(kept)}
    agreed = Consent.objects.filter(purpose="photo", withdrawn_at=None, contact__in=[c.contact_id for c in captures if c.pk in cards])
    asked = set(agreed.values_list("contact_id", flat=True)) if cards else set()
    unasked = {capture.pk for capture in captures if capture.contact_id not in asked}
    for kept in found:
        words = str(FILE_WORDS.get(kept.name, kept.name))
        kept.name = bracketed(words, _("ask whether it may be kept")) if shows_card(kept) and kept.owner_id in unasked else words
    return found


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """The products that their newest capture names, else how strong it was; without a capture those that a file named."""
    captures = Capture.objects.filter(customer__in=ids).select_related("fair").prefetch_related("interest").order_by("taken_at", "id")
    known: dict[int, list[str]] = defaultdict(list)
    for one in Interested.objects.filter(customer__in=ids).select_related("product").order_by("id"):
        known[one.customer_id].append(str(one))
    facts = {pk: Fact((listed(products),)) for pk, products in known.items()}
    return facts | {c.customer_id: Fact((listed(c.interest.all()) or heat_words(c.heat),)) for c in captures}


def noted(clocks: list[Clock], by: Actor) -> dict[int, str]:
    """{clock id: what was noted with the capture that it runs for}, one question for any number."""
    of_captures = {clock.subject_id: clock.pk for clock in clocks if clock.subject_kind == "capture" and clock.subject_id}
    found = Capture.objects.visible_to(by).filter(pk__in=of_captures).exclude(note="").values_list("pk", "note")
    return {of_captures[pk]: quoted(note[:160]) for pk, note in found}


def nature_tag(customer: Customer, by: Actor) -> dict[str, Any]:
    """Buyer, peer, or which way it leans."""
    return {"nature": customer.nature, "share": customer.nature_share}


def nature(customer: Customer, by: Actor) -> dict[str, Any]:
    """The answer with its reasons, what a person said, and the question to ask next."""
    known = known_of([customer])[customer.pk]
    said = known.opinion
    held = Cooperation.objects.filter(customer=customer).first() if may(by, "cooperation.see", customer) else None
    return {
        "cooperation": held, "cooperation_state": COOPERATION[held.state] if held else "",
        "may_move": held is not None and may(by, "cooperation.edit", held),
        "known": known, "said": said, "may_edit": may(by, "customers.edit", customer),
        "peer": PEERS.get((said.peer if said else "") or known.computed.peer, "") if customer.nature == "peer" else "",
    }  # fmt: skip


def undecided(fair: Fair, by: Actor) -> dict[str, Any] | None:
    """Who was captured here and is not yet known, each with the question that would tell most."""
    waiting = Customer.objects.visible_to(by).filter(nature="unknown", pk__in=Capture.objects.filter(fair=fair).values("customer_id"))
    customers = list(waiting.order_by("-id")[: SHOWN + 1])
    if not customers:
        return None
    shown = customers[:SHOWN]
    known = known_of(shown)
    steps = NextStep.objects.open().filter(customer__in=shown, what__in=list(ASKING.values()))
    planned = set(steps.values_list("customer_id", flat=True))
    return {"rows": [(known[c.pk], c.pk in planned, may(by, "steps.plan", c)) for c in shown], "more": len(customers) > SHOWN}


def asked(fair: Fair, by: Actor) -> dict[str, Any] | None:
    """What is asked at this fair, for those who may change it."""
    if not may(by, "questionnaires.edit", fair):
        return None
    found = asked_at(fair)
    return {"version": found.version, "questions": [q for q in found.questions if q.is_asked]}
