"""Writes the reference pages out of the code: `python docs/generate.py`; `--check` fails when one is out of date.

procedure.md (the clauses, and which test shows which number), commands.md, records.md, errors.md, glossary.md, sql.md.
"""

from __future__ import annotations

import ast
import inspect
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import chdir, redirect_stdout
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from itilcli.cli import pages
from itilcli.cli.app import run
from itilcli.cli.commands import COMMANDS
from itilcli.cli.sql import codes_of
from itilcli.figures.table import FIGURES
from itilcli.index.sql import TABLES
from itilcli.language import translator
from itilcli.model import codes
from itilcli.model.article import SECTIONS, Article
from itilcli.model.case import KINDS
from itilcli.model.codes import OPEN_STAGES, ROLE, STAGE, Codes
from itilcli.model.incident import Incident
from itilcli.model.labels import field_label
from itilcli.model.people import People
from itilcli.model.settings import Settings
from itilcli.model.shape import Shape, shapes
from itilcli.procedure import CLAUSES, s5_15_report
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
PLAIN = {
    "str": "text",
    "int": "whole number",
    "bool": "true or false",
    "datetime": "time",
    "date": "day",
    "dict": "mapping",
}
NUMBER = re.compile(r"\b(?:RT|F|B|RO|K)\d+b?(?:–(?:RT|F|B|RO|K)\d+b?)?")
MADE = "<!-- made by docs/generate.py; change the code instead -->\n"
CODE = re.compile(r"[EW]-[a-z0-9][\w.{}-]*")
LETTERS = (
    "I are the incidents that count (neither void nor merged), A those of them reported in the month, S those resolved in "
    "it; t0 is the report, t1 the first response, t2 the solution"
)
WALKS = """A command makes one step, except those that walk several at once, all of them or none:

- `itil new` classifies too unless the call is incomplete; with `--solution` it also responds and resolves.
- `itil resolve` and `itil close` on a classified case respond first; `itil close` goes on over every step that is left.
- `itil remote … --solved` and `itil visit finish … --solved` with a solution resolve as well.
- `new`, `resolve`, and a remote session or visit that resolves: with who confirmed it they confirm as well; with every
  question of the closing answered too (`--rest none` answers none to what is left) they archive and close.
- `itil confirm` archives and closes too when it answers every question of the closing.
- `itil visit start` with an appointment plans the visit first; `--notified` and `--backup` record those steps on the way.
"""
zh = translator("zh")


def procedure() -> str:
    """The clauses with moves, who may make them, rules and forms; then the coverage of every number."""
    parts = [
        MADE,
        "# The procedure, clause by clause\n",
        "What the program enforces, read from the code that enforces it. "
        "`L97` and the like are line numbers of the procedure's published text, JQ-ITSMS-02-01.\n",
        WALKS,
    ]
    for clause in CLAUSES:
        parts += clause_page(clause)
    parts += ["\n## Which test shows what\n", "| Number | Shown by |", "|---|---|"]
    shown = covered()
    parts += [f"| {number} | {'<br>'.join(shown.get(number, ['**no test**']))} |" for number in NUMBERS]
    return "\n".join(parts) + "\n"


def clause_page(clause: Clause) -> list[str]:
    """One clause."""
    parts = [f"\n## §{clause.number} {clause.title.en} · {clause.title.zh} ({clause.lines})\n"]
    if clause.forms:
        parts.append(
            "Forms: " + ", ".join(f"{kind.label.en} {kind.label.zh} {kind.form_no}" for kind in clause.forms) + "\n"
        )
    if clause.moves:
        parts += ["| Step | Who may | From the stages | Asks first |", "|---|---|---|---|"]
        parts += [move_row(move) for move in clause.moves]
        parts.append("")
    if clause.rules:
        parts += ["| Rule | What must hold | Codes |", "|---|---|---|"]
        parts += [rule_row(rule) for rule in clause.rules]
    return [*parts, *report_page()] if clause is s5_15_report.CLAUSE else parts


