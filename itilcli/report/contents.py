"""The contents of a report: its sections in order, each laid out from the plain data of the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from itilcli.report import (
    appendix,
    conformity,
    corrections,
    cover,
    improvements,
    knowledge,
    major,
    open_cases,
    response,
    returned,
    satisfaction,
    service,
    severity,
    summary,
    tiers,
    totals,
    trend,
)
from itilcli.report.pages import Pages, Section
from itilcli.report.words import Words

Layout = Callable[[Mapping[str, Any], Words], Section | None]
"""One section out of the whole document; None where a report of this kind has no such section."""

CONTENTS: tuple[Layout, ...] = (
    summary.layout,
    totals.layout,
    response.layout,
    severity.layout,
    tiers.layout,
    service.layout,
    satisfaction.layout,
    major.layout,
    open_cases.layout,
    returned.layout,
    knowledge.layout,
    trend.layout,
    conformity.layout,
    corrections.layout,
    improvements.layout,
    appendix.layout,
)


def pages(document: Mapping[str, Any], words: Words, status: str = "") -> Pages:
    """The whole report. The document of an issued report gives the pages it was issued with."""
    sections = tuple(section for layout in CONTENTS if (section := layout(document, words)) is not None)
    return Pages(
        cover.title(document, words),
        document["organisation"] or "",
        cover.cover(document, words),
        sections,
        words.language,
        status,
        cover.banner(document, words, status),
    )
