"""The children of a case are looked for in the index, and are those of the files all the same."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from itilcli.cli.complete import case_ids


def file_of(desk: Any, code: str) -> Path:
    return next(desk.root.glob(f"records/*/*/*/*-{code}.incident.yaml"))


def children(desk: Any, code: str) -> list[str]:
    found = [row["id"].rpartition("-")[2] for row in desk.show(code)["children"]]
    bare = desk.itil("show", code, "--json", "--no-index").json["children"]
    assert [row["id"].rpartition("-")[2] for row in bare] == found
    return found


def named(path: Path, parent: str) -> None:
    """A hand writes into a file where it lies: neither its folder nor its inode changes."""
    before = path.stat()
    with path.open("r+", encoding="utf-8") as file:
        text = file.read().replace("\nhistory:", f'\nparent: "{parent}"\nhistory:', 1)
        file.seek(0)
        file.write(text)
    assert path.stat().st_ino == before.st_ino


def test_a_child_that_a_hand_has_named_is_seen(desk: Any) -> None:
    parent, child, other = desk.new(), desk.new(), desk.new()
    desk.itil("link", child, "--parent", parent)
    desk.itil("list")
    assert children(desk, parent) == [child]
    named(file_of(desk, other), desk.show(parent)["id"])
    assert set(children(desk, parent)) == {child, other}
    desk.itil("list")
    assert set(children(desk, parent)) == {child, other}


def test_a_child_that_comes_and_goes_with_its_file_is_seen(desk: Any) -> None:
    parent, child = desk.new(), desk.new()
    desk.itil("link", child, "--parent", parent)
    desk.itil("list")
    path = file_of(desk, child)
    away = path.with_name(f".{path.name}")
    path.rename(away)
    assert children(desk, parent) == []
    away.rename(path)
    assert children(desk, parent) == [child]


def test_a_merged_case_is_shown_with_the_one_it_went_into(desk: Any) -> None:
    kept, doubled = desk.new(), desk.new()
    desk.itil("list")
    desk.itil("merge", doubled, "--into", kept, "--reason", "同一故障")
    for flags in ((), ("--no-index",)):
        assert doubled in desk.itil("show", kept, *flags).out


def test_changed_people_are_seen_though_their_digest_is_remembered(desk: Any) -> None:
    """What is remembered by stat data is not believed once those change, nor while they are young."""
    desk.new()
    for _ in range(2):
        desk.itil("due", "--all")
    settled = time.time() - 60
    people = desk.root / "people.yaml"
    os.utime(people, (settled, settled))
    before = desk.itil("check", "--json").json
    text = people.read_text(encoding="utf-8")
    people.write_text(text.replace("张三", "章三"), encoding="utf-8")
    os.utime(people, (settled, settled))
    after = desk.itil("check", "--json", code=None).json
    assert after != before
    assert after == desk.itil("check", "--json", "--no-index", code=None).json


def test_what_completion_offers_is_of_the_files(desk: Any) -> None:
    """The titles of the index are shown while the files are as it knows them; an edit by hand is seen at once."""
    code, other = desk.new("-t", "读卡器坏了"), desk.new("-t", "打印机卡纸")
    desk.itil("list")
    bare = os.environ.pop("ITIL_NO_INDEX", None)
    os.environ["ITIL_DESK"] = str(desk.root)
    try:
        assert dict(case_ids("")) == {code: "读卡器坏了", other: "打印机卡纸"}
        assert dict(case_ids(code[:3]))[code] == "读卡器坏了"
        path = file_of(desk, code)
        path.write_text(path.read_text(encoding="utf-8").replace("读卡器坏了", "读卡器好了"), encoding="utf-8")
        assert dict(case_ids(code)) == {code: "读卡器好了"}
        os.environ["ITIL_NO_INDEX"] = "1"
        assert dict(case_ids(code)) == {code: "读卡器好了"}
        assert dict(case_ids("")) == {code: "读卡器好了", other: "打印机卡纸"}
    finally:
        for name, value in (("ITIL_NO_INDEX", bare), ("ITIL_DESK", None)):
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
