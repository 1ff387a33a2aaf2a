"""From the words of the command line to an exit code: language, help, the call, and every way it can end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from itilcli.cli.aliases import readings, verb_place
from itilcli.cli.screen import Screen
from itilcli.cli.table import COMPLETE, PROGRAM, Call, added
from itilcli.cli.table import Argument as Argument
from itilcli.cli.table import Command as Command
from itilcli.cli.table import Invocation as Invocation
from itilcli.cli.table import Option as Option
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import choose, of_desk, translator
from itilcli.text import Listing, Text, Translate, t

CUT_OFF = 141
"""The exit code where the reader of a pipe left: that of a program killed by SIGPIPE, as git's."""
NO_INDEX = "ITIL_NO_INDEX"
HOOK = ["gate"]
"""What a server calls for each push: nothing in it has to be parsed, and no desk is read ahead."""
COMPLETION = frozenset({"--install-completion", "--show-completion"})
LONG = 4
"""A flag of more than two letters is taken for the beginning of another."""


def run(commands: Sequence[Command], argv: Sequence[str] | None = None) -> int:
    """Do what ``argv`` (default: this process's) asks for; returns the exit code and raises nothing."""
    words = list(sys.argv[1:] if argv is None else argv)
    _prepare_streams()
    if os.environ.get(COMPLETE):
        from itilcli.cli.completing import words_typed

        words = words_typed(words)
    translate = translator(choose(_asked(words, "--language"), os.environ, _desk_language(words)))
    as_json, screen = "--json" in _before_dashes(words), _screen(words)
    try:
        code = _outcome(commands, words, translate, screen, as_json)
        _flush()
    except OSError as error:  # what there was to say could not be said
        _silence()
        return CUT_OFF if isinstance(error, BrokenPipeError) else int(Kind.DESK)
    return code


def _outcome(commands: Sequence[Command], words: list[str], translate: Translate, screen: Screen, as_json: bool) -> int:
    """The exit code of ``words``, with whatever went wrong shown; raises OSError where showing it failed."""
    try:
        code = _answer(commands, words, translate, screen)
        _flush()
    except BrokenPipeError:
        raise
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except (Exception, KeyboardInterrupt) as error:
        from itilcli.cli import trouble

        return trouble.told(error, words, translate, screen, as_json)
    return code


def _answer(commands: Sequence[Command], words: list[str], translate: Translate, screen: Screen) -> int:
    """The exit code of what ``words`` ask for; help and the version cost no import of typer."""
    if words == ["--version"]:
        from itilcli import __version__

        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        return 0
    hook = next((command for command in commands if words == HOOK == [command.name]), None)
    if hook is not None:
        from itilcli.cli.reading import Words, call

        return _done(call(hook, Words({}, {}), translate))
    if os.environ.get(COMPLETE):
        from itilcli.cli.completing import answer

        return answer(commands, words, translate)
    if any(word.partition("=")[0] in COMPLETION for word in _before_dashes(words)):
        from itilcli.cli.completion import asked

        return asked(words, translate, screen)
    found = readings(commands, words)
    for reading in found[:-1]:
        try:
            return _answered(commands, reading, translate, screen)
        except Refused as refused:
            if not all(problem.code.startswith("E-find-") for problem in refused.problems):
                raise
    return _answered(commands, found[-1], translate, screen)


def _answered(commands: Sequence[Command], words: list[str], translate: Translate, screen: Screen) -> int:
    """The exit code of ``words`` without an alias among them."""
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    asked = words[:-1] if words[-1:] in (["--help"], ["-h"]) else words if _is_group(commands, words) else None
    if asked is not None:
        from itilcli.cli.pages import find

        page = find(commands, asked, translate)
        if page is not None:
            sys.stdout.write(page + "\n")
            return 0
    with _begun(commands, words, translate, screen):
        called = _parsed(commands, words, translate)
        return _done(called) if isinstance(called, Call) else called


@contextmanager
def _begun(commands: Sequence[Command], words: Sequence[str], translate: Translate, screen: Screen) -> Iterator[None]:
    """While this lasts, git does what the command that ``words`` begin with will ask of it, be it still to be loaded."""
    from itilcli.desk import ahead

    named = _named(commands, words) or next((c for c in commands if c.default and verb_place(words) is None), None)
    whole = named is not None and named.whole and "--no-index" not in words
    personal = named is not None and (named.writes or named.personal)
    differing = named is not None and named.differing
    lately = named is not None and any(not flag or flag in words for flag in named.lately)
    with ahead(
        _asked(words, "--desk"), screen.watching(translate("reading the desk")), whole, personal, lately, differing
    ):
        yield


def _is_group(commands: Sequence[Command], words: Sequence[str]) -> bool:
    """Whether ``words`` are the one name of several verbs, which alone asks what they are where none lists them."""
    names = {command.name for command in commands}
    return len(words) == 1 and words[0] not in names and any(name.startswith(words[0] + " ") for name in names)


def _parsed(commands: Sequence[Command], words: list[str], translate: Translate) -> Call | int:
    """What typer makes of ``words``: a call, or the exit code of what it has answered itself."""
    from itilcli.cli.program import build

    def parsed(rest: list[str]) -> Any:
        return build(commands, translate).main(rest, prog_name=PROGRAM, standalone_mode=False)

    words = _spelled_out(commands, words)
    try:
        result = parsed(words)
    except Exception as error:
        if "new" in words:
            from itilcli.cli.misworded import keep

            keep(error, words, parsed)
        if not hasattr(error, "format_message"):
            raise
        raise Refused([_misused(error, commands, words)]) from None
    return result if isinstance(result, Call) else int(result or 0)


