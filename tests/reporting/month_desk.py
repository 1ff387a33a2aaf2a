"""A desk with a whole October behind it, worked by the real command line."""

from __future__ import annotations

from typing import Any

ALL = ("--confirmed-by", "张三丰", "--rest", "none")
TEXT = ("--comment", "读卡器备件不足，已申请采购。")
NOVEMBER = "2026-11-02T08:00:00+08:00"


def october(desk: Any) -> dict[str, str]:
    """Four cases of October 2026 by what became of them: ``solved``, ``open``, ``unhappy``, ``void``."""
    solved = desk.new("--took", "7m", "--solution", "重新插拔后正常", *ALL, now="2026-10-08T10:00:00+08:00")
    unhappy = desk.new("--took", "9m", "--solution", "重装驱动", *ALL, now="2026-10-12T10:00:00+08:00")
    open_ = desk.new("-s", "high", "--not-major", now="2026-10-20T15:00:00+08:00")
    void = desk.new(now="2026-10-21T15:00:00+08:00")
    desk.itil("void", void, "--reason", "误报", now="2026-10-21T15:10:00+08:00")
    for case, score in ((solved, "5"), (unhappy, "2")):
        desk.itil(
            "follow-up", case, "--result", "reached", "--satisfaction", score, "--solved", "--comment", "等了很久",
            now="2026-10-14T10:00:00+08:00",
        )  # fmt: skip
    return {"solved": solved, "unhappy": unhappy, "open": open_, "void": void}


def full(desk: Any, short: str) -> str:
    """The whole ID of a case."""
    return str(desk.show(short)["id"])
