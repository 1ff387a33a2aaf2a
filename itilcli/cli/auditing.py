"""`itil audit` for the auditor: what was walked, what is wrong commit by commit, what came late, who made how much."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from itilcli.cli.gating import SHORT, row
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.procedure.naming import action_label
from itilcli.text import Text, render, t

if TYPE_CHECKING:
    from itilcli.actions.proving.audit import Audited
    from itilcli.judging.deed import Late

LATEST = 100
"""So many late steps are listed for people; --json has all."""


def audit(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The history judged; 1 when it is refuted. With ``--seal`` what was proved is sealed."""
    from itilcli.actions.proving.audit import Asked
    from itilcli.actions.proving.audit import audit as walk

    desk = Desk.open(invocation.desk)
    asked = Asked(answers["range"], bool(answers["all"]), answers["since"])
    with ExitStack() as stack:

        def told(total: int) -> Any:
            return stack.enter_context(invocation.screen.progress(total, invocation.translate("auditing")))

        found = walk(desk, asked, told)
    sealed, already = _seal(invocation, desk, found) if answers["seal"] else (None, False)
    if invocation.json:
        sys.stdout.write(document(as_document(found, sealed, already, invocation), sys.stdout) + "\n")
    else:
        invocation.screen.page("\n".join(safe(line) for line in lines(desk, found, sealed, already, invocation)))
    return 1 if found.errors else 0


def _seal(invocation: Invocation, desk: Desk, found: Audited) -> tuple[str | None, bool]:
    """The tag of the seal, and whether it stood already; none is put where anything is wrong, or where not everything was looked at."""
    from itilcli.actions.proving.sealing import seal

    return seal(desk, found, invocation.dry_run)


def as_document(found: Audited, sealed: str | None, already: bool, invocation: Invocation) -> dict[str, Any]:
    """The audit as programs see it."""
    translate = invocation.translate
    return {
        "from": found.start or None,
        "to": found.end,
        "seal": {"tag": found.seal.tag, "commit": found.seal.commit} if found.seal else None,
        "sealed": sealed,
        "sealed_before": already,
        "cut": list(found.cut),
        "commits": found.commits,
        "merges": found.merges,
        "steps": found.steps,
        "rehearsed": found.rehearsed,
        "people": found.people,
        "reports": list(found.reports),
        "errors": found.errors,
        "warnings": found.warnings,
        "findings": [
            {**row(one.finding, translate), "at": one.at.isoformat() if one.at else None} for one in found.rows
        ],
        "late": [late_row(one) for one in found.late],
    }


def late_row(one: Late) -> dict[str, Any]:
    """A late step as programs see it."""
    return {
        "commit": one.commit,
        "id": one.case,
        "person": one.person,
        "action": one.action,
        "at": one.at.isoformat(),
        "recorded_at": one.recorded_at.isoformat(),
        "delay_minutes": int((one.recorded_at - one.at).total_seconds() // 60),
    }


def lines(desk: Desk, found: Audited, sealed: str | None, already: bool, invocation: Invocation) -> Iterator[str]:
    """The report for the auditor."""

    def said(text: Text) -> str:
        return render(text, invocation.translate)

    screen = invocation.screen
    yield screen.style(said(t("Audit of the incident desk of {organisation}, {time}", organisation=desk.settings.organisation
                              or "—", time=f"{desk.now:%Y-%m-%d %H:%M}")), "bold")  # fmt: skip
    start = t("from the beginning") if not found.start else t("after {commit}", commit=found.start[:SHORT])
    if found.cut:
        start = t("after {commit}", commit=", ".join(one[:SHORT] for one in found.cut))
    elif found.seal:
        start = t("after the seal {tag} ({commit})", tag=found.seal.tag, commit=found.seal.commit[:SHORT])
    yield said(t("{commits} commits ({merges} merges), {steps} steps on cases, {start} to {end}", commits=found.commits,
                 merges=found.merges, steps=found.steps, start=start, end=found.end[:SHORT]))  # fmt: skip
    yield ""
    for one in found.rows:
        finding, problem = one.finding, one.finding.problem
        label = invocation.translate("error:") if problem.level == "error" else invocation.translate("warning:")
        at = f"{one.at.astimezone(desk.zone):%Y-%m-%d %H:%M}" if one.at else ""
        yield " ".join(filter(None, (label, finding.commit[:SHORT], at, finding.person, problem.where)))
        yield f"  {render(problem.message, invocation.translate)} [{problem.code}{f' §{problem.clause}' if problem.clause else ''}]"
        if problem.hint and not invocation.quiet:
            yield f"  → {render(problem.hint, invocation.translate)}"
    if not found.errors:
        yield said(t("proved: each change was a permitted step of a permitted person; nobody approved what they had asked for; "
                     "no record was deleted, no closed case changed otherwise, no serial left out"))  # fmt: skip
    if found.reports:
        yield said(t("issued reports computed anew: {months}", months=", ".join(found.reports)))
    yield from late_lines(found, desk, invocation)
    if found.people:
        people = ", ".join(f"{name} {count}" for name, count in found.people.items())
        yield said(t("commits by person: {people}", people=people))
    yield said(t("{errors} errors, {warnings} warnings", errors=found.errors, warnings=found.warnings))
    if sealed and already:
        yield said(t("already sealed: {tag}; nothing was recorded since", tag=sealed))
    elif sealed:
        yield said(t("sealed: {tag}; others get it with the next: itil sync", tag=sealed))


def late_lines(found: Audited, desk: Desk, invocation: Invocation) -> Iterator[str]:
    """The late steps, the longest delay first."""
    if not found.late:
        return
    yield render(t("recorded late: {count} steps", count=len(found.late)), invocation.translate)
    ordered = sorted(found.late, key=lambda one: (one.at - one.recorded_at, one.case))
    rows = [
        (
            one.case, one.person, render(action_label(one.action), invocation.translate),
            f"{one.at.astimezone(desk.zone):%Y-%m-%d %H:%M}", f"{one.recorded_at.astimezone(desk.zone):%Y-%m-%d %H:%M}",
            f"{int((one.recorded_at - one.at).total_seconds() // 60)} min", one.commit[:SHORT],
        )
        for one in ordered[:LATEST]
    ]  # fmt: skip
    yield from invocation.screen.table(rows).splitlines()
    if len(ordered) > LATEST:
        yield render(t("… and {count} more", count=len(ordered) - LATEST), invocation.translate)
