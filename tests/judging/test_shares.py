"""A history is judged alike whole or stretch by stretch, by one process or by several."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sharing"))
from team import Team

from itilcli.actions.proving import walk as proving
from itilcli.journal.running import find
from itilcli.journal.walked import Walk
from itilcli.judging import plan
from itilcli.judging.deed import Verdict
from itilcli.judging.terms import Terms
from itilcli.processes import meanwhile


def verdicts(root: Path, together: int, workers: int, *span: str) -> list[Verdict]:
    """What is said of each commit."""
    walk = Walk(find(root))
    batches = walk.stream(*span, together=together)
    some = proving.stretch(walk, span, next(batches, []), batches, together=together)
    told: list[int] = []
    found = [*proving.judged(walk, some, Terms(None), workers, told.append)]
    assert some.count == len(found) == sum(told)
    assert some.merges == len(walk.run("rev-list", "--merges", *span, "--").split())
    return found


def test_stretches_and_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With merges, steps taken back after a while, and a step that was typed into the file."""
    team = Team(tmp_path)
    one, two = team.clones
    case, other = one.new("-k", "none", "--guidance", "重启"), one.new("-y", "叫号屏不刷新")
    team.sync(one, two)
    two.itil("note", case, "乙", who="陈一")
    one.itil("note", case, "甲")
    one.itil("note", other, "丙")
    one.itil("undo", other)
    team.sync(one, two)
    two.new("-y", "打印机卡纸")
    team.settle_down()
    begun = one.git("rev-parse", "HEAD~4").strip()
    file = one.file(case)
    file.write_text(file.read_text("utf-8").replace("重启", "没有重启").replace("甲", "假"), "utf-8")
    one.git("commit", "-qam", "typed")
    one.itil("note", other, "丁")
    monkeypatch.setattr(proving, "ALONE", 1)
    monkeypatch.setattr(plan, "REMEMBERED", 1)
    for span in (("HEAD",), ("HEAD", f"^{begun}")):
        wanted = verdicts(one.root, 4000, 1, *span)
        assert {found.problem.code for verdict in wanted for found in verdict.findings} >= {"E-gate-no-step"}
        assert any(verdict.at for verdict in wanted)
        for together, workers in ((3, 1), (4000, 2), (3, 2), (1, 3)):
            assert verdicts(one.root, together, workers, *span) == wanted


@pytest.mark.parametrize("together", [4000, 1])
def test_what_the_next_stretch_takes_back(tmp_path: Path, together: int):
    """It counts as untouched, as in one stretch; the commits after it are judged once."""
    desk = Team(tmp_path).clones[0]
    case = desk.new("-k", "none", "--guidance", "重启")
    file = desk.file(case)
    file.write_text(file.read_text("utf-8").replace('severity: "', 'severity: "x', 1) + "strange: 1\n", "utf-8")
    desk.git("commit", "-qam", "typed")
    desk.git("revert", "--no-edit", "HEAD")
    desk.itil("note", case, "丁")
    told = [
        (found.problem.code, found.problem.level)
        for one in verdicts(desk.root, together, 1, "HEAD")
        for found in one.findings
    ]
    assert {code for code, level in told if level == "error"} == set() and "W-gate-taken-back" in dict(told)


def test_a_process_that_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What it had left is judged by the one that began it; each commit is told once."""
    desk = Team(tmp_path).clones[0]
    cases = [desk.new("-y", text) for text in ("叫号屏不刷新", "打印机卡纸", "读卡器失灵")]
    for case in cases:
        desk.itil("note", case, "甲")
    wanted = verdicts(desk.root, 4000, 1, "HEAD")
    here, judge = os.getpid(), proving.Judge.judge
    died = tmp_path / "died"

    def judged(self: proving.Judge, task: plan.Task) -> Verdict:
        if os.getpid() != here and task.cases and task.cases[0].place.endswith(cases[1][-4:]):
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return judge(self, task)

    monkeypatch.setattr(proving, "ALONE", 1)
    monkeypatch.setattr(proving, "WINDOW", 2)
    monkeypatch.setattr(proving.Judge, "judge", judged)
    assert verdicts(desk.root, 4000, 2, "HEAD") == wanted and died.exists()


def test_what_goes_on_meanwhile():
    """Its answer and its error are those of the work."""
    assert meanwhile(lambda: 1)() == 1
    with pytest.raises(ZeroDivisionError):
        meanwhile(lambda: 1 // 0)()
