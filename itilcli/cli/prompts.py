"""Questions for what a refusal says is missing; only what the command itself can take."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.cli.ask import Question
from itilcli.cli.commands import COMMANDS
from itilcli.errors import Kind, Problem
from itilcli.model.labels import FIELD, path_label
from itilcli.procedure.answers import ANSWERS, Answer
from itilcli.text import Label, Text, t

FILLED = {
    "consulted": "knowledge_consulted", "responded_at": "responded_at", "consent_by": "consent.given_by",
    "consent_via": "consent.method", "started": "started_at", "ended": "ended_at", "square": "priority",
    "solution": "resolution.steps", "performed_by": "performed_by", "kind": "resolution.kind", "tier": "resolution.tier",
    "backup": "backup.location", "location": "backup.location", "backup_waived": "waived.reason", "waived_by": "waived.by",
    "confirmed_by": "confirmation.by", "method": "confirmation.method", "engineer": "engineers",
    "from_time": "planned_from", "appointment": "appointment", "arrived": "arrived_at", "left": "left_at", "back": "back_at",
    "duration": "estimated_duration", "told_at": "told_customer_at", "with_whom": "with", "findings": "review.findings",
    "review_actions": "review.actions", "mode_exception": "mode_exception.reason", "item": "configuration_items",
    "complaint": "complaint.text", "handler": "complaint.handler", "escalate_to": "escalations.to",
    "escalation_reason": "escalations.reason", "change_class": "change.class", "problem_reason": "problem.reason",
    "knowledge": "knowledge", "signed_by": "signature.name", "major_manager": "major.manager",
}  # fmt: skip
"""The field that an answer fills, where it has another name."""
FORMS = {
    "TIME": t("a time, like 09:30, 昨天 16:30 or 11-20 09:12"), "TIME|none": t('a time, or "none"'),
    "PERSON": t("a name or an e-mail address"), "NAME": t("a name"), "DURATION": t("how long, like 7m or 2h"),
    "CODE[:DETAIL]": t("a channel, like 热线 or 现场:巡检"), "REASON": t("why"), "WHY": t("why"),
    "KB|none": t('the number of an article, or "none"'),
    "none|new|KB": t('"none", "new" for a new article, or the number of one'), "ID": t("the number of a case"),
    "none|CLASS:REF": t('"none", or class:reference like normal:CHG-1'),
    "none|REASON:REF": t('"none", or reason:reference like recurring:PRB-1'),
    "ITEM|ITEM.ATTR=VALUE|none": t('"none", or item.attribute=value'), "ITEM.ATTR=VALUE": t("item.attribute=value"),
}  # fmt: skip
"""The forms of the answers, for people; a flag's help shows them shorter."""


def is_misread(problem: Problem) -> bool:
    """Whether an answer was given that cannot be read, and may be given anew."""
    return problem.code.startswith("E-answer-")


def wording(problem: Problem, answer: Answer) -> Text:
    """The question: the field that is to be filled, and the form of the answer where it is no plain text."""
    if is_misread(problem):
        return problem.message
    asked, form = label(problem, answer), form_of(answer)
    # Translators: a question on a terminal: the field, and the form of the answer.
    return t("{field} ({form}):", field=asked, form=form) if form else t("{field}:", field=asked)


def form_of(answer: Answer) -> object:
    """How the answer is written; nothing for one that is chosen from a list, or is any text."""
    return "" if answer.codes and answer.kind == "code" else FORMS.get(answer.metavar, answer.metavar)


def label(problem: Problem, answer: Answer) -> Text | Label:
    """The field that is to be filled, where it has a name; else what is wrong."""
    path = FILLED.get(answer.name, answer.name)
    return path_label(path) if path.rpartition(".")[2] in FIELD else problem.message


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
        found.setdefault(answer.name, Question(
            answer.name, wording(problem, answer), choices, None, Text(answer.help), parse, label=label(problem, answer),
            form=form_of(answer),
        ))  # fmt: skip
    return list(found.values())
