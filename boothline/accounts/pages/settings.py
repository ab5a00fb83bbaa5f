"""The settings: their sections, rules, lists of words, what happened, backups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings as machine
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts import copies, rulebook, wording
from boothline.accounts.filters import EventFilters
from boothline.core import rules, slots
from boothline.core.rules import Rule, RuleSetting
from boothline.core.text import clean, fold, listed, whole
from boothline.core.wordlists import WORDLISTS, OwnWords, WordList
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Text
from boothline.ui.jinja import cap, said
from boothline.ui.kit import SIGNED_IN, ActionPage, FormPage, ListPage, Page


class _InSettings:
    def trail(self) -> list[tuple[str, str]]:
        """The settings."""
        return [(str(_("Settings")), reverse("settings"))]


class Settings(Page):
    """The sections that this person may open."""

    right = SIGNED_IN
    title = _("Settings")
    nav = "settings"
    template = "accounts/settings.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """Sections, in order."""
        return {"sections": [s for s in slots.hung("settings") if not s.right or self.by.has(s.right)]}


class Rules(_InSettings, Page):
    """Every rule setting, by room; those that hold the words typed, and those with a value of the company's own."""

    right = "settings.edit"
    title = _("Rule settings")
    nav = "settings"
    template = "accounts/rules.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """The part of the book that was asked for."""
        words, own = clean(self.request.GET.get("q", ""), 100), "own" in self.request.GET
        book = rulebook.book()
        found = [
            (room, [row for row in rows if is_about(f"{room} {row.rule.words}", words) and (row.is_own or not own)]) for room, rows in book
        ]
        return {
            "book": [(room, rows) for room, rows in found if rows], "words": words, "own": own,
            "owned": sum(row.is_own for _room, rows in book for row in rows), "worded": rulebook.worded, "range_of": rulebook.range_of,
        }  # fmt: skip


def is_about(text: str, words: str) -> bool:
    """Whether a text holds every one of the words."""
    return all(fold(word) in fold(text) for word in words.split())


class RuleForm(forms.Form):
    """One value, of the rule's own kind."""

    def __init__(self, *args: Any, rule: Rule[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.fields["value"] = self._field()

    def _field(self) -> forms.Field:
        rule = self.rule
        options: dict[str, Any] = {"label": rule.words, "help_text": rulebook.range_of(rule)}
        if isinstance(rule.default, bool):
            return forms.ChoiceField(choices=[(t, rules.CHOICE_WORDS[t]) for t in ("yes", "no")], widget=forms.RadioSelect, **options)
        if rule.choices:
            return forms.ChoiceField(choices=[(c, rule.worded.get(c, c)) for c in rule.choices], widget=forms.RadioSelect, **options)
        if isinstance(rule.default, int):
            return forms.IntegerField(min_value=rule.low, max_value=rule.high, **options)
        if isinstance(rule.default, str):
            return Text(max_length=200, **options)
        return forms.DecimalField(min_value=rule.low, max_value=rule.high, max_digits=16, decimal_places=4, **options)

    def clean_value(self) -> Any:
        """As the rule reads it."""
        value = self.cleaned_data["value"]
        return self.rule.parse(value) if isinstance(self.rule.default, bool) else value


class EditRule(FormPage):
    """Changes one rule; its history stands below."""

    right = "settings.edit"
    title = _("Change a rule")
    nav = "settings"
    template = "accounts/rule.html"
    form = RuleForm
    button = _("Save rule")
    done = _("Saved. It holds from now on.")

    def load(self) -> rulebook.Row:
        """The rule, or 404."""
        row = rulebook.row_of(self.kwargs["key"])
        if row is None:
            raise Http404
        return row

    def trail(self) -> list[tuple[str, str]]:
        """The book."""
        return [(str(_("Settings")), reverse("settings")), (str(_("Rule settings")), reverse("rules"))]

    def form_options(self) -> dict[str, Any]:
        """What the rule takes."""
        return {"rule": self.record.rule}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        rule, value = self.record.rule, self.record.value
        return {"value": rule.text(value) if isinstance(value, bool) else value}

    def context(self) -> dict[str, Any]:
        """The default, and what happened to it."""
        row = RuleSetting.objects.filter(code=self.record.rule.code).first()
        history = Event.objects.about(row).order_by("-id")[:30] if row else []
        return {"history": history, "default": rulebook.worded(self.record.rule, self.record.rule.default)}

    def save(self, form: Any) -> str:
        """Changes it."""
        rulebook.change_rule(self.record.rule, by=self.by, revision=self.seen, value=form.cleaned_data["value"])
        return reverse("rules")


class RuleDefault(ActionPage):
    """The default holds again."""

    right = "settings.edit"
    done = _("The default holds again.")

    def load(self) -> rulebook.Row:
        """The rule, or 404."""
        row = rulebook.row_of(self.kwargs["key"])
        if row is None:
            raise Http404
        return row

    def back(self) -> str:
        """The rule."""
        return reverse("rule", args=[self.record.rule.code])

    def press(self) -> str:
        """Restores it."""
        rulebook.restore_rule(self.record.rule, by=self.by, revision=whole(self.request.POST.get("revision"), places=9) or 0)
        return reverse("rules")


class WordListPage(_InSettings, Page):
    """Every list with its codes and words."""

    right = "settings.edit"
    title = _("Lists of reasons")
    nav = "settings"
    template = "accounts/wordlists.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """Lists with their rows: code, words for us and for the customer, whether retired."""
        return {"lists": [(wordlist, [_row(wordlist, code) for code in wordlist.codes()]) for wordlist in WORDLISTS.values()]}


def _row(wordlist: WordList, code: str) -> dict[str, Any]:
    own = wordlist.own().get(code)
    to_customer = wordlist.read(code, to_customer=True) if code in wordlist.shipped_for_customer or (own and own.for_customer) else ""
    return {"code": code, "words": wordlist[code], "to_customer": to_customer, "own": own, "is_retired": wordlist.is_retired(code)}


class WordsForm(forms.Form):
    """Words in both languages, for us and for customers."""

    words = Text(label=_("in Chinese"), max_length=60, required=False)
    words_latin = Text(label=_("in English"), max_length=60, required=False)
    for_customer = Text(label=_("for the customer, in Chinese"), max_length=60, required=False)
    for_customer_latin = Text(label=_("for the customer, in English"), max_length=60, required=False)

    def __init__(self, *args: Any, wordlist: WordList, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not wordlist.shipped_for_customer:
            del self.fields["for_customer"], self.fields["for_customer_latin"]
        self.fields["words"].required = code not in wordlist.shipped


class _AboutList:
    kwargs: dict[str, Any]

    def trail(self) -> list[tuple[str, str]]:
        """The lists."""
        return [(str(_("Settings")), reverse("settings")), (str(_("Lists of reasons")), reverse("wordlists"))]

    def wordlist(self) -> WordList:
        """The list of the address (list, or list~code), or 404."""
        try:
            return WORDLISTS[self.kwargs["key"].partition("~")[0]]
        except KeyError as unknown:
            raise Http404 from unknown

    def code(self) -> str:
        """The code of the address, or 404."""
        code = str(self.kwargs["key"].partition("~")[2])
        if code not in self.wordlist().codes():
            raise Http404
        return code


class NewWords(_AboutList, FormPage):
    """Adds to a list."""

    right = "settings.edit"
    title = _("Add to the list")
    lead = _("Without words for the customer it is offered to colleagues only.")
    nav = "settings"
    form = WordsForm
    button = _("Add to the list")
    done = _("Saved.")
    is_about_record = False

    def form_options(self) -> dict[str, Any]:
        """Which list."""
        return {"wordlist": self.wordlist()}

    def save(self, form: Any) -> str:
        """Adds it."""
        wording.add_words(self.wordlist(), by=self.by, values=form.cleaned_data)
        return reverse("wordlists")


class EditWords(_AboutList, FormPage):
    """Words a code anew; its history stands below."""

    right = "settings.edit"
    title = _("Word it anew")
    lead = _("Left empty, the words that ship with Boothline hold. What was recorded reads in the new words too.")
    nav = "settings"
    template = "accounts/words.html"
    form = WordsForm
    button = _("Save words")
    done = _("Saved.")

    def load(self) -> OwnWords:
        """What is said of the code, or nothing yet."""
        code = self.code()
        return self.wordlist().own().get(code) or OwnWords(wordlist=self.wordlist().code, code=code, revision=0)

    def form_options(self) -> dict[str, Any]:
        """Which list and code."""
        return {"wordlist": self.wordlist(), "code": self.code()}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in WordsForm.base_fields}

    def context(self) -> dict[str, Any]:
        """The words that ship, and what happened."""
        wordlist, code = self.wordlist(), self.code()
        shipped = listed(dict.fromkeys(str(words[code]) for words in (wordlist.shipped, wordlist.shipped_for_customer) if code in words))
        history = Event.objects.about(self.record).order_by("-id")[:30] if self.record.pk else []
        return {"shipped": shipped, "history": history, "retired": wordlist.is_retired(code), "now": wordlist[code]}

    def save(self, form: Any) -> str:
        """Words it."""
        wording.change_words(self.wordlist(), by=self.by, code=self.code(), revision=self.seen, values=form.cleaned_data)
        return reverse("wordlists")


class RetireWords(_AboutList, ActionPage):
    """No longer offered, or offered again."""

    right = "settings.edit"
    done = _("Saved.")

    def load(self) -> str:
        """The code."""
        return self.code()

    def back(self) -> str:
        """The lists."""
        return reverse("wordlists")

    def press(self) -> str:
        """Retires it, or takes it in again."""
        change = wording.return_words if self.wordlist().is_retired(self.record) else wording.retire_words
        change(self.wordlist(), by=self.by, code=self.record)
        return self.back()


def _told(event: Event) -> str:
    """What happened, and what changed with it from what to what."""
    changes = listed((f"{cap(name)} {was} → {now}" for name, was, now in event.shown_changes(unmasked=False)), weak=False)
    return said(event.sentence, changes) if changes else event.sentence


class Happened(_InSettings, ListPage):
    """Everything that happened, newest first."""

    right = "history.all"
    title = _("What happened")
    nav = "settings"
    filters = EventFilters
    columns = [
        Column(_("when"), lambda e: e.at, "moment"),
        Column(_("what happened"), _told),
        Column(_("done by"), lambda e: e.who),
        Column(_("about"), lambda e: e.about),
    ]
    sorts = {"newest": Sort(_("newest first"), "id", descending=True)}
    empty = _("Nothing has happened yet.")

    def rows(self) -> QuerySet[Event]:
        """All of it, but what is told to others alone."""
        return Event.objects.all().readable_by(self.by)


class Backups(_InSettings, Page):
    """The last backup, and how one is made."""

    right = "settings.edit"
    title = _("Backup")
    nav = "settings"
    template = "accounts/backups.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """What is known of the last one."""
        return {"last": copies.last_backup(), "command": copies.command(machine.BOOTHLINE_HOME)}
