"""Quotation 报价单 (303): the collection printed at any time, numbered, valid for some days. Each sending is a touch.

It may go out before the collection is complete: what is not known yet is a dash. Printed again without a change, the
quotation that was not sent yet is the answer. Below a floor price it goes out once a second person has approved it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, override, pgettext_lazy

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.approvals import matters
from boothline.approvals.approval import Approval, ask, granted, open_about
from boothline.catalogue.packing import Load, load
from boothline.catalogue.rates import is_below_floor
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import amount_field, currency_field, figure, kept, line_amount, money_words, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.slots import ask as ask_room
from boothline.core.tasks import alone
from boothline.core.text import listed, phrase
from boothline.core.told import told
from boothline.core.totals import AMOUNTS, Costs, Priced, check_discount, summed
from boothline.core.totals import NAMES as PRICE_TERMS
from boothline.core.units import unit_words
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.dealings import Noted, note, prices_of, say
from boothline.customers.items import CustomerItem, items_of
from boothline.documents import numbers, trade
from boothline.documents.press import LANGUAGES, print_pdf
from boothline.files.attachments import put_pdf
from boothline.followups.steps import NextStep, Plan
from boothline.followups.touches import log_touch
from boothline.intentions import events
from boothline.intentions.collection import BALANCES, TERMS, Collection, collection_of
from boothline.intentions.offers import waits_for
from boothline.intentions.products import Intention, IntentionLine
from boothline.links.grants import Grant, grant
from boothline.messaging.letters import write
from boothline.timeline.history import record
from boothline.visitors.solicitation import PROMISED
from boothline.worktime.calendar import eight_hours_later

VALID_DAYS = declare("intentions.quotation_days", 30, gettext_lazy("Days a quotation is valid"), low=1, high=365)
MATTER = "intentions.send_quotation"
TEMPLATE = Path(__file__).parent / "typst" / "quotation.typ"
STATES = {
    "draft": pgettext_lazy("quotation", "draft"),
    "sent": pgettext_lazy("quotation", "sent"),
    "expired": pgettext_lazy("quotation", "expired"),
}


class Quotations(models.QuerySet["Quotation"]):
    """Questions about quotations."""

    def visible_to(self, by: Actor) -> Quotations:
        """The quotations of the intentions that the actor sees."""
        return self.filter(intention__in=Intention.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Quotations:
        """What a guest may see: what was sent to their company."""
        return self.filter(intention__customer_id=contact.customer_id, sent_at__isnull=False)

    def for_list(self) -> Quotations:
        """With everything that its page shows."""
        return self.select_related("intention__customer__owner", "contact")


class Quotation(Priced, Record):
    """One printed quotation."""

    number = models.CharField(max_length=20, unique=True)
    intention = models.ForeignKey(Intention, on_delete=models.PROTECT, related_name="quotations")
    currency = currency_field()
    goods = amount_field(null=True)  # the lines alone; none while one has no amount
    total = amount_field(null=True)
    valid_until = models.DateField()
    digest = models.CharField(max_length=64)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    privacy = Priced.privacy | tags(number=BOOKS, currency=PLAIN, digest=PLAIN)

    objects = Quotations.as_manager()

    def __str__(self) -> str:
        return self.number

    @property
    def customer(self) -> Customer:
        """Who is quoted."""
        return self.intention.customer

    def costs(self) -> Costs | None:
        """What it costs, part by part; none while a line has no amount."""
        return None if self.goods is None else summed([self.goods], self.price_terms(), self.currency)

    @property
    def state(self) -> str:
        """Read from its facts."""
        return "expired" if self.expired_at else "sent" if self.sent_at else "draft"

    @property
    def state_words(self) -> str:
        """The state in the reader's language."""
        return str(STATES[self.state])


@dataclass(frozen=True)
class Quoted:
    """A line as it is printed."""

    position: int
    sku: str
    name: str
    name_latin: str
    unit: str
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal | None
    minimum: Decimal | None
    lead_days: int | None
    item: str  # what the customer calls it
    load: Load
    discount: Decimal = Decimal(0)

    def named(self, language: str) -> str:
        """The name for a reader of this language."""
        return self.name if language.startswith("zh") or not self.name_latin else self.name_latin


def register() -> None:
    """A quotation below a floor price is a matter that approvals know."""
    matters.declare(
        matters.Matter(
            MATTER, lambda: ["manager", "head", "admin"], eight_hours_later, _address,
            gettext_lazy("Send quotation %(what)s to %(customer)s"), gettext_lazy("Approve the quotation"), _comes_to,
        )
    )  # fmt: skip


def _address(key: int) -> str:
    return reverse("quotation", args=[Quotation.objects.values_list("number", flat=True).get(pk=key)])


