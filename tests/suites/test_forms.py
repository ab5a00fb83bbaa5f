"""What every form page must do, fed with data for each. A form page without its row here fails."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from PIL import Image

import boothline.config.urls  # noqa: F401  (declares every page)
from boothline.accounts.models import User
from boothline.catalogue.products import Product, Variant
from boothline.contracts import paper
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.card import Person, add_people
from boothline.customers.models import Contact
from boothline.fairs.appointments import slots
from boothline.fairs.editions import Fair
from boothline.files.models import Attachment
from boothline.negotiation.models import BriefingItem
from boothline.orders.models import OrderLine
from boothline.timeline.models import Event
from boothline.ui.kit import PAGES, FormPage
from boothline.visitors.models import Capture
from tests.estate import Estate
from tests.pictures import jpeg
from tests.suites.odd import STRANGE, body, odd_values
from tests.suites.paper import filled, form_with, forms_of
from tests.turns import part_of

pytestmark = [pytest.mark.django_db, pytest.mark.by_turns]
URLENCODED = "application/x-www-form-urlencoded"


def in_days(n: int) -> str:
    return (clock.today() + timedelta(days=n)).isoformat()


def user_id(name: str) -> int:
    return User.objects.get(username=name).pk


@dataclass
class Feed:
    """Who fills the form in, about which record, with what; what an empty one answers; ids that are not theirs to give."""

    who: str
    kind: str = ""
    values: Callable[[Estate], dict[str, Any]] = field(default=lambda e: {})
    empty: int = 422
    foreign: Callable[[Estate], dict[str, Any]] = field(default=lambda e: {})
    files: dict[str, bytes] = field(default_factory=dict)
    query: Callable[[Estate], str] = field(default=lambda e: "")  # what stands in the address besides
    is_doubted: bool = False  # it is asked once whether that is meant


def first_line(estate: Estate) -> int:
    found = OrderLine.objects.filter(order__number=estate.keys["own"]["owed"]).order_by("position").first()
    assert found
    return found.pk


def other_contact(estate: Estate) -> int:
    return int(estate.keys["other"]["contact"])


def family() -> str:
    """A product family that the catalogue has."""
    Product.objects.filter(code="TR20").update(family="灯具/轨道灯")
    return "灯具"


def namesake(estate: Estate) -> int:
    """Another contact of the same customer, under another name."""
    customer = estate.customers["own"]
    there = customer.contacts.exclude(pk=estate.keys["own"]["contact"]).first()
    return int((there or add_people([Person(name="换了名片的人", customer=customer)], by=SYSTEM)[0]).pk)


def ticked(estate: Estate) -> str:
    """Two rows of the list of customers."""
    return f"?row={estate.customers['own'].pk}&row={estate.customers['shared'].pk}"


def ticked_invitations(estate: Estate) -> str:
    return f"?row={estate.keys['own']['invitation']}&row={estate.keys['shared']['invitation']}"


def ticked_opportunities(estate: Estate) -> str:
    return "?" + "&".join(f"row={pk}" for pk in estate.keys["own"]["waiting"])


def later(estate: Estate) -> int:
    """A fair to which nobody is invited yet."""
    return int(Fair.objects.get(code="LATER").pk)


def free_slot(estate: Estate) -> dict[str, Any]:
    at = next(slot.at for slot in slots(estate.world.fair) if timezone.localdate(slot.at) > clock.today())
    return {"slot": timezone.localtime(at).isoformat(), "user": user_id("mei")}


FORMS = {
    "person-new": Feed("admin", "", lambda e: {"name": "新同事", "username": "xin", "roles": ["sales"]}, foreign=lambda e: {"team": 987_654}),
    "person-edit": Feed("admin", "user", lambda e: {"phone": "0760-5550 0199"}, foreign=lambda e: {"team": 987_654}),
    "person-families": Feed("admin", "user", lambda e: {"engineer_families": [family()]}, 409, foreign=lambda e: {"engineer_families": ["地毯"]}),
    "team-new": Feed("admin", "", lambda e: {"name": "业务三组"}),
    "team": Feed("admin", "team", lambda e: {"name": "华南组"}),
    "rule": Feed("admin", "rule", lambda e: {"value": "21"}),
    "words-new": Feed("admin", "wordlist", lambda e: {"words": "色温不对"}),
    "words": Feed("admin", "words", lambda e: {"words": "价钱"}, 302),
    "me": Feed("mei", "", lambda e: {"phone": "0760-5550 0122"}),
    "my-password": Feed("mei", "", lambda e: {"old": "secret-1", "new": "gu-zhen-2046", "again": "gu-zhen-2046"}),
    "bulk-owner": Feed("heyuan", "", lambda e: {"owner": user_id("lan")}, 302, lambda e: {"owner": user_id("haoran")}, query=ticked),
    "bulk-country": Feed("mei", "", lambda e: {"country": "Germany"}, 302, query=ticked),
    "bulk-step": Feed("mei", "", lambda e: {"what": "寄目录", "due_on": in_days(2)}, 302, lambda e: {"owner": 987_654}, query=ticked),
    "bulk-opportunity-customer": Feed(
        "heyuan", "", lambda e: {"customer": e.customers["own"].name}, 302, lambda e: {"customer": e.customers["other"].name},
        query=ticked_opportunities,
    ),
    "view-new": Feed("heyuan", "list", lambda e: {"name": "新视图", "share": "all"}, query=lambda e: "?owner=me&sort=next"),
    "view-edit": Feed("mei", "view", lambda e: {"name": "改名的视图"}),
    "deed-back": Feed("heyuan", "deed", empty=302),
    "company": Feed("admin", "", lambda e: {"name": "明澜照明有限公司", "currency": "CNY"}),
    "product-new": Feed("heyuan", "", lambda e: {"code": "NEW", "name": "新灯", "sku": "NEW-1", "price": "12.5", "currency": "CNY"}),
    "product-edit": Feed("heyuan", "product", lambda e: {"name": "改名灯"}),
    "variant-edit": Feed("heyuan", "variant", lambda e: {"price": "70", "from_1": "500", "step_1": "66"}),
    "stock-count": Feed("haoran", "counted", lambda e: {"counted": "38"}),
    "stock-correction": Feed("haoran", "counted", lambda e: {"quantity": "2", "words": "拿去做样品"}),
    "stock-kind": Feed("haoran", "counted", lambda e: {"stock_kind": "preorder"}),
    "purchase-new": Feed(
        "haoran", "", lambda e: {"supplier": "配件厂", "variant_1": e.keys["own"]["counted"], "quantity_new_1": "5", "expected_1": in_days(5)},
        foreign=lambda e: {"variant_2": 987_654, "firm": e.customers["other"].pk},
    ),
    "purchase-edit": Feed("haoran", "purchase", lambda e: {"note": "催货"}, foreign=lambda e: {"firm": e.customers["other"].pk}),
    "purchase-arrival": Feed("haoran", "purchase"),
    "purchase-chasing": Feed("haoran", "purchase", lambda e: {"words": "说下周一发"}),
    "purchase-cancellation": Feed("haoran", "purchase", lambda e: {"reason": "供应商停产"}),
    "purchase-line-date": Feed("haoran", "purchase_line", lambda e: {"on": in_days(12), "reason": "供应商缺料"}),
    "picture-new": Feed("heyuan", "product", files={"picture": jpeg()}),
    "variant-new": Feed("haoran", "product", lambda e: {"sku": "TR20-XL", "price": "99"}),
    "customer-edit": Feed("mei", "customer", lambda e: {"name": "甲子照明集团"}),
    "customer-owner": Feed("heyuan", "customer", lambda e: {"owner": user_id("lan")}, 409, lambda e: {"owner": user_id("haoran")}),
    "customer-pin": Feed("heyuan", "free", lambda e: {"type": "contract", "reason": "口头已谈定", "until": in_days(9)}),
    "customer-grade": Feed("heyuan", "free", lambda e: {"grade": "A", "reason": "客户说下月来厂"}),
    "customer-collaborators": Feed(
        "heyuan", "customer", lambda e: {"user": user_id("lan")}, foreign=lambda e: {"user": user_id("xiaoyu")}
    ),
    "import-new": Feed("heyuan", files={"chosen": "公司名称,国家\n辛未照明,中国\n".encode()}),
    "import-undo": Feed("heyuan", "imported", empty=302),
    "customer-file-new": Feed("mei", "customer", files={"file": jpeg()}),
    "contact-new": Feed("mei", "customer", lambda e: {"name": "新人", "phones": "13800000000"}),
    "contact-edit": Feed("mei", "contact", lambda e: {"title": "经理"}),
    "touch-new": Feed(
        "mei", "customer", lambda e: {"channel": "phone", "words": "想要样品", "what": "寄样", "due_on": in_days(3)},
        foreign=lambda e: {"contact": other_contact(e)},
    ),
    "step-postpone": Feed("mei", "step", lambda e: {"due_on": in_days(9)}),
    "person-leaving": Feed("heyuan", "user", lambda e: {"to": user_id("kevin"), "reason": "离职"}, foreign=lambda e: {"to": user_id("haoran")}),
    "hand-over": Feed("mei", "", lambda e: {"to": user_id("kevin"), "until": in_days(1)}, foreign=lambda e: {"person": user_id("kevin")}),
    "fair-hours": Feed("heyuan", "fair", lambda e: {f"opens_{in_days(0)}": "08:30"}),
    "fair-duty": Feed("heyuan", "fair", lambda e: {"person": user_id("kevin"), "days": [in_days(1)]}, foreign=lambda e: {"backup": user_id("gone")}),
    "fair-budget": Feed("heyuan", "fair", lambda e: {"planned_space": "120000", "actual_space": "98000.50"}, empty=409),
    "targets": Feed("heyuan", "month", lambda e: {"ordered_0": "120000", f"delivered_{user_id('mei')}": "500.5"}, empty=409),
    "exhibit-new": Feed("heyuan", "fair", lambda e: {"variant": str(Variant.objects.order_by("-pk").first().pk), "pieces": "2"}, foreign=lambda e: {"variant": 987_654}),
    "exhibit-edit": Feed("heyuan", "exhibit", lambda e: {"back": "1"}),
    "goal-new": Feed("heyuan", "fair", lambda e: {"kind": "basic", "measure": "captured", "target": "240"}, foreign=lambda e: {"who": user_id("gone")}),
    "goal-edit": Feed("heyuan", "goal", lambda e: {"reached": "6"}, foreign=lambda e: {"who": user_id("gone")}),
    "appointment-new": Feed("mei", "customer", free_slot, foreign=lambda e: {"contact": other_contact(e)}),
    "appointment-edit": Feed("mei", "appointment", lambda e: {"about": "看样品"}, foreign=lambda e: {"contact": other_contact(e)}),
    "appointment-cancellation": Feed("mei", "appointment", lambda e: {"reason": "改期"}),
    "bulk-invite": Feed("mei", "", lambda e: {"fair": later(e)}, 302, foreign=lambda e: {"fair": e.world.fair.pk}, query=ticked),
    "bulk-invitation-sending": Feed("mei", "", lambda e: {"subject": "来看新品", "words": "新款轨道灯"}, 302, query=ticked_invitations),
    "invitation-new": Feed(
        "mei", "customer", lambda e: {"fair": later(e), "contacts": [e.keys["own"]["contact"]]}, foreign=lambda e: {"contacts": [other_contact(e)]}
    ),
    "invitation-answer": Feed("mei", "invitation", lambda e: {"answer": "comes"}),
    "invitation-sending": Feed("mei", "invitation", lambda e: {"subject": "来看新品", "words": "新款轨道灯"}),
    "workday-new": Feed("admin", "", lambda e: {"day": in_days(3), "is_workday": "free", "words": "厂庆"}),
    "absence-new": Feed("mei", "", lambda e: {"starts_on": in_days(40), "ends_on": in_days(41)}, foreign=lambda e: {"person": user_id("kevin")}),
    "workday": Feed("admin", "day", lambda e: {"is_workday": "free"}),
    "fair-new": Feed(
        "heyuan", "", lambda e: {"code": "F27", "name": "新展", "starts_on": in_days(0), "ends_on": in_days(2)},
        foreign=lambda e: {"lead": user_id("haoran")},
    ),
    "fair-edit": Feed("heyuan", "fair", lambda e: {"booth": "B7"}, foreign=lambda e: {"lead": user_id("haoran")}),
    "capture-new": Feed("xiaoyu", "", lambda e: {"name": "生客", "company": "生客公司"}, foreign=lambda e: {"interest": 987_654}),
    "booth": Feed("xiaoyu", "", lambda e: {"name": "生客", "company": "生客公司"}, foreign=lambda e: {"interest": 987_654}),
    "booth-capture": Feed("xiaoyu", "own_capture", lambda e: {"heat": "3", "name": "郝一鸣"}),
    "booth-retraction": Feed("xiaoyu", "fresh_capture", lambda e: {"reason": "twice"}),
    "question": Feed("heyuan", "fair", lambda e: {"code": "colour", "kind": "single", "zh": "颜色", "en": "Colour", "options": "red 红 / red"}),
    "nature": Feed("mei", "customer", lambda e: {"nature": "buyer"}),
    "cooperation": Feed("mei", "cooperation", lambda e: {"state": "talking"}),
    "firm-new": Feed("heyuan", "", lambda e: {"on": "supplier", "name": "供货厂"}, foreign=lambda e: {"fair": 987_654}),
    "firm": Feed("heyuan", "firm", empty=302),
    "briefing-new": Feed("mei", "customer", lambda e: {"products": [e.keys["own"]["product"]]}, foreign=lambda e: {"contact": other_contact(e)}),
    "briefing-answer": Feed(
        "mei", "briefing", lambda e: {"answer": "not_interested"},
        foreign=lambda e: {"wanted": BriefingItem.objects.filter(briefing=e.keys["other"]["briefing"]).first().pk},
    ),
    "briefing-question": Feed("mei", "asked_briefing", lambda e: {"words": "有 CE 与 UL"}),
    "objection-new": Feed("mei", "customer", lambda e: {"reason": "price"}, foreign=lambda e: {"contact": other_contact(e)}),
    "decision-skip": Feed("mei", "decision_step", lambda e: {"words": "不需要"}),
    "objection-edit": Feed("mei", "objection", lambda e: {"severity": "3", "their_currency": "CNY", "competitor": "上家"}),
    "objection-close": Feed("mei", "objection", lambda e: {"outcome": "let_go"}),
    "intention-new": Feed("mei", "customer", lambda e: {"special": "定制支架", "quantity": "3"}, foreign=lambda e: {"variant": 987_654}),
    "intention-line-new": Feed("mei", "intention", lambda e: {"special": "定制支架"}, foreign=lambda e: {"variant": 987_654}),
    "collection": Feed("mei", "intention", lambda e: {"consignee": "仓库"}, 409, lambda e: {"signatory": other_contact(e)}),
    "requirement-new": Feed(
        "mei", "intention", lambda e: {"words": "IP65", "kind": "spec", "due_on": in_days(3)}, foreign=lambda e: {"line": 987_654},
    ),
    "requirement-edit": Feed("mei", "requirement", lambda e: {"words": "CE 与 RoHS"}, foreign=lambda e: {"line": 987_654}),
    "requirement-proof": Feed("mei", "requirement", lambda e: {"proof": "document", "words": "CE-2046"}),
    "requirement-refusal": Feed("mei", "requirement", lambda e: {"reason": "做不了"}),
    "requirement-waiver": Feed(
        "mei", "requirement", lambda e: {"contact": e.keys["own"]["contact"], "words": "电话里说的"},
        foreign=lambda e: {"contact": other_contact(e)},
    ),
    "dossier-edit": Feed("mei", "customer", lambda e: {"invoice_phone": "0755-5550 0199"}, 409, lambda e: {"signatory": other_contact(e)}),
    "dossier-paper-new": Feed("mei", "customer", lambda e: {"kind": "licence"}, foreign=lambda e: {"contact": other_contact(e)}, files={"file": jpeg()}),
    "dossier-bank": Feed("heyuan", "free", lambda e: {"through": "in_person", "words": "当面核对过"}),
    "customer-need-new": Feed("mei", "customer", lambda e: {"words": "每箱不超过 15 公斤", "source": "touch"}),
    "contract-needs": Feed("mei", "draft", lambda e: {"needs": e.keys["own"]["told"]}, foreign=lambda e: {"needs": 987_654}),
    "need-new": Feed("mei", "draft", lambda e: {"words": "每箱不超过 15 公斤", "source": "customer"}),
    "plan-edit": Feed("mei", "contract", lambda e: {"template": "made", "start": "confirmation"}),
    "milestone-edit": Feed("mei", "milestone", lambda e: {"note": "三楼验货"}, 409, foreign=lambda e: {"owner": 987_654}),
    "milestone-day": Feed("mei", "milestone", lambda e: {"on": in_days(0)}),
    "milestone-skipping": Feed("mei", "milestone", lambda e: {"reason": "客户自己验货"}),
    "milestone-families": Feed("heyuan", "", lambda e: {"template_0": "made", "start_0": "deposit"}),
    "expansion-new": Feed(
        "mei", "customer", lambda e: {"kind": "newline", "other": e.keys["own"]["product"], "other_quantity": "50"},
        foreign=lambda e: {"other": 987_654},
    ),
    "expansion-sending": Feed("mei", "expansion", lambda e: {"contact": e.keys["own"]["contact"]}, foreign=lambda e: {"contact": other_contact(e)}),
    "expansion-withdrawal": Feed("mei", "expansion", lambda e: {"reason": "价格要重算"}),
    "expansion-answer": Feed("mei", "asked_expansion", lambda e: {"words": "可以调光"}),
    "relation-new": Feed("heyuan", "product", lambda e: {"other": e.world.products["PN60"].pk, "kind": "upgrade"}, foreign=lambda e: {"other": 987_654}),
    "need-edit": Feed("mei", "need", lambda e: {"words": "彩盒包装"}),
    "need-trace": Feed("mei", "need", lambda e: {"clauses": ["delivery"]}, foreign=lambda e: {"lines": 987_654}),
    "need-refusal": Feed("mei", "need", lambda e: {"reason": "做不了"}),
    "need-waiver": Feed(
        "mei", "need", lambda e: {"contact": e.keys["own"]["contact"], "words": "电话里说的"},
        foreign=lambda e: {"contact": other_contact(e)},
    ),
    "intention-loss": Feed("mei", "intention", lambda e: {"reason": "买了别家"}),
    "intention-line": Feed(
        "mei", "intention_line", lambda e: {"quantity": "7"}, 409,
        lambda e: {"variant": e.world.products["PN60"].variants.first().pk},
    ),
    "intention-line-loss": Feed("mei", "intention_line", lambda e: {"reason": "买了别家"}),
    "contract-edit": Feed("mei", "draft", lambda e: {"po_number": "PO-77"}, foreign=lambda e: {"signatory": other_contact(e)}),
    "contract-end": Feed("mei", "contract", lambda e: {"reason": "客户换项目"}),
    "contract-send": Feed("mei", "draft", empty=302),
    "contract-approval": Feed("mei", "steep", empty=302),
    "contract-device": Feed("mei", "draft", empty=302),
    "contract-evidence": Feed("haoran", "draft", lambda e: {"signed_by": "郝一鸣"}, files={"scan": b"%PDF-1.4 signed %%EOF"}),
    "contract-void": Feed("heyuan", "proved", lambda e: {"reason": "登错了客户"}),
    "request-signatory": Feed("mei", "request", lambda e: {"name": "新签约人", "email": "new@canary.example", "why": "总经理出差"},
                              foreign=lambda e: {"contact": other_contact(e)}),
    "request-refusal": Feed("mei", "request", lambda e: {"reason": "price", "note": "周三电话告知"}, 422),
    "request-changes": Feed("mei", "request", lambda e: {"words": "定金改 20%", "note": "周三电话告知"}),
    "request-answer": Feed("mei", "wished", lambda e: {"words": "定金比例是公司规定"}),
    "quotation-sending": Feed(
        "mei", "quotation", lambda e: {"what": "问报价", "due_on": in_days(3)}, foreign=lambda e: {"contact": other_contact(e)}
    ),
    "approval-refusal": Feed("heyuan", "approval", lambda e: {"reason": "折扣太高了"}),
    "request-withdrawal": Feed("mei", "request", lambda e: {"reason": "价格要重算"}),
    "order-change": Feed("haoran", "owed", lambda e: {"reason": "客户要求改期", "promised_on": in_days(50), "cause": "wish"}, foreign=lambda e: {"added": 987_654}),
    "order-cancellation": Feed("haoran", "owed", lambda e: {"who": "customer", "why": "budget", "reason": "客户的项目取消了"}),
    "order-split": Feed("haoran", "owed", lambda e: {f"line_{first_line(e)}": "2", "reason": "客户要分开提货"}),
    "order-merger": Feed(
        "haoran", "owed", lambda e: {"other": e.keys["own"]["twin"], "reason": "客户要一起提货"}, foreign=lambda e: {"other": e.keys["other"]["twin"]}
    ),
    "order-particulars": Feed("haoran", "order", lambda e: {"remark": "外箱加护角"}, 409),
    "order-hold": Feed("haoran", "order", lambda e: {"reason": "等客户确认唛头"}),
    "hold-lifting": Feed("haoran", "hold", lambda e: {"reason": "客户已经确认"}),
    "money-lifting": Feed("heyuan", "money_hold", lambda e: {"reason": "老客户，先发货"}),
    "order-receipt-new": Feed("haoran", "owed", lambda e: {"sent": "1"}, foreign=lambda e: {"order": e.keys["other"]["order"]}),
    "order-credit": Feed("haoran", "owed", lambda e: {"amount": "5"}),
    "order-lc": Feed("haoran", "owed", lambda e: {"number": "LC-1"}),
    "receipt-new": Feed("haoran", "customer", lambda e: {"sent": "100"}, foreign=lambda e: {"order": e.keys["other"]["order"]}),
    "receipt-allocation": Feed("haoran", "spare_receipt", empty=302, foreign=lambda e: {"order": e.keys["other"]["order"]}),
    "announcement-aside": Feed("haoran", "announcement", lambda e: {"reason": "已在别的收款中"}),
    "receipt-void": Feed("haoran", "spare_receipt", lambda e: {"reason": "登错了客户"}),
    "credit-refund": Feed("haoran", "credit"),
    "credit-wish": Feed("haoran", "credit", lambda e: {"until": in_days(60), "words": "邮件：留作下单"}),
    "credit-contact": Feed("haoran", "credit", lambda e: {"words": "客户说本周给账号"}),
    "refund-account": Feed("haoran", "refund", lambda e: {"account": "建行 6227"}),
    "refund-payment": Feed("haoran", "refund"),
    "shipment-new": Feed("haoran", "order", lambda e: {"planned_on": in_days(1)}),
    "goods": Feed("haoran", "goods", lambda e: {"outcome": "rejected", "words": "照片太暗"}),
    "goods-owing": Feed("haoran", "goods_owed", lambda e: {"person": user_id("mei")}, foreign=lambda e: {"person": 987_654}),
    "shipment-release": Feed("haoran", "planned", empty=302),
    "shipment-plan": Feed("haoran", "planned", lambda e: {"planned_on": in_days(2)}),
    "shipment-transport": Feed("haoran", "planned", lambda e: {"vessel": "COSCO Ningbo 012E"}, 409),
    "shipment-dispatch": Feed("haoran", "packed", lambda e: {"carrier": "恒达速运"}),
    "shipment-cancellation": Feed("haoran", "planned", lambda e: {"reason": "客户推迟收货"}),
    "shipment-tracking": Feed("haoran", "shipped", lambda e: {"state": "in_transit"}),
    "shipment-arrival": Feed("haoran", "shipped", lambda e: {"signed_by": "仓库"}, files={"scan": jpeg()}),
    "return-receipt": Feed("haoran", "return", lambda e: {"words": "外观完好"}),
    "gift-new": Feed("mei", "customer", lambda e: {"item": "画册", "occasion": "来访", "value": "60"}, foreign=lambda e: {"contact": other_contact(e)}),
    "gift-withdrawal": Feed("mei", "gift", lambda e: {"reason": "没有送出"}),
    "contact-traits": Feed("mei", "contact", lambda e: {"rational": ["compares", "asks"]}, empty=409),
    "customer-merge": Feed(
        "admin", "customer", lambda e: {"name": "stays", "reason": "同一家公司"}, query=lambda e: f"?with={e.keys['own']['free']}"
    ),
    "contact-merge": Feed("mei", "contact", lambda e: {"name": "stays", "reason": "同一个人"}, query=lambda e: f"?with={namesake(e)}"),
    "key-account-mark": Feed("heyuan", "customer", lambda e: {"tier": "gold", "kind": "potential", "reason": "年需求很大"}),
    "key-account-end": Feed("heyuan", "key", lambda e: {"reason": "连续两季低于门槛"}),
    "key-plan": Feed("mei", "key_plan", lambda e: {"need": "八百套"}),
    "contact-part": Feed("mei", "key_person", lambda e: {"part": "decides"}, foreign=lambda e: {"reports_to": other_contact(e)}),
    "rival-new": Feed("mei", "key", lambda e: {"name": "对手照明", "move": "免费送样"}),
    "rival-edit": Feed("mei", "rival", lambda e: {"answer": "送两套"}),
    "plan-template-edit": Feed("heyuan", "plan_template", lambda e: {"zh": "马上换人", "en": "Change the person"}),
    "plan-template-new": Feed("heyuan", "reason", lambda e: {"zh": "先送样品", "en": "Sample first", "zh_1": "寄样品", "en_1": "send a sample"}),
    "playbook-edit": Feed("heyuan", "playbook", lambda e: {"stress_zh": "先给三家的对比表。"}),
    "contact-personality": Feed("mei", "contact", lambda e: {"type": "rational", "reason": "每次先比三家"}),
    "complaint-new": Feed("mei", "customer", lambda e: {"words": "没人接电话"}, foreign=lambda e: {"contact": other_contact(e), "order": 987_654}),
    "complaint-edit": Feed("mei", "complaint", lambda e: {"about": "goods"}, foreign=lambda e: {"order": 987_654, "problem": 987_654}),
    "complaint-answer": Feed("mei", "complaint", lambda e: {"words": "我们换人"}),
    "complaint-solution": Feed("mei", "answered_complaint", lambda e: {"words": "换人", "how": "电话"}),
    "complaint-end": Feed("mei", "agreed_complaint", lambda e: {"words": "换了"}),
    "complaint-check": Feed("mei", "done_complaint", lambda e: {"outcome": "settled"}),
    "complaint-evaluation": Feed("heyuan", "checked_complaint", lambda e: {"is_upheld": "yes", "cause": "person"}),
    "complaint-lesson": Feed("heyuan", "evaluated_complaint", lambda e: {"lesson": "新人先跟一周"}, foreign=lambda e: {"person": 987_654}),
    "survey-sending": Feed("mei", "survey", foreign=lambda e: {"contact": other_contact(e)}),
    "survey-leaving": Feed("mei", "survey", lambda e: {"reason": "刚通过电话"}),
    "survey-new": Feed("mei", "customer", foreign=lambda e: {"contact": other_contact(e), "occasion": "delivery-order-987654"}),
    "problem-new": Feed("mei", "order", lambda e: {"kind": "damage", "words": "外箱压坏"}, foreign=lambda e: {"line": e.keys["other"]["order_line"], "contact": other_contact(e)}),
    "problem-message": Feed("mei", "problem", lambda e: {"words": "我们查一下"}),
    "problem-severity": Feed("mei", "problem", lambda e: {"severity": "critical", "reason": "客户停工了"}),
    "claim-new": Feed("haoran", "problem", lambda e: {"name": "恒达速运", "amount": "120"}),
    "claim-edit": Feed("haoran", "claim", lambda e: {"name": "恒达物流", "amount": "8"}),
    "claim-withdrawal": Feed("haoran", "claim", lambda e: {"reason": "记错了对方"}),
    "claim-answer": Feed("haoran", "filed_claim", lambda e: {"outcome": "accepted", "words": "同意赔付"}),
    "claim-payment": Feed("haoran", "accepted_claim", lambda e: {"amount": "30"}),
    "claim-end": Feed("haoran", "paying_claim", lambda e: {"reason": "对方已破产"}),
    "problem-correction": Feed("mei", "problem", lambda e: {"kind": "papers", "reason": "客户电话里改口"}, foreign=lambda e: {"line": e.keys["other"]["order_line"]}),
    "problem-solution": Feed("mei", "problem", lambda e: {"kind": "replace"}, foreign=lambda e: {"variant": 987_654}, is_doubted=True),
    "problem-agreement": Feed("mei", "proposed", lambda e: {"note": "电话里同意"}),
    "problem-resolution": Feed("mei", "agreed", lambda e: {"words": "已修好"}, empty=302),
    "problem-abandonment": Feed("mei", "to_send", lambda e: {"words": "没货了，发不了"}),
    "problem-reopening": Feed("mei", "answered", lambda e: {"words": "又错了"}),
}  # fmt: skip
NAMES = sorted(FORMS)


def test_every_form_page_has_its_row():
    elsewhere = {"first-start", "password", "goods-approval"}  # tests/accounts; tests/orders/test_goods.py: it has nothing to fill in
    assert set(FORMS) | elsewhere == {name for name, view in PAGES.items() if issubclass(view, FormPage)}


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


def address(name: str, estate: Estate) -> str:
    kind = FORMS[name].kind
    return reverse(name, args=[estate.keys["own"][kind]] if kind else []) + FORMS[name].query(estate)


def opened(client: Client, at: str) -> Any:
    """The page's own form, as it stands."""
    page = client.get(at)
    assert page.status_code == 200, at
    return form_with(page.content, "revision")


