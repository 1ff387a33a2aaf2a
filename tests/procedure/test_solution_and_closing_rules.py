"""§5.9–§5.14 and what may happen at any stage: solution, confirmation, archive, closing, follow-up, holds, reopening."""

from __future__ import annotations

from pathlib import Path

import pytest

DONE = ("--solution", "重新插拔后正常")
ALL = (*DONE, "--confirmed-by", "张三丰", "--rest", "none")


@pytest.fixture
def closed(desk):
    """A low fault, closed."""
    return desk.new(*ALL)


@pytest.mark.covers("F26", "F27", "F28", "F24", "F25", "F29", "F30", "F33", "B24", "B26")
def test_a_hotline_call_is_one_command_and_one_commit(desk):
    """From receipt to 已完成; every clause walked, every none written out."""
    before = desk.git("rev-list", "--count", "HEAD")
    case = desk.new("--took", "7m", *ALL)
    assert int(desk.git("rev-list", "--count", "HEAD")) == int(before) + 1
    shown = desk.show(case)
    assert (shown["stage"], shown["status"], shown["tier"]) == ("closed", "completed", 1)
    assert shown["reported_at"] == "2026-11-23T08:53:00+08:00" and shown["resolved_at"] == "2026-11-23T09:00:00+08:00"
    assert [shown[name] for name in ("change", "problem", "configuration_update", "knowledge")] == ["none"] * 4
    assert shown["resolution"] == {
        "at": "2026-11-23T09:00:00+08:00", "by": "张三", "tier": 1, "kind": "permanent", "steps": "重新插拔后正常",
    }  # fmt: skip
    assert shown["confirmation"] == {"by": "张三丰", "at": "2026-11-23T09:00:00+08:00", "method": "phone"}
    assert [entry["clause"] for entry in shown["history"]] == ["5.1", "5.2", "5.3", "5.9", "5.10", "5.11", "5.13"]
    assert len(shown["history"][-1]["set"]["digest"]) == 64
    trailers = desk.git("log", "-1", "--format=%(trailers)").split("\n")
    assert [line for line in trailers if line.startswith("Itil-Clause")] == [
        f"Itil-Clause: {number}" for number in ("5.1", "5.2", "5.3", "5.9", "5.10", "5.11", "5.12", "5.13")
    ]
    assert f"Itil-Id: {shown['id']}" in trailers and "Itil-Action: new" in trailers and "Itil-Actor: 张三" in trailers
    assert f"Itil-Clock: {desk.now}" in trailers


@pytest.mark.covers("F24", "F25", "F29", "F30", "B12", "B13", "B16", "B17", "F26", "F27")
def test_close_lists_every_clause_that_is_left_or_walks_them_all(desk):
    """All or nothing."""
    case = desk.new()
    assert desk.refused("close", case, code=2) == [
        "E-5.9-solution", "E-5.9-change", "E-5.9-problem", "E-5.10-confirmed-by", "E-5.12-item", "E-5.13-knowledge",
    ]  # fmt: skip
    desk.itil(
        "close", case, *DONE, "--confirmed-by", "张三丰", "--change", "重大:CHG-9", "--problem", "recurring:PRB-1",
        "--item", "读卡器-03.driver=2.1.4", "--knowledge", "none", "--kind", "workaround",
    )  # fmt: skip
    shown = desk.show(case)
    assert shown["change"] == {"class": "major", "ref": "CHG-9"}
    assert shown["problem"] == {"reason": "recurring", "ref": "PRB-1", "decided_by": "张三"}
    assert shown["configuration_update"] == {
        "items": [{"item": "读卡器-03", "attribute": "driver", "value": "2.1.4"}], "submitted_to": "配置",
    }  # fmt: skip


@pytest.mark.covers("B12", "B13")
def test_a_change_has_class_and_reference_and_a_problem_reason_and_reference(desk):
    """Half an answer is none."""
    case = desk.new()
    assert desk.refused("change", case, "--class", "normal", code=2) == ["E-5.9-change-ref"]
    assert desk.refused("problem", case, "--reason", "significant", code=2) == ["E-5.9-problem-ref"]
    desk.itil("change", case, "none")
    desk.itil("problem", case, "--reason", "影响重大", "--ref", "PRB-2", "--decided-by", "李四")
    assert desk.show(case)["problem"]["decided_by"] == "李四"