def _comes_to(key: int) -> str:
    made = Quotation.objects.get(pk=key)
    return money_words(made.total, made.currency) if made.total is not None else ""


def below_floor(quotation: Quotation) -> list[tuple[str, dict[str, Any]]]:
    """Which of its prices lie below the floor that the catalogue knows, while nobody has approved them. Where a line has no amount yet,
    the order discount is taken off what the others come to."""
    quoted = list(prices_of(quotation))
    known = (line_amount(d.quantity, d.price, d.discount, d.currency) for d in quoted if d.quantity)
    found = quotation.costs() or summed(known, quotation.price_terms(), quotation.currency)
    prices = [(d, found.left_of(d.price)) for d in quoted]
    below = [
        (
            gettext_noop("Unit price of %(sku)s below its floor price: %(price)s %(currency)s"),
            {"sku": d.variant.sku, "price": trimmed(price), "currency": d.currency},
        )
        for d, price in prices
        if d.variant and is_below_floor(d.variant, price, d.currency)
    ]
    return [] if below and granted(quotation, MATTER, quotation.digest) else below


@operation("intentions.ask_quotation_approval")
def ask_approval(quotation: Quotation, *, by: Actor) -> Approval:
    """Asks a second person before it is sent. Asked again, the open question is the answer: with whom, since when."""
    require(by, "intentions.edit", quotation.intention)
    customer = quotation.customer
    hold(customer.pk)
    why = below_floor(quotation)
    if not why:
        raise Refused(_("No rule asks for approval. It can be sent."), code="not_needed")
    return ask(
        quotation, by=by.trusted(), matter=MATTER, why=why, digest=quotation.digest, under=customer, team_id=customer.team_id
    )  # fmt: skip


def _check_cleared(quotation: Quotation) -> None:
    why = below_floor(quotation)
    if not why:
        return
    waiting = open_about(quotation, MATTER)
    if waiting:
        words = _("With %(who)s for approval since %(since)s. It can be sent once they have approved it.")
        raise Refused(phrase(words, {"who": waiting.with_whom, "since": waiting.since}), code="in_approval")
    said = listed((told(message, values, weak=False) for message, values in why), weak=False)
    raise Refused(_("This needs approval before it is sent: %(why)s. Ask for it.") % {"why": said}, code="needs_approval")


@operation("intentions.quote")
def quote(intention: Intention, *, by: Actor) -> Quotation:
    """Prints the collection as it stands, in both languages, under a number of its own."""
    require(by, "intentions.edit", intention)
    hold(intention.customer_id)
    intention = Intention.objects.for_list().get(pk=intention.pk)
    _refuse_over(intention)
    rows = _rows(intention)
    if not any(row.price is not None for row in rows):
        raise Refused(_("Nothing to quote yet: no line has a price."), code="no_price")
    collected = collection_of(intention)
    until = clock.today() + timedelta(days=VALID_DAYS.value)
    digest = _digest(intention, collected, rows, until)
    standing = Quotation.objects.filter(intention=intention, digest=digest, sent_at=None).first()
    if standing:
        return standing
    amounts = [row.amount for row in rows if row.amount is not None]
    terms = collected.price_terms()
    found = summed(amounts, terms, intention.currency) if len(amounts) == len(rows) else None
    if found:
        check_discount(found.goods, terms, intention.currency)
    made = Quotation.objects.create(
        number=numbers.take("quotation")[0], intention=intention, currency=intention.currency, valid_until=until, digest=digest,
        goods=found.goods if found else None, total=kept(found.total) if found else None, **terms.columns(),
    )  # fmt: skip
    for language in ("zh-hans", "en"):
        with override(language):
            pdf = print_pdf(TEMPLATE, _data(made, collected, rows, language))
        put_pdf(made, by=by.trusted(), content=pdf, name=f"{made.number} {LANGUAGES[language]}.pdf", visibility="customer")
    priced = [
        Noted(line.product, line.variant, line.price, intention.currency, line.quantity)
        for line in intention.standing
        if line.product and line.price is not None
    ]
    note(intention.customer, "quotation", made, priced, by=by, is_said=False)
    record(events.QUOTED, subject=made, under=intention.customer, by=by, values={"number": made.number, "until": until})
    return made