def send(client: Client, at: str, fields: dict[str, Any]) -> Any:
    return client.post(at, body(fields), content_type=URLENCODED)


# The life of a form.


@pytest.mark.parametrize("name", NAMES)
def test_a_valid_form_is_saved_and_leads_on(name: str, estate: Estate):
    client, at = signed_in(FORMS[name].who), address(name, estate)
    form = opened(client, at)
    before = Event.objects.latest("pk").pk
    fields, files = filled(form, **FORMS[name].values(estate)), FORMS[name].files
    uploads = {field: SimpleUploadedFile(field, content) for field, content in files.items()}
    answer = client.post(at, fields | uploads) if uploads else send(client, at, fields)
    if FORMS[name].is_doubted:
        assert answer.status_code == 422 and 'name="is_sure"' in answer.content.decode()
        answer = send(client, at, fields | {"is_sure": ["on"]})
    assert answer.status_code == 302, re.findall(r"<a href=.#id_.{0,200}", answer.content.decode(), re.S)
    assert Event.objects.latest("pk").pk > before  # whoever takes something back takes its events along
    assert client.get(answer["Location"], follow=True).status_code == 200


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", NAMES)
def test_an_empty_form_says_what_is_missing(name: str, estate: Estate):
    client, at = signed_in(FORMS[name].who), address(name, estate)
    before = Event.objects.count()
    answer = client.post(at)
    assert answer.status_code == FORMS[name].empty
    if answer.status_code == 422:
        assert 'role="alert"' in answer.content.decode()
    if answer.status_code != 302:
        assert Event.objects.count() == before


