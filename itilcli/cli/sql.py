"""`sql`: any question to the index, as a table, CSV or JSON; its tables; its file."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import Any

from itilcli.actions.looking.asking import Answer, asked, no_index, no_question, path_of
from itilcli.cli.header import told_state, told_unread
from itilcli.cli.screen import document, safe, width
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.formats.formula import harmless
from itilcli.model import codes
from itilcli.procedure.exceptions import EXCEPTION
from itilcli.text import Label, t

FORMATS = ("table", "csv")
HEADINGS = (Label("column", "列", "column"), Label("type", "类型", "type"), Label("meaning", "含义", "meaning"))


def sql(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The rows that a question finds; none is no failure. Without a question what may be asked."""
    form, query = answers.get("format") or "table", answers.get("query")
    question = (query or "").strip()
    if form not in FORMATS:
        message = t("there is no format {name}", name=repr(form))
        raise Refused(
            [Problem("E-sql-format", message, t("table, csv, or --json"), where="--format", kind=Kind.MISSING)]
        )
    if query is None and not answers.get("path"):
        return tables(invocation)
    if question and answers.get("path"):
        message, hint = t("--path asks nothing"), t("leave out one of them")
        raise Refused([Problem("E-sql-path-query", message, hint, where="--path", kind=Kind.MISSING)])
    if not question and not answers.get("path"):
        raise no_question()
    if os.environ.get("ITIL_NO_INDEX"):
        raise no_index(unwanted=True)
    desk = Desk.open(invocation.desk)
    told_state(invocation, desk)
    if answers.get("path"):
        path = str(path_of(desk, lambda: checked(invocation, desk)))
        sys.stdout.write(document({"path": path}, sys.stdout) + "\n" if invocation.json else f"{safe(path)}\n")
        return 0
    found = asked(desk, question, lambda: checked(invocation, desk))
    told_unread(invocation, found.unread)
    if invocation.json:
        rows = [dict(zip(found.names, map(plain, row), strict=True)) for row in found.rows]
        sys.stdout.write(document(rows, sys.stdout) + "\n")
    elif form == "csv":
        text = as_csv(found)
        sys.stdout.write(safe(text, lines=True) if sys.stdout.isatty() else text)
    elif found.rows:
        show(invocation, found)
    else:
        invocation.screen.note(invocation.translate("No row fits."))
    return 0


def checked(invocation: Invocation, desk: Desk) -> Any:
    """The check of the whole desk, with progress."""
    from itilcli.actions.checking import check

    with ExitStack() as stack:
        label = invocation.translate("checking")
        environ = dict(os.environ)
        return check(
            desk.root, (), environ, lambda total: stack.enter_context(invocation.screen.progress(total, label)), True
        )


def plain(cell: object) -> object:
    """A cell as JSON can hold it."""
    if isinstance(cell, bytes):
        return cell.hex()
    return str(cell) if isinstance(cell, float) and cell - cell != 0 else cell


def show(invocation: Invocation, found: Answer) -> None:
    """The table: numbers at the right, a dash where there is nothing; a block for each row where no table has room."""
    numeric = [
        all(cell is None or isinstance(cell, int | float) for cell in column)
        for column in zip(*found.rows, strict=True)
    ]
    rows = [["–" if cell is None else str(plain(cell)) for cell in row] for row in found.rows]
    if invocation.screen.cuts(sum(max(map(width, column)) + 2 for column in zip(found.names, *rows, strict=True))):
        wide = max(map(len, found.names))
        blocks = [
            "\n".join(f"{name:<{wide}}  {safe(cell)}" for name, cell in zip(found.names, row, strict=True))
            for row in rows
        ]
        invocation.screen.page("\n\n".join(blocks))
        return
    align = "".join("r" if number else "l" for number in numeric)
    text = invocation.screen.table(rows, found.names, align)
    head, _, rest = text.partition("\n")
    invocation.screen.page(f"{invocation.screen.style(head, 'bold')}\n{rest}")


def as_csv(found: Answer) -> str:
    """CSV with a row of headings, in which no spreadsheet takes a cell for a formula."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(harmless, found.names))
    writer.writerows([harmless(plain(cell)) for cell in row] for row in found.rows)
    return out.getvalue()


# ── what may be asked


def tables(invocation: Invocation) -> int:
    """The tables with their columns and what they mean."""
    from itilcli.index.sql import TABLES

    say = invocation.translate
    if invocation.json:
        data = [
            {
                "name": table.name,
                "row": say(table.row),
                "columns": [
                    {"name": one.name, "type": one.kind, "meaning": say(one.meaning), "codes": codes_of(one.codes)}
                    for one in table.columns
                ],
            }
            for table in TABLES
        ]
        sys.stdout.write(document(data, sys.stdout) + "\n")
        return 0
    parts = []
    for table in TABLES:
        parts.append(f"{invocation.screen.style(table.name, 'bold')}  {say(table.row)}")
        rows = [
            [f"  {one.name}", one.kind, meaning(one.name, one.meaning, one.codes, invocation)] for one in table.columns
        ]
        headings = [label.render(say) for label in HEADINGS]
        parts += [invocation.screen.table(rows, [f"  {headings[0]}", *headings[1:]]), ""]
    parts += [t("Example").render(say) + ":", *(f"  {line}" for line in EXAMPLES)]
    invocation.screen.page("\n".join(parts))
    return 0


EXAMPLES = (
    "itil sql \"SELECT substr(reported_at, 1, 7) AS month, count(*) FROM incidents GROUP BY month\"",
    "itil sql \"SELECT id, title, assignee FROM incidents WHERE status = 'open' ORDER BY reported_at\" --json",
)  # fmt: skip


def codes_of(name: str) -> dict[str, str] | None:
    """The codes of a list, with what people read in Chinese; None where the column holds none."""
    known = EXCEPTION if name == "EXCEPTION" else getattr(codes, name, None)
    return {code: label.zh for code, label in known.labels.items()} if known else None


def meaning(name: str, text: str, listed: str, invocation: Invocation) -> str:
    """What a column means, and which codes it may hold."""
    say = invocation.translate
    held = codes_of(listed)
    return f"{say(text)} ({' '.join(held)})" if held else say(text)
