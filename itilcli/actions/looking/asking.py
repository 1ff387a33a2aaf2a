"""`sql`: any question to the desk's index; what it is asked is brought up to date first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from itilcli.actions.checking import Checked
from itilcli.actions.looking.kept_steps import steps_kind
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.index import Index, Unusable
from itilcli.index.file import Error
from itilcli.index.reader import Wrong
from itilcli.index.sql import PROBLEMS, STEPS
from itilcli.text import Text, t
from itilcli.values import value

Check = Callable[[], Checked]


@value
class Answer:
    """The names of the columns, no two alike, and the rows; the places of what could not be read."""

    names: list[str]
    rows: list[tuple[object, ...]]
    unread: list[str]


def asked(desk: Desk, question: str, check: Check) -> Answer:
    """The answer to a question in SQL.

    :param check: checks the whole desk; called where problems are asked for.
    :raises Refused: E-sql-query, in SQLite's words; E-sql-writes where it is no question; E-sql-index where there is no
        index to ask.
    """
    index = index_of(desk)
    try:
        if named(STEPS.name, question):
            index.keep(steps_kind(), int(desk.now.timestamp()))
        if named(PROBLEMS.name, question):
            index.keep_problems(rows_of(check()))
        reader = index.reader()
    except Unusable:
        raise no_index() from None
    try:
        names, rows = reader.ask(question)
        unread = index.unread()
    except Wrong as wrong:
        raise refused(wrong) from None
    except (Error, Unusable):
        raise no_index() from None
    finally:
        reader.close()
    return Answer(list(distinct(names)), rows, unread)


def path_of(desk: Desk, check: Check) -> Path:
    """The file of the index, up to date, with its views on this work tree.

    :param check: checks the whole desk.
    :raises Refused: E-sql-index where there is none, E-sql-path where it could not be written.
    """
    index = index_of(desk)
    try:
        index.keep(steps_kind(), int(desk.now.timestamp()))
        index.keep_problems(rows_of(check()))
        index.show()
    except Unusable:
        raise no_index() from None
    if not index.lasting:
        hint = t('ask with: itil sql "SELECT …"')
        message = t("the index cannot be kept on disk here, so that there is no file of it")
        raise Refused([Problem("E-sql-path", message, hint, kind=Kind.DESK)])
    return index.path


def refused(wrong: Wrong) -> Refused:
    """Why a question is not answered."""
    if wrong.forbidden:
        message = t("the index is there to be asked: nothing can be changed in it, and no other file opened")
        hint = t("begin with SELECT or WITH; what is wrong in a record is put right with: itil correct")
        return Refused([Problem("E-sql-writes", message, hint, kind=Kind.MISSING)])
    if not str(wrong):
        raise no_question()
    hint = t("see the tables with: itil sql")
    return Refused([Problem("E-sql-query", t("SQLite says: {reason}", reason=str(wrong)), hint, kind=Kind.MISSING)])


def no_question() -> Refused:
    """Nothing was asked."""
    message, hint = t("there is no question in it"), t("see the tables with: itil sql")
    return Refused([Problem("E-sql-query", message, hint, where="SELECT", kind=Kind.MISSING)])


def named(table: str, question: str) -> bool:
    """Whether a question may ask a table: its name stands in it."""
    return re.search(rf"\b{table}\b", question, re.IGNORECASE) is not None


def rows_of(checked: Checked) -> list[tuple[str | int | None, ...]]:
    """What the check finds as rows of the table of problems, in English."""
    return [
        (
            one.file, one.line, one.field or None, one.id or None, one.problem.level, one.problem.code,
            one.problem.clause or None, str(one.problem.message), str(one.problem.hint) if one.problem.hint else None,
            one.person or None,
        )
        for one in checked.findings
    ]  # fmt: skip


def index_of(desk: Desk) -> Index:
    """The desk's index. Raises Refused where there is none."""
    if desk.index is None:
        raise no_index()
    return desk.index


def no_index(unwanted: bool = False) -> Refused:
    """There is nothing to ask."""
    message = t("without its index the desk cannot be asked with SQL")
    hint: Text = t("the same rows come from: itil list --json, itil export, itil check --json")
    if unwanted:
        hint = t("leave out --no-index, and unset ITIL_NO_INDEX")
    return Refused([Problem("E-sql-index", message, hint, kind=Kind.DESK)])


def distinct(names: list[str]) -> Iterator[str]:
    """Names of which no two are alike: a number stands after the second and later ones."""
    met: set[str] = set()
    for name in names:
        number, made = 1, name
        while made in met:
            number += 1
            made = f"{name}_{number}"
        met.add(made)
        yield made
