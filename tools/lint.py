"""What no library checks: inline styles and scripts, raw colours, unsafe calls, privacy of the repository's words."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = {
    "inline style": re.compile(r"\sstyle\s*="),
    "inline script": re.compile(r"\son[a-z]+\s*=|<script(?![^>]*\bsrc=)|hx-on|hx-vals='js:|javascript:"),
    "unescaped text": re.compile(r"\|\s*safe\b"),
    "half-width punctuation in Chinese": re.compile(r"[一-鿿]\s?[,:;?!()]|[,:;?!()]\s?[一-鿿]"),
}
CODE = {
    "raw SQL": re.compile(r"\.raw\(|\.extra\(|cursor\.execute"),
    "unsafe": re.compile(r"mark_safe|csrf_exempt|\beval\(|pickle|yaml\.load|__all__ = \"|shell=True"),
    "bare decimal sum": re.compile(r"(?<!exact_)\bSum\((?!Cast)"),
    "decimal in F()": re.compile(r"F\(\"[a-z_]*(amount|price|total|quantity)\"\)\s*[-+*]"),
}
ALLOWED = {  # (file, rule): reason
    ("boothline/exchange/contacts.py", "unsafe"): "rows that this process packs and unpacks itself; the bytes never leave its memory",
    ("boothline/core/amounts.py", "bare decimal sum"): "the exact sum itself",
    ("boothline/search/upkeep.py", "raw SQL"): "SQLite's full-text table of the search index is no model",
    ("boothline/config/doctor.py", "raw SQL"): "asks the database about itself",
    ("boothline/config/cli.py", "raw SQL"): "the advisory lock of the set-up, which no query expresses",
    ("boothline/config/backup.py", "raw SQL"): "a snapshot's isolation, empty tables, and where keys go on; no text of anybody",
}


def main() -> int:
    """Prints each finding; 1 if there is one."""
    found = []
    for path in sorted((ROOT / "boothline").rglob("*")):
        name = str(path.relative_to(ROOT))
        if path.suffix == ".html":
            rules = TEMPLATE
        elif path.suffix == ".py" and "migrations" not in path.parts:
            rules = CODE
        else:
            continue
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
            found += [
                f"{name}:{number}: {rule}: {line.strip()[:100]}"
                for rule, pattern in rules.items()
                if pattern.search(line) and (name, rule) not in ALLOWED
            ]
    for path in sorted((ROOT / "frontend/styles").glob("*.css")):
        if path.name == "tokens.css":
            continue
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
            if (
                re.search(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)", re.sub(r"url\([^)]*\)", "", line))
                and "print" not in line
                and "--canvas:#fff" not in line
                and "background:#fff" not in line
                and 'fill:"#000"' not in line
            ):
                found.append(f"frontend/styles/{path.name}:{number}: raw colour")
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
