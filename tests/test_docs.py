"""The manual says what the code says. No database, no network."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "boothline"
sys.path.insert(0, str(ROOT / "tools"))
import reference  # noqa: E402

NUMBER = re.compile(r"(\d{3}|SP\d\d)[ ,]")
TICKED = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.S | re.M)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
OUTSIDE = {"DJANGO_SETTINGS_MODULE"}  # named by the framework


def rooms() -> list[str]:
    return sorted(p.parent.name for p in PACKAGE.glob("*/apps.py"))


@cache
def pages() -> dict[str, str]:
    """Every Markdown file of the project."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split() or [str(p.relative_to(ROOT)) for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]]
    return {name: (ROOT / name).read_text("utf-8") for name in names}


def page(name: str) -> str:
    assert (ROOT / name).exists(), f"{name} is not written"
    return (ROOT / name).read_text("utf-8")


def prose(text: str) -> str:
    return FENCE.sub("", text)


@cache
def units() -> dict[str, tuple[str, str]]:
    """{module: (number, first line)} of every module of rules whose docstring begins with its number."""
    found = {}
    for path in sorted(PACKAGE.glob("*/*.py")):
        words = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        match = NUMBER.match(words)
        if match:
            found[f"{path.parent.name}.{path.stem}"] = (match[1], words.split("\n", 1)[0])
    return found


def manual_of(module: str) -> str:
    """Where a unit's page lies."""
    room, name = module.split(".")
    number = units()[module][0]
    return f"docs/{room}/{number}-{name}.md" if number.isdigit() else f"docs/{room}/{number.lower()}-type.md"


def test_there_are_units():
    assert {number for number, _words in units().values()} >= {"101", "102", "204", "301", "303", "401", "402", "501", "SP01"}


@pytest.mark.parametrize("module", units())
def test_every_unit_has_its_page(module: str):
    number, words = units()[module]
    manual = page(manual_of(module))
    assert manual.startswith(f"# {number} "), "the page begins with the unit's number"
    chinese = "".join(re.findall(r"[一-鿿]+", words.split(":")[0]))
    assert chinese in manual.split("\n", 1)[0]
    assert "## Not built yet" in manual
    assert Path(manual_of(module)).name in page("docs/README.md"), "the index names it"


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_generated_pages_are_what_the_code_says(name: str):
    assert page(name) == reference.PAGES[name](), "run: make reference"


def test_what_a_type_says_and_asks_for_stands_in_its_pages():
    from boothline.accounts.rights import RIGHTS
    from boothline.timeline.kinds import KINDS

    for room in {module.split(".")[0] for module in units()}:
        words = "\n".join(text for name, text in pages().items() if name.startswith(f"docs/{room}/"))
        source = "\n".join(p.read_text("utf-8") for p in (PACKAGE / room).glob("*.py"))
        rights = [code for code in RIGHTS if f'declare("{code}"' in source or f'"{code}", _(' in source]
        missing = [code for code in [*(k for k in KINDS if k.startswith(f"{room}.")), *rights] if f"`{code}`" not in words]
        assert not missing, f"docs/{room} does not name {missing}"


def test_every_rule_setting_stands_with_its_figures():
    from boothline.core.rules import RULES

    settings = page("docs/settings.md").split("## Rule settings")[1]
    for code, rule in RULES.items():
        row = re.search(rf"^\| `{re.escape(code)}` \| (\S*) \| (\S*) \| (\S*) \|", settings, re.M)
        assert row, f"docs/settings.md has no row for {code}"
        assert row.groups() == tuple("" if v is None else str(v) for v in (rule.default, rule.low, rule.high)), code
    named = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", settings, re.M))
    assert named == set(RULES), "rule settings that are gone"
    for name, text in pages().items():
        for code, value in re.findall(r"`([a-z_]+\.[a-z_]+)` = (\d+)", prose(text)):
            assert str(RULES[code].default) == value, f"{name}: {code}"


def variables() -> dict[str, str | None]:
    """{name: default as written} of every environment variable that the program reads."""
    found: dict[str, str | None] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if isinstance(node.func, ast.Name) and node.func.id == "_read":  # env.py's reader: (read, name, default, what is wanted)
                name, default = (ast.literal_eval(argument) for argument in node.args[1:3])
                found[name] = str(default)
            if not isinstance(node.func, ast.Attribute):
                continue
            owner, first = ast.unparse(node.func.value), node.args[0]
            reads = owner == "env" or (owner == "os.environ" and node.func.attr in ("get", "setdefault"))
            if reads and isinstance(first, ast.Constant) and isinstance(first.value, str):
                default = node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else None
                found.setdefault(first.value, None if default is None else str(default))
    return found


