"""Writes the reference pages out of the code: `python docs/generate.py`; `--check` fails when one is out of date.

procedure.md (the clauses, and which test shows which number), commands.md, records.md, errors.md, glossary.md.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from itilcli.cli import pages
from itilcli.cli.commands import COMMANDS
from itilcli.language import translator
from itilcli.model import codes
from itilcli.model.article import SECTIONS, Article
from itilcli.model.case import KINDS
from itilcli.model.codes import ROLE, STAGE, Codes
from itilcli.model.incident import Incident
from itilcli.model.people import People
from itilcli.model.settings import Settings
from itilcli.model.shape import shapes
from itilcli.procedure import CLAUSES
from itilcli.procedure.clause import Clause, Move, Rule

ROOT = Path(__file__).parent.parent
SOURCE, TESTS = ROOT / "itilcli", ROOT / "tests"
FIELDS = [f"F{number}" for number in range(1, 35) if number not in (17, 31)]
NUMBERS = [
    *(f"RT{number}" for number in range(8)),
    *(f"RO{number}" for number in range(1, 11)),
    *sorted([*FIELDS, "F16b"], key=lambda one: (int(re.sub(r"\D", "", one)), one)),
    *sorted([*(f"B{number}" for number in range(1, 28)), "B21b"], key=lambda one: (int(re.sub(r"\D", "", one)), one)),
    *(f"K{number}" for number in range(1, 15)),
]
MADE = "<!-- made by docs/generate.py; change the code instead -->\n"
CODE = re.compile(r"[EW]-[a-z0-9][\w.{}-]*")
zh = translator("zh")


def procedure() -> str:
    """The clauses with moves, who may make them, rules and forms; then the coverage of every number."""
    parts = [
        MADE,
        "# The procedure, clause by clause\n",
        "What the program enforces, read from the code that enforces it.\n",
    ]
    for clause in CLAUSES:
        parts += clause_page(clause)
    parts += ["\n## Which test shows what\n", "| Number | Shown by |", "|---|---|"]
    shown = covered()
    parts += [f"| {number} | {'<br>'.join(shown.get(number, ['**no test**']))} |" for number in NUMBERS]
    return "\n".join(parts) + "\n"


def clause_page(clause: Clause) -> list[str]:
    """One clause."""
    parts = [f"\n## §{clause.number} {clause.title.zh} · {clause.title.en} ({clause.lines})\n"]
    if clause.forms:
        parts.append("Forms: " + ", ".join(f"{kind.label.zh} {kind.form_no}" for kind in clause.forms) + "\n")
    if clause.moves:
        parts += ["| Step | Who may | From the stages | Asks first |", "|---|---|---|---|"]
        parts += [move_row(move) for move in clause.moves]
        parts.append("")
    if clause.rules:
        parts += ["| Rule | What must hold | Codes |", "|---|---|---|"]
        parts += [rule_row(rule) for rule in clause.rules]
    return parts


def move_row(move: Move) -> str:
    """One step of a clause."""
    who = "、".join(ROLE.label(role).zh for role in ROLE if role in move.roles) or "everyone in people.yaml"
    stages = "、".join(STAGE.label(stage).zh for stage in STAGE if stage in move.stages) or "—"
    guards = "<br>".join(first_line(guard) for guard in move.guards) or "—"
    return f"| `{move.action}` {move.label.zh} | {who} | {stages} | {guards} |"


def rule_row(rule: Rule) -> str:
    """One rule of a clause."""
    found = " ".join(f"`{code}`" for code in sorted(set(CODE.findall(inspect.getsource(rule.find)))))
    return f"| {' '.join(rule.numbers)} | {first_line(rule.find)} | {found} |"


def first_line(function: object) -> str:
    """The first line of a docstring, as a table cell."""
    return (inspect.getdoc(function) or "").split("\n")[0].replace("|", "\\|")


def covered() -> dict[str, list[str]]:
    """Number to the tests that are marked as showing it."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for number in numbers_of(node):
                    found.setdefault(number, []).append(f"`{path.relative_to(ROOT)}::{node.name}`")
    return found


def numbers_of(node: ast.FunctionDef) -> Iterator[str]:
    """The numbers in a test's `covers` marks."""
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "covers":
            yield from (argument.value for argument in mark.args if isinstance(argument, ast.Constant))


