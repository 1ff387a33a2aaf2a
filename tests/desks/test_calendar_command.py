"""`itil calendar`: years brought in from the package or from a file, each one commit."""

from __future__ import annotations

import json

YEAR = {
    "$schema": "x",
    "year": 2027,
    "papers": [],
    "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}, {"name": "春节", "date": "2027-01-31", "isOffDay": False}],
}  # fmt: skip


def test_a_year_of_the_package_comes_back_after_it_was_lost(desk):
    """`update`: the same bytes again; a second time nothing is to do."""
    path = desk.root / "calendar/2026.yaml"
    desk.itil("calendar", "update", "2026")
    before = path.read_bytes()
    desk.git("rm", "-q", "calendar/2026.yaml")
    desk.git("commit", "-qm", "lost")
    assert [row["covered"] for row in desk.itil("calendar", "list", "--json").json if row["year"] == 2026] == [False]
    desk.itil("calendar", "update", "2026")
    assert path.read_bytes() == before
    head = desk.git("rev-parse", "HEAD")
    assert desk.itil("calendar", "update", "2026", "--json").json["commit"] is None
    assert desk.git("rev-parse", "HEAD") == head


def test_a_file_of_the_public_data_covers_a_year_no_package_knows(desk, tmp_path):
    """`import`: JSON, with a BOM and keys beyond the schema."""
    file = tmp_path / "2027.json"
    file.write_text(json.dumps(YEAR, ensure_ascii=False), encoding="utf-8-sig")
    assert desk.refused("calendar", "update", "2027", code=3) == ["E-calendar-not-packaged"]
    desk.itil("calendar", "import", str(file), "--dry-run")
    assert not (desk.root / "calendar/2027.yaml").exists()
    desk.itil("calendar", "import", str(file))
    assert {row["year"]: row["covered"] for row in desk.itil("calendar", "list", "--json").json}[2027]
    assert "Itil-Action: calendar" in desk.git("log", "-1", "--format=%B")


def test_what_is_no_year_is_refused_and_changes_nothing(desk, tmp_path):
    """An empty year, a wrong day, no calendar at all, no year, somebody else."""
    head = desk.git("rev-parse", "HEAD")
    for content, code in (
        ({**YEAR, "days": []}, "E-calendar-empty"),
        ({**YEAR, "days": [{"name": "x", "date": "2027-02-30", "isOffDay": True}]}, "E-calendar-date"),
        ([1], "E-calendar-schema"),
    ):
        (tmp_path / "year.json").write_text(json.dumps(content))
        assert desk.refused("calendar", "import", str(tmp_path / "year.json")) == [code]
    assert desk.refused("calendar", "update", "next", code=2) == ["E-calendar-which"]
    assert desk.refused("calendar", "update", "2026", who="李四", code=4) == ["E-5.14-role"]
    assert desk.git("rev-parse", "HEAD") == head
