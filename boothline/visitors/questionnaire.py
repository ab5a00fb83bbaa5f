"""The questionnaire of a fair: what is asked at the booth, what only staff note, what a visitor answers on their own phone.

Without a row of its own a fair asks the default. A change makes a new version as soon as the newest one was answered, so that
an answer always stands beside the question that it answers. Codes never vanish: what is not asked any more is retired.
An answer to a question that is hidden is kept and not counted; a required one never blocks saving, it is a gap to complete.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Stale
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.core.text import listed, phrase
from boothline.fairs.editions import Fair
from boothline.timeline.history import record
from boothline.visitors import events

KINDS = {
    "single": gettext_lazy("one choice"),
    "multi": gettext_lazy("several choices"),
    "scale": gettext_lazy("scale"),
    "text": gettext_lazy("text"),
    "number": pgettext_lazy("question", "number"),
    "date": gettext_lazy("day"),
    "amount": gettext_lazy("number and unit"),
    "products": gettext_lazy("products of the catalogue"),
    "consent": gettext_lazy("consent"),
}
WITH_OPTIONS = ("single", "multi", "scale", "consent")
OWN_COLUMN = ("interest", "heat", "promised", "consent")  # a capture keeps these beside its answers
WORDING = "1"  # of the consents below; a new text is a new version
LONGEST = 60  # questions of one fair
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}\Z", re.ASCII)


@dataclass(frozen=True)
class Option:
    """One choice: a code that is the same in every language, and its words."""

    code: str
    zh: str
    en: str
    retired: bool = False

    def __str__(self) -> str:
        return _spoken(self.zh, self.en)


@dataclass(frozen=True)
class Question:
    """One question. `when` names an earlier question: {"question": code, "any": [...]} or {"question": code, "not": [...]}."""

    code: str
    kind: str
    zh: str
    en: str
    options: tuple[Option, ...] = ()
    staff: bool = False  # only on the staff form
    first: bool = False  # on the first screen
    required: bool = False
    when: dict[str, Any] | None = None
    retired: bool = False

    def __str__(self) -> str:
        return _spoken(self.zh, self.en)

    @property
    def choices(self) -> list[Option]:
        """What can be chosen now."""
        return [option for option in self.options if not option.retired]

    @property
    def is_asked(self) -> bool:
        """Not retired, and with something to choose where choosing is asked."""
        return not self.retired and (self.kind not in WITH_OPTIONS or bool(self.choices))

    def worded(self, value: Any) -> str:
        """An answer in the reader's language."""
        words = {option.code: str(option) for option in self.options}
        if isinstance(value, dict):
            return f"{value.get('n', '')} {value.get('unit', '')}".strip()
        return listed(words.get(str(v), str(v)) for v in (value if isinstance(value, list) else [value]))


def _spoken(zh: str, en: str) -> str:
    return (en or zh) if (get_language() or "").startswith("en") else (zh or en)


def _options(words: str) -> tuple[Option, ...]:
    """`code 中文 / English · code 中文 / English`."""
    found = []
    for part in words.split(" · "):
        code, both = part.split(" ", 1)
        zh, en = both.split(" / ")
        found.append(Option(code, zh, en))
    return tuple(found)


_BUYING = {"question": "purpose", "any": ["buy", "compare"]}
DEFAULT = (
    Question(
        "interest", "products", "感兴趣的产品", "Products of interest", first=True,
    ),
    Question(
        "heat", "scale", "意向程度", "Heat", staff=True, first=True,
        options=_options("4 很强 / hot · 3 较强 / warm · 2 一般 / mild · 1 很弱 / cold"),
    ),
    Question(
        "promised", "multi", "答应客户的事", "What we promised", staff=True, first=True,
        options=_options(
            "catalogue 寄目录 / send the catalogue · quote 报价 / send a quotation · sample 寄样 / send a sample · visit 拜访 / visit · "
            "call 电话联系 / call · nothing 无 / nothing"
        ),
    ),
    Question(
        "consent", "consent", "同意", "Consent", first=True,
        options=_options(
            "follow_up 同意贵公司就本次来访联系我 / I agree to be contacted about this visit · "
            "marketing 同意接收新品和活动信息 / I agree to receive news of products and events · "
            "photo 同意拍摄并保存名片 / I agree that my card is photographed and kept · recording 同意录音 / I agree to be recorded"
        ),
    ),
    Question(
        "best_time", "multi", "方便联系的时间和方式", "When and how to reach you",
        options=_options(
            "morning 上午 / morning · noon 中午 / noon · afternoon 下午 / afternoon · evening 晚上 / evening · phone 电话 / phone · "
            "chat 微信／WhatsApp / WeChat or WhatsApp · mail 邮件 / e-mail"
        ),
    ),
    Question(
        "purpose", "multi", "来访目的", "Why are you here",
        options=_options(
            "buy 采购、询价 / to buy or ask for prices · compare 比较供应商 / to compare suppliers · "
            "market 了解市场行情 / to see the market · cooperate 代理、合作 / agency or cooperation · "
            "sell 推介产品或服务 / to offer products or services · learn 技术交流 / technical exchange · seminar 参加研讨 / a seminar"
        ),
    ),
    Question(
        "timing", "single", "计划采购时间", "When do you plan to buy", when=_BUYING,
        options=_options(
            "now 1个月内 / within a month · m3 3个月内 / within 3 months · m6 半年内 / within half a year · m12 1年内 / within a year · "
            "none 暂无计划 / no plan yet"
        ),
    ),
    Question(
        "company_kind", "single", "公司性质", "Kind of company",
        options=_options(
            "enduser 终端用户 / end user · retailer 零售商 / retailer · distributor 经销／批发商 / distributor or wholesaler · "
            "trading 贸易公司 / trading company · maker 生产企业 / maker · designer 设计／工程公司 / design or engineering · "
            "service 服务商 / service provider · association 协会／媒体 / association or media · education 院校 / school · "
            "other 其他 / other"
        ),
    ),
    Question(
        "authority", "single", "在采购中的角色", "Part in the decision", when=_BUYING,
        options=_options(
            "decides 我来决定 / I decide · recommends 我提建议 / I recommend · uses 我是使用者 / I use it · "
            "collects 我来收集资料 / I collect information"
        ),
    ),
    Question("volume", "amount", "年采购量", "Yearly purchase", when={"question": "timing", "not": ["none"]}),
    Question("budget", "single", "预算", "Budget", staff=True, when={"question": "authority", "any": ["decides"]}),
    Question("supplier", "text", "目前的供应商（选填）", "Present supplier (optional)", staff=True, when=_BUYING),
    Question("needs_cert", "multi", "需要的认证", "Certificates needed", when=_BUYING),
    Question(
        "language", "single", "沟通语言", "Language", options=_options("zh 中文 / Chinese · en English / English · other 其他 / other"),
    ),
)  # fmt: skip


