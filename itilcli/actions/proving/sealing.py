"""`itil audit --seal`: what an audit proved is sealed."""

from __future__ import annotations

from itilcli.actions.proving.audit import Audited
from itilcli.actions.proving.seal import put, standing
from itilcli.actions.writing.apart import not_permitted
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem
from itilcli.journal.running import find
from itilcli.journal.walked import Walk
from itilcli.language import translator
from itilcli.procedure.signed import OFF, REQUIRED
from itilcli.text import render, t

SEALERS = frozenset({"incident_manager", "top_management", "department_manager"})


def seal(desk: Desk, found: Audited, dry_run: bool = False) -> tuple[str | None, bool]:
    """The tag that seals the last commit, signed where the desk signs, and whether it was there already; None for a dry run.

    :raises Refused: E-audit-not-proved where anything is wrong or was left out; E-audit-cut in a shallow clone;
        4 for who may not seal; E-audit-key where
        the desk wants signatures and there is no key.
    """
    refuse(not_permitted(desk, SEALERS, "5", t("seal an audit")))
    if found.errors or found.end != desk.journal.head():
        hint = t("settle what the audit names, or start it from the last seal that holds: itil audit --since TAG")
        message = t("only what was proved is sealed: {count} errors", count=found.errors)
        refuse([Problem("E-audit-not-proved", message, hint, "5", "--seal")])
    if found.cut:
        hint = t("only the newest commits were fetched; fetch the others with: git fetch --unshallow")
        refuse(
            [
                Problem(
                    "E-audit-cut", t("a clone without the beginning of the history cannot seal it"), hint, "5", "--seal"
                )
            ]
        )
    wanted = desk.settings.signing or OFF
    key = desk.journal.signing_key() if wanted != OFF else None
    if wanted == REQUIRED and key is None:
        hint = t("tell git which key is yours: git config user.signingKey FILE")
        refuse([Problem("E-audit-key", t("a seal of this desk is signed, and git knows no key"), hint, "5", "--seal")])
    walk = Walk(find(desk.root))
    if there := standing(walk, found.end):
        return there, True
    if dry_run:
        return None, False
    words = t(
        "{commits} commits ({merges} merges) and {steps} steps were audited: {errors} errors, {warnings} warnings",
        commits=found.commits, merges=found.merges, steps=found.steps, errors=found.errors, warnings=found.warnings,
    )  # fmt: skip
    translate = translator(desk.settings.language or "zh")
    return put(desk, walk, render(words, translate), key.named if key else None), False
