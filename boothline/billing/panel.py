"""What this room shows elsewhere: the money of an order, the balance of a customer, what the customer themselves sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.accounts.company import company
from boothline.accounts.rights import may
from boothline.billing.announced import Announcement, Announcements
from boothline.billing.books import ZERO, Account, Allocation, Balance, Credit, CreditUse, Instalment, Receipt, Refund
from boothline.billing.credits import credit_for
from boothline.billing.gates import Awaited, asking, awaited, held_back
from boothline.billing.gates import waiting as goods_waiting
from boothline.billing.lists import BEFORE_SHIPPING, EXCHANGE, INSTALMENT_KINDS, INSTALMENT_STATES, REFUND_TOLD, UNSAID
from boothline.billing.receipts import small_rest
from boothline.billing.refunds import told_account
from boothline.billing.schedule import ASKED_DAYS, GONE, LetterOfCredit, account_of, by_letter, doubts_of
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.money import money_words, with_sums
from boothline.customers.card import Contact, Customer
from boothline.customers.doing import doing
from boothline.files.attachments import Attachment
from boothline.orders.changes import OrderChange
from boothline.orders.holds import Hold
from boothline.orders.register import Order, OrderLine, worth
from boothline.orders.shipments import Shipment
from boothline.orders.solutions import GoodsReturn, Resolution


@dataclass(frozen=True)
class Do:
    """The one next action: words and page."""

    words: str
    url_name: str
    icon: str
    is_press: bool = False


def records_of(order: Order, by: Actor) -> list[QuerySet[Any]]:
    """What its history tells of its money: the receipts it has a part of, also those taken back, instalments, credits."""
    if not by.has("billing.see"):
        return []
    receipts = Receipt.objects.filter(allocations__order=order)
    return [receipts, Announcement.objects.filter(order=order), Instalment.objects.filter(order=order), Credit.objects.filter(order=order)]


def of_order(order: Order, by: Actor) -> dict[str, Any] | None:
    """Who owes what, since when, and the one thing to do."""
    if not by.has("billing.see"):
        return None
    account = account_of(order)
    parts = list(Instalment.objects.filter(order=order, amount__gt=0))
    beyond = list(Credit.objects.filter(order=order).for_list())
    credits = [credit for credit in beyond if credit.left > 0]
    holds = list(Hold.objects.open().filter(order=order).exclude(kind="manual").select_related("order", "shipment"))
    receipts = _by_receipt(order)
    keeps, lc = may(by, "receipts.record", order), LetterOfCredit.objects.filter(order=order).first()
    payable = account.open - set_off(parts)
    free, rest = min(credit_for(order), payable) if payable > 0 else ZERO, small_rest(order, account)
    return {
        "order": order, "account": account, "parts": parts, "states": INSTALMENT_STATES, "kinds": INSTALMENT_KINDS, "credits": credits,
        "holds": holds, "receipts": receipts, "uses": _by_credit(order), "beyond": beyond,
        "owes": owes(account, parts, holds), "sooner": sooner(order, parts), "keeps": keeps,
        "do": next_of(payable, free, rest) if keeps else None, "usable": free, "waited_for": _waited_for(parts, holds),
        "rest": rest, "lc": lc, "lc_doubts": doubts_of(lc, order) if lc else [],
        "wants_lc": by_letter([order]).get(order.pk) if any(p.kind == "lc" for p in parts) else None,
        "may_lift": may(by, "orders.lift_money", order), "waiting": unallocated_of(order.customer, order.currency),
        "announced": list(_announced(order.customer).filter(Q(order=order) | Q(order=None, currency=order.currency))),
    }  # fmt: skip


def _waited_for(parts: list[Instalment], holds: list[Hold]) -> set[int]:
    """Which of them goods wait for by now, before their own day."""
    if not any(hold.kind == "money" for hold in holds):
        return set()
    return {part.pk for part in parts if part.state == "open" and part.kind in BEFORE_SHIPPING}


def of_shipment(shipment: Shipment, by: Actor) -> dict[str, Any] | None:
    """What must be in before it leaves, from the beginning, and the way to record that it came."""
    found = awaited(shipment) if by.has("billing.see") else None
    return (
        {"awaited": found, "order": shipment.order, "shipment": shipment, "keeps": may(by, "receipts.record", shipment.order)}
        if found
        else None
    )


def _by_receipt(order: Order) -> list[Allocation]:
    """What the order has of each receipt, the oldest first."""
    rows = Allocation.objects.filter(order=order, receipt__void_at=None).select_related("receipt")
    return _netted(rows.order_by("receipt__received_on", "pk"), "receipt_id")


def _by_credit(order: Order) -> list[CreditUse]:
    """What the order has of each credit."""
    return _netted(CreditUse.objects.filter(order=order).select_related("credit__order").order_by("pk"), "credit_id")


def _netted(rows: QuerySet[Any], name: str) -> list[Any]:
    """One row for each source: what a split or a merger moved is in it, and is no row of its own."""
    found: dict[int, Any] = {}
    for part in rows:
        first = found.setdefault(getattr(part, name), part)
        if first is not part:
            first.amount += part.amount
    return [part for part in found.values() if part.amount]


def unallocated_of(customer: Customer, currency: str) -> list[Receipt]:
    """What came from a customer in a currency and stands under no order, the oldest first."""
    return list(Receipt.objects.by_rest("waits").filter(customer=customer, currency=currency).order_by("received_on", "pk"))


def _announced(customer: Customer) -> Announcements:
    """What the customer says they sent and nobody has recorded, the oldest first."""
    return Announcement.objects.open().filter(customer=customer).select_related("order").order_by("id")


def to_announced(page: Any, by: Actor) -> dict[str, Any] | None:
    """Over the list of receipts: what customers say they sent and nobody has recorded."""
    if page.name != "receipts" or not by.has("billing.see"):
        return None
    count = Announcement.objects.visible_to(by).open().count()
    return {"count": count} if count else None


def to_unallocated(page: Any, by: Actor) -> dict[str, Any] | None:
    """Over the list of credits: what came in and stands under no order is nobody's credit."""
    if page.name != "credits" or not by.has("billing.see"):
        return None
    waiting = Receipt.objects.visible_to(by).by_rest("waits").order_by()
    sums = waiting.values_list("currency").annotate(came=exact_sum("amount", 2), given=exact_sum("allocated", 2)).order_by("currency")
    found = [(currency, from_units(came - given, 2)) for currency, came, given in sums]
    return {"sums": found, "count": waiting.aggregate(n=Count("customer", distinct=True))["n"]} if found else None


