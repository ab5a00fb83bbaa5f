"""Every address x everybody x whose record it is x GET and POST, judged by one table.

Hidden answers like missing (404, the same page); visible but not allowed is 403 and names who can; anonymous goes to
sign-in and comes back; a refusal changes nothing. An address without a row in the table fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.translation import override

import boothline.config.urls  # noqa: F401  (declares every page)
from boothline.accounts.models import User
from boothline.accounts.rights import RIGHTS, may, rights_of, who_holds
from boothline.contracts.models import Dossier, DossierPaper
from boothline.core.actors import SYSTEM, Actor
from boothline.core.kinds import model_of
from boothline.customers.models import Customer
from boothline.files.attachments import Attachment, Received, put_received
from boothline.portal.guests import _cookie
from boothline.timeline.models import Event
from boothline.ui.kit import ANYBODY, BY_LINK, PAGES, SIGNED_IN, Page, page
from tests.checksum import checksum, nothing_written, page_of
from tests.estate import CANARIES, TAKEN_BY, Estate, standing_estate
from tests.suites.guards import guarded
from tests.turns import part_of

pytestmark = [pytest.mark.django_db, pytest.mark.no_recount, pytest.mark.once]  # what is done here is rolled back within each test
ROLES = ("booth", "sales", "clerk", "manager", "admin")
PEOPLE = {"xiaoyu": "booth", "mei": "sales", "haoran": "clerk", "heyuan": "manager", "admin": "admin"}

# Which customers each role sees. Booth staff: who they captured at the running fair. Sales: own,
# collaborating, pool. Clerks: whoever has a contract. Managers: their team and the pool. Administrators: all.
SEES = {
    "xiaoyu": {"own"},
    "mei": {"own", "shared", "pool"},
    "haoran": {"own", "team", "other", "shared", "pool"},
    "heyuan": {"own", "team", "pool"},
    "admin": {"own", "team", "other", "shared", "pool", "bare"},
}
SCOPES = {  # in which ownerships a scope is fulfilled, for those who see the customer
    "all": {"own", "team", "other", "shared", "pool", "bare"},
    "own": {"own", "shared"},
    "captured": {"own"},
    "if_allowed": set(),  # a rule setting opens it
    "by_duty": {"own", "team", "other", "shared", "pool", "bare"},  # nobody of the estate holds finance: clerks do its work
    "if_duty": set(),
    "of_orders": set(),  # nothing that stands under a customer: an import of their own
    "with_order": {"own", "team", "other", "shared", "pool"},
    "asked": set(),  # a rule setting names them
    "answers": set(),  # nobody of the estate was asked to answer
    "part": set(),  # the system asked, in the estate
}

# The rights, as far as there is something to do with them. `-`: the role does not have it.
# Where the book says "yes" for salespeople and the record is a customer's, "own" stands: a pool customer may be read
# and talked to, nothing of theirs is edited before somebody takes them.
HELD = {
    right: dict(zip(ROLES, scopes.split(), strict=True))
    for right, scopes in {
        #                            booth     sales  clerk       manager  admin
        "people.see":               "all       all    all         all      all",
        "people.edit":              "-         -      -           -        all",
        "settings.edit":            "-         -      -           -        all",
        "history.all":              "-         -      -           -        all",
        "imports.run":              "-         -      of_orders   all      all",
        "exports.run":              "-         own    with_order  all      all",
        "search.rebuild":           "-         -      -           -        all",
        "views.keep":               "all       all    all         all      all",
        "views.share":              "-         -      -           all      all",
        "company.edit":             "-         -      -           -        all",
        "captures.take":            "all       all    all         all      all",
        "captures.see":             "all       all    all         all      all",
        "captures.edit":            "same_day  same_day same_day  same_day same_day",
        "questionnaires.edit":      "-         -      -           all      all",
        "firms.edit":               "-         -      -           all      all",
        "cooperation.see":          "-         all    -           all      all",
        "cooperation.edit":         "-         own    -           all      all",
        "customers.see":            "all       all    all         all      all",
        "customers.add":            "all       all    all         all      all",
        "customers.edit":           "-         own    -           all      all",
        "customers.merge":          "-         own    -           all      all",
        "customers.assign":         "-         -      -           all      all",
        "customers.pin":            "-         if_allowed  -      all      all",
        "customers.unmask":         "-         own    with_order  all      all",
        "history.see":              "-         own    with_order  all      all",
        "touches.log":              "captured  all    all         all      -",
        "steps.plan":               "captured  all    all         all      -",
        "steps.see":                "all       all    all         all      all",
        "pool.take":                "captured  all    all         all      -",
        "gifts.see":                "-         all    all         all      all",
        "gifts.log":                "-         own    all         all      -",
        "gifts.declined":           "-         -      -           all      -",
        "steps.hand_over":          "all       all    all         all      all",
        "briefings.see":            "-         all    all         all      all",
        "briefings.edit":           "-         own    -           all      -",
        "objections.see":           "-         all    all         all      all",
        "objections.edit":          "-         own    -           all      -",
        "briefings.answer":         "-         -      -           -        -",
        "plans.edit":               "-         own    -           all      -",
        "intentions.see":           "-         all    all         all      all",
        "intentions.edit":          "-         own    -           all      -",
        "requirements.answer":      "-         own    answers     all      -",
        "contracts.see":            "-         all    all         all      all",
        "contracts.prepare":        "-         all    all         all      -",
        "contracts.send":           "-         own    -           all      -",
        "contracts.send_incomplete": "-        -      -           all      -",
        "contracts.record_paper":   "-         all    all         all      -",
        "contracts.void":           "-         -      -           all      -",
        "expansions.send":          "-         own    -           all      -",
        "expansions.override":      "-         -      -           all      -",
        "expansions.answer":        "-         -      -           -        -",
        "milestones.edit":          "-         own    all         all      -",
        "milestones.templates":     "-         -      -           all      all",
        "approvals.decide":         "asked     asked  asked       all      all",
        "approvals.see":            "part      part   part        all      all",
        "dossier.see":              "-         all    all         all      all",
        "dossier.edit":             "-         own    all         all      -",
        "contracts.confirm":        "-         -      -           -        -",
        "contracts.read":           "-         -      -           -        -",
        "orders.see":               "-         all    all         all      all",
        "orders.change":            "-         -      all         all      -",
        "orders.link":              "-         own    all         all      -",
        "orders.unlock":            "-         -      all         all      -",
        "orders.lift_money":        "-         -      by_duty     all      -",
        "billing.see":              "-         all    all         all      all",
        "targets.set":              "-         -      -           all      -",
        "receipts.record":          "-         -      by_duty     if_duty  -",
        "receipts.announce":        "-         -      -           -        -",
        "refunds.propose":          "-         -      by_duty     if_duty  -",
        "credits.talk":             "-         own    all         all      -",
        "goods.submit":             "-         own    all         all      -",
        "goods.approve":            "-         -      all         all      -",
        "shipments.plan":           "-         -      all         all      -",
        "shipments.release":        "-         -      all         all      -",
        "arrivals.record":          "-         -      all         all      -",
        "arrivals.sign":            "-         -      -           -        -",
        "orders.order_again":       "-         -      -           -        -",
        "problems.report":          "-         own    all         all      -",
        "problems.work":            "-         own    all         all      -",
        "problems.answer":          "-         -      -           -        -",
        "personality.see":          "-         own    with_order  all      all",
        "personality.edit":         "-         own    -           all      -",
        "key_accounts.see":         "-         all    all         all      all",
        "key_accounts.plan":        "-         own    -           all      -",
        "key_accounts.decide":      "-         -      -           all      -",
        "playbooks.see":            "-         all    all         all      all",
        "playbooks.edit":           "-         -      -           all      all",
        "complaints.see":           "-         all    all         all      all",
        "complaints.receive":       "-         all    all         all      -",
        "complaints.work":          "-         own    all         all      -",
        "complaints.evaluate":      "-         -      -           all      -",
        "complaints.answer":        "-         -      -           -        -",
        "surveys.send":             "-         own    all         all      -",
        "surveys.answer":           "-         -      -           -        -",
        "orders.override_gate":     "-         -      -           all      -",
        "catalogue.see":            "all       all    all         all      all",
        "catalogue.edit":           "-         -      all         all      -",
        "catalogue.floor":          "-         -      all         all      -",
        "stock.see":                "all       all    all         all      all",
        "stock.count":              "-         -      all         all      -",
        "stock.reserve":            "-         -      all         all      -",
        "purchases.see":            "-         all    all         all      all",
        "purchases.edit":           "-         -      all         all      -",
        "purchases.arrive":         "-         -      all         all      -",
        "fairs.see":                "all       all    all         all      all",
        "fairs.edit":               "-         -      -           all      all",
        "fairs.figures":            "-         -      -           all      all",
        "insights.check":           "-         -      -           all      all",
        "appointments.edit":        "captured  all    all         all      -",
        "invitations.see":          "-         all    all         all      all",
        "invitations.send":         "-         own    -           all      -",
        "invitations.answer":       "-         -      -           -        -",
        "absences.own":             "all       all    all         all      all",
        "absences.others":          "-         -      -           all      all",
        "worktime.edit":            "-         -      -           -        all",
        "letters.see":              "-         all    all         all      all",
        "letters.link":             "-         own    -           all      -",
        "notices.see":              "all       all    all         all      all",
    }.items()
}  # fmt: skip

# Every address: the right that opens it, and which record stands in it ("" none, of FOR_EVERYBODY: whoever has the right).
POLICY = {
    "start": (SIGNED_IN, ""),
    "more": (SIGNED_IN, ""),
    "my-choice": (SIGNED_IN, ""),
    "keyboard": (SIGNED_IN, ""),
    "find": (SIGNED_IN, ""),
    "icon": (ANYBODY, ""),
    "language": (ANYBODY, ""),
    "join": (ANYBODY, ""),
    "join-ready": (ANYBODY, ""),
    "join-authority": (ANYBODY, ""),
    "join-worker": (ANYBODY, ""),
    "demo-sign-in": (ANYBODY, "ticket"),
    "first-start": (ANYBODY, ""),
    "first-steps": (SIGNED_IN, ""),
    "password": (ANYBODY, "token"),
    "people": ("people.see", ""),
    "person-new": ("people.edit", ""),
    "person": ("people.see", "user"),
    "person-edit": ("people.edit", "user"),
    "person-families": ("people.edit", "user"),
    "person-closing": ("people.edit", "user"),
    "person-opening": ("people.edit", "user"),
    "person-sign-ins": ("people.edit", "user"),
    "person-password-link": ("people.edit", "user"),
    "person-password-mail": ("people.edit", "user"),
    "settings": (SIGNED_IN, ""),
    "teams": ("people.edit", ""),
    "team-new": ("people.edit", ""),
    "team": ("people.edit", "team"),
    "roles": ("people.see", ""),
    "rules": ("settings.edit", ""),
    "rule": ("settings.edit", "rule"),
    "rule-default": ("settings.edit", "rule"),
    "wordlists": ("settings.edit", ""),
    "words-new": ("settings.edit", "wordlist"),
    "words": ("settings.edit", "words"),
    "words-retirement": ("settings.edit", "words"),
    "happened": ("history.all", ""),
    "backups": ("settings.edit", ""),
    "me": (SIGNED_IN, ""),
    "my-password": (SIGNED_IN, ""),
    "my-sign-ins": (SIGNED_IN, ""),
    "company": ("company.edit", ""),
    "file": (SIGNED_IN, "file"),
    "products": ("catalogue.see", ""),
    "product-new": ("catalogue.edit", ""),
    "product": ("catalogue.see", "product"),
    "product-edit": ("catalogue.edit", "product"),
    "product-retirement": ("catalogue.edit", "product"),
    "product-offer": ("catalogue.edit", "product"),
    "picture-new": ("catalogue.edit", "product"),
    "picture-removal": ("catalogue.edit", "picture"),
    "variant-new": ("catalogue.edit", "product"),
    "variant-edit": ("catalogue.edit", "variant"),
    "variant-stock": ("stock.see", "counted"),
    "stock-count": ("stock.count", "counted"),
    "stock-correction": ("stock.count", "counted"),
    "stock-kind": ("catalogue.edit", "counted"),
    "stock": ("stock.see", ""),
    "stock-moves": ("stock.see", ""),
    "order-particulars": ("orders.change", "order"),
    "order-reservation": ("stock.reserve", "order"),
    "line-freeing": ("stock.reserve", "order_line"),
    "purchases": ("purchases.see", ""),
    "purchase-new": ("purchases.edit", ""),
    "purchase": ("purchases.see", "purchase"),
    "purchase-edit": ("purchases.edit", "purchase"),
    "purchase-arrival": ("purchases.arrive", "purchase"),
    "purchase-chasing": ("purchases.edit", "purchase"),
    "purchase-cancellation": ("purchases.edit", "purchase"),
    "purchase-line-date": ("purchases.edit", "purchase_line"),
    "board": ("customers.see", ""),
    "funnel": ("customers.see", ""),
    "bulk-owner": ("customers.assign", ""),
    "bulk-country": ("customers.edit", ""),
    "bulk-step": ("steps.plan", ""),
    "list-look": ("views.keep", "list"),
    "view-new": ("views.keep", "list"),
    "view-edit": ("views.keep", "view"),
    "view-removal": ("views.keep", "view"),
    "deed-last": (SIGNED_IN, ""),
    "deed-back": (SIGNED_IN, "deed"),
    "list-export": ("exports.run", "list"),
    "imports": ("imports.run", ""),
    "import-new": ("imports.run", ""),
    "import": ("imports.run", "import"),
    "import-start": ("imports.run", "import"),
    "import-columns": ("imports.run", "import"),
    "import-forgetting": ("imports.run", "import"),
    "import-judging": ("imports.run", "import"),
    "import-discard": ("imports.run", "import"),
    "import-undo": ("imports.run", "import"),
    "import-refused": ("imports.run", "import"),
    "opportunities": ("imports.run", ""),
    "bulk-opportunity-customer": ("imports.run", ""),
    "customer-card": ("customers.see", "customer"),
    "customers": ("customers.see", ""),
    "customer": ("customers.see", "customer"),
    "customer-edit": ("customers.edit", "customer"),
    "customer-owner": ("customers.assign", "customer"),
    "customer-unmask": ("customers.unmask", "customer"),
    "customer-pin": ("customers.pin", "customer"),
    "pin-lifting": ("customers.pin", "pin"),
    "customer-grade": ("customers.edit", "customer"),
    "grade-freeing": ("customers.edit", "grade_pin"),
    "customer-move": ("customers.see", "customer"),
    "customer-collaborators": ("customers.assign", "customer"),
    "collaborator-removal": ("customers.assign", "customer"),
    "customer-file-new": ("customers.edit", "customer"),
    "contact-new": ("customers.edit", "customer"),
    "contact-edit": ("customers.edit", "contact"),
    "letters": ("letters.see", ""),
    "letter": ("letters.see", "letter"),
    "letter-link": ("letters.link", "letter"),
    "notices": ("notices.see", ""),
    "today": ("steps.see", ""),
    "touch-new": ("touches.log", "customer"),
    "hand-over": ("steps.hand_over", ""),
    "week": ("steps.see", ""),
    "clocks": ("steps.see", ""),
    "person-leaving": ("customers.assign", "user"),
    "pool": ("pool.take", ""),
    "pool-take": ("pool.take", "customer"),
    "gifts": ("gifts.see", ""),
    "gift": ("gifts.see", "gift"),
    "gift-new": ("gifts.log", "customer"),
    "gift-withdrawal": ("gifts.log", "gift"),
    "step-done": ("steps.plan", "step"),
    "step-postpone": ("steps.plan", "step"),
    "fairs": ("fairs.see", ""),
    "fair-new": ("fairs.edit", ""),
    "fair": ("fairs.see", "fair"),
    "fair-edit": ("fairs.edit", "fair"),
    "fair-hours": ("fairs.edit", "fair"),
    "fair-duty": ("fairs.edit", "fair"),
    "shift-removal": ("fairs.edit", "shift"),
    "fair-budget": ("fairs.edit", "fair"),
    "exhibit-new": ("fairs.edit", "fair"),
    "exhibit-edit": ("fairs.edit", "exhibit"),
    "exhibit-removal": ("fairs.edit", "exhibit"),
    "exhibitors": ("fairs.see", ""),
    "exhibitor": ("fairs.see", "exhibitor"),
    "exhibitor-customer": ("customers.add", "exhibitor"),
    "exhibitor-untying": ("customers.add", "exhibitor"),
    "goal-new": ("fairs.edit", "fair"),
    "goal-edit": ("fairs.edit", "goal"),
    "goal-removal": ("fairs.edit", "goal"),
    "fair-report": ("fairs.figures", "fair"),
    "fair-shares": ("fairs.figures", ""),
    "fair-comparison": ("fairs.figures", ""),
    "self-check": ("insights.check", ""),
    "self-check-recount": ("insights.check", ""),
    "appointments": ("fairs.see", ""),
    "appointment-new": ("appointments.edit", "customer"),
    "appointment-edit": ("appointments.edit", "appointment"),
    "appointment-kept": ("appointments.edit", "appointment"),
    "appointment-missed": ("appointments.edit", "appointment"),
    "appointment-cancellation": ("appointments.edit", "appointment"),
    "invitations": ("invitations.see", ""),
    "bulk-invitation-sending": ("invitations.send", ""),
    "bulk-invite": ("invitations.send", ""),
    "invitation": ("invitations.see", "invitation"),
    "invitation-sending": ("invitations.send", "invitation"),
    "invitation-answer": ("invitations.send", "invitation"),
    "invitation-removal": ("invitations.send", "invitation"),
    "invitation-new": ("invitations.send", "customer"),
    "absences": ("absences.own", ""),
    "absence-new": ("absences.own", ""),
    "absence-removal": ("absences.own", "absence"),
    "workdays": ("worktime.edit", ""),
    "workday-new": ("worktime.edit", ""),
    "workday": ("worktime.edit", "day"),
    "captures": ("captures.see", ""),
    "capture-new": ("captures.take", ""),
    "capture": ("captures.see", "capture"),
    "questionnaire": ("questionnaires.edit", "fair"),
    "question": ("questionnaires.edit", "fair"),
    "nature": ("customers.edit", "customer"),
    "nature-lift": ("customers.edit", "customer"),
    "nature-question": ("steps.plan", "customer"),
    "cooperations": ("cooperation.see", ""),
    "cooperation": ("cooperation.edit", "cooperation"),
    "firms": ("firms.edit", ""),
    "firm-new": ("firms.edit", ""),
    "firm": ("firms.edit", "firm"),
    "recognition": ("firms.edit", ""),
    "booth": ("captures.take", ""),
    "booth-captures": ("captures.take", ""),
    "booth-known": ("captures.take", ""),
    "booth-capture": ("captures.edit", "own_capture"),
    "booth-pictures": ("captures.edit", "own_capture"),
    "booth-voices": ("captures.edit", "own_capture"),
    "booth-retraction": ("captures.edit", "own_capture"),
    "fair-sign": ("fairs.see", "fair"),
    "visit": (BY_LINK, "visit"),
    "briefing-new": ("briefings.edit", "customer"),
    "briefing-answer": ("briefings.edit", "briefing"),
    "briefing": ("briefings.see", "briefing"),
    "briefing-show": ("briefings.edit", "briefing"),
    "briefing-paper": ("briefings.see", "briefing"),
    "briefing-link": ("briefings.edit", "briefing"),
    "briefing-question": ("briefings.edit", "asked_briefing"),
    "objection": ("objections.see", "objection"),
    "objection-decision": ("plans.edit", "objection"),
    "decision-end": ("plans.edit", "decision"),
    "decision-skip": ("plans.edit", "decision_step"),
    "objection-new": ("objections.edit", "customer"),
    "briefing-reopening": ("briefings.edit", "briefing"),
    "objection-reopening": ("objections.edit", "objection"),
    "objection-edit": ("objections.edit", "objection"),
    "objection-close": ("objections.edit", "objection"),
    "intentions": ("intentions.see", ""),
    "intention-new": ("intentions.edit", "customer"),
    "intention": ("intentions.see", "intention"),
    "intention-line-new": ("intentions.edit", "intention"),
    "collection": ("intentions.edit", "intention"),
    "intention-reopening": ("intentions.edit", "intention"),
    "intention-loss": ("intentions.edit", "intention"),
    "quotation-new": ("intentions.edit", "intention"),
    "quotation": ("intentions.see", "quotation"),
    "quotation-approval": ("intentions.edit", "quotation"),
    "quotation-sending": ("intentions.edit", "quotation"),
    "requirement-new": ("intentions.edit", "intention"),
    "requirement-edit": ("intentions.edit", "requirement"),
    "requirement-proof": ("requirements.answer", "requirement"),
    "requirement-refusal": ("requirements.answer", "requirement"),
    "requirement-waiver": ("requirements.answer", "requirement"),
    "requirement-reopening": ("intentions.edit", "requirement"),
    "approvals": ("approvals.decide", ""),
    "approval": ("approvals.see", "approval"),
    "approval-consent": ("approvals.decide", "approval"),
    "approval-refusal": ("approvals.decide", "approval"),
    "intention-line": ("intentions.edit", "intention_line"),
    "intention-line-loss": ("intentions.edit", "intention_line"),
    "intention-line-step": ("intentions.edit", "intention_line"),
    "contracts": ("contracts.see", ""),
    "contract-prepare": ("contracts.prepare", "spare"),
    "contract": ("contracts.see", "contract"),
    "contract-edit": ("contracts.prepare", "draft"),
    "contract-version": ("contracts.prepare", "contract"),
    "contract-end": ("contracts.prepare", "contract"),
    "contract-reopening": ("contracts.send", "contract"),
    "contract-send": ("contracts.send", "draft"),
    "contract-approval": ("contracts.send", "draft"),
    "contract-device": ("contracts.send", "draft"),
    "contract-evidence": ("contracts.record_paper", "draft"),
    "contract-void": ("contracts.void", "contract"),
    "contract-difference": ("contracts.see", "contract"),
    "dossier": ("dossier.see", "customer"),
    "dossier-edit": ("dossier.edit", "customer"),
    "dossier-takeover": ("dossier.edit", "customer"),
    "dossier-paper-new": ("dossier.edit", "customer"),
    "dossier-bank": ("dossier.edit", "customer"),
    "customer-need-new": ("contracts.prepare", "customer"),
    "contract-needs": ("contracts.prepare", "draft"),
    "need-new": ("contracts.prepare", "draft"),
    "milestones": ("contracts.see", ""),
    "expansions": ("intentions.see", ""),
    "expansion-new": ("expansions.send", "customer"),
    "expansion": ("intentions.see", "expansion"),
    "expansion-link": ("expansions.send", "expansion"),
    "expansion-sending": ("expansions.send", "expansion"),
    "expansion-answer": ("expansions.send", "expansion"),
    "expansion-withdrawal": ("expansions.send", "expansion"),
    "relation-new": ("catalogue.edit", "product"),
    "relation-removal": ("catalogue.edit", "relation"),
    "portal-expansion": (BY_LINK, "contract of grant"),
    "portal-expansion-opening": (BY_LINK, "contract of grant"),
    "portal-expansion-acceptance": (BY_LINK, "contract of grant"),
    "portal-expansion-question": (BY_LINK, "contract of grant"),
    "portal-expansion-refusal": (BY_LINK, "contract of grant"),
    "milestone-families": ("milestones.templates", ""),
    "plan-edit": ("milestones.edit", "contract"),
    "milestone-edit": ("milestones.edit", "milestone"),
    "milestone-day": ("milestones.edit", "milestone"),
    "milestone-skipping": ("milestones.edit", "milestone"),
    "milestone-reopening": ("milestones.edit", "milestone"),
    "need-edit": ("contracts.prepare", "need"),
    "need-trace": ("contracts.prepare", "need"),
    "need-refusal": ("contracts.prepare", "need"),
    "need-waiver": ("contracts.prepare", "need"),
    "need-reopening": ("contracts.prepare", "need"),
    "request-letter": ("contracts.send", "request"),
    "request-signatory": ("contracts.send", "request"),
    "request-refusal": ("contracts.send", "request"),
    "request-changes": ("contracts.send", "request"),
    "request-answer": ("contracts.send", "request"),
    "request-link": ("contracts.send", "request"),
    "request-link-closing": ("contracts.send", "request"),
    "request-withdrawal": ("contracts.send", "request"),
    "orders": ("orders.see", ""),
    "order-lines": ("orders.see", ""),
    "order": ("orders.see", "order"),
    "order-change": ("orders.change", "owed"),
    "order-cancellation": ("orders.change", "owed"),
    "order-approved-cancellation": ("orders.change", "owed"),
    "order-split": ("orders.change", "owed"),
    "order-merger": ("orders.change", "owed"),
    "order-hold": ("orders.change", "order"),
    "order-link": ("orders.link", "order"),
    "hold-lifting": ("orders.unlock", "hold"),
    "money-lifting": ("orders.lift_money", "money_hold"),
    "instalments": ("billing.see", ""),
    "ledger": ("billing.see", ""),
    "register": ("billing.see", ""),
    "deliveries": ("billing.see", ""),
    "targets": ("targets.set", "month"),
    "radar": ("orders.see", ""),
    "radar-figures": ("orders.see", ""),
    "order-receipt-new": ("receipts.record", "owed"),
    "order-rest": ("receipts.record", "owed"),
    "order-credit": ("receipts.record", "owed"),
    "order-lc": ("receipts.record", "owed"),
    "receipts": ("billing.see", ""),
    "receipt-new": ("receipts.record", "customer"),
    "receipt": ("billing.see", "receipt"),
    "announcements": ("billing.see", ""),
    "announcement": ("billing.see", "announcement"),
    "announcement-aside": ("receipts.record", "announcement"),
    "receipt-allocation": ("receipts.record", "spare_receipt"),
    "receipt-void": ("receipts.record", "spare_receipt"),
    "credits": ("billing.see", ""),
    "credit": ("billing.see", "credit"),
    "credit-refund": ("refunds.propose", "credit"),
    "credit-wish": ("credits.talk", "credit"),
    "credit-contact": ("credits.talk", "credit"),
    "refund-account": ("refunds.propose", "refund"),
    "refund-payment": ("refunds.propose", "refund"),
    "shipment-new": ("shipments.plan", "order"),
    "goods": ("goods.submit", "goods"),
    "goods-owing": ("goods.submit", "goods"),
    "goods-approval": ("goods.approve", "order_line"),
    "shipments": ("orders.see", ""),
    "shipment": ("orders.see", "planned"),
    "shipment-release": ("shipments.release", "planned"),
    "shipment-packing": ("shipments.release", "released"),
    "shipment-papers": ("shipments.release", "planned"),
    "shipment-vehicle": ("shipments.release", "planned"),
    "shipment-notice": ("shipments.release", "planned"),
    "shipment-packing-list": ("orders.see", "planned"),
    "shipment-plan": ("shipments.plan", "planned"),
    "shipment-transport": ("shipments.release", "planned"),
    "shipment-dispatch": ("shipments.release", "packed"),
    "shipment-cancellation": ("shipments.release", "planned"),
    "shipment-tracking": ("shipments.release", "shipped"),
    "shipment-arrival": ("arrivals.record", "shipped"),
    "return-receipt": ("arrivals.record", "return"),
    "contact-traits": ("personality.edit", "contact"),
    "contact-personality": ("personality.edit", "contact"),
    "duplicates": ("customers.merge", ""),
    "customer-merge": ("customers.merge", "customer"),
    "customer-apart": ("customers.merge", "customer"),
    "customer-unmerge": ("customers.merge", "customer"),
    "contact-merge": ("customers.merge", "contact"),
    "contact-apart": ("customers.merge", "contact"),
    "key-accounts": ("key_accounts.see", ""),
    "key-account": ("key_accounts.see", "key"),
    "key-account-mark": ("key_accounts.decide", "key"),
    "key-account-end": ("key_accounts.decide", "key"),
    "key-plan": ("key_accounts.plan", "key_plan"),
    "contact-part": ("key_accounts.plan", "key_person"),
    "rival-new": ("key_accounts.plan", "key"),
    "rival-edit": ("key_accounts.plan", "rival"),
    "playbooks": ("playbooks.see", ""),
    "playbook": ("playbooks.see", "playbook"),
    "playbook-edit": ("playbooks.edit", "playbook"),
    "playbook-shipped": ("playbooks.edit", "playbook"),
    "plan-templates": ("playbooks.see", ""),
    "plan-template": ("playbooks.see", "plan_template"),
    "plan-template-edit": ("playbooks.edit", "plan_template"),
    "plan-template-switch": ("playbooks.edit", "plan_template"),
    "plan-template-new": ("playbooks.edit", "reason"),
    "plan-templates-shipped": ("playbooks.edit", "reason"),
    "complaints": ("complaints.see", ""),
    "complaint-new": ("complaints.receive", "customer"),
    "complaint": ("complaints.see", "complaint"),
    "complaint-acknowledgement": ("complaints.work", "complaint"),
    "complaint-edit": ("complaints.work", "complaint"),
    "complaint-answer": ("complaints.work", "complaint"),
    "complaint-solution": ("complaints.work", "answered_complaint"),
    "complaint-end": ("complaints.work", "agreed_complaint"),
    "complaint-check": ("complaints.work", "done_complaint"),
    "complaint-evaluation": ("complaints.evaluate", "checked_complaint"),
    "complaint-lesson": ("complaints.evaluate", "evaluated_complaint"),
    "surveys": ("complaints.see", ""),
    "survey-figures": ("complaints.see", ""),
    "survey": ("complaints.see", "survey"),
    "survey-sending": ("surveys.send", "survey"),
    "survey-link": ("surveys.send", "survey"),
    "survey-leaving": ("surveys.send", "survey"),
    "survey-new": ("surveys.send", "customer"),
    "problems": ("orders.see", ""),
    "problem-new": ("problems.report", "order"),
    "problem": ("orders.see", "problem"),
    "problem-taking": ("problems.work", "problem"),
    "problem-link": ("problems.work", "problem"),
    "problem-message": ("problems.work", "problem"),
    "problem-severity": ("problems.work", "problem"),
    "problem-correction": ("problems.work", "problem"),
    "problem-solution": ("problems.work", "problem"),
    "problem-agreement": ("problems.work", "proposed"),
    "problem-resolution": ("problems.work", "agreed"),
    "problem-abandonment": ("problems.work", "to_send"),
    "claims": ("orders.see", ""),
    "claim-new": ("problems.work", "problem"),
    "claim-filing": ("problems.work", "claim"),
    "claim-edit": ("problems.work", "claim"),
    "claim-withdrawal": ("problems.work", "claim"),
    "claim-answer": ("problems.work", "filed_claim"),
    "claim-payment": ("problems.work", "accepted_claim"),
    "claim-end": ("problems.work", "paying_claim"),
    "problem-reopening": ("problems.work", "answered"),
    "exchange-token": (BY_LINK, "token"),
    "portal": (BY_LINK, "grant"),
    "portal-home": (BY_LINK, "grant"),
    "portal-language": (BY_LINK, "grant"),
    "portal-contract": (BY_LINK, "contract of grant"),
    "portal-opening": (BY_LINK, "contract of grant"),
    "portal-confirmation": (BY_LINK, "contract of grant"),
    "portal-refusal": (BY_LINK, "contract of grant"),
    "portal-changes": (BY_LINK, "contract of grant"),
    "portal-changes-withdrawal": (BY_LINK, "contract of grant"),
    "portal-signatory": (BY_LINK, "contract of grant"),
    "portal-renewal": (BY_LINK, "contract of grant"),
    "portal-quotation": (BY_LINK, "contract of grant"),
    "portal-paper": (BY_LINK, "contract of grant"),
    "portal-money": (BY_LINK, "grant"),
    "portal-announcement": (BY_LINK, "grant"),
    "portal-slip": (BY_LINK, "slip of grant"),
    "portal-briefing": (BY_LINK, "contract of grant"),
    "portal-briefing-choice": (BY_LINK, "contract of grant"),
    "portal-briefing-question": (BY_LINK, "contract of grant"),
    "portal-briefing-refusal": (BY_LINK, "contract of grant"),
    "portal-briefing-paper": (BY_LINK, "contract of grant"),
    "portal-picture": (BY_LINK, "contract of grant"),
    "portal-order": (BY_LINK, "order of grant"),
    "portal-order-again": (BY_LINK, "order of grant"),
    "portal-problem-new": (BY_LINK, "order of grant"),
    "portal-packing-list": (BY_LINK, "shipped of grant"),
    "portal-arrival": (BY_LINK, "shipped of grant"),
    "portal-complaint-new": (BY_LINK, "grant"),
    "portal-complaint": (BY_LINK, "done_complaint of grant"),
    "portal-complaint-reply": (BY_LINK, "answered_complaint of grant"),
    "portal-complaint-check": (BY_LINK, "done_complaint of grant"),
    "portal-survey": (BY_LINK, "survey of grant"),
    "portal-invitation": (BY_LINK, "invitation of grant"),
    "portal-invitation-opening": (BY_LINK, "invitation of grant"),
    "portal-problem": (BY_LINK, "problem of grant"),
    "portal-problem-message": (BY_LINK, "problem of grant"),
    "portal-problem-agreement": (BY_LINK, "problem of grant"),
    "portal-problem-refusal": (BY_LINK, "problem of grant"),
    "portal-problem-closing": (BY_LINK, "problem of grant"),
    "portal-problem-reopening": (BY_LINK, "problem of grant"),
    "portal-problem-photo": (BY_LINK, "photo of grant"),
}  # fmt: skip
NOT_OURS = {"account_login", "account_logout"}  # allauth's; everybody may sign in and out
FOR_EVERYBODY = (
    "product", "variant", "counted", "purchase", "purchase_line", "picture", "relation", "fair", "goal", "exhibit", "exhibitor", "month", "shift", "day", "firm", "user", "team", "rule", "wordlist", "words",
    "list", "playbook", "plan_template", "reason",
)  # fmt: skip
# Whose turn an approval is: the manager of the customer's team; where that team has none, the administrator.
TURN = {"heyuan": {"own", "team"}, "admin": {"other", "shared", "pool"}}
# Who finds the one of the estate; nobody else does.
PERSONAL = {"view": "mei", "deed": "heyuan", "absence": "mei heyuan admin", "import": "heyuan admin"}
STAFF = [name for name, (right, _kind) in POLICY.items() if right not in (ANYBODY, BY_LINK)]
PORTAL = [name for name, (right, _kind) in POLICY.items() if right == BY_LINK and name not in ("exchange-token", "visit")]
# Whose files the holders of which right open, where they see the customer; those of captures: who took them, or may unmask.
FILES = {
    "customer": "customers.see", "capture": "customers.unmask", "requirement": "intentions.see", "quotation": "intentions.see",
    "version": "contracts.see", "confirmation": "contracts.see", "dossier_paper": "dossier.see",
    "arrival": "orders.see", "problem_message": "orders.see", "resolution": "orders.see", "announcement": "billing.see",
    "compensation_claim": "orders.see",
}  # fmt: skip
CONTRACTS_ONLY = {"file": "contracts.see"}  # the file of the estate is a contract's PDF


# The table is whole, and the code says the same.


def test_every_address_has_its_row():
    assert {p.name for room in get_resolver().url_patterns for p in room.url_patterns} - NOT_OURS == set(POLICY) == set(PAGES)


def test_every_page_asks_for_the_right_of_its_row():
    assert {name: view.right for name, view in PAGES.items()} == {name: right for name, (right, _kind) in POLICY.items()}


def test_every_right_is_held_as_its_table_says():
    declared = {code: {role: right.roles.get(role, "-") for role in ROLES} for code, right in RIGHTS.items()}
    assert declared == HELD


def test_a_page_without_a_right_does_not_start():
    class Careless(Page):
        """Declares nothing."""

    with pytest.raises(ImproperlyConfigured, match="Careless declares no right"):
        page("careless/", Careless, "careless")
    assert "careless" not in PAGES


def test_two_roles_together_hold_the_scopes_of_both():
    held = rights_of(["booth", "sales", "clerk"])
    assert held["touches.log"] == "all"
    assert set(held["customers.unmask"].split("+")) == {"own", "with_order"}


# Everybody at every address.


@dataclass
class Cell:
    """One request and what must be answered."""

    who: str
    ownership: str
    address: str
    allowed: str  # yes · right · record · hidden · sign-in

    def __str__(self) -> str:
        return f"{self.who} {self.ownership} {self.address}: {self.allowed}"


@pytest.fixture(scope="module")
def estate(django_db_setup: None, django_db_blocker: Any) -> Iterator[Estate]:
    with django_db_blocker.unblock(), standing_estate() as made:
        yield made


@pytest.fixture(scope="module")
def clients(estate: Estate) -> dict[str, Client]:
    found = {}
    for name in (*PEOPLE, "gone"):
        found[name] = Client()
        found[name].force_login(User.objects.get(username=name))
    found["anonymous"] = Client()
    return found


def cells(name: str, estate: Estate) -> Iterator[Cell]:
    right, kind = POLICY[name]
    for who, ownership, address in addresses(name, kind, estate):
        yield Cell(who, ownership, address, judge(who, ownership, right, kind))


def addresses(name: str, kind: str, estate: Estate) -> Iterator[tuple[str, str, str]]:
    for who in (*PEOPLE, "gone", "anonymous"):
        if not kind:
            yield who, "none", reverse(name)
            continue
        for ownership in ("own",) if kind in FOR_EVERYBODY else CANARIES if looks(who, name) else ("own",):
            if kind in estate.keys[ownership]:
                yield who, ownership, reverse(name, args=[estate.keys[ownership][kind]])
        missing = "X-9999" if isinstance(estate.keys["own"][kind], str) else 987_654
        yield who, "missing", reverse(name, args=[missing])


def looks(who: str, name: str) -> bool:
    """Whether the record is looked up at all; whoever is shut out before it gets one answer, whatever the record."""
    right = POLICY[name][0]
    return who in PEOPLE and (right == SIGNED_IN or HELD[right][PEOPLE[who]] != "-")


def judge(who: str, ownership: str, right: str, kind: str) -> str:
    if who not in PEOPLE:
        return "sign-in"
    role = PEOPLE[who]
    scope = "all" if right == SIGNED_IN else HELD[right][role]
    if scope == "-":
        return "right"
    if not kind or (kind in FOR_EVERYBODY and ownership != "missing"):
        return "yes"
    if kind in PERSONAL:
        return "yes" if ownership != "missing" and who in PERSONAL[kind].split() else "hidden"
    if ownership == "missing" or ownership not in SEES[who] or HELD.get(CONTRACTS_ONLY.get(kind, ""), {}).get(role) == "-":
        return "hidden"
    if kind == "approval" and ownership not in TURN.get(who, ()):
        return "hidden"
    if scope == "same_day":  # whoever took it themselves, today
        return "yes" if TAKEN_BY[ownership] == who else "record"
    return "yes" if ownership in SCOPES[scope] else "record"


@pytest.mark.parametrize("name", STAFF)
def test_everybody_at(name: str, estate: Estate, clients: dict[str, Client]):
    right, _kind = POLICY[name]
    hidden: dict[tuple[str, str], set[str]] = {}
    done: set[str] = set()
    for cell in cells(name, estate):
        for method in ("get", "post"):
            sends = method == "post" and cell.allowed == "yes"
            if (method == "post" and not looks(cell.who, name) and cell.ownership == "missing") or (sends and cell.who in done):
                continue  # shut out before a record is looked up; or done already, once a person, whichever record is theirs
            always = not done if sends else method == "get" and cell.ownership in ("own", "none", "missing")
            if sends:
                done.add(cell.who)
            if not always and not is_part(name, cell, method):
                continue
            if cell.allowed == "yes":
                jar = deepcopy(clients[cell.who].cookies)
                with transaction.atomic():  # what is allowed may change something; the next cell finds the estate as it was
                    answer = getattr(clients[cell.who], method)(cell.address)
                    body = page_of(answer)
                    transaction.set_rollback(True)
                if cell.who == "heyuan":
                    guarded(answer)
                clients[cell.who].cookies = jar  # what it said is not for the next page, nor is a new session's key
                assert answer.status_code in ((200, 302) if method == "get" else (200, 302, 405, 409, 422)), (
                    method,
                    str(cell),
                    answer.status_code,
                )
            else:
                with nothing_written(f"a refusal at {cell} ({method})"):
                    answer = getattr(clients[cell.who], method)(cell.address)
                body = page_of(answer)
                refused(method, cell, answer, body, right, name)
                if cell.who == "anonymous" or (method == "get" and cell.allowed == "right"):
                    guarded(answer)
                if cell.allowed in ("hidden", "right"):
                    hidden.setdefault((cell.who, method), set()).add(f"{answer.status_code} {body}")
            told_nothing(cell, body)
    for (who, method), answers in hidden.items():
        assert len(answers) == 1, f"{who} can tell hidden from missing at {name} ({method})"


def is_part(name: str, cell: Cell, method: str) -> bool:
    """Everybody opens the page of their own record and of one that is not there, and the first who may sends its form. At the records of
    others, all of which one rule of reach decides, and of what others send, a third is asked."""
    return bool(part_of([cell], f"{name} {cell.who} {cell.ownership} {method}", 3))


def refused(method: str, cell: Cell, answer: Any, body: str, right: str, name: str) -> None:
    if method == "post" and not hasattr(PAGES[name], "post") and cell.allowed in ("hidden", "record"):
        assert answer.status_code == 405  # nothing is ever posted here, to whatever record
        return
    where = (method, str(cell), answer.status_code)
    if cell.allowed == "sign-in":
        assert answer.status_code == 302, where
        assert answer["Location"] == f"/sign-in/?next={cell.address}", where
    elif cell.allowed == "hidden":
        assert answer.status_code == 404, where
    else:
        assert answer.status_code == 403, where
        with override("zh-hans"):
            assert who_holds(right) in body, where


def told_nothing(cell: Cell, body: str) -> None:
    """No company, person or phone of a customer that the person does not see stands in the answer."""
    for ownership, words in CANARIES.items():
        if ownership not in SEES.get(cell.who, set()):
            assert not [w for w in words if w in body], f"{cell} tells of {ownership}"


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_as_open_as_what_it_hangs_on(kind: str, estate: Estate, clients: dict[str, Client]):
    """Whoever is shut out of the page of a record gets none of its files; whoever reads it, all."""
    assert set(Attachment.objects.values_list("owner_kind", flat=True)) - {"product"} <= set(FILES)
    with transaction.atomic():
        for ownership in ("own", "other"):
            owner = owner_of(kind, estate.customers[ownership])
            kept = put_received(owner, by=SYSTEM, received=Received(b"%PDF-1.4 %%EOF", "x.pdf", "paper"))
            for who, role in PEOPLE.items():
                scope = HELD[FILES[kind]][role]
                opens = (scope != "-" and ownership in SCOPES[scope]) or (kind == "capture" and TAKEN_BY[ownership] == who)
                answer = clients[who].get(reverse("file", args=[kept.pk]))
                assert answer.status_code == (200 if opens and ownership in SEES[who] else 404), (who, ownership)
                page_of(answer)
        transaction.set_rollback(True)


def owner_of(kind: str, customer: Customer) -> Any:
    """The first record of a kind that is about a customer; one is made where the estate has none."""
    if kind == "customer":
        return customer
    if kind == "dossier_paper":
        return DossierPaper.objects.create(dossier=Dossier.objects.get(customer=customer), kind="licence")
    return next(one for one in model_of(kind).objects.order_by("id") if one.customer.pk == customer.pk)


@pytest.mark.parametrize("name", [n for n in STAFF if POLICY[n][1] and POLICY[n][1] not in FOR_EVERYBODY])
def test_every_case_occurs_at(name: str, estate: Estate):
    """The table bites: at each address about a record somebody may, somebody is hidden from it, somebody is anonymous."""
    found = {cell.allowed for cell in cells(name, estate)}
    assert {"yes", "hidden", "sign-in"} <= found


@pytest.mark.sampled(3)
@pytest.mark.parametrize("who", [*PEOPLE, "anonymous", "stranger"])
@pytest.mark.parametrize("name", PORTAL)
def test_a_guest_page_is_shut_for_everybody_without_its_grant(name: str, who: str, estate: Estate, clients: dict[str, Client]):
    """Staff, strangers and another customer's guest get the same answer at an open grant as at one that is not there."""
    from boothline.links.models import Grant

    mine, theirs = (Grant.objects.get(subject_kind="request", subject_id=estate.keys[o]["request"]) for o in ("own", "other"))
    client = clients.get(who) or Client()
    if who == "stranger":
        client.cookies.load({_cookie(theirs.pk): _held(theirs.pk), _cookie(mine.pk): _held(theirs.pk)})
    answers = set()
    for grant in (mine.pk, 987_654):
        number = numbers(name, estate, "own")
        for method in ("get", "post"):
            with nothing_written((name, who, method)):
                answer = getattr(client, method)(reverse(name, args=[grant, *number]))
            body = page_of(answer)
            assert answer.status_code == 404
            assert not [w for words in CANARIES.values() for w in words if w in body]
            answers.add(body)
    assert len(answers) == 1


