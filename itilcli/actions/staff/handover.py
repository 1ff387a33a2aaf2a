"""§5.5 交接班, §2.5: cases go from hand to hand, several in one commit: `handover`, and `assign` of several cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itilcli.actions.looking.finding import find
from itilcli.actions.staff.changes import the_person
from itilcli.actions.waiting.suggest import code
from itilcli.actions.writing.advance import carry, read
from itilcli.actions.writing.apart import moment, not_permitted
from itilcli.actions.writing.together import Share, Together, changes_of, each, write_together
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import translator
from itilcli.model.case import Case
from itilcli.model.codes import SOLVED_STAGES
from itilcli.procedure.clause import INTAKE, World
from itilcli.procedure.s5_05_escalate import ROLES_OF_TIER
from itilcli.store.cases import Stored
from itilcli.text import Text, t


@dataclass(frozen=True, slots=True)
class Passing:
    """What is handed over: by whom, to whom, why, when; only these cases where any are named."""

    giver: str
    taker: str
    reason: str
    at: datetime
    only: tuple[str, ...] = ()


def handover(desk: Desk, given: Mapping[str, Any], at: str | None = None, dry_run: bool = False) -> Written:
    """All open cases in somebody's hands, or those named, given to another; one commit, none where there is nothing.

    ``given``: ``taker``, ``giver`` (default: the actor; another's are the incident manager's to give), ``reason``, ``ids``.

    :raises Refused: with every case that cannot be taken; nothing is written then.
    """

    def prepare() -> Together:
        passing = asked(desk, given, at)
        unread: list[str] = []
        found = named(desk, passing) if passing.only else list(held(desk, passing.giver, unread))
        shares = each(found, lambda stored: code(stored.case), lambda stored: passed(desk, stored, passing))
        subject = t(
            "handover: {count} cases, {giver} → {taker}",
            count=len(shares), giver=passing.giver, taker=passing.taker,
        )  # fmt: skip
        return Together(subject, shares, warnings=(*kept_by_owner(shares, passing), *unreadable(unread)))

    return write_together(desk, "handover", dry_run, prepare)


def assign_several(
    desk: Desk, ids: Sequence[str], answers: Mapping[str, Any], at: str | None = None, dry_run: bool = False
) -> Written:
    """Several cases assigned alike, in one commit.

    :raises Refused: with all that stands against any of them, each named.
    """

    def prepare() -> Together:
        values, moment_ = read(desk, answers, at)
        full = list(dict.fromkeys(each(ids, str, lambda one: find(desk, one)[0])))
        shares = each(full, lambda one: one.rpartition("-")[2], lambda one: assigned(desk, one, values, moment_))
        return Together(t("assign: {count} cases", count=len(shares)), shares)

    return write_together(desk, "assign", dry_run, prepare)


def assigned(desk: Desk, case_id: str, values: Mapping[str, Any], at: datetime | None) -> Share:
    """One case's share of an assignment."""
    stored = desk.case(case_id)
    refuse(list(stored.errors))
    outcome = carry(desk, stored.case, "assign", values, at, desk.world())
    return Share(stored, outcome, changes_of(desk, stored, outcome))


# ── what is asked


def asked(desk: Desk, given: Mapping[str, Any], at: str | None) -> Passing:
    """The answers as they are meant.

    :raises Refused: with everything that is missing or cannot be read; 4 for another's cases, but by the incident manager.
    """
    problems: list[Problem] = []
    giver = desk.actor
    if given.get("giver"):
        stranger = not desk.people.find(given["giver"])
        giver = (
            given["giver"].strip() if stranger else the_person(desk.people, given["giver"], "--from", problems).id or ""
        )
    if giver != desk.actor:
        problems += not_permitted(desk, ["incident_manager"], "5.5", t("hand over another's cases"))
    taker = ""
    if given.get("taker"):
        taker = the_person(desk.people, given["taker"], "--to", problems).id or ""
    else:
        hint = t("give it with {flag}", flag="--to")
        message = t("who takes the cases over is missing")
        problems.append(Problem("E-5.5-handover-to", message, hint, "5.5", "--to", Kind.MISSING))
    if taker and taker == giver:
        message = t("the cases are in the hands of {person} already", person=taker)
        hint = t("name somebody else with --to")
        problems.append(Problem("E-5.5-handover-self", message, hint, "5.5", "--to", Kind.MISSING))
    ids = each(dict.fromkeys(given.get("ids") or ()), str, lambda one: find(desk, one)[0]) if not problems else []
    refuse([one for one in problems if one.kind is Kind.PERMISSION] or problems)
    reason = reason_of(desk, given.get("reason"), t("shift handover"))
    return Passing(giver, taker, reason, moment(desk, at), tuple(dict.fromkeys(ids)))


