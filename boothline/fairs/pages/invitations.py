"""Invitations to fairs: the list, one of them, putting people on the list, writing to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from boothline.accounts.rights import may
from boothline.core import clock, presses
from boothline.core.actors import Actor
from boothline.core.text import phrase
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail, customer_url
from boothline.fairs.editions import Fair
from boothline.fairs.filters import InvitationFilter
from boothline.fairs.invitations import Invitation, invite, list_customers, note_answer, send, send_many, unlist, why_not
from boothline.fairs.lists import ANSWERS
from boothline.fairs.pages.appointments import slot_choices
from boothline.followups.touches import CHANNELS, Touch
from boothline.timeline.history import Event
from boothline.timeline.undo import Deed, named
from boothline.ui.bulk import BulkPage
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Several, Text, Words, narrow
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage


def coming() -> QuerySet[Fair]:
    """The fairs to which people may be invited."""
    return Fair.objects.filter(starts_on__gt=clock.today()).order_by("starts_on", "id")


def invitation_url(invitation: Invitation) -> str:
    """Its page."""
    return reverse("invitation", args=[invitation.pk])


class InvitationList(ListPage):
    """Everybody on the list of a fair whose customer one sees."""

    right = "invitations.see"
    title = _("Invitations")
    nav = "invitations"
    columns = [
        Column(_("invited person"), str, "link", invitation_url),
        Column(_("state"), lambda i: (f"invitation_{i.state}", i.get_state_display()), "state"),
        Column(_("customer"), lambda i: str(i.customer)),
        Column(_("fair"), lambda i: str(i.fair)),
        Column(_("appointment"), lambda i: i.appointment.at if i.appointment else None, "moment"),
        Column(_("replied on"), lambda i: i.answered_at, "moment"),
        Column(_("grade"), lambda i: i.customer.grade, "grade", usual=False),
        Column(_("owner"), lambda i: str(i.customer.owner or ""), usual=False),
        Column(_("sent"), lambda i: i.sent_at, "moment", usual=False),
        Column(_("last touch"), lambda i: i.customer.last_touch_at, "day", usual=False),
    ]
    under = "customer"
    people = "contact"
    sentence = _("Showing invitations to %(fair)s, state: %(state)s, %(whose)s, sorted by %(sort)s.")
    sorts = {
        "newest": Sort(_("newest"), "id", descending=True),
        "answered": Sort(_("answered last"), "answered_at", descending=True, nulls=True),
    }
    filters = InvitationFilter
    search_words = _("Find: customer")
    empty = _('Nobody is on a list yet. Tick customers in their list and choose "Invite to a fair".')

    def rows(self) -> QuerySet[Invitation]:
        """Visible ones."""
        return Invitation.objects.visible_to(self.by).for_list()


class AboutInvitation:
    """What every page about an invitation has."""

    right: ClassVar[str] = "invitations.send"
    nav: ClassVar[str] = "invitations"
    by: Any
    record: Any

    def find(self) -> QuerySet[Invitation]:
        """Visible ones."""
        return Invitation.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The list of this fair."""
        fair = self.record.fair
        return [(str(fair), reverse("fair", args=[fair.pk])), (str(_("Invitations")), f"{reverse('invitations')}?fair={fair.pk}")]


def background(invitation: Invitation, by: Actor) -> dict[str, Any]:
    """What one knows before one writes: the customer, and the last touch with them for who sees their history."""
    touches = Touch.objects.filter(customer=invitation.customer_id).order_by("-at", "-id")
    return {"touch": touches.first() if may(by, "history.see", invitation.customer) else None}


class InvitationPage(AboutInvitation, DetailPage):
    """One person: where the invitation stands, what we wrote, what we know of them."""

    right = "invitations.see"
    template = "fairs/invitation.html"

    def context(self) -> dict[str, Any]:
        """Whether it may be sent and why not, background, history."""
        one: Invitation = self.record
        return {
            "may_note": may(self.by, "invitations.send", one.customer) and one.may_be_noted,
            "why_not": why_not(one, self.by) if one.state == "listed" else "",
            "events": Event.objects.about(one).order_by("-id")[:20] if may(self.by, "history.see", one) else [],
        } | background(one, self.by)


class LetterForm(forms.Form):
    """What it is about, and something personal."""

    subject = Text(label=_("subject"), max_length=200)
    words = Words(
        label=_("personal line"), max_length=2000, rows=4,
        help_text=_("Why it is worth coming for them. Days, place and link follow by themselves."),
    )  # fmt: skip


class SendInvitation(AboutInvitation, FormPage):
    """Writes to one person."""

    title = _("Send invitation")
    lead = _("They get a letter with a link and answer without an account: comes, does not come, or a time for a talk.")
    template = "fairs/invitation_form.html"
    form = LetterForm
    button = _("Send invitation")

    def initial(self) -> dict[str, Any]:
        """A subject to begin with, in their language."""
        with override(self.record.contact.speaks):
            return {"subject": phrase(_now("An invitation to %(fair)s"), {"fair": self.record.fair})}

    def context(self) -> dict[str, Any]:
        """Background, what speaks against it."""
        return {"why_not": why_not(self.record, self.by)} | background(self.record, self.by)

    def back(self) -> str:
        """The invitation."""
        return invitation_url(self.record)

    def save(self, form: Any) -> str:
        """Sends."""
        return invitation_url(send(self.record, by=self.by, **form.cleaned_data))


