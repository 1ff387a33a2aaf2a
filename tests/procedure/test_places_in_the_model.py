"""What no verb sets yet has its place in the model: it is read, kept and checked when written by hand."""

from __future__ import annotations

import pytest


def by_hand(desk, case: str, text: str) -> None:
    """Adds lines to the incident file above its history, and commits."""
    path = desk.file(case)
    written = path.read_text(encoding="utf-8")
    path.write_text(
        written.replace("# 发生", text + "# 发生", 1) if "# 发生" in written else _above_history(written, text),
        encoding="utf-8",
    )
    desk.commit()


def _above_history(written: str, text: str) -> str:
    lines = written.splitlines(keepends=True)
    place = lines.index("history:\n")
    while lines[place - 1].startswith("#"):
        place -= 1
    return "".join([*lines[:place], text, *lines[place:]])


@pytest.mark.covers("F5")
def test_the_model_of_an_incident_has_its_place(desk):
    """F5: which incident model was used."""
    case = desk.new()
    by_hand(desk, case, 'model: "读卡器"\n')
    desk.itil("respond", case, "--guidance", "重新插拔")
    assert desk.show(case)["model"] == "读卡器"


@pytest.mark.covers("RT7", "F24", "F25", "F29")
def test_hand_offs_to_the_other_procedures_are_references(desk):
    """RT7: problem, change and configuration management each get a reference that the case keeps."""
    case = desk.new()
    desk.itil("change", case, "--class", "emergency", "--ref", "CHG-1")
    desk.itil("problem", case, "--reason", "significant", "--ref", "PRB-1")
    desk.itil("item", case, "--update", "读卡器.driver=2")
    shown = desk.show(case)
    assert shown["change"]["ref"] == "CHG-1" and shown["problem"]["ref"] == "PRB-1"
    assert shown["configuration_update"]["submitted_to"] == "配置"


@pytest.mark.covers("B27")
def test_parents_and_relations_have_their_place(desk):
    """B27: one outage at many customers."""
    first, second = desk.new(), desk.new()
    parent = desk.show(first)["id"]
    by_hand(desk, second, f'parent: "{parent}"\n')
    desk.itil("respond", second, "--guidance", "重新插拔")
    assert desk.show(second)["parent"] == parent


@pytest.mark.covers("F12")
def test_the_review_of_a_major_incident_has_its_place(desk):
    """F12: findings and actions."""
    case = desk.new("-s", "high", "-q", "重要紧急", "--major")
    path = desk.file(case)
    review = 'declared: true\n  manager: "李四"\n  review:\n    at: "2026-11-23T10:00:00+08:00"\n    by: "李四"\n    findings: "单点故障"\n'
    path.write_text(path.read_text(encoding="utf-8").replace("declared: true\n", review, 1), encoding="utf-8")
    desk.commit()
    desk.itil("respond", case, "--guidance", "重启")
    shown = desk.show(case)
    assert shown["major"] is True and shown["major_details"]["review"]["findings"] == "单点故障"
