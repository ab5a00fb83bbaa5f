"""The named world that every test uses: one fair, Nordlicht GmbH, 光速贸易, Mei the salesperson."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from boothline.accounts.people import Team, User, add_person
from boothline.billing.books import Receipt, standing
from boothline.billing.receipts import Sent, receive
from boothline.catalogue.products import Product, add_product
from boothline.contracts.agreement import Contract, Version, keep_state, prepare
from boothline.contracts.credit_code import check_of
from boothline.contracts.dossier import Dossier, edit_dossier
from boothline.contracts.establishment import Confirmation, ConfirmationRequest, confirm, open_request, send
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.countries import code_of
from boothline.customers.card import Customer, Person
from boothline.fairs.editions import Fair, add_fair
from boothline.intentions.collection import collect
from boothline.intentions.products import Intention, Wish, open_intention
from boothline.orders.goods import open_items
from boothline.orders.register import Order, open_from
from boothline.orders.splits import WHERE
from boothline.visitors.solicitation import Taken, take
from tests.stages import staged

ROLES = {"xiaoyu": "booth", "mei": "sales", "kevin": "sales", "haoran": "clerk", "heyuan": "manager", "admin": "admin"}


@dataclass
class World:
    """People and products; customers are taken in as a test needs them."""

    users: dict[str, User] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    fair: Any = None

    def __getattr__(self, name: str) -> Actor:
        """`world.mei` is Mei as an Actor."""
        if name in ROLES:
            return User.objects.with_roles().get(username=name).actor()
        raise AttributeError(name)

    @staged
    def take(self, company: str = "光速贸易有限公司", name: str = "张伟", by: Actor | None = None, **more: Any) -> Customer:
        """Somebody is captured at the fair; Mei's unless somebody else takes them."""
        more = {"emails": ["zhang.wei@guangsu.example"], "phones": ["13900002046"]} | more
        taken = Taken(person=Person(name=name, company=company, **more), client_id=uuid.uuid4())
        return Customer.objects.get(pk=take(taken, by=by or self.mei, fair=self.fair).customer_id)

    @staged
    def intend(self, customer: Customer, complete: bool = True) -> Intention:
        """They want 10 track lights at 100.00 and 5 panels at 40.00; with everything an order needs."""
        track, panel = (self.products[c].variants.first() for c in ("TR20", "PN60"))
        wishes = [
            Wish(variant=track, quantity=Decimal(10), price=Decimal(100)),
            Wish(variant=panel, quantity=Decimal(5), price=Decimal(40)),
        ]
        intention = open_intention(customer, by=self.mei, wishes=wishes)
        if complete:
            self.collect(intention)
        return Intention.objects.get(pk=intention.pk)

    @staged
    def collect(self, intention: Intention, **more: Any) -> None:
        """Everything that an order needs."""
        contact = intention.customer.contacts.first()
        values = {
            "delivery_term": "FOB", "delivery_place": "Shenzhen", "wanted_on": clock.today() + timedelta(days=40),
            "deposit_percent": Decimal(30), "balance": "before_shipping", "delivery_address": "深圳盐田 1 号仓", "consignee": "张伟",
            "consignee_phone": "13900002046", "invoice_title": "光速贸易有限公司", "po_number": "PO-26041", "signatory": contact,
        }  # fmt: skip
        collect(intention, by=self.mei, revision=1, values=values | more)
        fill_dossier(intention.customer)

    @staged
    def contract(self, customer: Customer) -> Contract:
        """A contract in preparation, complete."""
        return prepare(self.intend(customer), by=self.mei)

    @staged
    def sent(self, customer: Customer) -> ConfirmationRequest:
        """A contract that is out."""
        request = send(self.contract(customer).newest, by=self.mei)
        return ConfirmationRequest.objects.for_list().get(pk=request.pk)

    def guest(self, request: ConfirmationRequest) -> Actor:
        """The signatory with their link."""
        return Actor(kind="guest", id=request.signatory_id, name=request.signatory.name, customer_id=request.customer.pk)

    @staged
    def confirm(self, request: ConfirmationRequest, **more: Any) -> Confirmation:
        """The signatory opens and confirms what they see."""
        guest, version = self.guest(request), request.version
        open_request(request, by=guest)
        shown = {"version": version.n, "total": version.total, "lines": version.line_count}
        return confirm(request, by=guest, signed_by="张伟", signature="张伟", consent="…", **shown | more)

    @staged
    def ordered(self, customer: Customer, *, is_paid: bool = True) -> Order:
        """A confirmed order; it is paid, so that no money keeps its goods here."""
        self.confirm(self.sent(customer))
        order = Order.objects.get(customer=customer)
        if is_paid:
            self.pays(order)
        return Order.objects.get(pk=order.pk)

    @staged
    def opened(
        self, customer: Customer | None = None, lines: str = "10x100", days: int = 40, currency: str = "CNY", **terms: Any
    ) -> Order:  # fmt: skip
        """An order with lines like "10x100 5x40", without the papers that go out before it; its shipping date is so many days ahead."""
        customer = customer or self.take()
        variants = [self.products[c].variants.first() for c in ("TR20", "PN60")]
        figures = [part.split("x") for part in lines.split()]
        wishes = [Wish(variant=v, quantity=Decimal(q), price=Decimal(p)) for v, (q, p) in zip(variants, figures, strict=False)]
        intention = open_intention(customer, by=SYSTEM, wishes=wishes, currency=currency)
        signatory = customer.contacts.first()
        wanted = {"wanted_on": clock.today() + timedelta(days=days), "deposit_percent": Decimal(30), "balance": "before_shipping"}
        collect(intention, by=SYSTEM, revision=1, values=wanted | {"signatory": signatory} | terms)
        version = prepare(Intention.objects.get(pk=intention.pk), by=SYSTEM).newest
        request = ConfirmationRequest.objects.create(
            version=version, signatory=signatory, state="confirmed", expires_at=timezone.now() + timedelta(days=14)
        )
        made = Confirmation.objects.create(version=version, request=request, contact=signatory, signed_by="x", signature="x", consent="x")
        keep_state(version.contract, "agreed")
        Version.objects.filter(pk=version.pk).update(frozen_at=timezone.now())
        (order,) = open_from([made], by=SYSTEM)
        open_items([order])
        return Order.objects.get(pk=order.pk)

    def opened_like(self, order: Order, **more: Any) -> Order:
        """Another order of the customer, with the place and term of this one: they may be merged."""
        made = self.opened(order.customer, **more)
        version = Version.objects.filter(pk=made.confirmation.version_id)
        version.update(**{name: getattr(order.confirmation.version, name) for name in ("delivery_term", "delivery_place")})
        Order.objects.filter(pk=made.pk).update(**{name: getattr(order, name) for name in WHERE})
        return Order.objects.get(pk=made.pk)

    @staged
    def pays(self, order: Order, amount: Any = None, **slip: Any) -> Receipt:
        """Money for an order came in: so much, or all that is open."""
        sent = standing(order).open if amount is None else Decimal(amount)
        paid = Sent(sent, clock.today(), bank_currency=order.currency, **slip)
        return receive(order.customer, by=SYSTEM, slip=paid, order=order)


