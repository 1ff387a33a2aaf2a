"""The index never shows in an answer: whatever happens to the desk, to git or to the index, the files decide.

A few examples of random deeds run with the other tests; ``make soak`` runs thousands of steps:

    ITIL_SOAK_STEPS=5000   how many steps
    ITIL_SOAK_SEED=17      begin with this seed (each round prints its own; one seed and one round are a replay)
    ITIL_SOAK_SHRINK=1     look for a shorter script once a round has failed
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import index_damage
import index_git
import index_hands
import index_verbs
import pytest
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from index_world import World

SOAK, SEED = int(os.environ.get("ITIL_SOAK_STEPS", "0")), os.environ.get("ITIL_SOAK_SEED")
SHRINK = (Phase.shrink,) if os.environ.get("ITIL_SOAK_SHRINK") else ()
BEGUN = time.monotonic()
EXAMPLE = 15
"""Steps of one example of the few."""
DEEDS = {
    name: function
    for module in (index_verbs, index_hands, index_git, index_damage)
    for name, function in sorted(vars(module).items())
    if hasattr(function, "weight") and function.__module__ == module.__name__
}
counted: Counter[tuple[str, bool]] = Counter()
steps: Counter[str] = Counter()


class Differs(BaseException):
    """Two answers are not the same. No Exception, so that it ends the run at once with its script: the IDs of cases are
    random, and a second run of the same steps says nothing new. Where a shorter script is wanted the assertion stays."""


@contextmanager
def at_once() -> Iterator[None]:
    """Ends the run at the first difference."""
    try:
        yield
    except Exception as error:
        if SHRINK:
            raise
        raise Differs(str(error)) from (None if isinstance(error, AssertionError) else error)


class Desk(RuleBasedStateMachine):
    """One desk; the rules are the deeds, which :func:`with_rules` adds."""

    wide = False

    def __init__(self) -> None:
        super().__init__()
        self.world = World.begun(self.wide)

    @rule()
    def a_pause(self) -> None:
        """Nothing happens, and nothing is asked: hypothesis begins with an example of this rule alone, its simplest."""
        self.world.paused = True

    @invariant()
    def equal(self) -> None:
        """Every answer is the same with the index and without it."""
        if self.world.paused:
            return
        with at_once():
            self.world.compare()
        self.world.let_go()
        if self.wide and steps["steps"] % 25 == 0:
            print(f"{steps['steps']:6} steps, {time.monotonic() - BEGUN:6.0f} s", flush=True)

    def teardown(self) -> None:
        """What was counted is kept."""
        counted.update(self.world.counts)
        steps["examples"] += 1
        self.world.end()


def with_rules(wide: bool) -> type[Desk]:
    """The machine with a rule for each deed, as often as its weight says."""

    def made(function: Callable[..., None]) -> Callable[..., None]:
        def happen(self: Desk, **arguments: Any) -> None:
            steps["steps"] += 1
            self.world.paused = False
            with at_once():
                self.world.do(function, **arguments)

        happen.__name__ = function.__name__
        return happen

    rules = {
        f"{name}_{number}": rule(**function.arguments)(made(function))
        for name, function in DEEDS.items()
        for number in range(function.weight)
    }
    return type("ADesk", (Desk,), {**rules, "wide": wide})


def run(examples: int, length: int, number: int | None, wide: bool) -> None:
    """Examples of ``length`` random steps each; ``number`` seeds them, None is always the same ones."""
    machine = with_rules(wide)
    chosen = settings(
        max_examples=examples, stateful_step_count=length, deadline=None, database=None, derandomize=number is None,
        phases=(Phase.generate, *SHRINK), suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet,
        report_multiple_bugs=False, print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(machine if number is None else seed(number)(machine), settings=chosen)


def share() -> tuple[int, int]:
    """How many verbs and git commands went well, and how many there were."""
    done = [(number, well) for (name, well), number in counted.items() if not name.startswith("answer")]
    return sum(number for number, well in done if well), sum(number for number, _ in done)


@pytest.mark.skipif(bool(SOAK), reason="the soak is run instead")
def test_every_answer_is_the_same_with_the_index() -> None:
    """Sixty steps, always the same ones; most of what was tried went well, or they would show little."""
    run(5, EXAMPLE, None, wide=False)
    well, tried = share()
    assert steps["steps"] > 50
    assert well > tried / 2, counted
    assert counted["answer out of an index", True] > counted["answer out of an index", False], "there is no index"


@pytest.mark.skipif(not SOAK, reason="make soak")
@pytest.mark.slow
def test_soak() -> None:
    """As many steps as are asked for, of random seeds, every question after each."""
    number = int(SEED or random.SystemRandom().randrange(10**6))
    while steps["steps"] < SOAK:
        print(f"\n{steps['steps']:6} of {SOAK} steps; seed {number}", flush=True)
        run(5, 50, number, wide=True)
        number += 1
    well, tried = share()
    print(f"\n{steps}\n{well} of {tried} verbs and git commands went well")
    for (name, fine), times in sorted(counted.items()):
        print(f"{times:7} {name} {'' if fine else 'refused'}")
