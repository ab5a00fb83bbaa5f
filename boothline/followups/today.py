"""Today 今日: whom to contact, why now, and what to say, in one order.

1 first answers due, by their response clock · 2 appointments · 3 customers who wait for us · 4 calls to grade A · 5 care for
grades B and C · other next steps · 6 prospecting: who was taken from the pool, and whom one may take. Inside a band what is
overdue stands first, the longest first, then by due time, of the same minute by grade, then by name;
whoever does not like to be reached now stands at its end
until it suits. Steps with one customer in a band are one row. An appointment jumps to the top 15 minutes before, behind a first answer
whose time is over sooner. What is due on a later day is done first only where nothing is due by today;
what a confirmed order asks for stands here from its confirmation. Rooms above hang their bands
into the slot "today", and what to say about a type into "board".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models import Q as Condition
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boothline.accounts.rights import where
from boothline.approvals.approval import Approval, approves
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.slots import ask, hung
from boothline.core.text import bracketed, in_turn, listed, phrase, quoted
from boothline.core.told import told
from boothline.customers.card import Contact, Customer
from boothline.customers.grading import reason_words
from boothline.customers.rights import owned
from boothline.customers.suitable import suits
from boothline.followups.cadence import HOW, next_day
from boothline.followups.clocks import FIRST, Clock, heat_words
from boothline.followups.pool import Taking, allowance, in_pool
from boothline.followups.steps import AT_ONCE, DESKS, PROMISE, WAITED_FOR, NextStep, NextSteps
from boothline.followups.touches import Touch

Q = TypeVar("Q", bound="QuerySet[Any]")
JUMPS = timedelta(minutes=15)  # how long before its time an appointment stands at the top
SHOWN = 100  # rows of one band; it asks for one more, to know whether there are more
WHOSE = {"mine": gettext_lazy("Mine"), "team": gettext_lazy("The team's"), "all": gettext_lazy("Everybody's")}


@dataclass(frozen=True)
class Band:
    """A group of rows, hung into the slot "today": code, words, place, and its rows for these people and days."""

    code: str
    words: Words
    rows: Callable[[Asked], list[Row]]
    order: int = 100


@dataclass
class Hour:
    """What has its hour in a day: with whom and where. `opens` is the page of what it is about: (address name, key)."""

    at: datetime
    what: str
    more: list[str] = field(default_factory=list)
    opens: tuple[str, Any] | None = None


@dataclass(frozen=True)
class Agenda:
    """Hung into the slot "today.day": what a room above knows to have its hour today, for these people."""

    hours: Callable[[Asked], list[Hour]]
    order: int = 100


@dataclass(frozen=True)
class FirstAction:
    """What somebody may begin with, hung into the slot "first": shown while nothing is here yet."""

    title: Words
    words: Words
    takes: Words
    icon: str
    url_name: str
    button: Words
    right: str
    order: int = 100


@dataclass(frozen=True)
class Asked:
    """Whose work is asked for, by whom, and until which day."""

    by: Actor
    whose: str = "mine"
    until: date = field(default_factory=clock.today)

    def of(self, rows: Q, person: str, team: str = "") -> Q:
        """Narrows visible rows: `person` is the field of who does it, `team` of that person's team."""
        if self.whose == "mine":
            return rows.filter(**{f"{person}_id": self.by.id})
        if self.whose == "team":
            return rows.filter(**{team or f"{person}__team_id": self.by.team_id or 0})
        return rows

    def of_owners(self, rows: Q, customer: str) -> Q:
        """The same for what the owner of the customer does; what is nobody's, or of somebody who left, is a manager's."""
        if self.whose == "mine" and "manager" in self.by.roles:
            nobodys = Condition(**{f"{customer}__owner": None}) | Condition(**{f"{customer}__owner__is_active": False})
            return rows.filter(Condition(**{f"{customer}__owner": self.by.id}) | nobodys)
        return self.of(rows, f"{customer}__owner", f"{customer}__team_id")

    @cached_property
    def waits(self) -> list[NextStep]:
        """The steps that answer customers who wait for us, whatever their day: one question for all the bands that show them."""
        steps = NextStep.objects.visible_to(self.by).open().filter(what__in=list(WAITED_FOR), values__isnull=False)
        return list(self.of(steps, "owner").for_list().order_by("due_on", "id")[: 2 * (SHOWN + 1)])


