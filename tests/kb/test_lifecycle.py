"""§5.13: an article's way: handed in, published, looked at again, revised, retired; its files, its links, its doubles."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import TestDesk

TEXTS = ("--symptom", "读卡器无法识别社保卡", "--cause", "驱动版本与系统不符", "--solution", "卸载后安装驱动 2.1.4")
FULL = ("--title", "读卡器驱动不符", *TEXTS)
LATER, NEXT_YEAR = "2026-12-30T09:00:00+08:00", "2028-01-05T09:00:00+08:00"


def new(desk: TestDesk, *words: str, who: str = "张三") -> str:
    return str(desk.itil("kb", "new", *words, "--json", who=who).json["id"]).removeprefix("KB-")


def shown(desk: TestDesk, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.itil("kb", "show", reference, "--json").json
    return found


def published(desk: TestDesk, *words: str) -> str:
    made = new(desk, *(words or FULL))
    desk.itil("kb", "publish", made)
    return made


def kinds(desk: TestDesk, who: str = "张三", now: str | None = None) -> list[str]:
    return [row["kind"] for row in desk.itil("due", "--json", who=who, now=now).json]


@pytest.mark.covers("F30", "B17")
def test_from_draft_to_retired(desk: TestDesk) -> None:
    """Each step is one commit that names the article; the version counts; what waits is in due."""
    made = new(desk, *FULL, who="李四")
    assert desk.itil("kb", "submit", made, who="李四").out
    assert "article" in kinds(desk) and "article" not in kinds(desk, "李四")
    assert [row["id"] for row in desk.itil("kb", "list", "--submitted", "--json").json] == [f"KB-{made}"]
    assert desk.refused("kb", "publish", made, who="李四", code=4)
    desk.itil("kb", "publish", made)
    found = shown(desk, made)
    assert (found["status"], found["reviewed_by"], found["review_on"]) == ("published", "张三", "2027-11-23")
    assert "article" not in kinds(desk)
    desk.itil("kb", "revise", made, "--reason", "新版驱动", who="李四")
    found = shown(desk, made)
    assert (found["status"], found["version"], found["reason"]) == ("draft", 2, "新版驱动")
    desk.itil("kb", "publish", made)
    assert desk.refused("kb", "retire", made, "--reason", "设备淘汰", who="李四", code=4)
    other = new(desk, "--title", "新读卡器", *TEXTS)
    desk.itil("kb", "retire", made, "--reason", "设备淘汰", "--replaced-by", other)
    found = shown(desk, made)
    assert (found["status"], found["replaced_by"], found["retired_by"]) == ("retired", f"KB-{other}", "张三")
    actions = desk.git("log", "--format=%(trailers:key=Itil-Action,valueonly,separator=%x2C)", "-7").split()
    assert actions == ["kb-retire", "kb-new", "kb-publish", "kb-revise", "kb-publish", "kb-submit", "kb-new"]
    assert desk.itil("audit", "--json").json["errors"] == 0 and not desk.itil("check", "--json").json


def test_what_does_not_fit_its_status_is_refused(desk: TestDesk) -> None:
    """Each with its code; nothing changes."""
    draft = new(desk, "--title", "半篇", "--symptom", "x")
    assert desk.refused("kb", "submit", draft) == ["E-5.13-cause", "E-5.13-solution"]
    assert desk.refused("kb", "review", draft) == ["E-5.13-not-published"]
    assert desk.refused("kb", "revise", draft, code=1) == ["E-5.13-not-published", "E-5.13-reason"]
    made = new(desk, *FULL)
    desk.itil("kb", "submit", made)
    assert desk.refused("kb", "submit", made) == ["E-5.13-submitted"]
    assert desk.refused("kb", "retire", made, code=2) == ["E-5.13-reason"]
    assert desk.refused("kb", "retire", made, "--reason", "x", "--replaced-by", made, code=2) == ["E-5.13-itself"]
    desk.itil("kb", "retire", made, "--reason", "x")
    assert desk.refused("kb", "retire", made, "--reason", "x") == ["E-5.13-retired"]
    assert desk.refused("kb", "publish", draft, "--review-on", "何时", code=2) == ["E-2.5-day"]


def test_a_review_that_is_due(desk: TestDesk) -> None:
    """check, due and the list name it; looking at it again sets the next day; desk.yaml says after how many months."""
    with (desk.root / "desk.yaml").open("a") as settings:
        settings.write("article_review_months: 1\n")
    desk.commit()
    made = published(desk)
    assert desk.itil("kb", "list", "--stale", "--json").json == []
    assert [row["id"] for row in desk.itil("kb", "list", "--stale", "--json", now=LATER).json] == [f"KB-{made}"]
    assert "stale" in kinds(desk, now=LATER)
    assert "W-5.13-review" in [row["code"] for row in desk.itil("check", "--json", now=LATER).json]
    desk.itil("kb", "review", made, now=LATER)
    assert shown(desk, made)["review_on"] == "2027-01-30" and "stale" not in kinds(desk, now=LATER)
    desk.itil("kb", "review", made, "--review-on", "2027-06-30", now=LATER)
    assert shown(desk, made)["review_on"] == "2027-06-30"


def test_an_old_draft_and_dead_links(desk: TestDesk) -> None:
    """Warnings of check, each with its line; links inside code and to the outside are no business of it."""
    made = new(desk, *FULL)
    path = desk.root / f"knowledge/KB-{made}.md"
    more = "\n\n见 [图](KB-0000.files/x.png)、[别的](KB-ZZZZ.md)、[外面](https://example.com/x)\n\n```\n[不是](none.md)\n```\n"
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    desk.commit()
    found = desk.itil("check", "--json").json
    assert [row["code"] for row in found] == ["W-5.13-dead-link"] * 2
    lines = path.read_text("utf-8").splitlines()
    assert all("别的" in lines[row["line"] - 1] for row in found)
    codes = [row["code"] for row in desk.itil("check", "--json", now=LATER).json]
    assert codes.count("W-5.13-old-draft") == 1


def test_files_beside_an_article(desk: TestDesk, tmp_path: Path) -> None:
    """A picture is shown, another file linked; the name is safe; both are where the text says."""
    made = new(desk, *FULL, who="李四")
    picture, log = tmp_path / "接线 图(1).PNG", tmp_path / "a.log"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 20)
    log.write_text("x")
    desk.itil("kb", "attach", made, str(picture), str(log), who="李四")
    body = shown(desk, made)["body"]
    assert f"![接线-图-1-.PNG](KB-{made}.files/接线-图-1-.PNG)" in body and f"[a.log](KB-{made}.files/a.log)" in body
    assert (desk.root / f"knowledge/KB-{made}.files/a.log").read_text() == "x"
    assert desk.itil("check", "--json").json == [] and desk.itil("audit", "--json").json["errors"] == 0
    assert desk.refused("kb", "attach", made, str(tmp_path / "none")) and desk.git("status", "--porcelain") == ""
    desk.itil("kb", "publish", made)
    assert desk.refused("kb", "attach", made, str(log), who="李四", code=4) == ["E-5.13-role"]


def test_links_to_cases_go_both_ways(desk: TestDesk) -> None:
    """Which cases consulted an article, and which none did."""
    made, other = (
        published(desk),
        published(desk, "--title", "交换机死机", "--symptom", "甲", "--cause", "乙", "--solution", "丙"),
    )
    case = desk.new()
    desk.itil("respond", case, "-k", made, "--guidance", "重装驱动")
    cases = shown(desk, made)["cases"]
    assert [(row["id"][-4:], row["consulted"], row["solved"]) for row in cases] == [(case, True, False)]
    for words in ((), ("--no-index",)):
        unused = desk.itil("kb", "list", "--unused", "--json", *words).json
        assert [row["id"] for row in unused] == [f"KB-{other}"]
    assert case in desk.itil("kb", "show", made).out


def test_the_same_said_twice(desk: TestDesk) -> None:
    """Near-duplicates by text, the retired left out."""
    one = new(desk, *FULL)
    twice = (
        "--symptom",
        "社保卡读卡器无法识别社保卡",
        "--cause",
        "驱动版本与系统版本不符",
        "--solution",
        "卸载旧驱动后安装驱动 2.1.4",
    )
    other = new(desk, "--title", "读卡器驱动版本不符", *twice)
    new(
        desk,
        "--title",
        "打印机卡纸",
        "--symptom",
        "打印到一半卡住",
        "--cause",
        "搓纸轮磨损",
        "--solution",
        "更换搓纸轮并清洁走纸通道",
    )
    found = desk.itil("kb", "list", "--duplicate", "--json").json
    assert [{row["one"], row["other"]} for row in found] == [{f"KB-{one}", f"KB-{other}"}] and found[0]["share"] > 0.6
    assert "读卡器驱动版本不符" in desk.itil("kb", "list", "--duplicate").out
    desk.itil("kb", "retire", other, "--reason", "重复", "--replaced-by", one)
    assert desk.itil("kb", "list", "--duplicate", "--json").json == []


def editor(tmp_path: Path, program: str) -> str:
    script = tmp_path / "editor.py"
    opened = "import sys, pathlib\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text('utf-8')\n"
    script.write_text(f"{opened}{program}\npath.write_text(text, 'utf-8')\n", "utf-8")
    return f"{sys.executable} {script}"


def test_in_the_editor(desk: TestDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes back is one commit; what steps decide is not typed; left as it was, nothing happens."""
    made = new(desk, *FULL, who="李四")
    monkeypatch.setenv("EDITOR", editor(tmp_path, "text = text.replace('2.1.4', '2.2')"))
    desk.itil("kb", "edit", made, who="李四")
    assert "2.2" in shown(desk, made)["sections"]["solution"]
    monkeypatch.setenv("EDITOR", editor(tmp_path, "text = text.replace('status: \"draft\"', 'status: \"published\"')"))
    assert desk.refused("kb", "edit", made, who="李四") == ["E-5.13-decided"]
    monkeypatch.setenv("EDITOR", editor(tmp_path, "text = text.replace('---', '', 1)"))
    assert desk.refused("kb", "edit", made, who="李四") == ["E-article-front-matter"]
    monkeypatch.setenv("EDITOR", editor(tmp_path, ""))
    head = desk.git("rev-parse", "HEAD")
    desk.itil("kb", "edit", made, who="李四")
    assert desk.git("rev-parse", "HEAD") == head
    desk.itil("kb", "publish", made)
    assert desk.refused("kb", "edit", made, who="李四", code=4) == ["E-5.13-role"]


def test_on_a_terminal_an_article_is_rendered(desk: TestDesk) -> None:
    """Headings lose their marks in colour; in a pipe the text is as it was written."""
    made = new(desk, *FULL)
    plain, coloured = desk.itil("kb", "show", made), desk.itil("kb", "show", made, "--color", "always")
    assert (
        "## 现象" in plain.out and "## 现象" not in coloured.out and "现象" in coloured.out and "\x1b[" in coloured.out
    )


def test_the_gate_knows_who_may_do_what(desk: TestDesk) -> None:
    """A published article changed by hand by somebody else than the incident manager is found by the audit."""
    made = published(desk)
    path = desk.root / f"knowledge/KB-{made}.md"
    path.write_text(path.read_text("utf-8").replace("2.1.4", "9.9"), "utf-8")
    desk.git("-c", "user.name=李四", "-c", "user.email=li@example.com", "commit", "-qam", "by hand")
    assert "E-gate-role" in [row["code"] for row in desk.itil("audit", "--json", code=1).json["findings"]]
