"""Questions for what a refusal says is missing; only what the command itself can take."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.cli.ask import Question
from itilcli.cli.commands import COMMANDS
from itilcli.errors import Kind, Problem
from itilcli.procedure.answers import ANSWERS, Answer
from itilcli.text import Text, t


def is_misread(problem: Problem) -> bool:
    """Whether an answer was given that cannot be read, and may be given anew."""
    return problem.code.startswith("E-answer-")


def wording(problem: Problem, answer: Answer) -> Text:
    """The question: what is missing, and the form of the answer where it is no plain text."""
    if not answer.metavar or is_misread(problem):
        return problem.message
    return t("{question} ({form})", question=problem.message, form=answer.metavar)


def questions(problems: Sequence[Problem], command: str) -> list[Question]:
    """One question for each answer that is missing or cannot be read and that a flag of the command gives, in the order met."""
    names = {row.name for entry in COMMANDS if entry.name == command for row in entry.options()}
    by_flag = {flag: ANSWERS[name] for name in names if name in ANSWERS for flag in ANSWERS[name].flags}
    found: dict[str, Question] = {}
    for problem in problems:
        given = str(problem.hint.args.get("flag", "")).split(" ")[0] if problem.hint else ""
        flag = problem.where if is_misread(problem) else given
        answer = by_flag.get(flag) or by_flag.get(flag.split("/")[0])
        if (
            problem.kind is not Kind.MISSING
            or problem.level != "error"
            or answer is None
            or answer.kind in ("files", "flag", "switch")
        ):
            continue
        choices = tuple(answer.codes.labels.items()) if answer.codes and answer.kind == "code" else ()
        parse = answer.codes.parse if answer.codes and choices else None
        found.setdefault(
            answer.name, Question(answer.name, wording(problem, answer), choices, None, Text(answer.help), parse)
        )
    return list(found.values())
