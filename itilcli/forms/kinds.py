"""The forms that can be printed, one row each: what it is called, its number, its record and its template."""

from __future__ import annotations

from itilcli.model.article import Article
from itilcli.model.case import ARTICLE_FORM_NO, FOLLOW_UP, ONSITE, REMOTE, WORK_ORDER, Kind
from itilcli.model.incident import Incident
from itilcli.paper import FORMS
from itilcli.text import Label
from itilcli.values import value

ARTICLE = Label("article", "知识库", "knowledge article")
COVER = Label("cover", "事件案卷", "incident case file")


@value
class Paper:
    """One form: what it is called, its number (a cover has none), the record that it shows."""

    name: str
    label: Label
    form_no: str
    form: type
    also: tuple[str, ...] = ()
    """Other words for it, beside its name and both labels."""

    @property
    def template(self) -> str:
        """Its template, by its place in the templates folder."""
        return f"{FORMS}{self.name}.html.j2"


def _of(kind: Kind, *also: str) -> Paper:
    return Paper(kind.name, kind.label, kind.form_no, kind.form, also)


PAPERS: dict[str, Paper] = {
    paper.name: paper
    for paper in (
        _of(ONSITE, "现场", "现场单", "现场服务单", "上门", "上门单", "上门服务记录单"),
        _of(REMOTE, "远程", "远程单", "远程服务单", "服务热线电话记录单"),
        _of(WORK_ORDER, "工单", "派工单", "派单", "技术支持工单"),
        Paper("article", ARTICLE, ARTICLE_FORM_NO, Article, ("知识", "知识条目", "知识文章", "kb", "knowledge")),
        _of(FOLLOW_UP, "回访", "回访单", "电话回访", "followup"),
        Paper("cover", COVER, "", Incident, ("封面", "案卷", "卷宗")),
    )
}
"""In the order of their numbers; the cover of a whole case file last."""
BLANK = tuple(name for name in PAPERS if name != "cover")
"""Those that are filled in by hand."""


def paper_of(typed: str) -> Paper | None:
    """The form that a word names: its name, its label in either language, its number, or what people call it."""
    plain = typed.strip().casefold()
    for paper in PAPERS.values():
        if plain and plain in (
            paper.name,
            paper.label.zh,
            paper.label.en.casefold(),
            paper.form_no.casefold(),
            *paper.also,
        ):
            return paper
    return None
