"""The pages in a real browser, opened from the disk: Debian's package `chromium`, without which this is skipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import hostile_desk

CHROMIUM = shutil.which("chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium"),
    pytest.mark.slow,
]
CONTRAST = """() => {
  const light = c => { const v = c.map(x => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; });
                       return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const parse = s => (s.match(/[\\d.]+/g) || []).map(Number);
  const under = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
                       if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg") || !Array.from(e.childNodes).some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(parse(getComputedStyle(e).color).slice(0, 3)), b = light(under(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push(e.tagName + "." + e.className + " " + ratio.toFixed(2));
  }
  return bad;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    desk = hostile_desk(folder / "desk")
    desk.itil("site", "build", str(folder / "out"))
    return folder / "out"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    with playwright.sync_playwright() as tools:
        started = tools.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield started
        started.close()


def watched(browser: Any, said: list[str], **options: Any) -> Any:
    """A page whose every complaint, dialogue and request beyond the disk is noted."""
    page = browser.new_context(**options).new_page()
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda one: said.append(one.url) if not one.url.startswith(("file:", "data:")) else None)
    return page


def test_every_page_loads_quietly_and_nothing_of_a_record_runs(browser: Any, site: Path):
    said: list[str] = []
    page = watched(browser, said, viewport={"width": 1280, "height": 900})
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri())
        assert not said, (path.name, said)
        assert page.evaluate("window.pwned") is None, path.name
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "16px"  # the stylesheet came
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_written_can_be_read_at_any_width(browser: Any, site: Path, scheme: str):
    for width in (1280, 390):
        page = watched(browser, [], viewport={"width": width, "height": 800}, color_scheme=scheme)
        case = next(site.glob("case/202610/*.html"))
        paths = [
            "index.html",
            "board.html",
            "due.html",
            "knowledge.html",
            "people.html",
            "reports/2026-10.html",
            "kb/KB-0HST.html",
        ]
        for path in (*(site / one for one in paths), case):
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path.name, width)
            assert page.evaluate(CONTRAST) == [], (path.name, scheme)
        page.context.close()


def test_the_search_finds_chinese_in_any_width_and_case(browser: Any, site: Path):
    said: list[str] = []
    page = watched(browser, said)
    page.goto((site / "knowledge.html").as_uri())
    for typed, fits in (("读卡器", True), ("卡", True), ("驱动版本", True), ("指示灯 usb", True), ("ＵＳＢ", True), ("usb接口", True),
                        ("打印机", False), ("卡器读", False)):  # fmt: skip
        page.fill("#q", typed)
        found = page.eval_on_selector_all("#hits a", "all => all.map(one => one.getAttribute('href'))")
        assert ("kb/KB-0HST.html" in found) is fits, typed
    page.fill("#q", "<script>window.pwned=1</script>")
    assert page.evaluate("window.pwned") is None and page.locator("#hits script").count() == 0
    page.fill("#q", "读卡器")
    page.press("#q", "Enter")
    page.click("#hits a")
    assert page.url.endswith("kb/KB-0HST.html") and not said


def test_the_keyboard_comes_to_the_content_first_and_sees_where_it_is(browser: Any, site: Path):
    page = watched(browser, [])
    page.goto((site / "board.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