def test_every_environment_variable_stands_with_its_default():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| \S+ \| (.*?) \|", page("docs/settings.md"), re.M))
    read = variables()
    assert set(rows) == set(read) - OUTSIDE
    for name, default in read.items():
        if default and name in rows:
            said = {"True": "yes", "False": "no"}.get(default, f"`{default}`")
            assert rows[name] == said, name


def test_every_command_stands_with_its_options_and_teaches():
    import click

    from boothline.config.cli import main

    manual = page("docs/commands.md")
    sections = {m[1]: m[2] for m in re.finditer(r"^## boothline (\w+)\n(.*?)(?=^## |\Z)", manual, re.S | re.M)}
    assert set(sections) == set(main.commands)
    overview = CliRunner().invoke(main, ["--help"]).output
    for name, command in main.commands.items():
        assert re.search(rf"^  {name} +\S", overview, re.M), f"boothline --help does not say what {name} does"
        assert (command.help or "").strip(), name
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(f"`{flag}`" in sections[name] for flag in option.opts), f"{name}: {option.opts}"
                assert option.help, f"{name} {option.opts}: no help"


def slug(heading: str) -> str:
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors(text: str) -> set[str]:
    return {slug(h) for h in re.findall(r"^#{1,6} (.+)$", prose(text), re.M)}


@pytest.mark.parametrize("name", sorted(pages()))
def test_links_lead_somewhere(name: str):
    for found in LINK.findall(prose(pages()[name])):
        target = next(filter(None, found)).split(" ")[0]
        if re.match(r"[a-z]+:", target):
            continue
        path, _sharp, anchor = target.partition("#")
        goal = (ROOT / name).parent / path if path else ROOT / name
        assert goal.exists(), f"{name} leads to {target}"
        if anchor and goal.suffix == ".md":
            assert anchor in anchors(goal.read_text("utf-8")), f"{name} leads to {target}"


def is_known(name: str) -> bool:
    """Whether a dotted name is an event, a right, a rule, an operation, a listener, or something that can be imported."""
    from boothline.accounts.rights import RIGHTS
    from boothline.core.operations import OPERATIONS
    from boothline.core.rules import RULES
    from boothline.timeline import hearing
    from boothline.timeline.kinds import KINDS

    if any(name in known for known in (KINDS, RIGHTS, RULES, OPERATIONS, hearing._later)):
        return True
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            at: object = importlib.import_module(".".join(["boothline", *parts[:cut]]))
        except ImportError:
            continue
        for part in parts[cut:]:
            if not hasattr(at, part):
                return False
            at = getattr(at, part)
        return True
    return False


@pytest.mark.parametrize("name", sorted(n for n in pages() if n != "CONTRIBUTING.md"))
def test_names_in_the_manual_are_in_the_code(name: str):
    """Files and dotted names between ticks. (Recipes speak of what does not exist yet.)"""
    for word in TICKED.findall(prose(pages()[name])):
        if re.fullmatch(r"[\w./-]+\.(py|md|ini|html|css|ts|typ|toml|in)", word):
            there = any((root / word).exists() for root in (ROOT, PACKAGE, ROOT / "frontend/styles"))
            assert there or list(PACKAGE.glob(f"*/{word}")) or list(PACKAGE.glob(f"*/jinja2/{word}")), f"{name}: {word}"
        elif re.fullmatch(r"[a-z_]+(\.[a-z_]+){1,2}", word) and word.split(".")[0] in rooms():
            assert is_known(word), f"{name}: {word}"


@pytest.mark.parametrize("name", sorted(pages()))
def test_commands_of_the_readme_exist(name: str):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    asked = re.findall(r"^make ([a-z-]+)", "\n".join(FENCE.findall(pages()[name])), re.M) + re.findall(r"`make ([a-z-]+)", pages()[name])
    assert not set(asked) - targets, f"{name}: no such target"
    for path in re.findall(r"python (?:-m pytest )?((?:tests|tools)/\S+\.py)", pages()[name]):
        assert (ROOT / path).exists(), f"{name}: {path}"


def test_both_readmes_have_the_two_commands_and_the_same_ground():
    texts = [page("README.md"), page("README.zh-CN.md")]
    for text in texts:
        assert re.findall(r"^make ([a-z]+)", text, re.M)[:2] == ["run", "test"]
    pictures = [sorted(re.findall(r"docs/pictures/[\w.-]+", text)) for text in texts]
    assert pictures[0] == pictures[1]
    named = [set(re.findall(r"`([A-Z][A-Z_]{3,})`", text)) for text in texts]
    assert named[0] == named[1] <= set(variables())
    from boothline.config.demo import PEOPLE

    for username in PEOPLE:
        assert all(f"`{username}`" in text for text in texts), username