def reason_of(desk: Desk, typed: str | None, usual: Text) -> str:
    """F16b: why; the usual reason unless said, in the desk's language."""
    return (typed or "").strip() or usual.render(translator(desk.settings.language or "zh"))


# ── which cases, and what becomes of each


def held(desk: Desk, who: str, unread: list[str]) -> list[Stored]:
    """The open cases in somebody's hands, oldest first; what cannot be read at all goes to ``unread``."""
    found = []
    for stored in desk.picked(lambda row: who in (row.owner, row.assignee), {"status": frozenset({"open"})}):
        if stored.errors and not stored.case.incident.history:
            unread.append(stored.case.id)
        elif is_held(stored.case, who):
            found.append(stored)
    return sorted(found, key=lambda stored: stored.case.began)


def is_held(case: Case, who: str) -> bool:
    """Whether an open case is somebody's to move or to track; from the solution on its owner alone moves it."""
    state = case.state
    mine = state.owner == who or (state.assignee == who and state.stage not in SOLVED_STAGES)
    return state.status == "open" and mine


def named(desk: Desk, passing: Passing) -> list[Stored]:
    """The cases that were named.

    :raises Refused: with each that is not in the giver's hands.
    """
    found = [desk.case(case_id) for case_id in passing.only]
    strange = [stored.case for stored in found if not stored.errors and not is_held(stored.case, passing.giver)]
    hint = t("leave it out, or see whose it is with: itil show ID")
    refuse(
        [
            Problem(
                "E-5.5-not-held",
                t("{id} is not an open case in the hands of {person}", id=code(case), person=passing.giver),
                hint, "5.5", code(case), Kind.MISSING,
            )
            for case in strange
        ]
    )  # fmt: skip
    return found


def passed(desk: Desk, stored: Stored, passing: Passing) -> Share:
    """One case's share of a handover: an ordinary assignment of what is the giver's.

    :raises Refused: naming the case, where the taker cannot have it.
    """
    refuse(list(stored.errors))
    world, case = desk.world(), stored.case
    outcome = None
    try:
        outcome = carry(desk, case, "assign", moves(case, passing, world), passing.at, world)
    except Refused as refused:
        raise Refused([untaken(case, problem) for problem in refused.problems]) from None
    return Share(stored, outcome, changes_of(desk, stored, outcome))


def untaken(case: Case, problem: Problem) -> Problem:
    """Why one of many cases cannot be taken, with its name in the message."""
    from dataclasses import replace

    organisation = (case.incident.customer.organisation if case.incident.customer else None) or "?"
    shown = f"{code(case)} {organisation}·{case.incident.title or ''}"
    hint = problem.hint or t("hand it to somebody else: itil handover {id} --to …", id=code(case))
    return replace(problem, message=t("{id}: {problem}", id=shown, problem=problem.message), hint=hint)


def moves(case: Case, passing: Passing, world: World) -> dict[str, Any]:
    """What of a case goes over: the owner where the taker is of tier 1 (L132), the assignee where it is the giver.

    After the solution the assignee follows only where the taker is of the case's tier.
    """
    roles, state = world.people.roles(passing.taker, world.day(passing.at)), case.state
    solved, fits = state.stage in SOLVED_STAGES, bool(roles & ROLES_OF_TIER.get(state.tier, INTAKE))
    working = state.assignee == passing.giver and (fits or not solved)
    owning = state.owner == passing.giver and (bool(roles & INTAKE) or not working)
    said = {"to_person": passing.taker if working else None, "owner": passing.taker if owning else None}
    return {**{name: one for name, one in said.items() if one}, "reason": passing.reason}


def kept_by_owner(shares: Sequence[Share], passing: Passing) -> tuple[Problem, ...]:
    """Cases whose assignee went over while their owner could not: the taker is not of tier 1."""
    kept = [share.outcome.case for share in shares if share.outcome.case.state.owner == passing.giver]
    if not kept:
        return ()
    message = t(
        "{person} is not of tier 1; {giver} still tracks {count} of the cases",
        person=passing.taker, giver=passing.giver, count=len(kept),
    )  # fmt: skip
    hint = t("give those to tier 1: itil assign {ids} --owner … --reason …", ids=" ".join(code(case) for case in kept))
    return (Problem("W-5.5-owner-stays", message, hint, "5.5"),)


def unreadable(unread: Sequence[str]) -> tuple[Problem, ...]:
    """Cases of which nobody can say whose they are."""
    if not unread:
        return ()
    message: Text = t("{count} places could not be read; see: itil check", count=len(unread))
    return (Problem("W-5.5-unread", message, None, "5.5"),)
