"""Which desk a command means, and what time it is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.errors import Kind, Problem, Refused
from itilcli.model.shape import parse_moment
from itilcli.store.people import SETTINGS
from itilcli.text import t

if TYPE_CHECKING:
    pass


def find_root(asked: str | None, environ: Mapping[str, str], here: Path) -> Path:
    """The desk's folder: the one asked for, ITIL_DESK, or the nearest one upward that holds ``desk.yaml``.

    :raises Refused: when there is none (``E-desk-none``).
    """
    named = asked or environ.get("ITIL_DESK")
    candidates = [Path(named)] if named else [here, *here.parents]
    for folder in candidates:
        if (folder / SETTINGS).is_file():
            return folder.resolve()
    raise Refused(
        [
            Problem(
                "E-desk-none",
                t("{path} is not a desk", path=named) if named else t("there is no desk here or above"),
                t("go to one, name it with --desk PATH, or make one with: itil init PATH"),
                kind=Kind.DESK,
            )
        ]
    )


def clock(environ: Mapping[str, str]) -> tuple[datetime, bool]:
    """The time now, to the second, and whether ITIL_NOW sets it (rehearsals and tests).

    :raises Refused: when ITIL_NOW is no RFC 3339 time (``E-desk-clock``).
    """
    rehearsed = environ.get("ITIL_NOW")
    if not rehearsed:
        return datetime.now(UTC).replace(microsecond=0), False
    moment = parse_moment(rehearsed.strip())
    if moment is None:
        raise Refused(
            [
                Problem(
                    "E-desk-clock",
                    t("ITIL_NOW is not a time with an offset: {value}", value=rehearsed),
                    t('write it like "2026-11-23T09:12:00+08:00"'),
                    kind=Kind.MISSING,
                )
            ]
        )
    return moment.replace(microsecond=0), True


def refuse(problems: list[Problem]) -> None:
    """Raises ``Refused`` when any of the problems is an error."""
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise Refused(errors)