@pytest.mark.covers("B10", "F23")
@pytest.mark.parametrize("severity", ["high", "medium"])
def test_a_grave_fault_needs_a_backup_or_its_waiver(desk, severity):
    """A low one does not."""
    case = desk.new("-s", severity, "--not-major")
    desk.itil("respond", case, "--guidance", "重启")
    assert desk.refused("resolve", case, *DONE, code=2) == ["E-5.9-backup"]
    assert desk.refused("backup", case, code=2) == ["E-5.9-backup-location"]
    for none in ("免", "无", "none", "不用。"):
        assert desk.refused("backup", case, "--location", none, code=2) == ["E-5.9-backup-none"]
        assert "--backup-waived" in desk.itil("resolve", case, "-x", "x", "--backup", none, code=2).err
    desk.itil("backup", case, "--waived-by", "张三丰", "--reason", "无数据")
    made = desk.itil("resolve", case, *DONE, "--json").json
    assert [row["code"] for row in made["warnings"]] == ["W-5.9-mode"]
    second = desk.new(
        "-s", severity, "--not-major", *DONE, "--backup", "/b/1", "--verified", "--mode-exception", "远程即可"
    )
    assert desk.show(second)["backup"] == {"at": desk.now, "by": "张三", "location": "/b/1", "verified": True}


@pytest.mark.covers("B11", "F22")
def test_a_hold_until_an_agreed_date_rests_on_an_agreement(desk):
    """All agreements are kept."""
    case = desk.new()
    assert desk.refused("hold", case, "--on", "agreed_date", "--reason", "等备件", code=1) == ["E-5.9-agreed"]
    assert desk.refused("agree", case, code=2) == ["E-5.9-until", "E-5.9-agreed-reason"]
    desk.itil("agree", case, "--until", "3wd", "--reason", "等备件")
    desk.itil("agree", case, "--until", "12-01 10:00", "--with", "李主任", "--reason", "备件延误")
    desk.itil("hold", case, "--on", "约定时间", "--reason", "等备件")
    shown = desk.show(case)
    assert [row["until"] for row in shown["agreed"]] == ["2026-11-26T09:00:00+08:00", "2026-12-01T10:00:00+08:00"]
    assert shown["agreed"][0]["with"] == "张三丰" and shown["agreed"][1]["with"] == "李主任"
    assert (shown["hold"], shown["hold_until"]) == ("agreed_date", "2026-12-01T10:00:00+08:00")
    desk.itil("resume", case)
    assert desk.show(case)["hold"] is None
    assert desk.refused("resume", case, code=1) == ["E-5-not-held"]


@pytest.mark.covers("F22")
def test_a_plan_says_all_that_the_customer_was_told(desk):
    """What, whether, how long, when told."""
    case = desk.new()
    assert len(desk.refused("plan", case, "--solution", "换新", code=2)) == 3
    desk.itil("plan", case, "--solution", "换新", "--feasibility", "备件已到", "--duration", "2h", "--told-at", "08:55")
    assert desk.show(case)["solution"]["told_customer_at"] == "2026-11-23T08:55:00+08:00"


@pytest.mark.covers("F21")
def test_a_diagnosis_off_site_stands_on_the_remote_record(desk):
    """Method and cause."""
    case = desk.new()
    assert desk.refused("diagnose", case, code=2) == ["E-5.8-method", "E-5.8-cause"]
    desk.itil("diagnose", case, "--diagnosis", "日志分析", "--cause", "驱动冲突")
    assert desk.show(case)["forms"][0]["diagnosis"] == {"method": "log_analysis", "cause": "驱动冲突"}