def commands() -> str:
    """The help page of every command."""
    parts = [MADE, "# Commands\n", "```text", pages.overview(COMMANDS, str).rstrip(), "```"]
    for command in COMMANDS:
        parts += [f"\n## itil {command.name}\n", "```text", pages.page(command, str).rstrip(), "```"]
    return "\n".join(parts) + "\n"


def records() -> str:
    """Every file of a desk and its fields."""
    parts = [MADE, "# Files and fields\n"]
    forms = [("incident", Incident), *((kind.name, kind.form) for kind in KINDS.values())]
    forms += [("knowledge/KB-….md (front matter)", Article), ("people.yaml", People), ("desk.yaml", Settings)]
    for name, form in forms:
        parts += [f"\n## {name}\n", (inspect.getdoc(form) or "") + "\n", "| Field | Parts |", "|---|---|"]
        for key, shape in shapes(form).items():
            inner = ", ".join(f"`{one}`" for one in shapes(shape.part)) if shape.part else ""
            parts.append(f"| `{key}` | {inner} |")
    return "\n".join(parts) + "\n"


def errors() -> str:
    """Every problem code with its message and remedy."""
    parts = [
        MADE,
        "# What can be wrong\n",
        "Codes are never renamed. E refuses, W warns.\n",
        "| Code | Says | Mend |",
        "|---|---|---|",
    ]
    rows = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and (code := literal(node.args[0])) and CODE.fullmatch(code):
                texts = [said for argument in ast.walk(node) if (said := message(argument))]
                rows.setdefault(code, texts)
    for code in sorted(rows):
        says, mend = [*rows[code], "", ""][:2]
        parts.append(f"| `{code}` | {zh(says)}<br>{says} | {zh(mend) if mend else '—'} |".replace("\n", " "))
    return "\n".join(parts) + "\n"


def literal(node: ast.expr) -> str:
    """A string literal; an f-string with its holes as {…}."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{…}" for part in node.values).replace(
            "{…}", "{}"
        )
    return ""


def message(node: ast.AST) -> str:
    """The text of a call of t(…)."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t" and node.args:
        return literal(node.args[0])
    return ""


def glossary() -> str:
    """Every term of the procedure: one English word for one Chinese term."""
    parts = [MADE, "# Glossary\n"]
    lists = {name: value for name, value in vars(codes).items() if isinstance(value, Codes)}
    for name, known in sorted(lists.items()):
        parts += [
            f"\n## {known.name}{' (importance × urgency)' if name == 'SQUARE' else ''}\n",
            "| Code | 中文 | English |",
            "|---|---|---|",
        ]
        parts += [f"| `{code}` | {label.zh} | {label.en} |" for code, label in known.labels.items()]
    parts += ["\n## forms\n", "| Code | 中文 | English | Number |", "|---|---|---|---|"]
    parts += [f"| `{kind.name}` | {kind.label.zh} | {kind.label.en} | {kind.form_no} |" for kind in KINDS.values()]
    parts += ["\n## steps\n", "| Code | 中文 | English | Clause |", "|---|---|---|---|"]
    parts += [
        f"| `{move.action}` | {move.label.zh} | {move.label.en} | {clause.number} |"
        for clause in CLAUSES
        for move in clause.moves
    ]
    parts += ["\n## sections of an article\n", "| Code | 中文 | English |", "|---|---|---|"]
    parts += [f"| `{label.code}` | {label.zh} | {label.en} |" for label in SECTIONS]
    return "\n".join(parts) + "\n"


PAGES = {
    "procedure.md": procedure,
    "commands.md": commands,
    "records.md": records,
    "errors.md": errors,
    "glossary.md": glossary,
}


def main() -> int:
    """Writes the pages, or says which are out of date and which numbers no test shows."""
    checking = "--check" in sys.argv[1:]
    wrong = []
    for name, make in PAGES.items():
        path, text = ROOT / "docs" / name, make()
        if checking and (not path.exists() or path.read_text(encoding="utf-8") != text):
            wrong.append(f"docs/{name} is out of date: run make docs")
        elif not checking:
            path.write_text(text, encoding="utf-8")
    wrong += [f"no test shows {number}" for number in NUMBERS if number not in covered()] if checking else []
    print("\n".join(wrong) or "reference pages: up to date" if checking else "reference pages: written")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
