"""The history of one incident in steps of the procedure: each is folded at once, so that it replays lawfully."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import ALPHABET
from itilcli.model.codes import SOLVED_STAGES
from itilcli.model.history import Entry, State
from itilcli.model.incident import Escalation, Resolution, Round
from itilcli.procedure import MOVES
from itilcli.procedure.replay import fold

INTAKE_FORM = "remote-1"
AT_WORK = frozenset({"classified", "tier1", "tier2", "tier3"})
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


def code_of(text: str) -> str:
    """Eight Crockford characters that stand for ``text``, the same on every machine."""
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=5).digest(), "big")
    return _PAIRS[number >> 30] + _PAIRS[number >> 20 & 1023] + _PAIRS[number >> 10 & 1023] + _PAIRS[number & 1023]


@dataclass(frozen=True, slots=True)
class Happening:
    """What one row of the log tells: when, which step its state stands for, who acted, with whom the case then was.

    ``timed`` is False where the log does not say when, so that no first response is made of it; ``derived`` marks a
    solution whose time is that of the closing.
    """

    at: datetime
    step: str
    by: str | None = None
    tier: int = 1
    assignee: str | None = None
    group: str | None = None
    timed: bool = True
    derived: bool = False


@dataclass(slots=True)
class Story:
    """A history being told. ``seed`` makes the ids of its entries; ``recorder`` records them all at ``now``.

    ``implied`` is the reason given for a step that the log does not tell but its later ones need; ``answered_at`` the
    first response where the log names it. ``problems`` stays empty: what the procedure would not allow is never told.
    """

    seed: str
    recorder: str
    now: datetime
    implied: str
    answered_at: datetime | None = None
    state: State = field(default_factory=State)
    history: list[Entry] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    resolution: Resolution | None = None
    solver: str | None = None
    kind: str | None = None
    solution: str | None = None
    group: str | None = None
    response: Entry | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        action: str,
        at: datetime,
        by: str | None = None,
        values: dict[str, Any] | None = None,
        form: str | None = None,
        reason: str | None = None,
    ) -> Entry:
        """One more step."""
        entry = Entry(
            id=code_of(f"{self.seed}\n{len(self.history)}"),
            at=at,
            recorded_at=self.now,
            by=by or self.recorder,
            recorded_by=self.recorder,
            action=action,
            clause=MOVES[action][0].number,
            form=form,
            reason=reason,
            set=values or None,
        )
        self.state = fold(self.state, entry, self.problems.append)
        self.history.append(entry)
        return entry

    def tell(self, what: Happening) -> None:
        """One row: back to work where it was solved, over to another tier or person, then its own step."""
        if what.step == "settle":
            self.end_hold(what)
        elif what.step not in ("none", "resolve", "close", "void", "answer") and self.state.stage in SOLVED_STAGES:
            self.reopen(what)
        if what.step != "answer":
            self.hand_over(what)
        if what.step in ("new", "classify", "respond", "reopen"):
            self.end_hold(what)
        if what.step in ("respond", "reopen", "answer"):
            self.respond(what)
        elif what.step.startswith("hold "):
            self.hold(what, what.step.removeprefix("hold "))
        elif what.step == "resolve" and self.state.stage not in SOLVED_STAGES:
            self.resolve(what, what.derived)
        elif what.step == "close" and self.state.stage != "closed":
            self.close(what)
        elif what.step == "void" and self.state.status == "open":
            self.add("void", what.at, what.by)

    def hand_over(self, what: Happening) -> None:
        """The tier, the person or the group that has it now; nothing once it is solved."""
        moved = bool(what.group and self.group and what.group != self.group)
        reason = f"{self.group} → {what.group}" if moved else None
        if self.state.stage not in AT_WORK:
            return
        self.group = what.group or self.group
        values: dict[str, Any] = {"tier": what.tier, "assignee": what.assignee}
        if what.tier > self.state.tier:
            tier = self.state.tier
            entry = self.add("escalate", what.at, what.by, values, reason=reason)
            self.escalations.append(
                Escalation(entry.id, what.at, entry.by, f"tier{tier}", f"tier{what.tier}", "functional")
            )
        elif what.tier < self.state.tier:
            self.add("return", what.at, what.by, values, reason=reason)
        elif moved or (what.assignee and what.assignee != self.state.assignee):
            self.add("assign", what.at, what.by, {"assignee": what.assignee}, reason=reason)

    def end_hold(self, what: Happening) -> None:
        """A hold ends where work goes on or the fault is solved."""
        if self.state.hold:
            self.add("resume", what.at, what.by)

    def hold(self, what: Happening, on: str) -> None:
        """A hold begins; one on something else ends."""
        if self.state.hold == on:
            return
        self.end_hold(what)
        self.add("hold", what.at, what.by, {"hold": on})

    def respond(self, what: Happening) -> None:
        """Somebody takes it up; the first time is the first response, unless the log names that itself."""
        early = self.answered_at is not None and what.at < self.answered_at
        first = self.state.first_response_at is None and what.timed and not early
        if self.state.stage not in AT_WORK or not (first or self.state.stage == "classified"):
            return
        values = {"first_response_at": what.at.isoformat()} if first else None
        told = first or what.step in ("respond", "reopen", "answer")
        entry = self.add("respond", what.at, what.by, values, INTAKE_FORM, None if told else self.implied)
        if told:
            self.response = self.response or entry

    def resolve(self, what: Happening, derived: bool = False) -> None:
        """Solved, by the tier that has it."""
        if self.state.stage == "classified" or not self.state.first_response_at:
            self.respond(what)
        tier = self.state.tier
        entry = self.add("resolve", what.at, what.by, {"resolved_at": what.at.isoformat(), "resolved_tier": tier})
        by = self.solver or entry.by
        self.resolution = Resolution(what.at, by, tier, self.kind, self.solution, True if derived else None)

    def close(self, what: Happening) -> None:
        """The end, by way of confirmation and archiving, of which the log says nothing more."""
        if self.state.stage not in SOLVED_STAGES:
            self.resolve(what, derived=True)
        for action in ("confirm", "archive"):
            self.add(action, what.at, what.by, reason=self.implied)
        self.add("close", what.at, what.by, {"closed_at": what.at.isoformat()})

    def reopen(self, what: Happening) -> None:
        """Back to work; the solution so far is kept as an earlier round."""
        self.rounds.append(Round(resolution=self.resolution))
        self.resolution = None
        self.add("reopen", what.at, what.by)
