"""§5.7, §5.10: several visits, who is there, the paper of each, and who accepts that nobody signed."""

from __future__ import annotations

from pathlib import Path

import pytest

DISPATCH = ("--decided-by", "王五", "--reason", "远程无效", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
FOUND = ("--diagnosis", "比对", "--cause", "主板烧毁")
SOLVED = (*FOUND, "--solved", "--solution", "更换主板", "--backup", "/b/1")


def due(desk, who="张三"):
    return {row["kind"]: row for row in desk.itil("due", "--json", who=who).json}


def form(desk, case, ref):
    return next(one for one in desk.show(case)["forms"] if one["ref"].endswith(ref))


def sent(desk, case):
    """The next work order approved, and the engineer on site."""
    desk.itil("dispatch", case, *DISPATCH)
    desk.itil("approve", who="赵总")
    desk.itil("visit", "start", case, "--appointment", "+0m", "--cooperation", "钥匙", "--ready")
    return case


@pytest.fixture
def on_site(desk):
    case = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔", who="陈一")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    return sent(desk, case)


@pytest.fixture
def in_vain(desk, on_site):
    desk.itil("visit", "finish", on_site, *FOUND, "--unsolved")
    return on_site


@pytest.fixture
def twice(desk, in_vain):
    """Solved by a second visit; neither paper is signed."""
    desk.itil("visit", "finish", sent(desk, in_vain), *SOLVED)
    return in_vain


def test_after_a_visit_in_vain_no_order_waits(desk, in_vain):
    """Told as such wherever the case is told; the code stays."""
    assert desk.show(in_vain)["stage"] == "dispatch_pending"
    for words in (("show", in_vain), ("list",), ("note", in_vain, "客户知道了")):
        said = desk.itil(*words).out
        assert "dispatch" in said or "待再次派单" in said, words
        assert "工单待审批" not in said.split("处理经过")[0]
    desk.itil("dispatch", in_vain, *DISPATCH)
    assert "工单待审批" in desk.itil("list").out


@pytest.mark.covers("B14", "F27")
def test_a_visit_in_vain_that_nobody_signed_is_explained_at_once(desk, in_vain):
    """Its paper stands in `due`, signed or not; it needs no solution, and the manager's word for it."""
    row = due(desk, "陈一")["scan"]
    assert row["command"] == f"itil sign {in_vain}/onsite-1 --signed-by … --signature …"
    assert f"itil sign {in_vain}/onsite-1 --unsigned … --reason …" in row["text"]
    words = ("sign", f"{in_vain}/onsite-1", "--unsigned")
    assert desk.refused(*words, "联系不上", code=2) == ["E-5.10-unsigned-visit", "E-5.10-unsigned-reason"]
    desk.itil(*words, "拒签", "--reason", "对费用有异议", "--witness", "保安", who="陈一")
    assert form(desk, in_vain, "onsite-1")["signature"]["outcome"] == "refused_to_sign"
    assert desk.show(in_vain)["stage"] == "dispatch_pending" and "confirmation" not in desk.show(in_vain)
    assert "scan" not in due(desk, "陈一")
    assert due(desk)["acceptance"]["command"] == f"itil confirm {in_vain}/onsite-1 --accept"
    assert desk.refused("confirm", in_vain, "--accept", who="陈一", code=4) == ["E-5.10-role"]
    desk.itil("confirm", f"{in_vain}/onsite-1", "--accept")
    assert form(desk, in_vain, "onsite-1")["signature"]["accepted_by"] == "张三"
    assert "acceptance" not in due(desk)
    assert [one["action"] for one in desk.show(in_vain)["history"]][-2:] == ["sign-unsigned", "confirm-accept"]


@pytest.mark.covers("B14")
def test_the_visit_that_is_named_counts(desk, twice, tmp_path: Path):
    """An earlier one is no word on the case; the last one is. Closing names what is still missing."""
    desk.itil("confirm", f"{twice}/onsite-1", "--unsigned", "拒签", "--reason", "没修好", who="陈一")
    assert desk.show(twice)["stage"] == "resolved"
    assert "signature" not in form(desk, twice, "onsite-2")
    desk.itil("confirm", twice, "--confirmed-by", "张三丰", who="陈一")
    close = ("close", twice, "-r")
    assert "E-5.10-unsigned-open" in desk.refused(*close, who="陈一")
    desk.itil("confirm", twice, "--accept")
    paper = f"itil sign {twice}/onsite-2 --signed-by … --signature …"
    assert desk.itil("next", twice, "--json").json["next"] == paper
    scan = tmp_path / "签字单.jpg"
    scan.write_bytes(b"\xff\xd8\xffscan")
    desk.itil("sign", f"{twice}/onsite-2", "--signed-by", "张三丰", "--signature", str(scan))
    desk.itil(*close, who="陈一")
    desk.itil("check")


@pytest.mark.covers("B14")
def test_a_refusal_is_no_confirmation_before_it_is_accepted(desk, on_site):
    """Nobody reads 客户已确认 there; then the way to the end is named step by step."""
    desk.itil("visit", "finish", on_site, *SOLVED)
    made = desk.itil("confirm", on_site, "--unsigned", "拒签", "--reason", "不满意", who="陈一")
    assert "拒绝签字" in made.out and "客户已确认" not in made.out
    assert made.out.endswith(f"→ itil confirm {on_site} --accept\n")
    for words in (("list",), ("show", on_site), ("due", "--all")):
        assert "客户已确认" not in desk.itil(*words).out, words
    assert desk.show(on_site)["stage"] == "confirmed"
    made = desk.itil("confirm", on_site, "--accept")
    assert "客户已确认" in made.out and made.out.endswith(f"→ itil close {on_site} --rest none\n")
    assert desk.refused("confirm", on_site, "--accept") == ["E-5.10-nothing-to-accept"]
    assert desk.git("log", "-1", "--format=%s").startswith("认可未确认")
    desk.itil("close", on_site, "-r", who="陈一")
    desk.itil("receive", on_site, "--refuse", "缺签名", who="档案")
    told = desk.itil("log", on_site).out
    assert [word in told for word in ("未确认情况", "认可未确认", "退回补正")] == [True] * 3 and "接收归档" not in told
    desk.itil("check")


@pytest.mark.covers("B14", "F33")
def test_an_acceptance_of_an_older_file_reads_as_one(desk):
    """It was the same action without a reason."""
    case = desk.new("-k", "none", "--solution", "好了")
    desk.itil("confirm", case, "--unsigned", "拒签", "--reason", "不满意", who="陈一")
    desk.itil("confirm", case, "--accept")
    path = desk.file(case)
    path.write_text(path.read_text("utf-8").replace('"confirm-accept"', '"confirm-unsigned"'), "utf-8")
    desk.commit()
    told = desk.itil("log", case).out
    assert told.count("认可未确认  ") == 1 and told.count("未确认情况  ") == 1
    assert desk.itil("check").code == 0


@pytest.mark.covers("F21")
def test_nobody_arrives_twice_and_another_may_join(desk, on_site):
    words = ("visit", "start", on_site)
    assert desk.refused(*words, code=1) == ["E-5.7-there-already"]
    assert desk.refused(*words, "--performed-by", "李四", code=1) == ["E-5.7-there-already"]
    desk.itil(*words, "--performed-by", "陈一")
    assert [one["who"] for one in form(desk, on_site, "onsite-1")["sessions"]] == ["李四", "陈一"]
    assert desk.refused(*words, code=1) == ["E-5.7-there-already"]


@pytest.mark.covers("F19", "F21")
def test_the_next_day_s_appointment_moves_between_the_days(desk, on_site):
    """Leaving says when they come back; that is the appointment, and it moves while nobody is there."""
    plan = ("visit", "plan", on_site, "--appointment")
    assert desk.refused(*plan, "11-25 10:00", code=1) == ["E-5.7-on-site"]
    desk.itil("visit", "leave", on_site, "--back", "11-24 09:30", "--reason", "等备件")
    assert form(desk, on_site, "onsite-1")["appointment"]["at"] == "2026-11-24T09:30:00+08:00"
    assert due(desk, "李四")["visit"]["due"] == "2026-11-24T09:30:00+08:00"
    desk.itil(*plan, "11-25 10:00")
    assert due(desk, "李四")["visit"]["due"] == "2026-11-25T10:00:00+08:00"
    assert len(form(desk, on_site, "onsite-1")["earlier_appointments"]) == 2
    desk.itil("visit", "start", on_site, now="2026-11-25T10:05:00+08:00")
    desk.itil("visit", "finish", on_site, *FOUND, "--solved", now="2026-11-25T11:00:00+08:00")
    assert desk.refused(*plan, "11-26 10:00", now="2026-11-25T11:00:00+08:00", code=1) == ["E-5.7-over"]