def owes(account: Account, parts: list[Instalment], holds: list[Hold]) -> str:
    """Who owes what, in one sentence."""
    order = account.order
    if order.void_at:
        return _("The order is void; nothing is owed.")
    if account.open <= 0:
        return _("Paid in full.") if account.total else _("Nothing is owed.")
    waits = next((hold for hold in holds if hold.kind == "money"), None)
    if waits and waits.values:
        return _("The goods wait for %(amount)s from the customer.") % {"amount": with_sums("%(amount)s %(currency)s", waits.values)}
    late = due_now(parts)
    if late:
        since, amount = min(p.due_on for p in late if p.due_on), sum((p.rest for p in late), ZERO)
        days = (clock.today() - since).days
        words = _("The customer owes %(amount)s, due on %(on)s.") if days else _("The customer owes %(amount)s, due today.")
        return words % {"amount": money_words(amount, order.currency), "on": clock.day_words(since)}
    dated = dated_in_order(parts)
    if not dated:
        words = _("Nothing is due before the goods leave; %(amount)s after that.")
        if any(part.kind == UNSAID for part in parts):
            words = _("Whether it was paid is not known here: the file that the order came from says nothing of it.")
        back = set_off(parts)
        if back >= account.open:
            words, back = _("Nothing is owed: %(amount)s are set off once the goods are back for which others are sent."), ZERO
        return words % {"amount": money_words(account.open - back, order.currency)}
    following = dated[0]
    values = {
        "amount": money_words(following.rest, order.currency),
        "on": clock.day_words(following.due_on or clock.today()),
        "what": INSTALMENT_KINDS[following.kind],
    }
    return _("Next: %(what)s of %(amount)s by %(on)s.") % values


