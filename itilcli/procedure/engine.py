"""The engine: one step applied to a case, a history replayed to its state, the next steps that are possible.

``apply`` finds the moves in CLAUSES, runs every guard and every rule on the case that would come of them, collects every
problem, and raises :class:`Refused` once or returns the new case. It is pure: time, person and calendar are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, tzinfo
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from itilcli import procedure
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.codes import priority
from itilcli.model.history import CORRECT, Entry, State, in_order
from itilcli.model.people import People
from itilcli.model.shape import parse_moment
from itilcli.procedure.amend import amendable, amended
from itilcli.procedure.clause import Clause, Find, Move, Request, Rule, World, clock_time, forbidden, stays, who_may
from itilcli.procedure.digest import digest
from itilcli.procedure.naming import standing_of
from itilcli.procedure.order import ended, numbered, told_once, verb_of, without_consequences
from itilcli.procedure.s5_14_follow_up import due
from itilcli.text import Label, Listing, Text, t
from itilcli.values import value

Report = Callable[[Problem], None]
BLANK = {row.name: row.default for row in fields(State)}
UNFORGIVEN = frozenset({"E-5.13-changed"})
"""What an imported case is answerable for like any other: nobody changes it once it is sealed."""
ALONE = frozenset({"E-5.10-nothing-to-accept"})
"""What leaves nothing else to say: the step is not looked at any further."""
MOST = 6
"""The most commands that a refusal offers."""
TIMES = frozenset({"reported_at", "first_response_at", "resolved_at", "closed_at", "hold_until"})


@value
class Outcome:
    """What came of a command: the case, the entries it added, and the warnings it leaves."""

    case: Case
    entries: tuple[Entry, ...]
    warnings: tuple[Problem, ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses walked, each once, in order."""
        walked = dict.fromkeys(entry.clause or "" for entry in self.entries)
        closing = any(entry.action == "close" for entry in self.entries)
        return tuple(
            sorted(
                {*walked, *(("5.12",) if closing else ())}, key=lambda number: [int(part) for part in number.split(".")]
            )
        )


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
    if state.stage not in move.stages:
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


def derive(case: Case, world: World) -> Case:
    """The case with its derived fields written out for people to read."""
    state = case.state
    when = due(case, world)
    return case.set(
        status=state.status,
        stage=state.stage,
        tier=state.tier,
        priority=priority(state.importance, state.urgency),
        owner=state.owner,
        assignee=state.assignee,
        hold=state.hold,
        first_response_at=state.first_response_at,
        due_on=when.on if when else None,
    )


@cache
def binding(rules: tuple[Rule, ...], version: str | None) -> tuple[Find, ...]:
    """B26: the rules that a case of this version of the procedure is held to: those that came with it or before."""
    written = _issue(version)
    return tuple(rule.find for rule in rules if written is None or (_issue(rule.since) or ()) <= written)


def _issue(version: str | None) -> tuple[int, ...] | None:
    """A version of the procedure, such as 1/0, to be compared; None where it is none, and every rule binds."""
    parts = (version or "").split("/")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else None


def findings(case: Case, world: World, proved: Collection[Find] = ()) -> list[Problem]:
    """Every breach of a rule by the case as it stands; for an imported case they are softened to warnings.

    :param proved: rules that are known to hold.
    """
    rules = binding(procedure.RULES, case.incident.procedure_version)
    found = [problem for find in rules if find not in proved for problem in find(case, world)]
    if not case.imported:
        return found
    return [
        problem if problem.code.startswith("W") or problem.code in UNFORGIVEN else replace(problem, softened=True)
        for problem in found
    ]


def permitted(case: Case, move: Move, request: Request, world: World, clause: Clause) -> Iterable[Problem]:
    """Whether this person may make this move (§2.5); tier 3 only on a case assigned to him."""
    day = world.day(request.at)
    if world.people.get(request.actor) is None:
        yield forbidden(
            "E-2.5-unknown", "2.5", t("{person} is not in people.yaml", person=request.actor),
            t("the incident manager adds people: itil people add {person} --email … --role …", person=request.actor),
        )  # fmt: skip
        return
    gone = left(world.people, request.actor, day)
    if not move.roles:
        yield from (gone,) if gone else ()
        return
    held = world.people.roles(request.actor, day) & move.roles
    if not held and gone:
        yield gone
    elif not held:
        yield forbidden(
            f"E-{clause.number}-role",
            clause.number,
            t("{person} may not {action}", person=request.actor, action=move.label),
            who_may(world.people, move.roles, day),
        )
    elif held == {"tier3"} and not (
        case.state.assignee == request.actor or world.people.deputises(request.actor, case.state.assignee, day)
    ):
        yield forbidden(
            f"E-{clause.number}-assigned",
            clause.number,
            t("{person} works only on cases assigned to them", person=request.actor),
            t("ask who has the case: {person}", person=case.state.assignee or case.state.owner or "?"),
        )


