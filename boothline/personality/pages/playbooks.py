"""The playbooks: the nine, one with its versions and what differs between two, its words to change, and back to what ships."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core.text import whole
from boothline.personality.playbooks import (
    LONGEST,
    PLAYBOOKS,
    PlaybookText,
    PlaybookVersion,
    difference,
    edit_playbook,
    restore_playbook,
    shipped,
    text_of,
    texts_at,
    valid,
)
from boothline.personality.traits import PERSONALITIES, TRAITS
from boothline.ui.fields import Words
from boothline.ui.kit import ActionPage, DetailPage, FormPage, Page


class Playbooks(Page):
    """The nine with what to stress, and which version holds."""

    right = "playbooks.see"
    title = _("Playbooks")
    nav = "settings"
    template = "personality/playbooks.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def trail(self) -> list[tuple[str, str]]:
        """The settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def context(self) -> dict[str, Any]:
        """Each with its words and its newest version."""
        known = valid(list(PLAYBOOKS))
        newest: dict[str, PlaybookVersion] = {}
        for version in PlaybookVersion.objects.select_related("playbook").order_by("n"):
            newest[version.playbook.type] = version
        return {"rows": [(type, PERSONALITIES[type], known[type], newest.get(type)) for type in PLAYBOOKS]}


class _OfOne(DetailPage):
    """What the pages of one playbook share."""

    nav = "settings"

    def load(self) -> PlaybookText:
        """What holds; or 404."""
        if self.kwargs["key"] not in PLAYBOOKS:
            raise Http404
        return text_of(self.kwargs["key"])

    def trail(self) -> list[tuple[str, str]]:
        """Settings, playbooks."""
        return [(str(_("Settings")), reverse("settings")), (str(_("Playbooks")), reverse("playbooks"))]

    def address(self) -> str:
        """Its page."""
        return reverse("playbook", args=[self.record.type])


class PlaybookPage(_OfOne):
    """One: what holds in both languages, its traits, its versions, what differs between two."""

    right = "playbooks.see"
    template = "personality/playbook.html"

    def heading(self) -> str:
        """Which personality."""
        return str(_("Playbook: %(type)s") % {"type": PERSONALITIES[self.record.type]})

    def context(self) -> dict[str, Any]:
        """The versions, and the two that are laid side by side: asked for, else the newest and the one before."""
        text: PlaybookText = self.record
        versions = list(text.versions.select_related("user")) if text.pk else []
        newer = whole(self.request.GET.get("new"), places=6)
        older = whole(self.request.GET.get("old"), places=6)
        new = text.n if newer is None else newer
        old = max(new - 1, 0) if older is None else older
        was, now = texts_at(text.type, old), texts_at(text.type, new)
        return {
            "texts": text.texts, "traits": TRAITS[text.type].values(), "versions": versions, "old": old, "new": new,
            "apart": difference(was, now) if was is not None and now is not None else None,
            "may_edit": may(self.by, "playbooks.edit"), "is_shipped": text.texts == shipped(text.type),
        }  # fmt: skip


class TextForm(forms.Form):
    """The six texts."""

    stress_zh = Words(label=_("stress, in Chinese"), max_length=LONGEST)
    stress_en = Words(label=_("stress, in English"), max_length=LONGEST)
    avoid_zh = Words(label=_("avoid, in Chinese"), max_length=LONGEST)
    avoid_en = Words(label=_("avoid, in English"), max_length=LONGEST)
    terms_zh = Words(label=_("price, prepayment, written confirmation, in Chinese"), max_length=LONGEST)
    terms_en = Words(label=_("price, prepayment, written confirmation, in English"), max_length=LONGEST)


class EditPlaybook(_OfOne, FormPage):
    """Words it anew."""

    right = "playbooks.edit"
    title = _("Change the playbook")
    lead = _("Open terms between companies, honest prices, records: a personal benefit is never advised. Each save is a version.")
    form = TextForm
    button = _("Save as a new version")

    def trail(self) -> list[tuple[str, str]]:
        """The playbook."""
        return [*super().trail(), (str(self.record), self.address())]

    def initial(self) -> dict[str, Any]:
        """What holds."""
        texts: dict[str, Any] = self.record.texts
        return texts

    def save(self, form: Any) -> str:
        """Saves."""
        edit_playbook(self.record.type, by=self.by, revision=self.seen, values=form.cleaned_data)
        return self.address()


class ShippedPlaybook(_OfOne, ActionPage):
    """The default text holds again."""

    right = "playbooks.edit"
    done = _("The default text holds again.")

    def back(self) -> str:
        """Its page."""
        return self.address()

    def press(self) -> str:
        """Restores it."""
        restore_playbook(self.record.type, by=self.by, revision=whole(self.request.POST.get("revision"), places=9) or 0)
        return self.address()
