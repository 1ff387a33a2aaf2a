"""A history replayed to the state that it adds up to (B23), and a case as it stands held against the rules. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import fields, replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from itilcli import procedure
from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.history import CORRECT, Entry, State, in_order
from itilcli.model.shape import parse_moment
from itilcli.procedure.clause import Clause, Find, Move, Rule, World, stays
from itilcli.text import Label, Listing, Text, t

Report = Callable[[Problem], None]
BLANK = {row.name: row.default for row in fields(State)}
HARMLESS = frozenset({"note", "attach"})
"""What changes nothing of a case's course: recorded in one clone, it may meet a case that another one has closed."""
UNFORGIVEN = frozenset({"E-5.13-changed"})
"""What an imported case is answerable for like any other: nobody changes it once it is sealed."""
MOST = 6
"""The most commands that a refusal offers."""
TIMES = frozenset({"reported_at", "first_response_at", "resolved_at", "closed_at", "hold_until"})


def ignore(problem: Problem) -> None:
    """A report that nobody reads."""


def effects(state: State, entry: Entry, report: Report = ignore) -> dict[str, Any]:
    """What one entry changes of the state. It always answers; what is unlawful goes to ``report``."""
    found = procedure.MOVES.get(entry.action or "")
    if found is None:
        report(
            _history(
                "E-5-history-action", entry, t("{action} is not an action of the procedure", action=repr(entry.action))
            )
        )
        return {}
    move = found[1]
    if state.stage not in move.stages and not (move.action in HARMLESS and state.stage):
        report(out_of_order(state, entry, found))
    changes: dict[str, Any] = {}
    for name, given in (entry.set or {}).items():
        if name not in move.sets:
            report(
                _history(
                    "E-5-history-set", entry, t("{action} does not set {name}", action=repr(entry.action), name=name)
                )
            )
        elif name in TIMES:
            changes[name] = parse_moment(given) if isinstance(given, str) else None
        elif name in BLANK:
            changes[name] = given
    if state.first_response_at and "first_response_at" in changes and entry.action != CORRECT:
        changes["first_response_at"] = min(
            state.first_response_at, changes["first_response_at"] or state.first_response_at
        )
    changes.update(move.fold(state, entry))
    return changes


def fold(state: State, entry: Entry, report: Report = ignore) -> State:
    """The state after one entry; see :func:`effects`."""
    changes = effects(state, entry, report)
    return replace(state, **changes) if changes else state


def _history(code: str, entry: Entry, message: Text) -> Problem:
    return Problem(code, message, None, entry.clause or "5", f"incident:history#{entry.id}")


def out_of_order(state: State, entry: Entry, found: tuple[Clause, Move]) -> Problem:
    """B23: a step that the stage before it does not allow."""
    from itilcli.procedure.naming import standing_of

    clause, move = found
    labels = Listing(tuple(possible(state)))
    return Problem(
        f"E-{clause.number}-stage",
        t("{action} is not possible while the case is {stage}", action=move.label, stage=standing_of(state))
        if state.stage
        else t("{action} before the call was taken", action=move.label),
        t("possible now: {moves}", moves=labels) if labels.items else None,
        clause.number,
        f"incident:history#{entry.id}",
    )


def possible(state: State) -> list[Text]:
    """The commands that a stage allows and that lead on from it, those of any stage last; the first few of them."""
    from itilcli.procedure.order import verb_of

    barred = set() if state.hold else {"resume"}
    found = [
        (clause.number == "5", move)
        for clause, move in procedure.MOVES.values()
        if state.stage in move.stages and move.fold is not stays and not move.free and move.action not in barred
    ]
    verbs: dict[str, Label] = {}
    for _, move in sorted(found, key=lambda row: row[0]):
        verbs.setdefault(verb_of(move.action), move.label)
    return [t("itil {verb} ({label})", verb=verb, label=label) for verb, label in list(verbs.items())[:MOST]]


def replay(history: Sequence[Entry], report: Report = ignore) -> State:
    """The state that a history adds up to, in the order of happening (B23)."""
    running = SimpleNamespace(**BLANK)  # a state that is written over: a new one for each entry takes ten times as long
    facts, state = vars(running), cast(State, running)
    for entry in in_order(history):
        facts.update(effects(state, entry, report))
    return State(**facts)


@cache
def binding(rules: tuple[Rule, ...], version: str | None) -> tuple[Find, ...]:
    """B26: the rules that a case of this version of the procedure is held to: those that came with it or before."""
    written = _issue(version)
    return tuple(rule.find for rule in rules if written is None or (_issue(rule.since) or ()) <= written)


@cache
def _binding(version: str | None, proved: frozenset[Find]) -> tuple[Find, ...]:
    """The rules of the procedure that bind so; to look them up by themselves takes longer than most of them do."""
    return tuple(find for find in binding(procedure.RULES, version) if find not in proved)


def _issue(version: str | None) -> tuple[int, ...] | None:
    """A version of the procedure, such as 1/0, to be compared; None where it is none, and every rule binds."""
    parts = (version or "").split("/")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else None


def findings(case: Case, world: World, proved: Collection[Find] = ()) -> list[Problem]:
    """Every breach of a rule by the case as it stands; for an imported case they are softened to warnings.

    :param proved: rules that are known to hold.
    """
    rules = _binding(case.incident.procedure_version, frozenset(proved))
    found = [problem for find in rules for problem in find(case, world)]
    if not case.imported:
        return found
    return [
        problem if problem.code.startswith("W") or problem.code in UNFORGIVEN else replace(problem, softened=True)
        for problem in found
    ]