@dataclass
class Row:
    """One thing to do with a customer. `due` is its moment; a day's end where only a day is known."""

    band: str
    customer: Customer
    due: datetime
    why: str
    say: list[str] = field(default_factory=list)
    contact: Contact | None = None
    kind: str = "call"
    step: NextStep | None = None
    clock: Clock | None = None
    has_time: bool = False
    owner: Any = None
    act: tuple[str, str, Any, str] | None = None  # (words, url name, key, icon) of a button that the band brings
    more: tuple[str, str, Any, str] | None = None
    leads: tuple[str, str, Any, str] | None = None  # a link to the page where it is done, beside how to reach them
    opens: tuple[str, str, Any, str] | None = None  # the same for a link, where all that is to do is behind it
    jumps: bool = False
    suits: bool = True  # now is a time at which the contact likes to be reached
    ways: dict[str, str] = field(default_factory=dict)

    @property
    def speaks(self) -> bool:
        """Somebody is to speak with the customer; else it is work of the house, such as an approval or what an order lacks."""
        return self.kind != "do" and not self.opens

    @property
    def late(self) -> bool:
        """Its time is over; an appointment that runs is not."""
        return self.due < timezone.now() and not self.jumps

    @property
    def order(self) -> tuple[Any, ...]:
        """Who may be reached now, overdue first, the longest first, then due time; of the same time left the higher grade, then name.
        Of one customer what was promised at the booth comes last, once they are a visitor no longer."""
        minute, grade = self.due.replace(second=0, microsecond=0), self.customer.grade or "E"
        is_behind = bool(self.step and self.step.is_promise and self.customer.type != "visitor")
        return (not self.suits, not self.late, minute, grade, self.customer.sort_key, self.customer.pk, is_behind)

    @property
    def left(self) -> str:
        """How long there is still, in words."""
        if self.jumps and self.due < timezone.now():
            return _("now")
        return time_left(self.due, has_time=self.has_time)

    @property
    def named(self) -> str:
        """Among others: with its time where that is not today. Beside a date in its words, "today" would seem to be said of that."""
        is_of_today = not self.has_time and timezone.localdate(self.due) == clock.today()
        return self.why if is_of_today else bracketed(self.why, self.left)

    @property
    def soon(self) -> bool:
        """Less than half an hour left."""
        return self.has_time and not self.late and self.due - timezone.now() <= timedelta(minutes=30)


@dataclass
class Group:
    """A band with its rows, in order; `next` is the first one that has no place any more."""

    band: Band
    rows: list[Row]
    next: Row | None = None

    @property
    def count(self) -> str:
        """How many rows, "100+" where there are more."""
        return f"{len(self.rows)}{'+' if self.next else ''}"


def bands() -> list[Band]:
    """All of them, in the order of the day: ours and those that rooms above hung in."""
    ours = [
        Band("visitors", gettext_lazy("First answers due"), _visitors, 10),
        Band("questions", gettext_lazy("Questions and wishes that wait for us"), _questions, 31),
        Band("decide", gettext_lazy("Waiting for my approval"), _decisions, 35),
        Band("calls", gettext_lazy("Calls to A"), lambda asked: _steps("calls", ("A",), asked), 40),
        Band("care", gettext_lazy("Care for B and C"), lambda asked: _steps("care", ("B", "C"), asked), 50),
        Band("steps", gettext_lazy("Other next steps"), lambda asked: _steps("steps", ("D", ""), asked), 55),
        Band("pool", gettext_lazy("Prospecting"), _prospects, 60),
    ]
    return sorted([*ours, *hung("today")], key=lambda band: band.order)


def groups(asked: Asked) -> tuple[Row | None, list[Group]]:
    """The row that is now, and the bands with all the others. The same few queries for any number of rows."""
    found = _groups(asked)
    for group in found:
        group.rows = _folded(group.rows)
    everything = [row for group in found for row in group.rows]
    if not everything:
        return None, []
    _fill(everything, asked.by)
    now = _first(everything)
    for group in found:
        group.rows = [row for row in group.rows if row is not now]
    return now, [group for group in found if group.rows]


