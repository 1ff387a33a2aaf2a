"""What may be typed next, told to the shell that asks: out of the command table, without building any command.

The first line says ``words`` or ``files`` (the shell's own completion of paths); each further one is a value, a tab and a
label. Labels come from records, which strangers write: they are one line without a character that steers a terminal.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from itilcli.cli.aliases import VALUED, VERBS, readings, verb_place
from itilcli.cli.screen import fit, safe
from itilcli.cli.table import COMPLETE, EVERYWHERE, Argument, Command, Option, added
from itilcli.text import Translate, render
from itilcli.values import pattern

LINE, BREAKS = "_ITIL_LINE", "_ITIL_BREAKS"
"""From bash: the line as typed, up to the cursor; the characters at which it parts words."""
WIDEST, MOST = 60, 200
FILES = frozenset({"FILE", "PATH", "MAP", "BARE_REPO"})
_CHOICES = pattern(r"[a-z]+(?:\|[a-z]+)+(?:\|…)?")
_SPECIAL = pattern(r"([^\w@%+:,./=\-])")
_UNTYPED = "\0"
Rows = Iterable[tuple[str, object]]


class Offer(NamedTuple):
    """What may stand at a place: values with labels, or paths."""

    rows: Rows = ()
    files: bool = False


def words_typed(argv: Sequence[str]) -> list[str]:
    """The words after the program's name, the last of which is to be completed."""
    line = os.environ.get(LINE)
    return list(argv) or [""] if line is None else split(line)[1:] or [""]


def split(line: str) -> list[str]:
    """The words of a line as a shell reads them, the last one perhaps empty, perhaps with its quote still open."""
    import shlex

    for end in ("", "\\", '"', "'") if line.endswith("\\") else ("", '"', "'"):
        try:
            words = shlex.split(line + end)
        except ValueError:
            continue
        return [*words, ""] if not end and line[-1:].isspace() and not line.endswith("\\ ") else words
    return [""]


def answer(commands: Sequence[Command], words: Sequence[str], translate: Translate) -> int:
    """Tells the shell that asks what may stand for the last of ``words``; 0."""
    offer = offered(commands, words)
    shell = os.environ.get(COMPLETE, "")
    lines = ["files" if offer.files else "words"]
    typed = raw(os.environ.get(LINE, "")) if shell == "bash" else ""
    for value, label in list(offer.rows)[:MOST]:
        shown = value if shell != "bash" else _for_bash(value, typed)
        if shown and value.isprintable():
            told = safe(translate(label) if isinstance(label, _Message) else render(label, translate)).replace(
                "\t", " "
            )
            lines.append(f"{shown}\t{fit(told, WIDEST)}")
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    writable = [
        line
        for line in lines
        if line.partition("\t")[0].encode(encoding, "ignore").decode(encoding) == line.partition("\t")[0]
    ]
    sys.stdout.write("\n".join(writable) + "\n")
    return 0


def raw(line: str) -> str:
    """The last word of a line as it is typed, quotes and all."""
    start, quote, escaped = 0, "", False
    for place, char in enumerate(line):
        if escaped:
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif char == quote:
            quote = ""
        elif not quote and char in "\"'":
            quote = char
        elif not quote and char.isspace():
            start = place + 1
    return line[start:]


def _for_bash(value: str, typed: str) -> str:
    """A value as bash puts it in: quoted as the word typed so far is, without what stands before the last word break."""
    quote = typed[:1] if typed[:1] in ('"', "'") else ""
    if quote:
        return "" if any(char in value for char in quote + "\\$`!") else value
    shown = _SPECIAL.sub(r"\\\1", value)
    breaks = {*os.environ.get(BREAKS, ":=")} & {*":=@"}
    cut = max((typed.rfind(char) for char in breaks), default=-1) + 1
    return shown[cut:] if shown[:cut].casefold() == typed[:cut].casefold() else ("" if cut else shown)


# ── what is asked for


def offered(commands: Sequence[Command], words: Sequence[str]) -> Offer:
    """What may stand for the last of ``words``; nothing where something needed for it cannot be read."""
    *before, text = words
    text = text.lstrip("\"'")
    for place, word in enumerate(before):
        if word == "--desk" and before[place + 1 :]:
            os.environ["ITIL_DESK"] = before[place + 1]  # this process only completes; what completes looks there
        elif word.startswith("--desk="):
            os.environ["ITIL_DESK"] = word.partition("=")[2]
    try:
        offer = _offered(commands, before, text)
        return Offer(list(offer.rows), offer.files)
    except Exception:  # a word on a half-typed line is never worth a traceback in the user's prompt
        return Offer()


def _offered(commands: Sequence[Command], before: list[str], text: str) -> Offer:
    if before[:1] == ["help"]:
        before = before[1:]
    spelled = readings(commands, [*before, _UNTYPED])[0]
    spelled = spelled[: spelled.index(_UNTYPED)] if _UNTYPED in spelled else spelled
    at = verb_place(spelled)
    if at is None:
        return _at_the_beginning(commands, spelled, text)
    named = [one for one in commands if spelled[at : at + one.name.count(" ") + 1] == one.name.split()]
    if named:
        command = max(named, key=lambda one: len(one.name))
        return _of_command(command, spelled[at + command.name.count(" ") + 1 :], text)
    return Offer(_verbs(commands, spelled[at:], text))


