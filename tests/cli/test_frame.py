"""The frame of the command line over a small table: words in, a call or a refusal out."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import small_table

from itilcli.cli.app import run

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; from itilcli.cli.app import run; from small_table import COMMANDS; code = run(COMMANDS)"
HEAVY = {"rich", "pydantic", "git", "jinja2", "frontmatter", "ruamel", "ruamel.yaml", "yaml_rs", "yaml"}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ITIL_LANGUAGE", "ITIL_DESK", "LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def called(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs words that lead to a command, and gives back what the command was given."""

    def do(*words: str) -> Any:
        assert run(small_table.COMMANDS, words) == 0
        return ast.literal_eval(capsys.readouterr().out)

    return do


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs words that are refused; gives back the exit code and the error object."""

    def do(*words: str) -> tuple[int, dict[str, Any]]:
        code = run(small_table.COMMANDS, [*words, "--json"])
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        return code, json.loads(err)["error"]

    return do


def outside(
    *words: str, after: str = "sys.exit(code)", env: dict[str, str] | None = None, **how: Any
) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    path = f"{PROJECT}{os.pathsep}{PROJECT / 'tests' / 'cli'}"
    environ = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", **(env or {})}
    command = [sys.executable, "-c", f"{PROGRAM}; {after}", *words]
    return subprocess.run(command, env=environ, text=True, capture_output=True, timeout=60, **how)


EMPTY = {"to": None, "tried": None, "limit": None, "title": None, "solved": None, "urgent": False, "item": ()}


def test_no_verb_is_the_default_command(called: Any) -> None:
    assert called() == ("due", {"language": "en"}, {})
    assert called("--json", "--desk", "d")[:2] == ("due", {"json": True, "desk": "d", "language": "en"})


def test_every_kind_of_option_gives_the_answer_it_promises(called: Any) -> None:
    assert called("escalate", "7K3Q")[2] == {**EMPTY, "id": "7K3Q"}
    words = "escalate 7K3Q --to tier2 --tried x --limit 12 -t y --unsolved --urgent -m a --item b"
    assert called(*words.split())[2] == {
        "id": "7K3Q", "to": "tier2", "tried": "x", "limit": 12, "title": "y", "solved": False, "urgent": True,
        "item": ("a", "b"),
    }  # fmt: skip
    assert called("escalate", "--solved", "7K3Q", "--limit=１２")[2] == {
        **EMPTY,
        "id": "7K3Q",
        "solved": True,
        "limit": 12,
    }


def test_common_options_count_before_and_after_the_verb(called: Any) -> None:
    everything = {"desk": "d", "json": True, "quiet": True, "color": "always", "language": "zh"}
    flags = ["--desk", "d", "--json", "--quiet", "--color", "always", "--language", "zh"]
    assert called(*flags, "people", "list")[1] == everything
    assert called("people", *flags, "list")[1] == everything
    assert called("people", "list", *flags)[1] == everything
    assert called("--desk", "a", "due", "--desk", "b", "--no-color")[1] == {
        "desk": "b",
        "color": "never",
        "language": "en",
    }


def test_writing_commands_take_a_time_a_dry_run_and_yes(called: Any, refused: Any) -> None:
    given = called("note", "7K3Q", "hello", "--at", "-15m", "--dry-run", "--yes")[1]
    assert given == {"at": "-15m", "dry": True, "yes": True, "language": "en"}
    assert refused("people", "list", "--dry-run")[1]["code"] == "E-cli-option"


def test_an_option_of_a_command_replaces_the_common_one(called: Any) -> None:
    assert called("init", "p", "--language", "zh") == ("init", {"language": "zh"}, {"language": "zh", "path": "p"})


def test_two_words_name_a_command_of_a_group(called: Any) -> None:
    assert called("people", "add", "李四") == ("people add", {"language": "en"}, {"name": "李四"})
    assert called("attach", "7K3Q", "a", "b")[2] == {"id": "7K3Q", "files": ("a", "b")}


def test_a_text_of_one_dash_is_standard_input(called: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("two\nlines\n\n"))
    assert called("note", "7K3Q", "-")[2] == {"id": "7K3Q", "text": "two\nlines"}
    assert called("escalate", "-", "--title", "-")[2] == {**EMPTY, "id": "-", "title": "-"}


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("esclate 7", ["E-cli-verb"]),
        ("people ad x", ["E-cli-verb"]),
        ("note", ["E-cli-missing", "E-cli-missing"]),
        ("attach 7", ["E-cli-missing"]),
        ("escalate 7 --titel x", ["E-cli-option"]),
        ("escalate 7 -Z", ["E-cli-option"]),
        ("escalate 7 --urgent=1", ["E-cli-option"]),
        ("escalate a b --limit x --color pink", ["E-cli-word", "E-cli-choice", "E-cli-number"]),
        ("due --language fr", ["E-cli-choice"]),
        ("note \udcff b", ["E-cli-encoding"]),
    ],
)  # fmt: skip
def test_misuse_is_refused_with_all_that_is_wrong(words: str, codes: list[str], refused: Any) -> None:
    code, error = refused(*words.split())
    assert code == 2
    assert [problem["code"] for problem in error["problems"]] == codes
    assert error["code"] == codes[0]
    assert all(set(p) == {"code", "message", "hint", "clause", "where"} for p in error["problems"])


def test_a_value_that_is_missing_and_close_names(refused: Any) -> None:
    assert refused("esclate")[1]["problems"][0]["hint"] == "Did you mean escalate?"
    assert "--title" in refused("escalate", "7", "--titel")[1]["problems"][0]["hint"]
    assert run(small_table.COMMANDS, ["note", "7", "x", "--at"]) == 2


def test_a_refusal_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(small_table.COMMANDS, ["refuse"]) == 4
    assert capsys.readouterr() == (
        "",
        "error: A reason is wanted.\n  → --reason unresolved\n  §5.5 · --reason · E-5.5-reason\n"
        "error: Not yours ␛[2J\n  E-2-who\n",
    )
    assert run(small_table.COMMANDS, ["refuse", "--language", "zh", "--color", "always"]) == 4
    assert capsys.readouterr().err.startswith("\x1b[31m错误:\x1b[0m A reason is wanted.\n")


def test_a_refusal_for_programs(refused: Any) -> None:
    code, error = refused("refuse")
    assert (code, error["code"], len(error["problems"])) == (4, "E-2-who", 2)
    assert error["problems"][0] == {
        "code": "E-5.5-reason", "message": "A reason is wanted.", "hint": "--reason unresolved", "clause": "5.5",
        "where": "--reason",
    }  # fmt: skip


def test_a_bug_is_one_line_and_a_log_without_the_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(small_table.COMMANDS, ["crash", "--desk", "secret", "--language=en"]) == 70
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "\x1b" not in err
    (log,) = (tmp_path / "state" / "itil").iterdir()
    assert str(log) in err
    text = log.read_text()
    assert "Traceback" in text
    assert "itil crash --desk … --language\n" in text
    assert "secret" not in text
    assert log.stat().st_mode & 0o077 == 0


def test_every_other_end(refused: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused("stop") == (130, {"code": "E-cli-interrupted", "message": "Interrupted.", "problems": []})
    assert refused("full")[0] == 5
    assert refused("crash")[0] == 70
    assert run(small_table.COMMANDS, ["seven"]) == 7
    assert run(small_table.COMMANDS, ["--version"]) == run(small_table.COMMANDS, ["--json", "--version", "due"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert first.startswith("itil ")


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"], ["--desk", "x", "--help"]])
def test_the_page_of_all_commands(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(small_table.COMMANDS, words) == 0
    page = capsys.readouterr().out
    assert page.startswith("Usage: itil COMMAND")
    assert (
        "\nDaily work:\n  due          what you can do now\n  escalate     hand over to another tier (§5.5)\n" in page
    )
    assert "\n  people add   a new person (§2.5)\n" in page


@pytest.mark.parametrize("words", [["escalate", "--help"], ["help", "escalate"], ["escalate", "7K3Q", "-h"]])
def test_the_page_of_one_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(small_table.COMMANDS, words) == 0
    page = capsys.readouterr().out
    assert page.startswith("Usage: itil escalate ID [OPTIONS]\n\nhand over to another tier (§5.5)\n")
    for line in (
        "--to tier2|tier3     the tier",
        "--item, -m TEXT…     an item",
        "--solved/--unsolved  whether solved",
    ):
        assert f"\n  {line}" in page
    assert page.endswith("Example:\n  itil escalate 7K3Q --to tier2\n")


def test_help_speaks_chinese_within_the_screen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from itilcli.cli.screen import width

    monkeypatch.setenv("COLUMNS", "50")
    assert run(small_table.COMMANDS, ["people", "--help", "--language", "zh"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("用法：itil people 命令")
    assert all(width(line) <= 50 for line in page.splitlines())


def test_the_desk_decides_the_language_of_help(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "desk.yaml").write_text("format: 1\nlanguage: zh  # spoken here\n")
    assert run(small_table.COMMANDS, ["--help"]) == 0
    assert capsys.readouterr().out.startswith("用法：")


@pytest.mark.parametrize(
    "words", [["--help"], ["escalate", "--help"], ["--version"], ["escalate", "7", "--help"], ["due"]]
)
def test_starting_loads_none_of_the_heavy_libraries(words: list[str]) -> None:
    done = outside(*words, after="print(sorted(sys.modules), file=sys.stderr); sys.exit(code)")
    assert done.returncode == 0
    assert not HEAVY & set(ast.literal_eval(done.stderr))


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["people", "--help"]])
def test_help_and_the_version_need_no_typer(words: list[str]) -> None:
    done = outside(*words, after="print('typer' in sys.modules, file=sys.stderr)")
    assert done.stderr == "False\n"


def test_a_reader_that_leaves_ends_it_in_silence() -> None:
    path = f"{PROJECT}{os.pathsep}{PROJECT / 'tests' / 'cli'}"
    program = subprocess.Popen(
        [sys.executable, "-c", f"{PROGRAM}; sys.exit(code)", "flood"],
        env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stderr is not None
    assert program.stdout.readline() == b"0\n"
    program.stdout.close()
    assert program.stderr.read() == b""
    program.stderr.close()
    assert program.wait(timeout=30) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written_is_said() -> None:
    path = f"{PROJECT}{os.pathsep}{PROJECT / 'tests' / 'cli'}"
    with Path("/dev/full").open("w") as nowhere:
        done = subprocess.run(
            [sys.executable, "-c", f"{PROGRAM}; sys.exit(code)", "due"],
            env={**os.environ, "PYTHONPATH": path, "LC_ALL": "C"}, stdout=nowhere, stderr=subprocess.PIPE, timeout=30,
        )  # fmt: skip
    assert done.returncode == 5
    assert done.stderr.startswith(b"error: The system refused: ")
    assert b"Traceback" not in done.stderr


def complete(line: str) -> str:
    done = outside(env={"_ITIL_COMPLETE": "fish", "_ITIL_LINE": line, "ITIL_LANGUAGE": "zh"})
    assert done.stderr.strip() == ""
    kind, _, rows = done.stdout.partition("\n")
    assert kind == "words"
    return rows


def values(line: str) -> list[str]:
    return [row.partition("\t")[0] for row in complete(line).splitlines()]


def test_the_shell_completes_verbs_flags_codes_and_ids() -> None:
    assert values("itil ") == list(dict.fromkeys(c.name.split()[0] for c in small_table.COMMANDS))
    assert values("itil people ") == ["add", "list"]
    assert values("itil escalate --ti") == ["--title"]
    assert values("itil escalate ") == ["INC-20261123-7K3Q", "INC-20261123-9ABC"]
    assert values("itil escalate 7 -t ") == []


def test_completion_tells_what_the_values_mean() -> None:
    assert complete("itil escalate 7 --to ") == "tier2\t二线支持\ntier3\t三线支持\n"
    assert "escalate\thand over to another tier" in complete("itil esc")
    assert "INC-20261123-7K3Q\t医院 读卡器 /d\n" in complete("itil --desk /d escalate INC")
    assert "[bold]x[/bold]" in complete("itil escalate INC")


def test_the_completion_script_names_the_program() -> None:
    done = outside("--show-completion", "bash")
    assert "complete -F _itil itil" in done.stdout
