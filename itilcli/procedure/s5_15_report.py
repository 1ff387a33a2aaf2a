"""§5.15 服务报告: the incident manager reports each month to the department manager (L273–280).

The figures are in ``itilcli.figures``; a case needs no move for them.
"""

from __future__ import annotations

from itilcli.procedure.clause import Clause
from itilcli.text import Label

REPORTERS = frozenset({"incident_manager"})
RECIPIENT = "department_manager"

CLAUSE = Clause("5.15", Label("report", "服务报告", "the monthly report"), "L271-280")
