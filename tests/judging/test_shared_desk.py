"""What clones bring together is let in by the gate and proved by the audit, merges and all."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sharing"))
from conftest import TestDesk
from team import Team
from test_honest_desk import audited

from itilcli.actions.proving.install import install


def test_two_clones_through_the_gate(tmp_path: Path):
    """Steps on the same case, a step taken back, a new customer on either side, serials given by the sync."""
    team = Team(tmp_path)
    install(team.hub)
    one, two = team.clones
    case = one.new("-k", "none", "--guidance", "重启")
    team.sync(one, two)
    one.itil("note", case, "甲")
    two.itil("note", case, "乙", who="陈一")
    two.itil("note", case, "乙又记", who="陈一")
    team.sync(one)
    two.itil("undo", who="陈一")
    two.new("-o", "三院", "-c", "杨过", "-p", "0571-77775555")
    one.itil("close", case, "--solution", "换新", "--confirmed-by", "张三丰", "--rest", "none")
    team.settle_down()
    for desk in team.clones:
        found = audited(TestDesk(desk.root))
        assert not found.errors, [str(row.finding.problem.message) for row in found.rows]
        assert found.merges


def test_a_case_taken_back_on_one_side_stays_away(tmp_path: Path):
    """Undone here while the other worked on something else: no record is lost by that."""
    team = Team(tmp_path)
    one, two = team.clones
    gone = one.new("-y", "记错了的")
    other = one.new()
    team.sync(one, two)
    one.itil("undo", other)
    two.itil("note", gone, "乙", who="陈一")
    team.settle_down()
    found = audited(TestDesk(one.root))
    assert not found.errors, [str(row.finding.problem.message) for row in found.rows]