def _first(rows: list[Row]) -> Row:
    """The one that is now, of all the bands in their order."""
    jumps = next((row for row in rows if row.jumps), None)
    if jumps:
        sooner = (row for row in rows if row.band == "visitors" and not row.late and row.due <= jumps.due)
        return next(sooner, jumps)
    suit = [row for row in rows if row.suits]
    by_today = [row for row in suit if timezone.localdate(row.due) <= clock.today()]
    return next(iter([*by_today, *suit, *rows]))


def _folded(rows: list[Row]) -> list[Row]:
    """One row for all the steps that somebody has with a customer: one word may do for them all. The most urgent leads."""
    firsts: dict[tuple[int, int | None], Row] = {}
    folded: list[Row] = []
    others: dict[int, list[str]] = {}
    for row in rows:
        is_a_word = row.step and not row.clock and not row.opens
        first = firsts.setdefault((row.customer.pk, row.owner.pk if row.owner else None), row) if is_a_word else row
        if first is row:
            folded.append(row)
        else:
            others.setdefault(id(first), []).append(row.named)
    for row in folded:
        if id(row) in others:  # in one piece: a row shows no more than two
            row.say.append(_("Also: %(what)s") % {"what": listed(others[id(row)], weak=False)})
    return folded


def _groups(asked: Asked) -> list[Group]:
    """Every band with its rows in order."""
    found = [(band, band.rows(asked)) for band in bands()]
    _reach([row for _band, rows in found for row in rows])
    groups = []
    for band, rows in found:
        rows.sort(key=lambda row: row.order)
        groups.append(Group(band, rows[:SHOWN], next(iter(rows[SHOWN:]), None)))
    return groups


def _reach(rows: list[Row]) -> None:
    """Whom to reach, and whether now suits them: one question for all. What has its hour has been agreed, or runs by the clock."""
    people: dict[int, list[Contact]] = {}
    asked = Contact.objects.filter(customer__in={row.customer.pk for row in rows}) if rows else Contact.objects.none()
    for contact in asked.prefetch_related("points").order_by("id"):
        people.setdefault(contact.customer_id, []).append(contact)
    now = timezone.now()
    for row in rows:
        known = people.get(row.customer.pk, [])
        wanted = row.contact.pk if row.contact else row.step.contact_id if row.step else None
        row.contact = next((c for c in known if c.pk == wanted), known[0] if known else None)
        if row.contact and not row.has_time and not row.opens:
            row.suits = suits(row.contact.suitable, now, row.customer.country, timezone.get_current_timezone_name())


def _visitors(asked: Asked) -> list[Row]:
    clocks = asked.of(Clock.objects.visible_to(asked.by).open(), "owner").for_list().order_by("turn_due_at", "id")
    rows = []
    for held in clocks[: SHOWN + 1]:
        at = _moment(held.started_at)
        values = {"moment": at, "fair": held.show_name, "heat": heat_words(held.heat)}
        why = phrase(_("Captured %(moment)s at %(fair)s, %(heat)s") if held.show else _("Captured %(moment)s, %(heat)s"), values)
        step = held.step if held.step and held.step.done_at is None else None
        all_promised = (step.values or {}).get("all", []) if step else []
        say = [_("Promised: %(what)s") % {"what": listed(map(_, all_promised))}] if all_promised else []
        if held.handed_by:
            why = bracketed(why, _("handed over from %(who)s") % {"who": held.handed_by})
        elif held.turn != FIRST:
            why = bracketed(why, _("handed over: nobody answered before %(moment)s") % {"moment": _moment(held.due_at)})
        rows.append(
            Row(
                "visitors", held.customer, held.turn_due_at, why, contact=held.contact, step=step, clock=held,
                has_time=True, owner=held.owner, say=say,
            )
        )  # fmt: skip
    return rows


