"""`itil calendar`: the years of the desk's working calendar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from itilcli.actions import calendars
from itilcli.actions.writing.writing import Written
from itilcli.cli.desks import out, wrote
from itilcli.cli.screen import safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.text import render, t


def update(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil calendar update``."""
    desk = Desk.open(invocation.desk)
    _told(invocation, calendars.update(desk, answers["year"], invocation.dry_run))


def import_(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil calendar import``."""
    desk = Desk.open(invocation.desk)
    _told(invocation, calendars.import_file(desk, Path(answers["file"]), invocation.dry_run))


def _told(invocation: Invocation, made: Written) -> None:
    year = str(made.extra["year"])
    said = t("the working calendar of {year} is in the desk: {path}", year=year, path=made.extra["path"])
    if not made.extra["changed"]:
        said = t("the desk has the working calendar of {year} just so already", year=year)
    wrote(invocation, made, said, "itil calendar list")


def listing(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil calendar list``."""
    rows = calendars.years(Desk.open(invocation.desk))
    if invocation.json:
        out(rows)
        return
    for row in rows:
        invocation.screen.show(safe(render(calendars.says(row), invocation.translate)))
