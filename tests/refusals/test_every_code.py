"""No problem code without a test: each one that the source can give stands in a test's text."""

from __future__ import annotations

import re

from every_code import codes, pages

LAST_RESORTS = {
    "E-yaml-value": "a second net below the closer look, which so far names every odd value itself",
}
PATTERNS = (r"E-[\d.]+-stage", r"E-[\d.]+-role", r"E-[\d.]+-assigned", r"E-answer-[a-z-]+")
"""Codes made of a clause or an answer: one of each sort is enough."""


WORD = re.compile(r"(?<![\w-])[EW]-[\w-]+(?:\.[\w-]+)*")


def shown(code: str, words: set[str]) -> bool:
    """Whether a code, or one of those it stands for, is one of the words."""
    if "{}" not in code:
        return code in words
    made = re.compile(re.escape(code).replace(r"\{\}", r"[\w.-]+"))
    return any(made.fullmatch(word) for word in words)


def test_every_code_is_shown_by_a_test() -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted(pages.TESTS.rglob("*.py")))
    known, words = codes(), set(WORD.findall(text))
    assert len(known) > 300, "the codes are no longer found in the source"
    missing = {code: where for code, where in known.items() if code not in LAST_RESORTS and not shown(code, words)}
    assert missing == {}, "write a sample for each, in tests/refusals/samples.py"
    assert [pattern for pattern in PATTERNS if not re.search(pattern, text)] == []


def test_a_code_is_spelled_after_its_clause() -> None:
    """``E-<clause or area>-<slug>``: never a code of a clause that does not exist."""
    areas = {code.split("-")[1] for code in codes()}
    clauses = {area for area in areas if area[0].isdigit()}
    assert clauses <= {"2.5", "5", *(f"5.{number}" for number in range(1, 16))}
