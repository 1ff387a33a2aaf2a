"""`itil gate`: the server's hook; a push that is refused is told commit by commit, in the desk's language."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.language import translator
from itilcli.text import Translate, render, t

if TYPE_CHECKING:
    from itilcli.actions.proving.gate import Gated
    from itilcli.judging.deed import Finding

SHOWN = 30
"""So many findings of a refused push are told."""
SHORT = 8


def gate(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Judges what git tells on standard input; with ``--install`` the hook is written instead."""
    if answers["install"]:
        return _install(invocation, answers["install"])
    from itilcli.actions.proving.gate import gate as judge

    repository = Path(os.environ.get("GIT_DIR") or invocation.desk or ".")
    with ExitStack() as stack:

        def told(total: int) -> Any:
            return stack.enter_context(invocation.screen.progress(total, invocation.translate("auditing")))

        gated = judge(repository, sys.stdin, told=told)
    asked = os.environ.get("ITIL_LANGUAGE")
    translate = invocation.translate if asked else translator(gated.language)
    if invocation.json:
        rows = [row(one, translate) for one in gated.findings]
        found = {"accepted": not gated.errors, "commits": gated.commits, "findings": rows}
        sys.stdout.write(document(found, sys.stdout) + "\n")
    else:
        sys.stderr.write("".join(f"{safe(line)}\n" for line in lines(gated, translate)))
    return 1 if gated.errors else 0


def lines(gated: Gated, translate: Translate) -> Iterator[str]:
    """What who pushes reads: for each finding the commit, the person, the file, the rule, and how to mend it."""
    told = gated.errors or gated.findings
    for one in told[:SHOWN]:
        yield from of_finding(one, translate)
    if len(told) > SHOWN:
        yield render(t("… and {count} more", count=len(told) - SHOWN), translate)
    if gated.errors:
        count = len({one.commit for one in gated.errors})
        said = t(
            "refused: {count} of {commits} commits; nothing was taken over",
            count=count,
            commits=max(gated.commits, count),
        )
        yield render(said, translate)


def of_finding(one: Finding, translate: Translate) -> Iterator[str]:
    """A finding in two or three lines."""
    problem = one.problem
    rule = f"{problem.code} §{problem.clause}" if problem.clause else problem.code
    yield f"{' '.join(filter(None, (one.commit[:SHORT], one.person, problem.where)))} [{rule}]"
    yield f"  {render(problem.message, translate)}"
    if problem.hint:
        yield f"  → {render(problem.hint, translate)}"


def row(one: Finding, translate: Translate) -> dict[str, Any]:
    """A finding as programs see it."""
    problem = one.problem
    return {
        "commit": one.commit,
        "person": one.person or None,
        "file": one.file or None,
        "where": problem.where or None,
        "code": problem.code,
        "level": problem.level,
        "clause": problem.clause or None,
        "message": render(problem.message, translate),
        "hint": render(problem.hint, translate) if problem.hint else None,
    }


def _install(invocation: Invocation, repository: str) -> int:
    from itilcli.actions.proving.install import install

    hook = install(Path(repository))
    if invocation.json:
        sys.stdout.write(document({"hook": str(hook)}, sys.stdout) + "\n")
    else:
        invocation.screen.show(safe(render(t("the gate stands: {path}", path=str(hook)), invocation.translate)))
    return 0
