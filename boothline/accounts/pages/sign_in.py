"""Coming in: sign-in, the first start, a password by link, and the demo's one click."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account.views import LoginView
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.accounts import first_start, password_links, setup
from boothline.accounts.demo import DEMO_SALT, signed_in_by_link
from boothline.accounts.middleware import LANGUAGE_COOKIE
from boothline.accounts.people import User
from boothline.accounts.rights import who_holds
from boothline.accounts.sign_ins import BACKEND, check_password_rules, sign_in
from boothline.accounts.tries import TooMany, Try
from boothline.core.money import CURRENCIES
from boothline.core.text import clean
from boothline.ui.fields import Text
from boothline.ui.kit import ANYBODY, SIGNED_IN, FormPage, Page, came_from

LANGUAGES = {"zh-hans": "中文", "en": "English"}
COMMON_ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Tokyo", "Asia/Singapore", "Asia/Kolkata", "Asia/Dubai", "Europe/Moscow",
    "Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "Australia/Sydney",
)  # fmt: skip


def zones() -> list[Any]:
    """Time zones for a select: common ones first, every other behind."""
    places = sorted(z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "SystemV/", "US/", "posix", "right")))
    return [(_("common"), [(z, z) for z in COMMON_ZONES]), (_("all"), [(z, z) for z in places if z not in COMMON_ZONES])]


def password_field(label: Any, autocomplete: str = "new-password", **options: Any) -> forms.CharField:
    """A password as it is typed, spaces too; the browser may offer one."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=200, **options)


