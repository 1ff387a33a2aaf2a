"""``itil customer``, and what the register means for a call: filled in, learned, the caller who calls again, VIPs (F3)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import FAULT, TestDesk

from itilcli.cli.complete import customers, phones
from itilcli.store.customers import read_customers

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from test_prompting import on_terminal

REGISTER = """\
# whom we serve
customers:
  - organisation: "第一人民医院"
    address: "庆春路1号"
    projects: ["门诊系统"]
    contacts:
      - {name: "张三丰", phone: "0571-88886666", email: "zsf@example.com"}
      - {name: "李四光", phone: "0571-88887777", vip: true}   # the head
      - {name: "郭靖"}
  - organisation: "二院"
    vip: true
    projects: ["甲", "乙"]
    contacts:
      - {name: "王重阳", phone: "0571-66666666"}
"""
REST = ("-b", "停收费", "-e", "无", "--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般")
CALL = ("new", "-y", "读卡器坏", *REST)
FULL = ("-o", "三院", "-c", "杨过", "-p", "0571-77775555")
ADD = ("customer", "add")


@pytest.fixture
def known(desk: TestDesk) -> TestDesk:
    """A desk with a register."""
    (desk.root / "customers.yaml").write_text(REGISTER, "utf-8")
    desk.commit()
    return desk


def text(desk: TestDesk) -> str:
    path = desk.root / "customers.yaml"
    return path.read_text("utf-8") if path.exists() else ""


def caller(desk: TestDesk, *words: str) -> dict[str, str]:
    case = desk.show(desk.itil(*CALL, *words, "--json").json["id"])
    found: dict[str, str] = {**case["customer"], "project": case.get("project")}
    return {name: value for name, value in found.items() if value}


# ── filled in


def test_the_end_of_a_number_fills_in_the_caller(known: TestDesk) -> None:
    """What was typed stays; full width is read too."""
    whole = {
        "organisation": "第一人民医院", "contact": "张三丰", "phone": "0571-88886666", "email": "zsf@example.com",
        "address": "庆春路1号", "project": "门诊系统",
    }  # fmt: skip
    assert caller(known, "-p", "８６６６６") == whole
    other = {"contact": "欧阳锋", "phone": "0571-88887777", "address": "新楼"}
    expected = {**whole, **other}
    del expected["email"]
    assert caller(known, "-p", "7777", "-c", "欧阳锋", "--address", "新楼") == expected
    assert "project" not in caller(known, "-o", "二院", "-p", "6666"), "it has two"
    assert caller(known, "-p", "057166666666")["contact"] == "王重阳"


def test_a_number_that_fits_several_or_nobody(known: TestDesk) -> None:
    assert known.refused(*CALL, "-p", "6666", code=2) == ["E-5.1-phone-several"]
    message = known.itil(*CALL, "-p", "6666", code=2).err
    assert "第一人民医院 张三丰 0571-88886666" in message and "二院 王重阳 0571-66666666" in message
    for words in (("-p", "9999"), ("-p", "666"), ("-p", "8888", "-o", "二院"), ("-p", "总机", "-c", "甲")):
        assert known.refused(*CALL, *words, code=2) == ["E-5.1-phone-unknown"], words
    assert caller(known, "-p", "8001", "-o", "二院", "-c", "黄蓉")["phone"] == "8001", "an extension"
    assert known.refused(*CALL, "-p", "0571-12345678", code=2) == ["E-5.1-organisation", "E-5.1-contact"]


def test_the_end_of_another_organisations_number(known: TestDesk) -> None:
    """It is no extension of the one that was named; nobody's is, where organisation and contact are."""
    for words in (("-p", "6666", "-o", "三院", "-c", "黄蓉"), ("-p", "6666", "-o", "三院", "--incomplete", "x")):
        assert known.refused(*CALL, *words, code=2) == ["E-5.1-phone-elsewhere"], words
    message = known.itil(*CALL, "-o", "三院", "-c", "黄蓉", "-p", "6666", code=2).err
    assert "第一人民医院 张三丰 0571-88886666" in message and "--phone" in message
    assert caller(known, "-p", "8002", "-o", "三院", "-c", "黄蓉")["phone"] == "8002"


