"""Playbooks 应对方案: what to do with each personality. Open terms between companies, honest prices, records; nothing else.

The text that ships is version 0. A manager changes it in both languages: each save is a version with who and when, and the newest is
what pages show. Back to the default text is a version like any other. What would be a bribe is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Stale, Words
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, tags
from boothline.core.records import Record, label_of, revise
from boothline.core.text import clean
from boothline.personality import events
from boothline.personality.traits import PERSONALITIES
from boothline.timeline.history import record

PARTS = ("stress", "avoid", "terms")
FIELDS = tuple(f"{part}_{language}" for part in PARTS for language in ("zh", "en"))
LONGEST = 600
# What is a bribe, and what forbids it: closed lists. Whatever else stands beside the word leaves a doubt, and is refused.
_WORDS = (
    r"(?:回扣|红包|购物卡|礼品卡|贿赂|好处费|礼金|现金(?!流|折扣)"
    r"|\b(?:kick-?backs?|brib\w+|red (?:packet|envelope)s?|(?:shopping|gift) cards?|cash(?! (?:flow|discount|on delivery)))\b)"
)
_GIVES_ZH = "(?:给予?|送|收受?|发|付|塞|提供|接受|支付|承诺|索要|索取)"
_GIVES = r"(?:offer|give|pay|accept|take|promise|send|receive|ask for)"
_BESIDE = r"(?:(?:a|an|any|every|all|the|them|such|kind of|form of) )*"
_BRIBE = re.compile(_WORDS, re.IGNORECASE)
_FORBIDDEN = re.compile(
    r"(?:(?:(?<![要恨巴免少由能可准许应给送收发付])不[得准许要能可应]?|(?<![特分个])别|[勿莫]|禁止|严禁)"  # 要不送, 巴不得送, 特别送
    rf"{_GIVES_ZH}"
    rf"|禁止|严禁|杜绝|拒绝|拒收|谢绝|婉拒)(?:任何|一切|各种|个人|对方|客户)*(?:{_WORDS}(?:、|和|或者?|与|以?及))*$"
    rf"|\b(?:(?:never|(?:do|must|may|shall|should|will) not|don['’]t|cannot|can['’]t|(?:refuse|decline) to) {_GIVES}(?: or {_GIVES})*"
    rf"|no|never|refuse|decline|reject) {_BESIDE}(?:{_WORDS} n?or {_BESIDE})*$",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"[不勿莫没别非无就才难否怎何岂哪只]|除|例外|为什么|拒绝"
    r"|n['’]t\b|\b(?:not?|never|nothing|nobody|without|refuse|decline|why|who|hardly|unless|except|only|until|too|but|else|then|instead)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(rf"[，。；：！？,.;:!?]|[也更又](?=不{_GIVES_ZH})")


@dataclass(frozen=True)
class Playbook:
    """What to stress, what to avoid, and how to agree on price, prepayment and written confirmation."""

    stress: Words
    avoid: Words
    terms: Words


PLAYBOOKS = {
    "rational": Playbook(
        _("Bring facts: documents, data, samples, and strengths and weaknesses said openly; date every promise and keep it."),
        _("No exaggeration, no courting."),
        _("Quote once, with its make-up; standard deposit; go through the contract clause by clause."),
    ),
    "task": Playbook(
        _("Make the job easy: one page, a firm date, a named person, so that they can report it done."),
        _("Not too many choices, and no neglect because it may be a single order."),
        _("Standard price; usual deposit; scope and time in writing."),
    ),
    "greedy": Playbook(
        _("Stress open, checkable quantity discounts and service; every concession goes to the company and into the contract."),
        _("Decline personal benefits politely, log the request, go in pairs if need be."),
        _("Hold the floor price, give only against something; deposit as agreed; confirm talks by e-mail."),
    ),
    "owner": Playbook(
        _("Begin with total cost and value, show where the price comes from, then talk of better quality."),
        _("No tricks, no hidden fees; visit and ask regularly."),
        _("Give a sincere price with its conditions; deposit may be tied to the step price; put it in the contract."),
    ),
    "credit": Playbook(
        _("Make quality certain and help them look good: figures to report, visible progress."),
        _("Never embarrass or bypass them."),
        _("A fair price is enough; standard deposit; write down results and tasks. They must never pay from their own pocket."),
    ),
    "stingy": Playbook(
        _("Standard goods, one honest price, clear minimum, little time."),
        _("No tenders we cannot win, no hidden loss of quality, no revenge pricing."),
        _("Discount only for quantity; payment before shipment or a higher deposit; extras priced and confirmed in writing."),
    ),
    "tricky": Playbook(
        _("Papers first, courtesy always: specification, sample, artwork, quantity and date signed before work, their material kept."),
        _("Promise no dates by word, skip no step for a high price or charm."),
        _("List price; deposit and contract before anything; every change in writing."),
    ),
    "relationship": Playbook(
        _("Say early what is a favour and what is business; small help may be free, anything that costs is priced first."),
        _("Neither vague for friendship's sake nor charging afterwards."),
        _("An open price for old customers, with approval; same deposit and contract as for all: paper protects the friendship."),
    ),
    "mixed": Playbook(
        _("Stay calm and listen; note after each meeting what mattered, then use the nearest advice."),
        _("Do not label early, do not give everything at once."),
        _("Price in steps with conditions; deposit, contract, changes in writing; a manager reviews large decisions."),
    ),
}


def _text_field(words: Any) -> models.CharField:
    return models.CharField(words, max_length=LONGEST)


class PlaybookText(Record):
    """The words of one personality in both languages, as they hold now. `n` is their version; 0 is what ships."""

    type = models.CharField(max_length=16, unique=True, choices=list(PERSONALITIES.items()))
    n = models.PositiveIntegerField(default=0)
    stress_zh = _text_field(gettext_lazy("stress, in Chinese"))
    stress_en = _text_field(gettext_lazy("stress, in English"))
    avoid_zh = _text_field(gettext_lazy("avoid, in Chinese"))
    avoid_en = _text_field(gettext_lazy("avoid, in English"))
    terms_zh = _text_field(gettext_lazy("price, prepayment, written confirmation, in Chinese"))
    terms_en = _text_field(gettext_lazy("price, prepayment, written confirmation, in English"))
    privacy = tags(type=PLAIN, **dict.fromkeys(FIELDS, PLAIN))

    def __str__(self) -> str:
        return str(PERSONALITIES[self.type])

    @property
    def texts(self) -> dict[str, str]:
        """Its six texts."""
        return {name: getattr(self, name) for name in FIELDS}


class PlaybookVersion(models.Model):
    """What a playbook said from a moment on: by whom, and whether it is the default text again."""

    playbook = models.ForeignKey(PlaybookText, on_delete=models.CASCADE, related_name="versions")
    n = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True, default="")
    is_shipped = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)
    privacy = tags(by_name=PERSON, texts=PLAIN)

    class Meta:
        ordering = ("-n",)
        constraints = [models.UniqueConstraint(fields=["playbook", "n"], name="playbook_version_once")]

    def __str__(self) -> str:
        return f"{self.playbook} {self.n}"


def shipped(type: str) -> dict[str, str]:
    """The six texts as they ship."""
    found: dict[str, str] = {}
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        with override(code):
            found |= {f"{part}_{language}": str(getattr(PLAYBOOKS[type], part)) for part in PARTS}
    return found


def text_of(type: str) -> PlaybookText:
    """What holds for a personality; the default text, not stored, while nobody changed it."""
    return PlaybookText.objects.filter(type=type).first() or PlaybookText(type=type, revision=0, **shipped(type))


def valid(types: Collection[str]) -> dict[str, Playbook]:
    """{personality: what holds now, in the reader's language}, one question for any number."""
    own = {text.type: text for text in PlaybookText.objects.filter(type__in=set(types), n__gt=0)}
    return {type: _spoken(own[type]) if type in own else PLAYBOOKS[type] for type in types if type in PLAYBOOKS}


def _spoken(text: PlaybookText) -> Playbook:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return Playbook(*(getattr(text, f"{part}_{language}") for part in PARTS))


@operation("personality.edit_playbook")
def edit_playbook(type: str, *, by: Actor, revision: int, values: dict[str, str]) -> PlaybookText:
    """Words a playbook anew; each save is a version. Who saw an older one is shown both, text by text."""
    require(by, "playbooks.edit")
    values = {name: clean(words, LONGEST) for name, words in values.items() if name in FIELDS}
    for name, words in values.items():
        _check(name, words)
    return _write(type, by, revision, values)


@operation("personality.restore_playbook")
def restore_playbook(type: str, *, by: Actor, revision: int) -> PlaybookText:
    """The default text holds again, as a new version. Pressed twice, the second is quiet."""
    require(by, "playbooks.edit")
    now = text_of(type)
    if now.texts == shipped(type):
        return now
    try:
        return _write(type, by, revision, shipped(type), is_shipped=True)
    except Stale as stale:
        raise Refused(_now("Not saved: somebody changed this meanwhile. Check it, then press again."), code="stale") from stale


def _check(name: str, words: str) -> None:
    if not words:
        raise Refused(_now("Write something: nobody is helped by an empty advice."), field=name)
    for clause in _CLAUSES.split(" ".join(words.split())):
        for found in _BRIBE.finditer(clause):
            if not _is_forbidden(clause[: found.start()], clause[found.end() :]):
                raise Refused(
                    _now('A playbook never advises a personal benefit: "%(word)s". Write what is offered to the company.')
                    % {"word": found[0]},
                    field=name, code="unlawful",
                )  # fmt: skip


def _is_forbidden(before: str, after: str) -> bool:
    """Whether what stands before a bribe in its clause forbids it, directly, and nothing around turns that round."""
    forbids = _FORBIDDEN.search(before)
    return forbids is not None and not _DOUBT.search(before[: forbids.start()]) and not _DOUBT.search(after)


def _write(type: str, by: Actor, revision: int, values: dict[str, str], *, is_shipped: bool = False) -> PlaybookText:
    kept, _made = PlaybookText.objects.get_or_create(type=type, defaults={"revision": 0, **shipped(type)})
    changes = revise(kept, revision=revision, values=values)
    if not changes:
        return kept
    PlaybookText.objects.filter(pk=kept.pk).update(n=kept.n + 1)
    kept.refresh_from_db()
    PlaybookVersion.objects.create(
        playbook=kept,
        n=kept.n,
        user_id=by.id if by.kind == "user" else None,
        by_name=by.name[:200],
        is_shipped=is_shipped,
        texts=kept.texts,
    )
    said = {"type": type, "n": kept.n}
    if is_shipped:
        record(events.PLAYBOOK_RESTORED, subject=kept, by=by, values=said, changes=changes)
    else:
        record(events.PLAYBOOK_CHANGED, subject=kept, by=by, values=said, changes=changes)
    return kept


@dataclass(frozen=True)
class Piece:
    """A stretch of text: the same in both versions, only in the older, or only in the newer."""

    kind: str  # same · was · now
    words: str


def texts_at(type: str, n: int) -> dict[str, str] | None:
    """The six texts of a version; 0 ships. None where there is none."""
    if n == 0:
        return shipped(type)
    found: dict[str, Any] | None = (
        PlaybookVersion.objects.filter(playbook__type=type, n=n).values_list("texts", flat=True).first()
    )  # fmt: skip
    return found


def difference(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, list[Piece]]]:
    """[(field in words, its pieces)] of the texts in which two versions differ; Chinese by characters, English by words."""
    found = []
    for name in FIELDS:
        if old[name] != new[name]:
            found.append((label_of(PlaybookText, name), _pieces(old[name], new[name], by_words=name.endswith("_en"))))
    return found


def _pieces(old: str, new: str, *, by_words: bool) -> list[Piece]:
    was, now = ((re.findall(r"\S+\s*", text) if by_words else list(text)) for text in (old, new))
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(was[i:j])))
            continue
        found += [Piece(kind, "".join(words)) for kind, words in (("was", was[i:j]), ("now", now[k:m])) if words]
    return found
