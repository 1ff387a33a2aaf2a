"""The procedure JQ-ITSMS-02-01 as a table: CLAUSES is its table of contents, each clause a file named after its number.

The files are read when the table is first asked for: to list what is known of many cases, no rule is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from itilcli.procedure.clause import Clause, Move, Rule

    CLAUSES: tuple[Clause, ...]
    MOVES: dict[str, tuple[Clause, Move]]
    """The steps of all clauses, each with its clause, by their names."""
    RULES: tuple[Rule, ...]
    """What holds for a case in every stage, clause by clause."""


def _clauses() -> tuple[Clause, ...]:
    from itilcli.procedure import (
        s5_00_throughout,
        s5_01_accept,
        s5_02_classify,
        s5_03_respond,
        s5_04_remote,
        s5_05_escalate,
        s5_06_dispatch,
        s5_07_visit,
        s5_08_diagnose,
        s5_09_resolve,
        s5_10_confirm,
        s5_11_archive,
        s5_12_configuration,
        s5_13_close,
        s5_14_follow_up,
        s5_15_report,
    )

    return (
        s5_00_throughout.CLAUSE,
        s5_01_accept.CLAUSE,
        s5_02_classify.CLAUSE,
        s5_03_respond.CLAUSE,
        s5_04_remote.CLAUSE,
        s5_05_escalate.CLAUSE,
        s5_06_dispatch.CLAUSE,
        s5_07_visit.CLAUSE,
        s5_08_diagnose.CLAUSE,
        s5_09_resolve.CLAUSE,
        s5_10_confirm.CLAUSE,
        s5_11_archive.CLAUSE,
        s5_12_configuration.CLAUSE,
        s5_13_close.CLAUSE,
        s5_14_follow_up.CLAUSE,
        s5_15_report.CLAUSE,
    )


def _contents() -> dict[str, Any]:
    clauses = _clauses()
    return {
        "CLAUSES": clauses,
        "MOVES": {move.action: (clause, move) for clause in clauses for move in clause.moves},
        "RULES": tuple(rule for clause in clauses for rule in clause.rules),
    }


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in ("CLAUSES", "MOVES", "RULES"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals().update(_contents())
        return globals()[name]
