"""401 from the customer's side: looks at the products, wants some, asks, or is not interested. Plain forms, no script needed."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.catalogue.products import Product, Variant
from boothline.core.errors import Refused
from boothline.core.text import whole
from boothline.files.attachments import Attachment
from boothline.intentions.wanted import change_wanted, untouched
from boothline.negotiation.briefing import Briefing, BriefingItem, Wanted, choose, count_fetch, turn_down
from boothline.negotiation.questions import ask_about
from boothline.negotiation.sheet import choices_of, print_sheet, rows_of
from boothline.portal.pages.door import PortalPage, faults_of
from boothline.portal.pages.quantities import field_of, quantities


class BriefingPage(PortalPage):
    """The products, and the answers that are open. A GET counts as fetched, never as opened by a person."""

    def found(self, key: str) -> Briefing:
        """The briefing; 404 if it was not sent to their company."""
        briefing = Briefing.objects.of_contact(self.guest.contact).for_list().filter(pk=whole(key) or 0).first()
        if briefing is None:
            raise Http404
        return briefing

    def get(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """The page."""
        briefing = self.found(key)
        count_fetch(briefing)
        return self.show(briefing)

    def show(self, briefing: Briefing, status: int = 200, **more: Any) -> HttpResponse:
        """With what was typed."""
        language = get_language() or "zh"
        rows = rows_of(briefing, language)
        context = {
            "briefing": briefing, "rows": rows, "choices": choices_of(briefing, rows, language), "faults": {}, "typed": {},
            "fields": [name for row in rows for name in (f"variant_{row.item.pk}", field_of(row.item))],
            "questions": list(briefing.questions.all()), "is_interested": any(row.item.interested_at for row in rows),
            "may_change": untouched(briefing) is not None,
        }  # fmt: skip
        return self.say("portal/briefing.html", status=status, **context | more)

    def again(self, briefing: Briefing, refused: Refused) -> HttpResponse:
        """The page with every fault at its field; what concerns no field is a page of its own."""
        if not refused.field:
            raise refused
        return self.show(briefing, 422, faults=faults_of(refused), typed=self.request.POST)


class Choose(BriefingPage):
    """Wants some, with or without a quantity."""

    stands_on = "portal-briefing"

    def get(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """An answer is pressed, never fetched."""
        return redirect("portal-briefing", grant=grant, key=self.found(key).pk)

    def post(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Takes it."""
        briefing = self.found(key)
        try:
            press = change_wanted if briefing.answer == "wants" else choose
            press(briefing, by=self.guest.actor, wanted=_wanted(briefing, request.POST))
            if request.POST.get("words", "").strip():  # a question that they wrote beside it is sent as well
                ask_about(self.found(key), by=self.guest.actor, words=request.POST["words"])
        except Refused as refused:
            return self.again(briefing, refused)
        return redirect("portal-briefing", grant=grant, key=key)


class Ask(Choose):
    """Asks."""

    def post(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Takes the question."""
        briefing = self.found(key)
        try:
            ask_about(briefing, by=self.guest.actor, words=request.POST.get("words", ""))
        except Refused as refused:
            return self.again(briefing, refused)
        rest = self.besides("words")
        return self.show(self.found(key), typed=rest) if rest else redirect("portal-briefing", grant=grant, key=key)


class TurnDown(Choose):
    """Is not interested."""

    def post(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Takes it."""
        briefing = self.found(key)
        turn_down(briefing, by=self.guest.actor, words=request.POST.get("why", ""))
        return redirect("portal-briefing", grant=grant, key=key)


class Paper(BriefingPage):
    """The PDF, in the guest's language."""

    def get(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Prints it."""
        answer = HttpResponse(print_sheet(self.found(key), get_language() or "zh"), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="briefing-{key}.pdf"'
        return answer


class Picture(PortalPage):
    """A picture of a product that was sent to their company."""

    def get(self, request: HttpRequest, grant: int, key: str) -> FileResponse | HttpResponse:
        """Streams it; 404 for any other file."""
        briefings = Briefing.objects.of_contact(self.guest.contact)
        products = list(Product.objects.filter(pk__in=BriefingItem.objects.filter(briefing__in=briefings).values("product")))
        shown = Attachment.objects.of_many(products) if products else Attachment.objects.none()
        kept = shown.filter(visibility="customer", kind="picture", pk=whole(key) or 0).first()
        if kept is None:
            raise Http404
        return FileResponse(kept.content.open("rb"), content_type=kept.content_type)


def _wanted(briefing: Briefing, typed: Any) -> list[Wanted]:
    """What was ticked, or given a quantity; what was wanted before, and is ticked no longer, is not."""
    offered = briefing.items.select_related("product").prefetch_related("product__variants")
    items = [item for item in offered if f"wanted_{item.pk}" in typed or not item.wanted]
    given = quantities(typed, items)
    return [Wanted(item, given.get(item.pk), _variant(item, typed)) for item in items if item.pk in given or f"wanted_{item.pk}" in typed]


def _variant(item: BriefingItem, typed: Any) -> Variant | None:
    """Which of several they mean; None where they have not said."""
    field = f"variant_{item.pk}"
    said = typed.get(field, "")
    found = next((variant for variant in item.product.variants.all() if str(variant.pk) == said), None)
    if said and found is None:
        raise Refused(_("Choose from the list."), field=field)
    return found
