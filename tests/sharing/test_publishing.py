"""`sync: auto`: each command shares at once where the repository answers, and goes on where it does not."""

from __future__ import annotations

from team import Team, team

__all__ = ["team"]


def automatic(team: Team) -> None:
    """Both clones share at once."""
    first = team.clones[0]
    file = first.root / "desk.yaml"
    file.write_text(file.read_text("utf-8") + 'sync: "auto"\n', "utf-8")
    first.commit()
    team.settle_down()


def test_what_is_recorded_is_there_at_once(team: Team) -> None:
    automatic(team)
    a, b = team.clones
    case = a.new()
    b.itil("sync")
    assert b.show(case)["stage"] == "classified"
    assert "尚未共享" not in a.itil("list").out


def test_without_an_answer_it_stays_here_and_is_marked(team: Team) -> None:
    automatic(team)
    a, b = team.clones
    team.hub.rename(team.top / "away")
    said = a.itil("note", a.new(), "离线")
    assert "尚未共享" in said.err and "尚未共享" in a.itil("list").out
    assert [row["shared"] for row in a.itil("list", "--json").json] == [False]
    (team.top / "away").rename(team.hub)
    a.new("-y", "另一故障")
    assert [row["shared"] for row in a.itil("list", "--json").json] == [True, True]
    assert len(b.itil("sync", "--json").json) and len(b.itil("list", "--json").json) == 2
