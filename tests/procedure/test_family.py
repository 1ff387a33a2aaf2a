"""B27: one outage at many customers is a parent with children; what one customer reported twice is merged."""

from __future__ import annotations

from typing import Any

from conftest import FAULT, TestDesk

OTHER = ("-o", "第二人民医院", "-c", "李护士", "-p", "0571-66667777")


def same(desk: TestDesk, case: str, *more: str, caller: tuple[str, ...] = OTHER) -> str:
    """A further caller of the same outage."""
    return str(desk.itil("new", "--same-as", case, *caller, *more, "--json").json["id"]).rpartition("-")[2]


def of_another(desk: TestDesk, *more: str) -> str:
    """A case of its own, of another customer."""
    given = (*OTHER, *FAULT[8:], "-s", "low", "-q", "一般")
    return str(desk.itil("new", *given, *more, "--json").json["id"]).rpartition("-")[2]


def warned(desk: TestDesk, *words: str) -> list[str]:
    made: dict[str, Any] = desk.itil(*words, "--json").json
    return [row["code"] for row in made["warnings"]]


def test_one_more_caller_is_one_short_command(desk: TestDesk) -> None:
    parent = desk.new(
        "-s", "high", "-q", "重要紧急", "--item", "专线", "--guidance", "先用手工结算", "--supplier", "电信"
    )
    said = desk.itil("new", "--same-as", parent, *OTHER)
    assert parent in said.err and "分类" in said.err
    child = said.out.split()[0].rpartition("-")[2]
    case, first = desk.show(child), desk.show(parent)
    taken = ("title", "symptom", "business_impact", "type", "category", "severity", "priority", "configuration_items")
    assert [case[name] for name in taken] == [first[name] for name in taken]
    assert (case["parent"], case["expected_by_none"]) == (first["id"], True)
    assert case["customer"]["organisation"] == "第二人民医院" and "supplier" not in case
    assert case["forms"][0]["guidance"] == "先用手工结算"
    grandchild = same(desk, child, "-s", "low", caller=("-o", "第三医院", "-c", "王", "-p", "1"))
    assert desk.show(grandchild)["parent"] == first["id"], "no grandparents"
    assert desk.show(grandchild)["severity"] == "low", "what is typed counts"
    assert [row["id"] for row in first["children"]] == [case["id"]]
    assert "第二人民医院" in desk.itil("show", parent).out and first["id"] in desk.itil("show", child).out
    listed = desk.itil("list", "--parent", parent, "--json").json
    assert {row["id"][-4:] for row in listed} == {child, grandchild}
    assert desk.itil("check").code == 0


def test_a_time_that_has_passed_is_asked_for_anew(desk: TestDesk) -> None:
    parent = desk.new("-e", "2h")
    later = {"now": "2026-11-23T10:00:00+08:00"}
    case = desk.itil("new", "--same-as", parent, *OTHER, "--json", **later).json["id"]
    assert desk.show(case)["expected_by"] == "2026-11-23T11:00:00+08:00"
    late = {"now": "2026-11-23T12:00:00+08:00"}
    assert desk.refused("new", "--same-as", parent, *OTHER, code=2, **late) == ["E-5.1-expected-by"]
    desk.itil("new", "--same-as", parent, *OTHER, "-e", "3h", **late)


def test_a_child_is_judged_with_its_parent(desk: TestDesk) -> None:
    """F12: one outage is major or not once, however many report it."""
    parent = desk.new("-s", "high", "-q", "重要紧急")
    assert "W-5.2-major-unjudged" in [row["code"] for row in desk.itil("check", "--json").json]
    desk.itil("classify", parent, "--not-major")
    child = same(desk, parent)
    assert desk.itil("check", "--json").json == []
    assert not [row for row in desk.itil("due", "--all", "--json").json if row["kind"] == "major"]
    assert "W-5.2-major-unjudged" in warned(desk, "link", child, "--parent", "none")


def test_the_same_customer_is_warned_of_and_a_completed_parent_refused(desk: TestDesk) -> None:
    parent = desk.new()
    assert warned(desk, "new", "--same-as", parent, *FAULT[:8]) == ["W-5-same-customer"]
    desk.itil("close", parent, "--solution", "更换", "--confirmed-by", "张三丰", "--rest", "none")
    assert desk.refused("new", "--same-as", parent, *OTHER, code=1) == ["E-5-parent-completed"]
    other = of_another(desk)
    assert desk.refused("link", other, "--parent", parent) == ["E-5-parent-completed"]
    void = desk.new()
    desk.itil("void", void, "--reason", "误报")
    assert desk.refused("new", "--same-as", void, *OTHER) == ["E-5-parent-completed"]


