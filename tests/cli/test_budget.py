"""What the real command table promises: what a short command may load, and that every row of the table is whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import FAULT, desk_at

from itilcli.cli.commands import COMMANDS
from itilcli.cli.table import COMPLETE, Command, added
from itilcli.values import _Pattern

PROJECT = Path(__file__).resolve().parents[2]
SHOW = {"rich", "pydantic", "git", "jinja2", "frontmatter", "ruamel"}
HELP = SHOW | {"yaml_rs", "yaml", "typer"}
LOADED = """
import sys
from itilcli.cli import main
code = main()
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""
SHORT = {
    "-o": "organisation", "-c": "contact", "-p": "phone", "-t": "title", "-g": "category", "-s": "severity",
    "-q": "square", "-y": "symptom", "-b": "business_impact", "-e": "expected_by", "-k": "consulted", "-m": "model",
    "-x": "solution", "-w": "confirmed_by", "-d": "took", "-r": "rest",
}  # fmt: skip

each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


def loaded_by(*words: str, here: Path) -> set[str]:
    """The packages in memory when ``itil WORDS``, a process of its own, is done."""
    environ = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", LOADED, *words]
    done = subprocess.run(command, cwd=here, env=environ, text=True, capture_output=True, timeout=60, check=True)
    assert done.stdout.strip()
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("words", ["--help", "--version", "new --help", "kb --help", "-h", "help show"])
def test_help_and_version_load_no_library(words: str, tmp_path: Path) -> None:
    assert not loaded_by(*words.split(), here=tmp_path) & HELP


def test_showing_a_case_loads_only_what_reads_it(desk: Any) -> None:
    case = desk.new()
    for words in (("show", case), ("show", case, "--json")):
        loaded = loaded_by(*words, here=desk.root)
        assert not loaded & SHOW
        assert loaded >= {"typer", "yaml_rs"}


WATCHED = """
import json, os, sys

root = os.environ["ITIL_DESK"]
git, read, listed, documents = [], [], [], []

def below(path):
    path = os.path.abspath(os.fsdecode(path)) if isinstance(path, (str, bytes, os.PathLike)) else ""
    return path.startswith(root + os.sep) and not path.startswith(os.path.join(root, ".git")) and path[len(root) + 1 :]

def watch(event, given):
    if event in ("subprocess.Popen", "os.posix_spawn"):
        git.append(" ".join(map(os.fsdecode, given[1])))
    elif event == "open" and below(given[0]):
        read.append(below(given[0]))
    elif event in ("os.listdir", "os.scandir") and below(given[0] or "."):
        listed.append(below(given[0] or "."))

import yaml_rs

def loads(*given, loads=yaml_rs.loads, **more):
    documents.append(1)
    return loads(*given, **more)

yaml_rs.loads = loads
known = set(sys.modules)
sys.addaudithook(watch)
from itilcli.cli import main
code = main()
modules = sorted(name for name in set(sys.modules) - known if sys.modules[name])
seen = dict(code=code, modules=modules, git=git, documents=len(documents), read=read, listed=listed)
with open(os.environ["SEEN"], "w") as file:
    json.dump(seen, file)
"""
"""Runs a command and tells what it took: modules, git processes, YAML documents, files and folders below the desk."""

CASES = 12


class Bounds(NamedTuple):
    """The most that a command may take on a desk of :data:`CASES` cases, each of an incident and a remote form."""

    ours: int
    """Modules of the program."""
    libraries: int
    """Modules of other packages, ``typer`` among them."""
    git: int
    """Processes started, all of them git's."""
    documents: int
    """YAML documents parsed."""
    files: int
    """Files opened below the desk, ``.git`` apart."""
    folders: int
    """Folders listed below the desk, ``.git`` apart."""


