"""`itil doctor`: each kind of trouble is made in a real desk, told, and gone after its command was typed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import EMAILS, TestDesk, desk_at

from itilcli.journal import Journal
from itilcli.journal.intent import Intent, Step, write_intent
from itilcli.journal.running import find

PROJECT = Path(__file__).resolve().parents[2]
WHO = (("EMAIL", EMAILS["张三"]), ("NAME", "张三"))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk at which nothing is wrong."""
    made = desk_at(tmp_path_factory.mktemp("doctor") / "desk")
    made.itil("init", str(made.root))
    for year in ("2025", "2026"):
        if not (made.root / f"calendar/{year}.yaml").exists():
            made.itil("calendar", "update", year)
    made.new()
    return made.root


@pytest.fixture
def ill(sound: Path, tmp_path: Path) -> TestDesk:
    """A copy of it, to be made ill."""
    return TestDesk(shutil.copytree(sound, tmp_path / "desk", symlinks=True), now="")


def rows(desk: TestDesk, who: str = "张三", **more: str) -> dict[str, list[dict[str, Any]]]:
    """What the doctor finds, by check; the exit code fits it, and nothing has changed."""
    before = everything(desk.root)
    saved = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        said = desk.itil("doctor", "--json", who=who, code=None)
    finally:
        for name, value in saved.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    assert everything(desk.root) == before
    states = {row["state"] for row in said.json["checks"]}
    assert said.code == (5 if "fault" in states else 0)
    assert said.json["state"] == next(one for one in ("fault", "warning", "ok") if one in states)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in said.json["checks"]:
        found.setdefault(row["check"], []).append(row)
    return found


def everything(root: Path) -> dict[str, tuple[int, int, int]]:
    """Each file and folder below, with its size and times; not what reading alone would change."""
    if not root.is_dir():
        return {}
    found = {path: path.lstat() for path in (root, *root.rglob("*"))}
    return {str(path): (one.st_size, one.st_mtime_ns, one.st_mode) for path, one in found.items()}


def type_(desk: TestDesk, command: str, tmp_path: Path) -> None:
    """Types a command as the doctor prints it, in the desk's folder."""
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    own = programs / "itil"
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m itilcli "$@"\n')
    own.chmod(0o755)
    environ = {
        **os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT),
        **{f"GIT_{role}_{part}": said for role in ("AUTHOR", "COMMITTER") for part, said in WHO},
    }  # fmt: skip
    done = subprocess.run(command, shell=True, cwd=desk.root, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def states(found: dict[str, list[dict[str, Any]]], check: str) -> list[str]:
    return [row["state"] for row in found[check]]


def test_a_sound_desk_has_no_fault_and_says_so_in_words(ill: TestDesk) -> None:
    found = rows(ill)
    bad = [row for check in found.values() for row in check if row["state"] != "ok"]
    assert {row["check"] for row in bad} <= {"itil", "calendar"}, bad
    said = ill.itil("doctor", "--language", "en", code=0)
    assert "ok       identity" not in said.out and "who you are" in said.out
    assert all(line.startswith(("ok ", "warning ", "fault ", "    ")) for line in said.out.splitlines())
    assert "0 faults" in said.err
    assert len(ill.itil("doctor", "--quiet", code=0).out) < len(said.out)


# ── each of these is mended by the very command that is printed


def _no_attributes(desk: TestDesk) -> None:
    desk.git("rm", "-q", ".gitattributes")
    desk.commit()


def _other_attributes(desk: TestDesk) -> None:
    (desk.root / ".gitattributes").write_text("*.png binary\n")
    desk.commit()


def _no_driver(desk: TestDesk) -> None:
    desk.git("config", "--unset", "merge.itil.driver")


def _driver_gone(desk: TestDesk) -> None:
    desk.git("config", "merge.itil.driver", "/no/such/python -m itilcli merge-driver %O %A %B %P")


def _lock(desk: TestDesk) -> None:
    (desk.root / ".git/index.lock").touch()


def _config_lock(desk: TestDesk) -> None:
    (desk.root / ".git/config.lock").touch()


def _hook_not_executable(desk: TestDesk) -> None:
    hook = desk.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o644)


