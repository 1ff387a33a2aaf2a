"""Everything that forbids a case as a commit holds it, by the rules of the procedure."""

from __future__ import annotations

from itilcli.errors import Problem
from itilcli.judging.version import Version
from itilcli.procedure.checks import check_case, derived, entries_whole, identity, intact
from itilcli.procedure.clause import World
from itilcli.procedure.replay import findings
from itilcli.procedure.s5_02_classify import major
from itilcli.procedure.s5_03_respond import attempted
from itilcli.procedure.s5_05_escalate import disputes, in_contract
from itilcli.procedure.s5_05_hands import in_hands
from itilcli.procedure.s5_06_dispatch import own_people
from itilcli.procedure.s5_09_prepare import told
from itilcli.procedure.s5_09_resolve import by_mode
from itilcli.procedure.s5_09_workaround import root_cause
from itilcli.procedure.s5_11_archive import received
from itilcli.procedure.s5_13_close import sealed
from itilcli.procedure.s5_14_follow_up import in_time

ADVISING = frozenset({
    attempted, by_mode, disputes, in_contract, in_hands, in_time, major, own_people, received, root_cause, told,
})  # fmt: skip
"""The rules that warn, and forbid nothing."""
ADVISING_SEALED = ADVISING | {sealed}


def errors_of(version: Version, world: World) -> dict[tuple[str, str], Problem]:
    """Everything that forbids this version, by code and place."""
    found = [*version.problems, *_breaches(version, world)]
    return {(one.code, one.where): one for one in found if one.level == "error"} if found else {}


def _breaches(version: Version, world: World) -> list[Problem]:
    """What :func:`itilcli.procedure.checks.check_case` finds, without the rules that only warn. A case that anything is
    found in is asked again, with all of them."""
    case = version.case
    if case.imported or case.incident.conflicts or version.unlawful:
        return check_case(case, world, version.raw, version.unlawful)
    known = ADVISING_SEALED if intact(case, version.raw) else ADVISING
    for look in (entries_whole(case), derived(case, world), identity(case), findings(case, world, known)):
        if any(one.level == "error" for one in look):
            return check_case(case, world, version.raw, version.unlawful)
    return []