def move_row(move: Move) -> str:
    """One step of a clause."""
    who = both(ROLE, move.roles) or "everyone in people.yaml · 全体人员"
    open_ = move.stages == OPEN_STAGES
    stages = (
        "any until it is closed · 关闭前各阶段"
        if open_
        else both(STAGE, move.stages) or ("a new case · 新事件" if move.action == "new" else "—")
    )
    guards = "<br>".join(first_line(guard) for guard in move.guards) or "—"
    return f"| `{move.action}` {move.label.en} · {move.label.zh} | {who} | {stages} | {guards} |"


def both(known: Codes, wanted: Collection[str]) -> str:
    """Labels of a closed list in its order, English first."""
    held = [code for code in known if code in wanted]
    return ", ".join(f"{known.label(code).en} {known.label(code).zh}" for code in held)


def report_page() -> list[str]:
    """Who reports to whom, and the figures of the report."""
    parts = [
        f"Who reports: {both(ROLE, s5_15_report.REPORTERS)}; to: {both(ROLE, {s5_15_report.RECIPIENT})}; "
        "with `itil report`. A case needs no step for it.\n",
        f"Below, {LETTERS}.\n",
        "| Number | Figure | 中文 | In JSON | What it tells |",
        "|---|---|---|---|---|",
    ]
    told = {row: first_line(row.compute).partition(": ")[2] for row in FIGURES}
    parts += [f"| {row.number} | {row.label.en} | {row.label.zh} | `{row.name}` | {told[row]} |" for row in FIGURES]
    return parts


def rule_row(rule: Rule) -> str:
    """One rule of a clause."""
    found = " ".join(f"`{code}`" for code in sorted(set(CODE.findall(inspect.getsource(rule.find)))))
    return f"| {' '.join(rule.numbers)} | {first_line(rule.find)} | {found} |"


def first_line(function: object) -> str:
    """The first line of a docstring, as a table cell."""
    return (inspect.getdoc(function) or "").split("\n")[0].replace("|", "\\|").replace("``", "`")


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
        parts += [f"\n## {name}\n", (inspect.getdoc(form) or "") + "\n"]
        parts += ["| Field | English | 中文 | Kind | Numbers |", "|---|---|---|---|---|", *field_rows(form)]
    return "\n".join(parts) + "\n"


def field_rows(form: type, within: str = "") -> Iterator[str]:
    """A row for each field of a form, those of its parts below it."""
    for key, shape in shapes(form).items():
        label = field_label(key)
        numbers = " ".join(dict.fromkeys(NUMBER.findall(inspect.getdoc(shape.part) or ""))) if shape.part else ""
        yield f"| `{within}{key}` | {label.en} | {label.zh} | {kind_of_field(form, key, shape)} | {numbers} |"
        if shape.part and within.count(".") < 3:
            yield from field_rows(shape.part, f"{within}{key}.")


def kind_of_field(form: type, key: str, shape: Shape) -> str:
    """What a field holds, by its shape and its declared type."""
    declared = {row.name.rstrip("_"): str(row.type) for row in fields(form)}[key]
    many = declared.startswith("tuple")
    if shape.codes:
        return f"{'list of codes' if many else 'code'} of {shape.codes.name}"
    if shape.part:
        answer = not many and "none" in {row.name for row in fields(shape.part)}
        return "list of parts" if many else "part, or `none`" if answer else "part"
    if many:
        return "list of texts"
    return PLAIN.get(declared.split(" ")[0].split("[")[0], declared)