def test_a_number_corrected_in_a_case_is_told_to_stand_in_the_register(known: TestDesk) -> None:
    """With the command that changes it there."""
    case = known.new("-p", "0571-88886666")
    note = "itil customer add 第一人民医院 --contact 张三丰 --phone 0571-88880000"
    assert note in known.itil("correct", case, "phone=0571-88880000").err
    known.itil(*note.split()[1:])
    assert note not in known.itil("correct", case, "phone=0571-88880000", "contact=张三丰", code=None).err


def test_off_a_terminal_the_caller_who_calls_again_is_told_of_with_the_way_back(known: TestDesk) -> None:
    case = known.new()
    said = known.itil("new", *FAULT, "-s", "low", "-q", "一般", code=0).err
    assert f"itil {case} " in said and "itil undo" in said


def test_one_number_of_several_people(known: TestDesk) -> None:
    """At the front desk: whoever is named is meant, and nobody is kept from calling."""
    assert caller(known, "-p", "0571-88886666", "-c", "小龙女")["organisation"] == "第一人民医院"
    assert known.refused(*CALL, "-p", "88886666", code=2) == ["E-5.1-phone-several"]
    assert caller(known, "-p", "88886666", "-c", "小龙女")["contact"] == "小龙女"
    assert caller(known, "-p", "88886666", "-c", "尹志平")["organisation"] == "第一人民医院"
    assert caller(known, "-p", "0571-88886666", "-o", "别院", "-c", "丁")["organisation"] == "别院"


def test_a_broken_register_stops_only_who_needs_it(known: TestDesk) -> None:
    (known.root / "customers.yaml").write_text(REGISTER.replace('"0571-88887777"', "13800138000"), "utf-8")
    known.commit()
    before = text(known)
    assert known.refused(*CALL, "-p", "6666", code=1) == ["E-record-type"]
    assert caller(known, *FULL)["organisation"] == "三院"
    known.itil("new", "-y", "坏了", "-p", "0571-77775555", "--incomplete", "电话断了")
    assert text(known) == before
    found = known.itil("check", "--json", code=1).json
    assert [(row["code"], row["line"]) for row in found] == [("E-record-type", 8)]


# ── learned


def test_a_call_teaches_the_register_in_its_own_commit(desk: TestDesk) -> None:
    desk.itil(*CALL, *FULL, "--address", "新路2号", "--email", "yg@example.com")
    assert desk.git("show", "--name-only", "--format=", "HEAD").count("customers.yaml") == 1
    desk.itil(*CALL, "-o", "三院", "-c", "小龙女", "-p", "0571-77774444")
    first = text(desk)
    (one,) = read_customers(desk.root)[0]
    assert (one.organisation, one.address, one.contacts[0].email) == ("三院", "新路2号", "yg@example.com")
    assert [(row.name, row.phone) for row in one.contacts] == [("杨过", "0571-77775555"), ("小龙女", "0571-77774444")]
    desk.itil(*CALL, "-o", "三院", "-c", "杨过", "-p", "0571-11112222", "--address", "别处")
    desk.itil("new", "-y", "坏了", "-o", "四院", "--incomplete", "电话断了")
    assert text(desk) == first, "nothing known is changed, and half a caller is none"
    assert desk.git("status", "--porcelain") == ""
    assert caller(desk, "-p", "5555")["address"] == "新路2号"


def test_what_people_wrote_stays_and_a_missing_number_is_added(known: TestDesk) -> None:
    known.itil(*CALL, "-o", "第一人民医院", "-c", "郭靖", "-p", "8010")
    known.itil(*CALL, *FULL)
    for line in REGISTER.splitlines():
        assert line in text(known) or "郭靖" in line
    assert [one.phone for one in read_customers(known.root)[0].customers[0].contacts][2] == "8010"


def test_an_edit_never_committed_is_not_taken_along(known: TestDesk) -> None:
    (known.root / "customers.yaml").write_text(REGISTER + "# being edited\n", "utf-8")
    known.itil(*CALL, *FULL)
    assert known.git("status", "--porcelain").strip() == "M customers.yaml" and "三院" not in text(known)