class Questionnaire(Record):
    """One version of a fair's questions. The newest is asked; `revision` goes on rising from version to version."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField(gettext_lazy("version"))
    questions = models.JSONField(default=list)
    privacy = tags(questions=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fair", "n"], name="questionnaire_version")]

    def __str__(self) -> str:
        return phrase(_("%(fair)s, version %(n)s"), {"fair": self.fair, "n": self.n})

    def asked(self) -> list[Question]:
        """Its questions in their order, retired ones included."""
        return [_question(row) for row in self.questions]


@dataclass(frozen=True)
class Asked:
    """What a fair asks: its questions, the version's row (none: the default), and the revision that an edit is based on."""

    questions: list[Question] = field(default_factory=lambda: list(DEFAULT))
    version: Questionnaire | None = None

    @property
    def revision(self) -> int:
        """0 while nobody changed the default."""
        return self.version.revision if self.version else 0

    def find(self, code: str) -> Question | None:
        """The question of this code."""
        return next((question for question in self.questions if question.code == code), None)


def asked_at(fair: Fair | None, n: int | None = None) -> Asked:
    """The questionnaire of a fair: the newest, or version `n` where there is one."""
    versions = Questionnaire.objects.filter(fair=fair).order_by("-n") if fair else Questionnaire.objects.none()
    found = list(versions if n is not None else versions[:1])
    chosen = next((version for version in found if version.n == n), found[0] if found else None)
    return Asked(chosen.asked(), chosen) if chosen else Asked()


def _question(row: dict[str, Any]) -> Question:
    return Question(**{**row, "options": tuple(Option(**option) for option in row["options"])})


def is_shown(question: Question, answers: Mapping[str, Any], questions: list[Question]) -> bool:
    """Whether it is asked after these answers. What hangs on a hidden question is hidden too."""
    if not question.is_asked:
        return False
    if not question.when:
        return True
    before = next((q for q in questions if q.code == question.when["question"]), None)
    if before is None or not is_shown(before, answers, questions):
        return False
    given = answers.get(before.code)
    chosen = {str(v) for v in (given if isinstance(given, list) else [given] if given is not None else [])}
    if "not" in question.when:
        return not chosen & set(question.when["not"])
    return bool(chosen & set(question.when["any"]))


def counted(answers: Mapping[str, Any], questions: list[Question]) -> dict[str, Any]:
    """The answers to what was shown; the others are kept and say nothing."""
    known = {question.code: question for question in questions}
    return {code: v for code, v in answers.items() if code in known and is_shown(known[code], answers, questions)}


def gaps(answers: Mapping[str, Any], questions: list[Question]) -> list[Question]:
    """What is required, was shown and is not answered: to be completed later."""
    return [q for q in questions if q.required and is_shown(q, answers, questions) and answers.get(q.code) in (None, "", [], {})]


