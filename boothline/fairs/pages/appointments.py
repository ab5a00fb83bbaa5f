"""Booking, changing and closing an appointment at the booth."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core import clock
from boothline.core.errors import Refused
from boothline.core.text import whole
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail, customer_url
from boothline.fairs.appointments import Appointment, book, cancel, edit_appointment, free_person, keep, miss, slots
from boothline.fairs.editions import Fair
from boothline.fairs.filters import AppointmentFilter
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Text, narrow
from boothline.ui.kit import ActionPage, FormPage, ListPage


class AppointmentForm(forms.Form):
    """A free slot, who, with whom, where, what for."""

    slot = forms.ChoiceField(label=_("free slot"))
    user = forms.ModelChoiceField(label=_("who"), queryset=User.objects.none(), required=False, empty_label=_("whoever is free"))
    contact = forms.ModelChoiceField(label=_("with whom"), queryset=Contact.objects.none(), required=False, empty_label=_("not said"))
    place = Text(label=_("where"), max_length=100, required=False)
    about = Text(label=_("what for"), max_length=200, required=False)

    def __init__(self, *args: Any, customer: Customer, fair: Fair | None, booked: Appointment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "slot", slot_choices(fair, booked))
        narrow(self, "user", User.objects.filter(is_active=True).order_by("username"))
        narrow(self, "contact", customer.contacts.all())

    def clean_slot(self) -> datetime:
        """The moment."""
        return datetime.fromisoformat(self.cleaned_data["slot"])

    def who(self, fair: Fair, first: list[User | None], booked: Appointment | None = None) -> User:
        """The colleague who was chosen; else the first of these who is free, else somebody on duty."""
        chosen = self.cleaned_data["user"] or free_person(fair, self.cleaned_data["slot"], first=first, without=booked)
        if chosen is None:
            raise Refused(_("Nobody is free then. Choose another slot."), field="slot")
        return chosen


def slot_choices(fair: Fair | None, booked: Appointment | None) -> list[Any]:
    """The free slots of a fair by day, with the one that is booked."""
    moments = {slot.at: slot.free for slot in slots(fair, without=booked)} if fair else {}
    if booked:
        moments.setdefault(booked.at, 1)
    by_day = groupby(sorted(moments), key=timezone.localdate)
    return [(clock.day_words(day), [_option(day, timezone.localtime(at)) for at in times]) for day, times in by_day]


def _option(day: date, at: datetime) -> tuple[str, str]:
    return at.isoformat(), f"{clock.day_words(day)} {at:%H:%M}"


class AppointmentList(ListPage):
    """Those with customers whom one sees."""

    right = "fairs.see"
    title = _("Appointments")
    nav = "fairs"
    columns = [
        Column(_("customer"), lambda a: str(a.customer), "link", lambda a: customer_url(a.customer)),
        Column(_("when"), lambda a: a.at, "moment"),
        Column(_("who"), lambda a: str(a.user)),
        Column(_("state"), lambda a: (f"appointment_{a.state}", a.state_words), "state"),
        Column(_("with whom"), lambda a: str(a.contact or "")),
        Column(_("where"), lambda a: a.place),
        Column(_("what for"), lambda a: a.about),
        Column(_("fair"), lambda a: str(a.fair), usual=False),
        Column(_("grade"), lambda a: a.customer.grade, "grade", usual=False),
        Column(_("owner"), lambda a: str(a.customer.owner or ""), usual=False),
    ]
    under = "customer"
    people = "contact"
    sentence = _("Showing appointments at %(fair)s, day: %(day)s, state: %(state)s, %(whose)s, sorted by %(sort)s.")
    sorts = {"next": Sort(_("time"), "at"), "newest": Sort(_("newest"), "id", descending=True)}
    filters = AppointmentFilter
    search_words = _("Find: customer")
    empty = _("No appointment yet. Book one from the customer's page.")

    def rows(self) -> QuerySet[Appointment]:
        """Visible ones."""
        return Appointment.objects.visible_to(self.by).for_list()


class NewAppointment(FormPage):
    """Books one with a customer."""

    right = "appointments.edit"
    title = _("Book an appointment")
    nav = "customers"
    template = "fairs/appointment_form.html"
    form = AppointmentForm
    button = _("Book the slot")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def coming(self) -> list[Fair]:
        """The fairs that are not over."""
        return list(Fair.objects.visible_to(self.by).filter(ends_on__gte=clock.today()).for_list().order_by("starts_on", "id")[:10])

    def fair(self) -> Fair | None:
        """The one asked for, else the next."""
        coming = self.coming()
        return next((f for f in coming if f.pk == whole(self.request.GET.get("fair"))), coming[0] if coming else None)

    def form_options(self) -> dict[str, Any]:
        """Its slots, the customer's people."""
        return {"customer": self.record, "fair": self.fair()}

    def initial(self) -> dict[str, Any]:
        """At the booth."""
        fair = self.fair()
        return {"place": fair.booth if fair else ""}

    def context(self) -> dict[str, Any]:
        """Which fairs there are to choose from."""
        return {"fair": self.fair(), "coming": self.coming()}

    def save(self, form: Any) -> str:
        """Books."""
        data, fair = form.cleaned_data, self.fair()
        assert fair is not None  # without a fair there is no slot to choose
        book(
            self.record,
            by=self.by,
            fair=fair,
            at=data["slot"],
            user=form.who(fair, [self.person, self.record.owner]),
            contact=data["contact"],
            place=data["place"],
            about=data["about"],
        )
        return customer_url(self.record)


class AboutAppointment:
    """What every page about an appointment has."""

    right = "appointments.edit"
    nav = "customers"
    by: Any
    record: Any

    def find(self) -> QuerySet[Appointment]:
        """Of visible customers."""
        return Appointment.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record.customer)


class EditAppointment(AboutAppointment, FormPage):
    """Another slot, colleague, place or purpose."""

    title = _("Edit appointment")
    form = AppointmentForm
    button = _("Save appointment")

    def form_options(self) -> dict[str, Any]:
        """The free slots and its own."""
        return {"customer": self.record.customer, "fair": self.record.fair, "booked": self.record}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        kept = {name: getattr(self.record, name) for name in ("place", "about")}
        return kept | {
            "slot": timezone.localtime(self.record.at).isoformat(),
            "user": self.record.user_id,
            "contact": self.record.contact_id,
        }

    def save(self, form: Any) -> str:
        """Saves."""
        data = form.cleaned_data
        values = {name: data[name] for name in ("contact", "place", "about")} | {"at": data["slot"]}
        values["user"] = form.who(self.record.fair, [self.person, self.record.customer.owner], self.record)
        edit_appointment(self.record, by=self.by, revision=self.seen, values=values)
        return self.back()


class Kept(AboutAppointment, ActionPage):
    """They came."""

    done = _("Noted. Log what was said, with the next step.")

    def press(self) -> str:
        """Notes it, and leads to the touch."""
        keep(self.record, by=self.by)
        return reverse("touch-new", args=[self.record.customer_id])


class Missed(AboutAppointment, ActionPage):
    """They did not come."""

    done = _("Noted: they did not come.")

    def press(self) -> str:
        """Notes it."""
        miss(self.record, by=self.by)
        return self.back()


class CancelForm(forms.Form):
    """Why."""

    reason = Text(label=_("why it will not take place"), max_length=200)


class Cancel(AboutAppointment, FormPage):
    """It will not take place."""

    title = _("Cancel appointment")
    form = CancelForm
    button = _("Cancel the appointment")
    is_risk = True

    def save(self, form: Any) -> str:
        """Cancels."""
        cancel(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return self.back()