NEEDED = {  # a field without which the form is not saved
    "person-new": "username", "person-edit": "roles", "team-new": "name", "team": "name", "rule": "value", "words-new": "words", "me": "name",
    "bulk-country": "country", "bulk-step": "what", "bulk-opportunity-customer": "customer", "view-new": "name", "view-edit": "name",
    "company": "name", "product-new": "code", "product-edit": "name", "variant-new": "sku", "variant-edit": "sku", "picture-new": "picture", "import-new": "chosen",
    "customer-pin": "reason", "customer-grade": "reason", "customer-collaborators": "user", "customer-edit": "name", "customer-merge": "name", "contact-merge": "name", "contact-new": "name",
    "contact-edit": "name", "touch-new": "words", "step-postpone": "due_on", "hand-over": "until", "person-leaving": "reason", "fair-duty": "starts", "goal-new": "target", "goal-edit": "target", "exhibit-new": "pieces", "exhibit-edit": "pieces", "appointment-new": "slot", "appointment-edit": "slot",
    "appointment-cancellation": "reason", "workday-new": "day", "absence-new": "ends_on", "fair-new": "code", "fair-edit": "name", "briefing-new": "products",
    "dossier-paper-new": "kind", "dossier-bank": "words", "customer-need-new": "words", "contract-needs": "needs", "need-new": "words", "need-edit": "words", "plan-edit": "template", "milestone-day": "on", "milestone-families": "start_0", "expansion-sending": "contact", "expansion-withdrawal": "reason", "expansion-answer": "words", "briefing-question": "words", "relation-new": "other", "milestone-skipping": "reason", "need-waiver": "words",
    "requirement-new": "words", "requirement-edit": "words", "requirement-proof": "proof", "requirement-waiver": "words",
    "objection-new": "reason", "objection-edit": "severity", "decision-skip": "words", "objection-close": "outcome", "intention-loss": "reason", "intention-line-loss": "reason",
    "question": "zh", "cooperation": "state", "firm-new": "name",
    "contract-edit": "quantity_1", "contract-end": "reason", "request-withdrawal": "reason", "goods": "outcome", "goods-owing": "owes", "shipment-new": "planned_on", "shipment-plan": "planned_on",
    "shipment-dispatch": "carrier", "shipment-cancellation": "reason", "shipment-tracking": "at", "return-receipt": "quantity", "complaint-new": "words", "complaint-answer": "words", "complaint-solution": "how", "complaint-end": "words",
    "gift-new": "item", "gift-withdrawal": "reason", "contact-personality": "reason", "complaint-check": "outcome", "complaint-evaluation": "is_upheld", "complaint-lesson": "lesson", "survey-leaving": "reason", "problem-new": "words",
    "problem-severity": "reason", "problem-correction": "reason", "problem-solution": "kind", "problem-agreement": "note", "problem-abandonment": "words", "problem-reopening": "words",
}  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", NEEDED)
def test_what_was_typed_is_not_lost(name: str, estate: Estate):
    """The one missing thing is named at its field; everything else stands as it was typed."""
    client, at = signed_in(FORMS[name].who), address(name, estate)
    fields = filled(opened(client, at), **FORMS[name].values(estate))
    missing = NEEDED[name]
    fields[missing] = []
    answer = send(client, at, fields)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'id="id_{missing}_error"' in html
    again = form_with(html, "revision")
    for other, typed in fields.items():
        if other not in (missing, "csrfmiddlewaretoken", "press") and typed != [""]:
            assert again.fields.get(other) == typed, other


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", NAMES)
def test_ids_of_others_are_no_choice(name: str, estate: Estate):
    client, at = signed_in(FORMS[name].who), address(name, estate)
    for foreign, pk in FORMS[name].foreign(estate).items():
        before = Event.objects.count()
        fields = opened(client, at).fields | {k: [str(v)] for k, v in FORMS[name].values(estate).items() if not isinstance(v, list)}
        answer = send(client, at, fields | {foreign: [str(pk)]})
        assert answer.status_code == 422 and Event.objects.count() == before
        assert f'id="id_{foreign}_error"' in answer.content.decode()


