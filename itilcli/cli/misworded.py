"""§5.1: a call whose command line holds a word that is not understood: all the others are kept, so that none is typed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itilcli.cli.reading import Misworded
from itilcli.cli.table import Call

MOST = 9
"""The most flags that are left out one after the other to understand the rest."""
ASKS = {"--help", "-h", "--version", "-"}
"""Words that would print a page or read standard input while the line is read again."""


def keep(error: Exception, words: list[str], parse: Callable[[list[str]], Any]) -> None:
    """Keeps the answers of a refused ``itil new`` as its draft, where the rest of its ``words`` can be understood."""
    called = understood(error, words, parse)
    if called is not None and called.command.name == "new":
        from itilcli.cli.taking import misused

        misused(called.invocation, dict(called.answers))


def understood(error: Exception, words: list[str], parse: Callable[[list[str]], Any]) -> Call | None:
    """The call of ``words`` less the flags that there are not, or that lack their value; None where none is to be had."""
    for _ in range(MOST):
        if isinstance(error, Misworded):
            return error.understood
        flag = str(getattr(error, "option_name", "") or "")
        if not flag or ASKS.intersection(words):
            return None
        place = next((at for at, word in enumerate(words) if word == flag or word.startswith(f"{flag}=")), None)
        if place is None:
            return None
        words = words[:place] + words[place + 1 :]
        try:
            made = parse(words)
        except Exception as further:  # whatever is wrong with the line is told by the first error
            error = further
            continue
        return made if isinstance(made, Call) else None
    return None
