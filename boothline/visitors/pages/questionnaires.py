"""The questionnaire of a fair: its questions in their order, and the form that words one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core.text import either
from boothline.fairs.editions import Fair
from boothline.ui.fields import Text, Words, narrow
from boothline.ui.kit import DetailPage, FormPage
from boothline.visitors.questionnaire import KINDS, OWN_COLUMN, Option, Question, asked_at, change_questionnaire, moved

_NEW_KINDS = ("single", "multi", "scale", "text", "number", "date")
_LINE = re.compile(r"(-?)\s*([a-z0-9_]{1,30})\s+(.+?)\s*/\s*(.+)\Z")


def lines_of(options: tuple[Option, ...]) -> str:
    """Choices as they are typed: one a line, `code 中文 / English`; a retired one begins with a minus."""
    return "\n".join(f"{'-' if option.retired else ''}{option.code} {option.zh} / {option.en}" for option in options)


class QuestionnairePage(DetailPage):
    """What is asked at a fair."""

    right = "questionnaires.edit"
    template = "visitors/questionnaire.html"
    nav = "fairs"

    def find(self) -> QuerySet[Fair]:
        """All."""
        return Fair.objects.visible_to(self.by)

    def heading(self) -> str:
        """Its title."""
        return _now("Questionnaire")

    def trail(self) -> list[tuple[str, str]]:
        """Fairs, the fair."""
        return [(_now("Fairs"), reverse("fairs")), (str(self.record), reverse("fair", args=[self.record.pk]))]

    def context(self) -> dict[str, Any]:
        """Its questions, with what each depends on in words."""
        asked = asked_at(self.record)
        rows = [(question, KINDS[question.kind], _depends(question, asked.questions)) for question in asked.questions]
        return {"asked": asked, "rows": rows}


def _depends(question: Question, questions: list[Question]) -> str:
    if not question.when:
        return ""
    before = next((q for q in questions if q.code == question.when["question"]), None)
    if before is None:
        return ""
    codes = question.when.get("any") or question.when.get("not")
    chosen = codes if isinstance(codes, list) else [codes]
    words = {"question": str(before), "answer": either(before.worded(code) for code in chosen)}
    return (_now('only if "%(question)s" is %(answer)s') if "any" in question.when else _now('not if "%(question)s" is %(answer)s')) % words


class QuestionForm(forms.Form):
    """One question."""

    code = Text(
        label=pgettext_lazy("question", "code"),
        max_length=30,
        help_text=_("Small letters, digits and _. It is the same in both languages and never changes."),
    )
    kind = forms.ChoiceField(label=pgettext_lazy("question", "kind"), choices=[(code, KINDS[code]) for code in _NEW_KINDS])
    zh = Text(label=_("question in Chinese"), max_length=200)
    en = Text(label=_("question in English"), max_length=200)
    options = Words(
        label=_("choices"), required=False, rows=6,
        help_text=_("One a line: code, Chinese / English. A minus before a line retires the choice; what was answered stays."),
    )  # fmt: skip
    place = forms.IntegerField(label=pgettext_lazy("question", "place"), min_value=1, max_value=99)
    after = forms.ChoiceField(label=_("asked only after"), required=False)
    answers = Text(label=_("if the answer is (codes, by commas)"), max_length=200, required=False)
    first = forms.BooleanField(label=_("on the first screen"), required=False)
    staff = forms.BooleanField(label=_("only on the staff form"), required=False)
    required = forms.BooleanField(label=_("to be completed"), required=False)
    retired = forms.BooleanField(label=_("not asked any more"), required=False)

    def __init__(self, *args: Any, questions: list[Question], question: Question | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        choices = [(q.code, str(q)) for q in questions if q.options and q.kind != "consent" and q != question]
        narrow(self, "after", [("", _("always asked")), *choices])
        if question:
            del self.fields["code"], self.fields["kind"]
            if question.kind not in ("single", "multi", "scale", "consent") or question.code in OWN_COLUMN:
                del self.fields["options"]

    def clean_options(self) -> tuple[Option, ...]:
        """Each line a choice."""
        found = []
        for line in filter(None, (row.strip() for row in self.cleaned_data["options"].splitlines())):
            parts = _LINE.match(line)
            if not parts:
                raise forms.ValidationError(_('"%(line)s" is no choice. Write: code, a space, Chinese / English.'), params={"line": line})
            found.append(Option(parts[2], parts[3], parts[4], retired=bool(parts[1])))
        return tuple(found)

    def read(self) -> Question:
        """The question as it was worded."""
        data = self.cleaned_data
        was = self.question or Question(data["code"], data["kind"], "", "")
        when = None
        if data["after"]:
            codes = [code.strip() for code in re.split(r"[,，、\s]+", data["answers"]) if code.strip()]
            negated = bool(was.when and "not" in was.when and was.when["question"] == data["after"])
            when = {"question": data["after"], "not" if negated else "any": codes}
        return replace(
            was, zh=data["zh"], en=data["en"], options=data.get("options", was.options), first=data["first"], staff=data["staff"],
            required=data["required"], retired=data["retired"], when=when,
        )  # fmt: skip


class EditQuestion(FormPage):
    """Words one question of a fair, or adds one."""

    right = "questionnaires.edit"
    title = _("Question")
    nav = "fairs"
    form = QuestionForm
    button = _("Save question")
    done = _("Saved. Captures from now on are asked this.")

    def find(self) -> QuerySet[Fair]:
        """All."""
        return Fair.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The fair, its questionnaire."""
        return [
            (str(self.record), reverse("fair", args=[self.record.pk])),
            (_now("Questionnaire"), reverse("questionnaire", args=[self.record.pk])),
        ]

    def revision(self) -> int:
        """Of the whole questionnaire."""
        return asked_at(self.record).revision

    def form_options(self) -> dict[str, Any]:
        """The question that the address names; none for a new one."""
        questions = asked_at(self.record).questions
        code = self.request.GET.get("code", "")
        question = next((q for q in questions if q.code == code), None)
        if code and question is None:
            raise Http404
        return {"questions": questions, "question": question}

    def initial(self) -> dict[str, Any]:
        """As it is; a new one stands last."""
        options = self.form_options()
        questions, question = options["questions"], options["question"]
        if question is None:
            return {"place": len(questions) + 1}
        when = question.when or {}
        kept = {name: getattr(question, name) for name in ("zh", "en", "first", "staff", "required", "retired")}
        codes = when.get("any") or when.get("not") or []
        place = questions.index(question) + 1
        return kept | {
            "options": lines_of(question.options),
            "place": place,
            "after": when.get("question", ""),
            "answers": ", ".join(codes),
        }

    def save(self, form: Any) -> str:
        """Gives the fair the changed questions."""
        questions = moved(asked_at(self.record).questions, form.read(), form.cleaned_data["place"])
        change_questionnaire(self.record, by=self.by, revision=self.seen, questions=questions)
        return reverse("questionnaire", args=[self.record.pk])