# Nothing that is sent breaks it. Every run takes a part of the values, a different one in each field; all with ODD=all.

HARD = [
    b"\x00", b"x\x00y", b"\xed\xa0\x80", b"\xff", "²".encode(), "٣".encode(), b"-1", b"1e400", b"NaN", b"sNaN", b"Infinity", b"9" * 30,
    b"9" * 4400, b"99999999999", b"9999999999.9999", b"987654", b"2026-13-45", b"0001-01-01", b"9999-12-31", b"0001-01-01T00:00", b"9999-12-31T23:59", "👩‍👩‍👧‍👦\u202e\u0301".encode() * 30, b"<script>x()</script>", b"%(who)s{0}",
]  # fmt: skip
LARGE = [b"a" * 1_000_000, "漢".encode() * 350_000, b"1" * 1_000_000]


def takes(client: Client, at: str, fields: dict[str, Any]) -> None:
    with transaction.atomic():
        answer = send(client, at, fields)
        assert answer.status_code in (302, 404, 409, 422), answer.status_code
        if answer.status_code == 302:  # what was taken in can be shown
            assert client.get(answer["Location"], follow=True).status_code == 200
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)


@pytest.mark.no_recount  # each post is taken back
@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", NAMES)
def test_odd_posts_never_break_it(name: str, estate: Estate, monkeypatch: pytest.MonkeyPatch):
    """Odd values in every field at once, then hard ones in one field while the others are right."""
    monkeypatch.setattr(paper, "print_pdf", lambda template, data: b"%PDF")  # the press has its own test
    client, at = signed_in(FORMS[name].who), address(name, estate)
    fields = filled(opened(client, at), **FORMS[name].values(estate))
    typed = [n for n in fields if n not in ("csrfmiddlewaretoken", "press")]
    typed += [n for n in PAGES[name].form.base_fields if n not in typed]  # type: ignore[attr-defined]
    others = ["customer_answer", "keep_name", "theirs_name", "id", "owner_id", "type"]
    for value in part_of(odd_values(len(STRANGE)), name, len(STRANGE)):
        takes(client, at, dict.fromkeys([*typed, *others], value))
    for value in part_of(HARD, name, len(HARD)):
        takes(client, at, fields | dict.fromkeys(others, value))
    for value in part_of(LARGE, name, 12):
        takes(client, at, dict.fromkeys(typed[-1:], value))
    for one in part_of(typed, name, 16):
        for value in part_of(HARD, f"{name} {one}", len(HARD)):
            takes(client, at, fields | {one: value})


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", NAMES)
def test_odd_questions_never_break_the_empty_form(name: str, estate: Estate):
    client, at = signed_in(FORMS[name].who), address(name, estate)
    for value in part_of((*HARD, b"9" * 100), name, len(HARD) + 1):
        assert client.get(f"{at}?fair={body({'x': value})[2:]}&customer={body({'x': value})[2:]}").status_code == 200


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_kept(estate: Estate):
    """All or nothing: the capture is not kept either, so that what the page says is true."""
    client, at = signed_in("xiaoyu"), reverse("capture-new")
    fields = {name: values[0] for name, values in filled(opened(client, at), name="带照片").items()}
    captures, events = Capture.objects.count(), Event.objects.count()
    for content in (
        b"",
        b"\x00" * 100,
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        b"%!PS-Adobe",
        b"a" * 11 * 2**20,
    ):
        answer = client.post(at, {**fields, "picture": SimpleUploadedFile("x.jpg", content, "image/jpeg")})
        assert answer.status_code == 422, content[:20]
        assert 'id="id_picture_error"' in answer.content.decode()
        assert (Capture.objects.count(), Event.objects.count()) == (captures, events)
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    answer = client.post(at, {**fields, "picture": SimpleUploadedFile("../../名片\x00.php", out.getvalue(), "text/html")})
    assert answer.status_code == 302
    kept = Attachment.objects.order_by("-id").first()
    assert (kept.kind, kept.content_type, kept.content.name.endswith(".jpg")) == ("picture", "image/jpeg", True)
    assert ".." not in kept.content.name and "\x00" not in kept.name


