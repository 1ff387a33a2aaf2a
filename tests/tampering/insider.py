"""A desk with a story, a server with a gate, and the hands of an insider who edits files and makes commits himself."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from conftest import CALLER, EMAILS, TestDesk, desk_at

from itilcli.actions.proving.gate import Gated, gate
from itilcli.store import emit, yaml

NOW = "2026-11-24T10:00:00+08:00"
OPEN, CLOSED, VISITED, WAITING, NEW = "open", "closed", "visited", "waiting", "new"
CLOSING = ("-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")


@cache
def story() -> tuple[Path, dict[str, str]]:
    """A folder with a worked desk and the bare repository that it is shared through; and the IDs of its cases."""
    top = Path(tempfile.mkdtemp(prefix="itil-tampering-"))
    atexit.register(shutil.rmtree, top, ignore_errors=True)
    desk = desk_at(top / "desk")
    desk.now = "2026-11-23T09:00:00+08:00"
    desk.itil("calendar", "update", "2026")
    ids = {CLOSED: desk.new(*CLOSING), OPEN: desk.new("-y", "叫号屏不刷新", "-k", "none", "--guidance", "重启叫号服务")}
    ids[VISITED] = desk.new(
        "-y", "自助机打印不出发票", "-s", "medium", "--not-major", "-k", "none", "--guidance", "重插"
    )
    page = top / "签字单.pdf"
    page.write_bytes(b"%PDF-1.4\na signed page\n%%EOF\n")
    dispatched = (
        "--decided-by",
        "王五",
        "--reason",
        "无法远程",
        "--engineer",
        "李四",
        "--from",
        "+1h",
        "--until",
        "+3h",
    )
    visited = ids[VISITED]
    desk.itil("dispatch", visited, *dispatched)
    desk.itil("approve", who="赵总")
    desk.itil("visit", "plan", visited, "--appointment", "+1h", "--cooperation", "管理员账号", "--ready")
    desk.itil("visit", "start", visited, who="李四")
    desk.itil("visit", "finish", visited, "--diagnosis", "比对", "--cause", "驱动不符", "--solved", "--solution", "更新驱动",
              "--backup", "/bak/1", "--signed-by", "张三丰", "--signature", str(page), who="李四")  # fmt: skip
    desk.itil("close", visited, "--confirmed-by", "张三丰", "--rest", "none")
    ids[WAITING] = desk.new("-y", "交换机告警", "-s", "medium", "--not-major", "-k", "none", "--guidance", "重启")
    desk.itil("dispatch", ids[WAITING], *dispatched)
    desk.itil("kb", "new", "--title", "读卡器驱动", "--symptom", "无法识别", "--cause", "驱动不符", "--solution", "更新驱动",
              who="陈一")  # fmt: skip
    desk.itil("note", ids[OPEN], "客户来电催办", "--from-customer", who="陈一")
    desk.git("clone", "-q", "--bare", ".", str(top / "server.git"))
    return top, ids


@dataclass
class Insider:
    """One attack's own copy of the desk and the server."""

    top: Path
    ids: dict[str, str]
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desk = TestDesk(self.top / "desk", NOW)
        self.root = self.desk.root
        self.server = self.top / "server.git"
        self.began = self.desk.git("rev-parse", "HEAD").strip()
        self.updates: list[tuple[str, str, str]] = []

    # ── files

    def path(self, case: str, part: str = "incident") -> Path:
        """A file of a case of the story."""
        return self.desk.file(self.ids.get(case, case), part)

    @contextmanager
    def record(self, case: str, part: str = "incident") -> Iterator[dict[str, Any]]:
        """A record's plain data, written back when it was changed."""
        path = self.path(case, part)
        data = yaml.read(path.read_bytes(), path.name)
        yield data
        path.write_bytes(emit.emit(data).encode())

    def step(self, case: str, who: str, action: str, clause: str, **more: Any) -> dict[str, Any]:
        """An entry typed into a history, as somebody would who knows how they look."""
        entry = {"id": "ZZZZ0001", "at": NOW, "recorded_at": NOW, "by": who, "recorded_by": who, "action": action,
                 "clause": clause, **more}  # fmt: skip
        with self.record(case) as incident:
            incident["history"].append(entry)
        return entry

    def write(self, path: str, text: str | bytes) -> None:
        """A file of the desk, made or made anew."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    # ── git

    def hand(self, who: str, message: str = "by hand", at: str = NOW) -> str:
        """Everything in the work tree committed under somebody's name; the commit."""
        self.desk.git("add", "-A")
        return self.commit(who, message, at)

    def commit(self, who: str, message: str = "by hand", at: str = NOW, *words: str) -> str:
        """What is staged committed under somebody's name."""
        self.run("commit", "-q", "--allow-empty", "-m", message, *words, who=who, at=at)
        return self.desk.git("rev-parse", "HEAD").strip()

    def run(self, *words: str, who: str = "张三", at: str = NOW, stdin: str = "") -> str:
        """What git prints, by somebody at a time."""
        email = EMAILS.get(who, who)
        named = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
                 for what, value in (("NAME", who), ("EMAIL", email), ("DATE", at))}  # fmt: skip
        done = subprocess.run(["git", "-C", str(self.root), *words], env={**os.environ, **named}, input=stdin,
                              capture_output=True, text=True, check=True)  # fmt: skip
        return done.stdout.strip()

    def tree(self, rows: str, who: str = "张三") -> None:
        """A commit whose tree is the last one's with further rows, as no honest git would make it."""
        made = self.run("mktree", stdin=self.desk.git("ls-tree", "HEAD") + rows)
        commit = self.run("commit-tree", made, "-p", "HEAD", "-m", "by hand", who=who)
        self.run("update-ref", "refs/heads/main", commit)

    # ── the server

    def push(self) -> Gated:
        """What the gate says of the push; the objects lie apart meanwhile, as git has it."""
        head = self.desk.git("rev-parse", "HEAD").strip()
        updates = self.updates or [(self.began, head, "refs/heads/main")]
        environ = {"ITIL_NOW": NOW, **self.variables}
        kept = {name: os.environ.get(name) for name in ("GIT_ALTERNATE_OBJECT_DIRECTORIES",)}
        os.environ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = str(self.root / ".git" / "objects")
        try:
            return gate(self.server, [" ".join(one) for one in updates], environ)
        finally:
            for name, value in kept.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def insider(folder: Path) -> Insider:
    """A fresh copy of the story."""
    top, ids = story()
    shutil.copytree(top, folder / "insider", symlinks=True)
    return Insider(folder / "insider", dict(ids))


__all__ = ["CALLER", "CLOSED", "NEW", "NOW", "OPEN", "VISITED", "WAITING", "Insider", "insider"]