def numbers(name: str, estate: Estate, ownership: str) -> list[Any]:
    """What stands in a guest's address beside the grant: the record's number, and the key of a photo of it."""
    kind = POLICY[name][1].removesuffix("grant").removesuffix(" of ")
    if kind in ("", "photo"):
        return [numbers("portal-problem", estate, ownership)[0], 1] if kind else []
    return [estate.keys[ownership][kind] if ownership != "missing" else 987_654 if kind == "slip" else "X-9999"]


@pytest.mark.parametrize("name", [n for n in PORTAL if POLICY[n][1].endswith(" of grant")])
def test_a_guest_of_one_customer_finds_nothing_of_another(name: str, estate: Estate):
    """With an open grant, another customer's contract answers like one that does not exist, whatever the form names."""
    from boothline.links.models import Grant

    held = Grant.objects.get(subject_kind="request", subject_id=estate.keys["own"]["request"])
    client = Client()
    client.cookies.load({_cookie(held.pk): _held(held.pk)})
    before, answers = checksum(), set()
    for ownership in ("other", "missing"):
        request = estate.keys["other"]["request"] if ownership == "other" else 987_654
        address = reverse(name, args=[held.pk, *numbers(name, estate, ownership)])
        for answer in (client.get(address), client.post(address, {"request": request, "consent": "yes", "signed_by": "x"})):
            body = page_of(answer)
            assert answer.status_code in (404, 405)
            assert not [w for w in CANARIES["other"] if w in body]
            if answer.status_code == 404:
                answers.add(body)
    assert len(answers) == 1
    assert checksum() == before