def _spelled_out(commands: Sequence[Command], words: list[str]) -> list[str]:
    """``words`` with the value put in that a flag standing alone means."""
    command = _named(commands, words)
    alone = {flag: option for option in (command.options() if command else ()) if option.bare for flag in option.flags}
    if not alone:
        return words
    made: list[str] = []
    for place, word in enumerate(words):
        made.append(word)
        option = alone.get(word)
        if option and not (words[place + 1 :] and option.valued and option.valued(words[place + 1])):
            made.append(option.bare)
    return made


def _stands_at(command: Command, words: Sequence[str], at: int) -> bool:
    """Whether the name of ``command`` stands in ``words`` there, after options alone."""
    named = command.name.split()
    return list(words[at : at + len(named)]) == named and (at == 0 or words[0].startswith("-"))


def _named(commands: Sequence[Command], words: Sequence[str]) -> Command | None:
    """The command whose name stands in ``words`` after options alone; None where none does."""
    return next((c for c in commands for at in range(len(words)) if _stands_at(c, words, at)), None)


def _as_called(commands: Sequence[Command], words: Sequence[str]) -> str:
    """The verb that ``words`` begin with, as a user calls it; the program alone where they begin with none."""
    return next(
        (f"{PROGRAM} {c.name}" for c in commands if list(words[: c.name.count(" ") + 1]) == c.name.split()), PROGRAM
    )


def _misused(error: Exception, commands: Sequence[Command], words: Sequence[str]) -> Problem:
    """A usage error of typer in our words; ``option_name`` and ``possibilities`` are what typer tells about it."""
    flag = str(getattr(error, "option_name", "") or "")
    near = _near(flag, commands, words) if hasattr(error, "possibilities") else []
    help_page = t("See {command} --help.", command=_as_called(commands, words))
    hint = t("Did you mean {words}?", words=Listing(tuple(near))) if near else help_page
    if flag and hasattr(error, "possibilities"):
        message = t("There is no option {flag} here.", flag=flag)
    elif flag and "requires" in str(error):
        message = t("{flag} needs a value.", flag=flag)
    elif flag:
        message = t("{flag} takes no value.", flag=flag)
    else:
        message = Text(str(getattr(error, "message", error)))
    return Problem("E-cli-option" if flag else "E-cli-usage", message, hint, where=flag, kind=Kind.MISSING)


def _near(flag: str, commands: Sequence[Command], words: Sequence[str]) -> list[str]:
    """The long flags of the command that are spelled nearly like ``flag``, or begin with it."""
    from difflib import get_close_matches

    command = _named(commands, words)
    if command is None or not flag.startswith("--"):
        return []
    own = command.options()
    flags = [part for option in (*own, *added(command, own)) for one in option.flags for part in one.split("/")]
    names = {one[2:] for one in flags if one.startswith("--")}
    begun = sorted(name for name in names if len(flag) > LONG and name.startswith(flag[2:]))
    return [f"--{name}" for name in dict.fromkeys([*begun, *get_close_matches(flag[2:], names)])]


def _done(called: Call) -> int:
    from itilcli.cli.stopping import heed

    heed()
    if called.invocation.no_index:
        with _without_index():
            return _run(called)
    return _run(called)


@contextmanager
def _without_index() -> Iterator[None]:
    """While this lasts, a desk that is opened has no index."""
    before = os.environ.get(NO_INDEX)
    os.environ[NO_INDEX] = "1"
    try:
        yield
    finally:
        os.environ.pop(NO_INDEX)
        if before is not None:
            os.environ[NO_INDEX] = before


def _run(called: Call) -> int:
    from importlib import import_module

    module, _, function = called.command.run.partition(":")
    code = int(getattr(import_module(module), function)(called.invocation, called.answers) or 0)
    if called.command.writes and code == 0 and not called.invocation.dry_run:
        from itilcli.desk import shares_at_once

        if shares_at_once():
            from itilcli.cli.publishing import publish

            publish(called.invocation)
    return code


def _before_dashes(words: Sequence[str]) -> Sequence[str]:
    """The words that may be options: what follows ``--`` is not."""
    return words[: words.index("--")] if "--" in words else words


def _asked(words: Sequence[str], flag: str) -> str | None:
    """The value of a common option, wanted before the words are parsed; the last one where it is given twice."""
    found = None
    options = _before_dashes(words)
    for position, word in enumerate(options):
        if word == flag and position + 1 < len(options):
            found = options[position + 1]
        elif word.startswith(flag + "="):
            found = word.partition("=")[2]
    return found


def _desk_language(words: Sequence[str]) -> str | None:
    try:
        here = os.getcwd()  # noqa: PTH109 (pathlib costs a third of a small program's start)
    except OSError:
        here = os.sep
    return of_desk(_asked(words, "--desk"), os.environ, here)


def _screen(words: Sequence[str]) -> Screen:
    color = "never" if "--no-color" in _before_dashes(words) else _asked(words, "--color")
    return Screen(color if color in ("always", "never") else "auto", "--quiet" in _before_dashes(words))


def _prepare_streams() -> None:
    """A character that the terminal's encoding lacks is shown by its number, and never ends a command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _silence() -> None:
    """Let the streams that cannot be written to lead nowhere, so that Python does not complain when it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
