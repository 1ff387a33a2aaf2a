"""§5.13, B27: the children of an outage closed by one command, all or none."""

from __future__ import annotations

import pytest


@pytest.fixture
def solved(desk):
    return [desk.new("-k", "none", "--solution", "恢复专线") for _ in range(3)]


@pytest.mark.covers("B27", "B18")
def test_confirmed_cases_are_closed_together(desk, solved):
    """Each by its own customer's word, in one commit; what the last lacks stops all."""
    for case in solved[:2]:
        desk.itil("confirm", case, "--confirmed-by", "张三丰")
    assert desk.refused("close", *solved, "-r", code=1) == ["E-5.10-confirmed-by"]
    said = desk.itil("close", *solved, "-r", code=1).err
    assert f"itil confirm {solved[2]} --confirmed-by …" in said and solved[0] not in said
    assert desk.refused("close", *solved, "-r", "-w", "张三丰", code=2) == ["E-5.13-each-confirms"]
    desk.itil("confirm", solved[2], "--confirmed-by", "李护士")
    before = desk.git("rev-list", "--count", "HEAD")
    made = desk.itil("close", *solved, solved[0], "-r", "--json").json
    assert [one["stage"] for one in made["cases"]] == ["closed"] * 3
    assert int(desk.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert desk.git("log", "-1", "--format=%(trailers:key=Itil-Id)").count("INC-") == 3
    desk.itil("check")


def test_a_word_that_is_no_case_is_the_solution(desk):
    case = desk.new("-k", "none", "--guidance", "重启")
    desk.itil("close", case, "重新插拔", "-w", "张三丰", "-r")
    assert desk.show(case)["resolution"]["steps"] == "重新插拔"
