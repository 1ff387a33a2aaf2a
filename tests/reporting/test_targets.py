"""Targets of the report's figures in ``desk.yaml``: how they are written, which are limits, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import SETTINGS, TestDesk

from itilcli.model.settings import AT_MOST, Goals, Settings, Target
from itilcli.model.shape import shapes
from itilcli.store.people import read_settings

HERE = Path(__file__).parents[2]


def settings(**targets: Any) -> Settings:
    return Settings(targets=Goals(**targets))


@pytest.mark.parametrize(
    ("written", "value"),
    [("95%", 0.95), ("95.5 %", 0.955), ("９５％", 0.95), ("99.9%", 0.999), ("0.95", 0.95), (0.95, 0.95), (1, 1.0), ("100%", 1.0), (0, 0.0)],
)  # fmt: skip
def test_a_share_is_written_in_percent_or_as_a_fraction(written: Any, value: float) -> None:
    """The number is the one that a rate of the same two numbers makes, so that 999 of 1000 meets 99.9%."""
    target = settings(satisfaction=written).target("satisfaction")
    assert target == Target(value, True)
    assert target.met(value) and not target.met(value - 0.001)


def test_less_is_better_for_some() -> None:
    """That lies in the figure, and cannot be set."""
    made = settings(reopen_rate="3%", nonconformity="5%", backlog_end=20, tier1_rate="70%")
    assert made.target("reopen_rate") == Target(0.03, at_least=False)
    assert made.target("backlog_end") == Target(20.0, at_least=False)
    assert made.target("tier1_rate") == Target(0.7, at_least=True)
    limit = made.target("nonconformity")
    assert limit is not None and limit.met(0.05) and limit.met(0.0) and not limit.met(0.051)
    assert set(shapes(Goals)) >= AT_MOST  # type: ignore[arg-type]
    assert made.target("satisfaction") is None and made.target("incidents_total") is None
    assert Settings().target("satisfaction") is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("satisfaction: 95", "E-desk-goal"), ("satisfaction: '120%'", "E-desk-goal"), ("satisfaction: high", "E-desk-goal"),
        ("satisfaction: -0.1", "E-desk-goal"), ("satisfaction: true", "E-desk-goal"), ("satisfaction: [95%]", "E-desk-goal"),
        ("satisfaction: 1e-3", "E-yaml-number"), ("backlog_end: '20%'", "E-desk-goal"), ("backlog_end: 2.5", "E-desk-goal"),
        ("satisfacton: 95%", "W-record-unknown-field"),
    ],
)  # fmt: skip
def test_what_is_no_target_is_told_with_its_line(desk: TestDesk, line: str, code: str) -> None:
    (desk.root / "desk.yaml").write_text(f"{SETTINGS}targets:\n  response_rate: 95%\n  {line}\n", encoding="utf-8")
    found = desk.itil("check", "desk.yaml", "--json", code=None).json
    assert [(row["code"], row["line"]) for row in found] == [(code, len(SETTINGS.splitlines()) + 3)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_example_of_a_fresh_desk_can_be_used(tmp_path: Path, language: str) -> None:
    """Nothing is a target until the # are taken away."""
    text = (HERE / f"templates/desk/{language}/desk.yaml").read_text(encoding="utf-8")
    text = text.replace("$organisation", 'organisation: "示例"').replace("$timezone", 'timezone: "Asia/Shanghai"')
    (tmp_path / "desk.yaml").write_text(text, encoding="utf-8")
    assert read_settings(tmp_path)[0].targets is None
    head, mark, example = text.partition("# targets:\n")
    used = "\n".join(line.removeprefix("# ") for line in f"{mark}{example}".splitlines())
    (tmp_path / "desk.yaml").write_text(f"{head}{used}\n", encoding="utf-8")
    made, problems = read_settings(tmp_path)
    assert problems == [] and all(made.target(name) for name in shapes(Goals))  # type: ignore[arg-type]
