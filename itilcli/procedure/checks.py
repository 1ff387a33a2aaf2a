"""What `check` asks of a stored case: a lawful history, derived fields that match it, and every rule kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import CASE_ID, Case, kind_of
from itilcli.model.codes import priority
from itilcli.model.history import Entry
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.procedure.digest import digest_of
from itilcli.procedure.replay import findings, replay
from itilcli.procedure.s5_00_settle import UNSETTLED
from itilcli.procedure.s5_13_close import sealed
from itilcli.procedure.s5_14_follow_up import due
from itilcli.text import t

REQUIRED = ("id", "at", "recorded_at", "by", "action", "clause")
whole = attrgetter(*REQUIRED)
STORED = (
    "stage", "tier", "status", "owner", "assignee", "hold", "type", "category", "severity", "importance", "urgency",
    "reported_at", "first_response_at",
)  # fmt: skip


def check_case(
    case: Case,
    world: World,
    plain: Mapping[str, Mapping[str, Any]] | None = None,
    unlawful: Sequence[Problem] | None = None,
) -> list[Problem]:
    """Every problem of a stored case, errors and warnings, in the order of the procedure (all rules; B23, B24, F33).

    Of a case that two clones recorded differently it is that alone: what else is wrong may follow from it.

    :param plain: the files as they were parsed, where they are at hand: a seal is proved faster by them.
    :param unlawful: what is wrong with the order of its steps, where the case's state came of replaying them just now.
    """
    problems = list(unlawful or ())
    if unlawful is None:
        case = replace(case, state=replay(case.incident.history, problems.append))
    problems += entries_whole(case)
    problems += derived(case, world)
    problems += identity(case)
    if case.imported:
        problems = [problem if problem.level == "warning" else replace(problem, softened=True) for problem in problems]
    problems += findings(case, world, {sealed} if plain is not None and intact(case, plain) else ())
    return [problem for problem in problems if problem.code == UNSETTLED] or problems


def intact(case: Case, plain: Mapping[str, Mapping[str, Any]]) -> bool:
    """F33: whether a closed case's files are, as they stand, what its last sealing entry sealed."""
    seal = next((found for entry in reversed(case.incident.history) if (found := entry.value("digest"))), None)
    if seal is None or plain.keys() != {"incident", *case.forms}:
        return False
    try:
        return bool(seal == digest_of(plain))
    except (TypeError, ValueError, AttributeError):  # files that hold something else than a case
        return False


def entries_whole(case: Case) -> Iterator[Problem]:
    """B23, F33: every entry is whole, recorded after it happened, in the order of recording."""
    history = case.incident.history
    if not history:
        yield Problem("E-5-history-empty", t("the history is missing"), None, "5", "incident:history")
    seen: set[str] = set()
    before: Entry | None = None
    for place, entry in enumerate(history):
        where = f"incident:history.{place}"
        values = whole(entry)
        for name in REQUIRED if None in values else ():
            if getattr(entry, name) is None:
                yield Problem(
                    "E-5-history-entry",
                    t("{field} of the entry is missing", field=field_label(name)),
                    None,
                    "5",
                    f"{where}.{name}",
                )
        if entry.id in seen:
            yield Problem(
                "E-5-history-twice", t("the entry {id} stands here twice", id=entry.id), None, "5", f"{where}.id"
            )
        seen.add(entry.id or "")
        if entry.at and entry.recorded_at and entry.at > entry.recorded_at:
            yield Problem("E-5-history-future", t("the step is recorded before it happened"), None, "5", f"{where}.at")
        if before and before.recorded_at and entry.recorded_at and entry.recorded_at < before.recorded_at:
            yield Problem(
                "E-5-history-order",
                t("the entries are not in the order of recording"),
                None,
                "5",
                f"{where}.recorded_at",
            )
        before = entry
        if entry.form and entry.form not in case.forms:
            yield Problem(
                "E-5-history-form", t("the form {form} is missing", form=entry.form), None, "5", f"{where}.form"
            )


def derived(case: Case, world: World) -> Iterator[Problem]:
    """F33, B24: what is written for people to read is what the history adds up to."""
    state, incident = case.state, case.incident
    for name in STORED:
        stored, replayed = getattr(incident, name), getattr(state, name)
        if stored != replayed:
            yield Problem(
                "E-5-derived",
                t(
                    "{field} is {stored}, but the history adds up to {replayed}",
                    field=name,
                    stored=shown(stored),
                    replayed=shown(replayed),
                ),
                t("steps are recorded with the verbs, never typed into the file"),
                "5",
                f"incident:{name}",
            )
    wanted = priority(state.importance, state.urgency)
    if incident.priority != wanted:
        yield Problem(
            "E-5-derived",
            t(
                "{field} is {stored}, but the history adds up to {replayed}",
                field="priority",
                stored=shown(incident.priority),
                replayed=shown(wanted),
            ),
            None,
            "5.2",
            "incident:priority",
        )
    major = incident.major.declared if incident.major else None
    if major != state.major:
        yield Problem(
            "E-5-derived",
            t(
                "{field} is {stored}, but the history adds up to {replayed}",
                field="major",
                stored=shown(major),
                replayed=shown(state.major),
            ),
            None,
            "5.2",
            "incident:major",
        )
    if incident.resolution and incident.resolution.at != state.resolved_at:
        yield Problem(
            "E-5-derived",
            t(
                "{field} is {stored}, but the history adds up to {replayed}",
                field="resolution.at", stored=shown(incident.resolution.at), replayed=shown(state.resolved_at),
            ),
            None, "5.9", "incident:resolution.at",
        )  # fmt: skip
    when = due(case, world)
    if when is not None and incident.due_on != when.on and not incident.imported:
        yield Problem(
            "W-5.14-due-on",
            t("the follow-up is due on {day}; the file says {stored}", day=when.on, stored=shown(incident.due_on)),
            t("the calendar has changed since; the next step writes it anew"),
            "5.14",
            "incident:due_on",
        )


def shown(value: object) -> str:
    """A value as a message shows it."""
    return "—" if value is None else str(value)


def identity(case: Case) -> Iterator[Problem]:
    """Every file of a case names itself and its form number as its path does."""
    if not CASE_ID.fullmatch(case.id):
        yield Problem("E-5.1-id", t("{id} is not the ID of a case", id=repr(case.id)), None, "5.1", "incident:id")
    for ref, form in case.forms.items():
        kind = kind_of(ref)
        if form.id != f"{case.id}/{ref}":
            yield Problem("E-5.1-form-id", t("the form calls itself {id}", id=repr(form.id)), None, "5.1", f"{ref}:id")
        if kind and form.form_no != kind.form_no:
            yield Problem(
                "E-5.1-form-no",
                t("the form number is not {number}", number=kind.form_no),
                None,
                "5.1",
                f"{ref}:form_no",
            )
