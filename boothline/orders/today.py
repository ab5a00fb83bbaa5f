"""What this type shows on Today: problems that wait for us, for our word, for its link to be handed over, or for a solution, by the limit
that runs; behind the orders in danger what was agreed about one and is to be carried out; for who owns a customer what others see to;
what was bought and is late; and in a week's plan: what is to leave in it."""

from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from boothline.core import clock
from boothline.core.memo import once
from boothline.core.text import bracketed, labelled, listed, quoted
from boothline.customers.doing import doing
from boothline.followups import today
from boothline.followups.today import SHOWN, Asked, Row, end_of
from boothline.followups.week import Planned, Weekly
from boothline.orders.lists import PROBLEM_KINDS, SEVERITIES
from boothline.orders.next_action import next_action
from boothline.orders.problems import Problem, ProblemMessage
from boothline.orders.purchases import Purchase
from boothline.orders.register import SETTLED
from boothline.orders.reservations import waits_for
from boothline.orders.shipments import STATES, Shipment
from boothline.orders.solutions import Resolution

OURS = Q(waits_since__isnull=False) | Q(untold_since__isnull=False) | Q(state__in=("reported", "in_work"))


def waiting(asked: Asked) -> list[Row]:
    """Whoever has the nearest limit first: they wait for our word, have not heard it, or are to get a solution; and who gave a low mark
    for how one was solved."""
    return [*_rows("problems", OURS, asked), *today.waiting("problems", asked)]


def agreed(asked: Asked) -> list[Row]:
    """They wait for what was agreed to leave or to be repaired."""
    ours = Resolution.objects.filter(agreed_at__isnull=False, done_at=None).filter(
        Q(kind="repair") | Q(new_line__shipped__lt=F("new_line__due"))
    )
    is_due = Q(pk__in=ours.values("problem")) | Q(solution_due__lte=end_of(asked.until))
    return _rows("agreed", ~OURS & Q(state__in=("agreed", "resolving")) & is_due, asked)


def with_others(asked: Asked) -> list[Row]:
    """What goes wrong for customers of one's own and somebody else sees to: who that is. Whoever speaks with them knows of it."""
    if asked.whose != "mine":
        return []
    return [
        Row(
            "beside", problem.customer, end_of(clock.today()), problem.trouble, kind="do", say=[problem.wrong] if problem.wrong else [],
            opens=(_("Open the problem"), "problem", problem.number, "warn"),
        )
        for problem in _mine(asked)
        if problem.owner_id != asked.by.id
    ]  # fmt: skip


def _mine(asked: Asked) -> list[Any]:
    """What waits for us and is one's own, and what is open of one's own customers and with others: one question for both bands."""
    own, theirs = OURS & Q(owner=asked.by.id), ~Q(owner=asked.by.id) & ~Q(state__in=SETTLED) & Q(order__customer__owner=asked.by.id)
    return once(f"orders.today.{asked.by.id}", lambda: list(_shown(Problem.objects.visible_to(asked.by).filter(own | theirs))))


def _rows(band: str, waits: Q, asked: Asked) -> list[Row]:
    if band == "problems" and asked.whose == "mine":
        found = [problem for problem in _mine(asked) if problem.owner_id == asked.by.id]
    else:
        visible = Problem.objects.visible_to(asked.by).filter(waits)
        found = list(_shown(asked.of(visible, "owner", "order__customer__team_id")))
    rows = []
    for problem in found:
        values = {"number": problem.number, "order": problem.order.number, "kind": PROBLEM_KINDS[problem.kind]}
        said = [str(words) for words in (SEVERITIES[problem.severity], _turned(problem)) if words]
        why = bracketed(_("Problem %(number)s with order %(order)s: %(kind)s") % values, listed(said))
        untold = [_("The customer knows nothing of our last word")] if problem.untold_since and not problem.waits_since else []
        until = problem.stage[1] or problem.waits_since
        due = until or end_of(clock.today())  # solved, as we see it: said today, no limit runs
        rows.append(
            Row(
                band, problem.customer, due, why, contact=problem.contact, kind="mail", owner=problem.owner, has_time=bool(until),
                say=[*untold, _said_of(problem)], **_acts(problem, asked),
            )
        )  # fmt: skip
    return rows


