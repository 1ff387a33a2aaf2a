"""K1, K3, K14: how many incidents, of which kind, and how that changed; what was voided and merged beside it."""

from __future__ import annotations

from collections import Counter

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.measures import NOT_APPLICABLE, UNCLASSIFIED, UNKNOWN, Figure, counts
from itilcli.figures.period import Period
from itilcli.model.codes import CATEGORY, CHANNEL, IMPORTANCE, PRIORITY, SEVERITY, TYPE, URGENCY


def incidents_total(book: Book, period: Period) -> Figure:
    """K1 事件总数: |A|, and by type, category, channel, customer and project, each adding up to |A|."""
    found = book.reported(period)
    customers = Counter(row.organisation or UNKNOWN for row in found)
    projects = Counter(row.project or UNKNOWN for row in found)
    return {
        "value": len(found),
        "by_type": counts((*TYPE, UNCLASSIFIED), (row.type or UNCLASSIFIED for row in found)),
        "by_category": counts((*CATEGORY, NOT_APPLICABLE, UNCLASSIFIED), map(category, found)),
        "by_channel": counts(CHANNEL, (row.channel or UNKNOWN for row in found)),
        "by_customer": {name: customers[name] for name in sorted(customers)},
        "by_project": {name: projects[name] for name in sorted(projects)},
    }


def category(row: Facts) -> str:
    """The category of a fault; a consultation or security incident need have none."""
    return row.category or (NOT_APPLICABLE if row.type in ("consultation", "security") else UNCLASSIFIED)


def by_severity(book: Book, period: Period) -> Figure:
    """K3 故障等级: counts over A, as graded at the cut-off; a consultation has none."""
    found = (
        row.severity or (NOT_APPLICABLE if row.type == "consultation" else UNCLASSIFIED)
        for row in book.reported(period)
    )
    return counts((*SEVERITY, NOT_APPLICABLE, UNCLASSIFIED), found)


def by_priority(book: Book, period: Period) -> Figure:
    """K3 优先级: counts over A, as graded at the cut-off."""
    return counts((*PRIORITY, UNCLASSIFIED), (row.priority or UNCLASSIFIED for row in book.reported(period)))


def by_square(book: Book, period: Period) -> Figure:
    """K3 重要度×紧急度: counts over A of each field of the square, by importance and then by urgency."""
    found = book.reported(period)
    counted = Counter((row.importance or UNCLASSIFIED, row.urgency or UNCLASSIFIED) for row in found)
    rows = [*IMPORTANCE, *([UNCLASSIFIED] if any(row.importance is None for row in found) else [])]
    columns = [*URGENCY, *([UNCLASSIFIED] if any(row.urgency is None for row in found) else [])]
    return {row: {column: counted[row, column] for column in columns} for row in rows}


def change_last_month(book: Book, period: Period) -> Figure:
    """K14 环比: the change of K1 on the month before."""
    return change(book, period, period.previous())


def change_last_year(book: Book, period: Period) -> Figure:
    """K14 同比: the change of K1 on the same month of the year before."""
    return change(book, period, period.year_before())


def change(book: Book, period: Period, base: Period) -> Figure:
    """K14: (this − base) / base; null when the base is 0, or is not known: before the desk and its ``history.csv``."""
    now, then = book.total(period), book.total(base)
    return {
        "value": (now - then) / then if now is not None and then else None,
        "numerator": now - then if now is not None and then is not None else None,
        "denominator": then,
    }


def voided(book: Book, period: Period) -> Figure:
    """K10: the month's voids, which stand in no other figure."""
    return ended(book, period, "void")


def merged(book: Book, period: Period) -> Figure:
    """K10: the month's merges, which stand in no other figure."""
    return ended(book, period, "merged")


def ended(book: Book, period: Period, stage: str) -> Figure:
    """The cases that ended in a stage in the month, by ID."""
    found = sorted(row.id for row in book.rows if row.stage == stage and period.has(row.ended_at))
    return {"value": len(found), "incidents": found}
