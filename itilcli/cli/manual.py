"""The manual pages, out of the command table: ``itil(1)`` and one for each command, in every language, for `man`.

They are made when the wheel is built and lie in its ``share/man``, where `man` looks beside a program that is on the PATH.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from itilcli import __version__
from itilcli.cli.pages import HELP, ROOT_OPTIONS, flags_of, summary_of, usage
from itilcli.cli.table import EVERYWHERE, PROGRAM, Command, added
from itilcli.language import LANGUAGES, translator
from itilcli.text import N_, Translate, t

FOLDERS = {"en": "man1", "zh": "zh_CN/man1"}
"""Where the pages of a language lie below ``share/man``."""
ABOUT = (
    N_(
        "A desk is a folder in a git repository that holds desk.yaml. Each case is a handful of YAML files in it; each "
        "command that writes makes one commit."
    ),
    N_(
        "The desk is found upward from the current folder, or named by --desk or ITIL_DESK. Who acts is git's author, "
        "looked up in people.yaml."
    ),
    N_(
        "A case is named by any part of its ID that is unique. Times are typed like 09:12, -15m or 11-20 09:12. Where a "
        "code is taken, its Chinese label will do."
    ),
)
ENVIRONMENT = (
    ("ITIL_DESK", N_("the desk's folder")),
    ("ITIL_LANGUAGE", N_("language of the messages: zh or en; else the desk's, else that of the locale")),
    ("ITIL_NOW", N_("sets the clock, for rehearsals: a time with an offset")),
    ("ITIL_NO_INDEX", N_("answer from the files alone, not from what was read of them before")),
    ("NO_COLOR", N_("no colours")),
    ("PAGER, EDITOR", N_("the programs that show long texts, and in which forms are filled in")),
)
FILES = (
    ("desk.yaml", N_("the desk's settings")),
    ("people.yaml", N_("who works here, with addresses and roles")),
    ("customers.yaml", N_("who calls: organisations, contacts, phones")),
    ("records/", N_("the cases, a folder for each day")),
    ("knowledge/", N_("the articles of the knowledge base")),
    ("calendar/", N_("the working days of each year")),
    ("templates/", N_("the desk's own forms and reports")),
)
CODES = (
    ("0", N_("done; also a list that is empty")),
    ("1", N_("refused by a rule of the procedure; or check or audit found errors")),
    ("2", N_("a wrong call, or an answer is missing")),
    ("3", N_("there is no such case, or more than one fits")),
    ("4", N_("not permitted to this person, or git's author is not known")),
    ("5", N_("there is no desk here, or it is busy, in conflict or read-only")),
    ("70", N_("a bug in itil; a log file holds the details")),
    ("130", N_("interrupted")),
)
_WIDE = "\u2e80"
_NEVER_FIRST = "，。；：、！？）」』》”…·%"
_SPECIAL = {"\\": "\\(rs", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq", "-": "\\-"}
_TO_ESCAPE = re.compile("[" + re.escape("".join(_SPECIAL)) + "]")


def pages(commands: Sequence[Command], day: str) -> Iterator[tuple[str, str]]:
    """Each page with its path below ``share/man``.

    :param day: the date that the pages bear, as YYYY-MM-DD.
    """
    for language in LANGUAGES:
        translate = translator(language)
        yield f"{FOLDERS[language]}/{PROGRAM}.1", program(commands, translate, day)
        for command in commands:
            yield f"{FOLDERS[language]}/{_name(command)}.1", page(command, translate, day)


def program(commands: Sequence[Command], translate: Translate, day: str) -> str:
    """``itil(1)``: what it is, every command with its summary, and what holds for all."""
    about = translate("Incident management by a written procedure, as plain files in git.")
    lines = [*_head(PROGRAM, about, day, translate), *_section(translate("Synopsis"))]
    lines += [f".B {PROGRAM}", _text(t("COMMAND [WORDS] [OPTIONS]").render(translate))]
    lines += _section(translate("Description"))
    for paragraph in ABOUT:
        lines += [".PP", _prose(translate(paragraph))]
    lines += _section(translate("Commands"))
    for heading in dict.fromkeys(command.group for command in commands):
        lines += [f".SS {_quoted(translate(heading))}"]
        for command in (one for one in commands if one.group == heading):
            lines += _row(f"{PROGRAM} {command.name}", summary_of(command, translate))
    lines += _section(translate("Options"))
    for option in EVERYWHERE:
        lines += _row(flags_of(option), translate(option.help))
    for flags, said in ROOT_OPTIONS:
        lines += _row(flags, translate(said))
    for heading, table in (
        (translate("Environment"), ENVIRONMENT),
        (translate("Files"), FILES),
        (translate("Exit status"), CODES),
    ):
        lines += _section(heading)
        for left, said in table:
            lines += _row(left, translate(said))
    lines += _section(translate("Examples"))
    for command in commands:
        if command.name in ("init", "new", "next", "close", "report", "doctor"):
            lines += [
                ".PP",
                _prose(t("{heading}:", heading=summary_of(command, translate)).render(translate)),
                *_example(command.example.splitlines()[:1]),
            ]
    return _page(lines)


def page(command: Command, translate: Translate, day: str) -> str:
    """The page of one command."""
    own = command.options()
    lines = [*_head(_name(command), translate(command.summary), day, translate), *_section(translate("Synopsis"))]
    called, _, words = usage(command, translate).partition(command.name)
    lines += [f".B {_text(called + command.name)}", *([_text(words.strip())] if words.strip() else [])]
    lines += [*_section(translate("Description")), _prose(summary_of(command, translate))]
    if command.arguments:
        lines += _section(translate("Words"))
        for argument in command.arguments:
            lines += _row(argument.metavar, translate(argument.help))
    for heading, options in ((translate("Options"), own), (translate("Everywhere"), added(command, own))):
        lines += _section(heading) if options else []
        for option in options:
            lines += _row(flags_of(option), translate(option.help))
    lines += _row(HELP[0], translate(HELP[1]))
    if command.example:
        lines += [*_section(translate("Examples")), *_example(command.example.splitlines())]
    lines += [*_section(translate("See also")), f".BR {PROGRAM} (1)"]
    return _page(lines)


def _name(command: Command) -> str:
    return "-".join((PROGRAM, *command.name.split()))


def _page(lines: Sequence[str]) -> str:
    """The lines as a text; a heading is followed by its text, and by no sign of a new paragraph."""
    kept = [
        line
        for before, line in zip(("", *lines), lines, strict=False)
        if not (line == ".PP" and before.startswith(".S"))
    ]
    return "\n".join(kept) + "\n"


def _head(name: str, about: str, day: str, translate: Translate) -> list[str]:
    title = f'.TH {_quoted(name.upper())} 1 {day} "{PROGRAM} {__version__}" {_quoted(translate("Incident desk"))}'
    return [title, ".nh", ".ad l", *_section(translate("Name")), f"{_text(name)} \\- {_prose(about.rstrip('.。'))}"]


def _section(heading: str) -> list[str]:
    return [f".SH {_quoted(heading.upper())}"]


def _row(left: str, right: str) -> list[str]:
    return [".TP", f".B {_text(left)}".replace("|", "|\\:"), _prose(right)]


def _example(lines: Iterable[str]) -> list[str]:
    return [".PP", ".nf", ".RS 4", *map(_text, lines), ".RE", ".fi"]


def _quoted(text: str) -> str:
    return f'"{_text(text)}"'


def _text(text: str) -> str:
    """Text that stands as it is: nothing in it means anything to roff."""
    line = _TO_ESCAPE.sub(lambda found: _SPECIAL[found[0]], " ".join(text.split()))
    return f"\\&{line}" if line.startswith(".") else line


def _prose(text: str) -> str:
    """Text that may be broken between words, and between any two Chinese characters."""
    made = ""
    for place, char in enumerate(text):
        before = text[place - 1] if place else ""
        parted = before and (char >= _WIDE or before >= _WIDE) and not char.isspace() and not before.isspace()
        if parted and char not in _NEVER_FIRST and before not in "（「『《“":
            made += "\0"
        made += char
    return _text(made).replace("\0", "\\:")
