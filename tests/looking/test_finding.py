"""Which case is meant: an ID off by a slip of the finger is asked back; a form goes by its usual name."""

from __future__ import annotations

import pytest

from itilcli.actions.looking.finding import one_slip


@pytest.mark.parametrize(
    ("typed", "code", "near"),
    [
        ("7K3P", "7K3Q", True), ("7K33", "7K3Q", True), ("7KQ3", "7K3Q", True), ("K3Q", "7K3Q", True), ("7K3QQ", "7K3Q", True),
        ("7K3Q", "7K3Q", False), ("8M3Q", "7K3Q", False), ("73KP", "7K3Q", False), ("7K", "7K3Q", False),
    ],
)  # fmt: skip
def test_one_slip_of_the_finger(typed, code, near):
    """One character wrong, missing, too many, or two exchanged."""
    assert one_slip(typed, code) is near


def slip(case):
    """The code with its last character wrong, such that no case has it."""
    return case[:3] + ("Z" if case[3] != "Z" else "Y")


def test_an_id_off_by_one_among_the_open_cases_is_asked_back(desk):
    """Exit 3 as before; the case is shown with customer and title."""
    case = desk.new()
    said = desk.itil("show", slip(case), code=3)
    assert f"是否指 {case} 第一人民医院·读卡器无法识别" in said.err
    assert desk.itil("note", slip(case), "x", code=3).err.count(case) == 1
    assert desk.refused("note", f"INC-20261123-{slip(case)}", "x", code=3) == ["E-find-none"]
    desk.itil("void", case, "--reason", "误报")
    assert case not in desk.itil("show", slip(case), code=3).err


def test_a_form_goes_by_its_usual_name(desk):
    """Alone where there is only one of its kind."""
    case = desk.new("-k", "none", "--guidance", "重新插拔")
    for typed in ("远程", "远程1", "远程-1", "remote", "remote-1"):
        assert desk.itil("show", f"{case}/{typed}", "--json").json["ref"].endswith("remote-1")
    said = desk.itil("show", f"{case}/工单", code=3)
    assert "没有表单 项目技术支持工单" in said.err
    assert "remote-1" in said.err
    assert desk.itil("list", "--form", "远程").out.count(case) == 1
