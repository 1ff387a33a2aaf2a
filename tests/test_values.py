"""Frozen dataclasses made cheaply behave as those of the standard library do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, replace

import pytest

from itilcli.values import value


def twice(number: int) -> int:
    return 2 * number


@value
class Sample:
    name: str
    count: int = 1
    tags: list[str] = field(default_factory=list)
    how: Callable[[int], int] = twice


def test_values_are_taken_by_place_and_by_name():
    made = Sample("甲", count=2)
    assert (made.name, made.count, made.tags) == ("甲", 2, [])
    assert made.how(3) == 6, "a function as a default is a value, not a method"
    assert Sample("a").tags is not Sample("b").tags
    assert repr(made).startswith("Sample(name='甲', count=2, tags=[]")


def test_equal_by_their_fields_and_hashable():
    assert Sample("a") == Sample("a", 1)
    assert Sample("a") != Sample("b")
    assert Sample("a") != ("a", 1)

    @value
    class Other:
        name: str = ""

    assert len({Other("a"), Other("a"), Other()}) == 2


def test_nothing_changes_a_value():
    made = Sample("a")
    with pytest.raises(FrozenInstanceError):
        made.name = "b"
    with pytest.raises(FrozenInstanceError):
        del made.name
    assert replace(made, count=5) == Sample("a", 5)
    assert [row.name for row in fields(Sample)] == ["name", "count", "tags", "how"]


@pytest.mark.parametrize(
    ("args", "given"), [((), {}), (("a",), {"name": "b"}), (("a",), {"colour": 1}), (tuple("abcde"), {})]
)
def test_wrong_arguments_are_refused(args, given):
    with pytest.raises(TypeError):
        Sample(*args, **given)
