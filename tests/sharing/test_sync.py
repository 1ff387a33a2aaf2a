"""Two clones of a desk are brought together: by meaning, with nothing lost, and what cannot both be true under its name."""

from __future__ import annotations

import secrets
import subprocess
from pathlib import Path

import pytest
from conftest import TestDesk, desk_at
from team import DISPATCH, Team, parsed, steps, team

__all__ = ["team"]


def test_what_each_did_on_one_case_stands_in_both_and_the_case_is_whole(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("note", case, "甲的备注")
    b.itil(
        "escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装", now="2026-11-23T09:05:00+08:00"
    )
    b.itil("attach", case, __file__)
    first, second = team.sync(b, a)
    assert first["sent"] == 2 and second["cases"] == [a.show(case)["id"]]
    team.settle_down()
    for desk in (a, b):
        shown = desk.show(case)
        assert [row["action"] for row in shown["history"]] == ["new", "classify", "note", "escalate", "attach"]
        assert (shown["stage"], shown["tier"]) == ("tier2", 2)
        assert desk.itil("check").code == 0
    assert "Itil-Action: sync" in a.git("log", "-1", "--format=%B")


def test_the_end_of_a_case_here_and_its_escalation_there_is_to_be_settled(team: Team) -> None:
    a, b = team.clones
    case = team.case("-k", "none", "--guidance", "重启")
    a.itil("close", case, "--solution", "重装", "--confirmed-by", "张三丰", "--rest", "none", "--backup-waived", "只读")
    b.itil(
        "escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装", now="2026-11-23T09:05:00+08:00"
    )
    team.sync(b)
    told = team.sync(a)[0]["conflicts"]
    (conflict,) = told[a.show(case)["id"]]
    assert conflict["field"] == "history" and conflict["ours_by"] == conflict["theirs_by"] == "张三"
    assert [row["code"] for row in a.itil("check", "--json", code=1).json] == ["E-5-conflict"]
    assert case in a.itil("list", "--open").out
    assert a.refused("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装") == ["E-5-conflict"]
    assert a.refused("settle", case) == ["E-5-settle-take"]
    assert a.refused("settle", case, "--take", "ours", "--field", "incident:symptom") == ["E-5-settle-field"]
    before = steps(a)
    a.itil("settle", case, "--take", "theirs", "--reason", "问过双方")
    shown = a.show(case)
    assert (shown["stage"], shown["tier"]) == ("tier2", 2)
    ((_, now),) = steps(a).items()
    assert now[:-1] == next(iter(before.values())), "both sides stay in the history"
    assert a.itil("check").code == 0 and a.refused("settle", case, "--take", "ours") == ["E-5-settle-none"]
    team.settle_down()
    assert team.clones[1].itil("check").code == 0


def test_settled_for_ours_the_case_is_closed_and_sealed(team: Team) -> None:
    a, b = team.clones
    case = team.case("-k", "none", "--guidance", "重启")
    a.itil("close", case, "--solution", "重装", "--confirmed-by", "张三丰", "--rest", "none", "--backup-waived", "只读")
    b.itil(
        "escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装", now="2026-11-23T09:05:00+08:00"
    )
    team.sync(b, a)
    a.itil("settle", case, "--take", "我方")
    shown = a.show(case)
    assert (shown["stage"], shown["tier"], shown["status"]) == ("closed", 1, "completed")
    team.settle_down()
    assert b.itil("check").code == 0
    file = b.file(case)
    file.write_text(file.read_text("utf-8").replace("读卡器无法识别", "读卡器正常"), "utf-8")
    assert "E-5.13-changed" in b.itil("check", "--json", code=1).out


def test_a_remark_that_meets_a_closed_case_is_sealed_in(team: Team) -> None:
    a, b = team.clones
    case = team.case("-k", "none", "--guidance", "重启")
    a.itil("close", case, "--solution", "重装", "--confirmed-by", "张三丰", "--rest", "none", "--backup-waived", "只读")
    b.itil("note", case, "客户来电")
    team.sync(a, b)
    team.settle_down()
    assert a.itil("check").code == 0
    assert [row["action"] for row in a.show(case)["history"]].count("sync") == 1


def test_one_field_with_two_values_is_theirs_until_settled_or_answered_by_a_step(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("correct", case, "symptom=甲的症状")
    b.itil("correct", case, "symptom=乙的症状", "contact=张无忌")
    a.itil("classify", case, "--severity", "medium", "--not-major", "--reason", "影响全院")
    b.itil("classify", case, "--severity", "high", "--not-major", "--reason", "停诊", now="2026-11-23T09:05:00+08:00")
    fields = {row["field"] for row in next(iter(team.sync(b, a)[1]["conflicts"].values()))}
    assert fields == {"incident:symptom", "incident:severity"}
    shown = a.show(case)
    assert (shown["symptom"], shown["customer"]["contact"]) == ("乙的症状", "张无忌")
    a.itil("settle", case, "--take", "ours", "--field", "incident:symptom")
    assert a.show(case)["symptom"] == "甲的症状"
    a.itil("classify", case, "--severity", "low", "--reason", "再核实", now="2026-11-23T09:10:00+08:00")
    assert a.itil("check").code == 0 and a.show(case)["severity"] == "low"
    team.settle_down()


def test_forms_that_both_added_get_names_of_their_own(team: Team) -> None:
    a, b = team.clones
    case = team.case("--guidance", "重启")
    for desk, engineer in ((a, "张三"), (b, "李四")):
        desk.itil("dispatch", case, *DISPATCH, "--engineer", engineer)
    team.sync(b)
    told = team.sync(a)[0]
    assert told["renamed"] == {a.show(case)["id"]: {"work-order-1": "work-order-2"}}
    assert parsed(a.file(case, "work-order-2"))["id"].endswith("/work-order-2")
    assert {row.get("form") for row in a.show(case)["history"]} >= {"work-order-1", "work-order-2"}
    assert [parsed(a.file(case, f"work-order-{one}"))["asked"]["lead"] for one in (1, 2)] == ["李四", "张三"]
    assert list(told["conflicts"]) == [a.show(case)["id"]], "one case has one work order at a time"
    a.itil("settle", case, "--take", "ours")
    assert a.itil("check").code == 0 and parsed(a.file(case, "work-order-1"))["retracted"]


def test_attachments_of_one_name_get_names_of_their_own(team: Team, tmp_path: Path) -> None:
    a, b = team.clones
    case = team.case()
    for number, desk in enumerate((a, b)):
        file = tmp_path / str(number) / "照片.txt"
        file.parent.mkdir()
        file.write_text(f"第 {number} 张", "utf-8")
        desk.itil("attach", case, str(file))
    team.sync(b, a)
    names = sorted(row["file"] for row in a.show(case)["attachments"])
    assert len(names) == len({*names}) == 2 and a.itil("check").code == 0


def test_one_id_for_two_cases_stops_until_ours_has_another(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = team.clones
    really = secrets.choice
    for desk in (a, b):
        drawn = iter("7K3Q")
        with monkeypatch.context() as patch:
            patch.setattr("secrets.choice", lambda letters, drawn=drawn: next(drawn, None) or really(letters))
            desk.new("-y", f"{desk.root.name} 的故障")
    team.sync(b)
    assert a.refused("sync") == ["E-sync-same-id"]
    assert b.refused("rename", "7K3Q") == ["E-sync-rename-shared"]
    made = a.itil("rename", "7K3Q", "--json").json
    assert made["old"].endswith("7K3Q") and made["new"] != made["old"]
    team.settle_down()
    assert len(steps(a)) == 2 and a.itil("check").code == 0


def test_registers_come_together_and_what_does_not_is_decided_by_a_word(team: Team) -> None:
    a, b = team.clones
    a.itil("customer", "add", "二院", "--contact", "杨过", "--phone", "0571-77775555")
    b.itil("customer", "add", "三院", "--contact", "郭靖", "--phone", "0571-66665555")
    team.settle_down()
    assert {row["organisation"] for row in parsed(a.root / "customers.yaml")["customers"]} == {"二院", "三院"}
    for desk, phone in ((a, "1"), (b, "2")):
        desk.itil("customer", "add", "二院", "--contact", "杨过", "--phone", f"0571-7777000{phone}")
    team.sync(b)
    assert a.refused("sync") == ["E-sync-file"]
    a.itil("sync", "--take", "ours")
    team.settle_down()
    assert "0571-77770001" in (b.root / "customers.yaml").read_text("utf-8")


def test_serials_are_given_when_the_archiving_is_shared_and_have_no_gaps(team: Team) -> None:
    a, b = team.clones
    for desk in (a, b, a):
        desk.new(
            "-k", "none", "--solution", "重启", "--confirmed-by", "张三丰", "--rest", "none", "--backup-waived", "只读"
        )
    assert not list(a.root.glob("records/serials/*.yaml"))
    given = [serial for told in team.sync(b, a, b) for serial in told["serials"].values()]
    numbers = sorted(int(one.rpartition("-")[2]) for one in given)
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 3
    team.settle_down()
    assert a.itil("check").code == 0


def test_without_the_repository_it_says_so_and_changes_nothing(team: Team) -> None:
    a, _ = team.clones
    a.new()
    team.hub.rename(team.top / "away.git")
    assert a.refused("sync", code=5) == ["E-sync-offline"]
    (team.top / "away.git").rename(team.hub)
    assert team.sync(a)[0]["sent"] == 1


def test_a_desk_without_a_remote_says_how_to_name_one(desk: TestDesk) -> None:
    assert desk.refused("sync", code=5) == ["E-sync-remote"]
    assert desk.refused("sync", "--take", "mine", code=2) == ["E-sync-take"]


def test_two_desks_that_never_met_are_not_brought_together(team: Team, tmp_path: Path) -> None:
    from conftest import desk_at

    other = desk_at(tmp_path / "other")
    other.git("commit", "-q", "--amend", "-m", "another desk", "--date", "2026-01-01T00:00:00Z")
    other.git("remote", "add", "origin", str(team.hub))
    assert other.refused("sync", code=5) == ["E-sync-unrelated"]


def test_a_desk_in_a_larger_repository_is_shared_with_git_itself(tmp_path: Path) -> None:
    from conftest import desk_at

    desk = desk_at(tmp_path / "desk")
    inner = desk.root / "inner"
    inner.mkdir()
    for name in ("desk.yaml", "people.yaml"):
        (inner / name).write_bytes((desk.root / name).read_bytes())
    desk.commit()
    desk.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    assert TestDesk(inner).refused("sync", code=5) == ["E-sync-part"]


def test_hand_edits_are_never_written_over(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    b.itil("note", case, "乙")
    team.sync(b)
    file = a.file(case)
    file.write_text(file.read_text("utf-8") + "# 手写\n", "utf-8")
    said = a.itil("sync", code=5)
    assert "E-desk-uncommitted" in said.err and file.read_text("utf-8").endswith("# 手写\n")
    a.commit()
    team.settle_down()
    assert "# 手写" in b.file(case).read_text("utf-8"), "comments of both sides stay"


def test_what_is_wrong_is_not_shared(team: Team) -> None:
    a, _ = team.clones
    case = team.case()
    file = a.file(case)
    file.write_text(file.read_text("utf-8").replace('stage: "classified"', 'stage: "closed"'), "utf-8")
    a.commit()
    assert a.refused("sync", code=1)[0] == "E-sync-check"


def test_what_is_wrong_is_not_shared_for_the_first_time(tmp_path: Path) -> None:
    """An empty hub takes no desk with a broken case; one that took the place of another hub does, as others have it."""
    desk = desk_at(tmp_path / "a")
    case = desk.new()
    file = desk.file(case)
    sound = file.read_text("utf-8")
    file.write_text(sound.replace('stage: "classified"', 'stage: "closed"'), "utf-8")
    desk.commit()
    for name in ("hub", "other"):
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(tmp_path / name)], check=True)
    desk.git("remote", "add", "origin", str(tmp_path / "hub"))
    for words in (("sync", "--dry-run"), ("sync",)):
        assert desk.refused(*words, code=1)[0] == "E-sync-check"
    assert not desk.git("ls-remote", "origin").strip()
    desk.git("push", "-q", "-u", "origin", "main")
    desk.git("remote", "set-url", "origin", str(tmp_path / "other"))
    desk.itil("sync")
    assert desk.git("ls-remote", "origin", "refs/heads/main")


def test_a_link_that_was_shared_is_not_followed(team: Team) -> None:
    a, b = team.clones
    (b.root / "records").mkdir(exist_ok=True)
    (b.root / "records" / "away").symlink_to("/etc")
    b.commit()
    b.git("push", "-q", "origin", "main")
    assert a.refused("sync", code=5) == ["E-sync-path"]


def test_in_a_work_tree_and_in_a_shallow_clone(team: Team) -> None:
    a, _ = team.clones
    case = team.case()
    shallow = team.clone("shallow", "--depth", "1")
    for desk in (a, shallow):
        for number in range(3):
            desk.itil("note", case, f"{desk.root.name} {number}")
    team.sync(a, shallow, a)
    assert len(a.show(case)["notes"]) == 6
    a.git("worktree", "add", "-q", "-b", "side", str(team.top / "side"))
    side = TestDesk(team.top / "side")
    side.itil("note", case, "旁边")
    assert side.refused("sync", code=5) == ["E-sync-branch"]
    begun = side.itil("sync", "--new-branch", "--json").json
    assert begun["sent"] >= 1 and begun["new_branch"] and begun["branch"] == "origin/side"


def test_what_the_server_refuses_is_said_in_its_words(team: Team) -> None:
    a, _ = team.clones
    hook = team.hub / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 门卫：不行 >&2\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    a.new()
    said = a.itil("sync", "--json", code=1)
    assert said.codes == ["E-sync-refused"] and said.json["error"]["message"].endswith("门卫：不行")


def test_where_others_share_all_the_time_it_gives_up_and_loses_nothing(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from itilcli.actions.sharing import sync

    a, _ = team.clones
    monkeypatch.setattr(sync, "TURNS", 2)
    a.new()
    (team.hub / "refs" / "heads" / "main.lock").touch()
    said = a.itil("sync", "--json", code=5)
    assert said.codes == ["E-sync-locked"] and "main.lock" in said.json["error"]["message"]
    (team.hub / "refs" / "heads" / "main.lock").unlink()
    hook = team.hub / "hooks" / "pre-receive"  # somebody is quicker, each time
    quicker = "git update-ref refs/heads/main $(git commit-tree -p main -m quicker main^{tree})"
    who = "GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x"
    hook.write_text(f"#!/bin/sh\nexec env -i PATH=$PATH {who} sh -c '{quicker}'\n", "utf-8")
    hook.chmod(0o755)
    assert a.itil("sync", "--json", code=5).codes == ["E-sync-busy"]
    hook.unlink()
    assert team.sync(a)[0]["sent"] >= 1


def test_what_is_undone_here_and_was_said_there_too_still_counts(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    for desk in (a, b):
        desk.itil("classify", case, "--severity", "medium", "--not-major", "--reason", "影响全院")
    team.sync(b)
    b.itil("undo", case)
    team.sync(a, b)
    assert b.show(case)["major"] is False and b.itil("check").code == 0
    team.settle_down()