def left(people: People, person: str, day: date) -> Problem | None:
    """§2.5: that somebody has left the desk, which says more than which roles are wanting; None where nobody has."""
    known = people.get(person)
    if known is None or not known.gone_on(day):
        return None
    message = t("{person} left on {day}", person=person, day=known.left_on)
    return forbidden("E-2.5-gone", "2.5", message, t("somebody who works here records it; who does: itil people list"))


def timely(request: Request, zone: tzinfo) -> Iterable[Problem]:
    """B23: what happened does not lie in the future."""
    if request.at > request.now:
        yield Problem(
            "E-5-future",
            t("{time} lies in the future", time=clock_time(request.at.astimezone(zone))),
            t("what is recorded has happened; give the right time with --at"),
            "5",
            "at",
            Kind.MISSING,
        )


def step(case: Case, request: Request, world: World, report: Report, stored: int) -> tuple[Case, Entry | None]:
    """The case after one move, and its entry; None when the stage does not allow it.

    :param stored: how many entries the case had before the command.
    """
    clause, move = procedure.MOVES[request.action]
    for problem in (*permitted(case, move, request, world, clause), *timely(request, world.zone)):
        report(problem)
    latest = max((entry.at for entry in case.incident.history if entry.at), default=None)
    late = latest is not None and request.at < latest
    if case.state.stage not in move.stages and not late:
        barred = replace(out_of_order(case.state, Entry(action=move.action), (clause, move)), where=request.action)
        report(ended(case, request, barred))
        return case, None
    problems = [problem for guard in move.guards for problem in guard(case, request, world)]
    if request.get("step"):
        problems += amendable(case, request)
    for problem in problems:
        report(problem)
    if (request.get("step") and problems) or any(problem.code in ALONE for problem in problems):
        return case, None
    done = move.record(amended(case, request) if request.get("step") else case, request, world)
    entry = Entry(
        id=request.entry_id,
        at=request.at,
        recorded_at=max([request.now, *(row.recorded_at for row in case.incident.history[-1:] if row.recorded_at)]),
        by=done.by or request.actor,
        recorded_by=request.actor,
        action=request.action,
        clause=clause.number,
        form=done.form,
        reason=done.reason,
        set=dict(done.set) if done.set else None,
    )
    history = (*case.incident.history, entry)
    unlawful: list[Problem] = []
    made = replace(done.case.set(history=history), state=replay(history, unlawful.append))
    if late or request.get("step"):
        fresh = unless_known(case.incident.history, unlawful) if request.get("step") else unlawful
        for problem in told_once(fresh, made, request, world, replay, stored):
            report(problem)
    return made, entry


def unless_known(history: Sequence[Entry], unlawful: Iterable[Problem]) -> list[Problem]:
    """What is unlawful now and was not so in the history before."""
    known: set[tuple[str, str]] = set()
    replay(history, lambda problem: known.add((problem.code, problem.where)))
    return [problem for problem in unlawful if (problem.code, problem.where) not in known]


def seal(case: Case) -> Case:
    """F33: the closing entry, or a later correcting one, with the digest of the case that it leaves closed."""
    history = list(case.incident.history)
    last = history[-1]
    history[-1] = replace(last, set={**(last.set or {}), "digest": digest(case)})
    return case.set(history=tuple(history))


def apply(case: Case, requests: Sequence[Request], world: World) -> Outcome:
    """The case after these steps, all of them or none.

    :raises Refused: with every problem of every step and of the case that would come of them; to somebody who may
        not make the step at all, with that alone.
    """
    problems: list[Problem] = []
    added: list[Entry] = []
    known = {(problem.code, problem.where) for problem in findings(case, world)} if case.incident.history else set()
    made = case
    for request in requests:
        made, entry = step(made, request, world, problems.append, len(case.incident.history))
        if entry is None:
            break
        added.append(entry)
    made = derive(made, world)
    if added and (added[-1].action == "close" or added[-1].value("digest") is not None):
        made = seal(made)
    fresh = [problem for problem in findings(made, world) if (problem.code, problem.where) not in known]
    problems += fresh
    problems = numbered(without_consequences(problems), made)
    errors = once(problem for problem in problems if problem.level == "error")
    if errors:
        raise Refused([problem for problem in errors if problem.kind is Kind.PERMISSION] or errors)
    return Outcome(made, tuple(added), tuple(once(problem for problem in problems if problem.level == "warning")))


def once(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without repetitions, in the order met."""
    seen: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.code, problem.message.render(str)), problem)
    return list(seen.values())
