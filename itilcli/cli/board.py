"""`board`: the open cases on a screen that follows the desk; every step is a command of this program."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from typing import Any

from itilcli.cli.table import PROGRAM, Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import render, t

SMALLEST = (40, 12)
"""The columns and lines below which nothing can be read of it."""


def board(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The board until it is left; a command that is run from it has the whole terminal, and leads back."""
    refuse_without_terminal(invocation)
    desk = Desk.open(invocation.desk)
    try:
        from itilcli.cli.board_screen import Board, Place
    except ImportError:
        text = t("the board needs {library}, which is not installed", library="textual")
        hint = t("install it with: {command}", command="pip install 'itilcli[tui]'")
        raise Refused([Problem("E-board-missing", text, hint, where="itil board", kind=Kind.DESK)]) from None
    place: Place | None = Place(answers.get("filter") or "")
    while place is not None:
        place = Board(desk, invocation, place).run()
        if place is not None:
            carry_out(invocation, place.command)
    return 0


def refuse_without_terminal(invocation: Invocation) -> None:
    """Raises Refused where nobody sees a screen, or where none can be drawn."""
    seen = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", "")
    if seen and not invocation.json:
        return
    message = t("the board needs a terminal that can draw")
    hint = t("the same as a list: itil list --open; for a program: itil list --open --json")
    raise Refused([Problem("E-board-terminal", message, hint, where="itil board", kind=Kind.MISSING)])


def carry_out(invocation: Invocation, typed: str) -> None:
    """Runs a command as if it had been typed into the shell, and waits until its answer has been read."""
    from itilcli.cli.app import run
    from itilcli.cli.commands import COMMANDS

    try:
        words = shlex.split(typed)
    except ValueError:
        words = typed.split()
    words = words[1:] if words[:1] == [PROGRAM] else words
    common = ["--language", invocation.language, *(["--desk", invocation.desk] if invocation.desk else [])]
    sys.stdout.write(f"$ {PROGRAM} {' '.join(shlex.quote(word) for word in words)}\n")
    run(COMMANDS, [*common, *words])
    sys.stdout.write("\n" + render(t("Enter leads back to the board."), invocation.translate))
    sys.stdout.flush()
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        sys.stdout.write("\n")


def as_typed(command: str) -> str:
    """The command of a step as far as it is known: what has to be filled in is asked for when it runs."""
    kept: Sequence[str] = command.removeprefix(f"{PROGRAM} ").split(" ")
    words: list[str] = []
    for word in kept:
        if word == "…" and words and words[-1].startswith("-"):
            words.pop()
        elif word != "…":
            words.append(word)
    return " ".join(words)