class SignInPage(LoginView):
    """allauth's page; how often it may go wrong is counted here. The answer is the same whether somebody has the name or not."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An installation in which nobody works yet is set up first."""
        if first_start.is_waiting():
            return redirect("first-start")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """One try."""
        name = clean(request.POST.get("login", ""), 200)
        if not name or not request.POST.get("password"):
            return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]
        try:
            attempt = Try("sign in", name, request.META.get("REMOTE_ADDR", ""))
        except TooMany as many:
            form = self.get_form_class()(request=request)
            context = self.get_context_data(form=form, minutes=-(-many.seconds // 60))
            return self.render_to_response(context, status=429, headers={"Retry-After": str(many.seconds)})  # type: ignore[no-any-return]
        answer = super().post(request, *args, **kwargs)
        if getattr(request, "was_right", False):
            attempt.was_right()
        else:
            attempt.was_wrong()
        return answer  # type: ignore[no-any-return]


class FirstStartForm(forms.Form):
    """Who the administrator is, and the four things that everything else builds on."""

    code = Text(label=_("code from the terminal"), help_text=_("It stands where Boothline was started: XXXX-XXXX-XXXX."), max_length=40)
    name = Text(label=_("your name"), max_length=100)
    username = Text(label=_("user name"), help_text=_("You sign in with it."), max_length=60)
    password = password_field(_("password"), help_text=_("At least 8 characters; not only digits, and nothing that everybody uses."))
    company = Text(label=_("company name"), max_length=200)
    zone = forms.ChoiceField(label=_("time zone"), choices=zones, help_text=_("Days begin and end in it."))
    currency = forms.ChoiceField(label=_("currency"), choices=[(c, c) for c in CURRENCIES])
    language = forms.ChoiceField(label=_("your language"), choices=list(LANGUAGES.items()))
    sells = forms.BooleanField(label=_("I also work with customers (role manager)"), required=False, initial=True)

    def __init__(self, *args: Any, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["code"]
        self.fields["name"].widget.attrs.update(autocomplete="name")
        self.fields["username"].widget.attrs.update(autocomplete="username", autocapitalize="none", spellcheck="false")
        self.fields["company"].widget.attrs.update(autocomplete="organization")
        if needs_code:
            self.fields["code"].widget.attrs.update(autocomplete="off", autocapitalize="characters", spellcheck="false")


class FirstStart(FormPage):
    """Makes the first administrator of an installation in which nobody works yet."""

    right = ANYBODY
    title = _("Set up Boothline")
    template = "accounts/first_start.html"
    form = FirstStartForm
    is_about_record = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only as long as nobody works here."""
        if not first_start.is_waiting():
            return redirect("account_login")
        return super().get(request, *args, **kwargs)

    def form_options(self) -> dict[str, Any]:
        """Who does not sit at the machine needs the code."""
        return {"needs_code": first_start.needs_code(self.request)}

    def context(self) -> dict[str, Any]:
        """Whether somebody else was faster meanwhile."""
        return {"late": not first_start.is_waiting()}

    def initial(self) -> dict[str, Any]:
        """As most have it."""
        return {"zone": settings.TIME_ZONE, "currency": "CNY", "language": "en" if (get_language() or "").startswith("en") else "zh-hans"}

    def save(self, form: Any) -> str:
        """Checks the code, makes the administrator, signs in."""
        values = dict(form.cleaned_data)
        code = values.pop("code", None)
        if first_start.is_waiting():
            check_password_rules(values["password"], User(username=values["username"], name=values["name"]), "password")
            if code is not None:
                first_start.check_code(code, self.request.META.get("REMOTE_ADDR", ""))
        person = first_start.begin(**values)
        sign_in(self.request, person)
        return reverse("first-steps")


class FirstSteps(Page):
    """What to do first, each ticked by its fact."""

    right = SIGNED_IN
    title = _("First steps")
    template = "accounts/first_steps.html"
    nav = "settings"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """The steps; the first open one is the one thing to do now."""
        steps = [(step, done, self.by.has(step.right), who_holds(step.right)) for step, done in setup.first_steps()]
        now = next((step for step, done, may, _who in steps if may and not done), None)
        return {"steps": steps, "now": now, "done": sum(done for _step, done, _may, _who in steps)}


class PasswordForm(forms.Form):
    """A new password, twice."""

    username = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "username"}))
    new = password_field(_("new password"), help_text=_("At least 8 characters; not only digits, and nothing that everybody uses."))
    again = password_field(_("once more"))

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        values = super().clean() or {}
        if values.get("new") and values.get("again") and values["new"] != values["again"]:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return values


class Password(FormPage):
    """Sets a password by the link from the administrator, and signs in."""

    right = ANYBODY
    title = _("Choose your password")
    template = "accounts/password.html"
    form = PasswordForm
    is_about_record = True

    def load(self) -> Any:
        """The link, or the page of everything that is not there."""
        link = password_links.live_link(self.kwargs["key"])
        if link is None:
            raise Http404
        return link

    def initial(self) -> dict[str, Any]:
        """For the browser's memory of passwords."""
        return {"username": self.record.user.username}

    def save(self, form: Any) -> str:
        """Sets it and signs in."""
        user = User.objects.with_roles().get(pk=self.record.user_id)
        user = password_links.use_link(self.record, by=user.actor(), new=form.cleaned_data["new"])
        sign_in(self.request, user)
        return reverse("start")

    def answer(self, status: int = 200, **more: Any) -> HttpResponse:
        """The address is a secret: it goes nowhere from here."""
        shown = super().answer(status, **more)
        shown["Referrer-Policy"] = "same-origin"
        return shown


class SpeakBeforeSignIn(Page):
    """The language of the sign-in page, kept in a cookie."""

    right = ANYBODY

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keeps the choice and goes back."""
        answer = redirect(came_from(request))
        if request.POST.get("language") in LANGUAGES:
            keep_language(answer, request.POST["language"])
        return answer


class DemoSignIn(Page):
    """One click signs in: demo data and loopback only."""

    right = ANYBODY

    def get(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """Signs in by the ticket that `make run` printed."""
        if not settings.DEMO or request.META.get("REMOTE_ADDR") not in first_start.LOOPBACK:
            raise Http404
        try:
            username = signing.loads(ticket, salt=DEMO_SALT)
        except signing.BadSignature as bad:
            raise Http404 from bad
        person = User.objects.with_roles().filter(username=username, is_active=True).first()
        if person is None:
            raise Http404
        login(request, person, backend=BACKEND)
        signed_in_by_link(person, by=person.actor(), session=request.session.session_key or "")
        return redirect("/")


def keep_language(answer: HttpResponse, language: str) -> None:
    """For the pages before sign-in."""
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="Lax", secure=settings.SECURE)
