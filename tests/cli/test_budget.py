"""What the real command table promises: what a short command may load, and that every row of the table is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from itilcli.cli.commands import COMMANDS
from itilcli.cli.table import Command, added

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
