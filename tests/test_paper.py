"""The paper: records as data, a desk's own templates, and the report on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itilcli.errors import Refused
from itilcli.language import translator
from itilcli.model.codes import CHANNEL
from itilcli.paper import built_in, escaped, percent, render
from itilcli.text import Label, t

EN = translator("en")


def own(folder: Path, text: str, name: str = "x.md.j2") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("one\ntwo\r\nthree\u2028four", "one two three four"),
        ("<script>&amp;", r"\<script\>\&amp;"),
        ("*b* _i_ `c` [l](u) ~s~", r"\*b\* \_i\_ \`c\` \[l\](u) \~s\~"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("2026-10", "2026-10"),
        ("99.5%", "99.5%"),
        ("{{ 7 + 7 }} {% raw %}", "{{ 7 + 7 }} {% raw %}"),
    ],
)
def test_record_text_is_shown_letter_by_letter(tmp_path: Path, text: str, shown: str) -> None:
    assert escaped(text) == shown
    assert render("x.md.j2", {"value": text}, EN, own(tmp_path, "{{ value }}")) == shown


@given(st.text())
def test_no_text_leaves_its_cell(text: str) -> None:
    assert len(escaped(text).splitlines()) <= 1
    assert not re.search(r"(?<!\\)(?:\\\\)*\|", escaped(text))


def test_macros_and_messages_do_not_escape_twice(tmp_path: Path) -> None:
    template = '{% macro cell(x) %}| {{ x }} |{% endmacro %}{{ cell(value) }}{{ _("about {what} | so", what=value) }}'
    assert render("x.md.j2", {"value": "a*"}, EN, own(tmp_path, template)) == r"| a\* |about a\* | so"


def test_nothing_is_a_dash_and_terms_are_in_the_readers_language(tmp_path: Path) -> None:
    folder = own(
        tmp_path,
        '{{ nothing }} {{ label }} {{ text }} {{ "hotline" | label("channel") }} {{ "a*" | label("customer") }}',
    )
    context = {"nothing": None, "label": Label("x", "甲", "first"), "text": t("{what}", what=CHANNEL.label("web"))}
    assert render("x.md.j2", context, EN, folder) == r"— first web hotline a\*"


def test_html_is_escaped_as_html(tmp_path: Path) -> None:
    assert (
        render("x.html.j2", {"v": "<b>&"}, EN, own(tmp_path, "<p>{{ v }}</p>", "x.html.j2")) == "<p>&lt;b&gt;&amp;</p>"
    )


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("one\n{{ missing }}\n", 2),
        ("one\ntwo\n{% if %}\n", 3),
        ("{{ 1 / 0 }}", 1),
        ("{{ ''.__class__.__mro__ }}", 1),
        ("a\n\n{% include 'nowhere.j2' %}", 3),
        ("{% for x in range(10000000) %}{% endfor %}", 1),
    ],
)
def test_a_fault_in_a_desks_own_template_is_one_problem_with_file_and_line(
    tmp_path: Path, template: str, line: int
) -> None:
    with pytest.raises(Refused) as refused:
        render("x.md.j2", {}, EN, own(tmp_path, template))
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("E-paper-template", f"{tmp_path / 'x.md.j2'}:{line}")


def test_an_own_template_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.md.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused) as refused:
        render("x.md.j2", {}, EN, tmp_path)
    assert refused.value.problems[0].where == str(tmp_path / "x.md.j2")


def test_a_fault_of_our_own_is_no_refusal_of_the_desk(tmp_path: Path) -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render("report.md.j2", {}, EN, tmp_path)
    with pytest.raises(UndefinedError):
        render("report.md.j2", {}, EN, tmp_path / "nowhere")
    with pytest.raises(UndefinedError):
        render("report.md.j2", {}, EN, built_in())


def test_rates_stand_with_both_numbers_rounded_half_up() -> None:
    assert percent({"value": 14 / 15, "numerator": 14, "denominator": 15}) == "93.3% (14/15)"
    assert percent({"value": 1 / 16, "numerator": 1, "denominator": 16}) == "6.3% (1/16)"
    assert percent({"value": None, "numerator": 0, "denominator": 0}) == "— (0/0)"
    assert percent({"value": None, "numerator": None, "denominator": None}) == "—"
    assert percent({"value": -0.5, "numerator": -1, "denominator": 2}, sign=True) == "−50.0% (-1/2)"
    assert percent({"value": 0.5, "numerator": 1, "denominator": 2}, sign=True) == "+50.0% (1/2)"


def test_a_desk_overrides_a_template_and_the_others_stay(tmp_path: Path) -> None:
    assert (built_in() / "report.md.j2").is_file()
    assert render("report.md.j2", {"a": 1}, EN, own(tmp_path, "mine {{ a }}\n", "report.md.j2")) == "mine 1\n"
