"""The leading figures of a report side by side: this period, the one before, a year ago, and what the desk aims at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from itilcli.figures import backlog, conformity, response, satisfaction, tiers, times
from itilcli.figures.book import Book
from itilcli.figures.measures import Figure, rate
from itilcli.figures.period import Period
from itilcli.model.past import Past

COUNT, RATE, MINUTES = "count", "rate", "minutes"
Value = int | float | Figure | None


@dataclass(frozen=True, slots=True)
class Leading:
    """A figure of the first table: the key of its label and target, what it is, and how it is taken."""

    name: str
    kind: str
    take: Callable[[Book, Period], Value]


def _tier(tier: str, share: bool) -> Callable[[Book, Period], Value]:
    """K4 or K5 of one tier."""
    if share:
        return lambda book, period: tiers.tier_rate(book, period)[tier]
    return lambda book, period: tiers.resolved_by_tier(book, period)[tier]


LEADING = (
    Leading("incidents_total", COUNT, lambda book, period: len(book.reported(period))),
    Leading("response_rate", RATE, response.response_rate),
    Leading("resolution_on_time", RATE, times.resolution_on_time),
    Leading("first_contact_rate", RATE, tiers.first_contact_rate),
    Leading("tier1_rate", RATE, _tier("1", share=True)),
    Leading("resolved_tier2", COUNT, _tier("2", share=False)),
    Leading("resolved_tier3", COUNT, _tier("3", share=False)),
    Leading("mean_time_to_resolve", MINUTES, lambda book, period: _mean(times.time_to_resolve(book, period))),
    Leading("onsite_rate", RATE, tiers.onsite_rate),
    Leading("remote_rate", RATE, tiers.remote_rate),
    Leading("satisfaction", RATE, satisfaction.satisfaction),
    Leading("follow_up_on_time", RATE, satisfaction.follow_up_on_time),
    Leading("reopen_rate", RATE, backlog.reopen_rate),
    Leading("nonconformity", RATE, conformity.nonconformity),
    Leading("backlog_end", COUNT, lambda book, period: backlog.backlog_end(book, period)["value"]),
)


def _mean(figure: Figure) -> float | None:
    return figure["calendar_minutes"]["mean"]  # type: ignore[no-any-return]


def compared(book: Book, period: Period) -> list[dict[str, Any]]:
    """A row for each leading figure: its target, its value now, in the period before and a year ago, and the changes.

    A change of a count or a duration is a fraction of the base with both numbers, of a rate the difference of the two
    fractions; null where the base is 0 or not known, and of a count while the period runs. ``met`` is null without a
    target or without a value.
    """
    return [_row(book, period, leading) for leading in LEADING]


def _row(book: Book, period: Period, leading: Leading) -> dict[str, Any]:
    now = _at(book, period, leading, now=True)
    last, year_ago = (_at(book, base, leading) for base in (period.previous(), period.year_before()))
    goal, value = book.world.settings.target(leading.name), number(now)
    running = period.end > book.world.now and leading.kind == COUNT
    return {
        "figure": leading.name,
        "kind": leading.kind,
        "target": {"value": goal.value, "at_least": goal.at_least} if goal else None,
        "now": now,
        "last": last,
        "change_last": None if running else change(leading.kind, now, last),
        "year_ago": year_ago,
        "change_year": None if running else change(leading.kind, now, year_ago),
        "met": goal.met(value) if goal and value is not None else None,
    }


def _at(book: Book, period: Period, leading: Leading, now: bool = False) -> Value:
    """The value of a period: counted once the desk had incidents, before it as far as ``history.csv`` tells.

    ``now`` is the period of the report, which is counted in any case.
    """
    past = [one for index in period.indices if (one := book.past.get(index))]
    before = book.first is None or period.last().index < book.first
    if before and len(past) == period.months:
        return _past(leading.name, past)
    if leading.name == "incidents_total" and ((total := book.total(period)) is not None or not now):
        return total
    known = now or (book.first is not None and period.index >= book.first)
    return _narrow(leading.take(book, period)) if known else None


def _past(name: str, months: Sequence[Past]) -> Value:
    """A figure of months from before the tool; None where ``history.csv`` does not tell it of each of them."""
    if name == "incidents_total":
        return sum(month.incidents_total for month in months)
    if name == "backlog_end":
        return months[-1].backlog_end
    if name == "satisfaction":
        return _past_rate(_sum(months, "satisfied"), _sum(months, "scored"))
    if name == "tier1_rate":
        return _past_rate(_sum(months, "resolved_tier1"), _sum(months, "resolved"))
    return _sum(months, name) if name in ("resolved_tier2", "resolved_tier3") else None


def _sum(months: Sequence[Past], name: str) -> int | None:
    values: list[int | None] = [getattr(month, name) for month in months]
    return sum(one for one in values if one is not None) if None not in values else None


def _past_rate(numerator: int | None, denominator: int | None) -> Value:
    return rate(numerator, denominator) if numerator is not None and denominator is not None else None


def _narrow(value: Value) -> Value:
    """Of a figure only its rate."""
    return (
        {name: value[name] for name in ("value", "numerator", "denominator")} if isinstance(value, Mapping) else value
    )


def number(value: Value) -> float | None:
    """A value as one number."""
    return value["value"] if isinstance(value, Mapping) else value


def change(kind: str, now: Value, base: Value) -> Any:
    """How a value changed: ``{value, numerator, denominator}`` of a count or duration, a difference of a rate."""
    this, then = number(now), number(base)
    if this is None or then is None:
        return None
    if kind == RATE:
        return round(this - then, 6)
    if kind == COUNT:
        return {
            "value": (this - then) / then if then else None,
            "numerator": int(this - then),
            "denominator": int(then),
        }
    return {"value": (this - then) / then if then else None, "numerator": round(this - then, 1), "denominator": then}