# Two people, one record.


@dataclass
class Race:
    """A field that two people change: what one saves first, what the other has typed, and how both are shown."""

    name: str
    who: str
    field: str
    theirs: Any
    mine: Any
    shown: tuple[str, str] | None = None  # theirs, mine; as typed if not said


def races(estate: Estate) -> dict[str, Race]:
    found = [
        Race("company", "admin", "name", "他们的公司", "我的公司"),
        Race("order-particulars", "haoran", "remark", "外箱加护角", "改用木箱"),
        Race("claim-edit", "haoran", "name", "恒达物流", "远洋货运"),
        Race("shipment-plan", "haoran", "slot", "morning", "afternoon", ("上午", "下午")),
        Race("shipment-transport", "haoran", "vessel", "COSCO Ningbo 012E", "COSCO Ningbo 013E"),
        Race("contact-personality", "mei", "reason", "当面问得很细", "先比三家再定"),
        Race("key-account-mark", "heyuan", "reason", "订单占三成", "全年量最大"),
        Race("key-plan", "mei", "need", "八百套", "五百套"),
        Race("contact-part", "mei", "background", "工程出身", "财务出身"),
        Race("rival-edit", "mei", "answer", "送两套", "送检测报告"),
        Race("plan-template-edit", "heyuan", "zh", "马上换人", "先道歉"),
        Race("playbook-edit", "heyuan", "stress_zh", "先给数据。", "先给样品。"),
        Race("contact-traits", "mei", "task", "told", "few", ("受上级指派", "要求不多")),
        Race("complaint-edit", "mei", "about", "goods", "delivery", ("货物", "交货")),
        Race("company", "admin", "zone", "Europe/Berlin", "Asia/Tokyo"),
        Race("person-edit", "admin", "name", "他们的名字", "我的名字"),
        Race("person-edit", "admin", "roles", "clerk", "manager", ("跟单员", "主管")),
        Race("person-families", "admin", "engineer_families", family(), "灯具/轨道灯"),
        Race("team", "admin", "name", "他们的组", "我的组"),
        Race("rule", "admin", "value", "11", "12"),
        Race("words", "admin", "words", "他们的价", "我的价"),
        Race("me", "mei", "phone", "0760-1", "0760-2"),
        Race("view-edit", "mei", "name", "他们的视图", "我的视图二"),
        Race("product-edit", "heyuan", "name", "他们的灯", "我的灯"),
        Race("product-edit", "heyuan", "lead_days", "11", "12"),
        Race("variant-edit", "heyuan", "words", "他们的", "我的"),
        Race("stock-count", "haoran", "counted", "41", "43"),
        Race("stock-kind", "haoran", "stock_kind", "preorder", "always", ("预订", "不限量")),
        Race("purchase-edit", "haoran", "note", "他们催过", "我催过"),
        Race("customer-edit", "mei", "note", "他们的话", "我的话"),
        Race("customer-owner", "heyuan", "owner", user_id("lan"), user_id("heyuan"), ("Lan", "Heyuan")),
        Race("contact-edit", "mei", "title", "他们的头衔", "我的头衔"),
        Race("contact-edit", "mei", "phones", "13811112222", "13833334444"),
        Race("contact-edit", "mei", "wechat", "theirs_id", "mine_id"),
        Race("contact-edit", "mei", "website", "https://theirs.example", "https://mine.example"),
        Race("contact-edit", "mei", "language", "en", "zh-hans", ("English", "中文")),
        Race("fair-edit", "heyuan", "booth", "T1", "M1"),
        Race("fair-hours", "heyuan", f"closes_{in_days(0)}", "18:00", "19:00"),
        Race("fair-budget", "heyuan", "actual_stand", "7120.00", "7210.00"),
        Race("targets", "heyuan", "ordered_0", "2000.00", "3000.00"),
        Race("exhibit-edit", "heyuan", "place", "他们的位置", "我的位置"),
        Race("goal-edit", "heyuan", "words", "他们的指标", "我的指标"),
        Race("appointment-edit", "mei", "about", "他们要看的", "我要看的"),
        Race("workday", "admin", "words", "他们的理由", "我的理由"),
        Race("fair-edit", "heyuan", "ends_on", in_days(5), in_days(6)),
        Race("intention-line", "mei", "quantity", "11", "12"),
        Race("objection-edit", "mei", "competitor", "星野", "上家"),
        Race("requirement-edit", "mei", "words", "他们的要求", "我的要求"),
        Race("dossier-edit", "mei", "representative", "他们的法人", "我的法人"),
        Race("need-edit", "mei", "words", "他们的需求", "我的需求"),
        Race("plan-edit", "mei", "expected_on", in_days(3), in_days(4)),
        Race("milestone-edit", "mei", "note", "他们的备注", "我的备注"),
        Race("contract-edit", "mei", "special_terms", "他们的约定", "我的约定"),
        Race("collection", "mei", "consignee", "他们的仓库", "我的仓库"),
        Race("collection", "mei", "balance", "documents", "on_delivery", ("见单付尾款", "货到付尾款")),
        Race("contract-edit", "mei", "po_number", "PO-T", "PO-M"),
        Race("contract-edit", "mei", "quantity_1", "11", "12"),
        Race("contract-edit", "mei", "discount_2", "5", "6"),
        Race("order-lc", "haoran", "bank", "他们的银行", "我的银行"),
        Race("goods-owing", "haoran", "owes", "customer", "supplier", ("客户", "供应商")),
        Race("nature", "mei", "words", "他们说是代理", "我说是代理"),
        Race("booth-capture", "xiaoyu", "heat", "2", "4", ("2 一般", "4 很强")),
    ]
    return {f"{race.name} {race.field.partition('_20')[0]}": race for race in found}


