"""501 at the booth: one page for one thumb. It works without a script; with one it saves and stands ready for the next at once."""

from __future__ import annotations

import contextlib
import json
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.capture.rows import Answer, take_rows
from boothline.core.errors import NotAllowed, Refused
from boothline.core.text import clean, whole
from boothline.customers.card import Person
from boothline.customers.lists import CONSENTS
from boothline.customers.trail import customer_url
from boothline.fairs.editions import Fair
from boothline.files.attachments import LARGEST_VOICE, LONGEST_VOICE, Attachment, Voice, read_picture, read_voice
from boothline.ui.fields import Text
from boothline.ui.kit import ActionPage, DetailPage, FormPage, Page
from boothline.visitors.known import Flash, chosen, known, surely
from boothline.visitors.pages.forms import ASKS_PHOTO, CaptureForm, as_initial, offered
from boothline.visitors.questionnaire import asked_at
from boothline.visitors.retraction import REASONS, Retraction
from boothline.visitors.solicitation import (
    CARD,
    FILE_WORDS,
    PICTURES,
    Capture,
    add_picture,
    add_voice,
    correct,
    seen_revision,
    take,
    taken_today_by,
)
from boothline.visitors.undoing import retract, why_not

RECENT = 5  # of one's own captures of today, how many the page names


class BoothForm(CaptureForm):
    """The capture at the booth; its fair is that of the page."""


