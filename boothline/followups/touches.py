"""Touches: one exchange with a customer by any channel. None is saved without a next step, or an explicit end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date, datetime
from itertools import chain

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock, slots
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Words
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import phrase
from boothline.customers.card import Contact, Customer, disagree, hold, keep_touch
from boothline.followups import events
from boothline.followups.clocks import Clock, answer_clocks, ask_first_again, close_clocks, run_on
from boothline.followups.steps import NextStep, NextSteps, Plan, check_doer, check_turn, done, drop, plan_many, replace, workday_for
from boothline.timeline.history import record

CHANNELS = {
    "phone": gettext_lazy("phone"),
    "wechat": gettext_lazy("WeChat"),
    "mail": pgettext_lazy("way", "e-mail"),
    "meet": gettext_lazy("in person"),
    "other": gettext_lazy("other"),
}
REACHES = {
    "reached": gettext_lazy("reached"),
    "sent": gettext_lazy("sent"),
    "not_reached": gettext_lazy("not reached"),
    "came_in": gettext_lazy("they contacted us"),
}
ANSWERS = ("reached", "sent")  # what counts as the first answer
HEARD = ("reached", "came_in")  # they were spoken with
ENDS = {
    "won_elsewhere": gettext_lazy("bought elsewhere"),
    "no_need": gettext_lazy("no need"),
    "not_reachable": gettext_lazy("cannot be reached"),
    "wrong_person": gettext_lazy("wrong person"),
    "duplicate": gettext_lazy("on record twice"),
    "no_contact": gettext_lazy("asked not to be contacted"),
    "closed": gettext_lazy("business closed"),
}

ASKED = {
    "quote": gettext_lazy("asked for a quotation"),
    "drawing": gettext_lazy("asked for a drawing"),
    "sample": gettext_lazy("asked for a sample"),
    "no_need": gettext_lazy("no need now"),
    "later": gettext_lazy("later, no date named"),
}
IDLE = ("no_need", "later")  # answers after which no step makes sense


class Touches(models.QuerySet["Touch"]):
    """Questions about touches."""

    def visible_to(self, by: Actor) -> Touches:
        """The touches of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))


