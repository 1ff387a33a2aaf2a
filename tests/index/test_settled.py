"""On a large desk `list --open` and `due` look at no file of a case completed long ago, and at everything else at once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import itilcli.desk as desk_room
import itilcli.index.keeping as keeping
from itilcli.journal.vouching import Vouching

LATER, MUCH_LATER = "2026-12-01T09:00:00+08:00", "2027-06-01T09:00:00+08:00"


@pytest.fixture
def large(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Path, Path]]:
    """A desk that git looks at the files of, with an old case that is closed and an old one that is open."""
    monkeypatch.setattr(keeping, "FEW", 0)
    monkeypatch.setattr(desk_room, "SETTLED", 90)  # the random deeds beside this file are held against more
    desk.now = "2026-11-19T09:00:00+08:00"
    closed = desk.new("-t", "早已关闭")
    solved = ("--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")
    desk.itil("respond", closed, "-k", "none", "--guidance", "重新插拔")
    desk.itil("close", closed, *solved)
    desk.now = "2026-11-23T09:00:00+08:00"
    opened = desk.new("-t", "仍未完成")
    for _ in range(2):
        time.sleep(0.1)  # what is as young as the look at it is looked at again
        for words in (("list",), ("due", "--all"), ("check",)):
            desk.itil(*words, code=None)
    paths = [next(desk.root.glob(f"records/*/*/*/*-{one}.incident.yaml")) for one in (closed, opened)]
    yield desk, paths[0], paths[1]


def retitled(path: Path) -> None:
    """A hand writes into a file where it lies, and leaves its folder as it is."""
    text = path.read_text(encoding="utf-8")
    with path.open("r+", encoding="utf-8") as file:
        file.write(text.replace("\ntitle: ", '\ntitle: "改" #', 1))
        file.truncate()


def reopened(path: Path) -> None:
    """A hand takes the end of a case out of its file, where it lies."""
    text = path.read_text(encoding="utf-8")
    head, last = text.rsplit("\n  - id: ", 1)
    assert "close" in last
    with path.open("r+", encoding="utf-8") as file:
        file.write(head + "\n")
        file.truncate()


def titles(desk: Any, *words: str, now: str) -> list[str]:
    return [row["title"] for row in desk.itil("list", *words, "--json", now=now).json]


def test_an_open_case_is_looked_at_however_old(large: tuple[Any, Path, Path]) -> None:
    desk, _, opened = large
    retitled(opened)
    for now in (LATER, MUCH_LATER):
        assert titles(desk, "--open", now=now) == ["改"] == titles(desk, "--open", "--no-index", now=now)


def test_a_case_lately_closed_is_looked_at(large: tuple[Any, Path, Path]) -> None:
    desk, closed, _ = large
    reopened(closed)
    assert set(titles(desk, "--open", now=LATER)) == {"早已关闭", "仍未完成"}


def test_a_settled_case_is_looked_at_by_whatever_goes_by_all(
    large: tuple[Any, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit by hand where the file lies: the daily list need not see it, check does, and then everybody."""
    desk, closed, opened = large
    asked: list[tuple[str, ...]] = []
    start = Vouching.start
    monkeypatch.setattr(
        Vouching,
        "start",
        lambda self, base, flags, paths: asked.append(tuple(paths)) or start(self, base, flags, paths),
    )
    reopened(closed)
    titles(desk, "--open", now=MUCH_LATER)
    desk.itil("due", now=MUCH_LATER)
    folders = [path.parent.relative_to(desk.root).as_posix() for path in (closed, opened)]
    assert all(folders[0] not in paths and "records" not in paths and folders[1] in paths for paths in asked)
    desk.itil("check", code=None, now=MUCH_LATER)
    assert set(asked[2:]) == {()}
    assert set(titles(desk, "--open", now=MUCH_LATER)) == {"早已关闭", "仍未完成"}


def test_a_settled_case_whose_file_is_replaced_is_seen_at_once(large: tuple[Any, Path, Path]) -> None:
    """As git, an editor and this program replace files: the folder tells."""
    desk, closed, _ = large
    copy = closed.with_name("copy")
    shutil.copyfile(closed, copy)
    reopened(copy)
    copy.replace(closed)
    assert set(titles(desk, "--open", now=MUCH_LATER)) == {"早已关闭", "仍未完成"}
