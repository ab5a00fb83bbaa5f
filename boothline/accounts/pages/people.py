"""People and teams: who works here, in which role, and who may come in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts import password_links, sign_ins
from boothline.accounts.people import REACH, Team, User, activate, add_person, add_team, deactivate, edit_families, edit_person, edit_team
from boothline.accounts.rights import RIGHTS
from boothline.accounts.rulebook import worded
from boothline.accounts.words import DUTIES, FAMILIES, ROLES, SCOPES
from boothline.core import presses
from boothline.core.slots import hung
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Text
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage, Page, say_done


class People(ListPage):
    """Who works here."""

    right = "people.see"
    title = _("People")
    nav = "people"
    columns = [
        Column(_("full name"), str, "link", lambda u: reverse("person", args=[u.pk])),
        Column(_("roles"), lambda u: u.role_words),
        Column(_("duties"), lambda u: u.duty_words),
        Column(_("team"), lambda u: str(u.team or "")),
        Column(_("e-mail"), lambda u: u.email),
        Column(_("access"), lambda u: _("may sign in") if u.is_active else _("closed")),
        Column(_("phone"), lambda u: u.phone, usual=False),
        Column(_("user name"), lambda u: u.username, usual=False),
        Column(_("last sign-in"), lambda u: u.last_login, "moment", usual=False),
    ]
    sentence = _("Showing people, sorted by %(sort)s.")
    sorts = {"name": Sort(_("name"), "username")}
    empty = _("No people yet.")
    create = ("person-new", _("Add a person"), "people.edit")

    def rows(self) -> QuerySet[User]:
        """Everybody who may sign in; the administrator sees closed ones too."""
        everybody = User.objects.with_roles()
        return everybody if self.by.has("people.edit") else everybody.filter(is_active=True)


USERNAME = re.compile(r"\w(?:[\w.@+-]*\w)?")


class PersonForm(forms.Form):
    """A person, their roles and duties."""

    name = Text(label=_("full name"), max_length=100)
    name_latin = Text(
        label=_("name in Latin letters"), max_length=100, required=False, help_text=_("as the English pages and letters say it")
    )
    username = Text(label=_("user name"), max_length=60, help_text=_("for signing in"))
    roles = forms.MultipleChoiceField(
        label=_("roles"), choices=list(ROLES.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one role.")},
    )  # fmt: skip
    team = forms.ModelChoiceField(label=_("team"), queryset=Team.objects.order_by("name"), required=False, empty_label=_("none"))
    duties = forms.MultipleChoiceField(
        label=_("duties"), choices=list(DUTIES.items()), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("held besides the role; where nobody holds one, a manager or clerk stands in"),
    )  # fmt: skip
    email = forms.EmailField(label=_("e-mail"), max_length=254, required=False)
    phone = Text(label=_("phone"), max_length=40, required=False)

    def clean_username(self) -> str:
        """What one can type anywhere to sign in; one that stands may stay."""
        username: str = self.cleaned_data["username"]
        if username != self.initial.get("username") and not USERNAME.fullmatch(username):
            raise forms.ValidationError(_("A user name has letters, figures, and . _ - @ between them: no blanks and no other marks."))
        return username


class NewPerson(FormPage):
    """Adds somebody; the next page makes the link with which they set a password."""

    right = "people.edit"
    title = _("Add a person")
    nav = "people"
    form = PersonForm
    button = _("Save person")
    done = _("Saved. Now make the link with which they choose a password.")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("People")), reverse("people"))]

    def save(self, form: Any) -> str:
        """Adds them."""
        return reverse("person", args=[add_person(by=self.by, **form.cleaned_data).pk])


class _AboutPerson:
    request: Any
    by: Any
    record: Any

    def find(self) -> QuerySet[User]:
        """Everybody; closed ones for the administrator."""
        everybody = User.objects.with_roles()
        return everybody if self.by.has("people.edit") else everybody.filter(is_active=True)

    def trail(self) -> list[tuple[str, str]]:
        """The list, and the person on pages about them."""
        return [(str(_("People")), reverse("people")), (str(self.record), reverse("person", args=[self.record.pk]))]

    def back(self) -> str:
        """The person."""
        return reverse("person", args=[self.record.pk])


class Person(_AboutPerson, DetailPage):
    """A colleague; for the administrator with access, sign-ins and history."""

    right = "people.see"
    nav = "people"
    template = "accounts/person.html"

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("People")), reverse("people"))]

    def context(self) -> dict[str, Any]:
        """What the administrator sees besides."""
        may_edit = self.by.has("people.edit")
        history = Event.objects.about(self.record).order_by("-id")[:30] if may_edit or self.by.id == self.record.pk else []
        sessions = sign_ins.alive(self.record) if may_edit else []
        may_mail = bool(settings.MAIL_SERVER and self.record.email)
        acts = [act for act in hung("person.acts") if self.by.has(act.right) and act.when(self.record, self.by)]
        return {"acts": acts, "may_edit": may_edit, "history": history, "sessions": sessions, "may_mail": may_mail}


class EditPerson(_AboutPerson, FormPage):
    """Edits a person, their roles, duties and team."""

    right = "people.edit"
    title = _("Edit person")
    nav = "people"
    form = PersonForm
    button = _("Save person")
    done = _("Saved. It holds with their next click.")

    def initial(self) -> dict[str, Any]:
        """As they are."""
        return {name: getattr(self.record, name) for name in PersonForm.base_fields}

    def save(self, form: Any) -> str:
        """Edits them."""
        values = dict(form.cleaned_data)
        roles, duties = values.pop("roles"), values.pop("duties")
        edit_person(self.record, by=self.by, revision=self.seen, values=values, roles=roles, duties=duties)
        return self.back()


class FamiliesForm(forms.Form):
    """For each duty held, the product families that it is held for."""

    def __init__(self, *args: Any, held: dict[str, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(FAMILIES)
        for duty, named in held.items():
            self.fields[f"{duty}_families"] = forms.MultipleChoiceField(
                label=DUTIES[duty], choices=list((known | {gone: gone for gone in named if gone not in known}).items()), required=False,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip


class EditFamilies(_AboutPerson, FormPage):
    """For which product families somebody holds their duties."""

    right = "people.edit"
    title = _("Product families of the duties")
    lead = _("Tick none, and the duty is held for all. Whose families fit the goods best does the work; for other goods, who stands in.")
    nav = "people"
    form = FamiliesForm
    button = _("Save families")
    done = _("Saved. It holds for what is planned from now on.")

    def form_options(self) -> dict[str, Any]:
        """The duties held."""
        return {"held": self.record.families}

    def initial(self) -> dict[str, Any]:
        """As they are."""
        return {f"{duty}_families": named for duty, named in self.record.families.items()}

    def save(self, form: Any) -> str:
        """Edits them."""
        families = {name.removesuffix("_families"): named for name, named in form.cleaned_data.items()}
        edit_families(self.record, by=self.by, revision=self.seen, families=families)
        return self.back()


class CloseAccess(_AboutPerson, ActionPage):
    """Closes somebody's access at once."""

    right = "people.edit"
    done = _("Access closed. Their sign-ins have ended.")

    def press(self) -> str:
        """Closes it."""
        deactivate(self.record, by=self.by)
        return self.back()


