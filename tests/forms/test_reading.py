"""The markup of a form's template: what it may hold, and how everything else is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from itilcli.forms.pictures import fetch_from
from itilcli.forms.reading import Head, read
from itilcli.forms.sheet import Cell, Sheet
from itilcli.language import translator
from itilcli.paper import render

EN = translator("en")
FORM = """\
<form title="A form" number="X-1" version="1/0">
  <p>{{ said }}
     and more</p>
  <table>
    <col width="1"><col width="2">
    <tr class="head"><th colspan="2" class="heading">Heading</th></tr>
    <tr><th>Label</th><td height="20" align="center">{{ said }}<br>{{ said }}</td></tr>
  </table>
  <p>below</p>
</form>
"""


def sheet(template: str, folder: Path, **context: object) -> tuple[Sheet | None, list[str]]:
    """What a template makes, and each fault as ``line: message``."""
    (folder / "forms").mkdir(exist_ok=True)
    (folder / "forms/x.html.j2").write_text(template, encoding="utf-8")
    markup = render("forms/x.html.j2", context, EN, folder)
    made, faults = read(markup, Head("S-1", "R-1", "O", "en"), fetch_from(folder))
    return made, [f"{fault.line}: {fault.message}" for fault in faults]


def test_a_form_is_read_with_its_texts_letter_by_letter(tmp_path: Path) -> None:
    said = ' two  blanks\n <b>&amp; "{{ 7*7 }}"\ttab '
    made, faults = sheet(FORM, tmp_path, said=said)
    assert not faults and made is not None
    assert (made.title, made.number, made.version) == ("A form", "X-1", "1/0")
    assert (made.serial, made.reference, made.organisation, made.language) == ("S-1", "R-1", "O", "en")
    assert (made.columns, made.before, made.after) == ((1.0, 2.0), (f"{said} and more",), ("below",))
    heading, row = made.rows
    assert heading.head and heading.cells == (Cell("Heading", "heading", 2),)
    assert row.cells == (Cell("Label", "label"), Cell(f"{said}\n{said}", "value", 1, 20, "center"))


def test_no_steering_character_reaches_a_sheet(tmp_path: Path) -> None:
    made, _ = sheet(FORM, tmp_path, said="a\x00\x1b[31m\u202eb\u2028c\ud800")
    assert made is not None and made.before == ("a␀␛[31m\\u202eb\\u2028c\\ud800 and more",)


WRONG = [
    ("<form", "<script>x</script><form", "1: <script> is no tag"),
    ("<p>below</p>", "<p onclick='x'>below</p>", "9: <p> has no attributes: onclick"),
    ('<th>Label</th><td height="20" align="center">', '<td style="x">Label</td><td>', "7: <td> has no style"),
    ("<th>Label</th>", "", "7: the cells of this row take 1 columns, the table has 2"),
    ('colspan="2"', 'colspan="{{ 3 }}"', "6: the cells of this row take 3 columns"),
    ('colspan="2"', 'colspan="two"', "6: colspan must be a number"),
    ('colspan="2"', 'colspan="1.5"', "6: colspan must be a whole number"),
    ('height="20"', 'height="2000"', "7: height must be a number from 0 to 250"),
    ('align="center"', 'align="justify"', "7: align is one of"),
    ('class="heading"', 'class="big"', "6: class is one of"),
    ("</p>\n  <table>", "</p><p>\n  <table>", "4: <table> may stand in <form> alone"),
    ("  <p>below</p>", "  below", "8: text stands outside of"),
    ("  <p>below</p>", "  &#66;", "8: text stands outside of"),
    ("</form>", "", "9: <form> is not closed"),
    ("</form>", "</form><form title='x'></form>", "10: there may be one <form> only"),
    ("<p>below</p>", "<table><col width=1><tr><td>x</td></tr></table>", "9: there may be one <table> only"),
    ("<p>below</p>", "</td>", "9: </td> closes nothing"),
    ('<form title="A form"', '<form title=" "', "1: <form> needs a title"),
    ("<p>below</p>", "<!doctype html>", "9: <!doctype html> is no tag"),
    ("<p>below</p>", '<img src="../people.yaml">', "9: a picture is named by its file"),
    ("<p>below</p>", '<img src="none.png">', "9: there is no picture none.png"),
    ("<p>below</p>", '<img src="text.png">', "9: text.png is neither PNG nor JPEG"),
    ("<p>below</p>", '<img src="large.png">', "9: large.png is larger than"),
    ("<p>below</p>", '<img src="wide.png">', "9: wide.png is more than"),
    ("<p>below</p>", '<img src="link.png">', "9: link.png is larger than 1000 kB, or lies elsewhere"),
    ("<p>below</p>", '<img src="logo.png"><img src="logo.png">', "9: there may be one picture only"),
    ("<p>below</p>", "<img>", "9: <img> needs src"),
    ('<col width="1"><col width="2">', "", "8: a <table> needs <col>"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[row[2] for row in WRONG])
def test_everything_else_is_refused_where_it_stands(tmp_path: Path, old: str, new: str, said: str) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR"
    (tmp_path / "logo.png").write_bytes(png + b"\0\0\0\x10" * 2 + b"\0" * 40)
    (tmp_path / "wide.png").write_bytes(png + b"\0\1\0\0" * 2 + b"\0" * 40)
    (tmp_path / "large.png").write_bytes(png + b"\0" * 1_000_001)
    (tmp_path / "text.png").write_text("no picture", encoding="utf-8")
    (tmp_path / "link.png").symlink_to("/etc/hostname")
    assert old in FORM
    made, faults = sheet(FORM.replace(old, new, 1), tmp_path, said="x")
    assert made is None and any(one.startswith(said) for one in faults), faults


def test_a_picture_comes_with_its_words(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 60)
    given = FORM.replace("<p>below</p>", '<img src="logo.png" width="25" alt="Our &amp; logo">')
    made, faults = sheet(given, tmp_path, said="x")
    assert not faults and made is not None and made.logo is not None
    assert (made.logo.kind, made.logo.width, made.logo.alt) == ("png", 25.0, "Our & logo")
