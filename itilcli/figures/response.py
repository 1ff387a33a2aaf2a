"""K2 and the first half of K8: whether and how fast incidents were answered."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.figures.facts import Facts
from itilcli.figures.measures import UNKNOWN, Clock, Figure, clock, passed, rate, reported, spread
from itilcli.figures.month import Month
from itilcli.model.codes import CHANNEL, SEVERITY
from itilcli.model.settings import Settings
from itilcli.procedure.clause import World


def response_rate(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K2 响应率: in time, over those of A that were answered or whose deadline has passed; also by channel.

    ``labelled`` is ``in_time`` where the desk has targets and ``answered`` (已响应率) where it has none: then answered
    over |A|. Incidents of a severity without a target stand beside it as ``without_target``.
    """
    found = reported(rows, month, world)
    targeted = any(target(world.settings, key) for key in (*SEVERITY, None))
    if targeted:
        judged = [(row, verdict) for row, verdict in in_time(found, world) if verdict is not None]
        left_out = sum(1 for row in found if target_of(row, world.settings) is None)
    else:
        judged, left_out = [(row, row.first_response_at is not None) for row in found], len(found)
    channels = (*CHANNEL, *([UNKNOWN] if any(row.channel is None for row, _ in judged) else []))
    return {
        **rate(sum(good for _, good in judged), len(judged)),
        "labelled": "in_time" if targeted else "answered",
        "without_target": left_out,
        "by_channel": {channel: by_channel(judged, channel) for channel in channels},
    }


def by_channel(judged: Sequence[tuple[Facts, bool]], channel: str) -> Figure:
    """K2 of one channel."""
    own = [good for row, good in judged if (row.channel or UNKNOWN) == channel]
    return rate(sum(own), len(own))


def in_time(found: Sequence[Facts], world: World) -> list[tuple[Facts, bool | None]]:
    """Each incident with whether it was answered in time; None while it may still be, or where it has no target."""
    working = clock(world)
    return [(row, punctual(row, working, world)) for row in found]


def punctual(row: Facts, working: Clock, world: World) -> bool | None:
    """Whether one incident was answered within the target of its severity, in working hours."""
    minutes = target_of(row, world.settings)
    if minutes is None or row.reported_at is None:
        return None
    answered = row.first_response_at
    if answered is not None and answered <= row.reported_at:
        return True
    deadline = working.deadline(row.reported_at, minutes)
    if answered is not None:
        return answered <= deadline
    return False if world.now > deadline else None


def target_of(row: Facts, settings: Settings) -> int | None:
    """The response target of an incident in minutes; one not yet graded has the longest that the desk sets."""
    if row.severity or row.type == "consultation":
        return target(settings, row.severity)
    return max((minutes for key in (*SEVERITY, None) if (minutes := target(settings, key)) is not None), default=None)


def target(settings: Settings, severity: str | None) -> int | None:
    """The response target of a severity, None standing for a consultation."""
    return settings.target_minutes(severity)


def time_to_respond(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K8 响应时间: from t0 to t1 over those of A that were answered, in calendar and in working minutes."""
    working = clock(world)
    times = [
        (row.reported_at, row.first_response_at)
        for row in reported(rows, month, world)
        if row.reported_at is not None and row.first_response_at is not None
    ]
    return {
        "count": len(times),
        "calendar_minutes": spread(passed(begin, end) for begin, end in times),
        "working_minutes": spread(working.worked(begin, end) for begin, end in times),
    }