RACES = [
    "view-edit name", "claim-edit name",
    "fair-hours closes", "fair-budget actual_stand", "goal-edit words", "targets ordered_0", "exhibit-edit place", "appointment-edit about", "workday words",
    "company zone", "person-edit name", "person-edit roles", "person-families engineer_families", "team name", "rule value", "words words", "me phone",
    "company name", "product-edit name", "product-edit lead_days", "variant-edit words", "stock-count counted", "stock-kind stock_kind", "purchase-edit note", "customer-edit note", "customer-owner owner", "contact-edit title",
    "contact-edit phones", "contact-edit wechat", "contact-edit website", "contact-edit language", "fair-edit booth", "fair-edit ends_on", "intention-line quantity",
    "objection-edit competitor", "requirement-edit words", "dossier-edit representative", "need-edit words", "plan-edit expected_on", "milestone-edit note", "contract-edit special_terms",
    "collection consignee", "collection balance", "contract-edit po_number", "contract-edit quantity_1", "contract-edit discount_2",
    "booth-capture heat", "nature words", "goods-owing owes", "order-lc bank", "complaint-edit about", "contact-personality reason", "contact-traits task", "key-account-mark reason", "key-plan need",
    "contact-part background", "rival-edit answer", "plan-template-edit zh", "playbook-edit stress_zh", "order-particulars remark", "shipment-transport vessel", "shipment-plan slot",
]  # fmt: skip
WITHOUT_REVISION = {  # forms that make something, or add a fact to a record, and edit none of its fields
    "person-new", "team-new", "words-new", "my-password",
    "bulk-owner", "bulk-country", "bulk-step", "bulk-opportunity-customer", "view-new", "deed-back",  # bulk forms carry a revision for each row
    "product-new", "variant-new", "picture-new", "contact-new", "touch-new", "step-postpone", "fair-new", "capture-new", "booth-retraction", "briefing-new", "briefing-answer",
    "customer-pin", "customer-grade", "customer-merge", "contact-merge", "customer-file-new", "customer-collaborators", "import-new", "import-undo",
    "hand-over", "person-leaving", "fair-duty", "goal-new", "exhibit-new", "appointment-new", "appointment-cancellation", "workday-new", "absence-new",
    "plan-template-new", "objection-new", "decision-skip", "objection-close", "intention-new", "intention-line-new", "intention-loss", "intention-line-loss", "contract-end",
    "dossier-paper-new", "dossier-bank", "customer-need-new", "contract-needs", "need-new", "milestone-day", "milestone-skipping", "milestone-families", "expansion-new", "expansion-sending", "expansion-withdrawal", "expansion-answer", "briefing-question", "relation-new", "need-trace", "need-refusal", "need-waiver", "requirement-new", "requirement-proof", "requirement-refusal", "requirement-waiver",
    "booth", "cooperation", "firm-new", "firm", "question",
    "contract-approval", "approval-refusal", "contract-device", "contract-evidence", "contract-void", "quotation-sending",
    "request-answer", "request-changes", "request-refusal", "request-signatory", "contract-send", "request-withdrawal", "shipment-new", "goods", "shipment-release", "shipment-dispatch", "shipment-cancellation",
    "order-change", "order-cancellation", "order-split", "order-merger", "order-hold", "hold-lifting", "money-lifting", "order-receipt-new", "order-credit", "receipt-new",
    "receipt-allocation", "receipt-void", "announcement-aside", "credit-refund", "credit-wish", "credit-contact", "refund-account", "refund-payment",
    "complaint-new", "complaint-answer", "complaint-solution", "complaint-end", "complaint-check", "complaint-evaluation", "complaint-lesson",
    "survey-new", "survey-sending", "survey-leaving", "bulk-invite", "bulk-invitation-sending", "invitation-new", "invitation-sending", "invitation-answer", "key-account-end", "rival-new", "gift-new", "gift-withdrawal",
    "shipment-tracking", "shipment-arrival", "return-receipt", "problem-new", "problem-message", "problem-severity", "problem-correction", "problem-solution", "problem-agreement",
    "problem-resolution", "problem-abandonment", "problem-reopening", "claim-new", "claim-withdrawal", "claim-answer", "claim-payment", "claim-end",
    "stock-correction", "purchase-new", "purchase-arrival", "purchase-chasing", "purchase-cancellation", "purchase-line-date",
}  # fmt: skip


