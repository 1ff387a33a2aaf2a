"""The paper forms as PDF: what stands on them can be read back, nothing is cut, the bytes never change."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from form_sheets import CODE, LOGO, NAME, blank, cover, english, hostile_sheets, onsite, register
from pypdf import PdfReader

from itilcli.errors import Kind, Problem, Refused
from itilcli.formats import font
from itilcli.formats.form_pdf import pdf
from itilcli.formats.glyphs import SMALLEST, balanced, narrowed
from itilcli.forms.sheet import Cell, Picture, Row
from itilcli.language import translator

ZH = translator("zh")
EN = translator("en")
PROJECT = Path(__file__).parents[2]
MADE = "import sys; sys.path.insert(0, 'tests/formats'); import hashlib; from form_sheets import *\n" + (
    "from itilcli.formats.form_pdf import pdf; print(hashlib.sha256(pdf([onsite(), english()], str)).hexdigest())"
)


def pages(made: bytes) -> list[str]:
    """The text of each page, without blanks and line ends."""
    return [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(made)).pages]


def warned(*sheets) -> tuple[list[str], list[Problem]]:
    """The text of the pages, and what was warned of."""
    found: list[Problem] = []
    return pages(pdf(sheets, ZH, found.append)), found


def test_names_numbers_and_boxes_are_read_back():
    (page,), problems = warned(onsite())
    for text in (
        NAME,
        "0571-87654321",
        "INC-20261123-7K3Q/onsite-1",
        "XC-2026-0042",
        "JQ-ITSMS-04-01-03",
        "☑已解决",
        "现场服务记录单",
    ):
        assert text in page
    assert problems == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (Debian: poppler-utils)")
def test_another_reader_finds_the_same(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf([onsite()], ZH))
    command = ["pdftotext", "-layout", "a.pdf", "-"]
    text = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    assert re.search(rf"客户名称 +第一人民医院 +联系人 +{NAME}", text)
    assert re.search(r"联系电话 +0571-8765 4321 +优先级 +高", text)


def test_the_font_is_embedded_as_a_subset_and_the_file_says_nothing_of_when_it_was_made():
    made = pdf([onsite()], ZH)
    reader = PdfReader(io.BytesIO(made))
    names = {str(one["/BaseFont"]) for one in reader.pages[0]["/Resources"]["/Font"].values()}
    assert names
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in names)
    assert len(made) < 250_000
    assert reader.metadata.title == "现场服务记录单"
    assert reader.metadata.author == "某某科技有限公司"
    assert {"/CreationDate", "/ModDate"}.isdisjoint(reader.metadata)
    assert reader.trailer["/Root"]["/Lang"].lower().startswith("zh")
    assert (round(float(reader.pages[0].mediabox.width)), round(float(reader.pages[0].mediabox.height))) == (595, 842)


def test_the_same_bytes_in_any_process():
    found = set()
    for seed, zone in (("0", "Asia/Shanghai"), ("77", "America/New_York")):
        environ = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", MADE], cwd=PROJECT, env=environ, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    assert found == {hashlib.sha256(pdf([onsite(), english()], str)).hexdigest() + "\n"}


def test_a_long_text_goes_on_on_the_next_pages_and_nothing_is_cut():
    text = "".join(f"第{number}次复现：读卡器无响应；" for number in range(1400))
    word = "https://example.com/" + "x1y2z3" * 400
    edges = r"INC-20261123-7K3Q/onsite-1Page\d+of\d+$|^(现场服务记录单)?Form:JQ-ITSMS-04-01-03Version:A/1"
    whole = "".join(re.sub(edges, "", page) for page in pages(pdf([onsite(text), onsite(word)], str)))
    assert len(text) > 20_000
    assert [int(number) for number in re.findall(r"第(\d+)次复现", whole)] == list(range(1400))
    assert Counter(whole)["z"] >= 400
    assert word in whole


def test_a_label_of_two_lines_leaves_no_character_alone():
    assert [balanced(one, 5) for one in ("地址", "期望解决时间", "现场服务记录单", "a b c d e f", "一" * 11)] == [
        "地址", "期望解决\n时间", "现场服务\n记录单", "a b c d e f", "一" * 11,
    ]  # fmt: skip
    assert balanced("服务人员签字", 3.9) == "服务人\n员签字"


def test_a_word_of_a_label_is_set_smaller_and_never_parted():
    row = Row((Cell("Satisfaction", "label"), Cell("x"), Cell("Customer's signature", "label"), Cell("y")))
    sheet = replace(english(), columns=(14, 37, 12, 37), rows=(row,), logo=None)
    lines = PdfReader(io.BytesIO(pdf([sheet], EN))).pages[0].extract_text().split()
    assert {"Satisfaction", "Customer's", "signature"} <= set(lines)
    assert [narrowed(one, 3, len) for one in ("ab", "ab cd", "一" * 9)] == [1, 1, 1]
    assert narrowed("abcd", 3, len) == pytest.approx(3 * 0.98 / 4)
    assert narrowed("a" * 50, 3, len) == SMALLEST, "what has no room even so is parted"


def rules(made: bytes, grey: str) -> int:
    """How many strokes in that grey are on the first page."""
    return PdfReader(io.BytesIO(made)).pages[0].get_contents().get_data().decode("latin-1").count(grey)


def test_an_empty_box_has_lines_to_write_on_and_the_date_stands_below_the_signature():
    box = Row((Cell("Symptom", "label"), Cell("", "value", 3, 24)))
    sign = Row((Cell("Signature", "label"), Cell("\nDATE", "sign", 3, 30)))
    sheet = replace(english(), rows=(box, sign), logo=None, code=None, before=(), after=())
    full = replace(sheet, rows=(replace(box, cells=(box.cells[0], replace(box.cells[1], text="jammed"))), sign))
    made = pdf([sheet], EN)
    assert [box.cells[1].lines, Cell("", height=9).lines, Cell("x", height=24).lines, sign.cells[1].lines] == [
        3,
        0,
        0,
        0,
    ]
    assert rules(made, "0.6 SCN") - rules(pdf([full], EN), "0.6 SCN") == 2
    places: dict[str, float] = {}
    PdfReader(io.BytesIO(made)).pages[0].extract_text(
        visitor_text=lambda text, at, *_: places.setdefault(text.strip(), at[5])
    )
    assert places["Signature"] - places["DATE"] > 20, "in points: the date is at the foot, the label in the middle"


def test_each_form_counts_its_own_pages():
    found, _ = warned(cover(), register(60), onsite())
    numbers = ["".join(re.findall(r"Page(\d+)of(\d+)|第(\d+)页.*?共(\d+)页", page)[0]) for page in found]
    assert numbers == ["11", "13", "23", "33", "11"]
    assert all("编号客户状态说明" in page for page in found[1:4]), "the head is repeated"


def test_an_empty_form_and_an_english_one_with_a_logo():
    (page,), problems = warned(blank())
    assert "故障现象" in page
    assert "第一人民医院" not in page
    reader = PdfReader(io.BytesIO(pdf([english()], EN)))
    assert "Zoë Müller-O’Neill" in reader.pages[0].extract_text()
    assert reader.trailer["/Root"]["/Lang"].lower().startswith("en")
    assert problems == []


def test_what_the_font_lacks_is_named_and_stands_by_its_number():
    (page,), (problem,) = warned(onsite("打印机😀坏了👨‍👩‍👧 שלום \u202eabc\u200e"))
    assert problem.code == "W-form-glyphs"
    assert {"😀 U+1F600", "ש U+05E9", "? U+200E"} <= set(problem.message.args["characters"].items)
    assert "打印机[U+1F600]坏了[U+1F468U+200DU+1F469U+200DU+1F467]" in page
    assert "\\u202eabc" in page


def test_every_character_of_the_standard_list_beyond_the_first_plane_can_be_drawn():
    ranges = ("\U0002b7a9\U0002b7c5\U0002b7e6\U0002b7f9\U0002b806\U0002b80a\U0002b81c\U0002b8b8\U0002bac7\U0002bb5f\U0002bb62"
              "\U0002bb7c\U0002bb83\U0002bc1b\U0002bd77\U0002bd87\U0002bdf7\U0002be29\U0002c029\U0002c02a\U0002c0a9\U0002c0ca"
              "\U0002c1d5\U0002c1d9\U0002c1f9\U0002c27c\U0002c288\U0002c2a4\U0002c317\U0002c35b\U0002c361\U0002c364\U0002c488"
              "\U0002c494\U0002c497\U0002c542\U0002c613\U0002c618\U0002c621\U0002c629\U0002c62b\U0002c62c\U0002c62d\U0002c62f")  # fmt: skip
    _, problems = warned(onsite(ranges))
    assert problems == []


def test_hostile_texts_are_texts():
    sheets = [replace(one, rows=one.rows[:1]) for one in hostile_sheets() if len(one.title) < 5_000]
    made = pages(pdf(sheets, ZH))
    assert len(made) >= len(sheets)
    (page,), _ = warned(onsite('#panic("x") $x$ *b* _i_ @ref <label> \\u{1} // c #read("/etc/passwd") = h'))
    assert '#panic("x")$x$*b*_i_@ref<label>\\u{1}//c#read("/etc/passwd")=h' in page


def test_a_picture_that_is_none_is_left_out_and_said():
    broken = Picture(b"\x89PNG\r\n\x1a\nnot one", "png", 20, "logo")
    reaching = Picture(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="/etc/passwd" width="9" height="9"/></svg>',
        "svg",
        20,
        "",
    )
    (page,), (problem,) = warned(replace(onsite(), logo=broken))
    assert problem.code == "W-form-picture"
    assert NAME in page
    (page, *_), _ = warned(replace(onsite(), logo=reaching), replace(onsite(), logo=LOGO, code=CODE))
    assert "root:" not in page


def test_without_a_library_or_a_font_it_says_how_to_get_one(monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "typst", None)
        with pytest.raises(Refused) as refused:
            pdf([onsite()], EN)
    assert [(one.code, one.kind) for one in refused.value.problems] == [("E-form-pdf", Kind.DESK)]
    monkeypatch.setenv("ITIL_FONT", str(tmp_path / "none.ttf"))
    with pytest.raises(Refused) as refused:
        pdf([onsite()], EN)
    assert [(one.code, one.kind) for one in refused.value.problems] == [("E-form-font", Kind.DESK)]
    (tmp_path / "none.ttf").write_bytes(b"no font")
    with pytest.raises(Refused) as refused:
        pdf([onsite()], EN)
    assert [one.code for one in refused.value.problems] == ["E-form-font"]
    monkeypatch.delenv("ITIL_FONT")
    monkeypatch.setattr(font, "PACKAGES", {})
    monkeypatch.setattr(font, "folders", lambda environ: (tmp_path,))
    with pytest.raises(Refused) as refused:
        pdf([onsite()], EN)
    assert [one.code for one in refused.value.problems] == ["E-form-font"]


SYSTEM = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


@pytest.mark.skipif(not SYSTEM.is_file(), reason="needs the system's font (Debian: fonts-noto-cjk)")
def test_a_font_of_the_system_is_used_where_no_package_has_one(monkeypatch):
    monkeypatch.setattr(font, "PACKAGES", {})
    assert font.files({}) == (SYSTEM, SYSTEM.with_name("NotoSansCJK-Bold.ttc"))
    (page,), problems = warned(onsite())
    assert NAME in page
    assert problems == []
    monkeypatch.setenv("ITIL_FONT", str(SYSTEM))
    names = PdfReader(io.BytesIO(pdf([onsite()], ZH))).pages[0]["/Resources"]["/Font"].values()
    assert any("NotoSansCJKsc-Regular" in one["/BaseFont"] for one in names), (
        "the face for simplified Chinese of the collection"
    )