def _held(grant: int) -> str:
    from django.core import signing

    from boothline.portal.guests import SALT

    return signing.dumps(grant, salt=SALT)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", [n for n in POLICY if hasattr(PAGES[n], "post")])
def test_a_form_of_another_site_is_refused_at(name: str, estate: Estate):
    """Nothing is done without the token of our own form."""
    kind = POLICY[name][1]
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="heyuan"))
    key: Any = {"": []}.get(kind)
    if kind.endswith("grant"):
        key = [1, *numbers(name, estate, "own")]
    with nothing_written(name):
        answer = client.post(reverse(name, args=[estate.keys["own"][kind]] if key is None else key))
    assert answer.status_code == 403


# What a masked customer does not tell.


@pytest.mark.parametrize("who", ["mei", "xiaoyu"])
def test_a_masked_phone_stands_nowhere_and_is_not_found(who: str, estate: Estate, clients: dict[str, Client]):
    """A salesperson sees the pool, booth staff whom they captured; neither sees how to reach them."""
    ownership = {"mei": "pool", "xiaoyu": "own"}[who]
    company, _name, phone = CANARIES[ownership]
    shown = page_of(clients[who].get(reverse("customer", args=[estate.keys[ownership]["customer"]])))
    assert company in shown
    for name, (_right, kind) in POLICY.items():
        if name == "booth-capture":
            continue  # whoever typed the number in may mend it on the same day, and nobody else opens that page
        if name in STAFF and kind and kind in estate.keys[ownership]:
            body = page_of(clients[who].get(reverse(name, args=[estate.keys[ownership][kind]])))
            assert phone not in body and f"{ownership}@canary.example" not in body, name
    for words in (phone, phone[3:], f"{ownership}@canary"):
        for name in ("customers", "captures"):
            assert company not in page_of(clients[who].get(reverse(name), {"q": words})), (name, words)
    assert company in page_of(clients[who].get(reverse("customers"), {"q": company}))


