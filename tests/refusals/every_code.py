"""Every problem code that the source can give, read from the source itself."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs/generate.py")
assert _spec is not None and _spec.loader is not None
pages = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(pages)
WHOLE = re.compile(r"[EW]-[a-z0-9][\w.-]*[a-z0-9]")
MADE = re.compile(r"[EW]-[\w.{}-]*\{\}[\w.{}-]*")
Function = tuple[str, str, int]
"""A function that makes a code of one of its arguments: its name, the code with {} for it, the argument's place."""


@cache
def codes() -> dict[str, str]:
    """Each code, and where it stands; one with a hole that no caller fills with a literal keeps its ``{}``."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(pages.SOURCE.rglob("*.py"))}
    makers = {path: dict(making(tree)) for path, tree in trees.items()}
    found: dict[str, str] = {}
    for path, tree in trees.items():
        inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant | ast.JoinedStr) or id(node) in inside:
                continue
            code = pages.literal(node)
            if WHOLE.fullmatch(code) or MADE.fullmatch(code):
                found.setdefault(code, f"{path.relative_to(ROOT)}:{node.lineno}")
        filled = list(calls(path, tree, makers, trees))
        found |= {code: where for code, where in filled if code not in found}
    full = {made for of_file in makers.values() for made, _ in of_file.values()}
    return {
        code: where
        for code, where in found.items()
        if code not in full or not any(like(code, other) for other in found)
    }


def like(made: str, code: str) -> bool:
    """Whether a whole code is one of those that ``made`` stands for."""
    return made != code and re.fullmatch(re.escape(made).replace(r"\{\}", r"[\w.-]+"), code) is not None


def making(tree: ast.AST) -> Iterator[tuple[str, tuple[str, int]]]:
    """The functions of a module that put an argument into a code."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = [row.arg for row in function.args.args if row.arg not in ("self", "cls")]
        for node in ast.walk(function):
            code = pages.literal(node) if isinstance(node, ast.JoinedStr) else ""
            holes = [part.value for part in getattr(node, "values", ()) if isinstance(part, ast.FormattedValue)]
            if MADE.fullmatch(code) and len(holes) == 1 and isinstance(holes[0], ast.Name) and holes[0].id in names:
                yield function.name, (code, names.index(holes[0].id))


def calls(
    path: Path, tree: ast.AST, makers: dict[Path, Any], trees: dict[Path, ast.Module]
) -> Iterator[tuple[str, str]]:
    """What a module's calls of such functions make, where the argument is a literal."""
    known = dict(makers[path])
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = ROOT / (node.module.replace(".", "/") + ".py")
            known |= {
                row.asname or row.name: makers[module][row.name]
                for row in node.names
                if row.name in makers.get(module, {})
            }
    everywhere = {name: made for of_file in makers.values() for name, made in of_file.items()}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        made = known.get(name) or (everywhere.get(node.func.attr) if isinstance(node.func, ast.Attribute) else None)
        given = [*node.args, *(row.value for row in node.keywords if row.arg in ("slug", "code"))]
        if made is None or len(given) <= made[1]:
            continue
        for slug in ast.walk(given[made[1]]):
            if isinstance(slug, ast.Constant) and isinstance(slug.value, str):
                yield made[0].replace("{}", slug.value), f"{path.relative_to(ROOT)}:{node.lineno}"
