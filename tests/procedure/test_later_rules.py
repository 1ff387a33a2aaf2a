"""B26: a rule added to the procedure later binds the cases that came with it, and no older ones."""

from __future__ import annotations

import pytest

from itilcli import procedure
from itilcli.procedure import replay, s5_01_accept
from itilcli.procedure.clause import Rule, broken
from itilcli.text import t


def told_the_weather(case, world):
    """A rule of next year: the weather is asked."""
    if "天气" not in (case.incident.symptom or ""):
        yield broken("E-5.1-weather", "5.1", "incident:symptom", t("the symptom is missing"))


@pytest.mark.covers("B26")
def test_a_later_rule_binds_only_later_cases(desk, monkeypatch):
    """Version 2/0 brings it; the case of 1/0 stays valid and is worked on, a new one is held to it."""
    old = desk.new()
    monkeypatch.setattr(procedure, "RULES", (*procedure.RULES, Rule(("B26",), told_the_weather, since="2/0")))
    desk.itil("check")
    desk.itil("respond", old, "-k", "none", "--guidance", "重新插拔")
    monkeypatch.setattr(s5_01_accept, "PROCEDURE_VERSION", "2/0")
    words = (
        "-o",
        "二院",
        "-c",
        "李",
        "-p",
        "0571-1234567",
        "-b",
        "停诊",
        "-e",
        "无",
        "--type",
        "consultation",
        "-q",
        "一般",
    )
    assert desk.refused("new", *words, "-y", "打不开", code=1) == ["E-5.1-weather"]
    desk.itil("new", *words, "-y", "天气图打不开")
    desk.itil("check")


@pytest.mark.parametrize(("version", "held"), [("1/0", 0), ("1/9", 0), ("2/0", 1), ("10/0", 1), (None, 1), ("x", 1)])
def test_versions_are_compared_by_their_numbers(version, held):
    """10/0 comes after 2/0; what is no version is held to everything."""
    rules = (Rule(("B26",), told_the_weather, since="2/0"),)
    assert len(replay.binding(rules, version)) == held