@pytest.mark.covers("B14", "F27")
def test_an_unconfirmed_solution_is_accepted_by_the_incident_manager(desk):
    """Unreachable only after three attempts on two days."""
    case = desk.new(*DONE, who="陈一")
    for moment in ("2026-11-23T10:00:00+08:00", "2026-11-23T15:00:00+08:00"):
        desk.itil("confirm", case, "--no-answer", who="陈一", now=moment)
    late = "2026-11-24T09:00:00+08:00"
    unreachable = ("confirm", case, "--unsigned", "无法联系", "--reason", "三次无人接听")
    assert desk.refused(*unreachable, who="陈一", now=late, code=1) == ["E-5.10-attempts"]
    desk.itil("confirm", case, "--no-answer", who="陈一", now=late)
    desk.itil(*unreachable, who="陈一", now=late)
    assert desk.refused("close", case, "--rest", "none", who="陈一", now=late, code=1) == ["E-5.10-not-accepted"]
    desk.itil("confirm", case, "--accept", now=late)
    desk.itil("close", case, "--rest", "none", who="陈一", now=late)
    assert desk.show(case)["confirmation"]["accepted_by"] == "张三"


@pytest.mark.covers("B14", "K11")
def test_a_customer_who_does_not_confirm_reopens(desk):
    """The earlier answers are kept as a round."""
    case = desk.new(*DONE)
    desk.itil("confirm", case, "--unsolved", "--reason", "仍然报错")
    shown = desk.show(case)
    assert shown["stage"] == "tier1" and shown["resolved_at"] is None and shown["reopened"] == 1
    assert shown["earlier_rounds"][0]["resolution"]["steps"] == "重新插拔后正常"


@pytest.mark.covers("F28", "B15")
def test_serials_are_yearly_and_without_gaps_and_wait_while_there_is_a_remote(desk):
    """待编号 until published."""
    first, second = desk.new(*ALL), desk.new(*ALL)
    serials = [desk.show(case)["forms"][0]["serial"] for case in (first, second)]
    assert serials == ["JQ-ITSMS-04-01-02-2026-0001", "JQ-ITSMS-04-01-02-2026-0002"]
    assert desk.show(serials[1])["id"].endswith(second)
    desk.git("remote", "add", "origin", "/nowhere")
    assert desk.show(desk.new(*ALL))["forms"][0]["serial"] is None


@pytest.mark.covers("B18")
def test_only_the_owner_or_who_took_over_closes(desk):
    """Or the incident manager; never tier 2."""
    case = desk.new(*DONE)
    desk.itil("confirm", case, "--confirmed-by", "张三丰")
    assert desk.refused("close", case, "--rest", "none", who="陈一", code=4) == ["E-5.13-owner"]
    assert desk.refused("close", case, "--rest", "none", who="李四", code=4) == ["E-5.13-role", "E-5.13-owner"]
    desk.itil("assign", case, "--owner", "陈一", "--to", "陈一", "--reason", "张三出差")
    desk.itil("close", case, "--rest", "none", who="陈一")
    mine = desk.new(*DONE, "--confirmed-by", "张三丰", who="陈一")
    desk.itil("close", mine, "--rest", "none")


@pytest.mark.covers("B16", "RO10")
def test_the_configuration_manager_says_when_it_is_done(desk):
    """Submitted, then done, even after closing."""
    case = desk.new()
    assert desk.refused("item", case, code=2) == ["E-5.12-item"]
    assert desk.refused("item", case, "--done", who="配置", code=1) == ["E-5.12-nothing"]
    desk.itil("item", case, "--update", "读卡器-03.driver=2.1.4")
    desk.itil("close", case, *ALL)
    assert desk.refused("item", case, "--done", code=4) == ["E-5.12-role"]
    desk.itil("item", case, "--done", "--commit", "r1024", who="配置")
    assert desk.show(case)["configuration_update"]["commit"] == "r1024"
    desk.itil("reopen", case, "--reason", "又坏了")


@pytest.mark.covers("B17", "F30", "RT4")
def test_a_new_solution_becomes_a_draft_of_the_knowledge_base(desk):
    """`--knowledge new` drafts it in the same commit."""
    case = desk.new(*DONE, "--confirmed-by", "张三丰", "--knowledge", "new", "--rest", "none")
    ref = desk.show(case)["knowledge"]["ref"]
    assert ref.startswith("KB-") and "重新插拔后正常" in (desk.root / "knowledge" / f"{ref}.md").read_text()
    assert desk.git("status", "--porcelain") == ""
    assert desk.refused("respond", desk.new(), "-k", "KB-ZZZZ", code=2) == ["E-5.13-no-article"]


