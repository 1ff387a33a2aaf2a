"""`site build` without a browser: what is written, what is kept, what is left out, where links lead."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import TestDesk
from hostile import PAYLOADS, RUNS, hostile_desk

from itilcli.site import markup
from itilcli.site.public import GONE, Cleaner

STAYS = "２０２６-11-23 09:12 版本 2.1.4，2026年11月23日，INC-20261123-7K3Q"


class Page(HTMLParser):
    """What matters of a page: ids, links, event handlers, headings, scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.bare_cells = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given[name] or "" for name in ("href", "src") if name in given]
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]
        self.bare_cells += tag == "th" and "scope" not in given


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[TestDesk, Path]:
    folder = tmp_path_factory.mktemp("site")
    desk = hostile_desk(folder / "desk")
    desk.itil("site", "build", str(folder / "out"))
    return desk, folder / "out"


def tree(out: Path) -> dict[str, bytes]:
    return {one.relative_to(out).as_posix(): one.read_bytes() for one in sorted(out.rglob("*")) if one.is_file()}


def test_every_page_is_whole_its_links_lead_somewhere_and_nothing_in_it_can_run(built: tuple[TestDesk, Path]):
    out = built[1]
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in out.rglob("*.html")}
    assert len(pages) > 20
    for path, page in pages.items():
        assert not page.handlers, (path, page.handlers)
        assert page.tags.count("h1") == page.tags.count("main") == 1, path
        assert not page.bare_cells, path
        assert len(page.ids) == len(set(page.ids)), path
        assert page.tags.count("script") == (2 if path.name == "knowledge.html" else 1), path
        assert 'lang="zh-CN"' in path.read_text(encoding="utf-8")
        for link in page.links:
            if link.startswith(("https://example.com", "data:,")):
                continue
            assert not re.match(r"[a-z]+:", link), (path, link)
            place, _, anchor = link.partition("#")
            target = (path.parent / unquote(place)).resolve() if place else path
            assert target.is_file(), (path, link)
            assert not anchor or anchor in pages[target].ids, (path, link)


def test_files_of_a_case_get_names_that_can_do_nothing(built: tuple[TestDesk, Path]):
    kept = sorted(one.suffix for one in built[1].glob("case/*/*.files/*"))
    assert kept == [".bin", ".png"]
    assert "现场 照片.html" in next(built[1].glob("case/202610/*.html")).read_text(encoding="utf-8")


def test_the_report_stands_with_its_charts(built: tuple[TestDesk, Path]):
    shown = (built[1] / "reports" / "2026-10.html").read_text(encoding="utf-8")
    assert "<svg" in shown and "月" in shown
    assert "reports/2026-10.html" in (built[1] / "index.html").read_text(encoding="utf-8")


def test_one_commit_gives_one_site_and_only_what_changes_is_written(built: tuple[TestDesk, Path], tmp_path: Path):
    desk, out = built
    mine = tmp_path / "out"
    shutil.copytree(out, mine)
    before = tree(mine)
    stamps = {path: path.stat().st_mtime_ns for path in mine.rglob("*.html")}
    for more in ((), ("--no-index",)):
        again = desk.itil("site", "build", str(mine), "--json", *more, now="2027-01-05T09:00:00+08:00").json
        assert (again["written"], again["removed"]) == ([], [])
    assert tree(mine) == before
    assert {path: path.stat().st_mtime_ns for path in mine.rglob("*.html")} == stamps
    anew = tmp_path / "anew"
    desk.itil("site", "build", str(anew), now="2027-02-05T09:00:00+08:00")
    assert tree(anew) == before


def test_a_changed_case_a_lost_page_and_a_page_needed_no_longer(tmp_path: Path, desk: TestDesk):
    one, two = desk.new("-t", "打印机卡纸"), desk.new("-t", "网络中断")
    out = tmp_path / "out"
    desk.itil("site", "build", str(out))
    theirs = out / "case" / "notes.txt"
    theirs.write_text("theirs")
    pages = {name: next(out.glob(f"case/*/*{name}.html")) for name in (one, two)}
    desk.itil("note", one, "已联系客户")
    written = desk.itil("site", "build", str(out), "--json").json["written"]
    assert pages[one].relative_to(out).as_posix() in written and pages[two].relative_to(out).as_posix() not in written
    pages[two].unlink()
    assert desk.itil("site", "build", str(out), "--json").json["written"] == [pages[two].relative_to(out).as_posix()]
    desk.file(two).unlink()
    for rest in desk.root.glob(f"records/*/*/*/*{two}*"):
        rest.unlink()
    desk.commit("gone")
    assert pages[two].relative_to(out).as_posix() in desk.itil("site", "build", str(out), "--json").json["removed"]
    assert theirs.read_text() == "theirs" and not pages[two].exists() and pages[one].exists()


def test_a_build_that_was_cut_off_is_taken_up(tmp_path: Path, desk: TestDesk):
    """What it wrote is known by the names put down before; the half-written file is nowhere."""
    desk.new("-t", "打印机卡纸")
    out = tmp_path / "out"
    desk.itil("site", "build", str(out))
    (out / ".itil-site.json").unlink()
    (out / ".itil-site.begun").write_text("".join(f"{path}\n" for path in tree(out)) + "old.html\n../evil\n")
    (out / ".itil-site.tmp").write_text("half")
    (out / "old.html").write_text("old")
    again = desk.itil("site", "build", str(out), "--json").json
    assert again["removed"] == ["old.html"]
    assert not any(path.startswith(".itil-site.") and path != ".itil-site.json" for path in tree(out))


