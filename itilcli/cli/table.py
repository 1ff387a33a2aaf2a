"""The shapes of the command table, and the options every command has. Nothing here knows typer.

The rows are named tuples: they are as fixed as frozen dataclasses, and making the class costs a tenth of the time.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from itilcli.text import N_, Translate

if TYPE_CHECKING:
    from itilcli.cli.screen import Screen

PROGRAM = "itil"
COMPLETE = "_ITIL_COMPLETE"
"""Set by the shell where a word is to be completed."""
Complete = Callable[[str], Iterable[tuple[str, object]]]
"""What may be typed next: from the text so far to pairs of a value and its label, a str, Text or Label.

It is called in a process of its own, with ITIL_DESK set where the line being typed names a desk; what it raises
is taken for "nothing to offer"."""

OptionKind = Literal["text", "prose", "choice", "number", "flag", "switch", "many"]


class Option(NamedTuple):
    """A flag of a command; ``name`` is its key among the answers.

    ``kind`` decides the answer where the flag is given, and where it is not: ``text`` and ``choice`` a str, else
    None; ``prose`` a str too, where ``-`` reads standard input; ``number`` an int, else None; ``flag`` True, else
    False; ``switch`` (``--solved/--unsolved``) True or False, else None; ``many`` (repeatable) a tuple of str.
    A flag that may stand alone then means ``bare``; ``valued`` tells which words after it are its value.
    """

    name: str
    flags: tuple[str, ...]
    help: str
    kind: OptionKind = "text"
    metavar: str = ""
    complete: Complete | None = None
    bare: str = ""
    valued: Callable[[str], bool] | None = None


class Argument(NamedTuple):
    """A word without a flag. ``nargs`` 1 gives a str, ``?`` a str or None, ``*`` and ``+`` a tuple of str.

    Only the last argument of a command may be other than 1. With ``prose``, a word ``-`` reads standard input.
    """

    name: str
    metavar: str
    help: str
    nargs: Literal[1, "?", "*", "+"] = 1
    prose: bool = False
    complete: Complete | None = None


def _no_options() -> tuple[Option, ...]:
    return ()


class Command(NamedTuple):
    """One verb, or two words of which the first names a group of verbs (``people add``).

    ``run`` is ``module:function``, imported when the command is given and called with the invocation and the answers;
    it returns the exit code, None being 0. ``options`` is called only for the command that is wanted.
    """

    name: str
    clause: str
    summary: str
    run: str
    arguments: tuple[Argument, ...] = ()
    options: Callable[[], tuple[Option, ...]] = _no_options
    example: str = ""
    writes: bool = False
    group: str = ""
    default: bool = False
    """Whether this is what ``itil`` without a verb does."""
    whole: bool = False
    """Whether it goes by all that lies in the desk: what has changed there is looked for while it is still loading."""
    lately: tuple[str, ...] = ()
    """The flags with which it goes by what is open or recent alone; an empty text: it always does."""
    differing: bool = False
    """Whether it tells what is not as the last commit has it, which git is asked while it is still loading."""
    personal: bool = False
    """Whether it goes by who asks, which git is asked while it is still loading; all that ``writes`` does."""


class Invocation(NamedTuple):
    """How a command was called, apart from its own answers."""

    command: str
    desk: str | None
    json: bool
    language: str
    translate: Translate
    screen: "Screen"
    quiet: bool = False
    at: str | None = None
    dry_run: bool = False
    yes: bool = False
    stdin_is_terminal: bool = False
    no_index: bool = False

    @property
    def may_ask(self) -> bool:
        """Whether there is somebody to answer a question: a terminal, and no document expected on it."""
        return self.stdin_is_terminal and not self.json


class Call(NamedTuple):
    """A command that was asked for, with everything it needs."""

    command: Command
    invocation: Invocation
    answers: dict[str, Any]


EVERYWHERE: tuple[Option, ...] = (
    Option("desk", ("--desk",), N_("the desk's folder (else found upward from here, or ITIL_DESK)"), metavar="PATH"),
    Option(
        "no_index", ("--no-index",), N_("answer from the files alone, not from what was read of them before"), "flag"
    ),
    Option("json", ("--json",), N_("one JSON document on standard output"), "flag"),
    Option("language", ("--language",), N_("language of the messages"), metavar="zh|en"),
    Option("quiet", ("--quiet",), N_("only what was asked for: no hints, no progress"), "flag"),
    Option("color", ("--color",), N_("colours; never as well: --no-color, NO_COLOR"), metavar="auto|always|never"),
    Option("no_color", ("--no-color",), N_("no colours"), "flag"),
)
"""Accepted before the verb and after it."""

WRITING: tuple[Option, ...] = (
    Option("at", ("--at",), N_("when it happened: 09:12, -15m, 11-20 09:12 … (else now)"), metavar="TIME"),
    Option("dry_run", ("--dry-run",), N_("show the change and the commit message, write nothing"), "flag"),
    Option("yes", ("--yes",), N_("go ahead without asking for confirmation"), "flag"),
)
"""Accepted by every command that writes."""


def added(command: Command, own: tuple[Option, ...]) -> tuple[Option, ...]:
    """The common options of ``command``: those whose flags it does not use for something of its own."""
    taken = {flag for option in own for flag in option.flags}
    common = (*WRITING, *EVERYWHERE) if command.writes else EVERYWHERE
    return tuple(option for option in common if not taken.intersection(option.flags))
