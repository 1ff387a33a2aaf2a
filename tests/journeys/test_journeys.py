"""The bad days: what the transcripts show is what happens."""

from __future__ import annotations

import pytest
from journey import Journey, journeys, run_again

PARTS = [
    pytest.param(part, id=f"{journey.path.stem}-{number}")
    for journey in journeys()
    for number, part in enumerate(journey.parts)
    if "```console" in part
]


@pytest.mark.parametrize("part", PARTS)
def test_a_journey_happens_as_it_is_told(part: str) -> None:
    """When it does not: read the difference, then `make journeys` tells it anew."""
    again, wrong = run_again(part)
    assert again.splitlines() == part.splitlines()
    assert wrong == []


@pytest.mark.parametrize("journey", [pytest.param(journey, id=journey.path.stem) for journey in journeys()])
def test_the_index_names_commands_that_are_typed_there(journey: Journey) -> None:
    """Each command of the index stands in its transcript."""
    for command in journey.about["type"]:
        assert any(typed.startswith(command) for typed in journey.commands), command
