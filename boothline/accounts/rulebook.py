"""The company's rule settings: one rule is changed, or given its default back. Each change stays in the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import F, Max
from django.utils.translation import gettext as _

from boothline.accounts import events
from boothline.accounts.rights import require
from boothline.core import memo, rules
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Stale
from boothline.core.operations import operation
from boothline.core.rules import RULES, Rule, RuleSetting
from boothline.timeline.history import Event, record


@dataclass(frozen=True)
class Row:
    """One rule as the page shows it."""

    rule: Rule[Any]
    value: Any
    revision: int
    last: Event | None

    @property
    def is_own(self) -> bool:
        """The company set it otherwise."""
        return bool(self.value != self.rule.default)

    def __str__(self) -> str:
        return str(self.rule.words)


def worded(rule: Rule[Any], value: Any) -> str:
    """A value as people read it."""
    text = rule.text(value)
    words = rules.CHOICE_WORDS if rule.choices or isinstance(value, bool) else rule.worded
    return str(words.get(text, text))


def book() -> list[tuple[str, list[Row]]]:
    """Every rule with its value, by room, in the order of the floors."""
    kept = {row.code: row for row in RuleSetting.objects.all()}
    ids = [row.pk for row in kept.values()]
    newest = Event.objects.filter(subject_kind="rule", subject_id__in=ids).values("subject_id").annotate(newest=Max("id")).values("newest")
    last = {event.subject_id: event for event in Event.objects.filter(pk__in=list(newest.values_list("newest", flat=True)))}
    found: dict[str, list[Row]] = {}
    for rule in RULES.values():
        row = kept.get(rule.code)
        value = rule.default if row is None or row.value is None else rule.parse(row.value)
        found.setdefault(rule.code.split(".")[0], []).append(
            Row(rule, value, row.revision if row else 0, last.get(row.pk) if row else None)
        )
    return [(str(config.verbose_name), found[config.label]) for config in apps.get_app_configs() if config.label in found]


def row_of(code: str) -> Row | None:
    """One rule; None for a code that nobody declared."""
    return next((row for _room, rows in book() for row in rows if row.rule.code == code), None) if code in RULES else None


@operation("accounts.change_rule")
def change_rule(rule: Rule[Any], *, by: Actor, revision: int, value: Any) -> RuleSetting:
    """The company's own value of a rule. It holds from the next question on, and changes nothing that happened."""
    require(by, "settings.edit")
    text = rule.text(value)
    try:
        rule.parse(text)
        if rule.check and not rule.check(text):
            raise ValueError(text)
    except ValueError as wrong:
        raise Refused(_("This rule takes %(range)s.") % {"range": range_of(rule)}, field="value") from wrong
    setting, was = _write(rule, revision, rule.text(value), value)
    values = {"rule": rule.code, "was": rule.text(was), "now": rule.text(value)}
    record(events.RULE_CHANGED, subject=setting, by=by, values=values)
    return setting


@operation("accounts.restore_rule")
def restore_rule(rule: Rule[Any], *, by: Actor, revision: int) -> RuleSetting:
    """The default holds again, also if a later version ships another one."""
    require(by, "settings.edit")
    setting, was = _write(rule, revision, None, rule.default)
    values = {"rule": rule.code, "was": rule.text(was), "now": rule.text(rule.default)}
    record(events.RULE_RESTORED, subject=setting, by=by, values=values)
    return setting


def range_of(rule: Rule[Any]) -> str:
    """What a rule takes, in words."""
    if rule.choices:
        return " / ".join(str(rule.worded.get(choice, choice)) for choice in rule.choices)
    if isinstance(rule.default, bool):
        return " / ".join(str(rules.CHOICE_WORDS[text]) for text in ("yes", "no"))
    if rule.low is not None and rule.high is not None:
        return _("%(low)s to %(high)s") % {"low": rule.low, "high": rule.high}
    if rule.low is not None:
        return _("at least %(low)s") % {"low": rule.low}
    if rule.high is not None:
        return _("at most %(high)s") % {"high": rule.high}
    return str(rule.takes) or _("any")


def _write(rule: Rule[Any], revision: int, text: str | None, value: Any) -> tuple[RuleSetting, Any]:
    """Writes over the revision that was seen (0: it was never set otherwise); returns the row and what held before."""
    setting, _made = RuleSetting.objects.get_or_create(code=rule.code, defaults={"value": None, "revision": 0})
    setting = RuleSetting.objects.select_for_update().get(pk=setting.pk)
    was = rule.default if setting.value is None else rule.parse(setting.value)
    if setting.revision != revision:
        raise Stale(setting, [("value", was, value)], _("Not saved: somebody changed this meanwhile. Choose which values stay."))
    RuleSetting.objects.filter(pk=setting.pk).update(value=text, revision=F("revision") + 1)
    setting.refresh_from_db()
    memo.forget(rules.KEPT)
    return setting, was
