"""Every page answers every role, each language read by some: shows, forbids or hides, and never breaks."""

from zlib import crc32

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from boothline.accounts.people import Team, User
from boothline.config.demo import PEOPLE, make_demo
from boothline.ui.kit import PAGES
from tests.turns import TURN, is_ours

pytestmark = pytest.mark.django_db


def addresses() -> dict[str, str]:
    """One address of each page about a record of the demo."""
    from boothline.approvals.models import Approval
    from boothline.billing.models import Announcement, Credit, Receipt, Refund
    from boothline.care.models import Complaint, Survey
    from boothline.catalogue.models import Product, Relation, Variant
    from boothline.contracts.models import ConfirmationRequest, Contract, Milestone, Need
    from boothline.customers.models import Contact, Customer, GradePin, Pin, Rival
    from boothline.exchange.models import Import
    from boothline.fairs.models import Appointment, Exhibit, Exhibitor, Fair, Goal, Invitation
    from boothline.files.models import Attachment
    from boothline.followups.models import Gift, NextStep
    from boothline.intentions.models import Expansion, Intention, IntentionLine, Quotation, Requirement
    from boothline.messaging.models import Letter
    from boothline.negotiation.models import Briefing, Decision, DecisionStep, Objection
    from boothline.orders.models import (
        CompensationClaim,
        GoodsItem,
        GoodsReturn,
        Hold,
        Order,
        OrderLine,
        Problem,
        Purchase,
        PurchaseLine,
        Shipment,
    )
    from boothline.timeline.models import Deed
    from boothline.views.models import SavedView
    from boothline.visitors.models import Capture, Cooperation, Firm
    from boothline.worktime.models import Absence, DayOverride, Shift

    DayOverride.objects.create(day="2026-12-31", is_workday=True)
    first = {
        "product": Product, "picture": Attachment, "picture-new": Product, "variant": Product, "variant-edit": Variant, "variant-stock": Variant, "stock-": Variant, "purchase": Purchase, "purchase-line": PurchaseLine, "line-freeing": OrderLine, "customer": Customer, "key-account": Customer, "rival-new": Customer, "rival-edit": Rival, "contact-part": Contact, "contact-edit": Contact, "contact-merge": Contact, "contact-apart": Contact, "contact-traits": Contact, "contact-personality": Contact, "contact-new": Customer, "pin-lifting": Pin, "grade-freeing": GradePin, "collaborator-removal": Customer, "touch": Customer, "pool-take": Customer, "gift": Gift, "gift-new": Customer,
        "step": NextStep, "appointment": Appointment, "appointment-new": Customer, "invitation": Invitation, "invitation-new": Customer, "shift": Shift, "workday": DayOverride, "absence": Absence, "fair": Fair, "exhibit": Exhibit, "exhibitor": Exhibitor, "exhibit-new": Fair, "goal": Goal, "goal-new": Fair, "capture": Capture, "briefing-new": Customer, "briefing-answer": Briefing, "briefing-reopening": Briefing, "objection-new": Customer,
        "objection-edit": Objection, "objection-close": Objection, "objection-reopening": Objection, "intention-new": Customer, "intention-line-new": Intention, "intention-line": IntentionLine,
        "intention-line-loss": IntentionLine, "intention": Intention, "collection": Intention, "contract-prepare": Intention,
        "requirement-new": Intention, "requirement": Requirement, "quotation": Quotation, "quotation-new": Intention, "approval": Approval, "contract": Contract, "dossier": Customer, "need-new": Contract, "need": Need, "expansion": Expansion, "expansion-new": Customer, "relation-new": Product, "relation-removal": Relation, "plan-edit": Contract, "milestone": Milestone, "request": ConfirmationRequest, "goods-approval": OrderLine, "goods": GoodsItem, "order": Order,
        "shipment-new": Order, "receipt": Receipt, "announcement": Announcement, "claim-new": Problem, "claim": CompensationClaim, "receipt-new": Customer, "credit": Credit, "refund-account": Refund, "refund-payment": Refund, "hold-lifting": Hold, "money-lifting": Hold, "return-receipt": GoodsReturn, "problem": Problem, "problem-new": Order, "shipment": Shipment, "letter": Letter, "file": Attachment, "view-edit": SavedView, "view-removal": SavedView, "deed-back": Deed, "person": User, "team": Team, "question": Fair, "nature": Customer,
        "cooperation": Cooperation, "firm": Firm, "booth": Capture,
        "import": Import, "complaint": Complaint, "complaint-new": Customer, "survey": Survey, "survey-new": Customer,
        "briefing": Briefing, "objection": Objection, "decision-end": Decision, "decision-skip": DecisionStep,
    }  # fmt: skip
    rule, words = "contracts.request_life_days", "negotiation.reasons"
    known = {
        "targets": "2027-03",
        "rule": rule,
        "rule-default": rule,
        "words-new": words,
        "words": f"{words}~price",
        "words-retirement": f"{words}~price",
    }
    known |= dict.fromkeys(("playbook", "playbook-edit", "playbook-shipped"), "rational")
    known |= dict.fromkeys(("plan-template", "plan-template-edit", "plan-template-switch"), "price.step")
    known |= dict.fromkeys(("plan-template-new", "plan-templates-shipped"), "price")
    assert get_resolver().url_patterns, "declared pages are known once the addresses are read"
    found = {}
    for name, view in PAGES.items():
        if view.right == "by-link" or name in ("demo-sign-in", "password"):
            continue
        try:
            found[name] = reverse(name)
            continue
        except Exception:
            pass
        if name in known:
            found[name] = reverse(name, args=[known[name]])
            continue
        if name == "key-plan":
            found[name] = reverse(name, args=["987654-2026"])
            continue
        if name in ("list-look", "view-new", "list-export"):
            found[name] = reverse(name, args=["customers"])
            continue
        model = next(first[k] for k in sorted(first, key=len, reverse=True) if name.startswith(k))
        records = model.objects.filter(owner_kind="product") if name.startswith("picture-removal") else model.objects.all()
        record = records.order_by("-id" if name == "intention" else "id").first()
        if record is None:  # the demo has none: not found is an answer, too
            found[name] = reverse(name, args=[987_654])
            continue
        key = record.client_id if name.startswith("booth") else record.number if hasattr(record, "number") else record.pk
        found[name] = reverse(name, args=[key])
    return found


def test_every_page_answers_every_role():
    """A manager in both languages, the others in one of them; in a round of halves one other role a page."""
    make_demo()
    pages = {name: address for name, address in addresses().items() if is_ours(name)}
    others = [username for username in PEOPLE if username != "heyuan"]
    for n, username in enumerate(PEOPLE):
        client = Client()
        client.force_login(User.objects.get(username=username))
        for language in ("zh-hans", "en") if username == "heyuan" else ("zh-hans", "en")[n % 2 :][:1]:
            User.objects.filter(username=username).update(language=language)
            for name, address in pages.items():
                if TURN and username != "heyuan" and username != others[crc32(name.encode()) % len(others)]:
                    continue
                answer = client.get(address)
                assert answer.status_code in (200, 302, 403, 404, 405), (username, name, address, answer.status_code)


def test_every_address_is_a_declared_page():
    names = {p.name for room in get_resolver().url_patterns for p in room.url_patterns}
    assert names - set(PAGES) == {"account_login", "account_logout"}
