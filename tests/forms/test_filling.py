"""Records on their forms: every field is there, whatever it holds, and nothing of it is taken for markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from itilcli.formats.form_html import html
from itilcli.formats.form_md import md
from itilcli.forms.checking import beside, try_all
from itilcli.forms.code import picture
from itilcli.forms.filling import Wanted, sheet
from itilcli.forms.kinds import BLANK, PAPERS
from itilcli.forms.reading import Head
from itilcli.forms.samples import Full
from itilcli.forms.sheet import Sheet
from itilcli.forms.view import Words
from itilcli.language import translator
from itilcli.model.incident import Incident
from itilcli.model.shape import encode
from itilcli.text import printable

ZH = translator("zh")
DATA = Path(__file__).parents[1] / "data"
ELSEWHERE = {"serial", "form_no", "id"}
"""Fields that stand at the head of a sheet, and those that only programs go by."""


def filled(name: str, form: Any, incident: Any = None) -> Sheet:
    """The sheet of a record."""
    words = Words(ZH, UTC)
    head = Head("S-1", "R-1", "O", "zh", picture("R-1", "QR"), "R-1")
    return sheet(Wanted(PAPERS[name], form, incident, head, beside(words, True)), words, None)


def text_of(made: Sheet) -> str:
    """All that stands on a sheet."""
    return "\n".join([*made.before, *(cell.text for row in made.rows for cell in row.cells), *made.after])


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each answer of a record as it is kept in a file, with its path."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one, path)
    else:
        yield path, value


def shown(value: Any) -> str:
    """An answer as a form shows it, as far as that is not a label."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.date().isoformat() if len(value) == 10 else f"{moment:%Y-%m-%d %H:%M}"
    except (TypeError, ValueError):
        return str(value)


@pytest.mark.covers("RT1", "RT2", "RT3", "RT4", "RT5")
@pytest.mark.parametrize("name", PAPERS)
def test_every_field_of_a_record_stands_on_its_form(name: str) -> None:
    made = Full().record(PAPERS[name].form)
    text = text_of(filled(name, made, made if name == "cover" else Full().record(Incident, "case.")))
    left_out = {"history", "status", "stage"} if name == "cover" else set()
    lost = [
        path
        for path, value in leaves(encode(made))
        if path.rpartition(".")[2] not in ELSEWHERE
        and path.partition(".")[0] not in left_out
        and isinstance(value, str)
        and ("‹" in value or value[:2] == "20")
        and not (value == "none" or shown(value) in text)
    ]
    assert not lost


@pytest.mark.parametrize("name", BLANK)
def test_boxes_are_ticked_where_the_list_is_closed(name: str) -> None:
    made = Full().record(PAPERS[name].form)
    ticked = text_of(filled(name, made, Full().record(Incident, "case.")))
    assert "☑" in ticked
    words = Words(ZH, blank=True)
    empty = text_of(sheet(Wanted(PAPERS[name], head=Head(), beside=beside(words, False)), words, None))
    assert "☐" in empty and "☑" not in empty and "—" not in empty and "None" not in empty


def test_the_programs_own_templates_are_in_order() -> None:
    found = {one.name: one.problems for one in try_all(ZH, None)}
    assert found == {paper.template: () for paper in PAPERS.values()}


class Markup(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


TAGS = {
    *("html", "head", "meta", "title", "style", "body", "section", "header", "div", "p", "h1", "span", "img", "table"),
    *("colgroup", "col", "thead", "tbody", "tr", "th", "td"),
}
MARKDOWN = {"h1", "h2", "p", "br", "hr", "table", "thead", "tbody", "tr", "th", "td"}
NAMES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "src", "alt", "style", "colspan"}


def hostile() -> list[str]:
    """Strings that have broken programs, templates that would run, very long texts."""
    strings: list[str] = json.loads((DATA / "strings/blns.json").read_text(encoding="utf-8"))
    templates = (DATA / "hostile/ssti.jsonl").read_text(encoding="utf-8").splitlines()
    strings += [str(next(iter(json.loads(line).values()))) for line in templates if line.strip()]
    strings += [
        "{{7*7}} {% raw %} {#",
        "字" * 20_000,
        "w" * 5_000,
        "a\tb\n\n  c  \n",
        "</td></table></form>",
        "\u202eabc\x1b[2J",
        "<?x 9?>",
    ]
    return [one for one in strings if one.strip()]


def with_texts(form: Any, texts: Iterator[str], used: list[str]) -> Any:
    """A full record with other texts in it."""
    changed: dict[str, Any] = {}
    for key in vars(form):
        value = getattr(form, key)
        if key in ELSEWHERE:
            continue
        if isinstance(value, str) and value.startswith("‹"):
            changed[key] = next(texts)
            used.append(changed[key])
        elif isinstance(value, tuple) and value and hasattr(value[0], "__value_names__"):
            changed[key] = tuple(with_texts(one, texts, used) for one in value)
        elif hasattr(value, "__value_names__"):
            changed[key] = with_texts(value, texts, used)
    return replace(form, **changed)


def test_whatever_a_record_says_is_text_and_all_of_it_is_there() -> None:
    every = hostile()
    texts, seen = cycle(every), set[str]()
    while not seen.issuperset(every):
        for name in BLANK:
            used: list[str] = []
            made = with_texts(Full().record(PAPERS[name].form), texts, used)
            incident = with_texts(Full().record(Incident, "case."), texts, [])
            page = filled(name, made, incident)
            text = text_of(page)
            lost = [one for one in used if printable(one) not in text]
            assert not lost
            seen |= set(used)
            markup = Markup()
            markup.feed(html([page], ZH))
            assert markup.tags <= TAGS and markup.attributes <= NAMES
            assert all(cell.text.replace("\r\n", "\n") in markup.text for row in page.rows for cell in row.cells)
            written = Markup()
            written.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(md([page], ZH)))
            assert written.tags <= MARKDOWN and not written.attributes


def test_the_same_record_makes_the_same_page() -> None:
    pages = {html([filled("onsite", Full().record(PAPERS["onsite"].form))], ZH) for _ in range(2)}
    assert len(pages) == 1
    assert date.today().isoformat() not in pages.pop()
