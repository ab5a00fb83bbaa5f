"""What this room shows on pages below: appointments on a customer's page and on Today, the booth at its side."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.rights import may
from boothline.core import clock, memo
from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.fairs.appointments import STATES, Appointment
from boothline.fairs.editions import Fair
from boothline.fairs.invitations import Invitation, counts
from boothline.followups.clocks import Clock
from boothline.followups.today import JUMPS, SHOWN, Asked, Hour, Row
from boothline.followups.week import Planned, Weekly


def appointments(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest five, if there are any."""
    found = list(Appointment.objects.filter(customer=customer).for_list().order_by("-at")[:5])
    return {"appointments": found, "may_edit": may(by, "appointments.edit", customer)} if found else None


def invitations(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest five, if there are any and one may see them."""
    if not by.has("invitations.see"):
        return None
    found = list(Invitation.objects.filter(customer=customer).for_list().order_by("-id")[:5])
    return {"invitations": found} if found else None


def invited(fair: Fair, by: Actor) -> dict[str, Any] | None:
    """How the invitations of a fair stand, among the customers that one sees."""
    return counts(Invitation.objects.visible_to(by).filter(fair=fair)) if by.has("invitations.see") else None


def _booked(asked: Asked) -> list[Appointment]:
    """What these people keep from today until that day, and what others keep with their customers; asked once for both places."""
    until = timezone.make_aware(datetime.combine(asked.until + timedelta(days=1), time()))
    found = Appointment.objects.visible_to(asked.by).ahead().filter(at__lt=until).for_list()
    concerned = asked.of(found, "user") | asked.of(found, "customer__owner", "customer__team_id")
    return memo.once(f"fairs.booked.{asked.by.id}.{asked.whose}.{asked.until}", lambda: list(concerned.order_by("at", "id")[: SHOWN + 1]))


def _keep(asked: Asked, booked: Appointment) -> bool:
    """Whether it is kept by the people whose work is asked for."""
    of = {"mine": booked.user_id == asked.by.id, "team": booked.user.team_id == asked.by.team_id}
    return of.get(asked.whose, True)


def on_today(asked: Asked) -> list[Row]:
    """What is booked for these days, to whoever keeps it; from 15 minutes before, it stands at the top."""
    now = timezone.now()
    rows = []
    for booked in (one for one in _booked(asked) if _keep(asked, one)):
        where = _("%(time)s at %(place)s") if booked.place else _("%(time)s at the booth")
        why = where % {"time": f"{timezone.localtime(booked.at):%H:%M}", "place": booked.place}
        rows.append(
            Row(
                "appointments", booked.customer, booked.at, why, contact=booked.contact, kind="meet", has_time=True, owner=booked.user,
                say=[booked.about] if booked.about else [], jumps=booked.at - JUMPS <= now < booked.ends_at,
                act=(_("Came"), "appointment-kept", booked.pk, "ok") if booked.may_be_kept else None,
                more=(_("Did not come"), "appointment-missed", booked.pk, "x") if booked.may_be_missed else None,
            )
        )  # fmt: skip
    return rows


def in_the_day(asked: Asked) -> list[Hour]:
    """The appointments of the day: those that one keeps, and those that a colleague keeps with one's own customer."""
    return [
        Hour(
            booked.at, str(booked.customer), opens=("customer", booked.customer_id),
            more=[
                *([booked.place] if booked.place else []),
                *([] if booked.user_id == asked.by.id else [_("with %(name)s") % {"name": booked.user}]),
            ],
        )
        for booked in _booked(asked)
    ]  # fmt: skip


def in_week(asked: Weekly) -> list[Planned]:
    """The appointments of a person, with their hour; whoever came, or did not."""
    begins, ends = asked.moments
    booked = Appointment.objects.visible_to(asked.by).standing().filter(user=asked.person, at__gte=begins, at__lt=ends)
    return [
        Planned(
            day=timezone.localdate(one.at), customer=one.customer, why=one.about or _("Appointment at the booth"),
            hour=f"{timezone.localtime(one.at):%H:%M}", what=one.place, opens=("customer", one.customer_id),
            result="" if one.state == "booked" else str(STATES[one.state]),
        )
        for one in booked.for_list().order_by("at", "id")
    ]  # fmt: skip


def live(fair: Fair) -> dict[str, Any]:
    """The numbers of a fair as they are now; the same for everybody, since they name nobody."""
    begins = timezone.make_aware(datetime.combine(clock.today(), time()))
    tally = Clock.objects.filter(show=fair.show, show__isnull=False).tally(begins)
    booked = Appointment.objects.standing().of_today().filter(fair=fair)
    return tally | {"running": 0 if tally["passed"] else tally["running"], "booked": booked.count()}


def booth_now(_record: Any, by: Actor) -> dict[str, Any] | None:
    """The fair that runs today, at the side of Today."""
    fair = Fair.objects.visible_to(by).running().for_list().order_by("starts_on", "id").first() if by.has("fairs.see") else None
    return {"fair": fair, "live": live(fair)} if fair else None
