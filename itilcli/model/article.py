"""RT4 知识库 knowledge article, JQ-ITSMS-04-01-04 (F30): front matter, then headed Markdown sections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from itilcli.model.codes import ARTICLE_STATUS, CATEGORY
from itilcli.model.shape import code, day, moment, text, texts, whole
from itilcli.text import Label
from itilcli.values import value

SECTIONS = (
    Label("symptom", "现象", "Symptom"),
    Label("environment", "环境", "Environment"),
    Label("cause", "原因", "Cause"),
    Label("solution", "解决方案", "Solution"),
    Label("workaround", "替代方案", "Workaround"),
)
REQUIRED_SECTIONS = ("symptom", "cause", "solution")


@value
class Article:
    """RT4: the front matter of one article; ``sections`` are found under its headings by either language's label.

    A draft of a ``version`` above 1 is a published article that is being revised; ``review_on`` is the day on which
    somebody looks whether a published one is still right.
    """

    id: str | None = text()
    form_no: str | None = text()
    title: str | None = text()
    status: str | None = code(ARTICLE_STATUS)
    category: str | None = code(CATEGORY)
    author: str | None = text()
    created_at: datetime | None = moment()
    updated_at: datetime | None = moment()
    reviewed_by: str | None = text()
    reviewed_at: datetime | None = moment()
    review_on: date | None = day()
    submitted_by: str | None = text()
    submitted_at: datetime | None = moment()
    retired_by: str | None = text()
    retired_at: datetime | None = moment()
    replaced_by: str | None = text()
    reason: str | None = text()
    version: int | None = whole()
    source_incidents: tuple[str, ...] = texts()
    keywords: tuple[str, ...] = texts()

    @property
    def handed_in(self) -> bool:
        """Whether it is a draft that waits for the incident manager."""
        return self.status == "draft" and self.submitted_at is not None

    def stale(self, today: date) -> bool:
        """Whether it is published, and past the day on which somebody was to look at it again."""
        return self.status == "published" and self.review_on is not None and self.review_on < today


def lacking(title: str | None, texts: Mapping[str, str | None]) -> list[str]:
    """What an article still needs to be published: ``title`` and the codes of empty sections."""
    empty = [code for code in REQUIRED_SECTIONS if not (texts.get(code) or "").strip()]
    return [*([] if (title or "").strip() else ["title"]), *empty]


def sections(body: str) -> dict[str, str]:
    """The Markdown sections of an article's body by their code; a heading of any level opens one."""
    return {code_: text_ for code_, text_ in _parted(body).items() if code_ is not None}


def other_text(body: str) -> str:
    """What stands in an article's body under none of the headings of its sections, other headings among it."""
    return _parted(body).get(None, "")


def _parted(body: str) -> dict[str | None, str]:
    names = {spelling.casefold(): label.code for label in SECTIONS for spelling in (label.zh, label.en, label.code)}
    found: dict[str | None, list[str]] = {}
    current: str | None = None
    for line in body.splitlines():
        if line.startswith("#"):
            current = names.get(line.lstrip("#").strip().casefold())
            found.setdefault(current, [])
            if current is not None:
                continue
        found.setdefault(current, []).append(line)
    return {code_: "\n".join(lines).strip() for code_, lines in found.items()}
