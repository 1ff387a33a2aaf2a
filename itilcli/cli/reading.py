"""From the words of the command line to a call: what is missing, too much or misspelled is refused at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from itilcli.cli.screen import Screen
from itilcli.cli.table import Argument, Call, Command, Invocation, Option
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import LANGUAGES, known
from itilcli.text import Listing, Text, Translate, language_of, t

COLORS = ("auto", "always", "never")
_INPUT_LIMIT = 1_000_000  # characters of standard input; no field takes as many


class Words(NamedTuple):
    """What was typed: the values by name, the options common to all commands, and the words left over."""

    given: dict[str, Any]
    common: dict[str, Any]
    left: tuple[str, ...] = ()


class Misworded(Refused):
    """A command line with a word too many, or one that cannot be; ``understood`` is the call without it."""

    def __init__(self, problems: Sequence[Problem], understood: Call) -> None:
        super().__init__(problems)
        self.understood = understood


def call(command: Command, words: Words, translate: Translate, own: Sequence[Option] | None = None) -> Call:
    """The call of ``command``; raises Refused with every word that is missing, left over or not what it should be."""
    options = command.options() if own is None else own
    answers: dict[str, Any] = {}
    problems = [*_missing(command, words), *_left(command, words, translate), *_common(words.common), *_encoding(words)]
    for option in options:
        answers[option.name] = _answer(option, words.given.get(option.name), problems)
    for argument in command.arguments:
        value = words.given.get(argument.name)
        answers[argument.name] = value if argument.nargs in (1, "?") else tuple(value or ())
    entries: list[Option | Argument] = [*options, *command.arguments]
    wanting = [entry.name for entry in entries if _prose(entry) and answers[entry.name] == "-"]
    if len(wanting) > 1:
        problems.append(_usage("E-cli-stdin", t("Only one text can be read from standard input."), where="-"))
    if problems:
        raise Misworded(problems, Call(command, _invocation(command, words.common, translate), answers))
    for name in wanting:
        answers[name] = _standard_input()
    return Call(command, _invocation(command, words.common, translate), answers)


def _prose(entry: Option | Argument) -> bool:
    return entry.prose if isinstance(entry, Argument) else entry.kind == "prose"


def _usage(code: str, message: Text, hint: Text | None = None, where: str = "") -> Problem:
    return Problem(code, message, hint, where=where, kind=Kind.MISSING)


def _missing(command: Command, words: Words) -> list[Problem]:
    lacking = [a for a in command.arguments if a.nargs in (1, "+") and not words.given.get(a.name)]
    hint = t("See {command} --help.", command=f"itil {command.name}")
    return [
        _usage(
            "E-cli-missing", t("{word} is missing: {meaning}", word=a.metavar, meaning=Text(a.help)), hint, a.metavar
        )
        for a in lacking
    ]


OBVIOUS = {
    "new": "--symptom", "classify": "--reason", "notify": "--to", "remote": "--actions", "change": "--class",
    "problem": "--reason", "dispatch": "--reason", "approve": "--comment", "sign": "--signature", "item": "--update",
    "visit plan": "--appointment", "visit finish": "--solution", "people add": "--role", "people set": "--add-role",
    "people leave": "--to", "people deputy": "--to", "customer add": "--contact", "action done": "--note",
}  # fmt: skip
"""The flag that a word too many is likeliest meant for."""


def _left(command: Command, words: Words, translate: Translate) -> list[Problem]:
    """The words too many, and where they belong: a flag, a search, one text in quotes; else how the command is called."""
    if not words.left:
        return []
    if command.name == "list":
        hint = t("what stands somewhere is found with: itil search {text}", text=words.left[0])
    elif command.name in OBVIOUS:
        hint = t("give it with {flag}", flag=OBVIOUS[command.name])
    elif any(argument.metavar == "TEXT" for argument in command.arguments):
        hint = t("Put quotes around a text of several words.")
    else:
        from itilcli.cli.pages import usage

        hint = t("Usage: {usage}", usage=usage(command, translate))
    return [_usage("E-cli-word", t("Too many words: {words}.", words=Listing(words.left)), hint, words.left[0])]


def _common(common: dict[str, Any]) -> list[Problem]:
    problems = []
    color, language = common.get("color"), common.get("language")
    if color is not None and color not in COLORS:
        problems.append(_one_of("--color", color, COLORS))
    if language is not None and known(language) is None:
        problems.append(_one_of("--language", language, LANGUAGES))
    return problems


def _one_of(flag: str, value: str, choices: Sequence[str]) -> Problem:
    message = t("{flag} cannot be {value}.", flag=flag, value=value)
    return _usage("E-cli-choice", message, t("One of {choices}.", choices=Listing(tuple(choices))), flag)


def _encoding(words: Words) -> list[Problem]:
    """Python keeps bytes that are no text as lone surrogates; no file could take them."""
    return [
        _usage("E-cli-encoding", t("{name} holds bytes that are not text in this terminal's encoding.", name=name))
        for name, value in {**words.given, **words.common, "words": words.left}.items()
        if value and any("\ud800" <= char <= "\udfff" for text in _texts(value) for char in text)
    ]


def _texts(value: Any) -> Sequence[str]:
    return value if isinstance(value, list | tuple) else (str(value),)


def _answer(option: Option, value: Any, problems: list[Problem]) -> Any:
    """The answer as the kind of the option promises it; a number that is none becomes a problem."""
    if option.kind == "many":
        return tuple(value or ())
    if option.kind == "flag":
        return bool(value)
    if option.kind == "number" and value is not None:
        try:
            return int(value)
        except ValueError:
            flag = option.flags[0]
            problems.append(_usage("E-cli-number", t("{flag} takes a whole number.", flag=flag), where=flag))
    return value


def _standard_input() -> str:
    """The text on standard input, without the line ends after it."""
    try:
        text = sys.stdin.read(_INPUT_LIMIT + 1)
        text.encode()
    except UnicodeError:
        message = t("{name} holds bytes that are not text in this terminal's encoding.", name="-")
        raise Refused([_usage("E-cli-encoding", message, where="-")]) from None
    if len(text) > _INPUT_LIMIT:
        message = t("Standard input is longer than {limit} characters.", limit=_INPUT_LIMIT)
        raise Refused([_usage("E-cli-stdin", message, where="-")])
    return text.rstrip("\n")


def _invocation(command: Command, common: dict[str, Any], translate: Translate) -> Invocation:
    quiet = bool(common.get("quiet"))
    return Invocation(
        command=command.name,
        desk=common.get("desk"),
        json=bool(common.get("json")),
        language=language_of(translate),
        translate=translate,
        screen=Screen(
            "never" if common.get("no_color") else common.get("color", "auto"),
            quiet,
            translate=translate,
            watched=not common.get("json"),
        ),
        quiet=quiet,
        at=common.get("at"),
        no_index=bool(common.get("no_index")),
        dry_run=bool(common.get("dry_run")),
        yes=bool(common.get("yes")),
        stdin_is_terminal=bool(sys.stdin and sys.stdin.isatty()),
    )
