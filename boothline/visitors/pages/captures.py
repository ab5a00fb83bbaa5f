"""501 at the desk: the list of captures, one capture, and the form that takes one."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core.countries import called
from boothline.core.errors import Refused
from boothline.core.text import whole
from boothline.customers.lists import TYPE_WORDS
from boothline.customers.trail import customer_url
from boothline.fairs.editions import Fair
from boothline.files.attachments import Attachment, Picture, read_picture
from boothline.followups.clocks import HEAT
from boothline.ui.columns import Column, Sort
from boothline.ui.kit import DetailPage, FormPage, ListPage
from boothline.visitors.filters import CaptureFilter
from boothline.visitors.known import Flash, chosen, known
from boothline.visitors.pages.forms import ASKS_PHOTO, CaptureForm, offered
from boothline.visitors.questionnaire import asked_at
from boothline.visitors.solicitation import PICTURES, Capture, shows_card, take


class CaptureList(ListPage):
    """Everybody who was captured."""

    right = "captures.see"
    title = _("Captures")
    nav = "captures"
    columns = [
        Column(_("person"), str, "link", lambda c: reverse("capture", args=[c.pk])),
        Column(_("customer"), lambda c: str(c.customer)),
        Column(_("fair"), lambda c: str(c.fair or "")),
        Column(_("heat"), lambda c: str(HEAT[c.heat]) if c.heat else ""),
        Column(_("taken"), lambda c: c.taken_at, "moment"),
        Column(_("by"), lambda c: str(c.taken_by or "")),
        Column(_("title"), lambda c: c.contact.title, usual=False),
        Column(_("how taken"), lambda c: c.get_source_display(), usual=False),
        Column(_("note"), lambda c: c.note, usual=False),
        Column(_("country"), lambda c: called(c.customer.country), usual=False),
        Column(
            _("owner"), lambda c: str(c.customer.owner or ""), usual=False, needs=lambda rows, by: rows.select_related("customer__owner")
        ),
        Column(_("type now"), lambda c: c.customer.type, "type", usual=False, words=TYPE_WORDS.__getitem__),
    ]
    under = "customer"
    people = "contact"
    sentence = _("Showing captures at %(fair)s, heat: %(heat)s, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "taken_at", descending=True)}
    filters = CaptureFilter
    search_words = _("Find: name, company, e-mail, phone")
    empty = _("No captures yet. Capture the first visitor.")
    create = ("capture-new", _("Capture a visitor"), "captures.take")

    def seeks(self) -> str:
        """By phone and e-mail only for whoever may read them."""
        return str(self.search_words if self.by.has("customers.unmask") else _("Find: name, company"))

    def rows(self) -> QuerySet[Capture]:
        """Visible ones."""
        return Capture.objects.visible_to(self.by).for_list()


class CapturePage(DetailPage):
    """One capture as it was taken."""

    right = "captures.see"
    template = "visitors/capture.html"
    nav = "captures"

    def find(self) -> QuerySet[Capture]:
        """Visible ones."""
        found = Capture.objects.visible_to(self.by).for_list()
        return found.select_related("questionnaire").prefetch_related("interest", "contact__points", "others")

    def trail(self) -> list[tuple[str, str]]:
        """Captures."""
        return [(str(_("Captures")), reverse("captures"))]

    def context(self) -> dict[str, Any]:
        """Its pictures, and what was agreed to."""
        capture: Capture = self.record
        files = list(Attachment.objects.of(capture)) if capture.shows_files_to(self.by) else []
        pictures = [kept for kept in files if kept.kind == "picture"]
        agreed = capture.contact.agreed
        return {
            "pictures": pictures,
            "asks_photo": any(map(shows_card, pictures)) and "photo" not in agreed,
            "voices": [kept for kept in files if kept.kind == "voice"],
            "shows": PICTURES,
            "answered": capture.answered,
            "otherwise": capture.otherwise(self.by),
            "gaps": capture.gaps,
            "may_correct": may(self.by, "captures.edit", capture),
            "consents": list(agreed.values()),
            "heat": HEAT.get(capture.heat or 0, ""),
        }


class DeskForm(CaptureForm):
    """At the desk a photo of the card comes with it."""

    picture = forms.FileField(
        label=_("photo of the card"), required=False, help_text=_("Ask first whether it may be kept; a yes is a tick above."),
        widget=forms.FileInput(attrs={"accept": "image/*", "data-asks": ASKS_PHOTO}),
    )  # fmt: skip
    photo = Picture()

    def clean_picture(self) -> Any:
        """Read at once: what is wrong with it is told beside whatever else is wrong, before it is chosen again."""
        upload = self.cleaned_data["picture"]
        if upload:
            upload.seek(0)  # the form is asked twice: for who looks the same, and to be saved
            try:
                self.photo = read_picture(upload)
            except Refused as refused:
                raise forms.ValidationError(str(refused.words)) from refused
        return upload


class NewCapture(FormPage):
    """Takes a visitor. If they look known, the form says so once and asks whether to attach."""

    right = "captures.take"
    title = _("Capture a visitor")
    nav = "captures"
    template = "visitors/capture_form.html"
    form = DeskForm
    button = _("Save capture")
    done = _("Captured.")
    is_about_record = False
    likes: list[Flash] = []

    def trail(self) -> list[tuple[str, str]]:
        """Captures."""
        return [(str(_("Captures")), reverse("captures"))]

    def initial(self) -> dict[str, Any]:
        """A fresh id, and the fair that is on."""
        asked = whole(self.request.GET.get("fair"))
        running = Fair.objects.running().order_by("id").first()
        fair = asked if asked is not None else running.pk if running else None
        return {"client_id": uuid.uuid4(), "fair": fair}

    def context(self) -> dict[str, Any]:
        """Whom we may know already."""
        return {"likes": self.likes, "no_products": not offered()}

    def form_options(self) -> dict[str, Any]:
        """What the fair asks."""
        chosen = whole(self.request.POST.get("fair")) if self.request.method == "POST" else self.initial()["fair"]
        return {"asked": asked_at(Fair.objects.filter(pk=chosen).first() if chosen else None)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Before saving, shows who looks the same, unless that was answered."""
        form = self.form(request.POST, request.FILES, **self.form_options())
        if form.is_valid() and "customer_answer" not in request.POST:
            self.likes = [flash for flash in known(form.person(None), self.by) if flash.is_choice]
            if self.likes and not Capture.objects.filter(client_id=form.cleaned_data["client_id"]).exists():
                return self.answer(form=form, seen=0, record=None)
        return super().post(request, *args, **kwargs)

    def save(self, form: Any) -> str:
        """Takes it."""
        data = form.cleaned_data
        answer = whole(self.request.POST.get("customer_answer"))
        customer = chosen(answer, form.person(None), self.by) if answer is not None else None
        picture = form.photo
        photo = (picture, data["picture"].name) if picture else None
        with form.anew():
            capture = take(form.taken(customer, is_pictured=bool(photo)), by=self.by, fair=data["fair"], picture=photo)
        if photo and "photo" not in data.get("consents", []):
            self.done = _("Captured. That the card may be kept is not noted yet: ask them, then tick it in the capture.")
        return customer_url(capture.customer)
