"""What an insider with access to the disk tries, each named by the audit; seals, spans and late steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from insider import CLOSED, NOW, OPEN, Insider, insider


@pytest.fixture
def hands(tmp_path: Path) -> Insider:
    """A copy of the story."""
    return insider(tmp_path)


def audit(hands: Insider, *words: str, who: str = "张三", code: int | None = 0) -> dict[str, Any]:
    """What `itil audit --json` says."""
    said: dict[str, Any] = hands.desk.itil("audit", *words, "--json", who=who, code=code).json
    return said


def codes(found: dict[str, Any]) -> set[str]:
    """The codes of what was found."""
    return {one["code"] for one in found["findings"]}


def test_an_honest_desk_is_proved(hands: Insider):
    """Nothing but that its clock was set; people read the same in Chinese."""
    found = audit(hands)
    assert codes(found) == {"W-audit-rehearsed"}
    assert found["commits"] == int(hands.desk.git("rev-list", "--count", "HEAD"))
    assert found["people"]["赵总"] == 1
    assert found["steps"] > 20
    shown = hands.desk.itil("audit").out
    assert "测试服务公司" in shown and found["to"][:8] in shown


def test_what_was_done_on_the_disk_is_named(hands: Insider):
    """An edited closed case: the commit, the person, the file, the rule, the remedy; exit code 1."""
    with hands.record(CLOSED) as incident:
        incident["symptom"] = "用户误操作"
    commit = hands.hand("陈一")
    found = audit(hands, code=1)
    row = next(one for one in found["findings"] if one["code"] == "E-gate-no-step")
    assert (row["commit"], row["person"], row["level"]) == (commit, "陈一", "error")
    assert row["file"] == str(hands.path(CLOSED).relative_to(hands.root))
    assert row["hint"] and row["at"].startswith("2026-11-24T10:00")
    shown = hands.desk.itil("audit", code=1)
    assert commit[:8] in shown.out and "陈一" in shown.out and "E-gate-no-step" in shown.out


def test_only_a_span_is_judged(hands: Insider):
    """A pull request in a forge: what stood before is not its matter, what it brings is."""
    with hands.record(CLOSED) as incident:
        incident["symptom"] = "用户误操作"
    bad = hands.hand("陈一")
    hands.desk.itil("note", hands.ids[OPEN], "再看一次")
    assert audit(hands, "--range", f"{bad}..HEAD")["errors"] == 0
    assert audit(hands, "--range", f"{hands.began}..HEAD", code=1)["commits"] == 2
    assert audit(hands, "--since", bad)["commits"] == 1
    assert "E-audit-range" in hands.desk.refused("audit", "--range", "HEAD", code=2)
    assert "E-desk-revision" in hands.desk.refused("audit", "--range", "nowhere..HEAD", code=3)


def test_late_steps_are_listed_with_their_delay(hands: Insider):
    """B23: recorded an hour and a half after it happened."""
    hands.desk.itil("note", hands.ids[OPEN], "客户说又好了", "--at", "08:30")
    late = audit(hands)["late"]
    assert [(one["person"], one["action"], one["delay_minutes"]) for one in late][-1] == ("张三", "note", 90)
    assert "补录" in hands.desk.itil("audit").out or "recorded late" in hands.desk.itil("audit").out


def test_a_seal_is_what_the_next_audit_starts_from(hands: Insider):
    """Dated, annotated, with counts and tree; a second one of the day is numbered and names the first."""
    first = audit(hands, "--seal")
    assert first["sealed"] == "audit/2026-11-24"
    text = hands.desk.git("cat-file", "-p", "audit/2026-11-24")
    assert f"Itil-Audit-Commits: {first['commits']}" in text
    assert hands.desk.git("rev-parse", "HEAD^{tree}").strip() in text
    hands.desk.itil("note", hands.ids[OPEN], "再看一次")
    second = audit(hands, "--seal")
    assert (second["commits"], second["seal"]["tag"], second["sealed"]) == (1, "audit/2026-11-24", "audit/2026-11-24-2")
    assert audit(hands, "--all")["commits"] == first["commits"] + 1
    assert audit(hands)["commits"] == 0


def test_a_rewritten_past_is_detected(hands: Insider):
    """What was sealed is gone from the history: all of it is looked at again, and said."""
    audit(hands, "--seal")
    hands.run("reset", "-q", "--hard", "HEAD~2")
    hands.write("README.md", "hello\n")
    hands.hand("张三")
    found = audit(hands, code=1)
    assert "E-audit-rewritten" in codes(found) and found["seal"] is None


def test_a_forged_seal_is_detected(hands: Insider):
    """A seal with other counts, and one whose predecessor is gone."""
    audit(hands, "--seal")
    hands.desk.itil("note", hands.ids[OPEN], "再看一次")
    audit(hands, "--seal")
    hands.run("tag", "-d", "audit/2026-11-24")
    assert "E-audit-seal" in codes(audit(hands, code=1))
    hands.run("tag", "-d", "audit/2026-11-24-2")
    hands.run("tag", "-a", "-m", "all is well\n\nItil-Audit-Commits: 3", "audit/2026-11-24")
    assert "E-audit-seal" in codes(audit(hands, code=1))


def test_only_what_is_proved_is_sealed(hands: Insider):
    """Not with errors, and not by anybody."""
    assert "E-5-role" in hands.desk.refused("audit", "--seal", who="李四", code=4)
    with hands.record(CLOSED) as incident:
        incident["symptom"] = "用户误操作"
    hands.hand("陈一")
    assert "E-audit-not-proved" in hands.desk.refused("audit", "--seal", code=1)
    assert not hands.desk.git("tag").strip()


def test_an_issued_report_is_computed_anew(hands: Insider):
    """Its figures were changed on the disk and committed: neither the change nor the figures stand."""
    desk = hands.desk
    desk.now = "2026-12-02T09:00:00+08:00"
    desk.itil("report", "2026-11", "--issue", "--comment", "本月平稳")
    assert audit(hands)["reports"] == ["2026-11"]
    path = hands.root / "records/reports/2026-11/figures.json"
    path.write_text(path.read_text("utf-8").replace('"value": 4', '"value": 3', 1), "utf-8")
    hands.hand("张三", at="2026-12-02T10:00:00+08:00")
    assert codes(audit(hands, code=1)) >= {"E-audit-report", "E-gate-report"}


def test_what_else_an_auditor_should_know(hands: Insider, tmp_path: Path):
    """Edits that are not committed, and a clone without its beginning."""
    hands.write("customers.yaml", "organisations: []\n")
    assert "W-audit-uncommitted" in codes(audit(hands))
    hands.desk.git("clone", "-q", "--depth", "3", f"file://{hands.root}", str(tmp_path / "shallow"))
    shallow = Insider(hands.top, hands.ids)
    shallow.desk.root = tmp_path / "shallow"
    found = audit(shallow)
    assert codes(found) >= {"W-audit-shallow"} and found["errors"] == 0 and found["commits"] == 2
    (cut,) = found["cut"]
    assert shallow.desk.refused("audit", "--seal", code=1) == ["E-audit-cut"]
    shown = [
        shallow.desk.itil(*words) for words in (("log", hands.ids[CLOSED]), ("blame", hands.ids[CLOSED], "symptom"))
    ]
    assert all("git fetch --unshallow" in one.out and cut[:7] in one.out for one in shown)
    assert "git fetch --unshallow" in shallow.desk.itil("log").err
    (row,) = shallow.desk.itil("blame", hands.ids[CLOSED], "symptom", "--json").json["set"]
    assert row["cut"] is True


def test_a_seal_of_the_whole_is_no_lie_in_a_shallow_clone(hands: Insider, tmp_path: Path):
    """It counts more commits than such a clone has; and what is sealed already is not sealed twice."""
    first = audit(hands, "--seal")
    again = audit(hands, "--seal")
    assert (again["sealed"], again["sealed_before"], first["sealed_before"]) == (first["sealed"], True, False)
    assert first["sealed"] in hands.desk.itil("audit", "--seal").out and hands.run("tag", "-l").split() == [
        first["sealed"]
    ]
    hands.desk.itil("note", hands.ids[OPEN], "再看一次")
    for depth in ("1", "3"):
        shallow = Insider(hands.top, hands.ids)
        shallow.desk.root = tmp_path / depth
        hands.desk.git("clone", "-q", "--depth", depth, f"file://{hands.root}", str(shallow.desk.root))
        assert audit(shallow)["errors"] == 0


def test_an_empty_repository_holds_nothing_to_audit(tmp_path: Path):
    """A desk whose files were never committed."""
    from conftest import SETTINGS, TestDesk

    (tmp_path / "desk.yaml").write_text(SETTINGS, encoding="utf-8")
    desk = TestDesk(tmp_path)
    desk.git("init", "-q")
    assert desk.itil("audit", "--json", code=5).codes == ["E-audit-empty"]


def test_the_clock_of_the_audit_is_the_desks(hands: Insider):
    """The story is told at a time that was set."""
    assert hands.desk.now == NOW
