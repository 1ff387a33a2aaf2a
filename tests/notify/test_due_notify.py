"""`due --notify` in the morning, and the notice of a major incident that is sent before it is recorded (5.2, B3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import Web, own_home, web

MAJOR = ("-s", "high", "-q", "重要紧急", "--major", "--major-manager", "张三")
DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+2h", "--until", "+4h")
TOMORROW = "2026-11-24T08:30:00+08:00"


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A team that reads at one address."""
    own_home(tmp_path / "home", monkeypatch)
    with web() as site:
        monkeypatch.setenv("ITIL_NOTIFY", site.url("hook?key=s3cr3tKEY"))
        yield site


def recorded(desk: Any, case: str) -> bool:
    """Whether the record says that the department manager was told."""
    return 'to: "钱经理"' in desk.file(case).read_text("utf-8")


def heads(text: str) -> list[str]:
    """The names above the rows."""
    return [line.strip("【】") for line in text.splitlines() if line.startswith("【")]


@pytest.mark.covers("B3", "B19", "RO1")
def test_a_morning(desk: Any, team: Web) -> None:
    """Everybody's, by person, what was not reported first; no phone number; nobody's identity is needed."""
    major = desk.new(*MAJOR, "--title", "全院无法登录,回电13812345678")
    agreed = desk.new("--title", "打印机卡纸")
    desk.itil("agree", agreed, "--until", "11-24 10:00", "--with", "张三丰", "--reason", "等备件")
    visit = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", visit, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    desk.itil("dispatch", visit, *DISPATCH)
    printed = desk.itil("due", "--notify", "--dry-run", who="stranger@example.com", now=TOMORROW).out
    assert team.posts == []
    said = desk.itil("due", "--notify", who="stranger@example.com", now=TOMORROW)
    assert "json://127.0.0.1" in said.out
    [text] = team.texts
    assert text.replace("\n", "\n\n", 1) + "\n" == printed
    names = heads(text)
    assert any("赵总" in name for name in names[1:]) and "张三" in names[1:]
    rows = text.splitlines()
    assert major in rows[rows.index(f"【{names[0]}】") + 1]
    assert "…5678" in text
    assert any(agreed in row and "10:00" in row for row in rows)
    assert any(visit in row and "打印机" not in row for row in rows)
    assert not any(number in text for number in ("13812345678", "88886666", "s3cr3tKEY"))
    made = desk.itil("due", "--notify", "--json", now=TOMORROW).json
    assert made["sent"] == ["json://127.0.0.1"]


def test_a_quiet_morning_sends_nothing(desk: Any, team: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a desk without addresses hears of it on any morning, but not when it only looks."""
    assert desk.itil("due", "--notify").out.count("\n") == 1
    assert desk.itil("due", "--notify", "--json").json == {"message": None, "sent": []}
    assert team.posts == []
    monkeypatch.delenv("ITIL_NOTIFY")
    desk.itil("due", "--notify", "--dry-run")
    assert desk.refused("due", "--notify", code=5) == ["E-notify-none"]


def test_an_address_that_fails_is_told_of_and_the_others_are_served(desk: Any, team: Web, monkeypatch: Any) -> None:
    """Exit 5 and one problem an address, without its key."""
    desk.new(*MAJOR)
    monkeypatch.setenv("ITIL_NOTIFY", f"json://127.0.0.1:1/s3cr3tKEY {team.url()} wecombot://")
    assert desk.refused("due", "--notify", code=5) == ["E-notify-unsent", "E-notify-unsent"]
    assert len(team.posts) == 1
    said = desk.itil("due", "--notify", code=5)
    assert said.out.count("json://127.0.0.1") == 1
    assert "json://127.0.0.1" in said.err and "ITIL_NOTIFY 3" in said.err
    assert "s3cr3tKEY" not in said.err + said.out


@pytest.mark.covers("B3", "F12")
def test_a_notice_is_sent_and_then_recorded(desk: Any, team: Web) -> None:
    """To whom, of which customer, how grave, what happened and where to look; --dry-run does neither."""
    case = desk.new(*MAJOR)
    desk.itil("notify", case, "--send", "--dry-run")
    assert (team.posts, recorded(desk, case)) == ([], False)
    said = desk.itil("notify", case, "--send")
    assert "json://127.0.0.1" in said.err
    [text] = team.texts
    for part in (case, "钱经理", "第一人民医院", "读卡器无法识别", "3号窗口无法结算", "张三", f"itil show {case}"):
        assert part in text
    assert "88886666" not in text
    assert recorded(desk, case)
    assert "notify" not in [row["kind"] for row in desk.itil("due", "--all", "--json").json]


@pytest.mark.covers("B3")
def test_what_was_not_sent_is_not_recorded_and_what_was_is_told(desk: Any, team: Web, monkeypatch: Any) -> None:
    """No address reached: nothing is recorded. A step the rules refuse is not sent. Sent, then a merge: that is said."""
    case = desk.new(*MAJOR)
    monkeypatch.setenv("ITIL_NOTIFY", "json://127.0.0.1:1/s3cr3tKEY")
    assert desk.refused("notify", case, "--send", code=5) == ["E-notify-unsent"]
    monkeypatch.setenv("ITIL_NOTIFY", team.url())
    assert desk.refused("notify", case, "--send", who="档案", code=4) == ["E-5.2-role"]
    assert desk.refused("notify", case, "--send", "--to", "无此人") == ["E-answer-to"]
    assert team.posts == []
    merge = desk.root / ".git/MERGE_HEAD"
    team.then = lambda: merge.write_text(desk.git("rev-parse", "HEAD"))
    said = desk.refused("notify", case, "--send", code=5)
    assert said[0] == "E-notify-unrecorded" and len(said) > 1
    assert len(team.posts) == 1
    merge.unlink()
    assert not recorded(desk, case)
