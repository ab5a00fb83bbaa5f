"""The plan templates are changed (403): added, worded anew, moved, switched off, and set back to what ships. What was chosen before stays
as it was.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core import memo
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Stale
from boothline.core.operations import operation
from boothline.core.text import clean
from boothline.customers.lists import GRADES, TYPES
from boothline.followups.steps import STEP_KINDS
from boothline.negotiation import events
from boothline.negotiation.lists import REASONS
from boothline.negotiation.plan_templates import KEPT, PlanTemplate, PlanVersion, fields_of, of_reason, said_of, template_of
from boothline.negotiation.playbook import CONDITIONS, PLANS, TEMPLATES
from boothline.timeline.history import record

MOST = 12  # templates of a reason
STEPS = 8
LONGEST = 120
DAYS = 200  # workdays, which are less than a year
WHO = {
    "S": gettext_lazy("Salesperson"), "K": gettext_lazy("Order clerk"), "M": gettext_lazy("Manager"), "E": gettext_lazy("Engineer"),
    "Q": gettext_lazy("Quality"), "F": gettext_lazy("Finance"), "B": gettext_lazy("Purchasing"), "W": gettext_lazy("Warehouse"),
    "H": gettext_lazy("Head"),
}  # fmt: skip


@operation("negotiation.add_template")
def add_template(reason: str, *, by: Actor, said: dict[str, Any], place: int | None = None) -> PlanTemplate:
    """A template of the company's own for a reason; behind the others, or at a place among them."""
    require(by, "playbooks.edit")
    if reason not in REASONS.codes():
        raise Refused(_("Choose a reason from the list."), field="reason")
    _lock()
    there = of_reason(reason)
    if len(there) >= MOST:
        raise Refused(_("A reason has at most %(count)s plans. Change one of them instead.") % {"count": MOST}, code="full")
    said = _checked(reason, said)
    numbers = [int(code.removeprefix("own_")) for code in PlanTemplate.objects.values_list("code", flat=True) if code.startswith("own_")]
    made = PlanTemplate.objects.create(code=f"own_{max(numbers, default=0) + 1}", reason=reason, place=len(there) + 1)
    _version(made, by, said)
    _place(made, place)
    record(events.TEMPLATE_ADDED, subject=made, by=by, values={"reason": reason})
    return made


@operation("negotiation.change_template")
def change_template(code: str, *, by: Actor, revision: int, said: dict[str, Any], place: int | None = None) -> PlanTemplate:
    """Says a template anew: the next version. Plans that run, and those that are over, stay as they were chosen."""
    require(by, "playbooks.edit")
    kept = _row(code)
    said, now = _checked(kept.reason, said, code), said_of(template_of(code))
    if kept.revision != revision:
        mine, theirs = fields_of(said) | {"place": place or kept.place}, fields_of(now) | {"place": kept.place}
        apart = [(name, theirs.get(name, ""), mine.get(name, "")) for name in theirs | mine if theirs.get(name, "") != mine.get(name, "")]
        raise Stale(kept, apart, _("Not saved: somebody changed this meanwhile. Choose which values stay."))
    is_moved = _place(kept, place)
    if said != now:
        _version(kept, by, said)
    if said != now or is_moved:
        _raise(kept)
        record(events.TEMPLATE_CHANGED, subject=kept, by=by, values={"reason": kept.reason, "n": kept.n})
    return kept


@operation("negotiation.switch_template")
def switch_template(code: str, *, by: Actor, off: bool) -> PlanTemplate:
    """No longer offered, or offered again. Plans that run go on, and what it taught stays."""
    require(by, "playbooks.edit")
    kept = _row(code)
    if (kept.off_at is not None) == off:
        return kept
    others = [template for template, row in of_reason(kept.reason) if template.code != code and (row is None or row.off_at is None)]
    if off and not others and kept.reason in PLANS:
        raise Refused(_("The last one stays: there must be something to choose."), code="last")
    _raise(kept, off_at=timezone.now() if off else None)
    if off:
        record(events.TEMPLATE_OFF, subject=kept, by=by, values={"reason": kept.reason})
    else:
        record(events.TEMPLATE_ON, subject=kept, by=by, values={"reason": kept.reason})
    return kept


@operation("negotiation.restore_templates")
def restore_templates(reason: str, *, by: Actor) -> list[PlanTemplate]:
    """The plans that ship for a reason hold again, in their order, and all of them on; the company's own are switched off."""
    require(by, "playbooks.edit")
    _lock()
    changed = []
    for place, template in enumerate(PLANS.get(reason, ()), start=1):
        row = PlanTemplate.objects.filter(code=template.code).first()
        if row and (said_of(template_of(row.code)) != said_of(template) or row.off_at or row.place != place):
            if said_of(template_of(row.code)) != said_of(template):
                _version(row, by, said_of(template), is_shipped=True)
            _raise(row, off_at=None, place=place)
            changed.append(row)
    behind = len(PLANS.get(reason, ()))
    for n, row in enumerate(PlanTemplate.objects.filter(reason=reason).exclude(code__in=TEMPLATES).order_by("place", "id"), start=1):
        if row.off_at is None or row.place != behind + n:
            _raise(row, off_at=row.off_at or timezone.now(), place=behind + n)
            changed.append(row)
    for row in changed:
        if row.code in TEMPLATES:
            record(events.TEMPLATE_RESTORED, subject=row, by=by, values={"reason": reason})
        else:
            record(events.TEMPLATE_OFF, subject=row, by=by, values={"reason": reason})
    return changed


