"""§5.9: a workaround leaves the root cause to be found (B22, L110)."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.errors import Problem
from itilcli.model.case import ONSITE, REMOTE, Case
from itilcli.procedure.clause import World, broken
from itilcli.text import t


def root_cause(case: Case, world: World) -> Iterator[Problem]:
    """B22, L110: a workaround leaves a root cause to be found; a cause, a problem or an article ends the search."""
    if not root_cause_pending(case):
        return
    yield broken(
        "W-5.9-root-cause", "5.9", "incident:resolution.kind", t("a workaround leaves the root cause to be found")
    )


def root_cause_pending(case: Case) -> bool:
    """B22: solved by a workaround, and neither cause nor problem nor article recorded since."""
    found, incident = case.incident.resolution, case.incident
    if not (case.state.resolved_at and found and found.kind == "workaround"):
        return False
    causes = [form.diagnosis for kind in (REMOTE, ONSITE) for _, form in case.of(kind)]
    return not (
        (incident.problem and incident.problem.ref)
        or (incident.knowledge and incident.knowledge.ref)
        or any(diagnosis and diagnosis.cause for diagnosis in causes)
    )
