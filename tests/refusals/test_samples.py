"""Every sample of `samples.py` is refused, warned of or found by its code; a refused command changes nothing."""

from __future__ import annotations

import errno
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from conftest import TestDesk
from samples import FOUND, FULL, REFUSED, WARNED, Sample
from scene import scene

from itilcli.errors import Kind, Refused
from itilcli.model.case import Case
from itilcli.model.incident import Incident
from itilcli.procedure.clause import Request
from itilcli.procedure.engine import apply

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
    desk, ids = at
    (tmp_path / "empty.png").touch()
    (tmp_path / ".hidden").write_text("x")
    words = ("attach", ids["fresh"], str(tmp_path / "empty.png"), str(tmp_path / ".hidden"))
    assert desk.refused(*words, code=2) == ["E-file-empty", "E-file-name"]
    steps = desk.itil("next", ids["fresh"], "--json").json["steps"]
    assert ["E-5-files"] == [row["code"] for step in steps for row in step["missing"] if step["action"] == "attach"]


def test_a_step_of_nobody(at: Scene) -> None:
    """The desk knows who acts before any step; a rule is asked all the same."""
    from itilcli.desk import Desk

    desk = Desk.open(str(at[0].root), {})
    with pytest.raises(Refused) as refused:
        apply(Case(Incident(id="INC-20261123-7K3Q")), [Request("new", "某人", desk.now, desk.now)], desk.world())
    assert [problem.code for problem in refused.value.problems if problem.kind is Kind.PERMISSION] == ["E-2.5-unknown"]


def test_without_git(at: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    said = at[0].itil("new", *shlex.split(FULL), "--json", code=5)
    assert said.codes == ["E-desk-git-missing"]


@pytest.mark.parametrize(
    ("why", "code"), [(errno.ENOSPC, "E-desk-full"), (errno.EIO, "E-desk-disk"), (errno.EROFS, "E-desk-read-only")]
)
def test_a_disk_that_refuses(at: Scene, why: int, code: str) -> None:
    """A disk that takes nothing more, as this process sees it: every new file of the records fails."""
    armed = [True]

    def deny(event: str, args: tuple[object, ...]) -> None:
        if armed and event == "open" and "/records/" in str(args[0]) and isinstance(args[2], int) and args[2] & 3:
            raise OSError(why, "refused", str(args[0]))

    desk = at[0]
    before = desk.git("rev-parse", "HEAD")
    sys.addaudithook(deny)  # it cannot be taken away again, only disarmed
    try:
        said = desk.itil("new", *shlex.split(FULL), "--json", code=5)
    finally:
        armed.clear()
    assert said.codes == [code]
    assert (desk.git("rev-parse", "HEAD"), desk.git("status", "--porcelain")) == (before, "")


def test_a_full_device_and_a_bug(at: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the system refuses is said with its own code; what nobody foresaw is a bug, with a log."""
    desk = at[0]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    armed: list[BaseException] = [OSError(errno.ENOSPC, "No space left on device")]

    def fail(event: str, args: tuple[object, ...]) -> None:
        if armed and event == "open" and str(args[0]).endswith("/people.yaml"):
            raise armed[0]

    sys.addaudithook(fail)
    armed[0] = LookupError("unforeseen")
    try:
        said = desk.itil("people", "list", "--json", code=None)
    finally:
        armed.clear()
    assert (said.code, said.json["error"]["code"]) == (70, "E-cli-bug")
    assert len(list((tmp_path / "state/itil").iterdir())) == 1
