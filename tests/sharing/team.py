"""Several clones of one desk and the bare repository that they are shared through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import EMAILS, TestDesk, desk_at

from itilcli.store import yaml

DISPATCH = (
    "--decided-by", "王五", "--project", "HIS", "--reason", "须现场更换", "--from", "11-24 09:00", "--until", "11-24 18:00",
    "--mode-exception", "客户要求",
)  # fmt: skip


class Team:
    """A bare repository and its clones, ``a`` made first."""

    def __init__(self, top: Path, clones: int = 2) -> None:
        self.top, self.hub = top, top / "hub.git"
        first = desk_at(top / "a")
        (first.root / ".gitattributes").write_text("* -text\n*.yaml text eol=lf merge=itil\n", "utf-8")
        first.commit("attributes")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(self.hub)], check=True)
        first.git("remote", "add", "origin", str(self.hub))
        first.itil("sync")
        self.clones = [first, *(self.clone(name) for name in "bcdefgh"[: clones - 1])]

    def clone(self, name: str, *how: str) -> TestDesk:
        """One more clone."""
        root = self.top / name
        subprocess.run(["git", "clone", "-q", *how, f"file://{self.hub}", str(root)], check=True)
        made = TestDesk(root)
        made.git("config", "user.name", "张三")
        made.git("config", "user.email", "zhang@example.com")
        return made

    def sync(self, *desks: TestDesk, who: str = "张三") -> list[Any]:
        """Each of these in turn; all, where none is named. The documents that they printed."""
        return [desk.itil("sync", "--json", who=who).json for desk in desks or self.clones]

    def case(self, *more: str) -> str:
        """A case that all clones have, by its short ID."""
        made = self.clones[0].new(*more)
        self.settle_down()
        return made

    def settle_down(self) -> None:
        """Everybody has everything."""
        self.sync()
        self.sync()
        assert len({desk.git("rev-parse", "HEAD") for desk in self.clones}) == 1


def killed(desk: TestDesk, after: float) -> int:
    """``sync`` in a process of its own, killed after so many seconds; the exit code where it was quicker."""
    environ = {**os.environ, "ITIL_DESK": str(desk.root), "ITIL_NOW": desk.now}
    environ |= {"GIT_AUTHOR_EMAIL": EMAILS["张三"], "GIT_AUTHOR_NAME": "张三"}
    running = subprocess.Popen(
        [sys.executable, "-m", "itilcli", "sync"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2], start_new_session=True,
    )  # fmt: skip
    time.sleep(after)
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    return running.wait()


def parsed(file: Path) -> dict[str, Any]:
    """What a YAML file holds."""
    return yaml.read(file.read_bytes(), file.name)


def steps(desk: TestDesk) -> dict[str, list[str]]:
    """The ids of the entries of each case's history, by the case's ID."""
    found = {}
    for file in sorted(desk.root.glob("records/*/*/*/*.incident.yaml")):
        held = parsed(file)
        found[str(held["id"])] = [row["id"] for row in held["history"]]
    return found


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Two clones."""
    return Team(tmp_path)