def test_link(desk: TestDesk) -> None:
    parent, child, other = desk.new(), of_another(desk), desk.new()
    assert desk.refused("link", child, code=2) == ["E-5-link"]
    assert desk.refused("link", child, "--parent", "none") == ["E-5-no-parent"]
    assert desk.refused("link", child, "--parent", child) == ["E-5-itself"]
    assert desk.refused("link", child, "--related", child) == ["E-5-itself"]
    desk.itil("link", child, "--parent", parent, "--related", other, who="李四")
    found = desk.show(child)
    assert (found["parent"][-4:], [one[-4:] for one in found["related"]]) == (parent, [other])
    assert found["history"][-1]["action"] == "link" and found["history"][-1]["set"]["parent"][-4:] == parent
    assert desk.refused("link", other, "--parent", child) == ["E-5-grandparent"]
    assert desk.refused("link", parent, "--parent", other) == ["E-5-grandparent"]
    hint = desk.itil("link", other, "--parent", child, code=1).err
    assert f"itil link {desk.show(other)['id']} --parent {desk.show(parent)['id']}" in hint
    desk.itil("link", child, "--parent", "none")
    assert desk.show(child)["parent"] is None
    desk.itil("check")


def test_one_solution_for_the_whole_family(desk: TestDesk) -> None:
    parent = desk.new("-s", "high", "-q", "重要紧急", "--not-major")
    first, second = same(desk, parent), same(desk, parent, caller=("-o", "第三医院", "-c", "王", "-p", "1"))
    desk.itil("hold", second, "--on", "supplier", "--reason", "等线路")
    desk.itil("escalate", parent, "--to", "tier2", "--reason", "beyond_capability", "--assignee", "李四")
    before = desk.git("rev-list", "--count", "HEAD")
    made = desk.itil(
        "resolve", parent, "--with-children", "--solution", "恢复专线", "--backup-waived", "不涉及数据",
        "--mode-exception", "远程恢复", "--change", "none", "--confirmed-by", "张三丰", "--json",
    ).json  # fmt: skip
    assert int(desk.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert [row["stage"] for row in made["cases"]] == ["confirmed", "resolved", "resolved"]
    for code in (first, second):
        case = desk.show(code)
        assert (case["resolution"]["tier"], case["resolution"]["steps"]) == (2, "恢复专线")
        assert (case["backup"]["waived"]["reason"], case["mode_exception"]["reason"]) == ("不涉及数据", "远程恢复")
        assert (case["change"], case["hold"], case.get("confirmation")) == ("none", None, None)
    assert desk.git("log", "-1", "--format=%(trailers:key=Itil-Id)").count("INC-") == 3
    assert desk.itil("check").code == 0
    shown = desk.itil("close", first, "--confirmed-by", "李护士", "--rest", "none").out
    assert "已关闭" in shown


def test_all_or_none(desk: TestDesk) -> None:
    """A child that cannot be resolved stops the whole, and each that stops it is named."""
    parent = desk.new()
    same(desk, parent)
    logged, pending = (
        desk.new("--incomplete", "占线"),
        same(desk, parent, "-k", "none", caller=("-o", "第三医院", "-c", "王", "-p", "1")),
    )
    desk.itil("link", logged, "--parent", parent)
    desk.itil(
        "dispatch", pending, "--decided-by", "王五", "--engineer", "李四", "--from", "2h", "--until", "4h",
        "--reason", "远程无效", "--mode-exception", "客户要求",
    )  # fmt: skip
    words = ("resolve", parent, "--with-children", "--solution", "恢复专线")
    assert desk.refused(*words, code=1) == ["E-5.9-stage", "E-5.9-stage"]
    told = desk.itil(*words, code=1).err
    assert logged in told and pending in told
    assert desk.refused("resolve", parent, "--with-children").count("E-5.9-solution") >= 1
    assert desk.show(parent)["stage"] == "classified"


def test_without_children_it_says_so(desk: TestDesk) -> None:
    parent = desk.new()
    made = desk.itil("resolve", parent, "--with-children", "--solution", "重启", "--json").json
    assert [row["code"] for row in made["warnings"]] == ["W-5-childless"] and len(made["cases"]) == 1


def test_merging_is_for_one_customer(desk: TestDesk) -> None:
    case, other, done = desk.new(), of_another(desk), desk.new()
    words = ("merge", case, "--reason", "重复")
    assert desk.refused(*words, "--into", other) == ["E-5-merge-customer"]
    assert f"--parent {desk.show(other)['id']}" in desk.itil(*words, "--into", other, code=1).err
    assert desk.refused("merge", case, "--into", other) == ["E-5-merge-customer", "E-5-reason"], "all at once"
    desk.itil("close", done, "--solution", "重启", "--confirmed-by", "张三丰", "--rest", "none")
    assert desk.refused(*words, "--into", done) == ["E-5-merge-completed"]
    twin = desk.new()
    desk.itil("merge", twin, "--into", case, "--reason", "重复")
    assert desk.refused(*words, "--into", twin) == ["E-5-merge-completed"]


def test_a_parent_that_is_not_there_is_told_by_check_and_stops_no_reader(desk: TestDesk) -> None:
    child = desk.new()
    path = desk.file(child)
    for wrong in ("xyz", "INC-20261123-AAAA"):
        text = path.read_text("utf-8")
        path.write_text(text.split("parent:")[0].rstrip() + f'\nparent: "{wrong}"\n', encoding="utf-8")
        assert desk.show(child)["parent"] == wrong and wrong in desk.itil("show", child).out
        assert "E-5-no-case" in {row["code"] for row in desk.itil("check", "--json", code=1).json}
