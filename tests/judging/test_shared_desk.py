"""What clones bring together is let in by the gate and proved by the audit, merges and all."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sharing"))
from conftest import TestDesk
from team import Team
from test_honest_desk import audited

from itilcli.actions.proving.audit import Asked
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


def test_a_case_nobody_has_seen_may_be_renamed(tmp_path: Path):
    """Closed or open, with what links to it; not once it is on the server, and not with another word changed."""
    team = Team(tmp_path)
    install(team.hub)
    one = team.clones[0]
    known = one.new()
    team.sync(one)
    case = one.new("-k", "none", "--solution", "重插", "--confirmed-by", "张三丰", "--rest", "none")
    linked = one.new("-y", "同一故障")
    one.itil("link", linked, "--related", case)
    one.itil("rename", case)
    team.sync(one)
    assert not audited(TestDesk(one.root)).errors
    served = one.git("rev-parse", "HEAD").strip()
    old, new = (Path(one.file(known)).name.partition(".")[0], "INC-20261123-ZZZ9")
    for moved in one.file(known).parent.glob(f"{old}.*"):
        moved.with_name(moved.name.replace(old, new)).write_text(moved.read_text("utf-8").replace(old, new), "utf-8")
        moved.unlink()
    one.git("add", "-A")
    one.git("commit", "-qm", f"renamed\n\nItil-Action: rename\nItil-Id: {new}")
    assert "E-gate-deleted" in {
        row.finding.problem.code for row in audited(TestDesk(one.root), asked=Asked(span=f"{served}..HEAD")).rows
    }


def test_a_rename_changes_the_id_alone(tmp_path: Path):
    """Nothing else is slipped in with it."""
    team = Team(tmp_path)
    install(team.hub)
    one = team.clones[0]
    case = one.new()
    new = one.itil("rename", case, "--json").json["new"]
    path = next(one.root.glob(f"records/*/*/*/{new}.incident.yaml"))
    path.write_text(path.read_text("utf-8").replace("0571", "0572"), "utf-8")
    one.git("commit", "-qa", "--amend", "--no-edit")
    assert "E-gate-renamed" in {row.finding.problem.code for row in audited(TestDesk(one.root)).rows}
