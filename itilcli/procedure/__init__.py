"""The procedure JQ-ITSMS-02-01 as a table: CLAUSES is its table of contents, each clause a file named after its number."""

from __future__ import annotations

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
from itilcli.procedure.clause import Clause, Move

CLAUSES: tuple[Clause, ...] = (
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
MOVES: dict[str, tuple[Clause, Move]] = {move.action: (clause, move) for clause in CLAUSES for move in clause.moves}
