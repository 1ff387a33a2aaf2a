"""The floor plan: a room imports only from rooms above it, each library has its doors, one place reads the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "itilcli"
ROOMS = (
    "values", "text", "language", "errors", "workdays", "model", "procedure", "figures",
    "store", "journal", "merging", "judging", "mail", "paper", "report", "forms", "formats", "site",
    "notify", "processes", "index", "desk", "actions", "cli",
)  # fmt: skip
DOORS = {
    "yaml_rs": {"store/yaml.py", "store/second_look.py"},
    "ruamel": {"store/round_trip.py", "store/second_look.py"},
    "frontmatter": {"store/article.py"},
    "chinese_calendar": {"store/calendar.py"},
    "git": {"journal/history.py"},
    "fcntl": {"journal/intent.py"},
    "subprocess": {
        "journal/ahead.py",
        "journal/running.py",
        "journal/ways.py",
        "cli/screen.py",
        "cli/stream.py",
        "cli/editor.py",
    },
    "jinja2": {"paper/faults.py", "paper/filling.py"},
    "typer": {"cli/program.py"},
    "gettext": {"language.py"},
    "wcwidth": {"cli/screen.py"},
    "sqlite3": {"index/file.py", "index/reader.py"},
    "pygal": {"formats/layout.py"},
    "plotext": {"formats/terminal.py"},
    "xlsxwriter": {"formats/workbook.py"},
    "docx": {
        "formats/docx.py",
        "formats/docx_style.py",
        "formats/docx_table.py",
        "formats/form_docx.py",
        "formats/form_docx_style.py",
    },
    "typst": {"formats/typesetting.py"},
    "uharfbuzz": {"formats/glyphs.py", "formats/typesetting.py"},
    "markdown_it": {"site/markup.py"},
    "apprise": {"notify/carrier.py"},
    "prompt_toolkit": {"cli/line.py"},
    "segno": {"forms/code.py"},
    "shellingham": {"actions/shells.py"},
    "textual": {"cli/board_case.py", "cli/board_screen.py"},
    "email": {"mail/heads.py", "mail/parts.py", "mail/reading.py", "notify/carrier.py"},
}
PURE = ("values", "text", "errors", "workdays", "model", "procedure", "figures", "judging")
WORLDLY = {"os", "subprocess", "pathlib", "io", "shutil", "socket", "sqlite3", "tempfile", "random", "secrets", "time"}


def modules() -> list[Path]:
    """Every module of the program."""
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room a module stands in."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every import of a module, those inside functions too, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_from_rooms_above(path: Path):
    """No upward arrow, also not inside a function."""
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] == "itilcli" and len(parts) > 1 and parts[1] in ROOMS:
            assert ROOMS.index(parts[1]) <= ROOMS.index(room), f"{path.name}:{line} imports {name}"


def test_each_library_has_its_doors_and_no_others():
    """A second door to a library is a design decision, not an accident."""
    found: dict[str, set[str]] = {name: set() for name in DOORS}
    for path in modules():
        for name, _ in imports(path):
            if name.split(".")[0] in DOORS:
                found[name.split(".")[0]].add(path.relative_to(SOURCE).as_posix())
    assert found == DOORS


@pytest.mark.parametrize(
    "path", [path for path in modules() if room_of(path) in PURE], ids=lambda path: str(path.relative_to(SOURCE))
)
def test_pure_rooms_open_no_door(path: Path):
    """Values in, values out."""
    assert not {name for name, _ in imports(path)} & WORLDLY


def test_one_place_reads_the_clock():
    """`desk/opening.py`; the journal alone stamps a commit that no clock was given for."""
    readers = {
        path.relative_to(SOURCE).as_posix()
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today") and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    }  # fmt: skip
    assert readers == {"desk/opening.py"}


def test_every_public_function_says_what_it_means():
    """A docstring on each public module, class and function."""
    silent = []
    for path in modules():
        module = ast.parse(path.read_text(encoding="utf-8"))
        public = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        public += [
            inner
            for node in public
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
            for inner in node.body
            if isinstance(inner, ast.FunctionDef)
        ]
        silent += [
            f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}"
            for node in public
            if not node.name.startswith("_") and ast.get_docstring(node) is None
        ]
    assert not silent
