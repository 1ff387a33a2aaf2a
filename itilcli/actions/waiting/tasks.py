"""Everything that waits in a case, whoever's it is: one small function for each sort of thing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from itilcli.actions.waiting import afterwards, to_work
from itilcli.actions.waiting import to_decide as decide
from itilcli.actions.waiting.suggest import next_command
from itilcli.actions.waiting.task import Task
from itilcli.model.case import Case
from itilcli.model.codes import SOLVED_STAGES
from itilcli.procedure.clause import INTAKE, World
from itilcli.procedure.s5_00_settle import contested
from itilcli.procedure.s5_05_hands import ROLES_OF_TIER

Find = Callable[[Case, World], Iterator[Task]]
FINDERS: tuple[Find, ...] = (
    decide.conflicts,
    decide.approvals, decide.countersignatures, decide.dispatches, decide.managers, decide.acceptances, decide.judgements, decide.orphans,
    to_work.work, to_work.holds, to_work.visits, to_work.tracking,
    afterwards.scans, afterwards.receipts, afterwards.sent_back_orders, afterwards.configuration, afterwards.follow_ups,
    afterwards.complaints, afterwards.reviews,
)  # fmt: skip


def tasks(case: Case, world: World) -> Iterator[Task]:
    """Everything that waits in one case, whoever's it is; an imported case that is completed waits for nobody."""
    if case.imported and case.state.status == "completed":
        return
    held_up = contested(case)
    for find in FINDERS:
        for task in find(case, world):
            if held_up and not task.command.startswith("itil show"):  # no other step is taken before it is settled
                task = replace(task, command=next_command(case, world))
            yield task if task.people or task.roles else replace(task, roles=tier_of(case))


def tier_of(case: Case) -> frozenset[str]:
    """Who is to look after what nobody holds: the tier that has the case, and from the solution on tier 1."""
    state = case.state
    return INTAKE if state.stage in SOLVED_STAGES else ROLES_OF_TIER.get(state.tier, INTAKE)