@operation("intentions.send_quotation")
def send_quotation(
    quotation: Quotation, *, by: Actor, contact: Contact, channel: str, next_step: Plan | None = None, step_holds: bool = False
) -> Quotation:
    """The quotation goes to a contact: by mail with a link, or noted as handed over. Each sending is a touch with a next step."""
    require(by, "intentions.edit", quotation.intention)
    hold(quotation.intention.customer_id)
    quotation = Quotation.objects.for_list().get(pk=quotation.pk)
    customer = quotation.customer
    _refuse_over(quotation.intention)
    if contact.customer_id != customer.pk:
        raise Refused(_("This person is no contact of the customer."), field="contact")
    if quotation.valid_until < clock.today():
        on = date_format(quotation.valid_until, "DATE_FORMAT")
        raise Refused(_("This quotation was valid until %(on)s. Print a new one.") % {"on": on}, code="expired")
    if channel == "mail" and not contact.point("email"):
        raise Refused(
            phrase(_("%(name)s has no e-mail address. Add one, or hand the quotation over."), {"name": contact.name}), field="channel"
        )
    _check_cleared(quotation)
    end = timezone.make_aware(datetime.combine(quotation.valid_until + timedelta(days=1), time()))
    held = grant(contact, by=by.trusted(), subject=quotation, purpose="quotation", until=end)
    if channel == "mail":
        _write(quotation, contact, held, by)
    Quotation.objects.filter(pk=quotation.pk).update(contact=contact, grant=held, sent_at=quotation.sent_at or timezone.now())
    quotation.refresh_from_db()
    say(quotation, by=by)
    log_touch(  # its number is the same in every language; until when it holds is said by the event
        customer, by=by.trusted(), channel=channel, words=quotation.number, contact=contact, next_step=next_step, step_holds=step_holds,
        finishes=_kept(quotation, or_holds=step_holds),
    )  # fmt: skip
    record(
        events.QUOTATION_SENT, subject=quotation, under=customer, by=by,
        values={"number": quotation.number, "to": contact.name, "until": quotation.valid_until},
    )  # fmt: skip
    return quotation


def _refuse_over(intention: Intention) -> None:
    """What they do not want any more is neither printed nor sent."""
    if intention.state in ("lost", "lapsed"):
        raise Refused(_("This intention is over: %(state)s.") % {"state": intention.get_state_display()}, code="not_open")


def _kept(quotation: Quotation, *, or_holds: bool) -> list[NextStep]:
    """The promise of a quotation, or the offer that they wait for, which sending one keeps; the only open step of all holds, where
    somebody says so."""
    steps = list(NextStep.objects.open().filter(customer=quotation.customer).select_related("customer"))
    kept = [step for step in steps if step.promises(PROMISED["quote"])] + waits_for(quotation.intention, steps)
    return [] if or_holds and len(kept) == len(steps) else kept


def expire_all() -> int:
    """The daily task: what was sent and is past its last day is expired."""
    due = Quotation.objects.filter(expired_at=None, sent_at__isnull=False, valid_until__lt=clock.today())
    return sum(alone(expire, quotation) for quotation in due.for_list())


@operation("intentions.expire_quotation")
def expire(quotation: Quotation, *, by: Actor) -> bool:
    """What time brings. False where it was written down already."""
    if not Quotation.objects.filter(pk=quotation.pk, expired_at=None).update(expired_at=timezone.now()):
        return False
    record(events.QUOTATION_EXPIRED, subject=quotation, under=quotation.customer, by=by, values={"number": quotation.number})
    return True


def _rows(intention: Intention) -> list[Quoted]:
    standing = intention.standing
    theirs = items_of(intention.customer, [line.variant_id for line in standing if line.variant_id])
    return [_row(position, line, intention.currency, theirs.get(line.variant_id or 0)) for position, line in enumerate(standing, start=1)]


def _row(position: int, line: IntentionLine, currency: str, theirs: CustomerItem | None) -> Quoted:
    product, variant = line.product, line.variant
    is_whole = line.quantity is not None and line.price is not None
    return Quoted(
        position=position,
        sku=variant.sku if variant else product.code if product else "",
        name=_name(line, "zh"),
        name_latin=_name(line, "en") if product and product.name_latin else "",
        unit=product.unit if product else "",
        quantity=line.quantity,
        price=line.price,
        amount=line_amount(line.quantity, line.price, Decimal(0), currency) if is_whole else None,
        minimum=product.minimum if product else None,
        lead_days=product.lead_days if product else None,
        item=str(theirs or ""),
        load=load([(variant, line.quantity)]),
    )


def _name(line: IntentionLine, language: str) -> str:
    if line.variant:
        return line.variant.full_name(language)
    return line.product.named(language) if line.product else line.special


