"""Who calls whom, read from the source: enough to ask which events an operation or a hearer can record in the end."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "boothline"
Function = tuple[str, str]  # module, name


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package but its migrations."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if "migrations" not in parts and "assets" not in parts:
            yield ".".join(p for p in parts if p != "__init__"), ast.parse(path.read_text("utf-8"))


class Code:
    """The functions of the package, what each calls, and which event kinds it records itself."""

    def __init__(self) -> None:
        self.bodies: dict[Function, ast.FunctionDef] = {}
        self.names: dict[str, dict[str, str]] = {}  # module -> local name -> dotted name
        self.operations: dict[str, Function] = {}
        for module, tree in modules():
            self.names[module] = _imported(tree)
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    self.bodies[module, node.name] = node
                    code = _operation_code(node)
                    if code:
                        self.operations[code] = (module, node.name)

    def calls(self, function: Function) -> set[Function]:
        """Functions of the package that are called or handed on in the body."""
        module, _name = function
        found = set()
        for node in ast.walk(self.bodies[function]):
            dotted = self._dotted(module, node)
            target = tuple(dotted.rsplit(".", 1)) if dotted else None
            if target in self.bodies and target != function:
                found.add(target)
        return found

    def records(self, function: Function) -> set[str]:
        """Codes of the kinds that the body records; a kind that no room declares fails here."""
        module, _name = function
        if module == "boothline.timeline.history":
            return set()  # records what it is handed
        found = set()
        for node in ast.walk(self.bodies[function]):
            if isinstance(node, ast.Call) and (self._dotted(module, node.func) or "").startswith("boothline.timeline.history.record"):
                events, _, name = (self._dotted(module, node.args[0]) or "?").rpartition(".")
                found.add(getattr(importlib.import_module(events), name).code)
        return found

    def records_in_the_end(self, function: Function) -> set[str]:
        """Of itself and of everything that it calls."""
        seen, waiting, found = set(), [function], set()
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            found |= self.records(at)
            waiting += self.calls(at)
        return found

    def _dotted(self, module: str, node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            if (module, node.id) in self.bodies:
                return f"{module}.{node.id}"
            return self.names[module].get(node.id)
        if isinstance(node, ast.Attribute):
            base = self._dotted(module, node.value)
            return f"{base}.{node.attr}" if base else None
        return None


@cache
def code() -> Code:
    return Code()


def _imported(tree: ast.Module) -> dict[str, str]:
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Import):
            names |= {a.asname or a.name: a.name for a in node.names}
    return names


def _operation_code(node: ast.FunctionDef) -> str:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "operation":
            return str(ast.literal_eval(mark.args[0]))
    return ""
