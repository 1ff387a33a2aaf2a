"""A real desk in a real git repository, worked through the real command line in this process."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from itilcli.cli.app import run
from itilcli.cli.commands import COMMANDS

PEOPLE = """\
# who works here
people:
  - id: "张三"
    emails: ["zhang@example.com"]
    roles: [{role: "incident_manager"}, {role: "tier1"}]
  - id: "陈一"
    emails: ["chen@example.com"]
    roles: [{role: "tier1"}]
  - id: "李四"
    emails: ["li@example.com"]
    roles: [{role: "tier2"}]
  - id: "孙供"
    emails: ["sun@supplier.example.com"]
    roles: [{role: "tier3"}]
  - id: "王五"
    emails: ["wang@example.com"]
    roles: [{role: "project_manager"}]
  - id: "赵总"
    emails: ["zhao@example.com"]
    roles: [{role: "technical_director"}]
  - id: "钱经理"
    emails: ["qian@example.com"]
    roles: [{role: "department_manager"}]
  - id: "周总"
    emails: ["zhou@example.com"]
    roles: [{role: "top_management"}]
  - id: "档案"
    emails: ["archive@example.com"]
    roles: [{role: "archivist"}]
  - id: "配置"
    emails: ["config@example.com"]
    roles: [{role: "configuration_manager"}]
"""
SETTINGS = """\
# the desk of the tests
format: 1
organisation: "测试服务公司"
language: "zh"
timezone: "Asia/Shanghai"
intake_channel: "hotline"
"""
EMAILS = {
    "张三": "zhang@example.com", "陈一": "chen@example.com", "李四": "li@example.com", "孙供": "sun@supplier.example.com",
    "王五": "wang@example.com", "赵总": "zhao@example.com", "钱经理": "qian@example.com", "周总": "zhou@example.com",
    "档案": "archive@example.com", "配置": "config@example.com",
}  # fmt: skip
CALLER = ("-o", "第一人民医院", "-c", "张三丰", "-p", "0571-88886666", "--address", "庆春路1号")
FAULT = (*CALLER, "-y", "读卡器无法识别", "-b", "3号窗口无法结算", "-e", "无", "--type", "fault", "-g", "terminal")


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document on standard output, or the one on standard error of a refusal."""
        return json.loads(self.out or self.err)

    @property
    def codes(self) -> list[str]:
        """The codes of a refusal's problems."""
        return [problem["code"] for problem in self.json["error"]["problems"]]


class TestDesk:
    """A desk at ``root``. Commands run as 张三 and at ``now`` unless said."""

    __test__ = False

    def __init__(self, root: Path, now: str = "2026-11-23T09:00:00+08:00") -> None:
        self.root = root
        self.now = now

    def git(self, *words: str) -> str:
        """What git prints."""
        return subprocess.run(["git", "-C", str(self.root), *words], check=True, capture_output=True, text=True).stdout

    def itil(self, *words: str, who: str = "张三", now: str | None = None, code: int | None = 0) -> Said:
        """One command of the real command line; ``code`` is the exit code that must come (None: any)."""
        environ = {"ITIL_DESK": str(self.root), "GIT_AUTHOR_EMAIL": EMAILS.get(who, who), "GIT_AUTHOR_NAME": who}
        if now or self.now:
            environ["ITIL_NOW"] = now or self.now
        saved = {name: os.environ.get(name) for name in environ}
        os.environ.update(environ)
        out, err = io.StringIO(), io.StringIO()
        try:
            with redirect_stdout(out), redirect_stderr(err):
                ended = run(COMMANDS, list(words))
        finally:
            for name, value in saved.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
        said = Said(ended, out.getvalue(), err.getvalue())
        assert code is None or ended == code, f"itil {' '.join(words)}: {ended}\n{said.out}{said.err}"
        return said

    def new(self, *more: str, who: str = "张三", now: str | None = None) -> str:
        """The short ID of a new fault; low and of no haste unless ``more`` says otherwise."""
        given = (*FAULT, *more)
        severity = () if "-s" in more else ("-s", "low")
        haste = () if "-q" in more else ("-q", "一般")
        made = self.itil("new", *given, *severity, *haste, "--json", who=who, now=now).json
        return str(made["id"]).rpartition("-")[2]

    def show(self, reference: str) -> dict[str, Any]:
        """The case as ``show --json`` tells it."""
        shown: dict[str, Any] = self.itil("show", reference, "--json").json
        return shown

    def refused(self, *words: str, who: str = "张三", now: str | None = None, code: int | None = None) -> list[str]:
        """The problem codes of a command that must be refused and must change nothing."""
        before = (self.git("rev-parse", "HEAD"), self.git("status", "--porcelain"))
        said = self.itil(*words, "--json", who=who, now=now, code=None)
        assert said.code != 0, f"itil {' '.join(words)} was not refused: {said.out}"
        assert code is None or said.code == code, f"exit {said.code}: {said.err}"
        assert (self.git("rev-parse", "HEAD"), self.git("status", "--porcelain")) == before
        return said.codes

    def file(self, reference: str, part: str = "incident") -> Path:
        """The path of one file of a case, by its short ID."""
        return next(self.root.glob(f"records/*/*/*/INC-*-{reference}.{part}.yaml"))

    def commit(self, message: str = "by hand") -> None:
        """Commits every hand edit."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)


@pytest.fixture(autouse=True)
def calm_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the developer's own git, desk, language or terminal reaches a test."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "ITIL_")) or name in ("NO_COLOR", "PAGER"):
            monkeypatch.delenv(name)
    empty = tmp_path_factory.getbasetemp() / "gitconfig"
    empty.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(empty))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    yield


def desk_at(root: Path) -> TestDesk:
    """A committed desk with one person for each role, and no case yet."""
    root.mkdir()
    (root / "desk.yaml").write_text(SETTINGS, encoding="utf-8")
    (root / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    made = TestDesk(root)
    made.git("init", "-q", "-b", "main", "--template=")
    made.git("config", "user.name", "张三")
    made.git("config", "user.email", "zhang@example.com")
    made.commit("a desk")
    return made


@pytest.fixture
def desk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> TestDesk:
    """A committed desk with one person for each role: a copy of the first one of this run, which costs fewer commands."""
    first = tmp_path_factory.getbasetemp() / "first desk"
    if not first.exists():
        desk_at(first)
    shutil.copytree(first, tmp_path / "desk", copy_function=shutil.copy)
    made = TestDesk(tmp_path / "desk")
    made.git("update-index", "-q", "--refresh")
    return made