def errors() -> str:
    """Every problem code with its messages and remedies, in both languages."""
    parts = [
        MADE,
        "# What can be wrong\n",
        "Codes are never renamed. E refuses, W warns. In a code `…` stands for the name of what is wrong. "
        "Where nothing stands under Mend, the message itself tells what to put right.\n",
        "| Code | Says | Mend |",
        "|---|---|---|",
    ]
    rows = Source().problems()
    for code in sorted(rows):
        says, mends = ("<br>".join(f"{said.zh}<br>{said.en}" for said in list(cell)[:6]) or "—" for cell in rows[code])
        says, mends = (cell.replace("|", "\\|") for cell in (says, mends))
        parts.append(f"| `{code.replace('{}', '…')}` | {says} | {mends} |".replace("\n", " "))
    return "\n".join(parts) + "\n"


class Said(NamedTuple):
    """A message in both languages."""

    en: str
    zh: str


class Call(NamedTuple):
    """A call in the source: its module, the functions around it, innermost last, and who called the innermost."""

    node: ast.Call
    path: Path
    around: tuple[ast.FunctionDef, ...]
    given: Mapping[str, ast.expr] = MappingProxyType({})
    caller: Call | None = None


Cells = dict[str, tuple[dict[Said, None], dict[Said, None]]]