def _no_calendar(desk: TestDesk) -> None:
    desk.git("rm", "-q", "calendar/2026.yaml")
    desk.commit()


def _unpublished(desk: TestDesk) -> None:
    hub = desk.root.parent / "hub.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(hub)], check=True)
    desk.git("remote", "add", "origin", str(hub))


def _half_done(desk: TestDesk) -> None:
    place = find(desk.root)
    file = desk.root / "people.yaml"
    step = Step("people.yaml", file.read_bytes(), None)
    journal = Journal.open(desk.root)
    write_intent(place, Intent("refs/heads/main", journal.head(), (step,)))


def _no_repository(desk: TestDesk) -> None:
    shutil.rmtree(desk.root / ".git")


@pytest.mark.parametrize(
    ("check", "state", "spoil"),
    [
        ("attributes", "warning", _no_attributes),
        ("attributes", "warning", _other_attributes),
        ("driver", "warning", _no_driver),
        ("driver", "fault", _driver_gone),
        ("state", "fault", _lock),
        ("state", "fault", _config_lock),
        ("state", "warning", _half_done),
        ("hooks", "warning", _hook_not_executable),
        ("calendar", "warning", _no_calendar),
        ("remote", "warning", _unpublished),
        ("repository", "fault", _no_repository),
    ],
)
def test_the_printed_command_mends_it(
    check: str, state: str, spoil: Callable[[TestDesk], None], ill: TestDesk, tmp_path: Path
) -> None:
    spoil(ill)
    wrong = [row for row in rows(ill)[check] if row["state"] == state and row["commands"]]
    assert wrong, rows(ill)[check]
    for _ in range(2):  # a folder that is no repository becomes one, then gets its first commit
        for row in wrong[:1]:
            type_(ill, row["commands"][0], tmp_path)
        wrong = [row for row in rows(ill)[check] if row["state"] != "ok" and row["commands"]]
    assert not wrong


def test_commits_that_are_here_alone(ill: TestDesk, tmp_path: Path) -> None:
    _unpublished(ill)
    ill.itil("sync")
    assert states(rows(ill), "unpublished") == ["ok"]
    ill.new()
    (row,) = rows(ill)["unpublished"]
    assert row["commands"] == ["itil sync"] and "1" in row["message"]
    type_(ill, row["commands"][0], tmp_path)
    assert states(rows(ill), "unpublished") == ["ok"]


# ── each of these is told


def _write(name: str, text: str) -> Callable[[TestDesk], None]:
    def spoil(desk: TestDesk) -> None:
        path = desk.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return spoil


def _broken_hook(desk: TestDesk) -> None:
    _write(".git/hooks/pre-commit", "#!/usr/bin/env no-such-program\n")(desk)
    (desk.root / ".git/hooks/pre-commit").chmod(0o755)


def _git(*words: str) -> Callable[[TestDesk], None]:
    def spoil(desk: TestDesk) -> None:
        desk.git(*words)

    return spoil


def _shallow(desk: TestDesk) -> None:
    deep = desk.root.with_name("deep")
    desk.root.rename(deep)
    subprocess.run(["git", "clone", "-q", "--depth", "1", deep.as_uri(), str(desk.root)], check=True)


def _bare(desk: TestDesk) -> None:
    bare = desk.root.with_name("bare")
    subprocess.run(["git", "clone", "-q", "--bare", str(desk.root), str(bare)], check=True)
    shutil.copy(desk.root / "desk.yaml", bare)
    shutil.copy(desk.root / "people.yaml", bare)
    desk.root.rename(desk.root.with_name("old"))
    bare.rename(desk.root)


def _future(desk: TestDesk) -> None:
    environ = {**os.environ, "GIT_COMMITTER_DATE": "2099-01-01T00:00:00Z"}
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "x"], cwd=desk.root, env=environ, check=True)