def _at_the_beginning(commands: Sequence[Command], before: Sequence[str], text: str) -> Offer:
    from itilcli.cli.pages import ROOT_OPTIONS

    last = before[-1] if before else ""
    option = next((one for one in EVERYWHERE if last in one.flags and last in VALUED), None)
    if option:
        return _values(option, text)
    if last in ("--install-completion", "--show-completion"):
        from itilcli.actions.shells import SHELLS

        return Offer([(one, "") for one in SHELLS if one.startswith(text)])
    if text.startswith("-"):
        rows = [(flags.split(",")[0].split()[0], help_) for flags, help_ in ROOT_OPTIONS]
        return _flags(EVERYWHERE, (), text, [(flag, _Message(help_)) for flag, help_ in rows])
    return Offer(_verbs(commands, (), text))


def _verbs(commands: Sequence[Command], before: Sequence[str], text: str) -> Rows:
    """The next word of the verbs that begin so; in Chinese where the user types Chinese."""
    deep = len(before)
    found: dict[str, object] = {}
    for command in commands:
        name = command.name.split()
        if name[:deep] == list(before) and len(name) > deep and name[deep].startswith(text):
            alone = len(name) == deep + 1
            found.setdefault(name[deep], _Message(command.summary) if alone else _group(commands, name[: deep + 1]))
    if not found and not deep and text and not text.isascii():
        names = {command.name: command.summary for command in commands}
        wanted = unicodedata.normalize("NFKC", text)
        found = {
            word: _Message(names.get(verb, verb))
            for word, verb in VERBS.items()
            if word.startswith(wanted) and not word.isascii()
        }
    return list(found.items())


def _group(commands: Sequence[Command], name: Sequence[str]) -> str:
    """The words that follow the name of a group."""
    place = len(name)
    rows = (command.name.split() for command in commands)
    return " · ".join(dict.fromkeys(row[place] for row in rows if row[:place] == list(name) and len(row) > place))


class _Message(str):
    """A message of the command table, to be shown in the reader's language."""

    __slots__ = ()


def _of_command(command: Command, rest: Sequence[str], text: str) -> Offer:
    own = command.options()
    options = (*own, *added(command, own))
    by_flag = {part: option for option in options for flag in option.flags for part in flag.split("/")}
    given, placed, pending, ended = list[str](), list[str](), None, False
    for word in rest:
        if pending:
            pending = None
        elif word == "--":
            ended = True
        elif not ended and word.startswith("-") and (option := by_flag.get(word.partition("=")[0])):
            given.append(option.name)
            pending = option if option.kind not in ("flag", "switch") and "=" not in word else None
        else:
            placed.append(word)
    if pending and not text.startswith("--"):
        return _values(pending, text)
    flag, equals, value = text.partition("=")
    if equals and flag in by_flag:
        offer = _values(by_flag[flag], value)
        return Offer([(f"{flag}={one}", label) for one, label in offer.rows], offer.files)
    if text.startswith("-") and not ended:
        return _flags(options, given, text)
    offer = _word(command, own, given, placed, text)
    return offer if offer.files or text or list(offer.rows) else _flags(own, given, "--")


def _flags(
    options: Iterable[Option], given: Sequence[str], text: str, more: Sequence[tuple[str, object]] = ()
) -> Offer:
    """The flags that begin so and may still be given; only long ones, unless a short one is typed whole."""
    free = [one for one in options if one.name not in given or one.kind == "many"]
    rows = [(part, _Message(one.help)) for one in free for flag in one.flags for part in flag.split("/")]
    found = [*rows, *more]
    return Offer([row for row in found if row[0].startswith(text) and (row[0].startswith("--") or row[0] == text)])


def _values(option: Option, text: str) -> Offer:
    if option.complete:
        begun, comma, last = text.rpartition(",")
        rows = list(option.complete(last if comma and option.kind == "many" else text))
        return Offer(
            [(f"{begun}{comma}{value}" if comma and option.kind == "many" else value, label) for value, label in rows]
        )
    if _CHOICES.fullmatch(option.metavar):
        return Offer([(one, "") for one in option.metavar.split("|") if one != "…" and one.startswith(text)])
    return Offer(files=_is_path(option.metavar))


def _is_path(metavar: str) -> bool:
    return not FILES.isdisjoint(metavar.strip("[]…").split("|"))


def _word(command: Command, own: Sequence[Option], given: Sequence[str], placed: Sequence[str], text: str) -> Offer:
    """What a word without a flag may be here."""
    arguments = command.arguments
    if not arguments:
        return Offer()
    argument = arguments[min(len(placed), len(arguments) - 1)]
    if len(placed) >= len(arguments) and argument.nargs in (1, "?"):
        return Offer()
    if argument.name == "words":
        return Offer(_answers(command, own, given, placed, text))
    rows = list(argument.complete(text)) if argument.complete else []
    if placed and "PERSON" in argument.metavar:
        from itilcli.cli.complete import people

        rows += people(text)
    rows = [row for row in rows if row[0] not in placed]
    return Offer(rows or _literal(argument, text), _is_path(argument.metavar) and not rows)


def _literal(argument: Argument, text: str) -> list[tuple[str, object]]:
    """An argument that is a word itself, such as ``none``."""
    word = argument.metavar
    return [(word, _Message(argument.help))] if word.islower() and word.isalpha() and word.startswith(text) else []


def _answers(command: Command, own: Sequence[Option], given: Sequence[str], placed: Sequence[str], text: str) -> Rows:
    """The answers of a step that need no flag: all that one of its closed lists, its people or its cases offer."""
    from itilcli.procedure.words import WORDS

    by_name = {option.name: option for option in own}
    options = [by_name[name] for name in WORDS.get(command.name, ()) if name in by_name and name not in given]
    rows = (row for option in options if option.complete for row in option.complete(text))
    return [row for row in rows if row[0] not in placed]
