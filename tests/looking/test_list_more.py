"""`itil list`: the filters of an auditor, samples, and the archivist's list of forms."""

from __future__ import annotations

import csv
import io

import pytest

DISPATCH = ("--decided-by", "王五", "--reason", "远程无效", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
CLOSED = ("--solution", "重新插拔", "--confirmed-by", "张三丰", "--rest", "none")
FINISH = (
    "--diagnosis", "baseline_comparison", "--cause", "驱动版本不符", "--performed-by", "李四", "--solved", "--solution",
    "更新驱动", "--backup", "/backup/1", "--signed-by", "张三丰",
)  # fmt: skip


def ids(said):
    return [row["id"].rpartition("-")[2] for row in said.json]


def picked(desk, words):
    return set(ids(desk.itil("list", "--json", *words.split())))


@pytest.fixture
def three(desk):
    """Low by phone on Friday; medium and urgent by e-mail on Monday; a call taken incomplete and a day late."""
    phone = desk.new(now="2026-11-20T09:00:00+08:00")
    mail = desk.new(
        "-s", "medium", "-q", "重要紧急", "-g", "application", "--channel", "email", who="陈一",
        now="2026-11-23T09:00:00+08:00",
    )  # fmt: skip
    words = ("-o", "第二医院", "-y", "黑屏", "--incomplete", "来电中断", "--at", "2026-11-21T10:00:00+08:00", "--json")
    late = desk.itil("new", *words, now="2026-11-24T09:00:00+08:00").json["id"].rpartition("-")[2]
    desk.now = "2026-11-25T09:00:00+08:00"
    return desk, phone, mail, late


def test_each_filter_finds_what_it_names(three):
    desk, phone, mail, late = three
    for words, expected in {
        "--category application": {mail},
        "--category terminal,application": {phone, mail},
        "--priority 高": {mail},
        "--priority 重要紧急": {mail},
        "--priority 一般": {phone},
        "--priority low,important_urgent": {phone, mail},
        "--importance 重要": {mail},
        "--urgency normal": {phone},
        "--channel 邮件": {mail},
        "--channel 电话": {phone, late},
        "--owner 陈一": {mail},
        "--owner 早已离职": set(),
        "--since 11-23": {mail},
        "--since 上周六": {mail, late},
        "--since 11-21T10:00": {mail, late},
        "--until 2026-11-20": {phone},
        "--since 11-20 --until 11-21": {phone, late},
        "--exception 补录超过一天": {late},
        "--exception incomplete": {late},
        "--exception mode,unsigned,verbal,backup_waived": set(),
    }.items():
        assert picked(desk, words) == expected, words


def test_exceptions_stand_in_what_was_recorded(desk):
    """Also of an intake that was completed since, and each of the others."""
    waived = desk.new("-s", "medium")
    desk.itil("backup", waived, "--waived-by", "王五", "--reason", "无数据")
    low = desk.new()
    desk.itil("remote", low, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    desk.itil("dispatch", low, *DISPATCH, "--mode-exception", "客户无网络")
    spoken = desk.new("-s", "medium")
    desk.itil("respond", spoken, "-k", "none", "--guidance", "重新插拔")
    desk.itil("dispatch", spoken, *DISPATCH, "--verbal-approval", "赵总", "--approval-via", "phone")
    refused = desk.new("--solution", "重新插拔")
    desk.itil("confirm", refused, "--unsigned", "refused", "--reason", "不愿签字")
    words = ("-o", "第二医院", "-y", "黑屏", "--incomplete", "来电中断", "--json")
    broken = desk.itil("new", *words).json["id"].rpartition("-")[2]
    rest = ("-c", "李四丰", "-p", "0571-1", "--address", "西湖路", "-b", "停用", "-e", "无", "--type", "fault")
    desk.itil("classify", broken, *rest, "-g", "terminal", "-s", "low", "-q", "一般", now="2026-11-23T09:30:00+08:00")
    found = {"backup_waived": waived, "mode": low, "verbal": spoken, "unsigned": refused, "incomplete": broken}
    for kind, case in found.items():
        assert picked(desk, f"--exception {kind}") == {case}, kind
    assert picked(desk, "--exception mode,verbal") == {low, spoken}


def test_what_means_nothing_is_told_at_once(desk):
    words = "--exception x --priority y --since gestern --until 前 --sample 0 --owner a --channel z"
    said = desk.itil("list", *words.split(), "--json", code=2)
    assert set(said.codes) == {"E-list-value", "E-list-time", "E-list-limit"}
    places = {problem["where"] for problem in said.json["error"]["problems"]}
    assert places == {"--exception", "--priority", "--since", "--until", "--sample", "--channel"}
    assert desk.refused("list", "--since", "今天", "--until", "昨天", code=2) == ["E-list-contradiction"]
    assert desk.refused("list", "--seed", "7", code=2) == ["E-list-seed"]


def test_a_sample_is_the_same_again_with_its_seed(desk):
    for _ in range(6):
        desk.new()
    first = ids(desk.itil("list", "--sample", "3", "--seed", "7", "--json"))
    assert len(first) == 3
    assert ids(desk.itil("list", "--sample", "3", "--seed", "7", "--json")) == first
    assert set(ids(desk.itil("list", "--sample", "4", "--seed", "7", "--json"))) > set(first)
    others = [ids(desk.itil("list", "--sample", "3", "--seed", str(seed), "--json")) for seed in range(8)]
    assert len({tuple(sorted(one)) for one in others}) > 1
    said = desk.itil("list", "--sample", "2", "--language", "en")
    seed = said.err.split("--seed ")[1].split()[0]
    again = desk.itil("list", "--sample", "2", "--seed", seed, "--language", "en")
    assert again.out == said.out
    assert len(ids(desk.itil("list", "--sample", "99", "--json"))) == 6


@pytest.fixture
def filed(desk, tmp_path):
    """Two work orders of a case closed in November, the first withdrawn; one of a case still open."""
    scan = tmp_path / "签字单.jpg"
    scan.write_bytes(b"\xff\xd8\xffscan")
    case, open_ = desk.new("-s", "medium"), desk.new("-s", "medium")
    for one in (case, open_):
        desk.itil("respond", one, "-k", "none", "--guidance", "重新插拔")
        desk.itil("dispatch", one, *DISPATCH)
    desk.itil("approve", f"{case}/work-order-1", who="赵总")
    desk.itil("withdraw", f"{case}/work-order-1", "--reason", "改期", who="赵总")
    desk.itil("dispatch", case, *DISPATCH)
    desk.itil("approve", f"{case}/work-order-2", who="赵总")
    desk.itil("visit", "plan", case, "--appointment", "+1h", "--cooperation", "管理员账号", "--ready")
    desk.itil("visit", "start", case)
    desk.itil("visit", "finish", case, *FINISH, "--signature", str(scan))
    desk.now = "2026-12-01T09:00:00+08:00"
    desk.itil("close", case, "--confirmed-by", "张三丰", "--rest", "none")
    desk.itil("follow-up", case, "--result", "reached", "--satisfaction", "5", "--solved")
    return desk, case, open_


def test_the_archivists_list_has_a_row_for_each_work_order(filed):
    """By the month of archiving; a form not archived by its own date."""
    desk, case, open_ = filed
    desk.itil("receive", f"{case}/work-order-2", "--location", "A柜3层", who="档案")
    desk.itil("receive", f"{case}/work-order-1", "--refuse", "缺签字", who="档案")
    listed = ("list", "--form", "work-order", "--month")
    rows = desk.itil(*listed, "2026-12", "--json").json
    assert [row["form"]["ref"].partition("-")[2][9:] for row in rows] == [f"{case}/work-order-{n}" for n in (1, 2)]
    assert [row["form"]["serial"] for row in rows] == [f"JQ-ITSMS-04-01-03-2026-000{n}" for n in (1, 2)]
    assert rows[1]["form"]["received"]["location"] == "A柜3层"
    assert rows[0]["customer"]["organisation"] == "第一人民医院"
    assert [row["id"].rpartition("-")[2] for row in desk.itil(*listed, "2026-11", "--json").json] == [open_]
    lines = desk.itil(*listed, "2026-12", "--language", "en").out.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(rows[0]["form"]["ref"]) and lines[1].endswith("sent back: 缺签字")
    assert "A柜3层 2026-12-01 09:00 档案" in lines[2]
    table = list(csv.DictReader(io.StringIO(desk.itil(*listed, "2026-12", "--format", "csv").out)))
    assert [(row["serial"][-1], row["location"], row["refused"]) for row in table] == [
        ("1", "", "缺签字"),
        ("2", "A柜3层", ""),
    ]
    assert table[0]["withdrawn"] == "改期" and table[1]["engineers"] == "李四"
    assert len(desk.itil(*listed, "2026-12", "--limit", "1", "--json").json) == 1
    assert len(desk.itil(*listed, "2026-12", "--sample", "1", "--seed", "1", "--json").json) == 1
    assert desk.itil(*listed, "2026-10").out == ""


@pytest.mark.parametrize("kind, heading", [("onsite", "signed"), ("remote", "session"), ("follow-up", "result")])
def test_every_kind_of_form_has_its_list(filed, kind, heading):
    desk, case, _ = filed
    lines = desk.itil("list", "--form", kind, "--language", "en", "--completed").out.splitlines()
    assert lines[0].endswith(heading) and len(lines) == 2, lines
    assert case in lines[1]
    said = {"onsite": "张三丰, 1 pages", "remote": "by phone alone", "follow-up": "reached, very satisfied"}[kind]
    assert lines[1].endswith(said)
    (row,) = csv.DictReader(io.StringIO(desk.itil("list", "--form", kind, "--completed", "--format", "csv").out))
    assert row["organisation"] == "第一人民医院"
    (found,) = desk.itil("list", "--form", kind, "--completed", "--json").json
    assert found["form"]["ref"].startswith(found["id"]) and found["status"] == "completed"