def test_every_form_that_edits_is_raced():
    assert {race.split()[0] for race in RACES} | WITHOUT_REVISION == set(FORMS)


@pytest.mark.parametrize("which, choice", [(which, ("theirs", "mine")[n % 2]) for n, which in enumerate(RACES)])
def test_a_stale_save_shows_both_values_and_saves_the_chosen_one(which: str, choice: str, estate: Estate):
    race = races(estate)[which]
    me, they, at = signed_in(race.who), signed_in("admin" if race.who == "admin" else race.who), address(race.name, estate)
    mine = filled(opened(me, at), **{race.field: race.mine})
    assert send(they, at, filled(opened(they, at), **{race.field: race.theirs})).status_code == 302
    before = Event.objects.count()
    answer = send(me, at, mine)
    assert answer.status_code == 409
    assert Event.objects.count() == before
    html = answer.content.decode()
    for words in race.shown or (str(race.theirs), str(race.mine)):
        assert escape(words) in html
    form = form_with(html, "revision")
    assert form.choices[f"keep_{race.field}"] == ["theirs", "mine"]
    fields = form.fields | {name: ["theirs"] for name in form.choices} | {f"keep_{race.field}": [choice]}
    assert send(me, at, fields).status_code == 302
    kept = opened(me, at).fields[race.field][0]
    wanted = str(race.theirs if choice == "theirs" else race.mine)
    assert kept == wanted or float(kept) == float(wanted)


