"""What an honest `sync` and `settle` make of two clones' work is let in by a gate that stands on the server."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sharing"))
from conftest import TestDesk
from team import Team, parsed
from test_honest_desk import audited

from itilcli.actions.proving.install import install

CLOSED = ("-k", "none", "--solution", "换新", "--confirmed-by", "张三丰", "--rest", "none")


@pytest.fixture
def gated(tmp_path: Path) -> Team:
    """Two clones, and the gate where they meet."""
    made = Team(tmp_path)
    install(made.hub)
    return made


def proved(team: Team) -> None:
    """Everybody has everything, and the audit has nothing to say."""
    team.settle_down()
    found = audited(TestDesk(team.clones[0].root))
    assert not found.errors, [str(row.finding.problem.message) for row in found.rows]


@pytest.mark.parametrize("alike", [True, False])
def test_attachments_of_one_name(gated: Team, tmp_path: Path, alike: bool):
    """The same file on both sides is one attachment; two files of one name are two."""
    case = gated.case()
    for place, (desk, who) in enumerate(zip(gated.clones, ("张三", "陈一"), strict=True)):
        page = tmp_path / str(place) / "照片.png"
        page.parent.mkdir()
        page.write_bytes(b"\x89PNG\r\n\x1a\n" + (b"" if alike else str(place).encode()))
        desk.itil("attach", case, str(page), who=who)
    proved(gated)
    held = parsed(gated.clones[0].file(case))
    assert "conflicts" not in held
    names = {row["file"] for row in held["attachments"]}
    assert names == ({"照片.png"} if alike else {"照片.png", "照片-2.png"})
    assert {one.name for one in gated.clones[1].root.glob("records/*/*/*/*.files/*")} == names


@pytest.mark.parametrize("take", ["ours", "theirs"])
def test_a_published_serial_stays_whatever_is_settled(gated: Team, take: str):
    """Filed and closed there, gone on with here: whichever counts, the number that was shared stays given."""
    case = gated.case("-k", "none", "--guidance", "重启")
    one, two = gated.clones
    one.itil("close", case, "--solution", "换新", "--confirmed-by", "张三丰", "--rest", "none")
    gated.sync(one)
    serial = parsed(one.file(case, "remote-1"))["serial"]
    two.itil("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重启", who="陈一")
    gated.sync(two)
    two.itil("settle", case, "--take", take, who="陈一")
    proved(gated)
    assert parsed(one.file(case, "remote-1"))["serial"] == serial
    one.itil("check")
