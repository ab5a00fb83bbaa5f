"""The way in: a link is exchanged for its grant's cookie, and every portal page stands on that."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from boothline.accounts.company import company
from boothline.core.errors import NotAllowed, Refused
from boothline.documents.press import LANGUAGES
from boothline.files.attachments import Attachment
from boothline.links.grants import grant_of_token, speak
from boothline.portal.guests import Guest, guest_of, shut, welcome
from boothline.ui.kit import BY_LINK, Page

LONGEST = 500  # of an address of ours


def language_of(request: HttpRequest, guest: Guest | None) -> str:
    """The guest's choice, else the contact's language, else the browser's, else Chinese."""
    if guest and (guest.grant.language or guest.contact.language):
        return guest.grant.language or guest.contact.language
    return translation.get_language() or "zh-hans"


def faults_of(refused: Refused | None) -> dict[str, str]:
    """What was refused, by its field; the first of a field is its fault."""
    return {one.field or "": str(one.words) for one in reversed([refused, *refused.also])} if refused else {}


def paper_of(record: Model, filename: str) -> FileResponse:
    """The newest PDF of a record that the customer may read, in the language that is spoken."""
    papers = list(Attachment.objects.of(record).filter(visibility="customer", kind="pdf"))[::-1]
    language = translation.get_language() or "zh-hans"
    kept = next((p for p in papers if f" {LANGUAGES[language]}." in p.name), papers[0] if papers else None)
    if kept is None:
        raise Http404
    return FileResponse(kept.content.open("rb"), content_type="application/pdf", filename=filename)


class Exchange(Page):
    """The mailed address. Writes nothing; sets the cookie and leads to the clean address."""

    right = BY_LINK

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Exchanges the token."""
        grant = grant_of_token(token)
        if grant is None or not grant.is_open:
            return shut(request)
        answer = redirect("portal", grant=grant.pk)
        welcome(answer, grant)
        answer["Referrer-Policy"] = "no-referrer"
        answer["Cache-Control"] = "no-store"
        return answer


class PortalPage(Page):
    """What every page of a guest has: the grant, the contact, the contact's language, no cache."""

    right = BY_LINK
    guest: Guest
    stands_on: ClassVar[str] = ""  # of a press: the name of the page that it stands on
    carried: QueryDict | None = None  # what stood in the form when another language was chosen

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Finds the guest first; a refusal becomes a page in their language."""
        try:
            self.guest = guest_of(request, kwargs["grant"])
        except Http404:
            return shut(request)
        with translation.override(language_of(request, self.guest)):
            try:
                answer = self._spoken(request) if request.POST.get("speak") in LANGUAGES else super().dispatch(request, *args, **kwargs)
            except Refused as refused:
                answer = self.say("portal/refused.html", status=409, words=str(refused.words), code=refused.code)
            except Http404:
                answer = shut(request)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = (
            "same-origin"  # the address is clean; with no-referrer browsers send Origin: null and no form could be trusted
        )
        return answer

    def _spoken(self, request: HttpRequest) -> HttpResponseBase:
        """The same page in the language that was chosen there, with what was typed; nothing of it is done."""
        self.carried = request.POST
        speak(self.guest.grant, by=self.guest.actor.trusted(), language=self.carried["speak"])
        show = getattr(self, "get", self.http_method_not_allowed)
        with translation.override(self.carried["speak"]):
            return show(request, *self.args, **self.kwargs)

    def besides(self, sent: str) -> dict[str, str]:
        """What else was typed in the form from which only this field was sent: it stays there."""
        typed = {name: str(value) for name, value in self.request.POST.items() if name != sent and str(value).strip()}
        return typed if typed.keys() - {"csrfmiddlewaretoken", "press"} else {}

    def here(self) -> str:
        """The address under which the page that is shown can be asked for."""
        return reverse(self.stands_on, kwargs=self.kwargs) if self.stands_on else self.request.get_full_path()

    def not_allowed(self, refused: NotAllowed) -> HttpResponse:
        """403 in the guest's frame and words."""
        words = _("Only the person whom we asked may do this. You may read it and ask for changes.")
        return self.say("portal/refused.html", status=403, words=words, code=refused.code)

    def say(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """Renders a page in the guest's frame."""
        ours = company()
        language = translation.get_language() or "zh-hans"
        owner = self.guest.contact.customer.owner
        frame = {
            "guest": self.guest, "us": ours, "us_name": ours.named(language), "owner": owner, "languages": LANGUAGES,
            "phone": (owner and owner.phone) or ours.phone,
            "language": language, "grant": self.guest.grant.pk, "demo": settings.DEMO, "here": self.here(),
            "lost_files": bool(self.request.FILES),  # a page that answers a press with files is shown again
        }  # fmt: skip
        carried = {} if self.carried is None else {"typed": self.carried}
        return render(self.request, template, frame | context | carried, status=status)


class Speak(PortalPage):
    """The language of the portal, kept with the grant."""

    def post(self, request: HttpRequest, grant: int) -> HttpResponse:
        """Keeps it and leads back to the page on which it was chosen."""
        language = request.POST.get("language", "")
        if language in LANGUAGES:
            speak(self.guest.grant, by=self.guest.actor.trusted(), language=language)
        at = request.POST.get("at", "")
        is_theirs = at.startswith(f"/c/{grant}/") and len(at) < LONGEST and url_has_allowed_host_and_scheme(at, None)
        return redirect(at if is_theirs else reverse("portal", args=[grant]))
