"""The likely next command of a case, ready to paste, and what each possible step still needs."""

from __future__ import annotations

from dataclasses import dataclass

from itilcli.desk import Desk, new_entry_id
from itilcli.errors import Problem, Refused
from itilcli.model.case import WORK_ORDER, Case
from itilcli.procedure import MOVES
from itilcli.procedure.engine import apply
from itilcli.procedure.walk import walk
from itilcli.text import Label

COMMAND_OF = {
    "visit-plan": "visit plan", "visit-start": "visit start", "visit-leave": "visit leave", "visit-finish": "visit finish",
    "visit-cancel": "visit cancel", "confirm-unsigned": "confirm", "confirm-attempt": "confirm", "item-done": "item",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One possible step: its action, label, command, and what it still needs."""

    action: str
    label: Label
    command: str
    missing: tuple[Problem, ...]


def code(case: Case) -> str:
    """The four characters that are spoken on the phone."""
    return case.id.rpartition("-")[2]


def next_command(case: Case) -> str:
    """The command that most likely comes next."""
    state, short = case.state, code(case)
    if state.stage in ("tier1", "classified") and case.incident.supplier and state.tier < 3:
        return f"itil escalate {short} --to tier3 --reason supplier --due …"
    if state.hold:
        return f"itil resume {short}"
    if state.stage == "dispatch_pending":
        return f"itil approve {short}/{state.waiting}" if state.waiting else f"itil dispatch {short} --engineer … --from … --until …"
    if state.stage == "dispatched":
        return f"itil visit start {short}" if state.visit else f"itil visit plan {short} --appointment … --ready"
    if state.stage == "onsite":
        return f"itil visit finish {short} --solved --solution … --signed-by …" if state.visit else f"itil resolve {short} --solution …"
    return {
        "logged": f"itil classify {short} --type … --importance … --urgency …",
        "classified": f"itil respond {short} -k none --guidance …",
        "tier1": f"itil resolve {short} --solution …",
        "tier2": f"itil resolve {short} --solution …",
        "tier3": f"itil resolve {short} --solution …",
        "resolved": f"itil confirm {short} --confirmed-by …",
        "confirmed": f"itil close {short} --rest none",
        "archived": f"itil close {short} --rest none",
        "closed": after_closing(case),
    }.get(state.stage, f"itil show {short}")


def after_closing(case: Case) -> str:
    """What a closed case still waits for."""
    for ref, form in case.of(WORK_ORDER):
        if not (form.received and form.received.location):
            return f"itil receive {code(case)}/{ref} --location …"
    if case.last_follow_up_reached():
        return f"itil show {code(case)}"
    return f"itil follow-up {code(case)} --result reached --satisfaction … --solved"


def possible_steps(desk: Desk, case: Case) -> list[Step]:
    """Every step this stage allows, with what it would still need; found by trying each on the case, unwritten."""
    found = []
    for action, (_, move) in MOVES.items():
        if case.state.stage not in move.stages or move.free:
            continue
        found.append(Step(action, move.label, f"itil {COMMAND_OF.get(action, action)} {code(case)}", tuple(needs(desk, case, action))))
    return found


def needs(desk: Desk, case: Case, action: str) -> list[Problem]:
    """What stands against one step by this person now, with nothing answered."""
    try:
        apply(case, walk(action, case, {}, desk.actor, None, desk.now, new_entry_id), desk.world())
    except Refused as refused:
        return list(refused.problems)
    return []
