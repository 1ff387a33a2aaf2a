"""The tables that anybody may ask with SQL: views of the index, each column with what it means (docs/sql.md).

`itil sql` shows the rows of the work tree it is called in; the views in the file itself show those of the tree that
asked for the file's path last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from itilcli.text import N_

_DAY = "records/[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]"
_ATTACHED = f"(folder GLOB '{_DAY}/INC-*.files' OR folder GLOB '{_DAY}/INC-*.files/*')"
_PART = f"(folder GLOB '{_DAY}' AND name GLOB 'INC-????????-????.*.yaml')"
_HIGH = "(nullif(c.importance, '') = 'important') + (nullif(c.urgency, '') = 'urgent')"
_PRIORITY = f"CASE {_HIGH} WHEN 2 THEN 'high' WHEN 1 THEN 'medium' WHEN 0 THEN 'low' END"


class Column(NamedTuple):
    """A column: its name, the SQL that gives it, its type, what it means beyond its label, the list of its codes."""

    name: str
    is_: str
    kind: str
    meaning: str
    codes: str = ""


class Table(NamedTuple):
    """A view: its name, what a row is, where the rows come from, and its columns."""

    name: str
    row: str
    source: str
    columns: tuple[Column, ...]


# The plus keeps SQLite from taking a work tree for a handful of rows; a view that joins something is made once for a
# LEFT JOIN, not once a row.


def _same(name: str, meaning: str, codes: str = "", kind: str = "TEXT") -> Column:
    return Column(name, f"c.{name}", kind, meaning, codes)


def _listed(name: str, meaning: str, codes: str = "") -> Column:
    return Column(name, f"replace(c.{name}, char(10), ' ')", "TEXT", meaning, codes)


def _of_step(place: int, name: str, kind: str, meaning: str, codes: str = "") -> Column:
    return Column(name, f"json_extract(j.value, '$[{place}]')", kind, meaning, codes)


def _of_problem(name: str, meaning: str, kind: str = "TEXT") -> Column:
    return Column(name, f"f.{name}", kind, meaning)


INCIDENTS = Table(
    "incidents",
    N_("one row a case, as its history adds up; times carry their own offset, codes are those of the files"),
    "cases c WHERE +c.tree = {tree} AND +c.id IS NOT NULL",
    (
        _same("id", N_("the ID of the case")),
        _same("title", N_("the title")),
        _same("status", N_("open or completed")),
        _same("stage", N_("how far it has come; void and merged count in no figure"), "STAGE"),
        _same("tier", N_("the tier that works on it: 1, 2 or 3"), "", "INTEGER"),
        _same("type", N_("a question, a fault or a matter of security"), "TYPE"),
        _same("category", N_("where the fault lies"), "CATEGORY"),
        _same("severity", N_("how severe the fault is"), "SEVERITY"),
        _same("importance", N_("how important it is"), "IMPORTANCE"),
        _same("urgency", N_("how urgent it is"), "URGENCY"),
        Column("priority", _PRIORITY, "TEXT", N_("what importance and urgency make"), "PRIORITY"),
        _same("conflict", N_("1 where two clones recorded it differently and it is to be settled"), "", "INTEGER"),
        _same("major", N_("1 for a major incident, 0 where it was decided that it is none"), "", "INTEGER"),
        _same("channel", N_("how it was reported"), "CHANNEL"),
        _same("organisation", N_("the customer")),
        _same("contact", N_("the person there who called")),
        _same("phone", N_("the contact's phone number, as text")),
        _same("project", N_("the project supported")),
        _same("supplier", N_("the supplier it was handed to")),
        _same("owner", N_("who sees to it until it is closed")),
        _same("assignee", N_("who works on it")),
        _same("reported_at", N_("when it was reported")),
        _same("recorded_at", N_("when its first step was written down")),
        _same("first_response_at", N_("when somebody first answered")),
        _same("resolved_at", N_("when it was solved")),
        _same("closed_at", N_("when it was closed")),
        _same("hold", N_("what it waits for"), "HOLD"),
        _same("hold_since", N_("since when it waits")),
        _same("hold_until", N_("until when it waits")),
        _same("agreed_until", N_("the time agreed with the customer last")),
        _same("due_at", N_("the time that a contract sets")),
        _same("expected_by", N_("the time that the customer expects")),
        _same("unaccepted", N_("why the customer has not confirmed, where nobody has accepted that yet"), "UNSIGNED"),
        _same("root_cause_pending", N_("1 where a workaround helps and the cause is still to be found"), "", "INTEGER"),
        _same("chased", N_("how often the customer has asked since the last word to them"), "", "INTEGER"),
        _same("reopened", N_("how often it was reopened"), "", "INTEGER"),
        _listed("exceptions", N_("what was out of the ordinary: codes with blanks between"), "EXCEPTION"),
        _listed("forms", N_("its forms, with blanks between: remote-1 work-order-1")),
        _same("parent", N_("the case that it belongs to")),
        _same("imported", N_("1 where it came in from another log"), "", "INTEGER"),
        Column("path", "c.folder || '/' || c.name || '.incident.yaml'", "TEXT", N_("its incident file, from the desk's folder")),
    ),
)  # fmt: skip
STEPS = Table(
    "steps",
    N_("one row a step of a case's history; those that a correction has taken back as well"),
    "cases c CROSS JOIN memos m ON m.tree = {tree} AND m.kind = 'steps' AND m.folder = c.folder AND m.name = c.name"
    " AND m.key = c.key, json_each(m.data) j WHERE +c.tree = {tree} AND +c.id IS NOT NULL",
    (
        Column("incident", "c.id", "TEXT", N_("the ID of the case")),
        Column("number", "j.key + 1", "INTEGER", N_("the number of the step within its case")),
        _of_step(0, "at", "TEXT", N_("when it happened")),
        _of_step(1, "recorded_at", "TEXT", N_("when it was written down")),
        _of_step(2, "action", "TEXT", N_("what was done: the name of the command")),
        _of_step(3, "clause", "TEXT", N_("the clause of the procedure")),
        _of_step(4, "person", "TEXT", N_("who did it")),
        _of_step(5, "recorded_by", "TEXT", N_("who wrote it down")),
        _of_step(6, "form", "TEXT", N_("the form that tells more of it")),
        _of_step(7, "reason", "TEXT", N_("why")),
    ),
)
RECORDS = Table(
    "records",
    N_("one row a file of the desk"),
    "files c JOIN (SELECT 1) WHERE +c.tree = {tree} AND c.kind <> 'folder'",
    (
        Column("path", "ltrim(folder || '/' || name, '/')", "TEXT", N_("the file, from the desk's folder")),
        Column(
            "incident",
            f"CAST(CASE WHEN {_PART} THEN substr(name, 1, 17) WHEN {_ATTACHED} THEN substr(folder, 20, 17) END AS TEXT)",
            "TEXT",
            N_("the ID of the case it belongs to"),
        ),
        Column(
            "form",
            f"CASE WHEN {_PART} THEN substr(name, 19, length(name) - 23) END",
            "TEXT",
            N_("which file of the case: incident, remote-1, work-order-1"),
        ),
        Column(
            "kind",
            f"CASE WHEN c.kind <> 'file' THEN c.kind WHEN {_PART}"
            " THEN rtrim(rtrim(substr(name, 19, length(name) - 23), '0123456789'), '-')"
            f" WHEN {_ATTACHED} THEN 'attachment' WHEN folder = 'knowledge' AND name GLOB 'KB-*.md' THEN 'article'"
            " WHEN folder = 'models' THEN 'model' WHEN folder = '' THEN 'desk' ELSE"
            " substr(folder, 1, instr(folder || '/', '/') - 1) END",
            "TEXT",
            N_("incident, the name of the form, attachment, article, model; of anything else its folder"),
        ),
        Column("size", "c.size", "INTEGER", N_("its size in bytes")),
        Column("hash", "c.hash", "TEXT", N_("its content as git names it")),
    ),
)
PROBLEMS = Table(
    "problems",
    N_(
        "one row a problem that the check finds, in English; made anew by each itil sql that asks for it, and by itil sql --path"
    ),
    "problems_found f WHERE +f.tree = {tree}",
    (
        _of_problem("path", N_("the file, from the desk's folder")),
        _of_problem("line", N_("the line, where one is known"), "INTEGER"),
        _of_problem("field", N_("the field")),
        _of_problem("incident", N_("the ID of the case it belongs to")),
        _of_problem("level", N_("error or warning")),
        _of_problem("code", N_("the code, as docs/errors.md lists it")),
        _of_problem("clause", N_("the clause of the procedure")),
        _of_problem("message", N_("what is wrong")),
        _of_problem("hint", N_("how to mend it")),
        _of_problem("person", N_("whom to ask")),
    ),
)
TABLES = (INCIDENTS, STEPS, RECORDS, PROBLEMS)
FOUND = tuple(column.name for column in PROBLEMS.columns)


def views(tree: int, fleeting: bool = False) -> Iterator[tuple[str, str]]:
    """The name and the SQL of each view of a work tree; ``fleeting``: only for the connection that makes it."""
    for table in TABLES:
        columns = ", ".join(f"{column.is_} AS {column.name}" for column in table.columns)
        made = "CREATE TEMP VIEW" if fleeting else "CREATE VIEW"
        yield table.name, f"{made} {table.name} AS SELECT {columns} FROM {table.source.format(tree=tree)}"
