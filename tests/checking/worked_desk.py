"""A desk in which work was done, made once and copied for each test; and a short way to ask `itil check`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conftest import TestDesk, desk_at

from itilcli.index import NAME

VISITED, CLOSED, OPEN = "visited", "closed", "open"
_made: dict[str, Any] = {}


def work(desk: TestDesk) -> dict[str, str]:
    """A hotline call closed at once, a visit closed with its paper, and a case still open; their short IDs."""
    closing = ("--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")
    closed = desk.new("-k", "none", *closing)
    still = desk.new("-y", "叫号屏不刷新", "-k", "none", "--guidance", "重启叫号服务")
    desk.itil("escalate", still, "--to", "tier2", "--reason", "unresolved", "--tried", "重启无效", "--assignee", "李四")
    desk.itil("note", still, "客户来电催办", "--from-customer")
    visited = desk.new("-y", "自助机打印不出发票", "-s", "medium", "--not-major")
    page = desk.root.parent / "sign.jpg"
    page.write_bytes(b"\xff\xd8\xffa signed page")
    for words, who in (
        (("respond", "-k", "none", "--guidance", "重插"), "张三"),
        (("remote", "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved"), "张三"),
        (
            (
                "dispatch",
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
            ),
            "张三",
        ),
        (("approve",), "赵总"),
        (("visit", "plan", "--appointment", "+1h", "--cooperation", "管理员账号", "--ready"), "张三"),
        (("visit", "start"), "张三"),
        (
            ("plan", "--solution", "更新驱动", "--feasibility", "备件已到", "--duration", "2h", "--told-at", "09:00"),
            "张三",
        ),
        (("backup", "--location", "/bak/1"), "张三"),
        (
            (
                "visit",
                "finish",
                "--diagnosis",
                "比对",
                "--cause",
                "驱动不符",
                "--solved",
                "--solution",
                "更新驱动",
                "--signed-by",
                "张三丰",
                "--signature",
                str(page),
            ),
            "张三",
        ),
        (("close", "--confirmed-by", "张三丰", "--rest", "none"), "张三"),
    ):
        verb = 2 if words[0] == "visit" else 1
        desk.itil(*words[:verb], visited, *words[verb:], who=who)
    return {CLOSED: closed, OPEN: still, VISITED: visited}


def worked(tmp_path: Path, keep: Path) -> tuple[TestDesk, dict[str, str]]:
    """A copy of the desk in which work was done, and the IDs in it; ``keep`` is where the first one may stay."""
    if not _made:
        original = desk_at(keep / "desk")
        _made.update(root=original.root, ids=work(original))
    shutil.copytree(_made["root"], tmp_path / "desk", symlinks=True)
    return TestDesk(tmp_path / "desk"), dict(_made["ids"])


def edit(file: Path, old: str, new: str) -> None:
    """A hand edit: ``old``, which is there, becomes ``new``, once."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(desk: TestDesk, *words: str, code: int | None = None) -> list[dict[str, Any]]:
    """What `itil check --json` finds."""
    rows: list[dict[str, Any]] = desk.itil("check", *words, "--json", code=code).json
    return rows


def codes(desk: TestDesk, *words: str) -> list[str]:
    """The codes of what is found, in order."""
    return [row["code"] for row in found(desk, *words)]


def line_of(file: Path, text: str) -> int:
    """The first line, from 1, that holds ``text``."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


@contextmanager
def unchanged(root: Path) -> Iterator[None]:
    """Fails if any file below ``root``, git's own included, is written meanwhile; but for the index, which is no record."""

    def state() -> dict[str, tuple[int, int]]:
        files = (Path(folder) / name for folder, _, names in os.walk(root) for name in names)
        return {
            str(file): (file.lstat().st_mtime_ns, file.lstat().st_size)
            for file in files
            if not file.name.startswith(NAME)
        }

    before = state()
    yield
    assert state() == before
