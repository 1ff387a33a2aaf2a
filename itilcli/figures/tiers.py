"""K4, K5, K12: which tier supplied the fix, and whether somebody had to go."""

from __future__ import annotations

from datetime import timedelta

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.measures import UNKNOWN, Figure, counts, rate, share
from itilcli.figures.period import Period
from itilcli.figures.trail import Span

TIERS = ("1", "2", "3")
ONE_CONTACT = timedelta(hours=1)
"""A solution within this time of the first response still belongs to the contact in which the incident was reported."""


def resolved_by_tier(book: Book, period: Period) -> Figure:
    """K4: over S, by the tier that supplied the fix; ``unknown`` only where an import does not tell."""
    return counts(TIERS, (tier_of(span) for _, span in book.resolved(period)))


def tier_of(span: Span) -> str:
    """The tier that supplied a solution, as a key."""
    return str(span.tier) if span.tier else UNKNOWN


def tier_rate(book: Book, period: Period) -> Figure:
    """K5 一/二/三线解决率: K4 / |S|, adding up to 1."""
    by_tier = resolved_by_tier(book, period)
    total = sum(by_tier.values())
    return {tier: rate(number, total) for tier, number in by_tier.items()}


def handled_rate(book: Book, period: Period) -> Figure:
    """K5 经手解决率: over S, solved by a tier out of those that it ever held."""
    found = book.resolved(period)
    return {
        str(tier): rate(
            sum(1 for _, span in found if span.tier == tier),
            sum(1 for row, span in found if tier in row.tiers or span.tier == tier),
        )
        for tier in (1, 2, 3)
    }


def first_contact_rate(book: Book, period: Period) -> Figure:
    """K5 首次解决率: over S, solved by tier 1 on the contact that reported it, and not reopened since."""
    return share(book.resolved(period), lambda pair: first_contact(*pair))


def first_contact(row: Facts, span: Span) -> bool:
    """Whether tier 1 alone solved it within an hour of the first response, with no hold, visit or earlier solution."""
    if span.tier != 1 or span.derived or row.tiers != (1,) or row.holds or row.visited or len(row.spans) > 1:
        return False
    return row.first_response_at is not None and span.resolved_at - row.first_response_at <= ONE_CONTACT


def onsite_rate(book: Book, period: Period) -> Figure:
    """K12 现场服务率: over S, with a visit."""
    return share(book.resolved(period), lambda pair: pair[0].visited)


def remote_rate(book: Book, period: Period) -> Figure:
    """K12 远程服务率: over S, with a remote session and no visit; what is left was solved by phone or message."""
    return share(book.resolved(period), lambda pair: pair[0].remote and not pair[0].visited)
