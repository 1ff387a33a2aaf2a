"""Articles: front matter is read through the same door, and never passed over."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itilcli.errors import Refused
from itilcli.store.article import read_article, rewrite_article, write_article

DATA = Path(__file__).parents[1] / "data/hostile/yaml"
ARTICLES = sorted((DATA / "md").glob("*.md"))
READS = {
    "body_hr.md": ({"title": "x"}, "a\n\n---\n\nb"),
    "bom.md": ({"title": "x"}, "body"),
    "comment.md": ({"b": 2, "a": 1}, "body"),
    "crlf.md": ({"title": "x"}, "body\nline2"),
    "dash_in_block.md": ({"title": "x", "note": "a\n"}, "body"),
    "jinja.md": ({"title": "x"}, "{{ 7*7 }} {% raw %}"),
    "leading_blank.md": ({"title": "x"}, "body"),
    "trailing_ws.md": ({"title": "x"}, "body  "),
}
REFUSES = {
    "dashes_in_scalar_col0.md": "E-yaml-syntax f:3",
    "date_time.md": "E-yaml-number f:5",
    "dotdotdot.md": "E-article-unclosed f",
    "dup.md": "E-yaml-duplicate-key f:3",
    "empty_meta.md": "E-article-empty f",
    "four_dashes.md": "E-article-front-matter f",
    "json_like.md": "E-article-front-matter f",
    "list_meta.md": "E-yaml-mapping f",
    "no_front.md": "E-article-front-matter f",
    "only_open.md": "E-article-unclosed f",
    "scalar_meta.md": "E-yaml-mapping f",
    "toml_like.md": "E-article-front-matter f",
}


def test_every_hostile_article_has_its_verdict():
    assert {path.name for path in ARTICLES} == READS.keys() | REFUSES.keys()


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)
def test_hostile(path: Path):
    if path.name in READS:
        assert read_article(path.read_bytes(), "f") == READS[path.name]
        return
    with pytest.raises(Refused) as refused:
        read_article(path.read_bytes(), "f")
    assert f"{refused.value.problems[0].code} {refused.value.problems[0].where}" == REFUSES[path.name]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.yaml")), ids=lambda path: path.name)
def test_hostile_records_as_front_matter(path: Path):
    data = b"---\n" + path.read_bytes().removeprefix(b"\xef\xbb\xbf") + b"\n---\n\nbody\n"
    try:
        meta, body = read_article(data, "f")
        assert meta
        assert body.endswith("body")
    except Refused as refused:
        assert refused.problems[0].code.startswith(("E-yaml-", "E-article-"))


def test_what_python_frontmatter_would_misread():
    meta, _ = read_article(b"---\nt: 12:30\nd: 2024-10-29\nyes: no\n---\nb\n", "f")
    assert meta == {"t": "12:30", "d": "2024-10-29", "yes": "no"}


def test_a_dash_line_inside_a_block_of_text_is_text():
    meta = {"note": "a\n---\nb"}
    assert read_article(write_article(meta, "x").encode(), "f") == (meta, "x")


def test_a_new_article():
    assert write_article({"title": "读卡器", "content": "x", "handler": "y"}, "## 现象\n\n　　缩进\r\n\n") == (
        '---\ntitle: "读卡器"\ncontent: "x"\nhandler: "y"\n---\n\n## 现象\n\n　　缩进\n'
    )


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t -#"), max_size=40))
def test_any_body(body: str):
    assert read_article(write_article({"a": "x"}, body).encode(), "f") == ({"a": "x"}, body.strip("\n"))


def test_control_characters_are_refused():
    with pytest.raises(Refused, match="E-text-control"):
        write_article({"a": "x"}, "a\x1bb")
    with pytest.raises(Refused, match="E-yaml-control"):
        read_article(b"---\na: 1\n---\nb\x1b\n", "f")


ORIGINAL = "\ufeff---  \r\ntitle: x # 标题\r\ntags: [a]\r\n---\t\r\n\r\n\r\nbody  \r\n\r\n---\r\nmore\r\n\r\n".encode()


def test_only_the_front_matter_changes():
    meta, body = read_article(ORIGINAL, "f")
    assert rewrite_article(ORIGINAL, {**meta, "tags": ["a", "b"]}, body, "f") == ORIGINAL.replace(b"[a]", b'[a, "b"]')


def test_only_the_body_changes():
    meta, _ = read_article(ORIGINAL, "f")
    front = ORIGINAL[: ORIGINAL.index(b"---\t")]
    assert rewrite_article(ORIGINAL, meta, "x\n\ny\n", "f") == front + b"---\t\r\n\r\nx\r\n\r\ny\r\n"


def test_nothing_changes():
    assert rewrite_article(ORIGINAL, *read_article(ORIGINAL, "f"), "f") == ORIGINAL


def test_an_end_without_newline():
    assert rewrite_article(b"---\na: 1\n---", {"a": 2}, "x", "f") == b"---\na: 2\n---\n\nx\n"