@pytest.mark.parametrize(
    ("check", "state", "word", "spoil"),
    [
        ("settings", "fault", "desk.yaml", _write("desk.yaml", "organisation: [\n")),
        ("settings", "fault", "desk.yaml", _write("desk.yaml", "- - -\n")),
        ("people", "fault", "people.yaml", _write("people.yaml", "people: 7\n")),
        ("people", "fault", "customers.yaml", _write("customers.yaml", "x: [\n")),
        ("edits", "warning", "desk.yaml", _write("desk.yaml", "format: 1\nlanguage: zh\norganisation: 甲\n")),
        ("hooks", "fault", "no-such-program", _broken_hook),
        ("hooks", "warning", "/no/where", _git("config", "core.hooksPath", "/no/where")),
        ("state", "fault", "HEAD", _git("checkout", "-q", "--detach")),
        ("repository", "warning", "", _shallow),
        ("repository", "fault", "", _bare),
        ("clock", "warning", "2099", _future),
        ("index", "warning", "itil-index.sqlite", _write(".git/itil-index.sqlite", "no index")),
        ("templates", "warning", "templates/reprot.md.j2", _write("templates/reprot.md.j2", "x")),
        ("templates", "warning", "no_such_name", _write("templates/report.md.j2", "{{ no_such_name }}")),
        ("templates", "fault", "report.md.j2", _write("templates/report.md.j2", "{% for %}")),
    ],
)
def test_it_is_told(check: str, state: str, word: str, spoil: Callable[[TestDesk], None], ill: TestDesk) -> None:
    spoil(ill)
    found = rows(ill)[check]
    assert [row for row in found if row["state"] == state and word in row["message"]], found
    for row in found:
        assert row["state"] == "ok" or row["commands"] or row["hint"], row


@pytest.mark.parametrize(
    ("who", "environ", "check", "state"),
    [
        ("nobody@example.com", {}, "identity", "fault"),
        ("张三", {"ITIL_NOW": "2026-11-20T09:00:00+08:00"}, "rehearsal", "warning"),
        ("张三", {"ITIL_NOW": "soon"}, "rehearsal", "fault"),
        ("张三", {"ITIL_NO_INDEX": "1"}, "index", "warning"),
    ],
)
def test_what_the_environment_says(who: str, environ: dict[str, str], check: str, state: str, ill: TestDesk) -> None:
    found = rows(ill, who, **environ)
    assert state in states(found, check)


def test_a_desk_that_asks_for_signatures(ill: TestDesk, tmp_path: Path) -> None:
    text = (ill.root / "desk.yaml").read_text("utf-8")
    (ill.root / "desk.yaml").write_text(text + "signing: required\n", "utf-8")
    ill.commit()
    (row,) = rows(ill)["signing"]
    assert (row["state"], row["code"]) == ("fault", "E-desk-no-key")


def test_without_git_python_still_answers(ill: TestDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = rows(ill)
    assert states(found, "git") == ["fault"]
    assert found["git"][0]["code"] == "E-desk-git-missing"
    assert states(found, "python") == states(found, "settings") == ["ok"]


def test_no_desk_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nowhere = TestDesk(tmp_path / "nowhere", now="")
    assert states(rows(nowhere), "desk") == ["fault"], "ITIL_DESK names what is none"
    environ = {**os.environ, "PYTHONPATH": str(PROJECT)}
    environ |= {f"GIT_{role}_{part}": said for role in ("AUTHOR", "COMMITTER") for part, said in WHO}
    done = subprocess.run(
        [sys.executable, "-m", "itilcli", "doctor", "--language", "zh"], env=environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_git_that_signs_and_cannot_is_told_before_a_step_fails(ill: TestDesk, tmp_path: Path) -> None:
    """commit.gpgSign without a key, or without the program: each step would be refused; with a key it is none of our business."""
    ill.git("config", "commit.gpgsign", "true")
    ill.git("config", "gpg.program", "no-such-gpg")
    (row,) = rows(ill)["signing"]
    assert row["state"] == "fault" and "no-such-gpg" in row["message"]
    ill.git("config", "gpg.format", "ssh")
    (row,) = rows(ill)["signing"]
    assert row["state"] == "fault" and any("user.signingkey" in one for one in row["commands"])
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    ill.git("config", "user.signingkey", str(tmp_path / "key.pub"))
    (row,) = rows(ill)["signing"]
    assert row["state"] == "ok"