def test_a_dry_run_shows_what_would_be_learned(desk: TestDesk) -> None:
    said = desk.itil(*CALL, *FULL, "--dry-run")
    assert '+  - organisation: "三院"' in said.out and text(desk) == ""


# ── by hand


def test_a_customer_is_added_and_added_to(known: TestDesk) -> None:
    said = known.itil(*ADD, "四院", "--contact", "周伯通", "--phone", "0571-1234567", "--project", "HIS", "--vip")
    assert said.out.count("\n") == 2 and "四院" in said.out and "itil customer list" in said.out
    assert "Itil-Action: customer-add\nItil-Clause: 5.1\n" in known.git("log", "-1", "--format=%B")
    more = ("--address", "西路", "--project", "PACS", "--project", "HIS", "--json")
    made = known.itil(*ADD, "四院", *more, who="陈一").json
    assert (made["address"], made["projects"], made["vip"], made["new"]) == ("西路", ["HIS", "PACS"], False, False)
    assert made["contacts"] == [{"name": "周伯通", "phone": "0571-1234567", "email": None, "vip": True}]
    assert known.itil(*ADD, "四院", "-c", "周伯通", "--not-vip", "--json").json["contacts"][0]["vip"] is False
    assert known.itil(*ADD, "四院", "--vip", "--json").json["vip"] is True
    assert all(line in text(known) for line in REGISTER.splitlines())
    before = text(known)
    assert '+  - organisation: "五院"' in known.itil(*ADD, "五院", "--dry-run").out and text(known) == before


def test_bad_input_is_refused_all_at_once(known: TestDesk) -> None:
    assert known.refused(*ADD, " ", "-p", "1", "--email", "x", "--project", " ", code=2) == [
        "E-5.1-customer-name", "E-5.1-customer-empty", "E-5.1-customer-contact", "E-5.1-customer-contact",
        "E-5.1-customer-phone", "E-5.1-customer-email",
    ]  # fmt: skip
    assert known.refused(*ADD, "四院", "-c", " ", code=2) == ["E-5.1-customer-empty"]
    assert known.refused(*ADD, "二院", "--project", "甲", code=2) == ["E-5.1-customer-same"]
    assert known.refused(*ADD, "四院", who="李四", code=4) == ["E-5.1-role"]


def test_the_register_is_listed_and_looked_into(known: TestDesk) -> None:
    assert [row["organisation"] for row in known.itil("customer", "list", "--json").json] == ["第一人民医院", "二院"]
    for part, names in {"人民": 1, "门诊": 1, "ZSF@": 1, "6666": 2, "87777": 1, "nobody": 0}.items():
        assert len(known.itil("customer", "list", part, "--json").json) == names, part
    shown = known.itil("customer", "list").out
    assert "VIP 二院" in shown and "VIP 李四光" in shown and "VIP 张三丰" not in shown
    assert known.itil("customer", "list", "nobody").out == ""


