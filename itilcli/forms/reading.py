"""The markup that a form's template writes, read into a sheet: a small part of HTML, every word of it known.

::

    <form title="…" number="…" version="…">      serial, reference and organisation unless they are to be others
      <img src="logo.png" width="30" alt="…">     a picture out of the desk's templates folder, so many millimetres wide
      <p>above the table</p>
      <table>
        <col width="14"> <col width="36">         the columns' relative widths
        <tr class="head">                         repeated at the top of each page
          <th>a label</th> <td colspan="2" class="heading|sign|note" height="20" align="center">what stands in it<br>…</td>
        </tr>
      </table>
      <p>below the table, in small print</p>
    </form>

Blanks and line ends of the template count as one blank, as in HTML. Everything else is refused, with file and line.
"""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any, cast

from itilcli.forms.markup import (
    ALIGNS,
    CLASSES,
    EMPTY,
    HIGHEST,
    INSIDE,
    MOST_COLUMNS,
    MOST_FAULTS,
    MOST_ROWS,
    WIDEST,
    Fault,
    joined,
    number,
    pieces,
    strange,
)
from itilcli.forms.sheet import Cell, Picture, Role, Row, Sheet
from itilcli.text import Listing, Text, printable, t
from itilcli.values import pattern, value

_MARK = pattern(r"<\?[^?]*\?>")


@value
class Head:
    """What the program knows of a sheet besides what the template writes."""

    serial: str = ""
    reference: str = ""
    organisation: str = ""
    language: str = "zh"
    code: Picture | None = None
    code_text: str = ""


Fetch = Callable[[str, float, str], Picture | Text]
"""The picture of a name, so many millimetres wide, with its words; or why there is none."""


def read(markup: str, head: Head, fetch: Fetch) -> tuple[Sheet | None, tuple[Fault, ...]]:
    """The sheet that the markup of a template tells, or everything that is wrong with it."""
    reader = _Reader(fetch)
    reader.feed(markup)
    reader.close()
    reader.end()
    faults = {(fault.file, fault.line, str(fault.message)): fault for fault in reader.faults}
    if faults:
        return None, tuple(faults.values())[:MOST_FAULTS]
    form = reader.form
    return (
        Sheet(
            title=form.get("title", ""),
            number=form.get("number", ""),
            version=form.get("version", ""),
            serial=form.get("serial", head.serial),
            reference=form.get("reference", head.reference),
            organisation=form.get("organisation", head.organisation),
            columns=tuple(reader.columns),
            rows=tuple(reader.rows),
            language=head.language,
            logo=reader.logo,
            code=head.code,
            code_text=head.code_text,
            before=tuple(reader.before),
            after=tuple(reader.after),
        ),
        (),
    )