class OpenAccess(_AboutPerson, ActionPage):
    """Opens it again."""

    right = "people.edit"
    done = _("Access open again.")

    def press(self) -> str:
        """Opens it."""
        activate(self.record, by=self.by)
        return self.back()


class EndSignIns(_AboutPerson, ActionPage):
    """Ends all sign-ins of somebody, as when a phone was lost."""

    right = "people.edit"
    done = _("All their sign-ins have ended.")

    def press(self) -> str:
        """Ends them."""
        sign_ins.end_sign_ins(self.record, by=self.by)
        return self.back()


class MailPasswordLink(_AboutPerson, ActionPage):
    """Has the link mailed."""

    right = "people.edit"
    done = _("The mail with the link is on its way.")

    def press(self) -> str:
        """Mails it."""
        password_links.mail_link(self.record, by=self.by)
        return self.back()


class PasswordLink(_AboutPerson, ActionPage):
    """Makes a link with which somebody sets a password, and shows it once."""

    right = "people.edit"
    nav = "people"
    title = _("Link for a password")
    template = "accounts/password_link.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Makes it. Pressed twice, the first one holds and was shown already."""
        self.record = self.load()
        token = password_links.new_token()
        password_links.make_link(self.record, by=self.by, token=token)
        if presses.repeats():
            say_done(request, "")
            return redirect(self.back())
        return self.answer(
            record=self.record, link=password_links.address_of(token), hours=int(password_links.LIFE.total_seconds() // 3600)
        )

    def heading(self) -> str:
        """What it is."""
        return str(self.title)


class TeamForm(forms.Form):
    """A team."""

    name = Text(label=_("name"), max_length=100)


class Teams(ListPage):
    """Teams and how many work in each."""

    right = "people.edit"
    title = _("Teams")
    nav = "settings"
    columns = [
        Column(_("name"), str, "link", lambda t: reverse("team", args=[t.pk])),
        Column(_("people"), lambda t: t.size, "number"),
    ]
    sorts = {"name": Sort(_("name"), "name")}
    empty = _("No teams yet. A manager sees the customers of their team.")
    create = ("team-new", _("Add a team"), "people.edit")

    def trail(self) -> list[tuple[str, str]]:
        """The settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def rows(self) -> QuerySet[Team]:
        """All."""
        return Team.objects.annotate(size=Count("people", filter=Q(people__is_active=True)))


class NewTeam(FormPage):
    """Adds a team."""

    right = "people.edit"
    title = _("Add a team")
    nav = "settings"
    form = TeamForm
    button = _("Save team")
    done = _("Saved.")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("Settings")), reverse("settings")), (str(_("Teams")), reverse("teams"))]

    def save(self, form: Any) -> str:
        """Adds it."""
        add_team(by=self.by, name=form.cleaned_data["name"])
        return reverse("teams")


class EditTeam(FormPage):
    """Renames a team; its people and its history stand below."""

    right = "people.edit"
    title = _("Edit team")
    nav = "settings"
    template = "accounts/team.html"
    form = TeamForm
    button = _("Save team")
    done = _("Saved.")

    def find(self) -> QuerySet[Team]:
        """All."""
        return Team.objects.all()

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("Settings")), reverse("settings")), (str(_("Teams")), reverse("teams"))]

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"name": self.record.name}

    def context(self) -> dict[str, Any]:
        """Who is in it, and what happened to it."""
        people = User.objects.with_roles().filter(team=self.record, is_active=True).order_by("username")
        return {"people": people, "history": Event.objects.about(self.record).order_by("-id")[:30]}

    def save(self, form: Any) -> str:
        """Renames it."""
        edit_team(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return reverse("teams")


class Roles(Page):
    """What each role may do, and whose customers it sees."""

    right = "people.see"
    title = _("Roles and rights")
    nav = "settings"
    template = "accounts/roles.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def trail(self) -> list[tuple[str, str]]:
        """The settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def context(self) -> dict[str, Any]:
        """Reach by role, and every right that a role holds."""
        reach = [(code, ROLES[code], worded(rule, rule.value), rule.code) for code, rule in REACH.items()]
        rights = [right for right in RIGHTS.values() if right.roles]
        return {"reach": reach, "roles": ROLES, "rights": rights, "scopes": SCOPES, "may_edit": self.by.has("settings.edit")}
