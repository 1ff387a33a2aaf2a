"""``init``, ``new`` and ``escalate`` in each state of tests/data/git/make_repos.sh: done whole, or refused whole.

Each repository is built twice: as the script has it, for ``init``; and with a desk that has an open case in its first
commit, so that the desk is in that state when ``new`` and ``escalate`` come.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FAULT, TestDesk
from real_git import RECORD, git, snapshot, status
from test_journal_states import LANDS, REFUSED

SCRIPT = Path(__file__).parent / "data/git/make_repos.sh"
NOW = "2026-11-23T10:00:00+08:00"
NEW = ("new", *FAULT, "-s", "low", "-q", "一般", "--json")
ESCALATE = ("--to", "tier2", "--reason", "unresolved", "--tried", "重新插拔", "--json")


def build(folder: Path, desk: Path | None) -> Path:
    """Every repository of the script, with the files of ``desk`` in the first commit."""
    text = SCRIPT.read_text("utf-8").replace("sleep 5", "sleep 1")
    if desk is not None:
        wanted = text.count("mkdir -p records;") + text.count("mkdir records;")
        for made in ("mkdir -p records;", "mkdir records;"):
            text = text.replace(made, f"cp -R '{desk}/.' . ;")
        assert wanted == 3, "the script makes its first commits elsewhere now"
    subprocess.run(["bash", "-c", text, "make_repos.sh", str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def worlds() -> Iterator[dict[str, Path]]:
    """The repositories as they are, and those that are desks; each is used by one test."""
    top = Path(tempfile.mkdtemp())
    with pytest.MonkeyPatch.context() as patch:
        configured(patch, top / "gitconfig")
        (top / "gitconfig").write_text("[user]\n\tname = 张三\n\temail = z@example.com\n")
        sample = TestDesk(top / "sample", NOW)
        sample.itil("init", str(sample.root), who="z@example.com")
        people = sample.root / "people.yaml"
        people.write_text(people.read_text("utf-8").replace('id: "z@example.com"', 'id: "张三"'), "utf-8")
        sample.commit()
        sample.itil(*NEW, who="z@example.com")
        files = top / "files"
        shutil.copytree(sample.root, files, ignore=shutil.ignore_patterns(".git"))
        built = {"plain": build(top / "plain", None), "desks": build(top / "desks", files)}
    yield built
    subprocess.run(["chmod", "-R", "u+w", str(top)], check=False)
    shutil.rmtree(top)


def configured(patch: pytest.MonkeyPatch, config: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER", "GIT_DIR", "ITIL_"))]:
        patch.delenv(name)
    patch.setenv("GIT_CONFIG_GLOBAL", str(config))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(autouse=True)
def configuration(worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    configured(monkeypatch, worlds["desks"] / "gitconfig")
    monkeypatch.setattr("itilcli.journal.PATIENCE", 0.3)  # the locks of these states are never let go


def files(root: Path) -> dict[str, bytes]:
    """The desk's folder and its git folder, less objects and the draft that a refused call leaves for its author."""
    left = {".git/itil"}
    if root.name == "hook_modifies":
        left.add(RECORD)  # not ours: that hook writes into it whatever is committed
    return {
        name: data
        for name, data in snapshot(root).items()
        if name not in left and not name.startswith(".git/itil/drafts")
    }


def work_tree(root: Path) -> dict[str, bytes]:
    return {name: data for name, data in files(root).items() if data != b"folder" and name.split("/")[0] != ".git"}


def commits(root: Path) -> int:
    return int(git(root, "rev-list", "--count", "HEAD", check=False, GIT_NO_REPLACE_OBJECTS="1").strip() or 0)


