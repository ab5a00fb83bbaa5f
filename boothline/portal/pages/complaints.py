"""Complaints and suggestions from the customer's side: tells us, reads how it goes, says whether it is settled."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from boothline.care.complaints import Complaint, Told, check, reach, receive, reply
from boothline.care.lists import ABOUT, COMPLAINT_KINDS
from boothline.core.errors import Refused
from boothline.orders.register import Order
from boothline.portal.pages.door import PortalPage


class NewComplaint(PortalPage):
    """What happened, in their words."""

    def get(self, request: HttpRequest, grant: int) -> HttpResponse:
        """The form."""
        return self._form({})

    def post(self, request: HttpRequest, grant: int) -> HttpResponse:
        """Tells us."""
        typed, contact = request.POST, self.guest.contact
        order = Order.objects.of_contact(contact).filter(number=typed.get("order", "")).first() if typed.get("order") else None
        told = Told(
            typed.get("words", ""), kind=typed.get("kind", ""), channel="portal", about=typed.get("about", ""), order=order
        )  # fmt: skip
        try:
            made = receive(contact.customer, by=self.guest.actor, told=told)
        except Refused as refused:
            if not refused.field:
                raise
            return self._form(typed, str(refused.words), refused.field)
        return redirect("portal-complaint", grant=grant, number=made.number)

    def _form(self, typed: Any, problem: str = "", problem_at: str = "") -> HttpResponse:
        contact = self.guest.contact
        told = Complaint.objects.of_contact(contact).order_by("-id")[:10]
        return self.say(
            "portal/complaint_new.html", status=422 if problem else 200, typed=typed, problem=problem, problem_at=problem_at,
            kinds=COMPLAINT_KINDS, topics=ABOUT,
            orders=list(Order.objects.of_contact(contact).filter(merged_into=None).order_by("-id")[:20]), told=list(told),
        )  # fmt: skip


class ComplaintPage(PortalPage):
    """One complaint of theirs: what they said, what we say, and whether it is settled."""

    def found(self, number: str) -> Complaint:
        """Theirs; else 404."""
        one = Complaint.objects.of_contact(self.guest.contact).for_list().filter(number=number).first()
        if one is None:
            raise Http404
        return one

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The page; what we wrote about it has reached them."""
        record = self.found(number)
        return self.show(reach(record, by=self.guest.actor))

    def show(self, one: Complaint, status: int = 200, **more: Any) -> HttpResponse:
        """With what was typed."""
        return self.say("portal/complaint.html", status=status, **{"record": one, "problem": "", "typed": {}} | more)


class ReplyToComplaint(ComplaintPage):
    """They write to us once more."""

    stands_on = "portal-complaint"

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Pressed, never fetched."""
        return redirect("portal-complaint", grant=grant, number=self.found(number).number)

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Says it."""
        one = self.found(number)
        try:
            reply(one, by=self.guest.actor, words=request.POST.get("words", ""))
        except Refused as refused:
            if not refused.field:
                raise
            return self.show(one, 422, problem=str(refused.words), typed=request.POST)
        return redirect("portal-complaint", grant=grant, number=number)


class CheckComplaint(ComplaintPage):
    """They say whether it is settled."""

    stands_on = "portal-complaint"

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Pressed, never fetched."""
        return redirect("portal-complaint", grant=grant, number=self.found(number).number)

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Says it."""
        one, typed = self.found(number), request.POST
        outcome = typed.get("outcome", "") if typed.get("outcome") in ("settled", "not_settled") else ""
        try:
            check(one, by=self.guest.actor, outcome=outcome, words=typed.get("words", ""))
        except Refused as refused:
            if not refused.field:
                raise
            return self.show(one, 422, problem=str(refused.words), typed=typed)
        return redirect("portal-complaint", grant=grant, number=number)