def _decisions(asked: Asked) -> list[Row]:
    """What only this person may let pass; nobody else's turn is theirs."""
    if asked.whose != "mine" or not approves(asked.by):
        return []
    waiting = Approval.objects.waiting_for(asked.by).filter(under_kind="customer").for_list().order_by("until", "id")[:SHOWN]
    customers = Customer.objects.select_related("owner").in_bulk([approval.under_id for approval in waiting])
    act = str(_("See the case"))
    return [
        Row(
            "decide", customers[approval.under_id], approval.until, approval.title,
            kind="do", say=approval.reasons, owner=approval.asked_by, has_time=True, opens=(act, "approval", approval.pk, "ok"),
        )
        for approval in waiting
        if approval.under_id in customers
    ]  # fmt: skip


def _steps(band: str, grades: tuple[str, ...], asked: Asked) -> list[Row]:
    """The steps of customers of these grades; and those of A, B and C without any step, once their cadence asks for a word."""
    at_desks = Condition(what__in=list(DESKS), values__isnull=False)  # no word with anybody: whatever the customer's grade
    of_band = Condition(customer__grade__in=grades) | at_desks if band == "steps" else Condition(customer__grade__in=grades) & ~at_desks
    by_now = Condition(due_on__lte=asked.until) | Condition(what__in=list(AT_ONCE), values__isnull=False, moved=0)
    steps = NextStep.objects.visible_to(asked.by).open().filter(of_band, by_now)
    steps = steps.exclude(what__in=list(WAITED_FOR), values__isnull=False)  # they stand with who waits for us
    steps = steps.exclude(pk__in=Clock.objects.open().filter(step__isnull=False).values("step_id"))
    waits = Clock.objects.open().filter(customer=OuterRef("customer"), owner=OuterRef("owner"))
    steps = steps.exclude(Exists(waits), what=PROMISE, values__isnull=False)  # the first answer's row names all that was promised
    rows = _rows_of(band, steps, asked)
    return rows + ([] if band == "steps" else _silent(band, grades, asked))


def _questions(asked: Asked) -> list[Row]:
    """Customers who asked, or said what they want, by their link, from the moment on which they did."""
    return waiting("questions", asked)


def waiting(band: str, asked: Asked) -> list[Row]:
    """The steps that answer a customer who waits for us, in this band: with the customer's own words, and where it is done."""
    rows = [_row_of(band, step) for step in asked.waits if WAITED_FOR[step.what] == band][: SHOWN + 1]
    for row in rows:
        values = (row.step.values or {}) if row.step else {}
        said = told("%(words)s", values) if values.get("words") else ""
        row.say = [quoted(said)] if said else []
        row.leads = row.step.place if row.step else None
    return rows


def _rows_of(band: str, steps: NextSteps, asked: Asked) -> list[Row]:
    return [_row_of(band, step) for step in asked.of(steps, "owner").for_list().order_by("due_on", "id")[: SHOWN + 1]]


def _row_of(band: str, step: NextStep) -> Row:
    place = None if step.what in WAITED_FOR else step.place
    opens = place if step.desk or step.kind == "do" else None
    leads = None if opens else place
    return Row(band, step.customer, end_of(step.due_on), step.words, kind=step.kind, step=step, owner=step.owner, opens=opens, leads=leads)


def _silent(band: str, grades: tuple[str, ...], asked: Asked) -> list[Row]:
    quiet = Customer.objects.visible_to(asked.by).filter(grade__in=grades, next_step_on=None, owner__isnull=False)
    since = timezone.make_aware(datetime.combine(asked.until, time.max)) - timedelta(days=1)
    quiet = quiet.exclude(pk__in=Taking.objects.untouched().values("customer"))  # they stand under prospecting
    quiet = asked.of(quiet.filter(last_touch_at__lte=since), "owner").select_related("owner").order_by("last_touch_at", "id")
    rows = []
    for customer in quiet[: SHOWN + 1]:
        on = timezone.localdate(customer.last_touch_at)
        due = next_day(customer.grade, on)
        if due and due <= asked.until:
            why = _("No next step; last touch %(on)s") % {"on": clock.day_words(on)}
            rows.append(Row(band, customer, end_of(due), why, kind=HOW[customer.grade], owner=customer.owner))
    return rows


