"""The visitor's own form, opened by the QR code at the booth; and the sign that shows the code."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import company
from boothline.capture import visits
from boothline.core.errors import Refused
from boothline.fairs.editions import Fair
from boothline.ui.kit import BY_LINK, DetailPage, Page
from boothline.visitors.pages.forms import CaptureForm
from boothline.visitors.questionnaire import asked_at
from boothline.visitors.solicitation import take

LANGUAGES = {"zh-hans": "中文", "en": "English"}
LARGEST = 40_000  # bytes of a form that is typed on a phone


class Visit(Page):
    """Asks what the fair asks visitors, in the language that they choose; never what staff note."""

    right = BY_LINK
    fair: Fair | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An address that opens nothing says so, whatever is wrong with it."""
        self.fair = visits.fair_of(kwargs["token"])
        wanted = request.GET.get("language") or translation.get_language() or "zh-hans"
        self.language = wanted if wanted in LANGUAGES else "en" if wanted.startswith("en") else "zh-hans"
        with translation.override(self.language):
            if self.fair is None:
                answer: HttpResponseBase = self.say("capture/shut.html", 404)
            else:
                answer = super().dispatch(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    def say(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """A page in the visitor's frame."""
        ours = company()
        frame = {
            "us": ours, "us_name": ours.named(self.language), "fair": self.fair, "language": self.language, "languages": LANGUAGES,
            "token": self.kwargs["token"], "person": None, "trouble": "",
        }  # fmt: skip
        return render(self.request, template, frame | context, status=status)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The empty form, or the thanks."""
        if request.GET.get("thanks"):
            return self.say("capture/thanks.html")
        return self.say("capture/visit.html", form=self.form())

    def form(self, data: Any = None) -> CaptureForm:
        """What this fair asks a visitor; every consent is unticked."""
        form = CaptureForm(data, asked=asked_at(self.fair), is_public=True, initial={"client_id": uuid.uuid4()})
        for name in ("fair", "badge", "badge_number"):
            del form.fields[name]
        return form

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Takes it as a capture of the fair's lead. A machine that fills in everything gets its thanks and leaves nothing."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return self.say("capture/visit.html", 413, form=self.form(), trouble=_now("That is more than this form takes."))
        if request.POST.get("website"):
            return self.thanks()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.say("capture/visit.html", 422, form=form)
        assert self.fair is not None
        if visits.is_too_fast(self.fair, request.META.get("REMOTE_ADDR", "")):
            words = _now("Too many forms came from here. Wait some minutes, or speak with us at the booth.")
            return self.say("capture/visit.html", 429, form=form, trouble=words)
        name = form.cleaned_data["name"] or form.cleaned_data["company"]
        try:
            with form.anew():
                take(form.taken(None, source="self"), by=visits.visitor(name), fair=self.fair)
        except Refused as refused:
            form.add_error(None, str(refused.words))
            return self.say("capture/visit.html", 422, form=form)
        return self.thanks()

    def thanks(self) -> HttpResponse:
        """Leads on, so that a reload sends nothing again."""
        answer = HttpResponse(status=302)
        answer["Location"] = f"{reverse('visit', args=[self.kwargs['token']])}?thanks=1&language={self.language}"
        return answer


class Sign(DetailPage):
    """The sign with the code, for A4 or A5."""

    right = "fairs.see"
    title = _("Sign")
    template = "capture/sign.html"
    nav = "fairs"

    def find(self) -> QuerySet[Fair]:
        """All."""
        return Fair.objects.visible_to(self.by)

    def context(self) -> dict[str, Any]:
        """The code, and both languages."""
        fair: Fair = self.record
        size = "a5" if self.request.GET.get("size") == "a5" else "a4"
        return {"code": visits.code_of(fair), "address": visits.address_of(fair), "size": size, "us": company()}