BOUNDS = {
    # words: ours, libraries, git, documents, files, folders
    "--version": Bounds(16, 0, 0, 0, 1, 0),
    "--help": Bounds(16, 0, 0, 0, 1, 0),
    "complete sh": Bounds(17, 0, 0, 0, 1, 0),
    "complete show ID": Bounds(74, 1, 0, 3, 4, 1),
    "show ID": Bounds(119, 30, 0, 4, 9, 1),
    "next ID": Bounds(118, 30, 1, 4, 9, 1),
    "list --open": Bounds(110, 30, 0, 3, 5, 0),
    "due": Bounds(131, 30, 1, 3, 7, 1),
    "check": Bounds(123, 30, 0, 3, 6, 1),
    "report": Bounds(86, 30, 1, 3, 6, 1),
    "new": Bounds(154, 30, 4, 52, 70, 24),
    "escalate ID --to tier2 --reason unresolved --tried 重启": Bounds(143, 30, 4, 6, 8, 1),
}  # fmt: skip
"""What each command may take; ``ID`` stands for a case."""
READ_BEFORE = ("list --open", "due", "check", "report")
"""What is measured with all that it keeps of the cases at hand, as on every day but the first."""
USUAL = Path(__file__).with_name("usual_modules.json")
"""The modules of the program that each command loaded when its bounds were set: ``BUDGET=write pytest -n0`` this file."""
LIBRARIES = frozenset({"typer", "yaml_rs", "shellingham", "annotated_doc"})
"""The packages that a command may load."""


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A desk of :data:`CASES` cases on four days, and the code of one that is open."""
    made = desk_at(tmp_path_factory.mktemp("budget") / "desk")
    codes = [made.new(now=f"2026-11-{11 + place % 4}T{9 + place:02}:00:00+08:00") for place in range(CASES)]
    return made.root, codes[-1]


def taken_by(words: str, desk: tuple[Path, str], seen: Path) -> dict[str, Any]:
    """What ``itil WORDS`` took, in a process of its own; ``complete …`` is what the shell asks."""
    root, case = desk
    told = [case if word == "ID" else word for word in words.split()]
    told += [*FAULT, "-s", "low", "-q", "一般"] if words == "new" else []
    environ = {
        **os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "ITIL_DESK": str(root), "SEEN": str(seen),
        "ITIL_NOW": "2026-11-23T09:00:00+08:00", "GIT_AUTHOR_EMAIL": "zhang@example.com", "GIT_AUTHOR_NAME": "张三",
    }  # fmt: skip
    if told[0] == "complete":
        line = ["itil", *told[1:]]
        environ |= {COMPLETE: "bash", "_ITIL_LINE": " ".join(line)}
        told = []
    command = [sys.executable, "-c", WATCHED, *told]
    done = subprocess.run(command, cwd=root, env=environ, text=True, capture_output=True, timeout=60, check=False)
    assert seen.exists(), done.stderr
    taken: dict[str, Any] = json.loads(seen.read_text())
    assert taken["code"] == 0, done.stderr
    return taken


@pytest.mark.parametrize("words", BOUNDS)
def test_a_command_takes_no_more_than_it_must(words: str, twelve: tuple[Path, str], tmp_path: Path) -> None:
    """Counts, not seconds: they are the same on every machine."""
    root = shutil.copytree(twelve[0], tmp_path / "desk")
    for before in ("list --open", words) if words in READ_BEFORE else ("list --open",):
        taken_by(before, (root, twelve[1]), tmp_path / "before.json")
    taken, bounds = taken_by(words, (root, twelve[1]), tmp_path / "seen.json"), BOUNDS[words]
    ours = [name for name in taken["modules"] if name.partition(".")[0] == "itilcli"]
    others = [name for name in taken["modules"] if is_library(name)]
    found = {
        "ours": ours, "libraries": others, "git": taken["git"], "documents": taken["documents"] * ["a document"],
        "files": taken["read"], "folders": taken["listed"],
    }  # fmt: skip
    if os.environ.get("BUDGET") == "write":
        kept(words, ours)
        print(words, *(len(rows) for rows in found.values()))
    usual = set(json.loads(USUAL.read_text(encoding="utf-8")).get(words, ()))
    over = {name: found[name] for name, most in bounds._asdict().items() if len(found[name]) > most}
    said = [
        f"{name}: {len(rows)}, at most {getattr(bounds, name)}; new: {' '.join(row for row in rows if row not in usual)}"
        for name, rows in over.items()
    ]
    assert not over, f"itil {words} takes more than it did. " + "; ".join(said)
    assert {name.partition(".")[0] for name in others} <= LIBRARIES


def kept(words: str, ours: list[str]) -> None:
    """Remembers what a command loads, so that a later message can tell what is new."""
    known = json.loads(USUAL.read_text(encoding="utf-8")) if USUAL.exists() else {}
    rows = ",\n".join(
        f"{json.dumps(one, ensure_ascii=False)}: {json.dumps(sorted(names))}"
        for one, names in sorted({**known, words: ours}.items())
    )
    USUAL.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")


def is_library(name: str) -> bool:
    """Whether a module is neither ours nor Python's own."""
    top = name.partition(".")[0]
    return top not in sys.stdlib_module_names and top not in ("itilcli", "__mp_main__") and not top.startswith("_")


