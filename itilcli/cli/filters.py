"""The flags of `list`: which cases, in which order, in which form."""

from __future__ import annotations

from itilcli.actions.listing import SORTS
from itilcli.cli.complete import codes_of, people
from itilcli.cli.table import Option
from itilcli.model import codes as c
from itilcli.model.case import KINDS
from itilcli.model.codes import Codes
from itilcli.text import N_


def filters() -> tuple[Option, ...]:
    """Every flag of `list`; filters over closed lists may be repeated or take several codes with commas between."""
    return (
        Option("open", ("--open",), N_("only open cases"), "flag"),
        Option("completed", ("--completed",), N_("only completed cases: closed, void or merged"), "flag"),
        Option("mine", ("--mine",), N_("those I own or am working on"), "flag"),
        _codes("stage", c.STAGE, N_("at this stage; repeatable")),
        _codes("tier", c.TIER, N_("held by this tier; repeatable"), "1|2|3"),
        _codes("severity", c.SEVERITY, N_("of this severity; repeatable")),
        _codes("type", c.TYPE, N_("of this type; repeatable")),
        Option("organisation", ("--organisation", "-o"), N_("whose customer's name holds this")),
        Option("project", ("--project",), N_("whose project holds this")),
        Option("supplier", ("--supplier",), N_("whose supplier holds this")),
        Option("assignee", ("--assignee",), N_("in this person's hands"), "text", "PERSON", people),
        Option("overdue", ("--overdue",), N_("response, agreed or contract time has passed"), "flag"),
        Option("hold", ("--hold",), N_("on hold"), "flag"),
        _codes("on", c.HOLD, N_("on hold for this; repeatable")),
        Option("major", ("--major",), N_("major incidents"), "flag"),
        Option(
            "root_cause_pending",
            ("--root-cause-pending",),
            N_("solved by a workaround, the root cause still to be found"),
            "flag",
        ),
        Option("month", ("--month",), N_("reported in this month by the desk's clock"), "text", "YYYY-MM|last"),
        Option("form", ("--form",), N_("with a form of this kind"), "choice", "KIND", _kinds),
        Option("limit", ("--limit", "-n"), N_("at most so many"), "number"),
        Option(
            "sort",
            ("--sort",),
            N_("by this field, - before it turns it round (else open ones first, then the newest)"),
            "choice",
            "FIELD|-FIELD",
            _fields,
        ),
        Option(
            "format",
            ("--format",),
            N_("a table, or CSV with codes that no spreadsheet takes for formulas"),
            "text",
            "table|csv",
        ),
    )


def _codes(name: str, known: Codes, help_: str, metavar: str = "") -> Option:
    return Option(name, (f"--{name}",), help_, "many", metavar or "|".join(known), codes_of(known))


def _kinds(text: str) -> list[tuple[str, object]]:
    return [(kind.name, kind.label) for kind in KINDS.values() if kind.name.startswith(text)]


def _fields(text: str) -> list[tuple[str, object]]:
    return [(name, name) for name in SORTS if name.startswith(text.lstrip("-"))]