class AnswerForm(forms.Form):
    """What they said, who said it, and how."""

    answer = forms.ChoiceField(label=_("answer"), choices=list(ANSWERS.items()), widget=forms.RadioSelect)
    at = forms.ChoiceField(label=_("free slot"), required=False, help_text=_("Where they wish a talk at the booth."))
    told_how = forms.ChoiceField(label=_("how they said it"), choices=list(CHANNELS.items()), widget=forms.RadioSelect)
    told_by = Text(label=_("who said it"), max_length=100)
    told_words = Words(label=_("in their words"), rows=2, max_length=300, required=False)

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "at", [("", _("no talk agreed")), *slot_choices(invitation.fair, invitation.appointment)])

    def clean_at(self) -> datetime | None:
        """The moment."""
        return datetime.fromisoformat(self.cleaned_data["at"]) if self.cleaned_data["at"] else None


class NoteAnswer(AboutInvitation, FormPage):
    """A colleague heard whether they come."""

    title = _("Note their answer")
    lead = _("They called, wrote or told you whether they come. They can still change it by their link until the fair begins.")
    form = AnswerForm
    button = _("Note the answer")

    def form_options(self) -> dict[str, Any]:
        """Its fair's free slots."""
        return {"invitation": self.record}

    def initial(self) -> dict[str, Any]:
        """What stands."""
        one: Invitation = self.record
        return {
            "answer": one.state if one.state in ANSWERS else "", "at": one.appointment.at.isoformat() if one.appointment else "",
            "told_by": one.told_by or one.contact.name, "told_how": one.told_how or "phone", "told_words": one.told_words,
        }  # fmt: skip

    def back(self) -> str:
        """The invitation."""
        return invitation_url(self.record)

    def save(self, form: Any) -> str:
        """Notes it."""
        data = form.cleaned_data
        if data["answer"] != "appointment":
            data["at"] = None
        return invitation_url(note_answer(self.record, by=self.by, **data))


class RemoveInvitation(AboutInvitation, ActionPage):
    """Off the list, before anything was sent."""

    done = _("Taken off the list.")

    def press(self) -> str:
        """Takes them off."""
        back = self.back()
        unlist(self.record, by=self.by)
        return back

    def back(self) -> str:
        """The list: there is no invitation any more."""
        return self.trail()[-1][1]


class FairForm(forms.Form):
    """A coming fair."""

    fair = forms.ModelChoiceField(label=_("fair"), queryset=Fair.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "fair", coming())


class InviteForm(FairForm):
    """And whom."""

    contacts = Several(label=_("people"), queryset=Contact.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, customer: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contacts", Contact.objects.filter(customer=customer).order_by("id"))


class Invite(FormPage):
    """Puts people of a customer on the list of a fair."""

    right = "invitations.send"
    title = _("Invite to a fair")
    lead = _("They are listed first; the letter is written on the next page.")
    nav = "customers"
    form = InviteForm
    button = _("Put on the list")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def form_options(self) -> dict[str, Any]:
        """Their people."""
        return {"customer": self.record.pk}

    def initial(self) -> dict[str, Any]:
        """The only person, where there is one."""
        people = list(self.record.contacts.order_by("id")[:2])
        return {"contacts": people if len(people) == 1 else []}

    def save(self, form: Any) -> str:
        """Lists them."""
        made = invite(self.record, by=self.by, **form.cleaned_data)
        if len(made) == 1:
            return invitation_url(made[0])
        return f"{reverse('invitations')}?fair={made[0].fair_id}" if made else customer_url(self.record)


class BulkInvite(BulkPage):
    """Puts the people of the ticked customers on the list of a fair."""

    right = "invitations.send"
    title = _("Invite to a fair")
    lead = _("Everybody on record at these customers is put on the list, once; you write to them from there.")
    nav = of = "customers"
    form = FairForm
    button = _("Put on the list")

    def apply(self, rows: dict[int, int], form: Any) -> Deed:
        """Lists them."""
        return list_customers(rows, by=self.by, fair=form.cleaned_data["fair"])


class BulkSend(BulkPage):
    """Writes to the ticked people."""

    right = "invitations.send"
    title = _("Send invitations")
    lead = _("Each gets a letter of their own, in their language around your words. Whom we may not write to is left out and named.")
    nav = of = "invitations"
    form = LetterForm
    button = _("Send invitations")

    def save(self, form: Any) -> str:
        """Sends, and says to how many, and to whom not."""
        asked = [row.pk for row in self.chosen]
        left = {f"{one.customer} {one}": why_not(one, self.by) for one in self.chosen}
        sent = send_many(asked, by=self.by, **form.cleaned_data)
        if presses.repeats() is None:
            if sent:
                messages.success(
                    self.request, ngettext("%(num)s invitation sent.", "%(num)s invitations sent.", len(sent)) % {"num": len(sent)}
                )
            left = {name: why for name, why in left.items() if why}
            if left:
                messages.error(self.request, _now("Not sent: %(rows)s.") % {"rows": named(left)})
        return self.back()