def test_every_expression_that_is_compiled_late_can_be_compiled() -> None:
    for command in COMMANDS:
        import_module(command.run.partition(":")[0])
    late = [
        (module.__name__, name, found)
        for module in list(sys.modules.values())
        if module.__name__.startswith("itilcli")
        for name, found in list(vars(module).items())
        if isinstance(found, _Pattern)
    ]
    assert len(late) > 50
    for module, name, found in late:
        assert found.groups >= 0, f"{module}.{name}"


def test_every_name_is_there_once() -> None:
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)
    groups = {name.partition(" ")[0] for name in names if " " in name}
    assert not groups & set(names), "a group of verbs cannot be a verb too"


@each_command
def test_a_command_says_what_it_does_and_how_it_is_called(command: Command) -> None:
    assert command.summary
    assert command.group
    assert f"{command.example} ".startswith(f"itil {command.name} ")


@each_command
def test_a_command_leads_to_a_function(command: Command) -> None:
    module, _, function = command.run.partition(":")
    assert callable(getattr(import_module(module), function))


@each_command
def test_no_flag_and_no_answer_of_a_command_is_there_twice(command: Command) -> None:
    own = command.options()
    flags = [part for option in (*own, *added(command, own)) for flag in option.flags for part in flag.split("/")]
    assert len(set(flags)) == len(flags)
    assert "--help" not in flags
    assert "-h" not in flags
    names = [*(option.name for option in own), *(argument.name for argument in command.arguments)]
    assert len(set(names)) == len(names)


@each_command
def test_every_option_has_a_long_flag_and_a_help_text(command: Command) -> None:
    for option in command.options():
        assert any(flag.startswith("--") for flag in option.flags)
        assert option.help


@each_command
def test_only_the_last_word_of_a_command_may_be_left_out_or_repeated(command: Command) -> None:
    assert all(argument.nargs == 1 for argument in command.arguments[:-1])


def test_the_short_flags_of_new_are_those_people_know() -> None:
    new = next(command for command in COMMANDS if command.name == "new")
    found = {flag: option.name for option in new.options() for flag in option.flags if not flag.startswith("--")}
    assert found == SHORT


def test_a_short_flag_means_the_same_everywhere() -> None:
    meant = {
        (flag, option.name)
        for command in COMMANDS
        for option in command.options()
        for flag in option.flags
        if not flag.startswith("--")
    }
    assert len(meant) == len({flag for flag, _ in meant})


def test_one_command_is_what_is_meant_without_a_verb() -> None:
    assert [command.name for command in COMMANDS if command.default] == ["due"]
