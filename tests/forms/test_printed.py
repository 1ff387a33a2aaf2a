"""Forms printed by a browser: on A4, with page numbers, nothing cut. Needs Debian's chromium and poppler-utils."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from test_filling import ZH, filled

from itilcli.formats.form_html import html
from itilcli.forms.kinds import PAPERS
from itilcli.forms.samples import Full

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
]


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER or not shutil.which("pdftotext"), reason="no chromium, or no poppler-utils")
def test_a_long_text_flows_over_pages_and_all_of_it_is_there(tmp_path: Path) -> None:
    form = Full().record(PAPERS["onsite"].form)
    form = replace(form, diagnosis=replace(form.diagnosis, cause="龘" * 6000 + "w" * 2000))
    page, made = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(html([filled("onsite", form), filled("onsite", Full().record(PAPERS["onsite"].form))], ZH), "utf-8")
    words = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={made}", page.as_uri()]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    about = subprocess.run(["pdfinfo", made], check=True, capture_output=True, text=True).stdout
    assert "A4" in about
    text = subprocess.run(["pdftotext", made, "-"], check=True, capture_output=True, text=True).stdout
    last = int(re.findall(r"Pages:\s+(\d+)", about)[0])
    assert text.count("龘") == 6000 and text.count("w") >= 2000
    assert re.search(rf"全卷第 {last} 页 / 共 {last} 页", text), "the last page bears its number, and says of what"
    assert text.count("R-1") >= last
    assert "全卷" not in html([filled("onsite", form)], ZH), "of a form alone the pages are its own"