class Source:
    """The source, read for the problems it makes: their codes, messages and hints, through the functions in between."""

    def __init__(self) -> None:
        self.trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
        self.functions: dict[str, list[tuple[Path, ast.FunctionDef]]] = {}
        self.calls: dict[str, list[Call]] = {}
        for path, tree in self.trees.items():
            self._index(path, tree, ())

    def _index(self, path: Path, node: ast.AST, around: tuple[ast.FunctionDef, ...]) -> None:
        if isinstance(node, ast.FunctionDef):
            self.functions.setdefault(node.name, []).append((path, node))
            around = (*around, node)
        if isinstance(node, ast.Call):
            self.calls.setdefault(called(node), []).append(Call(node, path, around))
        for inner in ast.iter_child_nodes(node):
            self._index(path, inner, around)

    def problems(self) -> Cells:
        """Each code with what it says and how to mend it."""
        rows: Cells = {}
        for site in self.calls["Problem"]:
            given = arguments(site.node, ["code", "message", "hint"])
            for call in self.ways(site, [*given.values()]):
                for code in self.codes(given.get("code"), call):
                    if CODE.fullmatch(code) and occurs(code):
                        says, mends = rows.setdefault(code, ({}, {}))
                        says.update(dict.fromkeys(self.said(given.get("message"), call)))
                        mends.update(dict.fromkeys(self.said(given.get("hint"), call)))
        whole = [code for code in rows if "{}" not in code]
        return {code: cells for code, cells in rows.items() if cells[0] or not any(like(code, one) for one in whole)}

    def ways(self, site: Call, used: Sequence[ast.expr], deep: int = 3) -> Iterator[Call]:
        """The call as each caller of its function makes it, where what is used comes from the function's arguments."""
        wanted = plain_names(used)
        function = next((one for one in reversed(site.around) if wanted & set(parameters(one))), None)
        if function is None or not deep:
            yield site
            return
        names = parameters(function)
        found = False
        for caller in self.calls.get(function.name, []):
            if not self.means(caller, site.path, function):
                continue
            given = arguments(caller.node, names)
            for way in self.ways(caller, [given[name] for name in wanted & given.keys()], deep - 1):
                found = True
                yield Call(site.node, site.path, site.around, given, way)
        if not found:
            yield site

    def means(self, caller: Call, path: Path, function: ast.FunctionDef) -> bool:
        """Whether a call by the name of a function is one of that very function."""
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        return caller.path == path or any(
            node.module == module or f"{node.module}.{row.name}" == module
            for node in ast.walk(self.trees[caller.path])
            if isinstance(node, ast.ImportFrom)
            for row in node.names
            if row.name == function.name or isinstance(caller.node.func, ast.Attribute)
        )

    def values(self, name: ast.Name, call: Call) -> list[tuple[ast.expr, Call]]:
        """What a name may stand for, the nearest first: an argument, what was assigned before, rows of a loop."""
        if name.id in call.given and call.caller:
            return [(call.given[name.id], call.caller)]
        for scope in (*reversed(call.around), self.trees[call.path]):
            inside = scope.body if isinstance(scope, ast.Module) else ast.walk(scope)
            known = [
                row
                for node in inside
                for row in self.bound(node, name)
                if isinstance(scope, ast.Module) or row[0] <= name.lineno
            ]
            known.sort(key=lambda row: -row[0])
            near = [row for row in known if row[0] == known[0][0]] if known and known[0][1] else known
            if near:
                return [(value, call) for _, _, value in near]
            if isinstance(scope, ast.FunctionDef) and name.id in parameters(scope):
                return [(value, call) for value in defaults(scope, name.id)]
        return []

    def bound(self, node: ast.AST, name: ast.Name) -> Iterator[tuple[int, bool, ast.expr]]:
        """What a statement or a loop over written-out rows binds a name to: its line, whether it loops, and the value."""
        if isinstance(node, ast.For | ast.comprehension):
            rows: Sequence[ast.AST] = self.rows(node.iter)
            line = node.target.lineno if isinstance(node, ast.For) else name.lineno
            pairs = [(node.target, row) for row in rows]
        elif isinstance(node, ast.Assign):
            line, pairs = node.lineno, [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
            line, pairs = node.lineno, [(node.target, node.value)]
        else:
            return
        for target, value in pairs:
            many = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            for one, row in zip(target.elts, value.elts, strict=False) if many else [(target, value)]:
                if isinstance(one, ast.Name) and one.id == name.id:
                    yield line, isinstance(node, ast.For | ast.comprehension), row

    def rows(self, node: ast.expr) -> Sequence[ast.expr]:
        """The rows that a loop runs over, where they are written out there or in the function that gives them."""
        if isinstance(node, ast.Tuple | ast.List):
            return node.elts
        if isinstance(node, ast.Call):
            for _, function in self.functions.get(called(node), []):
                for row in ast.walk(function):
                    if isinstance(row, ast.Return) and isinstance(row.value, ast.Tuple | ast.List):
                        return row.value.elts
        return ()

    def said(self, node: ast.expr | None, call: Call, deep: int = 6) -> list[Said]:
        """The text of an expression: at most one for a plain one, one for each branch of a choice."""
        if node is None or not deep:
            return []
        if isinstance(node, ast.IfExp):
            if isinstance(node.test, ast.Name) and self.empty(node.test, call):
                return self.said(node.orelse, call, deep - 1)
            return [*self.said(node.body, call, deep - 1), *self.said(node.orelse, call, deep - 1)]
        if isinstance(node, ast.BoolOp):
            return [said for value in node.values for said in self.said(value, call, deep - 1)]
        if isinstance(node, ast.Name):
            near = (self.said(value, where, deep - 1) for value, where in self.values(node, call))
            return next((found for found in near if found), [])
        if isinstance(node, ast.Constant | ast.JoinedStr):
            return [Said(text, text)] if (text := shown(node)) else []
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            made = self.calls.get(annotation(node.value.id, call), [])
            given = ((one, arguments(one.node, ["message", "hint"]).get(node.attr)) for one in made)
            return [text for one, part in given for text in self.said(part, one, deep - 1)]
        if isinstance(node, ast.Call) and (msgid := message(node)):
            return [self.filled(Said(msgid, zh(msgid)), node, call, deep)]
        if isinstance(node, ast.Call):
            for path, function in self.functions.get(called(node), []):
                inner = Call(node, path, (function,), arguments(node, parameters(function)), call)
                back = [row.value for row in ast.walk(function) if isinstance(row, ast.Return)]
                if found := [said for value in back if message_in(value) for said in self.said(value, inner, deep - 1)]:
                    return found
        return []

    def filled(self, said: Said, node: ast.Call, call: Call, deep: int) -> Said:
        """A message with those of its holes filled that the source knows."""
        for row in node.keywords:
            if not row.arg or isinstance(row.value, ast.BoolOp | ast.IfExp):
                continue
            inner = self.said(row.value, call, deep - 1)
            if inner and not (isinstance(row.value, ast.Name) and len(inner) > 1):
                hole = f"{{{row.arg}}}"
                said = Said(said.en.replace(hole, inner[0].en), said.zh.replace(hole, inner[0].zh))
        return said

    def empty(self, name: ast.Name, call: Call) -> bool:
        """Whether a name is known to stand for nothing."""
        values = self.values(name, call)
        return bool(values) and isinstance(values[0][0], ast.Constant) and not values[0][0].value

    def codes(self, node: ast.expr | None, call: Call, deep: int = 6) -> list[str]:
        """Every string that an expression may be; ``{}`` for what only the running program knows."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, ast.IfExp):
            return [*self.codes(node.body, call, deep), *self.codes(node.orelse, call, deep)]
        if isinstance(node, ast.Name) and deep:
            values = self.values(node, call)
            made = dict.fromkeys(one for row, at in values for one in self.codes(row, at, deep - 1))
            return [*made] or ["{}"]
        if isinstance(node, ast.JoinedStr):
            made = [""]
            for part in node.values:
                ends = self.codes(part.value if isinstance(part, ast.FormattedValue) else part, call, deep)
                made = [start + end for start in made for end in ends]
            return made
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "clause.number":
            return [clause.number for clause in CLAUSES if clause.moves]
        return ["{}"]


def shown(node: ast.expr) -> str:
    """A string as a reader sees it, its holes named after what fills them."""
    if not isinstance(node, ast.JoinedStr):
        return literal(node)
    names = (
        part.value.attr if isinstance(part.value, ast.Attribute) else getattr(part.value, "id", "…")
        for part in node.values
        if isinstance(part, ast.FormattedValue)
    )
    return re.sub(r"\{\}", lambda _: f"{{{next(names)}}}", literal(node))


def called(node: ast.Call) -> str:
    """The last word of what is called."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def parameters(function: ast.FunctionDef) -> list[str]:
    """The names of a function's arguments in order, without the object it is called on."""
    return [row.arg for row in (*function.args.args, *function.args.kwonlyargs) if row.arg not in ("self", "cls")]


def annotation(name: str, call: Call) -> str:
    """The class that an argument of the function around a call is declared to be of."""
    known = [row.annotation for one in call.around for row in one.args.args if row.arg == name]
    return known[-1].id if known and isinstance(known[-1], ast.Name) else ""


def defaults(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    """What an argument is when it is not given."""
    known = function.args.args
    pairs = [*zip(known[len(known) - len(function.args.defaults) :], function.args.defaults, strict=True)]
    yield from (value for row, value in pairs if row.arg == name)


def arguments(node: ast.Call, names: Sequence[str]) -> dict[str, ast.expr]:
    """What a call gives for each of these names."""
    placed = dict(zip(names, node.args, strict=False))
    return placed | {row.arg: row.value for row in node.keywords if row.arg in names}


def plain_names(nodes: Sequence[ast.expr]) -> set[str]:
    """The names that stand in expressions by themselves, not for something they hold."""
    within = {id(inner.value) for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}
    return {one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name) and id(one) not in within}


def message_in(node: ast.expr | None) -> bool:
    """Whether an expression makes a text for people."""
    return node is not None and any(message(inner) for inner in ast.walk(node))


def occurs(code: str) -> bool:
    """Whether a code made of a clause's number can come up: only tier 3 is held to the cases assigned to it."""
    numbers = [clause.number for clause in CLAUSES if any("tier3" in move.roles for move in clause.moves)]
    return not code.endswith("-assigned") or code.split("-")[1] in numbers


def like(made: str, code: str) -> bool:
    """Whether a whole code is one of those that ``made`` stands for."""
    return re.fullmatch(re.escape(made).replace(r"\{\}", r"[\w.-]+"), code) is not None


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


TOOL = (
    ("incident", "事件", "case, incident", "what a caller reports; its files lie side by side under its ID"),
    ("desk", "服务台", "desk", "the folder with desk.yaml, and all that lies in it"),
    ("form", "表单", "form", "any of the papers of a case; 记录单 and 工单 are kinds of it, never the general word"),
    ("serial", "流水号", "serial", "the number that a form gets when it is archived"),
    ("owner", "跟踪人", "owner", "who sees the case through until it closes"),
    ("assignee", "处理人", "assignee", "who works on it now"),
    ("escalate", "转二线、转三线、上报", "escalate", "to a tier: 转; to a manager: 上报; the step itself: 升级"),
    ("register", "客户登记册", "register of customers", "customers.yaml"),
    ("slip", "单据", "slip", "one of many calls in a file for `new --from`"),
    ("draft", "草稿", "draft", "the answers of a call that was refused, kept; an article not yet published"),
    ("late entry", "补录", "late entry", "recorded later than it happened"),
    ("clone", "克隆", "clone", "somebody's own copy of the repository"),
    ("sync", "同步", "sync", "取得 (fetch), 汇合 (merge by meaning), 检查, 发布 (push); 合并 is for two cases of one call"),
    ("conflict, settle", "冲突、裁定", "conflict, settle", "two clones recorded what cannot both be true; 我方 and 对方 are its sides"),
    ("issue", "签发", "issue", "a monthly report is kept for good"),
    ("gate", "门禁", "gate", "the judge of pushes on the server"),
    ("audit, seal", "审计、封存", "audit, seal", "the history is proved; a dated tag says up to where"),
    ("index", "索引", "index", "what was read of the files before; may be deleted"),
    ("completion", "补全", "completion", "what the shell offers at the tab key"),
    ("default", "默认", "default", "in help texts （默认…）, for a flag left out: 不写则…"),
    ("repeatable", "可重复指定", "repeatable", "a flag that may be given several times"),
)  # fmt: skip
"""The words that help, messages and pages use for what is the tool's and not the procedure's."""


def glossary() -> str:
    """Every term of the procedure: one English word for one Chinese term; then the words of the tool."""
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
    parts += ["\n## words of the tool\n", "| What | 中文 | English | Meaning |", "|---|---|---|---|"]
    parts += [f"| {' | '.join(row)} |" for row in TOOL]
    return "\n".join(parts) + "\n"


ASKED = (
    ("Incidents a month, and how many of them were severe, without void and merged ones",
     """itil sql "SELECT substr(reported_at, 1, 7) AS 月份, count(*) AS 事件, sum(severity = 'high') AS 高 FROM incidents
  WHERE stage NOT IN ('void', 'merged') GROUP BY 月份" """),
    ("Hours to the solution by customer",
     """itil sql "SELECT organisation AS 客户, count(*) AS 事件,
  round(avg(julianday(resolved_at) - julianday(reported_at)) * 24, 1) AS 平均小时
  FROM incidents WHERE resolved_at IS NOT NULL GROUP BY 客户 ORDER BY 平均小时 DESC LIMIT 3" """),
    ("Who wrote steps down more than a quarter of an hour later: a table joined with another",
     """itil sql "SELECT s.person AS 处理人, count(DISTINCT i.id) AS 事件, count(*) AS 步骤
  FROM steps s JOIN incidents i ON i.id = s.incident
  WHERE (julianday(s.recorded_at) - julianday(s.at)) * 24 > 0.25 GROUP BY 处理人 ORDER BY 步骤 DESC LIMIT 3" --format csv"""),
    ("What the check finds, by code, for a program; here nothing is wrong",
     'itil sql "SELECT level, code, count(*) AS n FROM problems GROUP BY level, code ORDER BY n DESC LIMIT 2" --json'),
    ("How much lies in the desk",
     'itil sql "SELECT kind, count(*) AS files, sum(size) AS bytes FROM records GROUP BY kind ORDER BY bytes DESC LIMIT 3"'),
)  # fmt: skip
ON_SQL = """# The desk in SQL

`itil sql "SELECT …"` asks the desk in the SQL of SQLite; `itil sql -` reads the question from standard input, `--json`
and `--format csv` write for programs. Nothing can be changed that way: no other file is opened, no setting made, and
Ctrl-C ends a question that takes too long. What is asked is the desk's index, brought up to date with the files first;
with `--no-index`, or where the desk is in no repository, there is nothing to ask.

`itil sql` without a question lists what stands below. Columns hold codes as the files do; docs/glossary.md has them.
Times are text with their own offset: the month is `substr(reported_at, 1, 7)`, and `julianday()` makes them comparable.

## Other programs

`itil sql --path` brings the index up to date and prints where it lies (exit 5 where it can live in memory alone):

```sh
datasette "$(itil sql --path)"             # tables, charts and an API in the browser
sqlite3 -readonly "$(itil sql --path)"     # a shell
```

They see the work tree that asked for the path last, as it was then: ask for it again before they are to see more, from
cron for instance. Open it for reading only. Whatever else writes into the file makes it worthless, and the next command
makes it anew; so does a new version of itil. The tables here are kept; all others in the file, which Datasette lists as
well, may change at any time.
"""


def sql() -> str:
    """The tables that may be asked, and worked examples with what they print on the sample desk."""
    parts = [MADE, ON_SQL, "## Tables"]
    for table in TABLES:
        parts += [f"\n### {table.name}\n", f"{table.row[0].upper()}{table.row[1:]}. · {zh(table.row)}。\n"]
        parts += ["| Column | Type | Meaning | 含义 | Codes |", "|---|---|---|---|---|"]
        for one in table.columns:
            held = " ".join(f"`{code}` {label}" for code, label in (codes_of(one.codes) or {}).items())
            parts.append(f"| `{one.name}` | {one.kind} | {one.meaning} | {zh(one.meaning)} | {held} |")
    parts += ["\n## Examples\n", "On the sample desk of this repository."]
    with tempfile.TemporaryDirectory() as folder:
        desk = sample(Path(folder) / "desk")
        for told, asked in ASKED:
            parts += [f"\n{told}:\n", "```console", f"$ {asked.strip()}", said(desk, asked).rstrip(), "```"]
    return "\n".join(parts) + "\n"


def sample(desk: Path) -> Path:
    """A copy of the sample desk in a repository of its own."""
    desk.mkdir()
    for name in ("desk.yaml", "people.yaml", "customers.yaml"):
        shutil.copy2(ROOT / name, desk)
    for name in ("calendar", "models", "records", "knowledge"):
        shutil.copytree(ROOT / name, desk / name)
    identity = ("-c", "user.name=林岚", "-c", "user.email=linlan@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-q", "-m", "样例")):
        subprocess.run(["git", *words], cwd=desk, check=True)
    return desk


def said(desk: Path, line: str) -> str:
    """What a command line prints in a desk."""
    out, before = io.StringIO(), os.environ.copy()
    os.environ.update(ITIL_NOW="2026-10-30T18:00:00+08:00", ITIL_DESK=str(desk))
    os.environ.pop("ITIL_NO_INDEX", None)
    try:
        with chdir(desk), redirect_stdout(out):
            assert run(COMMANDS, shlex.split(line)[1:]) == 0
    finally:
        os.environ.clear()
        os.environ.update(before)
    return out.getvalue()


PAGES = {
    "procedure.md": procedure,
    "commands.md": commands,
    "records.md": records,
    "errors.md": errors,
    "glossary.md": glossary,
    "sql.md": sql,
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
