"""Inked serials however they are spelled, and the month's work orders received in one commit."""

from __future__ import annotations

import pytest

DISPATCH = ("--decided-by", "王五", "--reason", "远程无效", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
FINISH = (
    "--diagnosis", "baseline_comparison", "--cause", "驱动版本不符", "--performed-by", "李四", "--solved", "--solution",
    "更新驱动", "--backup", "/backup/1", "--signed-by", "张三丰",
)  # fmt: skip


@pytest.fixture
def visited(desk, tmp_path):
    """Makes a case that was closed after a visit; one work order of it more for each that was withdrawn."""
    scan = tmp_path / "签字单.jpg"
    scan.write_bytes(b"\xff\xd8\xffscan")

    def make(withdrawn=0):
        case = desk.new("-s", "medium")
        desk.itil("respond", case, "-k", "none", "--guidance", "重新插拔")
        for number in range(1, withdrawn + 2):
            desk.itil("dispatch", case, *DISPATCH)
            desk.itil("approve", f"{case}/work-order-{number}", who="赵总")
            if number <= withdrawn:
                desk.itil("withdraw", f"{case}/work-order-{number}", "--reason", "改期", who="赵总")
        desk.itil("visit", "plan", case, "--appointment", "+1h", "--cooperation", "管理员账号", "--ready")
        desk.itil("visit", "start", case)
        desk.itil("visit", "finish", case, *FINISH, "--signature", str(scan))
        desk.itil("close", case, "--confirmed-by", "张三丰", "--rest", "none")
        return case

    return make


@pytest.mark.parametrize(
    "spelled",
    [
        "JQ-ITSMS-04-01-03-2026-0001", "04-01-03-2026-1", "jq-itsms-04-01-03-2026-0001", "JQ ITSMS 04 01 03 2026 1",
        "ＪＱ－ＩＴＳＭＳ－０４－０１－０３－２０２６－０００１", "04_01_03_2026_01", "04—01–03−2026-1", "JQITSMS-04-01-03-2026-1",
        " 04 - 01 - 03 - 2026 - 0001 ",
    ],
)  # fmt: skip
def test_a_serial_is_read_as_it_is_inked(spelled):
    from itilcli.actions.looking.finding import serial_of

    assert serial_of(spelled) == "JQ-ITSMS-04-01-03-2026-0001"


@pytest.mark.parametrize("other", ["7K3Q", "0571-88886666", "04-01-07-2026-1", "04-01-03-26-1", "INC-20261123-7K3Q"])
def test_other_names_are_no_serials(other):
    from itilcli.actions.looking.finding import serial_of

    assert serial_of(other) is None


def test_several_work_orders_are_received_at_one_place_in_one_commit(desk, visited):
    first, second = visited(), visited(withdrawn=1)
    before = desk.git("rev-parse", "HEAD")
    refs = ("04-01-03-2026-1", f"{second}/work-order-1", f"{second}/work-order-2")
    refused = desk.itil("receive", *refs, "--json", who="档案", code=2)
    assert set(refused.codes) == {"E-5.11-location"}
    assert desk.refused("receive", refs[0], "04-01-03-2026-99", "--location", "A柜", who="档案") == ["E-find-none"]
    made = desk.itil("receive", *refs, "--location", "A柜3层", "--json", who="档案").json
    assert [case["id"].rpartition("-")[2] for case in made["cases"]] == [first, second]
    assert desk.git("rev-parse", "HEAD~1") == before
    for case, ref in ((first, "work-order-1"), (second, "work-order-1"), (second, "work-order-2")):
        (form,) = (form for form in desk.show(case)["forms"] if form["ref"].endswith(ref))
        assert form["received"]["location"] == "A柜3层"
        assert form["received"]["by"] == "档案"
    desk.itil("check")
    assert desk.show("04-01-03-2026-0002")["id"].endswith(second)
    desk.itil("undo", who="档案")
    assert desk.git("rev-parse", "HEAD^{tree}") == desk.git("rev-parse", f"{before.strip()}^{{tree}}")
    shown = desk.itil("receive", f"{second}/work-order-2", "--refuse", "缺签字", who="档案").out
    assert second in shown
