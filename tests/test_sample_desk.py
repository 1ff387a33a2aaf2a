"""The repository is itself a desk: one believable quarter that every command works on and `check` finds nothing in."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import TestDesk

HERE = TestDesk(Path(__file__).parent.parent, now="2026-11-23T09:00:00+08:00")


def test_check_finds_nothing():
    """Neither an error nor a warning."""
    assert HERE.itil("check", "--json").json == []


@pytest.mark.parametrize(
    ("flag", "codes"),
    [
        ("--type", ("consultation", "fault", "security")),
        ("--tier", ("1", "2", "3")),
        ("--severity", ("high", "medium", "low")),
        ("--stage", ("closed", "void", "merged", "tier1", "tier2")),
    ],
)
def test_all_kinds_of_incidents_are_there(flag: str, codes: tuple[str, ...]):
    """All types, tiers, severities and ends."""
    for code in codes:
        assert HERE.itil("list", flag, code, "--json").json, f"none with {flag} {code}"


def test_it_is_a_quarter_of_about_sixty_with_six_articles():
    """What the README promises."""
    assert 55 <= len(HERE.itil("list", "--json").json) <= 65
    assert len(HERE.itil("kb", "list", "--json").json) == 6
    assert HERE.itil("report", "2026-10", "--json").json["figures"]["incidents_total"]["value"] > 10