def _digest(intention: Intention, collected: Collection, rows: list[Quoted], until: date) -> str:
    details = {name: str(value) for name, value in sorted(collected.copied().items()) if name not in PRICE_TERMS}
    people = [str(_reader(collected) or ""), str(intention.customer.owner or "")]
    said = [intention.currency, str(until), details, people, [str(row) for row in rows], *collected.price_terms().said()]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _data(quotation: Quotation, collected: Collection, rows: list[Quoted], language: str) -> dict[str, Any]:
    customer = quotation.customer
    deposit, balance = collected.deposit_percent, collected.balance
    payment = [_("deposit %(n)s%%") % {"n": trimmed(deposit)}] if deposit else []
    payment += [str(BALANCES[balance])] if balance else []
    facts = [
        (_("Quotation no."), quotation.number),
        (_("Your PO no."), collected.po_number),
        (_("Date"), date_format(clock.today(), "DATE_FORMAT")),
        (_("Valid until"), date_format(quotation.valid_until, "DATE_FORMAT")),
        (_("Price term"), " ".join(filter(None, (str(TERMS.get(collected.delivery_term, "")), collected.delivery_place)))),
        (_("Payment"), "，".join(payment) if language.startswith("zh") else ", ".join(payment)),
        (_("Wanted shipping date"), date_format(collected.wanted_on, "DATE_FORMAT") if collected.wanted_on else ""),
    ]
    found = quotation.costs()
    if found:
        totals = trade.totals(found, language)
    else:  # what is known of it already
        known = [row for row in summed([], quotation.price_terms(), quotation.currency).rows() if row[0] in AMOUNTS]
        totals = {"parts": trade.parts(known, quotation.currency, language), "total": "", "capitals": ""}
    added = [_("Prices are without tax; %(rate)s%% is added.") % {"rate": figure(quotation.tax_rate)}] if quotation.tax_rate else []
    return {
        "title": _("Quotation"),
        "number": quotation.number,
        "lang": "zh" if language.startswith("zh") else "en",
        "seller": trade.seller(language, customer.owner),
        "buyer": trade.to_person(ask_room("buyer", customer, language), _reader(collected)),
        "words": trade.words(),
        "facts": [[label, value] for label, value in facts if value],
        "lines": trade.lines(rows, quotation.currency, language, {row.position: _more(row) for row in rows}),
        **totals,
        "payments": [],
        "notes": [
            _("Prices in %(currency)s, valid until %(until)s.")
            % {"currency": trade.currency_words(quotation.currency, language), "until": date_format(quotation.valid_until, "DATE_FORMAT")},
            *added,
            *_shipped(quotation.intention),
            _("The order stands with a contract or proforma invoice that both sides confirm."),
        ],
    }


def _reader(collected: Collection) -> Contact | None:
    """Who reads the paper: whoever is to sign, else the first of their people."""
    return collected.signatory or collected.intention.customer.contacts.first()


def _more(row: Quoted) -> str:
    """What the customer calls it, its cartons, minimum quantity and lead time, where they are known."""
    said = [_("your item no. %(n)s") % {"n": row.item}] if row.item else []
    if row.load.cartons:
        said.append(_packed(row.load))
    if row.minimum and row.minimum > 1:
        said.append(_("minimum %(n)s %(unit)s") % {"n": trimmed(Decimal(row.minimum)), "unit": unit_words(row.unit, row.minimum)})
    if row.lead_days:
        said.append(_("lead time %(n)s days") % {"n": row.lead_days})
    return " · ".join(said)


def _packed(goods: Load) -> str:
    """Cartons, m³ and kg."""
    return " · ".join(
        [ngettext("%(num)s carton", "%(num)s cartons", goods.cartons) % {"num": goods.cartons}, f"{goods.volume:.3f} m³",
         f"{figure(goods.weight)} kg"]
    )  # fmt: skip


def _shipped(intention: Intention) -> list[str]:
    """All of it together and the share of a container, where every line says how it is packed."""
    goods = load((line.variant, line.quantity) for line in intention.standing)
    if goods.unknown or not all(line.variant and line.quantity for line in intention.standing):
        return []
    share = _("%(share)s of a %(container)s") % {"share": f"{goods.share(goods.container):.1f}%", "container": goods.container}
    return [_("Packing: %(what)s") % {"what": f"{_packed(goods)} · {share}"}]


def _write(quotation: Quotation, contact: Contact, held: Grant, by: Actor) -> None:
    language = contact.speaks
    with override(language):
        values = {
            "name": contact.name, "number": quotation.number, "us": company().named(language),
            "until": date_format(quotation.valid_until, "DATE_FORMAT"), "link": "{link}",
        }  # fmt: skip
        write(
            contact, by=by.trusted(), language=language, grant=held, subject=phrase(_("Quotation %(number)s, %(us)s"), values),
            body=phrase(_(
                "Dear %(name)s,\n\nHere is quotation %(number)s from %(us)s, valid until %(until)s. You can read it "
"here:\n\n%(link)s\n"
            ), values),
        )  # fmt: skip