def sooner(order: Order, parts: list[Instalment]) -> str:
    """That a shipment asks for money earlier than the schedule does: which one, by when, and what the schedule says."""
    found: tuple[Shipment, Awaited] | None = asking(order)
    days = [part.due_on for part in parts if part.rest > 0 and part.due_on and part.kind in BEFORE_SHIPPING]
    if found is None or not days:
        return ""
    shipment, waits = found
    if waits.due_on >= max(days):
        return ""
    values = {
        "shipment": shipment.number, "leaves": clock.day_words(waits.leaves_on), "since": clock.day_words(waits.due_on),
        "amount": money_words(waits.amount, order.currency), "due": clock.day_words(max(days)),
    }  # fmt: skip
    return _("The schedule says %(due)s, but %(shipment)s is to leave on %(leaves)s: %(amount)s must be in by %(since)s.") % values


def set_off(parts: list[Instalment]) -> Decimal:
    """What of them is not to be paid: it waits for goods that come back."""
    return sum((part.rest for part in parts if part.kind == EXCHANGE), ZERO)


def due_now(parts: list[Instalment]) -> list[Instalment]:
    """Those that are due by today and not in."""
    return [part for part in parts if part.state in ("overdue", "due")]


def dated_in_order(parts: list[Instalment]) -> list[Instalment]:
    """Those with a day that are not in, the next one first."""
    return sorted((part for part in parts if part.rest > 0 and part.due_on), key=lambda part: (part.due_on, part.position))


def due_next(order: Order) -> Decimal:
    """What the customer will probably send next: what goods of ours wait for, where that is more than the rest of what is due, else of the
    next instalment; all that is open where nothing has a day."""
    parts = list(Instalment.objects.filter(order=order, amount__gt=0))
    asked = due_now(parts) or dated_in_order(parts)[:1]
    return max(sum((part.rest for part in asked), ZERO), held_back(order)) or account_of(order).open - set_off(parts)


def next_of(payable: Decimal, usable: Decimal, rest: Decimal) -> Do | None:
    """The first that holds."""
    if payable <= 0:
        return None
    if usable > 0:
        return Do(_("Use the credit"), "order-credit", "scale")
    if rest > 0:
        return Do(_("Write off the rest"), "order-rest", "ok", is_press=True)
    return Do(_("Record a receipt"), "order-receipt-new", "out")


def refund_of(made: Resolution, by: Actor) -> dict[str, Any] | None:
    """Where the refund that was agreed about a problem stands, who owes the next step of it, and the way there."""
    credit = Credit.objects.filter(resolution=made).for_list().first()
    if credit is None or not by.has("billing.see"):
        return None
    return {"words": credit.standing, "credit": credit, "who": owes_refund(credit)}


def refund_told(made: Resolution) -> str:
    """The same to the customer."""
    credit = Credit.objects.filter(resolution=made, left__gt=0).prefetch_related("refunds").first()
    return waiting_told(credit) if credit else ""


def waiting_told(credit: Credit) -> str:
    """How far the refund of a credit is, to the customer; of one whose account they wrote to us, as if we had noted it."""
    waiting = credit.waiting
    if waiting is None:
        return ""
    return str(REFUND_TOLD["asked" if waiting.state == "no_account" and told_account(waiting) else waiting.state])


def owes_refund(credit: Credit) -> str:
    """Who has the next step of a refund that waits; nobody is named while it is with those who approve it."""
    waiting = credit.waiting
    person = doing(credit.customer, "F") if waiting is None or waiting.state != "asked" else None
    return str(person or "")