def _prospects(asked: Asked) -> list[Row]:
    """Who was taken from the pool and is still to be spoken with; then the next one whom one may take."""
    taken = asked.of(Taking.objects.untouched().filter(customer__in=Customer.objects.visible_to(asked.by)), "user")
    rows = []
    for taking in taken.order_by("touch_by", "id")[: SHOWN + 1]:
        why = _("Taken from the pool on %(on)s; without a touch they go back") % {"on": clock.day_words(timezone.localdate(taking.at))}
        rows.append(Row("pool", taking.customer, end_of(taking.touch_by), why, say=_known(taking.customer), owner=taking.user))
    return rows if rows or asked.whose != "mine" else _invitation(asked)


def _invitation(asked: Asked) -> list[Row]:
    """The best of the pool, once there is nobody left to be spoken with."""
    if "sales" not in asked.by.roles or not asked.by.has("pool.take"):
        return []
    left = allowance(asked.by.id).left
    others = in_pool(asked.by).exclude(owner_before=asked.by.id) if left else Customer.objects.none()
    best = others.filter(grade__in=("A", "B", "C")).order_by("grade", "-owned_since", "id").first()
    if best is None:
        return []
    why = _("In the pool since %(on)s; you may take %(count)s more today")
    words = why % {"on": clock.day_words(timezone.localdate(best.owned_since)), "count": left}
    return [Row("pool", best, end_of(clock.today()), words, say=_known(best), act=(str(_("Take")), "pool-take", best.pk, "plus"))]


def _known(customer: Customer) -> list[str]:
    """Why they have their grade: what one begins with, as long as nobody has spoken with them."""
    return [reason_words(customer.grade_why)]


def _fill(rows: list[Row], by: Actor) -> None:
    """What to say, whom to reach and how: the same few questions for all rows together."""
    ids = sorted({row.customer.pk for row in rows})
    facts: dict[int, Any] = {}
    for hanging in hung("board"):
        of_type = [pk for pk in ids if any(r.customer.pk == pk and r.customer.type == hanging.type for r in rows)]
        if of_type:
            facts |= hanging.of(of_type, by)
    told = Customer.objects.filter(where(by, "history.see") or Condition(), pk__in=ids)
    newest = Touch.objects.filter(customer__in=told).order_by().values("customer_id").annotate(last=Max("id")).values("last")
    last = {touch.customer_id: touch for touch in Touch.objects.filter(pk__in=newest)}
    open_to = set(Customer.objects.filter(owned(by), pk__in=ids).values_list("pk", flat=True)) if by.has("customers.unmask") else set()
    noted = ask("noted", [row.clock for row in rows if row.clock], by, default={})
    for row in rows:
        pk = row.customer.pk
        fact = facts.get(pk)
        known = in_turn(fact.words) if fact and not row.opens else ""  # what it opens says it all
        known = "" if known in row.why else known
        if known and row.clock and row.say and row.customer.type == "visitor":  # promised, of what
            row.say[0], known = bracketed(row.say[0], known), ""
        row.say += [noted[row.clock.pk]] if row.clock and row.clock.pk in noted else []
        row.say += [known] if known else []
        if pk in last:
            row.say.append(_("Last words: %(words)s") % {"words": last[pk].words[:120]})
        if row.contact and not row.suits:
            row.say.insert(0, _("Suits them: %(parts)s") % {"parts": row.contact.suitable_words})
        if row.contact and pk in open_to:
            row.ways = {kind: row.contact.point(kind) for kind in ("phone", "email", "wechat", "whatsapp") if row.contact.point(kind)}
    advice = ask("advice", [row.contact for row in rows if row.contact and row.speaks], by, default={})
    for row in rows:
        row.say += [advice[row.contact.pk]] if row.speaks and row.contact and row.contact.pk in advice else []


def first_way(row: Row) -> str:
    """How to reach them first: as the step says, else what is known."""
    wanted = {"mail": ("email", "phone", "wechat"), "chat": ("wechat", "whatsapp", "phone", "email")}
    order = wanted.get(row.kind, ("phone", "email", "wechat", "whatsapp"))
    return next((way for way in order if way in row.ways), "")


