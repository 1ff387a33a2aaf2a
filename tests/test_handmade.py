"""Files that somebody has edited by hand: what he wrote stays through every verb, and what he has not committed is his."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import TestDesk

LATER = "2026-11-23T10:00:00+08:00"


@pytest.fixture
def case(desk: TestDesk) -> str:
    return desk.new("--channel", "email")


def by_hand(desk: TestDesk, case: str, newline: str = "\n") -> Path:
    """The incident as a person would leave it: other quotes, no quotes, remarks, another order, keys of his own."""
    file = desk.file(case)
    text = file.read_text("utf-8")
    for old, new in (
        ('title: "读卡器无法识别"\n', "title: '读卡器无法识别'   # 上次也是它\n"),
        ('reported_at: "2026-11-23T09:00:00+08:00"\n', "reported_at: 2026-11-23T09:00:00+08:00\n"),
        ('  contact: "张三丰"\n', "  # 下午才在\n  contact: 张三丰\n  nickname: 老张\n"),
        ('symptom: "读卡器无法识别"\n', ""),
        ('importance: "normal"\n', 'importance: "normal"\nsymptom: "读卡器无法识别"\nour_ticket: 4711\n\n'),
        ('category: "terminal"\n', "category:   terminal\n"),
        ("# 处理经过", "# ---- 以下勿改 ----\n# 处理经过"),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_bytes((text + "# 文件到此为止\n").replace("\n", newline).encode())
    desk.commit("edited by hand")
    return file


def history_less(text: str) -> list[str]:
    """The lines that no step has reason to touch."""
    told = ("status:", "stage:", "tier:", "owner:", "assignee:", "due_on:", "first_response_at:")
    return [line for line in text.partition("history:")[0].splitlines() if not line.startswith(told)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_was_written_by_hand_stays(desk: TestDesk, case: str, newline: str) -> None:
    """Through `respond`, `escalate`, `return` and `close`; each commit touches only what the step is about."""
    file = by_hand(desk, case, newline)
    before = history_less(file.read_bytes().decode())
    desk.itil("respond", case, "--guidance", "重启", now=LATER)
    desk.itil("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重启", now=LATER)
    desk.itil("return", case, "--reason", "现场接线", now=LATER)
    desk.itil("close", case, "--solution", "换新", "--confirmed-by", "张三丰", "--rest", "none", now=LATER)
    raw = file.read_bytes().decode()
    assert raw.count("\r\n") == (raw.count("\n") if newline == "\r\n" else 0)
    after = history_less(raw)
    assert [line for line in after if line in before] == before
    assert raw.rstrip().endswith("# 文件到此为止")
    shown = desk.show(case)
    assert (shown["stage"], shown["reported_at"], shown["customer"]["contact"]) == ("closed", desk.now, "张三丰")
    found = desk.itil("check", case, "--json").json
    assert [row["code"] for row in found] == ["W-record-unknown-field"] * 2
    assert desk.git("status", "--porcelain") == ""


def test_a_regrade_changes_its_own_lines_alone(desk: TestDesk, case: str) -> None:
    """The value that changes is written anew where it stands; its neighbours are not."""
    file = by_hand(desk, case)
    before = file.read_text("utf-8").splitlines()
    desk.itil("classify", case, "-g", "application", "-c", "李医生", "--reason", "查明", now=LATER)
    after = file.read_text("utf-8").splitlines()
    gone = [line for line in before if line not in after]
    assert gone == ["  contact: 张三丰", "category:   terminal"]
    assert "  # 下午才在" in after and "  nickname: 老张" in after and "title: '读卡器无法识别'   # 上次也是它" in after


@pytest.mark.parametrize("staged", [False, True])
@pytest.mark.parametrize("part", ["incident", "remote-1"])
def test_an_edit_not_committed_stops_the_verb_and_stays(desk: TestDesk, case: str, part: str, staged: bool) -> None:
    """Exit 5, naming the file; not a byte of it changes."""
    file = desk.file(case, part)
    file.write_text(file.read_text("utf-8") + "# 还没写完\n", "utf-8")
    if staged:
        desk.git("add", "-A")
    held = (file.read_bytes(), desk.git("diff", "HEAD"), desk.git("diff", "--cached"))
    assert desk.refused("respond", case, "--guidance", "重启", now=LATER, code=5) == ["E-desk-uncommitted"]
    assert (file.read_bytes(), desk.git("diff", "HEAD"), desk.git("diff", "--cached")) == held
    desk.commit()
    desk.itil("respond", case, "--guidance", "重启", now=LATER)
    assert "# 还没写完" in file.read_text("utf-8")


def test_an_edit_of_another_case_stops_nobody(desk: TestDesk, case: str) -> None:
    """Staged, not staged, new, removed, renamed: all of it is as it was, and in no commit but its owner's."""
    other, third = desk.new(), desk.new()
    desk.file(other).write_text(desk.file(other).read_text("utf-8") + "# 我的\n", "utf-8")
    people = desk.root / "people.yaml"
    people.write_text(people.read_text("utf-8") + "# 待定\n", "utf-8")
    desk.git("add", "people.yaml")
    people.write_text(people.read_text("utf-8") + "# 再加一行\n", "utf-8")
    (desk.root / "草稿.txt").write_text("x")
    desk.git("rm", "-q", "--cached", str(desk.file(third, "remote-1")))
    held = (desk.git("status", "--porcelain"), desk.git("diff"), desk.git("diff", "--cached"))
    made = desk.itil("respond", case, "--guidance", "重启", "--json", now=LATER).json
    assert (desk.git("status", "--porcelain"), desk.git("diff"), desk.git("diff", "--cached")) == held
    touched = desk.git("show", "--name-only", "--format=", made["commit"]).split()
    assert {name.rpartition("/")[2].partition(".")[0] for name in touched} == {made["id"]}


def test_a_form_made_by_hand_is_taken_as_it_is(desk: TestDesk, case: str) -> None:
    """Somebody adds what he knows to the remote record; the next session goes on from it."""
    file = desk.file(case, "remote-1")
    file.write_text(file.read_text("utf-8") + "# 从邮件里抄来\nguidance: |\n  先断电\n  再通电\n", "utf-8")
    desk.commit()
    desk.itil("respond", case, "--guidance", "重启", now=LATER)
    form = desk.show(case)["forms"][0]
    assert form["guidance"] == "先断电\n再通电\n\n重启"
    assert "# 从邮件里抄来" in file.read_text("utf-8")


def test_a_file_that_breaks_is_refused_and_named(desk: TestDesk, case: str) -> None:
    """A tab, a missing quote: no verb writes over it, `check` says the line."""
    file = desk.file(case)
    broken = file.read_text("utf-8").replace('title: "读', "title: '读", 1)
    file.write_text(broken, "utf-8")
    desk.commit()
    assert desk.refused("respond", case, "--guidance", "重启", now=LATER, code=1) == ["E-yaml-syntax"]
    assert file.read_text("utf-8") == broken
    (row,) = desk.itil("check", case, "--json", code=1).json
    assert row["code"] == "E-yaml-syntax" and row["line"] >= 4
