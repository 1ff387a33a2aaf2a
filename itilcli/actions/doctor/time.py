"""The clock: in step with the history and the files, in the desk's time zone, and not set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from itilcli.actions.doctor.finding import Finding, fine, of_problem, warning
from itilcli.actions.doctor.patient import Patient
from itilcli.desk import clock as desk_clock
from itilcli.errors import Refused
from itilcli.text import t

SLACK = timedelta(minutes=5)
"""Clocks of machines that go by a time server differ by less."""


def rehearsal(patient: Patient) -> Iterator[Finding]:
    """Whether ITIL_NOW sets the clock."""
    try:
        now, rehearsed = desk_clock(patient.environ)
    except Refused as refused:
        yield from (of_problem(problem, "unset ITIL_NOW") for problem in refused.problems)
        return
    if rehearsed:
        said = t("ITIL_NOW sets the clock to {time}: all that is recorded gets that time", time=now.isoformat())
        yield warning(said, "unset ITIL_NOW", hint=t("unless this is a rehearsal"))


def clock(patient: Patient) -> Iterator[Finding]:
    """Whether the system's clock is behind what was done already."""
    now = patient.time
    journal = patient.journal
    last = journal.head_time() if journal else None
    if last and last > now + SLACK:
        said = t("the clock ({now}) is behind the last commit ({last})", now=_said(now), last=_said(last))
        yield warning(said, hint=t("set the clock of this machine, or of the one that committed; timedatectl shows it"))
        return
    newest = max((_changed(path) for path in _files(patient)), default=None)
    if newest and newest > now + SLACK:
        said = t(
            "the clock ({now}) is behind the time of files of the desk ({last})", now=_said(now), last=_said(newest)
        )
        yield warning(said, hint=t("set the clock of this machine, or of the disk's server; timedatectl shows it"))
        return
    yield fine(t("{now}, not behind the last commit and the files", now=_said(now)))


def zone(patient: Patient) -> Iterator[Finding]:
    """Whether people read the desk's times on this machine's clock."""
    assert patient.desk
    desk = patient.desk.settings.timezone or "Asia/Shanghai"
    here, there = patient.time.astimezone().utcoffset(), patient.time.astimezone(patient.desk.zone).utcoffset()
    if here != there:
        hint = t("what is typed and shown is in the desk's time zone")
        yield fine(t("the desk's time zone is {zone}; this machine has another one", zone=desk), hint)
    else:
        yield fine(t("the desk's time zone is {zone}, as on this machine", zone=desk))


def _files(patient: Patient) -> Iterator[str]:
    if patient.root:
        yield from (str(patient.root / name) for name in ("desk.yaml", "people.yaml", "customers.yaml", "records"))


def _changed(path: str) -> datetime:
    import os

    try:
        return datetime.fromtimestamp(os.stat(path).st_mtime, UTC)  # noqa: PTH116
    except (OSError, ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)


def _said(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M %z}"