def test_what_the_tour_of_both_readmes_says_to_press_is_there():
    """Each bold or quoted word of it is a message of ours; … stands for what a button says of its record."""
    import messages

    known = {"en": [], "zh": []}
    for message in messages.kept():
        for language, said in (("en", message.id), ("zh", message.string)):
            known[language] += [said] if isinstance(said, str) else list(said)
    tours = {
        "en": (page("README.md").split("in ten steps:")[1].split("\n## ")[0], r"\*\*(.+?)\*\*"),
        "zh": (page("README.zh-CN.md").split("按下面十步")[1].split("\n## ")[0], r"“(.+?)”|\*\*(.+?)\*\*"),
    }
    for language, (tour, mark) in tours.items():
        pressed = [" ".join("".join(found).split()) for found in re.findall(mark, tour, re.S)]
        assert len(pressed) > 20
        for words in pressed:
            wanted = re.compile(".*".join(map(re.escape, words.split("…"))), re.IGNORECASE)
            assert any(wanted.match(said) if "…" in words else wanted.fullmatch(said) for said in known[language]), words


def test_the_house_is_drawn_as_it_stands():
    house = page("ARCHITECTURE.md")
    assert house.count("\n") <= 300
    law = (ROOT / "importlinter.ini").read_text("utf-8")
    floors = re.search(r"exhaustive_ignores =.*?\nlayers =\n((?:    [^\n]+\n)+)", law, re.S)
    assert floors
    wanted = [sorted(line.split(" | ")) for line in floors[1].replace("    ", "").strip().split("\n")]
    drawn = [sorted(TICKED.findall(cell)) for cell in re.findall(r"^\| \d+ \| ([^|]+) \|", house, re.M)]
    assert drawn == wanted


def test_every_hearing_is_listed():
    from boothline.timeline import hearing
    from boothline.timeline.kinds import KINDS

    house = page("ARCHITECTURE.md")
    section = house.split("## 3.")[1].split("\n## ")[0]
    for code, hears in hearing._now.items():
        for hear in hears:
            row = next((r for r in section.split("\n") if f"`{code}`" in r), "")
            assert f"`{hear.__name__}`" in row and " now " in row, f"{code} is heard by {hear.__module__}"
    for name, (_hear, wants) in hearing._later.items():
        row = next((r for r in section.split("\n") if f"`{name}`" in r), "")
        assert " later" in row, f"{name} is not listed"
        kinds = [code for code, kind in KINDS.items() if wants(kind)]
        assert len(kinds) > 1 or f"`{kinds[0]}`" in row, name


def test_good_examples_of_style_are_real():
    """Every line of STYLE.md that is called good stands in the code, spaces apart."""
    sources = [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "frontend/styles").glob("*.css")]
    code = re.sub(r"\s", "", "".join(p.read_text("utf-8") for p in sources if p != Path(__file__)))
    lines = re.findall(r"^(.*\S)\s+(?:#|/\*|\{#) good", page("STYLE.md"), re.M)
    assert len(lines) > 12
    absent = [line for line in lines if re.sub(r"\s|#.*", "", line).rstrip("}") not in code and "<a ...>" not in line]
    assert not absent, absent


def test_examples_that_are_tests_exist():
    there = "\n".join(p.read_text("utf-8") for p in (ROOT / "tests").rglob("*.py"))
    named = re.findall(r"`(test_[a-z0-9_]+)`", page("docs/customers/sp01-type.md"))
    assert len(named) > 10
    assert not [n for n in named if f"def {n}(" not in there]


def test_chinese_is_written_as_one_writes_it():
    for name, text in pages().items():
        if not name.endswith(".zh-CN.md"):
            continue
        for line in prose(text).split("\n"):
            plain = TICKED.sub("", re.sub(r"\]\([^)]*\)", "]", line))
            assert not re.search(r"[一-鿿]\s?[,;:!?()]|[,;:!?()]\s?[一-鿿]", plain), f"half-width marks: {line}"
            assert not re.search(r"[一-鿿][A-Za-z]|[A-Za-z][一-鿿]", plain), f"a space is missing: {line}"
            assert not re.search(r"[一-鿿]`|`[一-鿿]", line), f"a space is missing: {line}"


def test_pages_stand_on_their_own():
    for name, text in pages().items():
        assert str(ROOT) not in text, f"{name} names the folder where it was written"
        assert not re.search(r"TODO|FIXME|XXX|lorem", text), name