@pytest.mark.covers("F24", "F25", "F29", "F30")
def test_an_answer_that_comes_early_is_kept(desk):
    """Whatever verb carries it: with the solution, with the confirmation, or with the closing."""
    case = desk.new(*DONE, "--item", "读卡器-03.driver=2.1.4", "--knowledge", "new")
    desk.itil("confirm", case, "--confirmed-by", "张三丰", "--change", "none")
    shown = desk.show(case)
    assert (shown["stage"], shown["change"]) == ("confirmed", "none")
    assert shown["knowledge"]["ref"].startswith("KB-") and len(shown["configuration_update"]["items"]) == 1
    desk.itil("close", case, "--rest", "none")
    walked = desk.show(desk.new(*ALL, "--item", "读卡器-03.driver=2.1.4"))
    assert len(walked["configuration_update"]["items"]) == 1


@pytest.mark.covers("F32", "B19", "RT5", "K6")
def test_a_follow_up_has_its_result_and_a_score_that_is_never_made_up(desk, closed):
    """One form per attempt."""
    assert desk.refused("follow-up", closed, code=2) == ["E-5.14-result"]
    assert desk.refused("follow-up", closed, "--result", "reached", code=2) == ["E-5.14-satisfaction", "E-5.14-solved"]
    assert desk.refused("follow-up", closed, "--result", "no_answer", "--satisfaction", "5", code=1) == ["E-5.14-score"]
    assert desk.refused("follow-up", closed, "--result", "reached", "--satisfaction", "9", code=2) == [
        "E-answer-satisfaction"
    ]
    desk.itil("follow-up", closed, "--result", "无人接听")
    desk.itil("follow-up", closed, "--result", "reached", "--satisfaction", "非常满意", "--solved", "--comment", "及时")
    assert desk.refused("follow-up", closed, "--result", "refused", who="李四", code=4) == ["E-5.14-role"]
    second = desk.show(closed)["forms"][1]
    assert (second["satisfaction"], second["solved_confirmed"], second["comment"]) == (5, True, "及时")
    assert second["serial"] == "JQ-ITSMS-04-01-05-2026-0002" and second["due_on"] == "2026-11-30"


@pytest.mark.covers("B21b", "F32")
def test_an_unhappy_customer_is_heard(desk, closed):
    """A complaint waits for its answer, an unsolved fault for its reopening."""
    made = desk.itil(
        "follow-up",
        closed,
        "--result",
        "reached",
        "--satisfaction",
        "1",
        "--unsolved",
        "--complaint",
        "等了三天",
        "--json",
    ).json
    assert {row["code"] for row in made["warnings"]} == {"W-5.14-complaint", "W-5.14-unsolved"}


@pytest.mark.covers("B25")
def test_a_closed_case_changes_only_by_what_is_allowed(desk, closed):
    """Follow-up and reopening, nothing else."""
    for words in (
        ("note", closed, "再试"),
        ("assign", closed, "--to", "陈一", "--reason", "x"),
        ("void", closed, "--reason", "x"),
    ):
        assert desk.refused(*words, code=1)[0].endswith("-stage")
    desk.itil("follow-up", closed, "--result", "reached", "--satisfaction", "4", "--solved")
    desk.itil("reopen", closed, "--reason", "又坏了")
    shown = desk.show(closed)
    assert shown["status"] == "open" and shown["reported_at"] == shown["first_response_at"] == desk.now
    desk.itil("close", closed, *ALL)
    assert desk.show(closed)["status"] == "completed"


@pytest.mark.covers("B24", "RO1")
def test_only_the_incident_manager_voids(desk):
    """已作废: kept, completed, with its reason."""
    case = desk.new(who="陈一")
    assert desk.refused("void", case, "--reason", "误报", who="陈一", code=4) == ["E-5-role"]
    assert desk.refused("void", case, code=2) == ["E-5-reason"]
    desk.itil("void", case, "--reason", "误报")
    shown = desk.show(case)
    assert (shown["stage"], shown["status"], shown["history"][-1]["reason"]) == ("void", "completed", "误报")


@pytest.mark.covers("B27")
def test_a_case_reported_twice_goes_into_the_other(desk):
    """Only with the case it goes into, of the same customer."""
    first, second = desk.new(), desk.new()
    assert desk.refused("merge", second, "--reason", "重复", code=2) == ["E-5-merged-into"]
    desk.itil("merge", second, "--into", first, "--reason", "重复报修")
    shown = desk.show(second)
    assert (shown["stage"], shown["status"]) == ("merged", "completed") and shown["merged_into"].endswith(first)


