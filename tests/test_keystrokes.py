"""What is typed for the commonest jobs: our commands do what the jobs say, and how many characters they and others take."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.append(str(BENCHMARKS))
import keystrokes  # noqa: E402


def job(number: str) -> keystrokes.Job:
    """One job, by its number."""
    return next(one for one in keystrokes.JOBS if one.name.startswith(number + "."))


@pytest.fixture(scope="module")
def became(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Every job of ours, worked once."""
    return keystrokes.work(tmp_path_factory.mktemp("keystrokes") / "desk")


def test_every_job_of_ours_reaches_what_it_says(became: dict[str, bool]) -> None:
    assert len(became) == len(keystrokes.JOBS)
    assert all(became.values()), [name for name, reached in became.items() if not reached]


def test_a_call_of_a_usual_fault_is_a_line() -> None:
    assert job("1a").ours == (
        "itil new -p 6666 -m 读卡器 -b 3号窗口无法结算 -e 无 --took 7m --solution 重新插拔后正常 --confirmed-by 张三丰 --rest none"
    )
    assert len(job("1a").ours) <= 110


def test_a_call_without_a_model_is_a_line_too() -> None:
    assert " -m " not in job("1b").ours
    assert len(job("1b").ours) <= 150


@pytest.mark.parametrize("one", keystrokes.JOBS, ids=lambda one: one.name.partition(".")[0])
def test_ours_is_the_shortest_for_the_same_content(one: keystrokes.Job) -> None:
    assert keystrokes.shorter(one) == set()


def test_the_page_is_what_the_jobs_say() -> None:
    assert (BENCHMARKS / "keystrokes.md").read_text(encoding="utf-8") == keystrokes.page()
