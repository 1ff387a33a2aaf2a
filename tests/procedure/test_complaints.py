"""§5.14: an unhappy customer is heard: the complaint waits until it is answered (F32, B21b)."""

from __future__ import annotations

import pytest

CLOSED = ("--took", "7m", "-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")
CALL = ("--result", "reached", "--satisfaction", "2", "--solved", "--complaint", "等了两天")


@pytest.mark.covers("F32", "B21b")
def test_a_complaint_waits_for_its_handler_and_the_top_management(desk):
    """Until somebody says how it was answered."""
    case = desk.new(*CLOSED)
    desk.itil("follow-up", case, *CALL, "--handler", "陈一")
    for who in ("陈一", "周总"):
        assert [row["kind"] for row in desk.itil("due", "--json", who=who).json] == ["complaint"]
    assert "W-5.14-complaint" in desk.itil("check", "--json").out
    desk.itil("follow-up", case, "--outcome", "登门致歉，客户接受", who="陈一")
    forms = {form["ref"].partition("/")[2]: form for form in desk.show(case)["forms"]}
    complaint = forms["follow-up-1"]["complaint"]
    assert (complaint["handler"], complaint["outcome"]) == ("陈一", "登门致歉，客户接受")
    assert complaint["closed_at"] == "2026-11-23T09:00:00+08:00"
    assert desk.itil("due", "--json", who="周总").json == []
    desk.itil("check")


@pytest.mark.covers("F32")
def test_without_a_complaint_there_is_no_answer(desk):
    """The verb says so."""
    case = desk.new(*CLOSED)
    assert desk.refused("follow-up", case, "--outcome", "x", code=1) == ["E-5.14-no-complaint"]
