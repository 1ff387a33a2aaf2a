"""What a check found: fine, a warning, or a fault, why, and what mends it."""

from __future__ import annotations

from itilcli.errors import Problem
from itilcli.text import Text
from itilcli.values import value

OK, WARNING, FAULT = "ok", "warning", "fault"


@value
class Finding:
    """One answer of a check. ``commands`` are ready to paste; ``hint`` says what no command can."""

    state: str
    said: Text
    commands: tuple[str, ...] = ()
    hint: Text | None = None
    code: str = ""


def fine(said: Text, hint: Text | None = None) -> Finding:
    """Nothing is wrong."""
    return Finding(OK, said, (), hint)


def warning(said: Text, *commands: str, hint: Text | None = None) -> Finding:
    """It works, and will not always, or not as well as it could."""
    return Finding(WARNING, said, commands, hint)


def fault(said: Text, *commands: str, hint: Text | None = None) -> Finding:
    """Something cannot be done until it is mended."""
    return Finding(FAULT, said, commands, hint)


def of_problem(problem: Problem, *commands: str) -> Finding:
    """A problem that other commands would refuse for, or warn of."""
    state = WARNING if problem.level == "warning" else FAULT
    return Finding(state, problem.message, commands, problem.hint, problem.code)
