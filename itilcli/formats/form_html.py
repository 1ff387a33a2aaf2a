"""Forms as one HTML file that needs nothing else: ruled sheets on A4 by its own CSS, readable on a screen and a phone.

No script, no network; whatever a record says is text.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from html import escape

from itilcli.forms.head import facts, foot, title_of
from itilcli.forms.sheet import Cell, Picture, Row, Sheet
from itilcli.text import Translate, printable, render, t
from itilcli.values import pattern

LONG = 400
"""A row with a text of so many characters may be parted between pages."""
_BOXES = pattern(r"[☑☐][^\s☑☐&]{1,16}(?=[\s☑☐]|$)")
"""A box to tick with a short answer, which stay on one line."""
STYLE = """\
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: #e9ecef; color: #000000; font-size: 10.5pt; line-height: 1.45;
  font-family: "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans", system-ui, sans-serif;
}
.sheet { max-width: 210mm; min-height: 297mm; margin: 1.5rem auto; padding: 14mm 15mm; background: #ffffff; }
@media screen { .sheet { box-shadow: 0 0 .6rem #00000030; } }
header { display: grid; grid-template-columns: 34mm 1fr 34mm; align-items: center; column-gap: 3mm; }
header .logo img { display: block; max-width: 100%; height: auto; }
header .name { text-align: center; }
header .organisation { margin: 0 0 1mm; font-size: 11pt; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 18pt; line-height: 1.3; letter-spacing: .08em; overflow-wrap: anywhere; }
:lang(en) h1 { letter-spacing: 0; }
header .code { justify-self: end; }
header .code img { display: block; width: 22mm; height: 22mm; image-rendering: pixelated; }
.facts { display: flex; flex-wrap: wrap; gap: 0 1.2em; margin: 2mm 0 1mm; font-size: 8.5pt; }
.facts span { overflow-wrap: anywhere; }
.facts .to-the-right { margin-left: auto; }
p { margin: 1mm 0; white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; border: 1.5pt solid #000000; }
th, td {
  padding: .9mm 1.6mm; border: .5pt solid #000000; font-weight: 400; text-align: left; vertical-align: middle;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
th { background: #f2f2f2; text-align: center; }
th.heading { background: #dfe3e8; font-weight: 700; text-align: left; }
td.sign { vertical-align: bottom; }
.note, .after { font-size: 8.5pt; }
.lines {
  --line: calc(100% / var(--count));
  background-image: repeating-linear-gradient(transparent 0 calc(var(--line) - .3mm), #9aa3ab calc(var(--line) - .3mm) var(--line));
}
.center { text-align: center; } .right { text-align: right; }
.box { white-space: nowrap; }
tr { break-inside: avoid; }
tr.long { break-inside: auto; }
tr:has(> .heading) { break-after: avoid; }
.after { margin-top: 2mm; }
.reads { margin: 2mm 0 0; font-size: 8.5pt; overflow-wrap: anywhere; }
@media (max-width: 50rem) {
  .sheet { margin: 0 0 .5rem; padding: 1rem .6rem; min-height: 0; }
  header { grid-template-columns: auto 1fr auto; }
  h1 { font-size: 15pt; letter-spacing: 0; }
}
@media print {
  body { background: none; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .sheet { max-width: none; min-height: 0; margin: 0; padding: 0; }
  .sheet + .sheet { break-before: page; }
  .sheet:has(> .reads) :is(th, td) { padding-block: .5mm; line-height: 1.3; }
}
"""


def html(sheets: Sequence[Sheet], translate: Translate) -> str:
    """The sheets as a whole HTML document, each on pages of its own."""
    first = sheets[0]
    language = "zh-CN" if first.language == "zh" else first.language
    title = _text(" ".join(filter(None, (title_of(first), first.reference))))
    pages = "".join(_page_rule(place, sheet, len(sheets) == 1, translate) for place, sheet in enumerate(sheets, 1))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}{pages}</style>\n</head>\n<body>\n"
        + "".join(_sheet(place, sheet, translate) for place, sheet in enumerate(sheets, 1))
        + "</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return escape(printable(text))


def _css(text: str) -> str:
    """A string of CSS, in which what is no letter or figure stands by its number."""
    return '"' + "".join(one if one.isalnum() else f"\\{ord(one):x} " for one in printable(text)) + '"'


def _page_rule(place: int, sheet: Sheet, alone: bool, translate: Translate) -> str:
    """What stands at the foot of a sheet's pages. Browsers count through the whole document, which is said where it is more
    than the one form."""
    of_form = t("page {page} of {pages}", page="\0", pages="\0")
    words = of_form if alone else t("whole file: page {page} of {pages}", page="\0", pages="\0")
    before, between, after = render(words, translate).split("\0")
    look = "font-family: sans-serif; font-size: 8pt;"
    numbers = f"{_css(before)} counter(page) {_css(between)} counter(pages) {_css(after)}"
    return (
        f"@page s{place} {{ size: A4; margin: 13mm 14mm 15mm;\n"
        f"  @bottom-left {{ content: {_css(foot(sheet))}; {look} }}\n  @bottom-right {{ content: {numbers}; {look} }} }}\n"
        f"#s{place} {{ page: s{place}; }}\n"
    )


def _sheet(place: int, sheet: Sheet, translate: Translate) -> str:
    rows = facts(sheet, translate)
    told = "".join(
        f"<span{' class=to-the-right' if at == len(rows) - 1 and at else ''}>{_text(_said(row, translate))}</span>"
        for at, row in enumerate(rows)
    )
    organisation = f'<p class="organisation">{_text(sheet.organisation)}</p>' if sheet.organisation else ""
    return (
        f'<section class="sheet" id="s{place}" lang="{"zh-CN" if sheet.language == "zh" else sheet.language}">\n<header>\n'
        f'<div class="logo">{_picture(sheet.logo)}</div>\n<div class="name">{organisation}<h1>{_text(title_of(sheet))}</h1></div>\n'
        f'<div class="code">{_picture(sheet.code)}</div>\n</header>\n<div class="facts">{told}</div>\n'
        + "".join(f"<p>{_text(one)}</p>\n" for one in sheet.before)
        + _table(sheet)
        + "".join(f'<p class="after">{_text(one)}</p>\n' for one in sheet.after)
        + (f'<p class="reads">{_reads(sheet, translate)}</p>\n' if sheet.code_text else "")
        + "</section>\n"
    )


def _said(row: tuple[str, str], translate: Translate) -> str:
    return render(t("{label}: {value}", label=row[0], value=row[1]), translate)


def _reads(sheet: Sheet, translate: Translate) -> str:
    return _text(render(t("code: {text} (find it again with: itil show)", text=sheet.code_text), translate))


def _picture(picture: Picture | None) -> str:
    if picture is None:
        return ""
    kind = {"png": "png", "jpeg": "jpeg", "svg": "svg+xml"}[picture.kind]
    content = base64.b64encode(picture.content).decode()
    return (
        f'<img src="data:image/{kind};base64,{content}" alt="{_text(picture.alt)}" style="width:{picture.width:g}mm">'
    )


def _table(sheet: Sheet) -> str:
    whole = sum(sheet.columns)
    widths = "".join(f'<col style="width:{100 * width / whole:.3f}%">' for width in sheet.columns)
    first = next((at for at, row in enumerate(sheet.rows) if not row.head), len(sheet.rows))
    head = f"<thead>\n{''.join(map(_row, sheet.rows[:first]))}</thead>\n" if first else ""
    body = "".join(map(_row, sheet.rows[first:]))
    return f"<table>\n<colgroup>{widths}</colgroup>\n{head}<tbody>\n{body}</tbody>\n</table>\n"


def _row(row: Row) -> str:
    long = ' class="long"' if any(len(cell.text) > LONG for cell in row.cells) else ""
    return f"<tr{long}>{''.join(map(_cell, row.cells))}</tr>\n"


def _cell(cell: Cell) -> str:
    tag = "th" if cell.role in ("label", "heading") else "td"
    looks: list[str] = [cell.role] if cell.role in ("heading", "sign", "note") else []
    looks += [cell.align] if cell.align != "left" else []
    looks += ["lines"] if cell.lines else []
    marks = f' class="{" ".join(looks)}"' if looks else ""
    marks += f' colspan="{cell.span}"' if cell.span > 1 else ""
    lines = f";--count:{cell.lines}" if cell.lines else ""
    marks += f' style="height:{cell.height:g}mm{lines}"' if cell.height else ""
    return f"<{tag}{marks}>{_BOXES.sub(_kept_together, _text(cell.text))}</{tag}>"


def _kept_together(found: re.Match[str]) -> str:
    return f'<span class="box">{found[0]}</span>'
