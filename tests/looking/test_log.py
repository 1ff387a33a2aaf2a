"""`log` and `blame`: what was done, by whom, under which clause, from what to what; of a case and across the desk."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from conftest import TestDesk

from itilcli.actions.looking.moves import Moved, joined, moved
from itilcli.journal.trail import deeds, marks


@pytest.fixture
def case(desk: TestDesk) -> str:
    """Guided by phone, taken up to tier 2, a field corrected, and a note that was taken back."""
    code = desk.new()
    desk.itil("respond", code, "--guidance", "重新插拔", now="2026-11-23T09:10:00+08:00")
    words = ("--to", "tier2", "--reason", "beyond_capability", "--assignee", "李四")
    desk.itil("escalate", code, *words, now="2026-11-23T09:20:00+08:00")
    desk.itil("correct", code, "severity=medium", "--reason", "问清后更正", now="2026-11-23T09:30:00+08:00")
    desk.itil("note", code, "误记", who="李四", now="2026-11-23T09:40:00+08:00")
    desk.itil("undo", code, "--yes", who="李四", now="2026-11-23T09:45:00+08:00")
    return code


# ── a case


def test_each_commit_tells_what_it_changed_from_what_to_what(desk: TestDesk, case: str) -> None:
    out = desk.itil("log", case).out
    for line in (
        "处理人：张三 → 李四",
        "支持级别：一线 → 二线",
        "remote-1 远程服务记录单  响应时间：2026-11-23 09:10；响应人：张三；电话指导：重新插拔",
        "故障等级：低 → 中",
    ):
        assert out.count(f"      {line}\n") == 1, line
    assert "assignee: 张三 → 李四" in desk.itil("log", case, "--language", "en").out
    rows = desk.itil("log", case, "--json").json["changes"]
    fields = {(one["form"], one["field"]): (one["before"], one["after"]) for one in rows[2]["fields"]}
    assert fields[None, "tier"] == (1, 2)
    assert (rows[2]["actor"], rows[2]["action"], rows[2]["clauses"]) == ("张三", "escalate", ["5.5"])
    assert ("remote-1", "guidance") in {(one["form"], one["field"]) for one in rows[1]["fields"]}


def test_a_step_that_was_undone_stays_in_the_story(desk: TestDesk, case: str) -> None:
    told = desk.itil("log", case, "--json").json
    (undone,) = told["undone"]
    assert (undone["action"], undone["by"], undone["number"]) == ("note", "李四", None)
    assert undone["undone_by"]["id"] == desk.git("rev-parse", "HEAD").strip()
    assert [step["number"] for step in told["steps"]] == [1, 2, 3, 4, 5], "it has no number that `correct` would take"
    line = next(line for line in desk.itil("log", case, "--language", "en").out.splitlines() if "(undone" in line)
    assert line.startswith("   –  2026-11-23 09:40  §5  note  李四") and "(undone 2026-11-23 09:45 by 李四)" in line


def test_a_story_narrowed_to_a_person_a_clause_a_day_a_form(desk: TestDesk, case: str) -> None:
    def steps(*words: str) -> list[str]:
        told = desk.itil("log", *words, "--json").json
        return [row["action"] for row in (*told["steps"], *told["undone"])]

    assert steps(case, "--clause", "§5.5") == ["escalate"]
    assert steps(case, "--person", "li@example.com") == ["note"]
    assert steps(f"{case}/remote-1") == ["new", "classify", "respond"]
    assert steps(case, "--since", "09:25") == ["correct", "note"]
    assert steps(case, "--person", "陈一") == []


def test_a_hand_edit_is_told_field_by_field_committed_or_not(desk: TestDesk, case: str) -> None:
    path = desk.file(case)
    path.write_text(path.read_text(encoding="utf-8").replace("3号窗口", "4号窗口"), encoding="utf-8")
    line = "影响业务的具体原因：3号窗口无法结算 → 4号窗口无法结算"
    assert f"{line}\n    尚未提交" in desk.itil("log", case).out
    desk.commit("改错字")
    told = desk.itil("log", case).out
    assert line in told and "手工修改" in told
    found = desk.itil("blame", case, "影响", "--json").json["set"][0]
    assert (found["before"], found["actor"], found["action"], found["steps"]) == ("3号窗口无法结算", "张三", None, [])


def test_two_sides_brought_together_are_each_told_once(desk: TestDesk, case: str) -> None:
    """As a plain git brings them together."""
    desk.git("checkout", "-q", "-b", "other")
    desk.itil("note", case, "那边", who="李四", now="2026-11-23T10:00:00+08:00")
    desk.git("checkout", "-q", "main")
    desk.new("-t", "这边", now="2026-11-23T10:05:00+08:00")
    desk.git("merge", "-q", "--no-ff", "-m", "together", "other")
    told = desk.itil("log", case, "--json").json
    (note,) = [row for row in told["steps"] if row["action"] == "note"]
    assert note["commit"]["subject"].startswith("备注")
    assert desk.itil("log", case).out.count("那边") == 1
    assert [row["subject"][:2] for row in desk.itil("log", "--json").json][:3] == ["to", "受理", "备注"]


def test_what_a_merge_made_of_its_own() -> None:
    mine, theirs = {"severity": "low", "title": "a"}, {"severity": "high", "title": "a", "project": "p"}
    both = {"severity": "high", "title": "b", "project": "p"}
    assert joined("incident", [mine, theirs], both) == (Moved("incident", "title", "a", "b"),)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"reported_at": "2026-11-23T09:00:00+08:00"}, {"reported_at": "2026-11-23T01:00:00+00:00"}, []),
        ({"customer": {"phone": "1"}}, {"customer": {"phone": "2"}}, [("customer.phone", "1", "2", False)]),
        ({"change": "none"}, {"change": {"ref": "C"}}, [("change", "none", {"ref": "C"}, False)]),
        ({"notes": [{"id": "A", "at": 1}]}, {"notes": [{"id": "A"}]}, [("notes", {"id": "A", "at": 1}, {"id": "A"}, True)]),
        ({"notes": [{"text": "x"}]}, {"notes": [{"text": "x"}, {"text": "y"}]}, [("notes", None, {"text": "y"}, True)]),
        ({"history": [{"id": "A"}]}, {"history": [{"id": "A"}, {"id": "B"}]}, []),
        ({"history": [{"id": "A", "by": "x"}]}, {"history": [{"id": "A"}]}, [("history", {"id": "A", "by": "x"}, {"id": "A"}, True)]),
        (None, {"id": "INC", "nobody_knows": 1}, [("nobody_knows", None, 1, False)]),
        ({"major": True}, {"major": 1}, [("major", True, 1, False)]),
    ],
)  # fmt: skip
def test_versions_differ_by_what_they_mean(old: object, new: object, found: list[object]) -> None:
    assert [(one.path, one.old, one.new, one.item) for one in moved("incident", old, new)] == found  # type: ignore[arg-type]


# ── the desk


def test_across_the_desk_by_person_clause_and_day(desk: TestDesk, case: str) -> None:
    other = desk.new("-t", "另一件", who="陈一", now="2026-11-25T09:00:00+08:00")

    def told(*words: str) -> list[str]:
        return [row["subject"].partition(":")[0] for row in desk.itil("log", *words, "--json").json]

    assert told() == ["受理", "撤回", "备注", "更正", "升级", "电话指导", "受理", "a desk"]
    assert told("--person", "李四") == ["撤回", "备注"]
    assert told("--clause", "5.2", "--person", "chen@example.com") == ["受理"]
    assert told("--since", "2026-11-24", "--clause", "5.1") == ["受理"]
    assert told("--person", "赵总") == []
    out = desk.itil("log", "--language", "en").out.splitlines()
    assert out[0].startswith("2026-11-25 09:00  §5.1,5.2  陈一  accept: INC-") and other in out[0]
    assert [line.endswith("(undone since)") for line in out[:4]] == [False, False, True, False]
    assert "Nothing was done." in desk.itil("log", "--person", "赵总", "--language", "en").err


def test_a_commit_by_hand_counts_for_its_author(desk: TestDesk) -> None:
    """Also under another name, by the address that people.yaml knows; and no terminal is steered by either."""
    (desk.root / "notes.txt").write_text("x", encoding="utf-8")
    desk.git("add", "notes.txt")
    desk.git("commit", "-q", "-m", "by \x1b[31mhand", "--author", "L\x1b[2J S <LI@example.com>")
    (row,) = desk.itil("log", "--person", "李四", "--json").json
    assert row["author"]["email"] == "LI@example.com" and row["clauses"] == []
    out = desk.itil("log", "--person", "李四").out
    assert "\x1b" not in out and "␛[31mhand" in out and "—" in out


def test_a_desk_without_commits_has_no_story(tmp_path: Path) -> None:
    root = tmp_path / "bare"
    root.mkdir()
    (root / "desk.yaml").write_text("format: 1\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    assert TestDesk(root).itil("log", "--json").json == []


def test_only_the_desk_of_a_larger_repository(desk: TestDesk, tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "desk [1]").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    inner = TestDesk(top / "desk [1]")
    for name in ("desk.yaml", "people.yaml"):
        (inner.root / name).write_bytes((desk.root / name).read_bytes())
    inner.git("config", "user.name", "张三")
    inner.git("config", "user.email", "zhang@example.com")
    inner.commit("inside")
    (top / "outside.txt").write_text("x", encoding="utf-8")
    subprocess.run(["git", "-C", str(top), "add", "-A"], check=True)
    subprocess.run(["git", "-C", str(top), "commit", "-q", "-m", "outside"], check=True)
    code = inner.new()
    assert [row["subject"][:2] for row in inner.itil("log", "--json").json] == ["受理", "in"]
    assert len(inner.itil("log", code, "--json").json["changes"]) == 1


def test_no_git_is_left_behind_when_enough_is_read(desk: TestDesk, case: str) -> None:
    told = marks(desk.root)
    next(told)
    told.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert list(deeds(desk.root, "records/nothing")) == []


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("log", "--clause", "9"), ["E-list-value"]),
        (("log", "--since", "neulich"), ["E-list-time"]),
        (("log", "--clause", "x", "--since", "neulich"), ["E-list-value", "E-list-time"]),
        (("blame", "ID", "nosuch"), ["E-blame-field"]),
        (("blame", "ID", "by"), ["E-blame-several"]),
        (("blame", "ID/remote-1", "title"), ["E-blame-field"]),
    ],
)
def test_what_cannot_be_asked(desk: TestDesk, case: str, words: tuple[str, ...], codes: list[str]) -> None:
    assert desk.refused(*(word.replace("ID", case) for word in words), code=2) == codes


# ── one field


def test_blame_tells_who_when_which_step_and_what_was_there(desk: TestDesk, case: str) -> None:
    found = desk.itil("blame", case, "severity", "--json").json
    told = [(row["before"], row["after"], [step["action"] for step in row["steps"]]) for row in found["set"]]
    assert (found["value"], told) == ("medium", [("low", "medium", ["correct"]), (None, "low", ["classify"])])
    assert found["set"][0]["steps"][0]["clause"] == "5"
    lines = desk.itil("blame", case, "故障等级").out.splitlines()
    assert lines[0].endswith("故障等级：中")
    assert lines[1].split() == ["2026-11-23", "09:30", "§5", "更正", "张三", "问清后更正"]
    assert lines[2].strip() == "低 → 中"


@pytest.mark.parametrize(
    ("typed", "form", "field", "action"),
    [
        ("assignee", None, "assignee", "escalate"), ("经办人", None, "assignee", "escalate"), ("phone", None, "customer.phone", "new"),
        ("--phone", None, "customer.phone", "new"), ("客户", None, "customer", "new"), ("阶段", None, "stage", "escalate"),
        ("电话指导", "remote-1", "guidance", "respond"), ("报告时间", None, "reported_at", "new"), ("优先级", None, "priority", "new"),
    ],
)  # fmt: skip
def test_a_field_by_its_name_flag_or_label(
    desk: TestDesk, case: str, typed: str, form: str | None, field: str, action: str
) -> None:
    words = ["--", typed] if typed.startswith("-") else [typed]
    found = desk.itil("blame", "--json", case, *words).json
    assert (found["form"], found["field"]) == (form, field)
    assert action in [step["action"] for step in found["set"][0]["steps"]]


def test_a_field_of_several_forms_and_one_that_nobody_filled_in(desk: TestDesk, case: str) -> None:
    planned = ("--from", "11-24 09:00", "--until", "11-24 12:00")
    order = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", *planned)
    desk.itil("dispatch", case, *order, who="李四", now="2026-11-23T10:00:00+08:00")
    assert desk.refused("blame", case, "retracted", code=2) == ["E-blame-form"]
    assert desk.itil("blame", case, "contract", "--json").json["set"] == []
    assert len(desk.itil("blame", case, "contract").out.splitlines()) == 2
    assert desk.itil("blame", f"{case}/work-order-1", "申请人", "--json").json["value"] == "李四"


def test_the_story_goes_on_under_another_id(desk: TestDesk, case: str) -> None:
    """What `rename` moved is told from the beginning, and only the ID is told as changed."""
    new = desk.itil("rename", case, "--json").json["new"]
    told = desk.itil("log", new, "--json").json
    assert [row["action"] for row in told["steps"]] == ["new", "classify", "respond", "escalate", "correct"]
    assert told["steps"][3]["commit"]["subject"].startswith("升级")
    renamed = next(row for row in told["changes"] if row["action"] == "rename")
    assert {one["field"] for one in renamed["fields"]} <= {"id"}
    found = desk.itil("blame", new, "assignee", "--json").json["set"]
    assert [row["after"] for row in found] == ["李四", "张三"]


def test_two_answers_and_whose_word_counted(desk: TestDesk, tmp_path: Path) -> None:
    """What two clones set to two values, brought together and settled."""
    case = desk.new()
    hub, there = tmp_path / "hub.git", tmp_path / "other"
    subprocess.run(["git", "clone", "-q", "--bare", str(desk.root), str(hub)], check=True)
    subprocess.run(["git", "clone", "-q", str(hub), str(there)], check=True)
    desk.git("remote", "add", "origin", str(hub))
    desk.git("fetch", "-q", "origin")
    desk.git("branch", "-q", "--set-upstream-to=origin/main")
    other = TestDesk(there)
    other.git("config", "user.name", "李四")
    other.git("config", "user.email", "li@example.com")
    other.itil("correct", case, "severity=medium", "--reason", "那边", who="李四", now="2026-11-23T09:10:00+08:00")
    other.itil("sync", now="2026-11-23T09:11:00+08:00")
    desk.itil("correct", case, "severity=high", "--reason", "这边", now="2026-11-23T09:12:00+08:00")
    desk.itil("sync", now="2026-11-23T09:15:00+08:00")
    desk.itil("settle", case, "--take", "theirs", "--reason", "核实", now="2026-11-23T09:20:00+08:00")
    out = desk.itil("log", case).out
    for line in (
        "待裁定冲突：故障等级 高 (张三) ≠ 中 (李四)\n",
        "待裁定冲突：故障等级 高 (张三) ≠ 中 (李四) → —",
        "故障等级：高 → 中",
    ):
        assert out.count(line) == 1, line
    found = desk.itil("blame", case, "severity", "--json").json["set"]
    assert [(row["before"], row["after"], row["actor"]) for row in found] == [
        ("high", "medium", "张三"), ("low", "high", "张三"), ("low", "medium", "李四"), (None, "low", "张三"),
    ]  # fmt: skip