class CorrectForm(BoothForm):
    """The same of what was taken; it knows which of the consents that it offers stood when it was shown."""

    agreed = forms.MultipleChoiceField(choices=list(CONSENTS.items()), required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = self.asked.find("consent")
        offered = {choice.code for choice in question.choices} if question and "consents" in self.fields else set()
        self.initial["agreed"] = [code for code in self.initial.get("consents", []) if code in offered]


class Booth(FormPage):
    """Takes one visitor after the other."""

    right = "captures.take"
    title = _("Capture")
    template = "capture/booth.html"
    form = BoothForm
    button = _("Save, next visitor")
    is_about_record = False
    flashes: list[Flash] = []
    asks = False  # it was pressed to save, and is asked whether it is them

    def fair(self) -> Fair | None:
        """The one that the address names, else the one that runs."""
        asked = whole(self.request.POST.get("fair") or self.request.GET.get("fair"))
        named = Fair.objects.visible_to(self.by).filter(pk=asked).first() if asked is not None else None
        return named or Fair.objects.visible_to(self.by).running().order_by("id").first()

    def initial(self) -> dict[str, Any]:
        """A fresh id."""
        fair = self.fair()
        return {"client_id": uuid.uuid4(), "fair": fair.pk if fair else None}

    def form_options(self) -> dict[str, Any]:
        """What the fair asks."""
        return {"asked": asked_at(self.fair())}

    def context(self) -> dict[str, Any]:
        """The fair and the others that run, who was saved last, whom the form may mean."""
        fair, saved = self.fair(), None
        mine = taken_today_by(self.by).select_related("customer", "contact")
        with contextlib.suppress(ValueError, Capture.DoesNotExist):
            asked = uuid.UUID(self.request.GET.get("saved", ""))
            saved = mine.get(client_id=asked)
        running = Fair.objects.visible_to(self.by).running().order_by("id")
        return {
            "fair": fair, "others": [other for other in running if other != fair], "saved": saved, **shots(),
            "recent": mine.order_by("-made_at", "-pk")[:RECENT],
            "flashes": self.flashes, "asking": self.asks, "correcting": False, **voice_limits(),
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without a script, a look whether they are known is a button of its own. Saving asks where a phone or an e-mail is somebody's
        on record, until it is said whether it is them."""
        form = self.form(request.POST, request.FILES, **self.form_options())
        if form.is_valid() and "look" in request.POST:
            self.flashes = known(form.person(None), self.by)
        elif form.is_valid() and "customer_answer" not in request.POST and not self.is_sent_again(form):
            self.flashes = surely(form.person(None), self.by)
            self.asks = bool(self.flashes)
        if "look" in request.POST or self.asks:
            return self.answer(form=form, seen=0, record=None)
        return super().post(request, *args, **kwargs)

    def is_sent_again(self, form: Any) -> bool:
        """What stands under this id is answered with what is there."""
        return Capture.objects.filter(client_id=form.cleaned_data["client_id"]).exists()

    def save(self, form: Any) -> str:
        """Takes them; the next empty form says who was saved."""
        pictures, voices = uploaded(self.request), voiced(self.request)
        answer = whole(self.request.POST.get("customer_answer"))
        customer = chosen(answer, form.person(None), self.by) if answer is not None else None
        fair = self.fair()
        with form.anew():
            capture = take(form.taken(customer), by=self.by, fair=fair, pictures=pictures, voices=voices)
        return f"{reverse('booth')}?saved={capture.client_id}" + (f"&fair={fair.pk}" if fair else "")


def uploaded(request: HttpRequest) -> list[tuple[bytes, str]]:
    """The pictures of a plain form, each kind any number that one request may hold, refused before anything is stored."""
    found: list[tuple[bytes, str]] = []
    for kind in PICTURES:
        for upload in request.FILES.getlist(f"picture_{kind}"):
            content = read_picture(upload)
            if content:
                found.append((content, kind))
    return found


def voiced(request: HttpRequest) -> list[Voice]:
    """The voice notes of a plain form, refused before anything is stored."""
    return [read_voice(upload) for upload in request.FILES.getlist("voice")]


def shots() -> dict[str, Any]:
    """The kinds of pictures; which of them show a card, and what whoever takes one is asked."""
    return {"kinds": PICTURES, "cards": CARD, "asks_photo": ASKS_PHOTO}


def voice_limits() -> dict[str, int]:
    """What the recorder keeps to."""
    return {"voice_seconds": LONGEST_VOICE.value * 60, "voice_minutes": LONGEST_VOICE.value, "voice_bytes": LARGEST_VOICE.value * 2**20}


class OwnCapture(DetailPage):
    """One's own capture of today, by the id that the device made."""

    right = "captures.edit"
    key = "client_id"

    def find(self) -> QuerySet[Capture]:
        """Of customers that one sees."""
        return Capture.objects.visible_to(self.by).for_list().select_related("questionnaire").prefetch_related("interest")

    def load(self) -> Capture:
        """What is no such id is not there."""
        try:
            self.kwargs["key"] = uuid.UUID(str(self.kwargs["key"]))
        except ValueError as none:
            raise Http404 from none
        found: Capture = super().load()
        return found


class CorrectCapture(OwnCapture, FormPage):
    """Mends it."""

    title = _("Edit")
    template = "capture/booth.html"
    form = CorrectForm
    button = _("Save correction")
    done = _("Corrected.")

    def form_options(self) -> dict[str, Any]:
        """What was asked when it was taken."""
        return {"asked": asked_at(self.record.fair, self.record.questionnaire.n if self.record.questionnaire else None)}

    def revision(self) -> int:
        """Of the capture together with the person."""
        return seen_revision(self.record)

    def initial(self) -> dict[str, Any]:
        """As it was taken."""
        return as_initial(self.record)

    def context(self) -> dict[str, Any]:
        """Its fair and pictures."""
        capture: Capture = self.record
        shown = Attachment.objects.of(capture)
        return {
            "fair": capture.fair, "others": [], "saved": None, "recent": [], "flashes": [], "asking": False, **shots(),
            "correcting": True,
            "pictures": [FILE_WORDS.get(picture.name, picture.name) for picture in shown], **voice_limits(),
        }  # fmt: skip

    def save(self, form: Any) -> str:
        """Corrects it, and keeps the pictures that came with it."""
        capture: Capture = self.record
        pictures, voices = uploaded(self.request), voiced(self.request)
        taken = form.taken(None, client_id=capture.client_id)
        correct(capture, by=self.by, revision=self.seen, taken=taken, agreed=form.cleaned_data["agreed"])
        for content, kind in pictures:
            add_picture(capture, by=self.by, content=content, kind=kind)
        for voice in voices:
            add_voice(capture, by=self.by, voice=voice)
        return f"{reverse('booth')}?saved={capture.client_id}" + (f"&fair={capture.fair_id}" if capture.fair_id else "")


class RetractForm(forms.Form):
    """Why it is taken back."""

    reason = forms.ChoiceField(label=_("Why"), choices=list(REASONS.items()), widget=forms.RadioSelect)
    words = Text(label=_("In a few words"), max_length=400, required=False)


class RetractCapture(OwnCapture, FormPage):
    """Taken by mistake: takes it back as a whole. Whoever comes again is told that it is done."""

    title = _("Taken by mistake")
    template = "capture/retraction.html"
    form = RetractForm
    button = _("Take the capture back")
    done = _("Taken back. Nothing of it is left but that it was there.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question, with what speaks against it."""
        return self.gone() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Takes it back; a second press is harmless."""
        return self.gone() or super().post(request, *args, **kwargs)

    def gone(self) -> HttpResponse | None:
        """Where it leads when it was taken back already."""
        with contextlib.suppress(ValueError):
            held = Retraction.objects.visible_to(self.by).filter(client_id=uuid.UUID(self.kwargs["key"])).first()
            if held:
                at = date_format(timezone.localtime(held.made_at), "TIME_FORMAT")
                messages.info(self.request, _now("It was taken back at %(time)s already; nothing was done twice.") % {"time": at})
                return redirect("booth")
        return None

    def revision(self) -> int:
        """It takes back whatever it is by now."""
        return 0

    def back(self) -> str:
        """Where they stand ready for the next."""
        return reverse("booth")

    def context(self) -> dict[str, Any]:
        """What came with it, and what was built on it."""
        capture: Capture = self.record
        return {"fair": capture.fair, "against": why_not(capture), "is_new": bool(capture.brought.get("customer"))}

    def save(self, form: Any) -> str:
        """Takes it back."""
        fair = self.record.fair_id
        retract(self.record, by=self.by, reason=form.cleaned_data["reason"], words=form.cleaned_data["words"])
        return reverse("booth") + (f"?fair={fair}" if fair else "")


def said(words: object, status: int) -> JsonResponse:
    """A refusal as a device reads it."""
    return JsonResponse({"reason": str(words)}, status=status)


class TakeRows(Page):
    """The batch door of devices: {"fair", "version", "captures": [...]}; each row is answered by its id."""

    right = "captures.take"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Captures are sent here, never fetched."""
        return redirect("booth")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Takes what can be taken."""
        try:
            sent = json.loads(request.body) if request.content_type == "application/json" else {}
            rows = sent["captures"]
            number, version = (value if isinstance(value, int) else None for value in (sent.get("fair"), sent.get("version")))
            if not isinstance(rows, list):
                raise TypeError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return said(_now("This is no list of captures that can be read."), 422)
        fair = Fair.objects.visible_to(self.by).filter(pk=number).first() if number is not None and 0 < number < 2**63 else None
        if number is not None and fair is None:
            return said(_now("This fair is not there. Load the page again."), 422)
        asked, products = asked_at(fair, version), offered()

        def form(data: MultiValueDict[str, str]) -> BoothForm:
            bound = BoothForm(data, asked=asked, products=products)
            del bound.fields["fair"]
            return bound

        answers = take_rows(rows, by=self.by, fair=fair, form=form)
        return JsonResponse({"rows": [_said(answer) for answer in answers]})


def _said(answer: Answer) -> dict[str, Any]:
    """An answer as the device reads it."""
    told: dict[str, Any] = {"id": answer.id, "state": answer.state}
    if answer.state == "asked":
        return told | {"known": _flashed(answer.likes)}
    if answer.capture is None:
        return told | {"reason": answer.reason, "faults": answer.faults}
    correct, opens = reverse("booth-capture", args=[answer.capture.client_id]), customer_url(answer.capture.customer)
    return told | {"name": str(answer.capture.contact), "customer": str(answer.capture.customer), "correct": correct, "open": opens}


def _flashed(found: list[Flash]) -> list[dict[str, Any]]:
    """Whom we know, as the device reads it."""
    return [{"customer": f.customer.pk, "name": str(f.customer), "line": f.line, "reason": f.reason, "choice": f.is_choice} for f in found]


class TakePicture(OwnCapture, ActionPage):
    """One picture of a capture that was sent before."""

    def back(self) -> str:
        """Pictures are looked at with their capture."""
        return reverse("capture", args=[self.record.pk])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keeps it."""
        self.record = self.load()
        try:
            kept = self.keep(request)
        except NotAllowed:
            raise
        except Refused as refused:
            return said(refused.words, 422)
        return JsonResponse({kept.kind: kept.pk})

    def keep(self, request: HttpRequest) -> Attachment:
        """The picture, of the kind that the device says."""
        upload = request.FILES.get("picture")
        if upload is None:
            raise Refused(_now("No picture came with it."))
        return add_picture(self.record, by=self.by, content=read_picture(upload), kind=clean(request.POST.get("kind", ""), 20))


class TakeVoice(TakePicture):
    """One voice note of a capture that was sent before, under the id that the device made."""

    def keep(self, request: HttpRequest) -> Attachment:
        """Keeps it."""
        upload = request.FILES.get("voice")
        if upload is None:
            raise Refused(_now("No voice note came with it."))
        try:
            own = uuid.UUID(request.POST["id"]) if "id" in request.POST else None
        except ValueError as none:
            raise Refused(_now("A voice note needs an id of its own.")) from none
        return add_voice(self.record, by=self.by, voice=read_voice(upload), client_id=own)


class Known(Page):
    """The flash while somebody types: who has this phone, e-mail or company."""

    right = "captures.take"

    def get(self, request: HttpRequest) -> HttpResponse:
        """At most three, each one line."""
        given = {name: clean(request.GET.get(name, ""), 200) for name in ("name", "company", "phone", "email")}
        person = Person(
            name=given["name"], company=given["company"], phones=[given["phone"]] if len(given["phone"]) > 5 else [],
            emails=[given["email"]] if "@" in given["email"] else [],
        )  # fmt: skip
        return JsonResponse({"known": _flashed(known(person, self.by))})
