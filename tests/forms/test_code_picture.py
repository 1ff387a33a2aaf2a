"""The QR code as a phone sees it: read from the picture on the page, it is the text that finds the record again."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import zxingcpp
from conftest import TestDesk, desk_at
from PIL import Image
from worked_case import worked_case

NOW = "2026-11-25T12:00:00+08:00"
COARSE = "100"
"""Dots an inch: less than any office scanner, and than a phone at arm's length."""


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[TestDesk, str]:
    folder = tmp_path_factory.mktemp("code")
    desk = desk_at(folder / "desk")
    desk.now = NOW
    return desk, worked_case(desk, folder)


def read(picture: Image.Image) -> list[str]:
    """What the codes of a picture say."""
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


@pytest.mark.parametrize("name", ["html", "docx"])
def test_the_picture_in_the_file_says_what_finds_the_record(
    worked: tuple[TestDesk, str], name: str, tmp_path: Path
) -> None:
    desk, case_id = worked
    made = tmp_path / f"form.{name}"
    said = desk.itil("form", f"{case_id}/onsite", "--output", str(made), "--json").json
    if name == "html":
        pictures = [base64.b64decode(found) for found in re.findall(r"base64,([\w+/=]+)", made.read_text("utf-8"))]
    else:
        with zipfile.ZipFile(made) as parts:
            pictures = [parts.read(part) for part in parts.namelist() if part.startswith("word/media/")]
    (text,) = (said for one in pictures for said in read(Image.open(io.BytesIO(one))))
    assert text == said["forms"][0]["code"]
    assert f"{case_id}/onsite-1" in desk.itil("show", text).out


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm (Debian: poppler-utils)")
def test_each_page_of_a_case_file_is_read_back_coarse_and_turned(worked: tuple[TestDesk, str], tmp_path: Path) -> None:
    desk, case_id = worked
    made = tmp_path / "all.pdf"
    said = desk.itil("form", case_id, "--all", "--output", str(made), "--json").json
    subprocess.run(["pdftoppm", "-r", COARSE, "-gray", made, tmp_path / "page"], check=True, timeout=60)
    pages = [Image.open(page) for page in sorted(tmp_path.glob("page-*.pgm"))]
    codes = [one["code"] for one in said["forms"]]
    assert [text for page in pages for text in read(page)] == codes
    assert len(codes) == 5
    assert read(pages[0].rotate(7, fillcolor=255)) == codes[:1], "laid down askew"