@pytest.mark.covers("F34", "RO1")
def test_notes_words_to_and_from_the_customer_and_files(desk, tmp_path: Path):
    """Anybody in people.yaml may leave a note; files keep their bytes, names and digests."""
    case = desk.new()
    desk.itil("note", case, "等待备件", who="档案")
    desk.itil("note", case, "客户催办", "--from-customer")
    desk.itil("note", case, "已告知进展", "--to-customer")
    picture = tmp_path / "截图 1.png"
    picture.write_bytes(b"\x89PNG")
    desk.itil("attach", case, str(picture))
    desk.itil("attach", case, str(picture))
    shown = desk.show(case)
    assert [shown[name][0]["text"] for name in ("notes", "chased", "told")] == ["等待备件", "客户催办", "已告知进展"]
    assert [row["file"] for row in shown["attachments"]] == ["截图 1.png", "截图 1-2.png"]
    assert desk.refused("attach", case, str(tmp_path / "none.png"), code=2) == ["E-file-read"]
    assert desk.refused("note", case, "x", who="nobody@example.com", code=4) == ["E-actor-unknown"]


@pytest.mark.covers("B22")
def test_a_workaround_leaves_its_root_cause_open(desk):
    """Until a cause, a problem or an article."""
    made = desk.itil("new", *_fault(), *DONE, "--kind", "替代方案", "--json").json
    assert "W-5.9-root-cause" in [row["code"] for row in made["warnings"]]
    second = desk.new(*DONE, "--kind", "workaround", "--problem", "recurring:PRB-3")
    assert desk.show(second)["problem"]["ref"] == "PRB-3"


@pytest.mark.covers("B21")
def test_a_supplier_past_his_contract_is_named(desk):
    """L121."""
    case = desk.new("--supplier", "惠普")
    desk.itil("escalate", case, "--to", "tier3", "--reason", "supplier", "--contract", "C1", "--due", "2h")
    desk.itil("resolve", case, "--solution", "换新", now="2026-11-24T09:00:00+08:00")
    assert "W-5.5-contract-late" in [row["code"] for row in desk.itil("check", "--json").json]


def _fault() -> tuple[str, ...]:
    from conftest import FAULT

    return (*FAULT, "-s", "low", "-q", "一般")


@pytest.mark.covers("B13")
def test_the_third_alike_fault_suggests_a_problem(desk):
    """Same customer, category and symptom, three within ninety days; a problem handed over ends it."""
    desk.new(*ALL)
    desk.new(*ALL, "-y", "读卡器  无法识别！")
    made = desk.itil("new", *_fault(), *ALL, "--json").json
    assert [row["code"] for row in made["warnings"]] == ["W-5.9-recurring"]
    assert made["possible_duplicates"] == []
    handed = desk.itil("new", *_fault(), *ALL, "--problem", "recurring:PRB-7", "--json").json
    assert handed["warnings"] == []
    assert desk.itil("new", *_fault(), *ALL, "--json").json["warnings"] == []


def test_a_call_that_may_be_a_duplicate_is_said_to_be(desk):
    """Open, same customer, same category; never merged by itself."""
    first = desk.show(desk.new())["id"]
    made = desk.itil("new", *_fault(), "--json").json
    assert [(row["id"], row["title"], row["why"]) for row in made["possible_duplicates"]] == [
        (first, "读卡器无法识别", "caller")
    ]


@pytest.mark.covers("B14", "F27")
def test_who_did_not_confirm_at_first_may_still_do_so(desk):
    """Refused on Monday, confirmed on Tuesday; then it stands."""
    case = desk.new("-k", "none", "--solution", "重新插拔")
    desk.itil("confirm", case, "--unsigned", "拒签", "--reason", "要先看一天", who="陈一")
    desk.itil("confirm", case, "张三丰", who="陈一")
    assert desk.show(case)["confirmation"]["by"] == "张三丰"
    assert desk.refused("confirm", case, "李", code=1) == ["E-5.10-confirmed"]
    desk.itil("close", case, "-r")
    desk.itil("check")
