"""K2 and the first half of K8: whether and how fast incidents were answered."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.measures import NOT_APPLICABLE, UNCLASSIFIED, UNKNOWN, Figure, passed, rate, spread
from itilcli.figures.period import Period
from itilcli.model.codes import CHANNEL, SEVERITY
from itilcli.model.settings import Settings


def response_rate(book: Book, period: Period) -> Figure:
    """K2 响应率: in time, over those of A that were answered or whose deadline has passed; also by channel.

    ``labelled`` is ``in_time`` where the desk has targets and ``answered`` (已响应率) where it has none: then answered
    over |A|. Incidents of a severity without a target stand beside it as ``without_target``. Also by severity.
    """
    found = book.reported(period)
    targeted = has_targets(book.world.settings)
    if targeted:
        judged = [(row, verdict) for row, verdict in in_time(found, book) if verdict is not None]
        left_out = sum(1 for row in found if target_of(row, book.world.settings) is None)
    else:
        judged, left_out = [(row, row.first_response_at is not None) for row in found], len(found)
    channels = (*CHANNEL, *([UNKNOWN] if any(row.channel is None for row, _ in judged) else []))
    return {
        **rate(sum(good for _, good in judged), len(judged)),
        "labelled": "in_time" if targeted else "answered",
        "without_target": left_out,
        "by_channel": {channel: by_channel(judged, channel) for channel in channels},
        "by_severity": {
            code: rate(sum(own := [good for row, good in judged if grade(row) == code]), len(own))
            for code in (*SEVERITY, NOT_APPLICABLE, UNCLASSIFIED)
        },
    }


def has_targets(settings: Settings) -> bool:
    """Whether the desk has set itself a response target for any severity or for consultations."""
    return any(target(settings, key) for key in (*SEVERITY, None))


def grade(row: Facts) -> str:
    """The severity of an incident as a key; a consultation has none."""
    return row.severity or (NOT_APPLICABLE if row.type == "consultation" else UNCLASSIFIED)


def by_channel(judged: Sequence[tuple[Facts, bool]], channel: str) -> Figure:
    """K2 of one channel."""
    own = [good for row, good in judged if (row.channel or UNKNOWN) == channel]
    return rate(sum(own), len(own))


def in_time(found: Sequence[Facts], book: Book) -> list[tuple[Facts, bool | None]]:
    """Each incident with whether it was answered in time; None while it may still be, or where it has no target."""
    return [(row, punctual(row, book)) for row in found]


def punctual(row: Facts, book: Book) -> bool | None:
    """Whether one incident was answered within the target of its severity, in working hours."""
    minutes = target_of(row, book.world.settings)
    if minutes is None or row.reported_at is None:
        return None
    answered = row.first_response_at
    if answered is not None and answered <= row.reported_at:
        return True
    deadline = book.clock.deadline(row.reported_at, minutes)
    if answered is not None:
        return answered <= deadline
    return False if book.world.now > deadline else None


def target_of(row: Facts, settings: Settings) -> int | None:
    """The response target of an incident in minutes; one not yet graded has the longest that the desk sets."""
    if row.severity or row.type == "consultation":
        return target(settings, row.severity)
    return max((minutes for key in (*SEVERITY, None) if (minutes := target(settings, key)) is not None), default=None)


def target(settings: Settings, severity: str | None) -> int | None:
    """The response target of a severity, None standing for a consultation."""
    return settings.target_minutes(severity)


def time_to_respond(book: Book, period: Period) -> Figure:
    """K8 响应时间: from t0 to t1 over those of A that were answered, in calendar and in working minutes."""
    working = book.clock
    times = [
        (row.reported_at, row.first_response_at)
        for row in book.reported(period)
        if row.reported_at is not None and row.first_response_at is not None
    ]
    return {
        "count": len(times),
        "calendar_minutes": spread(passed(begin, end) for begin, end in times),
        "working_minutes": spread(working.worked(begin, end) for begin, end in times),
    }
