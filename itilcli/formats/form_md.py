"""Forms as Markdown (CommonMark with GitHub's tables): a table of labels and values between headings, lists as tables."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.forms.head import facts, title_of
from itilcli.forms.sheet import Cell, Row, Sheet
from itilcli.paper import escaped
from itilcli.text import Label, Translate, printable, render, t

FIELD, ANSWER = Label("field", "项目", "Field"), Label("answer", "内容", "Answer")
BREAK = "<br>"


def md(sheets: Sequence[Sheet], translate: Translate) -> str:
    """The sheets below each other, parted by a rule; what records say is escaped letter by letter."""
    return "\n\n---\n\n".join(_sheet(sheet, translate) for sheet in sheets) + "\n"


def _sheet(sheet: Sheet, translate: Translate) -> str:
    told = [
        _line(render(t("{label}: {value}", label=label, value=value), translate))
        for label, value in facts(sheet, translate)
    ]
    told = [_line(sheet.organisation), *told, _line(sheet.code_text)]
    blocks = [f"# {_line(title_of(sheet))}", "\\\n".join(filter(None, told)), *map(_lines, sheet.before)]
    pairs: list[str] = []
    listed = 0
    for row in sheet.rows:
        cells = [_lines(cell.text) for cell in row.cells]
        if len(cells) == 1 and row.cells[0].role == "heading":
            pairs, listed = [], 0
            blocks.append(f"## {_line(row.cells[0].text)}")
        elif _is_head(row):
            pairs, listed = [], len(cells)
            blocks.append(f"{_row(cells)}\n{_rule(cells)}")
        elif listed == len(cells) and not _labels(row):
            blocks[-1] += f"\n{_row(cells)}"
        elif len(cells) == 1:
            pairs, listed = [], 0
            blocks.append(cells[0])
        else:
            listed = 0
            if not pairs:
                head = [render(FIELD, translate), render(ANSWER, translate)]
                pairs = [_row(head), _rule(head)]
                blocks.append("")
            pairs += [_row(pair) for pair in _pairs(row.cells)]
            blocks[-1] = "\n".join(pairs)
    blocks += map(_lines, sheet.after)
    return "\n\n".join(filter(None, blocks))


def _labels(row: Row) -> list[Cell]:
    return [cell for cell in row.cells if cell.role == "label"]


def _is_head(row: Row) -> bool:
    return row.head or (len(row.cells) > 1 and len(_labels(row)) == len(row.cells))


def _pairs(cells: Sequence[Cell]) -> list[list[str]]:
    """Each label with what stands behind it; what has no label stands alone."""
    found: list[list[str]] = []
    for cell in cells:
        if cell.role == "label" or not found:
            found.append([_lines(cell.text), ""] if cell.role == "label" else ["", _lines(cell.text)])
        else:
            found[-1][1] = BREAK.join(filter(None, (found[-1][1], _lines(cell.text))))
    return found


def _line(text: str) -> str:
    return escaped(printable(text).strip())


def _lines(text: str) -> str:
    return BREAK.join(_line(part) for part in text.strip("\n").split("\n"))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(cells: Sequence[str]) -> str:
    return f"|{'|'.join('---' for _ in cells)}|"
