"""What a new user met on the first day, and must not meet again."""

from __future__ import annotations

import pytest

ALL = ("--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")


@pytest.mark.covers("F12")
def test_a_major_incident_is_reviewed_even_after_closing(desk):
    """What it found and what is to be done, together; the seal of the closed case holds."""
    case = desk.new("-s", "low", "-q", "重要紧急", "--major", "--notified", *ALL)
    assert desk.refused("review", case, code=2) == ["E-5.2-findings", "E-5.2-actions"]
    desk.itil("review", case, "--findings", "单点故障", "--actions", "增加备机")
    review = desk.show(case)["major_details"]["review"]
    assert (review["findings"], review["actions"], review["by"]) == ("单点故障", "增加备机", "张三")
    assert [row["code"] for row in desk.itil("check", "--json").json] == []
    plain = desk.new(*ALL)
    assert desk.refused("review", plain, "--findings", "x", "--actions", "y", code=1) == ["E-5.2-not-major"]


def test_each_refused_call_keeps_a_draft_of_its_own(desk):
    """The newest goes on first; an empty call keeps nothing and takes nothing."""
    desk.refused("new", "-o", "市一院", "-y", "黑屏")
    desk.refused("new", "-o", "市二院", "-y", "蓝屏")
    desk.refused("new")
    rest = ("-c", "李", "-p", "10086", "-b", "停业", "-e", "无", "--type", "consultation", "-q", "一般")
    names = [
        desk.show(desk.itil("new", "--draft", *rest, "--json").json["id"])["customer"]["organisation"] for _ in range(2)
    ]
    assert names == ["市二院", "市一院"]
    assert desk.refused("new", "--draft", code=2) == ["E-5.1-no-draft"]


def test_what_should_lie_ahead_does(desk):
    """An expected, agreed or awaited time that has passed is a slip of the finger."""
    base = (
        "-o",
        "二院",
        "-c",
        "李",
        "-p",
        "10086",
        "-y",
        "如何导出",
        "-b",
        "无",
        "--type",
        "consultation",
        "-q",
        "一般",
    )
    assert desk.refused("new", *base, "-e", "昨天", code=2) == ["E-5.1-expected-past"]
    case = desk.new()
    assert desk.refused("hold", case, "--on", "supplier", "--reason", "等", "--until", "昨天", code=2) == [
        "E-5-until-past"
    ]
    assert desk.refused("agree", case, "--until", "昨天", "--reason", "等", code=2) == ["E-5.9-until-past"]


@pytest.mark.covers("F32")
def test_a_later_call_that_finds_it_solved_ends_the_complaint_of_the_earlier(desk):
    """Until then the next command is to reopen."""
    case = desk.new(*ALL)
    first = desk.itil("follow-up", case, "--result", "reached", "--satisfaction", "2", "--unsolved", "--json").json
    assert first["next"].startswith("itil reopen")
    desk.itil(
        "follow-up", case, "--result", "reached", "--satisfaction", "5", "--solved", now="2026-11-23T10:00:00+08:00"
    )
    assert "W-5.14-unsolved" not in [row["code"] for row in desk.itil("check", "--json").json]


def test_an_article_is_named_by_any_unique_part(desk):
    """As a case is; the record has the whole ID."""
    article = desk.itil("kb", "new", "--title", "读卡器", "--json").json["id"]
    case = desk.new()
    desk.itil("respond", case, "-k", article.removeprefix("KB-").lower(), "--guidance", "见文章")
    assert desk.show(case)["forms"][0]["knowledge_consulted"] == [article]


def test_in_the_middle_of_a_merge_the_merge_is_what_is_named(desk):
    """Also on the very case whose file has the conflict."""
    case = desk.new()
    path = desk.file(case)
    text = path.read_text(encoding="utf-8")
    desk.git("checkout", "-q", "-b", "other")
    path.write_text(text.replace("读卡器无法识别", "读卡器甲"), encoding="utf-8")
    desk.commit()
    desk.git("checkout", "-q", "main")
    path.write_text(text.replace("读卡器无法识别", "读卡器乙"), encoding="utf-8")
    desk.commit()
    with pytest.raises(Exception, match="merge"):
        desk.git("merge", "other")
    said = desk.itil("note", case, "x", "--json", code=5)
    assert said.codes == ["E-desk-under-way"]


def test_the_first_line_tells_of_a_hold_and_of_a_new_owner(desk):
    """It is what catches a wrong ID."""
    case = desk.new()
    assert "已挂起：等待供应商" in desk.itil("hold", case, "--on", "supplier", "--reason", "等备件").out
    assert "已恢复" in desk.itil("resume", case).out
    assert "跟踪人：陈一" in desk.itil("assign", case, "--owner", "陈一", "--reason", "换班").out


def test_the_next_command_of_a_visit_names_what_its_plan_lacks(desk):
    """Ready to paste."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "--guidance", "重启")
    words = (
        "--decided-by",
        "王五",
        "--reason",
        "远程无法解决",
        "--engineer",
        "李四",
        "--from",
        "+1h",
        "--until",
        "+3h",
    )
    desk.itil("dispatch", case, *words)
    assert desk.itil("approve", "--json", who="赵总").json["next"].endswith(" --appointment … --ready")
    assert (
        desk.itil("visit", "plan", case, "--appointment", "+1h", "--json")
        .json["next"]
        .endswith(f"visit plan {case} --ready")
    )
    assert desk.itil("visit", "plan", case, "--ready", "--json").json["next"].endswith(f"visit start {case}")


@pytest.mark.parametrize("group", ["people", "kb", "model", "customer"])
def test_the_name_of_several_verbs_alone_lists(desk, group: str):
    """What there is, as `list` does; where nothing is to be listed, the help page."""
    assert desk.itil(group).out == desk.itil(group, "list").out
    assert desk.itil("visit").out == desk.itil("visit", "--help").out
