"""The command table as a typer program, of which only the verb that is called gets built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from itilcli.cli.aliases import known
from itilcli.cli.reading import Words, call
from itilcli.cli.table import EVERYWHERE, PROGRAM, Argument, Call, Command, Option, added
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Listing, Translate, t
from itilcli.values import pattern

_COMMON = "common_"  # keeps the common options apart from a command's own of the same name
_SETTINGS = {"help_option_names": ["--help", "-h"]}


class Verbs(TyperGroup):
    """A group that knows its verbs by the table, and turns one into a typer command when it is asked for.

    The contexts are typer's own; the class of those that it passes to these methods is not public.
    """

    table: Sequence[Command] = ()
    prefix: str = ""
    translate: Translate = staticmethod(str)

    def list_commands(self, ctx: Any) -> list[str]:
        """The verbs in the order of the table, each group once."""
        start = len(self.prefix)
        return list(dict.fromkeys(c.name[start:].partition(" ")[0] for c in self.table))

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """The typer command of a verb or a group; None where there is no such verb."""
        name = self.prefix + cmd_name
        for command in self.table:
            if command.name == name:
                return _verb(command, self.translate)
        within = [command for command in self.table if command.name.startswith(name + " ")]
        return _group(within, self.translate, name + " ") if within else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that ``args`` begin with; an unknown one is refused with those it resembles."""
        if not self.prefix and args[0] not in self.list_commands(ctx):
            args = [*_about(args, self.list_commands(ctx)), *args]
        if args[0] not in self.list_commands(ctx) and not ctx.resilient_parsing and not args[0].startswith("-"):
            raise Refused([_unknown(args[0], self.list_commands(ctx))])
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """The call of the verb that stands next; without one, that of the default command."""
        self.callback = lambda **given: self._entered(ctx, given)
        return super().invoke(ctx)

    def _entered(self, ctx: Any, given: dict[str, Any]) -> Call | None:
        """What is done with the options before the verb: kept for it; without a verb, the default command is called."""
        if given.pop("version", False):
            from itilcli import __version__

            typer.echo(f"{PROGRAM} {__version__}")
            raise typer.Exit
        ctx.obj = _merged(ctx.obj, given)
        if ctx.invoked_subcommand is not None or ctx.resilient_parsing:
            return None
        if self.prefix:
            raise Refused([_verb_wanted(self.prefix.rstrip(), self.table)])
        default = next((command for command in self.table if command.default), None)
        if default is None:
            from itilcli.cli import pages

            typer.echo(pages.overview(self.table, self.translate))
            return None
        return call(default, Words({}, ctx.obj), self.translate)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The page of this group, from the table."""
        from itilcli.cli import pages

        formatter.write(pages.overview(self.table, self.translate, self.prefix.rstrip()))


class Verb(TyperCommand):
    """A command whose help page comes from the table."""

    page: Callable[[], str] = staticmethod(lambda: "")
    entry: Callable[[Any], Call]

    def invoke(self, ctx: Any) -> Call:
        """What the words of the command line ask for."""
        return self.entry(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The page of this command, from the table."""
        formatter.write(self.page())


_CASE = pattern(r"(?i)(?:INC-\d{8}-)?(?=[0-9A-Z]{0,3}[A-Z])[0-9A-Z]{4}(?:/[a-z-]+\d+)?")


def _about(args: list[str], verbs: list[str]) -> list[str]:
    """The verb that a case's ID stands for where a verb should: alone it is shown, with a text it gets a note."""
    from difflib import get_close_matches

    word = args[0]
    named = _CASE.fullmatch(word) and (
        any(char.isdigit() for char in word) or word.isupper() or not get_close_matches(word.lower(), verbs)
    )
    if not named:
        return []
    return ["note"] if len(args) > 1 and not args[1].startswith("--") else ["show"]


def _unknown(word: str, verbs: list[str]) -> Problem:
    from difflib import get_close_matches

    near = get_close_matches(word, verbs) if word.isascii() else get_close_matches(word, known(verbs), cutoff=0.5)
    help_page = t("See {command} --help.", command=PROGRAM)
    hint = t("Did you mean {words}?", words=Listing(tuple(near))) if near else help_page
    return Problem("E-cli-verb", t("There is no command {verb}.", verb=word), hint, where=word, kind=Kind.MISSING)


def build(commands: Sequence[Command], translate: Translate) -> TyperGroup:
    """The whole program; calling its ``main`` with ``standalone_mode=False`` gives a :class:`Call` or an exit code.

    Groups and commands are made as typer makes them out of functions, but without the functions: to look into those
    for what the table says is what takes long.
    """
    return _group(commands, translate, "")


def _group(commands: Sequence[Command], translate: Translate, prefix: str) -> TyperGroup:
    parameters: list[Any] = [_option(_COMMON + option.name, option, translate) for option in EVERYWHERE]
    if not prefix:
        parameters.append(_option("version", Option("version", ("--version",), "", "flag"), translate))
    group = Verbs(
        name=prefix.rstrip(), params=parameters, context_settings=_SETTINGS, invoke_without_command=True,
        rich_markup_mode=None,
    )  # fmt: skip
    group.table, group.prefix, group.translate = commands, prefix, translate
    return group


def _verb_wanted(group: str, commands: Sequence[Command]) -> Problem:
    verbs = Listing(tuple(command.name for command in commands))
    message = t("{group} needs a second word.", group=group)
    return Problem("E-cli-verb", message, t("One of {choices}.", choices=verbs), where=group, kind=Kind.MISSING)


def _verb(command: Command, translate: Translate) -> TyperCommand:
    own = command.options()
    common = added(command, own)

    def entry(ctx: Any) -> Call:
        given = dict(ctx.params)
        before = _merged(ctx.obj, {name: given.pop(name) for name in list(given) if name.startswith(_COMMON)})
        return call(command, Words(given, before, tuple(ctx.args)), translate, own)

    parameters: list[Any] = [_word(argument, translate) for argument in command.arguments]
    parameters += [_option(option.name, option, translate) for option in own]
    parameters += [_option(_COMMON + option.name, option, translate) for option in common]
    settings = {**_SETTINGS, "allow_extra_args": True}  # so that every wrong word is named at once, and in Chinese
    built = Verb(command.name.rpartition(" ")[2], params=parameters, context_settings=settings, rich_markup_mode=None)
    built.entry, built.page = entry, lambda: _page(command, translate)
    return built


def _page(command: Command, translate: Translate) -> str:
    from itilcli.cli import pages

    return pages.page(command, translate)


def _merged(before: dict[str, Any] | None, given: dict[str, Any]) -> dict[str, Any]:
    """The common options given before the verb and after it; the later one counts."""
    now = {name.removeprefix(_COMMON): value for name, value in given.items() if value not in (None, False)}
    return {**(before or {}), **now}


def _option(name: str, option: Option, translate: Translate) -> TyperOption:
    flag = option.kind in ("flag", "switch")
    return TyperOption(
        param_decls=[name, *option.flags],
        type=None if flag else str,
        is_flag=flag or None,
        multiple=option.kind == "many",
    )


def _word(argument: Argument, translate: Translate) -> TyperArgument:
    return TyperArgument(
        param_decls=[argument.name],
        type=str,
        required=False,
        nargs=None if argument.nargs in (1, "?") else -1,
        metavar=argument.metavar,
    )