def credit_code(n: int) -> str:
    """A valid one for each number."""
    first = f"91440300MA5{n:06d}"
    return first + check_of(first)


def fill_dossier(customer: Customer) -> None:
    """As much of the legal data as a contract needs to be sent."""
    shared = {
        "legal_name": customer.name,
        "registered_address": "深圳市福田区示例大道 1 号",
        "bank": "示例银行",
        "bank_account": "6222020200046",
    }
    if Dossier.objects.filter(customer=customer).exists():
        return
    home = {"code": credit_code(customer.pk), "representative": "张伟"}
    abroad = {"tax_number": f"DE{customer.pk:09d}", "bic": "DEUTDEFF"}
    values = shared | (home if code_of(customer.country) in ("", "CN") else abroad)
    edit_dossier(customer, by=SYSTEM, revision=1, values=values)


@staged
def make_world() -> World:
    """People, fair and products, made through the operations."""
    world = World()
    team = Team.objects.create(name="业务一组")
    other = Team.objects.create(name="业务二组")
    for username, role in ROLES.items():
        of = None if role == "admin" else other if username == "kevin" else team
        world.users[username] = add_person(by=SYSTEM, username=username, name=username.title(), roles=[role], password="secret-1", team=of)
    today = clock.today()
    world.fair = add_fair(
        by=SYSTEM, code="JN", name="江南照明展", starts_on=today, ends_on=today + timedelta(days=2), lead=world.users["mei"]
    )
    for code, name, price in (("TR20", "轨道射灯", "68.50"), ("PN60", "面板灯", "112.00")):
        world.products[code] = add_product(
            by=SYSTEM, code=code, name=name, name_latin=f"Light {code}", variants=[{"sku": f"{code}-1", "price": Decimal(price)}]
        )
    return world


def other_fair() -> Fair:
    """Last year's."""
    day = clock.today() - timedelta(days=365)
    return add_fair(by=SYSTEM, code="JN-OLD", name="江南照明展（上届）", starts_on=day, ends_on=day)
