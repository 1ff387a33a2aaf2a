"""One slip: what it answers, as the command line would be given it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from itilcli.actions.taking.slips.words import AT
from itilcli.errors import Kind, Problem
from itilcli.procedure.answers import ANSWERS
from itilcli.procedure.reading import NONE
from itilcli.text import Text, t

YES = frozenset({"yes", "true", "y", "1", "是", "有"})
NO = frozenset({"no", "false", "n", "0", "none", "否", "无", "没有"})


@dataclass(frozen=True, slots=True)
class Slip:
    """Its number from 1, the line it begins at (0: not known), its answers, its ``--at``, and what is slip_problem so far."""

    number: int
    line: int
    answers: dict[str, Any] = field(default_factory=dict)
    at: str | None = None
    problems: tuple[Problem, ...] = ()


def slip_problem(slug: str, message: Text, hint: Text, where: str) -> Problem:
    """The problem ``E-slips-<slug>`` of a slip, which other words in its file mend."""
    return Problem(f"E-slips-{slug}", message, hint, "5.1", where, Kind.MISSING)


def slip_of(line: int, raw: dict[str, Any], problems: list[Problem]) -> Slip:
    """The slip of raw values by answer; an empty one is left out, as an empty box of the paper form is.

    :param raw: text, numbers, truth values, None, or lists of them.
    :param problems: what was found slip_problem before.
    """
    answers: dict[str, Any] = {}
    found = list(problems)
    for name, value in raw.items():
        try:
            typed = as_typed(name, value)
        except ValueError:
            yes_no = name in ANSWERS and ANSWERS[name].kind in ("flag", "switch")
            quoted = t("write text, in double quotes where it looks like something else")
            flag = ANSWERS[name].flags[0] if name in ANSWERS else "--at"
            message = t("{value} cannot be the value", value=repr(value))
            found.append(slip_problem("value", message, t("write yes or no") if yes_no else quoted, flag))
            continue
        if typed not in (None, "", ()):
            answers[name] = typed
    at = answers.pop(AT, None)
    return Slip(0, line, answers, at, tuple(found))


def as_typed(name: str, value: Any) -> Any:
    """A value as the command line would give it: text, a tuple for what may be repeated, True or False; None for nothing.

    :raises ValueError: for what no flag could say.
    """
    answer = ANSWERS.get(name)
    if answer and answer.kind in ("flag", "switch"):
        word = text_of(value if not isinstance(value, bool) else str(value)).casefold()
        if word and word not in YES | NO:
            raise ValueError(word)
        return word in YES if word else None
    if answer and answer.many:
        items = value if isinstance(value, list) else [value]
        texts = tuple(text for one in items if (text := text_of(one)))
        return tuple("none" if text in NONE else text for text in texts) if name == "consulted" else texts
    return text_of(value)


def text_of(value: Any) -> str:
    """A text, or a number that YAML read; empty for nothing.

    :raises ValueError: for lists, mappings and truth values.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(value)
    return str(value).strip()
