"""What a report says of itself before it is read: draft, issued, running, before the tool; and what it refuses."""

from __future__ import annotations

import pytest
from month_desk import NOVEMBER, TEXT, full, october

DECEMBER = "2026-12-02T08:00:00+08:00"


def banner(desk, month: str, *more: str, now: str = NOVEMBER) -> str:
    """What stands above the cover."""
    page = desk.itil("report", month, *more, now=now).out
    return page.split("| | |")[0].partition("\n")[2].strip("> *\n")


def test_each_state_is_said_above_the_cover(desk):
    """A draft; issued before; not over; a customer's own is no draft."""
    october(desk)
    assert "草稿" in banner(desk, "2026-10")
    assert "尚未结束" in banner(desk, "2026-11", now="2026-11-20T08:00:00+08:00")
    assert "尚未结束" in banner(desk, "2027-03")
    assert banner(desk, "2026-10", "-o", "第一人民医院") == ""
    desk.itil("report", "2026-10", "--issue", *TEXT, now=NOVEMBER)
    assert "records/reports/2026-10" in banner(desk, "2026-10") and "草稿" not in banner(desk, "2026-10")


@pytest.mark.covers("K14")
def test_a_running_month_is_not_compared_with_a_whole_one(desk):
    """No change of a count while the month runs; rates stand."""
    october(desk)
    desk.new(now="2026-11-03T10:00:00+08:00")
    rows = desk.itil("report", "2026-11", "--json", now="2026-11-10T10:00:00+08:00").json["compared"]
    total = next(row for row in rows if row["figure"] == "incidents_total")
    assert (total["now"], total["last"], total["change_last"]) == (1, 3, None)


@pytest.mark.covers("K14")
def test_months_before_the_tool_show_what_the_history_tells_and_nothing_else(desk):
    """Of one month, and of a quarter: what is known of each month; targets are judged by it."""
    october(desk)
    (desk.root / "history.csv").write_text(
        "month,incidents_total,resolved,resolved_tier1,resolved_tier2,satisfied,scored,backlog_end\n"
        "2026-07,20,20,15,4,8,10,2\n2026-08,22,21,15,5,9,10,3\n2026-09,24,23,16,6,10,10,4\n"
    )
    settings = desk.root / "desk.yaml"
    settings.write_text(settings.read_text() + "targets:\n  satisfaction: 95%\n")
    desk.commit()
    month = {row["figure"]: row for row in desk.itil("report", "2026-09", "--json", now=NOVEMBER).json["compared"]}
    assert (month["incidents_total"]["now"], month["resolved_tier2"]["now"], month["backlog_end"]["now"]) == (24, 6, 4)
    assert month["satisfaction"]["met"] is True and month["response_rate"]["now"] is None
    assert month["tier1_rate"]["now"] == {"value": 16 / 23, "numerator": 16, "denominator": 23}
    words = ("--from", "2026-07", "--to", "2026-09")
    quarter = {row["figure"]: row for row in desk.itil("report", *words, "--json", now=NOVEMBER).json["compared"]}
    assert (quarter["incidents_total"]["now"], quarter["resolved_tier2"]["now"]) == (66, 15)
    assert quarter["satisfaction"]["now"]["numerator"] == 27 and quarter["satisfaction"]["met"] is False
    page = desk.itil("report", *words, now=NOVEMBER).out
    assert "2026年第3季度" in page and "共受理事件 66 件" in page and "没有受理" not in page.split("## 2")[0]
    half = desk.itil("report", "--from", "2026-08", "--to", "2026-10", now=NOVEMBER).out.split("## 2")[0]
    assert "共受理事件 49 件" in half and "其中 46 件在启用本工具之前，只有总数" in half and "| 49 |" in half
    october_rows = desk.itil("report", "2026-10", "--json", now=NOVEMBER).json
    assert october_rows["figures"]["change_last_month"]["denominator"] == 24
    assert october_rows["trend"]["months"][0]["source"] == "history.csv"


