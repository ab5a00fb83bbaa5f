"""Keeps the catalogue: `update` takes the messages of the code in, `compile` makes the .mo, `check` names what is wrong.

`update FILE` also takes translations from lines "message<TAB>translation" ("context|message" where there is a context).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "boothline/locale/zh_Hans/LC_MESSAGES/django.po"
KEYWORDS = ("gettext_lazy", "gettext_noop", "_now", "_lazy", "pgettext_lazy:1c,2", "speak")
HALF_WIDTH = re.compile(r"[一-鿿]\s?[,:;?!()]|[,:;?!()]\s?[一-鿿]|[一-鿿][^\n]*[,;?!]\s|[,;?!]\s[^\n]*[一-鿿]")
ONE_WORD = {  # one thing has one word
    r"(?<!款到)发货": "出货", r"(?<!已)补偿(?!第)": "折让, 理赔", r"(?<!没有|常提)异议": "不满原因", "订单明细": "订单行",
}  # fmt: skip
BANNED = ("成功", "抱歉", "请求失败", "操作失败")


def extracted() -> Catalog:
    """The messages that the code has now."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as pot:
        command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "--no-location", "-o", pot.name]
        subprocess.run([*command, *(f"-k{k}" for k in KEYWORDS), "."], cwd=ROOT, check=True)
        return read_po(open(pot.name, "rb"))


def kept() -> Catalog:
    """The catalogue as it is kept."""
    return read_po(FILE.open("rb"), locale="zh_Hans") if FILE.exists() else Catalog(locale="zh_Hans", project="Boothline")


def update(lines: list[str]) -> None:
    """Takes new messages in, drops old ones, fills in given translations."""
    catalogue = kept()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# What Boothline says, in Chinese (Simplified)."
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.fuzzy = False
    given = dict(line.split("\t", 1) for line in lines if "\t" in line)
    for message in catalogue:
        first = message.id if isinstance(message.id, str) else message.id[0]
        key = (f"{message.context}|" if message.context else "") + first.replace("\n", "\\n")
        if key in given:
            words = given[key].replace("\\n", "\n")
            message.string = words if isinstance(message.id, str) else (words,)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("wb") as out:
        write_po(out, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)


def compile_() -> None:
    """Makes the .mo that Django reads."""
    with FILE.with_suffix(".mo").open("wb") as out:
        write_mo(out, kept())


def faults() -> list[str]:
    """Missing and dropped messages, half-width punctuation in Chinese, banned words, a second word for one thing, lost placeholders."""
    catalogue, code = kept(), extracted()
    found = []
    ours = {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m for m in catalogue if m.id}
    for message in code:
        if not message.id:
            continue
        first = message.id if isinstance(message.id, str) else message.id[0]
        translated = ours.get((message.context, first))
        strings = [] if translated is None else [translated.string] if isinstance(translated.string, str) else list(translated.string or ())
        if not strings or not all(strings):
            found.append(f"no Chinese: {first!r}")
        for words in strings:
            if set(re.findall(r"%\(\w+\)s", words)) != set(re.findall(r"%\(\w+\)s", first)):
                found.append(f"placeholders differ: {first!r} {words!r}")
            if HALF_WIDTH.search(words):
                found.append(f"half-width punctuation: {words!r}")
            found += [f"say {one}: {words!r}" for other, one in ONE_WORD.items() if re.search(other, words)]
            found += [f"banned word {b}: {words!r}" for b in BANNED if b in words]
    return found


if __name__ == "__main__":
    verb = sys.argv[1]
    if verb == "update":
        update(Path(sys.argv[2]).read_text("utf-8").split("\n") if len(sys.argv) > 2 else [])
    if verb in ("update", "compile"):
        compile_()
    problems = faults() if verb in ("update", "check") else []
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    sys.exit(bool(problems) and verb == "check")
