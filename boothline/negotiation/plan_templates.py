"""The plan templates as the company has them (403): what ships, and what a manager made of it. Each save is a version, and the newest
holds; a past plan keeps the version that it was chosen in. Off is no longer offered; nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from boothline.accounts.people import User
from boothline.core import memo
from boothline.core.privacy import PERSON, PLAIN, tags
from boothline.core.records import Record
from boothline.core.told import in_both
from boothline.negotiation.playbook import PLANS, STEP_WORDS, TEMPLATES, Step, Template

KEPT = "negotiation.plan_templates"


class PlanTemplate(Record):
    """A template that a manager changed, added, moved or switched off. `n` is the version that holds; 0 is what ships."""

    code = models.CharField(max_length=40, unique=True)
    reason = models.CharField(max_length=16)
    place = models.PositiveSmallIntegerField()  # within its reason
    n = models.PositiveIntegerField(default=0)
    off_at = models.DateTimeField(null=True)
    privacy = tags(code=PLAIN, reason=PLAIN)

    def __str__(self) -> str:
        return str(template_of(self.code, self.n))


class PlanVersion(models.Model):
    """What a template said from a moment on: by whom, and whether it is what ships again."""

    template = models.ForeignKey(PlanTemplate, on_delete=models.CASCADE, related_name="versions")
    n = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True, default="")
    is_shipped = models.BooleanField(default=False)
    said = models.JSONField()
    privacy = tags(by_name=PERSON, said=PLAIN)

    class Meta:
        ordering = ("-n",)
        constraints = [models.UniqueConstraint(fields=["template", "n"], name="plan_version_once")]

    def __str__(self) -> str:
        return str(self.read())

    def read(self) -> Template:
        """As a template that can be chosen; what ships speaks in our own messages."""
        if self.is_shipped:
            return TEMPLATES[self.template.code]
        said = self.said
        steps = tuple(
            Step(s["who"], {"zh": s["zh"], "en": s["en"]}, s["days"], s["kind"], s["on_date"], s["before"]) for s in said["steps"]
        )
        words = {"zh": said["zh"], "en": said["en"]}
        return Template(
            self.template.code, words, steps, tuple(said["conditions"]), tuple(said["types"]), tuple(said["grades"]),
            Decimal(said["worth"]) if said.get("worth") else None, said.get("currency", ""), self.n,
        )  # fmt: skip


def _kept() -> tuple[dict[str, PlanTemplate], dict[tuple[str, int], Template]]:
    """What a manager made of the templates: ({code: its row}, {(code, version): as it was}); asked once a request."""

    def ask() -> tuple[dict[str, PlanTemplate], dict[tuple[str, int], Template]]:
        rows = {row.code: row for row in PlanTemplate.objects.order_by("id")}
        versions = PlanVersion.objects.select_related("template") if rows else ()
        return rows, {(version.template.code, version.n): version.read() for version in versions}

    return memo.once(KEPT, ask)


def template_of(code: str, n: int | None = None) -> Template:
    """A template as it is, or as it was in a version; KeyError for one that never was."""
    rows, versions = _kept()
    if n is None:
        n = rows[code].n if code in rows else 0
    return versions[code, n] if n else TEMPLATES[code]


def of_reason(reason: str) -> list[tuple[Template, PlanTemplate | None]]:
    """Every template of a reason with its row, if it has one, in their order; those that are switched off too."""
    rows, _versions = _kept()
    shipped = PLANS.get(reason, ())
    codes = [template.code for template in shipped] + [code for code, row in rows.items() if row.reason == reason and code not in TEMPLATES]
    found = [(template_of(code), rows.get(code)) for code in codes]
    places = {template.code: row.place if row else n for n, (template, row) in enumerate(found, start=1)}
    return sorted(found, key=lambda pair: places[pair[0].code])


def templates_for(reason: str) -> tuple[Template, ...]:
    """The templates that are offered for a reason, in their order; a reason of the company's own has those of *other* behind its own."""
    offered = tuple(template for template, row in of_reason(reason) if row is None or row.off_at is None)
    return offered if reason in PLANS else offered + templates_for("other")


class PlanWords(Mapping[str, str]):
    """{key of a template, or of one of its steps: its words in the reader's language}: `price.step` ships, `price.step@2` is what a
    manager wrote, `price.step@2#1` its first step; for history."""

    def __getitem__(self, key: str) -> str:
        if key in STEP_WORDS:
            return str(STEP_WORDS[key])
        name, _hash, place = key.partition("#")
        code, _at, n = name.partition("@")
        template = template_of(code, int(n or 0))
        return str(template.steps[int(place) - 1] if place else template)

    def __iter__(self) -> Iterator[str]:
        return iter([*TEMPLATES, *STEP_WORDS])

    def __len__(self) -> int:
        return len(TEMPLATES) + len(STEP_WORDS)


PLAN_WORDS = PlanWords()


def said_of(template: Template) -> dict[str, Any]:
    """A template as it is stored and edited: its words in both languages."""
    words, steps = in_both(lambda: str(template)), [in_both(step.__str__) for step in template.steps]
    return words | {
        "conditions": list(template.conditions),
        "types": list(template.types),
        "grades": list(template.grades),
        "worth": str(template.worth or ""),
        "currency": template.currency,
        "steps": [
            both | {"who": step.who, "days": step.days, "kind": step.kind, "on_date": step.on_date, "before": step.before}
            for step, both in zip(template.steps, steps, strict=True)
        ],
    }


def fields_of(said: dict[str, Any]) -> dict[str, Any]:
    """The same as the fields of a form, a step in each row: `zh_1` are the Chinese words of the first."""
    found = {name: value for name, value in said.items() if name != "steps"}
    for n, step in enumerate(said["steps"], start=1):
        when = "before" if step["before"] else "on" if step["on_date"] else "after"
        days = step["before"] or ("" if step["on_date"] else step["days"])
        row = {"who": step["who"], "zh": step["zh"], "en": step["en"], "kind": step["kind"], "when": when, "days": days}
        found |= {f"{name}_{n}": value for name, value in row.items()}
    return found