@pytest.mark.parametrize(
    ("place", "code"),
    [("desk/records/site", "E-site-inside"), ("desk", "E-site-inside"), ("full", "E-site-foreign"), ("full/file", "E-site-folder"),
     ("through/site", "E-site-inside")],
)  # fmt: skip
def test_folders_that_are_refused(tmp_path: Path, desk: TestDesk, place: str, code: str):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("theirs")
    (tmp_path / "through").symlink_to(desk.root)
    assert desk.refused("site", "build", str(tmp_path / place)) == [code]
    assert (tmp_path / "full" / "file").read_text() == "theirs"


def test_a_file_in_the_way_is_left_alone(tmp_path: Path, desk: TestDesk):
    out = tmp_path / "out"
    desk.itil("site", "build", str(out))
    case = desk.new()
    place = desk.file(case).name.removesuffix(".incident.yaml")
    page = out / "case" / place[4:10] / f"{place}.html"
    page.parent.mkdir(parents=True)
    page.write_text("theirs")
    assert desk.refused("site", "build", str(out)) == ["E-site-taken"]
    page.unlink()
    page.parent.rmdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    page.parent.symlink_to(outside)
    assert desk.refused("site", "build", str(out)) == ["E-file-path"]
    assert not list(outside.iterdir())
    page.parent.unlink()
    page.parent.write_text("a file where a folder is to be")
    assert desk.refused("site", "build", str(out)) == ["E-site-write"]


def test_public_pages_leave_out_whom_to_reach(built: tuple[TestDesk, Path], tmp_path: Path):
    desk, out = built
    desk.itil("site", "build", str(tmp_path / "public"), "--public", "--language", "en")
    texts = {path: data.decode("utf-8", "replace") for path, data in tree(tmp_path / "public").items()}
    every = "\n".join(texts.values())
    for secret in ("张三丰", "88886666", "zhangsf@", "庆春路1号", "13800138000", "zhang@example.com"):
        assert secret not in every, secret
        assert any(secret in data.decode("utf-8", "replace") for data in tree(out).values()), secret
    assert not any(".files/" in path for path in texts)
    assert 'lang="en"' in texts["index.html"] and "2026-11-23 09:00" in every and "张三" in texts["people.html"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("致电 0571-88886666 转 12 找王主任", f"致电 {GONE} 找{GONE}"),
        ("手机13800138000，邮箱 a.b@c.example。", f"手机{GONE}，邮箱 {GONE}"),
        (STAYS, STAYS),
        ("张三处理，IP 192.168.10.25", "张三处理，IP 192.168.10.25"),
        ("+86 (0571) 8888 6666", GONE),
    ],
)  # fmt: skip
def test_what_looks_like_a_way_to_reach_somebody(text: str, left: str):
    assert Cleaner(["王主任", "张三", "x"], ["张三"])(text) == left


def test_markdown_can_do_nothing():
    shown = markup.html(
        f"# 一\n\n<b onclick={RUNS}>x</b> [a](javascript:{RUNS}) [b](HTTP://x.example) ![c](http://x.example/y.png)\n\n|a|\n|-|\n|b|"
    )
    assert (
        "<b" not in shown
        and "<img" not in shown
        and shown.count("<a ") == 2
        and "<h2>一</h2>" in shown
        and '<th scope="col">' in shown
    )


def test_a_desks_own_template_and_stylesheet_count_and_its_faults_are_told(desk: TestDesk, tmp_path: Path):
    own = desk.root / "templates" / "site"
    own.mkdir(parents=True)
    (own / "site.css").write_text("h1 { color: teal }")
    (own / "people.html.j2").write_text("<h1>{{ people | length }} 人</h1>")
    desk.itil("site", "build", str(tmp_path / "out"))
    assert (tmp_path / "out" / "people.html").read_text() == "<h1>10 人</h1>"
    assert "teal" in (tmp_path / "out" / "site.css").read_text()
    (own / "people.html.j2").write_text("{{ nobody }}")
    assert desk.refused("site", "build", str(tmp_path / "out")) == ["E-paper-template"]


def test_many_open_cases_and_long_lists_are_parted(desk: TestDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from itilcli.actions.publishing import build, overview

    monkeypatch.setattr(build, "PAGE", 2)
    monkeypatch.setattr(overview, "ON_BOARD", 2)
    for _ in range(3):
        desk.new()
    desk.itil("site", "build", str(tmp_path / "out"))
    shown = tree(tmp_path / "out")
    assert {"open.html", "open-2.html", "cases/2026-11-2.html", "due-2.html"} <= set(shown)
    assert b'class="more"' in shown["board.html"]
    assert b'href="open-2.html"' in shown["open.html"]


def test_payloads_are_still_to_be_read(built: tuple[TestDesk, Path]):
    """Nothing was dropped on the way: whoever reads sees what was written."""
    from html import escape, unescape

    shown = (built[1] / "open.html").read_text(encoding="utf-8")
    for payload in PAYLOADS[1:9]:
        assert payload in unescape(shown), escape(payload)