@dataclass
class Day:
    """A day of the week with its rows; not `whole` where a band has more rows than fit, from the day on where they end."""

    day: date
    rows: list[Row]
    whole: bool = True

    @property
    def count(self) -> str:
        """How many rows, "100+" where there are more."""
        return f"{len(self.rows)}{'' if self.whole else '+'}"


def week(asked: Asked) -> list[Day]:
    """The next seven days, each with what is due; what is overdue stands with today."""
    last = clock.today() + timedelta(days=6)
    found = _groups(Asked(asked.by, asked.whose, last))
    rows = [row for group in found for row in group.rows]
    if rows:
        _fill(rows, asked.by)
    ends = min((timezone.localdate(group.next.due) for group in found if group.next), default=None)
    days = {day: Day(day, [], ends is None or day < ends) for day in (clock.today() + timedelta(days=n) for n in range(7))}
    for row in sorted(rows, key=lambda row: row.order):
        day = max(clock.today(), timezone.localdate(row.due))
        if day in days:
            days[day].rows.append(row)
    return list(days.values())


def sentences(now: Row | None, found: list[Group]) -> list[str]:
    """What stands here, as a person would say it."""
    rows = [*([now] if now else []), *(row for group in found for row in group.rows)]
    more = [group.next for group in found if group.next]

    def count(counted: list[Row], beyond: bool) -> dict[str, str]:
        return {"num": f"{len(counted)}{'+' if beyond else ''}"}

    said = [ngettext("%(num)s thing is left.", "%(num)s things are left.", len(rows)) % count(rows, bool(more))]
    visitors = [row for row in rows if row.band == "visitors"]
    if visitors:
        words = ngettext(
            "%(num)s customer waits for a first answer: %(left)s.",
            "%(num)s customers wait for a first answer, the most urgent: %(left)s.",
            len(visitors),
        )
        number = count(visitors, any(row.band == "visitors" for row in more))
        said.append(words % (number | {"left": min(visitors, key=lambda row: row.due).left}))
    late = [row for row in rows if row.late and row.band != "visitors"]
    if late:
        number = count(late, any(row.late and row.band != "visitors" for row in more))
        said.append(ngettext("%(num)s is overdue.", "%(num)s are overdue.", len(late)) % number)
    return said


def time_left(due: datetime, *, has_time: bool = True) -> str:
    """剩12分钟 · 剩3小时20分 · 明天 10:00 · 逾期2天."""
    at = timezone.localtime(due)
    minutes, days = int((due - timezone.now()) / timedelta(minutes=1)), (at.date() - clock.today()).days
    if due < timezone.now():
        return _time_over(-minutes, -days)
    day = _("today") if days == 0 else _("tomorrow") if days == 1 else clock.day_words(at.date())
    if not has_time or days > 0:
        return f"{day} {at:%H:%M}" if has_time else day
    if minutes < 60:
        return ngettext("%(num)s minute left", "%(num)s minutes left", minutes) % {"num": minutes}
    return _("%(hours)s h %(minutes)s min left") % {"hours": minutes // 60, "minutes": minutes % 60}


def _time_over(minutes: int, days: int) -> str:
    if days >= 1:
        return ngettext("%(num)s day late", "%(num)s days late", days) % {"num": days}
    if minutes < 60:
        return ngettext("%(num)s minute late", "%(num)s minutes late", minutes) % {"num": minutes}
    return _("%(hours)s h %(minutes)s min late") % {"hours": minutes // 60, "minutes": minutes % 60}


def end_of(day: date) -> datetime:
    """The end of a day of the company."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    days = (clock.today() - here.date()).days
    if days == 0:
        return _("today %(time)s") % {"time": f"{here:%H:%M}"}
    if days == 1:
        return _("yesterday %(time)s") % {"time": f"{here:%H:%M}"}
    return f"{clock.day_words(here.date())} {here:%H:%M}"


def nothing_yet(by: Actor) -> bool:
    """The first day: no customer is here that one sees."""
    return not Customer.objects.visible_to(by).exists()


def first_actions(by: Actor) -> list[FirstAction]:
    """What somebody may begin with."""
    return [action for action in hung("today.first") if by.has(action.right)]
