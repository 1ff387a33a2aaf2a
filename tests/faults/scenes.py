"""The commands that are hurt, the desks they are done on, and what must be true of them afterwards."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from conftest import CALLER, FAULT, TestDesk, desk_at
from strace import Trial

from itilcli.journal import Journal

MINE = "A  mine.txt\n"
LATER = "2026-11-23T10:00:00+08:00"
BEFORE = "itil-before"
"""A tag on the commit before the hurt command."""


def desk_with_a_case(scene: Path) -> None:
    """A desk with one case, and a file of somebody's own in the index."""
    desk = desk_at(scene / "desk")
    desk.new()
    (desk.root / "mine.txt").write_text("mine")
    desk.git("add", "mine.txt")
    desk.git("tag", BEFORE)


def case_of(desk: Path) -> str:
    """The short ID of the only case."""
    (file,) = desk.glob("records/*/*/*/*.incident.yaml")
    return file.name.partition(".")[0].rpartition("-")[2]


def whole(desk: TestDesk, mine: str = MINE) -> None:
    """Readers read, the next command works, and neither git nor `check` finds anything wrong. Raises AssertionError."""
    with Journal.open(desk.root).lock():
        pass
    desk.git("merge-base", "--is-ancestor", BEFORE, "HEAD")
    before = int(desk.git("rev-list", "--count", "HEAD"))
    listed = len(desk.itil("list", "--json").json)
    desk.itil("log", "--json")
    cases = {row["id"] for row in desk.itil("list", "--json").json}
    made = desk.new("-t", "之后")
    assert int(desk.git("rev-list", "--count", "HEAD")) == before + 1, "not one commit more"
    after = {row["id"] for row in desk.itil("list", "--json").json}
    assert cases < after and len(after) == listed + 1, made
    errors = [row for row in desk.itil("check", "--json", code=None).json if row["level"] == "error"]
    assert errors == [], errors
    seen = desk.git("status", "--porcelain", "-uall")
    assert seen == mine, seen
    desk.git("fsck", "--strict", "--no-dangling")
    left = [one.name for one in (desk.root / ".git").glob("*itil-*") if not one.name.endswith((".lock", ".sqlite"))]
    assert left == [] and not (desk.root / ".git/index.lock").exists(), left


def landed(scene: Path) -> str:
    """Whether the command's commit is there: it is, whole, or there is nothing of it."""
    desk = TestDesk(scene / "desk", LATER)
    count = int(desk.git("rev-list", "--count", f"{BEFORE}..HEAD"))
    assert count in (0, 1), count
    whole(desk)
    case = desk.git("log", "-1", "--format=%(trailers:key=Itil-Id,valueonly)", "HEAD~1").strip()
    shown = desk.show(case)
    if count and shown["history"][-1]["action"] == "escalate":
        assert (shown["stage"], shown["assignee"]) == ("tier2", "李四"), shown["stage"]
    return "landed" if count else "undone"


NEW = ("new", *FAULT, "-s", "low", "-q", "一般", "--yes")
ESCALATE = ("--to", "tier2", "--reason", "beyond_capability", "--assignee", "李四")


def _escalate(scene: Path) -> Sequence[str]:
    return ("escalate", case_of(scene / "desk"), *ESCALATE)


# ── sharing


def two_clones(scene: Path) -> None:
    """A bare repository and two clones: what one has published the other has not seen, and has work of its own."""
    desk_with_a_case(scene)
    desk = TestDesk(scene / "desk")
    desk.git("reset", "-q")
    (desk.root / "mine.txt").unlink()
    hub = scene / "hub.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(desk.root), str(hub)], check=True)
    subprocess.run(
        ["git", "-C", str(hub), "config", "core.fsync", "loose-object,reference"], check=True
    )  # its own affair
    subprocess.run(["git", "clone", "-q", str(hub), str(scene / "other")], check=True)
    desk.git("remote", "add", "origin", "../hub.git")
    desk.git("fetch", "-q", "origin")
    desk.git("branch", "-q", "--set-upstream-to=origin/main")
    other = TestDesk(scene / "other")
    other.git("remote", "set-url", "origin", "../hub.git")
    other.git("config", "user.name", "李四")
    other.git("config", "user.email", "li@example.com")
    case = case_of(desk.root)
    other.itil("note", case, "那边的备注", who="李四", now="2026-11-23T09:10:00+08:00")
    other.itil("new", *CALLER, "-y", "打印机卡纸", "-b", "无法打印", "-e", "无", "--type", "fault", "-g", "terminal", "-s", "low",
               "-q", "一般", who="陈一", now="2026-11-23T09:11:00+08:00")  # fmt: skip
    other.git("push", "-q", "origin", "main")
    desk.itil("note", case, "这边的备注", now="2026-11-23T09:12:00+08:00")
    desk.git("tag", "-f", BEFORE)


def shared(scene: Path) -> str:
    """A further `sync` of both clones brings both to the same, with every step of either once."""
    desk, other = TestDesk(scene / "desk", LATER), TestDesk(scene / "other", LATER)
    with Journal.open(desk.root).lock():
        pass
    hub = ["git", "-C", str(scene / "hub.git")]
    published = subprocess.run([*hub, "rev-parse", "main"], check=True, capture_output=True, text=True).stdout.strip()
    merged = desk.git("rev-list", "--merges", "--count", "HEAD").strip() != "0"
    desk.itil("list", "--json")
    desk.git("merge-base", "--is-ancestor", BEFORE, "HEAD")
    pushed = subprocess.run([*hub, "merge-base", "--is-ancestor", desk.git("rev-parse", BEFORE).strip(), "main"],
                            check=False, capture_output=True).returncode == 0  # fmt: skip
    for one in (desk, other, desk):
        one.itil("sync")
        subprocess.run([*hub, "merge-base", "--is-ancestor", published, "main"], check=True)
    assert desk.git("rev-parse", "HEAD") == other.git("rev-parse", "HEAD")
    texts = [note["text"] for note in desk.show(case_named(desk))["notes"]]
    assert sorted(texts) == ["这边的备注", "那边的备注"]
    assert len(desk.itil("list", "--json").json) == 2
    whole(desk, "")
    for folder in (scene / "hub.git", other.root):
        subprocess.run(["git", "-C", str(folder), "fsck", "--strict", "--no-dangling"], check=True, capture_output=True)
    return "published" if pushed else "merged" if merged else "undone"


def case_named(desk: TestDesk) -> str:
    """The case that both clones know from the beginning."""
    rows = desk.itil("list", "--json").json
    return str(next(row["id"] for row in rows if row["title"] == "读卡器无法识别"))


TRIALS = {
    "new": Trial(desk_with_a_case, lambda scene: NEW, landed),
    "escalate": Trial(desk_with_a_case, _escalate, landed),
    "sync": Trial(two_clones, lambda scene: ("sync",), shared, codes=frozenset({0, 1, 5})),
}


def clean(folder: Path) -> None:
    """Take a turn's copy away."""
    shutil.rmtree(folder, ignore_errors=True)
