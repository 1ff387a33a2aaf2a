"""§5.1, §5.2: the form of a new case as text for an editor: what must be answered first, each line with what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from itilcli.actions.taking.slips.words import AT
from itilcli.cli.offers import INTAKE
from itilcli.errors import Problem
from itilcli.model.labels import FIELD
from itilcli.procedure.answers import ANSWERS
from itilcli.store import emit
from itilcli.text import Listing, Text, Translate, render, t

MUST = (
    "organisation",
    "contact",
    "phone",
    "symptom",
    "business_impact",
    "expected_by",
    "channel",
    "type",
    "category",
    "severity",
    "square",
)
MAY = (
    AT, "title", *INTAKE.split(), "received_by", "model", "item", "same_as", "consulted", "guidance", "responded_at",
    "incomplete", "took", "solution",
)  # fmt: skip
LEFT_OUT = ("no_expected",)
WRONG = "#! "
"""How the lines begin that say what is wrong; they are no part of the form."""


def form(names: Iterable[str], given: Mapping[str, Any], at: str | None, translate: Translate) -> str:
    """The form as YAML with comments, filled in with what is ``given``.

    :param names: the answers that the command takes.
    """
    known: dict[str, Any] = {name: value for name, value in given.items() if value not in (None, (), "", False)}
    if known.pop("no_expected", False):
        known.setdefault("expected_by", "none")
    known |= {name: False for name, value in given.items() if value is False and ANSWERS[name].kind == "switch"}
    known |= {AT: at} if at else {}
    taken = {*names, AT}
    may = dict.fromkeys(name for name in (*MAY, *known) if name in taken and name not in (*MUST, *LEFT_OUT))
    return "".join(
        (
            _comment(
                t("A new case: fill in, save and leave the editor. Unchanged or emptied, nothing is made."), translate
            ),
            _comment(t("What must be answered:"), translate, "\n"),
            *(_line(name, known, translate) for name in MUST),
            _comment(t("Where there is something to say:"), translate, "\n"),
            *(_line(name, known, translate) for name in may),
        )
    )


def with_problems(text: str, problems: Sequence[Problem], translate: Translate) -> str:
    """``text`` with what is wrong with it on top, in place of what was wrong before."""
    body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(WRONG.strip()))
    told = []
    for problem in problems:
        hint = f" → {render(problem.hint, translate)}" if problem.hint else ""
        told.append(" ".join(f"{render(problem.message, translate)}{hint}".split()))
    return "".join(f"{WRONG}{line}\n" for line in told) + body


def _line(name: str, known: Mapping[str, Any], translate: Translate) -> str:
    value = known.get(name, "")
    filled = emit.emit({name: list(value) if isinstance(value, tuple) else value}) if name in known else f"{name}:\n"
    return f"# {_meaning(name, translate)}\n{filled}"


def _comment(text: Text, translate: Translate, before: str = "") -> str:
    return f"{before}# {' '.join(render(text, translate).split())}\n"


def _meaning(name: str, translate: Translate) -> str:
    """Label, explanation and codes of one answer, on one line."""
    answer = ANSWERS.get(name)
    told = render(Text(answer.help) if answer else t("when the customer called (default: now)"), translate)
    label = FIELD.get({AT: "reported_at", "square": "priority"}.get(name, name))
    if label and not told.startswith(render(label, translate)):
        told = render(t("{label}: {help}", label=label, help=told), translate)
    shown: object = answer.metavar if answer else "TIME"
    if answer and answer.codes:
        rows = answer.codes.labels.items()
        shown = Listing(tuple(t("{code} ({label})", code=code, label=label) for code, label in rows))
    return " ".join((render(t("{question} ({form})", question=told, form=shown), translate) if shown else told).split())