class Touch(Record):
    """What was said, by which channel, with whom; and how it ends, if it does."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(gettext_lazy("channel"), max_length=8, choices=list(CHANNELS.items()))
    reach = models.CharField(gettext_lazy("did it reach them"), max_length=12, default="reached", choices=list(REACHES.items()))
    words = models.TextField(gettext_lazy("what was said"))
    asked = models.CharField(gettext_lazy("what they want now"), max_length=8, blank=True, default="", choices=list(ASKED.items()))
    wants_on = models.DateField(gettext_lazy("date that they named"), null=True, blank=True)
    grade = models.CharField(max_length=1, blank=True, default="", editable=False)  # the customer's, as it was then
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    step = models.ForeignKey(NextStep, null=True, on_delete=models.SET_NULL, related_name="+")
    ended = models.CharField(max_length=16, blank=True, default="", choices=list(ENDS.items()))
    is_past = models.BooleanField(default=False, editable=False)  # as a file tells it: nothing follows from it
    privacy = tags(channel=PLAIN, reach=PLAIN, words=WORDS, asked=PLAIN, grade=PLAIN, ended=PLAIN)

    objects = Touches.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="touch_goes_on_or_ends", condition=models.Q(step__isnull=False) | ~models.Q(ended="") | models.Q(is_past=True)
            )
        ]

    def __str__(self) -> str:
        return self.words[:60]


@dataclass(frozen=True)
class Business:
    """Hung into the slot "business": a room names what is open with a customer there, and since when each of it is."""

    tell: Callable[[Customer], list[tuple[Words, datetime]]]
    order: int = 100


def open_business(customer: Customer) -> bool:
    """Whether an intention, contract or order keeps the customer from being let go; read from the type."""
    return customer.depth >= 2


def check_way_on(*ways: bool) -> None:
    """Exactly one of a step, the open one, an end."""
    if sum(ways) != 1:
        raise Refused(_("Say how it goes on: a next step with a date, or an end with its reason."), field="what")


@operation("followups.log")
def log_touch(
    customer: Customer,
    *,
    by: Actor,
    channel: str,
    words: str,
    reach: str = "reached",
    contact: Contact | None = None,
    next_step: Plan | None = None,
    step_holds: bool = False,
    ended: str = "",
    asked: str = "",
    wants_on: date | None = None,
    finishes: Iterable[NextStep] = (),
    drops: Iterable[NextStep] = (),
    replaces: Iterable[NextStep] = (),
    at: datetime | None = None,
) -> Touch:
    """Logs a touch with exactly one way on: a new step, the word that the open one holds, or an end with its reason.

    `finishes` are the steps that were done by it: of a first answer the step is found by itself, a promise is kept by nobody's
    guess. `drops` need not be done any more, and the next step stands in the place of those it `replaces`; every other open step
    stays. An end is refused while business is open that has no step of its own, and takes the other open steps with it; who
    asked not to be contacted withdraws their consent by it.
    """
    require(by, "touches.log", customer)
    (customer,) = hold(customer.pk)
    finishes, drops, replaces = list(finishes), list(drops), list(replaces)
    belongs = [named.customer for named in (contact, *finishes, *drops, *replaces, next_step) if named]
    if any(owner != customer for owner in belongs):
        raise Refused(
            phrase(_("This belongs to another customer. Choose somebody of %(customer)s."), {"customer": customer}), code="foreign"
        )
    check_way_on(next_step is not None, step_holds, bool(ended))
    clock.check_ahead(wants_on, "wants_on")
    for step in finishes:
        check_doer(step, by)
        check_turn(step, by)
    trusted, at = by.trusted(), at or timezone.now()
    answered = answer_clocks(customer, contact, at=at, by=trusted) if reach in ANSWERS else []
    for step in {s.pk: s for s in (*([] if step_holds else answered), *finishes)}.values():
        done(step, by=trusted)
    if drops:
        drop(drops, by=trusted)
    held = NextStep.objects.open().filter(customer=customer).order_by("due_on", "id").first()
    if step_holds and held is None:
        raise Refused(_("No next step is open that could hold. Set one, or end it with a reason."), field="what")
    if ended:
        _let_go(customer, contact, ended, by=trusted, is_heard=reach in HEARD)
    if next_step:
        next_step = changed(next_step, due_on=workday_for(next_step.due_on))
    planned = plan_many([next_step], by=trusted)[0] if next_step else held if step_holds else None
    if next_step and planned and replaces:
        replace(replaces, by=trusted, now=planned)
    touch = Touch.objects.create(
        customer=customer, contact=contact, channel=channel, reach=reach, words=words, step=planned, ended=ended,
        asked=asked, wants_on=wants_on, grade=customer.grade, at=at, user_id=by.id if by.kind == "user" else None,
    )  # fmt: skip
    keep_touch(customer, touch.at)
    record(events.TOUCHED, subject=touch, under=customer, by=by, values={"channel": channel, "words": words[:500], "ended": ended})
    return touch


def wait_again(clocks: Iterable[int], *, by: Actor) -> None:
    """What answered these response clocks is void: nobody had, unless a touch has since."""
    found = Clock.objects.filter(pk__in=clocks)
    run_on(found, by=by)
    spoken = Touch.objects.filter(customer__in=found.open().values("customer"), reach__in=ANSWERS, is_past=False)
    for touch in spoken.select_related("customer", "contact", "user").order_by("at", "id"):
        answer_clocks(touch.customer, touch.contact, at=touch.at, by=touch.user.actor() if touch.user else by)
    ask_first_again(found, by=by)


def _let_go(customer: Customer, contact: Contact | None, ended: str, *, by: Actor, is_heard: bool) -> None:
    """Their open steps end, unless business is open. What they wait for they have by word, if they were spoken with; else it stays."""
    over = close_clocks(customer, contact, by=by)
    open_steps = NextStep.objects.open().filter(customer=customer).select_related("customer")
    if open_business(customer):
        _check_business(customer, open_steps.exclude(pk__in=[step.pk for step in over]))  # a first answer is no step of that business
    else:
        steps = list(open_steps)
        over = [step for step in steps if not step.is_waited_for]
        for step in steps:
            if is_heard and step.is_waited_for:
                done(step, by=by)
    if over:
        drop(over, by=by)
    if ended == "no_contact":
        disagree([contact] if contact else list(customer.contacts.select_related("customer")), by=by)


def _check_business(customer: Customer, steps: NextSteps) -> None:
    """Each open business needs a step of its own, planned since it is open: what stood there before was about something else."""
    latest = max((step.made_at for step in steps), default=None)
    if latest is None:
        raise Refused(_("Business with this customer is still open. Set its next step before you end this."), field="ended")
    for what, since in chain.from_iterable(business.tell(customer) for business in slots.hung("business")):
        if latest < since:
            words = _("%(what)s is still open, and no step was set since it began. Set its next step before you end this.")
            raise Refused(words % {"what": what}, field="ended")