def _lock() -> None:
    """One changes the templates at a time; each read afterwards is of what stands."""
    list(PlanTemplate.objects.select_for_update().order_by("id"))
    memo.forget(KEPT)


def _row(code: str) -> PlanTemplate:
    """The row of a template, locked; a shipped one gets its first here, with revision 0: nothing was changed yet."""
    _lock()
    if code in TEMPLATES:
        reason = code.partition(".")[0]
        place = 1 + [template.code for template, _row in of_reason(reason)].index(code)
        PlanTemplate.objects.get_or_create(code=code, defaults={"reason": reason, "place": place, "revision": 0})
        memo.forget(KEPT)
    found = PlanTemplate.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise Refused(_("Choose a plan from the list."), field="template")
    return found


def _raise(kept: PlanTemplate, **columns: Any) -> None:
    PlanTemplate.objects.filter(pk=kept.pk).update(revision=F("revision") + 1, **columns)
    kept.refresh_from_db()
    memo.forget(KEPT)


def _version(kept: PlanTemplate, by: Actor, said: dict[str, Any], *, is_shipped: bool = False) -> None:
    n = kept.versions.count() + 1
    user = by.id if by.kind == "user" else None
    PlanVersion.objects.create(template=kept, n=n, user_id=user, by_name=by.name[:200], is_shipped=is_shipped, said=said)
    PlanTemplate.objects.filter(pk=kept.pk).update(n=n)
    kept.refresh_from_db()
    memo.forget(KEPT)


def _place(kept: PlanTemplate, place: int | None) -> bool:
    """Puts a template at a place among those of its reason; the others close up. Whether anything moved."""
    codes = [template.code for template, _row in of_reason(kept.reason)]
    was = list(codes)
    codes.remove(kept.code)
    codes.insert((place or was.index(kept.code) + 1) - 1, kept.code)
    if codes == was:
        return False
    for n, code in enumerate(codes, start=1):
        PlanTemplate.objects.update_or_create(
            code=code, defaults={"place": n}, create_defaults={"code": code, "reason": kept.reason, "place": n, "revision": 0}
        )
    kept.refresh_from_db()
    memo.forget(KEPT)
    return True


def _checked(reason: str, said: dict[str, Any], code: str = "") -> dict[str, Any]:
    """What was entered, in order; refused with the field that is to blame."""
    zh, en = clean(said["zh"], LONGEST), clean(said["en"], LONGEST)
    for field, words in (("zh", zh), ("en", en)):
        if not words:
            raise Refused(_("Give the plan a name in both languages."), field=field)
    for template, _kept in of_reason(reason):
        its = said_of(template)
        if template.code != code and (zh == its["zh"] or en == its["en"]):
            raise Refused(
                _("There is a plan %(name)s for this reason already.") % {"name": template}, field="zh" if zh == its["zh"] else "en"
            )
    if not said["steps"]:
        raise Refused(_("A plan has at least one step."), field="zh_1")
    if len(said["steps"]) > STEPS:
        raise Refused(_("A plan has at most %(count)s steps.") % {"count": STEPS}, code="full")
    kept = [name for name in CONDITIONS if name in said["conditions"]]
    types, grades = ([one for one in known if one in said[name]] for name, known in (("types", TYPES), ("grades", GRADES)))
    steps = [_checked_step(n, step) for n, step in enumerate(said["steps"], start=1)]
    worth = str(said["worth"] or "")
    return {
        "zh": zh, "en": en, "conditions": kept, "types": types, "grades": grades, "steps": steps,
        "worth": worth, "currency": said["currency"] if worth else "",
    }  # fmt: skip


def _checked_step(n: int, step: dict[str, Any]) -> dict[str, Any]:
    zh, en, days, before = clean(step["zh"], LONGEST), clean(step["en"], LONGEST), step["days"], step["before"]
    if not zh or not en:
        raise Refused(_("Say in both languages what step %(n)s is.") % {"n": n}, field=f"en_{n}" if zh else f"zh_{n}")
    if step["who"] not in WHO or step["kind"] not in STEP_KINDS:
        raise Refused(_("Say who does step %(n)s, and how.") % {"n": n}, field=f"who_{n}")
    if not 0 <= days + before <= DAYS:
        raise Refused(_("A step lies at most %(count)s days away.") % {"count": DAYS}, field=f"days_{n}")
    is_dated = bool(step["on_date"] or before)
    return {"zh": zh, "en": en, "who": step["who"], "days": days, "kind": step["kind"], "on_date": is_dated, "before": before}
