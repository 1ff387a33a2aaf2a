"""What two clones settle otherwise is to be settled again; what they do not contest is joined at once."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from conftest import TestDesk
from team import DISPATCH, Team, parsed, team

__all__ = ["team"]

CLOSE = ("--solution", "重装", "--confirmed-by", "张三丰", "--rest", "none", "--backup-waived", "只读")
ESCALATE = ("--to", "tier2", "--reason", "unresolved", "--tried", "重装")
LATER, LAST = "2026-11-23T09:05:00+08:00", "2026-11-23T09:20:00+08:00"


def contested(team: Team) -> str:
    """A case that was closed in one clone and escalated in the other one; both clones know that."""
    a, b = team.clones
    case = team.case("-k", "none", "--guidance", "重启")
    a.itil("close", case, *CLOSE)
    b.itil("escalate", case, *ESCALATE, now=LATER)
    team.sync(b, a)
    team.settle_down()
    return case


def standing(desk: TestDesk, case: str) -> list[dict[str, Any]]:
    """What is to be settled of a case."""
    return desk.show(case).get("conflicts") or []


def struck(desk: TestDesk, case: str) -> list[str]:
    """The actions of the steps that count no longer."""
    return [row["action"] for row in desk.itil("log", case, "--json").json["steps"] if row.get("retracted")]


@pytest.mark.parametrize(("again", "stage"), [("ours", "tier2"), ("theirs", "closed")])
def test_two_settlements_that_differ_drop_nothing_until_it_is_settled_again(team: Team, again: str, stage: str) -> None:
    a, b = team.clones
    case = contested(team)
    a.itil("settle", case, "--take", "ours")
    b.itil("settle", case, "--take", "theirs")
    assert (a.show(case)["stage"], b.show(case)["stage"]) == ("closed", "tier2")
    team.sync(a)
    told = team.sync(b)[0]["conflicts"]
    (conflict,) = told[b.show(case)["id"]]
    assert conflict["field"] == "history"
    assert [row["action"] for row in b.show(case)["history"]][-2:] == ["settle", "settle"]
    assert b.show(case)["stage"] != "tier2" or "close" not in struck(b, case)
    assert struck(b, case) == []
    assert {row["code"] for row in b.itil("check", "--json", code=1).json} == {"E-5-conflict"}
    b.itil("settle", case, "--take", again, now=LAST)
    assert b.show(case)["stage"] == stage and b.itil("check").code == 0
    team.settle_down()
    assert a.show(case)["stage"] == stage and a.itil("check").code == 0 and not standing(a, case)
    audited = a.itil("audit", "--json", code=None).json
    assert not audited["errors"], audited["findings"]


@pytest.mark.parametrize("pulled", [False, True])
def test_settled_once_more_the_other_way_about_and_forms_follow(team: Team, pulled: bool) -> None:
    a, b = team.clones
    case = team.case("--guidance", "重启")
    a.itil("dispatch", case, *DISPATCH, "--engineer", "张三")
    b.itil("void", case, "--reason", "误报", now=LATER)
    team.sync(b, a)
    team.settle_down()
    for desk, taken in ((a, "ours"), (b, "theirs")):
        desk.itil("settle", case, "--take", taken)
    assert a.show(case)["stage"] == "dispatch_pending" and b.show(case)["stage"] == "void"
    team.sync(a)
    if pulled:
        b.git("pull", "-q", "--no-rebase", "--no-edit")
    team.sync(b)
    retracted = lambda: parsed(b.file(case, "work-order-1")).get("retracted")  # noqa: E731
    assert [one["field"] for one in standing(b, case)] == ["history"] and struck(b, case) == [] and not retracted()
    b.itil("settle", case, "--take", "ours", now=LAST)
    assert b.show(case)["stage"] == "void" and retracted() and b.itil("check").code == 0
    team.settle_down()
    audited = a.itil("audit", "--json", code=None).json
    assert not audited["errors"], audited["findings"]


def test_two_settlements_that_agree_are_one(team: Team) -> None:
    a, b = team.clones
    case = contested(team)
    a.itil("settle", case, "--take", "ours")
    b.itil("settle", case, "--take", "ours")
    b.itil("reopen", case, "--reason", "故障重现", now=LAST)
    assert all(not told["conflicts"] for told in team.sync(a, b))
    assert [row["action"] for row in b.show(case)["history"]].count("settle") == 2
    assert b.show(case)["stage"] != "closed" and b.itil("check").code == 0
    team.settle_down()


@pytest.mark.parametrize("how", ["correct symptom=甲的症状", "classify --not-major --reason 核实 --severity medium"])
def test_a_field_settled_to_two_values_is_to_be_settled_again(team: Team, how: str) -> None:
    a, b = team.clones
    case = team.case()
    name = "severity" if "severity" in how else "symptom"
    a.itil(*how.split()[:1], case, *how.split()[1:])
    b.itil(*how.replace("甲", "乙").replace("medium", "high").split()[:1], case,
           *how.replace("甲", "乙").replace("medium", "high").split()[1:], now=LATER)  # fmt: skip
    team.sync(b, a)
    team.settle_down()
    a.itil("settle", case, "--take", "ours")
    b.itil("settle", case, "--take", "theirs")
    mine, yours = a.show(case)[name], b.show(case)[name]
    team.sync(b, a)
    (conflict,) = standing(a, case)
    assert (conflict["field"], conflict["ours"], conflict["theirs"]) == (f"incident:{name}", mine, yours)
    a.itil("settle", case, "--take", "ours", now=LAST)
    assert a.show(case)[name] == mine and a.itil("check").code == 0
    team.settle_down()
    assert b.show(case)[name] == mine


def test_only_the_leaf_that_both_changed_is_to_be_settled(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("correct", case, "phone=0571-11112222", "address=3 号楼")
    b.itil("correct", case, "phone=0571-33334444", "contact=张无忌")
    team.sync(b, a)
    (conflict,) = standing(a, case)
    assert conflict["field"] == "incident:customer.phone"
    assert (conflict["ours"], conflict["theirs"]) == ("0571-11112222", "0571-33334444")
    customer = a.show(case)["customer"]
    assert (customer["phone"], customer["address"], customer["contact"]) == ("0571-33334444", "3 号楼", "张无忌")
    a.itil("correct", case, "contact=张三丰")
    assert standing(a, case), "another leaf is no answer"
    assert a.refused("settle", case, "--take", "ours", "--field", "title") == ["E-5-settle-field"]
    a.itil("settle", case, "--take", "ours", "--field", "电话")
    customer = a.show(case)["customer"]
    assert (customer["phone"], customer["address"], customer["contact"]) == ("0571-11112222", "3 号楼", "张三丰")
    assert a.itil("check").code == 0
    team.settle_down()
    audited = a.itil("audit", "--json", code=None).json
    assert not audited["errors"], audited["findings"]


def test_an_answer_that_both_gave_is_one(team: Team) -> None:
    a, b = team.clones
    case = team.case("--guidance", "重启")
    a.itil("resolve", case, "--solution", "更新驱动", "--backup-waived", "只读", "--problem", "none")
    b.itil("resolve", case, "--solution", "更换读卡器", "--backup-waived", "只读", now=LATER)
    team.sync(b, a)
    fields = {one["field"] for one in standing(a, case)}
    assert "incident:resolution" in fields and not any(one.startswith("incident:resolution.") for one in fields)
    assert a.show(case)["resolution"]["steps"] == "更换读卡器"


@pytest.mark.parametrize("more", ["", "approve", "withdraw"])
def test_two_dispatches_at_once_are_to_be_settled_and_the_other_order_goes_on(team: Team, more: str) -> None:
    a, b = team.clones
    case = team.case("--guidance", "重启")
    a.itil("dispatch", case, *DISPATCH, "--engineer", "张三")
    b.itil("dispatch", case, *DISPATCH, "--engineer", "李四", now=LATER)
    if more == "approve":
        a.itil("approve", case, who="赵总", now=LATER)
    if more == "withdraw":
        a.itil("withdraw", case, "--reason", "不用了", now=LAST)
    team.sync(b, a)
    (conflict,) = standing(a, case)
    assert conflict["field"] == "history" and {row["code"] for row in a.itil("check", "--json", code=1).json} == {
        "E-5-conflict"
    }
    a.itil("settle", case, "--take", "theirs", now=LAST)
    assert a.itil("check").code == 0 and a.show(case)["stage"] == "dispatch_pending"
    assert f"{case}/work-order-1" in a.itil("due", "--all", who="赵总").out
    a.itil("approve", f"{case}/work-order-1", who="赵总", now=LAST)
    assert a.show(case)["stage"] == "dispatched" and a.itil("check").code == 0
    team.settle_down()
    audited = b.itil("audit", "--json", code=None).json
    assert not audited["errors"], audited["findings"]


def test_what_is_to_be_settled_is_told_in_words_wherever_a_case_is_told_of(team: Team) -> None:
    a = team.clones[0]
    case = contested(team)

    said = a.itil("next", case).out
    assert said.count("不能同时成立") == 1 and f"itil note {case}" in said and f"itil attach {case}" in said
    assert "itil resolve" not in said and f"itil settle {case}" in said
    for who in ("张三", "李四", "赵总"):
        for line in a.itil("due", "--all", who=who).out.splitlines():
            assert not line.strip().startswith("→ itil") or any(one in line for one in ("settle", "show", "check")), (
                line
            )
    a.itil("settle", case, "--take", "theirs")
    told = a.itil("show", case).out
    assert "{'" not in told and "None" not in told and "dropped" not in told
    assert "升级" in told.split("裁定冲突")[-1]


def test_blame_tells_who_let_a_value_stand(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("correct", case, "phone=0571-11112222")
    b.itil("correct", case, "phone=0571-33334444", now=LATER)
    team.sync(b, a)
    a.itil("settle", case, "--take", "theirs")
    rows = a.itil("blame", case, "phone", "--json").json["set"]
    assert [one["action"] for one in rows[0]["steps"]] == ["settle"]
    assert (rows[0]["before"], rows[0]["after"]) == ("0571-11112222", "0571-33334444")


def test_a_sync_after_a_pull_lists_what_is_to_be_settled(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("correct", case, "phone=0571-11112222")
    b.itil("correct", case, "phone=0571-33334444")
    team.sync(b)
    a.git("pull", "-q", "--no-rebase", "--no-edit")
    told = team.sync(a)[0]["conflicts"]
    assert [one["field"] for one in told[a.show(case)["id"]]] == ["incident:customer.phone"]
    assert team.sync(b)[0]["conflicts"] == told, "who gets it learns of it too"
    b.itil("note", case, "客户来电")
    assert not team.sync(b)[0]["conflicts"]


def test_a_register_names_the_person_and_a_merge_with_markers_the_sync(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    for desk, number in ((a, "1"), (b, "2")):
        file = desk.root / "people.yaml"
        file.write_text(
            file.read_text("utf-8").replace('id: "王五"', f'id: "王五"\n    phone: "0571-1000000{number}"'), "utf-8"
        )
        desk.commit()
    team.sync(b)
    assert "王五 电话" in a.itil("sync", code=5).err
    a.itil("sync", "--take", "ours")
    team.settle_down()
    for desk in (a, b):
        desk.itil("correct", case, f"title={desk.root.name}")
    team.sync(b)
    for name in ("driver", "name"):
        a.git("config", "--unset", f"merge.itil.{name}")
    subprocess.run(["git", "-C", str(a.root), "pull", "-q", "--no-rebase"], capture_output=True, check=False)
    assert "itil sync" in a.itil("note", case, "催办", code=None).err


def test_a_classification_that_counts_no_longer_passes_the_audit(team: Team) -> None:
    a, b = team.clones
    case = team.case("-k", "none", "--guidance", "重启")
    a.itil("classify", case, "--severity", "medium", "--not-major", "--reason", "影响全院")
    a.itil("void", case, "--reason", "误报")
    b.itil("escalate", case, *ESCALATE, now=LATER)
    team.sync(b, a)
    a.itil("settle", case, "--take", "theirs")
    assert a.show(case)["severity"] == "low" and a.itil("check").code == 0
    audited = a.itil("audit", "--json", code=None).json
    assert not audited["errors"], audited["findings"]