def test_a_customers_own_report_has_no_targets_of_the_desk(desk):
    """They are for all customers together."""
    october(desk)
    settings = desk.root / "desk.yaml"
    settings.write_text(settings.read_text() + "targets:\n  satisfaction: 95%\n")
    desk.commit()
    rows = desk.itil("report", "2026-10", "-o", "第一人民医院", "--json", now=NOVEMBER).json["compared"]
    assert {row["target"] for row in rows} == {None}


def test_a_correction_names_only_who_changed_the_number(desk):
    """Calls of November are no reason for October's numbers."""
    cases = october(desk)
    desk.itil("report", "2026-10", "--issue", *TEXT, now=NOVEMBER)
    desk.new(now="2026-11-04T10:00:00+08:00")
    desk.itil("classify", cases["open"], "-s", "medium", "--reason", "x", now="2026-11-04T11:00:00+08:00")
    rows = desk.itil("report", "2026-11", "--json", now=DECEMBER).json["corrections"]
    assert rows and {tuple(row["incidents"]) for row in rows} == {(full(desk, cases["open"]),)}


def test_a_month_before_the_desk_is_not_issued_by_a_slip(desk):
    """A wrong year; an empty month just before the desk was made is allowed."""
    assert desk.refused("report", "2020-01", "--issue", *TEXT, code=1) == ["E-5.15-early"]
    desk.itil("report", "2026-10", "--issue", "--unattended")


def test_a_file_says_its_format_and_lies_in_a_folder(desk, tmp_path):
    """An ending of no format, one of another, a folder that is none."""
    file = str(tmp_path / "report")
    assert desk.refused("report", "--output", f"{file}.odt", code=2) == ["E-5.15-format"]
    assert desk.refused("report", "--format", "docx", "--output", f"{file}.xlsx", code=2) == ["E-5.15-format"]
    assert desk.refused("report", "--output", str(tmp_path / "none/report.md"), code=2) == ["E-cli-output"]
    assert not list(tmp_path.glob("report*"))


def test_preflight_looks_back_in_the_first_half_of_a_month(desk):
    """Until the 15th at last month, unless that is issued; a stray tag is in the way."""
    october(desk)
    desk.git("tag", "report/2026-10")
    said = desk.itil("report", "--preflight", "--json", now=NOVEMBER, code=1).json
    assert said["month"] == "2026-10" and "tag" in {row["kind"] for row in said["obstacles"]}
    desk.git("tag", "-d", "report/2026-10")
    desk.itil("report", "2026-10", "--issue", *TEXT, now=NOVEMBER)
    assert desk.itil("report", "--preflight", "--json", now=NOVEMBER, code=1).json["month"] == "2026-11"
    assert "已签发" in desk.itil("report", "2026-10", "--preflight", now=NOVEMBER).out


@pytest.mark.covers("K2")
def test_a_days_target_is_a_working_day(desk):
    """`1d` on the working clock: an e-mail of Friday morning is due on Monday morning, and answered in time till then."""
    settings = desk.root / "desk.yaml"
    settings.write_text(settings.read_text() + 'response_targets:\n  consultation: "1d"\n')
    desk.commit()
    for at, answered in (("2026-11-06 10:00", "2026-11-09 09:50"), ("2026-11-06 10:00", "2026-11-09 10:10")):
        made = desk.itil(
            "new", "-o", "第一人民医院", "-c", "李", "-p", "0571-88886666", "-y", "如何导出报表", "-b", "无", "-e", "无",
            "--type", "consultation", "-q", "一般", "--channel", "email", "--at", at, "--json",
            now="2026-11-10T09:00:00+08:00",
        ).json["id"]  # fmt: skip
        desk.itil(
            "respond", made, "--guidance", "见手册", "-k", "none", "--at", answered, now="2026-11-10T10:00:00+08:00"
        )
    rate = desk.itil("report", "2026-11", "--json", now=DECEMBER).json["figures"]["response_rate"]
    assert (rate["numerator"], rate["denominator"]) == (1, 2)
