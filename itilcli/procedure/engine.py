"""The engine: steps applied to a case.

``apply`` finds the moves in CLAUSES, runs every guard and every rule on the case that would come of them, collects every
problem, and raises :class:`Refused` once or returns the new case. It is pure: time, person and calendar are arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, tzinfo

from itilcli import procedure
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.codes import priority
from itilcli.model.history import SETTLE, Entry
from itilcli.model.incident import Major
from itilcli.model.people import People
from itilcli.procedure.amend import amendable, amended
from itilcli.procedure.clause import Clause, Move, Request, World, clock_time, forbidden, who_may
from itilcli.procedure.digest import digest
from itilcli.procedure.order import ended, numbered, told_once, without_consequences
from itilcli.procedure.replay import Report, findings, out_of_order, replay
from itilcli.procedure.s5_00_settle import barring, still_standing
from itilcli.procedure.s5_14_follow_up import due
from itilcli.text import t
from itilcli.values import value

ALONE = frozenset({"E-5.10-nothing-to-accept", "E-5-settle-none", "E-5-settle-field", "E-5-settle-take"})
"""What leaves nothing else to say: the step is not looked at any further."""
UNSEALED = frozenset({"E-5.13-changed", "E-5.13-no-digest"})
"""What is said of a case that is about to be sealed."""


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


STATED = ("type", "category", "severity", "importance", "urgency", "reported_at")


def restated(case: Case) -> Case:
    """The case whose file says of its classification and its report what its steps say."""
    major, declared = case.incident.major, case.state.major
    if (major.declared if major else None) != declared:
        major = replace(major or Major(), declared=declared)
    return case.set(major=None if major == Major() else major, **{name: getattr(case.state, name) for name in STATED})


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
    if held_up := list(barring(case, move)):
        for problem in held_up:
            report(problem)
        return case, None
    latest = max((entry.at for entry in case.incident.history if entry.at), default=None)
    at = max(request.at, latest) if move.action == SETTLE and latest else request.at  # never before what it settles
    late = latest is not None and at < latest
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
        at=at,
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
    conflicts = still_standing(case, done.case, entry)
    made = replace(done.case.set(history=history, conflicts=conflicts), state=replay(history, unlawful.append))
    if late or move.action == SETTLE:
        made = restated(made)
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


def apply(case: Case, requests: Sequence[Request], world: World, before: Sequence[Problem] | None = None) -> Outcome:
    """The case after these steps, all of them or none.

    :param before: what the case breaks as it is, where that is known: the ``findings`` of it.
    :raises Refused: with every problem of every step and of the case that would come of them; to somebody who may
        not make the step at all, with that alone.
    """
    problems: list[Problem] = []
    added: list[Entry] = []
    if before is None:
        before = findings(case, world) if case.incident.history else ()
    known = {(problem.code, problem.where) for problem in before}
    made = case
    for request in requests:
        made, entry = step(made, request, world, problems.append, len(case.incident.history))
        if entry is None:
            break
        added.append(entry)
    made = derive(made, world)
    sealing = bool(added) and (added[-1].action == "close" or added[-1].value("digest") is not None)
    problems += [
        problem
        for problem in (findings(made, world) if added else ())
        if (problem.code, problem.where) not in known and not (sealing and problem.code in UNSEALED)
    ]
    problems = numbered(without_consequences(problems), made)
    errors = once(problem for problem in problems if problem.level == "error")
    if errors:
        raise Refused([problem for problem in errors if problem.kind is Kind.PERMISSION] or errors)
    return Outcome(
        seal(made) if sealing else made,
        tuple(added),
        tuple(once(problem for problem in problems if problem.level == "warning")),
    )


def once(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without repetitions, in the order met."""
    seen: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.code, problem.message.render(str)), problem)
    return list(seen.values())
