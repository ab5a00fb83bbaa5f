"""101, 103, 104 from the customer's side: what waits for them, where the goods are, signing for them, and problems."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.billing.gates import waiting
from boothline.billing.panel import asked_of_contact, refund_told
from boothline.billing.schedule import account_of
from boothline.care.complaints import Complaint
from boothline.contracts.progress import for_customer
from boothline.core.errors import Refused, together
from boothline.core.money import MOST, trimmed, typed_quantity
from boothline.core.text import labelled, whole
from boothline.customers.card import with_countries
from boothline.files.attachments import Attachment, Picture, read_pictures
from boothline.orders.again import lines_again, wanted_again
from boothline.orders.arrivals import Arrival, Count, check_count, check_signature, sign
from boothline.orders.lists import PROBLEM_KINDS
from boothline.orders.packing_list import print_packing_list
from boothline.orders.problems import Problem, Report, carried_out, check_said, check_shipped, close, reach, reopen, tell, write
from boothline.orders.promises import promise_of
from boothline.orders.register import Order, OrderLine
from boothline.orders.shipments import STATES, Shipment, ShipmentLine, leaving
from boothline.orders.solutions import GoodsReturn, agree, refuse
from boothline.orders.supply import rest_leaves_on
from boothline.portal.home import contracts_of, is_there, payment_words, question_of, shipped_to, standing_words
from boothline.portal.pages.confirmations import drawn_picture
from boothline.portal.pages.door import PortalPage, faults_of

M = TypeVar("M", bound=Model)
WHOLE_ORDER = "all"  # what the form sends where no single line is meant


def _theirs(found: QuerySet[M]) -> M:
    record = found.first()
    if record is None:
        raise Http404
    return record


class OrderPages(PortalPage):
    """What the pages of one order share: everything is looked for among what this contact's company has."""

    def order(self, number: str) -> Order:
        """Their order; else 404."""
        return _theirs(Order.objects.of_contact(self.guest.contact).for_list().filter(number=number))

    def shipment(self, number: str) -> Shipment:
        """A shipment that has left to them; else 404."""
        return _theirs(shipped_to(self.guest).filter(number=number))

    def problem(self, number: str) -> Problem:
        """Their problem; else 404."""
        return _theirs(Problem.objects.of_contact(self.guest.contact).for_list().filter(number=number))


class OrderPage(OrderPages):
    """The order: what waits for them first, then goods on the way, lines, problems."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The page."""
        order = self.order(number)
        left = list(order.shipments.for_list().filter(shipped_at__isnull=False, cancelled_at=None).order_by("-id"))
        with_countries(shipment.order.customer for shipment in left)
        problems = list(order.problems.select_related("line").order_by("-id"))
        is_over = order.merged_into_id is not None or order.state == "cancelled"
        progress = None if is_over else for_customer(order.contract, rest_leaves_on(order.contract), **leaving(order.contract))
        asked = [] if order.void_at else [(one, missing) for one, missing in waiting(order) if missing.is_asked]
        return self.say(
            "portal/order.html", order=order, reads_contract=contracts_of(self.guest).filter(version__contract=order.contract).exists(),
             progress=progress, promise=None if is_over else promise_of(order), account=account_of(order) if is_over else None,
             lines=list(order.lines.exclude(due=0)), shipments=left, problems=problems,
             to_sign=list(filter(is_there, left)), states=STATES, waiting=asked,
             to_pay=[(one, payment_words(one)) for one in asked_of_contact(self.guest.contact, order)],
            again=wanted_again(order), may_again=bool(lines_again(order)),
            standings={problem.pk: standing_words(problem) for problem in problems},
            to_answer=[(problem, asks) for problem in problems if (asks := question_of(problem))],
        )  # fmt: skip


