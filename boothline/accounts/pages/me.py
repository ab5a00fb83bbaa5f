"""One's own page: how I am called and reached, language and look, password, where I am signed in. And the start."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts import setup, sign_ins
from boothline.accounts.pages.sign_in import LANGUAGES, PasswordForm, keep_language, password_field
from boothline.accounts.people import User, choose, edit_myself
from boothline.ui.fields import Text
from boothline.ui.jinja import asset
from boothline.ui.kit import ANYBODY, SIGNED_IN, ActionPage, FormPage, Page, came_from


class Start(Page):
    """The first page."""

    right = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Leads to Today; an administrator to what comes first, as long as there is something to set up."""
        if self.by.has("settings.edit") and not setup.is_begun():
            return redirect("first-steps")
        return redirect("today")


class Icon(Page):
    """Our icon at the address where browsers look for it beside what is no page, such as a PDF."""

    right = ANYBODY

    def get(self, request: HttpRequest) -> HttpResponse:
        """Where it lies."""
        return redirect(asset("favicon.svg"))


class More(Page):
    """On a phone: everything that the dock has no place for."""

    right = SIGNED_IN
    title = _("More")
    template = "ui/more.html"
    nav = "more"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()


class Keyboard(Page):
    """Which key does what, and whether single keys do anything."""

    right = SIGNED_IN
    title = _("Keyboard")
    template = "ui/keyboard.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()


class MyChoice(Page):
    """Language, look and keys, kept for the person."""

    right = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Chosen by pressing only."""
        return redirect("more")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keeps the choice and goes back."""
        language, theme = request.POST.get("language"), request.POST.get("theme")
        person: User = self.person
        if language in LANGUAGES:
            choose(person, by=self.by, language=language)
        if theme in ("", "light", "dark"):
            choose(person, by=self.by, theme=theme)
        if request.POST.get("keys") in ("on", "off"):
            choose(person, by=self.by, single_keys=request.POST["keys"] == "on")
        answer = redirect(came_from(request))
        if language in LANGUAGES:
            keep_language(answer, language)
        return answer


class MeForm(forms.Form):
    """How I am called and reached."""

    name = Text(label=_("full name"), max_length=100)
    name_latin = Text(label=_("name in Latin letters"), max_length=100, required=False)
    email = forms.EmailField(label=_("e-mail"), max_length=254, required=False)
    phone = Text(label=_("phone"), max_length=40, required=False)


class Me(FormPage):
    """My own page."""

    right = SIGNED_IN
    title = _("My page")
    nav = "settings"
    template = "accounts/me.html"
    form = MeForm
    button = _("Save my details")
    done = _("Saved.")

    def load(self) -> User:
        """Whoever asks."""
        person: User = self.person
        return person

    def trail(self) -> list[tuple[str, str]]:
        """The settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def initial(self) -> dict[str, Any]:
        """As I am."""
        return {name: getattr(self.record, name) for name in MeForm.base_fields}

    def context(self) -> dict[str, Any]:
        """Where I am signed in."""
        key = self.request.session.session_key
        return {"sessions": [(row, row.session == key) for row in sign_ins.alive(self.record)]}

    def save(self, form: Any) -> str:
        """Keeps it."""
        edit_myself(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return reverse("me")


class MyPasswordForm(PasswordForm):
    """The present password, and a new one twice."""

    old = password_field(_("present password"), "current-password")
    field_order = ("username", "old", "new", "again")


class MyPassword(FormPage):
    """Changes my password; my sign-ins on other devices end."""

    right = SIGNED_IN
    title = _("Change password")
    lead = _("You stay signed in here; your sign-ins on other devices end.")
    nav = "settings"
    form = MyPasswordForm
    button = _("Change password")
    done = _("Password changed. Your sign-ins on other devices have ended.")

    def load(self) -> User:
        """Whoever asks."""
        person: User = self.person
        return person

    def trail(self) -> list[tuple[str, str]]:
        """My page."""
        return [(str(_("My page")), reverse("me"))]

    def initial(self) -> dict[str, Any]:
        """For the browser's memory of passwords."""
        return {"username": self.record.username}

    def save(self, form: Any) -> str:
        """Changes it and stays signed in."""
        user = sign_ins.change_password(self.record, by=self.by, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
        sign_ins.stay_signed_in(self.request, user)
        return reverse("me")


class MySignIns(ActionPage):
    """Ends one of my other sign-ins, or all of them."""

    right = SIGNED_IN
    done = _("Ended.")

    def load(self) -> User:
        """Whoever asks."""
        person: User = self.person
        return person

    def back(self) -> str:
        """My page."""
        return reverse("me")

    def press(self) -> str:
        """Ends one, or all but this one."""
        one = self.request.POST.get("one", "")
        if one.isascii() and one.isdigit() and len(one) < 18:
            sign_ins.end_sign_ins(self.record, by=self.by, only=int(one))
        else:
            user = sign_ins.end_sign_ins(self.record, by=self.by)
            sign_ins.stay_signed_in(self.request, user)
        return self.back()