def test_who_chooses_nothing_is_told_which_field_waits(estate: Estate):
    me, they, at = signed_in("mei"), signed_in("mei"), address("customer-edit", estate)
    mine = filled(opened(me, at), note="我的", country="Norway", industry="C38")
    send(they, at, filled(opened(they, at), note="他们的", country="Sweden", address="上海路 1 号"))
    asked = form_with(send(me, at, mine).content, "revision")
    assert set(asked.choices) == {"keep_note", "keep_country"}
    before = Event.objects.count()
    answer = send(me, at, asked.fields | {"keep_note": ["theirs"]})
    page = answer.content.decode()
    assert answer.status_code == 409 and Event.objects.count() == before and page.count("请选择保留哪个值。") == 1
    again = form_with(answer.content, "revision")
    assert set(again.choices) == {"keep_note", "keep_country"} and "Norway" in page and "瑞典" in page and "我的" in page
    assert re.search(r'name="keep_note" value="theirs" checked', page), "what was chosen stays chosen"
    assert send(me, at, again.fields | {"keep_note": ["theirs"], "keep_country": ["mine"]}).status_code == 302
    kept = opened(me, at).fields
    said = ("他们的", "挪威", "C38", "上海路 1 号")  # a country in the reader's words
    assert tuple(kept[name][0] for name in ("note", "country", "industry", "address")) == said


def test_all_faults_of_a_form_are_named_at_once_and_doubts_come_after_them(estate: Estate):
    """A draft: deposit 130, no carriage beside an arrival, quantity 0, a shipping date that has passed. An intention: price 0, half a
    piece, wanted in 2019. A touch: no words, no way on, a day that has passed."""
    mei, haoran = signed_in("mei"), signed_in("haoran")
    at = address("contract-edit", estate)
    draft = opened(haoran, at)
    quantity = next(name for name in draft.fields if name.startswith("quantity_"))
    days = {"shipping_on": "2019-05-01", "arrival_on": "2019-06-01", "carriage": ""}
    bad = send(haoran, at, filled(draft, **{"deposit_percent": "130", quantity: "0", **days})).content.decode()
    assert faults_in(bad) == {"deposit_percent", "carriage", quantity, "shipping_on"}
    at, variant = address("intention-new", estate), Variant.objects.filter(sku__startswith="TR20").first()
    wanted = {"variant": str(variant.pk), "price": "0", "quantity": "0.5", "wanted_on": "2019-05-01"}
    bad = send(mei, at, filled(opened(mei, at), **wanted)).content.decode()
    assert faults_in(bad) == {"quantity", "wanted_on"} and "is_sure" not in bad
    odd = send(mei, at, filled(opened(mei, at), **wanted | {"quantity": "5", "wanted_on": ""})).content.decode()
    assert "is_sure" in odd, "once nothing is wrong"
    at = address("touch-new", estate)
    bad = send(mei, at, filled(opened(mei, at), words="", what="", wants_on="2019-05-01")).content.decode()
    assert faults_in(bad) == {"words", "what", "wants_on"}


def faults_in(page: str) -> set[str]:
    """The fields that are marked."""
    return set(re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', page)) | set(re.findall(r'aria-invalid="true"[^>]*name="(\w+)"', page))


def test_back_to_editing_keeps_what_was_typed_and_the_line_of_what_stays(estate: Estate):
    """Both from the first question and after a press without a choice; who then saves is asked again, and overwrites nothing."""
    me, they, at = signed_in("mei"), signed_in("mei"), address("customer-edit", estate)
    mine = filled(opened(me, at), note="一段很长的备注", country="Norway", industry="C38")
    send(they, at, filled(opened(they, at), country="Sweden"))
    asked = send(me, at, mine)
    again = send(me, at, form_with(asked.content, "revision").fields)
    for answer in (asked, again):
        page = answer.content.decode()
        assert answer.status_code == 409 and "备注：保留我填的" in page and "行业代码：保留我填的" in page
        fields = form_with(answer.content, "revision").fields
        (begun,) = re.findall(r'name="edit_on" value="([^"]*)"', page)
        back = send(me, at, fields | {"edit_on": [begun]})
        form = form_with(back.content, "revision").fields
        assert back.status_code == 200
        assert (form["note"], form["country"], form["industry"]) == (["一段很长的备注"], ["Norway"], ["C38"])
        late = send(me, at, form)
        assert late.status_code == 409 and set(form_with(late.content, "revision").choices) == {"keep_country"}
    kept = send(me, at, form_with(late.content, "revision").fields | {"keep_country": ["theirs"]})
    assert kept.status_code == 302
    assert [opened(me, at).fields[name][0] for name in ("note", "country", "industry")] == ["一段很长的备注", "瑞典", "C38"]


def test_who_chooses_may_be_late_again(estate: Estate):
    """Between the question and the answer somebody saves once more: asked again, not overwritten."""
    me, they, at = signed_in("mei"), signed_in("mei"), address("customer-edit", estate)
    mine = filled(opened(me, at), note="我的")
    send(they, at, filled(opened(they, at), note="他们的一"))
    asked = form_with(send(me, at, mine).content, "revision")
    send(they, at, filled(opened(they, at), note="他们的二"))
    fields = asked.fields | {name: ["theirs"] for name in asked.choices} | {"keep_note": ["mine"]}
    answer = send(me, at, fields)
    assert answer.status_code == 409 and "他们的二" in answer.content.decode()
    assert opened(me, at).fields["note"] == ["他们的二"]


def test_an_own_save_of_the_same_values_is_no_quarrel(estate: Estate):
    """Sent twice, the second says nothing bad and changes nothing."""
    client, at = signed_in("mei"), address("contact-edit", estate)
    fields = filled(opened(client, at), title="总经理")
    assert send(client, at, fields).status_code == 302
    before = Event.objects.count()
    assert send(client, at, fields).status_code == 302
    assert Event.objects.count() == before
    assert Contact.objects.get(pk=estate.keys["own"]["contact"]).title == "总经理"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", NAMES)
def test_every_form_is_one_that_a_browser_can_send(name: str, estate: Estate):
    """One form, posted to its own address, with our token and the revision that was seen; every field has its label."""
    client, at = signed_in(FORMS[name].who), address(name, estate)
    html = client.get(at).content.decode()
    own = [f for f in forms_of(html) if "revision" in f.fields]
    assert len(own) == 1
    assert own[0].action in ("", at) and "csrfmiddlewaretoken" in own[0].fields
    for bound in PAGES[name].form.base_fields:  # type: ignore[attr-defined]
        if f'id="id_{bound}"' in html and f'type="hidden" name="{bound}"' not in html:
            labels = (
                f'for="id_{bound}"',
                f'<fieldset class="fld" id="id_{bound}"',
                f'<label class="tickone"><input type="checkbox" name="{bound}"',
            )
            assert any(label in html for label in labels), bound
