"""What `git pull` brings together without `itil sync`: by meaning with the driver; without it, markers that sync mends."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import TestDesk
from team import DISPATCH, Team, parsed, team

__all__ = ["team"]


def pull(desk: TestDesk) -> int:
    """``git pull``, whatever it ends with."""
    words = ["git", "-C", str(desk.root), "pull", "-q", "--no-rebase", "--no-edit"]
    return subprocess.run(words, capture_output=True, check=False).returncode


def test_the_driver_joins_histories_and_what_they_add_up_to(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    for desk in (a, b):
        assert desk.git("config", "merge.itil.driver").startswith(sys.executable)
    a.itil("note", case, "甲")
    b.itil(
        "escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装", now="2026-11-23T09:05:00+08:00"
    )
    team.sync(b)
    assert pull(a) == 0 and not a.git("status", "--porcelain")
    shown = a.show(case)
    assert shown["stage"] == "tier2" and len(shown["notes"]) == 1 and a.itil("check").code == 0
    team.settle_down()


def test_the_first_command_of_a_clone_installs_the_driver(team: Team) -> None:
    fresh = team.clone("fresh")
    fresh.new()
    assert fresh.git("config", "merge.itil.driver").startswith(sys.executable)


def test_one_form_in_which_both_wrote_is_named_and_taken_apart_by_the_next_sync(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    for desk, text in ((a, "甲查看"), (b, "乙查看")):
        desk.itil("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", text)
    team.sync(b)
    assert pull(a) == 0
    assert {row["code"] for row in a.itil("check", "--json", code=1).json} == {"E-5-conflict"}
    assert a.refused("resolve", case, "--solution", "x") == ["E-5-conflict"]
    team.sync(a)
    rows = parsed(a.file(case))["conflicts"]
    assert {row["field"] for row in rows} == {"remote-1:actions"} and "conflicts" not in parsed(
        a.file(case, "remote-1")
    )
    a.itil("settle", case, "--take", "ours")
    assert parsed(a.file(case, "remote-1"))["actions"] == "甲查看" and a.itil("check").code == 0


def test_a_form_that_both_added_becomes_two(team: Team) -> None:
    a, b = team.clones
    case = team.case("--guidance", "重启")
    for desk, engineer in ((a, "张三"), (b, "李四")):
        desk.itil("dispatch", case, *DISPATCH, "--engineer", engineer)
    team.sync(b)
    assert pull(a) == 0
    team.sync(a)
    leads = [parsed(a.file(case, f"work-order-{one}"))["asked"]["lead"] for one in (1, 2)]
    assert leads == ["李四", "张三"]
    assert [row.get("form") for row in a.show(case)["history"]][-2:] == ["work-order-1", "work-order-2"]
    a.itil("settle", case, "--take", "theirs")
    assert a.itil("check").code == 0 and parsed(a.file(case, "work-order-2"))["retracted"]


@pytest.mark.parametrize("committed", [False, True])
def test_markers_are_named_and_mended(team: Team, committed: bool) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("note", case, "甲")
    b.itil("note", case, "乙")
    team.sync(b)
    a.git("config", "--unset", "merge.itil.driver")
    a.git("config", "--unset", "merge.itil.name")
    assert pull(a) == 1
    assert "E-sync-markers" in a.itil("check", "--json", code=1).out
    if committed:
        a.commit("merged by hand")
    team.sync(a)
    assert {row["text"] for row in parsed(a.file(case))["notes"]} == {"甲", "乙"} and a.itil("check").code == 0
    team.settle_down()


def test_the_driver_leaves_ours_where_a_register_does_not_come_together(team: Team) -> None:
    a, b = team.clones
    team.case()
    for desk, name in ((a, "甲公司"), (b, "乙公司")):
        file = desk.root / "desk.yaml"
        file.write_text(file.read_text("utf-8").replace("测试服务公司", name), "utf-8")
        desk.commit()
    team.sync(b)
    assert pull(a) == 1
    assert "甲公司" in (a.root / "desk.yaml").read_text("utf-8") and "<<<<" not in (a.root / "desk.yaml").read_text(
        "utf-8"
    )
    assert "E-sync-file" in a.itil("sync", "--json", code=5).err
    a.itil("sync", "--take", "theirs")
    assert "乙公司" in (a.root / "desk.yaml").read_text("utf-8")