def _shown(rows: Any) -> Any:
    """With what a row shows: what they said last, not what they began with."""
    theirs = ProblemMessage.objects.filter(problem=OuterRef("pk"), by_staff=False).exclude(words="").order_by("-id")
    newest = Coalesce(Subquery(theirs.values("words")[:1]), "words")
    return rows.for_list().with_solutions().annotate(last_words=newest).order_by("answer_due", "id")[:SHOWN]


def _said_of(problem: Any) -> str:
    """What is wrong, and what they said of it last, in one piece: the words of an arrival are of all that it names."""
    words = quoted(problem.last_words[:160])
    if problem.arrival_id and problem.last_words and problem.last_words == problem.words:
        return bracketed(problem.wrong, _("said at the arrival: %(words)s") % {"words": words})
    return labelled(problem.wrong, words) if problem.wrong and problem.last_words else problem.wrong or words


def _turned(problem: Problem) -> str:
    """What the customer did with our last word: refused it, or opened the problem again; "" where neither."""
    last = [*problem.resolutions.all()][-1:]
    if problem.state == "in_work" and any(made.refused_at and made.refused_at > problem.begun_at for made in last):
        return _("they refused our proposal")
    return _("opened again") if problem.round > 1 and problem.is_open else ""


def _acts(problem: Problem, asked: Asked) -> dict[str, Any]:
    """The problem, to write to them; of what is agreed, the next thing to do about it."""
    here = (_("Open the problem"), "problem", problem.number, "warn")
    if problem.waits_since:
        return {"leads": here}
    action = next_action(problem)
    return {
        "opens": (str(action.words), action.url_name, action.key, action.icon) if action.url_name and asked.by.has(action.right) else here
    }


def late_purchases(asked: Asked) -> list[Row]:
    """What should have come and an order waits for, for whoever buys: until the supplier was asked today, or names another day."""
    if not asked.by.has("purchases.edit"):
        return []
    late = list(Purchase.objects.late().exclude(chased_on=clock.today()).order_by("expected_on", "id")[: SHOWN + 1])
    first, rows = waits_for(late, asked.by), []
    for purchase in (one for one in late if one.pk in first):
        line = first[purchase.pk]
        buyer = doing(line.order.customer, "B", families=[line.variant.product.family])
        if asked.whose == "mine" and (buyer is None or buyer.pk != asked.by.id):
            continue
        values = {"number": purchase.number, "supplier": purchase.supplier, "order": line.order.number, "sku": line.sku}
        why = _("Purchase %(number)s of %(supplier)s is late; order %(order)s waits for %(sku)s") % values
        opens = (_("Open the purchase"), "purchase", purchase.number, "in")
        due = end_of(purchase.expected_on or clock.today())
        rows.append(Row("purchases", line.order.customer, due, why, kind="do", owner=buyer, opens=opens))
    return rows


def leaving(asked: Weekly) -> list[Planned]:
    """The shipments planned for the week: a clerk's are all of them, others' those of their own customers."""
    rows = Shipment.objects.visible_to(asked.by).filter(planned_on__range=(asked.first, asked.last), cancelled_at=None)
    if not asked.person.held_roles.filter(role="clerk").exists():
        rows = rows.filter(order__customer__owner=asked.person)
    words = _("Shipment %(number)s of order %(order)s leaves")
    return [
        Planned(
            day=one.planned_on, customer=one.customer, why=words % _names(one), what=one.number, opens=("shipment", one.number),
            result="" if one.state == "planned" else str(STATES[one.state]),
        )
        for one in rows.for_list().order_by("planned_on", "id")[:SHOWN]
    ]  # fmt: skip


def _names(shipment: Shipment) -> dict[str, str]:
    return {"number": shipment.number, "order": shipment.order.number}
