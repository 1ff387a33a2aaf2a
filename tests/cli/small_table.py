"""A small table of commands for the tests of the frame, and what they do."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from itilcli.cli.app import Argument, Command, Invocation, Option
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Label, t


def cases(typed: str) -> Iterable[tuple[str, object]]:
    desk = os.environ.get("ITIL_DESK", "no desk")
    return [("INC-20261123-7K3Q", f"医院 读卡器 {desk}"), ("INC-20261123-9ABC", "[bold]x[/bold]")]


def tiers(typed: str) -> Iterable[tuple[str, object]]:
    return [("tier2", Label("tier2", "二线支持", "tier 2")), ("tier3", Label("tier3", "三线支持", "tier 3"))]


def broken(typed: str) -> Iterable[tuple[str, object]]:
    raise ValueError("no desk here")


def escalation() -> tuple[Option, ...]:
    return (
        Option("to", ("--to",), "the tier it goes to", "choice", complete=tiers),
        Option("tried", ("--tried",), "what was tried", "prose"),
        Option("limit", ("--limit",), "how many", "number"),
        Option("title", ("--title", "-t"), "a title", complete=broken),
        Option("solved", ("--solved/--unsolved",), "whether solved", "switch"),
        Option("urgent", ("--urgent",), "whether urgent", "flag"),
        Option("item", ("--item", "-m"), "an item", "many"),
    )


def language() -> tuple[Option, ...]:
    return (Option("language", ("--language",), "the language of the new desk"),)


def never_called() -> tuple[Option, ...]:
    raise AssertionError("only the command that is called may be built")


CASE = Argument("id", "ID", "the case", complete=cases)
NOTE = Argument("text", "TEXT", "the note", prose=True)
COMMANDS = (
    Command("due", "", "what you can do now", "small_table:show", group="Daily work", default=True),
    Command("escalate", "5.5", "hand over to another tier", "small_table:show", (CASE,), escalation,
            "itil escalate 7K3Q --to tier2", writes=True, group="Daily work"),
    Command("note", "", "a note on a case", "small_table:show", (CASE, NOTE), writes=True, group="Daily work"),
    Command("attach", "", "files", "small_table:show", (CASE, Argument("files", "FILE", "a file", "+")), writes=True),
    Command("people add", "2.5", "a new person", "small_table:show", (Argument("name", "NAME", "who"),), writes=True),
    Command("people list", "2.5", "everyone", "small_table:show"),
    Command("init", "", "make a desk", "small_table:show", (Argument("path", "PATH", "where", "?"),), language),
    Command("heavy", "", "a command of many imports", "no_such_module:run", options=never_called),
    Command("crash", "", "a bug", "small_table:crash"),
    Command("flood", "", "much output", "small_table:flood"),
    Command("refuse", "", "a refusal", "small_table:refuse"),
    Command("stop", "", "Ctrl-C", "small_table:stop"),
    Command("full", "", "a full disk", "small_table:full"),
    Command("seven", "", "an exit code of its own", "small_table:seven"),
)  # fmt: skip


def show(invocation: Invocation, answers: dict[str, Any]) -> None:
    i = invocation
    common = {"desk": i.desk, "json": i.json, "quiet": i.quiet, "color": i.screen.color, "at": i.at, "dry": i.dry_run}
    common |= {"yes": i.yes, "language": i.language}
    given = {name: value for name, value in common.items() if value not in (None, False, "auto")}
    print(ascii((i.command, given, answers)))


def crash(invocation: Invocation, answers: dict[str, Any]) -> None:
    raise ValueError("bad \x1b[31m thing")


def flood(invocation: Invocation, answers: dict[str, Any]) -> None:
    for number in range(200_000):
        print(number)


def refuse(invocation: Invocation, answers: dict[str, Any]) -> None:
    raise Refused(
        [
            Problem(
                "E-5.5-reason", t("A reason is wanted."), t("--reason unresolved"), "5.5", "--reason", Kind.MISSING
            ),
            Problem("E-2-who", t("Not yours {what}", what="\x1b[2J"), kind=Kind.PERMISSION),
        ]
    )


def stop(invocation: Invocation, answers: dict[str, Any]) -> None:
    raise KeyboardInterrupt


def full(invocation: Invocation, answers: dict[str, Any]) -> None:
    raise OSError(28, "No space left on device", "records/x.yaml")


def seven(invocation: Invocation, answers: dict[str, Any]) -> int:
    return 7