def read_answer(question: Question, value: Any) -> Any:
    """One answer as it is kept, None for an empty one; ValueError when it is none of this question."""
    if value in (None, "", [], {}):
        return None
    codes = {option.code for option in question.options}
    if question.kind == "multi":
        chosen = list(dict.fromkeys(value if isinstance(value, list) else [value]))
        if not all(isinstance(v, str) and v in codes for v in chosen):
            raise ValueError(question.code)
        return chosen
    if question.kind in ("single", "scale"):
        if str(value) not in codes:
            raise ValueError(question.code)
        return str(value)
    if question.kind == "amount":
        n, unit = (value.get("n"), value.get("unit", "")) if isinstance(value, dict) else (value, "")
        return {"n": _number(question, n), "unit": str(unit)[:20]} if n not in (None, "") else None
    if question.kind == "number":
        return _number(question, value)
    if not isinstance(value, str):
        raise ValueError(question.code)
    return date.fromisoformat(value).isoformat() if question.kind == "date" else value[:2000]


def _number(question: Question, value: Any) -> str:
    try:
        number = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation as none:
        raise ValueError(question.code) from none
    if not number.is_finite() or not 0 <= number < 10**12:
        raise ValueError(question.code)
    return format(number.quantize(Decimal("0.001")).normalize(), "f")


@operation("visitors.change_questionnaire")
def change_questionnaire(fair: Fair, *, by: Actor, revision: int, questions: list[Question]) -> Questionnaire:
    """Gives a fair other questions. What was answered already keeps its version; an unanswered one is changed in place."""
    require(by, "questionnaires.edit", fair)
    Fair.objects.select_for_update(of=("self",), no_key=True).get(pk=fair.pk)
    now = asked_at(fair)
    _check(questions, now)
    rows = [asdict(question) for question in questions]
    if now.revision != revision:
        raise _stale(now, questions)
    if now.version and now.version.questions == rows:
        return now.version
    kept = _keep(fair, now, rows)
    changed = _changed(now.questions, questions)
    record(events.QUESTIONNAIRE_CHANGED, subject=kept, by=by, values={"fair": fair, "n": kept.n, "questions": changed})
    return kept


def _keep(fair: Fair, now: Asked, rows: list[dict[str, Any]]) -> Questionnaire:
    version = now.version
    if version and not version.captures.exists():
        version.questions, version.revision = rows, version.revision + 1
        version.save(update_fields=["questions", "revision"])
        return version
    return Questionnaire.objects.create(fair=fair, n=version.n + 1 if version else 1, revision=now.revision + 1, questions=rows)


def _changed(before: list[Question], after: list[Question]) -> list[str]:
    held = {question.code: question for question in before}
    changed = [q.zh for q in after if held.get(q.code) != q]
    return changed or [q.zh for q, was in zip(after, before, strict=False) if q.code != was.code]


def _check(questions: list[Question], now: Asked) -> None:
    codes = [question.code for question in questions]
    if len(set(codes)) != len(codes) or not all(_CODE.match(code) for code in codes):
        raise Refused(_("A question needs a code of its own: small letters, digits and _."), field="code")
    if len(questions) > LONGEST:
        raise Refused(_("A questionnaire has at most %(n)s questions. Retire some first.") % {"n": LONGEST})
    if {question.code for question in now.questions} - set(codes):
        raise Refused(_("A question that stood here cannot be taken out, only retired: it may have answers."))
    for place, question in enumerate(questions):
        _check_one(question, questions[:place], now.find(question.code))


def _check_one(question: Question, before: list[Question], was: Question | None) -> None:
    if not (question.zh and question.en):
        raise Refused(_("Word the question in both languages."), field="zh")
    options = [option.code for option in question.options]
    if len(set(options)) != len(options) or not all(re.match(r"[a-z0-9_]{1,30}\Z", code, re.ASCII) for code in options):
        raise Refused(_("Each choice needs a code of its own: small letters, digits and _."), field="options")
    if was and (was.kind != question.kind or {option.code for option in was.options} - set(options)):
        raise Refused(_("A choice that stood here cannot be taken out, only retired: it may have answers."), field="options")
    if question.when:
        _check_condition(question.when, before)


def _check_condition(when: dict[str, Any], before: list[Question]) -> None:
    earlier = next((question for question in before if question.code == when["question"]), None)
    if earlier is None:
        raise Refused(_("The question that this one depends on must stand before it."), field="after")
    codes = [option.code for option in earlier.options]
    wanted = when.get("any") or when.get("not") or []
    if not wanted or set(wanted) - set(codes):
        words = _("Name the answers after which it is asked, by their codes: %(codes)s.")
        raise Refused(words % {"codes": listed(codes)}, field="answers")


def _stale(now: Asked, mine: list[Question]) -> Stale:
    differing: list[tuple[str, Any, Any]] = []
    for question in mine:
        theirs = now.find(question.code)
        if theirs and theirs != question:
            differing += [(name, getattr(theirs, name), getattr(question, name)) for name in ("zh", "en", "options", "required", "retired")]
    return Stale(
        now.version,
        [row for row in differing if row[1] != row[2]],
        _("Not saved: somebody changed this meanwhile. Choose which values stay."),
    )


def moved(questions: list[Question], question: Question, place: int) -> list[Question]:
    """The questions with this one at its place (1 is the first); a new one joins them."""
    others = [q for q in questions if q.code != question.code]
    at = max(0, min(place - 1, len(others)))
    return [*others[:at], question, *others[at:]]
