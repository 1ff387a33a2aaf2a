"""`itil edit`: the fields in an editor; what was changed there is a correction like any other (B25)."""

from __future__ import annotations

import sys

import pytest

CLOSED = ("--took", "7m", "-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """An editor that replaces one text by another."""

    def set_to(old, new):
        script = tmp_path / "editor.py"
        script.write_text(
            "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text('utf-8')\n"
            f"assert {old!r} in text, text\npath.write_text(text.replace({old!r}, {new!r}), 'utf-8')\n", "utf-8",
        )  # fmt: skip
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
        monkeypatch.delenv("VISUAL", raising=False)

    return set_to


@pytest.mark.covers("B25")
def test_what_was_changed_becomes_a_correction(desk, editor):
    """The label stands above each field; only the changed one is corrected."""
    case = desk.new()
    editor('# 电话\ncustomer.phone: "0571-88886666"', 'customer.phone: "0571-1234567"')
    assert "0571-88886666 → 0571-1234567" in desk.itil("edit", case).err
    shown = desk.show(case)
    assert [row["field"] for row in shown["corrections"]] == ["customer.phone"]
    desk.itil("check")


def test_an_editor_left_as_it_was_changes_nothing(desk, editor):
    """No commit, no fuss."""
    case = desk.new()
    head = desk.git("rev-parse", "HEAD")
    editor("symptom:", "symptom:")
    desk.itil("edit", case)
    editor("customer.phone: ", "customer.phone:  ")
    desk.itil("edit", case)
    assert desk.git("rev-parse", "HEAD") == head


@pytest.mark.covers("B25")
def test_a_refused_edit_is_kept(desk, editor):
    """What is judged needs a reason; a derived field is none to edit; the text stays."""
    case = desk.new()
    editor('severity: "low"', 'severity: "高"')
    assert desk.refused("edit", case, code=2) == ["E-5-reason"]
    kept = list(desk.root.glob(".git/itil/drafts/edit-*.yaml"))
    assert len(kept) == 1
    assert "高" in kept[0].read_text("utf-8")
    editor('severity: "low"', 'severity: "高"\nstage: "closed"')
    assert desk.refused("edit", case, "--reason", "x") == ["E-5-correct-locked"]
    editor('severity: "low"', "severity: [1]")
    assert desk.refused("edit", case) == ["E-5-edit-value"]
    editor('severity: "low"', 'severity: "高"')
    desk.itil("edit", case, "--reason", "影响全院")
    assert desk.show(case)["severity"] == "high"


def test_a_form_is_edited_by_its_reference(desk, editor):
    """The guidance of the remote form."""
    case = desk.new("-k", "none", "--guidance", "重新插拔")
    editor('guidance: "重新插拔"', 'guidance: "重新插拔并重启"')
    desk.itil("edit", f"{case}/remote-1")
    assert any(form.get("guidance") == "重新插拔并重启" for form in desk.show(case)["forms"])
