"""`itil search`: plain text in cases, forms and articles, in any width and case; phone numbers by their digits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

NAUGHTY = Path(__file__).resolve().parents[1] / "data" / "strings" / "blns.json"


@pytest.fixture
def filled(desk):
    """One case with a remote form, one article."""
    case = desk.new("--title", "ＨＩＳ系统Error报错")
    desk.itil("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "清理缓存后重启", "--unsolved")
    folder = desk.root / "knowledge"
    folder.mkdir()
    article = '---\nid: "KB-A1B2"\ntitle: "读卡器驱动"\nstatus: "published"\n---\n\n## 解决方案\n\n更新驱动到2.1\n'
    (folder / "KB-A1B2.md").write_text(article, encoding="utf-8")
    desk.commit("an article")
    return desk, case


def found(desk, text):
    return {(hit["kind"], hit["field"]) for hit in desk.itil("search", text, "--json").json}


def test_text_is_found_in_any_width_and_case(filled):
    desk, _ = filled
    for typed in ("his系统", "HIS", "ｈｉｓ", "error", "ERROR报"):
        assert found(desk, typed) == {("case", "title")}, typed


def test_forms_and_articles_are_searched_too(filled):
    desk, case = filled
    hit = desk.itil("search", "清理缓存", "--json").json[0]
    assert (hit["kind"], hit["field"]) == ("form", "actions")
    assert hit["ref"].endswith(f"{case}/remote-1")
    article = desk.itil("search", "更新驱动", "--json").json[0]
    assert (article["ref"], article["title"], article["kind"]) == ("KB-A1B2", "读卡器驱动", "article")


def test_a_phone_number_by_its_digits(filled):
    desk, _ = filled
    for typed in ("0571-88886666", "057188886666", "8888 6666", "８８８８６６６６"):
        assert ("case", "customer.phone") in found(desk, typed), typed


def test_nothing_found_is_no_failure(filled):
    desk, _ = filled
    said = desk.itil("search", "绝无此事")
    assert (said.code, said.out) == (0, "")
    assert "绝无此事" in said.err
    assert desk.itil("search", "绝无此事", "--json").json == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_names_the_place(filled, language):
    desk, _ = filled
    out = desk.itil("search", "清理缓存", "--language", language).out
    assert {"zh": "表单·处理过程", "en": "form·actions"}[language] in out


def test_naughty_strings_are_found_and_shown_without_harm(desk):
    texts = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text.strip() and "\n" not in text]
    safe = [text for text in texts if not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in text)]
    for text in safe[60:200:20]:
        desk.new("--project", text)
    for text in safe[60:200:20]:
        said = desk.itil("search", "--", text)
        assert said.out, text
        assert "\x1b" not in said.out
        assert "\u202e" not in said.out
