"""The help pages, written from the command table in the reader's language; typer is not needed for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

from itilcli.cli.screen import columns, pad, width, wrap
from itilcli.cli.table import EVERYWHERE, PROGRAM, Argument, Command, Option, added
from itilcli.text import N_, Translate, t

_WIDEST = 100
_COLUMN = 28
ROOT_OPTIONS: tuple[tuple[str, str], ...] = (
    ("--version", N_("the version of itil")),
    ("--install-completion [SHELL]", N_("let this shell complete verbs, flags, codes and IDs")),
    ("--show-completion [SHELL]", N_("print the completion script of this shell")),
    ("--help, -h", N_("this page; after a verb, the verb's own page")),
)
HELP = ("--help, -h", N_("this page"))


def overview(commands: Sequence[Command], translate: Translate, group: str = "") -> str:
    """The page of ``itil --help``, or of a group of verbs such as ``people``: each verb with its summary."""
    within = [c for c in commands if not group or c.name.startswith(group + " ")]
    blocks = [
        [_usage(" ".join(filter(None, (PROGRAM, group, t("COMMAND [WORDS] [OPTIONS]").render(translate)))), translate)]
    ]
    if not group:
        blocks.append(
            wrap(translate("Incident management by a written procedure, as plain files in git."), _page_width())
        )
    names = max((width(c.name) for c in within), default=0)
    for heading in dict.fromkeys(c.group for c in within):
        rows = [(c.name, summary_of(c, translate)) for c in within if c.group == heading]
        blocks.append(_section(translate(heading) if heading else translate("Commands"), translate, rows, names))
    options = [(flags_of(option), translate(option.help)) for option in EVERYWHERE]
    options += [(flags, translate(text)) for flags, text in ((HELP,) if group else ROOT_OPTIONS)]
    blocks.append(_section(translate("Everywhere"), translate, options))
    return "\n\n".join("\n".join(block) for block in blocks)


def page(command: Command, translate: Translate) -> str:
    """The page of one command: usage, meaning and clause, words, options, an example."""
    own = command.options()
    blocks = [[_usage(usage(command, translate), translate)], wrap(summary_of(command, translate), _page_width())]
    if command.arguments:
        rows = [(argument.metavar, translate(argument.help)) for argument in command.arguments]
        blocks.append(_section(translate("Words"), translate, rows))
    if own:
        blocks.append(_section(translate("Options"), translate, [(flags_of(o), translate(o.help)) for o in own]))
    common = [(flags_of(o), translate(o.help)) for o in added(command, own)]
    blocks.append(_section(translate("Everywhere"), translate, [*common, (HELP[0], translate(HELP[1]))]))
    if command.example:
        blocks.append(
            [
                t("{heading}:", heading=translate("Example")).render(translate),
                *(f"  {line}" for line in command.example.splitlines()),
            ]
        )
    return "\n\n".join("\n".join(block) for block in blocks)


def usage(command: Command, translate: Translate) -> str:
    """The command with its words, as it is called."""
    words = [_word(argument) for argument in command.arguments]
    options = [t("[OPTIONS]").render(translate)] if command.options() else []
    return " ".join([PROGRAM, command.name, *words, *options])


def find(commands: Sequence[Command], words: Sequence[str], translate: Translate) -> str | None:
    """The help page of the program (no words), of a verb or of a group; None where ``words`` name nothing."""
    name = " ".join(words)
    if not name:
        return overview(commands, translate)
    for command in commands:
        if command.name == name:
            return page(command, translate)
    if any(command.name.startswith(name + " ") for command in commands):
        return overview(commands, translate, name)
    return None


def _page_width() -> int:
    return min(columns(os.environ, sys.stdout) or 80, _WIDEST)


def _usage(text: str, translate: Translate) -> str:
    return t("Usage: {usage}", usage=text).render(translate)


def summary_of(command: Command, translate: Translate) -> str:
    """What the command does, and the clause that it is of."""
    summary = translate(command.summary)
    if not command.clause:
        return summary
    return t("{summary} (§{clause})", summary=summary, clause=command.clause).render(translate)


def _word(argument: Argument) -> str:
    if argument.metavar.startswith("[") or "…" in argument.metavar:
        return argument.metavar
    shape = {1: "{}", "?": "[{}]", "*": "[{}…]", "+": "{}…"}[argument.nargs]
    return shape.format(argument.metavar)


def flags_of(option: Option) -> str:
    """``--severity, -s high|medium|low``: a choice without a metavar of its own shows what may be chosen."""
    metavar = option.metavar
    if option.kind == "choice" and not metavar and option.complete is not None:
        metavar = "|".join(code for code, _ in option.complete(""))
    elif option.kind not in ("flag", "switch") and not metavar:
        metavar = "N" if option.kind == "number" else "TEXT"
    repeated = "…" if option.kind == "many" else ""
    return " ".join(filter(None, (", ".join(option.flags), metavar + repeated)))


def _section(
    heading: str, translate: Translate, rows: Iterable[tuple[str, str]], first: int | None = None
) -> list[str]:
    """A heading and two columns; where the first is too wide for the second to stand beside it, it stands below."""
    rows = list(rows)
    first = min(first or max(width(left) for left, _ in rows), _COLUMN)
    margin = " " * (first + 4)
    lines = [t("{heading}:", heading=heading).render(translate)]
    for left, right in rows:
        wrapped = wrap(right, max(_page_width() - len(margin), 20))
        if width(left) <= first:
            lines.append(f"  {pad(left, first)}  {wrapped[0]}".rstrip())
        else:
            lines += [f"  {left}", margin + wrapped[0]]
        lines += [margin + line for line in wrapped[1:]]
    return lines