class _Reader(HTMLParser):
    """Goes through the markup once; ``<?FILE LINE?>`` before a tag tells where in which template it stands."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__(convert_charrefs=False)
        self.fetch = fetch
        self.form: dict[str, str] = {}
        self.columns: list[float] = []
        self.rows: list[Row] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.logo: Picture | None = None
        self.faults: list[Fault] = []
        self._place = ("", 0)
        self._open: list[str] = []
        self._cells: list[Cell] = []
        self._cell: dict[str, Any] = {}
        self._head = False
        self._words: list[str | None] = []
        self._tables = self._forms = 0

    def fault(self, message: Text) -> None:
        self.faults.append(Fault(message, *self._place))

    # ── what the parser meets

    def handle_pi(self, data: str) -> None:
        file, _, line = data.rstrip("?").rpartition(" ")
        if line.isdecimal():
            self._place = (file, int(line))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        above = self._open[-1] if self._open else ""
        if tag not in INSIDE:
            self.fault(t("<{tag}> is no tag of a form; there are: {tags}", tag=tag, tags=Listing(tuple(INSIDE))))
            return
        if above not in INSIDE[tag]:
            self.fault(
                t("<{tag}> may stand in {tags} alone", tag=tag, tags=" ".join(f"<{one}>" for one in INSIDE[tag]))
                if INSIDE[tag] != ("",)
                else t("there may be one <form> only, around everything else")
            )
            return
        given = self._attributes(tag, attrs)
        if tag not in EMPTY:
            self._open.append(tag)
        getattr(self, f"_begin_{tag}")(given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in INSIDE or tag in EMPTY:
            return
        if not self._open or self._open[-1] != tag:
            self.fault(t("</{tag}> closes nothing that is open here", tag=tag))
            return
        self._open.pop()
        getattr(self, f"_end_{tag}", lambda: None)()

    def handle_data(self, data: str) -> None:
        if not self._within_words():
            told = _MARK.sub(
                "", data
            ).strip()  # within a <script>, all is text for the parser, the mark of the next tag too
            if told:
                self.fault(t("text stands outside of <p>, <th> and <td>: {text}", text=repr(told[:40])))
            return
        self._words += pieces(data)

    def handle_charref(self, name: str) -> None:
        self._exactly(f"&#{name};")

    def handle_entityref(self, name: str) -> None:
        self._exactly(f"&{name};")

    def handle_decl(self, decl: str) -> None:
        self.fault(
            t("<{tag}> is no tag of a form; there are: {tags}", tag="!" + decl[:20], tags=Listing(tuple(INSIDE)))
        )

    def _exactly(self, reference: str) -> None:
        if self._within_words():
            self._words.append(unescape(reference))
        elif unescape(reference).strip():
            self.fault(t("text stands outside of <p>, <th> and <td>: {text}", text=repr(unescape(reference))))

    def _within_words(self) -> bool:
        return bool(self._open) and self._open[-1] in INSIDE["br"]

    # ── the tags

    def _begin_form(self, given: dict[str, str]) -> None:
        self._forms += 1
        self.form = given
        if self._forms > 1:
            self.fault(t("there may be one <form> only, around everything else"))
        if not given.get("title", "").strip():
            self.fault(t("<form> needs a {attribute}", attribute="title"))

    def _begin_img(self, given: dict[str, str]) -> None:
        width = self._number("width", given.get("width", "30"), WIDEST)
        if self.logo is not None:
            self.fault(t("there may be one picture only"))
        if not given.get("src"):
            self.fault(t("<{tag}> needs {attribute}", tag="img", attribute="src"))
        elif width:
            found = self.fetch(given["src"], width, given.get("alt", ""))
            if isinstance(found, Picture):
                self.logo = found
            else:
                self.fault(found)

    def _begin_p(self, given: dict[str, str]) -> None:
        self._words = []

    def _end_p(self) -> None:
        (self.after if self._tables else self.before).append(joined(self._words))

    def _begin_table(self, given: dict[str, str]) -> None:
        self._tables += 1
        if self._tables > 1:
            self.fault(t("there may be one <table> only"))

    def _end_table(self) -> None:
        if not self.columns or not self.rows:
            self.fault(t("a <table> needs <col> for each column, and at least one <tr>"))

    def _begin_col(self, given: dict[str, str]) -> None:
        self.columns.append(self._number("width", given.get("width", ""), 1000.0) or 1.0)
        if len(self.columns) > MOST_COLUMNS or self.rows:
            self.fault(t("all <col> stand before the first <tr>, {count} of them at the most", count=MOST_COLUMNS))

    def _begin_tr(self, given: dict[str, str]) -> None:
        self._cells = []
        self._head = self._one_of("class", given.get("class", ""), ("head", "")) == "head"

    def _end_tr(self) -> None:
        spans = sum(cell.span for cell in self._cells)
        if spans != len(self.columns):
            message = t(
                "the cells of this row take {spans} columns, the table has {count}",
                spans=spans,
                count=len(self.columns),
            )
            self.fault(message)
        if len(self.rows) >= MOST_ROWS:
            self.fault(t("a table has at most {count} rows", count=MOST_ROWS))
        self.rows.append(Row(tuple(self._cells), self._head))

    def _begin_th(self, given: dict[str, str], tag: str = "th") -> None:
        self._words = []
        span = self._number("colspan", given.get("colspan", "1"), MOST_COLUMNS)
        if span != int(span):
            self.fault(t("{attribute} must be a whole number, not {value}", attribute="colspan", value=repr(span)))
        self._cell = {
            "role": self._one_of("class", given.get("class", CLASSES[tag][0]), CLASSES[tag]),
            "span": int(span) or 1,
            "height": self._number("height", given.get("height", "0"), HIGHEST, least=0),
            "align": self._one_of("align", given.get("align", ALIGNS[0]), ALIGNS),
        }

    def _begin_td(self, given: dict[str, str]) -> None:
        self._begin_th(given, "td")

    def _end_th(self) -> None:
        role = cast(Role, self._cell.pop("role"))
        self._cells.append(Cell(joined(self._words), role, **self._cell))

    _end_td = _end_th

    def _begin_br(self, given: dict[str, str]) -> None:
        self._words.append("\n")

    # ── what they are made of

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> dict[str, str]:
        for name, _ in attrs:
            if wrong := strange(tag, name):
                self.fault(wrong)
        return {name: printable(given or "").strip() for name, given in attrs if strange(tag, name) is None}

    def _number(self, name: str, written: str, most: float, least: float = 0.1) -> float:
        found = number(name, written, most, least)
        if isinstance(found, Text):
            self.fault(found)
            return 0
        return found

    def _one_of(self, name: str, written: str, known: tuple[str, ...]) -> str:
        if written in known:
            return written
        rows = Listing(tuple(filter(None, known)))
        self.fault(
            t("{attribute} is one of {known}, not {value}", attribute=name, known=rows, value=repr(written[:20]))
        )
        return known[0]

    def end(self) -> None:
        """What is missing at the end."""
        if self._open:
            self.fault(t("<{tag}> is not closed", tag=self._open[-1]))
        if not self._forms:
            self.fault(t("the template writes no <form>"))
        elif not self._tables:
            self.fault(t("a <form> needs a <table>"))