def one_commit(root: Path, *words: str) -> TestDesk:
    """A command that must make exactly one commit and touch nothing but its own files."""
    before, seen, held = commits(root), status(root), work_tree(root)
    staged = git(root, "diff", "--cached", "--name-only")
    desk = TestDesk(root, NOW)
    desk.itil(*words, who="z@example.com")
    assert commits(root) == before + 1 or root.name == "shallow"
    listed = git(root, "show", "-z", "--name-only", "--format=", "HEAD", GIT_NO_REPLACE_OBJECTS="1").split("\0")
    written = set(filter(None, listed))
    after = work_tree(root)
    assert {name for name in {*held, *after} if held.get(name) != after.get(name)} == written
    assert status(root) == seen
    assert git(root, "diff", "--cached", "--name-only") == staged
    return desk


def skip_unless_there(root: Path) -> None:
    if not root.exists():
        pytest.skip("this git cannot make it")
    if root.name == "readonly" and os.geteuid() != 0:
        pytest.skip("only root writes to a read-only folder")


@pytest.mark.parametrize("name", [name for name in LANDS if name != "symlink_root"])  # that is symlinked again
def test_init_lands(worlds: dict[str, Path], name: str) -> None:
    root = worlds["plain"] / name
    skip_unless_there(root)
    desk = one_commit(root, "init", str(root), "--json")
    assert desk.itil("whoami", "--json", who="z@example.com").json["roles"] == ["incident_manager", "tier1"]
    assert desk.itil("init", str(root), "--json", who="z@example.com").json["added"] == []


@pytest.mark.parametrize("name", REFUSED)
def test_init_is_refused_and_nothing_changes(worlds: dict[str, Path], name: str) -> None:
    root = worlds["plain"] / name
    if name == "foreign_owner" and root.stat().st_uid == os.geteuid():
        pytest.skip("only root gives files away")
    before = files(root)
    said = TestDesk(root, NOW).itil("init", str(root), "--json", who="z@example.com", code=5)
    assert said.codes == [REFUSED[name]]
    assert files(root) == before


@pytest.mark.parametrize("name", LANDS)
def test_a_call_is_taken_and_escalated(worlds: dict[str, Path], name: str) -> None:
    root = worlds["desks"] / name
    skip_unless_there(root)
    if name == "empty_unborn":
        one_commit(root, "init", str(root))
    before = set(root.glob("records/*/*/*/*.incident.yaml"))
    one_commit(root, *NEW)
    (made,) = set(root.glob("records/*/*/*/*.incident.yaml")) - before
    case = made.name.partition(".")[0]
    desk = one_commit(root, "escalate", case, *ESCALATE)
    assert desk.show(case)["stage"] == "tier2"


@pytest.mark.parametrize("name", REFUSED)
def test_a_call_is_refused_and_nothing_changes(worlds: dict[str, Path], name: str) -> None:
    root = worlds["desks"] / name
    if name == "foreign_owner" and root.stat().st_uid == os.geteuid():
        pytest.skip("only root gives files away")
    desk, before = TestDesk(root, NOW), files(root)
    expected = "E-desk-none" if name == "bare.git" else REFUSED[name]
    case = next((path.name.partition(".")[0] for path in root.glob("records/*/*/*/*.incident.yaml")), "7K3Q")
    for words in (NEW, ("escalate", case, *ESCALATE)):
        said = desk.itil(*words, who="z@example.com", code=5)
        assert said.codes == [expected], words
        assert files(root) == before


def test_without_an_identity_nobody_acts(worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for kind, words in (("plain", ("init", ".", "--json")), ("desks", NEW)):
        root = worlds[kind] / "no_identity"
        before = files(root)
        monkeypatch.chdir(root)
        environ = {"GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@example.com"}
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        said = run_here(words)
        assert said == (4, "E-actor-identity")
        assert files(root) == before


def run_here(words: tuple[str, ...]) -> tuple[int, str]:
    """The exit code and the first problem of a command, with nothing but the environment to say who acts."""
    import io
    import json
    from contextlib import redirect_stderr

    from itilcli.cli.app import run
    from itilcli.cli.commands import COMMANDS

    err = io.StringIO()
    with redirect_stderr(err):
        code = run(COMMANDS, list(words))
    return code, json.loads(err.getvalue())["error"]["code"]
