"""`export`: many cases as a file for a spreadsheet or a program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, TypeVar

from itilcli.actions.family import noting
from itilcli.actions.looking import export as exporting
from itilcli.actions.looking.listing import chosen, wanted, whole
from itilcli.actions.looking.questions import wrong
from itilcli.cli.filters import filters
from itilcli.cli.header import told_state, told_unread
from itilcli.cli.listing import as_data, told_sample
from itilcli.cli.output import counting, put
from itilcli.cli.screen import document
from itilcli.cli.table import Invocation, Option
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import N_, t

STDOUT = "-"
Counted = TypeVar("Counted")


def options() -> tuple[Option, ...]:
    """The filters of `list`, and what becomes of the cases they leave."""
    same = tuple(option for option in filters() if option.name not in ("form", "format"))
    return (
        *same,
        Option("format", ("--format",), N_("csv (the default), xlsx or json; else by the file's ending"), metavar="csv|xlsx|json"),
        Option("output", ("--output",), N_("write it to a file; - for standard output"), metavar="FILE"),
        Option("codes", ("--codes",), N_("codes and names of fields instead of labels, for programs"), "flag"),
        Option("no_contact", ("--no-contact",), N_("without contact, phone, e-mail and address; other texts stay as they are"), "flag"),
    )  # fmt: skip


def export(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The cases that all filters fit; none leaves the headings alone."""
    output = None if answers["output"] == STDOUT else answers["output"]
    shape = format_of(answers["format"], output, invocation.json)
    desk = Desk.open(invocation.desk)
    wish = wanted(desk, {**answers, "format": None})
    world = desk.world()
    told_state(invocation, desk)
    told_sample(invocation, wish)
    unread: list[str] = []
    children: dict[str, list[dict[str, object]]] = {}
    with counting(invocation, desk) as step:
        rows = chosen(noting(counted(desk.glances(unread), step), children), wish, world)
    told_unread(invocation, unread)
    with invocation.screen.progress(len(rows), invocation.translate("reading cases")) as step:
        found = list(counted(whole(desk, rows), step))
    if shape == "json":
        data = as_data(found, world, desk.vips, children, desk.unshared())
        data = [exporting.nameless(one) for one in data] if answers["no_contact"] else data
        return put(invocation, (document(data, TextIOWrapper(BytesIO(), "utf-8")) + "\n").encode(), output)
    codes = answers["codes"]
    made = exporting.table(
        found, world, desk.vips, invocation.translate, codes=codes, contact=not answers["no_contact"]
    )
    if shape == "xlsx":
        return put(invocation, exporting.as_xlsx(made, invocation.translate), output)
    return put(invocation, exporting.as_csv(made, codes=codes), output)


def format_of(typed: str | None, output: str | None, json: bool) -> str:
    """The format that was asked for, else that of the file's ending, else CSV.

    :raises Refused: for a format that is none, and for a workbook that would go to a terminal.
    """
    ending = Path(output).suffix.lower().removeprefix(".") if output else ""
    shape = typed or ("json" if json else ending if ending in exporting.FORMATS else "csv")
    if shape not in exporting.FORMATS:
        raise Refused([wrong("--format", shape, exporting.FORMATS)])
    if shape == "xlsx" and output is None and (sys.stdout.isatty() or not hasattr(sys.stdout, "buffer")):
        text = t("a workbook cannot be shown on a terminal")
        hint = t("name a file: {flag}", flag="--output cases.xlsx")
        raise Refused([Problem("E-export-terminal", text, hint, where="--output", kind=Kind.MISSING)])
    return shape


def counted(cases: Iterable[Counted], step: Callable[[], None]) -> Iterator[Counted]:
    """The cases, with a step of the progress for each."""
    for case in cases:
        step()
        yield case
