"""Every sample of `samples.py` is refused, warned of or found by its code; a refused command changes nothing."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import TestDesk
from samples import FOUND, FULL, REFUSED, WARNED, Sample
from scene import scene

from itilcli.cli.app import _misused
from itilcli.cli.commands import COMMANDS
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.model.case import Case
from itilcli.model.incident import Incident
from itilcli.procedure.clause import Request
from itilcli.procedure.engine import apply
from itilcli.store import rewrite

PROJECT = Path(__file__).resolve().parents[2]
Scene = tuple[TestDesk, dict[str, str]]


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        return scene(tmp_path_factory.mktemp("scene") / "desk")


@pytest.fixture
def at(original: Scene, tmp_path: Path) -> Scene:
    """A copy of the scene."""
    shutil.copytree(original[0].root, tmp_path / "desk", symlinks=True)
    return TestDesk(tmp_path / "desk"), original[1]


def prepared(at: Scene, sample: Sample) -> list[str]:
    """The words of the sample's command, with all that comes before it done."""
    desk, ids = at
    for command in sample.first:
        desk.itil(*shlex.split(command.format(**ids)))
    for place, pattern, becomes in sample.edits:
        case, _, part = place.partition("/")
        file = desk.file(ids[case], part) if case in ids else desk.root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text("utf-8") if file.exists() else ""
        changed = re.sub(pattern, becomes, before, count=1, flags=re.MULTILINE)
        assert changed != before, f"{pattern} is not in {place}"
        file.write_text(changed, "utf-8")
    if sample.edits:
        desk.commit()
    return shlex.split(sample.command.format(**ids))


def code_of(sample: Sample) -> str:
    return f"{sample.code} {sample.command.split()[0]}"


@pytest.mark.parametrize("sample", REFUSED, ids=code_of)
def test_refused(at: Scene, sample: Sample) -> None:
    words = prepared(at, sample)
    assert sample.code in at[0].refused(*words, who=sample.who, now=sample.now)


@pytest.mark.parametrize("sample", WARNED, ids=code_of)
def test_warned_of(at: Scene, sample: Sample) -> None:
    words = prepared(at, sample)
    made = at[0].itil(*words, "--json", who=sample.who, now=sample.now).json
    assert sample.code in [row["code"] for row in made["warnings"]]


@pytest.mark.parametrize("sample", FOUND, ids=code_of)
def test_found(at: Scene, sample: Sample) -> None:
    desk, words = at[0], prepared(at, sample)
    rows = desk.itil(*words, "--json", now=sample.now, code=1 if sample.code.startswith("E") else None).json
    assert sample.code in [row["code"] for row in rows]


# ── what no line of a table can say


def test_files_to_attach(at: Scene, tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / ".hidden").write_text("x")
    words = ("attach", at[1]["fresh"], str(tmp_path / "empty.png"), str(tmp_path / ".hidden"))
    assert at[0].refused(*words, code=2) == ["E-file-empty", "E-file-name"]


def test_steps_that_the_command_line_does_not_let_through(at: Scene) -> None:
    """Nobody acts whom the desk does not know, and `attach` wants a file; the rules are asked all the same."""
    desk = Desk.open(str(at[0].root), {})
    case = desk.case(next(stored.case.id for stored in desk.cases() if stored.case.id.endswith(at[1]["fresh"]))).case
    for start, action, actor, code in (
        (Case(Incident(id="INC-20261123-7K3Q")), "new", "某人", "E-2.5-unknown"),
        (case, "attach", "张三", "E-5-files"),
    ):
        with pytest.raises(Refused) as refused:
            apply(start, [Request(action, actor, desk.now, desk.now)], desk.world())
        assert [problem.code for problem in refused.value.problems] == [code]


def test_a_file_that_cannot_be_changed_without_harm() -> None:
    """A character that ruamel.yaml refuses, in a file that does not come apart at its keys."""
    with pytest.raises(Refused) as refused:
        rewrite.rewrite('{a: "\ufffe", b: 1}\n'.encode(), {"a": "\ufffe", "b": 2}, "x.yaml")
    assert [problem.code for problem in refused.value.problems] == ["E-yaml-rewrite"]


# ── the machine refuses


def denying(monkeypatch: pytest.MonkeyPatch, ending: str, error: BaseException) -> None:
    """From now on, until the test is over, opening a file of the desk whose path ends so fails, as the system would fail."""
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]

    def deny(event: str, args: tuple[object, ...]) -> None:
        now = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        if event == "open" and now == test and str(args[0]).endswith(ending):
            raise error

    sys.addaudithook(deny)  # for good: a hook cannot be taken away again


@pytest.mark.parametrize(
    ("why", "code"), [(errno.ENOSPC, "E-desk-full"), (errno.EIO, "E-desk-disk"), (errno.EROFS, "E-desk-read-only")]
)
def test_a_disk_that_refuses(at: Scene, monkeypatch: pytest.MonkeyPatch, why: int, code: str) -> None:
    desk = at[0]
    before = desk.git("rev-parse", "HEAD")
    denying(monkeypatch, "/index.lock", OSError(why, os.strerror(why), "index.lock"))
    assert desk.itil("new", *shlex.split(FULL), "--json", code=5).codes == [code]
    assert (desk.git("rev-parse", "HEAD"), desk.git("status", "--porcelain")) == (before, "")


def test_without_git(at: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert at[0].itil("new", *shlex.split(FULL), "--json", code=5).codes == ["E-desk-git-missing"]


def test_what_nobody_foresaw(at: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    denying(monkeypatch, "/.git/HEAD", LookupError("unforeseen"))
    said = at[0].itil("list", "--json", code=70)
    assert said.json["error"]["code"] == "E-cli-bug"
    assert len(list((tmp_path / "state/itil").iterdir())) == 1


def test_an_output_that_takes_nothing(at: Scene) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "itilcli", "list", "--json", "--desk", str(at[0].root)],
            env={**os.environ, "PYTHONPATH": str(PROJECT)}, stdout=full, stderr=subprocess.PIPE, timeout=60,
        )  # fmt: skip
    assert (done.returncode, json.loads(done.stderr)["error"]["code"]) == (5, "E-cli-system")


def test_misuse_of_a_kind_that_has_no_flag() -> None:
    """What typer may say beyond flags; today every word that is no verb is told apart before."""
    assert _misused(ValueError("odd"), COMMANDS, ["itil"]).code == "E-cli-usage"
