"""The command table as a typer program, of which only the verb that is called gets built."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from itilcli.cli import pages
from itilcli.cli.aliases import known
from itilcli.cli.reading import Words, call
from itilcli.cli.screen import safe
from itilcli.cli.table import EVERYWHERE, Argument, Call, Command, Complete, Option, added
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Listing, Translate, render, t
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
    naming: bool = False

    def list_commands(self, ctx: Any) -> list[str]:
        """The verbs in the order of the table, each group once."""
        start = len(self.prefix)
        return list(dict.fromkeys(c.name[start:].partition(" ")[0] for c in self.table))

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """The typer command of a verb or a group; None where there is no such verb."""
        name = self.prefix + cmd_name
        if self.naming:
            summary = next((command.summary for command in self.table if command.name == name), "")
            return TyperCommand(cmd_name, short_help=summary and self.translate(summary))
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

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """The verbs that begin with ``incomplete``, for which none of them is built."""
        self.naming = True
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self.naming = False

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The page of this group, from the table."""
        formatter.write(pages.overview(self.table, self.translate, self.prefix.rstrip()))


class Verb(TyperCommand):
    """A command whose help page comes from the table."""

    page: Callable[[], str] = staticmethod(lambda: "")

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
    help_page = t("See {command} --help.", command=pages.PROGRAM)
    hint = t("Did you mean {words}?", words=Listing(tuple(near))) if near else help_page
    return Problem("E-cli-verb", t("There is no command {verb}.", verb=word), hint, where=word, kind=Kind.MISSING)


def build(commands: Sequence[Command], translate: Translate) -> TyperGroup:
    """The whole program; calling its ``main`` with ``standalone_mode=False`` gives a :class:`Call` or an exit code."""
    return _group(commands, translate, "")


def _group(commands: Sequence[Command], translate: Translate, prefix: str) -> TyperGroup:
    root = not prefix
    app = typer.Typer(
        cls=Verbs,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=root,
        context_settings=_SETTINGS,
        invoke_without_command=True,
    )
    app.callback()(_entry(commands, translate, prefix))
    group = get_command(app)
    assert isinstance(group, Verbs)
    group.name = prefix.rstrip()
    group.table, group.prefix, group.translate = commands, prefix, translate
    return group


def _entry(commands: Sequence[Command], translate: Translate, prefix: str) -> Callable[..., Call | None]:
    """What is done with the options before the verb: kept for it; without a verb, the default command is called."""

    def entry(ctx: typer.Context, **given: Any) -> Call | None:
        if given.pop("version", False):
            from itilcli import __version__

            typer.echo(f"{pages.PROGRAM} {__version__}")
            raise typer.Exit
        ctx.obj = _merged(ctx.obj, given)
        if ctx.invoked_subcommand is not None or ctx.resilient_parsing:
            return None
        if prefix:
            raise Refused([_verb_wanted(prefix.rstrip(), commands)])
        default = next((command for command in commands if command.default), None)
        if default is None:
            typer.echo(pages.overview(commands, translate))
            return None
        return call(default, Words({}, ctx.obj), translate)

    parameters = [_parameter(_COMMON + option.name, option, translate) for option in EVERYWHERE]
    if not prefix:
        parameters.append(_parameter("version", Option("version", ("--version",), "", "flag"), translate))
    return _signed(entry, parameters)


def _verb_wanted(group: str, commands: Sequence[Command]) -> Problem:
    verbs = Listing(tuple(command.name for command in commands))
    message = t("{group} needs a second word.", group=group)
    return Problem("E-cli-verb", message, t("One of {choices}.", choices=verbs), where=group, kind=Kind.MISSING)


def _verb(command: Command, translate: Translate) -> TyperCommand:
    own = command.options()
    common = added(command, own)

    def entry(ctx: typer.Context, **given: Any) -> Call:
        before = _merged(ctx.obj, {name: given.pop(name) for name in list(given) if name.startswith(_COMMON)})
        return call(command, Words(given, before, tuple(ctx.args)), translate, own)

    parameters = [_word(argument, translate) for argument in command.arguments]
    parameters += [_parameter(option.name, option, translate) for option in own]
    parameters += [_parameter(_COMMON + option.name, option, translate) for option in common]
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
    settings = {**_SETTINGS, "allow_extra_args": True}  # so that every wrong word is named at once, and in Chinese
    app.command(command.name.rpartition(" ")[2], cls=Verb, context_settings=settings)(_signed(entry, parameters))
    built = get_command(app)
    assert isinstance(built, Verb)
    built.page = lambda: pages.page(command, translate)
    return built


def _merged(before: dict[str, Any] | None, given: dict[str, Any]) -> dict[str, Any]:
    """The common options given before the verb and after it; the later one counts."""
    now = {name.removeprefix(_COMMON): value for name, value in given.items() if value not in (None, False)}
    return {**(before or {}), **now}


def _signed(entry: Callable[..., Any], parameters: list[inspect.Parameter]) -> Callable[..., Any]:
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    entry.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
    entry.__annotations__ = {}
    return entry


def _parameter(name: str, option: Option, translate: Translate) -> inspect.Parameter:
    kind: Any = {"flag": bool | None, "switch": bool | None, "many": list[str] | None}.get(option.kind, str | None)
    info = typer.Option(
        *option.flags,
        help=translate(option.help)
        if option.help and pages.COMPLETE in os.environ
        else None,  # pages come from the table
        autocompletion=_completer(option.complete, translate),
    )
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, info])


def _word(argument: Argument, translate: Translate) -> inspect.Parameter:
    kind: Any = str | None if argument.nargs in (1, "?") else list[str] | None
    info = typer.Argument(metavar=argument.metavar, autocompletion=_completer(argument.complete, translate))
    return inspect.Parameter(
        argument.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, info]
    )


def _completer(complete: Complete | None, translate: Translate) -> Callable[..., list[tuple[str, str]]] | None:
    if complete is None:
        return None

    def values(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        desk = ctx.params.get(_COMMON + "desk") or ctx.find_root().params.get(_COMMON + "desk")
        if desk:
            os.environ["ITIL_DESK"] = desk  # this process only completes; what completes looks there
        try:
            return [(value, safe(render(label, translate))) for value, label in complete(incomplete)]
        except Exception:  # a word on a half-typed line is never worth a traceback in the user's prompt
            return []

    return values