def test_an_open_phone_is_shown_and_found(estate: Estate, clients: dict[str, Client]):
    for who, ownership in (("mei", "own"), ("mei", "shared"), ("haoran", "other"), ("heyuan", "team"), ("admin", "bare")):
        company, _name, phone = CANARIES[ownership]
        at = reverse("customer", args=[estate.keys[ownership]["customer"]])
        if who != "mei":  # nobody's own customer: masked until they say that they look, which is kept
            assert phone not in page_of(clients[who].get(at)), who
            assert clients[who].post(reverse("customer-unmask", args=[estate.keys[ownership]["customer"]])).status_code == 302
            seen = Event.objects.filter(kind="customers.unmasked", subject_id=estate.keys[ownership]["customer"])
            assert [event.actor_name for event in seen] == [estate.user(who).name]
        assert phone in page_of(clients[who].get(at)), who
        assert company in page_of(clients[who].get(reverse("customers"), {"q": phone[3:]})), who


def test_a_clerk_sees_how_to_reach_a_customer_only_with_an_order(estate: Estate):
    """`with_order`: a contract alone opens the customer, not their phone."""
    from boothline.orders.models import Order

    clerk: Actor = estate.user("haoran").actor()
    customer = estate.customers["own"]
    assert may(clerk, "customers.unmask", customer)
    with transaction.atomic():
        Order.objects.filter(customer=customer).update(customer=estate.customers["bare"])
        assert not may(clerk, "customers.unmask", customer)
        transaction.set_rollback(True)
    with transaction.atomic():
        Order.objects.filter(customer=customer).update(void_at=timezone.now())
        assert not may(clerk, "customers.unmask", customer), "an order entered in error opens nothing"
        transaction.set_rollback(True)