class PackingList(OrderPages):
    """The packing list of goods that have left to them, in the guest's language."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Prints it."""
        shipment = self.shipment(number)
        pdf = print_packing_list(shipment, language=get_language() or "zh-hans")
        answer = HttpResponse(pdf, content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="packing-list-{shipment.number}.pdf"'
        return answer


class SignArrival(OrderPages):
    """Counts the goods and signs for them. Signed already, the first signature is shown."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The form, or what stands."""
        return self._form(self.shipment(number), {})

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Signs."""
        shipment, typed = self.shipment(number), request.POST
        try:
            counted: dict[int, Count] = {}
            photos: list[bytes] = []
            together(
                *(partial(_count, part, typed, counted) for part in shipment.lines.all()),
                lambda: photos.extend(_photos(request)),
                partial(check_signature, typed.get("signed_by", "")),
            )
            sign(
                shipment, by=self.guest.actor, counted=counted, signed_by=typed.get("signed_by", ""), words=typed.get("words", ""),
                drawn=drawn_picture(typed.get("drawn", "")), photos=photos,
            )  # fmt: skip
        except Refused as refused:
            if not refused.field:
                raise
            return self._form(shipment, typed, refused)
        return redirect("portal-arrival", grant=grant, number=number)

    def _form(self, shipment: Shipment, typed: Any, refused: Refused | None = None) -> HttpResponse:
        faults, parts = faults_of(refused), list(shipment.lines.all())
        arrival = Arrival.objects.filter(shipment=shipment).prefetch_related("lines__line").first()
        at_fields = ["photos", "signed_by", *(f"{name}_{part.line_id}" for part in parts for name in ("received", "damaged"))]
        return self.say(
            "portal/arrival.html", status=422 if faults else 200, shipment=shipment, arrival=arrival, typed=typed, faults=faults,
            parts=parts, at_fields=at_fields, trimmed=trimmed,
        )  # fmt: skip


class ReportProblem(OrderPages):
    """Says what is wrong, with photos."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The form."""
        return self._form(self.order(number), {})

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Reports."""
        order, typed = self.order(number), request.POST
        part, kind, words, pieces = (typed.get(name, "") for name in ("line", "kind", "words", "quantity"))
        line = order.lines.filter(pk=whole(part) or 0).first()
        photos: list[Picture] = []
        try:
            together(
                partial(check_said, kind, words),
                partial(_check_part, line, part),
                lambda: check_shipped(Report(kind, words, line=line, quantity=_pieces(pieces, line, is_chosen=part == WHOLE_ORDER))),
                lambda: photos.extend(_photos(request)),
            )
            told = Report(kind, words, line=line, quantity=_pieces(pieces, line), is_urgent="urgent" in typed, photos=tuple(photos))
            made = tell(order, by=self.guest.actor, told=told)
        except Refused as refused:
            if not refused.field:
                raise
            return self._form(order, typed, refused)
        return redirect("portal-problem", grant=grant, number=made.number)

    def _form(self, order: Order, typed: Any, refused: Refused | None = None) -> HttpResponse:
        """With every fault at its field."""
        faults = faults_of(refused)
        return self.say(
            "portal/report.html", status=422 if faults else 200, order=order, lines=list(order.lines.exclude(due=0)), kinds=PROBLEM_KINDS,
            typed=typed, faults=faults,
        )  # fmt: skip


class ProblemPage(OrderPages):
    """One problem: the conversation, what is proposed, what is asked of them."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The page; what we wrote about it has reached them."""
        record = self.problem(number)
        return self.show(reach(record, by=self.guest.actor))

    def show(self, record: Problem, status: int = 200, **more: Any) -> HttpResponse:
        """The page with what was typed."""
        messages, shown = list(record.messages.all()), Attachment.objects.filter(visibility="customer")
        photos = shown.by_owner(messages)
        made = list(record.resolutions.select_related("variant").filter(proposed_at__isnull=False, withdrawn_at=None))
        for one in made:
            one.problem = record
        context = {
            "record": record,
            "standing": standing_words(record),
            "messages": [(message, photos.get(message.pk, [])) for message in messages],
            "solution": made[-1] if made else None,
            "asked": next((one for one in made if one.state == "proposed"), None),
            "came": list(GoodsReturn.objects.filter(resolution__in=made, received_at__isnull=False)),
            "coming": list(GoodsReturn.objects.filter(resolution__in=made, received_at=None)),
            "evidence": shown.by_owner(made[-1:]),
            "refund_told": refund_told(made[-1]) if made and made[-1].kind == "refund" and made[-1].agreed_at else "",
            "may_close": carried_out(record),
            "complaints": list(Complaint.objects.of_contact(self.guest.contact).filter(problem=record).order_by("id")),
            "problem": "",
            "is_picture": False,
            "typed": {},
        }
        return self.say("portal/problem.html", status=status, **context | more)


class ProblemAnswer(ProblemPage):
    """What the forms of a problem's page share: a refusal that names a field is shown beside what was typed."""

    stands_on = "portal-problem"

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Pressed, never fetched."""
        return redirect("portal-problem", grant=grant, number=self.problem(number).number)

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Does it."""
        record = self.problem(number)
        try:
            self.do(record)
        except Refused as refused:
            if refused.field:
                told = {"problem": str(refused.words), "is_picture": refused.field in ("picture", "photos")}
                return self.show(record, status=422, typed=request.POST, **told)
            raise
        return redirect("portal-problem", grant=grant, number=number)

    def do(self, record: Problem) -> None:
        """Calls one operation."""
        raise NotImplementedError


class WriteMessage(ProblemAnswer):
    """One more message."""

    def do(self, record: Problem) -> None:
        """Writes."""
        photos = _photos(self.request)
        write(record, by=self.guest.actor, words=self.request.POST.get("words", ""), photos=photos)


class AgreeToSolution(ProblemAnswer):
    """Agrees to the proposal that the form names."""

    def do(self, record: Problem) -> None:
        """Agrees."""
        agree(self._named(record), by=self.guest.actor)

    def _named(self, record: Problem) -> Any:
        found = record.resolutions.filter(pk=whole(self.request.POST.get("solution")) or 0, proposed_at__isnull=False).first()
        if found is None:
            raise Http404
        return found


class RefuseSolution(AgreeToSolution):
    """Refuses it, and says what they wish."""

    def do(self, record: Problem) -> None:
        """Refuses."""
        refuse(self._named(record), by=self.guest.actor, words=self.request.POST.get("refusal", ""))


class CloseProblem(ProblemAnswer):
    """It is solved; how satisfied are they?"""

    def do(self, record: Problem) -> None:
        """Closes."""
        close(record, by=self.guest.actor, satisfaction=whole(self.request.POST.get("satisfaction"), places=2))


class ReopenProblem(ProblemAnswer):
    """It is not solved."""

    def do(self, record: Problem) -> None:
        """Opens it again."""
        reopen(record, by=self.guest.actor, words=self.request.POST.get("again", ""))


class Photo(OrderPages):
    """A photo of a conversation of theirs, or the evidence for what we propose."""

    def get(self, request: HttpRequest, grant: int, number: str, key: int) -> HttpResponse | FileResponse:
        """Streams it; 404 for anything else."""
        problem = self.problem(number)
        said = Q(owner_kind="problem_message", owner_id__in=problem.messages.values("pk"))
        proposed = problem.resolutions.filter(proposed_at__isnull=False, withdrawn_at=None)
        evidence = Q(owner_kind="resolution", owner_id__in=proposed.values("pk"))
        kept = Attachment.objects.filter(said | evidence, pk=key, visibility="customer").first()
        if kept is None:
            raise Http404
        handed_in = kept.kind == "paper"  # a PDF is downloaded, never opened in our pages
        return FileResponse(kept.content.open("rb"), as_attachment=handed_in, content_type=kept.content_type, filename=kept.name)


def _photos(request: HttpRequest) -> tuple[Picture, ...]:
    """The chosen pictures; what is none is refused at their field."""
    try:
        return read_pictures(request.FILES.getlist("photos"))
    except Refused as refused:
        raise Refused(refused.words, field="photos") from refused


def _count(part: ShipmentLine, typed: Any, counted: dict[int, Count]) -> None:
    """Puts in what was counted of a line; what cannot be is refused at its field."""
    received = _received(typed.get(f"received_{part.line_id}"), part)
    damaged = _quantity(typed.get(f"damaged_{part.line_id}"), Decimal(0), part.line, _("Of these damaged"), f"damaged_{part.line_id}")
    counted[part.line_id] = Count(received, damaged)
    check_count(part, counted[part.line_id])


def _check_part(line: OrderLine | None, part: str) -> None:
    if line is None and part != WHOLE_ORDER:
        raise Refused(_("Choose the product, or the whole order."), field="line")


def _pieces(text: str, line: OrderLine | None, *, is_chosen: bool = True) -> Decimal | None:
    """How many pieces of the line; nothing typed is not said. What is typed and no number is refused, never dropped. `is_chosen`: what
    it is about is said; else that is asked for anyway."""
    if not text.strip():
        return None
    found = typed_quantity(text, line.unit if line else "pcs")
    if found is None or not 0 < found <= MOST:
        raise Refused(_("How many pieces: enter a number, or leave it empty."), field="quantity")
    if line is None and is_chosen:
        raise Refused(_("Choose the product that this quantity is about."), field="line")
    return found


def _received(text: str | None, part: ShipmentLine) -> Decimal:
    """How much came; who empties the field has not said that everything came."""
    if text is not None and not text.strip():
        words = _("%(field)s: enter how many came, 0 where none did.")
        raise Refused(words % {"field": labelled(part.line.sku, _("Received"))}, field=f"received_{part.line_id}")
    return _quantity(text, part.quantity, part.line, _("Received"), f"received_{part.line_id}")


def _quantity(text: str | None, otherwise: Decimal, line: OrderLine, words: str, field: str) -> Decimal:
    """What was typed; nothing typed is what the form began with. What is no number is refused by the name of its field."""
    if not (text or "").strip():
        return otherwise
    found = typed_quantity(text or "", line.unit)
    if found is None or abs(found) > MOST:
        raise Refused(_("%(field)s: enter a number.") % {"field": labelled(line.sku, words)}, field=field, code="number")
    return found
