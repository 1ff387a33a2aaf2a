"""Times as people say them on the phone, read on Wednesday 25 November 2026, 15:30, in the desk's zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from itilcli.model.when import Clock, read_duration, read_time
from itilcli.workdays import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 15, 30, 20, tzinfo=ZONE)
READ = {
    "2026-11-20T09:12:00+08:00": "2026-11-20 09:12:00",
    "2026-11-20 09:12": "2026-11-20 09:12:00",
    "11-20 09:12": "2026-11-20 09:12:00",
    "11月20日下午3点半": "2026-11-20 15:30:00",
    "９：３０": "2026-11-25 09:30:00",
    "-15m": "2026-11-25 15:15:20",
    "3wd": "2026-11-30 15:30:20",
    "昨天 16:30": "2026-11-24 16:30:00",
    "明天": "2026-11-26 23:59:59",
    "今天": "2026-11-25 23:59:59",
    # weekdays
    "周五": "2026-11-27 23:59:59",
    "周一": "2026-11-23 23:59:59",
    "上周五": "2026-11-20 23:59:59",
    "上周五 16:30": "2026-11-20 16:30:00",
    "本周三 9:00": "2026-11-25 09:00:00",
    "这周日": "2026-11-29 23:59:59",
    "下周一上午9点": "2026-11-30 09:00:00",
    "下周天": "2026-12-06 23:59:59",
    "星期四下午2点": "2026-11-26 14:00:00",
    "礼拜六": "2026-11-28 23:59:59",
    "上个星期二": "2026-11-17 23:59:59",
    "上上周一": "2026-11-09 23:59:59",
    "周５ 10:00": "2026-11-27 10:00:00",
    # a part of a day
    "后天下午": "2026-11-27 18:00:00",
    "明天上午": "2026-11-26 12:00:00",
    "明天 中午": "2026-11-26 13:00:00",
    "今天晚上": "2026-11-25 22:00:00",
    "明天凌晨": "2026-11-26 06:00:00",
    "下周三下午": "2026-12-02 18:00:00",
    "11-27 上午": "2026-11-27 12:00:00",
    "下午": "2026-11-25 18:00:00",
    "下班前": "2026-11-25 18:00:00",
    "明天下班前": "2026-11-26 18:00:00",
    "周五下班": "2026-11-27 18:00:00",
    "今晚8点": "2026-11-25 20:00:00",
    "昨晚": "2026-11-24 22:00:00",
    "明早": "2026-11-26 09:00:00",
    "今晚上9点半": "2026-11-25 21:30:00",
    "明天下午5点前": "2026-11-26 17:00:00",
    "12:00之前": "2026-11-25 12:00:00",
    # months
    "月底": "2026-11-30 23:59:59",
    "月底前": "2026-11-30 23:59:59",
    "下月底": "2026-12-31 23:59:59",
    "上个月末 18:00": "2026-10-31 18:00:00",
}
NOT_READ = (
    "", "前", "周五前", "周八", "周", "下周", "上上上周五", "周10", "尽快", "月", "月中", "下午茶", "明天25:00", "晚上晚上",
    "周五周六", "下个", "13月1日",
)  # fmt: skip


@pytest.fixture
def clock():
    return Clock(NOW, ZONE, WorkCalendar({}))


@pytest.mark.parametrize("typed", READ)
def test_what_people_say_is_one_moment(clock, typed):
    read = read_time(typed, clock)
    assert read is not None and f"{read:%Y-%m-%d %H:%M:%S}" == READ[typed]
    assert read.utcoffset() == NOW.utcoffset()


@pytest.mark.parametrize("typed", NOT_READ)
def test_what_may_mean_several_or_nothing_is_not_guessed(clock, typed):
    assert read_time(typed, clock) is None


@pytest.mark.parametrize("today, end", [("2026-12-05", "2026-12-31"), ("2028-02-01", "2028-02-29")])
def test_a_month_ends_on_its_last_day(today, end):
    now = datetime.fromisoformat(today).replace(tzinfo=ZONE)
    read = read_time("月底", Clock(now, ZONE, WorkCalendar({})))
    assert read is not None and read.date().isoformat() == end


def test_a_duration_is_none_of_these():
    assert read_duration("月底") is None


@pytest.mark.parametrize("said", ["尽快", "asap", "ASAP", "越快越好", "马上", "立刻", "立即", "今天内", "无"])
def test_as_soon_as_possible_names_no_time(desk, said):
    """The customer's own word is kept and shown, and never that he expects nothing."""
    case = desk.new("-e", said)
    assert "expected_by_none: true" in desk.file(case).read_text(encoding="utf-8")
    shown = desk.itil("show", case, "--language", "zh").out
    assert desk.show(case).get("expected_as_said") == (None if said == "无" else said)
    assert ("客户未提期望时间" in shown, "期望（客户原话）" in shown) == (said == "无", said != "无")


def test_the_customers_word_can_be_corrected_and_ends_with_a_time(desk):
    case = desk.new("-e", "尽快")
    desk.itil("correct", case, "期望=明天")
    shown = desk.show(case)
    assert shown["expected_by"] and "expected_as_said" not in shown
    desk.itil("correct", case, "期望=马上")
    shown = desk.show(case)
    assert "expected_by" not in shown and shown["expected_as_said"] == "马上"
    desk.itil("correct", case, "expected_as_said=越快越好")
    assert desk.show(case)["expected_as_said"] == "越快越好"
    desk.itil("classify", case, "-e", "无")
    assert "expected_as_said" not in desk.show(case)
    assert desk.itil("check", code=None).code == 0
