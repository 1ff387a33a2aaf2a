"""`itil search` on the index says what it says without, and reads only the cases that may hold the text."""

from __future__ import annotations

from typing import Any

import pytest

from itilcli.actions.looking.search import Needle, text_of
from itilcli.desk import Desk

TYPED = (
    "读卡器", "ＨＩＳ", "his", "error", "0571-88886666", "8888 6666", "清理缓存", "张三", "绝无此事", "INC-2026", "KB-A1B2",
    "更新驱动", "low", "a\nb", "Straße", "STRASSE", "ﬁ", "%", "_", "'", " ",
)  # fmt: skip


@pytest.fixture
def filled(desk: Any) -> Any:
    """Cases with forms, one of which cannot be read, odd letters, and an article."""
    case = desk.new("--title", "ＨＩＳ系统Error报错")
    desk.itil("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "清理缓存后重启", "--unsolved")
    desk.new("--title", "Straße 'ﬁ' 100%_")
    desk.itil("note", case, "a\nb")
    broken = desk.new()
    desk.itil("remote", broken, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "更新驱动", "--unsolved")
    desk.file(broken, "remote-1").write_text("a: [", "utf-8")
    (desk.root / "knowledge").mkdir()
    (desk.root / "knowledge" / "KB-A1B2.md").write_text('---\nid: "KB-A1B2"\ntitle: "读卡器"\n---\n更新驱动\n', "utf-8")
    desk.commit()
    return desk


def test_the_same_with_and_without(filled: Any) -> None:
    for typed in TYPED:
        for more in ((), ("--json",)):
            plain = filled.itil("--no-index", "search", typed, *more)
            assert (filled.itil("search", typed, *more), filled.itil("search", typed, *more)) == (plain, plain), typed


def test_a_change_is_found_at_once(filled: Any) -> None:
    assert filled.itil("search", "新出现", "--json").json == []
    path = next(filled.root.glob("records/*/*/*/*.incident.yaml"))
    path.write_text(path.read_text("utf-8").replace('title: "', 'title: "新出现', 1), "utf-8")
    assert len(filled.itil("search", "新出现", "--json").json) == 1


def test_only_what_may_hold_it_is_read(filled: Any) -> None:
    desk = Desk(filled.root, {"ITIL_NOW": filled.now})
    stored = list(desk.cases())
    kept = [text_of("", one.case.id, one).data for one in stored]
    assert [data is None for data in kept] == [bool(one.errors) for one in stored]
    assert sum("his系统error" in (data or "") for data in kept) == 1
    assert Needle.of("８８８８").digits == "8888" and all("057188886666" in data for data in kept if data)
