"""What `log` and `blame` take; nothing runs here."""

from __future__ import annotations

from itilcli.cli.offers import complete_id, complete_person
from itilcli.cli.table import Argument, Option
from itilcli.text import N_


def complete_clause(text: str) -> list[tuple[str, object]]:
    """The clauses of the procedure, with their titles."""
    from itilcli.procedure import CLAUSES

    return [(clause.number, clause.title) for clause in CLAUSES if clause.number.startswith(text.lstrip("§"))]


def complete_field(text: str) -> list[tuple[str, object]]:
    """The fields of the incident and of the forms, with their labels."""
    from itilcli.cli.logs import fields

    return fields(text)


LOGGED = Argument("id", "ID", N_("the case, or a form of it; without one, the whole desk"), "?", complete=complete_id)
BLAMED = Argument("field", "FIELD", N_("the field by its name, flag or label"), complete=complete_field)
LOG_ONLY = (
    Option("person", ("--person",), N_("only what this person did or recorded"), "text", "PERSON", complete_person),
    Option("clause", ("--clause",), N_("only what was done under this clause"), "text", "N", complete_clause),
    Option("since", ("--since",), N_("only what was done on this day or later"), "text", "DATE"),
)
