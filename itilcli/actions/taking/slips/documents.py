"""Slips as YAML: a list of mappings, several documents, or a mapping with ``slips``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from itilcli.actions.taking.slips.lines import nearest
from itilcli.actions.taking.slips.slip import Slip, slip_of, slip_problem
from itilcli.actions.taking.slips.words import Words
from itilcli.errors import Problem, Refused
from itilcli.store import yaml
from itilcli.text import t
from itilcli.values import pattern

LISTS = ("slips", "单据")
_MARK = pattern(r"(?:---|\.\.\.)(?=\s|\Z)")
_NUMBER = pattern(r"\A(\s*(?:-\s+)*(?:[^\s#\"':][^\"':#]*:\s+)?)([-+.]?\d[\w.+ -]*?)(\s*(?:\s#.*)?)\Z", re.ASCII)
_BLOCK = pattern(r"(?:^|[:-]\s+)[|>][-+\d]*\s*(?:#.*)?\Z")
_OPEN_QUOTE = pattern(r"""(?:^|[:-])\s+(["'])(?!.*\1)""")
_PLACE = pattern(r":(\d+)\Z")


def documents(text: str, where: str, words: Words) -> Iterator[Slip]:
    """Each slip of ``text`` in its order.

    :raises Refused: for what is no YAML; a slip carries what else is slip_problem with it.
    """
    for before, document in split(with_numbers_quoted(text)):
        items, lines = items_of(document, where, before)
        known = len(lines) == len(items)
        for place, item in enumerate(items):
            yield of_mapping(lines[place] if known else 0, item, words)


def split(text: str) -> Iterator[tuple[int, str]]:
    """Each YAML document that holds something, with the number of lines before it."""
    lines, begun = [*text.split("\n"), "---"], 0
    for number, line in enumerate(lines):
        if not _MARK.match(line):
            continue
        document = lines[begun:number]
        if rows_of(document):
            yield begun, "\n".join(document).rstrip() + "\n"
        begun, lines[number] = number, _MARK.sub("", line)


def rows_of(lines: list[str]) -> list[tuple[int, str]]:
    """The lines that are neither blank nor comments, with their numbers from 1."""
    return [(at, line) for at, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")]


def items_of(document: str, where: str, before: int) -> tuple[list[Any], list[int]]:
    """The slips of one document, and the line of each where they can be told; ``before`` lines stand before it."""
    rows = rows_of(document.split("\n"))
    listed = rows[0][1].lstrip().startswith(("- ", "[")) or rows[0][1].strip() == "-"
    inner = "slips:\n" + "".join(f" {line}\n" for line in document.rstrip().split("\n")) if listed else document
    try:
        found = yaml.read_text(inner, where)
    except Refused as refused:
        raise moved(refused, before - listed) from None
    items = next((found[key] for key in LISTS if len(found) == 1 and isinstance(found.get(key), list)), None)
    if items is None:
        return [found], [before + rows[0][0]]
    dash = next((len(line) - len(line.lstrip()) for _, line in rows if line.lstrip().startswith("-")), 0)
    return items, [before + at for at, line in rows if re.match(rf" {{{dash}}}-(?:\s|\Z)", line)]


def moved(refused: Refused, lines: int) -> Refused:
    """The refusal with its places so many lines further down."""
    return Refused(
        replace(one, where=_PLACE.sub(lambda found: f":{int(found[1]) + lines}", one.where)) for one in refused.problems
    )


def of_mapping(line: int, item: Any, words: Words) -> Slip:
    """The slip of one mapping."""
    if not isinstance(item, dict):
        hint = t("write it like 单位: 第一人民医院, with a blank after the colon")
        return slip_of(line, {}, [slip_problem("mapping", t("a slip holds keys with values"), hint, "")])
    problems: list[Problem] = []
    raw: dict[str, Any] = {}
    for word, value in item.items():
        name = words.meaning(word)
        if name is None:
            problems.append(slip_problem("key", t("{word} is no known key", word=word), nearest(words, word), word))
        elif name in raw:
            message = t("{word} says what another key of this slip says", word=word)
            problems.append(slip_problem("again", message, t("keep one of them"), word))
        else:
            raw[name] = value
    return slip_of(line, raw, problems)


def with_numbers_quoted(text: str) -> str:
    """``text`` with quotes about bare numbers, so that a phone keeps its zeros; text of several lines stays as it is."""
    made: list[str] = []
    block, quote = -1, ""
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if quote:
            quote = "" if quote in line else quote
        elif block < 0 or (line.strip() and indent <= block):
            block = indent if _BLOCK.search(line) else -1
            opened = _OPEN_QUOTE.search(line)
            quote = opened[1] if opened else ""
            line = _NUMBER.sub(r'\1"\2"\3', line)
        made.append(line)
    return "\n".join(made)