def of_customer(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """How the customer stands in each currency; nothing while there is no order."""
    if not by.has("billing.see"):
        return None
    balances = list(Balance.objects.filter(customer=customer).order_by("currency"))
    if not balances or not Order.objects.visible_to(by).filter(customer=customer).exists():
        return None
    late = Instalment.objects.filter(order__customer=customer).in_state("overdue").select_related("order")
    return {
        "customer": customer, "balances": balances, "late": list(late[:3]), "keeps": may(by, "receipts.record", customer),
        "credits": list(Credit.objects.open().filter(order__customer=customer).select_related("order")[:3]),
        "waiting": list(Receipt.objects.by_rest("waits").filter(customer=customer)[:3]), "announced": list(_announced(customer)[:3]),
    }  # fmt: skip


def of_contact(contact: Contact) -> dict[str, Any]:
    """What the customer sees of money: their orders with total, paid and open, what is due, what came and is not assigned to an
    order yet, their credit, where to pay. Of an order that came by file we do not know what they owe, and ask for nothing."""
    unknown = Instalment.objects.filter(kind=UNSAID, covered=0).values("order")
    theirs = Account.objects.of_contact(contact).filter(order__merged_into=None)  # what went on as another order is paid there
    accounts = list(theirs.exclude(order__in=unknown).select_related("order").order_by("-order_id"))
    parts: dict[int, list[Instalment]] = {}
    for part in Instalment.objects.filter(order__in=[a.order_id for a in accounts], amount__gt=0).select_related("order"):
        parts.setdefault(part.order_id, []).append(part)
    credits = Credit.objects.open().filter(order__customer=contact.customer_id).prefetch_related("refunds")
    open_credits = list(credits.select_related("order", "resolution__problem"))
    unassigned = Balance.objects.filter(customer=contact.customer_id, unallocated__gt=0).order_by("currency")
    came: dict[str, list[Receipt]] = {}
    for receipt in Receipt.objects.by_rest("waits").filter(customer=contact.customer_id).order_by("received_on", "pk"):
        came.setdefault(receipt.currency, []).append(receipt)
    return {
        "unassigned": [(balance, came.get(balance.currency, []), max(balance.open - balance.unallocated, ZERO)) for balance in unassigned],
        "accounts": [(account, parts.get(account.order_id, [])) for account in accounts],
        "besides": besides_of([account.order for account in accounts]), "credits": open_credits,
        "charged": _charged(accounts), **_letters([account.order for account in accounts]),
        "waiting": {order.pk: goods_waiting(order) for order in _held(accounts)},
        "bank": company().bank_for(get_language() or "zh"),
        "kinds": INSTALMENT_KINDS, "states": INSTALMENT_STATES, "told": told_by(contact),
        "asks_account": {credit.pk for credit in open_credits if _asks_account(credit)},
        "refund_told": {credit.pk: waiting_told(credit) for credit in open_credits},
        "refunded": list(Refund.objects.filter(credit__order__customer=contact.customer_id, paid_on__isnull=False)),
    }  # fmt: skip


def _asks_account(credit: Credit) -> bool:
    """They are to write their bank account with the problem that was solved by it, and have not."""
    waiting = credit.waiting
    return bool(waiting and waiting.state == "no_account" and credit.resolution and not told_account(waiting))


def _charged(accounts: list[Account]) -> dict[int, list[Receipt]]:
    """{order id: receipts of which the banks kept a part that the customer bears}: so much less arrived than they sent."""
    found: dict[int, list[Receipt]] = defaultdict(list)
    kept = Allocation.objects.filter(order__in=[a.order_id for a in accounts], receipt__void_at=None, receipt__charges__gt=0, amount__gt=0)
    for part in kept.filter(receipt__borne_by="customer").select_related("receipt").order_by("receipt__received_on", "pk"):
        if part.receipt not in found[part.order_id]:
            found[part.order_id].append(part.receipt)
    return found


def _letters(orders: list[Order]) -> dict[str, Any]:
    """What the customer reads of them: what is to be paid by one, which we have, why the bank would not pay."""
    found, order_of = letters_of(orders), {order.pk: order for order in orders}
    doubts = {pk: doubts_of(lc, order_of[pk]) for pk, (_owed, lc) in found.items() if lc}
    return {"letters": found, "lc_doubts": doubts, "asks_letter": asks_letter}


def asks_letter(order: Order, owed: Decimal) -> str:
    """What the customer is to have their bank open."""
    values = {
        "number": order.number,
        "amount": money_words(owed, order.currency),
        "on": clock.day_words(order.promised_on or clock.today()),
    }
    if order.promised_on is None:
        return _("Have the letter of credit for order %(number)s opened: %(amount)s.") % values
    return _("Have the letter of credit for order %(number)s opened: %(amount)s, latest shipment not before %(on)s.") % values


def letters_to_open(contact: Contact) -> list[tuple[Order, Decimal]]:
    """Orders of their company that are to be paid by a letter of credit of which we know nothing."""
    orders = list(Order.objects.of_contact(contact).filter(void_at=None, merged_into=None).exclude(state__in=GONE))
    of = {order.pk: order for order in orders}
    return [(of[pk], owed) for pk, (owed, lc) in letters_of(orders).items() if lc is None]


def letters_of(orders: list[Order]) -> dict[int, tuple[Decimal, LetterOfCredit | None]]:
    """{order id: (how much is to be paid by letter of credit, the one that we have of it)}."""
    there = {one.order_id: one for one in LetterOfCredit.objects.filter(order__in=orders)}
    return {pk: (amount, there.get(pk)) for pk, amount in by_letter(orders).items()}


def _held(accounts: list[Account]) -> list[Order]:
    """Orders of which goods wait for money by now."""
    held = set(Hold.objects.open().filter(order__in=[a.order_id for a in accounts], kind="money").values_list("order_id", flat=True))
    return [account.order for account in accounts if account.order_id in held]


def besides_of(orders: list[Order]) -> dict[int, list[tuple[str, Decimal]]]:
    """{order id: what its total holds beside what was ordered}: the fee of its cancellation, what was taken off since, what is sent in
    exchange, and what is credited once the goods are back for which that is sent; and what came in beyond it."""
    found: dict[int, dict[str, Decimal]] = {order.pk: {} for order in orders}

    def add(order_id: int, words: str, amount: Decimal) -> None:
        found[order_id][words] = found[order_id].get(words, ZERO) + amount

    for change in OrderChange.objects.filter(order__in=orders).exclude(adjustment=0).order_by("pk"):
        less = _("bank charges that you need not pay") if change.kind == "bank_charges" else _("taken off since")
        add(change.order_id, _("fee for the cancellation") if change.adjustment > 0 else less, change.adjustment)
    for line in OrderLine.objects.filter(order__in=orders, replaces__isnull=False, amount__gt=0):
        add(line.order_id, _("goods sent in exchange"), line.amount)
    backs = GoodsReturn.objects.filter(line__order__in=orders, received_at=None, resolution__kind="exchange").select_related("line__order")
    for back in backs:
        add(back.line.order_id, _("credited once what you send back is here"), -worth(back.line, back.wished))
    for credit in Credit.objects.filter(order__in=orders, from_paid__gt=0):
        add(credit.order_id, _("received beyond this total, paid back or kept for you"), credit.from_paid)
    return {pk: list(rows.items()) for pk, rows in found.items() if rows}


def told_by(contact: Contact) -> list[tuple[Announcement, list[Attachment]]]:
    """What their company announced lately, with its slips."""
    told = list(Announcement.objects.of_contact(contact).for_list().order_by("-id")[:10])
    slips: dict[int, list[Attachment]] = {}
    for slip in Attachment.objects.of_many(told).filter(visibility="customer") if told else []:
        slips.setdefault(slip.owner_id, []).append(slip)
    return [(one, slips.get(one.pk, [])) for one in told]


@dataclass(frozen=True)
class Asked:
    """What the customer is to pay for an order: by which day, and when the goods leave that wait for it before its own day."""

    order: Order
    amount: Decimal
    due_on: date | None
    leaves_on: date | None = None

    @property
    def is_due(self) -> bool:
        """Its day has come."""
        return self.due_on is None or self.due_on <= clock.today()


def asked_of_contact(contact: Contact, order: Order | None = None) -> list[Asked]:
    """What the customer is asked for by now, of each order or of one, the longest due first: what is due within the days in which we ask
    for it, or what its goods wait for, where that is more. What they told us that they paid is not asked for again: of the order that
    they named, of what was split off it since, else of what is due first."""
    theirs = Order.objects.of_contact(contact).filter(void_at=None)
    until = clock.today() + timedelta(days=ASKED_DAYS.value)
    parts = Instalment.objects.open().filter(order__in=theirs, due_on__lte=until).exclude(kind=UNSAID, covered=0)
    found: dict[int, Asked] = {}
    for part in parts.select_related("order").order_by("due_on", "id"):
        first = found.get(part.order_id, Asked(part.order, ZERO, part.due_on))
        found[part.order_id] = replace(first, amount=first.amount + part.rest)
    for hold in Hold.objects.open().filter(order__in=theirs, kind="money", values__isnull=False).select_related("order"):
        amount = Decimal((hold.values or {})["amount"].replace(",", ""))  # the query leaves out those without
        if hold.order_id not in found or found[hold.order_id].amount < amount:
            found[hold.order_id] = Asked(hold.order, amount, hold.day("due"), hold.day("leaves"))
    told, left = _told_of(contact), []
    asked = sorted(found.values(), key=lambda one: (one.due_on or clock.today(), one.order.pk))
    for one in asked:  # first what they sent for this one
        left.append(replace(one, amount=_less(one.amount, told, one.order.pk, one.order.currency)))
    parents = dict(theirs.filter(split_from__isnull=False).values_list("pk", "split_from")) if any(told.values()) else {}
    for at, one in enumerate(left):
        rest = one.amount
        for whose in (*_line_of(one.order.pk, parents), None):
            rest = _less(rest, told, whose, one.order.currency)
        left[at] = replace(one, amount=rest)
    return [one for one in left if one.amount > 0 and order in (None, one.order)]


def _less(amount: Decimal, told: dict[tuple[int | None, str], Decimal], whose: int | None, currency: str) -> Decimal:
    """What is left of an amount after what they told us that they paid; that is used up by so much."""
    used = min(amount, told[whose, currency])
    told[whose, currency] -= used
    return amount - used


def _line_of(pk: int, parents: dict[int, int | None]) -> Iterator[int]:
    """The orders that it was split off, the nearest first."""
    while parent := parents.get(pk):
        yield parent
        pk = parent


def _told_of(contact: Contact) -> dict[tuple[int | None, str], Decimal]:
    """{(order id, None where they named none; currency): what they told us that they paid} and nobody has recorded. What they sent in
    another currency than the order's counts at the rate on its receipt, once there is one."""
    rows = Announcement.objects.open().of_contact(contact).values_list("order", "currency").annotate(units=exact_sum("amount", 2))
    return defaultdict(Decimal, {(pk, currency): from_units(units, 2) for pk, currency, units in rows.order_by()})


def open_deposit(order: Order) -> Decimal:
    """What of the deposit is not in."""
    return sum((part.rest for part in Instalment.objects.open().filter(order=order, kind="deposit")), ZERO)


def to_sums(page: Any, by: Actor) -> dict[str, Any] | None:
    """The way from the list of orders, or of their lines, to its sums; they count what the list shows of orders."""
    if page.name not in ("orders", "order-lines") or not by.has("billing.see"):
        return None
    query = page.asked.query.copy()
    known = {*page.asked.narrowed.form.fields} - {"line", "product", "since", "until", "currency"}
    for name in [name for name in query if name not in known or not query[name]]:
        del query[name]
    return {"same": query.urlencode()}