def test_what_is_typed_is_completed(known: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITIL_DESK", str(known.root))
    assert customers("院") == [("第一人民医院", "庆春路1号"), ("二院", "")]
    assert customers("二") == [("二院", "")]
    assert phones("0571-6") == [("0571-66666666", "二院 王重阳")]
    assert [whose for _, whose in phones("6666")] == ["第一人民医院 张三丰", "二院 王重阳"]


def test_check_tells_of_a_customer_that_stands_there_twice(known: TestDesk) -> None:
    (known.root / "customers.yaml").write_text(
        REGISTER + '  - organisation: "二 院"\n  - organisation: "二院 "\n', "utf-8"
    )
    known.commit()
    assert [(row["code"], row["line"]) for row in known.itil("check", "--json").json] == [("W-5.1-customer-twice", 16)]


# ── the caller who calls again


def test_open_cases_of_the_caller_are_told_of(desk: TestDesk) -> None:
    """By number however it is written, or by name; not the closed, not the old, not somebody else's extension."""
    old = desk.new(now="2026-08-01T09:00:00+08:00")
    closed = desk.new("--solution", "重启", "--confirmed-by", "张三丰", "--rest", "none", "-k", "none")
    mine, kind = desk.new(), desk.new("-c", "别人", "-p", "0571-1111111")
    other = desk.new("-g", "application", "-c", "别人", "-p", "0571-1111111")
    extension = desk.new("-o", "二院", "-p", "8001")
    said = desk.itil("new", *FAULT, "-p", "0571 8888-6666", "-s", "low", "-q", "一般", "--json").json
    rows = [(row["id"][-4:], row["why"]) for row in said["possible_duplicates"]]
    assert rows == [(mine, "caller"), (kind, "kind")]
    assert not {old, closed, other, extension} & {name for name, _ in rows}
    again = desk.itil("new", *FAULT, "-p", "8001", "-o", "三院", "-s", "low", "-q", "一般")
    assert extension not in again.err and again.err == ""
    named = desk.itil("new", *FAULT, "-p", "0571-9999999", "-s", "low", "-q", "一般")
    assert mine in named.err and "张三" in named.err


def test_a_call_about_an_open_case_is_recorded_there(desk: TestDesk) -> None:
    """On a terminal it is asked before anything is made; Enter alone makes a new case."""
    first = desk.new()
    call = (*CALL, "-p", "6666")
    code, shown, prompts = on_terminal(desk, call, first.lower())
    assert (code, prompts) == (0, 1), shown
    (row,) = desk.itil("list", "--json").json
    assert [note["text"] for note in desk.show(first)["chased"]] == ["读卡器坏"]
    assert "读卡器无法识别" in shown and "已分类" in shown
    code, shown, prompts = on_terminal(desk, call, "")
    assert (code, prompts, len(desk.itil("list", "--json").json)) == (0, 1, 2), shown
    code, shown, prompts = on_terminal(desk, (*call, "--yes"))
    assert (code, prompts, len(desk.itil("list", "--json").json)) == (0, 0, 3), shown
    code, shown, prompts = on_terminal(desk, ("new", "-p", "6666"), "3", "还没好")
    assert (code, prompts, len(desk.itil("list", "--json").json)) == (0, 2, 3), shown
    assert row["id"].endswith(first)


# ── VIPs


def test_vips_are_marked_and_come_first(known: TestDesk) -> None:
    """The mark is looked up when it is shown; severity and priority stay."""
    plain, head, whole = (known.itil(*CALL, "-p", tail, "--json").json["id"] for tail in ("86666", "7777", "66666666"))
    rows = {row["id"]: row["vip"] for row in known.itil("list", "--json").json}
    assert rows == {plain: False, head: True, whole: True}
    assert {row["id"] for row in known.itil("list", "--vip", "--json").json} == {head, whole}
    assert known.show(head)["vip"] is True and known.show(head)["severity"] == "low"
    assert "VIP" in known.itil("show", head).out and "VIP" not in known.itil("show", plain).out
    assert known.itil("list").out.count("VIP 读卡器坏") == 2
    due = known.itil("due", "--json").json
    assert {row["id"] for row in due[:2]} == {head, whole} and [row["vip"] for row in due] == [True, True, False]
    assert known.itil("due").out.count("VIP") == 2
    known.itil(*ADD, "二院", "--not-vip")
    assert known.show(whole)["vip"] is False
    (known.root / "customers.yaml").write_text("customers: nobody\n", "utf-8")
    assert known.show(head)["vip"] is False, "a broken register marks nobody"
    assert known.refused("list", "--vip", code=1) == ["E-record-type"]


@pytest.mark.covers("F3")
def test_an_unclear_caller_is_told_with_all_else_that_is_missing(desk):
    """One refusal names everything; what the number would have told is not asked for besides."""
    desk.itil("customer", "add", "第一人民医院", "--contact", "张三丰", "--phone", "0571-88886666")
    desk.itil("customer", "add", "第二人民医院", "--contact", "李四光", "--phone", "0571-77776666")
    codes = desk.refused("new", "-p", "6666", "-y", "黑屏", "-e", "无", "--type", "fault", "-g", "terminal", code=2)
    assert codes == [
        "E-5.1-phone-several", "E-5.1-business-impact", "E-5.2-severity", "E-5.2-importance", "E-5.2-urgency",
    ]  # fmt: skip
